//! Paths into JSON documents, as the `json` transform takes them: a part of JSONPath (RFC 9535).
//!
//! | written | means |
//! |---|---|
//! | `$` | the document |
//! | `.name`, `['any name']`, `["any name"]` | the member of that name |
//! | `[0]`, `[-1]` | the element at that index, counted from 0, or from the end |
//! | `[1:5]`, `[-2:]`, `[::2]` | elements from an index on, up to another, every second |
//! | `[0,2]`, `['a','b']` | any of these |
//! | `[?@.kind == "email"]` | elements and members of which this holds |
//! | `[*]` | any element of an array |
//! | `.*` | any member of an object |
//! | `.**` | anything below, at any depth, and the thing itself |
//! | `..name` | the same as `.**.name`: members of that name at any depth |
//! | `~` at the end | the names of the members that the path leads to, not their values |
//!
//! `.**` and `~` aren't in the RFC; `[*]` and `.*` are one there. A filter compares (`==`, `!=`, `<`, `<=`, `>`, `>=`) what
//! a path from `@` leads to with texts, numbers, `true`, `false` and `null`, or asks whether it is there; `&&`, `||`, `!` and
//! brackets join such tests. Functions, and paths from `$` in a filter, aren't understood.

mod filter;
mod parse;
mod parse_filter;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt;

pub use filter::Filter;

/// A path, parsed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JsonPath {
    segments: Vec<Segment>,
    of_names: bool,
}

/// One part of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A member of an object, by name.
    Name(String),
    /// An element of an array, counted from 0.
    Index(usize),
    /// An element of an array, counted from the end: 1 is the last.
    FromEnd(usize),
    /// Elements of an array from an index on and up to another, each counted from the end if it is negative, and every
    /// so many of them: RFC 9535, 2.3.4, without negative steps, which say no more of what is selected.
    Slice {
        /// The first; the first of all if it isn't said.
        start: Option<i64>,
        /// The one behind the last; none is past the end.
        end: Option<i64>,
        /// Every so many, 1 or more.
        step: usize,
    },
    /// Elements and members of which something holds.
    Filter(Filter),
    /// What any of these takes.
    OneOf(Vec<Segment>),
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

/// A step, and what has to be known of where it leads.
#[derive(Debug, Clone, Copy)]
pub struct Child<'s, 'a> {
    /// The step.
    pub step: &'s Step<'a>,
    /// How many elements the array has; only needed by paths that [count from the end](JsonPath::counts_from_the_end).
    pub length: usize,
    /// The document's text, from where the value begins.
    pub value: &'a str,
}

/// How far a path is on the way to a value: which of its segments may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress(u64);

impl Progress {
    const DONE_ABOVE: u64 = 1 << 63;

    fn has(self, segment: usize) -> bool {
        self.0 & (1 << segment) != 0
    }
}

/// How exact a path is; the greater, the more specific. The path with more names and indices is, then the one with more
/// filters and slices, then the one with more `*`, then the one with fewer `**`, then the one whose first difference, read
/// from the root, is the more exact. Paths that are equal in all this count as equally specific: the later one wins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Specificity {
    exact: usize,
    narrowed: usize,
    wildcards: usize,
    without_depth: Reverse<usize>,
    from_the_root: Vec<u8>,
}

impl JsonPath {
    /// Longer paths aren't read: their progress has to fit 63 bits.
    const MOST_SEGMENTS: usize = 60;

    /// The parts of the path.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Whether the path leads to the names of members instead of their values.
    pub fn is_of_names(&self) -> bool {
        self.of_names
    }

    /// Whether a [`Child::length`] makes a difference.
    pub fn counts_from_the_end(&self) -> bool {
        self.segments.iter().any(Segment::counts_from_the_end)
    }

    /// Before the first step.
    pub fn start(&self) -> Progress {
        self.closed(1)
    }

    /// After one more step.
    pub fn advance(&self, progress: Progress, child: &Child<'_, '_>) -> Progress {
        let mut next = progress.0 & Progress::DONE_ABOVE;
        if self.leads_here(progress) {
            next |= Progress::DONE_ABOVE;
        }
        for (index, segment) in self.segments.iter().enumerate().filter(|(index, _)| progress.has(*index)) {
            if *segment == Segment::AnyDepth {
                next |= 1 << index;
            } else if segment.takes(child) {
                next |= 1 << (index + 1);
            }
        }
        self.closed(next)
    }

