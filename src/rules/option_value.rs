//! The value of one option, checked against its JSON Schema.

use serde_json::{Map, Number, Value};

use super::catalogue::catalogue;
use super::diagnostics::quoted;
use super::rule::Place;
use super::suggest;
use super::syntax::{Content, Node};
use super::walk::{Entry, Walk};

/// Reads the value of an option. `schema` is what the catalogue says of it; `key` is where its name stands.
pub(super) fn read(walk: &mut Walk, name: &str, key: Place, schema: &Value, node: &Node) -> Option<Value> {
    let limits = catalogue().resolve(schema);
    let help = schema.get("description").or_else(|| limits.get("description")).and_then(Value::as_str);
    let help = help.map(|text| text.replace('\n', " "));
    if let (Content::List(items), true) = (&node.content, is(limits, "array")) {
        if items.is_empty() && limits.get("minItems").is_some() {
            walk.wrong(node.place, format!("{} is empty", quoted(name)), help);
            return None;
        }
        let of = limits.get("items").unwrap_or(&Value::Null);
        return items.iter().map(|item| read(walk, name, key, of, item)).collect::<Option<Vec<_>>>().map(Value::Array);
    }
    if let (Content::Mapping(_), true) = (&node.content, is(limits, "object")) {
        let of = limits.get("additionalProperties").unwrap_or(&Value::Null);
        let entries = walk.entries(node, &quoted(name), &format!("{name}: {{ Oslo: east }}"))?;
        let pair =
            |entry: &Entry<'_>| Some((entry.key.to_owned(), read(walk, entry.key, entry.place, of, entry.value)?));
        return entries.iter().map(pair).collect::<Option<Map<_, _>>>().map(Value::Object);
    }
    let (text, is_quoted) = match &node.content {
        Content::Broken => return None,
        Content::Nothing => {
            walk.wrong(key, format!("{} has no value", quoted(name)), "write one, or leave the option out".to_owned());
            return None;
        }
        Content::Text { text, quoted } => (text.as_str(), *quoted),
        Content::List(_) | Content::Mapping(_) => ("", true),
    };
    let is_text = matches!(node.content, Content::Text { .. });
    match scalar(limits, text, is_quoted).filter(|_| is_text) {
        None => {
            walk.wrong(node.place, format!("{} has to be {}", quoted(name), kind(limits)), help);
            None
        }
        Some(value) => allowed(walk, name, limits, node.place, value, help),
    }
}

fn is(schema: &Value, wanted: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(name)) => name == wanted,
        Some(Value::Array(names)) => names.iter().any(|name| name == wanted),
        _ => false,
    }
}

/// What the schema asks for, in words.
fn kind(schema: &Value) -> &'static str {
    let kinds = [
        ("string", "a text"),
        ("boolean", "`true` or `false`, without quotes"),
        ("integer", "a whole number, without quotes"),
        ("number", "a number, without quotes"),
        ("array", "a list, as in `[first_name, last_name]`"),
        ("object", "a mapping, as in `{ Oslo: east, Bergen: west }`"),
    ];
    kinds.iter().find(|(name, _)| is(schema, name)).map_or("something else", |(_, words)| words)
}

/// A text as the type that is asked for. What should be a text is taken as it is written, so that `NO` stays `NO` and
/// `0.10` stays `0.10`; only `null` and `~` are not a text unless they are quoted.
fn scalar(schema: &Value, text: &str, is_quoted: bool) -> Option<Value> {
    if is(schema, "string") {
        let is_null = !is_quoted && matches!(text, "null" | "~");
        return (!is_null).then(|| Value::from(text));
    }
    match text {
        _ if is_quoted => None,
        "true" | "false" if is(schema, "boolean") => Some(Value::Bool(text == "true")),
        // A leading zero means octal to some readers of YAML, and nothing to others.
        _ if text.len() > 1 && text.starts_with('0') && !text.starts_with("0.") => None,
        _ if is(schema, "integer") => text.parse::<i64>().ok().filter(|_| !text.starts_with('+')).map(Value::from),
        _ if is(schema, "number") => {
            let digits = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | 'e' | 'E'));
            text.parse().ok().filter(|_| digits).and_then(Number::from_f64).map(Value::Number)
        }
        _ => None,
    }
}

/// Whether a value of the right type is one of those that are allowed.
fn allowed(
    walk: &mut Walk,
    name: &str,
    schema: &Value,
    place: Place,
    value: Value,
    help: Option<String>,
) -> Option<Value> {
    if let (Some(known), Some(text)) = (schema.get("enum").and_then(Value::as_array), value.as_str())
        && !known.contains(&value)
    {
        let advice = suggest::advice(text, known.iter().filter_map(Value::as_str));
        walk.wrong(place, format!("unknown {name} {}", quoted(text)), advice.or(help));
        return None;
    }
    if let (Some(pattern), Some(text)) = (schema.get("pattern").and_then(Value::as_str), value.as_str())
        && !regex::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
    {
        walk.wrong(place, format!("{} can't be {}", quoted(name), quoted(text)), help);
        return None;
    }
    let limit = |key: &str| schema.get(key).and_then(Value::as_f64);
    let number = value.as_f64();
    let within = number.is_none_or(|number| {
        limit("minimum").is_none_or(|least| number >= least)
            && limit("exclusiveMinimum").is_none_or(|least| number > least)
            && limit("maximum").is_none_or(|most| number <= most)
    });
    if within {
        return Some(value);
    }
    let words = [("minimum", "at least"), ("exclusiveMinimum", "more than"), ("maximum", "at most")];
    let limits: Vec<String> =
        words.iter().filter_map(|(key, words)| Some(format!("{words} {}", schema.get(*key)?))).collect();
    walk.wrong(place, format!("{} has to be {}", quoted(name), limits.join(" and ")), help);
    None
}
