//! The same constant SQL and the same row type on either engine.
//!
//! Each macro awaits, and gives `Result<_, storage::Error>`. Arguments are bound in order to `$1`, `$2`, ….

/// `fetch_one!(tx, Row, STATEMENT, a, b)?` gives the row, or [`Error::NotFound`](crate::Error::NotFound).
macro_rules! fetch_one {
    ($($rest:tt)*) => { $crate::engine::query::query_as!(fetch_one, $($rest)*) };
}
pub(crate) use fetch_one;

/// `fetch_optional!(tx, Row, STATEMENT, a, b)?` gives `Option<Row>`.
macro_rules! fetch_optional {
    ($($rest:tt)*) => { $crate::engine::query::query_as!(fetch_optional, $($rest)*) };
}
pub(crate) use fetch_optional;

/// `fetch_all!(tx, Row, STATEMENT, a, b)?` gives `Vec<Row>`; the statement bounds its length by LIMIT.
macro_rules! fetch_all {
    ($($rest:tt)*) => { $crate::engine::query::query_as!(fetch_all, $($rest)*) };
}
pub(crate) use fetch_all;

/// `execute!(tx, STATEMENT, a, b)?` gives the number of rows that changed, a `u64`.
macro_rules! execute {
    ($tx:expr, $statement:expr $(, $arg:expr)* $(,)?) => {{
        let tx: &mut $crate::Tx = &mut *$tx;
        let statement: $crate::Statement = $statement;
        match tx.connection() {
            Err(error) => Err(error),
            Ok($crate::engine::tx::Connection::Sqlite(c)) => {
                let outcome = sqlx::query::<sqlx::Sqlite>(statement.sql)$(.bind($arg))*.execute(c).await;
                tx.done(outcome.map(|done| done.rows_affected()))
            }
            Ok($crate::engine::tx::Connection::Postgres(c)) => {
                let outcome = sqlx::query::<sqlx::Postgres>(statement.sql)$(.bind($arg))*.execute(c).await;
                tx.done(outcome.map(|done| done.rows_affected()))
            }
        }
    }};
}
pub(crate) use execute;

/// `execute_rows!(tx, STATEMENT, rows, r => r.a, r.b)?`: as `execute!`, with the arguments of every row one after the other.
/// The statement has places for exactly as many.
macro_rules! execute_rows {
    ($tx:expr, $statement:expr, $rows:expr, $row:ident => $($arg:expr),+ $(,)?) => {{
        let tx: &mut $crate::Tx = &mut *$tx;
        let statement: $crate::Statement = $statement;
        match tx.connection() {
            Err(error) => Err(error),
            Ok($crate::engine::tx::Connection::Sqlite(c)) => {
                let mut query = sqlx::query::<sqlx::Sqlite>(statement.sql);
                for $row in $rows {
                    query = query$(.bind($arg))+;
                }
                let outcome = query.execute(c).await;
                tx.done(outcome.map(|done| done.rows_affected()))
            }
            Ok($crate::engine::tx::Connection::Postgres(c)) => {
                let mut query = sqlx::query::<sqlx::Postgres>(statement.sql);
                for $row in $rows {
                    query = query$(.bind($arg))+;
                }
                let outcome = query.execute(c).await;
                tx.done(outcome.map(|done| done.rows_affected()))
            }
        }
    }};
}
pub(crate) use execute_rows;

/// `fetch_all_of!(tx, Row, STATEMENT, values)?`: as `fetch_all!`, with the arguments in an array.
macro_rules! fetch_all_of {
    ($tx:expr, $row:ty, $statement:expr, $values:expr) => {{
        let tx: &mut $crate::Tx = &mut *$tx;
        let statement: $crate::Statement = $statement;
        match tx.connection() {
            Err(error) => Err(error),
            Ok($crate::engine::tx::Connection::Sqlite(c)) => {
                let mut query = sqlx::query_as::<sqlx::Sqlite, $row>(statement.sql);
                for value in $values {
                    query = query.bind(value);
                }
                let outcome = query.fetch_all(c).await;
                tx.done(outcome)
            }
            Ok($crate::engine::tx::Connection::Postgres(c)) => {
                let mut query = sqlx::query_as::<sqlx::Postgres, $row>(statement.sql);
                for value in $values {
                    query = query.bind(value);
                }
                let outcome = query.fetch_all(c).await;
                tx.done(outcome)
            }
        }
    }};
}
pub(crate) use fetch_all_of;

macro_rules! query_as {
    ($verb:ident, $tx:expr, $row:ty, $statement:expr $(, $arg:expr)* $(,)?) => {{
        let tx: &mut $crate::Tx = &mut *$tx;
        let statement: $crate::Statement = $statement;
        match tx.connection() {
            Err(error) => Err(error),
            Ok($crate::engine::tx::Connection::Sqlite(c)) => {
                let outcome = sqlx::query_as::<sqlx::Sqlite, $row>(statement.sql)$(.bind($arg))*.$verb(c).await;
                tx.done(outcome)
            }
            Ok($crate::engine::tx::Connection::Postgres(c)) => {
                let outcome = sqlx::query_as::<sqlx::Postgres, $row>(statement.sql)$(.bind($arg))*.$verb(c).await;
                tx.done(outcome)
            }
        }
    }};
}
pub(crate) use query_as;
