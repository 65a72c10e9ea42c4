//! The roles that a schema needs: which ones its statements name, and creating those that are missing.

use std::collections::BTreeSet;

use super::connect::Session;
use super::error::{ServerContext, describe};
use super::identifier::quote_identifier;
use super::sql_scanner::{Piece, Scanner};
use crate::error::{Error, Result};

pub use super::membership::{Role, current, join};

/// The roles that a script's statements name as owners, grantees, grantors or in policies, apart from predefined ones
/// and from what is said about databases.
///
/// # Errors
/// When the script can't be read.
pub fn named_in(script: &str) -> Result<BTreeSet<String>> {
    let (mut scanner, mut pieces, mut roles) = (Scanner::default(), Vec::new(), BTreeSet::new());
    for part in script.as_bytes().chunks(1 << 16) {
        scanner.push(part, &mut pieces)?;
        for piece in pieces.drain(..) {
            if let Piece::Statement(statement) = piece {
                roles.extend(named_in_statement(&String::from_utf8_lossy(&statement)));
            }
        }
    }
    Ok(roles)
}

/// As [`named_in`], for one statement.
pub fn named_in_statement(statement: &str) -> BTreeSet<String> {
    const STARTS: [&str; 6] = ["alter", "grant", "revoke", "create", "set", "reassign"];
    let first = statement.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    if !STARTS.contains(&first.as_str()) {
        return BTreeSet::new();
    }
    let tokens = tokens(statement);
    let words: Vec<&str> = tokens.iter().map(|token| token.word().unwrap_or_default()).collect();
    let mut starts = Vec::new();
    for at in 0..tokens.len() {
        let behind = |length: usize| at.checked_sub(length).and_then(|from| words.get(from..at)).unwrap_or_default();
        let starts_names = match words.first().copied().unwrap_or_default() {
            "grant" => words.get(1..).is_some_and(|_| behind(1) == ["to"]),
            "revoke" => behind(1) == ["from"],
            "alter" if words.get(1).copied() == Some("default") => {
                matches!(behind(2), ["for", "role" | "user"]) || matches!(behind(1), ["to" | "from"])
            }
            "alter" => behind(2) == ["owner", "to"],
            "create" if words.get(1).copied() == Some("policy") => behind(1) == ["to"],
            "create" if words.get(1).copied() == Some("schema") => behind(1) == ["authorization"],
            "set" => behind(2) == ["session", "authorization"],
            _ => false,
        };
        if starts_names {
            starts.push(at);
        }
    }
    let about_database = matches!(words.as_slice(), ["alter", "database", ..])
        || words.windows(2).any(|pair| pair == ["on", "database"]);
    if about_database {
        return BTreeSet::new();
    }
    starts.into_iter().flat_map(|at| names_from(tokens.get(at..).unwrap_or_default())).collect()
}

/// A list of role names, separated by commas.
fn names_from(tokens: &[Token]) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        match token {
            Token::Word(word) if word == "group" => {
                rest = after;
                continue;
            }
            Token::Word(word) if is_ordinary(word) => names.push(word.clone()),
            Token::Quoted(name) | Token::Text(name) if !name.starts_with("pg_") => names.push(name.clone()),
            Token::Symbol(_) => break,
            _ => {}
        }
        match after.split_first() {
            Some((Token::Symbol(','), next)) => rest = next,
            _ => break,
        }
    }
    names
}

fn is_ordinary(word: &str) -> bool {
    let special = ["public", "current_user", "current_role", "session_user", "default", "none"];
    !special.contains(&word) && !word.starts_with("pg_")
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Text(String),
    Symbol(char),
}

impl Token {
    fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }

    fn name(&self) -> Option<String> {
        match self {
            Self::Word(name) | Self::Quoted(name) | Self::Text(name) => Some(name.clone()),
            Self::Symbol(_) => None,
        }
    }
}

/// The tokens of a statement without comments, as far as names matter; what is dollar-quoted comes out as symbols.
fn tokens(statement: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut letters = statement.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' | '\'' => {
                let mut text = String::new();
                while let Some(next) = letters.next() {
                    if next == letter && letters.next_if_eq(&letter).is_none() {
                        break;
                    }
                    text.push(next);
                }
                tokens.push(if letter == '"' { Token::Quoted(text) } else { Token::Text(text) });
            }
            letter if letter.is_alphanumeric() || letter == '_' => {
                let mut word = String::from(letter);
                while let Some(next) = letters.next_if(|next| next.is_alphanumeric() || matches!(next, '_' | '$')) {
                    word.push(next);
                }
                tokens.push(Token::Word(word.to_lowercase()));
            }
            letter if letter.is_whitespace() => {}
            letter => tokens.push(Token::Symbol(letter)),
        }
    }
    tokens
}

