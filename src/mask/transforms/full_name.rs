//! `full_name`: a given name and a made-up family name.

use super::person::{Namer, family_word, put_given, words_of};
use super::siblings::GenderRule;
use super::spelling::{Style, style_of};
use super::text_cell::{TextMask, built};
use super::words::gender::Gender;
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::Name as Options;

/// Masks the parts of a name as `first_name` and `last_name` mask them where they stand alone.
pub(super) struct FullName {
    given: Namer,
    family: Namer,
    gender: GenderRule,
    room: usize,
}

impl FullName {
    pub(super) fn new(site: &Site<'_>, room: usize) -> Self {
        let (given, family) = (Namer::given(site), Namer::family(site));
        Self { given, family, gender: GenderRule::Keep, room }
    }

    /// `Given Family`, `Given Middle Family` or, with a comma, `Family, Given`.
    pub(super) fn put(&self, name: &str, out: &mut Vec<u8>) {
        self.put_of(name, None, out);
    }

    /// As [`Self::put`], for a person whose gender is known.
    fn put_of(&self, name: &str, gender: Option<Gender>, out: &mut Vec<u8>) {
        let style = style_of(name);
        if let Some((family, given)) = name.split_once(',')
            && words_of(family).next().is_some()
            && words_of(given).next().is_some()
        {
            let room = self.room.saturating_sub(self.given.shortest() + 2);
            let used = self.family.put(family_word(family), style, room, out) + 2;
            out.extend_from_slice(b", ");
            put_given(&self.given, given, gender, self.room.saturating_sub(used), out);
            return;
        }
        if self.given.family_first()
            && let Some((family, separator, given)) = family_first(name)
        {
            let room = self.room.saturating_sub(self.given.shortest() + separator.len());
            let used = self.family.put(family, Style::Proper, room, out) + separator.len();
            out.extend_from_slice(separator.as_bytes());
            self.given.put_of(given, gender, Style::Proper, self.room.saturating_sub(used), out);
            return;
        }
        let last = family_word(name);
        let before = name.get(..last.as_ptr() as usize - name.as_ptr() as usize).unwrap_or_default();
        if words_of(before).next().is_none() {
            put_given(&self.given, name, gender, self.room, out);
            return;
        }
        let room = self.room.saturating_sub(self.family.shortest() + 1);
        let used = put_given(&self.given, before, gender, room, out) + 1;
        out.push(b' ');
        self.family.put(last, style, self.room.saturating_sub(used), out);
    }

    /// The fake of a family name that stands alone.
    pub(super) fn put_family(&self, name: &str, out: &mut Vec<u8>) {
        self.family.put(family_word(name), style_of(name), self.room, out);
    }
}

/// Takes a name in Chinese or Japanese characters apart: `山田 太郎`, `山田太郎`, `王伟`. Without a space, the family name is
/// the first character of two or three, and the first two of four and more.
fn family_first(name: &str) -> Option<(&str, &'static str, &str)> {
    let name = name.trim();
    if name.is_ascii() || !name.chars().all(|c| is_cjk(c) || c.is_whitespace()) {
        return None;
    }
    if let Some((family, given)) = name.split_once(char::is_whitespace) {
        return Some((family, " ", given.trim_start()));
    }
    let family = if name.chars().nth(3).is_some() { 2 } else { 1 };
    let (end, _) = name.char_indices().nth(family)?;
    let (family, given) = name.split_at_checked(end)?;
    Some((family, "", given))
}

/// Characters shared by Chinese and Japanese, and kana (The Unicode Standard, chapter 18).
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '々' | '〇')
}

impl TextMask for FullName {
    fn mask_text(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.put_of(text, self.gender.of(row)?, out);
        Ok(())
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("full_name")?;
    let gender = GenderRule::read(options.gender.as_deref(), "full_name", site)?;
    let name = FullName { given: Namer::given_by(&gender, site), gender, ..FullName::new(site, site.room()) };
    site.require_room("full_name", name.given.shortest() + 2 + name.family.shortest())?;
    Ok(built(name, Facts::changing(OriginalsOf::FullName)))
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{mask, mask_in};
    use crate::rules::transform::Locale;

    #[test]
    fn the_parts_are_those_of_first_name_and_last_name() {
        let full = mask(&Spec::FullName(Default::default()), "Ingrid Ødegård");
        let given = mask(&Spec::FirstName(Default::default()), "Ingrid");
        let family = mask(&Spec::LastName(Default::default()), "Ødegård");
        assert_eq!(full, format!("{given} {family}"));
    }

    #[test]
    fn in_chinese_and_japanese_the_family_name_comes_first() {
        let full = |locale, name| mask_in(locale, &Spec::FullName(Default::default()), name);
        let given = mask_in(Locale::JaJp, &Spec::FirstName(Default::default()), "太郎");
        let family = mask_in(Locale::JaJp, &Spec::LastName(Default::default()), "山田");
        assert_eq!(full(Locale::JaJp, "山田 太郎"), format!("{family} {given}"));
        assert_eq!(full(Locale::JaJp, "山田太郎"), format!("{family}{given}"));
        let wang = mask_in(Locale::ZhCn, &Spec::LastName(Default::default()), "王");
        assert!(full(Locale::ZhCn, "王伟").starts_with(&wang));
        assert!(full(Locale::ZhCn, "Ola Nordmann").contains(' '));
    }
}
