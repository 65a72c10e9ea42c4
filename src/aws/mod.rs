//! Amazon Web Services, as one side of a refresh sees it: who we are there, and clients that log what they do.
//!
//! Credentials come from the standard chain (environment, profile and SSO, web identity, ECS task role, EC2), and with
//! `assume_role` from there on to another role. Each provider renews what expires while a run goes on.

mod account;
mod audited;
mod failure;
pub mod rds;
pub mod secrets;
pub mod tags;
mod token;

pub use account::{Account, AssumeRole, Side};
pub use failure::{Failure, explain};
pub use token::IamToken;
