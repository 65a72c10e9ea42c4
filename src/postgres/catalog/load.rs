//! The queries behind [`Catalog`] (PostgreSQL manual, chapter "System Catalogs").

use std::collections::HashMap;

use tokio_postgres::{Client, Row};

use super::classes::{TypeRow, Types};
use super::inventory::inventory;
use super::objects::load_objects;
use super::unique_keys::load_unique_keys;
use super::{Catalog, Column, ForeignKey, Kind, Table};
use crate::error::Result;
use crate::postgres::error::ServerContext;
use crate::postgres::identifier::TableName;

/// Which relations count: not the system's, not temporary ones, not those that an extension makes and fills.
const OURS: &str = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') \
    AND n.nspname !~ '^pg_(toast_)?temp_' \
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')";

impl Catalog {
    /// Reads the schema of the database that `client` is connected to, as the current transaction sees it.
    ///
    /// # Errors
    /// When a catalog can't be read.
    pub async fn load(client: &Client) -> Result<Self> {
        let types = load_types(client).await?;
        let mut tables = load_tables(client).await?;
        load_columns(client, &types, &mut tables).await?;
        load_unique_keys(client, &mut tables).await?;
        let tables: Vec<Table> = tables.into_iter().map(|(table, _)| table).collect();
        Ok(Self {
            materialized_views: load_materialized_views(client).await?,
            sequences: load_sequences(client).await?,
            extension_tables: load_extension_tables(client).await?,
            foreign_keys: load_foreign_keys(client).await?,
            large_objects: count(client, "SELECT count(*) FROM pg_largeobject_metadata").await?,
            bytes: count(client, "SELECT pg_database_size(current_database())").await?,
            inventory: inventory(client).await?,
            objects: load_objects(client).await?,
            tables,
        })
    }

    /// The table of this name.
    pub fn table(&self, name: &TableName) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == *name)
    }
}

/// A table and the attnum of each of its columns.
pub(super) type Numbered = (Table, Vec<i16>);

pub(super) async fn query(client: &Client, sql: &str) -> Result<Vec<Row>> {
    client.query(sql, &[]).await.server_context(|| "reading the catalog of the database")
}

