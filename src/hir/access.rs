//! Which access points of S3 can be declared, and of which buckets (R152).

use super::is_account_id;

/// Longest ARN of an access point; AWS's are half as long.
const POINT_BYTES: usize = 256;

/// Longest ARN of a bucket that has access points; no name of a bucket comes near.
const BUCKET_BYTES: usize = 128;

/// What is wrong with a declaration: a message, and what to do.
pub(crate) type Fault = (String, &'static str);

const FORM: &str = "write `arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME`";
const NOT_MODELLED: &str =
    "requests through it are refused; policies on the bucket behind it can be asked by the bucket's ARN";

/// What keeps an ARN from being that of an access point.
pub(crate) fn fault_of_point(arn: &str) -> Option<Fault> {
    let mut parts = arn.splitn(6, ':');
    let mut part = || parts.next().unwrap_or_default();
    let (scheme, partition, service) = (part(), part(), part());
    let (region, account, rest) = (part(), part(), part());
    let kind = match service {
        "s3-object-lambda" => Some("an Object Lambda access point"),
        "s3-outposts" => Some("an access point on Outposts"),
        "s3express" => Some("an access point of a directory bucket"),
        "s3" if account.is_empty() && is_alias(rest) => Some("the alias of an access point"),
        "s3" if region.is_empty() && rest.starts_with("accesspoint") => Some("a Multi-Region Access Point"),
        _ => None,
    };
    if let Some(kind) = kind {
        return Some((format!("`{arn}` is {kind}, which is not modelled"), NOT_MODELLED));
    }
    let name = rest.strip_prefix("accesspoint/").unwrap_or_default();
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if name.ends_with("-s3alias") {
        return Some((format!("`{arn}` has the alias of an access point for its name"), FORM));
    }
    let is_one = scheme == "arn"
        && arn.len() <= POINT_BYTES
        && !partition.is_empty()
        && service == "s3"
        && is_account_id(account)
        && (3..=50).contains(&name.len())
        && name.bytes().all(plain);
    (!is_one).then(|| (format!("`{arn}` is not the ARN of an access point"), FORM))
}

/// What keeps an ARN from being that of the bucket behind an access point.
pub(crate) fn fault_of_bucket(bucket: &str, point: &str) -> Option<Fault> {
    let partition = |arn: &str| arn.split(':').nth(1).map(str::to_owned);
    let name = match bucket.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", _, "s3", "", "", name] => *name,
        _ => "",
    };
    if is_alias(name) {
        let help = "write the name of the bucket itself";
        return Some((format!("`{bucket}` is the alias of an access point, not a bucket"), help));
    }
    if name.is_empty() || name.contains(['/', ':', '*', '?']) || bucket.len() > BUCKET_BYTES {
        return Some((format!("`{bucket}` is not the ARN of a bucket"), "write `arn:aws:s3:::BUCKET`"));
    }
    (partition(bucket) != partition(point)).then(|| {
        let help = "an access point and its bucket are of one partition";
        (format!("`{bucket}` is not in the partition of `{point}`"), help)
    })
}

/// Whether the bucket of a resource, what follows the fifth colon of its ARN, is an alias of an access point.
pub(crate) fn is_alias(rest: &str) -> bool {
    let bucket = rest.split('/').next().unwrap_or_default();
    bucket.ends_with("-s3alias") || bucket.ends_with("--ol-s3")
}

/// Whether a text is the id of a VPC.
pub(crate) fn is_vpc(id: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    id.len() <= 64 && id.strip_prefix("vpc-").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(plain))
}
