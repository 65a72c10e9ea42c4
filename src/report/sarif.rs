//! The findings for code scanning: SARIF 2.1.0 (OASIS), pointing at the lines of the rules file.
//!
//! It may be shown to more people than the report is, so that not even primary keys are in it.

use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::figures::many;
use super::rule_lines::RuleLines;
use super::subject::Subject;
use crate::rules::diagnostics::printable;
use crate::run_record::RunRecord;
use crate::verify::findings::{Finding, Question, Severity};
use crate::verify::proof::Proof;

/// Every question, in order, with what a finding of it means: `ruleIndex` counts along here.
const RULES: [(Question, &str, &str); 5] = [
    (Question::Coverage, "coverage", "Something was never decided on, or never scanned"),
    (Question::Leak, "leak", "An original survives in the masked database"),
    (Question::Detector, "detector", "Something looks like personal data outside its synthetic space"),
    (Question::Integrity, "integrity", "The masked database doesn't agree with its source"),
    (Question::Metadata, "metadata", "The schema itself holds personal data"),
];

/// The document.
pub fn sarif(record: &RunRecord, proof: &Proof, lines: &RuleLines) -> Value {
    sarif_of(&Subject { tool: &record.tool, file: &record.rules.file, ..Subject::of(proof) }, lines)
}

pub(super) fn sarif_of(subject: &Subject<'_>, lines: &RuleLines) -> Value {
    let version = subject.tool.rsplit(' ').next().unwrap_or_default();
    let rules = RULES.map(|(_, id, what)| {
        json!({
            "id": id,
            "shortDescription": { "text": what },
            "help": { "text": "See docs/verification.md of stagemask." },
            "properties": { "tags": ["security", "privacy"], "security-severity": "8.0" },
        })
    });
    let uri = uri(subject.file);
    let results: Vec<Value> = subject.findings.iter().map(|finding| result(finding, subject, &uri, lines)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "stagemask", "version": version, "rules": rules } },
            "automationDetails": { "id": format!("stagemask/{}", subject.id) },
            "invocations": [{ "executionSuccessful": true, "endTimeUtc": subject.made }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(finding: &Finding, subject: &Subject<'_>, uri: &str, lines: &RuleLines) -> Value {
    let index = RULES.iter().position(|(question, ..)| *question == finding.question).unwrap_or_default();
    let id = RULES.get(index).map(|(_, id, _)| *id).unwrap_or_default();
    let place = printable(&finding.place.to_string());
    let (file, at) = lines.at(finding).unzip();
    let uri = file.map_or_else(|| uri.to_owned(), |file| self::uri(&file));
    let (line, column) = at.unwrap_or((1, 1));
    let fingerprint = Sha256::digest(format!("{id}\n{place}\n{}", finding.kind));
    let fingerprint: String = fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut location = json!({ "logicalLocations": [{ "fullyQualifiedName": place }] });
    // Without rules there is no file to point at.
    if !uri.is_empty()
        && let Some(members) = location.as_object_mut()
    {
        let region = json!({ "startLine": line, "startColumn": column });
        let physical = json!({ "artifactLocation": { "uri": uri }, "region": region });
        members.insert("physicalLocation".to_owned(), physical);
    }
    let mut result = json!({
        "ruleId": id,
        "ruleIndex": index,
        "level": level(finding.severity),
        "message": { "text": message(finding, &place) },
        "locations": [location],
        "partialFingerprints": { "stagemaskPlace/v1": fingerprint },
        "properties": { "severity": super::findings::severity(finding.severity), "count": finding.count },
    });
    if finding.severity == Severity::Accepted
        && let Some(members) = result.as_object_mut()
    {
        members.insert(
            "suppressions".to_owned(),
            json!([{ "kind": "external", "justification": reason(finding, subject) }]),
        );
    }
    result
}

fn message(finding: &Finding, place: &str) -> String {
    let mut text = format!("{place}: {}", printable(&finding.kind));
    if matches!(finding.question, Question::Leak | Question::Detector) {
        text += &format!(" in {}", many(finding.count, "cell"));
    }
    if !finding.advice.is_empty() {
        text += &format!(". To do: {}", printable(&finding.advice));
    }
    text
}

/// Why it was accepted, and by whom.
fn reason(finding: &Finding, subject: &Subject<'_>) -> String {
    let place = finding.place.to_string();
    let uses = subject.accepted.iter().map(|accepted| &accepted.acceptance);
    let reasons = uses.filter(|accepted| accepted.place() == place);
    let reasons: Vec<String> =
        reasons.map(|of| format!("{} ({}, until {})", printable(&of.reason), printable(&of.who), of.until)).collect();
    reasons.join("; ")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocking => "error",
        Severity::Warning => "warning",
        Severity::Accepted | Severity::Note => "note",
    }
}

