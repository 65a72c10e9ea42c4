use proptest::prelude::*;

use super::super::super::neighbours::Places;
use super::super::super::testing::{column, key, refusal};
use super::*;
use crate::postgres::catalog::Column;
use crate::rules::transform::{Amount as Options, Locale};

fn spec(ratio: Option<f64>, within: &str) -> Spec {
    Spec::Amount(Options { ratio, sum_within: vec![within.to_owned()] })
}

/// Columns of a table of amounts: the amount, and what groups go by.
fn columns(class: TypeClass) -> [Column; 2] {
    let named = |name: &str, class| Column { name: name.to_owned(), ..column(class, None) };
    [named("amount", class), named("account", TypeClass::Int4)]
}

fn try_built(spec: &Spec, columns: &[Column], beside: Option<&Spec>) -> Result<Built, Refusal> {
    let (key, prescan) = (key(), Default::default());
    let site = Site {
        column: &columns[0],
        columns,
        specs: &[Some(spec), beside],
        locale: Locale::NbNo,
        key: &key,
        domain: None,
        prescan: &prescan,
    };
    super::super::super::build(spec, &site)
}

fn cell(class: &TypeClass, number: &str) -> Vec<u8> {
    let number = Decimal::parse(number).unwrap();
    let mut cell = Vec::new();
    match class {
        TypeClass::Int2 => cell.extend(i16::try_from(number.to_i64().unwrap()).unwrap().to_be_bytes()),
        TypeClass::Int8 | TypeClass::Money => cell.extend(number.to_i64().unwrap().to_be_bytes()),
        _ => number.put_numeric(&mut cell),
    }
    cell
}

fn number(class: &TypeClass, cell: &[u8]) -> Decimal {
    match class {
        TypeClass::Int2 => Decimal::from_i64(i16::from_be_bytes(cell.try_into().unwrap()).into()),
        TypeClass::Int8 | TypeClass::Money => Decimal::from_i64(i64::from_be_bytes(cell.try_into().unwrap())),
        _ => Decimal::from_numeric(cell).unwrap().unwrap(),
    }
}

/// One group, masked: each amount with the number of its row, as a server would hand them over.
fn masked(class: TypeClass, ratio: f64, group: &[(u32, &str)]) -> Vec<(u32, Decimal)> {
    let built = try_built(&spec(Some(ratio), "account"), &columns(class.clone()), None).unwrap();
    built.transform.neighbours().unwrap().place(Places {
        numbers: [2, 3, 4, 5],
        key: vec![6],
        key_before: vec![7],
        key_behind: vec![8],
    });
    let mut rows: Vec<(u32, Decimal, Vec<u8>)> =
        group.iter().map(|(id, text)| (*id, Decimal::parse(text).unwrap(), cell(&class, text))).collect();
    let size = |number: &Decimal| Decimal::parse(number.text().trim_start_matches('-')).unwrap();
    rows.sort_by(|a, b| size(&a.1).compare(&size(&b.1)).then(a.0.cmp(&b.0)));
    let keys: Vec<[u8; 4]> = rows.iter().map(|(id, ..)| id.to_be_bytes()).collect();
    let masked = |(at, (id, _, own)): (usize, &(u32, Decimal, Vec<u8>))| {
        let amount = |at: Option<usize>| rows.get(at?).map(|row| row.2.as_slice());
        let key = |at: Option<usize>| keys.get(at?).map(<[u8; 4]>::as_slice);
        let (before, behind) = (at.checked_sub(1), Some(at + 1));
        let account = [0, 0, 0, 1];
        let cells = [
            Some(own.as_slice()),
            Some(account.as_slice()),
            amount(at.checked_sub(2)),
            amount(before),
            amount(behind),
            amount(Some(at + 2)),
            key(Some(at)),
            key(before),
            key(behind),
        ];
        let mut out = Vec::new();
        assert_eq!(built.transform.mask(own, &Row { cells: &cells, transforms: &[] }, &mut out), Ok(Masked::Value));
        (*id, number(&class, &out))
    };
    rows.iter().enumerate().map(masked).collect()
}

fn of(row: u32, masked: &[(u32, Decimal)]) -> &Decimal {
    &masked.iter().find(|(id, _)| *id == row).unwrap().1
}

/// Units of the finest scale of a test.
fn units(number: &Decimal) -> i128 {
    number.units(4).unwrap()
}

proptest! {
    #[test]
    fn the_sum_stays_and_so_do_signs_and_decimals(
        amounts in prop::collection::vec((-5_000_000i64..5_000_000, 0usize..5), 1..30), millionths in 1u32..=1_000_000,
    ) {
        let texts: Vec<String> =
            amounts.iter().map(|(units, scale)| Decimal::from_units((*units).into(), *scale).text()).collect();
        let group: Vec<(u32, &str)> = (0..).zip(texts.iter().map(String::as_str)).collect();
        let ratio = f64::from(millionths) / 1e6;
        let masked = masked(TypeClass::Numeric, ratio, &group);
        let sum: i128 = masked.iter().map(|(_, number)| units(number)).sum();
        prop_assert_eq!(sum, texts.iter().map(|text| units(&Decimal::parse(text).unwrap())).sum::<i128>());
        for (row, text) in &group {
            let (before, after) = (Decimal::parse(text).unwrap(), of(*row, &masked));
            prop_assert_eq!(units(&before).signum(), units(after).signum());
            prop_assert_eq!(before.scale(), after.scale());
            prop_assert!(after.whole_digits() <= before.whole_digits(), "{} {}", text, after.text());
            let (change, most) = ((units(after) - units(&before)).abs(), units(&before).abs() * i128::from(millionths));
            prop_assert!(change * 1_000_000 <= most, "{} {}", text, after.text());
        }
    }

    #[test]
    fn whole_numbers_stay_inside_their_type(amounts in prop::collection::vec(any::<i16>(), 1..30)) {
        let texts: Vec<String> = amounts.iter().map(i16::to_string).collect();
        let group: Vec<(u32, &str)> = (0..).zip(texts.iter().map(String::as_str)).collect();
        let masked = masked(TypeClass::Int2, 1.0, &group);
        let sum: i64 = masked.iter().map(|(_, number)| number.to_i64().unwrap()).sum();
        prop_assert_eq!(sum, amounts.iter().map(|amount| i64::from(*amount)).sum::<i64>());
    }
}

