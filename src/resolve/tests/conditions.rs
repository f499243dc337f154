use super::{check, reject, unless, when, when_rejected};
use crate::hir::PolicyKind;

#[test]
fn the_operator_follows_from_the_literal() {
    when(r#"s3:prefix == "a*""#, "StringEquals s3:prefix [a*]");
    when(r#"s3:prefix in ["a", "b"]"#, "StringEquals s3:prefix [a, b]");
    when(r#"s3:prefix != "a""#, "StringNotEquals s3:prefix [a]");
    when(r#"s3:prefix not in ["a", "b"]"#, "StringNotEquals s3:prefix [a, b]");
    when(r#"s3:prefix == "a" ignoring case"#, "StringEqualsIgnoreCase s3:prefix [a]");
    when(r#"s3:prefix not in ["a"] ignoring case"#, "StringNotEqualsIgnoreCase s3:prefix [a]");
    when(r#"s3:prefix like "a*${aws:UserName}""#, "StringLike s3:prefix [a*<aws:username>]");
    when(r#"s3:prefix not like "a?""#, "StringNotLike s3:prefix [a?]");
    when("s3:max-keys == 10.0", "NumericEquals s3:max-keys [10]");
    when("s3:max-keys != 10", "NumericNotEquals s3:max-keys [10]");
    when("s3:max-keys < 10", "NumericLessThan s3:max-keys [10]");
    when("s3:max-keys <= 10", "NumericLessThanEquals s3:max-keys [10]");
    when("s3:max-keys > 10", "NumericGreaterThan s3:max-keys [10]");
    when("s3:max-keys >= 10", "NumericGreaterThanEquals s3:max-keys [10]");
    when("aws:CurrentTime == 1970-01-02", "DateEquals aws:currenttime [86400.0]");
    when("aws:CurrentTime != 1970-01-02", "DateNotEquals aws:currenttime [86400.0]");
    when("aws:CurrentTime < 1970-01-02T00:00:00Z", "DateLessThan aws:currenttime [86400.0]");
    when("aws:CurrentTime <= 1970-01-02", "DateLessThanEquals aws:currenttime [86400.0]");
    when("aws:CurrentTime > 1970-01-02", "DateGreaterThan aws:currenttime [86400.0]");
    when(r#"aws:CurrentTime >= date "86400""#, "DateGreaterThanEquals aws:currenttime [86400.0]");
    when("aws:SecureTransport == true", "Bool aws:securetransport [true]");
    when("aws:SecureTransport", "Bool aws:securetransport [true]");
    when(r#"kms:X == binary "aGk=""#, "BinaryEquals kms:x [[104, 105]]");
    when("aws:SourceIp in 10.1.2.3/8", "IpAddress aws:sourceip [10.0.0.0/8]");
    when("aws:SourceIp not in [10.0.0.1, ::1/64]", "NotIpAddress aws:sourceip [10.0.0.1/32, ::/64]");
    when("aws:SourceArn == arn:aws:s3:::b*", "ArnEquals aws:sourcearn [arn:aws:s3:::b*]");
    when("aws:SourceArn != arn:aws:s3:::b", "ArnNotEquals aws:sourcearn [arn:aws:s3:::b]");
    when("aws:SourceArn like arn:aws:s3:::b*", "ArnLike aws:sourcearn [arn:aws:s3:::b*]");
    when("aws:SourceArn not like arn:aws:s3:::b*", "ArnNotLike aws:sourcearn [arn:aws:s3:::b*]");
    when("aws:TokenIssueTime is missing", "Null aws:tokenissuetime [true]");
    when("aws:TokenIssueTime is present", "Null aws:tokenissuetime [false]");
}

#[test]
fn suffixes_and_quantifiers() {
    when(r#"s3:prefix == "a" or missing"#, "StringEqualsIfExists s3:prefix [a]");
    when(r#"any of aws:TagKeys == "a""#, "ForAnyValue:StringEquals aws:tagkeys [a]");
    when(r#"all of aws:TagKeys in ["a", "b"]"#, "ForAllValues:StringEquals aws:tagkeys [a, b]");
    when(
        r#"any of aws:TagKeys not like "a*" or missing"#,
        "ForAnyValue:StringNotLikeIfExists aws:tagkeys [a*]",
    );
    when("s3:prefix in []", "StringEquals s3:prefix []");
}

#[test]
fn expressions_are_flat_and_negations_are_pushed_down() {
    when("a:b and (c:d and e:f)", "(Bool a:b [true] and Bool c:d [true] and Bool e:f [true])");
    when("a:b or (c:d or e:f)", "(Bool a:b [true] or Bool c:d [true] or Bool e:f [true])");
    when(
        r#"not (s3:prefix == "a" and (s3:prefix like "b" or s3:max-keys < 3))"#,
        "(StringNotEquals s3:prefix [a] or (StringNotLike s3:prefix [b] and NumericGreaterThanEqualsIfExists s3:max-keys [3]))",
    );
    when(r#"not not s3:prefix == "a""#, "StringEquals s3:prefix [a]");
    check(
        PolicyKind::Identity,
        r#"allow s3:Get when a:b unless s3:prefix == "a""#,
        "allow s3:Get on * if (Bool a:b [true] and StringNotEquals s3:prefix [a])",
    );
}

#[test]
fn complements_of_single_valued_tests() {
    unless(r#"s:k != "a""#, "StringEquals s:k [a]");
    unless(r#"s:k == "a" or missing"#, "(StringNotEquals s:k [a] and StringLike s:k [*])");
    unless(r#"s:k != "a" or missing"#, "StringEquals s:k [a]");
    unless(r#"s:k == "a" ignoring case"#, "StringNotEqualsIgnoreCase s:k [a]");
    unless("s:k == 1", "NumericNotEquals s:k [1]");
    unless("s:k < 1", "NumericGreaterThanEqualsIfExists s:k [1]");
    unless("s:k <= 1 or missing", "NumericGreaterThan s:k [1]");
    unless("s:k > 1970", "NumericLessThanEqualsIfExists s:k [1970]");
    unless("s:k >= 1970-01-02", "DateLessThanIfExists s:k [86400.0]");
    unless("s:k < [1, 10, 2.5]", "NumericGreaterThanEqualsIfExists s:k [10]");
    unless("s:k > [-1, -10, 2.5]", "NumericLessThanEqualsIfExists s:k [-10]");
    unless("s:k", "BoolIfExists s:k [false]");
    unless("s:k == false", "BoolIfExists s:k [true]");
    when("s:k != true", "BoolIfExists s:k [false]");
    unless("s:k != true", "Bool s:k [true]");
    when("s:k != true or missing", "BoolIfExists s:k [false]");
    when("s:k not in [true] or missing", "BoolIfExists s:k [false]");
    unless("s:k != true or missing", "Bool s:k [true]");
    when("s:k not in [true, false] or missing", "StringNotEqualsIgnoreCase s:k [true, false]");
    unless("s:k not in [true, false] or missing", "Bool s:k [true, false]");
    unless("s:k == true or missing", "Bool s:k [false]");
    unless("s:k in [true, false]", "StringNotEqualsIgnoreCase s:k [true, false]");
    unless("s:k in 10.0.0.0/8", "NotIpAddress s:k [10.0.0.0/8]");
    unless("s:k not in 10.0.0.0/8", "IpAddress s:k [10.0.0.0/8]");
    unless("s:k == arn:aws:s3:::b", "ArnNotEquals s:k [arn:aws:s3:::b]");
    unless("s:k not like arn:aws:s3:::b", "ArnLike s:k [arn:aws:s3:::b]");
    unless("s:k is missing", "Null s:k [false]");
    unless("s:k is present", "Null s:k [true]");
    unless("s:k in []", "StringNotEquals s:k []");
    unless("s:k not in []", "StringEquals s:k []");
    unless("s:k < []", "StringNotEquals s:k []");
}

#[test]
fn complements_of_set_tests() {
    unless(r#"any of s:k == "a""#, "ForAllValues:StringNotEquals s:k [a]");
    unless(r#"all of s:k == "a""#, "ForAnyValue:StringNotEquals s:k [a]");
    unless(r#"all of s:k != "a" or missing"#, "ForAnyValue:StringEquals s:k [a]");
    unless("any of s:k < 5", "ForAllValues:NumericGreaterThanEquals s:k [5]");
    unless("all of s:k < 5", "ForAnyValue:NumericGreaterThanEquals s:k [5]");
    unless("all of s:k == true", "ForAnyValue:Bool s:k [false]");
    when("any of s:k != true", "ForAnyValue:Bool s:k [false]");
    when("any of s:k not in [true] or missing", "ForAnyValue:BoolIfExists s:k [false]");
    when("any of s:k not in [true, false]", "ForAnyValue:StringNotEqualsIgnoreCase s:k [true, false]");
    when("all of s:k != true", "ForAllValues:Bool s:k [false]");
    unless("any of s:k != true", "ForAllValues:Bool s:k [true]");
    unless("all of s:k != true or missing", "ForAnyValue:Bool s:k [true]");
    when_rejected("not (any of s:k != true or missing)", &["T0336"]);
    when_rejected(r#"not any of s:k == "a" or missing"#, &["T0339"]);
    when_rejected("not s:k or missing", &["T0339"]);
    when_rejected(r#"not (any of s:k == "a" or missing)"#, &["T0336"]);
    when_rejected(r#"not s:k == binary "aGk=""#, &["T0336"]);
}

#[test]
fn operators_that_do_not_fit() {
    when_rejected(r#"s:k < "a""#, &["T0330"]);
    when_rejected("s:k like 10", &["T0330"]);
    when_rejected("s:k < true", &["T0330"]);
    when_rejected("s:k < 10.0.0.0/8", &["T0330"]);
    when_rejected("s:k like 1970-01-02", &["T0330"]);
    when_rejected("s:k > arn:aws:s3:::b", &["T0330"]);
    when_rejected(r#"s:k != binary "aGk=""#, &["T0330"]);
    when_rejected(r#"s:k like "a" ignoring case"#, &["T0330"]);
    when_rejected("s:k == 1 ignoring case", &["T0330"]);
    when_rejected(r#"s:k in ["a", 1]"#, &["T0332"]);
    when_rejected("any of s:k is present", &["T0335"]);
}

#[test]
fn malformed_values_are_errors() {
    when_rejected(r#"s:k == number "1e3""#, &["T0331"]);
    when_rejected(r#"s:k == date "bad value""#, &["T0331"]);
    when_rejected(r#"s:k == bool "yes""#, &["T0331"]);
    when_rejected(r#"s:k in ip "10.0.0.0/33""#, &["T0331"]);
    when_rejected(r#"s:k == binary "aGk""#, &["T0331"]);
    when_rejected(r#"s:k like arn "arn:::b""#, &["T0331"]);
    when_rejected(r#"s:k in ip "${aws:SourceIp}""#, &["T0333"]);
    when_rejected(r#"s:k == "${aws:username""#, &["T0324"]);
    when_rejected("s:k == nowhere", &["T0301"]);
    when_rejected("nowhere", &["T0301"]);
}

#[test]
fn several_mistakes_are_found_in_one_run() {
    reject(
        PolicyKind::Identity,
        r#"allow s3* on my-bucket when s:k < "a" and s:k == number "x"  deny anyone s3:Get when s:k in [1, true]"#,
        &["T0316", "T0317", "T0330", "T0331", "T0310", "T0332"],
    );
}

#[test]
fn variables_need_the_new_version() {
    check(
        PolicyKind::Identity,
        r#"version 2008-10-17 allow s3:Get on arn:aws:s3:::b/${aws:username}/* when s:k like "${*}*""#,
        "allow s3:Get on arn:aws:s3:::b/${aws:username}/* if StringLike s:k [${*}*]",
    );
    check(
        PolicyKind::Identity,
        r#"allow s3:Get on arn:aws:s3:::b/${aws:username}/* when s:k like "${*}*""#,
        "allow s3:Get on arn:aws:s3:::b/<aws:username>/* if StringLike s:k [**]",
    );
}
