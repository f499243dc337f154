//! Hostile artifacts: good ones taken apart, records changed or added so that many refer to one long list, and put together again with the
//! right checksums.

use crate::artifacts::mend;
use tabella_runtime::layout::{ALIGN, HEADER_BYTES, SECTION_BYTES, Section};

/// The sections of an artifact, to be changed.
#[derive(Clone, Debug)]
pub struct Parts {
    head: Vec<u8>,
    sections: Vec<Vec<u8>>,
}

impl Parts {
    /// Takes an artifact apart. `None`: it is none.
    pub fn of(artifact: &[u8]) -> Option<Self> {
        let section = |number: usize| {
            let entry = artifact.get(HEADER_BYTES + number * SECTION_BYTES..)?;
            let word = |at: usize| entry.get(at..)?.first_chunk().map(|b| u64::from_le_bytes(*b) as usize);
            let (start, count) = (word(8)?, word(16)?);
            let len = count * Section::ALL.get(number)?.element();
            artifact.get(start..start + len).map(<[u8]>::to_vec)
        };
        let sections = (0..Section::ALL.len()).map(section).collect::<Option<_>>()?;
        Some(Parts { head: artifact.get(..HEADER_BYTES)?.to_vec(), sections })
    }

    /// The bytes of a section.
    pub fn section(&mut self, section: Section) -> &mut Vec<u8> {
        &mut self.sections[section as usize]
    }

    /// Records of a section.
    pub fn count(&self, section: Section) -> u32 {
        (self.sections[section as usize].len() / section.element()) as u32
    }

    /// Appends words to a section.
    pub fn push(&mut self, section: Section, words: &[u32]) {
        self.sections[section as usize].extend(words.iter().flat_map(|word| word.to_le_bytes()));
    }

    /// Puts all together.
    pub fn artifact(&self) -> Vec<u8> {
        let mut out = self.head.clone();
        out.resize(HEADER_BYTES + Section::ALL.len() * SECTION_BYTES, 0);
        for (number, content) in self.sections.iter().enumerate() {
            out.resize(out.len().next_multiple_of(ALIGN), 0);
            let element = Section::ALL[number].element();
            let entry = [
                (number as u64) | (element as u64) << 32,
                out.len() as u64,
                (content.len() / element) as u64,
                0,
            ];
            let at = HEADER_BYTES + number * SECTION_BYTES;
            for (i, word) in entry.iter().enumerate() {
                out[at + 8 * i..at + 8 * i + 8].copy_from_slice(&word.to_le_bytes());
            }
            out.extend_from_slice(content);
        }
        mend(&mut out);
        out
    }
}
