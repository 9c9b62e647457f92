//! What the clerk's desk stands on: figures, names, closed cases, answers in full, certificates of the department.

use backend::cases::CaseError;
use backend::cases::consent::revoke_consent;
use backend::cases::decide::{accept, approve, decline, refuse};
use backend::cases::list::Listed;
use backend::cases::queue::{Narrow, Waiting, applicants, colleagues, filed_before, glance, queue, waiting};
use backend::cases::unmask::{UnmaskPurpose, unmask_answer};
use backend::certificates::{at_desk, revoke};
use backend::identity::{AccessCursor, Actor, Denied, Purpose, UnmaskReason, who_read_my_data};
use backend::testing::Portal;
use domain::cases::{Answer, CaseState};
use domain::certificates::CertificateStatus;
use domain::identity::Role;
use standins::switches::Mode;

mod common;
use common::*;

fn is_not_found<T: std::fmt::Debug>(outcome: Result<T, CaseError>) -> bool {
    matches!(outcome, Err(CaseError::NotFound))
}

fn is_forbidden<T: std::fmt::Debug>(outcome: Result<T, CaseError>) -> bool {
    matches!(outcome, Err(CaseError::Denied(Denied::Forbidden)))
}

async fn officer(portal: &Portal) -> Actor {
    portal.staff(POLICE, &[Role::Intake, Role::Decide]).await
}

fn ids(cases: &[Listed]) -> Vec<domain::ids::CaseId> {
    cases.iter().map(|c| c.row.id).collect()
}

