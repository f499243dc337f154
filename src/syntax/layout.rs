//! Lays out a document in lines: the small pretty printer under [`super::printer`].
//!
//! A document is a flat list of operations, so nothing here recurses. Groups stay on one line when they fit and
//! break at each of their lines when they don't. Knows text, lines and comments; not what is printed.

use std::borrow::Cow;

/// Columns of a line that is not one long word.
const WIDTH: usize = 100;

/// Where a text stands in the source, as far as comments need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At this byte.
    At(u32),
    /// Between what was printed before and this byte.
    Before(u32),
    /// A closing bracket: the next thing in the source but for commas and comments, if it is that bracket.
    Closer,
    /// Nobody knows; comments before it go before the next text whose place is known.
    Unknown,
}

/// Blank lines at the beginning of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blank {
    /// None, as after an opening brace.
    Never,
    /// One where the source has some.
    Keep,
    /// One.
    Force,
}

/// One operation.
#[derive(Clone, Debug)]
pub(super) enum Op<'a> {
    /// Words without line breaks.
    Text(Cow<'a, str>, Place),
    /// A space, or a new line in a broken group.
    Line,
    /// Nothing, or a new line in a broken group.
    Soft,
    /// A new line in any case.
    Hard(Blank),
    /// Begins a group.
    Open,
    /// Ends it.
    Close,
    /// One step to the right from the next line on.
    In,
    /// And back.
    Out,
    /// A comment behind what was printed last.
    Trailing(&'a str),
    /// A comment on a line of its own. The flag says whether it stands between whole lines, and the place is for
    /// blank lines before it.
    Own(&'a str, bool, u32),
}

/// The source and its comments, for layouts that keep them.
#[derive(Clone, Copy)]
pub(super) struct Comments<'a> {
    /// The text that was parsed.
    pub(super) source: &'a str,
    /// Comments by place.
    pub(super) places: &'a [(u32, u32)],
}

impl<'a> Comments<'a> {
    fn text(&self, (start, end): (u32, u32)) -> &'a str {
        self.source.get(start as usize..end as usize).unwrap_or("").trim_end()
    }

    /// White space directly before a place.
    fn gap(&self, at: u32) -> &'a str {
        let head = self.source.get(..at as usize).unwrap_or("");
        head.get(head.trim_end().len()..).unwrap_or("")
    }

    /// Whether nothing but white space stands before it on its line.
    fn owns_line(&self, at: u32) -> bool {
        let gap = self.gap(at);
        gap.contains('\n') || gap.len() == at as usize
    }

    fn blank_before(&self, at: u32) -> bool {
        self.gap(at).bytes().filter(|b| *b == b'\n').count() > 1
    }

    /// The place of a closing bracket after `from`, over white space, commas and comments.
    fn closer(&self, from: u32, bracket: &str) -> Option<u32> {
        let mut rest = self.source.get(from as usize..)?;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',' || c == '\u{FEFF}');
            if !rest.starts_with("//") {
                break;
            }
            rest = rest.find('\n').map_or("", |end| rest.get(end..).unwrap_or(""));
        }
        rest.starts_with(bracket).then(|| (self.source.len() - rest.len()) as u32)
    }
}

/// The document as text; comments go where their neighbours went.
pub(super) fn render<'a>(ops: Vec<Op<'a>>, comments: Option<Comments<'a>>) -> String {
    let ops = match comments {
        Some(comments) => attach(ops, comments),
        None => ops,
    };
    let measures = Measures::of(&ops);
    let mut writer = Writer {
        out: String::new(),
        column: 0,
        indent: 0,
        margin: 0,
        blank: Blank::Never,
        must_break: false,
        comments,
    };
    let mut broken: Vec<bool> = Vec::new();
    for (i, op) in ops.iter().enumerate() {
        match op {
            Op::Open => {
                let flat = broken.last() == Some(&false) || measures.fits(i, writer.column);
                broken.push(!flat);
            }
            Op::Close => {
                broken.pop();
            }
            Op::In => writer.indent += 1,
            Op::Out => writer.indent -= 1,
            Op::Text(text, place) => writer.text(text, *place),
            Op::Line | Op::Soft if broken.last() == Some(&true) || writer.must_break => {
                writer.new_line(Blank::Never);
            }
            Op::Line => writer.space(),
            Op::Soft => {}
            Op::Hard(blank) => writer.new_line(*blank),
            Op::Trailing(comment) => writer.trailing(comment),
            Op::Own(comment, block, place) => writer.own_line(comment, *block, *place),
        }
    }
    if !writer.out.is_empty() && !writer.out.ends_with('\n') {
        writer.out.push('\n');
    }
    writer.out
}

