//! Resolved statements as one line of text, for comparing.

use crate::hir::*;

pub fn statement(s: &Statement) -> String {
    let mut out = String::new();
    if let Some(sid) = &s.sid {
        out += &format!("{sid}: ");
    }
    out += if s.effect == Effect::Allow { "allow" } else { "deny" };
    if let Some(p) = &s.principals {
        let items: Vec<String> = p.items.iter().map(|p| format!("{p:?}").replace('"', "")).collect();
        out += &format!(" {}{{{}}}", if p.negated { "not " } else { "" }, items.join(", "));
    }
    let actions: Vec<&str> = s.actions.patterns.iter().map(|p| &*p.text).collect();
    out += &format!(" {}{}", if s.actions.negated { "not " } else { "" }, actions.join(","));
    if let Some(r) = &s.resources {
        let items: Vec<String> = r.patterns.iter().map(|p| template(&p.text)).collect();
        out += &format!(" on {}{}", if r.negated { "not " } else { "" }, items.join(","));
    }
    if s.condition != Condition::TRUE {
        out += &format!(" if {}", condition(&s.condition));
    }
    out
}

pub fn template(t: &Template) -> String {
    t.pieces
        .iter()
        .map(|p| match p {
            Piece::Literal(l) => l.to_string(),
            Piece::Any => "*".into(),
            Piece::One => "?".into(),
            Piece::Variable { key, default: None, .. } => format!("<{key}>"),
            Piece::Variable { key, default: Some(d), .. } => format!("<{key}|{d}>"),
        })
        .collect()
}

pub fn condition(c: &Condition) -> String {
    let all = |parts: &[Condition], word: &str| {
        format!("({})", parts.iter().map(condition).collect::<Vec<_>>().join(&format!(" {word} ")))
    };
    match c {
        Condition::And(parts) => all(parts, "and"),
        Condition::Or(parts) => all(parts, "or"),
        Condition::Atom(a) => atom(a),
    }
}

fn atom(a: &Atom) -> String {
    let set = match a.quantifier {
        Quantifier::Single => "",
        Quantifier::ForAllValues => "ForAllValues:",
        Quantifier::ForAnyValue => "ForAnyValue:",
    };
    let optional = if a.if_exists { "IfExists" } else { "" };
    let values: Vec<String> = a.values.iter().map(value).collect();
    format!("{set}{}{optional} {} [{}]", a.operator.name(), a.key, values.join(", "))
}

fn value(v: &Value) -> String {
    match v {
        Value::Text(t) | Value::Bool(t) => template(t),
        Value::Number { canonical, .. } => canonical.to_string(),
        Value::Date { instant, .. } => format!("{}.{}", instant.seconds, instant.nanos),
        Value::Binary { bytes, .. } => format!("{bytes:?}"),
        Value::Ip { network, prefix, .. } => format!("{network}/{prefix}"),
        Value::Null(absent) => absent.to_string(),
    }
}
