//! When a register is down, slow or lying: filing goes on, nothing is lost, nothing is made up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use backend::Backend;
use backend::cases::backfill::Backfill;
use backend::cases::begin::begin;
use backend::cases::consent::{BACKFILL, give_consent, revoke_consent};
use backend::cases::contest::contest;
use backend::cases::decide::{accept, approve, refuse};
use backend::cases::discard::discard;
use backend::cases::identify::identify;
use backend::cases::open::open_at_desk;
use backend::cases::save::save_step;
use backend::cases::submit::submit;
use backend::cases::track::track;
use backend::cases::withdraw::withdraw;
use backend::cases::{CaseError, Opened, Reason};
use backend::catalog::{Catalog, Reference};
use backend::certificates::wallet;
use backend::identity::{Actor, PersonActor, StaffActor, add_entity};
use backend::messages::Jobs;
use backend::registers::{Answer as Said, Question, RegisterClient, Settings, Trouble, VerifyOutcome};
use backend::testing::Portal;
use domain::cases::{Answer, CaseState, EventKind, Outcome, Wrong, decide};
use domain::catalog::{Audience, Definition};
use domain::identity::credit_code::CreditCode;
use domain::identity::resident_id::{ResidentId, check_character};
use domain::identity::{PersonName, Role};
use domain::ids::{CaseId, ConsentId};
use domain::registers::{FactState, Register, Subject, Word};
use domain::rules::{Cause, Value};
use standins::switches::Mode;
use storage::registers::evidence;

mod common;
use common::*;

const SILENT: &str = "social_security";

/// The same portal, with registers that must answer within `ms` milliseconds.
async fn hasty(portal: &Portal, ms: u32) -> Backend {
    let mut reference = Reference::embedded().unwrap();
    for register in &mut reference.registers.all {
        register.timeout_ms = ms;
    }
    let catalog = Catalog::new(reference);
    catalog.refresh(&portal.backend.db, portal.backend.now().date_in_china()).await.unwrap();
    Backend { catalog: Arc::new(catalog), ..portal.backend.clone() }
}

fn register<'a>(backend: &'a Backend, id: &str) -> &'a Register {
    backend.catalog.reference.registers.get(id).unwrap()
}

async fn ask(backend: &Backend, client: &RegisterClient, of: &str, number: &str) -> Said {
    let question = Question {
        subject: Subject::Person,
        number,
        purpose: "test",
        consent: Some(ConsentId(backend.id())),
        facts: vec!["person.name", "person.birth_date"],
    };
    client.ask(register(backend, of), &question).await
}

fn trouble(answer: Said) -> Trouble {
    match answer {
        Said::Unknown(trouble) => trouble,
        other => panic!("{other:?}"),
    }
}

async fn kinds(backend: &Backend, id: CaseId, person: &Actor) -> Vec<String> {
    track(backend, person, id).await.unwrap().1.into_iter().map(|h| h.kind.code().to_owned()).collect()
}

/// All attempts that are due, in any order.
async fn backfill(backend: &Backend) -> usize {
    Jobs::new(backend.clone()).topic(BACKFILL, Backfill).run_once(BACKFILL).await.unwrap()
}

/// The people of the demonstration, for themselves and for their firms.
async fn demo_applicants(portal: &Portal) -> Vec<Actor> {
    let mut all = Vec::new();
    for person in standins::demo_people() {
        let actor = portal.citizen(person.name).await;
        for entity in standins::demo_entities().into_iter().filter(|e| e.representative == person.name) {
            let code = CreditCode::parse(entity.code).unwrap();
            let id = add_entity(&portal.backend, &actor, &code).await.unwrap();
            all.push(Actor::Person(PersonActor { entity: Some(id), ..*actor.person().unwrap() }));
        }
        all.push(actor);
    }
    all
}

