//! Rule 7: issuer and audience.

use crate::bench::{Bench, token};

#[track_caller]
fn issuer_case(claim: &str, expected: &str) {
    let bench =
        Bench::default().demand(|requirements| requirements.issuer = Some("https://us.example".to_owned()));
    assert_eq!(bench.answer(&token(claim)), expected, "{claim}");
}

#[track_caller]
fn audience_case(claim: &str, expected: &str) {
    let bench = Bench::default().demand(|requirements| requirements.audience = Some("api".to_owned()));
    assert_eq!(bench.answer(&token(claim)), expected, "{claim}");
}

#[test]
fn the_issuer_is_the_one_demanded() {
    issuer_case(r#""iss":"https://us.example""#, "good");
    issuer_case(r#""iss":"https:\/\/us.exampl\u0065""#, "good");
    for claim in [
        "",
        r#""iss":"""#,
        r#""iss":null"#,
        r#""iss":"https://us.example/""#,
        r#""iss":"https://US.example""#,
        r#""iss":" https://us.example""#,
        r#""iss":"https://us.example.evil""#,
        r#""iss":["https://us.example"]"#,
        r#""iss":{"https://us.example":1}"#,
    ] {
        issuer_case(claim, "wrong_issuer");
    }
    // Without a requirement, any will do.
    assert_eq!(Bench::default().answer(&token(r#""iss":"https://them.example""#)), "good");
}

#[test]
fn the_audience_is_among_those_of_the_token() {
    audience_case(r#""aud":"api""#, "good");
    audience_case(r#""aud":["api"]"#, "good");
    audience_case(r#""aud":["other","api"]"#, "good");
    for claim in [
        "",
        r#""aud":"""#,
        r#""aud":"API""#,
        r#""aud":"api ""#,
        r#""aud":"api2""#,
        r#""aud":"other""#,
        r#""aud":"api other""#,
        r#""aud":["other"]"#,
        r#""aud":[]"#,
        r#""aud":["api",5]"#,
        r#""aud":[["api"]]"#,
        r#""aud":null"#,
        r#""aud":5"#,
        r#""aud":{"api":1}"#,
    ] {
        audience_case(claim, "wrong_audience");
    }
}

#[test]
fn a_token_for_somebody_is_not_for_those_who_have_no_name() {
    let nameless = Bench::default();
    assert_eq!(nameless.answer(&token("")), "good");
    for claim in [r#""aud":"api""#, r#""aud":[]"#, r#""aud":"""#, r#""aud":null"#, r#""aud":5"#] {
        assert_eq!(nameless.answer(&token(claim)), "wrong_audience", "{claim}");
    }
}

#[test]
fn the_store_says_what_is_demanded() {
    let store = "[tokens]\nissuer = \"us\"\naudience = \"api\"\ntype = \"at+jwt\"\n[users.johndoe]\nhashed_password = \"!\"\n";
    let bench = Bench::with_store(store);
    assert_eq!(bench.answer(&token("")), "wrong_type wrong_issuer wrong_audience");
    let claims = crate::bench::claims(r#""iss":"us","aud":"api""#);
    assert_eq!(bench.answer(&crate::bench::signed(r#"{"alg":"HS256","typ":"at+jwt"}"#, claims)), "good");
}

#[test]
fn the_words_name_what_was_wanted() {
    let bench = Bench::default().demand(|requirements| {
        requirements.issuer = Some("us".to_owned());
        requirements.audience = Some("api".to_owned());
    });
    insta::assert_snapshot!(bench.words(&token("")), @"
    issuer is missing, and must be `us`
    audience is missing, and must be `api`
    ");
    insta::assert_snapshot!(bench.words(&token(r#""iss":"them","aud":"x""#)), @"
    issuer is `them`, not `us`
    audience is `x`, not `api`
    ");
    insta::assert_snapshot!(Bench::default().words(&token(r#""aud":"x""#)), @"audience is `x`, and none is configured here");
}
