//! `company`: a company that doesn't exist, with the legal form of the original.

use super::draw::Draw;
use super::spelling::{Style, fold, put_word, style_of};
use super::text_cell::{TextMask, built, truncate};
use super::words::{Word, Words};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::Locale;
use crate::secret::DomainKey;

/// Legal forms, as they stand at the end of a name, folded; longer ones first where one ends with another.
const FORMS: &[&str] = &[
    "asa",
    "as",
    "ans",
    "da",
    "enk",
    "nuf",
    "sa",
    "ba",
    "iks",
    "ks",
    "ab",
    "hb",
    "kb",
    "aps",
    "ps",
    "is",
    "ivs",
    "oy",
    "oyj",
    "ky",
    "ry",
    "ltd",
    "limited",
    "llc",
    "llp",
    "plc",
    "inc",
    "corp",
    "corporation",
    "co",
    "company",
    "group",
    "gmbh",
    "ag",
    "kg",
    "ohg",
    "gbr",
    "ug",
    "ev",
    "eg",
    "se",
    "sarl",
    "sas",
    "sasu",
    "sci",
    "eurl",
    "snc",
    "spa",
    "srl",
    "srls",
    "sapa",
    "bv",
    "nv",
    "vof",
    "cv",
    "lda",
    "ltda",
    "sgps",
    "eireli",
    "sl",
    "cif",
    "cic",
    "cyf",
    "ascooperative",
    "stiftelse",
    "stiftung",
    "stichting",
    "anonimsirketi",
    "limitedsirketi",
];

/// Legal forms in scripts without spaces, at the beginning or end.
const FORMS_WITHOUT_SPACE: &[&str] =
    &["株式会社", "有限会社", "合同会社", "股份有限公司", "有限责任公司", "有限公司", "集团", "(株)", "(有)"];

/// What made-up companies do, where the original says so too.
const TRADES: &[(Locale, &str)] = &[
    (Locale::NbNo, "Bygg Handel Regnskap Transport Eiendom Rådgivning Teknikk Maskin"),
    (Locale::SvSe, "Bygg Handel Redovisning Transport Fastigheter Konsult Teknik Maskin"),
    (Locale::DaDk, "Byg Handel Regnskab Transport Ejendomme Rådgivning Teknik Maskiner"),
    (Locale::FiFi, "Rakennus Kauppa Tilitoimisto Kuljetus Kiinteistöt Konsultointi Tekniikka Koneet"),
    (Locale::DeDe, "Bau Handel Beratung Spedition Immobilien Technik Maschinen Vertrieb"),
    (Locale::FrFr, "Bâtiment Négoce Conseil Transports Immobilier Technique Machines Services"),
    (Locale::ItIt, "Costruzioni Commercio Consulenza Trasporti Immobiliare Tecnica Macchine Servizi"),
    (Locale::NlNl, "Bouw Handel Advies Transport Vastgoed Techniek Machines Diensten"),
    (Locale::PtPt, "Construções Comércio Consultoria Transportes Imobiliária Técnica Máquinas Serviços"),
    (Locale::PtBr, "Construções Comércio Consultoria Transportes Imobiliária Técnica Máquinas Serviços"),
    (Locale::TrTr, "İnşaat Ticaret Danışmanlık Nakliyat Gayrimenkul Teknik Makine Hizmet"),
    (Locale::En, "Building Trading Consulting Transport Estates Engineering Machinery Services"),
];

/// Makes companies.
struct Company {
    key: DomainKey,
    words: &'static [Word],
    trades: Vec<&'static str>,
    room: usize,
}

/// A company's name, taken apart.
struct Parts<'a> {
    before: &'a str,
    name: &'a str,
    form: &'a str,
}

impl<'a> Parts<'a> {
    fn of(company: &'a str) -> Self {
        let company = company.trim();
        for form in FORMS_WITHOUT_SPACE {
            if let Some(name) = company.strip_suffix(form).filter(|name| !name.trim().is_empty()) {
                let form = company.get(name.len()..).unwrap_or_default();
                return Self { before: "", name, form };
            }
            if let Some(name) = company.strip_prefix(form).filter(|name| !name.trim().is_empty()) {
                return Self { before: form, name, form: "" };
            }
        }
        let last = company.rfind(char::is_whitespace).unwrap_or(0);
        let (name, form) = company.split_at_checked(last).unwrap_or((company, ""));
        // `A/S`, `S.p.A.`, `GmbH` and the like: what is left without points and strokes.
        let folded = fold(form);
        if FORMS.iter().any(|known| known.as_bytes() == folded.as_bytes()) && !name.trim().is_empty() {
            Self { before: "", name, form }
        } else {
            Self { before: "", name: company, form: "" }
        }
    }
}

