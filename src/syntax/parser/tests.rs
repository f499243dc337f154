mod limits;

use expect_test::{Expect, expect};

use super::*;
use crate::source::SourceMap;

/// The diagnostics of a text, one a line: place, code, message, help.
pub(crate) fn problems(text: &str) -> String {
    let mut map = SourceMap::new();
    let id = map.add("t.tabella", text);
    let (_, diagnostics) = parse(id, text, &Limits::default());
    let mut out = String::new();
    for d in diagnostics {
        let span = d.primary.as_ref().map_or(Span::NONE, |l| l.span);
        let place = map.line_col(id, span.start);
        out += &format!("{}:{} {} {}\n", place.line, place.column, d.code.0, d.message);
        if let Some(help) = d.help {
            out += &format!("    help: {help}\n");
        }
    }
    out
}

fn check_problems(text: &str, expected: Expect) {
    expected.assert_eq(&problems(text));
}

#[test]
fn tour_parses() {
    let text = include_str!("../../../tests/language/tour.tabella");
    check_problems(text, expect![[""]]);
}

#[test]
fn slips_are_told_in_words() {
    check_problems(
        r#"policy A {
  allow s3:GetObject on on x
  allow s3:GetObject "s3:PutObject"
  allow s3:GetObject s3:PutObject on *
  Allow s3:GetObject on *
  allow s3:Get on x when a:b = "c"
  allow s3:Get on x when a:b == "c" && d:e == "f"
  allow s3:Get on x when !a:b
  allow s3:Get on x;
  allow on x
  deny
  allow s3:x when a:b in
  allow s3:x when (a:b == "c"
  allow s3:x when a:b == "c")
  allow s3:x when a:b == "c" or
  allow role allow in x
  allow s3:x on arn:$(
  allow s3:x when a:b == "oops
  allow s3:x when a:b == "\q"
  allow s3:x on arn:${aws:username
  allow s3:x on a when in
  allow s3:x when any of (a)
  allow not s3:x on *
  allow role A, s3:Get on *
  allow anyone but s3:Get
}
policy {
}
polcy B {
  allow s3:x
}
role R in prod {
  trusts {
    allow service x
  }
  polices A
  boundary A
}
account x
const a == 1
test "x" {
  allow s3:x on *
  as role R {
    permit s3:x
    allow s3:x with a:b == "c"
    allow s3:x
  }
}
never anyone s3:x
only may s3:x
organization o-1 {
  account a 1
  units b { account c 2 }
  unit d { account e 3 }
}
service x {
  actions A, B
  action C on d
}
guardrail G {
  deny *
}
guardrail G on workloads {
  deny *
}
"#,
        expect![[r#"
            2:25 T0101 expected a resource or `not`, found `on`
                help: `on` stands here twice
            3:22 T0101 expected `,`, `on`, `when`, `unless`, a statement (`allow` or `deny`) or `}`, found `"s3:PutObject"`
            4:22 T0101 expected `,`, `on`, `when`, `unless`, a statement (`allow` or `deny`) or `}`, found `s3:PutObject`
                help: put a comma between entries of a list
            5:3 T0101 expected a statement (`allow` or `deny`), found `Allow`
                help: did you mean `allow`?
            6:30 T0101 expected a comparison such as `==` or `in`, `when`, `unless`, `and`, `or`, `or missing` or something else, found `=`
                help: compare with `==`
            7:37 T0101 expected `when`, `unless`, `and`, `or`, `or missing`, `ignoring case` or something else, found `&&`
                help: write `and`
            8:26 T0104 `!` is not an operator here
                help: write `not`
            9:20 T0104 `;` is not needed
                help: statements end where the next one begins: remove it
            10:9 T0101 expected an action, a principal or `not`, found `on`
                help: say which actions, or `*` for all
            12:3 T0101 expected an action, a principal or `not`, found `allow`
            13:3 T0101 expected a value, found `allow`
            14:3 T0101 expected `)`, found `allow`
            14:29 T0101 this `)` closes nothing
            16:3 T0101 expected a condition, `(`, `not`, `any of` or `all of`, found `allow`
            17:21 T0108 `$(` is not closed, or holds what it may not
                help: a variable is written `${aws:username}`, a parameter `$(name)`; other text with `$` goes into quotes or backticks
            18:26 T0102 this string is not closed on its line
            19:27 T0103 `\q` is no escape
                help: the escapes are \" \\ \` \$ \n \t \r and \u{…} with the number of a character in hexadecimal
            20:21 T0108 `${` is not closed, or holds what it may not
                help: a variable is written `${aws:username}`, a parameter `$(name)`; other text with `$` goes into quotes or backticks
            21:24 T0101 expected a condition, `(`, `not`, `any of` or `all of`, found `in`
                help: a test begins with its key
            22:26 T0101 expected a name, found `(`
            23:13 T0101 expected `(`, found `s3:x`
            24:17 T0101 expected a principal such as `role` or `service`, found `s3:Get`
            25:20 T0101 expected a principal such as `role` or `service` or `(`, found `s3:Get`
            27:8 T0101 expected a name, found `{`
            29:1 T0101 expected an item such as `policy` or `role`, found `polcy`
                help: did you mean `policy`?
            33:3 T0101 expected a line such as `trust` or `policies` or `}`, found `trusts`
                help: did you mean `trust`?
            36:3 T0101 expected a line such as `trust` or `policies` or `}`, found `polices`
                help: did you mean `policies`?
            40:7 T0101 expected an item such as `policy` or `role`, found `a`
            42:3 T0101 expected `as` or `}`, found `allow`
            44:5 T0101 expected `allow`, `deny`, `deny implicitly`, `deny explicitly` or `}`, found `permit`
            45:25 T0101 expected `=`, found `==`
                help: write `=`
            49:14 T0101 expected `,`, `aws`, `outside` or `may`, found `s3:x`
            50:6 T0101 expected a principal such as `role` or `service`, found `may`
            53:3 T0101 expected `account`, `management`, `unit` or `}`, found `units`
                help: did you mean `unit`?
            57:3 T0101 expected `action`, `resource`, `key` or `}`, found `actions`
                help: did you mean `action`?
            60:13 T0101 expected `on`, found `{`
            63:16 T0101 expected `account`, `root` or `unit`, found `workloads`
        "#]],
    );
}

#[test]
fn known_slips_are_told_what_to_write() {
    check_problems(
        r#"policy A {
  alow s3:PutObject on *
  dney s3:GetObject on *
  allow s3:Get on * where a:b
  allow s3:Get on * if a:b
  allow arn:aws:iam::111111111111:user/ann s3:Get
  allow ann s3:Get
  allow s3:Get, on *
  deny on *
  allow s3:Get on * when a:b and or c:d == "x"
  allow s3:Get on * when a:b in in ["x"]
  allow s3:Get on *
  # a comment
  allow s3:Get on *
  /* a comment */
  allow (s3:Get, s3:Put) on *
  allow s3:Get on [arn:aws:s3:::b]
  allow s3:Get on * when a:b in ("a", "b")
  deny s3:* in arn:aws:s3:::b
}
Policy B {}
polcy C {}
policy deny {}
user ann in prod {
  group G
  tags team: "x"
}
"#,
        expect![[r#"
            2:3 T0101 expected `version`, `id`, a statement (`allow` or `deny`) or `}`, found `alow`
                help: did you mean `allow`?
            3:3 T0101 expected a statement (`allow` or `deny`), found `dney`
                help: did you mean `deny`?
            4:21 T0101 expected `,`, `when`, `unless`, a statement (`allow` or `deny`) or `}`, found `where`
                help: write `when`
            5:21 T0101 expected `,`, `when`, `unless`, a statement (`allow` or `deny`) or `}`, found `if`
                help: write `when`
            6:44 T0101 expected `,`, `on`, `when`, `unless`, a statement (`allow` or `deny`) or `}`, found `s3:Get`
                help: a principal begins with what it is: `aws arn:aws:iam::111111111111:user/ann`
            7:13 T0101 expected `,`, `on`, `when`, `unless`, a statement (`allow` or `deny`) or `}`, found `s3:Get`
                help: a principal begins with `user`, `role`, `account`, …; entries of a list have commas between them
            8:17 T0101 expected another entry, found `on`
                help: remove the comma: nothing follows it
            9:8 T0101 expected an action, a principal or `not`, found `on`
                help: say which actions, or `*` for all
            10:34 T0101 expected a condition, `(`, `not`, `any of` or `all of`, found `or`
                help: a condition stands on both sides of `or`
            11:33 T0101 expected a value, found `in`
                help: `in` stands here twice
            13:3 T0101 expected `,`, `when`, `unless`, a statement (`allow` or `deny`) or `}`, found `#`
                help: comments begin with `//`
            15:3 T0101 expected `,`, `when`, `unless`, a statement (`allow` or `deny`) or `}`, found `/*`
                help: comments begin with `//`
            16:9 T0101 expected an action, a principal or `not`, found `(`
                help: only `not` takes brackets: write the list without them, with commas
            17:19 T0101 expected a resource or `not`, found `[`
                help: only `not` takes brackets: write the list without them, with commas
            18:33 T0101 expected a value, found `(`
                help: a list of values stands in square brackets: `in ["a", "b"]`
            19:13 T0101 expected `,`, `on`, `when`, `unless`, a statement (`allow` or `deny`) or `}`, found `in`
                help: write `on` before a resource
            21:1 T0101 expected an item such as `policy` or `role`, found `Policy`
                help: keywords are in lower case: `policy`
            22:1 T0101 expected an item such as `policy` or `role`, found `polcy`
                help: did you mean `policy`?
            23:8 T0101 expected a name, found `deny`
                help: `deny` is a keyword: to use it as a name, write it in backticks
            25:3 T0101 expected a line such as `trust` or `policies` or `}`, found `group`
                help: did you mean `groups`?
            26:8 T0101 expected a name, found `team:`
                help: write `=` between a name and its value: `team = "…"`
        "#]],
    );
}

#[test]
fn other_values_of_a_key_are_a_list() {
    check_problems(
        r#"policy P {
  allow s3:x when s3:prefix == "a" or "b" or "c"
  allow s3:x when a:b and s3:prefix != "a" or "b"
  allow s3:x when s3:prefix like "a*"
    or "b*"
  allow s3:x when s3:prefix == "a" and "b"
  allow s3:x when s3:prefix not like "a" or "b"
  allow s3:x when "b"
}
"#,
        expect![[r#"
            2:39 T0101 expected a condition, `(`, `not`, `any of` or `all of`, found `"b"`
                help: several values of one key are a list: `s3:prefix in ["a", "b"]`
            3:47 T0101 expected a condition, `(`, `not`, `any of` or `all of`, found `"b"`
                help: several values of one key are a list: `s3:prefix not in ["a", "b"]`
            5:8 T0101 expected a condition, `(`, `not`, `any of` or `all of`, found `"b*"`
                help: several values of one key are a list: `s3:prefix like ["a*", "b*"]`
            6:40 T0101 expected a condition, `(`, `not`, `any of` or `all of`, found `"b"`
                help: a test names its key: write the key again, or a list of values: `in ["a", "b"]`
            7:45 T0101 expected a condition, `(`, `not`, `any of` or `all of`, found `"b"`
                help: a test names its key: write the key again, or a list of values: `in ["a", "b"]`
            8:19 T0101 expected a condition, `(`, `not`, `any of` or `all of`, found `"b"`
                help: names, actions and resources are written without quotes, or in backticks
        "#]],
    );
}

#[test]
fn json_is_recognised() {
    check_problems(
        "{ \"Version\": \"2012-10-17\", \"Statement\": [] }",
        expect![[r#"
        1:1 T0101 expected an item such as `policy` or `role`, found `{`
            help: this looks like an IAM document in JSON: `tabella import` turns it into this language
    "#]],
    );
}

#[test]
fn blocks_left_open_close_where_the_next_item_begins() {
    check_problems(
        "policy A {\n  allow s3:x\n\npolicy B {\n  allow s3:y\n}\n\nrole R {\n  trust {\n    allow service x\n}\n\npolicy C {\n  deny x:y\n",
        expect![[r#"
            1:10 T0107 this `{` is never closed
                help: add a `}`
            9:9 T0107 this `{` is never closed
                help: add a `}`
            13:10 T0107 this `{` is never closed
                help: add a `}`
        "#]],
    );
}

#[test]
fn the_block_that_is_left_open_is_named() {
    check_problems(
        "role R in prod {\n  trust {\n    allow service x\n  tags a = \"b\"\n}\n\npolicy C {}\n",
        expect![[r#"
            2:9 T0107 this `{` is never closed
                help: add a `}`
            4:8 T0101 expected `,`, `on`, `when`, `unless`, a statement (`allow` or `deny`) or `}`, found `a`
        "#]],
    );
    check_problems(
        "role R in prod {\n  trust { allow service x\n",
        expect![[r#"
        1:16 T0107 this `{` is never closed
            help: add a `}`
        2:9 T0107 this `{` is never closed
            help: add a `}`
    "#]],
    );
}

#[test]
fn a_brace_in_an_unclosed_text_is_no_second_error() {
    check_problems(
        "policy A { allow s3:x when a:b == \"abc }\npolicy B {}\n",
        expect![[r#"
        1:35 T0102 this string is not closed on its line
    "#]],
    );
}

#[test]
fn a_brace_too_many() {
    check_problems(
        "policy A {\n  allow s3:x\n}\n  deny role X in y s3:z\n  allow s3:y\n}\npolicy B {}\n",
        expect![[r#"
        4:3 T0101 expected an item such as `policy` or `role`, found `deny`
        6:1 T0101 this `}` closes nothing
    "#]],
    );
}

#[test]
fn characters_that_deceive() {
    check_problems(
        "policy A\u{200B} {\n allow s3:x // \u{202E} hidden\n allow s3:\u{7}y on \u{A0} *\n}\n",
        expect![[r#"
            1:9 T0104 U+200B is not seen where it stands
                help: remove it, or write it as `\u{…}` inside quotes or backticks
            2:16 T0109 U+202E changes the order in which text is shown
                help: remove it, or write it as `\u{…}` inside quotes or backticks
            3:11 T0104 U+0007 is a control character
                help: remove it, or write it as `\u{…}` inside quotes or backticks
            3:12 T0101 expected `,`, `on`, `when`, `unless`, a statement (`allow` or `deny`) or `}`, found `y`
                help: put a comma between entries of a list
            3:17 T0104 unexpected character U+00A0
                help: remove it, or write it as `\u{…}` inside quotes or backticks
        "#]],
    );
}

#[test]
fn characters_that_deceive_wherever_they_stand() {
    let hidden = "\u{0}\u{1B}\u{7F}\u{85}\u{9B}\u{AD}\u{34F}\u{115F}\u{1160}\u{17B4}\u{180B}\u{180F}\u{200B}\u{200D}\u{2028}\u{2029}\
        \u{2060}\u{2064}\u{2800}\u{3164}\u{FE00}\u{FE0F}\u{FEFF}\u{FFA0}\u{FFF9}\u{FFFB}\u{E0001}\u{E007F}\u{E0100}\u{E01EF}";
    for c in hidden.chars().chain(['\u{C}', '\r']) {
        for text in [
            format!("const a = \"x{c}y\""),
            format!("const `x{c}y` = 1"),
            format!("const a = 1 // x{c}y"),
            format!("const a{c}b = 1"),
            format!("const a = x${{aws:user{c}name}}y"),
            format!("const a {c} = 1"),
        ] {
            let (_, found) = parse(FileId(0), &text, &Limits::default());
            let at = text.find(c).unwrap() as u32;
            let told =
                |d: &Diagnostic| d.primary.as_ref().unwrap().span.start == at && d.code == codes::CHARACTER;
            assert!(found.iter().any(told), "U+{:04X} in {text:?}: {found:#?}", c as u32);
            let (tree, _) = parse(FileId(0), &text, &Limits::default());
            assert!(tree.items.iter().any(|i| matches!(i.kind, ItemKind::Error)));
        }
        let text = format!("const a = \"x\\u{{{:X}}}y\"", c as u32);
        let (_, found) = parse(FileId(0), &text, &Limits::default());
        assert!(found.is_empty(), "{text}: {found:#?}");
    }
    for text in ["const a = \"x\ty\"", "const `a\tb` = 1", "const a = x${a\tb}"] {
        let (_, found) = parse(FileId(0), text, &Limits::default());
        assert_eq!(found.len(), 1, "{text:?}: {found:#?}");
        assert_eq!(found[0].code, codes::CHARACTER);
    }
    for text in ["\u{FEFF}const\ta = 1 // x\ty\r\n", "const é = \"ш 表 👍 e\u{301} a\u{A0}b\""] {
        let (_, found) = parse(FileId(0), text, &Limits::default());
        assert!(found.is_empty(), "{text:?}: {found:#?}");
    }
}

#[test]
fn pages_of_codes_show_the_code() {
    for entry in codes::ENTRIES {
        let Some((_, rest)) = entry.page.split_once("```tabella\n") else {
            assert_eq!(entry.code, codes::FILE_SIZE, "its example would have 256 MiB");
            continue;
        };
        let (example, _) = rest.split_once("```").unwrap();
        let (_, diagnostics) = parse(FileId(0), example, &Limits::default());
        assert!(diagnostics.iter().any(|d| d.code == entry.code), "{}: {diagnostics:#?}", entry.code.0);
    }
}
