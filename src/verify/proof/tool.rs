//! Which program made a proof.

use std::fs::File;
use std::io::Read as _;
use std::sync::OnceLock;

use ring::digest::{Context, SHA256};

/// SHA-256 of the running program's file, hexadecimal; empty where it can't be read.
pub fn tool_digest() -> &'static str {
    static DIGEST: OnceLock<String> = OnceLock::new();
    DIGEST.get_or_init(|| digest().unwrap_or_default())
}

fn digest() -> std::io::Result<String> {
    // The path may lead to another program by now, if it was replaced; on Linux, this always leads to the running one.
    let file = File::open("/proc/self/exe").or_else(|_| File::open(std::env::current_exe()?));
    let mut file = file?;
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()),
            length => context.update(buffer.get(..length).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_knows_its_own_digest() {
        let digest = tool_digest();
        assert_eq!(digest.len(), 64);
        assert_eq!(digest, super::digest().unwrap());
    }
}
