//! Notices and the keeping of evidence: what is sent where, and what becomes of a run when it can't be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use support::listener::Listener;
use support::server;

/// A folder to run drills in, of a small database.
struct Desk {
    folder: tempfile::TempDir,
    source: String,
}

/// How a command ended.
struct Ended {
    code: i32,
    stderr: String,
}

impl Desk {
    async fn new(name: &str) -> Self {
        let database = support::database(name).await;
        database.execute("CREATE TABLE users (id int); INSERT INTO users VALUES (4711)").await;
        let server = server().await;
        let source =
            format!("postgres://stagemask@/{name}?host={}&port={}", server.directory().display(), server.port());
        Self { folder: tempfile::tempdir().unwrap(), source }
    }

    async fn drill(&self, config: &str, flags: &[&str], variables: &[(&str, String)]) -> Ended {
        // Two runs of one second have no order.
        let _ = std::fs::remove_dir_all(self.folder.path().join(".stagemask"));
        std::fs::write(self.folder.path().join("refresh.yaml"), config).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagemask"));
        command.args(["drill", "--config", "refresh.yaml", "--assert", "users=select count(*) = 1 from users"]);
        command.args(flags).current_dir(self.folder.path()).env_clear().env("HOME", self.folder.path());
        command.env("PATH", "/usr/bin:/bin").env("STAGEMASK_SOURCE_URL", &self.source);
        command.envs(variables.iter().map(|(name, value)| (*name, value.as_str())));
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        Ended { code: output.status.code().unwrap(), stderr: String::from_utf8(output.stderr).unwrap() }
    }

    /// The folder of the last run.
    fn run(&self) -> PathBuf {
        std::fs::read_dir(self.folder.path().join(".stagemask/runs")).unwrap().next().unwrap().unwrap().path()
    }

    /// Everything that the run has left, as one text.
    fn written(&self) -> String {
        let files = std::fs::read_dir(self.run()).unwrap().map(|file| file.unwrap().path());
        files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }

    /// The outcomes of an action in the audit log of the last run.
    fn audited(&self, action: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.run().join("audit.jsonl")).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let of_action = lines.filter(|line| line["action"] == action);
        of_action.map(|line| line["outcome"].as_str().unwrap().to_owned()).collect()
    }
}

const WEBHOOK: &str = "notify: { webhook: { url_from: CHANNEL } }\n";

