//! JSON that is not of IAM, by what all files of its kind have.

use super::super::super::reader::Node;

/// How people come to a policy from there.
pub const HELP: &str = "print what is deployed, with `aws iam get-account-authorization-details` or the command that shows the policy";

/// What a file is, if it is known and not IAM JSON.
pub fn named(node: &Node) -> Option<&'static str> {
    let has = |key: &str| node.get(key).is_some();
    Some(match () {
        () if has("terraform_version") && (has("planned_values") || has("resource_changes")) => {
            "a Terraform plan"
        }
        () if has("terraform_version") || has("lineage") => "a Terraform state",
        () if has("AWSTemplateFormatVersion") || has("Transform") || is_template(node) => {
            "a CloudFormation template"
        }
        () if has("configurationItems") || has("configurationItemStatus") || has("configurationItem") => {
            "a record of AWS Config"
        }
        () if has("template_type") => "an IAMbic template",
        () if has("apiVersion") && has("kind") => "a Kubernetes object",
        () if has("$schema") && !has("Statement") => "a JSON schema or what follows one",
        () if has("Records") && !has("Statement") => "a CloudTrail log",
        () => return None,
    })
}

/// `Resources` whose members have a `Type` of CloudFormation.
fn is_template(node: &Node) -> bool {
    let resources = node.get("Resources").and_then(Node::members).unwrap_or_default();
    let of_type = |resource: &Node| resource.get("Type").and_then(Node::as_str).map(str::to_owned);
    resources.iter().any(|r| of_type(&r.value).is_some_and(|t| t.contains("::")))
}
