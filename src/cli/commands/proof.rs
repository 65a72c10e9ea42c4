//! `stagemask proof`

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde_json::json;

use crate::cli::console::{json_to_stdout, to_stdout};
use crate::cli::options::{Surroundings, public_key};
use crate::cli::proof_args::{AttestArgs, KeygenArgs, ProofArgs, ProofCommand, VerifyArgs};
use crate::error::{Context as _, Error, ErrorKind, Result};
use crate::report;
use crate::report::figures::many;
use crate::rules::load;
use crate::verify::proof::{Proof, ProofKey, envelope, statement};

pub(super) fn run(args: &ProofArgs, around: &Surroundings<'_>) -> Result<()> {
    match &args.command {
        ProofCommand::Keygen(args) => keygen(args),
        ProofCommand::Verify(args) => verify(args, around),
        ProofCommand::Attest(args) => attest(args, around),
    }
}

/// The private key goes into a file that is new, since what another one signed would be lost with it.
fn keygen(args: &KeygenArgs) -> Result<()> {
    let key = ProofKey::generate()?;
    let path = &args.file;
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(key.to_pem().expose().as_bytes())?;
        file.sync_all()
    };
    write()
        .context(format!("writing the key to {} failed", path.display()))
        .map_err(|error| error.of_kind(ErrorKind::Usage).help("name a file that isn't there yet"))?;
    to_stdout(&key.public()?.to_pem())
}

fn verify(args: &VerifyArgs, around: &Surroundings<'_>) -> Result<()> {
    let trusted = public_key(&args.public_key)?;
    let proof = Proof::parse(&bytes(&args.proof)?)?;
    proof.check_seal(Some(&trusted))?;
    let rules = args.rules.as_ref().map(|path| load::load(path)).transpose()?;
    if let Some(rules) = rules.filter(|rules| rules.digest != proof.rules_digest) {
        return Err(Error::failed(format!("the proof was made by other rules than {} has now", rules.name()))
            .help("look at the version of the file that the run had"));
    }
    let (tables, rows) = (proof.tables.len(), proof.rows());
    if args.json {
        json_to_stdout(&json!({
            "run": proof.run,
            "made": proof.made,
            "tool": proof.tool,
            "tool_digest": proof.tool_digest,
            "key": trusted.id(),
            "passes": proof.passes(),
            "target": proof.target,
            "rules_digest": proof.rules_digest,
            "schema_digest": proof.schema_digest,
            "tables": tables,
            "rows": rows,
            "accepted": proof.accepted,
        }))?;
    }
    report::refusal(&proof).map_or(Ok(()), Err)?;
    let read = format!("{}, {}", many(tables as u64, "table"), many(rows, "row"));
    around.console.lines(&format!("signed with key {}, unchanged, and passes: {read}", trusted.id()));
    Ok(())
}

fn attest(args: &AttestArgs, around: &Surroundings<'_>) -> Result<()> {
    let file = bytes(&args.proof)?;
    let proof = Proof::parse(&file)?;
    proof.check_seal(None)?;
    let statement = statement(&proof, &file)?;
    match around.proof_key(args.proof_key_file.as_deref())? {
        Some(key) => json_to_stdout(&envelope(&statement, &key)?),
        None => json_to_stdout(&statement),
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    let read = std::fs::read(path).context(format!("the proof {} can't be read", path.display()));
    read.map_err(|error| error.of_kind(ErrorKind::Usage))
}
