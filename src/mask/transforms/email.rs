//! `email`: an address at a reserved domain, with the masked name in it.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

use super::draw::put_base32;
use super::person::Namer;
use super::spelling::fold;
use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Spec};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::Email as Options;
use crate::secret::DomainKey;

/// 60 bits: among ten million addresses the chance that any two agree is 1 in 23,000, and less by their names.
const SUFFIX_DIGITS: usize = 12;

/// The name before the suffix is cut to this, so that the local part keeps to the 64 octets of RFC 5321, 4.5.3.1.1.
const LONGEST_NAME: usize = 48;

/// RFC 2606 reserves it; it has no mail server.
const DOMAIN: &str = "example.com";

/// Where people have their mail.
const PUBLIC_PROVIDERS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "me.com",
    "proton.me",
    "protonmail.com",
    "online.no",
    "gmx.net",
    "gmx.de",
    "web.de",
    "aol.com",
    "msn.com",
];

/// Makes addresses.
pub(super) struct Email {
    given: Namer,
    family: Namer,
    key: DomainKey,
    domain: String,
    from: Vec<usize>,
    unique: bool,
    room: usize,
}

impl Email {
    /// Addresses made of the names in the original, as an `email` without options makes them.
    pub(super) fn plain(site: &Site<'_>, room: usize) -> Self {
        let (given, family, key) = (Namer::given(site), Namer::family(site), site.sub_key("email"));
        Self { given, family, key, domain: DOMAIN.to_owned(), from: Vec::new(), unique: true, room }
    }

    /// Appends the fake of an address.
    pub(super) fn put(&self, address: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let address = lower_case(address.trim());
        let start = out.len();
        self.put_row_names(row, out)?;
        if out.len() == start {
            self.put_own_names(&address, out);
        }
        let suffix = if self.unique { SUFFIX_DIGITS + 1 } else { 0 };
        let room = self.room.saturating_sub(suffix + 1 + self.domain.len()).min(LONGEST_NAME);
        out.truncate(start + room);
        while out.len() > start && out.ends_with(b".") {
            out.pop();
        }
        // A name in letters that addresses don't have leaves nothing, and something has to stand there.
        if self.unique || out.len() == start {
            if out.len() > start {
                out.push(b'.');
            }
            let digits = if self.unique { SUFFIX_DIGITS } else { room.clamp(1, SUFFIX_DIGITS) };
            put_base32(out, self.key.number(address.as_bytes()), digits);
        }
        out.push(b'@');
        out.extend_from_slice(self.domain.as_bytes());
        if out.get(start..) == Some(address.as_bytes())
            && let Some(first) = out.get_mut(start)
        {
            *first = if *first == b'a' { b'b' } else { b'a' };
        }
        Ok(())
    }

    /// What the row's other columns are called now, with dots between them.
    fn put_row_names(&self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let mut masked = Vec::new();
        let start = out.len();
        for &column in &self.from {
            masked.clear();
            if row.masked(column, &mut masked)? == Masked::Null {
                continue;
            }
            for word in String::from_utf8_lossy(&masked).split_whitespace() {
                let before = out.len();
                if before > start {
                    out.push(b'.');
                }
                let letters = out.len();
                out.extend(fold(word).as_bytes().iter().filter(|byte| byte.is_ascii_alphanumeric()));
                if out.len() == letters {
                    out.truncate(before);
                }
            }
        }
        Ok(())
    }

    /// The names in the address itself, each masked as it is where it stands alone.
    fn put_own_names(&self, address: &str, out: &mut Vec<u8>) {
        let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
        let local = local.split_once('+').map_or(local, |(before, _)| before);
        let (first, last) = first_and_last(local);
        let long = |word: &&str| word.chars().nth(1).is_some();
        let (first, last) = (first.filter(long), last.filter(long));
        let start = out.len();
        if let Some(given) = first.or(if last.is_none() { Some(local) } else { None }) {
            out.extend_from_slice(self.given.name(fold(given).as_bytes(), usize::MAX).ascii.as_bytes());
        }
        if last.is_some() && out.len() > start {
            out.push(b'.');
        }
        if let Some(family) = last {
            out.extend_from_slice(self.family.name(fold(family).as_bytes(), usize::MAX).ascii.as_bytes());
        }
    }
}

