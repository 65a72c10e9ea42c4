//! What the detectors find, what they pass over, and that no text stops them.

use std::sync::LazyLock;

use proptest::prelude::*;
use stagemask::verify::detectors::{
    Allowed, CATALOGUE, Certainty, Context, Detectors, Example, Hit, Hits, Kind, self_test, verdict::Tally,
};
use stagemask::verify::findings::Severity;

static DETECTORS: LazyLock<Detectors> = LazyLock::new(Detectors::new);

fn scan_with(detectors: &Detectors, column: &str, text: &str) -> Vec<Hit> {
    let mut hits = Hits::new();
    detectors.scan(text, &detectors.context(column, None), &mut hits);
    hits.found
}

fn scan(column: &str, text: &str) -> Vec<Hit> {
    scan_with(&DETECTORS, column, text)
}

/// Hits that are findings on their own.
fn scan_surely(column: &str, text: &str) -> Vec<Hit> {
    let mut hits = scan(column, text);
    hits.retain(|hit| !matches!(hit.certainty, Certainty::Chance(_)));
    hits
}

fn kinds(hits: &[Hit]) -> Vec<Kind> {
    hits.iter().map(|hit| hit.kind).collect()
}

#[test]
fn every_detector_finds_its_examples() {
    let mut missed = Vec::new();
    for detector in CATALOGUE {
        assert!(!detector.examples.is_empty(), "{} has no examples", detector.name);
        for Example { column, text } in detector.examples {
            let hits = scan_surely(column, text);
            if !hits.iter().any(|hit| detector.kinds.contains(&hit.kind)) {
                missed.push(format!("{}: {column:?} {text:?} gave {hits:?}", detector.name));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_detector_passes_over_its_counter_examples_and_so_do_the_others() {
    let mut false_alarms = Vec::new();
    for detector in CATALOGUE {
        assert!(!detector.counter_examples.is_empty(), "{} has no counter-examples", detector.name);
        for Example { column, text } in detector.counter_examples {
            let hits = scan_surely(column, text);
            if !hits.is_empty() {
                false_alarms.push(format!("{}: {column:?} {text:?} gave {hits:?}", detector.name));
            }
        }
    }
    assert!(false_alarms.is_empty(), "{}", false_alarms.join("\n"));
}

#[test]
fn an_example_is_found_once_by_one_detector_alone() {
    for detector in CATALOGUE.iter().filter(|detector| detector.name != "jwt") {
        for Example { column, text } in detector.examples {
            let hits = scan_surely(column, text);
            let mut spans: Vec<_> = hits.iter().map(|hit| hit.start..hit.end).collect();
            spans.sort_by_key(|span| span.start);
            let disjoint = spans.windows(2).all(|pair| pair[0].end <= pair[1].start);
            let foreign = hits.iter().any(|hit| !detector.kinds.contains(&hit.kind));
            assert!(disjoint && !foreign, "{}: {text:?} gave {hits:?}", detector.name);
        }
    }
}

#[test]
fn a_hit_marks_the_value_and_nothing_around_it() {
    for (text, value) in [
        ("Kontakt <Kari.Nordmann+ny@post.firma.co.uk>, takk.", "Kari.Nordmann+ny@post.firma.co.uk"),
        ("Ring +47 412 34 567 etter kl. 12", "+47 412 34 567"),
        ("Betal til NO27 1503 2012 342, takk", "NO27 1503 2012 342"),
        ("Søker med fødselsnummer 31129910065 er avvist", "31129910065"),
        ("login from 84.208.20.110:51234", "84.208.20.110"),
        ("[2a02:2121::1]:443", "2a02:2121::1"),
        ("set it to redis://:hunter2@cache:6379/0, please", "redis://:hunter2"),
        ("tlf\u{a0}412\u{a0}34\u{a0}567", "412\u{a0}34\u{a0}567"),
    ] {
        let hits = scan_surely("", text);
        let found: Vec<&str> = hits.iter().map(|hit| &text[hit.start..hit.end]).collect();
        assert_eq!(found, [value], "{text:?}");
    }
}

#[test]
fn a_hit_never_shows_the_value() {
    let mut hits = Hits::new();
    DETECTORS.scan("kari@firma.no 15032012342", &DETECTORS.context("konto", None), &mut hits);
    assert_eq!(hits.found.len(), 2);
    let shown = format!("{hits:?} {}", hits.found[0].kind);
    assert!(!shown.contains("kari") && !shown.contains("15032012342"), "{shown}");
}

#[test]
fn what_a_shop_allows_is_no_hit_and_only_that() {
    let hash = "$2b$12$abcdefghijklmnopqrstuuK3a5r1v9Xy0Z2b4c6d8e0f2g4h6i8jK";
    let detectors = Detectors::allowing(Allowed {
        domains: vec!["Sink.Firma.no".into(), String::new()],
        texts: vec![hash.into()],
        ..Allowed::default()
    });
    assert_eq!(scan_with(&detectors, "password", hash), []);
    assert_eq!(scan_with(&detectors, "", "kari@sink.firma.no ola@QA.sink.firma.NO"), []);
    assert_eq!(kinds(&scan_with(&detectors, "", "kari@firma.no")), [Kind::Email]);
    assert_eq!(kinds(&scan_with(&detectors, "", "kari@notsink.firma.no")), [Kind::Email]);
    assert_eq!(kinds(&scan_with(&detectors, "password", &hash.replace('K', "L"))), [Kind::PasswordHash]);
}

#[test]
fn a_key_in_a_document_tells_as_much_as_a_column() {
    let mut hits = Hits::new();
    DETECTORS.scan("41234567", &DETECTORS.context("payload", Some("mobilePhone")), &mut hits);
    assert_eq!(kinds(&hits.found), [Kind::Phone]);
    hits.clear();
    DETECTORS.scan("41234567", &DETECTORS.context("payload", Some("reference")), &mut hits);
    assert_eq!(hits.found, []);
}

#[test]
fn a_masked_token_is_opened_and_what_it_carries_is_found_at_its_place() {
    // {"alg":"none"} {"masked":true,"email":"kari@firma.no"}
    let token = concat!("eyJhbGciOiJub25lIn0", ".eyJtYXNrZWQiOnRydWUsImVtYWlsIjoia2FyaUBmaXJtYS5ubyJ9.");
    let text = format!("x {token}");
    let hits = scan("", &text);
    assert_eq!(kinds(&hits), [Kind::Email]);
    assert_eq!((hits[0].start, hits[0].end), (2, text.len()));
}

/// Numbers that follow from a seed, without order (SplitMix64 of Steele, Lea and Flood).
fn numbers(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// A hundred thousand cells of each sort that fills ordinary databases and is nobody's.
fn look_alikes() -> impl Iterator<Item = String> {
    let words = ["ordre", "levert", "blue", "faktura", "kunde", "pending", "østkanten", "of", "til", "report"];
    let mut next = numbers(7);
    (0..100_000).flat_map(move |_| {
        let (a, b, c) = (next(), next(), next());
        let hex = format!("{a:016x}{b:016x}");
        let uuid = format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..]);
        let word = |at: u64| words[(c >> at) as usize % words.len()];
        let day = format!("20{:02}-{:02}-{:02}", a % 30, b % 12 + 1, c % 28 + 1);
        let time = format!("{:02}:{:02}:{:02}.{:06}", a % 24, b % 60, c % 60, a % 1_000_000);
        [
            uuid.replace('-', ""),
            uuid,
            format!("{hex}{b:016x}{c:016x}"),
            format!("usr_{}", &hex[..16]),
            format!("{day} {time}+00"),
            format!("{day}T{time}+02:00"),
            format!("{}.{:02}", a % 100_000_000, b % 100),
            format!("-{}.{:04}", a % 100_000_000_000, b % 10_000),
            format!("+{}.{:02}", a % 100_000, b % 100),
            format!("{a}"),
            format!("{}", a % 100_000_000_000),
            format!("{} {} {}", word(0), word(8), word(16)),
            format!("{} {} {} #{}", word(0), word(8), a % 1000, b % 100_000_000),
            format!("{}x{} {}:{}", a % 5000, b % 5000, a % 24, b % 60),
            format!("{}.{}.{}", a % 20, b % 50, c % 200),
        ]
    })
}

#[test]
fn nothing_is_found_in_ids_digests_times_amounts_and_words() {
    let context = Context::default();
    let mut hits = Hits::new();
    for text in look_alikes() {
        hits.clear();
        DETECTORS.scan(&text, &context, &mut hits);
        let sure = hits.found.iter().find(|hit| !matches!(hit.certainty, Certainty::Chance(_)));
        assert!(sure.is_none(), "{text:?} gave {sure:?}");
    }
}

fn tally(column: &str, cells: impl Iterator<Item = String>) -> Tally {
    let context = DETECTORS.context(column, None);
    let (mut tally, mut hits) = (Tally::new(), Hits::new());
    for cell in cells {
        hits.clear();
        DETECTORS.scan(&cell, &context, &mut hits);
        tally.add(&hits);
    }
    tally
}

#[test]
fn columns_of_long_numeric_ids_are_put_down_to_chance() {
    for first in [10_010_100_001u64, 4_925_123_400_000_000, 5_412_345_678_900_000, 15_032_000_000] {
        let findings = tally("order_ref", (first..first + 20_000).map(|id| id.to_string())).findings();
        assert!(!findings.is_empty(), "{first}: some pass by chance");
        assert!(findings.iter().all(|finding| finding.severity == Severity::Note), "{first}: {findings:?}");
    }
}

/// Norwegian account numbers of a real bank.
fn account_numbers(many: usize) -> impl Iterator<Item = String> {
    let with_check_digit = |serial: u64| {
        let start = format!("{:010}", 1_503_000_000 + serial * 37);
        let weights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
        let sum: u32 = start.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        let check = (11 - sum % 11) % 11;
        (check < 10).then(|| format!("{start}{check}"))
    };
    (0..).filter_map(with_check_digit).take(many)
}

fn severity(tally: &Tally) -> Option<Severity> {
    tally.findings().iter().find(|found| found.kind == Kind::AccountNumber).map(|found| found.severity)
}

#[test]
fn a_column_of_account_numbers_is_found_whatever_its_name() {
    assert_eq!(severity(&tally("column_7", account_numbers(200))), Some(Severity::Blocking));
    assert_eq!(severity(&tally("column_7", account_numbers(1))), Some(Severity::Note));
}

#[test]
fn one_number_in_many_rows_is_one_number() {
    let number = account_numbers(1).next().unwrap();
    assert_eq!(severity(&tally("column_7", std::iter::repeat_n(number, 500))), Some(Severity::Note));
}

#[test]
fn parts_of_a_column_are_judged_together() {
    let mut parts = tally("column_7", account_numbers(5));
    assert_eq!(severity(&parts), Some(Severity::Note));
    parts.merge(tally("column_7", account_numbers(10).skip(5)));
    assert_eq!(severity(&parts), Some(Severity::Blocking));
}

#[test]
fn detectors_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Detectors>();
}

/// Pieces that lead deep into the detectors, in any order and broken anywhere.
fn awkward() -> impl Strategy<Value = String> {
    let more = ["æ", "\u{a0}", "\u{2009}", "@", "+", "://", "eyJ", "$2b$", "€", "🦀", "(0)", "..", "::", "-----BEGIN "];
    let examples = CATALOGUE.iter().flat_map(|detector| detector.examples.iter().chain(detector.counter_examples));
    let pieces: Vec<&str> = examples.map(|example| example.text).chain(more).collect();
    let index = any::<prop::sample::Index>;
    let broken = (prop::sample::select(pieces), index(), index()).prop_map(|(text, from, to)| {
        let characters: Vec<char> = text.chars().collect();
        let (from, to) = (from.index(characters.len() + 1), to.index(characters.len() + 1));
        characters[from.min(to)..from.max(to)].iter().collect()
    });
    let piece = prop_oneof![broken, ".{0,8}"];
    prop::collection::vec(piece, 0..8).prop_map(|pieces: Vec<String>| pieces.concat())
}

const COLUMNS: [&str; 10] = ["", "phone", "konto", "fnr", "card", "token", "otp", "key", "ip", "ﬁKonto"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn no_text_stops_the_detectors_and_every_hit_lies_on_whole_characters(
        text in prop_oneof![awkward(), any::<String>()],
        column in prop::sample::select(COLUMNS.as_slice()),
    ) {
        for hit in scan(column, &text) {
            prop_assert!(hit.start < hit.end && text.get(hit.start..hit.end).is_some(), "{:?}", hit);
        }
    }

    #[test]
    fn an_address_is_found_wherever_it_stands(
        before in "([ -~æ€]{0,10}[ ,;:(<\"|>])?",
        name in "[a-z]{2}[a-z0-9]{0,9}([.][a-z0-9]{1,9})?",
        after in "([ ,;:)>\"|][ -~æ€]{0,10})?",
    ) {
        let text = format!("{before}{name}@firma.no{after}");
        let address = format!("{name}@firma.no");
        let hits = scan("", &text);
        prop_assert!(hits.iter().any(|hit| text.get(hit.start..hit.end) == Some(&address)), "{:?}", hits);
    }
}

#[test]
fn the_examples_prove_the_detectors_as_the_command_does() {
    let failures = self_test::of_catalogue();
    assert!(failures.is_empty(), "{}", failures.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

#[test]
fn what_a_text_or_a_file_carries_is_found_at_the_place_that_carries_it() {
    for (text, place, kind) in [
        ("x=a3VuZGUga2FyaUBmaXJtYS5ubyBoYXIgcmluZ3Q= y", 2..41, Kind::Email),
        ("6b756e6465206b617269406669726d612e6e6f", 0..38, Kind::Email),
        ("q=kunde%20tlf%20412%2034%20567", 0..30, Kind::Phone),
        (r#"{\"fnr\": \"31129910065\", \"navn\": \"x\\ny\"}"#, 0..1, Kind::NationalId),
        // {"mobile":"41234567"}: the key tells what the number is.
        ("eyJtb2JpbGUiOiI0MTIzNDU2NyJ9", 0..28, Kind::Phone),
    ] {
        let hits = scan_surely("", text);
        let found = hits.iter().find(|hit| hit.kind == kind);
        let found = found.unwrap_or_else(|| panic!("{text} gave {hits:?}"));
        assert!(place.len() == 1 || (found.start..found.end) == place, "{text} gave {found:?}");
    }
    let mut hits = Hits::new();
    let pdf = b"%PDF-1.4\n4 0 obj<<>>stream\nBT (kari@firma.no) Tj ET\nendstream";
    DETECTORS.scan_bytes(pdf, &Context::default(), &mut hits);
    assert_eq!((kinds(&hits.found), hits.found[0].end), (vec![Kind::Email], pdf.len()));
}

#[test]
fn what_shows_by_itself_is_not_counted_again_when_it_is_decoded() {
    let hits = scan_surely("", "https://firma.no/?q=a%20b&email=kari@firma.no");
    assert_eq!(kinds(&hits), [Kind::Email]);
}

#[test]
fn a_swede_of_ten_digits_and_a_masked_dane_are_told_apart_by_their_column() {
    let swedes = (100..140u32).filter_map(|n| {
        let body = format!("640823{n}");
        (0..10).map(|check| format!("{body}{check}")).find(|number| {
            let doubled =
                |at: usize, digit: u32| if at.is_multiple_of(2) { digit * 2 / 10 + digit * 2 % 10 } else { digit };
            number.bytes().enumerate().map(|(at, b)| doubled(at, u32::from(b - b'0'))).sum::<u32>() % 10 == 0
        })
    });
    let severity =
        |tally: Tally| tally.findings().iter().find(|found| found.kind == Kind::NationalId).map(|found| found.severity);
    assert_eq!(severity(tally("personnummer", swedes)), Some(Severity::Blocking));
    let masked_danes = (0..40u32).map(|n| format!("{:02}0164{:04}", 61 + n % 28, 1000 + n * 37));
    assert_ne!(severity(tally("personnummer", masked_danes)), Some(Severity::Blocking));
}

#[test]
fn five_persons_in_a_column_of_titles_are_no_chance_and_one_is() {
    let people = ["Kari Hansen", "Ola Nilsen", "Mary Smith", "Lars Solberg", "Nora Lunde", "Emil Myhre"];
    let titles = |many: usize| people.into_iter().take(many).map(|name| format!("Saken om {name} er ny"));
    let severity = |many| tally("title", titles(many)).findings().first().map(|found| found.severity);
    assert_eq!(severity(1), Some(Severity::Note));
    assert_eq!(severity(6), Some(Severity::Blocking));
}
