//! Reads a rules file, or says everything that is wrong with it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::beside::Beside;
use super::rule::{Mistake, Place, Rules, RulesFile};
use super::syntax::Node;
use super::walk::Walk;
use super::{check, diagnostics, syntax};
use crate::error::{Context, Error, ErrorKind, Result};

/// The largest file that is read, in bytes.
pub const LARGEST: u64 = 1 << 20;

/// A file that isn't valid, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The file. What of it isn't UTF-8 is replaced.
    pub file: RulesFile,
    /// Everything that is wrong, at least one thing, in the order of the places.
    pub mistakes: Vec<Mistake>,
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        diagnostics::error(&invalid.file, &invalid.mistakes)
    }
}

/// Reads and checks a rules file.
///
/// # Errors
/// When the file can't be read or is larger than [`LARGEST`], and when it isn't valid: then with all its mistakes.
pub fn load(path: &Path) -> Result<Rules> {
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .context(format!("the rules file {name} can't be read"))
        .map_err(|error| error.of_kind(ErrorKind::Usage))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    Ok(read(&name, &bytes, Some(Beside::new(folder)))?)
}

/// Checks the bytes of a rules file. The name is only for messages, and files that the rules name aren't read.
///
/// # Errors
/// When the file isn't valid: with all its mistakes.
pub fn parse(name: &str, bytes: &[u8]) -> std::result::Result<Rules, Invalid> {
    read(name, bytes, None)
}

fn read(name: &str, bytes: &[u8], beside: Option<Beside>) -> std::result::Result<Rules, Invalid> {
    let when_empty = "a rules file begins with `version: 1` and has `tables`";
    let (said, file) = document(name, bytes, when_empty, |walk, root| {
        walk.beside = beside;
        (check::read(walk, root), walk.beside.take())
    })?;
    let (said, beside) = said;
    let mut digest = Sha256::new_with_prefix(bytes);
    beside.iter().for_each(|beside| beside.add_to(&mut digest));
    let digest = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Rules {
        locale: said.locale,
        tables: said.tables,
        references: Vec::new(),
        accepted: said.accepted,
        large_objects: said.large_objects,
        commands_allowed: false,
        digest,
        file,
    })
}

/// Reads bytes as one YAML document, strictly: what `read` makes of its tree, unless there is any mistake.
/// `when_empty` is the advice for a file that says nothing.
///
/// # Errors
/// With all mistakes, those of the syntax and those that `read` noted.
pub(crate) fn document<T>(
    name: &str,
    bytes: &[u8],
    when_empty: &str,
    read: impl FnOnce(&mut Walk, &Node) -> T,
) -> std::result::Result<(T, RulesFile), Invalid> {
    let named = |text: String| RulesFile { name: name.to_owned(), text };
    let text = match text(bytes) {
        Ok(text) => text,
        Err((text, mistake)) => return Err(Invalid { file: named(text), mistakes: vec![mistake] }),
    };
    let (root, mistakes) = syntax::read(text, when_empty);
    let mut walk = Walk { mistakes, ..Walk::default() };
    let said = root.map(|root| read(&mut walk, &root));
    match said {
        Some(said) if walk.mistakes.is_empty() => Ok((said, named(text.to_owned()))),
        _ => Err(Invalid { file: named(text.to_owned()), mistakes: in_order(walk.mistakes) }),
    }
}

/// The bytes as text, or what to show of them and why they are none.
fn text(bytes: &[u8]) -> std::result::Result<&str, (String, Mistake)> {
    if bytes.len() as u64 > LARGEST {
        let what = "the file is larger than 1 MiB".to_owned();
        let help = "even rules for thousands of columns are smaller: is this the right file?".to_owned();
        return Err((String::new(), Mistake { place: None, what, help: Some(help) }));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let valid =
            bytes.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default();
        let last_line = valid.rsplit('\n').next().unwrap_or_default();
        let start = valid.len();
        let place = Place {
            line: valid.matches('\n').count() + 1,
            column: last_line.chars().count() + 1,
            start,
            end: start + char::REPLACEMENT_CHARACTER.len_utf8(),
        };
        let help = "save the file as UTF-8".to_owned();
        let mistake = Mistake { place: Some(place), what: "this isn't UTF-8".to_owned(), help: Some(help) };
        (String::from_utf8_lossy(bytes).into_owned(), mistake)
    })
}

/// Each mistake once, though an alias leads to its place several times.
fn in_order(mut mistakes: Vec<Mistake>) -> Vec<Mistake> {
    let key = |mistake: &Mistake| (mistake.place.map(|place| (place.start, place.end)), mistake.what.clone());
    mistakes.sort_by_cached_key(key);
    mistakes.dedup();
    mistakes
}
