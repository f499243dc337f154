//! Lines and columns of many spans, in linear time even when a file is one line of 100 MB.

use crate::source::{FileId, LineCol, SourceMap, Span};

/// Where a span begins and ends, for people and for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file's name.
    pub file: String,
    /// First character.
    pub start: LineCol,
    /// One past the last character.
    pub end: LineCol,
}

/// Turns spans into places. Remembers the last one, so that asking in source order counts each character
/// of a line once.
pub struct Places<'a> {
    sources: &'a SourceMap,
    last: Option<(FileId, u32, LineCol)>,
}

impl<'a> Places<'a> {
    /// Places in these files.
    pub fn new(sources: &'a SourceMap) -> Self {
        Places { sources, last: None }
    }

    /// The place of a span; `None` when no file of the map holds it.
    pub fn of(&mut self, span: Span) -> Option<Place> {
        let file = self.sources.get(span.file)?.name.to_string();
        let start = self.line_col(span.file, span.start);
        let end = self.line_col(span.file, span.end);
        Some(Place { file, start, end })
    }

    /// Line and column of a byte.
    pub fn line_col(&mut self, file: FileId, offset: u32) -> LineCol {
        let line = self.sources.line_of(file, offset);
        let found = match self.last {
            Some((f, o, at)) if f == file && at.line == line && o <= offset => {
                LineCol { line, column: at.column + self.chars(file, o, offset) }
            }
            _ => {
                let start = self.sources.line_range(file, line).map_or(0, |r| r.start);
                LineCol { line, column: 1 + self.chars(file, start, offset) }
            }
        };
        self.last = Some((file, offset, found));
        found
    }

    fn chars(&self, file: FileId, from: u32, to: u32) -> u32 {
        let text = self.sources.get(file).and_then(|f| f.text.get(from as usize..to as usize));
        text.map_or(0, |t| t.chars().count() as u32)
    }
}
