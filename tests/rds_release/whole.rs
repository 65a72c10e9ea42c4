//! The release and the way back, undisturbed.

use stagemask::aws::rds::remove;

use crate::aws::Aws;
use crate::world::{QUARANTINE_GROUP, STAGING_GROUP, World, groups, security_groups, tag};

#[tokio::test]
async fn a_masked_instance_becomes_staging_and_the_one_before_is_kept() {
    let aws = Aws::in_region("us-east-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    let swapped = world.swap().await.unwrap();
    assert_eq!(swapped.retired, Some(world.retired()));
    assert_eq!(swapped.port, 5432);
    assert!(swapped.address.starts_with("drop-staging."), "{}", swapped.address);
    let staging = world.find("drop-staging").await.unwrap();
    assert_eq!(world.staging_is().await, "new");
    assert_eq!(security_groups(&staging), [STAGING_GROUP]);
    assert_eq!(staging.backup_retention_period(), Some(7));
    assert_eq!(staging.db_instance_class(), Some("db.t3.medium"));
    assert_eq!(staging.deletion_protection(), Some(true));
    assert_eq!(staging.db_parameter_groups()[0].db_parameter_group_name(), Some("staging-pg16"));
    assert_eq!(tag(&staging, "stagemask:state"), Some("released"));
    assert_eq!(tag(&staging, "stagemask:expires"), None);
    assert_eq!(tag(&staging, "env"), Some("staging"));
    assert_eq!(world.left_ids().await, [world.retired()]);
}

/// The order is the point: nothing is open before everything else is done.
#[tokio::test]
async fn the_calls_of_a_release_are_these() {
    let aws = Aws::in_region("us-east-2").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    world.swap().await.unwrap();
    insta::assert_snapshot!("calls_of_a_release", changes(&world));
    world.rollback().await.unwrap();
    insta::assert_snapshot!("calls_of_a_rollback", changes(&world));
    remove(world.site(), &world.left().await[0]).await.unwrap();
    insta::assert_snapshot!("calls_of_a_removal", changes(&world));
}

/// The calls since the last time that change something, without what differs from run to run.
fn changes(world: &World<'_>) -> String {
    let calls: Vec<String> = world.aws.calls().into_iter().filter(|call| !call.starts_with("Describe")).collect();
    let run = world.run.to_string();
    let text = calls.join("\n").replace(&run, "<run>").replace(&run.to_lowercase(), "<run>");
    text.lines().map(without_times).collect::<Vec<_>>().join("\n")
}

fn without_times(line: &str) -> String {
    let is_time = |word: &str| word.ends_with('Z') && word.contains("=20");
    line.split(' ')
        .map(|word| if is_time(word) { format!("{}=<time>", word.split('=').next().unwrap()) } else { word.to_owned() })
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::test]
async fn a_release_that_is_done_is_not_done_again() {
    let aws = Aws::in_region("us-west-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    let first = world.swap().await.unwrap();
    aws.calls();
    assert_eq!(world.swap().await.unwrap(), first);
    let calls = aws.calls();
    assert!(calls.iter().all(|call| call.starts_with("Describe")), "{calls:?}");
}

#[tokio::test]
async fn a_first_release_needs_no_staging_before_it() {
    let aws = Aws::in_region("us-west-2").await;
    groups(&aws).await;
    let world = World::without_staging(&aws, "drop-staging").await;
    assert_eq!(world.swap().await.unwrap().retired, None);
    assert_eq!(world.staging_is().await, "new");
    assert!(world.left().await.is_empty());
    let error = world.rollback().await.unwrap_err();
    assert!(error.to_string().contains("no instance to go back to"), "{error}");
}

#[tokio::test]
async fn a_rollback_puts_the_old_one_back_and_closes_the_other() {
    let aws = Aws::in_region("eu-west-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    world.swap().await.unwrap();
    assert_eq!(world.rollback().await.unwrap(), world.rolled_back());
    assert_eq!(world.staging_is().await, "old");
    let staging = world.find("drop-staging").await.unwrap();
    assert_eq!(tag(&staging, "stagemask:expires"), None);
    assert_eq!(tag(&staging, "stagemask:retired-by"), None);
    let bad = world.find(&world.rolled_back()).await.unwrap();
    assert_eq!(security_groups(&bad), [QUARANTINE_GROUP]);
    assert_eq!(tag(&bad, "stagemask:state"), Some("rolledback"));
    assert_eq!(world.left_ids().await, [world.rolled_back()]);
    assert_eq!(world.rollback().await.unwrap(), world.rolled_back());
    let error = world.swap().await.unwrap_err();
    assert!(error.to_string().contains("to release"), "{error}");
}

#[tokio::test]
async fn a_run_that_is_no_longer_staging_is_not_rolled_back() {
    let aws = Aws::in_region("eu-west-2").await;
    groups(&aws).await;
    let first = World::with(&aws, "drop-staging").await;
    first.swap().await.unwrap();
    let second = World::without_staging(&aws, "drop-staging").await;
    second.swap().await.unwrap();
    assert_eq!(first.left_ids().await, [first.retired()]);
    assert_eq!(second.left_ids().await, [second.retired()]);
    let error = first.rollback().await.unwrap_err();
    assert!(error.to_string().contains(&second.run.to_string()), "{error}");
    second.rollback().await.unwrap();
    first.rollback().await.unwrap();
    assert_eq!(first.staging_is().await, "old");
}
