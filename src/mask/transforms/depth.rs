//! How deep columns are made from one another: a circle ends in an error, not in an overflow of the stack.

use std::cell::Cell;

use super::{CellError, Masked};

/// More than any table needs: an e-mail from a full name from a template from a name is four.
const DEEPEST: u8 = 16;

thread_local! {
    static DEPTH: Cell<u8> = const { Cell::new(0) };
}

/// Masks a column for another one.
pub(super) fn within(mask: impl FnOnce() -> Result<Masked, CellError>) -> Result<Masked, CellError> {
    let depth = DEPTH.get();
    if depth >= DEEPEST {
        return Err(CellError("its columns are made from one another in a circle".to_owned()));
    }
    DEPTH.set(depth + 1);
    let masked = mask();
    DEPTH.set(depth);
    masked
}
