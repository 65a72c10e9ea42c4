//! Production's snapshots, points in time, clusters and recovery points on (a stand-in of) Amazon RDS are restored into a
//! quarantine, and deleted from it; whatever call is refused or lost.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

#[path = "support/aws.rs"]
mod aws;
#[path = "rds_restore/clusters.rs"]
mod clusters;
#[path = "rds_restore/faults.rs"]
mod faults;
#[path = "support/moto_program.rs"]
mod moto_program;
#[path = "rds_restore/quarantine.rs"]
mod quarantine;
#[path = "rds_restore/recovery_points.rs"]
mod recovery_points;
#[path = "rds_restore/refused.rs"]
mod refused;
#[path = "rds_restore/states.rs"]
mod states;
#[path = "rds_restore/world.rs"]
mod world;
