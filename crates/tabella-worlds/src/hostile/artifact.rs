//! Hostile artifacts: lists, programs, templates and texts of an artifact made long, referred to from many records, and
//! requests that are as large as the limits allow and look like the artifact's patterns.
//!
//! An artifact is taken apart into its sections, which are changed record by record; costs and checksums are then stated as
//! they are, so that reading goes on to what lies behind them.

use super::{MOST, source};
use crate::request::{Owned, OwnedEntry};
use crate::rng::Rng;
use std::sync::LazyLock;
use tabella::limits::Limits;
use tabella::source::SourceMap;
use tabella_runtime::layout::work::PiecesHead;
use tabella_runtime::layout::*;
use tabella_runtime::limits::{
    CONTEXT_KEYS, LIST_BYTES, LIST_VALUES, RESOURCE_BYTES, RESOURCE_COLONS, VALUE_BYTES,
};

/// An artifact, which may not load, and requests for it.
pub struct Hostile {
    /// Its bytes, at most [`MOST`].
    pub bytes: Vec<u8>,
    /// Costly requests.
    pub requests: Vec<Owned>,
}

/// Artifacts of small worlds, made once.
static WORLDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let compile = |seed| crate::differential::compile(&crate::world(seed, crate::Size::SMALL)).ok();
    (0..8).filter_map(compile).map(|compiled| compiled.bytes).collect()
});

/// An artifact of these choices. None: they make one that is too large, or a source that does not compile.
pub fn artifact(rng: &mut Rng) -> Option<Hostile> {
    let base = match rng.below(3) {
        0 => {
            let most = *rng.pick(&[2_000, 8_000, MOST / 2]);
            let mut sources = SourceMap::new();
            sources.add("main.tabella", source::source(rng, most));
            tabella::compile(&sources, &Limits::default()).0?
        }
        _ => rng.maybe(&WORLDS)?.clone(),
    };
    let mut parts = Parts::of(&base);
    for _ in 0..rng.between(0, 4) {
        parts.edit(rng);
    }
    let requests = (0..4).map(|_| parts.request(rng)).collect();
    let mut bytes = tabella::artifact::assemble(parts.contents, &Limits::default()).ok()?;
    if rng.chance(30) {
        let words = bytes.len() / 4;
        for _ in 0..rng.between(1, 5) {
            let at = (rng.below(256) * 256 + rng.below(256)) % words * 4;
            let value = match rng.below(4) {
                0 => rng.below(256) as u32,
                1 => u32::MAX,
                2 => 1 << rng.below(32),
                _ => rng.bits() as u32,
            };
            if let Some(place) = bytes.get_mut(at..at + 4) {
                place.copy_from_slice(&value.to_le_bytes());
            }
        }
        crate::artifacts::mend(&mut bytes);
    }
    (bytes.len() <= MOST).then_some(Hostile { bytes, requests })
}

/// The contents of the sections.
struct Parts {
    contents: Vec<Vec<u8>>,
}

impl Parts {
    /// Takes apart an artifact that loads. Provenance is left out, for there is one record of it for each statement.
    fn of(bytes: &[u8]) -> Parts {
        let content = |section: &Section| {
            let entry = HEADER_BYTES + *section as usize * SECTION_BYTES;
            let word = |at: usize| {
                let word = bytes.get(entry + at..).and_then(|b| b.first_chunk());
                word.map_or(0, |word| u64::from_le_bytes(*word)) as usize
            };
            let end = word(8) + word(16) * section.element();
            match section {
                Section::Provenance | Section::ProvenanceStrings => Vec::new(),
                _ => bytes.get(word(8)..end).unwrap_or_default().to_vec(),
            }
        };
        let mut parts = Parts { contents: Section::ALL.iter().map(content).collect() };
        // Costs are stated anew.
        parts.change(Section::Items, |_, item: Item| {
            Item { flags: item.flags & ((1 << ITEM_COST_SHIFT) - 1), ..item }.bytes()
        });
        parts
    }

    fn content(&self, section: Section) -> &[u8] {
        self.contents.get(section as usize).map_or(&[], Vec::as_slice)
    }

    fn all<R: Record>(&self, section: Section) -> Vec<R> {
        R::cut(self.content(section)).iter().map(R::read).collect()
    }

