//! Random valid trees: what the parser can produce, with texts that need every kind of spelling.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::super::super::ast::*;
use super::super::super::parser::{bad_statement, bare_literal};
use crate::source::Span;

const NONE: Span = Span::NONE;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Za-z][A-Za-z0-9_]{0,6}",
        2 => "[a-z0-9]{1,4}:[A-Za-z*?]{1,5}",
        1 => "arn:aws:s3:::[a-z/*]{1,9}",
        1 => Just("a/${aws:username, 'x y'}/b".to_owned()),
        1 => prop::sample::select(KEYWORDS).prop_map(str::to_owned),
        1 => prop::sample::select(ODD).prop_map(str::to_owned),
        1 => any::<String>().prop_map(|s| s.chars().take(8).collect()),
        1 => r#"[ \t\n"`\\$(){}:,;/@=!<>a-c]{0,8}"#,
    ]
}

const RESOURCE_WORDS: &[ResourceWord] = &[
    ResourceWord::Resource,
    ResourceWord::Bucket,
    ResourceWord::Queue,
    ResourceWord::Topic,
    ResourceWord::Key,
];

const KEYWORDS: &[&str] = &[
    "allow",
    "deny",
    "on",
    "when",
    "or",
    "not",
    "in",
    "like",
    "missing",
    "of",
    "case",
    "session",
    "role",
    "test",
    "policy",
    "tags",
    "import",
    "outside",
    "may",
    "number",
    "arn",
    "linked",
    "implicitly",
    "identity",
    "is",
    "any",
    "all",
    "list",
    "web",
    "assume",
    "ignoring",
    "management",
    "root",
    "with",
    "because",
    "issued",
    "until",
    "at",
    "only",
    "true",
    "and",
];

const ODD: &[&str] = &[
    "",
    ":",
    "a:",
    "$",
    "a$",
    "${",
    "$(x)",
    "${a${b}}",
    "${$}",
    "//x",
    "/x//y",
    "@x",
    "10",
    "-1.5",
    "1.",
    "10.0.0.0/8",
    "::1",
    "2024-01-01",
    "2024-01-01T00:00:00Z",
    "\u{202E}",
    "\u{200B}",
    "\u{FEFF}",
    "é",
    "a\u{A0}b",
    "\\n",
    "\r\n",
    "*",
    "'",
    "#",
];

/// A name where any word but the reserved ones may stand.
fn word() -> BoxedStrategy<Lexeme> {
    prop_oneof![8 => action(), 1 => prop::sample::select(&["account", "role", "anyone", "session", "but"][..]).prop_map(bare)]
        .boxed()
}

/// A name where the words that begin principals may not stand bare.
fn action() -> BoxedStrategy<Lexeme> {
    prop_oneof![
        8 => text().prop_map(|t| Lexeme::of(&t, Form::Bare)),
        1 => text().prop_map(|t| Lexeme::of(&t, Form::Backtick)),
        1 => Just(bare("arn:aws:s3:::$(team)/x")),
        1 => prop::sample::select(&["test", "policy", "number", "tags", "resource", "key", "import"][..]).prop_map(bare),
    ]
    .boxed()
}

fn bare(raw: &str) -> Lexeme {
    Lexeme::read(raw, NONE)
}

