//! Routes behind a token.

use authctl::{ScopeSet, User};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::MethodRouter;

use super::answer::Refused;
use super::{App, now};

/// Routes that need a good token with certain scopes. An area within another needs the scopes of both.
///
/// Every route of an area is checked: a route added to it cannot bypass the check.
pub(super) struct Area {
    app: App,
    required: ScopeSet,
    routes: Router<App>,
}

impl Area {
    /// Makes an area that requires a good token and no scope.
    pub(super) fn new(app: &App) -> Self {
        Self { app: app.clone(), required: ScopeSet::new(), routes: Router::new() }
    }

    /// Adds a route.
    pub(super) fn route(mut self, path: &str, methods: MethodRouter<App>) -> Self {
        let guard = Guard { app: self.app.clone(), required: self.required.clone() };
        self.routes = self.routes.route(path, methods.layer(middleware::from_fn_with_state(guard, check)));
        self
    }

    /// Adds an area that also needs `scopes`.
    ///
    /// # Panics
    ///
    /// If `scopes` is no list of scopes. It panics at the start, as axum does for an invalid path.
    pub(super) fn within(mut self, scopes: &str, fill: impl FnOnce(Self) -> Self) -> Self {
        let more: ScopeSet = scopes.parse().unwrap_or_else(|error| panic!("`{scopes}`: {error}"));
        let mut inner = Self::new(&self.app);
        inner.required = self.required.iter().cloned().chain(more).collect();
        self.routes = self.routes.merge(fill(inner).routes);
        self
    }

    /// All routes of the area.
    pub(super) fn routes(self) -> Router<App> {
        self.routes
    }
}

#[derive(Clone)]
struct Guard {
    app: App,
    required: ScopeSet,
}

/// The caller, for the handlers in an area.
#[derive(Clone)]
pub(super) struct Caller {
    /// The user in the store.
    pub(super) user: User,
}

/// Passes a request on if its token is good for all scopes of the route.
async fn check(State(guard): State<Guard>, mut request: Request, next: Next) -> Result<Response, Refused> {
    let caller = caller(&guard.app, request.headers(), &guard.required).await?;
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// The caller who sent these headers, if their token is good for all that is required.
pub(super) async fn caller(app: &App, headers: &HeaderMap, required: &ScopeSet) -> Result<Caller, Refused> {
    let token = bearer_token(headers)?.ok_or_else(|| Refused::no_token(required))?;
    let authority = app.store.about(&token).await?;
    let verified = authority.verify(&token, &authority.require(required), now()?);
    let user = verified.map_err(|refusal| Refused::token(&refusal))?.user().clone();
    Ok(Caller { user })
}

/// The token after `Bearer` in the `Authorization` header (RFC 6750, 2.1). Other schemes count as no token.
///
/// # Errors
///
/// A 400 for more than one of these headers (RFC 6750, 3.1).
fn bearer_token(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refused::request("more than one Authorization header"));
    }
    // A header that is not text is refused as a malformed token.
    let value = String::from_utf8_lossy(value.as_bytes());
    let (scheme, token) = value.split_once(' ').unwrap_or((&value, ""));
    let is_bearer = scheme.eq_ignore_ascii_case("Bearer");
    Ok(is_bearer.then(|| token.trim_matches(' ').to_owned()))
}
