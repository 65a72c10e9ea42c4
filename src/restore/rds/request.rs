//! What to restore out of Amazon RDS, and into which quarantine.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use crate::aws::Side;

/// What to restore, and into what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RdsSource {
    /// The account that the quarantine is in, and the region.
    pub side: Side,
    /// What production runs on.
    pub production: Production,
    /// Which state of it.
    pub from: RestoreFrom,
    /// Copy the snapshot first: under another key, or out of another region.
    pub copy: Option<SnapshotCopy>,
    /// Where raw data is while it is masked.
    pub quarantine: Quarantine,
    /// The database to mask.
    pub database: String,
    /// How to reach the restored instance and sign in.
    pub connect: Connect,
}

/// What production runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Production {
    /// A DB instance, by its identifier.
    Instance(String),
    /// An Aurora cluster, by its identifier. A cluster always has automated backups, of a day at the least, so it is
    /// masked into another instance: keeping the restored one is refused. Needs `instance_class` in the quarantine.
    Cluster(String),
}

/// Which state of production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RestoreFrom {
    /// The newest automated snapshot.
    LatestAutomated,
    /// The newest manual snapshot that has all of these tags.
    LatestManual(BTreeMap<String, String>),
    /// A snapshot by identifier or ARN; one that another account shares is named by ARN.
    Snapshot(String),
    /// The latest point in time that can be restored.
    LatestPointInTime,
    /// A point in time.
    PointInTime(SystemTime),
    /// The newest recovery point of AWS Backup in this vault.
    LatestRecoveryPoint(String),
    /// A recovery point of AWS Backup, by its ARN.
    RecoveryPoint(String),
}

/// A copy of the snapshot, from which is restored, and which is deleted afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SnapshotCopy {
    /// The KMS key of the copy: an ARN, id or alias of the account that the quarantine is in.
    pub kms_key: Option<String>,
    /// The region that the snapshot is in, if it is another.
    pub from_region: Option<String>,
}

/// Where raw data is while it is masked: what the restored instance has to be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantine {
    /// Exactly these security groups, by id.
    pub security_groups: Vec<String>,
    /// The subnet group, whose subnets are private.
    pub subnet_group: String,
    /// The parameter group that keeps raw data out of the logs; see `examples/aws/`.
    pub parameter_group: String,
    /// The class, such as `db.m6i.large`; `None` for that of the snapshot.
    pub instance_class: Option<String>,
    /// The IAM role for AWS Backup's restore job, which is needed for recovery points only.
    pub backup_role: Option<String>,
    /// Tags on top of our own.
    pub tags: BTreeMap<String, String>,
    /// How long nobody may delete it as forgotten, in hours.
    pub expires_after_hours: u32,
}

/// How to reach an instance and sign in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Connect {
    /// Connect here instead of to the instance's address, such as `127.0.0.1:15432` for a tunnel. The certificate is
    /// still checked against the instance's own name.
    pub address: Option<String>,
    /// What leads there, for people: `ssm`, `ssh`, `vpn`.
    pub via: Option<String>,
    /// A file with root certificates instead of the RDS ones that are built in.
    pub ca_file: Option<PathBuf>,
    /// As whom; `None` for the master user.
    pub user: Option<String>,
    /// With what.
    pub sign_in: SignIn,
}

/// With what to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SignIn {
    /// The master user with a password that is made for the run and set by `ModifyDBInstance`. Only for instances that
    /// the run has made.
    #[default]
    Generated,
    /// An IAM token, fresh for each connection.
    Iam,
    /// A password in Secrets Manager, by ARN or name: the whole secret, or `password` in its JSON.
    Secret(String),
    /// A password in this environment variable.
    Variable(String),
    /// A password in this file.
    File(PathBuf),
}
