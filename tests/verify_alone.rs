//! Verification without a run: the audit of a database that exists; and without originals: these are read again from the
//! source. On a real server, and by the command where it is about what people see.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod support;

use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Once};

use serde_json::Value;
use stagemask::error::{Error, ErrorKind};
use stagemask::pipeline::{self, Audited, Outcome, SourceAgain};
use stagemask::postgres::endpoint::Endpoint;
use stagemask::progress::{Event, Progress, Stage};
use stagemask::report;
use stagemask::rules::load;
use stagemask::rules::rule::Rules;
use stagemask::secret::Secret;
use stagemask::verify::audit::Audit;
use stagemask::verify::findings::{Finding, Severity};
use stagemask::verify::proof::Proof;
use stagemask::verify::state::State;
use support::drop::{RULES, TestRefresh, production, refresh_of, settings, silent};
use support::{TestDatabase, server};

/// What must be found, and must be seen nowhere.
const VALUES: [&str; 9] = [
    "hanne@fjordpost.no",
    "4791827364",
    "91827364",
    "NO9386011117947",
    "9386011117947",
    "oda@fjordpost.no",
    "liv@fjordpost.no",
    "per@fjordpost.no",
    "eli@fjordpost.no",
];

/// A staging that somebody made by hand: much of it is masked, and much was forgotten.
const STAGING: &str = r#"
    CREATE TABLE users (id int PRIMARY KEY, email text, note text, seen jsonb, scan bytea, tags text[], born date);
    INSERT INTO users SELECT n, 'user' || n || '@example.com', 'fine', '{"ok": true}', '\x00', '{}', '1980-01-01'
        FROM generate_series(1, 40) n;
    UPDATE users SET seen = '{"contact": [{"phone": "+4791827364"}]}' WHERE id = 7;
    UPDATE users SET scan = convert_to('account NO9386011117947 of hers', 'UTF8') WHERE id = 8;
    UPDATE users SET note = encode('written by oda@fjordpost.no', 'base64') WHERE id = 9;
    UPDATE users SET tags = ARRAY['', 'liv@fjordpost.no'] WHERE id = 10;
    COMMENT ON TABLE users IS 'ask hanne@fjordpost.no';
    CREATE TABLE "Keys" (email text PRIMARY KEY, n int);
    INSERT INTO "Keys" VALUES ('eli@fjordpost.no', 1);
    SELECT lo_from_bytea(4711, 'from per@fjordpost.no');
    CREATE MATERIALIZED VIEW contacts AS SELECT id, seen FROM users WHERE id = 7"#;

/// A folder to work in, and the server.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, &[]).await
    }

    async fn run_with(&self, arguments: &[&str], variables: &[(&str, String)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagemask"));
        command.args(arguments).current_dir(self.path()).env_clear().env("HOME", self.path());
        command.env("STAGEMASK_PG_BIN", server().await.bin_dir()).env("PATH", std::env::var_os("PATH").unwrap());
        command.envs(variables.iter().cloned());
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }
}

async fn url(database: &str) -> String {
    let server = server().await;
    format!("postgres://stagemask@/{database}?host={}&port={}", server.directory().display(), server.port())
}

