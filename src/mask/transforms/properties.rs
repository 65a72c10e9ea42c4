//! What holds for every transform whatever the cell: no panic, no length exceeded, the same every time, inside its space.

use proptest::prelude::*;

use super::spaces;
use super::testing::{column, key, mask, mask_bytes, try_build};
use super::{Built, Masked, Row, Spec};
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;
use crate::rules::transform::{self as options, NoOptions, PartDecision};

const ALONE: Row<'static> = Row { cells: &[], transforms: &[] };

/// One of each, with their default options.
fn catalogue() -> Vec<Spec> {
    let none = NoOptions {};
    let keep_all = [("$.keep".to_owned(), PartDecision::Name("keep".into()))];
    let part = |name: &str| PartDecision::Name(name.to_owned());
    let texts = [
        ("$..text".to_owned(), part("free_text")),
        ("$..[?@.a == 'b' || !@.c].d".to_owned(), part("email")),
        ("$[-2:]".to_owned(), part("full_name")),
        ("$..a~".to_owned(), part("token")),
    ];
    let fields = ["name", "at"].map(|name| (name.to_owned(), PartDecision::Name("redact".into())));
    [
        Spec::Null(none),
        Spec::Constant(options::Constant { value: "1".into() }),
        Spec::Redact(none),
        Spec::StripExif(none),
        Spec::FirstName(Default::default()),
        Spec::LastName(none),
        Spec::FullName(Default::default()),
        Spec::Title(none),
        Spec::Username(Default::default()),
        Spec::BirthDate(Default::default()),
        Spec::Email(Default::default()),
        Spec::Email(options::Email { unique: Some(false), ..Default::default() }),
        Spec::Phone(Default::default()),
        Spec::StreetAddress(Default::default()),
        Spec::City(Default::default()),
        Spec::Postcode(Default::default()),
        Spec::Address(Default::default()),
        Spec::Company(none),
        Spec::Url(Default::default()),
        Spec::DomainName(Default::default()),
        Spec::Iban(Default::default()),
        Spec::AccountNumber(Default::default()),
        Spec::AccountNumber(options::AccountNumber { country: Some("DK".into()) }),
        Spec::Bic(none),
        Spec::CardNumber(Default::default()),
        Spec::CardNumber(options::CardNumber { keep_network: true, keep_last_four: false }),
        Spec::CardNumber(options::CardNumber { keep_network: false, keep_last_four: true }),
        Spec::Amount(Default::default()),
        Spec::Currency(Default::default()),
        Spec::NationalId(Default::default()),
        national_id("SE"),
        national_id("DK"),
        national_id("FI"),
        national_id("GB"),
        national_id("US"),
        organisation_number("NO"),
        organisation_number("SE"),
        organisation_number("GB"),
        Spec::Vat(none),
        Spec::Passport(none),
        Spec::Mrz(none),
        Spec::Uuid(Default::default()),
        Spec::Key(Default::default()),
        Spec::Key(options::Key { min: Some(100), max: Some(999) }),
        Spec::Code(Default::default()),
        Spec::Code(options::Code { prefix: None, format: Some("TX-##??**".into()) }),
        Spec::HexDigest(Default::default()),
        Spec::Token(none),
        Spec::PasswordHash(none),
        Spec::Jwt(Default::default()),
        Spec::ApiKey(none),
        Spec::TotpSeed(none),
        Spec::Pem(none),
        Spec::Hash(Default::default()),
        hash(options::HashEncoding::Base64, 3),
        hash(options::HashEncoding::Base32, 20),
        Spec::Ip(Default::default()),
        Spec::Ip(options::Ip { keep_prefix: Some(24), keep_prefix_v6: Some(48) }),
        Spec::Mac(none),
        Spec::UserAgent(none),
        Spec::Cookie(none),
        Spec::ShiftDate(Default::default()),
        Spec::Noise(Default::default()),
        Spec::Shuffle(none),
        Spec::Generalise(Default::default()),
        Spec::RandomBool(Default::default()),
        Spec::Geo(Default::default()),
        Spec::EnumValue(Default::default()),
        Spec::Json(keep_all.into_iter().chain(texts).collect()),
        Spec::Fields(fields.clone().into()),
        Spec::Hstore(fields.clone().into()),
        Spec::Xml([("//name".to_owned(), PartDecision::Name("full_name".into()))].into()),
        Spec::Base64(options::Base64 { of: PartDecision::Name("full_name".into()) }),
        Spec::Embedding(none),
        Spec::FreeText(none),
        Spec::Lorem(none),
        Spec::Partial(Default::default()),
        Spec::RegexReplace(options::RegexReplace {
            pattern: "[0-9]+|(.)".into(),
            replacement: "$1x".into(),
            unmatched: None,
        }),
        Spec::Template(options::Template { template: "masked {{ 1 + 1 }}".into() }),
        Spec::Truncate(options::Truncate { length: 7, of: PartDecision::Name("email".into()) }),
    ]
    .into_iter()
    .chain(WITH_OPTIONS.iter().map(|(name, options)| with_options(name, options)))
    .collect()
}

