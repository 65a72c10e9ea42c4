//! The verdict for CI systems: JUnit XML, a test case for each table and for what concerns the database as a whole.
//!
//! Like SARIF it may be shown widely, and has no primary keys.

use std::fmt::Write as _;

use super::figures::many;
use super::subject::Subject;
use crate::rules::diagnostics::printable;
use crate::verify::findings::{Finding, Question, Severity};
use crate::verify::proof::Proof;

/// A test case.
struct Case<'a> {
    class: &'static str,
    name: String,
    findings: Vec<&'a Finding>,
    /// Why it fails without a finding.
    reason: Option<String>,
}

/// The document.
pub fn junit(proof: &Proof) -> String {
    junit_of(&Subject::of(proof))
}

pub(super) fn junit_of(subject: &Subject<'_>) -> String {
    let cases = cases(subject);
    let failures = cases.iter().filter(|case| case.fails()).count();
    let counts = format!(
        "tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\" time=\"{}\"",
        cases.len(),
        subject.seconds
    );
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(xml, "<testsuites name=\"stagemask\" {counts}>");
    let made = escaped(subject.made.trim_end_matches('Z'));
    let _ = writeln!(xml, "  <testsuite name=\"stagemask {}\" timestamp=\"{made}\" {counts}>", subject.command);
    xml.push_str("    <properties>\n");
    for (name, value) in &subject.properties {
        let _ = writeln!(xml, "      <property name=\"{name}\" value=\"{}\"/>", escaped(value));
    }
    xml.push_str("    </properties>\n");
    for case in &cases {
        case.write(&mut xml);
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn cases<'a>(subject: &Subject<'a>) -> Vec<Case<'a>> {
    let canaries = subject.canaries;
    let blind = canaries.planted == 0 || canaries.found != canaries.planted;
    let reason = format!("{} of {} planted canaries were found", canaries.found, canaries.planted);
    let mut cases = vec![Case {
        class: "stagemask.database",
        name: "canaries".to_owned(),
        findings: Vec::new(),
        reason: blind.then_some(reason),
    }];
    for (question, name) in
        [(Question::Coverage, "coverage"), (Question::Integrity, "integrity"), (Question::Metadata, "metadata")]
    {
        let of_database = |finding: &&Finding| finding.place.table.is_none() && finding.question == question;
        let findings = subject.findings.iter().filter(of_database).collect();
        cases.push(Case { class: "stagemask.database", name: name.to_owned(), findings, reason: None });
    }
    let scanned = subject.tables.iter().copied();
    let found = subject.findings.iter().filter_map(|finding| finding.place.table.as_ref());
    let mut tables: Vec<_> = scanned.chain(found).collect();
    tables.sort();
    tables.dedup();
    for table in tables {
        let findings = subject.findings.iter().filter(|finding| finding.place.table.as_ref() == Some(table)).collect();
        cases.push(Case { class: "stagemask.table", name: table.to_string(), findings, reason: None });
    }
    cases
}

impl Case<'_> {
    fn blocking(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().copied().filter(|finding| finding.severity == Severity::Blocking)
    }

    fn fails(&self) -> bool {
        self.reason.is_some() || self.blocking().next().is_some()
    }

    fn write(&self, xml: &mut String) {
        let head = format!("    <testcase classname=\"{}\" name=\"{}\"", self.class, escaped(&self.name));
        if self.findings.is_empty() && self.reason.is_none() {
            let _ = writeln!(xml, "{head}/>");
            return;
        }
        let _ = writeln!(xml, "{head}>");
        if self.fails() {
            let count = many(self.blocking().count() as u64, "finding");
            let message = self.reason.as_ref().unwrap_or(&count);
            let text: Vec<String> = self.blocking().map(line).collect();
            let text = escaped_lines(&text);
            let _ = writeln!(xml, "      <failure message=\"{}\" type=\"blocking\">{text}</failure>", escaped(message));
        }
        let others = self.findings.iter().filter(|finding| finding.severity != Severity::Blocking);
        let others: Vec<String> = others.map(|finding| line(finding)).collect();
        if !others.is_empty() {
            let _ = writeln!(xml, "      <system-out>{}</system-out>", escaped_lines(&others));
        }
        xml.push_str("    </testcase>\n");
    }
}

fn line(finding: &Finding) -> String {
    let severity = super::findings::severity(finding.severity);
    let mut line = format!("{severity}: {}: {}", finding.place, finding.kind);
    if matches!(finding.question, Question::Leak | Question::Detector) {
        line += &format!(" in {}", many(finding.count, "cell"));
    }
    if finding.advice.is_empty() { line } else { format!("{line}. To do: {}", finding.advice) }
}

fn escaped_lines(lines: &[String]) -> String {
    lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("\n")
}

/// As text and in attributes (XML 1.0, 2.4). What XML has no place for was made visible before (2.2).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::markdown::tests::{finding_at, proof};
    use super::*;

    #[test]
    fn a_table_with_a_blocking_finding_fails_and_one_with_a_warning_does_not() {
        let xml = junit(&proof(vec![
            finding_at("payload", Severity::Blocking, &["4711"]),
            finding_at("note", Severity::Warning, &[]),
        ]));
        insta::assert_snapshot!(xml);
        assert!(!xml.contains("4711"));
    }

    #[test]
    fn a_blind_scan_fails() {
        let mut proof = proof(Vec::new());
        proof.canaries.found = 3;
        let xml = junit(&proof);
        assert!(xml.contains("failures=\"1\"") && xml.contains("3 of 12 planted canaries were found"), "{xml}");
    }

    #[test]
    fn no_name_can_leave_its_attribute() {
        assert_eq!(escaped("a\"<b>&\u{1b}\n\u{ffff}"), "a&quot;&lt;b&gt;&amp;\\u{1b}\\u{a}\u{fffd}");
    }
}
