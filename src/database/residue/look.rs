//! Looks at a server, and into the maintenance databases that everybody may connect to.

use super::{Residue, ResidueItem, ResidueKind};
use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::{ServerContext as _, describe};

/// Databases that belong to the server. People can have objects in `postgres` and `template1`.
pub(super) const MAINTENANCE: [&str; 2] = ["postgres", "template1"];

/// Roles that the server or RDS brings, as a condition on a name.
const OWN_ROLES: &str = "'^(pg_|rds_|rdsadmin$|rdsrepladmin$|rdstopmgr$|rdsproxyadmin$|rdswriteforwarduser$)'";

/// Queries about the whole server: kind, and columns database, name, detail. `$1` are the databases of the run.
const SERVER: [(ResidueKind, &str); 8] = [
    (
        ResidueKind::Database,
        "SELECT NULL::text, datname::text, CASE WHEN has_database_privilege(oid, 'CONNECT') \
         OR pg_has_role('pg_read_all_stats', 'USAGE') \
         THEN pg_size_pretty(pg_database_size(oid)) ELSE 'size unknown' END \
         FROM pg_database WHERE datname <> ALL ($1::text[]::name[]) \
         AND datname NOT IN ('template0', 'template1', 'postgres', 'rdsadmin')",
    ),
    (
        ResidueKind::Subscription,
        "SELECT d.datname::text, s.subname::text, CASE WHEN s.subenabled THEN 'enabled' ELSE 'disabled' END \
         FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE $1::text[] IS NOT NULL",
    ),
    (
        ResidueKind::ReplicationSlot,
        "SELECT database::text, slot_name::text, slot_type || CASE WHEN active THEN ', active' ELSE '' END \
         FROM pg_replication_slots WHERE $1::text[] IS NOT NULL",
    ),
    // The application chooses the name of a prepared transaction, so it could be anything.
    (
        ResidueKind::PreparedTransaction,
        "SELECT database::text, 'of ' || owner::text, count(*)::text FROM pg_prepared_xacts \
         WHERE $1::text[] IS NOT NULL GROUP BY 1, 2",
    ),
    (
        ResidueKind::Tablespace,
        "SELECT NULL::text, spcname::text, '' FROM pg_tablespace \
         WHERE spcname NOT IN ('pg_default', 'pg_global') AND spcname !~ '^rds' AND $1::text[] IS NOT NULL",
    ),
    (
        ResidueKind::Role,
        "SELECT NULL::text, rolname::text, CASE WHEN rolsuper THEN 'superuser' ELSE '' END FROM pg_roles \
         WHERE rolcanlogin AND rolname NOT IN (current_user, session_user) AND rolname !~ OWN_ROLES \
         AND $1::text[] IS NOT NULL",
    ),
    (
        ResidueKind::Setting,
        "SELECT d.datname::text, coalesce('of ' || r.rolname, 'of all roles'), \
         string_agg(split_part(c, '=', 1), ', ' ORDER BY c) FROM pg_db_role_setting s \
         LEFT JOIN pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_roles r ON r.oid = s.setrole \
         CROSS JOIN unnest(s.setconfig) c WHERE (d.oid IS NULL OR d.datname <> ALL ($1::text[]::name[])) \
         AND coalesce(d.datname <> 'rdsadmin', true) AND coalesce(r.rolname !~ OWN_ROLES, true) GROUP BY 1, 2",
    ),
    // `initdb` comments on its three databases.
    (
        ResidueKind::Comment,
        "SELECT NULL::text, of, '' FROM (\
         SELECT 'on role ' || rolname::text AS of, shobj_description(oid, 'pg_authid') AS text \
         FROM pg_roles WHERE rolname !~ OWN_ROLES \
         UNION ALL SELECT 'on database ' || datname::text, shobj_description(oid, 'pg_database') FROM pg_database \
         WHERE datname <> ALL ($1::text[]::name[]) AND datname NOT IN ('template0', 'rdsadmin') \
         UNION ALL SELECT 'on tablespace ' || spcname::text, shobj_description(oid, 'pg_tablespace') \
         FROM pg_tablespace) c \
         WHERE text IS NOT NULL AND text NOT IN ('default administrative connection database', \
         'default template for new databases', 'unmodifiable empty database')",
    ),
];

/// Objects of people in the session's database: not of the system, and not of an extension.
pub(super) const OBJECTS: &str = "SELECT n.nspname || '.' || c.relname, \
    CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' \
    WHEN 'f' THEN 'foreign table' ELSE 'table' END, c.oid, 'pg_class' \
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') \
    AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' \
    AND NOT EXISTS (SELECT FROM pg_depend d \
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') \
    UNION ALL SELECT n.nspname || '.' || p.proname, 'function', p.oid, 'pg_proc' \
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
    WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' \
    AND NOT EXISTS (SELECT FROM pg_depend d \
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e') \
    ORDER BY 1";

const FOREIGN_SERVERS: &str = "SELECT s.srvname::text, count(m.umid)::text || ' user mappings' \
    FROM pg_foreign_server s \
    LEFT JOIN pg_user_mappings m ON m.srvid = s.oid GROUP BY 1 ORDER BY 1";

