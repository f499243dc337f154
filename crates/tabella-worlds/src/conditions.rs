//! Random conditions: all operators, quantifiers and IfExists, trees of and/or, values at their edges.

use crate::rng::Rng;
use crate::text;
use crate::vocabulary::{
    BLOBS, INSTANTS, KEYS, Key, MALFORMED, NETWORKS, NUMBERS, PATTERNS, TEXTS, Type, VARIABLES,
};
use base64::Engine as _;
use tabella::hir::{Atom, Condition, Instant, Operator, Quantifier, Value};
use tabella::source::Span;

/// What values may be made of.
pub struct Setting<'a> {
    /// Keys of this world.
    pub keys: &'a [Key],
    /// ARNs of this world.
    pub arns: &'a [String],
    /// Account digits of this world.
    pub accounts: &'a [String],
    /// Whether the document knows variables (2012-10-17).
    pub variables: bool,
}

/// A condition; most are small.
pub fn condition(setting: &Setting<'_>, rng: &mut Rng) -> Condition {
    match rng.weighted(&[50, 26, 14, 10]) {
        0 => Condition::TRUE,
        1 => Condition::Atom(atom(setting, rng)),
        2 => Condition::And((0..rng.between(2, 3)).map(|_| Condition::Atom(atom(setting, rng))).collect()),
        _ => tree(setting, rng, 3),
    }
}

fn tree(setting: &Setting<'_>, rng: &mut Rng, depth: usize) -> Condition {
    if depth == 0 || rng.chance(35) {
        return Condition::Atom(atom(setting, rng));
    }
    let parts = (0..rng.between(1, 3)).map(|_| tree(setting, rng, depth - 1)).collect();
    if rng.chance(50) { Condition::And(parts) } else { Condition::Or(parts) }
}

fn operators_for(ty: Type) -> &'static [Operator] {
    use Operator as O;
    match ty {
        Type::Text => &[
            O::StringEquals,
            O::StringNotEquals,
            O::StringEqualsIgnoreCase,
            O::StringNotEqualsIgnoreCase,
            O::StringLike,
            O::StringNotLike,
            O::StringEquals,
            O::StringLike,
        ],
        Type::Number => &[
            O::NumericEquals,
            O::NumericNotEquals,
            O::NumericLessThan,
            O::NumericLessThanEquals,
            O::NumericGreaterThan,
            O::NumericGreaterThanEquals,
        ],
        Type::Date => &[
            O::DateEquals,
            O::DateNotEquals,
            O::DateLessThan,
            O::DateLessThanEquals,
            O::DateGreaterThan,
            O::DateGreaterThanEquals,
        ],
        Type::Bool => &[O::Bool],
        Type::Ip => &[O::IpAddress, O::NotIpAddress],
        Type::Arn => {
            &[O::ArnEquals, O::ArnLike, O::ArnNotEquals, O::ArnNotLike, O::StringLike, O::StringNotLike]
        }
        Type::Binary => &[O::BinaryEquals],
    }
}

/// One test.
pub fn atom(setting: &Setting<'_>, rng: &mut Rng) -> Atom {
    let key = *rng.pick(setting.keys);
    let operator = match rng.below(100) {
        0..=6 => Operator::Null,
        7..=12 => *rng.pick(&Operator::ALL),
        _ => *rng.pick(operators_for(key.1)),
    };
    let quantifier = match (operator, key.2) {
        (Operator::Null, _) => Quantifier::Single,
        (_, true) if rng.chance(88) => *rng.pick(&[Quantifier::ForAllValues, Quantifier::ForAnyValue]),
        (_, false) if rng.chance(10) => *rng.pick(&[Quantifier::ForAllValues, Quantifier::ForAnyValue]),
        _ => Quantifier::Single,
    };
    let count = match rng.below(20) {
        0 if operator != Operator::Null => 0,
        1..=11 => 1,
        _ => rng.between(2, 4),
    };
    let values = (0..count).map(|_| value(operator, key, setting, rng)).collect();
    let written = if rng.chance(20) { text::flip_case(key.0, rng) } else { key.0.to_string() };
    Atom {
        quantifier,
        operator,
        if_exists: operator != Operator::Null && rng.chance(20),
        key: written.to_ascii_lowercase().into(),
        written_key: written.into(),
        values,
        span: Span::NONE,
    }
}

fn value(operator: Operator, key: Key, setting: &Setting<'_>, rng: &mut Rng) -> Value {
    use Operator as O;
    match operator {
        O::StringEquals | O::StringNotEquals | O::StringEqualsIgnoreCase | O::StringNotEqualsIgnoreCase => {
            Value::Text(text::template(&words(key, setting, rng), false, setting.variables))
        }
        O::StringLike | O::StringNotLike => {
            let pattern = match rng.below(10) {
                0..=5 => (*rng.pick(PATTERNS)).to_string(),
                6 => format!("{}*", words(key, setting, rng)),
                _ => words(key, setting, rng),
            };
            Value::Text(text::template(&pattern, true, setting.variables))
        }
        O::ArnEquals | O::ArnLike | O::ArnNotEquals | O::ArnNotLike => {
            let pattern = match key.0 {
                "s3:DataAccessPointArn" if rng.chance(60) => access_point(setting, rng),
                "iam:PermissionsBoundary" if rng.chance(60) => boundary(setting, rng),
                _ => arn_pattern(setting, rng),
            };
            Value::Text(text::template(&pattern, true, setting.variables))
        }
        O::Bool => Value::Bool(text::template(rng.word(&["true", "false", "True", "FALSE"]), false, false)),
        O::Null => Value::Null(rng.chance(50)),
        O::BinaryEquals => {
            let bytes = rng.pick(BLOBS).as_bytes();
            let written = base64::engine::general_purpose::STANDARD.encode(bytes);
            Value::Binary { bytes: bytes.into(), written: written.into() }
        }
        O::IpAddress | O::NotIpAddress => {
            let written = *rng.pick(NETWORKS);
            let (address, prefix) = written.split_once('/').unwrap_or((written, ""));
            let address = address.parse().unwrap_or(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));
            let whole = if address.is_ipv4() { 32 } else { 128 };
            let prefix = prefix.parse().unwrap_or(whole);
            Value::Ip { network: text::network(address, prefix), prefix, written: written.into() }
        }
        _ if operator.name().starts_with("Numeric") => text::number(rng.word(NUMBERS)),
        _ => {
            let (seconds, nanos) = *rng.pick(INSTANTS);
            let instant = Instant { seconds, nanos };
            Value::Date { instant, written: text::date(instant, rng).into() }
        }
    }
}

