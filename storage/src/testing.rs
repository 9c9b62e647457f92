//! One test body on both engines: [`contract!`](crate::contract).
//!
//! SQLite runs on a file in the temporary directory, PostgreSQL in a database of its own on the server that
//! `TEST_POSTGRES_URL` names; both are removed afterwards. Without that variable the PostgreSQL half says so and is
//! skipped; when `CI` is set it fails.

pub mod raw;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::time::Timestamp;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::{BoxFuture, Db, Error, Options};

/// Runs one async body as two tests, `<name>::sqlite` and `<name>::postgres`, each on a fresh, migrated database:
/// ```text
/// storage::contract! {
///     async fn a_second_account_is_refused(t: &TestDb) { let db = t.db(); … }
/// }
/// ```
#[macro_export]
macro_rules! contract {
    ($($(#[$meta:meta])* async fn $name:ident($t:ident: &TestDb) $body:block)*) => {$(
        $(#[$meta])*
        async fn $name($t: &$crate::testing::TestDb) $body

        mod $name {
            #[test]
            fn sqlite() {
                $crate::testing::sqlite(|t| Box::pin(super::$name(t)));
            }

            #[test]
            fn postgres() {
                $crate::testing::postgres(|t| Box::pin(super::$name(t)));
            }
        }
    )*};
}

/// A database for one test.
pub struct TestDb {
    db: Db,
    address: String,
}

impl TestDb {
    pub fn db(&self) -> Db {
        self.db.clone()
    }

    /// Another handle with its own connections, as another process would have.
    pub async fn second(&self) -> Db {
        open(&self.address).await
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn is_postgres(&self) -> bool {
        self.db.engine() == "postgresql"
    }
}

/// A fixed id for tests, the same for the same `n`, growing with it.
pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n)
}

/// A fixed instant for tests, `seconds` after 2026-11-23T01:00:00Z.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_795_395_600 + seconds)
}

/// Runs `body` on SQLite.
pub fn sqlite(body: impl for<'t> FnOnce(&'t TestDb) -> BoxFuture<'t, ()>) {
    let directory = std::env::temp_dir().join(unique());
    let address = format!("sqlite:{}", directory.join("test.db").display());
    run(address, body, || remove(&directory));
}

/// Runs `body` on PostgreSQL, if there is one.
pub fn postgres(body: impl for<'t> FnOnce(&'t TestDb) -> BoxFuture<'t, ()>) {
    empty_postgres(|address| run(address.to_owned(), body, || {}));
}

/// Gives `body` the address of an empty database on PostgreSQL, if there is one, and removes it afterwards.
pub fn empty_postgres(body: impl FnOnce(&str)) {
    let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
        return without_postgres();
    };
    let name = unique();
    let admin = |sql: String| {
        runtime().block_on(async {
            let mut connection = PgConnection::connect(&server).await.expect("connect to TEST_POSTGRES_URL");
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&mut connection)
                .await
                .expect("administer the test server");
        });
    };
    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    admin(drop.clone());
    admin(format!("CREATE DATABASE {name}"));
    let outcome = catch_unwind(AssertUnwindSafe(|| body(&with_database(&server, &name))));
    admin(drop);
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// What the owner of the database can do: runs `script` with the triggers off that guard the audit trail.
pub async fn as_owner(db: &Db, script: &'static str) {
    let disarm = if db.engine() == "postgresql" {
        "ALTER TABLE audit_entries DISABLE TRIGGER USER; ALTER TABLE audit_heads DISABLE TRIGGER USER;
         ALTER TABLE audit_checkpoints DISABLE TRIGGER USER"
    } else {
        "DROP TRIGGER IF EXISTS audit_entries_no_update; DROP TRIGGER IF EXISTS audit_entries_no_delete;
         DROP TRIGGER IF EXISTS audit_heads_only_grow; DROP TRIGGER IF EXISTS audit_heads_no_delete;
         DROP TRIGGER IF EXISTS audit_checkpoints_no_update; DROP TRIGGER IF EXISTS audit_checkpoints_no_delete"
    };
    let done: Result<(), Error> = db
        .write(move |tx| {
            Box::pin(async move {
                tx.script(disarm).await?;
                tx.script(script).await
            })
        })
        .await;
    done.expect("run the script");
}

fn run(address: String, body: impl for<'t> FnOnce(&'t TestDb) -> BoxFuture<'t, ()>, clean_up: impl FnOnce()) {
    let runtime = runtime();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            let test = TestDb { db: open(&address).await, address };
            test.db.migrate().await.expect("migrate the test database");
            body(&test).await;
            test.db.close().await;
        });
    }));
    drop(runtime);
    clean_up();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

async fn open(address: &str) -> Db {
    let options = Options { read_connections: 4, write_connections: 8 };
    Db::open_with(address, options).await.expect("open the test database")
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("start a runtime")
}

fn without_postgres() {
    assert!(std::env::var_os("CI").is_none(), "TEST_POSTGRES_URL is not set, and CI must test PostgreSQL");
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        // Straight to the terminal: the test harness hides what passing tests print.
        let message = "\nTEST_POSTGRES_URL is not set: tests on PostgreSQL are SKIPPED\n";
        drop(std::io::stderr().write_all(message.as_bytes()));
    });
}

fn unique() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    format!("zhangban_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

fn remove(directory: &PathBuf) {
    std::fs::remove_dir_all(directory).expect("remove the directory of the test");
}

/// The same server address with another database.
fn with_database(server: &str, name: &str) -> String {
    let (base, query) = server.split_once('?').map_or((server, None), |(b, q)| (b, Some(q)));
    let start = base.find("://").map_or(0, |i| i + 3);
    let end = base[start..].find('/').map_or(base.len(), |i| start + i);
    match query {
        Some(query) => format!("{}/{name}?{query}", &base[..end]),
        None => format!("{}/{name}", &base[..end]),
    }
}
