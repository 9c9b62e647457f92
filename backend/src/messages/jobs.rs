//! The jobs of a process: they take what waits in the outbox, topic by topic, and do it. Any number of processes may run
//! them on one database; a lease gives each message to one of them.

use std::sync::Arc;
use std::time::Duration;

use storage::BoxFuture;
use storage::messages::outbox::{self, Leased};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::sweep::sweep;
use crate::Backend;

/// How long an idle topic waits before it looks again.
const IDLE: Duration = Duration::from_millis(500);
/// How long a topic waits after the database failed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// How often expired rows are removed.
const SWEEP: Duration = Duration::from_secs(60);
/// A message belongs to one worker for this long.
const LEASE_SECONDS: i64 = 60;
/// One message must be done in this time, well within its lease.
const HANDLING: Duration = Duration::from_secs(40);
/// Messages of a topic handled at the same time by one process.
const AT_ONCE: i64 = 8;
/// Failures until a message is given up: after more than five hours, so that a gateway may be away for a night's work.
const MAX_ATTEMPTS: i64 = 15;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    Done,
    /// Failed or unknown: try again later, with growing pauses. A code for operators.
    Again(&'static str),
    /// Not now: try again in so many seconds, without counting it as a failure.
    Later {
        seconds: i64,
        code: &'static str,
    },
    /// Will never succeed, as things stand.
    Bury(&'static str),
    /// Of no use any more: given up, and its content with it.
    TooLate,
}

/// Does the effect of the messages of one topic. It may be called twice for one message.
pub trait Handler: Send + Sync + 'static {
    fn handle<'a>(&'a self, backend: &'a Backend, message: &'a Leased) -> BoxFuture<'a, Handled>;
}

/// A topic with who handles it.
pub struct Topic {
    pub name: &'static str,
    pub handler: Arc<dyn Handler>,
    /// Messages handled at the same time by one process.
    pub at_once: i64,
    /// Failures until a message is given up; `None` for what must never be forgotten.
    pub max_attempts: Option<i64>,
}

/// What can go wrong in a round.
#[derive(Clone, Debug, thiserror::Error)]
pub enum JobError {
    #[error(transparent)]
    Storage(#[from] storage::Error),
    #[error("there is no topic {0}")]
    NoTopic(String),
}

/// All jobs of a process.
pub struct Jobs {
    backend: Backend,
    /// Names this process in leases.
    owner: String,
    topics: Vec<Arc<Topic>>,
}

impl Jobs {
    pub fn new(backend: Backend) -> Self {
        let owner = format!("{:016x}", backend.chance.number());
        Jobs { backend, owner, topics: Vec::new() }
    }

    /// Adds a topic whose messages are given up after fifteen failures (more than five hours).
    #[must_use]
    pub fn topic(self, name: &'static str, handler: impl Handler) -> Self {
        self.with(Topic {
            name,
            handler: Arc::new(handler),
            at_once: AT_ONCE,
            max_attempts: Some(MAX_ATTEMPTS),
        })
    }

    /// Adds a topic whose messages are tried until they are done, or buried by their handler.
    #[must_use]
    pub fn lasting(self, name: &'static str, handler: impl Handler) -> Self {
        self.with(Topic { name, handler: Arc::new(handler), at_once: AT_ONCE, max_attempts: None })
    }

    #[must_use]
    pub fn with(mut self, topic: Topic) -> Self {
        self.topics.push(Arc::new(topic));
        self
    }

    /// Names of the topics, in the order in which they were added.
    pub fn topics(&self) -> Vec<&'static str> {
        self.topics.iter().map(|topic| topic.name).collect()
    }

    /// Runs until `shutdown` becomes true or its sender is dropped; what is under way is finished.
    pub async fn run(self, shutdown: watch::Receiver<bool>) {
        let mut running = JoinSet::new();
        for topic in &self.topics {
            running.spawn(work(self.backend.clone(), self.owner.clone(), topic.clone(), shutdown.clone()));
        }
        running.spawn(keep_clean(self.backend.clone(), shutdown));
        while let Some(ended) = running.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a job ended");
            }
        }
    }

    /// Handles what is due in `topic` now; gives the number of messages. For tests and for a command line.
    pub async fn run_once(&self, topic: &str) -> Result<usize, JobError> {
        let found = self.topics.iter().find(|t| t.name == topic);
        let topic = found.ok_or_else(|| JobError::NoTopic(topic.to_owned()))?;
        Ok(round(&self.backend, &self.owner, topic).await?)
    }
}

