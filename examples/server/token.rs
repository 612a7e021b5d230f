//! `POST /token`: a token for a name and a password (RFC 6749, 4.3), or for another token.

use std::time::Duration;

use authctl::{Candidate, IssueError, IssuedToken, LoginRefusal, Password, TokenRequest};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::answer::{NO_STORE, Refused};
use super::exchange::{ACCESS_TOKEN, TOKEN_EXCHANGE, exchange};
use super::form::Parameters;
use super::{App, log, now};

/// The time that a login waits for others before it gets a 503.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Answers with a token for exactly the requested scopes, or with the error.
pub(super) async fn issue_token(State(app): State<App>, form: Parameters) -> Result<Response, Refused> {
    let (issued, issued_token_type) = match form.demand("grant_type")? {
        "password" => (by_password(&app, &form).await?, None),
        TOKEN_EXCHANGE => (exchange(&app, &form).await?, Some(ACCESS_TOKEN)),
        _ => {
            let description = "the grant types are password and token-exchange (RFC 8693)";
            return Err(Refused::grant("unsupported_grant_type", description));
        }
    };
    let mut answer = json!({
        "access_token": issued.token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": issued.scopes.to_string(),
    });
    if let Some(token_type) = issued_token_type {
        answer["issued_token_type"] = token_type.into();
    }
    Ok((NO_STORE, Json(answer)).into_response())
}

async fn by_password(app: &App, form: &Parameters) -> Result<IssuedToken, Refused> {
    let (name, password) = (form.demand("username")?.to_owned(), form.demand("password")?);
    let password = Password::from(password.as_bytes().to_vec());
    let asked = TokenRequest { scopes: form.scopes()?.into(), lifetime: None };

    // The time comes before the store: a sign-out from here on counts for the token.
    let candidate = app.store.candidate(name, now()?).await?;
    log_in(app, candidate, password, asked).await
}

/// Issues a token for the user, if the password is right.
///
/// Hashing takes a processor for a tenth of a second, so it runs apart from the threads that answer requests. The number at
/// the same time is limited: a few hundred logins would take all memory.
async fn log_in(
    app: &App,
    candidate: Candidate,
    password: Password,
    asked: TokenRequest,
) -> Result<IssuedToken, Refused> {
    let authority = app.store.keys().await?;
    let turn = timeout(LONGEST_WAIT, app.hashing.clone().acquire_owned()).await;
    let turn = turn.ok().and_then(Result::ok).ok_or_else(Refused::unavailable)?;
    let login = spawn_blocking(move || {
        // Held until the work is done, even if the client has left.
        let _turn = turn;
        let login = candidate.verify(&password).map_err(not_let_in)?;
        authority.issue(&login, asked).map_err(not_issued)
    });
    login.await.map_err(|_| Refused::unavailable())?
}

fn not_let_in(refusal: LoginRefusal) -> Refused {
    match refusal {
        // Both have the same code (RFC 6749, 5.2). Only a correct password reveals that a user is disabled.
        LoginRefusal::InvalidGrant | LoginRefusal::InactiveUser => {
            Refused::grant("invalid_grant", &refusal.to_string())
        }
        LoginRefusal::OutOfMemory(error) => {
            log::error(error);
            Refused::unavailable()
        }
    }
}

fn not_issued(error: IssueError) -> Refused {
    match error {
        IssueError::InvalidScope(refused) => Refused::grant("invalid_scope", &refused.to_string()),
        error => {
            log::error(error);
            Refused::unavailable()
        }
    }
}

#[cfg(test)]
mod tests {
    use authctl::LoginRefusal;
    use authctl::auth::password::{HashParams, OutOfMemory};
    use axum::http::StatusCode;
    use axum::response::IntoResponse;

    use super::not_let_in;

    #[test]
    fn what_could_not_be_verified_is_no_wrong_password() {
        for (refusal, status) in [
            (LoginRefusal::InvalidGrant, StatusCode::BAD_REQUEST),
            (LoginRefusal::InactiveUser, StatusCode::BAD_REQUEST),
            (OutOfMemory(HashParams::DEFAULT.into()).into(), StatusCode::SERVICE_UNAVAILABLE),
        ] {
            assert_eq!(not_let_in(refusal).into_response().status(), status, "{refusal}");
        }
    }
}
