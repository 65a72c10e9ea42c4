//! Nanoseconds a row of six masked columns, on one core: `cargo bench --bench rows`.
//!
//! The steps are those of the masker's threads: rows in PostgreSQL's binary form are taken apart, masked, written and
//! recorded. What the network and the servers take is left out; `pipe` measures all together. The keyed hash of the same
//! run is printed too, since times in its unit can be compared between machines. Where a processor's counters can't be
//! read, `valgrind --tool=callgrind --toggle-collect='rows::mask' … --bench 1` counts the instructions of one round.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark talks and may stop")]

use std::hint::black_box;
use std::sync::Arc;

use stagemask::mask::transforms::prescan::Prescan;
use stagemask::mask::transforms::{Built, Row, Site, build};
use stagemask::originals::{ColumnId, OriginalsOf, Recorder, Store};
use stagemask::postgres::catalog::Column;
use stagemask::postgres::copy_binary::{begin_tuple, read_tuple, write_field};
use stagemask::postgres::row_checksum::RowChecksum;
use stagemask::postgres::row_key::write_key;
use stagemask::postgres::texts::visit_text;
use stagemask::postgres::types::TypeClass;
use stagemask::rules::load;
use stagemask::rules::transform::{Decision, Locale, Transform};
use stagemask::secret::MaskingKey;

const ROWS: usize = 100_000;

/// The primary key, six columns that are masked, and one that isn't.
const COLUMNS: [&str; 8] = ["id", "first_name", "last_name", "email", "phone", "street_address", "token", "status"];
const FIRST: usize = 1;
const LAST: usize = 2;

const GIVEN: [&str; 8] = ["Ingrid", "Ole-Jørgen", "Anne Lise", "Per", "Sølve", "Marit", "Håkon", "Kari"];
const FAMILY: [&str; 8] = ["Ødegård", "Hansen", "Lippe", "Nordby", "Falck-Ytter", "Åsen", "Berge", "Strømme"];

/// Rows as `COPY … (FORMAT binary)` sends them.
fn rows() -> Vec<u8> {
    let mut bytes = Vec::new();
    for n in 0..ROWS {
        // Spread over the tokens' letters as a real one's are.
        let random = (n as u128 + 1) * 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835;
        let texts = [
            GIVEN[n % 8].to_owned(),
            FAMILY[n / 8 % 8].to_owned(),
            format!("ingrid.odegard{n}@fjordpost.no"),
            format!("+47 {:03} {:02} {:03}", 400 + n / 100_000 % 100, n / 1000 % 100, n % 1000),
            format!("Storgata {}", n % 200),
            format!("tok_{random:032x}"),
            "open".to_owned(),
        ];
        begin_tuple(&mut bytes, COLUMNS.len());
        write_field(&mut bytes, Some(&(n as i64).to_be_bytes()));
        texts.iter().for_each(|text| write_field(&mut bytes, Some(text.as_bytes())));
    }
    bytes
}

fn parse(name: &str) -> Option<Transform> {
    let text = format!("version: 1\ntables: {{ t: {{ columns: {{ c: {name} }} }} }}");
    let rules = load::parse("bench.yaml", text.as_bytes()).ok()?;
    match rules.tables.into_iter().next()?.columns.into_iter().next()?.decision {
        Decision::Mask(transform) => Some(transform),
        Decision::Keep => None,
    }
}

fn column(name: &str) -> Column {
    match name {
        "id" => Column { unique: true, ..Column::new(name, "bigint", TypeClass::Int8) },
        _ => Column::new(name, "text", TypeClass::Text),
    }
}

fn transforms(key: &MaskingKey) -> Vec<Option<Built>> {
    let columns = COLUMNS.map(column);
    let specs = COLUMNS.map(parse);
    let specs: Vec<Option<&Transform>> = specs.iter().map(Option::as_ref).collect();
    let prescan = Arc::new(Prescan::default());
    let site = |column| Site {
        column,
        columns: &columns,
        specs: &specs,
        locale: Locale::NbNo,
        key,
        domain: None,
        prescan: &prescan,
    };
    columns.iter().zip(&specs).map(|(column, spec)| build((*spec)?, &site(column)).ok()).collect()
}

