//! The words worlds are made of. Few on purpose: policies and requests must meet often.

/// Actions with the shape of resource they take: real ones (some without resource-level permissions, R65) and
/// ones no catalog knows.
pub const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:GetObjectTagging",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:ListBucket",
    "s3:ListAllMyBuckets",
    "ec2:RunInstances",
    "ec2:StartInstances",
    "ec2:DescribeInstances",
    "ec2:DescribeRegions",
    "iam:CreateUser",
    "iam:CreateRole",
    "iam:PassRole",
    "iam:GetRole",
    "iam:ListUsers",
    "iam:AttachRolePolicy",
    "sqs:SendMessage",
    "sqs:ReceiveMessage",
    "sns:Publish",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:ListKeys",
    "kms:RetireGrant",
    "lambda:InvokeFunction",
    "secretsmanager:GetSecretValue",
    "logs:PutLogEvents",
    "acme:Launch",
    "acme:Land",
];

/// Calls that IAM refuses on what AWS keeps for itself (R137, R138), and some that it takes.
pub const KEPT_CALLS: &[&str] = &[
    "iam:AttachRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
    "iam:DeleteRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:DeleteRolePermissionsBoundary",
    "iam:UpdateAssumeRolePolicy",
    "iam:CreateRole",
    "iam:UpdateRole",
    "iam:DeleteRole",
    "iam:AddRoleToInstanceProfile",
    "iam:RemoveRoleFromInstanceProfile",
    "iam:UpdateRoleDescription",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:CreateServiceLinkedRole",
    "iam:DeleteServiceLinkedRole",
    "iam:CreatePolicyVersion",
    "iam:SetDefaultPolicyVersion",
    "iam:DeletePolicyVersion",
    "iam:DeletePolicy",
    "iam:TagPolicy",
    "iam:UntagPolicy",
    "iam:GetRole",
    "sts:AssumeRole",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:AssumeRoleWithWebIdentity",
];

/// What AWS keeps for itself, and what only looks like it; `{A}` is an account.
pub const KEPT: &[&str] = &[
    "arn:aws:iam::{A}:role/aws-service-role/ec2.amazonaws.com/Role",
    "arn:aws:iam::{A}:role/aws-service-role/lambda.amazonaws.com/x/Role",
    "arn:aws:iam::{A}:role/aws-service-role/Role",
    "arn:aws:iam::{A}:role/aws-service-role/",
    "arn:aws:iam::{A}:role/aws-service-role",
    "arn:aws-cn:iam::{A}:role/aws-service-role/lambda.amazonaws.com/Role",
    "arn:aws:iam::{A}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_x",
    "arn:aws:iam::{A}:role/AWS-reserved/sso.amazonaws.com/AWSReservedSSO_x",
    "arn:aws:iam::{A}:role/team/aws-service-role/ec2.amazonaws.com/Role",
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy",
    "arn:aws:iam::{A}:policy/aws",
    "arn:aws:s3::{A}:role/aws-service-role/ec2.amazonaws.com/Role",
];

/// What is asked for through access points, and done to them.
pub const POINT_CALLS: &[&str] = &[
    "s3:GetObject",
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "s3:DeleteObject",
    "s3:GetObjectTagging",
    "S3:getobject",
    "s3:GetAccessPoint",
    "s3:TagResource",
    "s3:ListTagsForResource",
    "s3:ListAllMyBuckets",
    "s3-object-lambda:GetObject",
];

/// What looks like an access point and is none, or is of a kind that is not modelled; `{P}` is one, `{A}` an account.
pub const ODD_POINTS: &[&str] = &[
    "{P}x",
    "{P}x/object/x",
    "{P}/object/",
    "{P}/object",
    "{P}/objects/x",
    "{P}/",
    "{P}:x",
    "arn:aws:s3::{A}:accesspoint/m1.mrap",
    "arn:aws:s3::{A}:accesspoint/m1.mrap/object/x",
    "arn:aws:s3-object-lambda:eu-west-1:{A}:accesspoint/reports",
    "arn:aws:s3express:eu-west-1:{A}:accesspoint/reports--use1-az4--xa-s3",
    "arn:aws:s3-outposts:eu-west-1:{A}:outpost/op-1/accesspoint/reports",
    "arn:aws:s3-outposts:eu-west-1:{A}:outpost/op-1/bucket/accesspoint",
    "arn:aws:s3:::reports-1a2b3c4d5e6f7g8h9i0j1k2l3m4n5-s3alias/x",
    "arn:aws:s3:::reports-1a2b3c4d5e6f7g8h9i0j1k2l3m4n5o--ol-s3",
    "arn:aws:s3:::short-s3alias/x",
    "arn:aws:sqs:eu-west-1:{A}:accesspoint/reports",
];

