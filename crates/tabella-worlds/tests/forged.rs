//! Artifacts made by hand to make a service slow: records that share one long list or text, and work that multiplies. Each is
//! refused with the reason. What is counted is what load says of them, not time.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::OnceLock;
use tabella::artifact::WriteOptions;
use tabella::compile::Estate;
use tabella::limits::Limits;
use tabella::resolve::SourceUnit;
use tabella::source::SourceMap;
use tabella_runtime::layout::work::{Costs, DECISION_STEPS, PiecesHead};
use tabella_runtime::layout::{
    AND_END, CELL_UNLESS, CONDITION_COST_SHIFT, HEAD_RATE_SHIFT, ITEM_COST_SHIFT, ITEM_DENY, ITEM_LAST,
    LIST_END, OR_END, PIECE_ONE, Piece, REF_KEPT, REF_LIST, REF_ONE, RESOURCE_COST_SHIFT, Record, Section,
    TEXT_LITERAL, make_reference,
};
use tabella_runtime::{LoadError, Tables};
use tabella_worlds::parts::Parts;

const SOURCE: &str = r#"
account main 111111111111
user Ada in main { policies P }
policy P {
  Read: allow s3:GetObject on arn:aws:s3:::b/*
  deny s3:GetObject on arn:aws:s3:::b/secret/*, arn:aws:s3:::*x?y* when aws:username == "zed" and aws:UserAgent like "*a*"
  deny s3:GetObject on * when s3:max-keys == 5
}
"#;

fn good() -> Parts {
    static GOOD: OnceLock<Parts> = OnceLock::new();
    GOOD.get_or_init(|| compiled(false)).clone()
}

/// The same with its atoms kept.
fn keeping() -> Parts {
    static KEEPING: OnceLock<Parts> = OnceLock::new();
    KEEPING.get_or_init(|| compiled(true)).clone()
}

fn compiled(keep: bool) -> Parts {
    let (mut sources, limits) = (SourceMap::default(), Limits::default());
    let file = sources.add("a.tabella", SOURCE.to_string());
    let (tree, found) = tabella::syntax::parse(file, SOURCE, &limits);
    assert!(found.is_empty(), "{found:?}");
    let (estate, found) = Estate::of(&[SourceUnit { file, name: "a.tabella".into(), tree }], &limits);
    let estate = estate.unwrap_or_else(|| panic!("{found:?}"));
    let normal = estate.normal(&limits).0.unwrap();
    let options = WriteOptions { keep, provenance: false };
    let (bytes, found) = estate.artifact(&normal, &sources, &limits, &options);
    let parts = Parts::of(&bytes.unwrap_or_else(|| panic!("{found:?}"))).unwrap();
    assert_eq!(load(&parts), Ok(()));
    parts
}

fn load(parts: &Parts) -> Result<(), LoadError> {
    Tables::load(&parts.artifact()).map(|tables| assert!(tables.most_steps() <= DECISION_STEPS))
}

fn refused(parts: &Parts, section: &str) {
    let error = load(parts).unwrap_err();
    assert_eq!(error.section(), Some(section), "{error}");
}

/// Items may name a list by its first word, and by no other: what begins in its midst would share the rest of it.
#[test]
fn lists_begin_behind_their_heads_only() {
    // A list of three patterns, and statements that begin in its midst.
    for shift in [0, 1] {
        let mut parts = good();
        let start = parts.count(Section::ResourceLists) + 1;
        let bytes: Vec<Vec<u8>> = Section::ALL.iter().map(|s| parts.section(*s).clone()).collect();
        let cost = Costs::new(|section| &bytes[section as usize]).pattern(0);
        parts.push(Section::ResourceLists, &[(3 * cost) << RESOURCE_COST_SHIFT, 0, 0, LIST_END]);
        let reference = make_reference(REF_LIST, start + shift);
        let program = 60 + 4 + (3 - shift) * cost;
        parts.push(Section::Items, &[ITEM_DENY | ITEM_LAST | program << ITEM_COST_SHIFT, 0, reference, 0]);
        match shift {
            0 => assert_eq!(load(&parts), Ok(())),
            _ => refused(&parts, "items"),
        }
    }
}

/// The head of a list states what it costs.
#[test]
fn costs_are_what_they_are() {
    for (section, words) in [
        (Section::ResourceLists, &[1 << RESOURCE_COST_SHIFT, LIST_END][..]),
        (Section::ConditionLists, &[1 << CONDITION_COST_SHIFT, AND_END | OR_END]),
        (Section::ActionLists, &[0, 4, LIST_END]),
        (Section::PrincipalEntries, &[15, 1, 0, 1 << 31, 0, 0]),
        (Section::Pieces, &[5, 1, 0, PIECE_ONE, 0, 0]),
        (Section::Items, &[ITEM_DENY | ITEM_LAST | 1 << ITEM_COST_SHIFT, 0, 0, 0]),
        (Section::Policies, &[0, 0, 3, 0, 7]),
    ] {
        let mut parts = good();
        parts.push(section, words);
        refused(&parts, section.name());
    }
    // A list that does not end, and one without a head.
    for (section, words) in [
        (Section::ResourceLists, &[0][..]),
        (Section::ConditionLists, &[0, AND_END]),
        (Section::ActionLists, &[0, 0]),
        (Section::PrincipalEntries, &[1 << 31, 0, 0]),
        (Section::Pieces, &[PIECE_ONE, 0, 0]),
    ] {
        let mut parts = good();
        parts.push(section, words);
        refused(&parts, section.name());
    }
}

/// Patterns that share one long run of pieces: each names another part of it, or says that it is shorter.
#[test]
fn runs_of_pieces_are_not_shared() {
    let mut parts = good();
    let start = parts.count(Section::Pieces) + 1;
    let pieces = 1_000;
    parts.push(Section::Pieces, &[5, pieces, 200 + 2 * 6 * pieces]);
    (0..pieces).for_each(|_| parts.push(Section::Pieces, &[PIECE_ONE, 0, 0]));
    assert_eq!(load(&parts), Ok(()));
    for (from, len, is_run) in [(0, pieces, true), (1, pieces - 1, false), (0, pieces - 1, false)] {
        let mut parts = parts.clone();
        let mut words = [0; 16];
        (words[0], words[1], words[2]) = (4, start + from, len);
        parts.push(Section::Patterns, &words);
        match is_run {
            true => assert_eq!(load(&parts), Ok(())),
            false => refused(&parts, "patterns"),
        }
    }
}

/// Names that must differ may not be longer than all text: overlapping ones are.
#[test]
fn names_do_not_share_a_long_text() {
    let mut parts = good();
    let (at, long) = (parts.count(Section::Strings), 10_000);
    parts.section(Section::Strings).resize((at + long) as usize, b'a');
    (0..1_000).for_each(|i| parts.push(Section::Endpoints, &[at, long - 1_000 + i, 0, 0]));
    refused(&parts, "endpoints");
}

/// Numbers are short.
#[test]
fn numbers_do_not_share_a_long_text() {
    let mut parts = good();
    let (at, long) = (parts.count(Section::Strings), 10_000);
    parts.section(Section::Strings).resize((at + long) as usize, b'1');
    let values = parts.count(Section::Values);
    parts.push(Section::Values, &[0, 0, 0, 0, TEXT_LITERAL, at, long, 0]);
    parts.push(Section::Atoms, &[6, 0, values + 1, 1]);
    assert!(load(&parts).is_err());
}

/// Programs, lists and patterns multiply: what they cost together is more than a decision may take.
#[test]
fn work_that_multiplies_is_refused() {
    for items in [1_u32, 2_000] {
        let mut parts = good();
        let first = parts.count(Section::Items);
        let atom = 0;
        let bytes: Vec<Vec<u8>> = Section::ALL.iter().map(|s| parts.section(*s).clone()).collect();
        let costs = Costs::new(|section| &bytes[section as usize]);
        // A condition that tests one atom two thousand times.
        let (start, words) = (parts.count(Section::ConditionLists) + 1, 2_000);
        let list = costs.atom(atom) * words;
        parts.push(Section::ConditionLists, &[list << CONDITION_COST_SHIFT]);
        (1..words).for_each(|_| parts.push(Section::ConditionLists, &[AND_END]));
        parts.push(Section::ConditionLists, &[AND_END | OR_END]);
        for item in 0..items {
            let left = (u64::from(list) + 4 + 60) * u64::from(items - item);
            let stated = left.min((1 << 28) - 1) as u32;
            let last = if item + 1 == items { ITEM_LAST } else { 0 };
            let condition = make_reference(REF_LIST, start);
            parts.push(Section::Items, &[ITEM_DENY | last | stated << ITEM_COST_SHIFT, 0, 0, condition]);
        }
        // Every set says the program for whatever has no row.
        let sets: Vec<u32> = words_of(parts.section(Section::Sets));
        parts.section(Section::Sets).clear();
        for set in sets.chunks(4) {
            parts.push(
                Section::Sets,
                &[set[0], set[1], if set[1] == 0 { set[2] } else { 3 + first }, (1 << 28) - 1],
            );
        }
        let error = load(&parts).unwrap_err();
        assert!(error.is_costly(), "{error}");
        assert!(error.got() > error.expected());
        // Sets that state less than their cells cost.
        let sets: Vec<u32> = words_of(parts.section(Section::Sets));
        parts.section(Section::Sets).clear();
        sets.chunks(4).for_each(|set| parts.push(Section::Sets, &[set[0], set[1], set[2], 100_000]));
        refused(&parts, "sets");
    }
}

fn words_of(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect()
}

/// A run whose head says less than it takes is refused, whatever it says less of.
#[test]
fn heads_of_runs_say_all() {
    let parts = good();
    let pieces = parts.clone().section(Section::Pieces).clone();
    let mut at = 0;
    let mut heads = 0;
    while let Some(record) = Piece::cut(&pieces).get(at).map(Piece::read) {
        let head = PiecesHead::of(&record).unwrap();
        for changed in [
            Piece { text_len: record.text_len - 1, ..record },
            Piece { kind: record.kind ^ 8, ..record },
            Piece { kind: record.kind ^ 1 << HEAD_RATE_SHIFT, ..record },
        ] {
            let mut parts = parts.clone();
            parts.section(Section::Pieces)[at * Piece::SIZE..(at + 1) * Piece::SIZE]
                .copy_from_slice(&changed.bytes());
            refused(&parts, "pieces");
        }
        at += 1 + head.len as usize;
        heads += 1;
    }
    assert!(heads > 0);
}

/// Atoms that are kept are priced once, so that nothing may ask for one by another way than the lists that say so.
#[test]
fn atoms_that_are_kept_stand_in_their_lists_only() {
    let kept = |parts: &mut Parts| words_of(parts.section(Section::Meta))[5];
    assert_eq!(kept(&mut good()), 0);
    let atoms = good().count(Section::Atoms);
    assert_eq!(kept(&mut keeping()), atoms);
    // More than there are, or than there is room for.
    let keep = |parts: &mut Parts, count: u32| {
        let mut meta = words_of(parts.section(Section::Meta));
        meta[5] = count;
        parts.section(Section::Meta).clear();
        parts.push(Section::Meta, &meta);
    };
    for count in [atoms + 1, u32::MAX] {
        let mut parts = keeping();
        keep(&mut parts, count);
        refused(&parts, "meta");
    }
    // Lists that do not say that they ask for them, and lists that say so and do not.
    let (mut more, mut less) = (good(), keeping());
    keep(&mut more, atoms);
    keep(&mut less, 0);
    refused(&more, "condition lists");
    refused(&less, "condition lists");
    // Statements that name such a list as another, a lone atom, or a cell that is one.
    let mut parts = keeping();
    let statements = words_of(parts.section(Section::Statements));
    for tag in [REF_ONE, REF_LIST] {
        let mut changed = statements.clone();
        for condition in changed.chunks_mut(6).map(|statement| &mut statement[5]).filter(|word| **word != 0) {
            assert_eq!(*condition & 3, REF_KEPT);
            *condition = if tag == REF_ONE { REF_ONE } else { *condition & !3 | tag };
        }
        assert_ne!(changed, statements);
        let mut parts = keeping();
        parts.section(Section::Statements).clear();
        parts.push(Section::Statements, &changed);
        refused(&parts, "statements");
    }
    // An item, and a cell.
    let list = statements.chunks(6).map(|statement| statement[5]).find(|word| word & 3 == REF_KEPT).unwrap();
    let mut item = parts.clone();
    item.push(Section::Items, &[ITEM_DENY | ITEM_LAST, 0, 0, list]);
    refused(&item, "items");
    parts.push(Section::Cells, &[CELL_UNLESS]);
    refused(&parts, "rows");
}

/// What is kept is counted once, and each word that asks for it.
#[test]
fn what_is_kept_is_counted_once() {
    let most = |parts: Parts, uses: u32| {
        let mut contents: Vec<Vec<u8>> =
            Section::ALL.iter().map(|s| parts.clone().section(*s).clone()).collect();
        let mut add = |section: Section, words: &[u32]| {
            contents[section as usize].extend(words.iter().flat_map(|word| word.to_le_bytes()));
        };
        let start = parts.count(Section::ConditionLists) + 1;
        add(Section::ConditionLists, &[0]);
        (1..uses).for_each(|_| add(Section::ConditionLists, &[AND_END]));
        add(Section::ConditionLists, &[AND_END | OR_END]);
        let tag = if words_of(&contents[Section::Meta as usize])[5] == 0 { REF_LIST } else { REF_KEPT };
        let condition = make_reference(tag, start);
        let statements = &mut contents[Section::Statements as usize];
        let mut words = words_of(statements);
        words.chunks_mut(6).for_each(|statement| statement[5] = condition);
        *statements = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let items = &mut contents[Section::Items as usize];
        // Costs are stated anew.
        let mut words = words_of(items);
        words.chunks_mut(4).for_each(|item| item[0] &= (1 << ITEM_COST_SHIFT) - 1);
        *items = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let bytes = tabella::artifact::assemble(contents, &Limits::default()).unwrap();
        Tables::load(&bytes).map(|tables| tables.most_steps())
    };
    // Three statements of one set: once for each of the layers that may have it, and of the passes.
    let (few, many) = (most(keeping(), 1_000).unwrap(), most(keeping(), 2_000).unwrap());
    assert!(many > few && many - few <= 21 * 3 * 3 * 1_000 * 8, "{few} {many}");
    let error = most(good(), 20_000).unwrap_err();
    assert!(error.is_costly() && most(keeping(), 20_000).is_ok(), "{error}");
}
