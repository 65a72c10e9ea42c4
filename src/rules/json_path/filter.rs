//! Filters: what has to hold of an element or member for a path to lead on through it (RFC 9535, 2.3.5).

use std::borrow::Cow;
use std::fmt;

use crate::rules::json_text::Cursor;

/// A test of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Filter {
    /// As it was written.
    pub(super) written: String,
    pub(super) test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Test {
    Any(Vec<Test>),
    All(Vec<Test>),
    Not(Box<Test>),
    Exists(Query),
    Compares(Operand, Comparison, Operand),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What `@.a['b'][0]` leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Query(pub(super) Vec<Key>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Name(String),
    Index(usize),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Operand {
    Query(Query),
    Text(String),
    /// As it is written, which JSON would read.
    Number(String),
    Word(String),
}

/// A value as filters see it.
#[derive(Debug, Clone, PartialEq)]
enum Value<'a> {
    Nothing,
    Text(Cow<'a, str>),
    Number(f64),
    Word(&'a str),
    /// An object or array: equal to nothing, itself included.
    Container,
}

impl Filter {
    /// Whether it holds of the value that a text begins with. Nothing holds of what isn't JSON.
    pub fn holds(&self, value: &str) -> bool {
        self.test.holds(value)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl Test {
    fn holds(&self, value: &str) -> bool {
        match self {
            Self::Any(tests) => tests.iter().any(|test| test.holds(value)),
            Self::All(tests) => tests.iter().all(|test| test.holds(value)),
            Self::Not(test) => !test.holds(value),
            Self::Exists(query) => query.find(value).is_some(),
            Self::Compares(left, comparison, right) => comparison.holds(&left.of(value), &right.of(value)),
        }
    }
}

impl Comparison {
    /// Texts are compared by their characters, numbers by their size; other kinds are equal or not (2.3.5.2.2).
    fn holds(self, left: &Value<'_>, right: &Value<'_>) -> bool {
        let less = |a: &Value<'_>, b: &Value<'_>| match (a, b) {
            (Value::Text(a), Value::Text(b)) => a < b,
            (Value::Number(a), Value::Number(b)) => a < b,
            _ => false,
        };
        let equal = left == right && *left != Value::Container;
        match self {
            Self::Equal => equal,
            Self::Unequal => !equal,
            Self::Less => less(left, right),
            Self::LessOrEqual => less(left, right) || equal,
            Self::Greater => less(right, left),
            Self::GreaterOrEqual => less(right, left) || equal,
        }
    }
}

impl Operand {
    fn of<'a>(&'a self, value: &'a str) -> Value<'a> {
        match self {
            Self::Query(query) => query.find(value).map_or(Value::Nothing, read),
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Number(number) => number.parse().map_or(Value::Nothing, Value::Number),
            Self::Word(word) => Value::Word(word),
        }
    }
}

/// The value that a text begins with.
fn read(value: &str) -> Value<'_> {
    let mut cursor = Cursor::new(value);
    match cursor.peek() {
        Some(b'"') => cursor.string().map_or(Value::Nothing, Value::Text),
        Some(b'{' | b'[') => Value::Container,
        Some(b'-' | b'0'..=b'9') => cursor.number().parse().map_or(Value::Nothing, Value::Number),
        _ => Value::Word(cursor.run(|byte| byte.is_ascii_lowercase())),
    }
}

impl Query {
    /// The text from where the value begins that the query leads to.
    fn find<'a>(&self, value: &'a str) -> Option<&'a str> {
        self.0.iter().try_fold(value, |value, key| match key {
            Key::Name(name) => member(value, name),
            Key::Index(index) => element(value, *index),
        })
    }
}

/// The member of a name; of several the last, as in PostgreSQL.
fn member<'a>(object: &'a str, wanted: &str) -> Option<&'a str> {
    let mut found = None;
    let mut cursor = Cursor::new(object);
    if !cursor.take(b'{') {
        return None;
    }
    loop {
        cursor.space();
        let Some(name) = cursor.string() else { return found };
        cursor.space();
        if !cursor.take(b':') {
            return found;
        }
        cursor.space();
        if name == wanted {
            found = Some(cursor.rest());
        }
        if cursor.skip().is_none() {
            return found;
        }
        cursor.space();
        if !cursor.take(b',') {
            return found;
        }
    }
}

fn element(array: &str, index: usize) -> Option<&str> {
    let mut cursor = Cursor::new(array);
    if !cursor.take(b'[') {
        return None;
    }
    for _ in 0..index {
        cursor.space();
        cursor.skip()?;
        cursor.space();
        if !cursor.take(b',') {
            return None;
        }
    }
    cursor.space();
    (cursor.peek()? != b']').then(|| cursor.rest())
}
