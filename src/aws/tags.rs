//! The tags by which what belongs to a run is found again, whoever asks and whatever became of the run's folder.

/// The run that made it.
pub const RUN: &str = "stagemask:run";
/// `true` for what stagemask may change and delete; IAM policies ask for it too.
pub const MANAGED: &str = "stagemask:managed";
/// What it is: [`QUARANTINED`], [`RELEASED`] and so on.
pub const STATE: &str = "stagemask:state";
/// From when on it may be deleted as forgotten, RFC 3339 in UTC. What is released has no such time.
pub const EXPIRES: &str = "stagemask:expires";
/// The run whose release took staging's name from it.
pub const RETIRED_BY: &str = "stagemask:retired-by";

/// What it was restored from, in words.
pub const FROM: &str = "stagemask:from";
/// Of when the data in it is, RFC 3339 in UTC.
pub const TAKEN: &str = "stagemask:taken";

/// State: raw, or not yet proved to be masked.
pub const QUARANTINED: &str = "quarantined";
/// State: staging. Nothing in this state is ever deleted.
pub const RELEASED: &str = "released";
/// State: staging that is about to lose its name.
pub const RETIRING: &str = "retiring";
/// State: what was staging before, kept for a rollback.
pub const RETIRED: &str = "retired";
/// State: what a rollback took staging's name from, kept to be looked at.
pub const ROLLED_BACK: &str = "rolledback";
