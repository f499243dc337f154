//! The largest work of one decision: what each test costs at most, and where an artifact says so.
//!
//! Costs are counted in steps; one takes a part of a nanosecond on an ordinary core. Every list of an artifact stands behind a *head* that states the
//! cost of the whole list, so that what refers to the list need not walk it. The same functions compute a
//! cost for the writer, which stores it, and for the reader, which refuses another. `docs/artifact.md` states them.

mod decision;

use super::*;
use crate::array::Array;
use crate::derive::KeyClass;
use crate::limits::*;

/// Most steps of one decision. An artifact is refused when some decision may take more: with the largest request that the limits below
/// allow, that would be 10 ms or more.
pub const DECISION_STEPS: u64 = 60_000_000;
/// A set states at least the cost of the costliest program, up to this many steps, so that a reader needs to walk no
/// cells of artifacts without costlier programs.
pub const LIGHT_STEPS: u32 = 60_000;
/// Costs above this many steps are stated as this many.
pub const MOST_STEPS: u32 = (1 << 28) - 1;

/// Most tags of a user or role.
pub const PRINCIPAL_TAGS: usize = 64;
/// Most bytes of a number in a condition.
pub const NUMBER_BYTES: usize = 256;

/// Steps of what every decision does: the request checked, its caller, action and resource looked up, the policies found that
/// govern each part of its ARN.
const FIXED: u64 = 1_000_000;

/// The layers are asked again, at length and for what a key might say, where a key that is not known may matter (R153).
const PASSES: u64 = 3;
/// What is kept is asked for at length only.
const KEPT_PASSES: u64 = 2;

/// A word of a condition whose atom is kept.
const KEPT_STEPS: u32 = 8;

/// Comparing a text of the artifact with one of so many bytes.
const fn near(len: u32, text: usize) -> u32 {
    // Sixteen bytes at once.
    4 + (if (len as usize) < text { len } else { text as u32 }) / 16
}

/// The cost of a test: for each text that it is made with, and for the bytes of one text, or of all of a list.
#[derive(Clone, Copy, Default)]
struct Cost {
    each: u32,
    one: u32,
    list: u32,
}

impl Cost {
    fn each(each: u32) -> Self {
        Cost { each, ..Cost::default() }
    }

    /// What takes so many steps for sixteen bytes of the request's text.
    fn rate(steps: u32, text: usize) -> Self {
        let of = |bytes: usize| (bytes as u32 / 16).saturating_mul(steps);
        Cost { each: 0, one: of(text), list: of(LIST_BYTES) }
    }

    /// The same where no more of a text is looked at than a text of the artifact has bytes.
    fn up_to(len: u32, steps: u32, text: usize) -> Self {
        let of = |all: u32, most: usize| (all.min(most as u32) / 16).saturating_mul(steps);
        let list = of(len.saturating_mul(LIST_VALUES as u32), LIST_BYTES);
        Cost { each: 4, one: of(len, text), list }
    }

    fn of_one(self) -> u32 {
        self.each.saturating_add(self.one)
    }

    fn of_list(self) -> u32 {
        self.each.saturating_mul(LIST_VALUES as u32).saturating_add(self.list)
    }

    fn and(self, other: Cost) -> Cost {
        Cost {
            each: self.each.saturating_add(other.each),
            one: self.one.saturating_add(other.one),
            list: self.list.saturating_add(other.list),
        }
    }
}

/// What is known of a run of pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PiecesHead {
    /// Pieces behind it.
    pub len: u32,
    /// Some piece is a variable.
    pub variables: bool,
    /// Steps for a text without bytes.
    pub cost: u32,
    /// Steps for four bytes of a text.
    pub rate: u32,
}

impl PiecesHead {
    /// Its record; `None`: the record is a piece.
    pub fn of(piece: &Piece) -> Option<Self> {
        (piece.kind & 7 == PIECE_HEAD).then_some(PiecesHead {
            len: piece.text,
            variables: piece.kind & HEAD_VARIABLES != 0,
            cost: piece.text_len,
            rate: piece.kind >> HEAD_RATE_SHIFT,
        })
    }

    /// As a record.
    pub fn piece(&self) -> Piece {
        let variables = if self.variables { HEAD_VARIABLES } else { 0 };
        Piece {
            kind: PIECE_HEAD | variables | self.rate << HEAD_RATE_SHIFT,
            text: self.len,
            text_len: self.cost,
        }
    }