storage::contract! {
    async fn the_figures_of_a_department_follow_its_cases(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, police) = (portal.citizen(ZHOU).await, officer(&portal).await);
        let desk = desk_of(backend, POLICE);
        assert_eq!(waiting(backend, &police, &desk).await.unwrap(), Waiting::default());

        portal.standins.switches.set("household", Mode::Down);
        let draft = clerk_draft(backend, &zhou).await;
        let (id, _) = filed(backend, &zhou, draft).await;
        let one = Waiting { submitted: 1, pending: 1, ..Waiting::default() };
        assert_eq!(waiting(backend, &police, &desk).await.unwrap(), one);
        let health = (clerk(backend, "health"), desk_of(backend, "health"));
        assert_eq!(waiting(backend, &health.0, &health.1).await.unwrap(), Waiting::default());
        assert!(is_forbidden(waiting(backend, &health.0, &desk).await));

        accept(backend, &police, id, version(backend, &zhou, id).await).await.unwrap();
        let due = opened(backend, &zhou, id).await.row.due_on.clone().unwrap();
        let accepted = Waiting { submitted: 0, accepted: 1, mine: 1, ..one };
        assert_eq!(waiting(backend, &police, &desk).await.unwrap(), accepted);
        while backend.now().date_in_china().to_string() < due {
            portal.clock.advance(6 * 3600);
        }
        assert_eq!(waiting(backend, &police, &desk).await.unwrap(), Waiting { due_today: 1, yellow: 1, mine: 0, ..accepted.clone() });
        portal.clock.advance(24 * 3600);
        assert_eq!(waiting(backend, &police, &desk).await.unwrap(), Waiting { red: 1, mine: 0, ..accepted });
    }

    async fn applicants_are_masked_and_colleagues_are_named(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, police) = (portal.citizen(ZHOU).await, officer(&portal).await);
        let draft = clerk_draft(backend, &zhou).await;
        let (id, _) = filed(backend, &zhou, draft).await;
        let listed = queue(backend, &police, &desk_of(backend, POLICE), CaseState::Submitted, &Narrow::default(), None, 10).await.unwrap();
        assert_eq!(applicants(backend, &police, &listed).await.unwrap(), ["周*"]);
        let me = police.staff().unwrap().id;
        assert_eq!(colleagues(backend, &police, &[me, me]).await.unwrap()[&me], "王工");

        // A glance is no reading; another department has no case to glance at.
        let before = who_read_my_data(backend, zhou.person().unwrap(), AccessCursor::START).await.unwrap();
        assert_eq!(glance(backend, &police, id).await.unwrap().0.row.state, CaseState::Submitted);
        let after = who_read_my_data(backend, zhou.person().unwrap(), AccessCursor::START).await.unwrap();
        assert_eq!(before, after);
        assert!(is_forbidden(glance(backend, &clerk(backend, "health"), id).await));
        assert!(is_not_found(glance(backend, &police, clerk_draft(backend, &zhou).await).await), "drafts are nobody's business");

        let system = portal.staff(POLICE, &[Role::System]).await;
        for nobody in [&system, &zhou, &Actor::Anonymous] {
            assert!(matches!(glance(backend, nobody, id).await, Err(CaseError::Denied(_))));
            assert!(matches!(waiting(backend, nobody, &desk_of(backend, POLICE)).await, Err(CaseError::Denied(_))));
            assert!(matches!(applicants(backend, nobody, &listed).await, Err(CaseError::Denied(_))));
            assert!(matches!(colleagues(backend, nobody, &[me]).await, Err(CaseError::Denied(_))));
        }
    }

    async fn closed_cases_are_listed_newest_first_page_by_page(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, police) = (portal.citizen(ZHOU).await, officer(&portal).await);
        let mut closed = Vec::new();
        for _ in 0..3 {
            let draft = clerk_draft(backend, &zhou).await;
            let (id, _) = filed(backend, &zhou, draft).await;
            let reason = backend::cases::Reason::Words("不属于本部门职权范围".into());
            decline(backend, &police, id, version(backend, &zhou, id).await, reason).await.unwrap();
            closed.insert(0, id);
            portal.clock.advance(60);
        }
        let first = filed_before(backend, &police, &desk_of(backend, POLICE), CaseState::Declined, None, 2).await.unwrap();
        assert_eq!(ids(&first), closed[..2]);
        let last = first.last().map(|c| (c.row.submitted_at.unwrap(), c.row.id));
        let second = filed_before(backend, &police, &desk_of(backend, POLICE), CaseState::Declined, last, 2).await.unwrap();
        assert_eq!(ids(&second), closed[2..]);
        assert!(filed_before(backend, &police, &desk_of(backend, POLICE), CaseState::Approved, None, 2).await.unwrap().is_empty());
        assert!(filed_before(backend, &clerk(backend, "health"), &desk_of(backend, "health"), CaseState::Declined, None, 2).await.unwrap().is_empty());
    }

    async fn an_answer_is_seen_in_full_for_a_purpose_only(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, police) = (portal.citizen(ZHOU).await, officer(&portal).await);
        let draft = clerk_draft(backend, &zhou).await;
        let (id, _) = filed(backend, &zhou, draft).await;
        assert!(matches!(unmask_answer(backend, &police, id, "address", &why(" ")).await, Err(CaseError::Text(_))));
        assert!(is_not_found(unmask_answer(backend, &police, id, "stray", &why("核对住址")).await));
        assert!(is_forbidden(unmask_answer(backend, &clerk(backend, "health"), id, "address", &why("核对住址")).await));
        let answer = unmask_answer(backend, &police, id, "address", &why("核对住址")).await.unwrap();
        assert!(matches!(answer, Answer::Address { detail, .. } if detail.contains("示例路99号")));
        let read = who_read_my_data(backend, zhou.person().unwrap(), AccessCursor::START).await.unwrap();
        let looks: Vec<_> = read.entries.iter().filter(|e| e.action == "cases.unmask").collect();
        assert_eq!(looks.len(), 1);
        assert_eq!(looks[0].purpose, Some(Purpose::Unmask(UnmaskReason::Other)));
        assert_eq!(looks[0].words.as_deref(), Some("核对住址"));
        let silent = UnmaskPurpose { reason: UnmaskReason::Other, words: None };
        assert!(matches!(unmask_answer(backend, &police, id, "address", &silent).await, Err(CaseError::ReasonNeeded)));
        trail_is_sound(backend).await;
    }

    /// Who takes consent back while a register still owes a fact leaves a case that can only be refused.
    async fn a_case_without_consent_and_facts_can_be_brought_to_an_end(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, police) = (portal.citizen(ZHOU).await, officer(&portal).await);
        portal.standins.switches.set("household", Mode::Down);
        let draft = clerk_draft(backend, &zhou).await;
        let (id, _) = filed(backend, &zhou, draft).await;
        accept(backend, &police, id, version(backend, &zhou, id).await).await.unwrap();
        let reason = || backend::cases::Reason::Words("授权已撤回，户籍信息无法核实".into());
        let early = refuse(backend, &police, id, version(backend, &zhou, id).await, reason()).await;
        assert!(matches!(early, Err(CaseError::Pending(_))), "{early:?}");
        let consent = opened(backend, &zhou, id).await.consent.unwrap().id;
        revoke_consent(backend, &zhou, consent).await.unwrap();
        let granted = approve(backend, &police, id, version(backend, &zhou, id).await, Some("已对照原件核实")).await;
        assert!(matches!(granted, Err(CaseError::Pending(_))), "{granted:?}");
        refuse(backend, &police, id, version(backend, &zhou, id).await, reason()).await.unwrap();
        assert_eq!(state(backend, &zhou, id).await, CaseState::Refused);
    }

    async fn a_department_finds_its_own_certificates(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, police) = (portal.citizen(ZHOU).await, officer(&portal).await);
        let draft = clerk_draft(backend, &zhou).await;
        let (id, _) = filed(backend, &zhou, draft).await;
        assert!(at_desk::of_case(backend, &police, id).await.unwrap().is_none());
        accept(backend, &police, id, version(backend, &zhou, id).await).await.unwrap();
        approve(backend, &police, id, version(backend, &zhou, id).await, Some("已对照原件核实")).await.unwrap();

        let issued = at_desk::of_case(backend, &police, id).await.unwrap().unwrap();
        let number = issued.row.number.clone();
        assert_eq!((issued.status, issued.holder.as_str(), issued.reason), (CertificateStatus::Valid, "周*", None));
        let stranger = clerk(backend, "health");
        assert!(at_desk::of_case(backend, &stranger, id).await.unwrap().is_none());
        assert!(is_not_found(at_desk::by_number(backend, &stranger, &number).await));
        assert!(is_not_found(at_desk::by_number(backend, &police, "1.2.156").await));
        let intake = portal.staff(POLICE, &[Role::Intake]).await;
        assert!(matches!(at_desk::by_number(backend, &intake, &number).await, Err(CaseError::Denied(Denied::Forbidden))));

        revoke::revoke(backend, &police, &number, "申报的住址不实").await.unwrap();
        let revoked = at_desk::by_number(backend, &police, &number).await.unwrap();
        assert_eq!(revoked.status, CertificateStatus::Revoked);
        assert_eq!(revoked.reason.as_deref(), Some("申报的住址不实"));
    }
}
