//! The exact path: per-policy tables, statement by statement. Decides unknown actions, sets over their budget and
//! session policies, and finds the reasons.

use crate::asked::Asked;
use crate::glob::{Inserted, Reading};
use crate::items::{Grant, Layer};
use crate::layout::{
    ACTION_COLUMN, CELL_ALLOW, CELL_DENY, ITEM_DENY, LIST_END, NONE, REF_ALL, REF_LIST, REF_ONE, Set,
    Statement, TEXT_LITERAL, TEXT_PREFIX, reference, service_bit, service_hash,
};

/// What a layer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub denied: bool,
    /// The weakest over its levels of the strongest allow of each.
    pub grant: Grant,
}

impl Verdict {
    pub const NONE: Verdict = Verdict { denied: false, grant: Grant::None };
    pub const ALLOWED: Verdict = Verdict { denied: false, grant: Grant::Direct };
    pub const DENIED: Verdict = Verdict { denied: true, grant: Grant::None };

    /// What a cell says that is no program.
    #[inline(always)]
    pub fn constant(cell: u32) -> Self {
        let grant = if cell == CELL_ALLOW { Grant::Direct } else { Grant::None };
        Verdict { denied: cell == CELL_DENY, grant }
    }

    /// By a program that ran.
    #[inline(always)]
    pub fn by(ran: Option<Grant>) -> Self {
        ran.map_or(Verdict::DENIED, |grant| Verdict { denied: false, grant })
    }

    pub fn allows(&self) -> bool {
        self.grant != Grant::None
    }
}

/// Told of the statements that apply.
pub(crate) trait Visit {
    /// Whether it wants all of them; otherwise the first deny ends the search.
    const ALL: bool;
    /// Level, policy, number in it, the statement.
    fn statement(&mut self, level: usize, policy: u32, number: usize, statement: &Statement);
    /// Level and policy, if no policy of the level allows.
    fn silent(&mut self, _level: usize, _policy: u32) {}
}

/// Wants to know of none.
struct Quick;

impl Visit for Quick {
    const ALL: bool = false;
    fn statement(&mut self, _: usize, _: u32, _: usize, _: &Statement) {}
}

impl<F: FnMut(usize, u32, usize, &Statement)> Visit for F {
    const ALL: bool = true;
    fn statement(&mut self, level: usize, policy: u32, number: usize, statement: &Statement) {
        self(level, policy, number, statement);
    }
}

impl Asked<'_> {
    /// What a set says, by its policies. Stops at the first deny.
    #[inline(never)]
    pub fn set_by_policies(&self, index: u32, layer: Layer) -> Verdict {
        self.explain_set(index, layer, &mut Quick)
    }

    /// What a set says, and why.
    pub fn explain_set<V: Visit>(&self, index: u32, layer: Layer, visit: &mut V) -> Verdict {
        match self.tables.sets.get(index as usize) {
            Some(set) => self.levels(&set, layer, visit),
            None => Verdict::DENIED,
        }
    }

    fn levels<V: Visit>(&self, set: &Set, layer: Layer, visit: &mut V) -> Verdict {
        let t = self.tables;
        let service = service_hash(self.action);
        // R42: no level, no allow.
        let mut all = if set.levels_len == 0 { Verdict::NONE } else { Verdict::ALLOWED };
        for (number, level) in t.levels.run(set.levels, set.levels_len).enumerate() {
            let mut grant = Grant::None;
            for policy in t.level_policies.run(level.start, level.len) {
                let verdict = self.policy(policy.word, service, number, layer, visit);
                if verdict.denied {
                    all.denied = true;
                    if !V::ALL {
                        return Verdict::DENIED;
                    }
                }
                grant = grant.max(verdict.grant);
            }
            if V::ALL && grant == Grant::None {
                let level = t.level_policies.run(level.start, level.len);
                level.for_each(|policy| visit.silent(number, policy.word));
            }
            all.grant = all.grant.min(grant);
        }
        all
    }

    /// What session policies say: they act as one set (R28).
    pub fn session(&self, names: &[&str]) -> Verdict {
        self.explain_session(names, &mut Quick)
    }

    /// What session policies say, and why.
    pub fn explain_session<V: Visit>(&self, names: &[&str], visit: &mut V) -> Verdict {
        let service = service_hash(self.action);
        let mut all = Verdict::NONE;
        for name in names {
            let Some(policy) = self.tables.find_session_policy(name) else { return Verdict::DENIED };
            let verdict = self.policy(policy, service, 0, Layer::Other, visit);
            all.denied |= verdict.denied;
            all.grant = all.grant.max(verdict.grant);
        }
        if V::ALL && all.grant == Grant::None {
            let policies = names.iter().filter_map(|name| self.tables.find_session_policy(name));
            policies.for_each(|policy| visit.silent(0, policy));
        }
        all
    }

    fn policy<V: Visit>(
        &self,
        index: u32,
        service: u32,
        level: usize,
        layer: Layer,
        visit: &mut V,
    ) -> Verdict {
        let t = self.tables;
        let Some(policy) = t.policies.get(index as usize) else { return Verdict::DENIED };
        let bit = service_bit(service);
        let mut all = Verdict::NONE;
        let statements = t.statements.run(policy.statements, policy.statements_len);
        for (number, statement) in statements.enumerate() {
            if statement.services & bit == 0 {
                continue;
            }
            let deny = statement.flags & ITEM_DENY != 0;
            // An allow that adds nothing need not be tested.
            if !deny && all.grant == Grant::Direct && !V::ALL {
                continue;
            }
            if !self.actions(statement.actions, service) {
                continue;
            }
            let grant = self.tests(&statement.into(), layer);
            if grant == Grant::None {
                continue;
            }
            visit.statement(level, index, number, &statement);
            match deny {
                true if !V::ALL => return Verdict::DENIED,
                true => all.denied = true,
                false => all.grant = all.grant.max(grant),
            }
        }
        all
    }

    /// Whether the action is among a statement's (R60–R64).
    fn actions(&self, word: u32, service: u32) -> bool {
        match reference(word) {
            (REF_ALL, _) => true,
            (REF_ONE, index) => self.action_pattern(index, service),
            (tag, start) => self.any_action(start, service) == (tag == REF_LIST),
        }
    }

    fn any_action(&self, start: usize, service: u32) -> bool {
        // What is no column needs no comparison with the names of columns, which end the list.
        let skip = if self.place.column == NONE { ACTION_COLUMN } else { 0 };
        for word in self.tables.action_lists.from(start) {
            if word.word & skip != 0 {
                return false;
            }
            if self.action_pattern((word.word >> 2) as usize, service) {
                return true;
            }
            if word.word & LIST_END != 0 {
                break;
            }
        }
        false
    }

    #[inline(always)]
    fn action_pattern(&self, index: usize, service: u32) -> bool {
        let Some(text) = self.tables.action_texts.get(index) else { return false };
        if text.service != service && text.service != 0 {
            return false;
        }
        match text.kind {
            TEXT_LITERAL if text.len as usize != self.action.len() => false,
            TEXT_LITERAL => self.tables.bytes(text.start, text.len) == self.action,
            TEXT_PREFIX => self.action.starts_with(self.tables.bytes(text.start, text.len)),
            _ => {
                let template =
                    self.tables.template(text.start, text.len, Reading::PLAIN, &|_| Inserted::Void);
                template.matches(self.action)
            }
        }
    }
}
