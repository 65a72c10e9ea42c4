//! What all transforms of text have in common.

use std::borrow::Cow;

use super::collisions::CollisionKey;
use super::{Built, CellError, Facts, Masked, Row, Transform};
use crate::postgres::texts::as_text;

/// Masks text. Never called for text that is empty or only white space, which names nobody and stays.
pub(super) trait TextMask: Send + Sync {
    /// Appends the masked text, in UTF-8 and within the column's length.
    fn mask_text(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError>;

    /// As [`Transform::collision_key`].
    fn collision_key(&self, _text: &str) -> Option<CollisionKey> {
        None
    }
}

/// A transform of a column of text. Bytes that aren't UTF-8 (a database in `SQL_ASCII`) count as unknown characters.
pub(super) struct TextCell<T>(pub(super) T);

impl<T: TextMask> Transform for TextCell<T> {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        match as_text(cell) {
            Cow::Borrowed(text) => self.mask_str(text, row, out),
            // Bytes that aren't UTF-8 are never white space alone.
            Cow::Owned(text) => self.0.mask_text(&text, row, out).map(|()| Masked::Value),
        }
    }

    fn mask_str(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        if is_empty(text) {
            out.extend_from_slice(text.as_bytes());
        } else {
            self.0.mask_text(text, row, out)?;
        }
        Ok(Masked::Value)
    }

    fn collision_key(&self, cell: &[u8]) -> Option<CollisionKey> {
        self.0.collision_key(&as_text(cell))
    }
}

/// Whether a text is empty or only white space. Nearly all begin with something else.
fn is_empty(text: &str) -> bool {
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.trim().is_empty()
}

/// A transform of text, ready.
pub(super) fn built(mask: impl TextMask + 'static, facts: Facts) -> Built {
    Built { transform: Box::new(TextCell(mask)), facts }
}

/// Cuts what was appended since `start` to so many characters.
pub(super) fn truncate(out: &mut Vec<u8>, start: usize, room: usize) {
    if room == usize::MAX || out.len().saturating_sub(start) <= room {
        return;
    }
    let appended = out.get(start..).unwrap_or_default();
    let mut first_bytes = appended.iter().enumerate().filter(|(_, byte)| (**byte & 0xC0) != 0x80);
    if let Some((end, _)) = first_bytes.nth(room) {
        out.truncate(start + end);
    }
}
