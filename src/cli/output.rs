//! What the command writes: results to standard output, findings to standard error, and the exit code. What could do
//! anything to a terminal is escaped here, where all of it is written.

use super::args::{Color, Global, MessageFormat};
use super::files::Identity;
use crate::diag::render::{Places, escape, json, sarif, text::Text};
use crate::diag::{Diagnostic, Severity};
use crate::limits::Limits;
use crate::source::SourceMap;
use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It did what was asked.
    Fine,
    /// An expectation was not met.
    Unmet,
    /// Errors in input or arguments.
    Input,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Fine => 0,
            Exit::Unmet => 1,
            Exit::Input => 2,
        })
    }
}

/// Why a command stopped before its end.
#[derive(Debug)]
pub enum Stop {
    /// Errors were reported; there is nothing to work on.
    Reported,
    /// Standard output can't be written, for another reason than that its reader went away.
    Output(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Output(error)
    }
}

/// Collects findings and writes output.
pub struct Console {
    /// The files that findings point into.
    pub sources: SourceMap,
    /// The bounds of this run.
    pub limits: Limits,
    /// The ARNs of unknown policies that are taken for empty ones.
    pub assume_empty: Vec<String>,
    format: MessageFormat,
    deny_warnings: bool,
    text: Text,
    /// Whether findings of the machine formats are the result, and go to standard output.
    findings_are_output: bool,
    pending: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
    kept: usize,
    hidden: usize,
    /// The files that were read.
    read: hashbrown::HashSet<Identity>,
    out: BufWriter<Out>,
    progress: bool,
    /// Whether the number of findings was said.
    settled: bool,
}

