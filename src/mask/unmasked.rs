//! Rows that stay unmasked by `unless`: what can be said against them before any row is streamed.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::mpsc;
use xxhash_rust::xxh3::Xxh3;

use super::plan::{Plan, TablePlan};
use super::stream::read_query;
use super::transforms::Row;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::catalog::{Compares, ForeignKey, UniqueKey};
use crate::postgres::connect::Session;
use crate::postgres::copy_binary::{read_tuple, write_field};
use crate::postgres::copy_stream::{Batch, Budget, read_batches};
use crate::rules::rule::{Mistake, Rules, TableRules};

/// More rows than this in one table are no exceptions any more.
const MOST: usize = 100_000;

/// What the plan already says against `unless` and against cases. The foreign keys come as those that hold in every row,
/// and as those that hold in some.
pub(super) fn mistakes(
    rules: &Rules,
    plans: &[TablePlan],
    (always, in_some_rows): (&[ForeignKey], &[ForeignKey]),
) -> Vec<Mistake> {
    let mut mistakes: Vec<Mistake> = Vec::new();
    let mut add = |mistake: Mistake| {
        // Every partition of a table finds the same.
        if !mistakes.contains(&mistake) {
            mistakes.push(mistake);
        }
    };
    for plan in plans {
        unique_mistakes(rules.tables.iter().find(|of| of.name == plan.table.root), plan).for_each(&mut add);
    }
    for of_table in &rules.tables {
        for plan in plans.iter().filter(|plan| plan.table.root == of_table.name) {
            unless_mistake(of_table, plan).into_iter().for_each(&mut add);
        }
        for key in always {
            let is_from = key.from == of_table.name;
            let columns = if is_from { &key.from_columns } else { &key.to_columns };
            let concerns = is_from || key.to == of_table.name;
            concerns
                .then(|| reference_mistake(of_table, plans, key, columns, false))
                .flatten()
                .into_iter()
                .for_each(&mut add);
        }
        for key in in_some_rows {
            // What refers in some rows depends on the row as it should; what is referred to may not.
            let from = (key.from == of_table.name).then_some((&key.from_columns, true));
            let to = (key.to == of_table.name).then_some((&key.to_columns, false));
            let ends = from.into_iter().chain(to);
            ends.filter_map(|(columns, cased)| reference_mistake(of_table, plans, key, columns, cased))
                .for_each(&mut add);
        }
    }
    mistakes
}

fn unless_mistake(of_table: &TableRules, plan: &TablePlan) -> Option<Mistake> {
    let place = Some(of_table.rows.unless.as_ref()?.place);
    let name = &of_table.name;
    if plan.transforms.iter().all(Option::is_none) {
        let (what, help) = (format!("no column of {name} is masked, so that `unless` says nothing"), "take it out");
        return Some(Mistake { place, what, help: Some(help.to_owned()) });
    }
    plan.kept_key.is_empty().then(|| Mistake {
        place,
        what: format!("rows of {name} can't be told apart after masking, which `unless` needs"),
        help: Some("it needs a primary key of which every column is kept".to_owned()),
    })
}

