use super::*;
use crate::rules::naming::tests::all_are_proposed;

fn of(name: &str, class: TypeClass) -> Column {
    Column::new(name, "", class)
}

fn first(name: &str, class: TypeClass) -> Option<String> {
    column(&of(name, class), &ColumnLook::default(), false, &[])?.decisions.into_iter().next()
}

#[test]
fn a_column_of_which_nothing_is_known_is_masked() {
    assert_eq!(first("xyz", TypeClass::Text).as_deref(), Some("redact"));
    assert_eq!(first("status", TypeClass::Text).as_deref(), Some("redact"), "without data nothing is sure");
    assert_eq!(first("xyz", TypeClass::Date).as_deref(), Some("shift_date"));
    assert_eq!(first("xyz", TypeClass::Bytea).as_deref(), Some("redact"));
}

#[test]
fn numbers_are_left_alone_unless_their_name_tells_of_a_person() {
    assert_eq!(first("quantity", TypeClass::Int4), None);
    assert_eq!(first("user_id", TypeClass::Int8), None);
    assert_eq!(first("salary", TypeClass::Numeric).as_deref(), Some("noise"));
    assert_eq!(first("fødselsnummer", TypeClass::Int8).as_deref(), Some("national_id"));
}

#[test]
fn the_fields_of_a_composite_are_told_by_their_names() {
    let address = TypeClass::Composite(vec![("street".into(), TypeClass::Text), ("floor".into(), TypeClass::Int4)]);
    assert_eq!(first("home", address).as_deref(), Some("{ fields: { \"street\": street_address } }"));
}

#[test]
fn each_transform_is_proposed_by_name_in_every_language() {
    all_are_proposed(|name| first(name, TypeClass::Text));
}

#[test]
fn what_the_name_does_not_say_the_type_does() {
    let array = |of: TypeClass| TypeClass::Array(Box::new(of));
    for (name, class, proposed) in [
        ("xyz", TypeClass::Inet, Some("ip")),
        ("xyz", TypeClass::MacAddress, Some("mac")),
        ("xyz", TypeClass::Point, Some("geo")),
        ("xyz", TypeClass::Vector, Some("embedding")),
        ("face_encoding", array(TypeClass::Float4), Some("embedding")),
        ("prices", array(TypeClass::Float4), None),
        ("xyz", TypeClass::Tsvector, Some("redact")),
        ("xyz", TypeClass::Hstore, Some("redact")),
        ("birth_date", TypeClass::Timestamp, Some("birth_date")),
        ("created_at", TypeClass::Timestamp, None),
        ("signing_pem", TypeClass::Bytea, Some("pem")),
        ("token", TypeClass::Bytea, Some("hex_digest")),
        ("contract", TypeClass::Bytea, Some("redact")),
        ("token", TypeClass::Uuid, Some("uuid")),
        ("session_id", TypeClass::Uuid, None),
        ("orgnr", TypeClass::Int8, Some("organisation_number")),
        ("balance", TypeClass::Money, Some("noise")),
        ("lat", TypeClass::Float8, Some("noise")),
    ] {
        assert_eq!(first(name, class.clone()).as_deref(), proposed, "{name} of {class:?}");
    }
}

#[test]
fn two_coordinates_move_together() {
    let beside =
        [of("home_lat", TypeClass::Float8), of("home_lng", TypeClass::Float8), of("work_lng", TypeClass::Float8)];
    let decisions = |at: usize| column(&beside[at], &ColumnLook::default(), false, &beside).unwrap().decisions;
    assert_eq!(decisions(0)[0], r#"{ geo: { axis: latitude, with: "home_lng" } }"#);
    assert_eq!(decisions(1)[0], r#"{ geo: { axis: longitude, with: "home_lat" } }"#);
    assert_eq!(decisions(2)[0], "noise");
}
