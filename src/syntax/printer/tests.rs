mod trees;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::super::lexer::{Lexer, Problems};
use super::super::parse;
use super::*;

fn formatted(text: &str) -> String {
    let (out, diagnostics) = format(FileId(0), text, &Limits::default());
    out.unwrap_or_else(|| panic!("{diagnostics:#?}"))
}

/// Formats a text, and once more: the second time changes nothing.
fn check(text: &str, expected: Expect) {
    let once = formatted(text);
    expected.assert_eq(&once);
    assert_eq!(formatted(&once), once, "not idempotent");
}

#[test]
fn tour_is_canonical() {
    let text = include_str!("../../../tests/language/tour.tabella");
    let out = formatted(text);
    assert_eq!(formatted(&out), out);
    expect_test::expect_file!["../../../tests/language/tour.tabella"].assert_eq(&out);
    let (tree, _) = parse(FileId(0), text, &Limits::default());
    let (again, diagnostics) = parse(FileId(0), &print(&tree), &Limits::default());
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    assert_eq!(print(&again), print(&tree));
}

#[test]
fn comments_stay_with_what_they_speak_of() {
    check(
        r#"
// head

// second

import  "a"   // trailing import
// before policy
@a("x") // after annotation
// between
policy   P // name
( a , // first
  b )
{ // open
    // first in block

    // second in block
  allow s3:Get // after action
     , s3:Put  // after last
     // before on
     on a // after resource
     // before when
     when x:y == "1" // one
       // before and
       and (x:z in [ // open list
          "a", // a
          // own b
          "b",
          // last
       ] or w // end group
       // before paren
       )


  deny x:y // end
  // last in block

  // really last
}
policy Empty {
  // nothing here
}
// end of file

// really
"#,
        expect![[r#"
            // head

            // second

            import "a" // trailing import

            // before policy
            @a("x") // after annotation
            // between
            policy P( // name
                a, // first
                b) { // open
              // first in block

              // second in block
              allow s3:Get, // after action
                  s3:Put // after last
                // before on
                on a // after resource
                // before when
                when x:y == "1" // one
                  // before and
                  and (
                    x:z in [ // open list
                      "a", // a
                      // own b
                      "b"
                      // last
                    ]
                      or w // end group
                    // before paren
                  )

              deny x:y // end
              // last in block

              // really last
            }

            policy Empty {
              // nothing here
            }
            // end of file

            // really
        "#]],
    );
}

/// A tree without places, so that trees of different texts compare.
fn without_spans(file: &File) -> String {
    let debug = format!("{file:#?}");
    let mut out = String::new();
    let mut skip = 0usize;
    for line in debug.lines() {
        match line.trim() {
            _ if skip > 0 => skip -= 1,
            "span: Span {" => skip = 6,
            line if line.ends_with("Span {") => skip = 6,
            line => {
                out += line;
                out.push('\n');
            }
        }
    }
    out
}

fn parsed(text: &str) -> File {
    let (tree, diagnostics) = parse(FileId(0), text, &Limits::default());
    assert!(diagnostics.is_empty(), "{text}\n{diagnostics:#?}");
    tree
}

/// Puts a comment before some tokens, each on its own line or behind the token before.
fn sprinkle(text: &str, picks: &[(prop::sample::Index, bool)]) -> (String, usize) {
    let limits = Limits::default();
    let problems = Problems::new(&limits);
    let starts: Vec<usize> =
        Lexer::new(FileId(0), text, &limits, &problems).map(|t| t.unwrap().0 as usize).collect();
    if starts.is_empty() {
        return (text.to_owned(), 0);
    }
    let mut places: Vec<(usize, bool)> = picks.iter().map(|(i, own)| (*i.get(&starts), *own)).collect();
    places.sort();
    places.dedup_by_key(|p| p.0);
    let mut out = text.to_owned();
    for (n, (at, own)) in places.iter().enumerate().rev() {
        out.insert_str(*at, &format!("{}// comment{n}.\n", if *own { "\n" } else { " " }));
    }
    (out, places.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_parses_to_the_same_tree(tree in trees::file()) {
        let text = print(&tree);
        let again = parsed(&text);
        prop_assert_eq!(without_spans(&again), without_spans(&tree), "{}", text);
        prop_assert_eq!(&print(&again), &text);
        prop_assert_eq!(formatted(&text), text);
    }

    #[test]
    fn formatting_keeps_comments_and_settles(
        tree in trees::file(),
        picks in prop::collection::vec(any::<(prop::sample::Index, bool)>(), 0..6),
    ) {
        let (text, comments) = sprinkle(&print(&tree), &picks);
        let once = formatted(&text);
        for n in 0..comments {
            prop_assert!(once.contains(&format!("// comment{n}.\n")), "{} lost from\n{}\nin\n{}", n, text, once);
        }
        prop_assert_eq!(without_spans(&parsed(&once)), without_spans(&tree), "{}", once);
        prop_assert_eq!(formatted(&once), once, "formatted from\n{}", text);
    }
}
