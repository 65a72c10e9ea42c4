//! What is refused: by us before anything is made, or by AWS, and then with what helps.

use aws_sdk_rds::types::Tag;
use stagemask::error::ErrorKind;
use stagemask::restore::rds::request::{Production, RestoreFrom, SnapshotCopy};

use crate::aws::{Aws, Canned, Fault, Lie};
use crate::world::{World, account, account_of, quarantine, snapshot};

#[tokio::test]
async fn a_snapshot_that_is_not_there_is_named() {
    let aws = account("ap-southeast-1").await;
    World::new(&aws, RestoreFrom::Snapshot("nowhere".to_owned())).refused("nowhere").await;
    let mut world = World::new(&aws, RestoreFrom::LatestAutomated);
    world.source.production = Production::Instance("nobody".to_owned());
    world.refused("nobody has no available automated snapshot").await;
    world.source.from = RestoreFrom::LatestPointInTime;
    world.refused("there is no instance nobody in ap-southeast-1").await;
}

#[tokio::test]
async fn a_snapshot_of_another_engine_is_refused() {
    let aws = account("ap-southeast-2").await;
    let rds = aws.account.rds();
    let call = rds.create_db_instance().db_instance_identifier("shop-mysql").engine("mysql").allocated_storage(20);
    let call = call.db_instance_class("db.t3.medium").master_username("admin").master_user_password("not-a-real-one");
    call.send().await.unwrap();
    let mut world = World::new(&aws, RestoreFrom::LatestAutomated);
    world.source.production = Production::Instance("shop-mysql".to_owned());
    world.refused("is of mysql, not of PostgreSQL").await;
    world.source.from = RestoreFrom::LatestPointInTime;
    world.refused("shop-mysql is mysql, not PostgreSQL").await;
}

#[tokio::test]
async fn a_snapshot_that_is_still_being_made_is_refused() {
    let aws = account("ap-southeast-3").await;
    snapshot(&aws, "unfinished", None).await;
    aws.lie(Lie::of("DescribeDBSnapshots", "<Status>available</Status>", "<Status>creating</Status>"));
    World::new(&aws, RestoreFrom::Snapshot("unfinished".to_owned())).refused("is creating, not available").await;
    World::new(&aws, RestoreFrom::LatestAutomated).refused("no available automated snapshot").await;
}

#[tokio::test]
async fn a_snapshot_that_is_shared_and_encrypted_has_to_be_copied_under_a_key_of_our_own() {
    let aws = account("ap-southeast-4").await;
    snapshot(&aws, "theirs", None).await;
    aws.lie(Lie::of("DescribeDBSnapshots", "<Encrypted>false</Encrypted>", "<Encrypted>true</Encrypted>"));
    let theirs = "arn:aws:rds:ap-southeast-4:999999999999:snapshot:theirs";
    let answer = "<DescribeDBSnapshotsResponse><DescribeDBSnapshotsResult><DBSnapshots><DBSnapshot>\
        <DBSnapshotIdentifier>theirs</DBSnapshotIdentifier><Engine>postgres</Engine><Status>available</Status>\
        <Encrypted>true</Encrypted><SnapshotCreateTime>2026-01-01T00:00:00Z</SnapshotCreateTime></DBSnapshot>\
        </DBSnapshots></DescribeDBSnapshotsResult></DescribeDBSnapshotsResponse>";
    aws.canned(Canned::always("DescribeDBSnapshots", 200, answer));
    let mut world = World::new(&aws, RestoreFrom::Snapshot(theirs.to_owned()));
    world.refused("is shared and encrypted").await;
    world.source.copy = Some(SnapshotCopy::default());
    world.refused("is shared and encrypted").await;
}

