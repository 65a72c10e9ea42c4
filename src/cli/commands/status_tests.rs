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
    let text = text(&[Run { id, record: None }], Some(&[left]), Path::new(".stagemask"), now);
    insta::assert_snapshot!(text, @r"
    20261121T034512-k3f9x2  unreadable       1 d 02 h old
    left on the target's server:
      drop__retired_20261121t034512_k3f9x2  retired, 148 MiB, run 20261121T034512-k3f9x2
    ");
}

#[test]
fn without_runs_it_says_where_it_looked() {
    let text = text(&[], Some(&[]), Path::new(".stagemask"), SystemTime::UNIX_EPOCH);
    assert_eq!(text, "there are no runs in .stagemask\nno run left a database on the target's server");
}

#[test]
fn a_day_that_no_calendar_has_is_no_time() {
    let id = RunId::try_from("20261399T034512-k3f9x2".to_owned()).unwrap();
    assert_eq!(id.time(), None);
    assert_eq!(age_of(&id, SystemTime::now()), None);
}
