//! Conditions: expressions as written → typed atoms in negation normal form. Which IAM operator a comparison is follows
//! from the operator as written and the type of its literals:
//!
//! | literals | `==` `in` | `!=` `not in` | `like` | `not like` | `<` `<=` `>` `>=` |
//! |---|---|---|---|---|---|
//! | `"text"` | StringEquals | StringNotEquals | StringLike | StringNotLike | – |
//! | … `ignoring case` | StringEqualsIgnoreCase | StringNotEqualsIgnoreCase | – | – | – |
//! | numbers | NumericEquals | NumericNotEquals | – | – | NumericLessThan … |
//! | dates | DateEquals | DateNotEquals | – | – | DateLessThan … |
//! | `true` `false` | Bool | Bool of the other value, IfExists | – | – | – |
//! | networks | IpAddress | NotIpAddress | – | – | – |
//! | ARNs | ArnEquals | ArnNotEquals | ArnLike | ArnNotLike | – |
//! | `binary` | BinaryEquals | – | – | – | – |
//!
//! A lone key is `key == true`; `is missing` and `is present` are Null; `any of` and `all of` are the set operators, and a
//! negation under them is that of the single value (R97); `or missing` is IfExists. An empty list counts as strings (as numbers after `<`): nothing is in it. `not` and `unless`
//! are pushed down to the atoms; see [`super::complement`].

mod words;

use super::complement;
use super::cx::{Cx, Val};
use super::shared::{Known, LONG};
use super::template::Syntax;
use super::values;
use crate::diag::codes::resolve as code;
use crate::hir::{Atom, Condition, List, Operator, Quantifier, Str, Value, Version};
use crate::source::Span;
use crate::syntax::ast::{self, Clause, CompareOp, Comparison, Expr, ExprKind, LiteralType};
pub use words::{atoms, key_fault};
use words::{expected, operator_for, plural, written};

/// The state of one statement's condition.
struct Walk {
    version: Version,
    /// Comparisons in it, those of named conditions included: conditions that use one another twice have them without end.
    comparisons: usize,
    /// The deepest level so far.
    deepest: usize,
    /// It is inside a named condition.
    named: bool,
}

impl Walk {
    fn new(version: Version, named: bool) -> Self {
        Walk { version, comparisons: 0, deepest: 0, named }
    }

    fn known(self, condition: Option<Condition>) -> Known {
        Known { condition, comparisons: self.comparisons, height: self.deepest }
    }
}

/// AND of conditions. Short ones are flattened; a long one is shared, and stays as it is.
pub fn and(parts: Vec<Condition>) -> Condition {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Condition::And(inner) if inner.len() < LONG => flat.extend(inner.iter().cloned()),
            other => flat.push(other),
        }
    }
    match (flat.len(), flat.pop()) {
        (1, Some(one)) => one,
        (_, last) => {
            flat.extend(last);
            Condition::And(flat.into())
        }
    }
}

/// OR of conditions, flattened as [`and`] does; true when one of them is.
pub fn or(parts: Vec<Condition>) -> Condition {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Condition::Or(inner) if inner.len() < LONG => flat.extend(inner.iter().cloned()),
            Condition::And(inner) if inner.is_empty() => return Condition::TRUE,
            other => flat.push(other),
        }
    }
    match (flat.len(), flat.pop()) {
        (1, Some(one)) => one,
        (_, last) => {
            flat.extend(last);
            Condition::Or(flat.into())
        }
    }
}

impl<'a> Cx<'a> {
    /// All clauses, AND-ed. `None` when something in them is wrong.
    pub fn clauses(&mut self, clauses: &'a [Clause], version: Version) -> Option<Condition> {
        let mut walk = Walk::new(version, false);
        let mut parts = Vec::with_capacity(clauses.len());
        let mut complete = true;
        for clause in clauses {
            match self.clause(clause, &mut walk) {
                Some(condition) => parts.push(condition),
                None => complete = false,
            }
        }
        complete.then(|| and(parts))
    }

