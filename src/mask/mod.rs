//! From the source into the closed target, every row through its transforms.

pub mod schema;
pub mod transforms;
