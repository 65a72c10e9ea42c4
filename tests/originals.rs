//! Whatever is recorded while masking is found in any text that contains it, and nothing else is.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use proptest::prelude::*;
use stagemask::originals::{
    Class, ColumnId, Form, Hit, Originals, OriginalsOf, Part, PartOfRow, Recorder, RowNames, Store,
};
use stagemask::secret::MaskingKey;
use unicode_normalization::UnicodeNormalization;

const COLUMN: ColumnId = ColumnId(1);

fn key() -> MaskingKey {
    MaskingKey::parse(&"5a".repeat(32)).unwrap()
}

fn columns() -> Vec<String> {
    ["users.name", "users.email", "audit_log.user_email"].map(str::to_owned).into()
}

fn recorded_in(folder: &Path, memory: usize, record: impl FnOnce(&mut Recorder)) -> Originals {
    let store = Store::create(folder, &key(), columns()).unwrap();
    record(&mut store.recorder());
    store.finish().unwrap();
    Originals::open(folder, &key(), memory).unwrap()
}

fn recorded(record: impl FnOnce(&mut Recorder)) -> Originals {
    recorded_in(tempfile::tempdir().unwrap().path(), 1 << 20, record)
}

fn identifiers(of: &[&str]) -> Originals {
    recorded(|recorder| {
        for text in of {
            recorder.record_original(COLUMN, OriginalsOf::Identifier, text);
        }
    })
}

fn hits(originals: &Originals, text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    originals.seeker().text(text, &mut |hit| hits.push(hit)).unwrap();
    hits
}

fn is_found(originals: &Originals, text: &str) -> bool {
    let is_found = !hits(originals, text).is_empty();
    let mut seeker = originals.seeker();
    seeker.note_text(0, text);
    let is_met = !seeker.met().unwrap().is_empty();
    // A text that begins like an identifier is looked at more closely, and has none.
    assert!(is_met || !is_found, "what is found in {text:?} isn't met when it is noted");
    assert!(seeker.met().unwrap().is_empty(), "what was noted is forgotten");
    is_found
}

/// What people write around an identifier: it ends where no letter and no digit is.
fn around() -> impl Strategy<Value = (String, String)> {
    let before = prop_oneof![
        Just(""),
        Just("ring "),
        Just("Hei, "),
        Just("login:"),
        Just("mailto:"),
        Just("{\"v\":\""),
        Just("<"),
        Just("('"),
        Just("https://x.test/?q="),
        Just("Født 3. mai; se\n\t"),
        Just("a_b_"),
        Just("øl – "),
    ];
    let after = prop_oneof![
        Just(""),
        Just("."),
        Just(", takk!"),
        Just("\"}"),
        Just(">"),
        Just("' og mer"),
        Just(" (hjem)"),
        Just("\nmvh"),
        Just("; slutt"),
        Just("/x"),
    ];
    (before, after).prop_map(|(before, after)| (before.to_owned(), after.to_owned()))
}

/// The same text as another program would store it.
fn rewritten(text: &str, way: u8) -> String {
    match way {
        0 => text.to_owned(),
        1 => text.to_uppercase(),
        2 => text.to_lowercase(),
        3 => text.nfd().collect(),
        4 => text.replace(' ', "\u{a0}\n"),
        _ => text.nfd().collect::<String>().to_uppercase(),
    }
}

