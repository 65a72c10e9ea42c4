//! The JSON Schema of a rules file, for editors: it completes transforms and options, and shows what they do.
//!
//! Its shipped form is `masking-rules/schema.json`, which a file names in its first line:
//! `# yaml-language-server: $schema=./schema.json`.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::accept;
use super::catalogue::{Entry, catalogue};
use super::presets;
use super::row_rules::ROW_KEYS;
use super::transform::{Locale, Transform};
use super::type_name;

/// The version of the format.
pub const VERSION: u32 = 1;

/// The keys of a rules file.
pub(super) const FILE_KEYS: [&str; 12] = [
    "version",
    "extends",
    "include",
    "presets",
    "locale",
    "large_objects",
    "defaults",
    "patterns",
    "tables",
    "references",
    "assertions",
    "accept",
];

/// Those of them of which a file has at least one.
pub(super) const SAYS_SOMETHING: [&str; 6] = ["tables", "patterns", "defaults", "presets", "extends", "include"];

/// The keys of a reference in its long form.
pub(super) const REFERENCE_KEYS: [&str; 5] = ["from", "path", "to", "type", "when"];

/// What a consistency domain can be called, as a regular expression.
const DOMAIN_NAME: &str = "^[A-Za-z0-9_-]{1,63}$";

/// The keys of a table.
pub(super) const TABLE_KEYS: [&str; 5] = ["columns", "where", "unless", "limit", "truncate"];

/// What `large_objects` can be, and what that means.
pub(super) const LARGE_OBJECTS: [(&str, &str); 2] = [
    ("drop", "Large objects are left behind; references to them dangle. The default."),
    ("keep", "Large objects are copied as they are, and verification looks into them."),
];

/// The JSON Schema (draft 7) of a rules file.
pub fn json_schema() -> Value {
    let mut definitions = catalogue().definitions.clone();
    definitions.insert("Locale".to_owned(), locale());
    definitions.insert("Table".to_owned(), table());
    definitions.insert("Case".to_owned(), case());
    definitions.insert("Column".to_owned(), column());
    definitions.insert("Decision".to_owned(), decision(true));
    definitions.insert("OneDecision".to_owned(), one_decision());
    definitions.insert("Masking".to_owned(), decision(false));
    definitions.insert("Files".to_owned(), files());
    definitions.insert("Reference".to_owned(), reference());
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
            "accept": accept_list(),
            "assertions": {
                "description": "What has to be true of the masked database, by name: SQL that returns one row with one boolean. It runs read-only, with `search_path = public`.",
                "type": "object",
                "minProperties": 1,
                "additionalProperties": { "type": "string", "minLength": 1 },
            },
            "tables": {
                "description": "The tables by name: `users`, `support.tickets`, `'\"v1.users\"'` for a name with a dot, `tenant_*.users` for several.",
                "type": "object",
                "additionalProperties": { "$ref": "#/definitions/Table" },
            },
            "references": {
                "description": "References that the schema doesn't know of: what refers is masked as what it refers to.",
                "type": "array",
                "items": { "$ref": "#/definitions/Reference" },
            },
        },
        "required": ["version"],
        "anyOf": any_of,
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

/// One decision for all rows, beside which a consistency domain may stand, or a list of cases.
fn column() -> Value {
    let decision = json!({ "$ref": "#/definitions/Decision" });
    json!({
        "description": "`keep`, a transform, or a list of cases that ends with what happens in all other rows.",
        "anyOf": [
            { "$ref": "#/definitions/OneDecision" },
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

/// A decision, beside which a consistency domain may stand.
fn one_decision() -> Value {
    let mut beside = transforms();
    beside.insert(
        "domain".to_owned(),
        json!({
            "description": "The consistency domain: equal originals are equal after masking in all columns of a domain, and show no relation between two.",
            "type": "string",
            "pattern": DOMAIN_NAME,
        }),
    );
    json!({
        "description": "`keep`, or a transform with or without options; beside it may stand a consistency domain.",
        "anyOf": [
            { "$ref": "#/definitions/Decision" },
            {
                "type": "object",
                "properties": beside,
                "required": ["domain"],
                "minProperties": 2,
                "maxProperties": 2,
                "additionalProperties": false,
            },
        ],
    })
}

fn reference() -> Value {
    let text = |description: &str| json!({ "description": description, "type": "string" });
    json!({
        "description": "`audit_log.user_email -> users.email`, or the same as a mapping.",
        "anyOf": [
            { "type": "string", "pattern": "^.+\\..+->.+\\..+$" },
            {
                "type": "object",
                "properties": {
                    "from": text("The column that refers; with `[*]` behind it, the elements of an array."),
                    "path": text("Where in a document: `$.user.email`."),
                    "to": text("The column that is referred to."),
                    "when": text("In which rows it refers there, as an SQL condition: `subject_type = 'User'`."),
                },
                "required": ["from", "to"],
                "additionalProperties": false,
            },
            {
                "type": "object",
                "properties": {
                    "from": text("The column that refers to one of several tables."),
                    "type": text("The column of the same table that says to which: `subject_type`."),
                    "to": {
                        "description": "What is referred to, by what stands in the column `type`.",
                        "type": "object",
                        "minProperties": 1,
                        "additionalProperties": { "type": "string", "minLength": 1 },
                    },
                },
                "required": ["from", "type", "to"],
                "additionalProperties": false,
            },
        ],
    })
}

/// One mapping with all transforms as its keys, of which there is one: editors complete this better than 23 mappings.
fn transform() -> Value {
    json!({
        "description": "A transform and its options.",
        "type": "object",
        "properties": transforms(),
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
    })
}

fn transforms() -> Map<String, Value> {
    let schema = |known: &Entry| json!({ "description": known.description, "allOf": [known.schema] });
    catalogue().transforms.iter().map(|known| (known.name.clone(), schema(known))).collect()
}
