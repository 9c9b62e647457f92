//! The trail grows whole under load, and names every place where it was tampered with.

use domain::ids::{PersonId, StaffId};
use serde_json::json;

use super::chain::digest;
use super::{Actor, Broken, Checkpoint, Cursor, Entry, Head, Record, Verdict};
use crate::testing::{TestDb, at, id};
use crate::{Db, Error, Options, Tx, audit, contract, execute, fetch_one, statements};

statements! {
    FIND = "SELECT lane, seq, at, actor_kind, actor_id, action, subject_kind, subject_id, person_id, purpose,
        detail, prev_hash, hash FROM audit_entries WHERE lane = 0 AND seq = $1";
    REWRITE = "UPDATE audit_entries SET detail = $2, hash = $3 WHERE lane = 0 AND seq = $1";
    REWRITE_HEAD = "UPDATE audit_heads SET hash = $1 WHERE lane = 0";
}

const PERSON: u128 = 7;

fn entry(n: i64) -> Entry {
    Entry {
        at: at(n),
        actor: if n % 2 == 0 { Actor::Staff(StaffId(id(3))) } else { Actor::System },
        action: "identity.unmask",
        subject_kind: "case",
        subject_id: n.to_string(),
        person: (n % 2 == 0).then_some(PersonId(id(PERSON))),
        purpose: (n % 2 == 0).then(|| "核对身份".to_owned()),
        detail: json!({ "n": n, "field": "resident_id" }),
    }
}

async fn append(db: &Db, n: i64) {
    let done: Result<(), Error> =
        db.write(move |tx| Box::pin(async move { audit::append(tx, entry(n)) })).await;
    done.expect("append");
}

async fn append_all(db: &Db, numbers: std::ops::Range<i64>) {
    let jobs: Vec<_> = numbers
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move { append(&db, n).await })
        })
        .collect();
    for job in jobs {
        job.await.expect("kept");
    }
}

async fn verdict(db: &Db) -> Verdict {
    audit::verify(&mut db.snapshot().await.expect("snapshot")).await.expect("verify")
}

/// Carries a verdict out of a job that must not be kept.
#[derive(Debug, thiserror::Error)]
enum Outcome {
    #[error("{0}")]
    Storage(Error),
    #[error("seen")]
    Seen(Verdict),
}

impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        Outcome::Storage(error)
    }
}

/// What verification says, with heads that are known from outside.
async fn judged(tx: &mut Tx, known: &[Head]) -> Result<Verdict, Error> {
    let verdict = audit::verify(tx).await?;
    for head in known.iter().filter(|head| head.seq > 0) {
        if let Verdict::Sound { .. } = verdict
            && let Some(broken) = audit::reaches(tx, head).await?
        {
            return Ok(Verdict::Broken(broken));
        }
    }
    Ok(verdict)
}

/// What verification says once the owner of the database has run `script` with the triggers off. Nothing is kept.
async fn tampered(t: &TestDb, script: &'static str, known: &[Head]) -> Verdict {
    let disarm = if t.is_postgres() {
        "ALTER TABLE audit_entries DISABLE TRIGGER USER; ALTER TABLE audit_heads DISABLE TRIGGER USER"
    } else {
        "DROP TRIGGER audit_entries_no_update; DROP TRIGGER audit_entries_no_delete;
         DROP TRIGGER audit_heads_only_grow; DROP TRIGGER audit_heads_no_delete"
    };
    let known = known.to_vec();
    let outcome: Result<(), Outcome> = t
        .db()
        .write(move |tx| {
            Box::pin(async move {
                tx.script(disarm).await?;
                tx.script(script).await?;
                Err(Outcome::Seen(judged(tx, &known).await?))
            })
        })
        .await;
    match outcome {
        Err(Outcome::Seen(verdict)) => verdict,
        Err(other) => panic!("{other}"),
        Ok(()) => panic!("the job was kept"),
    }
}

