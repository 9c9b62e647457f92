//! What the tests of cases share: clerks, drafts that are ready to file, and the service they use.

#![allow(dead_code, reason = "each test uses its part")]

pub mod fill;

use backend::Backend;
use backend::cases::begin::begin;
use backend::cases::consent::give_consent;
use backend::cases::examination::opine;
use backend::cases::open::open_own;
use backend::cases::queue::{Desk, Found, search};
use backend::cases::save::save_step;
use backend::cases::submit::submit;
use backend::cases::unmask::UnmaskPurpose;
use backend::cases::{Evidence, Opened};
use backend::clock::SystemChance;
use backend::identity::{Actor, PersonActor, StaffActor, UnmaskReason};
use backend::sealing::Place;
use domain::cases::{CaseState, Raw, Reference};
use domain::identity::Role;
use domain::ids::{CaseId, PersonId, PostId, SessionId, StaffId};
use domain::organisation::{Grant, Scope};
use storage::audit::{self, Verdict};
use storage::identity::persons::{self, Sealed};

/// Decided at once; asks the registers `population` and `social_security`.
pub const INSTANT: &str = "social-insurance-proof";
/// Decided by a clerk of `public-security`.
pub const BY_CLERK: &str = "residence-permit-endorsement";
pub const POLICE: &str = "public-security";
/// Insured here, lives here.
pub const LIN: &str = "林晓雨";
/// Registered residence here, household elsewhere.
pub const ZHOU: &str = "周明";

pub fn raw(typed: &[(&str, &str)]) -> Raw {
    typed.iter().map(|(control, value)| ((*control).to_owned(), vec![(*value).to_owned()])).collect()
}

/// A clerk with a fresh sign-in. Has no account: for what does not look at it.
pub fn clerk(backend: &Backend, department: &str) -> Actor {
    Actor::Staff(StaffActor {
        id: StaffId(backend.id()),
        grants: grants(backend, department, &[Role::Intake, Role::Decide]),
        recent: true,
        session: SessionId(backend.id()),
    })
}

/// Roles for what a department does at the whole place that the portal serves.
pub fn grants(backend: &Backend, department: &str, roles: &[Role]) -> Vec<Grant> {
    let region = backend.catalog.reference.place().unwrap();
    let scope = Scope { department: Some(department.into()), region };
    let post = PostId(backend.id());
    roles.iter().map(|&role| Grant { role, scope: scope.clone(), post, deputy_for: None }).collect()
}

/// All cases that a department handles.
pub fn desk_of(backend: &Backend, department: &str) -> Desk {
    let place = backend.catalog.reference.place().unwrap();
    Desk { department: department.into(), place, office_only: false }
}

/// The cases that a clerk finds.
pub async fn found(backend: &Backend, actor: &Actor, typed: &str) -> Vec<CaseId> {
    match search(backend, actor, typed).await.unwrap() {
        Found::Cases(cases) => cases.into_iter().map(|case| case.row.id).collect(),
        Found::Nonsense => panic!("{typed} is nothing to search by"),
    }
}

/// A draft of [`INSTANT`] under consent, with everything answered.
pub async fn instant_draft(backend: &Backend, person: &Actor) -> CaseId {
    let id = begin(backend, person, INSTANT).await.unwrap();
    give_consent(backend, person, id).await.unwrap();
    let typed = raw(&[("purpose", "loan"), ("recipient", "示例银行")]);
    save_step(backend, person, id, "purpose", typed).await.unwrap();
    id
}

/// A draft of [`BY_CLERK`] under consent, with everything answered.
pub async fn clerk_draft(backend: &Backend, person: &Actor) -> CaseId {
    let id = begin(backend, person, BY_CLERK).await.unwrap();
    give_consent(backend, person, id).await.unwrap();
    let typed = raw(&[
        ("same_address", "no"),
        ("address.region", "330106005"),
        ("address.detail", "示例路99号样本公寓3幢"),
        ("moved_on", "2026-03-01"),
        ("basis", "employment"),
    ]);
    save_step(backend, person, id, "living", typed).await.unwrap();
    id
}

/// Looking behind a mask for a reason in own words.
pub fn why(words: &str) -> UnmaskPurpose {
    UnmaskPurpose { reason: UnmaskReason::Other, words: Some(words.to_owned()) }
}

/// Somebody of each office that is asked gives their opinion, until nobody is asked any more. Gives the version that the case
/// is then.
pub async fn examine(backend: &Backend, actor: &Actor, id: CaseId) -> i64 {
    loop {
        let case = opened(backend, actor, id).await;
        let Some(seat) = case.seats.iter().find(|seat| seat.closed_at.is_none()) else {
            return case.row.version;
        };
        let examiner = Actor::Staff(StaffActor {
            id: StaffId(backend.id()),
            grants: grants(backend, &seat.department, &[Role::Review]),
            recent: true,
            session: SessionId(backend.id()),
        });
        opine(backend, &examiner, id, case.row.version, seat.at(), true, "").await.unwrap();
    }
}

pub async fn filed(backend: &Backend, person: &Actor, draft: CaseId) -> (CaseId, Reference) {
    (draft, submit(backend, person, draft).await.unwrap())
}

pub async fn opened(backend: &Backend, person: &Actor, id: CaseId) -> Opened {
    open_own(backend, person, id).await.unwrap()
}

pub async fn state(backend: &Backend, person: &Actor, id: CaseId) -> CaseState {
    opened(backend, person, id).await.row.state
}

pub async fn version(backend: &Backend, person: &Actor, id: CaseId) -> i64 {
    opened(backend, person, id).await.row.version
}

pub fn fact<'a>(opened: &'a Opened, id: &str) -> &'a Evidence {
    opened.evidence.iter().find(|e| e.fact == id).unwrap_or_else(|| panic!("no evidence of {id}"))
}

/// The whole audit trail is as it was written.
pub async fn trail_is_sound(backend: &Backend) {
    let verdict = audit::verify(&mut backend.db.snapshot().await.unwrap()).await.unwrap();
    assert!(matches!(verdict, Verdict::Sound { entries, .. } if entries > 0), "{verdict:?}");
}

/// Someone whose identity is proven, straight into the database.
pub async fn known_person(backend: &Backend, name: &str, resident_id: &str, phone: &str) -> PersonId {
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
    let now = backend.now();
    let kept: Result<(), storage::Error> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                assert!(persons::insert(tx, id, &phone, &serde_json::json!({}), now).await?);
                assert!(persons::set_identity(tx, id, 1, &name, &resident_id, now).await?);
                Ok(())
            })
        })
        .await;
    kept.unwrap();
    id
}

/// The person, signed in a moment ago.
pub fn signed_in(backend: &Backend, id: PersonId) -> PersonActor {
    PersonActor { id, entity: None, verified: true, recent: true, session: SessionId(backend.id()) }
}
