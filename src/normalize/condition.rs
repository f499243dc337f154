//! Conditions in disjunctive normal form.

use super::atoms::{self, Test};
use super::pool::Pool;
use crate::hir::{self, Condition, Effect, List, Operator, Value};
use crate::limits::Limits;
use crate::nf::{Atom, Dnf};
use hashbrown::{HashMap, HashSet};

/// Conditions of so many parts, and values so many, may be shared, and what becomes of them is remembered.
pub(super) const LONG: usize = 16;

/// Most alternatives that are compared with each other.
const PAIRWISE: usize = 256;

/// Why a condition has no normal form within the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TooMuch {
    /// More alternatives than `limits.disjuncts`.
    Alternatives,
    /// More tests in all alternatives than `limits.condition_tests`.
    Tests,
    /// Nested deeper than any source can be.
    Depth,
}

/// An operator and its values in canonical form.
type Folded = (Operator, List<Value>);

/// Turns conditions into disjunctions over one pool of atoms.
pub(super) struct Normalizer<'a> {
    /// Atoms by first appearance.
    pub(super) atoms: Pool<Atom>,
    /// What became of long conditions, by the effect of the statement and the address of their parts: named conditions are
    /// shared by statements.
    known: HashMap<(Effect, usize), (List<Condition>, Dnf)>,
    /// Canonical forms of long lists of values, by operator, what doubt does, and address.
    values: HashMap<(Operator, bool, usize), (List<Value>, Folded)>,
    /// The effect of the statement whose condition is turned: it decides what holds in doubt (R153).
    effect: Effect,
    limits: &'a Limits,
}

