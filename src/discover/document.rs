//! What to propose for JSON, and for text that holds JSON.

use super::classify::{Confidence, Proposal, or_safe, quoted, text};
use super::sample::{ColumnLook, Look};
use crate::rules::naming::{self, Subject};

/// Each part of a document by itself where they can be told apart; what no path names is redacted.
pub(super) fn document(look: &ColumnLook) -> Proposal {
    let whole = |decisions: &[&str], reason: &str| Proposal {
        decisions: or_safe(decisions),
        confidence: Confidence::Guess,
        reason: reason.to_owned(),
    };
    let Some(parts) = &look.parts else {
        return whole(&["redact"], "documents whose parts can't be told apart");
    };
    if parts.is_empty() {
        return whole(&["redact"], "there is nothing in it to judge by");
    }
    let decided: Vec<(&String, String)> = parts.iter().map(|(path, look)| (path, part(path, look))).collect();
    let reason = "part by part; what no path names is redacted".to_owned();
    if decided.iter().all(|(_, decision)| decision == "redact") {
        return Proposal { decisions: or_safe(&["redact"]), confidence: Confidence::Likely, reason };
    }
    let paths: Vec<String> = decided.iter().map(|(path, decision)| format!("{}: {decision}", quoted(path))).collect();
    let decisions =
        vec![format!("{{ json: {{ {} }} }}", paths.join(", ")), "redact".to_owned(), "free_text".to_owned()];
    Proposal { decisions, confidence: Confidence::Likely, reason }
}

/// The decision for one part of a document.
fn part(path: &str, look: &Look) -> String {
    let name = path.rsplit('.').next().unwrap_or_default().trim_end_matches("[*]");
    let by_name = naming::subject(name);
    if look.texts == 0 {
        let personal = by_name.is_some_and(|subject| {
            !matches!(
                subject,
                Subject::Technical | Subject::Moment | Subject::Prose | Subject::Amount | Subject::Digest
            )
        });
        return if personal || look.main_kind().is_some() { "redact" } else { "keep" }.to_owned();
    }
    let takes_text = |decision: &String| !matches!(decision.as_str(), "null" | "password_hash" | "hex_digest");
    let proposal = text(name, by_name, look, false);
    let by_moment = by_name == Some(Subject::Moment) && look.is_symbolic() && look.main_kind().is_none();
    if by_moment {
        return "keep".to_owned();
    }
    proposal.decisions.into_iter().find(takes_text).unwrap_or_else(|| "redact".to_owned())
}