/// The first word of letters, and the last if there is more than one.
fn first_and_last(text: &str) -> (Option<&str>, Option<&str>) {
    if text.is_ascii() {
        return first_and_last_of_ascii(text);
    }
    let is_other = |c: char| !c.is_alphabetic();
    let from_first = text.trim_start_matches(is_other);
    let first = from_first.split(is_other).next().filter(|word| !word.is_empty());
    let rest = from_first.get(first.map_or(0, str::len)..).unwrap_or_default().trim_end_matches(is_other);
    (first, rest.rsplit(is_other).next().filter(|word| !word.is_empty()))
}

/// As [`first_and_last`], without a look at characters.
fn first_and_last_of_ascii(text: &str) -> (Option<&str>, Option<&str>) {
    let Some(start) = text.bytes().position(|byte| byte.is_ascii_alphabetic()) else { return (None, None) };
    let from_first = text.get(start..).unwrap_or_default();
    let end = from_first.bytes().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(from_first.len());
    let (first, rest) = from_first.split_at_checked(end).unwrap_or((from_first, ""));
    let last = rest.bytes().rposition(|byte| byte.is_ascii_alphabetic()).and_then(|at| rest.get(..=at)).map(|rest| {
        let before = rest.bytes().rposition(|byte| !byte.is_ascii_alphabetic()).map_or(0, |at| at + 1);
        rest.get(before..).unwrap_or_default()
    });
    (Some(first), last)
}

/// Most addresses are in small letters already. Letters with marks are written in one way (RFC 6532, 3.1).
fn lower_case(address: &str) -> Cow<'_, str> {
    if !address.is_ascii() {
        return Cow::Owned(address.to_lowercase().nfc().collect());
    }
    let has_capital = address.bytes().fold(false, |found, byte| found | byte.is_ascii_uppercase());
    if has_capital { Cow::Owned(address.to_ascii_lowercase()) } else { Cow::Borrowed(address) }
}

impl TextMask for Email {
    fn mask_text(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.put(text, row, out)
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("email")?;
    let domain = options.domain.as_deref().unwrap_or(DOMAIN);
    check_domain(domain, site)?;
    let unique = options.unique.unwrap_or(true);
    site.require_room("email", domain.len() + 1 + if unique { SUFFIX_DIGITS } else { 1 })?;
    let from = options.from.iter().map(|name| name_column("email", name, site)).collect::<Result<_, _>>()?;
    let email = Email { domain: domain.to_owned(), from, unique, ..Email::plain(site, site.room()) };
    Ok(built(email, Facts::changing(OriginalsOf::Identifier).unique(unique).ignoring_case()))
}

fn check_domain(domain: &str, site: &Site<'_>) -> Result<(), Refusal> {
    let label = |label: &str| {
        let inside = label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        (1..=63).contains(&label.len()) && inside && !label.starts_with('-') && !label.ends_with('-')
    };
    if !domain.contains('.') || domain.len() > 180 || !domain.split('.').all(label) {
        return Err(site.bad_option("email has a domain that isn't one", "write it as in example.com, in lower case"));
    }
    if PUBLIC_PROVIDERS.contains(&domain) {
        return Err(site.bad_option(
            format!("email would write to people at {domain}"),
            "use a domain that drops all mail, or leave it out for example.com",
        ));
    }
    Ok(())
}

/// Finds a column that is to make the name, and refuses one that would carry an original into it.
pub(super) fn name_column(transform: &str, name: &str, site: &Site<'_>) -> Result<usize, Refusal> {
    let bad = |why: &str| {
        Err(site.bad_option(
            format!("{transform} takes its name from {name}, {why}"),
            "name columns of the same table that a transform masks, such as first_name and last_name",
        ))
    };
    if !site.columns.iter().any(|column| column.name == name) {
        return bad("which the table doesn't have");
    }
    let index = site.sibling(transform, "from", name)?;
    if site.columns.get(index).is_none_or(|column| column.class != TypeClass::Text) {
        return bad("which isn't text");
    }
    match site.specs.get(index).copied().flatten() {
        None => bad("which is kept"),
        Some(
            Spec::FirstName(_)
            | Spec::LastName(_)
            | Spec::FullName(_)
            | Spec::Username(_)
            | Spec::Company(_)
            | Spec::Token(_)
            | Spec::HexDigest(_),
        ) => Ok(index),
        Some(_) => bad("whose transform doesn't make names"),
    }
}

#[cfg(test)]
mod tests;