fn identifier() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zæøå]{2,9}[._+-][a-zé]{2,9}[0-9]{0,2}@[a-z]{2,8}\\.(no|com|co\\.uk)",
        "[a-z]{1,3}@[a-z]\\.no",
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "[0-9a-f]{64}",
        "[0-9a-f]{32}",
        "(sbx|prd):[A-Za-z0-9]{24}\\.[A-Za-z0-9]{32}",
        "ey[A-Za-z0-9_-]{30}\\.ey[A-Za-z0-9_-]{60}\\.[A-Za-z0-9_-]{43}",
        "\\$2b\\$10\\$[./A-Za-z0-9]{53}",
        "NO[0-9]{13}",
        "GB[0-9]{2}[A-Z]{4}[0-9]{14}",
        "DE[0-9]{2}( [0-9]{4}){4} [0-9]{2}",
        "[1-9][0-9]{1,2}(\\.[0-9]{1,3}){3}",
        "2[0-9a-f]{3}:[0-9a-f]{3,4}:[1-9a-f]{4}::[1-9a-f]{1,4}",
        "(Storgata|Øvre Åsvei|O'Connell Street|Sankt Hanshaugen) [0-9]{1,2} [A-F]",
        "[A-Z]{2}-[0-9]{4,9}",
        "[0-3][0-9][01][0-9]{8}",
        "[a-z]{4,8}_[a-z]{4,8}",
    ]
    // A token may happen to be made of separators at an end; those are no part of the form.
    .prop_filter("an identifier has letters or digits", |text| text.chars().filter(|c| c.is_alphanumeric()).count() > 3)
}

fn given_name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("Kari Anne".to_owned()),
        Just("Anne-Marie".to_owned()),
        Just("Åse".to_owned()),
        Just("Bjørn".to_owned()),
        Just("José".to_owned()),
        "[A-ZÆØÅ][a-zæøåéü]{3,8}",
    ]
}

fn family_name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("O'Brien".to_owned()),
        Just("von der Lippe".to_owned()),
        Just("Berg Hansen".to_owned()),
        Just("Saint-Exupéry".to_owned()),
        Just("Weiß".to_owned()),
        "[A-ZÆØÅ][a-zæøåéü]{3,10}",
    ]
}

