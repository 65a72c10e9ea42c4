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
    ("card_number", &["4925123412341236", "3712 345678 90120", "5412-3456-7890-1232"]),
    ("ip", &["84.208.1.2", "2a01:799:1234::1"]),
    ("token", &["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxNTA1ODYiLCJlbWFpbCI6ImtAeC5ubyJ9.c2lnbmF0dXJlLWhlcmUtaXMtbG9uZw"]),
    ("jwt", &["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxNTA1ODYiLCJlbWFpbCI6ImtAeC5ubyJ9.c2lnbmF0dXJlLWhlcmUtaXMtbG9uZw"]),
    (
        "api_key",
        &[
            concat!("AK", "IAQ7ZR2LXPVK5STN4W"),
            concat!("sk_", "live_q7Zr2LxP0vK9sTn4WbYc8Hd3"),
            concat!("gh", "p_q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK9"),
            concat!("xo", "xb-1234567890-q7Zr2LxP0vK9"),
            concat!("S", "G.q7Zr2LxP0vK9sTn4WbYc8H.q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK9sTn4WbY"),
            concat!("A", "C0123456789abcdef0123456789abcdef"),
            concat!("prd:", "q7Zr2LxP0vK9sTn4WbYc8Hd3.q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP"),
            concat!("AI", "zaq7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK"),
        ],
    ),
    ("totp_seed", &["otpauth://totp/Firma:kari?secret=JBSWY3DPEHPK3PXP&issuer=Firma"]),
    (
        "pem",
        &[concat!(
            "-----BEGIN ",
            "RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7VJTUt9Us8cKjMzE\n-----END RSA PRIVATE KEY-----\n"
        )],
    ),
    (
        "cookie",
        &[
            concat!("sid=sk_", "live_q7Zr2LxP0vK9sTn4WbYc8Hd3; theme=dark"),
            concat!("gh", "p=gh", "p_q7Zr2LxP0vK9sTn4WbYc8Hd3q7Zr2LxP0vK9; Path=/"),
        ],
    ),
    ("password_hash", &["$2b$12$KbQi7h1h2v3x4y5z6A7B8uC9dE0fG1hI2jK3lM4nO5pQ6rS7tU8vW"]),
];

fn mask(transform: &str, original: &str) -> String {
    mask_in(Locale::NbNo, transform, original)
}

fn mask_in(locale: Locale, transform: &str, original: &str) -> String {
    mask_by(locale, &Transform::named(transform).unwrap(), transform, original)
}

fn mask_with(spec: &Transform, name: &str, original: &str) -> String {
    mask_by(Locale::NbNo, spec, name, original)
}

fn mask_as(spec: &Transform, original: &str) -> String {
    mask_by(Locale::NbNo, spec, spec.name(), original)
}

