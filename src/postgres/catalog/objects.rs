//! The constraints, indexes, triggers, rules and policies of tables, and what state they are in.

use std::fmt;

use serde::{Deserialize, Serialize};
use tokio_postgres::Client;

use super::load::query;
use crate::error::Result;
use crate::postgres::identifier::TableName;

/// What belongs to a table, as far as it has to be the same before and after a refresh.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableObject {
    /// The table; of a partitioned one, also the root.
    pub table: TableName,
    /// What it is.
    pub kind: ObjectKind,
    /// Its name, if that is an ordinary identifier; others may hold anything, and only something that tells them apart is
    /// kept of them. Empty for what a table has one of.
    pub name: String,
    /// In a few words: `valid`, `disabled`.
    pub state: String,
}

/// What belongs to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A constraint, those for NOT NULL left out: they are constraints from PostgreSQL 18 on only.
    Constraint,
    /// An index.
    Index,
    /// A trigger that somebody made.
    Trigger,
    /// A rewrite rule.
    Rule,
    /// A policy of row security.
    Policy,
    /// Whether row security is on, and for the owner too.
    RowSecurity,
}

/// The state of an index that nothing uses. `pg_dump` leaves it out.
pub const INVALID: &str = "not valid";

/// What follows the state of a constraint whose triggers are disabled. `pg_dump` doesn't say so.
pub const SWITCHED_OFF: &str = ", switched off";

/// What follows the state of row security that binds the owner too. Masking lifts that, and the release puts it back.
pub const FORCED: &str = ", forced";

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Constraint => "constraint",
            Self::Index => "index",
            Self::Trigger => "trigger",
            Self::Rule => "rule",
            Self::Policy => "policy",
            Self::RowSecurity => "row security",
        })
    }
}

/// Partitions have foreign keys and triggers of their root, some of them under names that the server makes up.
const SQL: &str = "WITH ours AS (SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relrowsecurity, \
        c.relforcerowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') \
        AND n.nspname !~ '^pg_(toast_)?temp_' AND n.nspname !~ '^stagemask_canaries_' \
        AND (n.nspname, c.relname) <> ('stagemask', 'carried') \
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')) \
    SELECT o.schema, o.name, 'constraint', k.conname::text, CASE WHEN k.convalidated THEN 'valid' ELSE 'not valid' END \
        || CASE WHEN to_jsonb(k) ->> 'conenforced' = 'false' THEN ', not enforced' ELSE '' END \
        || CASE WHEN EXISTS (SELECT FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgenabled = 'D') \
            THEN ', switched off' ELSE '' END \
        FROM ours o JOIN pg_constraint k ON k.conrelid = o.oid WHERE k.contype <> 'n' AND k.conparentid = 0 \
    UNION ALL SELECT o.schema, o.name, 'index', x.relname::text, \
        CASE WHEN i.indisvalid AND i.indisready AND i.indislive THEN 'valid' ELSE 'not valid' END \
        FROM ours o JOIN pg_index i ON i.indrelid = o.oid JOIN pg_class x ON x.oid = i.indexrelid \
    UNION ALL SELECT o.schema, o.name, 'trigger', t.tgname::text, CASE t.tgenabled WHEN 'O' THEN 'enabled' \
        WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'enabled on replicas only' ELSE 'always enabled' END \
        FROM ours o JOIN pg_trigger t ON t.tgrelid = o.oid WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND NOT EXISTS \
        (SELECT FROM pg_depend d WHERE d.classid = 'pg_trigger'::regclass AND d.objid = t.oid AND d.deptype = 'e') \
    UNION ALL SELECT o.schema, o.name, 'rule', r.rulename::text, CASE r.ev_enabled WHEN 'O' THEN 'enabled' \
        WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'enabled on replicas only' ELSE 'always enabled' END \
        FROM ours o JOIN pg_rewrite r ON r.ev_class = o.oid WHERE r.rulename <> '_RETURN' \
    UNION ALL SELECT o.schema, o.name, 'policy', p.polname::text, \
        CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END \
        || CASE p.polcmd WHEN 'r' THEN ' for SELECT' WHEN 'a' THEN ' for INSERT' WHEN 'w' THEN ' for UPDATE' \
            WHEN 'd' THEN ' for DELETE' ELSE '' END FROM ours o JOIN pg_policy p ON p.polrelid = o.oid \
    UNION ALL SELECT o.schema, o.name, 'row security', '', CASE WHEN o.relrowsecurity THEN 'on' ELSE 'off' END \
        || CASE WHEN o.relforcerowsecurity THEN ', forced' ELSE '' END FROM ours o";

/// Lists them, in order.
///
/// # Errors
/// When a catalog can't be read.
pub(super) async fn load_objects(client: &Client) -> Result<Vec<TableObject>> {
    let rows = query(client, SQL).await?;
    let mut objects: Vec<TableObject> = rows
        .iter()
        .map(|row| TableObject {
            table: TableName::new(row.get::<_, String>(0), row.get::<_, String>(1)),
            kind: match row.get(2) {
                "constraint" => ObjectKind::Constraint,
                "index" => ObjectKind::Index,
                "trigger" => ObjectKind::Trigger,
                "rule" => ObjectKind::Rule,
                "policy" => ObjectKind::Policy,
                _ => ObjectKind::RowSecurity,
            },
            name: shown_name(row.get(3)),
            state: row.get(4),
        })
        .collect();
    objects.sort();
    Ok(objects)
}

/// A name that programs would choose, or what tells another one from the rest.
pub fn shown_name(name: &str) -> String {
    let is_ordinary = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_ordinary {
        name.to_owned()
    } else {
        format!("(name not shown, {:08x})", xxhash_rust::xxh3::xxh3_64(name.as_bytes()) >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_ordinary_name_is_shown_and_others_are_told_apart() {
        assert_eq!(shown_name("users_email_key2"), "users_email_key2");
        let (one, other) = (shown_name("ask kari@fjordpost.no"), shown_name("ask ola@fjordpost.no"));
        assert!(one != other && !one.contains("kari") && one.starts_with("(name not shown, "), "{one}");
    }
}
