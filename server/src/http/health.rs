//! Is the process alive, and may a load balancer send it requests.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use axum::extract::State;
use http::StatusCode;
use tokio::time::timeout;

use super::Operations;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

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

/// `/readyz`: requests are welcome, and the database answers.
pub async fn ready(State(operations): State<Operations>) -> (StatusCode, &'static str) {
    if operations.health.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match timeout(PATIENCE, operations.backend.db.pending_migrations()).await {
        Ok(Ok(pending)) if pending.is_empty() => (StatusCode::OK, "ok\n"),
        Ok(Ok(_)) => (StatusCode::SERVICE_UNAVAILABLE, "the database is not migrated\n"),
        Ok(Err(storage::Error::NewerSchema { .. })) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the database is of a newer version of the program\n")
        }
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
