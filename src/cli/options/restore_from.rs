//! Which state of production: flag before refresh file.

#[cfg(feature = "aws")]
use crate::cli::args::PointInTime;
use crate::cli::args::RestoreFlags;
use crate::error::{Error, Result};
use crate::pipeline::Source;
#[cfg(feature = "aws")]
use crate::restore::rds::request::RestoreFrom;

/// The source with the state that the flags name, if they name one.
///
/// # Errors
/// When the source has no other states.
pub(super) fn instead(source: Source, flags: &RestoreFlags) -> Result<Source> {
    if flags.snapshot.is_none() && flags.at.is_none() {
        return Ok(source);
    }
    #[cfg(feature = "aws")]
    if let Source::Rds(mut rds) = source {
        rds.from = match (flags.snapshot.as_deref(), flags.at) {
            (_, Some(PointInTime::Latest)) => RestoreFrom::LatestPointInTime,
            (_, Some(PointInTime::At(time))) => RestoreFrom::PointInTime(time),
            (Some("latest") | None, None) => RestoreFrom::LatestAutomated,
            (Some(id), None) => RestoreFrom::Snapshot(id.to_owned()),
        };
        return Ok(Source::Rds(rds));
    }
    Err(Error::usage("--snapshot and --at are for production on Amazon RDS")
        .help("name it as `source: { rds: … }` in a refresh file (--config), or leave the flag out"))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn an_archive_has_no_other_states() {
        let flags = RestoreFlags { snapshot: Some("latest".to_owned()), at: None };
        let refused = instead(Source::Archive(PathBuf::from("prod.dump")), &flags).err().unwrap();
        assert!(refused.what().contains("Amazon RDS"), "{refused}");
        assert!(instead(Source::Archive(PathBuf::from("prod.dump")), &RestoreFlags::default()).is_ok());
    }

    #[cfg(feature = "aws")]
    #[test]
    fn a_flag_comes_before_the_refresh_file() {
        let text = "source: { rds: { instance: p, snapshot: latest, database: d, quarantine: { security_groups: [sg-1], \
                    subnet_group: s, parameter_group: g } } }";
        let file = crate::cli::refresh_file::parse("r.yaml", text.as_bytes(), std::path::Path::new("")).unwrap();
        let Some(crate::cli::refresh_file::SourceText::Rds(rds)) = file.source else { panic!("no RDS") };
        let from = |snapshot: Option<&str>, at| {
            let flags = RestoreFlags { snapshot: snapshot.map(str::to_owned), at };
            match instead(Source::Rds(rds.clone()), &flags).unwrap() {
                Source::Rds(rds) => rds.from,
                _ => panic!("another source"),
            }
        };
        assert_eq!(from(None, None), RestoreFrom::LatestAutomated);
        assert_eq!(from(Some("mine"), None), RestoreFrom::Snapshot("mine".to_owned()));
        assert_eq!(from(None, Some(PointInTime::Latest)), RestoreFrom::LatestPointInTime);
        let time = std::time::SystemTime::UNIX_EPOCH;
        assert_eq!(from(None, Some(PointInTime::At(time))), RestoreFrom::PointInTime(time));
    }
}
