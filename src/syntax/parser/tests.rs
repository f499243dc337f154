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