impl Console {
    /// A console as the global options ask.
    pub fn new(global: &Global) -> Self {
        let terminal = io::stderr().is_terminal();
        let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
        let colour = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !set("NO_COLOR") && !dumb,
        };
        let width = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(120);
        Console {
            sources: SourceMap::new(),
            limits: Limits::default(),
            assume_empty: global.assume_empty.clone(),
            format: global.message_format,
            deny_warnings: global.deny_warnings,
            text: Text::new(colour, width),
            findings_are_output: false,
            pending: Vec::new(),
            errors: 0,
            warnings: 0,
            kept: 0,
            hidden: 0,
            read: hashbrown::HashSet::new(),
            out: BufWriter::with_capacity(1 << 16, Out { inner: io::stdout(), is_closed: false }),
            progress: terminal && !dumb,
            settled: false,
        }
    }

    /// From now on JSON and SARIF findings go to standard output.
    pub fn findings_are_output(&mut self) {
        self.findings_are_output = true;
    }

    /// Takes findings; warnings become errors when the user asked for it.
    pub fn report(&mut self, findings: impl IntoIterator<Item = Diagnostic>) {
        for mut finding in findings {
            if self.deny_warnings && finding.severity == Severity::Warning {
                finding.severity = Severity::Error;
            }
            match finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Note => {}
            }
            if self.kept >= self.limits.diagnostics {
                self.hidden += 1;
            } else {
                self.kept += 1;
                self.pending.push(finding);
            }
        }
    }

    /// Whether an error was reported.
    pub fn failed(&self) -> bool {
        self.errors > 0
    }

    /// Stops when an error was reported.
    pub fn stop_on_errors(&mut self) -> Result<(), Stop> {
        if self.failed() { Err(Stop::Reported) } else { Ok(()) }
    }

    /// Reports one error and stops.
    pub fn refuse<T>(&mut self, finding: Diagnostic) -> Result<T, Stop> {
        self.report([finding]);
        Err(Stop::Reported)
    }

    /// Remembers that a file was read.
    pub fn reads(&mut self, file: Identity) {
        self.read.insert(file);
    }

    /// Whether this run has read a file.
    pub fn has_read(&self, file: &Identity) -> bool {
        self.read.contains(file)
    }

    /// A line of output.
    pub fn line(&mut self, line: fmt::Arguments<'_>) -> io::Result<()> {
        writeln!(self.out, "{}", escape::line(&line.to_string()))
    }

    /// Lines of output, each ended.
    pub fn page(&mut self, page: &str) -> io::Result<()> {
        self.out.write_all(escape::page(page).as_bytes())
    }

    /// JSON as output, ended by a line break.
    pub fn json(&mut self, json: fmt::Arguments<'_>) -> io::Result<()> {
        writeln!(self.out, "{}", escape::json(&json.to_string()))
    }

    /// Output that is no text.
    pub fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)
    }

    /// Says on a terminal what takes long.
    pub fn progress(&self, what: fmt::Arguments<'_>) {
        if self.progress {
            // The next line of output, or the end, overwrites it.
            let what = what.to_string();
            let _ = write!(io::stderr().lock(), "\r\u{1b}[2K{}…\r", escape::line(&what));
        }
    }

    /// Takes the progress line away.
    pub fn quiet(&self) {
        if self.progress {
            let _ = write!(io::stderr().lock(), "\r\u{1b}[2K");
        }
    }

    /// Writes the findings collected so far, in source order. A SARIF log is one piece and waits for the end.
    pub fn flush(&mut self) {
        if self.format != MessageFormat::Sarif {
            self.write_findings();
        }
    }

    fn write_findings(&mut self) {
        self.quiet();
        let _ = self.out.flush();
        let mut findings = std::mem::take(&mut self.pending);
        findings.sort_by_key(|d| d.primary.as_ref().map(|l| (l.span.file, l.span.start)));
        match self.format {
            MessageFormat::Text => self.write_text(&findings),
            MessageFormat::Json => self.write_machine(&json::render(&findings, &self.sources)),
            MessageFormat::Sarif => self.write_machine(&sarif::render(&findings, &self.sources)),
        }
    }

    fn write_text(&self, findings: &[Diagnostic]) {
        let mut places = Places::new(&self.sources);
        let mut err = io::BufWriter::new(io::stderr().lock());
        for finding in findings {
            let text = self.text.render(finding, &mut places, &self.sources);
            // Nobody is left to be told when standard error is closed.
            let _ = writeln!(err, "{text}\n");
        }
    }

    fn write_machine(&mut self, text: &str) {
        let text = escape::json(text);
        let _ = if self.findings_are_output {
            self.out.write_all(text.as_bytes())
        } else {
            io::stderr().lock().write_all(text.as_bytes())
        };
    }

    /// Writes all findings and their number now, so that what follows stands last.
    pub fn settle(&mut self) {
        self.flush();
        if self.format == MessageFormat::Text
            && self.errors + self.warnings + self.hidden > 0
            && !self.settled
        {
            let _ = writeln!(io::stderr().lock(), "{}", self.summary());
        }
        self.settled = true;
    }

    /// Writes what is left and says how the command ended.
    pub fn finish(mut self, result: Result<Exit, Stop>) -> Exit {
        self.write_findings();
        let result = self.out.flush().map_err(Stop::Output).and(result);
        self.settle();
        match result {
            Ok(Exit::Fine) if self.failed() => Exit::Input,
            Ok(exit) => exit,
            Err(Stop::Reported) => Exit::Input,
            Err(Stop::Output(error)) => {
                let _ = writeln!(io::stderr().lock(), "error: cannot write to standard output: {error}");
                Exit::Input
            }
        }
    }

    fn summary(&self) -> String {
        let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        let mut text = match (self.errors, self.warnings) {
            (e, 0) => count(e, "error"),
            (0, w) => count(w, "warning"),
            (e, w) => format!("{}, {}", count(e, "error"), count(w, "warning")),
        };
        if self.hidden > 0 {
            text.push_str(&format!("; {} of them not shown", self.hidden));
        }
        text
    }
}

/// Standard output, which may lose its reader. That is no error and ends nothing: the exit code says how the command ended,
/// and must not depend on how much of its output somebody wanted to read.
struct Out {
    inner: Stdout,
    is_closed: bool,
}

impl Out {
    fn unless_closed<T>(
        &mut self,
        closed: T,
        act: impl FnOnce(&mut Stdout) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.is_closed {
            return Ok(closed);
        }
        match act(&mut self.inner) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(closed)
            }
            result => result,
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_closed(bytes.len(), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_closed((), Stdout::flush)
    }
}
