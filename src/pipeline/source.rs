//! Opens what a run reads from, wherever that is.

use std::time::{Duration, SystemTime};

#[cfg(feature = "aws")]
use super::cloud::Cloud;
use super::{Settings, Source};
use crate::error::{Error, Result};
use crate::postgres::endpoint::Endpoint;
use crate::progress::{Event, Progress, Stage};
use crate::restore::archive::ArchiveOptions;
use crate::restore::{self, RestoredDatabase};
use crate::run_record::audit::AuditLog;
use crate::run_record::{RunId, SourceRecord};

/// Restores a source. An archive needs a server to be restored on: the target's.
pub(super) async fn restore(
    source: &Source,
    target: Option<&Endpoint>,
    run: &RunId,
    settings: &Settings,
    audit: &AuditLog,
    progress: &dyn Progress,
    #[cfg(feature = "aws")] cloud: Option<&mut Cloud>,
) -> Result<RestoredDatabase> {
    let restored = match source {
        Source::Live(source) => {
            progress.event(Event::StageStarted { stage: Stage::Restore, tables: 0, rows: 0 });
            audit.around("source.open", &source.to_string(), restore::live::open(source)).await?
        }
        Source::Archive(file) => {
            let target = target.ok_or_else(|| {
                Error::usage("an archive has to be restored somewhere")
                    .help("name a database of that server as the target")
            })?;
            let options = ArchiveOptions { pg_bin: settings.pg_bin.as_deref(), jobs: settings.jobs };
            let raw = crate::database::raw_name(target.database(), run)?;
            let work = restore::archive::restore(file, target, run, options, progress);
            audit.around("database.restore", &raw, work).await?
        }
        #[cfg(feature = "aws")]
        Source::Rds(_) => {
            progress.event(Event::StageStarted { stage: Stage::Restore, tables: 0, rows: 0 });
            let cloud = cloud.ok_or_else(|| Error::failed("nobody has signed in to AWS"))?;
            Box::pin(cloud.restore()).await?
        }
    };
    for text in restored.warnings() {
        progress.event(Event::Warning { text });
    }
    Ok(restored)
}

/// What the record says of it. Its age is that at the start of the run: what came later is the run's own doing.
pub(super) fn record(restored: &RestoredDatabase, began: SystemTime) -> (SourceRecord, Duration) {
    let age = began.duration_since(restored.taken()).unwrap_or_default();
    let record = SourceRecord {
        kind: restored.kind().word().to_owned(),
        described: restored.described().to_owned(),
        age_seconds: age.as_secs(),
        ..SourceRecord::default()
    };
    (record, age)
}
