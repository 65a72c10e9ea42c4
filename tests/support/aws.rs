//! A `moto_server` for each test binary, a region for each test, and a proxy before it that notes calls and refuses
//! some.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, reason = "it is all for tests")]

use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region};
use stagemask::aws::Account;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OnceCell;

use super::moto_program::moto_server;

static MOTO: OnceCell<(u16, Child)> = OnceCell::const_new();

/// The port of this binary's moto. A static is never dropped: the shell around it ends it when our end of the pipe is
/// closed, which also happens when the process is killed.
async fn moto() -> u16 {
    MOTO.get_or_init(|| async {
        let port = StdListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let program = moto_server();
        let script = "\"$0\" -H 127.0.0.1 -p \"$1\" & child=$!; read -r _; kill $child; wait $child";
        let mut child = Command::new("sh")
            .args(["-c", script])
            .arg(program.get_program())
            .arg(port.to_string())
            .envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..600 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
                return (port, child);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        panic!("moto_server doesn't start: pip install 'moto[server,rds,secretsmanager,sns,s3,sts]'");
    })
    .await
    .0
}

/// Which calls that change something are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// None.
    None,
    /// The n-th, counted from 0.
    Once(usize),
    /// The n-th and all behind it, as if the process had been killed before it.
    From(usize),
    /// The n-th does its work, its answer is lost, and all behind it are refused.
    Lost(usize),
    /// Before the n-th does its work, the program is killed.
    Kill(usize),
    /// When the n-th has done its work, the program is killed before it has the answer.
    KillAfter(usize),
}

#[derive(Debug, Default)]
struct State {
    owner: &'static str,
    calls: Vec<String>,
    changes: usize,
    fault: Option<Fault>,
    lies: Vec<Lie>,
    /// The process that is killed.
    victim: Option<u32>,
    canned: Vec<Canned>,
}

impl State {
    fn kill(&self) {
        let victim = self.victim.expect("somebody to kill").to_string();
        assert!(Command::new("kill").args(["-9", &victim]).status().unwrap().success());
    }
}

/// What moto doesn't do: answers that were recorded elsewhere, one after the other, the last of them again and again.
#[derive(Debug, Clone)]
pub(crate) struct Canned {
    /// How the call begins, as it is noted.
    pub(crate) call: String,
    /// Status and body.
    pub(crate) answers: Vec<(u16, String)>,
    /// What moto does meanwhile: a request to RDS.
    pub(crate) meanwhile: Option<String>,
}

impl Canned {
    /// Always this one.
    pub(crate) fn always(call: impl Into<String>, status: u16, body: impl Into<String>) -> Self {
        Self { call: call.into(), answers: vec![(status, body.into())], meanwhile: None }
    }

    /// A refusal of RDS.
    pub(crate) fn refusal(call: &str, code: &str) -> Self {
        let error = format!("<Error><Code>{code}</Code><Message>refused by the test</Message></Error>");
        Self::always(call, 400, format!("<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"))
    }
}

/// What moto can't show: answers to a call in which a text is replaced, for so many answers that have it.
#[derive(Debug, Clone)]
pub(crate) struct Lie {
    /// The call.
    pub(crate) action: &'static str,
    /// Only in answers to requests that name this instance; any, if empty.
    pub(crate) instance: String,
    pub(crate) truth: &'static str,
    pub(crate) told: &'static str,
    pub(crate) times: usize,
    /// Only once a call has been made that begins like this.
    pub(crate) after: &'static str,
    /// No longer once a call has been made that begins like this.
    pub(crate) until: &'static str,
}

impl Lie {
    /// In answers to `DescribeDBInstances`, without limits.
    pub(crate) fn about(instance: &str, truth: &'static str, told: &'static str) -> Self {
        let instance = instance.to_owned();
        let action = "DescribeDBInstances";
        Self { action, instance, truth, told, times: usize::MAX, after: "", until: "no such call" }
    }

    /// In answers to this call, without limits.
    pub(crate) fn of(action: &'static str, truth: &'static str, told: &'static str) -> Self {
        Self { action, ..Self::about("", truth, told) }
    }
}

/// Whose account it is where nobody says.
pub(crate) const ACCOUNT: &str = "123456789012";

