//! Workloads W1–W5: deterministic estates and the requests asked of them, shared by the benches, the
//! instruction counts and the peers, so that all of them time the same thing.
//!
//! W1–W3 are [`simple`]: statements that every peer can express, kept in a neutral form beside the estate.
//! W4 is [`managed`]: variants of real AWS managed policies on 100,000 principals; W5 is W4 within a [`perimeter`].

pub mod adversarial;
pub mod chart;
pub mod compile;
pub mod conditional;
pub mod ids;
pub mod managed;
pub mod measure;
pub mod perimeter;
pub mod record;
pub mod simple;

use tabella::hir::{
    Account, AccountId, Identity, IdentityKind, Organization, Policy, PolicyId, PolicyKind, Str, World,
};
use tabella::limits::Limits;
use tabella::source::{FileId, Span};
use tabella_runtime::{Context, Entry, Request, Values};

/// An estate and the requests asked of it.
pub struct Workload {
    /// `W1` … `W5`.
    pub name: &'static str,
    /// The estate.
    pub world: World,
    /// Requests in the order they are asked (in W4 and W5 principals are Zipf-distributed). They live as long as the
    /// process.
    pub requests: Vec<Request<'static>>,
    /// Distinct requests over uniformly drawn principals: nothing stays in a cache.
    pub swept: Vec<Request<'static>>,
}

impl Workload {
    /// Statements in all documents of the estate.
    pub fn statements(&self) -> usize {
        self.world.policies.iter().map(|p| p.statements.len()).sum()
    }
}

/// SplitMix64: small, stable, and good enough to draw requests with.
#[derive(Clone)]
pub struct Rng(u64);

impl Rng {
    /// A generator for a seed.
    pub fn new(seed: u64) -> Self {
        Rng(seed)
    }

    /// The next 64 bits.
    #[allow(clippy::should_implement_trait, reason = "it has no end")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n` (0 when `n` is 0).
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.next() % n as u64) as usize }
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// A rank below `n`, Zipf-distributed with exponent near 1.
    pub fn zipf(&mut self, n: usize) -> usize {
        let u = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        (((n as f64 + 1.0).powf(u) - 1.0) as usize).min(n.saturating_sub(1))
    }

    /// One of the items.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}

/// An estate under construction.
#[derive(Default)]
pub struct Estate {
    /// What is built.
    pub world: World,
}

impl Estate {
    /// Adds an account outside any organization.
    pub fn account(&mut self, id: &str) -> AccountId {
        let account = AccountId(self.world.accounts.len() as u32);
        self.world.accounts.push(Account {
            name: id.into(),
            id: id.into(),
            in_organization: false,
            management: false,
            org_path: "".into(),
            scps: None,
            rcps: None,
            span: Span::NONE,
        });
        account
    }

    /// Puts every account into an organization, under the levels of SCPs that `levels` gives for it.
    pub fn organize(&mut self, levels: impl Fn(usize) -> Vec<Vec<PolicyId>>) {
        self.world.organization = Some(Organization { id: "o-bench".into(), root_id: "r-bnch".into() });
        for (i, account) in self.world.accounts.iter_mut().enumerate() {
            account.in_organization = true;
            account.org_path = format!("o-bench/r-bnch/ou-{}/", i % 10).into();
            account.scps = Some(levels(i));
        }
    }

    /// Adds a document from IAM JSON.
    pub fn policy(&mut self, name: &str, kind: PolicyKind, json: &str) -> Result<PolicyId, String> {
        let policy = document(name, kind, json)?;
        let id = PolicyId(self.world.policies.len() as u32);
        self.world.policies.push(policy);
        Ok(id)
    }

    /// Adds a user.
    pub fn user(
        &mut self,
        name: &str,
        account: AccountId,
        policies: Vec<PolicyId>,
        boundary: Option<PolicyId>,
        tags: Vec<(Str, Str)>,
    ) -> Str {
        let digits = self.world.accounts.get(account.index()).map(|a| a.id.clone()).unwrap_or_default();
        let arn: Str = format!("arn:aws:iam::{digits}:user/{name}").into();
        self.world.identities.push(Identity {
            kind: IdentityKind::User,
            name: name.into(),
            path: "/".into(),
            account,
            arn: arn.clone(),
            unique_id: None,
            policies,
            groups: Vec::new(),
            boundary: boundary.map(|b| vec![b]),
            tags,
            max_session: 3600,
            service_linked: false,
            trust: None,
            created: None,
            inline: Vec::new(),
            span: Span::NONE,
        });
        arn
    }
}

/// Reads one IAM JSON document through the program's own front end.
pub fn document(name: &str, kind: PolicyKind, json: &str) -> Result<Policy, String> {
    let limits = Limits::default();
    let (node, diagnostics) = tabella::json::read(FileId(0), json, &limits);
    let node = node.ok_or_else(|| format!("{name}: {diagnostics:?}"))?;
    let (body, diagnostics) = tabella::json::import::document(&node, kind);
    let body = body.ok_or_else(|| format!("{name}: {diagnostics:?}"))?;
    let (policy, diagnostics) = tabella::resolve::body(&body, kind, name, &limits);
    policy.ok_or_else(|| format!("{name}: {diagnostics:?}"))
}

/// Makes a request that lives as long as the process.
pub fn request(principal: &str, action: &str, resource: &str, context: &[(&str, &str)]) -> Request<'static> {
    let entries: Vec<Entry<'static>> =
        context.iter().map(|(k, v)| Entry { key: leak(k), values: Values::One(leak(v)) }).collect();
    Request {
        principal: leak(principal),
        action: leak(action),
        resource: leak(resource),
        context: Context::new(Vec::leak(entries)).unwrap_or(Context::EMPTY),
        extras: None,
    }
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}
