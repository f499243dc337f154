//! Usual ARNs are split as all others are.

extern crate std;

use super::{Short, colons_of_few, first_colons};
use crate::arn::{Arn, Split};

/// Whether it is a usual one; then it is split alike.
fn is_usual(text: &str) -> bool {
    let Some(short) = Short::new(text.as_bytes()) else { return false };
    let (usual, whole) = (Arn::from(short), Arn::new(text.as_bytes()));
    assert!(short.has_six_parts() && usual.has_six_parts() && whole.has_six_parts(), "{text}");
    (0..6).for_each(|i| assert_eq!(usual.part(i), whole.part(i), "{text}"));
    (0..5).for_each(|i| assert_eq!(short.behind_colon(i), whole.behind_colon(i), "{text}"));
    let account = core::str::from_utf8(whole.part(4)).unwrap();
    assert_eq!(short.owner().map_or(&[][..], |owner| owner), account.as_bytes(), "{text}");
    assert_eq!(short.service_bit(), whole.service_bit(), "{text}");
    // But for twelve bytes that are no digits, which no caller's account is.
    let digits = account.bytes().all(|b| b.is_ascii_digit());
    assert!(whole.is_well_formed() || !digits, "{text}");
    true
}

#[test]
fn usual_arns_are_split_alike() {
    let services = ["s3", "sqs", "dynamodb", "s3-outposts", "elasticloadbalancing", ""];
    for service in services {
        for region in
            ["", "eu-west-1", "us-gov-east-1", "ap-southeast-123", "a-region-that-is-far-too-long-for-us"]
        {
            for account in ["", "111122223333", "11112222333", "1111222233334", "11112222333x", "aws"] {
                for rest in ["", "k", "table/t:x", "twelve-bytes", "something:longer/than:that"] {
                    is_usual(&std::format!("arn:aws:{service}:{region}:{account}:{rest}"));
                }
            }
        }
    }
    for usual in [
        "arn:aws:s3:::b",
        "arn:aws:s3:::bucket/key",
        "arn:aws:s3:::",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/t",
        "arn:aws:iam::111122223333:role/r",
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/x",
    ] {
        assert!(is_usual(usual), "{usual}");
    }
    for other in
        ["arn:aws-cn:s3:::bucket/key", "arn:aws:s3::bucket-without", "**", "", "arn:aws:s3:x:abc:bucket/key"]
    {
        assert!(!is_usual(other), "{other}");
    }
}

#[test]
fn every_resource_is_usual() {
    let (usual, whole) = (Short::new(b"*").unwrap(), Arn::new(b"*"));
    assert!(!usual.has_six_parts() && !whole.has_six_parts());
    assert_eq!((usual.text(), usual.owner()), (whole.text, None));
    assert_eq!(usual.service_bit(), whole.service_bit());
    (0..6).for_each(|i| assert_eq!(Arn::from(usual).part(i), whole.part(i)));
}

#[test]
fn every_place_of_three_colons() {
    for len in 0..70_usize {
        for first in 0..len {
            for (region, account) in [(0, 0), (0, 12), (9, 12), (13, 12), (9, 11), (30, 12)] {
                let mut bytes = [b';'; 78];
                bytes[..8].copy_from_slice(b"arn:aws:");
                for colon in [first, first + region + 1, first + region + account + 2] {
                    if let Some(byte) = bytes.get_mut(8 + colon) {
                        *byte = b':';
                    }
                }
                let text = core::str::from_utf8(&bytes[..8 + len]).unwrap();
                let whole = Arn::new(text.as_bytes());
                let near = whole.account().is_some_and(|account| account.end < 8 + 48);
                let usual = near && matches!(whole.part(4).len(), 0 | 12) && !whole.part(2).is_empty();
                assert_eq!(is_usual(text), usual, "{text}");
            }
        }
    }
}

#[test]
fn sixteen_bytes_in_two_ways() {
    for byte in 0..=u8::MAX {
        for around in [0, b':', b';', 0xFF] {
            for place in 0..16 {
                let mut chunk = [around; 16];
                chunk[place] = byte;
                let expected = (0..16).filter(|i| chunk[*i] == b':').fold(0, |bits, i| bits | 1 << i);
                assert_eq!(first_colons(&chunk), expected);
                assert_eq!(colons_of_few(&chunk), expected);
            }
        }
    }
}
