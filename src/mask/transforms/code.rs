//! `code`: another code of the same form, by format-preserving encryption.
//!
//! Every digit and letter that isn't kept is a place with an alphabet of its own, and the code is a number in these mixed
//! radices. A keyed permutation of all such numbers gives another one: the construction of FF1 (NIST SP 800-38G) with
//! alphabets that may differ from place to place. Codes that are too long for a number are permuted by a Feistel network
//! over their halves, place by place. Capitals and small letters are one alphabet and their pattern stays, so that codes
//! that are distinct stay so whether case counts or not.

mod places;
mod wide;

use super::permutation::{Domain, MOST, Permutation};
use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::Code as Options;
use crate::secret::DomainKey;
use places::{Form, Place};

/// Distinct codes of a format with so many values or more hardly ever coincide with another row's: an original that
/// turns up elsewhere is a leak then.
const SPARSE: f64 = 1e15;

/// Longer codes aren't walked for long: a text of this length is hexadecimal by its nature.
const MOST_STEPS: usize = 100_000;

/// Encrypts codes.
pub(super) struct Code {
    permutation: Permutation,
    key: DomainKey,
    form: Form,
}

impl Code {
    pub(super) fn new(options: &Options, site: &Site<'_>) -> Result<Self, Refusal> {
        let form = Form::new(options.prefix.as_deref(), options.format.as_deref()).map_err(|what| {
            site.bad_option(
                what,
                "write { code: { format: \"TX-####\" } }, with # for a digit, ? for a letter, * for either",
            )
        })?;
        let key = site.sub_key("code");
        Ok(Self { permutation: Permutation::new(key.clone()), key, form })
    }

    /// Appends the fake of a code that `unwanted` isn't true of, as it isn't of the code itself.
    pub(super) fn put_while(
        &self,
        text: &str,
        unwanted: impl Fn(&str) -> bool,
        out: &mut Vec<u8>,
    ) -> Result<(), CellError> {
        let shape = self.form.shape(text);
        let mut places: Vec<Place> = self.form.places(text, &shape);
        let tweak = self.key.number(&places::tweak(text, &places));
        let bound = places.iter().try_fold(1u128, |bound, place| bound.checked_mul(place.radix.into()));
        let domain = bound.filter(|bound| *bound <= MOST).map(Domain::below);
        if places.is_empty() {
            return Err(CellError("a code has no character that could be another".to_owned()));
        }
        for _ in 0..MOST_STEPS {
            match &domain {
                Some(domain) => self.step(&mut places, domain, tweak),
                None => wide::another(&self.key, tweak, &mut places),
            }
            let other = places::write(text, &places);
            // Another shape would be decrypted otherwise, and could meet the fake of another code.
            if self.form.shape(&other) == shape && !unwanted(&other) {
                out.extend_from_slice(other.as_bytes());
                return Ok(());
            }
        }
        Err(CellError("no other code of this form was found".to_owned()))
    }

    fn step(&self, places: &mut [Place], domain: &Domain, tweak: u64) {
        let number =
            places.iter().fold(0u128, |number, place| number * u128::from(place.radix) + u128::from(place.value));
        let mut other = self.permutation.another(number, domain, tweak);
        for place in places.iter_mut().rev() {
            place.value = (other % u128::from(place.radix)) as u32;
            other /= u128::from(place.radix);
        }
    }
}

impl TextMask for Code {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.put_while(text, |_| false, out)
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("code")?;
    let code = Code::new(options, site)?;
    // Of short codes nearly all are taken: the fake of one row is the original of another.
    let originals = if code.form.choices() >= SPARSE { OriginalsOf::Identifier } else { OriginalsOf::Shared };
    Ok(built(code, Facts::changing(originals).unique(true).ignoring_case()))
}

#[cfg(test)]
mod tests;
