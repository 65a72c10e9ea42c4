//! The schema's way from source to target: before the data, after it, and what comes with the release.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::database::admin_session;
use crate::error::{Context, Error, ErrorKind, Result};
use crate::postgres::archive_list::ArchiveList;
use crate::postgres::client_tools::{ClientTools, Tool};
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::ServerContext;
use crate::postgres::handover::Handover;
use crate::postgres::identifier::quote_identifier;
use crate::postgres::tool_run::{Finished, Output};
use crate::postgres::{readable, roles};
use crate::run_record::RunFolder;

/// The file in the run's folder.
pub const FILE: &str = "schema.dump";

/// The schema of a source, without rows, in an archive of `pg_dump`.
#[derive(Debug, Clone)]
pub struct SchemaArchive {
    tools: ClientTools,
    file: PathBuf,
    list: ArchiveList,
    foreign_tables: usize,
}

/// What a schema left on the target's server besides the objects of the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreatedRoles(pub Vec<String>);

impl SchemaArchive {
    /// Dumps the schema as an exported snapshot sees it.
    ///
    /// # Errors
    /// When `pg_dump` fails.
    pub async fn dump(tools: &ClientTools, source: &Endpoint, snapshot: &str, folder: &RunFolder) -> Result<Self> {
        let foreign_tables = foreign_tables(source).await?;
        // Makes the file private before anything is in it.
        folder.write_bytes(FILE, b"")?;
        let file = folder.join(FILE);
        let mut command = tools
            .command(Tool::PgDump, Some(source))
            .args(["--schema-only", "--format=custom", "--no-publications", "--no-subscriptions", "--no-tablespaces"])
            .args(["--no-security-labels", &format!("--snapshot={snapshot}")]);
        if tools.version_num() >= 180_000 {
            command = command.arg("--no-statistics");
        }
        for table in &foreign_tables {
            command = command.arg(format!("--exclude-table={table}"));
        }
        let output = std::fs::File::create(&file).context(format!("writing {} failed", file.display()))?;
        let finished = command.output(Output::File(output)).run().await?;
        finished.require(&format!("dumping the schema of {source}"))?;
        Ok(Self { foreign_tables: foreign_tables.len(), ..Self::open(tools, folder).await? })
    }

    /// Opens the one that an earlier process left in the run's folder.
    ///
    /// # Errors
    /// When there is none, or it is damaged.
    pub async fn open(tools: &ClientTools, folder: &RunFolder) -> Result<Self> {
        let file = folder.join(FILE);
        let listing = tools.command(Tool::PgRestore, None).arg("--list").arg(file.as_os_str()).output(Output::Capture);
        let text = listing.run().await?.require(&format!("reading {}", file.display()))?;
        let list = ArchiveList::parse(&String::from_utf8_lossy(&text));
        Ok(Self { tools: tools.clone(), file, list, foreign_tables: 0 })
    }

    /// Kinds of objects that lead to other servers and were left out, with their counts.
    pub fn left_out(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = self.list.left_out();
        if self.foreign_tables > 0 {
            counts.insert("FOREIGN TABLE", self.foreign_tables);
        }
        counts
    }

    /// Everything that reaches the target, as SQL text: what is scanned before it is applied.
    ///
    /// # Errors
    /// When `pg_restore` fails.
    pub async fn ddl_text(&self) -> Result<String> {
        let text = self.text(&self.list.for_masked_copy(), &[]).await?;
        Ok(without_psql_guards(&text))
    }

    /// The DDL of a database as it is now, as SQL text with the headings of `pg_dump`; without the schemas of these names.
    ///
    /// # Errors
    /// When `pg_dump` fails.
    pub async fn ddl_of(&self, database: &Endpoint, without: &[&str]) -> Result<String> {
        let mut command = self.tools.command(Tool::PgDump, Some(database)).args(["--schema-only", "--no-owner"]);
        if self.tools.version_num() >= 180_000 {
            command = command.arg("--no-statistics");
        }
        for schema in without {
            command = command.arg(format!("--exclude-schema={}", quote_identifier(schema)));
        }
        let finished = command.output(Output::Capture).run().await?;
        let text = finished.require(&format!("dumping the schema of {database}"))?;
        Ok(without_psql_guards(&String::from_utf8_lossy(&text)))
    }

