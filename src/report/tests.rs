use std::collections::BTreeMap;

use super::*;
use crate::originals::OriginalsOf;
use crate::postgres::identifier::TableName;
use crate::postgres::types::TypeClass;
use crate::progress::Stage;
use crate::report::{document, findings_text};
use crate::run_record::{
    Acceptance, DatabaseIdentity, MaskedColumn, ObjectivesRecord, RulesRecord, RunId, SourceRecord, StageRecord,
    TargetRecord,
};
use crate::verify::findings::{Place, Question, Severity};
use crate::verify::proof::{Accepted, Canaries, ColumnProof, TableProof};
use crate::verify::state::State;

fn identity() -> DatabaseIdentity {
    DatabaseIdentity { system_identifier: "7561238947612".into(), oid: 16_402 }
}

pub(in crate::report) fn column(name: &str, how: How) -> MaskedColumn {
    MaskedColumn {
        name: name.into(),
        type_name: "text".into(),
        class: TypeClass::Text,
        how,
        nulls: 3,
        recorded: None,
        counts: None,
    }
}

pub(in crate::report) fn masked_by(transform: &str) -> How {
    How::Masked {
        follows: None,
        transform: transform.into(),
        originals: OriginalsOf::Identifier,
        always_changes: true,
        makes_null: false,
    }
}

pub(in crate::report) fn table_of(name: TableName, rows: u64, columns: Vec<MaskedColumn>) -> MaskedTable {
    MaskedTable {
        name,
        rows,
        checksum: "00".into(),
        written: None,
        columns,
        kept_key: vec![0],
        left_behind: None,
        unmasked: None,
    }
}

pub(in crate::report) fn record(state: RunState) -> RunRecord {
    let users =
        vec![column("id", How::KeptByType), column("email", masked_by("email")), column("kyc_status", How::Kept)];
    let notes = vec![column("Weird \"Column\" | `x`\n", masked_by("free_text"))];
    RunRecord {
        run: RunId::try_from("20261121T034512-k3f9x2".to_owned()).unwrap(),
        tool: "stagemask 0.1.0".into(),
        started: "2026-11-21T03:45:12Z".into(),
        source: SourceRecord {
            kind: "live".into(),
            described: "replica.internal:5432/drop".into(),
            age_seconds: 3,
            bytes: 155_189_248,
            identity: None,
            scratch_oid: None,
        },
        target: TargetRecord {
            server: "staging.internal:5432".into(),
            database: "drop_staging".into(),
            incoming: "drop_staging__incoming_20261121t034512_k3f9x2".into(),
            retired: matches!(state, RunState::Released)
                .then(|| "drop_staging__retired_20261121t034512_k3f9x2".to_owned()),
            identity: identity(),
            catalogs: Default::default(),
            instance: None,
        },
        rules: RulesRecord { file: "masking-rules/drop.yaml".into(), digest: "ab12".into() },
        allowed_domains: Vec::new(),
        accepted: Vec::new(),
        assertions: BTreeMap::new(),
        key_fingerprint: "0badcafe".into(),
        objectives: ObjectivesRecord::default(),
        stages: vec![StageRecord {
            stage: Stage::Mask,
            started: "2026-11-21T03:45:14Z".into(),
            seconds: 123.4,
            summary: "2 columns masked, 1 kept, 0 undecided".into(),
        }],
        masked: Some(MaskedRecord {
            tables: vec![
                table_of(TableName::new("public", "users"), 203_412, users),
                table_of(TableName::new("public", "User Notes"), 7, notes),
            ],
            recorded: Vec::new(),
            large_objects: 0,
            large_objects_checksum: None,
            inventory: BTreeMap::new(),
            joined: Vec::new(),
            objects: Vec::new(),
            behind: Vec::new(),
            schema_digest: "cd34".into(),
        }),
        state,
    }
}

pub(in crate::report) fn finding_at(column: &str, severity: Severity, keys: &[&str]) -> Finding {
    Finding {
        question: Question::Leak,
        place: Place {
            table: Some(TableName::new("public", "audit_log")),
            column: Some(column.into()),
            key: Some("email".into()),
        },
        kind: "original of users.email".into(),
        severity,
        count: 1_204,
        keys: keys.iter().map(|&key| key.to_owned()).collect(),
        advice: "mask it with `json: { \"$.email\": email }`".into(),
    }
}

