//! Texts in which nothing was found: keys of documents, states and currencies come again row after row.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The column, the nearest key, and the text behind it.
#[derive(Clone, Copy)]
struct Slot {
    position: u32,
    /// How often texts of the position were forgotten before.
    age: u32,
    /// The length of the key; of a text that has none, one more than any key has.
    key: u8,
    text: u8,
    bytes: [u8; LONGEST],
}

/// Of a key and its text together; longer ones hardly come again.
const LONGEST: usize = 60;

const NO_KEY: u8 = u8::MAX;

const EMPTY: Slot = Slot { position: 0, age: 0, key: 0, text: 0, bytes: [0; LONGEST] };

const SLOTS: usize = 1024;

/// Short texts that were looked at, each by the column and key that it stood under. A text takes the place of another one of
/// the same number, so memory is bounded; texts are compared whole, so none is taken for another.
pub(super) struct Quiet {
    slots: Vec<Slot>,
    /// For each column, how often its texts were forgotten.
    ages: Vec<u32>,
    /// The number of the text that was asked for last.
    number: Option<usize>,
}

impl Quiet {
    /// Knows nothing yet, of so many columns.
    pub(super) fn new(columns: usize) -> Self {
        Self { slots: vec![EMPTY; SLOTS], ages: vec![0; columns], number: None }
    }

    /// Whether nothing was found in this text where it stood before. Figures are hardly ever the same twice, so they aren't
    /// remembered.
    pub(super) fn knows(&mut self, position: usize, key: Option<&str>, text: &str) -> bool {
        let key_length = key.map_or(0, str::len);
        self.number = None;
        if text.is_empty()
            || key_length + text.len() > LONGEST
            || text.starts_with(|first: char| first.is_ascii_digit())
        {
            return false;
        }
        // Keys of one length share their numbers, which costs a place and no more.
        let number = xxh3_64_with_seed(text.as_bytes(), (position << 8 | key_length) as u64) as usize % SLOTS;
        self.number = Some(number);
        let age = self.age(position);
        self.slots.get(number).is_some_and(|slot| slot.age == age && slot.is(position, key, text))
    }

    /// Remembers the text that was asked for last.
    pub(super) fn remember(&mut self, position: usize, key: Option<&str>, text: &str) {
        let age = self.age(position);
        if let Some(slot) = self.number.and_then(|number| self.slots.get_mut(number)) {
            *slot = Slot::of(position, key, text).map_or(EMPTY, |slot| Slot { age, ..slot });
        }
    }

    /// Forgets those of a column.
    pub(super) fn forget(&mut self, position: usize) {
        if let Some(age) = self.ages.get_mut(position) {
            *age = age.wrapping_add(1);
        }
    }

    fn age(&self, position: usize) -> u32 {
        self.ages.get(position).copied().unwrap_or(0)
    }
}

impl Slot {
    fn of(position: usize, key: Option<&str>, text: &str) -> Option<Self> {
        let (position, text_length) = (u32::try_from(position).ok()?, u8::try_from(text.len()).ok()?);
        let mut slot = Self { position, key: length(key)?, text: text_length, ..EMPTY };
        let key = key.unwrap_or_default();
        slot.bytes.get_mut(..key.len())?.copy_from_slice(key.as_bytes());
        slot.bytes.get_mut(key.len()..key.len() + text.len())?.copy_from_slice(text.as_bytes());
        Some(slot)
    }

    /// An empty slot is no text's, since no empty text is asked for.
    fn is(&self, position: usize, key: Option<&str>, text: &str) -> bool {
        let is_as_long =
            self.position as usize == position && usize::from(self.text) == text.len() && Some(self.key) == length(key);
        let key = key.unwrap_or_default();
        is_as_long
            && self.bytes.get(..key.len()) == Some(key.as_bytes())
            && self.bytes.get(key.len()..key.len() + text.len()) == Some(text.as_bytes())
    }
}

fn length(key: Option<&str>) -> Option<u8> {
    key.map_or(Some(NO_KEY), |key| u8::try_from(key.len()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_known_only_where_it_stood() {
        let mut quiet = Quiet::new(3);
        assert!(!quiet.knows(1, Some("plan"), "basic"));
        quiet.remember(1, Some("plan"), "basic");
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
        let mut quiet = Quiet::new(1);
        for text in ["", "41234567", &"x".repeat(61)] {
            assert!(!quiet.knows(0, None, text));
            quiet.remember(0, None, text);
            assert!(!quiet.knows(0, None, text));
        }
        let longest = "x".repeat(60);
        assert!(!quiet.knows(0, None, &longest));
        quiet.remember(0, None, &longest);
        assert!(quiet.knows(0, None, &longest));
    }

    #[test]
    fn what_is_forgotten_of_one_column_is_known_of_others() {
        let mut quiet = Quiet::new(2);
        for position in [0, 1] {
            assert!(!quiet.knows(position, None, "basic"));
            quiet.remember(position, None, "basic");
        }
        quiet.forget(0);
        assert!(!quiet.knows(0, None, "basic") && quiet.knows(1, None, "basic"));
        assert!(!quiet.knows(0, None, "basic"));
        quiet.remember(0, None, "basic");
        assert!(quiet.knows(0, None, "basic"));
    }
}
