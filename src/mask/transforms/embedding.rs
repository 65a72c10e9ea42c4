//! `embedding`: a vector of the same length in a direction of its own. A text can be told from its embedding nearly word by
//! word (Morris et al., "Text Embeddings Reveal (Almost) As Much As Text", 2023), and noise that leaves neighbours where
//! they are leaves that too: nothing of the direction is kept.

use super::draw::Draw;
use super::wire::{Reader, put_value, short};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::secret::DomainKey;

/// How a column holds vectors.
#[derive(Clone, Copy)]
enum Form {
    Vector,
    HalfVector,
    SparseVector,
    /// An array of four or of eight bytes an element.
    Array(usize),
}

/// Draws directions.
struct Embedding {
    key: DomainKey,
    form: Form,
}

impl Transform for Embedding {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let mut draw = Draw::new(&self.key, cell);
        let mut reader = Reader(cell);
        match self.form {
            Form::Vector | Form::HalfVector => {
                let width = if matches!(self.form, Form::Vector) { 4 } else { 2 };
                let dimensions = reader.array::<2>()?;
                out.extend_from_slice(&dimensions);
                out.extend_from_slice(&reader.array::<2>()?);
                let values = reader.take(usize::from(u16::from_be_bytes(dimensions)) * width)?;
                turned(values, width, &mut draw, out);
            }
            Form::SparseVector => sparse(&mut reader, &mut draw, out)?,
            Form::Array(width) => array(&mut reader, width, &mut draw, out)?,
        }
        if reader.0.is_empty() { Ok(Masked::Value) } else { Err(short()) }
    }
}

/// Appends as many values, drawn anew, of the same length in all.
fn turned(values: &[u8], width: usize, draw: &mut Draw, out: &mut Vec<u8>) {
    let values: Vec<f64> = values.chunks(width).map(read).collect();
    let length = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
    let before = length(&values);
    // The sum of several draws lies as good as normally, so that no direction is the likelier (central limit theorem).
    let mut one = || (0..4).map(|_| draw.below(1 << 20) as f64).sum::<f64>() - f64::from(1 << 21) + 0.5;
    let drawn: Vec<f64> = values.iter().map(|_| one()).collect();
    let scale = if before.is_finite() { before } else { 1.0 } / length(&drawn).max(f64::MIN_POSITIVE);
    for (value, drawn) in values.iter().zip(&drawn) {
        write(
            match drawn * scale {
                _ if before == 0.0 => 0.0,
                // With a single dimension there is but one other direction.
                _ if values.len() == 1 => -value,
                turned => turned,
            },
            width,
            out,
        );
    }
}

fn read(value: &[u8]) -> f64 {
    match *value {
        [a, b, c, d, e, f, g, h] => f64::from_be_bytes([a, b, c, d, e, f, g, h]),
        [a, b, c, d] => f32::from_be_bytes([a, b, c, d]).into(),
        [a, b] => half(u16::from_be_bytes([a, b])),
        _ => 0.0,
    }
}

fn write(value: f64, width: usize, out: &mut Vec<u8>) {
    match width {
        8 => out.extend_from_slice(&value.to_be_bytes()),
        4 => out.extend_from_slice(&(value as f32).clamp(f32::MIN, f32::MAX).to_be_bytes()),
        _ => out.extend_from_slice(&to_half(value).to_be_bytes()),
    }
}

