//! Cells of every type, as a server could send them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stagemask::postgres::texts::{inet_text, is_blank, mac_text, numeric_text, visit_texts};
use stagemask::postgres::types::TypeClass::{self, *};

fn class(kind: u8) -> TypeClass {
    match kind % 22 {
        0 => Text,
        1 => Bytea,
        2 => Json,
        3 => Jsonb,
        4 => Numeric,
        5 => Date,
        6 => Inet,
        7 => MacAddress,
        8 => Array(Box::new(Text)),
        9 => Array(Box::new(Composite(vec![("of".to_owned(), Array(Box::new(Jsonb))), ("n".to_owned(), Int8)]))),
        10 => Composite(vec![("one".to_owned(), Text), ("two".to_owned(), Range(Box::new(Date)))]),
        11 => Range(Box::new(Numeric)),
        12 => Multirange(Box::new(Text)),
        13 => Hstore,
        14 => Tsvector,
        15 => Xml,
        16 => Ltree,
        17 => Money,
        18 => Enum,
        19 => Other,
        20 => SparseVector,
        _ => Int4,
    }
}

fuzz_target!(|data: (u8, &[u8])| {
    let (kind, cell) = data;
    let class = class(kind);
    let mut bytes = 0;
    visit_texts(&class, cell, &mut |found| bytes += found.text.len());
    is_blank(&class, cell);
    let _ = (inet_text(cell), mac_text(cell), numeric_text(cell).map(|text| bytes += text.len()));
});
