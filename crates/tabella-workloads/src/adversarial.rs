//! Patterns that blow up determinized matchers or send backtracking ones astray, in every place that takes patterns,
//! and the requests that hurt them most: texts that nearly match everywhere.

use crate::{Estate, request};
use serde_json::{Value, json};
use tabella::hir::{PolicyKind, World};
use tabella_runtime::Request;

/// Bytes of the text that is matched, with a pattern of its usual size.
pub const TEXTS: [usize; 6] = [100, 400, 1_600, 6_400, 25_600, 64_000];
/// Sizes of the pattern (how often its repeated part is repeated), with a text of [`TEXT`] bytes.
pub const PATTERNS: [usize; 6] = [1, 4, 16, 64, 256, 1_024];
/// Bytes of the text for patterns that grow.
pub const TEXT: usize = 16_000;

/// Where a pattern stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Resource,
    Action,
    StringLike,
}

/// A kind of hostile pattern.
pub struct Case {
    /// For the table.
    pub name: &'static str,
    /// How often its repeated part usually stands there.
    pub usual: usize,
    /// How often at most: a pattern has at most 16 KiB.
    pub largest: usize,
    place: Place,
    /// The patterns, given how often to repeat.
    patterns: fn(usize) -> Vec<String>,
    /// What fills the text.
    text: &'static str,
    /// A text that matches.
    hit: fn(usize) -> String,
}

/// All of them.
pub const CASES: &[Case] = &[
    Case {
        name: "Resource *a*b*c*z*",
        usual: 1,
        largest: 1_024,
        place: Place::Resource,
        patterns: |n| vec![format!("{}*z*", "*a*b*c".repeat(n))],
        text: "abc",
        hit: |n| format!("{}z", "abc".repeat(n)),
    },
    Case {
        name: "Resource *a, twenty ?, z*",
        usual: 20,
        largest: 1_024,
        place: Place::Resource,
        patterns: |n| vec![format!("*a{}z*", "?".repeat(n))],
        text: "a",
        hit: |n| format!("a{}z", "x".repeat(n)),
    },
    Case {
        name: "Resource *a?a?…b*, 64 a?",
        usual: 64,
        largest: 1_024,
        place: Place::Resource,
        patterns: |n| vec![format!("*{}b*", "a?".repeat(n))],
        text: "a",
        hit: |n| format!("{}b", "ax".repeat(n)),
    },
    Case {
        name: "Resource, 1,000 patterns *xNNN*y*",
        usual: 1_000,
        largest: 1_024,
        place: Place::Resource,
        patterns: |n| (0..n).map(|i| format!("*x{i:03}*y*")).collect(),
        text: "x",
        hit: |n| format!("x{:03}y", n - 1),
    },
    Case {
        name: "Action s3:*a*b*c*z*",
        usual: 1,
        largest: 16,
        place: Place::Action,
        patterns: |n| vec![format!("s3:{}*z*", "*a*b*c".repeat(n))],
        text: "abc",
        hit: |n| format!("{}z", "abc".repeat(n)),
    },
    Case {
        name: "Action, 1,000 patterns s3:*xNNN*y*",
        usual: 1_000,
        largest: 1_024,
        place: Place::Action,
        patterns: |n| (0..n).map(|i| format!("s3:*x{i:03}*y*")).collect(),
        text: "x",
        hit: |n| format!("x{:03}y", n - 1),
    },
    Case {
        name: "StringLike *a*b*c*z*",
        usual: 1,
        largest: 1_024,
        place: Place::StringLike,
        patterns: |n| vec![format!("{}*z*", "*a*b*c".repeat(n))],
        text: "abc",
        hit: |n| format!("{}z", "abc".repeat(n)),
    },
    Case {
        name: "StringLike, 1,000 values *xNNN*y*",
        usual: 1_000,
        largest: 1_024,
        place: Place::StringLike,
        patterns: |n| (0..n).map(|i| format!("*x{i:03}*y*")).collect(),
        text: "x",
        hit: |n| format!("x{:03}y", n - 1),
    },
    Case {
        name: "StringLike *${aws:username}a?…b*, 16 of them",
        usual: 16,
        largest: 256,
        place: Place::StringLike,
        patterns: |n| vec![format!("*{}b*", "${aws:username}a?".repeat(n))],
        text: "a",
        hit: |n| format!("{}b", "aaaaaaaaax".repeat(n)),
    },
];

/// The user's name: what the variable inserts.
const USER: &str = "aaaaaaaa";

impl Case {
    /// An estate with the patterns, repeated so often, and how many bytes they have.
    pub fn world(&self, size: usize) -> Result<(World, usize), String> {
        let patterns = (self.patterns)(size);
        let bytes = patterns.iter().map(String::len).sum();
        let mut statement = json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" });
        let list = |head: &str| -> Value { patterns.iter().map(|p| format!("{head}{p}")).collect() };
        match self.place {
            Place::Resource => set(&mut statement, "Resource", list("arn:aws:s3:::b/")),
            Place::Action => set(&mut statement, "Action", list("")),
            Place::StringLike => {
                set(&mut statement, "Condition", json!({ "StringLike": { "aws:UserAgent": list("") } }));
            }
        }
        let mut estate = Estate::default();
        let account = estate.account("111111111111");
        let document = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
        let policy = estate.policy("Hostile", PolicyKind::Identity, &document)?;
        estate.user(USER, account, vec![policy], None, Vec::new());
        Ok((estate.world, bytes))
    }

    /// A request that nearly matches everywhere; the matched text has so many bytes, an action 200 at most (then the
    /// resource has them).
    pub fn request(&self, bytes: usize) -> Request<'static> {
        let fill = |n: usize| self.text.repeat(n / self.text.len());
        match self.place {
            Place::Action => self.ask(&fill(bytes.min(200)), &fill(bytes)),
            _ => self.ask(&fill(bytes), ""),
        }
    }

    /// A request that matches the patterns of this size.
    pub fn matching(&self, size: usize) -> Request<'static> {
        self.ask(&(self.hit)(size), "")
    }

    fn ask(&self, text: &str, rest: &str) -> Request<'static> {
        let user = format!("arn:aws:iam::111111111111:user/{USER}");
        let (mut action, mut resource, mut agent) =
            ("s3:GetObject".to_owned(), format!("arn:aws:s3:::b/{rest}"), "");
        match self.place {
            Place::Resource => resource.push_str(text),
            Place::Action => action = format!("s3:{text}"),
            Place::StringLike => agent = text,
        }
        request(&user, &action, &resource, &[("aws:UserAgent", agent)])
    }
}

fn set(statement: &mut Value, element: &str, value: Value) {
    if let Some(object) = statement.as_object_mut() {
        object.insert(element.to_owned(), value);
    }
}
