//! Reads form bodies (RFC 6749, appendix B).

use std::collections::HashMap;

use authctl::{Scope, ScopeSet};
use axum::Form;
use axum::extract::{FromRequest, Request};

use super::answer::Refused;

/// The parameters of a request. An empty one counts as absent, and a repeated one is an error (RFC 6749, 3.2).
pub(super) struct Parameters(HashMap<String, String>);

impl<S: Send + Sync> FromRequest<S> for Parameters {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let form = Form::<Vec<(String, String)>>::from_request(request, state).await;
        let Form(parameters) = form.map_err(|rejection| Refused::request(&rejection.body_text()))?;
        let count = parameters.len();
        let parameters: HashMap<String, String> = parameters.into_iter().collect();
        let is_doubled = parameters.len() < count;
        if is_doubled { Err(Refused::request("a parameter is there twice")) } else { Ok(Self(parameters)) }
    }
}

impl Parameters {
    /// The parameter of that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The required parameter of that name.
    pub(super) fn demand(&self, name: &str) -> Result<&str, Refused> {
        self.get(name).ok_or_else(|| Refused::request(&format!("{name} is missing")))
    }

    /// The scopes asked for: separated by single spaces (RFC 6749, 3.3). Without any, a token permits nothing.
    pub(super) fn scopes(&self) -> Result<ScopeSet, Refused> {
        self.get("scope").map_or(Ok(ScopeSet::new()), scopes)
    }
}

/// The scopes in a list with single spaces between.
pub(super) fn scopes(list: &str) -> Result<ScopeSet, Refused> {
    let wrong = |_| Refused::grant("invalid_scope", "scopes are visible ASCII with single spaces between");
    list.split(' ').map(str::parse::<Scope>).collect::<Result<ScopeSet, _>>().map_err(wrong)
}
