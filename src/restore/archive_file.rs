//! The formats that `pg_restore` reads: custom, directory and tar.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;
use tokio::sync::mpsc::unbounded_channel;

use super::archive::{ArchiveOptions, Done, refused};
use super::archive_kind::ArchiveKind;
use super::decompress::Compression;
use crate::database::{DatabaseProperties, admin_session};
use crate::error::{Context, Result};
use crate::postgres::archive_list::ArchiveList;
use crate::postgres::client_tools::{ClientTools, Tool};
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::handover::Handover;
use crate::postgres::tool_run::{Finished, Input, Output, ToolCommand};
use crate::postgres::{readable, roles};
use crate::progress::{Event, Progress, Stage};

/// An archive whose table of contents has been read.
pub(super) struct ArchiveFile {
    path: PathBuf,
    compression: Compression,
    tools: ClientTools,
    list: ArchiveList,
    ddl: String,
    jobs: usize,
}

impl ArchiveFile {
    pub(super) async fn open(
        path: &Path,
        kind: ArchiveKind,
        admin: &Session,
        options: ArchiveOptions<'_>,
    ) -> Result<Self> {
        let tools = ClientTools::find(options.pg_bin, admin.server_version_num())?;
        let (compression, parallel) = match kind {
            ArchiveKind::Custom(compression) => (compression, compression == Compression::None),
            ArchiveKind::Directory => (Compression::None, true),
            ArchiveKind::Tar | ArchiveKind::Plain(_) => (Compression::None, false),
        };
        let jobs = if parallel { options.jobs.max(1) } else { 1 };
        let (list, ddl) = (ArchiveList::default(), String::new());
        let mut file = Self { path: path.to_owned(), compression, tools, list, ddl, jobs };
        file.list = ArchiveList::parse(&file.print(&["--list"]).await?);
        file.ddl = file.print(&["--schema-only", "--create", "--file=-"]).await?;
        Ok(file)
    }

    async fn print(&self, arguments: &[&str]) -> Result<String> {
        let command = self.tools.command(Tool::PgRestore, None).args(arguments.to_vec()).output(Output::Capture);
        let printed = self.run(command).await?.require(&format!("reading the archive {}", self.path.display()))?;
        Ok(String::from_utf8_lossy(&printed).into_owned())
    }

    /// Runs `pg_restore` on the archive. If it can't be decompressed, that is the cause of whatever else fails.
    async fn run(&self, command: ToolCommand) -> Result<Finished> {
        if self.compression == Compression::None {
            return command.arg(self.path.as_os_str()).run().await;
        }
        let (pieces, reading) = self.compression.stream(&self.path);
        let finished = command.input(Input::Stream(pieces)).run().await;
        reading.await.context("decompressing the archive failed")??;
        finished
    }

    /// When the dump began. The header has local time with the name of its zone, of which only UTC is sure.
    pub(super) fn created(&self) -> Option<SystemTime> {
        let text = self.list.header("created")?.strip_suffix(" UTC")?;
        humantime::parse_rfc3339_weak(text).ok()
    }

    pub(super) fn tables(&self) -> usize {
        self.list.tables_with_data()
    }

    pub(super) fn left_out(&self) -> Option<String> {
        let kinds: Vec<_> = self.list.left_out().into_iter().map(|(kind, count)| format!("{count} × {kind}")).collect();
        (!kinds.is_empty()).then(|| format!("left out, as it leads to other servers: {}", kinds.join(", ")))
    }

    /// Encoding and locale out of the archive's `CREATE DATABASE`.
    pub(super) async fn properties(&self, admin: &Session) -> Result<DatabaseProperties> {
        let line = self.ddl.lines().find(|line| line.starts_with("CREATE DATABASE ") && line.contains(" ENCODING = "));
        match line {
            Some(line) => Ok(properties_in(line)),
            None => DatabaseProperties::of(admin).await,
        }
    }

    pub(super) async fn fill(&self, scratch: &Endpoint, progress: &dyn Progress) -> Result<Done> {
        let handover = self.handover().await?;
        let admin = admin_session(scratch).await?;
        let created_roles = roles::create_missing(&admin, &roles::named_in(&self.ddl)?).await?;
        roles::join(&admin, &handover.members_needed()).await?;
        admin.close().await;
        let list = list_file(&self.list.for_raw_copy())?;
        let schema = self.run(self.restoring(scratch, &list).arg("--section=pre-data")).await?;
        self.succeeded(schema)?;
        let session = scratch.connect("stagemask restore").await?;
        readable::lift_forced_policies(&session).await?;
        let tables = self.fill_tables(scratch, &list, progress).await?;
        let warnings = handover.apply(&session).await?;
        session.close().await;
        Ok(Done { tables, rows: 0, created_roles, warnings })
    }

