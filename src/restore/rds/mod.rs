//! A source out of Amazon RDS: production's snapshot, point in time or recovery point, restored into a quarantine.

pub mod request;
