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
/// A route of an area cannot be reached around the check: whoever forgets something forgets a route.
pub(super) struct Area {
    app: App,
    required: ScopeSet,
    routes: Router<App>,
}

impl Area {
    /// An area in which any good token will do.
    pub(super) fn new(app: &App) -> Self {
        Self { app: app.clone(), required: ScopeSet::new(), routes: Router::new() }
    }

    /// Adds a route.
    pub(super) fn route(mut self, path: &str, methods: MethodRouter<App>) -> Self {
        let guard = Guard { app: self.app.clone(), required: self.required.clone() };
        self.routes = self.routes.route(path, methods.layer(middleware::from_fn_with_state(guard, check)));
        self
    }

    /// Adds an area that needs `scopes` too.
    ///
    /// # Panics
    ///
    /// If `scopes` is no list of scopes: at the start, as axum does for a path that is none.
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

/// Who is calling, for the handlers in an area.
#[derive(Clone)]
pub(super) struct Caller {
    /// As the store has them.
    pub(super) user: User,
}

/// Lets a request pass whose token is good for all that the route requires.
async fn check(State(guard): State<Guard>, mut request: Request, next: Next) -> Result<Response, Refused> {
    let Guard { app, required } = guard;
    let token = bearer_token(request.headers())?.ok_or_else(|| Refused::no_token(&required))?;
    let authority = app.files.now().await?;
    let verified = authority.verify(&token, &authority.require(&required), now()?);
    let user = verified.map_err(|refusal| Refused::token(&refusal))?.user().clone();
    request.extensions_mut().insert(Caller { user });
    Ok(next.run(request).await)
}

/// What follows `Bearer` in the `Authorization` header (RFC 6750, 2.1). Other schemes are as good as none.
///
/// # Errors
///
/// A 400 for several of these headers (RFC 6750, 3.1): which one counts must not be a matter of luck.
fn bearer_token(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refused::request("more than one Authorization header"));
    }
    // What is not text cannot be a token either, and is refused as one that is malformed.
    let value = String::from_utf8_lossy(value.as_bytes());
    let (scheme, token) = value.split_once(' ').unwrap_or((&value, ""));
    let is_bearer = scheme.eq_ignore_ascii_case("Bearer");
    Ok(is_bearer.then(|| token.trim_matches(' ').to_owned()))
}
