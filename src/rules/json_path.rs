//! Paths into JSON documents, as the `json` transform takes them: a part of JSONPath (RFC 9535).
//!
//! | written | means |
//! |---|---|
//! | `$` | the document |
//! | `.name`, `['any name']`, `["any name"]` | the member of that name |
//! | `[0]` | the element at that index, counted from 0 |
//! | `[*]` | any element of an array |
//! | `.*` | any member of an object |
//! | `.**` | anything below, at any depth, and the thing itself |
//! | `..name` | the same as `.**.name`: members of that name at any depth |

use std::borrow::Cow;
use std::fmt;

/// A path, parsed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JsonPath {
    segments: Vec<Segment>,
}

/// One part of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A member of an object, by name.
    Name(String),
    /// An element of an array, counted from 0.
    Index(usize),
    /// Any element of an array.
    AnyElement,
    /// Any member of an object.
    AnyName,
    /// Any number of steps of any kind, none included.
    AnyDepth,
}

/// One step on the way from the root of a document to a value in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<'a> {
    /// Into the member of this name.
    Name(Cow<'a, str>),
    /// Into the element at this index.
    Index(usize),
}

/// How exact a path is; the greater, the more specific. The path with more names and indices is, then the one with more
/// `*`, then the one with fewer `**`, then the one whose first difference, read from the root, is the more exact.
/// Paths that are equal in all this count as equally specific: the one that comes later wins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Specificity {
    exact: usize,
    wildcards: usize,
    without_depth: std::cmp::Reverse<usize>,
    from_the_root: Vec<u8>,
}

impl JsonPath {
    /// Reads a path.
    ///
    /// # Errors
    /// When the text isn't a path: what is wrong with it, as the end of a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text.strip_prefix('$').ok_or("it has to begin with `$`, the whole document")?;
        let mut segments = Vec::new();
        while !rest.is_empty() {
            rest = if let Some(after) = rest.strip_prefix('[') {
                bracket(after, &mut segments)?
            } else if let Some(after) = rest.strip_prefix("..") {
                segments.push(Segment::AnyDepth);
                match after.strip_prefix('[') {
                    Some(after) => bracket(after, &mut segments)?,
                    None => member(after, &mut segments)?,
                }
            } else if let Some(after) = rest.strip_prefix('.') {
                member(after, &mut segments)?
            } else {
                return Err(format!("`{}` doesn't begin with `.` or `[`", start_of(rest)));
            };
        }
        // `**` twice in a row says no more than once, and would make equal paths look different.
        segments.dedup_by(|a, b| *a == Segment::AnyDepth && *b == Segment::AnyDepth);
        Ok(Self { segments })
    }

    /// The parts of the path.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Whether the path leads to exactly this value: not to something above or below it.
    pub fn matches(&self, steps: &[Step<'_>]) -> bool {
        self.leads(steps, false)
    }

    /// Whether the path leads to this value or to something that holds it.
    pub fn covers(&self, steps: &[Step<'_>]) -> bool {
        self.leads(steps, true)
    }

    fn leads(&self, steps: &[Step<'_>], or_above: bool) -> bool {
        // As for `*` in file names: only the last `**` ever needs to take one step more.
        let (mut segment, mut step) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            match (self.segments.get(segment), steps.get(step)) {
                (None, None) => return true,
                (None, Some(_)) if or_above => return true,
                (Some(Segment::AnyDepth), _) => {
                    retry = Some((segment + 1, step));
                    segment += 1;
                    continue;
                }
                (Some(wanted), Some(taken)) if wanted.takes(taken) => {
                    segment += 1;
                    step += 1;
                    continue;
                }
                _ => {}
            }
            match retry {
                Some((after, from)) if from < steps.len() => {
                    retry = Some((after, from + 1));
                    segment = after;
                    step = from + 1;
                }
                _ => return false,
            }
        }
    }

    /// How exact the path is: of the paths that lead to a value, the most specific one decides.
    pub fn specificity(&self) -> Specificity {
        let count = |wanted: &[u8]| self.segments.iter().filter(|segment| wanted.contains(&segment.rank())).count();
        Specificity {
            exact: count(&[2]),
            wildcards: count(&[1]),
            without_depth: std::cmp::Reverse(count(&[0])),
            from_the_root: self.segments.iter().map(Segment::rank).collect(),
        }
    }
}

impl Segment {
    fn takes(&self, step: &Step<'_>) -> bool {
        match (self, step) {
            (Self::Name(name), Step::Name(taken)) => name == taken,
            (Self::Index(index), Step::Index(taken)) => index == taken,
            (Self::AnyElement, Step::Index(_)) | (Self::AnyName, Step::Name(_)) | (Self::AnyDepth, _) => true,
            _ => false,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Name(_) | Self::Index(_) => 2,
            Self::AnyElement | Self::AnyName => 1,
            Self::AnyDepth => 0,
        }
    }
}

/// The path in the form that `parse` reads.
impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for segment in &self.segments {
            match segment {
                Segment::Name(name) if !name.is_empty() && name.chars().all(is_plain) => write!(f, ".{name}")?,
                Segment::Name(name) => write!(f, "[{}]", serde_json::Value::from(name.as_str()))?,
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::AnyElement => f.write_str("[*]")?,
                Segment::AnyName => f.write_str(".*")?,
                Segment::AnyDepth => f.write_str(".**")?,
            }
        }
        Ok(())
    }
}

