//! Messages are counted, effects leave once: on both engines.

use std::collections::BTreeSet;

use domain::ids::{MessageId, OutboxId, PersonId};
use domain::time::Timestamp;
use serde_json::json;

use super::centre::{self, Cursor, Message};
use super::outbox::{self, Backlog, Leased, NewMessage};
use crate::identity::persons::{self, Sealed};
use crate::testing::{at, id};
use crate::{Db, Error, contract};

fn sms(n: u128) -> NewMessage {
    NewMessage {
        id: OutboxId(id(n)),
        topic: "sms",
        key: format!("case:{n}"),
        payload: format!("payload {n}").into_bytes(),
        created_at: at(0),
        available_at: at(0),
    }
}

async fn enqueue(db: &Db, message: NewMessage) -> bool {
    let done: Result<bool, Error> =
        db.write(move |tx| Box::pin(async move { outbox::enqueue(tx, &message).await })).await;
    done.expect("enqueue")
}

async fn lease(db: &Db, owner: &'static str, limit: i64, now: Timestamp) -> Vec<Leased> {
    let done: Result<Vec<Leased>, Error> = db
        .write(move |tx| Box::pin(async move { outbox::lease(tx, "sms", owner, limit, now, 30).await }))
        .await;
    done.expect("lease")
}

async fn complete(db: &Db, leased: &Leased, now: Timestamp) -> bool {
    let leased = leased.clone();
    let done: Result<bool, Error> =
        db.write(move |tx| Box::pin(async move { outbox::complete(tx, &leased, now).await })).await;
    done.expect("complete")
}

async fn backlog(db: &Db) -> Backlog {
    outbox::backlog(&mut db.read().await.expect("read"), "sms").await.expect("count")
}

