//! The door: open, read, write, close.

use std::pin::Pin;
use std::sync::Arc;

use crate::engine::error::Error;
use crate::engine::tx::Tx;
use crate::engine::{migrate, postgres, sqlite};

/// A future that lives on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The database. Clones share one set of connections.
#[derive(Clone)]
pub struct Db(Arc<Engine>);

enum Engine {
    Sqlite(sqlite::Database),
    Postgres(postgres::Database),
}

/// How many connections a process holds at most.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub read_connections: u32,
    /// PostgreSQL only; SQLite has one writer.
    pub write_connections: u32,
}

impl Default for Options {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 8)) as u32;
        // Two processes stay below the hundred connections that a PostgreSQL allows by default.
        Options { read_connections: 2 * cores, write_connections: (8 * cores).min(32) }
    }
}

impl Db {
    /// Opens `sqlite:path` (made when absent) or `postgres://…`, inside a Tokio runtime. Does not migrate.
    pub async fn open(address: &str) -> Result<Db, Error> {
        Db::open_with(address, Options::default()).await
    }

    pub async fn open_with(address: &str, options: Options) -> Result<Db, Error> {
        let engine = if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            Engine::Postgres(postgres::Database::open(address, options).await?)
        } else if let Some(path) = address.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            Engine::Sqlite(sqlite::Database::open(path.as_ref(), options).await?)
        } else {
            return Err(Error::Address);
        };
        Ok(Db(Arc::new(engine)))
    }

    /// `sqlite` or `postgresql`, for logs and metrics.
    pub fn engine(&self) -> &'static str {
        match &*self.0 {
            Engine::Sqlite(_) => "sqlite",
            Engine::Postgres(_) => "postgresql",
        }
    }

    /// Brings the schema up to date; one process at a time, the others wait. Refuses a newer schema.
    pub async fn migrate(&self) -> Result<(), Error> {
        let mut tx = match &*self.0 {
            Engine::Sqlite(d) => d.exclusive().await?,
            Engine::Postgres(d) => d.exclusive().await?,
        };
        match migrate::apply(&mut tx).await {
            Ok(()) => tx.commit().await.map_err(Error::from),
            Err(error) => {
                tx.rollback().await;
                Err(error)
            }
        }
    }

    /// Names of the migrations this program knows and the database lacks; refuses a newer schema.
    pub async fn pending_migrations(&self) -> Result<Vec<&'static str>, Error> {
        migrate::pending(&mut self.snapshot().await?).await
    }

    /// A connection to read with. Each statement sees what was committed before it.
    pub async fn read(&self) -> Result<Tx, Error> {
        match &*self.0 {
            Engine::Sqlite(d) => d.read().await,
            Engine::Postgres(d) => d.read().await,
        }
    }

    /// Like [`Db::read`], but all statements see the same moment. Costs two more trips to the database.
    pub async fn snapshot(&self) -> Result<Tx, Error> {
        match &*self.0 {
            Engine::Sqlite(d) => d.snapshot().await,
            Engine::Postgres(d) => d.snapshot().await,
        }
    }

    /// Runs `job` in a transaction and returns once it is durable. `Err` from the job keeps nothing.
    ///
    /// The job may run more than once (PostgreSQL, after a serialization failure or a deadlock). When the caller goes
    /// away the job is kept whole or not at all. See the crate's documentation for what a job may do.
    pub async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Clone + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &*self.0 {
            Engine::Sqlite(d) => d.write(job).await,
            Engine::Postgres(d) => d.write(job).await,
        }
    }

    /// Finishes the writes that were accepted and closes all connections.
    pub async fn close(&self) {
        match &*self.0 {
            Engine::Sqlite(d) => d.close().await,
            Engine::Postgres(d) => d.close().await,
        }
    }
}
