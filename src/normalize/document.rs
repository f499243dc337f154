//! One document at a time: statements to rules over shared pools.

use super::actions::{self, Fault};
use super::condition::{LONG, Normalizer, TooMuch};
use super::pool::{Pool, moved};
use super::principals;
use super::resources::{self, Why};
use crate::diag::{Diagnostic, codes::lower as codes};
use crate::hir::{self, Effect, Piece, PolicyKind, Str, Template};
use crate::limits::Limits;
use crate::nf::{
    ActionSet, Atom, Dnf, EVERYTHING, Pattern, Policy, Pools, PrincipalSet, Provenance, ResourceSet, Rule,
    Statement,
};
use hashbrown::HashMap;
use std::rc::Rc;

/// Parts that are kept of documents of which only the faults are wanted.
const RENEWED: usize = 1 << 18;

/// A long list of resources that was looked at, and what became of it in documents that are no resource's.
struct Long {
    prepared: Rc<resources::Prepared>,
    id: Option<u32>,
}

/// Collects the parts of all statements.
pub(super) struct Documents<'a> {
    actions: Pool<ActionSet>,
    patterns: Pool<Pattern>,
    resources: Pool<ResourceSet>,
    conditions: Pool<Dnf>,
    principals: Pool<PrincipalSet>,
    tests: Normalizer<'a>,
    /// What became of elements that were met before and have no fault: statements often repeat them word for word.
    known_actions: HashMap<&'a hir::Actions, u32>,
    /// Likewise, of long lists by their address: what is named is one list, and to compare it takes long.
    long_actions: HashMap<(bool, usize), u32>,
    /// Long lists of resources; the kind decides about short ARNs (R70), the effect about doubt (R153).
    long_resources: HashMap<(PolicyKind, Effect, bool, usize), Long>,
    limits: &'a Limits,
    /// Tests of all distinct conditions, and those that a document added, by its name.
    condition_tests: (usize, HashMap<Str, usize>),
    /// Warnings and errors that are kept: of each only so many, for one error stops the compilation as well as a million.
    kept: [usize; 2],
    /// The conditions are too many, which is reported.
    stopped: bool,
    /// What could not be said, and what says nothing.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Documents<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        Documents {
            actions: Pool::new(),
            patterns: Pool::new(),
            resources: Pool::with_fixed(ResourceSet { negated: true, patterns: Vec::new() }),
            conditions: Pool::with_fixed(vec![Vec::new()]),
            principals: Pool::with_fixed(PrincipalSet { negated: true, entries: Vec::new() }),
            tests: Normalizer::new(limits),
            known_actions: HashMap::new(),
            long_actions: HashMap::new(),
            long_resources: HashMap::new(),
            condition_tests: (0, HashMap::new()),
            kept: [0; 2],
            stopped: false,
            limits,
            diagnostics: Vec::new(),
        }
    }

    /// A document with the rules of its statements; equal rules become one, with every place kept (R3: statements
    /// are or-ed, so a repeated one adds nothing). `of` is the resource whose policy it is, if it is that of one.
    pub(super) fn policy(&mut self, policy: &'a hir::Policy, of: Option<&str>) -> Policy {
        let mut places: HashMap<Rule, usize> = HashMap::with_capacity(policy.statements.len());
        let mut statements: Vec<Statement> = Vec::with_capacity(policy.statements.len());
        for (index, statement) in policy.statements.iter().enumerate() {
            let rule = self.rule(policy, of, statement);
            let source = Provenance { index: index as u32, sid: statement.sid.clone(), span: statement.span };
            let at = *places.entry(rule).or_insert(statements.len());
            match statements.get_mut(at) {
                Some(known) => known.sources.push(source),
                None => statements.push(Statement { rule, sources: vec![source] }),
            }
        }
        Policy { kind: policy.kind, name: policy.name.clone(), arn: policy.arn.clone(), statements }
    }

    fn rule(&mut self, policy: &'a hir::Policy, of: Option<&str>, statement: &'a hir::Statement) -> Rule {
        let actions = self.actions(statement);
        let resources = self.resources(policy, of, statement);
        let condition = match self.dnf(&statement.condition, statement.effect) {
            Ok(dnf) => dnf,
            Err(why) => {
                self.too_much(policy, statement, why);
                Vec::new()
            }
        };
        if !self.tests.may_hold(&condition) && !crate::diag::has_errors(&self.diagnostics) {
            self.contradiction(policy, statement);
        }
        let principals = principals::set(statement.principals.as_ref(), policy.kind, statement.effect);
        Rule {
            effect: statement.effect,
            principals: principals.map_or(EVERYTHING, |p| self.principals.intern(p)),
            actions,
            resources,
            condition: self.condition(policy, statement, condition),
        }
    }

    /// The index of a condition. All of them together have a bound; beyond it, the document that has most is reported once.
    fn condition(&mut self, policy: &hir::Policy, statement: &hir::Statement, condition: Dnf) -> u32 {
        let tests = condition.iter().map(|all| all.len() + 1).sum::<usize>();
        let before = self.conditions.len();
        let id = self.conditions.intern(condition);
        if self.conditions.len() == before {
            return id;
        }
        let (total, by_name) = &mut self.condition_tests;
        *total += tests;
        *by_name.entry_ref(&policy.name).or_default() += tests;
        let most = self.limits.all_condition_tests;
        if *total > most && !std::mem::replace(&mut self.stopped, true) {
            let largest = by_name.iter().map(|(name, tests)| (*tests, name)).max();
            let (tests, name) = largest.map(|(tests, name)| (tests, name.clone())).unwrap_or_default();
            let message = format!(
                "the conditions of the program become more than {most} tests: {tests} of them are of `{name}`"
            );
            let help = "use one condition in many statements, or lists of values instead of `or`";
            let found = Diagnostic::error(codes::CONDITION_ALTERNATIVES, message).help(help);
            self.report(found.at(statement.span));
        }
        id
    }

    fn dnf(&mut self, condition: &hir::Condition, effect: Effect) -> Result<Dnf, TooMuch> {
        if self.stopped { Ok(vec![Vec::new()]) } else { self.tests.dnf(condition, effect) }
    }

    fn actions(&mut self, statement: &'a hir::Statement) -> u32 {
        let actions = &statement.actions;
        let long = (actions.patterns.len() >= LONG).then(|| (actions.negated, actions.patterns.address()));
        let known = match &long {
            Some(long) => self.long_actions.get(long),
            None => self.known_actions.get(actions),
        };
        if let Some(known) = known {
            return *known;
        }
        let (set, faults) = actions::set(actions);
        let id = self.actions.intern(set);
        if faults.is_empty() {
            match long {
                Some(long) => self.long_actions.insert(long, id),
                None => self.known_actions.insert(actions, id),
            };
        }
        for (fault, pattern) in faults {
            self.action_fault(statement, fault, &pattern);
        }
        id
    }

    fn resources(&mut self, policy: &'a hir::Policy, of: Option<&str>, statement: &'a hir::Statement) -> u32 {
        let Some(written) = &statement.resources else { return EVERYTHING };
        let long = (written.patterns.len() >= LONG)
            .then(|| (policy.kind, statement.effect, written.negated, written.patterns.address()));
        let known = long.as_ref().and_then(|long| self.long_resources.get(long));
        if let Some(Long { id: Some(id), .. }) = known
            && of.is_none()
        {
            return *id;
        }
        let prepared = match known {
            Some(known) => known.prepared.clone(),
            None => Rc::new(resources::prepare(written, policy.kind, statement.effect)),
        };
        let set = resources::set(&prepared, of, &mut self.patterns);
        let id = set.map_or(EVERYTHING, |mut set| {
            // Pattern indexes are by first appearance here: sorted only so that equal sets are equal.
            set.patterns.sort_unstable();
            self.resources.intern(set)
        });
        if let Some(long) = long {
            let known = Some(id).filter(|_| prepared.unmatchable.is_empty() && of.is_none());
            let new = Long { prepared: prepared.clone(), id: None };
            let long = self.long_resources.entry(long).or_insert(new);
            long.id = long.id.or(known);
        }
        for (why, at) in &prepared.unmatchable {
            self.unmatchable(policy, statement, *why, *at);
        }
        id
    }

    fn action_fault(&mut self, statement: &hir::Statement, fault: Fault, pattern: &Str) {
        let found = match fault {
            Fault::Whitespace => Diagnostic::warning(
                codes::ACTION_WHITESPACE,
                format!("the action `{pattern}` contains white space and matches nothing"),
            )
            .help("write the action without white space"),
            Fault::Prefix => Diagnostic::error(
                codes::ACTION_PREFIX,
                format!("the action `{pattern}` does not name one service before the colon"),
            )
            .help("write `service:Name`, with wildcards in the name only, or `*` alone"),
        };
        self.report(found.at(statement.span));
    }

    /// A pattern that matches nothing is dropped (R70, R114, R116). That is an error where it would open access that
    /// the text seems to close: a `Deny` that denies nothing there, an `Allow` with NotResource that excludes nothing.
    fn unmatchable(&mut self, policy: &hir::Policy, statement: &hir::Statement, why: Why, at: usize) {
        let negated = statement.resources.as_ref().is_some_and(|r| r.negated);
        let opens = (statement.effect == Effect::Deny) != negated;
        if self.is_full(opens) {
            return;
        }
        let pattern = statement.resources.as_ref().and_then(|r| r.patterns.get(at));
        let text = pattern.map(|p| spell(&p.text)).unwrap_or_default();
        let message = format!("the resource pattern `{text}` matches nothing in `{}`", policy.name);
        let found = if opens {
            Diagnostic::error(codes::RESOURCE_UNMATCHABLE, message)
        } else {
            Diagnostic::warning(codes::RESOURCE_UNMATCHABLE, message)
        };
        let found = match why {
            Why::Variable => found.help("variables may stand in the sixth part of an ARN only"),
            Why::Short => found.help(match policy.kind {
                PolicyKind::Scp => "write all six parts of the ARN, or end it in `*`",
                _ => "write all six parts of the ARN, or use a wildcard",
            }),
        };
        self.report(found.at(statement.span));
    }

    fn too_much(&mut self, policy: &hir::Policy, statement: &hir::Statement, why: TooMuch) {
        let who = describe(policy, statement);
        let found = match why {
            TooMuch::Alternatives => Diagnostic::error(
                codes::CONDITION_ALTERNATIVES,
                format!("the condition of {who} becomes more than {} alternatives", self.limits.disjuncts),
            )
            .help("split the statement, or write `or` between values of one key as a list of values"),
            TooMuch::Tests => Diagnostic::error(
                codes::CONDITION_ALTERNATIVES,
                format!("the condition of {who} becomes more than {} tests", self.limits.condition_tests),
            )
            .help("split the statement, or write `or` between values of one key as a list of values"),
            TooMuch::Depth => Diagnostic::error(
                codes::CONDITION_DEPTH,
                format!("the condition of {who} is nested too deeply"),
            )
            .help("split the statement"),
        };
        self.report(found.at(statement.span));
    }

    fn contradiction(&mut self, policy: &hir::Policy, statement: &hir::Statement) {
        if self.is_full(false) {
            return;
        }
        let who = describe(policy, statement);
        let (so, help) = match statement.effect {
            // To remove it would leave open what somebody meant to close.
            Effect::Deny => (", so it denies nothing", "mend the condition: its tests exclude each other"),
            Effect::Allow => ("", "remove the statement, or one of the tests that exclude each other"),
        };
        let message = format!("the condition of {who} can never hold{so}");
        let found = Diagnostic::warning(codes::CONDITION_NEVER, message).help(help);
        self.report(found.at(statement.span));
    }

    /// Whether no more errors, or warnings, are kept.
    fn is_full(&self, error: bool) -> bool {
        let [warnings, errors] = self.kept;
        (if error { errors } else { warnings }) >= self.limits.diagnostics
    }

    /// Forgets what was collected if it is much, but not what was counted.
    pub(super) fn renew(&mut self) {
        let parts = self.patterns.len() + self.resources.len() + self.actions.len();
        if parts + self.conditions.len() + self.tests.atoms.len() > RENEWED {
            let (kept, stopped) = (self.kept, self.stopped);
            let condition_tests = std::mem::take(&mut self.condition_tests);
            *self = Documents { kept, stopped, condition_tests, ..Documents::new(self.limits) };
        }
    }

    fn report(&mut self, found: Diagnostic) {
        let [warnings, errors] = &mut self.kept;
        let kept = if found.is_error() { errors } else { warnings };
        if *kept < self.limits.diagnostics {
            *kept += 1;
            self.diagnostics.push(found);
        }
    }

    /// Puts the pools in order and moves the rules along.
    pub(super) fn finish(self, policies: &mut [Policy]) -> Pools {
        let (actions, actions_at) = self.actions.finish();
        let (patterns, patterns_at) = self.patterns.finish();
        let (atoms, atoms_at) = self.tests.atoms.finish();
        let (principals, principals_at) = self.principals.finish();
        let (resources, resources_at) = refile(self.resources, |set| {
            for p in &mut set.patterns {
                *p = moved(&patterns_at, *p);
            }
            set.patterns.sort_unstable();
        });
        let (conditions, conditions_at) = refile(self.conditions, |dnf| {
            for conjunction in dnf.iter_mut() {
                for atom in conjunction.iter_mut() {
                    *atom = moved(&atoms_at, *atom);
                }
                conjunction.sort_unstable();
            }
            dnf.sort_unstable();
        });
        let mut conditions = conditions;
        let atoms = without_unused(atoms, &mut conditions);
        for statement in policies.iter_mut().flat_map(|p| &mut p.statements) {
            let rule = &mut statement.rule;
            rule.actions = moved(&actions_at, rule.actions);
            rule.principals = moved(&principals_at, rule.principals);
            rule.resources = moved(&resources_at, rule.resources);
            rule.condition = moved(&conditions_at, rule.condition);
        }
        for policy in policies {
            policy.statements.sort_by_key(|s| s.rule);
        }
        Pools { actions, patterns, resources, atoms, conditions, principals }
    }
}

