//! Resolved policies → IAM JSON that means exactly the same. Must not know where a policy came from.
//!
//! What IAM JSON has no form for is an error; nothing is left out, widened or narrowed. Two things have no place in
//! JSON and no meaning for decisions: annotations, and the compile-time names that resolving has replaced.
//!
//! * IAM knows no `or` between conditions: a condition becomes one statement for each conjunction of its
//!   disjunctive normal form (`disjuncts`) that some request may meet, with numbered `Sid`s. A statement applies when its
//!   condition holds, and statements are OR-ed (R3), so the split keeps the meaning of `Allow` and `Deny` alike.
//! * A JSON object holds one entry for an operator and key: a conjunction that tests one key twice with one operator
//!   is rewritten to something equivalent (`block`) or refused.
//!
//! Same input, same bytes: elements stand in IAM's usual order, lists in the order of the policy, lists of one as
//! plain strings. Export, import and export again gives the same text.

mod block;
mod details;
mod disjuncts;
#[cfg(test)]
mod tests;
mod text;

pub use details::{account_details, authorization_details};

use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::hir::{
    Condition, Effect, Policy, PolicyKind, Principal, Principals, Resources, Statement, Version,
};
use crate::limits::Limits;
use hashbrown::HashSet;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The document as IAM JSON. Every error of the document is reported, not only the first.
pub fn document(policy: &Policy) -> Result<Value, Vec<Diagnostic>> {
    Exporter::default().document(policy)
}

/// Documents of one program, one after another: what they share is written out for each of them, and all of it together has
/// a bound.
#[derive(Debug, Default)]
pub struct Exporter<'w> {
    sizes: disjuncts::Sizes,
    /// Lists that were written, by their addresses.
    written: HashSet<usize>,
    /// Values, patterns and tests that were written once more.
    copies: usize,
    /// The document with most of them.
    largest: Option<(usize, &'w Policy)>,
    /// They are too many, which is reported.
    stopped: bool,
    limits: Limits,
}

impl<'w> Exporter<'w> {
    /// As [`document`]. Nothing comes after the error that the documents are too large together.
    pub fn document(&mut self, policy: &'w Policy) -> Result<Value, Vec<Diagnostic>> {
        if self.stopped {
            return Err(Vec::new());
        }
        let before = self.copies;
        let mut writer = Writer {
            policy,
            all: self,
            sids: BTreeMap::new(),
            numbers: BTreeMap::new(),
            statements: Vec::new(),
            diagnostics: Vec::new(),
            parts: 0,
            stopped: false,
        };
        writer.reserve_sids();
        for statement in &policy.statements {
            writer.statement(statement);
        }
        let (statements, mut found, variables) = (writer.statements, writer.diagnostics, variables(policy));
        let copies = self.copies - before;
        if self.largest.is_none_or(|(most, _)| copies > most) {
            self.largest = Some((copies, policy));
        }
        if self.copies > self.limits.exported && found.is_empty() {
            self.stopped = true;
            found.extend(self.too_large());
        }
        if !found.is_empty() {
            return Err(found);
        }
        let mut document = Map::new();
        document.insert("Version".into(), if variables { "2012-10-17" } else { "2008-10-17" }.into());
        if let Some(id) = &policy.id {
            document.insert("Id".into(), (**id).into());
        }
        document.insert("Statement".into(), Value::Array(statements));
        Ok(Value::Object(document))
    }

    /// The error of documents that would be too large together.
    fn too_large(&self) -> Option<Diagnostic> {
        let (copies, policy) = self.largest?;
        let message = format!(
            "what the documents share would be written out more than {} times as JSON: {copies} times in `{}`",
            self.limits.exported, policy.name
        );
        let help = "JSON has no names; export the documents one by one";
        Some(Diagnostic::error(codes::TOO_MANY_STATEMENTS, message).at(policy.span).help(help))
    }

