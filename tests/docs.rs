//! The documents say what the program does: their examples are valid, their links lead somewhere, and nothing is missing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here is a failing test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use stagemask::cli::{args::Cli, refresh_file};
use stagemask::rules::{diagnostics, load, schema};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every document, by its path from the root.
fn documents() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new(), "docs".into(), "docs/transforms".into()];
    folders.extend(
        fs::read_dir(root().join("examples"))
            .unwrap()
            .map(|folder| PathBuf::from("examples").join(folder.unwrap().file_name())),
    );
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let name = folder.join(entry.unwrap().file_name());
            if name.extension().is_some_and(|extension| extension == "md") {
                found.push(name.to_str().unwrap().to_owned());
            }
        }
    }
    assert!(found.len() > 30, "only {} documents were found", found.len());
    found
}

/// A document's fenced blocks, each with its language, and what stands outside of them.
fn blocks(text: &str) -> (Vec<(String, String)>, String) {
    let (mut blocks, mut outside) = (Vec::new(), String::new());
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some((language.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, block))) => block.extend([line, "\n"]),
            (None, None) => outside.extend([line, "\n"]),
        }
    }
    assert!(open.is_none(), "a block has no end");
    (blocks, outside)
}

/// What stands between single backticks, also over the end of a line.
fn code_spans(outside: &str) -> Vec<String> {
    outside.replace('\n', " ").split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn transforms() -> BTreeSet<String> {
    let schema = schema::json_schema();
    schema["definitions"]["Transform"]["properties"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn every_transform_has_a_page_and_every_page_a_transform() {
    let pages: BTreeSet<String> = fs::read_dir(root().join("docs/transforms"))
        .unwrap()
        .map(|page| page.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(pages, transforms());
}

#[test]
fn every_page_of_a_transform_has_its_title_and_an_example() {
    for name in transforms() {
        let page = read(&format!("docs/transforms/{name}.md"));
        assert!(page.starts_with(&format!("# {name}\n")), "{name} has another title");
        let (blocks, _) = blocks(&page);
        let shown = blocks.iter().any(|(language, block)| language == "yaml" && block.contains(&name));
        assert!(shown, "{name} has no example");
    }
}

#[test]
fn the_catalogue_lists_every_transform_once() {
    let index = read("docs/README.md");
    for name in transforms() {
        let row = format!("| [`{name}`](transforms/{name}.md) |");
        assert_eq!(index.matches(&row).count(), 1, "docs/README.md: {row}");
    }
}

/// A whole rules or refresh file as it is; anything else is taken for decisions on columns.
fn check_yaml(name: &str, block: &str) {
    let has = |key: &str| block.lines().any(|line| line.starts_with(key));
    if ["source:", "objectives:", "evidence:", "notify:"].into_iter().any(has) {
        let done = refresh_file::parse(name, block.as_bytes(), Path::new("docs"));
        done.unwrap_or_else(|error| panic!("{error}"));
        return;
    }
    let columns = || block.lines().map(|line| format!("      {line}\n")).collect::<String>();
    let whole = if has("version:") {
        block.to_owned()
    } else {
        format!("version: 1\ntables:\n  example:\n    columns:\n{}", columns())
    };
    // Files that an example names aren't there.
    let other = |_: &Path| Ok(b"version: 1\ntables: {}\n".to_vec());
    if let Err(invalid) = load::parse_with(name, whole.as_bytes(), other) {
        panic!("{}", diagnostics::render(&invalid.files, &invalid.mistakes, false));
    }
}

#[test]
fn every_example_in_yaml_is_valid() {
    let mut checked = 0;
    for name in documents() {
        for (language, block) in blocks(&read(&name)).0 {
            if language == "yaml" {
                check_yaml(&name, &block);
                checked += 1;
            }
        }
    }
    assert!(checked > transforms().len(), "only {checked} examples were found");
}

#[test]
#[should_panic(expected = "unknown transform")]
fn an_example_that_is_not_valid_would_be_noticed() {
    check_yaml("example.md", "email: e_mail\n");
}

/// A heading as it is linked to.
fn anchor(heading: &str) -> String {
    let letters = heading.trim_start_matches('#').trim().to_lowercase();
    letters.chars().filter(|c| c.is_alphanumeric() || "- _".contains(*c)).collect::<String>().replace(' ', "-")
}

#[test]
fn every_link_leads_to_something_that_is_there() {
    let mut wrong = Vec::new();
    for name in documents() {
        let (_, outside) = blocks(&read(&name));
        let folder = Path::new(&name).parent().unwrap();
        for link in outside.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("https://") {
                continue;
            }
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let target = root().join(if file.is_empty() { PathBuf::from(&name) } else { folder.join(file) });
            let is_there = target.exists()
                && (place.is_empty()
                    || fs::read_to_string(&target)
                        .unwrap()
                        .lines()
                        .any(|line| line.starts_with('#') && anchor(line) == place));
            if !is_there {
                wrong.push(format!("{name}: {link}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_source_file_that_is_named_is_there() {
    let mut wrong = Vec::new();
    for name in documents() {
        for span in code_spans(&blocks(&read(&name)).1) {
            let is_path = span.contains('/') && span.ends_with(".rs") && !span.contains(['<', '*', ' ']);
            if is_path && !root().join(&span).is_file() && !root().join("src").join(&span).is_file() {
                wrong.push(format!("{name}: {span}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_architecture_names_every_module_in_the_order_that_is_enforced() {
    let architecture = read("ARCHITECTURE.md");
    let table = architecture.split("| module |").nth(1).unwrap().split("\n\n").next().unwrap();
    let first_cells = table.lines().skip(2).map(|row| row.split('|').nth(1).unwrap());
    let named: Vec<Vec<String>> = first_cells.map(code_spans).collect();

    let enforced = read("tests/architecture.rs");
    let rows = enforced.split("const ROWS").nth(1).unwrap().split("];").next().unwrap();
    let rows: Vec<Vec<String>> = rows
        .lines()
        .filter(|line| line.trim_start().starts_with("&["))
        .map(|line| line.split('"').skip(1).step_by(2).map(str::to_owned).collect())
        .collect();
    assert_eq!(named, rows);

    let modules: BTreeSet<String> = fs::read_dir(root().join("src"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|module| module != "lib")
        .collect();
    assert_eq!(named.into_iter().flatten().collect::<BTreeSet<_>>(), modules);
}

/// The calls of the command in a document: in shell blocks and between backticks.
fn calls(text: &str) -> Vec<Vec<String>> {
    let (blocks, outside) = blocks(text);
    let lines = blocks.iter().filter(|(language, _)| language == "sh").flat_map(|(_, block)| block.lines());
    let mut code: Vec<String> = lines.map(|line| line.split(" #").next().unwrap_or_default().to_owned()).collect();
    code.extend(code_spans(&outside));
    let words = |line: &String| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    code.iter().map(words).filter(|words| words.len() > 1 && words[0] == "stagemask").collect()
}

#[test]
fn every_command_and_flag_that_is_named_exists() {
    let cli = Cli::command();
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for name in documents() {
        for call in calls(&read(&name)) {
            checked += 1;
            let Some(mut command) = cli.find_subcommand(&call[1]) else {
                wrong.push(format!("{name}: {}", call.join(" ")));
                continue;
            };
            if command.has_subcommands() && call.get(2).is_some_and(|word| !word.starts_with('-')) {
                let Some(inner) = command.find_subcommand(&call[2]) else {
                    wrong.push(format!("{name}: {}", call.join(" ")));
                    continue;
                };
                command = inner;
            }
            let flags = call.iter().filter_map(|word| word.strip_prefix("--"));
            let known = |flag: &str| {
                command.get_arguments().chain(cli.get_arguments()).any(|known| known.get_long() == Some(flag))
            };
            wrong.extend(flags.filter(|flag| !known(flag)).map(|flag| format!("{name}: {} has no --{flag}", call[1])));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked > 20, "only {checked} calls were found");
}

#[test]
fn the_exit_codes_are_those_of_the_command() {
    let help = Cli::command().render_help().to_string();
    let of_help: Vec<(String, String)> = help
        .split("Exit codes:\n")
        .nth(1)
        .unwrap()
        .lines()
        .filter_map(|line| line.trim().split_once(' '))
        .map(|(code, meaning)| (code.to_owned(), meaning.trim().to_owned()))
        .collect();
    let readme = read("README.md");
    let table = readme.split("| code | meaning |\n|---|---|\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let of_readme: Vec<(String, String)> = table
        .lines()
        .map(|row| row.split('|').map(str::trim).collect::<Vec<_>>())
        .map(|cells| (cells[1].to_owned(), cells[2].to_owned()))
        .collect();
    assert_eq!(of_readme, of_help);
}