fn words(key: Key, setting: &Setting<'_>, rng: &mut Rng) -> String {
    let name = key.0.to_ascii_lowercase();
    let fitting = match name.as_str() {
        "aws:principalaccount" | "aws:resourceaccount" | "aws:sourceaccount" => {
            rng.pick(setting.accounts).clone()
        }
        "aws:principalorgid" | "aws:resourceorgid" => "o-acme1".to_string(),
        "aws:principalorgpaths" | "aws:resourceorgpaths" => "o-acme1/r-root/ou-a/".to_string(),
        "aws:principaltype" => {
            (*rng.pick(&["User", "AssumedRole", "Account", "FederatedUser", "Anonymous"])).into()
        }
        "aws:principalservicename" => "lambda.amazonaws.com".to_string(),
        "s3:dataaccesspointaccount" => rng.pick(setting.accounts).clone(),
        "s3:accesspointnetworkorigin" => (*rng.pick(&["Internet", "VPC", "VPC", "vpc"])).to_string(),
        "aws:sourcevpc" => (*rng.pick(&["vpc-1", "vpc-0a1b"])).to_string(),
        "s3:dataaccesspointarn" => access_point(setting, rng),
        "iam:permissionsboundary" => boundary(setting, rng),
        "aws:principalarn" | "aws:sourcearn" => rng.pick(setting.arns).clone(),
        _ => (*rng.pick(TEXTS)).to_string(),
    };
    match rng.below(20) {
        0..=10 => fitting,
        11..=16 => (*rng.pick(TEXTS)).to_string(),
        17 if setting.variables => format!("{}{}", rng.pick(VARIABLES), rng.pick(TEXTS)),
        18 if setting.variables => format!("a{}", rng.pick(VARIABLES)),
        _ if setting.variables => (*rng.pick(VARIABLES)).to_string(),
        _ => (*rng.pick(TEXTS)).to_string(),
    }
}

/// The ARN of an access point, if there is one.
fn access_point(setting: &Setting<'_>, rng: &mut Rng) -> String {
    let points: Vec<&String> = setting.arns.iter().filter(|a| a.contains(":accesspoint/")).collect();
    rng.maybe(&points).map_or_else(|| rng.pick(setting.arns).clone(), |arn| (*arn).clone())
}

/// The ARN of a boundary that generated users and roles have.
fn boundary(setting: &Setting<'_>, rng: &mut Rng) -> String {
    format!("arn:aws:iam::{}:policy/{}", rng.pick(setting.accounts), rng.word(&["B0", "B1", "M0"]))
}

/// An ARN pattern for conditions.
fn arn_pattern(setting: &Setting<'_>, rng: &mut Rng) -> String {
    let arn = rng.pick(setting.arns).clone();
    match rng.below(12) {
        0..=4 => arn,
        5 => "*".to_string(),
        6 => "arn:aws:iam::*:role/*".to_string(),
        7 => "arn:*".to_string(),
        8 => (*rng.pick(TEXTS)).to_string(),
        9 if setting.variables => format!("arn:aws:iam::*:user/{}", rng.pick(VARIABLES)),
        _ => crate::documents::blur(&arn, rng),
    }
}

/// A request value of a type: one that policies name, or a malformed one.
pub fn request_value(ty: Type, rng: &mut Rng) -> String {
    if rng.chance(6) {
        return (*rng.pick(MALFORMED)).to_string();
    }
    match ty {
        Type::Text => (*rng.pick(TEXTS)).to_string(),
        Type::Number => {
            let n = text::canonical_number(rng.word(NUMBERS));
            text::near_number(&n, rng)
        }
        Type::Date => {
            let (seconds, nanos) = *rng.pick(INSTANTS);
            text::date(Instant { seconds, nanos }, rng)
        }
        Type::Bool => (*rng.pick(&["true", "false", "TRUE", "False", ""])).to_string(),
        Type::Ip => {
            (*rng.pick(&["10.1.2.3", "192.0.2.200", "2001:db8::1", "::1", "8.8.8.8", "::ffff:10.1.2.3"]))
                .to_string()
        }
        Type::Arn => "arn:aws:iam::111111111111:role/x".to_string(),
        Type::Binary => (*rng.pick(BLOBS)).to_string(),
    }
}

/// The type requests give a key.
pub fn type_of(key: &str) -> (Type, bool) {
    KEYS.iter().find(|k| k.0.eq_ignore_ascii_case(key)).map_or((Type::Text, false), |k| (k.1, k.2))
}
