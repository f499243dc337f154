//! Where a fault may be: kinds of documents, denying or allowing, and the texts that come of it.

use super::faults::Part;
use serde_json::{Map, Value, json};
use std::fmt;
use tabella::hir::{Effect, PolicyKind};
use tabella::json::import::Target;

pub const KINDS: [PolicyKind; 8] = [
    PolicyKind::Identity,
    PolicyKind::Boundary,
    PolicyKind::Session,
    PolicyKind::Scp,
    PolicyKind::Rcp,
    PolicyKind::Resource,
    PolicyKind::Trust,
    PolicyKind::Endpoint,
];

/// What the documents stand in. Every kind of name exists, so that an unknown one is unknown.
pub const ESTATE: &str =
    "organization o-acme1 { root r-ab12 account home 111111111111 account other 222222222222 }
actions known_actions = s3:GetObject
resources known_resources = arn:aws:s3:::known
condition known_condition = aws:SecureTransport
const known_constant = \"known\"
user Known in home {}
role Known in home { trust { allow account other } }
group Group in home {}
";

#[derive(Clone, Copy)]
pub struct Place {
    pub kind: PolicyKind,
    pub effect: Effect,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {:?} policy's {}", self.kind, super::effect(self.effect))
    }
}

/// A text with the part in it, and the road it takes.
pub enum Attempt {
    Language(String),
    Document(String),
    Dump(String),
}

impl Attempt {
    pub fn text(&self) -> &str {
        let (Attempt::Language(text) | Attempt::Document(text) | Attempt::Dump(text)) = self;
        text
    }
}

/// A document of the language in its parts.
#[derive(Clone)]
struct Words {
    version: String,
    head: String,
    on: String,
    rest: String,
    /// Items before the document.
    items: String,
}

impl Place {
    /// Resource guardrails only deny (R48).
    pub fn exists(&self) -> bool {
        self.kind != PolicyKind::Rcp || self.effect == Effect::Deny
    }

    pub fn target(self) -> Target {
        let text = |text: &str| text.to_owned();
        let (on, account) = match self.kind {
            PolicyKind::Scp | PolicyKind::Rcp => (vec![text("root")], None),
            PolicyKind::Resource => (vec![text("arn:aws:s3:::b")], Some(text("home"))),
            PolicyKind::Endpoint => (vec![text("vpce-1")], Some(text("home"))),
            PolicyKind::Trust => (Vec::new(), Some(text("home"))),
            _ => (Vec::new(), None),
        };
        Target { name: text("Document"), on, account, arn: None }
    }

    /// Every way to write the part into a document of this kind.
    pub fn with(self, part: &Part) -> Vec<Attempt> {
        let mut all: Vec<Attempt> =
            self.words_with(part).iter().map(|w| Attempt::Language(self.language(w))).collect();
        for document in self.documents_with(part) {
            let dump = self.dump(&document);
            all.push(Attempt::Document(document.to_string()));
            all.extend(dump.map(|dump| Attempt::Dump(dump.to_string())));
        }
        all
    }

