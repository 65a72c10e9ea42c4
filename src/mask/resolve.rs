//! Before any row is streamed: the names of people are learnt for the search of free text, and the originals of unique columns whose masked values would meet, in the small synthetic
//! spaces, are given choices of their own (`transforms::collisions`).

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use tokio::sync::mpsc;
use xxhash_rust::xxh3::xxh3_64;

use super::by_row::names;
use super::plan::{ColumnDecision, Plan, TablePlan};
use super::transforms::prescan::Names;
use super::transforms::{Built, Row};
use crate::error::{Error, Result};
use crate::originals::OriginalsOf;
use crate::postgres::catalog;
use crate::postgres::connect::Session;
use crate::postgres::copy_binary::read_tuple;
use crate::postgres::copy_stream::{Batch, Budget, read_batches};
use crate::postgres::identifier::quote_identifier;
use crate::postgres::types::TypeClass;

/// More choices than this aren't tried: the space is full.
const MOST_CHOICES: u32 = 10_000;

/// Resolves every column of the plan that needs it.
///
/// # Errors
/// When the source can't be read, or a space has no room for all originals.
pub(super) async fn resolve(plan: &Arc<Plan>, source: &Session) -> Result<()> {
    learn_names(plan, source).await?;
    let columns = to_resolve(plan);
    // An original has one choice wherever it stands. What one column makes of it can meet something in another that was
    // looked at before, so they are looked at until none changes anything. Choices only grow, and few are ever made.
    let mut unchanged = 0;
    for column in columns.iter().cycle() {
        if unchanged >= columns.len() {
            break;
        }
        unchanged = if column.resolve(source).await? { 1 } else { unchanged + 1 };
    }
    Ok(())
}

/// The unique columns whose masked values could meet, one for those that refer to one another.
fn to_resolve(plan: &Plan) -> Vec<Column<'_>> {
    let mut families = HashSet::new();
    let mut columns = Vec::new();
    for table in plan.tables.iter().filter(|table| !table.selection.truncated) {
        for position in table.to_resolve() {
            let family = table.families.get(position).copied().flatten();
            let Some(Some(built)) = table.transforms.get(position) else { continue };
            if family.is_none_or(|family| families.insert(family)) {
                columns.push(Column { plan, table, position, built });
            }
        }
    }
    columns
}

/// Reads the names of people, if there is free text in which they could stand.
async fn learn_names(plan: &Arc<Plan>, source: &Session) -> Result<()> {
    // Those that take values apart may have it for some part.
    let searching = ["free_text", "json", "hstore", "xml", "fields", "base64"];
    let may_search = |decision: &ColumnDecision| {
        decision.transform().is_some_and(|transform| searching.iter().any(|one| names(transform, one)))
    };
    if !plan.tables.iter().any(|table| table.decisions.iter().any(may_search)) {
        return Ok(());
    }
    let mut known = Names::default();
    for table in &plan.tables {
        for (position, built) in table.transforms.iter().enumerate() {
            let Some(built) = built else { continue };
            let add = match built.facts.originals {
                OriginalsOf::FirstName => Names::add_given,
                OriginalsOf::LastName => Names::add_family,
                OriginalsOf::FullName => Names::add_full,
                _ => continue,
            };
            let column = Column { plan, table, position, built };
            column
                .for_each_original(source, |original| {
                    add(&mut known, &String::from_utf8_lossy(original));
                    Ok(())
                })
                .await?;
        }
    }
    plan.prescan.know_names(known);
    Ok(())
}

struct Column<'a> {
    plan: &'a Plan,
    table: &'a TablePlan,
    position: usize,
    built: &'a Built,
}

