//! Puts together what name, type and data say of a column.

use std::sync::LazyLock;

use super::names;
use super::sample::{ColumnLook, Look};
use super::subject::Subject;
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;
use crate::rules::catalogue;
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
const MOST: f64 = 0.6;

/// Fewer cells say little of those that are still to come.
const FEWEST: u64 = 10;

/// What to propose for a column. `is_key` says whether it is part of a primary or foreign key.
pub(super) fn column(column: &Column, look: &ColumnLook, is_key: bool) -> Option<Proposal> {
    if column.generated {
        return None;
    }
    let by_name = names::subject(&column.name);
    Some(match element(&column.class) {
        TypeClass::Text if column.max_chars.is_some_and(|most| most <= 3) && by_name != Some(Subject::Trait) => {
            Proposal {
                decisions: written(&["keep"]),
                confidence: Confidence::Likely,
                reason: "too short to name anybody".to_owned(),
            }
        }
        TypeClass::Text | TypeClass::Json | TypeClass::Jsonb
            if by_name == Some(Subject::Secret) && look.parts.as_ref().is_some_and(|parts| !parts.is_empty()) =>
        {
            Proposal {
                decisions: or_safe(&["redact"]),
                confidence: Confidence::Sure,
                reason: "the name says secret, and all of the document belongs to it".to_owned(),
            }
        }
        TypeClass::Text if look.parts.as_ref().is_some_and(|parts| !parts.is_empty()) => document(look),
        TypeClass::Text => text(&column.name, by_name, &look.whole, is_key),
        TypeClass::Json | TypeClass::Jsonb => document(look),
        TypeClass::Date => moment(by_name),
        TypeClass::Timestamp | TypeClass::TimestampTz if by_name == Some(Subject::BirthDate) => moment(by_name),
        TypeClass::Int2
        | TypeClass::Int4
        | TypeClass::Int8
        | TypeClass::Float4
        | TypeClass::Float8
        | TypeClass::Numeric => {
            return number(&column.name, by_name, &look.whole, is_key);
        }
        TypeClass::Inet => of_type(&["ip", "redact"], "addresses of the network"),
        TypeClass::MacAddress => of_type(&["mac", "redact"], "hardware addresses"),
        TypeClass::Bytea => match by_name {
            Some(Subject::Digest | Subject::Secret | Subject::PasswordHash) => {
                of_type(&["hex_digest", "redact"], "bytes of a secret")
            }
            _ => of_type(&["redact"], "a file, whatever is in it"),
        },
        TypeClass::Composite(fields) => composite(fields),
        class if class.can_carry_personal_data() => unknown_type(class, by_name),
        _ => return None,
    })
}

fn element(class: &TypeClass) -> &TypeClass {
    match class {
        TypeClass::Array(of) => element(of),
        class => class,
    }
}

fn of_type(decisions: &[&str], why: &str) -> Proposal {
    Proposal { decisions: written(decisions), confidence: Confidence::Likely, reason: format!("by its type: {why}") }
}

fn unknown_type(class: &TypeClass, by_name: Option<Subject>) -> Proposal {
    let decisions: &[&str] = match (class, by_name) {
        (TypeClass::Range(_), _) => &["keep", "redact", "null"],
        (_, Some(Subject::Place)) => &["geo", "redact", "null"],
        _ => &["redact", "free_text", "null"],
    };
    Proposal {
        decisions: written(decisions),
        confidence: Confidence::Guess,
        reason: "its type could hold anything".to_owned(),
    }
}