/// Tables of extensions that hold what people put there, each with the condition that tells it from what the extension
/// brings (PostgreSQL manual, "Extension Configuration Tables").
pub(super) const EXTENSION_TABLES: &str = "SELECT e.extname::text, format('%I.%I', n.nspname, c.relname), t.condition \
    FROM pg_extension e CROSS JOIN unnest(e.extconfig, e.extcondition) t (oid, condition) \
    JOIN pg_class c ON c.oid = t.oid AND c.relkind IN ('r', 'p') JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE e.extname <> 'pg_cron' ORDER BY 2";

/// Where extensions are, for those whose contents are looked at.
const EXTENSIONS: &str = "SELECT e.extname::text, quote_ident(n.nspname) FROM pg_extension e \
    JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname IN ('pg_cron', 'pg_stat_statements')";

impl Residue {
    /// Looks at the endpoint's server: at what all databases share, and into `postgres` and `template1`. The databases
    /// of the run (the raw one, which is dropped, and the one that is filled) are left out, apart from query texts.
    ///
    /// # Errors
    /// When the server can't be asked. What the role may not see is an item of its own.
    pub async fn look(server: &Endpoint, of_run: &[&str]) -> Result<Self> {
        let mut items = Vec::new();
        let admin = crate::database::admin_session(server).await?;
        for (kind, sql) in SERVER {
            let sql = sql.replace("OWN_ROLES", OWN_ROLES);
            let rows = admin.query(&sql, &[&of_run]).await;
            for row in rows.server_context(|| format!("looking for what is raw besides: {}", kind.word()))? {
                items.push(ResidueItem { kind, database: row.get(0), name: row.get(1), detail: row.get(2) });
            }
        }
        for name in MAINTENANCE {
            match server.with_database(name).connect("stagemask residue").await {
                Ok(session) => {
                    look_inside(&session, name, &mut items).await?;
                    session.close().await;
                }
                Err(error) => items.push(unseen(Some(name), name, error.what())),
            }
        }
        for name in of_run {
            if crate::database::accepts_connections(&admin, name).await? {
                let session = server.with_database(name).connect("stagemask residue").await?;
                look_at_extensions(&session, name, &mut items).await?;
                session.close().await;
            }
        }
        admin.close().await;
        items.sort();
        items.dedup();
        Ok(Self { items })
    }
}

fn unseen(database: Option<&str>, name: &str, why: &str) -> ResidueItem {
    ResidueItem {
        kind: ResidueKind::Unseen,
        database: database.map(str::to_owned),
        name: name.to_owned(),
        detail: why.to_owned(),
    }
}

async fn look_inside(session: &Session, database: &str, items: &mut Vec<ResidueItem>) -> Result<()> {
    let looking = || format!("looking for what is raw in database {database}");
    let item =
        |kind, name: String, detail: String| ResidueItem { kind, database: Some(database.to_owned()), name, detail };
    for row in session.query(OBJECTS, &[]).await.server_context(looking)? {
        items.push(item(ResidueKind::Object, row.get(0), row.get(1)));
    }
    for row in session.query(FOREIGN_SERVERS, &[]).await.server_context(looking)? {
        items.push(item(ResidueKind::ForeignServer, row.get(0), row.get(1)));
    }
    let large = session.query_one("SELECT count(*) FROM pg_largeobject_metadata", &[]).await.server_context(looking)?;
    if large.get::<_, i64>(0) > 0 {
        items.push(item(ResidueKind::LargeObjects, large.get::<_, i64>(0).to_string(), String::new()));
    }
    for row in session.query(EXTENSION_TABLES, &[]).await.server_context(looking)? {
        let (extension, table, condition): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        match session.query_one(&format!("SELECT count(*) FROM {table} {condition}"), &[]).await {
            Ok(row) if row.get::<_, i64>(0) == 0 => {}
            Ok(row) => {
                items.push(item(ResidueKind::ExtensionRows, table, format!("{} of {extension}", row.get::<_, i64>(0))))
            }
            Err(error) => items.push(unseen(Some(database), &table, &describe(&error).to_string())),
        }
    }
    look_at_extensions(session, database, items).await
}

/// The statistics are those of the whole server, and can be seen from each database that has the extension.
async fn look_at_extensions(session: &Session, database: &str, items: &mut Vec<ResidueItem>) -> Result<()> {
    let looking = || format!("looking for extensions in database {database}");
    for row in session.query(EXTENSIONS, &[]).await.server_context(looking)? {
        let (extension, schema): (String, String) = (row.get(0), row.get(1));
        let (kind, sql) = match extension.as_str() {
            "pg_cron" => (
                ResidueKind::CronJob,
                "SELECT (SELECT count(*) FROM cron.job) + (SELECT count(*) FROM cron.job_run_details)".to_owned(),
            ),
            _ => (ResidueKind::QueryTexts, format!("SELECT count(*) FROM {schema}.pg_stat_statements")),
        };
        match session.query_one(&sql, &[]).await {
            Ok(row) => {
                let count: i64 = row.get(0);
                if count > 0 {
                    let (database, name) = (Some(database.to_owned()), format!("{count} entries"));
                    items.push(ResidueItem { kind, database, name, detail: String::new() });
                }
            }
            // Rows of others are hidden by a policy, or the library isn't loaded.
            Err(error) => items.push(unseen(Some(database), &extension, &describe(&error).to_string())),
        }
    }
    Ok(())
}
