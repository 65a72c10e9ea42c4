//! One decision for each family: the rule of its head. Whatever else is written has to say the same.

use std::collections::{BTreeMap, HashMap};

use super::families::{self, families};
use super::links::{At, Link, Links, Schema};
use super::{Family, Follow, Leaf, Member, Role};
use crate::mask::plan::Problems;
use crate::mask::transforms::referring::Equality;
use crate::postgres::catalog::Column;
use crate::postgres::types::TypeClass;
use crate::rules::json_path::JsonPath;
use crate::rules::rule::{ColumnRule, Mistake, Rules, TableRules};
use crate::rules::transform::{Decision, Transform};

/// The rules by column.
struct Written<'a>(HashMap<At<'a>, &'a ColumnRule>);

impl<'a> Written<'a> {
    fn of(rules: &'a Rules) -> Self {
        let of_table = |table: &'a TableRules| {
            table.columns.iter().map(|rule| (At { table: &table.name, column: &rule.name }, rule))
        };
        Self(rules.tables.iter().flat_map(of_table).collect())
    }

    fn rule(&self, at: At<'a>) -> Option<&'a ColumnRule> {
        self.0.get(&at).copied()
    }

    fn spec(&self, at: At<'a>) -> Option<&'a Transform> {
        self.rule(at).and_then(ColumnRule::transform)
    }
}

pub(super) fn decide<'a>(
    rules: &'a Rules,
    schema: &Schema<'a>,
    links: Links<'a>,
    problems: &mut Problems,
) -> Follow<'a> {
    let written = Written::of(rules);
    let mut follow =
        Follow { families: Vec::new(), members: HashMap::new(), leaves: HashMap::new(), sometimes: HashMap::new() };
    let mut arrows: families::Arrows<'a> = BTreeMap::new();
    for link in &links.whole {
        arrows.entry(link.from).or_default().insert(link.to);
    }
    for family in families(&links) {
        let head = family.ends.iter().min_by_key(|end| (written.rule(**end).is_none(), **end)).copied();
        let sometimes = links.sometimes.iter().filter(|sometimes| family.columns.contains(&sometimes.to));
        let holding: Vec<At<'a>> =
            family.columns.iter().copied().chain(sometimes.map(|sometimes| sometimes.from)).collect();
        let decided = head.and_then(|head| the_family(schema, &written, head, &holding));
        let Some(decided) = decided else { continue };
        refuse_cases(&written, &family.columns, decided.head, problems);
        let circle = families::reached(decided.head, &arrows);
        let others: Vec<At<'a>> = family.ends.iter().copied().filter(|end| !circle.contains(end)).collect();
        follow.add(decided, &family.columns, &others, &links);
        for end in others {
            check_end(&follow, &written, end, &family.columns, &arrows, problems);
        }
    }
    for link in &links.whole {
        check(&follow, &written, link, problems);
    }
    for leaf in links.leaves {
        if check_leaf(&follow, &written, &leaf, problems) {
            follow.leaves.entry(leaf.from).or_default().push(leaf);
        }
    }
    for sometimes in links.sometimes {
        if matches!(follow.members.get(&sometimes.from), Some(Member { role: Role::Follows { .. }, .. })) {
            problems.add(Mistake {
                place: Some(sometimes.place),
                what: format!("{} refers to another column in every row", sometimes.from),
                help: Some("take out one of the two references".to_owned()),
            });
        }
        follow.sometimes.entry(sometimes.from).or_default().push(sometimes);
    }
    follow
}

impl<'a> Follow<'a> {
    /// Takes in a family, of which some columns decide for themselves.
    fn add(&mut self, family: Family<'a>, columns: &[At<'a>], beside: &[At<'a>], links: &Links<'a>) {
        let number = self.families.len();
        for &at in columns {
            let elements = links.whole.iter().any(|link| link.from == at && link.elements);
            let role = match at {
                at if at == family.head => Role::Head,
                at if beside.contains(&at) => Role::Beside,
                _ => Role::Follows { elements },
            };
            self.members.insert(at, Member { family: number, role });
        }
        self.families.push(family);
    }
}