/// The words of a statement, in lower case unless they are quoted.
pub(super) struct Words(Vec<Token>);

impl Words {
    pub(super) fn of(statement: &str) -> Self {
        Self(tokens(statement))
    }

    pub(super) fn first(&self, count: usize) -> Vec<&str> {
        self.0.iter().take(count).map(|token| token.word().unwrap_or_default()).collect()
    }

    pub(super) fn last_are(&self, words: &[&str]) -> bool {
        let from = self.0.len().saturating_sub(words.len());
        let last: Vec<_> = self.0.get(from..).unwrap_or_default().iter().map(Token::word).collect();
        last.len() == words.len() && last.iter().zip(words).all(|(one, other)| *one == Some(other))
    }

    /// Whether it is `… OWNER TO name`.
    pub(super) fn ends_in_owner(&self) -> bool {
        let before = self.0.len().saturating_sub(1);
        Self(self.0.get(..before).unwrap_or_default().to_vec()).last_are(&["owner", "to"])
    }

    pub(super) fn last_name(&self) -> Option<String> {
        self.0.last().and_then(Token::name)
    }

    /// The role of `ALTER DEFAULT PRIVILEGES FOR ROLE name …`.
    pub(super) fn default_privileges_of(&self) -> Option<String> {
        let is_one = self.first(4) == ["alter", "default", "privileges", "for"];
        self.0.get(5).filter(|_| is_one).and_then(Token::name)
    }
}

/// Creates the roles that the server hasn't, without a password and without the right to sign in, and gives their names.
///
/// # Errors
/// When the session's role may not, with the names of all roles that are missing.
pub async fn create_missing(session: &Session, wanted: &BTreeSet<String>) -> Result<Vec<String>> {
    let all: Vec<&str> = wanted.iter().map(String::as_str).collect();
    const SQL: &str = "SELECT name FROM unnest($1::text[]) name \
        WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name::name) ORDER BY 1";
    let rows = session.query(SQL, &[&all]).await.server_context(|| "looking for the roles of the schema")?;
    let missing: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let create = |role: &String| format!("CREATE ROLE {} NOLOGIN", quote_identifier(role));
    for role in &missing {
        if let Err(error) = session.batch_execute(&create(role)).await {
            let cause = describe(&error);
            // Another run may have made it just now.
            if matches!(cause.code(), Some("42710" | "23505")) {
                continue;
            }
            let tool = quote_identifier(&current(session).await?.name);
            let statements: Vec<_> = missing.iter().map(create).collect();
            let names = missing.join(", ");
            return Err(Error::failed(format!("the target's server lacks roles of the schema: {names}"))
                .because(cause)
                .help(format!(
                    "let an administrator create them: {};\nor allow the tool's role to: ALTER ROLE {tool} CREATEROLE",
                    statements.join("; ")
                )));
        }
    }
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_name_a_role_is_found() {
        for (statement, roles) in [
            ("ALTER TABLE public.t OWNER TO drop_owner", vec!["drop_owner"]),
            ("ALTER FUNCTION f(a text) OWNER TO \"Øyvind \"\"the\"\" Boss\"", vec!["Øyvind \"the\" Boss"]),
            ("GRANT SELECT(id),UPDATE(\"to\") ON TABLE t TO a, \"B\" WITH GRANT OPTION", vec!["B", "a"]),
            ("GRANT ALL ON SCHEMA public TO PUBLIC", vec![]),
            ("REVOKE ALL ON FUNCTION f() FROM app", vec!["app"]),
            (
                "ALTER DEFAULT PRIVILEGES FOR ROLE o IN SCHEMA public GRANT SELECT ON TABLES  TO reader",
                vec!["o", "reader"],
            ),
            ("CREATE POLICY p ON t FOR SELECT TO one, two USING ((a = 'to x'))", vec!["one", "two"]),
            ("SET SESSION AUTHORIZATION 'someone'", vec!["someone"]),
            ("CREATE SCHEMA s AUTHORIZATION boss", vec!["boss"]),
            ("ALTER TABLE t OWNER TO pg_database_owner", vec![]),
            ("ALTER DATABASE d OWNER TO x", vec![]),
            ("CREATE FUNCTION f() RETURNS text AS $$ GRANT x TO y $$", vec![]),
            ("COMMENT ON TABLE t IS 'OWNER TO x'", vec![]),
        ] {
            let found: Vec<String> = named_in_statement(statement).into_iter().collect();
            assert_eq!(found, roles, "{statement}");
        }
    }
}
