//! Decompresses an archive as it is read, so that no raw copy of it is ever on a disk.

use std::fs::File;
use std::io::{BufRead, BufReader, Error as IoError, ErrorKind as IoKind, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinHandle;

use crate::error::{Error, ErrorKind, Result};

/// Bytes that are handed on at once; four such pieces may wait.
const PIECE: usize = 256 << 10;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    /// By the first bytes (RFC 1952, 2.3.1; RFC 8878, 3.1).
    pub(super) fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::None,
        }
    }

    /// The content of the file.
    pub(super) fn reader(self, path: &Path) -> Result<Box<dyn Read + Send>> {
        let opened = File::open(path).map_err(|cause| {
            Error::new(ErrorKind::Restore, format!("the archive {} can't be read", path.display())).because(cause)
        })?;
        let file = BufReader::with_capacity(PIECE, opened);
        Ok(match self {
            Self::None => Box::new(file),
            Self::Gzip => Box::new(MultiGzDecoder::new(file)),
            Self::Zstd => Box::new(Frames { source: file, decoder: FrameDecoder::new(), inside: false }),
        })
    }

    /// The content of the file in pieces, read by a thread of its own. The task tells why the pieces ended.
    pub(super) fn stream(self, path: &Path) -> (Receiver<Vec<u8>>, JoinHandle<Result<()>>) {
        let (sender, receiver) = channel(4);
        let path: PathBuf = path.to_owned();
        let task = tokio::task::spawn_blocking(move || {
            let mut reader = self.reader(&path)?;
            loop {
                let mut piece = Vec::with_capacity(PIECE);
                let read = reader.by_ref().take(PIECE as u64).read_to_end(&mut piece);
                read.map_err(|cause| damaged(&path, cause))?;
                // Nobody takes the piece any more if the restore has failed, and that error is the one to show.
                if piece.is_empty() || sender.blocking_send(piece).is_err() {
                    return Ok(());
                }
            }
        });
        (receiver, task)
    }
}

fn damaged(path: &Path, cause: IoError) -> Error {
    Error::new(ErrorKind::Restore, format!("the archive {} is damaged or cut short", path.display()))
        .because(cause)
        .help("compare its size and checksum with the original, and copy it again")
}

/// All frames of a zstd file, one behind the other, each with its checksum (RFC 8878, 3.1).
struct Frames<R> {
    source: R,
    decoder: FrameDecoder,
    inside: bool,
}

impl<R: BufRead> Frames<R> {
    /// Opens the next frame; `false` at the end of the file.
    fn open_next(&mut self) -> std::io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.reset(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let mut frame = self.source.by_ref().take(u64::from(length));
                    if std::io::copy(&mut frame, &mut std::io::sink())? < u64::from(length) {
                        return Err(IoKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(IoError::new(IoKind::InvalidData, error)),
            }
        }
    }

    fn check_sum(&self) -> std::io::Result<()> {
        let stated = self.decoder.get_checksum_from_data();
        if stated.is_some() && stated != self.decoder.get_calculated_checksum() {
            return Err(IoError::new(IoKind::InvalidData, "the checksum of a zstd frame is wrong"));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            if !self.inside {
                self.inside = self.open_next()?;
                if !self.inside {
                    return Ok(0);
                }
            }
            if self.decoder.can_collect() > 0 || buffer.is_empty() {
                return self.decoder.read(buffer);
            }
            if self.decoder.is_finished() {
                self.check_sum()?;
                self.inside = false;
                continue;
            }
            let more = BlockDecodingStrategy::UptoBytes(PIECE);
            let decoded = self.decoder.decode_blocks(&mut self.source, more);
            decoded.map_err(|error| IoError::new(IoKind::InvalidData, error))?;
        }
    }
}

#[cfg(test)]
mod tests {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn unpacked(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut all = Vec::new();
        let mut frames = Frames { source: bytes, decoder: FrameDecoder::new(), inside: false };
        frames.read_to_end(&mut all).map(|_| all)
    }

    #[test]
    fn every_frame_is_read_and_those_to_skip_are_skipped() {
        let (one, two) = (vec![b'a'; 1 << 20], b"second".to_vec());
        let mut file = compress_to_vec(one.as_slice(), CompressionLevel::Fastest);
        file.extend([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
        file.extend(compress_to_vec(two.as_slice(), CompressionLevel::Fastest));
        assert_eq!(unpacked(&file).unwrap(), [one, two].concat());
    }

    #[test]
    fn a_frame_that_is_cut_short_or_changed_is_an_error() {
        let text: Vec<u8> = (0..200_000u32).flat_map(|number| number.to_le_bytes()).collect();
        let whole = compress_to_vec(text.as_slice(), CompressionLevel::Fastest);
        for length in [1, 5, whole.len() / 2, whole.len() - 1] {
            assert!(unpacked(whole.get(..length).unwrap()).is_err(), "{length}");
        }
        let mut changed = whole;
        let last = changed.last_mut().unwrap();
        *last ^= 1;
        assert!(unpacked(&changed).is_err());
    }
}