/// What may follow a dot without quotes.
fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// Reads what follows `.` or `..`; gives back the rest.
fn member<'a>(text: &'a str, segments: &mut Vec<Segment>) -> Result<&'a str, String> {
    if let Some(rest) = text.strip_prefix("**") {
        segments.push(Segment::AnyDepth);
        return Ok(rest);
    }
    if let Some(rest) = text.strip_prefix('*') {
        segments.push(Segment::AnyName);
        return Ok(rest);
    }
    let (name, rest) = text.split_at(text.find(|c| !is_plain(c)).unwrap_or(text.len()));
    if name.is_empty() {
        return Err("a name is missing after `.`; a name with other characters is written `['so']`".to_owned());
    }
    segments.push(Segment::Name(name.to_owned()));
    Ok(rest)
}

/// Reads what follows `[`, up to the `]`; gives back the rest.
fn bracket<'a>(text: &'a str, segments: &mut Vec<Segment>) -> Result<&'a str, String> {
    let (segment, rest) = if let Some(rest) = text.strip_prefix('*') {
        (Segment::AnyElement, rest)
    } else if let Some(quote @ ('\'' | '"')) = text.chars().next() {
        let (name, rest) = quoted_name(&text[1..], quote)?;
        (Segment::Name(name), rest)
    } else {
        let (digits, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let index = digits.parse().map_err(|_| {
            format!("`[{}` is neither an index, as in `[0]`, nor `[*]`, nor a quoted name", start_of(text))
        })?;
        (Segment::Index(index), rest)
    };
    segments.push(segment);
    rest.strip_prefix(']').ok_or_else(|| "a `]` is missing".to_owned())
}

/// Reads a quoted name, with the escapes of JSON and `\'` (RFC 9535, 2.3.1.1); gives back the rest.
fn quoted_name(text: &str, quote: char) -> Result<(String, &str), String> {
    let mut json = String::from("\"");
    let mut chars = text.char_indices();
    while let Some((position, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, '\'')) => json.push('\''),
                Some((_, escaped)) => json.extend(['\\', escaped]),
                None => break,
            },
            c if c == quote => {
                json.push('"');
                let name = serde_json::from_str(&json).map_err(|_| "a `\\` in a quoted name escapes nothing known")?;
                return Ok((name, text.get(position + 1..).unwrap_or_default()));
            }
            '"' => json.push_str("\\\""),
            c if c.is_control() => json.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => json.push(c),
        }
    }
    Err(format!("the quoted name has no closing {quote}"))
}

/// Enough of a text to recognise it by.
fn start_of(text: &str) -> String {
    text.chars().take(12).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path(text: &str) -> JsonPath {
        JsonPath::parse(text).unwrap()
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
            "$[-1]",
            "$[1:2]",
            "$['a",
            "$['a'",
            "$['\\q']",
            "$.a b",
            "$[99999999999999999999]",
            "$[?@.a]",
        ] {
            assert!(JsonPath::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn any_depth_includes_the_thing_itself() {
        let steps = [Step::Name("applicant".into()), Step::Index(3), Step::Name("email".into())];
        for text in ["$.applicant.**", "$..email", "$.**", "$.applicant[*].email", "$.*[3].*", "$..applicant..email"] {
            assert!(path(text).matches(&steps), "{text}");
        }
        assert!(path("$.applicant.**").matches(&steps[..1]));
        for text in ["$", "$.applicant", "$.applicant[*]", "$.*.*.*", "$[*]..email", "$..phone", "$.applicant.email"] {
            assert!(!path(text).matches(&steps), "{text}");
        }
    }

    #[test]
    fn names_beat_wildcards_and_wildcards_beat_depth() {
        let ordered = ["$.**", "$.**.*", "$.*", "$..email", "$.*.email", "$.a..email", "$.a.email", "$.a.b[0]"];
        for pair in ordered.windows(2) {
            assert!(path(pair[0]).specificity() < path(pair[1]).specificity(), "{} and {}", pair[0], pair[1]);
        }
    }

    fn segment() -> impl Strategy<Value = Segment> {
        prop_oneof![
            "[ab]".prop_map(Segment::Name),
            "\\PC{0,3}".prop_map(Segment::Name),
            (0..2usize).prop_map(Segment::Index),
            Just(Segment::AnyElement),
            Just(Segment::AnyName),
            Just(Segment::AnyDepth),
        ]
    }

    fn naive(segments: &[Segment], steps: &[Step<'_>]) -> bool {
        match (segments, steps) {
            ([], []) => true,
            ([Segment::AnyDepth, later @ ..], _) => (0..=steps.len()).any(|taken| naive(later, &steps[taken..])),
            ([segment, later @ ..], [step, after @ ..]) => segment.takes(step) && naive(later, after),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn a_path_that_is_written_is_read_back(mut segments in prop::collection::vec(segment(), 0..8)) {
            segments.dedup_by(|a, b| *a == Segment::AnyDepth && *b == Segment::AnyDepth);
            let path = JsonPath { segments };
            prop_assert_eq!(JsonPath::parse(&path.to_string()), Ok(path));
        }

        #[test]
        fn matching_agrees_with_trying_everything(
            segments in prop::collection::vec(segment(), 0..7),
            steps in prop::collection::vec(prop_oneof![Just(Step::Name("a".into())), Just(Step::Name("b".into())), (0..2usize).prop_map(Step::Index)], 0..8),
        ) {
            let path = JsonPath { segments };
            prop_assert_eq!(path.matches(&steps), naive(path.segments(), &steps));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\$(\\PC|[.\\[\\]*'\"\\\\]){0,20}") {
            let _ = JsonPath::parse(&text);
        }
    }
}