    fn with(&self, text: usize) -> Cost {
        Cost::each(self.cost).and(Cost::rate(self.rate.saturating_mul(4), text))
    }
}

/// What a chunk of a template costs: pieces between two `*`.
#[derive(Clone, Copy, Default)]
struct Chunk {
    steps: u32,
    bytes: u32,
    texts: u32,
    /// Something stands behind its first text.
    goes_on: bool,
}

/// Attempts at a chunk, and what else looks at its pieces, before the search for all places at once.
const ATTEMPTS: u32 = 32;

/// Before a text is followed bit by bit.
const FOLLOWED: u32 = 12_000;

/// Steps for four bytes of a text that is followed bit by bit, for each block.
const BLOCK_RATE: u32 = 20;

/// So many blocks are the most work: the more there are, the fewer are the places of the text where all of them fit.
const BLOCKS: u32 = 1 + VALUE_BYTES as u32 / (4 * BLOCK);

/// Steps for sixteen bytes of a text that is compared letter case aside, character by character.
const FOLD_RATE: u32 = 2_200;

/// Ways to read the values of variables (R153).
const READINGS: u32 = 3;

/// Steps of following the wildcards of inserted values.
const WALK: u32 = 2_000;

/// Bytes of a chunk that are searched for at once.
const BLOCK: u32 = 256;

/// The parts of an artifact that say what decisions may cost.
#[derive(Clone, Copy, Debug)]
pub struct Costs<'a> {
    meta: Array<'a, Meta>,
    services: Array<'a, Service>,
    keys: Array<'a, Key>,
    principals: Array<'a, Principal>,
    accounts: Array<'a, Account>,
    resources: Array<'a, Resource>,
    endpoints: Array<'a, Named>,
    access_points: Array<'a, AccessPoint>,
    session_policies: Array<'a, Named>,
    sets: Array<'a, Set>,
    set_services: Array<'a, ServiceWord>,
    levels: Array<'a, Run>,
    level_policies: Array<'a, Word>,
    rows: Array<'a, Row>,
    shapes: &'a [[u8; 2]],
    cells: Array<'a, Word>,
    items: Array<'a, Item>,
    entries: Array<'a, PrincipalEntry>,
    resource_lists: Array<'a, Word>,
    action_lists: Array<'a, Word>,
    condition_lists: Array<'a, Word>,
    patterns: Array<'a, Pattern>,
    texts: Array<'a, Text>,
    pieces: Array<'a, Piece>,
    atoms: Array<'a, Atom>,
    values: Array<'a, Value>,
    policies: Array<'a, Policy>,
    statements: Array<'a, Statement>,
}

impl<'a> Costs<'a> {
    /// Of the bytes of sections.
    pub fn new(bytes: impl Fn(Section) -> &'a [u8]) -> Self {
        Costs {
            meta: Array::new(bytes(Section::Meta)),
            services: Array::new(bytes(Section::Services)),
            keys: Array::new(bytes(Section::Keys)),
            principals: Array::new(bytes(Section::Principals)),
            accounts: Array::new(bytes(Section::Accounts)),
            resources: Array::new(bytes(Section::Resources)),
            endpoints: Array::new(bytes(Section::Endpoints)),
            access_points: Array::new(bytes(Section::AccessPoints)),
            session_policies: Array::new(bytes(Section::SessionPolicies)),
            sets: Array::new(bytes(Section::Sets)),
            set_services: Array::new(bytes(Section::SetServices)),
            levels: Array::new(bytes(Section::Levels)),
            level_policies: Array::new(bytes(Section::LevelPolicies)),
            rows: Array::new(bytes(Section::Rows)),
            shapes: bytes(Section::Shapes).as_chunks().0,
            cells: Array::new(bytes(Section::Cells)),
            items: Array::new(bytes(Section::Items)),
            entries: Array::new(bytes(Section::PrincipalEntries)),
            resource_lists: Array::new(bytes(Section::ResourceLists)),
            action_lists: Array::new(bytes(Section::ActionLists)),
            condition_lists: Array::new(bytes(Section::ConditionLists)),
            patterns: Array::new(bytes(Section::Patterns)),
            texts: Array::new(bytes(Section::ActionTexts)),
            pieces: Array::new(bytes(Section::Pieces)),
            atoms: Array::new(bytes(Section::Atoms)),
            values: Array::new(bytes(Section::Values)),
            policies: Array::new(bytes(Section::Policies)),
            statements: Array::new(bytes(Section::Statements)),
        }
    }

