//! Each call that changes something is refused, or its answer lost, or the process killed there: what is left is known,
//! and both ways out of it work.

use stagemask::run_record::journal::Phase;

use crate::aws::{Aws, Fault};
use crate::world::{QUARANTINE_GROUP, STAGING_GROUP, World, groups, security_groups};

/// How many changes an undisturbed release makes.
async fn changes_of_a_release(aws: &Aws) -> usize {
    let world = World::with(aws, "counted").await;
    aws.fault(Fault::None);
    world.swap().await.unwrap();
    aws.changes()
}

/// Both instances are there, and whichever isn't staging is on the list.
async fn nothing_is_lost(world: &World<'_>, when: &str) {
    let left = world.left_ids().await;
    let (staging, retired) = (world.staging_is().await, world.find(&world.retired()).await.is_some());
    assert!(staging != "another", "{when}");
    let listed = |name: &String| left.contains(name);
    let new_waits = world.find(&world.incoming).await.is_some();
    let rolled_back = world.find(&world.rolled_back()).await.is_some();
    let places = [staging != "none", retired, new_waits, rolled_back].iter().filter(|there| **there).count();
    assert_eq!(places, 2, "{when}: both instances are there, once each; staging is {staging}");
    assert!(!retired || listed(&world.retired()), "{when}: {left:?}");
    assert!(!new_waits || listed(&world.incoming), "{when}: {left:?}");
    assert!(!rolled_back || listed(&world.rolled_back()), "{when}: {left:?}");
    assert!(!listed(&world.staging.instance), "{when}: {left:?}");
}

async fn is_released(world: &World<'_>, when: &str) {
    assert_eq!(world.staging_is().await, "new", "{when}");
    assert_eq!(world.left_ids().await, [world.retired()], "{when}");
    let staging = world.find(&world.staging.instance).await.unwrap();
    assert_eq!(security_groups(&staging), [STAGING_GROUP], "{when}");
    assert_eq!(staging.deletion_protection(), Some(true), "{when}");
}

async fn is_taken_back(world: &World<'_>, when: &str) {
    assert_eq!(world.staging_is().await, "old", "{when}");
    assert_eq!(world.left_ids().await, std::slice::from_ref(&world.incoming), "{when}");
    let new = world.find(&world.incoming).await.unwrap();
    assert_eq!(security_groups(&new), [QUARANTINE_GROUP], "{when}");
}

fn every_fault(changes: usize) -> impl Iterator<Item = (usize, Fault)> {
    (0..changes).flat_map(|n| [Fault::Once(n), Fault::From(n), Fault::Lost(n)].map(|fault| (n, fault)))
}

/// A call whose answer is lost leaves on the server what a kill right behind it leaves.
fn every_kill(changes: usize) -> impl Iterator<Item = (usize, Fault)> {
    (0..changes).map(|n| (n, Fault::From(n)))
}

#[tokio::test]
async fn a_release_that_is_cut_off_anywhere_goes_on() {
    let aws = Aws::in_region("eu-central-1").await;
    groups(&aws).await;
    let changes = changes_of_a_release(&aws).await;
    assert!(changes >= 9, "{changes}");
    for (n, fault) in every_fault(changes) {
        let when = format!("{fault:?}");
        let world = World::with(&aws, &format!("go-on-{n}-{}", when[..1].to_lowercase())).await;
        aws.fault(fault);
        let cut_off = world.swap().await;
        aws.fault(Fault::None);
        assert!(cut_off.is_err(), "{when}");
        let noted = world.journal.entries().unwrap();
        assert!(noted.iter().any(|entry| entry.phase == Phase::Failed), "{when}: {noted:?}");
        nothing_is_lost(&world, &when).await;
        world.swap().await.unwrap_or_else(|error| panic!("{when}: {error}"));
        is_released(&world, &when).await;
        world.tear_down().await;
    }
}

#[tokio::test]
async fn a_release_that_is_cut_off_anywhere_can_be_taken_back() {
    let aws = Aws::in_region("eu-north-1").await;
    groups(&aws).await;
    let changes = changes_of_a_release(&aws).await;
    for (n, fault) in every_kill(changes) {
        let when = format!("{fault:?}");
        let world = World::with(&aws, &format!("back-{n}-{}", when[..1].to_lowercase())).await;
        aws.fault(fault);
        world.swap().await.unwrap_err();
        aws.fault(Fault::None);
        world.undo().await.unwrap_or_else(|error| panic!("{when}: {error}"));
        is_taken_back(&world, &when).await;
        world.undo().await.unwrap_or_else(|error| panic!("{when}, again: {error}"));
        is_taken_back(&world, &when).await;
        world.tear_down().await;
    }
}

#[tokio::test]
async fn a_rollback_that_is_cut_off_anywhere_goes_on() {
    let aws = Aws::in_region("eu-south-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "counted").await;
    world.swap().await.unwrap();
    aws.fault(Fault::None);
    world.rollback().await.unwrap();
    let changes = aws.changes();
    assert!(changes >= 6, "{changes}");
    for (n, fault) in every_kill(changes) {
        let when = format!("{fault:?}");
        let world = World::with(&aws, &format!("roll-{n}-{}", when[..1].to_lowercase())).await;
        world.swap().await.unwrap();
        aws.fault(fault);
        world.rollback().await.unwrap_err();
        aws.fault(Fault::None);
        nothing_is_lost(&world, &when).await;
        world.rollback().await.unwrap_or_else(|error| panic!("{when}: {error}"));
        assert_eq!(world.staging_is().await, "old", "{when}");
        assert_eq!(world.left_ids().await, [world.rolled_back()], "{when}");
        let bad = world.find(&world.rolled_back()).await.unwrap();
        assert_eq!(security_groups(&bad), [QUARANTINE_GROUP], "{when}");
        world.tear_down().await;
    }
}

#[tokio::test]
async fn a_second_renaming_that_fails_takes_the_first_one_back() {
    let aws = Aws::in_region("ap-south-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    // Shape, mark, rename away, and then:
    aws.fault(Fault::Once(3));
    let error = world.swap().await.unwrap_err();
    aws.fault(Fault::None);
    assert!(error.what().contains("drop-staging is the instance that it was"), "{error}");
    assert!(error.to_string().contains("rds:ModifyDBInstance"), "{error}");
    assert_eq!(world.staging_is().await, "old");
    assert_eq!(world.left_ids().await, std::slice::from_ref(&world.incoming));
}

#[tokio::test]
async fn where_the_first_renaming_cannot_be_taken_back_either_the_error_says_that_there_is_no_staging() {
    let aws = Aws::in_region("ap-northeast-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    aws.fault(Fault::From(3));
    let error = world.swap().await.unwrap_err();
    aws.fault(Fault::None);
    assert!(error.what().contains("there is no drop-staging now"), "{error}");
    assert!(error.advice().unwrap().contains(&world.retired()), "{error}");
    assert_eq!(world.staging_is().await, "none");
}
