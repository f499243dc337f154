//! Which policies govern a resource, and who owns it by them.

use crate::arn::Arn;
use crate::array::Stored;
use crate::digits::Digits;
use crate::layout::Resource;
use crate::tables::Tables;

/// The policies that govern a resource: that of the resource itself first, a role's trust policy last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Governing {
    found: [u32; GOVERNING],
    pub count: u32,
}

/// Policies kept; when more govern one resource, it is looked up again.
const GOVERNING: usize = 3;

impl Governing {
    pub const NONE: Governing = Governing { found: [0; GOVERNING], count: 0 };

    #[inline(always)]
    pub(crate) fn find(tables: &Tables<'_>, arn: &Arn<'_>, action: &[u8]) -> Self {
        let mut out = match tables.governed != 0 && tables.governed & arn.service_bit() != 0 {
            true => Self::look(tables, arn.text),
            false => Governing::NONE,
        };
        if let Some(trust) = trust_policy(tables, arn.text, action) {
            out.note(&trust);
        }
        out
    }

    /// Those that are no trust policies.
    #[inline(never)]
    pub fn look(tables: &Tables<'_>, arn: &[u8]) -> Self {
        let mut out = Governing::NONE;
        each_resource_policy(tables, arn, |found| out.note(&found));
        out
    }

    #[inline(always)]
    fn note(&mut self, found: &Stored<'_, Resource>) {
        if let Some(place) = self.found.get_mut(self.count as usize) {
            *place = found.index;
        }
        self.count += 1;
    }

    /// No policy governs the resource.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// All that govern; `None` when there are more than are kept.
    #[inline]
    pub fn kept(&self) -> Option<&[u32]> {
        self.found.get(..self.count as usize)
    }
}

impl Resource {
    /// Its owner's account, if it says one.
    #[inline(always)]
    pub(crate) fn owner(&self) -> Option<Digits> {
        (self.digits != [0; 3]).then(|| Digits::of_words(self.digits))
    }
}

/// Who owns a resource by the first of its policies that says so.
#[inline(always)]
pub(crate) fn owner_among(tables: &Tables<'_>, governing: &[u32]) -> Option<Digits> {
    governing.iter().filter_map(|i| tables.resources.get(*i as usize)).find_map(|r| r.owner())
}

/// The same for a resource that is not the one matched against, or that very many policies govern.
#[cold]
pub(crate) fn owner_of_all(tables: &Tables<'_>, arn: &[u8], action: &[u8]) -> Option<Digits> {
    let mut owner = None;
    let of = |r: Stored<'_, Resource>| owner = owner.or(r.read().owner());
    match tables.governed & Arn::new(arn).service_bit() {
        // Only a trust policy can govern it.
        0 => trust_policy(tables, arn, action).into_iter().for_each(of),
        _ => each_governing(tables, arn, action, of),
    }
    owner
}

/// Resource policies, then the trust policy.
pub(crate) fn each_governing(
    tables: &Tables<'_>,
    text: &[u8],
    action: &[u8],
    mut f: impl FnMut(Stored<'_, Resource>),
) {
    each_resource_policy(tables, text, &mut f);
    trust_policy(tables, text, action).into_iter().for_each(f);
}

/// Trust policies govern exactly their role, for `sts` only (R122).
#[inline(always)]
fn trust_policy<'a>(tables: &Tables<'a>, text: &[u8], action: &[u8]) -> Option<Stored<'a, Resource>> {
    if action.starts_with(b"sts:") { tables.find_resource(text, true) } else { None }
}

/// The policy of the resource itself, then those of what it lies under, cut at `/` and `:`.
#[inline(always)]
fn each_resource_policy(tables: &Tables<'_>, text: &[u8], mut f: impl FnMut(Stored<'_, Resource>)) {
    let (shortest, longest) = tables.governed_lengths;
    // Heads of other lengths have no policy: only cuts between these two need to be looked at.
    let cut = |end: usize| {
        let separator = |b: &u8| matches!(b, b'/' | b':');
        text.get(shortest..end)?.iter().rposition(separator).map(|cut| shortest + cut)
    };
    let mut end = match text.len() {
        len if len < shortest => None,
        len if len <= longest => Some(len),
        _ => cut(longest + 1),
    };
    while let Some(head) = end.and_then(|end| text.get(..end)) {
        tables.find_resource(head, false).into_iter().for_each(&mut f);
        end = cut(head.len());
    }
}
