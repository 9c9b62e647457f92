//! Whatever happens to cases, in whatever order it is counted and by how many: the counters say what looking at every case
//! says.

use std::collections::BTreeMap;

use domain::cases::{CaseState, Clock, EventKind};
use domain::figures::{Cell, Closing, Counts, Ending, Lights, Period, Standing};
use domain::ids::{CaseId, PersonId};
use domain::organisation::region::RegionCode;
use domain::time::Timestamp;
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use storage::cases::case::{self, Move, NewCase, Submission};
use storage::cases::events::{self, Event};
use storage::figures::days::{self, Wanted};
use storage::figures::{counters, reasons, standings};

use super::told::{Answered, Filed};
use super::{BY_RULES, OWN_WORDS, count};
use crate::Backend;
use crate::cases::{Decision, Reason};
use crate::sealing::Place;
use crate::testing::Portal;

/// A service with a visit and one without, of two departments.
const SERVICES: [&str; 3] =
    ["residence-permit-endorsement", "social-insurance-proof", "newborn-household-registration"];
const PLACES: [&str; 6] = ["33", "3301", "330106", "330106109", "330105", "3302"];
const DAY: i64 = 86_400;

#[derive(Clone, Debug)]
enum Op {
    File { service: usize, place: usize },
    Accept { case: usize },
    AskForMore { case: usize },
    HandOn { case: usize, place: usize },
    Close { case: usize, ending: usize, answered: (i64, i64, i64), reason: usize },
    Pass { days: i64 },
    Count { limit: i64, by_both: bool },
}

fn op() -> impl Strategy<Value = Op> {
    let case = || any::<usize>();
    prop_oneof![
        4 => (0..SERVICES.len(), 0..PLACES.len()).prop_map(|(service, place)| Op::File { service, place }),
        2 => case().prop_map(|case| Op::Accept { case }),
        1 => case().prop_map(|case| Op::AskForMore { case }),
        1 => (case(), 0..PLACES.len()).prop_map(|(case, place)| Op::HandOn { case, place }),
        3 => (case(), 0..5_usize, (0_i64..9, 0_i64..9, 0_i64..4), 0..3_usize)
            .prop_map(|(case, ending, answered, reason)| Op::Close { case, ending, answered, reason }),
        2 => (0_i64..20).prop_map(|days| Op::Pass { days }),
        2 => (1_i64..6, any::<bool>()).prop_map(|(limit, by_both)| Op::Count { limit, by_both }),
    ]
}

/// A case as this test remembers it.
#[derive(Clone, Debug)]
struct Known {
    id: CaseId,
    service: &'static str,
    department: String,
    filed: (Date, RegionCode),
    place: RegionCode,
    version: i64,
    clock: Clock,
    closed: Option<(Date, Closing, String)>,
}

struct World {
    backend: Backend,
    person: PersonId,
    now: Timestamp,
    cases: Vec<Known>,
}

fn place(at: usize) -> RegionCode {
    PLACES[at % PLACES.len()].parse().unwrap()
}

impl World {
    fn today(&self) -> Date {
        self.now.date_in_china()
    }

    fn event(&self, case: CaseId, kind: EventKind, detail: &serde_json::Value) -> Event {
        let id = self.backend.id();
        Event {
            id,
            case_id: case,
            person_id: self.person,
            at: self.now,
            kind,
            actor_kind: "system".into(),
            actor_id: None,
            detail: Some(self.backend.seal_json(Place::new("case_events", "detail", &id), detail)),
        }
    }

