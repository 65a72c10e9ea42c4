//! The order of the modules, as ARCHITECTURE.md draws it: each may use what stands below it, and nothing above.

#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// From top to bottom. Modules of one row may use each other only where they are one module, or where `BESIDE` says so.
const ROWS: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["demo"],
    &["pipeline"],
    &["notify"],
    &["report"],
    &["release"],
    &["discover"],
    &["verify"],
    &["mask"],
    &["restore"],
    &["rules"],
    &["database", "aws"],
    &["run_record"],
    &["originals", "sandbox"],
    &["postgres"],
    &["progress", "interrupt", "secret"],
    &["error"],
];

/// Whole modules that a module may not use although they stand below it, each with the reason.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("verify", "mask::transforms", "one bug must not blind both the masker and the verifier"),
    ("verify", "mask::plan", "verification believes the record, not the plan"),
    ("release", "mask::transforms", "release knows what was proved, not how it was masked"),
];

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file with the name of its top module.
fn modules() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let module = |path: &Path| {
        let first = path.strip_prefix(&root).unwrap().components().next().unwrap();
        Path::new(first.as_os_str()).file_stem().unwrap().to_string_lossy().into_owned()
    };
    files.into_iter().map(|path| (module(&path), path.clone(), fs::read_to_string(&path).unwrap())).collect()
}

/// The paths that a file names after `crate::` or `stagemask::`, without what stands in its tests or comments.
fn used(source: &str) -> BTreeSet<String> {
    let code: String = source
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect();
    let mut paths = BTreeSet::new();
    for marker in ["crate::", "stagemask::"] {
        for (at, _) in code.match_indices(marker) {
            let rest = &code[at + marker.len()..];
            let path: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
            paths.insert(path.trim_end_matches(':').to_owned());
            if let Some(group) = rest.strip_prefix('{') {
                let group = group.split("};").next().unwrap_or_default();
                paths.extend(group.split(',').map(|path| path.trim().to_owned()));
            }
        }
    }
    paths
}

fn row_of(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

#[test]
fn every_module_has_a_row() {
    for (module, path, _) in modules() {
        assert!(module == "lib" || row_of(&module).is_some(), "{} is in no row of ROWS", path.display());
    }
}

#[test]
fn no_module_uses_one_that_stands_above_it() {
    let mut wrong = Vec::new();
    for (module, path, source) in modules().into_iter().filter(|(module, ..)| module != "lib") {
        for used in used(&source) {
            let top = used.split("::").next().unwrap_or_default();
            let (Some(own), Some(other)) = (row_of(&module), row_of(top)) else { continue };
            if other < own || (other == own && top != module) {
                wrong.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_forbidden_is_not_used() {
    let mut wrong = Vec::new();
    for (module, path, source) in modules() {
        for used in used(&source) {
            let broken = FORBIDDEN.iter().filter(|(user, other, _)| *user == module && used.starts_with(other));
            wrong.extend(broken.map(|(_, _, why)| format!("{} uses {used}: {why}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn main_is_a_table_of_contents() {
    let main = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/main.rs")).unwrap();
    assert!(main.lines().count() <= 40, "src/main.rs has {} lines", main.lines().count());
}

#[test]
fn the_check_itself_sees_what_a_file_uses() {
    let source =
        "use crate::mask::transforms::Built;\nuse crate::{rules, verify::proof};\n// crate::cli is only named\n";
    let used = used(source);
    assert!(used.contains("mask::transforms::Built") && used.contains("rules") && used.contains("verify::proof"));
    assert!(!used.iter().any(|path| path.starts_with("cli")));
}
