//! Whose a given name is: a woman's or a man's.

use std::collections::HashMap;

use super::super::spelling::fold;
use super::Source;
use super::hasher::QuickBuilder;

/// What a name, a title or a cell says of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Gender {
    /// A woman.
    Woman,
    /// A man.
    Man,
}

/// Given names and whose they are; `None` for those of both.
pub(super) struct Genders(HashMap<Vec<u8>, Option<Gender>, QuickBuilder>);

impl Genders {
    pub(super) fn new<const N: usize>(sources: [&'static Source; N]) -> Self {
        let mut genders = HashMap::default();
        for source in sources {
            for (names, gender) in [(source.women, Gender::Woman), (source.men, Gender::Man)] {
                for name in names.split_whitespace() {
                    let entry = genders.entry(fold(name).as_bytes().to_vec()).or_insert(Some(gender));
                    if *entry != Some(gender) {
                        *entry = None;
                    }
                }
            }
        }
        Self(genders)
    }

    /// Whose a folded name is; `None` if it isn't listed, `Some(None)` if it is for both.
    pub(super) fn of(&self, folded: &[u8]) -> Option<Option<Gender>> {
        self.0.get(folded).copied()
    }
}

/// What columns of genders say for a woman and for a man, folded: words and letters of the languages there are locales
/// for, and the figures of ISO/IEC 5218. Letters that mean one in one language and the other in another are left out.
const SAID: &[(&str, Gender)] = &[
    ("f", Gender::Woman),
    ("k", Gender::Woman),
    ("w", Gender::Woman),
    ("n", Gender::Woman),
    ("2", Gender::Woman),
    ("female", Gender::Woman),
    ("woman", Gender::Woman),
    ("girl", Gender::Woman),
    ("kvinne", Gender::Woman),
    ("kvinna", Gender::Woman),
    ("kvinde", Gender::Woman),
    ("jente", Gender::Woman),
    ("nainen", Gender::Woman),
    ("frau", Gender::Woman),
    ("weiblich", Gender::Woman),
    ("femme", Gender::Woman),
    ("feminin", Gender::Woman),
    ("femmina", Gender::Woman),
    ("donna", Gender::Woman),
    ("vrouw", Gender::Woman),
    ("feminino", Gender::Woman),
    ("mulher", Gender::Woman),
    ("kadin", Gender::Woman),
    ("benyw", Gender::Woman),
    ("女", Gender::Woman),
    ("女性", Gender::Woman),
    ("m", Gender::Man),
    ("1", Gender::Man),
    ("male", Gender::Man),
    ("man", Gender::Man),
    ("boy", Gender::Man),
    ("mann", Gender::Man),
    ("mand", Gender::Man),
    ("gutt", Gender::Man),
    ("mies", Gender::Man),
    ("herr", Gender::Man),
    ("mannlich", Gender::Man),
    ("homme", Gender::Man),
    ("masculin", Gender::Man),
    ("maschio", Gender::Man),
    ("uomo", Gender::Man),
    ("masculino", Gender::Man),
    ("homem", Gender::Man),
    ("erkek", Gender::Man),
    ("gwryw", Gender::Man),
    ("男", Gender::Man),
    ("男性", Gender::Man),
];

/// What a cell of a column of genders says.
pub(in super::super) fn said(text: &str) -> Option<Gender> {
    let folded = fold(text);
    SAID.iter().find(|(word, _)| word.as_bytes() == folded.as_bytes()).map(|(_, gender)| *gender)
}
