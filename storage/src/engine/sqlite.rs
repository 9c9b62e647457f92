//! SQLite: many readers, and one writer that commits in groups.
//!
//! A durable commit costs one flush of the disk however much it holds, so the writer lets the jobs that wait share
//! one. Each job after the first has its savepoint; a job that fails is undone alone. All are answered after the
//! commit.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Pool, Sqlite};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::audit;
use crate::engine::db::{BoxFuture, Options};
use crate::engine::error::{Error, Fault};
use crate::engine::lend::{ACQUIRE, Lender};
use crate::engine::tx::Tx;

/// Older versions can lose commits in WAL mode.
const OLDEST: [u32; 3] = [3, 51, 3];
/// Jobs that may wait for the writer; further callers wait for a place.
const QUEUE: usize = 1024;
/// Jobs that share one commit at most.
const GROUP: usize = 128;
/// How long the writer waits for as many jobs as came together last time. One job alone never waits.
const GATHER: Duration = Duration::from_millis(1);
/// How long a connection waits for a lock that another process holds.
const BUSY: Duration = Duration::from_secs(5);

pub struct Database {
    readers: Lender<Sqlite>,
    writer: Arc<Lender<Sqlite>>,
    queue: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Database {
    pub async fn open(path: &Path, options: Options) -> Result<Self, Error> {
        create_private(path).map_err(|e| Error::File(e.to_string()))?;
        let connect = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .statement_cache_capacity(512)
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-16000");
        let writing = connect
            .clone()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("journal_size_limit", "67108864");
        let pool = |connections: u32| {
            SqlitePoolOptions::new()
                .max_connections(connections.max(1))
                .acquire_timeout(ACQUIRE)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
        };
        let writer = Arc::new(Lender::new(pool(1).connect_with(writing).await?));
        require_version(writer.pool()).await?;
        let readers = pool(options.read_connections).connect_with(connect.read_only(true)).await?;
        let (queue, jobs) = mpsc::channel(QUEUE);
        let task = tokio::spawn(Writer { lender: writer.clone(), jobs, connection: None, last: 0 }.run());
        Ok(Database {
            readers: Lender::new(readers),
            writer,
            queue: Mutex::new(Some(queue)),
            task: Mutex::new(Some(task)),
        })
    }

    pub async fn read(&self) -> Result<Tx, Error> {
        Ok(Tx::reading(self.readers.lend().await?))
    }

    pub async fn snapshot(&self) -> Result<Tx, Error> {
        Tx::begin(self.readers.lend().await?, "BEGIN", false).await
    }

    /// A transaction for migrations on a connection of its own.
    pub async fn exclusive(&self) -> Result<Tx, Error> {
        let alone = SqlitePoolOptions::new().max_connections(1);
        let pool = alone.connect_with((*self.writer.pool().connect_options()).clone()).await?;
        Tx::begin(Lender::new(pool).lend().await?, "BEGIN IMMEDIATE", true).await
    }

    pub async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let queue = lock(&self.queue).clone().ok_or(Error::Closed)?;
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Queued { job: Some(job), outcome: None, reply });
        queue.send(job).await.map_err(|_| Error::Closed)?;
        drop(queue);
        answer.await.unwrap_or_else(|_| Err(Error::Closed.into()))
    }

    pub async fn close(&self) {
        drop(lock(&self.queue).take());
        let task = lock(&self.task).take();
        if let Some(task) = task
            && task.await.is_err()
        {
            tracing::error!("the writer had panicked");
        }
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // The values are whole at any moment, so a panic of another holder does not matter.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes the directory and an empty file that only its owner may read; SQLite gives its side files the same mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let mut file = std::fs::OpenOptions::new();
    file.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(path).map(drop)
}

async fn require_version(pool: &Pool<Sqlite>) -> Result<(), Error> {
    let (found,): (String,) = sqlx::query_as("SELECT sqlite_version()").fetch_one(pool).await?;
    let mut parts = found.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let version: [u32; 3] = std::array::from_fn(|_| parts.next().unwrap_or(0));
    if version < OLDEST { Err(Error::OldSqlite { found }) } else { Ok(()) }
}

