//! Aurora: the cluster, and the one instance through which it is read.

use std::time::{Duration, SystemTime};

use stagemask::error::ErrorKind;
use stagemask::restore::rds::request::{Production, RestoreFrom, SnapshotCopy};

use crate::aws::{Aws, Canned, Fault, Lie};
use crate::faults::{every_fault, nothing_is_hidden};
use crate::world::{GROUP, PARAMETERS, World, changes, quarantine, security_groups, story, tag, tag_map, tags};

/// Who has production's clusters.
const OWNER: &str = "210987654321";
const CLUSTER: &str = "drop-cluster";

async fn account(region: &'static str) -> Aws {
    let aws = Aws::in_account(OWNER, region).await;
    quarantine(&aws).await;
    let call = aws.account.rds().create_db_cluster().db_cluster_identifier(CLUSTER).engine("aurora-postgresql");
    let call = call.engine_version("16.4").master_username("drop_admin").master_user_password("not-a-real-one");
    let call =
        call.vpc_security_group_ids("sg-production").set_tags(tags([("env", "prod")])).copy_tags_to_snapshot(true);
    let call = call.backup_retention_period(14).deletion_protection(true).enable_cloudwatch_logs_exports("postgresql");
    call.send().await.unwrap();
    aws
}

async fn snapshot(aws: &Aws, id: &str, pairs: &[(&str, &str)]) {
    let call = aws.account.rds().create_db_cluster_snapshot().db_cluster_identifier(CLUSTER);
    let call = call.db_cluster_snapshot_identifier(id).set_tags(tags(pairs.iter().copied()));
    call.send().await.unwrap();
}

fn world(aws: &Aws, from: RestoreFrom) -> World<'_> {
    let mut world = World::new(aws, from);
    world.source.production = Production::Cluster(CLUSTER.to_owned());
    world.source.quarantine.instance_class = Some("db.r6g.large".to_owned());
    world
}

#[tokio::test]
async fn the_calls_of_a_restored_cluster_and_of_its_end_are_these() {
    let aws = account("eu-north-1").await;
    let world = world(&aws, RestoreFrom::LatestAutomated);
    world.restore().await.unwrap();
    insta::assert_snapshot!("calls_of_a_restored_cluster", story(&world));
    world.destroy().await.unwrap();
    insta::assert_snapshot!("calls_of_a_clusters_end", story(&world));
}

#[tokio::test]
async fn nothing_of_a_cluster_is_inherited_but_its_rows() {
    let aws = account("eu-west-1").await;
    let world = world(&aws, RestoreFrom::LatestAutomated);
    let restored = world.restore().await.unwrap();
    assert!(restored.described.starts_with("automated snapshot rds:drop-cluster-"), "{}", restored.described);
    assert_eq!(restored.cluster, Some(world.name()));
    assert_eq!(restored.instance, format!("{}-1", world.name()));
    assert!(restored.address.starts_with(&format!("{}.cluster-", world.name())), "{}", restored.address);
    assert_eq!((restored.port, restored.engine_version.as_str()), (5432, "16.4"));
    let asked = aws.account.rds().describe_db_clusters().db_cluster_identifier(world.name()).send().await.unwrap();
    let found = &asked.db_clusters()[0];
    let groups: Vec<_> =
        found.vpc_security_groups().iter().map(|group| group.vpc_security_group_id().unwrap()).collect();
    assert_eq!(groups, [GROUP]);
    assert_eq!(found.backup_retention_period(), Some(1), "a cluster can't have none");
    assert_eq!(found.copy_tags_to_snapshot(), Some(false));
    assert_eq!(found.deletion_protection(), Some(false));
    assert!(found.enabled_cloudwatch_logs_exports().is_empty());
    assert!(found.tag_list().iter().all(|tag| tag.key() != Some("env")));
    let member = world.find(&restored.instance).await.unwrap();
    assert_eq!(member.publicly_accessible(), Some(false));
    assert_eq!(member.db_parameter_groups()[0].db_parameter_group_name(), Some(PARAMETERS));
    assert_eq!(security_groups(&member), [GROUP]);
    assert_eq!(tag(&member, "stagemask:run"), Some(world.run.to_string().as_str()));
    assert_eq!(tag(&member, "stagemask:state"), Some("quarantined"));
    world.destroy().await.unwrap();
    nothing(&world, "in the end").await;
}

