//! Runs a client program: no secret on its command line, nothing of a cell in what comes back from its stderr.

use std::ffi::OsString;
use std::fs::File;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc::{Receiver, UnboundedSender};

use super::client_tools::{ClientTools, Tool};
use super::endpoint::Endpoint;
use super::keepalive;
use super::tool_stderr::Sanitizer;
use crate::error::{Context, Error, Result};

/// What a program reads.
#[derive(Debug, Default)]
pub enum Input {
    /// Nothing.
    #[default]
    Nothing,
    /// These bytes.
    Bytes(Vec<u8>),
    /// An open file.
    File(File),
    /// These bytes, until the sender is dropped.
    Stream(Receiver<Vec<u8>>),
}

/// Where a program's output goes.
#[derive(Debug, Default)]
pub enum Output {
    /// Nowhere.
    #[default]
    Discard,
    /// Into [`Finished::stdout`].
    Capture,
    /// Into an open file.
    File(File),
}

/// How a program ended.
#[derive(Debug)]
pub struct Finished {
    /// The program.
    pub tool: Tool,
    /// Whether it said so by ending with 0.
    pub succeeded: bool,
    /// What it wrote, if that was to be captured.
    pub stdout: Vec<u8>,
    /// Its errors and warnings, one line each, without values.
    pub messages: Vec<String>,
}

impl Finished {
    /// The captured output of a program that succeeded.
    ///
    /// # Errors
    /// When it didn't; `doing` says what for, such as "dumping the schema of shop".
    pub fn require(self, doing: &str) -> Result<Vec<u8>> {
        if self.succeeded {
            return Ok(self.stdout);
        }
        let error = Error::failed(format!("{doing} failed: {} ended with an error", self.tool.name()));
        if self.messages.is_empty() {
            return Err(error.help("it gave no reason that may be shown"));
        }
        Err(error.because(self.messages.join("\n  ")))
    }
}

/// A program about to be run.
#[derive(Debug)]
pub struct ToolCommand {
    tool: Tool,
    command: Command,
    endpoint: Option<Endpoint>,
    input: Input,
    output: Output,
    tables: Option<UnboundedSender<String>>,
}

impl ClientTools {
    /// Prepares a run. The database is the endpoint's, passed through the environment, which is otherwise cleared of
    /// libpq's variables. Passwords are never prompted for, and `psql` reads no start-up file.
    pub fn command(&self, tool: Tool, endpoint: Option<&Endpoint>) -> ToolCommand {
        let mut command = Command::new(self.path(tool));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        // The sanitizer reads the program's own words, which a locale would translate.
        command.env("LC_ALL", "C").env("PGCLIENTENCODING", "UTF8").env("PGAPPNAME", "stagemask");
        if endpoint.is_some() {
            command.arg("--no-password");
        }
        if endpoint.is_some() && tool != Tool::PgRestore {
            command.arg(format!("--dbname={}", keepalive::parameters()));
        }
        if tool == Tool::Psql {
            command.args(["--no-psqlrc", "--set=ON_ERROR_STOP=1", "--quiet"]);
        }
        // A terminal's Ctrl-C goes to the whole group of the terminal; the end of a child is ours to decide.
        command.process_group(0);
        let endpoint = endpoint.cloned();
        ToolCommand { tool, command, endpoint, input: Input::default(), output: Output::default(), tables: None }
    }
}

