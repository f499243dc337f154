//! Every example of `docs/language.md` is what the page says it is: source that parses, in canonical layout.

use tabella::limits::Limits;
use tabella::source::FileId;
use tabella::syntax;

const PAGE: &str = include_str!("../docs/language.md");

/// The fenced blocks marked `tabella`, with the line each begins on.
fn examples() -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (number, line) in PAGE.lines().enumerate() {
        match (inside, line) {
            (false, "```tabella") => {
                inside = true;
                out.push((number + 2, String::new()));
            }
            (true, "```") => inside = false,
            (true, line) => {
                if let Some((_, text)) = out.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            _ => {}
        }
    }
    assert!(!inside, "a block of the page is not closed");
    out
}

#[test]
fn examples_parse_and_are_in_canonical_layout() {
    let examples = examples();
    assert!(examples.len() >= 15, "only {} examples found", examples.len());
    for (line, text) in examples {
        let (formatted, diagnostics) = syntax::format(FileId(0), &text, &Limits::default());
        assert!(diagnostics.is_empty(), "line {line}: {diagnostics:#?}");
        assert_eq!(formatted.as_deref(), Some(&*text), "line {line}: not in canonical layout");
    }
}

/// A construct that the page forgets is a construct nobody finds.
#[test]
fn every_keyword_is_shown() {
    let grammar = include_str!("../grammar/policy.lalrpop");
    let shown: String = examples().into_iter().map(|(_, text)| text).collect();
    let words: Vec<&str> =
        shown.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let elsewhere = [
        "bucket",
        "queue",
        "topic",
        "key",
        "saml",
        "federated",
        "canonical",
        "aws",
        "arn",
        "date",
        "bool",
        "ip",
        "binary",
    ];
    for line in grammar.lines().filter(|line| line.contains("=> Token::")) {
        let name = line.trim().trim_start_matches('"').split('"').next().unwrap_or_default();
        if !name.chars().all(|c| c.is_ascii_lowercase())
            || name == "word"
            || name == "label"
            || name == "comment"
        {
            continue;
        }
        if elsewhere.contains(&name) {
            assert!(PAGE.contains(&format!("{name} ")), "`{name}` is not on the page");
        } else {
            assert!(words.contains(&name), "`{name}` is in no example");
        }
    }
}
