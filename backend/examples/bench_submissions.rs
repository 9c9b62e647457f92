//! For `cargo xtask bench`: how many cases a second can be filed durably, beside the same rows in plain batched inserts.
//!
//! `bench_submissions sqlite|postgres CLIENTS CASES ROUNDS` prints JSON. Every client files `CASES` cases of a person
//! of its own in each round, through [`backend::cases::submit`]: rules, sealing, audit, message, outbox. SQLite is in
//! the temporary directory, PostgreSQL in a database of its own on the server of `TEST_POSTGRES_URL`.
#![allow(clippy::print_stdout, reason = "the result of the measurement")]
#![expect(clippy::disallowed_methods, reason = "a measurement takes the time")]

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use backend::Backend;
use backend::cases::{begin, consent, open, save, submit};
use backend::clock::SystemClock;
use backend::identity::{Actor, PersonActor};
use backend::sealing::Place;
use backend::testing::Portal;
use domain::ids::{CaseId, ConsentId, EvidenceId, PersonId, SessionId};
use domain::registers::Word;
use domain::time::Timestamp;
use mimalloc::MiMalloc;
use serde_json::json;
use storage::cases::case::{self, Case, NewCase};
use storage::identity::persons::{self, Sealed};
use storage::registers::consents::{self, Consent};
use storage::registers::evidence::{self, Asked, Evidence, Said};
use storage::testing::TestDb;
use storage::testing::raw::{self, Rows};
use storage::{BoxFuture, Db};
use tokio::task::JoinSet;

/// As in the program that is measured.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

type Done<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Facts of several registers, a free text, and a clerk who decides: nothing is left out but the certificate.
const SERVICE: &str = "no-criminal-record";
const ANSWERS: [(&str, &[(&str, &str)]); 2] = [
    ("purpose", &[("purpose", "other"), ("purpose_detail", "应聘单位要求出具，依据该行业从业管理规定。")]),
    ("truth", &[("declared", "yes")]),
];
/// Cases in one raw transaction: as many as share a commit of the writer at most.
const BATCH: usize = 128;
/// Raw transactions at a time on PostgreSQL, enough to keep every core busy; SQLite has one writer.
const AT_A_TIME: usize = 8;

fn main() -> Done<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [engine, clients, cases, rounds] = arguments.as_slice() else {
        return Err("sqlite|postgres CLIENTS CASES ROUNDS".into());
    };
    let effort = Effort { clients: clients.parse()?, cases: cases.parse()?, rounds: rounds.parse()? };
    let found = Arc::new(Mutex::new(None));
    let kept = found.clone();
    on(engine, |t| {
        Box::pin(async move {
            // With as many connections as the program has.
            let db = Db::open(t.address()).await.expect("open the test database");
            let measured = measure(&Portal::start(db.clone()).await, effort).await;
            db.close().await;
            if let Ok(mut kept) = kept.lock() {
                *kept = Some(measured);
            }
        })
    })?;
    let measured = found.lock().map_err(|_| "the measurement panicked")?.take();
    println!("{}", measured.ok_or("nothing was measured")??);
    Ok(())
}

/// Runs `work` on a fresh database of `engine`.
fn on(engine: &str, work: impl for<'t> FnOnce(&'t TestDb) -> BoxFuture<'t, ()>) -> Done<()> {
    match engine {
        "sqlite" => storage::testing::sqlite(work),
        "postgres" => storage::testing::postgres(work),
        other => return Err(format!("no engine {other}").into()),
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Effort {
    clients: usize,
    cases: usize,
    rounds: usize,
}

async fn measure(portal: &Portal, effort: Effort) -> Done<serde_json::Value> {
    let model = model(portal).await?;
    let backend = Backend { clock: Arc::new(SystemClock), ..portal.backend.clone() };
    let mut clients = Vec::new();
    for _ in 0..effort.clients {
        clients.push(person(&backend).await?);
    }
    let (mut filed, mut plain, mut per_case) = (Vec::new(), Vec::new(), 0.0);
    for _ in 0..effort.rounds {
        let mut work = Vec::new();
        for actor in &clients {
            let ids: Vec<CaseId> = (0..effort.cases).map(|_| CaseId(backend.id())).collect();
            drafts(&backend, &model, actor.person()?.id, &ids).await?;
            work.push((actor.clone(), ids));
        }
        let since = backend.now();
        filed.push(file(&backend, work).await?);
        let count = effort.clients * effort.cases;
        let rows = Rows::filed_since(&backend.db, since, 4 * count as i64).await?;
        if rows.cases() != count {
            return Err(format!("{} of {count} cases were filed", rows.cases()).into());
        }
        per_case = rows.per_case();
        plain.push(insert(&backend, rows).await?);
    }
    Ok(json!({
        "engine": backend.db.engine(),
        "durable": raw::is_durable(&backend.db).await?,
        "clients": effort.clients,
        "rows_per_case": per_case,
        "submissions_per_second": median(filed),
        "raw_per_second": median(plain),
    }))
}

/// Files everything, each client one case after the other. Gives cases per second.
async fn file(backend: &Backend, work: Vec<(Actor, Vec<CaseId>)>) -> Done<f64> {
    let count: usize = work.iter().map(|(_, ids)| ids.len()).sum();
    let mut clients = JoinSet::new();
    let began = Instant::now();
    for (actor, ids) in work {
        let backend = backend.clone();
        clients.spawn(async move {
            for id in ids {
                submit::submit(&backend, &actor, id).await?;
            }
            Done::Ok(())
        });
    }
    while let Some(client) = clients.join_next().await {
        client??;
    }
    Ok(count as f64 / began.elapsed().as_secs_f64())
}

/// Inserts the rows once more. Gives cases per second.
async fn insert(backend: &Backend, rows: Rows) -> Done<f64> {
    let count = rows.cases();
    let at_a_time = if backend.db.engine() == "sqlite" { 1 } else { AT_A_TIME };
    let batches = rows.batches(BATCH.min(count.div_ceil(at_a_time)));
    let mut inserting = JoinSet::new();
    let began = Instant::now();
    for batch in batches {
        if inserting.len() >= at_a_time
            && let Some(done) = inserting.join_next().await
        {
            done??;
        }
        let db = backend.db.clone();
        inserting.spawn(async move { batch.insert(&db).await });
    }
    while let Some(done) = inserting.join_next().await {
        done??;
    }
    Ok(count as f64 / began.elapsed().as_secs_f64())
}

/// A complete draft as a citizen made it, with what registers said.
struct Model {
    case: Case,
    raw: Vec<u8>,
    consent: Consent,
    facts: Vec<(Evidence, Option<Vec<u8>>)>,
}

async fn model(portal: &Portal) -> Done<Model> {
    let backend = &portal.backend;
    let actor = portal.citizen("林晓雨").await;
    let id = begin::begin(backend, &actor, SERVICE).await?;
    consent::give_consent(backend, &actor, id).await?;
    for (step, answers) in ANSWERS {
        let posted =
            answers.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()])).collect();
        save::save_step(backend, &actor, id, step, posted).await?;
    }
    if !open::open_own(backend, &actor, id).await?.form().is_complete() {
        return Err("the answers do not fit the definition any more".into());
    }
    let mut tx = backend.db.read().await?;
    let case = case::by_id(&mut tx, id).await?.ok_or("no case")?;
    let consent = consents::of_case(&mut tx, id).await?.ok_or("no consent")?;
    let raw = backend.keys.open_sealed(Place::new("cases", "raw_answers", &id.0), &case.raw_answers)?;
    let mut facts = Vec::new();
    for fact in evidence::of_case(&mut tx, id).await? {
        let place = Place::new("evidence", "value", &fact.id.0);
        let value = fact.value.as_ref().map(|v| backend.keys.open_sealed(place, v)).transpose()?;
        facts.push((fact, value));
    }
    Ok(Model { case, raw, consent, facts })
}

