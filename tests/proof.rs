//! The proof and the gate: what is written after verification, tampered with, drifted or accepted, on a real server.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Once};

use stagemask::error::{Error, ErrorKind};
use stagemask::pipeline::{self, KeySource, Outcome, Settings};
use stagemask::postgres::endpoint::Endpoint;
use stagemask::postgres::identifier::TableName;
use stagemask::progress::{Event, Progress, Stage};
use stagemask::rules::load;
use stagemask::run_record::{Acceptance, RunState};
use stagemask::verify::findings::{Finding, Severity};
use stagemask::verify::proof::{Accepted, Proof, ProofKey};
use support::TestDatabase;
use support::drop::{TestRefresh, refresh_of, silent};

const SHOP: &str = "CREATE TABLE users (id int PRIMARY KEY, email text, note text);
    INSERT INTO users SELECT n, 'user' || n || '@fjordpost.no', 'fine' FROM generate_series(1, 50) n;
    CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, total numeric);
    INSERT INTO orders SELECT n, n, n FROM generate_series(1, 50) n;
    CREATE TABLE logs (at timestamptz, level int) PARTITION BY RANGE (at);
    CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    INSERT INTO logs SELECT '2026-05-01', n FROM generate_series(1, 50) n";

const RULES: &str = "version: 1\ntables:\n  users: { columns: { email: email, note: keep } }\n";

async fn shop(name: &str) -> TestDatabase {
    let shop = support::database(&format!("{name}_source")).await;
    shop.execute(SHOP).await;
    shop
}

