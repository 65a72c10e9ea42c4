//! `round`: numbers to a step, dates and times to the beginning of a period.

use super::calendar::Period;
use super::decimal::Step;
use super::numbers::Numbers;
use super::shift_date::{NO_DATE, find_date};
use super::text_cell::{TextCell, TextMask, truncate};
use super::wire::{Reader, fixed, short};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::civil_date::CivilDate;
use crate::postgres::texts::as_text;
use crate::postgres::types::TypeClass;
use crate::rules::transform::Round as Options;

/// Numbers to the nearest multiple of a step.
struct ToStep {
    numbers: Numbers,
    step: Step,
}

impl Transform for ToStep {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        if let Some(number) = self.numbers.read_whole(cell)? {
            let (nearest, low) = self.step.around(number);
            if !self.numbers.write_whole(nearest, out) {
                self.numbers.write_whole(low, out);
            }
            return Ok(Masked::Value);
        }
        let is_text = self.numbers.is_text();
        match self.numbers.read(cell)? {
            Some(number) => {
                let (low, high, up) = number.between(&self.step);
                let (low, high) = (low.with_at_least(number.scale()), high.with_at_least(number.scale()));
                let written = up && self.numbers.write(&high, &number, out) || self.numbers.write(&low, &number, out);
                if !written && is_text {
                    self.numbers.write_cut(&low, out);
                } else if !written {
                    return Err(CellError("no multiple of the step fits the column".to_owned()));
                }
            }
            None if is_text && !as_text(cell).trim().is_empty() => out.push(b'0'),
            None => out.extend_from_slice(cell),
        }
        Ok(Masked::Value)
    }
}

/// Dates, times and intervals to the beginning of a period.
pub(super) struct ToPeriod {
    period: Period,
    class: TypeClass,
}

impl Transform for ToPeriod {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        match self.class {
            TypeClass::Date => {
                let day = i32::from_be_bytes(fixed(cell)?);
                let infinite = day == i32::MIN || day == i32::MAX;
                let first =
                    if infinite { day } else { i32::try_from(self.period.first_day(day.into())).unwrap_or(day) };
                out.extend_from_slice(&first.to_be_bytes());
            }
            TypeClass::Timestamp | TypeClass::TimestampTz => {
                let moment = i64::from_be_bytes(fixed(cell)?);
                let infinite = moment == i64::MIN || moment == i64::MAX;
                let beginning = if infinite { moment } else { self.period.beginning(moment) };
                out.extend_from_slice(&beginning.to_be_bytes());
            }
            _ => self.time(cell, out)?,
        }
        Ok(Masked::Value)
    }
}

impl ToPeriod {
    /// `time` has 8 bytes, `timetz` a zone behind them, `interval` days and months (`time_send`, `timetz_send`,
    /// `interval_send`).
    fn time(&self, cell: &[u8], out: &mut Vec<u8>) -> Result<(), CellError> {
        let mut reader = Reader(cell);
        let microseconds = i64::from_be_bytes(reader.array()?);
        match reader.0.len() {
            0 | 4 => {
                out.extend_from_slice(&Period::Hour.beginning(microseconds).to_be_bytes());
                out.extend_from_slice(reader.0);
            }
            8 => {
                let (days, months) = (reader.i32()?, reader.i32()?);
                let ends = [(i64::MIN, i32::MIN), (i64::MAX, i32::MAX)];
                let infinite = ends.contains(&(microseconds, days)) && days == months;
                let parts = (months, days, microseconds);
                let (months, days, microseconds) = if infinite { parts } else { self.period.of_interval(parts) };
                out.extend_from_slice(&microseconds.to_be_bytes());
                out.extend_from_slice(&days.to_be_bytes());
                out.extend_from_slice(&months.to_be_bytes());
            }
            _ => return Err(short()),
        }
        Ok(())
    }
}

/// Dates in text, which keep their form; a time behind one becomes midnight, or the full hour.
struct TextToPeriod {
    period: Period,
    room: usize,
}

