//! One connection in use, for reading or inside a transaction: what every storage function takes.

use std::future::poll_fn;
use std::ops::DerefMut;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Database, PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};

use crate::audit;
use crate::engine::db::BoxFuture;
use crate::engine::error::{Error, is_transient};

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

enum Held {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTransaction(Transaction<'static, Sqlite>),
    Postgres(PoolConnection<Postgres>),
    PostgresTransaction(Transaction<'static, Postgres>),
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

    pub(crate) fn sqlite(connection: PoolConnection<Sqlite>) -> Self {
        Tx::new(Held::Sqlite(connection), false)
    }

    /// The connection of the one writer, which speaks BEGIN and COMMIT itself.
    pub(crate) fn sqlite_writer(connection: PoolConnection<Sqlite>) -> Self {
        Tx::new(Held::Sqlite(connection), true)
    }

    pub(crate) fn postgres(connection: PoolConnection<Postgres>) -> Self {
        Tx::new(Held::Postgres(connection), false)
    }

    pub(crate) fn sqlite_transaction(transaction: Transaction<'static, Sqlite>, writes: bool) -> Self {
        Tx::new(Held::SqliteTransaction(transaction), writes)
    }

    pub(crate) fn postgres_transaction(transaction: Transaction<'static, Postgres>, writes: bool) -> Self {
        Tx::new(Held::PostgresTransaction(transaction), writes)
    }

    pub(crate) fn writes(&self) -> bool {
        self.writes
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.held, Held::Postgres(_) | Held::PostgresTransaction(_))
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
        Ok(match &mut self.held {
            Held::Sqlite(c) => Connection::Sqlite(c.deref_mut()),
            Held::SqliteTransaction(c) => Connection::Sqlite(c.deref_mut()),
            Held::Postgres(c) => Connection::Postgres(c.deref_mut()),
            Held::PostgresTransaction(c) => Connection::Postgres(c.deref_mut()),
        })
    }

    /// Notes the failure of a statement: nothing more may happen in this transaction. An absent row is no failure.
    pub(crate) fn failed(&mut self, error: sqlx::Error) -> Error {
        if !matches!(error, sqlx::Error::RowNotFound) {
            self.doomed = true;
            self.transient |= is_transient(&error);
        }
        Error::from(error)
    }

    /// Runs a script of several statements, without parameters.
    pub(crate) async fn script(&mut self, sql: &'static str) -> Result<(), Error> {
        let done = match self.connection()? {
            Connection::Sqlite(c) => sqlx::raw_sql(sql).execute(c).await.map(drop),
            Connection::Postgres(c) => sqlx::raw_sql(sql).execute(c).await.map(drop),
        };
        done.map_err(|error| self.failed(error))
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
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self.held {
            Held::SqliteTransaction(t) => t.commit().await,
            Held::PostgresTransaction(t) => t.commit().await,
            Held::Sqlite(_) | Held::Postgres(_) => Ok(()),
        }
    }

    /// Rolls back. When that fails the connection is broken, and the database rolls back by itself.
    pub(crate) async fn rollback(self) {
        let done = match self.held {
            Held::SqliteTransaction(t) => t.rollback().await,
            Held::PostgresTransaction(t) => t.rollback().await,
            Held::Sqlite(_) | Held::Postgres(_) => Ok(()),
        };
        if let Err(error) = done {
            tracing::warn!(error = %Error::from(error), "rollback failed");
        }
    }

    /// Closes the connection instead of giving it back: nobody may inherit its state.
    pub(crate) async fn discard(self) {
        if let Held::Sqlite(connection) = self.held {
            drop(connection.close().await);
        }
    }

    /// Runs one statement of the writer's own outside any job, even after a job failed.
    pub(crate) async fn control(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        async fn run<DB: Database>(
            connection: &mut DB::Connection,
            sql: &'static str,
        ) -> Result<(), sqlx::Error>
        where
            for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
            for<'q> DB::Arguments: sqlx::IntoArguments<DB>,
        {
            sqlx::query::<DB>(sql).execute(connection).await.map(drop)
        }
        match &mut self.held {
            Held::Sqlite(c) => run::<Sqlite>(c, sql).await,
            Held::SqliteTransaction(c) => run::<Sqlite>(c, sql).await,
            Held::Postgres(c) => run::<Postgres>(c, sql).await,
            Held::PostgresTransaction(c) => run::<Postgres>(c, sql).await,
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
