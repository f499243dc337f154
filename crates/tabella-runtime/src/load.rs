//! Validation of untrusted bytes: one linear pass, after which decisions rely on what it proved.
//!
//! The order matters, each step relies on the ones before it:
//! 1. Magic, version and length: it is an artifact of this format and all of it is there.
//! 2. Checksum of header and section table, then the table: each section known, in order, aligned, of the right
//!    element size, inside the file, behind the last; padding zero.
//! 3. Checksums of sections: from here on damage is excluded, malice is not.
//! 4. Text: the string sections are UTF-8 as a whole.
//! 5. Records: every reference to text is in bounds and on character boundaries, every index is under the length of
//!    what it indexes, runs end inside their section, tagged references have known tags, sorted sections are sorted.
//! 6. Lists and programs: the last element of each list section carries the end flag, so that a walk that begins
//!    anywhere ends; shapes hold no palette index above the greatest they state, rows no cell past the last.
//!
//! Nothing is copied and nothing allocated.

use crate::arn::Arn;
use crate::array::Array;
use crate::derive::test_class;
use crate::error::{Kind, LoadError};
use crate::layout::work::Costs;
use crate::layout::*;
use crate::tables::Tables;
use crate::validate::{Steps, validate};
use rapidhash::v3::RapidSecrets;

type Checked = Result<(), LoadError>;

/// Copies an artifact to a place in `room` where no record that every decision reads lies across two lines of the cache. Decisions are the same
/// wherever it stands, and quicker there. `None`: `room` has not [`ALIGN`] bytes more than the artifact.
pub fn aligned<'r>(artifact: &[u8], room: &'r mut [u8]) -> Option<&'r [u8]> {
    let at = room.as_ptr().align_offset(ALIGN);
    let place = room.get_mut(at..)?.get_mut(..artifact.len())?;
    place.copy_from_slice(artifact);
    Some(place)
}

/// The bytes of an artifact, included when the program is compiled, at a place where no record lies across two lines of
/// the cache. The path is as that of [`include_bytes!`].
#[macro_export]
macro_rules! include_artifact {
    ($path:expr $(,)?) => {{
        #[repr(C, align(64))]
        struct Aligned<T: ?Sized>(T);
        static ARTIFACT: &Aligned<[u8]> = &Aligned(*include_bytes!($path));
        &ARTIFACT.0
    }};
}

