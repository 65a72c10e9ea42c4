//! Personal data in the schema itself: comments, defaults, constraints, enum labels, function bodies.
//!
//! There are two choke points: the text of the DDL that made the target, part of which only comes with the release, and
//! the DDL of the target as it is, which somebody may have changed since.

use std::collections::BTreeMap;

use super::Job;
use super::detectors::{Detectors, Hit, Hits, Kind};
use super::findings::{Finding, Place, Question, Severity};
use super::judge;
use crate::database::DatabaseSettings;
use crate::error::Result;
use crate::originals::{Class, Originals};
use crate::postgres::catalog::shown_name;
use crate::postgres::connect::Session;
use crate::run_record::carried;

/// The DDL of the closed target as it is now, with its comment and settings; without the run's own state, if that is there.
///
/// # Errors
/// When it can't be dumped: what wasn't looked at counts as failed.
pub(super) async fn ddl_of_target(job: &Job<'_>, session: &Session, carries_state: bool) -> Result<String> {
    let ours: &[&str] = if carries_state { &[carried::SCHEMA] } else { &[] };
    let ddl = job.schema.ddl_of(job.masked.target(), ours).await?;
    Ok(with_settings(&ddl, &DatabaseSettings::of(session).await?))
}

/// What a schema consists of and what is set on the database, as one text.
pub fn with_settings(ddl: &str, settings: &DatabaseSettings) -> String {
    format!("{ddl}\n-- Name: settings; Type: DATABASE; Schema: -; Owner: -\n{}", settings.sql("staging"))
}

/// Scans what made the target and what it is now; what is in both is one finding.
///
/// # Errors
/// As [`scan_ddl`].
pub(super) fn scan_both(
    made_of: &str,
    target: &str,
    detectors: &Detectors,
    originals: &Originals,
) -> Result<Vec<Finding>> {
    let mut findings = scan_ddl(made_of, detectors, Some(originals))?;
    for mut finding in scan_ddl(target, detectors, Some(originals))? {
        let known = findings.iter_mut().find(|known| (&known.place, &known.kind) == (&finding.place, &finding.kind));
        match known {
            Some(known) => known.count = known.count.max(finding.count),
            None => {
                "somebody changed the schema of the closed database: refresh again".clone_into(&mut finding.advice);
                findings.push(finding);
            }
        }
    }
    Ok(findings)
}

/// Scans the text of the DDL, object by object. Without originals, only the detectors look.
///
/// # Errors
/// When the originals can't be read.
pub fn scan_ddl(ddl: &str, detectors: &Detectors, originals: Option<&Originals>) -> Result<Vec<Finding>> {
    let mut counts: BTreeMap<(String, String), (Severity, u64)> = BTreeMap::new();
    let context = detectors.context("", None);
    let mut object = "the schema".to_owned();
    let mut hits = Hits::new();
    let mut seeker = originals.map(Originals::seeker);
    for line in ddl.lines() {
        // The body of a function may have a comment that only begins like a heading.
        if let Some(header) = line.strip_prefix("-- Name: ").filter(|header| header.contains("; Owner: ")) {
            object = describe(header, &mut |name| {
                hits.clear();
                detectors.scan(name, &context, &mut hits);
                let mut known = !hits.found.is_empty();
                if let Some(seeker) = &mut seeker {
                    seeker.text(name, &mut |hit| known |= hit.class != Class::Cut)?;
                }
                Ok(known)
            })?;
            continue;
        }
        hits.clear();
        detectors.scan(line, &context, &mut hits);
        for hit in hits.found.iter().filter(|hit| !hit.certainty.is_chance() && !is_limit(line, hit)) {
            let count = counts.entry((object.clone(), hit.kind.to_string())).or_insert((hit.kind.severity(), 0));
            count.1 += 1;
        }
        let (Some(originals), Some(seeker)) = (originals, &mut seeker) else { continue };
        seeker.text(line, &mut |hit| {
            if hit.class == Class::Cut {
                return;
            }
            let (kind, severity) = judge::original_in_text(&hit, originals);
            counts.entry((object.clone(), kind)).or_insert((severity, 0)).1 += 1;
        })?;
    }
    let findings = counts.into_iter().map(|((object, kind), (severity, count))| Finding {
        question: Question::Metadata,
        place: Place { table: None, column: None, key: Some(object) },
        kind,
        severity,
        count,
        keys: Vec::new(),
        advice: "take it out of the production schema: masking doesn't change DDL".to_owned(),
    });
    Ok(findings.collect())
}

