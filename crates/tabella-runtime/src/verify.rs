//! The content hash of an artifact, computed. Checksums tell damage; whoever changes an artifact on purpose changes them too.

use crate::error::{Kind, LoadError};
use crate::layout::HEADER_BYTES;
use crate::tables::Tables;

impl<'a> Tables<'a> {
    /// Loads an artifact as [`Tables::load`] does, and refuses it unless its content hash is the one that its header gives.
    /// What [`Tables::content_hash`] says is then true of the bytes, and can be compared with the hash of a build.
    pub fn load_verified(bytes: &'a [u8]) -> Result<Tables<'a>, LoadError> {
        let tables = Tables::load(bytes)?;
        let content = bytes.get(HEADER_BYTES..).unwrap_or_default();
        let (stated, computed) = (tables.content_hash(), *blake3::hash(content).as_bytes());
        if stated == computed {
            return Ok(tables);
        }
        let first = |hash: [u8; 32]| hash.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        Err(LoadError::new(Kind::ContentHash, first(stated), first(computed)))
    }
}
