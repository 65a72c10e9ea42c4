//! The audit log of a run: who did what to which object, one JSON object a line, for whoever asks a month later.
//!
//! An action that is a call to AWS says under which event source and name CloudTrail has it, and with which request id,
//! so that the two can be laid side by side (AWS CloudTrail user guide, "CloudTrail record contents").

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::{RunFolder, RunId, utc};
use crate::error::{Context as _, Result};

/// The file in the run's folder.
pub const FILE: &str = "audit.jsonl";

/// Who acts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The ARN that AWS knows the caller by, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub caller: Option<String>,
    /// `user@host` of the operating system.
    pub system: String,
    /// The run of a workflow, as a URL, with who started it: GitHub's `GITHUB_*` variables.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub workflow: Option<String>,
}

/// Where CloudTrail has an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudTrailEvent {
    /// Such as `rds.amazonaws.com`.
    pub source: String,
    /// Such as `RestoreDBInstanceFromDBSnapshot`.
    pub name: String,
    /// The id of the request, if the service answered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request_id: Option<String>,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// When, RFC 3339.
    pub at: String,
    /// The run.
    pub run: String,
    /// Who.
    pub actor: Actor,
    /// What, such as `database.create` or `rds:DeleteDBInstance`.
    pub action: String,
    /// To which object; never a value or a credential.
    pub object: String,
    /// `done`, or why it was not: a code, never a text of a server.
    pub outcome: String,
    /// Where CloudTrail has it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cloudtrail: Option<CloudTrailEvent>,
}

/// The audit log of a run. Cloning it gives the same log.
#[derive(Debug, Clone)]
pub struct AuditLog {
    path: PathBuf,
    run: String,
    actor: Arc<Mutex<Actor>>,
}

impl AuditLog {
    /// The log in the folder of a run. Lines are added to those that are there.
    pub fn of(folder: &RunFolder, run: &RunId, actor: Actor) -> Self {
        Self { path: folder.join(FILE), run: run.to_string(), actor: Arc::new(Mutex::new(actor)) }
    }

    /// From now on, the caller is known by this ARN too.
    pub fn caller(&self, arn: &str) {
        self.actor.lock().unwrap_or_else(PoisonError::into_inner).caller = Some(arn.to_owned());
    }

    /// Adds a line. An action without its line would be worse than a run that stops.
    ///
    /// # Errors
    /// When the line can't be written.
    pub fn action(&self, action: &str, object: &str, outcome: &str, cloudtrail: Option<CloudTrailEvent>) -> Result<()> {
        let line = Action {
            at: utc(SystemTime::now()),
            run: self.run.clone(),
            actor: self.actor.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            action: action.to_owned(),
            object: object.to_owned(),
            outcome: outcome.to_owned(),
            cloudtrail,
        };
        let failed = || format!("writing the audit log {} failed", self.path.display());
        let mut text = serde_json::to_vec(&line).with_context(failed)?;
        text.push(b'\n');
        let mut file =
            OpenOptions::new().append(true).create(true).mode(0o600).open(&self.path).with_context(failed)?;
        // One write a line, so that lines of several threads never mix.
        file.write_all(&text).with_context(failed)
    }
}
