//! "Did you mean …?": the nearest of the known names. Knows nothing of what the names are for.

/// The known name nearest to `name`, letter case aside, when it is near enough to be worth saying. Ties go to the
/// name that sorts first, so that the answer never depends on the order of `known`.
pub fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let wanted: Vec<char> = name.chars().map(|c| c.to_ascii_lowercase()).collect();
    if wanted.len() > LONGEST {
        return None;
    }
    let bound = (wanted.len() / 3).clamp(1, 5);
    let mut rows = Rows::default();
    known
        .filter(|k| k.len().abs_diff(name.len()) <= bound * 4 && *k != name)
        .filter_map(|k| Some((rows.distance(&wanted, k, bound)?, k)))
        .min()
        .map(|(_, k)| k)
}

/// Names above this are not compared; nobody mistypes them by one letter.
const LONGEST: usize = 128;

/// Buffers reused from comparison to comparison.
#[derive(Default)]
struct Rows {
    other: Vec<char>,
    before: Vec<usize>,
    previous: Vec<usize>,
    current: Vec<usize>,
}

impl Rows {
    /// Optimal string alignment distance (insert, delete, replace, swap neighbours), `None` above `bound`.
    fn distance(&mut self, wanted: &[char], other: &str, bound: usize) -> Option<usize> {
        self.other.clear();
        self.other.extend(other.chars().map(|c| c.to_ascii_lowercase()));
        if self.other.len().abs_diff(wanted.len()) > bound || self.other.len() > LONGEST {
            return None;
        }
        self.previous.clear();
        self.previous.extend(0..=self.other.len());
        self.before.clone_from(&self.previous);
        for (i, a) in wanted.iter().enumerate() {
            self.current.clear();
            self.current.push(i + 1);
            let mut best = i + 1;
            for (j, b) in self.other.iter().enumerate() {
                let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
                let replaced = at(&self.previous, j) + usize::from(a != b);
                let mut cost = replaced.min(at(&self.previous, j + 1) + 1).min(at(&self.current, j) + 1);
                let swapped =
                    i > 0 && j > 0 && wanted.get(i - 1) == Some(b) && self.other.get(j - 1) == Some(a);
                if swapped {
                    cost = cost.min(at(&self.before, j - 1) + 1);
                }
                best = best.min(cost);
                self.current.push(cost);
            }
            if best > bound {
                return None;
            }
            std::mem::swap(&mut self.before, &mut self.previous);
            std::mem::swap(&mut self.previous, &mut self.current);
        }
        self.previous.last().copied().filter(|d| *d <= bound)
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check(name: &str, known: &[&str], expected: Option<&str>) {
        assert_eq!(nearest(name, known.iter().copied()), expected, "{name}");
        assert_eq!(nearest(name, known.iter().rev().copied()), expected, "{name}, reversed");
    }

    #[test]
    fn the_nearest_name() {
        check("GetObjet", &["GetObject", "PutObject"], Some("GetObject"));
        check("getobject", &["GetObject", "GetObjects"], Some("GetObject"));
        check("porduction", &["production", "staging"], Some("production"));
        check("ab", &["xy", "ac", "ad"], Some("ac"));
        check("Analyst", &["Engineer", "Developers"], None);
        check("", &["a"], Some("a"));
        check(&"x".repeat(500), &["x"], None);
    }
}
