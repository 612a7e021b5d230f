//! A refused token: what failed, and what to do where another login of its user does not help.

use authctl::auth::refusal::{Reason, Refusal};
use authctl::auth::words;

use crate::error::Failure;

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
