//! Figures: counted once whatever comes in between, for a place and all within it, and shown to whom it concerns.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use backend::Backend;
use backend::cases::decide::{accept, decline, refuse};
use backend::cases::reclock::reclock;
use backend::cases::transfer::transfer;
use backend::cases::withdraw::withdraw;
use backend::cases::{Reason, transfer::ways};
use backend::clock::{Chance, SystemChance, SystemClock};
use backend::figures::{Asked, Figures, FiguresError, OWN_WORDS, Wish, ask, count, export, home, look};
use backend::identity::{Actor, Denied, StaffActor};
use backend::messages::sweep;
use backend::organisation::{load_calendar, load_shipped};
use backend::reviews::file;
use backend::sealing::KeyRing;
use backend::testing::{Portal, process};
use common::*;
use domain::figures::{DOCUMENT_MINUTES, Lights, Period, Share};
use domain::identity::Role;
use domain::ids::{CaseId, SessionId, StaffId};
use domain::organisation::{Grant, Scope};
use domain::reviews::{Said, SubjectKind};
use storage::Db;
use storage::audit;

const DAY: i64 = 86_400;
const YUHANG: &str = "330110";
const SHANGCHENG: &str = "330102";
const HUMAN_RESOURCES: &str = "human-resources";

async fn count_all(backend: &Backend) -> usize {
    let mut all = 0;
    loop {
        match count(backend, 7).await.unwrap() {
            0 => return all,
            n => all += n,
        }
    }
}

/// Somebody who sees figures of a department, or of all, at a place.
fn supervisor(backend: &Backend, department: Option<&str>, place: &str, role: Role) -> Actor {
    let scope = Scope { department: department.map(str::to_owned), region: place.parse().unwrap() };
    let post = domain::ids::PostId(backend.id());
    Actor::Staff(StaffActor {
        id: StaffId(backend.id()),
        grants: vec![Grant { role, scope, post, deputy_for: None }],
        recent: true,
        session: SessionId(backend.id()),
    })
}

fn at(place: &str) -> Wish {
    Wish { place: Some(place.parse().unwrap()), ..Wish::default() }
}

async fn seen(backend: &Backend, actor: &Actor, wish: Wish) -> Figures {
    let asked: Asked = ask(backend, actor, wish).await.unwrap();
    look(backend, &asked).await.unwrap()
}

/// Entries of the audit trail about an action.
async fn noted(backend: &Backend, action: &str) -> Vec<audit::Record> {
    let mut tx = backend.db.read().await.unwrap();
    let mut found = Vec::new();
    for head in audit::heads(&mut tx).await.unwrap() {
        found.extend(audit::page(&mut tx, head.lane, 0, 500).await.unwrap());
    }
    found.retain(|record| record.action == action);
    found
}

async fn one_filed(portal: &Portal, zhou: &Actor) -> CaseId {
    let draft = clerk_draft(&portal.backend, zhou).await;
    filed(&portal.backend, zhou, draft).await.0
}

