//! From the target into a new run folder, on another machine.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use futures_util::{StreamExt as _, pin_mut};

use super::PART;
use super::manifest::{self, CarriedFile, Manifest, place};
use super::seal::{Broken, OVERHEAD, Seal};
use super::table::{Look, look};
use crate::error::{Context as _, Error, Result};
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext as _;
use crate::run_record::RunFolder;
use crate::run_record::folder::Arriving;

/// What came of looking for the state of a run.
#[derive(Debug)]
pub enum Found {
    /// The run's folder, as the machine before left it.
    Folder(RunFolder),
    /// The database carries nothing.
    Nothing,
}

/// Why what is carried can't be used.
enum Unfit {
    OtherKey,
    /// Which file, or the manifest.
    Damaged(String),
    Failed(Error),
}

impl From<Error> for Unfit {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Unfit {
    fn explain(self, seal: &Seal) -> Error {
        let run = seal.run();
        match self {
            Self::OtherKey => Error::usage(format!("run {run} was masked under another key"))
                .help("pass the key of the run in STAGEMASK_KEY or with --key-file"),
            Self::Damaged(what) => {
                Error::failed(format!("the state of run {run} in the target is not what was stored there: {what}"))
                    .help("somebody has changed stagemask.carried, or it is of another version: refresh again, or go on on the machine that has the run's folder")
            }
            Self::Failed(error) => error,
        }
    }
}

/// Takes what the database carries into a new folder of the run. On any error there is no folder.
///
/// # Errors
/// When the key is another one, when anything was changed, or the folder can't be written.
pub async fn fetch(session: &Session, seal: &Seal, state_dir: &Path) -> Result<Found> {
    match look(session).await? {
        Look::Absent => return Ok(Found::Nothing),
        Look::Other => return Err(Unfit::Damaged("it is another table".to_owned()).explain(seal)),
        Look::AsMade => {}
    }
    // With another key there is nothing to make a folder for.
    let manifest = manifest(session, seal).await?;
    let arriving = Arriving::begin(state_dir, seal.run())?;
    let written = all(session, seal, &manifest, &mut |name, bytes| append(&arriving.join(name), bytes)).await;
    written.map_err(|unfit| unfit.explain(seal))?;
    arriving.complete().map(Found::Folder)
}

/// Whether the table holds what was stored for this run, to the last byte, and nothing else.
///
/// # Errors
/// When it can't be read.
pub async fn is_authentic(session: &Session, seal: &Seal) -> Result<bool> {
    let read = async {
        let manifest = read_manifest(session, seal).await?;
        all(session, seal, &manifest, &mut |_, _| Ok(())).await
    };
    match read.await {
        Ok(()) => Ok(true),
        Err(Unfit::OtherKey | Unfit::Damaged(_)) => Ok(false),
        Err(Unfit::Failed(error)) => Err(error),
    }
}

/// What is carried.
pub(super) async fn manifest(session: &Session, seal: &Seal) -> Result<Manifest> {
    read_manifest(session, seal).await.map_err(|unfit| unfit.explain(seal))
}

async fn read_manifest(session: &Session, seal: &Seal) -> Result<Manifest, Unfit> {
    let damaged = || Unfit::Damaged("the list of files".to_owned());
    // Nothing that is longer than a part is even asked for.
    let sql = "SELECT bytes FROM stagemask.carried WHERE file = $1 AND part = 0 AND octet_length(bytes) <= $2 LIMIT 2";
    let longest = i32::try_from(PART + OVERHEAD).unwrap_or(i32::MAX);
    let rows = session.query(sql, &[&manifest::NAME, &longest]).await;
    let rows = rows.server_context(|| "reading the state of the run from the target")?;
    let [row] = rows.as_slice() else { return Err(damaged()) };
    let mut sealed: Vec<u8> = row.get(0);
    let text = seal.open(manifest::PLACE, &mut sealed).map_err(|broken| match broken {
        Broken::OtherKey => Unfit::OtherKey,
        Broken::Damaged => damaged(),
    })?;
    Manifest::parse(text).ok_or_else(damaged)
}

/// Reads all that the manifest names, part by part, and makes sure that there is nothing else.
async fn all(
    session: &Session,
    seal: &Seal,
    manifest: &Manifest,
    take: &mut impl FnMut(&str, &[u8]) -> Result<()>,
) -> Result<(), Unfit> {
    let sql = "SELECT file, count(*), max(octet_length(bytes)) FROM stagemask.carried GROUP BY 1";
    let rows = session.query(sql, &[]).await.server_context(|| "reading the state of the run from the target")?;
    for row in &rows {
        let (name, parts, longest): (&str, i64, i32) = (row.get(0), row.get(1), row.get(2));
        let expected = if name == manifest::NAME { Some(1) } else { manifest.files.get(name).map(CarriedFile::parts) };
        if expected.is_none() {
            return Err(Unfit::Damaged("something else is there too".to_owned()));
        }
        if expected != u64::try_from(parts).ok() || usize::try_from(longest).unwrap_or(usize::MAX) > PART + OVERHEAD {
            return Err(Unfit::Damaged(name.to_owned()));
        }
    }
    for (name, file) in &manifest.files {
        one(session, seal, name, file, take).await?;
    }
    Ok(())
}

async fn one(
    session: &Session,
    seal: &Seal,
    name: &str,
    file: &CarriedFile,
    take: &mut impl FnMut(&str, &[u8]) -> Result<()>,
) -> Result<(), Unfit> {
    let damaged = || Unfit::Damaged(name.to_owned());
    let reading = || format!("reading {name} of the run from the target");
    let sql = "SELECT part, bytes FROM stagemask.carried WHERE file = $1 ORDER BY part";
    let rows = session.query_raw(sql, [name]).await.server_context(reading)?;
    pin_mut!(rows);
    let (mut hasher, mut parts, mut bytes) = (blake3::Hasher::new(), 0, 0);
    while let Some(row) = rows.next().await {
        let row = row.server_context(reading)?;
        if u64::try_from(row.get::<_, i32>(0)).ok() != Some(parts) {
            return Err(damaged());
        }
        let mut sealed: Vec<u8> = row.get(1);
        let plain = seal.open(&place(name, parts, file.parts()), &mut sealed).map_err(|_| damaged())?;
        hasher.update(plain);
        take(name, plain)?;
        parts += 1;
        bytes += plain.len() as u64;
    }
    let same = parts == file.parts() && bytes == file.bytes && hasher.finalize().to_hex().as_str() == file.digest;
    if same { Ok(()) } else { Err(damaged()) }
}

fn append(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || {
        if let Some(folder) = path.parent() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        OpenOptions::new().append(true).create(true).mode(0o600).open(path)?.write_all(bytes)
    };
    write().context(format!("writing {} failed", path.display()))
}
