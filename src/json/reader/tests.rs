use super::*;
use crate::diag::codes::json as codes;

fn read_with(text: &str, limits: &Limits) -> (Option<Node>, Vec<Diagnostic>) {
    let (node, diagnostics) = read(FileId(0), text, limits);
    assert_eq!(node.is_none(), has_errors(&diagnostics), "{diagnostics:?}");
    (node, diagnostics)
}

fn good(text: &str) -> Node {
    let (node, diagnostics) = read_with(text, &Limits::default());
    assert!(diagnostics.is_empty(), "{text}: {diagnostics:?}");
    node.unwrap()
}

/// The messages, each with the text it points at.
fn bad(text: &str) -> Vec<String> {
    let (node, diagnostics) = read_with(text, &Limits::default());
    assert!(node.is_none(), "{text}");
    diagnostics
        .iter()
        .map(|d| {
            let span = d.primary.as_ref().unwrap().span;
            format!("{} [{}]", d.message, &text[span.start as usize..span.end as usize])
        })
        .collect()
}

/// The tree as serde_json has it: an independent reader.
fn plain(node: &Node) -> serde_json::Value {
    use serde_json::Value;
    match &node.kind {
        NodeKind::Null => Value::Null,
        NodeKind::Bool(b) => Value::Bool(*b),
        NodeKind::Number(n) => serde_json::from_str(n).unwrap(),
        NodeKind::String(s) => Value::String(s.to_string()),
        NodeKind::Array(items) => items.iter().map(plain).collect(),
        NodeKind::Object(members) => {
            Value::Object(members.iter().map(|m| (m.key.to_string(), plain(&m.value))).collect())
        }
    }
}

#[test]
fn reads_what_serde_json_reads() {
    for text in [
        "null",
        " [ ] ",
        "{}",
        r#"{"a":[1,-2.50,3e7,0,-0,1E+2,true,false,null],"b":{"c":"d"}}"#,
        r#""\u00e4\n\t\/\\\"\ud83d\ude00 \u0000 ü 😀""#,
        "[[[[[]]]],{\"\":{}}]",
    ] {
        assert_eq!(plain(&good(text)), serde_json::from_str::<serde_json::Value>(text).unwrap(), "{text}");
    }
}

