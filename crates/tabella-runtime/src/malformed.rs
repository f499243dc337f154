//! What makes a request malformed (R6). Decisions only tell that it is; this tells what.

use crate::access::{self, Answer};
use crate::arn::Arn;
use crate::array::Stored;
use crate::asked::{Asked, Facts, Verb};
use crate::decide::MALFORMED;
use crate::decision::{Decision, Gate, Outcome};
use crate::fold::lower;
use crate::layout::{ACTION_BYTES, KEY_ADDRESS, KEY_BOOL, KEY_DATE, KEY_NUMBER, KEY_TYPE_SHIFT, Principal};
use crate::request::Request;
use crate::session::session_is_well_formed;
use crate::tables::Tables;
use crate::target::Target;
use crate::who::Who;
use core::fmt;

/// What of a request can't be understood, or contradicts the rest of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Malformed {
    /// No kind of caller, a name that is too long, or a federated user that its issuer has not asked for.
    Principal,
    /// Not one `service:Name`.
    Action,
    /// No ARN and not `*` (R66).
    Resource,
    /// No account, or another than ARN or resource policies say (R73).
    ResourceAccount,
    /// A session policy that nobody declared, a key that is not the session's, a tag or a key twice (R90, R151), an `aws:userid` that is not
    /// the caller's.
    Session,
    /// No endpoint's id, or the context says that the request came otherwise (R51, R147).
    Endpoint,
    /// A call that identity providers make, by somebody else, or by a provider of another kind, or another call by a provider (R126).
    FederatedCall,
    /// A session token, asked for with temporary credentials or none (R136).
    SessionToken,
    /// A role that a root user assumes (R123).
    RootUser,
    /// A policy that decides asks for a key that is not known: its source is not declared, or its value is malformed for it
    /// (R153). [`Tables::unknown_key`] tells which.
    Key,
    /// A service-linked role that another than its service assumes (R137).
    ServiceLinkedRole,
    /// A change of a service-linked role, of a reserved role or of an AWS managed policy (R137, R138).
    Protected,
    /// Credentials that have ended.
    Expired,
    /// Credentials that are issued only after the clock's time: the clock was set back.
    NotYetIssued,
    /// Credentials that end, and no clock to say whether they have.
    NoClock,
    /// An issue time without an end or the other way round, an end that is not after the issue time, or either of a caller that
    /// has no temporary credentials.
    Lifetime,
    /// A boundary or tags of a declared user or role that its declaration does not have.
    Target,
    /// A clock that was never set, or a time in the context or the session that is not that of the clock or of the issue.
    Clock,
    /// Through an access point of S3 that nobody declared, or that cannot be one: which bucket is behind it is not known
    /// (R152).
    AccessPoint,
    /// Through an alias, or an access point for several regions, of Object Lambda, of a directory bucket or on Outposts, none
    /// of which are modelled (R152).
    AccessPointKind,
    /// Through an access point that takes requests of another VPC only (R152).
    AccessPointVpc,
    /// The context says otherwise of the access point than its declaration (R151, R152).
    AccessPointKeys,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Principal => "its principal is no kind of caller",
            Self::Action => "its action is not one `service:Name`",
            Self::Resource => "its resource is no ARN",
            Self::ResourceAccount => "the account of its resource is none, or not the one that owns it",
            Self::Session => "its session has an unknown policy, a key of another kind, another `aws:userid`, or something twice",
            Self::Endpoint => "its endpoint is none, or its context says that it came another way",
            Self::FederatedCall => {
                "a SAML provider makes `sts:AssumeRoleWithSAML`, any other identity provider \
                 `sts:AssumeRoleWithWebIdentity`, and nobody else makes these calls"
            }
            Self::SessionToken => "only a user or root user with long-term credentials asks for a session token",
            Self::RootUser => "root users assume no roles",
            Self::Key => "a policy that decides asks for a condition key that is not known, or malformed",
            Self::ServiceLinkedRole => "only its service assumes a service-linked role (R137)",
            Self::Protected => {
                "only AWS changes service-linked roles, reserved roles and AWS managed policies (R137, R138)"
            }
            Self::Expired => "the session has expired",
            Self::NotYetIssued => "the clock shows a time before the session was issued",
            Self::NoClock => "the session has an end, and no clock says whether it has come",
            Self::Lifetime => {
                "a session has an issue time and a later end or neither, and only callers of an account have any"
            }
            Self::Target => "its context says of a declared user or role what the declaration does not",
            Self::Clock => {
                "its clock is not set, or a time in its context or session is not that of the clock or of the issue"
            }
            Self::AccessPoint => "no such access point is declared, so which bucket is behind it is not known",
            Self::AccessPointKind => {
                "aliases and access points for several regions, of Object Lambda, of directory buckets and on Outposts are not \
                 modelled"
            }
            Self::AccessPointVpc => "the access point takes requests from its VPC only, and `aws:SourceVpc` does not name it",
            Self::AccessPointKeys => "its context says otherwise of the access point than what is declared",
        })
    }
}

