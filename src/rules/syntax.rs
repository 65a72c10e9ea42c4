//! What a YAML file says: a tree in which every node knows its place, made from the parser's events.
//!
//! serde would stop at the first mistake, and by then a duplicate key is already lost. The events show everything: each
//! duplicate, and whether `null` was written out or is only an empty value.

use std::collections::HashMap;
use std::rc::Rc;

use serde_saphyr::granit_parser::{Event, Marker, Options, Parser, ScalarStyle, Span, options};

use super::rule::{Mistake, Place};
use super::syntax_error;

/// How deep nodes may be nested, aliases followed: enough for any rules, and far less than a stack holds.
const DEEPEST: usize = 64;

/// How many nodes there may be, aliases followed: a megabyte of plain rules has fewer.
const MOST_NODES: usize = 200_000;

/// A node of the tree.
#[derive(Debug)]
pub(crate) struct Node {
    /// A text as it is written; of what spans several lines, the first line.
    pub(crate) place: Place,
    /// What it is.
    pub(crate) content: Content,
    /// How many nodes it is, itself included, aliases followed.
    size: usize,
    /// How many levels it has, aliases followed.
    depth: usize,
}

/// What a node is.
#[derive(Debug)]
pub(crate) enum Content {
    /// Text. `quoted` is also true for block text (`|` and `>`).
    Text { text: String, quoted: bool },
    /// Nothing is written there, which YAML takes for null.
    Nothing,
    /// A mapping, with all its keys in their order, duplicates included.
    Mapping(Vec<(Rc<Node>, Rc<Node>)>),
    /// A list.
    List(Vec<Rc<Node>>),
    /// Something wrong that is already reported.
    Broken,
}

impl Node {
    /// Whether it says nothing: an empty value, or a mapping without keys.
    pub(crate) fn is_empty(&self) -> bool {
        match &self.content {
            Content::Nothing => true,
            Content::Mapping(entries) => entries.is_empty(),
            _ => false,
        }
    }
}

/// Reads a text as one YAML document. Without a tree there is at least one mistake; `file` is its number in all places,
/// and `when_empty` is the advice for a text that says nothing.
pub(crate) fn read(text: &str, file: usize, when_empty: &str) -> (Option<Rc<Node>>, Vec<Mistake>) {
    let mut reader = Reader { text, file, open: Vec::new(), anchors: HashMap::new(), root: None, mistakes: Vec::new() };
    let mut documents = 0;
    for next in Parser::new_from_str_with_options(text, limits()) {
        let (event, span) = match next {
            Ok(next) => next,
            Err(error) => {
                reader.mistakes.push(syntax_error::mistake(&error, reader.place(*error.marker(), *error.marker())));
                return (None, reader.mistakes);
            }
        };
        if matches!(event, Event::DocumentStart(..)) {
            documents += 1;
            if documents > 1 {
                let help = "write one file for each, or put all tables under one `tables`";
                reader.wrong(span, "a second document begins here", help);
                return (None, reader.mistakes);
            }
        }
        if reader.take(event, span).is_err() {
            return (None, reader.mistakes);
        }
    }
    let root = reader.root.take().filter(|root| !matches!(root.content, Content::Nothing));
    if root.is_none() && reader.mistakes.is_empty() {
        let place = (file > 0).then_some(Place { file, line: 1, column: 1, start: 0, end: 0 });
        reader.mistakes.push(Mistake {
            place,
            what: "the file is empty".to_owned(),
            help: Some(when_empty.to_owned()),
        });
    }
    (root, reader.mistakes)
}

fn limits() -> Options {
    let mut options = options! {
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    options.set_emit_comments(false);
    options
}

/// A mapping or list whose end hasn't come yet.
struct Open {
    start: Marker,
    anchor: usize,
    is_mapping: bool,
    children: Vec<Rc<Node>>,
    size: usize,
    depth: usize,
}

struct Reader<'a> {
    text: &'a str,
    file: usize,
    open: Vec<Open>,
    /// Nodes with an anchor; those that are still open are not among them, so that none can contain itself.
    anchors: HashMap<usize, Rc<Node>>,
    root: Option<Rc<Node>>,
    mistakes: Vec<Mistake>,
}

