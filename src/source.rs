//! Source files, places in them, and which characters a reader of them does not see. Knows nothing of what the files say.

use std::sync::Arc;

/// One file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A range of bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The place of things that no file holds (built by a program).
    pub const NONE: Span = Span { file: FileId(u32::MAX), start: 0, end: 0 };

    /// A span of `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Span { file, start: start as u32, end: end as u32 }
    }

    /// The smallest span that holds both; `self` when they are in different files.
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether no file holds it.
    pub fn is_none(self) -> bool {
        self.file == Self::NONE.file
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub node: T,
    /// Its place.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(node: T, span: Span) -> Self {
        Spanned { node, span }
    }
}

/// One source file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The name shown in diagnostics (a path, or `<stdin>`).
    pub name: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
    line_starts: Vec<u32>,
}

/// Line and column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineCol {
    /// Line from 1.
    pub line: u32,
    /// Column from 1, in characters.
    pub column: u32,
}

/// All files of one compilation.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> FileId {
        let text: Arc<str> = text.into();
        let mut line_starts = vec![0u32];
        line_starts.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1));
        let id = FileId(self.files.len() as u32);
        self.files.push(SourceFile { name: name.into(), text, line_starts });
        id
    }

    /// The file, unless the id is of another map.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// All files in the order they were added.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(i as u32), f))
    }

    /// The text of a span; empty for [`Span::NONE`].
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).and_then(|f| f.text.get(span.start as usize..span.end as usize)).unwrap_or("")
    }

    /// The line (from 1) that holds a byte.
    pub fn line_of(&self, file: FileId, offset: u32) -> u32 {
        let Some(f) = self.get(file) else { return 1 };
        f.line_starts.partition_point(|s| *s <= offset).max(1) as u32
    }

    /// The bytes of a line (from 1) without its line break.
    pub fn line_range(&self, file: FileId, line: u32) -> Option<std::ops::Range<u32>> {
        let f = self.get(file)?;
        let start = *f.line_starts.get((line as usize).checked_sub(1)?)?;
        let next = f.line_starts.get(line as usize).copied();
        let end = next.map_or(f.text.len() as u32, |n| n - 1);
        let carriage =
            f.text.as_bytes().get(start as usize..end as usize).is_some_and(|l| l.ends_with(b"\r"));
        Some(start..end - u32::from(carriage))
    }

    /// Line and column of a byte.
    pub fn line_col(&self, file: FileId, offset: u32) -> LineCol {
        let Some(f) = self.get(file) else { return LineCol { line: 1, column: 1 } };
        let line = f.line_starts.partition_point(|s| *s <= offset).max(1);
        let start = f.line_starts.get(line - 1).copied().unwrap_or(0);
        let column = f.text.get(start as usize..offset as usize).map_or(0, |t| t.chars().count());
        LineCol { line: line as u32, column: column as u32 + 1 }
    }
}

/// Characters that change how a line looks without being seen, control characters but for tabs and line ends among them:
/// refused everywhere in a source, and escaped where a text that holds them is written. The list is Unicode's
/// `Default_Ignorable_Code_Point`, further blanks that are letters or symbols, and what ends lines in some editors only.
pub fn is_hidden(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        c if c.is_ascii() => c.is_ascii_control(),
        c => {
            c.is_control()
                || is_directional(c)
                || matches!(c,
                    '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
                    | '\u{200B}'..='\u{200D}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
                    | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{16FE4}'
                    | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D159}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        }
    }
}

/// Characters that reorder the text around them: refused everywhere in a file.
pub fn is_directional(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
