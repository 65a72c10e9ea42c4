//! What refers follows what it refers to: a column without a rule takes over the decision on the column that its values
//! come from, so that they stay equal.
//!
//! `links` finds what refers to what, `families` what belongs together, `decide` which decision holds for all of a
//! family, and `joins` what can be counted on both sides to prove it.

mod decide;
mod families;
mod links;

use std::collections::{BTreeMap, HashMap};

pub(super) use self::links::{At, Leaf, Sometimes};
use self::links::{Links, Schema};
use super::Problems;
use super::table::Making;
use crate::mask::transforms::referring::{Equality, Referred, build_referring};
use crate::mask::transforms::{self, Built, Refusal, Site};
use crate::postgres::catalog::{Catalog, Column};
use crate::postgres::identifier::TableName;
use crate::postgres::types::TypeClass;
use crate::rules::json_path::JsonPath;
use crate::rules::rule::{Condition, Mistake, Place, Rules};
use crate::rules::transform::{PartDecision, Transform};

/// What is taken over from where.
pub(super) struct Follow<'a> {
    families: Vec<Family<'a>>,
    members: HashMap<At<'a>, Member>,
    leaves: HashMap<At<'a>, Vec<Leaf<'a>>>,
    sometimes: HashMap<At<'a>, Vec<Sometimes<'a>>>,
}

/// Columns that hold the same values.
pub(super) struct Family<'a> {
    /// The one whose rule holds for all.
    pub(super) head: At<'a>,
    /// What happens to it; `None` is keep.
    pub(super) spec: Option<&'a Transform>,
    /// Where that is written.
    pub(super) place: Option<Place>,
    /// Its consistency domain.
    pub(super) domain: Option<&'a str>,
    /// The head as its transform has to see it: as narrow as the narrowest column, and unique if any is.
    pub(super) column: Column,
    /// The column that decides how long a value can be, if it isn't the head.
    pub(super) narrowest: Option<At<'a>>,
    equality: Equality,
}

/// A column's part in a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Member {
    family: usize,
    role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Head,
    Follows {
        elements: bool,
    },
    /// It decides for itself, which has to be as the head does.
    Beside,
}

/// What a column is in its family.
pub(super) enum Part<'f> {
    /// It refers to nothing.
    Alone,
    /// Its decision holds for the others.
    Head(&'f Family<'f>),
    /// It is masked as the head is.
    Follows { family: &'f Family<'f>, elements: bool },
}

/// What happens to a column that refers, in rows of which a condition is true.
pub(super) struct ReferringCase<'a> {
    /// Which rows.
    pub(super) when: &'a Condition,
    /// What it refers to then.
    pub(super) to: At<'a>,
    /// The transform; `None` is keep.
    pub(super) built: Option<Built>,
}

impl<'a> Follow<'a> {
    /// Finds out what follows what, and everything that stands against it.
    pub(super) fn find(rules: &'a Rules, catalog: &'a Catalog, problems: &mut Problems) -> Self {
        let schema = Schema::of(catalog);
        let links = Links::of(&schema, &catalog.foreign_keys, &rules.references, problems);
        decide::decide(rules, &schema, links, problems)
    }

    /// The column's part; the names are those of the catalog.
    pub(super) fn part(&self, table: &TableName, column: &str) -> Part<'_> {
        let member = self.members.get(&At { table, column });
        match member.and_then(|member| Some((self.families.get(member.family)?, member.role))) {
            Some((family, Role::Head)) => Part::Head(family),
            Some((family, Role::Follows { elements })) => Part::Follows { family, elements },
            Some((_, Role::Beside)) | None => Part::Alone,
        }
    }

    /// The number of the family whose values a column holds.
    pub(super) fn family(&self, table: &TableName, column: &str) -> Option<usize> {
        let member = self.members.get(&At { table, column })?;
        matches!(member.role, Role::Head | Role::Follows { elements: false }).then_some(member.family)
    }

    /// What is referred to out of a column's documents.
    pub(super) fn leaves<'s>(&'s self, table: &'s TableName, column: &'s str) -> &'s [Leaf<'s>] {
        self.leaves.get(&At { table, column }).map_or(&[], Vec::as_slice)
    }

    fn family_of(&self, at: At<'a>) -> Option<&Family<'a>> {
        self.families.get(self.members.get(&at)?.family)
    }

    /// The references out of a column that hold in some rows, in the order of the rules.
    pub(super) fn sometimes<'s>(&'s self, table: &'s TableName, column: &'s str) -> &'s [Sometimes<'s>] {
        self.sometimes.get(&At { table, column }).map_or(&[], Vec::as_slice)
    }

    /// What a column is in rows of which a condition of a reference is true, in the order of the rules.
    pub(super) fn cases<'s>(
        &'s self,
        making: &Making<'_>,
        table: &'s TableName,
        column: &'s Column,
    ) -> Vec<Result<ReferringCase<'s>, Mistake>> {
        let case = |case: &'s Sometimes<'s>| {
            let built = self.family_of(case.to).map_or(Ok(None), |family| family.build(making, column, false));
            let built = built.map_err(|refusal| Mistake {
                place: Some(case.place),
                what: format!("{} refers to {}: {}", case.from, case.to, refusal.what),
                help: Some(refusal.help),
            });
            Ok(ReferringCase { when: case.when, to: case.to, built: built? })
        };
        self.sometimes(table, &column.name).iter().map(case).collect()
    }

    /// The transform of documents out of which something refers.
    pub(super) fn build_documents(
        &self,
        making: &Making<'_>,
        paths: &BTreeMap<String, PartDecision>,
        leaves: &[Leaf<'_>],
        site: &Site<'_>,
    ) -> Result<Built, Refusal> {
        let mut others = paths.clone();
        others.retain(|path, _| !JsonPath::parse(path).is_ok_and(|path| leaves.iter().any(|leaf| leaf.path == path)));
        let text = Column {
            class: TypeClass::Text,
            type_name: "text".to_owned(),
            max_chars: None,
            not_null: false,
            unique: false,
            ..site.column.clone()
        };
        let mut built = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            let one = self.family_of(leaf.to).map_or(Ok(None), |family| family.build(making, &text, false));
            let within = |refusal: Refusal| Refusal { what: format!("{}: {}", leaf.path, refusal.what), ..refusal };
            built.push((leaf.path.clone(), one.map_err(within)?));
        }
        transforms::build_documents(&others, built, site)
    }
}

impl Family<'_> {
    /// The transform of a column that refers to the head; `None` is keep.
    pub(super) fn build(&self, making: &Making<'_>, column: &Column, elements: bool) -> Result<Option<Built>, Refusal> {
        let Some(spec) = self.spec else { return Ok(None) };
        let referred = Referred {
            spec,
            column: &self.column,
            equality: self.equality,
            locale: making.rules.locale,
            key: making.key,
            domain: self.domain,
            prescan: making.prescan,
        };
        build_referring(&referred, column, elements).map(Some)
    }

    /// The transform of the head.
    pub(super) fn build_head(&self, spec: &Transform, site: &Site<'_>) -> Result<Built, Refusal> {
        let column = Column { name: site.column.name.clone(), ..self.column.clone() };
        let site = Site { column: &column, ..*site };
        transforms::referring::build_referred(spec, &site, self.equality).map_err(|refusal| match self.narrowest {
            Some(narrowest) => Refusal {
                what: format!("{} ({narrowest}, which refers to it, is the narrowest)", refusal.what),
                ..refusal
            },
            None => refusal,
        })
    }
}
