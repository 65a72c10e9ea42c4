//! What each transform leaves of a column's statistics: how many distinct values there may be, and where numbers lie.
//!
//! Verification takes a column that has lost its variety for a fault, unless it is stated here that the rule says so.

use super::rule::ColumnRule;
use super::transform::{Decision, PartDecision, Transform};
use crate::run_record::Variety;

impl Decision {
    /// What becomes of the number of distinct values.
    pub fn variety(&self) -> Variety {
        match self {
            Self::Keep => Variety::Kept,
            Self::Mask(transform) => transform.variety(),
        }
    }
}

impl ColumnRule {
    /// What becomes of the number of distinct values over all rows: results of two cases may meet, and a case that makes
    /// one value of all may be that of every row.
    pub fn variety(&self) -> Variety {
        let all = self.cases.iter().map(|case| case.decision.variety()).chain([self.decision.variety()]);
        let least = all.max().unwrap_or(Variety::Kept);
        if self.cases.is_empty() { least } else { least.max(Variety::Drawn) }
    }
}

fn of_part(part: &PartDecision) -> Variety {
    part.decision().map_or(Variety::Kept, |decision| decision.variety())
}

impl Transform {
    /// What becomes of the number of distinct values.
    pub fn variety(&self) -> Variety {
        match self {
            Self::Email(options) if options.unique == Some(false) => Variety::Drawn,
            Self::Hash(options) if options.length.is_some() => Variety::Drawn,
            // A network publishes a handful of numbers for tests.
            Self::CardNumber(options) if options.keep_network => Variety::Lost,
            Self::Geo(options) if options.grid.is_some() => Variety::Lost,
            Self::Base64(options) => of_part(&options.of),
            Self::Email(_)
            | Self::Iban(_)
            | Self::AccountNumber(_)
            | Self::CardNumber(_)
            | Self::Amount(_)
            | Self::Passport(_)
            | Self::Uuid(_)
            | Self::Key(_)
            | Self::Code(_)
            | Self::HexDigest(_)
            | Self::Token(_)
            | Self::ApiKey(_)
            | Self::TotpSeed(_)
            | Self::Hash(_)
            | Self::Mac(_)
            | Self::ShiftDate(_)
            | Self::Noise(_)
            | Self::Shuffle(_)
            | Self::Geo(_)
            | Self::Embedding(_) => Variety::Kept,
            // From lists, and from ranges that are reserved and may be small.
            Self::FirstName(_)
            | Self::LastName(_)
            | Self::FullName(_)
            | Self::Username(_)
            | Self::BirthDate(_)
            | Self::Phone(_)
            | Self::StreetAddress(_)
            | Self::City(_)
            | Self::Postcode(_)
            | Self::Address(_)
            | Self::Company(_)
            | Self::Url(_)
            | Self::DomainName(_)
            | Self::Bic(_)
            | Self::NationalId(_)
            | Self::OrganisationNumber(_)
            | Self::Vat(_)
            | Self::Mrz(_)
            | Self::Ip(_)
            | Self::Cookie(_) => Variety::Drawn,
            Self::Null(_)
            | Self::Constant(_)
            | Self::Redact(_)
            | Self::StripExif(_)
            | Self::Title(_)
            | Self::Currency(_)
            | Self::PasswordHash(_)
            | Self::Jwt(_)
            | Self::Pem(_)
            | Self::UserAgent(_)
            | Self::Choice(_)
            | Self::Dictionary(_)
            | Self::Round(_)
            | Self::Bucket(_)
            | Self::Generalise(_)
            | Self::RandomInt(_)
            | Self::RandomFloat(_)
            | Self::RandomDecimal(_)
            | Self::RandomDate(_)
            | Self::RandomTimestamp(_)
            | Self::RandomInterval(_)
            | Self::RandomBool(_)
            | Self::EnumValue(_)
            | Self::Command(_)
            | Self::Json(_)
            | Self::Fields(_)
            | Self::Hstore(_)
            | Self::Xml(_)
            | Self::Tsvector(_)
            | Self::FreeText(_)
            | Self::Lorem(_)
            | Self::Partial(_)
            | Self::RegexReplace(_)
            | Self::Template(_)
            | Self::Truncate(_) => Variety::Lost,
        }
    }

    /// Whether masked numbers and dates are meant to lie where their originals do.
    pub fn keeps_level(&self) -> bool {
        match self {
            Self::ShiftDate(options) => options.min_age.is_none(),
            Self::Noise(_) | Self::Amount(_) | Self::Shuffle(_) | Self::Round(_) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{catalogue, load};

    fn variety(decision: &str) -> Variety {
        let text = format!("version: 1\ntables: {{ t: {{ columns: {{ c: {decision} }} }} }}");
        let rules = load::parse("", text.as_bytes()).unwrap_or_else(|invalid| panic!("{:?}", invalid.mistakes));
        rules.tables[0].columns[0].variety()
    }

    #[test]
    fn a_column_with_cases_may_lose_as_much_as_any_of_them() {
        assert_eq!(variety("email"), Variety::Kept);
        assert_eq!(variety("keep"), Variety::Kept);
        assert_eq!(variety("{ base64: { of: email } }"), Variety::Kept);
        assert_eq!(variety("{ email: { unique: false } }"), Variety::Drawn);
        assert_eq!(variety("[{ when: a, then: token }, email]"), Variety::Drawn);
        assert_eq!(variety("[{ when: a, then: redact }, email]"), Variety::Lost);
        assert_eq!(variety("[{ when: a, then: email }, { constant: { value: x } }]"), Variety::Lost);
    }

    #[test]
    fn the_manual_lists_the_transforms_that_keep_their_variety_or_draw_from_a_stock() {
        let manual = include_str!("../../docs/verification.md");
        let listed = |begin: &str| -> Vec<&str> {
            let row = manual.lines().find(|line| line.starts_with(begin)).unwrap();
            let names = row.split(';').next().unwrap_or_default();
            names.split('`').skip(1).step_by(2).collect()
        };
        let (kept, drawn) = (listed("| they stay distinct"), listed("| they come from a stock"));
        for transform in catalogue::describe() {
            let name = transform.name.as_str();
            let Some(variety) = Transform::named(name).map(|transform| transform.variety()) else {
                assert!(!kept.contains(&name), "{name}");
                continue;
            };
            assert_eq!(variety == Variety::Kept, kept.contains(&name), "{name}");
            assert_eq!(variety == Variety::Drawn, drawn.contains(&name), "{name}");
        }
    }
}
