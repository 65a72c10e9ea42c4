//! `lorem`: words that mean nothing, in the shape of the original.

use super::draw::Draw;
use super::redact::WORD;
use super::text_cell::{TextMask, built, truncate};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::secret::DomainKey;

/// Words by their length, from one letter on. Those of other lengths are put together from these.
const WORDS: &[&[&str]] = &[
    &["a", "e", "o"],
    &["et", "ut", "in", "ad", "ea", "ex", "id", "eu"],
    &["sit", "sed", "non", "qui", "nec", "vel", "est", "per"],
    &["amet", "elit", "quis", "nisi", "aute", "esse", "sint", "anim"],
    &["lorem", "ipsum", "dolor", "magna", "minim", "velit", "culpa", "nulla"],
    &["tempor", "labore", "dolore", "veniam", "fugiat", "mollit", "cursus", "mattis"],
    &["aliquip", "commodo", "officia", "laborum", "feugiat", "egestas", "rhoncus", "viverra"],
    &["pariatur", "deserunt", "occaecat", "proident", "pulvinar", "faucibus", "interdum", "lobortis"],
    &["consequat", "voluptate", "excepteur", "cupidatat", "habitasse", "porttitor", "imperdiet", "curabitur"],
    &["incididunt", "adipiscing", "vestibulum", "incidunter", "dignissime", "elementume"],
    &["consectetur", "ullamcorper", "suspendisse", "scelerisque"],
    &["exercitation", "pellentesque", "sollicitudin", "condimentume"],
];

/// Signs that a sentence is made of; others become a hyphen, since what stands around them could be an address.
const SIGNS: &str = ".,;:!?'\"()-–—…«»“”‘’„¿¡";

/// Writes such words.
struct Lorem {
    key: DomainKey,
    room: usize,
}

impl Lorem {
    /// Appends as many words as there are, as long as they are.
    fn put(text: &str, draw: &mut Draw, out: &mut Vec<u8>) {
        let mut chars = text.char_indices().peekable();
        let mut before = ' ';
        while let Some((start, c)) = chars.next() {
            if c.is_alphabetic() {
                let mut end = start + c.len_utf8();
                while let Some((at, next)) = chars.next_if(|(_, next)| next.is_alphabetic()) {
                    end = at + next.len_utf8();
                }
                put_word(text.get(start..end).unwrap_or_default(), draw, out);
            } else {
                let inside = !before.is_whitespace() && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
                put_sign(c, inside, out);
            }
            before = c;
        }
    }
}

/// Appends a word of the same length, with capitals where all of it or its beginning has them.
fn put_word(word: &str, draw: &mut Draw, out: &mut Vec<u8>) {
    let start = out.len();
    let mut left = word.chars().count();
    while left > 0 {
        let length = left.min(WORDS.len());
        let words = WORDS.get(length - 1).copied().unwrap_or_default();
        let letters = draw.pick(words).copied().unwrap_or("a").bytes().take(left);
        left -= letters.len();
        out.extend(letters);
    }
    let Some(made) = out.get_mut(start..) else { return };
    let mut letters = word.chars();
    let capital = letters.next().is_some_and(char::is_uppercase);
    if capital && made.len() > 1 && letters.all(char::is_uppercase) {
        made.make_ascii_uppercase();
    } else if capital && let Some(first) = made.first_mut() {
        first.make_ascii_uppercase();
    }
}

/// Appends what stands between words. All digits become 1, with which no number passes for somebody's.
fn put_sign(c: char, inside: bool, out: &mut Vec<u8>) {
    let sign = match c {
        c if c.is_whitespace() => c,
        c if c.is_numeric() => '1',
        // `fjordpost.no`, `84.208.1.2`, `2a02::1`
        '.' | ':' if inside => ',',
        c if SIGNS.contains(c) => c,
        _ => '-',
    };
    out.extend_from_slice(sign.encode_utf8(&mut [0; 4]).as_bytes());
}

impl TextMask for Lorem {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let start = out.len();
        let mut draw = Draw::new(&self.key, text.as_bytes());
        for _ in 0..8 {
            out.truncate(start);
            Self::put(text, &mut draw, out);
            truncate(out, start, self.room);
            if out.get(start..) != Some(text.as_bytes()) {
                return Ok(());
            }
        }
        // Signs alone, or a text that is one of these already.
        out.truncate(start);
        let length = text.chars().count();
        out.extend(WORD.iter().cycle().take(length));
        if out.get(start..) == Some(text.as_bytes())
            && let Some(first) = out.get_mut(start)
        {
            *first = b'x';
        }
        truncate(out, start, self.room);
        Ok(())
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("lorem")?;
    site.forbid_unique("lorem")?;
    let lorem = Lorem { key: site.sub_key("lorem"), room: site.room() };
    Ok(built(lorem, Facts::changing(OriginalsOf::Text)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask;
    use super::*;
    use crate::rules::transform::Transform as Spec;

    fn lorem(text: &str) -> String {
        mask(&Spec::Lorem(Default::default()), text)
    }

    #[test]
    fn length_words_sentences_and_lines_stay() {
        let text = "Hei, jeg heter Kari Ødegård.\n\nRing MEG kl. 12:30 (ikke før)!\r\nHilsen K. R. Nordmann-Berg";
        let masked = lorem(text);
        assert_eq!(masked.chars().count(), text.chars().count());
        let shape = |text: &str| -> String {
            text.chars()
                .map(|c| match c {
                    c if c.is_uppercase() => 'X',
                    c if c.is_alphabetic() => 'x',
                    c if c.is_ascii_digit() => '9',
                    ':' => ',',
                    c => c,
                })
                .collect()
        };
        assert_eq!(shape(&masked), shape(text));
        assert!(!masked.contains("Kari") && !masked.contains("Nordmann") && !masked.contains("12"), "{masked}");
    }

    #[test]
    fn nothing_is_left_that_an_identifier_could_be_read_from() {
        let masked = lorem("kari@fjordpost.no https://x.no/?a=b 84.208.1.2 +47 912 34 567");
        assert!(!masked.contains(['@', '/', '+', '=']) && !masked.contains("1.1"), "{masked}");
    }

    #[test]
    fn long_words_and_signs_alone_change_too() {
        let long = "Menneskerettighetsorganisasjonsmedlem";
        assert!(lorem(long).len() == long.len() && lorem(long) != long);
        assert_eq!(lorem("---"), "red");
        assert_ne!(lorem("a"), "a");
        assert_ne!(lorem("1"), "1");
    }

    #[test]
    fn every_word_is_found_at_its_length() {
        for (index, words) in WORDS.iter().enumerate() {
            assert!(words.iter().all(|word| word.len() == index + 1), "{words:?}");
        }
    }
}
