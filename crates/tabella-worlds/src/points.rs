//! S3 access points: the ones that worlds declare, and requests that go through them (R152).

use crate::request::{Owned, OwnedEntry};
use crate::rng::Rng;
use crate::vocabulary::{ODD_POINTS, POINT_CALLS};
use tabella::hir::{AccessPoint, NetworkOrigin, World};
use tabella::source::Span;

/// Whose they and their buckets are, if nobody's of the world.
const STRANGER: &str = "999999999999";

/// Declares some. The buckets behind them are among those that policies speak of, and each has one owner.
pub fn declare(world: &mut World, rng: &mut Rng) {
    let declared: Vec<String> = world.accounts.iter().map(|a| a.id.to_string()).collect();
    let some = |strangers: usize, rng: &mut Rng| match rng.maybe(&declared) {
        Some(id) if !rng.chance(strangers) => id.clone(),
        _ => STRANGER.to_string(),
    };
    for _ in 0..rng.between(1, 3) {
        let account = some(8, rng);
        let partition = if rng.chance(5) { "aws-cn" } else { "aws" };
        let name = rng.word(&["reports", "lab", "p-1"]);
        let arn = format!("arn:{partition}:s3:eu-west-1:{account}:accesspoint/{name}");
        if world.access_points.iter().any(|p| *p.arn == *arn) {
            continue;
        }
        let bucket = format!("arn:{partition}:s3:::{}", rng.word(&["alpha", "alpha", "beta"]));
        let known = world.access_points.iter().find(|p| *p.bucket == *bucket).map(|p| p.owner.clone());
        let owner = known.unwrap_or_else(|| match rng.chance(65) {
            true => account.as_str().into(),
            false => some(12, rng).into(),
        });
        let origin = match rng.below(10) {
            0..=5 => NetworkOrigin::Internet,
            6..=8 => NetworkOrigin::Vpc(Some(rng.word(&["vpc-1", "vpc-0a1b"]).into())),
            _ => NetworkOrigin::Vpc(None),
        };
        world.access_points.push(AccessPoint {
            arn: arn.into(),
            bucket: bucket.into(),
            owner,
            origin,
            span: Span::NONE,
        });
    }
}

/// ARNs that policies of a world with access points speak of.
pub fn arns(world: &World) -> Vec<String> {
    let of = |p: &AccessPoint| {
        let (arn, bucket) = (&p.arn, &p.bucket);
        [
            arn.to_string(),
            format!("{arn}/object/team/x.csv"),
            bucket.to_string(),
            format!("{bucket}/team/x.csv"),
        ]
    };
    world.access_points.iter().flat_map(of).collect()
}

/// Who owns a resource that lies in a bucket behind an access point, if it is an account of the world.
pub fn owner_of<'w>(world: &'w World, resource: &str) -> Option<&'w str> {
    let of = |p: &&AccessPoint| behind(p, resource).is_some();
    let owner = &world.access_points.iter().find(of)?.owner;
    world.accounts.iter().map(|a| &*a.id).find(|id| **id == **owner)
}

/// What follows the bucket of an access point: nothing, or `/` and the key of an object.
pub fn behind<'r>(point: &AccessPoint, resource: &'r str) -> Option<&'r str> {
    resource.strip_prefix(&*point.bucket).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Sends some requests through an access point: of those on its bucket most. What they need to get in they mostly have.
pub fn aim(request: &mut Owned, world: &World, rng: &mut Rng) {
    let Some(point) = rng.maybe(&world.access_points) else { return };
    let key = behind(point, &request.resource).map(str::to_owned);
    let looks_so = request.resource.contains("accesspoint");
    let heed = match &key {
        Some(_) => 65,
        None if looks_so => 90,
        None => 10,
    };
    if !rng.chance(heed) {
        return;
    }
    let key = match key.as_deref().and_then(|key| key.strip_prefix('/')) {
        Some(key) if !key.is_empty() && rng.chance(85) => key.to_string(),
        _ => rng.word(&["team/x.csv", "x", "a:b/c", "/", "*", "finance/2024/q1.csv", "ünï"]).to_string(),
    };
    request.resource = match rng.below(100) {
        0 => format!("{}/object/{}", point.arn, "k".repeat(*rng.pick(&[1_023, 1_024, 1_025]))),
        1..=70 => format!("{}/object/{key}", point.arn),
        71..=96 => point.arn.to_string(),
        _ => rng.pick(ODD_POINTS).replace("{P}", &point.arn).replace("{A}", &point.owner),
    };
    let of_s3 = request.action.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("s3:"));
    if rng.chance(if of_s3 { 10 } else { 92 }) {
        request.action = (*rng.pick(POINT_CALLS)).to_string();
    }
    if let NetworkOrigin::Vpc(Some(vpc)) = &point.origin {
        let is_vpc = |e: &OwnedEntry| e.key.eq_ignore_ascii_case("aws:SourceVpc");
        if rng.chance(85) {
            request.context.retain(|e| !is_vpc(e));
            request.context.push(OwnedEntry::one("aws:SourceVpc", &**vpc));
        }
    }
}
