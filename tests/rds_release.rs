//! A masked instance becomes staging on (a stand-in of) Amazon RDS, and the way back; whatever call is refused or lost.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

#[path = "support/aws.rs"]
mod aws;
#[path = "rds_release/faults.rs"]
mod faults;
#[path = "support/moto_program.rs"]
mod moto_program;
#[path = "rds_release/new_instance.rs"]
mod new_instance;
#[path = "rds_release/other_databases.rs"]
mod other_databases;
#[path = "support/rds_like.rs"]
mod rds_like;
#[path = "rds_release/refused.rs"]
mod refused;
#[path = "rds_release/removal.rs"]
mod removal;
#[path = "rds_release/roles.rs"]
mod roles;
#[path = "rds_release/unlike_moto.rs"]
mod unlike_moto;
#[path = "rds_release/whole.rs"]
mod whole;
#[path = "rds_release/world.rs"]
mod world;
