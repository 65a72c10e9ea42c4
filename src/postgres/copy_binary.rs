//! The binary format of `COPY` (PostgreSQL manual, `COPY`, "Binary Format"): a header, tuples, a trailer.
//!
//! Only lengths are trusted, never the borders of messages: the header can share a message with the first tuple, and a
//! prototype that thought otherwise left row 1 unmasked.

use std::fmt;

/// What every binary `COPY` begins with: signature, flags, length of the header's extension.
pub const HEADER: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What every binary `COPY` ends with: a tuple of −1 fields.
pub const TRAILER: [u8; 2] = (-1i16).to_be_bytes();

const SIGNATURE_LENGTH: usize = 11;
const FLAG_HAS_OIDS: u32 = 1 << 16;
const CRITICAL_FLAGS: u32 = 0xffff_0000;

/// Bytes that aren't binary `COPY` data. Says what is wrong with their form, never what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// The stream doesn't begin with the signature.
    Signature,
    /// The header asks for a feature that isn't known.
    Header,
    /// A tuple has another number of fields than the table has columns.
    FieldCount,
    /// A length is negative, or points past the end of its tuple.
    Length,
    /// The stream ended without its trailer.
    CutShort,
    /// Something follows the trailer.
    AfterTrailer,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signature => "the stream doesn't begin with the signature of binary COPY",
            Self::Header => "the header of the binary COPY asks for an unknown feature",
            Self::FieldCount => "a row has another number of fields than the table has columns",
            Self::Length => "a field's length is impossible",
            Self::CutShort => "the stream ended in mid-row",
            Self::AfterTrailer => "data follows the end of the binary COPY",
        })
    }
}

impl std::error::Error for Malformed {}

/// Whole tuples, one after the other, without header and trailer.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tuples {
    /// The bytes of the tuples.
    pub bytes: Vec<u8>,
    /// How many they are.
    pub rows: u64,
}

/// Cuts a stream of bytes into whole tuples.
#[derive(Debug)]
pub struct TupleSplitter {
    fields: i16,
    state: State,
    buffer: Vec<u8>,
    /// Bytes of `buffer` that are whole tuples.
    whole: usize,
    rows: u64,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Header,
    Tuples,
    Ended,
}

impl TupleSplitter {
    /// For tuples of so many fields (at most 1,600, as a table's columns are).
    pub fn new(fields: usize) -> Self {
        Self {
            fields: i16::try_from(fields).unwrap_or(i16::MAX),
            state: State::Header,
            buffer: Vec::new(),
            whole: 0,
            rows: 0,
        }
    }

    /// Takes in the next bytes of the stream, however they are cut.
    ///
    /// # Errors
    /// When the bytes can't be binary `COPY` data.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Malformed> {
        self.buffer.extend_from_slice(bytes);
        if self.state == State::Header && !self.strip_header()? {
            return Ok(());
        }
        self.find_whole_tuples()
    }

    /// Bytes of whole tuples that wait to be taken.
    pub fn ready(&self) -> usize {
        self.whole
    }

    /// Takes the whole tuples out; a tuple that has begun stays. `spare` becomes the next buffer, to save allocations.
    pub fn take(&mut self, mut spare: Vec<u8>) -> Tuples {
        spare.clear();
        spare.extend_from_slice(self.buffer.get(self.whole..).unwrap_or_default());
        let mut bytes = std::mem::replace(&mut self.buffer, spare);
        bytes.truncate(self.whole);
        self.whole = 0;
        Tuples { bytes, rows: std::mem::take(&mut self.rows) }
    }

    /// Says whether the stream ended where it should.
    ///
    /// # Errors
    /// When the trailer hasn't come.
    pub fn finish(&self) -> Result<(), Malformed> {
        if self.state == State::Ended { Ok(()) } else { Err(Malformed::CutShort) }
    }

    fn strip_header(&mut self) -> Result<bool, Malformed> {
        let seen = self.buffer.len().min(SIGNATURE_LENGTH);
        if self.buffer.get(..seen) != HEADER.get(..seen) {
            return Err(Malformed::Signature);
        }
        let (Some(flags), Some(extension)) = (read_i32(&self.buffer, 11), read_i32(&self.buffer, 15)) else {
            return Ok(false);
        };
        let flags = flags.cast_unsigned();
        if flags & CRITICAL_FLAGS & !FLAG_HAS_OIDS != 0 || flags & FLAG_HAS_OIDS != 0 {
            return Err(Malformed::Header);
        }
        let length = 19 + usize::try_from(extension).map_err(|_| Malformed::Header)?;
        if self.buffer.len() < length {
            return Ok(false);
        }
        self.buffer.drain(..length);
        self.state = State::Tuples;
        Ok(true)
    }

    fn find_whole_tuples(&mut self) -> Result<(), Malformed> {
        while self.state == State::Tuples {
            let Some(count) = read_i16(&self.buffer, self.whole) else { return Ok(()) };
            if count == -1 {
                self.state = State::Ended;
                break;
            }
            if count != self.fields {
                return Err(Malformed::FieldCount);
            }
            match tuple_end(&self.buffer, self.whole)? {
                Some(end) => self.whole = end,
                None => return Ok(()),
            }
            self.rows += 1;
        }
        if self.buffer.len() > self.whole + TRAILER.len() { Err(Malformed::AfterTrailer) } else { Ok(()) }
    }
}