impl TextMask for TextToPeriod {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let start = out.len();
        match find_date(text.trim()) {
            Some((date, form, rest)) => {
                let first = CivilDate::from_days(self.period.first_day(date.days()));
                out.extend_from_slice(form.write(first, "").as_bytes());
                let (mut digits, mut in_zone) = (0, false);
                for c in rest.chars() {
                    digits += usize::from(c.is_ascii_digit());
                    in_zone |= matches!(c, '+' | '-' | 'Z');
                    let stays = in_zone || !c.is_ascii_digit() || (self.period == Period::Hour && digits <= 2);
                    out.push(if stays { c as u8 } else { b'0' });
                }
            }
            None => out.extend_from_slice(NO_DATE.as_bytes()),
        }
        truncate(out, start, self.room);
        Ok(())
    }
}

/// A transform that brings dates and times down to a period.
pub(super) fn to_period(period: Period, transform: &str, site: &Site<'_>) -> Result<Built, Refusal> {
    let class = site.column.class.clone();
    let facts = Facts::of(OriginalsOf::Shared);
    match class {
        TypeClass::Text => {
            site.require_room(transform, NO_DATE.len())?;
            let text = TextToPeriod { period, room: site.room() };
            return Ok(Built { transform: Box::new(TextCell(text)), facts });
        }
        TypeClass::Time if period != Period::Hour && !super::literal::is_interval(site.column) => {
            return Err(
                site.bad_option("a time of day can only be rounded to the hour", "write { round: { to: hour } }")
            );
        }
        TypeClass::Date | TypeClass::Timestamp | TypeClass::TimestampTz | TypeClass::Time => {}
        _ => return Err(site.wrong_type(transform)),
    }
    Ok(Built { transform: Box::new(ToPeriod { period, class }), facts })
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    if let Some(period) = Period::named(options.to.trim()) {
        return to_period(period, "round", site);
    }
    if matches!(site.column.class, TypeClass::Date | TypeClass::Timestamp | TypeClass::TimestampTz | TypeClass::Time) {
        let names: Vec<&str> = Period::NAMES.iter().map(|(name, _)| *name).collect();
        return Err(site.bad_option("round needs a period here", format!("write one of {}", names.join(", "))));
    }
    let numbers = Numbers::of(site, "round")?;
    let step = Step::parse(options.to.trim()).ok_or_else(|| {
        site.bad_option("round has no step above 0", "write { round: { to: 100 } }, or a period such as month")
    })?;
    if numbers.is_whole() && step.scale > 0 {
        return Err(
            site.bad_option("the step isn't a whole number, as the column's are", "write { round: { to: 10 } }")
        );
    }
    Ok(Built { transform: Box::new(ToStep { numbers, step }), facts: Facts::of(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests {
    use super::super::decimal::Decimal;
    use super::super::testing::{column, mask, mask_bytes, mask_with, refusal};
    use super::*;
    use crate::postgres::catalog::Column;
    use crate::rules::transform::Transform as Spec;

    fn to(step: &str) -> Spec {
        Spec::Round(Options { to: step.to_owned() })
    }

    fn numeric(text: &str) -> Vec<u8> {
        let mut cell = Vec::new();
        Decimal::parse(text).unwrap().put_numeric(&mut cell);
        cell
    }

    #[test]
    fn numbers_of_every_type_go_to_the_nearest_step() {
        let int = |value: i16| mask_bytes(&to("100"), &column(TypeClass::Int2, None), &value.to_be_bytes());
        assert_eq!(int(1249), 1200i16.to_be_bytes());
        assert_eq!(int(-1250), (-1300i16).to_be_bytes());
        // 32,800 is past the end of the type.
        assert_eq!(int(i16::MAX), 32_700i16.to_be_bytes());
        assert_eq!(int(i16::MIN), (-32_700i16).to_be_bytes());
        let float = mask_bytes(&to("0.1"), &column(TypeClass::Float8, None), &0.2999f64.to_be_bytes());
        assert_eq!(float, 0.3f64.to_be_bytes());
        let long = "98765432109876543210987654321098765432109876.54321";
        let rounded = "98765432109876543210987654321098765432110000.00000";
        let unlimited = Column { type_name: "numeric".to_owned(), ..column(TypeClass::Numeric, None) };
        assert_eq!(mask_bytes(&to("1000"), &unlimited, &numeric(long)), numeric(rounded));
        assert_eq!(mask(&to("0.25"), "10.1"), "10.0");
        assert_eq!(mask(&to("0.25"), "10.2"), "10.25");
        assert_eq!(mask(&to("10"), "nothing"), "0");
    }

    #[test]
    fn a_numeric_does_not_overflow_its_precision() {
        let narrow = Column { type_name: "numeric(4,1)".to_owned(), ..column(TypeClass::Numeric, None) };
        assert_eq!(mask_bytes(&to("10"), &narrow, &numeric("999.9")), numeric("990.0"));
        assert_eq!(mask_bytes(&to("10"), &narrow, &numeric("99.9")), numeric("100.0"));
        let domain = Column { type_name: "price".to_owned(), ..narrow };
        assert_eq!(mask_bytes(&to("10"), &domain, &numeric("99.9")), numeric("90.0"));
    }

    #[test]
    fn dates_and_times_go_to_the_beginning_of_their_period() {
        let date = |year, month, day| (CivilDate::new(year, month, day).unwrap().days() as i32).to_be_bytes();
        assert_eq!(mask_bytes(&to("month"), &column(TypeClass::Date, None), &date(2024, 2, 29)), date(2024, 2, 1));
        let infinity = i64::MAX.to_be_bytes();
        assert_eq!(mask_bytes(&to("year"), &column(TypeClass::Timestamp, None), &infinity), infinity);
        assert_eq!(mask(&to("year"), "1986-05-15T10:20:30.5+02"), "1986-01-01T00:00:00.0+02");
        assert_eq!(mask(&to("hour"), "15.05.1986 10:20"), "15.05.1986 10:00");
        assert_eq!(mask_with(&to("day"), &column(TypeClass::Text, Some(10)), "1986-05-15 10:20"), "1986-05-15");
    }

    #[test]
    fn a_time_keeps_its_zone_and_an_interval_its_larger_parts() {
        let time = |name: &str| Column { type_name: name.to_owned(), ..column(TypeClass::Time, None) };
        let half_past_ten = 37_800_000_000i64.to_be_bytes();
        let zoned = [half_past_ten.as_slice(), &7i32.to_be_bytes()].concat();
        let masked = mask_bytes(&to("hour"), &time("time with time zone"), &zoned);
        assert_eq!(masked, [36_000_000_000i64.to_be_bytes().as_slice(), &7i32.to_be_bytes()].concat());
        let parts = |months: i32, days: i32, microseconds: i64| {
            [microseconds.to_be_bytes().as_slice(), &days.to_be_bytes(), &months.to_be_bytes()].concat()
        };
        assert_eq!(mask_bytes(&to("day"), &time("interval"), &parts(14, 3, 99)), parts(14, 3, 0));
        assert_eq!(mask_bytes(&to("year"), &time("interval"), &parts(-14, 3, 99)), parts(-12, 0, 0));
        assert!(refusal(&to("day"), &time("time without time zone")).what.contains("hour"));
    }

    #[test]
    fn a_step_that_does_not_fit_the_type_is_refused() {
        assert!(refusal(&to("0.5"), &column(TypeClass::Int4, None)).what.contains("whole"));
        assert!(refusal(&to("0"), &column(TypeClass::Int4, None)).what.contains("above 0"));
        assert!(refusal(&to("10"), &column(TypeClass::Date, None)).help.contains("month"));
        assert!(refusal(&to("10"), &column(TypeClass::Bool, None)).what.contains("can't mask"));
    }
}
