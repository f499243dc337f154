//! Hostile IAM JSON: policy documents and account dumps with long lists, long Condition blocks, depth and mistakes.

use super::leaves::{action, arn, letters, numbered};
use crate::rng::Rng;

/// A document or a dump of at most so many bytes, but for its end.
pub fn json(rng: &mut Rng, most: usize) -> String {
    // Lists in lists may be longer than they are to be together.
    let mut share = most;
    loop {
        let text = any(&mut rng.clone(), share);
        if text.len() <= most || share < 200 {
            return text;
        }
        share /= 2;
    }
}

fn any(rng: &mut Rng, most: usize) -> String {
    match rng.below(8) {
        0 => nested(rng, most),
        1 | 2 => dump(rng, most),
        _ => document(rng, most, true),
    }
}

/// A template repeated within a number of bytes.
fn repeated(template: &str, separator: &str, most: usize) -> String {
    let times = (most / (template.len() + separator.len() + 2)).clamp(1, 30_000);
    let one = |at: usize| numbered(template, at);
    (0..times).map(one).collect::<Vec<_>>().join(separator)
}

fn list(template: &str, most: usize) -> String {
    format!("[{}]", repeated(template, ",", most))
}

/// A block of an operator: its keys, and values that it may have.
fn block(rng: &mut Rng, most: usize) -> String {
    let long = letters(rng);
    let (operator, one) = match rng.below(9) {
        0 => (rng.word(&["IpAddress", "NotIpAddress"]), "\"10.0.~.^\"".to_string()),
        1 => (rng.word(&["NumericLessThan", "NumericNotEquals"]), "\"#\"".into()),
        2 => (rng.word(&["ArnLike", "ArnNotLikeIfExists"]), format!("\"{}\"", arn(rng, false))),
        3 => (rng.word(&["Bool", "Null"]), "\"true\"".into()),
        4 => ("DateGreaterThan", "\"2024-01-01T00:00:00Z\"".into()),
        _ => {
            let operator = rng.word(&[
                "StringEquals",
                "StringNotEquals",
                "StringLike",
                "StringNotLike",
                "StringEqualsIgnoreCase",
                "ForAnyValue:StringLike",
                "ForAllValues:StringNotEquals",
                "StringNotEqualsIfExists",
            ]);
            let value = match rng.below(7) {
                0 => "v#".into(),
                1 => format!("{long}#"),
                2 => "*#*".into(),
                3 => format!("{}#", "*a".repeat(rng.between(1, 40))),
                4 => "${aws:username}#".into(),
                5 => "\\u0061\\ud83d\\ude00#".into(),
                _ => "?".repeat(rng.between(1, 200)),
            };
            (operator, format!("\"{value}\""))
        }
    };
    let length = *rng.pick(&[20, 20, 400, most]);
    let values = if rng.chance(50) && operator != "Null" { list(&one, length) } else { one };
    let key =
        rng.word(&["aws:RequestTag/k#", "aws:RequestTag/k#", "aws:username", "aws:TagKeys", "aws:SourceArn"]);
    let length = if key.contains('#') { *rng.pick(&[60, 600, most]) } else { 1 };
    format!("\"{operator}\":{{{}}}", repeated(&format!("\"{key}\":{values}"), ",", length))
}

fn condition(rng: &mut Rng, most: usize) -> String {
    let mut blocks = vec![block(rng, most)];
    for _ in 0..*rng.pick(&[0, 0, 1, 3]) {
        blocks.push(block(rng, most / 4));
    }
    // Most are of different operators; a block that stands twice is a mistake of its own.
    blocks.sort();
    blocks.dedup_by(|one, two| one.split(':').next() == two.split(':').next());
    format!("{{{}}}", blocks.join(","))
}

