//! What every part of resolving shares: the names in scope, where findings go, and spelling → text with
//! compile-time parameters put in. Knows nothing of what the text means.

use super::shared::{Copies, LONG, Memo};
use crate::diag::suggest;
use crate::diag::{Code, Diagnostic, Label, codes::resolve as code};
use crate::hir::{ActionPattern, Effect, List, Str};
use crate::limits::Limits;
use crate::source::Span;
use crate::syntax::ast::{Expr, Form, IdentityKind, Lexeme, Literal, LiteralType, Origin};
use crate::syntax::lexeme::{LexemeErrorKind, Part};
use hashbrown::HashMap;
use std::borrow::Cow;
use std::cell::RefCell;

/// One literal whose names and parameters are resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Val {
    /// Never [`LiteralType::Name`].
    pub ty: LiteralType,
    /// Its text.
    pub text: Str,
}

/// What a constant or a parameter stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Vals {
    /// The literals; exactly one unless `list`.
    pub items: List<Val>,
    /// Written as a list.
    pub list: bool,
}

/// Parameter → argument, or constant → value.
pub type Bindings = HashMap<Str, Vals>;

/// A declared user, role or group that a name may mean.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Digits of its account.
    pub account: Str,
    /// Its ARN.
    pub arn: Str,
}

/// The names of a program that statements may use.
#[derive(Debug, Default)]
pub struct Names<'t> {
    /// Constants.
    pub consts: Bindings,
    /// Action sets, flattened to patterns.
    pub actions: HashMap<Str, List<ActionPattern>>,
    /// Resource sets, flattened to patterns.
    pub resources: HashMap<Str, List<Str>>,
    /// Conditions.
    pub conditions: HashMap<Str, &'t Expr>,
    /// Account name → digits.
    pub accounts: HashMap<Str, Str>,
    /// The digits of the only account, when there is just one.
    pub only_account: Option<Str>,
    /// Unique ids of users and roles (R86).
    pub unique_ids: hashbrown::HashSet<Str>,
    /// Users, roles and groups by kind and name. Service-linked roles are roles.
    pub identities: HashMap<(IdentityKind, Str), Vec<Declared>>,
    /// What was resolved before.
    pub memo: RefCell<Memo>,
}

/// Findings, with a bound on how many are kept.
#[derive(Debug)]
pub struct Sink {
    kept: Vec<Diagnostic>,
    seen: hashbrown::HashSet<(Code, Span, String)>,
    errors: usize,
    /// Errors and warnings that are kept.
    shown: [usize; 2],
    left_out: usize,
    silent: bool,
    limit: usize,
    copies: Copies,
    stopped: bool,
}

impl Sink {
    /// An empty one.
    pub fn new(limits: &Limits) -> Self {
        Sink {
            kept: Vec::new(),
            seen: hashbrown::HashSet::new(),
            errors: 0,
            shown: [0; 2],
            left_out: 0,
            silent: false,
            limit: limits.diagnostics,
            copies: Copies::default(),
            stopped: false,
        }
    }

    /// Takes a finding; the same one at the same place is taken once, and of each severity only so many are kept.
    pub fn push(&mut self, d: Diagnostic) {
        let span = d.primary.as_ref().map_or(Span::NONE, |l| l.span);
        self.errors += usize::from(d.is_error());
        let [errors, warnings] = &mut self.shown;
        let shown = if d.is_error() { errors } else { warnings };
        let finding = (d.code, span, d.message.clone());
        if self.seen.contains(&finding) {
            return;
        }
        if *shown == self.limit {
            self.left_out += 1;
            return;
        }
        *shown += 1;
        self.seen.insert(finding);
        self.kept.push(d);
    }

    /// A place in the list of findings, for [`explain`](Self::explain).
    pub fn mark(&self) -> usize {
        self.kept.len()
    }

    /// Points the findings with a code since a mark at a further place.
    pub fn explain(&mut self, mark: usize, code: Code, span: Span, text: &str) {
        for d in self.kept.iter_mut().skip(mark).filter(|d| d.code == code && !span.is_none()) {
            d.secondary.push(Label { span, text: text.into() });
        }
    }

