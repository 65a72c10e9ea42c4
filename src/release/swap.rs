//! The swap of names, forwards and back.
//!
//! `ALTER DATABASE … RENAME` locks the database against new sessions and waits five seconds for the old ones to go
//! (`RenameDatabase` and `CountOtherDBBackends` in PostgreSQL's source). It works inside a transaction, so both renames
//! and the change of who may connect are one: a process that is killed half-way leaves everything as it was.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::database::{self, Access, retired_name};
use crate::error::{Context as _, Error, Result};
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::describe;
use crate::postgres::identifier::{quote_identifier, quote_literal};
use crate::run_record::carried::{is_note, write_note};
use crate::run_record::{RunFolder, RunId, RunRecord, RunState};

use super::gate::{Release, Released, identity_of};

/// The file in the run's folder. Where the swap stands is asked from the server, by the oids.
const FILE: &str = "swap.json";

/// How often the renaming is tried while sessions keep coming, five seconds each.
const TRIES: u32 = 3;

/// How often the sessions are told to end meanwhile.
const PAUSE: Duration = Duration::from_millis(100);

/// A swap, as it is written down before it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Swap {
    run: RunId,
    /// The name that people connect to.
    name: String,
    /// The cluster, where the role may know it.
    system_identifier: String,
    /// The database that is released, its closed name, and who may connect to it from then on.
    next: u32,
    incoming: String,
    access: Access,
    /// The database before.
    before: Option<Before>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Before {
    oid: u32,
    retired: String,
    access: Access,
    /// Its comment, in whose place stands what a rollback on another machine needs.
    #[serde(default)]
    comment: Option<String>,
}

/// What a rollback did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolledBack {
    /// The name that the database which had been released has now; it is closed.
    pub closed: String,
}

/// What a release that was cut off behind the swap would have returned.
pub(super) async fn done_before(what: &Release<'_>) -> Result<Option<Released>> {
    if !what.folder.join(FILE).is_file() {
        return Ok(None);
    }
    let swap: Swap = what.folder.read(FILE)?;
    let admin = database::admin_session(what.target).await?;
    let done = swap.name == what.target.database()
        && what.verified.proof().run == swap.run
        && what.verified.proof().target.oid == swap.next
        && identity_of(&admin, &swap.name).await?.as_ref() == Some(&what.verified.proof().target);
    admin.close().await;
    Ok(done.then(|| Released { retired: swap.before.map(|before| before.retired), created_roles: Vec::new() }))
}

impl Swap {
    pub(super) async fn plan(admin: &Session, what: &Release<'_>, access: Access) -> Result<Self> {
        let name = what.target.database();
        let before = match database::oid_of(admin, name).await? {
            Some(oid) => {
                let retired = retired_name(name, &what.record.run)?;
                let (access, comment) = (Access::of(admin, name).await?, database::comment_of(admin, name).await?);
                Some(Before { oid, retired, access, comment })
            }
            None => None,
        };
        Ok(Self {
            run: what.record.run.clone(),
            name: name.to_owned(),
            system_identifier: what.verified.proof().target.system_identifier.clone(),
            next: what.verified.proof().target.oid,
            incoming: what.record.target.incoming.clone(),
            access,
            before,
        })
    }

