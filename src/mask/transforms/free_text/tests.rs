//! What is found in text and what is left alone.

use super::super::testing::{built, column, key, mask, mask_bytes};
use super::super::{Built, Row, Site, Spec, build};
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;
use crate::rules::transform::Locale;

fn free(text: &str) -> String {
    mask(&Spec::FreeText(Default::default()), text)
}

#[test]
fn each_find_is_the_fake_that_its_own_transform_makes() {
    for (spec, original) in [
        (Spec::Email(Default::default()), "ingrid.odegard@posten.no"),
        (Spec::Phone(Default::default()), "+47 912 34 567"),
        (Spec::Phone(Default::default()), "91234567"),
        (Spec::Iban(Default::default()), "NO93 8601 1117 947"),
        (Spec::Iban(Default::default()), "GB82WEST12345698765432"),
        (Spec::AccountNumber(Default::default()), "8601.11.17947"),
        (Spec::FullName(Default::default()), "Ingrid Ødegård"),
        (Spec::FullName(Default::default()), "INGRID ØDEGÅRD"),
        (Spec::Ip(Default::default()), "84.208.1.2"),
        (Spec::Token(Default::default()), "sk_live_4eC39HqLyjWDarjtT1zdp7dc"),
    ] {
        let fake = mask(&spec, original);
        assert_eq!(free(&format!("Dette er ({original}), hilsen.")), format!("Dette er ({fake}), hilsen."));
    }
}

#[test]
fn text_without_people_stays_as_it_is() {
    for text in [
        "Ordre tx_20241121 ble levert 2024-11-21 kl. 12:30:45, 1 250,50 kr. Pi er 3,14159265.",
        "Error 404: retry after 30 s (see RFC 9110, 15.5.5); version 2.10.3",
        "usr_84f0c2a1 viewed 1234567 items at Oslo S. Will This Work? The Customer was happy.",
        "ref 98765432-1111-4222-8333-446655440000 and AB120000-1111-4222-8333-446655440000",
        "æøå ÆØÅ – “quotes” 😀",
    ] {
        assert_eq!(free(text), text);
    }
}

#[test]
fn a_card_is_replaced_by_one_that_nobody_issues() {
    let masked = free("kort 4111 1111 1111 1111 er sperret");
    assert!(masked.starts_with("kort 0") && masked.len() == "kort 4111 1111 1111 1111 er sperret".len(), "{masked}");
}

#[test]
fn a_password_in_an_address_goes() {
    assert_eq!(free("see https://ingrid:hemmelig@intra.drop.no/x"), "see https://masked:masked@intra.drop.no/x");
}

#[test]
fn a_private_key_leaves_nothing_of_itself() {
    let masked = free("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----");
    assert!(!masked.contains("MIIE") && !masked.contains("PRIVATE"), "{masked}");
}

#[test]
fn particles_and_initials_belong_to_a_name() {
    for name in ["Ludvig van der Berg", "Anne-Marie Ødegård", "Kari B. Nordmann", "Mohammed al Hassan", "John O’Brien"]
    {
        let masked = free(&format!("Hei {name}, takk"));
        for word in name.split([' ', '-']).filter(|word| word.len() > 3) {
            assert!(!masked.contains(word), "{name}: {masked}");
        }
        assert!(masked.starts_with("Hei ") && masked.ends_with(", takk"), "{masked}");
    }
}

