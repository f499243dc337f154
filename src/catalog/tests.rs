//! The shipped data is whole and look-ups find what they should.

use super::*;

#[test]
fn the_shipped_reference_is_whole() {
    let catalog = Catalog::shipped();
    assert_eq!(catalog.services().count(), 456);
    assert_eq!(catalog.services().map(|s| s.actions.len()).sum::<usize>(), 22_091);
    assert_eq!(catalog.services().map(|s| s.resource_types.len()).sum::<usize>(), 2_334);
    assert!(catalog.source().contains("2026-09-26"), "{}", catalog.source());
    for service in catalog.services() {
        assert!(service.actions.is_sorted_by(|a, b| a.lower < b.lower), "{}", service.prefix);
        let most = service.resource_types.len() as u16;
        assert!(service.actions.iter().flat_map(|a| &a.resource_types).all(|t| *t < most));
    }
}

#[test]
fn actions_are_found_in_any_case() {
    let catalog = Catalog::shipped();
    let (service, action) = catalog.action("S3:getOBJECT").unwrap();
    assert_eq!((service.prefix.as_str(), action.name.as_str()), ("s3", "GetObject"));
    assert!(service.types_of(action).any(|t| t.arn.ends_with("/*")));
    assert!(catalog.action("s3:Nothing").is_none() && catalog.action("nothing").is_none());
}

#[test]
fn r65_actions_without_resource_types_are_wildcard_only() {
    let catalog = Catalog::shipped();
    assert!(catalog.is_wildcard_only("s3:ListAllMyBuckets"));
    assert!(catalog.is_wildcard_only("EC2:describeinstances"));
    assert!(!catalog.is_wildcard_only("s3:GetObject"));
    assert!(!catalog.is_wildcard_only("s3:NoSuchAction"));
}

#[test]
fn keys_are_found_by_name_and_by_family() {
    let catalog = Catalog::shipped();
    let key = |name: &str| catalog.key(name).map(|k| (k.ty, k.list));
    assert_eq!(key("AWS:principalarn"), Some((KeyType::Arn, false)));
    assert_eq!(key("aws:TagKeys"), Some((KeyType::String, true)));
    assert_eq!(key("aws:RequestTag/team"), Some((KeyType::String, false)));
    assert_eq!(key("aws:RequestTag/"), None);
    assert_eq!(key("secretsmanager:ResourceTag/owner"), Some((KeyType::String, false)));
    assert_eq!(key("glacier:ResourceTag/x"), Some((KeyType::String, false)));
    assert_eq!(key("aws:MultiFactorAuthAge"), Some((KeyType::Numeric, false)));
    assert_eq!(key("s3:prefix"), Some((KeyType::String, false)));
    assert_eq!(key("saml:aud").map(|k| k.0), Some(KeyType::String));
    assert_eq!(key("no:such"), None);
}

#[test]
fn a_declared_service_is_known_and_hides_no_shipped_one() {
    let service = |prefix: &str| hir::Service {
        prefix: prefix.into(),
        actions: vec![
            hir::ServiceAction {
                name: "Read".into(),
                resources: hir::List::one("doc".into()),
                keys: hir::List::EMPTY,
            },
            hir::ServiceAction { name: "List".into(), resources: hir::List::EMPTY, keys: hir::List::EMPTY },
        ],
        resources: vec![("doc".into(), "arn:x:obj:::doc/*".into())],
        keys: vec![hir::ServiceKey { name: "obj:Tier".into(), ty: "Numeric".into(), list: false }],
        span: crate::source::Span::NONE,
    };
    let catalog = Catalog::shipped().with_services(&[service("Obj"), service("s3")]);
    assert!(catalog.is_wildcard_only("obj:list") && !catalog.is_wildcard_only("obj:Read"));
    assert_eq!(catalog.key("obj:tier").map(|k| k.ty), Some(KeyType::Numeric));
    assert!(catalog.action("s3:GetObject").is_some() && catalog.action("s3:Read").is_none());
    assert!(catalog.action("ec2:RunInstances").is_some());
}
