//! A production, a quarantine for it, and a run that restores it.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_rds::types::{ApplyMethod, DbInstance, Parameter, Tag};
use stagemask::aws::Side;
use stagemask::aws::rds::{RdsLeftOver, Site, Waiting, Which, left_overs, restored_name};
use stagemask::error::Result;
use stagemask::progress::{Silent, Stage};
use stagemask::restore::rds::request::{Connect, Production, Quarantine, RdsSource, RestoreFrom};
use stagemask::restore::rds::{Quarantined, destroy, restore};
use stagemask::run_record::journal::Journal;
use stagemask::run_record::{RunFolder, RunId};

use crate::aws::{ACCOUNT, Aws, Lie};

pub(crate) const PRODUCTION: &str = "drop-prod";
pub(crate) const GROUP: &str = "sg-quarantine";
pub(crate) const PARAMETERS: &str = "quarantine-pg16";

/// A run of its own folder.
pub(crate) struct World<'a> {
    pub(crate) aws: &'a Aws,
    pub(crate) run: RunId,
    pub(crate) source: RdsSource,
    pub(crate) journal: Journal,
    _state: tempfile::TempDir,
}

/// An account as a shop has it: production with everything that must not be inherited, and an empty quarantine.
pub(crate) async fn account(region: &'static str) -> Aws {
    account_of(ACCOUNT, region).await
}

/// The same in an account of its own.
pub(crate) async fn account_of(owner: &'static str, region: &'static str) -> Aws {
    let aws = Aws::in_account(owner, region).await;
    quarantine(&aws).await;
    production(&aws, PRODUCTION).await;
    aws
}

/// The subnet group and a parameter group that lets nothing into a log.
pub(crate) async fn quarantine(aws: &Aws) {
    let rds = aws.account.rds();
    let call = rds.create_db_subnet_group().db_subnet_group_name("private").db_subnet_group_description("private");
    call.set_subnet_ids(Some(aws.subnets().await)).send().await.unwrap();
    for name in [PARAMETERS, "production-pg16"] {
        let call = rds.create_db_parameter_group().db_parameter_group_name(name);
        call.db_parameter_group_family("postgres16").description(name).send().await.unwrap();
    }
    parameter(aws, "rds.force_ssl", "1").await;
    parameter(aws, "log_min_error_statement", "panic").await;
    parameter(aws, "log_parameter_max_length", "0").await;
}

/// Sets a parameter of the quarantine's group.
pub(crate) async fn parameter(aws: &Aws, name: &str, value: &str) {
    let parameter = Parameter::builder().parameter_name(name).parameter_value(value);
    let parameter = parameter.apply_method(ApplyMethod::Immediate).build();
    let call = aws.account.rds().modify_db_parameter_group().db_parameter_group_name(PARAMETERS);
    call.parameters(parameter).send().await.unwrap();
}

/// Creates a production, with an automated snapshot of it.
pub(crate) async fn production(aws: &Aws, id: &str) {
    let call = aws.account.rds().create_db_instance().db_instance_identifier(id).engine("postgres");
    let call = call.engine_version("16.4").db_instance_class("db.m6i.large").allocated_storage(100);
    let call = call.master_username("drop_admin").master_user_password("not-a-real-one");
    let call = call.vpc_security_group_ids("sg-production").db_parameter_group_name("production-pg16");
    let call = call.set_tags(tags([("env", "prod"), ("team", "drop")])).copy_tags_to_snapshot(true);
    let call = call.publicly_accessible(false).multi_az(true).deletion_protection(true).backup_retention_period(7);
    let call = call.enable_cloudwatch_logs_exports("postgresql").auto_minor_version_upgrade(true);
    call.send().await.unwrap();
}

pub(crate) fn tags<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Vec<Tag>> {
    Some(pairs.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect())
}

/// Takes a manual snapshot of production.
pub(crate) async fn snapshot(aws: &Aws, id: &str, with: Option<Vec<Tag>>) {
    let call = aws.account.rds().create_db_snapshot().db_instance_identifier(PRODUCTION);
    call.db_snapshot_identifier(id).set_tags(with).send().await.unwrap();
}

pub(crate) fn tag_map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

impl<'a> World<'a> {
    /// A new run that restores this.
    pub(crate) fn new(aws: &'a Aws, from: RestoreFrom) -> Self {
        let run = RunId::new().unwrap();
        let state = tempfile::tempdir().unwrap();
        let journal = Journal::of(&RunFolder::create(state.path(), &run).unwrap());
        aws.calls();
        Self { aws, run, source: request(from), journal, _state: state }
    }

