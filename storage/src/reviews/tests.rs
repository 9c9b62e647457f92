//! One review for one right, and a feed without gaps: on both engines.

use domain::ids::{PersonId, ReviewId, ReviewRightId};
use domain::reviews::{Grade, Handler, SubjectKind, TaskState};
use domain::time::Timestamp;

use super::counts::{self, Cell};
use super::feed;
use super::review::{self, Review};
use super::rights::{self, Right};
use super::tasks;
use crate::identity::persons::{self, Sealed};
use crate::testing::{at, id};
use crate::{Db, Error, contract};

const DAY: i64 = 86_400;

async fn person(db: &Db, n: u128) -> PersonId {
    let person = PersonId(id(n));
    let done: Result<bool, Error> = db
        .write(move |tx| {
            Box::pin(async move {
                let phone = Sealed { value: vec![1], index: vec![n as u8; 32] };
                persons::insert(tx, person, &phone, &serde_json::json!({}), at(0)).await
            })
        })
        .await;
    assert!(done.expect("insert a person"));
    person
}

fn right(n: u128, person: PersonId, opened_at: Timestamp) -> Right {
    Right {
        id: ReviewRightId(id(n)),
        person_id: person,
        subject_kind: SubjectKind::Case,
        subject_id: id(1000 + n),
        service_code: "residence-permit-endorsement".into(),
        department: "public-security".into(),
        place: 0,
        handler: Handler::Person,
        opened_at,
        asked_at: Some(opened_at),
        used_at: None,
        expires_at: opened_at.plus_days(90),
    }
}

async fn open(db: &Db, right: &Right) -> bool {
    let right = right.clone();
    let done: Result<bool, Error> =
        db.write(move |tx| Box::pin(async move { rights::insert(tx, &right).await })).await;
    done.expect("open a right")
}

async fn use_up(db: &Db, right: &Right, person: PersonId, now: Timestamp) -> bool {
    let id = right.id;
    let done: Result<bool, Error> = db.write(move |tx| Box::pin(rights::use_up(tx, id, person, now))).await;
    done.expect("use a right")
}

fn a_review(n: u128, right: &Right) -> Review {
    Review {
        id: ReviewId(id(n)),
        person_id: right.person_id,
        subject_kind: right.subject_kind,
        subject_id: right.subject_id,
        service_code: right.service_code.clone(),
        department: right.department.clone(),
        place: right.place,
        handler: right.handler,
        grade: Grade::Satisfied,
        tags: "quick".into(),
        words: None,
        marks: String::new(),
        day: "2026-11-23".into(),
        created_at: at(0),
        version: 1,
    }
}

async fn keep(db: &Db, review: Review) -> bool {
    let done: Result<bool, Error> =
        db.write(move |tx| Box::pin(async move { review::insert(tx, &review).await })).await;
    done.expect("keep a review")
}

async fn append(db: &Db, review: ReviewId, event: &'static str) -> Result<i64, Error> {
    db.write(move |tx| Box::pin(async move { Ok(feed::append(tx, review, event, "2026-11-23").await?.last) }))
        .await
}