    async fn file(&mut self, service: &'static str, at: RegionCode) {
        let backend = &self.backend;
        let services = backend.catalog.services();
        let version = services.get(service).unwrap();
        let definition = &version.definition;
        let (id, today) = (CaseId(backend.id()), self.today());
        let seal =
            |column, value: serde_json::Value| backend.seal_json(Place::new("cases", column, &id.0), &value);
        let clock = Clock::start(&definition.time_limit, today);
        let new = NewCase {
            id,
            person_id: self.person,
            entity_id: None,
            service_code: service.into(),
            version_id: version.version,
            department: definition.department.clone(),
            place: at,
            raw_answers: seal("raw_answers", json!({})),
            created_at: self.now,
            previous_id: None,
            bundle_id: None,
        };
        let filed = Submission {
            state: CaseState::Submitted,
            reference: id.0.simple().to_string(),
            raw_answers: seal("raw_answers", json!({})),
            answers: seal("answers", json!({})),
            decision: seal("decision", json!(Decision::default())),
            at: self.now,
            closed_at: None,
            evidence_until: None,
            pending_facts: 0,
            place: at,
            clocked: crate::cases::clocked(backend, clock.clone()),
        };
        let told = Filed { department: definition.department.clone(), place: at };
        let event = self.event(id, EventKind::Submitted, &json!({ "pending": [], "filed": told }));
        let kept: Result<(), storage::Error> = backend
            .db
            .write(move |tx| {
                Box::pin(async move {
                    case::insert(tx, &new).await?;
                    assert!(case::submit(tx, id, 1, &filed).await?);
                    events::append(tx, &event).await
                })
            })
            .await;
        kept.unwrap();
        self.cases.push(Known {
            id,
            service,
            department: definition.department.clone(),
            filed: (today, at),
            place: at,
            version: 2,
            clock,
            closed: None,
        });
    }

    fn open(&self, wish: usize) -> Option<usize> {
        let open: Vec<usize> = (0..self.cases.len()).filter(|at| self.cases[*at].closed.is_none()).collect();
        (!open.is_empty()).then(|| open[wish % open.len()])
    }

    async fn step(&mut self, at: usize, state: CaseState, kind: EventKind, detail: serde_json::Value) {
        let known = &self.cases[at];
        let (id, version) = (known.id, known.version);
        let step = Move {
            state,
            decision: None,
            clocked: crate::cases::clocked(&self.backend, known.clock.clone()),
            closed_at: state.is_closed().then_some(self.now),
            evidence_until: None,
            at: self.now,
        };
        let event = self.event(id, kind, &detail);
        let kept: Result<(), storage::Error> = self
            .backend
            .db
            .write(move |tx| {
                Box::pin(async move {
                    assert!(case::advance(tx, id, version, &step).await?);
                    events::append(tx, &event).await
                })
            })
            .await;
        kept.unwrap();
        self.cases[at].version += 1;
    }

    async fn hand_on(&mut self, at: usize, to: RegionCode) {
        let known = &self.cases[at];
        let (id, version, department) = (known.id, known.version, known.department.clone());
        let dates = crate::cases::clocked(&self.backend, known.clock.clone());
        let (event, now) = (self.event(id, EventKind::Transferred, &json!({})), self.now);
        let kept: Result<(), storage::Error> = self
            .backend
            .db
            .write(move |tx| {
                Box::pin(async move {
                    assert!(case::relocate(tx, id, version, &department, to, &dates, now).await?);
                    events::append(tx, &event).await
                })
            })
            .await;
        kept.unwrap();
        self.cases[at].version += 1;
        self.cases[at].place = to;
    }

