//! The parameter group of the quarantine: it must not let raw values into a log (PostgreSQL manual, 20.8).

use std::collections::BTreeMap;

use super::request::{Production, RdsSource};
use crate::aws::explain;
use crate::aws::rds::Site;
use crate::error::{Error, ErrorKind, Result};

/// Parameters that have to be set so, since their defaults would log values or let a connection go without TLS.
const SET: [(&str, &str); 3] =
    [("rds.force_ssl", "1"), ("log_min_error_statement", "panic"), ("log_parameter_max_length", "0")];
/// Parameters whose defaults are right, and that must not say anything else.
const NOT_OTHERWISE: [(&str, &str); 6] = [
    ("log_statement", "none"),
    ("log_min_duration_statement", "-1"),
    ("log_min_duration_sample", "-1"),
    ("log_parameter_max_length_on_error", "0"),
    ("log_transaction_sample_rate", "0"),
    ("debug_print_plan", "0"),
];
/// Libraries that write queries into the log, or run what production had planned.
const TALKATIVE: [&str; 3] = ["auto_explain", "pgaudit", "pg_cron"];

/// Refuses a parameter group under which raw data could reach a log.
pub(super) async fn refuse_talkative(site: &Site<'_>, source: &RdsSource) -> Result<()> {
    let group = source.quarantine.parameter_group.as_str();
    let call = site.account.rds().describe_db_parameters().db_parameter_group_name(group);
    let mut pages = call.into_paginator().items().send();
    let mut set = BTreeMap::new();
    while let Some(next) = pages.next().await {
        let doing = format!("looking at the parameter group {group}");
        let next = next.map_err(|error| explain(error, &doing, "rds:DescribeDBParameters", group))?;
        if let (Some(name), Some(value)) = (next.parameter_name(), next.parameter_value()) {
            set.insert(name.to_owned(), value.to_owned());
        }
    }
    // In Aurora this is a parameter of the cluster; our own connections are over TLS whatever it says.
    if matches!(source.production, Production::Cluster(_)) {
        set.entry("rds.force_ssl".to_owned()).or_insert_with(|| "1".to_owned());
    }
    let wrong = talkative(&set);
    if wrong.is_empty() {
        return Ok(());
    }
    let what = format!("under the parameter group {group}, raw values could reach a log:\n  {}", wrong.join("\n  "));
    Err(Error::new(ErrorKind::Usage, what).help("examples/aws/ has a parameter group for the quarantine"))
}

fn talkative(set: &BTreeMap<String, String>) -> Vec<String> {
    let value = |name: &str| set.get(name).map(String::as_str);
    let said = |name: &str| value(name).map_or("not set".to_owned(), |value| format!("{value:?}"));
    let has_to_be = |name: &str, wanted: &str| format!("{name} is {}, and has to be {wanted}", said(name));
    let mut wrong: Vec<String> = Vec::new();
    wrong.extend(SET.iter().filter(|(name, to)| value(name) != Some(to)).map(|(name, to)| has_to_be(name, to)));
    let otherwise = NOT_OTHERWISE.iter().filter(|(name, to)| value(name).is_some_and(|value| value != *to));
    wrong.extend(otherwise.map(|(name, to)| has_to_be(name, to)));
    let libraries = value("shared_preload_libraries").unwrap_or_default();
    let loaded = TALKATIVE.iter().filter(|library| libraries.split(',').any(|loaded| loaded.trim() == **library));
    wrong.extend(loaded.map(|library| format!("shared_preload_libraries loads {library}")));
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silent() -> BTreeMap<String, String> {
        SET.iter().chain(&NOT_OTHERWISE).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_silent_group_is_taken() {
        assert!(talkative(&silent()).is_empty());
        let least = SET.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert!(talkative(&least).is_empty());
    }

    #[test]
    fn every_way_into_a_log_is_named() {
        for (name, value) in SET.iter().chain(&NOT_OTHERWISE) {
            let mut set = silent();
            set.insert((*name).to_owned(), format!("{value}9"));
            let wrong = talkative(&set);
            assert_eq!(wrong.len(), 1);
            assert!(wrong[0].starts_with(name) && wrong[0].ends_with(value), "{wrong:?}");
        }
        let mut set = silent();
        set.insert("shared_preload_libraries".to_owned(), "pg_stat_statements, pgaudit".to_owned());
        assert_eq!(talkative(&set), ["shared_preload_libraries loads pgaudit"]);
        assert_eq!(talkative(&BTreeMap::new()).len(), SET.len());
    }
}