    // ---------------------------------------------------------------- templates

    /// What the head of a run of pieces is.
    pub fn pieces_head(&self, start: u32, len: u32) -> PiecesHead {
        let mut head = PiecesHead { len, variables: false, cost: 200, rate: 0 };
        let (mut chunk, mut anchored, mut searched) = (Chunk::default(), true, 0);
        for piece in self.pieces.run(start, len) {
            if piece.kind & 7 == PIECE_ANY {
                self.close(&mut head, &mut searched, chunk, anchored);
                (chunk, anchored) = (Chunk::default(), false);
                continue;
            }
            let text = near(piece.text_len, VALUE_BYTES) + 4;
            let bytes = piece.text_len.min(VALUE_BYTES as u32);
            let (steps, bytes) = match piece.kind & 7 {
                PIECE_LITERAL => (text, bytes),
                PIECE_VARIABLE | PIECE_DEFAULT => {
                    head.variables = true;
                    let value = near(VALUE_BYTES as u32, VALUE_BYTES);
                    (self.look_up(piece.kind >> 3).saturating_add(text.max(value)), VALUE_BYTES as u32)
                }
                _ => (6, 1),
            };
            chunk.goes_on |= chunk.texts > 0;
            chunk.texts += u32::from(piece.kind & 7 != PIECE_ONE);
            chunk.steps = chunk.steps.saturating_add(steps);
            chunk.bytes = chunk.bytes.saturating_add(bytes);
        }
        self.close(&mut head, &mut searched, chunk, true);
        if head.variables {
            // Values that may be read in several ways are compared by each.
            head.cost = head.cost.saturating_mul(READINGS);
            (head.rate, searched) = (head.rate.saturating_mul(READINGS), searched * READINGS);
        }
        head.rate = head.rate.saturating_add(searched).min(MOST_RATE);
        head.cost = head.cost.min(MOST_STEPS);
        head
    }

    /// Adds a chunk; `searched` is the rate of those that are searched for, each behind the one before.
    fn close(&self, head: &mut PiecesHead, searched: &mut u32, chunk: Chunk, anchored: bool) {
        let steps = match (anchored, chunk.goes_on) {
            (true, _) => chunk.steps.saturating_mul(2),
            (false, false) => {
                *searched = (*searched).max(2);
                chunk.steps.saturating_mul(2).saturating_add(300 + chunk.bytes / 4)
            }
            (false, true) => {
                let blocks = 1 + (chunk.bytes / BLOCK).min(VALUE_BYTES as u32 / BLOCK);
                // Of a chunk of several blocks each is looked for in all of the text.
                match blocks {
                    1 => *searched = (*searched).max(BLOCK_RATE),
                    _ => head.rate = head.rate.saturating_add(BLOCK_RATE * blocks.min(BLOCKS)),
                }
                chunk.steps.saturating_mul(ATTEMPTS).saturating_add(FOLLOWED + 300 * blocks)
            }
        };
        head.cost = head.cost.saturating_add(steps);
    }

    /// What finding the value of a key costs.
    fn look_up(&self, key: u32) -> u32 {
        let class = self.keys.get(key as usize).unwrap_or_default().class & ((1 << KEY_TYPE_SHIFT) - 1);
        match KeyClass::from_number(class) {
            KeyClass::Request | KeyClass::ServiceRequest | KeyClass::Session => 2_000,
            KeyClass::PrincipalTag => 300,
            _ => 200,
        }
    }

    /// A run of pieces by its head.
    fn template(&self, start: u32, text: usize) -> Cost {
        let head = (start as usize).checked_sub(1).and_then(|at| self.pieces.get(at));
        match head.as_ref().and_then(PiecesHead::of) {
            Some(head) if head.variables => head.with(text).and(Cost::each(WALK)),
            Some(head) => head.with(text),
            // No record that is valid has such a run.
            None => Cost::each(MOST_STEPS),
        }
    }

    // ---------------------------------------------------------------- patterns

