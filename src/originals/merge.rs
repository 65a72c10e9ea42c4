//! Sorts runs that together are larger than memory.
//!
//! Keyed hashes are spread evenly, so instead of merging run by run the range of all hashes is cut into slices that fit
//! in memory; the slice of every run is read, and all of them sorted together.

use std::fs::File;
use std::io::Result;
use std::os::unix::fs::FileExt;

use super::file::{Entry, RECORD};

/// Sorted entries in a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) offset: u64,
    pub(super) count: u64,
}

/// Entries in the largest slice, on average: 16 MiB of memory.
const LARGEST_SLICE: u64 = 1 << 20;

/// Entries of a run in a slice that are worth a read. With no more of them, the slices of few runs fit in a cache.
const WORTH_A_READ: u64 = 4 << 10;

/// Passes all entries on, sorted and without repetitions, some at a time.
pub(super) fn merge(file: &File, runs: Vec<Run>, take: &mut impl FnMut(&[Entry]) -> Result<()>) -> Result<()> {
    let slice = (runs.len() as u64).saturating_mul(WORTH_A_READ).clamp(WORTH_A_READ, LARGEST_SLICE);
    merge_in_slices(file, runs, slice, take)
}

fn merge_in_slices(
    file: &File,
    mut runs: Vec<Run>,
    slice: u64,
    take: &mut impl FnMut(&[Entry]) -> Result<()>,
) -> Result<()> {
    let total: u64 = runs.iter().map(|run| run.count).sum();
    let slices = u128::from(total.div_ceil(slice).max(1));
    let mut entries = Vec::new();
    let mut bytes = Vec::new();
    for number in 1..=slices {
        let last = (((number << 64) / slices) - 1) as u64;
        let left = (slices - number + 1) as u64;
        entries.clear();
        for run in &mut runs {
            read_up_to(file, run, last, left, &mut bytes, &mut entries)?;
        }
        // Stable, since that finds the runs, which are sorted already, and merges them.
        entries.sort_by_key(Entry::order);
        entries.dedup();
        take(&entries)?;
    }
    Ok(())
}

/// Takes the entries up to a hash off a run.
fn read_up_to(
    file: &File,
    run: &mut Run,
    last: u64,
    slices_left: u64,
    bytes: &mut Vec<u8>,
    entries: &mut Vec<Entry>,
) -> Result<()> {
    const MOST: u64 = 64 << 10;
    while run.count > 0 {
        // A little more than is to be expected, so that one read is mostly enough.
        let expected = run.count / slices_left;
        let count = run.count.min(expected + expected / 8 + 64).min(MOST);
        bytes.resize(count as usize * RECORD, 0);
        file.read_exact_at(bytes, run.offset)?;
        let before = entries.len();
        entries.extend(bytes.as_chunks().0.iter().map(Entry::from_bytes).take_while(|entry| entry.hash <= last));
        let taken = (entries.len() - before) as u64;
        run.offset += taken * RECORD as u64;
        run.count -= taken;
        if taken < count {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;
    use crate::originals::ColumnId;

    proptest! {
        #[test]
        fn any_runs_come_out_sorted_complete_and_without_repetitions(
            mut runs in prop::collection::vec(prop::collection::vec((any::<u64>(), 0u16..4), 0..200), 0..6),
            shared in prop::collection::vec((prop_oneof![Just(0), Just(u64::MAX), any::<u64>()], 0u16..4), 0..20),
            slice in 1u64..300,
        ) {
            let mut file = tempfile::tempfile().unwrap();
            let mut places = Vec::new();
            let mut expected = BTreeSet::new();
            let mut offset = 0;
            for run in &mut runs {
                run.extend(&shared);
                run.sort_unstable();
                for (hash, column) in run.iter() {
                    let entry = Entry { hash: *hash, column: ColumnId(*column) };
                    file.write_all(&entry.to_bytes()).unwrap();
                    expected.insert(entry);
                }
                places.push(Run { offset, count: run.len() as u64 });
                offset += (run.len() * RECORD) as u64;
            }
            let mut merged = Vec::new();
            merge_in_slices(&file, places, slice, &mut |entries| {
                merged.extend_from_slice(entries);
                Ok(())
            }).unwrap();
            prop_assert_eq!(merged, expected.into_iter().collect::<Vec<_>>());
        }
    }
}
