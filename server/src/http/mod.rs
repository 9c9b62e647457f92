//! The HTTP surface: routes of the site, and the layers around them.

#[cfg(test)]
mod access;
pub mod backlog;
mod client;
pub mod connection;
pub mod encoding;
pub mod guard;
pub mod headers;
pub mod health;
mod kept;
pub mod metrics;
mod observe;

use std::sync::Arc;

use app::{errors, state::AppState};
use axum::{Router, extract::DefaultBodyLimit, middleware, routing::get};
use backend::Backend;
use http::StatusCode;
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    csrf::{ConfigError, CsrfLayer},
};

use kept::Front;

use crate::{api::Api, config::Config, site::Site};

/// Shared by the layers of one server.
#[derive(Clone)]
pub struct Operations {
    pub health: Arc<health::Health>,
    pub metrics: Arc<metrics::Metrics>,
    pub backend: Backend,
    /// Names of the outbox.
    pub topics: Vec<&'static str>,
}

impl Operations {
    pub fn new(backend: Backend, topics: Vec<&'static str>) -> Self {
        Operations { health: Arc::default(), metrics: Arc::default(), backend, topics }
    }
}

/// The whole service, ready to be given connections.
pub fn router(
    config: &Config,
    state: AppState,
    site: Site,
    operations: Operations,
) -> Result<Router, ConfigError> {
    let cross_site = CsrfLayer::new().add_trusted_origin(state.site.public_url.clone())?;
    let guard = guard::Guard::new(&config.limits);

    let kept = kept::Kept::new(state.clone());

    // Together, for each layer of a router by itself puts every route into another box. The first one sees a request
    // first.
    let pages = app::routes::routes(&state).with_state(state.clone()).layer(
        ServiceBuilder::new()
            .layer(middleware::from_fn_with_state(kept.clone(), kept::keep))
            .layer(middleware::from_fn_with_state(headers::Csp::new(&state.site), headers::secure))
            .layer(middleware::from_fn_with_state(state.clone(), errors::in_words))
            .layer(CatchPanicLayer::custom(|_panic| empty(StatusCode::INTERNAL_SERVER_ERROR)))
            .layer(middleware::from_fn_with_state(guard.clone(), guard::admit))
            .layer(cross_site)
            .layer(DefaultBodyLimit::max(config.limits.form_bytes)),
    );

    let operations_routes = Router::new()
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .with_state(operations.clone());

    let statics = Arc::new(site)
        .routes()
        .layer(middleware::from_fn_with_state(headers::Csp::new(&state.site), headers::secure));

    let api = Api {
        backend: state.backend.clone(),
        security_contact: config.security_contact.as_deref().map(Arc::from),
    };
    let api = crate::api::router(api, guard, &state.site);

    let router = pages.merge(api).merge(statics).merge(operations_routes).layer(
        ServiceBuilder::new()
            .layer(middleware::from_fn_with_state(operations.metrics.clone(), observe::observe))
            .layer(middleware::from_fn_with_state(
                client::Proxies::new(&config.trusted_proxies),
                client::address,
            ))
            .layer(CompressionLayer::new().quality(CompressionLevel::Fastest)),
    );
    Ok(Router::new().fallback_service(Front { kept, metrics: operations.metrics, router }))
}

fn empty(status: StatusCode) -> axum::response::Response {
    axum::response::IntoResponse::into_response(status)
}
