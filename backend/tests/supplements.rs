//! Asking applicants for more: what they may touch, what becomes of the clock, and what of those who do not answer. And
//! beginning again with the answers of a case that came to nothing.

mod common;

use std::collections::BTreeMap;

use backend::Backend;
use backend::cases::CaseError;
use backend::cases::begin::{begin, begin_again};
use backend::cases::claim::{assign, claim, release};
use backend::cases::consent::give_consent;
use backend::cases::decide::{accept, approve, refuse};
use backend::cases::files::{self, upload};
use backend::cases::open::open_at_desk;
use backend::cases::submit::submit;
use backend::cases::supplement::{ask_supplement, resubmit, save_answers, supplements_of};
use backend::cases::withdraw::withdraw;
use backend::cases::{Reason, reclock::reclock};
use backend::catalog::publish::publish;
use backend::identity::{Actor, Denied};
use backend::messages::{Cursor, messages, sweep};
use backend::organisation::load_calendar;
use backend::testing::Portal;
use common::*;
use domain::cases::{About, Answer, Ask, CaseState, Going, SupplementEnd};
use domain::catalog::{Definition, Material, SupplementClock};
use domain::identity::Role;
use domain::ids::CaseId;
use domain::rules::Value;
use domain::text::Text;

const DAY: i64 = 24 * 3600;

fn ask(about: About) -> Ask {
    Ask { about, wrong: "与提交的证明不一致".into(), right: "按证明上的地址填写".into() }
}

fn field(id: &str) -> About {
    About::Field(id.into())
}

/// A filed case of [`BY_CLERK`] with its applicant and a clerk who accepts and decides.
async fn filed_case(portal: &Portal) -> (Actor, Actor, CaseId) {
    let zhou = portal.citizen(ZHOU).await;
    let clerk = portal.staff(POLICE, &[Role::Intake, Role::Decide]).await;
    let draft = clerk_draft(&portal.backend, &zhou).await;
    let (id, _) = filed(&portal.backend, &zhou, draft).await;
    (zhou, clerk, id)
}

async fn asked(
    portal: &Portal,
    clerk: &Actor,
    zhou: &Actor,
    id: CaseId,
    asks: Vec<Ask>,
) -> Result<(), CaseError> {
    let seen = version(&portal.backend, zhou, id).await;
    ask_supplement(&portal.backend, clerk, id, seen, asks).await
}

async fn going(portal: &Portal, zhou: &Actor, id: CaseId) -> Going {
    opened(&portal.backend, zhou, id).await.reading(&portal.backend).unwrap().going
}

fn basis(answers: &BTreeMap<String, Answer>) -> &str {
    match &answers["basis"] {
        Answer::Value(Value::Text(basis)) => basis,
        other => panic!("{other:?}"),
    }
}

/// A service that takes a contract as a material, which may be asked for twice.
fn with_a_contract(backend: &Backend) -> Definition {
    let mut definition = backend.catalog.services().get(BY_CLERK).unwrap().definition.clone();
    let text = |zh: &str| Text::new(zh, zh);
    definition.materials = vec![Material { name: text("租房合同"), why: text("登记机关没有") }];
    definition.supplement.most = 2;
    definition
}

/// A file as a phone sends it.
fn paper() -> Vec<u8> {
    b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n".to_vec()
}

