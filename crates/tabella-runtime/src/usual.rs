//! The short road: requests of the kind that few questions need to be asked of.
//!
//! Nothing is made ready that most of them do without: tests of plain texts are made on the spot. For another test a
//! request is put together from what is [`Known`] of it.

use crate::access::{ALIAS_BYTES, is_long_alias};
use crate::arn::{Matcher, Split};
use crate::asked::{Asked, Facts, Verb};
use crate::decide::{OWN, Own, RCPS_DENY, Said};
use crate::decision::Decision;
use crate::derive::{Cache, KeyClass};
use crate::digits::Digits;
use crate::governing::{Governing, owner_among};
use crate::items::{Grant, Layer, Testable};
use crate::known::Known;
use crate::layout::{
    CELL_NOT_ON, CELL_ON, CELL_POLICIES, CELL_PROGRAM, CELL_UNLESS, ITEM_DENY, ITEM_LAST, ITEM_LEVEL, Item,
    NONE, ON_ACCESS_POINTS, ON_IDENTITIES, OWN_RULES, PATTERN_BEHIND, PATTERN_UNDER, Pattern, WILDCARD_ONLY,
};
use crate::policies::Verdict;
use crate::protected::may_be_protected;
use crate::request::Values;
use crate::short::Short;
use crate::tables::Tables;
use crate::target::{is_of_targets, may_be_identity};
use core::cell::Cell;

/// Of an item that is all of its program.
const ONLY_ALLOW: u32 = ITEM_LEVEL | ITEM_LAST;

/// Likewise.
const ONLY_DENY: u32 = ITEM_DENY | ITEM_LAST;

/// A usual request: a declared user or role, with nothing said of its session, asks for every resource, or for one whose ARN is
/// split in no time. Only its own policies, its account's guardrails, the resource's policies and those on its account speak of
/// it.
#[derive(Clone, Copy)]
struct Usual<'u, 'a, K> {
    tables: &'a Tables<'a>,
    known: K,
    /// The resource as the request names it.
    named: Short<'a>,
    /// The policies that govern it.
    governing: &'u Governing,
    /// By the ARN.
    same_account: bool,
    /// Some test asked for a key that is not known.
    unknown: &'u Cell<bool>,
}

impl Tables<'_> {
    /// Whether an action with rules of its own, or one on users and roles, needs more than policies and context say: `sts` and
    /// `kms` always do, `iam` where the resource is AWS's own, or is declared and somebody speaks of what it has.
    #[inline(never)]
    fn needs_more_for(&self, facts: &Facts<'_>, verb: &Verb<'_>, flags: u32) -> bool {
        let of_iam = || verb.name(self).starts_with(b"iam:");
        if flags & OWN_RULES != 0 && (!of_iam() || may_be_protected(facts.resource().as_bytes())) {
            return true;
        }
        let somebody_speaks = || self.asks_targets || facts.any_of_context(self, |key, _| is_of_targets(key));
        may_be_identity(facts.resource())
            && somebody_speaks()
            && self.find_principal(facts.resource()).is_some()
    }
}

/// Decides a usual request; `cells`, if the caller's own are known. `None`: it is of another kind.
#[inline(always)]
pub(crate) fn decided<'a>(
    tables: &'a Tables<'a>,
    known: impl Known<'a>,
    cells: Option<&[u32; OWN]>,
) -> Option<Decision> {
    let unknown = Cell::new(false);
    let decision = by_usual(tables, known, cells, &unknown)?;
    // R153: what a key that is not known has to do with it is found out at length. Where tests are kept, it may be one of them
    // that was not known here, and another gate that allows.
    if unknown.get() && (!decision.is_allowed() || tables.meta.kept != 0) {
        return None;
    }
    Some(decision)
}

#[inline(always)]
fn by_usual<'a>(
    tables: &'a Tables<'a>,
    known: impl Known<'a>,
    cells: Option<&[u32; OWN]>,
    unknown: &Cell<bool>,
) -> Option<Decision> {
    let usual = Usual::new(tables, known, unknown)?;
    if tables.governed != 0 && tables.governed & usual.named.service_bit() != 0 {
        return usual.watched(cells);
    }
    if tables.rcp_services != 0 && usual.rcps_may_deny() {
        return usual.watched(cells);
    }
    Some(usual.by_own_policies(&usual.cells(cells)))
}