    /// What a pattern of resources costs.
    pub fn pattern(&self, index: u32) -> u32 {
        let Some(p) = self.patterns.get(index as usize) else { return 0 };
        let cost = self.pattern_with(&p, RESOURCE_BYTES).of_one();
        let floats = matches!(p.kind, PATTERN_PARTS | PATTERN_VOID) && p.floats & 31 != 0;
        let cost = if floats { cost.saturating_add(self.floating(&p)) } else { cost };
        cost.min(MOST_STEPS)
    }

    fn pattern_with(&self, p: &Pattern, text: usize) -> Cost {
        let whole = || Cost::up_to(p.whole_len, 1, text);
        match p.kind {
            PATTERN_ALL | PATTERN_UNDER => Cost::each(10),
            PATTERN_LITERAL | PATTERN_PREFIX | PATTERN_BEHIND | PATTERN_BEHIND_HEAD => {
                Cost::each(10).and(whole())
            }
            PATTERN_GLOB => Cost::each(40).and(self.template(p.whole, text)),
            PATTERN_EXPANDED => {
                // Split at colons, each part like a template of its own.
                let run = self.template(p.whole, text);
                Cost::each(200).and(Cost::rate(4, text)).and(run).and(run)
            }
            _ => {
                let mut cost = Cost::each(60).and(whole());
                for (start, len) in p.parts() {
                    cost = cost.and(match len >> 30 {
                        PART_ALL => Cost::each(2),
                        PART_PIECES => {
                            let run = self.template(start, text);
                            run.and(run)
                        }
                        _ => Cost::each(4).and(Cost::up_to(len & PART_LEN, 1, text)),
                    });
                }
                cost
            }
        }
    }

    /// What R68 adds: runs of parts that are tried wherever a part of the ARN begins.
    fn floating(&self, p: &Pattern) -> u32 {
        // Every place is looked at; at so many of them does a text begin that some part begins with.
        let (places, parts) = (SHORT_RESOURCE_BYTES as u32, RESOURCE_COLONS as u32);
        let mut steps = 0_u32;
        for (i, (start, len)) in p.parts().into_iter().enumerate() {
            steps = steps.saturating_add(match len >> 30 {
                // Whatever the part is, it matches.
                PART_ALL => 20,
                PART_PIECES => {
                    let run = self.template(start, RESOURCE_BYTES);
                    let first = self.pieces.get(start as usize).unwrap_or_default();
                    // The last part is tried again only where what stands before its first `*` differs.
                    let again = match first.kind & 7 {
                        PIECE_ANY if i == 5 => parts * 10,
                        PIECE_LITERAL => parts.saturating_mul(run.each),
                        _ => (2 * parts).saturating_mul(run.each),
                    };
                    again.saturating_add(places * 10).saturating_add(run.of_one())
                }
                _ => places * 12 + parts * near(len & PART_LEN, RESOURCE_BYTES),
            });
        }
        steps
    }

    /// What an action pattern costs.
    pub fn action(&self, index: u32) -> u32 {
        let Some(text) = self.texts.get(index as usize) else { return 0 };
        match text.kind {
            TEXT_PIECES => self.template(text.start, ACTION_BYTES).of_one().min(MOST_STEPS),
            _ => 4 + near(text.len, ACTION_BYTES),
        }
    }

    // ---------------------------------------------------------------- conditions

    /// What an atom costs, by its values.
    pub fn atom_of_values(&self, atom: &Atom) -> u32 {
        use super::operator as o;
        let operator = atom.operator & 0xFF;
        // A value is parsed once.
        let parse = match operator {
            o::NUMERIC_EQUALS..=o::DATE_GREATER_EQUALS => Cost::each(100).and(Cost::rate(32, VALUE_BYTES)),
            o::IP_ADDRESS..=o::ARN_NOT_LIKE => Cost::each(200).and(Cost::rate(1, VALUE_BYTES)),
            _ => Cost::each(100),
        };
        let values = self.values.run(atom.values, atom.values_len);
        let cost = values.fold(parse, |cost, v| cost.and(self.value(operator, &v)));
        // R94, R153: in a `Deny` every value of a key is tested, whatever the set operator.
        let is_one = atom.operator >> 8 & 0xFF == 0 && atom.operator & DOUBT == 0;
        let tests = if is_one { cost.of_one() } else { cost.of_list() };
        tests.saturating_add(20).saturating_add(self.look_up(atom.key)).min(MOST_STEPS)
    }

