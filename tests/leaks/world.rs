//! A masked database that leaks are planted in, and taken away from again.

use std::collections::BTreeMap;
use std::path::PathBuf;

use stagemask::error::{ErrorKind, Result};
use stagemask::pipeline::{self, Outcome};
use stagemask::postgres::connect::Session;
use stagemask::postgres::endpoint::Endpoint;
use stagemask::rules::load;
use stagemask::verify::findings::{Finding, Severity};
use stagemask::verify::proof::Proof;

use super::kinds::Plant;
use super::support::drop::{TestRefresh, forget_changes_of_schema, silent};
use super::support::shops::refresh_by;
use super::support::{self, TestDatabase};

const SOURCE: &str = include_str!("source.sql");
const SCHEMA: &str = include_str!("schema.sql");
const RULES: &str = include_str!("rules.yaml");

/// Rules for the tables that only leaks in the schema need.
const SCHEMA_RULES: &str = "  parts: { columns: { t: keep } }
  column_default: { columns: { t: keep } }
  check_constraint: { columns: { t: keep } }
  generated_column: { columns: { t: keep } }
  guarded: { columns: { t: keep } }
";

/// What a cell of the source holds, by the name that plants use.
const VALUES: [&str; 13] = [
    "first_name",
    "last_name",
    "email",
    "phone",
    "account",
    "iban",
    "national_id",
    "card",
    "ip",
    "token",
    "signature",
    "last_names",
    "accounts",
];

/// The source, and how it is to be masked.
pub(crate) struct World {
    refresh: TestRefresh,
    values: BTreeMap<String, String>,
    source: TestDatabase,
}

/// The masked database, and what the source holds.
pub(crate) struct Masked {
    world: World,
    outcome: Outcome,
    incoming: Endpoint,
}

/// What verification said.
pub(crate) struct Answer {
    /// `None` when it passed.
    pub(crate) kind: Option<ErrorKind>,
    pub(crate) blocking: Vec<Finding>,
}

impl Answer {
    /// Where something is wrong.
    pub(crate) fn places(&self) -> Vec<String> {
        self.blocking.iter().map(|finding| finding.place.to_string()).collect()
    }
}

async fn value_of(source: &TestDatabase, name: &str) -> String {
    let expression = match name {
        "signature" => "convert_from(signature, 'UTF8')".to_owned(),
        "ip" => "host(ip)".to_owned(),
        "last_names" => "(SELECT string_agg(format('(%s, %L)', id, last_name), ', ') FROM public.people)".to_owned(),
        "accounts" => "(SELECT string_agg(format('(%s, %L)', id, account), ', ') FROM public.people)".to_owned(),
        column => column.to_owned(),
    };
    source.query(&format!("SELECT {expression} FROM public.people WHERE id = 3")).await.remove(0).unwrap()
}

