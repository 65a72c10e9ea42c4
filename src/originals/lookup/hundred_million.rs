//! A hundred million originals, recorded and looked up as a run does it, within the memory that is promised.
//!
//! ```text
//! cargo test --release --lib hundred_million -- --ignored --nocapture
//! STAGEMASK_ORIGINALS=10000000 …                                       # fewer of them
//! ```
//! It takes some minutes, and 5 GB in the folder for temporary files (`TMPDIR`).

use std::fmt::Write;
use std::time::Instant;

use super::*;
use crate::originals::{Class, OriginalsOf, Store};

/// What recording and looking up may take together with everything else in the process, in bytes.
const PROMISED: u64 = 1 << 30;

const STREAMS: u64 = 2;

/// What was measured.
struct Measured {
    hashes: u64,
    peak_recording: u64,
    peak_looking_up: u64,
    missed: u64,
    found_by_chance: u64,
    passed_filter: f64,
}

/// One to one, so that no two numbers have the same (SplitMix64, <https://doi.org/10.1145/2714064.2660195>).
fn spread(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// The identifier of this number: half are addresses, a quarter numbers of twelve digits, a quarter tokens.
fn identifier(number: u64, text: &mut String) {
    text.clear();
    let spread = spread(number);
    let written = match number % 4 {
        0 | 1 => write!(text, "k{spread:016x}@fjordpost.no"),
        // The factor has no divisor in common with the modulus, so these are distinct too.
        2 => write!(text, "{:012}", (u128::from(number) * 982_451_653 + 1) % 1_000_000_000_000),
        _ => write!(text, "{spread:016x}{:016x}", spread.rotate_left(17)),
    };
    written.unwrap();
}

fn record(folder: &Path, key: &MaskingKey, originals: u64) -> u64 {
    let store = Store::create(folder, key, vec!["users.email".to_owned()]).unwrap();
    std::thread::scope(|scope| {
        for stream in 0..STREAMS {
            let store = &store;
            scope.spawn(move || {
                let (mut recorder, mut text) = (store.recorder(), String::new());
                for number in (stream..originals).step_by(STREAMS as usize) {
                    identifier(number, &mut text);
                    recorder.record_original(ColumnId(0), OriginalsOf::Identifier, &text);
                }
            });
        }
    });
    store.finish().unwrap().hashes
}

/// How many of these identifiers are found, in a sentence each.
fn found(originals: &Originals, numbers: impl Iterator<Item = u64>) -> u64 {
    let (mut seeker, mut text, mut sentence, mut found) = (originals.seeker(), String::new(), String::new(), 0);
    for number in numbers {
        identifier(number, &mut text);
        sentence.clear();
        write!(sentence, "Svar til {text}, takk.").unwrap();
        let mut known = false;
        seeker.text(&sentence, &mut |hit| known |= hit.class != Class::Cut).unwrap();
        found += u64::from(known);
    }
    found
}

fn measure(originals: u64, looked_up: u64) -> Measured {
    let folder = tempfile::tempdir().unwrap();
    let key = MaskingKey::parse(&"5a".repeat(32)).unwrap();
    forget_peak();
    let begun = Instant::now();
    let hashes = record(folder.path(), &key, originals);
    let (recorded, peak_recording) = (begun.elapsed(), peak());
    forget_peak();
    let begun = Instant::now();
    let opened = Originals::open(folder.path(), &key, Originals::memory_for(folder.path())).unwrap();
    let opening = begun.elapsed();
    let begun = Instant::now();
    let every = (originals / looked_up).max(1) as usize;
    let known = (0..originals).step_by(every).count() as u64;
    let missed = known - found(&opened, (0..originals).step_by(every));
    let knowing = begun.elapsed();
    let begun = Instant::now();
    let found_by_chance = found(&opened, originals..originals + looked_up);
    let not_knowing = begun.elapsed();
    let others = (0..looked_up).map(|number| spread(number.wrapping_add(1 << 60)));
    let passed_filter = others.filter(|hash| opened.index.filter.may_contain(*hash)).count() as f64 / looked_up as f64;
    say(&format!(
        "{originals} originals, {hashes} hashes, {} MiB on disk twice\n\
         recorded in {recorded:.1?}, peak {} MiB; opened in {opening:.1?}\n\
         {known} known looked up in {knowing:.1?}, {missed} missed\n\
         {looked_up} others in {not_knowing:.1?}, {found_by_chance} found, {:.3} % of hashes passed the filter of {} MiB; peak {} MiB",
        (hashes * RECORD as u64) >> 20,
        peak_recording >> 20,
        100.0 * passed_filter,
        opened.index.filter.bytes() >> 20,
        peak() >> 20,
    ));
    Measured { hashes, peak_recording, peak_looking_up: peak(), missed, found_by_chance, passed_filter }
}

/// The most memory that the process had since [`forget_peak`], in bytes (proc(5), `VmHWM`); 0 where no one tells.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) << 10
}

fn forget_peak() {
    // Elsewhere than on Linux there is none.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn say(text: &str) {
    println!("{text}");
}

#[test]
fn every_original_is_found_and_nothing_else() {
    let measured = measure(50_000, 10_000);
    assert!(measured.hashes > 50_000);
    assert_eq!((measured.missed, measured.found_by_chance), (0, 0));
    assert!(measured.passed_filter < 0.005, "{}", measured.passed_filter);
}

#[test]
#[ignore = "takes minutes in a release build, and 5 GB"]
fn a_hundred_million_originals_are_recorded_and_looked_up_within_a_gibibyte() {
    let originals = std::env::var("STAGEMASK_ORIGINALS").map_or(100_000_000, |text| text.parse().unwrap());
    let measured = measure(originals, 4_000_000.min(originals));
    assert!(measured.hashes > originals);
    assert_eq!((measured.missed, measured.found_by_chance), (0, 0));
    assert!(measured.passed_filter < 0.01, "{}", measured.passed_filter);
    assert!(measured.peak_recording < PROMISED && measured.peak_looking_up < PROMISED);
}
