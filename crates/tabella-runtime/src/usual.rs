//! The short road: requests of the kind that few questions need to be asked of.

use crate::arn::Arn;
use crate::asked::{Facts, Governing, Verb, owner_among};
use crate::decide::OWN;
use crate::digits::Digits;
use crate::layout::{OWN_RULES, WILDCARD_ONLY};
use crate::tables::Tables;
use crate::who::Who;

/// What there is to know of a usual request: a declared user or role, with nothing said of its session, asks for a
/// resource whose ARN is split in no time. Only its own policies, its account's guardrails and the resource's policies
/// speak of it.
pub(crate) struct Usual<'a> {
    pub arn: Arn<'a>,
    /// The sets that bind the caller.
    pub sets: [u32; OWN],
    pub same_account: bool,
    /// The ARN names the owner.
    owned: bool,
    /// There may be policies of the resource.
    pub governed: bool,
}

impl<'a> Usual<'a> {
    /// `Err`: a request of another kind, and its resource.
    #[inline(always)]
    pub fn new(
        tables: &Tables<'_>,
        facts: &Facts<'a>,
        who: &Who<'_>,
        verb: &Verb<'_>,
    ) -> Result<Self, Arn<'a>> {
        let resource = facts.resource().as_bytes();
        let (Some((arn, owner)), Some(caller)) = (Arn::usual(resource), who.own_record(tables)) else {
            return Err(Arn::new(resource));
        };
        let sets = caller.own_sets();
        let same_account = owner.is_none_or(|owner| caller.digits().are(owner));
        // What is no account may hold a colon.
        if !same_account && owner.and_then(Digits::of).is_none() {
            return Err(Arn::new(resource));
        }
        if verb.flags & OWN_RULES != 0 || tables.has_rcps || !facts.are_few() {
            return Err(arn);
        }
        // R65: what is matched is `*`, which no policy governs. Whose it is, the ARN says, or a policy of what it names.
        let wildcard_only = verb.flags & WILDCARD_ONLY != 0;
        let governed = tables.governed & arn.service_bit() != 0;
        if wildcard_only && governed && (owner.is_none() || tables.meta.shortest_resource <= 1) {
            return Err(arn);
        }
        let governed = governed && !wildcard_only;
        let arn = if wildcard_only { Arn::ALL } else { arn };
        Ok(Usual { arn, sets, same_account, owned: owner.is_some(), governed })
    }

    /// Finds the policies that govern the resource, and by them its owner. `None`: there are too many.
    #[inline(always)]
    pub fn governing(&mut self, tables: &Tables<'_>, who: &Who<'_>, action: &[u8]) -> Option<Governing> {
        let governing = Governing::look(tables, self.arn.text, action);
        let account = owner_among(tables, governing.kept()?);
        let owner = account.and_then(|account| Digits::parse(account.as_bytes()));
        if !self.owned && owner.is_some() {
            self.same_account = owner == who.digits(tables);
        }
        Some(governing)
    }
}
