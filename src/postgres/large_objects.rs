//! Large objects (PostgreSQL manual, chapter 33): which there are, what is in them, and whether that is the same elsewhere.

use xxhash_rust::xxh3::Xxh3Default;

use super::connect::Session;
use super::error::ServerContext as _;
use super::row_checksum::RowChecksum;
use crate::error::Result;

/// The oids of all large objects.
///
/// # Errors
/// When the server can't be asked.
pub async fn oids(session: &Session) -> Result<Vec<u32>> {
    let rows = session.query("SELECT oid FROM pg_catalog.pg_largeobject_metadata ORDER BY oid", &[]).await;
    Ok(rows.server_context(|| "listing large objects")?.iter().map(|row| row.get(0)).collect())
}

/// So many bytes of one of them, from an offset on; fewer where it ends. What was never written is zero.
///
/// # Errors
/// When the server, or a right of the role, fails.
pub async fn read(session: &Session, oid: u32, offset: u64, length: usize) -> Result<Vec<u8>> {
    let offset = i64::try_from(offset).unwrap_or(i64::MAX);
    let length = i32::try_from(length).unwrap_or(i32::MAX);
    let row = session.query_one("SELECT pg_catalog.lo_get($1, $2, $3)", &[&oid, &offset, &length]).await;
    let row = row.server_context(|| format!("reading large object {oid}"))?;
    Ok(row.get::<_, &[u8]>(0).to_vec())
}

/// What tells the bytes of one large object from others, gathered part by part, in their order. For an order-free checksum
/// of all.
pub struct Content {
    oid: u32,
    bytes: Xxh3Default,
}

impl Content {
    /// Of the object of this oid, nothing yet.
    pub fn of(oid: u32) -> Self {
        Self { oid, bytes: Xxh3Default::new() }
    }

    /// Adds what comes next.
    pub fn add(&mut self, part: &[u8]) {
        self.bytes.update(part);
    }

    /// Adds the whole object to the checksum of all.
    pub fn add_to(self, all: &mut RowChecksum) {
        let mut row = self.oid.to_be_bytes().to_vec();
        row.extend_from_slice(&self.bytes.digest128().to_be_bytes());
        all.add_row(&row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(objects: &[(u32, &[&[u8]])]) -> String {
        let mut all = RowChecksum::default();
        for (oid, parts) in objects {
            let mut content = Content::of(*oid);
            parts.iter().for_each(|part| content.add(part));
            content.add_to(&mut all);
        }
        all.to_hex()
    }

    #[test]
    fn objects_are_the_same_in_any_order_and_in_any_parts_and_only_under_their_own_oids() {
        let one = sum(&[(1, &[b"ab", b"c"]), (2, &[b"d"])]);
        assert_eq!(one, sum(&[(2, &[b"", b"d"]), (1, &[b"abc"])]));
        assert_ne!(one, sum(&[(1, &[b"d"]), (2, &[b"abc"])]));
        assert_ne!(one, sum(&[(1, &[b"abc"])]));
    }
}
