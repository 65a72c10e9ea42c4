//! Reading the file of a shop's detectors: strictly, and with all its mistakes at once.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use regex::RegexBuilder;

use super::{CustomDetector, MOST, OwnExample, Validator};
use crate::error::{Context as _, Error, ErrorKind, Result};
use crate::rules::diagnostics::quoted;
use crate::rules::load;
use crate::rules::suggest;
use crate::rules::syntax::{Content, Node};
use crate::rules::walk::{Entry, Walk};
use crate::verify::detectors::kind::CustomKind;
use crate::verify::detectors::self_test;
use crate::verify::findings::Severity;

const EXAMPLE: &str = "detectors: { member_number: { pattern: 'M-\\d{8}', … } }";
const KEYS: [&str; 6] = ["pattern", "validator", "context", "severity", "examples", "counter_examples"];
const VALIDATORS: [&str; 3] = ["luhn", "mod97", "mod11"];
const SEVERITIES: [&str; 3] = ["note", "warning", "blocking"];

/// A compiled pattern takes no more bytes, so that none can take all memory.
const LARGEST_PATTERN: usize = 1 << 20;

/// Reads and proves the detectors of a file.
///
/// # Errors
/// When the file can't be read, when it isn't valid, and when a detector doesn't find its examples or finds a
/// counter-example: with all mistakes at once.
pub fn load(path: &Path) -> Result<Vec<CustomDetector>> {
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(load::LARGEST + 1).read_to_end(&mut bytes))
        .context(format!("the detectors in {name} can't be read"))
        .map_err(|error| error.of_kind(ErrorKind::Usage))?;
    parse(&name, &bytes)
}

/// As [`load()`], for bytes. The name is only for messages.
///
/// # Errors
/// When the bytes aren't valid detectors.
pub fn parse(name: &str, bytes: &[u8]) -> Result<Vec<CustomDetector>> {
    let (custom, _) = load::document(name, bytes, EXAMPLE, read)?;
    let failures = self_test::of_own(&custom);
    if failures.is_empty() {
        return Ok(custom);
    }
    let told: Vec<String> = failures.iter().map(ToString::to_string).collect();
    Err(Error::usage(format!("the detectors in {name} don't do what they say:\n{}", told.join("\n")))
        .help("change the pattern, or the example"))
}

fn read(walk: &mut Walk, root: &Node) -> Vec<CustomDetector> {
    let mut detectors = Vec::new();
    let mut has_version = false;
    for entry in walk.entries(root, "a file of detectors", EXAMPLE).unwrap_or_default() {
        match entry.key {
            "version" => {
                has_version = true;
                if text(walk, &entry).is_some_and(|version| version != "1") {
                    walk.wrong(entry.value.place, "this version isn't known", "write `version: 1`".to_owned());
                }
            }
            "detectors" => {
                for named in walk.entries(entry.value, "`detectors`", EXAMPLE).unwrap_or_default() {
                    detectors.extend(detector(walk, &named));
                }
            }
            _ => walk.unknown_key(&entry, "a file of detectors", ["version", "detectors"]),
        }
    }
    if !has_version {
        walk.wrong(root.place, "the file has no version", "begin it with `version: 1`".to_owned());
    }
    if detectors.len() > MOST {
        walk.wrong(
            root.place,
            format!("there are more than {MOST} detectors"),
            "join some of their patterns with `|`".to_owned(),
        );
    }
    detectors
}

