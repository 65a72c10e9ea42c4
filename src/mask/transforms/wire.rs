//! Reading the binary forms that have parts: arrays, composites, key-value pairs.

use super::{CellError, Masked};

/// A cell that is being read from its beginning. Every read can fail; none goes past the end.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next bytes.
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], CellError> {
        let (head, rest) = self.0.split_at_checked(count).ok_or_else(short)?;
        self.0 = rest;
        Ok(head)
    }

    /// The next bytes as an array.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], CellError> {
        fixed(self.take(N)?)
    }

    /// A signed number of four bytes.
    pub(super) fn i32(&mut self) -> Result<i32, CellError> {
        Ok(i32::from_be_bytes(self.array()?))
    }

    /// A signed number of two bytes.
    pub(super) fn i16(&mut self) -> Result<i16, CellError> {
        Ok(i16::from_be_bytes(self.array()?))
    }

    /// A value after its length; `None` is NULL.
    pub(super) fn value(&mut self) -> Result<Option<&'a [u8]>, CellError> {
        match self.i32()? {
            -1 => Ok(None),
            length => Ok(Some(self.take(usize::try_from(length).map_err(|_| short())?)?)),
        }
    }
}

/// A cell of a length that its type fixes.
pub(super) fn fixed<const N: usize>(cell: &[u8]) -> Result<[u8; N], CellError> {
    cell.try_into().map_err(|_| short())
}

/// The cell ended too early, or has a length that its type doesn't have.
pub(super) fn short() -> CellError {
    CellError("the value is not in the binary form of its type".to_owned())
}

/// Appends a value after its length, with the value made by a function that appends it.
pub(super) fn put_value(
    out: &mut Vec<u8>,
    make: impl FnOnce(&mut Vec<u8>) -> Result<Masked, CellError>,
) -> Result<Masked, CellError> {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    let masked = make(out)?;
    let length = match masked {
        Masked::Value => {
            i32::try_from(out.len() - start - 4).map_err(|_| CellError("the value is too large".to_owned()))?
        }
        Masked::Null => {
            out.truncate(start + 4);
            -1
        }
    };
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&length.to_be_bytes());
    }
    Ok(masked)
}
