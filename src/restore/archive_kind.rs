//! What an archive is, by what it holds; its name may say anything.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::decompress::Compression;
use crate::error::{Error, ErrorKind, Result};

/// The form of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArchiveKind {
    /// `pg_dump -Fd`.
    Directory,
    /// `pg_dump -Fc`.
    Custom(Compression),
    /// `pg_dump -Ft`.
    Tar,
    /// `pg_dump`, an SQL script.
    Plain(Compression),
}

impl ArchiveKind {
    /// Looks into the file, or the directory.
    pub(super) fn of(path: &Path) -> Result<Self> {
        let wrong = |what: &str| Error::new(ErrorKind::Restore, format!("{} {what}", path.display()));
        let is_directory = path.metadata().map_err(|cause| unreadable(path, cause))?.is_dir();
        if is_directory {
            return if path.join("toc.dat").is_file() {
                Ok(Self::Directory)
            } else {
                Err(wrong("is a directory without toc.dat, so it is no archive of pg_dump").help(SUPPORTED))
            };
        }
        let mut file = File::open(path).map_err(|cause| unreadable(path, cause))?;
        let compression = Compression::of(&head_of(&mut file).map_err(|cause| unreadable(path, cause))?);
        let head = if compression == Compression::None {
            head_of(&mut File::open(path).map_err(|cause| unreadable(path, cause))?)
        } else {
            head_of(&mut compression.reader(path)?)
        };
        let head = head.map_err(|cause| wrong("is damaged at its beginning").because(cause))?;
        match head.as_slice() {
            [] => Err(wrong("is empty").help(SUPPORTED)),
            [b'P', b'G', b'D', b'M', b'P', ..] => Ok(Self::Custom(compression)),
            head if head.get(257..262) == Some(b"ustar") => match compression {
                Compression::None => Ok(Self::Tar),
                _ => Err(wrong("is a compressed tar file")
                    .help("unpack it; a pg_dump tar archive or directory inside is supported")),
            },
            head if looks_like_sql(head) => Ok(Self::Plain(compression)),
            _ => Err(wrong("is no archive of pg_dump").help(SUPPORTED)),
        }
    }
}

const SUPPORTED: &str = "supported are pg_dump's custom (-Fc), directory (-Fd), tar (-Ft) and plain formats; custom and \
    plain also under gzip or zstd";

fn unreadable(path: &Path, cause: std::io::Error) -> Error {
    let error = Error::new(ErrorKind::Restore, format!("the archive {} can't be read", path.display()));
    let help = if cause.kind() == std::io::ErrorKind::NotFound {
        "check the path: there is no such file"
    } else {
        "check that the file may be read"
    };
    error.because(cause).help(help)
}

fn head_of(reader: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.take(512).read_to_end(&mut head)?;
    Ok(head)
}

/// Every script of `pg_dump` begins with a comment. Anything else that is text may be anything.
fn looks_like_sql(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    !head.contains(&0) && (head.starts_with(b"--") || memchr::memmem::find(head, b"PostgreSQL database").is_some())
}
