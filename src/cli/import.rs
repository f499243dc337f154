//! `tabella import`: IAM JSON to source.

use super::document::{self, Kind};
use super::files;
use super::load;
use super::output::{Console, Exit, Stop};
use crate::catalog::Catalog;
use crate::diag::codes::{command, resolve as codes};
use crate::diag::{Diagnostic, has_errors};
use crate::hir::PolicyKind;
use crate::json::Node;
use crate::json::import::{self, Answer, Found, Target};
use crate::managed::Managed;
use crate::resolve::{self, SourceUnit};
use crate::source::FileId;
use crate::syntax;
use crate::syntax::ast;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Translate IAM JSON to source
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A policy document, an account dump, or what the AWS command line prints of a policy; `-` is standard input
    file: PathBuf,
    /// What it is; else it is guessed from its elements
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// The policy's name, or the role's for a trust policy; else the file's name
    #[arg(long)]
    name: Option<String>,
    /// The ARN of a managed policy
    #[arg(long)]
    arn: Option<String>,
    /// Where it is attached: resource ARNs, endpoints, or `root`, `unit NAME`, `account NAME` for guardrails
    #[arg(long)]
    on: Vec<String>,
    /// The account that owns the resource, the endpoint or the role
    #[arg(long)]
    account: Option<String>,
    /// The file to write; `-`, or none, is standard output
    #[arg(short, long, value_name = "FILE.tabella")]
    output: Option<PathBuf>,
}

pub fn run(args: &Arguments, console: &mut Console) -> Result<Exit, Stop> {
    let file = load::text(&args.file, console)?;
    let text = console.sources.get(file).map(|f| f.text.clone()).unwrap_or_default();
    let (node, findings) = import::read(file, &text, &console.limits);
    console.report(findings);
    let Some(node) = node else { return Err(Stop::Reported) };
    let Some(answer) = document::answer(&node, args.kind, console) else { return Err(Stop::Reported) };
    let tree = match answer {
        Answer::Declarations(tree) => {
            console.report(idle_options(Kind::Account, args));
            dump(file, tree, console)
        }
        Answer::Documents(all) => documents(&all, args, console),
    };
    console.stop_on_errors()?;
    console.flush();
    files::output(args.output.as_deref(), syntax::print(&tree).as_bytes(), console)?;
    Ok(Exit::Fine)
}

/// Options that say something which what is imported can't have. To leave them out would print a policy that is attached
/// nowhere, or elsewhere.
fn idle_options(kind: Kind, args: &Arguments) -> Vec<Diagnostic> {
    let given = [
        ("--name", args.name.is_some()),
        ("--arn", args.arn.is_some()),
        ("--on", !args.on.is_empty()),
        ("--account", args.account.is_some()),
    ];
    let has: &[&str] = match kind {
        Kind::Identity | Kind::Boundary | Kind::Session => &["--name", "--arn"],
        Kind::Scp | Kind::Rcp => &["--name", "--on"],
        Kind::Resource | Kind::Endpoint => &["--name", "--on", "--account"],
        Kind::Trust => &["--name", "--account"],
        Kind::Account => &[],
    };
    let what = match kind {
        Kind::Identity => "a policy of users, groups or roles",
        Kind::Boundary => "a permissions boundary",
        Kind::Session => "a session policy",
        Kind::Scp | Kind::Rcp => "a guardrail",
        Kind::Resource => "a resource policy",
        Kind::Endpoint => "an endpoint policy",
        Kind::Trust => "a trust policy",
        Kind::Account => "an account dump",
    };
    let help = match args.kind {
        None => "its elements say that it is this; `--kind` says otherwise, such as `--kind scp`",
        Some(_) => "leave the option out",
    };
    let refused = |message: String| Diagnostic::error(command::WRONG_INPUT, message).help(help);
    let idle = given.iter().filter(|(option, is_given)| *is_given && !has.contains(option));
    let mut found: Vec<_> = idle.map(|(option, _)| refused(format!("{what} has no `{option}`"))).collect();
    // `root`, a unit or an account is the place of a guardrail only.
    let place = if kind == Kind::Endpoint { "vpce-" } else { "arn:" };
    if matches!(kind, Kind::Resource | Kind::Endpoint)
        && let Some(on) = args.on.iter().find(|on| !on.starts_with(place))
    {
        found.push(refused(format!("{what} is not attached to `{on}`")));
    }
    found
}

