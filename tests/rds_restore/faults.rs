//! Each call that changes something is refused, its answer lost, or the process killed there: the run goes on or is
//! cleaned up, and never is there a second instance, or one that is on no list.

use stagemask::restore::rds::request::{RestoreFrom, SnapshotCopy};

use crate::aws::{Aws, Fault};
use crate::world::{World, account, snapshot};

fn copied(aws: &Aws) -> World<'_> {
    let mut world = World::new(aws, RestoreFrom::Snapshot("plain".to_owned()));
    world.source.copy = Some(SnapshotCopy { kms_key: Some("alias/aws/rds".to_owned()), from_region: None });
    world
}

/// Every fault of every change that an undisturbed run makes.
pub(crate) fn every_fault(changes: usize) -> impl Iterator<Item = Fault> {
    (0..changes).flat_map(|n| [Fault::Once(n), Fault::From(n), Fault::Lost(n)])
}

/// Everything with the run's name is on the list of what it has left.
pub(crate) async fn nothing_is_hidden(world: &World<'_>, when: &str) {
    let listed: Vec<String> = world.left().await.into_iter().map(|left| left.id).collect();
    let there = world.everything().await;
    // Automated snapshots go with their instance.
    let hidden: Vec<&String> =
        there.iter().filter(|name| !name.starts_with("rds:") && !listed.contains(name)).collect();
    assert!(hidden.is_empty(), "{when}: {hidden:?} is on no list");
}

#[tokio::test]
async fn a_restore_that_is_cut_off_anywhere_goes_on() {
    let aws = account("ap-east-1").await;
    snapshot(&aws, "plain", None).await;
    let world = copied(&aws);
    aws.fault(Fault::None);
    world.restore().await.unwrap();
    let changes = aws.changes();
    assert_eq!(changes, 3, "copy, restore, close");
    world.destroy().await.unwrap();
    for fault in every_fault(changes) {
        let when = format!("{fault:?}");
        let world = copied(&aws);
        aws.fault(fault);
        let cut_off = world.restore().await;
        aws.fault(Fault::None);
        assert!(cut_off.is_err(), "{when}");
        nothing_is_hidden(&world, &when).await;
        let restored = world.restore().await.unwrap_or_else(|error| panic!("{when}: {error}"));
        assert_eq!(restored.instance, world.name(), "{when}");
        let made: Vec<String> = world.everything().await.into_iter().filter(|id| !id.starts_with("rds:")).collect();
        assert_eq!(made, [world.name(), format!("{}-copy", world.name())], "{when}");
        world.destroy().await.unwrap_or_else(|error| panic!("{when}: {error}"));
        assert_eq!(world.everything().await, Vec::<String>::new(), "{when}");
    }
}

#[tokio::test]
async fn a_restore_that_is_cut_off_anywhere_can_be_cleaned_up() {
    let aws = account("us-gov-east-1").await;
    snapshot(&aws, "plain", None).await;
    for fault in every_fault(3) {
        let when = format!("{fault:?}");
        let world = copied(&aws);
        aws.fault(fault);
        world.restore().await.unwrap_err();
        aws.fault(Fault::None);
        world.destroy().await.unwrap_or_else(|error| panic!("{when}: {error}"));
        assert_eq!(world.everything().await, Vec::<String>::new(), "{when}");
        world.destroy().await.unwrap_or_else(|error| panic!("{when}, again: {error}"));
    }
}

#[tokio::test]
async fn an_end_that_is_cut_off_anywhere_goes_on() {
    let aws = account("us-gov-west-1").await;
    snapshot(&aws, "plain", None).await;
    let world = copied(&aws);
    world.restore().await.unwrap();
    aws.fault(Fault::None);
    world.destroy().await.unwrap();
    let changes = aws.changes();
    assert_eq!(changes, 2, "instance and copy");
    for fault in every_fault(changes) {
        let when = format!("{fault:?}");
        let world = copied(&aws);
        world.restore().await.unwrap();
        aws.fault(fault);
        world.destroy().await.unwrap_err();
        aws.fault(Fault::None);
        nothing_is_hidden(&world, &when).await;
        world.destroy().await.unwrap_or_else(|error| panic!("{when}: {error}"));
        assert_eq!(world.everything().await, Vec::<String>::new(), "{when}");
    }
}
