//! The conformance corpora of `../shared/conformance` (or of the folder that `TABELLA_SHARED` names), judged by the
//! engines. Where a case contradicts a rule the rule wins: [`EXCEPTIONS`] lists the case and the rule.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::collections::BTreeMap;
use std::process::ExitCode;
use tabella::artifact::WriteOptions;
use tabella::cases::{self, Engine, Expected, OwnedRequest, Verdict};
use tabella::catalog::Catalog;
use tabella::diag::Diagnostic;
use tabella::hir::World;
use tabella::limits::Limits;
use tabella::resolve::Checked;
use tabella::source::{FileId, SourceMap};
use tabella_runtime::{Decision, Request};

/// The reference evaluator.
struct Reference {
    catalog: Catalog,
}

impl Engine for Reference {
    fn name(&self) -> &'static str {
        "reference"
    }

    fn decide(&self, world: &World, request: &OwnedRequest) -> Result<Decision, Vec<Diagnostic>> {
        let decide = |r: &Request<'_>| tabella::reference::evaluate(world, &self.catalog, r).decision;
        request.with(decide).map_err(cases::refused_request)
    }
}

/// The compiled tables, held against the reference: they must decide by the same gate.
struct Tables {
    reference: Reference,
}

impl Engine for Tables {
    fn name(&self) -> &'static str {
        "tables"
    }

    fn decide(&self, world: &World, request: &OwnedRequest) -> Result<Decision, Vec<Diagnostic>> {
        let limits = Limits::default();
        let checked = Checked::new(world.clone())?;
        let (form, findings) = tabella::normalize::normalize(&checked, &limits);
        let form = form.ok_or(findings)?;
        let catalog = &self.reference.catalog;
        let (tables, _) = tabella::lower::lower(&form, catalog, &SourceMap::new(), &limits);
        let bytes =
            tabella::artifact::write(&tables, &limits, &WriteOptions::default()).map_err(|d| vec![d])?;
        let tables = tabella_runtime::Tables::load(&bytes).unwrap();
        let decision = request.with(|r| tables.decide(r)).map_err(cases::refused_request)?;
        assert_eq!(Ok(decision), self.reference.decide(world, request), "{request:?}");
        Ok(decision)
    }
}

/// Case and the rule that argues against what it expects.
const EXCEPTIONS: &[(&str, &str)] = &[
    // `NotPrincipal` goes with `Deny` only: an allow for everybody but somebody is refused.
    ("core/anonymous#8", "R55"),
    ("core/notPrincipal#0", "R55"),
    ("core/notPrincipal#1", "R55"),
    // `s3:` has no name and so is no action; a malformed value is refused.
    ("core/edgeCases/whitespaceActions#4", "R59, R60"),
    ("integration/edgeCases/whitespaceActions#4", "R59, R60"),
    // An action with blanks or a comma is none: a `Deny` of it is refused, not kept as one that never applies.
    ("core/commas#2", "R59"),
    ("core/edgeCases/whitespaceActions#5", "R59"),
    ("core/edgeCases/whitespaceActions#6", "R59"),
    ("core/edgeCases/whitespaceActions#7", "R59"),
    ("integration/edgeCases/whitespaceActions#5", "R59"),
    ("integration/edgeCases/whitespaceActions#6", "R59"),
    ("integration/edgeCases/whitespaceActions#7", "R59"),
    // A trust policy has no `Resource` that says more than `*`.
    ("core/sts/assumeRole/sameAccount#4", "R54"),
    // A user that a trust policy names needs `sts:AssumeRole` of its boundary.
    ("pmapper-permissions_boundary_with_resource_policy-1", "R24"),
    // `arn:aws:sqs:us-east-1:777583092761/YamsQueue` has five parts.
    ("yams-TestRealWorldData-58", "R66"),
    // `NotPrincipal` beside `Deny` excludes a role only where the role's account is listed, too.
    ("core/boundaryNotPrincipalDenyResource#0", "R87"),
    ("yams-TestStatementMatchesPrincipal-notprincipal_simple_direct_match", "R87"),
    ("yams-TestStatementMatchesPrincipal-notprincipal_two_principals", "R87"),
    // The API of STS takes no credentials of a root user for `AssumeRole`.
    ("integration/edgeCases/allowNotArnLike#0", "R123"),
    // Evaluators differ on a `*` that a variable's value brings along: an allow holds only by all readings.
    ("operator/StringNotLike#5", "R153"),
];

