//! The files beside a rules file that its transforms name: dictionaries, which are read with the rules, and programs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::diagnostics::quoted;
use super::transform::{Dictionary, Entries, Transform};
use super::walk::{Entry, Walk};

/// The largest dictionary that is read, in bytes.
const LARGEST: u64 = 16 << 20;

/// The files that were read so far.
pub(super) struct Beside {
    folder: PathBuf,
    files: BTreeMap<String, Arc<[u8]>>,
    read: BTreeMap<(String, Option<String>), Arc<Vec<String>>>,
}

impl Beside {
    /// For rules in this folder.
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), files: BTreeMap::new(), read: BTreeMap::new() }
    }

    /// Adds the files that were read to a digest: other values are other rules.
    pub(super) fn add_to(&self, digest: &mut Sha256) {
        for (name, bytes) in &self.files {
            digest.update((name.len() as u64).to_le_bytes());
            digest.update(name);
            digest.update(Sha256::digest(bytes));
        }
    }

    /// The values of a dictionary, or what is wrong with it.
    fn values(&mut self, dictionary: &Dictionary) -> Result<Arc<Vec<String>>, (String, String)> {
        let Dictionary { file, column, .. } = dictionary;
        let key = (file.clone(), column.clone());
        if let Some(values) = self.read.get(&key) {
            return Ok(Arc::clone(values));
        }
        let bytes = match self.files.get(file) {
            Some(bytes) => Arc::clone(bytes),
            None => {
                let path = self.folder.join(file);
                require_beside(&self.folder, &path, file)?;
                let bytes: Arc<[u8]> = read_file(&path, file)?.into();
                self.files.insert(file.clone(), Arc::clone(&bytes));
                bytes
            }
        };
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| (format!("the dictionary {} isn't UTF-8", quoted(file)), "save it as UTF-8".to_owned()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let values = match column {
            None => lines(text),
            Some(column) => csv_column(text, file, column)?,
        };
        if values.is_empty() {
            let help = "write one value a line, or name the column of a CSV file with `column`".to_owned();
            return Err((format!("the dictionary {} is empty", quoted(file)), help));
        }
        let values = Arc::new(values);
        self.read.insert(key, Arc::clone(&values));
        Ok(values)
    }
}

/// A file of rules must not be able to bring any file of the machine into staging.
fn require_beside(folder: &Path, path: &Path, name: &str) -> Result<(), (String, String)> {
    // An empty path is the folder that we are in.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let outside = match (folder.canonicalize(), path.canonicalize()) {
        (Ok(folder), Ok(path)) => !path.starts_with(folder),
        // Then it can't be read, and reading says why.
        _ => false,
    };
    if outside {
        let help = "move it into the folder of the rules file, or into one below".to_owned();
        return Err((format!("the dictionary {} isn't beside the rules file", quoted(name)), help));
    }
    Ok(())
}

fn read_file(path: &Path, name: &str) -> Result<Vec<u8>, (String, String)> {
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(|error| {
        let help = format!("it is looked for at {}, beside the rules file", path.display());
        (format!("the dictionary {} can't be read: {error}", quoted(name)), help)
    })?;
    if bytes.len() as u64 > LARGEST {
        return Err((format!("the dictionary {} is larger than 16 MiB", quoted(name)), "shorten it".to_owned()));
    }
    Ok(bytes)
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn csv_column(text: &str, file: &str, column: &str) -> Result<Vec<String>, (String, String)> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let broken = |error: csv::Error| {
        // What the error says of the content isn't repeated.
        let line = error.position().map_or(1, csv::Position::line);
        let help = "write it as RFC 4180 says: a header, and as many fields in every line".to_owned();
        (format!("the dictionary {} isn't CSV near line {line}", quoted(file)), help)
    };
    let headers = reader.headers().map_err(broken)?;
    let Some(position) = headers.iter().position(|header| header.trim() == column) else {
        let known: Vec<String> = headers.iter().map(quoted).collect();
        let what = format!("the dictionary {} has no column {}", quoted(file), quoted(column));
        return Err((what, format!("it has {}", known.join(", "))));
    };
    let mut values = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        values.extend(record.get(position).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned));
    }
    Ok(values)
}