fn by_rules(rules: &str, source: &TestDatabase, name: &str) -> TestRefresh {
    let mut refresh = refresh_of(source.endpoint(), &format!("{name}_staging"));
    refresh.refresh.rules =
        load::parse("shop.yaml", rules.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap();
    refresh
}

/// A run that is masked, and verified or refused, and waits.
struct Waiting {
    source: TestDatabase,
    refresh: TestRefresh,
    masked: Outcome,
}

impl Waiting {
    async fn masked(name: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let source = shop(name).await;
        let mut refresh = by_rules(RULES, &source, name);
        change(&mut refresh.refresh.settings);
        let masked = pipeline::mask(&refresh.refresh, &silent()).await.unwrap();
        Self { source, refresh, masked }
    }

    async fn verified(name: &str) -> Self {
        let waiting = Self::masked(name, |_| {}).await;
        waiting.verify().await.unwrap();
        waiting
    }

    async fn verify(&self) -> Result<Outcome, Error> {
        let refresh = &self.refresh.refresh;
        pipeline::verify(&self.masked.record.run, &refresh.target, &refresh.settings, &silent()).await
    }

    async fn release(&self) -> Result<Outcome, Error> {
        self.release_with(&self.refresh.refresh.settings).await
    }

    async fn release_with(&self, settings: &Settings) -> Result<Outcome, Error> {
        pipeline::release(&self.masked.record.run, &self.refresh.refresh.target, settings, &silent()).await
    }

    fn incoming(&self) -> Endpoint {
        self.source.endpoint().with_database(&self.masked.record.target.incoming)
    }

    async fn execute(&self, sql: &str) {
        let session = self.incoming().connect("somebody").await.unwrap();
        session.batch_execute("SET search_path = public").await.unwrap();
        session.batch_execute(sql).await.unwrap();
        session.close().await;
    }

    fn proof_file(&self) -> std::path::PathBuf {
        self.masked.folder.join("proof.json")
    }

    fn proof(&self) -> Proof {
        Proof::read(&self.proof_file()).unwrap()
    }

    fn put_proof(&self, proof: &Proof) {
        std::fs::write(self.proof_file(), serde_json::to_vec(proof).unwrap()).unwrap();
    }

    /// Findings of a verification that has to refuse.
    async fn refusal(&self, kind: ErrorKind) -> Vec<Finding> {
        assert_eq!(self.verify().await.map(|_| ()).unwrap_err().kind(), kind);
        self.proof().findings
    }
}

#[tokio::test]
async fn what_is_only_looked_at_vacuumed_and_analysed_is_released() {
    let waiting = Waiting::verified("untouched").await;
    waiting.execute("SELECT count(*) FROM users; ANALYZE").await;
    for sql in ["VACUUM", "VACUUM FREEZE users", "CHECKPOINT"] {
        waiting.execute(sql).await;
    }
    waiting.release().await.unwrap();
}

#[tokio::test]
async fn a_change_to_the_schema_between_masking_and_verifying_is_refused_and_its_catalog_named() {
    let waiting = Waiting::masked("schema_since", |_| {}).await;
    for sql in ["VACUUM", "VACUUM FREEZE users", "ANALYZE", "CHECKPOINT"] {
        waiting.execute(sql).await;
    }
    waiting.verify().await.unwrap();
    waiting.execute("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION f()").await;
    waiting.verify().await.unwrap();
    waiting.execute("ALTER TABLE users ALTER note SET DEFAULT 'fine'").await;
    let findings = waiting.refusal(ErrorKind::Integrity).await;
    let found = findings.iter().find(|finding| finding.severity == Severity::Blocking).unwrap();
    assert_eq!(found.kind, "the schema was changed since masking (pg_attrdef, pg_attribute)");
    assert!(found.advice.contains("refresh again"), "{}", found.advice);
}

#[tokio::test]
async fn whatever_is_written_after_verification_keeps_the_gate_closed() {
    for (number, (sql, named)) in [
        ("UPDATE users SET note = 'kari@fjordpost.no' WHERE id = 7", "users was written to"),
        ("INSERT INTO orders VALUES (51, 1, 1)", "orders was written to"),
        ("DELETE FROM orders WHERE id = 50", "orders was written to"),
        ("UPDATE logs SET level = 47 WHERE level = 1", "logs_2026 was written to"),
        ("TRUNCATE orders", "orders was written to"),
        ("CREATE TABLE pets (id int)", "pets is new"),
        ("DROP TABLE orders", "orders is gone"),
        ("COMMENT ON TABLE users IS 'ask kari@fjordpost.no'", "pg_description"),
        ("ALTER TABLE users ALTER note SET DEFAULT 'kari@fjordpost.no'", "pg_attrdef"),
        ("CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$SELECT 'kari@fjordpost.no'$$", "pg_proc"),
        ("SELECT lo_from_bytea(0, 'kari')", "pg_largeobject"),
        ("CREATE VIEW v AS SELECT 'kari@fjordpost.no'", "pg_rewrite"),
        ("GRANT SELECT ON users TO public", "pg_class"),
        ("SELECT pg_stat_reset()", "counts of writes were reset"),
        (
            "SET track_counts = off; INSERT INTO orders SELECT n, 1, 1 FROM generate_series(51, 9999) n",
            "orders was written to",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let waiting = Waiting::verified(&format!("written_{number}")).await;
        waiting.execute(sql).await;
        let error = waiting.release().await.unwrap_err();
        assert!(error.what().contains("older than the last write") && error.what().contains(named), "{sql}: {error}");
        assert_eq!(waiting.masked.folder.record().unwrap().state, RunState::Verified, "{sql}");
    }
}

/// Writes to a table of the target as soon as it is read.
struct Meddler {
    target: Endpoint,
    done: Once,
}

impl Progress for Meddler {
    fn event(&self, event: Event<'_>) {
        if !matches!(event, Event::TableStarted { stage: Stage::Verify, table: "orders", .. }) {
            return;
        }
        let target = self.target.clone();
        let write = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let session = target.connect("somebody").await.unwrap();
                session.batch_execute("UPDATE public.orders SET total = total WHERE id = 1").await.unwrap();
                session.close().await;
            });
        };
        self.done.call_once(|| std::thread::spawn(write).join().unwrap());
    }
}

#[tokio::test]
async fn what_is_written_behind_the_scan_is_found_though_no_value_changes() {
    let waiting = Waiting::masked("meddled", |_| {}).await;
    let meddler: Arc<dyn Progress> = Arc::new(Meddler { target: waiting.incoming(), done: Once::new() });
    let refresh = &waiting.refresh.refresh;
    let verified = pipeline::verify(&waiting.masked.record.run, &refresh.target, &refresh.settings, &meddler).await;
    let error = verified.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Coverage);
    assert!(error.what().contains("orders was written to during verification"), "{error}");
    waiting.verify().await.unwrap();
}

