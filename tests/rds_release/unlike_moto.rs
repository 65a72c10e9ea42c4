//! What moto doesn't show: states that pass, states that don't, and settings that AWS didn't take.

use crate::aws::{Aws, Lie};
use crate::world::{QUARANTINE_GROUP, STAGING_GROUP, World, groups, security_groups};

const AVAILABLE: &str = "<DBInstanceStatus>available</DBInstanceStatus>";

async fn closed(world: &World<'_>, id: &str) {
    assert_eq!(security_groups(&world.find(id).await.unwrap()), [QUARANTINE_GROUP]);
}

#[tokio::test]
async fn states_that_pass_are_waited_for() {
    let aws = Aws::in_region("us-iso-east-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    for (instance, state) in [
        (world.incoming.as_str(), "<DBInstanceStatus>backing-up</DBInstanceStatus>"),
        (&world.retired(), "<DBInstanceStatus>renaming</DBInstanceStatus>"),
    ] {
        aws.lie(Lie { times: 2, ..Lie::about(instance, AVAILABLE, state) });
    }
    world.swap().await.unwrap();
    assert_eq!(world.staging_is().await, "new");
}

#[tokio::test]
async fn an_instance_that_cannot_come_up_is_not_waited_for() {
    let aws = Aws::in_region("us-iso-west-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    let told = "<DBInstanceStatus>incompatible-parameters</DBInstanceStatus>";
    aws.lie(Lie { after: "ModifyDBInstance", ..Lie::about(&world.incoming, AVAILABLE, told) });
    let error = world.swap().await.unwrap_err();
    assert!(error.what().contains("is incompatible-parameters"), "{error}");
    assert_eq!(world.staging_is().await, "old");
}

#[tokio::test]
async fn a_stopped_staging_is_seen_before_anything_is_done() {
    let aws = Aws::in_region("us-isob-east-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    aws.lie(Lie::about("drop-staging", AVAILABLE, "<DBInstanceStatus>stopped</DBInstanceStatus>"));
    aws.calls();
    let error = world.swap().await.unwrap_err();
    assert!(error.what().contains("is stopped"), "{error}");
    assert!(aws.calls().iter().all(|call| call.starts_with("Describe")));
}

/// `ModifyDBInstance` answers at once, and the renaming takes minutes: who comes back then must not ask for it again.
#[tokio::test]
async fn a_renaming_that_is_under_way_is_not_asked_for_again() {
    let aws = Aws::in_region("ap-south-2").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    let to = world.retired();
    // Pending under the old name for one look, then it stands under the new one.
    let pending: &'static str = format!(
        "<PendingModifiedValues><DBInstanceIdentifier>{to}</DBInstanceIdentifier></PendingModifiedValues>\
         <DBInstanceStatus>renaming</DBInstanceStatus>"
    )
    .leak();
    aws.lie(Lie { times: 1, ..Lie::about("drop-staging", AVAILABLE, pending) });
    let error = world.swap().await.unwrap_err();
    let renames: Vec<String> = aws.calls().into_iter().filter(|call| call.contains("NewDBInstance")).collect();
    assert!(renames.is_empty(), "{renames:?}");
    assert!(error.to_string().contains(&to), "moto doesn't rename by itself, so it is waited for in vain: {error}");
}

#[tokio::test]
async fn static_parameters_take_effect_before_people_connect() {
    let aws = Aws::in_region("ap-southeast-4").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    aws.lie(Lie {
        after: "ModifyDBInstance",
        until: "RebootDBInstance",
        ..Lie::about(&world.incoming, "in-sync", "pending-reboot")
    });
    world.swap().await.unwrap();
    let calls = aws.calls();
    let at = |start: &str| calls.iter().position(|call| call.starts_with(start)).unwrap();
    let renaming = calls.iter().position(|call| call.contains("NewDBInstanceIdentifier")).unwrap();
    assert!(at("RebootDBInstance") < renaming, "{calls:?}");
}

#[tokio::test]
async fn what_aws_has_not_taken_keeps_staging_closed() {
    let aws = Aws::in_region("eu-central-2").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    let [truth, told] =
        ["<DeletionProtection>true</DeletionProtection>", "<DeletionProtection>false</DeletionProtection>"];
    aws.lie(Lie::about("drop-staging", truth, told));
    let error = world.swap().await.unwrap_err();
    assert!(error.to_string().contains("deletion protection"), "{error}");
    closed(&world, "drop-staging").await;
}

#[tokio::test]
async fn backups_that_stay_off_keep_staging_as_it_was() {
    let aws = Aws::in_region("cn-north-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    let [truth, told] =
        ["<BackupRetentionPeriod>7</BackupRetentionPeriod>", "<BackupRetentionPeriod>0</BackupRetentionPeriod>"];
    aws.lie(Lie::about(&world.incoming, truth, told));
    let error = world.swap().await.unwrap_err();
    assert!(error.to_string().contains("backups for 7 days"), "{error}");
    assert_eq!(world.staging_is().await, "old");
    closed(&world, &world.incoming).await;
}

#[tokio::test]
async fn an_instance_of_which_aws_does_not_say_whether_it_is_public_counts_as_public() {
    let aws = Aws::in_region("cn-northwest-1").await;
    groups(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    aws.lie(Lie::about(&world.incoming, "<PubliclyAccessible>false</PubliclyAccessible>", ""));
    let error = world.swap().await.unwrap_err();
    assert!(error.to_string().contains("doesn't say that it isn't"), "{error}");
    assert_eq!(world.staging_is().await, "old");
}

#[tokio::test]
async fn a_cluster_of_the_name_is_not_shadowed_by_an_instance() {
    let aws = Aws::in_region("me-central-1").await;
    groups(&aws).await;
    let world = World::without_staging(&aws, "drop-staging").await;
    let call = aws.account.rds().create_db_cluster().db_cluster_identifier("drop-staging").engine("aurora-postgresql");
    let call = call.master_username("drop_admin").master_user_password("not-a-real-one");
    call.vpc_security_group_ids(STAGING_GROUP).send().await.unwrap();
    aws.calls();
    let error = world.swap().await.unwrap_err();
    assert!(error.to_string().contains("is a cluster"), "{error}");
    assert!(aws.calls().iter().all(|call| call.starts_with("Describe")));
}
