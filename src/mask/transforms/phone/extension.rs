//! Extensions: the number behind the number, for a line within a company.

/// The longest extension.
const MOST_DIGITS: usize = 7;

/// What stands before an extension, in small letters; a point, colon, equals sign or space may follow. Longer ones come
/// before those that they begin with.
const MARKS: &[&str] = &[
    "extension",
    "ext",
    "x",
    "#",
    "linje",
    "internt",
    "interno",
    "intern",
    "int",
    "anknytning",
    "ankn",
    "lokal",
    "lok",
    "alanumero",
    "durchwahl",
    "dw",
    "poste",
    "toestel",
    "tst",
    "ramal",
    "dahili",
];

/// An extension.
#[derive(Clone, Copy)]
pub(super) struct Extension<'a> {
    /// What stands before it, as it is written: ` ext. `, `x`, `;ext=` (RFC 3966, section 5.3).
    pub(super) mark: &'a str,
    /// Its digits.
    pub(super) digits: &'a str,
}

impl<'a> Extension<'a> {
    /// The extension that a text begins with, if it begins with one.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let marked = text.trim_start_matches([' ', '\u{a0}', ',', ';']);
        if marked.is_empty() {
            return None;
        }
        let rest = MARKS.iter().find_map(|mark| {
            let (start, rest) = marked.split_at_checked(mark.len())?;
            start.eq_ignore_ascii_case(mark).then_some(rest)
        })?;
        let from = rest.trim_start_matches(['.', ':', '=', ' ']);
        let length = from.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, behind) = from.split_at_checked(length)?;
        let apart = !behind.starts_with(char::is_alphanumeric);
        let mark = text.get(..text.len() - from.len())?;
        ((1..=MOST_DIGITS).contains(&length) && apart).then_some(Self { mark, digits })
    }

    /// Its length in characters.
    pub(super) fn chars(&self) -> usize {
        self.mark.chars().count() + self.digits.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_digits_are_told_from_notes() {
        let read = |text: &str| Extension::read(text).map(|found| (found.mark.to_owned(), found.digits.to_owned()));
        let some = |mark: &str, digits: &str| Some((mark.to_owned(), digits.to_owned()));
        assert_eq!(read(" ext. 12, ask for Ingrid"), some(" ext. ", "12"));
        assert_eq!(read("x4711"), some("x", "4711"));
        assert_eq!(read(";ext=22"), some(";ext=", "22"));
        assert_eq!(read(", Intern: 5"), some(", Intern: ", "5"));
        assert_eq!(read(" ext. 12345678"), None);
        assert_eq!(read(" Ingrid 12"), None);
        assert_eq!(read(" x12b"), None);
        assert_eq!(read(""), None);
    }
}
