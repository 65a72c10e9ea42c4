//! From the run's folder into the target.

use bytes::Bytes;
use futures_util::{Sink, SinkExt as _, pin_mut};
use tokio::io::AsyncReadExt as _;

use super::manifest::{self, CarriedFile, Manifest, place};
use super::seal::Seal;
use super::table::{Look, look, make};
use super::{PART, receive};
use crate::error::{Context as _, Error, Result};
use crate::postgres::connect::Session;
use crate::postgres::copy_binary::{HEADER, TRAILER, begin_tuple, write_field};
use crate::postgres::error::ServerContext as _;
use crate::run_record::RunFolder;

const COPY: &str = "COPY stagemask.carried (file, part, bytes) FROM STDIN (FORMAT binary)";

/// Makes the target carry what the folder holds now, in one transaction. Files that it carries already stay. Memory is a
/// few MiB, whatever the sizes.
///
/// # Errors
/// When the folder can't be read or the target can't be written; what was carried before is carried still.
pub async fn store(session: &Session, folder: &RunFolder, seal: &Seal) -> Result<()> {
    let path = folder.path().to_owned();
    let reading = tokio::task::spawn_blocking(move || Manifest::of(&path)).await;
    let now = reading.context("reading the run folder was stopped")??;
    let done = replace(session, folder, seal, &now).await;
    if done.is_err() {
        // Of the two errors the first one says why.
        let _ = session.batch_execute("ROLLBACK").await;
    }
    done
}

async fn replace(session: &Session, folder: &RunFolder, seal: &Seal, now: &Manifest) -> Result<()> {
    let writing = || "storing the state of the run in the target";
    let as_made = look(session).await? == Look::AsMade;
    let before = if as_made { receive::manifest(session, seal).await.unwrap_or_default() } else { Manifest::default() };
    let stays = |(name, file): &(&String, &CarriedFile)| before.files.get(*name) == Some(*file);
    let (same, other): (Vec<_>, Vec<_>) = now.files.iter().partition(stays);
    session.batch_execute("BEGIN").await.server_context(writing)?;
    if !as_made {
        make(session).await?;
    }
    let same: Vec<&str> = same.into_iter().map(|(name, _)| name.as_str()).collect();
    let gone = session.execute("DELETE FROM stagemask.carried WHERE file <> ALL ($1::text[])", &[&same]).await;
    gone.server_context(writing)?;
    let sink = session.copy_in::<_, Bytes>(COPY).await.server_context(writing)?;
    pin_mut!(sink);
    sink.send(Bytes::from_static(HEADER)).await.server_context(writing)?;
    for (name, file) in other {
        send_file(&mut sink, folder, seal, name, file).await?;
    }
    let text = serde_json::to_vec(now).context("writing the manifest of the run failed")?;
    if text.len() > PART {
        return Err(Error::failed("the run folder has too many files to be carried"));
    }
    sink.send(row(manifest::NAME, 0, &seal.seal(manifest::PLACE, &text)?)?).await.server_context(writing)?;
    sink.send(Bytes::from_static(&TRAILER)).await.server_context(writing)?;
    sink.finish().await.server_context(writing)?;
    session.batch_execute("COMMIT").await.server_context(writing)
}

async fn send_file<S>(sink: &mut S, folder: &RunFolder, seal: &Seal, name: &str, file: &CarriedFile) -> Result<()>
where
    S: Sink<Bytes, Error = tokio_postgres::Error> + Unpin,
{
    let path = folder.join(name);
    let reading = || format!("reading {} failed", path.display());
    let mut source = tokio::fs::File::open(&path).await.with_context(reading)?;
    let mut hasher = blake3::Hasher::new();
    let (mut plain, mut left) = (vec![0; PART], file.bytes);
    for part in 0..file.parts() {
        let length = usize::try_from(left).unwrap_or(PART).min(PART);
        let plain = plain.get_mut(..length).unwrap_or_default();
        source.read_exact(plain).await.with_context(reading)?;
        hasher.update(plain);
        left -= length as u64;
        let sealed = seal.seal(&place(name, part, file.parts()), plain)?;
        let sent = sink.send(row(name, part, &sealed)?).await;
        sent.server_context(|| format!("storing {name} of the run in the target"))?;
    }
    if hasher.finalize().to_hex().as_str() != file.digest {
        return Err(Error::failed(format!("{} changed while it was stored in the target", path.display()))
            .help("another process is at work on this run: let it end first"));
    }
    Ok(())
}

fn row(name: &str, part: u64, sealed: &[u8]) -> Result<Bytes> {
    let part = i32::try_from(part).context(format!("{name} is too long to be carried"))?;
    let mut row = Vec::with_capacity(sealed.len() + name.len() + 32);
    begin_tuple(&mut row, 3);
    write_field(&mut row, Some(name.as_bytes()));
    write_field(&mut row, Some(&part.to_be_bytes()));
    write_field(&mut row, Some(sealed));
    Ok(Bytes::from(row))
}