impl World {
    /// The source; with objects whose definition holds `in_schema`, if that is given. The names of its databases begin with
    /// `prefix`.
    pub(crate) async fn new(prefix: &str, in_schema: Option<&str>) -> Self {
        let source = support::database(&format!("{prefix}source")).await;
        source.execute(SOURCE).await;
        let mut values = BTreeMap::new();
        for name in VALUES {
            values.insert(format!("{{{name}}}"), value_of(&source, name).await);
        }
        let email = values["{email}"].clone();
        values.insert("{gzip}".to_owned(), hex(&packed(&email, true)));
        values.insert("{deflate}".to_owned(), hex(&packed(&email, false)));
        let mut rules = RULES.to_owned();
        if let Some(leak) = in_schema {
            source.execute(&filled(&SCHEMA.replace("{leak}", leak), &values)).await;
            rules += SCHEMA_RULES;
        }
        let rules = load::parse("leaks.yaml", rules.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap();
        let mut refresh = refresh_by(rules, &source, &format!("{prefix}staging"));
        // Then the long table is read in several ranges.
        refresh.refresh.settings.cut_from = 64 << 10;
        Self { refresh, values, source }
    }

    /// Masks it; the target stays closed.
    pub(crate) async fn mask(self) -> Result<Masked> {
        let outcome = pipeline::mask(&self.refresh.refresh, &silent()).await?;
        let incoming = self.source.endpoint().with_database(&outcome.record.target.incoming);
        Ok(Masked { world: self, outcome, incoming })
    }
}

impl Masked {
    /// Plants, verifies, and takes the plant away.
    pub(crate) async fn with(&self, plant: &Plant) -> Answer {
        let kept = match plant {
            Plant::Cell(table, column, row, _) => vec![self.restoring(table, column, &format!("id = {row}")).await],
            Plant::Sql(_, "row") => {
                let mut kept = Vec::new();
                for column in ["first_name", "last_name", "email", "phone"] {
                    kept.push(self.restoring("public.people", column, "true").await);
                }
                for column in ["t", "a"] {
                    kept.push(self.restoring("public.nest", column, "id = 7").await);
                }
                kept
            }
            Plant::Sql(_, undo) => vec![self.undo(undo).await],
        };
        let sql = match plant {
            Plant::Cell(table, column, row, value) => format!("UPDATE {table} SET {column} = {value} WHERE id = {row}"),
            Plant::Sql(plant, _) => (*plant).to_owned(),
        };
        self.run(&sql).await;
        let answer = self.verify().await;
        for sql in kept {
            self.run(&sql).await;
        }
        forget_changes_of_schema(&self.outcome, &self.incoming).await;
        answer
    }

    /// A statement that puts back what cells hold now.
    async fn restoring(&self, table: &str, column: &str, rows: &str) -> String {
        let sql = format!(
            "SELECT string_agg(format('UPDATE {table} SET {column} = %L WHERE id = %s', {column}, id), ';') FROM {table} WHERE {rows}"
        );
        self.text(&sql).await
    }

    /// A session of its own each time: verification waits for others to leave.
    async fn session(&self) -> Session {
        self.incoming.connect("stagemask test").await.unwrap()
    }

    async fn text(&self, sql: &str) -> String {
        let session = self.session().await;
        let text = session.query_one(sql, &[]).await.unwrap().get(0);
        session.close().await;
        text
    }

    /// The statements that undo a plant, with a row that it deletes written out.
    async fn undo(&self, undo: &str) -> String {
        if !undo.contains("{row_20}") {
            return undo.to_owned();
        }
        let sql = "SELECT format('SELECT (%L::public.nest).*', nest) FROM public.nest WHERE id = 20";
        undo.replace("{row_20}", &self.text(sql).await)
    }

    async fn run(&self, sql: &str) {
        let sql = filled(sql, &self.world.values);
        let session = self.session().await;
        session.batch_execute(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        session.close().await;
    }

    /// Verifies it as it is.
    pub(crate) async fn verify(&self) -> Answer {
        let (run, target) = (&self.outcome.record.run, &self.world.refresh.refresh.target);
        let result = pipeline::verify(run, target, &self.world.refresh.refresh.settings, &silent()).await;
        let kind = result.map(|_| ()).err().map(|error| error.kind());
        let path: PathBuf = self.world.refresh.state.path().join("runs").join(run.to_string()).join("proof.json");
        let proof: Proof = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let blocking = proof.findings.into_iter().filter(|finding| finding.severity == Severity::Blocking);
        Answer { kind, blocking: blocking.collect() }
    }
}

fn filled(sql: &str, values: &BTreeMap<String, String>) -> String {
    values.iter().fold(sql.to_owned(), |sql, (name, value)| sql.replace(name, value))
}

fn packed(text: &str, gzip: bool) -> Vec<u8> {
    use std::io::Write;
    // So often that it is worth compressing: otherwise the text is stored as it is.
    let text = format!("BT /F1 12 Tf (Dear customer {text}) Tj ET\n").repeat(50);
    if gzip {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        out.write_all(text.as_bytes()).unwrap();
        return out.finish().unwrap();
    }
    let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
