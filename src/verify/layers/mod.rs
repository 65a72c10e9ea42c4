//! What texts and bytes carry inside: base64, hexadecimal, URL-encoded and JSON-escaped text; gzip, zlib, ZIP (and so
//! OOXML and OpenDocument), PDF, and the EXIF and XMP of pictures; bytes that are text in UTF-16 or Latin-1.
//!
//! One level deep, except that bytes within a text are opened too: a gzip or a PDF in base64. What can't be decoded isn't
//! an error: then there is nothing to read, for others neither. Nothing here allocates before it has seen that there is
//! something to decode, and no layer gives more than [`MOST`] bytes.

use std::borrow::Cow;
use std::ops::Range;

mod archives;
mod charsets;
mod pdf;
mod pictures;
mod radix;
mod spelled;

pub(super) use radix::unbase64;

/// The most bytes that are taken out of one layer; a bomb stops here, and what is behind it isn't looked at.
pub const MOST: usize = 8 << 20;

/// What a text was wrapped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// RFC 4648, either alphabet, padded or not.
    Base64,
    /// Pairs of hexadecimal digits.
    Hexadecimal,
    /// RFC 3986, section 2.1.
    Percent,
    /// Backslashes, as in a JSON string (RFC 8259, section 7).
    Escaped,
    /// RFC 1950, RFC 1952.
    Compressed,
    /// An entry of a ZIP archive.
    Zip,
    /// The text of a PDF.
    Pdf,
    /// What is written beside a picture: EXIF, XMP, comments.
    Picture,
    /// Two bytes a character, in either order, anywhere in the bytes.
    Utf16,
    /// ISO 8859-1, or what Windows makes of it.
    Latin1,
}

/// Calls `found` with each text that a text carries, and where in it that stands.
pub fn of_text(text: &str, found: &mut dyn FnMut(Layer, Range<usize>, &str)) {
    radix::visit(text, &mut |layer, place, bytes| {
        let is_binary = of_bytes(bytes, &mut |layer, text| found(layer, place.clone(), text));
        if !is_binary && let Some(text) = printable(bytes) {
            found(layer, place.clone(), &text);
        }
    });
    spelled::visit(text, found);
}

