//! The example production, small, and refreshes of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use stagemask::error::Result;
use stagemask::interrupt::Interrupt;
use stagemask::pipeline::{self, Objectives, Outcome, Proving, Refresh, Reporting, Settings, Source};
use stagemask::postgres::endpoint::Endpoint;
use stagemask::progress::{Progress, Silent};
use stagemask::rules::load;
use stagemask::secret::MaskingKey;
use stagemask::verify::state::catalogs;

use super::{TestDatabase, server};

const SCHEMA: &str = include_str!("../../examples/drop/schema.sql");
const DATA: &str = include_str!("../../examples/drop/data.sql");

/// The rules that are shipped for it.
pub(crate) const RULES: &str = include_str!("../../masking-rules/drop.yaml");

/// A database filled by the generator, about 2,000 rows.
pub(crate) async fn production(name: &str) -> TestDatabase {
    let database = super::database(name).await;
    database.session().await.batch_execute(&format!("SET drop.scale = '0.01'; {SCHEMA}; {DATA}")).await.unwrap();
    database
}

/// A refresh that a test can change before it runs it.
pub(crate) struct TestRefresh {
    pub(crate) refresh: Refresh,
    pub(crate) state: tempfile::TempDir,
}

/// A refresh of a live database into one of this name on the tests' server, by the shipped rules.
pub(crate) fn refresh_of(source: &Endpoint, staging: &str) -> TestRefresh {
    let state = tempfile::tempdir().unwrap();
    let refresh = Refresh {
        source: Source::Live(Box::new(source.clone())),
        target: source.with_database(staging).into(),
        rules: load::parse("drop.yaml", RULES.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap(),
        assertions: BTreeMap::new(),
        objectives: Objectives::default(),
        settings: settings(state.path()),
    };
    TestRefresh { refresh, state }
}

/// Settings with a key of the tests.
pub(crate) fn settings(state: &Path) -> Settings {
    Settings {
        state_dir: state.to_owned(),
        jobs: 2,
        cut_from: stagemask::postgres::chunks::CUT_FROM,
        pg_bin: None,
        key: Some(MaskingKey::parse(&"5eed".repeat(16)).unwrap()),
        detectors: Vec::new(),
        interrupt: Interrupt::default(),
        reporting: Reporting::default(),
        proving: Proving::default(),
    }
}

/// Takes the schema of the closed database for the one that masking has left: what a test has changed is taken back, and
/// shows all the same.
pub(crate) async fn forget_changes_of_schema(outcome: &Outcome, incoming: &Endpoint) {
    let session = incoming.connect("stagemask test").await.unwrap();
    let mut record = outcome.folder.record().unwrap();
    record.target.catalogs = catalogs(&session).await.unwrap();
    session.close().await;
    outcome.folder.keep(&record).unwrap();
}

/// Hears nothing.
pub(crate) fn silent() -> Arc<dyn Progress> {
    Arc::new(Silent)
}

impl TestRefresh {
    /// Other rules, made from the shipped ones.
    pub(crate) fn with_rules(mut self, change: impl FnOnce(&str) -> String) -> Self {
        let text = change(RULES);
        assert_ne!(text, RULES, "the change changes nothing");
        self.refresh.rules =
            load::parse("drop.yaml", text.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap();
        self
    }

    /// Runs it.
    pub(crate) async fn run(&self) -> Result<Outcome> {
        pipeline::refresh(&self.refresh, &silent()).await
    }
}

/// The names of all databases on the tests' server that begin with a name.
pub(crate) async fn databases_like(prefix: &str) -> Vec<String> {
    let session = server().await.endpoint("postgres").connect("stagemask test").await.unwrap();
    let sql = "SELECT datname::text FROM pg_database WHERE starts_with(datname::text, $1) ORDER BY 1";
    session.query(sql, &[&prefix]).await.unwrap().iter().map(|row| row.get(0)).collect()
}
