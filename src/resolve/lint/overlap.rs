//! Globs over text: does one match a text, and can two match the same text. Both take time in proportion to the product
//! of the lengths at worst, the second to a 64th of it; neither recurses.

/// Whether `pattern` (`*`, `?`) matches all of `text`, byte by byte.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (p, t) = (pattern.as_bytes(), text.as_bytes());
    let (mut i, mut j) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = t.get(j) {
        match p.get(i) {
            Some(b'*') => {
                star = Some((i, j));
                i += 1;
            }
            Some(c) if *c == b'?' || c == byte => {
                i += 1;
                j += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    i = at + 1;
                    j = taken + 1;
                }
                None => return false,
            },
        }
    }
    p.get(i..).is_some_and(|rest| rest.iter().all(|c| *c == b'*'))
}

/// A `*` of the first glob that does not run past a `/`. ARNs hold no such character.
pub const WITHIN: u8 = 0x01;

/// A glob of ARNs, its six parts known.
pub struct Arn<'g> {
    whole: &'g str,
    parts: Option<[&'g str; 6]>,
}

impl<'g> Arn<'g> {
    /// Splits at the first five colons.
    pub fn new(whole: &'g str) -> Self {
        let mut left = whole.splitn(6, ':');
        let mut next = || left.next();
        let parts = (|| Some([next()?, next()?, next()?, next()?, next()?, next()?]))();
        Arn { whole, parts }
    }

    /// Whether some ARN matches both. Six parts are compared one by one, so a `*` stays in its part; that it may run past the
    /// colon (R68) counts only where parts are missing.
    pub fn overlaps(&self, other: &Arn<'_>) -> bool {
        let (Some(a), Some(b)) = (&self.parts, &other.parts) else { return overlap(self.whole, other.whole) };
        let part = |(a, b): (&&str, &&str)| a == b || *a == "*" || *b == "*" || overlap(a, b);
        a.iter().zip(b).all(part)
    }
}

/// Whether some text matches both globs. It takes time in proportion to the length of the second and to 64ths of the first.
pub fn overlap(a: &str, b: &str) -> bool {
    let Some((a, b)) = trim(a.as_bytes(), b.as_bytes()) else { return false };
    // A run of stars is one; where no star of `a` is beside another, a column takes one pass.
    let mut kinds = a.to_vec();
    kinds.dedup_by(|next, last| {
        let stars = matches!(*next, b'*' | WITHIN) && matches!(*last, b'*' | WITHIN);
        if stars && *next == b'*' {
            *last = b'*';
        }
        stars
    });
    let (len, words) = (kinds.len(), kinds.len() / 64 + 1);
    let mask = |is: &dyn Fn(u8) -> bool| {
        let mut mask = vec![0u64; words];
        for (at, _) in kinds.iter().enumerate().filter(|(_, c)| is(**c)) {
            set(&mut mask, at);
        }
        mask
    };
    let star = mask(&|c| c == b'*');
    let within = mask(&|c| c == WITHIN);
    let single = mask(&|c| !matches!(c, b'*' | WITHIN));
    let mut equal: Vec<Option<Vec<u64>>> = vec![None; 256];
    // Bit i of a column: what is left of `a` from i on, and of `b` from this byte on, have a text in common. From the end of
    // `b` backwards.
    let mut column = vec![0u64; words];
    set(&mut column, len);
    if matches!(kinds.last(), Some(b'*' | &WITHIN)) {
        set(&mut column, len - 1);
    }
    for byte in b.iter().rev() {
        if *byte == b'*' {
            smear(&mut column);
            continue;
        }
        let equal = match equal.get_mut(usize::from(*byte)) {
            Some(slot) if *byte != b'?' => &*slot.get_or_insert_with(|| mask(&|c| c == *byte || c == b'?')),
            _ => &single,
        };
        let more = if *byte == b'/' { 0 } else { u64::MAX };
        // Single bytes first, then the stars before them. Both take the bits above, from the words above.
        let (mut above, mut above_single) = (0, 0);
        let masks = star.iter().zip(&within).zip(equal.iter().zip(&single));
        for (word, ((star, within), (equal, single))) in column.iter_mut().zip(masks).rev() {
            let before = *word;
            let singles = (before >> 1 | above << 63) & equal & single;
            let stars = (singles >> 1 | above_single << 63) & (star | within);
            *word = singles | stars | before & (star | within & more);
            (above, above_single) = (before & 1, singles & 1);
        }
    }
    column.first().is_some_and(|word| word & 1 == 1)
}

fn set(mask: &mut [u64], at: usize) {
    if let Some(word) = mask.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}

/// Sets every bit below the highest.
fn smear(mask: &mut [u64]) {
    let mut fill = 0;
    for word in mask.iter_mut().rev() {
        let own = u64::MAX.checked_shr(word.leading_zeros()).unwrap_or(0);
        *word = fill | own;
        fill = if *word == 0 { 0 } else { u64::MAX };
    }
}

/// What is left of two globs after the text that both begin and end with; `None` when they differ there.
fn trim<'g>(mut a: &'g [u8], mut b: &'g [u8]) -> Option<(&'g [u8], &'g [u8])> {
    let same = |x: u8, y: u8| match (x, y) {
        (b'*' | WITHIN, _) | (_, b'*') => None,
        _ => Some(x == y || x == b'?' || y == b'?'),
    };
    while let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b) {
        match same(*x, *y) {
            None => break,
            Some(false) => return None,
            Some(true) => (a, b) = (rest_a, rest_b),
        }
    }
    while let ([rest_a @ .., x], [rest_b @ .., y]) = (a, b) {
        match same(*x, *y) {
            None => break,
            Some(false) => return None,
            Some(true) => (a, b) = (rest_a, rest_b),
        }
    }
    Some((a, b))
}