#[tokio::test]
async fn a_name_that_another_run_has_is_left_alone() {
    let aws = account("me-south-1").await;
    let world = World::new(&aws, RestoreFrom::LatestAutomated);
    let restored = world.restore().await.unwrap();
    let tag = Tag::builder().key("stagemask:run").value("20200101T000000-aaaaaa").build();
    aws.account.rds().add_tags_to_resource().resource_name(&restored.arn).tags(tag).send().await.unwrap();
    world.refused("is taken by what isn't this run's").await;
    world.destroy().await.unwrap();
    assert!(world.find(&world.name()).await.is_some(), "what isn't ours stays");
}

#[tokio::test]
async fn a_missing_permission_is_named_with_its_object() {
    let aws = account("me-central-1").await;
    let world = World::new(&aws, RestoreFrom::LatestAutomated);
    aws.fault(Fault::From(0));
    let error = world.restore().await.unwrap_err();
    let text = error.to_string();
    assert_eq!(error.kind(), ErrorKind::Restore);
    assert!(text.contains("allow rds:RestoreDBInstanceFromDBSnapshot on"), "{text}");
    assert!(text.contains(&world.name()), "{text}");
    aws.fault(Fault::Once(1));
    let error = world.restore().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Restore);
    assert!(error.to_string().contains(&format!("allow rds:ModifyDBInstance on {}", world.name())), "{error}");
}

#[tokio::test]
async fn a_quota_that_is_used_up_says_what_can_be_done() {
    let aws = account("af-south-1").await;
    let world = World::new(&aws, RestoreFrom::LatestAutomated);
    aws.canned(Canned::refusal("RestoreDBInstanceFromDBSnapshot", "InstanceQuotaExceeded"));
    let error = world.restore().await.unwrap_err().to_string();
    assert!(error.contains("InstanceQuotaExceeded") && error.contains("raise the quota"), "{error}");
}

#[tokio::test]
async fn an_instance_that_cannot_come_up_is_not_waited_for() {
    let aws = account("il-central-1").await;
    let world = World::new(&aws, RestoreFrom::LatestAutomated);
    let told = "<DBInstanceStatus>incompatible-restore</DBInstanceStatus>";
    aws.lie(Lie::about(&world.name(), "<DBInstanceStatus>available</DBInstanceStatus>", told));
    let error = world.restore().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Restore);
    assert!(error.what().contains("is incompatible-restore"), "{error}");
}

#[tokio::test]
async fn a_subnet_group_that_is_missing_is_refused_by_aws() {
    let aws = Aws::in_region("mx-central-1").await;
    quarantine(&aws).await;
    crate::world::production(&aws, crate::world::PRODUCTION).await;
    let mut world = World::new(&aws, RestoreFrom::LatestAutomated);
    world.source.quarantine.subnet_group = "nowhere".to_owned();
    let error = world.restore().await.unwrap_err().to_string();
    assert!(error.contains("DBSubnetGroupNotFound"), "{error}");
    assert_eq!(world.everything().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_security_group_that_is_missing_ends_the_run_before_there_is_an_instance() {
    let aws = account_of("333333333333", "eu-north-1").await;
    let world = World::new(&aws, RestoreFrom::LatestAutomated);
    aws.canned(Canned::refusal("RestoreDBInstanceFromDBSnapshot", "InvalidVPCNetworkStateFault"));
    let error = world.restore().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Restore);
    assert!(error.to_string().contains("InvalidVPCNetworkStateFault"), "{error}");
    assert!(world.find(&world.name()).await.is_none());
}

#[tokio::test]
async fn credentials_that_expire_in_mid_run_are_named_and_the_instance_stays_listed() {
    let aws = account_of("444444444444", "eu-north-1").await;
    let world = World::new(&aws, RestoreFrom::LatestAutomated);
    aws.canned(Canned::refusal("ModifyDBInstance", "ExpiredToken"));
    let error = world.restore().await.unwrap_err();
    assert!(error.to_string().contains("raise the role's maximum session duration"), "{error}");
    assert_eq!(world.left().await.len(), 1, "the instance is there, and listed");
}
