//! Refusals as the RFCs define them.

use authctl::{Reason, Refusal, ScopeSet, challenge_without_token};
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refused request.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    header: Option<(HeaderName, HeaderValue)>,
    body: Value,
}

impl Refused {
    /// No token is issued (RFC 6749, 5.2). The description is for developers.
    pub(super) fn grant(error: &str, description: &str) -> Self {
        let body = json!({"error": error, "error_description": description});
        Self { status: StatusCode::BAD_REQUEST, header: None, body }
    }

    /// The request is malformed.
    pub(super) fn request(description: &str) -> Self {
        Self::grant("invalid_request", description)
    }

    /// The request has no token, so the challenge has no error code (RFC 6750, 3.1).
    pub(super) fn no_token(required: &ScopeSet) -> Self {
        let body = json!({"message": "no token"});
        Self::challenge(StatusCode::UNAUTHORIZED, &challenge_without_token(required), body)
    }

    /// The token is not good. The body says no more than the challenge does.
    pub(super) fn token(refusal: &Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::UNAUTHORIZED);
        let code = refusal.reasons().first().map(Reason::code);
        Self::challenge(status, &refusal.challenge(), json!({"error": refusal.error(), "code": code}))
    }

    /// The server cannot judge tokens now, because of its files, its clock or its load.
    pub(super) fn unavailable() -> Self {
        let header = Some((header::RETRY_AFTER, HeaderValue::from_static("5")));
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            header,
            body: json!({"error": "temporarily_unavailable"}),
        }
    }

    fn challenge(status: StatusCode, challenge: &str, body: Value) -> Self {
        match HeaderValue::from_str(challenge) {
            Ok(value) => Self { status, header: Some((header::WWW_AUTHENTICATE, value)), body },
            // Scopes are visible ASCII, and the rest is fixed.
            Err(_) => Self::unavailable(),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.status, NO_STORE, self.header.map(|header| [header]), Json(self.body)).into_response()
    }
}

/// Headers that keep an answer out of caches (RFC 6749, 5.1).
pub(super) const NO_STORE: [(HeaderName, HeaderValue); 1] =
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
