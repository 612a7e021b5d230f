//! `POST /token` with a token: a narrower one for it (RFC 8693).

use authctl::{IssuedToken, NarrowError, NarrowRequest, Reason, Verdict};

use super::answer::Refused;
use super::form::Parameters;
use super::{App, log, now};

/// The grant type of a token exchange.
pub(super) const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// The type of the tokens that are issued.
pub(super) const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// The types that a token has here: an access token, in the form of a JWT (RFC 8693, 3).
const TYPES: [&str; 2] = [ACCESS_TOKEN, "urn:ietf:params:oauth:token-type:jwt"];

/// A token of the same user for the scopes asked for, all of which the token in the form must permit.
///
/// It is for the same audience: for another one, the holder of a token must not be enough.
pub(super) async fn exchange(app: &App, form: &Parameters) -> Result<IssuedToken, Refused> {
    let parent = form.demand("subject_token")?;
    for (name, given) in [
        ("subject_token_type", form.demand("subject_token_type")?),
        ("requested_token_type", form.get("requested_token_type").unwrap_or(ACCESS_TOKEN)),
    ] {
        if !TYPES.contains(&given) {
            return Err(Refused::request(&format!("{name} is not an access token")));
        }
    }
    if form.get("actor_token").is_some() {
        return Err(Refused::request("an actor_token is not supported"));
    }
    if form.get("audience").or_else(|| form.get("resource")).is_some() {
        return Err(Refused::grant("invalid_target", "the audience is that of the subject_token"));
    }
    let request = NarrowRequest::from(form.scopes()?);

    // The time comes before the store: a sign-out from here on counts for the token.
    let now = now()?;
    let authority = app.store.about(parent).await?;
    authority.narrow(parent, &request, now).map_err(|error| not_exchanged(&error))
}

/// Why there is no token (RFC 8693, 2.2.2; RFC 6749, 5.2). Nothing of the token is in the description.
fn not_exchanged(error: &NarrowError) -> Refused {
    match error {
        NarrowError::Refused(refusal) if refusal.verdict() == Verdict::InsufficientScope => Refused::grant(
            "invalid_scope",
            &format!("the subject_token lacks the scopes {}", refusal.missing()),
        ),
        NarrowError::Refused(refusal) => {
            let code = refusal.reasons().first().map_or("refused", Reason::code);
            Refused::request(&format!("the subject_token is not good: {code}"))
        }
        NarrowError::NoId | NarrowError::TooDeep => Refused::request(&error.to_string()),
        NarrowError::Issue(error) => {
            log::error(error);
            Refused::unavailable()
        }
    }
}
