//! `shift_date`: the date, moved by some days.

use super::draw::Draw;
use super::text_cell::{TextCell, TextMask, truncate};
use super::wire::fixed;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::civil_date::CivilDate;
use crate::postgres::types::TypeClass;
use crate::rules::transform::ShiftDate as Options;
use crate::secret::DomainKey;

const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

/// Where a text that isn't a date goes.
pub(super) const NO_DATE: &str = "2000-01-01";

/// Moves days.
struct Shift {
    key: DomainKey,
    days: u64,
    /// Dates on or before this day stay there: day numbers since 2000-01-01.
    not_after: Option<i64>,
}

impl Shift {
    /// By how many days a day moves; never 0.
    fn of(&self, day: i64, input: &[u8]) -> i64 {
        let choice = Draw::new(&self.key, input).below(2 * self.days) as i64;
        let days = self.days as i64;
        let shift = if choice < days { choice - days } else { choice - days + 1 };
        let too_young = self.not_after.is_some_and(|limit| day <= limit && day + shift > limit);
        if too_young { -shift } else { shift }
    }

    fn day(&self, day: i64) -> i64 {
        day + self.of(day, &day.to_be_bytes())
    }
}

/// `date`.
struct OfDate(Shift);

impl Transform for OfDate {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let day = i32::from_be_bytes(fixed(cell)?);
        let infinite = day == i32::MIN || day == i32::MAX;
        let moved = if infinite { day } else { within(self.0.day(day.into()), day) };
        out.extend_from_slice(&moved.to_be_bytes());
        Ok(Masked::Value)
    }
}

/// The last day of PostgreSQL's calendar is 5874897-12-31; from there, and at its beginning, dates move inwards by one.
fn within(moved: i64, day: i32) -> i32 {
    match i32::try_from(moved) {
        Ok(moved) if (-2_451_545..=2_145_031_948).contains(&moved) => moved,
        _ => day - day.signum(),
    }
}

/// `timestamp` and `timestamptz`: the time of day stays.
struct OfTimestamp(Shift);

impl Transform for OfTimestamp {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let time = i64::from_be_bytes(fixed(cell)?);
        let infinite = time == i64::MIN || time == i64::MAX;
        let shift = self.0.of(time.div_euclid(MICROSECONDS_A_DAY), cell) * MICROSECONDS_A_DAY;
        // The calendar of timestamps ends with the year 294276.
        let inside = |time: &i64| (-211_813_488_000_000_000..9_223_371_331_200_000_000).contains(time);
        let moved = time.checked_add(shift).filter(inside).unwrap_or_else(|| time - time.signum());
        out.extend_from_slice(&if infinite { time } else { moved }.to_be_bytes());
        Ok(Masked::Value)
    }
}

/// Dates in text: `2024-11-21` and `2024-11-21T10:00:00Z` (ISO 8601), `21.11.2024`, `20241121`.
struct OfText {
    shift: Shift,
    room: usize,
}

impl TextMask for OfText {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let start = out.len();
        let text = text.trim();
        let masked = match find_date(text) {
            Some((date, form, rest)) => form.write(CivilDate::from_days(self.shift.day(date.days())), rest),
            None if text == NO_DATE => "2000-01-02".to_owned(),
            None => NO_DATE.to_owned(),
        };
        out.extend_from_slice(masked.as_bytes());
        truncate(out, start, self.room);
        Ok(())
    }
}

/// How a date is written.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// `2024-11-21`.
    Iso,
    /// `21.11.2024`.
    Dotted,
    /// `20241121`.
    Compact,
}

impl Form {
    /// A date in this form, and what follows it.
    pub(super) fn write(self, date: CivilDate, rest: &str) -> String {
        let CivilDate { year, month, day } = date;
        match self {
            Self::Iso => format!("{year:04}-{month:02}-{day:02}{rest}"),
            Self::Dotted => format!("{day:02}.{month:02}.{year:04}{rest}"),
            Self::Compact => format!("{year:04}{month:02}{day:02}{rest}"),
        }
    }
}

