//! Decimal numbers of any precision, digit by digit: no float comes in between.

use std::cmp::Ordering;

use super::CellError;
use super::wire::{Reader, short};

/// A decimal number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    /// Each 0 to 9, the most significant first; before the point no zero in front.
    digits: Vec<u8>,
    /// How many of the digits are behind the point; never more than there are.
    scale: usize,
}

/// PostgreSQL's own bounds (manual, 8.1.2): a text with more digits is none of its numbers.
const MOST_DIGITS: usize = 131_072 + 16_383;

/// The signs of `numeric_send`.
const POSITIVE: i16 = 0;
const NEGATIVE: i16 = 0x4000;

impl Decimal {
    fn new(negative: bool, mut digits: Vec<u8>, scale: usize) -> Self {
        if digits.len() < scale {
            digits.splice(0..0, std::iter::repeat_n(0, scale - digits.len()));
        }
        let whole = digits.len() - scale;
        let lead = digits.iter().take(whole).take_while(|digit| **digit == 0).count();
        digits.drain(..lead);
        let negative = negative && digits.iter().any(|digit| *digit > 0);
        Self { negative, digits, scale }
    }

    /// `-12.50`: a sign, digits and a point, no exponent.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, size) = match text.strip_prefix('-') {
            Some(size) => (true, size),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (before, after) = size.split_once('.').unwrap_or((size, ""));
        let mut digits = Vec::with_capacity(size.len());
        for byte in before.bytes().chain(after.bytes()) {
            digits.push(byte.checked_sub(b'0').filter(|digit| *digit <= 9)?);
        }
        let fits = !digits.is_empty() && digits.len() <= MOST_DIGITS;
        fits.then(|| Self::new(negative, digits, after.len()))
    }

    pub(super) fn from_i64(number: i64) -> Self {
        Self::from_units(number.into(), 0)
    }

    /// So many units of the last place.
    pub(super) fn from_units(units: i128, scale: usize) -> Self {
        let mut digits = Vec::with_capacity(40);
        let mut rest = units.unsigned_abs();
        while rest > 0 {
            digits.push((rest % 10) as u8);
            rest /= 10;
        }
        digits.reverse();
        Self::new(units < 0, digits, scale)
    }

    /// `numeric_send` (`numeric.c`); `None` for NaN and infinities.
    pub(super) fn from_numeric(cell: &[u8]) -> Result<Option<Self>, CellError> {
        let mut reader = Reader(cell);
        let (count, weight, sign, scale) = (reader.i16()?, i32::from(reader.i16()?), reader.i16()?, reader.i16()?);
        if sign != POSITIVE && sign != NEGATIVE {
            return Ok(None);
        }
        let scale = usize::try_from(scale).map_err(|_| short())?;
        let mut digits = Vec::with_capacity(usize::try_from(weight + 1).unwrap_or(0) * 4 + scale + 4);
        // Below the point, zeros come before the first group.
        digits.extend(std::iter::repeat_n(0, usize::try_from(-1 - weight).unwrap_or(0) * 4));
        for _ in 0..count {
            let group = u16::try_from(reader.i16()?).ok().filter(|group| *group < 10_000).ok_or_else(short)?;
            digits.extend([group / 1000, group / 100 % 10, group / 10 % 10, group % 10].map(|digit| digit as u8));
        }
        let length = usize::try_from(weight + 1).unwrap_or(0) * 4 + scale;
        digits.resize(length, 0);
        Ok(Some(Self::new(sign == NEGATIVE, digits, scale)))
    }

    /// Appends the number as `numeric_send` would.
    pub(super) fn put_numeric(&self, out: &mut Vec<u8>) {
        let whole = self.whole_digits();
        let pad = (4 - whole % 4) % 4;
        let groups = (pad + self.digits.len()).div_ceil(4);
        let digit =
            |place: usize| place.checked_sub(pad).and_then(|at| self.digits.get(at)).map_or(0, |d| u16::from(*d));
        let group = |index: usize| (0..4).fold(0, |sum, place| sum * 10 + digit(index * 4 + place));
        let first = (0..groups).position(|index| group(index) != 0).unwrap_or(groups);
        let end = (first..groups).rposition(|index| group(index) != 0).map_or(first, |last| first + last + 1);
        let weight = if first == groups { 0 } else { whole.div_ceil(4) as i32 - 1 - first as i32 };
        let sign = if self.negative { NEGATIVE } else { POSITIVE };
        for part in [(end - first) as i16, weight as i16, sign, self.scale as i16] {
            out.extend_from_slice(&part.to_be_bytes());
        }
        (first..end).for_each(|index| out.extend_from_slice(&group(index).to_be_bytes()));
    }

    /// Appends the number as a text, with its decimals.
    pub(super) fn put_text(&self, out: &mut Vec<u8>) {
        if self.negative {
            out.push(b'-');
        }
        let (whole, decimals) = self.digits.split_at(self.whole_digits());
        if whole.is_empty() {
            out.push(b'0');
        }
        out.extend(whole.iter().map(|digit| b'0' + digit));
        if self.scale > 0 {
            out.push(b'.');
            out.extend(decimals.iter().map(|digit| b'0' + digit));
        }
    }

    pub(super) fn text(&self) -> String {
        let mut text = Vec::with_capacity(self.digits.len() + 3);
        self.put_text(&mut text);
        String::from_utf8(text).unwrap_or_default()
    }

    /// The whole number; `None` if there are decimals other than 0, or if it is too large.
    pub(super) fn to_i64(&self) -> Option<i64> {
        i64::try_from(self.units(0)?).ok()
    }

    /// How many units of this scale it is; `None` if it isn't a whole number of them, or too many.
    pub(super) fn units(&self, scale: usize) -> Option<i128> {
        let end = (self.whole_digits() + scale).min(self.digits.len());
        let (kept, cut) = self.digits.split_at(end);
        if cut.iter().any(|digit| *digit > 0) {
            return None;
        }
        let add = |sum: i128, digit: u8| sum.checked_mul(10)?.checked_add(digit.into());
        let mut size = kept.iter().try_fold(0, |sum, digit| add(sum, *digit))?;
        for _ in self.scale..scale {
            size = add(size, 0)?;
        }
        Some(if self.negative { -size } else { size })
    }

    /// The nearest floating-point number.
    pub(super) fn to_f64(&self) -> f64 {
        self.text().parse().unwrap_or(0.0)
    }

    /// How many digits stand before the point.
    pub(super) fn whole_digits(&self) -> usize {
        self.digits.len() - self.scale
    }

    /// How many digits stand behind the point.
    pub(super) fn scale(&self) -> usize {
        self.scale
    }

    /// With so many decimals; those that are too many are cut off.
    pub(super) fn with_scale(mut self, scale: usize) -> Self {
        self.digits.resize(self.whole_digits() + scale, 0);
        self.scale = scale;
        self
    }

    /// With as many decimals as it takes, and so many at least.
    pub(super) fn with_at_least(self, least: usize) -> Self {
        let zeros = self.digits.iter().rev().take(self.scale.saturating_sub(least)).take_while(|digit| **digit == 0);
        let scale = (self.scale - zeros.count()).max(least);
        if scale == self.scale { self } else { self.with_scale(scale) }
    }

    /// The multiples of a step between which the size of the number is, with its sign, and whether the larger is the
    /// nearer one (of two equally near ones, the larger is). A number that is a multiple is both.
    pub(super) fn between(&self, step: &Step) -> (Self, Self, bool) {
        let cut = (self.whole_digits() + step.scale).min(self.digits.len());
        let (kept, behind) = self.digits.split_at(cut);
        let mut low = kept.to_vec();
        low.resize(self.whole_digits() + step.scale, 0);
        let size = u128::from(step.units);
        let rest = low.iter().fold(0u128, |rest, digit| (rest * 10 + u128::from(*digit)) % size);
        subtract(&mut low, rest);
        let is_multiple = rest == 0 && behind.iter().all(|digit| *digit == 0);
        let mut high = low.clone();
        if !is_multiple {
            add(&mut high, size);
        }
        let half = behind.first().is_some_and(|digit| *digit >= 5);
        let up = 2 * rest >= size || (2 * rest + 1 == size && half);
        let made = |digits| Self::new(self.negative, digits, step.scale);
        (made(low), made(high), up)
    }
}

