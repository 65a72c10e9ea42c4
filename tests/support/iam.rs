//! Decides, offline, what IAM policies allow (IAM User Guide, "Policy evaluation logic"): as much of it as the policies of
//! `examples/aws` use. What it doesn't know it refuses to judge, instead of passing over it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "it is all for tests")]
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// One call, as it is authorised: each of its resources has to be allowed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    /// What it is for, in a few words.
    pub(crate) what: String,
    /// Such as `rds:ModifyDBInstance`.
    pub(crate) action: String,
    /// What it works on; one that is `*` for actions that know no resources.
    pub(crate) resources: Vec<Resource>,
    /// Of a call that must never happen: it is denied even to a role that may do everything else.
    #[serde(default)]
    pub(crate) always_denied: bool,
    /// Tags that it sends.
    #[serde(default)]
    pub(crate) request_tags: BTreeMap<String, String>,
    /// Other context keys, such as `rds:PubliclyAccessible`.
    #[serde(default)]
    pub(crate) conditions: BTreeMap<String, String>,
}

/// A resource of a call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resource {
    /// Its ARN.
    pub(crate) arn: String,
    /// The tags that it has.
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    Allowed,
    /// No statement allows it.
    NotAllowed,
    /// This statement denies it.
    Denied(String),
}

/// A statement of a policy.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) sid: String,
    pub(crate) allow: bool,
    pub(crate) actions: Vec<String>,
    pub(crate) resources: Vec<String>,
    conditions: Map<String, Value>,
}

/// The statements of a policy. Panics at anything that it doesn't know.
pub(crate) fn statements(policy: &Value) -> Vec<Statement> {
    assert_eq!(policy["Version"], "2012-10-17");
    policy["Statement"].as_array().unwrap().iter().map(statement).collect()
}

fn statement(value: &Value) -> Statement {
    let fields = value.as_object().unwrap();
    let known = ["Sid", "Effect", "Action", "Resource", "Condition"];
    assert!(fields.keys().all(|key| known.contains(&key.as_str())), "a statement with {:?}", fields.keys());
    let effect = value["Effect"].as_str().unwrap();
    assert!(["Allow", "Deny"].contains(&effect), "the effect {effect}");
    Statement {
        sid: value["Sid"].as_str().unwrap().to_owned(),
        allow: effect == "Allow",
        actions: texts(&value["Action"]),
        resources: texts(&value["Resource"]),
        conditions: value.get("Condition").map(|condition| condition.as_object().unwrap().clone()).unwrap_or_default(),
    }
}

/// What identity policies and a permissions boundary make of a call: an explicit deny in any of them wins, and else both
/// have to allow it.
pub(crate) fn decide(identity: &[Statement], boundary: &[Statement], call: &Call) -> Decision {
    assert!(!call.resources.is_empty(), "{}: a call without resources", call.what);
    for resource in &call.resources {
        let context = context(call, resource);
        let applies = |statement: &&Statement| statement.applies(&call.action, &resource.arn, &context);
        if let Some(denies) = identity.iter().chain(boundary).filter(|statement| !statement.allow).find(applies) {
            return Decision::Denied(denies.sid.clone());
        }
        let allows = |policy: &[Statement]| policy.iter().filter(|statement| statement.allow).any(|s| applies(&s));
        if !allows(identity) || !allows(boundary) {
            return Decision::NotAllowed;
        }
    }
    Decision::Allowed
}

/// The context keys of one resource of a call, in lower case, since their names have no case.
fn context(call: &Call, resource: &Resource) -> BTreeMap<String, Vec<String>> {
    let mut context = BTreeMap::new();
    let mut put = |key: String, value: &str| {
        context.entry(key.to_lowercase()).or_insert_with(Vec::new).push(value.to_owned());
    };
    for (tag, value) in &call.request_tags {
        put(format!("aws:RequestTag/{tag}"), value);
        put("aws:TagKeys".to_owned(), tag);
    }
    for (tag, value) in &resource.tags {
        put(format!("aws:ResourceTag/{tag}"), value);
    }
    for (key, value) in &call.conditions {
        put(key.clone(), value);
    }
    let region = resource.arn.split(':').nth(3).filter(|region| !region.is_empty());
    if !call.conditions.contains_key("aws:RequestedRegion") {
        put("aws:RequestedRegion".to_owned(), region.unwrap_or("eu-north-1"));
    }
    context
}

impl Statement {
    fn applies(&self, action: &str, arn: &str, context: &BTreeMap<String, Vec<String>>) -> bool {
        let action = action.to_lowercase();
        self.actions.iter().any(|pattern| like(&pattern.to_lowercase(), &action))
            && self.resources.iter().any(|pattern| like(pattern, arn))
            && self.conditions.iter().all(|(operator, keys)| {
                keys.as_object().unwrap().iter().all(|(key, values)| {
                    holds(operator, context.get(&key.to_lowercase()).map_or(&[], Vec::as_slice), &texts(values))
                })
            })
    }
}

/// One condition: an operator, what the call has for the key, and what the policy wants.
fn holds(operator: &str, has: &[String], wanted: &[String]) -> bool {
    if let Some(operator) = operator.strip_prefix("ForAnyValue:") {
        return has.iter().any(|value| holds(operator, std::slice::from_ref(value), wanted));
    }
    if let Some(operator) = operator.strip_prefix("ForAllValues:") {
        return has.iter().all(|value| holds(operator, std::slice::from_ref(value), wanted));
    }
    if operator == "Null" {
        return wanted.iter().all(|wanted| (wanted == "true") == has.is_empty());
    }
    let (operator, if_exists) =
        operator.strip_suffix("IfExists").map_or((operator, false), |operator| (operator, true));
    let (operator, negated) = match operator {
        "StringNotEquals" => ("StringEquals", true),
        "StringNotEqualsIgnoreCase" => ("StringEqualsIgnoreCase", true),
        "StringNotLike" => ("StringLike", true),
        "ArnNotLike" => ("ArnLike", true),
        operator => (operator, false),
    };
    let same = |has: &str, wanted: &str| match operator {
        "StringEquals" => has == wanted,
        "StringEqualsIgnoreCase" | "Bool" => has.eq_ignore_ascii_case(wanted),
        "StringLike" | "ArnLike" | "ArnEquals" => like(wanted, has),
        _ => panic!("the operator {operator} isn't known here"),
    };
    match has {
        // Without the key, what is negated holds and anything else doesn't.
        [] => negated || if_exists,
        [has] => wanted.iter().any(|wanted| same(has, wanted)) != negated,
        _ => panic!("several values without ForAnyValue or ForAllValues"),
    }
}

/// Whether a text matches a pattern with `*` and `?`.
fn like(pattern: &str, text: &str) -> bool {
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = &pattern[1..];
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| like(rest, &text[at..]))
        }
        Some(first) => text
            .chars()
            .next()
            .is_some_and(|c| (first == '?' || first == c) && like(&pattern[first.len_utf8()..], &text[c.len_utf8()..])),
    }
}

/// A text, or a list of them.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values.iter().map(|value| value.as_str().unwrap().to_owned()).collect(),
        _ => panic!("neither a text nor a list: {value}"),
    }
}
