//! The schema's way from the source to the target: `pg_dump` into an archive, and out of it in three steps: what has to
//! be there before the rows, what can only come after them, and privileges, which come with release.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::Result;
use crate::postgres::client_tools::{ClientTools, Tool};
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::quote_identifier;
use crate::postgres::tool_run::{Output, ToolCommand};
use crate::run_record::RunFolder;

/// Kinds of objects that lead out of the database, often with a password: never carried over.
const LEFT_OUT: &[&str] = &[
    "FOREIGN DATA WRAPPER",
    "FOREIGN TABLE",
    "SERVER",
    "USER MAPPING",
    "SUBSCRIPTION",
    "SUBSCRIPTION TABLE",
    "PUBLICATION",
    "PUBLICATION TABLE",
    "PUBLICATION TABLES IN SCHEMA",
    "STATISTICS DATA",
    "BLOB",
    "BLOBS",
    "BLOB METADATA",
    // Only the owner of the extension may, and it says nothing.
    "COMMENT - EXTENSION",
];

/// Kinds that give privileges.
const PRIVILEGES: &[&str] = &["ACL", "DEFAULT ACL"];

const ARCHIVE: &str = "schema.dump";
const FACTS: &str = "schema.json";

/// The schema of the source, in the folder of the run.
pub struct SchemaArchive {
    tools: ClientTools,
    folder: RunFolder,
    facts: Facts,
}

/// What another process needs to know of the archive.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    /// The version of the `pg_dump` that wrote it.
    version_num: u32,
    /// Roles that own something or have privileges.
    roles: Vec<String>,
    /// SHA-256 of the DDL, hexadecimal.
    digest: String,
    /// How many objects were left out, by kind.
    left_out: Vec<(String, usize)>,
}

impl SchemaArchive {
    /// Dumps the schema as the exported snapshot sees it. `session` is on the same database.
    ///
    /// # Errors
    /// When `pg_dump` fails, for example because it is older than the server.
    pub async fn dump(
        tools: &ClientTools,
        source: &Endpoint,
        session: &Session,
        snapshot: &str,
        folder: &RunFolder,
    ) -> Result<Self> {
        let mut command = tools
            .command(Tool::PgDump, Some(source))
            .args(["--schema-only", "--format=custom", "--no-subscriptions", "--no-publications", "--no-tablespaces"])
            .arg(format!("--snapshot={snapshot}"))
            .arg("--file")
            .arg(folder.join(ARCHIVE));
        if tools.version_num() >= 180_000 {
            command = command.arg("--no-statistics");
        }
        command.run().await?.require(&format!("dumping the schema of {source}"))?;
        let facts = Facts {
            version_num: tools.version_num(),
            roles: roles_of(session).await?,
            digest: String::new(),
            left_out: Vec::new(),
        };
        let mut archive = Self { tools: tools.clone(), folder: folder.clone(), facts };
        archive.facts.left_out = archive.write_lists().await?;
        let digest = Sha256::digest(archive.ddl_text().await?.as_bytes());
        archive.facts.digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        folder.write(FACTS, &archive.facts)?;
        Ok(archive)
    }

    /// The archive that an earlier stage left in the folder of its run.
    ///
    /// # Errors
    /// When it isn't there, or no client tools are found that can read it.
    pub async fn open(folder: &RunFolder, pg_bin: Option<&Path>) -> Result<Self> {
        let facts: Facts = folder.read(FACTS)?;
        let tools = ClientTools::find(pg_bin, facts.version_num)?;
        Ok(Self { tools, folder: folder.clone(), facts })
    }

    /// SHA-256 of the DDL, hexadecimal.
    pub fn digest(&self) -> &str {
        &self.facts.digest
    }

    /// What isn't carried over: kinds of objects, and how many of each.
    pub fn left_out(&self) -> &[(String, usize)] {
        &self.facts.left_out
    }

    /// The DDL as text, privileges included.
    ///
    /// # Errors
    /// When `pg_restore` fails.
    pub async fn ddl_text(&self) -> Result<String> {
        let run = self.restore(None, "schema.list").args(["--file", "-"]);
        let text = run.output(Output::Capture).run().await?.require("reading the schema")?;
        // A line of the dump's own says with which random word the script is fenced in.
        let lines = String::from_utf8_lossy(&text).into_owned();
        let is_fence = |line: &str| line.starts_with("\\restrict ") || line.starts_with("\\unrestrict ");
        Ok(lines.lines().filter(|line| !is_fence(line)).map(|line| format!("{line}\n")).collect())
    }

    /// Builds what has to be there before rows come. Owners are set, privileges aren't.
    ///
    /// # Errors
    /// When a role is missing and can't be made, or an object can't be built.
    pub async fn create(&self, target: &Endpoint) -> Result<()> {
        self.make_roles(target).await?;
        let command = self.restore(Some(target), "schema.list");
        let command =
            command.args(["--section=pre-data", "--exit-on-error", "--no-privileges", "--single-transaction"]);
        command.run().await?.require(&format!("building the schema in {target}")).map(|_| ())
    }

