//! Spans as file, line and column. All at once: lines may be very long (JSON on one line), so each file is walked
//! once, whatever is asked of it.

use crate::source::{FileId, SourceMap, Span};
use hashbrown::HashMap;

/// The places of some spans.
pub(super) struct Places {
    by_start: HashMap<(FileId, u32), (String, u32, u32)>,
}

impl Places {
    /// Looks all spans up.
    pub(super) fn of(sources: &SourceMap, spans: impl Iterator<Item = Span>) -> Places {
        let mut starts: Vec<(FileId, u32)> = spans.map(|s| (s.file, s.start)).collect();
        starts.sort_unstable();
        starts.dedup();
        let mut by_start = HashMap::with_capacity(starts.len());
        for file in starts.chunk_by(|a, b| a.0 == b.0) {
            let Some(source) = file.first().and_then(|(id, _)| sources.get(*id)) else { continue };
            let (mut line, mut column, mut at) = (1u32, 1u32, 0usize);
            for (id, start) in file {
                let passed = source.text.get(at..*start as usize).unwrap_or_default();
                for c in passed.chars() {
                    (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
                }
                at += passed.len();
                by_start.insert((*id, *start), (source.name.to_string(), line, column));
            }
        }
        Places { by_start }
    }

    /// The place of a span; an empty file name when no file holds it.
    pub(super) fn get(&self, span: Span) -> (String, u32, u32) {
        self.by_start.get(&(span.file, span.start)).cloned().unwrap_or_default()
    }
}
