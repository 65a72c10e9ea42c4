use std::path::Path;

use super::super::{SourceText, TargetText, parse};
use super::*;

const FILE: &str = r#"
source:
  rds:
    instance: drop-prod
    snapshot: latest
    database: drop
    region: eu-north-1
    assume_role: { arn: "arn:aws:iam::111111111111:role/restore", external_id: drop }
    copy: { kms_key: alias/staging }
    quarantine:
      security_groups: [sg-1, sg-2]
      subnet_group: private
      parameter_group: stagemask-quarantine
      expires_after: 90min
      tags: { team: payments }
    connect: { address: "127.0.0.1:15432", via: ssm, ca_file: ca.pem }
target:
  database: drop
  server:
    rds:
      instance: drop-staging
      strategy: restored_instance
      security_groups: [sg-9]
      parameter_group: staging
      backup_days: 7
      roles: { app_user: { secret: staging/app }, ci: iam }
      other_databases: drop
      keep: 2d
      connect: { user: stagemask, sign_in: iam }
rules: drop.yaml
"#;

fn mistakes(text: &str) -> String {
    parse("refresh.yaml", text.as_bytes(), Path::new("shop")).unwrap_err().to_string()
}

#[test]
fn everything_about_rds_is_read() {
    let file = parse("refresh.yaml", FILE.as_bytes(), Path::new("shop")).unwrap();
    let Some(SourceText::Rds(source)) = file.source else { panic!("the source is on RDS") };
    assert_eq!(source.production, Production::Instance("drop-prod".to_owned()));
    assert_eq!(source.from, RestoreFrom::LatestAutomated);
    assert_eq!(source.side.region.as_deref(), Some("eu-north-1"));
    assert_eq!(source.side.assume_role.unwrap().external_id.as_deref(), Some("drop"));
    assert_eq!(source.copy.unwrap().kms_key.as_deref(), Some("alias/staging"));
    assert_eq!(source.quarantine.security_groups, ["sg-1", "sg-2"]);
    assert_eq!(source.quarantine.expires_after_hours, 2);
    assert_eq!(source.connect.ca_file.as_deref(), Some(Path::new("shop/ca.pem")));
    let Some(TargetText::Rds(staging)) = file.target else { panic!("the target is on RDS") };
    assert_eq!(staging.strategy, Strategy::RestoredInstance);
    assert_eq!((staging.shape.backup_days, staging.keep_hours), (7, 48));
    assert_eq!(staging.other_databases, OtherDatabases::Drop);
    assert_eq!(staging.roles[0].sign_in, RoleSignIn::Secret("staging/app".to_owned()));
    assert_eq!(staging.roles[1].sign_in, RoleSignIn::Iam);
    assert_eq!(staging.connect.sign_in, SignIn::Iam);
}

#[test]
fn each_kind_of_snapshot_can_be_said() {
    for (said, expected) in [
        ("snapshot: \"arn:aws:rds:x\"", RestoreFrom::Snapshot("arn:aws:rds:x".to_owned())),
        ("{ point_in_time: latest }", RestoreFrom::LatestPointInTime),
        (
            "point_in_time: 2026-11-21T03:00:00Z",
            RestoreFrom::PointInTime(humantime::parse_rfc3339("2026-11-21T03:00:00Z").unwrap()),
        ),
        ("recovery_point: \"arn:aws:backup:x\"", RestoreFrom::RecoveryPoint("arn:aws:backup:x".to_owned())),
    ] {
        let said = said.trim_matches(['{', '}', ' ']);
        let file = parse("refresh.yaml", FILE.replace("snapshot: latest", said).as_bytes(), Path::new("")).unwrap();
        let Some(SourceText::Rds(source)) = file.source else { panic!("the source is on RDS") };
        assert_eq!(source.from, expected);
    }
    let by_tags = FILE.replace("snapshot: latest", "snapshot: latest-manual\n    tags: { for: staging }");
    let file = parse("refresh.yaml", by_tags.as_bytes(), Path::new("")).unwrap();
    let Some(SourceText::Rds(source)) = file.source else { panic!("the source is on RDS") };
    assert!(matches!(source.from, RestoreFrom::LatestManual(tags) if tags["for"] == "staging"));
}

#[test]
fn what_is_missing_or_contradicts_itself_is_named() {
    for (from, to, mistake) in [
        ("snapshot: latest", "region: x", "doesn't say what to restore"),
        ("snapshot: latest", "snapshot: latest\n    point_in_time: latest", "says more than once what to restore"),
        ("snapshot: latest", "recovery_point: latest", "lacks `vault`"),
        ("instance: drop-prod", "cluster: a\n    instance: b", "names an instance and a cluster"),
        ("security_groups: [sg-1, sg-2]", "tags: {}", "lacks `security_groups`"),
        ("security_groups: [sg-9]", "storage_gib: 50", "lacks `security_groups`"),
        ("strategy: restored_instance", "strategy: new_instance", "lacks `storage_gib`"),
        ("strategy: restored_instance", "strategy: swap", "unknown strategy `swap`"),
        ("backup_days: 7", "backup_days: 0", "`backup_days` is no such number"),
        ("keep: 2d", "keep: long", "`keep` is no time"),
        ("via: ssm", "vla: ssm", "unknown key `vla`"),
        ("server:", "sever:", "lacks `server`"),
    ] {
        assert!(FILE.contains(from), "{from}");
        let shown = mistakes(&FILE.replacen(from, to, 1));
        assert!(shown.contains(mistake), "{to}: {shown}");
    }
}

#[test]
fn a_password_in_place_of_a_way_to_sign_in_is_not_shown() {
    for wrong in ["sign_in: hunter2", "sign_in: { password: hunter2 }"] {
        let shown = mistakes(&FILE.replace("sign_in: iam", wrong));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let shown = mistakes(&FILE.replace("ci: iam", "ci: hunter2"));
    assert!(shown.contains("`ci` says something else"), "{shown}");
}
