//! Places on the globe (ISO 6709): a latitude and a longitude in degrees with four decimals or more, which is ten metres,
//! or in degrees, minutes and seconds.
//!
//! Two decimal numbers may be anything, so the name of the column or a word nearby has to tell.

use std::ops::Range;

use super::{
    Detector, RunLengths, Trigger, bare,
    cell::Cell,
    hits::Hits,
    kind::{Certainty, Kind},
    topics::Topics,
    within,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "coordinates",
    kinds: &[Kind::Coordinates],
    examples: &[
        within("location", "59.91386, 10.75224"),
        within("geo", "POINT(10.75224 59.91386)"),
        within("latitude", "59.91386"),
        bare("Seen at coordinates -33.86882;151.20930 today"),
        bare("59°54'49.9\"N 10°45'08.1\"E"),
        bare("https://maps.firma.no/@59.91386,10.75224,17z?location"),
    ],
    counter_examples: &[
        within("location", "59.9, 10.7"),
        within("location", "195.91386, 10.75224"),
        within("latitude", "0.00000"),
        bare("59.91386, 10.75224"),
        bare("40°C, 25° and 90°"),
        within("price", "59.91386, 10.75224"),
    ],
    trigger: Trigger::AnyOf(&[Trigger::Digits(RunLengths::between(1, 3)), Trigger::Prefixes(|| vec!["°"])]),
    find,
};

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    if !cell.byte(place.start).is_ascii_digit() {
        return degrees(cell, &place, hits);
    }
    if cell.byte(place.end) != b'.' {
        return None;
    }
    let (first, first_end) = decimal(cell, place.start)?;
    let start = place.start - usize::from(cell.byte_before(place.start, 1) == b'-');
    if let Some((second, end)) = pair_after(cell, first_end) {
        let is_place = (first.abs() <= 90.0 && second.abs() <= 180.0) || (first.abs() <= 180.0 && second.abs() <= 90.0);
        let span = start..end;
        if is_place && (first, second) != (0.0, 0.0) && cell.is_about(Topics::POSITION, &span) {
            hits.add(Kind::Coordinates, span, certainty(cell));
            return Some(end);
        }
    }
    // One coordinate alone: a column or key of latitudes or longitudes, and nothing else in the cell.
    let is_whole = start == 0 && first_end == cell.text.len();
    if is_whole && first != 0.0 && first.abs() <= 180.0 && cell.context.topics.has(Topics::POSITION) {
        hits.add(Kind::Coordinates, start..first_end, Certainty::Likely);
        return Some(first_end);
    }
    None
}

/// A hit by the words of a text is certain, one by the name of the column only likely: see [`Kind::has_synthetic_space`].
fn certainty(cell: &Cell<'_>) -> Certainty {
    if cell.context.topics.has(Topics::POSITION) { Certainty::Likely } else { Certainty::Certain }
}

/// A number with four to fifteen decimals, and where it ends.
fn decimal(cell: &Cell<'_>, start: usize) -> Option<(f64, usize)> {
    let whole = cell.run_end(start, |byte| byte.is_ascii_digit());
    let end = cell.run_end(whole + 1, |byte| byte.is_ascii_digit());
    if cell.byte(whole) != b'.' || !(1..=3).contains(&(whole - start)) || !(5..=16).contains(&(end - whole)) {
        return None;
    }
    let is_negative = cell.byte_before(start, 1) == b'-';
    let number: f64 = cell.text.get(start..end)?.parse().ok()?;
    Some((if is_negative { -number } else { number }, end))
}

/// The second number of a pair: after a comma, semicolon, space or both.
fn pair_after(cell: &Cell<'_>, at: usize) -> Option<(f64, usize)> {
    let gap = cell.rest(at).iter().take(3).take_while(|byte| matches!(byte, b',' | b';' | b' ' | b'/')).count();
    let start = at + gap + usize::from(cell.byte(at + gap) == b'-');
    (gap > 0).then(|| decimal(cell, start))?
}

/// `59°54'49.9"N 10°45'08.1"E`: degrees, minutes, perhaps seconds, and where to, twice.
fn degrees(cell: &Cell<'_>, place: &Range<usize>, hits: &mut Hits) -> Option<usize> {
    let start = cell.run_start(place.start, |byte| byte.is_ascii_digit());
    let middle = angle(cell, start, "NSns")?;
    let gap = cell.rest(middle).iter().take(3).take_while(|byte| matches!(byte, b',' | b' ' | b';')).count();
    let end = angle(cell, middle + gap, "EWØOVewøov")?;
    hits.add(Kind::Coordinates, start..end, Certainty::Certain);
    Some(end)
}

/// Where one angle ends that starts there.
fn angle(cell: &Cell<'_>, start: usize, directions: &str) -> Option<usize> {
    let text = cell.text.get(start..)?;
    let degrees = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.get(degrees..)?.strip_prefix('°')?;
    let is_part = |c: &char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\'' | '"' | '′' | '″' | '’' | '”');
    let minutes: usize = rest.chars().take(20).take_while(is_part).map(char::len_utf8).sum();
    let direction = rest.get(minutes..)?.chars().next().filter(|c| directions.contains(*c))?;
    let has_minutes = rest.get(..minutes)?.contains(['\'', '′', '’']);
    (has_minutes && (1..=3).contains(&degrees))
        .then(|| start + text.len() - rest.len() + minutes + direction.len_utf8())
}
