//! How a name is spelled, and what it is once spelling is taken away.

use unicode_normalization::char::decompose_canonical;

/// Letters and digits only, lower case, without marks: `Ødegård`, `ODEGARD` and `odegard` are the same.
///
/// Longer text is cut: what lies past the 96th byte tells no two names apart.
pub(super) struct Folded {
    bytes: [u8; Self::CAPACITY],
    len: usize,
}

impl Folded {
    const CAPACITY: usize = 96;

    /// The folded text.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn push(&mut self, bytes: &[u8]) {
        if let Some(place) = self.bytes.get_mut(self.len..self.len + bytes.len()) {
            place.copy_from_slice(bytes);
            self.len += bytes.len();
        }
    }

    fn push_ascii(&mut self, text: &[u8]) {
        for byte in text {
            let folded = ASCII[usize::from(*byte)];
            let Some(place) = self.bytes.get_mut(self.len) else { return };
            *place = folded;
            self.len += usize::from(folded != 0);
        }
    }

    fn push_char(&mut self, c: char) {
        self.push(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// What becomes of each byte, 0 where nothing does. A table, since no processor foresees where a word ends.
const ASCII: [u8; 256] = {
    let mut folded = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            folded[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    folded
};

/// Folds a name; what has no letters and digits is itself.
pub(super) fn fold(text: &str) -> Folded {
    let mut folded = Folded { bytes: [0; Folded::CAPACITY], len: 0 };
    if text.is_ascii() {
        folded.push_ascii(text.as_bytes());
    } else {
        text.chars().for_each(|c| fold_char(c, &mut folded));
    }
    if folded.len == 0 {
        for c in text.trim().chars() {
            folded.push_char(c);
        }
    }
    folded
}

fn fold_char(c: char, folded: &mut Folded) {
    match c {
        'a'..='z' | '0'..='9' => folded.push(&[c as u8]),
        'A'..='Z' => folded.push(&[c as u8 | 0x20]),
        'æ' | 'Æ' => folded.push(b"ae"),
        'ø' | 'Ø' => folded.push(b"o"),
        'å' | 'Å' => folded.push(b"a"),
        'œ' | 'Œ' => folded.push(b"oe"),
        'ß' | 'ẞ' => folded.push(b"ss"),
        'ð' | 'Ð' | 'đ' | 'Đ' => folded.push(b"d"),
        'þ' | 'Þ' => folded.push(b"th"),
        'ł' | 'Ł' => folded.push(b"l"),
        'ı' | 'İ' => folded.push(b"i"),
        c if c.is_ascii() => {}
        c => decompose_canonical(c, |part| {
            for lower in part.to_lowercase().filter(|lower| lower.is_alphanumeric()) {
                folded.push_char(lower);
            }
        }),
    }
}

/// Which letters are capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// All.
    Upper,
    /// None.
    Lower,
    /// As the word itself is written.
    Proper,
}

/// The style of a text. A single letter has none.
pub(super) fn style_of(text: &str) -> Style {
    let (mut upper, mut lower) = (0, 0);
    for c in text.chars() {
        if c.is_lowercase() {
            lower += 1;
        } else if c.is_uppercase() {
            upper += 1;
        }
        if upper > 0 && lower > 0 {
            return Style::Proper;
        }
    }
    match (upper, lower) {
        (0, 1..) => Style::Lower,
        (2.., 0) => Style::Upper,
        _ => Style::Proper,
    }
}

/// Appends a word in a style.
pub(super) fn put_word(out: &mut Vec<u8>, word: &str, style: Style) {
    let mut put = |c: char| out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    match style {
        Style::Proper => out.extend_from_slice(word.as_bytes()),
        Style::Upper => word.chars().flat_map(char::to_uppercase).for_each(&mut put),
        Style::Lower => word.chars().flat_map(char::to_lowercase).for_each(&mut put),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_capitals_make_no_difference() {
        let folded = |text| String::from_utf8(fold(text).as_bytes().to_vec()).unwrap();
        assert_eq!(folded("Ødegård"), "odegard");
        assert_eq!(folded("ODEGA\u{30A}RD"), "odegard");
        assert_eq!(folded("Zażółć Æsop-Müller"), "zazolcaesopmuller");
        assert_eq!(folded("王伟"), "王伟");
        assert_eq!(folded(" -- "), "--");
    }

    #[test]
    fn capitals_are_recognised() {
        assert_eq!(style_of("INGRID"), Style::Upper);
        assert_eq!(style_of("ingrid"), Style::Lower);
        assert_eq!(style_of("Ingrid"), Style::Proper);
        assert_eq!(style_of("J"), Style::Proper);
    }
}