    fn count(&self, section: Section) -> u32 {
        (self.content(section).len() / section.element()) as u32
    }

    fn push(&mut self, section: Section, bytes: &[u8]) {
        if let Some(content) = self.contents.get_mut(section as usize) {
            content.extend_from_slice(bytes);
        }
    }

    /// Puts other records in the place of those of a section.
    fn change<R: Record, const N: usize>(
        &mut self,
        section: Section,
        mut with: impl FnMut(usize, R) -> [u8; N],
    ) {
        let records = self.all::<R>(section);
        if let Some(content) = self.contents.get_mut(section as usize) {
            *content = records.into_iter().enumerate().flat_map(|(at, record)| with(at, record)).collect();
        }
    }

    fn words(&mut self, section: Section, words: impl IntoIterator<Item = u32>) {
        let bytes: Vec<u8> = words.into_iter().flat_map(u32::to_le_bytes).collect();
        self.push(section, &bytes);
    }

    /// How many elements of so many bytes are added: few, or as many as there is room for.
    fn many(&self, rng: &mut Rng, size: usize) -> u32 {
        let used: usize = self.contents.iter().map(Vec::len).sum();
        let room = MOST.saturating_sub(used + 8_000) / size;
        (*rng.pick(&[2, 16, 256, 2_000, room / 2, room])).min(room).max(1) as u32
    }

    /// One change.
    fn edit(&mut self, rng: &mut Rng) {
        match rng.below(13) {
            0 => self.resource_list(rng),
            1 | 2 => self.condition(rng),
            3 => self.action_list(rng),
            4 | 5 => self.program(rng),
            6 => self.template(rng),
            7 => self.values(rng),
            8 => self.statements(rng),
            9 => self.levels(rng),
            10 => self.principal_list(rng),
            11 => self.texts(rng),
            _ => self.repeated(rng),
        }
    }

    /// Makes items and statements refer to something: all, or some.
    fn refer(
        &mut self,
        rng: &mut Rng,
        item: impl Fn(Item) -> Item,
        statement: impl Fn(Statement) -> Statement,
    ) {
        let every = *rng.pick(&[1, 1, 2, 16]);
        self.change(Section::Items, |at, old: Item| if at % every == 0 { item(old) } else { old }.bytes());
        self.change(Section::Statements, |at, old: Statement| {
            if at % every == 0 { statement(old) } else { old }.bytes()
        });
    }

    fn resource_list(&mut self, rng: &mut Rng) {
        let patterns = self.count(Section::Patterns).max(1);
        let (many, start) = (self.many(rng, 4), self.count(Section::ResourceLists) + 1);
        let first = rng.below(patterns as usize) as u32;
        let is_one = rng.chance(50);
        let word = |at: u32| if is_one { first << 1 } else { ((first + at) % patterns) << 1 };
        let words = (0..many).map(|at| word(at) | if at + 1 == many { LIST_END } else { 0 });
        self.words(Section::ResourceLists, std::iter::once(0).chain(words));
        let reference = make_reference(*rng.pick(&[REF_LIST, REF_NOT]), start);
        self.refer(rng, |i| Item { resources: reference, ..i }, |s| Statement { resources: reference, ..s });
    }

    fn condition(&mut self, rng: &mut Rng) {
        let atoms = self.count(Section::Atoms).max(1);
        let (many, start) = (self.many(rng, 4), self.count(Section::ConditionLists) + 1);
        let first = rng.below(atoms as usize) as u32;
        let (is_one, width) = (rng.chance(50), *rng.pick(&[1, 1, 2, 100, u32::MAX]));
        let word = |at: u32| if is_one { first << 2 } else { ((first + at) % atoms) << 2 };
        let end = |at: u32| match at {
            at if at + 1 == many => AND_END | OR_END,
            at if (at + 1) % width == 0 => AND_END,
            _ => 0,
        };
        self.words(Section::ConditionLists, std::iter::once(0).chain((0..many).map(|at| word(at) | end(at))));
        let condition = make_reference(REF_LIST, start);
        self.refer(rng, |i| Item { condition, ..i }, |s| Statement { condition, ..s });
    }

