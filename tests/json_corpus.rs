//! Every managed and public policy imports, or is refused for a reason that is right: the figures are pinned here.
//! What imports comes back: import → resolve → export → import → resolve gives the same statements, and a second
//! export the same text; and what is imported can be printed as source that reads back to the same.
//!
//! The corpora lie outside of the repository; without them the tests are ignored, and the run says so. Figures and the
//! refused documents: `cargo test --test json_corpus`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use flate2::read::GzDecoder;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::ExitCode;
use tabella::diag::{Diagnostic, codes, has_errors};
use tabella::hir::{
    Condition, Effect, Piece, Policy, PolicyKind, ResourcePattern, Resources, Statement, Template,
};
use tabella::json::import::Target;
use tabella::limits::Limits;
use tabella::source::{FileId, Span};
use tabella::syntax::ast::{self, IdentityMemberKind, ItemKind};
use tabella::{export, json, resolve, syntax};

/// The lines of a corpus.
fn corpus(name: &str) -> Vec<serde_json::Value> {
    let file = std::fs::File::open(support::shared("corpora").join(name)).unwrap();
    let lines = BufReader::new(GzDecoder::new(file)).lines();
    lines.map(|l| serde_json::from_str(&l.unwrap()).unwrap()).collect()
}

fn kind(name: &str) -> PolicyKind {
    match name {
        "identity" | "permission-set" => PolicyKind::Identity,
        "boundary" => PolicyKind::Boundary,
        "scp" => PolicyKind::Scp,
        "rcp" => PolicyKind::Rcp,
        "resource" => PolicyKind::Resource,
        "trust" => PolicyKind::Trust,
        "vpce" => PolicyKind::Endpoint,
        other => panic!("unknown kind {other}"),
    }
}

/// What became of one document: every finding, the first error's stage and code if it was refused.
#[derive(Default)]
struct Table {
    documents: usize,
    taken: usize,
    refused: BTreeMap<String, usize>,
    warned: BTreeMap<String, usize>,
    samples: BTreeMap<String, BTreeSet<String>>,
}

impl Table {
    fn refuse(&mut self, found: &[Diagnostic]) {
        let first = found.iter().find(|d| d.is_error()).unwrap();
        *self.refused.entry(first.code.0.to_string()).or_default() += 1;
        for error in found.iter().filter(|d| d.is_error()) {
            // Without a place nobody could mend it.
            assert!(error.primary.is_some(), "{error:?}");
            let samples = self.samples.entry(error.code.0.to_string()).or_default();
            samples.insert(error.message.chars().take(120).collect());
        }
    }

    fn print(&self, what: &str) {
        println!("{what}: {} of {} import; warnings {:?}", self.taken, self.documents, self.warned);
        for (code, count) in &self.refused {
            let title = codes::find(code).map_or("", |e| e.title);
            println!("{count:5} {code} {title}");
            let samples = &self.samples[code];
            for message in samples.iter().step_by((samples.len() / 5).max(1)) {
                println!("            {message}");
            }
        }
    }
}

/// Text → resolved document. Errors have places in the JSON.
fn resolve(text: &str, kind: PolicyKind) -> Result<(Policy, Vec<Diagnostic>), Vec<Diagnostic>> {
    let limits = Limits::default();
    let (node, mut found) = json::read(FileId(0), text, &limits);
    assert!(found.is_empty(), "{found:?}");
    let (body, more) = json::import::document(&node.unwrap(), kind);
    assert_eq!(body.is_none(), has_errors(&more));
    found.extend(more);
    let Some(body) = body else { return Err(found) };
    let (policy, more) = resolve::body(&body, kind, "P", &limits);
    found.extend(more);
    policy.map_or_else(|| Err(found.clone()), |policy| Ok((policy, found.clone())))
}

/// Statements without their places.
fn placeless(policy: &Policy) -> Vec<Statement> {
    fn clear(condition: &mut Condition) {
        match condition {
            Condition::And(parts) | Condition::Or(parts) => parts.iter_mut().for_each(clear),
            Condition::Atom(atom) => atom.span = Span::NONE,
        }
    }
    let mut statements = policy.statements.clone();
    for statement in &mut statements {
        statement.span = Span::NONE;
        clear(&mut statement.condition);
    }
    statements
}

/// Import → export → import gives the same statements, and export ∘ import the same text.
fn round_trip(policy: &Policy) {
    let first = export::document(policy).unwrap().to_string();
    let (again, _) = resolve(&first, policy.kind).unwrap_or_else(|e| panic!("{first}: {e:?}"));
    assert_eq!(placeless(policy), placeless(&again), "{first}");
    assert_eq!((policy.version, &policy.id), (again.version, &again.id));
    assert_eq!(first, export::document(&again).unwrap().to_string());
}

