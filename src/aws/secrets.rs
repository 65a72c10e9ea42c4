//! Passwords in AWS Secrets Manager.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use super::{Account, explain};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// The part of a secret that AWS's own rotation writes (Secrets Manager user guide, "JSON structure of secrets").
#[derive(Deserialize)]
struct Fields {
    password: Option<String>,
}

/// Reads the password in a secret, by ARN or name: `password` of a JSON object, or the whole text of anything else.
///
/// # Errors
/// When the secret isn't there or may not be read, is binary or empty, or is an object without a password. Nothing of
/// its content is repeated.
pub async fn password(account: &Account, secret: &str) -> Result<Secret> {
    let asked = account.secrets().get_secret_value().secret_id(secret).send().await;
    let answer = asked.map_err(|error| {
        let doing = format!("reading secret {secret}");
        explain(error, &doing, "secretsmanager:GetSecretValue", secret)
    })?;
    match answer.secret_string {
        Some(text) => password_in(secret, &Zeroizing::new(text)),
        None => Err(Error::usage(format!("secret {secret} is binary"))
            .help("store the password as text, or as `password` in a JSON object")),
    }
}

fn password_in(secret: &str, text: &str) -> Result<Secret> {
    let is_object = serde_json::from_str::<BTreeMap<String, IgnoredAny>>(text).is_ok();
    let found = Secret::new(if is_object {
        // What serde says about a wrong type repeats the value.
        let fields = serde_json::from_str::<Fields>(text).map_err(|_| {
            Error::usage(format!("`password` in secret {secret} is not a text"))
                .help("store it in quotes, as AWS's own rotation does")
        })?;
        fields.password.ok_or_else(|| {
            Error::usage(format!("secret {secret} is a JSON object without `password`"))
                .help("name the secret of a database user, which has `username` and `password`")
        })?
    } else {
        text.to_owned()
    });
    if found.expose().is_empty() {
        return Err(Error::usage(format!("the password in secret {secret} is empty")));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_whole_text_or_a_field_of_an_object() {
        for (text, password) in [
            ("hunter2", "hunter2"),
            (r#"{"username":"app_user","password":"p\"w","port":5432}"#, "p\"w"),
            ("12345", "12345"),
            ("{not json", "{not json"),
            (r#"["a"]"#, r#"["a"]"#),
        ] {
            assert_eq!(password_in("s", text).unwrap().expose(), password);
        }
    }

    #[test]
    fn what_holds_no_password_is_refused_without_repeating_it() {
        for (text, part) in [
            (r#"{"username":"hunter2"}"#, "without `password`"),
            (r#"{"password":null,"x":"hunter2"}"#, "without `password`"),
            (r#"{"password":["hunter2"]}"#, "is not a text"),
            (r#"{"password":""}"#, "is empty"),
            ("", "is empty"),
        ] {
            let error = password_in("drop/app_user", text).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains("drop/app_user") && !error.contains("hunter2"), "{error}");
        }
    }
}
