//! What is counted is counted once, whoever counts and in whatever order: on both engines.

use domain::cases::{CaseState, EventKind};
use domain::figures::{Cell, Counts, Days, Grain, LightKind, Lights, Period};
use domain::ids::{CaseId, PersonId, VersionId};
use domain::organisation::region::RegionCode;
use domain::reviews::Grade;
use jiff::civil::Date;

use super::standings::{self, Changes};
use super::{counters, days, events, reasons, reviews};
use crate::cases::bundles;
use crate::cases::case::{self, Clocked, NewCase, Submission};
use crate::cases::events as timeline;
use crate::identity::persons::{self, Sealed};
use crate::reviews::counts;
use crate::testing::{at, id};
use crate::{BoxFuture, Db, Error, Tx, contract};

const TAX: &str = "taxation";
const TODAY: Date = Date::constant(2026, 11, 23);

fn place(code: &str) -> RegionCode {
    code.parse().expect("a code")
}

fn cell(code: &str, department: &str, service: &str) -> Cell {
    Cell { place: place(code), department: department.into(), service: service.into() }
}

async fn write<T: Send + 'static>(
    db: &Db,
    job: impl for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Clone + Send + 'static,
) -> T {
    db.write(job).await.expect("write")
}

fn dates(yellow: &str, red: &str) -> Clocked {
    Clocked { yellow_on: Some(yellow.into()), red_on: Some(red.into()), ..Clocked::default() }
}

/// A draft at `code`.
async fn draft(db: &Db, n: u128, code: &str) -> (CaseId, PersonId) {
    let (case_id, person, at_place) = (CaseId(id(n)), PersonId(id(1_000 + n)), place(code));
    write(db, move |tx| {
        Box::pin(async move {
            let phone = Sealed { value: vec![1], index: vec![n as u8; 32] };
            persons::insert(tx, person, &phone, &serde_json::json!({}), at(0)).await?;
            let new = NewCase {
                id: case_id,
                person_id: person,
                entity_id: None,
                service_code: "s".into(),
                version_id: VersionId(id(1)),
                department: TAX.into(),
                place: at_place,
                raw_answers: vec![1],
                created_at: at(0),
                previous_id: None,
                bundle_id: None,
            };
            case::insert(tx, &new).await
        })
    })
    .await;
    (case_id, person)
}

/// A case that was filed at `code`.
async fn filed(db: &Db, n: u128, code: &str, clocked: Clocked) -> (CaseId, PersonId) {
    let ((case_id, person), at_place) = (draft(db, n, code).await, place(code));
    write(db, move |tx| {
        Box::pin(async move {
            let filed = Submission {
                state: CaseState::Submitted,
                reference: format!("r{n:08}"),
                raw_answers: vec![1],
                answers: vec![1],
                decision: vec![1],
                at: at(1),
                closed_at: None,
                evidence_until: None,
                pending_facts: 0,
                place: at_place,
                clocked,
            };
            assert!(case::submit(tx, case_id, 1, &filed).await?);
            let event = timeline::Event {
                id: id(2_000 + n),
                case_id,
                person_id: person,
                at: at(n as i64),
                kind: EventKind::Submitted,
                actor_kind: "person".into(),
                actor_id: None,
                detail: None,
            };
            timeline::append(tx, &event).await
        })
    })
    .await;
    (case_id, person)
}

/// A version of a service that cases can name; nobody reads it.
async fn service(db: &Db) {
    write(db, |tx| {
        let script = if tx.is_postgres() {
            "INSERT INTO service_versions (id, code, digest, definition, published_at)
             VALUES ('01900000-0000-7000-8000-000000000001', 's', '\\x01', '{}', now())"
        } else {
            "INSERT INTO service_versions (id, code, digest, definition, published_at)
             VALUES (x'01900000000070008000000000000001', 's', x'01', '{}', '2026-11-23T00:00:00.000000Z')"
        };
        Box::pin(async move { tx.script(script).await })
    })
    .await;
}

async fn look_at(db: &Db, cases: Vec<(CaseId, PersonId)>) {
    write(db, move |tx| {
        Box::pin(async move {
            let mut changes = Changes::default();
            for (case, person) in cases {
                standings::look(tx, case, person, &mut changes).await?;
            }
            changes.make(tx).await
        })
    })
    .await;
}

async fn lights(db: &Db, cell: &Cell) -> Lights {
    let mut tx = db.read().await.expect("read");
    Lights::on(TODAY, standings::of_cell(&mut tx, cell).await.expect("lights"))
}

