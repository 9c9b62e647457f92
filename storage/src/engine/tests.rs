//! What holds for every table: groups, failures, retries, migrations, statements.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use sqlx::Executor;
use sqlx::SqlSafeStr;
use tokio::sync::Barrier;

use crate::engine::migrate::MIGRATIONS;
use crate::engine::tx::Connection;
use crate::testing::{self, TestDb};
use crate::{BoxFuture, Db, Error, MODULES, Runs, contract, execute, fetch_all, fetch_one, statements};

statements! {
    PUT = "INSERT INTO probe (id, value) VALUES ($1, $2)";
    GET = "SELECT value FROM probe WHERE id = $1";
    ALL = "SELECT id FROM probe ORDER BY id LIMIT 100000";
    ADD = "UPDATE probe SET value = value + 1 WHERE id = $1";
    SET = "UPDATE probe SET value = $2 WHERE id = $1";
    ORPHAN = "INSERT INTO child (id, parent) VALUES ($1, $2)";
    COLUMNS for Sqlite = "SELECT s.name, c.name, c.type, c.\"notnull\" = 0
        FROM sqlite_schema s JOIN pragma_table_info(s.name) c
        WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite_%' AND s.name <> 'schema_migrations'
        ORDER BY 1, 2";
    COLUMNS_POSTGRES for Postgres = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT),
        CAST(data_type AS TEXT), is_nullable = 'YES'
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> 'schema_migrations'
        ORDER BY table_name COLLATE \"C\", column_name COLLATE \"C\"";
    NOT_STRICT for Sqlite = "SELECT name FROM pragma_table_list
        WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'
        AND name <> 'schema_migrations'";
}

const PROBE: &str = "CREATE TABLE probe (id BIGINT NOT NULL PRIMARY KEY, value BIGINT NOT NULL)";

/// A failure of a job's own.
#[derive(Debug, PartialEq)]
enum Failure {
    Storage(String),
    Refused,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Storage(error.to_string())
    }
}

async fn script(db: &Db, sql: &'static str) {
    let done: Result<(), Error> = db.write(move |tx| Box::pin(tx.script(sql))).await;
    done.expect("run a script");
}

async fn put(db: &Db, id: i64) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            execute!(tx, PUT, id, 0_i64)?;
            Ok(())
        })
    })
    .await
}

async fn ids(db: &Db) -> Vec<i64> {
    let mut tx = db.read().await.expect("read");
    let rows = fetch_all!(&mut tx, (i64,), ALL).expect("list");
    rows.into_iter().map(|(id,)| id).collect()
}

async fn value(db: &Db, id: i64) -> i64 {
    let mut tx = db.read().await.expect("read");
    fetch_one!(&mut tx, (i64,), GET, id).expect("one row").0
}

