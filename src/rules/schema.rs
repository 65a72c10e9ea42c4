//! The JSON Schema of a rules file, for editors: it completes transforms and options, and shows what they do.
//!
//! Its shipped form is `masking-rules/schema.json`, which a file names in its first line:
//! `# yaml-language-server: $schema=./schema.json`.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::accept;
use super::catalogue::catalogue;
use super::row_rules::ROW_KEYS;
use super::transform::{Locale, Transform};

/// The version of the format.
pub const VERSION: u32 = 1;

/// The keys of a rules file.
pub(super) const FILE_KEYS: [&str; 5] = ["version", "locale", "large_objects", "accept", "tables"];

/// The keys of a table.
pub(super) const TABLE_KEYS: [&str; 5] = ["columns", "where", "unless", "limit", "truncate"];

/// What `large_objects` can be, and what that means.
pub(super) const LARGE_OBJECTS: [(&str, &str); 2] = [
    ("drop", "Large objects are left behind; references to them dangle. The default."),
    ("keep", "Large objects are copied as they are."),
];

/// The JSON Schema (draft 7) of a rules file.
pub fn json_schema() -> Value {
    let mut definitions = catalogue().definitions.clone();
    definitions.insert("Locale".to_owned(), locale());
    definitions.insert("Table".to_owned(), table());
    definitions.insert("Case".to_owned(), case());
    definitions.insert("Column".to_owned(), column());
    definitions.insert("Decision".to_owned(), decision());
    definitions.insert("Transform".to_owned(), transform());
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Masking rules of stagemask",
        "description": "What happens to each column that could hold personal data.",
        "type": "object",
        "properties": {
            "version": { "description": "The version of this format.", "const": VERSION },
            "locale": { "allOf": [{ "$ref": "#/definitions/Locale" }] },
            "large_objects": {
                "description": "What becomes of large objects (pg_largeobject).",
                "oneOf": LARGE_OBJECTS.map(|(name, what)| json!({ "const": name, "description": what })),
            },
            "accept": accept_list(),
            "tables": {
                "description": "The tables by name: `users`, `support.tickets`, `'\"v1.users\"'` for a name with a dot.",
                "type": "object",
                "additionalProperties": { "$ref": "#/definitions/Table" },
            },
        },
        "required": ["version", "tables"],
        "additionalProperties": false,
        "definitions": definitions,
    })
}

/// The entries of `accept`.
fn accept_list() -> Value {
    let keys = accept::KEYS.map(|(key, _)| key);
    let properties: Map<String, Value> = accept::KEYS
        .into_iter()
        .map(|(key, what)| {
            let mut schema = json!({ "description": what, "type": "string", "minLength": 1 });
            if let (Some(schema), "until") = (schema.as_object_mut(), key) {
                schema.insert("pattern".to_owned(), "^[0-9]{4}-[0-9]{2}-[0-9]{2}$".into());
            }
            (key.to_owned(), schema)
        })
        .collect();
    json!({
        "description": "Findings that somebody has accepted for a time: they are listed, and no longer close the gate.",
        "type": "array",
        "minItems": 1,
        "items": { "type": "object", "properties": properties, "required": keys, "additionalProperties": false },
    })
}

/// The shipped form of the schema: indented, with a newline at the end.
pub fn json_schema_text() -> String {
    format!("{:#}\n", json_schema())
}

/// The locales, as they are written.
pub fn locales() -> Vec<String> {
    let choices = locale();
    let choices = choices.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    choices.filter_map(|choice| choice.get("const")?.as_str().map(str::to_owned)).collect()
}

fn locale() -> Value {
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Locale>().to_value();
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("$schema");
        schema.remove("title");
    }
    schema
}

fn table() -> Value {
    let mut properties = Map::new();
    properties.insert(
        "columns".to_owned(),
        json!({
            "description": "The columns by name, each with `keep`, one transform, or a list of cases.",
            "type": "object",
            "minProperties": 1,
            "additionalProperties": { "$ref": "#/definitions/Column" },
        }),
    );
    for (key, what) in ROW_KEYS {
        let mut schema = match key {
            "limit" => json!({ "type": "integer", "minimum": 1 }),
            "truncate" => json!({ "type": "boolean" }),
            _ => json!({ "type": "string", "minLength": 1 }),
        };
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".to_owned(), what.into());
        }
        properties.insert(key.to_owned(), schema);
    }
    json!({
        "description": "What the rules say of one table.",
        "type": "object",
        "properties": properties,
        "minProperties": 1,
        "additionalProperties": false,
    })
}

/// One decision for all rows, or a list of cases.
fn column() -> Value {
    let decision = json!({ "$ref": "#/definitions/Decision" });
    json!({
        "description": "`keep`, a transform, or a list of cases that ends with what happens in all other rows.",
        "anyOf": [
            decision,
            {
                "type": "array",
                "minItems": 2,
                "items": { "anyOf": [{ "$ref": "#/definitions/Case" }, decision] },
            },
        ],
    })
}

fn case() -> Value {
    json!({
        "description": "What happens in rows of which a condition is true; the first such case decides.",
        "type": "object",
        "properties": {
            "when": { "description": "An SQL condition.", "type": "string", "minLength": 1 },
            "then": { "$ref": "#/definitions/Decision" },
        },
        "required": ["when", "then"],
        "additionalProperties": false,
    })
}

/// `keep`, a transform by its name alone, or with its options.
fn decision() -> Value {
    let mut choices = vec![json!({ "const": "keep", "description": "The value stays as it is." })];
    for known in catalogue().transforms.iter().filter(|known| Transform::named(&known.name).is_some()) {
        choices.push(json!({ "const": known.name, "description": known.description }));
    }
    choices.push(json!({ "type": "null", "description": "NULL in every row; it has to be written out as `null`." }));
    choices.push(json!({ "$ref": "#/definitions/Transform" }));
    json!({ "description": "`keep`, or a transform with or without options.", "anyOf": choices })
}

/// One mapping with all transforms as its keys, of which there is one: editors complete this better than 23 mappings.
fn transform() -> Value {
    let properties: Map<String, Value> = catalogue()
        .transforms
        .iter()
        .map(|known| (known.name.clone(), json!({ "description": known.description, "allOf": [known.schema] })))
        .collect();
    json!({
        "description": "A transform and its options.",
        "type": "object",
        "properties": properties,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
    })
}
