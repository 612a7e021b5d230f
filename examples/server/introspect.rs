//! `POST /introspect`: whether a token is good, for services that do not verify tokens themselves (RFC 7662).

use authctl::auth::claims::Audience;
use authctl::auth::time::Timestamp;
use authctl::auth::verify::{Demands, verify};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::answer::{NO_STORE, Refused};
use super::form::Parameters;
use super::{App, now};

/// What is told of a token. Of one that is not good, nothing but that (RFC 7662, 2.2).
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

/// Says whether the token in the form is good now, and what it permits.
pub(super) async fn introspect(State(app): State<App>, form: Parameters) -> Result<Response, Refused> {
    let token = form.demand("token")?;
    let (keys, users) = app.files.now().await?;
    let verified = verify(token, &keys, Some(&*users), &Demands::of(&users.tokens), now()?);
    let answer = verified.as_ref().map_or_else(
        |_| Introspection::default(),
        |genuine| {
            let claims = &genuine.claims;
            Introspection {
                active: true,
                username: genuine.subject(),
                sub: genuine.subject(),
                // Without the scopes that the user has lost since.
                scope: Some(genuine.permitted(Some(&*users)).to_string()),
                token_type: Some("Bearer"),
                iat: claims.issued,
                nbf: claims.not_before,
                exp: claims.expires,
                jti: claims.id.as_deref(),
                iss: claims.issuer.as_deref(),
                aud: Some(&claims.audience).filter(|audience| !audience.is_absent()),
            }
        },
    );
    Ok((NO_STORE, Json(answer)).into_response())
}
