//! Which IAM operator a comparison is, what types and operators are called, and which texts are condition keys.

use crate::hir::{Atom, Condition, Operator};
use crate::resolve::shared::LONG;
use crate::resolve::template;
use crate::syntax::ast::{CompareOp, Comparison, LiteralType};
use hashbrown::HashSet;

/// The table of the module docs.
pub fn operator_for(ty: LiteralType, op: CompareOp, ignoring_case: bool) -> Option<Operator> {
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
pub fn written(c: &Comparison) -> &'static str {
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
pub fn plural(ty: LiteralType) -> &'static str {
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
pub fn expected(ty: LiteralType) -> (&'static str, &'static str) {
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

/// All atoms of a condition, in order; those of a shared part once.
pub fn atoms(condition: &Condition) -> Vec<&Atom> {
    let mut out = Vec::new();
    let mut open = vec![condition];
    let mut seen = HashSet::new();
    while let Some(condition) = open.pop() {
        match condition {
            Condition::And(parts) | Condition::Or(parts) => {
                if parts.len() < LONG || seen.insert(parts.address()) {
                    open.extend(parts.iter().rev());
                }
            }
            Condition::Atom(atom) => out.push(atom),
        }
    }
    out
}