impl<'a> Tables<'a> {
    /// Validates an artifact and borrows its tables.
    pub fn load(bytes: &'a [u8]) -> Result<Tables<'a>, LoadError> {
        let table = SectionTable::read(bytes)?;
        let meta = table.array::<Meta>(Section::Meta)?.get(0);
        let meta = meta.ok_or(LoadError::new(Kind::Size, 1, 0).in_section(Section::Meta))?;
        let seed = u64::from(meta.seed_high) << 32 | u64::from(meta.seed_low);
        let accounts = table.array::<Account>(Section::Accounts)?;
        let mut tables = Tables {
            steps: 0,
            governed: 0,
            governed_lengths: (usize::MAX, 0),
            has_rcps: accounts.iter().any(|a| a.rcps != NONE),
            rcp_services: 0,
            common_rcps: None,
            asks_targets: false,
            content_hash: table.content_hash,
            tag: table.tag(),
            secrets: RapidSecrets::seed(seed),
            meta,
            strings: table.text(Section::Strings)?,
            blobs: table.bytes(Section::Blobs)?,
            services: table.array(Section::Services)?,
            action_pilots: table.bytes(Section::ActionPilots)?,
            actions: table.array(Section::Actions)?,
            principal_pilots: table.bytes(Section::PrincipalPilots)?,
            principals: table.array(Section::Principals)?,
            details: table.array(Section::Details)?,
            role_slots: table.array(Section::RoleSlots)?,
            tags: table.array(Section::Tags)?,
            accounts,
            resource_pilots: table.bytes(Section::ResourcePilots)?,
            resources: table.array(Section::Resources)?,
            access_points: table.array(Section::AccessPoints)?,
            endpoints: table.array(Section::Endpoints)?,
            session_policies: table.array(Section::SessionPolicies)?,
            keys: table.array(Section::Keys)?,
            sets: table.array(Section::Sets)?,
            set_services: table.array(Section::SetServices)?,
            levels: table.array(Section::Levels)?,
            level_policies: table.array(Section::LevelPolicies)?,
            rows: table.array(Section::Rows)?,
            shapes: table.bytes(Section::Shapes)?.as_chunks().0,
            cells: table.array(Section::Cells)?,
            items: table.array(Section::Items)?,
            principal_entries: table.array(Section::PrincipalEntries)?,
            resource_lists: table.array(Section::ResourceLists)?,
            action_lists: table.array(Section::ActionLists)?,
            condition_lists: table.array(Section::ConditionLists)?,
            patterns: table.array(Section::Patterns)?,
            action_texts: table.array(Section::ActionTexts)?,
            pieces: table.array(Section::Pieces)?,
            atoms: table.array(Section::Atoms)?,
            values: table.array(Section::Values)?,
            policies: table.array(Section::Policies)?,
            statements: table.array(Section::Statements)?,
            provenance: table.array(Section::Provenance)?,
            provenance_strings: table.text(Section::ProvenanceStrings)?,
        };
        let costs = Costs::new(|section| table.bytes(section).unwrap_or_default());
        let mut steps = Steps::of(bytes.len());
        tables.steps = validate(&tables, &costs, &mut steps)?;
        let rcps = |a: &Account| if is_bound(a) { a.rcps } else { NONE };
        let mut last = NONE;
        for account in tables.accounts.iter() {
            let set = rcps(&account);
            // Most accounts have those of the one before.
            if set != last {
                steps.take(tables.meta.stride.into())?;
                tables.rcp_services |= tables.denied_services(set);
                last = set;
            }
        }
        let mut bound = tables.accounts.iter().filter(|a| binding_scps(a, false) != NONE).map(|a| rcps(&a));
        tables.common_rcps = bound.next().filter(|common| {
            let others = || tables.accounts.iter().filter(|a| binding_scps(a, false) == NONE);
            bound.all(|set| set == *common) && others().all(|a| rcps(&a) == NONE)
        });
        tables.asks_targets = tables.keys.iter().any(|key| test_class(key.class) != key.class);
        // Trust policies are looked for where a role may be assumed, and nowhere else.
        let governed = tables.resources.iter().filter(|r| r.arn_len > 0 && r.flags & TRUST == 0);
        for r in governed {
            let (shortest, longest) = tables.governed_lengths;
            let len = r.arn_len as usize;
            tables.governed_lengths = (shortest.min(len), longest.max(len));
            tables.governed |= Arn::new(tables.bytes(r.arn, r.arn_len)).service_bit();
        }
        Ok(tables)
    }
}

/// The section table of an artifact whose checksums hold.
struct SectionTable<'a> {
    content_hash: [u8; 32],
    bytes: &'a [u8],
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u32::from_le_bytes(*b))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u64::from_le_bytes(*b))
}

