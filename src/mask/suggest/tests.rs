use super::*;
use crate::rules::naming::tests::all_are_proposed;

fn of(name: &str, class: TypeClass) -> Column {
    Column::new(name, "", class)
}

fn first(name: &str, class: TypeClass) -> String {
    candidates(&of(name, class), &[]).remove(0)
}

#[test]
fn each_transform_is_proposed_by_name_in_every_language() {
    all_are_proposed(|name| Some(first(name, TypeClass::Text)));
}

#[test]
fn what_the_name_does_not_say_the_type_does() {
    let array = |of: TypeClass| TypeClass::Array(Box::new(of));
    for (name, class, proposed) in [
        ("xyz", TypeClass::Text, "redact"),
        ("status", TypeClass::Text, "redact"),
        ("xyz", TypeClass::Date, "shift_date"),
        ("geburtsdatum", TypeClass::Date, "birth_date"),
        ("xyz", TypeClass::Inet, "ip"),
        ("xyz", array(TypeClass::Inet), "ip"),
        ("xyz", TypeClass::MacAddress, "mac"),
        ("xyz", TypeClass::Point, "geo"),
        ("xyz", TypeClass::Vector, "embedding"),
        ("xyz", TypeClass::HalfVector, "embedding"),
        ("xyz", TypeClass::SparseVector, "embedding"),
        ("xyz", TypeClass::Tsvector, "redact"),
        ("xyz", TypeClass::Jsonb, "free_text"),
        ("api_keys", TypeClass::Jsonb, "redact"),
        ("passport_scan", TypeClass::Bytea, "redact"),
        ("token", TypeClass::Bytea, "hex_digest"),
        ("private_key", TypeClass::Bytea, "pem"),
        ("xyz", TypeClass::Range(Box::new(TypeClass::Date)), "keep"),
        ("xyz", TypeClass::Hstore, "redact"),
        ("xyz", TypeClass::Xml, "redact"),
        ("emails", array(TypeClass::Text), "email"),
    ] {
        assert_eq!(first(name, class.clone()), proposed, "{name} of {class:?}");
    }
}

#[test]
fn a_search_vector_is_made_of_the_texts_beside_it() {
    let beside = [
        of("id", TypeClass::Int4),
        of("title", TypeClass::Text),
        of("author_name", TypeClass::Text),
        of("body", TypeClass::Jsonb),
        of("status", TypeClass::Text),
        of("password", TypeClass::Text),
        of("external_id", TypeClass::Text),
        Column { generated: true, ..of("summary", TypeClass::Text) },
    ];
    let proposed = candidates(&of("search", TypeClass::Tsvector), &beside).remove(0);
    assert_eq!(proposed, r#"{ tsvector: { from: ["title", "author_name", "body"] } }"#);
}
