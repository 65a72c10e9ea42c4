//! Amazon RDS: instances and clusters as every stage sees them, how one waits for them, and what runs leave there.

pub(crate) mod cluster;
pub(crate) mod instance;
pub(crate) mod left_overs;
pub(crate) mod names;
mod remove;
pub(crate) mod site;
pub(crate) mod staging;

pub use left_overs::{RdsKind, RdsLeftOver, RdsObject, Which, left_overs};
pub use names::{Names, created_name, restored_name};
pub use remove::remove;
pub use site::{Site, Waiting};
pub use staging::{Staging, StagingKind, describe_staging};