async fn count(client: &Client, sql: &str) -> Result<u64> {
    let rows = query(client, sql).await?;
    Ok(rows.first().map_or(0, |row| unsigned(row.get(0))))
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

async fn load_types(client: &Client) -> Result<Types> {
    let sql = "SELECT t.oid, t.typname::text, t.typtype::text, n.nspname = 'pg_catalog', t.typcategory::text, t.typelem, \
        t.typbasetype, t.typtypmod, t.typnotnull, t.typsend <> 0 AND t.typreceive <> 0, \
        coalesce((SELECT r.rngsubtype FROM pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)), 0)::oid, \
        coalesce((SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a \
            WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '{}'), \
        coalesce((SELECT array_agg(a.atttypid ORDER BY a.attnum) FROM pg_attribute a \
            WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '{}'), \
        coalesce((SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e \
            WHERE e.enumtypid = t.oid), '{}') \
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace";
    let rows = query(client, sql).await?;
    let types = rows.iter().map(|row| {
        let (names, oids): (Vec<String>, Vec<u32>) = (row.get(11), row.get(12));
        let row_of_type = TypeRow {
            name: row.get(1),
            kind: row.get(2),
            in_pg_catalog: row.get(3),
            category: row.get(4),
            element: row.get(5),
            base: row.get(6),
            modifier: row.get(7),
            not_null: row.get(8),
            sends_binary: row.get(9),
            range_of: row.get(10),
            fields: names.into_iter().zip(oids).collect(),
            labels: row.get(13),
        };
        (row.get::<_, u32>(0), row_of_type)
    });
    Ok(Types::new(types.collect::<HashMap<_, _>>()))
}

async fn load_tables(client: &Client) -> Result<Vec<Numbered>> {
    let sql = format!(
        "SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, coalesce(am.amname, 'heap')::text, \
            rn.nspname::text, r.relname::text, greatest(c.reltuples, 0)::int8, pg_table_size(c.oid), \
            pg_relation_size(c.oid) / current_setting('block_size')::int8 \
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        LEFT JOIN pg_am am ON am.oid = c.relam \
        LEFT JOIN pg_class r ON c.relispartition AND r.oid = pg_partition_root(c.oid) \
        LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace \
        WHERE c.relkind IN ('r', 'm') AND {OURS} ORDER BY 2, 3"
    );
    let rows = query(client, &sql).await?;
    Ok(rows.iter().map(|row| (table_of(row), Vec::new())).collect())
}

fn table_of(row: &Row) -> Table {
    let name = TableName::new(row.get::<_, String>(1), row.get::<_, String>(2));
    let root = match (row.get::<_, Option<String>>(5), row.get::<_, Option<String>>(6)) {
        (Some(schema), Some(table)) => TableName::new(schema, table),
        _ => name.clone(),
    };
    let kind = match (row.get::<_, &str>(3), row.get::<_, &str>(4)) {
        ("m", _) => Kind::MaterializedView,
        (_, "heap") => Kind::Table,
        _ => Kind::OtherAccessMethod,
    };
    Table {
        name,
        oid: row.get(0),
        kind,
        root,
        columns: Vec::new(),
        primary_key: Vec::new(),
        unique_keys: Vec::new(),
        estimated_rows: unsigned(row.get(7)),
        bytes: unsigned(row.get(8)),
        pages: unsigned(row.get(9)),
    }
}

async fn load_columns(client: &Client, types: &Types, tables: &mut [Numbered]) -> Result<()> {
    let sql = "SELECT a.attrelid, a.attnum, a.attname::text, format_type(a.atttypid, a.atttypmod), a.atttypid, \
        a.atttypmod, a.attnotnull, a.attgenerated::text <> '' FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
        WHERE c.relkind IN ('r', 'm') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum";
    let rows = query(client, sql).await?;
    let mut of_table: HashMap<u32, &mut Numbered> = tables.iter_mut().map(|table| (table.0.oid, table)).collect();
    for row in &rows {
        let Some((table, numbers)) = of_table.get_mut(&row.get::<_, u32>(0)) else { continue };
        let resolved = types.resolve(row.get(4), row.get(5));
        numbers.push(row.get(1));
        table.columns.push(Column {
            name: row.get(2),
            type_name: row.get(3),
            class: resolved.class,
            max_chars: resolved.max_chars,
            not_null: row.get::<_, bool>(6) || resolved.not_null,
            generated: row.get(7),
            unique: false,
            binary: resolved.binary,
            labels: resolved.labels,
        });
    }
    Ok(())
}

async fn load_sequences(client: &Client) -> Result<Vec<TableName>> {
    let sql = format!(
        "SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE c.relkind = 'S' AND {OURS} ORDER BY 1, 2"
    );
    let rows = query(client, &sql).await?;
    Ok(rows.iter().map(|row| TableName::new(row.get::<_, String>(0), row.get::<_, String>(1))).collect())
}

/// PostgreSQL manual, 38.17.3, "Extension Configuration Tables".
async fn load_extension_tables(client: &Client) -> Result<Vec<TableName>> {
    let sql = "SELECT n.nspname::text, c.relname::text FROM pg_extension e CROSS JOIN unnest(e.extconfig) AS t (oid) \
        JOIN pg_class c ON c.oid = t.oid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' ORDER BY 1, 2";
    let rows = query(client, sql).await?;
    Ok(rows.iter().map(|row| TableName::new(row.get::<_, String>(0), row.get::<_, String>(1))).collect())
}

/// A view's oid isn't enough to order by: `CREATE OR REPLACE VIEW` can make an old view read a newer one.
async fn load_materialized_views(client: &Client) -> Result<Vec<TableName>> {
    let sql = format!(
        "WITH RECURSIVE reads AS ( \
            SELECT DISTINCT r.ev_class AS view, d.refobjid AS relation FROM pg_rewrite r \
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid \
                AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class), \
        depth AS ( \
            SELECT c.oid AS view, 0 AS level FROM pg_class c WHERE c.relkind IN ('v', 'm') \
            UNION SELECT reads.view, depth.level + 1 FROM depth JOIN reads ON reads.relation = depth.view \
                WHERE depth.level < 100) \
        SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE c.relkind = 'm' AND {OURS} ORDER BY (SELECT max(level) FROM depth WHERE view = c.oid), 1, 2"
    );
    let rows = query(client, &sql).await?;
    Ok(rows.iter().map(|row| TableName::new(row.get::<_, String>(0), row.get::<_, String>(1))).collect())
}

async fn load_foreign_keys(client: &Client) -> Result<Vec<ForeignKey>> {
    let columns = |relation: &str, numbers: &str| {
        format!(
            "ARRAY(SELECT a.attname::text FROM unnest(k.{numbers}) WITH ORDINALITY u(number, position) \
            JOIN pg_attribute a ON a.attrelid = k.{relation} AND a.attnum = u.number ORDER BY u.position)"
        )
    };
    let sql = format!(
        "SELECT k.conname::text, n.nspname::text, c.relname::text, {}, fn.nspname::text, fc.relname::text, {} \
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
        JOIN pg_class fc ON fc.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = fc.relnamespace \
        WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY 2, 3, 1",
        columns("conrelid", "conkey"),
        columns("confrelid", "confkey"),
    );
    let rows = query(client, &sql).await?;
    Ok(rows
        .iter()
        .map(|row| ForeignKey {
            name: row.get(0),
            from: TableName::new(row.get::<_, String>(1), row.get::<_, String>(2)),
            from_columns: row.get(3),
            to: TableName::new(row.get::<_, String>(4), row.get::<_, String>(5)),
            to_columns: row.get(6),
        })
        .collect())
}
