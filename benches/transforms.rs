//! Nanoseconds and allocations a cell of each transform, on one core: `cargo bench --bench transforms [NAME…]`.
//!
//! Every transform of the catalogue is measured on made-up originals of its kind. The first rows are the baselines of the
//! same run: the copy of a cell as it is, and the keyed hash that nearly every transform needs once. The column `hashes`
//! is the time in units of the latter, which another machine or a busy one changes little. The cells are masked some at a
//! time, many times, and the quickest time counts, so that what other programs take meanwhile doesn't.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::panic, reason = "a benchmark talks and may stop")]

use std::alloc::System;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use stagemask::mask::transforms::prescan::Prescan;
use stagemask::mask::transforms::{Row, Site, build};
use stagemask::postgres::catalog::Column;
use stagemask::postgres::types::TypeClass;
use stagemask::rules::catalogue;
use stagemask::rules::load;
use stagemask::rules::transform::{Decision, Locale, Transform};
use stagemask::secret::MaskingKey;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Different cells; more than any cache of a transform remembers.
const CELLS: usize = 20_000;

/// How many are masked between two looks at the clock: less than what a core gives a program at a time.
const AT_A_TIME: usize = 500;

/// How often all cells are masked in one measurement.
const ROUNDS: usize = 25;

const GIVEN: [&str; 8] = ["Ingrid", "Ole-Jørgen", "Anne Lise", "Per", "Sølve", "Marit", "Håkon", "Kari"];
const FAMILY: [&str; 8] = ["Ødegård", "Hansen", "Lippe", "Nordby", "Falck-Ytter", "Åsen", "Berge", "Strømme"];

fn name(n: usize) -> String {
    format!("{} {}", GIVEN[n % 8], FAMILY[n / 8 % 8])
}

