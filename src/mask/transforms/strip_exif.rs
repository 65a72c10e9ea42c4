//! `strip_exif`: the same picture without what says where, when, by whom and with what it was taken.
//!
//! What makes the picture is copied byte by byte and never decoded. What isn't known to be a part of that is left out, so
//! that it doesn't matter how many makers of cameras have thought of yet another place for names and positions.

use super::placeholder;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;

/// ISO/IEC 10918-1 (ITU-T T.81), B.1.1.3: the markers that this has to know.
mod marker {
    pub(super) const RESTART: std::ops::RangeInclusive<u8> = 0xD0..=0xD7;
    pub(super) const START: u8 = 0xD8;
    pub(super) const END: u8 = 0xD9;
    pub(super) const SCAN: u8 = 0xDA;
    pub(super) const APPLICATION: std::ops::RangeInclusive<u8> = 0xE0..=0xEF;
    pub(super) const COMMENT: u8 = 0xFE;
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The chunks of a PNG that are its picture, its colours, its size on paper and its animation (PNG, third edition, 11).
const KEPT_CHUNKS: &[&[u8; 4]] = &[
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV",
    b"cLLI", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];

/// Strips pictures.
struct StripExif;

impl Transform for StripExif {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let start = out.len();
        let stripped = if cell.is_empty() { Some(()) } else { png(cell, out).or_else(|| jpeg(cell, start, out)) };
        if stripped.is_none() {
            out.truncate(start);
            out.extend_from_slice(placeholder::like(cell));
        }
        Ok(Masked::Value)
    }
}

/// Appends a PNG without other chunks than those of the picture; nothing if it isn't a whole one.
fn png(cell: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let start = out.len();
    let mut rest = cell.strip_prefix(PNG)?;
    out.extend_from_slice(PNG);
    let mut number = 0;
    loop {
        // The length, the type, so many bytes and a checksum.
        let length = u32::from_be_bytes(*rest.first_chunk()?);
        let kind = rest.get(4..8)?;
        let (chunk, after) = rest.split_at_checked(usize::try_from(length).ok()?.checked_add(12)?)?;
        if number == 0 && (kind != b"IHDR" || length != 13) {
            out.truncate(start);
            return None;
        }
        if KEPT_CHUNKS.iter().any(|kept| kind == *kept) {
            out.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            // What follows is no part of the picture.
            return Some(());
        }
        number += 1;
        rest = after;
    }
}

/// Appends a JPEG without what applications say in it, and without comments; nothing if it isn't a whole one.
fn jpeg(cell: &[u8], start: usize, out: &mut Vec<u8>) -> Option<()> {
    out.truncate(start);
    let mut rest = cell.strip_prefix(&[0xFF, marker::START])?;
    out.extend_from_slice(&[0xFF, marker::START]);
    let (mut has_scan, mut is_turned) = (false, false);
    loop {
        let (kind, after) = marker_in(rest)?.split_first()?;
        if *kind == marker::END {
            out.extend_from_slice(&[0xFF, marker::END]);
            return has_scan.then_some(());
        }
        if *kind < 0xC0 || marker::RESTART.contains(kind) || *kind == marker::START {
            return None;
        }
        let length = usize::from(u16::from_be_bytes(*after.first_chunk()?));
        let (segment, after) = after.split_at_checked(length.max(2))?;
        let content = segment.get(2..)?;
        if is_kept(*kind, content) {
            out.extend_from_slice(&[0xFF, *kind]);
            out.extend_from_slice(segment);
        } else if *kind == 0xE0 && content.starts_with(b"JFIF\0") {
            put_jfif(content, out)?;
        } else if let (0xE1, false, Some(turn)) = (*kind, is_turned, orientation(content)) {
            is_turned = true;
            put_orientation(turn, out);
        }
        rest = after;
        if *kind == marker::SCAN {
            has_scan = true;
            let (scan, after) = rest.split_at_checked(end_of_scan(rest)?)?;
            out.extend_from_slice(scan);
            rest = after;
        }
    }
}

/// What follows the FF, of which there may be any number, before a marker.
fn marker_in(rest: &[u8]) -> Option<&[u8]> {
    let fill = rest.iter().take_while(|byte| **byte == 0xFF).count();
    rest.get(fill..).filter(|_| fill > 0)
}

/// Whether a segment is needed to show the picture. Of those of applications two are: a colour profile, and Adobe's,
/// which says how colours are stored.
fn is_kept(kind: u8, content: &[u8]) -> bool {
    match kind {
        0xE2 => content.starts_with(b"ICC_PROFILE\0"),
        0xEE => content.starts_with(b"Adobe") && content.len() == 12,
        marker::COMMENT => false,
        kind => !marker::APPLICATION.contains(&kind),
    }
}

/// Where the coded picture ends: at a marker that isn't one of those within it.
fn end_of_scan(coded: &[u8]) -> Option<usize> {
    memchr::memchr_iter(0xFF, coded)
        .find(|&at| coded.get(at + 1).is_some_and(|next| !matches!(next, 0 | 0xFF) && !marker::RESTART.contains(next)))
}

/// The version and density of JFIF (ITU-T T.871, 10.1), and not the small picture that may follow: it may show what was
/// cut off or covered later.
fn put_jfif(content: &[u8], out: &mut Vec<u8>) -> Option<()> {
    out.extend_from_slice(&[0xFF, 0xE0, 0, 16]);
    out.extend_from_slice(content.get(..12)?);
    out.extend_from_slice(&[0, 0]);
    Some(())
}

/// How the picture has to be turned to be upright, 2 to 8: the one thing in Exif without which it looks wrong (CIPA
/// DC-008, 4.6.4).
fn orientation(content: &[u8]) -> Option<u8> {
    let tiff = content.strip_prefix(b"Exif\0\0")?;
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let u16_at = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let bytes = *tiff.get(4..)?.first_chunk()?;
    let first = if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
    let first = usize::try_from(first).ok()?.min(tiff.len());
    let entry =
        (0..usize::from(u16_at(first)?)).map(|index| first + 2 + 12 * index).find(|&at| u16_at(at) == Some(0x0112))?;
    let is_short = u16_at(entry + 2) == Some(3);
    u8::try_from(u16_at(entry + 8)?).ok().filter(|turn| is_short && (2..=8).contains(turn))
}

/// An Exif segment with one entry.
fn put_orientation(turn: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\xFF\xE1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    out.extend_from_slice(&[turn, 0, 0, 0, 0, 0, 0]);
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    if site.column.class != TypeClass::Bytea {
        return Err(site.wrong_type("strip_exif"));
    }
    // Two pictures may differ in what is taken out alone.
    site.forbid_unique("strip_exif")?;
    // The picture stays, by decision, and one that had nothing in it stays as it was.
    Ok(Built { transform: Box::new(StripExif), facts: Facts::of(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests;
