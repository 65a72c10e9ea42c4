//! What staging on Amazon RDS has to be like.

use std::collections::BTreeMap;

use crate::aws::Side;
use crate::restore::rds::request::Connect;

/// Staging on Amazon RDS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RdsStaging {
    /// The account and region that staging is in.
    pub side: Side,
    /// The identifier of the instance that people connect to, or of the Aurora cluster.
    pub instance: String,
    /// The database that people connect to.
    pub database: String,
    /// How it comes to be staging.
    pub strategy: Strategy,
    /// What the instance is like once it is staging, for strategies that make one.
    pub shape: Shape,
    /// The roles that get a password of staging.
    pub roles: Vec<StagingRole>,
    /// What becomes of other databases on a restored instance.
    pub other_databases: OtherDatabases,
    /// How to reach it and sign in.
    pub connect: Connect,
    /// How long what was staging before is kept, in hours.
    pub keep_hours: u32,
}

/// How the masked database comes to be staging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// Mask inside the restored instance, drop the raw database there, then give that instance staging's name.
    RestoredInstance,
    /// Mask into the staging instance that is there, delete the restored one, and swap databases.
    StagingInstance,
    /// Mask into a new, empty instance, delete the restored one, then give the new one staging's name.
    NewInstance,
}

/// What a staging instance is like.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shape {
    /// The security groups of staging, by id. They come last, when everything else is done.
    pub security_groups: Vec<String>,
    /// The subnet group, for a new instance.
    pub subnet_group: Option<String>,
    /// The parameter group of staging.
    pub parameter_group: Option<String>,
    /// The class, such as `db.t3.medium`.
    pub instance_class: Option<String>,
    /// GiB, for a new instance.
    pub storage_gib: Option<u32>,
    /// Days that automated backups are kept, now that they are masked; at least 1.
    pub backup_days: u32,
    /// The KMS key of a new instance.
    pub kms_key: Option<String>,
    /// Tags of staging.
    pub tags: BTreeMap<String, String>,
}

/// A role that people or applications sign in to staging with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagingRole {
    /// The role, such as `app_user`.
    pub name: String,
    /// How it signs in.
    pub sign_in: RoleSignIn,
}

/// How a role signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleSignIn {
    /// With the password in Secrets Manager, by ARN or name.
    Secret(String),
    /// With IAM tokens: the role is granted `rds_iam`.
    Iam,
}

/// What becomes of databases on a restored instance that the rules don't name: they are raw too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OtherDatabases {
    /// Their being there stops the run before a row moves.
    #[default]
    Refuse,
    /// They are dropped with the raw database.
    Drop,
}