fn quoted() -> BoxedStrategy<Lexeme> {
    prop_oneof![
        8 => text().prop_map(|t| Lexeme::of(&t, Form::Quoted)),
        1 => Just(Lexeme::read(r#""a$(p) \u{41}""#, NONE)),
    ]
    .boxed()
}

fn word_or_text() -> BoxedStrategy<Lexeme> {
    prop_oneof![action(), quoted()].boxed()
}

fn literal() -> BoxedStrategy<Literal> {
    let typed = prop::sample::select(vec![
        LiteralType::String,
        LiteralType::Number,
        LiteralType::Date,
        LiteralType::Bool,
        LiteralType::Ip,
        LiteralType::Arn,
        LiteralType::Binary,
    ]);
    prop_oneof![
        word().prop_map(bare_literal),
        (typed, quoted()).prop_map(|(ty, lexeme)| Literal { ty, lexeme })
    ]
    .boxed()
}

fn values() -> BoxedStrategy<(Vec<Literal>, bool)> {
    prop_oneof![
        literal().prop_map(|l| (vec![l], false)),
        vec(literal(), 0..4).prop_map(|values| (values, true)),
    ]
    .boxed()
}

fn comparison() -> BoxedStrategy<Comparison> {
    use CompareOp::*;
    let quantifier = prop::sample::select(vec![None, Some(Quantifier::Any), Some(Quantifier::All)]);
    let op = prop::sample::select(vec![Eq, Ne, Like, NotLike, Lt, Le, Gt, Ge, IsMissing, IsPresent]);
    (quantifier, word(), op, any::<(bool, bool)>(), values())
        .prop_map(|(quantifier, key, op, (ignoring_case, or_missing), (values, list))| {
            let c = Comparison { quantifier, key, op, ignoring_case, or_missing, values, list };
            match op {
                IsMissing | IsPresent => Comparison {
                    ignoring_case: false,
                    or_missing: false,
                    values: Vec::new(),
                    list: false,
                    ..c
                },
                _ => c,
            }
        })
        .boxed()
}

fn node(kind: ExprKind) -> Expr {
    Expr { kind, span: NONE }
}

pub(super) fn expr() -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        1 => word().prop_map(|name| node(ExprKind::Name(name))),
        3 => comparison().prop_map(|c| node(ExprKind::Compare(c))),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        // An operand as the grammar has it: chains only in parentheses.
        let operand = inner.clone().prop_map(|e| match e.kind {
            ExprKind::And(_) | ExprKind::Or(_) => node(ExprKind::Group(Box::new(e))),
            _ => e,
        });
        let conjunct = inner.clone().prop_map(|e| match e.kind {
            ExprKind::Or(_) => node(ExprKind::Group(Box::new(e))),
            _ => e,
        });
        prop_oneof![
            vec(operand.clone(), 2..4).prop_map(|v| node(ExprKind::And(v))),
            vec(conjunct, 2..4).prop_map(|v| node(ExprKind::Or(v))),
            operand.prop_map(|e| node(ExprKind::Not(Box::new(e)))),
            inner.prop_map(|e| node(ExprKind::Group(Box::new(e)))),
        ]
    })
    .boxed()
}

fn principal() -> BoxedStrategy<PrincipalItem> {
    use PrincipalKind::*;
    prop_oneof![
        any::<bool>().prop_map(|aws| Anyone { aws }),
        word().prop_map(Account),
        (word(), of(word())).prop_map(|(a, b)| User(a, b)),
        (word(), of(word()), of(word_or_text())).prop_map(|(a, b, c)| Role(a, b, c)),
        action().prop_map(Aws),
        action().prop_map(Service),
        action().prop_map(WebIdentity),
        action().prop_map(Saml),
        action().prop_map(Federated),
        action().prop_map(Canonical),
    ]
    .prop_map(|kind| PrincipalItem { kind, span: NONE })
    .boxed()
}

fn annotations() -> BoxedStrategy<Vec<Annotation>> {
    vec((word(), of(word_or_text())).prop_map(|(name, value)| Annotation { name, value, span: NONE }), 0..2)
        .boxed()
}

fn clauses() -> BoxedStrategy<Vec<Clause>> {
    vec((any::<bool>(), expr()).prop_map(|(unless, expr)| Clause { unless, expr }), 0..3).boxed()
}

fn actions() -> BoxedStrategy<Actions> {
    (any::<bool>(), vec(action(), 1..5))
        .prop_map(|(negated, items)| Actions { negated, items, span: Some(NONE) })
        .boxed()
}

pub(super) fn statement() -> BoxedStrategy<Statement> {
    let head = prop_oneof![
        actions().prop_map(|a| (None, a)),
        (principals(), of(actions())).prop_map(|(p, a)| (Some(p), a.unwrap_or_default())),
    ];
    let resources = (any::<bool>(), vec(word(), 1..4)).prop_map(|(negated, items)| Resources {
        negated,
        items,
        span: NONE,
    });
    let effect = prop::sample::select(vec![Effect::Allow, Effect::Deny]);
    (annotations(), of(word_or_text()), effect, head, of(resources), clauses())
        .prop_map(|(annotations, sid, effect, (principals, actions), resources, clauses)| Statement {
            annotations,
            sid,
            effect: Some(effect),
            principals,
            actions,
            resources,
            clauses,
            ..bad_statement(NONE)
        })
        .boxed()
}

