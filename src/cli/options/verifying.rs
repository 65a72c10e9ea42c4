//! What `verify` works on: a run, or any database at all.

use super::{SOURCE_URL, Surroundings, no_target, refresh_file};
use crate::cli::args::VerifyArgs;
use crate::error::{Error, Result};
use crate::pipeline::{Audited, Settings, SourceAgain, Target};
use crate::rules::load;

impl Surroundings<'_> {
    /// For a run: its database, the rest, and its source, if that may be read again.
    pub(in crate::cli) fn verify(&self, args: &VerifyArgs) -> Result<(Target, Settings, Option<SourceAgain>)> {
        let file = refresh_file(args.target.config.as_deref())?;
        let settings = self.settings(&args.work, &file)?;
        let target = self.target_in(&args.target, &file)?.ok_or_else(no_target)?;
        let Some(source) = self.source_to_check(args.source_url.as_ref())? else {
            return Ok((target, settings, None));
        };
        let again = SourceAgain {
            source,
            rules: args.rules.clone().or(file.rules),
            allow_commands: args.allow_commands || file.allow_commands,
        };
        Ok((target, settings, Some(again)))
    }

    /// Without a run: the database as it is, and rules, if there are any.
    pub(in crate::cli) fn audited(&self, args: &VerifyArgs) -> Result<Audited> {
        let file = refresh_file(args.target.config.as_deref())?;
        let settings = self.settings(&args.work, &file)?;
        let no_server = || {
            Error::usage("neither a run nor a database is named").help(format!(
                "name a run with --run, or the database to audit with --target-url; not {SOURCE_URL}, which is production"
            ))
        };
        let target = match self.target_in(&args.target, &file)?.ok_or_else(no_server)? {
            Target::Server(target) => *target,
            #[cfg(feature = "aws")]
            Target::Rds(_) => {
                return Err(Error::usage("the target in the refresh file is an instance that a run makes")
                    .help("name the database to audit with --target-url"));
            }
        };
        let rules = args.rules.as_ref().or(file.rules.as_ref()).map(|file| load::load(file)).transpose()?;
        Ok(Audited { target, rules, settings })
    }
}
