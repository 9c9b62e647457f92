//! Everything that is kept: the database, its tables and one typed function for each question asked of them.
//! Nothing else in the house speaks SQL.
//!
//! # Reading and writing
//! ```text
//! let mut tx = db.read().await?;                               // each statement sees the newest committed state
//! let person = identity::persons::by_id(&mut tx, id).await?;
//!
//! let outcome: Result<(), MyError> = db                         // MyError: From<storage::Error>
//!     .write(move |tx| Box::pin(async move {
//!         identity::persons::insert(tx, &person).await?;
//!         audit::append(tx, entry)?;
//!         Ok(())                                                // kept, or `Err(_)`: nothing of it is kept
//!     }))
//!     .await;
//! ```
//! * A write job owns what it captures, and what it captures is `Clone`: on PostgreSQL it may run again after a
//!   serialization failure or a deadlock, so it must have no effect outside its transaction.
//! * A job awaits storage functions only, never the network, and never `db.write` itself. After ten seconds it is
//!   given up. On SQLite all jobs run one after the other in one writer and share durable commits.
//! * A statement that fails dooms its transaction on both engines: later statements are refused and the job's `Ok`
//!   becomes [`Error::Doomed`]. Where a conflict is expected, say `ON CONFLICT DO NOTHING` and look at the count.
//! * PostgreSQL runs at READ COMMITTED: guard every update with the version or the state it was decided on
//!   (`… WHERE id = $1 AND version = $2`) and look at the count.
//!
//! # Adding a table, a statement, a module
//! 1. Migration: the same file name in `migrations/sqlite/` and `migrations/postgres/` (`NNNN_domain.sql`; catalog
//!    0100, registers 0200, cases 0300, certificates 0400, each with room after it), and one line in
//!    `engine/migrate.rs`. Types: UUID/BLOB, BYTEA/BLOB, BIGINT/INTEGER, BOOLEAN/INTEGER with a check,
//!    TIMESTAMPTZ/TEXT, JSONB/TEXT, TEXT/TEXT; SQLite tables are STRICT; primary keys say NOT NULL.
//!    A migration that has shipped is never edited.
//! 2. Module: `src/<domain>/<thing>.rs` with its statements in one `statements!` block, rows with
//!    `#[derive(sqlx::FromRow)]`, and functions that take `&mut Tx` and run a statement with one of
//!    `fetch_one!`, `fetch_optional!`, `fetch_all!(tx, Row, STATEMENT, a, b)` or `execute!(tx, STATEMENT, a, b)`.
//! 3. One line in [`MODULES`] below, so that the test prepares every statement on both engines.
//! 4. Tests: [`contract!`] runs one body on both engines (feature `testing`; see [`testing`]).
//!
//! SQL is one text for both engines. What only one of them knows is written twice in the same block
//! (`X for Sqlite = …; X_POSTGRES for Postgres = …;`) and hidden behind one function.
//! Name the columns, no `SELECT *`: a column that a newer process adds must not disturb an older one beside it.
//! Page by key, never by OFFSET; count in the transaction that changes, never by scanning.

mod engine;

pub mod audit;
pub mod cases;
pub mod catalog;
pub mod certificates;
pub mod figures;
pub mod identity;
pub mod keys;
pub mod messages;
pub mod organisation;
pub mod registers;
pub mod reviews;

#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use engine::db::{BoxFuture, Db, Options};
pub use engine::error::{Error, Fault};
pub use engine::migrate::FIRST as FIRST_MIGRATION;
pub use engine::statement::{Runs, Statement};
pub use engine::tx::Tx;

pub(crate) use engine::query::{execute, fetch_all, fetch_one, fetch_optional};
pub(crate) use engine::statement::statements;

