//! `jwt`: a JSON Web Token that still parses and that no key has signed, with masked claims (RFC 7519).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::draw::put_base32;
use super::email::Email;
use super::full_name::FullName;
use super::text_cell::{TextMask, built};
use super::token::{Token, require_distinct_room};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::Jwt as Options;
use crate::secret::DomainKey;

/// When a token is good: applications look at these before all else, and they name nobody.
const TIMES: [&str; 4] = ["exp", "nbf", "iat", "auth_time"];

/// Where a person's name stands (OpenID Connect Core 1.0, 5.1).
const NAMES: [&str; 3] = ["name", "given_name", "family_name"];

/// 65 bits of the whole token's keyed hash.
const DISTINCT_DIGITS: usize = 13;

/// Tokens of more bytes are no tokens.
const LONGEST: usize = 1 << 20;

/// Makes tokens.
struct Jwt {
    keep: Vec<String>,
    email: Email,
    name: FullName,
    claims: DomainKey,
    signature: DomainKey,
    token: Token,
    room: usize,
}

/// What a token says of itself and carries.
struct Parts<'a> {
    header: Map<String, Value>,
    /// Nothing of an encrypted one.
    payload: Map<String, Value>,
    signature: &'a str,
}

/// Reads a token of three parts, or of five if it is encrypted (RFC 7516); `None` if it isn't one.
fn read(token: &str) -> Option<Parts<'_>> {
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok();
    let object = |bytes: Vec<u8>| serde_json::from_slice::<Map<String, Value>>(&bytes).ok();
    let parts: Vec<&str> = token.split('.').take(6).collect();
    let (header, payload, signature) = match *parts.as_slice() {
        [header, payload, signature] => (header, Some(payload), signature),
        [header, .., tag] if parts.len() == 5 => (header, None, tag),
        _ => return None,
    };
    let header = object(decode(header)?).filter(|header| header.contains_key("alg") && token.len() <= LONGEST)?;
    // A payload that is no object (a signed text, or compressed) carries nothing that could be told apart.
    Some(Parts { header, payload: payload.and_then(decode).and_then(object).unwrap_or_default(), signature })
}

impl Jwt {
    /// Appends the fake of a token; says whether it was one.
    fn put(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<bool, CellError> {
        let trimmed = text.trim();
        let (scheme, token) = trimmed.strip_prefix("Bearer ").map_or(("", trimmed), |token| ("Bearer ", token));
        let Some(parts) = read(token) else { return Ok(false) };
        let algorithm = parts.header.get("alg").and_then(Value::as_str).filter(|name| is_algorithm(name));
        let header = json!({ "alg": algorithm.unwrap_or("none"), "typ": "JWT" });
        let mut payload = Map::from_iter([("masked".to_owned(), Value::Bool(true))]);
        for (name, value) in &parts.payload {
            if name != "masked" {
                payload.insert(name.clone(), self.claim(name, value, row)?);
            }
        }
        let made = format!(
            "{scheme}{}.{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(Value::Object(payload).to_string()),
            self.signature(text, parts.signature.len())
        );
        if made.len() > self.room {
            return Ok(false);
        }
        out.extend_from_slice(made.as_bytes());
        Ok(true)
    }

    /// One claim at the top.
    fn claim(&self, name: &str, value: &Value, row: &Row<'_>) -> Result<Value, CellError> {
        let stays = self.keep.iter().any(|kept| kept == name) || (TIMES.contains(&name) && value.is_number());
        if stays { Ok(value.clone()) } else { self.masked(name, value, row) }
    }

    /// Texts by their name and form; numbers become 0, and truth values stay.
    fn masked(&self, name: &str, value: &Value, row: &Row<'_>) -> Result<Value, CellError> {
        Ok(match value {
            Value::Null | Value::Bool(_) => value.clone(),
            Value::Number(_) => Value::from(0),
            Value::String(text) if text.is_empty() => value.clone(),
            Value::String(text) => Value::from(self.text(name, text, row)?),
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.masked(name, item, row)).collect::<Result<_, _>>()?)
            }
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| Ok((name.clone(), self.masked(name, value, row)?));
                Value::Object(fields.iter().map(field).collect::<Result<_, CellError>>()?)
            }
        })
    }

    fn text(&self, name: &str, text: &str, row: &Row<'_>) -> Result<String, CellError> {
        let mut fake = Vec::new();
        if text.contains('@') {
            self.email.put(text, row, &mut fake)?;
        } else if NAMES.contains(&name) {
            self.name.put(text, &mut fake);
        } else {
            fake.extend_from_slice(b"masked");
            put_base32(&mut fake, self.claims.number(text.as_bytes()), DISTINCT_DIGITS);
        }
        Ok(String::from_utf8_lossy(&fake).into_owned())
    }

    /// As long as the original's, and never empty: a server that accepts tokens without one would accept this one.
    fn signature(&self, token: &str, length: usize) -> String {
        let mut signature = b"masked".to_vec();
        let mut random = vec![0u8; length.min(2048)];
        self.signature.stream(token.as_bytes()).fill(&mut random);
        put_base32(&mut signature, self.signature.number(token.as_bytes()), DISTINCT_DIGITS);
        let digit =
            |byte: u8| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[usize::from(byte & 63)];
        let missing = random.len().saturating_sub(signature.len());
        signature.extend(random.iter().rev().take(missing).map(|byte| digit(*byte)));
        // So many digits are no whole number of bytes.
        if signature.len() % 4 == 1 {
            signature.push(b'A');
        }
        String::from_utf8_lossy(&signature).into_owned()
    }
}