/// The service of generated service-linked roles.
pub const LINKED_SERVICE: &str = "ec2.amazonaws.com";

/// And their path.
pub const LINKED_PATH: &str = "/aws-service-role/ec2.amazonaws.com/";

/// Actions of trust policies.
pub const TRUST_ACTIONS: &[&str] = &[
    "sts:AssumeRole",
    "sts:AssumeRole",
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:SetContext",
];

/// Actions that only requests use.
pub const STRANGE_ACTIONS: &[&str] = &[
    "sts:GetCallerIdentity",
    "sts:getcalleridentity",
    "nosuch:Action",
    "s3:NoSuchAction",
    "s3:",
    ":GetObject",
    "s3",
    "*",
    "s3:*",
    "s3:Get Object",
    " s3:GetObject",
    "s3:GetObject\n",
    "",
    "s3:GetObject:Extra",
    "s3:Get\u{a0}Object",
    "s3:GetObject\u{b}",
];

/// Services that act as principals.
pub const SERVICES: &[&str] = &["lambda.amazonaws.com", "ec2.amazonaws.com", "cloudtrail.amazonaws.com"];

/// Identity providers; `{A}` is an account.
pub const PROVIDERS: &[&str] = &[
    "arn:aws:iam::{A}:saml-provider/corp",
    "arn:aws:iam::{A}:oidc-provider/token.actions.githubusercontent.com",
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
];

/// What a key's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// Decimal.
    Number,
    /// Point in time.
    Date,
    /// `true` / `false`.
    Bool,
    /// Address.
    Ip,
    /// ARN.
    Arn,
    /// Base64.
    Binary,
}

/// A condition key: name, type, multivalued.
pub type Key = (&'static str, Type, bool);

/// Condition keys, of every origin: request, session, derived.
pub const KEYS: &[Key] = &[
    ("aws:RequestedRegion", Type::Text, false),
    ("aws:UserAgent", Type::Text, false),
    ("aws:PrincipalTag/team", Type::Text, false),
    ("aws:PrincipalTag/Cost-Center", Type::Text, false),
    ("aws:RequestTag/team", Type::Text, false),
    ("aws:ResourceTag/team", Type::Text, false),
    ("iam:ResourceTag/TEAM", Type::Text, false),
    ("aws:username", Type::Text, false),
    ("aws:userid", Type::Text, false),
    ("aws:PrincipalAccount", Type::Text, false),
    ("aws:PrincipalType", Type::Text, false),
    ("aws:PrincipalOrgID", Type::Text, false),
    ("aws:PrincipalOrgPaths", Type::Text, true),
    ("aws:ResourceAccount", Type::Text, false),
    ("aws:ResourceOrgID", Type::Text, false),
    ("aws:ResourceOrgPaths", Type::Text, true),
    ("aws:SourceAccount", Type::Text, false),
    ("aws:SourceVpce", Type::Text, false),
    ("aws:TagKeys", Type::Text, true),
    ("aws:CalledVia", Type::Text, true),
    ("aws:SourceIdentity", Type::Text, false),
    ("aws:PrincipalServiceName", Type::Text, false),
    ("aws:PrincipalServiceNamesList", Type::Text, true),
    ("aws:FederatedProvider", Type::Arn, false),
    ("s3:prefix", Type::Text, false),
    ("kms:ViaService", Type::Text, false),
    ("sts:ExternalId", Type::Text, false),
    ("sts:RoleSessionName", Type::Text, false),
    ("SAML:aud", Type::Text, false),
    ("token.actions.githubusercontent.com:sub", Type::Text, false),
    ("acme:Labels", Type::Text, true),
    ("s3:max-keys", Type::Number, false),
    ("aws:MultiFactorAuthAge", Type::Number, false),
    ("acme:Weights", Type::Number, true),
    ("aws:CurrentTime", Type::Date, false),
    ("aws:EpochTime", Type::Date, false),
    ("aws:TokenIssueTime", Type::Date, false),
    ("aws:SecureTransport", Type::Bool, false),
    ("aws:MultiFactorAuthPresent", Type::Bool, false),
    ("aws:ViaAWSService", Type::Bool, false),
    ("aws:PrincipalIsAWSService", Type::Bool, false),
    ("aws:SourceIp", Type::Ip, false),
    ("aws:VpcSourceIp", Type::Ip, false),
    ("acme:Hops", Type::Ip, true),
    ("aws:PrincipalArn", Type::Arn, false),
    ("aws:SourceArn", Type::Arn, false),
    ("iam:PermissionsBoundary", Type::Arn, false),
    ("lambda:Layer", Type::Arn, true),
    ("aws:SourceVpc", Type::Text, false),
    ("s3:DataAccessPointArn", Type::Arn, false),
    ("s3:DataAccessPointAccount", Type::Text, false),
    ("s3:AccessPointNetworkOrigin", Type::Text, false),
    ("acme:Blob", Type::Binary, false),
];

/// Keys that resource patterns and condition values insert, with defaults or without.
pub const VARIABLES: &[&str] = &[
    "${aws:username}",
    "${aws:PrincipalTag/team}",
    "${aws:principaltag/TEAM}",
    "${aws:PrincipalTag/team, 'nobody'}",
    "${aws:PrincipalTag/Cost-Center,''}",
    "${aws:userid}",
    "${s3:prefix}",
    "${acme:Labels}",
    "${aws:PrincipalAccount}",
    "${aws:RequestTag/team, 'a*b'}",
    "${aws:ResourceTag/team}",
    "${*}",
    "${?}",
    "${$}",
];

/// Values of text keys. Requests use them too, so wildcards and `${` stand inside values.
pub const TEXTS: &[&str] = &[
    "eu-west-1",
    "us-east-1",
    "analytics",
    "Analytics",
    "ANALYTICS",
    "finance",
    "finance/",
    "finance/2024/q1.csv",
    "alice",
    "a*",
    "a?",
    "*",
    "?",
    "",
    "a",
    "${aws:username}",
    "repo:acme/app:ref:refs/heads/main",
    "ünï-Ⅷ",
    "ÜNÏ-Ⅷ",
    "x:y:z",
    "line\nbreak",
    "nobody",
    "a*b",
    "lambda.amazonaws.com",
    "team",
    "Team",
    "111111111111",
    "o-acme1",
    "User",
    "AssumedRole",
    "Anonymous",
    "Account",
    "ſ",
    "K",
];

/// Patterns for like-operators.
pub const PATTERNS: &[&str] = &[
    "*",
    "?",
    "??*",
    "a*",
    "*a",
    "*a*",
    "a*a*s",
    "eu-*",
    "*-1",
    "finance/*",
    "finance/*/q?.csv",
    "repo:acme/*:ref:*",
    "**",
    "*?*",
    "a*b*c*d*e*f",
    "o-acme1/r-root/*",
    "*:*",
    "A*",
    "",
];

/// Numbers as written.
pub const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "10",
    "10.0",
    "010",
    "9",
    "11",
    "3600",
    "0.1",
    "0.10",
    "-12.5",
    "1",
    "100000000000000000000",
    "100000000000000000001",
    "0.30000000000000000000000000000000000001",
    "0.3",
    "-1",
    "9223372036854775807",
    "9223372036854775808",
    "1000",
];

