//! `rds` in a refresh file: production on Amazon RDS, and staging there.

use std::path::Path;
use std::time::Duration;

use super::section::Section;
use super::text;
use crate::aws::{AssumeRole, Side};
use crate::release::rds::request::{OtherDatabases, RdsStaging, RoleSignIn, Shape, StagingRole, Strategy};
use crate::restore::rds::request::{Connect, Production, Quarantine, RdsSource, RestoreFrom, SignIn, SnapshotCopy};
use crate::rules::diagnostics::quoted;
use crate::rules::syntax::Content;
use crate::rules::walk::{Entry, Walk};

const SOURCE: &str = "rds: { instance: drop-prod, snapshot: latest, database: drop, quarantine: { … } }";
const TARGET: &str = "rds: { instance: drop-staging, strategy: staging_instance }";
const QUARANTINE: &str =
    "quarantine: { security_groups: [sg-0123], subnet_group: stagemask, parameter_group: stagemask-quarantine }";
const CONNECT: &str = "connect: { address: \"127.0.0.1:15432\", via: ssm }";
const SIGN_IN: &str = "sign_in: { secret: ARN }";
const TAGS: &str = "tags: { team: payments }";
/// How long a quarantined instance may be there before `cleanup` takes it for forgotten.
const EXPIRES: Duration = Duration::from_secs(24 * 3600);
/// How long the staging before is kept.
const KEEP: Duration = Duration::from_secs(7 * 24 * 3600);

/// `source: { rds: … }`
pub(super) fn source(walk: &mut Walk, entry: &Entry<'_>, folder: &Path) -> Option<RdsSource> {
    let mut section = Section::open(walk, entry, SOURCE)?;
    let production = production(walk, &mut section);
    let from = restore_from(walk, &mut section);
    let database = section.required(walk, "database", "name the database that the rules are for");
    let side = side(walk, &mut section);
    let copy = section.take("copy").and_then(|entry| copy(walk, &entry));
    let quarantine = match section.take("quarantine") {
        Some(entry) => quarantine(walk, &entry),
        None => {
            section.missing(walk, "quarantine", &format!("raw data needs a place: {QUARANTINE}"));
            None
        }
    };
    let connect = section.take("connect").map_or(Some(Connect::default()), |entry| connect(walk, &entry, folder));
    section.end(walk);
    Some(RdsSource {
        side,
        production: production?,
        from: from?,
        copy,
        quarantine: quarantine?,
        database: database?,
        connect: connect?,
    })
}

fn production(walk: &mut Walk, section: &mut Section<'_>) -> Option<Production> {
    match (section.text(walk, "instance"), section.text(walk, "cluster")) {
        (Some(instance), None) => Some(Production::Instance(instance)),
        (None, Some(cluster)) => Some(Production::Cluster(cluster)),
        (None, None) => {
            section.wrong(walk, "names no production", "write `instance: drop-prod`, or `cluster:` for Aurora");
            None
        }
        (Some(_), Some(_)) => {
            section.wrong(walk, "names an instance and a cluster", "production is one of them");
            None
        }
    }
}

fn restore_from(walk: &mut Walk, section: &mut Section<'_>) -> Option<RestoreFrom> {
    const ONE: &str = "write one of `snapshot: latest`, `point_in_time: latest`, `recovery_point: latest`";
    let snapshot = section.text(walk, "snapshot");
    let tags = section.texts(walk, "tags", TAGS);
    let point = section.take("point_in_time");
    let recovery = section.text(walk, "recovery_point");
    let vault = section.text(walk, "vault");
    if !tags.is_empty() && snapshot.as_deref() != Some("latest-manual") {
        section.wrong(walk, "has tags to choose a snapshot by", "they go with `snapshot: latest-manual`");
    }
    match (snapshot, point, recovery) {
        (Some(snapshot), None, None) => Some(match snapshot.as_str() {
            "latest" => RestoreFrom::LatestAutomated,
            "latest-manual" => RestoreFrom::LatestManual(tags),
            _ => RestoreFrom::Snapshot(snapshot),
        }),
        (None, Some(entry), None) => point_in_time(walk, &entry),
        (None, None, Some(recovery)) => match (recovery.as_str(), vault) {
            ("latest", Some(vault)) => Some(RestoreFrom::LatestRecoveryPoint(vault)),
            ("latest", None) => {
                section.missing(walk, "vault", "the newest recovery point of which vault?");
                None
            }
            _ => Some(RestoreFrom::RecoveryPoint(recovery)),
        },
        (None, None, None) => {
            section.wrong(walk, "doesn't say what to restore", ONE);
            None
        }
        _ => {
            section.wrong(walk, "says more than once what to restore", ONE);
            None
        }
    }
}