impl<'a> SectionTable<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, LoadError> {
        if !bytes.starts_with(&MAGIC) {
            return Err(LoadError::new(Kind::Magic, 0, 0));
        }
        let fixed = HEADER_BYTES + Section::ALL.len() * SECTION_BYTES;
        let version = u32_at(bytes, header::VERSION);
        if bytes.len() >= header::VERSION + 4 && version != VERSION {
            return Err(LoadError::new(Kind::Version, VERSION.into(), version.into()));
        }
        if bytes.len() < fixed {
            return Err(LoadError::new(Kind::Truncated, fixed as u64, bytes.len() as u64));
        }
        let sections = u32_at(bytes, header::SECTIONS);
        if sections as usize != Section::ALL.len() {
            return Err(LoadError::new(Kind::SectionTable, Section::ALL.len() as u64, sections.into()));
        }
        let length = u64_at(bytes, header::LENGTH);
        if length != bytes.len() as u64 {
            return Err(LoadError::new(Kind::Truncated, length, bytes.len() as u64));
        }
        let (head, _) = bytes.split_at_checked(fixed).unwrap_or_default();
        let expected = u32_at(bytes, header::CRC);
        let got = header_crc(head);
        if expected != got {
            return Err(LoadError::new(Kind::Checksum, expected.into(), got.into()));
        }
        let content_hash = head.get(header::CONTENT_HASH..).and_then(|b| b.first_chunk()).copied();
        let table = SectionTable { content_hash: content_hash.unwrap_or_default(), bytes };
        table.check(fixed)?;
        Ok(table)
    }

    /// Sections follow one another, aligned, with zeros between, to the end.
    fn check(&self, fixed: usize) -> Checked {
        let mut end = fixed as u64;
        for (number, section) in Section::ALL.iter().enumerate() {
            let entry = self.entry(*section);
            let err = |expected, got| LoadError::new(Kind::SectionTable, expected, got).in_section(*section);
            let id = u32_at(entry, 0);
            if id as usize != number {
                return Err(err(number as u64, id.into()));
            }
            let element = u32_at(entry, 4);
            if element as usize != section.element() {
                return Err(err(section.element() as u64, element.into()));
            }
            let start = end.next_multiple_of(ALIGN as u64);
            let offset = u64_at(entry, 8);
            if offset != start {
                return Err(err(start, offset));
            }
            let len = u64_at(entry, 16).checked_mul(u64::from(element));
            let stop = len.and_then(|l| offset.checked_add(l)).unwrap_or(u64::MAX);
            if stop > self.bytes.len() as u64 {
                return Err(err(self.bytes.len() as u64, stop));
            }
            let gap = self.bytes.get(end as usize..start as usize).unwrap_or_default();
            if u32_at(entry, 28) != 0 || gap.iter().any(|b| *b != 0) {
                return Err(err(0, 1));
            }
            let expected = u32_at(entry, 24);
            let got = crc32fast::hash(self.bytes.get(offset as usize..stop as usize).unwrap_or_default());
            if expected != got {
                return Err(LoadError::new(Kind::Checksum, expected.into(), got.into()).in_section(*section));
            }
            end = stop;
        }
        if end != self.bytes.len() as u64 {
            return Err(LoadError::new(Kind::SectionTable, end, self.bytes.len() as u64));
        }
        Ok(())
    }

    /// A number that changes with the content of any section: the checksum of the table, which has those of the sections.
    fn tag(&self) -> u32 {
        let table = HEADER_BYTES..HEADER_BYTES + Section::ALL.len() * SECTION_BYTES;
        crc32fast::hash(self.bytes.get(table).unwrap_or_default())
    }

    fn entry(&self, section: Section) -> &'a [u8] {
        let at = HEADER_BYTES + section as usize * SECTION_BYTES;
        self.bytes.get(at..at + SECTION_BYTES).unwrap_or_default()
    }

    fn bytes(&self, section: Section) -> Result<&'a [u8], LoadError> {
        let entry = self.entry(section);
        let start = u64_at(entry, 8) as usize;
        let len = (u64_at(entry, 16) as usize).saturating_mul(section.element());
        let found = self.bytes.get(start..start.saturating_add(len));
        found.ok_or(LoadError::new(Kind::SectionTable, 0, start as u64).in_section(section))
    }

    fn array<R: Record>(&self, section: Section) -> Result<Array<'a, R>, LoadError> {
        Ok(Array::new(self.bytes(section)?))
    }

    fn text(&self, section: Section) -> Result<&'a str, LoadError> {
        let bytes = self.bytes(section)?;
        core::str::from_utf8(bytes)
            .map_err(|e| LoadError::new(Kind::Utf8, 0, e.valid_up_to() as u64).in_section(section))
    }
}

/// CRC-32 of header and section table, the checksum's own bytes taken as zero.
pub fn header_crc(head: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(head.get(..header::CRC).unwrap_or_default());
    hasher.update(&[0; 4]);
    hasher.update(head.get(header::CRC + 4..).unwrap_or_default());
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::aligned;
    use crate::layout::ALIGN;

    #[test]
    fn artifacts_stand_where_lines_begin() {
        let artifact = include_bytes!("load.rs");
        let included = include_artifact!("load.rs");
        assert!(included.as_ptr().addr().is_multiple_of(ALIGN) && included == artifact);
        for from in 0..ALIGN {
            let mut room = [0; 1_000 + 2 * ALIGN];
            let place = aligned(&artifact[..1_000], &mut room[from..]).unwrap();
            assert!(place.as_ptr().addr().is_multiple_of(ALIGN) && *place == artifact[..1_000], "{from}");
        }
        assert!(aligned(artifact, &mut [0; 100]).is_none());
    }
}