storage::contract! {
    async fn what_is_asked_is_answered_and_nothing_else(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, clerk, id) = filed_case(&portal).await;
        accept(backend, &clerk, id, version(backend, &zhou, id).await).await.unwrap();
        portal.deliver().await;
        asked(&portal, &clerk, &zhou, id, vec![ask(field("basis"))]).await.unwrap();
        assert_eq!(state(backend, &zhou, id).await, CaseState::Supplementing);
        assert_eq!(going(&portal, &zhou, id).await, Going::Paused);
        let row = opened(backend, &zhou, id).await.row;
        assert_eq!((row.held_by, row.yellow_on.clone(), row.red_on.clone()), (None, None, None));
        portal.deliver().await;
        let sms = portal.sms_to(Portal::demo_person(ZHOU).phone).await.unwrap();
        assert!(sms.contains("补正"), "{sms}");
        // Nothing is decided while it waits.
        let seen = version(backend, &zhou, id).await;
        assert!(matches!(approve(backend, &clerk, id, seen, None).await, Err(CaseError::NotAllowed(_))));

        // What was filed stands there; what was not asked about stays whatever is posted.
        assert_eq!(opened(backend, &zhou, id).await.raw["basis"], ["employment"]);
        let posted = raw(&[("basis", "housing"), ("address.detail", "别的地方"), ("same_address", "yes")]);
        save_answers(backend, &zhou, id, posted).await.unwrap();
        assert!(opened(backend, &zhou, id).await.raw.keys().all(|control| control == "basis"));
        resubmit(backend, &zhou, id).await.unwrap();
        resubmit(backend, &zhou, id).await.unwrap();

        let after = opened(backend, &zhou, id).await;
        assert_eq!(after.row.state, CaseState::Accepted);
        // It is told once, with the day that is promised now.
        let page = messages(backend, zhou.person().unwrap(), Cursor::START).await.unwrap();
        let told: Vec<_> = page.lines.iter().filter(|line| line.kind == "case-resubmitted").collect();
        let due = after.row.due_on.clone().unwrap();
        assert_eq!((told.len(), told[0].params["due_on"].as_str()), (1, Some(due.as_str())));
        assert_eq!(page.lines.iter().filter(|line| line.kind == "case-accepted").count(), 1);
        let answers = after.answers.clone().unwrap();
        assert_eq!(basis(&answers), "housing");
        assert!(matches!(&answers["address"], Answer::Address { detail, .. } if detail.contains("99号")));
        assert!(after.raw.is_empty());
        assert_eq!(going(&portal, &zhou, id).await, Going::Running);
        let history = supplements_of(backend, id).await.unwrap();
        assert_eq!(history.len(), 1);
        assert_eq!(history[0].ended_by, Some(SupplementEnd::Answered));
        let changed: Vec<&str> = history[0].changes.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(changed, ["basis"]);
        // As often as the definition says: once.
        assert!(matches!(
            asked(&portal, &clerk, &zhou, id, vec![ask(field("basis"))]).await,
            Err(CaseError::AskedEnough)
        ));
        trail_is_sound(backend).await;
    }

    async fn an_answer_that_brings_up_questions_waits_for_their_answers(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, clerk, id) = filed_case(&portal).await;
        asked(&portal, &clerk, &zhou, id, vec![ask(field("same_address")), ask(field("moved_on"))]).await.unwrap();
        save_answers(backend, &zhou, id, raw(&[("same_address", "yes")])).await.unwrap();
        let opened_again = opened(backend, &zhou, id).await;
        let amended = opened_again.amended(backend);
        assert!(amended.is_complete() && !amended.answers().contains_key("address"), "it is no longer asked");
        save_answers(backend, &zhou, id, raw(&[("same_address", "no"), ("moved_on", "明天")])).await.unwrap();
        assert!(matches!(resubmit(backend, &zhou, id).await, Err(CaseError::Incomplete)));
        save_answers(backend, &zhou, id, raw(&[("same_address", "no"), ("moved_on", "2026-02-01")])).await.unwrap();
        resubmit(backend, &zhou, id).await.unwrap();
        let page = messages(backend, zhou.person().unwrap(), Cursor::START).await.unwrap();
        assert_eq!(page.lines.iter().filter(|line| line.kind == "case-submitted").count(), 1);
        let told = page.lines.iter().find(|line| line.kind == "case-resubmitted").unwrap();
        assert_eq!(told.params["due_on"].as_str(), opened(backend, &zhou, id).await.row.due_on.as_deref());
        // Before acceptance it waits for acceptance again.
        assert_eq!(state(backend, &zhou, id).await, CaseState::Submitted);
    }

    async fn only_the_applicant_answers_and_only_those_at_the_office_ask(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, clerk, id) = filed_case(&portal).await;
        let stranger = portal.staff("human-resources", &[Role::Intake, Role::Decide]).await;
        let nothing = asked(&portal, &clerk, &zhou, id, Vec::new()).await;
        assert!(matches!(nothing, Err(CaseError::Ask(_))), "{nothing:?}");
        let unknown = asked(&portal, &clerk, &zhou, id, vec![ask(field("shoe_size"))]).await;
        assert!(matches!(unknown, Err(CaseError::Ask(_))), "{unknown:?}");
        let outside = asked(&portal, &stranger, &zhou, id, vec![ask(field("basis"))]).await;
        assert!(matches!(outside, Err(CaseError::Denied(Denied::Forbidden))), "{outside:?}");
        let seen = version(backend, &zhou, id).await;
        asked(&portal, &clerk, &zhou, id, vec![ask(field("basis"))]).await.unwrap();
        let twice = ask_supplement(backend, &clerk, id, seen, vec![ask(field("basis"))]).await;
        assert!(matches!(twice, Err(CaseError::Changed)), "{twice:?}");
        let lin = portal.citizen(LIN).await;
        let other = save_answers(backend, &lin, id, raw(&[("basis", "study")])).await;
        assert!(matches!(other, Err(CaseError::NotFound)), "{other:?}");
        assert!(matches!(resubmit(backend, &lin, id).await, Err(CaseError::NotFound)));
    }

    async fn who_does_not_answer_in_time_is_told_and_can_begin_again(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, clerk, id) = filed_case(&portal).await;
        asked(&portal, &clerk, &zhou, id, vec![ask(field("basis"))]).await.unwrap();
        portal.deliver().await;
        let due: jiff::civil::Date = supplements_of(backend, id).await.unwrap()[0].due_on.parse().unwrap();
        let days = backend.now().date_in_china().until((jiff::Unit::Day, due)).unwrap().get_days();
        portal.clock.advance(i64::from(days) * DAY);
        sweep(backend).await.unwrap();
        assert_eq!(state(backend, &zhou, id).await, CaseState::Supplementing, "the last day is theirs");
        portal.clock.advance(DAY);
        let late = save_answers(backend, &zhou, id, raw(&[("basis", "study")])).await;
        assert!(matches!(late, Err(CaseError::Changed)), "{late:?}");
        sweep(backend).await.unwrap();
        assert_eq!(state(backend, &zhou, id).await, CaseState::Lapsed);
        assert_eq!(supplements_of(backend, id).await.unwrap()[0].ended_by, Some(SupplementEnd::Lapsed));
        portal.deliver().await;
        let sms = portal.sms_to(Portal::demo_person(ZHOU).phone).await.unwrap();
        assert!(sms.contains("逾期"), "{sms}");

        let zhou = portal.citizen(ZHOU).await;
        let again = begin_again(backend, &zhou, id).await.unwrap();
        assert_eq!(begin_again(backend, &zhou, id).await.unwrap(), again, "two clicks make one draft");
        let draft = opened(backend, &zhou, again).await;
        assert_eq!(draft.row.previous_id, Some(id));
        assert_eq!(draft.raw["address.detail"], ["示例路99号样本公寓3幢"]);
        assert!(matches!(submit(backend, &zhou, again).await, Err(CaseError::ConsentNeeded)));
        give_consent(backend, &zhou, again).await.unwrap();
        submit(backend, &zhou, again).await.unwrap();
        assert_eq!(state(backend, &zhou, again).await, CaseState::Submitted);
    }

    async fn a_refused_case_gives_its_answers_to_the_next_and_an_open_one_does_not(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, clerk, id) = filed_case(&portal).await;
        assert!(matches!(begin_again(backend, &zhou, id).await, Err(CaseError::Changed)));
        accept(backend, &clerk, id, version(backend, &zhou, id).await).await.unwrap();
        let words = Reason::Words("居住登记地址与实际不符".into());
        refuse(backend, &clerk, id, version(backend, &zhou, id).await, words).await.unwrap();
        let lin = portal.citizen(LIN).await;
        assert!(matches!(begin_again(backend, &lin, id).await, Err(CaseError::NotFound)));
        let again = begin_again(backend, &zhou, id).await.unwrap();
        assert_ne!(again, id);
        assert_eq!(begin(backend, &zhou, BY_CLERK).await.unwrap(), again);
        assert_eq!(opened(backend, &zhou, again).await.raw["basis"], ["employment"]);
    }

    async fn a_supplement_can_be_withdrawn_with_its_case(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, clerk, id) = filed_case(&portal).await;
        asked(&portal, &clerk, &zhou, id, vec![ask(field("basis"))]).await.unwrap();
        withdraw(backend, &zhou, id).await.unwrap();
        assert_eq!(supplements_of(backend, id).await.unwrap()[0].ended_by, Some(SupplementEnd::Withdrawn));
        assert!(matches!(resubmit(backend, &zhou, id).await, Err(CaseError::Changed)));
        portal.clock.advance(60 * DAY);
        sweep(backend).await.unwrap();
        assert_eq!(state(backend, &zhou, id).await, CaseState::Withdrawn);
    }

    async fn a_material_is_sent_for_and_what_was_filed_stays(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let mut definition = with_a_contract(backend);
        definition.supplement.clock = SupplementClock::Restarts;
        publish(backend, vec![definition]).await.unwrap();
        let (zhou, clerk, id) = filed_case(&portal).await;
        assert!(upload(backend, &zhou, id, "material-0", "a.pdf", paper()).await.is_err(), "nobody asked");
        accept(backend, &clerk, id, version(backend, &zhou, id).await).await.unwrap();
        portal.clock.advance(7 * DAY);
        let used = opened(backend, &zhou, id).await.reading(backend).unwrap().used;
        assert!(used > 0);
        asked(&portal, &clerk, &zhou, id, vec![ask(About::Material(0))]).await.unwrap();
        assert!(matches!(resubmit(backend, &zhou, id).await, Err(CaseError::Incomplete)));
        assert!(upload(backend, &zhou, id, "material-1", "a.pdf", paper()).await.is_err());
        assert!(upload(backend, &zhou, id, "basis", "a.pdf", paper()).await.is_err());
        let first = upload(backend, &zhou, id, "material-0", "合同.pdf", paper()).await.unwrap();
        files::remove(backend, &zhou, id, first).await.unwrap();
        assert!(matches!(resubmit(backend, &zhou, id).await, Err(CaseError::Incomplete)));
        let kept = upload(backend, &zhou, id, "material-0", "合同.pdf", paper()).await.unwrap();
        resubmit(backend, &zhou, id).await.unwrap();
        assert_eq!(opened(backend, &zhou, id).await.reading(backend).unwrap().used, 0, "the limit runs anew");
        // Asked a second time, what came the first time is not lost by removing it.
        asked(&portal, &clerk, &zhou, id, vec![ask(About::Material(0))]).await.unwrap();
        files::remove(backend, &zhou, id, kept).await.unwrap();
        let now = opened(backend, &zhou, id).await;
        let listed = files::list(backend, &now).await.unwrap();
        assert!(listed.iter().any(|file| file.id == kept && file.field == "material-0"));
    }

    async fn nobody_takes_what_waits_for_its_applicant(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, clerk, id) = filed_case(&portal).await;
        let me = clerk.staff().unwrap().id;
        claim(backend, &clerk, id).await.unwrap();
        asked(&portal, &clerk, &zhou, id, vec![ask(field("basis"))]).await.unwrap();
        let holder = async || opened(backend, &zhou, id).await.row.held_by;
        assert_eq!(holder().await, None);
        assert!(matches!(claim(backend, &clerk, id).await, Err(CaseError::WaitsForApplicant)));
        assert!(matches!(assign(backend, &clerk, id, me).await, Err(CaseError::WaitsForApplicant)));
        release(backend, &clerk, id).await.unwrap();
        assert_eq!(holder().await, None);
        save_answers(backend, &zhou, id, raw(&[("basis", "study")])).await.unwrap();
        resubmit(backend, &zhou, id).await.unwrap();
        claim(backend, &clerk, id).await.unwrap();
        assert_eq!(holder().await, Some(me));
    }

    async fn what_was_not_handed_in_is_nobodys_and_goes_with_the_supplement(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        publish(backend, vec![with_a_contract(backend)]).await.unwrap();
        for lapses in [true, false] {
            let (zhou, clerk, id) = filed_case(&portal).await;
            let at_desk = async || open_at_desk(backend, &clerk, id).await.unwrap().0;
            asked(&portal, &clerk, &zhou, id, vec![ask(About::Material(0))]).await.unwrap();
            portal.clock.advance(60);
            let first = upload(backend, &zhou, id, "material-0", "旧合同.pdf", paper()).await.unwrap();
            assert_eq!(files::list(backend, &opened(backend, &zhou, id).await).await.unwrap().len(), 1);
            assert!(files::list_at_desk(backend, &at_desk().await).await.unwrap().is_empty());
            assert!(matches!(files::read(backend, &clerk, first).await, Err(CaseError::NotFound)));
            resubmit(backend, &zhou, id).await.unwrap();
            assert_eq!(files::list_at_desk(backend, &at_desk().await).await.unwrap()[0].id, first);
            assert!(files::read(backend, &clerk, first).await.is_ok());

            // Asked once more, without an answer.
            portal.clock.advance(60);
            asked(&portal, &clerk, &zhou, id, vec![ask(About::Material(0)), ask(field("basis"))]).await.unwrap();
            portal.clock.advance(60);
            let late = upload(backend, &zhou, id, "material-0", "新合同.pdf", paper()).await.unwrap();
            save_answers(backend, &zhou, id, raw(&[("basis", "study")])).await.unwrap();
            let shown = files::list_at_desk(backend, &at_desk().await).await.unwrap();
            assert_eq!(shown.iter().map(|file| file.id).collect::<Vec<_>>(), [first]);
            if lapses {
                portal.clock.advance(60 * DAY);
                sweep(backend).await.unwrap();
                assert_eq!(state(backend, &zhou, id).await, CaseState::Lapsed);
            } else {
                withdraw(backend, &zhou, id).await.unwrap();
            }
            let left = opened(backend, &zhou, id).await;
            assert!(left.raw.is_empty(), "{:?}", left.raw);
            let kept = files::list(backend, &left).await.unwrap();
            assert_eq!(kept.iter().map(|file| file.id).collect::<Vec<_>>(), [first]);
            assert!(matches!(files::read(backend, &zhou, late).await, Err(CaseError::NotFound)));
        }
    }

    async fn the_last_day_moves_with_the_calendar(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, clerk, id) = filed_case(&portal).await;
        asked(&portal, &clerk, &zhou, id, vec![ask(field("basis"))]).await.unwrap();
        let last_day = async || supplements_of(backend, id).await.unwrap()[0].due_on.clone();
        let before = last_day().await;
        let year = "off = [\"2026-11-24\"]\nworking = []";
        assert_eq!(load_calendar(backend, &Actor::System, year).await.unwrap(), 2026);
        assert_eq!(reclock(backend).await.unwrap(), 1);
        assert!(last_day().await > before);
    }
}
