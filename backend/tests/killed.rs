//! Killed in the middle of filing, at any moment: what was acknowledged is there, once, and nothing is there twice.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use backend::Backend;
use backend::cases::begin::begin;
use backend::cases::consent::give_consent;
use backend::cases::save::save_step;
use backend::cases::submit::submit;
use backend::clock::{Chance, SystemChance, SystemClock};
use backend::identity::Actor;
use backend::sealing::KeyRing;
use backend::testing::{Portal, process};
use domain::cases::{CaseState, EventKind};
use domain::ids::{CaseId, PersonId};
use domain::time::Timestamp;
use storage::Db;
use storage::cases::{case, events};
use storage::certificates::certificate;

mod common;
use common::*;

/// People who file at the same time, again and again.
const PEOPLE: usize = 200;
/// How often the process is killed and started again.
const ROUNDS: usize = 3;
/// Where the process finds its database, keys, stand-ins and people.
const TASK: &str = "ZHANGBAN_TEST_SUBMITTER";

/// The process. Prints a line for every case that it was told is filed.
#[test]
#[ignore = "the tests of this file start and kill it"]
fn submitter() {
    let task = std::env::var(TASK).expect("started by a test of this file");
    let [address, keys, base, people]: [&str; 4] =
        task.lines().collect::<Vec<_>>().try_into().expect("four lines");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Db::open(address).await.unwrap();
        db.migrate().await.unwrap();
        let keys = KeyRing::make(keys.as_ref(), &SystemChance).unwrap();
        let (backend, _) = process(db, keys, Arc::new(SystemClock), base);
        backend.catalog.refresh(&backend.db, backend.now().date_in_china()).await.unwrap();
        let filing: Vec<_> =
            people.split(' ').map(|id| tokio::spawn(file_on(backend.clone(), id.parse().unwrap()))).collect();
        for person in filing {
            person.await.unwrap();
        }
    });
}

async fn file_on(backend: Backend, id: PersonId) {
    let person = Actor::Person(signed_in(&backend, id));
    loop {
        let case = begin(&backend, &person, INSTANT).await.unwrap();
        give_consent(&backend, &person, case).await.unwrap();
        save_step(&backend, &person, case, "purpose", raw(&[("purpose", "job")])).await.unwrap();
        let reference = submit(&backend, &person, case).await.unwrap();
        let line = format!("ack {id} {case} {}\n", reference.as_str());
        let mut out = std::io::stdout().lock();
        out.write_all(line.as_bytes()).and_then(|()| out.flush()).unwrap();
    }
}

/// A process that ends with the test, whatever happens.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts the process, kills it after `enough` lines, and gives all lines it got out.
fn run_and_kill(task: &str, enough: usize) -> Vec<(PersonId, CaseId, String)> {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "submitter", "--ignored", "--nocapture", "--test-threads=1"])
        .env(TASK, task)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut child = Killed(child);
    let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    let mut read = |line: std::io::Result<String>| {
        // The last line may be cut off in the middle: then nobody was told.
        let line = line.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        if let ["ack", person, case, reference] = words[..]
            && reference.len() == 9
        {
            acknowledged.push((person.parse().unwrap(), case.parse().unwrap(), reference.to_owned()));
        }
        acknowledged.len()
    };
    while read(lines.next().expect("the process ended by itself")) < enough {}
    // SIGKILL: no handler, no flush, no goodbye.
    child.0.kill().unwrap();
    for line in lines {
        read(line);
    }
    assert_eq!(child.0.wait().unwrap().code(), None, "ended by a signal");
    acknowledged
}

/// People of the population with proven identity.
async fn people(portal: &Portal, backend: &Backend) -> Vec<PersonId> {
    let mut made = Vec::new();
    for (number, person) in portal.standins.population.persons.iter().enumerate().take(PEOPLE) {
        made.push(known_person(backend, &person.name, person.id.as_str(), &format!("154{number:08}")).await);
    }
    made
}

/// Everything that was acknowledged is there; nobody has more than that and the one case that was under way.
async fn check(backend: &Backend, people: &[PersonId], acknowledged: &[(PersonId, CaseId, String)]) {
    let mut tx = backend.db.read().await.unwrap();
    for (person, id, reference) in acknowledged {
        let row = case::by_reference(&mut tx, reference).await.unwrap();
        let row = row.unwrap_or_else(|| panic!("{reference} was acknowledged and is gone"));
        assert_eq!((row.id, row.person_id), (*id, *person));
    }
    let mut told: BTreeMap<PersonId, usize> = BTreeMap::new();
    for (person, ..) in acknowledged {
        *told.entry(*person).or_default() += 1;
    }
    for person in people {
        let cases = case::of_person(&mut tx, *person, (Timestamp::MAX, CaseId(uuid::Uuid::max())), 500)
            .await
            .unwrap();
        let (drafts, filed): (Vec<_>, Vec<_>) =
            cases.into_iter().partition(|row| row.state == CaseState::Draft);
        let told = told.get(person).copied().unwrap_or(0);
        assert!(drafts.len() <= 1, "{} drafts", drafts.len());
        // In each round at most one filing was kept whose acknowledgement did not get out.
        assert!((told..=told + ROUNDS).contains(&filed.len()), "{told} acknowledged, {} filed", filed.len());
        for row in filed {
            let happened = events::of_case(&mut tx, row.id).await.unwrap();
            assert_eq!(happened.iter().filter(|e| e.kind == EventKind::Submitted).count(), 1);
            let certified = certificate::by_case(&mut tx, row.id).await.unwrap().is_some();
            assert_eq!(certified, row.state == CaseState::Approved);
        }
    }
}

struct Keys(PathBuf);

impl Drop for Keys {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

storage::contract! {
    async fn what_was_acknowledged_survives_kill_9(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let keys = Keys(std::env::temp_dir().join(format!("zhangban-killed-{:x}.toml", SystemChance.number())));
        let ring = KeyRing::make(&keys.0, &SystemChance).unwrap();
        let backend = Backend { keys: Arc::new(ring), ..portal.backend.clone() };
        let people = people(&portal, &backend).await;
        let ids: Vec<String> = people.iter().map(ToString::to_string).collect();
        let task = [t.address(), &keys.0.display().to_string(), &portal.standins.base_url(), &ids.join(" ")].join("\n");
        let mut acknowledged = Vec::new();
        for _ in 0..ROUNDS {
            let enough = 20 + (SystemChance.number() % 200) as usize;
            let task = task.clone();
            acknowledged.extend(tokio::task::spawn_blocking(move || run_and_kill(&task, enough)).await.unwrap());
            // Another process looks, after whatever recovery the database needs.
            let reopened = Backend { db: t.second().await, ..backend.clone() };
            reopened.db.migrate().await.unwrap();
            check(&reopened, &people, &acknowledged).await;
            trail_is_sound(&reopened).await;
            reopened.db.close().await;
        }
    }
}
