use super::super::testing::{built, column, key, mask_bytes, mask_with, refusal};
use super::*;
use crate::rules::transform::{Locale, Transform as Spec};

const ALONE: Row<'static> = Row { cells: &[], transforms: &[] };

fn options(run: Vec<String>) -> Options {
    Options { run, with: Vec::new(), processes: Some(1), timeout: Some(10) }
}

/// A program in the shell's language. `read -r line` waits for a request.
fn shell(script: &str) -> Spec {
    let run = ["sh", "-c", script].map(str::to_owned).to_vec();
    Spec::Command(Options { timeout: Some(1), ..options(run) })
}

/// Answers each request with this value, written in JSON.
fn answering(value: &str) -> Spec {
    shell(&format!(
        "while read -r line; do id=${{line#*:}}; echo \"{{\\\"id\\\":${{id%%,*}},\\\"value\\\":{value}}}\"; done"
    ))
}

fn text() -> Column {
    column(TypeClass::Text, Some(20))
}

/// Why a program's answer isn't taken.
fn error(spec: &Spec, column: &Column) -> String {
    let transform = built(spec, column).transform;
    let error = transform.mask(b"Ingrid Lie", &ALONE, &mut Vec::new()).unwrap_err().0;
    assert!(!error.contains("Ingrid") && !error.contains("secret"), "{error}");
    error
}

#[test]
fn the_answer_of_the_program_takes_the_place_of_the_value() {
    let echo = shell("while read -r line; do printf '%s\\n' \"$line\" | sed 's/Ingrid/Kari/'; done");
    assert_eq!(mask_with(&echo, &text(), "Ingrid \"Lie\" Ø\n"), "Kari \"Lie\" Ø\n");
    assert_eq!(mask_bytes(&answering("77"), &column(TypeClass::Int4, None), &[0; 4]), 77i32.to_be_bytes());
    assert_eq!(mask_with(&answering("77"), &text(), " "), " ");
}

#[test]
fn one_process_answers_many_times() {
    let transform = built(&shell("n=0; while read -r line; do n=$((n+1)); id=${line#*:}; echo \"{\\\"id\\\":${id%%,*},\\\"value\\\":$n}\"; done"), &text()).transform;
    for expected in 1..=50 {
        let mut out = Vec::new();
        transform.mask(b"x", &ALONE, &mut out).unwrap();
        assert_eq!(out, expected.to_string().into_bytes());
    }
}

#[test]
fn a_program_that_is_not_there_or_ends_is_an_error() {
    let nowhere = Spec::Command(options(vec!["./no-such-program".to_owned()]));
    assert!(error(&nowhere, &text()).contains("can't be started"));
    assert!(error(&shell("echo secret >&2; exit 3"), &text()).contains("exit code 3"));
    assert!(error(&shell("read -r line; printf secret"), &text()).contains("exit code 0"));
    assert!(error(&shell("read -r line; sleep 60"), &text()).contains("no answer within 1 s"));
    assert!(error(&shell("read -r line; yes secret | tr -d '\\n'"), &text()).contains("more than 4 MiB"));
}

#[test]
fn an_answer_that_is_none_is_an_error() {
    let text = text();
    assert!(error(&shell("read -r line; echo secret"), &text).contains("isn't JSON"));
    assert!(error(&shell("read -r line; echo '{\"value\":\"secret\"}'"), &text).contains("without an `id`"));
    assert!(error(&shell("read -r line; echo '{\"id\":999,\"value\":\"secret\"}'"), &text).contains("another request"));
    assert!(error(&shell("read -r line; printf 'secret\\nsecret\\n'"), &text).contains("a line with a line"));
    assert!(error(&answering("null"), &text).contains("NULL"));
    assert!(error(&answering("[1]"), &text).contains("something else"));
    assert!(error(&answering("123456789012345678901"), &text).contains("too long"));
    assert!(error(&answering("7.5"), &column(TypeClass::Date, None)).contains("no value of the column's type"));
}

