//! The same key gives the same masked values from version to version: rows that are masked today fit those that were
//! masked before, and whoever makes a transform quicker has changed nothing else. A digest of many values stands for them.
//! Where one is meant to change, the change belongs in CHANGELOG.md, since every staging database changes with it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use std::fmt::Write as _;
use std::sync::Arc;

use stagemask::mask::transforms::prescan::Prescan;
use stagemask::mask::transforms::{Row, Site, build};
use stagemask::postgres::catalog::Column;
use stagemask::postgres::types::TypeClass;
use stagemask::rules::load;
use stagemask::rules::transform::{Decision, Locale, Transform};
use stagemask::secret::MaskingKey;

/// The transforms of text that people's rows are full of.
const DECISIONS: &[&str] = &[
    "first_name",
    "{ first_name: { gender: any } }",
    "last_name",
    "full_name",
    "title",
    "username",
    "email",
    "{ email: { unique: false } }",
    "phone",
    "{ phone: { country: GB } }",
    "street_address",
    "address",
    "city",
    "postcode",
    "company",
    "url",
    "domain_name",
    "iban",
    "{ iban: { country: ES } }",
    "account_number",
    "{ account_number: { country: BE } }",
    "card_number",
    "national_id",
    "{ national_id: { country: SE } }",
    "{ national_id: { country: DK } }",
    "{ national_id: { country: FI } }",
    "{ national_id: { country: GB } }",
    "{ national_id: { country: US } }",
    "organisation_number",
    "passport",
    "hex_digest",
    "token",
    "api_key",
    "hash",
    "{ hash: { algorithm: hmac_sha256, encoding: base64 } }",
    "free_text",
    "redact",
];

/// Originals of all kinds, as people write them and as they don't.
const ORIGINALS: &[&str] = &[
    "Ingrid",
    "Ole-Jørgen",
    "Anne Lise",
    "Åse",
    "ODEGA\u{30a}RD",
    "ødegård",
    "J",
    "Li",
    "王伟",
    "山田 太郎",
    "Иван Петров",
    "Ingrid Ødegård",
    "Ødegård, Ingrid",
    "Mary Jane O'Brien",
    "von der Lippe, Kari Anne Sofie",
    "Falck\u{2011}Ytter",
    "  Kari  Lie ",
    "--",
    "?",
    "x",
    "Æsop-Müller Straße",
    "INGRID HANSEN",
    "Dr. Kari Lie",
    "Hr",
    "42",
    "å",
    "kari.lie@fjordpost.no",
    "OLA_NORDBY+bank@bergenmail.no",
    "x@y.se",
    "jürgen.müller@example.de",
    "12345@online.no",
    "Kari Lie <kari@online.no>",
    "ole-jørgen.ødegård42@x.no",
    "a.b@c.no",
    "k.n.lie@x.no",
    "@",
    "kari",
    "иван@почта.рф",
    "+4741234567",
    "41234567",
    "412 34 567",
    "0047 41 23 45 67",
    "+47 412.34.567",
    "(+47) 4123-4567",
    "(0)20 7946 0958",
    "+44 (0)20 7946 0958",
    "+44 07700 900123",
    "+46 70-123 45 67",
    "070-123 45 67",
    "+1 202 456 1111",
    "+49 30 1234/56",
    "+45 20 12 34 56",
    "+358 40 1234567",
    "+999123456789",
    "tlf 412 34 567 ext. 12",
    "412\u{a0}34\u{a0}567",
    "5",
    "12",
    "+47",
    "+",
    "+47 41234567x42",
    "+47 412 34 567, intern 5",
    "22 33 44 55 / 66 77 88 99",
    "+86 138 0013 8000 1234 5678",
    "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "+47 412 34 567 + 47 913 34 567",
    "NO9386011117947",
    "NO93 8601 1117 947",
    "no93 8601 1117 947",
    "GB82 WEST 1234 5698 7654 32",
    "DE89370400440532013000",
    "FI2112345600000785",
    "FR1420041010050500013M02606",
    "ES9121000418450200051332",
    "BE68539007547034",
    "RS35260005601001611379",
    "IT60X0542811101000000123456",
    "PL61109010140000071219812874",
    "NO9386011117948",
    "DE00",
    "unknown",
    "8601.11.17947",
    "86011117947",
    "8601 11 17947",
    "5301-0123456789",
    "539-0075470-34",
    "1",
    "ABC",
    "010180 12029",
    "01018012029",
    "41018013078",
    "01418012029",
    "15076530049",
    "31029912345",
    "19640823-3234",
    "640823-3234",
    "640823+3234",
    "6408233234",
    "131052-308T",
    "131052a308t",
    "070761-4285",
    "0707614285",
    "QQ123456C",
    "QQ 12 34 56 C",
    "AB123456",
    "078-05-1120",
    "4111 1111 1111 1111",
    "974760673",
    "974 760 673 MVA",
    "FHC002549",
    "Storgata 12",
    "Storgata 12 B, 0155 Oslo",
    "0155",
    "12 Main Street, Springfield, IL 62701",
    "Oslo",
    "5014 Bergen",
    "SW1A 1AA",
    "Fjordpost AS",
    "https://fjordpost.no/kari?x=1",
    "fjordpost.no",
    "tok_4eC39HqLyjWDarjtT1zdp7dc",
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "AKIAIOSFODNN7EXAMPLE",
    "ab-12",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxNTA1ODYifQ.c2lnbmF0dXJlLWhlcmU",
    "ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2",
    "a_b",
    "0123456789abcdef0123456789abcdef",
    "0123456789ABCDEF",
    "d41d8cd98f00b204e9800998ecf8427e00",
    "deadBEEF",
    "g",
    "Call Kari Lie on +47 412 34 567 or write to kari@fjordpost.no, account 8601.11.17947, born 01018012029.",
    "",
    " ",
    "\u{a0}",
    "\t",
];

