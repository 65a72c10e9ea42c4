//! Compressed bytes and ZIP archives.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::{Layer, MOST, loose};

/// Entries of one archive that are opened.
const MOST_ENTRIES: usize = 1000;

/// gzip (RFC 1952) and zlib (RFC 1950).
pub(super) fn compressed(bytes: &[u8], found: &mut dyn FnMut(Layer, &str)) {
    let plain = if bytes.first() == Some(&0x1f) {
        read(MultiGzDecoder::new(bytes), MOST)
    } else {
        read(ZlibDecoder::new(bytes), MOST)
    };
    if !plain.is_empty() {
        found(Layer::Compressed, &loose(&plain));
    }
}

/// What a decoder gives before it fails or the bound is reached.
fn read(decoder: impl Read, most: usize) -> Vec<u8> {
    let mut plain = Vec::new();
    // A broken end takes nothing from what came before it.
    let _ = decoder.take(most as u64).read_to_end(&mut plain);
    plain
}

/// A zlib stream without anything around it, as PDFs have them.
pub(super) fn inflated(bytes: &[u8], most: usize) -> Vec<u8> {
    read(ZlibDecoder::new(bytes), most)
}

/// Entry by entry as they stand in the file (PKWARE's APPNOTE, section 4.3.7), so that nothing hides from the directory.
pub(super) fn zip(bytes: &[u8], found: &mut dyn FnMut(Layer, &str)) {
    let mut left = MOST;
    let mut entries = memchr::memmem::find_iter(bytes, b"PK\x03\x04");
    for start in entries.by_ref().take(MOST_ENTRIES) {
        let Some(entry) = bytes.get(start..) else { break };
        let half = |at: usize| entry.get(at..at + 2).map(|two| usize::from(two[0]) | usize::from(two[1]) << 8);
        let (Some(method), Some(name), Some(extra)) = (half(8), half(26), half(28)) else { break };
        let packed = entry.get(18..22).and_then(|four| <[u8; 4]>::try_from(four).ok()).map_or(0, u32::from_le_bytes);
        if let Some(name) = entry.get(30..30 + name) {
            found(Layer::Zip, &loose(name));
        }
        let Some(body) = entry.get(30 + name + extra..) else { break };
        let plain = match method {
            0 => body.get(..(packed as usize).min(body.len()).min(left)).unwrap_or_default().to_vec(),
            8 => read(DeflateDecoder::new(body), left),
            _ => continue,
        };
        left = left.saturating_sub(plain.len());
        if !plain.is_empty() {
            found(Layer::Zip, &without_tags(&loose(&plain)));
        }
        if left == 0 {
            break;
        }
    }
}

/// Word processors cut words into runs of markup: `<w:t>kari@</w:t></w:r><w:r><w:t>firma.no</w:t>`. The text follows the markup,
/// so that both are looked at.
fn without_tags(text: &str) -> String {
    if !text.trim_start().starts_with('<') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        plain.push_str(before);
        let Some(close) = tag.find('>') else { break };
        let name = tag.get(..close).unwrap_or_default();
        // What ends a paragraph or a cell ends a text.
        if ["</w:p", "</si", "</text:p", "</c", "</a:p", "<w:tab", "<w:br"].iter().any(|end| name.starts_with(end)) {
            plain.push('\n');
        }
        rest = tag.get(close + 1..).unwrap_or_default();
    }
    format!("{plain}\n{text}")
}
