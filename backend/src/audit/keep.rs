//! Making checkpoints while the portal runs.

use std::time::Duration;

use storage::audit;
use tokio::sync::watch;

use super::{Checkpoint, CheckpointFile, CheckpointKey, FileError, Signed};
use crate::Backend;

/// How often a process looks whether a checkpoint is due.
const LOOK: Duration = Duration::from_secs(20);
/// Seconds between two checkpoints, whichever process makes them.
const APART: i64 = 60;
/// Checkpoints written to the file at a time.
const PAGE: i64 = 500;

/// Why a checkpoint was not kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    #[error(transparent)]
    Storage(#[from] storage::Error),
    #[error(transparent)]
    File(#[from] FileError),
    /// Entries of the audit trail may have been cut off; or an older backup was restored.
    #[error(
        "the database has {kept} audit checkpoints, but {file} has {written}: run `zhangban audit verify`"
    )]
    Fewer { kept: i64, written: i64, file: String },
}

/// Makes a checkpoint about each minute in which the trail grew, and copies new ones into `file`, until `shutdown`
/// becomes true or its sender is dropped. Several processes on one database take turns.
pub async fn keep(backend: Backend, file: CheckpointFile, mut shutdown: watch::Receiver<bool>) {
    let key = CheckpointKey::of(&backend.keys);
    loop {
        if let Err(error) = round(&backend, &key, &file).await {
            tracing::error!(%error, "the audit checkpoints are not kept");
        }
        tokio::select! {
            _ = shutdown.wait_for(|stop| *stop) => break,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn round(backend: &Backend, key: &CheckpointKey, file: &CheckpointFile) -> Result<(), KeepError> {
    if let Some(Signed { checkpoint, key, signature }) = make(backend, key).await? {
        let Checkpoint { number, at, heads } = checkpoint;
        let heads = serde_json::to_string(&heads).unwrap_or_default();
        tracing::info!(number, at, heads, key, signature, "audit checkpoint");
    }
    copy(backend, file).await
}

/// Signs and keeps the heads of all lanes, when they have moved and the last checkpoint is a minute old; `None` when
/// nothing was due, or another process was first.
pub async fn make(backend: &Backend, key: &CheckpointKey) -> Result<Option<Signed>, storage::Error> {
    let now = backend.now();
    let mut tx = backend.db.read().await?;
    let newest = audit::newest_checkpoint(&mut tx).await?;
    if newest.as_ref().is_some_and(|newest| now.seconds_since(newest.at) < APART) {
        return Ok(None);
    }
    let heads = audit::heads(&mut tx).await?;
    drop(tx);
    let last = newest.as_ref().and_then(Signed::of_row).map(|signed| signed.checkpoint.heads);
    let next = Checkpoint::new(newest.map_or(1, |newest| newest.number + 1), now, &heads);
    if next.heads == last.unwrap_or_default() {
        return Ok(None);
    }
    let signed = key.sign(next);
    let row = signed.row(now);
    let added: Result<bool, storage::Error> =
        backend.db.write(move |tx| Box::pin(async move { audit::add_checkpoint(tx, &row).await })).await;
    Ok(added?.then_some(signed))
}

/// Writes the checkpoints that the file does not have yet. A new file begins with the newest.
pub async fn copy(backend: &Backend, file: &CheckpointFile) -> Result<(), KeepError> {
    let newest = audit::newest_checkpoint(&mut backend.db.read().await?).await?;
    let kept = newest.map_or(0, |newest| newest.number);
    let mut last = file.last()?.unwrap_or((kept - 1).max(0));
    if last > kept {
        let file = file.path().display().to_string();
        return Err(KeepError::Fewer { kept, written: last, file });
    }
    while last < kept {
        let page = audit::checkpoints(&mut backend.db.read().await?, last, PAGE).await?;
        let Some(end) = page.last() else { break };
        last = end.number;
        let lines: Vec<Signed> = page.iter().filter_map(Signed::of_row).collect();
        let file = file.clone();
        // Waits for the disk.
        let written = tokio::task::spawn_blocking(move || file.append(&lines)).await;
        written.unwrap_or(Ok(()))?;
    }
    Ok(())
}
