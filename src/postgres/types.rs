//! What a column can hold, as far as masking and verifying need to know.

/// The class of a PostgreSQL type, with domains resolved to what they are made of.
///
/// The binary layout of each (what `COPY … (FORMAT binary)` carries) is that of the type's `typsend` function:
/// PostgreSQL manual 8, and `src/backend/utils/adt`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeClass {
    /// `text`, `varchar`, `char(n)`, `name`, `citext`: the text itself, in the client's encoding.
    Text,
    /// The bytes themselves.
    Bytea,
    /// The text of the document.
    Json,
    /// A version byte (1), then the text of the document.
    Jsonb,
    /// 16 bytes.
    Uuid,
    /// One byte.
    Bool,
    /// Two bytes, big-endian, signed.
    Int2,
    /// Four bytes, big-endian, signed.
    Int4,
    /// Eight bytes, big-endian, signed.
    Int8,
    /// IEEE 754, four bytes, big-endian.
    Float4,
    /// IEEE 754, eight bytes, big-endian.
    Float8,
    /// `ndigits, weight, sign, dscale` as i16 each, then base-10000 digits as i16.
    Numeric,
    /// Days since 2000-01-01 as i32; the extremes are ±infinity.
    Date,
    /// Microseconds since 2000-01-01 as i64; the extremes are ±infinity.
    Timestamp,
    /// As `Timestamp`, in UTC.
    TimestampTz,
    /// `time`, `timetz` and `interval`.
    Time,
    /// `oid` and its relatives.
    Oid,
    /// `inet` and `cidr`: family (2 or 3), prefix length, is_cidr, address length, address.
    Inet,
    /// `macaddr` and `macaddr8`: the bytes.
    MacAddress,
    /// The label.
    Enum,
    /// Dimensions, flags, element type's oid; length and lower bound a dimension; then length-prefixed elements.
    Array(Box<TypeClass>),
    /// Number of fields; for each the type's oid, then a length-prefixed value. Names and classes, in order.
    Composite(Vec<(String, TypeClass)>),
    /// A range over this class: flags (`rangetypes.h`), then the length-prefixed bounds that aren't infinite.
    Range(Box<TypeClass>),
    /// A multirange over this class: a count, then length-prefixed ranges.
    Multirange(Box<TypeClass>),
    /// The extension's key-value type: a count, then length-prefixed keys and values (length −1: NULL).
    Hstore,
    /// A count of lexemes, then each zero-terminated with its positions.
    Tsvector,
    /// The text of the document, or of a part of one.
    Xml,
    /// `point`: x and y, IEEE 754, eight bytes each.
    Point,
    /// `lseg`, `box`, `circle`, `line`, `path` and `polygon`: numbers as in `Point`. Before them, a path says in one byte
    /// whether it is closed, and a path or polygon in four how many points it has.
    Geometry,
    /// `bit` and `bit varying`: the number of bits as i32, then the bits, eight a byte.
    Bit,
    /// `money`: the smallest units of the server's currency as i64.
    Money,
    /// `vector` of pgvector: the number of dimensions as i16, two bytes unused, then IEEE 754, four bytes each.
    Vector,
    /// `halfvec` of pgvector: as `Vector`, two bytes each.
    HalfVector,
    /// `sparsevec` of pgvector: the number of dimensions, that of elements and zero as i32; then the index of each element as
    /// i32, then the value of each, IEEE 754, four bytes.
    SparseVector,
    /// `ltree`: a version byte (1), then the path as text.
    Ltree,
    /// Anything else: may hold anything.
    Other,
}

impl TypeClass {
    /// Whether a column of this class could carry personal data, so that a rule has to decide on it (invariant I6).
    ///
    /// Numbers, booleans, uuids, timestamps and enum labels can't name a person by themselves and are kept when no rule
    /// names them; a rule may still mask them.
    pub fn can_carry_personal_data(&self) -> bool {
        match self {
            Self::Uuid
            | Self::Bool
            | Self::Int2
            | Self::Int4
            | Self::Int8
            | Self::Float4
            | Self::Float8
            | Self::Numeric
            | Self::Timestamp
            | Self::TimestampTz
            | Self::Time
            | Self::Oid
            | Self::Money
            | Self::Enum => false,
            Self::Array(element) | Self::Range(element) | Self::Multirange(element) => {
                element.can_carry_personal_data()
            }
            Self::Composite(fields) => fields.iter().any(|(_, class)| class.can_carry_personal_data()),
            Self::Text
            | Self::Bytea
            | Self::Json
            | Self::Jsonb
            | Self::Date
            | Self::Inet
            | Self::MacAddress
            | Self::Hstore
            | Self::Tsvector
            | Self::Xml
            | Self::Point
            | Self::Geometry
            | Self::Bit
            | Self::Vector
            | Self::HalfVector
            | Self::SparseVector
            | Self::Ltree
            | Self::Other => true,
        }
    }
}
