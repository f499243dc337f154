//! Roles and policies that AWS keeps for itself: service-linked roles (R137), roles of IAM Identity Center and AWS managed
//! policies (R138). IAM and STS refuse the calls below whatever policies say, so requests for them are malformed.

use crate::arn::Arn;
use crate::asked::Asked;
use crate::layout::WILDCARD_ONLY;
use crate::malformed::Malformed;
use crate::target::behind_account;
use crate::who::Kind;

/// Where service-linked roles are. The service's name follows, then the role's.
const LINKED: &[u8] = b"role/aws-service-role/";

/// Where the roles of IAM Identity Center are.
const RESERVED: &[u8] = b"role/aws-reserved/";

/// Whether an action, in lower case, is one that IAM refuses on some of these roles or policies.
pub(crate) const fn may_be_refused(action: &[u8]) -> bool {
    match action {
        [b'i', b'a', b'm', b':', call @ ..] => {
            changes_role(call) || describes_role(call) || changes_policy(call)
        }
        _ => false,
    }
}

/// The calls that make a role, delete it, or change its policies, its boundary, its trust, its sessions or where it is used.
/// `UpdateRole` is among them: it sets a role's longest session, and a request does not say which of its parameters it has.
const fn changes_role(call: &[u8]) -> bool {
    matches!(
        call,
        b"addroletoinstanceprofile"
            | b"attachrolepolicy"
            | b"createrole"
            | b"deleterole"
            | b"deleterolepermissionsboundary"
            | b"deleterolepolicy"
            | b"detachrolepolicy"
            | b"putrolepermissionsboundary"
            | b"putrolepolicy"
            | b"removerolefrominstanceprofile"
            | b"updateassumerolepolicy"
            | b"updaterole"
    )
}

/// The calls that IAM takes for service-linked roles, but not for reserved ones.
const fn describes_role(call: &[u8]) -> bool {
    matches!(call, b"tagrole" | b"untagrole" | b"updateroledescription")
}

/// The calls that change a managed policy.
const fn changes_policy(call: &[u8]) -> bool {
    matches!(
        call,
        b"createpolicyversion"
            | b"deletepolicy"
            | b"deletepolicyversion"
            | b"setdefaultpolicyversion"
            | b"tagpolicy"
            | b"untagpolicy"
    )
}

/// Whether a resource may be one that only AWS changes: a policy of the account `aws`, or a role in a path that begins with
/// `aws-`.
pub(crate) fn may_be_protected(resource: &[u8]) -> bool {
    let is_role = |name: &[u8]| name.starts_with(b"role/aws-");
    match behind_account(resource) {
        // A text that begins with AWS's own account may have a colon behind twelve bytes, too.
        Some([b':', name @ ..]) if !resource.starts_with(b"arn:aws:iam::aws:") => is_role(name),
        _ => {
            let arn = Arn::new(resource);
            arn.part(4) == b"aws" || is_role(arn.part(5))
        }
    }
}

impl Asked<'_> {
    /// Whether the request is for what only AWS does. Its action is one with rules of its own.
    #[cold]
    #[inline(never)]
    pub fn touches_what_is_protected(&self) -> Option<Malformed> {
        if !matches!(self.action, [b's', b't', b's', b':', ..] | [b'i', b'a', b'm', b':', ..]) {
            return None;
        }
        let split;
        let arn = match self.flags & WILDCARD_ONLY {
            0 => self.arn,
            _ => {
                split = Arn::new(self.facts.resource().as_bytes());
                &split
            }
        };
        if arn.part(0) != b"arn" || arn.part(2) != b"iam" {
            return None;
        }
        let resource = arn.part(5);
        match self.action {
            [b's', b't', b's', b':', ..] => {
                let behind = resource.strip_prefix(LINKED)?;
                let service = behind.split(|b| *b == b'/').next().filter(|s| s.len() < behind.len());
                let by_it = self.who.kind == Kind::Service && service == Some(self.who.text.as_bytes());
                (!by_it && !self.facts.is_complete()).then_some(Malformed::ServiceLinkedRole)
            }
            [b'i', b'a', b'm', b':', call @ ..] => {
                let (linked, reserved) = (resource.starts_with(LINKED), resource.starts_with(RESERVED));
                let managed = arn.part(4) == b"aws" && resource.starts_with(b"policy/");
                let refused = (changes_role(call) && (linked || reserved))
                    || (describes_role(call) && reserved)
                    || (changes_policy(call) && managed);
                refused.then_some(Malformed::Protected)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::may_be_protected;

    #[test]
    fn what_aws_keeps_for_itself_is_never_missed() {
        for arn in [
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:iam::aws:policy/a:role/x",
            "arn:aws-cn:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:iam::111111111111:role/aws-service-role/a.amazonaws.com/R",
            "arn:aws-cn:iam::111111111111:role/aws-reserved/R",
        ] {
            assert!(may_be_protected(arn.as_bytes()), "{arn}");
        }
        assert!(!may_be_protected(b"arn:aws:iam::111111111111:role/team/R"));
    }
}