fn mask_by(locale: Locale, spec: &Transform, name: &str, original: &str) -> String {
    let column = Column::new(name, "text", TypeClass::Text);
    let key = MaskingKey::parse(&"5eed".repeat(16)).unwrap();
    let prescan = Arc::new(Prescan::default());
    let columns = std::slice::from_ref(&column);
    let site = Site { column: &column, columns, specs: &[None], locale, key: &key, domain: None, prescan: &prescan };
    let built = build(spec, &site).unwrap_or_else(|refusal| panic!("{refusal:?}"));
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
fn in_lorem_and_behind_a_cover_nothing_is_found() {
    for (_, originals) in ORIGINALS {
        for original in *originals {
            for column in ["body", "phone", "iban", "token", "ip"] {
                let lorem = mask("lorem", &format!("Hei, {original}, takk. Ring {original}."));
                assert!(!is_blocked(column, &lorem), "{lorem}");
                let partial = mask("partial", original);
                assert!(!is_blocked(column, &partial), "{partial}");
            }
        }
    }
}

#[test]
fn a_hash_and_a_users_agent_are_passed_over_wherever_they_stand() {
    for column in ["hash", "refresh_token", "session_id", "otp_secret"] {
        for n in 0..200 {
            let original = format!("person{n}@fjordpost.no");
            for options in ["{}", r#"{"encoding":"base64"}"#, r#"{"encoding":"base32","algorithm":"hmac_sha256"}"#] {
                let spec = serde_json::from_str(&format!(r#"{{"hash":{options}}}"#)).unwrap();
                let masked = mask_as(&spec, &original);
                assert!(!is_blocked(column, &masked), "{column}: {masked}");
            }
        }
    }
    let agent =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1";
    assert!(!is_blocked("user_agent", &mask("user_agent", agent)));
}

#[test]
fn neighbours_that_stay_neighbours_are_nobodys_addresses() {
    let spec = serde_json::from_str(r#"{"ip":{"keep_prefix":20,"keep_prefix_v6":48}}"#).unwrap();
    for n in 0..2_000 {
        for original in [format!("84.{}.{}.{}", n % 250 + 1, n / 250, n % 200), format!("2a02:2121:{n:x}::{n:x}")] {
            assert!(is_blocked("ip", &original), "{original}");
            let masked = mask_as(&spec, &original);
            assert!(!is_blocked("ip", &masked), "{masked}");
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

/// Fakes of what no detector looks for by itself must not be taken for something else.
#[test]
fn fakes_of_other_countries_and_registers_are_taken_for_nothing_else() {
    let column = |n: u64| ["", "personnummer", "account_number", "phone", "card_number", "id"][n as usize % 6];
    for n in 0..3_000u64 {
        let (day, month, year) = (n % 28 + 1, n % 12 + 1, n % 90 + 10);
        for (transform, original) in [
            (r#"{"national_id":{"country":"SE"}}"#, format!("{year:02}{month:02}{day:02}{:04}", n % 9999)),
            (r#"{"national_id":{"country":"SE"}}"#, format!("19{year:02}{month:02}{day:02}-{:04}", n % 9999)),
            (r#"{"national_id":{"country":"DK"}}"#, format!("{day:02}{month:02}{year:02}{:04}", n % 9999)),
            (r#"{"national_id":{"country":"DK"}}"#, format!("{day:02}{month:02}{year:02}-{:04}", n % 9999)),
            (r#"{"national_id":{"country":"FI"}}"#, format!("{day:02}{month:02}{year:02}-{:03}X", n % 900)),
            (r#"{"national_id":{"country":"GB"}}"#, format!("AB{n:06}C")),
        ] {
            let transform = serde_json::from_str(transform).unwrap();
            let masked = mask_with(&transform, "personnummer", &original);
            assert!(!is_blocked("personnummer", &masked), "{transform:?} made {masked}");
        }
        for (transform, original) in [
            ("bic", "DNBANOKK".to_owned()),
            ("passport", format!("CCC{n:06}")),
            ("card_number", format!("492512{n:010}")),
            ("organisation_number", format!("{:09}", 974_760_000 + n)),
            ("vat", format!("DE{:09}", 136_690_000 + n)),
            ("uuid", format!("{:032x}", u128::from(n) << 70)),
        ] {
            let masked = mask(transform, &original);
            // Nine digits in a column of identity numbers are somebody's, whatever made them.
            let column = if column(n) == "personnummer" && transform != "uuid" { "id" } else { column(n) };
            assert!(!is_blocked(column, &masked), "{transform} made {masked}, in column {column}");
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

#[test]
fn what_is_made_up_in_any_locale_is_passed_over() {
    for locale in Locale::ALL {
        for n in 0..40u64 {
            for (transform, original) in [
                ("phone", format!("+4520{:06}", n * 7_919)),
                ("phone", format!("0{:09}", 312_345_678 + n * 7_919)),
                ("phone", format!("(0{n}) 12 34 5{n:02} ext. {n}")),
                ("phone", format!("+39 312 {n:03} 6789")),
                ("email", format!("person.nummer{n}@fjordpost.no")),
                ("username", format!("person.nummer{n}")),
                ("url", format!("https://kari:passord@fjord{n}.no:8080/kunde/{n}41234567?t=86011117947#x")),
                ("url", format!("mailto:person{n}@fjordpost.no")),
                ("url", format!("tel:+4741234{n:03}")),
                ("domain_name", format!("www.fjord{n}.no")),
                ("company", format!("Fjord {n} Konsult AS")),
                ("full_name", format!("Ingrid Person{n}")),
                ("street_address", format!("Storgata {n}")),
                ("postcode", format!("{:05}", n * 37)),
                ("address", format!("Kari Person{n}\nStorgata {n}\n{:04} Hamar", 100 + n)),
                ("birth_date", format!("1986-05-{:02}", n % 28 + 1)),
            ] {
                let masked = mask_in(locale, transform, &original);
                assert!(!is_blocked(transform, &masked), "{transform} made {masked} in {locale:?}");
            }
        }
    }
}
