//! One log line, one measurement and one request id for each request.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::HeaderValue;
use tracing::Instrument;

use super::metrics::Metrics;

/// Middleware: measures, logs and names a request. Only the template of the path is written down.
#[expect(clippy::disallowed_methods, reason = "durations of requests are measured here and nowhere else")]
pub async fn observe(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let id = format!("{:x}-{:x}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));

    let began = Instant::now();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |p| p.as_str().to_owned());
    let span = tracing::info_span!("request", id);
    let in_flight = InFlight::new(metrics.clone());
    let mut response = next.run(request).instrument(span.clone()).await;
    drop(in_flight);
    let took = began.elapsed();
    let status = response.status();
    metrics.answered(&method, &route, status, took);
    let ms = took.as_secs_f64() * 1000.0;
    let status = status.as_u16();
    span.in_scope(|| match route.as_str() {
        "/livez" | "/readyz" | "/metrics" => tracing::debug!(%method, route, status, ms, "answered"),
        _ => tracing::info!(%method, route, status, ms, "answered"),
    });
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// Counted down also when the client goes away and the request is dropped.
struct InFlight(Arc<Metrics>);

impl InFlight {
    fn new(metrics: Arc<Metrics>) -> Self {
        metrics.began();
        InFlight(metrics)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.ended();
    }
}
