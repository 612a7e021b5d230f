//! `POST /introspect`: whether a token is good, for services that do not verify tokens themselves (RFC 7662).

use authctl::auth::claims::Audience;
use authctl::{ScopeSet, Timestamp, VerifiedToken};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::answer::{NO_STORE, Refused};
use super::form::Parameters;
use super::{App, now};

/// The answer about a token; for a refused one `active` alone (RFC 7662, 2.2).
#[derive(Default, Serialize)]
struct Introspection<'a> {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a Audience>,
}

impl<'a> Introspection<'a> {
    fn of(verified: &'a VerifiedToken<'_>) -> Self {
        let token = verified.token();
        Self {
            active: true,
            username: token.subject(),
            sub: token.subject(),
            // Without scopes that were withdrawn since.
            scope: Some(verified.scope().into_owned()),
            token_type: Some("Bearer"),
            iat: token.issued(),
            nbf: token.not_before(),
            exp: token.expires(),
            jti: token.id(),
            iss: token.issuer(),
            aud: Some(token.audience()).filter(|audience| !audience.is_absent()),
        }
    }
}

/// Says whether the token in the form is good now, and what it permits.
pub(super) async fn introspect(State(app): State<App>, form: Parameters) -> Result<Response, Refused> {
    let token = form.demand("token")?;
    let authority = app.store.about(token).await?;
    let verified = authority.verify(token, &authority.require(&ScopeSet::new()), now()?);
    let answer = verified.as_ref().map_or_else(|_| Introspection::default(), Introspection::of);
    Ok((NO_STORE, Json(answer)).into_response())
}
