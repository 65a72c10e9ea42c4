//! Who may connect to a database.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::quote_identifier;

/// Who may connect to a database: what the swap gives to the next one, and what a rollback gives back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// The owner.
    pub owner: String,
    /// Whether the owner is a superuser, who owns databases because he made them and for no other reason.
    pub owner_is_superuser: bool,
    /// `datallowconn`.
    pub allow_connections: bool,
    /// `datconnlimit`; -1 for none.
    pub connection_limit: i32,
    /// What is granted, the owner's own privileges aside.
    pub grants: Vec<DatabaseGrant>,
}

/// A privilege on a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseGrant {
    /// The role; `None` is `PUBLIC`.
    pub grantee: Option<String>,
    /// `CONNECT`, `TEMPORARY` or `CREATE`.
    pub privilege: String,
    /// `WITH GRANT OPTION`.
    pub grantable: bool,
}

impl Access {
    /// Reads that of the database of this name.
    ///
    /// # Errors
    /// When there is none, or the server can't be asked.
    pub async fn of(session: &Session, database: &str) -> Result<Self> {
        const DATABASE: &str = "SELECT r.rolname::text, r.rolsuper, d.datallowconn, d.datconnlimit FROM pg_database d \
            JOIN pg_roles r ON r.oid = d.datdba WHERE d.datname = $1::text::name";
        const GRANTS: &str = "SELECT r.rolname::text, a.privilege_type, a.is_grantable FROM pg_database d \
            CROSS JOIN aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a \
            LEFT JOIN pg_roles r ON r.oid = a.grantee \
            WHERE d.datname = $1::text::name AND a.grantee <> d.datdba AND (a.grantee = 0 OR r.oid IS NOT NULL) \
            ORDER BY 1 NULLS FIRST, 2";
        let reading = || format!("reading who may connect to {database}");
        let row = session.query_one(DATABASE, &[&database]).await.server_context(reading)?;
        let grants = session.query(GRANTS, &[&database]).await.server_context(reading)?;
        let grant = |row: &tokio_postgres::Row| DatabaseGrant {
            grantee: row.get(0),
            privilege: row.get(1),
            grantable: row.get(2),
        };
        Ok(Self {
            owner: row.get(0),
            owner_is_superuser: row.get(1),
            allow_connections: row.get(2),
            connection_limit: row.get(3),
            grants: grants.iter().map(grant).collect(),
        })
    }

    /// The statements that give a closed database this access. `ALLOW_CONNECTIONS` is the last of them.
    pub fn sql(&self, database: &str) -> String {
        let database = quote_identifier(database);
        let mut sql = String::new();
        if !self.owner_is_superuser {
            sql.push_str(&format!("ALTER DATABASE {database} OWNER TO {};\n", quote_identifier(&self.owner)));
        }
        sql.push_str(&format!("REVOKE ALL ON DATABASE {database} FROM PUBLIC;\n"));
        for grant in &self.grants {
            let grantee = grant.grantee.as_deref().map_or_else(|| "PUBLIC".to_owned(), quote_identifier);
            let option = if grant.grantable { " WITH GRANT OPTION" } else { "" };
            sql.push_str(&format!("GRANT {} ON DATABASE {database} TO {grantee}{option};\n", grant.privilege));
        }
        sql.push_str(&format!(
            "ALTER DATABASE {database} CONNECTION LIMIT {} ALLOW_CONNECTIONS {};\n",
            self.connection_limit, self.allow_connections
        ));
        sql
    }

    /// The roles that it names.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        let owner = (!self.owner_is_superuser).then_some(self.owner.as_str());
        owner.into_iter().chain(self.grants.iter().filter_map(|grant| grant.grantee.as_deref()))
    }
}
