//! The JSON Schema of a rules file, for editors: it completes transforms and options, and shows what they do.
//!
//! Its shipped form is `masking-rules/schema.json`, which a file names in its first line:
//! `# yaml-language-server: $schema=./schema.json`.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::catalogue::catalogue;
use super::presets;
use super::transform::{Locale, Transform};
use super::type_name;

/// The version of the format.
pub const VERSION: u32 = 1;

/// The keys of a rules file.
pub(super) const FILE_KEYS: [&str; 9] =
    ["version", "extends", "include", "presets", "locale", "large_objects", "defaults", "patterns", "tables"];

/// Those of them of which a file has at least one.
pub(super) const SAYS_SOMETHING: [&str; 6] = ["tables", "patterns", "defaults", "presets", "extends", "include"];

/// The keys of a table.
pub(super) const TABLE_KEYS: [&str; 1] = ["columns"];

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
    definitions.insert("Decision".to_owned(), decision(true));
    definitions.insert("Masking".to_owned(), decision(false));
    definitions.insert("Files".to_owned(), files());
    definitions.insert("Transform".to_owned(), transform());
    let any_of = SAYS_SOMETHING.map(|key| json!({ "required": [key] }));
    let known_presets = presets::PRESETS.map(|preset| json!({ "const": preset.name, "description": preset.what }));
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Masking rules of stagemask",
        "description": "What happens to each column that could hold personal data.",
        "type": "object",
        "properties": {
            "version": { "description": "The version of this format.", "const": VERSION },
            "extends": {
                "description": "Files whose rules hold where this one says nothing else; of several, a later one over an earlier.",
                "allOf": [{ "$ref": "#/definitions/Files" }],
            },
            "include": {
                "description": "Files that are parts of this one: no column is decided in two of them.",
                "allOf": [{ "$ref": "#/definitions/Files" }],
            },
            "presets": {
                "description": "Rules for the tables of frameworks, as far as they are there.",
                "type": "array",
                "minItems": 1,
                "items": { "oneOf": known_presets },
            },
            "locale": { "allOf": [{ "$ref": "#/definitions/Locale" }] },
            "large_objects": {
                "description": "What becomes of large objects (pg_largeobject).",
                "oneOf": LARGE_OBJECTS.map(|(name, what)| json!({ "const": name, "description": what })),
            },
            "defaults": type_name::schema(),
            "patterns": {
                "description": "Columns by pattern: `*.email` of any schema and table, `audit.*.payload`. What `tables` says comes first.",
                "type": "object",
                "minProperties": 1,
                "additionalProperties": { "$ref": "#/definitions/Decision" },
            },
            "tables": {
                "description": "The tables by name: `users`, `support.tickets`, `'\"v1.users\"'` for a name with a dot, `tenant_*.users` for several.",
                "type": "object",
                "additionalProperties": { "$ref": "#/definitions/Table" },
            },
        },
        "required": ["version"],
        "anyOf": any_of,
        "additionalProperties": false,
        "definitions": definitions,
    })
}

/// The shipped form of the schema: indented, with a newline at the end.
pub fn json_schema_text() -> String {
    format!("{:#}\n", json_schema())
}

/// The locales, as they are written.
pub(super) fn locales() -> Vec<String> {
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
    json!({
        "description": "What the rules say of one table.",
        "type": "object",
        "properties": {
            "columns": {
                "description": "The columns by name, each with `keep` or one transform.",
                "type": "object",
                "minProperties": 1,
                "additionalProperties": { "$ref": "#/definitions/Decision" },
            },
        },
        "required": ["columns"],
        "additionalProperties": false,
    })
}

/// One file, or several.
fn files() -> Value {
    let file = json!({ "type": "string", "minLength": 1 });
    json!({
        "description": "Paths, relative to the folder of this file.",
        "oneOf": [file, { "type": "array", "minItems": 1, "items": file }],
    })
}

/// `keep`, a transform by its name alone, or with its options.
fn decision(with_keep: bool) -> Value {
    let mut choices = Vec::new();
    if with_keep {
        choices.push(json!({ "const": "keep", "description": "The value stays as it is." }));
    }
    for known in catalogue().transforms.iter().filter(|known| Transform::named(&known.name).is_some()) {
        choices.push(json!({ "const": known.name, "description": known.description }));
    }
    choices.push(json!({ "type": "null", "description": "NULL in every row; it has to be written out as `null`." }));
    choices.push(json!({ "$ref": "#/definitions/Transform" }));
    let what = if with_keep { "`keep`, or a transform" } else { "A transform" };
    json!({ "description": format!("{what} with or without options."), "anyOf": choices })
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