contract! {
    async fn an_event_is_marked_by_one(t: &TestDb) {
        let db = t.db();
        service(&db).await;
        for n in 1..=70 {
            filed(&db, n, "330106", Clocked::default()).await;
        }
        let waiting = events::uncounted(&mut db.read().await.expect("read"), 100).await.expect("look");
        assert_eq!(waiting.len(), 70);
        assert!(waiting.is_sorted_by_key(|event| (event.at, event.id)));
        let ids: Vec<_> = waiting.iter().map(|event| event.id).collect();
        // Another process, at the same time.
        let second = t.second().await;
        let mark = async |db: &Db| {
            let ids = ids.clone();
            write(db, move |tx| Box::pin(async move { events::mark(tx, &ids).await })).await
        };
        let (one, other) = tokio::join!(mark(&db), mark(&second));
        let mut all: Vec<_> = one.into_iter().chain(other).collect();
        all.sort();
        let mut expected = ids.clone();
        expected.sort();
        assert_eq!(all, expected, "each once");
        assert_eq!(events::uncounted(&mut db.read().await.expect("read"), 100).await.expect("look"), []);
        second.close().await;
    }

    async fn counters_add_up_where_they_stand(t: &TestDb) {
        let db = t.db();
        let mut counts = Counts { received: 2, approved: 1, minutes: 30, days: Days::one(3), ..Counts::default() };
        let (own, all) = (cell("330106", TAX, "s"), cell("330106", "", ""));
        write(&db, move |tx| {
            let (own, all) = (own.clone(), all.clone());
            Box::pin(async move {
                for cell in [own, all] {
                    for day in ["2026-11-01", "2026-11-02", "2026-11-02", "2026-12-01"] {
                        counters::add(tx, &cell, Grain::Day, day, &counts).await?;
                    }
                    counters::add(tx, &cell, Grain::Month, "2026-11", &counts).await?;
                }
                Ok(())
            })
        })
        .await;
        let mut tx = db.read().await.expect("read");
        let november = Period::parse("2026-11").expect("a month");
        let found = counters::by_day(&mut tx, &cell("330106", TAX, "s"), &november).await.expect("read");
        let once = counts;
        counts += &once;
        assert_eq!(found, [("2026-11-01".to_owned(), once), ("2026-11-02".to_owned(), counts)]);
        let part = &november.parts()[0];
        let below = counters::by_place(&mut tx, &cell("3301", "", ""), part).await.expect("read");
        assert_eq!(below, [(place("330106"), once)], "months, for a whole month");
        assert_eq!(counters::by_place(&mut tx, &cell("33", "", ""), part).await.expect("read"), [], "right below");
        let services = counters::by_service(&mut tx, place("330106"), "", part).await.expect("read");
        assert_eq!(services, [("s".to_owned(), once)]);
        assert_eq!(counters::by_service(&mut tx, place("330106"), "police", part).await.expect("read"), []);
    }

    async fn reasons_and_days_are_found_by_place(t: &TestDb) {
        let db = t.db();
        let why = |reason: &str| reasons::Why {
            place: place("3301"),
            department: TAX.into(),
            service: "s".into(),
            reason: reason.into(),
        };
        let (first, second) = (why("incomplete"), why("words"));
        write(&db, move |tx| {
            let (first, second) = (first.clone(), second.clone());
            Box::pin(async move {
                reasons::add(tx, &first, Grain::Month, "2026-11", 1).await?;
                reasons::add(tx, &second, Grain::Month, "2026-11", 2).await?;
                reasons::add(tx, &second, Grain::Month, "2026-11", 3).await?;
                for (code, service) in [("330105", "a"), ("330106", "a"), ("330106", "b"), ("330106109", "a"), ("3302", "a")] {
                    let at = days::Office { place: place(code), department: TAX.into(), service: service.into() };
                    days::add(tx, "2026-11-02", &at, &Counts::received()).await?;
                }
                Ok(())
            })
        })
        .await;
        let mut tx = db.read().await.expect("read");
        let part = &Period::parse("2026-11").expect("a month").parts()[0];
        let found = reasons::of_place(&mut tx, place("3301"), TAX, "", part).await.expect("read");
        let told: Vec<(&str, i64)> = found.iter().map(|given| (given.reason.as_str(), given.n)).collect();
        assert_eq!(told, [("words", 5), ("incomplete", 1)]);
        let wanted = days::Wanted { place: place("330106"), department: String::new(), service: String::new() };
        let mut seen = Vec::new();
        loop {
            let after = seen.last();
            let page = days::page(&mut tx, &wanted, "2026-11-02", after, 1).await.expect("read");
            let Some((office, counts)) = page.into_iter().next() else { break };
            assert_eq!(counts, Counts::received());
            seen.push(office);
        }
        let seen: Vec<String> = seen.into_iter().map(|at| format!("{} {}", at.place, at.service)).collect();
        assert_eq!(seen, ["330106 a", "330106 b", "330106109 a"]);
    }

    async fn lights_follow_a_case_wherever_it_goes(t: &TestDb) {
        let db = t.db();
        service(&db).await;
        let green = filed(&db, 1, "330106", dates("2026-11-30", "2026-12-04")).await;
        let red = filed(&db, 2, "330106", dates("2026-11-18", "2026-11-23")).await;
        let waits = filed(&db, 3, "330105", Clocked::default()).await;
        look_at(&db, vec![green, red, waits]).await;
        look_at(&db, vec![red]).await;
        let (city, district) = (cell("3301", "", ""), cell("330106", TAX, "s"));
        assert_eq!(lights(&db, &city).await, Lights { green: 1, yellow: 0, red: 1, waiting: 1 });
        assert_eq!(lights(&db, &district).await, Lights { green: 1, yellow: 0, red: 1, waiting: 0 });
        let late = |db: Db| async move {
            let mut tx = db.read().await.expect("read");
            standings::late_below(&mut tx, &cell("3301", TAX, ""), TODAY).await.expect("read")
        };
        assert_eq!(late(db.clone()).await, [(place("330106"), 1)]);

        // To another office, and another clock; then closed.
        let (case, _) = red;
        write(&db, move |tx| {
            let clocked = dates("2026-11-23", "2026-11-25");
            Box::pin(async move { case::relocate(tx, case, 2, TAX, place("330105"), &clocked, at(5)).await })
        })
        .await;
        look_at(&db, vec![red]).await;
        assert_eq!(lights(&db, &city).await, Lights { green: 1, yellow: 1, red: 0, waiting: 1 });
        assert_eq!(lights(&db, &cell("330105", TAX, "s")).await, Lights { green: 0, yellow: 1, red: 0, waiting: 1 });
        write(&db, move |tx| {
            let closed = case::Move {
                state: CaseState::Approved,
                decision: None,
                clocked: Clocked::default(),
                closed_at: Some(at(9)),
                evidence_until: None,
                at: at(9),
            };
            Box::pin(async move { case::advance(tx, case, 3, &closed).await })
        })
        .await;
        look_at(&db, vec![red]).await;
        look_at(&db, vec![red]).await;
        assert_eq!(lights(&db, &city).await, Lights { green: 1, yellow: 0, red: 0, waiting: 1 });
        // Nothing is left of days that nobody waits for.
        let mut tx = db.read().await.expect("read");
        let left = standings::of_cell(&mut tx, &city).await.expect("read");
        assert!(left.iter().all(|(_, _, n)| *n > 0) && left.len() == 3, "{left:?}");
        assert_eq!(left.iter().filter(|(kind, ..)| *kind == LightKind::Waiting).count(), 1);
    }

    /// The form of a bundle, and a member of it that waits to be filed: no office has anything to do with them.
    async fn what_is_no_offices_has_no_light(t: &TestDb) {
        let db = t.db();
        service(&db).await;
        let (form, member) = (draft(&db, 1, "330106").await, draft(&db, 2, "330106").await);
        let (split, waits) = (form.0, member.0);
        write(&db, move |tx| {
            Box::pin(async move {
                assert!(bundles::split(tx, split, 1, "r00000001", at(1)).await?);
                assert!(bundles::wait(tx, waits).await?);
                Ok(())
            })
        })
        .await;
        let filed = filed(&db, 3, "330106", dates("2026-11-30", "2026-12-04")).await;
        look_at(&db, vec![form, member, filed]).await;
        assert_eq!(lights(&db, &cell("3301", "", "")).await, Lights { green: 1, ..Lights::default() });
    }

    async fn reviews_are_added_up_once(t: &TestDb) {
        let db = t.db();
        let given = async |grade: Grade| {
            let cell = counts::Cell {
                department: TAX.into(),
                service_code: "s".into(),
                place: place("330106").as_i64(),
                month: "2026-11".into(),
            };
            write(&db, move |tx| Box::pin(async move { counts::given(tx, &cell, grade, &[]).await })).await;
        };
        let add_all = async |db: &Db| {
            let grown = reviews::to_add(&mut db.read().await.expect("read"), 100).await.expect("look");
            write(db, move |tx| {
                Box::pin(async move {
                    let mut added = 0;
                    for one in &grown {
                        added += usize::from(reviews::add(tx, one).await?);
                    }
                    Ok(added)
                })
            })
            .await
        };
        given(Grade::VerySatisfied).await;
        given(Grade::VerySatisfied).await;
        given(Grade::Dissatisfied).await;
        let second = t.second().await;
        let (one, other) = tokio::join!(add_all(&db), add_all(&second));
        assert_eq!(one + other, 2, "each counter by one of them");
        given(Grade::VerySatisfied).await;
        assert_eq!(add_all(&db).await, 1);
        assert_eq!(add_all(&db).await, 0);
        let mut tx = db.read().await.expect("read");
        for cell in [cell("33", "", ""), cell("330106", TAX, "s")] {
            let found = reviews::of_cell(&mut tx, &cell, ("2026-11", "2026-11")).await.expect("read");
            let told: Vec<(i64, i64)> = found.iter().map(|of| (of.grade, of.given)).collect();
            assert_eq!(told, [(Grade::Dissatisfied.number(), 1), (Grade::VerySatisfied.number(), 3)]);
        }
        assert_eq!(reviews::of_cell(&mut tx, &cell("33", "", ""), ("2026-12", "2026-12")).await.expect("read"), []);
        second.close().await;
    }
}
