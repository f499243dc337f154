//! Splitting ARNs.

extern crate std;

use super::{Arn, Split};

#[test]
fn arns_are_split_at_the_first_five_colons() {
    let parts = |text: &'static str| {
        let arn = Arn::new(text.as_bytes());
        arn.has_six_parts().then(|| core::array::from_fn(|i| core::str::from_utf8(arn.part(i)).unwrap()))
    };
    assert_eq!(parts("arn:aws:s3:::b/k"), Some(["arn", "aws", "s3", "", "", "b/k"]));
    assert_eq!(parts(":::::"), Some([""; 6]));
    assert_eq!(parts(":::::::;"), Some(["", "", "", "", "", "::;"]));
    assert_eq!(parts("arn:aws:s3::"), None);
    assert_eq!(parts("*"), None);
    assert_eq!(parts(""), None);
    assert_eq!(parts("a;b:;:\u{3a}ü:b:c:d:e:f"), Some(["a;b", ";", "", "ü", "b", "c:d:e:f"]));
    let long = "arn:aws:logs:eu-central-1:111111111111:log-group:/aws/lambda/f:*";
    assert_eq!(
        parts(long),
        Some(["arn", "aws", "logs", "eu-central-1", "111111111111", "log-group:/aws/lambda/f:*"])
    );
    assert!(Arn::new(long.as_bytes()).has_more());
    assert!(!Arn::new(b"arn:aws:s3:::b/k").has_more());
}

#[test]
fn every_place_of_a_colon_is_found() {
    for len in 5..40_usize {
        for at in 0..len {
            let mut bytes = [b';'; 40];
            for colon in 0..4 {
                bytes[(at + colon * 7 + 1) % len] = b':';
            }
            bytes[at] = b':';
            let text = core::str::from_utf8(&bytes[..len]).unwrap();
            let count = text.matches(':').count();
            assert_eq!(Arn::new(text.as_bytes()).has_six_parts(), count >= 5, "{text}");
            if count >= 5 {
                let mut expected = text.splitn(6, ':');
                for i in 0..6 {
                    assert_eq!(
                        Some(Arn::new(text.as_bytes()).part(i)),
                        expected.next().map(str::as_bytes),
                        "{text}"
                    );
                }
            }
        }
    }
}

#[test]
fn what_things_have() {
    let is = |text: &str| Arn::new(text.as_bytes()).is_well_formed();
    for text in ["arn:aws:s3:::b", "arn:aws:s3:::", "arn:aws:iam::111122223333:role/r", "arn:x:y:z:aws:b:c"] {
        assert!(is(text), "{text}");
    }
    for text in [
        "*",
        "",
        ":::::",
        "arn:aws:s3::",
        "ARN:aws:s3:::b",
        " arn:aws:s3:::b",
        "arn::s3:::b",
        "arn:aws::::b",
        "arn:aws:s3::11112222333:b",
        "arn:aws:s3::1111222233334:b",
        "arn:aws:s3::11112222333x:b",
    ] {
        assert!(!is(text), "{text}");
    }
}
