//! What a run is asked for in time and age, and what it is measured against.

use std::time::{Duration, SystemTime};

use crate::error::{Error, ErrorKind, Result};
use crate::report::evidence::Command;
use crate::report::figures;
use crate::report::objectives::missed;
use crate::run_record::{Measured, ObjectivesRecord, RunRecord};

use super::Shortfall;

/// What a run is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Objectives {
    /// Recovery time: how long it may take until staging is open, or until a drill has shown that what it restored can
    /// be used.
    pub rto: Option<Duration>,
    /// Recovery point: how old what is restored may be when the run starts.
    pub rpo: Option<Duration>,
    /// Whether data that is too old stops the run right after the restore. Without it the run goes on, since staging
    /// with older data is still staging, and says so when it is over.
    pub strict_rpo: bool,
}

impl Objectives {
    /// As the record has them, before anything is measured.
    pub(super) fn record(&self) -> ObjectivesRecord {
        let asked = |objective: Option<Duration>| Measured {
            objective_seconds: objective.map(|objective| objective.as_secs_f64()),
            measured_seconds: None,
        };
        ObjectivesRecord { rto: asked(self.rto), rpo: asked(self.rpo) }
    }

    /// Whether the run may go on with what was restored. Gives what a person should be warned of.
    pub(super) fn judge_age(&self, record: &ObjectivesRecord) -> Result<Option<String>> {
        let only_age = ObjectivesRecord { rpo: record.rpo, ..ObjectivesRecord::default() };
        let Some(over) = missed(&only_age).into_iter().next() else { return Ok(None) };
        let what = format!("what was restored is {over}");
        if self.strict_rpo {
            return Err(Error::new(ErrorKind::Objective, what)
                .help("restore something newer; without `strict_rpo` the run would go on with it"));
        }
        Ok(Some(format!("{what}; the run goes on with it")))
    }
}

/// Notes how long it took, from the start of the run to now.
pub(super) fn measure_time(record: &mut RunRecord) {
    let took = humantime::parse_rfc3339(&record.started)
        .ok()
        .and_then(|started| SystemTime::now().duration_since(started).ok())
        .unwrap_or_default();
    record.objectives.rto.measured_seconds = Some(took.as_secs_f64());
}

/// What stands against a run that did what it was asked for, but not in time.
pub(super) fn shortfall(command: Command, record: &RunRecord) -> Option<Shortfall> {
    let done = match command {
        Command::Refresh | Command::Release => "released",
        Command::Drill => "restored and usable",
        Command::Mask | Command::Verify | Command::Rollback => return None,
    };
    let missed = missed(&record.objectives);
    if missed.is_empty() {
        return None;
    }
    let took = record.objectives.rto.measured_seconds.unwrap_or_default();
    let took = figures::duration(Duration::try_from_secs_f64(took).unwrap_or_default());
    let age = figures::age(record.source.age_seconds);
    Some(Shortfall {
        kind: ErrorKind::Objective,
        what: format!("{done}, but {}", missed.join(" and ")),
        help: format!("it took {took}, and what was restored was {age} old; the phases are in the evidence"),
    })
}
