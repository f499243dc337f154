//! Managed documents: policies, boundaries and session policies, once each or once for each list of arguments; and the
//! finding of them by name or ARN.

use super::items::{Table, plain};
use super::nameable::{self, Declares};
use super::{Build, Shared};
use crate::diag::{Diagnostic, codes::resolve as code};
use crate::hir::{PolicyId, PolicyKind, Str, is_account_id};
use crate::resolve::cx::{Bindings, Vals};
use crate::resolve::document::Head;
use crate::source::Span;
use crate::syntax::ast::{Argument, Lexeme, Policy, PolicyRef};
use hashbrown::{HashMap, HashSet};

/// Which list of declarations a name is looked up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shelf {
    /// `policy`
    Policy,
    /// `boundary`
    Boundary,
    /// `session policy`
    Session,
}

/// Documents that references can find.
#[derive(Debug, Default)]
pub struct Documents {
    /// By shelf, name and arguments; `None` = it has errors, which are reported.
    made: HashMap<(Shelf, Str, Vec<Vals>), Option<PolicyId>>,
    /// Those that some reference asked for, whatever the arguments.
    pub asked: HashSet<(Shelf, Str)>,
    /// By ARN.
    arns: HashMap<Str, (Shelf, Str)>,
    /// Names of the organization's units, sorted.
    pub units: Vec<Str>,
    /// Account digits → the units it is in, outermost first.
    pub places: HashMap<Str, Vec<Str>>,
}