    fn action_list(&mut self, rng: &mut Rng) {
        let texts = self.count(Section::ActionTexts).max(1);
        let (many, start) = (self.many(rng, 4), self.count(Section::ActionLists) + ACTION_HEAD as u32);
        let words = (0..many).map(|at| (at % texts) << 2 | if at + 1 == many { LIST_END } else { 0 });
        self.words(Section::ActionLists, [0; ACTION_HEAD].into_iter().chain(words));
        let actions = make_reference(REF_NOT, start);
        self.refer(rng, |i| i, |s| Statement { actions, services: u32::MAX, ..s });
    }

    /// A program of many items, which every program becomes.
    fn program(&mut self, rng: &mut Rng) {
        let items = self.all::<Item>(Section::Items);
        let Some(item) = rng.maybe(&items).copied() else { return };
        let (many, start) = (self.many(rng, Item::SIZE), self.count(Section::Items));
        let flags = *rng.pick(&[ITEM_DENY, ITEM_DENY, 0, ITEM_LEVEL]);
        for at in 0..many {
            let last = if at + 1 == many { ITEM_LAST } else { 0 };
            self.push(Section::Items, &Item { flags: flags | last, ..item }.bytes());
        }
        let cell =
            |cell: u32| if (CELL_PROGRAM..CELL_ON).contains(&cell) { CELL_PROGRAM + start } else { cell };
        self.change(Section::Cells, |_, word: Word| Word { word: cell(word.word) }.bytes());
        self.change(Section::Sets, |_, set: Set| Set { default: cell(set.default), ..set }.bytes());
    }

    /// A long template, which patterns become.
    fn template(&mut self, rng: &mut Rng) {
        let (many, start) = (self.many(rng, Piece::SIZE), self.count(Section::Pieces) + 1);
        let keys = self.count(Section::Keys).max(1);
        let text = self.count(Section::Strings);
        self.push(Section::Strings, b"ab");
        let head = PiecesHead { len: many, variables: false, cost: 0, rate: 0 };
        self.push(Section::Pieces, &head.piece().bytes());
        let kinds = *rng.pick(&[
            [PIECE_ONE, PIECE_ONE],
            [PIECE_ANY, PIECE_LITERAL],
            [PIECE_LITERAL, PIECE_ONE],
            [PIECE_VARIABLE, PIECE_LITERAL],
            [PIECE_VARIABLE, PIECE_ANY],
            [PIECE_DEFAULT, PIECE_ONE],
        ]);
        for at in 0..many {
            let kind = kinds[at as usize % 2];
            let named = matches!(kind, PIECE_VARIABLE | PIECE_DEFAULT);
            let key = if named { (at % keys) << 3 } else { 0 };
            let len = if matches!(kind, PIECE_LITERAL | PIECE_DEFAULT) { 1 + at % 2 } else { 0 };
            let text = if len > 0 { text } else { 0 };
            self.push(Section::Pieces, &Piece { kind: kind | key, text, text_len: len }.bytes());
        }
        let has_variables = kinds.iter().any(|k| matches!(*k, PIECE_VARIABLE | PIECE_DEFAULT));
        let floats = if has_variables { HAS_VARIABLES } else { 0 };
        let (every, as_part) = (*rng.pick(&[1, 3]), rng.chance(50));
        self.change(Section::Patterns, |at, pattern: Pattern| {
            let part = PART_PIECES << 30 | many & PART_LEN;
            match at % every {
                0 if !as_part => Pattern {
                    kind: PATTERN_GLOB,
                    whole: start,
                    whole_len: many,
                    floats,
                    ..Pattern::default()
                },
                0 if pattern.kind == PATTERN_PARTS => Pattern {
                    part_5: start,
                    part_5_len: part,
                    floats: pattern.floats & !(u32::MAX << TAIL_SHIFT) | floats,
                    ..pattern
                },
                _ => pattern,
            }
            .bytes()
        });
    }

    /// More values of the last atom.
    fn values(&mut self, rng: &mut Rng) {
        let Some(value) = self.all::<Value>(Section::Values).pop() else { return };
        let (many, last) = (self.many(rng, Value::SIZE), self.count(Section::Atoms) as usize);
        self.push(Section::Values, &value.bytes().repeat(many as usize));
        self.change(Section::Atoms, |at, atom: Atom| {
            let more = if at + 1 == last { many } else { 0 };
            Atom { values_len: atom.values_len + more, ..atom }.bytes()
        });
    }

