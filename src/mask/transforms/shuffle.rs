//! `shuffle`: the values of the column, dealt out among the rows of the table anew.
//!
//! Every row has a rank: the place of the keyed hash of its primary key among those of all rows. The row of rank `n`
//! gets the `n`th of the values in the order of their bytes. As nothing but the key decides on ranks, every way to deal
//! the values out is as likely as any other; each value comes as often as before, and the order in which rows are
//! streamed makes no difference. For this, the hashes of all rows and each distinct value are held in memory while rows
//! are masked ([`Deck`]).

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::secret::DomainKey;

/// The values of a column and the ranks of its rows. Empty until the values are counted, before any row is masked.
#[derive(Clone)]
pub struct Deck {
    key: DomainKey,
    dealt: Arc<OnceLock<Dealt>>,
}

/// What is known of a column once all its rows were read.
struct Dealt {
    /// Positions of the primary key among the cells of a row.
    row_key: Vec<usize>,
    /// Another one for each try, should the hashes of two rows meet.
    tweak: u8,
    /// The hashes of all rows, in rising order.
    ranks: Vec<u64>,
    /// The distinct values in the order of their bytes, each with the rank at which it ends.
    values: Vec<(u64, Box<[u8]>)>,
}

/// The rows and values of a column, while they are read.
pub struct Counting {
    row_key: Vec<usize>,
    tweak: u8,
    key: DomainKey,
    ranks: Vec<u64>,
    counts: HashMap<Box<[u8]>, u64>,
    bytes: usize,
}

/// What a distinct value takes beside its bytes: its place in the map, and in the list that is made of it.
const VALUE_OVERHEAD: usize = 96;

impl Deck {
    /// Begins to count. `row_key` are the positions of the primary key among the cells of a row as it is masked; `tweak`
    /// is another number for each try.
    pub fn count(&self, row_key: Vec<usize>, tweak: u8) -> Counting {
        Counting { row_key, tweak, key: self.key.clone(), ranks: Vec::new(), counts: HashMap::new(), bytes: 0 }
    }

    /// Deals out what was counted. False if two rows have one rank: then it has to be counted anew, with another tweak.
    pub fn deal(&self, counting: Counting) -> bool {
        let Counting { row_key, tweak, mut ranks, counts, .. } = counting;
        ranks.sort_unstable();
        if ranks.windows(2).any(|pair| pair.first() == pair.last()) {
            return false;
        }
        let mut values: Vec<(u64, Box<[u8]>)> = counts.into_iter().map(|(value, count)| (count, value)).collect();
        values.sort_unstable_by(|a, b| a.1.cmp(&b.1));
        let mut end = 0;
        for (count, _) in &mut values {
            end += *count;
            *count = end;
        }
        // Nobody else deals: a column is looked at once.
        let _ = self.dealt.set(Dealt { row_key, tweak, ranks, values });
        true
    }
}

impl Counting {
    /// Takes in one row: the cells of its primary key, and its value, which isn't NULL.
    pub fn add<'a>(&mut self, row_key: impl Iterator<Item = Option<&'a [u8]>>, value: &[u8]) {
        self.ranks.push(rank(&self.key, self.tweak, row_key));
        match self.counts.get_mut(value) {
            Some(count) => *count += 1,
            None => {
                self.bytes += value.len() + VALUE_OVERHEAD;
                self.counts.insert(value.into(), 1);
            }
        }
    }

    /// The bytes of memory that it takes.
    pub fn bytes(&self) -> usize {
        self.bytes + self.ranks.len() * size_of::<u64>()
    }
}

/// The keyed hash of a primary key.
fn rank<'a>(key: &DomainKey, tweak: u8, row_key: impl Iterator<Item = Option<&'a [u8]>>) -> u64 {
    let mut input = Vec::with_capacity(24);
    input.push(tweak);
    for cell in row_key {
        // Lengths keep two cells of one row apart; a primary key has no NULL.
        let cell = cell.unwrap_or_default();
        input.extend_from_slice(&(cell.len() as u64).to_le_bytes());
        input.extend_from_slice(cell);
    }
    key.number(&input)
}

impl Transform for Deck {
    fn mask(&self, _cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let unknown = || CellError("its row wasn't there when the values of the column were counted".to_owned());
        let dealt = self.dealt.get().ok_or_else(unknown)?;
        let cells = dealt.row_key.iter().map(|position| row.original(*position));
        let rank = dealt.ranks.binary_search(&rank(&self.key, dealt.tweak, cells)).map_err(|_| unknown())? as u64;
        let place = dealt.values.partition_point(|(end, _)| *end <= rank);
        let (_, value) = dealt.values.get(place).ok_or_else(unknown)?;
        out.extend_from_slice(value);
        Ok(Masked::Value)
    }

