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
struct Introspection {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
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
    jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    #[serde(skip_serializing_if = "Audience::is_absent")]
    aud: Audience,
}

/// Says whether the token in the form is good now, and what it permits.
pub(super) async fn introspect(State(app): State<App>, form: Parameters) -> Result<Response, Refused> {
    let token = form.demand("token")?;
    let (keys, users) = app.files.now().await?;
    let verified = verify(token, &keys, Some(&*users), &Demands::of(&users.tokens), now()?);
    let answer = verified.map_or_else(
        |_| Introspection::default(),
        |genuine| {
            // Without the scopes that the user has lost since.
            let scope = genuine.permitted(Some(&*users)).to_string();
            let claims = genuine.claims;
            Introspection {
                active: true,
                username: claims.subject.clone(),
                sub: claims.subject,
                scope: Some(scope),
                token_type: Some("Bearer"),
                iat: claims.issued,
                nbf: claims.not_before,
                exp: claims.expires,
                jti: claims.id,
                iss: claims.issuer,
                aud: claims.audience,
            }
        },
    );
    Ok((NO_STORE, Json(answer)).into_response())
}