/// Of a request that is not malformed, whatever comes of it.
const UNDERSTOOD: Decision = Decision { outcome: Outcome::Allow, gate: Gate::Always };

/// A condition key that is not known, though a decision depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnknownKey<'a> {
    /// Its name, in lower case.
    pub name: &'a str,
    /// What its value should be, where it has one that is none. `None`: nobody says what its value is.
    pub wanted: Option<&'static str>,
}

impl fmt::Display for UnknownKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name;
        match self.wanted {
            Some(wanted) => write!(f, "the condition key `{name}` is no {wanted}"),
            None => write!(f, "the condition key `{name}` is not known"),
        }
    }
}

impl<'a> Tables<'a> {
    /// What is wrong with a request that [`Tables::decide`] answers by [`crate::Gate::Request`]; `None` for all others.
    pub fn malformed(&self, request: &Request<'_>) -> Option<Malformed> {
        let mut buffer = [0; ACTION_BYTES];
        let action = lower(request.action.as_bytes(), &mut buffer);
        let verb = action.and_then(|action| Some((action, Verb::named(self, action)?)));
        let Some((action, verb)) = verb else { return Some(Malformed::Action) };
        let Some(who) = Who::new(self, request, action) else { return Some(Malformed::Principal) };
        let (facts, named) = (Facts::Names(request), Arn::new(request.resource.as_bytes()));
        if !named.is_resource() {
            return Some(Malformed::Resource);
        }
        if !session_is_well_formed(self, &facts, &who) {
            return Some(Malformed::Session);
        }
        if let Some(fault) = facts.fault_of_time(self, who.kind) {
            return Some(fault);
        }
        let target = Target::find(self, &facts, &verb);
        if target.is_some_and(|target| target.is_misrepresented(self, &facts)) {
            return Some(Malformed::Target);
        }
        let mut found = None;
        let ask = &mut |asked: &Asked<'_>, own: Option<Stored<'_, Principal>>| {
            // None but its own policies speak of the request of such a caller: it contradicts nothing.
            let contradiction = if own.is_none() { asked.contradiction() } else { None };
            let fault = contradiction.or_else(|| asked.decisive_unknown().map(|_| Malformed::Key));
            found = found.or(fault);
            match fault {
                None => UNDERSTOOD,
                Some(_) => MALFORMED,
            }
        };
        match access::answer(self, facts, who, verb, ask) {
            Answer::Refused(why) => Some(why),
            answer => match answer.decision() {
                UNDERSTOOD => None,
                _ => found.or(Some(Malformed::ResourceAccount)),
            },
        }
    }

    /// The condition key, in lower case, for which a request is [`Malformed::Key`]: the decision depends on what it holds.
    pub fn unknown_key(&self, request: &Request<'_>) -> Option<UnknownKey<'a>> {
        let mut found = None;
        let known = Asked::by_names(self, request, |who, verb| {
            let ask = &mut |asked: &Asked<'_>, _: Option<Stored<'_, Principal>>| {
                let key = asked.contradiction().is_none().then(|| asked.decisive_unknown()).flatten();
                found = found.or_else(|| key.map(|key| (key, asked.is_given(key))));
                UNDERSTOOD
            };
            Some(access::answer(self, Facts::Names(request), who, verb, ask).decision())
        });
        let (number, given) = found.filter(|_| known == Some(UNDERSTOOD))?;
        let record = self.keys.get(number as usize)?;
        let wanted = match record.class >> KEY_TYPE_SHIFT {
            KEY_ADDRESS => "address",
            KEY_DATE => "time",
            KEY_NUMBER => "number",
            KEY_BOOL => "truth value",
            _ => "text",
        };
        Some(UnknownKey { name: self.text(record.name, record.name_len), wanted: given.then_some(wanted) })
    }
}
