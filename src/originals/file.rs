//! The file of sorted hashes.
//!
//! | bytes | what |
//! |---|---|
//! | 16 | `stagemask hashes` |
//! | 4 | version, 2; 1 has no stems: see `stems` |
//! | 4 | length of the names of columns |
//! | 8 | number of records |
//! | 8 | fingerprint of the masking key |
//! | 32 | keyed BLAKE3 of all other bytes |
//! | 10 each | records: hash, place of the column in the names; sorted, distinct |
//! | | names of columns, as a JSON array |
//!
//! Numbers are big-endian in records, so that these sort as bytes, and little-endian elsewhere.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Read, Result, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::ColumnId;
use super::store::Summary;
use crate::error::Error;
use crate::secret::MaskingKey;

pub(super) const FILE_NAME: &str = "hashes";
const MAGIC: &[u8; 16] = b"stagemask hashes";
const VERSION: u32 = 2;
pub(super) const HEADER: usize = 72;
/// Everything of the header before the checksum.
const CHECKED: usize = 40;
pub(super) const RECORD: usize = 10;

/// A hash and the column whose original it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) hash: u64,
    pub(super) column: ColumnId,
}

impl Entry {
    /// One number that sorts as the entry does, which the processor compares without a branch.
    pub(super) fn order(&self) -> u128 {
        u128::from(self.hash) << 16 | u128::from(self.column.0)
    }

    pub(super) fn to_bytes(self) -> [u8; RECORD] {
        let mut bytes = [0; RECORD];
        bytes[..8].copy_from_slice(&self.hash.to_be_bytes());
        bytes[8..].copy_from_slice(&self.column.0.to_be_bytes());
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; RECORD]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j] = *bytes;
        Self { hash: u64::from_be_bytes([a, b, c, d, e, f, g, h]), column: ColumnId(u16::from_be_bytes([i, j])) }
    }
}

/// Writes the file under another name and gives it its own when it is complete.
pub(super) struct Writer {
    file: BufWriter<File>,
    folder: PathBuf,
    key: MaskingKey,
    names: Vec<u8>,
    checksum: blake3::Hasher,
    count: u64,
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn create(folder: &Path, key: &MaskingKey, columns: &[String]) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = BufWriter::with_capacity(1 << 20, options.open(folder.join(partial()))?);
        file.write_all(&[0; HEADER])?;
        Ok(Self {
            file,
            folder: folder.to_owned(),
            key: key.clone(),
            names: serde_json::to_vec(columns)?,
            checksum: checksum(key),
            count: 0,
            bytes: Vec::new(),
        })
    }

    pub(super) fn write(&mut self, entries: &[Entry]) -> Result<()> {
        for part in entries.chunks(64 << 10) {
            self.bytes.clear();
            part.iter().for_each(|entry| self.bytes.extend_from_slice(&entry.to_bytes()));
            self.checksum.update(&self.bytes);
            self.file.write_all(&self.bytes)?;
        }
        self.count += entries.len() as u64;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Summary> {
        self.file.write_all(&self.names)?;
        let names = u32::try_from(self.names.len()).map_err(std::io::Error::other)?;
        let header = Header { names, count: self.count, fingerprint: fingerprint(&self.key) };
        self.checksum.update(&self.names).update(&header.to_bytes());
        let file = self.file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.write_all_at(&header.to_bytes(), 0)?;
        file.write_all_at(self.checksum.finalize().as_bytes(), CHECKED as u64)?;
        file.sync_all()?;
        std::fs::rename(self.folder.join(partial()), self.folder.join(FILE_NAME))?;
        Ok(Summary { hashes: self.count, bytes: header.size() })
    }
}

fn partial() -> String {
    format!("{FILE_NAME}.partial")
}

struct Header {
    names: u32,
    count: u64,
    fingerprint: [u8; 8],
}

impl Header {
    fn to_bytes(&self) -> [u8; CHECKED] {
        let mut bytes = [0; CHECKED];
        bytes[..16].copy_from_slice(MAGIC);
        bytes[16..20].copy_from_slice(&VERSION.to_le_bytes());
        bytes[20..24].copy_from_slice(&self.names.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.count.to_le_bytes());
        bytes[32..].copy_from_slice(&self.fingerprint);
        bytes
    }