/// Instants: seconds and nanoseconds.
pub const INSTANTS: &[(i64, u32)] = &[
    (1_704_067_200, 0),
    (1_704_067_199, 999_999_999),
    (1_704_067_200, 1_000_000),
    (1_704_067_260, 0),
    (0, 0),
    (1_709_164_800, 0),
    (1_717_200_000, 0),
    (1_735_689_599, 0),
    (-1, 0),
    (253_402_300_799, 0),
    (2024, 0),
];

/// Networks as written.
pub const NETWORKS: &[&str] = &[
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/8",
    "10.1.2.3",
    "10.1.2.3/32",
    "192.0.2.0/24",
    "192.0.2.128/25",
    "203.0.113.7/31",
    "2001:db8::/32",
    "2001:db8::1",
    "2001:0DB8:0:0::1/128",
    "::1/128",
    "::ffff:10.1.2.3",
    "::ffff:10.0.0.0/104",
    "::ffff:0:0/96",
    "::/64",
    "255.255.255.255/32",
];

/// Decoded bytes for BinaryEquals.
pub const BLOBS: &[&str] = &["", "a", "A", "hello", "ünï", "\u{0}\u{1}", "QmluYXJ5"];

/// Request values that no type likes.
pub const MALFORMED: &[&str] = &[
    "not-a-number",
    "1e3",
    "0x10",
    "1.",
    ".5",
    "1.2.3",
    "+",
    "-",
    "--1",
    "10 ",
    "NaN",
    "2024-13-01",
    "2024-02-30",
    "2024-01-01T25:00Z",
    "2024-01-01T00:00",
    "yes",
    "TRUE ",
    "tRuE",
    "1",
    "10.0.0.0/8",
    "10.0.0",
    "10.0.0.256",
    "010.1.2.3",
    "2001:db8::1::",
    "fe80::1%eth0",
    "arn:aws:s3:::b",
    "arn:aws:iam::1",
    "arn",
    ":::::",
    "!!!!",
    "1_000",
    "２０２４",
    "+10",
    "1,000",
];
