//! Numbers, dates, addresses, base64.

extern crate std;

use super::{Decimal, Instant, Timestamp, in_network, is_base64_of, same_ignoring_case, truth};
use core::cmp::Ordering::{self, Equal, Greater, Less};
use std::string::ToString;

fn compare(a: &str, b: &str) -> Option<Ordering> {
    Some(Decimal::parse(a)?.cmp(&Decimal::parse(b)?))
}

#[test]
fn decimals_compare_exactly() {
    for (a, b, expected) in [
        ("10", "10.0", Equal),
        ("010", "10", Equal),
        ("-0", "0", Equal),
        ("+3", "3", Equal),
        ("0.1", "0.10", Equal),
        ("0.3", "0.30000000000000000000000000000000000001", Less),
        ("9", "10", Less),
        ("-9", "-10", Greater),
        ("-1", "1", Less),
        ("100000000000000000001", "100000000000000000000", Greater),
        ("0.05", "0.5", Less),
        ("12.34", "12.3", Greater),
    ] {
        assert_eq!(compare(a, b), Some(expected), "{a} {b}");
        assert_eq!(compare(b, a), Some(expected.reverse()), "{b} {a}");
    }
    for text in
        ["", "-", "+", ".", "1.", ".5", "1e3", "0x10", " 1", "1 ", "1.2.3", "--1", "NaN", "1_000", "٣"]
    {
        assert!(Decimal::parse(text).is_none(), "{text}");
    }
}

#[test]
fn instants_are_iso_or_epoch() {
    let at = |text| Instant::parse(text).map(|i| (i.seconds, i.nanos));
    assert_eq!(at("1970"), Some((0, 0)));
    assert_eq!(at("2024"), Some((1_704_067_200, 0)));
    assert_eq!(at("2024-02"), Some((1_706_745_600, 0)));
    assert_eq!(at("2024-02-29"), Some((1_709_164_800, 0)));
    assert_eq!(at("2024-01-01T00:00Z"), Some((1_704_067_200, 0)));
    assert_eq!(at("2024-01-01T01:30:00+01:30"), Some((1_704_067_200, 0)));
    assert_eq!(at("2023-12-31T19:00:00.25-05:00"), Some((1_704_067_200, 250_000_000)));
    assert_eq!(at("1969-12-31T23:59:59.5Z"), Some((-1, 500_000_000)));
    assert_eq!(at("0000-03-01"), Some((-62_162_035_200, 0)));
    assert_eq!(at("1704067200"), Some((1_704_067_200, 0)));
    assert_eq!(at("-1"), Some((-1, 0)));
    assert_eq!(at("02024"), Some((2024, 0)));
    for text in [
        "",
        "-",
        "2023-02-29",
        "2024-13",
        "2024-00-01",
        "2024-1-1",
        "2024-01-01T00:00",
        "2024-01-01T24:00Z",
        "2024-01-01T00:60Z",
        "2024-01-01T00:00:60Z",
        "2024-01-01T00:00:00.Z",
        "2024-01-01T00:00Zx",
        "2024-01T00:00Z",
        "2024-01-01t00:00z",
        "20240101T000000Z",
        "99999999999999999999",
    ] {
        assert_eq!(at(text), None, "{text}");
    }
}

#[test]
fn networks_keep_to_their_family() {
    let v4 = |text: &str, network: [u8; 4], prefix| in_network(text.parse().unwrap(), &network, prefix);
    assert!(v4("10.1.2.3", [10, 0, 0, 0], 8));
    assert!(!v4("11.1.2.3", [10, 0, 0, 0], 8));
    assert!(v4("203.0.113.7", [203, 0, 113, 6], 31));
    assert!(!v4("203.0.113.8", [203, 0, 113, 6], 31));
    assert!(v4("1.2.3.4", [0; 4], 0));
    assert!(!v4("::1", [0; 4], 0));
    assert!(!v4("::ffff:10.1.2.3", [10, 1, 2, 3], 32));
    assert!(in_network("::1".parse().unwrap(), &[0; 16], 0));
    assert!(!in_network("1.2.3.4".parse().unwrap(), &[0; 16], 0));
}

#[test]
fn base64_is_compared_without_decoding() {
    for (bytes, text) in [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foobar", "Zm9vYmFy"),
        ("ünï", "w7xuw68="),
    ] {
        assert!(is_base64_of(text, bytes.as_bytes()), "{text}");
    }
    for (bytes, text) in [
        ("f", "Zg"),
        ("f", "Zh=="),
        ("f", "Zg=A"),
        ("fo", "Zm8"),
        ("foo", "Zm9w"),
        ("foo", "foo"),
        ("", "===="),
    ] {
        assert!(!is_base64_of(text, bytes.as_bytes()), "{text}");
    }
}

#[test]
fn case_is_ignored_character_by_character() {
    let same = |a: &str, b: &str| same_ignoring_case(core::iter::once(Some(a)), b);
    assert!(same("Team", "tEAM"));
    assert!(same("ÜNÏ", "ünï"));
    assert!(!same("team", "teams"));
    assert!(!same("teams", "team"));
    assert!(same_ignoring_case([Some("a"), Some("B")].into_iter(), "Ab"));
    assert!(!same_ignoring_case([Some("a"), None].into_iter(), "a"));
}

#[test]
fn two_words_in_any_case() {
    for (text, value) in [("true", true), ("TRUE", true), ("tRuE", true), ("false", false), ("FALSe", false)]
    {
        assert_eq!(truth(text.as_bytes()), Some(value), "{text}");
    }
    for text in ["", "1", "tru", "truee", "fals", "falsé", "falsf", "true ", " true", "yes", "T\u{12}UE"] {
        assert_eq!(truth(text.as_bytes()), None, "{text}");
    }
    for byte in 0..=u8::MAX {
        assert_eq!(truth(&[b't', b'r', b'u', byte]).is_some(), matches!(byte, b'e' | b'E'), "{byte}");
    }
}

#[test]
fn timestamps_are_read_back_as_they_were() {
    for (seconds, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (951_868_799, "2000-02-29T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"),
    ] {
        assert_eq!(Timestamp(seconds).to_string(), text);
    }
    let mut seconds = 0;
    while seconds < 253_402_300_799 {
        let text = Timestamp(seconds).to_string();
        assert_eq!(Instant::parse(&text), Some(Instant { seconds, nanos: 0 }), "{text}");
        seconds += 86_399 * 97;
    }
}
