//! Numbers as people write them: `203,412 rows`, `148 MiB`, `1.9 s`, `2 min 03 s`.

use std::time::Duration;

/// A number with its thousands apart: `203,412`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of something, whose plural ends in `s`: `1 row`, `203,412 rows`.
pub fn many(number: u64, one: &str) -> String {
    format!("{} {one}{}", count(number), if number == 1 { "" } else { "s" })
}

/// A size in binary units: `512 B`, `1.4 MiB`, `148 MiB`.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if number < 1024 {
        return format!("{number} B");
    }
    let mut size = number as f64 / 1024.0;
    let mut units = UNITS.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    // What would be rounded up to 1024 belongs to the next unit.
    while size >= 1023.5 {
        let Some(next) = units.next() else { break };
        size /= 1024.0;
        unit = next;
    }
    if size < 9.95 { format!("{size:.1} {unit}") } else { format!("{size:.0} {unit}") }
}

/// How long something took: `0.6 s`, `2 min 03 s`, `1 h 02 min`, `3 d 04 h`.
pub fn duration(time: Duration) -> String {
    if time.as_millis() < 59_950 {
        return format!("{:.1} s", time.as_secs_f64());
    }
    long(time.as_secs_f64().round() as u64)
}

/// How old something is, in whole units: `3 s`, `2 min 03 s`, `1 h 02 min`.
pub fn age(seconds: u64) -> String {
    if seconds < 60 { format!("{seconds} s") } else { long(seconds) }
}

fn long(seconds: u64) -> String {
    match seconds {
        0..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {:02} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

/// How fast bytes passed: `31 MiB/s`; nothing while it can't be said.
pub fn rate(number: u64, time: Duration) -> Option<String> {
    let seconds = time.as_secs_f64();
    (seconds > 0.0 && number > 0).then(|| format!("{}/s", bytes((number as f64 / seconds) as u64)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (203_412, "203,412"), (1_000_000, "1,000,000")]
        {
            assert_eq!(count(number), text);
        }
        assert_eq!(many(1, "row"), "1 row");
        assert_eq!(many(0, "row"), "0 rows");
    }

    #[test]
    fn sizes_have_two_or_three_digits() {
        for (number, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (10_188, "9.9 KiB"),
            (10_189, "10 KiB"),
            (1_048_063, "1023 KiB"),
            (1_048_064, "1.0 MiB"),
            (155_189_248, "148 MiB"),
            (u64::MAX, "16 EiB"),
        ] {
            assert_eq!(bytes(number), text, "{number}");
        }
    }

    #[test]
    fn times_are_as_exact_as_they_are_useful() {
        for (millis, text) in [
            (0, "0.0 s"),
            (1_940, "1.9 s"),
            (59_949, "59.9 s"),
            (59_950, "1 min 00 s"),
            (123_400, "2 min 03 s"),
            (3_720_000, "1 h 02 min"),
            (273_600_000, "3 d 04 h"),
        ] {
            assert_eq!(duration(Duration::from_millis(millis)), text);
        }
        assert_eq!(age(3), "3 s");
        assert_eq!(age(60), "1 min 00 s");
    }

    #[test]
    fn no_rate_is_made_of_no_time() {
        assert_eq!(rate(1024, Duration::ZERO), None);
        assert_eq!(rate(62 << 20, Duration::from_secs(2)).as_deref(), Some("31 MiB/s"));
    }
}
