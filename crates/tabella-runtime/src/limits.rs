//! What a request may say at most. AWS's own limits are lower; with these the work of a decision is bounded. A request beyond
//! them is malformed and denied (R6), and [`Context`](crate::Context) refuses what is beyond them before anything is decided.

use crate::request::{Entry, Values};

/// Most bytes of a resource, AWS's limit for ARNs.
pub const RESOURCE_BYTES: usize = 2_048;
/// A resource of no more bytes may have any number of colons.
pub const SHORT_RESOURCE_BYTES: usize = 256;
/// Most colons of a longer one.
pub const RESOURCE_COLONS: usize = 64;
/// Most bytes of a caller's name, and of the issuer of a session.
pub const PRINCIPAL_BYTES: usize = 2_048;
/// Most keys of a context.
pub const CONTEXT_KEYS: usize = 128;
/// Most bytes of a condition key, and of a session tag's.
pub const KEY_BYTES: usize = 512;
/// Most bytes of one value of a condition key or a session tag.
pub const VALUE_BYTES: usize = 4_096;
/// Most values of a key that is a list.
pub const LIST_VALUES: usize = 128;
/// Most bytes of them together.
pub const LIST_BYTES: usize = 2 * VALUE_BYTES;
/// Most session tags.
pub const SESSION_TAGS: usize = 64;
/// Most session keys.
pub const SESSION_KEYS: usize = 16;
/// Most session policies.
pub const SESSION_POLICIES: usize = 16;
/// Most bytes of an endpoint's id.
pub const ENDPOINT_BYTES: usize = 256;
/// Most policies that may govern one resource: its own, those of what it lies in, and a role's trust policy. No estate is compiled in
/// which more do.
pub const GOVERNING_POLICIES: usize = 16;

/// Whether a resource is within them.
pub(crate) fn is_resource(text: &[u8]) -> bool {
    text.len() <= SHORT_RESOURCE_BYTES
        || (text.len() <= RESOURCE_BYTES && memchr::memchr_iter(b':', text).count() <= RESOURCE_COLONS)
}

/// Whether the values of a key are within them.
pub fn is_value(values: &Values<'_>) -> bool {
    match values {
        Values::One(value) => value.len() <= VALUE_BYTES,
        Values::Many(values) => {
            values.len() <= LIST_VALUES
                && values.iter().all(|value| value.len() <= VALUE_BYTES)
                && values.iter().map(|value| value.len()).sum::<usize>() <= LIST_BYTES
        }
    }
}

/// Whether a key and its values are within them.
pub fn is_entry(entry: &Entry<'_>) -> bool {
    entry.key.len() <= KEY_BYTES && is_value(&entry.values)
}
