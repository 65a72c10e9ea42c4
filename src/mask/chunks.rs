//! The work of streaming, cut so that all workers finish together.

use std::collections::VecDeque;

use super::plan::Plan;
use crate::postgres::catalog::Kind;

/// A table, or a range of its pages, that one worker streams in one `COPY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Position in `Plan::tables`.
    pub(super) table: usize,
    /// The pages from the first to before the second (`None`: to the end); `None` for the whole table.
    pub(super) pages: Option<(u64, Option<u64>)>,
    /// About how many rows, by the statistics.
    pub(super) rows: u64,
}

/// A table smaller than this isn't worth a second stream, which costs it `COPY … FREEZE`.
const SMALLEST_CUT: u64 = 256 << 20;

/// Cuts the tables that would keep one worker busy long after the others are done. Largest first.
pub(super) fn cut(plan: &Plan, jobs: usize) -> VecDeque<Chunk> {
    let total: u64 = plan.tables.iter().map(|table| table.table.bytes).sum();
    let share = total / jobs.max(1) as u64;
    let mut chunks: Vec<(u64, Chunk)> = Vec::new();
    for (index, plan) in plan.tables.iter().enumerate() {
        let table = &plan.table;
        let dominates = jobs > 1 && table.bytes > share && table.bytes > SMALLEST_CUT;
        let pieces = if dominates && table.kind == Kind::Table { (jobs as u64 * 4).min(table.pages.max(1)) } else { 1 };
        let pages = table.pages.div_ceil(pieces);
        for piece in 0..pieces {
            let last = piece + 1 == pieces;
            // The last range is open: pages that came after the statistics were read belong to it.
            let range = (pieces > 1).then(|| (piece * pages, (!last).then_some((piece + 1) * pages)));
            let chunk = Chunk { table: index, pages: range, rows: table.estimated_rows / pieces };
            chunks.push((table.bytes / pieces, chunk));
        }
    }
    chunks.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
    chunks.into_iter().map(|(_, chunk)| chunk).collect()
}