/// Narrowed to what all columns can hold.
fn the_family<'a>(schema: &Schema<'a>, written: &Written<'a>, head: At<'a>, others: &[At<'a>]) -> Option<Family<'a>> {
    let mut column: Column = schema.columns(head).next()?.clone();
    let (mut narrowest, mut equality) = (None, Equality::default());
    for &at in others {
        for other in schema.columns(at) {
            column.unique |= other.unique;
            if !has_text(&other.class) || !has_text(&column.class) {
                continue;
            }
            if other.max_chars.is_some_and(|room| column.max_chars.is_none_or(|before| room < before)) {
                column.max_chars = other.max_chars;
                narrowest = (at != head).then_some(at);
            }
            equality.ignores_end |= is_padded(other);
            equality.ignores_case |= other.type_name == "citext" || other.type_name.ends_with(".citext");
        }
    }
    let rule = written.rule(head);
    let (place, domain) = (rule.map(|rule| rule.place), rule.and_then(|rule| rule.domain.as_deref()));
    // A column that nothing else refers to is as it always was.
    let equality = if others.len() > 1 { equality } else { Equality::default() };
    Some(Family { head, spec: written.spec(head), place, domain, column, narrowest, equality })
}

fn has_text(class: &TypeClass) -> bool {
    match class {
        TypeClass::Text => true,
        TypeClass::Array(element) => has_text(element),
        _ => false,
    }
}

/// `char(n)`, whose values are filled up with spaces.
fn is_padded(column: &Column) -> bool {
    column.type_name.starts_with("character(") || column.type_name.starts_with("bpchar")
}

/// A case looks at a row of its own table, which a column elsewhere doesn't have.
fn refuse_cases<'a>(written: &Written<'a>, columns: &[At<'a>], head: At<'a>, problems: &mut Problems) {
    let with_cases = columns.iter().filter(|_| columns.len() > 1);
    for (at, rule) in
        with_cases.filter_map(|at| Some((at, written.rule(*at)?))).filter(|(_, rule)| !rule.cases.is_empty())
    {
        let others = columns.iter().find(|other| *other != at);
        let other = others.filter(|_| *at == head).copied().unwrap_or(head);
        problems.add(Mistake {
            place: Some(rule.place),
            what: format!("{at} and {other} hold the same values, and {at} is masked in some rows in another way"),
            help: Some("decide in the same way in all rows".to_owned()),
        });
    }
}

/// The decision that holds for a column, and its domain.
fn effective<'a>(follow: &Follow<'a>, written: &Written<'a>, at: At<'a>) -> (Option<&'a Transform>, Option<&'a str>) {
    let head = follow.members.get(&at).filter(|member| member.role != Role::Beside);
    let head = head.and_then(|member| follow.families.get(member.family));
    match (written.rule(at), head) {
        (Some(rule), head) => (rule.transform(), rule.domain.as_deref().or(head.and_then(|head| head.domain))),
        (None, Some(head)) => (head.spec, head.domain),
        (None, None) => (None, None),
    }
}

/// What refers to two columns has the values of both, so that both are masked alike.
fn check_end<'a>(
    follow: &Follow<'a>,
    written: &Written<'a>,
    end: At<'a>,
    columns: &[At<'a>],
    arrows: &families::Arrows<'a>,
    problems: &mut Problems,
) {
    let Some(head) = follow.family_of(end).map(|family| family.head) else { return };
    let (first, second) = (effective(follow, written, head), effective(follow, written, end));
    if first.0 == second.0 && (first.0.is_none() || first.1 == second.1) {
        return;
    }
    let refers_to_both = |at: &&At<'a>| {
        let reached = families::reached(**at, arrows);
        reached.contains(&head) && reached.contains(&end)
    };
    // Two ends may be one family through a third.
    let between = columns.iter().find(refers_to_both);
    let how = between.map_or("what refers to either".to_owned(), ToString::to_string);
    problems.add(Mistake {
        place: written.rule(end).or(written.rule(head)).map(|rule| rule.place),
        what: format!("{head} and {end} hold the same values, by {how}, and they are masked differently"),
        help: Some("give both the same transform and domain, or keep both".to_owned()),
    });
}

