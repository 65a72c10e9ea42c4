//! `stagemask schema`

use crate::cli::console::to_stdout;
use crate::error::Result;
use crate::rules::schema;

pub(super) fn run() -> Result<()> {
    to_stdout(&schema::json_schema_text())
}
