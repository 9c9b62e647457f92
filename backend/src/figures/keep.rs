//! Counting while the portal runs.

use std::time::Duration;

use tokio::sync::watch;

use super::count;
use crate::Backend;

/// How often a process looks whether something happened.
const LOOK: Duration = Duration::from_secs(2);
/// How long it waits after the database failed.
const AFTER_FAILURE: Duration = Duration::from_secs(10);
/// Events counted in one transaction: some hundred statements, which others wait for on SQLite.
const AT_ONCE: i64 = 100;

/// Counts what happens, until `shutdown` becomes true or its sender is dropped; what is under way is finished.
pub async fn keep(backend: Backend, mut shutdown: watch::Receiver<bool>) {
    while !*shutdown.borrow() {
        let pause = match count(&backend, AT_ONCE).await {
            // More may wait: let others write first.
            Ok(found) if found as i64 >= AT_ONCE => Duration::from_millis(20),
            Ok(_) => LOOK,
            Err(error) => {
                tracing::warn!(%error, "figures are not counted");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            _ = shutdown.wait_for(|stop| *stop) => break,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
