//! Overload: so many requests at once and so long each, then 503.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::RETRY_AFTER};
use tokio::{sync::Semaphore, time::timeout};

#[derive(Clone)]
pub struct Guard {
    places: Arc<Semaphore>,
    patience: Duration,
}

impl Guard {
    pub fn new(places: usize, patience: Duration) -> Self {
        Guard { places: Arc::new(Semaphore::new(places)), patience }
    }
}

/// Middleware: takes a free place or refuses at once; nobody waits in a queue.
pub async fn admit(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let Ok(_place) = guard.places.try_acquire() else { return busy("2") };
    match timeout(guard.patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => busy("10"),
    }
}

fn busy(retry_after_seconds: &'static str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, retry_after_seconds)]).into_response()
}
