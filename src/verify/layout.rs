//! How a relation of the target is read, and what is known of each of its columns.

use crate::originals::ColumnId;
use crate::postgres::cell_counts::CellCounts;
use crate::postgres::types::TypeClass;

/// A relation of the target, as it is read: first the columns that were streamed, in their order, then the others.
pub(super) struct Layout {
    /// How people call it.
    pub(super) name: String,
    /// The columns.
    pub(super) columns: Vec<ScannedColumn>,
    /// Positions of the primary key, if none of it is masked.
    pub(super) kept_key: Vec<usize>,
    /// How many of the columns were streamed.
    pub(super) streamed: usize,
    /// The name under which rows that stay unmasked were recorded, if a rule leaves any.
    pub(super) unmasked: Option<String>,
}

/// A column that is read.
pub(super) struct ScannedColumn {
    pub(super) name: String,
    pub(super) class: TypeClass,
    /// Whether its bytes have to be those of the source.
    pub(super) kept: bool,
    /// Whether its cells can be parts of names by chance: masked given names are people's, and beside a town they are
    /// somebody's name as often as not.
    pub(super) given_names: bool,
    /// Whether it is masked, and its cells have to be those that were written for their row.
    pub(super) settled: bool,
    /// The number of its originals, where each cell has to differ from its own.
    pub(super) must_change: Option<ColumnId>,
    /// What is counted of it, for a masked one.
    pub(super) counts: Option<CellCounts>,
    /// Whether its cells were as long when they were masked.
    pub(super) has_length: bool,
}

impl ScannedColumn {
    /// Whether a whole cell can be a document.
    pub(super) fn may_hold_documents(&self) -> bool {
        matches!(self.class, TypeClass::Bytea | TypeClass::Text)
    }

    /// A column that nothing masks, and of which nothing is counted.
    pub(super) fn kept(name: &str, class: TypeClass) -> Self {
        Self {
            name: name.to_owned(),
            class,
            kept: true,
            given_names: false,
            settled: false,
            must_change: None,
            counts: None,
            has_length: false,
        }
    }
}
