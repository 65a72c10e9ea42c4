//! Restores an archive of `pg_dump` into a closed scratch database on the target's server.

use std::path::Path;
use std::time::SystemTime;

use super::archive_kind::ArchiveKind;
use super::scratch::Scratch;
use super::{RestoredDatabase, SourceKind, archive_file, plain_sql};
use crate::database::{self, raw_name};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::endpoint::Endpoint;
use crate::progress::{Event, Progress, Stage};
use crate::run_record::RunId;

/// How to restore.
#[derive(Debug, Clone, Copy)]
pub struct ArchiveOptions<'a> {
    /// Where `pg_restore` is, if not where it is looked for.
    pub pg_bin: Option<&'a Path>,
    /// How many tables are restored at once, where the format allows it.
    pub jobs: usize,
}

/// Restores the archive into `<target>__raw_<run>`, which nobody but the tool's role can connect to.
///
/// Left out are the objects that lead to other servers, and the contents of materialized views. Roles that the archive
/// names and the server hasn't are created, without password and without the right to sign in.
///
/// # Errors
/// Of kind `Restore`, when the archive is damaged, cut short or of no known form, or the server refuses some of it. The
/// scratch database is gone then.
pub async fn restore(
    archive: &Path,
    target: &Endpoint,
    run: &RunId,
    options: ArchiveOptions<'_>,
    progress: &dyn Progress,
) -> Result<RestoredDatabase> {
    let restored = restore_any(archive, target, run, options, progress).await;
    restored.map_err(|error| match error.kind() {
        ErrorKind::Failed => error.of_kind(ErrorKind::Restore),
        _ => error,
    })
}

async fn restore_any(
    archive: &Path,
    target: &Endpoint,
    run: &RunId,
    options: ArchiveOptions<'_>,
    progress: &dyn Progress,
) -> Result<RestoredDatabase> {
    let name = raw_name(target.database(), run)?;
    let kind = ArchiveKind::of(archive)?;
    let admin = database::admin_session(target).await?;
    let mut taken = modified(archive);
    let mut warnings = Vec::new();
    let (scratch, filled) = match kind {
        ArchiveKind::Plain(compression) => {
            let like = plain_sql::properties(&admin, target).await?;
            let scratch = Scratch::create(admin, target, &name, &like).await?;
            progress.event(Event::StageStarted { stage: Stage::Restore, tables: 0, rows: 0 });
            let filled = plain_sql::fill(archive, compression, scratch.endpoint(), progress).await;
            (scratch, filled)
        }
        _ => {
            let file = archive_file::ArchiveFile::open(archive, kind, &admin, options).await?;
            taken = file.created().unwrap_or(taken);
            let like = file.properties(&admin).await?;
            warnings.extend(file.left_out());
            let scratch = Scratch::create(admin, target, &name, &like).await?;
            let tables = file.tables();
            progress.event(Event::StageStarted { stage: Stage::Restore, tables, rows: 0 });
            let filled = file.fill(scratch.endpoint(), progress).await;
            (scratch, filled)
        }
    };
    let done = match filled {
        Ok(done) => done,
        Err(error) => return Err(scratch.give_up(error).await),
    };
    if !done.created_roles.is_empty() {
        warnings.push(format!("created roles without password and login: {}", done.created_roles.join(", ")));
    }
    warnings.extend(done.warnings);
    Ok(RestoredDatabase {
        endpoint: scratch.keep().await,
        kind: SourceKind::Archive,
        described: archive.display().to_string(),
        taken,
        scratch: Some(name),
        warnings,
        #[cfg(feature = "aws")]
        instance: None,
    })
}

/// What a restore did.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) tables: usize,
    /// 0 where the format doesn't tell.
    pub(super) rows: u64,
    pub(super) created_roles: Vec<String>,
    pub(super) warnings: Vec<String>,
}

fn modified(archive: &Path) -> SystemTime {
    archive.metadata().and_then(|file| file.modified()).unwrap_or_else(|_| SystemTime::now())
}

/// An error about this archive.
pub(super) fn refused(archive: &Path, what: &str) -> Error {
    Error::new(ErrorKind::Restore, format!("the archive {} {what}", archive.display()))
}