storage::contract! {
    async fn what_happens_is_counted_where_it_happens(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        load_shipped(backend).await.unwrap();
        portal.office(POLICE, YUHANG).await;
        portal.office(POLICE, SHANGCHENG).await;
        let zhou = portal.citizen(ZHOU).await;
        let chief = supervisor(backend, None, "33", Role::Supervise);
        assert_eq!(count_all(backend).await, 0);

        // Approved at once; and accepted, handed on, refused; withdrawn; not accepted; still open.
        let lin = portal.citizen(LIN).await;
        let draft = instant_draft(backend, &lin).await;
        filed(backend, &lin, draft).await;
        let officer = clerk(backend, POLICE);
        let handed = one_filed(&portal, &zhou).await;
        accept(backend, &officer, handed, version(backend, &zhou, handed).await).await.unwrap();
        let beside = ways(backend, POLICE, YUHANG.parse().unwrap()).across[0].clone();
        assert_eq!(beside.region.to_string(), SHANGCHENG);
        transfer(backend, &officer, handed, version(backend, &zhou, handed).await, beside.id, "属于上城区").await.unwrap();
        portal.clock.advance(3 * DAY);
        let officer = clerk(backend, POLICE);
        let why = backend.catalog.services().get(BY_CLERK).unwrap().definition.refusals[0].id.clone();
        refuse(backend, &officer, handed, version(backend, &zhou, handed).await, Reason::Listed(why.clone())).await.unwrap();
        let taken_back = one_filed(&portal, &zhou).await;
        withdraw(backend, &zhou, taken_back).await.unwrap();
        let declined = one_filed(&portal, &zhou).await;
        decline(backend, &officer, declined, version(backend, &zhou, declined).await, Reason::Words("不属于本部门".into())).await.unwrap();
        let open = one_filed(&portal, &zhou).await;
        assert!(count_all(backend).await > 8);

        let all = seen(backend, &chief, at("33")).await;
        let total = all.total;
        assert_eq!((total.received, total.closed()), (5, 4));
        assert_eq!((total.approved, total.refused, total.declined, total.withdrawn), (1, 1, 1, 1));
        assert_eq!(total.decided(), 3);
        assert_eq!(total.on_time_share(), Share { part: 3, whole: 3 });
        assert_eq!(total.days.total(), 3);
        assert_eq!(total.days.percentile(50).unwrap().at_most, Some(0));
        assert_eq!(total.days.percentile(90).unwrap().at_most, Some(3), "Monday to Thursday");
        assert!(total.filled > 0 && total.typed > 0 && total.documents >= 3);
        assert_eq!(total.minutes, total.documents * i64::from(DOCUMENT_MINUTES));
        assert_eq!(all.lights, Lights { green: 1, ..Lights::default() });
        assert_eq!(all.series.iter().map(|(_, counts)| counts.received).sum::<i64>(), 5);
        assert_eq!(all.counted_until, None);
        let told: Vec<(&str, i64)> = all.reasons.iter().map(|given| (given.reason.as_str(), given.n)).collect();
        assert!(told.contains(&(why.as_str(), 1)) && told.contains(&(OWN_WORDS, 1)) && told.len() == 2, "{told:?}");

        // Where it was filed it was received, where it was decided it was closed.
        let of = |code: &str| Wish { department: Some(POLICE.into()), ..at(code) };
        let here = seen(backend, &chief, of(YUHANG)).await.total;
        assert_eq!((here.received, here.closed()), (4, 2));
        let there = seen(backend, &chief, of(SHANGCHENG)).await.total;
        assert_eq!((there.received, there.refused, there.closed()), (0, 1, 1));
        let city = seen(backend, &chief, of("3301")).await;
        assert_eq!((city.total.received, city.total.closed()), (4, 3));
        let below: Vec<(String, i64)> = city.below.iter().map(|b| (b.code.to_string(), b.counts.closed())).collect();
        assert_eq!(below, [(SHANGCHENG.to_owned(), 1), (YUHANG.to_owned(), 2)]);
        assert!(city.own.is_empty());
        let whole = seen(backend, &chief, at("3301")).await;
        assert_eq!(whole.own.approved, 1, "decided by the office of the city itself");
        let services: Vec<&str> = whole.services.iter().map(|(code, _)| code.as_str()).collect();
        assert_eq!(services, [BY_CLERK, INSTANT], "the busiest first");

        // Nobody waits for it any more, and the light goes out.
        withdraw(backend, &zhou, open).await.unwrap();
        count_all(backend).await;
        assert_eq!(seen(backend, &chief, at("33")).await.lights, Lights::default());
        trail_is_sound(backend).await;
    }

    async fn what_was_erased_was_counted_in_time(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let lin = portal.citizen(LIN).await;
        let draft = instant_draft(backend, &lin).await;
        filed(backend, &lin, draft).await;
        let evidence = opened(backend, &lin, draft).await.evidence;
        let (facts, registers) = (evidence.len() as i64, 2);
        let filed_on = backend.now().date_in_china();
        // Nobody counted for years, and what registers said is gone.
        portal.clock.advance(4000 * DAY);
        sweep(backend).await.unwrap();
        let mut tx = backend.db.read().await.unwrap();
        assert!(storage::registers::evidence::of_case(&mut tx, draft).await.unwrap().is_empty());
        drop(tx);
        count_all(backend).await;
        let chief = supervisor(backend, Some(HUMAN_RESOURCES), "3301", Role::Audit);
        let then = Wish { period: Some(Period::month_of(filed_on)), ..Wish::default() };
        let total = seen(backend, &chief, then).await.total;
        assert_eq!((total.approved, total.filled, total.documents), (1, facts, registers));
        assert_eq!(total.no_visit_share(), Share { part: 1, whole: 1 });
    }

    async fn lights_turn_without_anybody_counting(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let zhou = portal.citizen(ZHOU).await;
        let case = one_filed(&portal, &zhou).await;
        count_all(backend).await;
        let chief = supervisor(backend, None, "3301", Role::Supervise);
        let lights = async || seen(backend, &chief, Wish::default()).await.lights;
        let row = opened(backend, &zhou, case).await.row;
        let yellow: jiff::civil::Date = row.yellow_on.as_ref().unwrap().parse().unwrap();
        let red: jiff::civil::Date = row.red_on.as_ref().unwrap().parse().unwrap();
        assert_eq!(lights().await, Lights { green: 1, ..Lights::default() });
        while backend.now().date_in_china() < yellow {
            portal.clock.advance(DAY);
        }
        assert_eq!(lights().await, Lights { yellow: 1, ..Lights::default() });
        while backend.now().date_in_china() < red {
            portal.clock.advance(DAY);
        }
        assert_eq!(lights().await, Lights { red: 1, ..Lights::default() });
        // Holidays that are announced later move it, though nothing happened to the case.
        let off: Vec<String> = (23..=31).map(|day| format!("\"2026-12-{day}\"")).collect();
        let off_before: Vec<String> = (24..=30).map(|day| format!("\"2026-11-{day}\"")).collect();
        let december: Vec<String> = (1..=22).map(|day| format!("\"2026-12-{day:02}\"")).collect();
        let all = [off_before, december, off].concat().join(", ");
        load_calendar(backend, &Actor::System, &format!("off = [{all}]\nworking = []")).await.unwrap();
        assert_eq!(reclock(backend).await.unwrap(), 1);
        assert_eq!(lights().await, Lights { green: 1, ..Lights::default() });
        assert_eq!(count_all(backend).await, 0);
    }

    async fn reviews_come_with_the_figures(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let lin = portal.citizen(LIN).await;
        let draft = instant_draft(backend, &lin).await;
        filed(backend, &lin, draft).await;
        let said = Said::read("4", &[], "").unwrap();
        file(backend, &lin, SubjectKind::Case, draft.0, said).await.unwrap();
        count_all(backend).await;
        let chief = supervisor(backend, None, "33", Role::Supervise);
        let grades = seen(backend, &chief, at("33")).await.grades;
        assert_eq!(grades.iter().map(|of| (of.grade, of.given)).collect::<Vec<_>>(), [(4, 1)]);
        let police = Wish { department: Some(POLICE.into()), ..at("33") };
        assert!(seen(backend, &chief, police).await.grades.is_empty());
    }

    async fn nobody_sees_what_no_post_of_theirs_covers(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let refusals = async || noted(backend, "figures.refused").await.len();
        let forbidden = |outcome: Result<Asked, FiguresError>| matches!(outcome, Err(FiguresError::Denied(Denied::Forbidden)));
        let district = supervisor(backend, Some(POLICE), YUHANG, Role::Supervise);
        let own = ask(backend, &district, Wish::default()).await.unwrap();
        assert_eq!((own.place().to_string().as_str(), own.department()), (YUHANG, Some(POLICE)));
        for wish in [
            at("3301"),
            at(SHANGCHENG),
            Wish { department: Some(HUMAN_RESOURCES.into()), ..at(YUHANG) },
            Wish { service: Some(INSTANT.into()), ..at(YUHANG) },
        ] {
            let before = refusals().await;
            assert!(forbidden(ask(backend, &district, wish.clone()).await), "{wish:?}");
            assert_eq!(refusals().await, before + 1, "{wish:?} is noted");
        }
        let service = ask(backend, &district, Wish { service: Some(BY_CLERK.into()), ..at(YUHANG) }).await.unwrap();
        assert_eq!(service.service(), Some(BY_CLERK));
        // Other roles see none, whatever their scope; nor do citizens.
        for role in Role::ALL.into_iter().filter(|role| !matches!(role, Role::Supervise | Role::Audit)) {
            let other = supervisor(backend, None, "33", role);
            assert!(forbidden(ask(backend, &other, Wish::default()).await), "{role:?}");
            assert!(home(&other).is_err());
        }
        let lin = portal.citizen(LIN).await;
        assert!(forbidden(ask(backend, &lin, Wish::default()).await));
        let nobody = ask(backend, &Actor::Anonymous, Wish::default()).await;
        assert!(matches!(nobody, Err(FiguresError::Denied(Denied::SignInNeeded))));
        let chief = supervisor(backend, None, "33", Role::Audit);
        for wish in [
            at("339999"),
            Wish { department: Some("navy".into()), ..at("33") },
            Wish { service: Some("none".into()), ..at("33") },
        ] {
            assert!(matches!(ask(backend, &chief, wish.clone()).await, Err(FiguresError::NotFound)), "{wish:?}");
        }
    }

    async fn everything_is_handed_out_in_pages(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        load_shipped(backend).await.unwrap();
        // More than a page on one day, straight into the counters.
        let filled: Result<(), storage::Error> = backend
            .db
            .write(|tx| {
                Box::pin(async move {
                    for n in 0..1_203_i64 {
                        let (day, n) = if n < 1_101 { ("2026-11-02", n) } else { ("2026-11-05", n) };
                        let at = storage::figures::days::Office {
                            place: YUHANG.parse().unwrap_or_else(|_| unreachable!()),
                            department: POLICE.into(),
                            service: format!("s{n:04}"),
                        };
                        storage::figures::days::add(tx, day, &at, &domain::figures::Counts::received()).await?;
                    }
                    Ok(())
                })
            })
            .await;
        filled.unwrap();
        let chief = supervisor(backend, None, "33", Role::Supervise);
        let november = Wish { period: Some(Period::parse("2026-11").unwrap()), ..at("3301") };
        let asked = ask(backend, &chief, november).await.unwrap();
        let mut pages = export(backend, &chief, &asked).await.unwrap();
        let (mut lines, mut largest) = (Vec::new(), 0);
        while let Some(page) = pages.next().await.unwrap() {
            largest = largest.max(page.len());
            lines.extend(page);
        }
        assert_eq!(lines.len(), 1_203);
        assert!(largest <= 500, "a bounded piece at a time");
        assert!(lines.is_sorted_by_key(|line| (line.day, line.place, line.service.clone())));
        assert_eq!(lines[0].place_name.zh, "余杭区");
        let noted = noted(backend, "figures.export").await;
        assert_eq!(noted.len(), 1);
        assert_eq!((noted[0].subject_id.as_str(), noted[0].person_id), ("3301", None));
    }
}

