//! What an organization puts around itself: guardrails that ask what the engine derives, of callers and of resources.

/// Callers ask for resources of the organization only, where it is known whose they are, leave alone what watches over
/// it, and have a team.
pub const OF_CALLERS: &str = r#"{ "Version": "2012-10-17", "Statement": [
    { "Effect": "Deny", "Action": ["s3:*", "sqs:*", "sns:*", "secretsmanager:*", "dynamodb:*"], "Resource": "*",
      "Condition": { "StringNotEquals": { "aws:ResourceOrgID": "o-bench" }, "Null": { "aws:ResourceOrgID": "false" } } },
    { "Effect": "Deny", "Action": ["cloudtrail:*", "config:*", "guardduty:*", "iam:*"], "Resource": "*",
      "Condition": { "ArnNotLike": { "aws:PrincipalArn": ["arn:aws:iam::*:role/Security*", "arn:aws:iam::*:user/user-*"] } } },
    { "Effect": "Deny", "Action": ["ec2:*", "rds:*", "lambda:*"], "Resource": "*",
      "Condition": { "Null": { "aws:PrincipalTag/team": "true" } } }
] }"#;

/// Resources are for callers of the organization and for services, on secure connections.
pub const OF_RESOURCES: &str = r#"{ "Version": "2012-10-17", "Statement": [
    { "Effect": "Deny", "Principal": "*", "Action": ["s3:*", "sqs:*", "kms:*", "secretsmanager:*", "sts:AssumeRole"], "Resource": "*",
      "Condition": { "StringNotEqualsIfExists": { "aws:PrincipalOrgID": "o-bench" },
                     "BoolIfExists": { "aws:PrincipalIsAWSService": "false" } } },
    { "Effect": "Deny", "Principal": "*", "Action": ["s3:*", "sqs:*", "kms:*", "secretsmanager:*"], "Resource": "*",
      "Condition": { "BoolIfExists": { "aws:SecureTransport": "false" } } }
] }"#;
