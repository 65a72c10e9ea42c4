//! Names of tables, as people write them in rules: `users`, `support.tickets`, `"v1.users"`, and patterns of names:
//! `tenant_*.users`, `*.*_ip`.

use super::glob::{Glob, TableGlob};
use crate::postgres::identifier::TableName;

/// What is wrong with a text that should be a name, and what to write instead.
pub type Wrong = (&'static str, &'static str);

const TOO_LONG: &str = "a name with a dot is written in double quotes inside of single ones: '\"v1.users\"'";

/// Which tables a name means.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Tables {
    /// The one of this name.
    One(TableName),
    /// Those that a pattern fits.
    Many(TableGlob),
}

/// Reads a name: the table, or the schema and the table. Names are taken as they are, without folding their case; one
/// that contains a dot or a double quote is written in double quotes, inside of which a double quote is doubled
/// (PostgreSQL manual, 4.1.1). Without a schema, the table is in `public`. A `*` outside of double quotes makes it a
/// pattern.
///
/// # Errors
/// What is wrong with the text, and what to write instead.
pub(super) fn parse(text: &str) -> Result<Tables, Wrong> {
    let (schema, table) = match parts(text)?.as_slice() {
        [table] => (Glob::literal("public"), table.glob()),
        [schema, table] => (schema.glob(), table.glob()),
        _ => return Err(("has more than a schema and a table", TOO_LONG)),
    };
    Ok(match (schema.as_literal(), table.as_literal()) {
        (Some(schema), Some(table)) => Tables::One(TableName::new(schema, table)),
        _ => Tables::Many(TableGlob { schema, table }),
    })
}

/// Reads the name of one table.
///
/// # Errors
/// When it isn't the name of a table, or is a pattern.
pub fn parse_one(text: &str) -> Result<TableName, Wrong> {
    match parse(text)? {
        Tables::One(name) => Ok(name),
        Tables::Many(_) => Err(("fits many tables", "name one of them")),
    }
}

/// Reads a pattern of columns: the table and the column, then of any schema, or the schema too.
///
/// # Errors
/// When it isn't a column of a table.
pub(super) fn parse_columns(text: &str) -> Result<(TableGlob, Glob), Wrong> {
    match parts(text)?.as_slice() {
        [table, column] => Ok((TableGlob { schema: Glob::new("*"), table: table.glob() }, column.glob())),
        [schema, table, column] => Ok((TableGlob { schema: schema.glob(), table: table.glob() }, column.glob())),
        [_] => Err(("names no table", "write `table.column`, with `*` for any: `\"*.email\"`")),
        _ => Err(("has more than a schema, a table and a column", TOO_LONG)),
    }
}

/// Reads the name of one column: the table and the column, then in `public`, or the schema too.
///
/// # Errors
/// When it isn't a column of a table.
pub fn parse_column(text: &str) -> Result<(TableName, String), Wrong> {
    let mut parts = parts(text)?.into_iter().map(|part| part.name);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(table), Some(column), None, _) => Ok((TableName::new("public", table), column)),
        (Some(schema), Some(table), Some(column), None) => Ok((TableName::new(schema, table), column)),
        (_, None, ..) => Err(("names no column", "write `table.column`, or `schema.table.column`")),
        _ => Err(("has more than a schema, a table and a column", TOO_LONG)),
    }
}

/// The parts of a name of any length.
///
/// # Errors
/// When it isn't a column of a table.
pub(super) fn names(text: &str) -> Result<Vec<String>, Wrong> {
    Ok(parts(text)?.into_iter().map(|part| part.name).collect())
}

/// A part of a name.
struct Part {
    name: String,
    quoted: bool,
}

impl Part {
    fn glob(&self) -> Glob {
        if self.quoted { Glob::literal(&self.name) } else { Glob::new(&self.name) }
    }
}

fn parts(text: &str) -> Result<Vec<Part>, Wrong> {
    let mut parts = Vec::new();
    let mut rest = Some(text);
    while let Some(text) = rest {
        let (name, after) = part(text)?;
        parts.push(Part { name, quoted: text.starts_with('"') });
        rest = after;
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
            assert_eq!(parse(text), Ok(Tables::One(TableName::new(schema, table))), "{text}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", ".", "a.", ".a", "a.b.c", "\"a", "\"a\"b", "a\"b", "\"\"", "\"a\".", "a.\"b\".c"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_star_makes_a_pattern_unless_it_is_quoted() {
        let many = |schema: &str, table: &str| {
            Ok(Tables::Many(TableGlob { schema: Glob::new(schema), table: Glob::new(table) }))
        };
        assert_eq!(parse("*.users"), many("*", "users"));
        assert_eq!(parse("log_*"), many("public", "log_*"));
        assert_eq!(parse("\"a*\""), Ok(Tables::One(TableName::new("public", "a*"))));
        let (table, column) = parse_columns("*.email").unwrap();
        assert!(table.fits(&TableName::new("any", "users")) && column.fits("email"));
        assert!(!parse_columns("audit.*.email").unwrap().0.fits(&TableName::new("public", "users")));
        assert!(parse_columns("*").is_err() && parse_columns("a.b.c.d").is_err() && parse_columns("*.").is_err());
        assert_eq!(parse_column("a.b.c"), Ok((TableName::new("a", "b"), "c".to_owned())));
        assert!(parse_column("a").is_err() && parse_column("a.b.c.d").is_err());
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_written(schema in "[a-zA-Z.\" æ]{1,5}", table in "[a-zA-Z.\" æ]{1,5}") {
            let name = TableName::new(schema, table);
            prop_assert_eq!(parse(&name.to_string()), Ok(Tables::One(name)));
        }
    }
}