    fn size(&self) -> u64 {
        (HEADER as u64).saturating_add(self.count.saturating_mul(RECORD as u64)).saturating_add(u64::from(self.names))
    }
}

/// A file that was read to its end and is what was written.
pub(super) struct Checked {
    pub(super) file: File,
    pub(super) columns: Vec<String>,
}

/// Reads the whole file once. `begin` gets the number of records before the first of them, `take` the records in order.
pub(super) fn read<T>(
    folder: &Path,
    key: &MaskingKey,
    begin: impl FnOnce(u64) -> T,
    take: &mut impl FnMut(&mut T, &[[u8; RECORD]]),
) -> crate::error::Result<(Checked, T)> {
    let path = folder.join(FILE_NAME);
    let unreadable = |cause| about(&path, "can't be read").because(cause);
    let mut file = File::open(&path).map_err(unreadable)?;
    let mut start = [0; HEADER];
    file.read_exact(&mut start).map_err(unreadable)?;
    let header = parse(&start, &path)?;
    if header.fingerprint != fingerprint(key) {
        let recorded = String::from_utf8_lossy(&header.fingerprint).into_owned();
        return Err(about(&path, "were recorded under another masking key")
            .help(format!("use the key with the fingerprint {recorded}; this one's is {}", key.fingerprint())));
    }
    if file.metadata().map_err(unreadable)?.len() != header.size() {
        return Err(about(&path, "are not as long as they were written"));
    }
    let mut state = begin(header.count);
    let mut checksum = checksum(key);
    let mut bytes = vec![0; (64 << 10) * RECORD];
    let mut left = header.count;
    while left > 0 {
        let count = left.min(64 << 10);
        let part = bytes.get_mut(..count as usize * RECORD).unwrap_or_default();
        file.read_exact(part).map_err(unreadable)?;
        checksum.update(part);
        take(&mut state, part.as_chunks().0);
        left -= count;
    }
    let mut names = vec![0; header.names as usize];
    file.read_exact(&mut names).map_err(unreadable)?;
    checksum.update(&names).update(&header.to_bytes());
    // The comparison of BLAKE3 takes the same time wherever the difference is.
    if start.get(CHECKED..).is_none_or(|written| checksum.finalize() != *written) {
        return Err(about(&path, "are not what was written"));
    }
    let columns = serde_json::from_slice(&names).map_err(|cause| about(&path, "name no columns").because(cause))?;
    Ok((Checked { file, columns }, state))
}

fn parse(start: &[u8; HEADER], path: &Path) -> crate::error::Result<Header> {
    let field = |from: usize, bytes: &mut [u8]| bytes.copy_from_slice(&start[from..from + bytes.len()]);
    let (mut version, mut names, mut count, mut fingerprint) = ([0; 4], [0; 4], [0; 8], [0; 8]);
    field(16, &mut version);
    field(20, &mut names);
    field(24, &mut count);
    field(32, &mut fingerprint);
    if !start.starts_with(MAGIC) {
        return Err(about(path, "are not in a file that this tool wrote"));
    }
    if !(1..=VERSION).contains(&u32::from_le_bytes(version)) {
        return Err(about(path, "were recorded by another version of this tool"));
    }
    Ok(Header { names: u32::from_le_bytes(names), count: u64::from_le_bytes(count), fingerprint })
}

fn about(path: &Path, what: &str) -> Error {
    Error::failed(format!("the hashes of originals in {} {what}", path.display()))
        .help("without them no leak could be found, so mask the database again")
}

/// The masking key's own fingerprint: eight hexadecimal digits.
fn fingerprint(key: &MaskingKey) -> [u8; 8] {
    let mut bytes = [b'0'; 8];
    bytes.iter_mut().zip(key.fingerprint().bytes()).for_each(|(byte, digit)| *byte = digit);
    bytes
}

fn checksum(key: &MaskingKey) -> blake3::Hasher {
    blake3::Hasher::new_keyed(&key.domain("originals checksum").bytes::<32>(b""))
}

impl Checked {
    /// Reads records at a place among all records.
    pub(super) fn read_at(&self, first: u64, records: &mut [[u8; RECORD]]) -> Result<()> {
        self.file.read_exact_at(records.as_flattened_mut(), HEADER as u64 + first * RECORD as u64)
    }
}
