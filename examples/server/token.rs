//! `POST /token`: a name and a password for a token (RFC 6749, 4.3).

use std::sync::Arc;
use std::time::Duration;

use authctl::auth::issue::{Grant, IssueError, TokenId, issue};
use authctl::auth::key::{Key, KeySet};
use authctl::auth::login::{AskedScopes, LoginRefusal, authenticate, granted};
use authctl::auth::password::{Argon2Verifier, Password};
use authctl::auth::scope::{Scope, ScopeSet};
use authctl::auth::user::{User, UserStore};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::answer::{NO_STORE, Refused};
use super::form::Parameters;
use super::{App, now};

/// How long a login waits for others to be done before it is told to come back.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Answers with a token for just the scopes asked for, or says why not.
pub(super) async fn issue_token(State(app): State<App>, form: Parameters) -> Result<Response, Refused> {
    if form.demand("grant_type")? != "password" {
        return Err(Refused::grant("unsupported_grant_type", "only the grant type password is supported"));
    }
    let (name, password) = (form.demand("username")?.to_owned(), form.demand("password")?);
    let password = Password::from(password.as_bytes().to_vec());
    let asked = asked_scopes(form.get("scope"))?;

    let (keys, users) = app.files.now().await?;
    let user = log_in(&app, &keys, &users, name, password).await?;
    let scopes = granted(&*users, &user, &asked)
        .map_err(|refused| Refused::grant("invalid_scope", &refused.to_string()))?;

    let key = keys.signing_key().ok_or_else(Refused::unavailable)?;
    let id = TokenId::random().map_err(cannot_issue)?;
    let grant = Grant { user: &user, scopes: &scopes, lifetime: users.tokens.lifetime, id };
    let issued = issue(&grant, &users.tokens, key, now()?).map_err(cannot_issue)?;
    let answer = json!({
        "access_token": issued.token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": scopes.to_string(),
    });
    Ok((NO_STORE, Json(answer)).into_response())
}

/// The scopes of a request: separated by single spaces (RFC 6749, 3.3). Without any, the token permits nothing.
fn asked_scopes(list: Option<&str>) -> Result<AskedScopes, Refused> {
    let Some(list) = list else { return Ok(AskedScopes::None) };
    let scopes = list.split(' ').map(str::parse::<Scope>).collect::<Result<ScopeSet, _>>();
    let wrong = |_| Refused::grant("invalid_scope", "scopes are visible ASCII with single spaces between");
    scopes.map(AskedScopes::These).map_err(wrong)
}

/// The user, if the password is theirs.
///
/// Hashing takes a processor for a tenth of a second, so it is done apart from the threads that answer requests, and only
/// so many at the same time: else a few hundred logins would take all memory.
async fn log_in(
    app: &App,
    keys: &KeySet,
    users: &Arc<UserStore>,
    name: String,
    password: Password,
) -> Result<User, Refused> {
    let decoy_key = keys.signing_key().and_then(Key::decoy_key).ok_or_else(Refused::unavailable)?;
    let turn = timeout(LONGEST_WAIT, app.hashing.clone().acquire_owned()).await;
    let turn = turn.ok().and_then(Result::ok).ok_or_else(Refused::unavailable)?;
    let users = users.clone();
    let login = spawn_blocking(move || {
        // Given back when the work is done, even if nobody waits for the answer any more.
        let _turn = turn;
        authenticate(&*users, &Argon2Verifier, &decoy_key, &name, &password).cloned()
    });
    let user = login.await.map_err(|_| Refused::unavailable())?;
    user.map_err(not_let_in)
}

fn not_let_in(refusal: LoginRefusal) -> Refused {
    match refusal {
        // Both have the code of RFC 6749; that a user is disabled is told to who knows the password.
        LoginRefusal::InvalidGrant | LoginRefusal::InactiveUser => {
            Refused::grant("invalid_grant", &refusal.to_string())
        }
        LoginRefusal::OutOfMemory(error) => {
            eprintln!("error: {error}");
            Refused::unavailable()
        }
    }
}

fn cannot_issue(error: IssueError) -> Refused {
    eprintln!("error: {error}");
    Refused::unavailable()
}

#[cfg(test)]
mod tests {
    use authctl::auth::login::LoginRefusal;
    use authctl::auth::password::{HashParams, OutOfMemory};
    use axum::http::StatusCode;
    use axum::response::IntoResponse;

    use super::not_let_in;

    #[test]
    fn what_could_not_be_verified_is_no_wrong_password() {
        for (refusal, status) in [
            (LoginRefusal::InvalidGrant, StatusCode::BAD_REQUEST),
            (LoginRefusal::InactiveUser, StatusCode::BAD_REQUEST),
            (OutOfMemory(HashParams::DEFAULT).into(), StatusCode::SERVICE_UNAVAILABLE),
        ] {
            assert_eq!(not_let_in(refusal).into_response().status(), status, "{refusal}");
        }
    }
}
