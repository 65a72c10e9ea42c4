//! SQL scripts of `pg_dump`, run statement by statement over one session.
//!
//! `psql` would obey every backslash in the script, such as `\connect` and `\!`; here each one that `pg_dump` doesn't
//! need is an error.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::SinkExt;
use tokio_postgres::CopyInSink;

use super::archive::{Done, refused};
use super::decompress::Compression;
use crate::database::{self, DatabaseProperties, admin_session};
use crate::error::{Context, Error, Result};
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::{ServerContext, describe};
use crate::postgres::handover::Handover;
use crate::postgres::roles;
use crate::postgres::sql_scanner::{Piece, Remarks, Scanner};
use crate::progress::{Event, Progress, Stage};

/// Statements of `--inserts` are sent together up to this many bytes.
const TOGETHER: usize = 256 << 10;

/// A script doesn't say which locale it comes from: that of the staging database, else the server's own.
pub(super) async fn properties(admin: &Session, target: &Endpoint) -> Result<DatabaseProperties> {
    if !database::exists(admin, target.database()).await? {
        return DatabaseProperties::of(admin).await;
    }
    match target.connect("stagemask restore").await {
        Ok(session) => {
            let like = DatabaseProperties::of(&session).await;
            session.close().await;
            like
        }
        Err(_) => DatabaseProperties::of(admin).await,
    }
}

/// Runs the script in the scratch database.
pub(super) async fn fill(
    archive: &Path,
    compression: Compression,
    scratch: &Endpoint,
    progress: &dyn Progress,
) -> Result<Done> {
    let session = scratch.with_setting("synchronous_commit", "off").connect("stagemask restore").await?;
    let admin = admin_session(scratch).await?;
    let tool = roles::current(&session).await?;
    let mut script = Script::new(archive, &session, &admin, progress);
    script.handover = (!tool.superuser).then(Handover::default);
    let (mut pieces, reading) = compression.stream(archive);
    let mut scanner = Scanner::default();
    let mut found = Vec::new();
    while let Some(bytes) = pieces.recv().await {
        scanner.push(&bytes, &mut found)?;
        for piece in found.drain(..) {
            script.take(piece).await?;
        }
    }
    drop(pieces);
    reading.await.context("reading the script failed")??;
    let remarks = scanner.finish(&mut found);
    for piece in found.drain(..) {
        script.take(piece).await?;
    }
    let done = script.finish(remarks).await?;
    session.close().await;
    admin.close().await;
    Ok(done)
}

struct Script<'a> {
    archive: &'a Path,
    session: &'a Session,
    admin: &'a Session,
    progress: &'a dyn Progress,
    copy: Option<Copy>,
    inserts: String,
    statements: u64,
    roles: BTreeSet<String>,
    /// What changes hands at the end, for a role that can't act as everybody.
    handover: Option<Handover>,
    left_out: BTreeMap<&'static str, usize>,
    done: Done,
}

struct Copy {
    table: String,
    sink: Pin<Box<CopyInSink<Bytes>>>,
}

impl<'a> Script<'a> {
    fn new(archive: &'a Path, session: &'a Session, admin: &'a Session, progress: &'a dyn Progress) -> Self {
        Self {
            archive,
            session,
            admin,
            progress,
            copy: None,
            inserts: String::new(),
            statements: 0,
            roles: BTreeSet::new(),
            handover: None,
            left_out: BTreeMap::new(),
            done: Done::default(),
        }
    }

    async fn take(&mut self, piece: Piece) -> Result<()> {
        match piece {
            Piece::Statement(statement) => self.statement(statement).await,
            Piece::Meta(command) if is_guard(&command) => Ok(()),
            Piece::Meta(command) => {
                let word = command.split_whitespace().next().unwrap_or_default();
                Err(refused(self.archive, &format!("has the psql command {word}, which could lead elsewhere"))
                    .help("make the dump of one database without --create, best in the custom format: pg_dump -Fc"))
            }
            Piece::CopyData(data) => match &mut self.copy {
                Some(copy) => {
                    let sent = copy.sink.send(Bytes::from(data)).await;
                    sent.server_context(|| format!("restoring the rows of {}", copy.table))
                }
                None => Ok(()),
            },
            Piece::CopyEnd => self.end_copy().await,
        }
    }

    async fn statement(&mut self, statement: Vec<u8>) -> Result<()> {
        self.statements += 1;
        let statement = String::from_utf8(statement).map_err(|_| {
            refused(self.archive, "has statements that are not UTF-8").help("dump with --encoding=UTF8")
        })?;
        let words: Vec<String> = statement.split_whitespace().take(3).map(str::to_ascii_uppercase).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if words.first() == Some(&"INSERT") {
            return self.insert(&statement).await;
        }
        self.send_inserts().await?;
        match judge(&words) {
            Verdict::Refuse => Err(refused(self.archive, &format!("wants to {}", words.join(" ")))
                .help("make the dump of one database with pg_dump, without --create; pg_dumpall's are not supported")),
            Verdict::LeaveOut(kind) => {
                *self.left_out.entry(kind).or_insert(0) += 1;
                Ok(())
            }
            Verdict::Skip => Ok(()),
            Verdict::Run => self.run(&statement, &words).await,
        }
    }

