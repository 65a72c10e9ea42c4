//! Canaries: leaks that are planted on every run, to show that the scan would have seen a real one.
//!
//! They are made-up people, different for every key, in a table of their own with one column a canary. It lies in the
//! closed target while it is verified, is scanned like every other table, and is dropped before the gate is asked.

pub(super) mod in_memory;

use std::collections::BTreeMap;

use super::detectors::Kind;
use super::seen::Seen;
use crate::error::Result;
use crate::originals::{ColumnId, OriginalsOf, Store};
use crate::postgres::connect::Session;
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::{TableName, quote_identifier, quote_literal};
use crate::postgres::types::TypeClass;
use crate::run_record::{How, MaskedColumn, MaskedTable};
use crate::secret::{DomainKey, MaskingKey};

/// What has to be seen at a canary's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Detected(Kind),
    Original,
    Unchanged,
}

/// One planted leak.
struct Canary {
    column: &'static str,
    type_name: &'static str,
    /// The SQL expression of the cell.
    cell: String,
    sign: Sign,
}

/// The canaries of a run.
pub struct Canaries {
    canaries: Vec<Canary>,
    identifier: String,
    first_name: String,
    last_name: String,
    document: Vec<u8>,
    /// A line for the text of the schema.
    ddl: String,
}

/// The primary key of the one row that they stand in, in binary form.
const KEY: [u8; 8] = [0, 0, 0, 4, 0, 0, 0, 1];
const UNCHANGED: &str = "unchanged";

impl Canaries {
    /// The same for the same key, so that another process finds those that masking recorded.
    pub fn new(key: &MaskingKey) -> Self {
        let made_up = MadeUp { key: key.domain("canaries") };
        let identifier = format!("{}-{}", made_up.letters("identifier", 9), made_up.letters("identifier 2", 9));
        let (first_name, last_name) = (made_up.name("first"), made_up.name("last"));
        let document = made_up.key.bytes::<64>(b"document").to_vec();
        let canaries = made_up.canaries(&identifier, &first_name, &last_name, &document);
        let ddl = format!("COMMENT ON TABLE canaries IS 'ask {}';", made_up.email("ddl"));
        Self { canaries, identifier, first_name, last_name, document, ddl }
    }

    /// Records those that are recognised as originals.
    pub fn record(&self, store: &Store, column: ColumnId) {
        let mut recorder = store.recorder();
        recorder.record_original(column, OriginalsOf::Identifier, &self.identifier);
        recorder.record_pair(column, &self.first_name, &self.last_name);
        recorder.record_bytes(column, &self.document);
        recorder.record_row_cell(column, &KEY, UNCHANGED.as_bytes());
    }

    /// A line of DDL that the scan of the schema has to find something in.
    pub(super) fn ddl(&self) -> &str {
        &self.ddl
    }

    /// How many there are, the one in the schema among them.
    pub(super) fn planted(&self) -> u32 {
        u32::try_from(self.canaries.len() + 1).unwrap_or(u32::MAX)
    }

    /// How many of those in the table were seen.
    pub(super) fn found(&self, seen: &Seen) -> u32 {
        let is_seen = |(position, canary): &(usize, &Canary)| {
            // The first column is the key.
            let spots = seen.columns.iter().filter(|(spot, _)| spot.column == position + 1);
            spots.into_iter().any(|(_, at)| match canary.sign {
                Sign::Detected(kind) => at.by_kind.contains_key(&kind),
                Sign::Original => !at.originals.is_empty() || !at.numbers.is_empty(),
                Sign::Unchanged => at.unchanged.count > 0,
            })
        };
        u32::try_from(self.canaries.iter().enumerate().filter(is_seen).count()).unwrap_or(0)
    }

    /// Which table they stand in.
    pub(super) fn table(run: &str) -> TableName {
        TableName::new(format!("stagemask_canaries_{run}"), "canaries")
    }

    /// Puts them into the target.
    pub(super) async fn plant(&self, target: &Session, run: &str) -> Result<()> {
        Self::remove(target, run).await?;
        let table = Self::table(run);
        let columns: Vec<String> = self
            .canaries
            .iter()
            .map(|canary| format!("{} {}", quote_identifier(canary.column), canary.type_name))
            .collect();
        let cells: Vec<&str> = self.canaries.iter().map(|canary| canary.cell.as_str()).collect();
        let sql = format!(
            "CREATE SCHEMA {}; CREATE TABLE {} (id integer, {}); INSERT INTO {} VALUES (1, {})",
            quote_identifier(&table.schema),
            table.sql(),
            columns.join(", "),
            table.sql(),
            cells.join(", ")
        );
        target.batch_execute(&sql).await.server_context(|| "planting canaries in the target")
    }

    /// Takes them out again.
    pub(super) async fn remove(target: &Session, run: &str) -> Result<()> {
        let sql = format!("DROP SCHEMA IF EXISTS {} CASCADE", quote_identifier(&Self::table(run).schema));
        target.batch_execute(&sql).await.server_context(|| "removing the canaries from the target")
    }