#[tokio::test]
async fn what_was_accepted_until_yesterday_keeps_the_gate_closed() {
    let waiting = Waiting::verified("over").await;
    let acceptance = |until: &str| Acceptance {
        table: TableName::new("public", "users"),
        column: "note".to_owned(),
        key: None,
        kind: "email".to_owned(),
        reason: "our own address".to_owned(),
        who: "Kari".to_owned(),
        until: until.to_owned(),
    };
    let right = waiting.proof();
    let accepting = |until| {
        let accepted = vec![Accepted { acceptance: acceptance(until), count: 1 }];
        Proof { accepted, ..right.clone() }.sealed(None).unwrap()
    };
    waiting.put_proof(&accepting("2020-12-31"));
    let error = waiting.release().await.unwrap_err();
    assert!(error.what().contains("users.note was accepted until 2020-12-31"), "{error}");
    waiting.put_proof(&accepting("2999-12-31"));
    waiting.release().await.unwrap();
}

#[tokio::test]
async fn a_prepared_transaction_keeps_the_gate_closed() {
    let waiting = Waiting::verified("prepared").await;
    let session = waiting.incoming().connect("somebody").await.unwrap();
    session
        .batch_execute("BEGIN; UPDATE public.users SET note = 'x' WHERE id = 1; PREPARE TRANSACTION 'later'")
        .await
        .unwrap();
    session.close().await;
    assert!(waiting.release().await.unwrap_err().what().contains("prepared"));
    waiting.execute("COMMIT PREPARED 'later'").await;
    assert!(waiting.release().await.unwrap_err().what().contains("users was written to"));
}

#[tokio::test]
async fn what_is_written_is_found_by_another_verification_and_released_by_it_if_it_is_harmless() {
    let waiting = Waiting::verified("again").await;
    waiting.execute("UPDATE orders SET total = total WHERE id = 7").await;
    waiting.release().await.unwrap_err();
    waiting.verify().await.unwrap();
    waiting.release().await.unwrap();
}

#[tokio::test]
async fn a_proof_that_was_changed_by_hand_opens_nothing() {
    let waiting = Waiting::masked("tampered", |_| {}).await;
    waiting.execute("UPDATE users SET note = 'kari@fjordpost.no' WHERE id = 7").await;
    waiting.refusal(ErrorKind::Findings).await;
    let refused = waiting.proof();
    assert!(!refused.passes());
    waiting.release().await.unwrap_err();

    let mut passing = refused.clone();
    passing.findings.clear();
    waiting.put_proof(&passing);
    assert!(waiting.release().await.unwrap_err().what().contains("changed after it was made"));
    let mut blind = refused;
    blind.canaries.planted = 0;
    waiting.put_proof(&blind.sealed(None).unwrap());
    waiting.release().await.unwrap_err();
    let old = Proof { version: 1, findings: Vec::new(), ..waiting.proof() };
    waiting.put_proof(&old.sealed(None).unwrap());
    waiting.release().await.unwrap_err();
}

#[tokio::test]
async fn only_a_proof_by_the_trusted_key_opens_the_gate() {
    let key = ProofKey::generate().unwrap();
    let signing = key.clone();
    let waiting = Waiting::masked("signed", |settings| settings.proving.key = Some(KeySource::Given(signing))).await;
    waiting.verify().await.unwrap();
    let right = waiting.proof();
    assert!(right.signature.is_some());

    let mut settings = waiting.refresh.refresh.settings.clone();
    settings.proving.key = None;
    settings.proving.trusted = Some(ProofKey::generate().unwrap().public().unwrap());
    assert!(waiting.release_with(&settings).await.unwrap_err().what().contains("signed with key"));
    settings.proving.trusted = Some(key.public().unwrap());
    waiting.put_proof(&Proof { signature: None, ..right.clone() });
    assert!(waiting.release_with(&settings).await.unwrap_err().what().contains("isn't signed"));
    let mut other = Proof { made: "2026-01-01T00:00:00Z".to_owned(), ..right.clone() }.sealed(None).unwrap();
    other.signature.clone_from(&right.signature);
    waiting.put_proof(&other);
    assert!(waiting.release_with(&settings).await.unwrap_err().what().contains("signature"));
    waiting.put_proof(&right);
    waiting.release_with(&settings).await.unwrap();
}

