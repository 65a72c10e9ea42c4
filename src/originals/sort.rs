//! Sorts a full buffer of entries.

use super::ColumnId;
use super::file::Entry;

/// So many entries have the same first bits, on average.
const IN_A_BUCKET: usize = 8;

/// Sorts entries. `spare` is room to work in.
///
/// Keyed hashes are spread evenly, so one pass over their first bits leaves only few entries side by side to be compared,
/// which takes a third of the time of comparing all. Where one hash has come again and again its bucket is large, and
/// sorted no slower than all would have been.
pub(super) fn sort(entries: &mut Vec<Entry>, spare: &mut Vec<Entry>) {
    let buckets = (entries.len() / IN_A_BUCKET).next_power_of_two();
    if buckets == 1 {
        return entries.sort_unstable_by_key(Entry::order);
    }
    let shift = u64::BITS - buckets.trailing_zeros();
    let bucket = |entry: &Entry| (entry.hash >> shift) as usize;
    let mut ends = vec![0; buckets];
    for entry in entries.iter() {
        count(&mut ends, bucket(entry));
    }
    let mut before = 0;
    for end in &mut ends {
        before += std::mem::replace(end, before);
    }
    spare.clear();
    spare.resize(entries.len(), Entry { hash: 0, column: ColumnId(0) });
    for entry in entries.iter() {
        let place = count(&mut ends, bucket(entry));
        if let Some(place) = spare.get_mut(place) {
            *place = *entry;
        }
    }
    std::mem::swap(entries, spare);
    let mut rest = entries.as_mut_slice();
    let mut start = 0;
    for end in ends {
        let (this, after) = rest.split_at_mut(end - start);
        this.sort_unstable_by_key(Entry::order);
        (rest, start) = (after, end);
    }
}

/// Adds one to a bucket, and gives what was there.
fn count(buckets: &mut [usize], bucket: usize) -> usize {
    buckets.get_mut(bucket).map_or(0, |count| {
        *count += 1;
        *count - 1
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_entries_come_out_as_they_would_from_the_standard_sort(
            hashes in prop::collection::vec((prop_oneof![3 => any::<u64>(), 1 => Just(7u64), 1 => Just(u64::MAX)], 0u16..3), 0..500),
        ) {
            let mut entries: Vec<Entry> =
                hashes.iter().map(|(hash, column)| Entry { hash: *hash, column: ColumnId(*column) }).collect();
            let mut expected = entries.clone();
            expected.sort();
            let mut spare = vec![Entry { hash: 1, column: ColumnId(1) }];
            sort(&mut entries, &mut spare);
            prop_assert_eq!(entries, expected);
        }
    }
}
