//! Requests through S3 access points (R152). Such a request is evaluated twice, once for the access point and once for the
//! bucket behind it, and both must allow.
//!
//! Other requests do not come here: only ARNs of S3 that name an account, and buckets whose names are as long as aliases.

use crate::arn::Arn;
use crate::array::Stored;
use crate::asked::{Asked, Facts, Verb};
use crate::chunk::Chunk;
use crate::decide::MALFORMED;
use crate::decision::{Decision, Gate, Outcome};
use crate::derive::KeyClass;
use crate::digits::Digits;
use crate::ids::IdRequest;
use crate::layout::{self, AccessPoint, OF_VPC, Principal, WILDCARD_ONLY};
use crate::malformed::Malformed;
use crate::request::{Extras, Request, Values};
use crate::tables::Tables;
use crate::who::Who;

/// Most bytes of an object's key, as S3 has it.
const KEY_BYTES: usize = 1024;

/// Bytes of a bucket's ARN, `/` and the longest key.
const OBJECT_BYTES: usize = layout::BUCKET_BYTES + 1 + KEY_BYTES;

/// How names of buckets end that are aliases: of access points and of Object Lambda access points.
const ALIASES: [&str; 2] = ["-s3alias", "--ol-s3"];

/// Bytes of the shortest alias: three of a name, a hyphen, 29 letters that S3 makes up, and `--ol-s3`.
const ALIAS_NAME_BYTES: usize = 40;

/// What ARNs of buckets and objects begin with in the largest partition.
const S3_HEAD: &[u8] = b"arn:aws:s3:::";

/// Bytes of the shortest ARN that names an alias.
pub(crate) const ALIAS_BYTES: usize = S3_HEAD.len() + ALIAS_NAME_BYTES;

/// One of the two evaluations of a request through an access point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// That of the access point: its ARN, its policy, its account.
    AccessPoint,
    /// That of the bucket, or of the object in it.
    Bucket,
}

/// What the two evaluations of a request through an access point come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sides {
    /// Of the access point.
    pub access_point: Decision,
    /// Of the bucket.
    pub bucket: Decision,
}

impl Sides {
    /// The side that decides: one that is malformed, else one that denies explicitly, else one that does not allow, each time
    /// the access point before the bucket; the bucket if both allow.
    pub fn decisive(self) -> Side {
        let refuses: [fn(&Decision) -> bool; 3] = [
            |side| side.gate == Gate::Request,
            |side| side.outcome == Outcome::ExplicitDeny,
            |side| !side.is_allowed(),
        ];
        for refuses in refuses {
            if refuses(&self.access_point) {
                return Side::AccessPoint;
            }
            if refuses(&self.bucket) {
                return Side::Bucket;
            }
        }
        Side::Bucket
    }

    /// The decision of the request: that of the decisive side.
    pub fn decision(self) -> Decision {
        match self.decisive() {
            Side::AccessPoint => self.access_point,
            Side::Bucket => self.bucket,
        }
    }
}

/// What the ARN of a resource says of access points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named<'r> {
    /// It is no access point's.
    Other,
    /// It is that of an access point of a kind that is not modelled, or of none.
    Refused(Malformed),
    /// It is that of an access point, or of an object that is asked for through it.
    Point { arn: &'r str, account: &'r str, key: Option<&'r str> },
}

impl<'r> Named<'r> {
    fn of(resource: &'r str) -> Self {
        let Some([_, _, service, region, account, rest]) = parts(resource) else { return Named::Other };
        let is_point = |text: &str| {
            text.strip_prefix("accesspoint")
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
        };
        let is_modelled = match service {
            // Buckets, and what belongs to nobody.
            "s3" if account.is_empty() && is_alias(rest) => false,
            _ if account.is_empty() => return Named::Other,
            // An access point of no region is one of several regions.
            "s3" if is_point(rest) => !region.is_empty(),
            "s3-object-lambda" | "s3express" if is_point(rest) => false,
            "s3-outposts" if rest.splitn(3, ['/', ':']).nth(2).is_some_and(is_point) => false,
            _ => return Named::Other,
        };
        if !is_modelled {
            return Named::Refused(Malformed::AccessPointKind);
        }
        match point(account, rest) {
            Some((name, key)) => {
                let head = resource.len() - rest.len() + "accesspoint/".len() + name.len();
                Named::Point { arn: resource.get(..head).unwrap_or_default(), account, key }
            }
            None => Named::Refused(Malformed::AccessPoint),
        }
    }
}

/// An ARN in its six parts.
fn parts(arn: &str) -> Option<[&str; 6]> {
    let mut parts = arn.splitn(6, ':');
    let mut all = [""; 6];
    for part in &mut all {
        *part = parts.next()?;
    }
    (all.first() == Some(&"arn")).then_some(all)
}

