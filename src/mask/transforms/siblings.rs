//! Options that name another column of the row: its masked value decides.

use super::words::Words;
use super::words::gender::{self, Gender};
use super::{CellError, Masked, Refusal, Row, Site, Spec};
use crate::postgres::texts::as_text;
use crate::postgres::types::TypeClass;
use crate::rules::transform::{Locale, PartDecision};

impl Site<'_> {
    /// The place of a column that an option names. Refused are columns that aren't there, and those whose own masked value
    /// depends on this one.
    pub(super) fn sibling(&self, transform: &str, option: &str, name: &str) -> Result<usize, Refusal> {
        let bad = |why: &str| {
            let what = format!("{transform} has `{option}: {name}`, {why}");
            self.bad_option(what, "name another column of the same table")
        };
        let place = self.columns.iter().position(|column| column.name == name);
        let place = place.ok_or_else(|| bad("a column that the table doesn't have"))?;
        if name == self.column.name {
            return Err(bad("which is the column itself"));
        }
        if self.reads(name, &self.column.name) {
            return Err(bad("and what that column becomes depends on this one"));
        }
        Ok(place)
    }

    /// Whether the masked value of a column depends on another one.
    fn reads(&self, name: &str, other: &str) -> bool {
        let mut open = vec![name];
        let mut seen: Vec<&str> = Vec::new();
        while let Some(name) = open.pop() {
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            let place = self.columns.iter().position(|column| column.name == name);
            if let Some(spec) = place.and_then(|place| self.specs.get(place).copied().flatten()) {
                columns_read(spec, &mut open);
            }
        }
        seen.iter().skip(1).any(|name| *name == other)
    }

    /// The class of the values of a column.
    fn class_of(&self, place: usize) -> Option<&TypeClass> {
        self.columns.get(place).map(|column| &column.class)
    }
}

/// The columns whose masked values a transform reads.
fn columns_read<'s>(spec: &'s Spec, names: &mut Vec<&'s str>) {
    match spec {
        Spec::FirstName(options) | Spec::FullName(options) => {
            names.extend(options.gender.as_deref().filter(|name| !matches!(*name, KEEP | ANY)));
        }
        Spec::Email(options) => names.extend(options.from.iter().map(String::as_str)),
        Spec::Username(options) => names.extend(options.from.iter().map(String::as_str)),
        Spec::StreetAddress(options) => names.extend(options.country_from.as_deref()),
        Spec::Address(options) => names.extend(options.country_from.as_deref()),
        Spec::City(options) => names.extend(options.beside.iter().chain(&options.country_from).map(String::as_str)),
        Spec::Postcode(options) => names.extend(options.beside.iter().chain(&options.country_from).map(String::as_str)),
        Spec::Json(parts) | Spec::Fields(parts) => {
            for part in parts.values() {
                if let PartDecision::Transform(spec) = part {
                    columns_read(spec, names);
                }
            }
        }
        _ => {}
    }
}

/// What `gender` can say beside a column.
const KEEP: &str = "keep";
const ANY: &str = "any";

/// Whose name a masked given name is.
#[derive(Clone)]
pub(super) enum GenderRule {
    /// Of the gender of the original, where it is known.
    Keep,
    /// Anybody's.
    Any,
    /// What a column of the row says, and else as `Keep`.
    Column(usize, TypeClass),
}

impl GenderRule {
    /// What the option says.
    pub(super) fn read(option: Option<&str>, transform: &str, site: &Site<'_>) -> Result<Self, Refusal> {
        let name = match option {
            None | Some(KEEP) => return Ok(Self::Keep),
            Some(ANY) => return Ok(Self::Any),
            Some(name) => name,
        };
        let place = site.sibling(transform, "gender", name)?;
        match site.class_of(place) {
            Some(class @ (TypeClass::Text | TypeClass::Enum | TypeClass::Int2 | TypeClass::Int4 | TypeClass::Int8)) => {
                Ok(Self::Column(place, class.clone()))
            }
            _ => Err(site.bad_option(
                format!("{transform} takes the gender from {name}, which is neither text nor a whole number"),
                "leave `gender` out: then a woman's name becomes a woman's",
            )),
        }
    }