fn channel(port: u16) -> [(&'static str, String); 1] {
    [("CHANNEL", format!("http://127.0.0.1:{port}/services/hunter2"))]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_told_how_a_drill_ended_whether_well_or_not() {
    let desk = Desk::new("hook").await;
    let listener = Listener::answering("200 OK", "", b"ok");
    let ended = desk.drill(WEBHOOK, &[], &channel(listener.port)).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let fails = ["--assert", "nobody=select count(*) = 0 from users"];
    assert_eq!(desk.drill(WEBHOOK, &fails, &channel(listener.port)).await.code, 5);

    let calls = listener.calls();
    assert_eq!(calls.len(), 2);
    assert!(calls[0].head.starts_with("POST /services/hunter2 HTTP/1.1\r\n"), "{}", calls[0].head);
    let text =
        |at: usize| serde_json::from_slice::<Value>(&calls[at].body).unwrap()["text"].as_str().unwrap().to_owned();
    assert!(text(0).contains("passed") && text(0).contains("assertions: 1 of 1 held"), "{}", text(0));
    assert!(text(1).contains("failed") && text(1).contains("nobody doesn't hold"), "{}", text(1));
    assert!(!text(0).contains("4711") && !text(1).contains("4711"));
    assert_eq!(desk.audited("notice.send"), ["done"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_refuses_is_a_warning_and_its_url_is_nowhere() {
    let desk = Desk::new("hook_refused").await;
    for (status, headers, said) in [
        ("404 Not Found", "", "status 404"),
        ("500 Internal Server Error", "", "status 500"),
        ("302 Found", "location: http://127.0.0.1:1/hunter2\r\n", "status 302"),
        ("nonsense", "", "the webhook"),
    ] {
        let listener = Listener::answering(status, headers, b"hunter2");
        let ended = desk.drill(WEBHOOK, &[], &channel(listener.port)).await;
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(
            ended.stderr.contains("no notice went to the webhook") && ended.stderr.contains(said),
            "{}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("hunter2") && !desk.written().contains("hunter2"), "{}", ended.stderr);
        assert_eq!(desk.audited("notice.send"), ["failed"]);
    }
    for url in ["http://127.0.0.1:1/hunter2", "http://hooks.example.com/hunter2", "hunter2", "https://[hunter2"] {
        let ended = desk.drill(WEBHOOK, &[], &[("CHANNEL", url.to_owned())]).await;
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(ended.stderr.contains("no notice went to the webhook"), "{}", ended.stderr);
        assert!(!ended.stderr.contains("hunter2") && !desk.written().contains("hunter2"), "{}", ended.stderr);
    }
    let ended = desk.drill(WEBHOOK, &[], &[]).await;
    assert!(ended.code == 0 && ended.stderr.contains("CHANNEL is not set"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_opened_has_a_notice_and_evidence_too() {
    let mut desk = Desk::new("hook_source").await;
    desk.source = "postgres://u@127.0.0.1:1/drop?sslmode=disable".to_owned();
    let listener = Listener::answering("200 OK", "", b"ok");
    let ended = desk.drill(WEBHOOK, &[], &channel(listener.port)).await;
    assert_eq!(ended.code, 6, "{}", ended.stderr);
    assert!(ended.stderr.contains("evidence.md"), "{}", ended.stderr);
    assert!(listener.calls()[0].text().contains("drill of the source: failed"), "{}", listener.calls()[0].text());
}

#[cfg(feature = "aws")]
mod aws {
    use support::moto::Moto;

    use super::*;

    const TOPIC: &str = "arn:aws:sns:eu-north-1:123456789012:refreshes";

    #[tokio::test(flavor = "multi_thread")]
    async fn a_topic_gets_a_subject_a_text_and_attributes_to_filter_by() {
        let (desk, moto) = (Desk::new("topic").await, Moto::start());
        let [subscriber, of_refreshes, of_successes] = [(); 3].map(|()| Listener::answering("200 OK", "", b""));
        let urls = [&subscriber, &of_refreshes, &of_successes].map(|one| format!("http://127.0.0.1:{}/", one.port));
        let filters =
            [(&*urls[0], "result", "passed"), (&*urls[1], "command", "refresh"), (&*urls[2], "succeeded", "true")];
        moto.topic("refreshes", &filters);
        let config = format!("notify: {{ sns: {TOPIC} }}\n");
        let ended = desk.drill(&config, &["--rto", "0s"], &moto.environment()).await;
        assert_eq!(ended.code, 6, "{}", ended.stderr);
        assert!(!ended.stderr.contains("no notice"), "{}", ended.stderr);

        let message = subscriber.calls().pop().unwrap().text();
        let message: Value = serde_json::from_str(&message).unwrap();
        let subject = message["Subject"].as_str().unwrap();
        assert!(subject.starts_with("stagemask drill passed, objective missed: "), "{subject}");
        assert!(subject.is_ascii() && subject.len() <= 100);
        assert!(message["Message"].as_str().unwrap().contains("over the RTO of 0.0 s"), "{message}");
        assert!(of_refreshes.calls().is_empty() && of_successes.calls().is_empty(), "it has attributes to filter by");

        let log = std::fs::read_to_string(desk.run().join("audit.jsonl")).unwrap();
        let published = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let published = published.clone().find(|line| line["action"] == "sns:Publish").unwrap();
        assert_eq!(published["cloudtrail"]["source"], "sns.amazonaws.com");
        assert!(published["actor"]["caller"].as_str().unwrap().starts_with("arn:aws:"), "{published}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_topic_that_is_not_there_is_a_warning() {
        let (desk, moto) = (Desk::new("topic_gone").await, Moto::start());
        let ended = desk.drill(&format!("notify: {{ sns: {TOPIC} }}\n"), &[], &moto.environment()).await;
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(ended.stderr.contains("no notice went to the topic of SNS"), "{}", ended.stderr);
        assert_eq!(desk.audited("notice.send"), ["failed"]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_webhook_may_be_in_secrets_manager() {
        let (desk, moto) = (Desk::new("topic_secret").await, Moto::start());
        let listener = Listener::answering("200 OK", "", b"ok");
        let url = format!("http://127.0.0.1:{}/services/hunter2", listener.port);
        for (name, value) in [("whole", url.clone()), ("json", serde_json::json!({ "url": url }).to_string())] {
            let arn = moto.secret(name, &value);
            let config = format!("notify: {{ webhook: {{ secret: \"{arn}\" }} }}\n");
            let ended = desk.drill(&config, &[], &moto.environment()).await;
            assert!(ended.code == 0 && !ended.stderr.contains("no notice"), "{}", ended.stderr);
            assert!(!desk.written().contains("hunter2"));
            assert_eq!(desk.audited("secretsmanager:GetSecretValue"), ["done"]);
        }
        assert_eq!(listener.calls().len(), 2);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn metrics_have_age_phases_and_success_and_never_fail_a_run() {
        let (desk, moto) = (Desk::new("metrics").await, Moto::start());
        // `{}` in CBOR, as the service's protocol has it.
        let service = Listener::answering("200 OK", "smithy-protocol: rpc-v2-cbor\r\n", &[0xbf, 0xff]);
        let config = "notify: { cloudwatch: { namespace: Shop } }\n";
        let mut environment = moto.environment();
        environment.push(("AWS_ENDPOINT_URL_CLOUDWATCH", format!("http://127.0.0.1:{}", service.port)));
        let ended = desk.drill(config, &[], &environment).await;
        assert!(ended.code == 0 && !ended.stderr.contains("no notice"), "{}", ended.stderr);
        let sent = service.calls().pop().unwrap().text();
        for word in ["Shop", "Success", "SnapshotAge", "RecoveryTime", "PhaseSeconds", "verify", "Target"] {
            assert!(sent.contains(word), "{word}: {sent}");
        }

        let refused = Listener::answering("500 Internal Server Error", "", b"");
        environment.pop();
        environment.push(("AWS_ENDPOINT_URL_CLOUDWATCH", format!("http://127.0.0.1:{}", refused.port)));
        environment.push(("AWS_MAX_ATTEMPTS", "1".to_owned()));
        let ended = desk.drill(config, &[], &environment).await;
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(ended.stderr.contains("no notice went to the metrics of CloudWatch"), "{}", ended.stderr);
    }

    const BUCKET: &str = "evidence: { s3: { bucket: evidence, prefix: drop/, retain_days: 400 } }\n";

    #[tokio::test(flavor = "multi_thread")]
    async fn evidence_is_kept_where_nobody_can_delete_it() {
        let (desk, moto) = (Desk::new("kept").await, Moto::start());
        moto.locked_bucket("evidence");
        for (config, mode) in
            [(BUCKET.to_owned(), "GOVERNANCE"), (BUCKET.replace("400 }", "400, mode: compliance }"), "COMPLIANCE")]
        {
            let ended = desk.drill(&config, &[], &moto.environment()).await;
            assert_eq!(ended.code, 0, "{}", ended.stderr);
            let run = desk.run();
            let name = run.file_name().unwrap().to_str().unwrap();
            assert!(ended.stderr.contains(&format!("s3://evidence/drop/{name}/")), "{}", ended.stderr);
            for file in ["evidence.json", "evidence.md", "audit.jsonl"] {
                let path = format!("/evidence/drop/{name}/{file}");
                let (status, body) = moto.call("s3", "GET", &path, &[], "");
                assert_eq!(status, 200, "{body}");
                let here = std::fs::read_to_string(run.join(file)).unwrap();
                // The log goes on after its copy was made.
                assert!(here.starts_with(&body), "{file}");
                assert_eq!(moto.header_of_object(&path, "x-amz-object-lock-mode"), mode);
                let until = moto.header_of_object(&path, "x-amz-object-lock-retain-until-date");
                let until = humantime::parse_rfc3339_weak(&until[..19]).unwrap();
                let days = until.duration_since(std::time::SystemTime::now()).unwrap().as_secs() / 86_400;
                assert_eq!(days, 399, "400 days less the moment since");
            }
            assert_eq!(desk.audited("evidence.upload"), ["done"]);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn evidence_that_can_not_be_kept_fails_the_command_and_undoes_nothing() {
        let (desk, moto) = (Desk::new("not_kept").await, Moto::start());
        let listener = Listener::answering("200 OK", "", b"ok");
        let mut environment = moto.environment();
        environment.extend(channel(listener.port));
        let config = format!("{BUCKET}{WEBHOOK}");
        let ended = desk.drill(&config, &[], &environment).await;
        assert_eq!(ended.code, 1, "{}", ended.stderr);
        for said in ["NoSuchBucket", "copy it to s3://evidence/drop/", "evidence.md"] {
            assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
        }
        assert!(desk.run().join("evidence.json").is_file());
        assert!(listener.calls()[0].text().contains("passed"), "the notice is sent all the same");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_service_out_of_reach_is_a_warning() {
        let desk = Desk::new("out_of_reach").await;
        let mut environment = Moto::start().environment();
        environment.push(("AWS_MAX_ATTEMPTS", "1".to_owned()));
        // That server is gone by now.
        let ended = desk.drill(&format!("notify: {{ sns: {TOPIC} }}\n"), &[], &environment).await;
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(ended.stderr.contains("no notice went to the topic of SNS"), "{}", ended.stderr);
    }
}
