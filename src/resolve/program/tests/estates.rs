use super::{check, check_with, resolve, show};

#[test]
fn names_stand_for_values() {
    check(
        r#"
        account prod 111111111111
        const bucket = "acme"
        const regions = ["eu-west-1", more]
        const more = "eu-$(bucket)"
        actions all = read, s3:PutObject
        actions read = s3:GetObject, s3:ListBucket
        resources data = arn:aws:s3:::$(bucket), objects
        resources objects = arn:aws:s3:::$(bucket)/*
        condition here = aws:RequestedRegion in regions
        condition elsewhere = not here or aws:ViaAWSService
        policy P {
          allow all on data when here
          deny s3:* unless elsewhere
        }
        "#,
        "account 111111111111 prod path= scps=none rcps=none
         Identity P
         allow s3:GetObject,s3:ListBucket,s3:PutObject on arn:aws:s3:::acme,arn:aws:s3:::acme/* if StringEquals aws:requestedregion [eu-west-1, eu-acme]
         deny s3:* on * if (StringEquals aws:requestedregion [eu-west-1, eu-acme] and BoolIfExists aws:viaawsservice [false])",
    );
}

#[test]
fn policies_with_parameters_are_made_once_for_each_list_of_arguments() {
    check_with(
        r#"
        account prod 111111111111
        const red = "red"
        policy Folder(team, sizes) {
          allow s3:GetObject on arn:aws:s3:::b/$(team)/* when s3:max-keys in sizes and s3:prefix == team
        }
        role A { policies Folder("red", [1, 2]) }
        role B { policies Folder(sizes = [1, 2], team = red) }
        role C { policies Folder("*", 3) }
        "#,
        &["T0419"],
        "account 111111111111 prod path= scps=none rcps=none
         Identity Folder(*, 3)
         allow s3:GetObject on arn:aws:s3:::b/*/* if (NumericEquals s3:max-keys [3] and StringEquals s3:prefix [*])
         Identity Folder(red, [1, 2])
         allow s3:GetObject on arn:aws:s3:::b/red/* if (NumericEquals s3:max-keys [1, 2] and StringEquals s3:prefix [red])
         role arn:aws:iam::111111111111:role/A policies=Folder(red, [1, 2])
         role arn:aws:iam::111111111111:role/B policies=Folder(red, [1, 2])
         role arn:aws:iam::111111111111:role/C policies=Folder(*, 3)",
    );
}

#[test]
fn parameters_do_not_reach_into_named_conditions() {
    check(
        r#"
        account home 111111111111
        const regions = ["eu-west-1"]
        condition outside = aws:RequestedRegion not in regions
        policy Fence(regions) { deny s3:* when outside and s3:prefix in regions }
        user Ann in home { policies Fence("us-east-1") }
        "#,
        "account 111111111111 home path= scps=none rcps=none
         Identity Fence(us-east-1)
         deny s3:* on * if (StringNotEquals aws:requestedregion [eu-west-1] and StringEquals s3:prefix [us-east-1])
         user arn:aws:iam::111111111111:user/Ann policies=Fence(us-east-1)",
    );
}

#[test]
fn identities_with_everything() {
    check(
        r#"
        account prod 111111111111
        account dev 222222222222
        policy P arn arn:aws:iam::aws:policy/P { allow s3:* }
        boundary B { allow * }
        const red = "red"
        group G in prod { policies P }
        user U in prod { groups G  boundary P }
        role R in prod {
          trust { allow role R in dev, service lambda.amazonaws.com, web identity idp.example.com when idp.example.com:aud == "x" and idp.example.com:sub == "y" }
          policies arn:aws:iam::aws:policy/P
          policy more { allow ec2:* }
          boundary B
          tags team = red, cost = "1"
          session 2h
          path /x/y/
        }
        role R in dev { }
        service linked role AWSServiceRoleForX in dev { trust { allow service x.amazonaws.com } }
        "#,
        "account 111111111111 prod path= scps=none rcps=none
         account 222222222222 dev path= scps=none rcps=none
         Identity P arn:aws:iam::aws:policy/P
         allow s3:* on *
         Identity R/more
         allow ec2:* on *
         Boundary B
         allow * on *
         Trust trust of AWSServiceRoleForX
         allow {Service(x.amazonaws.com)} sts:AssumeRole
         Trust trust of R
         allow {Role(arn:aws:iam::222222222222:role/R), Service(lambda.amazonaws.com)} sts:AssumeRole if (StringEquals idp.example.com:aud [x] and StringEquals idp.example.com:sub [y])
         allow {Federated(arn:aws:iam::111111111111:oidc-provider/idp.example.com)} sts:AssumeRoleWithWebIdentity if (StringEquals idp.example.com:aud [x] and StringEquals idp.example.com:sub [y])
         group arn:aws:iam::111111111111:group/G policies=P
         role arn:aws:iam::111111111111:role/x/y/R policies=P, R/more boundary=B tags=cost=1,team=red trust=trust of R session=7200
         user arn:aws:iam::111111111111:user/U boundary=P groups=arn:aws:iam::111111111111:group/G
         role arn:aws:iam::222222222222:role/R
         role arn:aws:iam::222222222222:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX trust=trust of AWSServiceRoleForX
         governs arn:aws:iam::111111111111:role/x/y/R 111111111111 trust of R
         governs arn:aws:iam::222222222222:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX 222222222222 trust of AWSServiceRoleForX",
    );
}

#[test]
fn levels_of_guardrails() {
    check_with(
        "
        organization o-acme1 {
          management account payer 000000000001
          account management 000000000002
          unit work ou-acme1-work { account prod 111111111111 unit inner { account dev 222222222222 } }
        }
        account partner 999999999999
        guardrail Fence on unit work, account dev { allow * deny ec2:* }
        guardrail More on unit work { deny sts:* }
        resource guardrail Ours on root, unit inner { deny s3:* unless aws:PrincipalOrgID == \"o-acme1\" }
        ",
        &["T0350"],
        "organization o-acme1 r-acme1
         account 000000000001 payer management path=o-acme1/r-acme1/ scps=[FullAWSAccess][FullAWSAccess] rcps=[Ours][]
         account 000000000002 management path=o-acme1/r-acme1/ scps=[FullAWSAccess][FullAWSAccess] rcps=[Ours][]
         account 111111111111 prod path=o-acme1/r-acme1/ou-acme1-work/ scps=[FullAWSAccess][Fence, More][FullAWSAccess] rcps=[Ours][][]
         account 222222222222 dev path=o-acme1/r-acme1/ou-acme1-work/ou-acme1-8f29baa6/ scps=[FullAWSAccess][Fence, More][FullAWSAccess][Fence] rcps=[Ours][][Ours][]
         account 999999999999 partner path= scps=none rcps=none
         Scp Fence
         allow * on *
         deny ec2:* on *
         Scp FullAWSAccess arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess
         allow * on *
         Scp More
         deny sts:* on *
         Rcp Ours
         deny {Anyone { aws: false }} s3:* on * if StringNotEquals aws:principalorgid [o-acme1]",
    );
}

#[test]
fn policies_of_resources_and_endpoints() {
    check(
        "
        account prod 111111111111
        account dev 222222222222
        resource policy Data on arn:aws:s3:::b, arn:aws:s3:::a in dev { allow account prod s3:Get }
        resource policy on arn:aws:sqs:eu-west-1:111111111111:q { allow anyone sqs:* }
        resource policy on arn:aws:sqs:eu-west-1:333333333333:q { deny anyone sqs:* }
        endpoint policy on vpce-1 in prod { allow anyone * }
        ",
        "account 111111111111 prod path= scps=none rcps=none
         account 222222222222 dev path= scps=none rcps=none
         Resource Data
         allow {Account { id: 111111111111, arn: None }} s3:Get on arn:aws:s3:::a,arn:aws:s3:::a/*,arn:aws:s3:::b,arn:aws:s3:::b/*
         Resource resource policy on arn:aws:sqs:eu-west-1:111111111111:q
         allow {Anyone { aws: false }} sqs:* on arn:aws:sqs:eu-west-1:111111111111:q,arn:aws:sqs:eu-west-1:111111111111:q/*,arn:aws:sqs:eu-west-1:111111111111:q:*
         Resource resource policy on arn:aws:sqs:eu-west-1:333333333333:q
         deny {Anyone { aws: false }} sqs:* on arn:aws:sqs:eu-west-1:333333333333:q,arn:aws:sqs:eu-west-1:333333333333:q/*,arn:aws:sqs:eu-west-1:333333333333:q:*
         Endpoint endpoint policy on vpce-1
         allow {Anyone { aws: false }} * on *
         governs arn:aws:s3:::a 222222222222 Data
         governs arn:aws:s3:::b 222222222222 Data
         governs arn:aws:sqs:eu-west-1:111111111111:q 111111111111 resource policy on arn:aws:sqs:eu-west-1:111111111111:q
         governs arn:aws:sqs:eu-west-1:333333333333:q - resource policy on arn:aws:sqs:eu-west-1:333333333333:q
         endpoint vpce-1 endpoint policy on vpce-1",
    );
}

#[test]
fn tests_and_invariants() {
    check_with(
        r#"
        organization o-acme1 { account prod 111111111111 }
        role R { path /x/ }
        session policy Narrow { allow s3:Get }
        test "t" {
          as role R in prod session "ci" with session policy Narrow via vpce-1 with a:b = 1, aws:TagKeys = ["x"] {
            allow s3:Get on arn:aws:s3:::b in prod with A:B = 2
            deny explicitly s3:Put because boundary B
          }
          as role R { deny s3:Get }
          as web identity idp { deny implicitly sts:AssumeRoleWithWebIdentity on arn:aws:iam::111111111111:role/x/R }
          as account prod { deny s3:Get }
        }
        never anyone outside o-acme1 may s3:Get on arn:aws:s3:::b/*
        never anyone outside prod may s3:Get when a:b
        only role R, service s.amazonaws.com may assume role R
        "#,
        &["T0501"; 3],
        r#"organization o-acme1 r-acme1
         account 111111111111 prod path=o-acme1/r-acme1/ scps=[FullAWSAccess][FullAWSAccess] rcps=[][]
         Session Narrow
         allow s3:Get on *
         Scp FullAWSAccess arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess
         allow * on *
         role arn:aws:iam::111111111111:role/x/R
         test t
         Allow arn:aws:sts::111111111111:assumed-role/R/ci s3:Get on arn:aws:s3:::b 111111111111 [aws:TagKeys=["x"] A:B=["2"]] sessions=Narrow []
         DenyExplicitly arn:aws:sts::111111111111:assumed-role/R/ci s3:Put on * - [a:b=["1"] aws:TagKeys=["x"]] sessions=Narrow ["boundary", "B"]
         Deny arn:aws:iam::111111111111:role/x/R s3:Get on * - [] sessions= []
         DenyImplicitly arn:aws:iam::111111111111:oidc-provider/idp sts:AssumeRoleWithWebIdentity on arn:aws:iam::111111111111:role/x/R - [] sessions= []
         Deny arn:aws:iam::111111111111:root s3:Get on * - [] sessions= []
         never [Anyone { aws: false }] outside=Some("o-acme1") s3:Get on arn:aws:s3:::b/* if ()
         never [Anyone { aws: false }] outside=Some("111111111111") s3:Get on * if Bool a:b [true]
         only [Role("arn:aws:iam::111111111111:role/x/R"), Service("s.amazonaws.com")] outside=None sts:AssumeRole on arn:aws:iam::111111111111:role/x/R if ()"#,
    );
}

#[test]
fn services() {
    check(
        "service shop {
           action Buy, Sell on order with shop:Amount
           action List
           resource order arn:shop:*:*:*:order/*
           key shop:Amount Numeric
           key shop:Kinds list of String
         }",
        r#"service shop Buy["order"]["shop:Amount"] List[][] Sell["order"]["shop:Amount"] [("order", "arn:shop:*:*:*:order/*")] [ServiceKey { name: "shop:Amount", ty: "Numeric", list: false }, ServiceKey { name: "shop:Kinds", ty: "String", list: true }]"#,
    );
}

#[test]
fn the_order_of_files_does_not_matter() {
    let files = [
        (
            "org.tabella",
            "organization o-acme1 { account prod 111111111111 unit u { account dev 222222222222 } }",
        ),
        (
            "b/roles.tabella",
            "import \"../org.tabella\"  role Z in prod { policies P(\"z\"), Q }  role A in dev { policies P(\"a\") }",
        ),
        (
            "a/policies.tabella",
            "policy P(x) { allow s3:Get on arn:aws:s3:::$(x)/* } policy Q { allow ec2:* }",
        ),
        ("guard.tabella", "guardrail G on unit u { allow * } guardrail F on unit u { deny ec2:* }"),
    ];
    let mut shown = Vec::new();
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let (world, found) = resolve(&order.map(|i: usize| files[i]));
        assert!(found.is_empty(), "{found:#?}");
        shown.push(show::world(world.unwrap().world()));
    }
    assert_eq!(shown[0], shown[1]);
    assert_eq!(shown[0], shown[2]);
    assert!(shown[0].contains("policies=P(z), Q"), "{}", shown[0]);
}

#[test]
fn arguments_that_differ_are_shown_differently() {
    let text = r#"account prod 111111111111
        policy P(x, y) { allow s3:* when a:x == x and a:y == y }
        policy L(x) { allow s3:* when a:x in x }
        role R in prod { policies P("a, b", "c"), P("a", "b, c"), P("a", "b"), L(["a", "b"]), L("[a, b]"), L("a") }"#;
    let (world, found) = super::resolve(&[("main.tabella", text)]);
    let world = world.unwrap_or_else(|| panic!("{found:#?}"));
    let mut names: Vec<&str> = world.world().policies.iter().map(|p| &*p.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["L(\"[a, b]\")", "L([a, b])", "L(a)", "P(\"a, b\", c)", "P(a, \"b, c\")", "P(a, b)"]);
}
