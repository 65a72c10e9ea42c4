//! The roles that a schema needs: which ones its statements name, and creating those that are missing.

use std::collections::BTreeSet;

use super::connect::Session;
use super::error::{ServerContext, describe};
use super::identifier::quote_identifier;
use super::sql_scanner::{Piece, Scanner};
use crate::error::{Error, Result};

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

#[derive(Debug, PartialEq)]
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

/// Creates the roles that the server hasn't, without a password and without the right to sign in, and gives their names.
/// A role that is no superuser also becomes a member, since it could not give them ownership otherwise.
///
/// # Errors
/// When the session's role may not, with the names of all roles that are missing.
pub async fn create_missing(session: &Session, wanted: &BTreeSet<String>) -> Result<Vec<String>> {
    let all: Vec<&str> = wanted.iter().map(String::as_str).collect();
    const SQL: &str = "SELECT name FROM unnest($1::text[]) name \
        WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name::name) ORDER BY 1";
    let rows = session.query(SQL, &[&all]).await.server_context(|| "looking for the roles of the schema")?;
    let missing: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    for role in &missing {
        let create = format!("CREATE ROLE {} NOLOGIN", quote_identifier(role));
        if let Err(error) = session.batch_execute(&create).await {
            let cause = describe(&error);
            // Another run may have made it just now.
            if matches!(cause.code(), Some("42710" | "23505")) {
                continue;
            }
            return Err(Error::failed(format!(
                "the target's server lacks roles of the schema: {}",
                missing.join(", ")
            ))
            .because(cause)
            .help(format!(
                "let an administrator create them (CREATE ROLE {} NOLOGIN), or grant the target's role CREATEROLE",
                quote_identifier(role)
            )));
        }
    }
    become_member(session, &all).await?;
    Ok(missing)
}

async fn become_member(session: &Session, roles: &[&str]) -> Result<()> {
    const SQL: &str = "SELECT rolname::text FROM pg_roles WHERE rolname = ANY ($1::text[]::name[]) \
        AND NOT pg_has_role(current_user, oid, 'MEMBER') ORDER BY 1";
    let rows = session.query(SQL, &[&roles]).await.server_context(|| "looking for memberships")?;
    for row in rows {
        let role: String = row.get(0);
        let grant = format!("GRANT {} TO CURRENT_USER", quote_identifier(&role));
        session.batch_execute(&grant).await.map_err(|error| {
            Error::failed(format!("the target's role is not a member of {role}, which owns or is granted objects"))
                .because(describe(&error))
                .help(format!("let an administrator grant it: GRANT {} TO …", quote_identifier(&role)))
        })?;
    }
    Ok(())
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