/// Decisions that the catalogue has, as they are written.
fn written(decisions: &[&str]) -> Vec<String> {
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
fn subject_of(kind: Kind) -> Option<Subject> {
    Some(match kind {
        Kind::Email => Subject::Email,
        Kind::Phone => Subject::Phone,
        Kind::Iban => Subject::Iban,
        Kind::AccountNumber => Subject::AccountNumber,
        Kind::NationalId => Subject::NationalId,
        Kind::Pan => Subject::Card,
        Kind::Ipv4 | Kind::Ipv6 => Subject::Ip,
        Kind::Jwt | Kind::Secret | Kind::HighEntropy => Subject::Secret,
        Kind::PasswordHash => Subject::PasswordHash,
        Kind::UrlCredentials => Subject::Url,
        Kind::OrganisationNumber | Kind::Vat => Subject::Organisation,
        Kind::Bic => Subject::Bic,
        Kind::TravelDocument => Subject::DocumentNumber,
        Kind::Mac => Subject::Mac,
        Kind::Coordinates => Subject::Place,
        Kind::BirthDate => Subject::BirthDate,
        Kind::PersonName => Subject::FullName,
        Kind::StreetAddress => Subject::Street,
        Kind::Certificate => Subject::Secret,
        _ => return None,
    })
}

fn text(name: &str, by_name: Option<Subject>, look: &Look, is_key: bool) -> Proposal {
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
    match named {
        Subject::PasswordHash | Subject::TotpSeed | Subject::Digest | Subject::Cookie => found == Subject::Secret,
        Subject::Url | Subject::Address => true,
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
    if identifies_rows && (names::is_identifier(name) || technical) {
        let reason = "a key whose cells name nobody".to_owned();
        return Proposal { decisions: written(&["keep", "token"]), confidence: Confidence::Likely, reason };
    }
    if named.is_none() && names::is_identifier(name) && look.is_enumeration() && look.filled >= FEWEST {
        let reason = "names of things: a few words, again and again".to_owned();
        return Proposal { decisions: written(&["keep", "token"]), confidence: Confidence::Likely, reason };
    }
    if let Some(subject) = named.filter(|_| !technical) {
        let decisions = match subject {
            Subject::FullName if !look.could_be_names() => or_safe(&["redact"]),
            _ => or_safe(subject.transforms()),
        };
        return Proposal { decisions, confidence: Confidence::Likely, reason: format!("the name says {subject}") };
    }
    let decisions = if look.words() >= 3.0 {
        or_safe(&["free_text"])
    } else if names::is_identifier(name) || look.is_symbolic() && !look.is_enumeration() {
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

fn moment(by_name: Option<Subject>) -> Proposal {
    match by_name {
        Some(Subject::BirthDate) => Proposal {
            decisions: written(Subject::BirthDate.transforms()),
            confidence: Confidence::Sure,
            reason: "the name says date of birth".to_owned(),
        },
        Some(Subject::Moment) => Proposal {
            decisions: written(&["keep"]),
            confidence: Confidence::Likely,
            reason: "the name says when something happened".to_owned(),
        },
        _ => Proposal {
            decisions: written(&["shift_date", "redact"]),
            confidence: Confidence::Guess,
            reason: "a date that may be somebody's".to_owned(),
        },
    }
}

/// A number is kept if no rule names it, so only those that identify are named.
fn number(name: &str, by_name: Option<Subject>, look: &Look, is_key: bool) -> Option<Proposal> {
    let found = look.main_kind().filter(|(_, share)| *share >= MOST).and_then(|(kind, _)| subject_of(kind));
    let subject = by_name.filter(|_| !names::is_identifier(name) || by_name == Some(Subject::NationalId)).or(found)?;
    let decisions: &[&str] = match subject {
        Subject::NationalId => &["national_id", "key", "redact"],
        Subject::Phone | Subject::AccountNumber | Subject::Card | Subject::DocumentNumber if !is_key => {
            &["key", "redact"]
        }
        Subject::Amount => &["noise", "redact"],
        Subject::Place => &["noise", "redact"],
        _ => return None,
    };
    let reason = format!("a number, and the {} says {subject}", if by_name.is_some() { "name" } else { "form" });
    Some(Proposal { decisions: written(decisions), confidence: Confidence::Likely, reason })
}

fn composite(fields: &[(String, TypeClass)]) -> Proposal {
    let mut parts = Vec::new();
    for (name, class) in fields.iter().filter(|(_, class)| class.can_carry_personal_data()) {
        let subject = names::subject(name).filter(|_| *class == TypeClass::Text);
        let decision = subject.and_then(|subject| or_safe(subject.transforms()).into_iter().next());
        parts.push(format!("{}: {}", quoted(name), decision.unwrap_or_else(|| "redact".to_owned())));
    }
    let decisions = vec![format!("{{ fields: {{ {} }} }}", parts.join(", ")), "redact".to_owned(), "null".to_owned()];
    Proposal { decisions, confidence: Confidence::Likely, reason: "by the names of its fields".to_owned() }
}

/// Each part of a document by itself where they can be told apart; what no path names is redacted.
fn document(look: &ColumnLook) -> Proposal {
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
    let by_name = names::subject(name);
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

/// In double quotes, as YAML reads them.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, class: TypeClass) -> Column {
        let type_name = String::new();
        Column {
            name: name.to_owned(),
            type_name,
            class,
            max_chars: None,
            not_null: false,
            generated: false,
            unique: false,
            binary: true,
            labels: Vec::new(),
        }
    }

    fn first(name: &str, class: TypeClass) -> Option<String> {
        column(&of(name, class), &ColumnLook::default(), false)?.decisions.into_iter().next()
    }

    #[test]
    fn a_column_of_which_nothing_is_known_is_masked() {
        assert_eq!(first("xyz", TypeClass::Text).as_deref(), Some("redact"));
        assert_eq!(first("status", TypeClass::Text).as_deref(), Some("redact"), "without data nothing is sure");
        assert_eq!(first("xyz", TypeClass::Date).as_deref(), Some("shift_date"));
        assert_eq!(first("xyz", TypeClass::Bytea).as_deref(), Some("redact"));
    }

    #[test]
    fn numbers_are_left_alone_unless_their_name_tells_of_a_person() {
        assert_eq!(first("quantity", TypeClass::Int4), None);
        assert_eq!(first("user_id", TypeClass::Int8), None);
        assert_eq!(first("salary", TypeClass::Numeric).as_deref(), Some("noise"));
        assert_eq!(first("fødselsnummer", TypeClass::Int8).as_deref(), Some("national_id"));
    }

    #[test]
    fn the_fields_of_a_composite_are_told_by_their_names() {
        let address = TypeClass::Composite(vec![("street".into(), TypeClass::Text), ("floor".into(), TypeClass::Int4)]);
        assert_eq!(first("home", address).as_deref(), Some("{ fields: { \"street\": street_address } }"));
    }
}
