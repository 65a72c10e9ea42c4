//! Documents that say nothing, each a valid one of its kind: what bytes become, so that an application still reads them.
//!
//! All are made here, once, and the same for every run.

use std::sync::LazyLock;

use memchr::memmem;

/// What text becomes.
pub(super) const WORD: &[u8] = b"redacted";

/// A page, a dot and a dot.
const PDF: &[u8] = include_bytes!("documents/blank.pdf");
const PNG: &[u8] = include_bytes!("documents/blank.png");
const JPEG: &[u8] = include_bytes!("documents/blank.jpg");

/// One black dot (GIF89a): a screen with a table of two colours, one image, two codes of three bits and their end.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3B";

/// One dot without colour (RFC 9649, 3): no transform, no cache, and five codes of one symbol each, which take no bits.
const WEBP: &[u8] = b"RIFF\x14\0\0\0WEBPVP8L\x08\0\0\0\x2F\0\0\0\x10\x88\x88\x08";

/// One white dot of 24 bits.
const BMP: &[u8] = b"BM\x3A\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0\0\0\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xFF\xFF\xFF\0";

const RTF: &[u8] = b"{\\rtf1\\ansi redacted}";
const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>";
const HTML: &[u8] = b"<!DOCTYPE html><html><head><title>redacted</title></head><body></body></html>";
pub(super) const XML: &[u8] = b"<redacted/>";

/// Chooses among the kinds of document that begin alike.
type Choose = fn(&[u8]) -> &'static [u8];

/// The placeholder for a document, by how it begins; a word for what isn't known.
pub(super) fn like(document: &[u8]) -> &'static [u8] {
    const BEGINNINGS: &[(&[u8], Choose)] = &[
        (b"%PDF-", |_| PDF),
        (b"\x89PNG\r\n\x1a\n", |_| PNG),
        (b"\xFF\xD8\xFF", |_| JPEG),
        (b"GIF8", |_| GIF),
        (b"RIFF", |document| if document.get(8..12) == Some(b"WEBP") { WEBP } else { WORD }),
        (b"BM", |document| if document.get(6..10) == Some(&[0; 4]) { BMP } else { WORD }),
        (b"PK\x03\x04", archive),
        (b"PK\x05\x06", |_| &ZIP),
        (b"\x1F\x8B\x08", |_| &GZIP),
        (b"{\\rtf", |_| RTF),
    ];
    let known = BEGINNINGS.iter().find(|(beginning, _)| document.starts_with(beginning));
    known.map_or_else(|| text(document), |(_, placeholder)| placeholder(document))
}

/// Office documents are archives; their parts are named in the clear.
fn archive(document: &[u8]) -> &'static [u8] {
    let has = |name: &[u8]| memmem::find(document, name).is_some();
    match has(b"[Content_Types].xml") {
        true if has(b"word/document.xml") => &DOCX,
        true if has(b"xl/workbook.xml") => &XLSX,
        _ => &ZIP,
    }
}

/// Documents in text.
fn text(document: &[u8]) -> &'static [u8] {
    let head = document.get(..document.len().min(1024)).unwrap_or_default().trim_ascii_start();
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let begins = |word: &[u8]| head.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if head.starts_with(b"<svg") || (begins(b"<?xml") && memmem::find(head, b"<svg").is_some()) {
        SVG
    } else if begins(b"<!doctype html") || begins(b"<html") {
        HTML
    } else if begins(b"<?xml") {
        XML
    } else if head.starts_with(b"{") && is_json(document) {
        b"{}"
    } else if head.starts_with(b"[") && is_json(document) {
        b"[]"
    } else {
        WORD
    }
}

fn is_json(document: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(document).is_ok()
}

/// `redacted`, not compressed (RFC 1952, RFC 1951 3.2.4), and no time of making.
static GZIP: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let length = WORD.len() as u16;
    let head: &[u8] = b"\x1F\x8B\x08\0\0\0\0\0\0\xFF\x01";
    let lengths = [length.to_le_bytes(), (!length).to_le_bytes()].concat();
    let tail = [checksum(WORD).to_le_bytes(), u32::from(length).to_le_bytes()].concat();
    [head, &lengths, WORD, &tail].concat()
});

static ZIP: LazyLock<Vec<u8>> = LazyLock::new(|| zip(&[("redacted.txt", "redacted")]));

/// The least that ECMA-376 asks of a document: its types, what is at the root, and the main part.
static DOCX: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let part = "word/document.xml";
    let body = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r>\
                <w:t>redacted</w:t></w:r></w:p></w:body></w:document>";
    zip(&[
        ("[Content_Types].xml", &types(&[(part, "wordprocessingml.document.main")])),
        ("_rels/.rels", &relation("officeDocument", part)),
        (part, body),
    ])
});

/// The same of a workbook: one empty sheet.
static XLSX: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let (book, sheet) = ("xl/workbook.xml", "xl/worksheets/sheet1.xml");
    let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let sheets = format!(
        "<workbook {main} xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>\
         <sheet name=\"redacted\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    zip(&[
        ("[Content_Types].xml", &types(&[(book, "spreadsheetml.sheet.main"), (sheet, "spreadsheetml.worksheet")])),
        ("_rels/.rels", &relation("officeDocument", book)),
        (book, &sheets),
        ("xl/_rels/workbook.xml.rels", &relation("worksheet", "worksheets/sheet1.xml")),
        (sheet, &format!("<worksheet {main}><sheetData/></worksheet>")),
    ])
});

