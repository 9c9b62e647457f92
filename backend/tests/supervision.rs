//! What runs late: who above is told, what they say to it, and what the law takes as approved. And stages: whose opinion a
//! case waits for.

mod common;

use backend::Backend;
use backend::cases::decide::{accept, approve, refuse};
use backend::cases::examination::{opine, waiting_seats};
use backend::cases::list::Listed;
use backend::cases::open::open_at_desk;
use backend::cases::submit::submit;
use backend::cases::supervision::{ESCALATE, LISTED, Told, see, told_of_case, unseen};
use backend::cases::supplement::{ask_supplement, resubmit, save_answers};
use backend::cases::track::track;
use backend::cases::transfer::{transfer, ways};
use backend::cases::withdraw::withdraw;
use backend::cases::{CaseError, Reason};
use backend::catalog::publish::publish;
use backend::certificates::wallet;
use backend::identity::{Actor, Denied};
use backend::messages::sweep;
use backend::testing::Portal;
use common::*;
use domain::cases::{About, Ask, CaseState, EventKind, Light, SeatAt};
use domain::catalog::{Definition, Need, Seat, Stage, Validity};
use domain::identity::Role;
use domain::ids::{CaseId, EscalationId};
use domain::organisation::region::Level;
use domain::text::Text;
use standins::switches::Mode;
use storage::cases::case::CaseLine;
use storage::cases::escalations::{self, Escalation};

const DAY: i64 = 24 * 3600;
const CLERK: &[Role] = &[Role::Intake, Role::Decide];
/// 余杭区, where 周明 lives.
const YUHANG: &str = "330110";
const HUMAN_RESOURCES: &str = "human-resources";

/// Publishes [`BY_CLERK`] changed like this.
async fn with(portal: &Portal, change: impl FnOnce(&mut Definition)) {
    let backend = &portal.backend;
    let mut definition = backend.catalog.services().get(BY_CLERK).unwrap().definition.clone();
    change(&mut definition);
    publish(backend, vec![definition]).await.unwrap();
}

async fn filed_case(portal: &Portal) -> (Actor, CaseId) {
    filed_case_of(portal, ZHOU).await
}

async fn filed_case_of(portal: &Portal, name: &str) -> (Actor, CaseId) {
    // One code a minute for each phone.
    portal.clock.advance(60);
    let person = portal.citizen(name).await;
    let draft = clerk_draft(&portal.backend, &person).await;
    let (id, _) = filed(&portal.backend, &person, draft).await;
    (person, id)
}

/// Finds what runs late and tells the offices above.
async fn tell(portal: &Portal) {
    sweep(&portal.backend).await.unwrap();
    while portal.jobs().run_once(ESCALATE).await.unwrap() > 0 {}
}

async fn lights(portal: &Portal, id: CaseId) -> Vec<Light> {
    told_of_case(&portal.backend, id).await.unwrap().into_iter().map(|told| told.light).collect()
}

/// The first page of what a supervisor has not looked at.
async fn shown(backend: &Backend, who: &Actor) -> Vec<(Told, Listed)> {
    unseen(backend, who, None).await.unwrap().0
}

/// Tells an office of a case so often, a second apart.
async fn told_often(backend: &Backend, case: &CaseLine, light: Light, times: i64) {
    for n in 0..times {
        let told = Escalation {
            id: EscalationId(backend.id()),
            case_id: case.id,
            person_id: case.person_id,
            light,
            department: case.department.clone(),
            region: "3301".parse().unwrap(),
            at: backend.now().plus_seconds(n),
            seen_at: None,
            seen_by: None,
            words: None,
        };
        let kept: Result<(), storage::Error> =
            backend.db.write(move |tx| Box::pin(async move { escalations::insert(tx, &told).await })).await;
        kept.unwrap();
    }
}

fn is_forbidden<T>(outcome: &Result<T, CaseError>) -> bool {
    matches!(outcome, Err(CaseError::Denied(Denied::Forbidden)))
}

fn stage(id: &str, need: Need, seats: &[(Option<&str>, Option<Level>)]) -> Stage {
    let seat = |(department, level): &(Option<&str>, Option<Level>)| Seat {
        department: department.map(str::to_owned),
        level: *level,
    };
    Stage {
        id: id.into(),
        title: Text::new("审核", "Examination"),
        need,
        seats: seats.iter().map(seat).collect(),
    }
}

