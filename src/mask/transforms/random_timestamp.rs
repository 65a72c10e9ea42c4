//! `random_timestamp`: a moment in a range, to the second.

use super::drawn::Drawn;
use super::literal::{self, MICROSECONDS_A_DAY};
use super::random_int::{between, empty_range};
use super::shift_date::Form;
use super::{Built, Facts, Refusal, Site};
use crate::originals::OriginalsOf;
use crate::postgres::civil_date::CivilDate;
use crate::postgres::types::TypeClass;
use crate::rules::transform::RandomTimestamp as Options;

const MICROSECONDS_A_SECOND: i64 = 1_000_000;

/// The characters of `2024-11-21T10:00:00Z`.
const TIMESTAMP_CHARS: usize = 20;

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let is_text = match site.column.class {
        TypeClass::Timestamp | TypeClass::TimestampTz => false,
        TypeClass::Text => {
            site.require_room("random_timestamp", TIMESTAMP_CHARS)?;
            true
        }
        _ => return Err(site.wrong_type("random_timestamp")),
    };
    let moment = |text: &str| {
        let help = "write it as in 2024-01-31 or 2024-01-31 08:00:00, UTC";
        let seconds = literal::timestamp(text.trim()).map(|moment| moment / MICROSECONDS_A_SECOND);
        seconds.ok_or_else(|| site.bad_option("random_timestamp has an end that is no moment", help))
    };
    let (min, max) = (moment(&options.min)?, moment(&options.max)?);
    if min > max {
        return Err(empty_range("random_timestamp", site));
    }
    let drawn = Drawn::new(site, "random_timestamp", move |draw, out| {
        let second = between(draw, min, max);
        if is_text {
            out.extend_from_slice(iso(second).as_bytes());
        } else {
            out.extend_from_slice(&(second * MICROSECONDS_A_SECOND).to_be_bytes());
        }
    });
    Ok(Built { transform: Box::new(drawn), facts: Facts::of(OriginalsOf::Shared) })
}

/// ISO 8601 of a moment in seconds since 2000-01-01, UTC.
fn iso(second: i64) -> String {
    const A_DAY: i64 = MICROSECONDS_A_DAY / MICROSECONDS_A_SECOND;
    let (day, rest) = (second.div_euclid(A_DAY), second.rem_euclid(A_DAY));
    let date = Form::Iso.write(CivilDate::from_days(day), "");
    format!("{date}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, mask_bytes, refusal};
    use super::*;
    use crate::rules::transform::Transform as Spec;

    fn spec(min: &str, max: &str) -> Spec {
        Spec::RandomTimestamp(Options { min: min.to_owned(), max: max.to_owned() })
    }

    #[test]
    fn moments_spread_over_the_range_and_stay_in_it() {
        let spec = spec("2024-01-01", "2024-01-01 23:59:59");
        let all: Vec<String> = (0..200).map(|n| mask(&spec, &n.to_string())).collect();
        assert!(all.iter().all(|moment| moment.starts_with("2024-01-01T") && moment.len() == 20), "{all:?}");
        assert!(all.iter().any(|moment| moment > &all[0]) && all.iter().any(|moment| moment.contains("T1")));
        let cell = mask_bytes(&spec, &column(TypeClass::TimestampTz, None), &[0; 8]);
        let moment = i64::from_be_bytes(cell.try_into().unwrap());
        assert_eq!(moment.div_euclid(MICROSECONDS_A_DAY), CivilDate::new(2024, 1, 1).unwrap().days());
    }

    #[test]
    fn ends_that_are_no_moments_are_refused() {
        let column = column(TypeClass::Timestamp, None);
        assert!(refusal(&spec("2024-01-01 25:00", "2024-02-01"), &column).what.contains("no moment"));
        assert!(refusal(&spec("2024-02-01", "2024-01-01"), &column).what.contains("min above"));
    }
}
