//! What can go wrong between a question and its answer.

use std::borrow::Cow;

/// A failure of storage. Cloneable, because all jobs of one commit share its failure; free of stored values, because
/// the databases quote rows in the details of their errors.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    #[error("the database refused: {0}")]
    Database(Fault),
    #[error("a value that must be unique exists already: {0}")]
    Unique(Fault),
    /// A text has a character that the database has no room for, such as NUL.
    #[error("a text cannot be stored: {0}")]
    Text(Fault),
    #[error("no such row")]
    NotFound,
    /// A statement of the transaction failed earlier, so nothing of it can be kept.
    #[error("the transaction was given up after a failed statement")]
    Doomed,
    /// The commit failed. Whether it took effect is unknown when the connection broke: ask again.
    #[error("the commit failed: {0}")]
    Commit(Fault),
    #[error("a write job panicked")]
    Panicked,
    #[error("a write job took too long")]
    TimedOut,
    /// No connection became free in time.
    #[error("the database is busy")]
    Busy,
    #[error("the database is closed")]
    Closed,
    #[error("a write was tried in a read")]
    ReadOnly,
    #[error("a value is larger than allowed")]
    TooLarge,
    #[error("the database address must begin with sqlite: or postgres://")]
    Address,
    #[error("SQLite {found} is older than 3.51.3 and can lose commits")]
    OldSqlite { found: String },
    #[error("the database has migration {found}, this program knows up to {known}: use a newer program")]
    NewerSchema { found: i64, known: i64 },
    #[error("migration {name} is not the one that was applied to this database")]
    ChangedMigration { name: String },
    #[error("the directory of the database: {0}")]
    File(String),
}

/// What a database said, without the values it said it about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// SQLSTATE on PostgreSQL, extended result code on SQLite.
    pub code: Option<String>,
    pub message: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{} ({code})", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl Fault {
    pub(crate) fn of(error: &sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|e| e.code()).map(Cow::into_owned);
        // Display of a database error is its primary message; rows appear in its detail, which stays out.
        let message = error.as_database_error().map_or_else(|| error.to_string(), |e| e.message().to_owned());
        Fault { code, message }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Error::NotFound,
            sqlx::Error::PoolTimedOut => Error::Busy,
            sqlx::Error::PoolClosed => Error::Closed,
            sqlx::Error::Database(e) if e.is_unique_violation() => Error::Unique(Fault::of(&error)),
            sqlx::Error::Database(e) if e.code().is_some_and(|code| code == NOT_IN_REPERTOIRE) => {
                Error::Text(Fault::of(&error))
            }
            _ => Error::Database(Fault::of(&error)),
        }
    }
}

/// SQLSTATE `character_not_in_repertoire`.
const NOT_IN_REPERTOIRE: &str = "22021";

/// Whether the same transaction may succeed when it is run again: serialization failure or deadlock.
pub(crate) fn is_transient(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|e| e.code()).is_some_and(|code| code == "40001" || code == "40P01")
}
