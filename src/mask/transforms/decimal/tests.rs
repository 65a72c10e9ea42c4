use proptest::prelude::*;

use super::*;

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

#[test]
fn multiples_are_found_without_a_float() {
    let between = |number: &str, step: &str| {
        let (low, high, up) = decimal(number).between(&Step::parse(step).unwrap());
        (low.text(), high.text(), up)
    };
    let expected = |low: &str, high: &str, up| (low.to_owned(), high.to_owned(), up);
    assert_eq!(between("1249.99", "100"), expected("1200", "1300", false));
    assert_eq!(between("-1250", "100"), expected("-1200", "-1300", true));
    assert_eq!(between("7.5", "5"), expected("5", "10", true));
    assert_eq!(between("7.4", "5"), expected("5", "10", false));
    assert_eq!(between("0.30", "0.10"), expected("0.3", "0.3", false));
    assert_eq!(between("99", "50"), expected("50", "100", true));
    assert_eq!(between("0.004", "0.05"), expected("0.00", "0.05", false));
    let long = "9".repeat(60);
    assert_eq!(between(&long, "10").1, format!("1{}", "0".repeat(60)));
}

#[test]
fn numbers_are_ordered_by_what_they_are_worth() {
    for (less, more) in [("-2", "-1.5"), ("-0.1", "0"), ("0.09", "0.1"), ("9.99", "10"), ("1.4", "1.50")] {
        assert_eq!(decimal(less).compare(&decimal(more)), Ordering::Less, "{less} {more}");
    }
    assert_eq!(decimal("1.0").compare(&decimal("1")), Ordering::Equal);
}

proptest! {
    #[test]
    fn the_binary_form_of_a_number_is_that_of_its_text(number in "-?[0-9]{1,50}(\\.[0-9]{1,40})?") {
        let parsed = decimal(&number);
        let mut cell = Vec::new();
        parsed.put_numeric(&mut cell);
        prop_assert_eq!(Decimal::from_numeric(&cell).unwrap().unwrap(), parsed);
    }

    #[test]
    fn no_bytes_make_reading_panic(cell in prop::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(Some(number)) = Decimal::from_numeric(&cell) {
            let _ = (number.units(2), number.to_f64(), number.between(&Step::parse("0.05").unwrap()));
            number.put_numeric(&mut Vec::new());
        }
    }
}
