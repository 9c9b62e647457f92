//! What is not kept for longer than people were told.

use backend::cases::begin::begin;
use backend::cases::consent::{consents_of, give_consent};
use backend::cases::decide::{accept, approve, refuse};
use backend::cases::open::open_own;
use backend::cases::{CaseError, Reason};
use backend::messages::sweep;
use backend::testing::Portal;
use domain::cases::CaseState;

mod common;
use common::*;

const DAY: i64 = 24 * 3600;

storage::contract! {
    async fn evidence_is_erased_when_its_time_is_over_and_the_case_stays(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin, zhou) = (&portal.backend, portal.citizen(LIN).await, portal.citizen(ZHOU).await);
        let (id, _) = filed(backend, &lin, instant_draft(backend, &lin).await).await;
        let (open, _) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
        let closed = opened(backend, &lin, id).await;
        assert!(closed.row.state.is_closed() && !closed.evidence.is_empty());
        let days = closed.consent.clone().unwrap().keep_days;
        portal.clock.advance(days * DAY - 1);
        sweep(backend).await.unwrap();
        assert_eq!(opened(backend, &lin, id).await.evidence, closed.evidence, "a second too early");
        portal.clock.advance(1);
        sweep(backend).await.unwrap();
        let after = opened(backend, &lin, id).await;
        assert!(after.evidence.is_empty());
        assert_eq!(after.row.evidence_erased_at, Some(backend.now()));
        assert_eq!((after.row.state, &after.answers, after.decision.is_some()), (closed.row.state, &closed.answers, true));
        assert_eq!(consents_of(backend, &lin, None, 10).await.unwrap().len(), 1, "that consent was given is remembered");
        assert!(!opened(backend, &zhou, open).await.evidence.is_empty(), "a case under way keeps its evidence");
        assert_eq!(sweep(backend).await.unwrap(), 0, "once");
        trail_is_sound(backend).await;
    }

    async fn what_a_clerk_closes_is_let_go_as_well(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou, police) = (&portal.backend, portal.citizen(ZHOU).await, clerk(&portal.backend, POLICE));
        let mut closed = Vec::new();
        for favourably in [true, false] {
            let (id, _) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
            accept(backend, &police, id, version(backend, &zhou, id).await).await.unwrap();
            let seen = version(backend, &zhou, id).await;
            if favourably {
                approve(backend, &police, id, seen, Some("已对照原件核实")).await.unwrap();
            } else {
                refuse(backend, &police, id, seen, Reason::Words("不符合条件".into())).await.unwrap();
            }
            closed.push(id);
            portal.clock.advance(60);
        }
        let days = opened(backend, &zhou, closed[0]).await.consent.unwrap().keep_days;
        portal.clock.advance(days * DAY);
        sweep(backend).await.unwrap();
        for id in closed {
            assert!(opened(backend, &zhou, id).await.evidence.is_empty());
        }
    }

    async fn an_abandoned_draft_goes_with_all_that_was_fetched_for_it(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin, zhou) = (&portal.backend, portal.citizen(LIN).await, portal.citizen(ZHOU).await);
        let old = instant_draft(backend, &lin).await;
        let (filed, _) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
        portal.clock.advance(60 * DAY);
        let young = begin(backend, &lin, BY_CLERK).await.unwrap();
        give_consent(backend, &lin, young).await.unwrap();
        portal.clock.advance(30 * DAY);
        sweep(backend).await.unwrap();
        assert!(open_own(backend, &lin, old).await.is_ok(), "ninety days are not over");
        portal.clock.advance(1);
        sweep(backend).await.unwrap();
        assert!(matches!(open_own(backend, &lin, old).await, Err(CaseError::NotFound)));
        assert_eq!(state(backend, &lin, young).await, CaseState::Draft);
        assert_eq!(state(backend, &zhou, filed).await, CaseState::Submitted);
        trail_is_sound(backend).await;
    }
}