/// Where the tuple at `start` ends; `None` when the bytes end before it does.
fn tuple_end(bytes: &[u8], start: usize) -> Result<Option<usize>, Malformed> {
    let Some(count) = read_i16(bytes, start) else { return Ok(None) };
    let mut at = start + 2;
    for _ in 0..count {
        let Some(length) = read_i32(bytes, at) else { return Ok(None) };
        at += 4;
        match length {
            -1 => {}
            length => at += usize::try_from(length).map_err(|_| Malformed::Length)?,
        }
    }
    Ok((at <= bytes.len()).then_some(at))
}

/// Reads the tuple at `at` into `fields` (`None` is NULL), and gives where the next one begins.
///
/// # Errors
/// When the tuple isn't whole or a length is impossible.
pub fn read_tuple<'a>(bytes: &'a [u8], at: usize, fields: &mut Vec<Option<&'a [u8]>>) -> Result<usize, Malformed> {
    fields.clear();
    let count = read_i16(bytes, at).ok_or(Malformed::CutShort)?;
    let mut at = at + 2;
    for _ in 0..count {
        let length = read_i32(bytes, at).ok_or(Malformed::CutShort)?;
        at += 4;
        if length == -1 {
            fields.push(None);
            continue;
        }
        let end = at + usize::try_from(length).map_err(|_| Malformed::Length)?;
        fields.push(Some(bytes.get(at..end).ok_or(Malformed::Length)?));
        at = end;
    }
    Ok(at)
}

/// Appends the count of fields that a tuple begins with.
pub fn begin_tuple(out: &mut Vec<u8>, fields: usize) {
    out.extend_from_slice(&i16::try_from(fields).unwrap_or(i16::MAX).to_be_bytes());
}

/// Appends a field; `None` is NULL.
pub fn write_field(out: &mut Vec<u8>, field: Option<&[u8]>) {
    match field {
        None => out.extend_from_slice(&(-1i32).to_be_bytes()),
        Some(bytes) => {
            // PostgreSQL's own limit for a field is 1 GiB − 1, and what it sent came from a field.
            out.extend_from_slice(&i32::try_from(bytes.len()).unwrap_or(i32::MAX).to_be_bytes());
            out.extend_from_slice(bytes);
        }
    }
}

/// A big-endian i16, if there are two bytes at `at`.
pub fn read_i16(bytes: &[u8], at: usize) -> Option<i16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(i16::from_be_bytes)
}

/// A big-endian i32, if there are four bytes at `at`.
pub fn read_i32(bytes: &[u8], at: usize) -> Option<i32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(i32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Row = Vec<Option<Vec<u8>>>;

    fn encode(rows: &[Row]) -> Vec<u8> {
        let mut out = HEADER.to_vec();
        for row in rows {
            begin_tuple(&mut out, row.len());
            row.iter().for_each(|field| write_field(&mut out, field.as_deref()));
        }
        out.extend_from_slice(&TRAILER);
        out
    }

    fn decode(tuples: &Tuples) -> Vec<Row> {
        let (mut at, mut rows, mut fields) = (0, Vec::new(), Vec::new());
        while at < tuples.bytes.len() {
            at = read_tuple(&tuples.bytes, at, &mut fields).expect("whole tuples");
            rows.push(fields.iter().map(|field| field.map(<[u8]>::to_vec)).collect());
        }
        rows
    }

    fn rows_of(fields: usize) -> impl Strategy<Value = Vec<Row>> {
        let field = prop::option::of(prop::collection::vec(any::<u8>(), 0..40));
        prop::collection::vec(prop::collection::vec(field, fields), 0..20)
    }

    proptest! {
        #[test]
        fn rows_survive_however_the_stream_is_cut(rows in rows_of(3), cuts in prop::collection::vec(1usize..30, 1..50)) {
            let stream = encode(&rows);
            let (mut splitter, mut got, mut at) = (TupleSplitter::new(3), Vec::new(), 0);
            for cut in cuts.iter().cycle() {
                let end = (at + cut).min(stream.len());
                splitter.push(&stream[at..end]).unwrap();
                got.extend(decode(&splitter.take(Vec::new())));
                at = end;
                if at == stream.len() { break; }
            }
            prop_assert_eq!(splitter.finish(), Ok(()));
            prop_assert_eq!(got, rows);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), with_header in any::<bool>()) {
            let mut splitter = TupleSplitter::new(2);
            let mut stream = if with_header { HEADER.to_vec() } else { Vec::new() };
            stream.extend(bytes);
            if splitter.push(&stream).is_ok() {
                decode(&splitter.take(Vec::new()));
            }
            let mut fields = Vec::new();
            let _ = read_tuple(&stream, 0, &mut fields);
        }

        #[test]
        fn a_stream_cut_short_is_noticed(rows in rows_of(2), keep in 0.0f64..1.0) {
            let stream = encode(&rows);
            let mut splitter = TupleSplitter::new(2);
            splitter.push(&stream[..(stream.len() as f64 * keep) as usize]).unwrap();
            prop_assert_eq!(splitter.finish(), Err(Malformed::CutShort));
        }
    }

    #[test]
    fn the_first_tuple_may_share_the_message_of_the_header() {
        let mut splitter = TupleSplitter::new(1);
        splitter.push(&encode(&[vec![Some(b"first".to_vec())]])).unwrap();
        assert_eq!(decode(&splitter.take(Vec::new())), [vec![Some(b"first".to_vec())]]);
    }

    #[test]
    fn data_after_the_trailer_is_refused() {
        let mut stream = encode(&[]);
        stream.push(0);
        assert_eq!(TupleSplitter::new(1).push(&stream), Err(Malformed::AfterTrailer));
    }

    #[test]
    fn a_row_with_another_number_of_fields_is_refused() {
        assert_eq!(TupleSplitter::new(2).push(&encode(&[vec![None]])), Err(Malformed::FieldCount));
    }
}
