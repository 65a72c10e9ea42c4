//! What to change in the rules, as YAML to paste: for each place where something was found, the transform that would have
//! masked it.

use std::collections::{BTreeMap, BTreeSet};

use crate::postgres::identifier::TableName;
use crate::postgres::types::TypeClass;
use crate::rules::json_path::JsonPath;
use crate::rules::transform::Transform;
use crate::run_record::{How, MaskedColumn, MaskedRecord};
use crate::verify::findings::{Finding, Question, Severity};

/// What the report calls a kind, and the transform for it.
const KINDS: [(&str, &str); 9] = [
    ("e-mail address", "email"),
    ("phone number", "phone"),
    ("IBAN", "iban"),
    ("account number", "account_number"),
    ("national identity number", "national_id"),
    ("IPv4 address", "ip"),
    ("IPv6 address", "ip"),
    ("password hash", "password_hash"),
    ("JSON Web Token", "token"),
];

/// What a column needs.
#[derive(Default)]
struct Needs {
    /// The whole cell.
    whole: BTreeSet<String>,
    /// By JSON key.
    by_key: BTreeMap<String, BTreeSet<String>>,
}

/// The YAML, or `None` when there is nothing to propose. It is about columns alone, and decides anew on each of them.
pub fn paste(findings: &[Finding], masked: &MaskedRecord) -> Option<String> {
    let mut needs: BTreeMap<TableName, BTreeMap<String, Needs>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Blocking) {
        let (Some(table), Some(column)) = (&finding.place.table, &finding.place.column) else { continue };
        let Some(transform) = transform_for(finding, masked) else { continue };
        let of_column = needs.entry(table.clone()).or_default().entry(column.clone()).or_default();
        let set = match &finding.place.key {
            Some(key) => of_column.by_key.entry(key.clone()).or_default(),
            None => &mut of_column.whole,
        };
        set.insert(transform);
    }
    let mut yaml = String::new();
    for (table, columns) in &needs {
        let of_table = masked.tables.iter().find(|masked| masked.name == *table);
        let lines: Vec<String> = columns
            .iter()
            .filter_map(|(name, needs)| {
                let column = of_table?.columns.iter().find(|column| column.name == *name)?;
                Some(format!("      {}: {}\n", scalar(name), decision(column, needs)?))
            })
            .collect();
        if !lines.is_empty() {
            yaml += &format!("  {}:\n    columns:\n{}", scalar(&table.to_string()), lines.concat());
        }
    }
    (!yaml.is_empty()).then(|| format!("tables:\n{yaml}"))
}

/// The transform for what was found; `free_text` where only that it is personal data is known.
pub(super) fn transform_for(finding: &Finding, masked: &MaskedRecord) -> Option<String> {
    let named = match finding.question {
        Question::Detector => KINDS.iter().find(|(kind, _)| *kind == finding.kind).map(|(_, name)| (*name).to_owned()),
        Question::Leak => {
            let column = finding.original_of()?;
            let tables = masked.tables.iter().flat_map(|table| table.columns.iter().map(move |of| (table, of)));
            let mut origin = tables.filter(|(table, of)| format!("{}.{}", table.name, of.name) == column);
            origin.find_map(|(_, of)| match &of.how {
                How::Masked { transform, .. } => Some(transform.clone()),
                _ => None,
            })
        }
        _ => return None,
    };
    Some(named.filter(|name| Transform::named(name).is_some()).unwrap_or_else(|| "free_text".to_owned()))
}

fn decision(column: &MaskedColumn, needs: &Needs) -> Option<String> {
    if matches!(column.class, TypeClass::Json | TypeClass::Jsonb) {
        let part = |(key, transforms): (&String, &BTreeSet<String>)| {
            let path = format!("$..{key}");
            JsonPath::parse(&path).ok()?;
            Some(format!("{}: {}", scalar(&path), only(transforms)))
        };
        let parts: Vec<String> = needs.by_key.iter().filter_map(part).collect();
        return (!parts.is_empty()).then(|| format!("{{ json: {{ {} }} }}", parts.join(", ")));
    }
    if needs.whole.is_empty() {
        return None;
    }
    let chosen = only(&needs.whole);
    let or = if chosen == "free_text" { "" } else { " # or free_text, where it stands inside of longer text" };
    Some(format!("{chosen}{or}"))
}

/// Where several kinds were found, no one transform fits.
fn only(transforms: &BTreeSet<String>) -> &str {
    let mut all = transforms.iter();
    match (all.next(), all.next()) {
        (Some(only), None) => only,
        _ => "free_text",
    }
}

/// A text as YAML: plain where that can't be misread, and else as JSON has it, which is YAML too.
fn scalar(text: &str) -> String {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte))
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    if is_plain { text.to_owned() } else { serde_json::to_string(text).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::super::markdown::tests::{column, finding_at, masked_by, table_of};
    use super::*;
    use crate::rules::load;

    #[test]
    fn what_is_proposed_is_valid_and_names_the_transform_of_the_origin() {
        let text = |name: &str, how: How| column(name, how);
        let payload = MaskedColumn { class: TypeClass::Json, ..text("payload", How::Kept) };
        let columns =
            vec![payload, text("Weird \"Note\"", How::Kept), text("contact", How::Kept), text("mixed", How::Kept)];
        let users = vec![text("email", masked_by("email"))];
        let masked = MaskedRecord {
            tables: vec![
                table_of(TableName::new("public", "audit_log"), 7, columns),
                table_of(TableName::new("public", "users"), 7, users),
            ],
            recorded: Vec::new(),
            large_objects: 0,
            large_objects_checksum: None,
            inventory: BTreeMap::new(),
            schema_digest: String::new(),
            joined: Vec::new(),
            objects: Vec::new(),
            behind: Vec::new(),
        };
        let leak = |column: &str, key: Option<&str>| {
            let mut finding = finding_at(column, Severity::Blocking, &[]);
            finding.place.key = key.map(str::to_owned);
            finding
        };
        let detected = |column: &str, kind: &str| Finding {
            question: Question::Detector,
            kind: kind.to_owned(),
            ..leak(column, None)
        };
        let findings = [
            leak("payload", Some("email")),
            leak("payload", Some("no path [")),
            detected("Weird \"Note\"", "card number"),
            detected("contact", "phone number"),
            detected("mixed", "phone number"),
            leak("mixed", None),
            Finding { severity: Severity::Warning, ..detected("contact", "IBAN") },
            leak("unknown", None),
        ];
        let yaml = paste(&findings, &masked).unwrap();
        insta::assert_snapshot!(yaml, @r#"
        tables:
          audit_log:
            columns:
              "Weird \"Note\"": free_text
              contact: phone # or free_text, where it stands inside of longer text
              mixed: free_text
              payload: { json: { "$..email": email } }
        "#);
        assert!(load::parse("pasted.yaml", format!("version: 1\n{yaml}").as_bytes()).is_ok(), "{yaml}");
        assert_eq!(paste(&findings[6..], &masked), None);
    }
}
