//! Condition keys: do they exist, have they the operator's type, do they hold one value or several (R94, R98).

use super::{Found, Lint, Seen};
use crate::catalog::{Key, KeyType};
use crate::diag::{Diagnostic, codes::catalog as code, suggest};
use crate::hir::{Atom, Condition, Effect, Operator, Piece, Quantifier, Statement, Str, Template, Value};
use crate::resolve::condition::atoms;
use crate::resolve::shared::LONG;
use crate::source::Span;
use hashbrown::HashSet;

impl Lint<'_> {
    /// All lints on the condition of a statement.
    pub fn conditions(&mut self, s: &Statement) {
        self.each_atom(&s.condition);
        if s.effect == Effect::Allow && self.has_all_of(&s.condition) {
            self.for_all_values(&atoms(&s.condition));
        }
        if !self.with.is_empty() {
            self.keys_of_actions(s, &atoms(&s.condition));
        }
    }

    /// Whether a condition has a test that `all of` makes true of a missing key. Recurses as deep as conditions are nested.
    fn has_all_of(&mut self, condition: &Condition) -> bool {
        match condition {
            Condition::And(parts) | Condition::Or(parts) if parts.len() < LONG => {
                parts.iter().any(|part| self.has_all_of(part))
            }
            Condition::And(parts) | Condition::Or(parts) => {
                if let Some(known) = self.all_of.get(&parts.address()) {
                    return *known;
                }
                let has = parts.iter().any(|part| self.has_all_of(part));
                self.all_of.insert(parts.address(), has);
                has
            }
            Condition::Atom(a) => is_all_of(a),
        }
    }

    /// The atoms of a condition that are looked at for the first time.
    fn new_atoms<'s>(&mut self, condition: &'s Condition, what: Seen) -> Vec<&'s Atom> {
        let mut out = Vec::new();
        let mut open = vec![condition];
        while let Some(condition) = open.pop() {
            match condition {
                Condition::And(parts) | Condition::Or(parts) if self.is_new(what, parts) => {
                    open.extend(parts.iter().rev());
                }
                Condition::And(_) | Condition::Or(_) => {}
                Condition::Atom(atom) => out.push(atom),
            }
        }
        out
    }

    /// The lints on every comparison of a condition.
    pub fn each_atom(&mut self, condition: &Condition) {
        for atom in self.new_atoms(condition, Seen::Condition) {
            self.atom(atom);
        }
    }

    /// The lints on one comparison, whatever comes of it.
    fn atom(&mut self, atom: &Atom) {
        self.key(atom);
        if !self.is_new(Seen::Values, &atom.values) {
            return;
        }
        self.plain_star(atom);
        for value in &atom.values {
            if let Value::Text(text) | Value::Bool(text) = value {
                for key in self.unknown_variables(text) {
                    self.unknown_key(&key, atom.span);
                }
            }
        }
    }

    /// Warns about a key that nothing sets.
    pub fn key_known(&mut self, name: &Str, span: Span) {
        if self.catalog.is_some_and(|c| c.key(name).is_none()) {
            self.unknown_key(name, span);
        }
    }

    fn key(&mut self, atom: &Atom) {
        let Some(catalog) = self.catalog else { return };
        let Some(key) = catalog.key(&atom.key) else {
            self.unknown_key(&atom.written_key, atom.span);
            return;
        };
        let (list, name) = (key.list, &atom.written_key);
        let family = key.family;
        if let Some(wanted) = misfit(atom, key) {
            let message = format!(
                "`{name}` is {}, and this compares it as {}",
                article(key.ty),
                operator_type(atom.operator)
            );
            self.warn(code::KEY_TYPE, atom.span, message, format!("compare it with {wanted}"));
        }
        match atom.quantifier {
            Quantifier::Single if list && atom.operator != Operator::Null => {
                let message =
                    format!("`{name}` can have several values, and a plain comparison never matches it");
                self.warn(code::PLAIN_ON_LIST, atom.span, message, "say `any of` or `all of`".into());
            }
            // The reference has `…:amr` of identity providers as single-valued; tokens carry several.
            Quantifier::ForAllValues | Quantifier::ForAnyValue
                if !list && !family && !atom.key.ends_with(":amr") =>
            {
                let message = format!("`{name}` has one value, and `any of` and `all of` are for several");
                let help = "leave it out; `all of` would also match when the key is missing".into();
                self.warn(code::SET_ON_SINGLE, atom.span, message, help);
            }
            _ => {}
        }
    }

    /// R99: only `like` knows wildcards. ARNs are compared with them under `==`, too.
    fn plain_star(&mut self, atom: &Atom) {
        use Operator as O;
        let help = match atom.operator {
            O::StringEquals | O::StringNotEquals => "write `like` (in JSON `StringLike`)",
            O::StringEqualsIgnoreCase | O::StringNotEqualsIgnoreCase => {
                "write `like` (in JSON `StringLike`), which minds letter case"
            }
            _ => return,
        };
        let star = |piece: &Piece| matches!(piece, Piece::Literal(text) if text.contains('*'));
        let stars = |value: &Value| matches!(value, Value::Text(t) if t.pieces.iter().any(star));
        if atom.values.iter().any(stars) {
            // The same for `==` and `!=`, for a named condition may be used either way.
            let message = "`*` is plain text under `==` and `!=`".to_owned();
            self.warn(code::PLAIN_STAR, atom.span, message, help.to_owned());
        }
    }

    /// Keys of variables that no request has (R113).
    pub fn unknown_variables(&self, text: &Template) -> Vec<Str> {
        let unknown = |key: &str| self.catalog.is_some_and(|c| c.key(key).is_none());
        let variables = text.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable { key, written, .. } if unknown(key) => Some(written.clone()),
            _ => None,
        });
        variables.collect()
    }

    fn unknown_key(&mut self, name: &Str, span: Span) {
        self.unknown_key_in(name, name, span);
    }

    /// A key in a word, which may be all of it.
    pub fn unknown_key_in(&mut self, name: &Str, word: &str, span: Span) {
        let Some(catalog) = self.catalog else { return };
        let prefix = name.split(':').next().unwrap_or_default();
        // Keys of identity providers are the providers' own: `idp.example.com:sub`.
        if prefix.contains('.') && name.contains(':') {
            return;
        }
        let nearest = || suggest::nearest(name, catalog.key_names().into_iter()).map(str::to_owned);
        let near = self.keys.entry_ref(name).or_insert_with(nearest).clone();
        let message = format!("there is no condition key `{name}`");
        let help = match &near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "a key that is never there makes a condition always false, or always true".to_owned(),
        };
        let instead = near.map(|near| word.replacen(&**name, &near, 1));
        let diagnostic = Diagnostic::warning(code::NO_KEY, message).at(span).help(help);
        (self.take)(Found { diagnostic, word: Str::from(word), instead });
    }

    /// R98: `all of` holds when the key is missing. Where every value must *not* be something, that is meant.
    fn for_all_values(&mut self, all: &[&Atom]) {
        let is_present = |a: &&&Atom| {
            let tested = a.operator == Operator::Null && a.values.contains(&Value::Null(false));
            tested || (a.quantifier == Quantifier::ForAnyValue && !a.if_exists)
        };
        let present: HashSet<&Str> = all.iter().filter(is_present).map(|a| &a.key).collect();
        for atom in all {
            if !is_all_of(atom)
                || present.contains(&atom.key)
                || !self.warned.insert((atom.span, atom.key.clone()))
            {
                continue;
            }
            let message =
                format!("`all of {}` also holds when the key is missing, and so allows", atom.written_key);
            let help = format!("add `and {} is present`", atom.written_key);
            self.warn(code::ALL_OF_MISSING, atom.span, message, help);
        }
    }
}

