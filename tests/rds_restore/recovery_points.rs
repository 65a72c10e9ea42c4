//! Recovery points of AWS Backup. Moto has no restore jobs, so their answers are recorded, and moto restores meanwhile.

use std::time::{Duration, SystemTime};

use stagemask::restore::rds::request::{RestoreFrom, SnapshotCopy};
use stagemask::run_record::journal::Phase;

use crate::aws::{Aws, Canned, Fault};
use crate::faults::every_fault;
use crate::world::{GROUP, PARAMETERS, PRODUCTION, World, account_of, security_groups, snapshot, story, tag};

/// Who has the vault.
const OWNER: &str = "321098765432";
const ROLE: &str = "arn:aws:iam::123456789012:role/restore";

fn point(region: &str, name: &str) -> String {
    format!("arn:aws:rds:{region}:{OWNER}:snapshot:awsbackup:{name}")
}

fn production(region: &str) -> String {
    format!("arn:aws:rds:{region}:{OWNER}:db:{PRODUCTION}")
}

/// A vault with recovery points of production and of another instance, and what they say of production.
async fn vault(region: &'static str) -> Aws {
    let aws = account_of(OWNER, region).await;
    snapshot(&aws, "in-the-vault", None).await;
    let line = |name: &str, of: &str, status: &str, made: u32| {
        let (point, of) = (point(region, name), production(region).replace(PRODUCTION, of));
        format!(
            r#"{{"RecoveryPointArn":"{point}","ResourceArn":"{of}","Status":"{status}","CreationDate":{made},"BackupVaultName":"nightly"}}"#
        )
    };
    let points = [
        line("older", PRODUCTION, "COMPLETED", 1_767_139_200),
        line("newest", PRODUCTION, "COMPLETED", 1_767_225_600),
        line("partial", PRODUCTION, "PARTIAL", 1_767_312_000),
        line("theirs", "other-prod", "COMPLETED", 1_767_312_000),
    ]
    .join(",");
    let answer = format!(r#"{{"RecoveryPoints":[{points}]}}"#);
    aws.canned(Canned::always("GET /backup-vaults/nightly/recovery-points", 200, answer.clone()));
    aws.canned(Canned::always("GET /resources/", 200, answer));
    let said = r#"{"RestoreMetadata":{"DBInstanceClass":"db.m6i.large","Engine":"postgres","publiclyAccessible":"true",
        "MultiAZ":"true","VpcSecurityGroupIds":"[\"sg-production\"]","AvailabilityZone":"eu-north-1a","OptionGroupName":
        "production","EnableCloudwatchLogsExports":"[\"postgresql\"]","DBInstanceIdentifier":"drop-prod"}}"#;
    for name in ["older", "newest"] {
        let call = format!("GET /backup-vaults/nightly/recovery-points/{}/restore-metadata", point(region, name));
        aws.canned(Canned::always(call, 200, said));
    }
    aws
}

