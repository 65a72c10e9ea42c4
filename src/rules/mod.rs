//! What to mask: the YAML files under `masking-rules/`, read and checked.

pub mod rule;
pub mod transform;
