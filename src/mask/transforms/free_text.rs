//! `free_text`: the text, with everything that looks like personal data replaced.
//!
//! Each find becomes the fake that its own transform makes of it, so that the e-mail in a complaint is the one that its
//! writer has in `users`. Three things are looked for: what the row's other columns hold, identifiers by their form and
//! check digits, and people by a given name with a family name after it.

mod identifiers;
mod national;
mod people;

use std::ops::Range;
use std::sync::Arc;

use super::account_number::AccountNumber;
use super::email::Email;
use super::full_name::FullName;
use super::iban::IbanMask;
use super::ip::Ip;
use super::json::document::{Leaf, LeafMask, is_number as is_json_number, put_string};
use super::json::{Documents, MaskLeaves};
use super::national_id::NationalId;
use super::phone::Phone;
use super::prescan::Prescan;
use super::text_cell::{TextCell, TextMask, truncate};
use super::token::Token;
use super::wire::{Reader, put_value, short};
use super::xml::{TextMask as XmlTextMask, XmlCell};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::texts::as_text;
use crate::postgres::types::TypeClass;
use crate::secret::DomainKey;

/// The transforms whose fakes stand in the text.
struct FreeText {
    email: Email,
    phone: Phone,
    iban: IbanMask,
    account: AccountNumber,
    national_id: NationalId,
    foreign_ids: national::NationalIds,
    token: Token,
    ip: Ip,
    name: FullName,
    digits: DomainKey,
    prescan: Arc<Prescan>,
    /// The columns of text in the same row; those that name somebody are looked for in the text.
    siblings: Vec<usize>,
    room: usize,
}

/// What replaces which bytes of a text. No two overlap: what is found first stays.
#[derive(Default)]
pub(super) struct Finds(Vec<(Range<usize>, Vec<u8>)>);

impl Finds {
    /// Whether nothing was found here yet.
    pub(super) fn is_free(&self, place: &Range<usize>) -> bool {
        self.0.iter().all(|(taken, _)| place.end <= taken.start || taken.end <= place.start)
    }

    /// Replaces a place, unless something was found there before.
    pub(super) fn add(&mut self, place: Range<usize>, make: impl FnOnce(&mut Vec<u8>)) {
        if !place.is_empty() && self.is_free(&place) {
            let mut fake = Vec::new();
            make(&mut fake);
            self.0.push((place, fake));
        }
    }

    /// Appends the text with its places replaced.
    fn write(mut self, text: &str, out: &mut Vec<u8>) {
        self.0.sort_unstable_by_key(|(place, _)| place.start);
        let mut copied = 0;
        for (place, fake) in &self.0 {
            out.extend_from_slice(text.as_bytes().get(copied..place.start).unwrap_or_default());
            out.extend_from_slice(fake);
            copied = place.end;
        }
        out.extend_from_slice(text.as_bytes().get(copied..).unwrap_or_default());
    }
}

impl FreeText {
    fn new(site: &Site<'_>) -> Self {
        let wide = usize::MAX;
        let is_text = |class: &TypeClass| *class == TypeClass::Text;
        let siblings = site.columns.iter().enumerate().zip(site.specs);
        Self {
            email: Email::plain(site, wide),
            phone: Phone::new(Phone::home(site.locale), site, wide),
            iban: IbanMask::new(None, site, wide),
            account: AccountNumber::new(site, wide),
            national_id: NationalId::new(site),
            foreign_ids: national::NationalIds::new(site),
            token: Token::new(site, wide),
            ip: Ip::new(site, wide),
            name: FullName::new(site, wide),
            digits: site.sub_key("digits in text"),
            prescan: Arc::clone(site.prescan),
            siblings: siblings
                .filter(|((_, column), spec)| {
                    spec.is_some() && is_text(&column.class) && column.name != site.column.name
                })
                .map(|((index, _), _)| index)
                .collect(),
            room: if is_text(&site.column.class) { site.room() } else { wide },
        }
    }

    fn put(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let mut finds = Finds::default();
        // A name can be a part of an address, and a given name is a part of a full one: what is longer goes first.
        let (identifiers, mut names) = self.siblings_in(row);
        for sibling in identifiers {
            self.find_sibling(text, sibling, row, &mut finds)?;
        }
        identifiers::find(self, text, row, &mut finds)?;
        names.sort_by_key(|name| std::cmp::Reverse(row.original(*name).map_or(0, <[u8]>::len)));
        for sibling in names {
            self.find_sibling(text, sibling, row, &mut finds)?;
        }
        people::find(&self.name, &self.prescan, text, &mut finds);
        let start = out.len();
        finds.write(text, out);
        truncate(out, start, self.room);
        Ok(())
    }