/// Two cases of a column may give two rows the same value, and no order of rows would show it beforehand.
fn unique_mistakes<'a>(of_table: Option<&'a TableRules>, plan: &'a TablePlan) -> impl Iterator<Item = Mistake> + 'a {
    let keys = &plan.table.unique_keys;
    let streamed = |position: usize| {
        let name = &plan.table.columns.get(position)?.name;
        plan.columns.iter().position(|column| column.name == *name)
    };
    let is_cased = move |position: usize| streamed(position).is_some_and(|streamed| plan.by_row.has_cases(streamed));
    let stays_distinct = move |position: usize, key: &UniqueKey| {
        let others: Vec<usize> = key.columns.iter().filter_map(|other| streamed(*other)).collect();
        let exactly = key.parts.iter().all(|part| part.columns == [position] || !part.columns.contains(&position))
            && key.parts.iter().all(|part| part.columns != [position] || part.compares == Compares::Exactly);
        let in_condition = key.condition.iter().any(|condition| condition.columns.contains(&position));
        exactly && !in_condition && streamed(position).is_some_and(|at| plan.by_row.stays_distinct_beside(at, &others))
    };
    let is_whole = move |other: &[usize], key: &[usize]| {
        !other.is_empty() && other.iter().all(|column| key.contains(column) && !is_cased(*column))
    };
    let cased = keys.iter().filter(move |key| !keys.iter().any(|other| is_whole(&other.columns, &key.columns)));
    cased.flat_map(move |key| {
        let may_meet = move |position: &&usize| is_cased(**position) && !stays_distinct(**position, key);
        key.columns.iter().filter(may_meet).filter_map(move |&position| {
            let column = &plan.table.columns.get(position)?.name;
            let rule = of_table.and_then(|of| of.columns.iter().find(|rule| rule.name == *column));
            let of_reference = || plan.by_row.referring.get(streamed(position)?)?.as_ref().map(|of| of.place);
            Some(Mistake {
                place: rule.map(|rule| rule.place).or_else(of_reference),
                what: format!(
                    "{}.{column} has to be unique ({}), and two cases could give two rows the same value",
                    plan.table.root, key.name
                ),
                help: Some(
                    "give it one transform that is unique; rows that stay as they are can be named by `unless`"
                        .to_owned(),
                ),
            })
        })
    })
}

/// A row that refers isn't the row that is referred to: what depends on the one can't agree with the other.
/// Of these columns of a key, cases are told of unless they may be there.
fn reference_mistake(
    of_table: &TableRules,
    plans: &[TablePlan],
    key: &ForeignKey,
    columns: &[String],
    may_have_cases: bool,
) -> Option<Mistake> {
    let plan = plans.iter().find(|plan| plan.table.root == of_table.name)?;
    let position = |name: &String| plan.columns.iter().position(|column| column.name == *name);
    let is_masked = |position: usize| plan.transforms.get(position).is_some_and(Option::is_some);
    let mut masked = columns.iter().filter(|name| position(name).is_some_and(is_masked));
    let has_cases = |name: &String| position(name).is_some_and(|position| plan.by_row.has_cases(position));
    let cased = columns.iter().find(|name| !may_have_cases && has_cases(name));
    let (column, place) = match (cased, &of_table.rows.unless) {
        (Some(column), _) => (column, of_table.columns.iter().find(|rule| rule.name == *column)?.place),
        (None, Some(unless)) => (masked.next()?, unless.place),
        (None, None) => return None,
    };
    Some(Mistake {
        place: Some(place),
        what: format!(
            "whether {}.{column} is masked depends on the row, and {} refers to {} by it ({})",
            of_table.name, key.from, key.to, key.name
        ),
        help: Some("keep the column at both ends, or mask it alike in all rows".to_owned()),
    })
}

/// Looks at the rows that stay unmasked: that they aren't too many, and that no other row is given a value of theirs
/// where it has to be unique.
///
/// # Errors
/// When there is either, and when the source can't be read.
pub(super) async fn check(plan: &Arc<Plan>, source: &Session) -> Result<()> {
    for table in plan.tables.iter().filter(|table| !table.selection.truncated) {
        if let Some(answer) = table.by_row.unless {
            Unmasked { table, answer, keys: masked_keys(table) }.check(source).await?;
        }
    }
    Ok(())
}

/// The unique keys with a masked column, as positions among the streamed columns.
fn masked_keys(table: &TablePlan) -> Vec<Vec<usize>> {
    let streamed = |&position: &usize| {
        let name = &table.table.columns.get(position)?.name;
        table.columns.iter().position(|column| column.name == *name)
    };
    let keys = table.table.unique_keys.iter().map(|key| key.columns.iter().filter_map(streamed).collect());
    let is_masked =
        |key: &Vec<usize>| key.iter().any(|position| matches!(table.transforms.get(*position), Some(Some(_))));
    keys.filter(is_masked).collect()
}

