//! A rules file and those that it names: `extends` and `include`, and its presets.

use std::collections::HashSet;
use std::io;
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

use super::beside::Beside;
use super::check::{self, Named, Said};
use super::diagnostics::{printable, quoted};
use super::load::{LARGEST, one_of};
use super::rule::{GlobRules, Mistake, Preset, RulesFile};
use super::syntax::Node;
use super::walk::Walk;
use super::{merge, presets};

/// How many files may name one another in a row.
const DEEPEST: usize = 8;

/// How many files there may be, presets not counted.
const MOST_FILES: usize = 200;

/// How many bytes all files may have together.
const LARGEST_TOGETHER: u64 = 8 * LARGEST;

const WHEN_EMPTY: &str = "a rules file begins with `version: 1` and has `tables`";

/// A file that was read.
pub(super) struct Found {
    /// Its path, the same whatever way leads there.
    pub(super) identity: PathBuf,
    /// What is in it.
    pub(super) bytes: Vec<u8>,
}

/// Files that say more together: of equal rank, so that none of them overrides another.
pub(super) type Layer = Vec<Said>;

/// All files, read.
pub(super) struct All {
    /// What they say; a later layer overrides an earlier.
    pub(super) layers: Vec<Layer>,
    /// The presets that they name, in the same order.
    pub(super) presets: Vec<Preset>,
    pub(super) files: Vec<RulesFile>,
    pub(super) mistakes: Vec<Mistake>,
    digests: Vec<String>,
}

impl All {
    /// Of one file its SHA-256. Of several that of their digests, a line each, in the order in which they are named; the
    /// names are in the files themselves.
    pub(super) fn digest(&self) -> String {
        match self.digests.as_slice() {
            [only] => only.clone(),
            digests => sha256(digests.iter().map(|digest| format!("{digest}\n")).collect::<String>().as_bytes()),
        }
    }
}

/// Reads all that the root names, directly or through others. What can't be read leaves a mistake.
/// The dictionaries that transforms name are read where there are files on a disk.
pub(super) fn read_all(name: &str, root: Found, read: &dyn Fn(&Path) -> io::Result<Found>, dictionaries: bool) -> All {
    let mut reader = Reader {
        read,
        dictionaries,
        files: Vec::new(),
        digests: Vec::new(),
        mistakes: Vec::new(),
        met: HashSet::new(),
        way: Vec::new(),
        bytes: 0,
    };
    let layers = reader.file(PathBuf::from(name), root, None);
    let presets = reader.presets(&layers);
    let Reader { files, digests, mistakes, .. } = reader;
    All { layers, presets, files, mistakes, digests }
}

/// The digest of a file and of the dictionaries that it names.
fn digest(bytes: &[u8], beside: Option<&Beside>) -> String {
    let mut digest = Sha256::new_with_prefix(bytes);
    beside.into_iter().for_each(|beside| beside.add_to(&mut digest));
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A path without `.` and without `..` where they can be left out: what stands for identity where there are no files.
pub(super) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

struct Reader<'a> {
    read: &'a dyn Fn(&Path) -> io::Result<Found>,
    dictionaries: bool,
    files: Vec<RulesFile>,
    digests: Vec<String>,
    mistakes: Vec<Mistake>,
    /// The identities of all files that were read.
    met: HashSet<PathBuf>,
    /// The files that lead to this one: identity and name.
    way: Vec<(PathBuf, PathBuf)>,
    bytes: u64,
}

