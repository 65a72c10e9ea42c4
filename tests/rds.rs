//! The whole story on (a stand-in of) Amazon RDS: restore, mask, verify, release, roll back, clean up. moto plays the
//! API; what it "restores" and what is staging are real servers, to which the refresh file leads.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

#[path = "support/aws.rs"]
mod aws;
#[path = "support/moto_program.rs"]
mod moto_program;
#[path = "support/rds_like.rs"]
mod rds_like;
#[path = "rds/shop.rs"]
mod shop;

use shop::{Shop, Staging};

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_masked_into_the_staging_instance_that_is_there() {
    let Some(shop) = Shop::open("eu-north-1", Staging::Standing).await else { return };
    let refresh = shop.run(&["refresh"]).await;
    assert_eq!(refresh.code, 0, "{}", refresh.text);
    assert!(refresh.text.contains("manual snapshot drop-backup of drop-prod"), "{}", refresh.text);
    assert_eq!(shop.instances().await, ["drop-prod", "drop-staging"], "the quarantine is gone");

    let people = shop.staging("drop", "SELECT count(*)::text FROM users").await;
    assert_eq!(people, shop.production("SELECT count(*)::text FROM users").await);
    let mails = "SELECT string_agg(email::text, ',' ORDER BY id) FROM users";
    assert_ne!(shop.staging("drop", mails).await, shop.production(mails).await);
    assert!(shop.standing().lets_in("app_user", "staging-password-of-app", "drop").await);
    assert!(!shop.standing().lets_in("app_user", "password-of-production", "drop").await);

    let again = shop.run(&["refresh"]).await;
    assert_eq!(again.code, 0, "{}", again.text);
    let back = shop.run(&["rollback", "--run", &shop.last_run()]).await;
    assert_eq!(back.code, 0, "{}", back.text);
    let cleaned = shop.run(&["cleanup", "--keep", "0s"]).await;
    assert_eq!(cleaned.code, 0, "{}", cleaned.text);
    assert_eq!(
        shop.staging(
            "postgres",
            "SELECT string_agg(datname, ',' ORDER BY 1) FROM pg_database WHERE datname LIKE 'drop%'"
        )
        .await,
        "drop"
    );
    shop.nothing_secret_was_told();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_restored_instance_itself_becomes_staging_and_goes_back() {
    let Some(shop) = Shop::open("eu-west-1", Staging::Restored).await else { return };
    let refresh = shop.run(&["refresh"]).await;
    assert_eq!(refresh.code, 0, "{}", refresh.text);
    let run = shop.last_run();
    let retired = format!("drop-staging-retired-{}", run.to_lowercase());
    assert_eq!(shop.instances().await, ["drop-prod".to_owned(), "drop-staging".to_owned(), retired.clone()]);
    assert_eq!(shop.tag("drop-staging", "stagemask:run").await, Some(run.clone()));
    let names = "SELECT string_agg(datname, ',' ORDER BY 1) FROM pg_database WHERE datname LIKE 'drop%'";
    assert_eq!(shop.restored("postgres", names).await, "drop", "the raw database is gone");
    assert!(shop.quarantine().lets_in("app_user", "staging-password-of-app", "drop").await);
    assert!(!shop.quarantine().lets_in("drop_admin_2", "password-of-production", "drop").await);

    let back = shop.run(&["rollback", "--run", &run]).await;
    assert_eq!(back.code, 0, "{}", back.text);
    assert_eq!(shop.tag("drop-staging", "stagemask:run").await, None);
    let dry = shop.run(&["cleanup", "--run", &run, "--dry-run"]).await;
    assert!(dry.text.contains("would be deleted"), "{}", dry.text);
    let cleaned = shop.run(&["cleanup", "--run", &run]).await;
    assert_eq!(cleaned.code, 0, "{}", cleaned.text);
    assert_eq!(shop.instances().await, ["drop-prod", "drop-staging"]);
    shop.nothing_secret_was_told();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stages_go_one_by_one() {
    let Some(shop) = Shop::open("eu-west-2", Staging::Restored).await else { return };
    let masked = shop.run(&["mask"]).await;
    assert_eq!(masked.code, 0, "{}", masked.text);
    let run = shop.last_run();
    for stage in ["verify", "release"] {
        let done = shop.run(&[stage, "--run", &run]).await;
        assert_eq!(done.code, 0, "{stage}: {}", done.text);
    }
    assert_eq!(shop.tag("drop-staging", "stagemask:run").await, Some(run));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leak_closes_the_gate_and_leaves_nothing_raw() {
    let Some(shop) = Shop::open("eu-west-3", Staging::Restored).await else { return };
    shop.rules(|rules| {
        let changed = rules.replacen("      phone: phone", "      phone: keep", 1);
        assert_ne!(changed, rules);
        changed
    });
    let refresh = shop.run(&["refresh"]).await;
    assert_eq!(refresh.code, 3, "{}", refresh.text);
    assert_eq!(shop.instances().await, ["drop-prod", "drop-staging"]);
    assert_eq!(shop.tag("drop-staging", "stagemask:run").await, None);
    shop.nothing_secret_was_told();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_restores_a_point_in_time_and_leaves_nothing() {
    let Some(shop) = Shop::open("eu-central-1", Staging::Standing).await else { return };
    shop.from("point_in_time: latest");
    let drill = shop.run(&["drill", "--assert", "people=select count(*) > 0 from users"]).await;
    assert_eq!(drill.code, 0, "{}", drill.text);
    assert!(drill.text.contains("1 of 1 assertions held"), "{}", drill.text);
    assert_eq!(shop.instances().await, ["drop-prod", "drop-staging"]);
    let run = shop.folder().join(".stagemask/runs").join(shop.last_run());
    let evidence = std::fs::read_to_string(run.join("evidence.json")).unwrap();
    assert!(evidence.contains("latest point in time of drop-prod"), "{evidence}");
    let audit = std::fs::read_to_string(run.join("audit.jsonl")).unwrap();
    for name in ["RestoreDBInstanceToPointInTime", "ModifyDBInstance", "DeleteDBInstance"] {
        assert!(audit.contains(&format!("\"name\":\"{name}\"")), "{name}: {audit}");
    }
    shop.nothing_secret_was_told();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_restored_is_refused_before_anything_is_made() {
    let Some(shop) = Shop::open("ap-south-1", Staging::Standing).await else { return };
    for (from, why) in [
        ("snapshot: nowhere", "nowhere"),
        ("snapshot: latest-manual\n    tags: { for: nobody }", "has no available manual snapshot with these tags"),
    ] {
        shop.from(from);
        let refused = shop.run(&["refresh"]).await;
        assert_eq!(refused.code, 6, "{}", refused.text);
        assert!(refused.text.contains(why), "{}", refused.text);
        assert_eq!(shop.instances().await, ["drop-prod", "drop-staging"]);
    }
}