    async fn close(&mut self, at: usize, ending: Ending, answered: (i64, i64, i64), why: usize) {
        let (state, kind) = match ending {
            Ending::Approved => (CaseState::Approved, EventKind::Approved),
            Ending::Refused => (CaseState::Refused, EventKind::Refused),
            Ending::Declined => (CaseState::Declined, EventKind::Declined),
            Ending::Withdrawn => (CaseState::Withdrawn, EventKind::Withdrawn),
            Ending::Lapsed => (CaseState::Lapsed, EventKind::Lapsed),
        };
        let (reason, code) = match why {
            0 => (None, BY_RULES),
            1 => (Some(Reason::Words("材料不全".into())), OWN_WORDS),
            _ => (Some(Reason::Listed("not-eligible".into())), "not-eligible"),
        };
        let today = self.today();
        self.cases[at].clock.stop(today);
        let told = Answered { filled: answered.0, typed: answered.1, documents: answered.2 };
        let detail = json!({ "state": state.code(), "reason": reason, "answered": told });
        self.step(at, state, kind, detail).await;
        let known = &mut self.cases[at];
        let calendar = &self.backend.organisation.current().calendar;
        let services = self.backend.catalog.services();
        let service = services.get(known.service).unwrap();
        let closing = Closing {
            ending,
            days: calendar.working_days(known.filed.0, today),
            on_time: known.clock.used(calendar, today) <= known.clock.promised,
            filled: told.filled,
            typed: told.typed,
            documents: told.documents,
            document_minutes: service.definition.document_minutes,
            no_visit: service.definition.visits == 0,
        };
        known.closed = Some((today, closing, code.to_owned()));
    }

    async fn run(&mut self, op: Op, second: &Backend) {
        match op {
            Op::File { service, place: at } => self.file(SERVICES[service], place(at)).await,
            Op::Pass { days } => self.now = self.now.plus_seconds(days * DAY),
            Op::Count { limit, by_both: false } => drop(count(&self.backend, limit).await.unwrap()),
            Op::Count { limit, by_both: true } => {
                let (one, other) = tokio::join!(count(&self.backend, limit), count(second, limit));
                one.unwrap();
                other.unwrap();
            }
            Op::Accept { case }
            | Op::AskForMore { case }
            | Op::HandOn { case, .. }
            | Op::Close { case, .. } => {
                let Some(at) = self.open(case) else { return };
                let today = self.today();
                match op {
                    Op::Accept { .. } => {
                        self.step(at, CaseState::Accepted, EventKind::Accepted, json!({})).await;
                    }
                    Op::AskForMore { .. } => {
                        self.cases[at].clock.pause(today);
                        self.step(at, CaseState::Supplementing, EventKind::SupplementAsked, json!({})).await;
                    }
                    Op::HandOn { place: to, .. } => self.hand_on(at, place(to)).await,
                    Op::Close { ending, answered, reason, .. } => {
                        self.close(at, Ending::ALL[ending], answered, reason).await;
                    }
                    _ => unreachable!(),
                }
            }
        }
    }

    /// What looking at every case says of a cell, day by day.
    fn recount(&self, cell: &Cell) -> BTreeMap<String, Counts> {
        let mut all: BTreeMap<String, Counts> = BTreeMap::new();
        for case in self.cases.iter().filter(|case| is_of(case, cell)) {
            if case.filed.1.is_under(cell.place) {
                *all.entry(case.filed.0.to_string()).or_default() += &Counts::received();
            }
            if let Some((day, closing, _)) = case.closed.as_ref().filter(|_| case.place.is_under(cell.place))
            {
                *all.entry(day.to_string()).or_default() += &Counts::closed_case(closing);
            }
        }
        all
    }

    fn lights(&self, cell: &Cell) -> Lights {
        let mut lights = Lights::default();
        let calendar = &self.backend.organisation.current().calendar;
        for case in self.cases.iter().filter(|case| is_of(case, cell) && case.closed.is_none()) {
            if !case.place.is_under(cell.place) {
                continue;
            }
            let read = case.clock.read(calendar, self.today());
            let standing = match (read.yellow_on, read.red_on) {
                (Some(yellow_on), Some(red_on)) => Standing::Running { yellow_on, red_on },
                _ => Standing::Waiting,
            };
            match standing {
                Standing::Waiting => lights.waiting += 1,
                Standing::Running { red_on, .. } if red_on <= self.today() => lights.red += 1,
                Standing::Running { yellow_on, .. } if yellow_on <= self.today() => lights.yellow += 1,
                Standing::Running { .. } => lights.green += 1,
            }
        }
        lights
    }

