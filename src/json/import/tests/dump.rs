//! Account dumps, and single documents as items.

use super::*;
use crate::json::import::{Target, authorization_details, item};
use crate::syntax::ast::{File, IdentityKind, IdentityMemberKind};

pub(super) fn dump(text: &str) -> (File, Vec<Diagnostic>) {
    let (node, found) = read(FileId(0), text, &Limits::default());
    assert!(found.is_empty(), "{found:?}");
    authorization_details(&node.unwrap())
}

fn encoded(document: &Value) -> String {
    document
        .to_string()
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

fn account_dump() -> Value {
    let allow =
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "ec2.amazonaws.com"}}]});
    let managed = |name: &str, arn: &str| {
        json!({"PolicyName": name, "PolicyId": "ANPA1", "Arn": arn, "Path": "/", "DefaultVersionId": "v2",
            "AttachmentCount": 1, "IsAttachable": true, "PolicyVersionList": [
                {"VersionId": "v2", "IsDefaultVersion": true, "Document": encoded(&allow)},
                {"VersionId": "v1", "IsDefaultVersion": false, "Document": {"broken": 1}}]})
    };
    json!({
        "UserDetailList": [{"Path": "/", "UserName": "alice", "UserId": "AIDAIOSFODNN7EXAMPLE",
            "Arn": "arn:aws:iam::111111111111:user/alice", "CreateDate": "2024-01-01T00:00:00+00:00",
            "GroupList": ["devs"], "AttachedManagedPolicies": [], "UserPolicyList": [
                {"PolicyName": "own", "PolicyDocument": allow}],
            "PermissionsBoundary": {"PermissionsBoundaryType": "PermissionsBoundaryPolicy",
                "PermissionsBoundaryArn": "arn:aws:iam::111111111111:policy/B"},
            "Tags": [{"Key": "team", "Value": "a \"b\""}]}],
        "GroupDetailList": [{"Path": "/x/", "GroupName": "devs", "GroupId": "AGPA1",
            "Arn": "arn:aws:iam::111111111111:group/x/devs", "CreateDate": "2024-01-01T00:00:00Z",
            "GroupPolicyList": [], "AttachedManagedPolicies": [
                {"PolicyName": "P", "PolicyArn": "arn:aws:iam::111111111111:policy/P"}]}],
        "RoleDetailList": [{"Path": "/aws-service-role/ec2.amazonaws.com/", "RoleName": "R", "RoleId": "AROAIOSFODNN7EXAMPLE",
            "Arn": "arn:aws:iam::111111111111:role/aws-service-role/ec2.amazonaws.com/R", "CreateDate": "2024-01-01T00:00:00Z",
            "AssumeRolePolicyDocument": encoded(&trust), "InstanceProfileList": [{"Path": "/"}], "RolePolicyList": [],
            "AttachedManagedPolicies": [{"PolicyName": "P", "PolicyArn": "arn:aws:iam::111111111111:policy/P"},
                {"PolicyName": "X", "PolicyArn": "arn:aws:iam::aws:policy/X"}], "Tags": [], "MaxSessionDuration": 7200}],
        "Policies": [managed("P", "arn:aws:iam::111111111111:policy/P"), managed("P", "arn:aws:iam::111111111111:policy/q/P"),
            managed("B", "arn:aws:iam::111111111111:policy/B")],
        "IsTruncated": false,
    })
}

