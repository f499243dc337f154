//! `T01xx`: lexing and parsing.

use super::{Code, Entry};

/// Something else was expected here.
pub const SYNTAX: Code = Code("T0101");
/// A string or backtick name without end.
pub const UNCLOSED_TEXT: Code = Code("T0102");
/// No such escape.
pub const ESCAPE: Code = Code("T0103");
/// A character that begins nothing.
pub const CHARACTER: Code = Code("T0104");
/// Nested too deeply.
pub const NESTING: Code = Code("T0105");
/// The file is too large.
pub const FILE_SIZE: Code = Code("T0106");
/// A block without end.
pub const UNCLOSED_BLOCK: Code = Code("T0107");
/// A malformed `${…}` or `$(…)`.
pub const VARIABLE: Code = Code("T0108");
/// A character that reorders the text around it.
pub const DIRECTION: Code = Code("T0109");

/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[
    Entry {
        code: SYNTAX,
        title: "not what the grammar expects",
        page: r##"Something stands where the grammar wants something else. The message lists what may stand here. Reading goes on at
the next statement, member or item, so one run reports every such place; a second error on the same line is left
out, since it is mostly a consequence of the first.

```tabella
policy TeamData {
  allow s3:GetObject s3:PutObject on *
}
```

Mend: entries of a list are separated by commas, here `s3:GetObject, s3:PutObject`. A keyword that is meant as a name
goes into backticks: `` `allow` ``.
"##,
    },
    Entry {
        code: UNCLOSED_TEXT,
        title: "text without end",
        page: r##"A string or a backtick name has no closing delimiter on its line. Texts never go over the end of a line: one that is
left open would swallow the statements after it.

```tabella
import "actions.tabella
```

Mend: close it. A line break inside a text is written `\n`.
"##,
    },
    Entry {
        code: ESCAPE,
        title: "unknown escape",
        page: r##"A backslash stands before something that is no escape. In quotes and backticks there are `\"` `\\` `` \` `` `\$` `\n` `\t`
`\r` and `\u{…}` with the number of a Unicode character in hexadecimal.

```tabella
condition windows = aws:UserAgent like "C:\Program*"
```

Mend: write a backslash as `\\`.
"##,
    },
    Entry {
        code: CHARACTER,
        title: "unexpected character",
        page: r##"A character begins no word and is no punctuation of the language. It is skipped, and reading goes on. Control
characters, line separators, fillers and characters that nobody sees (a zero-width space, a variation selector) are refused
everywhere, in words, texts and comments, because two texts could look alike and differ. Tabs stand between words, not
in texts; lines end with a line feed, with or without a carriage return before it.

```tabella
policy TeamData {
  allow s3:GetObject on *;
}
```

Mend: remove it; statements need no `;`, and negation is `not`. Text with punctuation goes into quotes or backticks, and
there what nobody sees is written `\u{200B}`.
"##,
    },
    Entry {
        code: NESTING,
        title: "nested too deeply",
        page: r##"Parentheses, brackets, blocks and `not` nest more deeply than the limit (128 levels). No stage of the compiler recurses
deeper than that, so a file can't exhaust its stack. The rest of the file is not read.

```tabella
condition deep = ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
```

Mend: give inner conditions names with `condition name = …` and use those.
"##,
    },
    Entry {
        code: FILE_SIZE,
        title: "file too large",
        page: r##"The file has more bytes than one source file may have (256 MiB). It is not read at all.

Mend: split it, and join the parts with `import "part.tabella"`.
"##,
    },
    Entry {
        code: UNCLOSED_BLOCK,
        title: "block without end",
        page: r##"A `{` has no `}`. Where the next item begins in the first column, the block is taken to end before it, so that the items
after it are still read.

```tabella
policy TeamData {
  allow s3:GetObject on *

policy Other {
  allow s3:ListBucket on *
}
```

Mend: add the `}`.
"##,
    },
    Entry {
        code: VARIABLE,
        title: "malformed variable or parameter",
        page: r##"In words and texts, `${aws:username}` is an IAM variable (with an optional default: `${aws:username, 'nobody'}`) and
`$(name)` a parameter of a policy, filled in when the program is compiled. This one is not closed, or what stands in it
is no name.

```tabella
policy Home(team) {
  allow s3:GetObject on arn:aws:s3:::data/$(team/*
}
```

Mend: close it. For the characters themselves, use quotes or backticks; there, `$(` is written `\$(`.
"##,
    },
    Entry {
        code: DIRECTION,
        title: "text that is shown in another order",
        page: "The file holds a character that changes the direction in which text is shown. With such characters a line looks
different to a reviewer than to the compiler, also in comments and strings, so they are refused everywhere.

```tabella
policy TeamData {
  allow s3:GetObject on * // \u{202E} yrassecen si siht
}
```

Mend: remove it; in a text that needs it, write `\\u{202E}`.
",
    },
];
