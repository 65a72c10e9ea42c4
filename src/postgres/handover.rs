//! What changes hands last: owners, forced row security, privileges and event triggers.
//!
//! While a database is being filled, everything in it belongs to the role that fills it. So that role needs to be no
//! superuser: it may load, index and read whatever it has made, no policy hides a row from it, and no trigger of the
//! database fires on what it does. The statements that say whose the objects are in the source are kept until the end.

use std::collections::BTreeSet;

use super::connect::Session;
use super::error::{ServerContext, describe};
use super::identifier::quote_identifier;
use super::roles::{self, Words};
use super::sql_scanner::{Piece, Scanner};
use crate::error::Result;

/// So many statements share a transaction: each holds a lock on its table and on all indexes of that, and the server has
/// room for a few thousand.
const TOGETHER: usize = 100;

const FORCED: [&str; 4] = ["force", "row", "level", "security"];

/// The SQLSTATE of a statement that needs rights which the role hasn't.
const INSUFFICIENT_PRIVILEGE: &str = "42501";
const UNDEFINED_OBJECT: &str = "42704";

/// The statements of a schema that are run when everything else is done.
#[derive(Debug, Clone, Default)]
pub struct Handover {
    /// `DROP EVENT TRIGGER`: from here on nothing may fire.
    drops: Vec<String>,
    /// The new owner with each statement; those about schemas are apart, since they come after what is in the schemas.
    owners: Vec<(String, String)>,
    schema_owners: Vec<(String, String)>,
    forced: Vec<String>,
    /// Privileges, default privileges and event triggers, in their order.
    rest: Vec<Last>,
    acting: Option<String>,
}

#[derive(Debug, Clone)]
struct Last {
    /// The role that has granted this, where it isn't the owner.
    grantor: Option<String>,
    statement: String,
}

impl Handover {
    /// Takes what changes hands out of a script of `pg_dump`.
    ///
    /// # Errors
    /// When the script can't be read.
    pub fn add_script(&mut self, script: &str) -> Result<()> {
        let (mut scanner, mut pieces) = (Scanner::default(), Vec::new());
        for part in script.as_bytes().chunks(1 << 16) {
            scanner.push(part, &mut pieces)?;
            for piece in pieces.drain(..) {
                if let Piece::Statement(statement) = piece {
                    self.take(&String::from_utf8_lossy(&statement));
                }
            }
        }
        Ok(())
    }

    /// Takes a statement if it is one that changes hands, and says whether it was.
    pub fn take(&mut self, statement: &str) -> bool {
        let words = Words::of(statement);
        let text = statement.to_owned();
        let about_event_trigger = match words.first(4).as_slice() {
            ["drop", "event", "trigger", ..] => {
                self.drops.push(text);
                return true;
            }
            ["create" | "alter", "event", "trigger", ..] | ["comment", "on", "event", "trigger"] => true,
            _ => false,
        };
        match words.first(3).as_slice() {
            _ if about_event_trigger => self.rest.push(Last { grantor: None, statement: text }),
            ["set", "session", "authorization"] => self.acting = words.last_name(),
            ["reset", "session", "authorization"] => self.acting = None,
            ["grant" | "revoke", ..] | ["alter", "default", "privileges"] => {
                self.rest.push(Last { grantor: self.acting.clone(), statement: text });
            }
            ["alter", kind, ..] if words.ends_in_owner() => {
                let Some(owner) = words.last_name() else { return false };
                let owners = if *kind == "schema" { &mut self.schema_owners } else { &mut self.owners };
                owners.push((owner, text));
            }
            ["alter", "table", ..]
                if words.last_are(&FORCED) && !words.last_are(&["no", "force", "row", "level", "security"]) =>
            {
                self.forced.push(text);
            }
            _ => return false,
        }
        true
    }

    /// Whether the script is at a place where it acts as somebody else.
    pub fn acts_as_another(&self) -> bool {
        self.acting.is_some()
    }

