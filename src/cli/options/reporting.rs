//! Objectives, evidence and notices: flag before refresh file.

use super::Surroundings;
use crate::cli::args::{DrillArgs, ObjectiveFlags};
use crate::cli::refresh_file::{RefreshFile, WebhookText};
use crate::error::{Error, Result};
use crate::notify::{Notify, Webhook};
use crate::pipeline::Target;
use crate::pipeline::drill::Drill;
use crate::pipeline::{Objectives, Proving, Reporting, Settings, Source};
use crate::postgres::chunks;
use crate::run_record::audit::Actor;

impl Surroundings<'_> {
    /// What a run is asked for.
    pub(super) fn objectives(flags: &ObjectiveFlags, file: &RefreshFile) -> Objectives {
        Objectives {
            rto: flags.rto.or(file.objectives.rto),
            rpo: flags.rpo.or(file.objectives.rpo),
            strict_rpo: flags.strict_rpo || file.objectives.strict_rpo,
        }
    }

    /// Who does it, and who is told how it ended.
    pub(super) fn reporting(&self, file: &RefreshFile) -> Reporting {
        let webhook = file.notify.webhook.as_ref().and_then(|webhook| match webhook {
            WebhookText::Secret(arn) => Some(Webhook::SecretsManager(arn.clone())),
            WebhookText::Variable(name) => {
                let url = self.variable(name);
                if url.is_none() {
                    self.console.warn(&format!("no notice will go to the webhook: {name} is not set"));
                }
                url.map(Webhook::Url)
            }
        });
        let notify = Notify { sns: file.notify.sns.clone(), webhook, cloudwatch: file.notify.cloudwatch.clone() };
        Reporting { actor: Actor::of_environment(self.environment), notify, evidence: file.evidence.clone() }
    }

    /// Everything that `drill` needs.
    pub(in crate::cli) fn drill(&self, args: &DrillArgs) -> Result<Drill> {
        let file = super::refresh_file(args.target.config.as_deref())?;
        let source = self.source(args.source_url.as_ref(), args.archive.as_deref(), &file)?;
        let source = super::restore_from::instead(source, &args.instead)?;
        let target = match self.target_in(&args.target, &file)? {
            Some(Target::Server(server)) => Some(*server),
            // What is restored out of RDS gets an instance of its own.
            _ => None,
        };
        if target.is_none() && matches!(source, Source::Archive(_)) {
            return Err(Error::usage("an archive has to be restored somewhere, and no server is named").help(
                "name a database of that server with --target-url, in STAGEMASK_TARGET_URL or as `target`: \
                 a closed database is made beside it, and dropped again",
            ));
        }
        let mut assertions = file.assertions.clone();
        assertions.extend(args.assertions.iter().cloned());
        Ok(Drill {
            source,
            target,
            assertions,
            objectives: Self::objectives(&args.objectives, &file),
            settings: Settings {
                state_dir: args.state.state_dir.clone(),
                jobs: args.jobs.or(file.jobs).unwrap_or_else(super::default_jobs),
                cut_from: chunks::CUT_FROM,
                pg_bin: args.pg_bin.clone(),
                key: None,
                detectors: Vec::new(),
                interrupt: self.interrupt.clone(),
                reporting: self.reporting(&file),
                proving: Proving::default(),
            },
        })
    }
}