    /// More statements of the last policy.
    fn statements(&mut self, rng: &mut Rng) {
        let Some(statement) = self.all::<Statement>(Section::Statements).pop() else { return };
        let (many, last) = (self.many(rng, Statement::SIZE), self.count(Section::Policies) as usize);
        self.push(Section::Statements, &statement.bytes().repeat(many as usize));
        self.change(Section::Policies, |at, policy: Policy| {
            let more = if at + 1 == last { many } else { 0 };
            Policy { statements_len: policy.statements_len + more, ..policy }.bytes()
        });
    }

    /// More levels of a set, or more policies of a level.
    fn levels(&mut self, rng: &mut Rng) {
        let policies = self.count(Section::Policies).max(1);
        let (level, word) = (self.count(Section::Levels), self.count(Section::LevelPolicies));
        if rng.chance(50) {
            let many = self.many(rng, Run::SIZE);
            self.push(Section::Levels, &Run { start: 0, len: word.min(1) }.bytes().repeat(many as usize));
            self.change(Section::Sets, |_, set: Set| Set { levels: level, levels_len: many, ..set }.bytes());
        } else {
            let many = self.many(rng, 4);
            self.words(Section::LevelPolicies, (0..many).map(|at| at % policies));
            self.change(Section::Levels, |_, _: Run| Run { start: word, len: many }.bytes());
        }
    }

    fn principal_list(&mut self, rng: &mut Rng) {
        let entries = self.all::<PrincipalEntry>(Section::PrincipalEntries);
        let entries: Vec<PrincipalEntry> = entries.into_iter().filter(|e| e.kind != PRINCIPAL_HEAD).collect();
        let Some(entry) = rng.maybe(&entries).copied() else { return };
        let (many, start) = (self.many(rng, PrincipalEntry::SIZE), self.count(Section::PrincipalEntries) + 1);
        let head = PrincipalEntry { kind: PRINCIPAL_HEAD, text: 0, text_len: 0 };
        self.push(Section::PrincipalEntries, &head.bytes());
        let kind = entry.kind & !ENTRY_END;
        for at in 0..many {
            let kind = if at + 1 == many { kind | ENTRY_END } else { kind };
            self.push(Section::PrincipalEntries, &PrincipalEntry { kind, ..entry }.bytes());
        }
        let principals = make_reference(*rng.pick(&[REF_LIST, REF_NOT]), start);
        self.refer(rng, |i| Item { principals, ..i }, |s| Statement { principals, ..s });
    }

    /// One long text that many records have.
    fn texts(&mut self, rng: &mut Rng) {
        let (start, len) = (self.count(Section::Strings), self.many(rng, 1));
        let letter = *rng.pick(b"a0*");
        self.push(Section::Strings, &vec![letter; len as usize]);
        match rng.below(4) {
            0 => self.change(Section::Values, |_, v: Value| {
                if v.b > 1 { Value { a: start, b: len, mark: 0, ..v } } else { v }.bytes()
            }),
            1 => self.change(Section::Patterns, |_, p: Pattern| {
                let is_text = matches!(p.kind, PATTERN_LITERAL | PATTERN_PREFIX | PATTERN_BEHIND);
                if is_text { Pattern { whole: start, whole_len: len, ..p } } else { p }.bytes()
            }),
            2 => self.change(Section::ActionTexts, |_, t: Text| {
                if t.kind == TEXT_PIECES { t } else { Text { start, len, ..t } }.bytes()
            }),
            _ => self.change(Section::PrincipalEntries, |_, e: PrincipalEntry| {
                if e.kind == PRINCIPAL_HEAD { e } else { PrincipalEntry { text: start, text_len: len, ..e } }
                    .bytes()
            }),
        }
    }

    /// The last record of a section many times.
    fn repeated(&mut self, rng: &mut Rng) {
        let section = *rng.pick(Section::ALL);
        let many = self.many(rng, section.element());
        let Some(content) = self.contents.get_mut(section as usize) else { return };
        let start = content.len().saturating_sub(section.element());
        let last = content.get(start..).unwrap_or_default().repeat(many as usize);
        content.extend_from_slice(&last);
    }

    fn text(&self, start: u32, len: u32) -> &str {
        let strings = self.content(Section::Strings);
        let text = strings.get(start as usize..start.saturating_add(len) as usize).unwrap_or_default();
        std::str::from_utf8(text).unwrap_or_default()
    }

