//! `birth_date`: another date of birth within the same few years.

use super::draw::Draw;
use super::shift_date::{Form, NO_DATE, find_date};
use super::text_cell::{TextCell, TextMask, truncate};
use super::wire::fixed;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::civil_date::CivilDate;
use crate::postgres::types::TypeClass;
use crate::rules::transform::BirthDate as Options;
use crate::secret::DomainKey;

const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

/// Further out are no births; dates there move by a day, so that they stay what they are: far out.
const EARLIEST_YEAR: i64 = 1000;
const LATEST_YEAR: i64 = 9000;

/// Chooses days.
struct Births {
    key: DomainKey,
    /// In years.
    band: i64,
    /// The last day on which somebody who is of age now was born: a day number since 2000-01-01.
    of_age: i64,
    today: i64,
}

impl Births {
    /// Another day in the band of this one, on the same side of the age that counts and of today.
    fn day(&self, day: i64) -> i64 {
        // Nobody is born this far out, and the calendar of years ends there.
        if !(-400_000..=2_600_000).contains(&day) {
            return day - day.signum();
        }
        let year = CivilDate::from_days(day).year;
        if !(EARLIEST_YEAR..=LATEST_YEAR).contains(&year) {
            return day - day.signum();
        }
        let first_year = year - year.rem_euclid(self.band);
        let new_year = |year| CivilDate { year, month: 1, day: 1 }.days();
        let (mut first, mut last) = (new_year(first_year), new_year(first_year + self.band) - 1);
        for limit in [self.of_age, self.today] {
            if day <= limit {
                last = last.min(limit);
            } else {
                first = first.max(limit + 1);
            }
        }
        if first == last {
            // The only day of its band and its side: the year beside it is near enough.
            if day == self.of_age + 1 || day > self.today {
                last = day + 365;
            } else {
                first = day - 365;
            }
            if day > self.of_age {
                first = first.max(self.of_age + 1);
            }
        }
        let choice = first + Draw::new(&self.key, &day.to_be_bytes()).below((last - first).unsigned_abs()) as i64;
        // One fewer than there are, and those from the original on are one further.
        if choice < day { choice } else { choice + 1 }
    }
}

/// `date`.
struct OfDate(Births);

impl Transform for OfDate {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let day = i32::from_be_bytes(fixed(cell)?);
        let infinite = day == i32::MIN || day == i32::MAX;
        let masked = if infinite { day } else { i32::try_from(self.0.day(day.into())).unwrap_or(day) };
        out.extend_from_slice(&masked.to_be_bytes());
        Ok(Masked::Value)
    }
}

/// `timestamp` and `timestamptz`: the time of day stays.
struct OfTimestamp(Births);

impl Transform for OfTimestamp {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let time = i64::from_be_bytes(fixed(cell)?);
        let infinite = time == i64::MIN || time == i64::MAX;
        let (day, of_day) = (time.div_euclid(MICROSECONDS_A_DAY), time.rem_euclid(MICROSECONDS_A_DAY));
        let moved = self.0.day(day).checked_mul(MICROSECONDS_A_DAY).and_then(|time| time.checked_add(of_day));
        let moved = moved.unwrap_or_else(|| time - time.signum());
        out.extend_from_slice(&if infinite { time } else { moved }.to_be_bytes());
        Ok(Masked::Value)
    }
}

/// Dates in text, as `shift_date` reads them.
struct OfText {
    births: Births,
    room: usize,
}

impl TextMask for OfText {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let start = out.len();
        let text = text.trim();
        let masked = match find_date(text) {
            Some((date, form, rest)) => form.write(CivilDate::from_days(self.births.day(date.days())), rest),
            None if text == NO_DATE => Form::Iso.write(CivilDate { year: 2000, month: 1, day: 2 }, ""),
            None => NO_DATE.to_owned(),
        };
        out.extend_from_slice(masked.as_bytes());
        truncate(out, start, self.room);
        Ok(())
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let band = options.band.unwrap_or(5);
    if !(1..=100).contains(&band) {
        return Err(site.bad_option("birth_date has a band of no years or of more than a century", "5 is the default"));
    }
    let today = CivilDate::today();
    let births = Births {
        key: site.sub_key("birth_date"),
        band: band.into(),
        of_age: today.years_before(options.min_age.unwrap_or(18).min(150)).days(),
        today: today.days(),
    };
    let transform: Box<dyn Transform> = match site.column.class {
        TypeClass::Date => Box::new(OfDate(births)),
        TypeClass::Timestamp | TypeClass::TimestampTz => Box::new(OfTimestamp(births)),
        TypeClass::Text => {
            site.require_room("birth_date", NO_DATE.len())?;
            Box::new(TextCell(OfText { births, room: site.room() }))
        }
        _ => return Err(site.wrong_type("birth_date")),
    };
    Ok(Built { transform, facts: Facts::changing(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{column, mask, mask_bytes};
    use super::*;

    fn masked(spec: &Spec, day: i64) -> i64 {
        let cell = (day as i32).to_be_bytes();
        i32::from_be_bytes(mask_bytes(spec, &column(TypeClass::Date, None), &cell).try_into().unwrap()).into()
    }

    fn plain() -> Spec {
        Spec::BirthDate(Options::default())
    }

    #[test]
    fn nobody_leaves_the_band_and_nobody_keeps_the_day() {
        for day in (-30_000..-2_000).step_by(97) {
            let born = masked(&plain(), day);
            let band = |day| CivilDate::from_days(day).year.div_euclid(5);
            assert_eq!(band(born), band(day));
            assert_ne!(born, day);
        }
    }

    #[test]
    fn adults_stay_adults_and_minors_minors_whatever_the_band() {
        let today = CivilDate::today();
        let limit = today.years_before(18).days();
        for years in [1, 5, 10, 100] {
            let spec = Spec::BirthDate(Options { band: Some(years), min_age: None });
            for day in limit - 500..limit + 500 {
                let born = masked(&spec, day);
                assert_eq!(born <= limit, day <= limit, "{years}");
                assert_ne!(born, day);
                assert!(born <= today.days());
            }
        }
    }

    #[test]
    fn a_date_in_text_agrees_with_the_date_and_keeps_its_form() {
        let date = CivilDate::new(1986, 5, 15).unwrap();
        let CivilDate { year, month, day } = CivilDate::from_days(masked(&plain(), date.days()));
        assert_eq!(mask(&plain(), "1986-05-15"), format!("{year:04}-{month:02}-{day:02}"));
        assert_eq!(mask(&plain(), "15.05.1986"), format!("{day:02}.{month:02}.{year:04}"));
        assert_eq!(mask(&plain(), "about 1986"), NO_DATE);
        let noon = date.days() * MICROSECONDS_A_DAY + MICROSECONDS_A_DAY / 2;
        let moved = mask_bytes(&plain(), &column(TypeClass::Timestamp, None), &noon.to_be_bytes());
        let moved = i64::from_be_bytes(moved.try_into().unwrap());
        assert_eq!(moved.div_euclid(MICROSECONDS_A_DAY), masked(&plain(), date.days()));
        assert_eq!(moved.rem_euclid(MICROSECONDS_A_DAY), MICROSECONDS_A_DAY / 2);
    }

    #[test]
    fn infinity_stays_and_the_ends_of_the_calendar_move_inwards() {
        let infinity = i32::MAX.to_be_bytes();
        assert_eq!(mask_bytes(&plain(), &column(TypeClass::Date, None), &infinity), infinity);
        assert_eq!(masked(&plain(), 2_145_031_948), 2_145_031_947);
        assert_eq!(masked(&plain(), -2_451_545), -2_451_544);
    }
}
