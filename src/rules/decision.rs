//! What the file says of one column, or of a part of one: `keep`, a transform, or a transform with options.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::beside;
use super::catalogue::{Catalogue, Entry as Known, Takes, catalogue, is_decision};
use super::diagnostics::quoted;
use super::json_path::JsonPath;
use super::option_value;
use super::rule::Place;
use super::suggest;
use super::syntax::{Content, Node};
use super::transform::{Decision, PartDecision, Transform};
use super::walk::{Entry, Walk};
use super::xml_path::XmlPath;

/// Reads the decision for the column that `entry` names, and the consistency domain that may stand beside it.
pub(super) fn read_column(walk: &mut Walk, entry: &Entry<'_>) -> Option<(Decision, Option<String>)> {
    let Content::Mapping(_) = &entry.value.content else { return read(walk, entry).map(|decision| (decision, None)) };
    let (decision, domain) = with_options(walk, entry.value);
    let domain = domain.map(|entry| domain_name(walk, &entry));
    Some((decision?, domain.map_or(Some(None), |name| name.map(Some))?))
}

/// Reads the decision for the part that `entry` names.
pub(super) fn read(walk: &mut Walk, entry: &Entry<'_>) -> Option<Decision> {
    let subject = quoted(entry.key);
    match &entry.value.content {
        Content::Broken => None,
        // To YAML this is null, and would empty the column: too much for what may be an unfinished line.
        Content::Nothing => {
            let help = "write a transform, `keep`, or `null` if it is to be NULL in every row";
            walk.wrong(entry.place, format!("nothing is said of {subject}"), help.to_owned());
            None
        }
        Content::List(_) => {
            walk.wrong(
                entry.value.place,
                format!("{subject} can have only one transform"),
                "remove the `[ ]` or `-`".to_owned(),
            );
            None
        }
        Content::Text { text, quoted } => named(walk, text, *quoted, entry.value.place),
        Content::Mapping(_) => {
            let (decision, domain) = with_options(walk, entry.value);
            if let Some(domain) = domain {
                let help = "write it beside the transform of the column; all parts of a column are of its domain";
                walk.wrong(domain.place, "a part of a column has no `domain` of its own", help.to_owned());
            }
            decision
        }
    }
}

/// The name of a consistency domain.
fn domain_name(walk: &mut Walk, entry: &Entry<'_>) -> Option<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    match &entry.value.content {
        Content::Text { text, .. } if (1..=63).contains(&text.len()) && text.chars().all(is_name) => Some(text.clone()),
        Content::Broken => None,
        Content::Text { text, .. } if text.contains('.') => {
            let what = format!("{} is no name of a consistency domain", quoted(text));
            let help = format!("a mail domain is an option, one level deeper: `{{ email: {{ domain: {text} }} }}`");
            walk.wrong(entry.value.place, what, help);
            None
        }
        _ => {
            let help = "name it in letters, digits, `_` and `-`, as in `{ email: {}, domain: customers }`";
            walk.wrong(entry.place, "`domain` needs a name", help.to_owned());
            None
        }
    }
}

/// `keep`, or a transform without options.
fn named(walk: &mut Walk, name: &str, is_quoted: bool, place: Place) -> Option<Decision> {
    if name == "keep" {
        return Some(Decision::Keep);
    }
    if let Some(transform) = Transform::named(name) {
        return Some(Decision::Mask(transform));
    }
    match catalogue().get(name) {
        Some(known) => needs_more(walk, known, place),
        None if name == "~" && !is_quoted => {
            walk.wrong(place, "`~` is too easily overlooked", "write `null` for NULL in every row".to_owned());
        }
        None => unknown(walk, name, place),
    }
    None
}

/// A mapping whose one key is the transform, beside which a `domain` may stand.
fn with_options<'n>(walk: &mut Walk, node: &'n Node) -> (Option<Decision>, Option<Entry<'n>>) {
    let Some(mut entries) = walk.entries(node, "a transform", "{ email: { unique: true } }") else {
        return (None, None);
    };
    let beside = entries.iter().position(|entry| entry.key == "domain").filter(|_| entries.len() > 1);
    let domain = beside.map(|position| entries.remove(position));
    (the_transform(walk, node, &entries), domain)
}

