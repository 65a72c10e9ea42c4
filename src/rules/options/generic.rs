//! Options of the transforms that know of no subject, and of those that take values apart.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Options of `constant`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// The value, in PostgreSQL's text form for the column's type.
    #[schemars(extend("type" = ["string", "number", "boolean"]))]
    pub value: String,
}

/// Options of `shift_date`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ShiftDate {
    /// The most days by which a date moves, either way; 180 by default.
    #[schemars(range(min = 1, max = 36_500))]
    pub days: Option<u32>,
    /// The masked date is at least this many years ago, as long as the original is.
    #[schemars(range(max = 150))]
    pub min_age: Option<u32>,
}

/// Options of `noise`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Noise {
    /// The largest change, as a share of the value: 0.2 is ±20 %, the default.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 1))]
    pub ratio: Option<f64>,
}

/// Options of `choice`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The values to choose from, in PostgreSQL's text form for the column's type.
    #[schemars(length(min = 1), extend("items" = { "type": ["string", "number", "boolean"] }))]
    pub values: Vec<String>,
    /// How often each value comes, relative to the others: whole numbers, as many as there are values. All alike by
    /// default.
    #[serde(default)]
    pub weights: Vec<u32>,
}

/// Options of `dictionary`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dictionary {
    /// The file, in the folder of the rules file or below: one value a line, or CSV (RFC 4180) with a header.
    #[schemars(length(min = 1))]
    pub file: String,
    /// The column of a CSV file, by its header.
    #[serde(default)]
    pub column: Option<String>,
    /// What the file holds, once it is read.
    #[serde(skip)]
    #[schemars(skip)]
    pub entries: Entries,
}

/// The values of a dictionary. `Debug` shows how many there are.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Entries(pub Arc<Vec<String>>);

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} entries", self.0.len())
    }
}

/// Options of `round`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// A step for numbers, such as 100 or 0.05; hour, day, week, month, quarter, year or decade for dates and times.
    #[schemars(extend("type" = ["string", "number"]))]
    pub to: String,
}

/// Options of `bucket`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// Where buckets begin, in rising order. What is below the first edge counts with the first bucket.
    #[schemars(length(min = 1), extend("items" = { "type": ["string", "number"] }))]
    pub edges: Vec<String>,
    /// What the buckets are called in a column of text, one label for each edge; `18-29` and `67+` by default.
    #[serde(default)]
    pub labels: Vec<String>,
}

/// Options of `generalise`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Generalise {
    /// The beginning of what date or timestamp is kept: day, week, month, quarter, year (the default) or decade.
    #[schemars(extend("enum" = ["hour", "day", "week", "month", "quarter", "year", "decade"]))]
    pub to: Option<String>,
    /// How many characters of a text are kept.
    #[schemars(range(min = 1, max = 1000))]
    pub chars: Option<u32>,
    /// What takes the place of each letter and digit behind the kept ones; they are cut off by default.
    #[schemars(length(min = 1, max = 1))]
    pub fill: Option<String>,
    /// How many bits of an address are kept: 24 by default for IPv4, and twice as many for IPv6.
    #[schemars(range(min = 1, max = 31))]
    pub prefix: Option<u8>,
    /// The category of each text. Case and white space around it don't count.
    pub map: BTreeMap<String, String>,
    /// The category of texts that `map` doesn't name; `other` by default.
    pub otherwise: Option<String>,
}

/// Options of `geo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Geo {
    /// By how many metres a place moves at most, and by a tenth of it at least; 1000 by default.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub metres: Option<f64>,
    /// Instead of moving at random, to the centre of a square of so many metres.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub grid: Option<f64>,
    /// The column with the other coordinate, where each has a column of numbers.
    pub with: Option<String>,
    /// Which coordinate this column has, where each has a column of numbers.
    #[schemars(extend("enum" = ["latitude", "longitude"]))]
    pub axis: Option<String>,
    /// Which coordinate comes first: `lat_lon` by default in text, `lon_lat` in a point.
    #[schemars(extend("enum" = ["lat_lon", "lon_lat"]))]
    pub order: Option<String>,
}

/// Options of `enum_value`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EnumValue {
    /// Labels that aren't given to anybody.
    pub except: Vec<String>,
}

/// Options of `command`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The program and its arguments. A program with a `/` in it is looked for from where the rules file is.
    #[schemars(length(min = 1))]
    pub run: Vec<String>,
    /// Other columns of the row that the program sees too, as they are in the source.
    #[serde(default)]
    pub with: Vec<String>,
    /// How many processes of it run at once; 2 by default.
    #[serde(default)]
    #[schemars(range(min = 1, max = 64))]
    pub processes: Option<usize>,
    /// How many seconds an answer may take; 30 by default.
    #[serde(default)]
    #[schemars(range(min = 1, max = 3600))]
    pub timeout: Option<u64>,
}
