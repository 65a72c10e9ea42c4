//! A refresh that was killed is gone on with, wherever it was.

use std::sync::{Arc, Mutex};

use stagemask::error::{Error, ErrorKind};
use stagemask::pipeline::{self, Outcome};
use stagemask::progress::{Event, Progress, Stage};
use stagemask::run_record::{RunFolder, RunId, RunState};

use super::support::drop::{TestRefresh, databases_like, production, refresh_of, silent};
use super::support::{self, TestDatabase};

/// Tells when a stage has begun to move rows.
struct Reached {
    stage: Stage,
    tell: Mutex<Option<tokio::sync::oneshot::Sender<()>>>,
}

impl Progress for Reached {
    fn event(&self, event: Event<'_>) {
        if matches!(event, Event::Advanced { stage, .. } if stage == self.stage)
            && let Some(tell) = self.tell.lock().unwrap().take()
        {
            let _ = tell.send(());
        }
    }
}

struct Killed {
    source: TestDatabase,
    refresh: TestRefresh,
    run: RunId,
}

impl Killed {
    /// A refresh of which nothing is awaited any more from when this stage moves rows: as after a kill, nothing is tidied up.
    async fn during(prefix: &str, stage: Stage, with_key: bool) -> Self {
        let source = production(&format!("{prefix}source")).await;
        support::database(&format!("{prefix}staging")).await.execute("CREATE TABLE the_one_before (id int)").await;
        let mut refresh = refresh_of(source.endpoint(), &format!("{prefix}staging"));
        if !with_key {
            refresh.refresh.settings.key = None;
        }
        let (tell, reached) = tokio::sync::oneshot::channel();
        let progress: Arc<dyn Progress> = Arc::new(Reached { stage, tell: Mutex::new(Some(tell)) });
        tokio::select! {
            done = pipeline::refresh(&refresh.refresh, &progress) => panic!("it was over before: {:?}", done.map(|_| ())),
            _ = reached => {}
        }
        let run = RunFolder::list(refresh.state.path()).unwrap().remove(0);
        Self { source, refresh, run }
    }

    fn state(&self) -> RunState {
        RunFolder::open(self.refresh.state.path(), &self.run).unwrap().record().unwrap().state
    }

    async fn resume(&self) -> Result<Outcome, Error> {
        // The server notices within a moment that the killed one's sessions are gone.
        for _ in 0..50 {
            match pipeline::resume(&self.run, &self.refresh.refresh, &silent()).await {
                Err(error) if error.to_string().contains("is in use by") => tokio::task::yield_now().await,
                done => return done,
            }
            let session = self.source.session().await;
            session.batch_execute("SELECT pg_sleep(0.1)").await.unwrap();
        }
        panic!("the sessions of the killed run never end");
    }

    async fn is_released(&self, prefix: &str) {
        let staging = self.source.endpoint().with_database(&format!("{prefix}staging"));
        let session = staging.connect("stagemask test").await.unwrap();
        session.batch_execute("SELECT id FROM public.users").await.unwrap();
        session.close().await;
        let left = databases_like(&format!("{prefix}staging__")).await;
        assert_eq!(left, [format!("{prefix}staging__retired_{}", self.run.in_name())]);
    }
}

#[tokio::test]
async fn in_the_middle_of_masking_it_begins_again_under_the_same_id() {
    let killed = Killed::during("killed_mask_", Stage::Mask, true).await;
    assert_eq!(killed.state(), RunState::Masking);
    let outcome = killed.resume().await.unwrap();
    assert_eq!((&outcome.record.run, outcome.record.state), (&killed.run, RunState::Released));
    killed.is_released("killed_mask_").await;
    assert_eq!(RunFolder::list(killed.refresh.state.path()).unwrap(), std::slice::from_ref(&killed.run));
    // Once more, it is done already.
    assert_eq!(killed.resume().await.unwrap().record.state, RunState::Released);
    killed.is_released("killed_mask_").await;
}

#[tokio::test]
async fn without_a_key_masking_begins_again_with_a_new_one() {
    let killed = Killed::during("killed_keyless_", Stage::Mask, false).await;
    assert_eq!(killed.resume().await.unwrap().record.state, RunState::Released);
    killed.is_released("killed_keyless_").await;
}

#[tokio::test]
async fn in_the_middle_of_verification_what_was_masked_is_used() {
    let killed = Killed::during("killed_verify_", Stage::Verify, true).await;
    let folder = RunFolder::open(killed.refresh.state.path(), &killed.run).unwrap();
    let masked = folder.record().unwrap();
    assert_eq!(masked.state, RunState::Masked);
    let outcome = killed.resume().await.unwrap();
    assert_eq!(outcome.record.state, RunState::Released);
    assert_eq!(outcome.record.target.identity, masked.target.identity);
    killed.is_released("killed_verify_").await;
}

#[tokio::test]
async fn what_was_verified_is_released() {
    let killed = Killed::during("killed_proved_", Stage::Verify, true).await;
    let (target, settings) = (&killed.refresh.refresh.target, &killed.refresh.refresh.settings);
    let verified = pipeline::verify(&killed.run, target, settings, &silent()).await.unwrap();
    assert_eq!(killed.state(), RunState::Verified);
    let outcome = killed.resume().await.unwrap();
    assert_eq!(outcome.proof, verified.proof);
    killed.is_released("killed_proved_").await;
}

#[tokio::test]
async fn what_was_masked_by_other_rules_or_under_a_forgotten_key_is_not_gone_on_with() {
    let mut killed = Killed::during("killed_rules_", Stage::Verify, true).await;
    killed.refresh = killed.refresh.with_rules(|rules| format!("{rules}\n# changed\n"));
    let error = killed.resume().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert!(error.to_string().contains("other rules"), "{error}");
    assert_eq!(killed.state(), RunState::Masked);

    let keyless = Killed::during("killed_forgotten_", Stage::Verify, false).await;
    let error = keyless.resume().await.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("forgotten"), "{error}");
}

#[tokio::test]
async fn a_run_that_is_over_or_still_at_work_is_not_gone_on_with() {
    let source = production("killed_not_source").await;
    let refresh = refresh_of(source.endpoint(), "killed_not_staging")
        .with_rules(|rules| rules.replacen("contact: free_text", "contact: keep", 1));
    assert_eq!(refresh.run().await.map(|_| ()).unwrap_err().kind(), ErrorKind::Findings);
    let run = RunFolder::list(refresh.state.path()).unwrap().remove(0);
    let error = pipeline::resume(&run, &refresh.refresh, &silent()).await.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("was refused by verification"), "{error}");
    // A process that is at work has the folder locked.
    let folder = RunFolder::open(refresh.state.path(), &run).unwrap();
    let at_work = folder.lock().unwrap();
    let error = pipeline::resume(&run, &refresh.refresh, &silent()).await.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("another process is at work"), "{error}");
    drop(at_work);
}
