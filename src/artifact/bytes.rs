//! Sections to bytes: header, section table, padding, checksums. Knows nothing of what sections hold.

use super::Failure;
use crate::limits::Limits;
use tabella_runtime::layout::{ALIGN, HEADER_BYTES, MAGIC, SECTION_BYTES, Section, VERSION, header};

/// The content of every section.
pub(super) struct Sections {
    contents: Vec<Vec<u8>>,
}

impl Sections {
    pub fn new() -> Self {
        Sections { contents: vec![Vec::new(); Section::ALL.len()] }
    }

    /// Sections of these contents; those that are missing are empty.
    pub fn of(mut contents: Vec<Vec<u8>>) -> Self {
        contents.resize(Section::ALL.len(), Vec::new());
        Sections { contents }
    }

    /// The content of a section, to append to.
    pub fn get(&mut self, section: Section) -> &mut Vec<u8> {
        &mut self.contents[section as usize]
    }

    /// The content of a section.
    pub fn content(&self, section: Section) -> &[u8] {
        self.contents.get(section as usize).map_or(&[], Vec::as_slice)
    }

    /// Appends a record.
    pub fn push(&mut self, section: Section, record: &[u8]) {
        self.get(section).extend_from_slice(record);
    }

    /// Number of elements so far.
    pub fn count(&self, section: Section) -> Result<u32, Failure> {
        let len = self.contents[section as usize].len() / section.element();
        u32::try_from(len).map_err(|_| Failure::Size(format!("more than 2^32 {}", section.name())))
    }
}

/// The whole artifact.
pub(super) fn assemble(sections: &Sections, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let fixed = HEADER_BYTES + Section::ALL.len() * SECTION_BYTES;
    let mut out = vec![0; fixed];
    let mut table = Vec::with_capacity(Section::ALL.len() * SECTION_BYTES);
    for (number, (section, content)) in Section::ALL.iter().zip(&sections.contents).enumerate() {
        out.resize(out.len().next_multiple_of(ALIGN), 0);
        let count = content.len() / section.element();
        if u32::try_from(count).is_err() {
            return Err(Failure::Size(format!("more than 2^32 {}", section.name())));
        }
        table.extend_from_slice(&(number as u32).to_le_bytes());
        table.extend_from_slice(&(section.element() as u32).to_le_bytes());
        table.extend_from_slice(&(out.len() as u64).to_le_bytes());
        table.extend_from_slice(&(count as u64).to_le_bytes());
        table.extend_from_slice(&crc32fast::hash(content).to_le_bytes());
        table.extend_from_slice(&0_u32.to_le_bytes());
        out.extend_from_slice(content);
    }
    if out.len() > limits.artifact_bytes {
        return Err(Failure::Size(format!("{} bytes, the limit is {}", out.len(), limits.artifact_bytes)));
    }
    let mut put = |at: usize, bytes: &[u8]| out[at..at + bytes.len()].copy_from_slice(bytes);
    put(HEADER_BYTES, &table);
    put(0, &MAGIC);
    put(header::VERSION, &VERSION.to_le_bytes());
    put(header::SECTIONS, &(Section::ALL.len() as u32).to_le_bytes());
    let length = out.len() as u64;
    out[header::LENGTH..header::LENGTH + 8].copy_from_slice(&length.to_le_bytes());
    let hash = blake3::hash(&out[HEADER_BYTES..]);
    out[header::CONTENT_HASH..header::CONTENT_HASH + 32].copy_from_slice(hash.as_bytes());
    let crc = tabella_runtime::header_crc(&out[..fixed]);
    out[header::CRC..header::CRC + 4].copy_from_slice(&crc.to_le_bytes());
    Ok(out)
}
