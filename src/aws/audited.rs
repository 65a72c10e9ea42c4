//! Notes each call that changes something in the audit log, whoever makes it.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{Error as CallError, FinalizerInterceptorContextRef};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{Metadata, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use crate::run_record::audit::{AuditLog, CloudTrailEvent};

/// Calls that only read, except the one that hands out a secret.
const READING: [&str; 3] = ["Describe", "List", "Get"];
const READS_A_SECRET: &str = "GetSecretValue";

/// An interceptor that notes what is called.
#[derive(Debug)]
pub(super) struct Audited {
    log: Option<AuditLog>,
}

impl Audited {
    pub(super) fn new(log: Option<AuditLog>) -> Self {
        Self { log }
    }
}

#[dyn_dispatch_hint]
impl Intercept for Audited {
    fn name(&self) -> &'static str {
        "stagemask audit log"
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (Some(log), Some(call)) = (&self.log, bag.load::<Metadata>()) else { return Ok(()) };
        let name = call.name();
        if name != READS_A_SECRET && READING.iter().any(|prefix| name.starts_with(prefix)) {
            return Ok(());
        }
        let service = word(call.service());
        let outcome = match context.output_or_error() {
            Some(Ok(_)) => "done",
            Some(Err(error)) => refusal(error),
            None => "unknown",
        };
        let id = context.response().and_then(|response| {
            let header = |name| response.headers().get(name).map(str::to_owned);
            header("x-amzn-requestid").or_else(|| header("x-amz-request-id"))
        });
        let cloudtrail =
            CloudTrailEvent { source: format!("{service}.amazonaws.com"), name: name.to_owned(), request_id: id };
        let object = object_of(context).unwrap_or_default();
        log.action(&format!("{service}:{name}"), &object, outcome, Some(cloudtrail)).map_err(BoxError::from)
    }
}

/// The service as CloudTrail and IAM name it.
fn word(service: &str) -> String {
    let word: String = service.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase();
    if word == "cloudwatch" { "monitoring".to_owned() } else { word }
}

fn refusal(error: &OrchestratorError<CallError>) -> &'static str {
    if error.is_timeout_error() {
        "timed out"
    } else if error.is_connector_error() {
        "out of reach"
    } else {
        "refused"
    }
}

/// The name of what the call is about, out of the debug form of its input. SDK inputs cover what is sensitive in it, and
/// only the listed fields are looked at.
fn object_of(context: &FinalizerInterceptorContextRef<'_>) -> Option<String> {
    const NAMES: [&str; 12] = [
        "target_db_instance_identifier",
        "target_db_snapshot_identifier",
        "db_instance_identifier",
        "db_cluster_identifier",
        "target_db_cluster_snapshot_identifier",
        "db_snapshot_identifier",
        "resource_name",
        "secret_id",
        "topic_arn",
        "recovery_point_arn",
        "bucket",
        "role_arn",
    ];
    let input = format!("{:?}", context.input()?);
    NAMES.iter().find_map(|name| {
        let (_, rest) = input.split_once(&format!("{name}: Some(\""))?;
        Some(rest.split('"').next()?.to_owned())
    })
}
