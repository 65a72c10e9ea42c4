//! Ctrl-C in each stage: staging is as it was, and what was raw is gone.

use std::sync::{Arc, Mutex};

use stagemask::error::ErrorKind;
use stagemask::interrupt::{Interrupt, Trigger};
use stagemask::pipeline::{self, Source};
use stagemask::postgres::client_tools::{ClientTools, Tool};
use stagemask::progress::{Event, Progress, Stage};

use super::support;
use super::support::drop::{databases_like, production, refresh_of};

/// Pulls the trigger when a stage has come so far.
struct PullAt {
    stage: Stage,
    rows: bool,
    trigger: Mutex<Trigger>,
}

impl Progress for PullAt {
    fn event(&self, event: Event<'_>) {
        let reached = match event {
            Event::StageStarted { stage, .. } => stage == self.stage && !self.rows,
            Event::Advanced { stage, .. } | Event::TableFinished { stage, .. } => stage == self.stage && self.rows,
            _ => false,
        };
        if reached {
            self.trigger.lock().unwrap().pull();
        }
    }
}

async fn interrupt_at(prefix: &str, stage: Stage, rows: bool, with_key: bool) -> Vec<String> {
    let source = production(&format!("{prefix}source")).await;
    support::database(&format!("{prefix}staging")).await.execute("CREATE TABLE the_one_before (id int)").await;
    let mut refresh = refresh_of(source.endpoint(), &format!("{prefix}staging"));
    let (interrupt, trigger) = Interrupt::by_hand();
    refresh.refresh.settings.interrupt = interrupt;
    if !with_key {
        refresh.refresh.settings.key = None;
    }
    let progress: Arc<dyn Progress> = Arc::new(PullAt { stage, rows, trigger: Mutex::new(trigger) });
    let error = pipeline::refresh(&refresh.refresh, &progress).await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    let staging = source.endpoint().with_database(&format!("{prefix}staging"));
    let session = staging.connect("stagemask test").await.unwrap();
    session.batch_execute("SELECT id FROM public.the_one_before").await.unwrap();
    databases_like(prefix).await
}

#[tokio::test]
async fn while_restoring() {
    let left = interrupt_at("stop_restore_", Stage::Restore, false, true).await;
    assert_eq!(left, ["stop_restore_source", "stop_restore_staging"]);
}

#[tokio::test]
async fn while_an_archive_is_restored() {
    let source = production("stop_archive_source").await;
    let files = tempfile::tempdir().unwrap();
    let archive = files.path().join("drop.dump");
    let server = support::server().await;
    let tools = ClientTools::find(Some(server.bin_dir()), server.version_num()).unwrap();
    let dump = tools.command(Tool::PgDump, Some(source.endpoint())).args(["--format=custom", "--file"]);
    dump.arg(archive.as_os_str()).run().await.unwrap().require("dumping").unwrap();
    let mut refresh = refresh_of(source.endpoint(), "stop_archive_staging");
    refresh.refresh.source = Source::Archive(archive);
    let (interrupt, trigger) = Interrupt::by_hand();
    refresh.refresh.settings.interrupt = interrupt;
    let trigger = Mutex::new(trigger);
    let progress: Arc<dyn Progress> = Arc::new(PullAt { stage: Stage::Restore, rows: true, trigger });
    let error = pipeline::refresh(&refresh.refresh, &progress).await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert_eq!(databases_like("stop_archive_").await, ["stop_archive_source"]);
}

#[tokio::test]
async fn when_masking_begins() {
    let left = interrupt_at("stop_mask_", Stage::Mask, false, true).await;
    assert_eq!(left, ["stop_mask_source", "stop_mask_staging"]);
}

#[tokio::test]
async fn while_rows_are_masked() {
    let left = interrupt_at("stop_rows_", Stage::Mask, true, true).await;
    assert_eq!(left, ["stop_rows_source", "stop_rows_staging"]);
}

#[tokio::test]
async fn while_verifying_without_a_key_that_outlives_the_run() {
    let left = interrupt_at("stop_verify_", Stage::Verify, true, false).await;
    assert_eq!(left, ["stop_verify_source", "stop_verify_staging"]);
}

#[tokio::test]
async fn while_verifying_with_a_key_the_masked_database_waits() {
    let left = interrupt_at("stop_wait_", Stage::Verify, true, true).await;
    assert_eq!(left.len(), 3);
    assert!(left.iter().any(|database| database.starts_with("stop_wait_staging__incoming_")), "{left:?}");
}
