//! The tests that are left of a statement: principals, resources, condition; and how much an allow grants.

use crate::arn::Split;
use crate::asked::Asked;
use crate::layout::{
    self, AND_END, BOUNDED, ENTRY_END, ITEM_DENY, ITEM_NEVER, Item, LIST_END, OR_END, PrincipalEntry,
    REF_ALL, REF_LIST, REF_ONE, reference,
};
use crate::tables::Tables;
use crate::who::Kind;

/// How far an allow reaches. In layers without principals every allow is [`Grant::Direct`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grant {
    /// No allow.
    #[default]
    None,
    /// To the account: what its own policies allow (R11, R20).
    Delegated,
    /// To the role or issuer of the session: boundary and session policy still limit (R15, R17, R24).
    Limited,
    /// To the caller as such (R14, R16, R18, R19, R21, R22).
    Direct,
}

/// Which layer an item belongs to, as far as matching principals depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    /// A resource policy; `trust` for a role's trust policy.
    Resource {
        trust: bool,
    },
    Other,
}

/// The tests of an item or statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tests {
    pub flags: u32,
    pub principals: u32,
    pub resources: u32,
    pub condition: u32,
}

impl From<&Item> for Tests {
    fn from(i: &Item) -> Self {
        Tests { flags: i.flags, principals: i.principals, resources: i.resources, condition: i.condition }
    }
}

impl From<layout::Statement> for Tests {
    fn from(s: layout::Statement) -> Self {
        Tests { flags: s.flags, principals: s.principals, resources: s.resources, condition: s.condition }
    }
}

/// A request whose resource and context can be tested.
pub(crate) trait Testable {
    fn tables(&self) -> &Tables<'_>;

    /// What patterns are matched against (R65).
    fn resource(&self) -> impl Split;

    /// What stands behind the ARN of the resource whose policy is asked. `None`: another kind of policy is.
    #[inline(always)]
    fn behind(&self) -> Option<&[u8]> {
        None
    }

    /// Whether the resource is matched by a pattern of any kind.
    fn matches(&self, index: usize) -> bool;

    /// Whether an atom holds.
    fn atom(&self, index: usize) -> bool;

    /// Whether all tests hold but that of principals.
    #[inline(always)]
    fn holds(&self, tests: &Tests) -> bool {
        tests.flags & ITEM_NEVER == 0 && self.resources(tests.resources) && self.condition(tests.condition)
    }

    #[inline(always)]
    fn resources(&self, word: u32) -> bool {
        match reference(word) {
            (REF_ALL, _) => true,
            (REF_ONE, index) => self.pattern(index),
            (tag, start) => self.some_pattern(start) == (tag == REF_LIST),
        }
    }

    #[inline(never)]
    fn some_pattern(&self, start: usize) -> bool {
        for word in self.tables().resource_lists.from(start) {
            if self.pattern((word.word >> 1) as usize) {
                return true;
            }
            if word.word & LIST_END != 0 {
                break;
            }
        }
        false
    }

    /// Most patterns are one text or a prefix.
    #[inline(always)]
    fn pattern(&self, index: usize) -> bool {
        let (tables, arn) = (self.tables(), self.resource());
        let Some(pattern) = tables.patterns.stored(index) else { return false };
        let pattern = pattern.read();
        match pattern.kind {
            layout::PATTERN_PREFIX => tables.is_head(pattern.whole, pattern.whole_len, arn.text()),
            layout::PATTERN_LITERAL => tables.is_text(pattern.whole, pattern.whole_len, arn.text()),
            _ => self.other_pattern(index),
        }
    }

    #[inline(never)]
    fn other_pattern(&self, index: usize) -> bool {
        let (tables, arn) = (self.tables(), self.resource());
        let Some(stored) = tables.patterns.stored(index) else { return false };
        let pattern = stored.read();
        let known = match pattern.kind {
            layout::PATTERN_ALL => Some(true),
            layout::PATTERN_PARTS => arn.is_of_plain_parts(tables, stored),
            layout::PATTERN_BEHIND..=layout::PATTERN_UNDER => {
                self.behind().map(|rest| tables.is_behind(&pattern, rest))
            }
            _ => None,
        };
        known.unwrap_or_else(|| self.matches(index))
    }

    #[inline(always)]
    fn condition(&self, word: u32) -> bool {
        match reference(word) {
            (REF_ALL, _) => true,
            (REF_ONE, index) => self.atom(index),
            (_, start) => self.some_conjunction(start),
        }
    }

