//! Policy documents in the answers of the AWS command line.

use super::super::super::reader::{Node, NodeKind};
use super::super::embedded;
use super::Found;
use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::hir::PolicyKind;
use std::borrow::Cow;

/// The documents of a file: the file itself, those of an array, or the one that an answer holds. `None` exactly when a finding
/// is an error.
pub fn all<'n>(node: &'n Node, findings: &mut Vec<Diagnostic>) -> Option<Vec<Found<'n>>> {
    let Some(items) = node.items().filter(|items| !items.is_empty()) else {
        return of_answer(node, findings);
    };
    let mut found = Vec::new();
    for item in items {
        // One that is wrong hides nothing that is wrong with those behind it.
        found.push(of_answer(item, findings));
    }
    let found: Option<Vec<Vec<Found<'n>>>> = found.into_iter().collect();
    Some(found?.into_iter().flatten().collect())
}

fn of_answer<'n>(node: &'n Node, findings: &mut Vec<Diagnostic>) -> Option<Vec<Found<'n>>> {
    if node.get("Statement").is_some() {
        return Some(vec![Found::bare(Cow::Borrowed(node))]);
    }
    if let Some(refusal) = without_documents(node) {
        findings.push(refusal);
        return None;
    }
    if let Some(endpoints) = node.get("VpcEndpoints").and_then(Node::items) {
        let with_policy = endpoints.iter().filter(|endpoint| endpoint.get("PolicyDocument").is_some());
        let found: Vec<_> = with_policy.map(|endpoint| of_endpoint(endpoint, findings)).collect();
        return found.into_iter().collect();
    }
    let found = match of_policy(node, findings) {
        Some(found) => found?,
        // A document without `Statement`, or none: reading it says what is wrong.
        None => Found::bare(Cow::Borrowed(node)),
    };
    Some(vec![found])
}

/// The one document of an answer. The outer `None`: it is no such answer; the inner one: it can't be read.
fn of_policy<'n>(node: &'n Node, findings: &mut Vec<Diagnostic>) -> Option<Option<Found<'n>>> {
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let mut found = |document: &'n Node, kind: PolicyKind, name: Option<String>, on: Option<String>| {
        let document = embedded::document(document, findings)?;
        let on = on.into_iter().collect();
        Some(Found { document, kind: Some(kind), name, on, account: None })
    };
    // `iam get-policy-version`
    if let Some(document) = node.get("PolicyVersion").and_then(|version| version.get("Document")) {
        return Some(found(document, PolicyKind::Identity, None, None));
    }
    // `iam get-role-policy`, `get-user-policy`, `get-group-policy`
    if let (Some(document), Some(name)) = (node.get("PolicyDocument"), text(node, "PolicyName")) {
        return Some(found(document, PolicyKind::Identity, Some(name), None));
    }
    // `sso-admin get-inline-policy-for-permission-set`
    if let Some(document) = node.get("InlinePolicy") {
        return Some(found(document, PolicyKind::Identity, None, None));
    }
    // `secretsmanager get-resource-policy`
    if let Some(document) = node.get("ResourcePolicy") {
        return Some(found(document, PolicyKind::Resource, text(node, "Name"), text(node, "ARN")));
    }
    // `ecr get-repository-policy`
    if let Some(document) = node.get("policyText") {
        return Some(found(document, PolicyKind::Resource, text(node, "repositoryName"), None));
    }
    // `sqs get-queue-attributes`, `sns get-topic-attributes`
    if let Some(attributes) = node.get("Attributes")
        && let Some(document) = attributes.get("Policy")
    {
        let on = text(attributes, "QueueArn").or_else(|| text(attributes, "TopicArn"));
        return Some(found(document, PolicyKind::Resource, None, on));
    }
    let policy = node.get("Policy")?;
    match &policy.kind {
        // `s3api get-bucket-policy`, `s3control get-access-point-policy`, `kms get-key-policy`, `lambda get-policy`, …
        NodeKind::String(_) => Some(found(policy, PolicyKind::Resource, None, None)),
        // `organizations describe-policy`
        NodeKind::Object(_) => {
            let (content, summary) = (policy.get("Content")?, policy.get("PolicySummary")?);
            let kind = match summary.get("Type").and_then(Node::as_str) {
                Some("SERVICE_CONTROL_POLICY") => PolicyKind::Scp,
                Some("RESOURCE_CONTROL_POLICY") => PolicyKind::Rcp,
                _ => {
                    let message = "this policy of the organization allows and denies no requests";
                    let error = Diagnostic::error(codes::NOT_IAM, message).at(summary.span);
                    findings.push(error.help("service control policies and resource control policies do"));
                    return Some(None);
                }
            };
            Some(found(content, kind, text(summary, "Name"), None))
        }
        _ => None,
    }
}

/// `ec2 describe-vpc-endpoints`
fn of_endpoint<'n>(endpoint: &'n Node, findings: &mut Vec<Diagnostic>) -> Option<Found<'n>> {
    let text = |key: &str| endpoint.get(key).and_then(Node::as_str).map(str::to_owned);
    let document = embedded::document(endpoint.get("PolicyDocument")?, findings)?;
    let Some(id) = text("VpcEndpointId") else {
        let message = "an endpoint needs its `VpcEndpointId`";
        findings.push(Diagnostic::error(codes::DUMP, message).at(endpoint.span));
        return None;
    };
    let kind = Some(PolicyKind::Endpoint);
    Some(Found { document, kind, name: Some(id.clone()), on: vec![id], account: text("OwnerId") })
}

/// Answers that tell of policies, but do not print them.
fn without_documents(node: &Node) -> Option<Diagnostic> {
    let listed = node.get("Policies").and_then(Node::items);
    let of_organization = |policy: &Node| policy.get("Type").is_some();
    let (what, help) = match (node.get("Policy").filter(|p| p.get("Content").is_none()), listed) {
        (Some(policy), _) if policy.get("PolicyName").is_some() => (
            "what `aws iam get-policy` prints",
            "`aws iam get-policy-version --policy-arn ARN --version-id ID` prints the document",
        ),
        (_, Some(list)) if list.iter().any(of_organization) => (
            "what `aws organizations list-policies` prints",
            "`aws organizations describe-policy --policy-id ID` prints one with its document",
        ),
        (_, Some(_)) => (
            "what `aws iam list-policies` prints",
            "`aws iam get-account-authorization-details` prints the policies with their documents",
        ),
        _ => {
            let roles = ["Role", "Roles", "User", "Users", "Group", "Groups", "PolicyNames"];
            let roles = roles.iter().any(|key| node.get(key).is_some());
            let attached = node.get("AttachedPolicies").is_some();
            if !roles && !attached {
                return None;
            }
            (
                "an answer about users, groups or roles that leaves out what they may do",
                "`aws iam get-account-authorization-details` prints them with all their policies",
            )
        }
    };
    let error = Diagnostic::error(codes::NOT_IAM, format!("this is {what}, without policy documents"));
    Some(error.at(node.span).help(help))
}
