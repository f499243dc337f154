use expect_test::{Expect, expect};

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
