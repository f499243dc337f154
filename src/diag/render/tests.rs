use super::{Places, json, sarif, text::Text};
use crate::diag::{Code, Diagnostic};
use crate::source::{FileId, SourceMap, Span};
use expect_test::{Expect, expect};

const POLICY: &str = "policy P {\n  allow s3:GetObjekt\n    on arn:aws:s3:::b/*\n}\n\npolicy P {\n}\n";

fn map(text: &str) -> SourceMap {
    let mut map = SourceMap::new();
    map.add("p.tabella", text);
    map
}

fn span(text: &str, of: &str) -> Span {
    let start = text.find(of).unwrap();
    Span::new(FileId(0), start, start + of.len())
}

fn check(source: &str, diagnostic: &Diagnostic, expected: Expect) {
    let map = map(source);
    let out = Text::new(false, 100).render(diagnostic, &mut Places::new(&map), &map);
    expected.assert_eq(&format!("{out}\n"));
}

fn unknown() -> Diagnostic {
    Diagnostic::warning(Code("T0999"), "the service reference has no action `s3:GetObjekt`")
        .at_with(span(POLICY, "s3:GetObjekt"), "not in the reference")
        .note("unknown actions are kept")
        .help("did you mean `s3:GetObject`?")
        .fix(span(POLICY, "s3:GetObjekt"), "s3:GetObject")
}

