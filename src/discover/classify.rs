//! Puts together what name, type and data say of a column.

use std::sync::LazyLock;

use super::document::document;
use super::sample::{ColumnLook, Look};
use super::typed;
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;
use crate::rules::catalogue;
use crate::rules::naming::{self, Subject};
use crate::verify::detectors::Kind;

/// How sure a proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Neither name nor data say anything; it is masked to be safe.
    Guess,
    /// The name or the data says so.
    Likely,
    /// Both do.
    Sure,
}

/// What could be done with a column, best first, and why.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Proposal {
    /// Decisions as they are written in rules, to be tried in this order.
    pub(super) decisions: Vec<String>,
    pub(super) confidence: Confidence,
    /// In words; never with a value.
    pub(super) reason: String,
}

/// From which share of its cells on a column is taken for what they hold; below, they hold it among other things.
pub(super) const MOST: f64 = 0.6;

/// Fewer cells say little of those that are still to come.
const FEWEST: u64 = 10;

/// What to propose for a column. `is_key` says whether it is part of a primary or foreign key; `beside` are all columns of
/// its table.
pub(super) fn column(column: &Column, look: &ColumnLook, is_key: bool, beside: &[Column]) -> Option<Proposal> {
    if column.generated {
        return None;
    }
    let by_name = naming::subject(&column.name);
    let has_parts = look.parts.as_ref().is_some_and(|parts| !parts.is_empty());
    Some(match element(&column.class) {
        TypeClass::Text if column.max_chars.is_some_and(|most| most <= 3) && by_name != Some(Subject::Trait) => {
            Proposal {
                decisions: written(&["keep"]),
                confidence: Confidence::Likely,
                reason: "too short to name anybody".to_owned(),
            }
        }
        TypeClass::Text | TypeClass::Json | TypeClass::Jsonb if by_name.is_some_and(is_secret) && has_parts => {
            Proposal {
                decisions: or_safe(&["redact"]),
                confidence: Confidence::Sure,
                reason: "the name says secret, and all of the document belongs to it".to_owned(),
            }
        }
        TypeClass::Text if has_parts => document(look),
        TypeClass::Text => text(&column.name, by_name, &look.whole, is_key),
        TypeClass::Json | TypeClass::Jsonb => document(look),
        _ => return typed::column(column, by_name, &look.whole, is_key, beside),
    })
}

/// What opens something, as a whole and in all its parts.
fn is_secret(subject: Subject) -> bool {
    use Subject::{ApiKey, Cookie, Jwt, PrivateKey, Secret};
    matches!(subject, Secret | ApiKey | Jwt | PrivateKey | Cookie)
}

pub(super) fn element(class: &TypeClass) -> &TypeClass {
    match class {
        TypeClass::Array(of) => element(of),
        class => class,
    }
}

/// Decisions that the catalogue has, as they are written.
pub(super) fn written(decisions: &[&str]) -> Vec<String> {
    static KNOWN: LazyLock<Vec<String>> =
        LazyLock::new(|| catalogue::describe().into_iter().map(|one| one.name).collect());
    let is_known = |decision: &&&str| {
        let name = decision.trim_start_matches("{ ").split(':').next().unwrap_or_default();
        name == "keep" || KNOWN.iter().any(|known| known == name)
    };
    decisions.iter().filter(is_known).map(|decision| (*decision).to_owned()).collect()
}

/// Whether the cells hold personal data or secrets by their form; of what is only random, nobody can tell.
pub(super) fn is_personal(look: &ColumnLook) -> bool {
    let looks = std::iter::once(&look.whole).chain(look.parts.iter().flatten().map(|(_, part)| part));
    looks.filter_map(Look::main_kind).any(|(kind, _)| kind != Kind::HighEntropy && subject_of(kind).is_some())
}

/// What the data say of themselves, in the terms of names.
pub(super) fn subject_of(kind: Kind) -> Option<Subject> {
    Some(match kind {
        Kind::Email => Subject::Email,
        Kind::Phone => Subject::Phone,
        Kind::Iban => Subject::Iban,
        Kind::AccountNumber => Subject::AccountNumber,
        Kind::NationalId => Subject::NationalId,
        Kind::Pan => Subject::Card,
        Kind::Ipv4 | Kind::Ipv6 => Subject::Ip,
        Kind::Jwt => Subject::Jwt,
        Kind::Secret | Kind::HighEntropy => Subject::Secret,
        Kind::PasswordHash => Subject::PasswordHash,
        Kind::UrlCredentials => Subject::Url,
        Kind::OrganisationNumber => Subject::Organisation,
        Kind::Vat => Subject::Vat,
        Kind::Bic => Subject::Bic,
        Kind::TravelDocument => Subject::Passport,
        Kind::Mac => Subject::Mac,
        Kind::Coordinates => Subject::Place,
        Kind::BirthDate => Subject::BirthDate,
        Kind::PersonName => Subject::FullName,
        Kind::StreetAddress => Subject::Street,
        Kind::Certificate => Subject::PrivateKey,
        _ => return None,
    })
}