    /// Makes the next database staging.
    pub(super) async fn forward(&self, admin: &Session, what: &Release<'_>) -> Result<Option<String>> {
        what.folder.write(FILE, self)?;
        let [name, incoming] = [&self.name, &self.incoming].map(|name| quote_identifier(name));
        let mut renames = Vec::new();
        let mut opening = String::new();
        if let Some(before) = &self.before {
            let retired = quote_identifier(&before.retired);
            renames.push((self.name.clone(), format!("ALTER DATABASE {name} RENAME TO {retired}")));
            opening.push_str(&format!("ALTER DATABASE {retired} ALLOW_CONNECTIONS false;\n"));
            if let Some(note) = self.note(what, before)? {
                opening.push_str(&comment_sql(&before.retired, Some(&note)));
            }
        }
        renames.push((self.incoming.clone(), format!("ALTER DATABASE {incoming} RENAME TO {name}")));
        opening.push_str(&self.access.sql(&self.name));
        let oids = [Some(self.next), self.before.as_ref().map(|before| before.oid)];
        let names = [Some(self.incoming.as_str()), self.before.as_ref().map(|_| self.name.as_str())];
        expect_names(admin, oids, names).await?;
        transaction(admin, what.target, &renames, &opening).await.map_err(|error| {
            error_with_state(
                &error,
                &format!("releasing {}", self.name),
                "staging is as it was, and the target stays closed",
            )
        })?;
        Ok(self.before.as_ref().map(|before| before.retired.clone()))
    }

    /// The record and this swap, for a rollback from where there is no folder. They hold once the swap is made, since they
    /// are written down by the same transaction.
    fn note(&self, what: &Release<'_>, before: &Before) -> Result<Option<String>> {
        let Some(seal) = what.seal else { return Ok(None) };
        let mut record = RunRecord { masked: None, state: RunState::Released, ..what.record.clone() };
        record.target.retired = Some(before.retired.clone());
        let as_json =
            |document: serde_json::Result<serde_json::Value>| document.context("writing the swap down failed");
        let documents = BTreeMap::from([
            (RunFolder::RECORD.to_owned(), as_json(serde_json::to_value(&record))?),
            (FILE.to_owned(), as_json(serde_json::to_value(self))?),
        ]);
        write_note(seal, &documents).map(Some)
    }

    /// Makes the database before staging again.
    async fn back(&self, admin: &Session, server: &Endpoint) -> Result<()> {
        let Some(before) = &self.before else {
            return Err(Error::usage(format!(
                "run {} found no database {}, so there is none to go back to",
                self.run, self.name
            ))
            .help(format!("to close it: ALTER DATABASE {} ALLOW_CONNECTIONS false", quote_identifier(&self.name))));
        };
        if database::name_of(admin, before.oid).await?.as_deref() == Some(&self.name) {
            return Ok(());
        }
        expect_names(admin, [Some(self.next), Some(before.oid)], [Some(&self.name), Some(&before.retired)]).await?;
        let [name, incoming, retired] =
            [&self.name, &self.incoming, &before.retired].map(|name| quote_identifier(name));
        let renames = [
            (self.name.clone(), format!("ALTER DATABASE {name} RENAME TO {incoming}")),
            (before.retired.clone(), format!("ALTER DATABASE {retired} RENAME TO {name}")),
        ];
        let mut opening = format!(
            "ALTER DATABASE {incoming} ALLOW_CONNECTIONS false;\nALTER DATABASE {name} ALLOW_CONNECTIONS {};\n",
            before.access.allow_connections
        );
        if database::comment_of(admin, &before.retired).await?.is_some_and(|comment| is_note(&comment)) {
            opening.push_str(&comment_sql(&self.name, before.comment.as_deref()));
        }
        transaction(admin, server, &renames, &opening).await.map_err(|error| {
            error_with_state(&error, &format!("rolling {} back", self.name), "the released database is still staging")
        })
    }
}

fn comment_sql(database: &str, comment: Option<&str>) -> String {
    let text = comment.map_or_else(|| "NULL".to_owned(), quote_literal);
    format!("COMMENT ON DATABASE {} IS {};\n", quote_identifier(database), text.trim_start())
}

/// What the release of a run wrote down for a rollback, on the database that it retired; `None` if there is none.
///
/// # Errors
/// When the server can't be asked.
pub async fn retired_note(admin: &Session, name: &str, run: &RunId) -> Result<Option<String>> {
    let comment = database::comment_of(admin, &retired_name(name, run)?).await?;
    Ok(comment.filter(|comment| is_note(comment)))
}