/// Somebody of whom the registers have something to choose from, if there is anybody.
async fn applicant<'a>(backend: &Backend, definition: &Definition, all: &'a [Actor]) -> &'a Actor {
    let for_entities = definition.audience.contains(&Audience::Entity);
    let mut fitting = all.iter().filter(|a| a.person().unwrap().entity.is_some() == for_entities);
    let first = fitting.clone().next().unwrap();
    if definition.fields().all(|f| f.options_from.is_none()) {
        return first;
    }
    loop {
        let Some(actor) = fitting.next() else { return first };
        let id = begin(backend, actor, &definition.code).await.unwrap();
        give_consent(backend, actor, id).await.unwrap();
        let draft = opened(backend, actor, id).await;
        discard(backend, actor, id).await.unwrap();
        let mut from_registers = definition.fields().filter(|f| f.options_from.is_some());
        if from_registers.all(|f| !draft.offered(f).is_empty()) {
            return actor;
        }
    }
}

fn switch(portal: &Portal, mode: Mode) {
    for register in &portal.backend.catalog.reference.registers.all {
        portal.standins.switches.set(&register.id, mode);
    }
}

/// A draft of `code` with the given answers to its first step, which is the only one that needs any.
async fn draft_with(backend: &Backend, actor: &Actor, code: &str, typed: &[(&str, &str)]) -> CaseId {
    let id = begin(backend, actor, code).await.unwrap();
    give_consent(backend, actor, id).await.unwrap();
    let step = opened(backend, actor, id).await.service.definition.steps[0].id.clone();
    save_step(backend, actor, id, &step, raw(typed)).await.unwrap();
    id
}

const VEHICLE: &str = "vehicle-inspection-exemption";
const WHITE_CAR: &[(&str, &str)] =
    &[("vehicle.described", " 白色的那辆 "), ("van", "no"), ("accident", "no"), ("modified", "no")];

/// Somebody with `some` vehicles or with none.
async fn owner(backend: &Backend, all: &[Actor], some: bool) -> Actor {
    for actor in all.iter().filter(|a| a.person().unwrap().entity.is_none()) {
        let id = begin(backend, actor, VEHICLE).await.unwrap();
        give_consent(backend, actor, id).await.unwrap();
        let draft = opened(backend, actor, id).await;
        discard(backend, actor, id).await.unwrap();
        let vehicle = draft.service.definition.field("vehicle").unwrap();
        if draft.offered(vehicle).is_empty() != some {
            return actor.clone();
        }
    }
    panic!("nobody with vehicles: {some}")
}

