//! Staging on Amazon RDS: what a masked database has to become before people may connect to it.

mod back;
mod create;
mod other_databases;
mod rename;
pub mod request;
mod role_passwords;
mod scene;
mod shape;
mod swap;

pub use back::{Back, rollback, undo};
pub use create::{Created, NewInstance, create};
pub use other_databases::{Emptied, after_masking, before_masking};
pub use role_passwords::{ReadyRole, RolesSet, passwords_of, set_passwords};
pub use swap::{InstanceRelease, Swapped, swap};
