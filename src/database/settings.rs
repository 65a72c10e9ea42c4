//! What belongs to a database as a whole, and what a dump without `--create` leaves out.

use serde::{Deserialize, Serialize};

use super::{Access, setting_sql};
use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::{quote_identifier, quote_literal};

/// Comment, settings and privileges of a database. Never a password: those are the roles'.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `COMMENT ON DATABASE`.
    pub comment: Option<String>,
    /// `ALTER DATABASE … SET`.
    pub settings: Vec<(String, String)>,
    /// `ALTER ROLE … IN DATABASE … SET`: role, setting, value.
    pub role_settings: Vec<(String, String, String)>,
    /// Who may connect to the source.
    pub access: Access,
}

/// A statement, and what it is about without the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingStatement {
    /// The statement.
    pub sql: String,
    /// For people.
    pub about: String,
}

impl DatabaseSettings {
    /// Reads those of the session's database.
    ///
    /// # Errors
    /// When the server can't be asked.
    pub async fn of(session: &Session) -> Result<Self> {
        const COMMENT: &str = "SELECT datname::text, shobj_description(oid, 'pg_database') FROM pg_database \
            WHERE datname = current_database()";
        const SETTINGS: &str = "SELECT r.rolname::text, split_part(c, '=', 1), substr(c, strpos(c, '=') + 1) \
            FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase AND d.datname = current_database() \
            LEFT JOIN pg_roles r ON r.oid = s.setrole CROSS JOIN unnest(s.setconfig) c \
            WHERE s.setrole = 0 OR r.oid IS NOT NULL ORDER BY 1 NULLS FIRST, 2";
        let reading = || "reading the settings of a database";
        let database = session.query_one(COMMENT, &[]).await.server_context(reading)?;
        let mut found = Self {
            comment: database.get(1),
            settings: Vec::new(),
            role_settings: Vec::new(),
            access: Access::of(session, database.get(0)).await?,
        };
        for row in session.query(SETTINGS, &[]).await.server_context(reading)? {
            match row.get::<_, Option<String>>(0) {
                Some(role) => found.role_settings.push((role, row.get(1), row.get(2))),
                None => found.settings.push((row.get(1), row.get(2))),
            }
        }
        Ok(found)
    }

    /// The statements that set comment and settings, as one text; who may connect is not among them.
    pub fn sql(&self, database: &str) -> String {
        self.statements(database).iter().map(|statement| format!("{};\n", statement.sql)).collect()
    }

    /// The statements that set comment and settings.
    pub fn statements(&self, database: &str) -> Vec<SettingStatement> {
        let database = quote_identifier(database);
        let mut statements = Vec::new();
        let mut add = |sql, about| statements.push(SettingStatement { sql, about });
        if let Some(comment) = &self.comment {
            let comment = quote_literal(comment);
            add(
                format!("COMMENT ON DATABASE {database} IS {}", comment.trim_start()),
                "the database's comment".to_owned(),
            );
        }
        for (setting, value) in &self.settings {
            let sql = format!("ALTER DATABASE {database} {}", assignment(setting, value));
            add(sql, format!("ALTER DATABASE … SET {setting}"));
        }
        for (role, setting, value) in &self.role_settings {
            let role = quote_identifier(role);
            let sql = format!("ALTER ROLE {role} IN DATABASE {database} {}", assignment(setting, value));
            add(sql, format!("ALTER ROLE {role} IN DATABASE … SET {setting}"));
        }
        statements
    }

    /// The roles that it names.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.role_settings.iter().map(|(role, _, _)| role.as_str()).chain(self.access.roles())
    }
}

/// Settings that are lists of names are stored with their quotes and commas: as one string they would be one name
/// (`variable_is_guc_list_quote`, in `src/bin/pg_dump/dumputils.c`).
const LISTS: [&str; 6] = [
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
];

fn assignment(setting: &str, value: &str) -> String {
    let is_list = LISTS.iter().any(|list| list.eq_ignore_ascii_case(setting));
    if !is_list {
        return setting_sql(setting, value);
    }
    let items: Vec<_> = list_items(value).iter().map(|item| quote_literal(item).trim_start().to_owned()).collect();
    let items = if items.is_empty() { "''".to_owned() } else { items.join(", ") };
    format!("SET {} TO {items}", quote_identifier(setting))
}

/// Splits a list of names at its commas and takes the quotes off.
fn list_items(value: &str) -> Vec<String> {
    let (mut items, mut item, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                item.push('"');
            }
            '"' => (quoted, any) = (!quoted, true),
            ',' if !quoted => {
                items.push(std::mem::take(&mut item));
                any = true;
            }
            ' ' if !quoted => {}
            other => {
                item.push(other);
                any = true;
            }
        }
    }
    if any {
        items.push(item);
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_names_stays_a_list() {
        assert_eq!(
            assignment("search_path", "\"$user\", public, \"a,\"\"b\""),
            "SET \"search_path\" TO '$user', 'public', 'a,\"b'"
        );
        assert_eq!(assignment("search_path", "\"\""), "SET \"search_path\" TO ''");
        assert_eq!(assignment("application_name", "a, b"), "SET \"application_name\" TO 'a, b'");
    }
}
