//! The keys of one mapping, taken one by one: what nobody has taken in the end is unknown.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::text;
use crate::rules::diagnostics::quoted;
use crate::rules::rule::Place;
use crate::rules::syntax::{Content, Node};
use crate::rules::walk::{Entry, Walk};

/// A mapping that is being read.
pub(super) struct Section<'n> {
    owner: String,
    place: Place,
    entries: Vec<Entry<'n>>,
    known: Vec<&'static str>,
}

impl<'n> Section<'n> {
    /// Opens what an entry holds; `None` if it is no mapping, which is noted.
    pub(super) fn open(walk: &mut Walk, entry: &Entry<'n>, example: &str) -> Option<Self> {
        let owner = quoted(entry.key);
        let entries = walk.entries(entry.value, &owner, example);
        if entries.is_none() && matches!(entry.value.content, Content::Nothing) {
            walk.wrong(entry.place, format!("{owner} says nothing"), format!("write it as in `{example}`"));
        }
        Some(Self { owner, place: entry.place, entries: entries?, known: Vec::new() })
    }

    /// Takes the entry of a key, if it is there.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Entry<'n>> {
        self.known.push(key);
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at))
    }

    /// Takes a text.
    pub(super) fn text(&mut self, walk: &mut Walk, key: &'static str) -> Option<String> {
        let entry = self.take(key)?;
        text(walk, &entry).map(str::to_owned)
    }

    /// Takes a text that has to be there.
    pub(super) fn required(&mut self, walk: &mut Walk, key: &'static str, help: &str) -> Option<String> {
        match self.take(key) {
            Some(entry) => text(walk, &entry).map(str::to_owned),
            None => {
                self.missing(walk, key, help);
                None
            }
        }
    }

    /// Notes that a key isn't there.
    pub(super) fn missing(&self, walk: &mut Walk, key: &str, help: &str) {
        walk.wrong(self.place, format!("{} lacks {}", self.owner, quoted(key)), help.to_owned());
    }

    /// Notes something that is wrong with the whole.
    pub(super) fn wrong(&self, walk: &mut Walk, what: &str, help: &str) {
        walk.wrong(self.place, format!("{} {what}", self.owner), help.to_owned());
    }

    /// Takes a number.
    pub(super) fn number(&mut self, walk: &mut Walk, key: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let entry = self.take(key)?;
        let number = text(walk, &entry)?.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            let help = format!("write a number from {} to {}", range.start(), range.end());
            walk.wrong(entry.value.place, format!("{} is no such number", quoted(key)), help);
        }
        number
    }

    /// Takes a time such as `24h`.
    pub(super) fn time(&mut self, walk: &mut Walk, key: &'static str) -> Option<Duration> {
        let entry = self.take(key)?;
        let time = humantime::parse_duration(text(walk, &entry)?).ok();
        if time.is_none() {
            let help = "write it as in `24h` or `7d`".to_owned();
            walk.wrong(entry.value.place, format!("{} is no time", quoted(key)), help);
        }
        time
    }

    /// Takes a list of texts, or one text for a list of one.
    pub(super) fn list(&mut self, walk: &mut Walk, key: &'static str) -> Option<Vec<String>> {
        let entry = self.take(key)?;
        let Content::List(items) = &entry.value.content else {
            return text(walk, &entry).map(|one| vec![one.to_owned()]);
        };
        let mut texts = Vec::new();
        for item in items {
            texts.extend(item_text(walk, &entry, item));
        }
        Some(texts)
    }

    /// Takes a mapping of texts, such as tags.
    pub(super) fn texts(&mut self, walk: &mut Walk, key: &'static str, example: &str) -> BTreeMap<String, String> {
        let Some(entry) = self.take(key) else { return BTreeMap::new() };
        let entries = walk.entries(entry.value, &quoted(key), example).unwrap_or_default();
        entries.iter().filter_map(|one| Some((one.key.to_owned(), text(walk, one)?.to_owned()))).collect()
    }

    /// Ends it: what nobody has taken is unknown.
    pub(super) fn end(self, walk: &mut Walk) {
        for entry in &self.entries {
            walk.unknown_key(entry, &self.owner, self.known.iter().copied());
        }
    }
}

fn item_text(walk: &mut Walk, owner: &Entry<'_>, item: &Node) -> Option<String> {
    match &item.content {
        Content::Text { text, .. } if !text.trim().is_empty() => Some(text.clone()),
        Content::Broken => None,
        _ => {
            walk.wrong(item.place, format!("an item of {} must be a text", quoted(owner.key)), None);
            None
        }
    }
}