    /// One clause. In a parametrised policy, one that names no parameter is resolved once for all its instances.
    fn clause(&mut self, clause: &Clause, walk: &mut Walk) -> Option<Condition> {
        let (Some(params), Some(names)) = (self.params.filter(|p| !p.is_empty()), self.names) else {
            return self.expr(&clause.expr, clause.unless, 0, walk);
        };
        let key = (std::ptr::from_ref(clause) as usize, clause.unless, walk.version);
        let known = names.memo.borrow().clauses.get(&key).cloned();
        let known = match known {
            Some(known) => known,
            None => {
                let plain = !super::mentions::expr(&clause.expr, &|name| params.contains_key(name));
                let known = plain.then(|| {
                    let mut own = Walk::new(walk.version, walk.named);
                    let condition = self.expr(&clause.expr, clause.unless, 0, &mut own);
                    own.known(condition)
                });
                names.memo.borrow_mut().clauses.insert(key, known.clone());
                known
            }
        };
        match known {
            Some(known) => self.known(known, clause.expr.span, 0, walk),
            None => {
                let before = walk.comparisons;
                let condition = self.expr(&clause.expr, clause.unless, 0, walk);
                self.fresh += walk.comparisons - before;
                condition
            }
        }
    }

    /// Resolves a named condition where it is declared, after those it names.
    pub fn declare(&mut self, name: &Str, expr: &Expr) {
        let Some(names) = self.names else { return };
        let mut walk = Walk::new(Version::V2012, true);
        let condition = self.expr(expr, false, 0, &mut walk);
        names
            .memo
            .borrow_mut()
            .conditions
            .insert((name.clone(), false, Version::V2012), walk.known(condition));
    }