    /// Counts what had to be copied (see [`Copies`]). `None`: the program copies too much, which is reported once, with the
    /// name that most of the copies are of.
    pub fn copied(
        &mut self,
        what: &'static str,
        name: &str,
        parts: usize,
        limits: &Limits,
        span: Span,
    ) -> Option<()> {
        self.copies.add(what, name, parts);
        let most = limits.copies;
        if self.copies.total() <= most {
            return Some(());
        }
        if !std::mem::replace(&mut self.stopped, true) {
            let (largest, parts) = self.copies.largest();
            let message = format!(
                "names and parameters expand to more than {most} values, patterns and comparisons: \
                 {parts} of them are of {largest}"
            );
            let help = "a name that stands alone where it is used is shared and costs nothing; so is what names no \
                        parameter";
            self.push(Diagnostic::error(code::EXPANSION, message).at(span).help(help));
        }
        None
    }

    /// Ends resolving: the program is too large, which was reported.
    pub fn stop(&mut self) {
        self.stopped = true;
    }

    /// Whether the program was found to be too large: nothing more of it is resolved.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Records that an earlier stage reported an error at something that is needed here.
    pub fn fail(&mut self) {
        self.silent = true;
    }

    /// How many errors there are so far, the same one counted as often as it was met.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Whether anything stops the compilation.
    pub fn failed(&self) -> bool {
        self.errors > 0 || self.silent
    }

    /// What was found, with a note on what was left out.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        if self.left_out > 0 {
            self.kept.push(Diagnostic::new(
                crate::diag::Severity::Note,
                code::MORE,
                format!("{} further findings are not shown", self.left_out),
            ));
        }
        self.kept
    }
}

/// The state of resolving one document or one program.
pub struct Cx<'a> {
    /// Names of the program; `None` for a lone document.
    pub names: Option<&'a Names<'a>>,
    /// Arguments of the policy being instantiated.
    pub params: Option<&'a Bindings>,
    /// What ARNs of identity providers begin with where the document stands: `arn:aws:iam::111111111111`. `None` where no
    /// one account owns it.
    pub home: Option<Str>,
    /// What the document was written in.
    pub origin: Origin,
    /// The bounds.
    pub limits: &'a Limits,
    /// Values, patterns and comparisons of a parametrised policy that were resolved for this instance alone.
    pub fresh: usize,
    /// Where findings go.
    pub sink: &'a mut Sink,
}

impl<'a> Cx<'a> {
    /// A context without names.
    pub fn bare(limits: &'a Limits, sink: &'a mut Sink) -> Self {
        Cx { names: None, params: None, home: None, origin: Origin::Source, limits, fresh: 0, sink }
    }