    fn action(self) -> &'static str {
        if self.kind == PolicyKind::Trust { "sts:AssumeRole" } else { "s3:GetObject" }
    }

    fn has_resource(self) -> bool {
        self.kind != PolicyKind::Trust
    }

    // ------------------------------------------------------------ the language

    fn words(self) -> Words {
        let who = if self.kind.has_principal() { "anyone " } else { "" };
        Words {
            version: String::new(),
            head: format!("{who}{}", self.action()),
            on: if self.has_resource() { "on arn:aws:s3:::b/k".into() } else { String::new() },
            rest: String::new(),
            items: String::new(),
        }
    }

    fn words_with(self, part: &Part) -> Vec<Words> {
        let sound = self.words();
        let who = if self.kind.has_principal() { "anyone " } else { "" };
        let head = |head: String| Words { head, ..sound.clone() };
        let on = |on: String| Words { on, ..sound.clone() };
        let good = self.action();
        match part {
            Part::Nothing => vec![sound],
            Part::Action(text) => {
                let bad = backticks(text);
                let mut all = vec![head(format!("{who}{bad}")), head(format!("{who}{good}, {bad}"))];
                if self.kind != PolicyKind::Rcp {
                    all.push(head(format!("{who}not ({good}, {bad})")));
                }
                all.push(Words {
                    items: format!("actions named = {good}, {bad}\n"),
                    ..head(format!("{who}named"))
                });
                all
            }
            Part::Resource(text) => {
                let bad = backticks(text);
                vec![
                    on(format!("on {bad}")),
                    on(format!("on arn:aws:s3:::b/k, {bad}")),
                    on(format!("on not (arn:aws:s3:::b/k, {bad})")),
                    Words {
                        items: format!("resources named = arn:aws:s3:::b/k, {bad}\n"),
                        ..on("on named".into())
                    },
                ]
            }
            Part::Principal(_, "") | Part::Condition(_, "") => Vec::new(),
            Part::Principal(_, bad) if self.kind == PolicyKind::Rcp || !self.kind.has_principal() => {
                vec![head(format!("{bad} {good}"))]
            }
            Part::Principal(_, bad) => {
                vec![head(format!("{bad} {good}")), head(format!("account other, {bad} {good}"))]
            }
            Part::Condition(_, bad) => self.clauses(bad),
            Part::Values(_, ty, comparisons, values) => {
                let key = "aws:username";
                let value = |v: &str| format!("{ty} \"{v}\"");
                let each = comparisons.iter().flat_map(|op| values.iter().map(move |v| (op, v)));
                let tests = each.map(|(op, v)| format!("{key} {op} {}", value(v)));
                let lists = values.iter().map(|v| format!("{key} in [{}, {}]", value(v), value(v)));
                tests.chain(lists).flat_map(|test| self.clauses(&test)).collect()
            }
            Part::Version(text) => vec![Words { version: format!("version {text} "), ..sound }],
            Part::After(text) if text.starts_with("on ") => vec![on((*text).into())],
            Part::After(text) => vec![Words { rest: (*text).into(), ..sound }],
            Part::Head(text) => vec![head((*text).into())],
            Part::Element(..) | Part::Instead(..) | Part::Without(_) | Part::Document(..) => Vec::new(),
        }
    }

    /// A test of a condition in all places.
    fn clauses(self, test: &str) -> Vec<Words> {
        let sound = self.words();
        let rest = |rest: String| Words { rest, ..sound.clone() };
        vec![
            rest(format!("when {test}")),
            rest(format!("when known_condition when aws:SecureTransport or ({test})")),
            Words { items: format!("condition named = {test}\n"), ..rest("when named".into()) },
        ]
    }

    fn language(self, words: &Words) -> String {
        let Words { version, head, on, rest, items } = words;
        let effect = super::effect(self.effect).to_lowercase();
        let body = format!("{{ {version}{effect} {head} {on} {rest} }}");
        let item = match self.kind {
            PolicyKind::Identity => format!("policy Document {body} user U in home {{ policies Document }}"),
            PolicyKind::Boundary => {
                format!("boundary Document {body} user U in home {{ boundary Document }}")
            }
            PolicyKind::Session => format!("session policy Document {body}"),
            PolicyKind::Scp => format!("guardrail Document on root {body}"),
            PolicyKind::Rcp => format!("resource guardrail Document on root {body}"),
            PolicyKind::Resource => format!("resource policy Document on arn:aws:s3:::b in home {body}"),
            PolicyKind::Trust => format!("role Document in home {{ trust {body} }}"),
            PolicyKind::Endpoint => format!("endpoint policy Document on vpce-1 in home {body}"),
        };
        format!("{ESTATE}{items}{item}\n")
    }

    // ------------------------------------------------------------ IAM JSON

    fn statement(self) -> Map<String, Value> {
        let mut statement = Map::new();
        statement.insert("Effect".into(), super::effect(self.effect).into());
        if self.kind.has_principal() {
            statement.insert("Principal".into(), "*".into());
        }
        statement.insert("Action".into(), self.action().into());
        if self.has_resource() {
            statement.insert("Resource".into(), "arn:aws:s3:::b/k".into());
        }
        statement
    }

    fn documents_with(self, part: &Part) -> Vec<Value> {
        let sound = self.statement();
        let document = |statement: Map<String, Value>| {
            // The faulty statement is neither the first nor the only one.
            json!({"Version": "2012-10-17", "Statement": [sound, statement]})
        };
        let set = |name: &str, value: Value| {
            let mut statement = sound.clone();
            statement.insert(name.into(), value);
            statement
        };
        let renamed = |from: &str, to: &str, value: Value| {
            let mut statement = sound.clone();
            statement.remove(from);
            statement.insert(to.into(), value);
            statement
        };
        match part {
            Part::Nothing => vec![document(sound.clone())],
            Part::Action(text) => {
                let mut all = vec![set("Action", json!(text)), set("Action", json!([self.action(), text]))];
                if self.kind != PolicyKind::Rcp {
                    all.push(renamed("Action", "NotAction", json!([self.action(), text])));
                }
                all.into_iter().map(document).collect()
            }
            Part::Resource(text) => [
                set("Resource", json!(text)),
                set("Resource", json!(["arn:aws:s3:::b/k", text])),
                renamed("Resource", "NotResource", json!(["arn:aws:s3:::b/k", text])),
            ]
            .map(document)
            .into(),
            Part::Principal("", _) | Part::Condition("", _) => Vec::new(),
            Part::Principal(text, _) => {
                let bad = parsed(text);
                let mut all = vec![set("Principal", bad.clone())];
                all.extend(beside(&bad).map(|both| set("Principal", both)));
                all.into_iter().map(document).collect()
            }
            Part::Condition(text, _) => {
                let bad = parsed(text);
                let mut all = vec![set("Condition", bad.clone())];
                if let Value::Object(bad) = bad {
                    let mut both = Map::new();
                    both.insert("DateGreaterThan".into(), json!({"aws:CurrentTime": "2020-01-01"}));
                    both.extend(bad);
                    all.push(set("Condition", both.into()));
                }
                all.into_iter().map(document).collect()
            }
            Part::Values(operators, _, _, values) => {
                let each = operators.iter().flat_map(|op| values.iter().map(move |v| (op, v)));
                let set_operators = |name: &str| {
                    [name.to_owned(), format!("ForAllValues:{name}"), format!("ForAnyValue:{name}IfExists")]
                };
                let conditions = each.flat_map(|(op, v)| {
                    let alone = json!({*op: {"aws:username": v}});
                    let lists = set_operators(op).map(|op| json!({op: {"aws:username": [v, v]}}));
                    std::iter::once(alone).chain(lists)
                });
                conditions.map(|c| document(set("Condition", c))).collect()
            }
            Part::Element(name, text) => vec![document(set(name, parsed(text)))],
            Part::Instead(from, to, text) => vec![document(renamed(from, to, parsed(text)))],
            Part::Without(name) => {
                let mut statement = sound.clone();
                statement.remove(*name);
                vec![document(statement)]
            }
            Part::Document(name, text) => {
                let mut whole = document(sound.clone());
                whole.as_object_mut().unwrap().insert((*name).into(), parsed(text));
                vec![whole]
            }
            Part::Version(text) => {
                let mut whole = document(sound.clone());
                whole.as_object_mut().unwrap().insert("Version".into(), json!(text));
                vec![whole]
            }
            Part::After(_) | Part::Head(_) => Vec::new(),
        }
    }

    /// An account dump with the document, if there are documents of this kind in one.
    fn dump(self, document: &Value) -> Option<Value> {
        let arn = |rest: &str| format!("arn:aws:iam::111111111111:{rest}");
        let trust = json!({"Version": "2012-10-17", "Statement":
            {"Effect": "Allow", "Principal": {"AWS": arn("root")}, "Action": "sts:AssumeRole"}});
        let user = |more: Value| {
            let mut user = json!({"Path": "/", "UserName": "U", "Arn": arn("user/U")});
            user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"UserDetailList": [user]})
        };
        let managed = json!([{"PolicyName": "P", "Arn": arn("policy/P"), "Path": "/", "DefaultVersionId": "v1",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document}]}]);
        Some(match (self.kind, self.effect) {
            (PolicyKind::Identity, Effect::Deny) => {
                user(json!({"UserPolicyList": [{"PolicyName": "P", "PolicyDocument": document}]}))
            }
            (PolicyKind::Identity, Effect::Allow) => {
                let attached = json!([{"PolicyName": "P", "PolicyArn": arn("policy/P")}]);
                let mut dump = user(json!({"AttachedManagedPolicies": attached}));
                dump.as_object_mut().unwrap().insert("Policies".into(), managed);
                dump
            }
            (PolicyKind::Boundary, _) => {
                let boundary =
                    json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn("policy/P")});
                let role = json!({"Path": "/", "RoleName": "R", "Arn": arn("role/R"),
                    "AssumeRolePolicyDocument": trust, "PermissionsBoundary": boundary});
                json!({"RoleDetailList": [role], "Policies": managed})
            }
            (PolicyKind::Trust, _) => json!({"RoleDetailList": [
                {"Path": "/", "RoleName": "R", "Arn": arn("role/R"), "AssumeRolePolicyDocument": document}]}),
            _ => return None,
        })
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// A principal of one kind beside another of it.
fn beside(bad: &Value) -> Option<Value> {
    let object = bad.as_object()?;
    let good = json!({"AWS": "222222222222", "Service": "lambda.amazonaws.com"});
    let mut all = good.as_object()?.clone();
    for (kind, bad) in object {
        match (all.get_mut(kind), bad) {
            (Some(good), Value::String(_)) => *good = json!([good, bad]),
            _ => {
                all.insert(kind.clone(), bad.clone());
            }
        }
    }
    (!object.is_empty()).then(|| all.into())
}

/// Any text as a word.
fn backticks(text: &str) -> String {
    format!("`{}`", text.replace('\\', "\\\\").replace('`', "\\`"))
}