    async fn text(&self, list: &str, arguments: &[&str]) -> Result<String> {
        let list = self.list_file(list)?;
        let command = self.tools.command(Tool::PgRestore, None).arg("--file=-").arg(use_list(list.path()));
        let command = command.args(arguments.to_vec()).arg(self.file.as_os_str());
        let text = command.output(Output::Capture).run().await?.require("printing the schema")?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// SHA-256 of a DDL text, hexadecimal.
    pub fn digest(ddl: &str) -> String {
        Sha256::digest(ddl.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Creates missing roles, then everything that has to be there before the data. Gives the roles that were created.
    ///
    /// Until the release everything belongs to the target's role, who reads all of it whatever its policies say.
    ///
    /// # Errors
    /// When the target's role may not create roles or objects or give them away, or an extension is missing on its server.
    pub async fn create(&self, target: &Endpoint) -> Result<CreatedRoles> {
        let ddl = self.ddl_text().await?;
        let mut handover = Handover::default();
        handover.add_script(&ddl)?;
        let admin = admin_session(target).await?;
        let created = roles::create_missing(&admin, &roles::named_in(&ddl)?).await?;
        // That somebody can't be given their objects has to show now, not hours later.
        roles::join(&admin, &handover.members_needed()).await?;
        admin.close().await;
        let finished = self.restore(target, &self.list.for_schema(), &["--section=pre-data"]).await?;
        finished.require(&format!("creating the schema in {target}")).map_err(|error| self.advise(error))?;
        let session = target.connect("stagemask schema").await?;
        readable::lift_forced_policies(&session).await?;
        session.close().await;
        Ok(CreatedRoles(created))
    }

    /// Creates what comes after the data: indexes, constraints, triggers, rules and policies.
    ///
    /// # Errors
    /// When any of it fails: of kind `Integrity` when it is the data that doesn't fit.
    pub async fn finish(&self, target: &Endpoint, jobs: usize) -> Result<()> {
        // Workers build one index each; parallel builds beside them were measured to be slower.
        let target = target.with_setting("max_parallel_maintenance_workers", "0");
        let arguments = ["--section=post-data", &format!("--jobs={}", jobs.max(1))];
        let finished = self.restore(&target, &self.list.for_schema(), &arguments).await?;
        let by_data = finished.messages.iter().any(|message| {
            ["unique index", "violates", "violated", "exclusion constraint"].iter().any(|words| message.contains(words))
        });
        let kind = if by_data { ErrorKind::Integrity } else { ErrorKind::Failed };
        let done = finished.require(&format!("creating indexes and constraints in {target}"));
        done.map(|_| ()).map_err(|error| self.advise(error).of_kind(kind))
    }

    /// Gives everything to its owners, grants what the source grants, and adds event triggers: the last thing before the
    /// database is opened. Gives what a person should know.
    ///
    /// # Errors
    /// When any of it fails.
    pub async fn grant(&self, target: &Endpoint) -> Result<Vec<String>> {
        let mut handover = Handover::default();
        handover.add_script(&self.text(&self.list.for_schema(), &[]).await?)?;
        let list = self.list.for_release();
        if !list.is_empty() {
            // A release that failed behind this point is tried again, and an event trigger can't be created twice.
            handover.add_script(&self.text(&list, &["--clean", "--if-exists"]).await?)?;
        }
        let session = target.connect("stagemask release").await?;
        let done = handover.apply(&session).await;
        session.close().await;
        done
    }

    async fn restore(&self, target: &Endpoint, list: &str, arguments: &[&str]) -> Result<Finished> {
        let list = self.list_file(list)?;
        let target = target.with_setting("synchronous_commit", "off");
        let command = self.tools.command(Tool::PgRestore, Some(&target)).arg("--exit-on-error");
        let command = command
            .args(["--no-owner", "--no-tablespaces"])
            .into_database(target.database())
            .arg(use_list(list.path()))
            .args(arguments.to_vec());
        command.arg(self.file.as_os_str()).run().await
    }

    fn list_file(&self, list: &str) -> Result<tempfile::NamedTempFile> {
        let folder = self.file.parent().unwrap_or_else(|| Path::new("."));
        list_file(folder, list)
    }

    fn advise(&self, error: Error) -> Error {
        if self.left_out().is_empty() || error.advice().is_some() {
            return error;
        }
        let kinds: Vec<_> = self.left_out().into_iter().map(|(kind, count)| format!("{count} × {kind}")).collect();
        error.help(format!("these were left out, and something may depend on them: {}", kinds.join(", ")))
    }
}

/// A file with a table of contents: names only, no data.
fn list_file(folder: &Path, list: &str) -> Result<tempfile::NamedTempFile> {
    let write = || {
        let mut file = tempfile::Builder::new().prefix("list-").tempfile_in(folder)?;
        file.write_all(list.as_bytes())?;
        file.flush()?;
        std::io::Result::Ok(file)
    };
    write().context(format!("writing a list file in {} failed", folder.display()))
}

fn use_list(path: &Path) -> std::ffi::OsString {
    let mut argument = std::ffi::OsString::from("--use-list=");
    argument.push(path);
    argument
}

/// Without two lines that have a random word in them, and no meaning for anybody but psql.
pub fn without_psql_guards(text: &str) -> String {
    let is_guard = |line: &&str| line.starts_with("\\restrict ") || line.starts_with("\\unrestrict ");
    text.split_inclusive('\n').filter(|line| !is_guard(line)).collect()
}

/// The foreign tables as patterns for `--exclude-table`, where quotes make a name literal.
async fn foreign_tables(source: &Endpoint) -> Result<Vec<String>> {
    const SQL: &str = "SELECT n.nspname::text, c.relname::text FROM pg_class c \
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'f' ORDER BY 1, 2";
    let session = source.connect("stagemask schema").await?;
    let rows = session.query(SQL, &[]).await.server_context(|| "listing foreign tables")?;
    session.close().await;
    let pattern = |row: &tokio_postgres::Row| {
        format!("{}.{}", quote_identifier(row.get::<_, &str>(0)), quote_identifier(row.get::<_, &str>(1)))
    };
    Ok(rows.iter().map(pattern).collect())
}
