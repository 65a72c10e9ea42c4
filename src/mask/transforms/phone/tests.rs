use super::super::testing::{column, mask, mask_with};
use super::*;
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;
use crate::rules::transform::Transform as Spec;

fn spec() -> Spec {
    Spec::Phone(Options::default())
}

#[test]
fn a_second_number_behind_a_plus_sign_is_dropped() {
    assert_eq!(mask(&spec(), "+4791234567+4798765432"), mask(&spec(), "+4791234567"));
}

#[test]
fn one_number_written_four_ways_has_one_fake_in_four_forms() {
    let compact = mask(&spec(), "+4791234567");
    assert!(compact.starts_with("+47") && compact.len() == 11, "{compact}");
    let spaced = mask(&spec(), "+47 912 34 567");
    assert_eq!(spaced.replace(' ', ""), compact);
    assert_eq!(spaced.find(' '), Some(3));
    assert_eq!(mask(&spec(), "004791234567"), compact.replace('+', "00"));
    assert_eq!(format!("+47{}", mask(&spec(), "912 34 567").replace(' ', "")), compact);
}

#[test]
fn a_trunk_zero_stays_and_a_note_goes() {
    let british = mask(&spec(), "+44 (0)20 7123 4567 ext. 12, ask for Ingrid");
    assert!(british.starts_with("+44 ") && !british.contains("Ingrid"), "{british}");
    let german = Spec::Phone(Options { country: Some("DE".to_owned()) });
    assert!(mask(&german, "030 1234567").starts_with('0'));
}

#[test]
fn a_country_without_a_reserved_range_moves_to_999() {
    let masked = mask(&spec(), "+48 123 456 789");
    assert!(masked.starts_with("+999") && masked.len() == 12, "{masked}");
}

#[test]
fn a_unique_column_gets_numbers_that_stay_distinct() {
    let unique = Column { unique: true, ..column(TypeClass::Text, Some(20)) };
    let masked = |n: u32| mask_with(&spec(), &unique, &format!("+47 {}", 90_000_000 + n));
    let all: std::collections::HashSet<String> = (0..3000).map(masked).collect();
    assert_eq!(all.len(), 3000);
    assert!(all.iter().all(|number| number.starts_with("+999") && number.len() == 14));
}

#[test]
fn an_extension_stays_one_with_other_digits() {
    let masked = mask(&spec(), "+47 912 34 567 ext. 4711, ask for Ingrid");
    let (number, extension) = masked.split_once(" ext. ").unwrap();
    assert_eq!(number, mask(&spec(), "+47 912 34 567"));
    assert!(extension.len() == 4 && extension != "4711", "{masked}");
    assert!(mask(&spec(), "91234567x22").contains('x'));
    let narrow = column(TypeClass::Text, Some(14));
    assert_eq!(mask_with(&spec(), &narrow, "+4791234567 x2").len(), 14);
    assert_eq!(mask_with(&spec(), &narrow, "+4791234567 ext. 2").len(), 11);
}

#[test]
fn a_unique_column_tells_extensions_apart_with_and_without_room_for_them() {
    for room in [40, 18] {
        let unique = Column { unique: true, ..column(TypeClass::Text, Some(room)) };
        let masked = |n: u32| mask_with(&spec(), &unique, &format!("91234567 x{n}"));
        let all: std::collections::HashSet<String> = (0..500).map(masked).collect();
        assert_eq!(all.len(), 500);
        assert_eq!(all.iter().all(|number| number.contains(" x")), room == 40);
    }
}

#[test]
fn a_danish_number_is_one_at_home_and_abroad_and_keeps_its_groups() {
    let danish = Spec::Phone(Options { country: Some("DK".to_owned()) });
    let abroad = mask(&spec(), "+45 20 12 34 56");
    assert!(abroad.starts_with("+999 ") && abroad.len() == "+999 20 12 34 56".len(), "{abroad}");
    assert_eq!(mask(&danish, "20 12 34 56"), abroad);
    assert_eq!(mask(&danish, "20123456"), abroad.replace(' ', ""));
}

#[test]
fn the_locale_says_whose_numbers_have_no_country_code() {
    use super::super::testing::mask_in;
    assert_eq!(mask_in(Locale::SvSe, &spec(), "070-123 45 67").get(..1), Some("0"));
    let finnish = mask_in(Locale::FiFi, &spec(), "040 1234567");
    assert_eq!(finnish.replace(' ', ""), mask(&spec(), "+358401234567"));
}
