//! A topic of Amazon SNS.

use aws_sdk_sns::types::MessageAttributeValue;

use super::{Notice, region_of};
use crate::aws::{Account, Side, explain};
use crate::error::{Error, Result};
use crate::run_record::audit::AuditLog;

/// Publishes the notice (API reference, `Publish`).
pub(super) async fn publish(topic: &str, notice: &Notice, audit: &AuditLog) -> Result<()> {
    let side = Side { region: region_of(topic), ..Side::default() };
    let account = Account::sign_in(&side, Some(audit)).await?;
    let mut call = account.sns().publish().topic_arn(topic).subject(&notice.subject).message(&notice.text);
    for (name, value) in &notice.attributes {
        let value = MessageAttributeValue::builder().data_type("String").string_value(value).build();
        let value = value.map_err(|cause| Error::failed("an attribute of the notice is incomplete").because(cause))?;
        call = call.message_attributes(*name, value);
    }
    if topic.ends_with(".fifo") {
        let id: String = notice.attributes.iter().map(|(_, value)| value.as_str()).collect();
        let id = blake3::hash(id.as_bytes()).to_hex();
        call = call.message_group_id("stagemask").message_deduplication_id(id.as_str());
    }
    call.send().await.map_err(|error| explain(error, "publishing a notice", "sns:Publish", topic))?;
    Ok(())
}