async fn work(backend: Backend, owner: String, topic: Arc<Topic>, mut shutdown: watch::Receiver<bool>) {
    while !*shutdown.borrow() {
        let pause = match round(&backend, &owner, &topic).await {
            Ok(0) => IDLE,
            Ok(_) => continue,
            Err(error) => {
                tracing::warn!(topic = topic.name, %error, "the outbox cannot be read");
                AFTER_FAILURE
            }
        };
        if rest(&mut shutdown, pause).await {
            break;
        }
    }
}

async fn keep_clean(backend: Backend, mut shutdown: watch::Receiver<bool>) {
    loop {
        if let Err(error) = sweep(&backend).await {
            tracing::warn!(%error, "expired rows were not removed");
        }
        if rest(&mut shutdown, SWEEP).await {
            break;
        }
    }
}

/// Waits; `true` when it is time to stop.
async fn rest(shutdown: &mut watch::Receiver<bool>, pause: Duration) -> bool {
    tokio::select! {
        stopped = shutdown.wait_for(|stop| *stop) => { let _ = stopped; true }
        () = tokio::time::sleep(pause) => false,
    }
}

/// Leases what is due, handles it, and notes what became of it.
async fn round(backend: &Backend, owner: &str, topic: &Arc<Topic>) -> Result<usize, storage::Error> {
    let now = backend.now();
    if !outbox::due(&mut backend.db.read().await?, topic.name, now).await? {
        return Ok(0);
    }
    let (name, limit, owner) = (topic.name, topic.at_once, owner.to_owned());
    let leased: Result<Vec<Leased>, storage::Error> = backend
        .db
        .write(move |tx| {
            Box::pin(async move { outbox::lease(tx, name, &owner, limit, now, LEASE_SECONDS).await })
        })
        .await;
    let leased = leased?;
    let count = leased.len();
    let mut handling = JoinSet::new();
    for message in leased {
        let (backend, topic) = (backend.clone(), topic.clone());
        handling.spawn(async move { one(&backend, &topic, message).await });
    }
    while let Some(ended) = handling.join_next().await {
        match ended {
            Ok(kept) => kept?,
            // The lease runs out and somebody tries again.
            Err(error) => tracing::error!(topic = topic.name, %error, "handling a message failed"),
        }
    }
    Ok(count)
}

/// Has the handler do it, in a task of its own: what panics there is a failure like others.
async fn handle(backend: &Backend, topic: &Topic, message: &Leased) -> Handled {
    let (backend, handler, message) = (backend.clone(), topic.handler.clone(), message.clone());
    // Dropped after the timeout, and the task with it.
    let mut task = JoinSet::new();
    task.spawn(async move { handler.handle(&backend, &message).await });
    match tokio::time::timeout(HANDLING, task.join_next()).await {
        Ok(Some(Ok(handled))) => handled,
        Ok(_) => Handled::Again("panicked"),
        Err(_) => Handled::Again("timeout"),
    }
}

async fn one(backend: &Backend, topic: &Topic, message: Leased) -> Result<(), storage::Error> {
    let handled = match handle(backend, topic, &message).await {
        Handled::Again(code) if topic.max_attempts.is_some_and(|most| message.attempts >= most) => {
            Handled::Bury(code)
        }
        other => other,
    };
    let now = backend.now();
    if let Handled::Bury(code) = handled {
        tracing::warn!(topic = topic.name, id = %message.id, attempts = message.attempts, code, "a message is given up");
    }
    let held: Result<bool, storage::Error> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                match handled {
                    Handled::Done => outbox::complete(tx, &message, now).await,
                    Handled::Again(code) => {
                        let pause = outbox::backoff_seconds(message.attempts);
                        outbox::retry(tx, &message, now.plus_seconds(pause), code).await
                    }
                    Handled::Later { seconds, code } => {
                        outbox::retry(tx, &message, now.plus_seconds(seconds), code).await
                    }
                    Handled::Bury(code) => outbox::bury(tx, &message, now, code).await,
                    Handled::TooLate => {
                        let held = outbox::bury(tx, &message, now, "too-late").await?;
                        if held {
                            outbox::erase(tx, message.id, now).await?;
                        }
                        Ok(held)
                    }
                }
            })
        })
        .await;
    if !held? {
        tracing::warn!(topic = topic.name, "a lease was lost before its message was done");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `docs/operations.md` says so to operators.
    #[test]
    fn a_gateway_may_be_away_for_five_hours() {
        let pauses: i64 = (1..MAX_ATTEMPTS).map(outbox::backoff_seconds).sum();
        assert!((5 * 3600..6 * 3600).contains(&pauses), "{pauses} s");
    }
}
