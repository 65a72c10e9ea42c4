//! Who we are in AWS, and the clients of its services.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

use super::audited::Audited;
use super::failure::explain;
use crate::error::{Error, Result};
use crate::run_record::audit::AuditLog;

/// How often the SDK tries a call that a service throttles or can't answer; permission errors are never tried again.
const ATTEMPTS: u32 = 6;
/// A service that doesn't take the connection within this time is taken to be out of reach.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest that one attempt of a call may take.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a session of an assumed role lasts before it is renewed: the most that role chaining allows.
const SESSION: Duration = Duration::from_secs(3600);

/// One side of a refresh: where, and as whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// The region; `None` for that of the environment or profile.
    pub region: Option<String>,
    /// The profile of the shared configuration file.
    pub profile: Option<String>,
    /// The role to take on, such as one in the account of production.
    pub assume_role: Option<AssumeRole>,
}

/// A role to take on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssumeRole {
    /// Which role.
    pub arn: String,
    /// What the role's trust policy asks for, if it does.
    pub external_id: Option<String>,
}

/// An AWS account and region, signed in to. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Account {
    config: SdkConfig,
    audit: Option<AuditLog>,
    region: String,
    id: String,
    caller: String,
}

impl Account {
    /// Signs in. Calls that change something are noted in the log, if there is one.
    ///
    /// # Errors
    /// When region or credentials are missing, have expired or are refused.
    pub async fn sign_in(side: &Side, audit: Option<&AuditLog>) -> Result<Self> {
        let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(http)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(CONNECT_TIMEOUT)
                    .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                    .build(),
            );
        if let Some(region) = &side.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(profile) = &side.profile {
            loader = loader.profile_name(profile);
        }
        let mut config = loader.load().await;
        if config.region().is_none() {
            return Err(Error::usage("no AWS region is named")
                .help("name it as `region` in the refresh file, in AWS_REGION, or in the profile"));
        }
        if let Some(role) = &side.assume_role {
            config = Self::in_role(config, role).await;
        }
        Self::with_config(config, audit).await
    }

    /// Signs in with a configuration that was made elsewhere, such as one for an endpoint of our own.
    ///
    /// # Errors
    /// As [`Account::sign_in`].
    pub async fn with_config(config: SdkConfig, audit: Option<&AuditLog>) -> Result<Self> {
        let region = config.region().map(|region| region.as_ref().to_owned()).unwrap_or_default();
        let asked = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await;
        let identity = asked.map_err(|error| explain(error, "signing in to AWS", "sts:GetCallerIdentity", &region))?;
        let caller = identity.arn().unwrap_or_default().to_owned();
        if let Some(audit) = audit {
            audit.caller(&caller);
        }
        let id = identity.account().unwrap_or_default().to_owned();
        Ok(Self { config, audit: audit.cloned(), region, id, caller })
    }

    async fn in_role(config: SdkConfig, role: &AssumeRole) -> SdkConfig {
        let mut provider = aws_config::sts::AssumeRoleProvider::builder(&role.arn)
            .configure(&config)
            .session_name("stagemask")
            .session_length(SESSION);
        if let Some(external_id) = &role.external_id {
            provider = provider.external_id(external_id);
        }
        let provider = provider.build().await;
        config.to_builder().credentials_provider(aws_sdk_sts::config::SharedCredentialsProvider::new(provider)).build()
    }

    /// The region, such as `eu-north-1`.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The account: twelve digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The ARN of who we are.
    pub fn caller(&self) -> &str {
        &self.caller
    }

    /// What the clients are made of, for an RDS token.
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// The same account in another region, such as the one that a snapshot is copied from.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        let config = self.config.to_builder().region(Region::new(region.to_owned())).build();
        Self { config, region: region.to_owned(), ..self.clone() }
    }

    fn audited(&self) -> Audited {
        Audited::new(self.audit.clone())
    }

    /// Amazon RDS.
    pub fn rds(&self) -> aws_sdk_rds::Client {
        let config = aws_sdk_rds::config::Builder::from(&self.config).interceptor(self.audited()).build();
        aws_sdk_rds::Client::from_conf(config)
    }

    /// AWS Backup.
    pub fn backup(&self) -> aws_sdk_backup::Client {
        let config = aws_sdk_backup::config::Builder::from(&self.config).interceptor(self.audited()).build();
        aws_sdk_backup::Client::from_conf(config)
    }

    /// AWS Secrets Manager.
    pub fn secrets(&self) -> aws_sdk_secretsmanager::Client {
        let config = aws_sdk_secretsmanager::config::Builder::from(&self.config).interceptor(self.audited()).build();
        aws_sdk_secretsmanager::Client::from_conf(config)
    }

    /// Amazon SNS.
    pub fn sns(&self) -> aws_sdk_sns::Client {
        let config = aws_sdk_sns::config::Builder::from(&self.config).interceptor(self.audited()).build();
        aws_sdk_sns::Client::from_conf(config)
    }

    /// Amazon CloudWatch.
    pub fn cloudwatch(&self) -> aws_sdk_cloudwatch::Client {
        let config = aws_sdk_cloudwatch::config::Builder::from(&self.config).interceptor(self.audited()).build();
        aws_sdk_cloudwatch::Client::from_conf(config)
    }

    /// Amazon S3. A service of our own endpoint has no names for buckets, so there they go into the path.
    pub fn s3(&self) -> aws_sdk_s3::Client {
        let path_style = self.config.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(&self.config)
            .interceptor(self.audited())
            .force_path_style(path_style)
            .build();
        aws_sdk_s3::Client::from_conf(config)
    }
}
