//! The example IAM policies allow each call of a refresh and nothing that would let raw data out or harm production,
//! judged offline. `tests/iam/*.json` say which calls those are.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here is a failing test")]

#[path = "support/iam.rs"]
mod iam;

use std::collections::BTreeSet;
use std::path::Path;

use iam::{Call, Decision, Statement, decide, statements};
use serde_json::Value;

/// What Terraform's `templatefile` puts into the policies.
const VALUES: &[(&str, &str)] = &[
    ("region", "eu-north-1"),
    ("source_region", "eu-west-1"),
    ("account", "222222222222"),
    ("production", "drop-prod"),
    ("staging", "drop-staging"),
    ("environment_tag", "env"),
    ("production_value", "prod"),
    ("quarantine_subnet_group", "stagemask"),
    ("staging_subnet_group", "drop-staging"),
    ("quarantine_parameter_group", "stagemask-quarantine"),
    ("staging_parameter_group", "drop-staging"),
    ("vault", "drop"),
    ("backup_role_arn", "arn:aws:iam::222222222222:role/stagemask-backup"),
    ("production_role_arn", "arn:aws:iam::111111111111:role/stagemask-restore"),
    ("production_key_arn", "arn:aws:kms:eu-north-1:111111111111:key/0a1b"),
    ("staging_key_arn", "arn:aws:kms:eu-north-1:222222222222:key/2c3d"),
    ("secret_prefix", "drop/staging/"),
    ("topic_arn", "arn:aws:sns:eu-north-1:222222222222:stagemask"),
    ("namespace", "Stagemask"),
    ("bucket", "drop-evidence"),
    ("evidence_prefix", "stagemask/"),
];

fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn filled(policy: &str) -> String {
    let mut text = text(&format!("examples/aws/policies/{policy}.json"));
    for (name, value) in VALUES {
        text = text.replace(&format!("${{{name}}}"), value);
    }
    assert!(!text.contains("${"), "{policy} has a variable that nobody fills in");
    text
}

fn policy(name: &str) -> Vec<Statement> {
    statements(&serde_json::from_str(&filled(name)).unwrap())
}

/// What is attached to the role, and the most that it may ever have: Terraform puts the denials into the boundary.
struct Role {
    identity: Vec<Statement>,
    boundary: Vec<Statement>,
}

impl Role {
    fn of_the_example() -> Self {
        let identity = ["look", "restore", "release"].into_iter().flat_map(policy).collect();
        let boundary = ["boundary", "deny"].into_iter().flat_map(policy).collect();
        Self { identity, boundary }
    }

    fn decide(&self, call: &Call) -> Decision {
        decide(&self.identity, &self.boundary, call)
    }
}

fn calls(name: &str) -> Vec<Call> {
    serde_json::from_str(&text(&format!("tests/iam/{name}.json"))).unwrap()
}

fn described(call: &Call, decision: &Decision) -> String {
    format!("{} ({}): {decision:?}", call.what, call.action)
}

