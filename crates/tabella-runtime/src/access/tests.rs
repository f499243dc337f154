extern crate std;

use super::{ALIAS_BYTES, Named, Side, Sides, are_point_and_bucket, goes_through, is_long_alias};
use crate::decision::{Decision, Gate, Outcome};
use crate::layout::WILDCARD_ONLY;
use crate::malformed::Malformed;
use std::format;

const POINT: &str = "arn:aws:s3:eu-west-1:111111111111:accesspoint/reports";

#[test]
fn arns_of_access_points() {
    let point = |key| Named::Point { arn: POINT, account: "111111111111", key };
    assert_eq!(Named::of(POINT), point(None));
    assert_eq!(Named::of(&format!("{POINT}/object/a")), point(Some("a")));
    assert_eq!(Named::of(&format!("{POINT}/object/a/b:c//")), point(Some("a/b:c//")));
    for none in ["/", "/object", "/object/", "/objects/a", ":a", "/a"] {
        assert_eq!(Named::of(&format!("{POINT}{none}")), Named::Refused(Malformed::AccessPoint), "{none}");
    }
    let long = "k".repeat(1024);
    assert_eq!(Named::of(&format!("{POINT}/object/{long}")), point(Some(&long)));
    assert_eq!(Named::of(&format!("{POINT}/object/{long}k")), Named::Refused(Malformed::AccessPoint));
    for none in [
        "arn:aws:s3:eu-west-1:aws:accesspoint/reports",
        "arn:aws:s3:eu-west-1:111111111111:accesspoint",
        "arn:aws:s3:eu-west-1:111111111111:accesspoint/",
        "arn:aws:s3:eu-west-1:111111111111:accesspoint:reports",
    ] {
        assert_eq!(Named::of(none), Named::Refused(Malformed::AccessPoint), "{none}");
    }
    for kind in [
        "arn:aws:s3::111111111111:accesspoint/mfzwi23gnjvgw.mrap",
        "arn:aws:s3::111111111111:accesspoint/mfzwi23gnjvgw.mrap/object/a",
        "arn:aws:s3-object-lambda:eu-west-1:111111111111:accesspoint/reports",
        "arn:aws:s3express:eu-west-1:111111111111:accesspoint/reports--euw1-az1--xa-s3",
        "arn:aws:s3-outposts:eu-west-1:111111111111:outpost/op-1/accesspoint/reports/object/a",
        "arn:aws:s3:::reports-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias",
        "arn:aws:s3:::reports-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias/a",
        "arn:aws:s3:::rep-1a4n8yjrb3kda96f67zwrwiiuse1a--ol-s3/a",
    ] {
        assert_eq!(Named::of(kind), Named::Refused(Malformed::AccessPointKind), "{kind}");
    }
    for other in [
        "*",
        "arn:aws:s3:::reports/accesspoint/a",
        "arn:aws:s3:::accesspoint/a",
        "arn:aws:s3:::accesspoint/object/a",
        "arn:aws:s3:eu-west-1::accesspoint/reports",
        "arn:aws:s3:::no-alias-s3alias",
        "arn:aws:s3:::reports/a-s3alias",
        "arn:aws:s3:eu-west-1:111111111111:accesspoints/reports",
        "arn:aws:s3:eu-west-1:111111111111:storage-lens/a",
        "arn:aws:backup:eu-west-1:111111111111:accesspoint/reports",
        "arn:aws:s3-outposts:eu-west-1:111111111111:outpost/op-1/bucket/accesspoint",
    ] {
        assert_eq!(Named::of(other), Named::Other, "{other}");
    }
}

#[test]
fn aliases_are_long() {
    let shortest = "arn:aws:s3:::rep-1a4n8yjrb3kda96f67zwrwiiuse1a--ol-s3";
    assert!(is_long_alias(shortest.as_bytes()) && shortest.len() >= ALIAS_BYTES);
    assert!(!is_long_alias(b"arn:aws:s3:::a-bucket-with-a-very-long-name/and-a-key-that-ends-in-s3alias"));
}

#[test]
fn records_of_access_points() {
    let bucket = "arn:aws:s3:::acme";
    assert!(are_point_and_bucket(POINT, bucket));
    for other in
        ["arn:aws-cn:s3:::acme", "arn:aws:s3:::acme/a", "arn:aws:s3:::", "arn:aws:s3:eu-west-1::acme", "acme"]
    {
        assert!(!are_point_and_bucket(POINT, other), "{other}");
    }
    assert!(!are_point_and_bucket(POINT, &format!("{bucket}-{}", "x".repeat(128))));
    assert!(!are_point_and_bucket(&format!("{POINT}/object/a"), bucket));
    assert!(!are_point_and_bucket(bucket, bucket));
}

#[test]
fn what_is_done_to_an_access_point_does_not_go_through_it() {
    assert!(goes_through(b"s3:getobject", 0, true) && goes_through(b"s3:listbucket", 0, false));
    assert!(
        !goes_through(b"s3:getaccesspointpolicy", 0, false)
            && goes_through(b"s3:getaccesspointpolicy", 0, true)
    );
    assert!(
        !goes_through(b"s3:tagresource", 0, false)
            && !goes_through(b"s3:listallmybuckets", WILDCARD_ONLY, false)
    );
    assert!(!goes_through(b"sqs:sendmessage", 0, true) && !goes_through(b"s3", 0, true));
}

#[test]
fn one_side_decides() {
    let of = |outcome, gate| Decision { outcome, gate };
    let allow = of(Outcome::Allow, Gate::Identity);
    let direct = of(Outcome::Allow, Gate::Resource);
    let implicit = of(Outcome::ImplicitDeny, Gate::Resource);
    let explicit = of(Outcome::ExplicitDeny, Gate::Scp);
    let malformed = Decision::default();
    for (access_point, bucket, side) in [
        (allow, direct, Side::Bucket),
        (allow, implicit, Side::Bucket),
        (implicit, allow, Side::AccessPoint),
        (implicit, explicit, Side::Bucket),
        (explicit, implicit, Side::AccessPoint),
        (explicit, malformed, Side::Bucket),
        (malformed, explicit, Side::AccessPoint),
        (explicit, explicit, Side::AccessPoint),
    ] {
        let sides = Sides { access_point, bucket };
        assert_eq!(sides.decisive(), side, "{sides:?}");
        let own = if side == Side::Bucket { bucket } else { access_point };
        assert_eq!(sides.decision(), own, "{sides:?}");
    }
}
