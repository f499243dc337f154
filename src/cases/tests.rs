use super::*;
use crate::catalog::Catalog;
use tabella_runtime::Gate;

/// The reference evaluator.
struct Reference;

impl Engine for Reference {
    fn name(&self) -> &'static str {
        "reference"
    }

    fn decide(&self, world: &World, request: &OwnedRequest) -> Result<Decision, Vec<Diagnostic>> {
        let decide = |r: &tabella_runtime::Request<'_>| {
            crate::reference::evaluate(world, &Catalog::default(), r).decision
        };
        request.with(decide).map_err(refused_request)
    }
}

fn one(policies: &str, request: &str, expected: &str) -> Case {
    let line = format!(
        r#"{{"id": "x", "source": "s", "note": "n", "request": {request}, "policies": {policies}, "expected": "{expected}"}}"#
    );
    load(FileId(0), &line, &Limits::default()).unwrap()
}

const REQUEST: &str = r#"{"principal": "arn:aws:iam::111111111111:user/ann", "action": "s3:GetObject",
    "resource": "arn:aws:s3:::b/k", "context": {"aws:SourceIp": "10.0.0.1", "s3:list": []}}"#;
const OPEN: &str =
    r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;

#[test]
fn a_case_passes_or_fails() {
    let policies = format!(r#"{{"identity": [{OPEN}], "boundary": null, "scp": null}}"#);
    let case = one(&policies, REQUEST, "allow");
    assert_eq!((case.id.as_str(), case.source.as_str(), case.note.as_str()), ("x", "s", "n"));
    assert_eq!(case.request.context.len(), 2);
    let allowed = Decision { outcome: Outcome::Allow, gate: Gate::Identity };
    assert_eq!(case.judge(&Reference), Verdict::Pass(allowed));
    assert_eq!(one(&policies, REQUEST, "deny").judge(&Reference), Verdict::Fail(allowed));
}

#[test]
fn every_document_has_its_place() {
    // R147: through an endpoint there is no `aws:SourceIp`.
    let request = REQUEST.replace("aws:SourceIp", "aws:VpcSourceIp");
    let gate = |policies: &str| match one(policies, &request, "allow").judge(&Reference) {
        Verdict::Pass(decision) | Verdict::Fail(decision) => decision.gate,
        refused => panic!("{refused:?}"),
    };
    let closed =
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#;
    let anyone = r#"{"Version": "2012-10-17", "Statement":
        {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}}"#;
    assert_eq!(gate(&format!(r#"{{"identity": [{OPEN}, {closed}]}}"#)), Gate::Identity);
    assert_eq!(gate(&format!(r#"{{"identity": [{OPEN}], "boundary": [{closed}]}}"#)), Gate::Boundary);
    assert_eq!(gate(&format!(r#"{{"identity": [{OPEN}], "session": [{closed}]}}"#)), Gate::Session);
    assert_eq!(gate(&format!(r#"{{"identity": [{OPEN}], "scp": [[{OPEN}], [{closed}]]}}"#)), Gate::Scp);
    assert_eq!(gate(&format!(r#"{{"identity": [{OPEN}], "rcp": [[{anyone}]]}}"#)), Gate::Rcp);
    assert_eq!(gate(&format!(r#"{{"identity": [{OPEN}], "resource": {anyone}}}"#)), Gate::Resource);
    assert_eq!(gate(&format!(r#"{{"identity": [{OPEN}], "endpoint": {anyone}}}"#)), Gate::Endpoint);
}

#[test]
fn a_refusal_is_no_denial() {
    let misspelled = r#"{"identity": [{"Version": "2012-10-17", "Statement":
        {"Effect": "Dney", "Action": "*", "Resource": "*"}}]}"#;
    let twice = REQUEST.replace("s3:list", "AWS:sourceip");
    let open = format!(r#"{{"identity": [{OPEN}]}}"#);
    for (policies, request) in [(misspelled, REQUEST), (&*open, &*twice)] {
        for expected in ["allow", "deny", "explicit_deny", "implicit_deny"] {
            let verdict = one(policies, request, expected).judge(&Reference);
            assert!(matches!(verdict, Verdict::Refused { as_expected: false, .. }), "{verdict:?}");
            assert!(!verdict.is_pass());
        }
        assert!(one(policies, request, "refused").judge(&Reference).is_pass());
    }
    assert!(!one(&open, REQUEST, "refused").judge(&Reference).is_pass());
}

#[test]
fn every_member_is_read() {
    let case = |policies: &str, request: &str, more: &str| {
        let line = format!(
            r#"{{"id": "x", {more} "request": {request}, "policies": {policies}, "expected": "allow"}}"#
        );
        load(FileId(0), &line, &Limits::default()).map_err(|mut found| found.remove(0).message)
    };
    let open = format!(r#"{{"identity": [{OPEN}]}}"#);
    assert!(case(&open, REQUEST, "").is_ok());
    let nulls = r#"{"identity": null, "boundary": null, "session": null, "scp": null, "rcp": null,
        "resource": null, "endpoint": null}"#;
    assert!(case(nulls, REQUEST, "").is_ok());
    for (place, message) in [
        (format!(r#""boundary": {OPEN}"#), "`boundary` must be an array of documents, found an object"),
        (format!(r#""identity": {OPEN}"#), "`identity` must be an array of documents, found an object"),
        (format!(r#""session": {OPEN}"#), "`session` must be an array of documents, found an object"),
        (format!(r#""scp": {OPEN}"#), "`scp` must be an array of levels, found an object"),
        (format!(r#""scp": [{OPEN}]"#), "a level of `scp` must be an array of documents, found an object"),
        (format!(r#""rcp": [{OPEN}]"#), "a level of `rcp` must be an array of documents, found an object"),
        (format!(r#""resource": [{OPEN}]"#), "a document of `resource` must be an object, found an array"),
        (r#""endpoint": "x""#.into(), "a document of `endpoint` must be an object, found a string"),
        (r#""boundary": [null]"#.into(), "a document of `boundary` must be an object, found `null`"),
        (r#""boundary": "x""#.into(), "`boundary` must be an array of documents, found a string"),
        (format!(r#""boundry": [{OPEN}]"#), "`policies` of a case has no `boundry`"),
    ] {
        assert_eq!(case(&format!("{{{place}}}"), REQUEST, "").err().as_deref(), Some(message), "{place}");
    }
    assert_eq!(
        case("[]", REQUEST, "").err().unwrap(),
        "`policies` of a case must be an object, found an array"
    );
    let endpoint = REQUEST.replace(r#""context""#, r#""endpoint": "vpce-1", "context""#);
    assert_eq!(case(&open, &endpoint, "").err().unwrap(), "the request of a case has no `endpoint`");
    assert_eq!(case(&open, REQUEST, r#""expect": "deny","#).err().unwrap(), "a case has no `expect`");
    assert_eq!(
        case(&open, REQUEST, r#""note": 1,"#).err().unwrap(),
        "`note` must be a string, found a number"
    );
}

#[test]
fn lines_that_are_no_cases() {
    let message = |line: &str| load(FileId(0), line, &Limits::default()).unwrap_err().remove(0).message;
    assert_eq!(message("{}"), "`request` is missing");
    let wanted = format!(r#"{{"id": "x", "request": {REQUEST}, "policies": {{}}, "expected": "maybe"}}"#);
    assert_eq!(message(&wanted), "`maybe` is no outcome");
    assert!(!message("{").is_empty());
}
