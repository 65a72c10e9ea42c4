//! What comes after every command on a run, whatever its outcome: evidence, its keeping, notices.

use std::time::SystemTime;

use super::{Reporting, Shortfall, objectives};
use crate::error::{Error, ErrorKind};
use crate::notify;
use crate::progress::{Event, Progress};
use crate::report::evidence::{Command, Drilled, Evidence, Facts};
use crate::report::objectives::in_words;
use crate::run_record::audit::AuditLog;
use crate::run_record::{RunFolder, RunRecord};
use crate::verify::proof::Proof;

/// A command on a run that is over.
pub(super) struct Conclusion<'a> {
    pub(super) command: Command,
    pub(super) folder: &'a RunFolder,
    pub(super) record: &'a RunRecord,
    pub(super) proof: Option<&'a Proof>,
    pub(super) drilled: Option<&'a Drilled>,
    pub(super) error: Option<&'a Error>,
    pub(super) reporting: &'a Reporting,
    pub(super) audit: &'a AuditLog,
    pub(super) progress: &'a dyn Progress,
}

impl Conclusion<'_> {
    /// Writes and keeps the evidence, and sends the notices. Gives what was not as asked for.
    pub(super) async fn draw(&self) -> Vec<Shortfall> {
        let mut shortfalls = Vec::new();
        if self.error.is_none() {
            shortfalls.extend(objectives::shortfall(self.command, self.record));
        }
        self.tell_objectives();
        let outcome = self.error.map_or("done", |error| error.kind().word());
        let about = if self.record.target.database.is_empty() {
            &self.record.source.described
        } else {
            &self.record.target.database
        };
        let noted = self.audit.action(self.command.word(), about, outcome, None);
        shortfalls.extend(noted.err().map(|error| Shortfall::of(&error)));
        // The caller that AWS knows us by may only be known once the evidence is handed over.
        let mut evidence = self.evidence();
        shortfalls.extend(evidence.write(self.folder).err().map(|error| Shortfall::of(&error)));
        if !self.is_last() {
            return shortfalls;
        }
        if let Some(bucket) = &self.reporting.evidence {
            let run = self.record.run.to_string();
            let keeping = notify::keep_evidence(bucket, self.folder, &run, self.audit);
            // What calls AWS is large before it is awaited, and a stack that no such call is made from must not hold it.
            match Box::pin(keeping).await {
                Ok(place) => self.progress.event(Event::Fact { label: "evidence", text: &place }),
                Err(error) => shortfalls.push(Shortfall::of(&error)),
            }
        }
        Box::pin(notify::send(&self.reporting.notify, &evidence, self.audit, self.progress)).await;
        shortfalls
    }

    fn evidence(&self) -> Evidence {
        let facts = Facts {
            command: self.command,
            record: self.record,
            proof: self.proof,
            drilled: self.drilled,
            error: self.error,
            who: &self.audit.actor(),
        };
        Evidence::of(&facts, SystemTime::now())
    }

    /// After masking and after a proof that allows release, somebody goes on with the run.
    fn is_last(&self) -> bool {
        self.error.is_some() || !matches!(self.command, Command::Mask | Command::Verify)
    }

    fn tell_objectives(&self) {
        let objectives = self.record.objectives;
        for (label, measured) in [("rto", objectives.rto), ("rpo", objectives.rpo)] {
            if measured.objective_seconds.is_some() && self.command != Command::Rollback {
                self.progress.event(Event::Fact { label, text: &in_words(measured).replace('*', "") });
            }
        }
    }
}

impl Shortfall {
    fn of(error: &Error) -> Self {
        // Its causes too, on lines of their own.
        let all = error.to_string();
        let what = all.split("\n  help: ").next().unwrap_or_default().to_owned();
        Self { kind: ErrorKind::Failed, what, help: error.advice().unwrap_or_default().to_owned() }
    }

    /// All of them as one error; the first says of which kind it is.
    pub(super) fn error(all: &[Self]) -> Option<Error> {
        let first = all.first()?;
        let what: Vec<&str> = all.iter().map(|shortfall| shortfall.what.as_str()).collect();
        let help: Vec<&str> =
            all.iter().map(|shortfall| shortfall.help.as_str()).filter(|help| !help.is_empty()).collect();
        let error = Error::new(first.kind, what.join("\n"));
        Some(if help.is_empty() { error } else { error.help(help.join("\n")) })
    }
}

/// The error of a command, which also says what of the reporting failed.
pub(super) fn with_shortfalls(error: Error, shortfalls: &[Shortfall]) -> Error {
    if shortfalls.is_empty() {
        return error;
    }
    let more = shortfalls.iter().flat_map(|shortfall| [shortfall.what.as_str(), shortfall.help.as_str()]);
    let help: Vec<&str> = error.advice().into_iter().chain(more).filter(|line| !line.is_empty()).collect();
    let help = help.join("\n");
    error.help(help)
}
