//! Places in status lists and public keys, on both engines.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use tokio::sync::Barrier;

use super::issuer_keys::{self, NewKey};
use super::status_lists::{PLACES, Place, changed, state, take_place};
use crate::testing::{at, id};
use crate::{Db, Error, contract, execute, statements};

statements! {
    FILL = "UPDATE status_lists SET next_place = $3 WHERE department = $1 AND number = $2";
}

async fn take(db: &Db, hint: i64) -> Place {
    let taken: Result<Place, Error> =
        db.write(move |tx| Box::pin(async move { take_place(tx, "civil-affairs", hint).await })).await;
    taken.expect("take a place")
}

async fn fill(db: &Db, list: i64) {
    let done: Result<u64, Error> =
        db.write(move |tx| Box::pin(async move { execute!(tx, FILL, "civil-affairs", list, PLACES) })).await;
    assert_eq!(done.expect("fill a list"), 1);
}

async fn keep(db: &Db, n: u128, department: &'static str) -> bool {
    let kid = format!("kid {n}");
    let jwk = json!({ "kid": kid });
    let created_at = at(0);
    let key = NewKey {
        id: id(n),
        department: department.into(),
        kid,
        jwk,
        private_key: b"sealed".into(),
        created_at,
    };
    let kept: Result<bool, Error> =
        db.write(move |tx| Box::pin(async move { issuer_keys::insert(tx, &key).await })).await;
    kept.expect("keep a key")
}

async fn retire(db: &Db, department: &'static str) {
    let done: Result<bool, Error> =
        db.write(move |tx| Box::pin(async move { issuer_keys::retire(tx, department, at(1)).await })).await;
    assert!(done.expect("retire a key"));
}

contract! {
    async fn concurrent_certificates_get_places_of_their_own(t: &TestDb) {
        let db = t.db();
        let taking: Vec<_> = (0..60).map(|n| { let db = db.clone(); tokio::spawn(async move { take(&db, n).await }) }).collect();
        let mut places = BTreeSet::new();
        for place in taking {
            assert!(places.insert(place.await.expect("take")), "a place is given once");
        }
        assert!(places.iter().all(|place| Place::at(place.number()) == *place));
        let numbers: BTreeSet<i64> = places.iter().map(|place| place.number()).collect();
        assert_eq!(numbers.len(), 60);
    }

    async fn open_transactions_do_not_wait_for_each_other(t: &TestDb) {
        if !t.is_postgres() {
            // One writer: there is never a second open transaction.
            return;
        }
        let db = t.db();
        take(&db, 0).await;
        // Each commits only when all have their place: with one row for all, none ever would.
        let all_have_one = Arc::new(Barrier::new(8));
        let taking: Vec<_> = (0..8)
            .map(|n| {
                let (db, all_have_one) = (db.clone(), all_have_one.clone());
                tokio::spawn(async move {
                    db.write(move |tx| Box::pin(async move {
                        let place = take_place(tx, "civil-affairs", n).await?;
                        all_have_one.wait().await;
                        Ok::<_, Error>(place)
                    }))
                    .await
                })
            })
            .collect();
        let mut lists = BTreeSet::new();
        for place in taking {
            lists.insert(place.await.expect("take").expect("commit").list);
        }
        assert_eq!(lists, (0..8).collect());
        // One after the other, they stay in the first: few lists for verifiers to fetch.
        assert_eq!(take(&db, 5).await.list, 0);
    }

    async fn a_full_list_is_followed_by_a_new_one(t: &TestDb) {
        let db = t.db();
        assert_eq!(take(&db, 0).await, Place { list: 0, index: 0 });
        fill(&db, 0).await;
        assert_eq!(take(&db, 0).await, Place { list: 16, index: 0 });
        assert_eq!(take(&db, 0).await.list, 1, "the lowest that is open");
        let mut tx = db.read().await.expect("read");
        let full = state(&mut tx, "civil-affairs", 0).await.expect("read").expect("it stays published");
        assert_eq!(full.next, Some(1));
        let first = state(&mut tx, "civil-affairs", 1).await.expect("read").expect("there is one");
        assert_eq!(first.next, Some(16));
        assert_eq!(state(&mut tx, "civil-affairs", 2).await.expect("read"), None, "nothing stands in it");
        assert_eq!(state(&mut tx, "elsewhere", 0).await.expect("read"), None);
    }

    async fn lists_from_before_places_were_mixed_are_closed(t: &TestDb) {
        let db = t.db();
        assert_eq!(take(&db, 0).await, Place { list: 0, index: 0 });
        // The same text for both engines.
        let script = include_str!("../../migrations/sqlite/0470_status_places.sql");
        let done: Result<(), Error> = db.write(move |tx| Box::pin(tx.script(script))).await;
        done.expect("migrate");
        assert_eq!(take(&db, 0).await, Place { list: 1, index: 0 }, "the lowest that is open");
        fill(&db, 16).await;
        let mut tx = db.read().await.expect("read");
        let first = state(&mut tx, "civil-affairs", 0).await.expect("read").expect("it stays published");
        assert_eq!(first.next, Some(1));
    }

    async fn every_change_shows(t: &TestDb) {
        let db = t.db();
        let place = take(&db, 0).await;
        let changes = async || {
            let mut tx = db.read().await.expect("read");
            state(&mut tx, "civil-affairs", place.list).await.expect("read").expect("a list").changes
        };
        let before = changes().await;
        let done: Result<(), Error> =
            db.write(move |tx| Box::pin(async move { changed(tx, "civil-affairs", place.list).await })).await;
        done.expect("note a change");
        assert_eq!(changes().await, before + 1);
    }

    async fn all_keys_are_found_page_by_page(t: &TestDb) {
        let db = t.db();
        for n in 0..5 {
            assert!(keep(&db, n, "civil-affairs").await);
            assert!(!keep(&db, 100 + n, "civil-affairs").await, "one is in use");
            retire(&db, "civil-affairs").await;
        }
        assert!(keep(&db, 5, "public-security").await);
        let mut tx = db.read().await.expect("read");
        assert_eq!(issuer_keys::count(&mut tx).await.expect("count"), 6);
        let (mut found, mut after) = (Vec::new(), uuid::Uuid::nil());
        loop {
            let page = issuer_keys::after(&mut tx, after, 4).await.expect("page");
            let Some(last) = page.last() else { break };
            after = last.id;
            found.extend(page.into_iter().map(|key| key.id));
        }
        assert_eq!(found, (0..6).map(id).collect::<Vec<_>>());
        let page = issuer_keys::of_department(&mut tx, "civil-affairs", id(4), 3).await.expect("page");
        assert_eq!(page.iter().map(|key| key.id).collect::<Vec<_>>(), [id(3), id(2), id(1)]);
        assert_eq!(issuer_keys::issuer_of(&mut tx, "kid 5").await.expect("find").as_deref(), Some("public-security"));
        assert_eq!(issuer_keys::kid_in_use(&mut tx, "civil-affairs").await.expect("find"), None);
    }
}
