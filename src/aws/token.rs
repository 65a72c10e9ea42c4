//! IAM tokens: passwords for Amazon RDS that are good for fifteen minutes, and made without a call to AWS.

use aws_config::SdkConfig;
use aws_sdk_rds::auth_token::{AuthTokenGenerator, Config};

use super::account::Account;
use crate::error::{Error, ErrorKind};
use crate::postgres::password_source::{PasswordFuture, PasswordSource};
use crate::secret::Secret;

/// Signs a token for each connection with the account's credentials as they are then (Amazon RDS User Guide, "IAM database
/// authentication"). The database's user needs `GRANT rds_iam`, the role `rds-db:connect`.
#[derive(Debug, Clone)]
pub struct IamToken {
    config: SdkConfig,
}

impl IamToken {
    /// Tokens of this account, for instances in its region.
    pub fn new(account: &Account) -> Self {
        Self { config: account.config().clone() }
    }
}

impl PasswordSource for IamToken {
    fn password<'a>(&'a self, host: &'a str, port: u16, user: &'a str) -> PasswordFuture<'a> {
        Box::pin(async move {
            // The SDK panics on what makes no URL, and without a region it signs for us-east-1.
            let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
            if !plain(host) || !plain(user) {
                return Err(Error::usage(format!("no token can be signed for {user:?} at {host:?}"))
                    .help("use a database user of letters, digits, `_`, `-` and `.`, and the instance's own name"));
            }
            if self.config.region().is_none() {
                return Err(Error::usage(format!(
                    "no AWS region is named to sign a token for {user} at {host}:{port}"
                ))
                .help("name it as `region` in the refresh file, in AWS_REGION, or in the profile"));
            }
            let failed = |cause| {
                Error::new(ErrorKind::Restore, format!("signing a token for {user} at {host}:{port} failed"))
                    .because(cause)
                    .help("sign in to AWS again; the role needs rds-db:connect on this database user")
            };
            let config = Config::builder().hostname(host).port(port.into()).username(user).build().map_err(failed)?;
            let token = AuthTokenGenerator::new(config).auth_token(&self.config).await.map_err(failed)?;
            Ok(Secret::new(token.as_str()))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use aws_config::Region;
    use aws_sdk_rds::config::{Credentials, SharedCredentialsProvider};
    use aws_types::sdk_config::TimeSource;

    use super::*;

    #[derive(Debug)]
    struct Clock;

    impl TimeSource for Clock {
        fn now(&self) -> SystemTime {
            SystemTime::now()
        }
    }

    fn token(region: Option<&str>) -> IamToken {
        let credentials = Credentials::new("AKIDEXAMPLE", "hunter2", Some("session".to_owned()), None, "test");
        let config = SdkConfig::builder()
            .time_source(Clock)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .region(region.map(|region| Region::new(region.to_owned())));
        IamToken { config: config.build() }
    }

    #[tokio::test]
    async fn a_token_names_host_port_and_user_and_holds_no_credential() {
        let source = token(Some("eu-north-1"));
        let made = source.password("db.example", 5433, "stagemask").await.unwrap();
        let text = made.expose();
        assert!(text.starts_with("db.example:5433/?"), "{text}");
        for part in ["Action=connect", "DBUser=stagemask", "X-Amz-Expires=900", "eu-north-1%2Frds-db"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("hunter2") && !format!("{source:?} {made:?}").contains("hunter2"));
    }

    #[tokio::test]
    async fn what_can_not_be_signed_is_refused_with_host_and_user() {
        let error = token(None).password("db.example", 5433, "stagemask").await.unwrap_err().to_string();
        assert!(error.contains("stagemask at db.example:5433"), "{error}");
        for user in ["a b", "a&DBUser=root", "ø"] {
            let error = token(Some("eu-north-1")).password("db.example", 5433, user).await.unwrap_err().to_string();
            assert!(error.contains("no token can be signed"), "{error}");
        }
    }
}
