//! Condition blocks → typed comparisons (R57, R59, R89–R92). The operator decides the type of every literal, so
//! that `resolve` comes back to exactly the same operator.

use super::words;
use super::{Importer, excerpt};
use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::hir::Operator;
use crate::json::reader::{Member, Node, NodeKind};
use crate::source::Span;
use crate::syntax::ast::{Clause, CompareOp, Comparison, Expr, ExprKind, Literal, LiteralType, Quantifier};
use hashbrown::HashMap;

/// An operator name taken apart.
#[derive(Clone, Copy)]
struct Spelled {
    quantifier: Option<Quantifier>,
    operator: Operator,
    if_exists: bool,
}

impl Importer {
    /// At most one `when` clause. Operators and keys are AND-ed (R89).
    pub(super) fn condition(&mut self, value: &Node) -> Vec<Clause> {
        let Some(members) = value.members() else {
            self.wrong_type("`Condition`", "an object of operators", value);
            return Vec::new();
        };
        let mut tests = Vec::new();
        for member in members {
            let Some(spelled) = self.operator(member) else { continue };
            self.block(spelled, member, &mut tests);
        }
        let kind = match tests.len() {
            0 => return Vec::new(),
            1 => return tests.into_iter().map(|expr| Clause { unless: false, expr }).collect(),
            _ => ExprKind::And(tests),
        };
        vec![Clause { unless: false, expr: Expr { kind, span: value.span } }]
    }

    fn operator(&mut self, member: &Member) -> Option<Spelled> {
        let name = &*member.key;
        let (quantifier, rest) = match name.split_once(':') {
            Some(("ForAllValues", rest)) => (Some(Quantifier::All), rest),
            Some(("ForAnyValue", rest)) => (Some(Quantifier::Any), rest),
            _ => (None, name),
        };
        let (base, if_exists) = match rest.strip_suffix("IfExists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let Some(operator) = Operator::ALL.into_iter().find(|o| o.name() == base) else {
            self.unknown_operator(member, quantifier, base, if_exists);
            return None;
        };
        if operator == Operator::Null && (if_exists || quantifier.is_some()) {
            let message = format!("`{}` does not exist: `Null` asks for presence only", excerpt(name));
            let error = Diagnostic::error(codes::OPERATOR_FORM, message).at(member.key_span);
            self.push(error.help("write `Null`"));
            return None;
        }
        Some(Spelled { quantifier, operator, if_exists })
    }

    /// R59; IAM's documents spell operators in one way only, so letter case counts.
    fn unknown_operator(
        &mut self,
        member: &Member,
        quantifier: Option<Quantifier>,
        base: &str,
        if_exists: bool,
    ) {
        let message = format!("unknown condition operator `{}`", excerpt(&member.key));
        let mut error = Diagnostic::error(codes::OPERATOR, message).at(member.key_span);
        let names: Vec<&str> = Operator::ALL.iter().map(|o| o.name()).collect();
        if let Some(near) = words::nearest(base, &names) {
            let set = match quantifier {
                Some(Quantifier::All) => "ForAllValues:",
                Some(Quantifier::Any) => "ForAnyValue:",
                None => "",
            };
            let suffix = if if_exists { "IfExists" } else { "" };
            error = error.help(format!("did you mean `{set}{near}{suffix}`?"));
        }
        self.push(error);
    }

    /// The keys under one operator.
    fn block(&mut self, spelled: Spelled, operator: &Member, tests: &mut Vec<Expr>) {
        let Some(members) = operator.value.members() else {
            let what = format!("`{}`", operator.key);
            return self.wrong_type(&what, "an object of condition keys", &operator.value);
        };
        if members.is_empty() {
            let message = format!("`{}` has no condition keys", excerpt(&operator.key));
            let error = Diagnostic::error(codes::EMPTY_LIST, message).at(operator.value.span);
            return self.push(error.help("write the key and its values, or delete the operator"));
        }
        let mut seen: HashMap<String, Span> = HashMap::new();
        for member in members {
            if !self.key(member) {
                continue;
            }
            if let Some(first) = seen.insert(member.key.to_ascii_lowercase(), member.key_span) {
                let message = format!("the condition key `{}` stands twice", excerpt(&member.key));
                let error = Diagnostic::error(codes::CONDITION_KEY, message).at(member.key_span);
                let error = error.and_at(first, "here it differs in letter case only");
                self.push(error.help("merge the values, or use two statements"));
                continue;
            }
            tests.extend(self.test(spelled, member));
        }
    }

