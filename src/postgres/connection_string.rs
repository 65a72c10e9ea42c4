//! Connection strings as libpq reads them (PostgreSQL manual, 34.1.1): URLs and `keyword=value` lists.
//!
//! tokio-postgres has a parser too, but it knows neither `verify-full` nor root certificates nor services.
//! Nothing here repeats the text in an error, since a slip of the pen can put the password anywhere.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::secret::Secret;

/// What libpq calls the parameters that we honour.
const HONOURED: [&str; 15] = [
    "user",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "sslmode",
    "sslrootcert",
    "sslnegotiation",
    "passfile",
    "service",
    "servicefile",
    "connect_timeout",
    "options",
    "target_session_attrs",
    "channel_binding",
];

/// Parameters that change nothing for us, since every session sets its own.
const WITHOUT_EFFECT: [&str; 11] = [
    "application_name",
    "fallback_application_name",
    "client_encoding",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "gssencmode",
    "krbsrvname",
    "sslcompression",
];

/// Parameters by their libpq names, with the password apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters {
    values: BTreeMap<String, String>,
    password: Option<Secret>,
}

impl Parameters {
    pub(super) fn get(&self, keyword: &str) -> Option<&str> {
        self.values.get(keyword).map(String::as_str)
    }

    pub(super) fn password(&self) -> Option<&Secret> {
        self.password.as_ref()
    }

    /// Sets a parameter unless it is set already. An empty value counts as not given, as in libpq.
    pub(super) fn fill(&mut self, keyword: &str, value: &str) -> Result<()> {
        if value.is_empty() {
            return Ok(());
        }
        match keyword {
            "password" => {
                self.password.get_or_insert_with(|| Secret::new(value));
            }
            "ssl" if value == "true" => return self.fill("sslmode", "require"),
            _ if HONOURED.contains(&keyword) => {
                self.values.entry(keyword.to_owned()).or_insert_with(|| value.to_owned());
            }
            _ if WITHOUT_EFFECT.contains(&keyword) => {}
            "sslcert" | "sslkey" | "sslpassword" => {
                return Err(Error::usage("client certificates (sslcert, sslkey) are not supported")
                    .help("sign in with a password, or with an IAM token on RDS"));
            }
            _ => return Err(unknown(keyword)),
        }
        Ok(())
    }

    /// Takes every parameter of `other` that isn't set here.
    pub(super) fn fill_from(&mut self, other: Self) {
        for (keyword, value) in other.values {
            self.values.entry(keyword).or_insert(value);
        }
        self.password = self.password.take().or(other.password);
    }
}

/// A keyword shows only if it is a plain word: in a malformed string it may be a piece of the password.
fn unknown(keyword: &str) -> Error {
    let plain = keyword.len() <= 40 && keyword.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let libpq = ["ssl", "gss", "krb", "require", "min_", "max_", "load_", "replication", "scram", "oauth"];
    if plain && libpq.iter().any(|start| keyword.starts_with(start)) {
        Error::usage(format!("the connection parameter `{keyword}` is not supported"))
    } else {
        Error::usage("a connection parameter is unknown").help(format!("known are: password, {}", HONOURED.join(", ")))
    }
}

/// Parses a URL, a keyword list, or a bare database name.
///
/// # Errors
/// When the text is none of these.
pub(super) fn parse(text: &str) -> Result<Parameters> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("postgresql://").or_else(|| text.strip_prefix("postgres://")) {
        return parse_url(rest);
    }
    // A password may hold anything, in a text of keywords too.
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    if scheme.is_some_and(|scheme| !scheme.contains(['=', ' '])) {
        return Err(Error::usage("the URL doesn't begin with postgres:// or postgresql://"));
    }
    if text.contains('=') {
        return parse_keywords(text);
    }
    let mut parameters = Parameters::default();
    parameters.fill("dbname", text)?;
    Ok(parameters)
}

fn parse_url(rest: &str) -> Result<Parameters> {
    let mut parameters = Parameters::default();
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let hosts = match authority.rsplit_once('@') {
        None => authority,
        Some((user_info, hosts)) => {
            let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
            parameters.fill("user", &decode(user)?)?;
            parameters.fill("password", &decode(password)?)?;
            hosts
        }
    };
    let (mut names, mut ports) = (Vec::new(), Vec::new());
    for host in hosts.split(',') {
        let (name, port) = split_port(host)?;
        names.push(decode(name)?);
        ports.push(port);
    }
    if !hosts.is_empty() {
        parameters.fill("host", &names.join(","))?;
        if ports.iter().any(|port| !port.is_empty()) {
            parameters.fill("port", &ports.join(","))?;
        }
    }
    parameters.fill("dbname", &decode(database)?)?;
    let mut named = Parameters::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (keyword, value) =
            pair.split_once('=').ok_or_else(|| Error::usage("a parameter after `?` in the URL has no value"))?;
        named.fill(&decode(keyword)?, &decode(value)?)?;
    }
    // What is named after the question mark wins, as in libpq.
    named.fill_from(parameters);
    Ok(named)
}