/// A file as a URI reference (RFC 3986, 4.2), from the working directory where it is inside of that.
fn uri(file: &str) -> String {
    let here = std::env::current_dir().ok();
    let inside = here.as_deref().and_then(|here| Path::new(file).strip_prefix(here).ok());
    let path = inside.map_or_else(|| file.to_owned(), |inside| inside.display().to_string());
    let path = path.strip_prefix("./").unwrap_or(&path);
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            byte if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::super::markdown::tests::{finding_at, proof, record};
    use super::*;
    use crate::run_record::RunState;

    /// What the schema of SARIF 2.1.0 requires, and GitHub besides (GitHub, "SARIF support for code scanning").
    fn check(document: &Value) {
        assert_eq!(document["version"], "2.1.0");
        let driver = &document["runs"][0]["tool"]["driver"];
        assert!(driver["name"].is_string());
        let ids: Vec<&str> =
            driver["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        for result in document["runs"][0]["results"].as_array().unwrap() {
            assert_eq!(ids[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()], result["ruleId"]);
            assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            let at = &result["locations"][0]["physicalLocation"];
            assert!(
                at["region"]["startLine"].as_u64().unwrap() > 0 && at["region"]["startColumn"].as_u64().unwrap() > 0
            );
            assert!(!at["artifactLocation"]["uri"].as_str().unwrap().contains([' ', '\\']));
            assert_eq!(result["partialFingerprints"]["stagemaskPlace/v1"].as_str().unwrap().len(), 64);
        }
    }

    #[test]
    fn every_finding_is_a_result_at_the_line_of_its_rule_and_shows_no_key() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rules ø.yaml");
        std::fs::write(&file, "version: 1\ntables:\n  audit_log:\n    columns:\n      payload: keep\n").unwrap();
        let mut record = record(RunState::Refused);
        record.rules.file = file.display().to_string();
        record.rules.digest = crate::rules::load::load(&file).unwrap().digest;
        let found = vec![
            finding_at("payload", Severity::Blocking, &["4711"]),
            finding_at("note", Severity::Warning, &[]),
            finding_at("other", Severity::Note, &[]),
        ];
        let document = sarif(&record, &proof(found), &RuleLines::of(&record.rules));
        check(&document);
        let results = document["runs"][0]["results"].as_array().unwrap();
        let lines: Vec<&Value> =
            results.iter().map(|of| &of["locations"][0]["physicalLocation"]["region"]["startLine"]).collect();
        assert_eq!(lines, [5, 3, 3]);
        assert!(!document.to_string().contains("4711"));
        let uri = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert!(
            uri.as_str().unwrap().starts_with("file:///") && uri.as_str().unwrap().ends_with("rules%20%C3%B8.yaml")
        );

        record.rules.digest = "of another text".to_owned();
        let found = vec![finding_at("payload", Severity::Blocking, &[])];
        let document = sarif(&record, &proof(found), &RuleLines::of(&record.rules));
        check(&document);
        assert_eq!(document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
    }

    #[test]
    fn what_is_accepted_is_suppressed_with_its_reason() {
        let mut proof = proof(vec![finding_at("payload", Severity::Accepted, &[])]);
        proof.accepted.push(super::super::markdown::tests::accepted());
        let document = sarif(&record(RunState::Verified), &proof, &RuleLines::none());
        check(&document);
        let suppressed = &document["runs"][0]["results"][0]["suppressions"][0];
        assert_eq!(suppressed["kind"], "external");
        assert_eq!(suppressed["justification"], "the auditors' own addresses (Kari, until 2027-01-31)");
    }
}
