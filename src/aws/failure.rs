//! What AWS refuses, in words that say which permission, object or limit it is about.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::error::{Error, ErrorKind};

/// What kind of refusal it was, for callers that go on differently after one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The object isn't there.
    NotFound,
    /// An object of this name is there already.
    AlreadyExists,
    /// Too many calls; the SDK has tried again already.
    Throttled,
    /// A permission is missing.
    AccessDenied,
    /// Credentials are missing, wrong or have expired.
    Credentials,
    /// A quota is used up.
    Quota,
    /// The object is in a state that doesn't allow the call, which may pass.
    InvalidState,
    /// No answer.
    OutOfReach,
    /// Anything else.
    Other,
}

impl Failure {
    /// Of an error of the SDK.
    pub fn of<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Self {
        match error {
            SdkError::ServiceError(refused) => Self::of_code(refused.err().code().unwrap_or_default()),
            SdkError::ConstructionFailure(_) => Self::Credentials,
            // Credentials that nobody has are told like a network that nobody has.
            SdkError::DispatchFailure(failure) if failure.is_other() => Self::Credentials,
            SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) => Self::OutOfReach,
            _ => Self::Other,
        }
    }

    fn of_code(code: &str) -> Self {
        let has = |words: &[&str]| words.iter().any(|word| code.contains(word));
        if has(&["AccessDenied", "NotAuthorized", "UnauthorizedOperation", "KMSKeyNotAccessible"]) {
            Self::AccessDenied
        } else if has(&["ExpiredToken", "InvalidClientTokenId", "UnrecognizedClient", "SignatureDoesNotMatch"]) {
            Self::Credentials
        } else if has(&["Throttling", "TooManyRequests", "RequestLimitExceeded"]) {
            Self::Throttled
        } else if has(&["NotFound", "NoSuch"]) {
            Self::NotFound
        } else if has(&["AlreadyExists"]) {
            Self::AlreadyExists
        } else if has(&["Quota", "LimitExceeded", "InsufficientDBInstanceCapacity"]) {
            Self::Quota
        } else if has(&[
            "InvalidDBInstanceState",
            "InvalidDBClusterState",
            "InvalidDBSnapshotState",
            "InvalidDBClusterSnapshotState",
        ]) {
            Self::InvalidState
        } else {
            Self::Other
        }
    }
}

/// An error that says what was being done, which action and object it is about, and what to do next.
///
/// `action` is the IAM action, such as `rds:RestoreDBInstanceFromDBSnapshot`; `object` a name or ARN.
pub fn explain<E, R>(error: SdkError<E, R>, doing: &str, action: &str, object: &str) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let failure = Failure::of(&error);
    let (code, message) = match &error {
        SdkError::ServiceError(refused) => (
            refused.err().code().unwrap_or("an unknown error").to_owned(),
            refused.err().message().unwrap_or_default().to_owned(),
        ),
        other => (String::new(), aws_smithy_types::error::display::DisplayErrorContext(other).to_string()),
    };
    let what = if code.is_empty() { format!("{doing} failed") } else { format!("{doing} failed: {code}") };
    let made = Error::new(ErrorKind::Restore, what).because(std::io::Error::other(first_line(&message)));
    match failure {
        Failure::AccessDenied => {
            made.help(format!("allow {action} on {object} in the role's policy; examples/aws/ has one"))
        }
        Failure::Credentials => made.help(
            "sign in again; in a workflow, raise the role's maximum session duration or let stagemask assume the role \
            itself (`assume_role`), so that it can renew the session",
        ),
        Failure::Throttled => made.help("AWS throttles the account's calls; go on with the same run in a few minutes"),
        Failure::NotFound => made.help(format!("look whether {object} exists in this account and region")),
        Failure::AlreadyExists => {
            made.help(format!("{object} is taken: choose another name, or clean up with `stagemask cleanup`"))
        }
        Failure::Quota => made.help("raise the quota of the account, or clean up with `stagemask cleanup`"),
        Failure::OutOfReach => made.help("look at the network, the region and AWS_ENDPOINT_URL"),
        Failure::InvalidState | Failure::Other => made,
    }
}

/// Messages of AWS are one line; what else is there could be anything.
fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().chars().take(500).collect()
}