/// Reads the dictionary that a transform names, and finds the program that it runs. `None` when something is wrong with
/// them, which is noted.
pub(super) fn look(walk: &mut Walk, mut transform: Transform, options: &[Entry<'_>]) -> Option<Transform> {
    let Some(beside) = &mut walk.beside else { return Some(transform) };
    match &mut transform {
        Transform::Dictionary(dictionary) => match beside.values(dictionary) {
            Ok(values) => dictionary.entries = Entries(values),
            Err((what, help)) => {
                let place = options.iter().find(|option| option.key == "file").map(|option| option.value.place)?;
                walk.wrong(place, what, help);
                return None;
            }
        },
        Transform::Command(command) => {
            // A name without a slash is looked for in PATH.
            if let Some(program) = command.run.first_mut().filter(|program| program.contains('/')) {
                *program = beside.folder.join(&program).display().to_string();
            }
        }
        _ => {}
    }
    Some(transform)
}

#[cfg(test)]
mod tests {
    use crate::rules::load;
    use crate::rules::rule::Rules;
    use crate::rules::transform::{Decision, Transform};

    /// Loads rules of one column with a dictionary beside them.
    fn with_dictionary(options: &str, dictionary: &[u8]) -> crate::error::Result<Rules> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("words.txt"), dictionary).unwrap();
        let rules = format!("version: 1\ntables:\n  t: {{ columns: {{ c: {{ dictionary: {{ {options} }} }} }} }}\n");
        let path = folder.path().join("rules.yaml");
        std::fs::write(&path, rules).unwrap();
        load::load(&path)
    }

    fn values(rules: &Rules) -> Vec<String> {
        match &rules.tables[0].columns[0].decision {
            Decision::Mask(Transform::Dictionary(dictionary)) => dictionary.entries.0.to_vec(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_dictionary_is_read_with_the_rules_and_belongs_to_their_digest() {
        let lamp = with_dictionary("file: words.txt", b"\xef\xbb\xbflamp\r\n\n  kettle \n").unwrap();
        assert_eq!(values(&lamp), ["lamp", "kettle"]);
        let chair = with_dictionary("file: words.txt", b"chair\n").unwrap();
        assert_ne!(lamp.digest, chair.digest);
        assert_eq!(chair.digest, with_dictionary("file: words.txt", b"chair\n").unwrap().digest);
    }

    #[test]
    fn a_column_of_csv_is_found_by_its_header() {
        let csv = b"sku,name\n1,\"lamp, red\"\n2,kettle\n3,\n";
        assert_eq!(values(&with_dictionary("file: words.txt, column: name", csv).unwrap()), ["lamp, red", "kettle"]);
        let error = with_dictionary("file: words.txt, column: title", csv).unwrap_err().to_string();
        assert!(error.contains("no column `title`") && error.contains("`sku`, `name`"), "{error}");
        let error = with_dictionary("file: words.txt, column: name", b"sku,name\n1,2,3\n").unwrap_err().to_string();
        assert!(error.contains("isn't CSV near line 2"), "{error}");
    }

    #[test]
    fn a_file_elsewhere_on_the_machine_is_no_dictionary() {
        for file in ["/etc/passwd", "../../../../../../../../etc/passwd"] {
            let error = with_dictionary(&format!("file: {file}"), b"x").unwrap_err().to_string();
            assert!(error.contains("isn't beside the rules file"), "{error}");
        }
    }

    #[test]
    fn a_dictionary_that_is_missing_empty_or_no_text_is_a_mistake_with_its_place() {
        for (options, bytes, what) in [
            ("file: nowhere.txt", b"x".as_slice(), "can't be read"),
            ("file: words.txt", b"\n \n", "is empty"),
            ("file: words.txt", b"\xff\xfe", "isn't UTF-8"),
        ] {
            let error = with_dictionary(options, bytes).unwrap_err();
            assert!(error.to_string().contains(what), "{error}");
            assert!(error.to_string().contains("rules.yaml:3:44"), "{error}");
        }
    }
}