contract! {
    async fn an_acknowledged_write_is_read_at_once(t: &TestDb) {
        let db = t.db();
        script(&db, PROBE).await;
        for id in 0..20 {
            put(&db, id).await.expect("write");
            assert_eq!(value(&db, id).await, 0);
        }
    }

    async fn a_failing_job_is_undone_alone(t: &TestDb) {
        let db = t.db();
        script(&db, PROBE).await;
        let jobs: Vec<_> = (0..60_i64)
            .map(|id| {
                let db = db.clone();
                tokio::spawn(async move {
                    db.write(move |tx| {
                        Box::pin(async move {
                            execute!(tx, PUT, id, 0_i64)?;
                            if id % 3 == 1 { Err(Failure::Refused) } else { Ok(id) }
                        })
                    })
                    .await
                })
            })
            .collect();
        for (id, job) in (0..60).zip(jobs) {
            let expected = if id % 3 == 1 { Err(Failure::Refused) } else { Ok(id) };
            assert_eq!(job.await.expect("no panic here"), expected);
        }
        let expected: Vec<i64> = (0..60).filter(|id| id % 3 != 1).collect();
        assert_eq!(ids(&db).await, expected);
    }

    async fn a_panicking_job_is_undone_alone(t: &TestDb) {
        let db = t.db();
        script(&db, PROBE).await;
        let jobs: Vec<_> = (0..30_i64)
            .map(|id| {
                let db = db.clone();
                tokio::spawn(async move {
                    let done: Result<(), Failure> = db
                        .write(move |tx| {
                            Box::pin(async move {
                                execute!(tx, PUT, id, 0_i64)?;
                                assert!(id % 3 != 1, "a job panics on purpose");
                                Ok(())
                            })
                        })
                        .await;
                    done
                })
            })
            .collect();
        for (id, job) in (0..30).zip(jobs) {
            let expected = if id % 3 == 1 { Err(Failure::from(Error::Panicked)) } else { Ok(()) };
            assert_eq!(job.await.expect("the caller does not panic"), expected);
        }
        assert_eq!(ids(&db).await.len(), 20);
    }

    async fn a_swallowed_failure_keeps_nothing(t: &TestDb) {
        let db = t.db();
        script(&db, PROBE).await;
        put(&db, 1).await.expect("write");
        let done: Result<(), Error> = db
            .write(|tx| {
                Box::pin(async move {
                    execute!(tx, PUT, 2_i64, 0_i64)?;
                    let again = execute!(tx, PUT, 1_i64, 0_i64);
                    assert!(matches!(again, Err(Error::Unique(_))), "{again:?}");
                    let refused = execute!(tx, PUT, 3_i64, 0_i64);
                    assert!(matches!(refused, Err(Error::Doomed)), "{refused:?}");
                    Ok(())
                })
            })
            .await;
        assert!(matches!(done, Err(Error::Doomed)), "{done:?}");
        assert_eq!(ids(&db).await, [1]);
        put(&db, 2).await.expect("the writer goes on");
    }

    async fn a_read_cannot_write(t: &TestDb) {
        let db = t.db();
        script(&db, PROBE).await;
        let mut read = db.read().await.expect("read");
        let tx = &mut read;
        assert!(execute!(tx, PUT, 1_i64, 0_i64).is_err());
        drop(read);
        let mut snapshot = db.snapshot().await.expect("snapshot");
        let tx = &mut snapshot;
        assert!(execute!(tx, PUT, 1_i64, 0_i64).is_err());
        drop(snapshot);
        assert_eq!(ids(&db).await, [0; 0]);
    }

    async fn a_snapshot_sees_one_moment(t: &TestDb) {
        let db = t.db();
        script(&db, PROBE).await;
        put(&db, 1).await.expect("write");
        let mut snapshot = db.snapshot().await.expect("snapshot");
        let tx = &mut snapshot;
        assert_eq!(fetch_all!(tx, (i64,), ALL).expect("list").len(), 1);
        put(&db, 2).await.expect("write");
        assert_eq!(fetch_all!(tx, (i64,), ALL).expect("list").len(), 1);
        drop(snapshot);
        assert_eq!(ids(&db).await, [1, 2]);
    }

    async fn two_hundred_writers_at_once_lose_nothing(t: &TestDb) {
        let db = t.db();
        script(&db, PROBE).await;
        put(&db, 0).await.expect("write");
        let jobs: Vec<_> = (1..=200_i64)
            .map(|id| {
                let db = db.clone();
                tokio::spawn(async move {
                    let done: Result<(), Error> = db
                        .write(move |tx| {
                            Box::pin(async move {
                                execute!(tx, ADD, 0_i64)?;
                                execute!(tx, PUT, id, 0_i64)?;
                                Ok(())
                            })
                        })
                        .await;
                    done
                })
            })
            .collect();
        for job in jobs {
            job.await.expect("no panic").expect("every write is kept");
        }
        assert_eq!(value(&db, 0).await, 200);
        assert_eq!(ids(&db).await.len(), 201);
    }

    async fn callers_that_go_away_leave_jobs_whole(t: &TestDb) {
        let db = t.db();
        script(&db, PROBE).await;
        let jobs: Vec<_> = (0..100_i64)
            .map(|id| {
                let db = db.clone();
                tokio::spawn(async move {
                    let done: Result<(), Error> = db
                        .write(move |tx| {
                            Box::pin(async move {
                                execute!(tx, PUT, 2 * id, 0_i64)?;
                                tokio::task::yield_now().await;
                                execute!(tx, PUT, 2 * id + 1, 0_i64)?;
                                Ok(())
                            })
                        })
                        .await;
                    done
                })
            })
            .collect();
        let mut acknowledged = BTreeSet::new();
        for (id, job) in (0..100).zip(jobs) {
            if id % 2 == 0 {
                job.abort();
            }
            if let Ok(done) = job.await {
                done.expect("write");
                acknowledged.insert(id);
            }
            tokio::task::yield_now().await;
        }
        put(&db, 1000).await.expect("the writer goes on");
        let kept: BTreeSet<i64> = ids(&db).await.into_iter().collect();
        for id in 0..100 {
            assert_eq!(kept.contains(&(2 * id)), kept.contains(&(2 * id + 1)), "job {id} is whole");
            assert!(kept.contains(&(2 * id)) || !acknowledged.contains(&id), "job {id} was acknowledged");
        }
    }

    async fn closing_finishes_what_was_accepted(t: &TestDb) {
        let db = t.db();
        script(&db, PROBE).await;
        let other = t.second().await;
        let jobs: Vec<_> = (0..20_i64)
            .map(|id| {
                let other = other.clone();
                tokio::spawn(async move { put(&other, id).await })
            })
            .collect();
        other.close().await;
        let mut kept = 0;
        for job in jobs {
            match job.await.expect("no panic") {
                Ok(()) => kept += 1,
                Err(error) => assert!(matches!(error, Error::Closed), "{error:?}"),
            }
        }
        assert!(matches!(put(&other, 1000).await, Err(Error::Closed)));
        assert_eq!(ids(&db).await.len(), kept);
    }

    async fn migrating_at_once_and_again_is_harmless(t: &TestDb) {
        let address = if t.is_postgres() {
            script(&t.db(), "CREATE SCHEMA empty").await;
            format!("{}?options[search_path]=empty", t.address())
        } else {
            format!("{}.empty", t.address())
        };
        let a = Db::open(&address).await.expect("open");
        let b = Db::open(&address).await.expect("open");
        let all: Vec<&str> = MIGRATIONS.iter().map(|m| m.name).collect();
        assert_eq!(a.pending_migrations().await.expect("ask"), all);
        let (first, second) = tokio::join!(a.migrate(), b.migrate());
        first.expect("migrate");
        second.expect("migrate");
        a.migrate().await.expect("migrate again");
        assert_eq!(a.pending_migrations().await.expect("ask"), Vec::<&str>::new());
        a.close().await;
        b.close().await;
    }

    async fn a_newer_schema_is_refused(t: &TestDb) {
        let db = t.db();
        script(&db, "INSERT INTO schema_migrations (version, name, checksum) VALUES (999999, 'future', '')").await;
        let refused = db.migrate().await;
        assert!(matches!(refused, Err(Error::NewerSchema { found: 999_999, .. })), "{refused:?}");
        assert!(matches!(db.pending_migrations().await, Err(Error::NewerSchema { .. })));
    }

    async fn a_changed_migration_is_refused(t: &TestDb) {
        let db = t.db();
        script(&db, "UPDATE schema_migrations SET checksum = 'other' WHERE version = 10").await;
        let refused = db.migrate().await;
        assert!(matches!(refused, Err(Error::ChangedMigration { .. })), "{refused:?}");
    }

    async fn every_statement_prepares(t: &TestDb) {
        let other = if t.is_postgres() { Runs::Sqlite } else { Runs::Postgres };
        let mut tx = t.db().read().await.expect("read");
        for (module, statements) in MODULES {
            for statement in statements.iter().filter(|s| s.engine != other) {
                let sql = statement.sql.into_sql_str();
                let prepared = match tx.connection().expect("healthy") {
                    Connection::Sqlite(c) => c.prepare(sql).await.map(drop),
                    Connection::Postgres(c) => c.prepare(sql).await.map(drop),
                };
                if let Err(error) = prepared {
                    panic!("{module}::{}: {error}", statement.name);
                }
            }
        }
    }
}