    /// Gives everything to whom it belongs, grants what is granted and adds event triggers. Done twice, it changes
    /// nothing more. Gives what a person should know.
    ///
    /// A role that is no superuser can't give objects to superusers, grant what belongs to them (such as the functions of
    /// an extension), or make event triggers, which on RDS members of `rds_superuser` may. That much is left out and told.
    ///
    /// # Errors
    /// When it can't become a member of the other owners, or the server refuses anything else.
    pub async fn apply(&self, session: &Session) -> Result<Vec<String>> {
        let owners: BTreeSet<String> = self.members_needed();
        let beyond = roles::join(session, &owners).await?;
        let hands = Hands { session, tool: roles::current(session).await?, beyond };
        let mut warnings = hands.warn_of_superusers(&self.owners, &self.schema_owners);
        hands.run(self.drops.iter().map(String::as_str)).await?;
        if !hands.tool.superuser {
            hands.let_owners_create(&owners, true).await?;
        }
        hands.give(&self.owners).await?;
        if !hands.tool.superuser {
            hands.let_owners_create(&owners, false).await?;
        }
        hands.give(&self.schema_owners).await?;
        hands.run(self.forced.iter().map(String::as_str)).await?;
        hands.finish(&self.rest, &mut warnings).await?;
        Ok(warnings)
    }

    /// The roles that have to be joined: the owners, those whose default privileges are set, and who grants on.
    pub fn members_needed(&self) -> BTreeSet<String> {
        let owners = self.owners.iter().chain(&self.schema_owners).map(|(owner, _)| owner.clone());
        let grantors = self.rest.iter().filter_map(|last| last.grantor.clone());
        let defaults = self.rest.iter().filter_map(|last| Words::of(&last.statement).default_privileges_of());
        owners.chain(grantors).chain(defaults).filter(|role| !role.starts_with("pg_")).collect()
    }
}

/// Who gives, and to whom they can't.
struct Hands<'a> {
    session: &'a Session,
    tool: roles::Role,
    beyond: BTreeSet<String>,
}

