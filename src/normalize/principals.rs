//! Principal sets: one spelling, sorted.

use crate::hir::{Effect, PolicyKind, Principal, Principals};
use crate::nf::PrincipalSet;

/// The canonical set; `None` = every caller.
///
/// - Kinds without a Principal element apply to whom they are attached (R55): every caller that gets there.
/// - A statement of a resource policy without one never applies (R55): nobody.
/// - NotPrincipal goes with `Deny` only (R55): an allow for everybody but some is given to nobody.
/// - `*` in a `Deny`, and in RCPs (R48), is everybody, anonymous callers too (R77). In an `Allow` it stays: how an
///   entry names the caller decides what the grant bypasses (R14–R20).
pub(super) fn set(principals: Option<&Principals>, kind: PolicyKind, effect: Effect) -> Option<PrincipalSet> {
    let Some(principals) = principals else {
        let nobody = kind.has_principal() && kind != PolicyKind::Rcp;
        return nobody.then(|| PrincipalSet { negated: false, entries: Vec::new() });
    };
    if principals.negated && effect == Effect::Allow {
        return Some(PrincipalSet { negated: false, entries: Vec::new() });
    }
    let mut entries: Vec<Principal> = principals.items.iter().map(canonical).collect();
    entries.sort_unstable();
    entries.dedup();
    let anyone = !principals.negated && entries.contains(&Principal::Anyone { aws: false });
    if anyone && (effect == Effect::Deny || kind == PolicyKind::Rcp) {
        return None;
    }
    Some(PrincipalSet { negated: principals.negated, entries })
}

/// `{"AWS": "*"}` is `*` (R77); an account by root ARN is the account (R11, R78).
fn canonical(entry: &Principal) -> Principal {
    match entry {
        Principal::Anyone { .. } => Principal::Anyone { aws: false },
        Principal::Account { id, .. } => Principal::Account { id: id.clone(), arn: None },
        other => other.clone(),
    }
}