contract! {
    async fn a_trail_written_at_once_is_sound(t: &TestDb) {
        let options = Options { read_connections: 2, write_connections: 24 };
        let db = Db::open_with(t.address(), options).await.expect("open");
        append_all(&db, 0..200).await;
        let Verdict::Sound { entries, heads } = verdict(&db).await else { panic!("broken") };
        assert_eq!(entries, 200);
        assert_eq!(heads.len(), 16);
        assert_eq!(heads.iter().map(|h| h.seq).sum::<i64>(), 200);
        if !t.is_postgres() {
            assert_eq!(heads[0].seq, 200);
        }
        db.close().await;
    }

    async fn a_failed_job_leaves_no_entry(t: &TestDb) {
        let db = t.db();
        append(&db, 1).await;
        let done: Result<(), Error> = db
            .write(|tx| {
                Box::pin(async move {
                    audit::append(tx, entry(2))?;
                    Err(Error::NotFound)
                })
            })
            .await;
        assert!(matches!(done, Err(Error::NotFound)));
        append(&db, 3).await;
        assert!(matches!(verdict(&db).await, Verdict::Sound { entries: 2, .. }));
    }

    async fn an_entry_in_a_read_or_too_large_is_refused(t: &TestDb) {
        let db = t.db();
        let mut read = db.read().await.expect("read");
        assert!(matches!(audit::append(&mut read, entry(1)), Err(Error::ReadOnly)));
        let large = Entry { detail: json!("长".repeat(10_000)), ..entry(1) };
        let done: Result<(), Error> =
            db.write(move |tx| Box::pin(async move { audit::append(tx, large) })).await;
        assert!(matches!(done, Err(Error::TooLarge)));
    }

    async fn the_tables_refuse_change(t: &TestDb) {
        let db = t.db();
        append(&db, 1).await;
        let mut scripts = vec![
            "UPDATE audit_entries SET purpose = 'other'",
            "DELETE FROM audit_entries",
            "DELETE FROM audit_heads",
            "UPDATE audit_heads SET seq = 0",
        ];
        if t.is_postgres() {
            scripts.extend(["TRUNCATE audit_entries", "TRUNCATE audit_heads"]);
        }
        for script in scripts {
            let done: Result<(), Error> = db.write(move |tx| Box::pin(tx.script(script))).await;
            assert!(done.is_err(), "{script}");
        }
        assert!(matches!(verdict(&db).await, Verdict::Sound { entries: 1, .. }));
    }

    async fn tampering_is_named(t: &TestDb) {
        let db = t.db();
        for n in 1..=8 {
            append(&db, n).await;
        }
        let Verdict::Sound { heads, .. } = verdict(&db).await else { panic!("broken") };
        let cases = [
            ("UPDATE audit_entries SET purpose = 'other' WHERE seq = 4", Broken::Changed { lane: 0, seq: 4 }),
            ("UPDATE audit_entries SET person_id = NULL WHERE seq = 2", Broken::Changed { lane: 0, seq: 2 }),
            ("DELETE FROM audit_entries WHERE seq = 5", Broken::Missing { lane: 0, seq: 5 }),
            ("DELETE FROM audit_entries WHERE seq = 1", Broken::Missing { lane: 0, seq: 1 }),
            (
                "UPDATE audit_entries SET seq = -3 WHERE seq = 3;
                 UPDATE audit_entries SET seq = 3 WHERE seq = 4;
                 UPDATE audit_entries SET seq = 4 WHERE seq = -3",
                Broken::Changed { lane: 0, seq: 3 },
            ),
            (
                "UPDATE audit_entries SET lane = 5 WHERE seq = 8",
                Broken::Missing { lane: 5, seq: 1 },
            ),
            (
                "DELETE FROM audit_entries WHERE seq > 6",
                Broken::Truncated { lane: 0, last: 6, expected: 8 },
            ),
            ("DELETE FROM audit_entries", Broken::Truncated { lane: 0, last: 0, expected: 8 }),
            ("DELETE FROM audit_heads WHERE lane = 0", Broken::NoHead { lane: 0 }),
            ("UPDATE audit_heads SET seq = 7 WHERE lane = 0", Broken::Head { lane: 0, seq: 8 }),
        ];
        for (script, broken) in cases {
            assert_eq!(tampered(t, script, &[]).await, Verdict::Broken(broken), "{script}");
        }
        // The owner also rewrites the head: only what is known from outside tells.
        let script = "DELETE FROM audit_entries WHERE seq > 6;
            UPDATE audit_heads SET seq = 6, hash = (SELECT hash FROM audit_entries WHERE lane = 0 AND seq = 6)
            WHERE lane = 0";
        assert!(matches!(tampered(t, script, &[]).await, Verdict::Sound { entries: 6, .. }));
        assert_eq!(
            tampered(t, script, &heads).await,
            Verdict::Broken(Broken::Truncated { lane: 0, last: 6, expected: 8 })
        );
        assert!(matches!(verdict(&db).await, Verdict::Sound { entries: 8, .. }), "nothing of it was kept");
    }

    async fn an_entry_with_a_new_hash_does_not_fit(t: &TestDb) {
        let db = t.db();
        for n in 1..=3 {
            append(&db, n).await;
        }
        let Verdict::Sound { heads, .. } = verdict(&db).await else { panic!("broken") };
        let rewritten = |seq: i64, head: bool, known: Vec<Head>| {
            let (db, postgres) = (t.db(), t.is_postgres());
            async move {
                let outcome: Result<(), Outcome> = db
                    .write(move |tx| {
                        Box::pin(async move {
                            tx.script(if postgres {
                                "ALTER TABLE audit_entries DISABLE TRIGGER USER;
                                 ALTER TABLE audit_heads DISABLE TRIGGER USER"
                            } else {
                                "DROP TRIGGER audit_entries_no_update; DROP TRIGGER audit_heads_only_grow"
                            })
                            .await?;
                            let mut record = fetch_one!(tx, Record, FIND, seq)?;
                            record.detail = json!({ "n": "another" }).to_string();
                            let hash = digest(&record);
                            execute!(tx, REWRITE, seq, &record.detail, &hash)?;
                            if head {
                                execute!(tx, REWRITE_HEAD, &hash)?;
                            }
                            Err(Outcome::Seen(judged(tx, &known).await?))
                        })
                    })
                    .await;
                match outcome {
                    Err(Outcome::Seen(verdict)) => verdict,
                    Err(other) => panic!("{other}"),
        Ok(()) => panic!("the job was kept"),
                }
            }
        };
        let broken = Verdict::Broken;
        assert_eq!(rewritten(2, false, vec![]).await, broken(Broken::Unlinked { lane: 0, seq: 3 }));
        assert_eq!(rewritten(3, false, vec![]).await, broken(Broken::Head { lane: 0, seq: 3 }));
        assert!(matches!(rewritten(3, true, vec![]).await, Verdict::Sound { .. }));
        assert_eq!(rewritten(3, true, heads).await, broken(Broken::Replaced { lane: 0, seq: 3 }));
    }

    async fn a_person_sees_who_read_their_data_page_by_page(t: &TestDb) {
        let db = t.db();
        append_all(&db, 0..50).await;
        let mut read = db.read().await.expect("read");
        let mut seen = Vec::new();
        let mut cursor = Cursor::START;
        loop {
            let page = audit::about_person(&mut read, PersonId(id(PERSON)), cursor, 10).await.expect("page");
            let Some(last) = page.last() else { break };
            cursor = last.cursor();
            seen.extend(page.iter().map(|r| r.subject_id.parse::<i64>().expect("a number")));
        }
        let expected: Vec<i64> = (0..50).rev().filter(|n| n % 2 == 0).collect();
        assert_eq!(seen, expected);
        let first = audit::about_person(&mut read, PersonId(id(PERSON)), Cursor::START, 1).await.expect("page");
        assert_eq!((first[0].purpose.as_deref(), first[0].at), (Some("核对身份"), at(48)));
        let nobody = audit::about_person(&mut read, PersonId(id(99)), Cursor::START, 10).await.expect("page");
        assert_eq!(nobody, []);
    }

    async fn checkpoints_are_numbered_without_gaps_and_kept(t: &TestDb) {
        let db = t.db();
        let add = async |number: i64| {
            let (heads, key_id) = ("[]".to_owned(), "k1".to_owned());
            let new = Checkpoint { number, at: at(number), heads, key_id, signature: b"signature".to_vec() };
            let added: Result<bool, Error> =
                db.write(move |tx| Box::pin(async move { audit::add_checkpoint(tx, &new).await })).await;
            added.expect("add")
        };
        for number in 1..=3 {
            assert!(add(number).await);
            assert!(!add(number).await, "another process was first");
            assert!(!add(number + 2).await, "a gap");
        }
        let mut read = db.read().await.expect("read");
        let newest = audit::newest_checkpoint(&mut read).await.expect("read").expect("there is one");
        assert_eq!((newest.number, newest.at), (3, at(3)));
        let page = audit::checkpoints(&mut read, 1, 10).await.expect("list");
        assert_eq!(page.iter().map(|c| c.number).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(audit::checkpoint(&mut read, 2).await.expect("read").as_ref(), page.first());
        drop(read);
        let done: Result<(), Error> =
            db.write(|tx| Box::pin(tx.script("DELETE FROM audit_checkpoints"))).await;
        assert!(done.is_err());
    }
}
