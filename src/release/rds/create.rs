//! A new, empty instance to mask into: as closed as the quarantine until it is released.

use super::request::Shape;
use super::shape::refuse_public;
use super::swap::expires_in;
use crate::aws::rds::instance::{Instance, find, refused, tag_list};
use crate::aws::rds::names::created_name;
use crate::aws::rds::site::Site;
use crate::aws::rds::staging::Staging;
use crate::aws::tags;
use crate::error::{Error, Result};
use crate::restore::rds::request::Quarantine;
use crate::run_record::RunId;
use crate::secret::{Secret, random_bytes};

/// GiB of an instance whose storage nobody names, where the restored one doesn't say: the least that RDS takes.
const LEAST_STORAGE: i32 = 20;

/// What to create.
#[derive(Debug, Clone, Copy)]
pub struct NewInstance<'a> {
    /// The run, whose name and tags it gets.
    pub run: &'a RunId,
    /// The restored instance or cluster, whose version it gets.
    pub like: &'a Staging,
    /// What staging is to be like.
    pub shape: &'a Shape,
    /// The quarantine that it is in until it is released.
    pub quarantine: &'a Quarantine,
    /// The master user.
    pub user: &'a str,
}

/// A new instance, and how to sign in.
#[derive(Debug, Clone)]
pub struct Created {
    /// Its identifier.
    pub id: String,
    /// Its host name.
    pub address: String,
    /// Its port.
    pub port: u16,
    /// The master user.
    pub user: String,
    /// A password that was made for the run.
    pub password: Secret,
}

/// Creates the instance and waits until it is available. One that the run began to create before is taken up, with a
/// new password.
///
/// # Errors
/// When the name is taken, RDS refuses, or the instance comes up otherwise than it was asked for.
pub async fn create(site: Site<'_>, what: NewInstance<'_>) -> Result<Created> {
    let id = created_name(what.run);
    let password = Secret::new(random_bytes::<24>()?.map(|byte| format!("{byte:02x}")).concat());
    let run = what.run.to_string();
    match find(site.account, &id).await? {
        Some(found) if found.is_of(&run) => {
            site.until_available(&id, |_| Vec::new()).await?;
            let doing = format!("setting the password of {id}");
            let work = site.modify(&id, &doing, |call| call.master_user_password(password.expose()));
            site.journal.step("set-master-password", &[("instance", &id)], work).await?;
        }
        Some(other) => {
            return Err(Error::failed(format!("the name {id} is taken: the instance isn't this run's"))
                .help(format!("look at that instance ({}); rename or delete it, then go on with the run", other.arn)));
        }
        None => {
            let work = send(&site, &id, &run, &what, &password);
            site.journal.step("create-instance", &[("instance", &id)], work).await?;
        }
    }
    let found = site.until_available(&id, |_| Vec::new()).await?;
    assert_closed(&site, &found, what.quarantine).await?;
    Ok(Created {
        id,
        address: found.address.unwrap_or_default(),
        port: found.port.unwrap_or_default(),
        user: found.master_user,
        password,
    })
}

async fn send(site: &Site<'_>, id: &str, run: &str, what: &NewInstance<'_>, password: &Secret) -> Result<()> {
    let (shape, quarantine) = (what.shape, what.quarantine);
    let storage = match shape.storage_gib.unwrap_or(what.like.storage_gib) {
        0 => LEAST_STORAGE,
        gib => i32::try_from(gib).unwrap_or(i32::MAX),
    };
    let expires = expires_in(quarantine.expires_after_hours);
    let own = quarantine.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).chain([
        (tags::MANAGED, "true"),
        (tags::RUN, run),
        (tags::STATE, tags::QUARANTINED),
        (tags::EXPIRES, expires.as_str()),
    ]);
    let class = shape.instance_class.clone().unwrap_or_else(|| what.like.class.clone());
    if class.is_empty() {
        return Err(Error::usage("no instance class is named for the new staging instance")
            .help("name it as `instance_class`, such as db.t3.medium"));
    }
    site.say(&format!("creating {id}: PostgreSQL {}, {class}, {storage} GiB", version(what.like)));
    let call = site
        .account
        .rds()
        .create_db_instance()
        .db_instance_identifier(id)
        .engine("postgres")
        .engine_version(version(what.like))
        .db_instance_class(class)
        .allocated_storage(storage)
        .storage_encrypted(true)
        .set_kms_key_id(shape.kms_key.clone())
        .master_username(what.user)
        .master_user_password(password.expose())
        .db_subnet_group_name(shape.subnet_group.as_deref().unwrap_or(&quarantine.subnet_group))
        .set_vpc_security_group_ids(Some(quarantine.security_groups.clone()))
        // Until it is proved to be masked it is treated as raw: what fails there must not be quoted in a log.
        .db_parameter_group_name(&quarantine.parameter_group)
        .publicly_accessible(false)
        .multi_az(false)
        .backup_retention_period(0)
        .auto_minor_version_upgrade(false)
        .copy_tags_to_snapshot(false)
        .deletion_protection(false)
        .enable_performance_insights(false)
        .monitoring_interval(0)
        .set_tags(Some(tag_list(own)));
    let made = call.send().await;
    made.map(|_| ()).map_err(|error| refused(error, &format!("creating instance {id}"), "rds:CreateDBInstance", id))
}

/// Aurora has minor versions of its own; the major version alone lets RDS choose.
fn version(like: &Staging) -> &str {
    match like.engine.as_str() {
        "postgres" => &like.engine_version,
        _ => like.engine_version.split('.').next().unwrap_or_default(),
    }
}

async fn assert_closed(site: &Site<'_>, found: &Instance, quarantine: &Quarantine) -> Result<()> {
    refuse_public(found)?;
    super::shape::set_groups(site, "close-instance", found, &quarantine.security_groups).await?;
    if found.backup_days == 0 {
        return Ok(());
    }
    // A retention that wasn't taken at creation; nothing has been written yet, so there is nothing to leak.
    let id = &found.id;
    site.modify(id, &format!("turning the backups of {id} off"), |call| call.backup_retention_period(0)).await?;
    let off = |found: &Instance| {
        if found.backup_days == 0 { Vec::new() } else { vec!["backups are still on".to_owned()] }
    };
    site.until_available(id, off).await.map(|_| ())
}
