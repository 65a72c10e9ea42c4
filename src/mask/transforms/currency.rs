//! `currency`: another currency's code.

use super::draw::Draw;
use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::Currency as Options;
use crate::secret::DomainKey;

/// Currencies in circulation (ISO 4217, without funds, metals, test and precious codes).
#[rustfmt::skip]
const CODES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BHD", "BIF", "BMD", "BND",
    "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUP", "CVE",
    "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD",
    "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY",
    "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD",
    "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO",
    "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF",
    "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SYP", "SZL", "THB", "TJS",
    "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VES", "VND", "VUV", "WST",
    "XAF", "XCD", "XOF", "XPF", "YER", "ZAR", "ZMW",
];

/// Chooses codes.
struct Currency {
    key: DomainKey,
    keep: Vec<String>,
    among: Vec<String>,
}

impl TextMask for Currency {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let original = text.trim().to_ascii_uppercase();
        if self.keep.contains(&original) {
            out.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        let mut draw = Draw::new(&self.key, original.as_bytes());
        loop {
            let count = if self.among.is_empty() { CODES.len() } else { self.among.len() };
            let choice = draw.below(count as u64) as usize;
            let code = self.among.get(choice).map(String::as_str).or(CODES.get(choice).copied()).unwrap_or("XXX");
            if code != original {
                let small = text.trim().bytes().all(|byte| byte.is_ascii_lowercase());
                out.extend(code.bytes().map(|byte| if small { byte.to_ascii_lowercase() } else { byte }));
                return Ok(());
            }
        }
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("currency")?;
    site.require_room("currency", 3)?;
    for code in options.keep.iter().chain(&options.among) {
        if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(site.bad_option("currency has a code that isn't one", "three capitals (ISO 4217), as in NOK"));
        }
    }
    let among: std::collections::BTreeSet<&String> = options.among.iter().collect();
    if among.len() == 1 {
        return Err(site.bad_option("currency has one code to choose from", "name two or more, or use constant"));
    }
    let among = among.into_iter().cloned().collect();
    let facts = if options.keep.is_empty() { Facts::changing } else { Facts::of };
    Ok(built(Currency { key: site.sub_key("currency"), keep: options.keep.clone(), among }, facts(OriginalsOf::Shared)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, refusal};
    use super::*;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Transform as Spec;

    fn spec(keep: &[&str], among: &[&str]) -> Spec {
        let owned = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        Spec::Currency(Options { keep: owned(keep), among: owned(among) })
    }

    #[test]
    fn every_code_becomes_another_in_the_same_case() {
        for code in CODES {
            let masked = mask(&spec(&[], &[]), code);
            assert!(CODES.contains(&masked.as_str()) && masked != *code, "{code} {masked}");
            assert_eq!(mask(&spec(&[], &[]), &code.to_lowercase()), masked.to_lowercase());
        }
        assert!(CODES.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn what_is_kept_stays_and_what_is_chosen_from_is_all_there_is() {
        assert_eq!(mask(&spec(&["NOK"], &[]), "NOK"), "NOK");
        assert_eq!(mask(&spec(&[], &["EUR", "USD"]), "EUR"), "USD");
        assert!(["EUR", "USD"].contains(&mask(&spec(&[], &["EUR", "USD"]), "Kroner").as_str()));
        assert!(refusal(&spec(&[], &["EUR"]), &column(TypeClass::Text, None)).what.contains("one code"));
    }
}