/// Digits in groups of two to five, with one separator throughout.
fn grouped(digits: &str, sizes: &[usize], separator: &str) -> String {
    let mut rest = digits;
    let mut groups = Vec::new();
    for size in sizes.iter().cycle() {
        // No group of one digit at the end: nobody writes that.
        let size = if rest.len() < size + 2 { rest.len() } else { *size };
        let (group, tail) = rest.split_at(size);
        groups.push(group);
        rest = tail;
        if rest.is_empty() {
            break;
        }
    }
    groups.join(separator)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_identifier_is_found_in_any_text_that_contains_it(
        original in identifier(), (before, after) in around(), way in 0u8..6,
    ) {
        let originals = identifiers(&[&original]);
        prop_assert!(!originals.is_empty(), "{original} was not recorded");
        let text = rewritten(&format!("{before}{original}{after}"), way);
        prop_assert!(is_found(&originals, &text), "{original} in {text}");
    }

    #[test]
    fn what_is_called_certain_is_found_in_its_own_cell(
        one in identifier(), (before, after) in around(), any_text in any::<String>(),
    ) {
        for text in [one.clone(), format!("{before}{one}{after}"), any_text] {
            let mut certain = false;
            let of = OriginalsOf::Identifier;
            let originals = recorded(|recorder| certain = recorder.record_original(COLUMN, of, &text));
            let is_leak = |hit: &Hit| matches!(hit.class, Class::Value | Class::Compact);
            prop_assert!(!certain || hits(&originals, &text).iter().any(is_leak), "{text}");
        }
    }

    #[test]
    fn a_phone_number_is_found_however_it_is_written(
        subscriber in "[4-9][0-9]{7}",
        prefixes in prop::array::uniform2(prop_oneof![Just(""), Just("+47"), Just("+47 "), Just("0047"), Just("0047 "), Just("47")]),
        sizes in prop::array::uniform2(prop::collection::vec(2usize..=5, 1..4)),
        separators in prop::array::uniform2(prop_oneof![Just(" "), Just("-"), Just(""), Just(" - ")]),
        (before, after) in around(),
    ) {
        let written = |place: usize| format!("{}{}", prefixes[place], grouped(&subscriber, &sizes[place], separators[place]));
        let looks_like_a_date = |text: &str| text.matches('-').count() == 2 && text.contains("-") && !text.contains(' ');
        prop_assume!(!looks_like_a_date(&written(0)) && !looks_like_a_date(&written(1)));
        let originals = identifiers(&[&written(0)]);
        let text = format!("{before}{}{after}", written(1));
        prop_assert!(is_found(&originals, &text), "{} in {text}", written(0));
    }

    #[test]
    fn an_iban_is_found_with_and_without_spaces_and_by_its_account_number(
        digits in "[0-9]{2}[0-9]{11}", spaced in any::<bool>(), (before, after) in around(),
    ) {
        let compact = format!("NO{digits}");
        let with_spaces = format!("{} {} {} {}", &compact[..4], &compact[4..8], &compact[8..12], &compact[12..]);
        let (one, other) = if spaced { (&compact, &with_spaces) } else { (&with_spaces, &compact) };
        let originals = identifiers(&[one]);
        let text = format!("{before}{other}{after}");
        prop_assert!(is_found(&originals, &text), "{one} in {text}");
        let account = &digits[2..];
        let with_points = format!("{}.{}.{}", &account[..4], &account[4..6], &account[6..]);
        prop_assume!(!account.starts_with("00"));
        let text = format!("{before}{with_points}{after}");
        prop_assert!(is_found(&originals, &text), "{one} in {text}");
        let text = format!("{before}{other}{after}");
        prop_assert!(is_found(&identifiers(&[&with_points]), &text), "{with_points} in {text}");
    }

    #[test]
    fn a_name_is_found_in_both_orders_and_forms(
        first in given_name(), last in family_name(), (before, after) in around(), way in 0u8..6, order in 0u8..3,
    ) {
        let text = match order {
            0 => format!("{before}{first} {last}{after}"),
            1 => format!("{before}{last}, {first}{after}"),
            _ => format!("{before}{}_{}{after}", first.replace(' ', "."), last.replace(' ', "-")),
        };
        let text = rewritten(&text, way);
        let as_pair = recorded(|recorder| recorder.record_pair(COLUMN, &first, &last));
        prop_assert!(is_found(&as_pair, &text), "{first} | {last} in {text}");
        let whole = format!("{first} {last}");
        let as_name = recorded(|recorder| {
            recorder.record_original(COLUMN, OriginalsOf::FullName, &whole);
        });
        prop_assert!(is_found(&as_name, &text), "{whole} in {text}");
    }

    #[test]
    fn unrelated_text_has_no_hits(text in "([a-zæøå]{1,10}[ .,:@/-]|[0-9]{1,12}[ .-]|[A-Z][a-z]{2,9} ){0,40}", any_text in any::<String>()) {
        let originals = recorded(|recorder| {
            for number in 0..200u32 {
                let mut identifier = |text: String| recorder.record_original(COLUMN, OriginalsOf::Identifier, &text);
                identifier(format!("qx{number}.zzyzx@wq{number}.example"));
                identifier(format!("+999 1234567{number:03}"));
                recorder.record_pair(COLUMN, &format!("Qxgiven{}", letters(number)), &format!("Zzfamily{}", letters(number)));
            }
        });
        prop_assert_eq!(hits(&originals, &text), vec![]);
        prop_assert_eq!(hits(&originals, &any_text), vec![]);
    }
}

fn letters(number: u32) -> String {
    number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'k')).collect()
}

#[test]
fn a_hit_names_the_column_the_class_and_the_length() {
    let originals = identifiers(&["+47 412 34 567", "kari@online.no"]);
    let hit = hits(&originals, "tlf 41 23 45 67").pop().unwrap();
    let form = Some(Form { length: 8, first: 4 });
    assert_eq!(hit, Hit { column: COLUMN, class: Class::Digits, length: 8, form });
    assert_eq!(originals.column(hit.column), "users.email");
    assert_eq!(originals.column_id("users.email"), Some(COLUMN));
    let classes: Vec<Class> = hits(&originals, "<KARI@online.no>").iter().map(|hit| hit.class).collect();
    assert!(!classes.is_empty() && classes.iter().all(|class| *class == Class::Value));
}

