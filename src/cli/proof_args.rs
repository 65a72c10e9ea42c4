//! The command line of `stagemask proof`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

/// `proof`
#[derive(Debug, Args)]
pub struct ProofArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub command: ProofCommand,
}

/// What to do with proofs.
#[derive(Debug, Subcommand)]
pub enum ProofCommand {
    /// Make a key that signs proofs, and print its public half
    Keygen(KeygenArgs),
    /// Check who signed a proof, that nobody changed it since, and that it passes
    Verify(VerifyArgs),
    /// Print a proof as an in-toto statement, in a signed DSSE envelope if there is a key
    Attest(AttestArgs),
}

/// `proof keygen`
#[derive(Debug, Args)]
pub struct KeygenArgs {
    /// Where the private key goes: a new file, which only you can read
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

/// `proof verify`
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The proof
    #[arg(value_name = "PROOF", value_hint = ValueHint::FilePath)]
    pub proof: PathBuf,
    /// The public key that has to have signed it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub public_key: PathBuf,
    /// The rules that it has to have been made by
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub rules: Option<PathBuf>,
    /// Print the result as JSON on standard output
    #[arg(long)]
    pub json: bool,
}

/// `proof attest`
#[derive(Debug, Args)]
pub struct AttestArgs {
    /// The proof
    #[arg(value_name = "PROOF", value_hint = ValueHint::FilePath)]
    pub proof: PathBuf,
    /// A file with the key that signs the envelope [env: STAGEMASK_PROOF_KEY, the key itself]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub proof_key_file: Option<PathBuf>,
}
