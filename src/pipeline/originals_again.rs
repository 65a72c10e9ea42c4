//! The originals of a run whose hashes aren't at hand: read again from its source, as that is now.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use serde::{Deserialize, Serialize};

use super::resume::key_is_kept;
use super::run::{ORIGINALS, Run, refuse_same_database};
use crate::database;
use crate::error::{Error, ErrorKind, Result};
use crate::mask::again::{Again, record_again};
use crate::mask::conditions;
use crate::mask::plan::Plan;
use crate::originals::Originals;
use crate::postgres::catalog::Catalog;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::identifier::TableName;
use crate::postgres::readable;
use crate::postgres::snapshot::ExportedSnapshot;
use crate::progress::{Event, Stage};
use crate::report::figures::{count, many};
use crate::rules::load;
use crate::rules::rule::Rules;
use crate::run_record::{DatabaseIdentity, MaskedRecord, MaskedTable, carried, utc};
use crate::verify::canaries::Canaries;
use crate::verify::findings::{Finding, Place, Question, Severity};

/// Beside the hashes, where they were read again; it goes where they go.
const NOTE: &str = "originals/again.json";

/// How many tables a finding names.
const SHOWN: usize = 5;

/// Where the originals of a run can be read again.
#[derive(Debug, Clone)]
pub struct SourceAgain {
    /// The database that was masked, or a replica of it.
    pub source: Endpoint,
    /// The rules of the run, if they aren't where they were.
    pub rules: Option<PathBuf>,
    /// Whether these may run programs.
    pub allow_commands: bool,
}

/// That the originals are those of another moment than masking saw.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadAgain {
    /// When, RFC 3339.
    at: String,
    /// From where; never a credential.
    source: String,
    /// Tables that don't have as many rows as then, in a few words each.
    changed: Vec<String>,
    /// Whether it is the database that was masked.
    #[serde(default)]
    likeness: Likeness,
}

/// How the database that the originals are read from compares with the one that was masked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Likeness {
    /// The same one, or a physical copy of it.
    Same,
    /// Another one, with what tells them apart.
    Other(String),
    /// The run doesn't know which it masked: an archive, or one whose identity couldn't be read.
    #[default]
    Unknown,
}

impl Likeness {
    fn of(then: Option<&DatabaseIdentity>, now: &DatabaseIdentity) -> Self {
        let Some(then) = then else { return Self::Unknown };
        let both_known = !then.system_identifier.is_empty() && !now.system_identifier.is_empty();
        let mut differ = Vec::new();
        if both_known && then.system_identifier != now.system_identifier {
            differ.push(format!("system identifier {} then, {} now", then.system_identifier, now.system_identifier));
        }
        if then.oid != now.oid {
            differ.push(format!("oid {} then, {} now", then.oid, now.oid));
        }
        match (differ.is_empty(), both_known) {
            (false, _) => Self::Other(differ.join("; ")),
            (true, true) => Self::Same,
            (true, false) => Self::Unknown,
        }
    }
}

impl ReadAgain {
    /// What a proof that rests on them has to say.
    pub(super) fn findings(&self) -> Vec<Finding> {
        std::iter::once(self.moment()).chain(self.another()).collect()
    }

    /// A copy that was restored is another database too, and may be the only one left; so this is no more than a warning.
    fn another(&self) -> Option<Finding> {
        let Likeness::Other(differ) = &self.likeness else { return None };
        Some(warning(
            "the originals were read again from another database than the one that was masked".to_owned(),
            format!(
                "{differ}\nsee that it is a copy of what the run masked, restored or promoted: an original that it doesn't \
                 hold isn't looked for"
            ),
        ))
    }

