//! Connections lent from a pool, and lent on without a question.
//!
//! A pool of sqlx pings each connection that comes back, in a task of its own: one more round trip for every use. Here a
//! connection that came back whole goes to the next user at once. Every few seconds, and whenever something was left
//! unfinished on it, it goes through the pool, which tests it, ages it and replaces it.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Database, Pool};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// How long a connection is used after the pool has tested it.
const TRUSTED: Duration = Duration::from_secs(5);
/// How long a caller waits for a free connection.
pub const ACQUIRE: Duration = Duration::from_secs(5);

/// A pool, and what lies ready of it.
pub struct Lender<DB: Database> {
    pool: Pool<DB>,
    /// As many as the pool has connections: who has a turn gets one. Callers are served in the order they came.
    turns: Arc<Semaphore>,
    ready: Arc<Ready<DB>>,
}

/// Connections that nobody uses; `None` once the pool closes.
struct Ready<DB: Database>(Mutex<Option<Vec<Tested<DB>>>>);

struct Tested<DB: Database> {
    connection: PoolConnection<DB>,
    at: Instant,
}

impl<DB: Database> Ready<DB> {
    fn lock(&self) -> MutexGuard<'_, Option<Vec<Tested<DB>>>> {
        // The list is whole at any moment, so a panic of another holder does not matter.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Option<Tested<DB>> {
        self.lock().as_mut().and_then(Vec::pop)
    }
}

impl<DB: Database> Lender<DB> {
    pub fn new(pool: Pool<DB>) -> Self {
        let turns = pool.options().get_max_connections() as usize;
        Lender {
            pool,
            turns: Arc::new(Semaphore::new(turns)),
            ready: Arc::new(Ready(Mutex::new(Some(Vec::with_capacity(turns))))),
        }
    }

    pub fn pool(&self) -> &Pool<DB> {
        &self.pool
    }

    pub async fn lend(&self) -> Result<Lent<DB>, sqlx::Error> {
        let turn = tokio::time::timeout(ACQUIRE, self.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)?;
        // One that was tested long ago goes back to the pool here, before another is asked for.
        let ready = self.ready.take().filter(|tested| tested.at.elapsed() < TRUSTED);
        let found = match ready {
            Some(tested) => tested,
            None => Tested { connection: self.pool.acquire().await?, at: Instant::now() },
        };
        Ok(Lent { tested: Some(found), ready: self.ready.clone(), left: Left::Whole, _turn: turn })
    }

    /// Waits until every connection came back, and closes them.
    pub async fn close(&self) {
        self.turns.close();
        drop(self.ready.lock().take());
        self.pool.close().await;
    }
}

/// In which state a connection would come back now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Whole,
    /// Within a statement, or after one that failed.
    Unfinished,
    /// As `Unfinished`, or whole, within a transaction.
    Open,
}

/// A connection in use.
pub struct Lent<DB: Database> {
    /// Always there until this is dropped or closed.
    tested: Option<Tested<DB>>,
    ready: Arc<Ready<DB>>,
    left: Left,
    _turn: OwnedSemaphorePermit,
}

impl<DB: Database> Lent<DB> {
    /// A statement begins.
    pub fn begin_statement(&mut self) {
        if self.left == Left::Whole {
            self.left = Left::Unfinished;
        }
    }

    /// The statement came to its end; of no use after one that failed, for the pool shall test the connection then.
    pub fn end_statement(&mut self) {
        if self.left == Left::Unfinished {
            self.left = Left::Whole;
        }
    }

    /// What is left open from now on is undone by closing the connection.
    pub fn begin_transaction(&mut self) {
        self.left = Left::Open;
    }

    pub fn end_transaction(&mut self) {
        self.left = Left::Whole;
    }

    pub async fn close(mut self) {
        if let Some(tested) = self.tested.take() {
            drop(tested.connection.close().await);
        }
    }
}

const HELD: &str = "a connection is held until the end";

impl<DB: Database> Deref for Lent<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &Self::Target {
        &self.tested.as_ref().expect(HELD).connection
    }
}

impl<DB: Database> DerefMut for Lent<DB> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.tested.as_mut().expect(HELD).connection
    }
}

impl<DB: Database> Drop for Lent<DB> {
    fn drop(&mut self) {
        let Some(mut tested) = self.tested.take() else { return };
        match self.left {
            Left::Open => tested.connection.close_on_drop(),
            Left::Whole if tested.at.elapsed() < TRUSTED => {
                if let Some(ready) = self.ready.lock().as_mut() {
                    return ready.push(tested);
                }
            }
            Left::Whole | Left::Unfinished => {}
        }
        drop(tested);
    }
}
