//! The kinds of work, each with the requests that make most of it.

/// A kind of work.
pub struct Kind {
    pub name: &'static str,
    /// A program of so many statements.
    pub source: Box<dyn Fn(usize) -> String>,
    pub requests: Box<dyn Fn() -> Vec<Sent>>,
}

/// A request.
#[derive(Clone)]
pub struct Sent {
    pub principal: String,
    pub action: String,
    pub resource: String,
    pub session_policies: Vec<String>,
    pub context: Vec<(String, Vec<String>)>,
}

const ADA: &str = "arn:aws:iam::111111111111:user/Ada";
/// A statement that asks for what is not known of Ada, so that layers are asked again (R153).
const UNKNOWN: &str = "  allow s3:GetObject on * when aws:userid == \"x\"\n";

fn ask(resource: &str, context: Vec<(&str, Vec<String>)>) -> Sent {
    Sent {
        principal: ADA.into(),
        action: "s3:GetObject".into(),
        resource: resource.into(),
        session_policies: Vec::new(),
        context: context.into_iter().map(|(key, values)| (key.to_string(), values)).collect(),
    }
}

/// Text of so many bytes, a part again and again.
fn long(part: &str, len: usize) -> String {
    let mut out = part.repeat(len / part.len());
    out.push_str(part.get(..len - out.len()).unwrap_or_default());
    out
}

/// One policy of one user, whose statements are made by `statement`.
fn of_user(head: &str, statements: usize, statement: impl Fn(usize) -> String) -> String {
    let mut out =
        format!("account main 111111111111\n{head}\nuser Ada in main {{ policies P }}\npolicy P {{\n");
    (0..statements).for_each(|i| out.push_str(&statement(i)));
    out.push_str(UNKNOWN);
    out.push_str("}\n");
    out
}