impl Reader<'_> {
    /// Reads a file and all that it names. `part_of` is set where it is included: what it includes has its rank.
    fn file(&mut self, path: PathBuf, found: Found, part_of: Option<&mut Layer>) -> Vec<Layer> {
        let index = self.files.len();
        self.bytes += found.bytes.len() as u64;
        let name = path.display().to_string();
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let mut beside = self.dictionaries.then(|| Beside::new(&folder));
        let read = |walk: &mut Walk, root: &Node| {
            walk.beside = beside.take();
            let said = check::read(walk, root);
            beside = walk.beside.take();
            said
        };
        let (said, file) = one_of(index, &name, &found.bytes, WHEN_EMPTY, &mut self.mistakes, read);
        self.digests.push(digest(&found.bytes, beside.as_ref()));
        self.files.push(file);
        self.met.insert(found.identity.clone());
        let Some(mut said) = said else { return Vec::new() };
        let (extends, include) = (std::mem::take(&mut said.extends), std::mem::take(&mut said.include));
        self.way.push((found.identity, path));
        let mut layers = Vec::new();
        match (&part_of, extends.first()) {
            (Some(_), Some(base)) => {
                let help = "write `extends` in the file that includes this one: parts have equal rank";
                self.wrong(base, "a file that is included can't extend another", help);
            }
            _ => {
                for base in &extends {
                    if let Some((path, found)) = self.find(&folder, base) {
                        layers.extend(self.file(path, found, None));
                    }
                }
            }
        }
        let mut own = Layer::new();
        let layer = part_of.map_or(&mut own, |layer| layer);
        layer.push(said);
        for part in &include {
            if let Some((path, found)) = self.find(&folder, part) {
                self.file(path, found, Some(layer));
            }
        }
        self.way.pop();
        if !own.is_empty() {
            layers.push(own);
        }
        layers
    }

    /// Reads a file that another names, unless it was read before: then its rules have their rank already.
    fn find(&mut self, folder: &Path, named: &Named) -> Option<(PathBuf, Found)> {
        let path = folder.join(&named.text);
        if let Some(preset) = named.text.strip_prefix(presets::PREFIX) {
            self.wrong(named, "a preset is no file", &format!("write `presets: [{}]`", printable(preset)));
            return None;
        }
        if self.files.len() >= MOST_FILES || self.way.len() >= DEEPEST || self.bytes > LARGEST_TOGETHER {
            let what = if self.way.len() >= DEEPEST {
                format!("more than {DEEPEST} files name one another in a row")
            } else if self.files.len() >= MOST_FILES {
                format!("these are more than {MOST_FILES} files")
            } else {
                format!("these files are larger than {} MiB together", LARGEST_TOGETHER >> 20)
            };
            self.wrong(named, &what, "put what belongs together into one file");
            return None;
        }
        let found = match (self.read)(&path) {
            Ok(found) => found,
            Err(error) => {
                let help = format!(
                    "paths are relative to the folder of the file that names them; looked for {}",
                    path.display()
                );
                self.wrong(named, &format!("{} can't be read: {error}", quoted(&named.text)), &printable(&help));
                return None;
            }
        };
        if let Some(first) = self.way.iter().position(|(identity, _)| *identity == found.identity) {
            let names = self.way.iter().skip(first).map(|(_, path)| path.display().to_string());
            let circle: Vec<String> = names.chain([path.display().to_string()]).collect();
            let help = format!("take it out here: {}", circle.join(" names "));
            self.wrong(named, "these files name one another in a circle", &printable(&help));
            return None;
        }
        (!self.met.contains(&found.identity)).then_some((path, found))
    }

    /// The presets that the files name.
    fn presets(&mut self, layers: &[Layer]) -> Vec<Preset> {
        let mut read: Vec<Preset> = Vec::new();
        for named in layers.iter().flatten().flat_map(|said| &said.presets) {
            let Some(preset) = presets::find(&named.text) else { continue };
            if read.iter().any(|known| known.name == preset.name) {
                continue;
            }
            let name = format!("{}{}", presets::PREFIX, preset.name);
            self.digests.push(sha256(preset.text.as_bytes()));
            let index = self.files.len();
            let bytes = preset.text.as_bytes();
            let (said, file) = one_of(index, &name, bytes, WHEN_EMPTY, &mut self.mistakes, check::read);
            self.files.push(file);
            let Some(said) = said else { continue };
            let mut tables: Vec<GlobRules> = said.tables.into_iter().map(merge::as_glob).collect();
            tables.extend(said.table_globs);
            read.push(Preset { name: preset.name.to_owned(), tables, patterns: said.patterns });
        }
        read
    }

    fn wrong(&mut self, named: &Named, what: &str, help: &str) {
        let (what, help) = (what.to_owned(), Some(help.to_owned()));
        self.mistakes.push(Mistake { place: Some(named.place), what, help });
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
