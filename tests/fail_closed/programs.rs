//! Faults between documents: names of policies, identities and places. Code and source.

/// What compiles: each faulty program differs from one of these in one word.
pub const SOUND: &[&str] = &[
    "account home 111111111111\npolicy P { deny s3:* }\nboundary B { allow * }\ngroup G in home { policies P }\n\
     user U in home { policies P boundary B groups G }\n",
    "account home 111111111111\npolicy P(who) { deny s3:* when aws:username == who }\n\
     user U in home { policies P(\"Ann\") }\n",
    "organization o-acme1 { unit work { account home 111111111111 } }\nguardrail G on unit work { allow * }\n",
    "account home 111111111111\nresource policy on arn:aws:s3:::b in home { deny anyone s3:* }\n\
     endpoint policy on vpce-1 in home { allow anyone * }\n",
    "account home 111111111111\nuser U in home { policy P { deny s3:* } }\n\
     session policy S { allow s3:* }\ntest \"t\" { as user U with session policy S { deny s3:GetObject } }\n",
];

pub const FAULTY: &[(&str, &str, &str)] = &[
    (
        "variable before the last part of an ARN in a `Deny`",
        "T0604",
        "account home 111111111111\nuser U in home { policy P { deny s3:* on arn:aws:s3:${aws:username}::b } }\n",
    ),
    (
        "variable before the last part of an ARN that an `Allow` excepts",
        "T0604",
        "account home 111111111111\nuser U in home { policy P { allow s3:* on not (arn:aws:s3:${aws:username}::b) } }\n",
    ),
    ("unknown policy", "T0301", "account home 111111111111\nuser U in home { policies NoSuch }\n"),
    ("unknown policy", "T0301", "account home 111111111111\ngroup G in home { policies NoSuch }\n"),
    (
        "unknown policy",
        "T0301",
        "account home 111111111111\nrole R in home { trust { allow account home } policies NoSuch }\n",
    ),
    ("unknown boundary", "T0301", "account home 111111111111\nuser U in home { boundary NoSuch }\n"),
    ("unknown group", "T0301", "account home 111111111111\nuser U in home { groups NoSuch }\n"),
    ("unknown account of an identity", "T0301", "account home 111111111111\nuser U in no_such {}\n"),
    (
        "unknown account of a resource",
        "T0301",
        "account home 111111111111\nresource policy on arn:aws:s3:::b in no_such { deny anyone s3:* }\n",
    ),
    (
        "unknown account of an endpoint",
        "T0301",
        "account home 111111111111\nendpoint policy on vpce-1 in no_such { deny anyone s3:* }\n",
    ),
    (
        "unknown unit",
        "T0301",
        "organization o-acme1 { account home 111111111111 }\nguardrail G on unit no_such { deny s3:* }\n",
    ),
    (
        "unknown unit",
        "T0301",
        "organization o-acme1 { account home 111111111111 }\nresource guardrail G on unit no_such { deny anyone s3:* }\n",
    ),
    (
        "unknown account of a guardrail",
        "T0301",
        "organization o-acme1 { account home 111111111111 }\nguardrail G on account no_such { deny s3:* }\n",
    ),
    (
        "unknown session policy in a test",
        "T0301",
        "account home 111111111111\nuser U in home {}\ntest \"t\" { as user U with session policy NoSuch { deny s3:GetObject } }\n",
    ),
    (
        "unknown name of an argument",
        "T0343",
        "account home 111111111111\npolicy P(who) { deny s3:* when aws:username == who }\nuser U in home { policies P(whom = \"Ann\") }\n",
    ),
    (
        "argument missing",
        "T0343",
        "account home 111111111111\npolicy P(who) { deny s3:* when aws:username == who }\nuser U in home { policies P }\n",
    ),
    (
        "argument too many",
        "T0343",
        "account home 111111111111\npolicy P(who) { deny s3:* when aws:username == who }\nuser U in home { policies P(\"Ann\", \"Bob\") }\n",
    ),
    ("import of no file", "T0303", "import \"no-such.tabella\"\naccount home 111111111111\n"),
    (
        "guardrail without an organization",
        "T0340",
        "account home 111111111111\nguardrail G on root { deny s3:* }\n",
    ),
    ("policy twice", "T0302", "account home 111111111111\npolicy P { deny s3:* }\npolicy P { allow s3:* }\n"),
    ("fault in a policy nobody has", "T0316", "policy P { deny `s3:` }\n"),
    ("statement that can't be read in a policy nobody has", "T0101", "policy P(x) { deny s3:* wenn x }\n"),
    ("fault in a set nobody uses", "T0316", "actions set = `s3:`\n"),
    ("fault in a condition nobody uses", "T0331", "condition c = aws:CurrentTime < date \"yesterday\"\n"),
    (
        "argument that is malformed in its place",
        "T0331",
        "account home 111111111111\npolicy P(when_) { deny s3:* when aws:CurrentTime < date \"$(when_)\" }\nuser U in home { policies P(\"yesterday\") }\n",
    ),
    (
        "argument that makes a malformed action",
        "T0316",
        "account home 111111111111\npolicy P(x) { deny $(x) }\nuser U in home { policies P(\"s3:\") }\n",
    ),
    (
        "fault in an inline policy",
        "T0316",
        "account home 111111111111\nuser U in home { policy P { deny `s3:` } }\n",
    ),
    (
        "fault beside the parameters of a policy nobody has",
        "T0316",
        "policy P(x) { deny s3:* when aws:username == x deny `s3:` }\n",
    ),
    (
        "unique id that nobody has in a `Deny`",
        "T0353",
        "account home 111111111111\nresource policy on arn:aws:s3:::b in home { deny aws AIDAANNANNANNANNANNA1 s3:* }\n",
    ),
    ("service of AWS declared again", "T0348", "service sts { action AssumeRole }\n"),
    (
        "service twice in different letter case",
        "T0302",
        "service shop { action Buy }\nservice Shop { action Sell }\n",
    ),
    (
        "policy on a folder of nothing",
        "T0347",
        "account home 111111111111\nresource policy on arn:aws:s3:::b/ in home { deny anyone s3:* }\n",
    ),
    (
        "policy on what no request names",
        "T0347",
        "account home 111111111111\nresource policy on arn:aws:s3::1111:b { deny anyone s3:* }\n",
    ),
    (
        "bucket of no account",
        "T0345",
        "account home 111111111111\naccount away 222222222222\n\
         resource policy on arn:aws:s3:::b { deny anyone s3:* }\n",
    ),
    (
        "endpoint in another letter case",
        "T0355",
        "account home 111111111111\nendpoint policy on VPCE-1 in home { deny anyone s3:* }\n",
    ),
    (
        "resource policy on a role",
        "T0347",
        "account home 111111111111\nresource policy on arn:aws:iam::111111111111:role/R { deny anyone sts:* }\n",
    ),
    ("unit id twice", "T0340", "organization o-acme1 { unit a ou-ab12-x { } unit b ou-ab12-x { } }\n"),
    ("unit id with a slash", "T0340", "organization o-acme1 { unit a ou-ab12/x { } }\n"),
    ("text after the end of a policy", "T0101", "policy P { deny s3:* } }\n"),
    ("policy that is not closed", "T0107", "policy P { deny s3:*\n"),
];