/// IEEE 754 binary16.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1F), f64::from(bits & 0x3FF) / 1024.0);
    let size = match exponent {
        0 => fraction * 2f64.powi(-14),
        31 => f64::INFINITY,
        exponent => (1.0 + fraction) * 2f64.powi(exponent - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// The nearest below in size that is finite.
fn to_half(value: f64) -> u16 {
    let size = value.abs().min(65_504.0);
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    let exponent = (size.log2().floor() as i32).clamp(-15, 15);
    if size < 2f64.powi(-14) {
        return sign | (size * 2f64.powi(24)) as u16;
    }
    let fraction = ((size / 2f64.powi(exponent) - 1.0) * 1024.0).clamp(0.0, 1023.0) as u16;
    sign | ((exponent + 15) as u16) << 10 | fraction
}

/// As many elements at other places: which words a text has can be told from theirs.
fn sparse(reader: &mut Reader<'_>, draw: &mut Draw, out: &mut Vec<u8>) -> Result<(), CellError> {
    let dimensions = reader.i32()?;
    let count = reader.i32()?;
    out.extend_from_slice(&dimensions.to_be_bytes());
    out.extend_from_slice(&count.to_be_bytes());
    out.extend_from_slice(&reader.array::<4>()?);
    let count = usize::try_from(count).map_err(|_| short())?;
    let bytes = count.checked_mul(4).ok_or_else(short)?;
    reader.take(bytes)?;
    let values = reader.take(bytes)?;
    // One place drawn in each of as many stretches: in order, and none twice.
    let (dimensions, stretches) = (u64::try_from(dimensions).map_err(|_| short())?, count as u64);
    for stretch in 0..stretches {
        let (from, to) = (dimensions * stretch / stretches, dimensions * (stretch + 1) / stretches);
        let place = from + draw.below(to.saturating_sub(from).max(1));
        out.extend_from_slice(&(place as i32).to_be_bytes());
    }
    turned(values, 4, draw, out);
    Ok(())
}

/// Elements that are NULL stay so.
fn array(reader: &mut Reader<'_>, width: usize, draw: &mut Draw, out: &mut Vec<u8>) -> Result<(), CellError> {
    let dimensions = reader.i32()?;
    out.extend_from_slice(&dimensions.to_be_bytes());
    out.extend_from_slice(reader.take(8)?);
    for _ in 0..dimensions {
        out.extend_from_slice(reader.take(8)?);
    }
    let mut elements = Vec::new();
    while !reader.0.is_empty() {
        let element = reader.value()?;
        if element.is_some_and(|element| element.len() != width) {
            return Err(short());
        }
        elements.push(element);
    }
    let values: Vec<u8> = elements.iter().flatten().copied().flatten().copied().collect();
    let mut masked = Vec::with_capacity(values.len());
    turned(&values, width, draw, &mut masked);
    let mut masked = masked.chunks(width);
    for element in elements {
        put_value(out, |out| {
            let Some(value) = element.and_then(|_| masked.next()) else { return Ok(Masked::Null) };
            out.extend_from_slice(value);
            Ok(Masked::Value)
        })?;
    }
    Ok(())
}

/// Whether the transform takes an array of this as a whole.
pub(super) fn takes_array_of(element: &TypeClass) -> bool {
    matches!(element, TypeClass::Float4 | TypeClass::Float8)
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    let form = match &site.column.class {
        TypeClass::Vector => Form::Vector,
        TypeClass::HalfVector => Form::HalfVector,
        TypeClass::SparseVector => Form::SparseVector,
        TypeClass::Array(element) if takes_array_of(element) => {
            Form::Array(if **element == TypeClass::Float4 { 4 } else { 8 })
        }
        _ => return Err(site.wrong_type("embedding")),
    };
    let transform = Box::new(Embedding { key: site.sub_key("embedding"), form });
    // A vector of nothing but zeros points nowhere, and stays.
    Ok(Built { transform, facts: Facts::changing(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{column, mask_bytes, refusal};
    use super::*;

    fn masked(class: TypeClass, cell: &[u8]) -> Vec<u8> {
        mask_bytes(&Spec::Embedding(Default::default()), &column(class, None), cell)
    }

    fn vector(values: &[f32]) -> Vec<u8> {
        let head = [(values.len() as u16).to_be_bytes(), [0; 2]].concat();
        head.into_iter().chain(values.iter().flat_map(|value| value.to_be_bytes())).collect()
    }

    fn values(cell: &[u8], width: usize) -> Vec<f64> {
        cell.chunks(width).map(read).collect()
    }

    fn length(values: &[f64]) -> f64 {
        values.iter().map(|value| value * value).sum::<f64>().sqrt()
    }

    #[test]
    fn the_length_stays_and_the_direction_does_not() {
        let before: Vec<f32> = (0..256).map(|n| (n as f32).sin()).collect();
        let cell = vector(&before);
        let after = masked(TypeClass::Vector, &cell);
        assert_eq!((after.len(), &after[..4]), (cell.len(), &cell[..4]));
        let (before, after) = (values(&cell[4..], 4), values(&after[4..], 4));
        assert!((length(&before) - length(&after)).abs() < 1e-3);
        let cosine = before.iter().zip(&after).map(|(a, b)| a * b).sum::<f64>() / length(&before) / length(&after);
        assert!(cosine.abs() < 0.3, "{cosine}");
        assert_eq!(masked(TypeClass::Vector, &cell), masked(TypeClass::Vector, &cell));
    }

    #[test]
    fn halves_are_read_and_written() {
        for bits in [0x0001u16, 0x03FF, 0x0400, 0x3C00, 0x3555, 0x7BFF, 0xC000, 0xFBFF] {
            assert_eq!(to_half(half(bits)), bits, "{bits:04x}");
        }
        let cell = [vec![0, 2, 0, 0], 0x3C00u16.to_be_bytes().to_vec(), 0x4000u16.to_be_bytes().to_vec()].concat();
        let after = masked(TypeClass::HalfVector, &cell);
        assert!((length(&values(&after[4..], 2)) - 5f64.sqrt()).abs() < 0.01);
    }

    #[test]
    fn nothing_but_zeros_stays_and_a_single_number_changes_its_sign() {
        assert_eq!(masked(TypeClass::Vector, &vector(&[0.0, 0.0])), vector(&[0.0, 0.0]));
        assert_eq!(masked(TypeClass::Vector, &vector(&[0.6])), vector(&[-0.6]));
    }

    #[test]
    fn the_places_of_a_sparse_vector_are_others_in_order() {
        let mut cell: Vec<u8> = [1000i32, 3, 0, 1, 2, 3].iter().flat_map(|n| n.to_be_bytes()).collect();
        cell.extend([1f32, 2.0, 2.0].iter().flat_map(|value| value.to_be_bytes()));
        let after = masked(TypeClass::SparseVector, &cell);
        let places: Vec<i32> =
            after[12..24].chunks(4).map(|place| i32::from_be_bytes(place.try_into().unwrap())).collect();
        assert!(
            places.windows(2).all(|pair| pair[0] < pair[1]) && places != [1, 2, 3] && places[2] < 1000,
            "{places:?}"
        );
        assert!((length(&values(&after[24..], 4)) - 3.0).abs() < 1e-3);
    }

    #[test]
    fn an_array_of_numbers_is_one_vector() {
        let mut cell: Vec<u8> = [1i32, 1, 701, 3, 1, 8].iter().flat_map(|n| n.to_be_bytes()).collect();
        cell.extend_from_slice(&3f64.to_be_bytes());
        cell.extend_from_slice(&(-1i32).to_be_bytes());
        cell.extend_from_slice(&8i32.to_be_bytes());
        cell.extend_from_slice(&4f64.to_be_bytes());
        let after = masked(TypeClass::Array(Box::new(TypeClass::Float8)), &cell);
        let (one, two) = (read(&after[24..32]), read(&after[40..48]));
        assert!((length(&[one, two]) - 5.0).abs() < 1e-9 && after[32..36] == [0xFF; 4]);
        assert!(!refusal(&Spec::Embedding(Default::default()), &column(TypeClass::Text, None)).help.is_empty());
    }
}
