//! What is raw on a restored server besides the database that is masked. A snapshot is of a whole server: other
//! databases, roles and their settings, comments and statistics come with it, and a masked database beside them is no
//! reason to open it.
//!
//! Everything here is read with what the master user of RDS may read: no superuser, no `pg_authid`.

mod clear;
mod look;

use std::fmt;

use crate::error::{Error, Result};

/// What kind of thing is raw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResidueKind {
    /// Another database.
    Database,
    /// A table, sequence, view or function of people in a maintenance database.
    Object,
    /// Large objects in a maintenance database.
    LargeObjects,
    /// A job of `pg_cron`, whose command is SQL of production.
    CronJob,
    /// Rows that people put into a table of an extension, such as plans, hints or nodes.
    ExtensionRows,
    /// A foreign server, which leads to another database, with its user mappings.
    ForeignServer,
    /// A subscription, which fetches from production.
    Subscription,
    /// A replication slot.
    ReplicationSlot,
    /// A prepared transaction, with rows that nobody has seen yet.
    PreparedTransaction,
    /// A tablespace of the shop's own.
    Tablespace,
    /// A role that can sign in with production's password.
    Role,
    /// `ALTER ROLE … SET` or `ALTER DATABASE … SET`: any text can be in a setting.
    Setting,
    /// A comment on a role, database or tablespace.
    Comment,
    /// Texts of queries in `pg_stat_statements`.
    QueryTexts,
    /// Something that the role may not look at.
    Unseen,
}

/// What has to become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// It has to go, or nothing is released: [`Residue::refuse`] or [`Residue::drop_others`].
    Drop,
    /// [`Residue::clear`] takes it away.
    Clear,
    /// The release sets or takes the passwords of all roles.
    Password,
    /// A person should look at it: what it says may be needed, and may be production's.
    Look,
}

impl ResidueKind {
    /// What has to become of it.
    pub fn remedy(self) -> Remedy {
        match self {
            Self::Database
            | Self::Object
            | Self::LargeObjects
            | Self::CronJob
            | Self::ExtensionRows
            | Self::ForeignServer
            | Self::Subscription
            | Self::ReplicationSlot
            | Self::PreparedTransaction => Remedy::Drop,
            Self::Comment | Self::QueryTexts => Remedy::Clear,
            Self::Role => Remedy::Password,
            Self::Tablespace | Self::Setting | Self::Unseen => Remedy::Look,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Object => "object",
            Self::LargeObjects => "large objects",
            Self::CronJob => "pg_cron",
            Self::ExtensionRows => "rows of an extension in",
            Self::ForeignServer => "foreign server",
            Self::Subscription => "subscription",
            Self::ReplicationSlot => "replication slot",
            Self::PreparedTransaction => "prepared transaction",
            Self::Tablespace => "tablespace",
            Self::Role => "role",
            Self::Setting => "setting",
            Self::Comment => "comment",
            Self::QueryTexts => "texts of queries",
            Self::Unseen => "not looked at",
        }
    }
}

/// One thing that is raw. Names and counts, never a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResidueItem {
    /// What it is.
    pub kind: ResidueKind,
    /// The database that it is in, where that matters.
    pub database: Option<String>,
    /// Its name.
    pub name: String,
    /// More about it, such as a size.
    pub detail: String,
}

impl fmt::Display for ResidueItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.word(), self.name)?;
        if let Some(database) = &self.database {
            write!(f, " in {database}")?;
        }
        if self.detail.is_empty() { Ok(()) } else { write!(f, " ({})", self.detail) }
    }
}

/// Everything that is raw on a server besides the databases of the run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Residue {
    /// What it is, kind by kind.
    pub items: Vec<ResidueItem>,
}

/// One line for each thing.
impl fmt::Display for Residue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.items.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl Residue {
    /// What has this remedy.
    pub fn with(&self, remedy: Remedy) -> impl Iterator<Item = &ResidueItem> {
        self.items.iter().filter(move |item| item.kind.remedy() == remedy)
    }

    /// Refuses to go on as long as something is there that has to go.
    ///
    /// # Errors
    /// With all of it, so that a person decides once.
    pub fn refuse(&self) -> Result<()> {
        let list: Vec<String> = self.with(Remedy::Drop).map(ToString::to_string).collect();
        if list.is_empty() {
            return Ok(());
        }
        Err(Error::failed(format!("the restored server has more raw data than is masked:\n  {}", list.join("\n  ")))
            .help(
                "say `other_databases: drop` to have it dropped after masking, or mask into another instance \
                 (`strategy: staging_instance` or `new_instance`), to which nothing of this comes",
            ))
    }
}
