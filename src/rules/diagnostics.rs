//! Mistakes in a rules file, shown as a compiler would: what, where, the line itself, and what to write instead.

use std::fmt::Write;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::rule::{Mistake, Place, RulesFile};
use crate::error::{Error, Spot};

/// All mistakes, in the order of their places, each with the line of its own file, ready to be printed. Colours are ANSI
/// escape sequences. What has no place is a matter of the first file.
pub fn render(files: &[RulesFile], mistakes: &[Mistake], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut sorted: Vec<&Mistake> = mistakes.iter().collect();
    sorted.sort_by_key(|mistake| mistake.place.map(|place| (place.file, place.start, place.end)));
    let nameless = RulesFile::default();
    let rendered = sorted.iter().map(|mistake| {
        let file = file_of(files, mistake).unwrap_or(&nameless);
        renderer.render(&[group(file, mistake)])
    });
    rendered.collect::<Vec<_>>().join("\n\n")
}

/// One error for all mistakes: their number, then each of them.
pub fn error(files: &[RulesFile], mistakes: &[Mistake]) -> Error {
    let mut names: Vec<&str> =
        mistakes.iter().filter_map(|mistake| Some(file_of(files, mistake)?.name.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    let names = match names.as_slice() {
        [only] => (*only).to_owned(),
        names => format!("{} files", names.len()),
    };
    let mut what = match mistakes.len() {
        1 => format!("there is a mistake in {names}"),
        count => format!("there are {count} mistakes in {names}"),
    };
    let _ = write!(what, "\n\n{}\n", render(files, mistakes, false));
    Error::usage(what).at(spots(files, mistakes))
}

fn file_of<'f>(files: &'f [RulesFile], mistake: &Mistake) -> Option<&'f RulesFile> {
    files.get(mistake.place.map_or(0, |place| place.file))
}

/// Where a place is, in words: `parts/users.yaml, line 7`.
pub fn line_of(files: &[RulesFile], place: Place) -> String {
    match files.get(place.file) {
        Some(file) => format!("{}, line {}", printable(&file.name), place.line),
        None => format!("line {}", place.line),
    }
}

/// The spots that the mistakes are about.
pub fn spots(files: &[RulesFile], mistakes: &[Mistake]) -> Vec<Spot> {
    let spot = |mistake: &Mistake| Spot {
        file: file_of(files, mistake).map(|file| file.name.clone()).unwrap_or_default(),
        at: mistake.place.map(|place| (place.line, place.column)),
        what: mistake.what.clone(),
        help: mistake.help.clone(),
    };
    mistakes.iter().map(spot).collect()
}

/// A name from a file, in backticks, without what could play tricks on a terminal and not longer than a line.
pub fn quoted(name: &str) -> String {
    const LONGEST: usize = 60;
    let mut text = String::from("`");
    for (position, c) in name.chars().enumerate() {
        match c {
            _ if position == LONGEST => {
                text.push('…');
                break;
            }
            c if plays_tricks(c) => text.extend(c.escape_unicode()),
            c => text.push(c),
        }
    }
    text.push('`');
    text
}

/// A text on one line, without what could play tricks on a terminal.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if plays_tricks(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

/// Controls, and the marks that make text run backwards.
fn plays_tricks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn group<'a>(file: &'a RulesFile, mistake: &'a Mistake) -> Group<'a> {
    let title = Level::ERROR.primary_title(mistake.what.as_str());
    let mut group = match mistake.place {
        None => title.element(Origin::path(file.name.as_str())),
        Some(place) => {
            let (source, span, is_whole) = line_around(&file.text, place);
            let snippet = Snippet::source(source).line_start(place.line).annotation(AnnotationKind::Primary.span(span));
            if is_whole {
                title.element(snippet.path(file.name.as_str()))
            } else {
                // The column within the part that is shown would mislead.
                title
                    .element(Origin::path(file.name.as_str()).line(place.line).char_column(place.column))
                    .element(snippet)
            }
        }
    };
    if let Some(help) = &mistake.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}

/// The line of a place, and where the place is in it. Of a long line only what is near the place, so that a file of
/// one long line isn't printed once for each mistake; then the last of what is returned is false.
fn line_around(text: &str, place: Place) -> (&str, Range<usize>, bool) {
    const NEAR: usize = 120;
    let start = text.floor_char_boundary(place.start.min(text.len()));
    let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let line_end =
        text.get(start..).and_then(|after| after.find(['\n', '\r'])).map_or(text.len(), |length| start + length);
    let end = text.floor_char_boundary(place.end.clamp(start, line_end));

    let from = if start - line_start > NEAR { text.ceil_char_boundary(start - NEAR) } else { line_start };
    let to = if line_end - start > 2 * NEAR { text.floor_char_boundary(start + 2 * NEAR) } else { line_end };
    let shown = text.get(from..to).unwrap_or_default();
    (shown, start - from..end.min(to) - from, (from, to) == (line_start, line_end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_neither_colour_nor_fill_the_terminal() {
        assert_eq!(quoted("a\u{1b}[31mb\n"), "`a\\u{1b}[31mb\\u{a}`");
        assert_eq!(quoted(&"x".repeat(5000)).chars().count(), 63);
    }

    #[test]
    fn of_a_long_line_only_the_part_around_the_place_is_shown() {
        let text = format!("first\n{}here{}\nlast", "æ".repeat(5000), "ø".repeat(5000));
        let start = text.find("here").unwrap();
        let (shown, span, is_whole) =
            line_around(&text, Place { file: 0, line: 2, column: 5001, start, end: start + 4 });
        assert_eq!((&shown[span], is_whole), ("here", false));
        assert!(shown.len() < 400, "{}", shown.len());
    }

    #[test]
    fn a_place_past_the_end_is_shown_at_the_end() {
        let (shown, span, _) = line_around("a: b\n", Place { file: 0, line: 2, column: 1, start: 99, end: 100 });
        assert_eq!((shown, span), ("", 0..0));
    }
}
