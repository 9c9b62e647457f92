//! Whether a database was made for a demo. Its accounts have a published password, so it never becomes a production one.

use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_optional, statements};

statements! {
    MARK = "INSERT INTO demo_mark (id, marked_at) VALUES (1, $1) ON CONFLICT (id) DO NOTHING";
    MARKED = "SELECT marked_at FROM demo_mark WHERE id = 1";
    IN_USE = "SELECT 1 AS one WHERE EXISTS (SELECT 1 FROM staff) OR EXISTS (SELECT 1 FROM persons)
        OR EXISTS (SELECT 1 FROM service_versions)";
}

/// Name of the migration that made the table.
pub const MIGRATION: &str = "0430_demo_mark";

/// Marks the database for a demo, for good.
pub async fn mark(tx: &mut Tx, now: Timestamp) -> Result<(), Error> {
    execute!(tx, MARK, now).map(drop)
}

pub async fn is_marked(tx: &mut Tx) -> Result<bool, Error> {
    Ok(fetch_optional!(tx, (Timestamp,), MARKED)?.is_some())
}

/// Whether anybody has an account or any service was published.
pub async fn in_use(tx: &mut Tx) -> Result<bool, Error> {
    Ok(fetch_optional!(tx, (i32,), IN_USE)?.is_some())
}
