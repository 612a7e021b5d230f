//! What other machines ask: a reverse proxy whether a request may pass, a service which keys verify the tokens.

use authctl::ScopeSet;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::answer::{NO_STORE, Refused};
use super::area::caller;
use super::{App, form};

/// `GET /check?scope=…`: 200 if the bearer of this request has a token that is good for the scopes, else 401 or 403 with
/// the challenge. Without `scope` any good token will do.
///
/// # Errors
///
/// A 400 for anything else in the query, and for an empty list: a proxy with a spelling mistake in its configuration, or
/// an empty variable, must not let everyone pass.
pub(super) async fn check(
    State(app): State<App>,
    headers: HeaderMap,
    query: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(query) = query.map_err(|rejection| Refused::request(&rejection.body_text()))?;
    let required = required(&query)?;
    caller(&app, &headers, &required).await?;
    Ok((StatusCode::OK, NO_STORE).into_response())
}

fn required(query: &[(String, String)]) -> Result<ScopeSet, Refused> {
    match query {
        [] => Ok(ScopeSet::new()),
        [(name, scopes)] if name == "scope" => form::scopes(scopes),
        _ => Err(Refused::request("the query has a single parameter, scope")),
    }
}

/// `GET /jwks.json`: the public keys (RFC 7517, 5). A 404 where the key is a shared secret.
pub(super) async fn jwks(State(app): State<App>) -> Result<Response, Refused> {
    let authority = app.store.keys().await?;
    Ok(match authority.keys().public_json() {
        Ok(keys) => ([(header::CONTENT_TYPE, "application/json")], keys).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    })
}
