//! The masker and the verifier each state the synthetic spaces for themselves. What the one makes, the other passes over;
//! what the one was given, the other finds.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use std::sync::{Arc, LazyLock};

use stagemask::mask::transforms::prescan::Prescan;
use stagemask::mask::transforms::{Row, Site, build, staging_password_hashes};
use stagemask::postgres::catalog::Column;
use stagemask::postgres::types::TypeClass;
use stagemask::rules::transform::{Locale, Transform};
use stagemask::secret::MaskingKey;
use stagemask::verify::detectors::verdict::Tally;
use stagemask::verify::detectors::{Allowed, Detectors, Hits};
use stagemask::verify::findings::Severity;

/// Originals outside of the spaces, one a line, each found by the verifier in a column of the transform's name.
const ORIGINALS: &[(&str, &[&str])] = &[
    ("email", &["kari.lie@fjordpost.no", "OLA_NORDBY+bank@bergenmail.no", "x@y.se", "jürgen.müller@example.de"]),
    (
        "phone",
        &[
            "+4741234567",
            "+47 912 34 567",
            "+46 70 123 45 67",
            "+45 20 12 34 56",
            "+44 7911 123456",
            "+49 151 23456789",
            "+33 6 12 34 56 78",
            "+1 202 456 1111",
            "+358 40 1234567",
            "+48 512 345 678",
        ],
    ),
    (
        "iban",
        &[
            "NO9386011117947",
            "SE4550000000058398257466",
            "DK5000400440116243",
            "FI2112345600000785",
            "DE89370400440532013000",
            "GB29NWBK60161331926819",
            "FR1420041010050500013M02606",
            "NL91ABNA0417164300",
            "PL61109010140000071219812874",
            "BE68539007547034",
            "ES9121000418450200051332",
            "IT60X0542811101000000123456",
            "AT611904300234573201",
            "CH9300762011623852957",
            "IE29AIBK93115212345678",
            "RS35260005601001611379",
            "BA391290079401028494",
            "TR330006100519786457841326",
            "PK36SCBL0000001123456702",
        ],
    ),
    ("account_number", &["86011117947", "8601.11.17947"]),
    ("national_id", &["01018012029", "15076530049", "41018013078"]),
    ("ip", &["84.208.1.2", "2a01:799:1234::1"]),
    ("token", &["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxNTA1ODYiLCJlbWFpbCI6ImtAeC5ubyJ9.c2lnbmF0dXJlLWhlcmUtaXMtbG9uZw"]),
    ("password_hash", &["$2b$12$KbQi7h1h2v3x4y5z6A7B8uC9dE0fG1hI2jK3lM4nO5pQ6rS7tU8vW"]),
];

fn mask(transform: &str, original: &str) -> String {
    let column = Column {
        name: transform.to_owned(),
        type_name: "text".to_owned(),
        class: TypeClass::Text,
        max_chars: None,
        not_null: false,
        generated: false,
        unique: false,
        binary: true,
        labels: Vec::new(),
    };
    let key = MaskingKey::parse(&"5eed".repeat(16)).unwrap();
    let prescan = Arc::new(Prescan::default());
    let columns = std::slice::from_ref(&column);
    let site = Site {
        column: &column,
        columns,
        specs: &[None],
        locale: Locale::NbNo,
        key: &key,
        domain: None,
        prescan: &prescan,
    };
    let spec = Transform::named(transform).unwrap();
    let built = build(&spec, &site).unwrap_or_else(|refusal| panic!("{refusal:?}"));
    let mut out = Vec::new();
    built.transform.mask(original.as_bytes(), &Row { cells: &[], transforms: &[] }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Whether the verifier would close the gate on a column of this name that holds this text.
fn is_blocked(column: &str, text: &str) -> bool {
    static DETECTORS: LazyLock<Detectors> = LazyLock::new(|| {
        let texts = staging_password_hashes().map(str::to_owned).collect();
        Detectors::allowing(Allowed { texts, ..Allowed::default() })
    });
    let mut hits = Hits::new();
    DETECTORS.scan(text, &DETECTORS.context(column, None), &mut hits);
    let mut tally = Tally::new();
    tally.add(&hits);
    tally.findings().iter().any(|finding| finding.severity == Severity::Blocking)
}

#[test]
fn what_is_masked_is_passed_over_and_what_was_there_is_found() {
    for (transform, originals) in ORIGINALS {
        for original in *originals {
            assert!(is_blocked(transform, original), "the verifier doesn't know {original} as {transform}");
            let masked = mask(transform, original);
            assert!(!is_blocked(transform, &masked), "{transform} made {masked}, which the verifier takes for real");
        }
    }
}

#[test]
fn free_text_leaves_nothing_that_the_verifier_finds() {
    for (_, originals) in ORIGINALS {
        for original in *originals {
            let text = format!("Hei, jeg heter Kari og skriver om {original}, takk. Ring meg.");
            let masked = mask("free_text", &text);
            assert!(!is_blocked("body", &masked), "{masked}");
        }
    }
}

#[test]
fn many_fakes_of_each_kind_are_passed_over() {
    for n in 0..2_000u64 {
        let number = 40_000_000 + n * 7_919;
        for (transform, original) in [
            ("phone", format!("+47{number}")),
            ("phone", number.to_string()),
            ("email", format!("person{n}@fjordpost.no")),
            ("account_number", format!("{:011}", 86_010_000_000 + n * 101)),
            ("iban", format!("NO93{:011}", 86_010_000_000 + n * 101)),
            ("ip", format!("84.{}.{}.{}", n % 250 + 1, n / 250, n % 200)),
            ("national_id", format!("{:02}{:02}{:02}{:05}", n % 28 + 1, n % 12 + 1, n % 99, n)),
        ] {
            let masked = mask(transform, &original);
            assert!(!is_blocked(transform, &masked), "{transform} made {masked}");
        }
    }
}
