//! The whole pipeline on a real server: what arrives, what is refused, and what is left when something fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;

#[path = "pipeline/refresh.rs"]
mod refresh;
