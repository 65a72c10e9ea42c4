use super::*;

#[test]
fn runs_and_what_they_left_are_listed() {
    let id = RunId::try_from("20261121T034512-k3f9x2".to_owned()).unwrap();
    let now = id.time().unwrap() + std::time::Duration::from_secs(93_600);
    let left = LeftOver {
        database: "drop__retired_20261121t034512_k3f9x2".into(),
        released: "drop".into(),
        run: id.clone(),
        part: "retired".into(),
        bytes: 155_189_248,
    };
    let text = text(&[Run { id, record: None }], Some(&[left]), &BTreeSet::new(), Path::new(".stagemask"), now);
    insta::assert_snapshot!(text, @r"
    20261121T034512-k3f9x2  unreadable       1 d 02 h old
    left on the target's server:
      drop__retired_20261121t034512_k3f9x2  retired, 148 MiB, run 20261121T034512-k3f9x2
    ");
}

#[test]
fn what_another_machine_left_can_be_gone_on_with_where_its_state_is_carried() {
    let id = RunId::try_from("20261121T034512-k3f9x2".to_owned()).unwrap();
    let left = |part: &str| LeftOver {
        database: format!("drop__{part}_20261121t034512_k3f9x2"),
        released: "drop".into(),
        run: id.clone(),
        part: part.into(),
        bytes: 1 << 20,
    };
    let (all, carried) = ([left("incoming"), left("retired")], BTreeSet::from([id.clone()]));
    let now = SystemTime::UNIX_EPOCH;
    insta::assert_snapshot!(text(&[], Some(&all), &carried, Path::new(".stagemask"), now), @r"
    there are no runs in .stagemask
    left on the target's server:
      drop__incoming_20261121t034512_k3f9x2  incoming, 1.0 MiB, run 20261121T034512-k3f9x2; can be gone on with from here, with its key
      drop__retired_20261121t034512_k3f9x2  retired, 1.0 MiB, run 20261121T034512-k3f9x2; can be rolled back to from here, with its key
    ");
    assert!(!text(&[], Some(&all), &BTreeSet::new(), Path::new("."), now).contains("from here"));
    assert!(!text(&[Run { id, record: None }], Some(&all), &carried, Path::new("."), now).contains("from here"));
}

#[test]
fn without_runs_it_says_where_it_looked() {
    let text = text(&[], Some(&[]), &BTreeSet::new(), Path::new(".stagemask"), SystemTime::UNIX_EPOCH);
    assert_eq!(text, "there are no runs in .stagemask\nno run left a database on the target's server");
}

#[test]
fn a_day_that_no_calendar_has_is_no_time() {
    let id = RunId::try_from("20261399T034512-k3f9x2".to_owned()).unwrap();
    assert_eq!(id.time(), None);
    assert_eq!(age_of(&id, SystemTime::now()), None);
}