/// A statement; `#` is open where lists are not long.
fn statement(rng: &mut Rng, most: usize, principals: bool) -> String {
    let effect = rng.word(&["Allow", "Deny"]);
    let mut out = format!("{{\"Effect\":\"{}\"", effect);
    if rng.chance(20) {
        out.push_str(",\"Sid\":\"S#\"");
    }
    if principals && rng.chance(35) {
        let who = rng.word(&[
            "\"arn:aws:iam::111111111111:user/u#\"",
            "\"22222%\"",
            "\"service#.amazonaws.com\"",
            "\"arn:aws:sts::111111111111:assumed-role/r#/s\"",
        ]);
        let word = if effect == "Deny" { "NotPrincipal" } else { "Principal" };
        let group = if who.contains("service") { "Service" } else { "AWS" };
        let length = *rng.pick(&[20, 400, most]);
        out.push_str(&format!(",\"{word}\":{{\"{group}\":{}}}", list(who, length)));
    }
    for (word, negated, leaf) in
        [("Action", "NotAction", action as fn(&mut Rng, bool) -> String), ("Resource", "NotResource", arn)]
    {
        let word = if rng.chance(25) { negated } else { word };
        let one = format!("\"{}\"", leaf(rng, false));
        let length = *rng.pick(&[20, 400, most]);
        let many = if rng.chance(40) { list(&one, length) } else { one };
        out.push_str(&format!(",\"{word}\":{many}"));
    }
    if rng.chance(60) {
        out.push_str(&format!(",\"Condition\":{}", condition(rng, most)));
    }
    if rng.chance(3) {
        out.push_str(&format!(",\"{}\":1", letters(rng)));
    }
    out.push('}');
    out
}

fn document(rng: &mut Rng, most: usize, principals: bool) -> String {
    let length = *rng.pick(&[100, 100, 500, most / 8, most / 2]);
    let one = statement(rng, length, principals);
    format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{}]}}", repeated(&one, ",", most))
}

/// What `aws iam get-account-authorization-details` prints, with one list that is long or long documents.
fn dump(rng: &mut Rng, most: usize) -> String {
    let (small, share) = (*rng.pick(&[200, 1_000, most / 4]), most / *rng.pick(&[1, 2, 3]));
    let inner = document(rng, small, false);
    let policy = format!(
        "{{\"PolicyName\":\"P#\",\"Arn\":\"arn:aws:iam::111111111111:policy/P#\",\"DefaultVersionId\":\"v1\",\
         \"PolicyVersionList\":[{{\"VersionId\":\"v1\",\"IsDefaultVersion\":true,\"Document\":{inner}}}]}}"
    );
    let attached = "{\"PolicyName\":\"P#\",\"PolicyArn\":\"arn:aws:iam::111111111111:policy/P#\"}";
    let length = *rng.pick(&[20, 400, share / 2]);
    let attached = list(attached, length);
    let length = *rng.pick(&[20, 400, share / 2]);
    let tags = list("{\"Key\":\"k#\",\"Value\":\"v\"}", length);
    let user = format!(
        "{{\"UserName\":\"u#\",\"Path\":\"/\",\"UserId\":\"AIDA#\",\"Arn\":\"arn:aws:iam::111111111111:user/u#\",\
         \"GroupList\":[\"g#\"],\"AttachedManagedPolicies\":{attached},\"Tags\":{tags}}}"
    );
    let group = format!(
        "{{\"GroupName\":\"g#\",\"Path\":\"/\",\"GroupId\":\"AGPA#\",\"Arn\":\"arn:aws:iam::111111111111:group/g#\",\
         \"GroupPolicyList\":[],\"AttachedManagedPolicies\":{attached}}}"
    );
    let trust = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\
                 \"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}]}";
    let role = format!(
        "{{\"RoleName\":\"r#\",\"Path\":\"/\",\"RoleId\":\"AROA#\",\"Arn\":\"arn:aws:iam::111111111111:role/r#\",\
         \"AssumeRolePolicyDocument\":{trust},\"RolePolicyList\":[{{\"PolicyName\":\"own\",\
         \"PolicyDocument\":{inner}}}],\"AttachedManagedPolicies\":[],\"Tags\":{tags}}}"
    );
    let mut parts = vec![format!("\"Policies\":[{}]", repeated(&policy, ",", share))];
    for (word, one) in [("UserDetailList", user), ("GroupDetailList", group), ("RoleDetailList", role)] {
        if rng.chance(60) {
            parts.push(format!("\"{word}\":[{}]", repeated(&one, ",", share / 2)));
        }
    }
    format!("{{{}}}", parts.join(","))
}

/// JSON that is no policy: depth, keys that stand twice, long texts, what is never closed.
fn nested(rng: &mut Rng, most: usize) -> String {
    match rng.below(6) {
        0 => "[".repeat(most),
        1 => repeated("{\"a\":", "", most),
        2 => format!("{{{}}}", repeated("\"k#\":1", ",", most)),
        3 => format!("{{\"Statement\":[{}]}}", repeated("1", ",", most)),
        4 => format!("{{\"Statement\":\"{}\"}}", repeated("\\u00e9", "", most)),
        _ => repeated("{\"Statement\":[#]} ", "", most),
    }
}
