//! Resource sets: six parts, canonical wildcards, nothing twice.

use super::glob::{self, Token};
use super::pool::Pool;
use crate::hir::{self, Effect, Piece, PolicyKind, Resources, Str, Template};
use crate::nf::{self, Doubtful, ResourceSet};

/// A pattern, ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// `*` (R69).
    Any,
    /// Six parts.
    Parts(Template),
    /// It matches no resource in a document of this kind (R70, R114).
    Unmatchable(Why),
}

/// Why a pattern matches nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Fewer than six parts (R70).
    Short,
    /// A variable before the sixth part (R114).
    Variable,
}

/// What a list of patterns comes to, whichever resource the policy is of: lists that many statements share are looked at once.
#[derive(Debug)]
pub(super) struct Prepared {
    /// It means every resource.
    everything: bool,
    /// `*` is among the patterns.
    any: bool,
    negated: bool,
    doubtful: Doubtful,
    /// Sorted, nothing twice and nothing covered.
    parts: Vec<Template>,
    /// The patterns that match nothing, by position.
    pub(super) unmatchable: Vec<(Why, usize)>,
}

/// Looks at the patterns.
///
/// - `*` among the patterns: everything; under NotResource: nothing (R69, R72).
/// - A pattern that can't match adds nothing to Resource and excludes nothing from NotResource (R116).
pub(super) fn prepare(resources: &Resources, kind: PolicyKind, effect: Effect) -> Prepared {
    let mut unmatchable = Vec::new();
    let mut parts = Vec::with_capacity(resources.patterns.len());
    let mut any = false;
    for (at, pattern) in resources.patterns.iter().enumerate() {
        match canonical(&pattern.text, kind) {
            Pattern::Any => any = true,
            Pattern::Parts(template) => parts.push(template),
            Pattern::Unmatchable(why) => unmatchable.push((why, at)),
        }
    }
    let negated = resources.negated;
    let everything = any != negated && (any || parts.is_empty());
    let allows = effect == Effect::Allow;
    let doubtful = Doubtful { matches: allows == negated, void_matches: allows && negated };
    let parts = if any || everything { Vec::new() } else { reduce(parts, doubtful.void_matches) };
    Prepared { everything, any, negated, doubtful, parts, unmatchable }
}

/// The canonical set; `None` = every resource, which a statement without the element has too (R54).
///
/// - In the policy of one resource, `of`, a pattern that begins with its ARN is what follows behind.
/// - A pattern with variables says what it does in doubt, which depends on the statement's effect (R153).
pub(super) fn set(
    prepared: &Prepared,
    of: Option<&str>,
    pool: &mut Pool<nf::Pattern>,
) -> Option<ResourceSet> {
    let Prepared { everything, any, negated, doubtful, parts, .. } = prepared;
    if *everything {
        return None;
    }
    let pattern = |pattern: &Template| match of.filter(|of| is_full(of)) {
        Some(of) => behind(pattern, of, *doubtful),
        None => whole(pattern.clone(), *doubtful),
    };
    if of.filter(|of| is_full(of)).is_some_and(|of| !negated && is_all_of(parts, of)) {
        return None;
    }
    let mut patterns: Vec<nf::Pattern> = parts.iter().map(pattern).collect();
    join_under(&mut patterns);
    let patterns = patterns.into_iter().map(|p| pool.intern(p)).collect();
    Some(ResourceSet { negated: *negated && !any, patterns })
}

/// Whether the patterns are a resource and all that is inside it, which is all that its policy is asked about.
fn is_all_of(parts: &[Template], of: &str) -> bool {
    let own = Template { pieces: vec![Piece::Literal(of.into())].into() };
    let inside = ["/", ":"].map(|next| Template {
        pieces: vec![Piece::Literal(format!("{of}{next}").into()), Piece::Any].into(),
    });
    parts.contains(&own) && inside.iter().all(|pattern| parts.contains(pattern))
}

