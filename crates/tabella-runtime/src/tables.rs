//! Loaded tables: sections as arrays, and lookups by name. Lookups always compare the whole name.

use crate::array::{Array, Stored};
use crate::bytes::same;
use crate::derive::KeyClass;
use crate::digits::Digits;
use crate::ends::{Ends, Thirds};
use crate::fold::{is_folded, lower};
use crate::glob::{Reading, Template, Variables, WHOLE};
use crate::layout::{self, *};
use crate::who::Who;
use rapidhash::v3::RapidSecrets;

/// Compiled decision tables, borrowed from the artifact's bytes.
///
/// Made by [`Tables::load`], which validates everything: an index held in a record is in bounds, every reference to
/// text is text, every list and program ends. Functions below still use checked access; what they answer for
/// the impossible case denies.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    pub(crate) content_hash: [u8; 32],
    /// What tells ids of these tables from those of others. It is made of what loading has checked, not of the content hash,
    /// which a changed artifact may keep.
    pub(crate) tag: u32,
    pub(crate) secrets: RapidSecrets,
    pub(crate) meta: Meta,
    /// The most steps of a decision.
    pub(crate) steps: u64,
    /// Some account has RCPs.
    pub(crate) has_rcps: bool,
    /// The services whose actions some account's RCPs may deny: a bit for each, which others may share
    /// ([`Place::service_bit`]). Those that every organization begins with deny nothing.
    ///
    /// [`Place::service_bit`]: crate::cells::Place::service_bit
    pub(crate) rcp_services: u64,
    /// The RCP layer of all accounts whose callers SCPs bind, where no other account's resources are bound by any.
    pub(crate) common_rcps: Option<u32>,
    /// The services whose resources have policies of their own, other than trust policies: a bit for each, which others may
    /// share.
    pub(crate) governed: u64,
    /// Bytes of the shortest ARN and of the longest that has such a policy; none has: the other way round.
    pub(crate) governed_lengths: (usize, usize),
    /// Some policy asks for what declared users and roles have as the resource of a request.
    pub(crate) asks_targets: bool,
    pub(crate) strings: &'a str,
    pub(crate) blobs: &'a [u8],
    pub(crate) services: Array<'a, Service>,
    pub(crate) action_pilots: &'a [u8],
    pub(crate) actions: Array<'a, Action>,
    pub(crate) principal_pilots: &'a [u8],
    pub(crate) principals: Array<'a, Principal>,
    pub(crate) details: Array<'a, Detail>,
    pub(crate) role_slots: Array<'a, Slot>,
    pub(crate) tags: Array<'a, Tag>,
    pub(crate) accounts: Array<'a, Account>,
    pub(crate) resource_pilots: &'a [u8],
    pub(crate) resources: Array<'a, Resource>,
    pub(crate) access_points: Array<'a, AccessPoint>,
    pub(crate) endpoints: Array<'a, Named>,
    pub(crate) session_policies: Array<'a, Named>,
    pub(crate) keys: Array<'a, Key>,
    pub(crate) sets: Array<'a, Set>,
    pub(crate) set_services: Array<'a, ServiceWord>,
    pub(crate) levels: Array<'a, Run>,
    pub(crate) level_policies: Array<'a, Word>,
    pub(crate) rows: Array<'a, Row>,
    pub(crate) shapes: &'a [[u8; 2]],
    pub(crate) cells: Array<'a, Word>,
    pub(crate) items: Array<'a, Item>,
    pub(crate) principal_entries: Array<'a, PrincipalEntry>,
    pub(crate) resource_lists: Array<'a, Word>,
    pub(crate) action_lists: Array<'a, Word>,
    pub(crate) condition_lists: Array<'a, Word>,
    pub(crate) patterns: Array<'a, Pattern>,
    pub(crate) action_texts: Array<'a, Text>,
    pub(crate) pieces: Array<'a, Piece>,
    pub(crate) atoms: Array<'a, Atom>,
    pub(crate) values: Array<'a, Value>,
    pub(crate) policies: Array<'a, Policy>,
    pub(crate) statements: Array<'a, Statement>,
    pub(crate) provenance: Array<'a, Provenance>,
    pub(crate) provenance_strings: &'a str,
}