    /// What the row says, if a column is asked.
    pub(super) fn of(&self, row: &Row<'_>) -> Result<Option<Gender>, CellError> {
        let Self::Column(place, class) = self else { return Ok(None) };
        let mut cell = Vec::new();
        if row.masked(*place, &mut cell)? == Masked::Null {
            return Ok(None);
        }
        if matches!(class, TypeClass::Text | TypeClass::Enum) {
            return Ok(gender::said(&as_text(&cell)));
        }
        // Whole numbers come with their highest byte first; ISO/IEC 5218 has one digit.
        let [high @ .., low] = cell.as_slice() else { return Ok(None) };
        Ok(match low {
            1 if high.iter().all(|byte| *byte == 0) => Some(Gender::Man),
            2 if high.iter().all(|byte| *byte == 0) => Some(Gender::Woman),
            _ => None,
        })
    }
}

/// Where a made-up place lies.
pub(super) struct Places {
    locale: Locale,
    country: Option<usize>,
}

impl Places {
    /// In the country that a column of the row names, or else in that of the locale.
    pub(super) fn read(option: Option<&str>, transform: &str, site: &Site<'_>) -> Result<Self, Refusal> {
        let Some(name) = option else { return Ok(Self { locale: site.locale, country: None }) };
        let place = site.sibling(transform, "country_from", name)?;
        if !matches!(site.class_of(place), Some(TypeClass::Text | TypeClass::Enum)) {
            return Err(site.bad_option(
                format!("{transform} takes the country from {name}, which isn't text"),
                "name a column with codes or names of countries",
            ));
        }
        Ok(Self { locale: site.locale, country: Some(place) })
    }

    /// In the country of the locale, with words for any other.
    pub(super) fn anywhere(site: &Site<'_>) -> Self {
        Self { locale: site.locale, country: Some(usize::MAX) }
    }

    /// The locales that a row could ask for.
    pub(super) fn locales(&self) -> &[Locale] {
        if self.country.is_some() { &Locale::ALL } else { std::slice::from_ref(&self.locale) }
    }

    /// The words for a row.
    pub(super) fn words(&self, row: &Row<'_>) -> Result<&'static Words, CellError> {
        let mut cell = Vec::new();
        let locale = match self.country {
            Some(place) if row.masked(place, &mut cell)? == Masked::Value => locale_of(&as_text(&cell)),
            _ => None,
        };
        Ok(Words::of(locale.unwrap_or(self.locale)))
    }
}

/// Countries as people write them: codes of ISO 3166-1, the English name and their own.
const COUNTRIES: &[(Locale, &[&str])] = &[
    (Locale::NbNo, &["no", "nor", "norway", "norge", "noreg", "norwegen", "norvege", "norja"]),
    (Locale::SvSe, &["se", "swe", "sweden", "sverige", "schweden", "suede", "ruotsi"]),
    (Locale::DaDk, &["dk", "dnk", "denmark", "danmark", "danemark", "tanska"]),
    (Locale::FiFi, &["fi", "fin", "finland", "suomi", "finnland"]),
    (Locale::DeDe, &["de", "deu", "germany", "deutschland", "tyskland", "allemagne", "saksa"]),
    (Locale::FrFr, &["fr", "fra", "france", "frankreich", "frankrike", "frankrig", "ranska"]),
    (Locale::ItIt, &["it", "ita", "italy", "italia", "italien", "italie"]),
    (Locale::NlNl, &["nl", "nld", "netherlands", "thenetherlands", "nederland", "niederlande", "paysbas"]),
    (Locale::PtPt, &["pt", "prt", "portugal"]),
    (Locale::PtBr, &["br", "bra", "brazil", "brasil", "brasilien"]),
    (Locale::TrTr, &["tr", "tur", "turkey", "turkiye", "tyrkia"]),
    (Locale::CyGb, &["wales", "cymru"]),
    (
        Locale::En,
        &[
            "gb",
            "gbr",
            "uk",
            "unitedkingdom",
            "greatbritain",
            "england",
            "scotland",
            "us",
            "usa",
            "unitedstates",
            "unitedstatesofamerica",
            "ie",
            "irl",
            "ireland",
            "au",
            "aus",
            "australia",
            "ca",
            "can",
            "canada",
            "nz",
            "nzl",
            "newzealand",
            "storbritannia",
            "storbritannien",
        ],
    ),
    (Locale::JaJp, &["jp", "jpn", "japan", "日本"]),
    (Locale::ZhCn, &["cn", "chn", "china", "中国"]),
    (Locale::ZhTw, &["tw", "twn", "taiwan", "台灣", "台湾", "臺灣"]),
    (Locale::ArSa, &["sa", "sau", "saudiarabia", "السعودية"]),
    (Locale::FaIr, &["ir", "irn", "iran", "ایران"]),
];

/// The locale of a country.
pub(super) fn locale_of(country: &str) -> Option<Locale> {
    let folded = super::spelling::fold(country);
    let known = |names: &[&str]| names.iter().any(|name| name.as_bytes() == folded.as_bytes());
    COUNTRIES.iter().find(|(_, names)| known(names)).map(|(locale, _)| *locale)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Table, text_column};
    use super::*;
    use crate::rules::transform::{City, Name, Postcode};