/// Transforms that don't work without options, and options that make others of them.
const WITH_OPTIONS: &[(&str, &str)] = &[
    ("choice", r#"{ "values": ["1", "0"], "weights": [2, 1] }"#),
    ("round", r#"{ "to": "10" }"#),
    ("round", r#"{ "to": "0.05" }"#),
    ("round", r#"{ "to": "month" }"#),
    ("round", r#"{ "to": "hour" }"#),
    ("bucket", r#"{ "edges": ["0", "18", "67"] }"#),
    ("generalise", r#"{ "chars": 2, "fill": "*" }"#),
    ("generalise", r#"{ "map": { "Oslo": "east" } }"#),
    ("generalise", r#"{ "to": "decade" }"#),
    ("generalise", r#"{ "prefix": 12 }"#),
    ("random_int", r#"{ "min": -3, "max": 99 }"#),
    ("random_float", r#"{ "min": -0.5, "max": 99 }"#),
    ("random_decimal", r#"{ "min": "-0.50", "max": "99" }"#),
    ("random_date", r#"{ "min": "1950-01-01", "max": "2000-12-31" }"#),
    ("random_timestamp", r#"{ "min": "1950-01-01", "max": "2000-12-31" }"#),
    ("random_interval", r#"{ "min": "1s", "max": "14days" }"#),
    ("geo", r#"{ "grid": 500, "order": "lon_lat" }"#),
];

fn with_options(name: &str, options: &str) -> Spec {
    let options: serde_json::Value = serde_json::from_str(options).unwrap();
    serde_json::from_value(serde_json::json!({ name: options })).unwrap()
}

fn national_id(country: &str) -> Spec {
    Spec::NationalId(options::NationalId { country: Some(country.to_owned()) })
}

fn organisation_number(country: &str) -> Spec {
    Spec::OrganisationNumber(options::OrganisationNumber { country: Some(country.to_owned()) })
}

fn hash(encoding: options::HashEncoding, length: usize) -> Spec {
    let algorithm = Some(options::HashAlgorithm::HmacSha256);
    Spec::Hash(options::Hash { algorithm, encoding: Some(encoding), length: Some(length) })
}

fn classes() -> Vec<TypeClass> {
    let composite = TypeClass::Composite(vec![("name".into(), TypeClass::Text), ("at".into(), TypeClass::Inet)]);
    let mut classes = vec![
        TypeClass::Text,
        TypeClass::Bytea,
        TypeClass::Json,
        TypeClass::Jsonb,
        TypeClass::Uuid,
        TypeClass::Bool,
        TypeClass::Int2,
        TypeClass::Int4,
        TypeClass::Int8,
        TypeClass::Float4,
        TypeClass::Float8,
        TypeClass::Numeric,
        TypeClass::Date,
        TypeClass::Timestamp,
        TypeClass::TimestampTz,
        TypeClass::Time,
        TypeClass::Oid,
        TypeClass::Inet,
        TypeClass::MacAddress,
        TypeClass::Enum,
        TypeClass::Range(Box::new(TypeClass::Int4)),
        TypeClass::Range(Box::new(TypeClass::Numeric)),
        TypeClass::Multirange(Box::new(TypeClass::TimestampTz)),
        TypeClass::Point,
        TypeClass::Geometry,
        TypeClass::Bit,
        TypeClass::Money,
        TypeClass::Vector,
        TypeClass::HalfVector,
        TypeClass::SparseVector,
        TypeClass::Ltree,
        TypeClass::Hstore,
        TypeClass::Tsvector,
        TypeClass::Xml,
        TypeClass::Other,
        composite,
    ];
    classes.extend(classes.clone().into_iter().map(|class| TypeClass::Array(Box::new(class))));
    classes
}

/// Bytes as they might come, with numbers that matter to headers and texts that matter to parsers among them.
fn any_cell() -> impl Strategy<Value = Vec<u8>> {
    let small = prop::sample::select(vec![0i32, 1, 2, 3, 4, 25, -1, i32::MAX, i32::MIN]);
    let header = prop::collection::vec(small, 0..8).prop_map(|all| all.iter().flat_map(|n| n.to_be_bytes()).collect());
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..64),
        header,
        any_text().prop_map(String::into_bytes),
        "\u{1}?[\\[{\"]([a-z0-9\"\\\\{}\\[\\]:,. ]|\\\\u[0-9a-f]{4}){0,40}[}\\]\"]?".prop_map(String::into_bytes),
    ]
}

/// Texts: anything, and what looks like the data of people.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        "[A-ZÆØÅa-zæøå' -]{1,60}",
        "[a-z.+_0-9-]{0,20}@[a-z.]{0,12}",
        "\\+?[0-9() ./-]{0,24}",
        "(NO|GB|DE|IT|ES|FR|PL|XX)[0-9]{2}[ 0-9A-Z]{8,30}",
        "[0-9]{6} ?[0-9]{5}",
        "[0-9a-fA-F:./]{0,40}",
        "[0-9]{6,8}[-+A]?[0-9]{3,4}[0-9A-Z]",
        "[A-Z]{2,3}[-_ ]?[0-9]{1,9}",
        "[0-9]{4}([ -]?[0-9]{4}){2,3}",
        "-?[0-9]{1,12}([.,][0-9]{2})?( kr)?",
        "(https?:)?//([a-z]{1,6}(:[a-z]{0,4})?@)?[a-z.]{0,12}(:[0-9]{1,5})?(/[a-z0-9.%]{0,8}){0,3}(\\?[a-z=&%0-9]{0,12})?",
        "([A-ZÅ][a-zø]{1,8} ?[0-9]{0,3}[,\n] ?){1,3}([A-Z]{2}-)?[0-9]{4,5} [A-ZÅ][a-zø]{1,8}(, Norway)?",
        "[0-9]{1,4}[-.][0-9]{1,2}[-.][0-9]{1,4}[T 0-9:Z+]{0,20}",
        "(Ingrid|Hei|Per|Anne-Marie|van|O'Brien|Ø\\.|[A-ZÅ][a-zø]{1,8})( (Ingrid|B\\.|van|[A-ZÅ][a-zø]{1,8})){0,5}[,.!]?",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_transform_panics_on_any_bytes(cell in any_cell(), class in prop::sample::select(classes()), spec in prop::sample::select(catalogue())) {
        if let Ok(built) = try_build(&spec, &column(class, None)) {
            let _ = built.transform.mask(&cell, &ALONE, &mut Vec::new());
        }
    }

    #[test]
    fn masked_text_is_utf8_within_the_column_the_same_every_time_and_another(
        cell in prop_oneof![any_text().prop_map(String::into_bytes), prop::collection::vec(any::<u8>(), 0..40)],
        room in prop_oneof![Just(None), (1usize..60).prop_map(Some)],
        spec in prop::sample::select(catalogue()),
        unique in any::<bool>(),
    ) {
        // What the column holds fits the column.
        let cell = match (String::from_utf8(cell), room) {
            (Ok(text), Some(room)) => text.chars().take(room).collect::<String>().into_bytes(),
            (Ok(text), None) => text.into_bytes(),
            (Err(bytes), room) => bytes.into_bytes().into_iter().take(room.unwrap_or(40)).collect(),
        };
        let column = Column { unique, ..column(TypeClass::Text, room) };
        let Ok(Built { transform, facts }) = try_build(&spec, &column) else { return Ok(()) };
        let mut out = Vec::new();
        let masked = transform.mask(&cell, &ALONE, &mut out);
        let mut again = Vec::new();
        prop_assert_eq!(&masked, &transform.mask(&cell, &ALONE, &mut again));
        prop_assert_eq!(&out, &again);
        if let Ok(Masked::Value) = masked {
            let blank = String::from_utf8_lossy(&cell).trim().is_empty();
            if !blank {
                let text = String::from_utf8(out.clone());
                prop_assert!(text.is_ok(), "not UTF-8");
                prop_assert!(text.unwrap().chars().count() <= room.unwrap_or(usize::MAX));
                prop_assert!(!out.is_empty() || matches!(spec, Spec::FreeText(_) | Spec::Json(_)));
            }
            prop_assert!(!facts.always_changes || out != cell || blank || is_zero(&spec, &cell), "{:?}", spec);
        }
    }

    #[test]
    fn identifiers_keep_to_their_spaces(text in any_text()) {
        prop_assume!(!text.trim().is_empty());
        prop_assert!(spaces::is_masked_email(&mask(&Spec::Email(Default::default()), &text)));
        prop_assert!(spaces::is_masked_iban(&mask(&Spec::Iban(Default::default()), &text)));
        prop_assert!(spaces::is_masked_national_id(&mask(&Spec::NationalId(Default::default()), &text)));
        let phone = mask(&Spec::Phone(Default::default()), &text);
        prop_assert!(spaces::is_masked_phone(&phone), "{}", phone);
        for country in ["SE", "DK", "FI", "GB", "US"] {
            let masked = mask(&national_id(country), &text);
            prop_assert!(spaces::is_masked_foreign_id(country, &masked), "{} {}", country, masked);
        }
        for country in ["NO", "SE", "DK", "FI", "GB"] {
            let masked = mask(&organisation_number(country), &text);
            prop_assert!(spaces::is_masked_organisation(country, &masked), "{} {}", country, masked);
        }
        let card = mask(&Spec::CardNumber(Default::default()), &text);
        let is_card = card.bytes().filter(u8::is_ascii_digit).count() >= 12 && card.len() <= 23;
        // A number that runs into letters is none of a card.
        let is_card = is_card && !card.bytes().any(|byte| byte.is_ascii_alphabetic());
        prop_assert!(spaces::is_masked_card(&card) || !is_card, "{}", card);
        let bic = mask(&Spec::Bic(NoOptions {}), &text);
        prop_assert!(spaces::is_masked_bic(&bic), "{}", bic);
        let account = mask(&Spec::AccountNumber(Default::default()), &text);
        prop_assert!(spaces::is_masked_account(&account) || spaces::is_masked_iban(&account), "{}", account);
        let domain = mask(&Spec::DomainName(Default::default()), &text);
        prop_assert!(spaces::is_masked_domain(&domain), "{}", domain);
        let none = NoOptions {};
        if text.parse::<std::net::IpAddr>().is_ok() {
            for options in [options::Ip::default(), options::Ip { keep_prefix: Some(20), keep_prefix_v6: Some(56) }] {
                prop_assert!(spaces::is_masked_ip(mask(&Spec::Ip(options), &text).parse().unwrap()));
            }
        }
        let mac = mask(&Spec::Mac(none), &text);
        prop_assert!(spaces::is_masked_mac(&mac), "{}", mac);
    }

    #[test]
    fn lorem_is_as_long_as_its_original_and_says_nothing_of_it(text in any_text()) {
        prop_assume!(!text.trim().is_empty());
        let masked = mask(&Spec::Lorem(NoOptions {}), &text);
        prop_assert_eq!(masked.chars().count(), text.chars().count());
        prop_assert_eq!(masked.lines().count(), text.lines().count());
        prop_assert!(!masked.contains(['@', '/', '+', '=']) && !masked.contains(|c: char| c.is_numeric() && c != '1'));
    }

    #[test]
    fn of_a_partly_covered_text_a_third_is_seen_at_most(text in any_text(), first in 0usize..17, last in 0usize..17) {
        prop_assume!(!text.trim().is_empty());
        let options = options::Partial { keep_first: Some(first), keep_last: Some(last), with: None };
        let seen = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
        let masked = mask(&Spec::Partial(options), &text);
        prop_assert!(seen(&text) == 0 || seen(&masked) * 3 <= seen(&text), "{}", masked);
    }

    #[test]
    fn a_masked_array_has_the_shape_of_its_original(texts in prop::collection::vec(prop::option::of("[A-Za-z@.]{0,12}"), 0..6)) {
        let class = TypeClass::Array(Box::new(TypeClass::Text));
        let array = |texts: &[Option<String>]| {
            let mut bytes = [1i32, 1, 25, texts.len() as i32, 1].iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<u8>>();
            for text in texts {
                bytes.extend_from_slice(&text.as_ref().map_or(-1, |text| text.len() as i32).to_be_bytes());
                bytes.extend_from_slice(text.as_deref().unwrap_or_default().as_bytes());
            }
            bytes
        };
        let spec = Spec::Email(Default::default());
        let each: Vec<Option<String>> = texts.iter().map(|text| text.as_ref().map(|text| mask(&spec, text))).collect();
        prop_assert_eq!(mask_bytes(&spec, &column(class, None), &array(&texts)), array(&each));
    }
}

/// Numbers that are zero stay.
fn is_zero(spec: &Spec, cell: &[u8]) -> bool {
    matches!(spec, Spec::Noise(_) | Spec::Amount(_) | Spec::Key(_))
        && cell.iter().all(|byte| !(b'1'..=b'9').contains(byte))
}

#[test]
fn another_key_gives_another_fake() {
    let other = crate::secret::MaskingKey::random().unwrap();
    let column = column(TypeClass::Text, None);
    let prescan = Default::default();
    let locale = options::Locale::NbNo;
    let site =
        |key| super::Site { column: &column, columns: &[], specs: &[], locale, key, domain: None, prescan: &prescan };
    let of = |key| {
        let mut out = Vec::new();
        super::build(&Spec::Email(Default::default()), &site(key))
            .unwrap()
            .transform
            .mask(b"a@b.no", &ALONE, &mut out)
            .unwrap();
        out
    };
    assert_ne!(of(&other), of(&key()));
}

#[test]
fn every_transform_says_which_others_take_a_type_that_it_cannot() {
    for spec in catalogue() {
        for class in classes() {
            if let Err(refusal) = try_build(&spec, &column(class.clone(), None)) {
                assert!(!refusal.what.is_empty() && !refusal.help.is_empty(), "{spec:?} on {class:?}");
            }
        }
    }
}