impl<'u, 'a, K: Known<'a>> Usual<'u, 'a, K> {
    #[inline(always)]
    fn new(tables: &'a Tables<'a>, known: K, unknown: &'u Cell<bool>) -> Option<Self> {
        let flags = known.verb().flags & (OWN_RULES | ON_IDENTITIES);
        if flags != 0 && tables.needs_more_for(&known.facts(), &known.verb(), flags) {
            return None;
        }
        if !known.facts().are_few(tables, || known.who().kind) {
            return None;
        }
        let named = Short::new(known.facts().resource().as_bytes())?;
        let owner = named.owner();
        let same_account = owner.is_none_or(|owner| known.is_of(owner));
        // What is no account is no owner.
        if !same_account && owner.and_then(Digits::of).is_none() {
            return None;
        }
        // R152: the general path handles requests that may go through an access point.
        if known.verb().flags & ON_ACCESS_POINTS != 0 {
            let may_be_access_point = match owner {
                Some(_) => named.may_be_access_point(),
                None => named.text().len() >= ALIAS_BYTES && is_long_alias(named.text()),
            };
            if may_be_access_point {
                return None;
            }
        }
        Some(Usual { tables, known, named, governing: &Governing::NONE, same_account, unknown })
    }

    #[inline(always)]
    fn cells(&self, known: Option<&[u32; OWN]>) -> [u32; OWN] {
        match known {
            Some(cells) => *cells,
            None => self.tables.own_cells(self.known.sets(), self.known.verb().place),
        }
    }

    /// What is matched against (R65).
    #[inline(always)]
    fn arn(&self) -> Short<'a> {
        if self.known.verb().flags & WILDCARD_ONLY == 0 { self.named } else { Short::ALL }
    }

    /// Decides where other resources of the service have policies, or RCPs may deny. `None`: whose it is, only a policy of
    /// what it names may say, or too many govern it.
    #[inline(never)]
    fn watched(self, cells: Option<&[u32; OWN]>) -> Option<Decision> {
        let governing = if self.known.verb().flags & WILDCARD_ONLY == 0 {
            Governing::look(self.tables, self.named.text())
        } else {
            // R65: what is matched is `*`, which no policy governs.
            let known = self.named.owner().is_some() || self.named.text() == Short::ALL.text();
            (known && self.tables.governed_lengths.0 > 1).then_some(Governing::NONE)?
        };
        let cells = self.cells(cells);
        if governing.is_empty() {
            return Some(if self.rcps_deny() { RCPS_DENY } else { self.by_own_policies(&cells) });
        }
        let kept = governing.kept()?;
        let usual = Usual { same_account: self.owned_alike(kept), governing: &governing, ..self };
        if usual.rcps_deny() {
            return Some(RCPS_DENY);
        }
        let granted = usual.granted_by(kept);
        Some(Governed { usual, granted }.by_own_policies(&cells))
    }

    #[inline(always)]
    fn rcps_may_deny(&self) -> bool {
        self.tables.rcp_services & self.known.verb().place.service_bit() != 0
    }

    /// Whether the RCPs of the resource's account deny.
    #[inline(always)]
    fn rcps_deny(&self) -> bool {
        self.tables.rcp_services != 0 && self.rcps_may_deny() && self.denied_by_rcps()
    }

    #[inline(never)]
    fn denied_by_rcps(&self) -> bool {
        let Some(set) = self.rcps() else { return false };
        match self.tables.cell(set, &self.known.verb().place) {
            cell @ CELL_POLICIES => {
                self.asked(usize::MAX, |asked| asked.verdict(set, cell, Layer::Other, false).denied)
            }
            cell => self.says(usize::MAX, cell, false) == Said::DENIED,
        }
    }

    /// As [`Asked::rcps`], whose account need not be looked at where RCPs bind the accounts that SCPs bind. No service-linked
    /// role's SCPs are among its sets.
    #[inline(always)]
    fn rcps(&self) -> Option<u32> {
        let [scps, ..] = self.known.sets();
        match self.tables.common_rcps {
            Some(common) if self.same_account => (scps != NONE && common != NONE).then_some(common),
            _ => self.asked(usize::MAX, |asked| asked.rcps()),
        }
    }

    /// Whether caller and resource belong to one account, as far as ARN and the policies that govern it know.
    #[inline(always)]
    fn owned_alike(&self, governing: &[u32]) -> bool {
        if self.named.owner().is_some() {
            return self.same_account;
        }
        match owner_among(self.tables, governing) {
            Some(owner) => owner == self.known.account(),
            None => self.same_account,
        }
    }

    /// Asks the same made ready for any question; `head` as in [`Asked`].
    #[inline(always)]
    fn asked<T>(&self, head: usize, ask: impl FnOnce(&Asked<'_>) -> T) -> T {
        let verb = self.known.verb();
        let cache = &Cache::default();
        let answer = ask(&Asked {
            tables: self.tables,
            facts: self.known.facts(),
            who: self.known.who(),
            action: verb.name(self.tables),
            flags: verb.flags,
            place: verb.place,
            arn: &self.arn().into(),
            same_account: self.same_account,
            governing: *self.governing,
            head,
            // Requests on these take the long road, where a policy may ask for what they have.
            target: None,
            cache,
            through: None,
        });
        if cache.unknown().is_some() {
            self.unknown.set(true);
        }
        answer
    }

    /// What these policies of the resource grant: the most that any of them does. `None`: one denies.
    #[inline(always)]
    fn granted_by(&self, governing: &[u32]) -> Option<Grant> {
        let mut grant = Grant::None;
        for resource in governing.iter().filter_map(|index| self.tables.resources.get(*index as usize)) {
            // Trust policies are asked for by `sts` alone, which takes the long road.
            let layer = Layer::Resource { trust: false };
            let of = Policy { usual: self, head: resource.arn_len as usize };
            let verdict = match self.tables.cell(resource.alike, &self.known.verb().place) {
                cell @ ..CELL_PROGRAM => Verdict::constant(cell),
                cell @ CELL_PROGRAM..CELL_ON => of.program(cell - CELL_PROGRAM, layer),
                cell => self.asked(of.head, |asked| asked.verdict(resource.set, cell, layer, true)),
            };
            if verdict.denied {
                return None;
            }
            grant = grant.max(verdict.grant);
        }
        Some(grant)
    }

    /// Cells that are one pattern.
    #[inline(never)]
    fn on(&self, cell: u32, allows: bool) -> Said {
        match cell {
            ..CELL_NOT_ON if !allows => Said::NOTHING,
            ..CELL_NOT_ON => Said::by(Some(self.pattern((cell - CELL_ON) as usize))),
            _ if self.pattern((cell - CELL_NOT_ON) as usize) => Said::DENIED,
            _ => Said::ALLOWED,
        }
    }

    /// Most programs are one item.
    #[inline(never)]
    fn program(&self, start: u32, allows: bool) -> Said {
        let Some(item) = self.tables.items.get(start as usize) else { return Said::DENIED };
        match item.flags & (ITEM_DENY | ITEM_LEVEL | ITEM_LAST) {
            ONLY_ALLOW if !allows => Said::NOTHING,
            ONLY_ALLOW => Said::by(Some(self.holds(&(&item).into()))),
            ONLY_DENY if self.holds(&(&item).into()) => Said::DENIED,
            ONLY_DENY => Said::ALLOWED,
            _ => self.long_program(start, allows),
        }
    }

    #[inline(never)]
    fn long_program(&self, start: u32, allows: bool) -> Said {
        Said::by(self.tables.run(start, allows, |item| self.holds(&item.into())))
    }

    #[inline(never)]
    fn set_by_policies(self, layer: usize) -> Said {
        self.asked(usize::MAX, |asked| asked.says(layer, CELL_POLICIES, true))
    }

    #[inline(never)]
    fn other_atom(&self, index: usize) -> bool {
        match self.tables.told_atom(index, |class, key| self.value(class, key)) {
            Some(holds) => holds,
            None => self.asked(usize::MAX, |asked| asked.other_atom(index)),
        }
    }

    /// The value of a key that need not be composed, with nothing said of a session: one of the request, the caller's, or the
    /// organization that SCPs show its account to be of. As [`Asked::value`] has it; `None`: that is to be asked.
    #[inline(always)]
    fn value(&self, class: u32, key: u32) -> Option<Option<Values<'a>>> {
        const REQUEST: u32 = KeyClass::Request as u32;
        const IS_SERVICE: u32 = KeyClass::PrincipalIsAwsService as u32;
        const CALLERS: u32 = KeyClass::PrincipalOrgId as u32;
        const RESOURCES: u32 = KeyClass::ResourceOrgId as u32;
        const ARN: u32 = KeyClass::PrincipalArn as u32;
        const ACCOUNT: u32 = KeyClass::PrincipalAccount as u32;
        const TAG: u32 = KeyClass::PrincipalTag as u32;
        const CURRENT_TIME: u32 = KeyClass::CurrentTime as u32;
        const EPOCH_TIME: u32 = KeyClass::EpochTime as u32;
        let facts = self.known.facts();
        if class == REQUEST || facts.is_complete() {
            return Some(self.tables.requested(facts, key));
        }
        let [scps, ..] = self.known.sets();
        let callers = || self.tables.organization().filter(|_| scps != NONE).map(|id| Some(Values::One(id)));
        match class {
            IS_SERVICE => Some(Some(Values::One("false"))),
            CALLERS => callers(),
            RESOURCES if !self.same_account => None,
            RESOURCES if self.knows_owner() => callers(),
            RESOURCES => Some(None),
            ACCOUNT => self.known.who().account().map(|account| Some(Values::One(account))),
            // R145: of a session, too, it is the role's.
            ARN => self.known.who().record_arn(self.tables).map(|arn| Some(Values::One(arn))),
            CURRENT_TIME | EPOCH_TIME if facts.now().is_none() => Some(self.tables.requested(facts, key)),
            TAG => Some(self.tables.tag_of(&self.known.who(), key).map(Values::One)),
            _ => None,
        }
    }

    /// Somebody is known to own the resource. Where only a policy may say that does not govern what is matched, the request
    /// is none of these ([`Self::watched`]).
    #[inline(always)]
    fn knows_owner(&self) -> bool {
        let governing = self.governing.kept().unwrap_or_default();
        self.named.owner().is_some() || owner_among(self.tables, governing).is_some()
    }
}

