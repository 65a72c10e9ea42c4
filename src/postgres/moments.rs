//! Mean and standard deviation of a column of numbers or dates, while its cells pass in their binary form.

use super::types::TypeClass;

/// In a second.
const MICROSECONDS: f64 = 1e6;

/// A cell as a number: dates are days, timestamps seconds since 2000-01-01, money its smallest unit. `None` for another
/// type, and for what isn't finite: the extremes of dates and timestamps are infinities (PostgreSQL manual, 8.5.1.4).
pub fn number(class: &TypeClass, cell: &[u8]) -> Option<f64> {
    match class {
        TypeClass::Int2 => Some(f64::from(i16::from_be_bytes(cell.try_into().ok()?))),
        TypeClass::Int4 => Some(f64::from(i32::from_be_bytes(cell.try_into().ok()?))),
        TypeClass::Int8 | TypeClass::Money => Some(i64::from_be_bytes(cell.try_into().ok()?) as f64),
        TypeClass::Float4 => Some(f64::from(f32::from_be_bytes(cell.try_into().ok()?))),
        TypeClass::Float8 => Some(f64::from_be_bytes(cell.try_into().ok()?)),
        TypeClass::Numeric => numeric(cell),
        TypeClass::Date => {
            let days = i32::from_be_bytes(cell.try_into().ok()?);
            (days != i32::MIN && days != i32::MAX).then_some(f64::from(days))
        }
        TypeClass::Timestamp | TypeClass::TimestampTz => {
            let moment = i64::from_be_bytes(cell.try_into().ok()?);
            (moment != i64::MIN && moment != i64::MAX).then_some(moment as f64 / MICROSECONDS)
        }
        _ => None,
    }
    .filter(|number| number.is_finite())
}

/// Whether [`number`] can make one of this class.
pub fn has_numbers(class: &TypeClass) -> bool {
    use TypeClass::{Date, Float4, Float8, Int2, Int4, Int8, Money, Numeric, Timestamp, TimestampTz};
    matches!(class, Int2 | Int4 | Int8 | Float4 | Float8 | Numeric | Date | Timestamp | TimestampTz | Money)
}

/// See [`TypeClass::Numeric`]; its first five digits of base 10,000 are all that a double can hold.
fn numeric(cell: &[u8]) -> Option<f64> {
    const NEGATIVE: u16 = 0x4000;
    let (words, _) = cell.as_chunks::<2>();
    let [_, weight, sign, _, digits @ ..] = words else { return None };
    let weight = i32::from(i16::from_be_bytes(*weight));
    let sign = match u16::from_be_bytes(*sign) {
        0 => 1.0,
        NEGATIVE => -1.0,
        // NaN and the infinities.
        _ => return None,
    };
    let leading = digits.iter().take(5);
    let (value, power) = leading.fold((0.0, weight + 1), |(value, power), digit| {
        (value * 10_000.0 + f64::from(u16::from_be_bytes(*digit)), power - 1)
    });
    Some(sign * value * 10_000_f64.powi(power))
}

/// Count, mean and squared deviations of numbers. Sums of parts can be merged in any order.
///
/// The deviations are taken from the first number of a part and not from a running mean (B. P. Welford, 1962), which would
/// cost a division for each cell.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Moments {
    count: u64,
    shift: f64,
    sum: f64,
    squares: f64,
}

impl Moments {
    /// Takes in a number.
    pub fn add(&mut self, number: f64) {
        if self.count == 0 {
            self.shift = number;
        }
        let off = number - self.shift;
        self.count += 1;
        self.sum += off;
        self.squares += off * off;
    }

    /// Adds those of other numbers: T. F. Chan, G. H. Golub and R. J. LeVeque, "Updating formulae and a pairwise algorithm
    /// for computing sample variances" (1979).
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 || self.count == 0 {
            if self.count == 0 {
                *self = *other;
            }
            return;
        }
        let (a, b) = (self.count as f64, other.count as f64);
        let between = other.mean() - self.mean();
        let mean = self.mean() + between * b / (a + b);
        let squares = self.deviations() + other.deviations() + between * between * a * b / (a + b);
        *self = Self { count: self.count + other.count, shift: mean, sum: 0.0, squares };
    }

    /// How many.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The mean; 0 of none.
    pub fn mean(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.shift + self.sum / self.count as f64 }
    }

    /// The standard deviation of all, as `stddev_pop`; 0 of none.
    pub fn deviation(&self) -> f64 {
        if self.count == 0 { 0.0 } else { (self.deviations() / self.count as f64).sqrt() }
    }

    /// The sum of the squared deviations from the mean.
    fn deviations(&self) -> f64 {
        (self.squares - self.sum * self.sum / self.count.max(1) as f64).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: impl Iterator<Item = f64>) -> Moments {
        let mut moments = Moments::default();
        numbers.for_each(|number| moments.add(number));
        moments
    }

    #[test]
    fn parts_in_any_order_make_the_mean_and_deviation_of_the_whole() {
        // 0 to 999: the deviation of all is √((1000² − 1) / 12).
        let numbers = || (0..1000).map(|n| f64::from(n) + 1e9);
        let mut merged = of(numbers().skip(700));
        merged.merge(&Moments::default());
        merged.merge(&of(numbers().take(10)));
        merged.merge(&of(numbers().take(700).skip(10)));
        for moments in [of(numbers()), merged] {
            assert_eq!(moments.count(), 1000);
            assert!((moments.mean() - 1e9 - 499.5).abs() < 1e-6, "{}", moments.mean());
            assert!((moments.deviation() - 288.674_99).abs() < 1e-4, "{}", moments.deviation());
        }
    }

    #[test]
    fn every_type_of_numbers_is_read_in_its_binary_form() {
        let words = |words: &[u16]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
        for (class, cell, expected) in [
            (TypeClass::Int2, (-7_i16).to_be_bytes().to_vec(), Some(-7.0)),
            (TypeClass::Int4, 70_000_i32.to_be_bytes().to_vec(), Some(70_000.0)),
            (TypeClass::Int8, (-1_i64).to_be_bytes().to_vec(), Some(-1.0)),
            (TypeClass::Float8, 0.5_f64.to_be_bytes().to_vec(), Some(0.5)),
            (TypeClass::Float8, f64::NAN.to_be_bytes().to_vec(), None),
            (TypeClass::Date, 366_i32.to_be_bytes().to_vec(), Some(366.0)),
            (TypeClass::Date, i32::MAX.to_be_bytes().to_vec(), None),
            (TypeClass::TimestampTz, 1_500_000_i64.to_be_bytes().to_vec(), Some(1.5)),
            // -12345.678, 0.0005, 0, NaN: see `numeric_send` in `numeric.c`.
            (TypeClass::Numeric, words(&[3, 1, 0x4000, 3, 1, 2345, 6780]), Some(-12_345.678)),
            (TypeClass::Numeric, words(&[1, 0xffff, 0, 4, 5]), Some(0.0005)),
            (TypeClass::Numeric, words(&[0, 0, 0, 0]), Some(0.0)),
            (TypeClass::Numeric, words(&[0, 0, 0xc000, 0]), None),
            (TypeClass::Text, b"12".to_vec(), None),
            (TypeClass::Int4, b"12".to_vec(), None),
        ] {
            let number = number(&class, &cell);
            assert!(
                number == expected || (number.unwrap() - expected.unwrap()).abs() < 1e-9,
                "{class:?}: {number:?} instead of {expected:?}"
            );
        }
    }
}
