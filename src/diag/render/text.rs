//! Diagnostics for people: the source line, the span underlined, notes and help apart.
//!
//! Only an excerpt around each label is shown to the layout library, and long lines are clipped to a window
//! around the label, so that a finding costs the same in a file of 100 bytes and in one of 100 MB.

use super::{Places, escape};
use crate::diag::{Diagnostic, Label, Severity};
use crate::source::{FileId, SourceMap, Span};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
use std::ops::Range;

/// Labels this many lines apart or less share one excerpt.
const NEAR_LINES: u32 = 3;
/// A span over more lines than this is underlined on its first line only.
const TALL_LINES: u32 = 8;
/// Bytes of a long line shown before its first label.
const BEFORE: usize = 80;
/// Bytes of a line shown at most.
const WIDE: usize = 320;

/// Renders findings, with or without colour.
pub struct Text {
    renderer: Renderer,
}

impl Text {
    /// `colour`: ANSI escapes; `width`: columns of the terminal.
    pub fn new(colour: bool, width: usize) -> Self {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        Text { renderer: renderer.term_width(width.max(60)) }
    }

    /// One finding, without a line break at the end.
    pub fn render(&self, diagnostic: &Diagnostic, places: &mut Places<'_>, sources: &SourceMap) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let mut group =
            Group::with_title(level.primary_title(escape::line(&diagnostic.message)).id(diagnostic.code.0));
        for (i, excerpt) in excerpts(diagnostic, sources).into_iter().enumerate() {
            let name = escape::line(sources.get(excerpt.file).map_or("", |f| &*f.name));
            if excerpt.clipped {
                // The layout library would count columns from where the window begins.
                let at = places.line_col(excerpt.file, excerpt.offset);
                let origin = Origin::path(name).line(at.line as usize).char_column(at.column as usize);
                group = group.element(origin).element(excerpt.snippet(i));
            } else {
                group = group.element(excerpt.snippet(i).path(name));
            }
        }
        for note in &diagnostic.notes {
            group = group.element(Level::NOTE.message(escape::line(note)));
        }
        let fix = diagnostic.fix.as_ref().and_then(|f| patch(f.span, &f.replacement, sources));
        let mut report = vec![group];
        match (&diagnostic.help, fix) {
            (help, Some(fix)) => {
                let title = help.as_deref().unwrap_or("write it like this");
                report.push(Level::HELP.secondary_title(escape::line(title)).element(fix));
            }
            (Some(help), None) => {
                let help = Level::HELP.message(escape::line(help));
                report = report.into_iter().map(|g| g.element(help.clone())).collect();
            }
            (None, None) => {}
        }
        self.renderer.render(&report)
    }
}

/// The mended line, when the mend is short and on one line.
fn patch(span: Span, replacement: &str, sources: &SourceMap) -> Option<Snippet<'static, Patch<'static>>> {
    let line = sources.line_of(span.file, span.start);
    let range = sources.line_range(span.file, line)?;
    let fits = span.end <= range.end && (range.end - range.start) as usize <= WIDE;
    if !fits || replacement.len() > WIDE || span.start > span.end {
        return None;
    }
    let source = sources.get(span.file)?.text.get(range.start as usize..range.end as usize)?;
    let within = (span.start - range.start) as usize..(span.end - range.start) as usize;
    // As it is shown, and where the replaced part stands in that.
    let shown = |text: &str| text.chars().map(escape::in_place).collect::<String>();
    let before = shown(source.get(..within.start)?);
    let within = before.len()..before.len() + shown(source.get(within)?).len();
    let patch = Patch::new(within, shown(replacement));
    Some(Snippet::source(shown(source)).line_start(line as usize).patch(patch))
}

/// Some lines of a file and the labels on them.
struct Excerpt {
    file: FileId,
    /// The byte the header points at.
    offset: u32,
    line: u32,
    source: String,
    marks: Vec<Mark>,
    /// Whether the beginning of the line of `offset` is left out.
    clipped: bool,
}

/// A label within an excerpt.
struct Mark {
    range: Range<usize>,
    text: String,
    primary: bool,
}

impl Excerpt {
    fn snippet(self, index: usize) -> Snippet<'static, Annotation<'static>> {
        let source = &self.source;
        let inside = |offset: usize| floor(source, offset.min(source.len()), 0);
        let has_primary = self.marks.iter().any(|m| m.primary);
        let marks: Vec<_> = self
            .marks
            .into_iter()
            .map(|m| {
                let primary = m.primary || (index == 0 && !has_primary);
                let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
                let span = inside(m.range.start)..inside(m.range.end);
                kind.span(span).label((!m.text.is_empty()).then(|| escape::line(&m.text).into_owned()))
            })
            .collect();
        Snippet::source(self.source).line_start(self.line as usize).annotations(marks)
    }
}

/// A label with the lines it covers.
struct Placed<'a> {
    label: &'a Label,
    first: u32,
    last: u32,
    primary: bool,
}