impl Build {
    /// Resolves all managed documents that have no parameters, and learns the ARNs of all.
    pub fn managed_policies<'a>(&mut self, shared: &Shared<'a>) {
        for shelf in [Shelf::Policy, Shelf::Boundary, Shelf::Session] {
            for (name, (policy, span)) in &table(shared, shelf).list {
                self.learn_arn(shared, shelf, name, policy);
                self.check_params(policy);
                if policy.params.is_empty() {
                    self.instance(shared, shelf, name, policy, *span, Vec::new());
                }
            }
        }
    }

    fn learn_arn(&mut self, shared: &Shared<'_>, shelf: Shelf, name: &Str, policy: &Policy) {
        let Some(word) = &policy.arn else { return };
        let Some(arn) = self.arn_of(shared, word) else { return };
        if let Some((_, other)) = self.documents.arns.insert(arn.clone(), (shelf, name.clone())) {
            let d = Diagnostic::error(
                code::DUPLICATE,
                format!("`{other}` and `{name}` have the same ARN `{arn}`"),
            );
            self.sink.push(d.at(word.span));
        }
    }

    /// A whole ARN without wildcards or variables. One that ends in `:` or `/` names nothing.
    pub fn arn_of(&mut self, shared: &Shared<'_>, word: &Lexeme) -> Option<Str> {
        let text = Str::from(&*self.cx(shared, None, None).text(word)?);
        let whole = text.starts_with("arn:") && text.bytes().filter(|b| *b == b':').count() >= 5;
        let named = !text.ends_with([':', '/']);
        // R66: no request names what is of no partition, of no service, or of digits that are no account.
        let part = |i| text.split(':').nth(i).unwrap_or_default();
        let owned = is_account_id(part(4)) || !part(4).starts_with(|c: char| c.is_ascii_digit());
        let named = named && !part(1).is_empty() && !part(2).is_empty() && owned;
        if whole && named && !text.contains(['*', '?']) && !text.contains("${") {
            return Some(text);
        }
        let d = Diagnostic::error(code::ARN, format!("`{text}` is not the ARN of one thing")).at(word.span);
        self.sink.push(d.help("write all six parts to the end of the name, without wildcards and variables"));
        None
    }

    fn check_params(&mut self, policy: &Policy) {
        let mut seen = HashSet::new();
        for word in &policy.params {
            if let Some(text) = plain(word, &mut self.sink) {
                nameable::check(Declares::Value, "parameter", &text, word.span, &mut self.sink);
            }
            if !seen.insert(&word.raw) {
                let d = Diagnostic::error(
                    code::DUPLICATE,
                    format!("the parameter `{}` is there twice", word.raw),
                );
                self.sink.push(d.at(word.span));
            }
        }
    }

    /// The document for a reference; `None` when there is none or it has errors, which are reported.
    pub fn reference<'a>(
        &mut self,
        shared: &Shared<'a>,
        shelves: &[Shelf],
        name: &Lexeme,
        args: &[Argument],
        span: Span,
    ) -> Option<PolicyId> {
        let text = Str::from(&*self.cx(shared, None, None).text(name)?);
        let found = if text.starts_with("arn:") {
            let found = self.documents.arns.get(&text).cloned().filter(|(shelf, _)| shelves.contains(shelf));
            if found.is_none() {
                self.unknown_arn(&text, name.span);
            }
            found?
        } else {
            let shelf = shelves.iter().copied().find(|s| table(shared, *s).get(&text).is_some());
            let Some(shelf) = shelf else {
                self.unknown_policy(shared, shelves, &text, name.span);
                return None;
            };
            (shelf, text)
        };
        let (shelf, text) = found;
        let (policy, place) = table(shared, shelf).get(&text)?;
        if !policy.params.is_empty() {
            self.documents.asked.insert((shelf, text.clone()));
        }
        let args = self.arguments(shared, policy, args, span)?;
        let before = self.sink.mark();
        let made = self.instance(shared, shelf, &text, policy, place, args);
        self.sink.explain(before, code::LIST_IN_WORD, span, "the list is given here");
        made
    }

    fn unknown_arn(&mut self, arn: &str, span: Span) {
        let known: Vec<Str> = self.documents.arns.keys().cloned().collect();
        let near = crate::diag::suggest::nearest(arn, known.iter().map(|k| &**k));
        let name = arn.rsplit('/').next().unwrap_or("Name");
        let d = Diagnostic::error(code::POLICY_ARN, format!("no policy with the ARN `{arn}` is declared"))
            .at(span);
        self.sink.push(match near {
            Some(near) => d.help(format!("did you mean `{near}`?")),
            None => {
                d.help(format!("declare it: `policy {name} arn {arn} {{ … }}`, or import a file that does"))
            }
        });
    }

    fn unknown_policy(&mut self, shared: &Shared<'_>, shelves: &[Shelf], name: &str, span: Span) {
        let all =
            [(Shelf::Policy, "policy"), (Shelf::Boundary, "boundary"), (Shelf::Session, "session policy")];
        let what = all.iter().find(|(s, _)| shelves.first() == Some(s)).map_or("policy", |(_, w)| w);
        if let Some((_, other)) = all.iter().find(|(s, _)| table(shared, *s).get(name).is_some()) {
            let message = format!("`{name}` is a {other}, not a {what}");
            let d = Diagnostic::error(code::UNKNOWN_NAME, message).at(span);
            self.sink.push(d.help(format!("declare a {what} of that name")));
            return;
        }
        let known = shelves.iter().flat_map(|s| table(shared, *s).names());
        self.cx(shared, None, None).unknown(what, name, span, known);
    }

    /// One value a parameter, in the order of the parameters.
    fn arguments(
        &mut self,
        shared: &Shared<'_>,
        policy: &Policy,
        args: &[Argument],
        span: Span,
    ) -> Option<Vec<Vals>> {
        let mut values: Vec<Option<Vals>> = vec![None; policy.params.len()];
        let mut positional = 0;
        let mut complete = true;
        for arg in args {
            let index = match &arg.name {
                None => {
                    positional += 1;
                    Some(positional - 1)
                }
                Some(name) => policy.params.iter().position(|p| p.raw == name.raw),
            };
            let at = arg.name.as_ref().or(arg.values.first().map(|v| &v.lexeme)).map_or(span, |w| w.span);
            let Some(slot) = index.and_then(|i| values.get_mut(i)) else {
                let (policy_name, most) = (&policy.name.raw, policy.params.len());
                let message = match &arg.name {
                    Some(name) => format!("`{policy_name}` has no parameter named `{}`", name.raw),
                    None => format!(
                        "`{policy_name}` takes {most} argument{}, and this is one more",
                        if most == 1 { "" } else { "s" }
                    ),
                };
                self.argument_error(at, message, policy);
                complete = false;
                continue;
            };
            if slot.is_some() {
                self.argument_error(at, "this parameter has a value already".into(), policy);
                complete = false;
                continue;
            }
            let Some(items) = self.cx(shared, None, None).literals(&arg.values) else {
                complete = false;
                continue;
            };
            let list = arg.list || items.len() != 1;
            *slot = Some(Vals { items: items.into_iter().map(|(v, _)| v).collect(), list });
        }
        for (param, value) in policy.params.iter().zip(&values) {
            if value.is_none() && complete {
                self.argument_error(span, format!("the parameter `{}` has no value", param.raw), policy);
                complete = false;
            }
        }
        if complete { values.into_iter().collect() } else { None }
    }

    fn argument_error(&mut self, span: Span, message: String, policy: &Policy) {
        let params: Vec<&str> = policy.params.iter().map(|p| &*p.raw).collect();
        let d = Diagnostic::error(code::ARGUMENTS, message).at(span);
        self.sink.push(d.help(format!("it is `{}({})`", policy.name.raw, params.join(", "))));
    }

    /// The document for a list of arguments, made when it is first asked for.
    fn instance<'a>(
        &mut self,
        shared: &Shared<'a>,
        shelf: Shelf,
        name: &Str,
        policy: &'a Policy,
        span: Span,
        args: Vec<Vals>,
    ) -> Option<PolicyId> {
        let key = (shelf, name.clone(), args);
        if let Some(made) = self.documents.made.get(&key) {
            return *made;
        }
        let args = &key.2;
        let bindings: Bindings =
            policy.params.iter().filter_map(|p| p.text()).map(Str::from).zip(args.iter().cloned()).collect();
        let shown = if args.is_empty() { name.clone() } else { Str::from(format!("{name}({})", show(args))) };
        let kind = kind_of(shelf);
        let arn = policy.arn.as_ref().and_then(|word| word.text()).map(Str::from);
        let head = Head { kind, name: shown, arn, span };
        let made = self.document(shared, &policy.body, head, Some(&bindings), None);
        self.documents.made.insert(key, made);
        made
    }

    /// All documents of a list of references, each once.
    pub fn references<'a>(
        &mut self,
        shared: &Shared<'a>,
        shelves: &[Shelf],
        refs: &[PolicyRef],
        out: &mut Vec<PolicyId>,
    ) {
        for r in refs {
            if let Some(id) = self.reference(shared, shelves, &r.name, &r.args, r.span)
                && !out.contains(&id)
            {
                out.push(id);
            }
        }
    }
}

