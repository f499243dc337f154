//! S3 access points, as `aws s3control list-access-points` and `get-access-point` print them (R152).

use super::super::super::reader::{Member, Node};
use super::super::{excerpt, keep, words};
use crate::diag::codes::json as codes;
use crate::diag::{Diagnostic, has_errors};
use crate::source::Span;
use crate::syntax::ast::{AccessPoint, File, Item, ItemKind};

/// Members of an access point that no decision depends on: whether its policy may be public is decided by what S3 lets be
/// put there.
const SILENT: [&str; 8] = [
    "Name",
    "Alias",
    "CreationDate",
    "Endpoints",
    "PublicAccessBlockConfiguration",
    "DataSourceId",
    "DataSourceType",
    "ResponseMetadata",
];

const KNOWN: [&str; 5] = ["AccessPointArn", "Bucket", "BucketAccountId", "NetworkOrigin", "VpcConfiguration"];

/// Whether a file holds access points.
pub fn are(node: &Node) -> bool {
    pages(node).iter().all(|page| {
        page.get("AccessPointList").is_some()
            || (page.get("AccessPointArn").is_some() && page.get("Bucket").is_some())
    })
}

/// The pages of an answer: the answer itself, if it is one.
fn pages(node: &Node) -> &[Node] {
    match node.items() {
        Some(items) if !items.is_empty() => items,
        _ => std::slice::from_ref(node),
    }
}

/// Their declarations. When a diagnostic is an error the file holds an `Error` item, and nothing is built of it.
pub fn declarations(node: &Node) -> (File, Vec<Diagnostic>) {
    let (mut items, mut findings) = (Vec::new(), Vec::new());
    let pages = pages(node);
    for (index, page) in pages.iter().enumerate() {
        let Some(list) = page.get("AccessPointList") else {
            items.extend(declaration(page, &mut findings));
            continue;
        };
        match list.items() {
            Some(points) => items.extend(points.iter().filter_map(|point| declaration(point, &mut findings))),
            None => wrong("`AccessPointList`", "an array", list, &mut findings),
        }
        let next = page.get("NextToken").filter(|token| token.as_str().is_some_and(|t| !t.is_empty()));
        if let Some(token) = next.filter(|_| index + 1 == pages.len()) {
            let error = Diagnostic::error(codes::DUMP, "the list of access points goes on").at(token.span);
            keep(&mut findings, error.help("add the page that `NextToken` stands for"));
        }
        for member in page.members().unwrap_or_default() {
            if !matches!(&*member.key, "AccessPointList" | "NextToken" | "ResponseMetadata") {
                unknown(member, &mut findings);
            }
        }
    }
    if has_errors(&findings) {
        items.push(Item { annotations: Vec::new(), kind: ItemKind::Error, span: Span::NONE });
    }
    (File { items }, findings)
}

fn declaration(point: &Node, findings: &mut Vec<Diagnostic>) -> Option<Item> {
    let Some(members) = point.members() else {
        wrong("an access point", "an object", point, findings);
        return None;
    };
    for member in members {
        if !KNOWN.contains(&&*member.key) && !SILENT.contains(&&*member.key) {
            unknown(member, findings);
        }
    }
    let mut text = |key: &str| {
        let value = point.get(key)?;
        if value.as_str().is_none() {
            wrong(&format!("`{key}`"), "a string", value, findings);
        }
        value.as_str()
    };
    let (arn, bucket) = (text("AccessPointArn"), text("Bucket"));
    let (owner, origin) = (text("BucketAccountId"), text("NetworkOrigin"));
    let (Some(arn), Some(bucket)) = (arn, bucket) else {
        let error = Diagnostic::error(codes::DUMP, "an access point needs `AccessPointArn` and `Bucket`");
        keep(findings, error.at(point.span));
        return None;
    };
    let partition = arn.split(':').nth(1).unwrap_or("aws");
    let bucket = format!("arn:{partition}:s3:::{bucket}");
    let vpc = match (origin, point.get("VpcConfiguration").and_then(|vpc| vpc.get("VpcId"))) {
        (Some("Internet"), None) => None,
        (_, Some(id)) => match id.as_str() {
            Some(id) => Some(id),
            None => {
                wrong("`VpcId`", "a string", id, findings);
                return None;
            }
        },
        (Some("VPC"), None) => Some("vpc"),
        (_, None) => {
            let message =
                "an access point needs `NetworkOrigin`: `Internet`, or `VPC` with its `VpcConfiguration`";
            keep(findings, Diagnostic::error(codes::DUMP, message).at(point.span));
            return None;
        }
    };
    let word = |text: &str| words::word(text, point.span);
    let kind = ItemKind::AccessPoint(AccessPoint {
        arn: word(arn),
        bucket: word(&bucket),
        account: owner.filter(|owner| arn.split(':').nth(4) != Some(owner)).map(word),
        vpc: vpc.map(word),
    });
    Some(Item { annotations: Vec::new(), kind, span: point.span })
}

/// What is not known may hold a restriction, and is never left out.
fn unknown(member: &Member, findings: &mut Vec<Diagnostic>) {
    let message = format!("an access point has no `{}`", excerpt(&member.key));
    let mut error = Diagnostic::error(codes::UNKNOWN_ELEMENT, message).at(member.key_span);
    if let Some(near) = words::nearest(&member.key, &KNOWN) {
        error = error.help(format!("did you mean `{near}`?"));
    }
    keep(findings, error);
}

fn wrong(what: &str, wanted: &str, node: &Node, findings: &mut Vec<Diagnostic>) {
    let message = format!("{what} must be {wanted}, found {}", node.what());
    keep(findings, Diagnostic::error(codes::WRONG_TYPE, message).at(node.span));
}
