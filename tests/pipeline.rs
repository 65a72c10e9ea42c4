//! The whole pipeline on a real server: what arrives, what is refused, and what is left when something fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;

#[path = "pipeline/broken_server.rs"]
mod broken_server;
#[path = "pipeline/generic_transforms.rs"]
mod generic_transforms;
#[path = "pipeline/interrupted.rs"]
mod interrupted;
#[path = "pipeline/large_table.rs"]
mod large_table;
#[path = "pipeline/odd_types.rs"]
mod odd_types;
#[path = "pipeline/people.rs"]
mod people;
#[path = "pipeline/refresh.rs"]
mod refresh;
#[path = "pipeline/refused.rs"]
mod refused;
#[path = "pipeline/resumed.rs"]
mod resumed;
#[path = "pipeline/secrets_and_texts.rs"]
mod secrets_and_texts;
#[path = "pipeline/step_by_step.rs"]
mod step_by_step;
#[path = "pipeline/sums.rs"]
mod sums;
#[path = "pipeline/unique.rs"]
mod unique;