fn excerpts(diagnostic: &Diagnostic, sources: &SourceMap) -> Vec<Excerpt> {
    let primary = diagnostic.primary.iter().map(|l| (l, true));
    let secondary = diagnostic.secondary.iter().map(|l| (l, false));
    let mut placed: Vec<Placed<'_>> = primary
        .chain(secondary)
        .filter(|(l, _)| sources.get(l.span.file).is_some())
        .map(|(label, primary)| {
            let first = sources.line_of(label.span.file, label.span.start);
            let last = sources.line_of(label.span.file, label.span.end.max(label.span.start + 1) - 1);
            let last = if last > first + TALL_LINES { first } else { last };
            Placed { label, first, last, primary }
        })
        .collect();
    // The excerpt with the primary label comes first, the others in source order.
    placed.sort_by_key(|p| (p.label.span.file, p.first, p.last));
    let mut runs: Vec<Vec<Placed<'_>>> = Vec::new();
    for next in placed {
        let near = runs.last().and_then(|run| run.last()).is_some_and(|before| {
            before.label.span.file == next.label.span.file && next.first <= before.last + NEAR_LINES
        });
        match runs.last_mut() {
            Some(run) if near => run.push(next),
            _ => runs.push(vec![next]),
        }
    }
    runs.sort_by_key(|run| !run.iter().any(|p| p.primary));
    runs.iter().filter_map(|run| excerpt(run, sources)).collect()
}

/// Copies the lines of a run, long ones clipped, and moves its labels along.
fn excerpt(run: &[Placed<'_>], sources: &SourceMap) -> Option<Excerpt> {
    let file = run.first()?.label.span.file;
    let text = &sources.get(file)?.text;
    let first = run.iter().map(|p| p.first).min()?;
    let last = run.iter().map(|p| p.last).max()?;
    let mut source = String::new();
    let mut lines: Vec<Clipped> = Vec::new();
    for line in first..=last {
        let range = sources.line_range(file, line)?;
        let starts = run.iter().filter(|p| p.first == line).map(|p| p.label.span.start);
        let clipped = clip(text, range, starts.min(), &mut source);
        source.push('\n');
        lines.push(clipped);
    }
    let marks = run.iter().map(|p| mark(p, first, &lines)).collect();
    let head = run.iter().find(|p| p.primary).or(run.first())?;
    let offset = head.label.span.start;
    let kept = lines.get((head.first - first) as usize)?.kept.start;
    let clipped = kept > sources.line_range(file, head.first)?.start as usize;
    Some(Excerpt { file, offset, line: first, source, marks, clipped })
}

fn mark(placed: &Placed<'_>, first_line: u32, lines: &[Clipped]) -> Mark {
    let span = placed.label.span;
    let at = |line: u32, offset: u32| lines.get((line - first_line) as usize).map_or(0, |l| l.map(offset));
    let start = at(placed.first, span.start);
    let end = at(placed.last, span.end).max(start);
    Mark { range: start..end, text: placed.label.text.clone(), primary: placed.primary }
}

/// Which bytes of the file stand where in the excerpt.
struct Clipped {
    kept: Range<usize>,
    at: usize,
    /// Characters that are shown as others: where each ends in the file and in the excerpt.
    replaced: Vec<(usize, usize)>,
}

impl Clipped {
    fn map(&self, offset: u32) -> usize {
        let offset = (offset as usize).clamp(self.kept.start, self.kept.end);
        let before = self.replaced.partition_point(|(end, _)| *end <= offset);
        let last = before.checked_sub(1).and_then(|i| self.replaced.get(i)).copied();
        let (from, at) = last.unwrap_or((self.kept.start, self.at));
        at + (offset - from)
    }
}

/// Appends a line, or a window of it that begins a little before `around`.
fn clip(text: &str, line: Range<u32>, around: Option<u32>, out: &mut String) -> Clipped {
    let (start, end) = (line.start as usize, line.end as usize);
    let mut from = start;
    let mut to = end;
    if end - start > WIDE {
        let around = around.map_or(start, |a| a as usize).clamp(start, end);
        from = floor(text, around.saturating_sub(BEFORE).max(start), start);
        to = floor(text, (from + WIDE).min(end), from);
    }
    if from > start {
        out.push('…');
    }
    let at = out.len();
    let mut replaced = Vec::new();
    for (i, c) in text.get(from..to).unwrap_or("").char_indices() {
        let shown = escape::in_place(c);
        out.push(shown);
        if shown != c {
            replaced.push((from + i + c.len_utf8(), out.len()));
        }
    }
    if to < end {
        out.push('…');
    }
    Clipped { kept: from..to, at, replaced }
}

/// The nearest character boundary at or before `offset`, not before `least`.
fn floor(text: &str, offset: usize, least: usize) -> usize {
    (least..=offset).rev().find(|o| text.is_char_boundary(*o)).unwrap_or(least)
}