#[test]
fn places_are_exact() {
    let text = r#"{ "a" : [ 1, "x" ] }"#;
    let node = good(text);
    let at = |span: Span| &text[span.start as usize..span.end as usize];
    let member = &node.members().unwrap()[0];
    assert_eq!(at(node.span), text);
    assert_eq!(at(member.key_span), r#""a""#);
    assert_eq!(at(member.value.span), r#"[ 1, "x" ]"#);
    assert_eq!(at(member.value.items().unwrap()[1].span), r#""x""#);
}

#[test]
fn numbers_keep_their_text() {
    assert_eq!(good("10.50").kind, NodeKind::Number("10.50".into()));
    assert_eq!(
        good("123456789012345678901234567890").kind,
        NodeKind::Number("123456789012345678901234567890".into())
    );
}

#[test]
fn one_run_finds_several_mistakes() {
    assert_eq!(
        bad("{\"a\": 1 \"b\": [1,], // note\n \"c\": NaN, 'd': 01, \"e\" 2,}"),
        [
            "expected `,` or a closing bracket before this [\"b\"]",
            "trailing comma [,]",
            "JSON has no comments [// note]",
            "`NaN` is not a JSON value [NaN]",
            "a key must be a string in double quotes ['d']",
            "`01` is not a JSON value [01]",
            "expected `:` between key and value [2]",
            "trailing comma [,]",
        ]
    );
}

#[test]
fn duplicate_keys_are_errors() {
    assert_eq!(bad(r#"{"a":1,"b":2,"\u0061":3}"#), [r#"the key `a` stands twice in one object ["\u0061"]"#]);
    good(r#"{"a":{"a":1},"b":{"a":1}}"#);
}

#[test]
fn strings_are_checked() {
    assert_eq!(bad(r#""\q""#), [r"unknown escape sequence `\q` [\q]"]);
    assert_eq!(bad(r#""x\ud800y""#), [r"`\uD800` is half of a surrogate pair [\ud800]"]);
    assert_eq!(bad(r#""\ud800\u0041""#), [r"`\uD800` is half of a surrogate pair [\ud800]"]);
    assert_eq!(bad(r#""\udc00""#), [r"`\uDC00` is half of a surrogate pair [\udc00]"]);
    assert_eq!(bad(r#""\u12g4""#), [r"`\u` needs four hexadecimal digits [\u]"]);
    assert_eq!(bad("\"a\tb\""), ["control character U+0009 must be escaped in a string [\t]"]);
    assert_eq!(bad("\"abc"), ["the string is not closed on its line [\"abc]"]);
    assert_eq!(bad("[\"abc\n, 1]"), ["the string is not closed on its line [\"abc]"]);
}

#[test]
fn brackets_must_match() {
    assert_eq!(bad("[1}"), ["expected `,` or `]`, found `}` [}]"]);
    assert_eq!(bad(r#"{"a":1]"#), ["expected `,` or `}`, found `]` []]"]);
    assert_eq!(bad("[[1]"), ["the bracket is never closed [[]"]);
    assert_eq!(bad(r#"{"a":}"#), ["expected a value, found `}` [}]"]);
    assert_eq!(bad("]"), ["expected a value, found `]` []]"]);
    assert_eq!(bad("[,]"), ["expected a value, found `,` [,]"]);
    assert_eq!(bad("1 2"), ["expected the end of the file after the document, found `2` [2]"]);
    assert_eq!(bad(""), ["the file holds no JSON value []"]);
    assert_eq!(bad("\u{a0}1"), ["unexpected character `\\u{a0}` [\u{a0}]"]);
}

#[test]
fn a_byte_order_mark_is_noted() {
    let (node, diagnostics) = read_with("\u{feff}[1]", &Limits::default());
    assert!(node.is_some());
    assert_eq!(diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), [codes::BYTE_ORDER_MARK]);
}

#[test]
fn depth_and_size_are_bounded() {
    let limits = Limits { nesting: 3, file_bytes: 10, ..Limits::default() };
    assert!(read_with("[[[]]]", &limits).0.is_some());
    assert_eq!(read_with("[[[[]]]]", &limits).1[0].code, codes::NESTING);
    assert_eq!(read_with("[1,2,3,4,5,6]", &limits).1[0].code, codes::TOO_LARGE);
    let deep = "[".repeat(1_000_000);
    assert_eq!(bad(&deep), ["nested deeper than 128 levels [[]"]);
}

#[test]
fn mistakes_are_counted_up_to_the_limit() {
    let limits = Limits { diagnostics: 7, ..Limits::default() };
    let text = format!("[{}]", "NaN,".repeat(1000));
    assert_eq!(read_with(&text, &limits).1.len(), 7);
}

#[test]
fn large_input_is_linear() {
    let strings = format!("[{}0]", "\"0123456789\",".repeat(400_000));
    assert_eq!(good(&strings).items().unwrap().len(), 400_001);
    let comments = format!("{}1", "// x\n".repeat(1_000_000));
    assert!(read_with(&comments, &Limits::default()).0.is_none());
    let unclosed = "\"".repeat(1_000_001);
    assert!(read_with(&unclosed, &Limits::default()).0.is_none());
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        read_with(&text, &Limits::default());
    }

    #[test]
    fn any_tokens_are_read_or_refused(tokens in proptest::collection::vec(
        proptest::sample::select(vec![
            "{", "}", "[", "]", ":", ",", "true", "null", "1", "-", "\"a\"", "\"b\"", "\"", "\\", "//", "/*", "*/",
            "\n", "\u{feff}", "NaN", "'", "\\u", "\\ud800", " ", "é", "\"\\u00",
        ]), 0..60)) {
        let text = tokens.concat();
        let (node, _) = read_with(&text, &Limits { nesting: 8, ..Limits::default() });
        // Whatever is accepted means the same to serde_json.
        if let Some(node) = node {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            proptest::prop_assert_eq!(plain(&node), serde_json::from_str::<serde_json::Value>(text).unwrap());
        }
    }
}