#[test]
fn a_label_a_note_and_a_fix() {
    check(
        POLICY,
        &unknown(),
        expect![[r#"
            warning[T0999]: the service reference has no action `s3:GetObjekt`
             --> p.tabella:2:9
              |
            2 |   allow s3:GetObjekt
              |         ^^^^^^^^^^^^ not in the reference
              |
              = note: unknown actions are kept
            help: did you mean `s3:GetObject`?
              |
            2 -   allow s3:GetObjekt
            2 +   allow s3:GetObject
              |
        "#]],
    );
}

#[test]
fn a_far_secondary_label() {
    let second = POLICY.rfind("P {").unwrap();
    let d = Diagnostic::error(Code("T0999"), "the name `P` is taken")
        .at(Span::new(FileId(0), second, second + 1))
        .and_at(span(POLICY, "P"), "first used here")
        .help("choose another name");
    check(
        POLICY,
        &d,
        expect![[r#"
            error[T0999]: the name `P` is taken
             --> p.tabella:6:8
              |
            6 | policy P {
              |        ^
              |
             ::: p.tabella:1:8
              |
            1 | policy P {
              |        - first used here
              |
              = help: choose another name
        "#]],
    );
}

#[test]
fn no_place() {
    let d = Diagnostic::error(Code("T0999"), "no such file").help("look again");
    check(
        "",
        &d,
        expect![[r#"
        error[T0999]: no such file
         |
         = help: look again
    "#]],
    );
}

#[test]
fn end_of_file() {
    let d = Diagnostic::error(Code("T0999"), "unclosed block").at(Span::new(FileId(0), 10, 10));
    check(
        "policy P {",
        &d,
        expect![[r#"
            error[T0999]: unclosed block
             --> p.tabella:1:11
              |
            1 | policy P {
              |           ^
        "#]],
    );
}

#[test]
fn a_long_line_is_clipped() {
    let line = format!("{}needle{}", "ä".repeat(5_000), "b".repeat(5_000));
    let d = Diagnostic::error(Code("T0999"), "found it").at_with(span(&line, "needle"), "here");
    check(
        &line,
        &d,
        expect![[r#"
        error[T0999]: found it
         --> p.tabella:1:5001
          |
         ::: 
        1 | …ääääääääääääääääääääääääääääääääääääääääneedlebbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb...
          |                                          ^^^^^^ here
    "#]],
    );
}

#[test]
fn a_tall_span_shows_its_first_line() {
    let text = format!("policy P {{\n{}}}\n", "  allow *\n".repeat(1_000));
    let d = Diagnostic::error(Code("T0999"), "too tall").at(Span::new(FileId(0), 0, text.len()));
    check(
        &text,
        &d,
        expect![[r#"
            error[T0999]: too tall
             --> p.tabella:1:1
              |
            1 | policy P {
              | ^^^^^^^^^^
        "#]],
    );
}

#[test]
fn several_lines() {
    let d = Diagnostic::error(Code("T0999"), "odd").at_with(span(POLICY, "s3:GetObjekt\n    on"), "this");
    check(
        POLICY,
        &d,
        expect![[r#"
            error[T0999]: odd
             --> p.tabella:2:9
              |
            2 |     allow s3:GetObjekt
              |  _________^
            3 | |     on arn:aws:s3:::b/*
              | |______^ this
        "#]],
    );
}

#[test]
fn escape_sequences_are_not_passed_on() {
    let source = "allow \u{1b}[31mred";
    let d = Diagnostic::error(Code("T0999"), "odd \u{1b}[31m").at(span(source, "red")).note("x \u{1b}[0m");
    let map = map(source);
    let out = Text::new(false, 100).render(&d, &mut Places::new(&map), &map);
    assert!(!out.contains('\u{1b}'), "{out:?}");
}

#[test]
fn colour_only_when_asked() {
    let map = map(POLICY);
    let out = Text::new(true, 100).render(&unknown(), &mut Places::new(&map), &map);
    assert!(out.contains('\u{1b}'));
}

#[test]
fn spans_outside_the_file_do_no_harm() {
    let map = map("ä");
    for (start, end) in [(0, 1), (1, 1), (1, 2), (5, 9), (9, 5), (0, u32::MAX)] {
        let wild = Span { file: FileId(0), start, end };
        let d = Diagnostic::error(Code("T0999"), "x").at(wild).and_at(wild, "y").fix(wild, "z");
        Text::new(false, 100).render(&d, &mut Places::new(&map), &map);
        json::render(std::slice::from_ref(&d), &map);
        sarif::render(&[d], &map);
    }
}

#[test]
fn json_object() {
    let map = map(POLICY);
    expect![[r#"
        {"code":"T0999","severity":"warning","message":"the service reference has no action `s3:GetObjekt`","title":null,"place":{"file":"p.tabella","line":2,"column":9,"end_line":2,"end_column":21,"start":19,"end":31},"label":"not in the reference","secondary":[],"notes":["unknown actions are kept"],"help":"did you mean `s3:GetObject`?","fix":{"place":{"file":"p.tabella","line":2,"column":9,"end_line":2,"end_column":21,"start":19,"end":31},"replacement":"s3:GetObject"}}
        {"code":"T0999","severity":"error","message":"no place","title":null,"place":null,"label":"","secondary":[],"notes":[],"help":null,"fix":null}
    "#]].assert_eq(&json::render(&[unknown(), Diagnostic::error(Code("T0999"), "no place")], &map));
}

#[test]
fn sarif_log() {
    let map = map(POLICY);
    let d = unknown().and_at(span(POLICY, "P"), "in this policy");
    expect![[r#"
        {
          "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
          "version": "2.1.0",
          "runs": [
            {
              "tool": {
                "driver": {
                  "name": "tabella",
                  "version": "0.1.0",
                  "rules": [
                    {
                      "id": "T0999"
                    }
                  ]
                }
              },
              "columnKind": "unicodeCodePoints",
              "results": [
                {
                  "ruleId": "T0999",
                  "ruleIndex": 0,
                  "level": "warning",
                  "message": {
                    "text": "the service reference has no action `s3:GetObjekt`: not in the reference\nnote: unknown actions are kept\nhelp: did you mean `s3:GetObject`?"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "p.tabella"
                        },
                        "region": {
                          "startLine": 2,
                          "startColumn": 9,
                          "endLine": 2,
                          "endColumn": 21,
                          "byteOffset": 19,
                          "byteLength": 12
                        }
                      }
                    }
                  ],
                  "relatedLocations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "p.tabella"
                        },
                        "region": {
                          "startLine": 1,
                          "startColumn": 8,
                          "endLine": 1,
                          "endColumn": 9,
                          "byteOffset": 7,
                          "byteLength": 1
                        }
                      },
                      "message": {
                        "text": "in this policy"
                      }
                    }
                  ],
                  "fixes": [
                    {
                      "description": {
                        "text": "did you mean `s3:GetObject`?"
                      },
                      "artifactChanges": [
                        {
                          "artifactLocation": {
                            "uri": "p.tabella"
                          },
                          "replacements": [
                            {
                              "deletedRegion": {
                                "startLine": 2,
                                "startColumn": 9,
                                "endLine": 2,
                                "endColumn": 21,
                                "byteOffset": 19,
                                "byteLength": 12
                              },
                              "insertedContent": {
                                "text": "s3:GetObject"
                              }
                            }
                          ]
                        }
                      ]
                    }
                  ]
                }
              ]
            }
          ]
        }
    "#]].assert_eq(&sarif::render(&[d], &map));
}

#[test]
fn many_findings_in_one_long_line() {
    let line = "x".repeat(2_000_000);
    let map = map(&line);
    let many: Vec<Diagnostic> = (0..1_000)
        .map(|i| Diagnostic::error(Code("T0999"), "x").at(Span::new(FileId(0), i * 2_000, i * 2_000 + 1)))
        .collect();
    let lines = json::render(&many, &map);
    assert_eq!(lines.lines().count(), 1_000);
    assert!(lines.contains("\"column\":1998001"));
}
