//! Paths, read and followed.

use proptest::prelude::*;

use super::*;

fn path(text: &str) -> JsonPath {
    JsonPath::parse(text).unwrap()
}

/// Where a path is after these steps, in arrays of three elements.
fn after(path: &JsonPath, steps: &[Step<'_>]) -> Progress {
    let advance = |progress, step: &Step<'_>| path.advance(progress, &Child { step, length: 3, value: "" });
    steps.iter().fold(path.start(), advance)
}

fn matches(path: &JsonPath, steps: &[Step<'_>]) -> bool {
    path.leads_here(after(path, steps))
}

#[test]
fn every_form_is_read() {
    let name = |name: &str| Segment::Name(name.to_owned());
    for (text, segments) in [
        ("$", vec![]),
        ("$.a.b-c", vec![name("a"), name("b-c")]),
        ("$['it\\'s \"x\"'][\"\\u00e5\"]", vec![name("it's \"x\""), name("å")]),
        ("$.navn_å[0][*].*", vec![name("navn_å"), Segment::Index(0), Segment::AnyElement, Segment::AnyName]),
        ("$.a.**", vec![name("a"), Segment::AnyDepth]),
        ("$..email", vec![Segment::AnyDepth, name("email")]),
        ("$..[*]", vec![Segment::AnyDepth, Segment::AnyElement]),
        ("$..**.**.x", vec![Segment::AnyDepth, name("x")]),
        ("$[-2]", vec![Segment::FromEnd(2)]),
        ("$[1:-1]", vec![Segment::Slice { start: Some(1), end: Some(-1), step: 1 }]),
        ("$[::2]", vec![Segment::Slice { start: None, end: None, step: 2 }]),
        ("$['a', \"b\",0]", vec![Segment::OneOf(vec![name("a"), name("b"), Segment::Index(0)])]),
    ] {
        assert_eq!(path(text).segments(), segments, "{text}");
    }
}

#[test]
fn what_is_not_a_path_is_refused() {
    for text in [
        "",
        "a",
        "a.b",
        "$a",
        "$.",
        "$..",
        "$[",
        "$[]",
        "$[1:2:0]",
        "$[::-1]",
        "$[1:2:3:4]",
        "$[1 2]",
        "$[0,]",
        "$~",
        "$.a~.b",
        "$['a",
        "$['a'",
        "$['\\q']",
        "$.a b",
        "$[99999999999999999999]",
        "$[?]",
        "$[?@.a",
        "$[?length(@.a) == 1]",
    ] {
        assert!(JsonPath::parse(text).is_err(), "{text}");
    }
}

#[test]
fn any_depth_includes_the_thing_itself() {
    let steps = [Step::Name("applicant".into()), Step::Index(3), Step::Name("email".into())];
    for text in ["$.applicant.**", "$..email", "$.**", "$.applicant[*].email", "$.*[3].*", "$..applicant..email"] {
        assert!(matches(&path(text), &steps), "{text}");
    }
    assert!(matches(&path("$.applicant.**"), &steps[..1]));
    for text in ["$", "$.applicant", "$.applicant[*]", "$.*.*.*", "$[*]..email", "$..phone", "$.applicant.email"] {
        assert!(!matches(&path(text), &steps), "{text}");
    }
}

#[test]
fn names_beat_wildcards_and_wildcards_beat_depth() {
    let ordered = ["$.**", "$.**.*", "$.*", "$[?@.a]", "$..email", "$.*.email", "$.a..email", "$.a.email", "$.a.b[0]"];
    for pair in ordered.windows(2) {
        assert!(path(pair[0]).specificity() < path(pair[1]).specificity(), "{} and {}", pair[0], pair[1]);
    }
}

fn segment() -> impl Strategy<Value = Segment> {
    prop_oneof![
        "[ab]".prop_map(Segment::Name),
        "\\PC{0,3}".prop_map(Segment::Name),
        (0..2usize).prop_map(Segment::Index),
        (1..3usize).prop_map(Segment::FromEnd),
        (prop::option::of(-3..3i64), prop::option::of(-3..3i64), 1..3usize)
            .prop_map(|(start, end, step)| Segment::Slice { start, end, step }),
        Just(Segment::OneOf(vec![Segment::Name("a".to_owned()), Segment::Index(1)])),
        Just(Segment::AnyElement),
        Just(Segment::AnyName),
        Just(Segment::AnyDepth),
    ]
}

fn naive(segments: &[Segment], steps: &[Step<'_>]) -> bool {
    match (segments, steps) {
        ([], []) => true,
        ([Segment::AnyDepth, later @ ..], _) => (0..=steps.len()).any(|taken| naive(later, &steps[taken..])),
        ([segment, later @ ..], [step, after @ ..]) => {
            segment.takes(&Child { step, length: 3, value: "" }) && naive(later, after)
        }
        _ => false,
    }
}

proptest! {
    #[test]
    fn a_path_that_is_written_is_read_back(mut segments in prop::collection::vec(segment(), 1..8), of_names: bool) {
        segments.dedup_by(|a, b| *a == Segment::AnyDepth && *b == Segment::AnyDepth);
        let path = JsonPath { segments, of_names };
        prop_assert_eq!(JsonPath::parse(&path.to_string()), Ok(path));
    }

    #[test]
    fn matching_agrees_with_trying_everything(
        segments in prop::collection::vec(segment(), 0..7),
        steps in prop::collection::vec(prop_oneof![Just(Step::Name("a".into())), Just(Step::Name("b".into())), (0..2usize).prop_map(Step::Index)], 0..8),
    ) {
        let path = JsonPath { segments, of_names: false };
        prop_assert_eq!(matches(&path, &steps), naive(path.segments(), &steps));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\$(\\PC|[.\\[\\]*'\"\\\\]){0,20}") {
        let _ = JsonPath::parse(&text);
    }
}

#[test]
fn slices_and_indices_count_from_both_ends() {
    let taken = |text: &str| -> Vec<usize> {
        let path = path(text);
        (0..3).filter(|index| matches(&path, &[Step::Index(*index)])).collect()
    };
    for (text, indices) in [
        ("$[-1]", vec![2]),
        ("$[-4]", vec![]),
        ("$[1:]", vec![1, 2]),
        ("$[:2]", vec![0, 1]),
        ("$[-2:]", vec![1, 2]),
        ("$[-9:-1]", vec![0, 1]),
        ("$[::2]", vec![0, 2]),
        ("$[1::2]", vec![1]),
        ("$[2:1]", vec![]),
        ("$[0,-1]", vec![0, 2]),
    ] {
        assert_eq!(taken(text), indices, "{text}");
    }
}

#[test]
fn a_filter_looks_at_what_stands_beside_what_it_leads_to() {
    let path = path("$.contacts[?@.kind == 'email'].value");
    let leads = |value: &str| {
        let contacts =
            path.advance(path.start(), &Child { step: &Step::Name("contacts".into()), length: 0, value: "[" });
        let element = path.advance(contacts, &Child { step: &Step::Index(0), length: 0, value });
        path.leads_here(path.advance(element, &Child { step: &Step::Name("value".into()), length: 0, value: "1" }))
    };
    assert!(leads(r#"{"value": "a@b.no", "kind": "email"}]"#));
    assert!(!leads(r#"{"value": "+47", "kind": "phone"}]"#));
}

#[test]
fn what_is_covered_once_is_covered_below() {
    let path = path("$.a");
    let steps = [Step::Name("a".into()), Step::Index(0), Step::Name("b".into())];
    assert!(path.covers(after(&path, &steps)) && !path.leads_here(after(&path, &steps)));
    assert!(!path.covers(after(&path, &steps[1..])));
}
