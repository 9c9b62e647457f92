//! Faults of life: somebody moves from one region to another while their case is open. On both engines.

mod common;

use backend::cases::CaseError;
use backend::cases::begin::begin;
use backend::cases::consent::{give_consent, renew_facts};
use backend::cases::decide::accept;
use backend::cases::open::open_at_desk;
use backend::cases::submit::submit;
use backend::cases::transfer::transfer;
use backend::messages::{Cursor, messages};
use backend::testing::Portal;
use common::*;
use domain::identity::Role;
use domain::registers::FactState;
use domain::rules::Value;
use serde_json::json;
use standins::switches::Mode;

const CLERK: &[Role] = &[Role::Intake, Role::Decide];
/// 余杭区, where 周明 lives at first; 上城区, where he goes.
const YUHANG: &str = "330110";
const SHANGCHENG: &str = "330102";
const ADDRESS: &str = "浙江省杭州市上城区示例路7号";

/// The population register hears that 周明 moved.
fn moves(portal: &Portal) {
    let id = Portal::demo_person(ZHOU).id;
    let switches = &portal.standins.switches;
    switches.learn("population", id, "/residence/region", json!(SHANGCHENG));
    switches.learn("population", id, "/residence/address", json!(ADDRESS));
}

fn address(case: &backend::cases::Opened) -> FactState {
    fact(case, "residence.address").state.clone()
}

storage::contract! {
    async fn a_case_stays_with_its_office_when_its_applicant_moves(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let old = portal.staff_at(POLICE, YUHANG, CLERK).await;
        let new = portal.staff_at(POLICE, SHANGCHENG, CLERK).await;
        let zhou = portal.citizen(ZHOU).await;
        // A register that owes something meanwhile.
        portal.standins.switches.set("social_security", Mode::Down);
        let draft = clerk_draft(backend, &zhou).await;
        let (case, _) = filed(backend, &zhou, draft).await;
        let before = opened(backend, &zhou, case).await;
        assert_eq!(before.row.place.to_string(), YUHANG);
        moves(&portal);
        portal.standins.switches.set("social_security", Mode::Up);
        portal.clock.advance(3_600);
        portal.jobs().run_once(backend::cases::consent::BACKFILL).await.unwrap();
        let after = opened(backend, &zhou, case).await;
        assert_eq!(after.row.place.to_string(), YUHANG, "what arrives later does not move it");
        assert_eq!(address(&after), address(&before), "it is judged on what was said when it was filed");
        assert!(open_at_desk(backend, &new, case).await.is_err());

        // The clerk hands it to where he lives now, and he is told.
        accept(backend, &old, case, after.row.version).await.unwrap();
        let to = backend.organisation.current().offices.get(POLICE, SHANGCHENG.parse().unwrap()).unwrap().id;
        let seen = version(backend, &zhou, case).await;
        let due = opened(backend, &zhou, case).await.row.due_on.clone();
        transfer(backend, &old, case, seen, to, "申请人已迁往上城区").await.unwrap();
        let handed = opened(backend, &zhou, case).await;
        assert_eq!((handed.row.place.to_string().as_str(), handed.row.due_on.clone()), (SHANGCHENG, due));
        assert!(open_at_desk(backend, &new, case).await.is_ok());
        let me = zhou.person().unwrap();
        let page = messages(backend, me, Cursor::START).await.unwrap();
        let told = page.lines.iter().find(|line| line.kind == "case-transferred");
        assert_eq!(told.and_then(|line| line.case), Some(case));
        trail_is_sound(backend).await;
    }

    async fn a_draft_is_filed_where_its_applicant_lives_now(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        portal.office(POLICE, YUHANG).await;
        let new = portal.staff_at(POLICE, SHANGCHENG, CLERK).await;
        let zhou = portal.citizen(ZHOU).await;
        let draft = clerk_draft(backend, &zhou).await;
        let before = opened(backend, &zhou, draft).await;
        moves(&portal);
        portal.clock.advance(25 * 3_600);
        let zhou = portal.citizen(ZHOU).await;
        let old = submit(backend, &zhou, draft).await;
        assert!(matches!(old, Err(CaseError::Outdated)), "{old:?}");
        renew_facts(backend, &zhou, draft).await.unwrap();
        let now = opened(backend, &zhou, draft).await;
        assert_ne!(address(&now), address(&before));
        let (case, _) = filed(backend, &zhou, draft).await;
        assert_eq!(opened(backend, &zhou, case).await.row.place.to_string(), SHANGCHENG);
        let (seen, _) = open_at_desk(backend, &new, case).await.unwrap();
        assert_eq!(address(&seen), FactState::Known(Value::text(ADDRESS)), "the clerk sees the newer fact");
    }

    async fn a_new_case_goes_to_the_new_place(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        portal.office(POLICE, YUHANG).await;
        portal.office(POLICE, SHANGCHENG).await;
        let zhou = portal.citizen(ZHOU).await;
        let draft = clerk_draft(backend, &zhou).await;
        let (first, _) = filed(backend, &zhou, draft).await;
        moves(&portal);
        let next = begin(backend, &zhou, BY_CLERK).await.unwrap();
        give_consent(backend, &zhou, next).await.unwrap();
        assert_eq!(address(&opened(backend, &zhou, next).await), FactState::Known(Value::text(ADDRESS)));
        let next = opened(backend, &zhou, next).await;
        assert_eq!(next.routed(backend).to_string(), SHANGCHENG);
        assert_eq!(opened(backend, &zhou, first).await.row.place.to_string(), YUHANG);
    }
}