    #[inline(never)]
    fn some_conjunction(&self, start: usize) -> bool {
        let mut holds = true;
        for word in self.tables().condition_lists.from(start) {
            holds = holds && self.atom((word.word >> 2) as usize);
            if word.word & AND_END != 0 {
                if holds || word.word & OR_END != 0 {
                    return holds;
                }
                holds = true;
            }
        }
        false
    }
}

impl Testable for Asked<'_> {
    #[inline(always)]
    fn tables(&self) -> &Tables<'_> {
        self.tables
    }

    #[inline(always)]
    fn resource(&self) -> impl Split {
        *self.arn
    }

    fn behind(&self) -> Option<&[u8]> {
        self.arn.text.get(self.head..)
    }

    #[inline(never)]
    fn matches(&self, index: usize) -> bool {
        let Some(pattern) = self.tables.patterns.get(index) else { return false };
        self.by_pattern(&pattern, |matcher| matcher.resource(self.arn))
    }

    #[inline(never)]
    fn atom(&self, index: usize) -> bool {
        // What a declared user or role is asked for, its context does not say.
        if self.target.is_some() {
            return self.other_atom(index);
        }
        let plain = self.tables.plain_atom(index, self.facts);
        match plain.or_else(|| self.told_atom(index)) {
            Some(holds) => holds,
            None => self.other_atom(index),
        }
    }

    /// Statements may ask for atoms that are kept, items of programs may not.
    #[inline(always)]
    fn condition(&self, word: u32) -> bool {
        match reference(word) {
            (REF_ALL, _) => true,
            (REF_ONE, index) => self.atom(index),
            (REF_LIST, start) => self.some_conjunction(start),
            (_, start) => self.kept_condition(start),
        }
    }
}

