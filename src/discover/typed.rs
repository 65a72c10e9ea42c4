//! What to propose for columns of types that are neither text nor JSON.

use super::classify::{Confidence, MOST, Proposal, element, or_safe, quoted, subject_of, written};
use super::sample::Look;
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;
use crate::rules::naming::{self, Axis, Subject};

/// As [`classify::column`](super::classify::column).
pub(super) fn column(
    column: &Column,
    by_name: Option<Subject>,
    look: &Look,
    is_key: bool,
    beside: &[Column],
) -> Option<Proposal> {
    let class = element(&column.class);
    Some(match class {
        TypeClass::Date => moment(by_name),
        TypeClass::Timestamp | TypeClass::TimestampTz if by_name == Some(Subject::BirthDate) => moment(by_name),
        TypeClass::Float4 | TypeClass::Float8 if *class != column.class && by_name == Some(Subject::Embedding) => {
            named(&["embedding"], Subject::Embedding)
        }
        class if is_number(class) => return number(column, by_name, look, is_key, beside),
        TypeClass::Uuid if !is_key && by_name == Some(Subject::Secret) && is_token(&column.name) => {
            named(&["uuid"], Subject::Secret)
        }
        TypeClass::Inet => of_type(&["ip", "redact"], "addresses of the network"),
        TypeClass::MacAddress => of_type(&["mac", "redact"], "hardware addresses"),
        TypeClass::Bytea => match by_name {
            Some(Subject::Digest | Subject::Secret | Subject::PasswordHash | Subject::ApiKey) => {
                of_type(&["hex_digest", "redact"], "bytes of a secret")
            }
            Some(Subject::PrivateKey) => of_type(&["pem", "redact"], "bytes of a key or a certificate"),
            _ => of_type(&["redact"], "a file, whatever is in it"),
        },
        TypeClass::Vector | TypeClass::HalfVector | TypeClass::SparseVector => {
            of_type(&["embedding", "redact"], "vectors, of which the text can be told")
        }
        TypeClass::Tsvector => searched(beside),
        TypeClass::Point => of_type(&["geo", "redact"], "places"),
        TypeClass::Composite(fields) => composite(fields),
        class if class.can_carry_personal_data() => unknown_type(class, by_name),
        _ => return None,
    })
}

/// A uuid that opens something, rather than one that belongs to what does: `reset_token`, but not `token_family`.
fn is_token(name: &str) -> bool {
    let name = name.to_lowercase();
    ["token", "secret", "nonce", "code"].iter().any(|word| name.ends_with(word))
}

fn is_number(class: &TypeClass) -> bool {
    use TypeClass::{Float4, Float8, Int2, Int4, Int8, Money, Numeric};
    matches!(class, Int2 | Int4 | Int8 | Float4 | Float8 | Numeric | Money)
}

fn named(decisions: &[&str], subject: Subject) -> Proposal {
    Proposal {
        decisions: written(decisions),
        confidence: Confidence::Likely,
        reason: format!("the name says {subject}"),
    }
}

/// The words of the texts beside it, masked as these are.
fn searched(beside: &[Column]) -> Proposal {
    let decisions = naming::search_vector(beside).into_iter().chain(written(&["redact"])).collect();
    let reason = "words of other columns; name those that it is made of".to_owned();
    Proposal { decisions, confidence: Confidence::Guess, reason }
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
fn number(column: &Column, by_name: Option<Subject>, look: &Look, is_key: bool, beside: &[Column]) -> Option<Proposal> {
    let name = &column.name;
    let found = look.main_kind().filter(|(_, share)| *share >= MOST).and_then(|(kind, _)| subject_of(kind));
    let subject = by_name.filter(|_| !naming::is_identifier(name) || by_name == Some(Subject::NationalId)).or(found)?;
    let of_pair = || {
        let numbers = beside.iter().filter(|other| is_number(&other.class) && !other.generated);
        let (axis, with) = naming::coordinates(name, numbers.map(|other| other.name.as_str()))?;
        let axis = if axis == Axis::Latitude { "latitude" } else { "longitude" };
        Some(format!("{{ geo: {{ axis: {axis}, with: {} }} }}", quoted(with)))
    };
    let decisions: &[&str] = match subject {
        Subject::NationalId => &["national_id", "key", "redact"],
        Subject::Organisation => &["organisation_number", "key", "redact"],
        Subject::Phone
        | Subject::AccountNumber
        | Subject::Card
        | Subject::DocumentNumber
        | Subject::Passport
        | Subject::Vat
            if !is_key =>
        {
            &["key", "redact"]
        }
        Subject::Amount => &["noise", "redact"],
        Subject::Place => &["noise", "redact"],
        _ => return None,
    };
    let pair = Some(subject).filter(|subject| *subject == Subject::Place).and_then(|_| of_pair());
    let decisions = pair.into_iter().chain(written(decisions)).collect();
    let reason = format!("a number, and the {} says {subject}", if by_name.is_some() { "name" } else { "form" });
    Some(Proposal { decisions, confidence: Confidence::Likely, reason })
}

fn composite(fields: &[(String, TypeClass)]) -> Proposal {
    let mut parts = Vec::new();
    for (name, class) in fields.iter().filter(|(_, class)| class.can_carry_personal_data()) {
        let subject = naming::subject(name).filter(|_| *class == TypeClass::Text);
        let decision = subject.and_then(|subject| or_safe(subject.transforms()).into_iter().next());
        parts.push(format!("{}: {}", quoted(name), decision.unwrap_or_else(|| "redact".to_owned())));
    }
    let decisions = vec![format!("{{ fields: {{ {} }} }}", parts.join(", ")), "redact".to_owned(), "null".to_owned()];
    Proposal { decisions, confidence: Confidence::Likely, reason: "by the names of its fields".to_owned() }
}
