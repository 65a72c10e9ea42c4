//! What is written beside the pixels: EXIF with its place (CIPA DC-008), XMP, comments of JPEG, text chunks of PNG.

use std::fmt::Write as _;

use super::{Layer, MOST, archives::inflated, loose};

/// Fields of a directory, and directories, that are read.
const MOST_FIELDS: u16 = 500;
const DEEPEST: u8 = 4;

pub(super) fn visit(bytes: &[u8], found: &mut dyn FnMut(Layer, &str)) {
    match bytes {
        [0xff, ..] => jpeg(bytes, found),
        [0x89, ..] => png(bytes, found),
        [b'R', ..] => webp(bytes, found),
        _ => tiff(bytes, found),
    }
}

/// Marker by marker, up to the pixels (ISO/IEC 10918-1, annex B).
fn jpeg(bytes: &[u8], found: &mut dyn FnMut(Layer, &str)) {
    let mut at = 2;
    while let Some([0xff, marker, high, low]) = bytes.get(at..at + 4) {
        let length = usize::from(*high) << 8 | usize::from(*low);
        let Some(body) = bytes.get(at + 4..(at + 2 + length.max(2)).min(bytes.len())) else { break };
        match marker {
            0xe1 if body.starts_with(b"Exif\0\0") => tiff(body.get(6..).unwrap_or_default(), found),
            0xe1..=0xef | 0xfe => found(Layer::Picture, &loose(body)),
            0xda => break,
            _ => {}
        }
        at += 2 + length.max(2);
    }
}

/// Chunk by chunk (PNG, section 11.3).
fn png(bytes: &[u8], found: &mut dyn FnMut(Layer, &str)) {
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 8) {
        let (length, name) = head.split_at(4);
        let length = <[u8; 4]>::try_from(length).map_or(0, u32::from_be_bytes) as usize;
        let body = bytes.get(at + 8..(at + 8).saturating_add(length).min(bytes.len())).unwrap_or_default();
        match name {
            b"tEXt" => found(Layer::Picture, &loose(body)),
            b"iTXt" | b"zTXt" => {
                found(Layer::Picture, &loose(body));
                let packed = memchr::memchr(0x78, body).and_then(|at| body.get(at..)).unwrap_or_default();
                let plain = inflated(packed, MOST);
                if !plain.is_empty() {
                    found(Layer::Picture, &loose(&plain));
                }
            }
            b"eXIf" => tiff(body, found),
            _ => {}
        }
        at = (at + 12).saturating_add(length);
    }
}

/// Chunk by chunk (RFC 9649).
fn webp(bytes: &[u8], found: &mut dyn FnMut(Layer, &str)) {
    let mut at = 12;
    while let Some(head) = bytes.get(at..at + 8) {
        let (name, length) = head.split_at(4);
        let length = <[u8; 4]>::try_from(length).map_or(0, u32::from_le_bytes) as usize;
        let body = bytes.get(at + 8..(at + 8).saturating_add(length).min(bytes.len())).unwrap_or_default();
        match name {
            b"EXIF" => tiff(body.strip_prefix(b"Exif\0\0").unwrap_or(body), found),
            b"XMP " => found(Layer::Picture, &loose(body)),
            _ => {}
        }
        at = (at + 8).saturating_add(length + length % 2);
    }
}

/// The fields of a TIFF header: every text in it, and the place.
fn tiff(bytes: &[u8], found: &mut dyn FnMut(Layer, &str)) {
    let big = bytes.starts_with(b"MM");
    let tiff = Tiff { bytes, big };
    let mut text = String::new();
    if let Some(first) = tiff.long(4) {
        tiff.directory(first as usize, 0, &mut text);
    }
    if !text.is_empty() {
        found(Layer::Picture, &text);
    }
}

struct Tiff<'a> {
    bytes: &'a [u8],
    big: bool,
}

impl Tiff<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        let two = <[u8; 2]>::try_from(self.bytes.get(at..at.checked_add(2)?)?).ok()?;
        Some(if self.big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    }

    fn long(&self, at: usize) -> Option<u32> {
        let four = <[u8; 4]>::try_from(self.bytes.get(at..at.checked_add(4)?)?).ok()?;
        Some(if self.big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    }

    fn directory(&self, start: usize, depth: u8, text: &mut String) -> Option<()> {
        let mut angles = [None; 2];
        let mut signs = [1.0; 2];
        for field in 0..self.short(start)?.min(MOST_FIELDS) {
            let at = start.checked_add(2 + usize::from(field) * 12)?;
            let (tag, form, count) = (self.short(at)?, self.short(at + 2)?, self.long(at + 4)? as usize);
            let width = match form {
                3 => 2,
                4 | 9 => 4,
                5 | 10 => 8,
                _ => 1,
            };
            let size = count.saturating_mul(width);
            let place = if size <= 4 { at + 8 } else { self.long(at + 8)? as usize };
            let value = self.bytes.get(place..place.saturating_add(size).min(self.bytes.len())).unwrap_or_default();
            match (tag, form) {
                // Directories of EXIF and GPS.
                (0x8769 | 0x8825, _) if depth < DEEPEST => {
                    self.directory(self.long(at + 8)? as usize, depth + 1, text);
                }
                (1 | 3, 2) if matches!(value.first(), Some(b'S' | b'W')) => signs[usize::from(tag / 2)] = -1.0,
                (2 | 4, 5) if count == 3 => angles[usize::from(tag / 2) - 1] = self.angle(place),
                // Text, and what XP and comments hold as bytes.
                (_, 2) | (0x9286 | 0x9c9b..=0x9c9f, _) => {
                    let plain: Vec<u8> = value.iter().copied().filter(|byte| *byte != 0).collect();
                    text.push_str(&loose(&plain));
                    text.push('\n');
                }
                _ => {}
            }
        }
        if let [Some(latitude), Some(longitude)] = angles {
            let _ = writeln!(text, "GPS {:.6}, {:.6}", latitude * signs[0], longitude * signs[1]);
        }
        Some(())
    }

    /// Degrees, minutes and seconds as fractions.
    fn angle(&self, at: usize) -> Option<f64> {
        let mut angle = 0.0;
        for (part, unit) in [1.0, 60.0, 3600.0].into_iter().enumerate() {
            let at = at.checked_add(part * 8)?;
            let (top, bottom) = (f64::from(self.long(at)?), f64::from(self.long(at + 4)?));
            angle += if bottom == 0.0 { 0.0 } else { top / bottom / unit };
        }
        Some(angle)
    }
}
