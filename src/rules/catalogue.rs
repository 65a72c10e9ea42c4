//! The transforms and their options by name, read off the types in `transform`, so that what is refused, what an editor
//! offers and what is masked can't drift apart.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::transform::Transform;

/// What there is, in the order of the type.
pub(super) struct Catalogue {
    /// The transforms.
    pub(super) transforms: Vec<Entry>,
    /// The JSON Schemas that theirs refer to, by name.
    pub(super) definitions: Map<String, Value>,
}

/// One transform.
pub(super) struct Entry {
    /// As it is written in rules.
    pub(super) name: String,
    /// What it does, in one sentence.
    pub(super) description: String,
    /// The JSON Schema of what follows its name.
    pub(super) schema: Value,
    /// What follows its name.
    pub(super) takes: Takes,
}

/// What follows the name of a transform.
pub(super) enum Takes {
    /// Options, each with its JSON Schema, and those that can't be left out.
    Options { options: Map<String, Value>, required: Vec<String> },
    /// Decisions for parts of the value.
    Parts,
}

/// A transform, as `stagemask transforms` shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Described {
    /// As it is written in rules.
    pub name: String,
    /// What it does.
    pub description: String,
    /// What it can be told.
    pub options: Vec<DescribedOption>,
}

/// An option of a transform.
#[derive(Debug, Clone, Serialize)]
pub struct DescribedOption {
    /// As it is written in rules.
    pub name: String,
    /// What it does.
    pub description: String,
    /// What it can be, in words.
    pub value: String,
    /// Whether it can't be left out.
    pub required: bool,
}

/// All transforms and their options.
pub fn describe() -> Vec<Described> {
    catalogue().transforms.iter().map(Entry::describe).collect()
}

/// The one catalogue.
pub(super) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::derive);
    &CATALOGUE
}

impl Catalogue {
    /// The transform of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Entry> {
        self.transforms.iter().find(|entry| entry.name == name)
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.transforms.iter().map(|entry| entry.name.as_str())
    }

    /// The schema that a schema stands for.
    pub(super) fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        resolve(&self.definitions, schema)
    }

    fn derive() -> Self {
        // Draft 7 is what editors know best.
        let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Transform>().to_value();
        let mut definitions = schema.get("definitions").and_then(Value::as_object).cloned().unwrap_or_default();
        definitions.remove("PartDecision");
        definitions.values_mut().for_each(without_null);

        let variants = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
        let transforms = variants.filter_map(|variant| Entry::derive(variant, &definitions)).collect();
        Self { transforms, definitions }
    }
}

impl Entry {
    fn describe(&self) -> Described {
        let options = match &self.takes {
            Takes::Parts => Vec::new(),
            Takes::Options { options, required } => options
                .iter()
                .map(|(name, schema)| DescribedOption {
                    name: name.clone(),
                    description: schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
                    value: value_in_words(catalogue().resolve(schema)),
                    required: required.contains(name),
                })
                .collect(),
        };
        Described { name: self.name.clone(), description: self.description.clone(), options }
    }

    /// The options' names; none for a transform that takes parts.
    pub(super) fn option_names(&self) -> impl Iterator<Item = &str> {
        let options = match &self.takes {
            Takes::Options { options, .. } => Some(options),
            Takes::Parts => None,
        };
        options.into_iter().flat_map(|options| options.keys().map(String::as_str))
    }

    fn derive(variant: &Value, definitions: &Map<String, Value>) -> Option<Self> {
        let (name, schema) = variant.get("properties")?.as_object()?.iter().next()?;
        let description = variant.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
        if schema.get("additionalProperties").is_some_and(Value::is_object) {
            let schema = json!({
                "type": "object",
                "minProperties": 1,
                "additionalProperties": { "$ref": "#/definitions/Decision" },
            });
            return Some(Self { name: name.clone(), description, schema, takes: Takes::Parts });
        }
        let body = resolve(definitions, schema);
        let options = body.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let required = body.get("required").and_then(Value::as_array).into_iter().flatten();
        let required = required.filter_map(Value::as_str).map(str::to_owned).collect();
        let takes = Takes::Options { options, required };
        Some(Self { name: name.clone(), description, schema: schema.clone(), takes })
    }
}

/// What a schema allows, in words.
fn value_in_words(schema: &Value) -> String {
    let choices: Vec<&str> =
        schema.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    match (choices.len(), schema.get("type")) {
        (1..=12, _) => choices.join(", "),
        (0, Some(Value::String(kind))) => kind.clone(),
        (0, Some(Value::Array(kinds))) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        (0, _) => "one of several forms".to_owned(),
        _ => "a code of a list".to_owned(),
    }
}

