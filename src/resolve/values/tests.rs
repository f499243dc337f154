use super::*;

#[track_caller]
fn check_number(text: &str, expected: Option<&str>) {
    assert_eq!(number(text).as_deref(), expected, "{text}");
}

#[test]
fn decimals_have_one_spelling() {
    for (text, canonical) in [
        ("10", "10"),
        ("+10", "10"),
        ("0010", "10"),
        ("10.0", "10"),
        ("-0.50", "-0.5"),
        ("-0", "0"),
        ("00.00", "0"),
    ] {
        check_number(text, Some(canonical));
    }
    check_number("123456789012345678901234567890.10", Some("123456789012345678901234567890.1"));
    for text in ["", "-", "a", "1e3", ".5", "5.", "1.2.3", "1 ", "0x10", "NaN", "١"] {
        check_number(text, None);
    }
}

#[test]
fn decimals_compare_by_value() {
    let sorted = [
        "-12.5",
        "-12",
        "-1",
        "-0.5",
        "0",
        "0.05",
        "0.5",
        "1",
        "1.01",
        "1.1",
        "2",
        "10",
        "123456789012345678901",
    ];
    for (i, a) in sorted.iter().enumerate() {
        for (j, b) in sorted.iter().enumerate() {
            assert_eq!(compare_numbers(a, b), i.cmp(&j), "{a} {b}");
        }
    }
}

#[track_caller]
fn check_date(text: &str, expected: Option<(i64, u32)>) {
    assert_eq!(date(text).map(|i| (i.seconds, i.nanos)), expected, "{text}");
}

#[test]
fn dates_in_every_form() {
    check_date("1970", Some((0, 0)));
    check_date("1970-02", Some((31 * 86_400, 0)));
    check_date("1970-01-02", Some((86_400, 0)));
    check_date("2024-01-01T00:00:00Z", Some((1_704_067_200, 0)));
    check_date("2024-01-01T00:00Z", Some((1_704_067_200, 0)));
    check_date("2024-01-01T01:30:00+01:30", Some((1_704_067_200, 0)));
    check_date("2023-12-31T22:30:00-01:30", Some((1_704_067_200, 0)));
    check_date("2024-01-01T00:00:00.25Z", Some((1_704_067_200, 250_000_000)));
    check_date("1704067200", Some((1_704_067_200, 0)));
    check_date("-1", Some((-1, 0)));
    check_date("20240", Some((20_240, 0)));
    check_date("-1234", Some((-1_234, 0)));
    check_date("1212-12-12T12:12:12Z", Some((-23_890_247_268, 0)));
}

#[test]
fn malformed_dates() {
    for text in [
        "",
        "a",
        "2024-1",
        "2024-13",
        "2023-02-29",
        "2024-01-01T00:00:00",
        "2024-01-01T24:00Z",
        "2024T00:00Z",
        "2024-01-01T00:60Z",
        "2024-01-01T00:00:00.Z",
        "2024-01-01T00:00:00.0000000001Z",
        "2024-01-01t00:00Z",
        "2024-01-01T00:00:00+1:00",
        "99999999999999999999",
        "2024-01-01-01",
        "-",
        "2024-01-01 00:00Z",
    ] {
        check_date(text, None);
    }
}

#[track_caller]
fn check_ip(text: &str, expected: Option<&str>) {
    assert_eq!(ip(text).map(|(a, p)| format!("{a}/{p}")).as_deref(), expected, "{text}");
}

#[test]
fn networks() {
    check_ip("10.1.2.3/8", Some("10.0.0.0/8"));
    check_ip("10.1.2.3", Some("10.1.2.3/32"));
    check_ip("0.0.0.0/0", Some("0.0.0.0/0"));
    check_ip("2001:0db8:85a3:0000:0000:8a2e:0370:7334/64", Some("2001:db8:85a3::/64"));
    check_ip("2001:DB8::1", Some("2001:db8::1/128"));
    for text in [
        "",
        "10.0.0",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/+8",
        "010.0.0.1",
        "::/129",
        "123456789012",
        " ::1",
    ] {
        check_ip(text, None);
    }
}

#[test]
fn bytes_and_booleans() {
    assert_eq!(binary("aGk="), Some(b"hi".to_vec()));
    assert_eq!(binary("aGk"), None);
    assert_eq!(binary(""), Some(vec![]));
    assert_eq!(
        (boolean("True"), boolean("FALSE"), boolean("yes"), boolean("")),
        (Some(true), Some(false), None, None)
    );
}
