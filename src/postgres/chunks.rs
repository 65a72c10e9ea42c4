//! The work of streaming tables, cut so that all workers finish together.

use std::collections::VecDeque;

use super::catalog::{Kind, Table};

/// A table, or a range of its pages, that one worker streams in one `COPY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Position in the list of tables.
    pub table: usize,
    /// The pages from the first to before the second (`None`: to the end); `None` for the whole table.
    pub pages: Option<(u64, Option<u64>)>,
    /// About how many rows, by the statistics.
    pub rows: u64,
}

/// From how many bytes on it pays to cut a table for writing: a second stream costs it `COPY … FREEZE`.
pub const CUT_FROM: u64 = 256 << 20;

/// Cuts the tables that would keep one worker busy long after the others are done, unless they have fewer bytes than
/// `smallest`. Largest first.
pub fn cut<'a>(tables: impl Iterator<Item = &'a Table>, workers: usize, smallest: u64) -> VecDeque<Chunk> {
    let tables: Vec<&Table> = tables.collect();
    let total: u64 = tables.iter().map(|table| table.bytes).sum();
    let share = total / workers.max(1) as u64;
    let mut chunks: Vec<(u64, Chunk)> = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        let dominates = workers > 1 && table.bytes > share && table.bytes > smallest;
        let pieces =
            if dominates && table.kind == Kind::Table { (workers as u64 * 4).min(table.pages.max(1)) } else { 1 };
        let pages = table.pages.div_ceil(pieces);
        for piece in 0..pieces {
            // The last range is open: pages that came after the catalog was read belong to it.
            let to = (piece + 1 < pieces).then_some((piece + 1) * pages);
            let pages = (pieces > 1).then_some((piece * pages, to));
            chunks.push((table.bytes / pieces, Chunk { table: index, pages, rows: table.estimated_rows / pieces }));
        }
    }
    chunks.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
    chunks.into_iter().map(|(_, chunk)| chunk).collect()
}

impl Chunk {
    /// The condition on ctid as an SQL clause that begins with a space; empty for a whole table.
    pub fn sql_where(&self) -> String {
        let Some((from, to)) = self.pages else { return String::new() };
        let upper = to.map(|to| format!(" AND ctid < '({to},0)'")).unwrap_or_default();
        format!(" WHERE ctid >= '({from},0)'{upper}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::identifier::TableName;

    fn table(bytes: u64, pages: u64) -> Table {
        let name = TableName::new("public", "t");
        Table {
            root: name.clone(),
            name,
            oid: 1,
            kind: Kind::Table,
            columns: Vec::new(),
            primary_key: Vec::new(),
            unique_keys: Vec::new(),
            estimated_rows: 0,
            bytes,
            pages,
        }
    }

    #[test]
    fn a_table_that_dominates_is_cut_without_gap_or_overlap() {
        let tables = [table(10 << 30, 1_000_003), table(1 << 20, 128)];
        let chunks = cut(tables.iter(), 2, CUT_FROM);
        let mut ranges: Vec<_> =
            chunks.iter().filter(|chunk| chunk.table == 0).filter_map(|chunk| chunk.pages).collect();
        ranges.sort();
        assert_eq!(ranges.first().map(|range| range.0), Some(0));
        assert_eq!(ranges.last().map(|range| range.1), Some(None));
        assert!(ranges.windows(2).all(|pair| pair[0].1 == Some(pair[1].0)));
        assert_eq!(chunks.iter().filter(|chunk| chunk.table == 1).count(), 1);
    }

    #[test]
    fn one_worker_gets_whole_tables() {
        assert!(cut([table(10 << 30, 1_000)].iter(), 1, CUT_FROM).iter().all(|chunk| chunk.pages.is_none()));
    }
}