    fn value(&self, operator: u32, v: &Value) -> Cost {
        use super::operator as o;
        match operator {
            o::BOOL if v.kind != TEXT_PIECES => Cost::each(30),
            o::STRING_EQUALS_IGNORE_CASE | o::STRING_NOT_EQUALS_IGNORE_CASE | o::BOOL => match v.kind {
                // Character by character; its pieces are looked at once.
                TEXT_PIECES => {
                    let run = self.template(v.a, 0).each.saturating_sub(WALK) / 2;
                    Cost::each(8 + run).and(Cost::rate(FOLD_RATE, VALUE_BYTES))
                }
                _ => Cost::each(8).and(Cost::up_to(v.b, FOLD_RATE, VALUE_BYTES)),
            },
            ..=o::STRING_NOT_LIKE if v.kind == TEXT_PIECES => self.template(v.a, VALUE_BYTES),
            ..=o::STRING_NOT_LIKE => Cost::each(4).and(Cost::up_to(v.b, 1, VALUE_BYTES)),
            o::NUMERIC_EQUALS..=o::NUMERIC_GREATER_EQUALS => {
                Cost::each(100 + 16 * v.b.min(NUMBER_BYTES as u32))
            }
            o::BINARY_EQUALS => Cost::each(4).and(Cost::up_to(v.b.saturating_mul(2), 32, VALUE_BYTES)),
            o::IP_ADDRESS | o::NOT_IP_ADDRESS => Cost::each(24),
            o::ARN_EQUALS..=o::ARN_NOT_LIKE => match self.patterns.get(v.a as usize) {
                Some(p) => self.pattern_with(&p, VALUE_BYTES),
                None => Cost::default(),
            },
            _ => Cost::each(4),
        }
    }

    /// So many of the first atoms are kept.
    fn kept(&self) -> u32 {
        self.meta.get(0).unwrap_or_default().kept
    }

    /// What the atoms cost that are kept, each evaluated once.
    fn kept_atoms(&self) -> u64 {
        (0..self.kept()).map(|index| u64::from(self.atom(index))).sum()
    }

    /// What an atom costs in a condition.
    pub fn atom_of_condition(&self, index: u32) -> u32 {
        if index < self.kept() { KEPT_STEPS } else { self.atom(index) }
    }

    /// What an atom costs, by the head of its values.
    pub fn atom(&self, index: u32) -> u32 {
        let head =
            self.atoms.get(index as usize).and_then(|a| self.values.get(a.values.checked_sub(1)? as usize));
        head.map_or(0, |head| head.a.min(MOST_STEPS))
    }

    // ---------------------------------------------------------------- principals

    /// What an entry of a list of principals costs.
    pub fn entry(&self, entry: &PrincipalEntry) -> u32 {
        400 + 2 * near(entry.text_len, PRINCIPAL_BYTES)
    }

    // ---------------------------------------------------------------- references

    fn one_or_list(&self, word: u32, one: impl Fn(u32) -> u32, list: impl Fn(usize) -> Option<u32>) -> u32 {
        match reference(word) {
            (REF_ALL, _) => 0,
            (REF_ONE, index) => one(index as u32),
            (_, start) => list(start).unwrap_or(MOST_STEPS).saturating_add(4),
        }
    }

    fn tests(&self, principals: u32, resources: u32, condition: u32) -> u32 {
        let entry = |index| self.entries.get(index as usize).map_or(0, |e| self.entry(&e));
        let entries = |start: usize| Some(self.entries.get(start.checked_sub(1)?)?.text);
        let before = |list: Array<'a, Word>, start: usize| Some(list.get(start.checked_sub(1)?)?.word);
        let patterns = |start| Some(before(self.resource_lists, start)? >> RESOURCE_COST_SHIFT);
        let atoms = |start| Some(before(self.condition_lists, start)? >> CONDITION_COST_SHIFT);
        self.one_or_list(principals, entry, entries)
            .saturating_add(self.one_or_list(resources, |index| self.pattern(index), patterns))
            .saturating_add(self.one_or_list(condition, |index| self.atom(index), atoms))
            .min(MOST_STEPS)
    }

    /// What an item costs.
    pub fn item(&self, item: &Item) -> u32 {
        self.tests(item.principals, item.resources, item.condition).saturating_add(60).min(MOST_STEPS)
    }

