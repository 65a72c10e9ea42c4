//! What large objects hold (PostgreSQL manual, chapter 33), piece by piece.

use crate::error::Result;
use crate::postgres::connect::Session;
use crate::postgres::copy_binary::{Tuples, begin_tuple, write_field};
use crate::postgres::error::ServerContext as _;
use crate::postgres::identifier::TableName;
use crate::postgres::types::TypeClass;
use crate::verify::cell_scan::{Instruments, Layout, ScannedColumn, scan};
use crate::verify::chance::Chance;
use crate::verify::findings::Finding;
use crate::verify::judge;
use crate::verify::seen::Seen;

/// Bytes that are looked at together: a file of this size is opened as a whole.
const PIECE: i64 = 16 << 20;

/// Bytes that two pieces share, so that nothing is cut in two between them.
const SHARED: i64 = 64 << 10;

/// Reads all large objects. Gives how many there are and what was found in them.
///
/// # Errors
/// When one of them can't be read.
pub(super) async fn look(session: &Session, instruments: &Instruments) -> Result<(u64, Vec<Finding>)> {
    let reading = || "reading large objects";
    let rows = session.query("SELECT oid FROM pg_catalog.pg_largeobject_metadata ORDER BY oid", &[]).await;
    let oids: Vec<u32> = rows.server_context(reading)?.iter().map(|row| row.get(0)).collect();
    let layout = layout();
    let mut seen = Seen::new(layout.columns.len());
    for oid in &oids {
        let mut offset = 0;
        loop {
            let read = "SELECT pg_catalog.lo_get($1, $2, $3)";
            let row = session.query_one(read, &[oid, &offset, &(PIECE as i32)]).await.server_context(reading)?;
            let piece: &[u8] = row.get(0);
            let mut tuple = Tuples { bytes: Vec::with_capacity(piece.len() + 64), rows: 1 };
            begin_tuple(&mut tuple.bytes, layout.columns.len());
            write_field(&mut tuple.bytes, Some(&i64::from(*oid).to_be_bytes()));
            write_field(&mut tuple.bytes, Some(piece));
            seen.merge(scan(&layout, &tuple, instruments)?);
            if piece.len() < PIECE as usize {
                break;
            }
            offset += PIECE - SHARED;
        }
    }
    let place = TableName::new("pg_catalog", "pg_largeobject");
    let mut findings = judge::judge(&place, &layout, &seen, &mut Chance::new(&instruments.originals))?;
    for finding in &mut findings {
        finding.advice =
            "lo_unlink it, with what refers to it; a refresh leaves large objects behind unless the rules keep them"
                .to_owned();
    }
    Ok((oids.len() as u64, findings))
}

fn layout() -> Layout {
    Layout {
        name: "large objects".to_owned(),
        columns: vec![ScannedColumn::kept("loid", TypeClass::Int8), ScannedColumn::kept("data", TypeClass::Bytea)],
        kept_key: vec![0],
        streamed: 2,
        unmasked: None,
    }
}
