//! Hash tables of the artifact: perfect hashes with a pilot for each bucket, and open addressing.

use rapidhash::v3::RapidSecrets;
use tabella_runtime::layout::{Slot, bucket, slot};

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

/// The seeds tried, one after the other.
pub(super) fn secrets(attempt: usize) -> (u64, RapidSecrets) {
    let seed = 0x7461_6265_6C6C_6100_u64.wrapping_add(attempt as u64);
    (seed, RapidSecrets::seed(seed))
}