/// In the policy of a resource that has six parts: patterns without wildcards, or with a `*` at their end only, that begin
/// with its ARN, by what stands behind. The policy is asked of nothing that does not begin so, and the fifth colon stands
/// before such a `*`, so that it takes anything.
fn behind(pattern: &Template, of: &str, doubtful: Doubtful) -> nf::Pattern {
    let (text, open) = match pattern.pieces.as_slice() {
        [Piece::Literal(text)] => (text, false),
        [Piece::Literal(text), Piece::Any] => (text, true),
        _ => return whole(pattern.clone(), doubtful),
    };
    match text.strip_prefix(of) {
        Some(rest) => nf::Pattern::Behind { text: rest.into(), open },
        None => nf::Pattern::Whole(pattern.clone()),
    }
}

/// What is the resource itself, and all under it, are one pattern.
fn join_under(patterns: &mut Vec<nf::Pattern>) {
    let following = |text: &str, open| nf::Pattern::Behind { text: text.into(), open };
    let (own, under) = (following("", false), following("/", true));
    if patterns.contains(&own) && patterns.contains(&under) {
        patterns.retain(|p| *p != own && *p != under);
        patterns.push(nf::Pattern::Under);
    }
}

/// A pattern that is not confined to what follows an ARN.
fn whole(pattern: Template, doubtful: Doubtful) -> nf::Pattern {
    match pattern.has_variable() {
        true => nf::Pattern::Varying(pattern, doubtful),
        false => nf::Pattern::Whole(pattern),
    }
}

/// Stands for an API that is not known.
const ANY_API: &str = "arn:aws:execute-api:::api";

/// Whether it has six parts.
fn is_full(arn: &str) -> bool {
    arn.bytes().filter(|b| *b == b':').count() >= 5
}

/// One pattern: split at the first five colons, filled up to six parts as its kind of document has it (R70), wildcard
/// runs canonical.
pub(super) fn canonical(text: &Template, kind: PolicyKind) -> Pattern {
    if !text.pieces.is_empty() && text.pieces.iter().all(|p| *p == Piece::Any) {
        return Pattern::Any;
    }
    if let (PolicyKind::Resource, [Piece::Literal(head), ..]) = (kind, text.pieces.as_slice())
        && let Some(head) = hir::of_api(head, ANY_API)
    {
        // The document stands alone: nothing says which API it is attached to.
        let pieces = std::iter::once(Piece::Literal(head.into())).chain(text.pieces.iter().skip(1).cloned());
        return Pattern::Parts(glob::template(pieces.collect()));
    }
    if is_canonical(&text.pieces) { Pattern::Parts(text.clone()) } else { rewritten(text, kind) }
}

/// [`canonical`] of a pattern that is not everything, the long way.
pub(super) fn rewritten(text: &Template, kind: PolicyKind) -> Pattern {
    let mut parts = split(&text.pieces);
    if parts.len() < 6 {
        let wildcard = text.pieces.iter().any(|p| matches!(p, Piece::Any | Piece::One));
        let padded = match kind {
            // No RCP with a short ARN gets here; were there one, padding it denies more.
            PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session | PolicyKind::Rcp => true,
            PolicyKind::Resource | PolicyKind::Trust | PolicyKind::Endpoint => wildcard,
            PolicyKind::Scp => text.pieces.last() == Some(&Piece::Any),
        };
        if !padded {
            return Pattern::Unmatchable(Why::Short);
        }
        parts.resize(6, vec![Piece::Any]);
    }
    let mut pieces = Vec::with_capacity(text.pieces.len() + 10);
    for (at, part) in parts.iter().enumerate() {
        if at < 5 {
            if part.iter().any(|p| matches!(p, Piece::Variable { .. })) {
                return Pattern::Unmatchable(Why::Variable);
            }
            pieces.extend(canonical_part(part));
            pieces.push(Piece::Literal(":".into()));
        } else {
            pieces.extend(glob::canonical_pieces(part));
        }
    }
    Pattern::Parts(glob::template(pieces))
}