impl Company {
    /// Appends a name of a word, and of what the company does where the original says so too.
    fn put(&self, parts: &Parts<'_>, word: &Word, draw: &mut Draw, out: &mut Vec<u8>) {
        let Parts { before, name, form } = parts;
        let style = match style_of(name) {
            Style::Lower => Style::Lower,
            // A short name in capitals is an acronym, not a style.
            Style::Upper if name.chars().count() > 5 => Style::Upper,
            _ => Style::Proper,
        };
        let mut left = self.room.saturating_sub(word.chars);
        let mut fits = |length: usize| match left.checked_sub(length) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        };
        let (with_before, with_form) = (fits(before.chars().count()), fits(form.chars().count()));
        let trade = if name.split_whitespace().nth(1).is_some() { draw.pick(&self.trades).copied() } else { None };
        let trade = trade.filter(|trade| fits(1 + trade.chars().count()));
        if with_before {
            out.extend_from_slice(before.as_bytes());
        }
        put_word(out, &word.text, style);
        if let Some(trade) = trade {
            out.push(b' ');
            put_word(out, trade, style);
        }
        if with_form {
            out.extend_from_slice(form.as_bytes());
        }
    }
}

impl TextMask for Company {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let parts = Parts::of(text);
        let folded = fold(parts.name);
        let mut draw = Draw::new(&self.key, folded.as_bytes());
        let start = out.len();
        loop {
            let Some(word) = draw.pick(self.words) else { return Err(CellError("no word to choose".to_owned())) };
            if word.folded.as_bytes() == folded.as_bytes() || word.chars > self.room {
                continue;
            }
            self.put(&parts, word, &mut draw, out);
            // A few letters are longer as capitals.
            truncate(out, start, self.room);
            if out.get(start..) != Some(text.as_bytes()) {
                return Ok(());
            }
            out.truncate(start);
        }
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("company")?;
    let words = Words::of(site.locale).family.as_slice();
    let mut lengths: Vec<usize> = words.iter().map(|word| word.chars).collect();
    lengths.sort_unstable();
    site.require_room("company", lengths.get(1).copied().unwrap_or(0))?;
    let trades = TRADES.iter().find(|(locale, _)| *locale == site.locale).map_or("", |(_, trades)| trades);
    let mask =
        Company { key: site.sub_key("company"), words, trades: trades.split_whitespace().collect(), room: site.room() };
    // Many people have to do with one company, and its name is often a word.
    Ok(built(mask, Facts::changing(OriginalsOf::Shared)))
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{column, mask, mask_in, mask_with};
    use super::*;
    use crate::postgres::types::TypeClass;

    fn company(text: &str) -> String {
        mask(&Spec::Company(Default::default()), text)
    }

    #[test]
    fn the_legal_form_stays_and_the_name_goes() {
        let masked = company("Fjord Konsult AS");
        assert!(masked.ends_with(" AS") && masked.split(' ').count() == 3, "{masked}");
        assert!(!masked.contains("Fjord") && !masked.contains("Konsult"), "{masked}");
        assert_eq!(company("Fjord Konsult ASA"), masked.replace(" AS", " ASA"));
        for form in ["A/S", "S.p.A.", "GmbH", "Oy", "Ltd."] {
            assert!(company(&format!("Fjord {form}")).ends_with(&format!(" {form}")), "{form}");
        }
        assert_eq!(company("Fjord").split(' ').count(), 1);
        assert_eq!(company("FJORD SERVICE").to_uppercase(), company("FJORD SERVICE"));
    }

    #[test]
    fn a_form_in_japanese_stands_where_it_stood() {
        let of = |text: &str| mask_in(Locale::JaJp, &Spec::Company(Default::default()), text);
        assert!(of("株式会社山田").starts_with("株式会社") && of("山田有限会社").ends_with("有限会社"));
        assert!(!of("株式会社山田").contains("山田"));
    }

    #[test]
    fn a_form_alone_does_not_stay() {
        assert_ne!(company("AS"), "AS");
        assert_ne!(company("株式会社"), "株式会社");
    }

    #[test]
    fn a_narrow_column_loses_trade_and_form_before_the_name() {
        let narrow = column(TypeClass::Text, Some(10));
        assert!(mask_with(&Spec::Company(Default::default()), &narrow, "Fjord A AS").chars().count() <= 10);
    }
}
