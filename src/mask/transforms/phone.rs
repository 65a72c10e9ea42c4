//! `phone`: a number from a range that is reserved or not allocated, in the form of the original.

mod extension;
mod ranges;
mod reading;

use super::account_number::{overlay, write_number};
use super::draw::Draw;
use super::few::Few;
use super::permutation::Permutation;
use super::text_cell::{TextMask, built, truncate};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::{Locale, Phone as Options};
use crate::secret::DomainKey;
use extension::Extension;
use ranges::Country;
use reading::{after_digits, number_in};

/// The longest number that exists (E.164), and the longest that keeps distinct numbers distinct behind +999.
const E164_DIGITS: usize = 15;
const DISTINCT_DIGITS: usize = E164_DIGITS - 3;

/// The country code that isn't assigned (ITU-T E.164).
const NOWHERE: &[u8] = b"+999";

/// Makes phone numbers.
pub(super) struct Phone {
    key: DomainKey,
    /// Set for a column that has to be unique: no country reserves as many numbers as it gives out.
    distinct: Option<Permutation>,
    country: &'static Country,
    room: usize,
}

/// How a number is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Prefix {
    Plus,
    DoubleZero,
    National,
}

/// A number, taken apart.
struct Number<'a> {
    prefix: Prefix,
    /// Country code and national number, without a trunk zero: the same however it is written.
    e164: Few,
    /// The country, if it is one with a known range.
    country: Option<&'static Country>,
    /// The digits after the country code or trunk zero, with spaces and the like between them.
    layout: &'a str,
    trunk: bool,
}

impl Phone {
    pub(super) fn new(country: &'static Country, site: &Site<'_>, room: usize) -> Self {
        Self { key: site.sub_key("phone"), distinct: None, country, room }
    }