    /// How much of a statement's content is written for the first time.
    fn fresh(&mut self, statement: &Statement) -> usize {
        let mut fresh = principals_of(statement);
        let mut is_new = |address, len| {
            let is_new = self.written.insert(address);
            fresh += if is_new { len } else { 0 };
            is_new
        };
        is_new(statement.actions.patterns.address(), statement.actions.patterns.len());
        if let Some(resources) = &statement.resources {
            is_new(resources.patterns.address(), resources.patterns.len());
        }
        let mut open = vec![&statement.condition];
        while let Some(condition) = open.pop() {
            match condition {
                Condition::And(inner) | Condition::Or(inner) if is_new(inner.address(), inner.len()) => {
                    open.extend(inner);
                }
                Condition::And(_) | Condition::Or(_) => {}
                Condition::Atom(atom) => {
                    is_new(atom.values.address(), atom.values.len());
                }
            }
        }
        fresh
    }
}

/// R52.
fn variables(policy: &Policy) -> bool {
    policy.version == Some(Version::V2012)
}

struct Writer<'p, 'w> {
    policy: &'w Policy,
    all: &'p mut Exporter<'w>,
    /// Names that are taken, and how many statements were written with each.
    sids: BTreeMap<String, usize>,
    /// The last number given after a name.
    numbers: BTreeMap<String, usize>,
    statements: Vec<Value>,
    diagnostics: Vec<Diagnostic>,
    /// Values, patterns and tests written so far.
    parts: usize,
    /// They are too many, which is reported.
    stopped: bool,
}

impl Writer<'_, '_> {
    /// The error of a document that would be too large, with the statement that would have most of it.
    fn too_large(&mut self) -> Diagnostic {
        let policy = self.policy;
        let sizes = policy.statements.iter().map(|s| (self.size(s).map_or(0, |(_, parts)| parts), s.span));
        let (parts, span) = sizes.max_by_key(|(size, _)| *size).unwrap_or((0, policy.span));
        let message = format!(
            "`{}` would have more than {} values, patterns and tests as JSON: its largest statement has {parts}",
            policy.name, self.all.limits.exported
        );
        let help = "JSON has no names: what statements share is written out for each; split the policy";
        Diagnostic::error(codes::TOO_MANY_STATEMENTS, message).at(span).help(help)
    }

    /// How many statements one becomes, and what they have.
    fn size(&mut self, statement: &Statement) -> Result<(usize, usize), Box<Diagnostic>> {
        let size = self.all.sizes.of(&statement.condition, statement.span)?;
        let resources = statement.resources.as_ref().map_or(0, |r| r.patterns.len());
        let patterns = resources + statement.actions.patterns.len() + principals_of(statement);
        let parts = size.parts.saturating_add(size.conjunctions.saturating_mul(patterns));
        Ok((size.conjunctions, parts))
    }

    /// Written names win over made ones, wherever they stand.
    fn reserve_sids(&mut self) {
        for sid in self.policy.statements.iter().filter_map(|s| s.sid.as_deref()) {
            *self.sids.entry(sid.to_string()).or_default() += 1;
        }
    }

    fn statement(&mut self, statement: &Statement) {
        if self.stopped {
            return;
        }
        let before = self.diagnostics.len();
        let (count, parts) = match self.size(statement) {
            Ok(size) => size,
            Err(error) => return self.diagnostics.push(*error),
        };
        // JSON shares nothing: what many statements name is written out for each of them.
        self.parts = self.parts.saturating_add(parts);
        if self.parts > self.all.limits.exported {
            self.stopped = true;
            let error = self.too_large();
            return self.diagnostics.push(error);
        }
        self.all.copies += parts.saturating_sub(self.all.fresh(statement));
        if self.all.copies > self.all.limits.exported {
            return self.stopped = true;
        }
        let conjunctions = disjuncts::of(&statement.condition);
        let joined = conjunctions.iter().map(|atoms| block::Joined::of(atoms));
        // What no request meets says nothing beside what some may meet; where nothing else is, it stays.
        let alive: Vec<_> = joined.clone().filter(|joined| count == 1 || !joined.is_dead).collect();
        let kept = if alive.is_empty() { joined.collect() } else { alive };
        let mut blocks = Vec::with_capacity(kept.len());
        for joined in kept {
            match joined.block(variables(self.policy)) {
                Ok(block) => blocks.push(block),
                Err(error) => self.diagnostics.push(*error),
            }
        }
        let Some(base) = self.without_condition(statement) else { return };
        if self.diagnostics.len() > before {
            return;
        }
        let sids = self.names(statement, blocks.len());
        for (block, sid) in blocks.into_iter().zip(sids) {
            let mut object = Map::new();
            object.extend(sid.map(|sid| ("Sid".to_string(), Value::String(sid))));
            object.extend(base.clone());
            if !block.is_empty() {
                object.insert("Condition".into(), Value::Object(block));
            }
            self.statements.push(Value::Object(object));
        }
    }

