//! Offices of places: which one gets a case, who of it may work on it, in whose hands it is, and what becomes of it when
//! people and offices change.

mod common;

use backend::Backend;
use backend::cases::claim::{assign, claim, release};
use backend::cases::decide::{accept, approve};
use backend::cases::open::open_at_desk;
use backend::cases::queue::{Found, Hands, Narrow, queue, search};
use backend::cases::reclock::{Follower, reclock};
use backend::cases::rehome::REHOME;
use backend::cases::transfer::{transfer, ways};
use backend::cases::{CaseError, Opened};
use backend::identity::{Actor, Denied, index_names};
use backend::messages::sweep;
use backend::organisation::{
    Appointing, OrganisationError, abolish_office, appoint, end_appointment, load_calendar, open_post,
};
use backend::testing::{HOLD_SECONDS, Portal};
use common::*;
use domain::cases::{CaseState, Light};
use domain::identity::Role;
use domain::ids::{CaseId, OfficeId, PostId, StaffId};
use domain::organisation::Scope;
use domain::text::Text;
use storage::audit;

const CLERK: &[Role] = &[Role::Intake, Role::Decide];
/// 余杭区, where 周明 lives; 上城区, where he does not.
const YUHANG: &str = "330110";
const SHANGCHENG: &str = "330102";

fn is_forbidden<T: std::fmt::Debug>(outcome: &Result<T, CaseError>) -> bool {
    matches!(outcome, Err(CaseError::Denied(Denied::Forbidden)))
}

/// A case of [`BY_CLERK`] that was filed where there are offices in two districts.
async fn filed_in_a_district(portal: &Portal) -> (Actor, CaseId) {
    portal.office(POLICE, YUHANG).await;
    portal.office(POLICE, SHANGCHENG).await;
    let zhou = portal.citizen(ZHOU).await;
    let draft = clerk_draft(&portal.backend, &zhou).await;
    let (id, _) = filed(&portal.backend, &zhou, draft).await;
    (zhou, id)
}

fn place(case: &Opened) -> String {
    case.row.place.to_string()
}

fn office_at(portal: &Portal, place: &str) -> OfficeId {
    let current = portal.backend.organisation.current();
    current.offices.get(POLICE, place.parse().unwrap()).unwrap().id
}

/// Has what was left moved, until nothing is; says whether there was anything to look at.
async fn moved_on(portal: &Portal) -> bool {
    let mut any = false;
    while portal.jobs().run_once(REHOME).await.unwrap() > 0 {
        any = true;
    }
    any
}

/// Another case of the same person.
async fn filed_again(backend: &Backend, person: &Actor) -> CaseId {
    let draft = clerk_draft(backend, person).await;
    filed(backend, person, draft).await.0
}

async fn places_of(backend: &Backend, person: &Actor, cases: &[CaseId]) -> Vec<String> {
    let mut places = Vec::new();
    for id in cases {
        places.push(place(&opened(backend, person, *id).await));
    }
    places
}

/// How often an action stands in the audit trail of the case's person.
async fn audited(portal: &Portal, zhou: &Actor, action: &str) -> usize {
    let mut tx = portal.backend.db.read().await.unwrap();
    let me = zhou.person().unwrap().id;
    let all = audit::about_person(&mut tx, me, audit::Cursor::START, 500).await.unwrap();
    all.iter().filter(|record| record.action == action).count()
}

