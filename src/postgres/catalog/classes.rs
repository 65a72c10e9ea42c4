//! From the rows of `pg_type` to type classes.

use std::collections::HashMap;

use crate::postgres::types::TypeClass;

/// A row of `pg_type`, with what `pg_range` and `pg_attribute` add.
#[derive(Debug, Clone)]
pub(super) struct TypeRow {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) in_pg_catalog: bool,
    pub(super) category: String,
    pub(super) element: u32,
    pub(super) base: u32,
    pub(super) modifier: i32,
    pub(super) not_null: bool,
    pub(super) sends_binary: bool,
    /// The element type of a range or multirange.
    pub(super) range_of: u32,
    /// The fields of a composite: name and type.
    pub(super) fields: Vec<(String, u32)>,
    /// The labels of an enum, in their order.
    pub(super) labels: Vec<String>,
}

/// What is known of a column's type after its domains are resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resolved {
    pub(super) class: TypeClass,
    pub(super) max_chars: Option<usize>,
    pub(super) not_null: bool,
    pub(super) binary: bool,
    pub(super) labels: Vec<String>,
}

/// All types of a database.
pub(super) struct Types(HashMap<u32, TypeRow>);

/// Composites and arrays can nest, and a composite may even hold an array of itself.
const DEEPEST: usize = 16;

impl Types {
    pub(super) fn new(rows: HashMap<u32, TypeRow>) -> Self {
        Self(rows)
    }

    /// The class of a column of type `oid` with `atttypmod` = `modifier`.
    pub(super) fn resolve(&self, oid: u32, modifier: i32) -> Resolved {
        self.resolve_at(oid, modifier, 0)
    }

    fn resolve_at(&self, oid: u32, modifier: i32, depth: usize) -> Resolved {
        let plain = |class, binary| Resolved { class, max_chars: None, not_null: false, binary, labels: Vec::new() };
        let unknown = plain(TypeClass::Other, false);
        let Some(row) = self.0.get(&oid).filter(|_| depth < DEEPEST) else { return unknown };
        let inner = |oid, modifier| self.resolve_at(oid, modifier, depth + 1);
        let over = |part: Resolved, class: fn(Box<TypeClass>) -> TypeClass| Resolved {
            class: class(Box::new(part.class)),
            max_chars: part.max_chars,
            not_null: false,
            binary: row.sends_binary && part.binary,
            labels: part.labels,
        };
        match row.kind.as_str() {
            "d" => {
                let base = inner(row.base, if row.modifier >= 0 { row.modifier } else { modifier });
                Resolved { not_null: base.not_null || row.not_null, ..base }
            }
            "e" => Resolved { labels: row.labels.clone(), ..plain(TypeClass::Enum, true) },
            "r" => over(inner(row.range_of, -1), TypeClass::Range),
            "m" => over(inner(row.range_of, -1), TypeClass::Multirange),
            "c" => {
                let fields: Vec<_> = row.fields.iter().map(|(name, oid)| (name.clone(), inner(*oid, -1))).collect();
                let binary = row.sends_binary && fields.iter().all(|(_, field)| field.binary);
                let fields = fields.into_iter().map(|(name, field)| (name, field.class)).collect();
                plain(TypeClass::Composite(fields), binary)
            }
            _ if row.category == "A" && row.element != 0 => over(inner(row.element, modifier), TypeClass::Array),
            _ => base_type(row, modifier),
        }
    }
}

fn base_type(row: &TypeRow, modifier: i32) -> Resolved {
    let class = match (row.in_pg_catalog, row.name.as_str()) {
        (true, "text" | "varchar" | "bpchar" | "name" | "char") | (false, "citext") => TypeClass::Text,
        (true, "bytea") => TypeClass::Bytea,
        (true, "json") => TypeClass::Json,
        (true, "jsonb") => TypeClass::Jsonb,
        (true, "uuid") => TypeClass::Uuid,
        (true, "bool") => TypeClass::Bool,
        (true, "int2") => TypeClass::Int2,
        (true, "int4") => TypeClass::Int4,
        (true, "int8") => TypeClass::Int8,
        (true, "float4") => TypeClass::Float4,
        (true, "float8") => TypeClass::Float8,
        (true, "numeric") => TypeClass::Numeric,
        (true, "date") => TypeClass::Date,
        (true, "timestamp") => TypeClass::Timestamp,
        (true, "timestamptz") => TypeClass::TimestampTz,
        (true, "time" | "timetz" | "interval") => TypeClass::Time,
        (true, "oid" | "xid" | "xid8" | "cid" | "tid" | "pg_lsn") => TypeClass::Oid,
        (true, "inet" | "cidr") => TypeClass::Inet,
        (true, "macaddr" | "macaddr8") => TypeClass::MacAddress,
        (true, "tsvector") => TypeClass::Tsvector,
        (true, "xml") => TypeClass::Xml,
        (true, "point") => TypeClass::Point,
        (true, "lseg" | "box" | "circle" | "line" | "path" | "polygon") => TypeClass::Geometry,
        (true, "bit" | "varbit") => TypeClass::Bit,
        (true, "money") => TypeClass::Money,
        (false, "hstore") => TypeClass::Hstore,
        (false, "vector") => TypeClass::Vector,
        (false, "halfvec") => TypeClass::HalfVector,
        (false, "sparsevec") => TypeClass::SparseVector,
        (false, "ltree") => TypeClass::Ltree,
        // An object's oid means another object in another database: these travel as text.
        (true, name) if name.starts_with("reg") => TypeClass::Oid,
        _ => TypeClass::Other,
    };
    let travels = row.sends_binary && !(row.in_pg_catalog && row.name.starts_with("reg"));
    // The modifier of varchar and bpchar is the length plus the four bytes of its own header.
    let has_length = row.in_pg_catalog && matches!(row.name.as_str(), "varchar" | "bpchar") && modifier >= 4;
    let max_chars = if has_length { usize::try_from(modifier - 4).ok() } else { None };
    let max_chars = if row.in_pg_catalog && row.name == "name" { Some(63) } else { max_chars };
    Resolved { class, max_chars, not_null: false, binary: travels, labels: Vec::new() }
}