pub(super) fn text(name: &str, by_name: Option<Subject>, look: &Look, is_key: bool) -> Proposal {
    let found = look.main_kind().and_then(|(kind, share)| Some((subject_of(kind)?, kind, share)));
    if look.is_digest() && by_name != Some(Subject::Secret) {
        return Proposal {
            decisions: or_safe(Subject::Digest.transforms()),
            confidence: Confidence::Sure,
            reason: "the cells are digests, of which the originals can be guessed".to_owned(),
        };
    }
    match (by_name, found) {
        (Some(subject), Some((same, kind, share))) if subject == same => Proposal {
            decisions: or_safe(subject.transforms()),
            confidence: Confidence::Sure,
            reason: format!("the name says {subject}, and {} look like one ({kind})", percent(share)),
        },
        // A key may look like any random text, and an address may stand inside of another.
        (Some(subject), Some((found, kind, share))) if says_more(subject, found) => Proposal {
            decisions: or_safe(subject.transforms()),
            confidence: Confidence::Sure,
            reason: format!("the name says {subject}, and {} hold one ({kind})", percent(share)),
        },
        (_, Some((subject, kind, share))) if share >= MOST && look.words() < 3.0 => Proposal {
            decisions: or_safe(subject.transforms()),
            confidence: Confidence::Sure,
            reason: format!("{} look like one: {kind}", percent(share)),
        },
        (_, Some((_, kind, share))) => Proposal {
            decisions: or_safe(if look.holds_secrets() { &["redact"] } else { &["free_text"] }),
            confidence: Confidence::Sure,
            reason: format!("{kind} in {}", percent(share)),
        },
        (named, None) => by_name_alone(name, named, look, is_key),
    }
}

/// Whether the name is more exact than what was found in the cells.
fn says_more(named: Subject, found: Subject) -> bool {
    use Subject::{ApiKey, Cookie, Digest, Jwt, PasswordHash, PrivateKey, Secret, TotpSeed};
    match named {
        PasswordHash | TotpSeed | Digest | Cookie | ApiKey | PrivateKey => matches!(found, Secret | Jwt),
        Jwt => found == Secret,
        Subject::Mrz => found == Subject::Passport,
        Subject::Vat => found == Subject::Organisation,
        Subject::Url | Subject::Address => true,
        Subject::Domain => found == Subject::Url,
        Subject::FirstName | Subject::LastName | Subject::Username => found == Subject::FullName,
        _ => false,
    }
}

fn by_name_alone(name: &str, named: Option<Subject>, look: &Look, is_key: bool) -> Proposal {
    let technical = matches!(named, Some(Subject::Technical | Subject::Moment));
    if technical && look.is_enumeration() {
        let reason = format!("the name says {}, and the cells are a few words", Subject::Technical);
        return Proposal { decisions: written(&["keep"]), confidence: Confidence::Sure, reason };
    }
    let identifies_rows = is_key && (named.is_none() || technical) && look.is_symbolic();
    if identifies_rows && (naming::is_identifier(name) || technical) {
        let reason = "a key whose cells name nobody".to_owned();
        return Proposal { decisions: written(&["keep", "token"]), confidence: Confidence::Likely, reason };
    }
    if named.is_none() && naming::is_identifier(name) && look.is_enumeration() && look.filled >= FEWEST {
        let reason = "names of things: a few words, again and again".to_owned();
        return Proposal { decisions: written(&["keep", "token"]), confidence: Confidence::Likely, reason };
    }
    if let Some(subject) = named.filter(|_| !technical) {
        let decisions = match subject {
            Subject::FullName if !look.could_be_names() => or_safe(&["redact"]),
            // A place that has no coordinates is a town, a shelf, anything.
            Subject::Place if look.filled > 0 => or_safe(&["redact"]),
            _ => or_safe(subject.transforms()),
        };
        return Proposal { decisions, confidence: Confidence::Likely, reason: format!("the name says {subject}") };
    }
    let decisions = if look.words() >= 3.0 {
        or_safe(&["free_text"])
    } else if naming::is_identifier(name) || look.is_symbolic() && !look.is_enumeration() {
        or_safe(&["token"])
    } else {
        or_safe(&["redact"])
    };
    let reason = if look.filled == 0 { "there is nothing in it to judge by" } else { "nothing tells what it holds" };
    Proposal { decisions, confidence: Confidence::Guess, reason: format!("{reason}; masked to be safe") }
}

/// What can take the place of a decision that a column can't have.
pub(super) fn or_safe(decisions: &[&str]) -> Vec<String> {
    let mut all = written(decisions);
    let with_more = ["hex_digest", "token", "redact", "null"];
    all.extend(written(&with_more).into_iter().filter(|safe| !decisions.contains(&safe.as_str())));
    all
}

fn percent(share: f64) -> String {
    let percent = (share * 100.0).round();
    if percent < 1.0 { "under 1 % of the cells".to_owned() } else { format!("{percent} % of the cells") }
}

/// In double quotes, as YAML reads them.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests;
