//! The plan of one table: what is said of each column, and its transform.

use std::collections::HashMap;
use std::sync::Arc;

use super::decided::Decided;
use super::follow::{Follow, Part};
use super::in_some_rows;
use super::unique::check_unique_keys;
use super::{ColumnDecision, Problems, TablePlan};
use crate::mask::by_row::ByRow;
use crate::mask::deal;
use crate::mask::other_rows::{self, InRows, OtherRows};
use crate::mask::selection::Selection;
use crate::mask::transforms::prescan::Prescan;
use crate::mask::transforms::{self, Built, Refusal, Site};
use crate::postgres::catalog::{Column, Table};
use crate::postgres::identifier::TableName;
use crate::rules::diagnostics;
use crate::rules::resolve::Resolution;
use crate::rules::rule::{Mistake, Place, Rules, TableRules};
use crate::rules::transform::Transform;
use crate::secret::MaskingKey;

/// What every table's plan is made with.
pub(super) struct Making<'a> {
    pub(super) rules: &'a Rules,
    pub(super) resolution: &'a Resolution<'a>,
    pub(super) key: &'a MaskingKey,
    pub(super) prescan: &'a Arc<Prescan>,
    pub(super) follow: &'a Follow<'a>,
    pub(super) selections: &'a HashMap<TableName, Selection>,
}

