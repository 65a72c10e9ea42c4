//! What makes a masked instance fit to be staging: parameter group, class, backups, sign-in, protection, and who reaches
//! it.

use super::request::{RdsStaging, RoleSignIn};
use crate::aws::rds::instance::Instance;
use crate::aws::rds::site::{Look, Site, not_yet};
use crate::error::{Error, Result};

/// What a staging instance has to be like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    parameter_group: Option<&'a str>,
    class: Option<&'a str>,
    backup_days: i32,
    iam_sign_in: bool,
    groups: &'a [String],
}

impl<'a> Wanted<'a> {
    /// Reads it from the request.
    ///
    /// # Errors
    /// When the request leaves staging without backups or security groups.
    pub(super) fn of(staging: &'a RdsStaging) -> Result<Self> {
        let shape = &staging.shape;
        let backup_days = i32::try_from(shape.backup_days).unwrap_or(i32::MAX);
        if !(1..=35).contains(&backup_days) {
            return Err(Error::usage(format!(
                "staging {} would keep backups for {backup_days} days",
                staging.instance
            ))
            .help("`backup_days` is 1 to 35: once it is masked, staging can be backed up like anything else"));
        }
        if shape.security_groups.is_empty() {
            return Err(Error::usage(format!("no security group is named for staging {}", staging.instance))
                .help("name them as `security_groups`: without, nobody could reach it, or everybody in the VPC"));
        }
        Ok(Self {
            parameter_group: shape.parameter_group.as_deref(),
            class: shape.instance_class.as_deref(),
            backup_days,
            iam_sign_in: staging.roles.iter().any(|role| role.sign_in == RoleSignIn::Iam),
            groups: &shape.security_groups,
        })
    }

    /// What an instance lacks before it is given staging's name.
    pub(super) fn missing(&self, found: &Instance) -> Vec<String> {
        let mut missing = Vec::new();
        if let Some(group) = self.parameter_group {
            match found.parameter_groups.iter().find(|(name, _)| name == group) {
                None => missing.push(format!("parameter group {group}")),
                Some((_, state)) if state == "applying" => missing.push(format!("parameter group {group} is applied")),
                Some(_) => {}
            }
        }
        if let Some(class) = self.class.filter(|class| found.class != *class) {
            missing.push(format!("class {class}"));
        }
        if found.backup_days != self.backup_days {
            missing.push(format!("backups for {} days", self.backup_days));
        }
        if self.iam_sign_in && !found.iam_sign_in {
            missing.push("IAM sign-in".to_owned());
        }
        missing
    }

    /// What an instance under staging's name lacks before it is opened.
    fn missing_closed(&self, found: &Instance) -> Vec<String> {
        let mut missing = self.missing(found);
        if !found.deletion_protection {
            missing.push("deletion protection".to_owned());
        }
        if needs_reboot(found) {
            missing.push("a reboot".to_owned());
        }
        missing
    }

    /// What staging lacks.
    fn missing_open(&self, found: &Instance) -> Vec<String> {
        let mut missing = self.missing_closed(found);
        missing.extend(missing_groups(found, self.groups));
        missing
    }
}

fn needs_reboot(found: &Instance) -> bool {
    found.parameter_groups.iter().any(|(_, state)| state == "pending-reboot")
}

fn missing_groups(found: &Instance, groups: &[String]) -> Option<String> {
    let exactly = found.groups.len() == groups.len() && groups.iter().all(|group| found.groups.contains(group));
    (!exactly).then(|| format!("exactly the security groups {}", groups.join(", ")))
}

/// What is public is refused, not mended: somebody has to find out why it is.
///
/// # Errors
/// When the instance is public, or AWS doesn't say that it isn't.
pub(super) fn refuse_public(found: &Instance) -> Result<()> {
    if found.public == Some(false) {
        return Ok(());
    }
    Err(Error::failed(format!("instance {} is publicly accessible, or AWS doesn't say that it isn't", found.id))
        .help("it is neither released nor opened; delete it with `stagemask cleanup` and look at the subnet group"))
}

/// Gives an instance parameter group, class, backups and IAM sign-in, as far as it hasn't.
pub(super) async fn shape(site: &Site<'_>, found: Instance, wanted: &Wanted<'_>) -> Result<Instance> {
    let mut found = site.until_available(&found.id, |_| Vec::new()).await?;
    if !wanted.missing(&found).is_empty() {
        let id = found.id.clone();
        let work = async {
            site.say(&format!("giving {id} staging's shape: {}", wanted.missing(&found).join(", ")));
            site.modify(&id, &format!("changing {id}"), |call| {
                call.set_db_parameter_group_name(wanted.parameter_group.map(str::to_owned))
                    .set_db_instance_class(wanted.class.map(str::to_owned))
                    .backup_retention_period(wanted.backup_days)
                    .set_enable_iam_database_authentication(wanted.iam_sign_in.then_some(true))
            })
            .await?;
            site.until_available(&id, |found| wanted.missing(found)).await
        };
        found = site.journal.step("shape-instance", &[("instance", &id)], work).await?;
    }
    if needs_reboot(&found) {
        found = reboot(site, &found.id).await?;
    }
    Ok(found)
}

/// Static parameters of another group take effect with a reboot only.
async fn reboot(site: &Site<'_>, id: &str) -> Result<Instance> {
    let doing = format!("rebooting {id}");
    let work = async {
        site.until(&doing, async || {
            match site.account.rds().reboot_db_instance().db_instance_identifier(id).send().await {
                Ok(_) => Ok(Look::There(())),
                Err(error) => not_yet(error, &doing, "rds:RebootDBInstance", id),
            }
        })
        .await?;
        let rebooted = |found: &Instance| if needs_reboot(found) { vec!["a reboot".to_owned()] } else { Vec::new() };
        site.until_available(id, rebooted).await
    };
    site.journal.step("reboot-instance", &[("instance", id)], work).await
}

/// Protects staging from deletion, and asserts that nothing is missing but the way in.
pub(super) async fn protect(site: &Site<'_>, found: &Instance, wanted: &Wanted<'_>) -> Result<Instance> {
    let id = &found.id;
    if !found.deletion_protection {
        let doing = format!("protecting {id}");
        let work = site.modify(id, &doing, |call| call.deletion_protection(true));
        site.journal.step("protect-instance", &[("instance", id)], work).await?;
    }
    let found = site.until_available(id, |found| wanted.missing_closed(found)).await?;
    refuse_public(&found).map(|()| found)
}

/// The last step of a release: staging's security groups.
pub(super) async fn open(site: &Site<'_>, found: &Instance, wanted: &Wanted<'_>) -> Result<Instance> {
    set_groups(site, "open-instance", found, wanted.groups).await?;
    site.until_available(&found.id, |found| wanted.missing_open(found)).await
}

/// Gives an instance exactly these security groups, as far as it hasn't.
pub(super) async fn set_groups(site: &Site<'_>, step: &str, found: &Instance, groups: &[String]) -> Result<()> {
    let id = &found.id;
    if missing_groups(found, groups).is_none() {
        return Ok(());
    }
    let list = groups.join(",");
    let work = async {
        site.say(&format!("giving {id} the security groups {list}"));
        let doing = format!("changing the security groups of {id}");
        site.modify(id, &doing, |call| call.set_vpc_security_group_ids(Some(groups.to_vec()))).await?;
        site.until_available(id, |found| missing_groups(found, groups).into_iter().collect()).await.map(|_| ())
    };
    site.journal.step(step, &[("instance", id), ("groups", &list)], work).await
}
