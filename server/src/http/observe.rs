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
use http::{HeaderName, HeaderValue, Method};
use tracing::{Instrument, Span};

use super::metrics::Metrics;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request under observation, from its first byte to the head of its answer.
pub struct Observed {
    metrics: Arc<Metrics>,
    id: String,
    began: Instant,
    span: Span,
    _in_flight: InFlight,
}

impl Observed {
    #[expect(clippy::disallowed_methods, reason = "durations of requests are measured here and nowhere else")]
    pub fn begin(metrics: &Arc<Metrics>) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let id = format!("{:x}-{:x}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let span = tracing::info_span!("request", id);
        let in_flight = InFlight::new(metrics.clone());
        Observed { metrics: metrics.clone(), id, began: Instant::now(), span, _in_flight: in_flight }
    }

    /// Measures, logs and names the answer. `route` is the template of the path.
    pub fn end(self, method: &Method, route: &str, response: &mut Response) {
        let took = self.began.elapsed();
        let status = response.status();
        self.metrics.answered(method, route, status, took);
        let ms = took.as_secs_f64() * 1000.0;
        let status = status.as_u16();
        self.span.in_scope(|| match route {
            "/livez" | "/readyz" | "/metrics" => tracing::debug!(%method, route, status, ms, "answered"),
            _ => tracing::info!(%method, route, status, ms, "answered"),
        });
        if let Ok(id) = HeaderValue::try_from(self.id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
    }
}

/// The template of the path of a request.
pub fn route(request: &Request) -> String {
    request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |p| p.as_str().to_owned())
}

/// Middleware: observes a request. Only the template of the path is written down.
pub async fn observe(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let observed = Observed::begin(&metrics);
    let (method, route) = (request.method().clone(), route(&request));
    let mut response = next.run(request).instrument(observed.span.clone()).await;
    observed.end(&method, &route, &mut response);
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
