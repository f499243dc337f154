//! Conditions that multiply: `and` of `or`s, names that use names, long lists under negation, depth.

use super::leaves::{Type, key, letters, numbered, value};
use super::writer::Writer;

/// One comparison; `#` is open in it. `share` is how long its list of values may be.
fn comparison(w: &mut Writer<'_>, share: usize) -> String {
    let (ty, value) = value(w.rng, w.careless);
    let asked = if w.careless && w.rng.chance(10) { Type::Text } else { ty };
    let key = key(w.rng, asked);
    let quantifier = if w.rng.chance(15) { w.rng.word(&["any of ", "all of "]) } else { "" };
    let missing = if w.rng.chance(15) { " or missing" } else { "" };
    let single = match (ty, w.rng.below(5)) {
        _ if w.careless => w.rng.word(&["==", "<", "like", "not like", "!="]),
        (_, 0 | 1) | (Type::Text | Type::Arn, 2) => w.rng.word(&["==", "!="]),
        (Type::Number | Type::Date, _) => w.rng.word(&["<", "<=", ">", ">="]),
        (Type::Address, _) => w.rng.word(&["==", "!="]),
        (Type::Text | Type::Arn, _) => w.rng.word(&["like", "not like"]),
    };
    let many = match ty {
        Type::Text | Type::Arn => w.rng.word(&["in", "not in", "!=", "like", "not like"]),
        _ => w.rng.word(&["in", "not in", "!="]),
    };
    match w.rng.below(11) {
        0 => format!("{key} is missing"),
        1 | 2 => match w.used(|w| &w.consts) {
            Some(name) => {
                format!("{quantifier}aws:RequestTag/k# {many} {name}{missing}").replace(" like", " ==")
            }
            None => format!("{key} is present"),
        },
        3..=5 => {
            let values = w.list(&value, ", ", share);
            format!("{quantifier}{key} {many} [{values}]{missing}")
        }
        6 if ty == Type::Text => format!("{key} == {value} ignoring case"),
        7 => "aws:SecureTransport".into(),
        _ => format!("{quantifier}{key} {single} {value}{missing}"),
    }
    .replace("not ==", "!=")
}

/// Any condition of at most about so many bytes.
pub fn expression(w: &mut Writer<'_>, share: usize, depth: usize) -> String {
    if depth == 0 || share < 80 {
        return comparison(w, share);
    }
    match w.rng.below(13) {
        0..=2 => comparison(w, share),
        3 | 4 => match w.used(|w| &w.conditions) {
            Some(name) => name,
            None => comparison(w, share),
        },
        5 => {
            let part = expression(w, 40, depth - 1);
            let joint = w.rng.word(&[" and ", " or "]);
            w.list(&format!("({part})"), joint, share)
        }
        6 | 7 => {
            // A product: `and` of `or`s, or the other way round.
            let (inner, outer) = *w.rng.pick(&[(" or ", " and "), (" and ", " or "), (" or ", " or ")]);
            let one = comparison(w, 30);
            let width = *w.rng.pick(&[2, 2, 3, 16, 200]);
            let alternatives = w.list(&one, inner, (one.len() + 6) * width);
            let factor = match w.rng.below(4) {
                0 => format!("(not ({alternatives}))"),
                _ => format!("({})", alternatives.replace("/k", "/k#").replace("\"v", "\"v#")),
            };
            let most = *w.rng.pick(&[share, factor.len() * 8]);
            w.list(&factor, outer, share.min(most))
        }
        8 => {
            let word = w.rng.word(&["not (", "(", "not (not ("]);
            let depth = *w.rng.pick(&[2, 20, 50]);
            let ends = ")".repeat(word.matches('(').count() * depth);
            format!("{}{}{ends}", word.repeat(depth), comparison(w, share / 2))
        }
        9 => format!("not ({})", expression(w, share, depth - 1)),
        10 => {
            // Some alternatives, then a long conjunction.
            let (few, many) = (comparison(w, 30), comparison(w, 30));
            let few = w.list(&format!("({few} or {many})"), " and ", (few.len() + many.len() + 16) * 7);
            format!("{few} and {}", w.list(&many, " and ", share))
        }
        _ => {
            let (left, right) = (expression(w, share / 2, depth - 1), expression(w, share / 2, depth - 1));
            let joint = w.rng.word(&["and", "or", "and not"]);
            format!("({left}) {joint} ({right})")
        }
    }
}

/// `when` and `unless` of a statement.
pub fn clauses(w: &mut Writer<'_>, share: usize) -> String {
    let mut out = String::new();
    for _ in 0..w.rng.weighted(&[40, 50, 10]) {
        let word = w.rng.word(&["when", "when", "unless"]);
        out.push_str(&format!(" {word} {}", expression(w, share, 3)));
    }
    out
}

/// Declarations of named conditions: one long one, or a family of which each uses the one before.
pub fn declare(w: &mut Writer<'_>, share: usize) {
    if w.rng.chance(60) {
        let name = w.fresh();
        let expression = expression(w, share, 4);
        let text = format!("condition {name} = {}\n", numbered(&expression, 7));
        w.push(&text);
        w.conditions.add(name, 1);
        return;
    }
    let name = w.family();
    let base = expression(w, (share / 2).min(4_000), 2);
    w.push(&numbered(&format!("condition {name} = {base}\n"), 0));
    let another = expression(w, 200, 1).replace(['~', '^', '%'], "1");
    let before = name.replace('#', "~");
    let joined = match w.rng.below(5) {
        0 => format!("{before} and {before}"),
        1 => format!("{before} or {another}"),
        2 => format!("{before} and ({before} or {another})"),
        3 => format!("not ({before})"),
        _ => format!("not ({before} and {another})"),
    };
    let most = *w.rng.pick(&[5, 12, 40, 2_000]);
    let times = w.chain(&format!("condition {name} = {joined}\n"), share, most);
    w.conditions.add(name.replace('#', &times.to_string()), 1);
}

/// A comment of some length.
pub fn comment(w: &mut Writer<'_>) -> String {
    format!("// {}\n", letters(w.rng))
}
