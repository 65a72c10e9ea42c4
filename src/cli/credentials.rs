//! Keeps credentials off the terminal that a person has put where they don't belong.

use std::sync::LazyLock;

use regex::Regex;

/// Where a credential may begin: after the scheme of a URL, or after a word for one. To the end of the line, since a
/// password that was written without care may hold any character.
#[expect(clippy::unwrap_used, reason = "the pattern is a constant, and a test compiles it")]
static BEGINS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?im)(://|\b(?:\w*passw(?:or)?d|pwd|\w*secret|\w*_key|token|sign_in)["']?[ \t]*[:=])([^\n\r]*)"#)
        .unwrap()
});

/// A URL that has lost its scheme: `user:password@host`.
#[expect(clippy::unwrap_used, reason = "the pattern is a constant, and a test compiles it")]
static BEFORE_A_HOST: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"([^\s'":*]+:)([^\s'"]+@)"#).unwrap());

/// A text in which whatever may be a credential is covered with `*`, byte for byte, so that places in it stay valid.
pub(super) fn cover(text: &str) -> String {
    let cover = |found: &regex::Captures<'_>| {
        let part = |group| found.get(group).map_or("", |part| part.as_str());
        format!("{}{}", part(1), "*".repeat(part(2).len()))
    };
    BEFORE_A_HOST.replace_all(&BEGINS.replace_all(text, cover), cover).into_owned()
}

/// A message in which whatever may be a credential is left out.
pub(super) fn leave_out(text: &str) -> String {
    BEFORE_A_HOST.replace_all(&BEGINS.replace_all(text, "$1***"), "$1***@").into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_password_is_covered_wherever_it_stands() {
        for text in [
            "url: postgres://app:hunter2@host/drop",
            "{ url: \"postgres://app:hunter2@host/drop\" }",
            "postgres://app:hu nt@er2/hunter2@host",
            "url: host=db PASSWORD=hunter2",
            "password: 'hunter2'",
            "\"pgpassword\" : hunter2",
            "pwd=hunter2",
            "STAGEMASK_KEY=hunter2",
            "client_secret: hunter2",
            "unexpected argument 'app:hunter2@host/drop' found",
        ] {
            assert!(!cover(text).contains("hunter2"), "{text}");
            assert_eq!(cover(text).len(), text.len());
            assert!(!leave_out(text).contains("hunter2"), "{text}");
        }
    }

    #[test]
    fn what_is_no_credential_stays() {
        let text = "unexpected argument '--keep' found\nsource:\n  service: drop\nprimary key: id\nwhere email like '%@drop.example'";
        assert_eq!(cover(text), text);
        assert_eq!(leave_out(text), text);
    }

    proptest! {
        #[test]
        fn covering_moves_no_line(text in "(?s).{0,80}") {
            let covered = cover(&text);
            prop_assert_eq!(covered.len(), text.len());
            let ends = |text: &str| text.match_indices('\n').map(|(at, _)| at).collect::<Vec<_>>();
            prop_assert_eq!(ends(&covered), ends(&text));
        }
    }
}