    fn expr(&mut self, expr: &Expr, negated: bool, depth: usize, walk: &mut Walk) -> Option<Condition> {
        walk.deepest = walk.deepest.max(depth);
        if walk.comparisons > self.limits.comparisons {
            return None; // reported; what is left would only take time
        }
        if depth > self.limits.nesting {
            return self.too_deep(expr.span);
        }
        match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                let mut out = Vec::with_capacity(parts.len());
                for part in parts {
                    out.push(self.expr(part, negated, depth + 1, walk));
                }
                let out: Vec<Condition> = out.into_iter().collect::<Option<_>>()?;
                if out.is_empty() {
                    self.error(code::CONDITION_SIZE, expr.span, "this condition has no parts");
                    return None;
                }
                let is_and = matches!(expr.kind, ExprKind::And(_)) != negated;
                Some(if is_and { and(out) } else { or(out) })
            }
            ExprKind::Not(inner) => {
                if let ExprKind::Compare(c) = &inner.kind
                    && c.or_missing
                {
                    self.two_readings(c, expr.span);
                    return None;
                }
                self.expr(inner, !negated, depth + 1, walk)
            }
            ExprKind::Group(inner) => self.expr(inner, negated, depth + 1, walk),
            ExprKind::Name(word) => {
                let text = self.text(word)?;
                if let Some((name, expr)) = self.names.and_then(|n| n.conditions.get_key_value(&*text)) {
                    let (name, expr) = (name.clone(), *expr);
                    return self.named_condition(&name, expr, word.span, negated, depth, walk);
                }
                self.count(expr.span, walk)?;
                if text.contains(':') {
                    return self.bool_key(&text, expr.span, negated);
                }
                let known = self.names.into_iter().flat_map(|n| n.conditions.keys());
                self.unknown("condition", &text, word.span, known.map(|k| &**k));
                None
            }
            ExprKind::Compare(comparison) => {
                self.count(expr.span, walk)?;
                self.comparison(comparison, expr.span, negated, walk)
            }
            ExprKind::Error => {
                self.count(expr.span, walk)?;
                self.sink.fail();
                None
            }
        }
    }

    /// Counts a comparison, or what stands where one should.
    fn count(&mut self, span: Span, walk: &mut Walk) -> Option<()> {
        walk.comparisons += 1;
        let most = self.limits.comparisons;
        if walk.comparisons > most {
            let message = format!("this condition has more than {most} comparisons");
            self.error(code::CONDITION_SIZE, span, message);
            return None;
        }
        Some(())
    }

    /// What a name stands for: resolved once for each version and each side of a `not`, and shared.
    fn named_condition(
        &mut self,
        name: &Str,
        expr: &Expr,
        span: Span,
        negated: bool,
        depth: usize,
        walk: &mut Walk,
    ) -> Option<Condition> {
        let names = self.names?;
        let known =
            |negated, version| names.memo.borrow().conditions.get(&(name.clone(), negated, version)).cloned();
        // One that is not known where it is declared uses itself, which is reported.
        let Some(declared) = known(false, Version::V2012).filter(|k| k.condition.is_some()) else {
            self.sink.fail();
            return None;
        };
        if depth + 1 + declared.height > self.limits.nesting {
            return self.too_deep(span);
        }
        let wanted = match known(negated, walk.version) {
            Some(known) => known,
            None => {
                // A condition means the same wherever its name stands: parameters of a policy do not reach into it.
                let params = self.params.take();
                let mut own = Walk::new(walk.version, true);
                let condition = self.expr(expr, negated, 0, &mut own);
                self.params = params;
                let known = own.known(condition);
                names
                    .memo
                    .borrow_mut()
                    .conditions
                    .insert((name.clone(), negated, walk.version), known.clone());
                known
            }
        };
        self.known(wanted, span, depth + 1, walk)
    }

    /// What was resolved before, as a part of a condition.
    fn known(&mut self, known: Known, span: Span, depth: usize, walk: &mut Walk) -> Option<Condition> {
        walk.deepest = walk.deepest.max(depth.saturating_add(known.height));
        if walk.deepest > self.limits.nesting {
            return self.too_deep(span);
        }
        let before = walk.comparisons;
        walk.comparisons = before.saturating_add(known.comparisons);
        let most = self.limits.comparisons;
        if known.condition.is_some() && walk.comparisons > most {
            if before <= most {
                let message = format!("this condition has more than {most} comparisons");
                let help = format!("{} of them are of what stands here", known.comparisons);
                self.error_help(code::CONDITION_SIZE, span, message, help);
            }
            return None;
        }
        if known.condition.is_none() {
            self.sink.fail();
        }
        known.condition
    }

    fn too_deep(&mut self, span: Span) -> Option<Condition> {
        let limit = self.limits.nesting;
        self.error(code::CONDITION_SIZE, span, format!("this condition is nested more than {limit} deep"));
        None
    }

    /// A lone key: `Bool true`.
    fn bool_key(&mut self, key: &str, span: Span, negated: bool) -> Option<Condition> {
        let value = Value::Bool(crate::hir::Template {
            pieces: List::one(crate::hir::Piece::Literal("true".into())),
        });
        let mut atom = self.atom(key, span, Operator::Bool)?;
        atom.values = List::one(value);
        self.finish(atom, span, negated)
    }

    /// An atom without values.
    fn atom(&mut self, key: &str, span: Span, operator: Operator) -> Option<Atom> {
        if let Some(fault) = key_fault(key) {
            self.error(code::CONDITION_KEY, span, format!("`{key}` is no condition key: {fault}"));
            return None;
        }
        Some(Atom {
            quantifier: Quantifier::Single,
            operator,
            if_exists: false,
            key: key.to_ascii_lowercase().into(),
            written_key: key.into(),
            values: List::EMPTY,
            span,
        })
    }

    fn comparison(
        &mut self,
        c: &Comparison,
        span: Span,
        mut negated: bool,
        walk: &mut Walk,
    ) -> Option<Condition> {
        let key = self.text(&c.key);
        if matches!(c.op, CompareOp::IsMissing | CompareOp::IsPresent) {
            let mut atom = self.atom(&key?, span, Operator::Null)?;
            if c.quantifier.is_some() || c.or_missing || c.ignoring_case || !c.values.is_empty() {
                let help = "`is missing` and `is present` stand alone after a key";
                self.error_help(code::PRESENCE, span, "a test of presence takes nothing else", help);
                return None;
            }
            atom.values = List::one(Value::Null(c.op == CompareOp::IsMissing));
            return self.finish(atom, span, negated);
        }
        let long = self.long_constant(&c.values).and_then(|vals| Some((self.long_type(&vals)?, vals)));
        let (vals, long) = match long {
            Some((ty, vals)) => (Some(Vec::new()), Some((ty, vals))),
            None => (self.literals(&c.values), None),
        };
        let (key, vals) = (key?, vals?);
        let ty = match &long {
            Some((ty, _)) => *ty,
            None => self.type_of(c.op, &vals, span)?,
        };
        let Some(operator) = operator_for(ty, c.op, c.ignoring_case) else {
            self.misfit(c, ty, span);
            return None;
        };
        let mut atom = self.atom(&key, span, operator)?;
        atom.quantifier = match c.quantifier {
            None => Quantifier::Single,
            Some(ast::Quantifier::Any) => Quantifier::ForAnyValue,
            Some(ast::Quantifier::All) => Quantifier::ForAllValues,
        };
        // `!=` on Bool has no operator of its own. Of one value it is the complement of `==`, which takes a missing key
        // as every `!=` does (R91), so `or missing` adds nothing; of several it is that of each value (R97).
        let other = c.op == CompareOp::Ne && ty == LiteralType::Bool;
        let single = atom.quantifier == Quantifier::Single;
        atom.if_exists = c.or_missing && !(other && single);
        negated ^= other && single;
        atom.values = match &long {
            Some((_, vals)) => {
                let at = c.values.first().map_or(span, |v| v.lexeme.span);
                self.long_values(vals, at, operator, walk)?
            }
            None => {
                self.fresh += vals.len();
                self.values(vals.iter().map(|(val, at)| (val, *at)), operator, walk)?
            }
        };
        if other && !single {
            complement::boolean(&mut atom);
        }
        self.finish(atom, span, negated)
    }

    /// Values as their operator needs them; all of them or none.
    fn values<'v>(
        &mut self,
        vals: impl Iterator<Item = (&'v Val, Span)>,
        operator: Operator,
        walk: &Walk,
    ) -> Option<List<Value>> {
        let mut out = Vec::with_capacity(vals.size_hint().0);
        let mut complete = true;
        for (val, at) in vals {
            if walk.version == Version::V2008 && walk.named {
                self.literal_variable(&val.text, at);
            }
            match self.value(val, at, operator, walk.version) {
                Some(value) => out.push(value),
                None => complete = false,
            }
        }
        complete.then(|| out.into())
    }

    /// The one type of a long constant's values.
    fn long_type(&mut self, vals: &List<Val>) -> Option<LiteralType> {
        let memo = &self.names?.memo;
        let mut memo = memo.borrow_mut();
        let known = memo.types.entry(vals.address()).or_insert_with(|| {
            let first = vals.first().map(|v| v.ty);
            (vals.clone(), first.filter(|ty| vals.iter().all(|v| v.ty == *ty)))
        });
        known.1
    }

    /// The values of a long constant: worked out once for each operator. Every use of a bad one is reported once.
    fn long_values(
        &mut self,
        vals: &List<Val>,
        at: Span,
        operator: Operator,
        walk: &Walk,
    ) -> Option<List<Value>> {
        let names = self.names?;
        let key = (vals.address(), operator, walk.version);
        let known = names.memo.borrow().values.get(&key).cloned();
        match known {
            Some(Ok(values)) => Some(values),
            Some(Err(bad)) => {
                let bad = vals.get(bad)?;
                self.values(std::iter::once((bad, at)), operator, walk)
            }
            None => {
                let values = self.values(vals.iter().map(|v| (v, at)), operator, walk);
                let result = match &values {
                    Some(values) => Ok(values.clone()),
                    None => {
                        let mut silent = super::cx::Sink::new(self.limits);
                        let mut probe = Cx { names: self.names, ..Cx::bare(self.limits, &mut silent) };
                        let is_bad = |v: &Val| probe.value(v, at, operator, walk.version).is_none();
                        Err(vals.iter().position(is_bad).unwrap_or(0))
                    }
                };
                names.memo.borrow_mut().values.insert(key, result);
                values
            }
        }
    }

    /// `not k == v or missing`: the `not` might be of the comparison or of all of it, and a missing key tells them apart.
    fn two_readings(&mut self, c: &Comparison, span: Span) {
        let quantifier = match c.quantifier {
            None => "",
            Some(ast::Quantifier::Any) => "any of ",
            Some(ast::Quantifier::All) => "all of ",
        };
        let values = match c.values.as_slice() {
            [one] if !c.list => one.lexeme.raw.to_string(),
            _ => "[…]".to_owned(),
        };
        let test = format!("{quantifier}{} {} {values}", c.key.raw, written(c));
        let message = "`not` before `or missing` can be read in two ways";
        let help = format!(
            "write `not ({test} or missing)`, which a missing key fails, or `(not {test}) or {} is missing`, which \
             it meets",
            c.key.raw
        );
        self.error_help(code::TWO_READINGS, span, message, &help);
    }

    /// Complements the atom if it stands under a `not`.
    fn finish(&mut self, atom: Atom, span: Span, negated: bool) -> Option<Condition> {
        if !negated {
            return Some(Condition::Atom(atom));
        }
        match complement::of(atom) {
            Ok(condition) => Some(condition),
            Err(problem) => {
                self.error_help(code::COMPLEMENT, span, problem.message(), problem.help());
                None
            }
        }
    }

    /// The one type of all literals.
    fn type_of(&mut self, op: CompareOp, vals: &[(Val, Span)], span: Span) -> Option<LiteralType> {
        let Some((first, _)) = vals.first() else {
            let ordered = matches!(op, CompareOp::Lt | CompareOp::Le | CompareOp::Gt | CompareOp::Ge);
            return Some(if ordered { LiteralType::Number } else { LiteralType::String });
        };
        if let Some((other, at)) = vals.iter().find(|(v, _)| v.ty != first.ty) {
            let message = format!("this list mixes {} and {}", plural(first.ty), plural(other.ty));
            let at = if at.is_none() { span } else { *at };
            self.error_help(
                code::MIXED,
                at,
                message,
                "compare with values of one type; join the tests with `or`",
            );
            return None;
        }
        Some(first.ty)
    }

    /// Says why an operator and a type do not go together.
    fn misfit(&mut self, c: &Comparison, ty: LiteralType, span: Span) {
        let op = written(c);
        let types = plural(ty);
        let (message, help) = match (ty, c.op, c.ignoring_case) {
            (_, CompareOp::Eq | CompareOp::Ne, true) => {
                (format!("`ignoring case` does not apply to {types}"), "it is for strings only")
            }
            (_, _, true) => (
                format!("`ignoring case` does not go with `{op}`"),
                "it goes with `==`, `!=`, `in` and `not in`; IAM has no such pattern operator",
            ),
            (LiteralType::String, ..) => {
                (format!("`{op}` does not apply to strings"), "write the number or date without quotes")
            }
            (LiteralType::Binary, CompareOp::Ne, _) => (
                format!("`{op}` does not apply to binary values"),
                "IAM has BinaryEquals only, and no opposite of it",
            ),
            _ => {
                (format!("`{op}` does not apply to {types}"), "the operators of each type are in the manual")
            }
        };
        self.error_help(code::OPERATOR_TYPE, span, message, help);
    }

    /// A value as its operator needs it; malformed ones are errors (R59, R111), variables only where R112 has them.
    fn value(&mut self, val: &Val, span: Span, operator: Operator, version: Version) -> Option<Value> {
        let text = &*val.text;
        let written = val.text.clone();
        let variables = version == Version::V2012;
        let parsed = match val.ty {
            LiteralType::String | LiteralType::Arn => {
                return self.text_value(text, span, operator, variables);
            }
            LiteralType::Bool => return self.bool_value(text, span, variables),
            LiteralType::Number => {
                values::number(text).map(|c| Value::Number { canonical: Str::from(c), written })
            }
            LiteralType::Date => values::date(text).map(|instant| Value::Date { instant, written }),
            LiteralType::Ip => {
                values::ip(text).map(|(network, prefix)| Value::Ip { network, prefix, written })
            }
            LiteralType::Binary => {
                values::binary(text).map(|bytes| Value::Binary { bytes: bytes.into(), written })
            }
            LiteralType::Name => None,
        };
        if parsed.is_none() {
            if variables && text.contains("${") {
                let message = format!("policy variables do not work in {}", plural(val.ty));
                self.error_help(code::VARIABLE_PLACE, span, message, "they work in strings and ARNs");
            } else {
                let (what, help) = expected(val.ty);
                self.error_help(code::VALUE, span, format!("`{text}` is no {what}"), help);
            }
        }
        parsed
    }

    fn text_value(&mut self, text: &str, span: Span, operator: Operator, variables: bool) -> Option<Value> {
        use Operator::{ArnEquals, ArnLike, ArnNotEquals, ArnNotLike, StringLike, StringNotLike};
        let is_arn = matches!(operator, ArnEquals | ArnLike | ArnNotEquals | ArnNotLike);
        let wildcards = is_arn || matches!(operator, StringLike | StringNotLike);
        let template = self.template(text, span, Syntax { wildcards, variables })?;
        let variable = template.has_variable();
        let first = text.split(':').next().unwrap_or_default();
        let arn = first == "arn" || first.contains(['*', '?']);
        let whole = arn && text.bytes().filter(|b| *b == b':').count() >= 5;
        if is_arn && !whole && !variable && text != "*" {
            let help = "an ARN has six parts: `arn:partition:service:region:account:resource`";
            self.error_help(code::VALUE, span, format!("`{text}` is no ARN"), help);
            return None;
        }
        Some(Value::Text(template))
    }

    fn bool_value(&mut self, text: &str, span: Span, variables: bool) -> Option<Value> {
        let template = self.template(text, span, Syntax { wildcards: false, variables })?;
        if values::boolean(text).is_some() {
            return Some(Value::Bool(template));
        }
        // `${*}` is no variable.
        if template.has_variable() {
            let message = "IAM's documents disagree on policy variables in Bool conditions";
            self.warn(code::VARIABLE_IN_BOOL, span, message, "compare with `true` or `false`");
            return Some(Value::Bool(template));
        }
        let (what, help) = expected(LiteralType::Bool);
        self.error_help(code::VALUE, span, format!("`{text}` is no {what}"), help);
        None
    }
}