    /// What a program costs from an item on, by what the items behind it cost.
    pub fn program(&self, item: &Item, behind: u32) -> u32 {
        let behind = if item.flags & ITEM_LAST == 0 { behind } else { 0 };
        self.item(item).saturating_add(behind).min(MOST_STEPS)
    }

    /// What a statement costs.
    pub fn statement(&self, s: &Statement) -> u32 {
        let texts =
            |start: usize| Some(self.action_lists.get(start.checked_sub(1)?)?.word >> ACTION_COST_SHIFT);
        self.tests(s.principals, s.resources, s.condition)
            .saturating_add(self.one_or_list(s.actions, |index| self.action(index), texts))
            .saturating_add(70)
            .min(MOST_STEPS)
    }

    /// What a policy costs, by its statements.
    pub fn policy_of_statements(&self, policy: &Policy) -> u32 {
        let statements = self.statements.run(policy.statements, policy.statements_len);
        let cost = statements.fold(12_u32, |cost, s| cost.saturating_add(self.statement(&s)));
        cost.min(MOST_STEPS)
    }

    fn policy(&self, index: u32) -> u32 {
        self.policies.get(index as usize).map_or(0, |p| p.cost)
    }

    /// What a set costs, by its policies.
    pub fn set_by_policies(&self, set: &Set) -> u32 {
        let mut cost = 40_u32;
        for level in self.levels.run(set.levels, set.levels_len) {
            cost = cost.saturating_add(10);
            for policy in self.level_policies.run(level.start, level.len) {
                cost = cost.saturating_add(self.policy(policy.word));
            }
        }
        cost.min(MOST_STEPS)
    }

    // ---------------------------------------------------------------- cells

    /// What the costliest cell may cost that an artifact can have.
    pub fn costliest_cell(&self) -> u32 {
        let items = self.items.iter().map(|item| item.flags >> ITEM_COST_SHIFT).max();
        let patterns = (0..self.patterns.len() as u32).map(|index| self.pattern(index)).max();
        // No cell is an atom that is kept.
        let atoms = (self.kept()..self.atoms.len() as u32).map(|index| self.atom(index)).max();
        items.max(patterns).max(atoms).unwrap_or(0)
    }

    fn cell(&self, cell: u32) -> u32 {
        match cell {
            ..CELL_PROGRAM => 0,
            CELL_PROGRAM..CELL_ON => {
                let item = self.items.get((cell - CELL_PROGRAM) as usize);
                item.map_or(MOST_STEPS, |item| item.flags >> ITEM_COST_SHIFT)
            }
            CELL_ON..CELL_NOT_ON => self.pattern(cell - CELL_ON),
            CELL_NOT_ON..CELL_UNLESS => self.pattern(cell - CELL_NOT_ON),
            CELL_POLICIES => 0,
            CELL_UNLESS.. => self.atom(cell - CELL_UNLESS),
        }
    }

    /// What the costliest cell of a set costs. Counts the cells it looks at. `None`: some row has too few columns, so that it may
    /// lead to any cell.
    pub fn set_by_cells(&self, index: usize, set: &Set, looked: &mut u64) -> Option<u32> {
        let stride = self.meta.get(0).unwrap_or_default().stride;
        let mut most = self.cell(set.default);
        let words = self.set_services.run((index as u32).saturating_mul(stride), stride);
        for (word, first) in words.zip((0..).step_by(WORD_SERVICES as usize)) {
            let services =
                (0..WORD_SERVICES).filter(|bit| word.bits() >> bit & 1 != 0).map(|bit| first + bit);
            for (row, service) in self.rows.from(word.first_row()).zip(services) {
                *looked = looked.saturating_add(1);
                if row.shape == UNIFORM {
                    most = most.max(self.cell(row.palette));
                    continue;
                }
                let at = ((row.shape >> 3) as usize).checked_sub(Shape::SIZE / 2);
                let shape =
                    at.and_then(|at| self.shapes.get(at..)).and_then(|s| s.as_flattened().first_chunk());
                let shape = shape.map(Shape::read).unwrap_or_default();
                if shape.columns >> 8 < self.services.get(service as usize).unwrap_or_default().columns {
                    return None;
                }
                let cells = shape.greatest.saturating_add(1);
                *looked = looked.saturating_add(cells.into());
                most = self
                    .cells
                    .run(row.palette, cells)
                    .fold(most, |most, cell| most.max(self.cell(cell.word)));
            }
        }
        Some(most)
    }
}
