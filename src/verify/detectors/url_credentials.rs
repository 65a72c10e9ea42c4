//! URLs that carry a user's name and password (RFC 3986, section 3.2.1): connection strings above all.

use std::ops::Range;

use super::{
    Detector, Trigger, bare,
    cell::{Cell, is_marked_as_masked},
    hits::Hits,
    kind::{Certainty, Kind},
};

pub(super) const DETECTOR: Detector = Detector {
    name: "url_credentials",
    kinds: &[Kind::UrlCredentials],
    examples: &[
        bare("postgres://app:hunter2@db.internal:5432/app"),
        bare("set it to redis://:hunter2@cache:6379/0, please"),
        bare("https://kari:p%40ss@firma.test/x"),
        bare("amqp://kari:p/ss@queue.internal"),
    ],
    counter_examples: &[
        bare("https://firma.no/kari:ola@home"),
        bare("postgres://app:masked@db.internal/app"),
        bare("postgres://app:***@db.internal/app"),
        bare("postgres://app:$PASSWORD@db/app and postgres://app:<password>@db/app"),
        bare("postgres://app:@db/app"),
        bare("https://firma.no:443/"),
        bare("://:@"),
    ],
    trigger: Trigger::Prefixes(|| vec!["://"]),
    find,
};

/// The longest part before the `@` that is looked at.
const LONGEST: usize = 1024;

fn find(cell: &Cell<'_>, place: Range<usize>, hits: &mut Hits) -> Option<usize> {
    let scheme = cell.run_start(place.start, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'));
    if scheme == place.start {
        return None;
    }
    let before_space = cell
        .rest(place.end)
        .iter()
        .take(LONGEST)
        .take_while(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'`' | b'?' | b'#'))
        .count();
    let authority = cell.part(place.end..place.end + before_space);
    let at = authority.iter().position(|byte| *byte == b'@')?;
    let user_info = authority.get(..at)?;
    let colon = user_info.iter().position(|byte| *byte == b':')?;
    // A slash before the colon means that the host is over; one after it is a password that nobody encoded, or a port.
    let (user, password) = (user_info.get(..colon)?, user_info.get(colon + 1..)?);
    let is_port = password.split(|byte| *byte == b'/').next().is_some_and(|port| port.iter().all(u8::is_ascii_digit))
        && password.contains(&b'/');
    if user.contains(&b'/') || is_port || is_placeholder(password) {
        return None;
    }
    let end = place.end + at;
    hits.add(Kind::UrlCredentials, scheme..end, Certainty::Certain);
    Some(end)
}

/// Whether somebody has put something else in the password's place.
fn is_placeholder(password: &[u8]) -> bool {
    let is_variable = matches!(password.first(), None | Some(b'$' | b'<' | b'{' | b'[' | b'%'))
        && !matches!(password, [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
    is_variable
        || is_marked_as_masked(password)
        || password.iter().all(|byte| matches!(byte, b'*' | b'x' | b'X' | b'.'))
}
