//! Is the process alive, and may a load balancer send it requests.

use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use http::StatusCode;

use super::Operations;

#[derive(Default)]
pub struct Health {
    draining: AtomicBool,
}

impl Health {
    /// From now on `/readyz` says no: the server finishes what it has and stops.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

/// `/livez`: the process answers.
pub async fn live() -> &'static str {
    "ok\n"
}

/// `/readyz`: requests are welcome.
pub async fn ready(State(operations): State<Operations>) -> (StatusCode, &'static str) {
    if operations.health.is_draining() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else {
        (StatusCode::OK, "ok\n")
    }
}
