//! Writes what everything costs at most, in steps of a decision, into the heads of lists, items, policies and sets. The
//! runtime, which checks them when it loads an artifact, computes them; this module knows where they stand.

use super::bytes::Sections;
use tabella_runtime::layout::work::{Costs, DECISION_STEPS, LIGHT_STEPS, MOST_STEPS, PiecesHead};
use tabella_runtime::layout::{
    ACTION_HEAD, AND_END, Atom, ENTRY_END, ITEM_COST_SHIFT, ITEM_LAST, Item, LIST_END, Meta, OR_END, Piece,
    Policy, PrincipalEntry, RESOURCE_COST_SHIFT, Record, Section, Set, Text, Value, Word, action_head,
    condition_head, service_bit,
};

/// Records to be put in the place of others, with the index of the first byte of each.
type Patches = Vec<(usize, Vec<u8>)>;

/// States the costs of everything; each step relies on those before it.
pub(super) fn state(sections: &mut Sections) {
    step(sections, Section::Pieces, pieces);
    step(sections, Section::Values, values);
    step(sections, Section::PrincipalEntries, entries);
    step(sections, Section::ResourceLists, |of| {
        let head = |words: &[u32], of: &Of<'_>| {
            let cost = sum(words.iter().map(|word| of.costs.pattern(word >> 1)));
            [cost << RESOURCE_COST_SHIFT]
        };
        lists(of, Section::ResourceLists, LIST_END, head)
    });
    step(sections, Section::ConditionLists, |of| {
        let head = |words: &[u32], of: &Of<'_>| {
            let cost = sum(words.iter().map(|word| of.costs.atom_of_condition(word >> 2)));
            let kept = of.record::<Meta>(Section::Meta, 0).unwrap_or_default().kept;
            [condition_head(words.iter().any(|word| word >> 2 < kept), cost)]
        };
        lists(of, Section::ConditionLists, AND_END | OR_END, head)
    });
    step(sections, Section::ActionLists, |of| {
        let head = |words: &[u32], of: &Of<'_>| -> [u32; ACTION_HEAD] {
            let cost = sum(words.iter().map(|word| of.costs.action(word >> 2)));
            let text = |word: &u32| of.record::<Text>(Section::ActionTexts, (word >> 2) as usize);
            let services = words.iter().map(|word| text(word).map_or(0, |text| service_bit(text.service)));
            action_head(services.fold(0, |all, bit| all | bit), cost)
        };
        lists(of, Section::ActionLists, LIST_END, head)
    });
    step(sections, Section::Items, items);
    step(sections, Section::Policies, policies);
    step(sections, Section::Sets, sets);
}

/// Whether some decision may take more steps than a reader allows, once costs are stated.
pub(super) fn is_too_much(sections: &Sections) -> bool {
    Costs::new(|section| sections.content(section)).decision() > DECISION_STEPS
}

/// What policies cost, in their order, once that is stated.
pub(super) fn of_policies(sections: &Sections) -> impl Iterator<Item = u32> {
    Policy::cut(sections.content(Section::Policies)).iter().map(|policy| Policy::read(policy).cost)
}

/// The sections as far as they are written.
struct Of<'s> {
    sections: &'s Sections,
    costs: Costs<'s>,
}

impl Of<'_> {
    fn records<'a, R: Record<Bytes: 'a> + 'a>(
        &'a self,
        section: Section,
    ) -> impl DoubleEndedIterator<Item = R> + ExactSizeIterator {
        R::cut(self.sections.content(section)).iter().map(R::read)
    }

    fn record<R: Record>(&self, section: Section, index: usize) -> Option<R> {
        R::cut(self.sections.content(section)).get(index).map(R::read)
    }
}

fn step(sections: &mut Sections, section: Section, patches: impl FnOnce(&Of<'_>) -> Patches) {
    let costs = Costs::new(|section| sections.content(section));
    let patches = patches(&Of { sections, costs });
    let content = sections.get(section);
    for (at, bytes) in patches {
        if let Some(place) = content.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(&bytes);
        }
    }
}