fn principals() -> BoxedStrategy<Principals> {
    (any::<bool>(), vec(principal(), 1..4))
        .prop_map(|(negated, items)| Principals { negated, items, span: NONE })
        .boxed()
}

fn body() -> BoxedStrategy<Body> {
    (of(word()), of(word_or_text()), vec(statement(), 0..4))
        .prop_map(|(version, id, statements)| Body { version, id, statements, ..Body::default() })
        .boxed()
}

fn account(management: BoxedStrategy<bool>) -> BoxedStrategy<Account> {
    (word(), action(), management)
        .prop_map(|(name, id, management)| Account { name, id, management, span: NONE })
        .boxed()
}

fn organization() -> BoxedStrategy<ItemKind> {
    let leaf = account(any::<bool>().boxed()).prop_map(OrgMember::Account);
    let member = leaf.prop_recursive(3, 12, 3, |inner| {
        (word(), of(action()), vec(inner, 0..3))
            .prop_map(|(name, id, members)| OrgMember::Unit(Unit { name, id, members, span: NONE }))
    });
    (word(), of(word()), vec(member, 0..3))
        .prop_map(|(id, root, members)| ItemKind::Organization(Organization { id, root, members }))
        .boxed()
}

fn policy_ref() -> BoxedStrategy<PolicyRef> {
    let argument = (of(word()), values()).prop_map(|(name, (values, list))| Argument { name, values, list });
    (word(), vec(argument, 0..3)).prop_map(|(name, args)| PolicyRef { name, args, span: NONE }).boxed()
}

fn identity() -> BoxedStrategy<ItemKind> {
    use IdentityMemberKind::*;
    let member = prop_oneof![
        body().prop_map(Trust),
        vec(policy_ref(), 1..3).prop_map(Policies),
        (word(), body()).prop_map(|(name, body)| Inline(name, body)),
        policy_ref().prop_map(Boundary),
        vec(word(), 1..3).prop_map(Groups),
        vec((word_or_text(), literal()), 1..3).prop_map(Tags),
        word().prop_map(Session),
        word().prop_map(Path),
        word().prop_map(UniqueId),
        word().prop_map(Created),
        word().prop_map(Arn),
    ]
    .prop_map(|kind| IdentityMember { kind, span: NONE });
    let kind = prop::sample::select(vec![
        IdentityKind::User,
        IdentityKind::Group,
        IdentityKind::Role,
        IdentityKind::ServiceLinkedRole,
    ]);
    (kind, word(), of(word()), vec(member, 0..4))
        .prop_map(|(kind, name, account, members)| {
            ItemKind::Identity(Identity { kind, name, account, members })
        })
        .boxed()
}

fn service() -> BoxedStrategy<ItemKind> {
    let member = prop_oneof![
        (vec(word(), 1..3), vec(word(), 0..3), vec(word(), 0..3))
            .prop_map(|(names, on, keys)| ServiceMember::Action { names, on, keys }),
        (word(), action()).prop_map(|(name, arn)| ServiceMember::Resource { name, arn }),
        (word(), action(), any::<bool>()).prop_map(|(name, ty, list)| ServiceMember::Key { name, ty, list }),
    ];
    (word_or_text(), vec(member, 0..4))
        .prop_map(|(prefix, members)| ItemKind::Service(Service { prefix, members }))
        .boxed()
}

fn test() -> BoxedStrategy<ItemKind> {
    let context = || {
        let entry = (word(), values()).prop_map(|(key, (values, list))| ContextEntry { key, values, list });
        vec(entry, 0..3)
    };
    let outcome = prop::sample::select(vec![
        Expected::Allow,
        Expected::Deny,
        Expected::DenyImplicitly,
        Expected::DenyExplicitly,
    ]);
    let target = of((word(), of(word())));
    let expectation = (outcome, action(), target, context(), vec(word_or_text(), 0..3)).prop_map(
        |(outcome, action, target, context, because)| {
            let (resource, account) = target.map_or((None, None), |(r, a)| (Some(r), a));
            Expectation { outcome, action, resource, account, context, because, span: NONE }
        },
    );
    let times = (of((word(), word())), of(word()));
    let block = (principal(), times, vec(word(), 0..3), of(word()), context(), vec(expectation, 0..3))
        .prop_map(|(caller, (issued, at), session_policies, endpoint, context, expectations)| TestBlock {
            caller,
            issued,
            at,
            session_policies,
            endpoint,
            context,
            expectations,
            span: NONE,
        });
    (word_or_text(), vec(block, 0..3))
        .prop_map(|(name, blocks)| ItemKind::Test(Test { name, blocks }))
        .boxed()
}

