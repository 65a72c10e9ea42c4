//! Takes away what can be taken away without looking at it, and drops what is raw.

use super::look::MAINTENANCE;
use super::{Residue, ResidueItem, ResidueKind};
use crate::database::{drop_database, oid_of};
use crate::error::{Error, Result};
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::ServerContext as _;
use crate::postgres::identifier::quote_identifier;

impl Residue {
    /// Drops the other databases with their subscriptions and replication slots, and what people have put into the
    /// maintenance databases. To be called when masking is done: nothing of it comes back.
    ///
    /// # Errors
    /// When the role may not drop something, or something is still there afterwards, such as prepared transactions.
    pub async fn drop_others(server: &Endpoint, of_run: &[&str]) -> Result<Vec<ResidueItem>> {
        let residue = Self::look(server, of_run).await?;
        let admin = crate::database::admin_session(server).await?;
        for item in residue.items.iter().filter(|item| item.kind == ResidueKind::Subscription) {
            drop_subscription(server, item).await?;
        }
        for item in residue.items.iter().filter(|item| item.kind == ResidueKind::ReplicationSlot) {
            let dropped = admin.execute("SELECT pg_drop_replication_slot($1::text::name)", &[&item.name]).await;
            dropped.server_context(|| format!("dropping replication slot {}", item.name))?;
        }
        for item in residue.items.iter().filter(|item| item.kind == ResidueKind::Database) {
            own_database(&admin, &item.name).await?;
            drop_database(&admin, &item.name).await?;
            if oid_of(&admin, &item.name).await?.is_some() {
                return Err(Error::failed(format!("database {} is still there after it was dropped", item.name)));
            }
        }
        admin.close().await;
        for name in MAINTENANCE {
            drop_inside(server, name, &residue).await?;
        }
        Self::look(server, of_run).await?.refuse()?;
        Ok(residue.items.into_iter().filter(|item| item.kind.remedy() == super::Remedy::Drop).collect())
    }

    /// Resets the statistics of queries and takes away shared comments, in every database that the endpoint's role can
    /// connect to. The databases of the run keep their comments.
    ///
    /// # Errors
    /// When the role may not.
    pub async fn clear(server: &Endpoint, of_run: &[&str]) -> Result<()> {
        let residue = Self::look(server, of_run).await?;
        let admin = crate::database::admin_session(server).await?;
        for item in residue.items.iter().filter(|item| item.kind == ResidueKind::Comment) {
            let Some((what, name)) = item.name.strip_prefix("on ").and_then(|rest| rest.split_once(' ')) else {
                continue;
            };
            let sql = format!("COMMENT ON {} {} IS NULL", what.to_uppercase(), quote_identifier(name));
            admin.batch_execute(&sql).await.server_context(|| format!("taking away the comment on {what} {name}"))?;
        }
        admin.close().await;
        for item in residue.items.iter().filter(|item| item.kind == ResidueKind::QueryTexts) {
            let Some(database) = &item.database else { continue };
            reset_statements(&server.with_database(database)).await?;
        }
        Ok(())
    }
}

/// A role that isn't a superuser drops only what it or a role that it is a member of owns.
async fn own_database(admin: &Session, name: &str) -> Result<()> {
    const SQL: &str = "SELECT r.rolname::text FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba \
        WHERE d.datname = $1::text::name AND NOT pg_has_role(current_user, d.datdba, 'USAGE')";
    let asking = || format!("looking who owns database {name}");
    let Some(row) = admin.query_opt(SQL, &[&name]).await.server_context(asking)? else { return Ok(()) };
    let owner: String = row.get(0);
    let grant = format!("GRANT {} TO CURRENT_USER", quote_identifier(&owner));
    admin
        .batch_execute(&grant)
        .await
        .server_context(|| format!("becoming a member of {owner}, which owns database {name}"))
}