/// A run, and the job that restores for it: at first it runs, then it is done.
fn world<'a>(aws: &'a Aws, from: RestoreFrom) -> World<'a> {
    let mut world = World::new(aws, from);
    world.source.quarantine.backup_role = Some(ROLE.to_owned());
    let (name, region) = (world.name(), aws.account.region());
    let made = production(region).replace(PRODUCTION, &name);
    let restoring = format!(
        "Action=RestoreDBInstanceFromDBSnapshot&Version=2014-10-31&DBInstanceIdentifier={name}&DBSnapshotIdentifier=\
         in-the-vault&DBSubnetGroupName=private&DBParameterGroupName={PARAMETERS}&\
         VpcSecurityGroupIds.VpcSecurityGroupId.1={GROUP}"
    );
    let started = Canned::always("PUT /restore-jobs", 200, format!(r#"{{"RestoreJobId":"job-{name}"}}"#));
    aws.canned(Canned { meanwhile: Some(restoring), ..started });
    let common = format!(
        r#""RestoreJobId":"job-{name}","RecoveryPointArn":"{}","SourceResourceArn":"{}","RecoveryPointCreationDate":1767225600"#,
        point(region, "newest"),
        production(region)
    );
    let running = format!(r#"{{{common},"Status":"RUNNING","PercentDone":"50.00%"}}"#);
    let completed = format!(r#"{{{common},"Status":"COMPLETED","CreatedResourceArn":"{made}"}}"#);
    let other = r#"{"RestoreJobId":"job-other","Status":"RUNNING","RecoveryPointArn":"x","CreationDate":1767225600}"#;
    let mut looks = Canned::always(format!("GET /restore-jobs/job-{name}"), 200, completed);
    looks.answers.insert(0, (200, running.clone()));
    aws.canned(looks);
    aws.canned(Canned::always("GET /restore-jobs?", 200, format!(r#"{{"RestoreJobs":[{other},{running}]}}"#)));
    let metadata = format!(r#"{{"Metadata":{{"dbInstanceIdentifier":"{name}"}}}}"#);
    aws.canned(Canned::always(format!("GET /restore-jobs/job-{name}/metadata"), 200, metadata));
    let others = r#"{"Metadata":{"DBInstanceIdentifier":"another"}}"#;
    aws.canned(Canned::always("GET /restore-jobs/job-other/metadata", 200, others));
    world
}

fn newest() -> RestoreFrom {
    RestoreFrom::LatestRecoveryPoint("nightly".to_owned())
}

#[tokio::test]
async fn the_calls_of_a_restored_recovery_point_are_these() {
    let aws = vault("eu-north-1").await;
    let world = world(&aws, newest());
    world.restore().await.unwrap();
    let story = story(&world);
    let (starting, rest) = story.split_once('\n').unwrap();
    let (call, body) = starting.split_once('{').unwrap();
    let body: serde_json::Value = serde_json::from_str(&format!("{{{body}")).unwrap();
    assert_eq!(call.trim(), "PUT /restore-jobs");
    let metadata: std::collections::BTreeMap<String, String> =
        serde_json::from_value(body["Metadata"].clone()).unwrap();
    assert_eq!(body["IdempotencyToken"], "<run>");
    assert_eq!(body["CopySourceTagsToRestoredResource"], false);
    assert_eq!(body["IamRoleArn"], ROLE);
    insta::assert_debug_snapshot!("metadata_of_a_restore_job", metadata);
    insta::assert_snapshot!("calls_after_a_restore_job", rest);
}

#[tokio::test]
async fn the_newest_recovery_point_of_production_is_restored_and_deleted() {
    let aws = vault("eu-west-1").await;
    let world = world(&aws, newest());
    let restored = world.restore().await.unwrap();
    assert_eq!(restored.described, format!("recovery point {} of drop-prod", point("eu-west-1", "newest")));
    assert_eq!(restored.taken, SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600));
    let found = world.find(&world.name()).await.unwrap();
    assert_eq!(security_groups(&found), [GROUP]);
    assert_eq!(found.backup_retention_period(), Some(0));
    assert_eq!(tag(&found, "env"), None, "of which moto gives it production's");
    assert_eq!(tag(&found, "stagemask:run"), Some(world.run.to_string().as_str()));
    world.destroy().await.unwrap();
    assert_eq!(world.everything().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_recovery_point_is_restored_by_its_arn_if_it_is_productions_and_whole() {
    let region = "eu-west-2";
    let aws = vault(region).await;
    let named = |name: &str| RestoreFrom::RecoveryPoint(point(region, name));
    let restored = world(&aws, named("older")).restore().await.unwrap();
    assert!(restored.described.contains("awsbackup:older"), "{}", restored.described);
    world(&aws, named("partial")).refused("is PARTIAL, not COMPLETED").await;
    world(&aws, named("nowhere")).refused("drop-prod has no recovery point").await;
}

#[tokio::test]
async fn what_a_restore_job_can_not_do_is_refused_before_it_is_started() {
    let aws = vault("eu-west-3").await;
    let mut world = world(&aws, newest());
    world.source.copy = Some(SnapshotCopy::default());
    world.refused("only a snapshot can be copied").await;
    world.source.copy = None;
    world.source.quarantine.backup_role = None;
    world.refused("no role is named under which AWS Backup may restore").await;
    let empty = Canned::always("GET /backup-vaults/nightly/recovery-points", 200, r#"{"RecoveryPoints":[]}"#);
    aws.canned(empty);
    world.source.quarantine.backup_role = Some(ROLE.to_owned());
    world.refused("the vault nightly has no recovery point of drop-prod").await;
}

#[tokio::test]
async fn a_job_that_fails_says_why() {
    let aws = vault("eu-south-1").await;
    let world = world(&aws, newest());
    let failed = r#"{"Status":"FAILED","StatusMessage":"the role may not pass itself on"}"#;
    aws.canned(Canned::always(format!("GET /restore-jobs/job-{}", world.name()), 200, failed));
    let error = world.restore().await.unwrap_err().to_string();
    assert!(error.contains("couldn't restore recovery point"), "{error}");
    assert!(error.contains("the role may not pass itself on"), "{error}");
    world.destroy().await.unwrap();
    assert_eq!(world.everything().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_missing_permission_of_aws_backup_is_named() {
    let aws = vault("eu-south-2").await;
    let world = world(&aws, newest());
    aws.fault(Fault::From(0));
    let error = world.restore().await.unwrap_err().to_string();
    assert!(error.contains("allow backup:StartRestoreJob on"), "{error}");
}

#[tokio::test]
async fn an_instance_that_nobody_asked_for_is_not_taken_for_the_jobs() {
    let aws = vault("us-east-1").await;
    let world = world(&aws, newest());
    crate::world::production(&aws, &world.name()).await;
    world.refused("is taken by what isn't this run's").await;
    world.destroy().await.unwrap();
    assert!(world.find(&world.name()).await.is_some(), "without a job in the journal it isn't ours");
}

#[tokio::test]
async fn what_a_job_makes_after_a_kill_is_waited_for_and_deleted() {
    let aws = vault("us-east-2").await;
    let world = world(&aws, newest());
    // The job was started, and the process killed before anything was there.
    world.journal.note("start-restore-job", Phase::Begun, &[]).unwrap();
    let error = world.destroy().await;
    assert!(error.is_ok(), "the job is over, and there is nothing: {error:?}");
    let call = aws.account.rds().restore_db_instance_from_db_snapshot().db_instance_identifier(world.name());
    call.db_snapshot_identifier("in-the-vault").send().await.unwrap();
    assert!(world.left().await.is_empty(), "it has no tags");
    world.destroy().await.unwrap();
    assert_eq!(world.everything().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_restore_job_that_is_cut_off_anywhere_goes_on_or_is_cleaned_up() {
    let aws = vault("eu-central-1").await;
    let counted = world(&aws, newest());
    aws.fault(Fault::None);
    counted.restore().await.unwrap();
    let changes = aws.changes();
    assert_eq!(changes, 4, "job, production's tags off, our own on, close");
    counted.destroy().await.unwrap();
    for fault in every_fault(changes) {
        for goes_on in [true, false] {
            let when = format!("{fault:?}, goes on: {goes_on}");
            let world = world(&aws, newest());
            // A job that was never started isn't there to be found.
            if matches!(fault, Fault::Once(0) | Fault::From(0)) {
                aws.canned(Canned::always("GET /restore-jobs?", 200, r#"{"RestoreJobs":[]}"#));
            }
            aws.fault(fault);
            world.restore().await.unwrap_err();
            aws.fault(Fault::None);
            if goes_on {
                world.restore().await.unwrap_or_else(|error| panic!("{when}: {error}"));
                let mut made = world.everything().await;
                made.retain(|id| !id.starts_with("rds:"));
                assert_eq!(made, [world.name()], "{when}");
            }
            world.destroy().await.unwrap_or_else(|error| panic!("{when}: {error}"));
            assert_eq!(world.everything().await, Vec::<String>::new(), "{when}");
        }
    }
}