/// Tests are made on the spot where they can be.
impl<'a, K: Known<'a>> Testable for Usual<'_, 'a, K> {
    #[inline(always)]
    fn tables(&self) -> &Tables<'_> {
        self.tables
    }

    #[inline(always)]
    fn resource(&self) -> impl Split {
        self.arn()
    }

    #[inline(never)]
    fn matches(&self, index: usize) -> bool {
        match self.tables.patterns.get(index) {
            Some(pattern) if !pattern.has_variables() => {
                Matcher::plain(self.tables, &pattern).resource(&self.arn().into())
            }
            _ => self.asked(usize::MAX, |asked| asked.matches(index)),
        }
    }

    #[inline(always)]
    fn atom(&self, index: usize) -> bool {
        match self.tables.plain_atom(index, self.known.facts()) {
            Some(holds) => holds,
            None => self.other_atom(index),
        }
    }
}

/// The policy of a resource.
#[derive(Clone, Copy)]
struct Policy<'p, 'u, 'a, K> {
    usual: &'p Usual<'u, 'a, K>,
    /// Bytes of the resource's ARN.
    head: usize,
}

impl<'a, K: Known<'a>> Policy<'_, '_, 'a, K> {
    #[inline(never)]
    fn program(self, start: u32, layer: Layer) -> Verdict {
        let principals = |item: &Item| {
            self.usual.asked(self.head, |asked| {
                asked.principals(item.principals, item.flags & ITEM_DENY != 0, layer)
            })
        };
        Verdict::by(self.usual.tables.run(start, true, |item| match self.holds(&item.into()) {
            false => Grant::None,
            true if item.principals == 0 => Grant::Direct,
            true => principals(item),
        }))
    }
}

