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

use super::complement;
use super::cx::{Cx, Val};
use super::template::{self, Syntax};
use super::values;
use crate::diag::codes::resolve as code;
use crate::hir::{Atom, Condition, Operator, Quantifier, Str, Value, Version};
use crate::source::Span;
use crate::syntax::ast::{self, Clause, CompareOp, Comparison, Expr, ExprKind, LiteralType};

/// The state of one statement's condition.
struct Walk<'n> {
    version: Version,
    /// Comparisons met, wrong ones among them: conditions that use one another twice would lead to them without end.
    comparisons: usize,
    /// Names of the conditions being expanded, outermost first.
    open: Vec<&'n str>,
}

/// AND of conditions, flattened.
pub fn and(parts: Vec<Condition>) -> Condition {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Condition::And(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    match (flat.len(), flat.pop()) {
        (1, Some(one)) => one,
        (_, last) => {
            flat.extend(last);
            Condition::And(flat)
        }
    }
}

/// OR of conditions, flattened; true when one of them is.
pub fn or(parts: Vec<Condition>) -> Condition {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Condition::Or(inner) => flat.extend(inner),
            Condition::And(inner) if inner.is_empty() => return Condition::TRUE,
            other => flat.push(other),
        }
    }
    match (flat.len(), flat.pop()) {
        (1, Some(one)) => one,
        (_, last) => {
            flat.extend(last);
            Condition::Or(flat)
        }
    }
}

impl<'a> Cx<'a> {
    /// All clauses, AND-ed. `None` when something in them is wrong.
    pub fn clauses(&mut self, clauses: &'a [Clause], version: Version) -> Option<Condition> {
        let mut walk = Walk { version, comparisons: 0, open: Vec::new() };
        let mut parts = Vec::with_capacity(clauses.len());
        let mut complete = true;
        for clause in clauses {
            match self.expr(&clause.expr, clause.unless, 0, &mut walk) {
                Some(condition) => parts.push(condition),
                None => complete = false,
            }
        }
        complete.then(|| and(parts))
    }

    /// Checks an expression by itself, as a named condition is checked where it is declared.
    pub fn check_expr(&mut self, name: &'a str, expr: &'a Expr) -> Option<Condition> {
        let mut walk = Walk { version: Version::V2012, comparisons: 0, open: vec![name] };
        self.expr(expr, false, 0, &mut walk)
    }

    fn expr(
        &mut self,
        expr: &'a Expr,
        negated: bool,
        depth: usize,
        walk: &mut Walk<'a>,
    ) -> Option<Condition> {
        if walk.comparisons > self.limits.comparisons {
            return None; // reported; what is left would only take time
        }
        if depth > self.limits.nesting {
            let limit = self.limits.nesting;
            self.error(
                code::CONDITION_SIZE,
                expr.span,
                format!("this condition is nested more than {limit} deep"),
            );
            return None;
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
                    return self.named_condition(name, expr, word.span, negated, depth, walk);
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
    fn count(&mut self, span: Span, walk: &mut Walk<'a>) -> Option<()> {
        walk.comparisons += 1;
        let most = self.limits.comparisons;
        if walk.comparisons > most {
            let message = format!("this condition has more than {most} comparisons");
            self.error(code::CONDITION_SIZE, span, message);
            return None;
        }
        Some(())
    }

    fn named_condition(
        &mut self,
        name: &'a str,
        expr: &'a Expr,
        span: Span,
        negated: bool,
        depth: usize,
        walk: &mut Walk<'a>,
    ) -> Option<Condition> {
        if walk.open.contains(&name) {
            self.count(span, walk)?;
            let mut cycle: Vec<&str> = walk.open.iter().skip_while(|n| **n != name).copied().collect();
            cycle.push(name);
            let path = cycle.join("` → `");
            self.error(code::CYCLE, span, format!("the condition `{name}` uses itself: `{path}`"));
            return None;
        }
        walk.open.push(name);
        // A condition means the same wherever its name stands: parameters of a policy do not reach into it.
        let params = self.params.take();
        let condition = self.expr(expr, negated, depth + 1, walk);
        self.params = params;
        walk.open.pop();
        condition
    }

    /// A lone key: `Bool true`.
    fn bool_key(&mut self, key: &str, span: Span, negated: bool) -> Option<Condition> {
        let value =
            Value::Bool(crate::hir::Template { pieces: vec![crate::hir::Piece::Literal("true".into())] });
        let mut atom = self.atom(key, span, Operator::Bool)?;
        atom.values = vec![value];
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
            values: Vec::new(),
            span,
        })
    }