/// An account of moto in a region that only one test uses.
pub(crate) struct Aws {
    pub(crate) account: Account,
    /// Where a program finds it.
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

impl Aws {
    /// Signs in by way of a proxy.
    pub(crate) async fn in_region(region: &'static str) -> Self {
        Self::in_account(ACCOUNT, region).await
    }

    /// In an account of its own, for test binaries with more tests than there are regions.
    pub(crate) async fn in_account(owner: &'static str, region: &'static str) -> Self {
        let moto = moto().await;
        let state = Arc::new(Mutex::new(State { owner, ..State::default() }));
        let proxy = proxy(moto, Arc::clone(&state)).await;
        let config = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .region(Region::new(region))
            .endpoint_url(format!("http://{proxy}"))
            .credentials_provider(aws_sdk_sts::config::SharedCredentialsProvider::new(
                aws_sdk_sts::config::Credentials::new("test", "test", None, None, "test"),
            ))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .load()
            .await;
        let account = Account::with_config(config, None).await.unwrap();
        state.lock().unwrap().calls.clear();
        Self { account, url: format!("http://{proxy}"), state }
    }

    /// The subnets that moto's default VPC has from the start. The SDK's EC2 client would take minutes to build for this.
    pub(crate) async fn subnets(&self) -> Vec<String> {
        let answer =
            query(self.account.id(), "ec2", self.account.region(), "Action=DescribeSubnets&Version=2016-11-15").await;
        answer.split("<subnetId>").skip(1).filter_map(|part| Some(part.split('<').next()?.to_owned())).collect()
    }

    /// From now on, changes are counted from 0 and refused like this.
    pub(crate) fn fault(&self, fault: Fault) {
        let mut state = self.state.lock().unwrap();
        (state.changes, state.fault) = (0, Some(fault));
    }

    /// From now on, this is told too.
    pub(crate) fn lie(&self, lie: Lie) {
        self.state.lock().unwrap().lies.push(lie);
    }

    /// From now on, this is answered instead of by moto.
    pub(crate) fn canned(&self, canned: Canned) {
        self.state.lock().unwrap().canned.push(canned);
    }

    /// The calls since the last time that this was asked: action and parameters.
    pub(crate) fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().calls)
    }

    /// Who is killed.
    pub(crate) fn victim(&self, process: u32) {
        self.state.lock().unwrap().victim = Some(process);
    }

    /// How many changes have been tried since the fault was set.
    pub(crate) fn changes(&self) -> usize {
        self.state.lock().unwrap().changes
    }
}

/// Asks moto directly.
async fn query(owner: &str, service: &str, region: &str, body: &str) -> String {
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {service}.{region}.amazonaws.com\r\nContent-Type: \
         application/x-www-form-urlencoded\r\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=test/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0\r\nx-moto-account-id: \
         {owner}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, moto().await)).await.unwrap();
    server.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    server.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn proxy(moto: u16, state: Arc<Mutex<State>>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(serve(client, moto, Arc::clone(&state)));
        }
    });
    address
}

/// One request a connection: simple, and fast enough for moto.
async fn serve(mut client: TcpStream, moto: u16, state: Arc<Mutex<State>>) -> std::io::Result<()> {
    let Some((head, body)) = read_message(&mut client).await? else { return Ok(()) };
    let call = call_of(&head, &body);
    let owner = state.lock().unwrap().owner;
    let (refused, forwarded) = judge(&call, &state);
    let canned = if forwarded { next_canned(&call, &state) } else { None };
    let mut answer = Vec::new();
    if let Some((status, body, meanwhile)) = canned {
        if let Some(meanwhile) = meanwhile {
            query(owner, "rds", &region_of(&head), &meanwhile).await;
        }
        answer = message(status, "", &body);
    } else if forwarded {
        let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, moto)).await?;
        let head = head.replace("\r\n\r\n", &format!("\r\nx-moto-account-id: {owner}\r\nConnection: close\r\n\r\n"));
        server.write_all(head.as_bytes()).await?;
        server.write_all(&body).await?;
        server.read_to_end(&mut answer).await?;
        answer = told(answer, &call, &state);
    }
    if refused {
        let code = "AccessDenied";
        answer = if call.starts_with("PUT ") {
            let header = format!("x-amzn-errortype: {code}Exception\r\n");
            message(403, &header, r#"{"message":"refused by the test"}"#)
        } else {
            let error = format!("<Error><Code>{code}</Code><Message>refused by the test</Message></Error>");
            message(403, "", &format!("<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"))
        };
    }
    client.write_all(&answer).await?;
    client.shutdown().await
}