    /// Text of so many bytes that patterns nearly match: letters of one of them, again and again.
    fn like_patterns(&self, rng: &mut Rng, len: usize) -> String {
        let pieces = self.all::<Piece>(Section::Pieces);
        let known = match rng.maybe(&pieces) {
            Some(piece) if piece.kind & 7 == PIECE_LITERAL => self.text(piece.text, piece.text_len),
            _ => "",
        };
        let all = if known.is_empty() { rng.word(&["a", "ab", "0", "/", "e", "é"]) } else { known };
        let part = match rng.below(3) {
            0 => all.get(..all.len() - 1).filter(|part| !part.is_empty()).unwrap_or(all),
            1 => all.get(..1).unwrap_or(all),
            _ => all,
        };
        let mut out = part.repeat(len / part.len() + 1);
        super::truncate(&mut out, len);
        out
    }

    /// A request that is as large as requests may be.
    fn request(&self, rng: &mut Rng) -> Owned {
        let (details, principals) =
            (self.all::<Detail>(Section::Details), self.all::<Principal>(Section::Principals));
        let callers: Vec<(&Detail, &Principal)> =
            details.iter().zip(&principals).filter(|(_, principal)| principal.arn_len > 0).collect();
        let principal =
            rng.maybe(&callers).map_or("*", |(detail, principal)| self.text(detail.arn, principal.arn_len));
        let actions: Vec<Action> = self.all(Section::Actions);
        let actions: Vec<&Action> = actions.iter().filter(|a| a.name_len > 0).collect();
        let action = rng.maybe(&actions).map_or("", |a| self.text(a.name, a.name_len & ACTION_NAME_LEN));
        let action = if action.contains(':') && rng.chance(70) { action } else { "s3:GetObject" };
        let resources: Vec<Resource> = self.all(Section::Resources);
        let head = match rng.maybe(&resources) {
            Some(resource) if resource.arn_len > 0 && rng.chance(50) => {
                format!("{}/", self.text(resource.arn, resource.arn_len))
            }
            _ => rng
                .word(&["arn:aws:s3:::", "arn:aws:s3:::b/", "arn:aws:dynamodb:eu-west-1:111111111111:"])
                .into(),
        };
        let colons = if rng.chance(25) {
            ":".repeat(RESOURCE_COLONS - head.matches(':').count())
        } else {
            String::new()
        };
        let left = RESOURCE_BYTES.saturating_sub(head.len() + colons.len());
        let resource = format!("{head}{colons}{}", self.like_patterns(rng, left).replace(':', "a"));
        let context = self.all::<Key>(Section::Keys);
        let context = context.iter().map(|key| self.text(key.name, key.name_len).to_owned());
        let context = context.filter(|key| !tabella_runtime::is_derived_key(key) && !key.is_empty());
        let context: Vec<OwnedEntry> = context.take(CONTEXT_KEYS).map(|key| self.entry(&key, rng)).collect();
        let names = |section| {
            self.all::<Named>(section).into_iter().map(|n| self.text(n.name, n.name_len).to_owned())
        };
        let endpoints: Vec<String> = names(Section::Endpoints).collect();
        let policies: Vec<String> = names(Section::SessionPolicies).take(16).collect();
        Owned {
            principal: principal.to_owned(),
            action: action.to_owned(),
            resource,
            endpoint: rng.maybe(&endpoints).cloned().filter(|_| rng.chance(30)),
            session_policies: (!policies.is_empty() && rng.chance(30)).then_some(policies),
            context,
            ..Owned::default()
        }
    }

    fn entry(&self, key: &str, rng: &mut Rng) -> OwnedEntry {
        let value = |len: usize, rng: &mut Rng| match rng.below(6) {
            0 => "1".repeat(len.min(200)),
            1 => "10.1.2.3".into(),
            2 => format!("arn:aws:s3:::{}", self.like_patterns(rng, len - 13)),
            _ => self.like_patterns(rng, len),
        };
        if rng.chance(50) {
            return OwnedEntry::one(key, value(VALUE_BYTES, rng));
        }
        let one = value(LIST_BYTES / LIST_VALUES, rng);
        OwnedEntry::many(key, vec![one; LIST_VALUES])
    }
}
