//! `token`: a token of the same length and alphabet, marked as masked.

use super::draw::{Draw, put_base32};
use super::text_cell::{TextCell, TextMask, truncate};
use super::uuid::MaskedUuid;
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::secret::DomainKey;

/// What a masked token begins with, after its prefix.
const MARK: &[u8; 6] = b"masked";

/// Prefixes after which the mark could still belong to a live secret: it takes their place.
const OVERWRITTEN: &[&str] = &["gho", "ghp", "ghr", "ghs", "ghu", "github", "npm"];

/// Longer words before a `_` aren't prefixes.
const LONGEST_PREFIX: usize = 8;

/// Shorter tokens keep their form and aren't marked.
const SHORTEST_MARKED: usize = 10;

/// `{"alg":"none","typ":"JWT"}` in base64url: a server that accepts it accepts anything.
const JWT_HEADER: &str = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";

/// `{"masked":true}` in base64url.
const JWT_PAYLOAD: &str = "eyJtYXNrZWQiOnRydWV9";

/// 65 bits, for a token that would not be distinct by itself: the mark and 13 digits of base 32.
const DISTINCT_DIGITS: usize = 13;

/// A token with so many free bits is distinct by itself: of ten million that have their digits, small letters and capitals
/// in the same places, as numbers do, any two meet in 1 run of 11,000.
const ENOUGH_BITS: f64 = 59.0;

/// Makes tokens.
pub(super) struct Token {
    key: DomainKey,
    distinct: bool,
    room: usize,
}

impl Token {
    pub(super) fn new(site: &Site<'_>, room: usize) -> Self {
        Self { key: site.sub_key("token"), distinct: false, room }
    }

    /// As `new`, for a column that has to be unique if its own is.
    pub(super) fn of_column(site: &Site<'_>) -> Self {
        Self { distinct: site.column.unique, ..Self::new(site, site.room()) }
    }

    /// Appends the fake of a token.
    pub(super) fn put(&self, token: &str, out: &mut Vec<u8>) {
        let prefix = if is_marked(token) { kept_prefix(token) } else { "" };
        self.put_behind(prefix, token, out);
    }

    /// As `put`; `prefix` is how the token begins and stays as it is.
    pub(super) fn put_behind(&self, prefix: &str, token: &str, out: &mut Vec<u8>) {
        let jwt_length = JWT_HEADER.len() + JWT_PAYLOAD.len() + MARK.len() + DISTINCT_DIGITS + 2;
        if is_jwt(token.trim()) && self.room >= jwt_length {
            for part in [JWT_HEADER.as_bytes(), b".", JWT_PAYLOAD.as_bytes(), b"."] {
                out.extend_from_slice(part);
            }
            self.put_distinct(token, out);
            return;
        }
        if self.distinct && free_bits(token, prefix) < ENOUGH_BITS {
            self.put_distinct(token, out);
            return;
        }
        let start = out.len();
        out.extend_from_slice(prefix.as_bytes());
        let rest = token.get(prefix.len()..).unwrap_or_default();
        put_like(rest, &mut Draw::new(&self.key, token.as_bytes()), out);
        if is_marked(token) {
            mark(token, start + prefix.len(), out);
        }
        truncate(out, start, self.room);
    }

    fn put_distinct(&self, token: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(MARK);
        put_base32(out, self.key.number(token.as_bytes()), DISTINCT_DIGITS);
    }
}

/// Whether a token is long enough for the mark.
fn is_marked(token: &str) -> bool {
    token.chars().nth(SHORTEST_MARKED - 1).is_some()
}

/// Writes the mark from a place on, in capitals if the token has no small letters.
fn mark(token: &str, start: usize, out: &mut [u8]) {
    let capitals =
        !token.bytes().any(|b| b.is_ascii_lowercase()) && token.bytes().any(|byte| byte.is_ascii_uppercase());
    for (place, letter) in out.iter_mut().skip(start).zip(MARK) {
        *place = if capitals { letter.to_ascii_uppercase() } else { *letter };
    }
}

/// `tok_` of `tok_4eC39HqL…`: says what kind of token it is, and stays.
fn kept_prefix(token: &str) -> &str {
    let Some((word, rest)) = token.split_once('_') else { return "" };
    let is_prefix = !word.is_empty() && word.len() <= LONGEST_PREFIX && word.bytes().all(|b| b.is_ascii_alphabetic());
    if is_prefix && rest.len() >= MARK.len() && !OVERWRITTEN.contains(&word) {
        token.get(..=word.len()).unwrap_or_default()
    } else {
        ""
    }
}

/// How many bits of a marked token are free.
fn free_bits(token: &str, prefix: &str) -> f64 {
    let marked = if is_marked(token) { prefix.len() + MARK.len() } else { 0 };
    let alphabet = Alphabet::of(token);
    token.chars().skip(marked).map(|c| f64::from(alphabet.choices(c).count.max(1)).log2()).sum()
}

/// The letters that a text is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    /// Hexadecimal digits and nothing else but punctuation.
    Hexadecimal,
    /// Letters and digits.
    All,
}

impl Alphabet {
    fn of(text: &str) -> Self {
        // Both looks go to the end, and so over many bytes at a time.
        let letters = text.bytes().fold(false, |any, byte| any | byte.is_ascii_alphabetic());
        let others =
            text.bytes().fold(false, |any, byte| any | (byte.is_ascii_alphabetic() & !byte.is_ascii_hexdigit()));
        if letters && !others { Self::Hexadecimal } else { Self::All }
    }

