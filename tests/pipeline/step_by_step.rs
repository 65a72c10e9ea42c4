//! The stages as commands of their own, each by another process.

use stagemask::error::ErrorKind;
use stagemask::pipeline::{self, Outcome};
use stagemask::run_record::RunState;
use stagemask::secret::MaskingKey;

use super::support::drop::{TestRefresh, production, refresh_of, silent};
use super::support::{self, TestDatabase};

async fn masked(prefix: &str) -> (TestDatabase, TestRefresh, Outcome) {
    let source = production(&format!("{prefix}source")).await;
    support::database(&format!("{prefix}staging")).await.execute("CREATE TABLE the_one_before (id int)").await;
    let refresh = refresh_of(source.endpoint(), &format!("{prefix}staging"));
    let outcome = pipeline::mask(&refresh.refresh, &silent()).await.unwrap();
    (source, refresh, outcome)
}

#[tokio::test]
async fn mask_verify_release_and_back() {
    let (source, refresh, outcome) = masked("steps_").await;
    let (run, target, settings) = (&outcome.record.run, &refresh.refresh.target, &refresh.refresh.settings);
    assert_eq!(outcome.record.state, RunState::Masked);
    let early = pipeline::release(run, target, settings, &silent()).await.map(|_| ()).unwrap_err();
    assert_eq!(early.kind(), ErrorKind::Usage, "{early}");

    let verified = pipeline::verify(run, target, settings, &silent()).await.unwrap();
    assert_eq!(verified.record.state, RunState::Verified);
    let released = pipeline::release(run, target, settings, &silent()).await.unwrap();
    assert_eq!(released.record.state, RunState::Released);
    let staging = source.endpoint().with_database("steps_staging");
    let session = staging.connect("stagemask test").await.unwrap();
    session.batch_execute("SELECT id FROM public.users").await.unwrap();
    session.close().await;

    let back = pipeline::rollback(run, target, settings, &silent()).await.unwrap();
    assert_eq!(back.record.state, RunState::RolledBack);
    let session = staging.connect("stagemask test").await.unwrap();
    session.batch_execute("SELECT id FROM public.the_one_before").await.unwrap();
}

#[tokio::test]
async fn the_masked_database_is_closed_to_everybody_else() {
    let (source, _refresh, outcome) = masked("closed_").await;
    source.execute("DROP ROLE IF EXISTS closed_tester; CREATE ROLE closed_tester LOGIN").await;
    let may = source
        .query(&format!(
            "SELECT has_database_privilege('closed_tester', '{}', 'CONNECT')",
            outcome.record.target.incoming
        ))
        .await;
    assert_eq!(may, [Some("f".to_owned())]);
}

#[tokio::test]
async fn what_was_changed_after_masking_is_not_released() {
    let (source, refresh, outcome) = masked("changed_").await;
    let incoming = source.endpoint().with_database(&outcome.record.target.incoming);
    let session = incoming.connect("stagemask test").await.unwrap();
    session.batch_execute("UPDATE public.users SET risk_level = 3 - risk_level").await.unwrap();
    session.close().await;
    let (run, target, settings) = (&outcome.record.run, &refresh.refresh.target, &refresh.refresh.settings);
    let error = pipeline::verify(run, target, settings, &silent()).await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    assert!(error.to_string().contains("users"), "{error}");
    let error = pipeline::release(run, target, settings, &silent()).await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
}

#[tokio::test]
async fn another_key_cannot_verify() {
    let (_source, refresh, outcome) = masked("other_key_").await;
    let mut settings = refresh.refresh.settings.clone();
    settings.key = Some(MaskingKey::parse(&"feed".repeat(16)).unwrap());
    let target = &refresh.refresh.target;
    let error = pipeline::verify(&outcome.record.run, target, &settings, &silent()).await.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("another key"), "{error}");
}

#[tokio::test]
async fn masking_alone_needs_a_key() {
    let source = production("keyless_source").await;
    let mut refresh = refresh_of(source.endpoint(), "keyless_staging");
    refresh.refresh.settings.key = None;
    let error = pipeline::mask(&refresh.refresh, &silent()).await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
}