    fn moment(&self) -> Finding {
        let Self { at, source, changed, likeness } = self;
        let mut advice =
            "rows that were deleted or changed there since masking are not among them, so what survives of \
            these isn't found; to know of them too, refresh again"
                .to_owned();
        if !changed.is_empty() {
            let more = changed.len().saturating_sub(SHOWN);
            let shown: Vec<&str> = changed.iter().take(SHOWN).map(String::as_str).collect();
            let more = if more > 0 { format!(" and {} more", count(more as u64)) } else { String::new() };
            advice += &format!("\nrows then and now differ in {}{more}", shown.join(", "));
        }
        if *likeness == Likeness::Unknown {
            advice += "\nwhether this is the database that was masked isn't known: an archive has no identity, and some roles \
                       may not read that of a server";
        }
        warning(format!("the originals were read again from the source {source} at {at}"), advice)
    }
}

fn warning(kind: String, advice: String) -> Finding {
    Finding {
        question: Question::Coverage,
        place: Place { table: None, column: None, key: None },
        kind,
        severity: Severity::Warning,
        count: 1,
        keys: Vec::new(),
        advice,
    }
}

impl Run {
    /// Sees to it that there are originals to look for. Says so where they were read again, now or by an earlier process.
    pub(super) async fn originals_at_hand(&self, again: Option<&SourceAgain>) -> Result<Option<ReadAgain>> {
        let folder = self.folder.join(ORIGINALS);
        if Originals::are_in(&folder) {
            return self.folder.join(NOTE).is_file().then(|| self.folder.read(NOTE)).transpose();
        }
        let run = &self.record.run;
        let Some(again) = again else {
            let what = format!("the originals of run {run} aren't at hand: {} holds none", folder.display());
            return Err(Error::failed(what).help(format!(
                "go on on the machine that masked it, or let them be read again, as the source is now:\n\
                 stagemask verify --run {run} --source-url URL\nor refresh again"
            )));
        };
        key_is_kept(&self.record)?;
        let reading = self.read_again(again);
        let note = self.audit.around("originals.read", &again.source.to_string(), reading).await?;
        Ok(Some(note))
    }

    async fn read_again(&self, again: &SourceAgain) -> Result<ReadAgain> {
        let record = self.record.masked.as_ref().ok_or_else(|| Error::failed("the run has no masked database"))?;
        let rules = self.rules_of_run(again)?;
        let source = &again.source;
        refuse_same_database(source, self.target()?).await?;
        let snapshot = ExportedSnapshot::export(source.connect("stagemask source").await?).await?;
        let identity = database::identity(snapshot.session()).await?;
        self.refuse_masked_database(source, &identity)?;
        let likeness = Likeness::of(self.record.source.identity.as_ref(), &identity);
        let (at, begun) = (utc(SystemTime::now()), Instant::now());
        readable::require_all(snapshot.session()).await?;
        carried::refuse_schema_of_source(snapshot.session()).await?;
        let catalog = Catalog::load(snapshot.session()).await?;
        let found = conditions::mistakes(&rules, &catalog, snapshot.session()).await?;
        let plan = Arc::new(Plan::make_knowing(&rules, &catalog, &self.key, found)?);
        conditions::prepare(&plan, snapshot.session()).await?;
        let rows = plan.tables.iter().map(|table| table.table.estimated_rows).sum();
        self.progress.event(Event::StageStarted { stage: Stage::Mask, tables: plan.tables.len(), rows });
        let job = Again {
            snapshot: &snapshot,
            source,
            plan: &plan,
            record,
            originals: &self.folder.join(ORIGINALS),
            key: &self.key,
            jobs: self.settings.jobs,
            cut_from: self.settings.cut_from,
        };
        let canaries = Canaries::new(&self.key);
        // The note is there before the hashes are, or these might be taken for those of then.
        let record_canaries = |store: &_, column| canaries.record(store, column);
        let note =
            |changed| ReadAgain { at: at.clone(), source: source.to_string(), changed, likeness: likeness.clone() };
        std::fs::create_dir_all(self.folder.join(ORIGINALS)).ok();
        self.folder.write(NOTE, &note(Vec::new()))?;
        let now = record_again(&job, record_canaries, &self.progress).await?;
        let compared = compare(record, &now);
        let note = match compared {
            Ok(changed) => note(changed),
            Err(error) => {
                self.forget_originals();
                return Err(error);
            }
        };
        self.folder.write(NOTE, &note)?;
        let rows = now.iter().map(|(_, rows)| rows).sum();
        let summary = "originals read again, nothing written";
        self.progress.event(Event::StageFinished { stage: Stage::Mask, rows, elapsed: begun.elapsed(), summary });
        Ok(note)
    }

