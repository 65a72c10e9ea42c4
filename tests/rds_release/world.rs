//! A staging instance and one with a masked database that waits for its release.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_rds::types::{DbInstance, Tag};
use stagemask::aws::Side;
use stagemask::aws::rds::{RdsLeftOver, Site, Waiting, Which, left_overs, restored_name};
use stagemask::error::Result;
use stagemask::progress::{Silent, Stage};
use stagemask::release::rds::request::{OtherDatabases, RdsStaging, Shape, Strategy};
use stagemask::release::rds::{Back, InstanceRelease, Swapped, rollback, swap, undo};
use stagemask::restore::rds::request::Connect;
use stagemask::run_record::journal::Journal;
use stagemask::run_record::{DatabaseIdentity, RunFolder, RunId};
use stagemask::verify::VerifiedDatabase;
use stagemask::verify::proof::{Canaries, Proof};

use crate::aws::Aws;

pub(crate) const STAGING_GROUP: &str = "sg-staging";
pub(crate) const QUARANTINE_GROUP: &str = "sg-quarantine";

/// One run before its release.
pub(crate) struct World<'a> {
    pub(crate) aws: &'a Aws,
    pub(crate) run: RunId,
    pub(crate) staging: RdsStaging,
    pub(crate) incoming: String,
    pub(crate) verified: VerifiedDatabase,
    pub(crate) journal: Journal,
    _state: tempfile::TempDir,
}

/// The parameter groups and the subnet group of a region.
pub(crate) async fn groups(aws: &Aws) {
    for name in ["staging-pg16", "quarantine-pg16"] {
        let call = aws.account.rds().create_db_parameter_group().db_parameter_group_name(name);
        call.db_parameter_group_family("postgres16").description(name).send().await.unwrap();
    }
}

pub(crate) fn tags<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Vec<Tag>> {
    Some(pairs.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect())
}

/// Creates an instance as a shop or a restore would.
pub(crate) async fn instance(aws: &Aws, id: &str, group: &str, parameters: &str, with: Option<Vec<Tag>>) {
    let call = aws.account.rds().create_db_instance().db_instance_identifier(id).engine("postgres");
    let call = call.engine_version("16.4").db_instance_class("db.m6i.large").allocated_storage(100);
    let call = call.master_username("drop_admin").master_user_password("not-a-real-one").set_tags(with);
    let call = call.vpc_security_group_ids(group).db_parameter_group_name(parameters).publicly_accessible(false);
    call.backup_retention_period(0).send().await.unwrap();
}

impl<'a> World<'a> {
    /// With a staging of this name, made by the shop, and a masked instance of a new run.
    pub(crate) async fn with(aws: &'a Aws, staging: &str) -> Self {
        instance(aws, staging, STAGING_GROUP, "staging-pg16", tags([("team", "drop")])).await;
        Self::without_staging(aws, staging).await
    }

    /// With a masked instance only.
    pub(crate) async fn without_staging(aws: &'a Aws, staging: &str) -> Self {
        let run = RunId::new().unwrap();
        let incoming = restored_name(&run);
        let word = run.to_string();
        let own = [
            ("stagemask:managed", "true"),
            ("stagemask:run", word.as_str()),
            ("stagemask:state", "quarantined"),
            ("stagemask:expires", "2020-01-01T00:00:00Z"),
        ];
        instance(aws, &incoming, QUARANTINE_GROUP, "quarantine-pg16", tags(own)).await;
        let state = tempfile::tempdir().unwrap();
        let journal = Journal::of(&RunFolder::create(state.path(), &run).unwrap());
        let verified = VerifiedDatabase::resume(proof(&run)).unwrap();
        let staging = request(staging);
        aws.calls();
        Self { aws, run, staging, incoming, verified, journal, _state: state }
    }