/// Dropped without a word to production, whose slot stays as it is (PostgreSQL manual, `DROP SUBSCRIPTION`).
async fn drop_subscription(server: &Endpoint, item: &ResidueItem) -> Result<()> {
    let Some(database) = &item.database else { return Ok(()) };
    let session = server.with_database(database).connect("stagemask residue").await?;
    let name = quote_identifier(&item.name);
    for sql in [
        format!("ALTER SUBSCRIPTION {name} DISABLE"),
        format!("ALTER SUBSCRIPTION {name} SET (slot_name = NONE)"),
        format!("DROP SUBSCRIPTION {name}"),
    ] {
        session
            .batch_execute(&sql)
            .await
            .server_context(|| format!("dropping subscription {} in {database}", item.name))?;
    }
    session.close().await;
    Ok(())
}

/// Relations and functions first by their own kind, with all that hangs on them.
async fn drop_inside(server: &Endpoint, database: &str, residue: &Residue) -> Result<()> {
    let here: Vec<&ResidueItem> =
        residue.items.iter().filter(|item| item.database.as_deref() == Some(database)).collect();
    let inside = [
        ResidueKind::Object,
        ResidueKind::ForeignServer,
        ResidueKind::LargeObjects,
        ResidueKind::CronJob,
        ResidueKind::ExtensionRows,
    ];
    if !here.iter().any(|item| inside.contains(&item.kind)) {
        return Ok(());
    }
    let session = server.with_database(database).connect("stagemask residue").await?;
    let dropping = || format!("dropping what is raw in database {database}");
    let objects = session.query(super::look::OBJECTS, &[]).await.server_context(dropping)?;
    for row in &objects {
        let (kind, oid, catalog): (String, u32, String) = (row.get(1), row.get(2), row.get(3));
        let by_oid = format!("SELECT type, identity FROM pg_identify_object('{catalog}'::regclass, {oid}, 0)");
        // What hung on another object is gone with it.
        let Some(found) = session.query_opt(&by_oid, &[]).await.server_context(dropping)? else { continue };
        let Some(identity) = found.get::<_, Option<String>>(1) else { continue };
        let word = if kind == "function" { "routine" } else { kind.as_str() };
        let sql = format!("DROP {word} IF EXISTS {identity} CASCADE");
        session.batch_execute(&sql).await.server_context(|| format!("dropping {kind} {identity} in {database}"))?;
    }
    for item in here {
        let sql = match item.kind {
            ResidueKind::ForeignServer => format!("DROP SERVER {} CASCADE", quote_identifier(&item.name)),
            ResidueKind::LargeObjects => "SELECT lo_unlink(oid) FROM pg_largeobject_metadata".to_owned(),
            ResidueKind::CronJob => "DELETE FROM cron.job; DELETE FROM cron.job_run_details".to_owned(),
            _ => continue,
        };
        session.batch_execute(&sql).await.server_context(|| format!("dropping {item}"))?;
    }
    for row in session.query(super::look::EXTENSION_TABLES, &[]).await.server_context(dropping)? {
        let (table, condition): (String, String) = (row.get(1), row.get(2));
        let sql = format!("DELETE FROM {table} {condition}");
        session.batch_execute(&sql).await.server_context(|| format!("emptying {table} in {database}"))?;
    }
    session.close().await;
    Ok(())
}

async fn reset_statements(database: &Endpoint) -> Result<()> {
    const SQL: &str = "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace \
        WHERE e.extname = 'pg_stat_statements'";
    let session = database.connect("stagemask residue").await?;
    let resetting = || format!("resetting the texts of queries in {}", database.database());
    if let Some(row) = session.query_opt(SQL, &[]).await.server_context(resetting)? {
        let sql = format!("SELECT {}.pg_stat_statements_reset()", row.get::<_, String>(0));
        session.batch_execute(&sql).await.map_err(|error| {
            let cause = crate::postgres::error::describe(&error);
            Error::failed(format!("{} failed", resetting()))
                .because(cause)
                .help("the tool's role needs EXECUTE on pg_stat_statements_reset; on RDS, rds_superuser has it")
        })?;
    }
    session.close().await;
    Ok(())
}