fn parse(decision: &str) -> Transform {
    let text = format!("version: 1\ntables: {{ t: {{ columns: {{ c: {decision} }} }} }}");
    let rules = load::parse("same_values.yaml", text.as_bytes()).unwrap();
    match rules.tables.into_iter().next().unwrap().columns.into_iter().next().unwrap().decision {
        Decision::Mask(transform) => transform,
        Decision::Keep => panic!("{decision} masks nothing"),
    }
}

/// What becomes of all originals in a column, as a short digest.
fn digest(decision: &str, locale: Locale, unique: bool, max_chars: Option<usize>) -> String {
    let column = Column {
        name: "c".to_owned(),
        type_name: "text".to_owned(),
        class: TypeClass::Text,
        max_chars,
        not_null: false,
        generated: false,
        unique,
        binary: true,
        labels: Vec::new(),
    };
    let key = MaskingKey::parse(&"5a".repeat(32)).unwrap();
    let prescan = Arc::new(Prescan::default());
    let columns = std::slice::from_ref(&column);
    let site = Site { column: &column, columns, specs: &[None], locale, key: &key, domain: None, prescan: &prescan };
    let Ok(built) = build(&parse(decision), &site) else { return "refused".to_owned() };
    let mut all = Vec::new();
    let numbers = (0..2_000u64).map(|n| format!("{:011}", n.wrapping_mul(48_271_000_003) % 100_000_000_000));
    let names = (0..500).map(|n| format!("ingrid{n}.odegard{n}@fjordpost.no"));
    for original in ORIGINALS.iter().map(|text| (*text).to_owned()).chain(numbers).chain(names) {
        let cells = [Some(original.as_bytes())];
        let masked = built.transform.mask(original.as_bytes(), &Row { cells: &cells, transforms: &[] }, &mut all);
        all.extend_from_slice(format!("\0{}\0", masked.is_ok()).as_bytes());
    }
    blake3::hash(&all).to_hex()[..16].to_owned()
}

#[test]
fn the_same_key_gives_the_same_values_as_ever() {
    let mut digests = String::new();
    for decision in DECISIONS {
        write!(digests, "{decision}:").unwrap();
        for (locale, unique, room) in [
            (Locale::NbNo, false, None),
            (Locale::NbNo, true, None),
            (Locale::NbNo, false, Some(24)),
            (Locale::En, false, None),
            (Locale::SvSe, false, None),
            (Locale::JaJp, false, None),
        ] {
            write!(digests, " {}", digest(decision, locale, unique, room)).unwrap();
        }
        digests.push('\n');
    }
    insta::assert_snapshot!(digests);
}