fn the_transform(walk: &mut Walk, node: &Node, entries: &[Entry<'_>]) -> Option<Decision> {
    let Some(first) = entries.first() else {
        walk.wrong(node.place, "a transform is missing", "write its name".to_owned());
        return None;
    };
    if let Some(second) = entries.get(1)
        && entries.iter().any(|entry| catalogue().get(entry.key).is_some())
    {
        let what = format!("{} is one key too many: a value can have only one transform", quoted(second.key));
        let help = "options are one level deeper: `{ email: { unique: true } }`";
        walk.wrong(second.place, what, help.to_owned());
    }
    match catalogue().get(first.key) {
        Some(known) => transform(walk, known, first).map(Decision::Mask),
        None if first.key == "keep" => {
            walk.wrong(first.place, "`keep` has no options", "write `keep` alone".to_owned());
            None
        }
        None => {
            unknown(walk, first.key, first.place);
            None
        }
    }
}

/// Reads what belongs to the name of a transform.
fn transform(walk: &mut Walk, known: &Known, entry: &Entry<'_>) -> Option<Transform> {
    let owner = quoted(&known.name);
    if matches!(entry.value.content, Content::Nothing) {
        let help = if Transform::named(&known.name).is_some() {
            format!("write {owner} alone, or `{{ {}: {{}} }}`", known.name)
        } else {
            example(known)
        };
        walk.wrong(entry.place, format!("nothing is said of {owner}"), help);
        return None;
    }
    let entries = walk.entries(entry.value, &format!("the options of {owner}"), &shape(known))?;
    match &known.takes {
        Takes::Parts => parts(walk, known, entry, &entries),
        Takes::Options { options, required } => {
            let mut values = Map::new();
            let mut complete = true;
            for option in &entries {
                match options.get(option.key) {
                    Some(schema) => match value_of(walk, option, schema) {
                        Some(value) => drop(values.insert(option.key.to_owned(), value)),
                        None => complete = false,
                    },
                    None => {
                        complete = false;
                        unknown_option(walk, known, option);
                    }
                }
            }
            for missing in required.iter().filter(|name| !entries.iter().any(|entry| entry.key == name.as_str())) {
                complete = false;
                walk.wrong(entry.place, format!("{owner} needs {}", quoted(missing)), example(known));
            }
            if !complete {
                return None;
            }
            let transform = serde_json::from_value(json!({ (known.name.as_str()): values }))
                .map_err(|error| walk.wrong(entry.place, format!("{owner} can't have these options: {error}"), None))
                .ok()?;
            beside::look(walk, transform, &entries)
        }
    }
}

/// Reads the value of an option, which may itself be a decision.
fn value_of(walk: &mut Walk, option: &Entry<'_>, schema: &Value) -> Option<Value> {
    if !is_decision(schema) {
        return option_value::read(walk, option.key, option.place, schema, option.value);
    }
    match read(walk, option)? {
        Decision::Keep => Some(Value::from("keep")),
        Decision::Mask(transform) => serde_json::to_value(transform).ok(),
    }
}

/// Reads the parts of `json` and `fields`.
fn parts(walk: &mut Walk, known: &Known, entry: &Entry<'_>, entries: &[Entry<'_>]) -> Option<Transform> {
    if entries.is_empty() {
        needs_more(walk, known, entry.place);
        return None;
    }
    let is_json = known.name == "json";
    let mut paths: HashMap<JsonPath, &Entry<'_>> = HashMap::new();
    let mut read_parts = BTreeMap::new();
    for part in entries {
        if is_json {
            match JsonPath::parse(part.key) {
                Err(why) => {
                    let help =
                        format!("{why}; a path is written as in: \"$.applicant.name\", \"$.hits[*].id\", \"$..email\"");
                    walk.wrong(part.place, format!("{} is not a path", quoted(part.key)), help);
                }
                Ok(path) => {
                    // The same spelling is noted as a duplicate key already.
                    if let Some(same) = paths.insert(path, part)
                        && same.key != part.key
                    {
                        let help = format!("it is written as {} on line {}", quoted(same.key), same.place.line);
                        walk.wrong(part.place, format!("the path {} is there twice", quoted(part.key)), help);
                    }
                }
            }
        }
        if known.name == "xml"
            && let Err(why) = XmlPath::parse(part.key)
        {
            let help = format!("{why}; a path is written as in: \"/order/buyer\", \"//email\", \"//buyer/@phone\"");
            walk.wrong(part.place, format!("{} is not a path", quoted(part.key)), help);
        }
        if let Some(decision) = read(walk, part) {
            let part_decision = match decision {
                Decision::Keep => PartDecision::Name("keep".to_owned()),
                Decision::Mask(transform) => PartDecision::Transform(Box::new(transform)),
            };
            read_parts.insert(part.key.to_owned(), part_decision);
        }
    }
    Some(match known.name.as_str() {
        "json" => Transform::Json(read_parts),
        "hstore" => Transform::Hstore(read_parts),
        "xml" => Transform::Xml(read_parts),
        _ => Transform::Fields(read_parts),
    })
}

