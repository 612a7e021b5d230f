//! A refused token: what failed, and what to do where another login of its user does not help.

use authctl::auth::refusal::{Reason, Refusal};
use authctl::auth::scope::{Scope, ScopeSet};
use authctl::auth::user::DeclaredScopes;
use authctl::auth::words;

use crate::error::Failure;
use crate::output::alike::nearest;

/// The failure of a command that needs a good token.
pub(super) fn failure(refusal: &Refusal) -> Failure {
    let code = refusal.reasons().first().map_or("refused", Reason::code);
    let hint = refusal.reasons().iter().find_map(|reason| match reason {
        Reason::InsufficientScope { other_claims, .. } => other_claims.first(),
        _ => None,
    });
    let hint = hint.map(|claim| {
        format!(
            "the token has the claim `{claim}`: `scope_claim` in the `[tokens]` of the user store says where scopes are"
        )
    });
    Failure { code, message: refusal.to_string(), hint, exit: refusal.verdict().into() }
}

/// What to do about so many scopes that are not declared.
pub(super) fn undeclared_hint(number: usize) -> String {
    format!("declare {} under `[scopes]` in the user store", if number == 1 { "it" } else { "them" })
}

/// What to do about missing scopes that the store, which declares others, does not know: a token can have none of them.
pub(super) fn unknown_scopes(missing: &ScopeSet, declared: &DeclaredScopes) -> Option<String> {
    let unknown: Vec<&Scope> =
        missing.iter().filter(|scope| !declared.contains_key(scope.as_str())).collect();
    let known = || declared.keys().map(Scope::as_str);
    let meant = match unknown.as_slice() {
        [] => return None,
        [scope] => nearest(scope.as_str(), known()),
        _ => None,
    };
    let are = if unknown.len() == 1 { "is" } else { "are" };
    let not_declared = format!("{} {are} not declared in the user store", words::list(&unknown));
    Some(match meant {
        Some(meant) => format!("{not_declared}: did you mean `{}`?", words::brief(meant)),
        None if declared.is_empty() => not_declared,
        None => format!("{not_declared}, which declares {}", words::list(known())),
    })
}

/// What to do about a reason, in the words of `check`.
pub(super) fn hint(reason: &Reason) -> Option<String> {
    let alone = "`--stateless` judges the token alone, without its user";
    Some(match reason {
        Reason::WrongAudience { wanted: None, .. } => {
            "name the audience with `--audience`, or as `audience` in the user store".to_owned()
        }
        Reason::BeforeSignOut { issued: None, .. } => format!("its issuer must write `iat`; {alone}"),
        Reason::BeforeSignOut { .. } => format!("`iat` must not be before the sign-out; {alone}"),
        Reason::InsufficientScope { other_claims, undeclared, .. } => match other_claims.as_slice() {
            [] if undeclared.is_empty() => return None,
            [] => undeclared_hint(undeclared.len()),
            [claim] => {
                format!(
                    "the token has the claim `{claim}`: `--scope-claim {claim}` takes its scopes from there"
                )
            }
            claims => format!(
                "the token has the claims {}: name those with its scopes by `--scope-claim`",
                words::list(claims)
            ),
        },
        _ => return None,
    })
}
