//! The texts of an XML document: what stands between tags, in attributes, comments and instructions.

use super::{Found, plain};
use crate::postgres::xml_tokens::{Token, Tokens, local_name, unescape};

/// Visits them all; `None` if the text isn't XML, of which some may have been visited then.
pub(super) fn xml(document: &str, key: Option<&str>, visit: &mut dyn FnMut(Found<'_>)) -> Option<()> {
    let mut open: Vec<&str> = Vec::new();
    for token in Tokens::new(document) {
        let (place, key) = match token.ok()? {
            Token::Open(name) => {
                open.push(local_name(name));
                continue;
            }
            Token::Close => {
                open.pop();
                continue;
            }
            Token::Attribute { name, value } => (value, Some(local_name(name))),
            Token::Text(place) => {
                let text = unescape(document.get(place)?)?;
                plain(text.trim(), open.last().copied().or(key), visit);
                continue;
            }
            Token::Verbatim(place) | Token::Comment(place) | Token::Instruction(place) | Token::Doctype(place) => {
                plain(document.get(place)?, open.last().copied().or(key), visit);
                continue;
            }
        };
        plain(&unescape(document.get(place)?)?, key, visit);
    }
    Some(())
}
