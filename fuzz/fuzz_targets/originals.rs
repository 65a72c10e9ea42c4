//! The normaliser, and what could be an original in a text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stagemask::originals::{OriginalsKey, Scanner, fold};
use stagemask::secret::MaskingKey;
use unicode_normalization::UnicodeNormalization as _;

fuzz_target!(|text: &str| {
    let (mut once, mut twice, mut decomposed) = (String::new(), String::new(), String::new());
    fold(text, &mut once);
    fold(&once, &mut twice);
    assert_eq!(once, twice, "what is folded is folded");
    fold(&text.nfd().collect::<String>(), &mut decomposed);
    assert_eq!(once, decomposed, "the Unicode form makes no difference");
    let key = MaskingKey::parse(&"5a".repeat(32)).expect("64 digits");
    let mut scanner = Scanner::new(OriginalsKey::new(&key));
    let mut candidates = 0;
    scanner.scan(text, &mut |_| {
        candidates += 1;
        candidates % 2 == 0
    });
});
