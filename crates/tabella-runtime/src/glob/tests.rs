//! Globs against a matcher that tries everything; and that hard patterns take no long time.

extern crate std;

use super::{Inserted, Reading, Template, WHOLE};
use crate::array::Array;
use crate::layout::{PIECE_ANY, PIECE_DEFAULT, PIECE_LITERAL, PIECE_ONE, PIECE_VARIABLE, Piece};
use std::string::String;
use std::vec::Vec;

/// `*` and `?` as usual; `$` is the variable, `%` the variable with nothing for default; `|` a text of no bytes.
fn build(pattern: &str) -> (String, Vec<u8>, u32) {
    let (mut strings, mut pieces, mut count) = (String::new(), Vec::new(), 0);
    let mut rest = pattern;
    while !rest.is_empty() {
        let len = rest.find(['*', '?', '$', '%', '|']).unwrap_or(rest.len()).max(1);
        let (head, tail) = rest.split_at(len);
        let (kind, text) = match head {
            "*" => (PIECE_ANY, ""),
            "?" => (PIECE_ONE, ""),
            "$" => (PIECE_VARIABLE, ""),
            "%" => (PIECE_DEFAULT, ""),
            "|" => (PIECE_LITERAL, ""),
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
    let variables = |_| variable.map_or(Inserted::Void, Inserted::Text);
    let pieces = Array::new(&pieces);
    let reading = Reading::PLAIN;
    let cut = WHOLE;
    let template = Template { pieces, strings: &strings, start: 0, len, reading, variables: &variables, cut };
    let matches = template.matches(text.as_bytes());
    if let Some(plainly) = template.plainly(text.as_bytes()) {
        assert_eq!(plainly, matches, "{pattern} {text}");
    }
    matches
}

/// Every way of matching, one after the other.
fn oracle(pattern: &[char], variable: Option<&str>, text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|i| oracle(rest, variable, &text[i..])),
        Some(('?', rest)) => !text.is_empty() && oracle(rest, variable, &text[1..]),
        Some(('|', rest)) => oracle(rest, variable, text),
        Some(('$', rest)) => {
            let value: Vec<char> = variable.unwrap_or_default().chars().collect();
            !value.is_empty() && text.starts_with(&value) && oracle(rest, variable, &text[value.len()..])
        }
        Some(('%', rest)) if variable.is_none() => oracle(rest, variable, text),
        Some(('%', rest)) => {
            let mut as_variable = Vec::from(['$']);
            as_variable.extend(rest);
            oracle(&as_variable, variable, text)
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
        let pattern = random(&mut seed, &['a', 'b', 'é', '*', '*', '?', '$', '%'], 9);
        let text = random(&mut seed, &['a', 'b', 'é', '*'], 9);
        let variable = [None, Some("a"), Some("ab"), Some("*"), Some("é?")][round % 5];
        let chars: Vec<char> = pattern.chars().collect();
        let expected = oracle(&chars, variable, &text.chars().collect::<Vec<_>>());
        assert_eq!(glob(&pattern, variable, &text), expected, "{pattern} {variable:?} {text}");
        matched += usize::from(expected);
    }
    assert!(matched > 5_000, "{matched}");
}

#[test]
fn texts_side_by_side_are_one() {
    let mut seed = 5;
    let mut matched = 0;
    for _ in 0..60_000 {
        let pattern = random(&mut seed, &['a', 'b', 'a', '*', '|', '|'], 9);
        let text = random(&mut seed, &['a', 'a', 'b'], 9);
        let chars: Vec<char> = pattern.chars().collect();
        let expected = oracle(&chars, None, &text.chars().collect::<Vec<_>>());
        assert_eq!(glob(&pattern, None, &text), expected, "{pattern} {text}");
        matched += usize::from(expected);
    }
    assert!(matched > 5_000, "{matched}");
}

#[test]
fn finds_texts_in_long_ones() {
    let mut seed = 11;
    let (mut found, mut behind_many) = (0, 0);
    for _ in 0..60_000 {
        // Nearly all places look like the one that is sought.
        let text = random(&mut seed, &['a', 'a', 'a', 'b'], 100);
        let sought = random(&mut seed, &['a', 'a', 'a', 'b'], 12);
        let expected = if sought.is_empty() { Some(0) } else { text.find(&sought) };
        assert_eq!(super::plain::find(text.as_bytes(), sought.as_bytes()), expected, "{sought} {text}");
        found += usize::from(expected.is_some());
        behind_many += usize::from(expected.is_some_and(|place| place > 48));
        // What is found so agrees with the search chunk by chunk.
        glob(&std::format!("{sought}*b{sought}*a"), None, &text);
        glob(&std::format!("*{sought}*{text}"), None, &std::format!("{sought}{text}"));
    }
    assert!(found > 10_000 && behind_many > 500, "{found} {behind_many}");
    // One place, of all there are in longer texts.
    for len in [15, 16, 17, 500, 540, 900] {
        for place in 0..len {
            let mut text = std::vec![b'-'; len];
            text[place] = b'a';
            if let Some(next) = text.get_mut(place + 1) {
                *next = b'b';
                assert_eq!(super::plain::find(&text, b"ab"), Some(place), "{len}");
            }
            assert_eq!(super::plain::find(&text, b"a"), Some(place), "{len}");
            assert_eq!(super::plain::find(&text, b"ba"), None, "{len}");
        }
    }
}

/// The same with wildcards that take no colon before the text's `colons`-th.
fn oracle_split(pattern: &[char], value: &[char], text: &[char], colons: usize) -> bool {
    let after = |c: char| colons - usize::from(c == ':' && colons > 0);
    match (pattern.split_first(), text.split_first()) {
        (None, _) => text.is_empty() && colons == 0,
        (Some(('*', rest)), _) => {
            oracle_split(rest, value, text, colons)
                || text.split_first().is_some_and(|(c, shorter)| {
                    (*c != ':' || colons == 0) && oracle_split(pattern, value, shorter, colons)
                })
        }
        (Some(('?', rest)), Some((c, shorter))) => {
            (*c != ':' || colons == 0) && oracle_split(rest, value, shorter, colons)
        }
        (Some(('$', rest)), _) => {
            let whole: Vec<char> = value.iter().chain(rest).copied().collect();
            oracle_split(&whole, value, text, colons)
        }
        (Some((p, rest)), Some((c, shorter))) => p == c && oracle_split(rest, value, shorter, after(*c)),
        (Some(_), None) => false,
    }
}

fn split(pattern: &str, value: &str, text: &str, colons: usize) -> bool {
    let (strings, pieces, len) = build(pattern);
    let variables = |_| Inserted::Text(value);
    let pieces = Array::new(&pieces);
    let (reading, cut) = (Reading::PLAIN, WHOLE);
    let template = Template { pieces, strings: &strings, start: 0, len, reading, variables: &variables, cut };
    template.matches_split(text.as_bytes(), colons)
}

#[test]
fn agrees_with_trying_everything_between_colons() {
    let mut seed = 31;
    let mut matched = 0;
    for round in 0..60_000 {
        let pattern = random(&mut seed, &['a', 'b', ':', ':', '*', '*', '?', '$'], 12);
        let text = random(&mut seed, &['a', 'a', 'b', ':', ':'], 12);
        let value = ["a", "a:", "b:a"][round % 3];
        let colons = 1 + round % 2;
        let count = |text: &str| text.matches(':').count();
        if count(&pattern.replace('$', value)) < colons || count(&text) < colons {
            continue;
        }
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        let expected = oracle_split(&chars(&pattern), &chars(value), &chars(&text), colons);
        let found = split(&pattern, value, &text, colons);
        assert_eq!(found, expected, "{pattern} {value} {text} {colons}");
        matched += usize::from(expected);
    }
    assert!(matched > 500, "{matched}");
}

/// By a reading where wildcards in a value are wildcards, they are no other than those of the pattern.
#[test]
fn values_with_wildcards_are_like_patterns() {
    let wild = Reading { slow: true, wild: true, any: false, empty: false };
    let (mut seed, mut matched) = (41, 0);
    for round in 0..30_000 {
        let pattern = random(&mut seed, &['a', 'b', ':', '*', '?', '$'], 8);
        let value =
            random(&mut seed, &['a', 'b', 'a', ':', '*', '?', 'é'], if round % 7 == 0 { 60 } else { 6 });
        let text = random(&mut seed, &['a', 'a', 'b', ':', 'é'], if round % 7 == 0 { 400 } else { 12 });
        if value.is_empty() || pattern.contains('%') {
            continue;
        }
        let whole = pattern.replace('$', &value);
        let (strings, pieces, len) = build(&pattern);
        let variables = |_| Inserted::Text(&value);
        let (pieces, cut) = (Array::new(&pieces), WHOLE);
        let template =
            Template { pieces, strings: &strings, start: 0, len, reading: wild, variables: &variables, cut };
        // The same as one pattern, which is compared with a matcher that tries everything elsewhere.
        let expected = glob(&whole, None, &text);
        assert_eq!(template.matches(text.as_bytes()), expected, "{pattern} {value} {text}");
        if whole.matches(':').count() >= 1 && text.contains(':') {
            let expected = split(&whole, "-", &text, 1);
            assert_eq!(template.matches_split(text.as_bytes(), 1), expected, "{pattern} {value} {text}");
        }
        matched += usize::from(expected);
    }
    assert!(matched > 500, "{matched}");
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

/// Chunks of several blocks, in texts of several windows.
#[test]
fn agrees_when_chunks_are_long() {
    let mut seed = 23;
    let mut matched = 0;
    for round in 0..200_usize {
        let value = random(&mut seed, &['a', 'é'], 20) + "a";
        let chunk = std::format!("a?{}b", random(&mut seed, &['a', 'a', 'a', '?', '$', '%', 'é'], 900));
        let variable = Some(&*value);
        let mut fits: Vec<char> = Vec::new();
        for c in chunk.chars() {
            match c {
                '$' | '%' => fits.extend(value.chars()),
                '?' => fits.push(if round % 2 == 0 { 'é' } else { 'a' }),
                c => fits.push(c),
            }
        }
        let head: String = "a".repeat([0, 1, 64, 4_000, 4_095, 4_096, 9_000][round % 7]);
        let middle = random(&mut seed, &['a', 'a', 'é'], 300);
        let fits: String = fits.into_iter().collect();
        // Whole, and with its last character missing.
        for (text, expected) in [
            (std::format!("{head}{middle}{fits}é"), true),
            (std::format!("{head}{middle}{}", &fits[..fits.len() - 1]), false),
        ] {
            assert_eq!(glob(&std::format!("*{chunk}*"), variable, &text), expected, "{chunk} {value} {text}");
            assert_eq!(glob(&std::format!("*{chunk}?"), variable, &text), expected, "{chunk} {value} {text}");
            matched += usize::from(expected);
        }
        // Where variables are nothing.
        let bare = chunk.replace('$', "");
        let text: String =
            bare.chars().filter(|c| *c != '%').map(|c| if c == '?' { 'é' } else { c }).collect();
        assert!(glob(&std::format!("*{bare}*"), None, &std::format!("{head}{text}a")), "{bare}");
    }
    assert_eq!(matched, 200);
}

/// A block that is full, and nothing but empty text after it.
#[test]
fn nothing_follows_a_full_block() {
    let chunk = std::format!("a?{}", "a".repeat(254));
    for text in [std::format!("{}{}", "a".repeat(100), "b".repeat(9)), "a".repeat(400)] {
        let expected = text.len() == 400;
        assert_eq!(glob(&std::format!("*{chunk}%%*"), None, &text), expected);
        assert!(!glob(&std::format!("*{chunk}%%b*"), None, &text));
        assert_eq!(glob(&std::format!("*{chunk}%%b*"), None, &std::format!("{text}b")), expected);
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
    // Chunks of many blocks: their number multiplies.
    for pattern in [std::format!("*{}b*", "a?".repeat(1_000)), std::format!("*a?{}b*", "a".repeat(2_000))] {
        glob(&pattern, None, text.get(..1 << 16).unwrap_or_default());
    }
    // Between colons, too: what is tried again ends with its part.
    for pattern in [
        std::format!("x:*{}$:y*", "a".repeat(1_000)),
        std::format!("x:{}b:y*", "*a".repeat(1_000)),
        std::format!("x:*{}b:y*", "a?".repeat(1_000)),
    ] {
        split(&pattern, "aaaa", &std::format!("x:{}:y", text.get(..1 << 14).unwrap_or_default()), 2);
    }
    // Quadratic would be 10^8 steps and more for each; this is generous for slow machines.
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