    /// What is masked already would be recorded as originals, and nothing of the real ones.
    fn refuse_masked_database(&self, source: &Endpoint, identity: &DatabaseIdentity) -> Result<()> {
        if *identity != self.record.target.identity {
            return Ok(());
        }
        Err(Error::usage(format!("{source} is the database that run {} has masked", self.record.run))
            .help("name the database that it was masked from with --source-url"))
    }

    /// Other rules would record other originals.
    fn rules_of_run(&self, again: &SourceAgain) -> Result<Rules> {
        let used = &self.record.rules;
        let file = again.rules.clone().unwrap_or_else(|| PathBuf::from(&used.file));
        let mut rules = load::load(&file).map_err(|error| match again.rules {
            Some(_) => error,
            None => error.help("name the rules of the run with --rules"),
        })?;
        if rules.digest != used.digest {
            let what = format!("run {} masked by other rules than {} has now", self.record.run, rules.name());
            return Err(Error::usage(what).help("name the rules of the run with --rules, or refresh again"));
        }
        rules.commands_allowed = again.allow_commands;
        Ok(rules)
    }
}

/// Which tables have more or fewer rows than then. A source that has lost most of them, or was never the run's, has too few
/// originals to prove anything by.
fn compare(then: &MaskedRecord, now: &[(TableName, u64)]) -> Result<Vec<String>> {
    let rows_now = |table: &MaskedTable| now.iter().find(|(name, _)| *name == table.name).map_or(0, |(_, rows)| *rows);
    let mut changed = Vec::new();
    let (mut all_then, mut all_now) = (0, 0);
    for table in &then.tables {
        let rows = rows_now(table);
        if table.columns.iter().any(|column| column.recorded.is_some()) {
            (all_then, all_now) = (all_then + table.rows, all_now + rows);
        }
        if rows != table.rows {
            changed.push(format!("{} ({} then, {} now)", table.name, count(table.rows), count(rows)));
        }
    }
    if all_now.saturating_mul(2) < all_then {
        let what = format!(
            "the source has {} in the tables that were masked, where there were {}",
            many(all_now, "row"),
            count(all_then)
        );
        return Err(Error::new(ErrorKind::Coverage, what).help("is it the source of the run? If it is, refresh again"));
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(system_identifier: &str, oid: u32) -> DatabaseIdentity {
        DatabaseIdentity { system_identifier: system_identifier.to_owned(), oid }
    }

    #[test]
    fn a_database_is_another_one_where_its_cluster_or_its_oid_is_and_unknown_where_neither_can_be_told() {
        let then = identity("71", 5);
        let of = |now: DatabaseIdentity| Likeness::of(Some(&then), &now);
        assert_eq!(of(identity("71", 5)), Likeness::Same);
        assert_eq!(of(identity("72", 5)), Likeness::Other("system identifier 71 then, 72 now".to_owned()));
        let both = "system identifier 71 then, 72 now; oid 5 then, 6 now";
        assert_eq!(of(identity("72", 6)), Likeness::Other(both.to_owned()));
        assert_eq!(of(identity("", 6)), Likeness::Other("oid 5 then, 6 now".to_owned()));
        assert_eq!(of(identity("", 5)), Likeness::Unknown);
        assert_eq!(Likeness::of(None, &then), Likeness::Unknown);
    }

    #[test]
    fn a_note_from_before_identities_were_kept_is_read() {
        let note: ReadAgain = serde_json::from_str(r#"{"at": "", "source": "", "changed": []}"#).unwrap();
        assert_eq!(note.likeness, Likeness::Unknown);
    }
}
