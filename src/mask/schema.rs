//! TEMPORARY
use crate::error::Result;
use crate::postgres::endpoint::Endpoint;
pub struct SchemaArchive;
impl SchemaArchive {
    pub async fn create(&self, _: &Endpoint) -> Result<()> {
        Ok(())
    }
    pub async fn finish(&self, _: &Endpoint, _: usize) -> Result<()> {
        Ok(())
    }
    pub fn digest(&self) -> &str {
        ""
    }
}