/// An account dump. It may lean on policies and principals of other files, so of resolving it counts only what is all but
/// all: the JSON is warned of it, and the source that is printed will be refused.
fn dump(file: FileId, tree: ast::File, console: &mut Console) -> ast::File {
    let unit = SourceUnit { file, name: "".into(), tree };
    let (_, mut findings) =
        resolve::program(std::slice::from_ref(&unit), Catalog::shipped(), &console.limits);
    findings.retain(|f| f.code == codes::IDLE && !f.is_error());
    console.report(findings);
    let unknown = import::unknown(std::iter::once(&unit.tree));
    let unknown = unknown.iter().filter(|(arn, _)| Managed::shipped().get(arn).is_none());
    console.report(unknown.map(|(arn, of)| import::no_document(arn, *of)));
    unit.tree
}

/// A file with the documents of an answer in it, each under a name of its own.
fn documents(all: &[Found<'_>], args: &Arguments, console: &mut Console) -> ast::File {
    let mut items = Vec::new();
    let mut names = BTreeSet::new();
    for found in all {
        let kind = args.kind.unwrap_or_else(|| document::found_kind(found));
        let idle = idle_options(kind, args);
        let is_idle = has_errors(&idle);
        console.report(idle);
        let Some(kind) = kind.policy().filter(|_| !is_idle) else { continue };
        let known = args.name.clone().or_else(|| found.name.clone()).unwrap_or_else(|| stem(&args.file));
        let mut name = known.clone();
        let mut count = 1;
        while !names.insert(name.clone()) {
            count += 1;
            name = format!("{known}-{count}");
        }
        let place = if args.on.is_empty() { &found.on } else { &args.on };
        let account = args.account.clone().or_else(|| found.account.clone());
        let target = Target { name, arn: args.arn.clone(), on: place.clone(), account };
        // The others are read all the same, so that one run reports all that is wrong.
        items.extend(one(&found.document, kind, &target, console));
    }
    ast::File { items }
}

/// One document as an item. It is resolved as well, so that what is printed can be compiled, but for what it was warned of as
/// idle. `None`: an error was reported.
fn one(node: &Node, kind: PolicyKind, target: &Target, console: &mut Console) -> Option<ast::Item> {
    let (body, findings) = import::document(node, kind);
    console.report(findings);
    let body = body?;
    let name = &target.name;
    let (policy, findings) = resolve::body(&body, kind, name, &console.limits);
    let failed = has_errors(&findings);
    console.report(findings);
    console.report(policy.map(|p| resolve::lint(&p, &body, Catalog::shipped())).unwrap_or_default());
    if failed {
        return None;
    }
    if kind == PolicyKind::Resource && target.account.is_none() {
        console.report(target.on.iter().filter(|arn| !names_account(arn)).map(|arn| ownerless(arn)));
    }
    match import::item(kind, target, body) {
        Ok(item) => Some(item),
        Err(findings) => {
            console.report(findings);
            None
        }
    }
}

/// Whether an ARN says which account a resource belongs to.
fn names_account(arn: &str) -> bool {
    arn.split(':').nth(4).is_some_and(|a| a.len() == 12 && a.bytes().all(|b| b.is_ascii_digit()))
}

/// The source that is printed compiles with one account only.
fn ownerless(arn: &str) -> Diagnostic {
    let message = format!("nothing says which account owns `{arn}`");
    let help = "say it with `--account`: beside several accounts the source is refused without `in ACCOUNT`";
    Diagnostic::warning(codes::NO_ACCOUNT, message).help(help)
}

/// The file's name without folders and ending; `Imported` for standard input.
fn stem(path: &Path) -> String {
    let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or("");
    if stem.is_empty() || stem == load::STDIN { "Imported".into() } else { stem.into() }
}
