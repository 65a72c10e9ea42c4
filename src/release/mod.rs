//! TEMP
use crate::database::DatabaseSettings;
use crate::error::*;
use crate::mask::schema::SchemaArchive;
use crate::postgres::endpoint::Endpoint;
use crate::progress::Progress;
use crate::run_record::*;
use crate::verify::VerifiedDatabase;
pub struct Released { pub retired: Option<String> }
pub async fn release(_: &VerifiedDatabase, _: &Endpoint, _: &RunRecord, _: &SchemaArchive, _: &DatabaseSettings, _: &RunFolder, _: &dyn Progress) -> Result<Released> { Err(Error::failed("stub")) }
pub async fn rollback(_: &Endpoint, _: &RunRecord, _: &RunFolder, _: &dyn Progress) -> Result<()> { Err(Error::failed("stub")) }