/// Somebody with an account of their own.
async fn person(backend: &Backend) -> Done<Actor> {
    let (id, now) = (PersonId(backend.id()), backend.now());
    let phone = Sealed {
        value: seal(backend, "persons", "phone", &id.0, b"13800000000"),
        index: id.0.as_bytes().to_vec(),
    };
    let done: Result<bool, storage::Error> = backend
        .db
        .write(move |tx| Box::pin(async move { persons::insert(tx, id, &phone, &json!({}), now).await }))
        .await;
    done?;
    let session = SessionId(backend.id());
    Ok(Actor::Person(PersonActor { id, entity: None, verified: true, recent: true, session }))
}

fn seal(backend: &Backend, table: &str, column: &str, row: &uuid::Uuid, plain: &[u8]) -> Vec<u8> {
    backend.keys.seal(Place::new(table, column, row), plain, &*backend.chance)
}

/// The model under each of `ids`, sealed anew for its rows.
async fn drafts(backend: &Backend, model: &Model, person: PersonId, ids: &[CaseId]) -> Done<()> {
    let now = backend.now();
    let copies: Vec<Draft> = ids.iter().map(|id| draft(backend, model, person, *id, now)).collect();
    let done: Result<(), storage::Error> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                for draft in &copies {
                    case::insert(tx, &draft.case).await?;
                    consents::insert(tx, &draft.consent).await?;
                    for (asked, said) in &draft.facts {
                        evidence::ask(tx, asked).await?;
                        evidence::answer(tx, said).await?;
                    }
                }
                Ok(())
            })
        })
        .await;
    Ok(done?)
}

#[derive(Clone)]
struct Draft {
    case: NewCase,
    consent: Consent,
    facts: Vec<(Asked, Said)>,
}

fn draft(backend: &Backend, model: &Model, person: PersonId, id: CaseId, now: Timestamp) -> Draft {
    let case = NewCase {
        id,
        person_id: person,
        entity_id: None,
        service_code: model.case.service_code.clone(),
        version_id: model.case.version_id,
        department: model.case.department.clone(),
        place: model.case.place,
        previous_id: None,
        raw_answers: seal(backend, "cases", "raw_answers", &id.0, &model.raw),
        created_at: now,
        bundle_id: None,
    };
    let consent = Consent {
        id: ConsentId(backend.id()),
        person_id: person,
        case_id: id,
        given_at: now,
        ..model.consent.clone()
    };
    let fact = |(model, value): &(Evidence, Option<Vec<u8>>)| {
        let own = EvidenceId(backend.id());
        let asked = Asked {
            id: own,
            case_id: id,
            person_id: person,
            consent_id: consent.id,
            register: model.register.clone(),
            fact: model.fact.clone(),
        };
        let said = Said {
            id: own,
            state: if value.is_some() { Word::Known } else { Word::NoRecord },
            value: value.as_ref().map(|v| seal(backend, "evidence", "value", &own.0, v)),
            observed_at: model.observed_at.unwrap_or(now),
            fetched_at: now,
            digest: model.digest.clone().unwrap_or_default(),
        };
        (asked, said)
    };
    let facts = model.facts.iter().map(fact).collect();
    Draft { case, consent, facts }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
