//! The ARN by which `iam:PermissionsBoundary` names an identity's boundary.

use super::{Identity, Str, World};

impl World {
    /// The ARN of an identity's boundary: the document's own, or the one that it gets where it is exported to the identity's
    /// account. `None`: there is no boundary, or no single ARN for it.
    pub fn boundary_arn(&self, identity: &Identity) -> Option<Str> {
        let [boundary] = identity.boundary.as_deref()? else { return None };
        let policy = self.policies.get(boundary.index())?;
        if let Some(arn) = &policy.arn {
            return Some(arn.clone());
        }
        let account = self.accounts.get(identity.account.index())?;
        let partition = identity.arn.split(':').nth(1)?;
        let legal = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
        let arn = || Str::from(format!("arn:{partition}:iam::{}:policy/{}", account.id, policy.name));
        policy.name.chars().all(legal).then(arn)
    }
}
