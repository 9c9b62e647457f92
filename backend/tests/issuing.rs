//! A certificate names the office that decided, signed with the key of its department; older ones are their department's.

mod common;

use backend::cases::decide::{accept, approve};
use backend::certificates::lookup::by_number;
use backend::certificates::metadata::issuer_url;
use backend::certificates::share::check;
use backend::certificates::wallet::{self, Card};
use backend::organisation::describe_office;
use backend::testing::{ADDRESS, PUBLIC_URL, Portal};
use common::*;
use domain::certificates::{ISSUING_AUTHORITY, Verification};
use domain::identity::Role;
use domain::organisation::office_file::Contact;
use domain::text::Text;
use storage::testing::as_owner;

const CLERK: &[Role] = &[Role::Intake, Role::Decide];
/// 余杭区, where 周明 lives.
const YUHANG: &str = "330110";

/// The certificate of a case that the office of 余杭区 decided.
async fn decided_in_the_district(portal: &Portal) -> (backend::identity::Actor, Card) {
    let backend = &portal.backend;
    let clerk = portal.staff_at(POLICE, YUHANG, CLERK).await;
    let office = portal.office(POLICE, YUHANG).await;
    let system = backend::identity::Actor::System;
    let name = Text::new("余杭区公安分局", "Yuhang Police");
    describe_office(backend, &system, office, name, Contact::default()).await.unwrap();
    let zhou = portal.citizen(ZHOU).await;
    let draft = clerk_draft(backend, &zhou).await;
    let (case, _) = filed(backend, &zhou, draft).await;
    let seen = version(backend, &zhou, case).await;
    accept(backend, &clerk, case, seen).await.unwrap();
    approve(backend, &clerk, case, seen + 1, Some("已对照原件核实")).await.unwrap();
    let id = wallet::of_case(backend, &zhou, case).await.unwrap().unwrap();
    let card = wallet::card(backend, &zhou, id).await.unwrap();
    (zhou, card)
}

storage::contract! {
    async fn a_certificate_names_the_office_that_decided(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (_, card) = decided_in_the_district(&portal).await;
        let name = Text::new("余杭区公安分局", "Yuhang Police");
        assert_eq!((card.row.authority(), card.row.department.as_str()), (Some(name.clone()), POLICE));
        let found = check(backend, card.credential.clone()).await.unwrap().verification;
        let Verification::Valid { certificate } = found else { panic!("{found:?}") };
        assert_eq!(certificate.open.get(ISSUING_AUTHORITY).and_then(|v| v.as_str()), Some("余杭区公安分局"));
        assert_eq!(certificate.authority, name);
        assert_eq!(certificate.issuer, issuer_url(PUBLIC_URL, POLICE), "its department signs");
        let department = backend.catalog.reference.department(POLICE).unwrap();
        assert_eq!(certificate.issuer_name, department.authority);
        let registered = by_number(backend, ADDRESS, &card.row.number).await.unwrap();
        assert_eq!(registered.authority, Some(name));
    }

    /// What was issued before offices were named is as it was.
    async fn older_certificates_are_their_departments(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, card) = decided_in_the_district(&portal).await;
        as_owner(&backend.db, "UPDATE certificates SET authority_zh = NULL, authority_en = NULL").await;
        let old = wallet::card(backend, &zhou, card.row.id).await.unwrap();
        assert_eq!(old.row.authority(), None);
        let found = check(backend, old.credential.clone()).await.unwrap().verification;
        assert!(matches!(found, Verification::Valid { .. }), "{found:?}");
        assert_eq!(by_number(backend, ADDRESS, &old.row.number).await.unwrap().authority, None);
    }
}