/// What is imported can be printed, parsed and resolved to the same, and is laid out already.
fn printed(text: &str, policy: &Policy) {
    let limits = Limits::default();
    let (node, _) = json::read(FileId(0), text, &limits);
    let (body, _) = json::import::document(&node.unwrap(), policy.kind);
    let target = Target { name: "P".into(), on: vec!["arn:aws:s3:::b".into()], ..Target::default() };
    let file = ast::File { items: vec![json::import::item(policy.kind, &target, body.unwrap()).unwrap()] };
    let source = syntax::print(&file);
    let (parsed, found) = syntax::parse(FileId(0), &source, &limits);
    assert!(found.is_empty(), "{source}: {found:?}");
    assert_eq!(syntax::print(&parsed), source);
    assert_eq!(syntax::format(FileId(0), &source, &limits).0.as_ref(), Some(&source));
    let body = body_of(&parsed);
    // What IAM takes in vain is an error in source, and the only one.
    let (_, found) = resolve::body(body, policy.kind, "P", &limits);
    assert!(found.iter().all(|d| !d.is_error() || d.code == codes::resolve::IDLE), "{source}: {found:?}");
    let body = ast::Body { origin: ast::Origin::Json, ..body.clone() };
    let (again, found) = resolve::body(&body, policy.kind, "P", &limits);
    let again = again.unwrap_or_else(|| panic!("{source}: {found:?}"));
    assert_eq!(attached(policy), placeless(&again), "{source}");
    assert_eq!((policy.version, &policy.id), (again.version, &again.id));
}

/// The statements as source spells them: where a bucket's document names no resource, an allow is about the bucket, and a
/// deny is also about what is inside (R54).
fn attached(policy: &Policy) -> Vec<Statement> {
    let literal = |text: &str| Piece::Literal(text.into());
    let mut statements = placeless(policy);
    if policy.kind != PolicyKind::Resource {
        return statements;
    }
    for statement in statements.iter_mut().filter(|s| s.resources.is_none()) {
        let mut texts = vec![Template { pieces: vec![literal("arn:aws:s3:::b")].into() }];
        if statement.effect == Effect::Deny {
            texts.push(Template { pieces: vec![literal("arn:aws:s3:::b/"), Piece::Any].into() });
        }
        let patterns = texts.into_iter().map(|text| ResourcePattern { text }).collect();
        statement.resources = Some(Resources { negated: false, patterns });
    }
    statements
}

fn body_of(file: &ast::File) -> &ast::Body {
    match &file.items.first().unwrap().kind {
        ItemKind::Policy(p) => &p.body,
        ItemKind::Guardrail(g) => &g.body,
        ItemKind::ResourcePolicy(p) => &p.body,
        ItemKind::EndpointPolicy(p) => &p.body,
        ItemKind::Identity(i) => match &i.members.first().unwrap().kind {
            IdentityMemberKind::Trust(body) => body,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn run(rows: &[serde_json::Value], kind_of: impl Fn(&serde_json::Value) -> PolicyKind) -> Table {
    let mut table = Table::default();
    for row in rows {
        table.documents += 1;
        let text = serde_json::to_string_pretty(&row["document"]).unwrap();
        match resolve(&text, kind_of(row)) {
            Err(found) => table.refuse(&found),
            Ok((policy, found)) => {
                table.taken += 1;
                let codes: BTreeSet<&str> = found.iter().map(|d| d.code.0).collect();
                for code in codes {
                    *table.warned.entry(code.to_string()).or_default() += 1;
                }
                round_trip(&policy);
                printed(&text, &policy);
            }
        }
    }
    table
}

fn every_managed_policy_imports_and_comes_back() {
    let rows = corpus("aws-managed-policies.jsonl.gz");
    let table = run(&rows, |_| PolicyKind::Identity);
    table.print("managed policies");
    assert_eq!((table.documents, table.taken), (1_594, 1_594));
}

fn public_policies_import_and_come_back_or_are_refused() {
    let rows = corpus("public-policies.jsonl.gz");
    let of = |row: &serde_json::Value| kind(row["kind"].as_str().unwrap());
    let (filled, templated): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row["templated"] == serde_json::Value::Bool(false));
    let filled = run(&filled, of);
    filled.print("public policies, as written");
    let templated = run(&templated, of);
    templated.print("public policies, with placeholders of templating tools");
    // T0338, T0316: a `Deny` that would never apply, and what an `Allow` excepts by a variable without a value.
    assert_eq!((filled.documents, filled.taken), (3_093, 2_839));
    assert_eq!((templated.documents, templated.taken), (2_582, 1_284));
    let counts =
        |table: &Table| table.refused.iter().map(|(code, n)| format!("{code} {n}")).collect::<Vec<_>>();
    assert_eq!(
        counts(&filled).join(", "),
        "T0210 2, T0211 2, T0212 7, T0213 2, T0214 1, T0215 1, T0217 16, T0219 3, T0220 5, T0222 65, T0224 93, T0225 3, T0227 4, T0228 2, T0230 11, T0316 2, T0317 3, T0331 18, T0338 13, T0604 1"
    );
    assert_eq!(
        counts(&templated).join(", "),
        "T0211 1, T0213 1, T0214 4, T0217 1, T0220 8, T0222 1013, T0224 197, T0225 2, T0227 1, T0228 1, T0230 2, T0317 29, T0324 1, T0331 37"
    );
}

fn main() -> ExitCode {
    support::run(vec![
        support::needs(
            "corpora/aws-managed-policies.jsonl.gz",
            "every_managed_policy_imports_and_comes_back",
            every_managed_policy_imports_and_comes_back,
        ),
        support::needs(
            "corpora/public-policies.jsonl.gz",
            "public_policies_import_and_come_back_or_are_refused",
            public_policies_import_and_come_back_or_are_refused,
        ),
    ])
}