    /// R90: `prefix:name`. Keys of identity providers may be the provider alone, such as `accounts.google.com`.
    fn key(&mut self, member: &Member) -> bool {
        let key = &*member.key;
        let fault = match key.split_once(':') {
            _ if key.contains("${") => "holds `${`, and keys have no variables",
            None if !key.contains('.') => "has no prefix, as in `aws:SourceIp`",
            Some(("", _) | (_, "")) => "is not of the form `prefix:name`",
            _ if key.chars().any(char::is_control) => "holds a control character",
            _ => return true,
        };
        let message = format!("the condition key `{}` {fault}", excerpt(key));
        self.push(Diagnostic::error(codes::CONDITION_KEY, message).at(member.key_span));
        false
    }

    fn test(&mut self, spelled: Spelled, member: &Member) -> Option<Expr> {
        let values = self.values(&member.value)?;
        let span = member.key_span.to(member.value.span);
        if spelled.operator == Operator::Null {
            return self.null(member, &values, span);
        }
        let (op, ty, ignoring_case) = form(spelled.operator);
        let list = values.len() != 1;
        let values = values.iter().map(|(text, span)| self.value(ty, text, *span)).collect::<Vec<_>>();
        if values.is_empty() {
            return Some(self.without_values(spelled, member, span));
        }
        let comparison = Comparison {
            quantifier: spelled.quantifier,
            key: words::word(&member.key, member.key_span),
            op,
            ignoring_case,
            or_missing: spelled.if_exists,
            values,
            list,
        };
        Some(Expr { kind: ExprKind::Compare(comparison), span })
    }

    /// An empty list has no literal that could carry a type. What it means depends only on whether the operator is
    /// negated, so it is imported as the string operator of the same sign, whatever the type.
    fn without_values(&mut self, spelled: Spelled, member: &Member, span: Span) -> Expr {
        let warning =
            Diagnostic::warning(codes::EMPTY_VALUES, "the condition has no values").at(member.value.span);
        let negated = spelled.operator.is_negated();
        self.push(warning.help(if negated {
            "it always holds when the key is there"
        } else {
            "it never holds when the key is there"
        }));
        let comparison = Comparison {
            quantifier: spelled.quantifier,
            key: words::word(&member.key, member.key_span),
            op: if negated { CompareOp::Ne } else { CompareOp::Eq },
            ignoring_case: false,
            or_missing: spelled.if_exists,
            values: Vec::new(),
            list: true,
        };
        Expr { kind: ExprKind::Compare(comparison), span }
    }

