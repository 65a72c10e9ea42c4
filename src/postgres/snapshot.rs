//! One exported snapshot that all readers share (PostgreSQL manual, 9.28.5).

use super::connect::Session;
use super::error::ServerContext;
use crate::error::{Error, Result};

/// A snapshot, valid as long as the session that exported it lives.
pub struct ExportedSnapshot {
    session: Session,
    id: String,
}

impl ExportedSnapshot {
    /// Begins a read-only transaction and exports what it sees.
    ///
    /// # Errors
    /// When the server refuses, for example because the role has only a pooled connection.
    pub async fn export(session: Session) -> Result<Self> {
        let exporting = || "exporting a snapshot of the source";
        session.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.server_context(exporting)?;
        let row = session.query_one("SELECT pg_export_snapshot()", &[]).await.server_context(exporting)?;
        let id: String = row.try_get(0).map_err(|cause| Error::failed("the snapshot has no name").because(cause))?;
        Ok(Self { session, id })
    }

    /// The name by which others join.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The session that holds it, inside its transaction.
    pub fn session(&self) -> &Session {
        &self.session
    }
}

/// Begins a read-only transaction that sees what the snapshot saw.
///
/// # Errors
/// When the snapshot isn't there any more.
pub async fn join(session: &Session, id: &str) -> Result<()> {
    let begin = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT {}",
        super::identifier::quote_literal(id)
    );
    session.batch_execute(&begin).await.server_context(|| "joining the snapshot of the source")
}
