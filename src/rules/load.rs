//! Reads a rules file, or says everything that is wrong with it.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::files::{self, Found};
use super::rule::{Mistake, Place, Rules, RulesFile};
use super::syntax::Node;
use super::walk::Walk;
use super::{diagnostics, merge, presets, syntax};
use crate::error::{Context, Error, ErrorKind, Result};

/// The largest file that is read, in bytes.
pub const LARGEST: u64 = 1 << 20;

/// Files that aren't valid, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The files, the one that was asked for first. What of them isn't UTF-8 is replaced.
    pub files: Vec<RulesFile>,
    /// Everything that is wrong, at least one thing, in the order of the places.
    pub mistakes: Vec<Mistake>,
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        diagnostics::error(&invalid.files, &invalid.mistakes)
    }
}

/// Reads and checks a rules file and those that it names. `preset:NAME` stands for a file that names only this preset.
///
/// # Errors
/// When the file can't be read or is larger than [`LARGEST`], and when it or another isn't valid: then with all
/// mistakes of all of them.
pub fn load(path: &Path) -> Result<Rules> {
    let name = path.display().to_string();
    if let Some(preset) = name.strip_prefix(presets::PREFIX) {
        return Ok(parse(&name, format!("version: 1\npresets:\n  - '{}'\n", preset.replace('\'', "''")).as_bytes())?);
    }
    let found = read_file(path)
        .context(format!("the rules file {name} can't be read"))
        .map_err(|error| error.of_kind(ErrorKind::Usage))?;
    Ok(parse_found(&name, found, &read_file, true)?)
}

/// Checks the bytes of a rules file that names no others, except for presets. The name is only for messages, and
/// dictionaries aren't read.
///
/// # Errors
/// When it isn't valid: with all mistakes.
pub fn parse(name: &str, bytes: &[u8]) -> std::result::Result<Rules, Invalid> {
    parse_with(name, bytes, |_| Err(io::Error::other("only what is read from a file can name others")))
}

/// Checks the bytes of a rules file. What it names is read by `read`, which is given the path from the folder of the
/// file on, and bytes past [`LARGEST`] are of no use.
///
/// # Errors
/// When it or another isn't valid: with all mistakes.
pub fn parse_with(
    name: &str,
    bytes: &[u8],
    read: impl Fn(&Path) -> io::Result<Vec<u8>>,
) -> std::result::Result<Rules, Invalid> {
    let root = Found { identity: files::plain(Path::new(name)), bytes: bytes.to_vec() };
    parse_found(name, root, &|path| Ok(Found { identity: files::plain(path), bytes: read(path)? }), false)
}

fn parse_found(
    name: &str,
    root: Found,
    read: &dyn Fn(&Path) -> io::Result<Found>,
    dictionaries: bool,
) -> std::result::Result<Rules, Invalid> {
    let mut all = files::read_all(name, root, read, dictionaries);
    let mut rules = merge::merge(std::mem::take(&mut all.layers), &all.files, &mut all.mistakes);
    if !all.mistakes.is_empty() {
        return Err(Invalid { mistakes: in_order(all.mistakes), files: all.files });
    }
    rules.digest = all.digest();
    rules.presets = all.presets;
    rules.files = all.files;
    Ok(rules)
}

/// Reads no more than a byte too many.
fn read_file(path: &Path) -> io::Result<Found> {
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))?;
    let identity: PathBuf = path.canonicalize()?;
    Ok(Found { identity, bytes })
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
    let mut mistakes = Vec::new();
    match one_of(0, name, bytes, when_empty, &mut mistakes, read) {
        (Some(said), file) if mistakes.is_empty() => Ok((said, file)),
        (_, file) => Err(Invalid { files: vec![file], mistakes: in_order(mistakes) }),
    }
}

/// As [`document`], for one of several files: what could be read of it. Its mistakes are added.
pub(super) fn one_of<T>(
    file: usize,
    name: &str,
    bytes: &[u8],
    when_empty: &str,
    mistakes: &mut Vec<Mistake>,
    read: impl FnOnce(&mut Walk, &Node) -> T,
) -> (Option<T>, RulesFile) {
    let named = |text: String| RulesFile { name: name.to_owned(), text };
    let text = match text(file, bytes) {
        Ok(text) => text,
        Err((text, mistake)) => {
            mistakes.push(mistake);
            return (None, named(text));
        }
    };
    let (root, found) = syntax::read(text, file, when_empty);
    let mut walk = Walk { mistakes: found, ..Walk::default() };
    let said = root.map(|root| read(&mut walk, &root));
    mistakes.append(&mut walk.mistakes);
    (said, named(text.to_owned()))
}

/// The bytes as text, or what to show of them and why they are none.
fn text(file: usize, bytes: &[u8]) -> std::result::Result<&str, (String, Mistake)> {
    if bytes.len() as u64 > LARGEST {
        let what = "the file is larger than 1 MiB".to_owned();
        let help = "even rules for thousands of columns are smaller: is this the right file?".to_owned();
        let place = (file > 0).then_some(Place { file, line: 1, column: 1, start: 0, end: 0 });
        return Err((String::new(), Mistake { place, what, help: Some(help) }));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let valid =
            bytes.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default();
        let last_line = valid.rsplit('\n').next().unwrap_or_default();
        let start = valid.len();
        let place = Place {
            file,
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
    let key =
        |mistake: &Mistake| (mistake.place.map(|place| (place.file, place.start, place.end)), mistake.what.clone());
    mistakes.sort_by_cached_key(key);
    mistakes.dedup();
    mistakes
}
