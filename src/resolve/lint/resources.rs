//! Resources: ARNs that are cut short, wildcards where the type stands, and actions that cannot act on what is named.

use super::actions::Known;
use super::overlap::{Arn, WITHIN};
use super::{Lint, Seen};
use crate::catalog::Service;
use crate::diag::codes::catalog as code;
use crate::hir::{ActionPattern, List, Piece, ResourcePattern, Statement, Template};
use crate::resolve::shared::LONG;
use crate::source::Span;
use hashbrown::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

/// For each service of a statement's actions, which of its resource types the statement's resources can mean.
pub type Hits<'c> = HashMap<&'c str, Vec<bool>>;

/// Patterns whose resource types are remembered at a time.
const REMEMBERED: usize = 1 << 16;

/// Actions that are warned of because they act on none of the resources beside them: far fewer are shown.
const IDLE: usize = 20_000;

/// Actions of one list that act on the same types of resources.
pub struct Alike<'c> {
    service: &'c Service,
    types: Vec<u16>,
    /// Where they are in the list.
    places: Vec<usize>,
}

/// A template as a glob: variables may be anything.
pub fn glob(template: &Template) -> String {
    let mut out = String::new();
    for piece in &template.pieces {
        match piece {
            Piece::Literal(text) => out.push_str(text),
            Piece::Any | Piece::Variable { .. } => out.push('*'),
            Piece::One => out.push('?'),
        }
    }
    out
}

/// A template as it is written.
fn written(template: &Template) -> String {
    let mut out = String::new();
    for piece in &template.pieces {
        match piece {
            Piece::Literal(text) => out.push_str(text),
            Piece::Any => out.push('*'),
            Piece::One => out.push('?'),
            Piece::Variable { written, default: None, .. } => out.push_str(&format!("${{{written}}}")),
            Piece::Variable { written, default: Some(default), .. } => {
                out.push_str(&format!("${{{written}, '{default}'}}"));
            }
        }
    }
    out
}

/// Whether it is the lone `*`.
fn is_all(pattern: &ResourcePattern) -> bool {
    matches!(pattern.text.pieces.as_slice(), [Piece::Any])
}

impl<'c> Lint<'c> {
    /// All lints on the resources of a statement.
    pub fn resources(&mut self, s: &Statement) {
        let Some(resources) = &s.resources else { return };
        if resources.patterns.iter().all(is_all) {
            return;
        }
        let patterns = &resources.patterns;
        if self.is_new(Seen::Resources, patterns) {
            for pattern in patterns {
                self.resource(pattern, s.span);
            }
        }
        if resources.negated || s.actions.negated || patterns.iter().any(is_all) {
            return;
        }
        // What shared lists have to do with each other is worked out once.
        let long = patterns.len() >= LONG;
        let known = self.hits.remove(&patterns.address()).filter(|_| long);
        let (globs, mut hits) = known
            .unwrap_or_else(|| (patterns.iter().map(|p| glob(&p.text)).collect::<Vec<_>>(), Hits::new()));
        if s.actions.patterns.len() < LONG {
            for action in &s.actions.patterns {
                self.acts_on_any(action, &globs, &mut hits, s.span);
            }
        } else if !long || self.sound.insert((s.actions.patterns.address(), patterns.address())) {
            self.all_act_on_any(&s.actions.patterns, &globs, &mut hits, s.span);
        }
        if long {
            self.hits.insert(patterns.address(), (globs, hits));
        }
    }

    /// The lints on one pattern, whatever acts on it.
    pub fn resource(&mut self, pattern: &ResourcePattern, span: Span) {
        if is_all(pattern) {
            return;
        }
        self.shape(pattern, span);
        for key in self.unknown_variables(&pattern.text) {
            self.unknown_key_in(&key, &written(&pattern.text), span);
        }
    }

    /// R70, R71.
    fn shape(&mut self, pattern: &ResourcePattern, span: Span) {
        let glob = glob(&pattern.text);
        let mut parts = glob.splitn(6, ':');
        let (service, resource) = (parts.nth(2), parts.nth(2));
        let Some(resource) = resource else {
            let message = format!("`{glob}` has fewer than six parts");
            let help =
                "IAM fills in `*` in some kinds of policies and matches nothing in others; write all six"
                    .into();
            self.warn_word(code::SHORT_ARN, span, &written(&pattern.text), message, help);
            return;
        };
        let end = resource.find(['/', ':']).unwrap_or(resource.len());
        let term = resource.get(..end).unwrap_or_default();
        if term == "*" || !term.contains(['*', '?']) {
            return;
        }
        let known = self.catalog.and_then(|c| c.service(service?));
        if known.is_some_and(has_type_terms) {
            let message = format!("`{term}` in `{glob}` is a wildcard in the type of the resource");
            let help = "IAM does not promise that this works; write the type, or `*` for all".into();
            self.warn_word(code::TYPE_WILDCARD, span, &written(&pattern.text), message, help);
        }
    }

