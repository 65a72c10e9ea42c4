//! What a restored instance has to be like, whatever AWS makes of the call.

use stagemask::restore::rds::request::RestoreFrom;

use crate::aws::Lie;
use crate::world::{GROUP, PARAMETERS, World, account, parameter, production, security_groups, tag};

#[tokio::test]
async fn nothing_of_production_is_inherited_but_its_rows() {
    let aws = account("us-east-2").await;
    let world = World::new(&aws, RestoreFrom::LatestAutomated);
    world.restore().await.unwrap();
    let found = world.find(&world.name()).await.unwrap();
    assert_eq!(security_groups(&found), [GROUP]);
    assert_eq!(found.db_subnet_group().unwrap().db_subnet_group_name(), Some("private"));
    assert_eq!(found.db_parameter_groups()[0].db_parameter_group_name(), Some(PARAMETERS));
    assert_eq!(found.publicly_accessible(), Some(false));
    assert_eq!(found.backup_retention_period(), Some(0));
    assert_eq!(found.multi_az(), Some(false));
    assert_eq!(found.deletion_protection(), Some(false));
    assert_eq!(found.copy_tags_to_snapshot(), Some(false));
    assert_eq!(found.auto_minor_version_upgrade(), Some(false));
    assert!(found.enabled_cloudwatch_logs_exports().is_empty());
    assert_eq!(tag(&found, "env"), None);
    assert_eq!(tag(&found, "team"), None);
    assert_eq!(tag(&found, "cost-centre"), Some("staging"));
    assert_eq!(tag(&found, "stagemask:managed"), Some("true"));
    assert_eq!(tag(&found, "stagemask:state"), Some("quarantined"));
    assert!(tag(&found, "stagemask:expires").is_some());
}

#[tokio::test]
async fn a_parameter_group_that_lets_values_into_a_log_is_refused_before_anything_is_restored() {
    let aws = account("us-west-1").await;
    parameter(&aws, "log_min_error_statement", "error").await;
    parameter(&aws, "shared_preload_libraries", "pg_stat_statements,auto_explain").await;
    let world = World::new(&aws, RestoreFrom::LatestAutomated);
    world.refused("log_min_error_statement is \"error\", and has to be panic").await;
    world.refused("loads auto_explain").await;
    let mut world = World::new(&aws, RestoreFrom::LatestAutomated);
    world.source.quarantine.parameter_group = "nowhere".to_owned();
    world.refused("nowhere").await;
}

/// It is said of the restored instance from the first look on, so nothing is done with it but deleting it.
async fn comes_up_as(region: &'static str, truth: &'static str, told: &'static str, part: &str) {
    let aws = account(region).await;
    let world = World::new(&aws, RestoreFrom::LatestAutomated);
    aws.lie(Lie::about(&world.name(), truth, told));
    let error = world.restore().await.unwrap_err().to_string();
    assert!(error.contains(part), "{part:?} is not in: {error}");
    let calls = crate::world::changes(&aws);
    assert!(calls.iter().all(|call| call.starts_with("RestoreDBInstanceFromDBSnapshot")), "{calls:?}");
    world.destroy().await.unwrap();
    assert_eq!(world.everything().await, Vec::<String>::new());
}

#[tokio::test]
async fn an_instance_that_comes_up_public_is_not_used() {
    let public = "<PubliclyAccessible>true</PubliclyAccessible>";
    comes_up_as("us-west-2", "<PubliclyAccessible>false</PubliclyAccessible>", public, "reached from the internet")
        .await;
}

#[tokio::test]
async fn an_instance_of_which_aws_does_not_say_whether_it_is_public_is_not_used() {
    comes_up_as("ca-central-1", "<PubliclyAccessible>false</PubliclyAccessible>", "", "reached from the internet")
        .await;
}

#[tokio::test]
async fn an_instance_that_comes_up_with_a_tag_of_production_is_not_used() {
    let with = "<TagList><Tag><Key>Env</Key><Value>PROD</Value></Tag>";
    comes_up_as("ca-west-1", "<TagList>", with, "is tagged Env=PROD").await;
}

#[tokio::test]
async fn an_instance_that_comes_up_as_a_replica_is_not_used() {
    let replica =
        "<ReadReplicaSourceDBInstanceIdentifier>x</ReadReplicaSourceDBInstanceIdentifier><Engine>postgres</Engine>";
    comes_up_as("sa-east-1", "<Engine>postgres</Engine>", replica, "read replica").await;
}

/// It stays so although it was set, so it is given up.
async fn stays_as(region: &'static str, truth: &'static str, told: &'static str, part: &str) {
    let aws = account(region).await;
    let world = World::new(&aws, RestoreFrom::LatestAutomated);
    aws.lie(Lie { after: "ModifyDBInstance", ..Lie::about(&world.name(), truth, told) });
    let error = world.restore().await.unwrap_err().to_string();
    assert!(error.contains(part), "{part:?} is not in: {error}");
    assert!(error.contains("given up"), "{error}");
}

#[tokio::test]
async fn backups_that_stay_on_are_noticed() {
    let [off, on] = ["<BackupRetentionPeriod>0<", "<BackupRetentionPeriod>7<"];
    stays_as("ap-south-1", off, on, "automated backups are on").await;
}

#[tokio::test]
async fn other_security_groups_are_noticed() {
    stays_as("ap-south-2", GROUP, "sg-production", "other security groups").await;
}

#[tokio::test]
async fn another_parameter_group_is_noticed() {
    stays_as("ap-northeast-1", PARAMETERS, "production-pg16", "another parameter group").await;
}

#[tokio::test]
async fn a_password_that_is_still_to_be_changed_is_waited_for() {
    let aws = account("ap-northeast-2").await;
    let world = World::new(&aws, RestoreFrom::LatestAutomated);
    let told = "<PendingModifiedValues><MasterUserPassword>****</MasterUserPassword></PendingModifiedValues>\
                <Engine>postgres</Engine>";
    aws.lie(Lie { after: "ModifyDBInstance", ..Lie::about(&world.name(), "<Engine>postgres</Engine>", told) });
    let error = world.restore().await.unwrap_err().to_string();
    assert!(error.contains("the password isn't changed"), "{error}");
}

#[tokio::test]
async fn a_production_that_is_public_is_restored_to_nobody() {
    let aws = account("ap-northeast-3").await;
    production(&aws, "open-prod").await;
    let call = aws.account.rds().modify_db_instance().db_instance_identifier("open-prod").publicly_accessible(true);
    call.send().await.unwrap();
    let mut world = World::new(&aws, RestoreFrom::LatestPointInTime);
    world.source.production = stagemask::restore::rds::request::Production::Instance("open-prod".to_owned());
    let error = world.restore().await.unwrap_err().to_string();
    assert!(error.contains("reached from the internet"), "moto keeps what isn't true: {error}");
}