#[test]
fn an_account_dump_becomes_a_file() {
    let (file, found) = dump(&account_dump().to_string());
    let found: Vec<_> = found.iter().map(|d| format!("{} {}", d.code.0, d.message)).collect();
    assert_eq!(found, ["T0241 `InstanceProfileList` is not imported"]);
    let mut summary = Vec::new();
    for item in &file.items {
        match &item.kind {
            ItemKind::Account(a) => summary.push(format!("account {}", a.id.raw)),
            ItemKind::Policy(p) => {
                summary.push(format!("{:?} {} {}", p.kind, p.name.raw, p.body.statements.len()))
            }
            ItemKind::Identity(i) => {
                let members: Vec<&str> = i.members.iter().map(|m| member_name(&m.kind)).collect();
                summary.push(format!("{:?} {} {}", i.kind, i.name.raw, members.join(" ")));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        summary,
        [
            "account 111111111111",
            "Identity P 1",
            "Identity P-2 1",
            "Boundary B 1",
            "User alice id created groups inline boundary tags",
            "Group devs id policies path",
            "ServiceLinkedRole R id created trust policies session path",
        ]
    );
}

fn member_name(kind: &IdentityMemberKind) -> &'static str {
    match kind {
        IdentityMemberKind::Trust(_) => "trust",
        IdentityMemberKind::Policies(_) => "policies",
        IdentityMemberKind::Inline(..) => "inline",
        IdentityMemberKind::Boundary(_) => "boundary",
        IdentityMemberKind::Groups(_) => "groups",
        IdentityMemberKind::Tags(_) => "tags",
        IdentityMemberKind::Session(_) => "session",
        IdentityMemberKind::Path(_) => "path",
        IdentityMemberKind::UniqueId(_) => "id",
        IdentityMemberKind::Created(_) => "created",
        IdentityMemberKind::Arn(_) => "arn",
        IdentityMemberKind::Error => "error",
    }
}

#[test]
fn broken_dumps_are_refused() {
    let check = |change: &dyn Fn(&mut Value), code: &str| {
        let mut value = account_dump();
        change(&mut value);
        let (_, found) = dump(&value.to_string());
        let errors: Vec<_> = found.iter().filter(|d| d.is_error()).map(|d| d.code.0).collect();
        assert_eq!(errors, [code]);
    };
    check(&|v| v["IsTruncated"] = json!(true), "T0242");
    check(&|v| v["UserDetailList"] = json!({}), "T0210");
    check(
        &|v| {
            v["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"]["Statement"]["Effect"] = json!("x")
        },
        "T0216",
    );
    check(&|v| v["RoleDetailList"][0]["AssumeRolePolicyDocument"] = json!("%7B%7"), "T0240");
    check(&|v| v["RoleDetailList"][0]["AssumeRolePolicyDocument"] = json!("%7B%22a%22%7D"), "T0201");
    check(&|v| v["RoleDetailList"][0]["AssumeRolePolicyDocument"] = json!(1), "T0240");
    check(&|v| v["Policies"][0]["PolicyVersionList"][1]["IsDefaultVersion"] = json!(true), "T0242");
    check(&|v| v["Policies"][0]["Arn"] = json!("arn:aws:iam::111111111111:policy/B"), "T0242");
    check(&|v| v["GroupDetailList"][0]["Arn"] = json!("arn:aws:iam::x:group/g"), "T0242");
    let inline = |more: Value| {
        let mut entry = account_dump()["UserDetailList"][0]["UserPolicyList"][0].clone();
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([entry])
    };
    for more in [json!({"PolicyDocumnt": {}}), json!({"Documents": []}), json!({"More": [1]})] {
        check(&|v| v["UserDetailList"][0]["UserPolicyList"] = inline(more.clone()), "T0212");
    }
    check(&|v| v["UserDetailList"][0]["Tags"][0]["Values"] = json!(["x"]), "T0212");
    check(
        &|v| v["GroupDetailList"][0]["AttachedManagedPolicies"][0]["Conditions"] = json!({"x": 1}),
        "T0212",
    );
    check(&|v| v["Policies"][0]["PolicyVersionList"][0]["Documnt"] = json!("x"), "T0212");
}

/// The ARN is what requests say: what else says where somebody is must say the same.
#[test]
fn path_and_name_are_those_of_the_arn() {
    let found = |list: &str, entry: Value| {
        let (file, found) = dump(&json!({list: [entry]}).to_string());
        let kind = file.items.iter().find_map(|i| match &i.kind {
            ItemKind::Identity(i) => Some(i.kind),
            _ => None,
        });
        (found.first().map(|d| format!("{} {}", d.code.0, d.message)).unwrap_or_default(), kind)
    };
    let role = |path: Value, arn: &str| {
        found(
            "RoleDetailList",
            json!({"Path": path, "RoleName": "R", "Arn": format!("arn:aws:iam::111111111111:{arn}")}),
        )
    };
    let linked = "role/aws-service-role/ec2.amazonaws.com/R";
    assert_eq!(role(json!("/"), "role/R"), (String::new(), Some(IdentityKind::Role)));
    let of_the_service = json!("/aws-service-role/ec2.amazonaws.com/");
    assert_eq!(role(of_the_service.clone(), linked), (String::new(), Some(IdentityKind::ServiceLinkedRole)));
    let differs = "T0242 the path is `/aws-service-role/ec2.amazonaws.com/`, by the ARN `/`";
    assert_eq!(role(of_the_service, "role/R"), (differs.into(), None));
    let differs = "T0242 the path is `/`, by the ARN `/aws-service-role/ec2.amazonaws.com/`";
    assert_eq!(role(json!("/"), linked), (differs.into(), None));
    assert_eq!(role(json!(5), "role/R"), ("T0210 `Path` must be a string, found a number".into(), None));
    assert_eq!(role(json!(null), "role/R"), ("T0210 `Path` must be a string, found `null`".into(), None));
    assert_eq!(role(json!("/"), "role/Q"), ("T0242 the role is `R`, by its ARN `Q`".into(), None));
    assert_eq!(role(json!("/"), "user/R"), ("T0242 an entry needs an ARN of a role".into(), None));
    assert_eq!(role(json!("/"), "role"), ("T0242 an entry needs an ARN of a role".into(), None));
    // Without `Path` the ARN has it.
    let arn = format!("arn:aws:iam::111111111111:{linked}");
    let without = found("RoleDetailList", json!({"RoleName": "R", "Arn": arn}));
    assert_eq!(without, (String::new(), Some(IdentityKind::ServiceLinkedRole)));
}

#[test]
fn a_document_becomes_an_item_of_its_kind() {
    use PolicyKind as K;
    let target = Target { name: "N".into(), on: vec!["arn:aws:s3:::b".into()], ..Target::default() };
    for kind in [K::Identity, K::Boundary, K::Session, K::Scp, K::Rcp, K::Resource, K::Trust, K::Endpoint] {
        let made = item(kind, &target, Body::default()).unwrap().kind;
        let right = match kind {
            K::Identity | K::Boundary | K::Session => matches!(made, ItemKind::Policy(_)),
            K::Scp => matches!(made, ItemKind::Guardrail(g) if !g.resource),
            K::Rcp => matches!(made, ItemKind::Guardrail(g) if g.resource),
            K::Resource => matches!(made, ItemKind::ResourcePolicy(_)),
            K::Endpoint => matches!(made, ItemKind::EndpointPolicy(_)),
            K::Trust => matches!(made, ItemKind::Identity(i) if i.kind == IdentityKind::Role),
        };
        assert!(right, "{kind:?}");
    }
    let nowhere = Target { name: "N".into(), ..Target::default() };
    assert_eq!(item(K::Resource, &nowhere, Body::default()).unwrap_err()[0].code, codes::NO_PLACE);
    let guardrail = item(K::Scp, &nowhere, Body::default()).unwrap().kind;
    assert!(matches!(guardrail, ItemKind::Guardrail(g) if g.targets.len() == 1));
}

#[test]
fn what_may_be_a_document_or_a_boundary_is_never_left_out() {
    let found = |user: Value| {
        let mut all = json!({"Path": "/", "UserName": "U", "Arn": "arn:aws:iam::111111111111:user/U"});
        all.as_object_mut().unwrap().extend(user.as_object().unwrap().clone());
        let (_, found) = dump(&json!({"UserDetailList": [all]}).to_string());
        found
            .iter()
            .map(|d| format!("{}{}", if d.is_error() { "" } else { "?" }, d.code.0))
            .collect::<Vec<_>>()
    };
    let document =
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}});
    assert_eq!(found(json!({"UserPolicyLst": [{"PolicyName": "P", "PolicyDocument": document}]})), ["T0212"]);
    assert_eq!(found(json!({"UserPolicyLst": []})), ["T0212"]);
    assert_eq!(found(json!({"userpolicylist": encoded(&document)})), ["T0212"]);
    let boundary = json!({"PermissionsBoundaryArn": "arn:aws:iam::111111111111:policy/B"});
    assert_eq!(found(json!({"PermissionBoundary": boundary})), ["T0212"]);
    assert_eq!(found(json!({"Boundaries": [boundary]})), ["T0212"]);
    assert_eq!(found(json!({"PasswordLastUsed": "2024-01-01T00:00:00Z"})), ["?T0241"]);
    assert_eq!(found(json!({"InlineWidgets": []})), [""; 0]);
    let (_, found) = dump(&json!({"PolicyList": [{"PolicyName": "P"}]}).to_string());
    assert_eq!(found.iter().map(|d| (d.code.0, d.is_error())).collect::<Vec<_>>(), [("T0212", true)]);
}

