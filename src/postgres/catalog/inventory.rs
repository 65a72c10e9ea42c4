//! What a schema consists of, by kind of object: the same before and after a refresh.

use std::collections::BTreeMap;

use tokio_postgres::Client;

use crate::error::Result;
use crate::postgres::error::ServerContext;

/// Counts the objects of the database by kind and state, without those of extensions, whose versions may differ, and
/// without foreign tables and invalid indexes, which aren't carried over.
///
/// # Errors
/// When a catalog can't be read.
pub(super) async fn inventory(client: &Client) -> Result<BTreeMap<String, u64>> {
    let ours = |catalog: &str, object: &str| {
        format!(
            "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') \
            AND n.nspname !~ '^pg_(toast_)?temp_' AND n.nspname !~ '^stagemask_canaries_' \
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '{catalog}'::regclass AND d.objid = {object} \
                AND d.deptype = 'e')"
        )
    };
    let (function, data_type) = (ours("pg_proc", "p.oid"), ours("pg_type", "t.oid"));
    // What carries a run's state is looked at by itself (`run_record::carried`). Anything beside it in its schema counts.
    let relation = ours("pg_class", "c.oid") + " AND (n.nspname, c.relname) <> ('stagemask', 'carried')";
    let sql = format!(
        "SELECT 'relation of kind ' || c.relkind::text, count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
            WHERE {relation} AND c.relkind <> 'f' AND NOT EXISTS \
                (SELECT FROM pg_index i WHERE i.indexrelid = c.oid AND c.relkind = 'i' AND NOT i.indisvalid) GROUP BY 1 \
        UNION ALL SELECT 'constraint of type ' || k.contype::text || CASE WHEN k.convalidated THEN '' ELSE ', not valid' END, \
            count(*) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
            WHERE {relation} AND c.relkind <> 'f' AND k.contype <> 'n' GROUP BY 1 \
        UNION ALL SELECT 'trigger, enabled ' || t.tgenabled::text, count(*) FROM pg_trigger t WHERE NOT t.tgisinternal GROUP BY 1 \
        UNION ALL SELECT 'policy', count(*) FROM pg_policy \
        UNION ALL SELECT 'table with row security', count(*) FROM pg_class WHERE relrowsecurity \
        UNION ALL SELECT 'function', count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {function} \
        UNION ALL SELECT 'type', count(*) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace \
            WHERE {data_type} AND t.typtype IN ('d', 'e', 'r')"
    );
    let rows = client.query(&sql, &[]).await.server_context(|| "counting the objects of the schema")?;
    let counted = rows.iter().map(|row| (row.get::<_, String>(0), u64::try_from(row.get::<_, i64>(1)).unwrap_or(0)));
    Ok(counted.filter(|(_, count)| *count > 0).collect())
}