/// Takes a number away from digits that are at least as large.
fn subtract(digits: &mut [u8], mut number: u128) {
    let mut borrow = 0;
    for digit in digits.iter_mut().rev() {
        let taken = (number % 10) as u8 + borrow;
        borrow = u8::from(*digit < taken);
        *digit = *digit + borrow * 10 - taken;
        number /= 10;
        if number == 0 && borrow == 0 {
            break;
        }
    }
}

fn add(digits: &mut Vec<u8>, mut number: u128) {
    for digit in digits.iter_mut().rev() {
        number += u128::from(*digit);
        *digit = (number % 10) as u8;
        number /= 10;
    }
    while number > 0 {
        digits.insert(0, (number % 10) as u8);
        number /= 10;
    }
}

/// A step above 0, of at most 18 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    units: u64,
    /// How many decimals the step has.
    pub(super) scale: usize,
}

impl Step {
    /// The nearest multiple of a whole step, and the one towards zero.
    pub(super) fn around(&self, number: i64) -> (i128, i128) {
        let (number, step) = (i128::from(number), i128::from(self.units));
        let low = number - number % step;
        let up = 2 * (number % step).abs() >= step && number % step != 0;
        (if up { low + number.signum() * step } else { low }, low)
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let step = Decimal::parse(text)?.with_at_least(0);
        let units = u64::try_from(step.units(step.scale)?).ok()?;
        (1..1_000_000_000_000_000_000).contains(&units).then_some(Self { units, scale: step.scale })
    }
}

impl Decimal {
    fn padded(&self, scale: usize) -> impl Iterator<Item = u8> {
        let zeros = std::iter::repeat_n(0, scale.saturating_sub(self.scale));
        self.digits.iter().copied().chain(zeros)
    }

    /// Which of two is worth more.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let size = || {
            let by_length = self.whole_digits().cmp(&other.whole_digits());
            let scale = self.scale.max(other.scale);
            by_length.then_with(|| self.padded(scale).cmp(other.padded(scale)))
        };
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => size(),
            (true, true) => size().reverse(),
        }
    }
}

#[cfg(test)]
mod tests;