#[test]
fn every_block_of_statements_is_listed() {
    fn count(directory: &Path) -> usize {
        let entries = std::fs::read_dir(directory).expect("read the sources");
        entries
            .map(|entry| entry.expect("an entry").path())
            .map(|path| {
                if path.is_dir() {
                    count(&path)
                } else if path.file_name().is_some_and(|name| name == "tests.rs") {
                    0
                } else {
                    let text = std::fs::read_to_string(&path).expect("read a source");
                    usize::from(text.lines().any(|line| line == "statements! {"))
                }
            })
            .sum()
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    assert_eq!(count(&src), MODULES.len(), "add the module to MODULES in lib.rs");
}

#[test]
fn folders_of_migrations_agree_with_the_list() {
    let names = |engine: &str| -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("read the folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a plain name"))
            .collect();
        names.sort();
        names
    };
    let listed: Vec<String> = MIGRATIONS.iter().map(|m| format!("{}.sql", m.name)).collect();
    assert_eq!(names("sqlite"), listed, "add the migration to engine/migrate.rs, in order");
    assert_eq!(names("postgres"), listed, "add the migration to engine/migrate.rs, in order");
    assert!(MIGRATIONS.iter().all(|m| m.version() > 0));
    assert!(MIGRATIONS.windows(2).all(|pair| pair[0].version() < pair[1].version()));
}