    /// Reports an error.
    pub fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.sink.push(Diagnostic::error(code, message).at(span));
    }

    /// Reports an error with help.
    pub fn error_help(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.sink.push(Diagnostic::error(code, message).at(span).help(help));
    }

    /// Reports a warning.
    pub fn warn(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.sink.push(Diagnostic::warning(code, message).at(span).help(help));
    }

    /// Reports what can apply to nothing: an error where it denies, for a `deny` that never applies looks like one that
    /// does (R6).
    pub fn idle(&mut self, effect: Effect, span: Span, message: &str, help: &str) {
        match effect {
            Effect::Deny => self.error_help(code::IDLE, span, message, help),
            Effect::Allow => self.warn(code::IDLE, span, message, help),
        }
    }

    /// Reports all but all, which is nothing whoever reads it. IAM takes such a `Deny`, so in its JSON it means what it
    /// means there.
    pub fn all_but_all(&mut self, effect: Effect, span: Span, message: &str, help: &str) {
        match (effect, self.origin) {
            (Effect::Deny, Origin::Json) => {
                self.warn(code::IDLE, span, format!("{message}: this denies nothing"), help);
            }
            _ => self.idle(effect, span, message, help),
        }
    }

    /// Reports a name nobody declared, with the nearest declared one.
    pub fn unknown<'n>(&mut self, what: &str, name: &str, span: Span, known: impl Iterator<Item = &'n str>) {
        let mut d =
            Diagnostic::error(code::UNKNOWN_NAME, format!("there is no {what} named `{name}`")).at(span);
        d = match suggest::nearest(name, known) {
            Some(near) => d.help(format!("did you mean `{near}`?")).fix(span, near),
            None => d.help(format!("declare the {what}, or mend the name")),
        };
        self.sink.push(d);
    }

    /// The text of a lexeme: spelling taken off, `$(name)` put in. `None` when that failed; it is reported.
    pub fn text<'l>(&mut self, lexeme: &'l Lexeme) -> Option<Cow<'l, str>> {
        let text = if lexeme.form == Form::Bare && !lexeme.raw.contains("$(") {
            Cow::Borrowed(&*lexeme.raw)
        } else {
            let parts = match lexeme.parts() {
                Ok(parts) => parts,
                Err(e) => {
                    self.bad_text(lexeme, e.kind);
                    return None;
                }
            };
            let mut out = String::new();
            for part in parts {
                match part {
                    Part::Text(text) => out.push_str(&text),
                    Part::Param(name, span) => out.push_str(&self.word(&name, span)?),
                }
            }
            Cow::Owned(out)
        };
        if text.len() > self.limits.pattern_bytes {
            let limit = self.limits.pattern_bytes;
            self.error(code::TOO_LONG, lexeme.span, format!("this text is longer than {limit} bytes"));
            return None;
        }
        Some(text)
    }

    /// The parser reports these where a file holds them; a tree that a program built comes without a parser.
    fn bad_text(&mut self, lexeme: &Lexeme, kind: LexemeErrorKind) {
        self.sink.fail();
        if lexeme.span.is_none() {
            let what = match kind {
                LexemeErrorKind::Escape => "an escape that does not exist",
                LexemeErrorKind::Parameter => "a `$(` without a name and `)`",
            };
            self.error(code::BAD_TEXT, lexeme.span, format!("`{}` holds {what}", lexeme.raw));
        }
    }

    /// The value of a `$(name)` inside a word or string.
    fn word(&mut self, name: &str, span: Span) -> Option<Str> {
        let Some(vals) = self.binding(name) else {
            let known = self.known_values();
            self.unknown("constant or parameter", name, span, known.iter().map(|n| &**n));
            return None;
        };
        match vals.items.as_slice() {
            [one] if !vals.list => Some(one.text.clone()),
            // A constant that has no value because of a mistake, which is reported.
            [] if !vals.list => {
                self.sink.fail();
                None
            }
            _ => {
                self.error_help(
                    code::LIST_IN_WORD,
                    span,
                    format!("`{name}` is a list and cannot stand inside a text"),
                    "use it as a whole value, or give it one value",
                );
                None
            }
        }
    }

    /// What a constant or parameter stands for; parameters hide constants.
    fn binding(&self, name: &str) -> Option<Vals> {
        let (params, names) = (self.params, self.names);
        params.and_then(|p| p.get(name)).or_else(|| names.and_then(|n| n.consts.get(name))).cloned()
    }

    /// Names of all constants and parameters.
    fn known_values(&self) -> Vec<Str> {
        let params = self.params.into_iter().flat_map(|p| p.keys());
        params.chain(self.names.into_iter().flat_map(|n| n.consts.keys())).cloned().collect()
    }

    /// Reports a value without quotes that is no literal and no name: mostly a text that lacks them.
    fn unknown_value(&mut self, text: &str, lexeme: &Lexeme) {
        let span = lexeme.span;
        let known = self.known_values();
        let near = suggest::nearest(text, known.iter().map(|n| &**n)).is_some();
        if lexeme.raw.contains("$(") {
            let message = format!("there is no constant or parameter named `{text}`");
            let help =
                "a parameter that is a whole value is its name alone; a text with `$(…)` stands in quotes";
            self.error_help(code::UNKNOWN_NAME, span, message, help);
        } else if near || lexeme.form != Form::Bare {
            self.unknown("constant or parameter", text, span, known.iter().map(|n| &**n));
        } else if is_like_address(text) {
            let message = format!("`{text}` is no IP address, and no constant or parameter has that name");
            self.error_help(code::UNKNOWN_NAME, span, message, "mend the address: `10.0.0.1`, `10.0.0.0/8`");
        } else {
            let message = format!("there is no constant or parameter named `{text}`");
            let number =
                if text.starts_with(|c: char| c.is_ascii_digit()) { "a number has no unit; " } else { "" };
            let help = format!("{number}a text stands in quotes: `{text:?}`");
            self.error_help(code::UNKNOWN_NAME, span, message, help);
        }
    }

    /// The text of one value: what is written, or what the constant stands for that a bare word names.
    pub fn one(&mut self, literal: &Literal) -> Option<Str> {
        let span = literal.lexeme.span;
        let text = Str::from(&*self.text(&literal.lexeme)?);
        if literal.ty != LiteralType::Name {
            return Some(text);
        }
        if self.names.is_some_and(|n| n.consts.contains_key(&text)) {
            return self.word(&text, span);
        }
        let known = self.names.into_iter().flat_map(|n| n.consts.keys()).map(|n| &**n);
        let help = match suggest::nearest(&text, known) {
            Some(near) => format!("did you mean `{near}`? A text stands in quotes: `\"{text}\"`"),
            None => format!("a text stands in quotes: `\"{text}\"`"),
        };
        self.error_help(code::UNKNOWN_NAME, span, format!("there is no constant named `{text}`"), help);
        None
    }

    /// Literals with names replaced by what they stand for. All of them or none.
    pub fn literals(&mut self, literals: &[Literal]) -> Option<Vec<(Val, Span)>> {
        let mut out = Vec::with_capacity(literals.len());
        let mut complete = true;
        for literal in literals {
            let span = literal.lexeme.span;
            let Some(text) = self.text(&literal.lexeme) else {
                complete = false;
                continue;
            };
            if literal.ty == LiteralType::Name {
                match self.binding(&text) {
                    Some(vals) => {
                        if vals.items.len() >= LONG {
                            self.copied("the constant", &text, vals.items.len(), span)?;
                        }
                        out.extend(vals.items.iter().map(|v| (v.clone(), span)));
                    }
                    None => {
                        self.unknown_value(&text, &literal.lexeme);
                        complete = false;
                    }
                }
            } else {
                out.push((Val { ty: literal.ty, text: Str::from(&*text) }, span));
            }
        }
        complete.then_some(out)
    }

    /// The values of a long constant that is the only literal: they are shared.
    pub fn long_constant(&mut self, literals: &[Literal]) -> Option<List<Val>> {
        let [literal] = literals else { return None };
        if literal.ty != LiteralType::Name || literal.lexeme.raw.contains("$(") {
            return None;
        }
        let text = literal.lexeme.text()?;
        self.binding(&text).map(|vals| vals.items).filter(|items| items.len() >= LONG)
    }

    /// Counts members of a set or constant that are copied into a list with others. `None`: they are too many; it is reported.
    pub fn copied(&mut self, what: &'static str, name: &str, parts: usize, span: Span) -> Option<()> {
        self.sink.copied(what, name, parts, self.limits, span)
    }

    /// Whether a pattern position holds the name of a set: one bare word without `:`, wildcards or parameters.
    pub fn is_set_name(lexeme: &Lexeme) -> bool {
        lexeme.form == Form::Bare && !lexeme.raw.contains([':', '*', '?', '$'])
    }
}

/// Digits with points or colons, as in an address that is none.
fn is_like_address(text: &str) -> bool {
    let digits = text.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':' | b'/'));
    digits && (text.contains(':') || text.contains('.') && text.starts_with(|c: char| c.is_ascii_digit()))
}
