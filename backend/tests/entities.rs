//! Cases of legal entities belong to who may act for the entity, as long as they may.

use backend::cases::CaseError;
use backend::cases::begin::begin;
use backend::cases::consent::{consent_of, consents_of, give_consent, revoke_consent};
use backend::cases::list::cases_of;
use backend::cases::open::open_own;
use backend::cases::status::request_status_code;
use backend::cases::submit::submit;
use backend::cases::withdraw::withdraw;
use backend::certificates::revoke::revoke;
use backend::certificates::share::share;
use backend::certificates::wallet;
use backend::identity::{
    AccessCursor, ActForError, Actor, Viewer, add_entity, authenticate, entities, leave_entity,
    remove_entity, switch_entity, who_read_my_data,
};
use backend::testing::{ADDRESS, Portal};
use domain::identity::Phone;
use domain::identity::credit_code::CreditCode;
use domain::ids::EntityId;
use domain::text::Locale;
use standins::switches::Mode;

mod common;
use common::*;

const SERVICE: &str = "entity-social-insurance-proof";
const HE: &str = "何俊";

/// The legal representative of the first firm, acting for it.
async fn acting(portal: &Portal) -> (Viewer, EntityId) {
    let backend = &portal.backend;
    let he = portal.citizen(HE).await;
    let firm = standins::demo_entities().into_iter().find(|firm| firm.representative == HE).unwrap();
    let id = add_entity(backend, &he, &CreditCode::parse(firm.code).unwrap()).await.unwrap();
    portal.clock.advance(60);
    let viewer = portal.sign_in(HE).await;
    (switched(portal, &viewer, id).await, id)
}

async fn switched(portal: &Portal, viewer: &Viewer, id: EntityId) -> Viewer {
    let token = switch_entity(&portal.backend, viewer, id).await.unwrap();
    authenticate(&portal.backend, token.as_str()).await.unwrap().unwrap()
}

async fn as_oneself(portal: &Portal, viewer: &Viewer) -> Viewer {
    let token = leave_entity(&portal.backend, viewer).await.unwrap();
    authenticate(&portal.backend, token.as_str()).await.unwrap().unwrap()
}

fn is_not_found<T>(outcome: Result<T, CaseError>) -> bool {
    matches!(outcome, Err(CaseError::NotFound))
}