impl ToolCommand {
    /// Adds an argument. Never a secret: anybody on the machine can list it.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.command.arg(argument.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments.into_iter().map(Into::into));
        self
    }

    /// Names the database for `pg_restore`, which takes none from the environment. A bare name with `=` in it, or with the
    /// beginning of a URL, would be read as a connection string (manual, 34.1.1).
    #[must_use]
    pub fn into_database(self, name: &str) -> Self {
        let name = name.replace('\\', "\\\\").replace('\'', "\\'");
        self.arg(format!("--dbname=dbname='{name}' {}", keepalive::parameters()))
    }

    /// Says what it reads.
    #[must_use]
    pub fn input(mut self, input: Input) -> Self {
        self.input = input;
        self
    }

    /// Says where its output goes.
    #[must_use]
    pub fn output(mut self, output: Output) -> Self {
        self.output = output;
        self
    }

    /// Sends the name of each table whose data `pg_restore --verbose` has finished.
    #[must_use]
    pub fn tables(mut self, finished: UnboundedSender<String>) -> Self {
        self.tables = Some(finished);
        self
    }

    /// Runs it to its end, good or bad. Dropping the future ends the program and its workers.
    ///
    /// # Errors
    /// When its database can't be told, it can't be started, or its pipes break.
    pub async fn run(mut self) -> Result<Finished> {
        let name = self.tool.name();
        // Held to the end: the file with root certificates goes with it.
        let endpoint = match &self.endpoint {
            Some(endpoint) => Some(endpoint.for_programs().await?),
            None => None,
        };
        self.command.envs(endpoint.as_ref().map(Endpoint::client_env).unwrap_or_default());
        let (input, feed) = match self.input {
            Input::Nothing => (Stdio::null(), Feed::Nothing),
            Input::Bytes(bytes) => (Stdio::piped(), Feed::Bytes(bytes)),
            Input::File(file) => (Stdio::from(file), Feed::Nothing),
            Input::Stream(chunks) => (Stdio::piped(), Feed::Stream(chunks)),
        };
        let output = match self.output {
            Output::Discard => Stdio::null(),
            Output::Capture => Stdio::piped(),
            Output::File(file) => Stdio::from(file),
        };
        self.command.stdin(input).stdout(output).stderr(Stdio::piped());
        let mut child = self.command.spawn().context(format!("starting {name} failed"))?;
        let mut group = Group(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw));
        let (stdout, messages) = exchange(&mut child, feed, Sanitizer::telling(self.tables))
            .await
            .context(format!("talking to {name} failed"))?;
        let status = child.wait().await.context(format!("waiting for {name} failed"))?;
        group.0 = None;
        Ok(Finished { tool: self.tool, succeeded: status.success(), stdout, messages })
    }
}

/// Feeds and drains all pipes at once, since a program that waits at one of them serves none of the others.
async fn exchange(child: &mut Child, feed: Feed, mut sanitizer: Sanitizer) -> std::io::Result<(Vec<u8>, Vec<String>)> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async {
        if let Some(mut stdin) = stdin {
            // A program that fails early closes its input; its own message says why.
            let _ = feed.write_to(&mut stdin).await;
            let _ = stdin.shutdown().await;
        }
        std::io::Result::Ok(())
    };
    let collect = async {
        let mut collected = Vec::new();
        if let Some(mut stdout) = stdout {
            stdout.read_to_end(&mut collected).await?;
        }
        Ok(collected)
    };
    let listen = async {
        if let Some(mut stderr) = stderr {
            let mut buffer = vec![0u8; 8192];
            loop {
                let read = stderr.read(&mut buffer).await?;
                if read == 0 {
                    break;
                }
                sanitizer.push(buffer.get(..read).unwrap_or_default());
            }
        }
        Ok(sanitizer.finish())
    };
    let ((), stdout, messages) = tokio::try_join!(feed, collect, listen)?;
    Ok((stdout, messages))
}

/// What is written to a program.
enum Feed {
    Nothing,
    Bytes(Vec<u8>),
    Stream(Receiver<Vec<u8>>),
}

impl Feed {
    async fn write_to(self, stdin: &mut ChildStdin) -> std::io::Result<()> {
        match self {
            Self::Nothing => Ok(()),
            Self::Bytes(bytes) => stdin.write_all(&bytes).await,
            Self::Stream(mut chunks) => {
                while let Some(chunk) = chunks.recv().await {
                    stdin.write_all(&chunk).await?;
                }
                Ok(())
            }
        }
    }
}

/// The process group of a running program. `SIGTERM` lets `pg_dump` and `pg_restore` cancel their queries in the server
/// and end their workers, which `SIGKILL` would leave running.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // It fails only if the group is gone already.
            let _ = kill_process_group(group, Signal::TERM);
        }
    }
}