/// Every statement of the crate, by module.
pub const MODULES: &[(&str, &[Statement])] = &[
    ("engine::migrate", engine::migrate::STATEMENTS),
    ("audit", audit::STATEMENTS),
    ("cases::bundles", cases::bundles::STATEMENTS),
    ("cases::case", cases::case::STATEMENTS),
    ("cases::changes", cases::changes::STATEMENTS),
    ("cases::counter_payments", cases::counter_payments::STATEMENTS),
    ("cases::desk_views", cases::desk_views::STATEMENTS),
    ("cases::escalations", cases::escalations::STATEMENTS),
    ("cases::events", cases::events::STATEMENTS),
    ("cases::files", cases::files::STATEMENTS),
    ("cases::notes", cases::notes::STATEMENTS),
    ("cases::reason_templates", cases::reason_templates::STATEMENTS),
    ("cases::seats", cases::seats::STATEMENTS),
    ("cases::supplements", cases::supplements::STATEMENTS),
    ("catalog::proposals", catalog::proposals::STATEMENTS),
    ("catalog::bundles", catalog::bundles::STATEMENTS),
    ("catalog::versions", catalog::versions::STATEMENTS),
    ("certificates::certificate", certificates::certificate::STATEMENTS),
    ("certificates::issuer_keys", certificates::issuer_keys::STATEMENTS),
    ("certificates::shares", certificates::shares::STATEMENTS),
    ("certificates::status_lists", certificates::status_lists::STATEMENTS),
    ("figures::counters", figures::counters::STATEMENTS),
    ("figures::days", figures::days::STATEMENTS),
    ("figures::events", figures::events::STATEMENTS),
    ("figures::reasons", figures::reasons::STATEMENTS),
    ("figures::reviews", figures::reviews::STATEMENTS),
    ("figures::standings", figures::standings::STATEMENTS),
    ("identity::codes", identity::codes::STATEMENTS),
    ("identity::drafts", identity::drafts::STATEMENTS),
    ("identity::entities", identity::entities::STATEMENTS),
    ("identity::half_sign_ins", identity::half_sign_ins::STATEMENTS),
    ("identity::limits", identity::limits::STATEMENTS),
    ("identity::oidc_requests", identity::oidc_requests::STATEMENTS),
    ("identity::persons", identity::persons::STATEMENTS),
    ("identity::second_factors", identity::second_factors::STATEMENTS),
    ("identity::sessions", identity::sessions::STATEMENTS),
    ("identity::staff", identity::staff::STATEMENTS),
    ("identity::staff_links", identity::staff_links::STATEMENTS),
    ("keys::key_checks", keys::key_checks::STATEMENTS),
    ("keys::sealed", keys::sealed::STATEMENTS),
    ("messages::centre", messages::centre::STATEMENTS),
    ("messages::outbox", messages::outbox::STATEMENTS),
    ("organisation::accounts", organisation::accounts::STATEMENTS),
    ("organisation::appointments", organisation::appointments::STATEMENTS),
    ("organisation::calendar_years", organisation::calendar_years::STATEMENTS),
    ("organisation::demo_mark", organisation::demo_mark::STATEMENTS),
    ("organisation::generation", organisation::generation::STATEMENTS),
    ("organisation::history", organisation::history::STATEMENTS),
    ("organisation::offices", organisation::offices::STATEMENTS),
    ("organisation::posts", organisation::posts::STATEMENTS),
    ("organisation::regions", organisation::regions::STATEMENTS),
    ("registers::consents", registers::consents::STATEMENTS),
    ("registers::evidence", registers::evidence::STATEMENTS),
    ("reviews::counts", reviews::counts::STATEMENTS),
    ("reviews::feed", reviews::feed::STATEMENTS),
    ("reviews::review", reviews::review::STATEMENTS),
    ("reviews::rights", reviews::rights::STATEMENTS),
    ("reviews::tasks", reviews::tasks::STATEMENTS),
    #[cfg(any(test, feature = "testing"))]
    ("testing::raw", testing::raw::STATEMENTS),
];