    #[test]
    fn a_country_is_known_by_code_and_name() {
        assert_eq!(locale_of("NO"), Some(Locale::NbNo));
        assert_eq!(locale_of(" Türkiye "), Some(Locale::TrTr));
        assert_eq!(locale_of("日本"), Some(Locale::JaJp));
        assert_eq!(locale_of("Atlantis"), None);
    }

    #[test]
    fn columns_that_wait_for_each_other_are_refused() {
        let city = Spec::City(City { beside: Some("code".into()), country_from: None });
        let code = Spec::Postcode(Postcode { beside: Some("town".into()), country_from: None });
        let table = Table::new([("town", Some(city)), ("code", Some(code))]);
        let refusal = table.try_build(0).err().unwrap();
        assert!(refusal.what.contains("depends on this one"), "{}", refusal.what);
    }

    #[test]
    fn a_column_that_is_not_there_or_is_itself_is_refused() {
        let named = |name: &str| Spec::FirstName(Name { gender: Some(name.into()) });
        let other = Table::new([("name", Some(named("sex")))]);
        assert!(other.try_build(0).err().unwrap().what.contains("doesn't have"));
        let itself = Table::new([("name", Some(named("name")))]);
        assert!(itself.try_build(0).err().unwrap().what.contains("itself"));
        let mut wrong = Table::new([("name", Some(named("sex"))), ("sex", None)]);
        wrong.columns[1] = crate::postgres::catalog::Column { class: TypeClass::Bool, ..text_column("sex") };
        assert!(wrong.try_build(0).err().unwrap().what.contains("neither text"));
    }

    #[test]
    fn the_gender_comes_from_text_or_the_figures_of_iso_5218() {
        let name = Spec::FirstName(Name { gender: Some("sex".into()) });
        let mut table = Table::new([("name", Some(name)), ("sex", None)]);
        let is = |name: &str, gender| Words::of(Locale::NbNo).gender_of(fold(name)) == Some(gender);
        for n in 0..50 {
            let name = format!("Xy{n}");
            assert!(is(&table.mask(0, &[&name, "kvinne"]), Gender::Woman));
            assert!(is(&table.mask(0, &[&name, "M"]), Gender::Man));
        }
        table.columns[1].class = TypeClass::Int2;
        for n in 0..50 {
            let name = format!("Xy{n}");
            assert!(is(&table.mask(0, &[&name, "\0\u{2}"]), Gender::Woman));
            assert!(is(&table.mask(0, &[&name, "\0\u{1}"]), Gender::Man));
        }
    }

    fn fold(name: &str) -> &'static [u8] {
        super::super::spelling::fold(name).as_bytes().to_vec().leak()
    }
}