#[test]
fn each_call_of_a_refresh_is_allowed() {
    let role = Role::of_the_example();
    let judged = calls("allowed").into_iter().map(|call| (role.decide(&call), call));
    let wrong: Vec<String> =
        judged.filter(|(is, _)| *is != Decision::Allowed).map(|(is, call)| described(&call, &is)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_that_lets_raw_data_out_or_harms_production_is_allowed() {
    let role = Role::of_the_example();
    let denied = calls("denied");
    let wrong: Vec<&str> =
        denied.iter().filter(|call| role.decide(call) == Decision::Allowed).map(|call| call.what.as_str()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(denied.len() > 50, "only {} calls", denied.len());
}

#[test]
fn what_must_never_happen_is_denied_whatever_else_is_allowed() {
    let mut role = Role::of_the_example();
    role.identity.push(everything());
    role.boundary.push(everything());
    let mut denying = BTreeSet::new();
    for call in calls("denied") {
        let decision = role.decide(&call);
        assert_eq!(matches!(decision, Decision::Denied(_)), call.always_denied, "{}", described(&call, &decision));
        if let Decision::Denied(sid) = decision {
            denying.insert(sid);
        }
    }
    let all: BTreeSet<String> = policy("deny").into_iter().map(|statement| statement.sid).collect();
    assert_eq!(denying, all, "a statement denies nothing of the list");
    for call in calls("allowed") {
        assert_eq!(role.decide(&call), Decision::Allowed, "{}", call.what);
    }
}

fn everything() -> Statement {
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Sid":"All","Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    statements(&serde_json::from_str(policy).unwrap()).remove(0)
}

#[test]
fn every_statement_and_every_action_is_needed() {
    let role = Role::of_the_example();
    let allowed = calls("allowed");
    for index in 0..role.identity.len() {
        let mut less = role.identity.clone();
        let without = less.remove(index);
        let needed = allowed.iter().any(|call| decide(&less, &role.boundary, call) != Decision::Allowed);
        assert!(needed, "{} allows nothing that a refresh needs", without.sid);
    }
    let called: BTreeSet<&str> = allowed.iter().map(|call| call.action.as_str()).collect();
    for statements in [&role.identity, &role.boundary] {
        let allowing = statements.iter().filter(|statement| statement.allow);
        let granted: BTreeSet<&str> = allowing.flat_map(|statement| &statement.actions).map(String::as_str).collect();
        assert_eq!(granted, called);
    }
}

#[test]
fn a_restore_that_lacks_one_of_its_safeguards_is_refused() {
    let role = Role::of_the_example();
    let mut tried = 0;
    for call in
        calls("allowed").iter().filter(|call| call.action.contains("Restore") && call.action.starts_with("rds:"))
    {
        let mut untagged = call.clone();
        untagged.request_tags.remove("stagemask:managed");
        let mut elsewhere = call.clone();
        elsewhere.resources[0].arn = elsewhere.resources[0].arn.replace(":stagemask-", ":payroll-");
        let mut variants = vec![untagged, elsewhere];
        if call.action.contains("DBInstance") {
            let mut open = call.clone();
            open.conditions.insert("rds:PubliclyAccessible".to_owned(), "true".to_owned());
            let mut unsaid = call.clone();
            unsaid.conditions.clear();
            variants.extend([open, unsaid]);
        }
        for variant in variants {
            assert_ne!(role.decide(&variant), Decision::Allowed, "{variant:?}");
            tried += 1;
        }
    }
    assert!(tried > 20, "only {tried}");
}

#[test]
fn no_action_is_a_wildcard_and_few_resources_are() {
    let may_be_all = ["Look", "Metrics"];
    for name in ["look", "restore", "release", "boundary", "deny"] {
        for statement in policy(name) {
            assert!(statement.actions.iter().all(|action| !action.contains(['*', '?'])), "{}", statement.sid);
            let narrow = statement.resources.iter().all(|resource| resource != "*");
            let apart = name == "boundary" || !statement.allow || may_be_all.contains(&statement.sid.as_str());
            assert!(narrow || apart, "{} is for every resource", statement.sid);
        }
    }
}

#[test]
fn a_role_can_be_taken_on_only_by_the_named_workflow_or_service() {
    for name in ["trust-github", "trust-service"] {
        let text = text(&format!("examples/aws/policies/{name}.json"));
        let policy: Value = serde_json::from_str(&text).unwrap();
        for statement in policy["Statement"].as_array().unwrap() {
            assert!(!statement["Principal"].to_string().contains('*'), "{name}");
            assert!(!statement["Condition"].to_string().contains('*') && statement["Condition"].is_object(), "{name}");
        }
    }
}

/// IAM quotas: 6,144 characters for a managed policy, without white space; names filled in may be longer than ours.
#[test]
fn every_policy_fits_into_a_managed_policy() {
    const ROOM: usize = 900;
    let length = |name: &str| filled(name).chars().filter(|c| !c.is_whitespace()).count();
    for names in [&["look"][..], &["restore"], &["release"], &["boundary", "deny"]] {
        let sum: usize = names.iter().map(|name| length(name)).sum();
        assert!(sum + ROOM <= 6144, "{names:?}: {sum}");
    }
}

#[test]
fn terraform_fills_in_every_variable_of_the_policies() {
    let terraform = text("examples/aws/iam.tf");
    let block = terraform.split("policy_variables = {").nth(1).unwrap().split("\n  }").next().unwrap();
    let given: BTreeSet<&str> =
        block.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name.trim()).collect();
    assert_eq!(given, VALUES.iter().map(|(name, _)| *name).collect());
}

fn one(statement: &str) -> Vec<Statement> {
    let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    statements(&serde_json::from_str(&policy).unwrap())
}

fn call(json: &str) -> Call {
    serde_json::from_str(json).unwrap()
}

#[test]
fn the_evaluator_itself_follows_the_rules_of_iam() {
    let all = one(r#"{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"}"#);
    let narrow = one(r#"{"Sid":"b","Effect":"Allow","Action":"RDS:Modify*","Resource":"arn:aws:rds:*:1:db:a?c"}"#);
    let modify =
        |arn: &str| call(&format!(r#"{{"what":"","action":"rds:ModifyDBInstance","resources":[{{"arn":"{arn}"}}]}}"#));
    assert_eq!(decide(&narrow, &all, &modify("arn:aws:rds:eu:1:db:abc")), Decision::Allowed);
    assert_eq!(decide(&narrow, &all, &modify("arn:aws:rds:eu:1:db:abcd")), Decision::NotAllowed);
    assert_eq!(decide(&narrow, &all, &modify("arn:aws:rds:eu:1:db:ABC")), Decision::NotAllowed);
    assert_eq!(decide(&all, &narrow, &modify("arn:aws:rds:eu:2:db:abc")), Decision::NotAllowed, "the boundary");

    let condition = |condition: &str| {
        one(&format!(r#"{{"Sid":"c","Effect":"Allow","Action":"x:Y","Resource":"*","Condition":{{{condition}}}}}"#))
    };
    let tagged = call(
        r#"{"what":"","action":"x:Y","resources":[{"arn":"*","tags":{"Env":"Prod"}}],
            "request_tags":{"a":"1","b":"2"},"conditions":{"x:open":"false"}}"#,
    );
    for (text, holds) in [
        (r#""StringEquals":{"aws:ResourceTag/env":"Prod"}"#, true),
        (r#""StringEquals":{"aws:ResourceTag/env":"prod"}"#, false),
        (r#""StringEqualsIgnoreCase":{"aws:ResourceTag/env":["x","prod"]}"#, true),
        (r#""StringNotEquals":{"aws:ResourceTag/env":"Prod"}"#, false),
        (r#""StringNotEquals":{"aws:ResourceTag/missing":"x"}"#, true),
        (r#""StringEquals":{"aws:ResourceTag/missing":"x"}"#, false),
        (r#""StringEqualsIfExists":{"aws:ResourceTag/missing":"x"}"#, true),
        (r#""StringLike":{"aws:ResourceTag/env":"P*d"}"#, true),
        (r#""Bool":{"x:open":"false"}"#, true),
        (r#""Bool":{"x:open":"true"}"#, false),
        (r#""Bool":{"x:missing":"false"}"#, false),
        (r#""Null":{"x:missing":"true"}"#, true),
        (r#""Null":{"x:open":"true"}"#, false),
        (r#""ForAnyValue:StringEquals":{"aws:TagKeys":["b","c"]}"#, true),
        (r#""ForAllValues:StringEquals":{"aws:TagKeys":["b","c"]}"#, false),
        (r#""ForAllValues:StringEquals":{"x:missing":["b"]}"#, true),
        (r#""Bool":{"x:open":"false"},"StringEquals":{"aws:RequestTag/a":"2"}"#, false),
    ] {
        let decision = decide(&condition(text), &all, &tagged);
        assert_eq!(decision == Decision::Allowed, holds, "{text}");
    }
    let deny = one(r#"{"Sid":"d","Effect":"Deny","Action":"x:*","Resource":"*"}"#);
    let both = [all.clone(), deny].concat();
    assert_eq!(decide(&both, &all, &tagged), Decision::Denied("d".to_owned()), "a denial wins");
}

#[test]
#[should_panic(expected = "isn't known here")]
fn the_evaluator_passes_over_no_condition_that_it_does_not_know() {
    let odd =
        one(r#"{"Sid":"o","Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"x:y":"1"}}}"#);
    decide(&odd, &odd, &call(r#"{"what":"","action":"x:Y","resources":[{"arn":"*"}],"conditions":{"x:y":"1"}}"#));
}
