//! Globs against a matcher that tries everything; and that hard patterns take no long time.

extern crate std;

use super::Template;
use crate::array::Array;
use crate::layout::{PIECE_ANY, PIECE_LITERAL, PIECE_ONE, PIECE_VARIABLE, Piece};
use std::string::String;
use std::vec::Vec;

/// `*` and `?` as usual; `$` is the variable.
fn build(pattern: &str) -> (String, Vec<u8>, u32) {
    let (mut strings, mut pieces, mut count) = (String::new(), Vec::new(), 0);
    let mut rest = pattern;
    while !rest.is_empty() {
        let len = rest.find(['*', '?', '$']).unwrap_or(rest.len()).max(1);
        let (head, tail) = rest.split_at(len);
        let (kind, text) = match head {
            "*" => (PIECE_ANY, ""),
            "?" => (PIECE_ONE, ""),
            "$" => (PIECE_VARIABLE, ""),
            text => (PIECE_LITERAL, text),
        };
        let piece = Piece { kind, text: strings.len() as u32, text_len: text.len() as u32 };
        strings.push_str(text);
        pieces.extend_from_slice(&piece.bytes());
        count += 1;
        rest = tail;
    }
    (strings, pieces, count)
}

fn glob(pattern: &str, variable: Option<&str>, text: &str) -> bool {
    let (strings, pieces, len) = build(pattern);
    let variables = |_| variable;
    let pieces = Array::new(&pieces);
    Template { pieces, strings: &strings, start: 0, len, variables: &variables }.matches(text.as_bytes())
}

/// Every way of matching, one after the other.
fn oracle(pattern: &[char], variable: Option<&str>, text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|i| oracle(rest, variable, &text[i..])),
        Some(('?', rest)) => !text.is_empty() && oracle(rest, variable, &text[1..]),
        Some(('$', rest)) => {
            let value: Vec<char> = variable.unwrap_or_default().chars().collect();
            !value.is_empty() && text.starts_with(&value) && oracle(rest, variable, &text[value.len()..])
        }
        Some((c, rest)) => text.first() == Some(c) && oracle(rest, variable, &text[1..]),
    }
}

fn random(seed: &mut u64, alphabet: &[char], longest: u64) -> String {
    let mut next = |n: u64| {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 33) % n
    };
    let len = next(longest + 1);
    (0..len).map(|_| alphabet[next(alphabet.len() as u64) as usize]).collect()
}

#[test]
fn agrees_with_trying_everything() {
    let mut seed = 7;
    let mut matched = 0;
    for round in 0..60_000 {
        let pattern = random(&mut seed, &['a', 'b', 'é', '*', '*', '?', '$'], 9);
        let text = random(&mut seed, &['a', 'b', 'é', '*'], 9);
        let variable = [None, Some("a"), Some("ab"), Some("*"), Some("é?")][round % 5];
        let chars: Vec<char> = pattern.chars().collect();
        let expected = oracle(&chars, variable, &text.chars().collect::<Vec<_>>());
        assert_eq!(glob(&pattern, variable, &text), expected, "{pattern} {variable:?} {text}");
        matched += usize::from(expected);
    }
    assert!(matched > 5_000, "{matched}");
}

/// Chunks so long that the search for all places at once takes part.
#[test]
fn agrees_when_places_are_many() {
    let mut seed = 11;
    for _ in 0..400 {
        let chunk = random(&mut seed, &['a', 'a', 'a', '?'], 300);
        let head = random(&mut seed, &['a', 'a', 'a', 'é'], 400);
        let fits: String = chunk.chars().map(|c| if c == '?' { 'é' } else { c }).collect();
        for (text, tail) in [(std::format!("{head}{fits}b"), "b"), (std::format!("{head}b{head}"), "c")] {
            let pattern = std::format!("*{chunk}{tail}*");
            let chars: Vec<char> = std::format!("{chunk}{tail}").chars().collect();
            let text_chars: Vec<char> = text.chars().collect();
            let expected = (0..=text_chars.len()).any(|i| {
                let from = &text_chars[i..];
                from.len() >= chars.len() && chars.iter().zip(from).all(|(p, t)| *p == '?' || p == t)
            });
            assert_eq!(glob(&pattern, None, &text), expected, "{pattern} {text}");
        }
    }
}

#[test]
fn hard_patterns_are_linear() {
    let text = "a".repeat(1 << 20);
    let started = std::time::Instant::now();
    for pattern in [
        std::format!("*{}b*", "a".repeat(200)),
        std::format!("*a?{}b*", "a".repeat(100)),
        std::format!("*{}b*", "a?".repeat(100)),
        std::format!("*{}*", "?".repeat(100_000)),
        std::format!("{}b", "*a".repeat(1_000)),
        String::from("*$b*$b*"),
    ] {
        glob(&pattern, Some("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), &text);
    }
    // Quadratic would be 10^8 steps and more for each; this is generous for slow machines.
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