fn types(parts: &[(&str, &str)]) -> String {
    let each = parts.iter().map(|(part, kind)| {
        format!(
            "<Override PartName=\"/{part}\" ContentType=\"application/vnd.openxmlformats-officedocument.{kind}+xml\"/>"
        )
    });
    format!(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
         ContentType=\"application/xml\"/>{}</Types>",
        each.collect::<String>()
    )
}

fn relation(kind: &str, target: &str) -> String {
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>\
         </Relationships>"
    )
}

/// An archive of files that aren't compressed (PKWARE's APPNOTE, 4.3), all of 1980-01-01, the first day that it knows.
fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    const FIRST_DAY: u16 = 1 << 5 | 1;
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let offset = archive.len() as u32;
        let size = content.len() as u32;
        let mut fields = Vec::new();
        for number in [20, 0, 0, 0, FIRST_DAY] {
            fields.extend_from_slice(&number.to_le_bytes());
        }
        for number in [checksum(content.as_bytes()), size, size] {
            fields.extend_from_slice(&number.to_le_bytes());
        }
        fields.extend_from_slice(&(name.len() as u16).to_le_bytes());
        fields.extend_from_slice(&[0; 2]);
        archive.extend_from_slice(b"PK\x03\x04");
        archive.extend_from_slice(&fields);
        archive.extend_from_slice(name.as_bytes());
        archive.extend_from_slice(content.as_bytes());
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        directory.extend_from_slice(&fields);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let (count, start) = (files.len() as u16, archive.len() as u32);
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    archive.extend_from_slice(&[count.to_le_bytes(), count.to_le_bytes()].concat());
    archive.extend_from_slice(&[(directory.len() as u32).to_le_bytes(), start.to_le_bytes()].concat());
    archive.extend_from_slice(&[0; 2]);
    archive
}

/// CRC-32, as `gzip` and `zip` have it.
fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_document_becomes_one_of_its_kind() {
        let cases: &[(&[u8], &[u8])] = &[
            (b"%PDF-1.7 passport", PDF),
            (b"\x89PNG\r\n\x1a\nface", PNG),
            (b"\xFF\xD8\xFF\xE0face", JPEG),
            (b"GIF87aface", GIF),
            (b"RIFF\0\0\0\0WEBPface", WEBP),
            (b"RIFF\0\0\0\0WAVEvoice", WORD),
            (b"PK\x03\x04 photos.jpg", &ZIP),
            (b"PK\x03\x04 [Content_Types].xml word/document.xml Kari", &DOCX),
            (b"PK\x03\x04 [Content_Types].xml xl/workbook.xml Kari", &XLSX),
            (b"\x1F\x8B\x08Kari", &GZIP),
            (b"{\\rtf1 Kari}", RTF),
            (b"<?xml version=\"1.0\"?><svg>Kari</svg>", SVG),
            (b"<?xml version=\"1.0\"?><person>Kari</person>", XML),
            (b"<!doctype HTML><p>Kari", HTML),
            (b" {\"name\": \"Kari\"}", b"{}"),
            (b"[\"Kari\"]", b"[]"),
            (b"{Kari}", WORD),
            (b"Kari", WORD),
            (b"", WORD),
        ];
        for (document, expected) in cases {
            assert_eq!(like(document), *expected, "{}", String::from_utf8_lossy(document));
        }
    }

    #[test]
    fn each_placeholder_is_its_own() {
        let all: [&[u8]; 11] = [PDF, PNG, JPEG, GIF, WEBP, BMP, &ZIP, &DOCX, &XLSX, &GZIP, SVG];
        for placeholder in all {
            assert_eq!(like(placeholder), placeholder);
        }
    }

    #[test]
    fn what_says_how_long_it_is_says_so_rightly() {
        assert_eq!(BMP.len(), usize::from(BMP[2]));
        assert_eq!(WEBP.len() - 8, usize::from(WEBP[4]));
        assert_eq!((GIF.len(), GIF.last()), (35, Some(&0x3B)));
    }

    #[test]
    fn the_compressed_one_can_be_read() {
        let mut text = String::new();
        flate2::read::GzDecoder::new(&GZIP[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, "redacted");
    }

    #[test]
    fn an_archive_has_its_files_where_its_directory_says() {
        for (archive, count) in [(&ZIP, 1), (&DOCX, 3), (&XLSX, 5)] {
            let number = |at: usize| u32::from_le_bytes(archive[at..at + 4].try_into().unwrap()) as usize;
            let end = archive.len() - 22;
            let mut at = number(end + 16);
            assert_eq!((at + number(end + 12), usize::from(archive[end + 10])), (end, count));
            for _ in 0..count {
                let (size, name) = (number(at + 24), usize::from(archive[at + 28]));
                let file = number(at + 42);
                assert_eq!(archive[file..file + 4], *b"PK\x03\x04");
                let content = &archive[file + 30 + name..file + 30 + name + size];
                assert_eq!(checksum(content) as usize, number(at + 16));
                at += 46 + name;
            }
            assert_eq!(at, end);
        }
    }

    #[test]
    fn the_places_in_the_blank_page_are_where_its_table_says() {
        let text = String::from_utf8(PDF.to_vec()).unwrap();
        let table = text.find("xref\n").unwrap();
        assert!(text.contains(&format!("startxref\n{table}\n")));
        for (number, line) in text[table..].lines().skip(3).take(5).enumerate() {
            let place: usize = line[..10].parse().unwrap();
            assert!(text[place..].starts_with(&format!("{} 0 obj", number + 1)), "{line}");
        }
    }
}
