//! What is promised of distinct originals: their results are distinct too, and where case doesn't count, also without it.

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::testing::{column, try_build};
use super::{Built, Masked, Row, Spec};
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;
use crate::rules::transform as options;

const FEW: u32 = 50_000;
const MANY: u32 = 10_000_000;

/// A transform, the class of its column, and an original for every number.
struct Promise {
    spec: Spec,
    class: TypeClass,
    original: fn(u32) -> Vec<u8>,
}

fn text(spec: Spec, original: fn(u32) -> Vec<u8>) -> Promise {
    Promise { spec, class: TypeClass::Text, original }
}

fn promises() -> Vec<Promise> {
    let format = options::Code { prefix: None, format: Some("TX-########".into()) };
    let turkish = options::Iban { country: Some("TR".into()) };
    let range = options::Key { min: Some(1), max: Some(20_000_000) };
    vec![
        Promise {
            spec: Spec::Key(Default::default()),
            class: TypeClass::Int4,
            original: |n| (n as i32 - 1000).to_be_bytes().into(),
        },
        Promise { spec: Spec::Key(range), class: TypeClass::Int8, original: |n| i64::from(n).to_be_bytes().into() },
        text(Spec::Key(Default::default()), |n| format!("{n}").into_bytes()),
        text(Spec::Code(Default::default()), |n| format!("usr_{:08x}", n.wrapping_mul(2_654_435_761)).into_bytes()),
        text(Spec::Code(Default::default()), |n| format!("INV-{n:09}-{n:040}").into_bytes()),
        text(Spec::Code(format), |n| format!("TX-{n:08}").into_bytes()),
        text(Spec::Email(Default::default()), |n| format!("u{n}@x.no").into_bytes()),
        text(Spec::Token(Default::default()), |n| format!("{n:019}").into_bytes()),
        text(Spec::Token(Default::default()), |n| format!("tok_{:024}", u64::from(n) * 7919).into_bytes()),
        text(Spec::Phone(Default::default()), |n| format!("+47{:08}", 20_000_000 + n).into_bytes()),
        text(Spec::HexDigest(Default::default()), |n| format!("{n:x}").into_bytes()),
        text(Spec::Iban(turkish), |n| format!("NO{n:013}").into_bytes()),
        text(Spec::Ip(Default::default()), |n| std::net::Ipv4Addr::from(n.wrapping_mul(7919)).to_string().into_bytes()),
        Promise {
            spec: Spec::Uuid(Default::default()),
            class: TypeClass::Uuid,
            original: |n| u128::from(n).to_be_bytes().into(),
        },
        text(Spec::Uuid(options::Uuid { version: Some(4) }), |n| format!("{:032x}", u128::from(n) << 50).into_bytes()),
    ]
}

/// Hashes of what so many originals are masked to, and of the same without case; of ten million, two hashes that agree by
/// chance are met in one run of 370,000.
fn masked(promise: &Promise, count: u32) -> (Vec<u64>, Vec<u64>) {
    let column = Column { unique: true, ..column(promise.class.clone(), None) };
    let Built { transform, facts } = try_build(&promise.spec, &column).unwrap();
    assert!(facts.unique && facts.unique_ignoring_case, "{:?} doesn't promise it", promise.spec);
    let mask = |n: u32| {
        let mut out = Vec::with_capacity(64);
        let alone = Row { cells: &[], transforms: &[] };
        assert_eq!(transform.mask(&(promise.original)(n), &alone, &mut out), Ok(Masked::Value));
        let exactly = xxh3_64(&out);
        out.make_ascii_lowercase();
        (exactly, if promise.class == TypeClass::Text { xxh3_64(&out) } else { exactly })
    };
    (0..count).into_par_iter().map(mask).unzip()
}

fn distinct(mut hashes: Vec<u64>) -> usize {
    hashes.par_sort_unstable();
    hashes.dedup();
    hashes.len()
}

fn check(count: u32) {
    for promise in promises() {
        let (exactly, ignoring_case) = masked(&promise, count);
        assert_eq!(distinct(exactly), count as usize, "{:?}", promise.spec);
        assert_eq!(distinct(ignoring_case), count as usize, "{:?} in any case", promise.spec);
    }
}

#[test]
fn transforms_that_promise_it_keep_originals_distinct() {
    check(FEW);
}

#[test]
#[ignore = "takes minutes: cargo test --release --lib ten_million -- --ignored"]
fn transforms_that_promise_it_keep_ten_million_originals_distinct() {
    check(MANY);
}
