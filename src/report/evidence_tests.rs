use std::time::UNIX_EPOCH;

use super::super::evidence_markdown::markdown;
use super::super::markdown::tests::{finding_at, proof, record};
use super::*;
use crate::run_record::ObjectivesRecord;
use crate::verify::assertions::{AssertionResult, does_not_hold};
use crate::verify::findings::Severity;
use crate::verify::restorable::{Problem, Restorable, TableRead};

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_233_480)
}

fn who() -> Actor {
    Actor {
        caller: Some("arn:aws:sts::123456789012:assumed-role/refresh/stagemask".into()),
        system: "runner@ip-10-0-3-7".into(),
        workflow: Some("https://github.com/drop/app/actions/runs/17 by quinn".into()),
    }
}

fn measured(objective: Option<f64>, measured: f64) -> Measured {
    Measured { objective_seconds: objective, measured_seconds: Some(measured) }
}

/// A refresh with an assertion, which took 12 minutes longer than it may.
fn late() -> RunRecord {
    let mut record = record(RunState::Released);
    record.assertions.insert("adults_only".into(), "select true".into());
    record.objectives = ObjectivesRecord { rto: measured(Some(7200.0), 7920.5), rpo: measured(None, 3.0) };
    record
}

fn drill() -> (RunRecord, Drilled) {
    let mut record = late();
    record.state = RunState::Failed;
    record.masked = None;
    record.rules.digest.clear();
    record.assertions.insert("not_reached".into(), "select true".into());
    let restorable = Restorable {
        tables: vec![TableRead { name: "users".into(), rows: 203_412, bytes: 1 << 20 }],
        large_objects: 2,
        large_object_bytes: 4096,
        indexes_checked: Some(31),
        sequences_checked: 4,
        extensions: vec!["pgcrypto 1.3".into()],
        page_checksums: true,
        problems: vec![Problem { object: "users_pkey".into(), what: "the index is damaged".into() }],
        notes: vec!["materialized view totals waits for its first refresh".into()],
    };
    let held = AssertionResult { name: "adults_only".into(), held: true, error: None };
    (record, Drilled { restorable: Some(restorable), assertions: vec![held] })
}

fn evidence(command: Command, record: &RunRecord, proof: Option<&Proof>, error: Option<&Error>) -> Evidence {
    Evidence::of(&Facts { command, record, proof, drilled: None, error, who: &who() }, now())
}

fn json(evidence: &Evidence) -> String {
    serde_json::to_string_pretty(evidence).unwrap()
}

#[test]
fn the_evidence_of_a_late_refresh_keeps_its_shape() {
    let (record, proof) = (late(), proof(Vec::new()));
    let evidence = evidence(Command::Refresh, &record, Some(&proof), None);
    insta::assert_snapshot!("evidence_of_a_late_refresh", json(&evidence));
    insta::assert_snapshot!("evidence_of_a_late_refresh_for_people", markdown(&evidence));
    assert!(!evidence.succeeded());
}

#[test]
fn the_evidence_of_a_failed_drill_keeps_its_shape() {
    let (record, drilled) = drill();
    let error = Error::new(ErrorKind::Restore, "what was restored can't be used as it is:\n  users_pkey is damaged");
    let (proof, error, who) = (None, Some(&error), &who());
    let facts = Facts { command: Command::Drill, record: &record, proof, drilled: Some(&drilled), error, who };
    let evidence = Evidence::of(&facts, now());
    insta::assert_snapshot!("evidence_of_a_failed_drill", json(&evidence));
    insta::assert_snapshot!("evidence_of_a_failed_drill_for_people", markdown(&evidence));
}

#[test]
fn an_assertion_that_does_not_hold_is_told_from_those_that_do() {
    let mut record = late();
    record.state = RunState::Refused;
    let mut finding = finding_at("payload", Severity::Blocking, &[]);
    finding.kind = does_not_hold("adults_only");
    let proof = proof(vec![finding]);
    let error = Error::new(ErrorKind::Integrity, "an assertion doesn't hold");
    let evidence = evidence(Command::Refresh, &record, Some(&proof), Some(&error));
    assert_eq!(evidence.outcome.result, "refused");
    assert!(!evidence.checks.assertions[0].held);
    assert_eq!(evidence.checks.verification.unwrap().findings[&Severity::Blocking], 1);
}

#[test]
fn a_run_that_came_to_nothing_has_evidence_too() {
    let mut record = late();
    record.source.kind.clear();
    record.state = RunState::Failed;
    let error = Error::new(ErrorKind::Interrupted, "interrupted");
    let evidence = evidence(Command::Refresh, &record, None, Some(&error));
    assert_eq!((evidence.outcome.result, evidence.source.is_none()), ("interrupted", true));
    assert_eq!(evidence.checks.assertions_not_asked, ["adults_only"]);
    assert!(markdown(&evidence).contains("interrupted"));
}

#[test]
fn what_it_belongs_to_has_digests() {
    let state = tempfile::tempdir().unwrap();
    let record = late();
    let folder = RunFolder::create(state.path(), &record.run).unwrap();
    folder.write_bytes("proof.json", b"abc").unwrap();
    let mut evidence = evidence(Command::Refresh, &record, None, None);
    evidence.write(&folder).unwrap();
    let written: serde_json::Value = folder.read(JSON).unwrap();
    // FIPS 180-2, appendix B.1.
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(written["digests"]["proof.json"], digest);
    assert!(std::fs::read_to_string(folder.join(MARKDOWN)).unwrap().contains(digest));
}
