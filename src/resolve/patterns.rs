//! Actions and resources of a statement → patterns. Knows their syntax (R54, R58, R60–R63, R66–R71, R114), not which
//! services exist.

use super::condition::{atoms, key_fault};
use super::cx::Cx;
use super::template::{self, Syntax};
use crate::diag::codes::lower::RESOURCE_UNMATCHABLE;
use crate::diag::codes::resolve as code;
use crate::hir::{
    ActionPattern, Actions, Condition, Effect, OF_API, Piece, PolicyKind, ResourcePattern, Resources, Str,
    Template, Value, Version,
};
use crate::source::Span;
use crate::syntax::ast::{self, Lexeme};

impl Cx<'_> {
    /// Actions with sets replaced by their patterns. `None` when something in them is wrong.
    pub fn actions(&mut self, actions: &ast::Actions) -> Option<Actions> {
        let patterns = self.action_patterns(&actions.items)?;
        Some(Actions { negated: actions.negated, patterns })
    }

    /// Says which patterns match no action: an error where something stays open that way, a `deny` or what an `allow`
    /// excepts. Where nothing is opened, import and tables warn (R63, R64).
    pub fn no_action(&mut self, actions: &Actions, effect: Effect, span: Span) {
        if actions.negated && actions.patterns.iter().any(|p| &*p.text == "*") {
            let help = "name what is excepted, or delete the statement";
            self.all_but_all(effect, span, "all actions but all are none", help);
        }
        if (effect == Effect::Deny) == actions.negated {
            return;
        }
        for pattern in actions.patterns.iter().filter(|p| !can_match(&p.text)) {
            let message = format!("no request has an action that `{}` matches", pattern.text);
            let help = "names of actions are letters and digits, with `*` and `?` as wildcards";
            self.error_help(code::ACTION, span, message, help);
        }
    }

    /// Patterns of a list; all of them or none.
    pub fn action_patterns(&mut self, items: &[Lexeme]) -> Option<Vec<ActionPattern>> {
        let mut out = Vec::with_capacity(items.len());
        let mut complete = true;
        for item in items {
            if Self::is_set_name(item) {
                match self.action_set(&item.raw, item.span) {
                    Some(patterns) => out.extend(patterns.iter().map(|p| ActionPattern { text: p.clone() })),
                    None => complete = false,
                }
                continue;
            }
            match self.text(item).and_then(|text| self.action_text(&text, item.span)) {
                Some(text) => out.push(ActionPattern { text }),
                None => complete = false,
            }
        }
        complete.then_some(out)
    }

    /// Patterns of a named set.
    fn action_set(&mut self, name: &str, span: Span) -> Option<&[Str]> {
        let known = self.names.map(|n| &n.actions);
        match known.and_then(|k| k.get(name)) {
            Some(patterns) => Some(patterns),
            None if known.is_none_or(|k| k.is_empty()) => {
                let help = "an action is `service:Name`, such as `s3:GetObject`, or `*`";
                self.error_help(
                    code::ACTION,
                    span,
                    format!("`{name}` is neither an action nor a set of actions"),
                    help,
                );
                None
            }
            None => {
                self.unknown(
                    "set of actions",
                    name,
                    span,
                    known.into_iter().flat_map(|k| k.keys()).map(|k| &**k),
                );
                None
            }
        }
    }

    /// Checks the syntax of one action pattern.
    pub fn action_text(&mut self, text: &str, span: Span) -> Option<Str> {
        if text == "*" {
            return Some(Str::from("*"));
        }
        if text == "*:*" {
            self.warn(code::STAR_STAR, span, "`*:*` is taken as `*`", "write `*`");
            return Some(Str::from("*"));
        }
        let problem = match text.split_once(':') {
            None => "an action is `service:Name` or `*`",
            Some(("", _) | (_, "")) => "an action needs a service and a name",
            Some((prefix, _)) if prefix.contains(['*', '?']) => {
                "wildcards are not allowed in the service of an action"
            }
            _ if template::has_variable(text) => "policy variables are not allowed in actions",
            _ => return Some(Str::from(text)),
        };
        self.error(code::ACTION, span, format!("`{text}` is no action: {problem}"));
        None
    }

    /// Resources with sets replaced by their patterns. `None` when something in them is wrong.
    pub fn resources(
        &mut self,
        resources: &ast::Resources,
        kind: PolicyKind,
        version: Version,
    ) -> Option<Resources> {
        if resources.items.is_empty() {
            self.error(code::RESOURCE, resources.span, "the list of resources is empty");
            return None;
        }
        let patterns = self.resource_patterns(&resources.items, kind, version)?;
        Some(Resources { negated: resources.negated, patterns })
    }

    /// Patterns of a list; all of them or none.
    pub fn resource_patterns(
        &mut self,
        items: &[Lexeme],
        kind: PolicyKind,
        version: Version,
    ) -> Option<Vec<ResourcePattern>> {
        let mut out = Vec::with_capacity(items.len());
        let mut complete = true;
        for item in items {
            let texts = self.resource_texts(item);
            complete &= texts.is_some();
            for text in texts.unwrap_or_default() {
                if version == Version::V2008 && Self::is_set_name(item) {
                    self.literal_variable(&text, item.span);
                }
                match self.resource_text(&text, item.span, kind, version) {
                    Some(pattern) => out.push(pattern),
                    None => complete = false,
                }
            }
        }
        complete.then_some(out)
    }

    /// The texts one item stands for: itself, or the members of the set it names.
    pub fn resource_texts(&mut self, item: &Lexeme) -> Option<Vec<Str>> {
        if !Self::is_set_name(item) {
            return Some(vec![Str::from(&*self.text(item)?)]);
        }
        let known = self.names.map(|n| &n.resources);
        match known.and_then(|k| k.get(&*item.raw)) {
            Some(texts) => Some(texts.clone()),
            None if known.is_none_or(|k| k.is_empty()) => {
                let message = format!("`{}` is neither an ARN nor a set of resources", item.raw);
                self.error_help(
                    code::RESOURCE,
                    item.span,
                    message,
                    "a resource begins with `arn:` or is `*`",
                );
                None
            }
            None => {
                let names = known.into_iter().flat_map(|k| k.keys()).map(|k| &**k);
                self.unknown("set of resources", &item.raw, item.span, names);
                None
            }
        }
    }

    /// Checks the syntax of one resource pattern and takes it apart.
    pub fn resource_text(
        &mut self,
        text: &str,
        span: Span,
        kind: PolicyKind,
        version: Version,
    ) -> Option<ResourcePattern> {
        let template =
            self.template(text, span, Syntax { wildcards: true, variables: version == Version::V2012 })?;
        if text == "*" {
            return Some(ResourcePattern { text: template });
        }
        if kind == PolicyKind::Resource && text.starts_with(OF_API) {
            return Some(ResourcePattern { text: template });
        }
        if !text.contains(':') {
            let help = "write all six parts, as in `arn:aws:s3:::*secret*`";
            self.error_help(code::RESOURCE, span, format!("`{text}` is neither `*` nor an ARN"), help);
            return None;
        }
        if !(text.starts_with("arn:") || text.starts_with(['*', '?']) || text.starts_with("arn*")) {
            let help = "a resource begins with `arn:` or is `*`";
            self.error_help(code::RESOURCE, span, format!("`{text}` can match no resource"), help);
            return None;
        }
        self.short_arn(text, span, kind)?;
        let head: usize = text.split(':').take(5).map(|part| part.len() + 1).sum();
        if version == Version::V2012 && text.get(..head.min(text.len())).is_some_and(template::has_variable) {
            let message = "policy variables belong into the last part of an ARN";
            self.warn(code::VARIABLE_IN_HEAD, span, message, "use `*` there, or a condition");
        }
        Some(ResourcePattern { text: template })
    }

    /// Which kinds take ARNs of fewer than six parts (R70). The lint says more; this refuses what never matches.
    fn short_arn(&mut self, text: &str, span: Span, kind: PolicyKind) -> Option<()> {
        if text.bytes().filter(|b| *b == b':').count() >= 5 {
            return Some(());
        }
        let problem = match kind {
            PolicyKind::Rcp => "resource guardrails take no ARN of fewer than six parts",
            PolicyKind::Scp if !text.ends_with('*') => {
                "in a guardrail an ARN of fewer than six parts must end in `*`"
            }
            PolicyKind::Resource | PolicyKind::Trust | PolicyKind::Endpoint if !text.contains(['*', '?']) => {
                "in this kind of policy an ARN of fewer than six parts never matches"
            }
            _ => return Some(()),
        };
        self.error_help(
            code::RESOURCE,
            span,
            format!("`{text}` is cut short: {problem}"),
            "write all six parts",
        );
        None
    }

    /// Takes a text apart; reports what is malformed in it.
    pub fn template(&mut self, text: &str, span: Span, syntax: Syntax) -> Option<Template> {
        match template::parse(text, syntax) {
            Ok(template) => Some(template),
            Err(e) => {
                let message = format!("{} in `{text}`", e.message());
                let help =
                    "a variable is `${key}` or `${key, 'default'}`; a dollar sign before `{` is `${$}`";
                self.error_help(code::VARIABLE, span, message, help);
                None
            }
        }
    }

    /// Says which variables of a statement no request can fill (R113): an error where a `deny` applies to less for it, or
    /// an `allow` to more (R116, R117); elsewhere more is closed than the text says, which is worth a warning.
    pub fn unfilled(
        &mut self,
        effect: Effect,
        resources: Option<&Resources>,
        condition: &Condition,
        span: Span,
    ) {
        if let Some(resources) = resources {
            let opens = (effect == Effect::Deny) != resources.negated;
            let texts = resources.patterns.iter().map(|p| &p.text);
            texts.for_each(|text| self.unfilled_in(text, opens, span));
        }
        for atom in atoms(condition) {
            let opens = (effect == Effect::Deny) != atom.operator.is_negated();
            for value in &atom.values {
                if let Value::Text(text) | Value::Bool(text) = value {
                    self.unfilled_in(text, opens, atom.span);
                }
            }
        }
    }

    /// R114: an entry with a variable before the sixth part of its ARN matches nothing, which is an error where it leaves open
    /// what the text seems to close.
    pub fn misplaced(&mut self, effect: Effect, resources: Option<&Resources>, span: Span) {
        let Some(resources) = resources.filter(|r| (effect == Effect::Deny) != r.negated) else { return };
        let misplaced = |pattern: &ResourcePattern| {
            let mut colons = 0;
            pattern.text.pieces.iter().any(|piece| match piece {
                Piece::Literal(text) => {
                    colons += text.matches(':').count();
                    false
                }
                Piece::Variable { .. } => colons < 5,
                Piece::Any | Piece::One => false,
            })
        };
        if resources.patterns.iter().any(misplaced) {
            let message = "a resource with a variable before the sixth part of its ARN matches nothing";
            let help = "variables may stand in the sixth part of an ARN only";
            self.error_help(RESOURCE_UNMATCHABLE, span, message, help);
        }
    }

    fn unfilled_in(&mut self, text: &Template, opens: bool, span: Span) {
        for piece in &text.pieces {
            let Piece::Variable { written, .. } = piece else { continue };
            let Some(fault) = key_fault(written) else { continue };
            let message = format!("no request has a value for `${{{written}}}`: {fault}");
            if opens {
                self.error(code::CONDITION_KEY, span, message);
            } else {
                self.warn(
                    code::CONDITION_KEY,
                    span,
                    message,
                    "name a condition key, such as `${aws:username}`",
                );
            }
        }
    }

    /// Says that a `${` of a name that is used in a document of version 2008-10-17 is no variable there (R52).
    pub fn literal_variable(&mut self, text: &str, span: Span) {
        if template::has_variable(text) {
            let message = "in a document of version 2008-10-17 `${` stands for itself";
            self.warn(code::LITERAL_VARIABLE, span, message, "leave out the version if a variable is meant");
        }
    }
}

/// Whether some action can match (R60, R63).
fn can_match(pattern: &str) -> bool {
    let plain = |s: &str, more: &str| s.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let (service, name) = pattern.split_once(':').unwrap_or(("", pattern));
    plain(service, "-_.") && plain(name, "-_.*?")
}
