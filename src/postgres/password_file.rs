//! The password file, `~/.pgpass` (PostgreSQL manual, 34.16).

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::secret::Secret;

/// The lines of a password file.
#[derive(Debug, Default)]
pub(super) struct PasswordFile {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    /// Host, port, database, user; `None` is the wildcard `*`.
    place: [Option<String>; 4],
    password: Secret,
}

/// What reading the file came to.
pub(super) enum Found {
    Nothing,
    /// Not used, and why, in words for a person.
    Ignored(String),
    File(PasswordFile),
}

/// Reads the file, unless somebody other than its owner may: then libpq ignores it, and so do we.
pub(super) fn read(path: &Path) -> Found {
    let Ok(metadata) = std::fs::metadata(path) else { return Found::Nothing };
    if !metadata.is_file() {
        return Found::Ignored(format!("the password file {} is not a plain file, so it is ignored", path.display()));
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        return Found::Ignored(format!(
            "the password file {0} can be read by others, so it is ignored (chmod 600 {0})",
            path.display()
        ));
    }
    match std::fs::read_to_string(path) {
        Ok(text) => Found::File(PasswordFile::parse(&text)),
        Err(error) => Found::Ignored(format!("the password file {} can't be read: {error}", path.display())),
    }
}

impl PasswordFile {
    fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
            let mut fields = split(line);
            let password = Secret::new(fields.pop()?);
            let place: [String; 4] = fields.try_into().ok()?;
            Some(Line { place: place.map(|field| (field != "*").then_some(field)), password })
        });
        Self { lines: lines.collect() }
    }

    /// The password of the first line that matches.
    pub(super) fn find(&self, host: &str, port: u16, database: &str, user: &str) -> Option<&Secret> {
        let port = port.to_string();
        let sought = [host, &port, database, user];
        let matches = |line: &&Line| {
            line.place.iter().zip(sought).all(|(field, sought)| field.as_ref().is_none_or(|field| field == sought))
        };
        self.lines.iter().find(matches).map(|line| &line.password)
    }
}

/// Splits at colons that no backslash precedes, at most into five; the fifth, the password, keeps its colons.
fn split(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let new = character == ':' && fields.len() < 5;
        let text = if character == '\\' { characters.next() } else { Some(character).filter(|_| !new) };
        if new {
            fields.push(String::new());
        } else if let (Some(last), Some(text)) = (fields.last_mut(), text) {
            last.push(text);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_matching_line_gives_the_password_with_its_escapes_undone() {
        let file = PasswordFile::parse(
            "# comment\nother:*:*:*:no\nh\\:1:5433:shop:me:p\\:w\\\\x\n*:*:*:me:any:thing\nbroken\n",
        );
        let find = |host, port, database, user| file.find(host, port, database, user).map(Secret::expose);
        assert_eq!(find("h:1", 5433, "shop", "me"), Some("p:w\\x"));
        assert_eq!(find("h:1", 5432, "shop", "me"), Some("any:thing"));
        assert_eq!(find("h:1", 5433, "shop", "you"), None);
    }
}
