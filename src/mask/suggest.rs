//! A first proposal for columns that no rule names, by their name and type, to paste into the rules.

use crate::postgres::catalog::Column;
use crate::postgres::identifier::TableName;
use crate::postgres::types::TypeClass;

/// Words in the name of a column, and the transform that they ask for. The first that fits is taken.
const BY_NAME: &[(&[&str], &str)] = &[
    (&["email", "e_mail", "mail", "epost"], "email"),
    (&["first_name", "firstname", "given_name", "fornavn"], "first_name"),
    (&["last_name", "lastname", "surname", "family_name", "etternavn"], "last_name"),
    (&["full_name", "fullname", "display_name", "holder", "contact_name"], "full_name"),
    (&["phone", "mobile", "telefon", "tlf", "msisdn"], "phone"),
    (&["iban"], "iban"),
    (&["account_number", "bank_account", "kontonummer"], "account_number"),
    (&["bic", "swift"], "bic"),
    (&["card_number", "cardnumber", "kortnummer"], "card_number"),
    (&["mrz"], "mrz"),
    (&["passport", "passport_number", "passnummer"], "passport"),
    (&["vat", "vat_number", "vat_id"], "vat"),
    (&["password", "passwd", "password_hash"], "password_hash"),
    (&["token", "secret", "api_key", "apikey", "session"], "token"),
    (&["hash", "digest", "sha256"], "hex_digest"),
    (&["national_id", "fodselsnummer", "personnummer", "ssn"], "national_id"),
    (&["street", "address", "adresse"], "street_address"),
    (&["postcode", "zip", "postal_code", "postnummer"], "postcode"),
    (&["city", "town", "poststed"], "city"),
    (&["ip", "ip_address", "remote_addr"], "ip"),
    (&["note", "notes", "comment", "body", "message", "description", "text", "details", "narrative"], "free_text"),
];

/// The block of YAML that decides on these columns, indented for `tables:`.
pub(super) fn rules_to_add(undecided: &[(TableName, Vec<Column>)]) -> String {
    let mut block = String::new();
    for (table, columns) in undecided {
        block.push_str(&format!("  {}:\n    columns:\n", yaml_key(&table.to_string())));
        for column in columns {
            let (key, proposal) = (yaml_key(&column.name), proposal(column));
            block.push_str(&format!("      {key}: {proposal}  # {}\n", column.type_name));
        }
    }
    block
}

fn proposal(column: &Column) -> &'static str {
    let by_type = |class: &TypeClass| match class {
        TypeClass::Date => "shift_date",
        TypeClass::Inet => "ip",
        TypeClass::Json | TypeClass::Jsonb => "free_text",
        TypeClass::Text => by_name(&column.name),
        TypeClass::Range(_) => "keep",
        TypeClass::Other => "null",
        _ => "redact",
    };
    match &column.class {
        TypeClass::Array(element) => by_type(element),
        class => by_type(class),
    }
}

fn by_name(name: &str) -> &'static str {
    let name = name.to_lowercase();
    let has = |word: &&str| {
        name == **word || name.split('_').any(|part| part == *word) || (word.len() > 4 && name.contains(*word))
    };
    BY_NAME.iter().find(|(words, _)| words.iter().any(&has)).map_or("redact", |(_, transform)| transform)
}

/// A plain scalar where YAML allows one, else in single quotes.
fn yaml_key(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
        && name.starts_with(char::is_alphabetic);
    if plain && !matches!(name, "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n") {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "''"))
    }
}
