//! The real server is killed while two hundred people file at the same moment. What it acknowledged is there, once, and
//! whoever got no answer files again without a second case.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use backend::Backend;
use backend::cases::{begin::begin, consent::give_consent, save::save_step};
use backend::clock::{SystemChance, SystemClock};
use backend::identity::{Actor, PersonActor, open_session};
use backend::sealing::{KeyRing, Place};
use domain::cases::{CaseState, EventKind};
use domain::ids::{CaseId, PersonId};
use reqwest::StatusCode;
use storage::cases::{case, events};
use storage::certificates::certificate;
use storage::identity::persons::{self, Sealed};
use storage::identity::sessions::{self, Owner};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

mod support;
use support::*;

const PEOPLE: usize = 200;
/// So many are told that they have filed, at least, before the server is killed.
const TOLD: usize = 40;

/// Somebody with a draft that is ready to file, and the cookie of a browser that is signed in.
#[derive(Clone)]
struct Applicant {
    case: CaseId,
    cookie: String,
}

#[test]
fn what_was_acknowledged_survives_kill_9_on_sqlite() {
    let folder = Folder::new();
    let file = folder.data().join("zhangban.sqlite");
    block_on(killed(&folder, &format!("sqlite:{}", file.display()), ""));
}

#[test]
fn what_was_acknowledged_survives_kill_9_on_postgresql() {
    storage::testing::empty_postgres(|database| {
        let folder = Folder::new();
        block_on(killed(&folder, database, &format!("database_url = '{database}'\n")));
    });
}

async fn killed(folder: &Folder, database: &str, setting: &str) {
    let world = World::start().await;
    let config = folder.config(&format!("{setting}{}", world.settings));
    done("catalog import", &config);
    let keys = KeyRing::open(&folder.data().join("keys.toml")).unwrap();
    let db = storage::Db::open(database).await.unwrap();
    let (backend, _) = backend::testing::process(db, keys, Arc::new(SystemClock), &world.standins.base_url());
    backend.catalog.refresh(&backend.db, backend.now().date_in_china()).await.unwrap();
    let mut applicants = Vec::new();
    for (number, person) in world.standins.population.persons.iter().enumerate().take(PEOPLE) {
        applicants
            .push(applicant(&backend, &person.name, person.id.as_str(), &format!("154{number:08}")).await);
    }

    let server = Arc::new(serve(&config));
    let (start, told) = (Arc::new(Barrier::new(PEOPLE + 1)), Arc::new(AtomicUsize::new(0)));
    let mut filing = JoinSet::new();
    for applicant in applicants.clone() {
        let (url, start, told) = (server.url.clone(), start.clone(), told.clone());
        filing.spawn(async move {
            start.wait().await;
            let filed = file(&url, &applicant).await;
            told.fetch_add(usize::from(filed), Ordering::SeqCst);
            filed.then_some(applicant.case)
        });
    }
    start.wait().await;
    until("enough of them are told", async || (told.load(Ordering::SeqCst) >= TOLD).then_some(())).await;
    Arc::into_inner(server).expect("nobody else has it").kill();
    let mut acknowledged = BTreeSet::new();
    while let Some(case) = filing.join_next().await {
        acknowledged.extend(case.unwrap());
    }

    // Started again, after whatever recovery the database needs.
    let server = serve(&config);
    let mut filed = 0;
    for applicant in &applicants {
        let is_filed = filed_once(&backend, applicant.case).await;
        assert!(is_filed || !acknowledged.contains(&applicant.case), "acknowledged and gone");
        filed += usize::from(is_filed);
    }
    assert!(acknowledged.len() >= TOLD && filed >= acknowledged.len());
    for applicant in &applicants {
        assert!(file(&server.url, applicant).await, "an answer after the restart");
        assert!(filed_once(&backend, applicant.case).await);
    }
    let said = done("audit verify", &config);
    assert!(said.contains("sound"), "{said}");
    backend.db.close().await;
    server.stop();
}

/// Presses the button; whether that was acknowledged.
async fn file(url: &str, applicant: &Applicant) -> bool {
    let client =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let case = applicant.case;
    let request = client.post(format!("{url}/cases/{case}/submit")).header("cookie", &applicant.cookie);
    let Ok(answer) = request.send().await else { return false };
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    answer.headers()["location"] == format!("/cases/{case}/done").as_str()
}

/// Whether the case is filed, with everything that belongs to it once; or still a draft, with nothing of it.
async fn filed_once(backend: &Backend, id: CaseId) -> bool {
    let mut tx = backend.db.read().await.unwrap();
    let row = case::by_id(&mut tx, id).await.unwrap().expect("the case");
    let filed = row.state != CaseState::Draft;
    let happened = events::of_case(&mut tx, id).await.unwrap();
    assert_eq!(happened.iter().filter(|e| e.kind == EventKind::Submitted).count(), usize::from(filed));
    assert_eq!(row.reference.is_some(), filed);
    let certified = certificate::by_case(&mut tx, id).await.unwrap().is_some();
    assert_eq!(certified, row.state == CaseState::Approved);
    filed
}

async fn applicant(backend: &Backend, name: &str, resident_id: &str, phone: &str) -> Applicant {
    let id = PersonId(backend.id());
    let seal = |column, text: &str| {
        backend.keys.seal(Place::new("persons", column, &id.0), text.as_bytes(), &SystemChance)
    };
    let sealed = |column, text: &str| Sealed {
        value: seal(column, text),
        index: backend.keys.blind_index(&format!("persons.{column}"), text),
    };
    let (phone, resident_id, name) =
        (sealed("phone", phone), sealed("resident_id", resident_id), sealed("name", name));
    let (token, viewer) = open_session(backend, "test").await.unwrap();
    let (now, session) = (backend.now(), viewer.session.clone());
    let kept: Result<(), storage::Error> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                assert!(persons::insert(tx, id, &phone, &serde_json::json!({}), now).await?);
                assert!(persons::set_identity(tx, id, 1, &name, &resident_id, now).await?);
                let (hash, until) = (session.token_hash.clone(), now.plus_seconds(3600));
                assert!(sessions::sign_in(tx, &session, &hash, Owner::Person(id), now, until).await?);
                Ok(())
            })
        })
        .await;
    kept.unwrap();
    let session = viewer.session.id;
    let person = Actor::Person(PersonActor { id, entity: None, verified: true, recent: true, session });
    let case = begin(backend, &person, SERVICE).await.unwrap();
    give_consent(backend, &person, case).await.unwrap();
    let purpose = [("purpose".to_owned(), vec!["job".to_owned()])].into();
    save_step(backend, &person, case, "purpose", purpose).await.unwrap();
    Applicant { case, cookie: format!("session={}", token.as_str()) }
}
