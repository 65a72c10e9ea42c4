//! The one error type: what failed, on which object, and what to do next. Never a value out of a cell.

use std::fmt;

/// A result whose error is ready to be shown to a person.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What an error means for the run, and so for the exit code of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Something failed; nothing was released.
    Failed,
    /// The command line, a rules file or a refresh file is wrong.
    Usage,
    /// Personal data was found; the gate stays closed.
    Findings,
    /// The schema and the rules don't cover one another.
    Coverage,
    /// Masked data doesn't agree with its source, or an assertion failed.
    Integrity,
    /// The restore failed.
    Restore,
    /// Everything is done, but an objective was missed: it took too long, or what was restored is too old.
    Objective,
    /// Interrupted by a person.
    Interrupted,
}

impl ErrorKind {
    /// The word that evidence and the audit log have.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Findings => "findings",
            Self::Coverage => "coverage",
            Self::Integrity => "integrity",
            Self::Restore => "restore",
            Self::Objective => "objective",
            Self::Interrupted => "interrupted",
        }
    }
}

/// An error for people: what failed, what to do next, and what caused it.
pub struct Error {
    kind: ErrorKind,
    what: String,
    help: Option<String>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
    spots: Vec<Spot>,
}

/// A spot in a file that a person wrote, and what is wrong there: what a review page shows beside the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The file, as named on the command line.
    pub file: String,
    /// Line and column, counted from 1; `None` for what concerns the file as a whole.
    pub at: Option<(usize, usize)>,
    /// What is wrong, in one sentence.
    pub what: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Error {
    /// An error of this kind. `what` names what failed and on which object, in one sentence.
    pub fn new(kind: ErrorKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), help: None, cause: None, spots: Vec::new() }
    }

    /// An ordinary failure.
    pub fn failed(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Failed, what)
    }

    /// A mistake in the command line or in a file that a person wrote.
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, what)
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names the underlying error. Its text must be free of values: see `postgres::error` for a server's errors.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Adds the spots in files that it is about. They say no more than the error itself does.
    #[must_use]
    pub fn at(mut self, spots: impl IntoIterator<Item = Spot>) -> Self {
        self.spots.extend(spots);
        self
    }

    /// Gives the error another meaning for the exit code.
    #[must_use]
    pub fn of_kind(mut self, kind: ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// What the error means for the run.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What failed, without the advice.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What to do next, if there is something.
    pub fn advice(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The spots in files that it is about.
    pub fn spots(&self) -> &[Spot] {
        &self.spots
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        let mut cause: Option<&(dyn std::error::Error + 'static)> = self.cause.as_deref().map(|cause| cause as _);
        while let Some(error) = cause {
            write!(f, "\n  because: {error}")?;
            cause = error.source();
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {}", help.replace('\n', "\n        "))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

/// Turns any error into one of ours, by saying what was being done.
pub trait Context<T> {
    /// Names what failed and on which object.
    fn context(self, what: impl Into<String>) -> Result<T>;

    /// As `context`, with words that are only made when they are needed.
    fn with_context(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: std::error::Error + Send + Sync + 'static> Context<T> for std::result::Result<T, E> {
    fn context(self, what: impl Into<String>) -> Result<T> {
        self.map_err(|cause| Error::failed(what).because(cause))
    }

    fn with_context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|cause| Error::failed(what()).because(cause))
    }
}
