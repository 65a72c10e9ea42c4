//! Days and calendar dates, in the proleptic Gregorian calendar that PostgreSQL uses.

use std::time::{SystemTime, UNIX_EPOCH};

/// Days from 1970-01-01 to 2000-01-01, where PostgreSQL counts from.
const POSTGRES_EPOCH: i64 = 10_957;

/// A calendar date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CivilDate {
    /// The year; 0 is 1 BC.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl CivilDate {
    /// A date that exists.
    pub fn new(year: i64, month: u8, day: u8) -> Option<Self> {
        let last = match month {
            4 | 6 | 9 | 11 => 30,
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            _ => 31,
        };
        let real = (1..=12).contains(&month) && (1..=last).contains(&day) && (-4800..300_000).contains(&year);
        real.then_some(Self { year, month, day })
    }

    /// Reads `2026-12-31`: four digits, two and two (ISO 8601, calendar date, extended format).
    pub fn parse(text: &str) -> Option<Self> {
        let is_digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || !is_digits(year, 4) || !is_digits(month, 2) || !is_digits(day, 2) {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Days since 2000-01-01 (H. Hinnant, `days_from_civil`).
    pub fn days(self) -> i64 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let era = year.div_euclid(400);
        let month = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        let year_of_era = year.rem_euclid(400);
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468 - POSTGRES_EPOCH
    }

    /// The date so many days after 2000-01-01 (H. Hinnant, `civil_from_days`).
    pub fn from_days(days: i64) -> Self {
        let days = days + POSTGRES_EPOCH + 719_468;
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * month + 2) / 5 + 1) as u8;
        let month = (if month < 10 { month + 3 } else { month - 9 }) as u8;
        Self { year: year_of_era + era * 400 + i64::from(month <= 2), month, day }
    }

    /// The day this many years before, on the last of the month if need be.
    pub fn years_before(self, years: u32) -> Self {
        let year = self.year - i64::from(years);
        Self::new(year, self.month, self.day).unwrap_or(Self { year, month: self.month, day: 28 })
    }

    /// Today, UTC.
    pub fn today() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self::from_days(i64::try_from(seconds / 86_400).unwrap_or(0) - POSTGRES_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_are_inverse_over_many_centuries() {
        assert_eq!(CivilDate { year: 2000, month: 1, day: 1 }.days(), 0);
        assert_eq!(CivilDate { year: 2026, month: 11, day: 21 }.days(), 9821);
        for days in (-1_000_000..1_000_000).step_by(37) {
            assert_eq!(CivilDate::from_days(days).days(), days);
        }
        assert_eq!(CivilDate::new(2023, 2, 29), None);
        assert_eq!(CivilDate::parse("2026-11-21").map(CivilDate::days), Some(9821));
        for text in ["2026-02-29", "2026-1-21", "26-11-21", "2026-11-21Z", "2026-11-2١", "", "2026-11-21-1"] {
            assert_eq!(CivilDate::parse(text), None, "{text}");
        }
        assert_eq!(CivilDate::new(2024, 2, 29).map(|d| d.years_before(18).day), Some(28));
    }
}
