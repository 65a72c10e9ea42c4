//! The connection service file, `~/.pg_service.conf` (PostgreSQL manual, 34.17).

use std::path::PathBuf;

use super::connection_string::Parameters;
use crate::error::{Context, Error, Result};

/// Reads the parameters of a service out of the first of these files that has it.
///
/// # Errors
/// When none has it, or its section can't be read.
pub(super) fn read(service: &str, files: &[PathBuf]) -> Result<Parameters> {
    for file in files.iter().filter(|file| file.exists()) {
        let text = std::fs::read_to_string(file)
            .context(format!("reading the connection service file {} failed", file.display()))?;
        if let Some(parameters) = section(service, &text)? {
            return Ok(parameters);
        }
    }
    let places: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    Err(Error::usage(format!("the connection service `{service}` is not defined"))
        .help(format!("add a section [{service}] to one of: {}", places.join(", "))))
}

fn section(service: &str, text: &str) -> Result<Option<Parameters>> {
    let heading = format!("[{service}]");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut lines = lines.skip_while(|line| *line != heading);
    if lines.next().is_none() {
        return Ok(None);
    }
    let mut parameters = Parameters::default();
    for line in lines.take_while(|line| !line.starts_with('[')) {
        let (keyword, value) = line.split_once('=').ok_or_else(|| {
            Error::usage(format!("the connection service `{service}` has a line that isn't `keyword=value`"))
        })?;
        if keyword.trim() == "service" {
            return Err(Error::usage(format!("the connection service `{service}` names another service")));
        }
        parameters.fill(keyword.trim(), value.trim())?;
    }
    Ok(Some(parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_section_that_is_asked_for_is_read() {
        let text = "# x\n[one]\nhost=a\n\n[two]\n host = b\nport=6543\n[three]\nhost=c\n";
        let parameters = section("two", text).unwrap().unwrap();
        assert_eq!((parameters.get("host"), parameters.get("port")), (Some("b"), Some("6543")));
        assert!(section("four", text).unwrap().is_none());
    }
}
