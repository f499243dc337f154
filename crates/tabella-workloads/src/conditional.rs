//! How many statements have a condition, as an axis of its own.

use crate::{Rng, Workload, document};
use tabella::hir::{Condition, Effect, PolicyKind};

/// What identity policies usually ask.
const USUAL: [&str; 4] = [
    r#"{ "StringEquals": { "aws:RequestedRegion": ["eu-west-1", "eu-central-1"] } }"#,
    r#"{ "Bool": { "aws:SecureTransport": "true" } }"#,
    r#"{ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } }"#,
    r#"{ "StringEquals": { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } }"#,
];

fn usual(condition: &str) -> Result<Condition, String> {
    let json = format!(
        r#"{{ "Version": "2012-10-17",
              "Statement": {{ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {condition} }} }}"#
    );
    let policy = document("usual", PolicyKind::Identity, &json)?;
    policy.statements.into_iter().next().map(|s| s.condition).ok_or_else(|| "no statement".to_owned())
}

/// Gives so many of a hundred allows of identity policies one of four usual conditions, and all others none.
pub fn share(workload: &mut Workload, percent: usize) -> Result<(), String> {
    let usual: Vec<Condition> = USUAL.iter().map(|condition| usual(condition)).collect::<Result<_, _>>()?;
    let mut rng = Rng::new(6);
    let of_identities = workload.world.policies.iter_mut().filter(|p| p.kind == PolicyKind::Identity);
    for statement in of_identities.flat_map(|p| &mut p.statements).filter(|s| s.effect == Effect::Allow) {
        let (has_one, drawn) = (rng.below(100) < percent, rng.pick(&usual));
        statement.condition = drawn.filter(|_| has_one).cloned().unwrap_or(Condition::TRUE);
    }
    Ok(())
}
