//! Encoding and locale: a masked copy has to sort and compare as its source does.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::postgres::connect::Session;
use crate::postgres::error::{ServerContext, describe};
use crate::postgres::identifier::quote_literal;

/// What is fixed when a database is created (PostgreSQL manual, `CREATE DATABASE`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseProperties {
    /// Such as `UTF8`.
    pub encoding: Option<String>,
    /// `LC_COLLATE`.
    pub collate: Option<String>,
    /// `LC_CTYPE`.
    pub ctype: Option<String>,
    /// `libc`, `icu` or `builtin`; `None` for a server before 15, where it is always `libc`.
    pub provider: Option<String>,
    /// The locale of ICU or of the built-in provider.
    pub locale: Option<String>,
    /// Rules that change ICU's order.
    pub icu_rules: Option<String>,
    /// What a person should know, such as a changed collation.
    pub warnings: Vec<String>,
}

impl DatabaseProperties {
    /// Reads those of the session's database.
    ///
    /// # Errors
    /// When the server can't be asked.
    pub async fn of(session: &Session) -> Result<Self> {
        let major = session.server_version_num() / 10_000;
        let provider = if major >= 15 {
            "CASE datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END"
        } else {
            "NULL"
        };
        let locale = match major {
            ..15 => "NULL",
            15 | 16 => "daticulocale",
            17.. => "datlocale",
        };
        let rules = if major >= 16 { "daticurules" } else { "NULL" };
        let changed = if major >= 15 {
            "coalesce(datcollversion <> pg_database_collation_actual_version(oid), false)"
        } else {
            "false"
        };
        let sql = format!(
            "SELECT pg_encoding_to_char(encoding)::text, datcollate::text, datctype::text, {provider}::text, \
             {locale}::text, {rules}::text, {changed}, datname::text FROM pg_database WHERE datname = current_database()"
        );
        let row = session.query_one(&sql, &[]).await.server_context(|| "reading the locale of a database")?;
        let mut warnings = Vec::new();
        if row.get(6) {
            let name: String = row.get(7);
            warnings.push(format!(
                "database {name} was made under another version of its collation: its indexes on texts may be out of order"
            ));
        }
        Ok(Self {
            encoding: row.get(0),
            collate: row.get(1),
            ctype: row.get(2),
            provider: row.get(3),
            locale: row.get(4),
            icu_rules: row.get(5),
            warnings,
        })
    }

    /// The options of `CREATE DATABASE`, as a server of this version spells them.
    pub(super) fn create_options(&self, version_num: u32) -> Result<String> {
        let major = version_num / 10_000;
        let provider = self.provider.as_deref().unwrap_or("libc");
        let oldest = match provider {
            "icu" => 15,
            "builtin" => 17,
            _ => 14,
        };
        if major < oldest {
            return Err(Error::failed(format!(
                "the source's locale is of the provider {provider}, and the target's server is PostgreSQL {major}"
            ))
            .help(format!("use a target server of PostgreSQL {oldest} or later")));
        }
        let locale_option = if provider == "builtin" { "BUILTIN_LOCALE" } else { "ICU_LOCALE" };
        let options = [
            ("ENCODING", &self.encoding),
            ("LC_COLLATE", &self.collate),
            ("LC_CTYPE", &self.ctype),
            (locale_option, &self.locale),
            ("ICU_RULES", &self.icu_rules),
        ];
        let mut sql = String::new();
        if major >= 15 && self.provider.is_some() {
            sql.push_str(&format!("LOCALE_PROVIDER {provider} "));
        }
        for (option, value) in options {
            let Some(value) = value else { continue };
            sql.push_str(&format!("{option} {} ", quote_literal(value).trim_start()));
        }
        Ok(sql)
    }
}

/// A locale that the server hasn't is the failure that people meet, and the server's own words don't say what to do.
pub(super) fn explain_create(name: &str, like: &DatabaseProperties, error: &tokio_postgres::Error) -> Error {
    let cause = describe(error);
    let code = cause.code().unwrap_or_default().to_owned();
    let failed = Error::failed(format!("creating database {name} failed")).because(cause);
    match code.as_str() {
        "42P04" => failed.help("drop the database of that name, or run again"),
        "22023" | "42809" | "42704" | "22000" => failed.help(format!(
            "the target's server needs the source's locale (collate {}, ctype {}, encoding {}): install it there, for \
             example with locale-gen, and restart the server",
            like.collate.as_deref().unwrap_or("default"),
            like.ctype.as_deref().unwrap_or("default"),
            like.encoding.as_deref().unwrap_or("default"),
        )),
        "42501" => failed.help("the target's role needs CREATEDB"),
        _ => failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn icu() -> DatabaseProperties {
        let text = |text: &str| Some(text.to_owned());
        DatabaseProperties {
            encoding: text("UTF8"),
            collate: text("C"),
            ctype: text("C"),
            provider: text("icu"),
            locale: text("nb-NO"),
            ..Default::default()
        }
    }

    #[test]
    fn each_version_gets_its_own_spelling() {
        assert_eq!(
            icu().create_options(150_000).unwrap(),
            "LOCALE_PROVIDER icu ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' ICU_LOCALE 'nb-NO' "
        );
        let libc = DatabaseProperties { provider: Some("libc".to_owned()), locale: None, ..icu() };
        assert_eq!(libc.create_options(140_000).unwrap(), "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' ");
        let builtin = DatabaseProperties { provider: Some("builtin".to_owned()), ..icu() };
        assert!(builtin.create_options(170_000).unwrap().contains("BUILTIN_LOCALE 'nb-NO'"));
    }

    #[test]
    fn a_provider_that_the_server_does_not_know_is_refused() {
        let error = icu().create_options(140_012).unwrap_err();
        assert!(error.advice().unwrap().contains("PostgreSQL 15"), "{error}");
    }
}