impl<'a, K: Known<'a>> Testable for Policy<'_, '_, 'a, K> {
    #[inline(always)]
    fn tables(&self) -> &Tables<'_> {
        self.usual.tables
    }

    #[inline(always)]
    fn resource(&self) -> impl Split {
        self.usual.arn()
    }

    #[inline(always)]
    fn behind(&self) -> Option<&[u8]> {
        self.usual.named.text().get(self.head..)
    }

    #[inline(never)]
    fn matches(&self, index: usize) -> bool {
        self.usual.matches(index)
    }

    #[inline(always)]
    fn atom(&self, index: usize) -> bool {
        self.usual.atom(index)
    }

    /// Most patterns are what follows the ARN.
    #[inline(always)]
    fn pattern(&self, index: usize) -> bool {
        let tables = self.usual.tables;
        let Some(pattern) = tables.patterns.stored(index) else { return false };
        match (pattern.read(), self.behind()) {
            (pattern @ Pattern { kind: PATTERN_BEHIND..=PATTERN_UNDER, .. }, Some(rest)) => {
                tables.is_behind(&pattern, rest)
            }
            _ => self.usual.pattern(index),
        }
    }
}

/// Where no policy governs the resource.
impl<'a, K: Known<'a>> Own for Usual<'_, 'a, K> {
    #[inline(always)]
    fn same_account(&self) -> bool {
        self.same_account
    }

    #[inline(always)]
    fn granted(&self) -> Option<Grant> {
        Some(Grant::None)
    }

    #[inline(always)]
    fn says(&self, layer: usize, cell: u32, allows: bool) -> Said {
        match cell {
            ..CELL_PROGRAM => Said::constant(cell),
            CELL_PROGRAM..CELL_ON => self.program(cell - CELL_PROGRAM, allows),
            CELL_ON..CELL_UNLESS => self.on(cell, allows),
            CELL_UNLESS..CELL_POLICIES if self.atom((cell - CELL_UNLESS) as usize) => Said::DENIED,
            CELL_UNLESS..CELL_POLICIES => Said::ALLOWED,
            CELL_POLICIES => self.set_by_policies(layer),
        }
    }
}

/// Where some do.
struct Governed<'u, 'a, K> {
    usual: Usual<'u, 'a, K>,
    /// What they grant. `None`: they deny.
    granted: Option<Grant>,
}

impl<'a, K: Known<'a>> Own for Governed<'_, 'a, K> {
    fn same_account(&self) -> bool {
        self.usual.same_account
    }

    fn granted(&self) -> Option<Grant> {
        self.granted
    }

    fn says(&self, layer: usize, cell: u32, allows: bool) -> Said {
        self.usual.says(layer, cell, allows)
    }
}
