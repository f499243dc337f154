use expect_test::{Expect, expect};

use super::*;

/// Tokens and what is wrong, one a line.
fn check(text: &str, expected: Expect) {
    let limits = Limits::default();
    let problems = Problems::new(&limits);
    let mut out = String::new();
    for token in Lexer::new(FileId(0), text, &limits, &problems) {
        let Ok((start, token, end)) = token;
        out += &format!("{token:?} {}\n", &text[start as usize..end as usize]);
    }
    for d in problems.finish() {
        out += &format!("{} {}\n", d.code.0, d.message);
    }
    expected.assert_eq(&out);
}

#[test]
fn words_hold_everything_but_punctuation() {
    check(
        "s3:Get* arn:aws:s3:::b/${aws:username, 'x y'}/* 10.0.0.0/8 -1.5 2024-01-01T00:00:00Z a/$(team)x https://x//y ${$}{",
        expect![[r#"
            Word s3:Get*
            Word arn:aws:s3:::b/${aws:username, 'x y'}/*
            Word 10.0.0.0/8
            Word -1.5
            Word 2024-01-01T00:00:00Z
            Word a/$(team)x
            Word https://x//y
            Word ${$}
            BraceOpen {
            BraceClose 
            T0107 this `{` is never closed
        "#]],
    );
}

#[test]
fn labels_end_with_a_colon_and_white_space() {
    check(
        "ReadTeam: \"any text\": `x`: a:b \"x\":y allow:\n: c:",
        expect![[r#"
            Label ReadTeam
            Label "any text"
            Label `x`
            Word a:b
            Quoted "x"
            Word :y
            Label allow
            Word :
            Label c
        "#]],
    );
}

#[test]
fn pairs_are_one_token_and_their_words_are_names_elsewhere() {
    check(
        "not in not\n // comment\n like or missing is present any of any list web of missing may assume role assume role service linked roles service linked role",
        expect![[r#"
            NotIn not in
            NotLike not
             // comment
             like
            OrMissing or missing
            IsPresent is present
            AnyOf any of
            Word any
            Word list
            Word web
            Word of
            Word missing
            May may
            AssumeRole assume role
            Word assume
            Role role
            Service service
            Word linked
            Word roles
            Service service
            Word linked
            Role role
        "#]],
    );
}

#[test]
fn items_in_blocks_begin_nothing() {
    check(
        "role { role import @ } role import @",
        expect![[r#"
            Role role
            BraceOpen {
            RoleIn role
            Word import
            AtIn @
            BraceClose }
            Role role
            Import import
            At @
        "#]],
    );
}

#[test]
fn texts_end_with_their_line() {
    check(
        "\"open\n\"es\\\"caped\" \"bad \\q\" `open too\nx \"\\u{41}\" \"\\u{110000}\" \"end\\",
        expect![[r#"
            Quoted "open
            Quoted "es\"caped"
            Quoted "bad \q"
            Backtick `open too
            Word x
            Quoted "\u{41}"
            Quoted "\u{110000}"
            Quoted "end\
            T0102 this string is not closed on its line
            T0103 `\q` is no escape
            T0102 this backtick name is not closed on its line
            T0103 `\u{110000}` is no escape
            T0102 this string is not closed on its line
        "#]],
    );
}

#[test]
fn comments_begin_at_tokens_only() {
    check(
        "a//b // c\n//d\r\ne",
        expect![[r#"
        Word a//b
        Word e
    "#]],
    );
}

#[test]
fn every_token_is_mapped_in_the_grammar() {
    let tokens = include_str!("../token.rs");
    let grammar = include_str!("../../../grammar/policy.lalrpop");
    let from = tokens.find("pub(crate) enum Token {").unwrap();
    let to = from + tokens[from..].find("\n}\n").unwrap();
    let variants: Vec<&str> = tokens[from..to]
        .lines()
        .filter_map(|line| line.trim().strip_suffix(','))
        .filter(|name| name.chars().all(char::is_alphanumeric))
        .collect();
    assert!(variants.len() > 100);
    for variant in variants {
        assert!(
            grammar.contains(&format!("=> Token::{variant},")),
            "{variant} is not mapped: recovery would die"
        );
    }
}

#[test]
fn a_byte_order_mark_is_no_word() {
    check(
        "\u{FEFF}policy",
        expect![[r#"
        Policy policy
    "#]],
    );
}
