//! The cost of verifying all of a target against that of masking it, in the same run; and the memory of either.
//!
//! ```text
//! cargo bench --bench verify                              # the benchmark database, 1.06 M rows
//! STAGEMASK_BENCH_USERS=1500000 cargo bench --bench verify # ten times as large
//! ```
//! Both are whole stages as people wait for them: masking with its indexes and constraints, verifying with its canaries,
//! the schema and the joins.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a benchmark talks and may stop")]

mod support;

use std::sync::Arc;
use std::time::Instant;

use stagemask::pipeline;
use stagemask::progress::{Event, Progress};

/// Everything that is of a person is masked.
const RULES: &str = "
version: 1
locale: nb_NO
tables:
  users:
    columns:
      uuid: uuid
      first_name: first_name
      last_name: last_name
      email: email
      phone: phone
      date_of_birth: birth_date
      national_id: hash
      address: street_address
      kyc_status: keep
      profile: { json: { $.name.given: first_name, $.name.family: last_name, $.contact.email: email, $.contact.newsletter: keep, $.lang: keep, $.score: keep } }
      password_hash: password_hash
      api_token: token
  bank_accounts: { columns: { iban: iban, currency: keep } }
  transactions: { columns: { description: free_text } }
  audit_log: { columns: { ip: ip, action: keep, details: { json: { $.ua: keep, $.ok: keep, $.session: { random_int: { min: 100000, max: 999999 } } } } } }
  kyc_documents: { columns: { doc_type: keep, doc_number: code, content: redact } }
";

struct Silent;

impl Progress for Silent {
    fn event(&self, _: Event<'_>) {}
}

#[tokio::main]
async fn main() {
    let (server, source) = support::source().await;
    println!("{:<20}{:>9}{:>9}{:>7}{:>14}{:>14}", "", "mask s", "verify s", "ratio", "mask MiB", "verify MiB");
    for round in 1..=3 {
        for streams in [1, 2] {
            let state = tempfile::tempdir().unwrap();
            let target = source.with_database(&format!("bench_{round}_{streams}"));
            let refresh = support::refresh(&server, &source, target, RULES, (streams, state.path()));
            let progress: Arc<dyn Progress> = Arc::new(Silent);
            support::settle(&source).await;
            forget_peak();
            let begun = Instant::now();
            let outcome = pipeline::mask(&refresh, &progress).await.unwrap();
            let (mask, mask_memory) = (begun.elapsed().as_secs_f64(), peak());
            forget_peak();
            let begun = Instant::now();
            let verified = pipeline::verify(&outcome.record.run, &refresh.target, &refresh.settings, &progress).await;
            let (verify, verify_memory) = (begun.elapsed().as_secs_f64(), peak());
            let label = format!("round {round}, {streams} streams");
            let ratio = verify / mask;
            println!("{label:<20}{mask:>9.2}{verify:>9.2}{ratio:>7.2}{mask_memory:>14}{verify_memory:>14}");
            if let Err(error) = verified {
                println!("{error}");
            }
        }
    }
}

/// The largest resident set since the last [`forget_peak`], in MiB (proc(5), `VmHWM`).
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) / 1024
}

fn forget_peak() {
    // Not allowed everywhere; then the peak is that of both.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