fn needs_more(walk: &mut Walk, known: &Known, place: Place) {
    let what = match &known.takes {
        Takes::Parts => format!("{} has to name at least one part", quoted(&known.name)),
        Takes::Options { required, .. } => {
            let required: Vec<String> = required.iter().map(|name| quoted(name)).collect();
            format!("{} needs {}", quoted(&known.name), required.join(" and "))
        }
    };
    walk.wrong(place, what, example(known));
}

fn unknown(walk: &mut Walk, name: &str, place: Place) {
    let Catalogue { transforms, .. } = catalogue();
    let near =
        suggest::nearest(name, catalogue().names().chain(["keep"])).map(|near| format!("did you mean `{near}`?"));
    let owners = transforms.iter().filter(|known| known.option_names().any(|option| option == name));
    let owners: Vec<String> = owners.map(|known| known.name.clone()).collect();
    let help = near.unwrap_or_else(|| match owners.as_slice() {
        [owner] => format!("it is an option: write `{owner}: {{ {name}: … }}`"),
        [owner, ..] => {
            let all = owners.iter().map(|owner| quoted(owner)).collect::<Vec<_>>().join(", ");
            format!("it is an option of {all}: write `{owner}: {{ {name}: … }}`")
        }
        [] => format!("there are `keep` and {}", catalogue().names().map(quoted).collect::<Vec<_>>().join(", ")),
    });
    walk.wrong(place, format!("unknown transform {}", quoted(name)), help);
}

fn unknown_option(walk: &mut Walk, known: &Known, option: &Entry<'_>) {
    let owner = quoted(&known.name);
    if known.option_names().next().is_none() {
        let help = format!("write {owner} alone");
        walk.wrong(option.place, format!("{owner} has no options"), help);
    } else {
        let what = format!("{owner} has no option {}", quoted(option.key));
        walk.wrong(option.place, what, suggest::advice(option.key, known.option_names()));
    }
}

/// The advice to write a transform with what it takes.
fn example(known: &Known) -> String {
    format!("write `{}`", shape(known))
}

/// How a transform is written with what it takes.
fn shape(known: &Known) -> String {
    let name = &known.name;
    match (&known.takes, known.option_names().next()) {
        (Takes::Parts, _) if name == "json" => format!("{name}: {{ \"$.status\": keep }}"),
        (Takes::Parts, _) if name == "hstore" => format!("{name}: {{ email: email, \"*\": redact }}"),
        (Takes::Parts, _) if name == "xml" => format!("{name}: {{ \"//status\": keep }}"),
        (Takes::Parts, _) => format!("{name}: {{ city: city }}"),
        (_, Some(option)) => format!("{name}: {{ {option}: … }}"),
        (_, None) => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::load;
    use crate::rules::rule::ColumnRule;

    fn file(column: &str) -> String {
        format!("version: 1\ntables: {{ t: {{ columns: {{ c: {column} }} }} }}")
    }

    fn read(column: &str) -> ColumnRule {
        let rules = load::parse("", file(column).as_bytes()).unwrap_or_else(|invalid| panic!("{:?}", invalid.mistakes));
        rules.tables[0].columns[0].clone()
    }

    fn mistake(column: &str) -> (String, String) {
        let invalid = load::parse("", file(column).as_bytes()).expect_err(column);
        assert_eq!(invalid.mistakes.len(), 1, "{:?}", invalid.mistakes);
        (invalid.mistakes[0].what.clone(), invalid.mistakes[0].help.clone().unwrap_or_default())
    }

    #[test]
    fn a_domain_stands_beside_the_transform_on_either_side_of_it() {
        for column in ["{ email: {}, domain: customers }", "{ domain: customers, email: {} }"] {
            assert_eq!(read(column).domain.as_deref(), Some("customers"), "{column}");
            assert_eq!(read(column).decision, read("email").decision);
        }
        assert_eq!(read("{ email: { domain: shop.example } }").domain, None);
    }

    #[test]
    fn a_mail_domain_one_level_too_high_is_seen_to_be_one() {
        let (what, help) = mistake("{ email: {}, domain: shop.example }");
        assert!(what.contains("`shop.example` is no name"), "{what}");
        assert!(help.contains("{ email: { domain: shop.example } }"), "{help}");
    }

    #[test]
    fn a_domain_needs_a_name_and_a_transform_and_a_whole_column() {
        assert!(mistake("{ email: {}, domain: [a] }").0.contains("needs a name"));
        assert!(mistake("{ email: {}, domain: \"\" }").0.contains("needs a name"));
        assert!(mistake("{ domain: customers }").0.contains("unknown transform `domain`"));
        let (what, help) = mistake("{ json: { $.a: { email: {}, domain: x } } }");
        assert!(what.contains("no `domain` of its own") && help.contains("beside the transform of the column"));
        assert!(mistake("{ email: {}, phone: {}, domain: x }").0.contains("one key too many"));
    }
}