impl<'a> Tables<'a> {
    /// BLAKE3 of the artifact's content, as its header gives it. [`Tables::load`] does not compute it: after
    /// `Tables::load_verified` (feature `verify`) it is known to be that of the content.
    pub fn content_hash(&self) -> [u8; 32] {
        self.content_hash
    }

    /// The most steps that any decision takes, for the largest request: a bound, at most
    /// [`DECISION_STEPS`](crate::layout::work::DECISION_STEPS). Most decisions take a small part of them.
    pub fn most_steps(&self) -> u64 {
        self.steps
    }

    /// The organization's id.
    pub fn organization(&self) -> Option<&'a str> {
        let meta = &self.meta;
        (meta.organization != NONE).then(|| self.text(meta.organization, meta.organization_len))
    }

    /// Whether files, lines and Sids are in the artifact.
    pub fn has_provenance(&self) -> bool {
        self.provenance.len() > 0
    }

    /// The condition keys that policies may ask a request's context for, in lower case. Those that are derived and those of
    /// the session are not among them. `aws:CurrentTime` and `aws:EpochTime` are, though [`Extras::now`] gives them, too.
    ///
    /// [`Extras::now`]: crate::Extras::now
    pub fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a, '_> {
        let of_requests = |key: &Key| {
            matches!(
                KeyClass::from_number(key.class),
                KeyClass::Request
                    | KeyClass::ServiceRequest
                    | KeyClass::CurrentTime
                    | KeyClass::EpochTime
                    | KeyClass::TargetTag
                    | KeyClass::TargetBoundary
            )
        };
        self.keys.iter().filter(of_requests).map(|key| self.text(key.name, key.name_len))
    }

    /// The keys of a caller that its session must supply, in lower case: policies ask for them, AWS has them of every such
    /// caller, and the tables cannot derive them. A request whose decision depends on one that is not supplied is malformed.
    /// `aws:TokenIssueTime` is supplied by [`Session::issued`], too.
    ///
    /// [`Session::issued`]: crate::Session::issued
    pub fn keys_to_supply<'s>(&'s self, principal: &str) -> impl Iterator<Item = &'a str> + use<'a, 's> {
        let (action, resource, context) = ("", "*", crate::Context::EMPTY);
        let request = crate::Request { principal, action, resource, context, extras: None };
        let who = Who::new(self, &request, &[]);
        let user_id = who.is_some_and(|who| who.has_unique_id() && who.unique_id(self).is_none());
        let issued = who.is_some_and(|who| who.is_temporary());
        let needed = move |key: &Key| match KeyClass::from_number(key.class) {
            KeyClass::UserId => user_id,
            KeyClass::TokenIssueTime => issued,
            _ => false,
        };
        self.keys.iter().filter(needed).map(|key| self.text(key.name, key.name_len))
    }

    #[inline(always)]
    pub(crate) fn text(&self, start: u32, len: u32) -> &'a str {
        let start = start as usize;
        self.strings.get(start..start.saturating_add(len as usize)).unwrap_or_default()
    }

    /// As [`Self::text`], for comparisons.
    #[inline(always)]
    pub(crate) fn bytes(&self, start: u32, len: u32) -> &'a [u8] {
        let start = start as usize;
        self.strings.as_bytes().get(start..start.saturating_add(len as usize)).unwrap_or_default()
    }

    /// Whether a text is these bytes.
    #[inline(always)]
    pub(crate) fn is_text(&self, start: u32, len: u32, bytes: &[u8]) -> bool {
        len as usize == bytes.len() && self.is_head(start, len, bytes)
    }

    /// Whether these bytes begin with a text.
    #[inline(always)]
    pub(crate) fn is_head(&self, start: u32, len: u32, bytes: &[u8]) -> bool {
        let (start, len) = (start as usize, len as usize);
        let text = start.checked_add(len).and_then(|end| self.strings.as_bytes().get(start..end));
        match (bytes.get(..len), text) {
            (Some(head), Some(text)) => same(head, text),
            _ => false,
        }
    }

    /// Whether a pattern is what follows the ARN of a resource.
    #[inline(always)]
    pub(crate) fn is_behind(&self, pattern: &Pattern, rest: &[u8]) -> bool {
        match pattern.kind {
            PATTERN_UNDER => matches!(rest, [] | [b'/', ..]),
            PATTERN_BEHIND => self.is_text(pattern.whole, pattern.whole_len, rest),
            _ => self.is_head(pattern.whole, pattern.whole_len, rest),
        }
    }

    #[inline(always)]
    pub(crate) fn blob(&self, start: u32, len: u32) -> &'a [u8] {
        let start = start as usize;
        self.blobs.get(start..start.saturating_add(len as usize)).unwrap_or_default()
    }

    pub(crate) fn template<'v, 's>(
        &self,
        start: u32,
        len: u32,
        reading: Reading,
        variables: Variables<'v, 's>,
    ) -> Template<'a, 'v, 's> {
        let (pieces, strings) = (self.pieces, self.strings);
        Template { pieces, strings, start, len, reading, variables, cut: WHOLE }
    }

    /// A user or role by its ARN.
    #[inline(always)]
    pub(crate) fn find_principal(&self, arn: &str) -> Option<(u32, Stored<'a, Principal>)> {
        let Some(usual) = UsualArn::of(arn.as_bytes()) else { return self.find_odd_principal(arn) };
        let (at, stored) = self.principal_at(usual.hash(&self.secrets))?;
        self.has_usual_arn(stored, usual, arn).then_some((at, stored))
    }

    /// Whether a user or role has an ARN.
    pub(crate) fn has_arn(&self, principal: Stored<'_, Principal>, arn: &str) -> bool {
        match UsualArn::of(arn.as_bytes()) {
            Some(usual) => self.has_usual_arn(principal, usual, arn),
            None => self.arn_of(principal) == arn,
        }
    }

    #[inline(always)]
    fn has_usual_arn(&self, principal: Stored<'_, Principal>, usual: UsualArn<'_>, arn: &str) -> bool {
        let record = principal.read();
        record.arn_len as usize == arn.len()
            && match record.flags & INLINE {
                0 => self.arn_of(principal) == arn,
                _ => principal.is_inline(usual.rest()),
            }
    }

    /// The same with an ARN of another shape.
    #[inline(never)]
    fn find_odd_principal(&self, arn: &str) -> Option<(u32, Stored<'a, Principal>)> {
        let (at, stored) = self.principal_at(layout::hash(arn.as_bytes(), &self.secrets))?;
        (!arn.is_empty() && self.arn_of(stored) == arn).then_some((at, stored))
    }

    /// Who may have an ARN of a hash.
    #[inline(always)]
    fn principal_at(&self, hash: u64) -> Option<(u32, Stored<'a, Principal>)> {
        let pilot = *self.principal_pilots.get(bucket(hash, self.principal_pilots.len()))?;
        let at = slot(hash, pilot, self.principals.len());
        Some((at as u32, self.principals.stored(at)?))
    }

    /// The ARN of a user or role.
    #[inline(never)]
    pub(crate) fn arn_of(&self, principal: Stored<'_, Principal>) -> &'a str {
        self.text(self.detail(principal).arn, principal.read().arn_len)
    }

    /// What else there is to know of a user or role.
    pub(crate) fn detail(&self, principal: Stored<'_, Principal>) -> Detail {
        self.details.get(principal.index as usize).unwrap_or_default()
    }

    /// A role by its partition, account and name.
    pub(crate) fn find_role(
        &self,
        partition: &str,
        account: &str,
        name: &str,
    ) -> Option<Stored<'a, Principal>> {
        let hash = layout::role_hash(account.as_bytes(), name.as_bytes(), &self.secrets);
        probe(self.role_slots, hash, |index| {
            let stored = self.principals.stored(index)?;
            let detail = self.detail(stored);
            let same = self.text(detail.name, detail.name_len) == name
                && crate::who::is_role_arn(self.arn_of(stored), partition, account)
                && stored.read().flags & IS_ROLE != 0;
            same.then_some(stored)
        })
    }

    /// The same in the partition `aws`, of those whose record holds the whole ARN.
    #[inline(always)]
    pub(crate) fn find_usual_role(&self, account: &[u8; 12], name: &[u8]) -> Option<Stored<'a, Principal>> {
        let hash = layout::role_hash(account, name, &self.secrets);
        probe(self.role_slots, hash, |index| {
            let stored = self.principals.stored(index)?;
            let same = stored.is_of(account) && stored.is_role_named(name);
            same.then_some(stored)
        })
    }

    /// The resource policy of exactly an ARN; with `trust` the trust policy.
    #[inline(always)]
    pub(crate) fn find_resource(&self, arn: &[u8], trust: bool) -> Option<Stored<'a, Resource>> {
        let hash = layout::resource_hash(arn, trust, &self.secrets);
        let pilot = *self.resource_pilots.get(bucket(hash, self.resource_pilots.len()))?;
        let stored = self.resources.stored(slot(hash, pilot, self.resources.len()))?;
        let found = stored.read();
        let same = found.arn_len as usize == arn.len()
            && (found.flags & TRUST != 0) == trust
            && match found.flags & INLINE {
                0 => self.is_text(found.arn, found.arn_len, arn),
                _ => stored.is_inline(arn),
            };
        (same && !arn.is_empty()).then_some(stored)
    }

    /// An action by its name in any case.
    #[inline(always)]
    pub(crate) fn find_action(&self, name: &[u8]) -> Option<(u32, Stored<'a, Action>)> {
        let Some(ends) = Ends::of(name) else { return self.find_long_action(name) };
        let ends = ends.lower();
        let (at, stored) = self.action_at(layout::ends_hash(ends, name.len(), &self.secrets))?;
        let same = stored.name_len() == name.len()
            && stored.text().get(..name.len()).and_then(Ends::of).is_some_and(|own| own.are(ends));
        same.then_some((at, stored))
    }

    /// The same with a longer name.
    #[inline(never)]
    fn find_long_action(&self, name: &[u8]) -> Option<(u32, Stored<'a, Action>)> {
        let Some(thirds) = Thirds::of(name) else { return self.find_odd_action(name) };
        let thirds = thirds.lower();
        let (at, stored) = self.action_at(layout::thirds_hash(thirds, name.len(), &self.secrets))?;
        let same = stored.name_len() == name.len()
            && stored.text().get(..name.len()).and_then(Thirds::of).is_some_and(|own| own.are(thirds));
        same.then_some((at, stored))
    }

    /// The same with a name that is very short or very long.
    #[cold]
    fn find_odd_action(&self, name: &[u8]) -> Option<(u32, Stored<'a, Action>)> {
        let mut lowered = [0; ACTION_BYTES];
        let name = lower(name, &mut lowered)?;
        let (at, stored) = self.action_at(layout::hash(name, &self.secrets))?;
        let own = self.bytes(stored.read().name, stored.name_len() as u32);
        (!name.is_empty() && own == name).then_some((at, stored))
    }

    /// What may be the action of a hash.
    #[inline(always)]
    fn action_at(&self, hash: u64) -> Option<(u32, Stored<'a, Action>)> {
        let pilot = *self.action_pilots.get(bucket(hash, self.action_pilots.len()))?;
        let at = slot(hash, pilot, self.actions.len());
        Some((at as u32, self.actions.stored(at)?))
    }

    pub(crate) fn find_service(&self, prefix: &[u8]) -> Option<u32> {
        search(self.services, |s| self.bytes(s.prefix, s.prefix_len).cmp(prefix)).map(|(i, _)| i)
    }

    pub(crate) fn find_account(&self, digits: &Digits) -> Option<Account> {
        let of = |a: &Account| self.bytes(a.id, a.id_len).first_chunk().map(Digits::order);
        let order = Some(Digits::order(digits.bytes()));
        search(self.accounts, |a| of(a).cmp(&order)).map(|(_, a)| a)
    }

    pub(crate) fn find_access_point(&self, arn: &str) -> Option<AccessPoint> {
        search(self.access_points, |p| self.text(p.arn, p.arn_len).cmp(arn)).map(|(_, p)| p)
    }

    pub(crate) fn find_endpoint(&self, id: &str) -> Option<u32> {
        search(self.endpoints, |n| self.text(n.name, n.name_len).cmp(id)).map(|(_, n)| n.target)
    }

    pub(crate) fn find_session_policy(&self, name: &str) -> Option<u32> {
        search(self.session_policies, |n| self.text(n.name, n.name_len).cmp(name)).map(|(_, n)| n.target)
    }
}