    /// Warns about those of a long list of actions that can act on none of the resources.
    fn all_act_on_any(
        &mut self,
        actions: &List<ActionPattern>,
        globs: &[String],
        hits: &mut Hits<'c>,
        span: Span,
    ) {
        let alike = match self.alike.get(&actions.address()) {
            Some(alike) => alike.clone(),
            None => {
                let alike = Rc::new(self.alike_of(actions));
                self.alike.insert(actions.address(), alike.clone());
                alike
            }
        };
        let mut idle: Vec<usize> = Vec::new();
        for Alike { service, types, places } in alike.iter() {
            let hit = hits.entry(&service.prefix).or_insert_with(|| self.types_hit(service, globs));
            if !types.iter().any(|t| hit.get(usize::from(*t)) == Some(&true)) {
                idle.extend(places);
            }
        }
        idle.sort_unstable();
        for action in idle.iter().filter_map(|at| actions.get(*at)) {
            self.acts_on_any(action, globs, hits, span);
        }
    }

    /// The actions of a list by what they act on.
    fn alike_of(&mut self, actions: &List<ActionPattern>) -> Vec<Alike<'c>> {
        let Some(catalog) = self.catalog else { return Vec::new() };
        let mut at: HashMap<(&str, Vec<u16>), usize> = HashMap::new();
        let mut all: Vec<Alike<'c>> = Vec::new();
        for (place, action) in actions.iter().enumerate() {
            let Known::Actions(places) = self.known(&action.text) else { continue };
            let service = action.text.split(':').next().and_then(|p| catalog.service(p));
            let Some(service) = service else { continue };
            let known = places.iter().filter_map(|i| service.actions.get(*i as usize));
            let mut types: Vec<u16> = known.flat_map(|a| a.resource_types.iter().copied()).collect();
            types.sort_unstable();
            types.dedup();
            let slot = *at.entry((&service.prefix, types.clone())).or_insert(all.len());
            match all.get_mut(slot) {
                Some(alike) => alike.places.push(place),
                None => all.push(Alike { service, types, places: vec![place] }),
            }
        }
        all
    }

    /// Warns about an action pattern that can act on none of the resources (R65).
    fn acts_on_any(&mut self, action: &ActionPattern, globs: &[String], hits: &mut Hits<'c>, span: Span) {
        let Some(catalog) = self.catalog else { return };
        let action = &action.text;
        let Known::Actions(places) = self.known(action).clone() else { return };
        let Some(service) = action.split(':').next().and_then(|p| catalog.service(p)) else { return };
        let actions = || places.iter().filter_map(|i| service.actions.get(*i as usize));
        let hit = hits.entry(&service.prefix).or_insert_with(|| self.types_hit(service, globs));
        if actions().any(|a| a.resource_types.iter().any(|t| hit.get(usize::from(*t)) == Some(&true))) {
            return;
        }
        self.idle += 1;
        if self.idle > IDLE {
            return;
        }
        let message = if actions().all(|a| a.resource_types.is_empty()) {
            format!("`{action}` acts on no resource of its own and is matched by `*` only")
        } else {
            format!("`{action}` acts on none of these resources")
        };
        let wanted: Vec<&str> =
            actions().flat_map(|a| service.types_of(a)).map(|t| t.arn.as_str()).take(2).collect();
        let help = if wanted.is_empty() {
            "put it into a statement of its own, on `*`".to_owned()
        } else {
            format!("it acts on `{}`", wanted.join("`, `"))
        };
        self.warn_word(code::NOT_ON_RESOURCE, span, action, message, help);
    }

    /// Which resource types of a service the globs can mean together; worked out once for each service and glob.
    fn types_hit(&mut self, service: &'c Service, globs: &[String]) -> Vec<bool> {
        let mut out = vec![false; service.resource_types.len()];
        // Where most patterns are met once, to remember them all only takes memory.
        if self.acts_on.values().map(HashMap::len).sum::<usize>() > REMEMBERED {
            self.acts_on.clear();
        }
        let types = self.types.entry(&service.prefix).or_insert_with(|| type_patterns(service));
        let types: Vec<Arn<'_>> = types.iter().map(|t| Arn::new(t)).collect();
        let known = self.acts_on.entry(&service.prefix).or_default();
        for glob in globs {
            let hit = known.entry_ref(glob.as_str()).or_insert_with(|| {
                let glob = Arn::new(glob);
                types.iter().map(|t| t.overlaps(&glob)).collect()
            });
            out.iter_mut().zip(hit).for_each(|(all, one)| *all |= *one);
        }
        out
    }
}

/// The patterns of a service's resource types. Where what lies in a thing is a type of its own (`bucket` and `bucket/*`), the
/// name of the thing ends at the `/` (R74).
fn type_patterns(service: &Service) -> Arc<[String]> {
    let types = &service.resource_types;
    let inside: HashSet<&str> = types.iter().filter_map(|t| t.arn.strip_suffix("/*")).collect();
    let pattern = |arn: &str| match arn.strip_suffix('*') {
        Some(head) if inside.contains(arn) => format!("{head}{}", char::from(WITHIN)),
        _ => arn.to_owned(),
    };
    types.iter().map(|t| pattern(&t.arn)).collect()
}

/// Whether every resource of a service has a type before its name (`user/…`, `table/…`).
fn has_type_terms(service: &Service) -> bool {
    let typed = |arn: &str| {
        let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
        let end = resource.find(['/', ':', '*', '?']);
        end.is_some_and(|at| at > 0 && resource.as_bytes().get(at).is_some_and(|b| matches!(b, b'/' | b':')))
    };
    !service.resource_types.is_empty() && service.resource_types.iter().all(|t| typed(&t.arn))
}
