//! The periods that dates and times are brought down to the beginning of.

use super::literal::MICROSECONDS_A_DAY;
use crate::postgres::civil_date::CivilDate;

/// The first days of PostgreSQL's calendars (manual, 8.5): 4714-11-24 BC for dates and for timestamps.
const FIRST_DAY: i64 = -2_451_545;

const MICROSECONDS_AN_HOUR: i64 = 3_600_000_000;

/// A period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Period {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Decade,
}

impl Period {
    pub(super) const NAMES: [(&'static str, Self); 7] = [
        ("hour", Self::Hour),
        ("day", Self::Day),
        ("week", Self::Week),
        ("month", Self::Month),
        ("quarter", Self::Quarter),
        ("year", Self::Year),
        ("decade", Self::Decade),
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, period)| *period)
    }

    /// The first day of the period that a day is in, both counted from 2000-01-01. Weeks begin on Monday (ISO 8601).
    pub(super) fn first_day(self, day: i64) -> i64 {
        let date = || CivilDate::from_days(day);
        let first = match self {
            Self::Hour | Self::Day => day,
            // 2000-01-03 was a Monday.
            Self::Week => day - (day - 2).rem_euclid(7),
            Self::Month => CivilDate { day: 1, ..date() }.days(),
            Self::Quarter => {
                let date = date();
                CivilDate { month: (date.month - 1) / 3 * 3 + 1, day: 1, ..date }.days()
            }
            Self::Year => CivilDate { month: 1, day: 1, ..date() }.days(),
            Self::Decade => CivilDate { year: date().year.div_euclid(10) * 10, month: 1, day: 1 }.days(),
        };
        first.max(FIRST_DAY)
    }

    /// The beginning of the period that a moment is in, both in microseconds since 2000-01-01.
    pub(super) fn beginning(self, moment: i64) -> i64 {
        match self {
            Self::Hour => moment - moment.rem_euclid(MICROSECONDS_AN_HOUR),
            _ => self.first_day(moment.div_euclid(MICROSECONDS_A_DAY)) * MICROSECONDS_A_DAY,
        }
    }

    /// Brings an interval's months, days and microseconds down to whole periods, towards nothing.
    pub(super) fn of_interval(self, (months, days, microseconds): (i32, i32, i64)) -> (i32, i32, i64) {
        match self {
            Self::Hour => (months, days, microseconds - microseconds % MICROSECONDS_AN_HOUR),
            Self::Day => (months, days, 0),
            Self::Week => (months, days - days % 7, 0),
            Self::Month => (months, 0, 0),
            Self::Quarter => (months - months % 3, 0, 0),
            Self::Year => (months - months % 12, 0, 0),
            Self::Decade => (months - months % 120, 0, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_brought_down_to_the_beginning_of_its_period() {
        let first = |period: Period, year, month, day| {
            let CivilDate { year, month, day } =
                CivilDate::from_days(period.first_day(CivilDate::new(year, month, day).unwrap().days()));
            (year, month, day)
        };
        assert_eq!(first(Period::Week, 2026, 11, 21), (2026, 11, 16));
        assert_eq!(first(Period::Week, 2026, 11, 16), (2026, 11, 16));
        assert_eq!(first(Period::Month, 2024, 2, 29), (2024, 2, 1));
        assert_eq!(first(Period::Quarter, 2026, 11, 21), (2026, 10, 1));
        assert_eq!(first(Period::Year, 1986, 5, 15), (1986, 1, 1));
        assert_eq!(first(Period::Decade, 1986, 5, 15), (1980, 1, 1));
        assert_eq!(Period::Year.first_day(FIRST_DAY + 1), FIRST_DAY);
        assert_eq!(Period::Hour.beginning(-1), -MICROSECONDS_AN_HOUR);
    }
}
