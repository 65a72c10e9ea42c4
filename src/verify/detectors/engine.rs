use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::{
    CATALOGUE, Detector, RunLengths, Trigger,
    cell::{Cell, is_wordy},
    custom::{self, CustomDetector},
    decoded,
    hits::Hits,
    topics::{Context, Lexicon, Topics},
};

/// No shorter text holds a secret with a known prefix or a URL with a password.
const SHORTEST_PREFIXED: usize = 8;

/// What a shop allows on top of the synthetic spaces.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// Domains that the shop owns and that drop all mail; addresses at their subdomains are allowed too.
    pub domains: Vec<String>,
    /// Exact texts: the hashes of the staging password.
    pub texts: Vec<String>,
    /// What the shop looks for on top; of more than [`custom::MOST`](super::custom::MOST) the first.
    pub own: Vec<CustomDetector>,
}

/// All detectors, compiled. Make one, share it between threads.
pub struct Detectors {
    pub(super) lexicon: Lexicon,
    pub(super) allowed: Allowed,
    /// For each byte: 0 for nothing, 1 for a digit, else a place in `by_byte` plus 2.
    classes: [u8; 256],
    by_byte: Vec<Vec<&'static Detector>>,
    by_run_length: Vec<Vec<&'static Detector>>,
    after_letters: Vec<Vec<&'static Detector>>,
    prefixes: AhoCorasick,
    by_prefix: Vec<&'static Detector>,
    whole_cell: Vec<(Topics, &'static Detector)>,
    own: Vec<CustomDetector>,
}

const NOTHING: u8 = 0;
const DIGIT: u8 = 1;
const OTHER: u8 = 2;

impl Detectors {
    /// Compiles the detectors, with nothing allowed but the synthetic spaces.
    pub fn new() -> Self {
        Self::allowing(Allowed::default())
    }

    /// Compiles the detectors.
    pub fn allowing(mut allowed: Allowed) -> Self {
        for domain in &mut allowed.domains {
            *domain = domain.trim_matches('.').to_lowercase();
        }
        allowed.domains.retain(|domain| !domain.is_empty());
        let mut own = std::mem::take(&mut allowed.own);
        own.truncate(custom::MOST);
        let mut wakers = Wakers::new();
        for detector in CATALOGUE {
            wakers.file(&detector.trigger, detector);
        }
        let Wakers { classes, by_byte, by_run_length, after_letters, prefixes, by_prefix, whole_cell } = wakers;
        let prefixes = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(prefixes);
        #[expect(clippy::expect_used, reason = "the prefixes are constants, and every test builds this")]
        let prefixes = prefixes.expect("the prefixes make a small automaton");
        let lexicon = Lexicon::new();
        Self { lexicon, allowed, classes, by_byte, by_run_length, after_letters, prefixes, by_prefix, whole_cell, own }
    }

    /// Adds a shop's own detectors; of more than [`custom::MOST`](super::custom::MOST) the first.
    #[must_use]
    pub fn and(mut self, own: impl IntoIterator<Item = CustomDetector>) -> Self {
        self.own.extend(own);
        self.own.truncate(custom::MOST);
        self
    }

    /// Whether a shop has added detectors of its own.
    pub fn has_own(&self) -> bool {
        !self.own.is_empty()
    }

    /// What the name of a column and the key within its JSON documents say about their cells. Names are taken as they
    /// are: `snake_case`, `camelCase` or run together.
    pub fn context(&self, column: &str, json_key: Option<&str>) -> Context {
        let topics = self.lexicon.of_name(column);
        let mut own = 0;
        for (at, detector) in self.own.iter().enumerate() {
            let is_about = detector.is_about(column) || json_key.is_some_and(|key| detector.is_about(key));
            own |= u64::from(is_about) << at;
        }
        Context { topics: json_key.map_or(topics, |key| topics | self.lexicon.of_name(key)), own }
    }

    /// Scans a text, and adds what it finds to `hits`. It allocates only where something was found or decoded.
    pub fn scan(&self, text: &str, context: &Context, hits: &mut Hits) {
        self.scan_carrying(text, context, hits, &mut |_| {});
    }

    /// As [`scan`](Self::scan), and calls `carried` with each text that was decoded on the way, such as what is in base64:
    /// others look there too.
    pub fn scan_carrying(&self, text: &str, context: &Context, hits: &mut Hits, carried: &mut dyn FnMut(&str)) {
        self.scan_decoded(text, *context, 0, hits);
        decoded::look_inside(&Cell { text, context: *context, detectors: self, depth: 0 }, hits, carried);
    }

    /// Scans what bytes carry: files that can be opened, and text as it stands. Places are those in `bytes`, and the whole of
    /// them for what was inside a file.
    pub fn scan_bytes(&self, bytes: &[u8], context: &Context, hits: &mut Hits) {
        self.scan_bytes_carrying(bytes, context, hits, &mut |_| {});
    }

