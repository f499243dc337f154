//! Damaged artifacts load as an error or decide without a panic: every truncation, flipped bits with and without
//! mended checksums, sections moved and cut.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use proptest::prelude::*;
use std::sync::OnceLock;
use tabella_runtime::layout::{HEADER_BYTES, SECTION_BYTES, Section};
use tabella_runtime::{LoadError, Tables};
use tabella_worlds::artifacts::{mend, poke};
use tabella_worlds::differential::compile;
use tabella_worlds::{Aimer, Owned, Rng, Size, world};

/// An artifact and requests for it.
fn samples() -> &'static [(Vec<u8>, Vec<Owned>)] {
    static SAMPLES: OnceLock<Vec<(Vec<u8>, Vec<Owned>)>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let make = |seed| {
            let world = world(seed, Size::SMALL);
            let compiled = compile(&world).ok()?;
            let aimer = Aimer::new(&world);
            let mut rng = Rng::new(seed);
            Some((compiled.bytes, (0..12).map(|_| aimer.request(&mut rng)).collect()))
        };
        (0..40).filter_map(make).take(8).collect()
    })
}

#[test]
fn the_mender_leaves_a_good_artifact_alone() {
    for (bytes, requests) in samples() {
        let mut mended = bytes.clone();
        mend(&mut mended);
        assert_eq!(&mended, bytes);
        assert!(poke(&mended, requests));
    }
}

#[test]
fn no_truncation_loads() {
    let (bytes, _) = &samples()[0];
    for len in 0..bytes.len() {
        assert!(Tables::load(&bytes[..len]).is_err(), "{len} of {}", bytes.len());
    }
}

#[test]
fn no_mended_truncation_panics() {
    let (bytes, requests) = &samples()[0];
    for len in (0..bytes.len()).step_by(bytes.len() / 100) {
        let mut cut = bytes[..len].to_vec();
        mend(&mut cut);
        poke(&cut, requests);
    }
}

#[test]
fn no_flipped_bit_loads() {
    let (bytes, _) = &samples()[1];
    let mut bytes = bytes.clone();
    let head = HEADER_BYTES + Section::ALL.len() * SECTION_BYTES;
    let ends =
        sections(&bytes).into_iter().flat_map(|(start, size, count)| [start, start + size * count - 1]);
    let inside = (head..bytes.len()).step_by(bytes.len() / 200);
    for at in (0..head).step_by(3).chain(ends).chain(inside) {
        // The content hash is not checked by the reader, but the header's checksum covers it.
        bytes[at] ^= 1 << (at % 8);
        assert!(Tables::load(&bytes).is_err(), "byte {at}");
        bytes[at] ^= 1 << (at % 8);
    }
}

#[test]
fn errors_say_what_they_found() {
    let (bytes, _) = &samples()[0];
    let load = |bytes: &[u8]| -> LoadError { Tables::load(bytes).unwrap_err() };
    assert!(load(b"{\"Version\": 1}").is_foreign());
    assert!(load(b"").is_foreign());
    assert!(load(&bytes[..100]).is_truncated());
    let mut other = bytes.clone();
    let version = tabella_runtime::layout::VERSION;
    other[8] = version as u8 + 1;
    let error = load(&other);
    assert!(error.is_other_version());
    assert_eq!((error.expected(), error.got()), (version.into(), u64::from(version) + 1));
    let mut other = bytes.clone();
    *other.last_mut().unwrap() ^= 1;
    let error = load(&other);
    assert!(error.is_checksum());
    assert_eq!(error.section(), Some("provenance strings"));
    assert!(error.to_string().starts_with("section `provenance strings`: checksum "), "{error}");
}

/// Where sections begin, as byte and element size.
fn sections(bytes: &[u8]) -> Vec<(usize, usize, usize)> {
    (0..Section::ALL.len())
        .map(|n| {
            let entry = HEADER_BYTES + n * SECTION_BYTES;
            let word = |at: usize| u64::from_le_bytes(bytes[entry + at..entry + at + 8].try_into().unwrap());
            (word(8) as usize, Section::ALL[n].element(), word(16) as usize)
        })
        .filter(|(_, _, count)| *count > 0)
        .collect()
}

/// Start, element size and number of elements of a section.
fn section(bytes: &[u8], of: Section) -> (usize, usize, usize) {
    let entry = HEADER_BYTES + of as usize * SECTION_BYTES;
    let word = |at: usize| u64::from_le_bytes(bytes[entry + at..entry + at + 8].try_into().unwrap());
    (word(8) as usize, of.element(), word(16) as usize)
}