fn detector(walk: &mut Walk, named: &Entry<'_>) -> Option<CustomDetector> {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    if !is_name(named.key) {
        walk.wrong(named.place, "this is no name of a detector", "use small letters, digits and `_`".to_owned());
    }
    let owner = quoted(named.key);
    let mut keys: BTreeMap<&str, Entry<'_>> = BTreeMap::new();
    for entry in walk.entries(named.value, &owner, EXAMPLE)? {
        if KEYS.contains(&entry.key) {
            keys.insert(entry.key, entry);
        } else {
            walk.unknown_key(&entry, &owner, KEYS);
        }
    }
    for needed in ["pattern", "examples", "counter_examples"] {
        if !keys.contains_key(needed) {
            let help = "each detector has a pattern, and examples and counter-examples that prove it".to_owned();
            walk.wrong(named.place, format!("{owner} has no `{needed}`"), help);
        }
    }
    let pattern = keys.get("pattern").and_then(|entry| pattern(walk, entry));
    let validator = keys.get("validator").and_then(|entry| one_of(walk, entry, &VALIDATORS)).and_then(Validator::named);
    let severity = keys.get("severity").and_then(|entry| one_of(walk, entry, &SEVERITIES));
    let severity = match severity {
        Some("note") => Severity::Note,
        Some("warning") => Severity::Warning,
        _ => Severity::Blocking,
    };
    let context: Vec<String> = list(walk, keys.get("context"))
        .into_iter()
        .filter_map(|node| plain(walk, node))
        .map(str::to_lowercase)
        .collect();
    let mut examples = |key: &str| -> Vec<OwnExample> {
        list(walk, keys.get(key)).into_iter().filter_map(|node| example(walk, node)).collect()
    };
    let (examples, counter_examples) = (examples("examples"), examples("counter_examples"));
    // A kind is copied into every hit. There are at most as many names as detectors in one file, read once.
    let name: &'static str = Box::leak(named.key.to_owned().into_boxed_str());
    let kind = CustomKind { name, severity };
    Some(CustomDetector { kind, examples, counter_examples, pattern: pattern?, validator, context })
}

fn pattern(walk: &mut Walk, entry: &Entry<'_>) -> Option<regex::Regex> {
    let built = RegexBuilder::new(text(walk, entry)?).size_limit(LARGEST_PATTERN).build();
    match built {
        Ok(pattern) if pattern.is_match("") => {
            let help = "let it begin with something that has to be there".to_owned();
            walk.wrong(entry.value.place, "this pattern matches where there is nothing", help);
            None
        }
        Ok(pattern) => Some(pattern),
        Err(regex::Error::CompiledTooBig(_)) => {
            walk.wrong(entry.value.place, "this pattern is too large", "repeat less in it".to_owned());
            None
        }
        Err(error) => {
            let cause = error.to_string();
            let last = cause.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            walk.wrong(entry.value.place, format!("this is no regular expression: {last}"), None);
            None
        }
    }
}

fn one_of<'n>(walk: &mut Walk, entry: &Entry<'n>, known: &[&str]) -> Option<&'n str> {
    let text = text(walk, entry)?;
    if known.contains(&text) {
        return Some(text);
    }
    let advice = suggest::advice(text, known.iter().copied());
    walk.wrong(entry.value.place, format!("there is no {} {}", entry.key, quoted(text)), advice);
    None
}

fn list<'n>(walk: &mut Walk, entry: Option<&Entry<'n>>) -> Vec<&'n Node> {
    let Some(entry) = entry else { return Vec::new() };
    match &entry.value.content {
        Content::List(items) if !items.is_empty() => items.iter().map(AsRef::as_ref).collect(),
        Content::Broken => Vec::new(),
        _ => {
            let help = format!("write `{}: [ … ]`", entry.key);
            walk.wrong(entry.place, format!("{} must be a list with something in it", quoted(entry.key)), help);
            Vec::new()
        }
    }
}

/// A cell alone, or `{ column: …, text: … }`.
fn example(walk: &mut Walk, node: &Node) -> Option<OwnExample> {
    if !matches!(node.content, Content::Mapping(_)) {
        return plain(walk, node).map(|text| OwnExample { column: String::new(), text: text.to_owned() });
    }
    let (mut column, mut cell) = (String::new(), None);
    for entry in walk.entries(node, "an example", "{ column: member_no, text: M-12345674 }")? {
        match entry.key {
            "column" => column = text(walk, &entry)?.to_owned(),
            "text" => cell = Some(text(walk, &entry)?.to_owned()),
            _ => walk.unknown_key(&entry, "an example", ["column", "text"]),
        }
    }
    if cell.is_none() {
        walk.wrong(node.place, "this example has no `text`", "write the cell as `text`".to_owned());
    }
    Some(OwnExample { column, text: cell? })
}

fn text<'n>(walk: &mut Walk, entry: &Entry<'n>) -> Option<&'n str> {
    plain(walk, entry.value)
}

fn plain<'n>(walk: &mut Walk, node: &'n Node) -> Option<&'n str> {
    match &node.content {
        Content::Text { text, .. } if !text.is_empty() => return Some(text),
        Content::Broken => {}
        _ => walk.wrong(node.place, "here must be a text", None),
    }
    None
}