#[tokio::test]
async fn what_appears_vanishes_or_changes_between_masking_and_the_scan_is_found() {
    for (number, (sql, place, kind, error)) in [
        ("CREATE TABLE pets (id int)", "pets", "table was never decided", ErrorKind::Coverage),
        ("DROP TABLE orders", "orders", "table is missing", ErrorKind::Coverage),
        ("ALTER TABLE orders ADD shoe_size int", "orders.shoe_size", "column was never decided", ErrorKind::Coverage),
        ("ALTER TABLE orders DROP total", "orders.total", "column is missing", ErrorKind::Coverage),
        (
            "ALTER TABLE orders ALTER total TYPE text",
            "orders.total",
            "type is text instead of numeric",
            ErrorKind::Coverage,
        ),
        ("DROP INDEX users_pkey CASCADE", "the database", "", ErrorKind::Integrity),
        ("DELETE FROM orders WHERE id = 50", "orders", "49 rows instead of 50", ErrorKind::Integrity),
    ]
    .into_iter()
    .enumerate()
    {
        let waiting = Waiting::masked(&format!("coverage_{number}"), |_| {}).await;
        let sql =
            if sql.starts_with("DROP INDEX") { "ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE" } else { sql };
        waiting.execute(sql).await;
        let findings = waiting.refusal(error).await;
        let found = findings.iter().any(|finding| {
            finding.severity == Severity::Blocking && finding.place.to_string() == place && finding.kind.contains(kind)
        });
        assert!(found, "{sql}: {findings:?}");
    }
}

#[tokio::test]
async fn the_proof_names_every_column_how_it_was_decided_and_how_many_rows_were_read() {
    let waiting = Waiting::verified("named").await;
    let proof = waiting.proof();
    let users = proof.tables.iter().find(|table| table.name.table == "users").unwrap();
    assert_eq!(users.rows, 50);
    let columns: Vec<String> =
        users.columns.iter().map(|column| serde_json::to_value(&column.how).unwrap().to_string()).collect();
    assert_eq!(users.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), ["id", "email", "note"]);
    assert!(
        columns[0].contains("kept_by_type") && columns[1].contains("email") && columns[2].contains("kept"),
        "{columns:?}"
    );
    assert_eq!(proof.tool_digest.len(), 64);
    assert_eq!(proof.state.tables.len(), 4, "{:?}", proof.state.tables);
}

#[tokio::test]
async fn drift_is_a_warning_and_blocks_where_it_is_asked_to() {
    let source = shop("drifting").await;
    let mut refresh = by_rules(RULES, &source, "drifting");
    refresh.run().await.unwrap();
    source.execute("ALTER TABLE users ADD shoe_size int").await;
    refresh.refresh.settings.proving.refuse_drift = true;
    let error = refresh.run().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Coverage);
    assert!(error.what().contains("column users.shoe_size is new"), "{error}");
    refresh.refresh.settings.proving.refuse_drift = false;
    let outcome = refresh.run().await.unwrap();
    let proof = outcome.proof.unwrap();
    let drift = proof.findings.iter().find(|finding| finding.kind.contains("is new")).unwrap();
    assert_eq!((drift.severity, drift.place.to_string().as_str()), (Severity::Warning, "users.shoe_size"));
    let report = std::fs::read_to_string(outcome.folder.join("report.md")).unwrap();
    assert!(report.contains("shoe\\_size is new"), "{report}");
    assert!(refresh.run().await.unwrap().proof.unwrap().findings.is_empty(), "it is the schema to compare with now");
}

#[tokio::test]
async fn an_accepted_finding_is_listed_and_an_expired_one_closes_the_gate() {
    let source = shop("accepted").await;
    source.execute("UPDATE users SET note = 'write to kari@fjordpost.no' WHERE id = 3").await;
    let rules = |until: &str| {
        format!(
            "{RULES}accept:\n  - {{ place: users.note, kind: email, reason: 'our own address', who: Kari, until: {until} }}\n"
        )
    };
    let accepting = by_rules(&rules("2999-12-31"), &source, "accepted");
    let outcome = accepting.run().await.unwrap();
    let proof = outcome.proof.unwrap();
    let finding = proof.findings.iter().find(|finding| finding.place.to_string() == "users.note").unwrap();
    assert_eq!((finding.severity, finding.count), (Severity::Accepted, 1));
    assert_eq!((proof.accepted.len(), proof.accepted[0].count), (1, 1));
    let report = std::fs::read_to_string(outcome.folder.join("report.md")).unwrap();
    assert!(report.contains("| `users.note` | email | 1 | our own address | Kari | 2999-12-31 |"), "{report}");

    let expired = by_rules(&rules("2020-12-31"), &source, "accepted");
    let error = expired.run().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Findings);
    assert!(error.what().contains("it was accepted until 2020-12-31 by Kari"), "{error}");

    let mistaken = by_rules(&rules("2999-12-31").replace("kind: email", "kind: emial"), &source, "accepted");
    let error = mistaken.run().await.map(|_| ()).unwrap_err();
    assert!(error.what().contains("did you mean `email`?"), "{error}");
}