/// The tree grows too large; the mistake is already noted.
struct TooLarge;

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), TooLarge> {
        if event.tag().is_some() {
            let at = span.tag_span().unwrap_or(span);
            self.wrong(at, "tags have no meaning in rules", "remove the word that begins with `!`");
        }
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                // For an empty value the parser reports `~`; a `~` that is written has a place of its own.
                let nothing = plain && (span.start == span.end || text.is_empty());
                let text = text.into_owned();
                let content = if nothing { Content::Nothing } else { Content::Text { text, quoted: !plain } };
                let place = self.place(span.start, span.end);
                self.add(Rc::new(Node { place, content, size: 1, depth: 1 }), anchor, span)
            }
            Event::MappingStart(_, anchor, _) => self.open(true, anchor, span),
            Event::SequenceStart(_, anchor, _) => self.open(false, anchor, span),
            Event::MappingEnd | Event::SequenceEnd => self.close(span),
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned().unwrap_or_else(|| {
                    self.wrong(span, "this alias stands inside of what it stands for", "write it out");
                    self.broken(span)
                });
                self.add(node, 0, span)
            }
            Event::UnresolvedAlias(_) => {
                let help = "an alias `*name` repeats what was marked with `&name` further up; a text that begins with `*` is written in quotes";
                self.wrong(span, "nothing is marked with this name", help);
                let broken = self.broken(span);
                self.add(broken, 0, span)
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, is_mapping: bool, anchor: usize, span: Span) -> Result<(), TooLarge> {
        self.open.push(Open { start: span.start, anchor, is_mapping, children: Vec::new(), size: 1, depth: 1 });
        Ok(())
    }

    fn close(&mut self, span: Span) -> Result<(), TooLarge> {
        let Some(done) = self.open.pop() else { return Ok(()) };
        let mut children = done.children.into_iter();
        let content = if done.is_mapping {
            let mut entries = Vec::new();
            while let (Some(key), Some(value)) = (children.next(), children.next()) {
                entries.push((key, value));
            }
            Content::Mapping(entries)
        } else {
            Content::List(children.collect())
        };
        let place = self.first_line(done.start, span.end);
        self.add(Rc::new(Node { place, content, size: done.size, depth: done.depth }), done.anchor, span)
    }

    /// Puts a node where it belongs.
    fn add(&mut self, node: Rc<Node>, anchor: usize, span: Span) -> Result<(), TooLarge> {
        // An alias can double what is above it and stand in another alias: a few lines would make a tree without end.
        let too_deep = self.open.len() + node.depth > DEEPEST;
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        let size = parent.size.saturating_add(node.size);
        if too_deep || size > MOST_NODES {
            let what = if too_deep {
                format!("this is nested more than {DEEPEST} levels deep")
            } else {
                format!("the rules have more than {MOST_NODES} parts, aliases followed")
            };
            self.wrong(span, &what, "write the rules with fewer aliases, or divide them into several files");
            return Err(TooLarge);
        }
        parent.size = size;
        parent.depth = parent.depth.max(node.depth + 1);
        parent.children.push(Rc::clone(&node));
        if anchor != 0 {
            self.anchors.insert(anchor, node);
        }
        Ok(())
    }

    fn broken(&self, span: Span) -> Rc<Node> {
        let place = self.place(span.start, span.end);
        Rc::new(Node { place, content: Content::Broken, size: 1, depth: 1 })
    }

    fn wrong(&mut self, span: Span, what: &str, help: &str) {
        let place = Some(self.first_line(span.start, span.end));
        self.mistakes.push(Mistake { place, what: what.to_owned(), help: Some(help.to_owned()) });
    }

    fn place(&self, start: Marker, end: Marker) -> Place {
        let last = self.text.len();
        let from = start.byte_offset().map_or(last, |offset| self.text.floor_char_boundary(offset.min(last)));
        let to = end.byte_offset().map_or(from, |offset| self.text.floor_char_boundary(offset.min(last)));
        Place { file: self.file, line: start.line().max(1), column: start.col() + 1, start: from, end: to.max(from) }
    }

    /// A place that doesn't reach into the next line.
    fn first_line(&self, start: Marker, end: Marker) -> Place {
        let mut place = self.place(start, end);
        let text = self.text.get(place.start..place.end).unwrap_or_default();
        let line = text.split(['\n', '\r']).next().unwrap_or_default();
        place.end = place.start + line.trim_end().len();
        place
    }
}
