//! Hash tables of the artifact: perfect hashes with a pilot for each bucket, and open addressing.

use rapidhash::v3::RapidSecrets;
use tabella_runtime::layout::{Slot, arn_hash, bucket, hash, resource_hash, role_hash, slot};

/// A perfect hash over keys: no two keys in one slot.
#[derive(Debug, Default)]
pub(super) struct Perfect {
    pub pilots: Vec<u8>,
    /// What is in each slot: an index into the keys.
    pub slots: Vec<Option<usize>>,
}

/// Builds a perfect hash from the keys' hashes; `None` if this seed and slack do not work.
///
/// Large buckets choose first. A pilot is right when it sends the keys of its bucket to slots that are free.
pub(super) fn perfect(hashes: &[u64], attempt: usize) -> Option<Perfect> {
    if hashes.is_empty() {
        return Some(Perfect::default());
    }
    let size = hashes.len() + hashes.len() * (1 + attempt / 4) / 16 + 1;
    let mut buckets: Vec<Vec<usize>> = vec![Vec::new(); hashes.len().div_ceil(4)];
    for (key, hash) in hashes.iter().enumerate() {
        let at = bucket(*hash, buckets.len());
        buckets[at].push(key);
    }
    let mut order: Vec<usize> = (0..buckets.len()).collect();
    order.sort_by_key(|b| (std::cmp::Reverse(buckets[*b].len()), *b));
    let mut out = Perfect { pilots: vec![0; buckets.len()], slots: vec![None; size] };
    let mut places = Vec::new();
    for b in order {
        let keys = &buckets[b];
        let pilot = (0..=u8::MAX).find(|pilot| {
            places.clear();
            keys.iter().all(|key| {
                let at = slot(hashes[*key], *pilot, size);
                let free = out.slots[at].is_none() && !places.contains(&at);
                places.push(at);
                free
            })
        })?;
        out.pilots[b] = pilot;
        for (key, at) in keys.iter().zip(&places) {
            out.slots[*at] = Some(*key);
        }
    }
    Some(out)
}

/// An open-addressing table from hashes to their indexes, at most half full.
pub(super) fn open(hashes: &[(u64, u32)]) -> Vec<Slot> {
    if hashes.is_empty() {
        return Vec::new();
    }
    let size = (hashes.len() * 2).next_power_of_two();
    let mut out = vec![Slot::default(); size];
    for (hash, index) in hashes {
        let mut at = *hash as usize & (size - 1);
        while out[at].index != 0 {
            at = (at + 1) & (size - 1);
        }
        out[at] = Slot { tag: (hash >> 32) as u32, index: index + 1 };
    }
    out
}

/// All that is found by a hash.
pub(super) struct Names<'n> {
    pub actions: Vec<&'n str>,
    pub principals: Vec<&'n str>,
    /// ARN, and whether it is of a trust policy.
    pub resources: Vec<(&'n str, bool)>,
    /// Account and name.
    pub roles: Vec<(&'n str, &'n str)>,
}

/// A seed that works for all names, and the perfect hashes under it.
pub(super) struct Hashed {
    pub seed: u64,
    pub secrets: RapidSecrets,
    pub actions: Perfect,
    pub principals: Perfect,
    pub resources: Perfect,
}

impl Names<'_> {
    /// The first of a fixed sequence of seeds that works and has no long runs. `None`: none works.
    pub fn hashed(&self) -> Option<Hashed> {
        let mut best: Option<(usize, Hashed)> = None;
        for attempt in 0..64 {
            let (seed, secrets) = secrets(attempt);
            let actions = self.actions.iter().map(|name| hash(name.as_bytes(), &secrets)).collect::<Vec<_>>();
            let principals =
                self.principals.iter().map(|arn| arn_hash(arn.as_bytes(), &secrets)).collect::<Vec<_>>();
            let resources = self.resources.iter();
            let resources = resources
                .map(|(arn, trust)| resource_hash(arn.as_bytes(), *trust, &secrets))
                .collect::<Vec<_>>();
            let (Some(actions), Some(principals), Some(resources)) =
                (perfect(&actions, attempt), perfect(&principals, attempt), perfect(&resources, attempt))
            else {
                continue;
            };
            let roles = self.roles.iter();
            let roles = roles.map(|(account, name)| role_hash(account.as_bytes(), name.as_bytes(), &secrets));
            let over = excess(roles.collect());
            if best.as_ref().is_none_or(|(least, _)| over < *least) {
                best = Some((over, Hashed { seed, secrets, actions, principals, resources }));
            }
            if over == 0 {
                break;
            }
        }
        best.map(|(_, hashed)| hashed)
    }
}

/// By how much the longest run of full slots is longer than chance makes it. A look-up walks at most one: names chosen
/// to meet in one place under one seed must not make it slow.
fn excess(hashes: Vec<u64>) -> usize {
    let usual = 16 + 6 * hashes.len().checked_ilog2().unwrap_or(0) as usize;
    let slots = open(&hashes.into_iter().map(|hash| (hash, 0)).collect::<Vec<_>>());
    let (mut run, mut longest) = (0_usize, 0_usize);
    // Twice around, since a run may go on at the beginning.
    for slot in slots.iter().chain(&slots) {
        run = if slot.index == 0 { 0 } else { run + 1 };
        longest = longest.max(run);
    }
    longest.saturating_sub(usual)
}

/// The seeds tried, one after the other.
fn secrets(attempt: usize) -> (u64, RapidSecrets) {
    let seed = 0x7461_6265_6C6C_6100_u64.wrapping_add(attempt as u64);
    (seed, RapidSecrets::seed(seed))
}

#[cfg(test)]
mod tests {
    use super::{Names, excess, role_hash, secrets};

    #[test]
    fn names_that_meet_are_hashed_otherwise() {
        const ACCOUNT: &str = "111122223333";
        let first = secrets(0).0;
        let name = |i: u64| format!("deployment-role-{i:06}");
        let few: Vec<String> = (0..2_000).map(name).collect();
        let named = |names: &[String]| {
            let roles = names.iter().map(|name| (ACCOUNT, name.as_str())).collect();
            Names { actions: vec![], principals: vec![], resources: vec![], roles }.hashed().unwrap()
        };
        let hash =
            |name: &String, attempt| role_hash(ACCOUNT.as_bytes(), name.as_bytes(), &secrets(attempt).1);
        assert_eq!(named(&few).seed, first);
        // Those that begin at one slot of 4,096 under the first seed.
        let meet = |name: &String| hash(name, 0) & 4095 < 4;
        let met: Vec<String> = (0..400_000).map(name).filter(meet).take(300).collect();
        let hashes = |names: &[String], attempt| names.iter().map(|name| hash(name, attempt)).collect();
        let all: Vec<String> = met.into_iter().chain(few.into_iter().take(1_700)).collect();
        assert!(excess(hashes(&all, 0)) > 100);
        let found = named(&all);
        assert_ne!(found.seed, first);
        assert_eq!(excess(hashes(&all, (found.seed - first) as usize)), 0);
    }
}