/// A job with the type of its result hidden.
trait Job: Send {
    /// Whether nobody waits for the result any more.
    fn abandoned(&self) -> bool;
    /// Runs the job; `false` when it must be undone.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool>;
    /// Answers the caller, with the job's outcome if the commit succeeded.
    fn answer(self: Box<Self>, commit: Result<(), Error>);
}

struct Queued<T, E, F> {
    job: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Queued<T, E, F>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool> {
        Box::pin(async move {
            if let Some(job) = self.job.take() {
                self.outcome = Some(tx.run(job).await);
            }
            matches!(self.outcome, Some(Ok(_)))
        })
    }

    fn answer(self: Box<Self>, commit: Result<(), Error>) {
        let answer = match (self.outcome, commit) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (Some(outcome), Ok(())) => outcome,
            // Only a job that ran is told that the commit succeeded.
            (None, Ok(())) => Err(Error::Closed.into()),
        };
        // The caller may have gone away; the commit stands.
        drop(self.reply.send(answer));
    }
}

struct Writer {
    lender: Arc<Lender<Sqlite>>,
    jobs: mpsc::Receiver<Box<dyn Job>>,
    connection: Option<Tx>,
    /// How many jobs shared the last commit.
    last: usize,
}

impl Writer {
    async fn run(mut self) {
        while let Some(first) = self.jobs.recv().await {
            let mut waiting = VecDeque::from([first]);
            self.gather(&mut waiting).await;
            let mut kept = Vec::new();
            let result = self.group(&mut waiting, &mut kept).await;
            self.last = kept.len();
            if let Err(error) = &result {
                tracing::error!(%error, jobs = kept.len() + waiting.len(), "a group of writes failed");
                if let Some(tx) = self.connection.take() {
                    tx.discard().await;
                }
            }
            for job in kept.into_iter().chain(waiting) {
                job.answer(result.clone());
            }
        }
        if let Some(tx) = self.connection.take() {
            tx.discard().await;
        }
    }

    /// Under load callers come back together right after their commit: waits for as many as last time.
    async fn gather(&mut self, waiting: &mut VecDeque<Box<dyn Job>>) {
        let wanted = self.last.min(GROUP);
        let more = async {
            while waiting.len() < wanted {
                match self.jobs.recv().await {
                    Some(job) => waiting.push_back(job),
                    None => break,
                }
            }
        };
        // Running out of time is the normal end when fewer come than last time.
        drop(tokio::time::timeout(GATHER, more).await);
    }

    /// Runs what waits, and what arrives meanwhile, in one transaction. Jobs that failed are answered at once; `kept`
    /// receives the others, to be answered with the result. On error the connection is not to be used again.
    async fn group(
        &mut self,
        waiting: &mut VecDeque<Box<dyn Job>>,
        kept: &mut Vec<Box<dyn Job>>,
    ) -> Result<(), Error> {
        let tx = match &mut self.connection {
            Some(tx) => tx,
            none => none.insert(Tx::writing(self.lender.lend().await?)),
        };
        tx.audit.clear();
        tx.control("BEGIN IMMEDIATE").await?;
        // `dirty`: a job was kept since BEGIN or since the savepoint.
        let (mut dirty, mut savepoint) = (false, false);
        for _ in 0..GROUP {
            if waiting.is_empty() {
                match self.jobs.try_recv() {
                    Ok(job) => waiting.push_back(job),
                    Err(_) => break,
                }
            }
            if dirty {
                tx.control(if savepoint { "RELEASE job; SAVEPOINT job" } else { "SAVEPOINT job" }).await?;
                (dirty, savepoint) = (false, true);
            }
            let Some(mut job) = waiting.pop_front() else { break };
            if job.abandoned() {
                continue;
            }
            if job.run(tx).await {
                dirty = true;
                kept.push(job);
            } else {
                job.answer(Ok(()));
                tx.control(if savepoint { "ROLLBACK TO job" } else { "ROLLBACK; BEGIN IMMEDIATE" }).await?;
            }
        }
        if kept.is_empty() {
            return tx.control("ROLLBACK").await.map_err(Error::from);
        }
        // A failed last job left its mark on `tx`; it was undone.
        tx.heal();
        audit::flush(tx).await?;
        tx.control("COMMIT").await.map_err(|error| Error::Commit(Fault::of(&error)))
    }
}
