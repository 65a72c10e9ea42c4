//! What runs leave is found by its tags, and nothing else is ever deleted.

use std::time::SystemTime;

use aws_sdk_rds::types::Tag;
use stagemask::aws::rds::{RdsKind, RdsObject, Which, left_overs, remove};

use crate::aws::Aws;
use crate::world::{QUARANTINE_GROUP, STAGING_GROUP, World, groups, instance, tags};

#[tokio::test]
async fn what_has_expired_is_deleted_and_staging_is_not() {
    let aws = Aws::in_region("me-south-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    world.swap().await.unwrap();
    let forgotten = World::without_staging(&aws, "drop-staging").await;
    // Everything that a shop may have around it, also with tags that look like ours.
    instance(&aws, "drop-prod", STAGING_GROUP, "staging-pg16", tags([("stagemask:expires", "2020-01-01T00:00:00Z")]))
        .await;
    let word = forgotten.run.to_string();
    let fake = [
        ("stagemask:managed", "true"),
        ("stagemask:run", word.as_str()),
        ("stagemask:state", "quarantined"),
        ("stagemask:expires", "2020-01-01T00:00:00Z"),
    ];
    instance(&aws, "drop-important", STAGING_GROUP, "staging-pg16", tags(fake)).await;
    let expired = left_overs(&aws.account, Which::Expired(SystemTime::now())).await.unwrap();
    assert_eq!(expired.len(), 1, "{expired:?}");
    assert_eq!((expired[0].id.as_str(), expired[0].kind), (forgotten.incoming.as_str(), RdsKind::Quarantined));
    assert_eq!(left_overs(&aws.account, Which::All).await.unwrap().len(), 2);
    remove(forgotten.site(), &expired[0]).await.unwrap();
    assert!(forgotten.find(&forgotten.incoming).await.is_none());
    remove(forgotten.site(), &expired[0]).await.unwrap();
    for name in ["drop-staging", "drop-prod", "drop-important"] {
        assert!(forgotten.find(name).await.is_some(), "{name}");
    }
}

#[tokio::test]
async fn a_retired_instance_is_deleted_although_it_was_protected() {
    let aws = Aws::in_region("af-south-1").await;
    groups(&aws).await;
    let first = World::with(&aws, "drop-staging").await;
    first.swap().await.unwrap();
    let second = World::without_staging(&aws, "drop-staging").await;
    second.swap().await.unwrap();
    let left = second.left().await;
    assert_eq!(left[0].kind, RdsKind::Retired);
    assert_eq!(second.find(&left[0].id).await.unwrap().deletion_protection(), Some(true));
    aws.calls();
    remove(second.site(), &left[0]).await.unwrap();
    assert!(second.left().await.is_empty());
    let deleting = aws.calls().into_iter().find(|call| call.starts_with("DeleteDBInstance")).unwrap();
    assert!(deleting.contains("SkipFinalSnapshot=true"), "{deleting}");
    assert!(deleting.contains("DeleteAutomatedBackups=true"), "{deleting}");
}

#[tokio::test]
async fn what_has_become_staging_since_it_was_listed_stays() {
    let aws = Aws::in_region("eu-south-2").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    let listed = world.left().await;
    let arn = world.find(&world.incoming).await.unwrap().db_instance_arn.unwrap();
    let tag = Tag::builder().key("stagemask:state").value("released").build();
    aws.account.rds().add_tags_to_resource().resource_name(arn).tags(tag).send().await.unwrap();
    let error = remove(world.site(), &listed[0]).await.unwrap_err();
    assert!(error.to_string().contains("so it stays"), "{error}");
    assert!(world.find(&world.incoming).await.is_some());
}

#[tokio::test]
async fn raw_data_that_somebody_took_a_snapshot_of_is_not_called_gone() {
    let aws = Aws::in_region("il-central-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    let listed = world.left().await;
    let call = aws.account.rds().create_db_snapshot().db_instance_identifier(&world.incoming);
    call.db_snapshot_identifier("just-in-case").send().await.unwrap();
    let error = remove(world.site(), &listed[0]).await.unwrap_err();
    assert!(error.to_string().contains("just-in-case"), "{error}");
}

#[tokio::test]
async fn copies_and_clusters_are_left_overs_too() {
    let aws = Aws::in_region("ap-east-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    let word = world.run.to_string();
    let own = [
        ("stagemask:managed", "true"),
        ("stagemask:run", word.as_str()),
        ("stagemask:state", "quarantined"),
        ("stagemask:expires", "2020-01-01T00:00:00Z"),
    ];
    let rds = aws.account.rds();
    let call = rds.create_db_snapshot().db_instance_identifier("drop-staging").set_tags(tags(own));
    call.db_snapshot_identifier(format!("{}-copy", world.incoming)).send().await.unwrap();
    let cluster = format!("{}-c", world.incoming);
    let call = rds.create_db_cluster().db_cluster_identifier(&cluster).engine("aurora-postgresql").set_tags(tags(own));
    let call = call.master_username("drop_admin").master_user_password("not-a-real-one").deletion_protection(true);
    call.vpc_security_group_ids(QUARANTINE_GROUP).send().await.unwrap();
    let call = rds.create_db_instance().db_instance_identifier(format!("{cluster}-1")).set_tags(tags(own));
    let call = call.db_cluster_identifier(&cluster).engine("aurora-postgresql").db_instance_class("db.r6g.large");
    call.send().await.unwrap();
    let call = rds.create_db_cluster_snapshot().db_cluster_identifier(&cluster).set_tags(tags(own));
    call.db_cluster_snapshot_identifier(format!("{cluster}-copy")).send().await.unwrap();
    let left = world.left().await;
    let found: Vec<(RdsObject, RdsKind)> = left.iter().map(|left| (left.object, left.kind)).collect();
    let expected = [
        (RdsObject::Instance, RdsKind::Quarantined),
        (RdsObject::Instance, RdsKind::Quarantined),
        (RdsObject::Cluster, RdsKind::Quarantined),
        (RdsObject::Snapshot, RdsKind::Copy),
        (RdsObject::ClusterSnapshot, RdsKind::Copy),
    ];
    assert_eq!(found, expected);
    for one in left.iter().rev() {
        remove(world.site(), one).await.unwrap_or_else(|error| panic!("{one}: {error}"));
    }
    assert!(world.left().await.is_empty());
}
