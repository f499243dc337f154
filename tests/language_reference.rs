//! Every example of `docs/language.md` is what the page says it is: source that parses, in canonical layout.

use tabella::catalog::Catalog;
use tabella::diag::Severity;
use tabella::limits::Limits;
use tabella::resolve::{self, SourceUnit};
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

/// All examples are one program.
#[test]
fn examples_resolve() {
    let limits = Limits::default();
    let page: String = examples().into_iter().map(|(_, text)| text).collect();
    let files = [("page.tabella", &*page), ("shared.tabella", "actions shared = s3:GetObject\n")];
    let mut units = Vec::new();
    for (i, (name, text)) in files.into_iter().enumerate() {
        let file = FileId(i as u32);
        let (tree, diagnostics) = syntax::parse(file, text, &limits);
        assert!(diagnostics.is_empty(), "{diagnostics:#?}");
        units.push(SourceUnit { file, name: name.into(), tree });
    }
    let (checked, diagnostics) = resolve::program(&units, Catalog::shipped(), &limits);
    let errors: Vec<_> = diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .map(|d| {
            let span = d.primary.as_ref().map(|l| l.span.start as usize..l.span.end as usize);
            (d, span.and_then(|span| page.get(span)))
        })
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(checked.is_some());
}

/// The command finds nothing to say about the program but that its three invariants are not proved, and what its
/// tests claim is so.
#[test]
fn examples_hold() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("language_reference");
    std::fs::create_dir_all(&folder).unwrap();
    let page: String = examples().into_iter().map(|(_, text)| text).collect();
    std::fs::write(folder.join("page.tabella"), page).unwrap();
    std::fs::write(folder.join("shared.tabella"), "actions shared = s3:GetObject\n").unwrap();
    for command in ["check", "test"] {
        let mut tabella = std::process::Command::new(env!("CARGO_BIN_EXE_tabella"));
        let output = tabella.arg(command).arg(&folder).output().unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let codes: Vec<&str> = stderr.lines().filter(|l| l.starts_with("warning[")).collect();
        assert!(
            codes.len() == 3 && codes.iter().all(|c| c.starts_with("warning[T0501]")),
            "{command}: {stderr}"
        );
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
