//! What was asked of a run in time and age, and what was measured.

use serde::{Deserialize, Serialize};

/// Both objectives of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectivesRecord {
    /// Recovery time: from the start of the run until staging was open, or, in a drill, until what was restored was
    /// shown to be usable.
    pub rto: Measured,
    /// Recovery point: how old what was restored was when the run started.
    pub rpo: Measured,
}

/// An objective, in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// What was asked for, if something was.
    pub objective_seconds: Option<f64>,
    /// What was measured, if the run came so far.
    pub measured_seconds: Option<f64>,
}

impl Measured {
    /// Whether it was met; `None` where nothing was asked for or measured.
    pub fn met(self) -> Option<bool> {
        self.objective_seconds.zip(self.measured_seconds).map(|(objective, measured)| measured <= objective)
    }

    /// By how many seconds it was missed.
    pub fn over(self) -> Option<f64> {
        let (objective, measured) = self.objective_seconds.zip(self.measured_seconds)?;
        (measured > objective).then_some(measured - objective)
    }
}