/// Moto keeps the automated snapshots of a cluster that is gone; RDS was told to delete them.
async fn nothing(world: &World<'_>, when: &str) {
    assert_eq!(world.everything().await, Vec::<String>::new(), "{when}");
    assert!(world.left().await.is_empty(), "{when}");
}

#[tokio::test]
async fn a_cluster_is_restored_from_each_state_of_it() {
    let aws = account("eu-west-2").await;
    snapshot(&aws, "tagged", &[("for", "staging")]).await;
    snapshot(&aws, "untagged", &[]).await;
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    let arn = "arn:aws:rds:eu-west-2:210987654321:cluster-snapshot:untagged".to_owned();
    for (from, described) in [
        (RestoreFrom::LatestManual(tag_map(&[("for", "staging")])), "manual snapshot tagged of drop-cluster"),
        (RestoreFrom::Snapshot("untagged".to_owned()), "manual snapshot untagged of drop-cluster"),
        (RestoreFrom::Snapshot(arn), "manual snapshot untagged of drop-cluster"),
        (RestoreFrom::LatestPointInTime, "latest point in time of drop-cluster"),
        (RestoreFrom::PointInTime(time), "drop-cluster as of 2026-01-01T00:00:00Z"),
    ] {
        let world = world(&aws, from);
        assert_eq!(world.restore().await.unwrap().described, described);
        world.destroy().await.unwrap();
        nothing(&world, described).await;
    }
}

#[tokio::test]
async fn a_copy_of_a_clusters_snapshot_is_deleted_with_it() {
    let aws = account("eu-west-3").await;
    snapshot(&aws, "plain", &[]).await;
    let mut world = world(&aws, RestoreFrom::Snapshot("plain".to_owned()));
    world.source.copy = Some(SnapshotCopy { kms_key: Some("alias/aws/rds".to_owned()), from_region: None });
    world.restore().await.unwrap();
    let left: Vec<String> = world.left().await.into_iter().map(|left| left.id).collect();
    assert_eq!(left, [format!("{}-1", world.name()), world.name(), format!("{}-copy", world.name())]);
    world.destroy().await.unwrap();
    nothing(&world, "in the end").await;
}

#[tokio::test]
async fn what_can_not_be_restored_as_a_cluster_is_refused() {
    let aws = account("eu-south-1").await;
    let mut world = world(&aws, RestoreFrom::LatestAutomated);
    world.source.quarantine.instance_class = None;
    world.refused("no instance class is named").await;
    world.source.quarantine.instance_class = Some("db.r6g.large".to_owned());
    world.source.from = RestoreFrom::Snapshot("nowhere".to_owned());
    world.refused("there is no snapshot nowhere").await;
    world.source.from = RestoreFrom::LatestRecoveryPoint("vault".to_owned());
    world.refused("recovery points of clusters").await;
    world.source.from = RestoreFrom::LatestPointInTime;
    world.source.production = Production::Cluster("nobody".to_owned());
    world.refused("there is no cluster nobody").await;
    let call = aws.account.rds().create_db_cluster().db_cluster_identifier("three-zones").engine("postgres");
    call.master_username("drop_admin").master_user_password("not-a-real-one").send().await.unwrap();
    world.source.production = Production::Cluster("three-zones".to_owned());
    world.refused("is postgres, not Aurora PostgreSQL").await;
    world.source.from = RestoreFrom::LatestAutomated;
    world.refused("is of postgres, not of Aurora PostgreSQL").await;
}

/// Told of the cluster from the first look on: no instance is made through which anybody could read it.
async fn comes_up_as(region: &'static str, truth: &'static str, told: &'static str, part: &str) {
    let aws = account(region).await;
    let world = world(&aws, RestoreFrom::LatestAutomated);
    aws.lie(Lie::of("DescribeDBClusters", truth, told));
    let error = world.restore().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Restore);
    assert!(error.what().contains(part), "{part:?} is not in: {error}");
    let calls = changes(&aws);
    assert!(calls.iter().all(|call| !call.starts_with("CreateDBInstance")), "{calls:?}");
}

