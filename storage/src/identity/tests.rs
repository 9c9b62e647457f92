//! Accounts, sessions and what protects sign-in, on both engines.

use domain::ids::{EntityId, PersonId, SessionId, StaffId};
use domain::time::Timestamp;
use serde_json::json;

use super::codes::{self, Attempt, NewCode};
use super::drafts::{self, Draft};
use super::entities;
use super::limits::{self, Limit, Taken};
use super::persons::{self, Sealed};
use super::sessions::{self, Owner, Session};
use super::staff::{self, Staff};
use crate::testing::{at, id};
use crate::{Db, Error, contract};

fn sealed(text: &str) -> Sealed {
    Sealed { value: format!("sealed {text}").into_bytes(), index: format!("index {text}").into_bytes() }
}

async fn register(db: &Db, n: u128, phone: &str) -> bool {
    let phone = sealed(phone);
    let done: Result<bool, Error> = db
        .write(move |tx| {
            Box::pin(async move {
                persons::insert(tx, PersonId(id(n)), &phone, &json!({ "language": "zh" }), at(0)).await
            })
        })
        .await;
    done.expect("register")
}

fn anonymous(n: u128) -> Session {
    Session {
        id: SessionId(id(n)),
        token_hash: format!("token {n}").into_bytes(),
        person_id: None,
        staff_id: None,
        acting_for: None,
        created_at: at(0),
        last_seen_at: at(0),
        expires_at: at(1800),
        reauthenticated_at: None,
        agent: "Chrome · Android".to_owned(),
    }
}

async fn open_session(db: &Db, session: Session) {
    let done: Result<(), Error> =
        db.write(move |tx| Box::pin(async move { sessions::insert(tx, &session).await })).await;
    done.expect("open a session");
}

async fn find_session(db: &Db, token: &str, now: Timestamp) -> Option<Session> {
    let mut read = db.read().await.expect("read");
    sessions::by_token(&mut read, token.as_bytes(), now).await.expect("find")
}

