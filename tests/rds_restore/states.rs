//! Which state of production is restored, undisturbed.

use std::time::{Duration, SystemTime};

use stagemask::restore::rds::request::{RestoreFrom, SnapshotCopy};

use crate::world::{PARAMETERS, PRODUCTION, World, account, snapshot, story, tag, tag_map, tags};

/// The order is the point: nobody can sign in with production's password before anything else is looked at.
#[tokio::test]
async fn the_calls_of_a_restore_and_of_its_end_are_these() {
    let aws = account("eu-north-1").await;
    let world = World::new(&aws, RestoreFrom::LatestAutomated);
    world.restore().await.unwrap();
    insta::assert_snapshot!("calls_of_a_restore", story(&world));
    world.destroy().await.unwrap();
    insta::assert_snapshot!("calls_of_its_end", story(&world));
}

#[tokio::test]
async fn the_latest_automated_snapshot_is_restored() {
    let aws = account("eu-central-1").await;
    snapshot(&aws, "by-hand", None).await;
    let world = World::new(&aws, RestoreFrom::LatestAutomated);
    let restored = world.restore().await.unwrap();
    assert!(restored.described.starts_with("automated snapshot rds:drop-prod-"), "{}", restored.described);
    assert_eq!(restored.instance, world.name());
    assert!(restored.address.starts_with(&restored.instance), "{}", restored.address);
    assert_eq!((restored.port, restored.master_user.as_str()), (5432, "drop_admin"));
    assert_eq!(restored.engine_version, "16.4");
    assert_eq!(restored.password.expose().len(), 48);
    let age = SystemTime::now().duration_since(restored.taken).unwrap_or_default();
    assert!(age < Duration::from_secs(600), "{age:?}");
    world.destroy().await.unwrap();
    assert_eq!(world.everything().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_latest_manual_snapshot_that_has_the_tags_is_restored() {
    let aws = account("eu-west-1").await;
    snapshot(&aws, "older", tags([("for", "staging"), ("size", "small")])).await;
    snapshot(&aws, "newer", tags([("for", "staging"), ("size", "small")])).await;
    snapshot(&aws, "other", tags([("for", "staging"), ("size", "large")])).await;
    snapshot(&aws, "without", None).await;
    let wanted = tag_map(&[("for", "staging"), ("size", "small")]);
    let world = World::new(&aws, RestoreFrom::LatestManual(wanted));
    assert_eq!(world.restore().await.unwrap().described, "manual snapshot newer of drop-prod");
    let world = World::new(&aws, RestoreFrom::LatestManual(tag_map(&[("for", "training")])));
    world.refused("no available manual snapshot with these tags").await;
}

#[tokio::test]
async fn a_snapshot_is_restored_by_its_name_or_its_arn() {
    let aws = account("eu-west-2").await;
    snapshot(&aws, "before-the-fair", None).await;
    let arn = "arn:aws:rds:eu-west-2:123456789012:snapshot:before-the-fair";
    for id in ["before-the-fair", arn] {
        let world = World::new(&aws, RestoreFrom::Snapshot(id.to_owned()));
        let restored = world.restore().await.unwrap();
        assert_eq!(restored.described, "manual snapshot before-the-fair of drop-prod");
        world.destroy().await.unwrap();
        assert_eq!(world.everything().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn the_latest_point_in_time_is_restored() {
    let aws = account("eu-west-3").await;
    let world = World::new(&aws, RestoreFrom::LatestPointInTime).without_motos_replica();
    let restored = world.restore().await.unwrap();
    assert_eq!(restored.described, "latest point in time of drop-prod");
    let calls = aws.calls();
    let call = calls.iter().find(|call| call.starts_with("RestoreDBInstanceToPointInTime")).unwrap();
    assert!(call.contains("UseLatestRestorableTime=true") && !call.contains("RestoreTime"), "{call}");
    world.destroy().await.unwrap();
    assert_eq!(world.everything().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_point_in_time_is_restored_unless_it_is_still_to_come() {
    let aws = account("eu-south-1").await;
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    let world = World::new(&aws, RestoreFrom::PointInTime(time)).without_motos_replica();
    let restored = world.restore().await.unwrap();
    assert_eq!(restored.taken, time);
    assert_eq!(restored.described, format!("{PRODUCTION} as of 2026-01-01T00:00:00Z"));
    let calls = aws.calls();
    let call = calls.iter().find(|call| call.starts_with("RestoreDBInstanceToPointInTime")).unwrap();
    assert!(call.contains("RestoreTime=2026-01-01T00:00:00Z"), "{call}");
    let later = SystemTime::now() + Duration::from_secs(3600);
    World::new(&aws, RestoreFrom::PointInTime(later)).refused("at the latest").await;
}

#[tokio::test]
async fn a_copy_under_another_key_is_restored_and_deleted() {
    let aws = account("eu-south-2").await;
    snapshot(&aws, "plain", None).await;
    let mut world = World::new(&aws, RestoreFrom::Snapshot("plain".to_owned()));
    world.source.copy = Some(SnapshotCopy { kms_key: Some("alias/aws/rds".to_owned()), from_region: None });
    let restored = world.restore().await.unwrap();
    assert_eq!(restored.described, "manual snapshot plain of drop-prod", "of the original");
    let found = world.find(&restored.instance).await.unwrap();
    assert_eq!(found.storage_encrypted(), Some(true));
    let calls = aws.calls();
    let copying = calls.iter().find(|call| call.starts_with("CopyDBSnapshot")).unwrap();
    assert!(copying.contains("CopyTags=false") && copying.contains("KmsKeyId=alias/aws/rds"), "{copying}");
    let left: Vec<String> = world.left().await.into_iter().map(|left| left.id).collect();
    assert_eq!(left, [world.name(), format!("{}-copy", world.name())]);
    world.destroy().await.unwrap();
    assert_eq!(world.everything().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_point_in_time_can_not_be_copied() {
    let aws = account("eu-central-2").await;
    let mut world = World::new(&aws, RestoreFrom::LatestPointInTime);
    world.source.copy = Some(SnapshotCopy { kms_key: Some("alias/aws/rds".to_owned()), from_region: None });
    world.refused("only a snapshot can be copied").await;
}

#[tokio::test]
async fn a_restore_that_is_done_is_found_again_with_a_new_password() {
    let aws = account("us-east-1").await;
    let world = World::new(&aws, RestoreFrom::LatestAutomated);
    let first = world.restore().await.unwrap();
    aws.calls();
    let second = world.restore().await.unwrap();
    assert_eq!((second.instance, second.described, second.taken), (first.instance, first.described, first.taken));
    assert_ne!(second.password.expose(), first.password.expose());
    let calls = crate::world::changes(&aws);
    assert!(calls.iter().all(|call| call.starts_with("ModifyDBInstance")), "{calls:?}");
    let found = world.find(&world.name()).await.unwrap();
    assert_eq!(tag(&found, "env"), None);
    assert_eq!(found.db_parameter_groups()[0].db_parameter_group_name(), Some(PARAMETERS));
}
