//! Names for SQLSTATEs (PostgreSQL manual, appendix A), and which classes have messages without cell values.

/// The conditions that a run can meet.
const CONDITIONS: [(&str, &str); 62] = [
    ("08P01", "protocol violation"),
    ("0A000", "feature not supported"),
    ("21000", "cardinality violation"),
    ("22001", "string data right truncation"),
    ("22003", "numeric value out of range"),
    ("22004", "null value not allowed"),
    ("22007", "invalid datetime format"),
    ("22008", "datetime field overflow"),
    ("22012", "division by zero"),
    ("22021", "character not in repertoire"),
    ("22023", "invalid parameter value"),
    ("2202E", "array subscript error"),
    ("22026", "string data length mismatch"),
    ("22032", "invalid JSON text"),
    ("22P02", "invalid text representation"),
    ("22P03", "invalid binary representation"),
    ("22P04", "bad copy file format"),
    ("22P05", "untranslatable character"),
    ("23001", "restrict violation"),
    ("23502", "not null violation"),
    ("23503", "foreign key violation"),
    ("23505", "unique violation"),
    ("23514", "check violation"),
    ("23P01", "exclusion violation"),
    ("25001", "active SQL transaction"),
    ("25006", "read-only SQL transaction"),
    ("25P02", "in failed SQL transaction"),
    ("25P03", "idle in transaction session timeout"),
    ("28000", "invalid authorization specification"),
    ("28P01", "invalid password"),
    ("2BP01", "dependent objects still exist"),
    ("3D000", "invalid catalog name"),
    ("3F000", "invalid schema name"),
    ("40001", "serialization failure"),
    ("40P01", "deadlock detected"),
    ("42501", "insufficient privilege"),
    ("42601", "syntax error"),
    ("42701", "duplicate column"),
    ("42703", "undefined column"),
    ("42704", "undefined object"),
    ("42710", "duplicate object"),
    ("42804", "datatype mismatch"),
    ("42883", "undefined function"),
    ("42P01", "undefined table"),
    ("42P04", "duplicate database"),
    ("42P06", "duplicate schema"),
    ("42P07", "duplicate table"),
    ("44000", "with check option violation"),
    ("53100", "disk full"),
    ("53200", "out of memory"),
    ("53300", "too many connections"),
    ("54000", "program limit exceeded"),
    ("55000", "object not in prerequisite state"),
    ("55006", "object in use"),
    ("55P03", "lock not available"),
    ("57014", "query cancelled"),
    ("57P01", "admin shutdown"),
    ("57P02", "crash shutdown"),
    ("57P03", "cannot connect now"),
    ("57P04", "database dropped"),
    ("58P01", "undefined file"),
    ("P0001", "raised by a function"),
];

/// The classes, for a condition that isn't listed.
const CLASSES: [(&str, &str); 24] = [
    ("08", "connection exception"),
    ("0A", "feature not supported"),
    ("0B", "invalid transaction initiation"),
    ("21", "cardinality violation"),
    ("22", "data exception"),
    ("23", "integrity constraint violation"),
    ("25", "invalid transaction state"),
    ("28", "invalid authorization specification"),
    ("2B", "dependent objects still exist"),
    ("38", "external routine exception"),
    ("39", "external routine invocation exception"),
    ("3D", "invalid catalog name"),
    ("3F", "invalid schema name"),
    ("40", "transaction rollback"),
    ("42", "syntax error or access rule violation"),
    ("44", "with check option violation"),
    ("53", "insufficient resources"),
    ("54", "program limit exceeded"),
    ("55", "object not in prerequisite state"),
    ("57", "operator intervention"),
    ("58", "system error"),
    ("HV", "foreign data wrapper error"),
    ("P0", "error in a procedural function"),
    ("XX", "internal error"),
];

/// Classes whose primary message names objects and resources, never the content of a row.
const WITHOUT_VALUES: [&str; 14] = ["08", "0A", "0B", "25", "28", "2B", "3D", "3F", "40", "42", "53", "55", "57", "58"];

/// What the condition is called.
pub(super) fn name(code: &str) -> &'static str {
    let find = |table: &[(&str, &'static str)], key: &str| {
        table.iter().find(|(listed, _)| *listed == key).map(|&(_, name)| name)
    };
    find(&CONDITIONS, code).or_else(|| find(&CLASSES, class(code))).unwrap_or("unlisted condition")
}

/// Whether the message may be shown.
pub(super) fn message_is_free_of_values(code: &str) -> bool {
    WITHOUT_VALUES.contains(&class(code))
}

/// Our own words for conditions whose message would quote a cell.
pub(super) fn our_words(code: &str) -> Option<&'static str> {
    Some(match code {
        "22001" => "a value is longer than its column allows",
        "22003" => "a number is out of the range of its type",
        "22007" | "22008" => "a date or time is not valid",
        "22021" => "a text has bytes that are not valid in the database's encoding",
        "22032" => "a JSON document is not valid",
        "22P02" | "22P03" => "a value is not valid for its type",
        "22P04" => "the COPY stream is malformed",
        "22P05" => "a character doesn't exist in the other encoding",
        "23502" => "a NULL would be where none is allowed",
        "23503" => "a row would refer to one that doesn't exist, or would be referred to after it is gone",
        "23505" => "two rows would have the same value where it must be unique",
        "23514" => "a row would violate a check constraint",
        "23P01" => "two rows would conflict under an exclusion constraint",
        _ => return None,
    })
}

/// What a person can do about it.
pub(super) fn advice(code: &str) -> Option<&'static str> {
    Some(match code {
        "42501" => "grant the role what it lacks, or sign in as the owner",
        "53100" => {
            "the server's disk is full: enlarge it or remove databases that are no longer needed, then run again"
        }
        "53200" => "the server ran out of memory: lower the number of workers, or give the server more",
        "53300" => "the server has no connection left: lower the number of workers, or raise max_connections",
        "55006" => "something else uses the database or object: end those sessions, then run again",
        "55P03" => "something else holds a lock: end that session, then run again",
        "57014" => "the query was cancelled, on the server or by a timeout",
        "57P01" | "57P02" => "an administrator ended the session, or the server shut down: run again when it is up",
        "57P03" => "the server is starting, stopping or recovering: wait and run again",
        "40001" | "40P01" => "another transaction was in the way: run again",
        _ => return None,
    })
}

fn class(code: &str) -> &str {
    code.get(..2).unwrap_or_default()
}
