//! Conformance cases: a request, the policy documents it meets, and what the answer must be, one JSON object a
//! line. [`load`] makes an estate and a request of a line, an [`Engine`] answers, [`Case::judge`] compares. The
//! module must not know how any engine works.
//!
//! Members of a line:
//!
//! - `id`, `source`, `note`: strings; only `id` is needed.
//! - `request`: `principal`, `action`, `resource`, maybe `resource_account`, and `context`, an object of strings and
//!   lists of strings. A key that is not there is absent from the request.
//! - `policies`: `identity` is a list of documents; `boundary` and `session` are lists or null; `scp` and `rcp` are
//!   null or lists of levels from the root to the account, each a list of documents; `resource` and `endpoint` are
//!   one document or null.
//! - `expected`: `allow`, `explicit_deny`, `implicit_deny`, or `deny` where the kind does not matter; `refused` where a
//!   document or the request's context must be refused, so that nothing is decided.
//!
//! Another member, or one of another shape, is an error (R59): a boundary that is not seen would bind nobody.

mod estate;
mod request;
#[cfg(test)]
mod tests;

pub use request::{OwnedEntry, OwnedRequest};

use crate::diag::codes::cases as codes;
use crate::diag::{Diagnostic, has_errors, suggest};
use crate::hir::World;
use crate::json::{self, Node};
use crate::limits::Limits;
use crate::source::FileId;
use tabella_runtime::{Decision, Outcome};

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name, unique within a corpus.
    pub id: String,
    /// Where it comes from.
    pub source: String,
    /// What it is about.
    pub note: String,
    /// What is asked; its context is complete.
    pub request: OwnedRequest,
    /// What the answer must be.
    pub expected: Expected,
    /// The estate, or why a document in it was refused.
    pub world: Result<World, Vec<Diagnostic>>,
}

/// What a case expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Allowed.
    Allow,
    /// Denied by a `Deny` statement.
    ExplicitDeny,
    /// Denied for want of an allow.
    ImplicitDeny,
    /// Denied; the source does not say how.
    Deny,
    /// Nothing decided: a document or the context is refused.
    Refused,
}

impl Expected {
    /// As the format writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::ExplicitDeny => "explicit_deny",
            Self::ImplicitDeny => "implicit_deny",
            Self::Deny => "deny",
            Self::Refused => "refused",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        [Self::Allow, Self::ExplicitDeny, Self::ImplicitDeny, Self::Deny, Self::Refused]
            .into_iter()
            .find(|e| e.word() == word)
    }

    /// Whether an outcome is the expected one.
    pub fn is_met_by(self, outcome: Outcome) -> bool {
        match self {
            Self::Allow => outcome == Outcome::Allow,
            Self::ExplicitDeny => outcome == Outcome::ExplicitDeny,
            Self::ImplicitDeny => outcome == Outcome::ImplicitDeny,
            Self::Deny => outcome != Outcome::Allow,
            Self::Refused => false,
        }
    }
}

/// What came of a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// As expected.
    Pass(Decision),
    /// Otherwise.
    Fail(Decision),
    /// A document or the context was refused, so nothing was decided. No denial: a misspelled `Deny` is refused, too.
    Refused {
        /// Whether the case expects it.
        as_expected: bool,
        /// Why it was refused.
        why: Vec<Diagnostic>,
    },
}

impl Verdict {
    /// Whether the case is met.
    pub fn is_pass(&self) -> bool {
        matches!(self, Self::Pass(_) | Self::Refused { as_expected: true, .. })
    }
}

/// Something that answers cases.
pub trait Engine {
    /// Its name in reports.
    fn name(&self) -> &'static str;
    /// The answer; an error if it could not take the estate or the request.
    fn decide(&self, world: &World, request: &OwnedRequest) -> Result<Decision, Vec<Diagnostic>>;
}

/// What an engine answers when a request's context is refused.
pub fn refused_request(problem: String) -> Vec<Diagnostic> {
    vec![Diagnostic::error(codes::REQUEST, problem)]
}

impl Case {
    /// Lets an engine answer and compares.
    pub fn judge(&self, engine: &dyn Engine) -> Verdict {
        let answer = match &self.world {
            Ok(world) => engine.decide(world, &self.request),
            Err(why) => Err(why.clone()),
        };
        match answer {
            Ok(decision) if self.expected.is_met_by(decision.outcome) => Verdict::Pass(decision),
            Ok(decision) => Verdict::Fail(decision),
            Err(why) => Verdict::Refused { as_expected: self.expected == Expected::Refused, why },
        }
    }
}

/// Reads one line. Places in diagnostics are bytes of the line, in `file`. An error means that the line is no
/// case; a policy document that is refused is not an error but part of the case.
pub fn load(file: FileId, line: &str, limits: &Limits) -> Result<Case, Vec<Diagnostic>> {
    let (node, diagnostics) = json::read(file, line, limits);
    let Some(node) = node.filter(|_| !has_errors(&diagnostics)) else { return Err(diagnostics) };
    case(&node, limits).map_err(|problem| vec![*problem])
}

/// Reads a whole corpus: every line that is not blank.
pub fn load_all(
    file: FileId,
    text: &str,
    limits: &Limits,
) -> impl Iterator<Item = Result<Case, Vec<Diagnostic>>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(move |line| load(file, line, limits))
}

fn case(node: &Node, limits: &Limits) -> Result<Case, Box<Diagnostic>> {
    object("a case", node, &["id", "source", "note", "request", "policies", "expected"])?;
    let mut request = request::read(member(node, "request")?)?;
    let word = text(node, "expected")?;
    let expected = Expected::of_word(word).ok_or_else(|| {
        let message = format!("`{word}` is no outcome");
        let help = "it is `allow`, `explicit_deny`, `implicit_deny`, `deny` or `refused`";
        Box::new(Diagnostic::error(codes::CASE, message).at(node.span).help(help))
    })?;
    let world = estate::build(member(node, "policies")?, &mut request, limits)?;
    let optional = |key| node.get(key).map_or(Ok(""), |_| text(node, key)).map(str::to_owned);
    Ok(Case {
        id: text(node, "id")?.to_owned(),
        source: optional("source")?,
        note: optional("note")?,
        request,
        expected,
        world,
    })
}

/// An object without members that nobody reads.
fn object(what: &str, node: &Node, known: &[&str]) -> Result<(), Box<Diagnostic>> {
    let members = node.members().ok_or_else(|| wrong(what, "an object", node))?;
    let Some(unknown) = members.iter().find(|m| !known.contains(&&*m.key)) else { return Ok(()) };
    let message = format!("{what} has no `{}`", unknown.key);
    let finding = Diagnostic::error(codes::CASE, message).at(unknown.key_span);
    Err(Box::new(match suggest::nearest(&unknown.key, known.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    }))
}

fn wrong(what: &str, wanted: &str, node: &Node) -> Box<Diagnostic> {
    let message = format!("{what} must be {wanted}, found {}", node.what());
    Box::new(Diagnostic::error(codes::CASE, message).at(node.span))
}

/// A member that must be there.
fn member<'n>(node: &'n Node, key: &str) -> Result<&'n Node, Box<Diagnostic>> {
    node.get(key)
        .ok_or_else(|| Box::new(Diagnostic::error(codes::CASE, format!("`{key}` is missing")).at(node.span)))
}

/// A member that must be a string.
fn text<'n>(node: &'n Node, key: &str) -> Result<&'n str, Box<Diagnostic>> {
    let value = member(node, key)?;
    value.as_str().ok_or_else(|| wrong(&format!("`{key}`"), "a string", value))
}
