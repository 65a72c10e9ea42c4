//! The list in `docs/verification.md` is that of the tests.

use super::changes::{DISAGREEMENTS, IN_SCHEMA, IN_TARGET};
use super::kinds::LEAKS;
use super::misses::KNOWN_MISSES;

const DOC: &str = include_str!("../../docs/verification.md");

fn names<T>(kinds: &[(&'static str, T, &'static str)]) -> Vec<&'static str> {
    kinds.iter().map(|(kind, ..)| *kind).collect()
}

/// Of all tables.
pub(crate) fn all_kinds() -> Vec<&'static str> {
    let in_schema = IN_SCHEMA.iter().map(|(kind, _)| *kind);
    [names(LEAKS), names(IN_TARGET), names(DISAGREEMENTS), names(KNOWN_MISSES)]
        .concat()
        .into_iter()
        .chain(in_schema)
        .collect()
}

fn section() -> String {
    let schema: Vec<&str> = IN_SCHEMA.iter().map(|(kind, _)| *kind).collect();
    let mut text = String::from("| planted | kinds |\n|---|---|\n");
    for (planted, kinds) in [
        ("an original, after masking", names(LEAKS)),
        ("in the schema of the source", schema),
        ("in the schema of the target, after masking", names(IN_TARGET)),
        ("a difference, after masking", names(DISAGREEMENTS)),
    ] {
        text += &format!("| {planted} | {} |\n", kinds.join(" · "));
    }
    text += "\nNot recognised, and known not to be; in a masked cell, a write after masking is refused all the same:\n\n| planted | why not |\n|---|---|\n";
    for (kind, _, why) in KNOWN_MISSES {
        text += &format!("| {kind} | {why} |\n");
    }
    text
}

#[test]
fn the_documentation_lists_the_kinds_that_are_planted() {
    assert!(DOC.contains(&section()), "docs/verification.md should have:\n{}", section());
}