fn at(stage: u16, seat: u16) -> SeatAt {
    SeatAt { stage, seat }
}

storage::contract! {
    async fn the_office_above_hears_of_yellow_and_red_once_each(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        portal.office(POLICE, YUHANG).await;
        let (zhou, id) = filed_case(&portal).await;
        let above = portal.staff(POLICE, &[Role::Supervise]).await;
        let beside = portal.staff_at(POLICE, YUHANG, &[Role::Supervise]).await;
        tell(&portal).await;
        assert!(lights(&portal, id).await.is_empty());
        // Three working days are promised: after two a third is left.
        portal.clock.advance(2 * DAY);
        tell(&portal).await;
        tell(&portal).await;
        assert_eq!(lights(&portal, id).await, [Light::Yellow]);
        assert_eq!(shown(backend, &above).await.len(), 1);
        assert!(shown(backend, &beside).await.is_empty(), "it went to the city");
        portal.clock.advance(7 * DAY);
        let clerk = portal.staff_at(POLICE, YUHANG, CLERK).await;
        let above = portal.staff(POLICE, &[Role::Supervise]).await;
        tell(&portal).await;
        assert_eq!(lights(&portal, id).await, [Light::Yellow, Light::Red]);
        let (_, timeline) = track(backend, &portal.citizen(ZHOU).await, id).await.unwrap();
        assert_eq!(timeline.iter().filter(|h| h.kind == EventKind::Escalated).count(), 1);

        let told = shown(backend, &above).await;
        let red = told.iter().find(|(told, _)| told.light == Light::Red).unwrap().0.clone();
        let outside = portal.staff(HUMAN_RESOURCES, &[Role::Supervise]).await;
        assert!(is_forbidden(&see(backend, &outside, red.id, "").await));
        assert!(matches!(unseen(backend, &clerk, None).await, Err(CaseError::Denied(Denied::Forbidden))));
        see(backend, &above, red.id, "请今天办结，并向申请人说明").await.unwrap();
        assert!(matches!(see(backend, &above, red.id, "").await, Err(CaseError::Changed)));
        let told = told_of_case(backend, id).await.unwrap();
        assert_eq!(told[1].words.as_deref(), Some("请今天办结，并向申请人说明"));
        assert_eq!(shown(backend, &above).await.len(), 1);
        let _ = zhou;
        trail_is_sound(backend).await;
    }

    /// Whoever closes it: a clerk, or its applicant.
    async fn what_is_told_of_a_case_is_over_when_it_closes(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, decided) = filed_case(&portal).await;
        let (_, withdrawn) = filed_case_of(&portal, LIN).await;
        let (_, open) = filed_case_of(&portal, LIN).await;
        portal.clock.advance(9 * DAY);
        tell(&portal).await;
        let above = portal.staff(POLICE, &[Role::Supervise]).await;
        assert_eq!(shown(backend, &above).await.len(), 3);
        let clerk = portal.staff(POLICE, CLERK).await;
        accept(backend, &clerk, decided, version(backend, &zhou, decided).await).await.unwrap();
        approve(backend, &clerk, decided, version(backend, &zhou, decided).await, Some("已对照原件核实")).await.unwrap();
        assert_eq!(shown(backend, &above).await.len(), 2);
        withdraw(backend, &portal.citizen(LIN).await, withdrawn).await.unwrap();
        let left = shown(backend, &above).await;
        assert_eq!(left.iter().map(|(_, case)| case.row.id).collect::<Vec<_>>(), [open]);
        assert_eq!(lights(&portal, decided).await, [Light::Red], "its page still tells it");
    }

    /// A word that was on its way when its case closed.
    async fn nobody_hears_of_what_was_closed_meanwhile(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (_, id) = filed_case(&portal).await;
        portal.clock.advance(9 * DAY);
        sweep(&portal.backend).await.unwrap();
        withdraw(&portal.backend, &portal.citizen(ZHOU).await, id).await.unwrap();
        tell(&portal).await;
        assert!(lights(&portal, id).await.is_empty());
    }

    async fn red_comes_first_and_the_list_goes_on_by_pages(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, id) = filed_case(&portal).await;
        let case = opened(backend, &zhou, id).await.row.line.clone();
        told_often(backend, &case, Light::Yellow, 30).await;
        told_often(backend, &case, Light::Red, 40).await;
        let above = portal.staff(POLICE, &[Role::Supervise]).await;
        let (first, next) = unseen(backend, &above, None).await.unwrap();
        let (second, last) = unseen(backend, &above, next).await.unwrap();
        assert_eq!((first.len(), second.len(), last), (LISTED, 20, None));
        let all: Vec<Told> = first.into_iter().chain(second).map(|(told, _)| told).collect();
        assert!(all.is_sorted_by_key(|told| (std::cmp::Reverse(told.light), told.at)));
        assert_eq!(all.iter().filter(|told| told.light == Light::Red).count(), 40);
        // Somebody of two posts is told each once.
        let mut both = above.staff().unwrap().clone();
        both.grants.extend(portal.staff_at(POLICE, "33", &[Role::Supervise]).await.staff().unwrap().grants.clone());
        let (first, next) = unseen(backend, &Actor::Staff(both.clone()), None).await.unwrap();
        let (second, last) = unseen(backend, &Actor::Staff(both), next).await.unwrap();
        assert_eq!((first.len(), second.len(), last), (LISTED, 20, None));
    }

    /// What was late, waited for its applicant with a new limit, and is late again.
    async fn a_clock_that_runs_anew_is_told_of_anew(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        with(&portal, |definition| {
            definition.supplement.clock = domain::catalog::SupplementClock::Restarts;
        })
        .await;
        let (zhou, id) = filed_case(&portal).await;
        portal.clock.advance(9 * DAY);
        tell(&portal).await;
        assert_eq!(lights(&portal, id).await, [Light::Red], "red is not told to be yellow as well");
        let clerk = portal.staff(POLICE, CLERK).await;
        let zhou_again = portal.citizen(ZHOU).await;
        let ask = Ask { about: About::Field("basis".into()), wrong: "不清楚".into(), right: "请重选".into() };
        ask_supplement(backend, &clerk, id, version(backend, &zhou, id).await, vec![ask]).await.unwrap();
        portal.clock.advance(3 * DAY);
        tell(&portal).await;
        assert_eq!(lights(&portal, id).await, [Light::Red], "it waits for the applicant");
        save_answers(backend, &zhou_again, id, raw(&[("basis", "housing")])).await.unwrap();
        resubmit(backend, &zhou_again, id).await.unwrap();
        tell(&portal).await;
        assert_eq!(lights(&portal, id).await, [Light::Red]);
        portal.clock.advance(9 * DAY);
        tell(&portal).await;
        assert_eq!(lights(&portal, id).await, [Light::Red, Light::Red]);
    }

    async fn the_law_approves_what_nobody_decided(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        with(&portal, |definition| definition.time_limit.tacit = true).await;
        let (zhou, id) = filed_case(&portal).await;
        let last = opened(backend, &zhou, id).await.row.statutory_on.clone().unwrap();
        let last: jiff::civil::Date = last.parse().unwrap();
        let days = backend.now().date_in_china().until((jiff::Unit::Day, last)).unwrap().get_days();
        portal.clock.advance(i64::from(days) * DAY);
        sweep(backend).await.unwrap();
        let zhou = portal.citizen(ZHOU).await;
        assert_eq!(state(backend, &zhou, id).await, CaseState::Submitted, "the last day is the office's");
        portal.clock.advance(DAY);
        sweep(backend).await.unwrap();
        sweep(backend).await.unwrap();
        let case = opened(backend, &zhou, id).await;
        assert_eq!(case.row.state, CaseState::Approved);
        assert_eq!(case.decision.unwrap().reason, Some(Reason::Tacit));
        assert!(wallet::of_case(backend, &zhou, id).await.unwrap().is_some());
        trail_is_sound(backend).await;
    }

    async fn what_cannot_be_approved_by_law_is_tried_less_and_less_often(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        with(&portal, |definition| {
            definition.time_limit.tacit = true;
            // Its end is nobody's guess.
            let beyond = serde_json::json!({ "plus_months": [{ "field": "moved_on" }, 120_000] });
            definition.certificate.as_mut().unwrap().valid =
                Some(Validity::Until(serde_json::from_value(beyond).unwrap()));
        })
        .await;
        let (zhou, id) = filed_case(&portal).await;
        // A register owes something to another one.
        portal.standins.switches.set("population", Mode::Down);
        let owed = clerk_draft(backend, &zhou).await;
        submit(backend, &zhou, owed).await.unwrap();
        assert!(opened(backend, &zhou, owed).await.row.pending_facts > 0);
        portal.clock.advance(40 * DAY);
        let due = async || {
            let mut tx = backend.db.read().await.unwrap();
            let start = ("", CaseId(uuid::Uuid::nil()));
            let lines = storage::cases::case::tacit(&mut tx, backend.now(), start, 50).await.unwrap();
            lines.into_iter().map(|line| line.id).collect::<Vec<_>>()
        };
        assert_eq!(due().await, [id], "what is owed something has to wait");
        sweep(backend).await.unwrap();
        assert_eq!(due().await, [], "not a minute later");
        portal.clock.advance(DAY);
        assert_eq!(due().await, [id]);
        let zhou = portal.citizen(ZHOU).await;
        assert_eq!(state(backend, &zhou, id).await, CaseState::Submitted);
    }

    async fn what_waits_for_its_applicant_is_not_approved_by_law(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        with(&portal, |definition| {
            definition.time_limit.tacit = true;
            definition.supplement.days = 60;
        })
        .await;
        let (zhou, id) = filed_case(&portal).await;
        let clerk = portal.staff(POLICE, CLERK).await;
        let ask = Ask { about: About::Field("basis".into()), wrong: "不清楚".into(), right: "请重选".into() };
        ask_supplement(backend, &clerk, id, version(backend, &zhou, id).await, vec![ask]).await.unwrap();
        portal.clock.advance(40 * DAY);
        sweep(backend).await.unwrap();
        assert_eq!(state(backend, &zhou, id).await, CaseState::Supplementing);
    }

    /// A stage of two departments at the same time, then one of any of two.
    async fn opinions_are_given_stage_by_stage_before_a_decision(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        with(&portal, |definition| {
            definition.decision.stages = vec![
                stage("together", Need::All, &[(None, None), (Some(HUMAN_RESOURCES), Some(Level::City))]),
                stage("either", Need::Any, &[(None, None), (Some(HUMAN_RESOURCES), Some(Level::City))]),
            ];
        })
        .await;
        portal.office(POLICE, YUHANG).await;
        let (zhou, id) = filed_case(&portal).await;
        let clerk = portal.staff_at(POLICE, YUHANG, &[Role::Intake, Role::Decide, Role::Review]).await;
        let police = portal.staff_at(POLICE, YUHANG, &[Role::Review]).await;
        let people = portal.staff(HUMAN_RESOURCES, &[Role::Review]).await;
        let others = portal.staff(HUMAN_RESOURCES, &[Role::Review]).await;
        let seen = async || version(backend, &zhou, id).await;

        assert!(is_forbidden(&open_at_desk(backend, &people, id).await), "nobody has asked them");
        accept(backend, &clerk, id, seen().await).await.unwrap();
        assert!(matches!(approve(backend, &clerk, id, seen().await, None).await, Err(CaseError::Examining)));
        let (asked_police, asked_people) =
            (waiting_seats(backend, &police).await.unwrap(), waiting_seats(backend, &people).await.unwrap());
        assert_eq!((asked_police.len(), asked_people.len()), (1, 1), "at the same time");
        assert!(open_at_desk(backend, &people, id).await.is_ok());

        // From one's own seat only, with words against, once.
        let wrong = opine(backend, &police, id, seen().await, at(0, 1), true, "").await;
        assert!(is_forbidden(&wrong), "{wrong:?}");
        let silent = opine(backend, &people, id, seen().await, at(0, 1), false, " ").await;
        assert!(matches!(silent, Err(CaseError::ReasonNeeded)), "{silent:?}");
        let before = seen().await;
        opine(backend, &people, id, before, at(0, 1), false, "没有参保记录").await.unwrap();
        let stale = opine(backend, &police, id, before, at(0, 0), true, "").await;
        assert!(matches!(stale, Err(CaseError::Changed)), "{stale:?}");
        let twice = opine(backend, &others, id, seen().await, at(0, 1), true, "").await;
        assert!(matches!(twice, Err(CaseError::Changed)), "{twice:?}");
        assert!(waiting_seats(backend, &people).await.unwrap().is_empty(), "the next stage waits for all");
        opine(backend, &police, id, seen().await, at(0, 0), true, "").await.unwrap();

        // Any of two; nobody takes two seats.
        assert_eq!(waiting_seats(backend, &people).await.unwrap().len(), 1);
        let again = opine(backend, &people, id, seen().await, at(1, 1), true, "").await;
        assert!(matches!(again, Err(CaseError::Separated)), "{again:?}");
        opine(backend, &others, id, seen().await, at(1, 1), true, "").await.unwrap();
        assert!(waiting_seats(backend, &police).await.unwrap().is_empty());
        assert!(opened(backend, &zhou, id).await.is_examined());

        // Who gave an opinion does not decide; who decides against one says why.
        let deciding_reviewer = Actor::Staff({
            let mut staff = police.staff().unwrap().clone();
            staff.grants.extend(clerk.staff().unwrap().grants.clone());
            staff
        });
        backend::cases::claim::release(backend, &clerk, id).await.unwrap();
        let both = approve(backend, &deciding_reviewer, id, seen().await, Some("符合条件")).await;
        assert!(matches!(both, Err(CaseError::Separated)), "{both:?}");
        assert!(matches!(approve(backend, &clerk, id, seen().await, None).await, Err(CaseError::ReasonNeeded)));
        approve(backend, &clerk, id, seen().await, Some("已经向社保核实")).await.unwrap();
        assert_eq!(state(backend, &zhou, id).await, CaseState::Approved);
        let (_, timeline) = track(backend, &zhou, id).await.unwrap();
        // A stage that needs all is done with its last opinion only.
        let opinions = timeline.iter().filter(|h| h.kind == EventKind::Reviewed);
        let mut missing: Vec<Option<i64>> = opinions.map(|h| h.detail["missing"].as_i64()).collect();
        // All were given at one instant of the clock.
        missing.sort_unstable();
        assert_eq!(missing, [Some(0), Some(0), Some(1)]);
        trail_is_sound(backend).await;
    }

    async fn seats_follow_the_case(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        with(&portal, |definition| {
            definition.decision.stages = vec![stage("check", Need::All, &[(None, None)])];
        })
        .await;
        portal.office(POLICE, YUHANG).await;
        let (zhou, id) = filed_case(&portal).await;
        let clerk = portal.staff_at(POLICE, YUHANG, CLERK).await;
        let reviewer = portal.staff_at(POLICE, YUHANG, &[Role::Review]).await;
        let city = portal.staff(POLICE, &[Role::Review]).await;
        let seen = async || version(backend, &zhou, id).await;
        accept(backend, &clerk, id, seen().await).await.unwrap();
        assert_eq!(waiting_seats(backend, &reviewer).await.unwrap().len(), 1);
        // While the applicant is asked, nobody else is.
        let ask = Ask { about: About::Field("basis".into()), wrong: "不清楚".into(), right: "请重选".into() };
        ask_supplement(backend, &clerk, id, seen().await, vec![ask]).await.unwrap();
        assert!(waiting_seats(backend, &reviewer).await.unwrap().is_empty());
        save_answers(backend, &zhou, id, raw(&[("basis", "study")])).await.unwrap();
        resubmit(backend, &zhou, id).await.unwrap();
        assert_eq!(waiting_seats(backend, &reviewer).await.unwrap().len(), 1);
        // Handed up, the city's reviewers are asked.
        let row = opened(backend, &zhou, id).await.row;
        let up = ways(backend, &row.department, row.place).up.unwrap();
        transfer(backend, &clerk, id, row.version, up.id, "疑难").await.unwrap();
        assert!(waiting_seats(backend, &reviewer).await.unwrap().is_empty());
        assert_eq!(waiting_seats(backend, &city).await.unwrap().len(), 1);
        withdraw(backend, &zhou, id).await.unwrap();
        assert!(waiting_seats(backend, &city).await.unwrap().is_empty());
        let late = opine(backend, &city, id, seen().await, at(0, 0), true, "").await;
        assert!(matches!(late, Err(CaseError::Changed)), "{late:?}");
        let decider = portal.staff(POLICE, CLERK).await;
        let words = Reason::Words("撤回以后".into());
        assert!(refuse(backend, &decider, id, seen().await, words).await.is_err());
    }
}
