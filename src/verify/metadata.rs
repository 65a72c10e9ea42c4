//! Personal data in the schema itself: comments, defaults, constraints, enum labels, function bodies.
//!
//! There is one choke point: the text of the DDL that makes the target.

use std::collections::BTreeMap;

use super::detectors::{Certainty, Detectors, Hits};
use super::findings::{Finding, Place, Question, Severity};
use crate::error::Result;
use crate::originals::Originals;

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
        if let Some(header) = line.strip_prefix("-- Name: ") {
            object = describe(header);
            continue;
        }
        hits.clear();
        detectors.scan(line, &context, &mut hits);
        for hit in hits.found.iter().filter(|hit| !matches!(hit.certainty, Certainty::Chance(_))) {
            let count = counts.entry((object.clone(), hit.kind.to_string())).or_insert((hit.kind.severity(), 0));
            count.1 += 1;
        }
        let (Some(originals), Some(seeker)) = (originals, &mut seeker) else { continue };
        seeker.text(line, &mut |hit| {
            let kind = format!("original of {}", originals.column(hit.column));
            counts.entry((object.clone(), kind)).or_insert((Severity::Blocking, 0)).1 += 1;
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

/// `users; Type: COMMENT; Schema: public; Owner: x` becomes `COMMENT users`. The name may be what leaks, so only the kind
/// and the schema are certain; a name is shown as far as it is an ordinary identifier.
fn describe(header: &str) -> String {
    let mut parts = header.split("; ");
    let name = parts.next().unwrap_or_default();
    let kind = parts.find_map(|part| part.strip_prefix("Type: ")).unwrap_or("object");
    let shown: String = name.chars().take(60).filter(|c| c.is_ascii_alphanumeric() || " _.".contains(*c)).collect();
    format!("{kind} {shown}")
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
}
