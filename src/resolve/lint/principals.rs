//! Traps around principals: roles that anybody may assume, providers without conditions, `anyone but` that denies too
//! much, canonical users (R84, R87, R126, R132, R135).

use super::Lint;
use crate::diag::codes::catalog as code;
use crate::hir::{Effect, Principal, Statement};
use crate::resolve::condition::atoms;
use crate::resolve::principal::is_saml;

impl Lint<'_> {
    /// Lints on a statement of a trust policy.
    pub fn trust(&mut self, s: &Statement) {
        for action in &s.actions.patterns {
            let prefix = action.text.split(':').next().unwrap_or_default();
            if &*action.text != "*" && !prefix.eq_ignore_ascii_case("sts") {
                let message = format!("a trust policy never decides about `{}`", action.text);
                let help = "it decides who may assume the role: `sts:AssumeRole` and its kin".to_owned();
                self.warn_word(code::TRUST_ACTION, s.span, &action.text, message, help);
            }
        }
        if s.effect == Effect::Deny {
            return;
        }
        let atoms = atoms(&s.condition);
        if let Some(atom) = atoms.iter().find(|a| &*a.key == "sts:externalid" && a.if_exists) {
            let message = "this also lets in whoever passes no external id".to_owned();
            self.warn(code::EXTERNAL_ID, atom.span, message, "leave out `or missing`".into());
        }
        let keys: Vec<&str> = atoms.iter().map(|a| &*a.key).collect();
        let items = s.principals.iter().flat_map(|p| &p.items);
        for principal in items {
            match principal {
                Principal::Anyone { .. } => self.public_role(s, &keys),
                Principal::Federated(provider) => self.provider(s, provider, &keys),
                _ => {}
            }
        }
    }

    fn public_role(&mut self, s: &Statement, keys: &[&str]) {
        let narrows = |k: &&str| {
            k.starts_with("aws:principal") || k.starts_with("aws:source") || *k == "sts:externalid"
        };
        if !keys.iter().any(narrows) {
            let message = "anyone in the world may assume this role".to_owned();
            let help = "name who may, or add a condition such as `aws:PrincipalOrgID == \"o-…\"`".to_owned();
            self.warn(code::PUBLIC_ROLE, s.span, message, help);
        }
    }

    /// A provider vouches for all its users; conditions say which of them are meant.
    fn provider(&mut self, s: &Statement, provider: &str, keys: &[&str]) {
        let ends = |suffixes: &[&str]| keys.iter().any(|k| suffixes.iter().any(|suffix| k.ends_with(suffix)));
        let saml = is_saml(provider) == Some(true);
        let missing = if saml {
            (!ends(&["saml:aud", "saml:sub", "saml:iss"])).then_some("`SAML:aud`")
        } else if !ends(&[":aud", ":app_id", ":oaud"]) && !ends(&[":sub"]) {
            Some("its `:aud` and `:sub`")
        } else if provider.starts_with("arn:") && !ends(&[":sub"]) {
            Some("its `:sub`")
        } else if !ends(&[":aud", ":app_id", ":oaud"]) {
            Some("its `:aud`")
        } else {
            None
        };
        if let Some(missing) = missing {
            let message = format!("whoever `{provider}` vouches for may assume this role");
            self.warn(code::OPEN_PROVIDER, s.span, message, format!("add a condition on {missing}"));
        }
    }

    /// R84. Of what denies only `anyone but` gets here.
    pub fn canonical(&mut self, s: &Statement) {
        let Some(principals) = &s.principals else { return };
        for principal in &principals.items {
            let Principal::Canonical(id) = principal else { continue };
            let does = if principals.negated { "excepts" } else { "allows" };
            let message = format!("the canonical user `{}…` {does} nobody", id.get(..8).unwrap_or(id));
            let help = "no request says which canonical user its account is; name the account".to_owned();
            self.warn_word(code::CANONICAL_USER, s.span, id, message, help);
        }
    }

    /// R87, R88: an entry whose account, or whose role, is not listed beside it excepts nobody.
    pub fn not_principal(&mut self, s: &Statement) {
        let Some(principals) = s.principals.as_ref().filter(|p| p.negated) else { return };
        let account_listed = |wanted: &str| {
            principals.items.iter().any(|p| matches!(p, Principal::Account { id, .. } if &**id == wanted))
        };
        for principal in &principals.items {
            let (Principal::User(arn)
            | Principal::Role(arn)
            | Principal::RoleSession(arn)
            | Principal::FederatedUser(arn)) = principal
            else {
                continue;
            };
            let account = arn.split(':').nth(4).unwrap_or_default();
            let session = matches!(principal, Principal::RoleSession(_));
            let (missing, help) = if !account_listed(account) {
                (
                    "account",
                    format!("name `account {account}` beside it: it then excepts those that are listed only"),
                )
            } else if session && !self.role_listed(arn, &principals.items) {
                (
                    "role",
                    "name the role beside it: it then excepts the sessions that are listed only".to_owned(),
                )
            } else {
                continue;
            };
            let message = format!("`{arn}` is denied all the same, for its {missing} is not excepted");
            self.warn(code::NOT_PRINCIPAL_PARTS, s.span, message, help);
        }
    }

    fn role_listed(&self, session: &str, items: &[Principal]) -> bool {
        let account = session.split(':').nth(4);
        let name = session.split('/').nth(1);
        items.iter().any(|p| match p {
            Principal::Role(arn) => arn.split(':').nth(4) == account && arn.rsplit('/').next() == name,
            _ => false,
        })
    }
}
