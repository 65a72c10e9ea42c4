//! `regex_replace`: the text with each match of a regular expression replaced.

use regex::{Regex, RegexBuilder};

use super::redact::WORD;
use super::text_cell::{TextMask, built, truncate};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::{RegexReplace as Options, Unmatched};

/// In bytes, compiled. `regex` matches in a time that grows with the text alone, whatever the pattern.
const LARGEST_PATTERN: usize = 1 << 20;

/// In bytes; the largest value that `PostgreSQL` takes is 1 GiB.
const LARGEST_RESULT: usize = 64 << 20;

/// Replaces matches.
struct RegexReplace {
    pattern: Regex,
    replacement: String,
    unmatched: Unmatched,
    room: usize,
}

impl TextMask for RegexReplace {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let start = out.len();
        let mut from = 0;
        let mut filled = String::new();
        for groups in self.pattern.captures_iter(text) {
            let Some(whole) = groups.get(0) else { continue };
            out.extend_from_slice(text.get(from..whole.start()).unwrap_or_default().as_bytes());
            from = whole.end();
            filled.clear();
            groups.expand(&self.replacement, &mut filled);
            out.extend_from_slice(filled.as_bytes());
            if out.len() - start > LARGEST_RESULT {
                return Err(CellError("what the pattern makes of the value is too large".to_owned()));
            }
        }
        let any = from > 0 || out.len() > start;
        if any || self.unmatched == Unmatched::Keep || self.pattern.is_match(text) {
            out.extend_from_slice(text.get(from..).unwrap_or_default().as_bytes());
        } else {
            out.extend_from_slice(WORD);
        }
        truncate(out, start, self.room);
        Ok(())
    }
}

/// The groups that a replacement names: `$1`, `$name`, `${name}`.
fn groups_of(replacement: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = replacement;
    while let Some((_, after)) = rest.split_once('$') {
        rest = after;
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
        } else if let Some((name, after)) = rest.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            names.push(name);
            rest = after;
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            names.extend(Some(name).filter(|name| !name.is_empty()));
            rest = after;
        }
    }
    names
}

/// The help for a group that isn't there: `$1a` is the group `1a`, which nobody means.
fn about_group(name: &str, pattern: &Regex) -> String {
    let number = name.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, letters) = name.split_at(number);
    match digits.parse::<usize>() {
        Ok(index) if !letters.is_empty() && index < pattern.captures_len() => {
            format!("write `${{{digits}}}{letters}` for group {digits} and then `{letters}`")
        }
        _ => match pattern.captures_len() {
            1 => "the pattern has no groups: put one into parentheses".to_owned(),
            count => format!("the pattern has the groups 1 to {}", count - 1),
        },
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("regex_replace")?;
    site.forbid_unique("regex_replace")?;
    let pattern = RegexBuilder::new(&options.pattern).size_limit(LARGEST_PATTERN).build().map_err(|error| {
        let why = error.to_string();
        let reason = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        site.bad_option(format!("the pattern can't be used: {reason}"), "see https://docs.rs/regex for its syntax")
    })?;
    for name in groups_of(&options.replacement) {
        let is_there = match name.parse::<usize>() {
            Ok(index) => index < pattern.captures_len(),
            Err(_) => pattern.capture_names().flatten().any(|known| known == name),
        };
        if !is_there {
            let what = format!("the replacement names a group that the pattern doesn't have: {name}");
            return Err(site.bad_option(what, about_group(name, &pattern)));
        }
    }
    let (replacement, unmatched) = (options.replacement.clone(), options.unmatched.unwrap_or_default());
    let mask = RegexReplace { pattern, replacement, unmatched, room: site.room() };
    Ok(built(mask, Facts::of(OriginalsOf::Text)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, refusal};
    use super::*;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Transform as Spec;

    fn spec(pattern: &str, replacement: &str, unmatched: Option<Unmatched>) -> Spec {
        Spec::RegexReplace(Options { pattern: pattern.to_owned(), replacement: replacement.to_owned(), unmatched })
    }

    #[test]
    fn each_match_is_replaced_and_what_stands_between_stays() {
        assert_eq!(mask(&spec(r"\d", "9", None), "Room 12, floor 3"), "Room 99, floor 9");
        assert_eq!(mask(&spec(r"^(\w)\w* (?P<last>\w)\w*$", "$1. ${last}.", None), "Kari Lie"), "K. L.");
        assert_eq!(mask(&spec(r"\$", "$$", None), "5 $"), "5 $");
        assert_eq!(mask(&spec("x*", "", Some(Unmatched::Keep)), "abc"), "abc");
    }

    #[test]
    fn a_text_without_a_match_is_redacted_unless_it_is_to_stay() {
        assert_eq!(mask(&spec("^[0-9]+$", "1", None), "Kari"), "redacted");
        assert_eq!(mask(&spec("^[0-9]+$", "1", Some(Unmatched::Keep)), "Kari"), "Kari");
    }

    #[test]
    fn what_cannot_work_is_refused_before_a_row_moves() {
        let text = column(TypeClass::Text, None);
        assert!(refusal(&spec("(", "", None), &text).what.contains("unclosed group"));
        assert!(refusal(&spec("(?=a)", "", None), &text).what.contains("look-around"));
        assert!(refusal(&spec(r"(?:\pL{1000}){1000}", "", None), &text).what.contains("size limit"));
        assert!(refusal(&spec("(a)", "$2", None), &text).help.contains("groups 1 to 1"));
        assert!(refusal(&spec("(a)", "$1b", None), &text).help.contains("${1}b"));
    }
}
