//! What has to be true of the masked database: `assertions` at the top of a rules file, as in a refresh file.

use super::diagnostics::quoted;
use super::rule::Place;
use super::syntax::Content;
use super::walk::{Entry, Walk};

const EXAMPLE: &str = "adults: \"select bool_and(age >= 18) from users\"";

/// SQL that has to return one row with one `true` on the masked database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// What it is called in reports.
    pub name: String,
    /// The SQL.
    pub sql: String,
    /// Where its name stands in the file.
    pub place: Place,
    /// Where the SQL stands.
    pub sql_place: Place,
}

/// Reads them.
pub(super) fn read(walk: &mut Walk, entry: &Entry<'_>) -> Vec<Assertion> {
    let help = || format!("write them as in `{EXAMPLE}`");
    if entry.value.is_empty() {
        walk.wrong(entry.place, "`assertions` asserts nothing", format!("{}, or leave it out", help()));
    }
    let mut assertions = Vec::new();
    for assertion in walk.entries(entry.value, "`assertions`", EXAMPLE).unwrap_or_default() {
        let (name, place) = (assertion.key, assertion.place);
        match &assertion.value.content {
            Content::Text { text, .. } if !text.trim().is_empty() && !name.trim().is_empty() => {
                let (name, sql) = (name.to_owned(), text.clone());
                assertions.push(Assertion { name, sql, place, sql_place: assertion.value.place });
            }
            Content::Broken => {}
            Content::Text { .. } | Content::Nothing => {
                walk.wrong(place, format!("the assertion {} has no name or no SQL", quoted(name)), help());
            }
            _ => {
                walk.wrong(assertion.value.place, format!("the assertion {} must be a text", quoted(name)), help());
            }
        }
    }
    assertions
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::rules::load;
    use crate::rules::rule::Rules;

    fn parse(files: &[(&str, &str)]) -> Result<Rules, Vec<String>> {
        let find = |path: &Path| files.iter().find(|(name, _)| Path::new(name) == path).map(|(_, text)| *text);
        let text = format!("version: 1\ntables: {{}}\n{}", find(Path::new("rules.yaml")).unwrap());
        let read = |path: &Path| {
            let text = find(path).ok_or(std::io::ErrorKind::NotFound)?;
            Ok(format!("version: 1\ntables: {{}}\n{text}").into_bytes())
        };
        load::parse_with("rules.yaml", text.as_bytes(), read)
            .map_err(|invalid| invalid.mistakes.into_iter().map(|mistake| mistake.what).collect())
    }

    fn said(rules: &Rules) -> Vec<(&str, &str)> {
        rules.assertions.iter().map(|assertion| (assertion.name.as_str(), assertion.sql.as_str())).collect()
    }

    #[test]
    fn an_extending_file_overrides_by_name_and_parts_of_equal_rank_say_each_once() {
        let own = "extends: base.yaml\nassertions: { adults: select 1, own: select 2 }";
        let rules = parse(&[("rules.yaml", own), ("base.yaml", "assertions: { adults: select 3, base: select 4 }")]);
        assert_eq!(said(&rules.unwrap()), [("base", "select 4"), ("adults", "select 1"), ("own", "select 2")]);
        let own = "include: part.yaml\nassertions: { adults: select 1 }";
        let twice = parse(&[("rules.yaml", own), ("part.yaml", "assertions: { adults: select 1 }")]).unwrap_err();
        assert_eq!(twice, ["the assertion `adults` is decided in two files of equal rank"]);
    }

    #[test]
    fn what_asserts_nothing_is_a_mistake() {
        for (text, what) in [
            ("assertions: {}", "`assertions` asserts nothing"),
            ("assertions: [select true]", "`assertions` must be a mapping"),
            ("assertions: { a: }", "the assertion `a` has no name or no SQL"),
            ("assertions: { a: [select true] }", "the assertion `a` must be a text"),
        ] {
            assert_eq!(parse(&[("rules.yaml", text)]).unwrap_err(), [what], "{text}");
        }
    }
}