impl Asked<'_> {
    /// Whether all tests hold, and what an allow that has them grants.
    #[inline(always)]
    pub fn tests(&self, tests: &Tests, layer: Layer) -> Grant {
        if !self.holds(tests) {
            return Grant::None;
        }
        match tests.principals {
            0 => Grant::Direct,
            word => self.principals(word, tests.flags & ITEM_DENY != 0, layer),
        }
    }

    #[inline(never)]
    pub fn principals(&self, word: u32, deny: bool, layer: Layer) -> Grant {
        match reference(word) {
            (REF_ALL, _) => Grant::Direct,
            (REF_ONE, index) => {
                self.tables.principal_entries.get(index).map_or(Grant::None, |e| self.entry(&e, deny, layer))
            }
            (REF_LIST, start) => self.entries(start, deny, layer),
            // R31
            (_, start) if deny && (self.has_boundary() || !self.is_excepted(start)) => Grant::Direct,
            _ if deny => Grant::None,
            // R55, R88: NotPrincipal stands with Deny only; as an allow it delegates at most, and an entry excepts at any
            // level.
            (_, start) => match self.entries(start, true, layer) {
                Grant::None => Grant::Delegated,
                _ => Grant::None,
            },
        }
    }

    /// Whether the entries behind `anyone but` except the caller from a deny: level by level, the account, then the user or
    /// role, then the session (R87, R88).
    #[cold]
    fn is_excepted(&self, start: usize) -> bool {
        let (who, tables) = (&self.who, self.tables);
        let some = |test: &dyn Fn(u32, &str) -> bool| {
            for entry in tables.principal_entries.from(start) {
                if test(entry.kind & !ENTRY_END, tables.text(entry.text, entry.text_len)) {
                    return true;
                }
                if entry.kind & ENTRY_END != 0 {
                    break;
                }
            }
            false
        };
        let exactly = |wanted| some(&|kind, text| kind == wanted && text == who.text);
        if some(&|kind, _| kind == layout::PRINCIPAL_ANYONE) {
            return true;
        }
        match who.kind {
            Kind::Service => return exactly(layout::PRINCIPAL_SERVICE),
            Kind::Provider => return exactly(layout::PRINCIPAL_PROVIDER),
            Kind::Anonymous => return false,
            _ => {}
        }
        if !some(&|kind, text| kind == layout::PRINCIPAL_ACCOUNT && who.is_of(text)) {
            return false;
        }
        let own = |text: &str| text.split(':').nth(4).is_some_and(|account| who.is_of(account));
        // Nobody says whose a unique id is: it may be of this account.
        let is_narrower = |kind, text: &str| match kind {
            layout::PRINCIPAL_USER..=layout::PRINCIPAL_FEDERATED_USER => own(text),
            layout::PRINCIPAL_UNIQUE_ID => true,
            _ => false,
        };
        if who.kind == Kind::Root || !some(&is_narrower) {
            return true;
        }
        let is_user_or_role = |kind, text: &str| match (kind, who.kind) {
            (layout::PRINCIPAL_USER, Kind::User) => who.is_named(tables, text),
            (layout::PRINCIPAL_USER, Kind::FederatedUser) => self.facts.session().issuer == Some(text),
            (layout::PRINCIPAL_ROLE, Kind::Role | Kind::RoleSession) => who.has_role(tables, text),
            (layout::PRINCIPAL_UNIQUE_ID, _) => self.has_unique_id(text),
            _ => false,
        };
        if !some(&is_user_or_role) {
            return false;
        }
        match who.kind {
            Kind::FederatedUser => {
                !some(&|kind, text| kind == layout::PRINCIPAL_FEDERATED_USER && own(text))
                    || exactly(layout::PRINCIPAL_FEDERATED_USER)
            }
            Kind::Role | Kind::RoleSession => {
                let of_role = |kind, text: &str| {
                    kind == layout::PRINCIPAL_SESSION && own(text) && who.is_of_role_named(tables, text)
                };
                let its =
                    |kind, text: &str| kind == layout::PRINCIPAL_SESSION && who.is_session(tables, text);
                !some(&of_role) || (who.kind == Kind::RoleSession && some(&its))
            }
            _ => true,
        }
    }

    /// R17, R86: the record of a federated user is that of its issuer.
    fn has_unique_id(&self, id: &str) -> bool {
        let record = self.who.detail(self.tables);
        let own = record.map(|r| self.tables.text(r.unique_id, r.unique_id_len));
        !id.is_empty() && own == Some(id)
    }

    fn has_boundary(&self) -> bool {
        self.who.principal().is_some_and(|p| p.flags & BOUNDED != 0)
    }

    fn entries(&self, start: usize, deny: bool, layer: Layer) -> Grant {
        let mut best = Grant::None;
        for entry in self.tables.principal_entries.from(start) {
            best = best.max(self.entry(&entry, deny, layer));
            if entry.kind & ENTRY_END != 0 || best == Grant::Direct {
                break;
            }
        }
        best
    }

    /// What an entry grants the caller; `None`: it is about others. Of a deny it is about a role or session whatever the letter
    /// case of the role's name, and an account's is about the account's identity providers, too (R153).
    fn entry(&self, entry: &PrincipalEntry, deny: bool, layer: Layer) -> Grant {
        let who = &self.who;
        let text = self.tables.text(entry.text, entry.text_len);
        let direct = |same: bool| if same { Grant::Direct } else { Grant::None };
        let limited = |same: bool| if same { Grant::Limited } else { Grant::None };
        // R24: a trust policy that names a user leaves the user's boundary in force.
        let user = |same: bool| match layer {
            Layer::Resource { trust: true } => limited(same),
            _ => direct(same),
        };
        match (entry.kind & !ENTRY_END, who.kind) {
            // R27: of direct grants to a federated user, only those to the session leave its policies aside.
            (layout::PRINCIPAL_ANYONE, Kind::FederatedUser) => Grant::Limited,
            (layout::PRINCIPAL_ANYONE, _) => Grant::Direct,
            (layout::PRINCIPAL_ACCOUNT, Kind::Provider) => {
                direct(deny && who.text.starts_with("arn:") && who.text.split(':').nth(4) == Some(text))
            }
            (layout::PRINCIPAL_ACCOUNT, kind) => match who.is_of(text) {
                true if kind == Kind::Root => Grant::Direct,
                true => Grant::Delegated,
                false => Grant::None,
            },
            (layout::PRINCIPAL_USER, Kind::User) => user(who.is_named(self.tables, text)),
            (layout::PRINCIPAL_USER, Kind::FederatedUser) => {
                limited(self.facts.session().issuer == Some(text))
            }
            (layout::PRINCIPAL_ROLE, Kind::Role | Kind::RoleSession) => limited(
                who.has_role(self.tables, text) || (deny && who.has_role_in_any_case(self.tables, text)),
            ),
            (layout::PRINCIPAL_SESSION, Kind::RoleSession) => direct(
                who.is_session(self.tables, text) || (deny && who.is_session_in_any_case(self.tables, text)),
            ),
            (layout::PRINCIPAL_FEDERATED_USER, Kind::FederatedUser) => direct(who.text == text),
            (
                layout::PRINCIPAL_UNIQUE_ID,
                kind @ (Kind::User | Kind::Role | Kind::RoleSession | Kind::FederatedUser),
            ) => {
                let same = self.has_unique_id(text);
                if kind == Kind::User { user(same) } else { limited(same) }
            }
            (layout::PRINCIPAL_SERVICE, Kind::Service) => direct(who.text == text),
            (layout::PRINCIPAL_PROVIDER, Kind::Provider) => direct(who.text == text),
            _ => Grant::None,
        }
    }
}