#[tokio::test]
async fn a_cluster_that_is_otherwise_than_asked_for_gets_no_instance() {
    let exact = "<Engine>aurora-postgresql</Engine>";
    let with = |more: &str| -> &'static str { format!("{more}{exact}").leak() };
    comes_up_as(
        "eu-south-2",
        "<Value>quarantined</Value></Tag>",
        "<Value>quarantined</Value></Tag><Tag><Key>env</Key>\
        <Value>prod</Value></Tag>",
        "is tagged env=prod",
    )
    .await;
    comes_up_as("eu-central-2", "<HttpEndpointEnabled>false<", "<HttpEndpointEnabled>true<", "Data API").await;
    comes_up_as("ap-south-1", "default.aurora8.0", "production-aurora16", "cluster parameter group").await;
    comes_up_as("ap-south-2", exact, with("<ReplicationSourceIdentifier>x</ReplicationSourceIdentifier>"), "replica")
        .await;
    comes_up_as(
        "us-west-1",
        "<VpcSecurityGroupId>sg-quarantine<",
        "<VpcSecurityGroupId>sg-production<",
        "other security",
    )
    .await;
}

#[tokio::test]
async fn a_member_that_comes_up_public_is_not_used() {
    let aws = account("us-west-2").await;
    let world = world(&aws, RestoreFrom::LatestAutomated);
    let [truth, told] = ["<PubliclyAccessible>false<", "<PubliclyAccessible>true<"];
    aws.lie(Lie::about(&format!("{}-1", world.name()), truth, told));
    let error = world.restore().await.unwrap_err();
    assert!(error.what().contains("may be reached from the internet"), "{error}");
    world.destroy().await.unwrap();
    nothing(&world, "in the end").await;
}

#[tokio::test]
async fn a_member_that_somebody_added_is_noticed_and_left_alone() {
    let aws = account("us-east-1").await;
    let world = world(&aws, RestoreFrom::LatestAutomated);
    world.restore().await.unwrap();
    let call = aws.account.rds().create_db_instance().db_instance_identifier("a-reader").engine("aurora-postgresql");
    call.db_cluster_identifier(world.name()).db_instance_class("db.r6g.large").send().await.unwrap();
    let error = world.restore().await.unwrap_err();
    assert!(error.what().contains("another member: a-reader"), "{error}");
    let error = world.destroy().await.unwrap_err();
    assert!(error.what().contains("a-reader"), "{error}");
    assert!(world.find("a-reader").await.is_some());
}

#[tokio::test]
async fn a_snapshot_that_somebody_took_of_a_cluster_is_not_called_gone() {
    let aws = account("us-east-2").await;
    let world = world(&aws, RestoreFrom::LatestAutomated);
    world.restore().await.unwrap();
    let call = aws.account.rds().create_db_cluster_snapshot().db_cluster_identifier(world.name());
    call.db_cluster_snapshot_identifier("just-in-case").send().await.unwrap();
    let error = world.destroy().await.unwrap_err();
    assert!(error.what().contains("just-in-case"), "{error}");
}

#[tokio::test]
async fn a_refused_cluster_names_action_and_object() {
    let aws = account("ca-central-1").await;
    let world = world(&aws, RestoreFrom::LatestAutomated);
    aws.fault(Fault::From(0));
    let error = world.restore().await.unwrap_err().to_string();
    assert!(error.contains("allow rds:RestoreDBClusterFromSnapshot on"), "{error}");
    aws.fault(Fault::None);
    aws.canned(Canned::refusal("RestoreDBClusterFromSnapshot", "DBClusterQuotaExceededFault"));
    let error = world.restore().await.unwrap_err().to_string();
    assert!(error.contains("raise the quota"), "{error}");
}

#[tokio::test]
async fn a_cluster_that_is_cut_off_anywhere_goes_on_or_is_cleaned_up() {
    let aws = account("eu-central-1").await;
    let counted = world(&aws, RestoreFrom::LatestAutomated);
    aws.fault(Fault::None);
    counted.restore().await.unwrap();
    let changes = aws.changes();
    assert!(changes >= 3, "restore, member, password: {changes}");
    counted.destroy().await.unwrap();
    for fault in every_fault(changes) {
        for goes_on in [true, false] {
            let when = format!("{fault:?}, goes on: {goes_on}");
            let world = world(&aws, RestoreFrom::LatestAutomated);
            aws.fault(fault);
            world.restore().await.unwrap_err();
            aws.fault(Fault::None);
            nothing_is_hidden(&world, &when).await;
            if goes_on {
                let restored = world.restore().await.unwrap_or_else(|error| panic!("{when}: {error}"));
                let mut made = world.everything().await;
                made.retain(|id| !id.starts_with("rds:"));
                assert_eq!(made, [restored.instance, restored.cluster.unwrap()], "{when}");
            }
            world.destroy().await.unwrap_or_else(|error| panic!("{when}: {error}"));
            nothing(&world, &when).await;
        }
    }
}
