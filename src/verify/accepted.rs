//! What somebody has accepted in the rules: such a finding no longer closes the gate, and is listed all the same.
//!
//! An acceptance is for one place and one kind of finding, has a name and a reason, and comes to an end.

use super::detectors::{CATALOGUE, Kind};
use super::findings::{Finding, Place, Question, Severity};
use super::original_kind::OriginalKind;
use super::proof::Accepted;
use crate::postgres::civil_date::CivilDate;
use crate::rules::accept::Accept;
use crate::rules::diagnostics::quoted;
use crate::rules::rule::Mistake;
use crate::rules::suggest;
use crate::run_record::Acceptance;

/// How many days before its end an acceptance is a warning.
const WARN_DAYS: i64 = 14;

/// Turns the blocking findings that are accepted on this day into accepted ones, and says of acceptances that
/// have ended, are about to end, or are of no use. Gives the uses.
pub(super) fn apply(findings: &mut Vec<Finding>, acceptances: &[Acceptance], today: CivilDate) -> Vec<Accepted> {
    let mut uses = Vec::new();
    let mut notes = Vec::new();
    for acceptance in acceptances {
        let until = CivilDate::parse(&acceptance.until);
        // What is no date has ended.
        let days_left = until.map_or(-1, |until| until.days() - today.days());
        let mut count = 0;
        for finding in findings.iter_mut().filter(|finding| is_about(acceptance, finding)) {
            if days_left < 0 {
                finding.advice = format!(
                    "{}; it was accepted until {} by {}, which is over",
                    finding.advice, acceptance.until, acceptance.who
                );
            } else {
                finding.severity = Severity::Accepted;
                count += finding.count;
            }
        }
        if count > 0 {
            uses.push(Accepted { acceptance: acceptance.clone(), count });
        }
        notes.extend(note(acceptance, count, days_left));
    }
    findings.extend(notes);
    uses
}

fn is_about(acceptance: &Acceptance, finding: &Finding) -> bool {
    let place = place_of(acceptance);
    let kind = words(&acceptance.kind).unwrap_or_else(|| acceptance.kind.clone());
    finding.severity == Severity::Blocking
        && matches!(finding.question, Question::Leak | Question::Detector)
        && finding.place == place
        && finding.kind == kind
}

fn place_of(acceptance: &Acceptance) -> Place {
    Place {
        table: Some(acceptance.table.clone()),
        column: Some(acceptance.column.clone()),
        key: acceptance.key.clone(),
    }
}

/// What a person should know of an acceptance before it surprises them.
fn note(acceptance: &Acceptance, count: u64, days_left: i64) -> Option<Finding> {
    let Acceptance { kind, until, .. } = acceptance;
    let (severity, kind, advice) = if days_left < 0 {
        let advice = "mask the place, or decide anew and give the entry under `accept` another day";
        (Severity::Warning, format!("the acceptance of {kind} ended on {until}"), advice)
    } else if count == 0 {
        let advice = "take the entry out of `accept`: it would hide what comes back";
        (Severity::Note, format!("the acceptance of {kind} isn't needed: there is no such finding"), advice)
    } else if days_left <= WARN_DAYS {
        let advice = "mask the place, or decide anew and give the entry under `accept` another day";
        (Severity::Warning, format!("the acceptance of {kind} ends on {until}"), advice)
    } else {
        return None;
    };
    Some(Finding {
        question: Question::Coverage,
        place: place_of(acceptance),
        kind,
        severity,
        count,
        keys: Vec::new(),
        advice: advice.to_owned(),
    })
}

/// The words of the report for a detector's kind, by its name in rules: `email` is an `e-mail address`.
fn words(name: &str) -> Option<String> {
    let kinds = CATALOGUE.iter().flat_map(|detector| detector.kinds);
    let mut named = kinds.filter(|kind| serde_json::to_value(kind).is_ok_and(|known| known.as_str() == Some(name)));
    named.next().map(Kind::to_string)
}