    pub(crate) fn site(&self) -> Site<'_> {
        let waiting = Waiting { interval: Duration::from_millis(1), looks: 3 };
        Site { account: &self.aws.account, journal: &self.journal, waiting, progress: &Silent, stage: Stage::Release }
    }

    pub(crate) async fn swap(&self) -> Result<Swapped> {
        let Self { verified, staging, incoming, .. } = self;
        swap(self.site(), InstanceRelease { verified, staging, incoming, emptied: None }).await
    }

    fn back<'b>(&'b self, quarantine: &'b [String]) -> Back<'b> {
        let Self { run, staging, incoming, .. } = self;
        Back { run, staging: &staging.instance, incoming, quarantine, keep_hours: 24 }
    }

    pub(crate) async fn undo(&self) -> Result<()> {
        undo(self.site(), self.back(&[QUARANTINE_GROUP.to_owned()])).await
    }

    pub(crate) async fn rollback(&self) -> Result<String> {
        rollback(self.site(), self.back(&[QUARANTINE_GROUP.to_owned()])).await
    }

    /// Deletes its instances, since each one makes every list longer.
    pub(crate) async fn tear_down(self) {
        for id in [&self.staging.instance, &self.incoming, &self.retired(), &self.rolled_back()] {
            let rds = self.aws.account.rds();
            let _ = rds.modify_db_instance().db_instance_identifier(id).deletion_protection(false).send().await;
            let _ = rds.delete_db_instance().db_instance_identifier(id).skip_final_snapshot(true).send().await;
        }
    }

    /// The instance of this name.
    pub(crate) async fn find(&self, id: &str) -> Option<DbInstance> {
        let asked = self.aws.account.rds().describe_db_instances().db_instance_identifier(id).send().await;
        asked.ok()?.db_instances?.into_iter().next()
    }

    /// What the instance under staging's name is: `old`, `new` or `none`.
    pub(crate) async fn staging_is(&self) -> &'static str {
        match self.find(&self.staging.instance).await {
            None => "none",
            Some(found) if tag(&found, "team") == Some("drop") && tag(&found, "stagemask:run").is_none() => "old",
            Some(found) if tag(&found, "stagemask:run") == Some(&self.run.to_string()) => "new",
            Some(_) => "another",
        }
    }

    /// What this run has left.
    pub(crate) async fn left(&self) -> Vec<RdsLeftOver> {
        left_overs(&self.aws.account, Which::Run(&self.run)).await.unwrap()
    }

    pub(crate) async fn left_ids(&self) -> Vec<String> {
        self.left().await.into_iter().map(|left| left.id).collect()
    }

    pub(crate) fn retired(&self) -> String {
        format!("{}-retired-{}", self.staging.instance, self.run).to_lowercase()
    }

    pub(crate) fn rolled_back(&self) -> String {
        format!("{}-rolledback-{}", self.staging.instance, self.run).to_lowercase()
    }
}

pub(crate) fn tag<'t>(found: &'t DbInstance, key: &str) -> Option<&'t str> {
    found.tag_list().iter().find(|tag| tag.key() == Some(key))?.value()
}

pub(crate) fn security_groups(found: &DbInstance) -> Vec<&str> {
    found.vpc_security_groups().iter().filter_map(|group| group.vpc_security_group_id()).collect()
}

fn request(instance: &str) -> RdsStaging {
    RdsStaging {
        side: Side::default(),
        instance: instance.to_owned(),
        database: "drop".to_owned(),
        strategy: Strategy::NewInstance,
        shape: Shape {
            security_groups: vec![STAGING_GROUP.to_owned()],
            subnet_group: None,
            parameter_group: Some("staging-pg16".to_owned()),
            instance_class: Some("db.t3.medium".to_owned()),
            storage_gib: None,
            backup_days: 7,
            kms_key: None,
            tags: BTreeMap::from([("env".to_owned(), "staging".to_owned())]),
        },
        roles: Vec::new(),
        other_databases: OtherDatabases::Refuse,
        connect: Connect::default(),
        keep_hours: 24,
    }
}

fn proof(run: &RunId) -> Proof {
    let text = str::to_owned;
    Proof {
        version: stagemask::verify::proof::VERSION,
        run: run.clone(),
        tool: text("stagemask"),
        tool_digest: String::new(),
        made: String::new(),
        target: DatabaseIdentity { system_identifier: String::new(), oid: 1 },
        rules_digest: text("rules"),
        schema_digest: text("schema"),
        state: Default::default(),
        tables: Vec::new(),
        large_objects: 0,
        joins: Vec::new(),
        canaries: Canaries { planted: 1, found: 1 },
        findings: Vec::new(),
        accepted: Vec::new(),
        seconds: 0.0,
        digest: String::new(),
        signature: None,
    }
}
