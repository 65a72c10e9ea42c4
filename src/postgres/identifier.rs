//! Quoting for SQL. Every name from a catalog goes through here.

use std::fmt;

/// A schema-qualified name of a table, as it is in the catalog: not folded, not quoted.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub struct TableName {
    /// The schema.
    pub schema: String,
    /// The table.
    pub table: String,
}

impl TableName {
    /// Names a table.
    pub fn new(schema: impl Into<String>, table: impl Into<String>) -> Self {
        Self { schema: schema.into(), table: table.into() }
    }

    /// The name as SQL, both parts quoted.
    pub fn sql(&self) -> String {
        format!("{}.{}", quote_identifier(&self.schema), quote_identifier(&self.table))
    }
}

/// As people write it in rules: without `public.`, quoted only where a dot or a quote would be misread.
impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |name: &str| if name.contains(['.', '"']) { quote_identifier(name) } else { name.to_owned() };
        if self.schema == "public" {
            f.write_str(&part(&self.table))
        } else {
            write!(f, "{}.{}", part(&self.schema), part(&self.table))
        }
    }
}

/// Quotes an identifier (PostgreSQL manual, 4.1.1).
pub fn quote_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Quotes a string constant, also where `standard_conforming_strings` is off (PostgreSQL manual, 4.1.2).
pub fn quote_literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') { format!(" E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_inside_a_name_is_doubled() {
        assert_eq!(quote_identifier("Weird \"Column\""), "\"Weird \"\"Column\"\"\"");
    }

    #[test]
    fn a_backslash_makes_an_escape_string() {
        assert_eq!(quote_literal(r"C:\New'"), r" E'C:\\New'''");
    }

    #[test]
    fn a_table_outside_public_shows_its_schema() {
        assert_eq!(TableName::new("support", "tickets").to_string(), "support.tickets");
        assert_eq!(TableName::new("public", "v1.users").to_string(), "\"v1.users\"");
    }
}
