//! Filters: what has to hold of an element or member for a path to lead on through it (RFC 9535, 2.3.5).

use std::borrow::Cow;
use std::fmt;

use super::parse::{plain_name, quoted, start_of};
use crate::rules::json_text::Cursor;

/// A test of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Filter {
    /// As it was written.
    written: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Test {
    Any(Vec<Test>),
    All(Vec<Test>),
    Not(Box<Test>),
    Exists(Query),
    Compares(Operand, Comparison, Operand),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What `@.a['b'][0]` leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Query(Vec<Key>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Name(String),
    Index(usize),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Operand {
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

/// Brackets inside brackets, deeper than anybody writes.
const DEEPEST: usize = 30;

/// Reads what follows `?`; gives back the rest.
pub(super) fn parse(text: &str) -> Result<(Filter, &str), String> {
    let (test, rest) = any(text, 0)?;
    let written = text.get(..text.len() - rest.len()).unwrap_or_default().trim();
    Ok((Filter { written: written.to_owned(), test }, rest))
}

fn any(text: &str, depth: usize) -> Result<(Test, &str), String> {
    joined(text, "||", &|text| all(text, depth), Test::Any)
}

fn all(text: &str, depth: usize) -> Result<(Test, &str), String> {
    joined(text, "&&", &|text| one(text, depth), Test::All)
}

fn joined<'t>(
    text: &'t str,
    sign: &str,
    read: &dyn Fn(&'t str) -> Result<(Test, &'t str), String>,
    join: fn(Vec<Test>) -> Test,
) -> Result<(Test, &'t str), String> {
    let (first, mut rest) = read(text)?;
    let mut more = Vec::new();
    while let Some(after) = rest.trim_start().strip_prefix(sign) {
        let (next, after) = read(after)?;
        more.push(next);
        rest = after;
    }
    let test = if more.is_empty() { first } else { join(std::iter::once(first).chain(more).collect()) };
    Ok((test, rest))
}

fn one(text: &str, depth: usize) -> Result<(Test, &str), String> {
    let text = text.trim_start();
    if depth > DEEPEST {
        return Err("its filter has too many brackets".to_owned());
    }
    if let Some(rest) = text.strip_prefix('!') {
        let (test, rest) = one(rest, depth + 1)?;
        return Ok((Test::Not(Box::new(test)), rest));
    }
    if let Some(rest) = text.strip_prefix('(') {
        let (test, rest) = any(rest, depth + 1)?;
        let rest = rest.trim_start().strip_prefix(')').ok_or("a `)` is missing in its filter")?;
        return Ok((test, rest));
    }
    let (left, rest) = operand(text)?;
    let Some((comparison, rest)) = comparison(rest.trim_start()) else {
        return match left {
            Operand::Query(query) => Ok((Test::Exists(query), rest)),
            _ => Err("its filter compares with nothing, as `@.kind == \"email\"` does".to_owned()),
        };
    };
    let (right, rest) = operand(rest.trim_start())?;
    Ok((Test::Compares(left, comparison, right), rest))
}

fn comparison(text: &str) -> Option<(Comparison, &str)> {
    // The longer signs first.
    [
        ("==", Comparison::Equal),
        ("!=", Comparison::Unequal),
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
    ]
    .into_iter()
    .find_map(|(sign, comparison)| Some((comparison, text.strip_prefix(sign)?)))
}

fn operand(text: &str) -> Result<(Operand, &str), String> {
    if let Some(rest) = text.strip_prefix('@') {
        let (query, rest) = query(rest)?;
        return Ok((Operand::Query(query), rest));
    }
    if let Some((text, rest)) = quoted(text)? {
        return Ok((Operand::Text(text), rest));
    }
    let mut cursor = Cursor::new(text);
    let number = cursor.number();
    if serde_json::from_str::<serde_json::Number>(number).is_ok() {
        return Ok((Operand::Number(number.to_owned()), cursor.rest()));
    }
    let mut cursor = Cursor::new(text);
    match cursor.run(|byte| byte.is_ascii_lowercase()) {
        word @ ("true" | "false" | "null") => Ok((Operand::Word(word.to_owned()), cursor.rest())),
        _ => Err(format!("`{}` in its filter is neither `@`, nor a text in quotes, nor a number", start_of(text))),
    }
}

fn query(text: &str) -> Result<(Query, &str), String> {
    let mut keys = Vec::new();
    let mut rest = text;
    loop {
        if let Some(after) = rest.strip_prefix('.') {
            let (name, after) = plain_name(after)?;
            keys.push(Key::Name(name.to_owned()));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('[') {
            let (key, after) = match quoted(after)? {
                Some((name, after)) => (Key::Name(name), after),
                None => {
                    let (digits, after) =
                        after.split_at(after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len()));
                    let index = digits.parse().map_err(|_| "a path in its filter takes names and indices alone")?;
                    (Key::Index(index), after)
                }
            };
            keys.push(key);
            rest = after.strip_prefix(']').ok_or("a `]` is missing in its filter")?;
        } else {
            return Ok((Query(keys), rest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(filter: &str, value: &str) -> bool {
        let (parsed, rest) = parse(filter).unwrap();
        assert_eq!(rest, "", "{filter}");
        parsed.holds(value)
    }

    #[test]
    fn tests_are_true_where_the_rfc_says_so() {
        let value =
            r#"{"kind": "e\u006dail", "n": 12.0, "ok": true, "none": null, "list": [1, {"x": "y"}], "n": 3} , 7"#;
        for filter in [
            "@.kind == \"email\"",
            "@['kind']=='email'",
            "(@.kind == 'email')",
            "@.n == 3.0 && @.n<4&&@.n >= 3",
            "@.ok == true || @.nothing",
            "!@.nothing",
            "@.none == null",
            "@.none",
            "@.list[1].x == 'y'",
            "'a' < @.kind",
            "@.missing == @.missing_too",
            "!(@.kind == 'phone' || @.n > 3)",
            "@.kind != 3",
        ] {
            assert!(holds(filter, value), "{filter}");
        }
        for filter in ["@.kind == 'phone'", "@.list == @.list", "@.ok == 'true'", "@.n < 'a'", "@.list[2]", "@.kind[0]"]
        {
            assert!(!holds(filter, value), "{filter}");
        }
        assert!(holds("@ == 7", "7 ]"));
        assert!(holds("@ > 'a'", "\"b\", 1"));
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for filter in ["", "@.a ==", "3", "@.a = 3", "(@.a", "$.a == 3", "length(@.a) > 3", "@..a", "@[*]", "@.a == b"]
        {
            let left = parse(filter).map(|(_, rest)| rest.to_owned());
            assert!(left.is_err() || left == Ok(" = 3".to_owned()), "{filter}: {left:?}");
        }
        assert!(parse(&"(".repeat(1000)).is_err());
        assert!(parse(&format!("{}@.a", "!".repeat(1000))).is_err());
    }
}