/// Masks every row, and records its originals if there is a recorder.
fn mask(rows: &[u8], transforms: &[Option<Built>], mut recorder: Option<&mut Recorder>, out: &mut Vec<u8>) {
    let (mut fields, mut key, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    let mut checksum = RowChecksum::default();
    let mut at = 0;
    while at < rows.len() {
        if out.len() > 128 << 10 {
            out.clear();
        }
        at = read_tuple(rows, at, &mut fields).unwrap();
        key.clear();
        kept.clear();
        write_key(&fields, &[0], &mut key);
        let row = Row { cells: &fields, transforms };
        begin_tuple(out, fields.len());
        for (position, (cell, built)) in fields.iter().zip(transforms).enumerate() {
            let (Some(cell), Some(built)) = (cell, built) else {
                write_field(out, *cell);
                write_field(&mut kept, *cell);
                continue;
            };
            let start = out.len();
            out.extend_from_slice(&[0; 4]);
            let text = std::str::from_utf8(cell).unwrap();
            built.transform.mask_str(text, &row, out).unwrap();
            let length = (out.len() - start - 4) as i32;
            out[start..start + 4].copy_from_slice(&length.to_be_bytes());
            if let Some(recorder) = &mut recorder {
                let id = ColumnId(position as u16);
                let mut is_certain = false;
                if matches!(built.facts.originals, OriginalsOf::Identifier | OriginalsOf::FullName) {
                    visit_text(text, &mut |found| {
                        is_certain |= recorder.record_original(id, built.facts.originals, found.text);
                    });
                }
                if built.facts.always_changes && !is_certain {
                    recorder.record_row_cell(id, &key, cell);
                }
            }
        }
        checksum.add_row(&kept);
        if let (Some(recorder), Some(first), Some(last)) = (&mut recorder, fields[FIRST], fields[LAST]) {
            let text = |cell| std::str::from_utf8(cell).unwrap();
            recorder.record_pair(ColumnId(LAST as u16), text(first), text(last));
        }
    }
    black_box(checksum);
}

/// What this thread has taken of its core so far (proc(5), `schedstat`): the time of other programs isn't in it.
fn nanoseconds() -> u64 {
    let status = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    status.split_whitespace().next().unwrap().parse().unwrap()
}

/// Nanoseconds a row, on average.
fn average(rounds: usize, mut round: impl FnMut()) -> f64 {
    let begun = nanoseconds();
    (0..rounds).for_each(|_| round());
    (nanoseconds() - begun) as f64 / (rounds * ROWS) as f64
}

fn main() {
    let rounds = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(15);
    let key = MaskingKey::parse(&"5a".repeat(32)).unwrap();
    let (rows, transforms) = (rows(), transforms(&key));
    assert_eq!(transforms.iter().flatten().count(), 6);
    let mut out = Vec::with_capacity(256 << 10);
    let sub_key = key.domain("benchmark");
    let hash = average(rounds, || {
        (0..ROWS as u64).for_each(|n| {
            let mut input = [0u8; 32];
            input[..8].copy_from_slice(&n.to_le_bytes());
            black_box(sub_key.number(black_box(&input)));
        });
    });
    let masked = average(rounds, || mask(&rows, &transforms, None, &mut out));
    let recorded = average(rounds, || {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path(), &key, COLUMNS.map(str::to_owned).to_vec()).unwrap();
        let mut recorder = store.recorder();
        mask(&rows, &transforms, Some(&mut recorder), &mut out);
    });
    println!("{:<24}{:>10}{:>9}", "", "ns a row", "hashes");
    for (what, nanos) in [("(keyed hash)", hash), ("masked", masked), ("masked and recorded", recorded)] {
        println!("{what:<24}{nanos:>10.0}{:>9.2}", nanos / hash);
    }
}
