//! `cookie`: the same cookies with masked values; what `Set-Cookie` says beside the value stays.

use super::draw::Draw;
use super::text_cell::{TextMask, built};
use super::token::{Token, put_like};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::secret::DomainKey;

/// Names of headers that may stand before the cookies.
const HEADERS: [&str; 2] = ["Set-Cookie:", "Cookie:"];

/// Whether an attribute can say this.
type IsValid = fn(&str) -> bool;

/// What `Set-Cookie` says of a cookie (RFC 6265, 5.2, and what browsers added), and what it can say there.
const ATTRIBUTES: &[(&str, IsValid)] = &[
    ("expires", |value| value.bytes().all(|b| b.is_ascii_alphanumeric() || b" ,:-+".contains(&b))),
    ("max-age", |value| value.bytes().all(|b| b.is_ascii_digit() || b == b'-')),
    ("domain", |value| value.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b))),
    ("path", |value| value.starts_with('/')),
    ("samesite", |value| ["strict", "lax", "none"].iter().any(|known| value.eq_ignore_ascii_case(known))),
    ("priority", |value| ["low", "medium", "high"].iter().any(|known| value.eq_ignore_ascii_case(known))),
    ("secure", str::is_empty),
    ("httponly", str::is_empty),
    ("partitioned", str::is_empty),
];

/// Masks the values of cookies.
struct Cookie {
    token: Token,
    key: DomainKey,
    room: usize,
}

impl Cookie {
    /// Appends the masked header.
    fn put(&self, text: &str, out: &mut Vec<u8>) {
        let named = |header: &str| text.get(..header.len()).is_some_and(|start| start.eq_ignore_ascii_case(header));
        let header = HEADERS.iter().find(|header| named(header)).map_or(0, |header| header.len());
        let (name, rest) = text.split_at_checked(header).unwrap_or(("", text));
        out.extend_from_slice(name.as_bytes());
        for (index, pair) in rest.split(';').enumerate() {
            if index > 0 {
                out.push(b';');
            }
            if index > 0 && is_attribute(pair) {
                out.extend_from_slice(pair.as_bytes());
            } else {
                self.put_pair(pair, out);
            }
        }
    }

    /// Appends `name=value` with the value masked. What has no name is a value.
    fn put_pair(&self, pair: &str, out: &mut Vec<u8>) {
        let (name, value) = pair
            .split_once('=')
            .map_or(("", pair), |(name, value)| (pair.get(..=name.len()).unwrap_or_default(), value));
        out.extend_from_slice(name.as_bytes());
        let inner = value.trim();
        let lead = value.len() - value.trim_start().len();
        out.extend_from_slice(value.get(..lead).unwrap_or_default().as_bytes());
        let quoted = inner.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
        if quoted.is_some() {
            out.push(b'"');
        }
        let inner = quoted.unwrap_or(inner);
        if inner.contains('%') {
            put_encoded(inner, &mut Draw::new(&self.key, inner.as_bytes()), out);
        } else if !inner.is_empty() {
            self.token.put(inner, out);
        }
        if quoted.is_some() {
            out.push(b'"');
        }
        out.extend_from_slice(value.get(lead + value.trim().len()..).unwrap_or_default().as_bytes());
    }
}

fn is_attribute(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = name.trim();
    let known = ATTRIBUTES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    known.is_some_and(|(_, is_valid)| is_valid(value.trim()))
}

/// Appends percent-encoded text of the same form: signs stay encoded as they were, other bytes become letters, so that
/// it can still be decoded.
fn put_encoded(text: &str, draw: &mut Draw, out: &mut Vec<u8>) {
    out.extend_from_slice(b"masked");
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        if !before.is_empty() {
            put_like(before, draw, out);
        }
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(sign) if sign.is_ascii_punctuation() || sign == b' ' => {
                out.push(b'%');
                out.extend(after.bytes().take(2));
            }
            // One of the bytes of a letter, as a rule.
            Some(_) => out.push(b'a' + draw.below(26) as u8),
            None => out.extend_from_slice(b"%25"),
        }
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    if !rest.is_empty() {
        put_like(rest, draw, out);
    }
}

impl TextMask for Cookie {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let start = out.len();
        self.put(text, out);
        let masked = out.get(start..).unwrap_or_default();
        if self.room != usize::MAX && String::from_utf8_lossy(masked).chars().count() > self.room {
            // Half a cookie is none.
            out.truncate(start);
            self.token.put(text, out);
        }
        Ok(())
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("cookie")?;
    let room = site.room();
    let cookie = Cookie { token: Token::new(site, room), key: site.sub_key("cookie"), room };
    Ok(built(cookie, Facts::of(OriginalsOf::Text)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask;
    use crate::rules::transform::Transform as Spec;

    fn cookie(text: &str) -> String {
        mask(&Spec::Cookie(Default::default()), text)
    }

    #[test]
    fn names_stay_and_values_are_tokens_of_their_form() {
        let masked = cookie("theme=dark; sid=q7Zr2LxP0vK9sTn4WbYc8Hd3; empty=; path=KariNordmann");
        assert!(masked.starts_with("theme=") && masked.contains("; sid=masked") && masked.contains("; empty=;"));
        assert!(!masked.contains("dark") && !masked.contains("LxP0") && !masked.contains("Kari"), "{masked}");
        assert_eq!(masked.len(), "theme=dark; sid=q7Zr2LxP0vK9sTn4WbYc8Hd3; empty=; path=KariNordmann".len());
    }

    #[test]
    fn what_a_server_says_of_a_cookie_stays() {
        let rest = "Path=/; Domain=shop.example; Max-Age=3600; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Secure; HttpOnly; SameSite=Lax";
        let masked = cookie(&format!("Set-Cookie: sid=\"q7Zr2LxP0vK9sTn4\"; {rest}"));
        assert!(masked.starts_with("Set-Cookie: sid=\"masked") && masked.ends_with(&format!("\"; {rest}")), "{masked}");
    }

    #[test]
    fn what_is_encoded_can_still_be_decoded() {
        let masked = cookie("user=%7B%22name%22%3A%22Kari%20%C3%98deg%C3%A5rd%22%7D");
        assert!(masked.contains("%7B%22") && masked.contains("%20") && !masked.contains("Kari"), "{masked}");
        assert!(!masked.contains("%C3") && !masked.contains("deg"), "{masked}");
    }
}
