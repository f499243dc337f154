use super::*;

#[test]
fn templates_are_taken_apart() {
    let t = template("a*b?${aws:UserName, 'x'}${*}c", true, true);
    assert_eq!(t.pieces.len(), 6);
    assert_eq!(t.pieces[5], Piece::Literal("*c".into()));
    assert_eq!(
        t.pieces[4],
        Piece::Variable {
            key: "aws:username".into(),
            written: "aws:UserName".into(),
            default: Some("x".into())
        }
    );
    assert_eq!(template("${a}*", false, false).pieces, vec![Piece::Literal("${a}*".into())].into());
    assert_eq!(template("", true, true).pieces, vec![].into());
}

#[test]
fn numbers_are_canonical() {
    for (written, canonical) in [
        ("10", "10"),
        ("10.0", "10"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("007.50", "7.5"),
        ("-12.5", "-12.5"),
        ("0.1", "0.1"),
    ] {
        assert_eq!(canonical_number(written), canonical);
    }
}

#[test]
fn dates_are_spelled_in_all_forms() {
    let mut rng = Rng::new(1);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..500 {
        seen.insert(date(Instant { seconds: 1_704_067_200, nanos: 0 }, &mut rng));
    }
    for form in
        ["2024", "2024-01", "2024-01-01", "1704067200", "2024-01-01T00:00Z", "2024-01-01T01:00:00+01:00"]
    {
        assert!(seen.contains(form), "{form} of {seen:?}");
    }
}