impl Making<'_> {
    pub(super) fn plan_table(
        &self,
        of_table: Option<&TableRules>,
        table: &Table,
        problems: &mut Problems,
    ) -> TablePlan {
        let columns: Vec<Column> = table.streamed().map(|(_, column)| column.clone()).collect();
        let decided: Vec<Decided<'_>> =
            columns.iter().map(|column| self.decide(of_table, &table.root, &column.name)).collect();
        let specs: Vec<Option<&Transform>> = decided.iter().map(|decided| decided.spec).collect();
        let mut decisions = Vec::with_capacity(columns.len());
        let mut built = Vec::with_capacity(columns.len());
        let mut undecided = Vec::new();
        let mut by_row = ByRow::of(columns.len());
        let mut meant = Vec::with_capacity(columns.len());
        let unless = of_table.and_then(|of| of.rows.unless.as_ref()).map(|unless| unless.sql.as_str());
        let other_rows = OtherRows { table, columns: &columns, unless };
        for (position, (column, decided)) in columns.iter().zip(&decided).enumerate() {
            let (locale, key, domain, prescan) = (self.rules.locale, self.key, decided.domain, self.prescan);
            let site = Site { column, columns: &columns, specs: &specs, locale, key, domain, prescan };
            let mut decision = decided.decision();
            if decision == ColumnDecision::KeptByType && column.class.can_carry_personal_data() {
                self.name_passed_over(table, column, problems);
                undecided.push(column.clone());
            }
            let cases = self.cases(table, decided, &site, problems);
            meant.push(decided.meant(cases.len()));
            let transform = if cases.is_empty() {
                let built =
                    decided.spec.and_then(|spec| self.build(table, decided, decided.place(), spec, &site, problems));
                built.inspect(|built| other_rows.ask(position, built, &InRows::All, &mut by_row))
            } else {
                let otherwise = self.otherwise(table, decided, &site, problems);
                let of_case = other_rows::each_case(&cases, &otherwise);
                of_case.for_each(|(rows, built)| other_rows.ask(position, built, &rows, &mut by_row));
                let own_cases = decided.rule.is_some_and(|rule| !rule.cases.is_empty());
                let found = in_some_rows::find(self.follow, table, &columns, column, own_cases);
                by_row.referring.get_mut(position).into_iter().for_each(|of| of.clone_from(&found));
                let (name, built) = by_row.build_cases(position, cases, otherwise);
                decision = ColumnDecision::Masked(name);
                built
            };
            decisions.push(decision);
            built.push(transform);
        }
        let selection = self.selections.get(&table.root).cloned().unwrap_or_default();
        by_row.unless = unless.map(|unless| by_row.ask(unless));
        let is_truncated = of_table.is_some_and(|of| of.rows.truncate);
        if !undecided.is_empty() && !is_truncated && !problems.undecided.iter().any(|(name, _)| *name == table.root) {
            problems.undecided.push((table.root.clone(), undecided));
        }
        let origin = |column: &Column| {
            let by = self.resolution.decided(table, &column.name)?.by?;
            (!by.names_the_column()).then(|| diagnostics::printable(&by.origin.words()))
        };
        let plan = TablePlan {
            origins: columns.iter().map(origin).collect(),
            kept_key: kept_key(table, &columns, &built),
            families: columns.iter().map(|column| self.follow.family(&table.root, &column.name)).collect(),
            table: table.clone(),
            columns,
            decisions,
            transforms: built,
            selection,
            by_row,
            meant,
        };
        check_unique_keys(&plan, of_table, problems);
        in_some_rows::check(&plan, problems);
        plan
    }

    /// A column that nothing decides may be one that somebody meant to decide.
    fn name_passed_over(&self, table: &Table, column: &Column, problems: &mut Problems) {
        let decided = self.resolution.decided(table, &column.name);
        for (candidate, why) in decided.into_iter().flat_map(|decided| &decided.passed_over) {
            problems.add(Mistake {
                place: Some(candidate.rule.place),
                what: format!("{} is passed over: {why}", diagnostics::printable(&candidate.origin.words())),
                help: Some(format!("decide on {} under `tables`", diagnostics::quoted(&column.name))),
            });
        }
    }

    /// What is said of a column: by its rule, or by that of the column that it refers to.
    fn decide<'t>(&'t self, of_table: Option<&'t TableRules>, table: &TableName, column: &str) -> Decided<'t> {
        let rule = of_table.and_then(|of| of.columns.iter().find(|rule| rule.name == column));
        let part = self.follow.part(table, column);
        let spec = match (&part, rule) {
            (_, Some(rule)) => rule.transform(),
            (Part::Follows { family, .. }, None) => family.spec,
            _ => None,
        };
        let domain = match &part {
            Part::Follows { family, .. } => family.domain,
            _ => rule.and_then(|rule| rule.domain.as_deref()),
        };
        Decided { rule, part, spec, domain }
    }

    /// The transform of a column, unless something stands against it.
    pub(super) fn build(
        &self,
        table: &Table,
        decided: &Decided<'_>,
        place: Option<Place>,
        spec: &Transform,
        site: &Site<'_>,
        problems: &mut Problems,
    ) -> Option<Built> {
        let column = site.column;
        let name = format!("{}.{}", table.root, column.name);
        let mistake = |what: String, help: String| Mistake { place, what, help: Some(help) };
        let built = match self.transform(&table.root, decided, spec, site) {
            Ok(built) => built?,
            Err(Refusal { what, help }) => {
                let mistake = mistake(format!("{name} ({}): {what}", column.type_name), help);
                match &decided.part {
                    Part::Follows { family, .. } => problems.referring.push((family.head.to_string(), mistake)),
                    _ => {
                        problems.failed.insert(name);
                        problems.add(mistake);
                    }
                }
                return None;
            }
        };
        if built.facts.makes_null && column.not_null {
            let what = format!("{name} is NOT NULL, and {} makes NULL", spec.name());
            problems.add(mistake(what, "use redact or another transform that makes a value".to_owned()));
            return None;
        }
        let goes_by_rows = built.transform.deck().is_some() || built.transform.neighbours().is_some();
        if goes_by_rows && deal::row_key(table, site.columns).is_none() {
            let help = match spec {
                Transform::Amount(_) => "leave `sum_within` out: then amounts change one by one, and so do their sums",
                _ => "use choice or dictionary, which go by the value",
            };
            let what = format!("{name}: {} needs a primary key to tell rows apart", spec.name());
            problems.add(mistake(what, help.to_owned()));
            return None;
        }
        if !column.binary && !built.facts.makes_null {
            let what = format!("{name}: values of type {} can only be kept or made NULL", column.type_name);
            problems.add(mistake(what, "use keep or null".to_owned()));
            return None;
        }
        Some(built)
    }

    fn transform(
        &self,
        table: &TableName,
        decided: &Decided<'_>,
        spec: &Transform,
        site: &Site<'_>,
    ) -> Result<Option<Built>, Refusal> {
        let leaves = self.follow.leaves(table, &site.column.name);
        match (&decided.part, spec) {
            (Part::Follows { family, elements }, _) => family.build(self, site.column, *elements).map_err(|refusal| {
                Refusal { what: format!("it refers to {}, and {}", family.head, refusal.what), ..refusal }
            }),
            (Part::Head(family), _) => family.build_head(spec, site).map(Some),
            (Part::Alone, Transform::Json(paths)) if !leaves.is_empty() => {
                self.follow.build_documents(self, paths, leaves, site).map(Some)
            }
            (Part::Alone, _) => transforms::build(spec, site).map(Some),
        }
    }
}

/// The primary key, as positions among the streamed columns, unless part of it is masked.
fn kept_key(table: &Table, columns: &[Column], built: &[Option<Built>]) -> Vec<usize> {
    let position = |&key: &usize| {
        let name = &table.columns.get(key)?.name;
        let position = columns.iter().position(|column| column.name == *name)?;
        built.get(position)?.is_none().then_some(position)
    };
    table.primary_key.iter().map(position).collect::<Option<Vec<_>>>().unwrap_or_default()
}