pub(in crate::report) fn proof(findings: Vec<Finding>) -> Proof {
    let columns = vec![ColumnProof {
        name: "id".into(),
        type_name: "text".into(),
        how: Some(How::KeptByType),
        nulls: 0,
        distinct: None,
        lengths: None,
        spread: None,
    }];
    Proof {
        version: 2,
        run: record(RunState::Verified).run,
        tool: "stagemask 0.1.0".into(),
        tool_digest: "ef56".into(),
        made: "2026-11-21T03:48:00Z".into(),
        target: identity(),
        rules_digest: "ab12".into(),
        schema_digest: "cd34".into(),
        state: State::default(),
        tables: vec![TableProof { name: TableName::new("public", "users"), rows: 203_412, columns }],
        large_objects: 0,
        joins: Vec::new(),
        canaries: Canaries { planted: 12, found: 12 },
        findings,
        accepted: Vec::new(),
        seconds: 0.6,
        digest: "0d".into(),
        signature: None,
    }
}

pub(in crate::report) fn accepted() -> Accepted {
    let acceptance = Acceptance {
        table: TableName::new("public", "audit_log"),
        column: "payload".into(),
        key: Some("email".into()),
        kind: "original of users.email".into(),
        reason: "the auditors' own addresses".into(),
        who: "Kari".into(),
        until: "2027-01-31".into(),
    };
    Accepted { acceptance, count: 1_204 }
}

#[test]
fn what_was_accepted_is_listed_with_who_and_until_when() {
    let mut proof = proof(vec![finding_at("payload", Severity::Accepted, &["17"])]);
    proof.accepted.push(accepted());
    let text = markdown(&record(RunState::Verified), Some(&proof));
    assert!(
        text.contains("| accepted | `audit_log.payload at \"email\"` | original of users.email | 1,204 |"),
        "{text}"
    );
    let row = "| the auditors' own addresses | Kari | 2027-01-31 |";
    assert!(text.contains("## Accepted in the rules") && text.contains(row), "{text}");
}

#[test]
fn a_released_run_is_reported_whole() {
    insta::assert_snapshot!(markdown(&record(RunState::Released), Some(&proof(Vec::new()))));
}

#[test]
fn a_closed_gate_is_reported_with_every_finding() {
    let found =
        vec![finding_at("payload", Severity::Blocking, &["17", "a|b"]), finding_at("note", Severity::Note, &[])];
    insta::assert_snapshot!(markdown(&record(RunState::Refused), Some(&proof(found))));
}

#[test]
fn findings_on_a_terminal_name_place_kind_count_keys_and_advice() {
    let found = vec![finding_at("payload", Severity::Blocking, &["17", "\u{1b}[2J"])];
    insta::assert_snapshot!(findings_text(&proof(found)), @r#"
    blocking: audit_log.payload at "email": original of users.email in 1,204 cells
      rows with key 17, \u{1b}[2J, …
      help: mask it with `json: { "$.email": email }`
    "#);
}

#[test]
fn of_many_findings_a_terminal_shows_twenty() {
    let text = findings_text(&proof(vec![finding_at("payload", Severity::Warning, &[]); 23]));
    assert_eq!(text.matches("warning: ").count(), 20);
    assert!(text.ends_with("and 3 more, see the report"), "{text}");
}

#[test]
fn a_scan_that_missed_a_canary_says_so_first() {
    let mut proof = proof(Vec::new());
    proof.canaries.found = 11;
    assert!(findings_text(&proof).starts_with("only 11 of 12 canaries were found"));
    assert!(markdown(&record(RunState::Refused), Some(&proof)).contains("**the scan is invalid**"));
}

#[test]
fn no_name_can_leave_its_cell() {
    for name in ["a|b", "a`b", "a\nb", "a\\|b", "``|``", "\\"] {
        for cell in [code(name), inline(name)] {
            let bare = cell.replace("\\\\", "").replace("\\|", "").replace("\\`", "");
            assert!(!bare.contains('|') && !bare.contains('\n'), "{name:?} became {cell:?}");
        }
    }
}

#[test]
fn a_report_for_programs_has_record_and_proof() {
    let proof = proof(vec![finding_at("payload", Severity::Blocking, &[])]);
    let document = document(&record(RunState::Refused), Some(&proof)).unwrap();
    assert_eq!(document["gate"], "closed");
    assert_eq!(document["proof"]["findings"][0]["count"], 1204);
    assert_eq!(document["run"]["masked"]["tables"][0]["rows"], 203_412);
}

#[test]
fn a_table_of_thousands_is_cut_and_says_so() {
    let mut text = String::new();
    table(&mut text, &["n"], (0..2001).map(|n| vec![n.to_string()]));
    assert!(text.ends_with("… and 1 more, all of them in `report.json`.\n\n"), "{text}");
}