struct Unmasked<'a> {
    table: &'a TablePlan,
    answer: usize,
    keys: Vec<Vec<usize>>,
}

impl Unmasked<'_> {
    async fn check(&self, source: &Session) -> Result<()> {
        let unless = self.table.by_row.asked.get(self.answer - self.table.columns.len()).cloned().into_iter();
        let (mut there, mut count): (Vec<HashSet<u128>>, usize) = (vec![HashSet::new(); self.keys.len()], 0);
        self.for_each_row(source, unless.collect(), |fields| {
            count += 1;
            if count > MOST {
                return Err(self
                    .refuse(format!("`unless` leaves more than {MOST} of its rows unmasked"))
                    .help("name the few accounts that have to stay as they are"));
            }
            for (key, there) in self.keys.iter().zip(&mut there) {
                there.extend(self.value(key, fields, false)?);
            }
            Ok(())
        })
        .await?;
        if there.iter().all(HashSet::is_empty) {
            return Ok(());
        }
        self.for_each_row(source, Vec::new(), |fields| {
            if self.table.by_row.is_unmasked(fields) {
                return Ok(());
            }
            for (key, there) in self.keys.iter().zip(&there) {
                if self.value(key, fields, true)?.is_some_and(|value| there.contains(&value)) {
                    let names = key.iter().filter_map(|position| self.table.columns.get(*position));
                    let names: Vec<&str> = names.map(|column| column.name.as_str()).collect();
                    let what = format!("a masked row would have the {} of one that stays unmasked", names.join(", "));
                    return Err(self.refuse(what).help("change the values of the unmasked rows, or use another key"));
                }
            }
            Ok(())
        })
        .await
    }

    fn refuse(&self, what: String) -> Error {
        Error::new(ErrorKind::Usage, format!("{}: {what}", self.table.table.name))
    }

    /// The hash of a row's key, as it is or masked; `None` if some of it is NULL, which is equal to nothing.
    fn value(&self, key: &[usize], fields: &[Option<&[u8]>], masked: bool) -> Result<Option<u128>> {
        let row = Row { cells: fields, transforms: &self.table.transforms };
        let (mut hash, mut value) = (Xxh3::new(), Vec::new());
        for &position in key {
            let Some(cell) = row.original(position) else { return Ok(None) };
            let mut out = Vec::new();
            if masked {
                let done = row.masked(position, &mut out);
                done.map_err(|error| self.refuse(format!("a row can't be masked: {}", error.0)))?;
            } else {
                out.extend_from_slice(cell);
            }
            value.clear();
            write_field(&mut value, Some(&out));
            hash.update(&value);
        }
        Ok(Some(hash.digest128()))
    }

    async fn for_each_row(
        &self,
        source: &Session,
        and: Vec<String>,
        mut visit: impl FnMut(&[Option<&[u8]>]) -> Result<()>,
    ) -> Result<()> {
        let name = &self.table.table.name;
        let doing = || format!("looking for rows of {name} that stay unmasked");
        let (sql, fields) = read_query(self.table, "", &and);
        let sql = format!("COPY ({sql}) TO STDOUT (FORMAT binary)");
        let budget = Budget::new(8 << 20);
        let (batches, mut arriving) = mpsc::channel::<Batch>(2);
        let reading = read_batches(source, &sql, fields, &budget, &doing, |batch| batch, batches);
        let visiting = async {
            while let Some(batch) = arriving.recv().await {
                let (mut at, mut row) = (0, Vec::with_capacity(fields));
                while at < batch.tuples.bytes.len() {
                    at = read_tuple(&batch.tuples.bytes, at, &mut row)
                        .map_err(|cause| Error::failed(format!("{} failed", doing())).because(cause))?;
                    visit(&row)?;
                }
            }
            Ok(())
        };
        futures_util::future::try_join(reading, visiting).await.map(|_| ())
    }
}