/// Whether an option's value is written as a decision is.
pub(super) fn is_decision(schema: &Value) -> bool {
    let only = schema.get("allOf").and_then(|all| all.get(0)).unwrap_or(schema);
    only.get("$ref").and_then(Value::as_str) == Some("#/definitions/Decision")
}

fn resolve<'a>(definitions: &'a Map<String, Value>, schema: &'a Value) -> &'a Value {
    let only = schema.get("allOf").and_then(|all| all.get(0)).unwrap_or(schema);
    let target = only.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/definitions/"));
    target.and_then(|name| definitions.get(name)).unwrap_or(schema)
}

/// Makes `null` no value of an option: what is left out is left out, and one that is empty may be a slip.
fn without_null(definition: &mut Value) {
    let options = definition.get_mut("properties").and_then(Value::as_object_mut);
    for option in options.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        option.remove("default");
        option.remove("format");
        if let Some(types) = option.get_mut("type") {
            if let Some(list) = types.as_array_mut() {
                list.retain(|name| name != "null");
            }
            if let Some([only]) = types.as_array().map(Vec::as_slice) {
                *types = only.clone();
            }
        }
        if let Some(Value::Array(mut choices)) = option.remove("anyOf") {
            choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
            option.insert("allOf".to_owned(), Value::Array(choices));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::rules::load;
    use crate::rules::transform::Decision;

    /// The names that serde says it expects, out of its error for one that it doesn't.
    fn expected_by_serde(written: Value) -> Vec<String> {
        let error = Transform::deserialize(written).unwrap_err().to_string();
        let (_, names) = error.split_once("expected ").unwrap_or_default();
        names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    /// A valid value for an option of this schema, as YAML.
    fn sample(schema: &Value) -> String {
        if is_decision(schema) {
            return "token".to_owned();
        }
        let schema = catalogue().resolve(schema);
        let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
        match (schema["enum"][0].as_str(), kind) {
            (Some(choice), _) => choice.to_owned(),
            (None, Some("string")) if schema["pattern"] == "^[A-Z]{3}$" => "NOK".to_owned(),
            (None, Some("string")) => "a.example".to_owned(),
            (None, Some("boolean")) => "true".to_owned(),
            (None, Some("integer")) => schema["minimum"].as_i64().unwrap_or(7).max(7).to_string(),
            (None, Some("number")) => "1.0".to_owned(),
            (None, Some("object")) => format!("{{ a: {} }}", sample(&schema["additionalProperties"])),
            (None, Some("array")) => format!("[{}]", sample(&schema["items"])),
            _ => panic!("the rules can't read an option of this kind: {schema}"),
        }
    }

    #[test]
    fn the_catalogue_has_the_transforms_and_options_that_serde_knows() {
        let names: Vec<String> = catalogue().names().map(str::to_owned).collect();
        assert_eq!(names, expected_by_serde(json!({ "nonsense": {} })));
        for known in &catalogue().transforms {
            assert!(!known.description.is_empty(), "{}", known.name);
            let Takes::Options { options, .. } = &known.takes else { continue };
            let names: Vec<String> = options.keys().cloned().collect();
            assert_eq!(names, expected_by_serde(json!({ (known.name.as_str()): { "nonsense": 1 } })), "{}", known.name);
        }
    }

    #[test]
    fn every_transform_can_be_written_with_all_of_its_options() {
        for known in &catalogue().transforms {
            let (body, options) = match &known.takes {
                Takes::Parts if known.name == "xml" => ("{ //a: keep }".to_owned(), vec!["//a"]),
                Takes::Parts => ("{ \"$.a\": keep }".to_owned(), vec!["$.a"]),
                Takes::Options { options, .. } => {
                    let pairs: Vec<String> =
                        options.iter().map(|(name, schema)| format!("{name}: {}", sample(schema))).collect();
                    (format!("{{ {} }}", pairs.join(", ")), options.keys().map(String::as_str).collect())
                }
            };
            let text = format!("version: 1\ntables: {{ t: {{ columns: {{ c: {{ {}: {body} }} }} }} }}", known.name);
            let rules = load::parse("", text.as_bytes()).unwrap_or_else(|invalid| panic!("{:?}", invalid.mistakes));
            let Decision::Mask(transform) = &rules.tables[0].columns[0].decision else { panic!("{text}") };
            let written = serde_json::to_value(transform).unwrap();
            let kept: Vec<&str> = written[&known.name].as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(kept, options, "{text}");
        }
    }
}
