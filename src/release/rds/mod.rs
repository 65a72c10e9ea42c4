//! Staging on Amazon RDS: what a masked database has to become before people may connect to it.

pub mod request;
