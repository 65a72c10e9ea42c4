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

use aws::Fault;
use shop::{Ended, Shop, Staging};

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
    shop.without_motos_replica();
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

/// Whether a program was killed, and not only refused something.
fn was_killed(ended: &Ended) -> bool {
    ended.code == -1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_at_any_call_goes_on_and_ends_with_one_staging() {
    let Some(shop) = Shop::open("us-west-1", Staging::Restored).await else { return };
    let mut killed = 0;
    for call in 0.. {
        shop.fresh_production().await;
        shop.fault(if call % 2 == 0 { Fault::Kill(call) } else { Fault::KillAfter(call) });
        let ended = shop.run(&["refresh"]).await;
        shop.fault(Fault::None);
        let run = shop.last_run();
        if was_killed(&ended) {
            killed += 1;
            let again = shop.run(&["refresh", "--resume", &run]).await;
            assert_eq!(again.code, 0, "killed at call {call}: {}", again.text);
        } else {
            assert_eq!(ended.code, 0, "{}", ended.text);
        }
        assert_eq!(shop.tag("drop-staging", "stagemask:run").await, Some(run.clone()), "killed at call {call}");
        let retired = format!("drop-staging-retired-{}", run.to_lowercase());
        assert_eq!(shop.instances().await, ["drop-prod".to_owned(), "drop-staging".to_owned(), retired]);
        let back = shop.run(&["rollback", "--run", &run]).await;
        assert_eq!(back.code, 0, "{}", back.text);
        let cleaned = shop.run(&["cleanup", "--run", &run]).await;
        assert_eq!(cleaned.code, 0, "{}", cleaned.text);
        assert_eq!(shop.instances().await, ["drop-prod", "drop-staging"]);
        if !was_killed(&ended) {
            break;
        }
    }
    assert!(killed > 10, "{killed} calls change something");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_at_any_call_is_cleaned_up_and_staging_is_as_it_was() {
    let Some(shop) = Shop::open("us-west-2", Staging::Restored).await else { return };
    for call in 0.. {
        shop.fresh_production().await;
        shop.fault(Fault::KillAfter(call));
        let ended = shop.run(&["drill"]).await;
        shop.fault(Fault::None);
        if !was_killed(&ended) {
            assert!(call > 2, "{call} calls change something");
            break;
        }
        let cleaned = shop.run(&["cleanup", "--run", &shop.last_run()]).await;
        assert_eq!(cleaned.code, 0, "{}", cleaned.text);
        assert_eq!(shop.instances().await, ["drop-prod", "drop-staging"], "killed at call {call}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_instance_becomes_staging() {
    let Some(shop) = Shop::open("ca-central-1", Staging::New).await else { return };
    let refresh = shop.run(&["refresh"]).await;
    assert_eq!(refresh.code, 0, "{}", refresh.text);
    let run = shop.last_run();
    let retired = format!("drop-staging-retired-{}", run.to_lowercase());
    assert_eq!(shop.instances().await, ["drop-prod".to_owned(), "drop-staging".to_owned(), retired]);
    assert_eq!(shop.tag("drop-staging", "stagemask:run").await, Some(run));
    let people = "SELECT count(*)::text FROM users";
    assert_eq!(shop.staging("drop", people).await, shop.production(people).await);
    assert!(shop.standing().lets_in("app_user", "staging-password-of-app", "drop").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_of_a_refresh_is_known_and_in_the_example_policy() {
    let Some(shop) = Shop::open("sa-east-1", Staging::Restored).await else { return };
    shop.calls();
    let refresh = shop.run(&["refresh"]).await;
    assert_eq!(refresh.code, 0, "{}", refresh.text);
    let calls = shop.calls();
    let reads = |call: &&String| ["Describe", "List", "Get"].iter().any(|word| call.starts_with(word));
    let changes: Vec<_> = calls.iter().filter(|call| !reads(call)).map(String::as_str).collect();
    insta::assert_snapshot!("calls_of_a_refresh", changes.join("\n"));

    let allowed = include_str!("iam/allowed.json");
    for call in &calls {
        let action = call.split(' ').next().unwrap();
        // Everybody may ask who they are (AWS STS API reference, GetCallerIdentity).
        if action == "GetCallerIdentity" {
            continue;
        }
        assert!(allowed.contains(&format!(":{action}\"")), "{action} is in no policy");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_region_or_missing_credentials_are_named() {
    let Some(shop) = Shop::open("us-east-2", Staging::Standing).await else { return };
    for (variable, words) in [("AWS_REGION", "no AWS region is named"), ("AWS_ACCESS_KEY_ID", "sign in again")] {
        let refused = shop.run_without(&["refresh"], &[variable]).await;
        assert_ne!(refused.code, 0);
        assert!(refused.text.contains(words), "{variable}: {}", refused.text);
        assert_eq!(shop.instances().await, ["drop-prod", "drop-staging"]);
    }
    shop.nothing_secret_was_told();
}
