//! The speed of masking against that of the raw pipe: `psql … COPY TO | psql … COPY FROM`, table by table, on the same
//! database, the same server and in the same run.
//!
//! ```text
//! cargo bench --bench pipe                              # a database like the one below, 1.06 M rows
//! STAGEMASK_BENCH_SQL=prod.sql cargo bench --bench pipe # another one, loaded by psql
//! ```
//! Printed are ratios: 1.00 is the speed of the raw pipe; and processor time of this process against the servers'.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a benchmark talks and may stop")]

mod support;

use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use stagemask::pipeline;
use stagemask::postgres::endpoint::Endpoint;
use stagemask::progress::{Event, Progress};
use stagemask::sandbox::Server;

/// Six columns of text are masked, as in the table of measurements.
const RULES: &str = "
version: 1
locale: nb_NO
tables:
  users:
    columns:
      first_name: first_name
      last_name: last_name
      email: email
      phone: phone
      date_of_birth: keep
      national_id: keep
      address: street_address
      kyc_status: keep
      profile: keep
      password_hash: keep
      api_token: token
  bank_accounts: { columns: { iban: keep, currency: keep } }
  transactions: { columns: { description: keep } }
  audit_log: { columns: { ip: keep, action: keep, details: keep } }
  kyc_documents: { columns: { doc_type: keep, doc_number: keep, content: keep } }
";

const TABLES: [&str; 5] = ["users", "bank_accounts", "transactions", "audit_log", "kyc_documents"];

#[tokio::main]
async fn main() {
    let (server, source) = support::source().await;
    println!("{:<28}{:>9}{:>9}{:>14}{:>14}{:>9}", "", "seconds", "speed", "client cpu s", "servers cpu s", "ratio");
    let kept = kept();
    for round in 1..=3 {
        support::settle(&source).await;
        let pipe = raw_pipe(&server, &source, round).await;
        println!("{:<28}{:>9.2}{:>9.2}", format!("round {round}: raw pipe"), pipe, 1.0);
        for (streams, rules) in [(1, RULES), (2, RULES), (1, &kept)] {
            support::settle(&source).await;
            let masked = mask(&server, &source, rules, streams, round).await;
            let what = if rules == RULES { "mask" } else { "keep all" };
            let label = format!("round {round}: {what}, {streams} streams");
            let (client, servers) = (masked.client_cpu, masked.servers_cpu);
            let (speed, ratio) = (pipe / masked.seconds, client / servers);
            println!("{label:<28}{:>9.2}{speed:>9.2}{client:>14.2}{servers:>14.2}{ratio:>9.2}", masked.seconds);
        }
    }
}

/// Seconds to move every table through two `psql`, without indexes, which come in the same time for both.
async fn raw_pipe(server: &Server, source: &Endpoint, round: u32) -> f64 {
    let target = server.create_database(&format!("bench_pipe_{round}")).await.unwrap();
    let dump = Command::new(server.bin_dir().join("pg_dump"))
        .args(["--schema-only", "--section=pre-data"])
        .envs(source.client_env())
        .output()
        .unwrap();
    let schema = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(schema.path(), dump.stdout).unwrap();
    assert!(
        support::psql(server, &target).arg("-f").arg(schema.path()).stdout(Stdio::null()).status().unwrap().success()
    );
    let begun = Instant::now();
    for table in TABLES {
        let read = format!("COPY public.{table} TO STDOUT (FORMAT binary)");
        let write = format!("COPY public.{table} FROM STDIN (FORMAT binary)");
        let mut reader = support::psql(server, source).arg("-c").arg(read).stdout(Stdio::piped()).spawn().unwrap();
        let pipe = reader.stdout.take().unwrap();
        let written = support::psql(server, &target).arg("-c").arg(write).stdin(pipe).status().unwrap();
        assert!(reader.wait().unwrap().success() && written.success());
    }
    begun.elapsed().as_secs_f64()
}

struct Masked {
    seconds: f64,
    client_cpu: f64,
    servers_cpu: f64,
}

/// The times between the first row and the last.
#[derive(Default)]
struct Streaming {
    began: Option<(Instant, f64, f64)>,
    ended: Option<(Instant, f64, f64)>,
}

struct Watch {
    postmaster: u32,
    streaming: Mutex<Streaming>,
}

impl Progress for Watch {
    fn event(&self, event: Event<'_>) {
        let now = || (Instant::now(), cpu_of(std::process::id(), false), servers_cpu(self.postmaster));
        let mut streaming = self.streaming.lock().unwrap();
        match event {
            Event::Step { text: "streaming rows", .. } => streaming.began = Some(now()),
            Event::Step { text: "building indexes and constraints", .. } => streaming.ended = Some(now()),
            _ => {}
        }
    }
}

/// The rules with every column kept: what is left of the time is the passing of rows.
fn kept() -> String {
    let kept = |line: &str| match line.strip_prefix("      ").and_then(|line| line.split_once(':')) {
        Some((column, _)) => format!("      {column}: keep\n"),
        None => format!("{line}\n"),
    };
    RULES.lines().map(kept).collect()
}

async fn mask(server: &Server, source: &Endpoint, rules: &str, streams: usize, round: u32) -> Masked {
    let state = tempfile::tempdir().unwrap();
    let target = source.with_database(&format!("bench_{}_{round}_{streams}", rules.len()));
    let refresh = support::refresh(server, source, target, rules, (streams, state.path()));
    let watch = Arc::new(Watch { postmaster: postmaster(server), streaming: Mutex::default() });
    let progress: Arc<dyn Progress> = Arc::<Watch>::clone(&watch);
    pipeline::mask(&refresh, &progress).await.unwrap();
    let streaming = watch.streaming.lock().unwrap();
    let (began, ended) = (streaming.began.unwrap(), streaming.ended.unwrap());
    Masked { seconds: (ended.0 - began.0).as_secs_f64(), client_cpu: ended.1 - began.1, servers_cpu: ended.2 - began.2 }
}

fn postmaster(server: &Server) -> u32 {
    let file = std::fs::read_to_string(server.directory().join("data/postmaster.pid")).unwrap();
    file.lines().next().unwrap().trim().parse().unwrap()
}

/// Processor seconds of all the servers: those that live, and those that have ended, which the postmaster waited for.
fn servers_cpu(postmaster: u32) -> f64 {
    let children =
        std::fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children")).unwrap_or_default();
    let alive: f64 = children.split_whitespace().filter_map(|pid| pid.parse().ok()).map(|pid| cpu_of(pid, false)).sum();
    alive + cpu_of(postmaster, true)
}

/// User and system time out of `/proc/PID/stat`, with those of ended children if wanted (proc(5); 100 ticks a second).
fn cpu_of(pid: u32, with_ended: bool) -> f64 {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return 0.0 };
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let fields: Vec<f64> = after_name.split(' ').filter_map(|field| field.parse().ok()).collect();
    // The state is no number, so utime, the 14th field of all, is the 11th number here.
    let ticks: f64 = fields.iter().skip(10).take(if with_ended { 4 } else { 2 }).sum();
    ticks / 100.0
}