fn invariant() -> BoxedStrategy<ItemKind> {
    let who = prop_oneof![
        vec(principal(), 1..3).prop_map(|p| (p, None)),
        action().prop_map(|outside| {
            let anyone = PrincipalItem { kind: PrincipalKind::Anyone { aws: false }, span: NONE };
            (vec![anyone], Some(outside))
        }),
    ];
    let what = prop_oneof![
        (vec(action(), 1..3), vec(word(), 0..3)).prop_map(|(a, r)| (a, None, r)),
        (word(), of(word())).prop_map(|(name, account)| {
            let role = PrincipalItem { kind: PrincipalKind::Role(name, account, None), span: NONE };
            (Vec::new(), Some(role), Vec::new())
        }),
    ];
    (any::<bool>(), who, what, clauses())
        .prop_map(|(only, (principals, outside), (actions, assume, resources), clauses)| {
            let invariant = Invariant { only, principals, outside, actions, assume, resources, clauses };
            ItemKind::Invariant(invariant)
        })
        .boxed()
}

fn policies() -> BoxedStrategy<ItemKind> {
    let kind = prop::sample::select(vec![PolicyKind::Identity, PolicyKind::Boundary, PolicyKind::Session]);
    let target = prop_oneof![
        Just(GuardrailTarget::Root(NONE)),
        word().prop_map(GuardrailTarget::Unit),
        word().prop_map(GuardrailTarget::Account),
    ];
    let attached = || (of(word()), vec(word(), 1..3), of(word()), body());
    prop_oneof![
        (kind, word(), vec(word(), 0..3), of(word()), body()).prop_map(|(kind, name, params, arn, body)| {
            ItemKind::Policy(Policy { kind, name, params, arn, body })
        }),
        (any::<bool>(), word(), vec(target, 1..3), body()).prop_map(|(resource, name, targets, body)| {
            ItemKind::Guardrail(Guardrail { resource, name, targets, body })
        }),
        (prop::sample::select(RESOURCE_WORDS), attached()).prop_map(|(word, (name, on, account, body))| {
            ItemKind::ResourcePolicy(ResourcePolicy { word, name, on, account, body })
        }),
        attached().prop_map(|(name, on, account, body)| {
            ItemKind::EndpointPolicy(EndpointPolicy { name, on, account, body })
        }),
    ]
    .boxed()
}

fn definitions() -> BoxedStrategy<ItemKind> {
    prop_oneof![
        word_or_text().prop_map(ItemKind::Import),
        account(Just(false).boxed()).prop_map(ItemKind::Account),
        (word(), values()).prop_map(|(name, (value, list))| ItemKind::Const(Named { name, value, list })),
        (word(), vec(action(), 1..4)).prop_map(|(name, value)| ItemKind::Actions(Named {
            name,
            value,
            list: false
        })),
        (word(), vec(word(), 1..4)).prop_map(|(name, value)| ItemKind::Resources(Named {
            name,
            value,
            list: false
        })),
        (word(), expr()).prop_map(|(name, value)| ItemKind::Condition(Named { name, value, list: false })),
    ]
    .boxed()
}

/// Any file.
pub(super) fn file() -> BoxedStrategy<File> {
    let kind = prop_oneof![
        2 => definitions(),
        2 => policies(),
        1 => organization(),
        1 => identity(),
        1 => service(),
        1 => test(),
        1 => invariant(),
    ];
    let item = (annotations(), kind).prop_map(|(annotations, kind)| Item { annotations, kind, span: NONE });
    vec(item, 0..4).prop_map(|items| File { items }).boxed()
}