impl Stored<'_, Action> {
    /// Bytes of its name.
    #[inline(always)]
    fn name_len(&self) -> usize {
        (self.read().name_len & ACTION_NAME_LEN) as usize
    }

    /// Its name, if that is no longer.
    #[inline(always)]
    fn text(&self) -> &[u8] {
        self.bytes().last_chunk::<48>().map_or(&[], |text| text)
    }
}

impl Stored<'_, Key> {
    /// Whether that is its name, letter case aside.
    #[inline(always)]
    pub(crate) fn is_named(&self, name: &[u8], tables: &Tables<'_>) -> bool {
        let key = self.read();
        name.len() == key.name_len as usize
            && match (Ends::of(name), self.ends()) {
                (Some(ends), Some((own, cases))) => ends.with(cases).are(own),
                _ => is_folded(name, tables.bytes(key.name, key.name_len)),
            }
    }

    /// Those of its name, and the bits in which letters have two cases.
    #[inline(always)]
    fn ends(&self) -> Option<(Ends, Ends)> {
        let words = self.bytes().last_chunk::<64>()?;
        Some((Ends::of_words(words.first_chunk()?)?, Ends::of_words(words.last_chunk()?)?))
    }
}

impl<'a> Stored<'a, Principal> {
    /// Its account.
    pub(crate) fn account(&self) -> &'a str {
        let digits = self.bytes().last_chunk::<44>().and_then(|own| own.first_chunk::<12>());
        digits.and_then(|digits| core::str::from_utf8(digits).ok()).unwrap_or_default()
    }

    /// Whether these are its account's digits.
    #[inline(always)]
    pub(crate) fn is_of(&self, account: &[u8; 12]) -> bool {
        self.bytes().last_chunk::<44>().and_then(|own| own.first_chunk()) == Some(account)
    }

    /// Whether it is a role of this name, and its ARN [`INLINE`].
    #[inline(always)]
    fn is_role_named(&self, name: &[u8]) -> bool {
        let record = self.read();
        let len = (record.arn_len as usize).wrapping_sub(ARN_HEAD.len() + 12);
        let own = self.bytes().last_chunk::<32>().and_then(|tail| tail.get(..len));
        // Behind the path.
        let own = own.and_then(|tail| tail.split_at_checked(len.checked_sub(name.len())?));
        let named = own.is_some_and(|(path, own)| {
            path.starts_with(b":role/") && path.ends_with(b"/") && same(own, name)
        });
        named && record.flags & (INLINE | IS_ROLE) == INLINE | IS_ROLE
    }

    /// Whether this stands behind [`ARN_HEAD`] in its ARN, which is [`INLINE`] and as long.
    #[inline(always)]
    fn is_inline(&self, rest: &[u8]) -> bool {
        // Digits and tail are the end of the record, one behind the other.
        let own = self.bytes().last_chunk::<44>().and_then(|own| own.get(..rest.len()));
        own.is_some_and(|own| same(own, rest))
    }
}

