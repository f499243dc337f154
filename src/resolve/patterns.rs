//! Actions and resources of a statement → patterns. Knows their syntax (R54, R58, R60–R63, R66–R71, R114), not which
//! services exist.

use super::condition::key_fault;
use super::cx::Cx;
use super::mentions;
use super::shared::{Check, LONG};
use super::template::{self, Syntax};
use crate::diag::codes::lower::RESOURCE_UNMATCHABLE;
use crate::diag::codes::resolve as code;
use crate::hir::{
    ActionPattern, Actions, Condition, Effect, List, OF_API, Piece, PolicyKind, ResourcePattern, Resources,
    Str, Template, Value, Version,
};
use crate::source::Span;
use crate::syntax::ast::{self, Lexeme};

impl Cx<'_> {
    /// Actions with sets replaced by their patterns. `None` when something in them is wrong.
    pub fn actions(&mut self, actions: &ast::Actions) -> Option<Actions> {
        let (Some(params), Some(names)) = (self.params.filter(|p| !p.is_empty()), self.names) else {
            let patterns = self.action_patterns(&actions.items)?;
            return Some(Actions { negated: actions.negated, patterns });
        };
        // In a parametrised policy, those that name no parameter are resolved once for all its instances.
        let key = std::ptr::from_ref(actions) as usize;
        if let Some(Some(known)) = names.memo.borrow().actions.get(&key) {
            return Some(known.clone());
        }
        let patterns = self.action_patterns(&actions.items)?;
        let resolved = Actions { negated: actions.negated, patterns };
        let plain = !actions.items.iter().any(|w| mentions::word(w, &|name| params.contains_key(name)));
        self.fresh += if plain { 0 } else { resolved.patterns.len() };
        names.memo.borrow_mut().actions.insert(key, plain.then(|| resolved.clone()));
        Some(resolved)
    }

    /// Says which patterns match no action: an error where something stays open that way, a `deny` or what an `allow`
    /// excepts. Where nothing is opened, import and tables warn (R63, R64).
    pub fn no_action(&mut self, actions: &Actions, effect: Effect, span: Span) {
        if actions.negated && actions.patterns.iter().any(|p| &*p.text == "*") {
            let help = "name what is excepted, or delete the statement";
            self.all_but_all(effect, span, "all actions but all are none", help);
        }
        if (effect == Effect::Deny) == actions.negated || self.is_sound(Check::Actions, &actions.patterns) {
            return;
        }
        let mut sound = true;
        for pattern in actions.patterns.iter().filter(|p| !can_match(&p.text)) {
            sound = false;
            let message = format!("no request has an action that `{}` matches", pattern.text);
            let help = "names of actions are letters and digits, with `*` and `?` as wildcards";
            self.error_help(code::ACTION, span, message, help);
        }
        if sound {
            self.found_sound(Check::Actions, &actions.patterns);
        }
    }

    /// Whether a check found nothing wrong with a shared list before.
    fn is_sound<T>(&self, check: Check, list: &List<T>) -> bool {
        list.len() >= LONG
            && self.names.is_some_and(|n| n.memo.borrow().sound.contains_key(&(check, list.address())))
    }

    /// Remembers that a check found nothing wrong with a list.
    fn found_sound<T: 'static>(&self, check: Check, list: &List<T>) {
        if list.len() >= LONG
            && let Some(names) = self.names
        {
            names.memo.borrow_mut().sound.insert((check, list.address()), Box::new(list.clone()));
        }
    }

    /// Patterns of a list; all of them or none. A set that is all of the list is shared.
    pub fn action_patterns(&mut self, items: &[Lexeme]) -> Option<List<ActionPattern>> {
        if let [item] = items
            && Self::is_set_name(item)
        {
            return self.action_set(&item.raw, item.span);
        }
        let mut out = Vec::with_capacity(items.len());
        let mut complete = true;
        for item in items {
            if Self::is_set_name(item) {
                match self.action_set(&item.raw, item.span) {
                    Some(patterns) => {
                        if patterns.len() >= LONG {
                            self.copied("the set", &item.raw, patterns.len(), item.span)?;
                        }
                        out.extend(patterns.iter().cloned());
                    }
                    None => complete = false,
                }
                continue;
            }
            match self.text(item).and_then(|text| self.action_text(&text, item.span)) {
                Some(text) => out.push(ActionPattern { text }),
                None => complete = false,
            }
        }
        complete.then(|| out.into())
    }

    /// Patterns of a named set.
    fn action_set(&mut self, name: &str, span: Span) -> Option<List<ActionPattern>> {
        let known = self.names.map(|n| &n.actions);
        match known.and_then(|k| k.get(name)) {
            Some(patterns) => Some(patterns.clone()),
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
        let (Some(params), Some(names)) = (self.params.filter(|p| !p.is_empty()), self.names) else {
            let patterns = self.resource_patterns(&resources.items, kind, version)?;
            return Some(Resources { negated: resources.negated, patterns });
        };
        // In a parametrised policy, those that name no parameter are resolved once for all its instances.
        let key = (std::ptr::from_ref(resources) as usize, kind, version);
        if let Some(Some(known)) = names.memo.borrow().statement_resources.get(&key) {
            return Some(known.clone());
        }
        let patterns = self.resource_patterns(&resources.items, kind, version)?;
        let resolved = Resources { negated: resources.negated, patterns };
        let plain = !resources.items.iter().any(|w| mentions::word(w, &|name| params.contains_key(name)));
        self.fresh += if plain { 0 } else { resolved.patterns.len() };
        names.memo.borrow_mut().statement_resources.insert(key, plain.then(|| resolved.clone()));
        Some(resolved)
    }

    /// Patterns of a list; all of them or none. A set that is all of the list is shared.
    pub fn resource_patterns(
        &mut self,
        items: &[Lexeme],
        kind: PolicyKind,
        version: Version,
    ) -> Option<List<ResourcePattern>> {
        if let [item] = items
            && Self::is_set_name(item)
        {
            return self.resource_set(item, kind, version);
        }
        let mut out = Vec::with_capacity(items.len());
        let mut complete = true;
        for item in items {
            if Self::is_set_name(item) {
                match self.resource_set(item, kind, version) {
                    Some(patterns) => {
                        if patterns.len() >= LONG {
                            self.copied("the set", &item.raw, patterns.len(), item.span)?;
                        }
                        out.extend(patterns.iter().cloned());
                    }
                    None => complete = false,
                }
                continue;
            }
            match self.text(item).and_then(|text| self.resource_text(&text, item.span, kind, version)) {
                Some(pattern) => out.push(pattern),
                None => complete = false,
            }
        }
        complete.then(|| out.into())
    }

    /// Patterns of a named set as a kind of document has them: worked out once. Every use of a bad one is reported once.
    fn resource_set(
        &mut self,
        item: &Lexeme,
        kind: PolicyKind,
        version: Version,
    ) -> Option<List<ResourcePattern>> {
        let texts = self.resource_texts(item)?;
        let key = (Str::from(&*item.raw), kind, version);
        let known = self.names.and_then(|n| n.memo.borrow().resources.get(&key).cloned());
        match known {
            Some(Ok(patterns)) => return Some(patterns),
            Some(Err(bad)) => {
                return self.resource_text(texts.get(bad)?, item.span, kind, version).map(List::one);
            }
            None => {}
        }
        let mut out = Vec::with_capacity(texts.len());
        let mut bad = None;
        for (at, text) in texts.iter().enumerate() {
            if version == Version::V2008 {
                self.literal_variable(text, item.span);
            }
            match self.resource_text(text, item.span, kind, version) {
                Some(pattern) => out.push(pattern),
                None => bad = bad.or(Some(at)),
            }
        }
        let result = bad.map_or_else(|| Ok(out.into()), Err);
        if let Some(names) = self.names {
            names.memo.borrow_mut().resources.insert(key, result.clone());
        }
        result.ok()
    }

    /// The texts one item stands for: itself, or the members of the set it names.
    pub fn resource_texts(&mut self, item: &Lexeme) -> Option<List<Str>> {
        if !Self::is_set_name(item) {
            return Some(List::one(Str::from(&*self.text(item)?)));
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
            if !self.is_sound(Check::Resources, &resources.patterns) {
                let mut sound = true;
                for pattern in &resources.patterns {
                    sound &= self.unfilled_in(&pattern.text, opens, span);
                }
                if sound {
                    self.found_sound(Check::Resources, &resources.patterns);
                }
            }
        }
        self.unfilled_condition(effect, condition);
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

    /// Whether every variable of a condition can be filled. Recurses as deep as conditions may be nested.
    fn unfilled_condition(&mut self, effect: Effect, condition: &Condition) -> bool {
        let mut sound = true;
        match condition {
            Condition::And(parts) | Condition::Or(parts) => {
                if self.is_sound(Check::Condition, parts) {
                    return true;
                }
                for part in parts {
                    sound &= self.unfilled_condition(effect, part);
                }
                if sound {
                    self.found_sound(Check::Condition, parts);
                }
            }
            Condition::Atom(atom) if !self.is_sound(Check::Values, &atom.values) => {
                let opens = (effect == Effect::Deny) != atom.operator.is_negated();
                for value in &atom.values {
                    if let Value::Text(text) | Value::Bool(text) = value {
                        sound &= self.unfilled_in(text, opens, atom.span);
                    }
                }
                if sound {
                    self.found_sound(Check::Values, &atom.values);
                }
            }
            Condition::Atom(_) => {}
        }
        sound
    }

    /// `false`: some variable cannot be filled.
    fn unfilled_in(&mut self, text: &Template, opens: bool, span: Span) -> bool {
        let mut sound = true;
        for piece in &text.pieces {
            let Piece::Variable { written, .. } = piece else { continue };
            let Some(fault) = key_fault(written) else { continue };
            sound = false;
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
        sound
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