#[test]
fn what_records_repeat_is_what_it_repeats() {
    let (bytes, _) = &samples()[0];
    // Digits and tail of a principal, the name of an action, the end of a key; and the flags of who is nobody.
    for (of, range) in [
        (Section::Principals, 4..8),
        (Section::Principals, 20..64),
        (Section::Actions, 16..64),
        (Section::Keys, 16..24),
    ] {
        let (start, size, count) = section(bytes, of);
        let nobody = |record: &usize| bytes[*record..record + 4] == [0; 4];
        let asked = |record: &usize| of != Section::Principals || nobody(record) == (range.start == 4);
        let records: Vec<usize> = (0..count).map(|n| start + n * size).filter(asked).take(3).collect();
        assert!(!records.is_empty());
        for record in records {
            for at in range.clone().step_by(range.len().min(5)) {
                let mut forged = bytes.clone();
                forged[record + at] ^= 4;
                mend(&mut forged);
                let error = Tables::load(&forged).map(|_| ()).unwrap_err();
                assert_eq!(error.section(), Some(of.name()), "byte {at} of a record");
            }
        }
    }
}

/// What is marked for decisions that ask no more is as it is marked.
#[test]
fn marks_of_records_are_checked() {
    let (bytes, _) = &samples()[0];
    // A byte of a record, a bit of it, and where the error is found.
    for (of, byte, bit, found) in [
        // The boundary of a principal; a resource's owner and ARN; marks, letters and cases of keys; a variable in a pattern;
        // plain atoms, and their texts.
        (Section::Principals, 4, 16, Section::Principals),
        (Section::Resources, 20, 1, Section::Resources),
        (Section::Resources, 16, 8, Section::Resources),
        (Section::Resources, 32, 1, Section::Resources),
        (Section::Keys, 13, 1, Section::Keys),
        (Section::Keys, 20, 1, Section::Keys),
        (Section::Keys, 50, 32, Section::Keys),
        (Section::Patterns, 12, 32, Section::Patterns),
        (Section::Atoms, 2, 2, Section::Atoms),
        (Section::Values, 12, 1, Section::Atoms),
    ] {
        let (start, size, count) = section(bytes, of);
        let records = (0..count).map(|n| start + n * size);
        // Of nobody and of a service-linked role a boundary is not asked for.
        let asked = |at: &usize| of != Section::Principals || bytes[*at] != 0 && bytes[*at + 4] & 2 == 0;
        let records: Vec<usize> = records.filter(asked).collect();
        assert!(!records.is_empty(), "{}", of.name());
        for record in records {
            let mut forged = bytes.clone();
            forged[record + byte] ^= bit;
            mend(&mut forged);
            let error = Tables::load(&forged).map(|_| ()).unwrap_err();
            assert_eq!(error.section(), Some(found.name()));
        }
    }
    // Resources share the cells of no other set than one that has the same.
    let (start, size, count) = section(bytes, Section::Resources);
    let (_, _, sets) = section(bytes, Section::Sets);
    let others: usize = (0..count)
        .map(|n| {
            let loads = |set: usize| {
                let mut forged = bytes.clone();
                let at = start + n * size + 12;
                forged[at..at + 4].copy_from_slice(&(set as u32).to_le_bytes());
                mend(&mut forged);
                Tables::load(&forged).is_ok()
            };
            assert!(!loads(sets));
            (0..sets).filter(|set| !loads(*set)).count()
        })
        .sum();
    assert!(others > 0);
}

// More cases with `PROPTEST_CASES=100000`.
proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Words of records replaced by numbers that are likely to matter.
    #[test]
    fn no_changed_word_panics(
        sample in 0..8_usize,
        edits in prop::collection::vec((any::<u32>(), any::<u32>(), any::<u32>(), 0..6_u8), 1..6),
    ) {
        let (bytes, requests) = &samples()[sample];
        let mut bytes = bytes.clone();
        let sections = sections(&bytes);
        for (section, element, value, how) in edits {
            let (start, size, count) = sections[section as usize % sections.len()];
            let words = (size * count).div_ceil(4).max(1);
            let at = (start + element as usize % words * 4).min(bytes.len() - 4);
            let old = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
            let new = match how {
                0 => value,
                1 => old.wrapping_add(1),
                2 => old.wrapping_sub(1),
                3 => u32::MAX,
                4 => old ^ (1 << (value % 32)),
                _ => value % 64,
            };
            bytes[at..at + 4].copy_from_slice(&new.to_le_bytes());
        }
        mend(&mut bytes);
        poke(&bytes, requests);
    }

    /// Any bytes anywhere, the section table too.
    #[test]
    fn no_changed_byte_panics(
        sample in 0..8_usize,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        mended in any::<bool>(),
    ) {
        let (bytes, requests) = &samples()[sample];
        let mut bytes = bytes.clone();
        for (at, value) in edits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if mended {
            mend(&mut bytes);
        }
        poke(&bytes, requests);
    }
}