    /// The country of numbers without a country code.
    pub(super) fn home(locale: Locale) -> &'static Country {
        locale.country().and_then(ranges::by_iso).unwrap_or(ranges::NORTH_AMERICA)
    }

    /// Appends the fake of a number, and of its extension if there is room for it.
    pub(super) fn put(&self, text: &str, out: &mut Vec<u8>) {
        let (text, extension) = number_in(text);
        let number = self.read(&text);
        let start = out.len();
        if let Some(permutation) = &self.distinct {
            self.put_distinct(permutation, &number, extension, out);
            return;
        }
        self.put_number(&number, start, out);
        if let Some(extension) = extension.filter(|found| out.len() - start + found.chars() <= self.room) {
            let mut draw = Draw::new(&self.key, &with_extension(&number, extension));
            out.extend_from_slice(extension.mark.as_bytes());
            out.extend(extension.digits.bytes().map(|_| draw.digit()));
        }
    }

    fn put_number(&self, number: &Number<'_>, start: usize, out: &mut Vec<u8>) {
        let Some(country) = number.country.filter(|country| country.has_numbers()) else {
            self.put_nowhere(number, out);
            return;
        };
        let national = self.national(country, number);
        let digits_fit = number.layout.bytes().filter(u8::is_ascii_digit).count() == national.len();
        match number.prefix {
            Prefix::Plus => out.push(b'+'),
            Prefix::DoubleZero => out.extend_from_slice(b"00"),
            Prefix::National if number.trunk || !digits_fit => out.extend_from_slice(country.trunk.as_bytes()),
            Prefix::National => {}
        }
        if number.prefix != Prefix::National {
            out.extend_from_slice(country.code.as_bytes());
        }
        if digits_fit {
            overlay(number.layout, &national, out);
        } else {
            out.extend_from_slice(&national);
        }
        if out.len() - start > self.room {
            out.truncate(start);
            out.extend_from_slice(&national);
            truncate(out, start, self.room);
        }
    }

    /// A number of the country's range, another one than the original.
    fn national(&self, country: &Country, number: &Number<'_>) -> Few {
        let mut draw = Draw::new(&self.key, &number.e164);
        loop {
            let national = country.draw(&mut draw);
            if number.e164.strip_prefix(country.code.as_bytes()) != Some(&*national) {
                return national;
            }
        }
    }

    /// A number of the unassigned country code 999, with as many digits as the original; where its country code is known,
    /// with as many behind it and in the same groups.
    fn put_nowhere(&self, number: &Number<'_>, out: &mut Vec<u8>) {
        let behind = number.layout.bytes().filter(u8::is_ascii_digit).count();
        let gap = if number.prefix == Prefix::National && number.layout.len() > behind { " " } else { "" };
        let fits = NOWHERE.len() + gap.len() + number.layout.len() <= self.room;
        let grouped = number.country.is_some() && (4..=DISTINCT_DIGITS).contains(&behind) && fits;
        let room = self.room.min(E164_DIGITS + 1).saturating_sub(1);
        let count = if grouped { behind } else { number.e164.len().clamp(7, E164_DIGITS).min(room).saturating_sub(3) };
        let mut draw = Draw::new(&self.key, &number.e164);
        loop {
            let digits: Few = (0..count).map(|_| draw.digit()).collect();
            if number.e164.strip_prefix(b"999") == Some(&*digits) {
                continue;
            }
            out.extend_from_slice(NOWHERE);
            if grouped {
                out.extend_from_slice(gap.as_bytes());
                overlay(number.layout, &digits, out);
            } else {
                out.extend_from_slice(&digits);
            }
            return;
        }
    }

    /// A number of country code 999 that no other original has.
    fn put_distinct(
        &self,
        permutation: &Permutation,
        number: &Number<'_>,
        extension: Option<Extension<'_>>,
        out: &mut Vec<u8>,
    ) {
        let mut digits = Few::from(&*number.e164);
        let extension = extension.filter(|found| {
            let fits = NOWHERE.len() + DISTINCT_DIGITS + found.chars() <= self.room;
            if !fits {
                digits = with_extension(number, *found);
            }
            fits
        });
        if digits.is_empty() || digits.len() > DISTINCT_DIGITS || !digits.iter().all(u8::is_ascii_digit) {
            // Too long to be told apart by construction; among 10^12 others it hardly meets its equal.
            let hash = self.key.number(&digits);
            digits = Few::filled(b'0', DISTINCT_DIGITS);
            write_number(&mut digits, hash % 10u64.pow(DISTINCT_DIGITS as u32));
        }
        out.extend_from_slice(NOWHERE);
        put_permuted(permutation, &digits, out);
        if let Some(extension) = extension {
            out.extend_from_slice(extension.mark.as_bytes());
            put_permuted(permutation, extension.digits.as_bytes(), out);
        }
    }

    /// Takes a number apart.
    fn read<'a>(&self, text: &'a str) -> Number<'a> {
        let (prefix, rest) = match (text.strip_prefix('+'), text.strip_prefix("00")) {
            (Some(rest), _) => (Prefix::Plus, rest),
            (None, Some(rest)) => (Prefix::DoubleZero, rest),
            (None, None) => (Prefix::National, text),
        };
        let digits = rest.bytes().filter(u8::is_ascii_digit);
        if digits.clone().next().is_none() {
            let e164 = text.as_bytes().into();
            return Number { prefix: Prefix::National, e164, country: Some(self.country), layout: "", trunk: false };
        }
        let mut e164 = Few::new();
        if prefix == Prefix::National {
            let Country { code, trunk, .. } = self.country;
            let has_trunk = !trunk.is_empty() && digits.clone().take(trunk.len()).eq(trunk.bytes());
            let skip = if has_trunk { trunk.len() } else { 0 };
            e164.extend_from_slice(code.as_bytes());
            e164.extend(digits.skip(skip));
            let layout = after_digits(rest, skip);
            return Number { prefix, e164, country: Some(self.country), layout, trunk: has_trunk };
        }
        e164.extend(digits);
        let country = ranges::by_code(&e164);
        let skip = country.map_or(0, |country| country.code.len());
        let trunk = country.is_some_and(|country| country.trunk == "0") && e164.get(skip) == Some(&b'0');
        if trunk {
            let (code, rest) = e164.split_at(skip);
            e164 = code.iter().chain(rest.iter().skip(1)).copied().collect();
        }
        Number { prefix, e164, country, layout: after_digits(rest, skip + usize::from(trunk)), trunk: false }
    }
}

/// Appends digits that no other digits of this length become.
fn put_permuted(permutation: &Permutation, digits: &[u8], out: &mut Vec<u8>) {
    let value = digits.iter().fold(0u64, |value, digit| value * 10 + u64::from(digit - b'0'));
    let mut place = Few::filled(b'0', digits.len());
    write_number(&mut place, permutation.place(value, 10u64.pow(digits.len() as u32)));
    out.extend_from_slice(&place);
}

/// A number and its extension, as one input.
fn with_extension(number: &Number<'_>, extension: Extension<'_>) -> Few {
    let mut both = Few::from(&*number.e164);
    both.push(b'x');
    both.extend_from_slice(extension.digits.as_bytes());
    both
}

impl TextMask for Phone {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.put(text, out);
        Ok(())
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("phone")?;
    let country = match options.country.as_deref() {
        None => Phone::home(site.locale),
        Some(code) => ranges::by_iso(code).ok_or_else(|| {
            site.bad_option(
                format!("phone knows no reserved numbers of {code}"),
                format!("it knows {}", ranges::known()),
            )
        })?,
    };
    let mut phone = Phone::new(country, site, site.room());
    if site.column.unique {
        site.require_room("phone in a unique column", E164_DIGITS + 1)?;
        phone.distinct = Some(Permutation::new(site.sub_key("phone, distinct")));
    } else {
        site.require_room("phone", 10)?;
    }
    Ok(built(phone, Facts::changing(OriginalsOf::Identifier).unique(site.column.unique).ignoring_case()))
}

#[cfg(test)]
mod tests;
