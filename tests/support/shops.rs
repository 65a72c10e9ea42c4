//! The example productions of the four shops.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use stagemask::pipeline::{Objectives, Refresh, Source};
use stagemask::rules::load;
use stagemask::rules::rule::Rules;

use super::TestDatabase;
use super::drop::{TestRefresh, production, settings};

/// A shop: where its example is, and its rules.
#[derive(Clone, Copy)]
pub(crate) struct Shop {
    /// The folder under `examples/`.
    pub(crate) example: &'static str,
    /// The file under `masking-rules/`, without its ending.
    pub(crate) rules: &'static str,
}

/// All four.
pub(crate) const SHOPS: [Shop; 4] = [
    Shop { example: "drop", rules: "drop" },
    Shop { example: "innovate", rules: "innovate" },
    Shop { example: "video-window", rules: "serverpod" },
    Shop { example: "clarivum", rules: "strapi" },
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Shop {
    /// The shop whose rules these are.
    pub(crate) fn of(rules: &str) -> Self {
        *SHOPS.iter().find(|shop| shop.rules == rules).unwrap()
    }

    /// Its production, in a database of this name.
    pub(crate) async fn production(self, name: &str) -> TestDatabase {
        if self.example == "drop" {
            return production(name).await;
        }
        let read = |file: &str| fs::read_to_string(root().join("examples").join(self.example).join(file)).unwrap();
        let database = super::database(name).await;
        database.execute(&format!("{}; {}; ANALYZE", read("schema.sql"), read("data.sql"))).await;
        database
    }

    /// Its shipped rules.
    pub(crate) fn rules(self) -> Rules {
        load::load(&root().join("masking-rules").join(format!("{}.yaml", self.rules))).unwrap()
    }
}

/// A refresh of a live database into one of this name by these rules.
pub(crate) fn refresh_by(rules: Rules, source: &TestDatabase, staging: &str) -> TestRefresh {
    let state = tempfile::tempdir().unwrap();
    let refresh = Refresh {
        source: Source::Live(Box::new(source.endpoint().clone())),
        target: source.endpoint().with_database(staging).into(),
        rules,
        assertions: BTreeMap::new(),
        objectives: Objectives::default(),
        settings: settings(state.path()),
    };
    TestRefresh { refresh, state }
}