#[tokio::test]
async fn every_report_of_a_refused_run_names_the_place_and_shows_no_value() {
    let source = shop("reported").await;
    source.execute("UPDATE users SET note = 'write to kari@fjordpost.no' WHERE id = 3").await;
    let refresh = by_rules(RULES, &source, "reported");
    refresh.run().await.map(|_| ()).unwrap_err();
    let run = std::fs::read_dir(refresh.state.path().join("runs")).unwrap().next().unwrap().unwrap().path();
    for file in ["report.md", "report.json", "report.sarif", "report.junit.xml", "proof.json"] {
        let text = std::fs::read_to_string(run.join(file)).unwrap();
        assert!(!text.contains("kari"), "{file}: {text}");
        assert!(text.contains("e-mail address") && text.contains("note"), "{file}: {text}");
    }
    let report = std::fs::read_to_string(run.join("report.md")).unwrap();
    let pasted = report.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(pasted.contains("  users:\n    columns:\n      note: email"), "{pasted}");
}

fn stagemask(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stagemask"));
    command.args(arguments).current_dir(folder).env_remove("STAGEMASK_PROOF_KEY").output().unwrap()
}

#[tokio::test]
async fn the_command_line_makes_keys_checks_proofs_and_attests_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let made = stagemask(&["proof", "keygen", "k.pem"], at);
    assert!(made.status.success(), "{made:?}");
    assert_eq!(std::fs::metadata(at.join("k.pem")).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::write(at.join("k.pub"), &made.stdout).unwrap();
    assert_eq!(stagemask(&["proof", "keygen", "k.pem"], at).status.code(), Some(2), "it is not overwritten");
    std::fs::write(at.join("other.pub"), stagemask(&["proof", "keygen", "other.pem"], at).stdout).unwrap();

    let key = ProofKey::parse(&std::fs::read_to_string(at.join("k.pem")).unwrap()).unwrap();
    let waiting = Waiting::masked("command", |settings| settings.proving.key = Some(KeySource::Given(key))).await;
    waiting.verify().await.unwrap();
    std::fs::copy(waiting.proof_file(), at.join("proof.json")).unwrap();
    std::fs::write(at.join("shop.yaml"), RULES).unwrap();
    std::fs::write(at.join("others.yaml"), "version: 1\ntables: {}\n").unwrap();
    let verify = |more: &[&str]| {
        let output = stagemask(&[&["proof", "verify", "proof.json"], more].concat(), at);
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(verify(&["--public-key", "k.pub", "--rules", "shop.yaml"]).0, Some(0));
    let (code, text) = verify(&["--public-key", "other.pub"]);
    assert!(code == Some(1) && text.contains("is signed with key"), "{text}");
    let (code, text) = verify(&["--public-key", "k.pub", "--rules", "others.yaml"]);
    assert!(code == Some(1) && text.contains("other rules"), "{text}");
    assert_eq!(verify(&["--public-key", "k.pem"]).0, Some(2));

    let statement = stagemask(&["proof", "attest", "proof.json"], at);
    let statement: serde_json::Value = serde_json::from_slice(&statement.stdout).unwrap();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    let envelope = stagemask(&["proof", "attest", "proof.json", "--proof-key-file", "k.pem"], at);
    let envelope: serde_json::Value = serde_json::from_slice(&envelope.stdout).unwrap();
    assert_eq!(envelope["payloadType"], "application/vnd.in-toto+json");

    let text = std::fs::read_to_string(at.join("proof.json")).unwrap().replacen("\"rows\": 50", "\"rows\": 51", 1);
    std::fs::write(at.join("proof.json"), text).unwrap();
    let (code, text) = verify(&["--public-key", "k.pub"]);
    assert!(code == Some(1) && text.contains("changed after it was made"), "{text}");
}

#[test]
fn the_schema_of_proofs_that_is_shipped_is_the_one_that_is_printed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/proof.schema.json");
    let printed = stagemask::verify::proof::json_schema_text();
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        std::fs::write(&path, &printed).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), printed, "stagemask schema --proof > docs/proof.schema.json");
}