fn point_in_time(walk: &mut Walk, entry: &Entry<'_>) -> Option<RestoreFrom> {
    let written = text(walk, entry)?;
    if written == "latest" {
        return Some(RestoreFrom::LatestPointInTime);
    }
    let time = humantime::parse_rfc3339(written).ok();
    if time.is_none() {
        let help = "write `latest`, or a time in UTC such as 2026-11-21T03:00:00Z".to_owned();
        walk.wrong(entry.value.place, "this is no point in time", help);
    }
    time.map(RestoreFrom::PointInTime)
}

fn side(walk: &mut Walk, section: &mut Section<'_>) -> Side {
    let region = section.text(walk, "region");
    let profile = section.text(walk, "profile");
    let role = section.take("assume_role");
    Side { region, profile, assume_role: role.and_then(|entry| assume_role(walk, &entry)) }
}

fn assume_role(walk: &mut Walk, entry: &Entry<'_>) -> Option<AssumeRole> {
    if matches!(entry.value.content, Content::Text { .. }) {
        return text(walk, entry).map(|arn| AssumeRole { arn: arn.to_owned(), external_id: None });
    }
    let mut section = Section::open(walk, entry, "assume_role: { arn: ARN, external_id: TEXT }")?;
    let arn = section.required(walk, "arn", "name the role by its ARN");
    let external_id = section.text(walk, "external_id");
    section.end(walk);
    Some(AssumeRole { arn: arn?, external_id })
}

fn copy(walk: &mut Walk, entry: &Entry<'_>) -> Option<SnapshotCopy> {
    let mut section = Section::open(walk, entry, "copy: { kms_key: alias/staging }")?;
    let copy = SnapshotCopy { kms_key: section.text(walk, "kms_key"), from_region: section.text(walk, "from_region") };
    if copy == SnapshotCopy::default() {
        section.wrong(walk, "has neither a key nor a region", "write `kms_key`, `from_region` or both");
    }
    section.end(walk);
    Some(copy)
}

fn quarantine(walk: &mut Walk, entry: &Entry<'_>) -> Option<Quarantine> {
    let mut section = Section::open(walk, entry, QUARANTINE)?;
    let security_groups = section.list(walk, "security_groups").filter(|groups| !groups.is_empty());
    if security_groups.is_none() {
        section.missing(walk, "security_groups", "without them the instance gets the VPC's default group");
    }
    let subnet_group = section.required(walk, "subnet_group", "name a subnet group whose subnets are private");
    let parameter_group = section.required(
        walk,
        "parameter_group",
        "name the one that keeps raw data out of the logs; see examples/aws/",
    );
    let quarantine = Quarantine {
        security_groups: security_groups.unwrap_or_default(),
        subnet_group: subnet_group.unwrap_or_default(),
        parameter_group: parameter_group.unwrap_or_default(),
        instance_class: section.text(walk, "instance_class"),
        backup_role: section.text(walk, "backup_role"),
        tags: section.texts(walk, "tags", TAGS),
        expires_after_hours: hours(section.time(walk, "expires_after").unwrap_or(EXPIRES)),
    };
    section.end(walk);
    Some(quarantine)
}

fn connect(walk: &mut Walk, entry: &Entry<'_>, folder: &Path) -> Option<Connect> {
    let mut section = Section::open(walk, entry, CONNECT)?;
    let connect = Connect {
        address: section.text(walk, "address"),
        via: section.text(walk, "via"),
        ca_file: section.text(walk, "ca_file").map(|path| folder.join(path)),
        user: section.text(walk, "user"),
        sign_in: match section.take("sign_in") {
            Some(entry) => sign_in(walk, &entry, folder)?,
            None => SignIn::Generated,
        },
    };
    section.end(walk);
    Some(connect)
}

fn sign_in(walk: &mut Walk, entry: &Entry<'_>, folder: &Path) -> Option<SignIn> {
    if matches!(entry.value.content, Content::Text { .. }) {
        return match text(walk, entry)? {
            "generated" => Some(SignIn::Generated),
            "iam" => Some(SignIn::Iam),
            _ => {
                // It may be a password that somebody took this for: it is not repeated.
                let help = format!("write `generated`, `iam`, or where the password is, as in `{SIGN_IN}`");
                walk.wrong(entry.place, format!("{} says something else", quoted(entry.key)), help);
                None
            }
        };
    }
    let mut section = Section::open(walk, entry, SIGN_IN)?;
    let places = [
        section.text(walk, "secret").map(SignIn::Secret),
        section.text(walk, "variable").map(SignIn::Variable),
        section.text(walk, "file").map(|path| SignIn::File(folder.join(path))),
    ];
    let mut places = places.into_iter().flatten();
    let (first, second) = (places.next(), places.next());
    if first.is_none() || second.is_some() {
        section.wrong(walk, "must name one place", "write one of `secret`, `variable`, `file`");
    }
    section.end(walk);
    first.filter(|_| second.is_none())
}