/// The date that a text begins with, and what follows it: nothing, or a time of figures and signs.
pub(super) fn find_date(text: &str) -> Option<(CivilDate, Form, &str)> {
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let digits = text.get(range)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
    };
    let sign = |at: usize| text.as_bytes().get(at).copied();
    let (form, length, year, month, day) = match (sign(4), sign(7), sign(2), sign(5)) {
        (Some(b'-'), Some(b'-'), _, _) => (Form::Iso, 10, number(0..4)?, number(5..7)?, number(8..10)?),
        (_, _, Some(b'.'), Some(b'.')) => (Form::Dotted, 10, number(6..10)?, number(3..5)?, number(0..2)?),
        _ => (Form::Compact, 8, number(0..4)?, number(4..6)?, number(6..8)?),
    };
    let date = CivilDate::new(year, month as u8, day as u8).filter(|date| (1..=9990).contains(&date.year))?;
    let rest = text.get(length..)?;
    let time = rest.bytes().all(|byte| byte.is_ascii_digit() || b" T:.,+-Z".contains(&byte));
    let apart = rest.bytes().next().is_none_or(|byte| !byte.is_ascii_digit());
    (time && apart && rest.len() <= 24).then_some((date, form, rest))
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let days = options.days.unwrap_or(180);
    if !(1..=36_500).contains(&days) {
        return Err(site.bad_option("shift_date moves by nothing or by more than a century", "180 days is the default"));
    }
    let not_after = options.min_age.map(|years| CivilDate::today().years_before(years.min(1000)).days());
    let shift = Shift { key: site.sub_key("shift_date"), days: days.into(), not_after };
    let transform: Box<dyn Transform> = match site.column.class {
        TypeClass::Date => Box::new(OfDate(shift)),
        TypeClass::Timestamp | TypeClass::TimestampTz => Box::new(OfTimestamp(shift)),
        TypeClass::Text => {
            site.require_room("shift_date", NO_DATE.len())?;
            Box::new(TextCell(OfText { shift, room: site.room() }))
        }
        _ => return Err(site.wrong_type("shift_date")),
    };
    Ok(Built { transform, facts: Facts::changing(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask, mask_bytes};
    use super::*;
    use crate::rules::transform::Transform as Spec;

    fn days_of(masked: &[u8]) -> i64 {
        i32::from_be_bytes(masked.try_into().unwrap()).into()
    }

    #[test]
    fn nobody_of_age_becomes_a_minor() {
        let spec = Spec::ShiftDate(Options { days: Some(180), min_age: Some(18) });
        let limit = CivilDate::today().years_before(18).days();
        for age in 0..400 {
            let masked = mask_bytes(&spec, &column(TypeClass::Date, None), &((limit - age) as i32).to_be_bytes());
            assert!(days_of(&masked) <= limit, "{age} days past their birthday");
            assert_ne!(days_of(&masked), limit - age);
            assert!((days_of(&masked) - (limit - age)).abs() <= 180);
        }
    }

    #[test]
    fn a_date_in_text_moves_like_the_date_itself_and_keeps_its_form() {
        let spec = Spec::ShiftDate(Options::default());
        let date = CivilDate::new(1986, 5, 15).unwrap();
        let moved = days_of(&mask_bytes(&spec, &column(TypeClass::Date, None), &(date.days() as i32).to_be_bytes()));
        let CivilDate { year, month, day } = CivilDate::from_days(moved);
        assert_eq!(mask(&spec, "1986-05-15"), format!("{year:04}-{month:02}-{day:02}"));
        assert_eq!(mask(&spec, "15.05.1986"), format!("{day:02}.{month:02}.{year:04}"));
        assert_eq!(mask(&spec, "1986-05-15T10:00:00+02"), format!("{year:04}-{month:02}-{day:02}T10:00:00+02"));
        assert_eq!(mask(&spec, "1986-05-15, Ingrid"), NO_DATE);
    }

    #[test]
    fn infinity_stays() {
        let spec = Spec::ShiftDate(Options::default());
        let infinity = i64::MAX.to_be_bytes();
        assert_eq!(mask_bytes(&spec, &column(TypeClass::TimestampTz, None), &infinity), infinity);
    }
}