impl Column<'_> {
    /// Says whether any original was given another choice.
    async fn resolve(&self, source: &Session) -> Result<bool> {
        let mut masked: Vec<u64> = Vec::new();
        self.for_each_original(source, |original| {
            masked.push(self.masked(original)?);
            Ok(())
        })
        .await?;
        masked.sort_unstable();
        let met: HashSet<u64> = masked
            .windows(2)
            .filter(|pair| pair.first() == pair.last())
            .filter_map(|pair| pair.first().copied())
            .collect();
        if met.is_empty() {
            return Ok(false);
        }
        let mut groups: BTreeMap<u64, Vec<Vec<u8>>> = BTreeMap::new();
        self.for_each_original(source, |original| {
            let hash = self.masked(original)?;
            if met.contains(&hash) {
                groups.entry(hash).or_default().push(original.to_vec());
            }
            Ok(())
        })
        .await?;
        let mut changed = false;
        let mut taken: HashSet<u64> = HashSet::new();
        for mut originals in groups.into_values() {
            // In an order that the data decides, not the heap, so that another refresh gives the same.
            originals.sort_unstable();
            if self.members().len() > 1 {
                // In two columns one value may be spelt in two ways, and is one value after masking.
                let mut keys = HashSet::new();
                originals.retain(|original| keys.insert(self.built.transform.collision_key(original)));
            }
            changed |= originals.len() > 1;
            for original in originals.iter().skip(1) {
                taken.insert(
                    self.choose(original, |hash| masked.binary_search(&hash).is_err() && !taken.contains(&hash))?,
                );
            }
        }
        Ok(changed)
    }

    /// Lets an original pass over choices until one is free, and gives the hash of what it is masked to then.
    fn choose(&self, original: &[u8], is_free: impl Fn(u64) -> bool) -> Result<u64> {
        let key =
            self.built.transform.collision_key(original).ok_or_else(|| self.cannot("a value isn't of its form"))?;
        let before = self.plan.prescan.collisions.of(key);
        for choices in before + 1..before.saturating_add(MOST_CHOICES) {
            self.plan.prescan.collisions.pass_over(key, choices);
            let hash = self.masked(original)?;
            if is_free(hash) {
                return Ok(hash);
            }
        }
        Err(self.cannot("its synthetic space has no room for so many values"))
    }

    /// The columns that hold the same values, this one among them: those that refer to it, or that it refers to.
    fn members(&self) -> Vec<(&TablePlan, &catalog::Column)> {
        let Some(own) = self.table.columns.get(self.position) else { return Vec::new() };
        let Some(family) = self.table.families.get(self.position).copied().flatten() else {
            return vec![(self.table, own)];
        };
        let is_alike = |column: &catalog::Column| {
            column.type_name == own.type_name || column.class == TypeClass::Text && own.class == TypeClass::Text
        };
        let mut members = Vec::new();
        for table in &self.plan.tables {
            let columns = table.columns.iter().zip(&table.families);
            let alike = columns.filter(|(column, of)| **of == Some(family) && is_alike(column));
            members.extend(alike.map(|(column, _)| (table, column)));
        }
        members
    }

    /// Calls `visit` with each distinct original.
    async fn for_each_original(&self, source: &Session, mut visit: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let members = self.members();
        let select = |(table, column): &(&TablePlan, &catalog::Column)| {
            let name = quote_identifier(&column.name);
            // `char(n)` and `citext` say what is equal in their own way.
            let cast = if members.len() > 1 && column.class == TypeClass::Text { "::text" } else { "" };
            format!("SELECT DISTINCT {name}{cast} FROM ONLY {} WHERE {name} IS NOT NULL", table.table.name.sql())
        };
        let selects: Vec<String> = members.iter().map(select).collect();
        let sql = format!("COPY ({}) TO STDOUT (FORMAT binary)", selects.join(" UNION "));
        let column = self.table.columns.get(self.position).map_or("", |column| column.name.as_str());
        let table = &self.table.table.name;
        let doing = || format!("reading the unique column {column} of {table}");
        let budget = Budget::new(8 << 20);
        let (batches, mut arriving) = mpsc::channel::<Batch>(2);
        let reading = read_batches(source, &sql, 1, &budget, &doing, |batch| batch, batches);
        let visiting = async {
            while let Some(batch) = arriving.recv().await {
                let (mut at, mut fields) = (0, Vec::with_capacity(1));
                while at < batch.tuples.bytes.len() {
                    at = read_tuple(&batch.tuples.bytes, at, &mut fields)
                        .map_err(|cause| Error::failed(format!("{} failed", doing())).because(cause))?;
                    if let Some(Some(original)) = fields.first() {
                        visit(original)?;
                    }
                }
            }
            Ok(())
        };
        futures_util::future::try_join(reading, visiting).await.map(|_| ())
    }

    fn masked(&self, original: &[u8]) -> Result<u64> {
        let mut out = Vec::with_capacity(32);
        let alone = Row { cells: &[], transforms: &[] };
        self.built.transform.mask(original, &alone, &mut out).map_err(|error| self.cannot(&error.0))?;
        Ok(xxh3_64(&out))
    }

    fn cannot(&self, why: &str) -> Error {
        let column = self.table.columns.get(self.position).map_or("", |column| column.name.as_str());
        Error::failed(format!("{}.{column} can't be masked so that it stays unique: {why}", self.table.table.name))
            .help("use hex_digest or token, or keep")
    }
}