/// `target: { database: …, server: { rds: … } }`
pub(super) fn target(walk: &mut Walk, entry: &Entry<'_>, database: String, folder: &Path) -> Option<RdsStaging> {
    let mut section = Section::open(walk, entry, TARGET)?;
    let instance = section.required(walk, "instance", "name the instance that people connect to");
    let strategy = section.take("strategy");
    let side = side(walk, &mut section);
    let shape = Shape {
        security_groups: section.list(walk, "security_groups").unwrap_or_default(),
        subnet_group: section.text(walk, "subnet_group"),
        parameter_group: section.text(walk, "parameter_group"),
        instance_class: section.text(walk, "instance_class"),
        storage_gib: section.number(walk, "storage_gib", 20..=65536),
        backup_days: section.number(walk, "backup_days", 1..=35).unwrap_or(1),
        kms_key: section.text(walk, "kms_key"),
        tags: section.texts(walk, "tags", TAGS),
    };
    let strategy = match strategy {
        Some(entry) => self::strategy(walk, &entry),
        None => {
            section.missing(walk, "strategy", STRATEGIES);
            None
        }
    };
    if let Some(strategy) = strategy {
        complete(walk, &section, strategy, &shape);
    }
    let roles = section.take("roles").map(|entry| roles(walk, &entry)).unwrap_or_default();
    let other_databases = match section.take("other_databases") {
        Some(entry) => other_databases(walk, &entry)?,
        None => OtherDatabases::Refuse,
    };
    let connect = section.take("connect").map_or(Some(Connect::default()), |entry| connect(walk, &entry, folder));
    let keep_hours = hours(section.time(walk, "keep").unwrap_or(KEEP));
    section.end(walk);
    Some(RdsStaging {
        side,
        instance: instance?,
        database,
        strategy: strategy?,
        shape,
        roles,
        other_databases,
        connect: connect?,
        keep_hours,
    })
}

const STRATEGIES: &str = "write `staging_instance` to mask into the instance that is there, `restored_instance` to mask inside \
     the restored one and give it staging's name, or `new_instance` to mask into a new, empty one";

fn strategy(walk: &mut Walk, entry: &Entry<'_>) -> Option<Strategy> {
    match text(walk, entry)? {
        "restored_instance" => Some(Strategy::RestoredInstance),
        "staging_instance" => Some(Strategy::StagingInstance),
        "new_instance" => Some(Strategy::NewInstance),
        other => {
            walk.wrong(entry.value.place, format!("unknown strategy {}", quoted(other)), STRATEGIES.to_owned());
            None
        }
    }
}

/// What a strategy that gives an instance staging's name has to know about it.
fn complete(walk: &mut Walk, section: &Section<'_>, strategy: Strategy, shape: &Shape) {
    if strategy == Strategy::StagingInstance {
        return;
    }
    if shape.security_groups.is_empty() {
        section.missing(walk, "security_groups", "an instance that becomes staging needs staging's security groups");
    }
    if shape.parameter_group.is_none() {
        section.missing(walk, "parameter_group", "an instance that becomes staging needs staging's parameter group");
    }
    if strategy == Strategy::NewInstance {
        for (key, there) in [
            ("subnet_group", shape.subnet_group.is_some()),
            ("instance_class", shape.instance_class.is_some()),
            ("storage_gib", shape.storage_gib.is_some()),
        ] {
            if !there {
                section.missing(walk, key, "a new instance needs it");
            }
        }
    }
}

fn roles(walk: &mut Walk, entry: &Entry<'_>) -> Vec<StagingRole> {
    const EXAMPLE: &str = "roles: { app_user: { secret: ARN }, ci: iam }";
    let entries = walk.entries(entry.value, &quoted(entry.key), EXAMPLE).unwrap_or_default();
    entries.iter().filter_map(|role| self::role(walk, role)).collect()
}

fn role(walk: &mut Walk, entry: &Entry<'_>) -> Option<StagingRole> {
    let name = entry.key.to_owned();
    if matches!(&entry.value.content, Content::Text { text, .. } if text == "iam") {
        return Some(StagingRole { name, sign_in: RoleSignIn::Iam });
    }
    if matches!(entry.value.content, Content::Text { .. }) {
        let help = "write `iam`, or `{ secret: ARN }` for a password in Secrets Manager".to_owned();
        walk.wrong(entry.place, format!("{} says something else", quoted(entry.key)), help);
        return None;
    }
    let mut section = Section::open(walk, entry, "app_user: { secret: ARN }")?;
    let secret = section.required(walk, "secret", "name the secret by its ARN or name, or write `iam`");
    section.end(walk);
    Some(StagingRole { name, sign_in: RoleSignIn::Secret(secret?) })
}

fn other_databases(walk: &mut Walk, entry: &Entry<'_>) -> Option<OtherDatabases> {
    match text(walk, entry)? {
        "refuse" => Some(OtherDatabases::Refuse),
        "drop" => Some(OtherDatabases::Drop),
        other => {
            let help = "write `refuse` or `drop`".to_owned();
            walk.wrong(entry.value.place, format!("unknown choice {}", quoted(other)), help);
            None
        }
    }
}

fn hours(time: Duration) -> u32 {
    u32::try_from(time.as_secs().div_ceil(3600)).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "rds_tests.rs"]
mod tests;
