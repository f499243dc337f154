//! The hashes of all lookups. What most decisions look up has one that is made of the text's words in no time.

use super::ARN_HEAD;
use crate::ends::{Ends, Thirds};
use rapidhash::v3::RapidSecrets;

/// The hash of a text. One of less than 8 bytes or more than 48 has rapidhash V3 (micro), seeded.
#[inline]
pub fn hash(text: &[u8], secrets: &RapidSecrets) -> u64 {
    match (Ends::of(text), Thirds::of(text)) {
        (Some(ends), _) => ends_hash(ends, text.len(), secrets),
        (_, Some(thirds)) => thirds_hash(thirds, text.len(), secrets),
        _ => odd_hash(text, secrets),
    }
}

#[inline(never)]
fn odd_hash(text: &[u8], secrets: &RapidSecrets) -> u64 {
    rapidhash::v3::rapidhash_v3_micro_inline::<true, false>(text, secrets)
}

/// The hash of a role's account and name.
#[inline]
pub fn role_hash(account: &[u8], name: &[u8], secrets: &RapidSecrets) -> u64 {
    hash(name, secrets) ^ hash(account, secrets).rotate_left(32)
}

/// The hash of a text of so many bytes by its ends.
#[inline(always)]
pub(crate) fn ends_hash(ends: Ends, len: usize, secrets: &RapidSecrets) -> u64 {
    let ([a, b, c, d, ..], [w0, w1, w2, w3]) = (secrets.secrets, ends.words());
    mix(w0 ^ a ^ len as u64, w1 ^ b) ^ mix(w2 ^ c, w3 ^ d)
}

/// The hash of a text of so many bytes by its thirds.
#[inline(always)]
pub(crate) fn thirds_hash(thirds: Thirds, len: usize, secrets: &RapidSecrets) -> u64 {
    let ([.., e, f, _], (ends, [w4, w5])) = (secrets.secrets, thirds.parts());
    ends_hash(ends, len, secrets) ^ mix(w4 ^ e, w5 ^ f)
}

/// The hash of a resource with a policy, by its ARN; with `trust` that of a role with a trust policy.
#[inline]
pub fn resource_hash(arn: &[u8], trust: bool, secrets: &RapidSecrets) -> u64 {
    let hash = hash(arn, secrets);
    if trust { hash.rotate_left(32) } else { hash }
}

/// The hash of a user's or role's ARN.
pub fn arn_hash(arn: &[u8], secrets: &RapidSecrets) -> u64 {
    match UsualArn::of(arn) {
        Some(usual) => usual.hash(secrets),
        None => hash(arn, secrets),
    }
}

/// An ARN of 32 to 61 bytes that begins with [`ARN_HEAD`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct UsualArn<'a> {
    arn: &'a [u8],
}

impl<'a> UsualArn<'a> {
    #[inline(always)]
    pub fn of(arn: &'a [u8]) -> Option<Self> {
        (matches!(arn.len(), 32..=61) && *arn.first_chunk()? == ARN_HEAD).then_some(UsualArn { arn })
    }

    /// What stands behind [`ARN_HEAD`].
    #[inline(always)]
    pub fn rest(&self) -> &'a [u8] {
        self.arn.get(ARN_HEAD.len()..).unwrap_or_default()
    }

    #[inline(always)]
    pub fn hash(&self, secrets: &RapidSecrets) -> u64 {
        let at = |from: usize| {
            let chunk: Option<&[u8; 16]> = self.arn.get(from..).and_then(|rest| rest.first_chunk());
            chunk.map_or([0; 2], words)
        };
        let [a, b, c, d, e, f, _] = secrets.secrets;
        // Sixteen bytes behind the head, and the last 32, are all the others.
        let len = self.arn.len();
        let ([w0, w1], [w2, w3], [w4, w5]) = (at(ARN_HEAD.len()), at(len - 32), at(len - 16));
        mix(w0 ^ a ^ len as u64, w1 ^ b) ^ mix(w2 ^ c, w3 ^ d) ^ mix(w4 ^ e, w5 ^ f)
    }
}

#[inline(always)]
fn words(bytes: &[u8; 16]) -> [u64; 2] {
    let both = u128::from_le_bytes(*bytes);
    [both as u64, (both >> 64) as u64]
}

/// Both halves of the product.
#[inline(always)]
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// The bucket of a hash; its pilot then picks the slot.
#[inline(always)]
pub const fn bucket(hash: u64, buckets: usize) -> usize {
    (((hash >> 32) * buckets as u64) >> 32) as usize
}

/// The slot of a hash under a pilot.
#[inline(always)]
pub const fn slot(hash: u64, pilot: u8, slots: usize) -> usize {
    // Odd, so that no bit of the hash is lost.
    let mixed = hash.wrapping_mul(0xD6E8_FEB8_6659_FD93_u64.wrapping_add((pilot as u64) << 1));
    (((mixed >> 32) * slots as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::{arn_hash, hash};
    use rapidhash::v3::RapidSecrets;

    /// Every byte counts at every length, and so does the length.
    fn tells_apart(base: &[u8], hash: impl Fn(&[u8]) -> u64) {
        for len in 1..=base.len() {
            let mut text = [0; 80];
            text[..len].copy_from_slice(&base[..len]);
            let own = hash(&text[..len]);
            for place in 0..len {
                text[place] ^= 1;
                assert_ne!(hash(&text[..len]), own, "{place} of {len}");
                text[place] ^= 1;
            }
            assert!(hash(&base[..len - 1]) != own, "{len}");
        }
    }

    #[test]
    fn every_byte_counts() {
        let secrets = RapidSecrets::seed(7);
        let text: [u8; 80] = [b'a'; 80];
        tells_apart(&text, |text| hash(text, &secrets));
        let mut arn = [b'a'; 80];
        arn[..25].copy_from_slice(b"arn:aws:iam::111111111111");
        tells_apart(&arn, |arn| arn_hash(arn, &secrets));
        tells_apart(&text, |arn| arn_hash(arn, &secrets));
    }
}