contract! {
    async fn one_account_for_each_phone_number(t: &TestDb) {
        let db = t.db();
        let jobs: Vec<_> = (1..=20_u128)
            .map(|n| {
                let db = db.clone();
                tokio::spawn(async move { register(&db, n, "13800000000").await })
            })
            .collect();
        let mut added = 0;
        for job in jobs {
            added += u32::from(job.await.expect("no panic"));
        }
        assert_eq!(added, 1);
        let mut read = db.read().await.expect("read");
        let person = persons::by_phone(&mut read, b"index 13800000000").await.expect("find").expect("there");
        assert_eq!(person.phone, b"sealed 13800000000");
        assert_eq!(person.preferences, json!({ "language": "zh" }));
        assert_eq!((person.version, person.created_at, person.verified_at), (1, at(0), None));
        assert_eq!(persons::by_id(&mut read, person.id).await.expect("find"), Some(person));
    }

    async fn an_identity_is_proven_once_and_by_one_account(t: &TestDb) {
        let db = t.db();
        assert!(register(&db, 1, "a").await && register(&db, 2, "b").await);
        let prove = |person: u128, version: i64| {
            let db = db.clone();
            async move {
                let done: Result<bool, Error> = db
                    .write(move |tx| {
                        Box::pin(async move {
                            let number = sealed("330106199001011234");
                            let (name, person) = (sealed("name"), PersonId(id(person)));
                            persons::set_identity(tx, person, version, &name, &number, at(60)).await
                        })
                    })
                    .await;
                done
            }
        };
        assert!(prove(1, 1).await.expect("prove"));
        assert!(!prove(1, 1).await.expect("prove"), "decided on an old version");
        assert!(matches!(prove(2, 1).await, Err(Error::Unique(_))));
        let mut read = db.read().await.expect("read");
        let found = persons::by_resident_id(&mut read, b"index 330106199001011234").await.expect("find");
        let person = found.expect("there");
        assert_eq!((person.id, person.version, person.verified_at), (PersonId(id(1)), 2, Some(at(60))));
    }

    async fn a_mail_address_is_set_and_removed_by_who_saw_the_row(t: &TestDb) {
        let db = t.db();
        register(&db, 1, "a").await;
        let set = |version: i64, mail: Option<&'static [u8]>| {
            let db = db.clone();
            async move {
                let done: Result<(bool, bool), Error> = db
                    .write(move |tx| {
                        Box::pin(async move {
                            let person = PersonId(id(1));
                            let changed = persons::set_mail(tx, person, version, mail).await?;
                            Ok((changed, persons::has_mail(tx, person).await?))
                        })
                    })
                    .await;
                done.expect("set the address")
            }
        };
        assert_eq!(set(1, Some(b"sealed address")).await, (true, true));
        assert_eq!(set(1, None).await, (false, true), "decided on an old version");
        let mut read = db.read().await.expect("read");
        let person = persons::by_id(&mut read, PersonId(id(1))).await.expect("find").expect("there");
        assert_eq!((person.mail.as_deref(), person.version), (Some(&b"sealed address"[..]), 2));
        assert!(!persons::has_mail(&mut read, PersonId(id(2))).await.expect("find"), "nobody");
        drop(read);
        assert_eq!(set(2, None).await, (true, false));
    }

    async fn staff_sign_in_under_one_login(t: &TestDb) {
        let db = t.db();
        let clerk = Staff {
            id: StaffId(id(1)),
            login: "wang.fang".to_owned(),
            display_name: "王芳".to_owned(),
            password_hash: "$argon2id$".to_owned(),
            active: true,
            must_change: true,
            created_at: at(0),
            version: 1,
        };
        let (first, second) = (clerk.clone(), Staff { id: StaffId(id(2)), ..clerk.clone() });
        let done: Result<(bool, bool, bool), Error> = db
            .write(move |tx| {
                Box::pin(async move {
                    let added = staff::insert(tx, &first).await?;
                    let again = staff::insert(tx, &second).await?;
                    let changed = staff::set_password(tx, first.id, 1, "$new$", false).await?;
                    Ok((added, again, changed))
                })
            })
            .await;
        assert_eq!(done.expect("write"), (true, false, true));
        let mut read = db.read().await.expect("read");
        let found = staff::by_login(&mut read, "wang.fang").await.expect("find").expect("there");
        let expected = Staff { password_hash: "$new$".to_owned(), must_change: false, version: 2, ..clerk };
        assert_eq!(found, expected);
        assert_eq!(staff::page(&mut read, "", 10).await.expect("page"), [expected]);
    }

    async fn a_person_acts_for_entities_they_represent(t: &TestDb) {
        let db = t.db();
        register(&db, 1, "a").await;
        let person = PersonId(id(1));
        let done: Result<_, Error> = db
            .write(move |tx| {
                Box::pin(async move {
                    let entity = entities::put(tx, EntityId(id(5)), "91330100MA2B", "旧名", at(0)).await?;
                    let same = entities::put(tx, EntityId(id(6)), "91330100MA2B", "新名", at(1)).await?;
                    entities::represent(tx, person, entity.id, "法定代表人", at(2)).await?;
                    entities::represent(tx, person, entity.id, "经办人", at(3)).await?;
                    Ok((entity, same))
                })
            })
            .await;
        let (entity, same) = done.expect("write");
        assert_eq!((same.id, same.name.as_str(), same.version), (entity.id, "新名", 2));
        let mut read = db.read().await.expect("read");
        let list = entities::representations(&mut read, person).await.expect("list");
        assert_eq!(list.len(), 1);
        assert_eq!((list[0].role.as_str(), list[0].verified_at), ("经办人", at(3)));
        let revoked: Result<(bool, bool), Error> = db
            .write(move |tx| {
                Box::pin(async move {
                    let first = entities::revoke(tx, person, entity.id, at(4)).await?;
                    Ok((first, entities::revoke(tx, person, entity.id, at(5)).await?))
                })
            })
            .await;
        assert_eq!(revoked.expect("write"), (true, false));
        let gone = entities::representation(&mut read, person, entity.id).await.expect("find");
        assert_eq!(gone, None);
    }

    async fn signing_in_changes_the_token_and_keeps_the_draft(t: &TestDb) {
        let db = t.db();
        register(&db, 1, "a").await;
        let session = anonymous(10);
        open_session(&db, session.clone()).await;
        let draft = Draft {
            session_id: session.id,
            form: "sign-in".to_owned(),
            answers: vec![0, 255, 7],
            errors: json!([{ "field": "phone", "code": "required" }]),
            saved_at: at(1),
            expires_at: at(600),
        };
        let kept = draft.clone();
        let done: Result<(), Error> =
            db.write(move |tx| Box::pin(async move { drafts::put(tx, &kept).await })).await;
        done.expect("keep the draft");
        let sign_in = |session: Session| {
            let db = db.clone();
            async move {
                let done: Result<bool, Error> = db
                    .write(move |tx| {
                        Box::pin(async move {
                            let owner = Owner::Person(PersonId(id(1)));
                            sessions::sign_in(tx, &session, b"fresh", owner, at(10), at(3600)).await
                        })
                    })
                    .await;
                done.expect("sign in")
            }
        };
        assert!(sign_in(session.clone()).await);
        assert!(!sign_in(session.clone()).await, "the old token is worthless");
        assert_eq!(find_session(&db, "token 10", at(11)).await, None);
        let now = find_session(&db, "fresh", at(11)).await.expect("there");
        assert_eq!(now.owner(), Owner::Person(PersonId(id(1))));
        assert_eq!((now.id, now.reauthenticated_at), (session.id, Some(at(10))));
        let mut read = db.read().await.expect("read");
        let found = drafts::find(&mut read, session.id, "sign-in", at(11)).await.expect("find");
        assert_eq!(found, Some(draft));
        let expired = drafts::find(&mut read, session.id, "sign-in", at(600)).await.expect("find");
        assert_eq!(expired, None);
    }

    async fn sessions_end_when_told_and_when_due(t: &TestDb) {
        let db = t.db();
        register(&db, 1, "a").await;
        register(&db, 2, "b").await;
        for n in 10..14_u128 {
            let owner = if n < 13 { 1 } else { 2 };
            open_session(&db, Session { person_id: Some(PersonId(id(owner))), ..anonymous(n) }).await;
        }
        let session = SessionId(id(10));
        let ended: Result<(bool, bool, u64), Error> = db
            .write(move |tx| {
                Box::pin(async move {
                    let foreign = sessions::end_of_person(tx, session, PersonId(id(2))).await?;
                    let own = sessions::end_of_person(tx, session, PersonId(id(1))).await?;
                    let kept = SessionId(id(12));
                    Ok((foreign, own, sessions::end_others_of_person(tx, PersonId(id(1)), kept).await?))
                })
            })
            .await;
        assert_eq!(ended.expect("write"), (false, true, 1));
        let mut read = db.read().await.expect("read");
        let list = sessions::of_person(&mut read, PersonId(id(1)), at(1)).await.expect("list");
        assert_eq!(list.iter().map(|s| s.id.0).collect::<Vec<_>>(), [id(12)]);
        assert_eq!(sessions::of_person(&mut read, PersonId(id(1)), at(1800)).await.expect("list"), []);
        assert_eq!(find_session(&db, "token 13", at(1799)).await.map(|s| s.id), Some(SessionId(id(13))));
        assert_eq!(find_session(&db, "token 13", at(1800)).await, None);
        let swept: Result<(u64, u64), Error> = db
            .write(|tx| {
                Box::pin(async move {
                    Ok((sessions::sweep(tx, at(1799), 10).await?, sessions::sweep(tx, at(1800), 1).await?))
                })
            })
            .await;
        assert_eq!(swept.expect("sweep"), (0, 1));
    }

    async fn a_session_has_one_owner(t: &TestDb) {
        let db = t.db();
        let both = Session { acting_for: Some(EntityId(id(1))), ..anonymous(1) };
        let done: Result<(), Error> =
            db.write(move |tx| Box::pin(async move { sessions::insert(tx, &both).await })).await;
        assert!(done.is_err());
    }

    async fn a_code_works_once_and_in_time(t: &TestDb) {
        let db = t.db();
        let send = |subject: &'static str| {
            let db = db.clone();
            async move {
                let code = NewCode {
                    purpose: "sign-in",
                    subject_index: subject.as_bytes().to_vec(),
                    code_hash: b"right".to_vec(),
                    created_at: at(0),
                    expires_at: at(300),
                };
                let done: Result<(), Error> =
                    db.write(move |tx| Box::pin(async move { codes::put(tx, &code).await })).await;
                done.expect("send");
            }
        };
        let attempt = |subject: &'static str, hash: &'static str, now: i64| {
            let db = db.clone();
            async move {
                let done: Result<Attempt, Error> = db
                    .write(move |tx| {
                        Box::pin(async move {
                            let (subject, hash) = (subject.as_bytes(), hash.as_bytes());
                            codes::attempt(tx, "sign-in", subject, hash, 5, at(now)).await
                        })
                    })
                    .await;
                done.expect("attempt")
            }
        };
        assert_eq!(attempt("a", "right", 1).await, Attempt::Unknown);
        send("a").await;
        assert_eq!(attempt("a", "wrong", 1).await, Attempt::Wrong { left: 4 });
        assert_eq!(attempt("a", "right", 2).await, Attempt::Accepted);
        assert_eq!(attempt("a", "right", 3).await, Attempt::Used);
        send("a").await;
        assert_eq!(attempt("a", "right", 300).await, Attempt::Expired);
        send("b").await;
        let guesses: Vec<_> = (0..20).map(|_| tokio::spawn(attempt("b", "wrong", 1))).collect();
        let mut counted = 0;
        for guess in guesses {
            match guess.await.expect("no panic") {
                Attempt::Wrong { .. } => counted += 1,
                other => assert_eq!(other, Attempt::Exhausted),
            }
        }
        assert_eq!(counted, 5);
        assert_eq!(attempt("b", "right", 2).await, Attempt::Exhausted);
    }

    async fn a_code_is_accepted_by_one_of_many(t: &TestDb) {
        let db = t.db();
        let code = NewCode {
            purpose: "sign-in",
            subject_index: b"a".to_vec(),
            code_hash: b"right".to_vec(),
            created_at: at(0),
            expires_at: at(300),
        };
        let done: Result<(), Error> =
            db.write(move |tx| Box::pin(async move { codes::put(tx, &code).await })).await;
        done.expect("send");
        let tries: Vec<_> = (0..20)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move {
                    let done: Result<Attempt, Error> = db
                        .write(|tx| {
                            Box::pin(async move {
                                codes::attempt(tx, "sign-in", b"a", b"right", 5, at(1)).await
                            })
                        })
                        .await;
                    done.expect("attempt")
                })
            })
            .collect();
        let mut accepted = 0;
        for attempt in tries {
            accepted += u32::from(attempt.await.expect("no panic") == Attempt::Accepted);
        }
        assert_eq!(accepted, 1);
    }

    async fn a_limit_holds_across_processes(t: &TestDb) {
        let (a, b) = (t.db(), t.second().await);
        let limit = Limit { burst: 5, interval_seconds: 60 };
        let take = |db: &Db, now: i64| {
            let db = db.clone();
            async move {
                let done: Result<Taken, Error> = db
                    .write(move |tx| {
                        Box::pin(async move { limits::take(tx, b"address", limit, at(now)).await })
                    })
                    .await;
                done.expect("take")
            }
        };
        let tries: Vec<_> =
            (0..40).map(|n| tokio::spawn(take(if n % 2 == 0 { &a } else { &b }, 0))).collect();
        let mut allowed = 0;
        for one in tries {
            match one.await.expect("no panic") {
                Taken::Allowed => allowed += 1,
                Taken::Refused { retry_at } => assert_eq!(retry_at, at(60)),
            }
        }
        assert_eq!(allowed, 5);
        assert_eq!(take(&a, 59).await, Taken::Refused { retry_at: at(60) });
        let mut read = a.read().await.expect("read");
        let before = limits::peek(&mut read, b"address", limit, at(59)).await.expect("peek");
        assert_eq!(before, Taken::Refused { retry_at: at(60) });
        let after = limits::peek(&mut read, b"address", limit, at(60)).await.expect("peek");
        assert_eq!(after, Taken::Allowed);
        assert_eq!(take(&b, 60).await, Taken::Allowed);
        assert_eq!(take(&a, 60).await, Taken::Refused { retry_at: at(120) });
        // Empty again after a long time: the whole burst, and no more.
        for _ in 0..5 {
            assert_eq!(take(&a, 10_000).await, Taken::Allowed);
        }
        assert_eq!(take(&b, 10_000).await, Taken::Refused { retry_at: at(10_060) });
        let swept: Result<u64, Error> = a
            .write(|tx| {
                Box::pin(async move {
                    limits::clear(tx, b"other").await?;
                    limits::sweep(tx, at(10_300), 10).await
                })
            })
            .await;
        assert_eq!(swept.expect("sweep"), 1);
        b.close().await;
    }

    async fn a_draft_beyond_its_size_is_refused_and_drafts_end_with_their_session(t: &TestDb) {
        let db = t.db();
        open_session(&db, anonymous(1)).await;
        let draft = Draft {
            session_id: SessionId(id(1)),
            form: "apply".to_owned(),
            answers: vec![1; 1024 * 1024],
            errors: json!([]),
            saved_at: at(0),
            expires_at: at(600),
        };
        let large = Draft { answers: vec![1; 1024 * 1024 + 1], ..draft.clone() };
        let done: Result<(), Error> =
            db.write(move |tx| Box::pin(async move { drafts::put(tx, &large).await })).await;
        assert!(matches!(done, Err(Error::TooLarge)));
        let done: Result<(), Error> = db
            .write(move |tx| {
                Box::pin(async move {
                    drafts::put(tx, &draft).await?;
                    sessions::end(tx, draft.session_id).await
                })
            })
            .await;
        done.expect("write");
        let mut read = db.read().await.expect("read");
        let gone = drafts::find(&mut read, SessionId(id(1)), "apply", at(1)).await.expect("find");
        assert_eq!(gone, None);
    }
}