    fn comparison(
        &mut self,
        c: &Comparison,
        span: Span,
        mut negated: bool,
        walk: &mut Walk<'a>,
    ) -> Option<Condition> {
        let key = self.text(&c.key);
        if matches!(c.op, CompareOp::IsMissing | CompareOp::IsPresent) {
            let mut atom = self.atom(&key?, span, Operator::Null)?;
            if c.quantifier.is_some() || c.or_missing || c.ignoring_case || !c.values.is_empty() {
                let help = "`is missing` and `is present` stand alone after a key";
                self.error_help(code::PRESENCE, span, "a test of presence takes nothing else", help);
                return None;
            }
            atom.values = vec![Value::Null(c.op == CompareOp::IsMissing)];
            return self.finish(atom, span, negated);
        }
        let vals = self.literals(&c.values);
        let (key, vals) = (key?, vals?);
        let ty = self.type_of(c.op, &vals, span)?;
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
        let mut complete = true;
        for (val, at) in &vals {
            if walk.version == Version::V2008 && !walk.open.is_empty() {
                self.literal_variable(&val.text, span);
            }
            match self.value(val, *at, operator, walk.version) {
                Some(value) => atom.values.push(value),
                None => complete = false,
            }
        }
        if !complete {
            return None;
        }
        if other && !single {
            complement::boolean(&mut atom);
        }
        self.finish(atom, span, negated)
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

/// All atoms of a condition, in order.
pub fn atoms(condition: &Condition) -> Vec<&Atom> {
    let mut out = Vec::new();
    let mut open = vec![condition];
    while let Some(condition) = open.pop() {
        match condition {
            Condition::And(parts) | Condition::Or(parts) => open.extend(parts.iter().rev()),
            Condition::Atom(atom) => out.push(atom),
        }
    }
    out
}

/// Why a text is no condition key (R90). Keys of identity providers may be the provider alone, such as
/// `accounts.google.com`.
pub fn key_fault(key: &str) -> Option<&'static str> {
    match key.split_once(':') {
        _ if key.trim() != key || key.contains(|c: char| c.is_control()) => {
            Some("it has blanks around it or control characters in it")
        }
        _ if template::has_variable(key) => Some("policy variables are not allowed in keys"),
        _ if key.split('/').next().is_some_and(|k| k.contains(char::is_whitespace)) => {
            Some("it has blanks in it")
        }
        None if !key.contains('.') => Some("a key has a prefix, as in `aws:SourceIp`"),
        Some(("", _) | (_, "")) => Some("a key is of the form `prefix:name`"),
        _ => None,
    }
}

/// The table of the module docs.
fn operator_for(ty: LiteralType, op: CompareOp, ignoring_case: bool) -> Option<Operator> {
    use CompareOp as C;
    use LiteralType as T;
    use Operator as O;
    if ignoring_case && ty != T::String {
        return None;
    }
    Some(match (ty, op) {
        (T::String, C::Eq) if ignoring_case => O::StringEqualsIgnoreCase,
        (T::String, C::Ne) if ignoring_case => O::StringNotEqualsIgnoreCase,
        (T::String, _) if ignoring_case => return None,
        (T::String, C::Eq) => O::StringEquals,
        (T::String, C::Ne) => O::StringNotEquals,
        (T::String, C::Like) => O::StringLike,
        (T::String, C::NotLike) => O::StringNotLike,
        (T::Number, C::Eq) => O::NumericEquals,
        (T::Number, C::Ne) => O::NumericNotEquals,
        (T::Number, C::Lt) => O::NumericLessThan,
        (T::Number, C::Le) => O::NumericLessThanEquals,
        (T::Number, C::Gt) => O::NumericGreaterThan,
        (T::Number, C::Ge) => O::NumericGreaterThanEquals,
        (T::Date, C::Eq) => O::DateEquals,
        (T::Date, C::Ne) => O::DateNotEquals,
        (T::Date, C::Lt) => O::DateLessThan,
        (T::Date, C::Le) => O::DateLessThanEquals,
        (T::Date, C::Gt) => O::DateGreaterThan,
        (T::Date, C::Ge) => O::DateGreaterThanEquals,
        (T::Bool, C::Eq | C::Ne) => O::Bool,
        (T::Ip, C::Eq) => O::IpAddress,
        (T::Ip, C::Ne) => O::NotIpAddress,
        (T::Arn, C::Eq) => O::ArnEquals,
        (T::Arn, C::Ne) => O::ArnNotEquals,
        (T::Arn, C::Like) => O::ArnLike,
        (T::Arn, C::NotLike) => O::ArnNotLike,
        (T::Binary, C::Eq) => O::BinaryEquals,
        _ => return None,
    })
}

/// The operator as it is written.
fn written(c: &Comparison) -> &'static str {
    match c.op {
        CompareOp::Eq if c.list => "in",
        CompareOp::Eq => "==",
        CompareOp::Ne if c.list => "not in",
        CompareOp::Ne => "!=",
        CompareOp::Like => "like",
        CompareOp::NotLike => "not like",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
        CompareOp::IsMissing => "is missing",
        CompareOp::IsPresent => "is present",
    }
}

/// What values of a type are called.
fn plural(ty: LiteralType) -> &'static str {
    match ty {
        LiteralType::String => "strings",
        LiteralType::Number => "numbers",
        LiteralType::Date => "dates",
        LiteralType::Bool => "booleans",
        LiteralType::Ip => "IP addresses",
        LiteralType::Arn => "ARNs",
        LiteralType::Binary => "binary values",
        LiteralType::Name => "names",
    }
}

/// What was wanted, and how it looks.
fn expected(ty: LiteralType) -> (&'static str, &'static str) {
    match ty {
        LiteralType::Number => ("number", "a number is digits, perhaps with a sign and one point"),
        LiteralType::Date => {
            ("date", "a date is `2024-01-31`, `2024-01-31T09:30:00Z`, or seconds since 1970")
        }
        LiteralType::Bool => ("boolean", "it is `true` or `false`"),
        LiteralType::Ip => {
            ("IP address", "it is an IPv4 or IPv6 address, perhaps with `/` and a prefix length")
        }
        LiteralType::Binary => ("base64", "it is standard base64 with padding"),
        _ => ("value", "write a literal"),
    }
}