/// The atoms that some condition has: those of intermediate steps are left out. What stays keeps its order, so the
/// conditions keep theirs.
fn without_unused(atoms: Vec<Atom>, conditions: &mut [Dnf]) -> Vec<Atom> {
    let mut used = vec![false; atoms.len()];
    for atom in conditions.iter().flatten().flatten() {
        if let Some(used) = used.get_mut(*atom as usize) {
            *used = true;
        }
    }
    let mut next = 0;
    let at: Vec<u32> = used
        .iter()
        .map(|used| {
            next += u32::from(*used);
            next.saturating_sub(1)
        })
        .collect();
    for atom in conditions.iter_mut().flatten().flatten() {
        *atom = moved(&at, *atom);
    }
    atoms.into_iter().zip(used).filter(|(_, used)| *used).map(|(atom, _)| atom).collect()
}

/// Sorts a pool whose entries refer to a pool that has just been sorted. Index 0 stays.
fn refile<T, F>(pool: Pool<T>, mut change: F) -> (Vec<T>, Vec<u32>)
where
    T: std::hash::Hash + Eq + Ord,
    F: FnMut(&mut T),
{
    let (mut items, first) = pool.finish();
    items.iter_mut().for_each(&mut change);
    let mut order: Vec<(T, u32)> = items.into_iter().zip(0..).collect();
    order.sort_unstable_by(|a, b| (a.1 != 0, &a.0).cmp(&(b.1 != 0, &b.0)));
    let mut second = vec![0; order.len()];
    for (new, (_, old)) in order.iter().enumerate() {
        if let Some(slot) = second.get_mut(*old as usize) {
            *slot = new as u32;
        }
    }
    let remap = first.iter().map(|middle| moved(&second, *middle)).collect();
    (order.into_iter().map(|(item, _)| item).collect(), remap)
}

/// How a diagnostic names a statement.
fn describe(policy: &hir::Policy, statement: &hir::Statement) -> String {
    match &statement.sid {
        Some(sid) => format!("statement `{sid}` of `{}`", policy.name),
        None => {
            let number = policy.statements.iter().position(|s| std::ptr::eq(s, statement)).unwrap_or(0);
            format!("statement {} of `{}`", number + 1, policy.name)
        }
    }
}

/// A template as it was written, more or less.
fn spell(text: &Template) -> String {
    let mut out = String::new();
    for piece in &text.pieces {
        match piece {
            Piece::Literal(l) => out.push_str(l),
            Piece::Any => out.push('*'),
            Piece::One => out.push('?'),
            Piece::Variable { written, .. } => {
                out.push_str("${");
                out.push_str(written);
                out.push('}');
            }
        }
    }
    out
}
