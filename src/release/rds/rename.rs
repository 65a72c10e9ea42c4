//! Renaming of instances. RDS has no exchange of two names: there is a moment in which nobody has staging's, and what
//! was begun is known by looking at who has which name.

use crate::aws::rds::instance::{Instance, find};
use crate::aws::rds::site::Site;
use crate::error::{Error, Result};

/// Gives `to` to an instance and waits until it is available there. What is on its way already is only waited for.
///
/// # Errors
/// When the name is taken, RDS refuses, or the instance doesn't come up.
pub(super) async fn rename(site: &Site<'_>, step: &str, from: &Instance, to: &str) -> Result<Instance> {
    // RDS would refuse a name that is taken; this says whose it is, and doesn't depend on anybody's refusal.
    if let Some(other) = find(site.account, to).await? {
        return Err(Error::failed(format!("{} can't become {to}: the name is taken", from.id)).help(format!(
            "look at that instance ({}); rename or delete it, then go on with the same run",
            other.arn
        )));
    }
    let under_way = from.pending_name.as_deref() == Some(to);
    if !under_way {
        site.until_available(&from.id, |_| Vec::new()).await?;
    }
    let about = [("instance", from.id.as_str()), ("to", to), ("resource", from.resource_id.as_str())];
    let work = async {
        site.say(&format!("renaming {} to {to}", from.id));
        if !under_way {
            let doing = format!("renaming {} to {to}", from.id);
            site.modify(&from.id, &doing, |call| call.new_db_instance_identifier(to)).await?;
        }
        let is_it = |found: &Instance| {
            let same = found.id == to && found.resource_id == from.resource_id;
            if same { Vec::new() } else { vec!["another instance has the name".to_owned()] }
        };
        site.until_available(to, is_it).await
    };
    site.journal.step(step, &about, work).await
}

/// Makes `comer` the instance of this name, in the place of `leaver`, which becomes `away`. Either may have its new name
/// already.
///
/// # Errors
/// When a renaming fails. If it is the second one, `leaver` gets its name back.
pub(super) async fn exchange(
    site: &Site<'_>,
    name: &str,
    leaver: Option<(&Instance, &str)>,
    comer: &Instance,
) -> Result<()> {
    if let Some((leaver, away)) = leaver
        && leaver.id == name
    {
        rename(site, "rename-away", leaver, away).await?;
    }
    if comer.id == name {
        return Ok(());
    }
    let Err(error) = rename(site, "rename-in", comer, name).await else { return Ok(()) };
    Err(match leaver {
        Some((_, away)) => put_back(site, name, away, comer, error).await,
        None => error,
    })
}

/// What to say when the second renaming failed, after the first has been taken back.
async fn put_back(site: &Site<'_>, name: &str, away: &str, comer: &Instance, error: Error) -> Error {
    let half_way = |what: &str, error: Error| {
        Error::failed(format!("renaming {} to {name} failed, and {what}", comer.id)).because(error).help(format!(
            "{away} is what was {name} before: go on with the same run, or let `stagemask rollback` put it back"
        ))
    };
    match find(site.account, &comer.id).await {
        Ok(Some(found)) if found.pending_name.is_none() => {}
        Ok(_) => return half_way("it may still be under way", error),
        Err(_) => return half_way("how far it is can't be seen", error),
    }
    let back = match find(site.account, away).await {
        Ok(Some(leaver)) => rename(site, "rename-back", &leaver, name).await,
        Ok(None) => return half_way(&format!("{away} isn't there either"), error),
        Err(unseen) => Err(unseen),
    };
    match back {
        Ok(_) => Error::failed(format!("renaming {} to {name} failed; {name} is the instance that it was", comer.id))
            .because(error)
            .help("run it again when the cause is gone; the masked instance stays closed under its own name"),
        Err(_) => half_way(&format!("there is no {name} now, since renaming {away} back failed too"), error),
    }
}
