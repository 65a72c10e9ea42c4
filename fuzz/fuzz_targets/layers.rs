//! What is carried inside texts and files: base64, hexadecimal, escapes, gzip, ZIP, PDF, pictures.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stagemask::verify::layers::{of_bytes, of_text};

fuzz_target!(|data: &[u8]| {
    of_bytes(data, &mut |_, _| {});
    let text = String::from_utf8_lossy(data);
    of_text(&text, &mut |_, place, _| assert!(text.get(place).is_some(), "a place outside the text"));
});
