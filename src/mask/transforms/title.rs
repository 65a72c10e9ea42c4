//! `title`: another title of the same kind, in the same form.

use std::sync::LazyLock;

use super::draw::Draw;
use super::spelling::{fold, put_word, style_of};
use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::secret::DomainKey;

/// Titles that stand for one another: of one language, one kind and one gender. The first group is for what isn't known.
const GROUPS: &[&[&str]] = &[
    &["Mx", "Ind"],
    &["Mr", "Mister", "Sir"],
    &["Mrs", "Ms", "Miss", "Madam"],
    &["Dr", "Prof", "Doc"],
    &["Doctor", "Professor", "Lecturer"],
    &["PhD", "MSc", "BSc", "MBA", "MA", "BA", "MD"],
    &["Hr", "Herr"],
    &["Fru", "Frk", "Frøken"],
    &["Siv.ing", "Siv.øk", "Cand.mag", "Cand.jur", "Cand.med"],
    &["Herra", "Hra"],
    &["Rouva", "Rva", "Neiti", "Nti"],
    &["Tohtori", "Professori", "Dosentti", "Maisteri"],
    &["Frau", "Fräulein"],
    &["Dipl.-Ing", "Dipl.-Kfm", "Dipl.-Inf"],
    &["M", "Monsieur"],
    &["Mme", "Mlle", "Madame", "Mademoiselle"],
    &["Docteur", "Professeur", "Maître"],
    &["Sig", "Signor"],
    &["Sig.ra", "Signora", "Sig.na"],
    &["Dott", "Ing", "Avv", "Arch"],
    &["Dott.ssa", "Prof.ssa"],
    &["Dhr", "Meneer", "De heer"],
    &["Mw", "Mevr", "Mevrouw"],
    &["Drs", "Ir", "Mr.dr"],
    &["Sr", "Senhor"],
    &["Sra", "Senhora", "Dona"],
    &["Dra", "Profª", "Engª"],
    &["Bay", "Bey"],
    &["Bayan", "Hanım"],
    &["先生", "男士"],
    &["女士", "小姐", "夫人"],
    &["様", "殿", "さん"],
    &["السيد", "الأستاذ"],
    &["السيدة", "الآنسة"],
    &["آقای", "جناب"],
    &["خانم", "بانو", "دوشیزه"],
];

/// A group, each title with its folded form.
type Group = Vec<(&'static str, Vec<u8>)>;

fn groups() -> &'static [Group] {
    static FOLDED: LazyLock<Vec<Group>> = LazyLock::new(|| {
        let folded = |title: &&'static str| (*title, fold(title).as_bytes().to_vec());
        GROUPS.iter().map(|group| group.iter().map(folded).collect()).collect()
    });
    &FOLDED
}

/// Masks titles.
struct Title {
    key: DomainKey,
    room: usize,
}

impl TextMask for Title {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let (written, folded) = (text.trim(), fold(text));
        let (bare, dot) = written.strip_suffix('.').map_or((written, ""), |bare| (bare, "."));
        let is = |(_, known): &(&str, Vec<u8>)| known == folded.as_bytes();
        let group = groups().iter().find(|group| group.iter().any(is));
        let titles = group.or(groups().first()).map_or(&[][..], Vec::as_slice);
        let room = self.room.saturating_sub(dot.len());
        let fits = |found: &(&str, Vec<u8>)| !is(found) && found.0.chars().count() <= room;
        let others = || titles.iter().filter(|found| fits(found)).map(|(title, _)| *title);
        let choice = Draw::new(&self.key, folded.as_bytes()).below(others().count() as u64);
        match others().nth(choice as usize) {
            Some(title) => {
                put_word(out, title, style_of(bare));
                out.extend_from_slice(dot.as_bytes());
            }
            // Of its kind no other fits; one that is known names nobody, and anything else doesn't stay.
            None if group.is_some() => out.extend_from_slice(written.as_bytes()),
            None => out.push(b'x'),
        }
        Ok(())
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("title")?;
    let mask = Title { key: site.sub_key("title"), room: site.room() };
    Ok(built(mask, Facts::of(OriginalsOf::Shared)))
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{column, mask, mask_with};
    use super::*;
    use crate::postgres::types::TypeClass;

    fn title(text: &str) -> String {
        mask(&Spec::Title(Default::default()), text)
    }

    #[test]
    fn a_title_becomes_another_of_its_kind_in_its_form() {
        assert_eq!(title("Hr."), "Herr.");
        assert_eq!(title("HERR"), "HR");
        assert!(["Frk", "Frøken"].contains(&title("Fru").as_str()));
        assert!(["prof.", "doc."].contains(&title("dr.").as_str()));
    }

    #[test]
    fn a_title_that_is_not_known_does_not_stay() {
        assert!(["Mx", "Ind"].contains(&title("Grand Duke of Nowhere").as_str()));
        let narrow = column(TypeClass::Text, Some(1));
        assert_eq!(mask_with(&Spec::Title(Default::default()), &narrow, "Z"), "x");
    }

    #[test]
    fn each_title_stands_once() {
        let all: Vec<Vec<u8>> = GROUPS.iter().flat_map(|group| *group).map(|t| fold(t).as_bytes().to_vec()).collect();
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert!(GROUPS.iter().all(|group| group.len() > 1));
    }
}