contract! {
    async fn two_processes_take_each_message_once(t: &TestDb) {
        let (a, b) = (t.db(), t.second().await);
        for n in 0..60 {
            assert!(enqueue(&a, sms(n)).await);
        }
        let work = |db: &Db, owner: &'static str| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut taken = Vec::new();
                loop {
                    let leased = lease(&db, owner, 7, at(1)).await;
                    if leased.is_empty() {
                        return taken;
                    }
                    for one in leased {
                        assert_eq!(one.attempts, 1);
                        assert!(complete(&db, &one, at(2)).await);
                        taken.push(one.id);
                    }
                }
            })
        };
        let workers = [work(&a, "a1"), work(&b, "b1"), work(&a, "a2"), work(&b, "b2")];
        let mut taken = Vec::new();
        for worker in workers {
            taken.extend(worker.await.expect("no panic"));
        }
        assert_eq!(taken.len(), 60);
        assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), 60);
        assert_eq!(backlog(&a).await, Backlog { pending: 0, dead: 0, oldest: None });
        b.close().await;
    }

    async fn a_cause_enqueues_once(t: &TestDb) {
        let db = t.db();
        assert!(enqueue(&db, sms(1)).await);
        assert!(!enqueue(&db, NewMessage { id: OutboxId(id(2)), ..sms(1) }).await);
        assert_eq!(lease(&db, "a", 10, at(0)).await.len(), 1);
    }

    async fn a_message_is_not_taken_before_its_time(t: &TestDb) {
        let db = t.db();
        enqueue(&db, NewMessage { available_at: at(10), ..sms(1) }).await;
        enqueue(&db, sms(2)).await;
        let leased = lease(&db, "a", 10, at(9)).await;
        assert_eq!(leased.iter().map(|m| m.id.0).collect::<Vec<_>>(), [id(2)]);
        assert_eq!(lease(&db, "a", 10, at(10)).await.len(), 1);
    }

    async fn a_lease_that_ran_out_is_worthless(t: &TestDb) {
        let db = t.db();
        enqueue(&db, sms(1)).await;
        let first = lease(&db, "a", 1, at(0)).await.remove(0);
        assert_eq!(first.leased_until, at(30));
        assert_eq!(lease(&db, "b", 1, at(29)).await, []);
        let second = lease(&db, "b", 1, at(30)).await.remove(0);
        assert_eq!((second.attempts, &second.payload), (2, &first.payload));
        assert!(!complete(&db, &first, at(31)).await, "another worker has it");
        assert!(complete(&db, &second, at(31)).await);
        assert!(!complete(&db, &second, at(32)).await);
        let swept: Result<u64, Error> =
            db.write(|tx| Box::pin(async move { outbox::sweep(tx, at(31), 10).await })).await;
        assert_eq!(swept.expect("sweep"), 1);
    }

    async fn a_message_is_retried_then_buried_then_revived(t: &TestDb) {
        let db = t.db();
        enqueue(&db, sms(1)).await;
        let first = lease(&db, "a", 1, at(0)).await.remove(0);
        let done: Result<bool, Error> = db
            .write(move |tx| {
                Box::pin(async move { outbox::retry(tx, &first, at(5), "gateway.timeout").await })
            })
            .await;
        assert!(done.expect("retry"));
        assert_eq!(lease(&db, "a", 1, at(4)).await, []);
        assert_eq!(backlog(&db).await, Backlog { pending: 1, dead: 0, oldest: Some(at(0)) });
        let second = lease(&db, "a", 1, at(5)).await.remove(0);
        assert_eq!(second.attempts, 2);
        let done: Result<bool, Error> = db
            .write(move |tx| {
                Box::pin(async move { outbox::bury(tx, &second, at(6), "gateway.refused").await })
            })
            .await;
        assert!(done.expect("bury"));
        assert_eq!(lease(&db, "a", 1, at(1000)).await, []);
        assert_eq!(backlog(&db).await, Backlog { pending: 0, dead: 1, oldest: None });
        let mut read = db.read().await.expect("read");
        let last = (Timestamp::MAX, OutboxId(uuid::Uuid::max()));
        let dead = outbox::dead(&mut read, "sms", last, 10).await.expect("list");
        assert_eq!(dead.len(), 1);
        assert_eq!(dead[0].last_error.as_deref(), Some("gateway.refused"));
        let rest = outbox::dead(&mut read, "sms", (dead[0].dead_at, dead[0].id), 10).await.expect("list");
        assert_eq!(rest, []);
        let revived: Result<bool, Error> = db
            .write(|tx| Box::pin(async move { outbox::revive(tx, OutboxId(id(1)), at(7)).await }))
            .await;
        assert!(revived.expect("revive"));
        assert_eq!(lease(&db, "a", 1, at(7)).await[0].attempts, 3);
    }

    async fn a_message_of_a_failed_job_does_not_leave(t: &TestDb) {
        let db = t.db();
        let done: Result<(), Error> = db
            .write(|tx| {
                Box::pin(async move {
                    outbox::enqueue(tx, &sms(1)).await?;
                    Err(Error::NotFound)
                })
            })
            .await;
        assert!(done.is_err());
        assert_eq!(lease(&db, "a", 1, at(0)).await, []);
    }

    async fn unread_messages_are_counted(t: &TestDb) {
        let db = t.db();
        let (person, other) = (PersonId(id(1)), PersonId(id(2)));
        let done: Result<(), Error> = db
            .write(move |tx| {
                Box::pin(async move {
                    for (owner, phone) in [(person, b"a"), (other, b"b")] {
                        let phone = Sealed { value: phone.to_vec(), index: phone.to_vec() };
                        persons::insert(tx, owner, &phone, &json!({}), at(0)).await?;
                    }
                    for n in 0..25 {
                        let message = Message {
                            id: MessageId(id(100 + n)),
                            person_id: person,
                            kind: "case.approved".to_owned(),
                            params: vec![1, 2, 3],
                            case_id: None,
                            created_at: at(n as i64 / 3),
                            read_at: None,
                        };
                        centre::insert(tx, &message).await?;
                    }
                    Ok(())
                })
            })
            .await;
        done.expect("write");
        let mut read = db.read().await.expect("read");
        assert_eq!(centre::unread(&mut read, person).await.expect("count"), 25);
        assert_eq!(centre::unread(&mut read, other).await.expect("count"), 0);
        let marked: Result<[bool; 3], Error> = db
            .write(move |tx| {
                Box::pin(async move {
                    let message = MessageId(id(100));
                    Ok([
                        centre::mark_read(tx, message, other, at(50)).await?,
                        centre::mark_read(tx, message, person, at(51)).await?,
                        centre::mark_read(tx, message, person, at(52)).await?,
                    ])
                })
            })
            .await;
        assert_eq!(marked.expect("mark"), [false, true, false]);
        assert_eq!(centre::unread(&mut read, person).await.expect("count"), 24);
        let found = centre::find(&mut read, MessageId(id(100)), person).await.expect("find");
        assert_eq!(found.expect("there").read_at, Some(at(51)));
        assert_eq!(centre::find(&mut read, MessageId(id(100)), other).await.expect("find"), None);
        let (mut seen, mut cursor) = (Vec::new(), Cursor::START);
        loop {
            let page = centre::page(&mut read, person, cursor, 7).await.expect("page");
            let Some(last) = page.last() else { break };
            cursor = last.cursor();
            seen.extend(page.iter().map(|m| m.id.0));
        }
        assert_eq!(seen, (0..25).rev().map(|n| id(100 + n)).collect::<Vec<_>>());
        let others: Result<u64, Error> =
            db.write(move |tx| Box::pin(centre::mark_all_read(tx, other, at(60)))).await;
        assert_eq!(others.expect("mark"), 0);
        let all: Result<u64, Error> =
            db.write(move |tx| Box::pin(centre::mark_all_read(tx, person, at(61)))).await;
        assert_eq!(all.expect("mark"), 24);
        assert_eq!(centre::unread(&mut read, person).await.expect("count"), 0);
        let found = centre::find(&mut read, MessageId(id(100)), person).await.expect("find");
        assert_eq!(found.expect("there").read_at, Some(at(51)), "what was read before stays so");
    }
}

#[test]
fn waiting_doubles_up_to_an_hour() {
    let waits: Vec<i64> = [1, 2, 3, 10, 11, 60].into_iter().map(outbox::backoff_seconds).collect();
    assert_eq!(waits, [5, 10, 20, 2560, 3600, 3600]);
}