impl Hands<'_> {
    fn warn_of_superusers(&self, owners: &[(String, String)], schemas: &[(String, String)]) -> Vec<String> {
        let count = |role: &str| owners.iter().chain(schemas).filter(|(owner, _)| owner == role).count();
        let warn = |role: &String| {
            let (count, tool) = (count(role), &self.tool.name);
            (count > 0)
                .then(|| format!("{count} objects of the superuser {role} belong to {tool}, who can't give them away"))
        };
        self.beyond.iter().filter_map(warn).collect()
    }

    async fn run(&self, statements: impl Iterator<Item = &str>) -> Result<()> {
        let statements: Vec<&str> = statements.collect();
        for together in statements.chunks(TOGETHER) {
            let done = self.session.batch_execute(&together.join(";\n")).await;
            done.server_context(|| "giving objects to their owners")?;
        }
        Ok(())
    }

    async fn give(&self, statements: &[(String, String)]) -> Result<()> {
        let within_reach = statements.iter().filter(|(owner, _)| !self.beyond.contains(owner));
        self.run(within_reach.map(|(_, statement)| statement.as_str())).await
    }

    /// Who gets an object needs `CREATE` on its schema at that moment (manual, `ALTER TABLE`). It is taken from all owners
    /// again: at this point nothing is granted yet, and what the source grants comes later.
    async fn let_owners_create(&self, owners: &BTreeSet<String>, let_them: bool) -> Result<()> {
        const SCHEMAS: &str = "SELECT nspname::text FROM pg_namespace WHERE nspname <> 'information_schema' \
            AND nspname !~ '^pg_' AND pg_has_role(current_user, nspowner, 'USAGE') ORDER BY 1";
        let owners: Vec<_> = owners.difference(&self.beyond).map(|owner| quote_identifier(owner)).collect();
        let schemas = self.session.query(SCHEMAS, &[]).await.server_context(|| "listing schemas")?;
        let schemas: Vec<_> = schemas.iter().map(|row| quote_identifier(row.get(0))).collect();
        if owners.is_empty() || schemas.is_empty() {
            return Ok(());
        }
        let (schemas, owners) = (schemas.join(", "), owners.join(", "));
        let sql = if let_them {
            format!("GRANT CREATE ON SCHEMA {schemas} TO {owners}")
        } else {
            format!("REVOKE CREATE ON SCHEMA {schemas} FROM {owners}")
        };
        self.session.batch_execute(&sql).await.server_context(|| "preparing to give objects to their owners")
    }

    /// In one transaction: a privilege is never there without what restricts it.
    async fn finish(&self, rest: &[Last], warnings: &mut Vec<String>) -> Result<()> {
        let begun = self.session.batch_execute("BEGIN").await;
        begun.server_context(|| "granting privileges")?;
        let done = self.grant_all(rest, warnings).await;
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = self.session.batch_execute(end).await.server_context(|| "granting privileges");
        done.and(ended)
    }

    async fn grant_all(&self, rest: &[Last], warnings: &mut Vec<String>) -> Result<()> {
        for Last { grantor, statement } in rest {
            let within_reach = grantor.as_ref().filter(|grantor| !self.beyond.contains(*grantor));
            let sql = match within_reach {
                Some(grantor) => format!("SET LOCAL ROLE {}; {statement}; RESET ROLE", quote_identifier(grantor)),
                None => statement.clone(),
            };
            let doing = || format!("running “{}”", shown(statement));
            if self.tool.superuser {
                self.session.batch_execute(&sql).await.server_context(doing)?;
                continue;
            }
            let tried = self.session.batch_execute(&format!("SAVEPOINT one; {sql}; RELEASE one")).await;
            let Err(error) = tried else { continue };
            let code = describe(&error).code().map(str::to_owned);
            // What is said about an event trigger after it couldn't be made.
            let follows = code.as_deref() == Some(UNDEFINED_OBJECT) && statement.contains("EVENT TRIGGER");
            if code.as_deref() != Some(INSUFFICIENT_PRIVILEGE) && !follows {
                return Err(error).server_context(doing);
            }
            let back = self.session.batch_execute("ROLLBACK TO one; RELEASE one").await;
            back.server_context(doing)?;
            warnings.push(format!("left to an administrator, as it needs more rights: {}", shown(statement)));
        }
        Ok(())
    }
}

/// A statement on one line, for people. What is granted to whom holds names only; comments are cut off.
fn shown(statement: &str) -> String {
    let text = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    text.split('\'').next().unwrap_or_default().chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_hands_is_told_from_what_makes_objects() {
        let mut handover = Handover::default();
        for statement in [
            "ALTER TABLE public.t OWNER TO a",
            "ALTER FUNCTION public.f(x text) OWNER TO \"B c\"",
            "ALTER SCHEMA s OWNER TO a",
            "ALTER TABLE ONLY public.t FORCE ROW LEVEL SECURITY",
            "SET SESSION AUTHORIZATION d",
            "GRANT SELECT ON TABLE public.t TO e",
            "RESET SESSION AUTHORIZATION",
            "ALTER DEFAULT PRIVILEGES FOR ROLE g IN SCHEMA public GRANT SELECT ON TABLES TO h",
            "DROP EVENT TRIGGER IF EXISTS w",
            "CREATE EVENT TRIGGER w ON ddl_command_end EXECUTE FUNCTION public.f()",
            "ALTER EVENT TRIGGER w OWNER TO z",
        ] {
            assert!(handover.take(statement), "{statement}");
        }
        for statement in [
            "ALTER TABLE ONLY public.t NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE ONLY public.t ALTER COLUMN id SET DEFAULT 'x OWNER TO a'",
            "CREATE FUNCTION public.g() RETURNS void LANGUAGE sql AS 'GRANT x TO y'",
            "SET row_security = off",
        ] {
            assert!(!handover.take(statement), "{statement}");
        }
        let needed: Vec<String> = handover.members_needed().into_iter().collect();
        assert_eq!(needed, ["B c", "a", "d", "g"]);
        assert_eq!((handover.owners.len(), handover.schema_owners.len(), handover.rest.len()), (2, 1, 4));
    }
}
