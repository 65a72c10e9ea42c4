use proptest::prelude::*;

use super::super::testing::{column, mask_bytes};
use super::*;
use crate::rules::transform::Transform as Spec;

fn stripped(cell: &[u8]) -> Vec<u8> {
    mask_bytes(&Spec::StripExif(Default::default()), &column(TypeClass::Bytea, None), cell)
}

fn segment(kind: u8, content: &[u8]) -> Vec<u8> {
    [&[0xFF, kind][..], &(content.len() as u16 + 2).to_be_bytes(), content].concat()
}

/// A colour table, a frame and two scans, with stuffed bytes, a restart and fill before the second.
fn picture() -> Vec<u8> {
    let scan = [segment(0xDA, &[1, 1, 0, 0, 63, 0]), vec![0x12, 0xFF, 0, 0x34, 0xFF, 0xD3, 0x56]].concat();
    [segment(0xDB, &[7; 65]), segment(0xC2, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]), scan.clone(), scan].concat()
}

fn jpeg(before: &[u8], after: &[u8]) -> Vec<u8> {
    [b"\xFF\xD8", before, &picture(), b"\xFF\xD9", after].concat()
}

/// Exif with an orientation between two other entries.
fn exif(turn: u8) -> Vec<u8> {
    let mut content = b"Exif\0\0II*\0\x08\0\0\0\x03\0".to_vec();
    content.extend_from_slice(b"\x0F\x01\x02\0\x05\0\0\0Kari\x12\x01\x03\0\x01\0\0\0");
    content.extend_from_slice(&[turn, 0, 0, 0]);
    content.extend_from_slice(b"\x25\x88\x04\0\x01\0\0\0\x3A\0\0\0\0\0\0\0GPS 59.91 N");
    segment(0xE1, &content)
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(content);
    [&(content.len() as u32).to_be_bytes()[..], kind, content, &crc.sum().to_be_bytes()].concat()
}

#[test]
fn what_applications_and_people_wrote_into_a_jpeg_goes_and_the_picture_stays() {
    let before = [
        exif(1),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0Kari"),
        segment(0xE2, b"MPF\0Kari"),
        segment(0xED, b"Photoshop 3.0\0Kari"),
        segment(0xFE, b"Kari"),
        segment(0xEB, b"Kari"),
        segment(0xE0, b"JFXX\0Kari"),
    ];
    assert_eq!(stripped(&jpeg(&before.concat(), b"Kari")), jpeg(&[], &[]));
}

#[test]
fn what_shows_the_colours_stays_and_the_small_picture_goes() {
    let profile = segment(0xE2, b"ICC_PROFILE\0\x01\x01profile");
    let adobe = segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01");
    let small = segment(0xE0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\x01\x01\xAA\xBB\xCC");
    let plain = segment(0xE0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\0\0");
    let kept = [plain, profile.clone(), adobe.clone()].concat();
    assert_eq!(stripped(&jpeg(&[small, profile, adobe].concat(), &[])), jpeg(&kept, &[]));
}

#[test]
fn a_picture_that_has_to_be_turned_still_says_so_and_nothing_else() {
    let out = stripped(&jpeg(&[exif(6), exif(3)].concat(), &[]));
    let content = out.get(6..38).unwrap();
    assert_eq!(orientation(content), Some(6));
    assert_eq!(out, jpeg(&out[2..38], &[]));
    assert!(memchr::memmem::find(&out, b"Kari").is_none() && memchr::memmem::find(&out, b"GPS").is_none());
    assert_eq!(stripped(&out), out);
}

#[test]
fn a_png_keeps_its_picture_alone() {
    let ihdr = chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
    let (idat, iend, phys) = (chunk(b"IDAT", b"picture"), chunk(b"IEND", b""), chunk(b"pHYs", &[0; 9]));
    let said: Vec<u8> = [b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME", b"caBX"]
        .into_iter()
        .flat_map(|kind| chunk(kind, b"Kari"))
        .collect();
    let png = |said: &[u8], after: &[u8]| [PNG, &ihdr, said, &phys, &idat, said, &iend, after].concat();
    assert_eq!(stripped(&png(&said, b"Kari")), png(&[], &[]));
}

#[test]
fn what_is_no_whole_picture_becomes_a_placeholder_of_its_kind() {
    let whole = jpeg(&exif(6), &[]);
    for end in 3..whole.len() - 1 {
        assert_eq!(stripped(&whole[..end]), placeholder::like(b"\xFF\xD8\xFF"), "{end}");
    }
    assert_eq!(stripped(&[PNG, b"Kari"].concat()), placeholder::like(PNG));
    assert_eq!(stripped(b"%PDF-1.7 Kari"), placeholder::like(b"%PDF-"));
    assert_eq!(stripped(b"GIF89a Kari"), placeholder::like(b"GIF8"));
    assert_eq!(stripped(b""), b"");
}

#[test]
fn the_placeholders_are_pictures_in_which_nothing_is_said() {
    for kind in [&b"\xFF\xD8\xFF"[..], PNG] {
        let placeholder = placeholder::like(kind);
        assert_eq!(stripped(placeholder), placeholder);
    }
}

proptest! {
    #[test]
    fn any_bytes_behind_a_beginning_end_in_a_picture_that_is_its_own_result(
        start in prop::sample::select(vec![b"\xFF\xD8".to_vec(), PNG.to_vec(), jpeg(&[], &[]), vec![]]),
        parts in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..12),
                (0xC0u8..=0xFF, prop::collection::vec(any::<u8>(), 0..40)).prop_map(|(kind, content)| segment(kind, &content)),
                Just(exif(7)),
                Just(picture()),
                Just(chunk(b"IHDR", &[0; 13])),
                Just(chunk(b"IEND", b"")),
                Just(b"\xFF\xD9".to_vec()),
            ],
            0..8,
        ),
    ) {
        let out = stripped(&[start, parts.concat()].concat());
        prop_assert_eq!(stripped(&out), out);
    }
}
