//! The routes, their required scopes, and their shared state.

mod answer;
mod area;
mod exchange;
mod form;
mod introspect;
pub(crate) mod log;
mod proxy;
pub(crate) mod serve;
pub(crate) mod store;
mod token;

use std::sync::Arc;
use std::time::SystemTime;

use authctl::Timestamp;
use axum::extract::{DefaultBodyLimit, Extension};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use answer::Refused;
use area::{Area, Caller};
use store::Store;

/// The largest body of a request. A password has at most 4096 bytes, which take three times as many as `%XX`.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// The state that all requests share.
#[derive(Clone)]
pub(crate) struct App {
    /// The keys and the users.
    pub(crate) store: Arc<Store>,
    /// The number of passwords that may be hashed at the same time: each takes 64 MiB and a processor.
    hashing: Arc<Semaphore>,
}

impl App {
    /// A server on a store.
    pub(crate) fn new(store: Store) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self { store: Arc::new(store), hashing: Arc::new(Semaphore::new(processors)) }
    }

    /// All routes.
    pub(crate) fn routes(self) -> Router {
        let open = Router::new()
            .route("/token", post(token::issue_token))
            .route("/check", get(proxy::check))
            .route("/jwks.json", get(proxy::jwks));
        // Every route in an area needs a token. Scopes add up: `items` stands within `me`, so it needs both.
        let guarded = Area::new(&self)
            .route("/status/", get(status))
            .within("me", |me| {
                me.route("/users/me/", get(who_am_i))
                    .within("items", |items| items.route("/users/me/items/", get(my_items)))
            })
            .within("introspect", |area| area.route("/introspect", post(introspect::introspect)));
        open.merge(guarded.routes()).layer(DefaultBodyLimit::max(MAX_BODY_BYTES)).with_state(self)
    }
}

/// Reads the clock, which the library does not.
///
/// # Errors
///
/// A 503 if the clock is outside the years 1970 to 9999.
fn now() -> Result<Timestamp, Refused> {
    Timestamp::try_from(SystemTime::now()).map_err(|_| Refused::unavailable())
}

async fn status() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

async fn who_am_i(Extension(caller): Extension<Caller>) -> Json<Value> {
    let Caller { user, .. } = caller;
    Json(json!({"username": user.name, "full_name": user.full_name, "email": user.email}))
}

async fn my_items(Extension(caller): Extension<Caller>) -> Json<Value> {
    Json(json!([{"item_id": "Foo", "owner": caller.user.name}]))
}