/// The name of an access point, and the key of the object that is asked for through it.
fn point<'r>(account: &str, rest: &'r str) -> Option<(&'r str, Option<&'r str>)> {
    Digits::parse(account.as_bytes())?;
    let rest = rest.strip_prefix("accesspoint/")?;
    let (name, key) = match rest.split_once('/') {
        None => (rest, None),
        Some((name, behind)) => (name, Some(behind.strip_prefix("object/")?)),
    };
    let is_key = |key: &str| !key.is_empty() && key.len() <= KEY_BYTES;
    (!name.is_empty() && !name.contains(':') && key.is_none_or(is_key)).then_some((name, key))
}

/// Whether a bucket, or the bucket of an object, is an alias: what follows the fifth colon of its ARN says so.
fn is_alias(rest: &str) -> bool {
    let bucket = rest.split('/').next().unwrap_or_default();
    bucket.len() >= ALIAS_NAME_BYTES && ALIASES.iter().any(|end| bucket.ends_with(end))
}

/// Whether an ARN of at least [`ALIAS_BYTES`] bytes may name an alias. The names of most buckets end sooner than those of
/// aliases, so that the first bytes of a name tell.
#[inline(always)]
pub(crate) fn is_long_alias(arn: &[u8]) -> bool {
    let first = arn.get(S3_HEAD.len()..).and_then(|name| name.first_chunk());
    first.is_some_and(|first| Chunk::new(first).is(b'/') == 0) && is_of_alias(arn)
}

/// Whether an ARN of a bucket or object is that of an alias.
#[inline(never)]
fn is_of_alias(arn: &[u8]) -> bool {
    let rest = arn.strip_prefix(S3_HEAD).and_then(|rest| core::str::from_utf8(rest).ok());
    rest.is_some_and(is_alias)
}

/// Whether these are the ARNs of an access point and of a bucket, as a record of the tables has them.
pub(crate) fn are_point_and_bucket(arn: &str, bucket: &str) -> bool {
    let (Some([_, of_point, ..]), Some([_, partition, "s3", "", "", name])) = (parts(arn), parts(bucket))
    else {
        return false;
    };
    matches!(Named::of(arn), Named::Point { key: None, .. })
        && of_point == partition
        && !partition.is_empty()
        && bucket.len() <= layout::BUCKET_BYTES
        && !name.is_empty()
        && !name.contains(['/', ':'])
        && !is_alias(name)
}

/// An action on what S3 stores, which goes through the access point that it names. What is done to the access point itself
/// does not, nor what has no resource (R65).
fn goes_through(action: &[u8], flags: u32, key: bool) -> bool {
    let Some(colon) = action.iter().position(|b| *b == b':') else { return false };
    let (service, name) = action.split_at(colon);
    let itself = || {
        name.windows(b"accesspoint".len()).any(|part| part == b"accesspoint")
            || matches!(name, b":tagresource" | b":untagresource" | b":listtagsforresource")
    };
    matches!(service, b"s3" | b"s3-object-lambda" | b"s3express" | b"s3-outposts")
        && flags & WILDCARD_ONLY == 0
        && (key || !itself())
}

/// The access point that a request goes through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Through<'a> {
    /// The side that is being evaluated.
    pub side: Side,
    arn: &'a str,
    account: &'a str,
    record: AccessPoint,
    key: Option<&'a str>,
}

impl<'a> Through<'a> {
    /// The value of a key that follows from it.
    pub fn value(&self, class: KeyClass) -> Option<&'a str> {
        match class {
            KeyClass::DataAccessPointArn => Some(self.arn),
            KeyClass::DataAccessPointAccount => Some(self.account),
            KeyClass::AccessPointNetworkOrigin if self.record.flags & OF_VPC != 0 => Some("VPC"),
            KeyClass::AccessPointNetworkOrigin => Some("Internet"),
            _ => None,
        }
    }

    /// Whether the request comes from the VPC that it takes requests of, if it names one.
    fn takes(&self, tables: &Tables<'_>, facts: &Facts<'_>) -> bool {
        let vpc = tables.text(self.record.vpc, self.record.vpc_len);
        let said = |key: &str, values: Values<'_>| {
            key.eq_ignore_ascii_case("aws:SourceVpc") && values == Values::One(vpc)
        };
        vpc.is_empty()
            || match facts {
                Facts::Names(request) => request.context.entries().iter().any(|e| said(e.key, e.values)),
                Facts::Ids(request) => request.context.entries().iter().any(|(id, values)| {
                    let key = tables.keys.get(id.index as usize).unwrap_or_default();
                    said(tables.text(key.name, key.name_len), *values)
                }),
            }
    }

    /// Tells `ask` of the request on the bucket or on the object in it.
    fn behind<T>(
        &self,
        tables: &Tables<'_>,
        facts: &Facts<'_>,
        ask: impl FnOnce(Facts<'_>) -> Option<T>,
    ) -> Option<T> {
        let mut room = [0; OBJECT_BYTES];
        let resource =
            composed(&mut room, tables.text(self.record.bucket, self.record.bucket_len), self.key)?;
        let owner = Digits::of_words(self.record.owner);
        let resource_account = core::str::from_utf8(owner.bytes()).ok();
        let given = match facts {
            Facts::Names(request) => request.extras(),
            Facts::Ids(request) => request.extras.unwrap_or(&Extras::NONE),
        };
        let extras = &Extras { resource_account, ..*given };
        match facts {
            Facts::Names(request) => {
                ask(Facts::Names(&Request { resource, extras: Some(extras), ..**request }))
            }
            Facts::Ids(request) => {
                ask(Facts::Ids(&IdRequest { resource, extras: Some(extras), ..**request }))
            }
        }
    }
}

