//! SQL scripts, cut anywhere.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stagemask::postgres::sql_scanner::{Piece, Scanner};

fn pieces(parts: &[&[u8]]) -> (Vec<Piece>, bool) {
    let (mut scanner, mut pieces) = (Scanner::default(), Vec::new());
    for part in parts {
        scanner.push(part, &mut pieces).expect("it is short");
    }
    let whole = scanner.finish(&mut pieces).is_some();
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Piece::CopyData(before)), Piece::CopyData(more)) => before.extend(more),
            (_, piece) => joined.push(piece),
        }
    }
    (joined, whole)
}

fuzz_target!(|data: (u16, &[u8])| {
    let (cut, script) = data;
    let (one, other) = script.split_at(usize::from(cut) % (script.len() + 1));
    assert_eq!(pieces(&[script]), pieces(&[one, other]), "where the script is cut makes no difference");
});
