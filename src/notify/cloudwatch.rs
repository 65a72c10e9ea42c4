//! Metrics of Amazon CloudWatch, for a dashboard and for an alarm when the newest refresh is too old.

use aws_sdk_cloudwatch::types::{Dimension, MetricDatum, StandardUnit};

use super::Metrics;
use crate::aws::{Account, Side, explain};
use crate::error::Result;
use crate::report::evidence::Evidence;
use crate::run_record::audit::AuditLog;
use crate::verify::findings::Severity;

/// Puts the metrics of a run (API reference, `PutMetricData`).
pub(super) async fn put(metrics: &Metrics, evidence: &Evidence, audit: &AuditLog) -> Result<()> {
    let side = Side { region: metrics.region.clone(), ..Side::default() };
    let account = Account::sign_in(&side, Some(audit)).await?;
    account
        .cloudwatch()
        .put_metric_data()
        .namespace(&metrics.namespace)
        .set_metric_data(Some(data(evidence)))
        .send()
        .await
        .map_err(|error| explain(error, "putting metrics", "cloudwatch:PutMetricData", &metrics.namespace))?;
    Ok(())
}

fn data(evidence: &Evidence) -> Vec<MetricDatum> {
    let dimension = |name: &str, value: &str| Dimension::builder().name(name).value(value).build();
    let common = [dimension("Target", evidence.about()), dimension("Command", evidence.command.word())];
    let datum = |name: &str, unit: StandardUnit, value: f64| {
        MetricDatum::builder().metric_name(name).unit(unit).value(value).set_dimensions(Some(common.to_vec()))
    };
    let success = if evidence.succeeded() { 1.0 } else { 0.0 };
    let mut data = vec![datum("Success", StandardUnit::Count, success).build()];
    if let Some(source) = &evidence.source {
        let age = source.record.age_seconds as f64;
        data.push(datum("SnapshotAge", StandardUnit::Seconds, age).build());
    }
    if let Some(seconds) = evidence.objectives.rto.measured.measured_seconds {
        data.push(datum("RecoveryTime", StandardUnit::Seconds, seconds).build());
    }
    if let Some(verification) = &evidence.checks.verification {
        let blocking = verification.findings.get(&Severity::Blocking).copied().unwrap_or_default();
        data.push(datum("Findings", StandardUnit::Count, blocking as f64).build());
    }
    for phase in &evidence.phases {
        let datum = datum("PhaseSeconds", StandardUnit::Seconds, phase.seconds);
        data.push(datum.dimensions(dimension("Phase", phase.stage.word())).build());
    }
    data
}
