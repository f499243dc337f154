//! `tabella export`: source to IAM JSON.

use super::compile;
use super::files;
use super::output::{Console, Exit, Stop};
use crate::compile::Estate;
use crate::diag::codes::command;
use crate::diag::render::escape;
use crate::diag::{Diagnostic, has_errors, suggest};
use crate::export;
use crate::hir::{AccountId, World};
use hashbrown::HashMap;
use serde_json::{Map, Value};
use std::path::PathBuf;

/// Translate sources to IAM JSON
///
/// Without options, one object with a document for each policy, by its name.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Sources, folders of sources, account dumps
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Only this policy's document; inline policies are called `Role/Policy`, trust policies `trust of Role`
    #[arg(long, value_name = "NAME")]
    policy: Option<String>,
    /// What `aws iam get-account-authorization-details` would print for this account, by name or digits
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "policy")]
    account: Option<String>,
    /// The file to write; `-`, or none, is standard output
    #[arg(short, long, value_name = "FILE.json")]
    output: Option<PathBuf>,
}

pub fn run(args: &Arguments, console: &mut Console) -> Result<Exit, Stop> {
    let Estate { checked, .. } = compile::estate(&args.paths, console)?;
    let world = checked.world();
    let value = match (&args.policy, &args.account) {
        (Some(name), _) => one(name, world, console)?,
        (None, Some(account)) => dump(account, world, console)?,
        (None, None) => all(world, console)?,
    };
    console.flush();
    let text = format!("{value:#}\n");
    files::output(args.output.as_deref(), escape::json(&text).as_bytes(), console)?;
    Ok(Exit::Fine)
}

fn one(name: &str, world: &World, console: &mut Console) -> Result<Value, Stop> {
    let Some(policy) = world.policies.iter().find(|p| *p.name == *name) else {
        return unknown("policy", name, world.policies.iter().map(|p| &*p.name), console);
    };
    match export::document(policy) {
        Ok(value) => Ok(value),
        Err(findings) => {
            console.report(findings);
            Err(Stop::Reported)
        }
    }
}

fn dump(account: &str, world: &World, console: &mut Console) -> Result<Value, Stop> {
    let found = world.accounts.iter().position(|a| *a.name == *account || *a.id == *account);
    let Some(index) = found else {
        return unknown("account", account, world.accounts.iter().map(|a| &*a.name), console);
    };
    let (value, findings) = export::account_details(world, AccountId(index as u32));
    let failed = has_errors(&findings);
    console.report(findings);
    value.filter(|_| !failed).ok_or(Stop::Reported)
}

fn all(world: &World, console: &mut Console) -> Result<Value, Stop> {
    let (mut documents, mut numbers) = (Map::new(), HashMap::new());
    let mut exporter = export::Exporter::default();
    for policy in &world.policies {
        match exporter.document(policy) {
            Ok(value) => {
                documents.insert(free(&policy.name, &documents, &mut numbers), value);
            }
            Err(findings) => console.report(findings),
        }
    }
    console.stop_on_errors()?;
    Ok(Value::Object(documents))
}

/// A name that no document has yet: policies of two accounts may be called alike, and none may be lost. The last number given
/// after each name is remembered.
fn free<'w>(name: &'w str, documents: &Map<String, Value>, numbers: &mut HashMap<&'w str, usize>) -> String {
    let mut free = name.to_string();
    let number = numbers.entry(name).or_insert(1);
    while documents.contains_key(&free) {
        *number += 1;
        free = format!("{name} ({number})");
    }
    free
}

fn unknown<'n, T>(
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'n str>,
    console: &mut Console,
) -> Result<T, Stop> {
    let mut finding = Diagnostic::error(command::UNKNOWN_NAME, format!("there is no {what} `{name}`"));
    if let Some(near) = suggest::nearest(name, known) {
        finding = finding.help(format!("did you mean `{near}`?"));
    }
    console.refuse(finding)
}
