//! What comes of a test whose outcome AWS's pages do not define, or that asks for what nobody knows (R153).

use super::derive::{Keys, Looked};
use super::template::{Token, tokens_of};
use crate::hir::{Effect, Piece, Template};

/// How tests of a statement come out where they are in doubt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doubt {
    /// They hold if any reading makes them hold; otherwise only if all do.
    any: bool,
    /// What is not known comes out as an allow would have it, and not as a deny.
    hopeful: bool,
}

impl Doubt {
    /// In a statement with this effect. `hopeful`: see [`super::evaluate`].
    pub(super) fn of(effect: Effect, hopeful: bool) -> Self {
        Doubt { any: effect == Effect::Deny, hopeful }
    }

    /// The same for what must not match: another's negation.
    pub(super) fn turned(self) -> Self {
        Doubt { any: !self.any, ..self }
    }

    /// Whether any reading will do: so it is for what denies.
    pub(super) fn denies(self) -> bool {
        self.any
    }

    /// Whether a test of what nobody knows holds.
    pub(super) fn of_unknown(self) -> bool {
        self.any != self.hopeful
    }

    /// Two readings of one thing.
    pub(super) fn either(self, one: bool, other: bool) -> bool {
        if self.any { one || other } else { one && other }
    }

    /// Whether a template matches, by the readings that its variables have. `wildcards`: those of the policy are
    /// understood here, so that those in a value may be (R115).
    pub(super) fn of_template(
        self,
        template: &Template,
        keys: &Keys,
        wildcards: bool,
        matches: impl Fn(&[Token]) -> bool,
    ) -> bool {
        let variables = || {
            template.pieces.iter().filter_map(|piece| match piece {
                Piece::Variable { key, default, .. } => Some((keys.look(key), default.is_some())),
                _ => None,
            })
        };
        // R116, R117: without a value nothing matches, in no reading.
        if has_void(template, keys) {
            return false;
        }
        // R120: an empty value is none, or, for others, a value though there is a default.
        let empties = variables().any(|(value, _)| matches!(value, Looked::Known(c) if c.is_empty_text()));
        // R115: a wildcard in a value is text, or, for others, a wildcard. What matches as text matches as a
        // wildcard, so that of both readings one has to be tried.
        let wild = wildcards && self.any;
        let by = |empty: bool| {
            let unknown = if self.of_unknown() { Some(Token::Any) } else { None };
            tokens_of(template, keys, wild, empty, unknown).is_some_and(|tokens| matches(&tokens))
        };
        if empties { self.either(by(false), by(true)) } else { by(false) }
    }
}

/// Whether some variable of a template has no value and no default.
pub(super) fn has_void(template: &Template, keys: &Keys) -> bool {
    template.pieces.iter().any(|piece| match piece {
        Piece::Variable { key, default: None, .. } => {
            !matches!(keys.look(key), Looked::Unknown) && keys.variable(key).is_none()
        }
        _ => false,
    })
}