/// The names that are registered (RFC 7518, 3.1 and 4.1) are short words; anything else could be anything.
fn is_algorithm(name: &str) -> bool {
    (2..=20).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-+".contains(&byte))
}

impl TextMask for Jwt {
    fn mask_text(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        if !self.put(text, row, out)? {
            self.token.put(text, out);
        }
        Ok(())
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("jwt")?;
    require_distinct_room("jwt", site)?;
    let wide = usize::MAX;
    let jwt = Jwt {
        keep: options.keep.clone(),
        email: Email::plain(site, wide),
        name: FullName::new(site, wide),
        claims: site.sub_key("jwt claim"),
        signature: site.sub_key("jwt signature"),
        token: Token::of_column(site),
        room: site.room(),
    };
    Ok(built(jwt, Facts::changing(OriginalsOf::Identifier).unique(site.column.unique)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, mask_with};
    use super::*;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Transform as Spec;

    fn jwt(header: &str, payload: &str) -> String {
        format!("{}.{}.c2lnbmF0dXJlLWhlcmUtaXMtbG9uZw", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
    }

    fn masked(keep: &[&str], token: &str) -> String {
        mask(&Spec::Jwt(Options { keep: keep.iter().map(|name| (*name).to_owned()).collect() }), token)
    }

    fn part(token: &str, index: usize) -> Value {
        let part = token.trim_start_matches("Bearer ").split('.').nth(index).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    const PAYLOAD: &str = r#"{"sub":"150586","name":"Kari Lie","email":"kari@fjordpost.no","exp":1760000000,"scope":"pay",
        "nested":{"ids":[7,"kari.lie"]},"admin":false}"#;

    #[test]
    fn a_token_still_parses_and_says_that_it_is_masked() {
        let out = masked(&[], &format!("Bearer {}", jwt(r#"{"alg":"RS256","kid":"kari-1"}"#, PAYLOAD)));
        assert!(out.starts_with("Bearer ey"));
        assert_eq!(part(&out, 0), json!({"alg": "RS256", "typ": "JWT"}));
        let claims = part(&out, 1);
        assert_eq!(
            (&claims["masked"], &claims["exp"], &claims["admin"]),
            (&json!(true), &json!(1760000000), &json!(false))
        );
        assert_eq!(claims["email"], mask(&Spec::Email(Default::default()), "kari@fjordpost.no").as_str());
        assert_eq!(claims["name"], mask(&Spec::FullName(Default::default()), "Kari Lie").as_str());
        assert!(claims["sub"].as_str().unwrap().starts_with("masked") && claims["nested"]["ids"][0] == 0);
        assert!(!claims.to_string().contains("kari") && !claims.to_string().contains("150586"));
        let signature = out.split('.').nth(2).unwrap();
        assert!(signature.starts_with("masked") && signature.len() == 30, "{signature}");
        assert!(URL_SAFE_NO_PAD.decode(signature).is_ok() || signature.len() % 4 != 1);
    }

    #[test]
    fn claims_that_are_named_stay() {
        let claims = part(&masked(&["scope", "sub"], &jwt(r#"{"alg":"HS256"}"#, PAYLOAD)), 1);
        assert_eq!((&claims["scope"], &claims["sub"]), (&json!("pay"), &json!("150586")));
    }

    #[test]
    fn a_token_without_a_signature_gets_one_that_is_wrong() {
        let token = jwt(r#"{"alg":"none"}"#, PAYLOAD);
        let unsigned = token.rsplit_once('.').unwrap().0;
        let out = masked(&[], &format!("{unsigned}."));
        assert!(out.split('.').nth(2).unwrap().len() >= 19, "{out}");
    }

    #[test]
    fn what_is_encrypted_comes_out_empty_and_what_is_none_as_a_token() {
        let five =
            format!("{}.a2V5.aXY.Y2lwaGVydGV4dA.dGFn", URL_SAFE_NO_PAD.encode(r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#));
        assert_eq!(part(&masked(&[], &five), 1), json!({"masked": true}));
        assert!(masked(&[], "q7Zr2LxP0vK9sTn4WbYc8Hd3").starts_with("masked"));
        let narrow = mask_with(
            &Spec::Jwt(Options::default()),
            &column(TypeClass::Text, Some(40)),
            &jwt("{\"alg\":\"HS256\"}", "{}")[..40],
        );
        assert!(narrow.len() <= 40);
    }
}