/// What is wrong with acceptances beyond their form: kinds of findings that there aren't.
pub fn mistakes(accepted: &[Accept]) -> Vec<Mistake> {
    let kinds = CATALOGUE.iter().flat_map(|detector| detector.kinds);
    let mut known: Vec<String> = Vec::new();
    for kind in kinds {
        let name = serde_json::to_value(kind).ok().and_then(|name| name.as_str().map(str::to_owned));
        known.extend(name);
        known.push(kind.to_string());
    }
    let is_known = |kind: &str| known.iter().any(|known| known == kind);
    let wrong = accepted.iter().filter(|accept| {
        let kind = accept.acceptance.kind.as_str();
        !is_known(kind) && OriginalKind::column_of(kind).is_none()
    });
    let mistake = |accept: &Accept| {
        let near = suggest::nearest(&accept.acceptance.kind, known.iter().map(String::as_str));
        let help = near.map_or_else(
            || "write the kind as the report has it: `email`, `e-mail address`, `original of users.email` …".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Mistake {
            place: Some(accept.kind_place),
            what: format!("there is no finding of the kind {}", quoted(&accept.acceptance.kind)),
            help: Some(help),
        }
    };
    wrong.map(mistake).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::identifier::TableName;

    fn finding(kind: &str, key: Option<&str>) -> Finding {
        Finding {
            question: Question::Detector,
            place: Place {
                table: Some(TableName::new("public", "notes")),
                column: Some("body".to_owned()),
                key: key.map(str::to_owned),
            },
            kind: kind.to_owned(),
            severity: Severity::Blocking,
            count: 3,
            keys: Vec::new(),
            advice: "mask it".to_owned(),
        }
    }

    fn acceptance(kind: &str, until: &str) -> Acceptance {
        Acceptance {
            table: TableName::new("public", "notes"),
            column: "body".to_owned(),
            key: None,
            kind: kind.to_owned(),
            reason: "our own address".to_owned(),
            who: "Kari".to_owned(),
            until: until.to_owned(),
        }
    }

    const TODAY: CivilDate = CivilDate { year: 2026, month: 11, day: 21 };

    #[test]
    fn a_finding_is_accepted_to_the_last_day_by_name_or_by_words() {
        for kind in ["email", "e-mail address"] {
            let mut findings = vec![finding("e-mail address", None)];
            let uses = apply(&mut findings, &[acceptance(kind, "2027-11-21")], TODAY);
            assert_eq!((findings.len(), findings[0].severity), (1, Severity::Accepted));
            assert_eq!((uses.len(), uses[0].count), (1, 3));
        }
        let mut findings = vec![finding("e-mail address", None)];
        apply(&mut findings, &[acceptance("email", "2026-11-21")], TODAY);
        assert_eq!(findings[0].severity, Severity::Accepted);
        assert_eq!(
            (findings[1].severity, findings[1].kind.as_str()),
            (Severity::Warning, "the acceptance of email ends on 2026-11-21")
        );
    }

    #[test]
    fn another_place_kind_or_day_stays_blocking() {
        let original = finding("original of users.email", None);
        let metadata = Finding { question: Question::Integrity, ..finding("e-mail address", None) };
        for (finding, until) in [
            (finding("e-mail address", Some("from")), "2027-11-21"),
            (finding("phone number", None), "2027-11-21"),
            (original, "2027-11-21"),
            (metadata, "2027-11-21"),
            (finding("e-mail address", None), "2026-11-20"),
            (finding("e-mail address", None), "soon"),
        ] {
            let mut findings = vec![finding];
            let uses = apply(&mut findings, &[acceptance("email", until)], TODAY);
            assert_eq!((findings[0].severity, uses.len(), findings.len()), (Severity::Blocking, 0, 2), "{findings:?}");
        }
    }

    #[test]
    fn every_kind_of_a_leaked_original_can_be_accepted_and_no_other_words() {
        let place = crate::rules::rule::Place::default();
        let wrong = |kind: &str| {
            let accept = Accept { acceptance: acceptance(kind, "2027-11-21"), place, kind_place: place };
            mistakes(&[accept]).len()
        };
        for kind in [
            "original of users.email",
            "a person's name, original of users.name",
            "a document, original of kyc.scan",
            "number without its last digit, original of users.phone",
            "short number, original of users.pin",
        ] {
            assert_eq!(wrong(kind), 0, "{kind}");
        }
        for kind in ["original of ", "the original of users.email", "number without its last digit"] {
            assert_eq!(wrong(kind), 1, "{kind}");
        }
    }

    #[test]
    fn a_warning_comes_fourteen_days_before_the_end() {
        let notes = |until: &str| {
            let mut findings = vec![finding("e-mail address", None)];
            apply(&mut findings, &[acceptance("email", until)], TODAY);
            findings.len() - 1
        };
        assert_eq!((notes("2026-12-05"), notes("2026-12-06")), (1, 0));
    }
}
