//! `T06xx`: normalization, tables and artifacts.

use super::Entry;
use crate::diag::Code;

/// A condition with more alternatives than the limit.
pub const CONDITION_ALTERNATIVES: Code = Code("T0601");
/// A condition nested too deeply.
pub const CONDITION_DEPTH: Code = Code("T0602");
/// A condition that excludes itself.
pub const CONDITION_NEVER: Code = Code("T0603");
/// A resource pattern that matches nothing.
pub const RESOURCE_UNMATCHABLE: Code = Code("T0604");
/// An action pattern with white space.
pub const ACTION_WHITESPACE: Code = Code("T0605");
/// An action pattern that names no one service.
pub const ACTION_PREFIX: Code = Code("T0606");
/// Policy sets that are left to the per-policy tables.
pub const OVER_BUDGET: Code = Code("T0607");

/// Tables over a bound of the artifact format.
pub const ARTIFACT_SIZE: Code = Code("T0650");
/// Tables the runtime would not load.
pub const ARTIFACT_REFUSED: Code = Code("T0651");
/// Tables that may take too long for one decision.
pub const DECISION_WORK: Code = Code("T0652");

/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[
    Entry {
        code: CONDITION_ALTERNATIVES,
        title: "a condition has too many alternatives",
        page: "A condition is compiled as alternatives (`a or b`), each a list of tests that must all hold. \
`and` over several `or` multiplies them, and the product is over the limit (256).\n\n\
```tabella\naccount main 111111111111\nuser Ann in main { policies P }\npolicy P {\n  allow s3:GetObject on *\n    when (a:1 == \"x\" or b:1 == \"x\") and (a:2 == \"x\" or b:2 == \"x\") and\n      (a:3 == \"x\" or b:3 == \"x\") and (a:4 == \"x\" or b:4 == \"x\") and (a:5 == \"x\" or b:5 == \"x\") and\n      (a:6 == \"x\" or b:6 == \"x\") and (a:7 == \"x\" or b:7 == \"x\") and (a:8 == \"x\" or b:8 == \"x\") and\n      (a:9 == \"x\" or b:9 == \"x\")\n}\n```\n\n\
Write `or` between values of one key as a list (`key in [\"a\", \"b\"]`, which is one test), or split the statement: \
several `allow` statements are alternatives too. A `deny` is never shortened for you: nothing is compiled.\n",
    },
    Entry {
        code: CONDITION_DEPTH,
        title: "a condition is nested too deeply",
        page: "Conditions that use named conditions that use named conditions … nest deeper than the compiler follows \
(four times the nesting limit of one source, at most 1,000).\n\n\
```text\ncondition a = b and not (c or not (d …))\n```\n\nFlatten the condition, or split the statement.\n",
    },
    Entry {
        code: CONDITION_NEVER,
        title: "a condition can never hold",
        page: "The tests of a condition exclude each other whatever the request says, so the statement never applies. \
It is kept for reports and has no effect. A `deny` like that is an error where it is written in the language (T0353); \
in IAM's JSON it denies nothing, here as there.\n\n\
```tabella\naccount main 111111111111\nuser Ann in main { policies P }\npolicy P {\n  allow s3:GetObject on * when aws:username == \"ann\" and aws:username == \"bob\"\n}\n```\n\n\
If either value will do, write `aws:username in [\"ann\", \"bob\"]`; else remove the statement, if it allows. If it \
denies, something was meant to be closed and is open: mend the condition.\n",
    },
    Entry {
        code: RESOURCE_UNMATCHABLE,
        title: "a resource pattern matches nothing",
        page: "An ARN has six parts. Fewer are filled up with `*` in identity policies, boundaries and session policies; \
in resource policies only if the pattern has a wildcard, in guardrails only if it ends in `*`, in resource guardrails \
never. Variables stand in the sixth part only. A pattern outside of this matches nothing.\n\n\
```tabella\norganization o-acme1 {\n  account prod 111111111111\n}\nguardrail G on root {\n  deny s3:* on arn:aws:s3\n}\n```\n\n\
It is an error where the text would close access that stays open (a `deny`, or an `allow` on everything but the pattern), \
a warning elsewhere. Write all six parts: `arn:aws:s3:::*`.\n",
    },
    Entry {
        code: ACTION_WHITESPACE,
        title: "an action contains white space",
        page: "White space inside or around an action never matches, so the pattern is dropped.\n\n\
```json\n{\"Action\": \"s3:GetObject \"}\n```\n\nWrite the action without it.\n",
    },
    Entry {
        code: ACTION_PREFIX,
        title: "an action names no service",
        page: "An action is `service:Name` with wildcards in the name only, or `*` alone.\n\n\
```json\n{\"Action\": \"s*:GetObject\"}\n```\n\nWrite one pattern for each service.\n",
    },
    Entry {
        code: OVER_BUDGET,
        title: "policy sets are over the table budget",
        page: "Each distinct set of policies becomes rows of decision tables, up to a limit on rows and on the tests in \
them. Sets past it are decided statement by statement: the answers are the same, the time is not constant any more.\n\n\
It takes very many different combinations of broad policies, or a policy with very many different action wildcards. \
Attach fewer different combinations, or merge statements.\n",
    },
    Entry {
        code: ARTIFACT_SIZE,
        title: "the tables are too large for an artifact",
        page: "An artifact holds at most 4 GiB of text, 2^29 of each kind of record, and the bytes `limits.artifact_bytes` \
allows (3 GiB); the name of an action has at most 256 bytes with its service, a number in a condition as many digits, a user or role at most 64 tags.\n\n\
```text\nservice store {\n  action AVeryLongName…   // more than 256 bytes\n}\n```\n\n\
Split the program into estates that are compiled apart, or shorten the name.\n",
    },
    Entry {
        code: ARTIFACT_REFUSED,
        title: "the tables contradict themselves",
        page: "The tables that were to be written would not load: a name stands twice, or an index points nowhere. \
Every artifact is loaded once before it is written, so that no file is left behind that a service could not read.\n\n\
No policy should bring this about. If one does, it is a defect of the compiler: please report it with the policy. \
Programs that build tables by hand get it when two principals have one ARN.\n",
    },
    Entry {
        code: DECISION_WORK,
        title: "one decision may take too long",
        page: "A service decides a request while somebody waits, so that the work of the costliest decision is bounded: what all \
policies of a layer may test of the largest request, whether or not most requests end sooner. `docs/artifact.md` has the bound and how the work is \
counted. Policies of AWS's sizes stay far below it.\n\n\
```text\npolicy P {\n  deny s3:* on * when aws:UserAgent like [\"*a*\", \"*b*\", …]   // thousands of such patterns\n}\n```\n\n\
The message names the policy that costs most. Tests that search a text (`*` on both sides of a pattern, `?`), and those that look at each of \
many values (`any of`, `all of`), cost most; comparisons with whole texts and with how they begin cost least.\n",
    },
];
