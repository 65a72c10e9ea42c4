//! Staging on Amazon RDS: what a masked database has to become before people may connect to it.

mod back;
mod create;
mod instance;
mod left_overs;
mod names;
mod other_databases;
mod remove;
mod rename;
pub mod request;
mod role_passwords;
mod scene;
mod shape;
mod site;
mod staging;
mod swap;

pub use back::{Back, rollback, undo};
pub use create::{Created, NewInstance, create};
pub use left_overs::{RdsKind, RdsLeftOver, RdsObject, Which, left_overs};
pub use names::{Names, created_name, restored_name};
pub use other_databases::{Emptied, after_masking, before_masking};
pub use remove::remove;
pub use role_passwords::{ReadyRole, RolesSet, passwords_of, set_passwords};
pub use site::{Site, Waiting};
pub use staging::{Staging, StagingKind, describe_staging};
pub use swap::{InstanceRelease, Swapped, swap};
