//! `stagemask schema`

use crate::cli::args::SchemaArgs;
use crate::cli::console::to_stdout;
use crate::error::Result;
use crate::rules::schema;
use crate::verify::proof;

pub(super) fn run(args: &SchemaArgs) -> Result<()> {
    if args.proof {
        return to_stdout(&proof::json_schema_text());
    }
    to_stdout(&schema::json_schema_text())
}
