//! Names of tables, as people write them in rules: `users`, `support.tickets`, `"v1.users"`.

use crate::postgres::identifier::TableName;

/// Reads a name: the table, or the schema and the table. Names are taken as they are, without folding their case; one
/// that contains a dot or a double quote is written in double quotes, inside of which a double quote is doubled
/// (PostgreSQL manual, 4.1.1). Without a schema, the table is in `public`.
///
/// # Errors
/// What is wrong with the text, and what to write instead.
pub fn parse(text: &str) -> Result<TableName, (&'static str, &'static str)> {
    const QUOTE: &str = "a name with a dot is written in double quotes inside of single ones: '\"v1.users\"'";
    let (first, rest) = part(text)?;
    let Some(rest) = rest else { return Ok(TableName::new("public", first)) };
    match part(rest)? {
        (second, None) => Ok(TableName::new(first, second)),
        _ => Err(("has more than a schema and a table", QUOTE)),
    }
}

/// The parts of a name of any length, such as that of a column.
///
/// # Errors
/// As [`parse`].
pub(super) fn parts(text: &str) -> Result<Vec<String>, (&'static str, &'static str)> {
    let mut parts = Vec::new();
    let mut rest = Some(text);
    while let Some(text) = rest {
        let (first, more) = part(text)?;
        parts.push(first);
        rest = more;
    }
    Ok(parts)
}

/// The first part of a name, and what follows the dot after it.
fn part(text: &str) -> Result<(String, Option<&str>), (&'static str, &'static str)> {
    const EMPTY: (&str, &str) = ("has an empty part", "write `table`, or `schema.table`");
    const QUOTES: (&str, &str) = ("has double quotes where none belong", "quote a whole part: 'support.\"odd.name\"'");
    if let Some(mut rest) = text.strip_prefix('"') {
        let mut name = String::new();
        loop {
            let Some((before, after)) = rest.split_once('"') else { return Err(QUOTES) };
            name.push_str(before);
            rest = match after.strip_prefix('"') {
                Some(more) => more,
                None if name.is_empty() => return Err(EMPTY),
                None if after.is_empty() => return Ok((name, None)),
                None => return Ok((name, Some(after.strip_prefix('.').ok_or(QUOTES)?))),
            };
            name.push('"');
        }
    }
    let (name, rest) = text.split_once('.').map_or((text, None), |(name, rest)| (name, Some(rest)));
    match name {
        "" => Err(EMPTY),
        name if name.contains('"') => Err(QUOTES),
        name => Ok((name.to_owned(), rest)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_taken_as_they_are() {
        for (text, schema, table) in [
            ("users", "public", "users"),
            ("support.tickets", "support", "tickets"),
            ("\"v1.users\"", "public", "v1.users"),
            ("\"my.app\".User Notes", "my.app", "User Notes"),
            ("a.\"say \"\"x\"\"\"", "a", "say \"x\""),
            ("Ærlig", "public", "Ærlig"),
        ] {
            assert_eq!(parse(text), Ok(TableName::new(schema, table)), "{text}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", ".", "a.", ".a", "a.b.c", "\"a", "\"a\"b", "a\"b", "\"\"", "\"a\".", "a.\"b\".c"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_written(schema in "[a-zA-Z.\" æ]{1,5}", table in "[a-zA-Z.\" æ]{1,5}") {
            let name = TableName::new(schema, table);
            prop_assert_eq!(parse(&name.to_string()), Ok(name));
        }
    }
}
