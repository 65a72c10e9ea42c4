//! Reading paths.

use super::parse_filter;
use super::{JsonPath, Segment};

impl JsonPath {
    /// Reads a path.
    ///
    /// # Errors
    /// When the text isn't a path: what is wrong with it, as the end of a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix('$').ok_or("it has to begin with `$`, the whole document")?;
        let (mut rest, of_names) = text.strip_suffix('~').map_or((text, false), |path| (path, true));
        let mut segments = Vec::new();
        while !rest.is_empty() {
            rest = if let Some(after) = rest.strip_prefix('[') {
                bracket(after, &mut segments)?
            } else if let Some(after) = rest.strip_prefix("..") {
                segments.push(Segment::AnyDepth);
                match after.strip_prefix('[') {
                    Some(after) => bracket(after, &mut segments)?,
                    None => member(after, &mut segments)?,
                }
            } else if let Some(after) = rest.strip_prefix('.') {
                member(after, &mut segments)?
            } else {
                return Err(format!("`{}` doesn't begin with `.` or `[`", start_of(rest)));
            };
        }
        // `**` twice in a row says no more than once, and would make equal paths look different.
        segments.dedup_by(|a, b| *a == Segment::AnyDepth && *b == Segment::AnyDepth);
        if segments.len() > Self::MOST_SEGMENTS {
            return Err(format!("it has more than {} parts", Self::MOST_SEGMENTS));
        }
        if of_names && segments.is_empty() {
            return Err("the document itself has no name; `$.*~` is the names of its members".to_owned());
        }
        Ok(Self { segments, of_names })
    }
}

/// What may follow a dot without quotes.
pub(super) fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// Reads what follows `.` or `..`; gives back the rest.
fn member<'a>(text: &'a str, segments: &mut Vec<Segment>) -> Result<&'a str, String> {
    if let Some(rest) = text.strip_prefix("**") {
        segments.push(Segment::AnyDepth);
        return Ok(rest);
    }
    if let Some(rest) = text.strip_prefix('*') {
        segments.push(Segment::AnyName);
        return Ok(rest);
    }
    let (name, rest) = plain_name(text)?;
    segments.push(Segment::Name(name.to_owned()));
    Ok(rest)
}

/// Reads a name that needs no quotes.
pub(super) fn plain_name(text: &str) -> Result<(&str, &str), String> {
    let (name, rest) = text.split_at(text.find(|c| !is_plain(c)).unwrap_or(text.len()));
    if name.is_empty() {
        return Err("a name is missing after `.`; a name with other characters is written `['so']`".to_owned());
    }
    Ok((name, rest))
}

/// Reads what follows `[`, up to the `]`; gives back the rest.
fn bracket<'a>(text: &'a str, segments: &mut Vec<Segment>) -> Result<&'a str, String> {
    let (first, mut rest) = selector(text.trim_start())?;
    let mut all = vec![first];
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix(']') {
            segments.push(match (all.pop(), all.is_empty()) {
                (Some(only), true) => only,
                (last, _) => Segment::OneOf(all.into_iter().chain(last).collect()),
            });
            return Ok(after);
        }
        let after = rest.strip_prefix(',').ok_or_else(|| "a `]` is missing".to_owned())?;
        let (next, after) = selector(after.trim_start())?;
        all.push(next);
        rest = after;
    }
}

/// Reads one of what brackets may hold.
fn selector(text: &str) -> Result<(Segment, &str), String> {
    if let Some(rest) = text.strip_prefix('*') {
        return Ok((Segment::AnyElement, rest));
    }
    if let Some(rest) = text.strip_prefix('?') {
        let (filter, rest) = parse_filter::parse(rest)?;
        return Ok((Segment::Filter(filter), rest));
    }
    if let Some((name, rest)) = quoted(text)? {
        return Ok((Segment::Name(name), rest));
    }
    let (bounds, rest) =
        text.split_at(text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | ':' | ' ')).unwrap_or(text.len()));
    let not_one = || {
        format!("`[{}` is neither an index, as in `[0]`, nor `[*]`, nor a quoted name, nor a filter", start_of(text))
    };
    let number = |part: &str| match part.trim() {
        "" => Ok(None),
        part => part.parse::<i64>().map(Some).map_err(|_| not_one()),
    };
    let parts = bounds.split(':').map(number).collect::<Result<Vec<_>, _>>()?;
    let segment = match parts.as_slice() {
        [Some(index)] => match usize::try_from(*index) {
            Ok(index) => Segment::Index(index),
            Err(_) => Segment::FromEnd(usize::try_from(index.unsigned_abs()).map_err(|_| not_one())?),
        },
        [start, end] => Segment::Slice { start: *start, end: *end, step: 1 },
        [start, end, step] => {
            let step = usize::try_from(step.unwrap_or(1)).ok().filter(|step| *step > 0);
            let step = step.ok_or_else(|| "a slice has to go forward, by 1 or more".to_owned())?;
            Segment::Slice { start: *start, end: *end, step }
        }
        _ => return Err(not_one()),
    };
    Ok((segment, rest))
}

/// Reads a text in quotes, with the escapes of JSON and `\'` (RFC 9535, 2.3.1.1); gives back the rest. `None` if there are no
/// quotes.
pub(super) fn quoted(text: &str) -> Result<Option<(String, &str)>, String> {
    let Some(quote @ ('\'' | '"')) = text.chars().next() else { return Ok(None) };
    let text = text.get(1..).unwrap_or_default();
    let mut json = String::from("\"");
    let mut chars = text.char_indices();
    while let Some((position, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, '\'')) => json.push('\''),
                Some((_, escaped)) => json.extend(['\\', escaped]),
                None => break,
            },
            c if c == quote => {
                json.push('"');
                let name = serde_json::from_str(&json).map_err(|_| "a `\\` in a quoted name escapes nothing known")?;
                return Ok(Some((name, text.get(position + 1..).unwrap_or_default())));
            }
            '"' => json.push_str("\\\""),
            c if c.is_control() => json.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => json.push(c),
        }
    }
    Err(format!("the quoted name has no closing {quote}"))
}

/// Enough of a text to recognise it by.
pub(super) fn start_of(text: &str) -> String {
    text.chars().take(12).collect()
}
