//! The part of a run that is on Amazon RDS: accounts, the quarantined instance, and the instance that becomes staging.

use std::sync::Arc;
use std::time::Duration;

use super::{Source, Target};
use crate::aws::Account;
use crate::aws::rds::{
    Names, RdsKind, RdsObject, Site, Staging, Waiting, Which, created_name, describe_staging, left_overs, remove,
    restored_name,
};
use crate::database;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::endpoint::Endpoint;
use crate::progress::{Progress, Stage};
use crate::release::rds::request::{RdsStaging, Strategy};
use crate::release::rds::{self as rds_release, Back, Emptied, InstanceRelease, ReadyRole};
use crate::restore::RestoredDatabase;
use crate::restore::rds::request::{Connect, Production, RdsSource, SignIn};
use crate::restore::rds::{self as rds_restore, Quarantined, Removal};
use crate::run_record::audit::AuditLog;
use crate::run_record::journal::Journal;
use crate::run_record::{InstanceRecord, RunFolder, RunId};
use crate::secret::{Secret, random_bytes};
use crate::verify::VerifiedDatabase;

/// How long staging's server may take until it lets us in after a change.
const PATIENCE: Duration = Duration::from_secs(600);

/// Of which run, and where it is noted.
#[derive(Clone)]
pub(super) struct Around {
    pub(super) run: RunId,
    pub(super) journal: Journal,
    pub(super) audit: AuditLog,
    pub(super) progress: Arc<dyn Progress>,
}

impl Around {
    pub(super) fn of(run: &RunId, folder: &RunFolder, audit: &AuditLog, progress: &Arc<dyn Progress>) -> Self {
        Self { run: run.clone(), journal: Journal::of(folder), audit: audit.clone(), progress: Arc::clone(progress) }
    }
}

/// The part of a run that is on Amazon RDS.
pub(super) struct Cloud {
    around: Around,
    source: Option<(RdsSource, Account)>,
    staging: Option<(RdsStaging, Account)>,
    quarantined: Option<Quarantined>,
    roles: Vec<ReadyRole>,
}

impl Cloud {
    /// Signs in on both sides, and refuses what could not be finished, before anything is made. `None` for a run that has
    /// nothing to do with RDS.
    pub(super) async fn sign_in(source: &Source, target: Option<&Target>, around: Around) -> Result<Option<Self>> {
        let source = match source {
            Source::Rds(source) => {
                let account = Account::sign_in(&source.side, Some(&around.audit)).await?;
                Some((source.as_ref().clone(), account))
            }
            _ => None,
        };
        let staging = match target {
            Some(Target::Rds(staging)) => Some(sign_in_to(staging, &around.audit).await?),
            _ => None,
        };
        if source.is_none() && staging.is_none() {
            return Ok(None);
        }
        let mut cloud = Self { around, source, staging, quarantined: None, roles: Vec::new() };
        cloud.refuse_early().await?;
        Ok(Some(cloud))
    }

    /// As [`Cloud::sign_in`], for a run that another process has begun.
    pub(super) async fn sign_in_again(target: &Target, around: Around) -> Result<Option<Self>> {
        let Target::Rds(staging) = target else { return Ok(None) };
        let staging = sign_in_to(staging, &around.audit).await?;
        let roles = rds_release::passwords_of(&staging.1, &staging.0.roles).await?;
        Ok(Some(Self { around, source: None, staging: Some(staging), quarantined: None, roles }))
    }