/// Whether it is an `all of` that says what every value must be.
fn is_all_of(atom: &Atom) -> bool {
    atom.quantifier == Quantifier::ForAllValues && !atom.operator.is_negated()
}

/// What a key should be compared with, when its type and the operator do not fit. Tags are text that may hold anything,
/// and text may hold an ARN.
fn misfit(atom: &Atom, key: &Key) -> Option<&'static str> {
    use KeyType as K;
    let any =
        matches!(atom.values.as_slice(), [Value::Text(t)] if matches!(t.pieces.as_slice(), [Piece::Any]));
    if atom.operator == Operator::Null || any || atom.values.is_empty() || (key.family && key.ty == K::String)
    {
        return None;
    }
    let operator = operator_type(atom.operator);
    let fits = match key.ty {
        K::String => matches!(operator, "text" | "an ARN" | "bytes"),
        K::Arn => matches!(operator, "text" | "an ARN"),
        K::Bool => operator == "a boolean",
        K::Numeric => operator == "a number",
        // Only `aws:EpochTime` is given in seconds; a number is never equal to what `2030-01-01` is, nor before or after.
        K::Date => operator == "a date" || operator == "a number" && &*atom.key == "aws:epochtime",
        K::Ip => operator == "an address",
        K::Binary => operator == "bytes",
    };
    // The complement of a boolean test with variables is a comparison of text.
    let complement = key.ty == K::Bool && atom.operator == Operator::StringNotEqualsIgnoreCase;
    (!fits && !complement).then_some(match key.ty {
        K::String => "a string: `\"…\"`",
        K::Arn => "an ARN",
        K::Bool => "`true` or `false`, without quotes",
        K::Numeric => "a number, without quotes",
        K::Date => "a date: `2030-01-01`, or `date \"1900000000\"` for seconds since 1970",
        K::Ip => "an address or network, with `in` and without quotes",
        K::Binary => "`binary \"…\"`",
    })
}

fn article(ty: KeyType) -> &'static str {
    match ty {
        KeyType::String => "text",
        KeyType::Arn => "an ARN",
        KeyType::Bool => "a boolean",
        KeyType::Numeric => "a number",
        KeyType::Date => "a date",
        KeyType::Ip => "an address",
        KeyType::Binary => "bytes",
    }
}

fn operator_type(operator: Operator) -> &'static str {
    use Operator as O;
    match operator {
        O::StringEquals
        | O::StringNotEquals
        | O::StringEqualsIgnoreCase
        | O::StringNotEqualsIgnoreCase
        | O::StringLike
        | O::StringNotLike => "text",
        O::NumericEquals
        | O::NumericNotEquals
        | O::NumericLessThan
        | O::NumericLessThanEquals
        | O::NumericGreaterThan
        | O::NumericGreaterThanEquals => "a number",
        O::DateEquals
        | O::DateNotEquals
        | O::DateLessThan
        | O::DateLessThanEquals
        | O::DateGreaterThan
        | O::DateGreaterThanEquals => "a date",
        O::Bool => "a boolean",
        O::BinaryEquals => "bytes",
        O::IpAddress | O::NotIpAddress => "an address",
        O::ArnEquals | O::ArnLike | O::ArnNotEquals | O::ArnNotLike => "an ARN",
        O::Null => "presence",
    }
}
