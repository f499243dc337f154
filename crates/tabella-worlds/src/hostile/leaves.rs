//! The smallest parts of a hostile text: keys, values, patterns, actions. Each is a template, in which `#` is a number that
//! changes from one repetition to the next, `~` and `^` are two bytes of that number, and `%` is the number in seven digits.
//! Where a text is to be `careless`, some of them are no values, patterns or actions.

use crate::rng::Rng;

/// A run of letters, short or very long.
pub fn letters(rng: &mut Rng) -> String {
    let letter = rng.word(&["a", "ab", "x", "é"]);
    letter.repeat(*rng.pick(&[1, 8, 60, 60, 500, 3_000, 7_000]))
}

/// What a condition compares with, as the language writes it: its type, and a template.
pub fn value(rng: &mut Rng, careless: bool) -> (Type, String) {
    let long = letters(rng);
    let text = |text: &str| (Type::Text, format!("\"{text}\""));
    match rng.below(16) {
        0 | 1 => text("v#"),
        2 => text(&format!("{long}#")),
        3 => text(&format!("#{long}")),
        4 => text("*#*"),
        5 => text("*a*b*#*?*a*"),
        6 => text(&format!("{}#", "*a".repeat(rng.between(1, 40)))),
        7 => text(&"?".repeat(rng.between(1, 200))),
        8 => text("${aws:username}#"),
        9 => text(&"${aws:PrincipalTag/t#}*".repeat(rng.between(1, 20))),
        10 => text("${aws:username, 'nobody#'}"),
        11 => (Type::Number, "#".into()),
        12 => (Type::Number, "0.#".into()),
        13 => {
            (Type::Address, rng.word(&["10.0.~.^", "10.~.^.0/24", "2001:db8::#/128", "10.~.^.7/31"]).into())
        }
        14 => (Type::Date, rng.word(&["2024-01-01T00:00:00Z", "2024-01-01"]).into()),
        _ => (Type::Arn, arn(rng, careless)),
    }
}

/// What a value's form says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// In quotes.
    Text,
    /// Digits.
    Number,
    /// An address or a network.
    Address,
    /// A date.
    Date,
    /// An ARN.
    Arn,
}

/// A pattern of ARNs, without quotes.
pub fn arn(rng: &mut Rng, careless: bool) -> String {
    let long = letters(rng);
    if careless && rng.chance(15) {
        let odd = [
            "*#",
            "arn:aws:iam::11111111~:user/*#",
            "arn:${aws:PrincipalTag/a}:s3:::#",
            "b#",
            "arn:aws:s3::#:b",
        ];
        return rng.word(&odd).into();
    }
    match rng.below(13) {
        0 => "arn:aws:s3:::b#".into(),
        1 => "arn:aws:s3:::b#/*".into(),
        2 => "arn:aws:s3:::*b#*".into(),
        3 => format!("arn:aws:s3:::{long}#"),
        4 => format!("arn:aws:s3:::{}#", "a*".repeat(rng.between(1, 40))),
        5 => format!("arn:aws:s3:::{}#", "?".repeat(rng.between(1, 400))),
        6 => "arn:aws:s3:::${aws:PrincipalTag/t#}/*".into(),
        7 => format!("arn:aws:s3:::b/{}#", "${aws:username}/".repeat(rng.between(1, 20))),
        8 => "arn:*:*:*:*:*#*".into(),
        9 => "arn:aws:iam::111111111111:role/r#".into(),
        10 => "arn:aws:ec2:*:111111111111:instance/i-#".into(),
        11 => format!("arn:aws:s3:::{long}*#*{}", "b*".repeat(rng.between(1, 20))),
        _ => "*".into(),
    }
}

/// An action or a pattern of actions.
pub fn action(rng: &mut Rng, careless: bool) -> String {
    let long = letters(rng);
    if careless && rng.chance(20) {
        let odd = ["service#:Act", "*#:*", "*:*", "s3:GetObjec#", "S#:GetObject"];
        return rng.word(&odd).into();
    }
    match rng.below(12) {
        0 | 1 => "s3:GetObject".into(),
        2 => "s3:*".into(),
        3 => "*".into(),
        4 => "s3:*#*".into(),
        5 => "ec2:Describe*".into(),
        6 => format!("ec2:{}", "*e".repeat(rng.between(1, 20))),
        7 => format!("s3:{long}#"),
        8 => "iam:*".into(),
        9 => "s3:?????????#*".into(),
        10 => "sts:AssumeRole".into(),
        _ => "dynamodb:*Item#".into(),
    }
}

/// A condition key.
pub fn key(rng: &mut Rng, ty: Type) -> String {
    let key = match ty {
        Type::Number => rng.word(&["s3:max-keys", "aws:MultiFactorAuthAge", "aws:RequestTag/n#"]),
        Type::Address => rng.word(&["aws:SourceIp", "aws:VpcSourceIp"]),
        Type::Date => rng.word(&["aws:CurrentTime", "aws:TokenIssueTime"]),
        Type::Arn => rng.word(&["aws:SourceArn", "aws:PrincipalArn", "aws:SourceVpcArn"]),
        Type::Text => rng.word(&[
            "aws:username",
            "aws:RequestTag/k#",
            "aws:PrincipalTag/k#",
            "aws:RequestTag/k",
            "s3:prefix",
            "aws:TagKeys",
            "aws:PrincipalOrgPaths",
            "no:such#",
            "aws:userid",
        ]),
    };
    key.into()
}

/// A principal, as the language writes it.
pub fn principal(rng: &mut Rng, careless: bool) -> &'static str {
    if careless && rng.chance(20) {
        return rng.word(&[
            "user U# in main",
            "role R# in main",
            "account 2222222#",
            "federated p#",
            "aws AIDA#",
        ]);
    }
    rng.word(&[
        "anyone",
        "anyone aws",
        "account 111111111111",
        "account 22222%",
        "user arn:aws:iam::111111111111:user/u#",
        "role arn:aws:iam::111111111111:role/r#",
        "role arn:aws:iam::111111111111:role/r session \"s#\"",
        "service ec2.amazonaws.com",
        "service s#.amazonaws.com",
        "web identity accounts.google.com",
    ])
}

/// A template with its numbers filled in.
pub fn numbered(template: &str, number: usize) -> String {
    let mut out = String::with_capacity(template.len() + 8);
    for c in template.chars() {
        match c {
            '#' => out.push_str(&number.to_string()),
            '~' => out.push_str(&(number / 250 % 250).to_string()),
            '^' => out.push_str(&(number % 250).to_string()),
            '%' => out.push_str(&format!("{number:07}")),
            c => out.push(c),
        }
    }
    out
}
