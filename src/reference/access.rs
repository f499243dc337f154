//! Requests through S3 access points (R152): what names one, which bucket is behind it, and how its two evaluations combine.

use super::request::{Arn, Malformed, is_account, is_service};
use super::{Evaluation, Finding, Side};
use crate::catalog::Catalog;
use crate::hir::{AccessPoint, NetworkOrigin, World};
use tabella_runtime::{Extras, Gate, Outcome, Request, Values};

/// A declared access point that a request goes through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point<'a> {
    declared: &'a AccessPoint,
    /// The object that is asked for.
    key: Option<&'a str>,
}

impl Point<'_> {
    /// The keys that only requests through an access point have.
    pub(super) fn keys(&self) -> [(&'static str, String); 3] {
        let arn = &*self.declared.arn;
        let account = Arn::split(arn).map(|arn| arn.account).unwrap_or_default();
        let origin = match self.declared.origin {
            NetworkOrigin::Internet => "Internet",
            NetworkOrigin::Vpc(_) => "VPC",
        };
        [
            ("s3:DataAccessPointArn", arn.to_owned()),
            ("s3:DataAccessPointAccount", account.to_owned()),
            ("s3:AccessPointNetworkOrigin", origin.to_owned()),
        ]
    }

    /// The same request on the bucket, or on the object in it.
    pub(super) fn on_bucket<T>(&self, request: &Request<'_>, ask: impl FnOnce(&Request<'_>) -> T) -> T {
        let bucket = &*self.declared.bucket;
        let resource = match self.key {
            None => bucket.to_owned(),
            Some(key) => format!("{bucket}/{key}"),
        };
        let extras = Extras { resource_account: Some(&self.declared.owner), ..*request.extras() };
        ask(&Request { resource: &resource, extras: Some(&extras), ..*request })
    }
}

/// The access point that a request goes through; none, if it goes straight to its resource.
pub(super) fn point_of<'a>(
    world: &'a World,
    catalog: &Catalog,
    request: &Request<'a>,
) -> Result<Option<Point<'a>>, Malformed> {
    let Some(arn) = Arn::split(request.resource).filter(names_one) else { return Ok(None) };
    if is_of_itself(request.action, &arn) || catalog.is_wildcard_only(request.action) {
        return Ok(None);
    }
    match declared(world, request.resource, &arn) {
        Some(point) if comes_from(&point.declared.origin, request) => Ok(Some(point)),
        Some(_) => Err(Malformed),
        // Which bucket is behind it is not known. A recorded context asks what the policies that are there say.
        None if request.context.is_complete() => Ok(None),
        None => Err(Malformed),
    }
}

/// Whether an ARN is that of an access point of some kind, of something behind one, or of an alias of one.
fn names_one(arn: &Arn<'_>) -> bool {
    let segment = |n| arn.rest.split(['/', ':']).nth(n) == Some("accesspoint");
    match arn.service {
        // Buckets, and what belongs to nobody.
        "s3" if arn.account.is_empty() => is_alias(arn.rest),
        _ if arn.account.is_empty() => false,
        "s3" | "s3-object-lambda" | "s3express" => segment(0),
        "s3-outposts" => segment(2),
        _ => false,
    }
}

/// Names of buckets that S3 keeps for aliases; none of them has less than 40 letters.
fn is_alias(rest: &str) -> bool {
    let bucket = rest.split_once('/').map_or(rest, |(bucket, _)| bucket);
    bucket.len() >= 40 && ["-s3alias", "--ol-s3"].iter().any(|suffix| bucket.ends_with(suffix))
}

/// Whether an action is no matter of what is behind an access point: of another service, or done to the access point.
fn is_of_itself(action: &str, arn: &Arn<'_>) -> bool {
    let services = ["s3", "s3-object-lambda", "s3express", "s3-outposts"];
    let name = action.split_once(':').map(|(_, name)| name.to_ascii_lowercase()).unwrap_or_default();
    let to_itself = name.contains("accesspoint")
        || ["tagresource", "untagresource", "listtagsforresource"].contains(&name.as_str());
    !services.iter().any(|service| is_service(action, service)) || (to_itself && object(arn).is_none())
}

/// The name of an S3 access point and the key of the object behind it.
fn object<'a>(arn: &Arn<'a>) -> Option<(&'a str, &'a str)> {
    let modelled = arn.service == "s3" && !arn.region.is_empty() && is_account(arn.account);
    let (name, key) = arn.rest.strip_prefix("accesspoint/")?.split_once("/object/")?;
    let named = !name.is_empty() && !name.contains(['/', ':']);
    (modelled && named && (1..=1024).contains(&key.len())).then_some((name, key))
}

fn declared<'a>(world: &'a World, resource: &'a str, arn: &Arn<'a>) -> Option<Point<'a>> {
    let find = |wanted: &str| world.access_points.iter().find(|p| *p.arn == *wanted);
    if let Some(declared) = find(resource) {
        return Some(Point { declared, key: None });
    }
    let (_, key) = object(arn)?;
    let declared = find(resource.strip_suffix(key)?.strip_suffix("/object/")?)?;
    Some(Point { declared, key: Some(key) })
}

/// S3 rejects what does not come from the VPC of an access point that has one.
fn comes_from(origin: &NetworkOrigin, request: &Request<'_>) -> bool {
    let NetworkOrigin::Vpc(Some(vpc)) = origin else { return true };
    let mut entries = request.context.entries().iter();
    entries.any(|e| e.key.eq_ignore_ascii_case("aws:SourceVpc") && e.values == Values::One(vpc))
}

/// Both must allow, and a deny of either denies. What is malformed on one side is malformed; of two refusals an explicit one
/// counts before an implicit one, and the access point's before the bucket's.
pub(super) fn both(point: Evaluation, bucket: Evaluation) -> Evaluation {
    let rank = |e: &Evaluation| match (e.decision.gate, e.decision.outcome) {
        (Gate::Request, _) => 0,
        (_, Outcome::ExplicitDeny) => 1,
        (_, Outcome::ImplicitDeny) => 2,
        (_, Outcome::Allow) => 3,
    };
    let allowed = point.decision.is_allowed() && bucket.decision.is_allowed();
    let (decision, side) = match rank(&point) <= rank(&bucket) && !allowed {
        true => (point.decision, Side::AccessPoint),
        false => (bucket.decision, Side::Bucket),
    };
    let of = |side| move |finding| Finding { side: Some(side), ..finding };
    let itself = point.findings.into_iter().map(of(Side::AccessPoint));
    let findings = itself.chain(bucket.findings.into_iter().map(of(Side::Bucket))).collect();
    let unknown = point.unknown.or(bucket.unknown).filter(|_| decision.gate == Gate::Request);
    let silent = if side == Side::Bucket { bucket.silent } else { point.silent };
    Evaluation { decision, findings, silent, unknown, side: Some(side) }
}