type Column = (String, String, String, bool);

/// The kinds of column that mean the same on both engines.
fn family(kind: &str) -> &'static [&'static str] {
    match kind {
        "INTEGER" => &["bigint", "boolean"],
        "BLOB" => &["bytea", "uuid"],
        "TEXT" => &["text", "jsonb", "timestamp with time zone"],
        _ => &[],
    }
}

async fn columns(t: &TestDb) -> Vec<Column> {
    let mut read = t.db().read().await.expect("read");
    let tx = &mut read;
    let statement = if t.is_postgres() { COLUMNS_POSTGRES } else { COLUMNS };
    fetch_all!(tx, Column, statement).expect("describe the schema")
}

#[test]
fn both_engines_have_the_same_tables_and_columns() {
    let described: Arc<Mutex<Vec<Vec<Column>>>> = Arc::default();
    fn describe(into: Arc<Mutex<Vec<Vec<Column>>>>) -> impl for<'t> FnOnce(&'t TestDb) -> BoxFuture<'t, ()> {
        move |t| {
            Box::pin(async move {
                let columns = columns(t).await;
                into.lock().expect("one holder").push(columns);
            })
        }
    }
    testing::sqlite(describe(described.clone()));
    testing::postgres(describe(described.clone()));
    let described = described.lock().expect("one holder");
    let [sqlite, postgres] = &described[..] else { return };
    let shape = |columns: &[Column]| -> Vec<(String, String, bool)> {
        columns
            .iter()
            .map(|(table, column, _, nullable)| (table.clone(), column.clone(), *nullable))
            .collect()
    };
    assert_eq!(shape(sqlite), shape(postgres));
    for ((table, column, on_sqlite, _), (_, _, on_postgres, _)) in sqlite.iter().zip(postgres) {
        let same = family(on_sqlite).contains(&on_postgres.as_str());
        assert!(same, "{table}.{column}: {on_sqlite} on SQLite, {on_postgres} on PostgreSQL");
    }
}

#[test]
fn tables_on_sqlite_are_strict() {
    testing::sqlite(|t| {
        Box::pin(async move {
            let mut read = t.db().read().await.expect("read");
            let tx = &mut read;
            assert_eq!(fetch_all!(tx, (String,), NOT_STRICT).expect("list"), Vec::new());
        })
    });
}

contract! {
    async fn what_is_left_unfinished_reaches_nobody_else(t: &TestDb) {
        let db = t.db();
        script(&db, PROBE).await;
        put(&db, 1).await.expect("write");
        // More often than there are connections, so that each one is lent again.
        for _ in 0..20 {
            // Dropped as soon as it waits for the database.
            let mut read = db.read().await.expect("read");
            let cut = async {
                let rows: Result<Vec<(i64,)>, Error> = fetch_all!(&mut read, (i64,), ALL);
                rows
            };
            tokio::select! { biased; _ = cut => {}, () = async {} => {} }
            drop(read);
            let snapshot = db.snapshot().await.expect("a transaction");
            drop(snapshot);
            let cut = db.write(|tx| {
                Box::pin(async move {
                    execute!(tx, PUT, 2_i64, 0_i64)?;
                    std::future::pending::<Result<(), Error>>().await
                })
            });
            if t.is_postgres() {
                tokio::select! { biased; _ = cut => {}, () = tokio::task::yield_now() => {} }
            }
        }
        for _ in 0..20 {
            assert_eq!(ids(&db).await, [1], "and no transaction is open in which others would read");
        }
        put(&db, 3).await.expect("write");
        assert_eq!(ids(&db).await, [1, 3]);
    }

    async fn callers_wait_for_a_connection_and_all_get_one(t: &TestDb) {
        let db = t.db();
        script(&db, PROBE).await;
        let mut readers = tokio::task::JoinSet::new();
        for _ in 0..200 {
            let db = db.clone();
            readers.spawn(async move { ids(&db).await });
        }
        while let Some(read) = readers.join_next().await {
            assert_eq!(read.expect("no panic"), [0; 0]);
        }
    }

    async fn closing_waits_for_who_reads(t: &TestDb) {
        let db = t.second().await;
        script(&db, PROBE).await;
        let mut read = db.read().await.expect("read");
        let closing = tokio::spawn({
            let db = db.clone();
            async move { db.close().await }
        });
        while db.read().await.is_ok() {
            tokio::task::yield_now().await;
        }
        assert!(!closing.is_finished());
        assert_eq!(fetch_all!(&mut read, (i64,), ALL).expect("still read"), Vec::new());
        drop(read);
        closing.await.expect("closed");
    }
}