    /// `**` may also be no step at all.
    fn closed(&self, mut bits: u64) -> Progress {
        for (index, segment) in self.segments.iter().enumerate() {
            if *segment == Segment::AnyDepth && bits & (1 << index) != 0 {
                bits |= 1 << (index + 1);
            }
        }
        Progress(bits)
    }

    /// Whether the path leads to exactly this value: not to something above or below it.
    pub fn leads_here(&self, progress: Progress) -> bool {
        progress.has(self.segments.len())
    }

    /// Whether the path leads to this value or to something that holds it.
    pub fn covers(&self, progress: Progress) -> bool {
        self.leads_here(progress) || progress.0 & Progress::DONE_ABOVE != 0
    }

    /// How exact the path is: of the paths that lead to a value, the most specific one decides.
    pub fn specificity(&self) -> Specificity {
        let count = |rank: u8| self.segments.iter().filter(|segment| segment.rank() == rank).count();
        Specificity {
            exact: count(3),
            narrowed: count(2),
            wildcards: count(1),
            without_depth: Reverse(count(0)),
            from_the_root: self.segments.iter().map(Segment::rank).collect(),
        }
    }
}

impl Segment {
    fn takes(&self, child: &Child<'_, '_>) -> bool {
        match (self, child.step) {
            (Self::Name(name), Step::Name(taken)) => name == taken,
            (Self::Index(index), Step::Index(taken)) => index == taken,
            (Self::FromEnd(from_end), Step::Index(taken)) => child.length.checked_sub(*from_end) == Some(*taken),
            (Self::Slice { start, end, step }, Step::Index(taken)) => {
                let place = |bound: i64| match usize::try_from(bound) {
                    Ok(bound) => bound,
                    Err(_) => child.length.saturating_sub(usize::try_from(bound.unsigned_abs()).unwrap_or(usize::MAX)),
                };
                let start = start.map_or(0, place);
                let before_end = end.is_none_or(|end| *taken < place(end));
                before_end && taken.checked_sub(start).is_some_and(|past| past.is_multiple_of(*step))
            }
            (Self::Filter(filter), _) => filter.holds(child.value),
            (Self::OneOf(segments), _) => segments.iter().any(|segment| segment.takes(child)),
            (Self::AnyElement, Step::Index(_)) | (Self::AnyName, Step::Name(_)) | (Self::AnyDepth, _) => true,
            _ => false,
        }
    }

    fn counts_from_the_end(&self) -> bool {
        match self {
            Self::FromEnd(_) => true,
            Self::Slice { start, end, .. } => start.is_some_and(|at| at < 0) || end.is_some_and(|at| at < 0),
            Self::OneOf(segments) => segments.iter().any(Self::counts_from_the_end),
            _ => false,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Name(_) | Self::Index(_) | Self::FromEnd(_) => 3,
            Self::Slice { .. } | Self::Filter(_) => 2,
            Self::OneOf(segments) => segments.iter().map(Self::rank).min().unwrap_or(0),
            Self::AnyElement | Self::AnyName => 1,
            Self::AnyDepth => 0,
        }
    }

    /// As it stands between brackets.
    fn write_inside(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bound = |bound: &Option<i64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
        match self {
            Self::Name(name) => write!(f, "{}", serde_json::Value::from(name.as_str())),
            Self::Index(index) => write!(f, "{index}"),
            Self::FromEnd(from_end) => write!(f, "-{from_end}"),
            Self::Slice { start, end, step } => {
                write!(f, "{}:{}", bound(start), bound(end))?;
                if *step == 1 { Ok(()) } else { write!(f, ":{step}") }
            }
            Self::Filter(filter) => write!(f, "?{filter}"),
            Self::OneOf(segments) => {
                for (index, segment) in segments.iter().enumerate() {
                    f.write_str(if index > 0 { "," } else { "" })?;
                    segment.write_inside(f)?;
                }
                Ok(())
            }
            Self::AnyElement | Self::AnyName | Self::AnyDepth => f.write_str("*"),
        }
    }
}

/// The path in the form that `parse` reads.
impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for segment in &self.segments {
            match segment {
                Segment::Name(name) if !name.is_empty() && name.chars().all(parse::is_plain) => write!(f, ".{name}")?,
                Segment::AnyName => f.write_str(".*")?,
                Segment::AnyDepth => f.write_str(".**")?,
                segment => {
                    f.write_str("[")?;
                    segment.write_inside(f)?;
                    f.write_str("]")?;
                }
            }
        }
        f.write_str(if self.of_names { "~" } else { "" })
    }
}
