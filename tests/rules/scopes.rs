//! Rule 10: every required scope, in the token and still granted.

use authctl::auth::refusal::Reason;
use authctl::auth::scope::{Scope, ScopeSet};

use crate::bench::{Bench, token};

const STORE: &str = "
[users.johndoe]
hashed_password = \"!\"
scopes = [\"me\", \"items\"]
";

#[track_caller]
fn case(bench: &Bench, scope: &str, missing: &str) {
    let claim = if scope == "-" { String::new() } else { format!(r#""scope":"{scope}""#) };
    let found = match bench.verify(&token(&claim)) {
        Ok(_) => String::new(),
        Err(refusal) => {
            let codes: Vec<&str> = refusal.reasons().iter().map(Reason::code).collect();
            assert_eq!(codes, ["insufficient_scope"], "{scope}");
            refusal.missing().to_string()
        }
    };
    assert_eq!(found, missing, "{scope}");
}

#[test]
fn every_required_scope_is_in_the_token() {
    let bench = |required: &str| Bench::default().require(required);
    case(&bench("me"), "me", "");
    case(&bench("me"), "items me", "");
    case(&bench("items me"), "me items", "");
    case(&bench("me items"), "me", "items");
    case(&bench("me items"), "items", "me");
    case(&bench("me items"), "", "me items");
    case(&bench("me"), "-", "me");
    case(&bench("me"), "", "me");
    case(&bench("me"), "ME", "me");
    case(&bench("me"), "mee me2 m", "me");
    case(&bench("me"), "me:read", "me");
    case(&bench("read"), "users:read read:x", "read");
    case(&bench("me"), "*", "me");
    case(&bench("b a"), "a,b", "b a");
}

#[test]
fn nothing_required_is_nothing_missing() {
    case(&Bench::default(), "-", "");
    case(&Bench::with_store(STORE), "", "");
}

#[test]
fn a_grant_that_was_withdrawn_counts_at_once() {
    let bench = |required: &str| Bench::with_store(STORE).require(required);
    case(&bench("me items"), "me items", "");
    // `admin` is in the token: it was granted once.
    case(&bench("admin"), "me items admin", "admin");
    case(&bench("me admin"), "me admin", "admin");
    case(&bench("me"), "me admin", "");
    // Granted and not in the token: a token is never widened.
    case(&bench("items"), "me", "items");
}

#[test]
fn a_claim_of_which_nothing_was_withdrawn_stays_as_it_is() {
    let bench = Bench::with_store(STORE);
    let users = bench.users.as_ref().unwrap();
    for (claim, scope, scopes) in [
        ("me items me", "me items me", "me items"),
        ("me items me admin", "me items", "me items"),
        ("", "", ""),
    ] {
        let token = bench.verify(&token(&format!(r#""scope":"{claim}""#))).unwrap();
        let verified = token.judge(users.facts(&token), &bench.requirements, bench.now).unwrap();
        assert_eq!((&*verified.scope(), verified.scopes().to_string().as_str()), (scope, scopes), "{claim}");
    }
}

#[test]
fn without_a_store_the_token_alone_counts() {
    case(&Bench::default().require("admin"), "admin", "");
}

#[test]
fn a_scope_claim_that_breaks_the_grammar_permits_nothing() {
    for scope in [r#"["me",5]"#, r#""me  items""#, r#"" me""#, "null"] {
        let answer = Bench::default().require("me").answer(&token(&format!(r#""scope":{scope}"#)));
        assert_eq!(answer, "invalid_claims insufficient_scope", "{scope}");
    }
    for claim in [r#""scopes":"me""#, r#""scp":"me""#, r#""roles":["me"]"#] {
        assert_eq!(Bench::default().require("me").answer(&token(claim)), "insufficient_scope", "{claim}");
    }
}

#[test]
fn scopes_may_be_an_array_whose_odd_entries_permit_nothing() {
    for (scope, permitted) in [
        (r#"["items","me"]"#, "items me"),
        (r#"["me","me items","","m\u00e9","a\"b"]"#, "me"),
        (r#"["me\u0020items"]"#, ""),
        ("[]", ""),
    ] {
        let token = Bench::default().verify(&token(&format!(r#""scope":{scope}"#))).unwrap();
        assert_eq!(token.scope(), permitted, "{scope}");
    }
    let answer = Bench::with_store(STORE).require("items").answer(&token(r#""scope":["me","items"]"#));
    assert_eq!(answer, "good");
}

#[test]
fn a_scope_that_is_declared_no_more_permits_nothing() {
    let declared = |scopes: &str| format!("[scopes]\n{scopes}{STORE}");
    let answer =
        |store: &str| Bench::with_store(store).require("items").answer(&token(r#""scope":"me items""#));
    assert_eq!(answer(STORE), "good");
    assert_eq!(answer(&declared("me = ''\nitems = ''\n")), "good");
    assert_eq!(answer(&declared("me = ''\n")), "insufficient_scope");
    assert_eq!(answer(&declared("")), "insufficient_scope");
}

#[test]
fn the_words_name_what_is_missing() {
    let words = |required: &str| Bench::default().require(required).words(&token(r#""scope":"me""#));
    insta::assert_snapshot!(words("items"), @"token lacks the scope `items`");
    insta::assert_snapshot!(words("me items admin"), @"token lacks the scopes `items` and `admin`");
    insta::assert_snapshot!(words("a b c"), @"token lacks the scopes `a`, `b` and `c`");
    let words = |required: &str| {
        Bench::with_store(STORE).require(required).words(&token(r#""scope":"me admin more""#))
    };
    insta::assert_snapshot!(words("me admin"), @"token has the scope `admin`, which is not granted to its user now");
    insta::assert_snapshot!(words("more admin"), @"token has the scopes `more` and `admin`, which are not granted to its user now");
    insta::assert_snapshot!(words("admin items a"), @"token lacks the scopes `items` and `a`, and has the scope `admin`, which is not granted to its user now");
    // `me` and `items` are granted.
    let declared = format!("[scopes]\nmore = ''\n{STORE}");
    let words = |required: &str| {
        Bench::with_store(&declared).require(required).words(&token(r#""scope":"me items admin more""#))
    };
    insta::assert_snapshot!(words("items"), @"token has the scope `items`, which is not declared now");
    insta::assert_snapshot!(words("me items a admin"), @"token lacks the scope `a`, and has the scope `admin`, which is not granted to its user now, and has the scopes `me` and `items`, which are not declared now");
}

#[test]
fn scopes_come_out_in_the_order_they_went_in() {
    let scopes: ScopeSet = "b, a, c, a".parse().unwrap();
    let borrowed: Vec<&str> = (&scopes).into_iter().map(Scope::as_str).collect();
    assert_eq!(borrowed, ["b", "a", "c"]);
    let owned: Vec<String> = scopes.into_iter().map(|scope| scope.to_string()).collect();
    assert_eq!(owned, ["b", "a", "c"]);
}