contract! {
    async fn a_subject_gives_one_right_that_is_used_once(t: &TestDb) {
        let db = t.db();
        let (lin, zhou) = (person(&db, 1).await, person(&db, 2).await);
        let right = right(10, lin, at(0));
        assert!(open(&db, &right).await);
        assert!(!open(&db, &Right { id: ReviewRightId(id(11)), ..right.clone() }).await, "one for each subject");
        assert!(!use_up(&db, &right, zhou, at(1)).await, "not another's");
        assert!(!use_up(&db, &right, lin, right.expires_at).await, "over");
        let many = (0..50).map(|_| use_up(&db, &right, lin, at(2)));
        let mut used = 0;
        for one in many {
            used += usize::from(one.await);
        }
        assert_eq!(used, 1);
        let mut tx = db.read().await.unwrap();
        let kept = rights::of_subject(&mut tx, SubjectKind::Case, right.subject_id).await.unwrap().unwrap();
        assert_eq!(kept, Right { used_at: Some(at(2)), ..right.clone() });
        assert_eq!(rights::of_subject(&mut tx, SubjectKind::Payment, right.subject_id).await.unwrap(), None);
    }

    async fn rights_that_are_over_are_removed(t: &TestDb) {
        let db = t.db();
        let lin = person(&db, 1).await;
        for n in 0..5 {
            assert!(open(&db, &right(10 + n, lin, at(n as i64 * DAY))).await);
        }
        let sweep = |now: Timestamp| {
            let db = db.clone();
            async move {
                let done: Result<u64, Error> = db.write(move |tx| Box::pin(rights::sweep(tx, now, 2))).await;
                done.unwrap()
            }
        };
        assert_eq!(sweep(at(90 * DAY - 1)).await, 0);
        assert_eq!(sweep(at(92 * DAY)).await, 2);
        assert_eq!(sweep(at(92 * DAY)).await, 1);
        assert_eq!(sweep(at(92 * DAY)).await, 0);
    }

    async fn a_subject_has_one_review(t: &TestDb) {
        let db = t.db();
        let lin = person(&db, 1).await;
        let right = right(10, lin, at(0));
        assert!(keep(&db, a_review(20, &right)).await);
        assert!(!keep(&db, a_review(21, &right)).await);
        let mut tx = db.read().await.unwrap();
        let found = review::of_subject(&mut tx, SubjectKind::Case, right.subject_id).await.unwrap();
        assert_eq!(found, Some(a_review(20, &right)));
        let places = i64::MIN..=i64::MAX;
        let listed = review::of_department(&mut tx, "public-security", &places, review::NEWEST, 10).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert!(review::of_department(&mut tx, "education", &places, review::NEWEST, 10).await.unwrap().is_empty());
        assert!(review::of_department(&mut tx, "public-security", &(1..=9), review::NEWEST, 10).await.unwrap().is_empty());
    }

    async fn counters_add_up(t: &TestDb) {
        let db = t.db();
        let cell = Cell {
            department: "public-security".into(),
            service_code: "s".into(),
            place: 0,
            month: "2026-11".into(),
        };
        for n in 0..7 {
            let cell = cell.clone();
            let done: Result<(), Error> = db.write(move |tx| Box::pin(async move {
                counts::given(tx, &cell, Grade::Dissatisfied, &["unclear", "late"]).await?;
                counts::answered(tx, &cell, Grade::Dissatisfied, n % 2 == 0).await
            })).await;
            done.unwrap();
        }
        let mut tx = db.read().await.unwrap();
        let page = counts::page(&mut tx, None, 10).await.unwrap();
        assert_eq!(page.iter().map(|c| (c.grade, c.given, c.answered, c.in_time)).collect::<Vec<_>>(), [(2, 7, 7, 4)]);
        assert!(counts::page(&mut tx, page.last(), 10).await.unwrap().is_empty());
        let tags = counts::tag_page(&mut tx, None, 10).await.unwrap();
        assert_eq!(tags.iter().map(|c| (c.tag.as_str(), c.given)).collect::<Vec<_>>(), [("late", 7), ("unclear", 7)]);
        assert_eq!(counts::tag_page(&mut tx, tags.first(), 10).await.unwrap().len(), 1);
    }

    /// Two processes add at once, and some of their transactions fail: numbers have no gap, and a batch is never passed
    /// by what comes later.
    async fn the_feed_has_no_gaps(t: &TestDb) {
        let (a, b) = (t.db(), t.second().await);
        let lin = person(&a, 1).await;
        for n in 0..40 {
            assert!(keep(&a, a_review(100 + n, &right(10 + n, lin, at(0)))).await);
        }
        let work = |db: &Db, from: u128| {
            let db = db.clone();
            tokio::spawn(async move {
                for n in (from..40).step_by(2) {
                    append(&db, ReviewId(id(100 + n)), "given").await.unwrap();
                    // The second time it is there already: the transaction fails, and its number is given again.
                    assert!(matches!(append(&db, ReviewId(id(100 + n)), "given").await, Err(Error::Unique(_))));
                }
            })
        };
        let (one, two) = (work(&a, 0), work(&b, 1));
        one.await.unwrap();
        two.await.unwrap();
        let make = |number: i64, after: i64| {
            let db = a.clone();
            async move {
                let done: Result<_, Error> =
                    db.write(move |tx| Box::pin(feed::make_batch(tx, number, after, 30, at(5)))).await;
                done.unwrap()
            }
        };
        let (first, more) = make(1, 0).await.unwrap();
        assert_eq!((first.first, first.last, more), (1, 30, true));
        assert_eq!(make(1, 0).await, None, "made already");
        let (second, more) = make(2, 30).await.unwrap();
        assert_eq!((second.first, second.last, more), (31, 40, false));
        assert_eq!(make(3, 40).await, None, "nothing is left");
        let mut tx = a.read().await.unwrap();
        let lines = feed::lines(&mut tx, &first).await.unwrap();
        assert_eq!(lines.iter().map(|l| l.seq).collect::<Vec<_>>(), (1..=30).collect::<Vec<_>>());
        assert_eq!(feed::head(&mut tx).await.unwrap(), feed::Head { last: 40, batch: 3 });
        assert!(feed::knows(&mut tx, ReviewId(id(139))).await.unwrap().is_some());
        assert_eq!(feed::knows(&mut tx, ReviewId(id(1))).await.unwrap(), None);
        assert_eq!(feed::batch(&mut tx, 1).await.unwrap(), Some(first));
        b.close().await;
    }
    /// Of a review that something more can be said of, every line stays; of the others none once the platform has them.
    async fn lines_are_let_go_once_they_arrived(t: &TestDb) {
        let db = t.db();
        let lin = person(&db, 1).await;
        for n in 0..4 {
            assert!(keep(&db, a_review(100 + n, &right(10 + n, lin, at(0)))).await);
        }
        let [good, open, over, late] = [100, 101, 102, 103].map(|n| ReviewId(id(n)));
        for (review, state) in [(open, TaskState::Opened), (over, TaskState::Closed), (late, TaskState::Closed)] {
            let task = tasks::Task {
                review_id: review,
                person_id: lin,
                service_code: "s".into(),
                department: "public-security".into(),
                place: 0,
                state,
                opened_on: "2026-11-23".into(),
                verify_by: "2026-11-24".into(),
                answer_by: "2026-12-14".into(),
                follow_up_by: None,
                version: 1,
            };
            let done: Result<(), Error> = db.write(move |tx| Box::pin(async move { tasks::insert(tx, &task).await })).await;
            done.unwrap();
        }
        for (review, event) in [(good, "given"), (open, "given"), (over, "given"), (over, "opined"), (late, "given")] {
            append(&db, review, event).await.unwrap();
        }
        let make = |number: i64, after: i64| {
            let db = db.clone();
            async move {
                let done: Result<_, Error> =
                    db.write(move |tx| Box::pin(feed::make_batch(tx, number, after, 30, at(5)))).await;
                done.unwrap().unwrap().0
            }
        };
        let first = make(1, 0).await;
        append(&db, late, "opined").await.unwrap();
        let second = make(2, first.last).await;
        let acknowledge = async |number: i64, seconds: i64| {
            let done: Result<bool, Error> =
                db.write(move |tx| Box::pin(feed::acknowledge(tx, number, at(seconds)))).await;
            assert!(done.unwrap());
        };
        let prune = async |before: i64, limit: i64| {
            let done: Result<u64, Error> = db.write(move |tx| Box::pin(feed::prune(tx, at(before), limit))).await;
            done.unwrap()
        };
        let left = async |batch: &feed::Batch| {
            let lines = feed::lines(&mut db.read().await.unwrap(), batch).await.unwrap();
            lines.into_iter().map(|line| line.seq).collect::<Vec<_>>()
        };
        assert_eq!(prune(1_000, 10).await, 0, "nothing has arrived");
        acknowledge(1, 100).await;
        assert_eq!(prune(99, 10).await, 0, "too soon");
        assert_eq!(prune(100, 1).await, 1, "a little at a time");
        assert_eq!(prune(100, 10).await, 2);
        assert_eq!(left(&first).await, [2, 5], "one can still be answered, and of one a line has not arrived");
        let lines = feed::lines(&mut db.read().await.unwrap(), &second).await.unwrap();
        assert_eq!(lines.iter().map(|line| (line.seq, line.review_seq)).collect::<Vec<_>>(), [(6, 5)], "under its name");
        acknowledge(2, 200).await;
        assert_eq!(prune(200, 10).await, 2);
        assert_eq!((left(&first).await, left(&second).await), (vec![2], vec![]));
        // What orders them is there as before.
        assert_eq!(append(&db, open, "answered").await.unwrap(), 7);
        let mut tx = db.read().await.unwrap();
        assert_eq!(feed::batch(&mut tx, 1).await.unwrap().map(|batch| batch.last), Some(5));
        assert_eq!(feed::knows(&mut tx, open).await.unwrap(), Some(2));
    }
}
