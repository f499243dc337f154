//! Assembles worlds: policies get ids, names are unique, ARNs fit their accounts.

use tabella::hir::{
    Account, AccountId, Endpoint, Identity, IdentityKind, Organization, Policy, PolicyId, PolicyKind,
    ResourcePolicy, Statement, Str, Version, World,
};
use tabella::source::Span;

/// A world under construction.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    /// What has been built.
    pub world: World,
}

impl Builder {
    /// Adds the organization.
    pub fn organization(&mut self, id: &str) {
        self.world.organization = Some(Organization { id: id.into(), root_id: "r-root".into() });
    }

    /// Adds an account.
    pub fn account(&mut self, name: &str, id: &str) -> AccountId {
        self.world.accounts.push(Account {
            name: name.into(),
            id: id.into(),
            in_organization: false,
            management: false,
            org_path: "".into(),
            scps: None,
            rcps: None,
            span: Span::NONE,
        });
        AccountId(self.world.accounts.len() as u32 - 1)
    }

    /// Adds a document.
    pub fn policy(
        &mut self,
        name: String,
        kind: PolicyKind,
        version: Option<Version>,
        statements: Vec<Statement>,
    ) -> PolicyId {
        self.world.policies.push(Policy {
            name: name.into(),
            arn: None,
            kind,
            version,
            id: None,
            statements,
            span: Span::NONE,
        });
        PolicyId(self.world.policies.len() as u32 - 1)
    }

    /// Adds a user or role without policies.
    pub fn identity(
        &mut self,
        kind: IdentityKind,
        name: &str,
        path: &str,
        account: AccountId,
    ) -> &mut Identity {
        let digits = self.world.accounts[account.index()].id.clone();
        let word = if kind == IdentityKind::User { "user" } else { "role" };
        let at = self.world.identities.len();
        self.world.identities.push(Identity {
            kind,
            name: name.into(),
            path: path.into(),
            account,
            arn: format!("arn:aws:iam::{digits}:{word}{path}{name}").into(),
            unique_id: None,
            policies: Vec::new(),
            groups: Vec::new(),
            boundary: None,
            tags: Vec::new(),
            max_session: 3600,
            service_linked: false,
            trust: None,
            created: None,
            inline: Vec::new(),
            span: Span::NONE,
        });
        &mut self.world.identities[at]
    }

    /// Puts a policy on a resource.
    pub fn govern(&mut self, resource: &str, account: Option<AccountId>, policy: PolicyId) {
        self.world.resource_policies.push(ResourcePolicy { resource: resource.into(), account, policy });
    }

    /// Puts a policy on an endpoint.
    pub fn endpoint(&mut self, id: &str, account: Option<AccountId>, policy: PolicyId) {
        self.world.endpoints.push(Endpoint { id: id.into(), account, policy });
    }
}

/// A policy that allows everything, as `FullAWSAccess` does.
pub fn allow_all() -> Vec<Statement> {
    vec![statement(tabella::hir::Effect::Allow, &["*"], Some(&["*"]))]
}

/// A statement without condition or principals, from patterns without variables.
pub fn statement(effect: tabella::hir::Effect, actions: &[&str], resources: Option<&[&str]>) -> Statement {
    use tabella::hir::{ActionPattern, Actions, Condition, ResourcePattern, Resources};
    Statement {
        sid: None,
        effect,
        principals: None,
        actions: Actions {
            negated: false,
            patterns: actions.iter().map(|a| ActionPattern { text: Str::from(*a) }).collect(),
        },
        resources: resources.map(|r| Resources {
            negated: false,
            patterns: r
                .iter()
                .map(|r| ResourcePattern { text: crate::text::template(r, true, false) })
                .collect(),
        }),
        condition: Condition::TRUE,
        annotations: Vec::new(),
        span: Span::NONE,
    }
}