/// Whether nothing is left to do, at first sight: six parts, no variable before the sixth, neither two wildcards nor two
/// literals side by side. Most patterns are like that.
pub(super) fn is_canonical(pieces: &[Piece]) -> bool {
    let mut colons = 0;
    for piece in pieces {
        match piece {
            Piece::Literal(text) if text.is_empty() => return false,
            Piece::Literal(text) => colons += text.bytes().filter(|b| *b == b':').count(),
            Piece::Variable { .. } if colons < 5 => return false,
            Piece::Variable { .. } | Piece::Any | Piece::One => {}
        }
    }
    let alike = |pair: &[Piece]| {
        use Piece::{Any, Literal, One};
        matches!(pair, [Any | One, Any | One] | [Literal(_), Literal(_)])
    };
    colons >= 5 && !pieces.windows(2).any(alike)
}

/// The runs of wildcards of one of the first five parts. Inside a part `*` and `?` stay within it, but a `*` that ends
/// it may run on past the colon (R68): so a run at the end keeps its last wildcard's kind. `*?` does not become `?*`
/// there, that would widen it; `?*?` becomes `*??`.
fn canonical_part(part: &[Piece]) -> Vec<Piece> {
    let mut out = glob::canonical_pieces(part);
    let ends_in_one = part.last() == Some(&Piece::One);
    if ends_in_one && out.last() == Some(&Piece::Any) {
        out.pop();
        let run = out.iter().rev().take_while(|p| **p == Piece::One).count();
        out.insert(out.len() - run, Piece::Any);
    }
    out
}

/// Splits at the first five colons of the literal text.
fn split(pieces: &[Piece]) -> Vec<Vec<Piece>> {
    let mut parts: Vec<Vec<Piece>> = Vec::with_capacity(6);
    let mut part = Vec::new();
    for piece in pieces {
        let Piece::Literal(text) = piece else {
            part.push(piece.clone());
            continue;
        };
        let mut rest: &str = text;
        while parts.len() < 5
            && let Some((before, after)) = rest.split_once(':')
        {
            push_literal(&mut part, before);
            parts.push(std::mem::take(&mut part));
            rest = after;
        }
        push_literal(&mut part, rest);
    }
    parts.push(part);
    parts
}

fn push_literal(part: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        part.push(Piece::Literal(Str::from(text)));
    }
}

/// Sorts, drops what is repeated, and what another pattern with the same first five parts covers in the sixth: what
/// is before the sixth part is the same text, so the languages differ only in the sixth, where `*` is any text. With
/// `keep_variables` a pattern with variables stays: it says something where one of them has no value.
fn reduce(mut patterns: Vec<Template>, keep_variables: bool) -> Vec<Template> {
    patterns.sort_unstable();
    patterns.dedup();
    if patterns.len() < 2 {
        return patterns;
    }
    // Literal patterns cover nothing.
    if patterns.iter().all(|p| matches!(p.pieces.as_slice(), [Piece::Literal(_)])) {
        return patterns;
    }
    let mut groups: Vec<(Vec<Token>, Vec<Token>, usize)> = Vec::with_capacity(patterns.len());
    for (at, pattern) in patterns.iter().enumerate() {
        let mut head = glob::of_pieces(&pattern.pieces);
        let colon = head.iter().enumerate().filter(|(_, t)| **t == Token::Char(':')).map(|(i, _)| i).nth(4);
        let tail = head.split_off(colon.map_or(head.len(), |i| i + 1));
        groups.push((head, tail, at));
    }
    groups.sort_unstable();
    let mut keep = vec![true; patterns.len()];
    for group in groups.chunk_by(|a, b| a.0 == b.0) {
        let tails: Vec<Vec<Token>> = group.iter().map(|g| g.1.clone()).collect();
        for ((_, _, at), uncovered) in group.iter().zip(glob::uncovered(&tails)) {
            if let Some(k) = keep.get_mut(*at) {
                let varies = patterns.get(*at).is_some_and(Template::has_variable);
                *k = uncovered || (keep_variables && varies);
            }
        }
    }
    patterns.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(p, _)| p).collect()
}