    async fn refuse_early(&mut self) -> Result<()> {
        let Some((staging, account)) = &self.staging else { return Ok(()) };
        if staging.strategy != Strategy::StagingInstance {
            let Some((source, _)) = &self.source else {
                return Err(Error::usage("the strategy makes an instance like the restored one, and none is restored")
                    .help("use the strategy `staging_instance`, or a source on RDS"));
            };
            let in_place = staging.strategy == Strategy::RestoredInstance;
            if in_place && matches!(source.production, Production::Cluster(_)) {
                return Err(Error::usage("a restored cluster can't become staging: its backups can't be turned off")
                    .help("use the strategy `staging_instance` or `new_instance`"));
            }
            let incoming = self.incoming_instance().unwrap_or_default();
            Names::new(&staging.instance, &incoming, &self.around.run)?;
        }
        match describe_staging(account, &staging.instance).await? {
            Some(found) if staging.strategy == Strategy::StagingInstance => found.refuse_production()?,
            Some(found) => found.refuse_renaming()?,
            None if staging.strategy == Strategy::StagingInstance => {
                return Err(no_staging(&staging.instance, account));
            }
            None => {}
        }
        self.roles = rds_release::passwords_of(account, &staging.roles).await?;
        Ok(())
    }

    /// The name that the run gives to the instance that will be staging; `None` where staging's instance stays.
    fn incoming_instance(&self) -> Option<String> {
        match self.staging.as_ref()?.0.strategy {
            Strategy::RestoredInstance => Some(restored_name(&self.around.run)),
            Strategy::NewInstance => Some(created_name(&self.around.run)),
            Strategy::StagingInstance => None,
        }
    }

    fn in_place(&self) -> bool {
        self.staging.as_ref().is_some_and(|(staging, _)| staging.strategy == Strategy::RestoredInstance)
    }

    /// Whether the target's server was there before the run and stays.
    pub(super) fn keeps_server(&self) -> bool {
        self.incoming_instance().is_none()
    }

    fn site<'a>(&'a self, account: &'a Account, stage: Stage) -> Site<'a> {
        let (journal, progress) = (&self.around.journal, self.around.progress.as_ref());
        Site { account, journal, waiting: Waiting::default(), progress, stage }
    }

    /// Restores production, and opens the database to be masked.
    pub(super) async fn restore(&mut self) -> Result<RestoredDatabase> {
        let Some((source, account)) = &self.source else { return Err(Error::failed("no source on RDS is named")) };
        let site = self.site(account, Stage::Restore);
        let quarantined = rds_restore::restore(site, source, &self.around.run).await?;
        let removal = Removal {
            account: account.clone(),
            journal: self.around.journal.clone(),
            waiting: Waiting::default(),
            progress: Arc::clone(&self.around.progress),
            run: self.around.run.clone(),
        };
        let restored = rds_restore::open(&quarantined, source, removal, self.in_place()).await?;
        self.quarantined = Some(quarantined);
        Ok(restored)
    }

    /// The target, where its server is there before anything is restored.
    pub(super) async fn target_that_is_there(&self) -> Result<Option<Endpoint>> {
        let Some((staging, account)) = &self.staging else { return Ok(None) };
        if staging.strategy != Strategy::StagingInstance {
            return Ok(None);
        }
        let found = describe_staging(account, &staging.instance).await?;
        let found = found.ok_or_else(|| no_staging(&staging.instance, account))?;
        at(account, staging, &found, None).await.map(Some)
    }

    /// The target, where its server is the restored instance or has to be made now. `of_run` are the databases that the
    /// run has or will have there.
    pub(super) async fn target_that_is_made(&mut self, of_run: &[&str]) -> Result<Option<Endpoint>> {
        let (Some((staging, account)), Some(quarantined), Some((source, _))) =
            (&self.staging, &self.quarantined, &self.source)
        else {
            return Ok(None);
        };
        let place = (quarantined.address.as_str(), quarantined.port);
        match staging.strategy {
            Strategy::StagingInstance => Ok(None),
            Strategy::RestoredInstance => {
                let as_whom = (quarantined.master_user.as_str(), Some(&quarantined.password));
                let target = rds_restore::endpoint(account, &source.connect, place, as_whom, &staging.database).await?;
                let target = target.with_patience(PATIENCE, Some(Arc::clone(&self.around.progress)));
                rds_release::before_masking(&target, of_run, staging.other_databases).await?;
                Ok(Some(target))
            }
            Strategy::NewInstance => {
                let like = describe_staging(account, &quarantined.instance).await?;
                let like = like.ok_or_else(|| Error::failed(format!("{} is gone", quarantined.instance)))?;
                let what = rds_release::NewInstance {
                    run: &self.around.run,
                    like: &like,
                    shape: &staging.shape,
                    quarantine: &source.quarantine,
                    user: &quarantined.master_user,
                };
                let made = rds_release::create(self.site(account, Stage::Restore), what).await?;
                let (place, as_whom) = ((made.address.as_str(), made.port), (made.user.as_str(), Some(&made.password)));
                let target =
                    rds_restore::endpoint(account, &staging.connect, place, as_whom, &staging.database).await?;
                Ok(Some(target.with_patience(PATIENCE, Some(Arc::clone(&self.around.progress)))))
            }
        }
    }

