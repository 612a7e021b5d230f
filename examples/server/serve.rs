//! Serves connections, limited in number and in time.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tower_service::Service as _;

/// Limits on connections.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// The number of connections at the same time; others wait to be accepted.
    pub(crate) connections: usize,
    /// The time for the headers of a request, and again for its body and the answer.
    pub(crate) patience: Duration,
    /// The time for running requests after `stop`.
    pub(crate) last_requests: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let last_requests = Duration::from_secs(10);
        Self { connections: 256, patience: Duration::from_secs(15), last_requests }
    }
}

/// Serves until `stop` ends, and then finishes running requests for a limited time.
pub(crate) async fn serve(
    listener: TcpListener,
    routes: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let routes = routes.layer(middleware::from_fn(move |request: Request, next: Next| async move {
        let answer = timeout(limits.patience, next.run(request)).await;
        answer.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
    }));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.patience);
    let free = Arc::new(Semaphore::new(limits.connections));
    let open = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &free) => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, place)) = accepted else {
            // Out of descriptors, for example: wait until some are free.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let routes = routes.clone();
        let answer = service_fn(move |request: hyper::Request<Incoming>| answer(routes.clone(), request));
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), answer));
        tokio::spawn(async move {
            // An error means that the client left or took too long: ignore it.
            let _gone = connection.await;
            drop(place);
        });
    }
    drop(listener);
    let _too_late = timeout(limits.last_requests, open.shutdown()).await;
}

async fn accept(
    listener: &TcpListener,
    free: &Arc<Semaphore>,
) -> io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = free.clone().acquire_owned().await.map_err(io::Error::other)?;
    Ok((listener.accept().await?.0, place))
}

async fn answer(mut routes: Router, request: hyper::Request<Incoming>) -> Result<Response, Infallible> {
    routes.call(request).await
}