storage::contract! {
    /// No service needs a register in order to be filed, and none is decided before the registers have answered, or on
    /// words in place of a record.
    async fn every_service_is_filed_without_registers_and_decided_when_they_are_back(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let all = demo_applicants(&portal).await;
        let mut filed = Vec::new();
        let services: Vec<_> = backend.catalog.services().all.clone();
        assert!(services.len() >= 50);
        let (mut in_words, mut identified) = (0, 0);
        for service in &services {
            let definition = &service.definition;
            switch(&portal, Mode::Up);
            portal.clock.advance(120);
            let actor = applicant(backend, definition, &all).await;
            switch(&portal, Mode::Down);
            let id = begin(backend, actor, &definition.code).await.unwrap();
            give_consent(backend, actor, id).await.unwrap();
            let draft = opened(backend, actor, id).await;
            assert!(draft.evidence.iter().all(|e| e.state == FactState::Pending), "{}", definition.code);
            let typed = fill::answers(&draft, |_| true).unwrap_or_else(|| panic!("{} cannot be filled in", definition.code));
            fill::type_in(backend, actor, id, typed).await;
            submit(backend, actor, id).await.unwrap_or_else(|e| panic!("{}: {e}", definition.code));
            let case = opened(backend, actor, id).await;
            let needed = definition.facts.iter().filter(|f| !f.optional).count();
            assert_eq!(case.row.pending_facts, needed as i64);
            assert!(needed == 0 || !case.row.state.is_closed(), "{} was decided on nothing", definition.code);
            let asked = case.form().fields.into_iter().filter(|f| f.answer.is_some());
            let from_registers = asked.filter(|f| definition.field(&f.id).unwrap().options_from.is_some());
            let words: Vec<Answer> = from_registers.filter_map(|f| f.answer).collect();
            assert!(words.iter().all(|a| matches!(a, Answer::Described(_))), "{words:?}");
            in_words += usize::from(!words.is_empty());
            filed.push((id, actor, words.len()));
        }
        assert!(in_words >= 8, "{in_words} services were answered in words");

        switch(&portal, Mode::Up);
        portal.clock.advance(3_600);
        while backfill(backend).await > 0 {}
        for (id, actor, words) in filed {
            let case = opened(backend, actor, id).await;
            let definition = &case.service.definition;
            assert_eq!(case.pending(), Vec::<String>::new(), "{}", definition.code);
            assert!(words == 0 || case.row.state != CaseState::Approved, "{} was approved on words", definition.code);
            if case.row.state != CaseState::Submitted {
                continue;
            }
            let officer = clerk(backend, &definition.department);
            accept(backend, &officer, id, case.row.version).await.unwrap();
            let mut seen = examine(backend, actor, id).await;
            let unidentified = case.unidentified();
            if !unidentified.is_empty() {
                match approve(backend, &officer, id, seen, Some("已对照原件核实")).await {
                    Err(CaseError::Unidentified(fields)) => assert_eq!(fields, unidentified),
                    other => panic!("{}: {other:?}", definition.code),
                }
            }
            for field in &unidentified {
                let (key, _) = case.offered(definition.field(field).unwrap()).remove(0);
                identify(backend, &officer, id, seen, field, &[key]).await.unwrap();
                (seen, identified) = (seen + 1, identified + 1);
            }
            approve(backend, &officer, id, seen, Some("已对照原件核实")).await.unwrap_or_else(|e| panic!("{}: {e}", definition.code));
        }
        assert!(identified >= 4, "{identified} were identified");
        trail_is_sound(backend).await;
    }

    async fn a_clerk_finds_the_record_that_was_described(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, all) = (&portal.backend, demo_applicants(&portal).await);
        let actor = &owner(backend, &all, true).await;
        portal.standins.switches.set("vehicles", Mode::Down);
        let id = draft_with(backend, actor, VEHICLE, WHITE_CAR).await;
        let (id, _) = filed(backend, actor, id).await;
        let case = opened(backend, actor, id).await;
        assert_eq!(case.answers.as_ref().unwrap()["vehicle"], Answer::Described("白色的那辆".into()));
        let officer = clerk(backend, &case.service.definition.department);
        accept(backend, &officer, id, case.row.version).await.unwrap();
        let seen = case.row.version + 1;
        let found = |key: &str| [key.to_owned()];
        let early = identify(backend, &officer, id, seen, "vehicle", &found("浙A00000")).await;
        assert!(matches!(early, Err(CaseError::Text(Wrong::NotAnOption))), "nothing is offered yet: {early:?}");

        portal.standins.switches.set("vehicles", Mode::Up);
        portal.clock.advance(3_600);
        while backfill(backend).await > 0 {}
        let (desk, _) = open_at_desk(backend, &officer, id).await.unwrap();
        let (seen, vehicle) = (desk.row.version, desk.service.definition.field("vehicle").unwrap());
        let plates: Vec<String> = desk.offered(vehicle).into_iter().map(|(plate, _)| plate).collect();
        let plate = &plates[0];
        let unclear = Err(Cause::Described("vehicle".into()));
        let weighed = |case: &Opened| decide(&case.service.definition, &case.scope(&case.form(), true));
        assert!(weighed(&desk).1.iter().any(|f| f.holds == unclear));
        assert_eq!(weighed(&desk).0, Outcome::Clerk);

        let stranger = clerk(backend, "health");
        let intake = Actor::Staff(StaffActor { grants: grants(backend, POLICE, &[Role::Intake]), ..officer.staff().unwrap().clone() });
        for (who, field, key, version) in [
            (&stranger, "vehicle", plate.as_str(), seen),
            (&intake, "vehicle", plate, seen),
            (&officer, "van", plate, seen),
            (&officer, "vehicle", "白色的那辆", seen),
            (&officer, "vehicle", plate, seen - 1),
        ] {
            assert!(identify(backend, who, id, version, field, &found(key)).await.is_err(), "{field} {key} {version}");
        }
        assert!(matches!(approve(backend, &officer, id, seen, Some("已对照原件核实")).await, Err(CaseError::Unidentified(_))));
        identify(backend, &officer, id, seen, "vehicle", &found(plate)).await.unwrap();
        let (desk, timeline) = open_at_desk(backend, &officer, id).await.unwrap();
        let identified = Answer::Identified { described: "白色的那辆".into(), value: Value::text(plate) };
        assert_eq!(desk.answers.as_ref().unwrap()["vehicle"], identified);
        assert!(weighed(&desk).1.iter().all(|f| f.holds != unclear));
        let entry = timeline.iter().find(|h| h.kind == EventKind::Identified).unwrap();
        assert_eq!((&entry.detail["field"], &entry.detail["keys"][0]), (&"vehicle".into(), &plate.as_str().into()));
        approve(backend, &officer, id, seen + 1, Some("已对照原件核实")).await.unwrap();
        let cards = wallet::wallet(backend, actor, None, 10).await.unwrap();
        let card = wallet::card(backend, actor, cards[0].row.id).await.unwrap();
        let claim = card.claims.iter().find(|(id, _)| id == "plate").unwrap();
        assert_eq!(&claim.1, plate, "the record is certified, not the words");
        let late = identify(backend, &officer, id, seen + 2, "vehicle", &found(plate)).await;
        assert!(matches!(late, Err(CaseError::Changed)));
        trail_is_sound(backend).await;
    }

    /// A register that knows of none may be right: whoever says that it is wrong goes on, and a clerk looks.
    async fn who_contests_that_there_is_none_goes_on(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, all) = (&portal.backend, demo_applicants(&portal).await);
        let actor = &owner(backend, &all, false).await;
        let id = draft_with(backend, actor, VEHICLE, WHITE_CAR).await;
        let draft = opened(backend, actor, id).await;
        assert_eq!(draft.form().field("vehicle").unwrap().errors[0].wrong, Wrong::Missing);
        assert!(matches!(submit(backend, actor, id).await, Err(CaseError::Incomplete)));
        contest(backend, actor, id, "vehicle.vehicles", Some("上月刚过户到我名下")).await.unwrap();
        submit(backend, actor, id).await.unwrap();
        let case = opened(backend, actor, id).await;
        assert_eq!(case.row.state, CaseState::Submitted, "nothing is decided on words");
        let officer = clerk(backend, &case.service.definition.department);
        accept(backend, &officer, id, case.row.version).await.unwrap();
        let seen = case.row.version + 1;
        assert!(matches!(approve(backend, &officer, id, seen, Some("已对照原件核实")).await, Err(CaseError::Unidentified(_))));
        let reason = Reason::Words("车辆管理所也没有登记".into());
        refuse(backend, &officer, id, seen, reason).await.unwrap();
    }

    /// What was described before filing is chosen once the register has answered.
    async fn a_description_gives_way_to_the_register_before_filing(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, all) = (&portal.backend, demo_applicants(&portal).await);
        let actor = &owner(backend, &all, true).await;
        portal.standins.switches.set("vehicles", Mode::Down);
        let id = draft_with(backend, actor, VEHICLE, WHITE_CAR).await;
        assert!(opened(backend, actor, id).await.form().is_complete());
        portal.standins.switches.set("vehicles", Mode::Up);
        portal.clock.advance(3_600);
        while backfill(backend).await > 0 {}
        let draft = opened(backend, actor, id).await;
        assert_eq!(draft.form().field("vehicle").unwrap().errors[0].wrong, Wrong::Missing);
        assert_eq!(draft.raw["vehicle.described"], [" 白色的那辆 "], "and still there to be read");
    }

    /// Stopped, 500, malformed, somebody else's, half an answer, too slow: each of them in turn.
    async fn filing_goes_on_and_the_case_decides_itself_when_the_register_is_back(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let lin = portal.citizen(LIN).await;
        let backend = &hasty(&portal, 300).await;
        let minute = Mode::Slow { ms: 60_000 };
        for mode in [Mode::Down, Mode::Error, Mode::Malformed, Mode::WrongPerson, Mode::MissingFields, minute] {
            portal.standins.switches.set(SILENT, mode);
            let id = instant_draft(backend, &lin).await;
            let draft = opened(backend, &lin, id).await;
            assert!(matches!(fact(&draft, "person.name").state, FactState::Known(_)), "{mode:?} of another register");
            assert_eq!(fact(&draft, "social.region").state, FactState::Pending, "{mode:?}");
            assert_eq!(draft.pending().len(), 7);

            submit(backend, &lin, id).await.unwrap();
            let filed = opened(backend, &lin, id).await;
            assert_eq!((filed.row.state, filed.row.pending_facts), (CaseState::Submitted, 7), "{mode:?}");
            let findings = filed.decision.unwrap().findings;
            assert!(findings.iter().all(|f| matches!(f.holds, Err(Cause::Pending(_)))), "{findings:?}");

            // Still silent: asked again later, nothing is lost.
            portal.clock.advance(40);
            assert!(backfill(backend).await > 0);
            assert_eq!(state(backend, &lin, id).await, CaseState::Submitted);

            portal.standins.switches.set(SILENT, Mode::Up);
            portal.clock.advance(1_000);
            assert!(backfill(backend).await > 0);
            let done = opened(backend, &lin, id).await;
            assert_eq!((done.row.state, done.row.pending_facts), (CaseState::Approved, 0), "{mode:?}");
            assert!(done.decision.unwrap().findings.iter().all(|f| f.holds == Ok(true)));
            let kinds = kinds(backend, id, &lin).await;
            assert_eq!(kinds.iter().filter(|k| *k == "backfilled").count(), 1, "{kinds:?}");
            portal.clock.advance(10_000);
            assert_eq!(backfill(backend).await, 0, "nothing is owed any more");
        }
        assert_eq!(wallet::wallet(backend, &lin, None, 20).await.unwrap().len(), 6);
        trail_is_sound(backend).await;
    }

    async fn a_clerk_cannot_close_what_a_register_still_owes(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        portal.standins.switches.set("household", Mode::Down);
        portal.standins.switches.set(SILENT, Mode::Down);
        let (id, _) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
        let officer = clerk(backend, POLICE);
        let (desk, _) = open_at_desk(backend, &officer, id).await.unwrap();
        // What social security owes is of use, and not needed.
        assert_eq!(desk.pending(), ["household.region"]);
        assert_eq!(desk.row.pending_facts, 1);
        assert_eq!(fact(&desk, "social.consecutive_months").state, FactState::Pending);
        let seen = desk.row.version;
        accept(backend, &officer, id, seen).await.unwrap();
        match approve(backend, &officer, id, seen + 1, Some("已对照原件核实")).await {
            Err(CaseError::Pending(facts)) => assert_eq!(facts, ["household.region"]),
            other => panic!("{other:?}"),
        }
        portal.standins.switches.set("household", Mode::Up);
        portal.clock.advance(60);
        backfill(backend).await;
        let (desk, timeline) = open_at_desk(backend, &officer, id).await.unwrap();
        assert_eq!((desk.row.state, desk.pending().len(), desk.row.pending_facts), (CaseState::Accepted, 0, 0));
        assert_eq!(timeline.iter().filter(|h| h.kind == EventKind::Backfilled).count(), 1);
        // What the clerk saw before the value came is out of date.
        assert!(matches!(approve(backend, &officer, id, seen + 1, Some("已对照原件核实")).await, Err(CaseError::Changed)));
        approve(backend, &officer, id, desk.row.version, Some("已对照原件核实")).await.unwrap();
        trail_is_sound(backend).await;
    }

    /// When every register answers at once, the job that stands by leaves no trace.
    async fn a_case_without_gaps_is_not_touched_by_the_job(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let (id, _) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
        let before = opened(backend, &zhou, id).await.row.version;
        let registers: BTreeSet<String> =
            opened(backend, &zhou, id).await.evidence.into_iter().map(|e| e.register).collect();
        portal.clock.advance(60);
        assert_eq!(backfill(backend).await, registers.len());
        assert_eq!(opened(backend, &zhou, id).await.row.version, before);
        assert_eq!(kinds(backend, id, &zhou).await, ["submitted"]);
    }

    async fn nothing_is_fetched_for_a_case_that_is_over_or_under_a_consent_that_is(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let lin = portal.citizen(LIN).await;
        portal.standins.switches.set(SILENT, Mode::Down);
        portal.standins.switches.set("household", Mode::Down);
        let (over, _) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
        withdraw(backend, &zhou, over).await.unwrap();
        let revoked = instant_draft(backend, &lin).await;
        let consent = opened(backend, &lin, revoked).await.consent.unwrap().id;
        revoke_consent(backend, &lin, consent).await.unwrap();
        portal.standins.switches.set(SILENT, Mode::Up);
        portal.standins.switches.set("household", Mode::Up);
        portal.clock.advance(3_600);
        while backfill(backend).await > 0 {}
        assert_eq!(fact(&opened(backend, &zhou, over).await, "household.region").state, FactState::Pending);
        assert!(opened(backend, &lin, revoked).await.evidence.is_empty(), "a draft without consent has no facts");
        // Asked for anew under a new consent.
        give_consent(backend, &lin, revoked).await.unwrap();
        assert!(matches!(fact(&opened(backend, &lin, revoked).await, "social.region").state, FactState::Known(_)));
    }

    /// An answer that was on its way while everything was asked for anew is dropped: it was sealed for another row.
    async fn a_late_answer_does_not_spoil_a_later_question(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen(LIN).await);
        portal.standins.switches.set(SILENT, Mode::Down);
        let id = instant_draft(backend, &lin).await;
        let owed = |rows: Vec<evidence::Evidence>| rows.into_iter().find(|r| r.fact == "social.region").unwrap();
        let old = owed(evidence::of_case(&mut backend.db.read().await.unwrap(), id).await.unwrap());
        let consent = opened(backend, &lin, id).await.consent.unwrap().id;
        revoke_consent(backend, &lin, consent).await.unwrap();
        give_consent(backend, &lin, id).await.unwrap();
        let late = evidence::Said {
            id: old.id,
            state: Word::Known,
            value: Some(b"sealed for the old row".to_vec()),
            observed_at: backend.now(),
            fetched_at: backend.now(),
            digest: vec![0; 32],
        };
        let kept: Result<bool, storage::Error> =
            backend.db.write(move |tx| Box::pin(async move { evidence::answer(tx, &late).await })).await;
        assert!(!kept.unwrap());
        assert_eq!(fact(&opened(backend, &lin, id).await, "social.region").state, FactState::Pending);
    }

    /// Two processes share one database: each case is filled and decided once.
    async fn two_processes_backfill_once(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen(LIN).await);
        let second = portal.second(t.second().await).await;
        portal.standins.switches.set(SILENT, Mode::Down);
        portal.standins.switches.set("population", Mode::Down);
        let (id, reference) = filed(&second, &lin, instant_draft(&second, &lin).await).await;
        assert_eq!(submit(backend, &lin, id).await.unwrap(), reference, "either process knows the case");
        portal.standins.switches.set(SILENT, Mode::Up);
        portal.standins.switches.set("population", Mode::Up);
        portal.clock.advance(120);
        let other = Jobs::new(second.clone()).topic(BACKFILL, Backfill);
        for _ in 0..3 {
            let jobs = portal.jobs();
            let (a, b) = tokio::join!(jobs.run_once(BACKFILL), other.run_once(BACKFILL));
            assert!(a.unwrap() + b.unwrap() <= 2);
            portal.clock.advance(1_000);
        }
        assert_eq!(state(&second, &lin, id).await, CaseState::Approved);
        let kinds = kinds(backend, id, &lin).await;
        for (kind, times) in [("submitted", 1), ("backfilled", 2), ("accepted", 1), ("approved", 1)] {
            assert_eq!(kinds.iter().filter(|k| *k == kind).count(), times, "{kinds:?}");
        }
        assert_eq!(wallet::wallet(backend, &lin, None, 10).await.unwrap().len(), 1);
        trail_is_sound(backend).await;
    }

    /// What is contested while a register says that there is none steers the form as if there were none.
    async fn that_there_is_none_can_be_contested(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, shen) = (&portal.backend, portal.citizen("沈洁").await);
        let id = begin(backend, &shen, "marriage-record-proof").await.unwrap();
        give_consent(backend, &shen, id).await.unwrap();
        let draft = opened(backend, &shen, id).await;
        let none = draft.evidence.iter().find(|e| e.register == "marriage" && e.state == FactState::NoRecord);
        let none = none.expect("a fact that the marriage register lacks").fact.clone();
        contest(backend, &shen, id, &none, Some("2014 年登记过")).await.unwrap();
        let after = opened(backend, &shen, id).await;
        assert_eq!(fact(&after, &none).state, FactState::Contested(None));
        assert_eq!(after.facts.for_form(&none), draft.facts.for_form(&none));
        assert_eq!(after.facts.for_decision(&none), Err(Cause::Contested(none.clone())));
        drop(save_step(backend, &shen, id, "no-such-step", raw(&[])).await.unwrap_err());
    }

    async fn a_failing_register_is_left_alone_for_a_while(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, number) = (&portal.backend, Portal::demo_person(LIN).id);
        let population = register(backend, "population").clone();
        let (failures, pause) = (population.breaker.failures, i64::from(population.breaker.pause_seconds));
        let open = || backend.registers.states().iter().any(|(id, asked)| id == "population" && !asked);
        for (mode, said) in [
            (Mode::Down, Trouble::Status(503)),
            (Mode::Error, Trouble::Status(500)),
            (Mode::Malformed, Trouble::Malformed),
            (Mode::WrongPerson, Trouble::WrongSubject),
            (Mode::MissingFields, Trouble::Malformed),
        ] {
            portal.standins.switches.set("population", mode);
            for _ in 0..failures {
                assert!(!open(), "{mode:?}");
                assert_eq!(trouble(ask(backend, &backend.registers, "population", number).await), said, "{mode:?}");
            }
            assert!(open(), "{mode:?} {failures} times in a row");
            portal.standins.switches.set("population", Mode::Up);
            assert_eq!(trouble(ask(backend, &backend.registers, "population", number).await), Trouble::BreakerOpen);
            portal.clock.advance(pause - 1);
            assert_eq!(trouble(ask(backend, &backend.registers, "population", number).await), Trouble::BreakerOpen);
            // Half open: one failure more and it is left alone again, one answer and all is well.
            portal.clock.advance(1);
            portal.standins.switches.set("population", mode);
            assert_eq!(trouble(ask(backend, &backend.registers, "population", number).await), said);
            assert!(open());
            portal.clock.advance(pause);
            portal.standins.switches.set("population", Mode::Up);
            assert!(matches!(ask(backend, &backend.registers, "population", number).await, Said::Said(_)));
            assert!(!open());
        }
    }

    async fn an_answer_is_worth_what_can_be_read_in_it(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let lin = Portal::demo_person(LIN);
        match ask(backend, &backend.registers, "population", lin.id).await {
            Said::Said(said) => {
                assert_eq!(said.facts["person.name"], Some(Value::text(LIN)));
                assert_eq!(said.observed_at, backend.now());
            }
            other => panic!("{other:?}"),
        }
        // Well formed, and nobody's.
        let body = "11010119000101001";
        let nobody = format!("{body}{}", check_character(body).unwrap());
        let nobody = ask(backend, &backend.registers, "population", &nobody).await;
        assert!(matches!(nobody, Said::NoSubject { .. }), "{nobody:?}");

        // A wrong address, none at all, a closed door: never "there is no such person".
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let base = portal.standins.base_url();
        let registers = &backend.catalog.reference.registers;
        let client = |url: Option<String>, token: &str| {
            let endpoint = |url| ("population".to_owned(), Settings::new(url, token));
            let endpoints: BTreeMap<_, _> = url.map(endpoint).into_iter().collect();
            RegisterClient::new(reqwest::Client::new(), endpoints, registers, portal.clock.clone())
        };
        for (client, said) in [
            (client(Some(format!("{base}/nowhere")), "t"), Trouble::Status(404)),
            (client(Some(base.clone()), "wrong token"), Trouble::Status(401)),
            (client(Some(format!("http://{closed}")), "t"), Trouble::Unreachable),
            (client(None, "t"), Trouble::NotConfigured),
        ] {
            assert_eq!(trouble(ask(backend, &client, "population", lin.id).await), said);
            let (name, id) = (PersonName::parse(lin.name).unwrap(), ResidentId::parse(lin.id).unwrap());
            let verdict = client.verify_person(register(backend, "population"), &name, &id).await;
            assert_eq!(verdict, VerifyOutcome::Unknown(said));
        }
        let slow = hasty(&portal, 100).await;
        portal.standins.switches.set("population", Mode::Slow { ms: 60_000 });
        assert_eq!(trouble(ask(&slow, &slow.registers, "population", lin.id).await), Trouble::Timeout);
    }
}