    /// A name for each statement that one becomes: the name itself for one, numbered ones for several.
    fn names(&mut self, statement: &Statement, count: usize) -> Vec<Option<String>> {
        let Some(sid) = statement.sid.as_deref().filter(|s| !s.is_empty()) else { return vec![None; count] };
        let shared = self.sids.get(sid).is_some_and(|n| *n > 1);
        if count == 1 && !shared {
            return vec![Some(sid.to_string())];
        }
        let mut names = Vec::with_capacity(count);
        let mut number = self.numbers.get(sid).copied().unwrap_or(0);
        while names.len() < count {
            number += 1;
            let name = format!("{sid}{number}");
            if !self.sids.contains_key(&name) {
                self.sids.insert(name.clone(), 1);
                names.push(Some(name));
            }
        }
        self.numbers.insert(sid.to_string(), number);
        names
    }

    /// Effect, principals, actions, resources. `None` after an error.
    fn without_condition(&mut self, statement: &Statement) -> Option<Map<String, Value>> {
        let mut object = Map::new();
        let effect = match statement.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        object.insert("Effect".into(), effect.into());
        if let Some(principals) = &statement.principals {
            let name = if principals.negated { "NotPrincipal" } else { "Principal" };
            object.insert(name.into(), principals_value(principals));
        }
        let name = if statement.actions.negated { "NotAction" } else { "Action" };
        let actions = statement.actions.patterns.iter().map(|p| p.text.to_string());
        object.insert(name.into(), text::one_or_many(actions));
        let resources = self.resources(statement)?;
        object.extend(resources);
        Some(object)
    }

    /// The element, if the kind of document has it. The outer `None` is an error.
    fn resources(&mut self, statement: &Statement) -> Option<Option<(String, Value)>> {
        let Some(Resources { negated, patterns }) = &statement.resources else {
            let optional = matches!(self.policy.kind, PolicyKind::Resource | PolicyKind::Trust);
            return Some((!optional).then(|| ("Resource".to_string(), "*".into())));
        };
        let place = text::Place { wildcards: true, variables: variables(self.policy) };
        let mut texts = Vec::with_capacity(patterns.len());
        for pattern in patterns {
            match text::write(&pattern.text, place, statement.span) {
                Ok(text) => texts.push(text),
                Err(error) => {
                    self.diagnostics.push(*error);
                    return None;
                }
            }
        }
        let name = if *negated { "NotResource" } else { "Resource" };
        Some(Some((name.to_string(), text::one_or_many(texts.into_iter()))))
    }
}

fn principals_of(statement: &Statement) -> usize {
    statement.principals.as_ref().map_or(0, |p| p.items.len())
}

/// `"*"`, or an object with a list for each type, in the order in which the types first occur.
fn principals_value(principals: &Principals) -> Value {
    if let [Principal::Anyone { aws: false }] = principals.items.as_slice() {
        return "*".into();
    }
    let mut lists: Vec<(&str, Vec<String>)> = Vec::new();
    for principal in &principals.items {
        let (ty, text) = match principal {
            Principal::Anyone { .. } => ("AWS", "*"),
            Principal::Account { id, arn } => ("AWS", arn.as_deref().unwrap_or(id)),
            Principal::User(text)
            | Principal::Role(text)
            | Principal::RoleSession(text)
            | Principal::FederatedUser(text)
            | Principal::UniqueId(text) => ("AWS", &**text),
            Principal::Service(text) => ("Service", &**text),
            Principal::Federated(text) => ("Federated", &**text),
            Principal::Canonical(text) => ("CanonicalUser", &**text),
        };
        match lists.iter_mut().find(|(known, _)| *known == ty) {
            Some((_, list)) => list.push(text.to_string()),
            None => lists.push((ty, vec![text.to_string()])),
        }
    }
    lists.into_iter().map(|(ty, list)| (ty.to_string(), text::one_or_many(list.into_iter()))).collect()
}

/// The error of a condition that IAM JSON can't say.
fn inexpressible(message: String, span: crate::source::Span) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(codes::INEXPRESSIBLE, message).at(span))
}
