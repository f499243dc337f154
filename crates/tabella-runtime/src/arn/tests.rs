//! Splitting ARNs.

extern crate std;

use super::{Arn, Colons};

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
fn usual_arns_are_split_alike() {
    let same = |text: &str| {
        let Some(colons) = Colons::of(text.as_bytes()) else { return false };
        let (usual, whole) = (Arn::at(text.as_bytes(), colons), Arn::new(text.as_bytes()));
        let owner = colons.owner(text.as_bytes());
        assert!(usual.has_six_parts() && whole.has_six_parts(), "{text}");
        (0..6).for_each(|i| assert_eq!(usual.part(i), whole.part(i), "{text}"));
        let account = core::str::from_utf8(whole.part(4)).unwrap();
        assert_eq!(owner.map_or(&[][..], |owner| owner), account.as_bytes(), "{text}");
        true
    };
    let services = ["s3", "sqs", "dynamodb", "s3-outposts", "elasticloadbalancing", ""];
    for service in services {
        for region in ["", "eu-west-1", "us-gov-east-1", "ap-southeast-123", "a-region-that-is-far-too-long"]
        {
            for account in ["", "111122223333", "11112222333", "1111222233334", "11112222333x", "aws"] {
                for rest in ["", "k", "table/t:x", "twelve-bytes", "something:longer/than:that"] {
                    same(&std::format!("arn:aws:{service}:{region}:{account}:{rest}"));
                }
            }
        }
    }
    assert!(same("arn:aws:s3:::bucket/key"));
    assert!(same("arn:aws:dynamodb:eu-west-1:111122223333:table/t"));
    assert!(same("arn:aws:iam::111122223333:role/r"));
    assert!(same("arn:aws:elasticloadbalancing:ap-southeast-123:111122223333:loadbalancer/app/x"));
    for other in
        ["arn:aws-cn:s3:::bucket/key", "arn:aws:s3::bucket-without", "*", "", "arn:aws:s3:x:abc:bucket/key"]
    {
        assert!(!same(other), "{other}");
    }
}
