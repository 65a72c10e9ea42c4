//! Paths into a JSON document: `$.applicant.name`, `$.tags[*]`, `$.applicant.**`, `$..email`.

use std::borrow::Cow;
use std::cmp::Reverse;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    /// The member of this name.
    Name(String),
    /// The element at this place, from 0.
    Index(usize),
    /// Any element.
    AnyElement,
    /// Any member.
    AnyName,
    /// Any number of steps, none too.
    AnyDepth,
}

/// A path with wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JsonPath {
    segments: Vec<Segment>,
}

/// One step of a place in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// Into the member of this name.
    Name(Cow<'a, str>),
    /// Into the element at this place.
    Index(usize),
}

impl JsonPath {
    /// Reads a path.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text.trim().strip_prefix('$').ok_or_else(|| format!("{text} doesn't begin with $"))?;
        let mut segments = Vec::new();
        while !rest.is_empty() {
            let (segment, more) = read_segment(rest).ok_or_else(|| format!("{text} isn't a path from {rest} on"))?;
            segments.extend(segment);
            rest = more;
        }
        Ok(Self { segments })
    }

    /// Whether the path names this place or one that it lies in.
    pub(super) fn covers(&self, place: &[Step<'_>]) -> bool {
        let (mut segment, mut step) = (0, 0);
        // Where to go on after the last `**` that was met; going back to an earlier one never finds more.
        let mut retry = None;
        loop {
            match (self.segments.get(segment), place.get(step)) {
                (None, _) => return true,
                (Some(Segment::AnyDepth), _) => {
                    segment += 1;
                    retry = Some((segment, step));
                }
                (Some(expected), Some(actual)) if expected.takes(actual) => {
                    segment += 1;
                    step += 1;
                }
                _ => match retry {
                    Some((after, from)) if from < place.len() => {
                        retry = Some((after, from + 1));
                        (segment, step) = (after, from + 1);
                    }
                    _ => return false,
                },
            }
        }
    }

    /// How closely the path says what it means: first by names and places, then by single wildcards, then by the fewest `**`.
    pub(super) fn specificity(&self) -> (usize, usize, Reverse<usize>) {
        let count = |test: fn(&Segment) -> bool| self.segments.iter().filter(|segment| test(segment)).count();
        (
            count(|segment| matches!(segment, Segment::Name(_) | Segment::Index(_))),
            count(|segment| matches!(segment, Segment::AnyElement | Segment::AnyName)),
            Reverse(count(|segment| matches!(segment, Segment::AnyDepth))),
        )
    }
}

impl Segment {
    fn takes(&self, step: &Step<'_>) -> bool {
        match (self, step) {
            (Self::Name(name), Step::Name(actual)) => name == actual,
            (Self::Index(index), Step::Index(actual)) => index == actual,
            (Self::AnyElement, Step::Index(_)) | (Self::AnyName, Step::Name(_)) => true,
            _ => false,
        }
    }
}

/// The segments at the beginning of a text, and the rest of it.
fn read_segment(text: &str) -> Option<(Vec<Segment>, &str)> {
    if let Some(rest) = text.strip_prefix('[') {
        if let Some((name, rest)) = rest.strip_prefix('\'').and_then(|rest| rest.split_once("']")) {
            return Some((vec![Segment::Name(name.to_owned())], rest));
        }
        let (index, rest) = rest.split_once(']')?;
        let segment = if index == "*" { Segment::AnyElement } else { Segment::Index(index.parse().ok()?) };
        return Some((vec![segment], rest));
    }
    if let Some(rest) = text.strip_prefix("..") {
        let (name, rest) = name(rest)?;
        return Some((vec![Segment::AnyDepth, name], rest));
    }
    let rest = text.strip_prefix('.')?;
    if let Some(rest) = rest.strip_prefix("**") {
        return Some((vec![Segment::AnyDepth], rest));
    }
    let (name, rest) = name(rest)?;
    Some((vec![name], rest))
}

fn name(text: &str) -> Option<(Segment, &str)> {
    let (name, rest) = text.split_at(text.find(['.', '[']).unwrap_or(text.len()));
    let segment = if name == "*" { Segment::AnyName } else { Segment::Name(name.to_owned()) };
    (!name.is_empty()).then_some((segment, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_cover_what_they_name_and_what_lies_in_it() {
        let place = [Step::Name("a".into()), Step::Name("list".into()), Step::Index(2), Step::Name("email".into())];
        for path in
            ["$", "$.a", "$.a.list[2]", "$.a.list[*].email", "$..email", "$.**", "$.*.list", "$.a.**.email", "$['a']"]
        {
            assert!(JsonPath::parse(path).unwrap().covers(&place), "{path}");
        }
        for path in ["$.b", "$.a.list[1]", "$..phone", "$[*]", "$.a.list[2].email.x", "$.**.email.y"] {
            assert!(!JsonPath::parse(path).unwrap().covers(&place), "{path}");
        }
    }

    #[test]
    fn a_closer_path_wins() {
        let closer =
            |a: &str, b: &str| JsonPath::parse(a).unwrap().specificity() > JsonPath::parse(b).unwrap().specificity();
        assert!(closer("$.a.b", "$.a.**"));
        assert!(closer("$.a.b", "$.a"));
        assert!(closer("$.*.b", "$.b.**"));
        assert!(closer("$.a", "$.**"));
    }

    #[test]
    fn a_path_with_a_mistake_is_refused() {
        for path in ["a.b", "$.", "$[x]", "$a", "$.a["] {
            assert!(JsonPath::parse(path).is_err(), "{path}");
        }
    }
}
