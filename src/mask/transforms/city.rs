//! `city`: another town of the locale, or that of the masked postal code beside it.

use super::draw::Draw;
use super::postcode::compact;
use super::siblings::Places;
use super::spelling::{fold, put_word, style_of};
use super::text_cell::{TextMask, built, truncate};
use super::words::{Town, Words};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::postgres::texts::as_text;
use crate::postgres::types::TypeClass;
use crate::rules::transform::City as Options;
use crate::secret::DomainKey;

/// Gives towns.
struct City {
    key: DomainKey,
    places: Places,
    /// The column of the postal code.
    beside: Option<usize>,
    room: usize,
}

impl City {
    /// The town of the row's masked postal code; of a code that isn't listed, always the same one.
    fn town_beside(&self, column: usize, words: &'static Words, row: &Row<'_>) -> Result<Option<&Town>, CellError> {
        let mut code = Vec::new();
        if row.masked(column, &mut code)? == Masked::Null {
            return Ok(None);
        }
        let code = compact(&as_text(&code));
        if code.is_empty() {
            return Ok(None);
        }
        let listed = words.towns.iter().find(|town| town.code == code);
        let town = listed.or_else(|| Draw::new(&self.key, &code).pick(&words.towns));
        Ok(town.filter(|town| town.name.chars <= self.room))
    }
}

impl TextMask for City {
    fn mask_text(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let words = self.places.words(row)?;
        let start = out.len();
        if let Some(column) = self.beside
            && let Some(town) = self.town_beside(column, words, row)?
        {
            put_word(out, &town.name.text, style_of(text));
            return Ok(());
        }
        let folded = fold(text);
        let mut draw = Draw::new(&self.key, folded.as_bytes());
        loop {
            let Some(town) = draw.pick(&words.towns) else { return Err(CellError("no town to choose".to_owned())) };
            if town.name.folded.as_bytes() != folded.as_bytes() && town.name.chars <= self.room {
                put_word(out, &town.name.text, style_of(text));
                // A few letters are longer as capitals.
                truncate(out, start, self.room);
                return Ok(());
            }
        }
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("city")?;
    let places = Places::read(options.country_from.as_deref(), "city", site)?;
    let second = |words: &Words| {
        let mut lengths: Vec<usize> = words.towns.iter().map(|town| town.name.chars).collect();
        lengths.sort_unstable();
        lengths.get(1).copied().unwrap_or(0)
    };
    let least = places.locales().iter().map(|locale| second(Words::of(*locale))).max().unwrap_or(0);
    site.require_room("city", least)?;
    let beside = options.beside.as_deref().map(|name| beside("city", "postal code", name, site)).transpose()?;
    let city = City { key: site.sub_key("city"), places, beside, room: site.room() };
    // The town of another code can happen to be that of the original.
    let facts = if beside.is_some() { Facts::of(OriginalsOf::Shared) } else { Facts::changing(OriginalsOf::Shared) };
    Ok(built(city, facts))
}

/// The column that `with` names.
pub(super) fn beside(transform: &str, what: &str, name: &str, site: &Site<'_>) -> Result<usize, Refusal> {
    let place = site.sibling(transform, "with", name)?;
    match site.columns.get(place).map(|column| &column.class) {
        Some(TypeClass::Text) => Ok(place),
        _ => Err(site.bad_option(
            format!("{transform} goes with {name}, which isn't text"),
            format!("name the column of the {what}"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{Table, mask_in};
    use super::*;
    use crate::rules::transform::{Locale, Postcode};

    #[test]
    fn the_town_is_that_of_the_masked_code() {
        for locale in [Locale::NbNo, Locale::SvSe, Locale::NlNl, Locale::CyGb, Locale::PtPt] {
            let city = Spec::City(Options { beside: Some("code".into()), country_from: None });
            let columns = [("town", Some(city)), ("code", Some(Spec::Postcode(Postcode::default())))];
            let table = Table { locale, ..Table::new(columns) };
            let towns = &Words::of(locale).towns;
            for town in towns {
                let code = table.mask(1, &["", town.postcode]);
                let masked = table.mask(0, &["Somewhere", &code.replace(' ', "")]);
                assert!(towns.iter().any(|town| town.name.text == masked), "{masked}");
                let row = [town.name.text.as_str(), town.postcode];
                let (masked, code) = (table.mask(0, &row), table.mask(1, &row));
                assert!(towns.iter().any(|town| town.name.text == masked && town.postcode == code), "{code} {masked}");
            }
        }
    }

    #[test]
    fn without_a_code_in_the_row_it_is_another_town() {
        let city = Spec::City(Options { beside: Some("code".into()), country_from: None });
        let table = Table::new([("town", Some(city)), ("code", None)]);
        assert_eq!(table.mask(0, &["Hamar", " "]), mask_in(Locale::NbNo, &Spec::City(Options::default()), "Hamar"));
    }

    #[test]
    fn every_locale_has_towns() {
        for locale in Locale::ALL {
            let town = mask_in(locale, &Spec::City(Options::default()), "Hamar");
            assert!(Words::of(locale).towns.iter().any(|listed| listed.name.text == town), "{town}");
        }
    }
}
