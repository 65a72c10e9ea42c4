use super::*;
use crate::postgres::identifier::TableName;
use crate::rules::load;
use crate::verify::findings::{Place, Question};

fn spot(file: &str, what: &str) -> Spot {
    Spot { file: file.to_owned(), at: Some((3, 7)), what: what.to_owned(), help: None }
}

#[test]
fn nothing_in_a_name_or_a_message_can_end_the_command_or_begin_another() {
    let command = command(&spot("a,line=1::b%.yaml", "100 %\r\n::stop-commands::x, y: z\u{1b}"), None);
    assert_eq!(
        command,
        "::error file=a%2Cline=1%3A%3Ab%25.yaml,line=3,col=7,title=stagemask\
         ::100 %25%0D%0A::stop-commands::x, y: z\\u{1b}"
    );
}

#[test]
fn what_concerns_the_whole_file_has_no_line_and_advice_follows() {
    let spot = Spot { at: None, help: Some("mend it\nthen again".to_owned()), ..spot("rules.yaml", "it is wrong") };
    assert_eq!(
        command(&spot, None),
        "::error file=rules.yaml,title=stagemask::it is wrong%0Ahelp: mend it%0Athen again"
    );
}

#[test]
fn a_file_is_named_from_the_root_of_the_workspace() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("masking-rules")).unwrap();
    let file = folder.path().join("masking-rules/drop.yaml");
    std::fs::write(&file, "").unwrap();
    let command = command(&spot(file.to_str().unwrap(), "x"), Some(folder.path()));
    assert!(command.starts_with("::error file=masking-rules/drop.yaml,line=3"), "{command}");
}

#[test]
fn annotations_are_only_for_the_runner() {
    assert!(wanted(|_| Some("true".to_owned())));
    assert!(!wanted(|_| Some("false".to_owned())) && !wanted(|_| None));
}

fn finding(table: &str, column: &str, severity: Severity) -> Finding {
    Finding {
        question: Question::Leak,
        place: Place { table: Some(TableName::new("public", table)), column: Some(column.to_owned()), key: None },
        kind: "original of users.email".to_owned(),
        severity,
        count: 3,
        keys: vec!["usr_1".to_owned()],
        advice: "mask the column".to_owned(),
    }
}

#[test]
fn a_finding_points_to_the_rule_of_its_column_or_to_its_table() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.yaml");
    std::fs::write(&file, "version: 1\ntables:\n  users:\n    columns:\n      id: keep\n      note: keep\n").unwrap();
    let used = RulesRecord { file: file.display().to_string(), digest: load::load(&file).unwrap().digest };
    let findings = [
        finding("users", "note", Severity::Blocking),
        finding("users", "other", Severity::Blocking),
        finding("elsewhere", "note", Severity::Blocking),
        finding("users", "id", Severity::Warning),
    ];
    let spots = of_findings(&findings, &used);
    assert_eq!(spots.iter().map(|spot| spot.at).collect::<Vec<_>>(), [Some((6, 7)), Some((3, 3)), None]);
    assert_eq!(spots[0].what, "users.note: original of users.email");
    assert!(!format!("{spots:?}").contains("usr_1"), "keys stay in the report");

    std::fs::write(&file, "version: 1\ntables: {}\n").unwrap();
    assert_eq!(of_findings(&findings, &used)[0].at, None, "lines of another file would mislead");
}

#[test]
fn a_finding_points_into_the_file_that_decides_its_column() {
    let folder = tempfile::tempdir().unwrap();
    let (file, part) = (folder.path().join("rules.yaml"), folder.path().join("part.yaml"));
    std::fs::write(&file, "version: 1\ninclude: part.yaml\npresets: [laravel]\npatterns:\n  '*.note': keep\n").unwrap();
    std::fs::write(&part, "version: 1\ntables:\n  users:\n    columns: { id: keep }\n").unwrap();
    let used = RulesRecord { file: file.display().to_string(), digest: load::load(&file).unwrap().digest };
    let findings = ["id", "note", "email"].map(|column| finding("users", column, Severity::Blocking));
    let spots = of_findings(&findings, &used);
    assert_eq!((spots[0].file.as_str(), spots[0].at), (part.to_str().unwrap(), Some((4, 16))));
    assert_eq!((spots[1].file.as_str(), spots[1].at), (file.to_str().unwrap(), Some((5, 3))));
    assert_eq!(spots[2].file, "preset:laravel");

    std::fs::write(&part, "version: 1\ntables: {}\n").unwrap();
    assert_eq!(of_findings(&findings, &used)[0].at, None, "a part has changed, so that lines would mislead");
}
