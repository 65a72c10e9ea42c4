//! The table of contents of a `pg_dump` archive, as `pg_restore --list` prints it and `--use-list` takes it.

use std::collections::BTreeMap;

/// What is never carried over: it leads to other servers, or holds their passwords.
const TO_OTHER_SERVERS: [&str; 12] = [
    "USER MAPPING",
    "SERVER",
    "FOREIGN DATA WRAPPER",
    "FOREIGN TABLE",
    "SUBSCRIPTION",
    "PUBLICATION",
    "ACL - FOREIGN SERVER",
    "ACL - FOREIGN DATA WRAPPER",
    "COMMENT - SERVER",
    "COMMENT - FOREIGN DATA WRAPPER",
    "COMMENT - PUBLICATION",
    "COMMENT - SUBSCRIPTION",
];

/// What isn't needed in a copy: the statistics are production's, a security label needs its provider, the contents of
/// materialized views are made again, and only an extension's owner may comment on it.
const NOT_NEEDED: [&str; 4] = ["STATISTICS DATA", "SECURITY LABEL", "MATERIALIZED VIEW DATA", "COMMENT - EXTENSION"];

const LARGE_OBJECTS: [&str; 4] = ["BLOB", "BLOBS", "BLOB METADATA", "BLOB COMMENTS"];

const CONTENTS: [&str; 3] = ["TABLE DATA", "SEQUENCE SET", "BLOBS"];

/// Event triggers fire on the statements of a restore too, so they come with the grants, as the last thing of all.
const FOR_RELEASE: [&str; 4] = ["ACL", "DEFAULT ACL", "EVENT TRIGGER", "COMMENT - EVENT TRIGGER"];

/// The table of contents.
#[derive(Debug, Clone, Default)]
pub struct ArchiveList {
    header: BTreeMap<String, String>,
    entries: Vec<String>,
}

impl ArchiveList {
    /// Reads what `pg_restore --list` printed.
    pub fn parse(text: &str) -> Self {
        let mut list = Self::default();
        for line in text.lines() {
            match line.strip_prefix(';') {
                Some(remark) => {
                    let remark = remark.trim();
                    let found = remark.strip_prefix("Archive created at ").map(|time| ("created", time));
                    if let Some((key, value)) = found.or_else(|| remark.split_once(": ")) {
                        list.header.insert(key.to_owned(), value.trim().to_owned());
                    }
                }
                None if line.split_once("; ").is_some() => list.entries.push(line.to_owned()),
                None => {}
            }
        }
        list
    }

    /// A line of the header, such as `Dumped from database version`; `created` is when the archive was made.
    pub fn header(&self, key: &str) -> Option<&str> {
        self.header.get(key).map(String::as_str)
    }

    /// The entries of a raw copy: all but what leads to other servers or isn't needed, and what comes at its end.
    pub fn for_raw_copy(&self) -> String {
        self.select(|entry| is_raw(entry) && !is_any(entry, &FOR_RELEASE))
    }

    /// The entries of a raw copy without rows, large objects' contents or states of sequences: what tells its owners and
    /// privileges.
    pub fn for_raw_handover(&self) -> String {
        self.select(|entry| is_raw(entry) && !is_any(entry, &CONTENTS))
    }

    /// The entries that make the schema of the masked copy.
    pub fn for_schema(&self) -> String {
        self.select(|entry| self.is_wanted(entry) && !is_any(entry, &FOR_RELEASE))
    }

    /// The entries that are added when the masked copy is released: privileges and event triggers.
    pub fn for_release(&self) -> String {
        self.select(|entry| self.is_wanted(entry) && is_any(entry, &FOR_RELEASE))
    }

    /// Everything that reaches the masked copy, sooner or later.
    pub fn for_masked_copy(&self) -> String {
        self.select(|entry| self.is_wanted(entry))
    }

    /// How many tables have data.
    pub fn tables_with_data(&self) -> usize {
        self.entries.iter().filter(|entry| is_any(what(entry), &["TABLE DATA"])).count()
    }

    /// Kinds of what leads to other servers, with their counts.
    pub fn left_out(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for entry in &self.entries {
            let kind = TO_OTHER_SERVERS.iter().take(6).find(|kind| is_any(what(entry), &[kind]));
            if let Some(kind) = kind {
                *counts.entry(*kind).or_insert(0) += 1;
            }
        }
        counts
    }

    fn is_wanted(&self, entry: &str) -> bool {
        ![&TO_OTHER_SERVERS[..], &NOT_NEEDED, &LARGE_OBJECTS].iter().any(|kinds| is_any(entry, kinds))
    }

    fn select(&self, wanted: impl Fn(&str) -> bool) -> String {
        let lines = self.entries.iter().filter(|line| wanted(what(line)));
        lines.fold(String::new(), |list, line| list + line + "\n")
    }
}

/// Kind, schema, name and owner, behind the three numbers of an entry.
fn what(line: &str) -> &str {
    line.splitn(4, ' ').nth(3).unwrap_or_default()
}

fn is_raw(entry: &str) -> bool {
    !is_any(entry, &TO_OTHER_SERVERS) && !is_any(entry, &NOT_NEEDED)
}

fn is_any(entry: &str, kinds: &[&str]) -> bool {
    kinds.iter().any(|kind| entry.strip_prefix(kind).is_some_and(|rest| rest.starts_with(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "\
;
; Archive created at 2026-11-21 04:29:34 UTC
;     dbname: drop
;     Dumped from database version: 15.18 (Debian 15.18-0+deb12u1)
;
4261; 0 0 ACL - SCHEMA support drop_owner
4262; 0 0 COMMENT - EXTENSION btree_gist 
2671; 1417 18532 SERVER - s postgres
4268; 0 0 USER MAPPING - USER MAPPING postgres SERVER s postgres
263; 1259 17785 TABLE public User Notes postgres
264; 1259 17786 TABLE public SERVER postgres
4250; 6106 18524 PUBLICATION TABLE public p1 users drop_owner
4300; 0 17785 TABLE DATA public User Notes postgres
2672; 826 17271 DEFAULT ACL public DEFAULT PRIVILEGES FOR TABLES drop_owner
3847; 3466 18538 EVENT TRIGGER - evt postgres
4301; 2613 18000 BLOB - 18000 postgres
";

    fn ids(list: &str) -> Vec<&str> {
        list.lines().filter_map(|line| line.split_once(';').map(|(id, _)| id)).collect()
    }

    #[test]
    fn what_leads_to_other_servers_never_comes_along() {
        let list = ArchiveList::parse(LIST);
        assert_eq!(ids(&list.for_schema()), ["263", "264", "4300"]);
        assert_eq!(ids(&list.for_release()), ["4261", "2672", "3847"]);
        assert_eq!(ids(&list.for_raw_copy()), ["263", "264", "4300", "4301"]);
        assert_eq!(ids(&list.for_raw_handover()), ["4261", "263", "264", "2672", "3847", "4301"]);
        assert_eq!(list.left_out(), [("PUBLICATION", 1), ("SERVER", 1), ("USER MAPPING", 1)].into());
    }

    #[test]
    fn the_header_tells_when_and_from_what() {
        let list = ArchiveList::parse(LIST);
        assert_eq!(list.header("created"), Some("2026-11-21 04:29:34 UTC"));
        assert_eq!(list.header("dbname"), Some("drop"));
        assert_eq!(list.tables_with_data(), 1);
    }
}