    async fn run(&mut self, statement: &str, words: &[&str]) -> Result<()> {
        let new: BTreeSet<String> =
            roles::named_in_statement(statement).into_iter().filter(|role| !self.roles.contains(role)).collect();
        if !new.is_empty() {
            self.done.created_roles.extend(roles::create_missing(self.admin, &new).await?);
            self.roles.extend(new);
        }
        if let Some(handover) = &mut self.handover {
            if handover.take(statement) {
                return Ok(());
            }
            if handover.acts_as_another() {
                return Err(refused(self.archive, "makes objects as other roles, which takes a superuser")
                    .help("make the dump without --use-set-session-authorization"));
            }
        }
        if words.first() == Some(&"COPY") {
            let table = copied_table(statement);
            let sink = self.session.copy_in(statement).await;
            let sink = sink.server_context(|| format!("restoring the rows of {table}"))?;
            self.progress.event(Event::TableStarted { stage: Stage::Restore, table: &table, rows: 0 });
            self.copy = Some(Copy { table, sink: Box::pin(sink) });
            return Ok(());
        }
        match self.session.batch_execute(statement).await {
            Ok(()) => Ok(()),
            Err(error) => self.judge_error(&error, words),
        }
    }

    /// A later `pg_dump` sets parameters that an older server doesn't know; nothing depends on them.
    fn judge_error(&mut self, error: &tokio_postgres::Error, words: &[&str]) -> Result<()> {
        let cause = describe(error);
        if words.first() == Some(&"SET") && cause.code() == Some("42704") {
            self.done.warnings.push(format!("the server doesn't know a setting of the script: {cause}"));
            return Ok(());
        }
        let what = format!("statement {} of the script ({} …) failed", self.statements, words.join(" "));
        Err(Error::failed(what).because(cause).help("check that the extensions and the version of both servers agree"))
    }

    async fn insert(&mut self, statement: &str) -> Result<()> {
        self.done.rows += 1;
        self.inserts.push_str(statement);
        self.inserts.push_str(";\n");
        if self.inserts.len() < TOGETHER { Ok(()) } else { self.send_inserts().await }
    }

    async fn send_inserts(&mut self) -> Result<()> {
        if self.inserts.is_empty() {
            return Ok(());
        }
        let statements = std::mem::take(&mut self.inserts);
        let sent = self.session.batch_execute(&statements).await;
        sent.server_context(|| format!("restoring rows, up to statement {}", self.statements))
    }

    async fn end_copy(&mut self) -> Result<()> {
        let Some(mut copy) = self.copy.take() else { return Ok(()) };
        let rows = copy.sink.as_mut().finish().await;
        let rows = rows.server_context(|| format!("restoring the rows of {}", copy.table))?;
        self.done.rows += rows;
        self.done.tables += 1;
        self.progress.event(Event::Advanced { stage: Stage::Restore, table: &copy.table, rows, bytes: 0 });
        self.progress.event(Event::TableFinished { stage: Stage::Restore, table: &copy.table });
        Ok(())
    }

    async fn finish(mut self, remarks: Option<Remarks>) -> Result<Done> {
        let cut_short = || {
            refused(self.archive, "is cut short: its last line should say that the dump is complete")
                .help("compare its size and checksum with the original, and copy it again")
        };
        let remarks = remarks.ok_or_else(cut_short)?;
        if remarks.cluster {
            return Err(refused(self.archive, "is by pg_dumpall").help("dump the one database with pg_dump -Fc"));
        }
        if !remarks.complete {
            return Err(cut_short());
        }
        self.send_inserts().await?;
        if let Some(handover) = self.handover.take() {
            self.done.warnings.extend(handover.apply(self.session).await?);
        }
        if !self.left_out.is_empty() {
            let kinds: Vec<_> = self.left_out.iter().map(|(kind, count)| format!("{count} × {kind}")).collect();
            self.done.warnings.push(format!("left out, as it leads to other servers: {}", kinds.join(", ")));
        }
        Ok(self.done)
    }
}

enum Verdict {
    Run,
    /// Not needed: only an extension's owner may comment on it, and views are filled again from masked rows.
    Skip,
    /// It leads to other servers.
    LeaveOut(&'static str),
    /// It reaches beyond this database.
    Refuse,
}

fn judge(words: &[&str]) -> Verdict {
    match words {
        ["CREATE" | "DROP" | "ALTER", "DATABASE" | "ROLE" | "USER" | "GROUP" | "TABLESPACE" | "SYSTEM", kind, ..]
            if *kind != "MAPPING" =>
        {
            Verdict::Refuse
        }
        [_, "USER", "MAPPING"] => Verdict::LeaveOut("USER MAPPING"),
        ["CREATE" | "ALTER", "SERVER", ..] => Verdict::LeaveOut("SERVER"),
        ["CREATE" | "ALTER", "SUBSCRIPTION", ..] => Verdict::LeaveOut("SUBSCRIPTION"),
        ["CREATE" | "ALTER", "PUBLICATION", ..] => Verdict::LeaveOut("PUBLICATION"),
        ["CREATE" | "ALTER", "FOREIGN", kind] => {
            Verdict::LeaveOut(if kind.starts_with("TABLE") { "FOREIGN TABLE" } else { "FOREIGN DATA WRAPPER" })
        }
        ["COMMENT", "ON", "EXTENSION" | "SERVER" | "SUBSCRIPTION" | "PUBLICATION" | "FOREIGN"] => Verdict::Skip,
        ["SECURITY", "LABEL", ..] | ["REFRESH", "MATERIALIZED", ..] => Verdict::Skip,
        _ => Verdict::Run,
    }
}

/// The lines by which `pg_dump` keeps psql from obeying what is between them (CVE-2025-8714).
fn is_guard(command: &str) -> bool {
    command.starts_with("\\restrict ") || command.starts_with("\\unrestrict ")
}

/// `COPY public.users (…) FROM stdin`: a name for people.
fn copied_table(statement: &str) -> String {
    let name = statement.get(5..).unwrap_or_default().split(" (").next().unwrap_or_default();
    name.trim().strip_prefix("public.").unwrap_or(name.trim()).replace('"', "")
}