#[test]
fn most_identifiers_are_certain_and_numbers_names_and_placeholders_are_not() {
    let certain = |of: OriginalsOf, text: &str| {
        let mut certain = false;
        recorded(|recorder| certain = recorder.record_original(COLUMN, of, text));
        certain
    };
    for text in ["kari@online.no", "12 Main Street, 0123 Oslo", "tok_4eC39HqL", "NO9386011117947", "84.208.1.2/24"] {
        assert!(certain(OriginalsOf::Identifier, text), "{text}");
    }
    for text in ["+47 412 34 567", "unknown", "kari", ""] {
        assert!(!certain(OriginalsOf::Identifier, text), "{text}");
    }
    assert!(!certain(OriginalsOf::FullName, "Kari Nordmann"));
}

#[test]
fn one_hash_of_several_columns_has_them_all() {
    let columns = [ColumnId(2), ColumnId(0), ColumnId(1)];
    let originals = recorded(|recorder| {
        for id in &columns {
            recorder.record_original(*id, OriginalsOf::Identifier, "tok_4ec39hql");
        }
    });
    let hash = originals.key().hash(Class::Value, b"tok_4ec39hql");
    assert_eq!(originals.find_all(hash).unwrap(), [ColumnId(0), ColumnId(1), ColumnId(2)]);
    assert_eq!(originals.find(hash).unwrap(), Some(ColumnId(0)));
}

#[test]
fn an_address_with_a_display_name_is_found_without_it() {
    let originals = identifiers(&["Kari Nordmann <kari@online.no>"]);
    assert!(is_found(&originals, "epost=kari@online.no"));
}

#[test]
fn an_ip_address_is_found_as_it_was_written_and_in_its_canonical_form() {
    let originals = identifiers(&["2A01:079C:0000::1/64", "84.208.1.2/32"]);
    for text in ["2a01:79c::1", "fra [2A01:079c:0000::1]:443", "login:84.208.1.2", "10.0.0.1,84.208.1.2:80"] {
        assert!(is_found(&originals, text), "{text}");
    }
    assert!(!is_found(&originals, "84.208.1.3"));
}

#[test]
fn a_uuid_is_found_with_and_without_hyphens() {
    let (with, without) = ("0b5e1a3c-7d2f-4c1e-9a8b-1c2d3e4f5a6b", "0B5E1A3C7D2F4C1E9A8B1C2D3E4F5A6B");
    assert!(is_found(&identifiers(&[with]), &format!("id:{without}")));
    assert!(is_found(&identifiers(&[without]), &format!("/files/{with}.pdf")));
    assert!(is_found(
        &identifiers(&["0b5e1a3c-7d2f-4c1e-9a8b-1c2d3e4f5a6b.pdf"]),
        "/x/0b5e1a3c-7d2f-4c1e-9a8b-1c2d3e4f5a6b.pdf"
    ));
}

#[test]
fn an_original_is_found_anywhere_in_a_text_of_megabytes() {
    let originals = identifiers(&["kari@online.no"]);
    let filler = "lorem ipsum ø ".repeat(60_000);
    for place in [0, 229_000, 262_140, filler.len() / 2, filler.len()] {
        let place = filler.floor_char_boundary(place);
        let text = format!("{} kari@online.no {}", &filler[..place], &filler[place..]);
        assert!(is_found(&originals, &text), "at {place}");
    }
    assert!(!is_found(&originals, &filler));
}

#[test]
fn very_long_originals_are_found() {
    let blob = "Ab3".repeat(5_000);
    let dashes = "ab1-".repeat(100);
    let originals = identifiers(&[&blob, &dashes]);
    assert!(is_found(&originals, &format!("x {blob}")));
    assert!(is_found(&originals, &format!("x {dashes}")));
}

