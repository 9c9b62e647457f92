//! Migrations: two folders with equal file names, applied in one transaction by one process at a time.

use sha2::{Digest, Sha256};

use crate::engine::error::Error;
use crate::engine::tx::Tx;
use crate::{execute, fetch_all, fetch_optional, statements};

/// One step of the schema, written for both engines.
pub struct Migration {
    pub name: &'static str,
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        /// All migrations in order. Add a line for each pair of files.
        pub const MIGRATIONS: &[Migration] = &[$(Migration {
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        }),*];
    };
}

migrations! {
    "0010_identity",
    "0020_audit",
    "0030_messages",
    "0100_catalog",
    "0300_cases",
    "0310_registers",
    "0400_certificates",
    "0410_mail_addresses",
    "0420_status_lists",
    "0430_demo_mark",
    "0440_retention",
    "0460_key_checks",
    "0470_status_places",
    "0480_outbox_erasure",
    "0485_counter_payments",
    "0490_no_idempotency",
    "0495_unread_indexes",
    "0500_unread_messages",
    "0510_regions",
    "0520_staff_second_factor",
    "0530_organisation",
    "0600_reviews",
    "0610_supplements",
    "0620_stages",
    "0630_bundles",
    "0640_figures",
    "0650_catalogue_proposals",
    "0660_organisation_pages",
    "0670_inbox",
    "0680_tacit_approvals",
    "0690_offices_left",
    "0691_escalations_end",
}

/// Name of the first migration; where it is pending there are no tables.
pub const FIRST: &str = MIGRATIONS[0].name;

impl Migration {
    /// The number that the name begins with.
    pub fn version(&self) -> i64 {
        self.name.split('_').next().and_then(|n| n.parse().ok()).unwrap_or(0)
    }
}

const JOURNAL: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    version BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL
)";

statements! {
    JOURNAL_EXISTS for Sqlite =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'";
    JOURNAL_EXISTS_POSTGRES for Postgres =
        "SELECT CAST(tablename AS TEXT) FROM pg_tables
         WHERE schemaname = current_schema() AND tablename = 'schema_migrations'";
    APPLIED = "SELECT version, checksum FROM schema_migrations ORDER BY version LIMIT 10000";
    RECORD = "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)";
}

/// Applies what is missing inside `tx`.
pub async fn apply(tx: &mut Tx) -> Result<(), Error> {
    tx.script(JOURNAL).await?;
    for migration in missing(tx).await? {
        tracing::info!(migration = migration.name, "migrating");
        let script = script(tx, migration);
        tx.script(script).await?;
        execute!(tx, RECORD, migration.version(), migration.name, checksum(script))?;
    }
    Ok(())
}

/// Names of the migrations that `apply` would run.
pub async fn pending(tx: &mut Tx) -> Result<Vec<&'static str>, Error> {
    let exists = if tx.is_postgres() { JOURNAL_EXISTS_POSTGRES } else { JOURNAL_EXISTS };
    let missing = match fetch_optional!(tx, (String,), exists)? {
        None => MIGRATIONS.iter().collect(),
        Some(_) => missing(tx).await?,
    };
    Ok(missing.into_iter().map(|m| m.name).collect())
}

async fn missing(tx: &mut Tx) -> Result<Vec<&'static Migration>, Error> {
    let applied = fetch_all!(tx, (i64, String), APPLIED)?;
    let known = MIGRATIONS.last().map_or(0, Migration::version);
    for (version, sum) in &applied {
        match MIGRATIONS.iter().find(|m| m.version() == *version) {
            None => return Err(Error::NewerSchema { found: *version, known }),
            Some(m) if checksum(script(tx, m)) != *sum => {
                return Err(Error::ChangedMigration { name: m.name.to_owned() });
            }
            Some(_) => {}
        }
    }
    Ok(MIGRATIONS.iter().filter(|m| applied.iter().all(|(version, _)| *version != m.version())).collect())
}

fn script(tx: &Tx, migration: &Migration) -> &'static str {
    if tx.is_postgres() { migration.postgres } else { migration.sqlite }
}

fn checksum(script: &str) -> String {
    Sha256::digest(script).iter().map(|byte| format!("{byte:02x}")).collect()
}
