//! Rule 10: scopes in the claims in which other issuers put them.

use authctl::auth::claim_path::{ClaimPath, ClaimPathError};
use authctl::auth::refusal::Reason;

use crate::bench::{Bench, token};

/// A path of each word.
fn paths(words: &str) -> Vec<ClaimPath> {
    words.split_whitespace().map(|path| path.parse().unwrap()).collect()
}

/// The scopes that a token with these claims has at these paths.
#[track_caller]
fn case(claims: &str, at: &str, expected: &str) {
    let bench = Bench::default().demand(|requirements| requirements.audience = Some("api".to_owned()));
    let token = bench.verify(&token(&format!(r#""aud":"api"{claims}"#))).unwrap();
    assert_eq!(token.scopes_at(&paths(at)), expected, "{claims} at {at}");
}

#[test]
fn a_path_names_where_the_scopes_are() {
    case(r#","scope":"me items""#, "", "me items");
    case(r#","scope":"me items","scp":"x""#, "", "me items");
    case(r#","scope":"me items""#, "scope", "me items");
    case(r#","scope":"me items""#, "scope scp", "me items");
    case(r#","scope":"me items","scp":"a b""#, "scp", "a b");
    case(r#","scope":"me items","scp":["a","b"]"#, "scp", "a b");
    case(r#","scp":["a","b"]"#, "scope", "");
    case(r#","SCP":"a","scp ":"b""#, "scp", "");
    case(r#","realm_access":{"roles":["a"],"x":1}"#, "realm_access.roles", "a");
    case(r#","a":{"b":{"c":{"d":"x y"}}}"#, "a.b.c.d", "x y");
    case(r#","\u0073cp":"\u0061""#, "scp", "a");
    // Claims that have a rule of their own may be named too, whether or not there are others.
    for other in ["", r#","x":1"#] {
        case(&format!(r#","iss":"i","jti":"j"{other}"#), "sub jti iss aud exp", "johndoe j i api");
    }
}

#[test]
fn a_member_whose_name_is_the_whole_rest_is_taken_first() {
    case(r#","https://example.com/roles":["a"]"#, "https://example.com/roles", "a");
    case(r#","a":{"b":"inner"},"a.b":"whole""#, "a.b", "whole");
    case(r#","a.b":null,"a":{"b":"inner"}"#, "a.b", "");
    case(r#","x":{"a":{"b":"inner"},"a.b":"whole"}"#, "x.a.b", "whole");
    // Names with dots of their own, the shortest first.
    case(r#","access":{"com.example.app":{"roles":["a"]}}"#, "access.com.example.app.roles", "a");
    case(r#","a.b":{"c":"long"},"a":{"b":{"c":"short"}}"#, "a.b.c", "short");
    case(r#","a.b":{"c":"long"},"a":{"b":5}"#, "a.b.c", "long");
}

#[test]
fn several_paths_are_a_union_in_their_order() {
    let claims = r#","scope":"me","scp":["a","me"],"roles":"b a""#;
    case(claims, "scp roles", "a me b");
    case(claims, "roles scope scp", "b a me");
    case(claims, "roles roles", "b a");
    case(claims, "none scope", "me");
}

#[test]
fn what_lists_no_scopes_permits_nothing_and_is_no_fault() {
    for scp in ["5", "null", "true", r#"{"a":"items"}"#, r#"[["items"]]"#, r#"["items",5]"#, "[]", r#""""#] {
        case(&format!(r#","scp":{scp}"#), "scp", "");
    }
    case(r#","scp":["items me","","m\u00e9","a\"b","x\u0000","ok"]"#, "scp", "ok");
    case(r#","scp":"  a  a\tb c\u00e9  d ""#, "scp", "a d");
    case(r#","scp":"a,items""#, "scp", "a,items");
    // A path leads through objects alone.
    let claims = r#","scp":"items","list":[{"scp":["items"]}],"obj":{"scp":{"x":"items"}},"nil":null"#;
    for path in ["scp.items", "list.scp", "list.0.scp", "obj", "obj.scp", "obj.scp.x.y", "nil.x", "/obj/scp"]
    {
        case(claims, path, "");
    }
}

#[test]
fn a_scope_claim_that_breaks_its_rule_is_a_fault_all_the_same() {
    let bench = Bench::default().demand(|requirements| requirements.scope_claims = paths("scp")).require("a");
    assert_eq!(bench.answer(&token(r#""scp":"a","scope":5"#)), "invalid_claims");
    assert_eq!(bench.answer(&token(r#""scp":"a","scope":"b""#)), "good");
    assert_eq!(bench.answer(&token(r#""scp":"b","scope":"a""#)), "insufficient_scope");
    assert_eq!(bench.answer(&token(r#""scp":"b","scp":"a""#)), "malformed");
}

#[test]
fn scopes_in_any_claim_must_be_granted_still() {
    let store =
        "[tokens]\nscope_claim = ['scp', 'scope']\n[users.johndoe]\nhashed_password = '!'\nscopes = ['me']\n";
    let bench = |required| Bench::with_store(store).require(required);
    let token = token(r#""scp":["me","items"]"#);
    assert_eq!(bench("me").answer(&token), "good");
    assert_eq!(bench("me items").answer(&token), "insufficient_scope");
    let users = bench("me").users.unwrap();
    let opened = authctl::open(&token, &bench("me").keys).unwrap();
    let verified = opened.judge(users.facts(&opened), &bench("me").requirements, bench("me").now).unwrap();
    assert_eq!((verified.scope().as_ref(), verified.scopes().to_string().as_str()), ("me", "me"));
}

#[test]
fn a_refusal_knows_which_usual_claims_were_not_asked() {
    let other_claims = |claims: &str, at: &str| {
        let bench =
            Bench::default().demand(|requirements| requirements.scope_claims = paths(at)).require("me");
        let refusal = bench.verify(&token(claims)).unwrap_err();
        match refusal.reasons() {
            [Reason::InsufficientScope { other_claims, .. }] => other_claims.join(" "),
            reasons => panic!("{reasons:?}"),
        }
    };
    assert_eq!(other_claims(r#""scope":"x""#, ""), "");
    assert_eq!(other_claims(r#""scp":"x""#, ""), "scp");
    assert_eq!(
        other_claims(r#""roles":[],"scope":"x","permissions":"","scp":"x""#, ""),
        "roles permissions scp"
    );
    assert_eq!(other_claims(r#""scp":"x","roles":["y"]"#, "scp"), "roles");
    assert_eq!(other_claims(r#""scp":5,"roles":null,"scopes":{}"#, ""), "");
    // Where only a grant was withdrawn, no other claim helps.
    let store = "[users.johndoe]\nhashed_password = '!'\n";
    let refusal =
        Bench::with_store(store).require("me").verify(&token(r#""scope":"me","scp":"me""#)).unwrap_err();
    let [Reason::InsufficientScope { other_claims, .. }] = refusal.reasons() else { panic!("{refusal}") };
    assert!(other_claims.is_empty());
}

#[test]
fn a_path_is_names_with_single_dots_between() {
    let longest = "x".repeat(256);
    for path in [
        "scp",
        "realm_access.roles",
        "https://example.com/roles",
        "cognito:groups",
        "é ü",
        "/obj/scp",
        &longest,
    ] {
        assert_eq!(path.parse::<ClaimPath>().unwrap().to_string(), path);
    }
    let too_long = format!("{longest}x");
    for (path, error) in [
        ("", ClaimPathError::Empty),
        (".", ClaimPathError::EmptyName),
        ("a.", ClaimPathError::EmptyName),
        (".a", ClaimPathError::EmptyName),
        ("a..b", ClaimPathError::EmptyName),
        (&too_long, ClaimPathError::TooLong),
    ] {
        assert_eq!(path.parse::<ClaimPath>(), Err(error), "{path}");
    }
}

#[test]
fn thousands_of_scopes_and_of_requirements_are_matched() {
    let list = |from: usize| {
        let scopes: Vec<String> = (from..from + 6_000).map(|number| format!("s{number}")).collect();
        scopes
    };
    let claim = format!(r#""scp":{}"#, serde_json::to_string(&list(0)).unwrap());
    let bench = |from: usize| {
        Bench::default()
            .demand(|requirements| requirements.scope_claims = paths("scp"))
            .require(&list(from).join(" "))
    };
    assert_eq!(bench(0).answer(&token(&claim)), "good");
    let refusal = bench(2_000).verify(&token(&claim)).unwrap_err();
    assert_eq!(refusal.missing().len(), 2_000);
    assert!(refusal.missing().contains("s6000") && !refusal.missing().contains("s5999"));
}

#[test]
fn a_path_into_deep_claims_ends() {
    let (mut claims, mut path) = (r#""items""#.to_owned(), String::new());
    for _ in 0..28 {
        claims = format!(r#"{{"a":{claims},"a.b":{{"b":1}},"b":[{}]}}"#, "{},".repeat(40) + "1");
        path.push_str("a.");
    }
    case(&format!(r#","a":{claims}"#), &format!("{path}a"), "items");
    case(&format!(r#","a":{claims}"#), &format!("{path}b"), "");
}
