//! The places of a code: which of them are encrypted, and in which alphabet.

/// Longer words before a separator aren't prefixes.
const LONGEST_PREFIX: usize = 8;

/// Shorter codes with letters from a to f only are taken for chance.
const SHORTEST_HEXADECIMAL: usize = 8;

/// Code points of a part of Unicode that are exchanged among one another, and of Latin-1 beyond ASCII.
const BLOCK: u32 = 256;
const LATIN: u32 = 128;

/// A character that is encrypted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Which character of the text, counted from 0.
    pub(super) at: usize,
    /// How many characters could stand here.
    pub(super) radix: u32,
    /// Which of them does.
    pub(super) value: u32,
    first: u32,
}

/// What of a code is kept, as the rules say.
pub(super) enum Form {
    /// A word before a separator.
    Word,
    /// What every code begins with.
    Prefix(String),
    /// A form character by character.
    Format(Vec<char>),
}

/// What two codes have in common if the same places of them are kept and encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// Characters kept at the beginning.
    prefix: usize,
    /// Whether the code has the form that the rules give.
    fits: bool,
    /// Whether its letters are those of hexadecimal digits.
    hexadecimal: bool,
}

impl Form {
    /// The form that the options ask for.
    pub(super) fn new(prefix: Option<&str>, format: Option<&str>) -> Result<Self, &'static str> {
        match (prefix, format) {
            (None, None) => Ok(Self::Word),
            (Some(prefix), None) => Ok(Self::Prefix(prefix.to_owned())),
            (None, Some(format)) if format.contains(['#', '?', '*']) => Ok(Self::Format(format.chars().collect())),
            (None, Some(_)) => Err("code has a format in which nothing is masked"),
            (Some(_), Some(_)) => Err("code has a prefix and a format, and one of them says it all"),
        }
    }

    /// How many codes there are of the format; none are known of without one.
    pub(super) fn choices(&self) -> f64 {
        let Self::Format(format) = self else { return 0.0 };
        format
            .iter()
            .map(|c| match c {
                '#' | '*' => 10.0,
                '?' => 26.0,
                _ => 1.0,
            })
            .product()
    }

    /// The shape of a text.
    pub(super) fn shape(&self, text: &str) -> Shape {
        let (prefix, fits) = match self {
            Self::Word => (word(text), true),
            Self::Prefix(prefix) => {
                let kept = prefix.chars().count();
                let begins =
                    text.chars().zip(prefix.chars()).filter(|(a, b)| a.eq_ignore_ascii_case(b)).count() == kept;
                // A code that is nothing but the prefix would have nothing to mask.
                if begins && text.chars().count() > kept { (kept, true) } else { (0, false) }
            }
            Self::Format(format) => (0, fits(text, format)),
        };
        let mut letters = text.chars().skip(prefix).filter(char::is_ascii_alphabetic).peekable();
        let hexadecimal = letters.peek().is_some() && letters.all(|letter| letter.is_ascii_hexdigit());
        let count = || text.chars().skip(prefix).filter(char::is_ascii_alphanumeric).count();
        Shape { prefix, fits, hexadecimal: hexadecimal && count() >= SHORTEST_HEXADECIMAL }
    }

    /// The places of a text of this shape.
    pub(super) fn places(&self, text: &str, shape: &Shape) -> Vec<Place> {
        let literal = |at: usize| match self {
            Self::Format(format) if shape.fits => format.get(at).is_some_and(|c| !"#?*".contains(*c)),
            _ => at < shape.prefix,
        };
        let chosen = text.chars().enumerate().filter(|(at, _)| !literal(*at));
        let places: Vec<Place> = chosen.clone().filter_map(|(at, c)| place(at, c, shape.hexadecimal)).collect();
        // Of signs alone, the signs are what is encrypted.
        if places.is_empty() { chosen.filter_map(|(at, c)| sign(at, c)).collect() } else { places }
    }
}

/// The letters before the first separator, and the separator.
fn word(text: &str) -> usize {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = text.get(letters..).unwrap_or_default();
    let separated = rest.starts_with(['_', '-', ':', '.', '/', '#']) && rest.contains(|c: char| c.is_alphanumeric());
    if (1..=LONGEST_PREFIX).contains(&letters) && separated { letters + 1 } else { 0 }
}

fn fits(text: &str, format: &[char]) -> bool {
    let mut characters = text.chars();
    let all = format.iter().all(|wanted| {
        characters.next().is_some_and(|c| match wanted {
            '#' => c.is_ascii_digit(),
            '?' => c.is_ascii_alphabetic(),
            '*' => c.is_ascii_alphanumeric(),
            _ => c.eq_ignore_ascii_case(wanted),
        })
    });
    all && characters.next().is_none()
}

fn place(at: usize, c: char, hexadecimal: bool) -> Option<Place> {
    let letters = if hexadecimal { 6 } else { 26 };
    let (first, radix) = match c {
        '0'..='9' => ('0' as u32, 10),
        'a'..='z' => ('a' as u32, letters),
        'A'..='Z' => ('A' as u32, letters),
        '\u{0}'..='\u{7F}' => return None,
        '\u{80}'..='\u{FF}' => (LATIN, LATIN),
        _ => (c as u32 / BLOCK * BLOCK, BLOCK),
    };
    Some(Place { at, radix, value: c as u32 - first, first })
}

/// A sign or control character, among its neighbours.
fn sign(at: usize, c: char) -> Option<Place> {
    let (first, radix) = match c {
        '\u{1}'..='\u{8}' => (1, 8),
        '\u{E}'..='\u{1F}' => (0xE, 18),
        '!'..='/' => ('!' as u32, 15),
        ':'..='@' => (':' as u32, 7),
        '['..='`' => ('[' as u32, 6),
        '{'..='\u{7F}' => ('{' as u32, 5),
        _ => return None,
    };
    Some(Place { at, radix, value: c as u32 - first, first })
}

/// What is kept of a text and where, in small letters: codes that differ in it are permuted apart.
pub(super) fn tweak(text: &str, places: &[Place]) -> Vec<u8> {
    let mut places = places.iter().peekable();
    let mut tweak = Vec::with_capacity(text.len() + 8);
    for (at, c) in text.chars().enumerate() {
        match places.next_if(|place| place.at == at) {
            Some(place) => tweak.extend_from_slice(&[0, (place.radix >> 1) as u8]),
            None => tweak.extend_from_slice(c.to_ascii_lowercase().encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    tweak
}

/// The text with other characters at its places.
pub(super) fn write(text: &str, places: &[Place]) -> String {
    let mut places = places.iter().peekable();
    let other = |(at, c): (usize, char)| match places.next_if(|place| place.at == at) {
        Some(place) => char::from_u32(place.first + place.value).unwrap_or(c),
        None => c,
    };
    text.chars().enumerate().map(other).collect()
}
