//! Whether the next row gets a key that is free.

use super::super::findings::{Finding, Question, Severity};
use super::blocking;
use crate::error::Result;
use crate::postgres::catalog::shown_name;
use crate::postgres::connect::Session;
use crate::postgres::identifier::TableName;
use crate::postgres::key_sequences;

/// The sequences that are behind the keys that they number. Of those that were it in the source too, nobody can say that
/// masking did it.
///
/// # Errors
/// When the target can't be read.
pub(in crate::verify) async fn ahead_of_keys(session: &Session, behind_before: &[TableName]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for numbered in key_sequences::list(session).await? {
        if !numbered.is_behind(session).await? {
            continue;
        }
        let (table, column, sequence) = (&numbered.table, &numbered.column, &numbered.sequence);
        let kind = format!("the sequence {} is behind its keys", shown_name(&sequence.table));
        let finding = blocking(Question::Integrity, Some(table), Some(column), kind, 1);
        findings.push(if behind_before.contains(sequence) {
            let advice = "it is behind in the source too: set it there with setval, or the next rows are refused";
            Finding { severity: Severity::Warning, advice: advice.to_owned(), ..finding }
        } else {
            let advice = "the next rows would get keys that are taken: refresh again; if it stays, report it as a bug";
            Finding { advice: advice.to_owned(), ..finding }
        });
    }
    Ok(findings)
}
