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
use crate::postgres::os_account;

/// The file in the run's folder.
pub const FILE: &str = "audit.jsonl";

/// The outcome of an action that was done.
pub const DONE: &str = "done";

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

impl Actor {
    /// Who we are by the environment: the user and host of the system, and GitHub's variables of a workflow's run
    /// (GitHub, "Variables reference"). What AWS calls us is added when we sign in there.
    pub fn of_environment(environment: &dyn Fn(&str) -> Option<String>) -> Self {
        let variable = |name: &str| environment(name).filter(|value| !value.trim().is_empty());
        let user = os_account::current_name().unwrap_or_else(|| "unknown".to_owned());
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let workflow = || {
            let server = variable("GITHUB_SERVER_URL").unwrap_or_else(|| "https://github.com".to_owned());
            let (repository, run) = (variable("GITHUB_REPOSITORY")?, variable("GITHUB_RUN_ID")?);
            // Started again, the run has the same id, and somebody else may have done it.
            let attempt = variable("GITHUB_RUN_ATTEMPT").filter(|attempt| attempt != "1");
            let attempt = attempt.map(|attempt| format!("/attempts/{attempt}")).unwrap_or_default();
            let by = variable("GITHUB_TRIGGERING_ACTOR").or_else(|| variable("GITHUB_ACTOR"));
            let by = by.map(|actor| format!(" by {actor}")).unwrap_or_default();
            Some(format!("{server}/{repository}/actions/runs/{run}{attempt}{by}"))
        };
        Self { caller: None, system: format!("{user}@{host}"), workflow: workflow() }
    }
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

    /// Who acts.
    pub fn actor(&self) -> Actor {
        self.actor.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does something that isn't a call to AWS, and adds a line that says how it ended.
    ///
    /// # Errors
    /// Those of the work; and when the line of work that was done can't be written.
    pub async fn around<T>(&self, action: &str, object: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
        match work.await {
            Ok(done) => self.action(action, object, DONE, None).map(|()| done),
            Err(error) => {
                // What went wrong with the work matters more than what went wrong with its line.
                let _ = self.action(action, object, error.kind().word(), None);
                Err(error)
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn lines(folder: &RunFolder) -> Vec<Action> {
        let text = std::fs::read_to_string(folder.join(FILE)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[tokio::test]
    async fn each_action_is_a_line_that_says_who_what_and_how_it_ended() {
        let state = tempfile::tempdir().unwrap();
        let run = RunId::new().unwrap();
        let folder = RunFolder::create(state.path(), &run).unwrap();
        let environment = |name: &str| match name {
            "GITHUB_REPOSITORY" => Some("drop/app".to_owned()),
            "GITHUB_RUN_ID" => Some("17".to_owned()),
            "GITHUB_ACTOR" => Some("quinn".to_owned()),
            _ => None,
        };
        let log = AuditLog::of(&folder, &run, Actor::of_environment(&environment));
        log.around("database.create", "staging", async { Ok(()) }).await.unwrap();
        log.caller("arn:aws:iam::123456789012:role/refresh");
        let refused = async { Err::<(), _>(Error::usage("hunter2")) };
        assert!(log.around("database.drop", "staging", refused).await.is_err());

        let [created, dropped] = lines(&folder).try_into().unwrap();
        assert_eq!((created.action.as_str(), created.outcome.as_str()), ("database.create", DONE));
        assert_eq!((dropped.object.as_str(), dropped.outcome.as_str()), ("staging", "usage"));
        assert_eq!(created.run, run.to_string());
        assert_eq!(created.actor.workflow.as_deref(), Some("https://github.com/drop/app/actions/runs/17 by quinn"));
        assert!(created.actor.system.contains('@'), "{}", created.actor.system);
        assert_eq!(created.actor.caller, None);
        assert_eq!(dropped.actor.caller.as_deref(), Some("arn:aws:iam::123456789012:role/refresh"));
    }

    #[test]
    fn outside_of_a_workflow_nobody_is_made_up() {
        assert_eq!(Actor::of_environment(&|_| None).workflow, None);
        assert_eq!(Actor::of_environment(&|name| (name == "GITHUB_RUN_ID").then(|| "1".to_owned())).workflow, None);
    }
}
