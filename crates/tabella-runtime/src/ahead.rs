//! What will soon be read: the processor is told, and does not wait for it.

/// Begins to fetch the line of the cache that something begins in, on machines where that can be said.
#[inline(always)]
pub(crate) fn ahead<T>(thing: &T) {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse"))]
    safe_arch::prefetch_t0(thing);
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse")))]
    let _ = thing;
}