/// The ARN of a bucket, or of an object in it.
fn composed<'r>(room: &'r mut [u8; OBJECT_BYTES], bucket: &str, key: Option<&str>) -> Option<&'r str> {
    let mut len = 0;
    let parts = [bucket, if key.is_some() { "/" } else { "" }, key.unwrap_or_default()];
    for part in parts {
        room.get_mut(len..len + part.len())?.copy_from_slice(part.as_bytes());
        len += part.len();
    }
    core::str::from_utf8(room.get(..len)?).ok()
}

/// How a request goes to what it names.
enum Way<'a> {
    Straight,
    Through(Through<'a>),
    Refused(Malformed),
}

impl<'a> Way<'a> {
    fn of(tables: &Tables<'_>, facts: Facts<'a>, action: &[u8], flags: u32) -> Self {
        let named = Named::of(facts.resource());
        let has_key = matches!(named, Named::Point { key: Some(_), .. });
        if named == Named::Other || !goes_through(action, flags, has_key) {
            return Way::Straight;
        }
        let refused = match named {
            Named::Other => return Way::Straight,
            Named::Refused(why) => why,
            Named::Point { arn, account, key } => match tables.find_access_point(arn) {
                None => Malformed::AccessPoint,
                Some(record) => {
                    let through = Through { side: Side::AccessPoint, arn, account, record, key };
                    return match through.takes(tables, &facts) {
                        true => Way::Through(through),
                        false => Way::Refused(Malformed::AccessPointVpc),
                    };
                }
            },
        };
        // A recorded context asks what the policies that are there say.
        if facts.is_complete() { Way::Straight } else { Way::Refused(refused) }
    }
}

/// What a request came to.
pub(crate) enum Answer {
    Once(Decision),
    Twice(Sides),
    /// It may not be asked for what it names.
    Refused(Malformed),
}

impl Answer {
    pub fn decision(self) -> Decision {
        match self {
            Answer::Once(decision) => decision,
            Answer::Twice(sides) => sides.decision(),
            Answer::Refused(_) => MALFORMED,
        }
    }
}

/// Puts a request that is understood but for its resource to `ask`: twice, if it goes through an access point.
#[cold]
#[inline(never)]
pub(crate) fn answer(
    tables: &Tables<'_>,
    facts: Facts<'_>,
    who: Who<'_>,
    verb: Verb<'_>,
    ask: &mut dyn FnMut(&Asked<'_>, Option<Stored<'_, Principal>>) -> Decision,
) -> Answer {
    let mut side = |facts: Facts<'_>, through: Option<&Through<'_>>| {
        let named = Arn::new(facts.resource().as_bytes());
        Asked::at_length(tables, facts, who, verb, named, through, |asked, own| ask(asked, own))
    };
    match Way::of(tables, facts, verb.name(tables), verb.flags) {
        Way::Straight => Answer::Once(side(facts, None).unwrap_or(MALFORMED)),
        Way::Refused(why) => Answer::Refused(why),
        Way::Through(through) => Answer::Twice(Sides {
            access_point: side(facts, Some(&through)).unwrap_or(MALFORMED),
            bucket: through
                .behind(tables, &facts, |facts| side(facts, Some(&Through { side: Side::Bucket, ..through })))
                .unwrap_or(MALFORMED),
        }),
    }
}

impl Tables<'_> {
    /// What the evaluations of access point and bucket come to, if the request goes through an access point.
    /// [`Sides::decision`] is what [`Tables::decide`] answers.
    pub fn sides(&self, request: &Request<'_>) -> Option<Sides> {
        let answered = Asked::by_names(self, request, |who, verb| {
            let ask = &mut |asked: &Asked<'_>, own: Option<Stored<'_, Principal>>| asked.decided(own);
            Some(answer(self, Facts::Names(request), who, verb, ask))
        });
        match answered {
            Some(Answer::Twice(sides)) => Some(sides),
            _ => None,
        }
    }

    /// The keys that follow from the access point that a request goes through, and their values.
    pub fn access_point_keys<'r>(&'r self, request: &'r Request<'r>) -> Option<[(&'static str, &'r str); 3]> {
        let mut buffer = [0; layout::ACTION_BYTES];
        let action = crate::fold::lower(request.action.as_bytes(), &mut buffer)?;
        let verb = Verb::named(self, action)?;
        let Way::Through(through) = Way::of(self, Facts::Names(request), action, verb.flags) else {
            return None;
        };
        let keys = crate::derive::OF_ACCESS_POINTS;
        Some(keys.map(|(key, class)| (key, through.value(class).unwrap_or_default())))
    }
}

#[cfg(test)]
mod tests;
