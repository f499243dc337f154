//! What the AWS command line prints, as an input of `import`, `check` and `build`.

use super::Folder;

const DOCUMENT: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}]}"#;

/// A resource policy as JSON in a string.
fn in_text(principal: &str) -> String {
    let statement =
        format!(r#"{{"Effect": "Allow", {principal} "Action": "s3:GetObject", "Resource": "*"}}"#);
    serde_json::json!(format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#)).to_string()
}

#[track_caller]
fn imported(name: &str, bytes: &[u8], options: &[&str]) -> String {
    let dir = Folder::new(&format!("answer-{name}"), &[]);
    dir.write(name, bytes);
    let out = dir.run(&[&["import", name], options].concat()).assert().code(0);
    String::from_utf8(out.get_output().stdout.clone()).unwrap()
}

#[track_caller]
fn refused(name: &str, text: &str) -> String {
    let dir = Folder::new(&format!("answer-{name}"), &[(name, text)]);
    let out = dir.run(&["import", name]).assert().code(2).stdout_eq("");
    String::from_utf8(out.get_output().stderr.clone()).unwrap()
}

#[test]
fn answers_hold_documents() {
    let anyone = in_text(r#""Principal": "*","#);
    let plain = in_text("");
    for (name, text, options, wanted) in [
        (
            "version.json",
            format!(r#"{{"PolicyVersion": {{"VersionId": "v1", "Document": {DOCUMENT}}}}}"#),
            &[][..],
            "policy version {\n  deny",
        ),
        (
            "inline.json",
            format!(r#"{{"RoleName": "r", "PolicyName": "own", "PolicyDocument": {DOCUMENT}}}"#),
            &[],
            "policy own {\n  deny",
        ),
        ("set.json", format!(r#"{{"InlinePolicy": {plain}}}"#), &[], "policy set {\n  allow"),
        (
            "bucket.json",
            format!(r#"{{"Policy": {anyone}}}"#),
            &["--on", "arn:aws:s3:::b", "--account", "home"],
            "on arn:aws:s3:::b in home {",
        ),
        (
            "secret.json",
            format!(
                r#"{{"ARN": "arn:aws:secretsmanager:eu-west-1:111111111111:secret:s", "Name": "s", "ResourcePolicy": {anyone}}}"#
            ),
            &[],
            "resource policy s on arn:aws:secretsmanager:eu-west-1:111111111111:secret:s {",
        ),
        (
            "queue.json",
            format!(
                r#"{{"Attributes": {{"QueueArn": "arn:aws:sqs:eu-west-1:111111111111:q", "Policy": {anyone}}}}}"#
            ),
            &[],
            "on arn:aws:sqs:eu-west-1:111111111111:q {",
        ),
        (
            "ecr.json",
            format!(r#"{{"repositoryName": "app", "policyText": {anyone}}}"#),
            &["--on", "arn:aws:ecr:eu-west-1:111111111111:repository/app"],
            "resource policy app on",
        ),
        (
            "scp.json",
            format!(
                r#"{{"Policy": {{"PolicySummary": {{"Name": "G", "Type": "SERVICE_CONTROL_POLICY"}}, "Content": {plain}}}}}"#
            ),
            &[],
            "guardrail G on root {",
        ),
        (
            "endpoint.json",
            format!(
                r#"{{"VpcEndpoints": [{{"VpcEndpointId": "vpce-1", "OwnerId": "111111111111", "PolicyDocument": {anyone}}}]}}"#
            ),
            &[],
            "endpoint policy vpce-1 on vpce-1 in 111111111111 {",
        ),
        ("two.json", format!("[{DOCUMENT}, {DOCUMENT}]"), &[], "policy two-2 {\n  deny"),
        ("text.json", serde_json::json!(DOCUMENT).to_string(), &[], "policy text {\n  deny"),
        (
            "url.json",
            DOCUMENT.replace('%', "%25").replace('{', "%7B").replace('"', "%22"),
            &[],
            "policy url {\n  deny",
        ),
    ] {
        let source = imported(name, text.as_bytes(), options);
        assert!(source.contains(wanted), "{name}: {source}");
    }
    let utf16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(DOCUMENT.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert!(imported("utf16.json", &utf16, &[]).contains("policy utf16 {\n  deny"));
}

#[test]
fn what_holds_no_document_is_named() {
    for (name, text, words) in [
        (
            "plan.json",
            r#"{"format_version": "1.2", "terraform_version": "1.5.0", "planned_values": {}}"#,
            "a Terraform plan",
        ),
        (
            "state.json",
            r#"{"version": 4, "terraform_version": "1.5.0", "resources": []}"#,
            "a Terraform state",
        ),
        ("stack.json", r#"{"Resources": {"R": {"Type": "AWS::IAM::Role"}}}"#, "a CloudFormation template"),
        (
            "config.json",
            r#"{"configurationItemStatus": "OK", "configuration": {}}"#,
            "a record of AWS Config",
        ),
        (
            "policy.json",
            r#"{"Policy": {"PolicyName": "p", "Arn": "arn:aws:iam::1:policy/p"}}"#,
            "get-policy-version",
        ),
        (
            "scps.json",
            r#"{"Policies": [{"Id": "p-1", "Type": "SERVICE_CONTROL_POLICY"}]}"#,
            "describe-policy",
        ),
        ("role.json", r#"{"Role": {"RoleName": "r"}}"#, "get-account-authorization-details"),
        (
            "tags.json",
            r#"{"Policy": {"PolicySummary": {"Type": "TAG_POLICY"}, "Content": "{}"}}"#,
            "allows and denies no requests",
        ),
    ] {
        let said = refused(name, text);
        assert!(said.contains("T0254") && said.contains(words), "{name}: {said}");
    }
}

/// A dump may be several pages; only the last one may be the end.
#[test]
fn pages_of_a_dump_are_one() {
    let user = |name: &str| {
        format!(
            r#"{{"UserName": "{name}", "Path": "/", "UserId": "AIDAEXAMPLE1{name}", "Arn": "arn:aws:iam::111111111111:user/{name}"}}"#
        )
    };
    let page =
        |name: &str, more: bool| format!(r#"{{"UserDetailList": [{}], "IsTruncated": {more}}}"#, user(name));
    for (name, text) in [
        ("array.json", format!("[{}, {}]", page("Ann", true), page("Bob", false))),
        ("behind.json", format!("{}\n{}\n", page("Ann", true), page("Bob", false))),
    ] {
        let source = imported(name, text.as_bytes(), &[]);
        assert!(source.contains("user Ann") && source.contains("user Bob"), "{source}");
    }
    assert!(
        refused("cut.json", &format!("[{}, {}]", page("Ann", false), page("Bob", true))).contains("T0242")
    );
}

/// R152: access points as S3 lists them, printed as source and in a program.
#[test]
fn access_points_are_declarations() {
    let list = r#"{"AccessPointList": [
        {"Name": "open", "NetworkOrigin": "Internet", "Bucket": "acme", "BucketAccountId": "111111111111",
         "AccessPointArn": "arn:aws:s3:eu-west-1:111111111111:accesspoint/open", "Alias": "open-x-s3alias"},
        {"Name": "inside", "NetworkOrigin": "VPC", "VpcConfiguration": {"VpcId": "vpc-1a"}, "Bucket": "acme",
         "BucketAccountId": "111111111111", "AccessPointArn": "arn:aws:s3:eu-west-1:222222222222:accesspoint/inside"}]}"#;
    assert_eq!(
        imported("points.json", list.as_bytes(), &[]),
        "access point arn:aws:s3:eu-west-1:111111111111:accesspoint/open on arn:aws:s3:::acme\n\
         access point arn:aws:s3:eu-west-1:222222222222:accesspoint/inside\n  \
         on arn:aws:s3:::acme in 111111111111 via vpc-1a\n"
    );
    let source = "account home 111111111111\naccount away 222222222222\n\
        user Ann in home { policy own { allow s3:GetObject on * } }\n\
        bucket policy on arn:aws:s3:::acme in home { deny anyone s3:GetObject on arn:aws:s3:::acme/secret/* }\n";
    let dir = Folder::new("answer-estate", &[("a.tabella", source), ("points.json", list)]);
    for (key, outcome) in [("x", "allow"), ("secret/x", "deny")] {
        let object = format!("arn:aws:s3:eu-west-1:111111111111:accesspoint/open/object/{key}");
        let ann = "arn:aws:iam::111111111111:user/Ann";
        dir.run(&[
            "decide",
            "a.tabella",
            "points.json",
            "--engine",
            "both",
            "--principal",
            ann,
            "--action",
            "s3:GetObject",
            "--resource",
            &object,
            "--expect",
            outcome,
        ])
        .assert()
        .code(0);
    }
    for (wrong, code) in [
        (
            list.replace(
                "\"Bucket\": \"acme\", \"BucketAccountId\"",
                "\"Buckets\": \"acme\", \"BucketAccountId\"",
            ),
            "T0212",
        ),
        (list.replace("\"NetworkOrigin\": \"Internet\", ", ""), "T0242"),
        (list.replace("}]}", "}], \"NextToken\": \"more\"}"), "T0242"),
    ] {
        assert!(refused("wrong.json", &wrong).contains(code), "{wrong}");
    }
}
