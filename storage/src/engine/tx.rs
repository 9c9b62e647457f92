//! One connection in use, for reading or inside a transaction: what every storage function takes.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::Duration;

use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection};

use crate::audit;
use crate::engine::db::BoxFuture;
use crate::engine::error::{Error, is_transient};
use crate::engine::lend::Lent;

/// A write job that holds its transaction longer is given up.
const JOB_LIMIT: Duration = Duration::from_secs(10);

/// A connection to either database. Storage functions take `&mut Tx`.
pub struct Tx {
    held: Held,
    writes: bool,
    doomed: bool,
    transient: bool,
    /// Entries of the audit trail that join it when the transaction ends.
    pub(crate) audit: Vec<audit::Entry>,
}

pub(crate) enum Held {
    Sqlite(Lent<Sqlite>),
    Postgres(Lent<Postgres>),
}

impl From<Lent<Sqlite>> for Held {
    fn from(lent: Lent<Sqlite>) -> Self {
        Held::Sqlite(lent)
    }
}

impl From<Lent<Postgres>> for Held {
    fn from(lent: Lent<Postgres>) -> Self {
        Held::Postgres(lent)
    }
}

/// Calls one method of the connection that is held.
macro_rules! held {
    ($held:expr, $method:ident) => {
        match &mut $held {
            Held::Sqlite(c) => c.$method(),
            Held::Postgres(c) => c.$method(),
        }
    };
}

/// The connection of one engine, for the query macros.
pub(crate) enum Connection<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

impl Tx {
    fn new(held: Held, writes: bool) -> Self {
        Tx { held, writes, doomed: false, transient: false, audit: Vec::new() }
    }

    /// A connection on which each statement stands alone.
    pub(crate) fn reading(held: impl Into<Held>) -> Self {
        Tx::new(held.into(), false)
    }

    /// The connection of the one writer of an SQLite, which speaks BEGIN and COMMIT itself.
    pub(crate) fn writing(held: impl Into<Held>) -> Self {
        Tx::new(held.into(), true)
    }

    /// Begins a transaction; one that is dropped unfinished closes its connection.
    pub(crate) async fn begin(held: impl Into<Held>, sql: &'static str, writes: bool) -> Result<Self, Error> {
        let mut tx = Tx::new(held.into(), writes);
        held!(tx.held, begin_transaction);
        tx.control(sql).await?;
        Ok(tx)
    }

    pub(crate) fn writes(&self) -> bool {
        self.writes
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.held, Held::Postgres(_))
    }

    /// Forgets the failure of a statement that has been rolled back to its savepoint.
    pub(crate) fn heal(&mut self) {
        self.doomed = false;
    }

    /// Whether a statement failed in a way that a second run may not.
    pub(crate) fn is_transient(&self) -> bool {
        self.transient
    }

    /// The connection, unless an earlier statement failed.
    pub(crate) fn connection(&mut self) -> Result<Connection<'_>, Error> {
        if self.doomed {
            return Err(Error::Doomed);
        }
        Ok(self.held.connection())
    }

    /// What a statement gave. After a failure nothing more may happen in this transaction; an absent row is none.
    pub(crate) fn done<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, Error> {
        match &outcome {
            Ok(_) | Err(sqlx::Error::RowNotFound) => held!(self.held, end_statement),
            Err(error) => {
                self.doomed = true;
                self.transient |= is_transient(error);
            }
        }
        outcome.map_err(Error::from)
    }

    /// Runs a script of several statements, without parameters.
    pub(crate) async fn script(&mut self, sql: &'static str) -> Result<(), Error> {
        let done = match self.connection()? {
            Connection::Sqlite(c) => sqlx::raw_sql(sql).execute(c).await.map(drop),
            Connection::Postgres(c) => sqlx::raw_sql(sql).execute(c).await.map(drop),
        };
        self.done(done)
    }

    /// Runs one job: a panic, too long a run and a failure that the job passed over become errors. On error the
    /// caller rolls back; entries of the audit trail that the job made are dropped here.
    pub(crate) async fn run<T, E, F>(&mut self, job: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>>,
        E: From<Error>,
    {
        self.doomed = false;
        self.transient = false;
        let mark = self.audit.len();
        let outcome = tokio::time::timeout(JOB_LIMIT, unwinding(|| job(self))).await;
        let outcome = match outcome {
            Ok(Some(Ok(_))) if self.doomed => Err(Error::Doomed.into()),
            Ok(Some(outcome)) => outcome,
            Ok(None) => Err(Error::Panicked.into()),
            Err(_) => Err(Error::TimedOut.into()),
        };
        if outcome.is_err() {
            self.audit.truncate(mark);
        }
        outcome
    }

    /// Commits; entries of the audit trail must have been flushed.
    pub(crate) async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.control("COMMIT").await?;
        held!(self.held, end_transaction);
        Ok(())
    }

    /// Rolls back. When that fails the connection is broken, and the database rolls back by itself.
    pub(crate) async fn rollback(mut self) {
        match self.control("ROLLBACK").await {
            Ok(()) => held!(self.held, end_transaction),
            Err(error) => tracing::warn!(error = %Error::from(error), "rollback failed"),
        }
    }

    /// Closes the connection instead of giving it back: nobody may inherit its state.
    pub(crate) async fn discard(self) {
        match self.held {
            Held::Sqlite(c) => c.close().await,
            Held::Postgres(c) => c.close().await,
        }
    }

    /// Runs one statement of the engine's own outside any job, even after a job failed.
    pub(crate) async fn control(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        match self.held.connection() {
            // Kept prepared.
            Connection::Sqlite(c) => sqlx::query::<Sqlite>(sql).execute(c).await.map(drop),
            Connection::Postgres(c) => sqlx::raw_sql(sql).execute(c).await.map(drop),
        }
    }
}

impl Held {
    /// The connection, for one statement.
    fn connection(&mut self) -> Connection<'_> {
        match self {
            Held::Sqlite(c) => {
                c.begin_statement();
                Connection::Sqlite(c)
            }
            Held::Postgres(c) => {
                c.begin_statement();
                Connection::Postgres(c)
            }
        }
    }
}

/// Awaits a future; `None` when making or polling it panicked.
async fn unwinding<'t, T>(make: impl FnOnce() -> BoxFuture<'t, T>) -> Option<T> {
    // After a panic the future is dropped and its transaction rolled back, so no broken state is seen.
    let mut future = catch_unwind(AssertUnwindSafe(make)).ok()?;
    poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Some(value)),
        Err(_) => Poll::Ready(None),
    })
    .await
}