fn sum(costs: impl Iterator<Item = u32>) -> u32 {
    costs.fold(0, |all, cost| all.saturating_add(cost).min(MOST_STEPS))
}

fn pieces(of: &Of<'_>) -> Patches {
    let mut patches = Vec::new();
    let mut at = 0;
    while let Some(head) = of.record(Section::Pieces, at).as_ref().and_then(PiecesHead::of) {
        let known = of.costs.pieces_head(at as u32 + 1, head.len);
        patches.push((at * Piece::SIZE, known.piece().bytes().to_vec()));
        at += 1 + head.len as usize;
    }
    patches
}

fn values(of: &Of<'_>) -> Patches {
    let head = |atom: Atom| {
        let head = Value { a: of.costs.atom_of_values(&atom), ..Value::default() };
        ((atom.values as usize - 1) * Value::SIZE, head.bytes().to_vec())
    };
    of.records::<Atom>(Section::Atoms).map(head).collect()
}

fn entries(of: &Of<'_>) -> Patches {
    let mut patches = Vec::new();
    let mut entries = of.records::<PrincipalEntry>(Section::PrincipalEntries).enumerate();
    while let Some((at, head)) = entries.next() {
        let mut cost = 0;
        for (_, entry) in entries.by_ref() {
            cost = sum([cost, of.costs.entry(&entry)].into_iter());
            if entry.kind & ENTRY_END != 0 {
                break;
            }
        }
        patches.push((at * PrincipalEntry::SIZE, PrincipalEntry { text: cost, ..head }.bytes().to_vec()));
    }
    patches
}

fn lists<const HEAD: usize>(
    of: &Of<'_>,
    section: Section,
    end: u32,
    head: impl Fn(&[u32], &Of<'_>) -> [u32; HEAD],
) -> Patches {
    let all: Vec<u32> = of.records::<Word>(section).map(|word| word.word).collect();
    let mut patches = Vec::new();
    let mut at = 0;
    while let Some(rest) = all.get(at + HEAD..).filter(|rest| !rest.is_empty()) {
        let len = rest.iter().take_while(|word| *word & end != end).count() + 1;
        let words = rest.get(..len).unwrap_or(rest);
        let bytes = head(words, of).iter().flat_map(|word| word.to_le_bytes()).collect();
        patches.push((at * Word::SIZE, bytes));
        at += HEAD + words.len();
    }
    patches
}

fn items(of: &Of<'_>) -> Patches {
    let mut patches = Vec::new();
    let mut rest = 0;
    for (at, item) in of.records::<Item>(Section::Items).enumerate().rev() {
        debug_assert!(item.flags < ITEM_LAST << 2, "the flags of an item alone");
        rest = of.costs.program(&item, rest);
        let flags = item.flags | rest << ITEM_COST_SHIFT;
        patches.push((at * Item::SIZE, Item { flags, ..item }.bytes().to_vec()));
    }
    patches
}

fn policies(of: &Of<'_>) -> Patches {
    let cost = |(at, policy): (usize, Policy)| {
        let cost = of.costs.policy_of_statements(&policy);
        (at * Policy::SIZE, Policy { cost, ..policy }.bytes().to_vec())
    };
    of.records(Section::Policies).enumerate().map(cost).collect()
}

fn sets(of: &Of<'_>) -> Patches {
    let costliest = of.costs.costliest_cell();
    let cost = |(at, set): (usize, Set)| {
        // A reader walks no cells where none costs more than sets state.
        let light = of.costs.set_by_policies(&set).max(costliest.min(LIGHT_STEPS));
        let cells = || of.costs.set_by_cells(at, &set, &mut 0).unwrap_or(costliest);
        let cost = if light >= costliest { light } else { light.max(cells()) };
        (at * Set::SIZE, Set { cost, ..set }.bytes().to_vec())
    };
    of.records(Section::Sets).enumerate().map(cost).collect()
}