/// Cases that expect an implicit deny, with a document that is refused, and the rule by which it is: nobody is allowed
/// anything by a program that does not compile.
const REFUSED: &[(&str, &str)] = &[
    ("core/anonymous#9", "R55"),
    ("core/edgeCases/whitespaceActions#0", "R59, R60"),
    ("core/notPrincipal#2", "R55"),
    ("core/notPrincipal#3", "R55"),
    ("core/sts/assumeRole/sameAccount#2", "R54"),
    ("integration/edgeCases/whitespaceActions#0", "R59, R60"),
    ("operator/ArnLike#1", "R59"),
    ("operator/DateEquals#4", "R59"),
    ("operator/DateEquals#6", "R59"),
    ("operator/DateGreaterThan#3", "R59"),
    ("operator/DateGreaterThanEquals#3", "R59"),
    ("operator/DateLessThan#3", "R59"),
    ("operator/DateLessThanEquals#3", "R59"),
    ("operator/IpAddress#10", "R59"),
    ("operator/IpAddress#5", "R59"),
    ("operator/NumericEquals#3", "R59"),
    ("operator/NumericGreaterThan#3", "R59"),
    ("operator/NumericGreaterThanEquals#3", "R59"),
    ("operator/NumericLessThan#3", "R59"),
    ("operator/NumericLessThanEquals#3", "R59"),
];

const CORPORA: [(&str, usize); 8] = [
    ("aws-docs", 406),
    ("iam-simulate", 442),
    ("iamspy", 37),
    ("minio", 197),
    ("oidc-trust", 68),
    ("pmapper", 85),
    ("rustfs", 45),
    ("yams", 269),
];

fn judge(engine: &dyn Engine) {
    let folder = support::shared("conformance");
    let mut exceptions: BTreeMap<&str, &str> = EXCEPTIONS.iter().copied().collect();
    assert_eq!(exceptions.len(), EXCEPTIONS.len(), "an exception is listed twice");
    let mut refusals: BTreeMap<&str, &str> = REFUSED.iter().copied().collect();
    let (mut passed, mut refused, mut excepted) = (0, 0, 0);
    let mut failures = Vec::new();
    for (name, count) in CORPORA {
        let text = std::fs::read_to_string(folder.join(format!("{name}.jsonl"))).unwrap();
        let cases: Vec<_> =
            cases::load_all(FileId(0), &text, &Limits::default()).map(|c| c.unwrap()).collect();
        assert_eq!(cases.len(), count, "{name} has another number of cases");
        for case in cases {
            let verdict = case.judge(engine);
            let is_refused = matches!(verdict, Verdict::Refused { .. });
            if is_refused && case.expected == Expected::ImplicitDeny && refusals.remove(&*case.id).is_some() {
                refused += 1;
                passed += 1;
                continue;
            }
            match (verdict.is_pass(), exceptions.remove(&*case.id)) {
                (true, None) => passed += 1,
                (false, Some(_)) => excepted += 1,
                (true, Some(rule)) => {
                    failures.push(format!("{}: listed against {rule}, but passes", case.id))
                }
                (false, None) => failures.push(describe(&case, &verdict)),
            }
        }
    }
    for id in exceptions.keys().chain(refusals.keys()) {
        failures.push(format!("{id}: listed, but there is no such case"));
    }
    println!(
        "{}: {passed} passed ({refused} of them by refusing a document), {} failed, {excepted} excepted",
        engine.name(),
        failures.len()
    );
    assert!(failures.is_empty(), "{} cases:\n{}", failures.len(), failures.join("\n"));
    assert_eq!((passed, excepted), (1_529, 20));
}

fn describe(case: &cases::Case, verdict: &Verdict) -> String {
    let got = match verdict {
        Verdict::Pass(decision) | Verdict::Fail(decision) => {
            format!("{} by the {}", decision.outcome, decision.gate)
        }
        Verdict::Refused { why, .. } => {
            let errors = why.iter().filter(|d| d.is_error());
            let errors: Vec<_> = errors.map(|d| format!("{} {}", d.code.0, d.message)).collect();
            format!("refused ({})", errors.join("; "))
        }
    };
    format!("{}: expected {}, got {got}", case.id, case.expected.word())
}

fn reference() {
    judge(&Reference { catalog: Catalog::shipped().clone() });
}

fn tables() {
    judge(&Tables { reference: Reference { catalog: Catalog::shipped().clone() } });
}

fn main() -> ExitCode {
    let needs = |name, test| support::needs("conformance", name, test);
    support::run(vec![needs("reference", reference), needs("tables", tables)])
}