    /// Moto calls what it restores to a point in time a replica of its source.
    pub(crate) fn without_motos_replica(self) -> Self {
        let source = "<ReadReplicaSourceDBInstanceIdentifier>drop-prod</ReadReplicaSourceDBInstanceIdentifier>";
        self.aws.lie(Lie::about(&self.name(), source, ""));
        self
    }

    pub(crate) fn site(&self) -> Site<'_> {
        let waiting = Waiting { interval: Duration::from_millis(1), looks: 3 };
        Site { account: &self.aws.account, journal: &self.journal, waiting, progress: &Silent, stage: Stage::Restore }
    }

    pub(crate) fn name(&self) -> String {
        restored_name(&self.run)
    }

    pub(crate) async fn restore(&self) -> Result<Quarantined> {
        restore(self.site(), &self.source, &self.run).await
    }

    pub(crate) async fn destroy(&self) -> Result<()> {
        destroy(self.site(), &self.run).await
    }

    /// Refused with an error that says this, and nothing has been changed.
    pub(crate) async fn refused(&self, part: &str) {
        self.aws.calls();
        let error = self.restore().await.unwrap_err().to_string();
        assert!(error.contains(part), "{part:?} is not in: {error}");
        let changes = changes(self.aws);
        assert!(changes.is_empty(), "{changes:?}");
    }

    /// The instance of this name.
    pub(crate) async fn find(&self, id: &str) -> Option<DbInstance> {
        let asked = self.aws.account.rds().describe_db_instances().db_instance_identifier(id).send().await;
        asked.ok()?.db_instances?.into_iter().next()
    }

    /// What this run has left, as a list shows it.
    pub(crate) async fn left(&self) -> Vec<RdsLeftOver> {
        left_overs(&self.aws.account, Which::Run(&self.run)).await.unwrap()
    }

    /// Everything that has a name of this run, whatever its tags say.
    pub(crate) async fn everything(&self) -> Vec<String> {
        let rds = self.aws.account.rds();
        let instances = rds.describe_db_instances().send().await.unwrap().db_instances.unwrap();
        let mut names: Vec<String> = instances.into_iter().filter_map(|found| found.db_instance_identifier).collect();
        let clusters = rds.describe_db_clusters().send().await.unwrap().db_clusters.unwrap_or_default();
        names.extend(clusters.into_iter().filter_map(|found| found.db_cluster_identifier));
        let snapshots = rds.describe_db_snapshots().send().await.unwrap().db_snapshots.unwrap_or_default();
        names.extend(snapshots.into_iter().filter_map(|found| found.db_snapshot_identifier));
        names.retain(|name| name.contains(&self.name()));
        names
    }
}

/// The calls since the last time that change something.
pub(crate) fn changes(aws: &Aws) -> Vec<String> {
    let reads = |call: &String| ["Describe", "List", "Get", "GET "].iter().any(|prefix| call.starts_with(prefix));
    aws.calls().into_iter().filter(|call| !reads(call)).collect()
}

/// The calls since the last time, without what differs from run to run.
pub(crate) fn story(world: &World<'_>) -> String {
    let run = world.run.to_string();
    let text = changes(world.aws).join("\n").replace(&run, "<run>").replace(&run.to_lowercase(), "<run>");
    text.lines().map(without_times).collect::<Vec<_>>().join("\n")
}

fn without_times(line: &str) -> String {
    let is_time = |word: &str| word.ends_with('Z') && word.contains("=20");
    let word = |word: &str| match word.split_once('=') {
        Some((key, _)) if is_time(word) => format!("{key}=<time>"),
        Some((key, value)) if value.starts_with("automated%20snapshot") => format!("{key}=automated%20snapshot…"),
        Some((key, value)) if value.starts_with("rds:") => format!("{key}=rds:<name>"),
        _ => word.to_owned(),
    };
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

pub(crate) fn security_groups(found: &DbInstance) -> Vec<&str> {
    found.vpc_security_groups().iter().filter_map(|group| group.vpc_security_group_id()).collect()
}

pub(crate) fn tag<'t>(found: &'t DbInstance, key: &str) -> Option<&'t str> {
    found.tag_list().iter().find(|tag| tag.key() == Some(key))?.value()
}

fn request(from: RestoreFrom) -> RdsSource {
    RdsSource {
        side: Side::default(),
        production: Production::Instance(PRODUCTION.to_owned()),
        from,
        copy: None,
        quarantine: Quarantine {
            security_groups: vec![GROUP.to_owned()],
            subnet_group: "private".to_owned(),
            parameter_group: PARAMETERS.to_owned(),
            instance_class: None,
            backup_role: None,
            tags: tag_map(&[("cost-centre", "staging")]),
            expires_after_hours: 48,
        },
        database: "drop".to_owned(),
        connect: Connect::default(),
    }
}