#[test]
fn one_version_is_the_default() {
    let version = |id: &str, is: Value| {
        json!({"VersionId": id, "IsDefaultVersion": is, "Document": {"Version": "2012-10-17",
        "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}})
    };
    let found = |versions: Value| {
        let policy = json!({"PolicyName": "P", "Arn": "arn:aws:iam::111111111111:policy/P", "DefaultVersionId": "v1",
            "PolicyVersionList": versions});
        let (_, found) = dump(&json!({"Policies": [policy]}).to_string());
        found.iter().map(|d| d.code.0).collect::<Vec<_>>()
    };
    assert_eq!(found(json!([version("v1", json!(true)), version("v2", json!(false))])), [""; 0]);
    assert_eq!(found(json!([version("v1", json!(null)), version("v2", json!(null))])), [""; 0]);
    assert_eq!(found(json!([version("v1", json!(false)), version("v2", json!(true))])), ["T0242"]);
    assert_eq!(found(json!([version("v1", json!(true)), version("v2", json!(true))])), ["T0242"]);
    assert_eq!(found(json!([version("v1", json!(false))])), ["T0242"]);
    // A version without an id is not the one that is named.
    let without = |is: bool| {
        let mut version = version("", json!(is));
        version.as_object_mut().unwrap().remove("VersionId");
        version
    };
    assert_eq!(found(json!([without(true), version("v1", json!(false))])), ["T0242"]);
    assert_eq!(found(json!([without(true)])), ["T0242"]);
    assert_eq!(found(json!([without(false), version("v1", json!(true))])), [""; 0]);
    assert_eq!(found(json!([version("v1", json!(true)), version("v1", json!(false))])), ["T0242"]);
    assert_eq!(found(json!([version("v1", json!("true"))])), ["T0210"]);
    assert_eq!(found(json!([{"VersionId": 1, "IsDefaultVersion": true, "Document": {}}])), ["T0210"]);
    assert_eq!(found(json!(["v1"])), ["T0210"]);
    let policy = json!({"PolicyName": "P", "Arn": "arn:aws:iam::111111111111:policy/P", "DefaultVersionId": 1,
        "PolicyVersionList": [version("v1", json!(true))]});
    let (_, found) = dump(&json!({"Policies": [policy]}).to_string());
    assert_eq!(found.iter().map(|d| d.code.0).collect::<Vec<_>>(), ["T0210"]);
}