storage::contract! {
    async fn a_case_goes_to_the_office_of_its_place(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, id) = filed_in_a_district(&portal).await;
        assert_eq!(place(&opened(backend, &zhou, id).await), YUHANG);
        let district = portal.staff_at(POLICE, YUHANG, CLERK).await;
        let beside = portal.staff_at(POLICE, SHANGCHENG, CLERK).await;
        let city = portal.staff(POLICE, CLERK).await;
        assert!(open_at_desk(backend, &district, id).await.is_ok());
        assert!(open_at_desk(backend, &city, id).await.is_ok(), "the city sees what lies within it");
        assert!(is_forbidden(&open_at_desk(backend, &beside, id).await));
        let seen = version(backend, &zhou, id).await;
        assert!(is_forbidden(&accept(backend, &beside, id, seen).await));
        assert_eq!(audited(&portal, &zhou, "cases.refused").await, 2, "both attempts are noted");
    }

    async fn a_hundred_claims_of_one_case_make_one_holder(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (zhou, id) = filed_in_a_district(&portal).await;
        let second = portal.second(t.second().await).await;
        let mut claims = tokio::task::JoinSet::new();
        for n in 0..100 {
            let backend = if n % 2 == 0 { portal.backend.clone() } else { second.clone() };
            let clerk = clerk(&backend, POLICE);
            claims.spawn(async move {
                let me = clerk.staff().unwrap().id;
                (me, claim(&backend, &clerk, id).await)
            });
        }
        let mut holders: Vec<StaffId> = Vec::new();
        while let Some(done) = claims.join_next().await {
            match done.unwrap() {
                (me, Ok(())) => holders.push(me),
                (_, Err(CaseError::Held(_))) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(holders.len(), 1);
        assert_eq!(opened(&portal.backend, &zhou, id).await.row.held_by, Some(holders[0]));
        assert_eq!(audited(&portal, &zhou, "cases.claim").await, 1);
    }

    async fn what_somebody_holds_is_theirs_until_it_returns(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, id) = filed_in_a_district(&portal).await;
        let (first, second) = (clerk(backend, POLICE), clerk(backend, POLICE));
        claim(backend, &first, id).await.unwrap();
        let seen = version(backend, &zhou, id).await;
        let holder = first.staff().unwrap().id;
        let refused = accept(backend, &second, id, seen).await;
        assert!(matches!(refused, Err(CaseError::Held(by)) if by == holder), "{refused:?}");
        release(backend, &second, id).await.unwrap();
        assert!(matches!(claim(backend, &second, id).await, Err(CaseError::Held(_))), "it was not theirs to give back");

        portal.clock.advance(HOLD_SECONDS - 1);
        assert!(matches!(claim(backend, &second, id).await, Err(CaseError::Held(_))));
        portal.clock.advance(1);
        claim(backend, &second, id).await.unwrap();
        assert!(matches!(accept(backend, &first, id, seen).await, Err(CaseError::Held(_))));
        accept(backend, &second, id, seen).await.unwrap();

        let desk = desk_of(backend, POLICE);
        let count = async |who: &Actor, hands| {
            let narrow = Narrow { hands: Some(hands), ..Narrow::default() };
            queue(backend, who, &desk, CaseState::Accepted, &narrow, None, 10).await.unwrap().len()
        };
        assert_eq!((count(&second, Hands::Mine).await, count(&first, Hands::Mine).await), (1, 0));
        assert_eq!(count(&first, Hands::Free).await, 0);
        release(backend, &second, id).await.unwrap();
        assert_eq!(count(&first, Hands::Free).await, 1);
    }

    async fn a_case_is_assigned_to_who_works_there(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, id) = filed_in_a_district(&portal).await;
        let (chief, district) = (portal.staff(POLICE, CLERK).await, portal.staff_at(POLICE, YUHANG, CLERK).await);
        let elsewhere = portal.staff_at(POLICE, SHANGCHENG, CLERK).await;
        let to = |who: &Actor| who.staff().unwrap().id;
        assert!(matches!(assign(backend, &chief, id, to(&elsewhere)).await, Err(CaseError::NotFound)));
        let intake = portal.staff_at(POLICE, YUHANG, &[Role::Intake]).await;
        assert!(is_forbidden(&assign(backend, &intake, id, to(&district)).await), "only who decides or supervises");
        assign(backend, &chief, id, to(&district)).await.unwrap();
        assert_eq!(opened(backend, &zhou, id).await.row.held_by, Some(to(&district)));
    }

    async fn a_case_is_handed_up_and_down_with_a_clock_of_its_own(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, id) = filed_in_a_district(&portal).await;
        let district = portal.staff_at(POLICE, YUHANG, CLERK).await;
        let beside = portal.staff_at(POLICE, SHANGCHENG, CLERK).await;
        let due = opened(backend, &zhou, id).await.row.due_on.clone();
        let seen = version(backend, &zhou, id).await;
        let around = ways(backend, POLICE, YUHANG.parse().unwrap());
        assert_eq!(around.up.unwrap().id, office_at(&portal, "3301"));
        assert!(around.down.is_empty());
        assert_eq!(around.across.iter().map(|o| o.id).collect::<Vec<_>>(), [office_at(&portal, SHANGCHENG)]);
        let nowhere = transfer(backend, &district, id, seen, OfficeId(backend.id()), "不归我们管").await;
        assert!(matches!(nowhere, Err(CaseError::NotFound)));
        let silent = transfer(backend, &district, id, seen, office_at(&portal, SHANGCHENG), " ").await;
        assert!(matches!(silent, Err(CaseError::Text(_))), "a reason is needed");

        transfer(backend, &district, id, seen, office_at(&portal, SHANGCHENG), "居住地已变更").await.unwrap();
        let moved = opened(backend, &zhou, id).await;
        assert_eq!((place(&moved).as_str(), moved.row.due_on.clone()), (SHANGCHENG, due), "the promise goes on");
        assert!(is_forbidden(&accept(backend, &district, id, moved.row.version).await), "not theirs any more");
        let take_on = moved.reading(backend).unwrap().take_on.unwrap();
        while backend.now().date_in_china() <= take_on {
            portal.clock.advance(6 * 3600);
        }
        assert_eq!(moved.reading(backend).unwrap().light, Light::Red, "nobody took it on");
        accept(backend, &beside, id, moved.row.version).await.unwrap();
        let taken = opened(backend, &zhou, id).await.reading(backend).unwrap();
        assert_eq!(taken.take_on, None);
        trail_is_sound(backend).await;
    }

    async fn a_deputy_stands_in_from_one_day_to_another(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, id) = filed_in_a_district(&portal).await;
        let token = portal.staff_token_at(POLICE, SHANGCHENG, &[Role::Intake]).await;
        let deputy = async || backend::identity::authenticate(backend, &token).await.unwrap().unwrap().actor();
        let absent = portal.staff_at(POLICE, YUHANG, CLERK).await;
        let post: PostId = absent.staff().unwrap().grants[0].post;
        let now = backend.now();
        let standing_in = Appointing {
            post,
            staff: deputy().await.staff().unwrap().id,
            deputy_for: Some(absent.staff().unwrap().id),
            reason: Some("休年假".into()),
            starts_at: now.plus_seconds(600),
            ends_at: Some(now.plus_seconds(1800)),
        };
        let endless = Appointing { ends_at: None, ..standing_in.clone() };
        assert!(matches!(appoint(backend, &absent, endless).await, Err(OrganisationError::Time)));
        let stranger = portal.staff("health", CLERK).await;
        let meddling = appoint(backend, &stranger, standing_in.clone()).await;
        assert!(matches!(meddling, Err(OrganisationError::Denied(Denied::Forbidden))));
        let own = Appointing { staff: absent.staff().unwrap().id, ..standing_in.clone() };
        assert!(matches!(appoint(backend, &absent, own).await, Err(OrganisationError::OwnPost)));

        appoint(backend, &absent, standing_in.clone()).await.unwrap();
        assert!(is_forbidden(&open_at_desk(backend, &deputy().await, id).await), "not yet");
        portal.clock.advance(600);
        let seen = version(backend, &zhou, id).await;
        let acting = deputy().await;
        assert_eq!(acting.staff().unwrap().grants.last().unwrap().deputy_for, absent.staff().ok().map(|s| s.id));
        accept(backend, &acting, id, seen).await.unwrap();
        // It ends in the middle of the work.
        portal.clock.advance(1200);
        let late = approve(backend, &deputy().await, id, seen + 1, Some("已对照原件核实")).await;
        assert!(matches!(late, Err(CaseError::Denied(_))), "{late:?}");

        // Ended before its time, it is over at once.
        let again = Appointing { starts_at: backend.now(), ends_at: Some(backend.now().plus_days(5)), ..standing_in };
        let appointment = appoint(backend, &absent, again).await.unwrap();
        assert!(open_at_desk(backend, &deputy().await, id).await.is_ok());
        end_appointment(backend, &absent, appointment).await.unwrap();
        assert!(is_forbidden(&open_at_desk(backend, &deputy().await, id).await));
    }

    async fn who_looks_after_the_portal_works_on_no_case(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let region = backend.catalog.reference.place().unwrap();
        let scope = Scope { department: Some(POLICE.into()), region };
        let post = |roles: &[Role]| backend::organisation::NewPost {
            office: office_at(&portal, "3301"),
            title: Text::new("综合岗", "Officer"),
            roles: roles.to_vec(),
            scope: scope.clone(),
        };
        let both = open_post(backend, &Actor::System, post(&[Role::System, Role::Decide])).await;
        assert!(matches!(both, Err(OrganisationError::SystemAndCases)));
        let admin = portal.staff(POLICE, &[Role::System]).await;
        let deciding = open_post(backend, &admin, post(&[Role::Decide])).await.unwrap();
        let appointing = |staff: &Actor| Appointing {
            post: deciding,
            staff: staff.staff().unwrap().id,
            deputy_for: None,
            reason: None,
            starts_at: backend.now(),
            ends_at: None,
        };
        let own = appoint(backend, &admin, appointing(&admin)).await;
        assert!(matches!(own, Err(OrganisationError::Denied(Denied::Forbidden))), "nobody appoints themself");
        let other_admin = portal.staff(POLICE, &[Role::System]).await;
        let mixed = appoint(backend, &admin, appointing(&other_admin)).await;
        assert!(matches!(mixed, Err(OrganisationError::SystemAndCases)));
        let clerk = portal.staff(POLICE, &[Role::Intake]).await;
        let by_clerk = appoint(backend, &clerk, appointing(&other_admin)).await;
        assert!(matches!(by_clerk, Err(OrganisationError::Denied(Denied::Forbidden))));
        appoint(backend, &admin, appointing(&clerk)).await.unwrap();
    }

    async fn the_cases_of_an_abolished_office_go_on_above(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, id) = filed_in_a_district(&portal).await;
        let district = portal.staff_at(POLICE, YUHANG, CLERK).await;
        assert!(open_at_desk(backend, &district, id).await.is_ok());
        let office = office_at(&portal, YUHANG);
        let by_clerk = abolish_office(backend, &district, office, None).await;
        assert!(matches!(by_clerk, Err(OrganisationError::Denied(Denied::Forbidden))));
        abolish_office(backend, &Actor::System, office, None).await.unwrap();
        assert!(moved_on(&portal).await);
        let moved = opened(backend, &zhou, id).await;
        assert_eq!((place(&moved).as_str(), moved.row.state), ("3301", CaseState::Submitted));
        assert!(moved.row.due_on.is_some());
        assert!(is_forbidden(&open_at_desk(backend, &district, id).await));
        let city = portal.staff(POLICE, CLERK).await;
        accept(backend, &city, id, moved.row.version).await.unwrap();
        let again = abolish_office(backend, &Actor::System, office, None).await;
        assert!(matches!(again, Err(OrganisationError::NotFound)));
        // New cases go above, too.
        let lin = portal.citizen(LIN).await;
        let draft = clerk_draft(backend, &lin).await;
        let (next, _) = filed(backend, &lin, draft).await;
        assert_eq!(place(&opened(backend, &lin, next).await), "3301");
    }

    /// The process that moves them ends in the middle; another one goes on.
    async fn a_move_that_stopped_half_way_is_taken_up(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, first) = filed_in_a_district(&portal).await;
        let mut cases = vec![first];
        for _ in 0..5 {
            cases.push(filed_again(backend, &zhou).await);
        }
        abolish_office(backend, &Actor::System, office_at(&portal, YUHANG), None).await.unwrap();
        assert_eq!(places_of(backend, &zhou, &cases).await, [YUHANG; 6], "the page waits for none of it");
        let jobs = portal.jobs();
        let ending = tokio::spawn(async move { jobs.run_once(REHOME).await.map(|_| ()) });
        while audited(&portal, &zhou, "cases.rehome").await == 0 {
            tokio::task::yield_now().await;
        }
        ending.abort();
        let _ = ending.await;
        // Its lease runs out.
        portal.clock.advance(61);
        moved_on(&portal).await;
        let zhou = portal.citizen(ZHOU).await;
        assert_eq!(places_of(backend, &zhou, &cases).await, ["3301"; 6]);
        assert_eq!(audited(&portal, &zhou, "cases.rehome").await, 6, "each once");
        assert!(!moved_on(&portal).await, "and nothing is left to look at");
        trail_is_sound(backend).await;
    }

    /// Its directory is older than the abolition, so it still sends cases there.
    async fn what_a_late_process_leaves_at_an_abolished_office_is_found(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, first) = filed_in_a_district(&portal).await;
        let late = portal.second(t.second().await).await;
        let (office, beside) = (office_at(&portal, YUHANG), office_at(&portal, SHANGCHENG));
        abolish_office(backend, &Actor::System, office, Some(beside)).await.unwrap();
        moved_on(&portal).await;
        let cases = [first, filed_again(&late, &zhou).await, filed_again(&late, &zhou).await];
        assert_eq!(places_of(backend, &zhou, &cases).await, [SHANGCHENG, YUHANG, YUHANG]);
        // Who had its work is no more, either.
        abolish_office(backend, &Actor::System, beside, None).await.unwrap();
        sweep(backend).await.unwrap();
        moved_on(&portal).await;
        assert_eq!(places_of(backend, &zhou, &cases).await, ["3301"; 3]);
        // A new office there has cases of its own.
        portal.office(POLICE, YUHANG).await;
        let new = filed_again(backend, &zhou).await;
        sweep(backend).await.unwrap();
        assert_eq!(places_of(backend, &zhou, &[new]).await, [YUHANG]);
    }

    async fn a_calendar_that_is_loaded_later_moves_the_promised_days(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, id) = filed_in_a_district(&portal).await;
        let due = async || opened(backend, &zhou, id).await.row.due_on.clone().unwrap();
        assert_eq!(due().await, "2026-11-26");
        let seen = version(backend, &zhou, id).await;
        let year = "off = [\"2026-11-24\", \"2026-11-25\"]\nworking = [\"2026-11-28\"]";
        let by_clerk = load_calendar(backend, &clerk(backend, POLICE), year).await;
        assert!(by_clerk.is_err());
        assert!(load_calendar(backend, &Actor::System, "off = []\nworking = []").await.is_err());
        assert_eq!(load_calendar(backend, &Actor::System, year).await.unwrap(), 2026);
        assert_eq!(reclock(backend).await.unwrap(), 1);
        assert_eq!(due().await, "2026-11-28", "a Saturday that is worked");
        assert_eq!(version(backend, &zhou, id).await, seen, "what a clerk looks at is still what it was");
        assert_eq!(reclock(backend).await.unwrap(), 0);
        // Another process hears of it.
        let second = portal.second(t.second().await).await;
        second.organisation.refresh(&second.db).await.unwrap();
        assert!(second.organisation.current().calendar.is_working("2026-11-28".parse().unwrap()));
    }

    /// It still has the old working days when all dates are computed anew, so what is filed there gets old ones.
    async fn a_process_with_old_working_days_mends_what_it_kept(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, _) = filed_in_a_district(&portal).await;
        let (late, later) = (portal.second(t.second().await).await, portal.second(t.second().await).await);
        let mut follower = Follower::default();
        assert_eq!(follower.look(&late).await.unwrap(), 0, "all was right when it started");
        let year = "off = [\"2026-11-24\", \"2026-11-25\"]\nworking = [\"2026-11-28\"]";
        load_calendar(backend, &Actor::System, year).await.unwrap();
        assert_eq!(reclock(backend).await.unwrap(), 1);
        let due = async |id| opened(backend, &zhou, id).await.row.due_on.clone().unwrap();
        let id = filed_again(&late, &zhou).await;
        assert_eq!(due(id).await, "2026-11-26");
        assert_eq!(follower.look(&late).await.unwrap(), 0, "it has not heard of them yet");
        // By whatever way it hears.
        late.organisation.refresh(&late.db).await.unwrap();
        assert_eq!(follower.look(&late).await.unwrap(), 1);
        assert_eq!(due(id).await, "2026-11-28");
        // What was on its way meanwhile.
        let id = filed_again(&later, &zhou).await;
        assert_eq!(due(id).await, "2026-11-26");
        assert_eq!(follower.look(&late).await.unwrap(), 1);
        assert_eq!(due(id).await, "2026-11-28");
        filed_again(&later, &zhou).await;
        assert_eq!(follower.look(&late).await.unwrap(), 0, "and then it rests");
        // One that starts looks, whatever happened before.
        assert_eq!(Follower::default().look(backend).await.unwrap(), 1);
    }

    /// Who proved their identity before names had digests is found once the jobs have started.
    async fn people_are_found_by_name_and_number(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, id) = filed_in_a_district(&portal).await;
        let clerk = portal.staff_at(POLICE, YUHANG, CLERK).await;
        let beside = portal.staff_at(POLICE, SHANGCHENG, CLERK).await;
        for typed in [ZHOU, Portal::demo_person(ZHOU).id] {
            assert_eq!(found(backend, &clerk, typed).await, [id], "{typed}");
            assert!(found(backend, &beside, typed).await.is_empty());
        }
        assert!(found(backend, &clerk, LIN).await.is_empty());
        assert_eq!(audited(&portal, &zhou, "cases.search").await, 2, "noted for whom was looked for");
        assert!(matches!(search(backend, &clerk, "12345").await.unwrap(), Found::Nonsense));
        storage::testing::as_owner(&backend.db, "UPDATE persons SET name_index = NULL").await;
        assert!(found(backend, &clerk, ZHOU).await.is_empty());
        assert_eq!(index_names(backend).await.unwrap(), 1);
        assert_eq!(found(backend, &clerk, ZHOU).await, [id]);
        assert_eq!(index_names(backend).await.unwrap(), 0);
    }
}