impl Stored<'_, Resource> {
    /// Whether this is its ARN, which is [`INLINE`] and as long.
    #[inline(always)]
    fn is_inline(&self, arn: &[u8]) -> bool {
        let rest = arn.strip_prefix(RESOURCE_HEAD).and_then(|rest| Some((rest, Ends::of(rest)?)));
        let own = self.bytes().last_chunk::<32>();
        match (rest, own) {
            (Some((rest, ends)), Some(own)) => {
                own.get(..rest.len()).and_then(Ends::of).is_some_and(|own| own.are(ends))
            }
            _ => false,
        }
    }
}

/// Looks through an open-addressing table.
#[inline(always)]
fn probe<T>(slots: Array<'_, Slot>, hash: u64, mut same: impl FnMut(usize) -> Option<T>) -> Option<T> {
    let mask = slots.len().checked_sub(1)?;
    let tag = (hash >> 32) as u32;
    for step in 0..slots.len() {
        let slot = slots.get((hash as usize).wrapping_add(step) & mask)?;
        let index = slot.index.checked_sub(1)?;
        if slot.tag == tag
            && let Some(found) = same(index as usize)
        {
            return Some(found);
        }
    }
    None
}

/// Binary search.
fn search<R: Record>(
    array: Array<'_, R>,
    mut compare: impl FnMut(&R) -> core::cmp::Ordering,
) -> Option<(u32, R)> {
    let (mut low, mut high) = (0, array.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let record = array.get(middle)?;
        match compare(&record) {
            core::cmp::Ordering::Equal => return Some((middle as u32, record)),
            core::cmp::Ordering::Less => low = middle + 1,
            core::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}