/// Where the process of the next test finds its database, keys and stand-ins.
const TASK: &str = "ZHANGBAN_TEST_COUNTER";

/// The process. Prints a line for every round.
#[test]
#[ignore = "the test of this file starts and kills it"]
fn counter() {
    let task = std::env::var(TASK).expect("started by the test of this file");
    let [address, keys, base]: [&str; 3] = task.lines().collect::<Vec<_>>().try_into().expect("three lines");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Db::open(address).await.unwrap();
        let keys = KeyRing::make(keys.as_ref(), &SystemChance).unwrap();
        let (backend, _) = process(db, keys, Arc::new(SystemClock), base);
        loop {
            count(&backend, 1).await.unwrap();
            let mut out = std::io::stdout().lock();
            out.write_all(b"round\n").and_then(|()| out.flush()).unwrap();
        }
    });
}

/// A process that ends with the test, whatever happens.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts the process and kills it, without a goodbye, after so many rounds.
fn run_and_kill(task: &str, rounds: usize) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "counter", "--ignored", "--nocapture", "--test-threads=1"])
        .env(TASK, task)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut child = Killed(child);
    let lines = BufReader::new(child.0.stdout.take().unwrap()).lines();
    let counted = lines.map_while(Result::ok).filter(|line| line.ends_with("round")).take(rounds).count();
    assert_eq!(counted, rounds, "the process ended by itself");
    child.0.kill().unwrap();
    assert_eq!(child.0.wait().unwrap().code(), None, "ended by a signal");
}

