//! Codes that no short example on a page can trigger.

use crate::catalog::Catalog;
use crate::limits::Limits;
use crate::resolve::{SourceUnit, program};
use crate::source::FileId;
use crate::syntax;

#[test]
fn texts_that_are_too_long() {
    let limits = Limits { pattern_bytes: 10, ..Limits::default() };
    let (tree, _) = syntax::parse(FileId(0), "policy P { allow s3:GetObject }", &limits);
    let unit = SourceUnit { file: FileId(0), name: "main".into(), tree };
    let (checked, found) = program(&[unit], &Catalog::default(), &limits);
    assert_eq!(found.iter().map(|d| d.code.0).collect::<Vec<_>>(), ["T0308"]);
    assert!(checked.is_none());
}

#[test]
fn programs_that_are_too_large() {
    let limits = Limits { statements: 2, diagnostics: 3, ..Limits::default() };
    let text = "policy P(x) { allow s3:$(x) } account a 111111111111
        role R in a { policies P(\"a\"), P(\"b\"), P(\"c\"), P(\"d\") }
        policy Q { allow a allow b allow c allow d allow e }";
    let (tree, found) = syntax::parse(FileId(0), text, &limits);
    assert!(found.is_empty(), "{found:#?}");
    let unit = SourceUnit { file: FileId(0), name: "main".into(), tree };
    let (checked, found) = program(&[unit], &Catalog::default(), &limits);
    assert!(checked.is_none());
    let codes: Vec<&str> = found.iter().map(|d| d.code.0).collect();
    assert!(codes.contains(&"T0349"), "{codes:?}");
    let text = "policy Q { allow a allow b allow c allow d allow e }";
    let limits = Limits { diagnostics: 3, ..Limits::default() };
    let (tree, _) = syntax::parse(FileId(0), text, &limits);
    let unit = SourceUnit { file: FileId(0), name: "main".into(), tree };
    let codes: Vec<&str> =
        program(&[unit], &Catalog::default(), &limits).1.iter().map(|d| d.code.0).collect();
    assert_eq!(codes, ["T0316", "T0316", "T0316", "T0399"]);
}

/// The only error of a program is that it is over a bound.
#[track_caller]
fn check_over(limits: &Limits, text: &str, code: &str, message: &str) {
    let (tree, found) = syntax::parse(FileId(0), text, limits);
    assert!(found.is_empty(), "{found:#?}");
    let unit = SourceUnit { file: FileId(0), name: "main".into(), tree };
    let (checked, found) = program(&[unit], &Catalog::default(), limits);
    assert!(checked.is_none());
    let errors: Vec<_> = found.iter().filter(|d| d.is_error()).map(|d| (d.code.0, &*d.message)).collect();
    assert_eq!(errors, [(code, message)]);
}

/// Found by fuzzing: what is wrong was not counted, and conditions that use each other twice led to it for hours.
#[test]
fn mistakes_count_as_comparisons() {
    let doubled: String = (1..60).map(|i| format!("condition c{i} = c{0} and c{0}\n", i - 1)).collect();
    let circle: String = (0..20)
        .map(|i| {
            let all: Vec<String> = (0..20).map(|j| format!("c{j}")).collect();
            format!("condition c{i} = {}\n", all.join(" and "))
        })
        .collect();
    let unknown = format!("condition c0 = nowhere\n{doubled}policy P {{ allow s3:Get when c59 }}");
    let malformed =
        format!("condition c0 = \"a\" == aws:username\n{doubled}policy P {{ allow s3:Get when c59 }}");
    let wrong = format!("condition c0 = aws:username < \"a\"\n{doubled}policy P {{ allow s3:Get when c59 }}");
    for text in [unknown, malformed, wrong, circle] {
        let limits = Limits { comparisons: 1_000, diagnostics: 100, ..Limits::default() };
        let (tree, _) = syntax::parse(FileId(0), &text, &limits);
        let unit = SourceUnit { file: FileId(0), name: "main".into(), tree };
        let (checked, found) = program(&[unit], &Catalog::default(), &limits);
        assert!(checked.is_none());
        assert!(found.len() < 200, "{}", found.len());
    }
}

#[test]
fn conditions_that_have_too_many_comparisons() {
    let limits = Limits { comparisons: 2, ..Limits::default() };
    check_over(
        &limits,
        "policy P { allow s3:Get when a:b and c:d and e:f }",
        "T0337",
        "this condition has more than 2 comparisons",
    );
}

#[test]
fn sets_that_have_too_many_members() {
    let limits = Limits { members: 2, ..Limits::default() };
    check_over(
        &limits,
        "actions few = s3:Get actions more = s3:Put, few",
        "T0349",
        "sets have more than 2 members together",
    );
}