    async fn agrees(&self, period: &Period) {
        let mut tx = self.backend.db.read().await.unwrap();
        let departments: Vec<String> = self.cases.iter().map(|case| case.department.clone()).collect();
        for code in PLACES {
            let whole = |department: &str, service: &str| Cell {
                place: code.parse().unwrap(),
                department: department.into(),
                service: service.into(),
            };
            let mut cells = vec![whole("", "")];
            cells.extend(departments.iter().map(|department| whole(department, "")));
            cells.extend(self.cases.iter().map(|case| whole(&case.department, case.service)));
            cells.sort();
            cells.dedup();
            for cell in cells {
                let kept: BTreeMap<String, Counts> =
                    counters::by_day(&mut tx, &cell, period).await.unwrap().into_iter().collect();
                assert_eq!(kept, self.recount(&cell), "{cell:?}");
                let lights = standings::of_cell(&mut tx, &cell).await.unwrap();
                assert_eq!(Lights::on(self.today(), lights), self.lights(&cell), "{cell:?}");
            }
            // Months say what days say, and lines of an export what they are made of.
            let place: RegionCode = code.parse().unwrap();
            let expected: Counts = self.recount(&whole("", "")).values().sum();
            let mut by_service = Counts::default();
            let mut why: BTreeMap<(String, String), i64> = BTreeMap::new();
            for part in period.parts() {
                for (_, counts) in counters::by_service(&mut tx, place, "", &part).await.unwrap() {
                    by_service += &counts;
                }
                for given in reasons::of_place(&mut tx, place, "", "", &part).await.unwrap() {
                    *why.entry((given.service_code, given.reason)).or_default() += given.n;
                }
            }
            assert_eq!(by_service, expected, "{code}");
            let mut refused: BTreeMap<(String, String), i64> = BTreeMap::new();
            for case in self.cases.iter().filter(|case| case.place.is_under(place)) {
                if let Some((_, closing, code)) = &case.closed
                    && closing.ending.is_refusal()
                {
                    *refused.entry((case.service.to_owned(), code.clone())).or_default() += 1;
                }
            }
            assert_eq!(why, refused, "{code}");
            let wanted = Wanted { place, department: String::new(), service: String::new() };
            let mut exported = Counts::default();
            for day in period.days() {
                for (_, counts) in days::page(&mut tx, &wanted, &day.to_string(), None, 1000).await.unwrap() {
                    exported += &counts;
                }
            }
            assert_eq!(exported, expected, "{code}");
        }
    }
}

fn is_of(case: &Known, cell: &Cell) -> bool {
    (cell.department.is_empty() || cell.department == case.department)
        && (cell.service.is_empty() || cell.service == case.service)
}

storage::contract! {
    async fn counters_say_what_looking_at_every_case_says(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let second = portal.second(t.second().await).await;
        let person = portal.citizen("林晓雨").await.person().unwrap().id;
        let now = storage::testing::at(0).plus_days(-200);
        let mut world = World { backend: portal.backend.clone(), person, now, cases: Vec::new() };
        let period = Period::new(now.date_in_china(), now.plus_days(365).date_in_china()).unwrap();
        let mut runner = TestRunner::deterministic();
        for round in 0..4 {
            let ops = prop::collection::vec(op(), 30..50).new_tree(&mut runner).unwrap().current();
            for op in ops {
                if world.now.plus_days(20) < now.plus_days(360) || !matches!(op, Op::Pass { .. }) {
                    world.run(op, &second).await;
                }
            }
            while count(&world.backend, 50).await.unwrap() > 0 {}
            world.agrees(&period).await;
            assert!(world.cases.len() > 5 * round, "something happened");
        }
        let closed = world.cases.iter().filter(|case| case.closed.is_some()).count();
        assert!(closed > 10 && closed < world.cases.len(), "{closed} of {}", world.cases.len());
        // Counting again changes nothing.
        assert_eq!(count(&second, 50).await.unwrap(), 0);
        world.agrees(&period).await;
    }
}