/// Calls `found` with each text that bytes carry. Tells whether they were something that can be opened, or text in
/// another encoding.
pub fn of_bytes(bytes: &[u8], found: &mut dyn FnMut(Layer, &str)) -> bool {
    match bytes {
        [0x1f, 0x8b, ..] | [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => archives::compressed(bytes, found),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => archives::zip(bytes, found),
        [b'%', b'P', b'D', b'F', ..] => pdf::visit(bytes, found),
        [0xff, 0xd8, 0xff, ..]
        | [0x89, b'P', b'N', b'G', ..]
        | [b'R', b'I', b'F', b'F', ..]
        | [b'I', b'I', 42, 0, ..]
        | [b'M', b'M', 0, 42, ..] => pictures::visit(bytes, found),
        _ => return charsets::visit(bytes, found),
    }
    true
}

/// Bytes as text, if they are text: UTF-8, hardly any control characters.
fn printable(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let is_odd = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    (!text.bytes().any(is_odd)).then_some(Cow::Borrowed(text))
}

/// Bytes as text, whatever they are: what isn't UTF-8 is taken for Latin-1 where that is likelier than nothing.
fn loose(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};
    use proptest::prelude::*;

    use super::*;

    fn inside(text: &str) -> Vec<(Layer, String)> {
        let mut all = Vec::new();
        of_text(text, &mut |layer, place, found| {
            assert!(text.get(place).is_some());
            all.push((layer, found.to_owned()));
        });
        all
    }

    fn inside_bytes(bytes: &[u8]) -> String {
        let mut all = String::new();
        of_bytes(bytes, &mut |_, text| all.push_str(text));
        all
    }

    #[test]
    fn each_way_to_write_a_text_is_undone() {
        for (text, layer) in [
            ("a2FyaUBmaXJtYS5ubyBoYXIgcmluZ3Q=", Layer::Base64),
            ("id=a2FyaUBmaXJtYS5ubyBoYXIgcmluZ3Q&x", Layer::Base64),
            ("data:text/plain;base64,a2FyaUBmaXJtYS5ubyBoYXIgcmluZ3Q=", Layer::Base64),
            ("6b617269406669726d612e6e6f206861722072696e6774", Layer::Hexadecimal),
            ("\\x6B617269406669726D612E6E6F206861722072696E6774", Layer::Hexadecimal),
            ("kari%40firma%2Eno%20har%20ringt", Layer::Percent),
            ("kari\\u0040firma.no har ringt", Layer::Escaped),
        ] {
            let found = inside(text);
            let is_right =
                |(kind, found): &(Layer, String)| *kind == layer && found.contains("kari@firma.no har ringt");
            assert!(found.iter().any(is_right), "{text} gave {found:?}");
        }
    }

    #[test]
    fn prose_digests_and_identifiers_hide_nothing() {
        for text in [
            "Hei, takk for sist, vi snakkes i neste uke om alt det nye som skjer.",
            "d41d8cd98f00b204e9800998ecf8427e",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "0b7f8a52-1c5e-4d2a-9f0e-3c1d2b4a5f6e",
            "plugin_content_manager_configuration_content_types",
            "100 % sikker, 50 %25",
            "C:\\Users",
        ] {
            let found: Vec<_> = inside(text)
                .into_iter()
                .filter(|(layer, _)| *layer != Layer::Percent && *layer != Layer::Escaped)
                .collect();
            assert_eq!(found, [], "{text}");
        }
    }

    #[test]
    fn a_gzip_in_base64_is_opened_and_a_bomb_is_cut() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(b"kari@firma.no").unwrap();
        assert_eq!(inside_bytes(&gzip.finish().unwrap()), "kari@firma.no");
        let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
        bomb.write_all(&vec![b'a'; 3 * MOST]).unwrap();
        assert_eq!(inside_bytes(&bomb.finish().unwrap()).len(), MOST);
    }

    #[test]
    fn a_pdf_gives_its_text_and_a_picture_what_is_written_beside_it() {
        let pdf = b"%PDF-1.4\n1 0 obj<</Author (Kari Nordmann)>>\n2 0 obj<<>>stream\nBT [(ka) -20 (ri@)] TJ (firma.no) Tj ET\nendstream";
        let text = inside_bytes(pdf);
        assert!(text.contains("Kari Nordmann") && text.contains("kari@firma.no"), "{text}");
        let mut jpeg = vec![0xff, 0xd8, 0xff, 0xe1, 0, 0];
        let tiff = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x3b\x01\x02\0\x0e\0\0\0\x1a\0\0\0\0\0\0\0kari@firma.no\0";
        jpeg[5] = tiff.len() as u8 + 2;
        jpeg.extend_from_slice(tiff);
        assert!(inside_bytes(&jpeg).contains("kari@firma.no"), "{}", inside_bytes(&jpeg));
    }

    #[test]
    fn text_in_another_encoding_is_read_and_bytes_that_are_none_are_left() {
        let utf16 = |order: fn(u16) -> [u8; 2]| "til Bjørn Ødegård".encode_utf16().flat_map(order).collect::<Vec<u8>>();
        for bytes in [utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)] {
            assert_eq!(inside_bytes(&bytes), "til Bjørn Ødegård");
            let inside = [b"\x01\x02\xff\xfe", bytes.as_slice(), b"\0\0\x07"].concat();
            assert!(inside_bytes(&inside).contains("Bjørn Ødegård"));
        }
        assert_eq!(inside_bytes(b"til Bj\xf8rn \xd8deg\xe5rd, O\x92Brien"), "til Bjørn Ødegård, O'Brien");
        for bytes in [
            "til Bjørn Ødegård".as_bytes(),
            b"plain ASCII",
            b"\xde\xad\xbe\xef\x01\x02\x90\0\0\0\x05a\0b",
            b"\xf8\xe5\xe6",
            b"",
        ] {
            assert_eq!(inside_bytes(bytes), "", "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_stops_the_decoders(head in 0usize..9, bytes in prop::collection::vec(any::<u8>(), 0..600), text in any::<String>()) {
            let magic: [&[u8]; 9] = [
                b"", b"\x1f\x8b\x08\0", b"\x78\x9c", b"PK\x03\x04", b"%PDF-1.4 stream\n", b"\xff\xd8\xff\xe1\0\x40Exif\0\0II*\0\x08\0\0\0",
                b"\x89PNG\r\n\x1a\n\0\0\0\x10tEXt", b"RIFF\0\0\0\0WEBPEXIF\x10\0\0\0", b"MM\0*\0\0\0\x08",
            ];
            let all = [magic[head], &bytes].concat();
            of_bytes(&all, &mut |_, _| {});
            of_text(&text, &mut |_, place, _| assert!(text.get(place).is_some()));
            of_text(&String::from_utf8_lossy(&all), &mut |_, _, _| {});
        }
    }
}
