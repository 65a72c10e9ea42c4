use super::super::account_number::write_number;
use super::super::checksum::{WEIGHTS_NINE, WEIGHTS_TEN, luhn_sum, mod11};
use super::super::testing::{column, mask, mask_bytes, refusal, try_build};
use super::*;
use crate::rules::transform::Transform as Spec;

fn of(country: &str) -> Spec {
    Spec::NationalId(Options { country: Some(country.to_owned()) })
}

#[test]
fn a_masked_norwegian_is_synthetic_older_by_a_year_at_most_and_of_the_same_sex() {
    // 15.05.1986, woman: made up, with the right check digits.
    let mut digits = *b"15058630000";
    let original = (0..).step_by(2).find_map(|n| {
        write_number(&mut digits[6..9], 300 + n);
        digits[9] = mod11(&digits[..9], &WEIGHTS_NINE)?;
        digits[10] = mod11(&digits[..10], &WEIGHTS_TEN)?;
        Some(String::from_utf8(digits.to_vec()).unwrap())
    });
    let original = original.unwrap();
    let masked = mask(&Spec::NationalId(Default::default()), &original);
    let (before, after) = (norway::read(original.as_bytes()).unwrap(), norway::read(masked.as_bytes()).unwrap());
    assert!(masked[2..4].parse::<u8>().unwrap() > 80, "{masked}");
    assert!((1..=365).contains(&(before.born.days() - after.born.days())));
    assert_eq!(before.odd, after.odd);
    let spaced = format!("{} {}", &original[..6], &original[6..]);
    assert_eq!(mask(&Spec::NationalId(Default::default()), &spaced).replace(' ', ""), masked);
}

#[test]
fn a_swede_stays_the_same_one_with_and_without_a_century() {
    let short = mask(&of("SE"), "850412-1234");
    assert_eq!(short.as_bytes()[6], b'-');
    let digits = short.replace('-', "");
    assert_eq!(luhn_sum(digits.bytes()) % 10, 0);
    assert!(["980", "981", "982"].contains(&&digits[6..9]) && digits.as_bytes()[8] % 2 == 1, "{short}");
    assert_eq!(mask(&of("SE"), "19850412-1234"), format!("19{short}"));
    assert_eq!(mask(&of("SE"), "198504121234"), format!("19{digits}"));
    let coordination = mask(&of("SE"), "19900172-2384");
    assert!(coordination[6..8].parse::<u8>().unwrap() > 60, "{coordination}");
    let young = mask(&of("SE"), "20100412-2380");
    assert!(young.starts_with("20") && &young[9..12] == "238", "{young}");
    let old = mask(&of("SE"), "100412+2380");
    assert!(old.as_bytes()[6] == b'+' && old[7..].starts_with("98"), "a hundred years lie between them: {old}");
    let bigint = |number: i64| {
        let masked = mask_bytes(&of("SE"), &column(TypeClass::Int8, None), &number.to_be_bytes());
        i64::from_be_bytes(masked.try_into().unwrap()).to_string()
    };
    assert_eq!((bigint(8_504_121_234), bigint(198_504_121_234)), (digits.clone(), format!("19{digits}")));
}

#[test]
fn a_dane_has_sixty_more_days_and_the_same_sex() {
    for original in ["120485-1234", "1204851234", "010100-5679"] {
        let masked = mask(&of("DK"), original);
        assert_eq!(masked.find('-'), original.find('-'));
        assert!((61..=91).contains(&masked[..2].parse::<u32>().unwrap()), "{masked}");
        assert_eq!(masked.as_bytes().last().unwrap() % 2, original.as_bytes().last().unwrap() % 2);
    }
    let masked = mask(&of("DK"), "120485-1234");
    assert!(["84", "85"].contains(&&masked[4..6]) && b"0123".contains(&masked.as_bytes()[7]), "{masked}");
}

#[test]
fn a_finn_keeps_the_sign_of_the_century_and_gets_the_right_check_character() {
    for original in ["120485-123X", "120485Y123X", "050710A002B"] {
        let masked = mask(&of("FI"), original);
        assert_eq!(masked.as_bytes()[6], original.as_bytes()[6], "{masked}");
        let individual: u32 = masked[7..10].parse().unwrap();
        assert!((900..=999).contains(&individual) && individual % 2 == original[7..10].parse::<u32>().unwrap() % 2);
        let digits: u64 = format!("{}{}", &masked[..6], &masked[7..10]).parse().unwrap();
        let check = "0123456789ABCDEFHJKLMNPRSTUVWXY".as_bytes()[(digits % 31) as usize];
        assert_eq!(masked.as_bytes()[10], check, "{masked}");
    }
    assert_eq!(mask(&of("FI"), "050710a002b"), mask(&of("FI"), "050710A002B").to_lowercase());
    let newborn = mask(&of("FI"), "010100A002B");
    assert!(newborn.as_bytes()[6] == b'-' && &newborn[4..6] == "99", "{newborn}");
}

#[test]
fn nobody_has_the_british_and_american_numbers_and_their_separators_stay() {
    let masked = mask(&of("GB"), "AB 12 34 56 C");
    assert!(masked.starts_with("QQ ") && masked.len() == 13 && b"ABCD".contains(&masked.as_bytes()[12]), "{masked}");
    assert_eq!(mask(&of("GB"), "ab123456c"), masked.replace(' ', "").to_lowercase());
    let masked = mask(&of("US"), "219-09-9999");
    assert!(masked.starts_with('9') && masked.len() == 11 && masked[4..6].parse::<u8>().unwrap() < 50, "{masked}");
    assert_eq!(mask(&of("US"), "219099999"), masked.replace('-', ""));
}

#[test]
fn numbers_kept_as_numbers_lose_no_more_than_their_zeros() {
    let bigint = column(TypeClass::Int8, None);
    let masked = mask_bytes(&of("US"), &bigint, &219_099_999i64.to_be_bytes());
    assert_eq!(i64::from_be_bytes(masked.try_into().unwrap()).to_string(), mask(&of("US"), "219099999"));
    assert!(refusal(&of("FI"), &bigint).what.contains("can't mask"));
    assert!(try_build(&of("DK"), &bigint).is_ok());
}

#[test]
fn what_is_no_number_becomes_one_of_the_country() {
    for (country, length) in [("NO", 11), ("SE", 10), ("DK", 10), ("FI", 11), ("GB", 9), ("US", 9)] {
        assert_eq!(mask(&of(country), "unknown").len(), length, "{country}");
    }
}