#[test]
fn placeholders_short_values_and_common_words_are_not_recorded() {
    let texts = ["", "-", "n/a", "Unknown", " NULL ", "abc", "12345", "pending", "admin", "Ikke oppgitt"];
    assert!(identifiers(&texts).is_empty());
    let originals = recorded(|recorder| {
        recorder.record_pair(COLUMN, "Bo", "Li");
        recorder.record_pair(COLUMN, "Kari", "");
        recorder.record_pair(COLUMN, "Ukjent", "Nordmann");
        recorder.record_original(COLUMN, OriginalsOf::FullName, "Madonna");
        recorder.record_original(COLUMN, OriginalsOf::Shared, "Oslo kommune");
        recorder.record_original(COLUMN, OriginalsOf::FirstName, "Kari Anne");
        recorder.record_original(COLUMN, OriginalsOf::LastName, "Berg Hansen");
    });
    assert!(originals.is_empty());
}

#[test]
fn of_a_text_only_what_masking_removed_is_recorded() {
    let originals = recorded(|recorder| {
        recorder.record_removed(
            COLUMN,
            "Ring Kari på 412 34 567 eller kari@online.no fra 84.208.1.2, sak 2024-01-31T10:33:41Z, ref 87654321",
            "Ring Xxxx på 200 00 001 eller a1@example.com fra 192.0.2.7, sak 2024-01-31T10:33:41Z, ref 87654321",
        );
    });
    for removed in ["+4741234567", "KARI@ONLINE.NO", "ip=84.208.1.2;"] {
        assert!(is_found(&originals, removed), "{removed}");
    }
    for kept in ["87654321", "2024-01-31T10:33:41Z", "Ring Kari", "192.0.2.7", "84.208.1.3"] {
        assert!(!is_found(&originals, kept), "{kept}");
    }
}

#[test]
fn a_cell_is_known_in_its_own_row_and_column_only_and_a_document_anywhere() {
    let document = b"%PDF-1.7 a passport of somebody";
    let originals = recorded(|recorder| {
        recorder.record_row_cell(COLUMN, &[0, 0, 0, 7], b"1980-05-17");
        recorder.record_bytes(COLUMN, document);
        recorder.record_bytes(COLUMN, b"short");
    });
    let mut seeker = originals.seeker();
    assert!(seeker.is_unchanged(COLUMN, &[0, 0, 0, 7], b"1980-05-17").unwrap());
    assert!(!seeker.is_unchanged(COLUMN, &[0, 0, 0, 8], b"1980-05-17").unwrap());
    assert!(!seeker.is_unchanged(ColumnId(2), &[0, 0, 0, 7], b"1980-05-17").unwrap());
    assert_eq!(seeker.document(document).unwrap(), Some(COLUMN));
    assert_eq!(seeker.document(b"short").unwrap(), None);
    assert_eq!(seeker.document(b"%PDF-1.7 another document altogether").unwrap(), None);
}

#[test]
fn many_recorders_at_once_lose_nothing_with_and_without_memory_to_look_up() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path(), &key(), columns()).unwrap();
    let cell = |number: u32| number.to_le_bytes();
    std::thread::scope(|scope| {
        for worker in 0..3u32 {
            let store = &store;
            scope.spawn(move || {
                let mut recorder = store.recorder();
                for number in 0..150_000 {
                    // Half of what a worker records, another records too.
                    recorder.record_row_cell(COLUMN, b"", &cell(worker * 75_000 + number));
                }
            });
        }
    });
    let summary = store.finish().unwrap();
    assert_eq!(summary.hashes, 300_000);
    assert_eq!(summary.bytes, std::fs::metadata(folder.path().join("hashes")).unwrap().len());
    for memory in [0, 100 << 10, 600 << 10, 16 << 20] {
        let originals = Originals::open(folder.path(), &key(), memory).unwrap();
        let mut seeker = originals.seeker();
        let known = (0..400_000).step_by(37).filter(|number| seeker.is_unchanged(COLUMN, b"", &cell(*number)).unwrap());
        assert_eq!(known.count(), 300_000usize.div_ceil(37), "{memory} bytes");
    }
}

