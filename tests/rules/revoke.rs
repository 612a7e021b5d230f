//! Revocations: the recorded id, and for how long.

use authctl::auth::revoke::{is_over, revocation};
use authctl::auth::user::Revocation;

use crate::bench::{Bench, HEADER, NOW, at, encode, signed};

/// The revocation, or the code and the message of the refusal.
fn recorded(token: &str) -> Result<(Revocation, Option<String>), (&'static str, String)> {
    revocation(token, &Bench::default().keys).map_err(|refusal| (refusal.code(), refusal.to_string()))
}

#[test]
fn a_token_is_known_by_its_id_whatever_else_is_wrong_with_it() {
    for (more, user) in [
        (r#","sub":"johndoe""#, "johndoe"),
        (r#","sub":"johndoe","iss":"them","aud":"them","nbf":253402300799"#, "johndoe"),
        (r#","sub":"not a username""#, "not a username"),
    ] {
        for expires in [1, NOW, NOW + 600] {
            let token = signed(HEADER, format!(r#"{{"jti":"x","exp":{expires}{more}}}"#));
            let revocation = Revocation { id: "x".to_owned(), expires: at(expires) };
            assert_eq!(recorded(&token), Ok((revocation, Some(user.to_owned()))), "{more} {expires}");
        }
    }
}

#[test]
fn a_token_that_nobody_takes_is_not_recorded() {
    let claims = format!(r#"{{"jti":"x","sub":"johndoe","exp":{NOW}}}"#);
    let forged = format!("{}.{}.{}", encode(HEADER), encode(&claims), encode([1; 32]));
    assert_eq!(recorded(&forged), Err(("bad_signature", "signature does not match the key".to_owned())));
    assert_eq!(recorded("x").unwrap_err().0, "malformed");
    let without = |claim: &str| signed(HEADER, claims.replace(claim, ""));
    assert_eq!(
        recorded(&without(r#""sub":"johndoe","#)),
        Err(("invalid_claims", "claim `sub` is missing".to_owned()))
    );
    assert_eq!(recorded(&without(r#""jti":"x","#)), Err(("no_jti", "the token has no `jti`".to_owned())));
}

#[test]
fn a_record_is_kept_for_a_day_so_that_no_clock_ahead_revives_the_token() {
    assert!(!is_over(at(NOW), at(NOW)));
    assert!(!is_over(at(NOW), at(NOW + 86_399)));
    assert!(is_over(at(NOW), at(NOW + 86_400)));
    assert!(is_over(at(NOW), at(NOW + 86_401)));
}
