use super::{reject, resolve};

#[track_caller]
fn refused(text: &str) {
    let found = reject(text, &["T0325"]);
    assert!(found.iter().all(|d| d.help.is_some()), "{found:#?}");
}

#[track_caller]
fn taken(text: &str) {
    let (world, found) = resolve(&[("main", text)]);
    assert!(world.is_some(), "{text}\n{found:#?}");
}

#[test]
fn conditions() {
    refused("condition missing = a:b");
    refused("condition `missing` = a:b");
    refused("condition aws:SecureTransport = a:b");
    refused("condition true = a:b");
    refused("condition 10 = a:b");
    taken("condition present = a:b policy P { deny s3:Get when present and a:c }");
    taken("condition `allow` = a:b policy P { deny s3:Get when `allow` }");
    taken("condition user = a:b policy P { deny s3:Get when user }");
}

#[test]
fn sets() {
    refused("actions s3:GetObject = iam:GetUser");
    refused("actions * = s3:Get");
    refused("actions Get? = s3:Get");
    refused("actions role = s3:Get");
    refused("actions `allow` = s3:Get");
    refused("actions `a b` = s3:Get");
    refused("actions explicitly = s3:Get");
    refused("resources * = arn:aws:s3:::b");
    refused("resources arn:aws:s3:::b = arn:aws:s3:::c");
    refused("resources `on` = arn:aws:s3:::b");
    taken("actions `reads` = s3:Get policy P { deny reads, case } actions case = s3:Put");
    taken("resources role = arn:aws:s3:::b policy P { deny s3:Get on role }");
}

#[test]
fn values() {
    refused("const true = \"false\"");
    refused("const `true` = \"false\"");
    refused("const 10 = \"a\"");
    refused("const 2024-01-01 = \"a\"");
    refused("const 10.0.0.0/8 = 10.0.0.0/8");
    refused("const arn:aws:s3:::b = \"a\"");
    refused("const * = \"a\"");
    reject("policy P(false) { deny s3:Get }", &["T0325", "T0352"]);
    taken("const number = 1 const `a b` = 2 policy P { deny s3:Get when a:b == number and a:c == `a b` }");
}

#[test]
fn accounts_and_policies() {
    refused("account 333333333333 444444444444");
    refused("policy arn:aws:iam::111111111111:policy/P { deny s3:Get }");
    refused("boundary arn:aws:iam::111111111111:policy/P { deny s3:Get }");
    taken("account 333333333333 333333333333 account dev 444444444444");
}
