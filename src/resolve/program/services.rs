//! `service` declarations: actions, resource types and condition keys of services that the shipped reference lacks.

use super::items::plain;
use super::{Build, Shared};
use crate::catalog::Catalog;
use crate::diag::{Diagnostic, codes::resolve as code, suggest};
use crate::hir::{List, Service, ServiceAction, ServiceKey, Str};
use crate::source::Span;
use crate::syntax::ast::{Lexeme, ServiceMember};
use hashbrown::{HashMap, HashSet};

/// Types of condition keys as the service reference names them.
const TYPES: [&str; 7] = ["String", "Bool", "Numeric", "Date", "ARN", "IPAddress", "Binary"];

impl Build {
    /// Resolves all declared services, sorted by prefix. Prefixes ignore case (R60), and those of AWS are taken: what is
    /// known of its services decides what its policies mean.
    pub fn services(&mut self, shared: &Shared<'_>, shipped: &Catalog) {
        let mut seen: HashMap<String, Span> = HashMap::new();
        for (prefix, (service, span)) in &shared.items.services.list {
            let place = service.prefix.span;
            if shipped.service(prefix).is_some_and(|s| !s.declared) {
                let d = Diagnostic::error(code::SERVICE, format!("`{prefix}` is a service of AWS")).at(place);
                self.sink.push(d.help("its actions are known; declare your own service by another prefix"));
            }
            if let Some(first) = seen.insert(prefix.to_ascii_lowercase(), *span) {
                let d =
                    Diagnostic::error(code::DUPLICATE, format!("the service `{prefix}` is declared twice"));
                let d = d.at(place).and_at(first, "the first one");
                self.sink.push(d.help("prefixes differ in more than letter case"));
            }
            if prefix.is_empty() || !prefix.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                let message = format!("`{prefix}` cannot be the prefix of actions");
                let d = Diagnostic::error(code::SERVICE, message).at(service.prefix.span);
                self.sink.push(d.help("use letters, digits and `-`"));
            }
            let mut out = Service {
                prefix: prefix.clone(),
                actions: Vec::new(),
                resources: Vec::new(),
                keys: Vec::new(),
                span: *span,
            };
            for member in &service.members {
                self.service_member(shared, member, &mut out);
            }
            self.check_service(&out, *span);
            self.check_uses(&out, &service.members);
            out.actions.sort_by(|a, b| a.name.cmp(&b.name));
            out.resources.sort();
            out.keys.sort_by(|a, b| a.name.cmp(&b.name));
            self.world.services.push(out);
        }
        self.world.services.sort_by(|a, b| a.prefix.cmp(&b.prefix));
        self.keys_of_actions(shared, shipped);
    }

    /// The keys that actions have are declared by some service, or AWS's.
    fn keys_of_actions(&mut self, shared: &Shared<'_>, shipped: &Catalog) {
        let catalog = shipped.with_services(&self.world.services);
        let own: Vec<Str> =
            self.world.services.iter().flat_map(|s| &s.keys).map(|key| key.name.clone()).collect();
        for member in shared.items.services.list.iter().flat_map(|(_, (service, _))| &service.members) {
            let ServiceMember::Action { keys, .. } = member else { continue };
            for word in keys {
                // A name that is none was reported.
                let Some(name) = word.text().filter(|name| catalog.key_or_family(name).is_none()) else {
                    continue;
                };
                let known = own.iter().map(|name| &**name);
                self.cx(shared, None, None).unknown("condition key", &name, word.span, known);
            }
        }
    }

    fn service_member(&mut self, shared: &Shared<'_>, member: &ServiceMember, out: &mut Service) {
        match member {
            ServiceMember::Action { names, on, keys } => {
                let resources = List::from(self.plains(on));
                let keys = List::from(self.plains(keys));
                for word in names {
                    let Some(name) = plain(word, &mut self.sink) else { continue };
                    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
                        let message = format!("`{name}` cannot be the name of an action");
                        let help = "write the name alone, in letters, digits, `-` and `_`";
                        self.sink.push(Diagnostic::error(code::SERVICE, message).at(word.span).help(help));
                        continue;
                    }
                    out.actions.push(ServiceAction {
                        name,
                        resources: resources.clone(),
                        keys: keys.clone(),
                    });
                }
            }
            ServiceMember::Resource { name, arn } => {
                let text = self.cx(shared, None, None).text(arn).map(|t| Str::from(&*t));
                let (Some(name), Some(text)) = (plain(name, &mut self.sink), text) else { return };
                if !text.starts_with("arn:") || text.bytes().filter(|b| *b == b':').count() < 5 {
                    let d = Diagnostic::error(code::SERVICE, format!("`{text}` is no pattern of ARNs"));
                    self.sink.push(d.at(arn.span).help("write six parts, with `*` where they vary"));
                }
                out.resources.push((name, text));
            }
            ServiceMember::Key { name, ty, list } => {
                let (Some(name), Some(text)) = (plain(name, &mut self.sink), plain(ty, &mut self.sink))
                else {
                    return;
                };
                let Some(known) = TYPES.iter().find(|t| t.eq_ignore_ascii_case(&text)) else {
                    self.cx(shared, None, None).unknown(
                        "type of condition keys",
                        &text,
                        ty.span,
                        TYPES.into_iter(),
                    );
                    return;
                };
                out.keys.push(ServiceKey { name, ty: (*known).into(), list: *list });
            }
            ServiceMember::Error(_) => self.sink.fail(),
        }
    }

    fn plains(&mut self, words: &[Lexeme]) -> Vec<Str> {
        words.iter().filter_map(|w| plain(w, &mut self.sink)).collect()
    }

    /// Names are there once.
    fn check_service(&mut self, service: &Service, span: Span) {
        let mut twice = |what: &str, names: &mut dyn Iterator<Item = &Str>| {
            let mut seen = HashSet::new();
            for name in names {
                if !seen.insert(name.to_ascii_lowercase()) {
                    let message = format!("`{}` has the {what} `{name}` twice", service.prefix);
                    self.sink.push(Diagnostic::error(code::DUPLICATE, message).at(span));
                }
            }
        };
        twice("action", &mut service.actions.iter().map(|a| &a.name));
        twice("resource type", &mut service.resources.iter().map(|(n, _)| n));
        twice("condition key", &mut service.keys.iter().map(|k| &k.name));
    }

    /// Actions use resource types that are there.
    fn check_uses(&mut self, service: &Service, members: &[ServiceMember]) {
        let types: HashSet<&str> = service.resources.iter().map(|(name, _)| &**name).collect();
        for member in members {
            let ServiceMember::Action { names, on, .. } = member else { continue };
            let action = names.first().and_then(|name| name.text()).unwrap_or_default();
            for word in on {
                let known = || service.resources.iter().map(|(name, _)| &**name);
                let Some(used) = word.text().filter(|used| !types.contains(&**used)) else {
                    continue;
                };
                let message =
                    format!("`{}:{action}` is on `{used}`, which is no resource type of it", service.prefix);
                let d = Diagnostic::error(code::UNKNOWN_NAME, message).at(word.span);
                self.sink.push(match suggest::nearest(&used, known()) {
                    Some(near) => d.help(format!("did you mean `{near}`?")).fix(word.span, near),
                    None => d.help(format!("declare it: `resource {used} arn:…`")),
                });
            }
        }
    }
}
