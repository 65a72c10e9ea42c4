//! Canaries for a database that isn't ours to write to: rows that only the scanner sees, in the form in which the server
//! would have sent them.

use super::MadeUp;
use crate::error::Result;
use crate::postgres::copy_binary::{Tuples, begin_tuple, write_field};
use crate::postgres::types::TypeClass;
use crate::secret::MaskingKey;
use crate::verify::cell_scan::{Instruments, scan};
use crate::verify::detectors::Kind;
use crate::verify::layout::{Layout, ScannedColumn};
use crate::verify::metadata;
use crate::verify::proof::Canaries as Counted;

/// A cell that the scanner has to see.
struct Cell {
    column: &'static str,
    class: TypeClass,
    bytes: Vec<u8>,
    kind: Kind,
}

/// Scans made-up people, and says how many there were and how many of them were found. There are none of originals: an
/// audit knows no originals.
///
/// # Errors
/// When the scanner fails on them.
pub(in crate::verify) fn look(instruments: &Instruments) -> Result<Counted> {
    let made_up = MadeUp { key: MaskingKey::random()?.domain("canaries") };
    let cells = made_up.cells();
    let mut row = Tuples { bytes: Vec::new(), rows: 1 };
    begin_tuple(&mut row.bytes, cells.len());
    cells.iter().for_each(|cell| write_field(&mut row.bytes, Some(&cell.bytes)));
    let column = |cell: &Cell| ScannedColumn::kept(cell.column, cell.class.clone());
    let layout = Layout {
        name: "canaries".to_owned(),
        columns: cells.iter().map(column).collect(),
        kept_key: Vec::new(),
        streamed: cells.len(),
        unmasked: None,
    };
    let seen = scan(&layout, &row, instruments)?;
    let is_found = |(position, cell): &(usize, &Cell)| {
        let mut at = seen.columns.iter().filter(|(spot, _)| spot.column == *position);
        at.any(|(_, at)| at.by_kind.contains_key(&cell.kind))
    };
    let found = cells.iter().enumerate().filter(is_found).count();
    let ddl = format!("COMMENT ON TABLE canaries IS 'ask {}';", made_up.email("ddl"));
    let in_ddl = usize::from(!metadata::scan_ddl(&ddl, &instruments.detectors, None)?.is_empty());
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(Counted { planted: count(cells.len() + 1), found: count(found + in_ddl) })
}

impl MadeUp {
    fn cells(&self) -> Vec<Cell> {
        let text = |column, text: String, kind| Cell { column, class: TypeClass::Text, bytes: text.into_bytes(), kind };
        let phone = format!("+479{}", self.digits("phone", 7));
        let ip = [84, 208, self.below("ip", 256) as u8, self.below("ip 2", 256) as u8];
        vec![
            text("email", format!("write to <{}>.", self.email("email")), Kind::Email),
            Cell {
                column: "document",
                class: TypeClass::Jsonb,
                bytes: [b"\x01".as_slice(), format!("{{\"list\": [{{\"phone\": \"{phone}\"}}]}}").as_bytes()].concat(),
                kind: Kind::Phone,
            },
            Cell {
                column: "list",
                class: TypeClass::Array(Box::new(TypeClass::Text)),
                bytes: array_of_text(&["", &self.iban()]),
                kind: Kind::Iban,
            },
            Cell {
                column: "bytes",
                class: TypeClass::Bytea,
                bytes: format!("account {} of hers", self.iban()).into_bytes(),
                kind: Kind::Iban,
            },
            text("account_number", self.account(), Kind::AccountNumber),
            text("national_id", self.national_id(), Kind::NationalId),
            text("card_number", self.card(), Kind::Pan),
            // Family 2 is IPv4 (PostgreSQL, `network_send`): prefix length, no CIDR, four bytes.
            Cell { column: "ip", class: TypeClass::Inet, bytes: [[2, 32, 0, 4], ip].concat(), kind: Kind::Ipv4 },
            text("log", format!("AKIA{} used", self.letters("aws", 16).to_uppercase()), Kind::Secret),
        ]
    }
}

/// One dimension without NULLs (PostgreSQL, `array_send`); 25 is the oid of `text`.
fn array_of_text(texts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let count = i32::try_from(texts.len()).unwrap_or(i32::MAX);
    [1, 0, 25, count, 1].into_iter().for_each(|number: i32| bytes.extend_from_slice(&number.to_be_bytes()));
    texts.iter().for_each(|text| write_field(&mut bytes, Some(text.as_bytes())));
    bytes
}
