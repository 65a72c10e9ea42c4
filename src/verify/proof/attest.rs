//! A proof as an attestation that CI systems and policy engines understand: an in-toto statement (in-toto attestation
//! framework, `Statement` v1), and that in a signed DSSE envelope (Dead Simple Signing Envelope, v1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::key::ProofKey;
use super::{Proof, canonical, sha256};
use crate::error::{Context as _, Result};

/// The type of the predicate, which is the whole proof. It names the schema of `stagemask schema --proof`.
pub const PREDICATE_TYPE: &str = "https://stagemask.dev/attestation/proof/v2";

/// What a DSSE envelope says of the statement in it.
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// The statement. Its subjects are the proof's file, as its bytes are, and the state of the database that was verified.
///
/// # Errors
/// When the proof has no canonical form.
pub fn statement(proof: &Proof, file: &[u8]) -> Result<Value> {
    let state = canonical(&json!({
        "target": as_json(&proof.target)?,
        "schema": proof.schema_digest,
        "state": as_json(&proof.state)?,
    }))?;
    Ok(json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            { "name": "proof.json", "digest": { "sha256": sha256(file) } },
            {
                "name": format!("postgresql:{}/{}", proof.target.system_identifier, proof.target.oid),
                "digest": { "sha256": sha256(state.as_bytes()) },
            },
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": as_json(proof)?,
    }))
}

fn as_json(part: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(part).context("putting the proof into JSON failed")
}

/// The statement in a signed envelope.
///
/// # Errors
/// When it can't be signed.
pub fn envelope(statement: &Value, key: &ProofKey) -> Result<Value> {
    let payload = canonical(statement)?;
    let signature = key.sign(&pre_authentication(payload.as_bytes()))?;
    Ok(json!({
        "payloadType": PAYLOAD_TYPE,
        "payload": STANDARD.encode(&payload),
        "signatures": [{ "keyid": key.public()?.id(), "sig": STANDARD.encode(signature) }],
    }))
}

/// What DSSE signs in place of the payload alone (DSSE v1, `PAE`).
fn pre_authentication(payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

#[cfg(test)]
mod tests {
    use super::super::tests::proof;
    use super::*;

    #[test]
    fn a_statement_is_about_the_file_and_carries_the_proof() {
        let statement = statement(&proof(), b"abc").unwrap();
        assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
        assert_eq!(statement["predicateType"], PREDICATE_TYPE);
        // FIPS 180-2, appendix B.1.
        let of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(statement["subject"][0]["digest"]["sha256"], of_abc);
        assert_eq!(serde_json::from_value::<Proof>(statement["predicate"].clone()).unwrap(), proof());
    }

    #[test]
    fn an_envelope_holds_the_statement_under_a_signature() {
        let key = ProofKey::generate().unwrap();
        let statement = statement(&proof(), b"abc").unwrap();
        let envelope = envelope(&statement, &key).unwrap();
        let payload = STANDARD.decode(envelope["payload"].as_str().unwrap()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&payload).unwrap(), statement);
        let signature = STANDARD.decode(envelope["signatures"][0]["sig"].as_str().unwrap()).unwrap();
        assert!(key.public().unwrap().has_signed(&pre_authentication(&payload), &signature));
        assert!(!key.public().unwrap().has_signed(&payload, &signature));
    }

    /// The example of the protocol's own document.
    #[test]
    fn what_is_signed_has_the_form_of_the_standard() {
        let signed = pre_authentication(b"hello world");
        assert_eq!(signed, b"DSSEv1 28 application/vnd.in-toto+json 11 hello world");
    }
}