storage::contract! {
    async fn a_case_of_an_entity_goes_on_only_while_acting_for_it(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (viewer, firm) = acting(&portal).await;
        let id = begin(backend, &viewer.actor(), SERVICE).await.unwrap();
        give_consent(backend, &viewer.actor(), id).await.unwrap();

        let oneself = as_oneself(&portal, &viewer).await;
        assert!(open_own(backend, &oneself.actor(), id).await.is_ok(), "looking is allowed");
        assert!(matches!(give_consent(backend, &oneself.actor(), id).await, Err(CaseError::NotActingFor)));
        assert!(matches!(submit(backend, &oneself.actor(), id).await, Err(CaseError::NotActingFor)));
        assert!(matches!(withdraw(backend, &oneself.actor(), id).await, Err(CaseError::NotActingFor)));

        let again = switched(&portal, &oneself, firm).await;
        assert!(!matches!(submit(backend, &again.actor(), id).await, Err(CaseError::NotActingFor)));
    }

    async fn who_no_longer_represents_an_entity_has_none_of_its_cases(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (viewer, firm) = acting(&portal).await;
        // The session as it was loaded before the entity was removed.
        let stale: Actor = viewer.actor();
        let id = begin(backend, &stale, SERVICE).await.unwrap();
        give_consent(backend, &stale, id).await.unwrap();
        let draft = open_own(backend, &stale, id).await.unwrap();
        let typed = fill::answers(&draft, |_| true).expect("it can be filled in");
        fill::type_in(backend, &stale, id, typed).await;
        submit(backend, &stale, id).await.unwrap();
        let card = wallet::of_case(backend, &stale, id).await.unwrap().expect("a certificate at once");
        portal.clock.advance(1);
        let next = begin(backend, &stale, SERVICE).await.unwrap();
        give_consent(backend, &stale, next).await.unwrap();
        let consent = consents_of(backend, &stale, None, 10).await.unwrap()[0].id;
        assert!(consent_of(backend, &stale, consent).await.is_ok());
        let number = wallet::card(backend, &stale, card).await.unwrap().row.number;
        let reference = open_own(backend, &stale, id).await.unwrap().row.reference.clone().unwrap().parse().unwrap();
        remove_entity(backend, &stale, firm).await.unwrap();
        assert!(is_not_found(open_own(backend, &stale, id).await));
        assert!(is_not_found(give_consent(backend, &stale, next).await));
        assert!(is_not_found(submit(backend, &stale, next).await));
        assert!(is_not_found(wallet::card(backend, &stale, card).await));
        assert!(is_not_found(share(backend, &stale, card, &[]).await));
        assert_eq!(wallet::of_case(backend, &stale, id).await.unwrap(), None);
        assert!(wallet::wallet(backend, &stale, None, 10).await.unwrap().is_empty());
        assert!(cases_of(backend, &stale, None, 10).await.unwrap().is_empty());
        assert!(consents_of(backend, &stale, None, 10).await.unwrap().is_empty());
        assert!(is_not_found(consent_of(backend, &stale, consent).await));
        assert!(is_not_found(revoke_consent(backend, &stale, consent).await));
        let me = *stale.person().unwrap();
        let log = who_read_my_data(backend, &me, AccessCursor::START).await.unwrap();
        assert!(!log.entries.is_empty() && log.entries.iter().all(|entry| entry.case.is_none()));

        // Nothing is told to them either, whoever asks or acts.
        portal.deliver().await;
        let phone = Phone::parse(Portal::demo_person(HE).phone).unwrap();
        let sent = portal.standins.outbox.list(None, None).len();
        request_status_code(backend, &reference, &phone, ADDRESS, Locale::Zh).await.unwrap();
        let clerk = clerk(backend, "human-resources");
        revoke(backend, &clerk, &number, "误发").await.unwrap();
        portal.deliver().await;
        assert_eq!(portal.standins.outbox.list(None, None).len(), sent);
    }

    async fn the_register_is_asked_again_after_a_month(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (viewer, firm) = acting(&portal).await;
        let me = *viewer.actor().person().unwrap();
        portal.clock.advance(31 * 24 * 3600);
        let viewer = portal.sign_in(HE).await;
        portal.standins.switches.set("market_entities", Mode::Down);
        let said = switch_entity(backend, &viewer, firm).await;
        assert!(matches!(said, Err(ActForError::Unknown)), "{said:?}");
        assert_eq!(entities(backend, &me).await.unwrap().len(), 1, "silence takes nothing away");
        portal.standins.switches.set("market_entities", Mode::Up);
        portal.clock.advance(600);
        switched(&portal, &viewer, firm).await;
        assert_eq!(entities(backend, &me).await.unwrap()[0].verified_at, backend.now());
    }

    async fn a_representative_of_former_times_loses_the_entity(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (_, firm) = acting(&portal).await;
        let lin = portal.citizen(LIN).await.person().unwrap().id;
        let then = backend.now();
        let kept: Result<(), storage::Error> = backend
            .db
            .write(move |tx| {
                Box::pin(storage::identity::entities::represent(tx, lin, firm, "legal_representative", then))
            })
            .await;
        kept.unwrap();
        portal.clock.advance(31 * 24 * 3600);
        let viewer = portal.sign_in(LIN).await;
        let said = switch_entity(backend, &viewer, firm).await;
        assert!(matches!(said, Err(ActForError::NoMatch)), "{said:?}");
        assert!(entities(backend, viewer.actor().person().unwrap()).await.unwrap().is_empty());
    }
}