/// Puts comments between the operations.
fn attach<'a>(ops: Vec<Op<'a>>, comments: Comments<'a>) -> Vec<Op<'a>> {
    let mut inserts: Vec<(usize, Op<'a>)> = Vec::new();
    let mut pending = comments.places.iter().copied().peekable();
    let mut last_text: Option<usize> = None;
    let mut read = 0u32; // where the source was read to
    for (i, op) in ops.iter().enumerate() {
        let Op::Text(text, place) = op else { continue };
        let at = match place {
            Place::At(at) | Place::Before(at) => Some(*at),
            Place::Closer => comments.closer(read, text),
            Place::Unknown => None,
        };
        if let Some(at) = at {
            let mut first = true;
            while let Some(comment) = pending.next_if(|c| c.0 < at) {
                let trailing = first && !comments.owns_line(comment.0);
                first = false;
                if let Some(last) = last_text.filter(|_| trailing) {
                    inserts.push((trailing_index(&ops, last), Op::Trailing(comments.text(comment))));
                } else {
                    let (index, block) = own_line_index(&ops, i, matches!(&**text, "}" | ")" | "]"));
                    inserts.push((index, Op::Own(comments.text(comment), block, comment.0)));
                }
            }
            if !matches!(place, Place::Before(_)) {
                read = at + text.len() as u32;
            }
        }
        last_text = Some(i);
    }
    for comment in pending {
        let op = match last_text {
            Some(_) if !comments.owns_line(comment.0) => Op::Trailing(comments.text(comment)),
            _ => Op::Own(comments.text(comment), true, comment.0),
        };
        inserts.push((ops.len(), op));
    }
    merge(ops, inserts)
}

/// Where a comment behind text `last` goes: after the groups that end with it, so that it does not break them.
fn trailing_index(ops: &[Op<'_>], last: usize) -> usize {
    let ends = ops.iter().enumerate().skip(last + 1).take_while(|(_, op)| matches!(op, Op::Close | Op::Out));
    ends.filter(|(_, op)| matches!(op, Op::Close)).last().map_or(last, |(i, _)| i) + 1
}

/// Where an own-line comment before operation `i` goes, and whether it stands between whole lines there. Before a
/// closing bracket it belongs to what is inside.
fn own_line_index(ops: &[Op<'_>], i: usize, closing: bool) -> (usize, bool) {
    let mut block = false;
    for (j, op) in ops.iter().enumerate().take(i).rev() {
        match op {
            Op::Hard(_) if !closing => return (j + 1, true),
            Op::Hard(_) => block = true,
            Op::Out if closing => return (j, block),
            Op::Open | Op::In | Op::Out | Op::Close | Op::Soft | Op::Line => {}
            _ => return (i, false),
        }
    }
    (i, true)
}

fn merge<'a>(ops: Vec<Op<'a>>, mut inserts: Vec<(usize, Op<'a>)>) -> Vec<Op<'a>> {
    if inserts.is_empty() {
        return ops;
    }
    inserts.sort_by_key(|(index, _)| *index);
    let mut out = Vec::with_capacity(ops.len() + inserts.len());
    let mut inserts = inserts.into_iter().peekable();
    for (i, op) in ops.into_iter().enumerate() {
        while let Some((_, insert)) = inserts.next_if(|(index, _)| *index <= i) {
            out.push(insert);
        }
        out.push(op);
    }
    out.extend(inserts.map(|(_, op)| op));
    out
}

/// Widths, so that each group knows at once whether it fits.
struct Measures {
    /// Flat width of all operations before one.
    flat: Vec<usize>,
    /// Forced breaks before one.
    forced: Vec<usize>,
    /// Text from one up to the next possible break.
    rest: Vec<usize>,
    /// Where the group that begins at one ends.
    close: Vec<usize>,
}

impl Measures {
    fn of(ops: &[Op<'_>]) -> Self {
        let n = ops.len();
        let mut m = Measures {
            flat: vec![0; n + 1],
            forced: vec![0; n + 1],
            rest: vec![0; n + 2],
            close: vec![n; n + 1],
        };
        let mut open = Vec::new();
        for (i, op) in ops.iter().enumerate() {
            let (width, forced) = match op {
                Op::Text(text, _) => (text.chars().count(), 0),
                Op::Line => (1, 0),
                Op::Hard(_) | Op::Trailing(_) | Op::Own(..) => (0, 1),
                _ => (0, 0),
            };
            match op {
                Op::Open => open.push(i),
                Op::Close => {
                    if let Some(close) = open.pop().and_then(|o| m.close.get_mut(o)) {
                        *close = i;
                    }
                }
                _ => {}
            }
            let (before, breaks) = (get(&m.flat, i), get(&m.forced, i));
            set(&mut m.flat, i + 1, before + width);
            set(&mut m.forced, i + 1, breaks + forced);
        }
        for (i, op) in ops.iter().enumerate().rev() {
            let rest = match op {
                Op::Text(text, _) => text.chars().count() + get(&m.rest, i + 1),
                Op::Open | Op::Close | Op::In | Op::Out => get(&m.rest, i + 1),
                _ => 0,
            };
            set(&mut m.rest, i, rest);
        }
        m
    }

    fn fits(&self, open: usize, column: usize) -> bool {
        let close = get(&self.close, open);
        let forced = get(&self.forced, close) > get(&self.forced, open);
        let width = get(&self.flat, close) - get(&self.flat, open);
        !forced && column + width + get(&self.rest, close + 1) <= WIDTH
    }
}

fn get(of: &[usize], i: usize) -> usize {
    of.get(i).copied().unwrap_or(0)
}

fn set(of: &mut [usize], i: usize, value: usize) {
    if let Some(slot) = of.get_mut(i) {
        *slot = value;
    }
}

/// The text so far.
struct Writer<'a> {
    out: String,
    column: usize,
    indent: usize,
    /// The indentation when this line began.
    margin: usize,
    /// Whether a blank line may stand before what comes next.
    blank: Blank,
    /// A comment ended the line.
    must_break: bool,
    comments: Option<Comments<'a>>,
}

impl Writer<'_> {
    fn at_line_start(&self) -> bool {
        self.out.is_empty() || self.out.ends_with('\n')
    }

    fn new_line(&mut self, blank: Blank) {
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        if !self.at_line_start() {
            self.out.push('\n');
        }
        self.margin = self.indent;
        self.column = self.margin * 2;
        self.blank = blank;
        self.must_break = false;
    }

    fn space(&mut self) {
        if !self.at_line_start() {
            self.out.push(' ');
            self.column += 1;
        }
    }

    /// The beginning of a line: its blank line and its indentation.
    fn begin(&mut self, place: Option<u32>) {
        let keep = place.is_some_and(|at| self.comments.is_some_and(|c| c.blank_before(at)));
        let blank = match self.blank {
            Blank::Never => false,
            Blank::Keep => keep,
            Blank::Force => true,
        };
        if blank && !self.out.is_empty() {
            self.out.push('\n');
        }
        for _ in 0..self.margin {
            self.out.push_str("  ");
        }
        self.column = self.margin * 2;
        self.blank = Blank::Never;
    }

    fn text(&mut self, text: &str, place: Place) {
        if self.must_break {
            self.new_line(Blank::Never);
        }
        let first = self.at_line_start();
        if first {
            self.begin(if let Place::At(at) | Place::Before(at) = place { Some(at) } else { None });
        }
        let text = if first { text.trim_start() } else { text };
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn trailing(&mut self, comment: &str) {
        if self.must_break {
            self.new_line(Blank::Never);
        }
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        if self.at_line_start() {
            self.begin(None);
        } else {
            self.out.push(' ');
        }
        self.out.push_str(comment);
        self.must_break = true;
    }

    fn own_line(&mut self, comment: &str, block: bool, place: u32) {
        let blank = if self.at_line_start() { self.blank } else { Blank::Keep };
        let opened = self.out.ends_with(['{', '(', '[']) || self.out.is_empty();
        self.new_line(if opened || !block { Blank::Never } else { blank });
        self.begin(Some(place));
        self.out.push_str(comment);
        self.out.push('\n');
        self.blank = if block { Blank::Keep } else { Blank::Never };
        self.column = self.margin * 2;
    }
}