    fn deck(&self) -> Option<&Deck> {
        Some(self)
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    if !site.columns.iter().any(|column| std::ptr::eq(column, site.column)) {
        let help = "shuffle the whole column, or use choice or dictionary for a part of a value";
        return Err(site.bad_option("shuffle works on whole columns only", help));
    }
    let key = site.sub_key(&format!("shuffle, {}", site.column.name));
    // Values that are dealt out anew are values of the column still: to look for them there would find them all.
    let facts = Facts::of(OriginalsOf::Shared);
    Ok(Built { transform: Box::new(Deck { key, dealt: Arc::default() }), facts })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{built, column, try_build};
    use super::*;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::{NoOptions, PartDecision, Transform as Spec};

    /// Shuffles the values of rows with these keys.
    fn shuffled(rows: &[(u32, &str)]) -> Vec<(u32, String)> {
        let transform = built(&Spec::Shuffle(NoOptions {}), &column(TypeClass::Text, None)).transform;
        let deck = transform.deck().unwrap();
        let mut counting = deck.count(vec![1], 0);
        for (key, value) in rows {
            counting.add([Some(key.to_be_bytes().as_slice())].into_iter(), value.as_bytes());
        }
        assert!(deck.deal(counting));
        let masked = |(key, value): &(u32, &str)| {
            let (bytes, mut out) = (key.to_be_bytes(), Vec::new());
            let row = Row { cells: &[Some(value.as_bytes()), Some(&bytes)], transforms: &[] };
            transform.mask(value.as_bytes(), &row, &mut out).unwrap();
            (*key, String::from_utf8(out).unwrap())
        };
        rows.iter().map(masked).collect()
    }

    #[test]
    fn every_value_comes_as_often_as_before_and_elsewhere() {
        let cities = ["Oslo", "Oslo", "Oslo", "Bergen", "Bodø"];
        let rows: Vec<(u32, &str)> = (0..1000).map(|n| (n, cities[n as usize % 5])).collect();
        let dealt = shuffled(&rows);
        let sorted = |mut values: Vec<String>| {
            values.sort_unstable();
            values
        };
        let before = sorted(rows.iter().map(|(_, value)| (*value).to_owned()).collect());
        assert_eq!(sorted(dealt.iter().map(|(_, value)| value.clone()).collect()), before);
        // By chance, 3/5 · 3/5 + 1/5 · 1/5 + 1/5 · 1/5 = 44 % keep theirs.
        let same = rows.iter().zip(&dealt).filter(|((_, before), (_, after))| before == after).count();
        assert!((360..520).contains(&same), "{same}");
    }

    #[test]
    fn the_order_of_rows_makes_no_difference() {
        let rows: Vec<(u32, String)> = (0..100).map(|n| (n, format!("value {n}"))).collect();
        let rows: Vec<(u32, &str)> = rows.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let reversed: Vec<(u32, &str)> = rows.iter().rev().copied().collect();
        let mut backwards = shuffled(&reversed);
        backwards.reverse();
        assert_eq!(shuffled(&rows), backwards);
    }

    #[test]
    fn memory_is_eight_bytes_a_row_and_each_distinct_value_once() {
        let transform = built(&Spec::Shuffle(NoOptions {}), &column(TypeClass::Text, None)).transform;
        let mut counting = transform.deck().unwrap().count(vec![0], 0);
        for n in 0..1000u32 {
            counting.add([Some(n.to_be_bytes().as_slice())].into_iter(), if n % 2 == 0 { b"even" } else { b"odd" });
        }
        assert_eq!(counting.bytes(), 8 * 1000 + 2 * VALUE_OVERHEAD + "even".len() + "odd".len());
    }

    #[test]
    fn two_rows_of_one_rank_are_noticed() {
        let transform = built(&Spec::Shuffle(NoOptions {}), &column(TypeClass::Text, None)).transform;
        let deck = transform.deck().unwrap();
        let mut counting = deck.count(vec![0], 0);
        (0..2).for_each(|_| counting.add([Some(b"1".as_slice())].into_iter(), b"a"));
        assert!(!deck.deal(counting));
    }

    #[test]
    fn a_part_of_a_value_is_refused() {
        let spec = Spec::Json([("$.a".to_owned(), PartDecision::Name("shuffle".into()))].into());
        assert!(try_build(&spec, &column(TypeClass::Jsonb, None)).err().unwrap().what.contains("whole columns"));
    }
}
