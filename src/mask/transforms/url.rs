//! `url`: a URL at a reserved domain, with a path of the same shape.

use super::distinct::{self, Distinct};
use super::domain_name::Domain;
use super::draw::Draw;
use super::email::Email;
use super::phone::Phone;
use super::text_cell::{TextMask, built};
use super::token::put_like;
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::Url as Options;
use crate::secret::DomainKey;

/// The longest scheme that is kept; IANA's register of schemes has longer ones, but nobody uses them.
const LONGEST_SCHEME: usize = 16;

/// Ends of files that say what kind they are.
const LONGEST_EXTENSION: usize = 5;

/// Makes URLs.
struct Url {
    key: DomainKey,
    domain: Domain,
    email: Email,
    phone: Phone,
    distinct: Option<Distinct>,
    room: usize,
}

/// A URL, taken apart (RFC 3986, section 3).
struct Parts<'a> {
    /// With what follows it: `https://`, `//`, or nothing.
    scheme: &'a str,
    host: &'a str,
    /// With its colon.
    port: &'a str,
    path: &'a str,
    /// With their question mark and number sign.
    query: &'a str,
    fragment: &'a str,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Self {
        let scheme = scheme_length(url);
        let (scheme, rest) = url.split_at_checked(scheme).unwrap_or(("", url));
        let (rest, fragment) = split_before(rest, '#');
        let (rest, query) = split_before(rest, '?');
        // `/path` alone has no host.
        let (authority, path) =
            if scheme.is_empty() && rest.starts_with('/') { ("", rest) } else { split_before(rest, '/') };
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let port_at = host.rfind(':').filter(|at| {
            host.get(at + 1..)
                .is_some_and(|port| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit()))
        });
        let (host, port) = port_at.and_then(|at| host.split_at_checked(at)).unwrap_or((host, ""));
        Self { scheme, host, port, path, query, fragment }
    }
}

/// The length of `https://` or `//`.
fn scheme_length(url: &str) -> usize {
    let Some(at) = url.find("//").filter(|at| *at <= LONGEST_SCHEME) else { return 0 };
    let scheme = url.get(..at).unwrap_or_default();
    let known = scheme.is_empty()
        || scheme.strip_suffix(':').is_some_and(|name| {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
        });
    if known { at + 2 } else { 0 }
}

fn split_before(text: &str, sign: char) -> (&str, &str) {
    text.find(sign).and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""))
}

impl Url {
    fn put(&self, url: &str, out: &mut Vec<u8>) {
        let parts = Parts::of(url);
        let start = out.len();
        let suffix = if self.distinct.is_some() { distinct::LONGEST } else { 0 };
        let room = self.room.saturating_sub(suffix);
        if parts.scheme.len() + self.domain.least_room <= room {
            out.extend_from_slice(parts.scheme.as_bytes());
        }
        let has_host = !parts.host.is_empty() || out.len() > start;
        if has_host {
            self.domain.put(parts.host, room.saturating_sub(out.len() - start), out);
        }
        if out.len() - start + parts.port.len() <= room {
            out.extend_from_slice(parts.port.as_bytes());
        }
        let mut draw = Draw::new(&self.key, url.as_bytes());
        put_path(parts.path, &mut draw, start.saturating_add(room), out);
        if let Some(distinct) = &self.distinct {
            if !out.ends_with(b"/") {
                out.push(b'/');
            }
            distinct.put(url, out);
        }
        let end = start.saturating_add(self.room);
        put_query(parts.query, &mut draw, end, out);
        put_fragment(parts.fragment, &mut draw, end, out);
    }
}

/// Appends a text of the same form, with a letter for each byte that is written with a percent sign (RFC 3986, 2.1).
/// What was an e-mail address isn't one of anybody else afterwards.
fn put_shape(text: &str, draw: &mut Draw, out: &mut Vec<u8>) {
    let start = out.len();
    match text.split_once('%') {
        None => put_like(text, draw, out),
        Some((before, _)) => {
            let mut plain = before.to_owned();
            for part in text.get(before.len()..).unwrap_or_default().split('%').skip(1) {
                plain.push('x');
                plain.push_str(part.get(2..).unwrap_or_default());
            }
            put_like(&plain, draw, out);
        }
    }
    out.iter_mut().skip(start).filter(|byte| **byte == b'@').for_each(|byte| *byte = b'-');
}

/// Appends a path of the same shape: slashes and the ends of files stay. What would go past `end` is left out.
fn put_path(path: &str, draw: &mut Draw, end: usize, out: &mut Vec<u8>) {
    for segment in path.split_inclusive('/') {
        let (name, slash) = segment.strip_suffix('/').map_or((segment, ""), |name| (name, "/"));
        if out.len() + name.chars().count() + slash.len() > end {
            return;
        }
        if !name.is_empty() {
            let (stem, extension) = split_extension(name);
            put_shape(stem, draw, out);
            out.extend_from_slice(extension.as_bytes());
        }
        out.extend_from_slice(slash.as_bytes());
    }
}

/// Appends a query: the names before the equals signs stay, unless they are long or not ASCII.
fn put_query(query: &str, draw: &mut Draw, end: usize, out: &mut Vec<u8>) {
    if query.is_empty() || out.len() + query.chars().count() > end {
        return;
    }
    out.push(b'?');
    for (index, pair) in query.get(1..).unwrap_or_default().split('&').enumerate() {
        if index > 0 {
            out.push(b'&');
        }
        let (name, value) = pair.split_once('=').map_or(("", pair), |(name, value)| (name, value));
        if name.len() < pair.len() && pair.contains('=') {
            let is_name = name.len() <= 32
                && name.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b'[' | b']'));
            if is_name {
                out.extend_from_slice(name.as_bytes());
            } else {
                put_shape(name, draw, out);
            }
            out.push(b'=');
        }
        if !value.is_empty() {
            put_shape(value, draw, out);
        }
    }
}

