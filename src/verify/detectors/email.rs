//! E-mail addresses (RFC 5321, section 4.1.2; RFC 6531 for letters that aren't ASCII), with quoted names and numeric hosts.

use std::ops::Range;

use super::{
    Detector, Trigger, bare,
    cell::Cell,
    hits::Hits,
    kind::{Certainty, Kind},
};

pub(super) const DETECTOR: Detector = Detector {
    name: "email",
    kinds: &[Kind::Email],
    examples: &[
        bare("kari.nordmann@firma.no"),
        bare("Kontakt <Kari.Nordmann+ny@post.firma.co.uk>, takk."),
        bare("mailto:o'brien@firma.ie"),
        bare("bjørn@blåbær.no"),
        bare("a@b.cd"),
        bare("skriv til kari@firma.no."),
        bare("kari@example.com.firma.no"),
        bare("kari@notexample.com"),
        bare("https://firma.no/om:kari@firma.no"),
        bare("\"kari nordmann\"@firma.no"),
        bare("kari@[84.208.20.110]"),
        bare("kari@xn--blbr-roah.no"),
    ],
    counter_examples: &[
        bare("kari.nordmann@example.com"),
        bare("kari@mail.example.org, ola@EXAMPLE.NET"),
        bare("kari@firma.test ola@firma.example"),
        bare("nobody@firma.invalid"),
        bare("logo@2x.png"),
        bare("@strapi/strapi"),
        bare("lodash@4.17.21"),
        bare("git@github.com:firma/app.git"),
        bare("postgres@localhost"),
        bare("følg @kari og @ola"),
        bare("a @ b.no"),
        bare("\"kari nordmann\"@example.com"),
        bare("kari@[192.0.2.1]"),
    ],
    trigger: Trigger::Byte(b'@'),
    find,
};

/// RFC 5321, section 4.5.3.1: no more than 64 bytes before the `@`, 255 after it.
const LONGEST_NAME: usize = 64;
const LONGEST_DOMAIN: usize = 255;

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let before = cell.text.get(..place.start)?;
    let name = name_before(before).or_else(|| quoted_before(before))?;
    let after = cell.text.get(place.end..)?;
    let domain = domain_after(after).or_else(|| literal_after(after))?;
    let span = place.start - name.len()..place.end + domain.len();
    if is_password(cell.text.get(..span.start)?) {
        return None;
    }
    if name != "git" && !is_nobodys(domain, &cell.detectors.allowed.domains) {
        hits.add(Kind::Email, span.clone(), Certainty::Certain);
    }
    Some(span.end)
}

/// Whether what looks like a name is the password of a URL, `scheme://user:password@host`.
fn is_password(before: &str) -> bool {
    before
        .strip_suffix(':')
        .and_then(|before| before.rsplit_once("://"))
        .is_some_and(|(_, user)| user.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/'))
}

/// The part before the `@`: the longest end of the text that may stand there.
pub(super) fn name_before(text: &str) -> Option<&str> {
    let length: usize = text.chars().rev().take(LONGEST_NAME).take_while(|c| is_in_name(*c)).map(char::len_utf8).sum();
    let name = text.get(text.len() - length..)?.trim_start_matches(['.', '\'', '/', '=', '{', '&', '-']);
    (!name.is_empty() && !name.ends_with('.')).then_some(name)
}

/// A name in double quotes, which may hold spaces (RFC 5321, `Quoted-string`).
fn quoted_before(text: &str) -> Option<&str> {
    let inner = text.strip_suffix('"')?;
    let start = inner.rfind('"')?;
    let name = text.get(start..)?;
    let is_short = name.len() > 2 && name.len() <= LONGEST_NAME;
    (is_short && !name.contains(['\n', '@'])).then_some(name)
}

/// A host by its IPv4 address (RFC 5321, `address-literal`), but for those of documentation and of private networks.
fn literal_after(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?.split_once(']')?.0;
    let address: std::net::Ipv4Addr = inner.parse().ok()?;
    let is_nobodys = address.is_documentation() || address.is_private() || address.is_loopback();
    if is_nobodys { None } else { text.get(..inner.len() + 2) }
}

fn is_in_name(c: char) -> bool {
    // RFC 5322's `atext` without the characters that in practice stand around an address rather than in it.
    c.is_alphanumeric()
        || matches!(c, '.' | '_' | '-' | '+' | '%' | '\'' | '#' | '$' | '!' | '~' | '^' | '&' | '=' | '/')
}

/// The domain after the `@`: at least two labels, the last of letters.
pub(super) fn domain_after(text: &str) -> Option<&str> {
    let length: usize = text
        .chars()
        .take(LONGEST_DOMAIN)
        .take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        .map(char::len_utf8)
        .sum();
    let domain = text.get(..length)?.trim_end_matches(['.', '-']);
    let (host, top) = domain.rsplit_once('.')?;
    let is_top = top.chars().count() >= 2 && (top.chars().all(char::is_alphabetic) || top.starts_with("xn--"));
    let has_labels = host.split('.').all(|label| !label.is_empty());
    (is_top && has_labels && !is_scale(host)).then_some(domain)
}

/// Whether this is how a picture for finer screens is named: `logo@2x.png`.
fn is_scale(host: &str) -> bool {
    host.strip_suffix('x').is_some_and(|scale| scale.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

/// Domains that nobody can register (RFC 2606, RFC 6761), and those that the shop allows.
pub(super) fn is_nobodys(domain: &str, allowed: &[String]) -> bool {
    ["example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"]
        .into_iter()
        .chain(allowed.iter().map(String::as_str))
        .any(|free| is_at_or_below(domain, free))
}

fn is_at_or_below(domain: &str, parent: &str) -> bool {
    let Some(start) = domain.len().checked_sub(parent.len()) else { return false };
    let same = match domain.get(start..) {
        Some(end) if end.is_ascii() => end.eq_ignore_ascii_case(parent),
        Some(end) => end.to_lowercase() == parent,
        None => false,
    };
    same && (start == 0 || domain.as_bytes().get(start - 1) == Some(&b'.'))
}