#[test]
fn nothing_but_hashes_is_on_disk_and_for_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("originals");
    recorded_in(&inside, 1 << 20, |recorder| {
        recorder.record_original(COLUMN, OriginalsOf::Identifier, "kari@online.no");
    });
    assert_eq!(std::fs::metadata(&inside).unwrap().permissions().mode() & 0o777, 0o700);
    let files: Vec<_> = std::fs::read_dir(&inside).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files, [inside.join("hashes")]);
    assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    let bytes = std::fs::read(&files[0]).unwrap();
    assert!(!bytes.windows(4).any(|part| part == b"kari"));
}

#[test]
fn every_altered_byte_a_shorter_file_and_another_key_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    recorded_in(folder.path(), 1 << 20, |recorder| {
        recorder.record_original(COLUMN, OriginalsOf::Identifier, "kari@online.no");
    });
    let path = folder.path().join("hashes");
    let bytes = std::fs::read(&path).unwrap();
    let open = |key: &MaskingKey| Originals::open(folder.path(), key, 1 << 20).map(|_| ()).map_err(|e| e.to_string());
    for place in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[place] ^= 1;
        std::fs::write(&path, altered).unwrap();
        assert!(open(&key()).is_err(), "byte {place}");
    }
    for length in 0..bytes.len() {
        std::fs::write(&path, &bytes[..length]).unwrap();
        assert!(open(&key()).is_err(), "{length} bytes");
    }
    std::fs::write(&path, &bytes).unwrap();
    open(&key()).unwrap();
    assert!(open(&MaskingKey::random().unwrap()).unwrap_err().contains("recorded under another masking key"));
    std::fs::remove_file(&path).unwrap();
    assert!(open(&key()).unwrap_err().contains("can't be read"));
}

#[test]
fn a_file_that_changes_while_it_is_looked_up_is_an_error_and_not_a_miss() {
    let folder = tempfile::tempdir().unwrap();
    let originals = recorded_in(folder.path(), 40, |recorder| {
        (0..10u8).for_each(|number| recorder.record_row_cell(COLUMN, b"", &[number]));
    });
    std::fs::OpenOptions::new().write(true).open(folder.path().join("hashes")).unwrap().set_len(60).unwrap();
    assert!(originals.seeker().is_unchanged(COLUMN, b"", &[3]).is_err());
}

