//! Takes the quotes and escapes off a JSON string (RFC 8259, section 7). Knows nothing of files.

/// What is wrong inside a string literal, with the range of bytes in the literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// First byte, counted from the opening quote.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// One lower-case sentence.
    pub message: String,
}

/// The text of `raw`, a literal with its quotes. Faulty places become U+FFFD so that reading can go on.
pub(super) fn unescape(raw: &str) -> (String, Vec<Fault>) {
    let inner = raw.strip_prefix('"').unwrap_or(raw);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut scan = Scan { rest: inner, at: 1, out: String::with_capacity(inner.len()), faults: Vec::new() };
    while scan.step() {}
    (scan.out, scan.faults)
}

struct Scan<'a> {
    rest: &'a str,
    at: usize,
    out: String,
    faults: Vec<Fault>,
}

impl<'a> Scan<'a> {
    /// Copies plain text up to the next special character and deals with that one; false at the end.
    fn step(&mut self) -> bool {
        let special = self.rest.find(|c: char| c == '\\' || c < ' ').unwrap_or(self.rest.len());
        let plain = self.take(special);
        self.out.push_str(plain);
        match self.rest.chars().next() {
            None => false,
            Some('\\') => {
                self.escape();
                true
            }
            Some(c) => {
                self.take(c.len_utf8());
                let start = self.at - c.len_utf8();
                self.fault(
                    start,
                    format!("control character U+{:04X} must be escaped in a string", c as u32),
                );
                true
            }
        }
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (head, tail) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = tail;
        self.at += head.len();
        head
    }

    fn fault(&mut self, start: usize, message: String) {
        self.faults.push(Fault { start, end: self.at, message });
        self.out.push(char::REPLACEMENT_CHARACTER);
    }

    fn escape(&mut self) {
        let start = self.at;
        self.take(1);
        let Some(c) = self.rest.chars().next() else {
            return self.fault(start, "unfinished escape sequence".into());
        };
        self.take(c.len_utf8());
        let plain = match c {
            '"' | '\\' | '/' => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(start),
            _ => return self.fault(start, format!("unknown escape sequence `\\{c}`")),
        };
        self.out.push(plain);
    }

    /// Four hex digits, if they are next.
    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest.get(..4)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let value = u32::from_str_radix(digits, 16).ok()?;
        self.take(4);
        Some(value)
    }

    /// After `\u`: one unit, or a pair of surrogates.
    fn unicode(&mut self, start: usize) {
        let Some(first) = self.hex() else {
            return self.fault(start, "`\\u` needs four hexadecimal digits".into());
        };
        if let Some(c) = char::from_u32(first) {
            return self.out.push(c);
        }
        if (0xD800..0xDC00).contains(&first) && self.rest.starts_with("\\u") {
            let before = (self.rest, self.at);
            self.take(2);
            if let Some(second @ 0xDC00..0xE000) = self.hex() {
                let scalar = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return self.out.push(char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            (self.rest, self.at) = before;
        }
        self.fault(start, format!("`\\u{first:04X}` is half of a surrogate pair"));
    }
}