    /// What is said about owners and privileges. `--schema-only` would leave out those of large objects.
    async fn handover(&self) -> Result<Handover> {
        let list = list_file(&self.list.for_raw_handover())?;
        let command = self.tools.command(Tool::PgRestore, None).args([OsString::from("--file=-"), use_list(&list)]);
        let reading = format!("reading the archive {}", self.path.display());
        let text = self.run(command.output(Output::Capture)).await?.require(&reading)?;
        let mut handover = Handover::default();
        handover.add_script(&String::from_utf8_lossy(&text))?;
        Ok(handover)
    }

    fn restoring(&self, scratch: &Endpoint, list: &NamedTempFile) -> ToolCommand {
        let endpoint = scratch.with_setting("synchronous_commit", "off");
        self.tools
            .command(Tool::PgRestore, Some(&endpoint))
            .args(["--exit-on-error", "--verbose", "--no-owner", "--no-tablespaces"])
            .into_database(scratch.database())
            .arg(use_list(list))
    }

    async fn fill_tables(&self, scratch: &Endpoint, list: &NamedTempFile, progress: &dyn Progress) -> Result<usize> {
        let (sender, mut finished) = unbounded_channel();
        let mut command = self.restoring(scratch, list).args(["--section=data", "--section=post-data"]).tables(sender);
        if self.jobs > 1 {
            command = command.arg(format!("--jobs={}", self.jobs));
        }
        let mut tables = 0;
        let running = self.run(command);
        tokio::pin!(running);
        let done = loop {
            tokio::select! {
                Some(table) = finished.recv() => {
                    tables += 1;
                    progress.event(Event::TableFinished { stage: Stage::Restore, table: &table });
                }
                done = &mut running => break done?,
            }
        };
        while let Ok(table) = finished.try_recv() {
            tables += 1;
            progress.event(Event::TableFinished { stage: Stage::Restore, table: &table });
        }
        self.succeeded(done)?;
        Ok(tables)
    }

    fn succeeded(&self, done: Finished) -> Result<()> {
        let cut = done.messages.iter().any(|message| {
            ["end of file", "close data file", "find block ID", "worker process died", "open input file"]
                .iter()
                .any(|words| message.contains(words))
        });
        let messages = done.messages.join("\n  ");
        if cut && !done.succeeded {
            return Err(refused(&self.path, "is damaged or cut short")
                .because(messages)
                .help("compare its size and checksum with the original, and copy it again"));
        }
        done.require(&format!("restoring the archive {}", self.path.display())).map(|_| ())
    }
}

fn list_file(list: &str) -> Result<NamedTempFile> {
    let mut file = NamedTempFile::new().context("making a temporary file failed")?;
    file.write_all(list.as_bytes()).context("writing a temporary file failed")?;
    Ok(file)
}

fn use_list(list: &NamedTempFile) -> OsString {
    let mut argument = OsString::from("--use-list=");
    argument.push(list.path());
    argument
}

/// `CREATE DATABASE x WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C';`
fn properties_in(line: &str) -> DatabaseProperties {
    let option = |name: &str| {
        let (_, rest) = line.split_once(&format!(" {name} = "))?;
        let quoted = rest.strip_prefix('\'').and_then(|rest| rest.split('\'').next());
        let bare = || rest.split([' ', ';']).next();
        quoted.or_else(bare).map(str::to_owned)
    };
    let locale = option("LOCALE");
    DatabaseProperties {
        encoding: option("ENCODING"),
        collate: option("LC_COLLATE").or_else(|| locale.clone()),
        ctype: option("LC_CTYPE").or(locale),
        provider: option("LOCALE_PROVIDER"),
        locale: option("ICU_LOCALE").or_else(|| option("BUILTIN_LOCALE")),
        icu_rules: option("ICU_RULES"),
        warnings: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_and_locale_are_read_from_the_archive() {
        let like = properties_in(
            "CREATE DATABASE drop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = icu LOCALE = 'C.UTF-8' \
             ICU_LOCALE = 'nb-NO';",
        );
        assert_eq!(like.encoding.as_deref(), Some("UTF8"));
        assert_eq!(like.ctype.as_deref(), Some("C.UTF-8"));
        assert_eq!(like.provider.as_deref(), Some("icu"));
        assert_eq!(like.locale.as_deref(), Some("nb-NO"));
        let older = properties_in(
            "CREATE DATABASE a WITH TEMPLATE = template0 ENCODING = 'UTF8' LC_COLLATE = 'C' LC_CTYPE = 'x';",
        );
        assert_eq!((older.collate.as_deref(), older.ctype.as_deref()), (Some("C"), Some("x")));
    }
}
