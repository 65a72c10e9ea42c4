//! `username`: a user name made from the masked name.

use super::distinct::{self, Distinct};
use super::draw::Draw;
use super::email::name_column;
use super::person::Namer;
use super::spelling::fold;
use super::text_cell::{TextMask, built, truncate};
use super::words::Words;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::Username as Options;
use crate::secret::DomainKey;

/// A name of people is hardly longer, and none of it is needed to tell them apart.
const LONGEST_NAME: usize = 40;

/// Makes user names.
struct Username {
    given: Namer,
    family: Namer,
    key: DomainKey,
    /// For names in letters that user names don't have.
    latin: &'static Words,
    from: Vec<usize>,
    distinct: Option<Distinct>,
    room: usize,
}

impl Username {
    /// What the row's other columns are called now, with dots between them.
    fn put_row_names(&self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let (mut masked, start) = (Vec::new(), out.len());
        for &column in &self.from {
            masked.clear();
            if row.masked(column, &mut masked)? == Masked::Null {
                continue;
            }
            for word in String::from_utf8_lossy(&masked).split_whitespace() {
                put_word_after(start, b".", fold(word).as_bytes(), out);
            }
        }
        Ok(())
    }

    /// The words of the original, each masked as it is where it stands alone: the first as a given name, the last as a
    /// family name. Digits become others, and what stands between stays.
    fn put_own_shape(&self, text: &str, draw: &mut Draw, out: &mut Vec<u8>) {
        let start = out.len();
        // Behind an @ is where, not who.
        let text = text.split('@').find(|part| !part.is_empty()).unwrap_or_default();
        let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().nth(1).is_some());
        let last = words.clone().count().saturating_sub(1);
        let (mut at, mut index) = (0, 0);
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            if !c.is_alphabetic() {
                match c {
                    c if c.is_ascii_digit() => out.push(draw.digit()),
                    '.' | '_' | '-' => out.push(c as u8),
                    _ => {}
                }
                at += c.len_utf8();
                continue;
            }
            let rest = text.get(at..).unwrap_or_default();
            let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            let word = rest.get(..length).unwrap_or_default();
            at += length;
            if word.chars().nth(1).is_none() {
                out.push(b'a' + draw.below(26) as u8);
                continue;
            }
            let namer = if index > 0 && index == last { &self.family } else { &self.given };
            self.put_name(namer.name(fold(word).as_bytes(), usize::MAX).folded.as_bytes(), draw, out);
            index += 1;
        }
        if out.len() == start {
            self.put_name(b"", draw, out);
        }
    }

    /// Appends the letters of a name, or those of an English one if it has none of ASCII.
    fn put_name(&self, folded: &[u8], draw: &mut Draw, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend(folded.iter().filter(|byte| byte.is_ascii_alphanumeric()));
        if out.len() == start
            && let Some(word) = draw.pick(&self.latin.family)
        {
            out.extend(word.folded.bytes().filter(u8::is_ascii_alphanumeric));
        }
    }
}

/// Appends the ASCII letters and digits of a word, behind a separator if something stands there already.
fn put_word_after(start: usize, separator: &[u8], word: &[u8], out: &mut Vec<u8>) {
    let before = out.len();
    if before > start {
        out.extend_from_slice(separator);
    }
    let letters = out.len();
    out.extend(word.iter().filter(|byte| byte.is_ascii_alphanumeric()));
    if out.len() == letters {
        out.truncate(before);
    }
}

impl TextMask for Username {
    fn mask_text(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let start = out.len();
        let mut draw = Draw::new(&self.key, text.to_lowercase().trim().as_bytes());
        self.put_row_names(row, out)?;
        if out.len() == start {
            self.put_own_shape(text.trim(), &mut draw, out);
        }
        if let Some(distinct) = &self.distinct {
            let room = self.room.saturating_sub(distinct::LONGEST);
            truncate(out, start, room.min(LONGEST_NAME));
            if out.len() > start {
                out.push(b'.');
            }
            distinct.put(text, out);
            return Ok(());
        }
        truncate(out, start, self.room.min(LONGEST_NAME));
        if out.get(start..) == Some(text.as_bytes())
            && let Some(first) = out.get_mut(start)
        {
            *first = if *first == b'a' { b'b' } else { b'a' };
        }
        Ok(())
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("username")?;
    let unique = options.unique.unwrap_or(site.column.unique);
    site.require_room("username", if unique { distinct::LONGEST } else { 3 })?;
    let from = options.from.iter().map(|name| name_column("username", name, site)).collect::<Result<_, _>>()?;
    let mask = Username {
        given: Namer::given(site),
        family: Namer::family(site),
        key: site.sub_key("username"),
        latin: Words::latin(site.locale),
        from,
        distinct: unique.then(|| Distinct::new("username", site)),
        room: site.room(),
    };
    // Of two words or more it names a person; `anna` alone is a word that stands in many places.
    let facts = Facts::changing(OriginalsOf::FullName);
    // Where nothing may be mended afterwards, one in 2^60 could become itself.
    Ok(built(mask, Facts { unique, always_changes: !unique, ..facts }))
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{Table, column, mask, mask_in, mask_with};
    use super::*;
    use crate::postgres::catalog::Column;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Locale;

    fn plain() -> Spec {
        Spec::Username(Options::default())
    }

    fn folded(text: &str) -> String {
        String::from_utf8(fold(text).as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn the_words_are_masked_as_names_and_the_shape_stays() {
        let given = folded(&mask(&Spec::FirstName(Default::default()), "Ingrid"));
        let family = folded(&mask(&Spec::LastName(Default::default()), "Ødegård"));
        assert_eq!(mask(&plain(), "Ingrid.Odegard"), format!("{given}.{family}"));
        assert_eq!(mask(&plain(), "@ingrid_ødegård"), format!("{given}_{family}"));
        let numbered = mask(&plain(), "ingrid92");
        assert!(numbered.starts_with(&given) && numbered.len() == given.len() + 2, "{numbered}");
    }

    #[test]
    fn the_name_can_come_from_the_row() {
        let spec = Spec::Username(Options { from: vec!["first".into()], unique: None });
        let table = Table::new([("user", Some(spec)), ("first", Some(Spec::FirstName(Default::default())))]);
        assert_eq!(table.mask(0, &["x", "Ingrid"]), folded(&table.mask(1, &["x", "Ingrid"])));
        assert!(!table.mask(0, &["x", " "]).is_empty());
    }

    #[test]
    fn names_in_other_letters_become_latin_ones() {
        for locale in [Locale::JaJp, Locale::ArSa, Locale::ZhCn] {
            let name = mask_in(locale, &plain(), "太郎");
            assert!(!name.is_empty() && name.is_ascii(), "{name}");
        }
    }

    #[test]
    fn a_unique_column_gets_names_that_stay_distinct_capitals_too() {
        let unique = Column { unique: true, ..column(TypeClass::Text, Some(20)) };
        let of = |text: &str| mask_with(&plain(), &unique, text);
        assert_ne!(of("ole"), of("Ole"));
        assert_ne!(of("ole"), of("ole "));
        assert_eq!(of("ole").chars().count(), 20.min(of("ole").len()));
        let citext = Column { type_name: "citext".into(), ..unique.clone() };
        let of = |text: &str| mask_with(&plain(), &citext, text);
        let suffix = |name: &str| name.rsplit_once('.').unwrap().1.to_owned();
        assert_eq!(suffix(&of("ole")), suffix(&of("OLE")));
    }
}