#[test]
fn a_recorder_still_at_work_fails_the_end_and_an_unfinished_store_leaves_nothing_to_open() {
    let folder = tempfile::tempdir().unwrap();
    recorded_in(folder.path(), 1 << 20, |_| {});
    let store = Store::create(folder.path(), &key(), columns()).unwrap();
    assert!(Originals::open(folder.path(), &key(), 1 << 20).is_err(), "the file of an earlier attempt is still there");
    let recorder = store.recorder();
    assert!(store.finish().unwrap_err().to_string().contains("still at work"));
    drop(recorder);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_recorder_can_be_sent_to_another_thread_and_originals_can_be_shared() {
    fn is_send<T: Send>() {}
    fn is_shared<T: Send + Sync>() {}
    is_send::<Recorder>();
    is_shared::<Store>();
    is_shared::<Originals>();
}

#[test]
fn an_address_or_an_iban_is_found_without_its_last_character_but_not_without_two() {
    for whole in ["ragnfrid.grastol@fjordpost.no", "NO62 5162 5658 636", "GB82WEST12345698765432"] {
        let originals = identifiers(&[whole]);
        let without = |count: usize| &whole[..whole.len() - count];
        assert!(is_found(&originals, whole), "{whole}");
        assert!(is_found(&originals, &format!("se {} her", without(1))), "{whole}");
        assert!(!is_found(&originals, without(2)), "{whole}");
    }
    assert!(
        !is_found(&identifiers(&["AB1234567890123451"]), "AB1234567890123452"),
        "it isn't an IBAN, and may count up"
    );
}

#[test]
fn a_long_number_is_told_without_its_last_digit_but_not_as_the_whole() {
    let originals = identifiers(&["16926112981"]);
    assert_eq!(hits(&originals, "1692611298").iter().map(|hit| hit.class).collect::<Vec<_>>(), [Class::Cut]);
    assert_eq!(hits(&originals, "16926112981").iter().map(|hit| hit.class).collect::<Vec<_>>(), [Class::Digits]);
    assert_eq!(hits(&originals, "16926112982"), []);
    assert_eq!(hits(&identifiers(&["99073504"]), "9907350"), []);
}

#[test]
fn a_name_over_several_cells_is_found_with_its_places() {
    let originals = recorded(|recorder| recorder.record_pair(COLUMN, "Kari Anne", "von der Lippe"));
    let places = |cells: &[&str]| {
        let (mut row, mut found) = (RowNames::default(), Vec::new());
        cells.iter().enumerate().for_each(|(place, text)| row.add(place, Part::Cell, text));
        originals.seeker().names_beside(&mut row, &mut |places, _| found.push(places)).unwrap();
        found
    };
    assert_eq!(places(&["17", "Kari", "Lippe"]), [(1, 2)]);
    assert_eq!(places(&["LIPPE", "Oslo", "kari anne"]), [(0, 2)]);
    assert_eq!(places(&["Kari Anne", "von der Lippe"]), [(0, 1)]);
    assert_eq!(places(&["Anne", "Lippe"]), []);
    assert_eq!(places(&["Kari", "a", "bb", "cc", "dd", "Lippe"]), [], "too far apart");
    assert_eq!(places(&["Kari", "Lippe 2"]), []);
}

#[test]
fn of_a_row_the_parts_that_hold_an_original_are_told_however_long_they_are() {
    let originals = recorded(|recorder| {
        recorder.record_original(COLUMN, OriginalsOf::Identifier, "kari@firma.no");
        recorder.record_pair(COLUMN, "Kari", "Lippe");
    });
    let long = format!("{} kari@firma.no {}", words(3_000, "før"), words(3_000, "etter"));
    let mut seeker = originals.seeker();
    let mut names = RowNames::default();
    names.add(0, Part::Cell, "Kari");
    names.add(4, Part::Cell, "Lippe");
    seeker.note_text(0, "Kari");
    seeker.note_text(1, &long);
    seeker.note_text(2, &words(6_000, "ingenting"));
    seeker.note_text(3, "skriv til kari@firma.no, ikke til Kari@Firma.NO");
    seeker.note_text(4, "Lippe");
    seeker.note_names_beside(&mut names);
    assert_eq!(seeker.met().unwrap(), [PartOfRow::Cell(1), PartOfRow::Cell(3), PartOfRow::NamesBeside]);
    assert_eq!(seeker.met().unwrap(), [], "what was noted is forgotten");
}

fn words(count: u32, beginning: &str) -> String {
    (0..count).map(|number| format!("{beginning}{}", letters(number))).collect::<Vec<_>>().join(" ")
}

#[test]
fn in_a_document_one_of_the_two_has_to_stand_where_family_names_do() {
    let originals = recorded(|recorder| recorder.record_pair(COLUMN, "Kari", "Halden"));
    let is_found = |one: Part, other: Part| {
        let (mut row, mut found) = (RowNames::default(), false);
        row.add(0, one, "Kari");
        row.add(0, other, "Halden");
        originals.seeker().names_beside(&mut row, &mut |_, _| found = true).unwrap();
        found
    };
    assert!(is_found(Part::Name, Part::FamilyName));
    assert!(is_found(Part::FamilyName, Part::Name));
    assert!(!is_found(Part::Name, Part::Name));
    assert!(!is_found(Part::Cell, Part::FamilyName));
}
