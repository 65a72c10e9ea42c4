//! Texts in which nothing was found: keys of documents, states and currencies come again row after row.

use xxhash_rust::xxh3::xxh3_64;

/// The column, the nearest key, and the text, as far as they fit.
type Slot = [u8; 64];

const SLOTS: usize = 1024;

/// Short texts that were looked at, each by the column and key that it stood under. A text takes the place of another one of
/// the same number, so memory is bounded; texts are compared whole, so none is taken for another.
pub(super) struct Quiet {
    slots: Vec<Slot>,
    /// What was asked for last.
    asked: Slot,
    number: Option<usize>,
}

impl Quiet {
    pub(super) fn new() -> Self {
        Self { slots: vec![[0; 64]; SLOTS], asked: [0; 64], number: None }
    }

    /// Whether nothing was found in this text where it stood before. Figures are hardly ever the same twice, so they aren't
    /// remembered.
    pub(super) fn knows(&mut self, position: usize, key: Option<&str>, text: &str) -> bool {
        self.number = None;
        if text.is_empty() || text.starts_with(|first: char| first.is_ascii_digit()) {
            return false;
        }
        let Some(length) = write(&mut self.asked, position, key, text) else { return false };
        let hash = xxh3_64(self.asked.get(..length).unwrap_or_default());
        let number = hash as usize % SLOTS;
        self.number = Some(number);
        self.slots.get(number) == Some(&self.asked)
    }

    /// Remembers what was asked for last.
    pub(super) fn remember(&mut self) {
        if let Some(slot) = self.number.and_then(|number| self.slots.get_mut(number)) {
            *slot = self.asked;
        }
    }
}

/// Writes column, key and text with their lengths in front, and gives the length of all; `None` if they don't fit.
fn write(slot: &mut Slot, position: usize, key: Option<&str>, text: &str) -> Option<usize> {
    // Of a text that has no key, one more than any key has.
    let key_length = key.map_or(u8::MAX, |key| u8::try_from(key.len()).unwrap_or(u8::MAX));
    let key = key.unwrap_or_default();
    let end = 4 + key.len() + text.len();
    let (head, rest) = slot.split_at_mut_checked(4)?;
    rest.get(..end - 4)?;
    head.get_mut(..2)?.copy_from_slice(&u16::try_from(position).ok()?.to_le_bytes());
    *head.get_mut(2)? = key_length;
    // Never 0, so that no text is an empty slot.
    *head.get_mut(3)? = u8::try_from(text.len()).ok()?;
    rest.get_mut(..key.len())?.copy_from_slice(key.as_bytes());
    rest.get_mut(key.len()..end - 4)?.copy_from_slice(text.as_bytes());
    rest.get_mut(end - 4..)?.fill(0);
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_known_only_where_it_stood() {
        let mut quiet = Quiet::new();
        assert!(!quiet.knows(1, Some("plan"), "basic"));
        quiet.remember();
        assert!(quiet.knows(1, Some("plan"), "basic"));
        for (position, key, text) in
            [(2, Some("plan"), "basic"), (1, None, "basic"), (1, Some("pla"), "nbasic"), (1, Some("plan"), "basi")]
        {
            assert!(!quiet.knows(position, key, text), "{position} {key:?} {text}");
        }
        assert!(quiet.knows(1, Some("plan"), "basic"));
    }

    #[test]
    fn long_texts_figures_and_nothing_are_not_remembered() {
        let mut quiet = Quiet::new();
        for text in ["", "41234567", &"x".repeat(61)] {
            assert!(!quiet.knows(0, None, text));
            quiet.remember();
            assert!(!quiet.knows(0, None, text));
        }
        assert!(!quiet.knows(0, None, &"x".repeat(60)));
        quiet.remember();
        assert!(quiet.knows(0, None, &"x".repeat(60)));
    }
}