    /// R57: strings, numbers and booleans, as text. `None` after an error.
    fn values<'n>(&mut self, value: &'n Node) -> Option<Vec<(&'n str, Span)>> {
        let nodes = match &value.kind {
            NodeKind::Array(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let mut texts = Vec::with_capacity(nodes.len());
        let mut good = true;
        for node in nodes {
            match &node.kind {
                NodeKind::String(text) | NodeKind::Number(text) => texts.push((&**text, node.span)),
                NodeKind::Bool(true) => texts.push(("true", node.span)),
                NodeKind::Bool(false) => texts.push(("false", node.span)),
                NodeKind::Null | NodeKind::Array(_) | NodeKind::Object(_) => {
                    good = false;
                    let message =
                        format!("a condition value is a string, number or boolean, found {}", node.what());
                    self.push(Diagnostic::error(codes::CONDITION_VALUE, message).at(node.span));
                }
            }
        }
        good.then_some(texts)
    }

    fn value(&mut self, ty: LiteralType, text: &str, span: Span) -> Literal {
        if matches!(ty, LiteralType::String | LiteralType::Arn) {
            self.variables_in(text, span);
        }
        words::literal(ty, text, span)
    }

    /// R93. Several values are alternatives.
    fn null(&mut self, member: &Member, values: &[(&str, Span)], span: Span) -> Option<Expr> {
        let mut tests: Vec<Expr> = Vec::new();
        for (text, place) in values {
            let op = match () {
                () if text.eq_ignore_ascii_case("true") => CompareOp::IsMissing,
                () if text.eq_ignore_ascii_case("false") => CompareOp::IsPresent,
                () => {
                    let message = format!("`Null` takes `true` or `false`, found `{}`", excerpt(text));
                    self.push(Diagnostic::error(codes::CONDITION_VALUE, message).at(*place));
                    return None;
                }
            };
            let known = |e: &Expr| matches!(&e.kind, ExprKind::Compare(c) if c.op == op);
            if !tests.iter().any(known) {
                let comparison = presence(op, member);
                tests.push(Expr { kind: ExprKind::Compare(comparison), span });
            }
        }
        if tests.len() > 1 {
            let either = Expr { kind: ExprKind::Or(tests), span };
            return Some(Expr { kind: ExprKind::Group(Box::new(either)), span });
        }
        let test = tests.pop();
        if test.is_none() {
            let message = "`Null` without values asks for nothing";
            self.push(Diagnostic::error(codes::CONDITION_VALUE, message).at(member.value.span));
        }
        test
    }
}

fn presence(op: CompareOp, member: &Member) -> Comparison {
    Comparison {
        quantifier: None,
        key: words::word(&member.key, member.key_span),
        op,
        ignoring_case: false,
        or_missing: false,
        values: Vec::new(),
        list: false,
    }
}

/// How the language writes an operator: comparison, type of the literals, `ignoring case`.
fn form(operator: Operator) -> (CompareOp, LiteralType, bool) {
    use {CompareOp as C, LiteralType as T, Operator as O};
    match operator {
        O::StringEquals => (C::Eq, T::String, false),
        O::StringNotEquals => (C::Ne, T::String, false),
        O::StringEqualsIgnoreCase => (C::Eq, T::String, true),
        O::StringNotEqualsIgnoreCase => (C::Ne, T::String, true),
        O::StringLike => (C::Like, T::String, false),
        O::StringNotLike => (C::NotLike, T::String, false),
        O::NumericEquals => (C::Eq, T::Number, false),
        O::NumericNotEquals => (C::Ne, T::Number, false),
        O::NumericLessThan => (C::Lt, T::Number, false),
        O::NumericLessThanEquals => (C::Le, T::Number, false),
        O::NumericGreaterThan => (C::Gt, T::Number, false),
        O::NumericGreaterThanEquals => (C::Ge, T::Number, false),
        O::DateEquals => (C::Eq, T::Date, false),
        O::DateNotEquals => (C::Ne, T::Date, false),
        O::DateLessThan => (C::Lt, T::Date, false),
        O::DateLessThanEquals => (C::Le, T::Date, false),
        O::DateGreaterThan => (C::Gt, T::Date, false),
        O::DateGreaterThanEquals => (C::Ge, T::Date, false),
        O::Bool => (C::Eq, T::Bool, false),
        O::BinaryEquals => (C::Eq, T::Binary, false),
        O::IpAddress => (C::Eq, T::Ip, false),
        O::NotIpAddress => (C::Ne, T::Ip, false),
        O::ArnEquals => (C::Eq, T::Arn, false),
        O::ArnNotEquals => (C::Ne, T::Arn, false),
        O::ArnLike => (C::Like, T::Arn, false),
        O::ArnNotLike => (C::NotLike, T::Arn, false),
        O::Null => (C::IsMissing, T::Bool, false),
    }
}