    /// Builds indexes, constraints, triggers and policies, several at a time.
    ///
    /// # Errors
    /// When any of them can't be built: a masked value may break a constraint.
    pub async fn finish(&self, target: &Endpoint, jobs: usize) -> Result<()> {
        let command = self.restore(Some(target), "schema.list");
        let command = command.args(["--section=post-data", "--exit-on-error", "--no-privileges"]);
        let done = command.arg(format!("--jobs={}", jobs.max(1))).run().await?;
        done.require(&format!("building indexes and constraints in {target}")).map(|_| ())
    }

    /// Gives the privileges that the source gives.
    ///
    /// # Errors
    /// When a privilege can't be given.
    pub async fn grant(&self, target: &Endpoint) -> Result<()> {
        let command = self.restore(Some(target), "privileges.list").args(["--exit-on-error", "--single-transaction"]);
        command.run().await?.require(&format!("restoring the privileges of {target}")).map(|_| ())
    }

    fn restore(&self, target: Option<&Endpoint>, list: &str) -> ToolCommand {
        let mut command = self.tools.command(Tool::PgRestore, target).arg("--use-list").arg(self.folder.join(list));
        if let Some(target) = target {
            command = command.arg(format!("--dbname={}", connection_string(target)));
        }
        command.arg(self.path())
    }

    fn path(&self) -> PathBuf {
        self.folder.join(ARCHIVE)
    }

    /// Writes the lists of what to restore, and counts what is left out.
    async fn write_lists(&self) -> Result<Vec<(String, usize)>> {
        let listing = self.tools.command(Tool::PgRestore, None).arg("--list").arg(self.path());
        let listing = listing.output(Output::Capture).run().await?;
        let listing = String::from_utf8_lossy(&listing.require("listing the schema")?).into_owned();
        let entries: Vec<&str> = listing.lines().filter(|line| !line.starts_with(';') && !line.is_empty()).collect();
        let chosen = |wanted: &dyn Fn(&str) -> bool| -> String {
            entries.iter().filter(|entry| wanted(entry)).map(|entry| format!("{entry}\n")).collect()
        };
        let is_left_out = |entry: &str| LEFT_OUT.iter().any(|kind| is_of_kind(entry, kind));
        let is_privilege = |entry: &str| PRIVILEGES.iter().any(|kind| is_of_kind(entry, kind));
        self.folder.write_bytes("schema.list", chosen(&|entry| !is_left_out(entry)).as_bytes())?;
        let privileges = chosen(&|entry| is_privilege(entry) && !is_left_out(entry));
        self.folder.write_bytes("privileges.list", privileges.as_bytes())?;
        let count = |kind: &&str| entries.iter().filter(|entry| is_of_kind(entry, kind)).count();
        let counts = LEFT_OUT.iter().map(|kind| ((*kind).to_owned(), count(kind)));
        Ok(counts.filter(|(kind, count)| *count > 0 && !kind.starts_with("COMMENT")).collect())
    }

    /// Roles belong to the whole server: those that are missing come without password and without login.
    async fn make_roles(&self, target: &Endpoint) -> Result<()> {
        let session = target.connect("stagemask roles").await?;
        let missing = session
            .query(
                "SELECT r FROM unnest($1::text[]) r WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r)",
                &[&self.facts.roles],
            )
            .await
            .server_context(|| "looking for roles on the target's server")?;
        for row in &missing {
            let role: String = row.get(0);
            let create = format!("CREATE ROLE {} NOLOGIN", quote_identifier(&role));
            session.batch_execute(&create).await.server_context(|| format!("creating the role {role}")).map_err(
                |error| error.help(format!("create it by hand: CREATE ROLE {} NOLOGIN", quote_identifier(&role))),
            )?;
        }
        Ok(())
    }
}

/// Where a restore connects to: the rest, and everything secret, is in the environment.
fn connection_string(target: &Endpoint) -> String {
    format!("dbname='{}'", target.database().replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Whether a line of a listing, `3412; 1259 16434 TABLE public users owner`, is of a kind.
fn is_of_kind(entry: &str, kind: &str) -> bool {
    let after_ids = entry.splitn(4, ' ').nth(3).unwrap_or_default();
    after_ids.strip_prefix(kind).is_some_and(|rest| rest.starts_with(' '))
}

/// Roles that own something in the database or have privileges on it.
async fn roles_of(session: &Session) -> Result<Vec<String>> {
    let sql = "SELECT rolname::text FROM pg_roles WHERE rolname !~ '^pg_' AND oid IN ( \
            SELECT refobjid FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass \
                AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) \
            UNION SELECT relowner FROM pg_class UNION SELECT nspowner FROM pg_namespace UNION SELECT proowner FROM pg_proc \
            UNION SELECT typowner FROM pg_type) ORDER BY 1";
    let rows = session.query(sql, &[]).await.server_context(|| "listing the roles of the source")?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
