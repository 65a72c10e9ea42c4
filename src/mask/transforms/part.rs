//! What the rules say of a part of a cell: a leaf of a document, a field of a composite.

use super::Spec;
use crate::rules::transform::{Decision, PartDecision};

/// Reads a decision. The rules are checked when they are loaded; this says the same again to who builds them by hand.
pub(super) fn decision(part: &PartDecision) -> Result<Decision, String> {
    match part {
        PartDecision::Transform(spec) => Ok(Decision::Mask((**spec).clone())),
        PartDecision::Name(name) if name == "keep" => Ok(Decision::Keep),
        PartDecision::Name(name) => {
            let options = serde_json::json!({ name.as_str(): {} });
            let spec =
                serde_json::from_value::<Spec>(options).map_err(|_| format!("{name} isn't a transform by itself"))?;
            Ok(Decision::Mask(spec))
        }
    }
}