/// Denies with a condition each.
fn conditions(
    name: &'static str,
    condition: impl Fn(usize) -> String + 'static,
    context: impl Fn() -> Vec<Vec<(&'static str, Vec<String>)>> + 'static,
) -> Kind {
    Kind {
        name,
        source: Box::new(move |n| {
            of_user("", n, |i| format!("  deny s3:GetObject on * when {}\n", condition(i)))
        }),
        requests: Box::new(move || {
            let short = || format!("arn:aws:s3:::{}", long("a/", 240));
            let long = || format!("arn:aws:s3:::{}", long("a/", 2_030));
            let of = |context: Vec<(&'static str, Vec<String>)>| {
                [ask(&short(), context.clone()), ask(&long(), context)]
            };
            context().into_iter().flat_map(of).collect()
        }),
    }
}

fn one(key: &'static str, value: String) -> Vec<(&'static str, Vec<String>)> {
    vec![(key, vec![value])]
}

/// A value of a key in the two shapes that cost most.
fn both(key: &'static str, part: &'static str) -> Vec<Vec<(&'static str, Vec<String>)>> {
    vec![one(key, long(part, 4_096)), vec![(key, (0..128).map(|_| long(part, 64)).collect())]]
}

fn quoted(texts: impl Iterator<Item = String>) -> String {
    texts.map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(", ")
}

fn patterns(name: &'static str, pattern: &'static str, part: &'static str) -> Kind {
    let condition =
        move |i: usize| format!("s3:prefix like \"{}{i:06}\"", pattern.replace('#', &format!("{i}")));
    conditions(name, condition, move || both("s3:prefix", part))
}

fn any_patterns(name: &'static str, pattern: &'static str, part: &'static str) -> Kind {
    let condition = move |i: usize| format!("any of aws:TagKeys like \"{}{i:06}\"", pattern);
    conditions(name, condition, move || both("aws:TagKeys", part))
}

fn resources(name: &'static str, pattern: &'static str, resource: fn() -> String) -> Kind {
    Kind {
        name,
        source: Box::new(move |n| {
            of_user("", n, |i| format!("  deny s3:GetObject on {}\n", pattern.replace('#', &i.to_string())))
        }),
        requests: Box::new(move || {
            vec![ask(&resource(), vec![]), {
                let mut short = resource();
                short.truncate(256);
                ask(&short, vec![])
            }]
        }),
    }
}

/// Values of one key of some class.
fn class(name: &'static str, key: &'static str) -> Kind {
    conditions(name, move |i| format!("{key} == \"value-{i:010}\""), || vec![vec![]])
}

fn named(
    name: &'static str,
    head: impl Fn() -> String + 'static,
    condition: &'static str,
    value: &'static str,
) -> Kind {
    Kind {
        name,
        source: Box::new(move |n| {
            of_user(&head(), n, |i| {
                format!("  deny s3:GetObject on arn:aws:s3:::a*, arn:aws:s3:::b{i} when {condition}\n")
            })
        }),
        requests: Box::new(move || {
            both("s3:prefix", value).into_iter().map(|c| ask("arn:aws:s3:::a/b", c)).collect()
        }),
    }
}

fn governed(
    name: &'static str,
    statement: fn(usize) -> String,
    principal: &'static str,
    accounts: &'static str,
) -> Kind {
    Kind {
        name,
        source: Box::new(move |n| {
            let mut out = format!(
                "account main 111111111111\nuser Ada in main {{ policies P }}\n{accounts}\npolicy P {{\n{UNKNOWN}}}\nresource policy on arn:aws:s3:::a in main {{\n"
            );
            (0..n).for_each(|i| out.push_str(&statement(i)));
            out.push_str("}\n");
            out
        }),
        requests: Box::new(move || {
            let mut sent = ask(&format!("arn:aws:s3:::a/{}", long("b/", 230)), vec![]);
            sent.principal = principal.into();
            vec![sent]
        }),
    }
}

/// All of them.
pub fn all() -> Vec<Kind> {
    let many = |text: fn(usize) -> String, n: usize| quoted((0..n).map(text));
    vec![
        patterns("one text anywhere", "*abab", "ab"),
        patterns("two texts anywhere", "*#a*aaaaaaaaaaaaaaaaaaaab*", "a"),
        patterns("stars", "*a*b*a*b*a*b*a*b*a*b*a*b*a*b*a*b*a*b*a*b*a*b*a*b", "ab"),
        patterns("question marks", "*a?a?a?a?a?b*", "a"),
        patterns("many question marks", "*?????????????????????????????????????????b?*", "a"),
        patterns("stars and question marks", "*a?a*a?a?a*?a?a*a??a?b*", "a"),
        conditions(
            "blocks",
            |i| format!("s3:prefix like \"*{}b*{i}\"", "a?".repeat(640)),
            || both("s3:prefix", "a"),
        ),
        any_patterns("stars in lists", "*a*b*a*b*a*b*a*b", "ab"),
        any_patterns("question marks in lists", "*a?a?a?b*", "a"),
        conditions(
            "equal texts",
            |i| format!("s3:prefix == \"value-of-number-{i:08}\""),
            || vec![one("s3:prefix", "value-of-number-xxxxxxxx".into())],
        ),
        conditions(
            "long equal texts",
            |i| format!("s3:prefix == \"{}{i:06}\"", long("ab", 2_000)),
            || vec![one("s3:prefix", long("ab", 2_006))],
        ),
        conditions(
            "lists of texts",
            move |i| format!("s3:prefix in [{}]", quoted((0..1_000).map(|j| format!("value-{i:05}-{j:05}")))),
            || vec![one("s3:prefix", "value-xxxxx-00001".into())],
        ),
        conditions(
            "any of texts",
            |i| format!("any of aws:TagKeys == \"{}{i:06}\"", long("ab", 58)),
            || both("aws:TagKeys", "ab"),
        ),
        conditions(
            "ignoring case",
            |i| format!("s3:prefix == \"{}{i:06}\" ignoring case", long("É", 1_000)),
            || both("s3:prefix", "é"),
        ),
        conditions(
            "any of ignoring case",
            |i| format!("any of aws:TagKeys == \"{}{i:06}\" ignoring case", long("É", 58)),
            || both("aws:TagKeys", "é"),
        ),
        conditions(
            "numbers",
            |i| format!("s3:max-keys == {}{i:06}", long("1", 240)),
            || {
                vec![
                    one("s3:max-keys", long("1", 246)),
                    one("s3:max-keys", long("1", 4_096)),
                    both("s3:max-keys", "1").remove(1),
                ]
            },
        ),
        conditions(
            "dates",
            |i| format!("aws:CurrentTime == 2020-01-01T00:{:02}:{:02}.{i:08}Z", i / 60 % 60, i % 60),
            || {
                vec![
                    one("aws:CurrentTime", "2020-01-01T00:00:00.5Z".into()),
                    one("aws:CurrentTime", format!("2020-01-01T00:00:00.{}Z", long("1", 4_000))),
                ]
            },
        ),
        conditions(
            "addresses",
            |i| format!("aws:SourceIp in 10.{}.{}.{}/32", i >> 16 & 255, i >> 8 & 255, i & 255),
            || vec![one("aws:SourceIp", "::ffff:10.1.2.3".into()), one("aws:SourceIp", "11.1.2.3".into())],
        ),
        conditions(
            "IPv6 addresses",
            |i| format!("aws:SourceIp in 2001:db8::{:x}:{:x}/128", i >> 16, i & 0xFFFF),
            || vec![one("aws:SourceIp", "2001:0db8:0000:0000:0000:0000:ffff:ffff".into())],
        ),
        conditions(
            "ARNs",
            |i| format!("aws:SourceArn like arn:aws:s*:*:111111111111:*a*b{i}*"),
            || vec![one("aws:SourceArn", format!("arn:aws:sns:eu:111111111111:{}", long("ab", 4_000)))],
        ),
        conditions(
            "variables",
            |i| format!("s3:prefix like \"*${{aws:UserAgent}}*${{aws:Referer}}{i}*\""),
            || {
                vec![
                    vec![
                        ("s3:prefix", vec![long("ab", 4_096)]),
                        ("aws:UserAgent", vec![long("ab", 60)]),
                        ("aws:Referer", vec![long("ba", 60)]),
                    ],
                    vec![
                        ("s3:prefix", vec![long("ab", 4_096)]),
                        ("aws:UserAgent", vec![long("*a", 60)]),
                        ("aws:Referer", vec![long("?b", 60)]),
                    ],
                    vec![
                        ("s3:prefix", vec![long("ab", 4_096)]),
                        ("aws:UserAgent", vec![long("ab*", 2_000)]),
                        ("aws:Referer", vec![long("ba", 2_000)]),
                    ],
                ]
            },
        ),
        conditions(
            "equal variables",
            |i| format!("s3:prefix == \"${{aws:UserAgent}}{i}\""),
            || vec![vec![("s3:prefix", vec![long("ab", 4_096)]), ("aws:UserAgent", vec![long("ab", 4_090)])]],
        ),
        conditions(
            "keys",
            |i| format!("aws:RequestTag/{}{i:06} == \"x\"", long("ab", 90)),
            || {
                let keys = (0..120).map(|i| format!("aws:RequestTag/{}x{i:05}", long("ab", 90)));
                vec![keys.map(|key| (&*key.leak(), vec!["x".into()])).collect()]
            },
        ),
        class("session keys", "saml:sub"),
        class("tags of principals", "aws:PrincipalTag/team"),
        class("aws:PrincipalArn", "aws:PrincipalArn"),
        class("aws:PrincipalType", "aws:PrincipalType"),
        class("aws:username", "aws:username"),
        class("aws:userid", "aws:userid"),
        class("aws:ResourceAccount", "aws:ResourceAccount"),
        class("aws:ResourceOrgID", "aws:ResourceOrgID"),
        class("aws:PrincipalAccount", "aws:PrincipalAccount"),
        class("aws:PrincipalServiceName", "aws:PrincipalServiceName"),
        resources("floating parts", "arn:aws:*:*x:*:*:a#", || format!("arn:aws:s3:::{}", long("xa/", 2_000))),
        resources("floating texts", "arn:aws:s3*:*a:*b:a*:b#*a", || {
            format!("arn:aws:s3:::{}", long(":a:ba", 150))
        }),
        resources("floating runs", "arn:aws:s*3:*a?a:*b*a:a*b*:*b#*a?a", || {
            format!("arn:aws:s3:::{}", long("a:ba", 110))
        }),
        resources("stars of resources", "arn:aws:s3:::*a*b*a*b*a*b#", || {
            format!("arn:aws:s3:::{}", long("ab", 2_030))
        }),
        resources("prefixes of resources", "arn:aws:s3:::aaaaaaaaaa#/*", || {
            format!("arn:aws:s3:::{}", long("a", 2_030))
        }),
        resources("resources with variables", "arn:aws:s3:::*${aws:username}*#", || {
            format!("arn:aws:s3:::{}", long("Ada", 2_030))
        }),
        Kind {
            name: "actions",
            source: Box::new(|n| of_user("", n, |i| format!("  deny s3:*a*b*a*b{i}* on *\n"))),
            requests: Box::new(|| {
                let mut sent = ask("arn:aws:s3:::a/b", vec![]);
                sent.action = format!("s3:{}", long("ab", 240));
                vec![sent]
            }),
        },
        Kind {
            name: "statements",
            source: Box::new(|n| of_user("", n, |i| format!("  deny s3:GetObject on arn:aws:s3:::b{i}\n"))),
            requests: Box::new(|| vec![ask("arn:aws:s3:::a/b", vec![])]),
        },
        governed(
            "principals",
            |i| format!("  deny user arn:aws:iam::111111111111:user/ab{i:08} s3:GetObject\n"),
            "arn:aws:iam::111111111111:user/Ada",
            "",
        ),
        governed(
            "roles in any case",
            |i| {
                format!(
                    "  deny role arn:aws:iam::111111111111:role/aaaaaaaaaaaaaaaaaaaaa{i:08} s3:GetObject\n"
                )
            },
            "arn:aws:sts::111111111111:assumed-role/Aaaaaaaaaaaaaaaaaaaaaxxxxxxxx/s",
            "role Aaaaaaaaaaaaaaaaaaaaaxxxxxxxx in main { trust { allow service ec2.amazonaws.com } }",
        ),
        governed(
            "anyone but",
            |i| {
                format!(
                    "  deny anyone but (account main, user arn:aws:iam::111111111111:user/Ada, user arn:aws:iam::111111111111:user/ab{i:08}) s3:GetObject\n"
                )
            },
            "arn:aws:iam::111111111111:user/Ada",
            "",
        ),
        Kind {
            name: "owners",
            source: Box::new(|n| {
                let mut out = of_user("", n, |i| {
                    format!("  deny s3:GetObject on * when aws:ResourceAccount == \"{i:012}\"\n")
                });
                let mut arn = String::from("arn:aws:s3:::a");
                for _ in 0..15 {
                    out.push_str(&format!(
                        "resource policy on {arn} in main {{ allow account main s3:GetObject }}\n"
                    ));
                    arn.push_str("/a");
                }
                out.push_str(&format!(
                    "resource policy on arn:aws:s3:::{} in main {{ allow account main s3:GetObject }}\n",
                    long("z/", 2_001)
                ));
                out
            }),
            requests: Box::new(|| {
                let mut get = ask(&format!("arn:aws:s3:::{}/", long("a/", 2_030)), vec![]);
                get.resource.truncate(2_048);
                vec![get]
            }),
        },
        named(
            "a constant of 10,000 texts",
            move || format!("const C = [{}]", many(|i| format!("value-number-{i:05}"), 10_000)),
            "s3:prefix in C",
            "value-number-xxxxx",
        ),
        named(
            "a constant of 10,000 patterns",
            move || format!("const C = [{}]", many(|i| format!("*value-number-{i:05}*"), 10_000)),
            "s3:prefix like C",
            "value-number-",
        ),
        named(
            "an and of 1,000 tests",
            || {
                let tests: Vec<String> =
                    (0..1_000).map(|i| format!("s3:prefix != \"value-{i:010}\"")).collect();
                format!("condition C = {}", tests.join(" and "))
            },
            "C",
            "value-xxxxxxxxxx",
        ),
        named(
            "an or of 1,000 tests",
            || {
                let tests: Vec<String> =
                    (0..1_000).map(|i| format!("aws:RequestTag/k{i} == \"value-of-{i}\"")).collect();
                format!("condition C = {}", tests.join(" or "))
            },
            "C",
            "value",
        ),
        Kind {
            name: "an and of 1,000 tests and another",
            source: Box::new(|n| {
                let tests: Vec<String> =
                    (0..1_000).map(|i| format!("s3:prefix != \"value-{i:010}\"")).collect();
                of_user(&format!("condition C = {}", tests.join(" and ")), n, |i| {
                    format!("  deny s3:GetObject on * when C and aws:UserAgent == \"agent-{i}\"\n")
                })
            }),
            requests: Box::new(|| vec![ask("arn:aws:s3:::a/b", one("s3:prefix", long("x", 12)))]),
        },
        Kind {
            name: "session policies",
            source: Box::new(|n| {
                let mut out = of_user("", 0, |_| String::new());
                for policy in 0..16 {
                    out.push_str(&format!("session policy S{policy} {{\n"));
                    for i in 0..n {
                        out.push_str(&format!("  allow s3:GetObject on arn:aws:s3:::*a*b{policy}x{i}\n"));
                    }
                    out.push_str("}\n");
                }
                out.push_str("role R in main { trust { allow service ec2.amazonaws.com } policy A { allow s3:* on * } }\n");
                out
            }),
            requests: Box::new(|| {
                let mut sent = ask(&format!("arn:aws:s3:::{}", long("ab", 2_030)), vec![]);
                sent.principal = "arn:aws:sts::111111111111:assumed-role/R/s".into();
                sent.session_policies = (0..16).map(|i| format!("S{i}")).collect();
                vec![sent]
            }),
        },
    ]
}
