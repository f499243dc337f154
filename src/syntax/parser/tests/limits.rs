//! Bad input in bulk: a clear diagnostic within stated limits, never a panic or a full stack.

use expect_test::{Expect, expect};

use super::*;

/// The first diagnostics of a text and how many there are, within given limits.
fn check_within(limits: &Limits, text: &str, expected: Expect) {
    let (_, diagnostics) = parse(FileId(0), text, limits);
    assert!(diagnostics.len() <= limits.diagnostics);
    let mut out = String::new();
    for d in diagnostics.iter().take(3) {
        let at = d.primary.as_ref().map_or(0, |l| l.span.start);
        out += &format!("{at} {} {}\n", d.code.0, d.message);
    }
    if diagnostics.len() > 3 {
        out += &format!("{} in all\n", diagnostics.len());
    }
    expected.assert_eq(&out);
}

fn check(text: &str, expected: Expect) {
    check_within(&Limits::default(), text, expected);
}

fn condition(inner: &str) -> String {
    format!("condition c = {inner}\n")
}

#[test]
fn a_million_comment_lines() {
    check(&"// c\n".repeat(1_000_000), expect![[""]]);
}

#[test]
fn a_hundred_megabytes_of_parentheses() {
    check(
        &condition(&"(".repeat(100_000_000)),
        expect![[r#"
        142 T0105 nested more than 128 levels deep
    "#]],
    );
    check(
        &"(".repeat(1_000_000),
        expect![[r#"
        0 T0101 expected an item such as `policy` or `role`, found `(`
        128 T0105 nested more than 128 levels deep
    "#]],
    );
}

#[test]
fn brackets_that_close_nothing() {
    check(
        &")]}".repeat(100_000),
        expect![[r#"
        0 T0101 this `)` closes nothing
        1 T0101 this `]` closes nothing
        2 T0101 this `}` closes nothing
        1000 in all
    "#]],
    );
}

#[test]
fn parentheses_up_to_the_limit() {
    let nested = |n: usize| condition(&format!("{}a{}", "(".repeat(n), ")".repeat(n)));
    check(&nested(128), expect![[""]]);
    check(
        &nested(129),
        expect![[r#"
        142 T0105 nested more than 128 levels deep
    "#]],
    );
}

#[test]
fn negations_count_as_nesting() {
    check(&condition(&format!("{}a", "not ".repeat(128))), expect![[""]]);
    check(
        &condition(&format!("{}a", "not ".repeat(1_000_000))),
        expect![[r#"
        526 T0105 nested more than 128 levels deep
    "#]],
    );
    check(&condition(&format!("{}a{}", "not (".repeat(64), ")".repeat(64))), expect![[""]]);
    check(
        &condition(&format!("{}a{}", "not (".repeat(65), ")".repeat(65))),
        expect![[r#"
        334 T0105 nested more than 128 levels deep
    "#]],
    );
    check(
        &condition(&"not a and ".repeat(1_000)),
        expect![[r#"
        10013 T0101 expected a condition, `(`, `not`, `any of` or `all of`, found the end of the file
    "#]],
    );
}

#[test]
fn units_nest_up_to_the_limit() {
    let nested = |n: usize| format!("organization o-1 {{ {}{} }}", "unit u { ".repeat(n), "}".repeat(n));
    check(&nested(127), expect![[""]]);
    check(
        &nested(128),
        expect![[r#"
        1169 T0105 nested more than 128 levels deep
    "#]],
    );
}

#[test]
fn long_chains_do_not_nest() {
    let text = condition(&format!("{}x", "a:b == \"c\" and d or ".repeat(50_000)));
    check(&text, expect![[""]]);
    let (tree, _) = parse(FileId(0), &text, &Limits::default());
    assert!(crate::syntax::print(&tree).len() > text.len());
}

#[test]
fn too_many_errors_end_the_reading() {
    check(
        &format!("policy A {{\n{}}}", "allow allow\n".repeat(100_000)),
        expect![[r#"
            17 T0101 expected an action, a principal or `not`, found `allow`
            23 T0101 expected an action, a principal or `not`, found `allow`
            35 T0101 expected an action, a principal or `not`, found `allow`
            1000 in all
        "#]],
    );
    check(
        &"\" \n".repeat(100_000),
        expect![[r#"
        0 T0102 this string is not closed on its line
        3 T0102 this string is not closed on its line
        6 T0102 this string is not closed on its line
        1000 in all
    "#]],
    );
    check(
        &"; ".repeat(100_000),
        expect![[r#"
        0 T0104 `;` is not needed
        2 T0104 `;` is not needed
        4 T0104 `;` is not needed
        1000 in all
    "#]],
    );
    check(
        &"\u{202E}".repeat(100_000),
        expect![[r#"
        0 T0109 U+202E changes the order in which text is shown
        3 T0109 U+202E changes the order in which text is shown
        6 T0109 U+202E changes the order in which text is shown
        1000 in all
    "#]],
    );
}

#[test]
fn garbage_is_one_error() {
    check(
        &"garbage ".repeat(500_000),
        expect![[r#"
        0 T0101 expected an item such as `policy` or `role`, found `garbage`
    "#]],
    );
    check(
        &"${".repeat(500_000),
        expect![[r#"
        0 T0108 `${` is not closed, or holds what it may not
        0 T0101 expected an item such as `policy` or `role`, found `${${${${${${${${${${${${${${${${${${${${${${${${${${${${${${…`
    "#]],
    );
    check(
        &"${ ".repeat(100_000),
        expect![[r#"
        0 T0108 `${` is not closed, or holds what it may not
        3 T0108 `${` is not closed, or holds what it may not
        6 T0108 `${` is not closed, or holds what it may not
        1000 in all
    "#]],
    );
    check(
        &format!("policy A {{ allow {} }}", "x ".repeat(300_000)),
        expect![[r#"
        19 T0101 expected `,`, `on`, `when`, `unless`, a statement (`allow` or `deny`) or `}`, found `x`
    "#]],
    );
}

#[test]
fn files_over_the_limit_are_not_read() {
    let limits = Limits { file_bytes: 10, ..Limits::default() };
    check_within(
        &limits,
        "policy A {}",
        expect![[r#"
        0 T0106 this file has 11 bytes, and 10 is the limit
    "#]],
    );
    check_within(&limits, "import \"a\"", expect![[""]]);
}

#[test]
fn cut_off_anywhere() {
    let text = include_str!("../../../../tests/language/tour.tabella");
    for (at, _) in text.char_indices() {
        let (_, diagnostics) = parse(FileId(0), &text[..at], &Limits::default());
        assert!(diagnostics.len() < 20, "{at}: {diagnostics:#?}");
    }
}