fn with_row(cells: &[&str], specs: &[Option<Spec>]) -> String {
    let columns: Vec<Column> =
        (0..cells.len()).map(|i| Column { name: format!("c{i}"), ..column(TypeClass::Text, None) }).collect();
    let key = key();
    let specs: Vec<Option<&Spec>> = specs.iter().map(Option::as_ref).collect();
    let prescan = Default::default();
    let site = |i: usize| Site {
        column: &columns[i],
        columns: &columns,
        specs: &specs,
        locale: Locale::NbNo,
        key: &key,
        domain: None,
        prescan: &prescan,
    };
    let transforms: Vec<Option<Built>> =
        specs.iter().enumerate().map(|(i, spec)| spec.map(|spec| build(spec, &site(i)).unwrap())).collect();
    let cells: Vec<Option<&[u8]>> = cells.iter().map(|cell| Some(cell.as_bytes())).collect();
    let row = Row { cells: &cells, transforms: &transforms };
    let mut out = Vec::new();
    row.masked(0, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A site that knows the people of a database.
fn knowing(given: &[&str], family: &[&str], text: &str) -> String {
    let (column, key) = (column(TypeClass::Text, None), key());
    let prescan = std::sync::Arc::new(super::super::prescan::Prescan::default());
    let mut names = super::super::prescan::Names::default();
    given.iter().for_each(|name| names.add_given(name));
    family.iter().for_each(|name| names.add_family(name));
    prescan.know_names(names);
    let site = Site {
        column: &column,
        columns: &[],
        specs: &[],
        locale: Locale::NbNo,
        key: &key,
        domain: None,
        prescan: &prescan,
    };
    let mut out = Vec::new();
    let alone = Row { cells: &[], transforms: &[] };
    build(&Spec::FreeText(Default::default()), &site)
        .unwrap()
        .transform
        .mask(text.as_bytes(), &alone, &mut out)
        .unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_name_of_this_database_is_found_alone() {
    let (given, family) = (Spec::FirstName(Default::default()), Spec::LastName(Default::default()));
    let (ingrid, odegard) = (mask(&given, "Ingrid"), mask(&family, "Ødegård"));
    let found = |text| knowing(&["Ingrid", "Dag", "Per"], &["Ødegård", "Berg"], text);
    assert_eq!(found("Hei Ingrid, takk for sist."), format!("Hei {ingrid}, takk for sist."));
    assert_eq!(found("Ingrid rang."), format!("{ingrid} rang."));
    assert_eq!(found("Dear Mrs. Ødegård, thanks"), format!("Dear Mrs. {odegard}, thanks"));
    assert_eq!(found("Fru Ødegård kom."), format!("Fru {odegard} kom."));
    let dag = mask(&given, "Dag");
    assert_eq!(found("Dag etter dag. Dag kom, sa Dag."), format!("Dag etter dag. Dag kom, sa {dag}."));
    assert_eq!(found("Per kunde ved Berg, Kari"), "Per kunde ved Berg, Kari");
}

#[test]
fn every_kind_is_found_in_a_sentence_of_either_language() {
    for original in [
        "ingrid.odegard@posten.no",
        "+47 912 34 567",
        "+46 70 123 45 67",
        "NO93 8601 1117 947",
        "GB82WEST12345698765432",
        "01018012029",
        "010180 12029",
        "811228-9874",
        "070761-4285",
        "131052-308T",
        "AB123456C",
        "078-05-1120",
        "4111 1111 1111 1111",
        "8601.11.17947",
        "84.208.1.2",
        "2a01:799:1234::1",
        "https://ingrid:hemmelig@intra.drop.no/x",
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "AKIAIOSFODNN7EXAMPLE",
        "$2b$12$KbQi7h1h2v3x4y5z6A7B8uC9dE0fG1hI2jK3lM4nO5pQ6rS7tU8vW",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxNTA1ODYifQ.c2lnbmF0dXJlLWhlcmU",
        "Ingrid Ødegård",
    ] {
        for (before, after) in
            [("Hei, jeg oppga ", " i går, og det var feil."), ("I gave you ", " yesterday, but wrong.")]
        {
            let masked = free(&format!("{before}{original}{after}"));
            assert!(masked.starts_with(before) && masked.ends_with(after), "{original}: {masked}");
            assert!(!masked.contains(original), "{original}: {masked}");
            let inside = &masked[before.len()..masked.len() - after.len()];
            let kept = original.split([' ', ':', '@', '/']).filter(|word| word.len() > 4);
            assert!(
                kept.clone().all(|word| !inside.contains(word) || word == "https" || word == "intra.drop.no"),
                "{masked}"
            );
        }
    }
}

#[test]
fn texts_of_xml_and_hstore_are_texts() {
    let fake = mask(&Spec::Email(Default::default()), "a.berg@x.no");
    let masked = |class, cell: &[u8]| mask_bytes(&Spec::FreeText(Default::default()), &column(class, None), cell);
    let xml = masked(TypeClass::Xml, b"<a to='a.berg@x.no'>til a.berg&#64;x.no &amp; co</a>");
    assert_eq!(String::from_utf8(xml).unwrap(), format!("<a to='{fake}'>til {fake} &amp; co</a>"));
    let pair = |value: &str| {
        let mut cell = [0, 0, 0, 1, 0, 0, 0, 1, b'k'].to_vec();
        cell.extend_from_slice(&(value.len() as i32).to_be_bytes());
        cell.extend_from_slice(value.as_bytes());
        cell
    };
    assert_eq!(masked(TypeClass::Hstore, &pair("a.berg@x.no")), pair(&fake));
}

#[test]
fn what_the_row_holds_is_found_in_its_text() {
    let specs = [Some(Spec::FreeText(Default::default())), Some(Spec::FirstName(Default::default())), None];
    let fake = mask(&Spec::FirstName(Default::default()), "Xyrille");
    assert_eq!(
        with_row(&["hei XYRILLE! Xyrilles ost, kept", "Xyrille", "kept"], &specs),
        format!("hei {fake}! Xyrilles ost, kept")
    );
}

#[test]
fn strings_in_a_document_are_text() {
    let masked = |document: &str| {
        let out = mask_bytes(&Spec::FreeText(Default::default()), &column(TypeClass::Jsonb, None), document.as_bytes());
        String::from_utf8(out).unwrap()
    };
    let fake = mask(&Spec::Email(Default::default()), "a.berg@x.no");
    let account = mask(&Spec::AccountNumber(Default::default()), "12345678901");
    assert_eq!(
        masked("\u{1}{\"a\":\"til a.berg@x.no\\n\",\"n\":12345678901,\"b\":1}"),
        format!("\u{1}{{\"a\":\"til {fake}\\n\",\"n\":{account},\"b\":1}}")
    );
}

#[test]
fn a_result_that_grew_is_cut_at_a_character() {
    let narrow = column(TypeClass::Text, Some(20));
    let built = built(&Spec::FreeText(Default::default()), &narrow);
    let mut out = Vec::new();
    built.transform.mask("øø a@b.no ø".as_bytes(), &Row { cells: &[], transforms: &[] }, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap().chars().count(), 20);
}

#[test]
fn a_name_in_an_address_does_not_keep_the_rest_of_it_from_being_found() {
    let key = key();
    let names = ["first_name", "full_name", "note"];
    let columns = names.map(|name| Column { name: name.to_owned(), ..column(TypeClass::Text, None) });
    let first_name = Spec::FirstName(Default::default());
    let full_name = Spec::FullName(Default::default());
    let free_text = Spec::FreeText(Default::default());
    let specs = [Some(&first_name), Some(&full_name), Some(&free_text)];
    let prescan = Default::default();
    let transforms: Vec<Option<Built>> = columns
        .iter()
        .zip(specs)
        .map(|(column, spec)| {
            let (columns, locale) = (&columns, Locale::NbNo);
            let site = Site { column, columns, specs: &specs, locale, key: &key, domain: None, prescan: &prescan };
            spec.and_then(|spec| build(spec, &site).ok())
        })
        .collect();
    let note = "Ingrid Ødegård, se ingrid.odegard@posten.no";
    let cells = [Some("Ingrid".as_bytes()), Some("Ingrid Ødegård".as_bytes()), Some(note.as_bytes())];
    let row = Row { cells: &cells, transforms: &transforms };
    let mut out = Vec::new();
    transforms[2].as_ref().unwrap().transform.mask(note.as_bytes(), &row, &mut out).unwrap();
    let name = mask(&full_name, "Ingrid Ødegård");
    let address = mask(&Spec::Email(Default::default()), "ingrid.odegard@posten.no");
    assert_eq!(String::from_utf8(out).unwrap(), format!("{name}, se {address}"));
}
