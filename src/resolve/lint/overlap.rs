//! Globs over text: does one match a text, and can two match the same text. Both take time in proportion to the product
//! of the lengths at worst; neither recurses.

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

/// Whether some ARN matches both globs of ARNs. Six parts are compared one by one, so a `*` stays in its part; that it
/// may run past the colon (R68) counts only where parts are missing.
pub fn arns_overlap(a: &str, b: &str) -> bool {
    let short = |arn: &str| arn.bytes().filter(|c| *c == b':').take(5).count() < 5;
    if short(a) || short(b) {
        return overlap(a, b);
    }
    let part = |(a, b): (&str, &str)| a == b || a == "*" || b == "*" || overlap(a, b);
    a.splitn(6, ':').zip(b.splitn(6, ':')).all(part)
}

/// Whether some text matches both globs.
pub fn overlap(a: &str, b: &str) -> bool {
    let Some((a, b)) = trim(a.as_bytes(), b.as_bytes()) else { return false };
    // reachable[j]: what is left of `a` and `b[j..]` have a text in common. Filled from the ends backwards.
    let mut below = vec![false; b.len() + 1];
    let mut row = vec![false; b.len() + 1];
    for i in (0..=a.len()).rev() {
        for j in (0..=b.len()).rev() {
            let at = |row: &[bool], j: usize| row.get(j).copied().unwrap_or(false);
            let value = match (a.get(i), b.get(j)) {
                (None, None) => true,
                (Some(b'*'), _) => at(&below, j) || (j < b.len() && at(&row, j + 1)),
                (Some(&WITHIN), next) => {
                    at(&below, j) || (next.is_some_and(|c| *c != b'/') && at(&row, j + 1))
                }
                (_, Some(b'*')) => at(&row, j + 1) || (i < a.len() && at(&below, j)),
                (Some(x), Some(y)) => (x == y || *x == b'?' || *y == b'?') && at(&below, j + 1),
                _ => false,
            };
            if let Some(slot) = row.get_mut(j) {
                *slot = value;
            }
        }
        std::mem::swap(&mut row, &mut below);
    }
    below.first().copied().unwrap_or(false)
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