#[test]
fn amounts_change_by_some_of_their_share() {
    let texts: Vec<String> = (0..500).map(|n| format!("{}.00", 1000 + n * 3)).collect();
    let group: Vec<(u32, &str)> = (0..).zip(texts.iter().map(String::as_str)).collect();
    let masked = masked(TypeClass::Numeric, 0.2, &group);
    let share = |row: &u32, text: &str| (of(*row, &masked).to_f64() / text.parse::<f64>().unwrap() - 1.0).abs();
    let changes: Vec<f64> = group.iter().map(|(row, text)| share(row, text)).collect();
    assert!(changes.iter().all(|change| *change <= 0.2));
    assert!(changes.iter().filter(|change| **change < 0.001).count() < 20);
    assert!(changes.iter().sum::<f64>() / 500.0 > 0.05);
}

#[test]
fn small_whole_numbers_change_where_their_share_is_a_unit() {
    let texts: Vec<String> = (0..400).map(|n| (n % 5 + 5).to_string()).collect();
    let group: Vec<(u32, &str)> = (0..).zip(texts.iter().map(String::as_str)).collect();
    let masked = masked(TypeClass::Int2, 0.2, &group);
    let changed = group.iter().filter(|(row, text)| of(*row, &masked).text() != *text).count();
    assert!(changed > 100, "{changed}");
}

#[test]
fn two_amounts_change_by_all_that_their_share_allows() {
    let changes = (0..200).map(|row| {
        let masked = masked(TypeClass::Money, 0.5, &[(row, "1000"), (row + 1000, "1000")]);
        assert_eq!(of(row, &masked).to_i64().unwrap() + of(row + 1000, &masked).to_i64().unwrap(), 2000);
        (of(row, &masked).to_i64().unwrap() - 1000).abs()
    });
    let most = changes.max().unwrap();
    assert!((400..=500).contains(&most), "{most}");
}

#[test]
fn what_has_nobody_to_exchange_with_stays() {
    for group in [&[(1, "12.50")][..], &[(1, "12.50"), (2, "0.00")], &[(1, "0.01"), (2, "12.50")]] {
        for (row, number) in masked(TypeClass::Numeric, 0.5, group) {
            assert_eq!(number.text(), group.iter().find(|(id, _)| *id == row).unwrap().1);
        }
    }
    let long = format!("1{}.25", "0".repeat(40));
    let group = [(1, "12.50"), (2, "13.50"), (3, long.as_str())];
    let masked = masked(TypeClass::Numeric, 0.5, &group);
    assert_eq!(of(3, &masked).text(), long);
    assert_ne!(of(1, &masked).text(), "12.50");
}

#[test]
fn the_longest_amounts_that_are_reckoned_with_fit_the_arithmetic() {
    let nines = format!("{}.{}", "9".repeat(12), "9".repeat(18));
    let other = format!("5{}", "0".repeat(29));
    let group = [(1, nines.as_str()), (2, other.as_str()), (3, other.as_str()), (4, "1")];
    let masked = masked(TypeClass::Numeric, 1.0, &group);
    let scale = nines.split_once('.').unwrap().1.len();
    assert_eq!(of(1, &masked).scale(), scale);
    assert_ne!(of(2, &masked).text(), other);
}

#[test]
fn what_cannot_be_kept_is_refused() {
    let within = spec(None, "account");
    let why = |spec: &Spec, columns: &[Column], beside| try_built(spec, columns, beside).err().unwrap().what;
    assert!(why(&within, &columns(TypeClass::Float8), None).contains("floating-point"));
    assert!(why(&within, &columns(TypeClass::Text), None).contains("in text"));
    assert!(why(&within, &columns(TypeClass::Uuid), None).contains("can't mask"));
    assert!(why(&spec(None, "acount"), &columns(TypeClass::Numeric), None).contains("doesn't have"));
    assert!(why(&spec(None, "amount"), &columns(TypeClass::Numeric), None).contains("itself"));
    assert!(why(&spec(Some(1.5), "account"), &columns(TypeClass::Numeric), None).contains("ratio"));
    let shuffle = Spec::Shuffle(Default::default());
    assert!(why(&within, &columns(TypeClass::Numeric), Some(&shuffle)).contains("shuffled"));
    let [amount, account] = columns(TypeClass::Numeric);
    let documents = [amount, Column { class: TypeClass::Json, ..account }];
    assert!(why(&within, &documents, None).contains("can't be told to be equal"));
    let array = column(TypeClass::Array(Box::new(TypeClass::Numeric)), None);
    assert!(refusal(&within, &array).what.contains("whole columns only"));
    let json =
        Spec::Json([("$.a".to_owned(), crate::rules::transform::PartDecision::Transform(Box::new(within)))].into());
    assert!(refusal(&json, &column(TypeClass::Jsonb, None)).what.contains("amount"));
}
