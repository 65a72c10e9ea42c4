//! Before any row is streamed: the names of people are learnt for the search of free text, and the originals of unique columns whose masked values would meet, in the small synthetic
//! spaces, are given choices of their own (`transforms::collisions`).

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use tokio::sync::mpsc;
use xxhash_rust::xxh3::xxh3_64;

use super::plan::{ColumnDecision, Plan, TablePlan};
use super::transforms::prescan::Names;
use super::transforms::{Built, Row};
use crate::error::{Error, Result};
use crate::originals::OriginalsOf;
use crate::postgres::connect::Session;
use crate::postgres::copy_binary::read_tuple;
use crate::postgres::copy_stream::{Batch, Budget, read_batches};
use crate::postgres::identifier::quote_identifier;

/// More choices than this aren't tried: the space is full.
const MOST_CHOICES: u32 = 10_000;

/// Resolves every column of the plan that needs it.
///
/// # Errors
/// When the source can't be read, or a space has no room for all originals.
pub(super) async fn resolve(plan: &Arc<Plan>, source: &Session) -> Result<()> {
    learn_names(plan, source).await?;
    for table in &plan.tables {
        for position in table.to_resolve() {
            if let Some(Some(built)) = table.transforms.get(position) {
                Column { plan, table, position, built }.resolve(source).await?;
            }
        }
    }
    Ok(())
}

/// Reads the names of people, if there is free text in which they could stand.
async fn learn_names(plan: &Arc<Plan>, source: &Session) -> Result<()> {
    // Those that take values apart may have it for some part.
    let searching = ["free_text", "json", "hstore", "xml", "fields", "base64"];
    let may_search = |decision: &ColumnDecision| matches!(decision, ColumnDecision::Masked(name) if searching.contains(&name.as_str()));
    if !plan.tables.iter().any(|table| table.decisions.iter().any(may_search)) {
        return Ok(());
    }
    let mut names = Names::default();
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
                    add(&mut names, &String::from_utf8_lossy(original));
                    Ok(())
                })
                .await?;
        }
    }
    plan.prescan.know_names(names);
    Ok(())
}

struct Column<'a> {
    plan: &'a Plan,
    table: &'a TablePlan,
    position: usize,
    built: &'a Built,
}

impl Column<'_> {
    async fn resolve(&self, source: &Session) -> Result<()> {
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
            return Ok(());
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
        let mut taken: HashSet<u64> = HashSet::new();
        for mut originals in groups.into_values() {
            // In an order that the data decides, not the heap, so that another refresh gives the same.
            originals.sort_unstable();
            for original in originals.iter().skip(1) {
                taken.insert(
                    self.choose(original, |hash| masked.binary_search(&hash).is_err() && !taken.contains(&hash))?,
                );
            }
        }
        Ok(())
    }

    /// Lets an original pass over choices until one is free, and gives the hash of what it is masked to then.
    fn choose(&self, original: &[u8], is_free: impl Fn(u64) -> bool) -> Result<u64> {
        let key =
            self.built.transform.collision_key(original).ok_or_else(|| self.cannot("a value isn't of its form"))?;
        for choices in 1..MOST_CHOICES {
            self.plan.prescan.collisions.pass_over(key, choices);
            let hash = self.masked(original)?;
            if is_free(hash) {
                return Ok(hash);
            }
        }
        Err(self.cannot("its synthetic space has no room for so many values"))
    }

    /// Calls `visit` with each distinct original.
    async fn for_each_original(&self, source: &Session, mut visit: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let column =
            self.table.columns.get(self.position).map(|column| quote_identifier(&column.name)).unwrap_or_default();
        let table = self.table.table.name.sql();
        let sql = format!(
            "COPY (SELECT DISTINCT {column} FROM ONLY {table} WHERE {column} IS NOT NULL) TO STDOUT (FORMAT binary)"
        );
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
