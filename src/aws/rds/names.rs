//! The names that instances have in the course of a release.

use crate::error::{Error, Result};
use crate::run_record::RunId;

/// The longest identifier of an instance or cluster (RDS API reference, `CreateDBInstance`).
const LONGEST: usize = 63;

/// Which instance has which name before, during and after a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The one that people connect to.
    pub staging: String,
    /// The one with the masked database, until it is staging.
    pub incoming: String,
    /// The one that was staging before.
    pub retired: String,
    /// The one that a rollback took staging's name from.
    pub rolled_back: String,
}

impl Names {
    /// The names of a run's release; `incoming` is the instance that it masked into.
    ///
    /// # Errors
    /// When one of them is longer than an identifier may be.
    pub fn new(staging: &str, incoming: &str, run: &RunId) -> Result<Self> {
        let word = run_in_name(run);
        let names = Self {
            staging: staging.to_lowercase(),
            incoming: incoming.to_lowercase(),
            retired: format!("{staging}-retired-{word}").to_lowercase(),
            rolled_back: format!("{staging}-rolledback-{word}").to_lowercase(),
        };
        let longest = &names.rolled_back;
        if longest.len() <= LONGEST {
            return Ok(names);
        }
        let room = (LONGEST + staging.len()).saturating_sub(longest.len());
        Err(Error::usage(format!("the name {longest} is {} letters long, and RDS takes {LONGEST}", longest.len()))
            .help(format!("a run adds to the name of staging: name the instance with at most {room} letters")))
    }
}

/// The name of the instance that a run restores.
pub fn restored_name(run: &RunId) -> String {
    format!("stagemask-{}", run_in_name(run))
}

/// The name of the empty instance that a run creates to mask into.
pub fn created_name(run: &RunId) -> String {
    format!("stagemask-{}-new", run_in_name(run))
}

/// A run as it is part of an identifier: lower case with dashes.
fn run_in_name(run: &RunId) -> String {
    run.to_string().to_lowercase()
}

/// What a name says about who gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    Incoming,
    Retired,
    RolledBack,
}

/// Whether stagemask gave the name in this run, and for what. Whatever is named otherwise is never deleted.
pub(crate) fn given(name: &str, run: &str) -> Option<Given> {
    let (name, run) = (name.to_lowercase(), run.to_lowercase());
    if name.starts_with(&format!("stagemask-{run}")) {
        Some(Given::Incoming)
    } else if name.ends_with(&format!("-retired-{run}")) {
        Some(Given::Retired)
    } else if name.ends_with(&format!("-rolledback-{run}")) {
        Some(Given::RolledBack)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_would_be_too_long_is_refused_before_anything_is_done() {
        let run = RunId::new().unwrap();
        assert!(Names::new(&"a".repeat(29), "x", &run).is_ok());
        let error = Names::new(&"a".repeat(30), "x", &run).unwrap_err();
        assert!(error.advice().unwrap().contains("at most 29 letters"), "{error}");
    }

    #[test]
    fn a_name_tells_who_gave_it() {
        let run = RunId::new().unwrap();
        let names = Names::new("Drop-Staging", &restored_name(&run), &run).unwrap();
        let word = run.to_string();
        assert_eq!(given(&names.incoming, &word), Some(Given::Incoming));
        assert_eq!(given(&created_name(&run), &word), Some(Given::Incoming));
        assert_eq!(given(&names.retired, &word), Some(Given::Retired));
        assert_eq!(given(&names.rolled_back, &word), Some(Given::RolledBack));
        assert_eq!(given(&names.staging, &word), None);
        assert_eq!(given(&names.retired, "20200101T000000-aaaaaa"), None);
    }
}
