//! PostgreSQL: two pools, one of which cannot write, and one place that runs a transaction again.

use std::str::FromStr;
use std::time::Duration;

use sqlx::Postgres;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::audit;
use crate::engine::db::{BoxFuture, Options};
use crate::engine::error::{Error, Fault, is_transient};
use crate::engine::lend::{ACQUIRE, Lender};
use crate::engine::tx::Tx;

/// A connection that was idle for longer is tried before use.
const TRUSTED_IDLE: Duration = Duration::from_secs(5);
/// Runs of one transaction before its failure is reported.
const RUNS: u32 = 8;

pub struct Database {
    readers: Lender<Postgres>,
    writers: Lender<Postgres>,
}

impl Database {
    pub async fn open(address: &str, options: Options) -> Result<Self, Error> {
        let connect = PgConnectOptions::from_str(address)?
            .application_name("zhangban")
            .statement_cache_capacity(512)
            .options([("statement_timeout", "15000"), ("idle_in_transaction_session_timeout", "30000")]);
        let pool = |connections: u32| {
            PgPoolOptions::new()
                .max_connections(connections.max(1))
                .acquire_timeout(ACQUIRE)
                .test_before_acquire(false)
                .before_acquire(|connection, meta| {
                    Box::pin(async move {
                        use sqlx::Connection;
                        Ok(meta.idle_for < TRUSTED_IDLE || connection.ping().await.is_ok())
                    })
                })
        };
        let readers = connect.clone().options([("default_transaction_read_only", "on")]);
        Ok(Database {
            readers: Lender::new(pool(options.read_connections).connect_with(readers).await?),
            writers: Lender::new(pool(options.write_connections).connect_lazy_with(connect)),
        })
    }

    pub async fn read(&self) -> Result<Tx, Error> {
        Ok(Tx::reading(self.readers.lend().await?))
    }

    pub async fn snapshot(&self) -> Result<Tx, Error> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        Tx::begin(self.readers.lend().await?, begin, false).await
    }

    /// A transaction for migrations, alone in the whole database and without a limit of time.
    pub async fn exclusive(&self) -> Result<Tx, Error> {
        let mut tx = Tx::begin(self.writers.lend().await?, "BEGIN", true).await?;
        tx.control("SET LOCAL statement_timeout = 0").await?;
        // The number is "zhangban" in ASCII.
        tx.control("SELECT pg_advisory_xact_lock(8820406997013913966)").await?;
        Ok(tx)
    }

    pub async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Clone,
        E: From<Error>,
    {
        let mut run = 1;
        loop {
            let mut tx = Tx::begin(self.writers.lend().await.map_err(Error::from)?, "BEGIN", true).await?;
            let mut outcome = tx.run(job.clone()).await;
            if outcome.is_ok()
                && let Err(error) = audit::flush(&mut tx).await
            {
                outcome = Err(error.into());
            }
            let transient = match &outcome {
                Err(_) => {
                    let transient = tx.is_transient();
                    tx.rollback().await;
                    transient
                }
                Ok(_) => match tx.commit().await {
                    Ok(()) => return outcome,
                    Err(error) => {
                        outcome = Err(Error::Commit(Fault::of(&error)).into());
                        is_transient(&error)
                    }
                },
            };
            if !transient || run == RUNS {
                return outcome;
            }
            tracing::debug!(run, "transaction runs again");
            tokio::time::sleep(Duration::from_millis(1 << run)).await;
            run += 1;
        }
    }

    pub async fn close(&self) {
        self.writers.close().await;
        self.readers.close().await;
    }
}
