//! `random_date`: a date in a range.

use super::drawn::Drawn;
use super::literal::{self, MICROSECONDS_A_DAY};
use super::random_int::{between, empty_range};
use super::shift_date::Form;
use super::{Built, Facts, Refusal, Site};
use crate::originals::OriginalsOf;
use crate::postgres::civil_date::CivilDate;
use crate::postgres::types::TypeClass;
use crate::rules::transform::RandomDate as Options;

/// The characters of `2024-11-21`.
const DATE_CHARS: usize = 10;

/// Where the calendar of timestamps ends, as a day (manual, 8.5): 294276-12-31.
const LAST_DAY: i64 = 106_751_991;

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let class = site.column.class.clone();
    match class {
        TypeClass::Date | TypeClass::Timestamp | TypeClass::TimestampTz => {}
        TypeClass::Text => site.require_room("random_date", DATE_CHARS)?,
        _ => return Err(site.wrong_type("random_date")),
    }
    let day = |text: &str| {
        let day = literal::date(text.trim())
            .filter(|day| *day <= if class == TypeClass::Text { 2_921_939 } else { LAST_DAY });
        day.ok_or_else(|| site.bad_option("random_date has an end that is no date", "write it as in 1950-01-31"))
    };
    let (min, max) = (day(&options.min)?, day(&options.max)?);
    if min > max {
        return Err(empty_range("random_date", site));
    }
    let drawn = Drawn::new(site, "random_date", move |draw, out| {
        let day = between(draw, min, max);
        match class {
            TypeClass::Date => out.extend_from_slice(&i32::try_from(day).unwrap_or(0).to_be_bytes()),
            TypeClass::Text => out.extend_from_slice(Form::Iso.write(CivilDate::from_days(day), "").as_bytes()),
            _ => out.extend_from_slice(&(day * MICROSECONDS_A_DAY).to_be_bytes()),
        }
    });
    Ok(Built { transform: Box::new(drawn), facts: Facts::of(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::testing::{column, mask, mask_bytes, refusal};
    use super::*;
    use crate::rules::transform::Transform as Spec;

    fn spec(min: &str, max: &str) -> Spec {
        Spec::RandomDate(Options { min: min.to_owned(), max: max.to_owned() })
    }

    #[test]
    fn every_day_of_the_range_is_met_and_no_other() {
        let seen: HashSet<String> = (0..300).map(|n| mask(&spec("2024-02-27", "2024-03-01"), &n.to_string())).collect();
        let expected = ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01"];
        assert_eq!(seen, expected.map(str::to_owned).into());
        let only = spec("2000-01-02", "2000-01-02");
        assert_eq!(mask_bytes(&only, &column(TypeClass::Date, None), &[0; 4]), 1i32.to_be_bytes());
        let midnight = mask_bytes(&only, &column(TypeClass::TimestampTz, None), &[0; 8]);
        assert_eq!(midnight, MICROSECONDS_A_DAY.to_be_bytes());
    }

    #[test]
    fn ends_that_are_no_dates_are_refused() {
        assert!(refusal(&spec("2023-02-29", "2024-01-01"), &column(TypeClass::Date, None)).what.contains("no date"));
        assert!(refusal(&spec("2024-01-02", "2024-01-01"), &column(TypeClass::Date, None)).what.contains("min above"));
        assert!(
            refusal(&spec("2024-01-01", "2024-01-02"), &column(TypeClass::Text, Some(8))).what.contains("too long")
        );
    }
}