#[test]
fn a_program_is_started_again_after_it_failed() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("was-here");
    let script = format!(
        "read -r line; if [ -e {0} ]; then id=${{line#*:}}; echo \"{{\\\"id\\\":${{id%%,*}},\\\"value\\\":1}}\"; else touch {0}; fi",
        mark.display()
    );
    let transform = built(&shell(&script), &text()).transform;
    assert!(transform.mask(b"x", &ALONE, &mut Vec::new()).is_err());
    let mut out = Vec::new();
    transform.mask(b"x", &ALONE, &mut out).unwrap();
    assert_eq!(out, b"1");
}

#[test]
fn the_program_sees_nothing_of_our_environment_but_the_path() {
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some(), "cargo sets it for tests");
    let script = "read -r line; id=${line#*:}; echo \"{\\\"id\\\":${id%%,*},\\\"value\\\":\\\"${CARGO_MANIFEST_DIR-none}${PATH:+, path}\\\"}\"";
    assert_eq!(mask_with(&shell(script), &text(), "x"), "none, path");
}

#[test]
fn types_without_a_text_form_are_refused() {
    assert!(refusal(&answering("1"), &column(TypeClass::Bytea, None)).what.contains("can't mask"));
    let nameless = Spec::Command(options(vec![" ".to_owned()]));
    assert!(refusal(&nameless, &text()).what.contains("no program"));
}

#[test]
fn a_program_that_answers_without_reading_does_not_hold_us_up() {
    let transform = built(&shell("echo secret; sleep 60"), &text()).transform;
    let large = "x".repeat(300_000);
    let error = transform.mask(large.as_bytes(), &ALONE, &mut Vec::new()).unwrap_err().0;
    assert!(error.contains("a line with a line"), "{error}");
    let deaf = built(&shell("sleep 60"), &text()).transform;
    let error = deaf.mask(large.as_bytes(), &ALONE, &mut Vec::new()).unwrap_err().0;
    assert!(error.contains("no answer within 1 s"), "{error}");
}

#[test]
fn a_large_value_passes_both_ways() {
    let echo = Spec::Command(options(vec!["cat".to_owned()]));
    let large = "Ø".repeat(400_000);
    assert_eq!(mask_with(&echo, &column(TypeClass::Text, None), &large), large);
    let transform = built(&echo, &column(TypeClass::Text, None)).transform;
    let error = transform.mask(&[b'x'; (1 << 20) + 1], &ALONE, &mut Vec::new()).unwrap_err().0;
    assert!(error.contains("larger than 1 MiB"), "{error}");
}

#[test]
fn other_columns_of_the_row_are_shown_when_asked_for() {
    let number = Column { name: "age".to_owned(), ..column(TypeClass::Int4, None) };
    let (columns, key, prescan) = ([text(), number], key(), Default::default());
    // The answer is what stands in `row`, without its quotes.
    let script = "while read -r line; do id=${line#*:}; row=${line##*row}; row=$(echo \"$row\" | tr -dc 'a-z0-9:'); \
        echo \"{\\\"id\\\":${id%%,*},\\\"value\\\":\\\"$row\\\"}\"; done";
    let run = ["sh", "-c", script].map(str::to_owned).to_vec();
    let site = Site {
        column: &columns[0],
        columns: &columns,
        specs: &[None, None],
        locale: Locale::En,
        key: &key,
        domain: None,
        prescan: &prescan,
    };
    let build_with = |name: &str| build(&Options { with: vec![name.to_owned()], ..options(run.clone()) }, &site);
    let transform = build_with("age").unwrap().transform;
    let masked = |age: Option<&[u8]>| {
        let mut out = Vec::new();
        transform.mask(b"Ingrid", &Row { cells: &[Some(b"Ingrid"), age], transforms: &[] }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_eq!((masked(Some(&44i32.to_be_bytes())), masked(None)), (":age:44".to_owned(), ":age:null".to_owned()));
    assert!(build_with("nowhere").err().unwrap().what.contains("no column nowhere"));
}