    /// What may stand where this character stands.
    fn choices(self, c: char) -> Choices {
        let table = match self {
            Self::Hexadecimal => &HEXADECIMAL,
            Self::All => &ALL,
        };
        table.get(c as usize).copied().unwrap_or(SMALL_LETTERS)
    }
}

/// Characters in a row; none where what stands there stays.
#[derive(Clone, Copy)]
struct Choices {
    first: u8,
    count: u8,
}

const SMALL_LETTERS: Choices = Choices { first: b'a', count: 26 };
const HEXADECIMAL: [Choices; 128] = choices(6);
const ALL: [Choices; 128] = choices(26);

/// The choices for ASCII, with so many letters.
const fn choices(letters: u8) -> [Choices; 128] {
    let mut choices = [SMALL_LETTERS; 128];
    let mut byte = 0u8;
    while byte < 128 {
        choices[byte as usize] = match byte {
            b'0'..=b'9' => Choices { first: b'0', count: 10 },
            _ if byte.to_ascii_lowercase().wrapping_sub(b'a') < letters => {
                Choices { first: b'A' | byte & 0x20, count: letters }
            }
            b'A'..=b'Z' => Choices { first: b'A', count: 26 },
            b' ' | b'!'..=b'/' | b':'..=b'@' | b'['..=b'`' | b'{'..=b'~' => Choices { first: byte, count: 0 },
            _ => SMALL_LETTERS,
        };
        byte += 1;
    }
    choices
}

/// Appends a text of the same form: capitals for capitals, digits for digits, punctuation as it is. It differs.
pub(super) fn put_like(text: &str, draw: &mut Draw, out: &mut Vec<u8>) {
    let alphabet = Alphabet::of(text);
    let start = out.len();
    if text.chars().all(|c| alphabet.choices(c).count == 0) {
        out.extend(text.chars().map(|_| b'x'));
        return;
    }
    loop {
        let like = |c: char, draw: &mut Draw| match alphabet.choices(c) {
            Choices { first, count: 0 } => first,
            Choices { first, count } => first + draw.below(count.into()) as u8,
        };
        if text.is_ascii() {
            // Of bytes the number is known beforehand, which spares a look at the capacity for each.
            out.extend(text.bytes().map(|byte| like(char::from(byte), draw)));
        } else {
            out.extend(text.chars().map(|c| like(c, draw)));
        }
        if out.get(start..) != Some(text.as_bytes()) {
            return;
        }
        out.truncate(start);
    }
}

/// Three parts of base64url of which the first is an object (RFC 7519).
pub(super) fn is_jwt(token: &str) -> bool {
    let part = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b'=');
    token.starts_with("ey") && token.len() >= 20 && token.matches('.').count() == 2 && token.split('.').all(part)
}

impl TextMask for Token {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.put(text, out);
        Ok(())
    }
}

/// A unique column has to have room for what is distinct by itself.
pub(super) fn require_distinct_room(transform: &str, site: &Site<'_>) -> Result<(), Refusal> {
    if !site.column.unique {
        return Ok(());
    }
    site.require_room(&format!("{transform} in a unique column"), MARK.len() + DISTINCT_DIGITS)
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    let facts = Facts::changing(OriginalsOf::Identifier);
    match site.column.class {
        TypeClass::Uuid => {
            let transform = Box::new(MaskedUuid::new(site));
            Ok(Built { transform, facts: facts.unique(true) })
        }
        TypeClass::Text => {
            let distinct = site.column.unique;
            require_distinct_room("token", site)?;
            let token = TextCell(Token::of_column(site));
            Ok(Built { transform: Box::new(token), facts: facts.unique(distinct).ignoring_case() })
        }
        _ => Err(site.wrong_type("token")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, mask_with};
    use crate::postgres::catalog::Column;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Transform as Spec;

    fn token(original: &str) -> String {
        mask(&Spec::Token(Default::default()), original)
    }

    #[test]
    fn form_length_and_prefix_stay_but_not_so_that_it_could_be_live() {
        let masked = token("sk_live_4eC39HqLyjWDarjtT1zdp7dc");
        assert!(masked.starts_with("sk_masked") && masked.len() == 32, "{masked}");
        assert!(token("tok_4eC39HqLyjWDarjtT1zdp7dc").starts_with("tok_masked"));
        assert!(token(&format!("ghp_{}", "a1B2".repeat(9))).starts_with("masked"));
        assert!(token("AKIAIOSFODNN7EXAMPLE").starts_with("MASKED"));
        let short = token("ab-12");
        assert!(short.len() == 5 && short.as_bytes()[2] == b'-' && short.as_bytes()[3].is_ascii_digit(), "{short}");
    }

    #[test]
    fn a_token_that_happens_to_have_few_letters_keeps_its_form_in_a_unique_column() {
        let unique = Column { unique: true, ..column(TypeClass::Text, None) };
        let masked = mask_with(&Spec::Token(Default::default()), &unique, "tok_012345678901234567890123");
        assert!(masked.starts_with("tok_masked") && masked.len() == 28, "{masked}");
        let weak = mask_with(&Spec::Token(Default::default()), &unique, "0123456789");
        assert!(weak.starts_with("masked") && weak.len() == 19, "{weak}");
    }

    #[test]
    fn a_hexadecimal_token_stays_so_behind_the_mark() {
        assert!(token(&"0123456789abcdef".repeat(4))[6..].bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    fn a_jwt_still_decodes_and_carries_nothing() {
        let masked = token("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxNTA1ODYifQ.c2lnbmF0dXJlLWhlcmU");
        let parts: Vec<&str> = masked.split('.').collect();
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[1], "eyJtYXNrZWQiOnRydWV9");
        assert!(parts[2].starts_with("masked"));
    }
}