struct Keys(PathBuf);

impl Drop for Keys {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

storage::contract! {
    async fn killed_in_between_each_is_counted_once(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let keys = Keys(std::env::temp_dir().join(format!("zhangban-counted-{:x}.toml", SystemChance.number())));
        let ring = KeyRing::make(&keys.0, &SystemChance).unwrap();
        let backend = Backend { keys: Arc::new(ring), ..portal.backend.clone() };
        let people: Vec<_> = portal.standins.population.persons.iter().take(12).collect();
        let mut known = Vec::new();
        for (number, person) in people.iter().enumerate() {
            let id = known_person(&backend, &person.name, person.id.as_str(), &format!("154{number:08}")).await;
            let actor = Actor::Person(signed_in(&backend, id));
            let draft = instant_draft(&backend, &actor).await;
            filed(&backend, &actor, draft).await;
            known.push(id);
        }
        let task = [t.address(), &keys.0.display().to_string(), &portal.standins.base_url()].join("\n");
        for rounds in [3, 1, 5] {
            let task = task.clone();
            tokio::task::spawn_blocking(move || run_and_kill(&task, rounds)).await.unwrap();
        }
        // Two at once do the rest.
        let second = Backend { db: t.second().await, ..backend.clone() };
        tokio::join!(count_all(&backend), count_all(&second));
        let chief = supervisor(&backend, None, "33", Role::Supervise);
        let figures = seen(&backend, &chief, at("33")).await;
        let mut tx = backend.db.read().await.unwrap();
        let (mut approved, mut open) = (0, 0);
        for person in known {
            let last = (domain::time::Timestamp::MAX, CaseId(uuid::Uuid::max()));
            for row in storage::cases::case::filed_of_person(&mut tx, person, last, 10).await.unwrap() {
                approved += i64::from(row.state == domain::cases::CaseState::Approved);
                open += i64::from(!row.state.is_closed());
            }
        }
        assert_eq!((figures.total.received, figures.total.approved), (people.len() as i64, approved));
        assert_eq!(figures.lights.open(), open);
    }
}
