//! One form for all ways to write a text: case, Unicode form, spacing, dashes and quotes.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// All characters before it are NFC by themselves (Unicode's DerivedNormalizationProps).
const FIRST_COMBINING: char = '\u{300}';

/// Replaces `out` by the text in NFC (Unicode Standard Annex 15), caseless, without white space at its ends, with one
/// space for each run of white space, with ASCII dashes and quotes, and without invisible characters.
///
/// Caseless means what lower, upper and lower case again make of a character, which is Unicode's full case folding for
/// the letters of names: `ß` is `ss`, `ς` is `σ`.
pub fn fold(text: &str, out: &mut String) {
    out.clear();
    out.reserve(text.len());
    if text.is_ascii() {
        fold_ascii(text, out);
    } else if text.chars().all(|character| character < FIRST_COMBINING) {
        fold_characters(text.chars(), false, out);
    } else if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        fold_characters(text.chars(), true, out);
    } else {
        fold_characters(text.nfc(), true, out);
    }
    if out.ends_with(' ') {
        out.pop();
    }
}

/// Nearly every cell is ASCII with single spaces, which needs no look at single characters.
fn fold_ascii(text: &str, out: &mut String) {
    let text = text.trim_ascii();
    // Whole vectors of bytes at a time, since no look ends at the first that it finds; most texts need the first alone.
    let any_space = text.bytes().fold(false, |found, byte| found | (byte <= b' '));
    let is_odd = || {
        let other_space = text.bytes().fold(false, |found, byte| found | matches!(byte, b'\t'..=b'\r'));
        let neighbours = text.bytes().zip(text.bytes().skip(1));
        other_space | neighbours.fold(false, |found, (one, next)| found | (one == b' ' && next == b' '))
    };
    if !any_space || !is_odd() {
        out.push_str(text);
        out.make_ascii_lowercase();
    } else {
        text.bytes().for_each(|byte| push(char::from(byte.to_ascii_lowercase()), out));
    }
}

/// `has_marks` says whether a mark may follow a letter.
fn fold_characters(characters: impl Iterator<Item = char>, has_marks: bool, out: &mut String) {
    let mut expanded = false;
    for character in characters {
        if character.is_ascii() {
            push(character.to_ascii_lowercase(), out);
        } else if let Some(caseless) = western(character) {
            out.push(caseless);
        } else if let Some(plain) = plain(character) {
            push(plain, out);
        } else if character == 'ß' && !has_marks {
            out.push_str("ss");
        } else if !is_invisible(character) {
            let caseless = character.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
            let mut count = 0;
            caseless.for_each(|folded| {
                push(plain(folded).unwrap_or(folded), out);
                count += 1;
            });
            // A mark after a letter may have a composed form that only the folded letter has.
            expanded |= count > 1 || is_nfc_quick(std::iter::once(character)) != IsNormalized::Yes;
        }
    }
    if expanded {
        *out = out.nfc().collect();
    }
}

fn push(character: char, out: &mut String) {
    if !character.is_whitespace() {
        out.push(character);
    } else if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// The letters of Latin-1, by far the most common that aren't ASCII here; `ß` and `×` are not among them.
fn western(character: char) -> Option<char> {
    match character {
        '\u{e0}'..='\u{f6}' | '\u{f8}'..='\u{ff}' => Some(character),
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{de}' => char::from_u32(u32::from(character) + 0x20),
        _ => None,
    }
}

/// The ASCII character that people and word processors use for the same purpose.
fn plain(character: char) -> Option<char> {
    match character {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' => Some('-'),
        '\u{2018}'..='\u{201b}' | '\u{02bc}' | '\u{00b4}' | '\u{2032}' => Some('\''),
        '\u{201c}'..='\u{201f}' => Some('"'),
        // Full width, as keyboards of East Asia write Latin text.
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - 0xfee0).map(|character| character.to_ascii_lowercase())
        }
        _ => digit(character),
    }
}

/// The ASCII digit for a decimal digit of Arabic, Persian or Devanagari (Unicode's `Nd`, in blocks of ten).
fn digit(character: char) -> Option<char> {
    let zero = match character {
        '\u{0660}'..='\u{0669}' => 0x0660,
        '\u{06f0}'..='\u{06f9}' => 0x06f0,
        '\u{0966}'..='\u{096f}' => 0x0966,
        _ => return None,
    };
    char::from_digit(u32::from(character) - zero, 10)
}

/// Soft hyphens, zero-width spaces and joiners, direction marks, byte order marks: they hide in copied text.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{00ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> String {
        let mut out = String::from("left over");
        fold(text, &mut out);
        out
    }

    #[test]
    fn case_spacing_dashes_quotes_and_invisible_characters_make_no_difference() {
        for (one, other) in [
            ("  Kari\t\n Ødegård ", "KARI ØDEGÅRD"),
            ("Anne\u{2011}Marie", "anne-marie"),
            ("O\u{2019}Brien", "o'brien"),
            ("Straße", "STRASSE"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("kari\u{200b}@online.no", "Kari@Online.no"),
            ("412\u{a0}34\u{202f}567", "412 34 567"),
            ("A\u{30a}sa", "åsa"),
            ("\u{ff2b}\u{ff41}ri", "kari"),
            ("\u{0664}\u{06f1}\u{ff12}\u{0969}", "4123"),
        ] {
            assert_eq!(folded(one), folded(other));
        }
        assert_ne!(folded("Åsa"), folded("Asa"));
        assert_ne!(folded("a b"), folded("ab"));
    }

    #[test]
    fn the_short_cut_for_western_letters_agrees_with_unicode() {
        for character in '\u{80}'..FIRST_COMBINING {
            assert_eq!(is_nfc_quick(std::iter::once(character)), IsNormalized::Yes);
            if let Some(short) = western(character) {
                let long = character.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
                assert_eq!(long.collect::<String>(), short.to_string());
            }
        }
    }

    proptest! {
        #[test]
        fn folding_is_blind_to_case_and_unicode_form_and_changes_nothing_twice(text in "[ -~à-ɏ\u{300}-\u{30c}α-ωа-я ]{0,40}") {
            let once = folded(&text);
            prop_assert_eq!(&folded(&once), &once);
            prop_assert_eq!(&folded(&text.nfd().collect::<String>()), &once);
            prop_assert_eq!(&folded(&text.nfc().collect::<String>().to_uppercase()), &once);
        }

        #[test]
        fn any_text_at_all_can_be_folded(text in any::<String>()) {
            let once = folded(&text);
            prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
        }
    }
}