pub const SOUND_DUMP: &str = r#"{"UserDetailList": [{"Path": "/", "UserName": "U", "Arn": "arn:aws:iam::111111111111:user/U",
    "GroupList": ["G"]}],
    "GroupDetailList": [{"Path": "/", "GroupName": "G", "Arn": "arn:aws:iam::111111111111:group/G"}]}"#;

pub const FAULTY_DUMPS: &[(&str, &str, &str)] = &[
    (
        "unknown group in a dump",
        "T0301",
        r#"{"UserDetailList": [{"Path": "/", "UserName": "U", "Arn": "arn:aws:iam::111111111111:user/U", "GroupList": ["NoSuch"]}]}"#,
    ),
    (
        "unknown policy in a dump",
        "T0344",
        r#"{"UserDetailList": [{"Path": "/", "UserName": "U", "Arn": "arn:aws:iam::111111111111:user/U", "AttachedManagedPolicies": [{"PolicyName": "P", "PolicyArn": "arn:aws:iam::111111111111:policy/NoSuch"}]}]}"#,
    ),
    (
        "misspelled list of documents in a dump",
        "T0212",
        r#"{"UserDetailList": [{"Path": "/", "UserName": "U", "Arn": "arn:aws:iam::111111111111:user/U", "UserPolicyLst": [{"PolicyName": "P", "PolicyDocument": "%7B%7D"}]}]}"#,
    ),
    (
        "misspelled boundary in a dump",
        "T0212",
        r#"{"UserDetailList": [{"Path": "/", "UserName": "U", "Arn": "arn:aws:iam::111111111111:user/U", "PermissionBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::111111111111:policy/B"}}]}"#,
    ),
    (
        "two default versions in a dump",
        "T0242",
        r#"{"Policies": [{"PolicyName": "P", "Arn": "arn:aws:iam::111111111111:policy/P", "DefaultVersionId": "v2", "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17", "Statement": []}}]}]}"#,
    ),
    (
        "unreadable document in a dump",
        "T0240",
        r#"{"UserDetailList": [{"Path": "/", "UserName": "U", "Arn": "arn:aws:iam::111111111111:user/U", "UserPolicyList": [{"PolicyName": "P", "PolicyDocument": "%7"}]}]}"#,
    ),
];

/// Programs that resolve: only the tables could not keep what they say. Nothing is built of them.
pub const TOO_MUCH_FOR_TABLES: &[(&str, &str, &str)] = &[(
    "condition of a `Deny` with too many alternatives",
    "T0601",
    "account home 111111111111\nuser U in home { policy P { deny s3:* when (a:1 == \"x\" or b:1 == \"x\") and \
         (a:2 == \"x\" or b:2 == \"x\") and (a:3 == \"x\" or b:3 == \"x\") and (a:4 == \"x\" or b:4 == \"x\") and \
         (a:5 == \"x\" or b:5 == \"x\") and (a:6 == \"x\" or b:6 == \"x\") and (a:7 == \"x\" or b:7 == \"x\") and \
         (a:8 == \"x\" or b:8 == \"x\") and (a:9 == \"x\" or b:9 == \"x\") } }\n",
)];