impl<'a> Normalizer<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        let effect = Effect::Allow;
        Normalizer { atoms: Pool::new(), known: HashMap::new(), values: HashMap::new(), effect, limits }
    }

    /// The normal form of the condition of a statement with this effect; conjunctions sorted by atom index, none contained in
    /// another.
    pub(super) fn dnf(&mut self, condition: &Condition, effect: Effect) -> Result<Dnf, TooMuch> {
        self.effect = effect;
        self.convert(condition, self.limits.expanded_nesting())
    }

    fn convert(&mut self, condition: &Condition, depth: usize) -> Result<Dnf, TooMuch> {
        let depth = depth.checked_sub(1).ok_or(TooMuch::Depth)?;
        if let Condition::And(parts) | Condition::Or(parts) = condition
            && parts.len() >= LONG
        {
            if let Some((_, dnf)) = self.known.get(&(self.effect, parts.address())) {
                return Ok(dnf.clone());
            }
            let dnf = self.converted(condition, depth)?;
            self.known.insert((self.effect, parts.address()), (parts.clone(), dnf.clone()));
            return Ok(dnf);
        }
        self.converted(condition, depth)
    }

    fn converted(&mut self, condition: &Condition, depth: usize) -> Result<Dnf, TooMuch> {
        match condition {
            Condition::Atom(atom) => {
                let doubt = atoms::in_doubt(atom.operator, self.effect);
                let (operator, values) = self.canonical_values(atom, doubt);
                Ok(self.test(atoms::canonical(atom, doubt, operator, values)))
            }
            Condition::Or(items) => {
                let mut any = Vec::new();
                let mut tests = 0;
                for item in items {
                    let more = self.convert(item, depth)?;
                    tests += more.iter().map(|all| all.len() + 1).sum::<usize>();
                    self.bound(tests)?;
                    any.extend(more);
                }
                let merged = self.merge_alternatives(any);
                Ok(self.reduced(merged))
            }
            Condition::And(items) => {
                // Parts that are one conjunction make one together, which is added to the product of the rest.
                let (mut one, mut several) = (Vec::new(), Vec::new());
                for item in items {
                    let mut next = self.convert(item, depth)?;
                    match next.len() {
                        0 => return Ok(Vec::new()),
                        1 => one.extend(next.pop().unwrap_or_default()),
                        _ => several.push(next),
                    }
                }
                one.sort_unstable();
                one.dedup();
                let Some(one) = self.conjunction(one) else { return Ok(Vec::new()) };
                let mut several = several.into_iter();
                let Some(mut all) = several.next() else { return Ok(vec![one]) };
                for next in several {
                    all = self.product(&all, &next)?;
                }
                if one.is_empty() { Ok(all) } else { self.product(&all, &vec![one]) }
            }
        }
    }

    /// The values of a test in canonical form, and the operator that goes with them.
    fn canonical_values(&mut self, atom: &hir::Atom, doubt: bool) -> Folded {
        let new = || atoms::canonical_values(atom.operator, doubt, &atom.values);
        if atom.values.len() < LONG {
            return new();
        }
        let key = (atom.operator, doubt, atom.values.address());
        let new = || (atom.values.clone(), new());
        self.values.entry(key).or_insert_with(new).1.clone()
    }

    fn test(&mut self, test: Test) -> Dnf {
        match test {
            Test::Always => vec![Vec::new()],
            Test::Never => Vec::new(),
            Test::Atom(atom) => vec![vec![self.atoms.intern(atom)]],
        }
    }

    fn atom(&self, id: u32) -> Option<&Atom> {
        self.atoms.get(id)
    }

    fn bound(&self, tests: usize) -> Result<(), TooMuch> {
        if tests > self.limits.condition_tests { Err(TooMuch::Tests) } else { Ok(()) }
    }

    /// `(a or b) and (c or d)` = `ac or ad or bc or bd`.
    fn product(&mut self, left: &Dnf, right: &Dnf) -> Result<Dnf, TooMuch> {
        // What is written out is no product: only that is bounded by a number of alternatives, four times as many before
        // anything is dropped as after.
        let is_product = left.len() > 1 && right.len() > 1;
        if is_product && left.len().saturating_mul(right.len()) > self.limits.disjuncts.saturating_mul(4) {
            return Err(TooMuch::Alternatives);
        }
        let tests = |dnf: &Dnf| dnf.iter().map(|all| all.len() + 1).sum::<usize>();
        let of_left = tests(left).saturating_mul(right.len());
        self.bound(of_left.saturating_add(tests(right).saturating_mul(left.len())))?;
        let mut out = Vec::with_capacity(left.len() * right.len());
        for l in left {
            for r in right {
                let mut both = [l.as_slice(), r.as_slice()].concat();
                both.sort_unstable();
                both.dedup();
                if let Some(both) = self.conjunction(both) {
                    out.push(both);
                }
            }
        }
        let reduced = self.reduced(out);
        if is_product && reduced.len() > self.limits.disjuncts {
            return Err(TooMuch::Alternatives);
        }
        Ok(reduced)
    }

    /// Sorts, drops repeated alternatives, and alternatives that contain another one (absorption:
    /// `a or ab` = `a`).
    fn reduced(&self, mut dnf: Dnf) -> Dnf {
        dnf.sort_unstable_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        dnf.dedup();
        if dnf.len() > PAIRWISE {
            return without_single(dnf);
        }
        let mut kept: Dnf = Vec::with_capacity(dnf.len());
        let mut signatures: Vec<u64> = Vec::with_capacity(dnf.len());
        for conjunction in dnf {
            let signature = conjunction.iter().fold(0u64, |s, id| s | 1 << (id % 64));
            let absorbed = kept.iter().zip(&signatures).any(|(k, s)| {
                s & !signature == 0 && k.iter().all(|id| conjunction.binary_search(id).is_ok())
            });
            if !absorbed {
                kept.push(conjunction);
                signatures.push(signature);
            }
        }
        kept
    }

    /// Alternatives of one test each that differ only in their values become one test (see [`atoms::or_merges`]).
    fn merge_alternatives(&mut self, dnf: Dnf) -> Dnf {
        let (single, mut out): (Dnf, Dnf) = dnf.into_iter().partition(|c| match c.as_slice() {
            [id] => self.atom(*id).is_some_and(atoms::or_merges),
            _ => false,
        });
        let ids: Vec<u32> = single.into_iter().flatten().collect();
        for test in self.merge_runs(ids) {
            out.extend(self.test(test));
        }
        out
    }

    /// A conjunction with negated tests merged (see [`atoms::and_merges`]); `None` if it can't hold.
    fn conjunction(&mut self, ids: Vec<u32>) -> Option<Vec<u32>> {
        if ids.len() < 2 {
            return Some(ids);
        }
        let (negated, mut out): (Vec<u32>, Vec<u32>) =
            ids.into_iter().partition(|id| self.atom(*id).is_some_and(atoms::and_merges));
        for test in self.merge_runs(negated) {
            match test {
                Test::Always => {}
                Test::Never => return None,
                Test::Atom(atom) => out.push(self.atoms.intern(atom)),
            }
        }
        out.sort_unstable();
        out.dedup();
        (!self.some_pair(&out, atoms::exclude)).then_some(out)
    }

    /// Whether some alternative may hold where it is known what its keys hold.
    pub(super) fn may_hold(&self, dnf: &Dnf) -> bool {
        dnf.iter().any(|c| !self.some_pair(c, atoms::contradict))
    }

    /// Merges the tests that agree in all but their values.
    fn merge_runs(&self, ids: Vec<u32>) -> Vec<Test> {
        let mut tests: Vec<&Atom> = ids.iter().filter_map(|id| self.atom(*id)).collect();
        tests.sort_unstable_by(|a, b| {
            atoms::frame(a).cmp(&atoms::frame(b)).then_with(|| a.values.cmp(&b.values))
        });
        tests.chunk_by(|a, b| atoms::frame(a) == atoms::frame(b)).filter_map(atoms::merged).collect()
    }

    /// Whether two of the tests are such a pair. Compares tests on the same key only.
    fn some_pair(&self, ids: &[u32], pair: fn(&Atom, &Atom) -> bool) -> bool {
        let mut tests: Vec<&Atom> = ids.iter().filter_map(|id| self.atom(*id)).collect();
        tests.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        tests.chunk_by(|a, b| a.key == b.key).any(|same| {
            same.len() <= 16
                && same.iter().enumerate().any(|(i, a)| same.iter().skip(i + 1).any(|b| pair(a, b)))
        })
    }
}

/// Of distinct alternatives, those that contain no alternative of one test or none.
fn without_single(dnf: Dnf) -> Dnf {
    if dnf.iter().any(Vec::is_empty) {
        return vec![Vec::new()];
    }
    let single: HashSet<u32> =
        dnf.iter().filter_map(|all| if let [one] = all.as_slice() { Some(*one) } else { None }).collect();
    dnf.into_iter().filter(|all| all.len() == 1 || !all.iter().any(|test| single.contains(test))).collect()
}