    /// The target of a run that another process has begun.
    pub(super) async fn target_again(&self) -> Result<Option<Endpoint>> {
        let Some((staging, account)) = &self.staging else { return Ok(None) };
        let name = self.incoming_instance();
        let mut found = match &name {
            Some(name) => describe_staging(account, name).await?,
            None => None,
        };
        let masked = found.is_some();
        if found.is_none() {
            found = describe_staging(account, &staging.instance).await?;
        }
        let found = found.ok_or_else(|| no_staging(&staging.instance, account))?;
        // Nobody kept the password that the run made; another one does as well.
        let generated = match (&staging.connect.sign_in, masked) {
            (SignIn::Generated, true) => Some(self.new_password(account, &found).await?),
            _ => None,
        };
        at(account, staging, &found, generated.as_ref()).await.map(Some)
    }

    async fn new_password(&self, account: &Account, found: &Staging) -> Result<Secret> {
        let password = Secret::new(random_bytes::<24>()?.map(|byte| format!("{byte:02x}")).concat());
        let site = self.site(account, Stage::Verify);
        let id = found.id.as_str();
        let doing = format!("setting the password of {id}");
        let work = site.modify(id, &doing, |call| call.master_user_password(password.expose()));
        self.around.journal.step("set-master-password", &[("instance", id)], work).await?;
        site.until_available(id, |found| found.pending_password.then(|| doing.clone()).into_iter().collect()).await?;
        Ok(password)
    }

    /// What comes before the masked database is opened: nothing raw may be beside it, and staging's roles get their
    /// passwords. `masked` is the database's name while it is closed.
    pub(super) async fn before_opening(&self, target: &Endpoint, masked: &str) -> Result<Option<Emptied>> {
        let Some((staging, _)) = &self.staging else { return Ok(None) };
        let emptied = match self.in_place() {
            true => Some(rds_release::after_masking(target, masked, staging.other_databases).await?),
            false => None,
        };
        if !self.roles.is_empty() || self.in_place() {
            let admin = database::admin_session(target).await?;
            let set = rds_release::set_passwords(&admin, &self.roles).await?;
            for role in &set.created {
                self.around.audit.action("role.create", role, "done", None)?;
            }
            for role in &self.roles {
                self.around.audit.action("role.sign-in", role.name(), "done", None)?;
            }
            admin.close().await;
        }
        Ok(emptied)
    }

    /// Gives the instance with the opened database staging's name. `None` where staging's instance stays.
    pub(super) async fn swap(
        &self,
        verified: &VerifiedDatabase,
        emptied: Option<&Emptied>,
    ) -> Result<Option<InstanceRecord>> {
        let (Some((staging, account)), Some(incoming)) = (&self.staging, self.incoming_instance()) else {
            return Ok(None);
        };
        let what = InstanceRelease { verified, staging, incoming: &incoming, emptied };
        let swapped = rds_release::swap(self.site(account, Stage::Release), what).await?;
        Ok(Some(InstanceRecord {
            staging: staging.instance.clone(),
            incoming,
            retired: swapped.retired,
            quarantine: self
                .source
                .as_ref()
                .map(|(source, _)| source.quarantine.security_groups.clone())
                .unwrap_or_default(),
        }))
    }

