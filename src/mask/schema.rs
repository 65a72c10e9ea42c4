//! The schema's way from the source to the target: `pg_dump` into an archive, and out of it in three steps: what has to
//! be there before the rows, what can only come after them, and privileges, which come with release.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::Result;
use crate::postgres::archive_list::ArchiveList;
use crate::postgres::client_tools::{ClientTools, Tool};
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::TableName;
use crate::postgres::roles;
use crate::postgres::tool_run::{Output, ToolCommand};
use crate::run_record::RunFolder;

const ARCHIVE: &str = "schema.dump";
const SCHEMA: &str = "schema.list";
const PRIVILEGES: &str = "privileges.list";
const EVERYTHING: &str = "everything.list";
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
            .arg("--no-security-labels")
            .arg(format!("--snapshot={snapshot}"))
            .arg("--file")
            .arg(folder.join(ARCHIVE));
        if tools.version_num() >= 180_000 {
            command = command.arg("--no-statistics");
        }
        let foreign_tables = foreign_tables(session).await?;
        command = command.args(foreign_tables.iter().map(|table| format!("--exclude-table={table}")));
        command.run().await?.require(&format!("dumping the schema of {source}"))?;
        let facts = Facts {
            version_num: tools.version_num(),
            roles: roles_of(session).await?,
            digest: String::new(),
            left_out: Vec::new(),
        };
        let mut archive = Self { tools: tools.clone(), folder: folder.clone(), facts };
        archive.facts.left_out = archive.write_lists(foreign_tables.len()).await?;
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
        let run = self.restore(None, EVERYTHING).args(["--file", "-"]);
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
        let command = self.restore(Some(target), SCHEMA);
        let command =
            command.args(["--section=pre-data", "--exit-on-error", "--no-privileges", "--single-transaction"]);
        command.run().await?.require(&format!("building the schema in {target}")).map(|_| ())
    }

    /// Builds indexes, constraints, triggers and policies, several at a time.
    ///
    /// # Errors
    /// When any of them can't be built: a masked value may break a constraint.
    pub async fn finish(&self, target: &Endpoint, jobs: usize) -> Result<()> {
        // Each job builds an index of its own; parallel builds beside it were measured to be slower.
        let hurried = target.with_setting("max_parallel_maintenance_workers", "0");
        let command = self.restore(Some(&hurried.with_setting("synchronous_commit", "off")), SCHEMA);
        let command = command.args(["--section=post-data", "--exit-on-error", "--no-privileges"]);
        let done = command.arg(format!("--jobs={}", jobs.max(1))).run().await?;
        done.require(&format!("building indexes and constraints in {target}")).map(|_| ())
    }

    /// Gives the privileges that the source gives, and adds event triggers, which fire on statements like ours.
    ///
    /// # Errors
    /// When a privilege can't be given.
    pub async fn grant(&self, target: &Endpoint) -> Result<()> {
        let command = self.restore(Some(target), PRIVILEGES).args(["--exit-on-error", "--single-transaction"]);
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
    async fn write_lists(&self, foreign_tables: usize) -> Result<Vec<(String, usize)>> {
        let listing = self.tools.command(Tool::PgRestore, None).arg("--list").arg(self.path());
        let listing = listing.output(Output::Capture).run().await?.require("listing the schema")?;
        let list = ArchiveList::parse(&String::from_utf8_lossy(&listing));
        self.folder.write_bytes(SCHEMA, list.for_schema().as_bytes())?;
        self.folder.write_bytes(PRIVILEGES, list.for_release().as_bytes())?;
        self.folder.write_bytes(EVERYTHING, list.for_masked_copy().as_bytes())?;
        let mut left_out = list.left_out();
        if foreign_tables > 0 {
            left_out.insert("FOREIGN TABLE", foreign_tables);
        }
        Ok(left_out.into_iter().map(|(kind, count)| (kind.to_owned(), count)).collect())
    }

    /// Roles belong to the whole server: those that are missing come without password and without login.
    async fn make_roles(&self, target: &Endpoint) -> Result<()> {
        let session = target.connect("stagemask roles").await?;
        roles::create_missing(&session, &self.facts.roles.iter().cloned().collect()).await?;
        session.close().await;
        Ok(())
    }
}

/// Where a restore connects to: the rest, and everything secret, is in the environment.
fn connection_string(target: &Endpoint) -> String {
    format!("dbname='{}'", target.database().replace('\\', "\\\\").replace('\'', "\\'"))
}

/// The foreign tables as patterns for `--exclude-table`, in which quotes make a name literal. What belongs to them, such
/// as comments and privileges, goes with them.
async fn foreign_tables(session: &Session) -> Result<Vec<String>> {
    let sql = "SELECT n.nspname::text, c.relname::text FROM pg_class c \
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'f' ORDER BY 1, 2";
    let rows = session.query(sql, &[]).await.server_context(|| "listing the foreign tables of the source")?;
    Ok(rows.iter().map(|row| TableName::new(row.get::<_, String>(0), row.get::<_, String>(1)).sql()).collect())
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
