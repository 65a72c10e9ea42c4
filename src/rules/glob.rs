//! Patterns of names: `*` stands for any letters within one name, also for none.

use crate::postgres::identifier::TableName;

/// A pattern of one name: of a schema, a table or a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Glob {
    /// What stands between the stars; one piece alone is a name as it is.
    pieces: Vec<String>,
}

impl Glob {
    /// The pattern that this text is, each `*` of it a star.
    pub(super) fn new(text: &str) -> Self {
        Self { pieces: text.split('*').map(str::to_owned).collect() }
    }

    /// The name as it is, stars in it being letters.
    pub(super) fn literal(name: impl Into<String>) -> Self {
        Self { pieces: vec![name.into()] }
    }

    /// The name, if it is one as it is.
    pub(super) fn as_literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether the pattern fits a name; case counts.
    pub fn fits(&self, name: &str) -> bool {
        let (Some((first, rest)), Some(last)) = (self.pieces.split_first(), self.pieces.last()) else { return false };
        if rest.is_empty() {
            return first == name;
        }
        let Some(mut inside) = name.strip_prefix(first.as_str()).and_then(|name| name.strip_suffix(last.as_str()))
        else {
            return false;
        };
        // The leftmost place of each piece leaves the most for those after it.
        let middle = rest.split_last().map_or(&[][..], |(_, middle)| middle);
        middle.iter().all(|piece| match inside.find(piece.as_str()) {
            Some(at) => {
                inside = inside.get(at + piece.len()..).unwrap_or_default();
                true
            }
            None => false,
        })
    }

    /// How many letters of the name it states.
    pub fn literal_letters(&self) -> usize {
        self.pieces.iter().map(|piece| piece.chars().count()).sum()
    }

    /// Whether it says enough of a name for `keep`: all of it, or three characters and of these two letters or digits.
    /// `*_id` does; `*`, `*_*` and `*e*` would keep what nobody has thought of.
    pub(super) fn names_enough_to_keep(&self) -> bool {
        let letters = self.pieces.iter().flat_map(|piece| piece.chars()).filter(|c| c.is_alphanumeric()).count();
        self.as_literal().is_some() || (self.literal_letters() >= 3 && letters >= 2)
    }
}

/// A pattern of the names of tables.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TableGlob {
    /// Of the schema.
    pub schema: Glob,
    /// Of the table.
    pub table: Glob,
}

impl TableGlob {
    /// Whether it fits a table.
    pub fn fits(&self, name: &TableName) -> bool {
        self.schema.fits(&name.schema) && self.table.fits(&name.table)
    }

    /// How many letters of the names it states.
    pub fn literal_letters(&self) -> usize {
        self.schema.literal_letters() + self.table.literal_letters()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_star_stands_for_any_letters() {
        for (pattern, name, fits) in [
            ("email", "email", true),
            ("email", "emails", false),
            ("*", "", true),
            ("*", "anything", true),
            ("*_ip", "last_ip", true),
            ("*_ip", "_ip", true),
            ("*_ip", "ip", false),
            ("tenant_*", "tenant_7", true),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("*ab*ab*", "xabyabz", true),
            ("*ab*ab*", "xaby", false),
            ("*aab", "aaab", true),
            ("Email", "email", false),
        ] {
            assert_eq!(Glob::new(pattern).fits(name), fits, "{pattern} on {name}");
        }
        assert!(!Glob::literal("a*").fits("ab") && Glob::literal("a*").fits("a*"));
    }

    #[test]
    fn a_pattern_that_names_too_little_is_not_enough_to_keep() {
        for (pattern, enough) in [
            ("*", false),
            ("**", false),
            ("*_*", false),
            ("*e*", false),
            ("*id*", false),
            ("*_id", true),
            ("*_at", true),
            ("id", true),
            ("created_*", true),
            ("*___*", false),
        ] {
            assert_eq!(Glob::new(pattern).names_enough_to_keep(), enough, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn it_fits_what_the_same_regular_expression_fits(pattern in "[ab*]{0,6}", name in "[ab]{0,8}") {
            let same = regex::Regex::new(&format!("^{}$", pattern.replace('*', ".*"))).unwrap();
            prop_assert_eq!(Glob::new(&pattern).fits(&name), same.is_match(&name));
        }
    }
}