fn message(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} Told\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .into_bytes()
}

/// The region out of the signature.
fn region_of(head: &str) -> String {
    head.split("Credential=").nth(1).and_then(|rest| rest.split('/').nth(2)).unwrap_or_default().to_owned()
}

fn next_canned(call: &str, state: &Mutex<State>) -> Option<(u16, String, Option<String>)> {
    let mut state = state.lock().unwrap();
    let canned = state.canned.iter_mut().rev().find(|canned| call.starts_with(&canned.call))?;
    let more = canned.answers.len() > 1;
    let (status, body) = if more { canned.answers.remove(0) } else { canned.answers.first()?.clone() };
    Some((status, body, canned.meanwhile.clone()))
}

/// The answer with what is to be told instead.
fn told(answer: Vec<u8>, call: &str, state: &Mutex<State>) -> Vec<u8> {
    let mut state = state.lock().unwrap();
    if !state.lies.iter().any(|lie| call.starts_with(lie.action)) {
        return answer;
    }
    let text = String::from_utf8(answer).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let (mut body, calls) = (body.to_owned(), state.calls.clone());
    let made = |start: &str| calls.iter().any(|call| call.starts_with(start));
    for lie in &mut state.lies {
        let is_its = lie.instance.is_empty() || call.ends_with(&format!("DBInstanceIdentifier={}", lie.instance));
        if is_its
            && call.starts_with(lie.action)
            && lie.times > 0
            && made(lie.after)
            && !made(lie.until)
            && body.contains(lie.truth)
        {
            lie.times -= 1;
            body = body.replace(lie.truth, lie.told);
        }
    }
    let head: Vec<&str> =
        head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("content-length")).collect();
    format!("{}\r\nContent-Length: {}\r\n\r\n{body}", head.join("\r\n"), body.len()).into_bytes()
}

async fn read_message(client: &mut TcpStream) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..at + 4]).into_owned();
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok())
                .unwrap_or(0usize);
            let mut body = bytes[at + 4..].to_vec();
            while body.len() < length {
                client.read_buf(&mut body).await?;
            }
            return Ok(Some((head, body)));
        }
        if client.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
}

/// The call in words: the action and its parameters, or method and path where the service has no actions.
fn call_of(head: &str, body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    let target = head.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .starts_with("x-amz-target:")
            .then(|| line.rsplit('.').next().unwrap_or_default().trim().to_owned())
    });
    let mut first = head.split(' ').map(|word| word.replace("%3A", ":").replace("%2F", "/"));
    let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    match target {
        Some(target) => target,
        None if path == "/" => readable(&body),
        None => format!("{method} {path} {body}").trim_end().to_owned(),
    }
}

/// Notes the call; says whether it is refused and whether it is forwarded.
fn judge(call: &str, state: &Mutex<State>) -> (bool, bool) {
    let reads = ["Describe", "List", "Get", "GET "].iter().any(|prefix| call.starts_with(prefix));
    let mut state = state.lock().unwrap();
    state.calls.push(call.to_owned());
    if reads {
        return (false, true);
    }
    let at = state.changes;
    state.changes += 1;
    match state.fault {
        Some(Fault::Once(n)) if at == n => (true, false),
        Some(Fault::From(n)) if at >= n => (true, false),
        Some(Fault::Lost(n)) if at == n => (true, true),
        Some(Fault::Lost(n)) if at > n => (true, false),
        Some(Fault::Kill(n)) if at == n => {
            state.kill();
            (true, false)
        }
        Some(Fault::KillAfter(n)) if at == n => {
            state.kill();
            (true, true)
        }
        _ => (false, true),
    }
}

/// `Action=ModifyDBInstance&A=1` as `ModifyDBInstance A=1`, with passwords and times left out.
fn readable(body: &str) -> String {
    let mut action = String::new();
    let mut rest = Vec::new();
    for (key, value) in body.split('&').filter_map(|pair| pair.split_once('=')) {
        let value = value.replace("%3A", ":").replace("%2F", "/");
        match key {
            "Action" => action = value,
            "Version" => {}
            "MasterUserPassword" => rest.push(format!("{key}=…")),
            _ => rest.push(format!("{key}={value}")),
        }
    }
    format!("{action} {}", rest.join(" "))
}
