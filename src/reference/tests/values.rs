use super::super::values::instant;
use super::*;
use Operator::*;

fn check(operator: Operator, wanted: Value, value: &str) -> bool {
    condition_holds(Condition::Atom(atom(operator, "a:k", vec![wanted])), &[("a:k", Values::One(value))])
}

fn number(text: &str) -> Value {
    Value::Number { canonical: text.into(), written: text.into() }
}

#[test]
fn strings() {
    assert!(!check(StringEquals, text("Ab"), "ab"));
    assert!(check(StringEqualsIgnoreCase, text("AbÉ"), "aBé"));
    assert!(!check(StringNotEqualsIgnoreCase, text("Ab"), "aB"));
    assert!(check(StringLike, text("a*z?"), "a\n/:zz"));
    assert!(!check(StringLike, text("a*"), "A"));
    assert!(check(StringNotLike, text("a*"), "ba"));
}

#[test]
fn numbers_are_exact() {
    assert!(check(NumericEquals, number("10"), "10.0"));
    assert!(check(NumericEquals, number("0.1"), "00.10"));
    assert!(check(NumericEquals, number("0"), "-0.0"));
    let (long, longer) = ("90071992547409931234567890", "90071992547409931234567891");
    assert!(!check(NumericEquals, number(long), longer));
    assert!(check(NumericLessThan, number(longer), long));
    assert!(check(NumericLessThan, number("-1"), "-1.5"));
    assert!(check(NumericGreaterThan, number("-1"), "0.5"));
    assert!(!check(NumericLessThanEquals, number("9"), "10"));
    for malformed in ["", "1e3", "0x10", "1.", ".", "1 ", "١", "1.2.3", "--1"] {
        assert!(!check(NumericEquals, number("1"), malformed), "{malformed}");
        assert!(!check(NumericLessThan, number("100"), malformed), "{malformed}");
        assert!(!check(NumericNotEquals, number("1"), malformed), "{malformed}");
    }
}

#[test]
fn dates_have_one_time_line() {
    let at = |seconds, nanos| Some(Instant { seconds, nanos });
    for (text, expected) in [
        ("1970-01-01T00:00:00Z", at(0, 0)),
        ("2020-01-01", at(1_577_836_800, 0)),
        ("2020-01", at(1_577_836_800, 0)),
        ("2020", at(1_577_836_800, 0)),
        ("1577836800", at(1_577_836_800, 0)),
        ("2020-01-01T01:00+01:00", at(1_577_836_800, 0)),
        ("2019-12-31T23:00:00.5-01:00", at(1_577_836_800, 500_000_000)),
        ("9999-12-31T23:59:59Z", at(253_402_300_799, 0)),
        ("2020-02-29", at(1_582_934_400, 0)),
        ("2021-02-29", None),
        ("2020-13-01", None),
        ("2020-01-01T00:00:00", None),
        ("2020-01-01T24:00:00Z", None),
        ("2020-01-01T00:00:60Z", None),
        ("2020-01T00:00Z", None),
        ("2020-01-01 00:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ] {
        assert_eq!(instant(text), expected, "{text}");
    }
}

#[test]
fn dates() {
    let wanted = || Value::Date { instant: instant("2020-01-01T00:00:00Z").unwrap(), written: "".into() };
    assert!(check(DateLessThan, wanted(), "2019-12-31T23:59:59.999Z"));
    assert!(check(DateEquals, wanted(), "1577836800"));
    assert!(check(DateGreaterThan, wanted(), "1577836801"));
    assert!(!check(DateGreaterThan, wanted(), "soon"));
    assert!(!check(DateNotEquals, wanted(), "soon"));
}

#[test]
fn booleans() {
    let yes = || Value::Bool(glob("true"));
    assert!(check(Bool, yes(), "TRUE"));
    assert!(!check(Bool, yes(), "false"));
    assert!(!check(Bool, yes(), "1"));
    assert!(!check(Bool, Value::Bool(glob("yes")), "yes"));
}

#[test]
fn bytes() {
    let wanted = || Value::Binary { bytes: (*b"foo\n").into(), written: "Zm9vCg==".into() };
    assert!(check(BinaryEquals, wanted(), "Zm9vCg=="));
    assert!(!check(BinaryEquals, wanted(), "zm9vCg=="));
    assert!(!check(BinaryEquals, wanted(), "foo\n"));
}

#[test]
fn addresses() {
    let network =
        |network: &str, prefix| Value::Ip { network: network.parse().unwrap(), prefix, written: "".into() };
    assert!(check(IpAddress, network("0.0.0.0", 0), "203.0.113.9"));
    assert!(!check(IpAddress, network("0.0.0.0", 0), "2001:db8::1"));
    assert!(!check(IpAddress, network("::", 0), "203.0.113.9"));
    assert!(check(IpAddress, network("2001:db8::1", 128), "2001:0DB8:0:0::0001"));
    assert!(check(IpAddress, network("10.0.0.0", 8), "10.255.0.1"));
    assert!(!check(IpAddress, network("10.0.0.0", 8), "11.0.0.1"));
    assert!(!check(IpAddress, network("10.0.0.0", 8), "::ffff:10.0.0.1"));
    assert!(!check(NotIpAddress, network("10.0.0.0", 8), "nonsense"));
    assert!(!check(NotIpAddress, network("10.0.0.0", 8), "::ffff:10.0.0.1"));
    assert!(check(NotIpAddress, network("10.0.0.0", 8), "::ffff:11.0.0.1"));
}

#[test]
fn arns() {
    assert!(check(ArnLike, text("arn:aws:iam::*:role/a*"), "arn:aws:iam::111111111111:role/ab:c"));
    assert!(check(ArnEquals, text("arn:aws:iam::*:role/a"), "arn:aws:iam::111111111111:role/a"));
    assert!(!check(ArnLike, text("arn:aws:sns:*:t"), "arn:aws:sns:eu:1:t"));
    assert!(!check(ArnLike, text("arn:*:t"), "arn:aws:sns:eu:1:t"));
    assert!(!check(ArnLike, text("arn:aws:iam::1:role/A"), "arn:aws:iam::1:role/a"));
    assert!(!check(ArnNotLike, text("arn:aws:iam::1:role/A"), "not an arn"));
    assert!(!check(ArnLike, text("*"), "arn:aws:sns:eu:1:t"));
    assert!(!check(ArnNotLike, text("*"), "arn:aws:sns:eu:1:t"));
    assert!(!check(ArnLike, text("*"), "not an arn"));
}