/// The declarations of a shelf.
pub fn table<'s, 'a>(shared: &'s Shared<'a>, shelf: Shelf) -> &'s Table<'a, Policy> {
    match shelf {
        Shelf::Policy => &shared.items.policies,
        Shelf::Boundary => &shared.items.boundaries,
        Shelf::Session => &shared.items.sessions,
    }
}

/// What the documents of a shelf are.
pub fn kind_of(shelf: Shelf) -> PolicyKind {
    match shelf {
        Shelf::Policy => PolicyKind::Identity,
        Shelf::Boundary => PolicyKind::Boundary,
        Shelf::Session => PolicyKind::Session,
    }
}

/// Arguments as reports show them.
fn show(args: &[Vals]) -> String {
    // Texts that could be taken for several, or for a list, stand in quotes: no two lists of arguments look alike.
    let text = |text: &str| {
        let odd = text.is_empty() || text.contains([',', '[', ']', '(', ')', '"', '\\']);
        if odd { format!("{text:?}") } else { text.to_owned() }
    };
    let one = |vals: &Vals| {
        let items: Vec<String> = vals.items.iter().map(|v| text(&v.text)).collect();
        if vals.list { format!("[{}]", items.join(", ")) } else { items.join(", ") }
    };
    args.iter().map(one).collect::<Vec<_>>().join(", ")
}