fn put_fragment(fragment: &str, draw: &mut Draw, end: usize, out: &mut Vec<u8>) {
    if out.len() + fragment.chars().count() <= end && fragment.len() > 1 {
        out.push(b'#');
        put_shape(fragment.get(1..).unwrap_or_default(), draw, out);
    }
}

/// `.pdf` of `letter.pdf`: a few small letters.
fn split_extension(name: &str) -> (&str, &str) {
    let known = |(at, end): (usize, &str)| {
        at > 0 && (1..=LONGEST_EXTENSION).contains(&end.len()) && end.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    let at = name.rfind('.').filter(|at| known((*at, name.get(at + 1..).unwrap_or_default())));
    at.and_then(|at| name.split_at_checked(at)).unwrap_or((name, ""))
}

impl TextMask for Url {
    fn mask_text(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let start = out.len();
        let url = text.trim();
        if self.distinct.is_none() {
            let rest = |scheme: &str| {
                let (name, rest) = url.split_at_checked(scheme.len())?;
                name.eq_ignore_ascii_case(scheme).then_some(rest)
            };
            // RFC 6068 and RFC 3966: what they point to has transforms of its own.
            if let Some(address) = rest("mailto:").filter(|_| self.room == usize::MAX) {
                out.extend_from_slice(b"mailto:");
                return self.email.put(split_before(address, '?').0, row, out);
            }
            if let Some(number) = rest("tel:").filter(|_| self.room == usize::MAX) {
                out.extend_from_slice(b"tel:");
                self.phone.put(number, out);
                return Ok(());
            }
            self.put(url, out);
            if out.len() == start || out.get(start..) == Some(text.as_bytes()) {
                out.truncate(start);
                self.domain.put(text, self.room, out);
            }
            return Ok(());
        }
        self.put(text, out);
        Ok(())
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("url")?;
    let unique = options.unique.unwrap_or(site.column.unique);
    let domain = Domain::new(site);
    site.require_room("url", domain.least_room + if unique { distinct::LONGEST } else { 0 })?;
    let mask = Url {
        key: site.sub_key("url"),
        email: Email::plain(site, usize::MAX),
        phone: Phone::new(Phone::home(site.locale), site, usize::MAX),
        distinct: unique.then(|| Distinct::new("url", site)),
        domain,
        room: site.room(),
    };
    Ok(built(mask, Facts::changing(OriginalsOf::Identifier).unique(unique)))
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{column, mask, mask_with};
    use super::*;
    use crate::postgres::catalog::Column;
    use crate::postgres::types::TypeClass;

    fn url(text: &str) -> String {
        mask(&Spec::Url(Options::default()), text)
    }

    #[test]
    fn scheme_roles_shape_and_names_stay_and_nothing_else() {
        let masked = url("https://kari:hemmelig@www.fjordbank.no:8443/kunde/4711/brev.pdf?ref=abc&side=2#topp");
        let host = mask(&Spec::DomainName(Default::default()), "www.fjordbank.no");
        assert!(masked.starts_with(&format!("https://{host}:8443/")), "{masked}");
        let path = &masked[format!("https://{host}:8443").len()..];
        assert!(path.contains(".pdf?ref=") && path.contains("&side="), "{masked}");
        assert_eq!(path.len(), "/kunde/4711/brev.pdf?ref=abc&side=2#topp".len());
        for gone in ["kari", "hemmelig", "fjordbank", "kunde", "4711", "brev", "abc", "topp"] {
            assert!(!masked.contains(gone), "{masked}");
        }
    }

    #[test]
    fn a_bare_host_a_bare_path_and_no_url_at_all_are_masked_too() {
        assert_eq!(url("fjordbank.no"), mask(&Spec::DomainName(Default::default()), "fjordbank.no"));
        assert!(!url("https://x.no/u/kari@post.no.png?to=kari@post.no").contains('@'));
        let path = url("/kunde/ingrid");
        assert!(path.starts_with('/') && path.len() == 13 && !path.contains("ingrid"), "{path}");
        assert!(url("ask Ingrid").ends_with(".example"));
        assert!(url("https://").ends_with(".example"));
        for nothing in ["/", "#", "?", "/?", "//", "http://#"] {
            assert!(url(nothing).contains(".example"), "{nothing}");
        }
        let encoded = url("https://fjord.no/%C3%98deg%C3%A5rd");
        assert!(!encoded.contains('%') && encoded.ends_with(|c: char| c.is_ascii_alphabetic()), "{encoded}");
    }

    #[test]
    fn mail_and_telephone_links_hold_what_their_transforms_make() {
        let address = mask(&Spec::Email(Default::default()), "kari@fjordpost.no");
        assert_eq!(url("mailto:kari@fjordpost.no?subject=Kari"), format!("mailto:{address}"));
        assert_eq!(url("tel:+4791234567"), format!("tel:{}", mask(&Spec::Phone(Default::default()), "+4791234567")));
    }

    #[test]
    fn a_unique_column_gets_urls_that_stay_distinct_even_when_cut() {
        let unique = Column { unique: true, ..column(TypeClass::Text, Some(40)) };
        let of = |n: u32| mask_with(&Spec::Url(Options::default()), &unique, &format!("https://fjord.no/{n}"));
        let all: std::collections::HashSet<String> = (0..2000).map(of).collect();
        assert_eq!(all.len(), 2000);
        assert!(all.iter().all(|url| url.chars().count() <= 40));
    }
}
