//! `domain_name`: a reserved domain, with as many labels as the original.

use super::distinct::{self, Distinct};
use super::draw::Draw;
use super::text_cell::{TextMask, built};
use super::words::{Word, Words};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::DomainName as Options;
use crate::secret::DomainKey;

/// Nobody can register below it (RFC 2606).
const TOP: &str = ".example";

/// Labels that say what a host does, not whose it is.
const ROLES: &[&str] = &[
    "www", "api", "app", "mail", "smtp", "imap", "ftp", "cdn", "static", "img", "m", "dev", "test", "staging", "blog",
];

/// Second labels under which domains are registered: `co.uk`.
const SECOND: &[&str] = &["co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "go"];

/// More labels than this aren't made.
const MOST_LABELS: usize = 8;

/// Makes domains.
pub(super) struct Domain {
    key: DomainKey,
    words: &'static [Word],
    /// The fewest characters of a masked domain.
    pub(super) least_room: usize,
}

impl Domain {
    pub(super) fn new(site: &Site<'_>) -> Self {
        let words = Words::latin(site.locale).family.as_slice();
        let mut lengths: Vec<usize> = words.iter().map(|word| word.folded.len()).collect();
        lengths.sort_unstable();
        let least_room = lengths.get(1).copied().unwrap_or(0) + TOP.len();
        Self { key: site.sub_key("domain_name"), words, least_room }
    }

    /// Appends the fake of a domain, of at most so many characters: roles stay, other labels become words.
    pub(super) fn put(&self, domain: &str, room: usize, out: &mut Vec<u8>) {
        let domain = domain.trim().trim_end_matches('.').to_lowercase();
        let mut labels: Vec<&str> = domain.split('.').filter(|label| !label.is_empty()).collect();
        if labels.len() > 1 {
            labels.pop();
        }
        if labels.len() > 1 && labels.last().is_some_and(|label| SECOND.contains(label)) {
            labels.pop();
        }
        // What is registered is needed; what stands before it goes first where there is no room.
        let registered = labels.last().copied().unwrap_or(&domain);
        let own = self.label(registered, &domain, room.saturating_sub(TOP.len()));
        let mut used = own.len() + TOP.len();
        let sub = labels.get(..labels.len().saturating_sub(1)).unwrap_or_default();
        let mut before: Vec<&str> = Vec::new();
        for label in sub.iter().rev().take(MOST_LABELS) {
            let fake = if ROLES.contains(label) { label } else { self.label(label, &domain, usize::MAX) };
            used += fake.len() + 1;
            if used > room {
                break;
            }
            before.push(fake);
        }
        for label in before.iter().rev() {
            out.extend_from_slice(label.as_bytes());
            out.push(b'.');
        }
        out.extend_from_slice(own.as_bytes());
        out.extend_from_slice(TOP.as_bytes());
    }

    /// The word for a label; another one than it is in a domain that is masked already.
    fn label(&self, label: &str, domain: &str, room: usize) -> &'static str {
        let mut draw = Draw::new(&self.key, label.as_bytes());
        let fits = |word: &&Word| word.folded.len() <= room && (word.folded != label || !domain.ends_with(TOP));
        for _ in 0..64 {
            if let Some(word) = draw.pick(self.words).filter(fits) {
                return &word.folded;
            }
        }
        self.words.iter().find(fits).map_or("x", |word| &word.folded)
    }
}

/// A whole cell.
struct DomainName {
    domain: Domain,
    distinct: Option<Distinct>,
    room: usize,
}

impl TextMask for DomainName {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let mut room = self.room;
        if let Some(distinct) = &self.distinct {
            room = room.saturating_sub(distinct::LONGEST);
            distinct.put(text, out);
            out.push(b'.');
        }
        self.domain.put(text, room, out);
        Ok(())
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("domain_name")?;
    let unique = options.unique.unwrap_or(site.column.unique);
    let domain = Domain::new(site);
    site.require_room("domain_name", domain.least_room + if unique { distinct::LONGEST } else { 0 })?;
    let distinct = unique.then(|| Distinct::new("domain_name", site));
    let mask = DomainName { domain, distinct, room: site.room() };
    // Many people have to do with one domain.
    Ok(built(mask, Facts::changing(OriginalsOf::Shared).unique(unique)))
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{column, mask, mask_with};
    use super::*;
    use crate::postgres::catalog::Column;
    use crate::postgres::types::TypeClass;

    fn domain(text: &str) -> String {
        mask(&Spec::DomainName(Options::default()), text)
    }

    #[test]
    fn a_domain_moves_below_the_reserved_one_and_keeps_its_roles() {
        let plain = domain("fjordbank.no");
        assert!(plain.ends_with(".example") && plain.split('.').count() == 2, "{plain}");
        assert_eq!(domain("www.fjordbank.no"), format!("www.{plain}"));
        assert_eq!(domain("WWW.Fjordbank.NO."), format!("www.{plain}"));
        assert_eq!(domain("fjordbank.co.uk"), plain);
        let deep = domain("api.kunde.fjordbank.no");
        assert!(deep.starts_with("api.") && deep.ends_with(&format!(".{plain}")) && !deep.contains("kunde"), "{deep}");
    }

    #[test]
    fn what_is_masked_already_is_masked_again() {
        let once = domain("fjordbank.no");
        assert_ne!(domain(&once), once);
    }

    #[test]
    fn a_unique_column_gets_domains_that_stay_distinct() {
        let unique = Column { unique: true, ..column(TypeClass::Text, Some(60)) };
        let of = |text: &str| mask_with(&Spec::DomainName(Options::default()), &unique, text);
        assert_ne!(of("fjordbank.no"), of("fjordbank.se"));
        assert_ne!(of("fjordbank.no"), of("Fjordbank.no"));
        assert!(of("fjordbank.no").ends_with(&domain("fjordbank.no")));
    }
}
