//! What is refused before anything is done.

use aws_sdk_rds::types::Tag;
use stagemask::error::ErrorKind;
use stagemask::release::rds::request::Strategy;

use crate::aws::Aws;
use crate::world::{STAGING_GROUP, World, groups, instance, tags};

/// Nothing was changed by the attempt, and the error says why.
async fn refused(world: &World<'_>, part: &str) {
    world.aws.calls();
    let error = world.swap().await.unwrap_err().to_string();
    assert!(error.contains(part), "{part:?} is not in: {error}");
    let calls = world.aws.calls();
    assert!(calls.iter().all(|call| call.starts_with("Describe")), "{calls:?}");
}

async fn tag_it(world: &World<'_>, id: &str, key: &str, value: &str) {
    let arn = world.find(id).await.unwrap().db_instance_arn.unwrap();
    let tag = Tag::builder().key(key).value(value).build();
    world.aws.account.rds().add_tags_to_resource().resource_name(arn).tags(tag).send().await.unwrap();
}

#[tokio::test]
async fn what_is_tagged_as_production_is_not_replaced() {
    let aws = Aws::in_region("ca-central-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    tag_it(&world, "drop-staging", "Environment", "PROD").await;
    refused(&world, "tagged Environment=PROD").await;
}

#[tokio::test]
async fn a_restored_instance_with_a_tag_of_production_is_not_released() {
    let aws = Aws::in_region("sa-east-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    tag_it(&world, &world.incoming, "env", "production").await;
    refused(&world, "carries production's tag env=production").await;
}

#[tokio::test]
async fn an_instance_with_read_replicas_is_not_replaced() {
    let aws = Aws::in_region("ap-southeast-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    let call = aws.account.rds().create_db_instance_read_replica().db_instance_identifier("a-replica");
    call.source_db_instance_identifier("drop-staging").send().await.unwrap();
    refused(&world, "has read replicas").await;
}

/// Moto renames onto a taken name without a word, so it is our check that this sees.
#[tokio::test]
async fn a_name_that_is_taken_is_left_to_whom_it_belongs() {
    let aws = Aws::in_region("ap-southeast-2").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    instance(&aws, &world.retired(), STAGING_GROUP, "staging-pg16", None).await;
    refused(&world, "is taken").await;
    let world = World::with(&aws, "other-staging").await;
    instance(&aws, &world.rolled_back(), STAGING_GROUP, "staging-pg16", tags([("stagemask:run", "another")])).await;
    refused(&world, "is taken").await;
}

#[tokio::test]
async fn an_instance_that_is_public_is_not_released() {
    let aws = Aws::in_region("ap-northeast-2").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    let call = aws.account.rds().modify_db_instance().db_instance_identifier(&world.incoming);
    call.publicly_accessible(true).send().await.unwrap();
    refused(&world, "publicly accessible").await;
}

#[tokio::test]
async fn a_restored_instance_is_not_released_before_it_is_shown_that_nothing_raw_is_left_on_it() {
    let aws = Aws::in_region("mx-central-1").await;
    groups(&aws).await;
    let mut world = World::with(&aws, "drop-staging").await;
    world.staging.strategy = Strategy::RestoredInstance;
    refused(&world, "came with production's data").await;
}

#[tokio::test]
async fn a_request_that_would_leave_staging_odd_is_refused() {
    let aws = Aws::in_region("ap-northeast-3").await;
    groups(&aws).await;
    let mut world = World::with(&aws, "drop-staging").await;
    world.staging.shape.backup_days = 0;
    refused(&world, "backups for 0 days").await;
    world.staging.shape.backup_days = 7;
    world.staging.shape.security_groups.clear();
    refused(&world, "no security group").await;
    let mut world = World::without_staging(&aws, &"x".repeat(40)).await;
    refused(&world, "letters long").await;
    world.incoming = "nobody".to_owned();
    world.staging.instance = "drop-staging".to_owned();
    aws.account.rds().delete_db_instance().db_instance_identifier("drop-staging").send().await.unwrap();
    refused(&world, "no instance nobody").await;
}

#[tokio::test]
async fn what_aws_does_not_do_as_asked_is_noticed() {
    let aws = Aws::in_region("eu-west-3").await;
    groups(&aws).await;
    let mut world = World::with(&aws, "drop-staging").await;
    world.staging.shape.parameter_group = Some("nowhere".to_owned());
    let error = world.swap().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert!(error.to_string().contains("DBParameterGroupNotFound"), "{error}");
    assert_eq!(world.staging_is().await, "old");
}