/// Splits `host:port`; an IPv6 address stands in brackets.
fn split_port(host: &str) -> Result<(&str, &str)> {
    let wrong = || {
        Error::usage("the host in the URL can't be read")
            .help("in a user name or password, `/`, `?`, `#`, `:` and `@` are written as %2F, %3F, %23, %3A and %40")
    };
    let (name, port) = if let Some(rest) = host.strip_prefix('[') {
        let (name, rest) = rest.split_once(']').ok_or_else(wrong)?;
        (name, if rest.is_empty() { "" } else { rest.strip_prefix(':').ok_or_else(wrong)? })
    } else {
        host.split_once(':').unwrap_or((host, ""))
    };
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    Ok((name, port))
}

/// Decodes `%41`.
fn decode(text: &str) -> Result<String> {
    let wrong = || {
        Error::usage("the URL has a `%` that isn't followed by two hexadecimal digits")
            .help("a percent sign itself is written as %25")
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit =
            || rest.next().and_then(|digit| char::from(digit).to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
        let (high, low) = (digit().ok_or_else(wrong)?, digit().ok_or_else(wrong)?);
        bytes.push(high << 4 | low);
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')).ok_or_else(wrong)
}

/// Parses `keyword=value keyword='with spaces' …`, where a backslash escapes.
fn parse_keywords(text: &str) -> Result<Parameters> {
    let mut parameters = Parameters::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (keyword, after) = rest
            .split_once('=')
            .ok_or_else(|| Error::usage("the connection string has a word without `=` and a value"))?;
        let (value, after) = keyword_value(after.trim_start())?;
        parameters.fill(keyword.trim_end(), &value)?;
        rest = after.trim_start();
    }
    Ok(parameters)
}

fn keyword_value(text: &str) -> Result<(String, &str)> {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut characters = text.char_indices().skip(usize::from(quoted));
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            '\'' if quoted => return Ok((value, text.get(at + 1..).unwrap_or_default())),
            space if !quoted && space.is_whitespace() => return Ok((value, text.get(at..).unwrap_or_default())),
            other => value.push(other),
        }
    }
    if quoted {
        return Err(Error::usage("the connection string has a quote that isn't closed"));
    }
    Ok((value, ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_url_with_everything_is_read() {
        let parsed =
            parse("postgresql://a%40b:p%3Aw@[::1]:5433,db2/shop?sslmode=verify-full&host=h1,h2&connect_timeout=3")
                .unwrap();
        assert_eq!(parsed.get("user"), Some("a@b"));
        assert_eq!(parsed.password().unwrap().expose(), "p:w");
        assert_eq!(parsed.get("host"), Some("h1,h2"));
        assert_eq!(parsed.get("port"), Some("5433,"));
        assert_eq!(parsed.get("dbname"), Some("shop"));
        assert_eq!(parsed.get("sslmode"), Some("verify-full"));
    }

    #[test]
    fn a_socket_directory_is_percent_encoded_in_a_url() {
        assert_eq!(parse("postgres://%2Ftmp%2Fpg/shop").unwrap().get("host"), Some("/tmp/pg"));
    }

    #[test]
    fn a_keyword_list_may_quote_and_escape() {
        let parsed = parse(r"host = /tmp user=me password='it\'s \\ me' dbname=a\ b").unwrap();
        assert_eq!(parsed.password().unwrap().expose(), r"it's \ me");
        assert_eq!(parsed.get("dbname"), Some("a b"));
        assert_eq!(parsed.get("host"), Some("/tmp"));
    }

    #[test]
    fn an_unknown_parameter_is_an_error() {
        assert!(parse("host=x sslmod=require").is_err());
        assert!(parse("postgres://h/d?sslmod=require").is_err());
    }

    proptest! {
        #[test]
        fn a_malformed_string_never_shows_its_password(before in "[a-z:/@?&=% ']{0,20}", after in "[a-z:/@?&=% ']{0,20}") {
            for text in [
                format!("postgres://{before}hunter2secret{after}"),
                format!("{before}hunter2secret{after}"),
                format!("postgres://u:{before}hunter2secret{after}@h/d"),
            ] {
                if let Err(error) = parse(&text) {
                    prop_assert!(!error.to_string().contains("hunter2"), "{error}");
                }
            }
        }

        #[test]
        fn a_quoted_value_comes_back_as_it_was(password in "[^\\x00]{1,20}") {
            let quoted = password.replace('\\', r"\\").replace('\'', r"\'");
            let parsed = parse(&format!("password='{quoted}' user=x")).unwrap();
            prop_assert_eq!(parsed.password().unwrap().expose(), &password);
            prop_assert_eq!(parsed.get("user"), Some("x"));
        }

        #[test]
        fn a_percent_encoded_password_comes_back_as_it_was(password in "[^\\x00]{1,20}") {
            let encoded: String = password.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let parsed = parse(&format!("postgres://u:{encoded}@h/d")).unwrap();
            prop_assert_eq!(parsed.password().unwrap().expose(), &password);
        }
    }
}
