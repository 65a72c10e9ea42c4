//! What the rules say of one column of a table.

use super::follow::Part;
use super::{ColumnDecision, Meant};
use crate::rules::rule::{ColumnRule, Place};
use crate::rules::transform::Transform;
use crate::run_record::Variety;

/// What is said of a column.
pub(super) struct Decided<'t> {
    pub(super) rule: Option<&'t ColumnRule>,
    pub(super) part: Part<'t>,
    /// The transform, written at the column or at what it refers to; `None` is keep.
    pub(super) spec: Option<&'t Transform>,
    pub(super) domain: Option<&'t str>,
}

impl Decided<'_> {
    /// Where that is written.
    pub(super) fn place(&self) -> Option<Place> {
        let followed = match &self.part {
            Part::Follows { family, .. } => family.place,
            _ => None,
        };
        self.rule.map(|rule| rule.place).or(followed)
    }

    /// What is meant by so many cases. What refers in some rows has results of other columns.
    pub(super) fn meant(&self, cases: usize) -> Meant {
        let own = self.rule.map_or(0, |rule| rule.cases.len());
        let of_spec = || self.spec.map_or(Variety::Kept, Transform::variety);
        let variety = match self.rule {
            _ if cases > own => Variety::Lost,
            Some(rule) => rule.variety(),
            None => of_spec(),
        };
        Meant { variety, keeps_level: cases == 0 && self.spec.is_some_and(Transform::keeps_level) }
    }

    pub(super) fn decision(&self) -> ColumnDecision {
        let transform = self.spec.map(|spec| spec.name().to_owned());
        match (self.rule, &self.part, transform) {
            (Some(_), _, Some(transform)) => ColumnDecision::Masked(transform),
            (Some(_), _, None) => ColumnDecision::Kept,
            (None, Part::Follows { family, .. }, transform) => {
                ColumnDecision::Follows { to: family.head.to_string(), transform }
            }
            (None, ..) => ColumnDecision::KeptByType,
        }
    }
}
