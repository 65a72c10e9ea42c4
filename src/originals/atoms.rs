//! Cuts a folded text at everything that isn't a letter or a digit. Whatever an identifier looks like, it is a run of
//! such atoms and of the characters between them, so both sides need to agree on nothing else.

/// A run of letters and digits, as byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Atom {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) letters: bool,
    pub(super) digits: bool,
}

impl Atom {
    pub(super) fn len(self) -> usize {
        self.end - self.start
    }

    pub(super) fn is_number(self) -> bool {
        self.digits && !self.letters
    }

    pub(super) fn is_word(self) -> bool {
        self.letters && !self.digits
    }
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const NOT_ASCII: u8 = 4;

/// What each byte is. A table, since letters and digits of a token alternate as no processor foresees.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0u8;
    loop {
        kinds[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            0x80.. => NOT_ASCII,
            _ => 0,
        };
        if byte == u8::MAX {
            break kinds;
        }
        byte += 1;
    }
};

/// Replaces `atoms` by those of the text.
pub(super) fn split(text: &str, atoms: &mut Vec<Atom>) {
    atoms.clear();
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let (mut end, mut kinds) = (start, 0);
        while let Some(byte) = bytes.get(end) {
            match KINDS[usize::from(*byte)] {
                0 => break,
                NOT_ASCII => match letter(text, end) {
                    Some(letter) => {
                        kinds |= LETTER;
                        end += letter.len_utf8();
                    }
                    None => break,
                },
                kind => {
                    kinds |= kind;
                    end += 1;
                }
            }
        }
        if end > start {
            atoms.push(Atom { start, end, letters: kinds & LETTER != 0, digits: kinds & DIGIT != 0 });
        }
        // What ended the atom, or began none, may be several bytes long; none of them begins a letter.
        start = end + 1;
        while !text.is_char_boundary(start) && start < bytes.len() {
            start += 1;
        }
    }
}

/// The letter that begins at a byte.
fn letter(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next().filter(|character| character.is_alphanumeric())
}

/// The number of characters in UTF-8.
pub(super) fn characters(bytes: &[u8]) -> usize {
    // Every byte but the first of a character begins with the bits 10 (RFC 3629, section 3).
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// A folded text and its atoms.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) text: &'a str,
    pub(super) atoms: &'a [Atom],
}

impl<'a> View<'a> {
    /// As much of a long identifier as is hashed, in bytes.
    pub(super) const LONGEST: usize = 4096;

    pub(super) fn atom(self, index: usize) -> Option<Atom> {
        self.atoms.get(index).copied()
    }

    /// The text of one atom.
    pub(super) fn bytes(self, atom: Atom) -> &'a [u8] {
        self.text.as_bytes().get(atom.start..atom.end).unwrap_or_default()
    }

    /// The text from one atom to the end of another, cut at the longest that is hashed.
    pub(super) fn span(self, first: usize, last: usize) -> &'a [u8] {
        let (Some(first), Some(last)) = (self.atom(first), self.atom(last)) else { return &[] };
        let end = last.end.min(first.start + Self::LONGEST);
        self.text.as_bytes().get(first.start..end).unwrap_or_default()
    }

    /// What is between an atom and the next; `None` after the last.
    pub(super) fn gap(self, index: usize) -> Option<&'a [u8]> {
        let (atom, next) = (self.atom(index)?, self.atom(index + 1)?);
        self.text.as_bytes().get(atom.end..next.start)
    }

    /// Some of the atoms, with the same text.
    pub(super) fn part(self, first: usize, last: usize) -> Self {
        Self { text: self.text, atoms: self.atoms.get(first..=last).unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_letters_and_digits_separates() {
        let mut atoms = Vec::new();
        let text = "«<ødegård_12@x.no>…";
        split(text, &mut atoms);
        let view = View { text, atoms: &atoms };
        let parts: Vec<&[u8]> = atoms.iter().map(|atom| view.bytes(*atom)).collect();
        assert_eq!(parts, ["ødegård".as_bytes(), b"12", b"x", b"no"]);
        assert_eq!(view.span(1, 3), b"12@x.no");
        assert_eq!(view.gap(1), Some(b"@".as_slice()));
        assert_eq!(view.gap(3), None);
        assert!(atoms[0].is_word() && atoms[1].is_number());
    }
}