    /// Gives staging's name back to the instance before.
    pub(super) async fn rollback(&self, record: &InstanceRecord) -> Result<()> {
        let Some((staging, account)) = &self.staging else {
            return Err(Error::usage("the run swapped instances, and no account is named")
                .help("name the refresh file of the run with --config"));
        };
        let site = self.site(account, Stage::Release);
        rds_release::rollback(site, self.back(record, staging)).await.map(|_| ())
    }

    fn back<'a>(&'a self, record: &'a InstanceRecord, staging: &RdsStaging) -> Back<'a> {
        Back {
            run: &self.around.run,
            staging: &record.staging,
            incoming: &record.incoming,
            quarantine: &record.quarantine,
            keep_hours: staging.keep_hours,
        }
    }

    /// Deletes everything that the run has made, after it failed. Staging is as it was, or becomes it again.
    pub(super) async fn abandon(&self) -> Result<()> {
        if let (Some((staging, account)), Some(incoming), Some((source, _))) =
            (&self.staging, self.incoming_instance(), &self.source)
        {
            let record = InstanceRecord {
                staging: staging.instance.clone(),
                incoming,
                retired: None,
                quarantine: source.quarantine.security_groups.clone(),
            };
            let site = self.site(account, Stage::Release);
            if rds_undone(&left_overs(account, Which::Run(&self.around.run)).await?) {
                rds_release::undo(site, self.back(&record, staging)).await?;
            }
        }
        let sides =
            self.source.iter().map(|(_, account)| account).chain(self.staging.iter().map(|(_, account)| account));
        for account in sides {
            self.remove_raw(account).await?;
        }
        Ok(())
    }

    async fn remove_raw(&self, account: &Account) -> Result<()> {
        let mut left = left_overs(account, Which::Run(&self.around.run)).await?;
        left.retain(|left| matches!(left.kind, RdsKind::Quarantined | RdsKind::Copy));
        // The members of a cluster before the cluster, and instances before the snapshots that they came from.
        left.sort_by_key(|left| left.object != RdsObject::Instance);
        for left in &left {
            remove(self.site(account, Stage::Restore), left).await?;
        }
        Ok(())
    }
}

/// Whether a swap was begun, and staging may have lost its name.
fn rds_undone(left: &[crate::aws::rds::RdsLeftOver]) -> bool {
    left.iter().any(|left| left.kind == RdsKind::Retired)
}

/// The server of a long-lived staging instance; `None` where staging is swapped whole.
pub(super) async fn standing_server(staging: &RdsStaging) -> Result<Option<Endpoint>> {
    if staging.strategy != Strategy::StagingInstance {
        return Ok(None);
    }
    let account = Account::sign_in(&staging.side, None).await?;
    let found = describe_staging(&account, &staging.instance).await?;
    let found = found.ok_or_else(|| no_staging(&staging.instance, &account))?;
    at(&account, staging, &found, None).await.map(Some)
}

async fn sign_in_to(staging: &RdsStaging, audit: &AuditLog) -> Result<(RdsStaging, Account)> {
    let account = Account::sign_in(&staging.side, Some(audit)).await?;
    Ok((staging.clone(), account))
}

async fn at(account: &Account, staging: &RdsStaging, found: &Staging, generated: Option<&Secret>) -> Result<Endpoint> {
    let connect: &Connect = &staging.connect;
    let place = (found.address.as_str(), found.port);
    rds_restore::endpoint(account, connect, place, (&found.master_user, generated), &staging.database).await
}

fn no_staging(instance: &str, account: &Account) -> Error {
    Error::new(ErrorKind::Usage, format!("there is no instance or cluster {instance} in {}", account.region()))
        .help("name the one that people connect to; or let the run make it with `strategy: new_instance`")
}