    /// Their table as if it had been masked, so that it is scanned like any other.
    pub(super) fn as_masked(&self, run: &str, column: ColumnId) -> MaskedTable {
        let masked = |name: &str, class, recorded: Option<ColumnId>| MaskedColumn {
            name: name.to_owned(),
            type_name: String::new(),
            class,
            how: match recorded {
                Some(_) => How::Masked {
                    transform: "canary".to_owned(),
                    originals: OriginalsOf::Shared,
                    always_changes: true,
                    makes_null: false,
                    follows: None,
                },
                None => How::KeptByType,
            },
            nulls: 0,
            recorded: recorded.map(|id| id.0),
            counts: None,
        };
        let mut columns = vec![masked("id", TypeClass::Int4, None)];
        columns.extend(
            self.canaries.iter().map(|canary| {
                masked(canary.column, TypeClass::Other, (canary.sign == Sign::Unchanged).then_some(column))
            }),
        );
        MaskedTable {
            name: Self::table(run),
            rows: 1,
            checksum: String::new(),
            written: None,
            columns,
            kept_key: vec![0],
            left_behind: None,
            unmasked: None,
        }
    }
}

/// Made-up personal data outside the synthetic spaces, by a key.
struct MadeUp {
    key: DomainKey,
}

impl MadeUp {
    fn canaries(&self, identifier: &str, first: &str, last: &str, document: &[u8]) -> Vec<Canary> {
        let text = |column, cell: String, sign| Canary { column, type_name: "text", cell: quote_literal(&cell), sign };
        let detected = Sign::Detected;
        let phone = format!("+479{}", self.digits("phone", 7));
        let json = BTreeMap::from([("list", vec![BTreeMap::from([("phone", phone)])])]);
        let json = serde_json::to_string(&json).unwrap_or_default();
        let hex: String = document.iter().map(|byte| format!("{byte:02x}")).collect();
        vec![
            text("email", format!("write to <{}>.", self.email("email")), detected(Kind::Email)),
            Canary { column: "document", type_name: "jsonb", cell: quote_literal(&json), sign: detected(Kind::Phone) },
            Canary {
                column: "list",
                type_name: "text[]",
                cell: format!("ARRAY['', {}]", quote_literal(&self.iban())),
                sign: detected(Kind::Iban),
            },
            text("account_number", self.account(), detected(Kind::AccountNumber)),
            text("national_id", self.national_id(), detected(Kind::NationalId)),
            text("card_number", self.card(), detected(Kind::Pan)),
            Canary {
                column: "ip",
                type_name: "inet",
                cell: quote_literal(&format!("84.208.{}.{}", self.below("ip", 256), self.below("ip 2", 256))),
                sign: detected(Kind::Ipv4),
            },
            text("log", format!("AKIA{} used", self.letters("aws", 16).to_uppercase()), detected(Kind::Secret)),
            text("note", format!("see {identifier}, please"), Sign::Original),
            text("complaint", format!("I am {first} {last} and wait."), Sign::Original),
            Canary { column: "bytes", type_name: "bytea", cell: format!("'\\x{hex}'::bytea"), sign: Sign::Original },
            text("same", UNCHANGED.to_owned(), Sign::Unchanged),
        ]
    }

    fn below(&self, what: &str, bound: u64) -> u64 {
        self.key.number(what.as_bytes()) % bound
    }

    fn digits(&self, what: &str, count: usize) -> String {
        (0..count).map(|at| char::from(b'0' + (self.below(&format!("{what} {at}"), 10) as u8))).collect()
    }

    fn letters(&self, what: &str, count: usize) -> String {
        (0..count).map(|at| char::from(b'a' + (self.below(&format!("{what} {at}"), 26) as u8))).collect()
    }

    fn name(&self, what: &str) -> String {
        format!("Q{}", self.letters(what, 8))
    }

    fn email(&self, what: &str) -> String {
        format!("{}@{}.no", self.letters(what, 8), self.letters(&format!("{what} domain"), 8))
    }

    /// The first number that passes, of a row of numbers that begins somewhere.
    fn passing(&self, what: &str, number: impl Fn(u64) -> Option<String>) -> String {
        let start = self.below(what, 1 << 20);
        (start..start + 1000).find_map(number).unwrap_or_default()
    }

    /// A bank code that exists, and a check digit by weights 5 4 3 2 7 6 5 4 3 2 (mod 11).
    fn account(&self) -> String {
        self.passing("account", |n| {
            let body = format!("1503{:06}", n % 1_000_000);
            let check = mod_11(&body, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2])?;
            Some(format!("{body}{check}"))
        })
    }

    /// ISO 13616: the check digits make the rearranged number 1 mod 97.
    fn iban(&self) -> String {
        let account = self.account();
        // N is 23 and O is 24.
        let rearranged = format!("{account}232400");
        let rest = rearranged.bytes().fold(0, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
        format!("NO{:02}{account}", 98 - rest)
    }

    /// Born on 1 January 1980, with individual numbers of the years 1900 to 1999.
    fn national_id(&self) -> String {
        self.passing("national id", |n| {
            let body = format!("010180{:03}", n % 500);
            let first = mod_11(&body, &[3, 7, 6, 1, 8, 9, 4, 5, 2])?;
            let body = format!("{body}{first}");
            let second = mod_11(&body, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2])?;
            Some(format!("{body}{second}"))
        })
    }

    /// Sixteen digits of a network, with Luhn's check digit.
    fn card(&self) -> String {
        let body = format!("4{}", self.digits("card", 14));
        let sum: u32 = body.bytes().rev().enumerate().fold(0, |sum, (at, digit)| {
            let digit = u32::from(digit - b'0') * if at % 2 == 0 { 2 } else { 1 };
            sum + digit / 10 + digit % 10
        });
        format!("{body}{}", (10 - sum % 10) % 10)
    }
}

/// The check digit that makes the weighted sum 0 mod 11; `None` where it would be 10.
fn mod_11(digits: &str, weights: &[u32]) -> Option<u32> {
    let sum: u32 = digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    match (11 - sum % 11) % 11 {
        10 => None,
        check => Some(check),
    }
}