    /// As [`scan_bytes`](Self::scan_bytes), and calls `carried` with each text that was taken out of them.
    pub fn scan_bytes_carrying(&self, bytes: &[u8], context: &Context, hits: &mut Hits, carried: &mut dyn FnMut(&str)) {
        decoded::look_inside_bytes(self, bytes, *context, hits, carried);
    }

    /// Scans a text that was decoded out of so many others.
    pub(super) fn scan_decoded(&self, text: &str, context: Context, depth: u8, hits: &mut Hits) {
        let cell = Cell { text, context, detectors: self, depth };
        self.walk(&cell, hits);
        if text.len() >= SHORTEST_PREFIXED {
            self.look_for_prefixes(&cell, hits);
        }
        for (topics, detector) in &self.whole_cell {
            if context.topics.has(*topics) {
                (detector.find)(&cell, 0..0, hits);
            }
        }
        for (at, detector) in self.own.iter().enumerate() {
            detector.find(&cell, context.own >> at & 1 == 1, hits);
        }
    }

    /// Goes over the bytes once, and wakes the detectors of digits and single bytes.
    fn walk(&self, cell: &Cell<'_>, hits: &mut Hits) {
        let mut at = 0;
        while let Some(skipped) = cell.rest(at).iter().position(|byte| self.classes[usize::from(*byte)] != NOTHING) {
            at += skipped;
            let class = self.classes[usize::from(cell.byte(at))];
            let (end, awake) = if class == DIGIT {
                let end = cell.run_end(at, |byte| byte.is_ascii_digit());
                let glued = is_wordy(cell.byte_before(at, 1));
                let table = if glued { &self.after_letters } else { &self.by_run_length };
                (end, table.get((end - at).min(RunLengths::LONGEST)))
            } else {
                (at + 1, self.by_byte.get(usize::from(class - OTHER)))
            };
            let claimed = awake.and_then(|awake| ask(awake, cell, at..end, hits));
            at = claimed.map_or(end, |claimed| claimed.max(end));
        }
    }

    /// Wakes the detectors of known prefixes.
    fn look_for_prefixes(&self, cell: &Cell<'_>, hits: &mut Hits) {
        let mut claimed = 0;
        for found in self.prefixes.find_iter(cell.bytes()) {
            if found.start() < claimed {
                continue;
            }
            if let Some(detector) = self.by_prefix.get(found.pattern().as_usize())
                && let Some(end) = (detector.find)(cell, found.range(), hits)
            {
                claimed = end;
            }
        }
    }
}

impl Default for Detectors {
    fn default() -> Self {
        Self::new()
    }
}

/// Which detectors wake where, while it is put together.
struct Wakers {
    classes: [u8; 256],
    by_byte: Vec<Vec<&'static Detector>>,
    by_run_length: Vec<Vec<&'static Detector>>,
    after_letters: Vec<Vec<&'static Detector>>,
    prefixes: Vec<&'static str>,
    by_prefix: Vec<&'static Detector>,
    whole_cell: Vec<(Topics, &'static Detector)>,
}

impl Wakers {
    fn new() -> Self {
        let mut classes = [NOTHING; 256];
        for digit in b'0'..=b'9' {
            classes[usize::from(digit)] = DIGIT;
        }
        Self {
            classes,
            by_byte: Vec::new(),
            by_run_length: vec![Vec::new(); RunLengths::LONGEST + 1],
            after_letters: vec![Vec::new(); RunLengths::LONGEST + 1],
            prefixes: Vec::new(),
            by_prefix: Vec::new(),
            whole_cell: Vec::new(),
        }
    }

    fn file(&mut self, trigger: &Trigger, detector: &'static Detector) {
        match trigger {
            Trigger::Byte(byte) => {
                let class = &mut self.classes[usize::from(*byte)];
                if *class == NOTHING {
                    *class = OTHER + self.by_byte.len() as u8;
                    self.by_byte.push(Vec::new());
                }
                if let Some(detectors) = self.by_byte.get_mut(usize::from(*class - OTHER)) {
                    detectors.push(detector);
                }
            }
            Trigger::Digits(lengths) => file_under(&mut self.by_run_length, *lengths, detector),
            Trigger::DigitsAfterLetters(lengths) => file_under(&mut self.after_letters, *lengths, detector),
            Trigger::Prefixes(texts) => {
                for text in texts() {
                    self.prefixes.push(text);
                    self.by_prefix.push(detector);
                }
            }
            Trigger::WholeCell(topics) => self.whole_cell.push((*topics, detector)),
            Trigger::AnyOf(triggers) => triggers.iter().for_each(|trigger| self.file(trigger, detector)),
        }
    }
}

/// Notes a detector under each length of digit runs that wakes it.
fn file_under(table: &mut [Vec<&'static Detector>], lengths: RunLengths, detector: &'static Detector) {
    for (length, detectors) in table.iter_mut().enumerate() {
        if lengths.holds(length) {
            detectors.push(detector);
        }
    }
}

/// Asks one detector after the other, until one claims the place.
fn ask(awake: &[&'static Detector], cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    awake.iter().find_map(|detector| (detector.find)(cell, place.clone(), hits))
}