/// Whether a date is the limit of a condition, such as `CHECK (date_of_birth >= '1900-01-01'::date)`, and not a birthday: the
/// first or last day of a year, behind an inequality. Any other day could be somebody's.
fn is_limit(line: &str, hit: &Hit) -> bool {
    let date = line.get(hit.start..hit.end).unwrap_or_default();
    let before = line.get(..hit.start).unwrap_or_default().trim_end_matches('\'').trim_end();
    let before = before.strip_suffix("DATE").unwrap_or(before).trim_end();
    let is_edge = date.len() == 10 && (date.ends_with("-01-01") || date.ends_with("-12-31"));
    let is_inequality = ["<", ">", "<=", ">="].iter().any(|than| before.ends_with(than)) && !before.ends_with("<>");
    hit.kind == Kind::BirthDate && is_edge && is_inequality
}

/// `users; Type: COMMENT; Schema: public; Owner: x` becomes `COMMENT users`. The name may be what leaks, so only the kind
/// and the schema are certain; a name is shown as far as it is an ordinary identifier, and not if it is itself `known`.
fn describe(header: &str, known: &mut dyn FnMut(&str) -> Result<bool>) -> Result<String> {
    let mut parts = header.split("; ");
    let name = parts.next().unwrap_or_default();
    let kind = parts.find_map(|part| part.strip_prefix("Type: ")).unwrap_or("object");
    if known(name)? {
        return Ok(format!("{kind} {}", shown_name(name)));
    }
    let shown: String = name.chars().take(60).filter(|c| c.is_ascii_alphanumeric() || " _.".contains(*c)).collect();
    Ok(format!("{kind} {shown}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_a_comment_is_found_with_its_object() {
        let ddl = "-- Name: TABLE users; Type: COMMENT; Schema: public; Owner: -\n\nCOMMENT ON TABLE users IS 'ask kari@fjordpost.no';\n";
        let findings = scan_ddl(ddl, &Detectors::new(), None).unwrap();
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].place.key.as_deref(), Some("COMMENT TABLE users"));
        assert_eq!(findings[0].severity, Severity::Blocking);
    }

    #[test]
    fn a_limit_of_birthdays_is_nobodys_and_a_birthday_in_a_default_or_a_condition_is_a_finding() {
        let found = |ddl: &str| {
            let kinds: Vec<String> =
                scan_ddl(ddl, &Detectors::new(), None).unwrap().into_iter().map(|finding| finding.kind).collect();
            kinds.join(", ")
        };
        for harmless in [
            "    date_of_birth date NOT NULL,",
            "    date_of_birth date DEFAULT CURRENT_DATE,",
            "    CONSTRAINT users_date_of_birth_check CHECK ((date_of_birth >= '1900-01-01'::date))",
            "    CHECK (date_of_birth > DATE '1900-01-01' AND date_of_birth <= DATE '2008-12-31')",
            "CREATE POLICY adults ON public.users USING ((birth_date < '2008-01-01'::date));",
        ] {
            assert_eq!(found(harmless), "", "{harmless}");
        }
        for birthday in [
            "    date_of_birth date DEFAULT '1985-05-12'::date NOT NULL,",
            "    date_of_birth date DEFAULT '1985-01-01'::date NOT NULL,",
            "    CHECK ((date_of_birth <> '1985-01-01'::date))",
            "    CHECK ((date_of_birth >= '1985-05-12'::date))",
            "  SELECT count(*) FROM users WHERE date_of_birth = '1985-12-31'",
        ] {
            assert_eq!(found(birthday), "date of birth", "{birthday}");
        }
    }
}