/// The n-th original of a kind that the transform of this name is for.
fn text_for(transform: &str, n: usize) -> String {
    match transform {
        "first_name" => GIVEN[n % 8].to_owned(),
        "last_name" => FAMILY[n % 8].to_owned(),
        "email" => format!("ingrid.odegard{n}@fjordpost.no"),
        "phone" => format!("+47 412 {:02} {:03}", n / 1000 % 100, n % 1000),
        "iban" => format!("NO93{:011}", 86_011_117_947_usize + n),
        "account_number" => format!("{:011}", 86_011_117_947_usize + n),
        "street_address" | "address" => format!("Storgata {}", n % 200),
        "city" => ["Bergen", "Oslo", "Tromsø"][n % 3].to_owned(),
        "postcode" => format!("{:04}", n % 10_000),
        "ip" => format!("84.208.{}.{}", n / 250 % 250, n % 250),
        "national_id" => format!("{:011}", 1_018_012_029_usize + n),
        "password_hash" => "$2b$12$abcdefghijklmnopqrstuuK3a5r1v9Xy0Z2b4c6d8e0f2g4h6i8jK".to_owned(),
        "hex_digest" | "hash" => format!("{n:064x}"),
        "free_text" => {
            format!("Call {} on +47 412 {:02} {:03} or write to kari{n}@fjordpost.no.", name(n), n % 100, n % 1000)
        }
        "json" => format!(r#"{{"name": "{}", "status": "open", "n": {n}}}"#, name(n)),
        "birth_date" | "shift_date" | "random_date" => format!("19{:02}-{:02}-{:02}", n % 99, n % 12 + 1, n % 28 + 1),
        "noise" | "amount" | "round" | "bucket" | "key" | "random_int" => format!("{}", 1000 + n),
        "card_number" => format!("4{:015}", n),
        _ => name(n),
    }
}

/// How a transform that needs telling is told.
fn decision_for(name: &str) -> String {
    match name {
        "constant" => "{ constant: { value: x } }".to_owned(),
        "choice" => "{ choice: { values: [card, cash] } }".to_owned(),
        "round" => "{ round: { to: 10 } }".to_owned(),
        "bucket" => "{ bucket: { edges: [0, 18, 67] } }".to_owned(),
        "random_int" => "{ random_int: { min: 1, max: 9 } }".to_owned(),
        "random_float" => "{ random_float: { min: 0, max: 1 } }".to_owned(),
        "random_decimal" => "{ random_decimal: { min: 0, max: 99 } }".to_owned(),
        "random_date" => "{ random_date: { min: 2020-01-01, max: 2020-12-31 } }".to_owned(),
        "random_timestamp" => "{ random_timestamp: { min: 2020-01-01, max: 2020-12-31 } }".to_owned(),
        "base64" => "{ base64: { of: redact } }".to_owned(),
        "hstore" => r#"{ hstore: { "*": redact } }"#.to_owned(),
        "xml" => r#"{ xml: { "//name": full_name } }"#.to_owned(),
        "regex_replace" => r#"{ regex_replace: { pattern: "[0-9]+", replacement: "0" } }"#.to_owned(),
        "truncate" => "{ truncate: { length: 3, of: first_name } }".to_owned(),
        "template" => r#"{ template: { template: "fixed" } }"#.to_owned(),
        "json" => r#"{ json: { "$.name": full_name, "$.status": keep } }"#.to_owned(),
        "fields" => "{ fields: { a: full_name } }".to_owned(),
        other => other.to_owned(),
    }
}

/// The type that is tried first, then others, with the cell of a text in each.
fn classes() -> Vec<(&'static str, TypeClass)> {
    vec![
        ("text", TypeClass::Text),
        ("integer", TypeClass::Int8),
        ("numeric", TypeClass::Float8),
        ("date", TypeClass::Date),
        ("timestamp", TypeClass::Timestamp),
        ("boolean", TypeClass::Bool),
        ("bytea", TypeClass::Bytea),
        ("uuid", TypeClass::Uuid),
        ("xml", TypeClass::Xml),
        ("macaddr", TypeClass::MacAddress),
        ("composite", TypeClass::Composite(vec![("a".to_owned(), TypeClass::Text)])),
    ]
}

fn cell(class: &TypeClass, name: &str, n: usize) -> Vec<u8> {
    match class {
        TypeClass::Int8 => (1_000 + n as i64).to_be_bytes().to_vec(),
        TypeClass::Float8 => (1.5 + n as f64).to_be_bytes().to_vec(),
        TypeClass::Date => (-(n as i32 % 20_000)).to_be_bytes().to_vec(),
        TypeClass::Timestamp => (-(n as i64) * 86_400_000_000).to_be_bytes().to_vec(),
        TypeClass::Bool => vec![(n % 2) as u8],
        TypeClass::MacAddress => vec![0, 27, 99, (n >> 16) as u8, (n >> 8) as u8, n as u8],
        TypeClass::Uuid => (n as u128 * 0x9E37_79B9_7F4A_7C15).to_be_bytes().to_vec(),
        TypeClass::Xml => b"<a><name>Kari Lie</name></a>".to_vec(),
        TypeClass::Composite(_) => {
            let text = text_for(name, n);
            let mut cell = 1i32.to_be_bytes().to_vec();
            cell.extend_from_slice(&25u32.to_be_bytes());
            cell.extend_from_slice(&(text.len() as i32).to_be_bytes());
            cell.extend_from_slice(text.as_bytes());
            cell
        }
        _ => text_for(name, n).into_bytes(),
    }
}

fn parse(decision: &str) -> Option<Transform> {
    let text = format!("version: 1\ntables: {{ t: {{ columns: {{ c: {decision} }} }} }}");
    let rules = load::parse("bench.yaml", text.as_bytes()).ok()?;
    match rules.tables.into_iter().next()?.columns.into_iter().next()?.decision {
        Decision::Mask(transform) => Some(transform),
        Decision::Keep => None,
    }
}

/// A cell's nanoseconds, allocations and the type on which they were measured.
fn measure(name: &str, key: &MaskingKey) -> Option<(f64, f64, &'static str)> {
    let spec = parse(&decision_for(name))?;
    let prescan = Arc::new(Prescan::default());
    for (type_name, class) in classes() {
        let column = Column::new("c", type_name, class.clone());
        let columns = std::slice::from_ref(&column);
        let site = Site {
            column: &column,
            columns,
            specs: &[None],
            locale: Locale::NbNo,
            key,
            domain: None,
            prescan: &prescan,
        };
        let Ok(built) = build(&spec, &site) else { continue };
        let cells: Vec<Vec<u8>> = (0..CELLS).map(|n| cell(&class, name, n)).collect();
        let mut out = Vec::with_capacity(1 << 16);
        let mut mask = |cells: &[Vec<u8>]| {
            cells.iter().all(|cell| {
                out.clear();
                let row = Row { cells: &[Some(cell)], transforms: &[] };
                built.transform.mask(cell, &row, black_box(&mut out)).is_ok()
            })
        };
        if !mask(&cells) {
            continue;
        }
        let region = Region::new(ALLOCATOR);
        let best = best_of(&cells, |cells| {
            mask(cells);
        });
        let allocations = region.change().allocations as f64 / (CELLS * ROUNDS) as f64;
        return Some((best, allocations, type_name));
    }
    None
}

/// Nanoseconds a cell, where each lot of cells counts with its quickest round.
fn best_of<T>(cells: &[T], mut some: impl FnMut(&[T])) -> f64 {
    let mut best = vec![u128::MAX; cells.len().div_ceil(AT_A_TIME)];
    for _ in 0..ROUNDS {
        for (best, cells) in best.iter_mut().zip(cells.chunks(AT_A_TIME)) {
            let begun = Instant::now();
            some(cells);
            *best = begun.elapsed().as_nanos().min(*best);
        }
    }
    best.iter().sum::<u128>() as f64 / cells.len() as f64
}

fn copying() -> f64 {
    let cells: Vec<Vec<u8>> = (0..CELLS).map(|n| cell(&TypeClass::Text, "email", n)).collect();
    let mut out = Vec::with_capacity(1 << 16);
    best_of(&cells, |cells| {
        for cell in cells {
            out.clear();
            out.extend_from_slice(black_box(cell));
            black_box(&mut out);
        }
    })
}

/// The keyed hash of 32 bytes.
fn hashing(key: &MaskingKey) -> f64 {
    let key = key.domain("benchmark");
    let cells: Vec<[u8; 32]> =
        (0..CELLS).map(|n| (n as u128).to_le_bytes()).map(|n| [n; 2].concat().try_into().unwrap()).collect();
    best_of(&cells, |cells| {
        for cell in cells {
            black_box(key.number(black_box(cell)));
        }
    })
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let key = MaskingKey::random().unwrap();
    let hash = hashing(&key);
    println!("{:<22}{:>10}{:>9}{:>14}  on", "", "ns a cell", "hashes", "allocations");
    let print = |name: &str, nanos: f64, allocations: f64, on: &str| {
        println!("{name:<22}{nanos:>10.0}{:>9.2}{allocations:>14.2}  {on}", nanos / hash);
    };
    print("(copied as it is)", copying(), 0.0, "text");
    print("(keyed hash)", hash, 0.0, "32 bytes");
    for known in catalogue::describe() {
        if !wanted.is_empty() && !wanted.contains(&known.name) {
            continue;
        }
        match measure(&known.name, &key) {
            Some((nanos, allocations, on)) => print(&known.name, nanos, allocations, on),
            None => println!("{:<22}{:>10}  it takes none of the types here, or has to be told more", known.name, "-"),
        }
    }
}