#[test]
fn a_failed_commit_is_reported_to_every_job_of_the_group() {
    testing::sqlite(|t| {
        Box::pin(async move {
            let db = t.db();
            script(&db, PROBE).await;
            script(
                &db,
                "CREATE TABLE child (id BIGINT NOT NULL PRIMARY KEY,
                 parent BIGINT NOT NULL REFERENCES probe (id) DEFERRABLE INITIALLY DEFERRED)",
            )
            .await;
            // The first job keeps the writer until the second waits, so that both share a commit.
            let together = Arc::new(Barrier::new(2));
            let held = together.clone();
            let first = db.write(move |tx| {
                Box::pin(async move {
                    held.wait().await;
                    execute!(tx, PUT, 1_i64, 0_i64)?;
                    Ok::<(), Error>(())
                })
            });
            let second = async {
                let write = db.write(|tx| {
                    Box::pin(async move {
                        execute!(tx, ORPHAN, 1_i64, 999_i64)?;
                        Ok::<(), Error>(())
                    })
                });
                let (done, _) = tokio::join!(write, together.wait());
                done
            };
            let (first, second) = tokio::join!(first, second);
            assert!(matches!(first, Err(Error::Commit(_))), "{first:?}");
            assert!(matches!(second, Err(Error::Commit(_))), "{second:?}");
            assert_eq!(ids(&db).await, [0; 0]);
            put(&db, 2).await.expect("the writer goes on with a fresh connection");
            assert_eq!(ids(&db).await, [2]);
        })
    });
}

#[test]
fn serialization_failures_run_again() {
    testing::postgres(|t| {
        Box::pin(async move {
            let db = t.db();
            script(&db, PROBE).await;
            put(&db, 1).await.expect("write");
            let runs = Arc::new(AtomicU32::new(0));
            let barrier = Arc::new(Barrier::new(2));
            let add = || {
                let (db, runs, barrier) = (db.clone(), runs.clone(), barrier.clone());
                tokio::spawn(async move {
                    let done: Result<(), Error> = db
                        .write(move |tx| {
                            Box::pin(async move {
                                tx.script("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
                                let (value,) = fetch_one!(tx, (i64,), GET, 1_i64)?;
                                if runs.fetch_add(1, Ordering::Relaxed) < 2 {
                                    barrier.wait().await;
                                }
                                execute!(tx, SET, 1_i64, value + 1)?;
                                Ok(())
                            })
                        })
                        .await;
                    done
                })
            };
            let (a, b) = (add(), add());
            a.await.expect("no panic").expect("kept");
            b.await.expect("no panic").expect("kept after another run");
            assert_eq!(runs.load(Ordering::Relaxed), 3);
            assert_eq!(value(&db, 1).await, 2);
        })
    });
}

#[test]
fn deadlocks_run_again() {
    testing::postgres(|t| {
        Box::pin(async move {
            let db = t.db();
            script(&db, PROBE).await;
            put(&db, 1).await.expect("write");
            put(&db, 2).await.expect("write");
            let runs = Arc::new(AtomicU32::new(0));
            let barrier = Arc::new(Barrier::new(2));
            let cross = |first: i64, second: i64| {
                let (db, runs, barrier) = (db.clone(), runs.clone(), barrier.clone());
                tokio::spawn(async move {
                    let done: Result<(), Error> = db
                        .write(move |tx| {
                            Box::pin(async move {
                                execute!(tx, ADD, first)?;
                                if runs.fetch_add(1, Ordering::Relaxed) < 2 {
                                    barrier.wait().await;
                                }
                                execute!(tx, ADD, second)?;
                                Ok(())
                            })
                        })
                        .await;
                    done
                })
            };
            let (a, b) = (cross(1, 2), cross(2, 1));
            a.await.expect("no panic").expect("kept");
            b.await.expect("no panic").expect("kept");
            assert_eq!((value(&db, 1).await, value(&db, 2).await), (2, 2));
        })
    });
}