/// Swaps the database before a released run back.
///
/// # Errors
/// When the run released nothing, found no database before it, or the swap fails; then everything is as it was.
pub async fn rollback(folder: &RunFolder, target: &Endpoint) -> Result<RolledBack> {
    if !folder.join(FILE).is_file() {
        return Err(Error::usage("this run has released nothing").help("`stagemask status` lists the runs"));
    }
    let swap: Swap = folder.read(FILE)?;
    if swap.name != target.database() {
        return Err(Error::usage(format!("the run released {}, not {}", swap.name, target.database())));
    }
    let admin = database::admin_session(target).await?;
    if database::system_identifier(&admin).await != swap.system_identifier {
        return Err(Error::usage(format!("{target} is on another server than the one of the run")));
    }
    swap.back(&admin, target).await?;
    admin.close().await;
    Ok(RolledBack { closed: swap.incoming })
}

/// Nothing is renamed by name alone: since the swap was planned, somebody may have put another database there.
async fn expect_names(admin: &Session, oids: [Option<u32>; 2], names: [Option<&str>; 2]) -> Result<()> {
    for (oid, name) in oids.into_iter().zip(names) {
        let (Some(oid), Some(name)) = (oid, name) else { continue };
        if database::oid_of(admin, name).await? != Some(oid) {
            return Err(Error::failed(format!("{name} is no longer the database that it was")).help(
                "somebody has renamed or replaced it: look at the databases with psql -l, then decide what staging is to be",
            ));
        }
    }
    Ok(())
}

/// Renames and opens in one transaction, while the sessions on the databases are told to end.
async fn transaction(
    admin: &Session,
    server: &Endpoint,
    renames: &[(String, String)],
    opening: &str,
) -> Result<(), tokio_postgres::Error> {
    // A second session, since the first one waits inside the server. Both are on a maintenance database.
    let doorman = database::admin_session(server).await.ok();
    let mut tries = 1;
    loop {
        let done = attempt(admin, doorman.as_ref(), renames, opening).await;
        let Err(error) = done else { break };
        // It says nothing new when the connection itself is gone; the server has rolled back then.
        let _ = admin.batch_execute("ROLLBACK").await;
        if tries == TRIES || error.code().map(tokio_postgres::error::SqlState::code) != Some("55006") {
            return Err(error);
        }
        tries += 1;
    }
    if let Some(doorman) = doorman {
        doorman.close().await;
    }
    Ok(())
}

async fn attempt(
    admin: &Session,
    doorman: Option<&Session>,
    renames: &[(String, String)],
    opening: &str,
) -> Result<(), tokio_postgres::Error> {
    admin.batch_execute("BEGIN").await?;
    for (name, rename) in renames {
        let renaming = admin.batch_execute(rename);
        tokio::pin!(renaming);
        loop {
            tokio::select! {
                done = &mut renaming => break done?,
                () = tokio::time::sleep(PAUSE) => {
                    if let Some(doorman) = doorman {
                        // That it may not end a session shows in the renaming, which then fails.
                        let _ = database::terminate_sessions(doorman, name).await;
                    }
                }
            }
        }
    }
    admin.batch_execute(opening).await?;
    admin.batch_execute("COMMIT").await
}

fn error_with_state(error: &tokio_postgres::Error, doing: &str, state: &str) -> Error {
    let cause = describe(error);
    let help = match cause.code() {
        Some("55006") => {
            "end the sessions and prepared transactions (pg_prepared_xacts) on these databases, and drop replication \
             slots of theirs; the tool's role needs pg_signal_backend to end sessions of others"
        }
        Some("42P04") => "drop or rename the database that has the name already",
        Some("42501") => "the target's role has to own the databases, and needs CREATEDB",
        _ => "run it again when the cause is gone",
    };
    Error::failed(format!("{doing} failed; {state}")).because(cause).help(help)
}
