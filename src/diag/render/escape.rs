//! What a terminal would obey or hide, written so that it is seen instead. Names, paths, arguments and lines of files come
//! from whoever wrote them; everything that the command prints passes one of these functions. Characters are those of
//! [`is_hidden`]: control characters, escape sequences with them, marks that reorder text, and characters without a shape.

use crate::source::is_hidden;
use std::borrow::Cow;

/// One line of output: line breaks and tabs in it are escaped too, so that a name cannot begin a line of its own.
pub fn line(text: &str) -> Cow<'_, str> {
    escape(text, |c| matches!(c, '\n' | '\r' | '\t') || is_hidden(c), language)
}

/// Several lines of output, whose line breaks are the command's own.
pub fn page(text: &str) -> Cow<'_, str> {
    escape(text, |c| matches!(c, '\r') || is_hidden(c), language)
}

/// JSON that is serialized already: what has to be escaped stands in strings only, and the result is the same value.
pub fn json(text: &str) -> Cow<'_, str> {
    escape(text, is_hidden, |c, out| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    })
}

/// A character of an excerpt, where columns count: control characters as their pictures, the others as U+FFFD.
pub fn in_place(c: char) -> char {
    match c {
        '\r' | '\0'..='\x08' | '\x0B'..='\x1F' => {
            char::from_u32(0x2400 + c as u32).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\x7F' => '\u{2421}',
        c if is_hidden(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// As the language writes them in quotes.
fn language(c: char, out: &mut String) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c => out.extend(c.escape_unicode()),
    }
}

fn escape(text: &str, is_escaped: impl Fn(char) -> bool, write: impl Fn(char, &mut String)) -> Cow<'_, str> {
    if !text.contains(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_escaped(c) { write(c, &mut out) } else { out.push(c) }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{in_place, json, line, page};

    const HOSTILE: &str = "a\u{1b}[2J\u{9b}31m\u{202e}\u{2066}\u{7f}\u{e0041}\r\n\tz";

    #[test]
    fn lines_and_pages() {
        assert_eq!(line("plain ä 漢"), "plain ä 漢");
        let escaped = r"a\u{1b}[2J\u{9b}31m\u{202e}\u{2066}\u{7f}\u{e0041}\r\n\tz";
        assert_eq!(line(HOSTILE), escaped);
        assert_eq!(page("one\n\ttwo\u{1b}\rthree"), "one\n\ttwo\\u{1b}\\rthree");
    }

    #[test]
    fn json_stays_the_same_value() {
        let value = serde_json::json!({ HOSTILE: [HOSTILE, 1, null] });
        for text in [value.to_string(), format!("{value:#}")] {
            let escaped = json(&text);
            assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
            assert!(!escaped.contains(crate::source::is_hidden), "{escaped:?}");
        }
    }

    #[test]
    fn columns_stay() {
        let shown: String = HOSTILE.chars().map(in_place).collect();
        assert_eq!(shown.chars().count(), HOSTILE.chars().count());
        assert_eq!(shown, "a\u{241b}[2J\u{fffd}31m\u{fffd}\u{fffd}\u{2421}\u{fffd}\u{240d}\n\tz");
    }
}
