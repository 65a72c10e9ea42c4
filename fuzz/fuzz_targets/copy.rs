//! Binary COPY data, cut anywhere.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stagemask::postgres::copy_binary::{TupleSplitter, read_tuple};

/// The tuples, or `None` where the data can't be right.
fn tuples(fields: usize, parts: &[&[u8]]) -> Option<Vec<u8>> {
    let mut splitter = TupleSplitter::new(fields);
    for part in parts {
        splitter.push(part).ok()?;
    }
    splitter.finish().ok()?;
    Some(splitter.take(Vec::new()).bytes)
}

fuzz_target!(|data: (u8, u16, &[u8])| {
    let (fields, cut, bytes) = data;
    let stream = [b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".as_slice(), bytes].concat();
    let (one, other) = stream.split_at(usize::from(cut) % (stream.len() + 1));
    let fields = usize::from(fields);
    let whole = tuples(fields, &[&stream]);
    assert_eq!(whole, tuples(fields, &[one, other]), "where the stream is cut makes no difference");
    let whole = whole.unwrap_or_default();
    let (mut at, mut read) = (0, Vec::new());
    while at < whole.len() {
        at = read_tuple(&whole, at, &mut read).expect("the splitter gives whole tuples");
        assert_eq!(read.len(), fields);
    }
    let _ = read_tuple(bytes, 0, &mut read);
});
