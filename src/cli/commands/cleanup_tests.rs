use std::collections::BTreeMap;

use super::*;
use crate::run_record::{DatabaseIdentity, RulesRecord, RunRecord, SourceRecord, TargetRecord};

const RUN: &str = "20261121T034512-k3f9x2";
const DAY: Duration = Duration::from_secs(24 * 3600);

fn run_in(state: RunState) -> Run {
    let id = RunId::try_from(RUN.to_owned()).unwrap();
    let record = RunRecord {
        run: id.clone(),
        tool: String::new(),
        started: String::new(),
        source: SourceRecord {
            kind: "live".into(),
            described: String::new(),
            age_seconds: 0,
            bytes: 0,
            identity: None,
            scratch_oid: None,
        },
        target: TargetRecord {
            server: String::new(),
            database: "drop".into(),
            incoming: String::new(),
            retired: None,
            identity: DatabaseIdentity { system_identifier: String::new(), oid: 1 },
            catalogs: Default::default(),
            instance: None,
        },
        rules: RulesRecord { file: String::new(), digest: String::new() },
        allowed_domains: Vec::new(),
        accepted: Vec::new(),
        assertions: BTreeMap::new(),
        key_fingerprint: String::new(),
        objectives: Default::default(),
        stages: Vec::new(),
        masked: None,
        state,
    };
    Run { id, record: Some(record) }
}

fn left(part: &str) -> LeftOver {
    let run = RunId::try_from(RUN.to_owned()).unwrap();
    LeftOver { database: format!("drop__{part}"), released: "drop".into(), run, part: part.into(), bytes: 1 }
}

/// Whether what the run left goes when it is that old and seven days are kept.
fn goes(part: &str, runs: &[Run], age: Duration) -> bool {
    let now = left(part).run.time().unwrap() + age;
    Policy { runs, named: &[], keep: 7 * DAY, now }.may_go(&left(part))
}

#[test]
fn what_a_run_left_that_is_over_goes_at_once() {
    for state in [RunState::Failed, RunState::Released, RunState::RolledBack, RunState::Refused] {
        assert!(goes("incoming", &[run_in(state)], Duration::ZERO), "{state:?}");
        assert!(goes("raw", &[run_in(state)], Duration::ZERO), "{state:?}");
    }
}

#[test]
fn what_people_may_go_back_to_stays_until_it_is_old() {
    let runs = [run_in(RunState::Released)];
    assert!(!goes("retired", &runs, 7 * DAY - Duration::from_secs(1)));
    assert!(goes("retired", &runs, 7 * DAY));
}

#[test]
fn what_a_run_left_that_could_go_on_stays_until_it_is_old() {
    for state in [RunState::Masking, RunState::Masked, RunState::Verified] {
        assert!(!goes("incoming", &[run_in(state)], 6 * DAY), "{state:?}");
        assert!(goes("incoming", &[run_in(state)], 8 * DAY), "{state:?}");
    }
}

#[test]
fn what_another_state_directory_knows_of_stays_until_it_is_old() {
    assert!(!goes("incoming", &[], DAY));
    assert!(goes("incoming", &[], 8 * DAY));
}

#[test]
fn raw_data_goes_after_a_day_whatever_is_kept() {
    let runs = [run_in(RunState::Masking)];
    assert!(!goes("raw", &runs, DAY - Duration::from_secs(1)));
    assert!(goes("raw", &runs, DAY));
}

#[test]
fn what_is_named_goes() {
    let named = [left("retired").run];
    let now = left("retired").run.time().unwrap();
    let policy = Policy { runs: &[run_in(RunState::Masking)], named: &named, keep: 7 * DAY, now };
    assert!(["incoming", "raw", "retired"].iter().all(|part| policy.may_go(&left(part))));
}