/// Both ends are masked alike, or not at all.
fn check<'a>(follow: &Follow<'a>, written: &Written<'a>, link: &Link<'a>, problems: &mut Problems) {
    if written.rule(link.from).is_none()
        && matches!(follow.members.get(&link.from), Some(Member { role: Role::Follows { .. }, .. }))
    {
        // It has the decision of the head; what else it refers to is looked at by itself.
        return;
    }
    let (from, to) = (effective(follow, written, link.from), effective(follow, written, link.to));
    let place = link.place.or_else(|| written.rule(link.from).or(written.rule(link.to)).map(|rule| rule.place));
    let name = link.name.map(|name| format!(" ({name})")).unwrap_or_default();
    let refers = format!("{} refers to {}{name}", link.from, link.to);
    let (how, help) = match (from.0 == to.0, written.rule(link.from), written.rule(link.to)) {
        (true, ..) if from.0.is_none() || from.1 == to.1 => return,
        (true, ..) => ("they are of different consistency domains", format!("write `domain` at {} alone", link.to)),
        (false, Some(_), Some(_)) => (
            "they are masked differently",
            format!("take out the rule for {}, and it is masked as {} is", link.from, link.to),
        ),
        (false, Some(_), None) => {
            ("they are masked differently", format!("write the rule at {}: what refers to it follows", link.to))
        }
        (false, None, _) => ("they are masked differently", "give both the same transform, or keep both".to_owned()),
    };
    problems.add(Mistake { place, what: format!("{refers}, and {how}"), help: Some(help) });
}

/// Whether a path's reference goes together with what the rules say of its column.
fn check_leaf<'a>(follow: &Follow<'a>, written: &Written<'a>, leaf: &Leaf<'a>, problems: &mut Problems) -> bool {
    let (spec, _) = effective(follow, written, leaf.to);
    let mut wrong = |what: String, help: &str| {
        problems.add(Mistake { place: Some(leaf.place), what, help: Some(help.to_owned()) });
        false
    };
    let family = |at: At<'a>| follow.members.get(&at).map(|member| member.family);
    let same_path = |other: &&Leaf<'a>| other.path == leaf.path && family(other.to) != family(leaf.to);
    if let Some(other) = follow.leaves.get(&leaf.from).into_iter().flatten().find(same_path) {
        let what = format!("{} of {} refers to {} and to {}", leaf.path, leaf.from, other.to, leaf.to);
        return wrong(what, "leave one of them out");
    }
    let Some(rule) = written.rule(leaf.from) else { return false };
    match rule.transform() {
        None if spec.is_none() => false,
        Some(Transform::Json(paths)) => {
            let is_it = |path: &String| JsonPath::parse(path).is_ok_and(|path| path == leaf.path);
            let said = paths.iter().find(|(path, _)| is_it(path)).and_then(|(_, part)| part.decision());
            let same = said.is_none_or(|said| match (&said, spec) {
                (Decision::Keep, None) => true,
                (Decision::Mask(said), Some(spec)) => said == spec,
                _ => false,
            });
            let what = format!("{} of {} refers to {}, and they are masked differently", leaf.path, leaf.from, leaf.to);
            same || wrong(what, "take the path out of the rule: the reference decides on it")
        }
        other => {
            let how = other.map_or("keep", Transform::name);
            let what = format!(
                "{} of {} refers to {}, and the whole column is decided by {how}",
                leaf.path, leaf.from, leaf.to
            );
            wrong(what, "give the column `json`, which decides on its paths; or take out the reference")
        }
    }
}
