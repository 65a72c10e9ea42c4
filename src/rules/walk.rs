//! Walking the tree of a file, and collecting what is wrong with it.

use std::collections::HashMap;

use super::beside::Beside;
use super::diagnostics::quoted;
use super::rule::{Mistake, Place};
use super::suggest;
use super::syntax::{Content, Node};

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Walk {
    pub(crate) mistakes: Vec<Mistake>,
    /// The files that the rules name, if they may be read.
    pub(super) beside: Option<Beside>,
}

/// A key of a mapping, and what belongs to it.
pub(crate) struct Entry<'a> {
    pub(crate) key: &'a str,
    pub(crate) place: Place,
    pub(crate) value: &'a Node,
}

impl Walk {
    /// Notes a mistake.
    pub(crate) fn wrong(&mut self, place: Place, what: impl Into<String>, help: impl Into<Option<String>>) {
        self.mistakes.push(Mistake { place: Some(place), what: what.into(), help: help.into() });
    }

    /// Notes a key that isn't known, with those that are.
    pub(crate) fn unknown_key<'k>(&mut self, entry: &Entry<'_>, owner: &str, known: impl IntoIterator<Item = &'k str>) {
        let what = format!("unknown key {} in {owner}", quoted(entry.key));
        self.wrong(entry.place, what, suggest::advice(entry.key, known));
    }

    /// The entries of a mapping. Notes keys that aren't text, and those that are there twice; both of them are given.
    /// `None` if the node is no mapping, which is noted with `example`, unless it is empty: that is for the caller.
    pub(crate) fn entries<'n>(&mut self, node: &'n Node, owner: &str, example: &str) -> Option<Vec<Entry<'n>>> {
        let entries = match &node.content {
            Content::Mapping(entries) => entries,
            Content::Nothing | Content::Broken => return None,
            Content::Text { .. } | Content::List(_) => {
                self.wrong(node.place, format!("{owner} must be a mapping"), format!("write it as in `{example}`"));
                return None;
            }
        };
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut read = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let place = key.place;
            let Content::Text { text: key, quoted: is_quoted } = &key.content else {
                if !matches!(key.content, Content::Broken) {
                    self.wrong(
                        place,
                        format!("a key must be a text, in {owner}"),
                        format!("write it as in `{example}`"),
                    );
                }
                continue;
            };
            if key == "<<" && !is_quoted {
                let help = "YAML 1.2 has no merging; an alias can only stand for a whole value".to_owned();
                self.wrong(place, "mappings can't be merged with `<<`", help);
                continue;
            }
            if let Some(line) = seen.insert(key, place.line) {
                let help = format!("it is on line {line} too; of two, one would be lost");
                self.wrong(place, format!("{} is there twice, in {owner}", quoted(key)), help);
            }
            read.push(Entry { key, place, value });
        }
        Some(read)
    }
}
