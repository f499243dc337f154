//! The short road: requests of the kind that few questions need to be asked of.
//!
//! Nothing is made ready that most of them do without: tests of plain texts are made on the spot, and an [`Asked`] is
//! for a set that has others.

use crate::arn::{Arn, Colons};
use crate::asked::{Asked, Facts, Governing, Verb, owner_among};
use crate::decide::{OWN, Own};
use crate::decision::Decision;
use crate::derive::Cache;
use crate::digits::Digits;
use crate::items::Grant;
use crate::layout::{CELL_POLICIES, CELL_PROGRAM, CELL_UNLESS, OWN_RULES, WILDCARD_ONLY};
use crate::policies::Verdict;
use crate::tables::Tables;
use crate::who::Who;

/// A usual request: a declared user or role, with nothing said of its session, asks for a resource whose ARN is split in
/// no time. Only its own policies, its account's guardrails and the resource's policies speak of it.
#[derive(Clone, Copy)]
pub(crate) struct Usual<'a> {
    pub tables: &'a Tables<'a>,
    pub facts: Facts<'a>,
    pub who: Who<'a>,
    pub verb: Verb<'a>,
    /// The resource as the request names it.
    resource: &'a [u8],
    colons: Colons,
    /// By the ARN.
    same_account: bool,
}

impl<'a> Usual<'a> {
    /// `None`: a request of another kind.
    #[inline(always)]
    pub fn new(tables: &'a Tables<'a>, facts: Facts<'a>, who: Who<'a>, verb: Verb<'a>) -> Option<Self> {
        if verb.flags & OWN_RULES != 0 || tables.rcps_deny || !facts.are_few() {
            return None;
        }
        let caller = who.own_record()?;
        let resource = facts.resource().as_bytes();
        let colons = Colons::of(resource)?;
        let owner = colons.owner(resource);
        let same_account = owner.is_none_or(|owner| caller.read().digits().are(owner));
        // What is no account may hold a colon.
        if !same_account && owner.and_then(Digits::of).is_none() {
            return None;
        }
        Some(Usual { tables, facts, who, verb, resource, colons, same_account })
    }

    /// The policies that govern the resource. `None`: whose it is, only a policy of what it names may say.
    #[inline(always)]
    pub fn governing(&self) -> Option<Governing> {
        let arn = Arn::at(self.resource, self.colons);
        if self.tables.governed & arn.service_bit() == 0 {
            return Some(Governing::default());
        }
        // R65: what is matched is `*`, which no policy governs.
        if self.verb.flags & WILDCARD_ONLY != 0 {
            let known = self.colons.owner(self.resource).is_some() && self.tables.meta.shortest_resource > 1;
            return known.then(Governing::default);
        }
        Some(Governing::look(self.tables, self.resource, self.verb.name(self.tables)))
    }

    /// Whether caller and resource belong to one account, as far as the policies that govern it know. `None`: there are
    /// too many of them.
    fn owned_alike(&self, governing: &Governing) -> Option<bool> {
        let account = owner_among(self.tables, governing.kept()?);
        let owner = account.and_then(|account| Digits::parse(account.as_bytes()));
        let by_arn = owner.is_none() || self.colons.owner(self.resource).is_some();
        Some(if by_arn { self.same_account } else { owner == self.who.digits(self.tables) })
    }

    /// Decides where policies govern the resource. `None`: there are too many.
    #[inline(never)]
    pub fn governed(self, governing: Governing, cells: [u32; OWN]) -> Option<Decision> {
        let same_account = self.owned_alike(&governing)?;
        let arn = Arn::at(self.resource, self.colons);
        Some(self.asked(&arn, same_account, governing, &Cache::default()).by_own_policies(&cells))
    }

    /// What is matched against (R65).
    #[inline(always)]
    fn arn(&self) -> Arn<'a> {
        match self.verb.flags & WILDCARD_ONLY {
            0 => Arn::at(self.resource, self.colons),
            _ => Arn::ALL,
        }
    }

    /// The same made ready for any question.
    #[inline(always)]
    fn asked<'s>(
        &'s self,
        arn: &'s Arn<'s>,
        same_account: bool,
        governing: Governing,
        cache: &'s Cache,
    ) -> Asked<'s> {
        Asked {
            tables: self.tables,
            facts: self.facts,
            who: self.who,
            action: self.verb.name(self.tables),
            flags: self.verb.flags,
            place: self.verb.place,
            arn,
            same_account,
            governing,
            cache,
        }
    }

    #[inline(never)]
    fn says_at_length(self, layer: usize, cell: u32, allows: bool) -> Verdict {
        self.asked(&self.arn(), self.same_account, Governing::default(), &Cache::default())
            .says(layer, cell, allows)
    }
}

/// Where no policy governs the resource.
impl Own for Usual<'_> {
    #[inline(always)]
    fn same_account(&self) -> bool {
        self.same_account
    }

    #[inline(always)]
    fn granted(&self) -> Option<Grant> {
        Some(Grant::None)
    }

    #[inline(always)]
    fn says(&self, layer: usize, cell: u32, allows: bool) -> Verdict {
        let (tables, facts) = (self.tables, self.facts);
        let known = match cell {
            ..CELL_PROGRAM => Some(Verdict::constant(cell)),
            CELL_PROGRAM..CELL_UNLESS => {
                tables.plain_program((cell - CELL_PROGRAM) as usize, facts, &self.arn(), allows)
            }
            CELL_UNLESS..CELL_POLICIES => tables
                .plain_atom((cell - CELL_UNLESS) as usize, facts)
                .map(|holds| if holds { Verdict::DENIED } else { Verdict::ALLOWED }),
            CELL_POLICIES => None,
        };
        match known {
            Some(verdict) => verdict,
            None => self.says_at_length(layer, cell, allows),
        }
    }
}