fn rules(text: &str) -> Rules {
    load::parse("shop.yaml", text.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap()
}

async fn audit(target: &TestDatabase, rules: Option<Rules>) -> Result<Audit, Error> {
    let folder = tempfile::tempdir().unwrap();
    let audited = Audited { target: target.endpoint().clone(), rules, settings: settings(folder.path()) };
    pipeline::audit(&audited, &silent()).await
}

fn found(findings: &[Finding]) -> Vec<(String, String)> {
    let blocking = findings.iter().filter(|finding| finding.severity == Severity::Blocking);
    blocking.map(|finding| (finding.place.to_string(), finding.kind.clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_existing_staging_is_reported_with_its_places_without_a_value_and_nothing_is_written_to_it() {
    let (staging, desk) = (support::database("byhand").await, Desk::new());
    staging.execute(STAGING).await;
    let session = staging.session().await;
    let before = State::once_alone(&session, "byhand").await.unwrap();

    let target = url("byhand").await;
    let audited = desk.run(&["verify", "--target-url", &target, "--report-dir", "out", "--json"]).await;
    let after = State::once_alone(&session, "byhand").await.unwrap();
    assert_eq!(after.changes_since(&before), Vec::<String>::new());
    let said = String::from_utf8(audited.stderr.clone()).unwrap();
    assert_eq!(audited.status.code(), Some(3), "{said}");
    let document: Value = serde_json::from_slice(&audited.stdout).unwrap();
    assert_eq!(document["audit"]["document"], "audit, not a proof");
    let findings = document["audit"]["findings"].as_array().unwrap();
    let found: Vec<_> = findings.iter().filter(|finding| finding["severity"] == "blocking").map(line).collect();
    for (place, kind) in [
        ("users.seen.phone", "phone number"),
        ("users.scan.", "IBAN"),
        ("users.note.", "e-mail address"),
        ("users.tags.", "e-mail address"),
        ("Keys.email.", "e-mail address"),
        ("pg_largeobject.data.", "e-mail address"),
        ("contacts.seen.phone", "phone number"),
        ("..COMMENT TABLE users", "e-mail address"),
    ] {
        assert!(found.contains(&(place.to_owned(), kind.to_owned())), "{place}: {found:?}");
    }
    let blocking = found.len();
    assert_eq!(blocking, 8, "{found:?}");

    let text = desk.run(&["verify", "--target-url", &target]).await;
    let text = String::from_utf8(text.stderr).unwrap();
    assert!(text.contains("audit, not a proof") && text.contains("an audit can't prove"), "{text}");
    assert!(text.contains("users.note") && text.contains("note: email"), "{text}");
    assert!(text.contains("seen: { json: { \"$..phone\": phone } }"), "{text}");
    let mut all = vec![said, text, String::from_utf8(audited.stdout).unwrap()];
    for name in ["report.md", "report.json", "report.sarif", "report.junit.xml"] {
        all.push(std::fs::read_to_string(desk.path().join("out").join(name)).unwrap());
    }
    assert!(all[3].contains("| warning | `users.born` | date of birth | 40 |"), "{}", all[3]);
    assert!(all[3].starts_with("# audit, not a proof") && all[3].contains("id=9"), "{}", all[3]);
    assert!(all[6].contains("failures=\"5\"") && all[6].contains("stagemask audit"), "{}", all[6]);
    for value in VALUES {
        assert!(all.iter().all(|text| !text.contains(value)), "{value} is in {all:?}");
    }
}

/// Table, column and key of a finding, and its kind.
fn line(finding: &Value) -> (String, String) {
    let place = &finding["place"];
    let part = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let table = part(&place["table"]["table"]);
    (format!("{table}.{}.{}", part(&place["column"]), part(&place["key"])), part(&finding["kind"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_we_have_masked_passes_with_its_rules_and_without_any() {
    let source = production("ours_source").await;
    refresh_of(source.endpoint(), "ours_staging").run().await.unwrap();
    let desk = Desk::new();
    std::fs::write(desk.path().join("drop.yaml"), RULES).unwrap();
    let target = url("ours_staging").await;
    for more in [&[][..], &["--rules", "drop.yaml"]] {
        let arguments = [&["verify", "--target-url", &target], more].concat();
        let ended = desk.run(&arguments).await;
        let text = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(0), "{text}");
        assert!(!text.contains("no rule decides"), "{text}");
    }
    // The source is what such an audit is there to find.
    let raw = desk.run(&["verify", "--target-url", &url("ours_source").await]).await;
    assert_eq!(raw.status.code(), Some(3));
}

/// Writes to the database as soon as it is looked at.
struct Meddler {
    target: Endpoint,
    done: Once,
}

impl Progress for Meddler {
    fn event(&self, event: Event<'_>) {
        if !matches!(event, Event::StageStarted { stage: Stage::Verify, .. }) {
            return;
        }
        let target = self.target.clone();
        let write = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let session = target.connect("somebody").await.unwrap();
                let sql = "UPDATE public.notes SET body = 'hanne@fjordpost.no'; ALTER TABLE public.notes ADD extra int;
                    COMMENT ON TABLE public.notes IS 'ask liv@fjordpost.no'; SELECT lo_from_bytea(0, 'per@fjordpost.no')";
                session.batch_execute(sql).await.unwrap();
                session.close().await;
            });
        };
        self.done.call_once(|| std::thread::spawn(write).join().unwrap());
    }
}

#[tokio::test]
async fn an_audit_sees_one_state_of_the_database_whatever_is_written_meanwhile() {
    let staging = support::database("meddled").await;
    staging.execute("CREATE TABLE notes (id int PRIMARY KEY, body text); INSERT INTO notes VALUES (1, 'fine')").await;
    let folder = tempfile::tempdir().unwrap();
    let audited = Audited { target: staging.endpoint().clone(), rules: None, settings: settings(folder.path()) };
    let meddler: Arc<dyn Progress> = Arc::new(Meddler { target: staging.endpoint().clone(), done: Once::new() });
    let before = pipeline::audit(&audited, &meddler).await.unwrap();
    assert_eq!((found(&before.findings), before.tables[0].columns.len()), (Vec::new(), 2));
    let after = pipeline::audit(&audited, &silent()).await.unwrap();
    assert_eq!((after.blocking(), after.tables[0].columns.len()), (3, 3));
}

#[tokio::test]
async fn an_audit_with_a_blind_scanner_is_invalid_though_it_finds_nothing() {
    let staging = support::database("blind").await;
    let mut audit = audit(&staging, None).await.unwrap();
    assert!(audit.is_clean() && audit.canaries.planted == 10);
    audit.canaries.found = 9;
    let error = report::audit::refusal(&audit).unwrap();
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert!(error.what().contains("the audit is invalid"), "{error}");
    assert!(report::audit::text(&audit).contains("invalid, for the scanner is blind"));
    let folder = tempfile::tempdir().unwrap();
    report::audit::write(folder.path(), &audit).unwrap();
    assert!(std::fs::read_to_string(folder.path().join("report.junit.xml")).unwrap().contains("failures=\"1\""));
}

const NOTES: &str = "CREATE TABLE notes (id int PRIMARY KEY, body text, sender text, born date);
    INSERT INTO notes SELECT n, 'fine', 'user' || n || '@example.com', '1980-01-01' FROM generate_series(1, 20) n;
    UPDATE notes SET body = 'ask hanne@fjordpost.no' WHERE id = 3";

fn notes_rules(until: &str) -> Rules {
    rules(&format!(
        "version: 1\ntables:\n  notes: {{ columns: {{ body: keep, sender: email }} }}\naccept:\n  - {{ place: notes.body, \
         kind: email, reason: our own address, who: Kari, until: {until} }}\n"
    ))
}

#[tokio::test]
async fn what_the_rules_accept_is_accepted_and_named_until_its_last_day() {
    let staging = support::database("accepting").await;
    staging.execute(NOTES).await;
    let open = audit(&staging, None).await.unwrap();
    assert_eq!(found(&open.findings), [("notes.body".to_owned(), "e-mail address".to_owned())]);
    assert!(report::audit::text(&open).contains("body: email"));

    let accepted = audit(&staging, Some(notes_rules("2999-12-31"))).await.unwrap();
    assert!(accepted.is_clean(), "{:?}", accepted.findings);
    assert!(report::audit::refusal(&accepted).is_none());
    assert_eq!(accepted.accepted[0].acceptance.reason, "our own address");
    let markdown = report::audit::markdown(&accepted);
    assert!(markdown.contains("our own address") && markdown.contains("| `notes` | 20 | 4 | `sender` |"), "{markdown}");

    let over = audit(&staging, Some(notes_rules("2020-12-31"))).await.unwrap();
    assert!(!over.is_clean());
    assert_eq!(report::audit::refusal(&over).unwrap().kind(), ErrorKind::Findings);
}

#[tokio::test]
async fn rules_tell_what_they_would_have_masked_and_what_they_forget() {
    let staging = support::database("forgetting").await;
    staging.execute(NOTES).await;
    let only_body = rules("version: 1\ntables:\n  notes: { columns: { body: free_text } }\n");
    let audit = audit(&staging, Some(only_body)).await.unwrap();
    let body = audit.findings.iter().find(|finding| finding.kind == "e-mail address").unwrap();
    assert!(body.advice.contains("the rules mask this column by free_text"), "{body:?}");
    let text = report::audit::text(&audit);
    assert!(!text.contains("tables:\n"), "there is nothing to paste: {text}");
    let undecided: Vec<String> = audit
        .findings
        .iter()
        .filter(|finding| finding.kind == "no rule decides on it")
        .map(|finding| finding.place.to_string())
        .collect();
    assert_eq!(undecided, ["notes.born", "notes.sender"]);
}

#[tokio::test]
async fn what_only_the_planner_remembers_is_found() {
    let staging = support::database("remembering").await;
    let sql = "CREATE TABLE logs (id int, who text) WITH (autovacuum_enabled = off);
        INSERT INTO logs SELECT n, 'hanne@fjordpost.no' FROM generate_series(1, 50) n";
    staging.execute(sql).await;
    staging.execute("ANALYZE logs").await;
    staging.execute("UPDATE logs SET who = 'user@example.com'").await;
    let remembered = audit(&staging, None).await.unwrap();
    let place = "logs.who at \"the planner's statistics\"".to_owned();
    assert_eq!(found(&remembered.findings), [(place, "e-mail address".to_owned())]);
    staging.execute("ANALYZE logs").await;
    assert!(audit(&staging, None).await.unwrap().is_clean());
}

#[tokio::test]
async fn a_primary_key_is_shown_only_where_it_numbers_rows() {
    let staging = support::database("keys").await;
    let sql = "CREATE TABLE people (phone bigint PRIMARY KEY, note text);
        INSERT INTO people VALUES (4791827364, 'ask hanne@fjordpost.no'), (4791827365, 'fine');
        CREATE TABLE notes (id bigint PRIMARY KEY, note text);
        INSERT INTO notes VALUES (4711, 'ask hanne@fjordpost.no'), (4539578763621486, 'ask liv@fjordpost.no')";
    staging.execute(sql).await;
    let audit = audit(&staging, None).await.unwrap();
    let keys = |table: &str| -> Vec<String> {
        let is_note = |finding: &&Finding| finding.place.to_string() == format!("{table}.note");
        audit.findings.iter().find(is_note).unwrap().keys.clone()
    };
    assert_eq!(keys("people"), Vec::<String>::new());
    assert_eq!(keys("notes"), ["id=4711"]);
    let all = report::audit::document(&audit).unwrap().to_string() + &report::audit::markdown(&audit);
    assert!(!all.contains("4791827364") && !all.contains("4539578763621486"), "{all}");
}

#[tokio::test]
async fn what_the_role_may_not_read_stops_the_audit() {
    let staging = support::database("denied").await;
    staging.execute(NOTES).await;
    staging.execute("CREATE ROLE auditor LOGIN PASSWORD 'x'; CREATE TABLE hidden (id int)").await;
    staging.execute("GRANT SELECT ON notes TO auditor").await;
    let folder = tempfile::tempdir().unwrap();
    let target = server().await.tcp_endpoint("denied").with_user("auditor", Some(Secret::new("x")));
    let audited = Audited { target, rules: None, settings: settings(folder.path()) };
    let error = pipeline::audit(&audited, &silent()).await.unwrap_err();
    assert!(error.what().contains("the database's role \"auditor\" may not read hidden"), "{error}");
}

#[tokio::test]
async fn without_a_run_and_a_database_there_is_nothing_to_verify() {
    let desk = Desk::new();
    for arguments in [&["verify"][..], &["verify", "--source-url", "postgres://localhost/prod"]] {
        assert_eq!(desk.run(arguments).await.status.code(), Some(2), "{arguments:?}");
    }
}

const SHOP: &str = "CREATE TABLE users (id int PRIMARY KEY, email text, note text);
    INSERT INTO users SELECT n, 'user' || n || '@fjordpost.no', 'fine' FROM generate_series(1, 50) n;
    CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, note text);
    INSERT INTO orders SELECT n, n, 'fine' FROM generate_series(1, 50) n";

const SHOP_RULES: &str =
    "version: 1\ntables:\n  users: { columns: { email: email, note: keep } }\n  orders: { columns: { note: keep } }\n";

/// A masked database whose originals somebody has deleted.
struct Orphan {
    source: TestDatabase,
    refresh: TestRefresh,
    masked: Outcome,
}

impl Orphan {
    async fn new(name: &str) -> Self {
        let source = support::database(&format!("{name}_source")).await;
        source.execute(SHOP).await;
        let mut refresh = refresh_of(source.endpoint(), &format!("{name}_staging"));
        let file = refresh.state.path().join("shop.yaml");
        std::fs::write(&file, SHOP_RULES).unwrap();
        refresh.refresh.rules = load::load(&file).unwrap();
        let masked = pipeline::mask(&refresh.refresh, &silent()).await.unwrap();
        std::fs::remove_dir_all(masked.folder.join("originals")).unwrap();
        Self { source, refresh, masked }
    }

    fn again(&self) -> SourceAgain {
        SourceAgain { source: self.source.endpoint().clone(), rules: None, allow_commands: false }
    }

    async fn verify(&self, again: Option<&SourceAgain>) -> Result<Outcome, Error> {
        let refresh = &self.refresh.refresh;
        pipeline::verify_again(&self.masked.record.run, &refresh.target, again, &refresh.settings, &silent()).await
    }

    async fn release(&self) -> Result<Outcome, Error> {
        let refresh = &self.refresh.refresh;
        pipeline::release(&self.masked.record.run, &refresh.target, &refresh.settings, &silent()).await
    }

    async fn execute(&self, sql: &str) {
        let incoming = self.source.endpoint().with_database(&self.masked.record.target.incoming);
        let session = incoming.connect("somebody").await.unwrap();
        session.batch_execute(&format!("SET search_path = public; {sql}")).await.unwrap();
        session.close().await;
    }

    fn proof(&self) -> Proof {
        Proof::read(&self.masked.folder.join("proof.json")).unwrap()
    }

    fn says_that_originals_were_read_again(&self) -> bool {
        let said = |finding: &Finding| {
            finding.severity == Severity::Warning && finding.kind.starts_with("the originals were read again")
        };
        self.proof().findings.iter().any(said)
    }
}

#[tokio::test]
async fn without_originals_and_without_the_source_the_error_says_how_to_go_on() {
    let orphan = Orphan::new("alone").await;
    let error = orphan.verify(None).await.unwrap_err();
    assert!(error.what().contains("aren't at hand"), "{error}");
    let advice = error.advice().unwrap();
    assert!(advice.contains(&format!("stagemask verify --run {} --source-url", orphan.masked.record.run)), "{advice}");
}

#[tokio::test]
async fn originals_that_are_read_again_find_a_leak_and_the_proof_says_what_they_are() {
    let orphan = Orphan::new("again").await;
    orphan.execute("UPDATE orders SET note = 'of USER17 @ fjordpost.no, user17@fjordpost.no' WHERE id = 3").await;
    let error = orphan.verify(Some(&orphan.again())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Findings);
    let proof = orphan.proof();
    let leak = ("orders.note".to_owned(), "original of users.email".to_owned());
    assert!(found(&proof.findings).contains(&leak), "{:?}", proof.findings);
    assert!(orphan.says_that_originals_were_read_again());
    assert!(!proof.findings.iter().any(|finding| format!("{finding:?}").contains("user17")));

    // What is at hand then are still the originals of another moment.
    orphan.execute("UPDATE orders SET note = 'fine' WHERE id = 3").await;
    orphan.verify(None).await.unwrap();
    assert!(orphan.says_that_originals_were_read_again());
    let report = std::fs::read_to_string(orphan.masked.folder.join("report.md")).unwrap();
    assert!(report.contains("read again from the source"), "{report}");
    orphan.release().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_reads_originals_again_from_the_source_that_the_environment_names() {
    let (orphan, desk) = (Orphan::new("command").await, Desk::new());
    let run = orphan.masked.record.run.to_string();
    let state = orphan.refresh.state.path().display().to_string();
    let (target, source) = (url("command_staging").await, url("command_source").await);
    let arguments = ["verify", "--run", &run, "--target-url", &target, "--state-dir", &state];
    let key = ("STAGEMASK_KEY", "5eed".repeat(16));
    let without = desk.run_with(&arguments, std::slice::from_ref(&key)).await;
    let text = String::from_utf8(without.stderr).unwrap();
    assert_eq!(without.status.code(), Some(1), "{text}");
    assert!(text.contains("--source-url URL"), "{text}");
    let with = desk.run_with(&arguments, &[key, ("STAGEMASK_SOURCE_URL", source)]).await;
    let text = String::from_utf8(with.stderr).unwrap();
    assert_eq!(with.status.code(), Some(0), "{text}");
    assert!(text.contains("originals read again, nothing written"), "{text}");
}

#[tokio::test]
async fn a_leak_of_a_row_that_the_source_has_no_more_is_not_found_and_the_proof_says_that_it_may_be() {
    let orphan = Orphan::new("gone").await;
    orphan.source.execute("DELETE FROM orders WHERE id = 17; DELETE FROM users WHERE id = 17").await;
    orphan.verify(Some(&orphan.again())).await.unwrap();
    let advice: String = orphan.proof().findings.into_iter().map(|finding| finding.advice).collect();
    assert!(advice.contains("users (50 then, 49 now)") && advice.contains("deleted"), "{advice}");
}

#[tokio::test]
async fn what_is_not_the_source_of_the_run_or_not_its_rules_is_refused() {
    let orphan = Orphan::new("other").await;
    let other = support::database("other_empty").await;
    other.execute("CREATE TABLE users (id int PRIMARY KEY, email text, note text)").await;
    other.execute("CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, note text)").await;
    let empty = SourceAgain { source: other.endpoint().clone(), ..orphan.again() };
    let error = orphan.verify(Some(&empty)).await.unwrap_err();
    assert!(error.advice().unwrap().contains("is it the source of the run?"), "{error}");
    // What was read from it is not taken for the originals of the run.
    assert!(orphan.verify(None).await.unwrap_err().what().contains("aren't at hand"));

    let file = orphan.refresh.state.path().join("other.yaml");
    std::fs::write(&file, SHOP_RULES.replace("email: email", "email: keep")).unwrap();
    let rules = SourceAgain { rules: Some(file), ..orphan.again() };
    let error = orphan.verify(Some(&rules)).await.unwrap_err();
    assert!(error.what().contains("masked by other rules"), "{error}");
    orphan.verify(Some(&orphan.again())).await.unwrap();
}

const ANOTHER: &str = "the originals were read again from another database than the one that was masked";

#[tokio::test]
async fn a_copy_of_the_source_is_read_and_the_proof_says_that_it_is_another_database() {
    let orphan = Orphan::new("copied").await;
    orphan.verify(Some(&orphan.again())).await.unwrap();
    let warned = |orphan: &Orphan| orphan.proof().findings.into_iter().find(|finding| finding.kind == ANOTHER);
    assert_eq!(warned(&orphan), None, "the source itself");

    std::fs::remove_dir_all(orphan.masked.folder.join("originals")).unwrap();
    let copy = support::database("copied_copy").await;
    copy.execute(SHOP).await;
    let again = SourceAgain { source: copy.endpoint().clone(), ..orphan.again() };
    orphan.verify(Some(&again)).await.unwrap();
    let warning = warned(&orphan).unwrap();
    assert_eq!(warning.severity, Severity::Warning);
    assert!(warning.advice.starts_with("oid ") && warning.advice.contains(" then, "), "{}", warning.advice);
}

#[tokio::test]
async fn the_masked_database_is_not_taken_for_the_source_of_its_originals() {
    let orphan = Orphan::new("itself").await;
    let masked = orphan.source.endpoint().with_database(&orphan.masked.record.target.incoming);
    let error = orphan.verify(Some(&SourceAgain { source: masked, ..orphan.again() })).await.unwrap_err();
    assert!(error.what().contains("has masked"), "{error}");
    assert!(orphan.verify(None).await.unwrap_err().what().contains("aren't at hand"));
}

#[tokio::test]
async fn an_audit_opens_no_gate() {
    let orphan = Orphan::new("gate").await;
    let incoming = orphan.source.endpoint().with_database(&orphan.masked.record.target.incoming);
    let folder = tempfile::tempdir().unwrap();
    let audited = Audited { target: incoming, rules: None, settings: settings(folder.path()) };
    let audit = pipeline::audit(&audited, &silent()).await.unwrap();
    assert!(audit.is_clean(), "{:?}", audit.findings);
    let document = report::audit::document(&audit).unwrap();
    for document in [&document, &document["audit"]] {
        assert!(Proof::parse(&serde_json::to_vec(document).unwrap()).is_err());
        std::fs::write(orphan.masked.folder.join("proof.json"), document.to_string()).unwrap();
        assert!(orphan.release().await.is_err());
    }
}