    /// The other columns of the row that name somebody: by an identifier, and by a name.
    fn siblings_in(&self, row: &Row<'_>) -> (Vec<usize>, Vec<usize>) {
        use OriginalsOf::{FirstName, FullName, Identifier, LastName};
        let of = |column: usize| row.transforms.get(column)?.as_ref().map(|built| built.facts.originals);
        let siblings = self.siblings.iter().copied();
        let names = siblings.clone().filter(|&column| matches!(of(column), Some(FirstName | LastName | FullName)));
        (siblings.filter(|&column| of(column) == Some(Identifier)).collect(), names.collect())
    }

    /// Looks for what another column of the row holds.
    fn find_sibling(&self, text: &str, column: usize, row: &Row<'_>, finds: &mut Finds) -> Result<(), CellError> {
        let Some(original) = row.original(column).and_then(|cell| std::str::from_utf8(cell).ok()) else {
            return Ok(());
        };
        let original = original.trim();
        if original.chars().count() < 3 || original.len() > text.len() * 2 {
            return Ok(());
        }
        let mut masked = None;
        for place in people::whole_words(text, original) {
            if masked.is_none() {
                let mut fake = Vec::new();
                if row.masked(column, &mut fake)? == Masked::Null {
                    fake = b"redacted".to_vec();
                }
                masked = Some(fake);
            }
            if let Some(fake) = &masked {
                finds.add(place, |out| out.extend_from_slice(fake));
            }
        }
        Ok(())
    }
}

impl TextMask for FreeText {
    fn mask_text(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.put(text, row, out)
    }
}

/// The strings of a document, each a text of its own.
struct Strings<'a> {
    text: &'a FreeText,
    row: &'a Row<'a>,
    scratch: Vec<u8>,
}

impl LeafMask for Strings<'_> {
    fn key(&mut self, key: &str, out: &mut Vec<u8>) -> Result<bool, CellError> {
        self.scratch.clear();
        self.text.put(key, self.row, &mut self.scratch)?;
        let changed = self.scratch != key.as_bytes();
        if changed {
            put_string(&String::from_utf8_lossy(&self.scratch), out);
        }
        Ok(changed)
    }

    fn leaf(&mut self, leaf: Leaf<'_>, out: &mut Vec<u8>) -> Result<bool, CellError> {
        let (text, is_number) = match &leaf {
            Leaf::Text(text) => (text.as_ref(), false),
            // As long as a telephone number.
            Leaf::Number(number) if number.len() >= 8 => (*number, true),
            Leaf::Number(_) | Leaf::Bool(_) | Leaf::Null => return Ok(false),
        };
        self.scratch.clear();
        self.text.put(text, self.row, &mut self.scratch)?;
        if self.scratch == text.as_bytes() {
            return Ok(false);
        }
        if is_number {
            // Without its zeros in front, a fake may be somebody's number.
            let masked = String::from_utf8_lossy(&self.scratch);
            out.extend_from_slice(if is_json_number(&masked) { masked.as_bytes() } else { b"0" });
        } else {
            put_string(&String::from_utf8_lossy(&self.scratch), out);
        }
        Ok(true)
    }
}

impl MaskLeaves for FreeText {
    fn for_row<'a>(&'a self, row: &'a Row<'a>) -> Box<dyn LeafMask + 'a> {
        Box::new(Strings { text: self, row, scratch: Vec::new() })
    }
}

/// Texts and attributes of a document, each a text of its own.
impl XmlTextMask for FreeText {
    fn mask(
        &self,
        _open: &[&str],
        _attribute: Option<&str>,
        text: &str,
        row: &Row<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Masked, CellError> {
        self.put(text, row, out)?;
        Ok(Masked::Value)
    }
}

/// Keys and values of an `hstore`, each a text of its own.
struct Pairs(FreeText);

impl Transform for Pairs {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let mut reader = Reader(cell);
        let count = reader.i32()?;
        out.extend_from_slice(&count.to_be_bytes());
        for _ in 0..count.saturating_mul(2) {
            put_value(out, |out| match reader.value()? {
                Some(text) => {
                    self.0.put(&as_text(text), row, out)?;
                    Ok(Masked::Value)
                }
                None => Ok(Masked::Null),
            })?;
        }
        if reader.0.is_empty() { Ok(Masked::Value) } else { Err(short()) }
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    let text = FreeText::new(site);
    let transform: Box<dyn Transform> = match site.column.class {
        TypeClass::Text => Box::new(TextCell(text)),
        TypeClass::Json | TypeClass::Jsonb => Box::new(Documents::new(text, site)),
        TypeClass::Xml => Box::new(XmlCell::new(text, site)),
        TypeClass::Hstore => Box::new(Pairs(text)),
        _ => return Err(site.wrong_type("free_text")),
    };
    Ok(Built { transform, facts: Facts::of(OriginalsOf::Text) })
}

#[cfg(test)]
mod tests;
