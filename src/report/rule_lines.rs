//! Where in the rules file a finding belongs.

use std::path::Path;

use crate::rules::load;
use crate::rules::rule::Rules;
use crate::run_record::RulesRecord;
use crate::verify::findings::Finding;

/// The lines of the rules that a run had. Without them, if the file isn't there any more or says something else now.
#[derive(Debug)]
pub struct RuleLines(Option<Rules>);

impl RuleLines {
    /// Reads the rules file of a run again.
    pub fn of(used: &RulesRecord) -> Self {
        Self(load::load(Path::new(&used.file)).ok().filter(|rules| rules.digest == used.digest))
    }

    /// No lines.
    pub fn none() -> Self {
        Self(None)
    }

    /// The file, and line and column counted from 1, of the rule of a column, or else of its table.
    pub fn at(&self, finding: &Finding) -> Option<(String, (usize, usize))> {
        let (table, column) = (finding.place.table.as_ref()?, finding.place.column.as_deref());
        let rules = self.0.as_ref()?;
        let place = rules.place_of(table, column)?;
        Some((rules.files.get(place.file)?.name.clone(), (place.line, place.column)))
    }
}
