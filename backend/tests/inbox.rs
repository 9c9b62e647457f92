//! What clerks have at their desk: the queue by role, saved views, internal notes, templates of reasons, and word of what
//! changes while they look.

mod common;

use std::sync::Arc;
use std::time::Duration;

use backend::Backend;
use backend::cases::CaseError;
use backend::cases::decide::{accept, approve};
use backend::cases::desk_views::{self, NewView};
use backend::cases::examination::opine;
use backend::cases::live::{Listener, Live, MOST_OF_ONE, News, Subject, listen};
use backend::cases::notes::{self, MAX_NOTE, notes_of};
use backend::cases::queue::{Narrow, glance, queue_of};
use backend::cases::reason_templates::{self, NewTemplate, ready};
use backend::cases::track::track;
use backend::cases::transfer::transfer;
use backend::catalog::publish::publish;
use backend::identity::{AccessCursor, Actor, Denied, authenticate, sign_out, who_read_my_data};
use backend::testing::Portal;
use common::*;
use domain::cases::{CaseState, ReasonKind, SeatAt, TemplateError, Turn};
use domain::catalog::{Need, Seat, Stage};
use domain::identity::Role;
use domain::ids::CaseId;
use domain::text::Text;
use storage::audit;

const CLERK: &[Role] = &[Role::Intake, Role::Decide];
const YUHANG: &str = "330110";
const SHANGCHENG: &str = "330102";

fn is_forbidden<T: std::fmt::Debug>(outcome: &Result<T, CaseError>) -> bool {
    matches!(outcome, Err(CaseError::Denied(Denied::Forbidden)))
}

async fn filed_case(portal: &Portal, zhou: &Actor) -> CaseId {
    let draft = clerk_draft(&portal.backend, zhou).await;
    portal.clock.advance(1);
    filed(&portal.backend, zhou, draft).await.0
}

/// The audit trail of a person: actions with their details.
async fn trail(backend: &Backend, person: &Actor) -> Vec<(String, String)> {
    let me = person.person().unwrap().id;
    let all = audit::about_person(&mut backend.db.read().await.unwrap(), me, audit::Cursor::START, 500).await;
    all.unwrap().into_iter().map(|record| (record.action, record.detail)).collect()
}

/// A process of the portal with a short pulse.
fn lively(portal: &Portal, pulse: Duration) -> Backend {
    Backend { live: Arc::new(Live::new(50).with_pulse(pulse)), ..portal.backend.clone() }
}

async fn look(backend: &Backend) {
    backend.live.look(&backend.db, backend.now()).await.unwrap();
}

async fn at_queue(backend: &Backend, token: &str) -> Listener {
    let subject = Subject::Desk { desk: desk_of(backend, POLICE), since: backend.now() };
    listen(backend, token, subject).await.unwrap().unwrap()
}

storage::contract! {
    async fn a_queue_shows_what_a_role_does_next(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let zhou = portal.citizen(ZHOU).await;
        let police = portal.staff(POLICE, CLERK).await;
        let mut cases = Vec::new();
        for _ in 0..3 {
            cases.push(filed_case(&portal, &zhou).await);
        }
        accept(backend, &police, cases[1], version(backend, &zhou, cases[1]).await).await.unwrap();
        let desk = desk_of(backend, POLICE);
        let holds = |role| police.staff().unwrap().holds(role);
        let shown = async |turn: Turn, after, limit| {
            let states = turn.states(holds);
            let page = queue_of(backend, &police, &desk, &states, &Narrow::default(), after, limit).await.unwrap();
            page.into_iter().map(|case| case.row).collect::<Vec<_>>()
        };
        let ids = |rows: &[backend::cases::list::CaseLine]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(ids(&shown(Turn::Intake, None, 10).await), [cases[0], cases[2]]);
        assert_eq!(ids(&shown(Turn::Decide, None, 10).await), [cases[1]]);
        assert!(shown(Turn::Review, None, 10).await.is_empty());
        // Of several states: the oldest of all, page by page, none twice.
        let first = shown(Turn::Mine, None, 2).await;
        assert_eq!(ids(&first), cases[..2]);
        let last = first.last().map(|row| (row.submitted_at.unwrap(), row.id));
        assert_eq!(ids(&shown(Turn::Mine, last, 2).await), cases[2..]);
    }

    async fn views_are_saved_renamed_and_bounded(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let police = portal.staff(POLICE, CLERK).await;
        let new = |name: &str| NewView {
            name: name.into(),
            desk: desk_of(backend, POLICE),
            within: Some(YUHANG.parse().unwrap()),
            turn: Some(Turn::Decide),
            state: None,
            light: Some(domain::cases::Light::Red),
            hands: None,
            service: Some(BY_CLERK.into()),
        };
        let id = desk_views::save(backend, &police, new(" 余杭急件 ")).await.unwrap();
        let kept = desk_views::view(backend, &police, id).await.unwrap();
        assert_eq!((kept.name.as_str(), kept.turn.as_deref(), kept.light.as_deref()), ("余杭急件", Some("decide"), Some("red")));
        assert_eq!(kept.within, Some(YUHANG.parse().unwrap()));
        assert_eq!(desk_views::default_view(backend, &police).await.unwrap(), None);
        desk_views::set_default(backend, &police, Some(id)).await.unwrap();
        assert_eq!(desk_views::default_view(backend, &police).await.unwrap().map(|v| v.id), Some(id));
        desk_views::rename(backend, &police, id, "急").await.unwrap();
        for wrong in ["", " ", &"长".repeat(31), "两\n行"] {
            assert!(matches!(desk_views::rename(backend, &police, id, wrong).await, Err(CaseError::Text(_))), "{wrong}");
        }
        // Each has their own.
        let colleague = portal.staff(POLICE, CLERK).await;
        assert!(desk_views::views(backend, &colleague).await.unwrap().is_empty());
        for outcome in [
            desk_views::rename(backend, &colleague, id, "我的").await,
            desk_views::set_default(backend, &colleague, Some(id)).await,
            desk_views::remove(backend, &colleague, id).await,
        ] {
            assert!(matches!(outcome, Err(CaseError::NotFound)), "{outcome:?}");
        }
        // A desk that is not theirs, a place that is not of the desk.
        let elsewhere = NewView { desk: desk_of(backend, "health"), ..new("别处") };
        assert!(is_forbidden(&desk_views::save(backend, &police, elsewhere).await));
        let outside = NewView { within: Some("330200".parse().unwrap()), ..new("外面") };
        assert!(matches!(desk_views::save(backend, &police, outside).await, Err(CaseError::NotFound)));

        for n in 1..desk_views::MOST {
            desk_views::save(backend, &police, new(&format!("视图{n}"))).await.unwrap();
        }
        assert!(matches!(desk_views::save(backend, &police, new("太多")).await, Err(CaseError::TooMany)));
        desk_views::remove(backend, &police, id).await.unwrap();
        assert_eq!(desk_views::default_view(backend, &police).await.unwrap(), None, "gone with its view");
        desk_views::save(backend, &police, new("又有位置")).await.unwrap();
        assert_eq!(desk_views::views(backend, &police).await.unwrap()[0].name, "又有位置", "in the free slot");
    }

    async fn notes_are_for_colleagues_and_never_for_the_applicant(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        portal.office(POLICE, YUHANG).await;
        let zhou = portal.citizen(ZHOU).await;
        let id = filed_case(&portal, &zhou).await;
        let (author, colleague) = (portal.staff_at(POLICE, YUHANG, CLERK).await, portal.staff(POLICE, CLERK).await);
        let before = who_read_my_data(backend, zhou.person().unwrap(), AccessCursor::START).await.unwrap();
        let words = "申请人电话里说下周补交，\r\n先不催。";
        let note = notes::write(backend, &author, id, words).await.unwrap();
        let read = notes_of(backend, &colleague, id).await.unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!((read[0].author, read[0].words.as_str()), (author.staff().unwrap().id, "申请人电话里说下周补交，\n先不催。"));
        assert_eq!((read[0].at, read[0].struck_at), (backend.now(), None));

        // Sealed in the database; in the trail without its words, and not among what the applicant sees.
        let rows = storage::cases::notes::of_case(&mut backend.db.read().await.unwrap(), id, 10).await.unwrap();
        assert!(!String::from_utf8_lossy(&rows[0].words).contains("下周"));
        let noted: Vec<_> = trail(backend, &zhou).await.into_iter().filter(|(action, _)| action == "cases.note").collect();
        assert_eq!(noted.len(), 1);
        assert!(noted[0].1.contains(&note.to_string()) && !noted[0].1.contains("下周"), "{noted:?}");
        let after = who_read_my_data(backend, zhou.person().unwrap(), AccessCursor::START).await.unwrap();
        assert_eq!(before, after);
        let (_, timeline) = track(backend, &zhou, id).await.unwrap();
        assert!(!format!("{timeline:?}").contains("下周"));
        assert!(matches!(notes_of(backend, &zhou, id).await, Err(CaseError::Denied(_))));
        let (opened, _) = glance(backend, &colleague, id).await.unwrap();
        assert_eq!(opened.row.version, version(backend, &zhou, id).await, "nothing of the case changed");

        // Struck by its author, once, and readable as struck.
        assert!(matches!(notes::strike(backend, &colleague, id, note).await, Err(CaseError::NotFound)));
        portal.clock.advance(60);
        notes::strike(backend, &author, id, note).await.unwrap();
        assert!(matches!(notes::strike(backend, &author, id, note).await, Err(CaseError::NotFound)));
        let struck = notes_of(backend, &colleague, id).await.unwrap();
        assert_eq!((struck[0].struck_at, &struck[0].words), (Some(backend.now()), &read[0].words));
        assert!(trail(backend, &zhou).await.iter().any(|(action, _)| action == "cases.strike_note"));
        trail_is_sound(backend).await;
    }

    async fn notes_are_bounded_and_of_the_office_only(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        portal.office(POLICE, YUHANG).await;
        let zhou = portal.citizen(ZHOU).await;
        let draft = clerk_draft(backend, &zhou).await;
        let police = portal.staff(POLICE, CLERK).await;
        assert!(matches!(notes::write(backend, &police, draft, "草稿").await, Err(CaseError::NotFound)), "a draft is its owner's");
        let id = filed(backend, &zhou, draft).await.0;
        for (who, what) in [(portal.staff_at(POLICE, SHANGCHENG, CLERK).await, "another place"), (portal.staff("health", CLERK).await, "another department")] {
            assert!(is_forbidden(&notes::write(backend, &who, id, "路过").await), "{what}");
            assert!(is_forbidden(&notes_of(backend, &who, id).await), "{what}");
        }
        let refused = trail(backend, &zhou).await.iter().filter(|(action, _)| action == "cases.refused").count();
        assert_eq!(refused, 4, "attempts are noted");
        let system = portal.staff(POLICE, &[Role::System]).await;
        assert!(is_forbidden(&notes_of(backend, &system, id).await));
        for wrong in [" ".to_owned(), "长".repeat(MAX_NOTE as usize + 1), "看不见的\u{202e}字".to_owned()] {
            assert!(matches!(notes::write(backend, &police, id, &wrong).await, Err(CaseError::Text(_))));
        }
        for n in 0..notes::MOST {
            notes::write(backend, &police, id, &format!("第{n}条")).await.unwrap();
        }
        assert!(matches!(notes::write(backend, &police, id, "再来一条").await, Err(CaseError::TooMany)));
        assert_eq!(notes_of(backend, &police, id).await.unwrap().len() as i64, notes::MOST);
    }

    async fn templates_belong_to_an_office_and_fill_without_names(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let office = portal.office(POLICE, YUHANG).await;
        let zhou = portal.citizen(ZHOU).await;
        let id = filed_case(&portal, &zhou).await;
        let chief = portal.staff_at(POLICE, YUHANG, &[Role::Supervise]).await;
        let intake = portal.staff_at(POLICE, YUHANG, &[Role::Intake]).await;
        let beside = portal.staff_at(POLICE, SHANGCHENG, CLERK).await;
        let new = |words: &str| NewTemplate { kind: ReasonKind::Decline, title: "材料不齐".into(), words: words.into() };
        let words = "您的{service}（{reference}）材料不齐，请于{due}前补齐。{office}，{today}";
        for (who, what) in [(&intake, "takes in"), (&beside, "elsewhere")] {
            assert!(is_forbidden(&reason_templates::keep(backend, who, office, new(words)).await), "{what}");
        }
        for (wrong, why) in [("{name}您好", "name"), ("{phone}", "phone")] {
            let refused = reason_templates::keep(backend, &chief, office, new(wrong)).await;
            assert!(matches!(&refused, Err(CaseError::Template(TemplateError::Unknown(code))) if code == why), "{refused:?}");
        }
        let kept = reason_templates::keep(backend, &chief, office, new(words)).await.unwrap();
        let (opened, _) = glance(backend, &intake, id).await.unwrap();
        let all = ready(backend, &intake, &opened, ReasonKind::Decline).await.unwrap();
        assert_eq!(all.len(), 1);
        let reference: domain::cases::Reference = opened.row.reference.as_deref().unwrap().parse().unwrap();
        for part in [reference.to_string(), opened.row.due_on.clone().unwrap(), opened.service.definition.name.zh.clone(), "330110办理机构".into(), "2026-11-23".into()] {
            assert!(all[0].words.contains(&part), "{part}: {}", all[0].words);
        }
        assert!(!all[0].words.contains(['{', '}']) && !all[0].words.contains("周明"));
        assert!(ready(backend, &intake, &opened, ReasonKind::Refuse).await.unwrap().is_empty());
        assert!(is_forbidden(&ready(backend, &beside, &opened, ReasonKind::Decline).await));

        reason_templates::change(backend, &chief, kept, 1, "缺材料", "请补齐材料。").await.unwrap();
        let late = reason_templates::change(backend, &chief, kept, 1, "缺材料", "请补齐。").await;
        assert!(matches!(late, Err(CaseError::Changed)));
        assert!(is_forbidden(&reason_templates::change(backend, &beside, kept, 2, "缺", "请补齐。").await));
        let (_, rows) = reason_templates::templates_of(backend, &chief, office).await.unwrap();
        assert_eq!((rows[0].title.as_str(), rows[0].words.as_str(), rows[0].version), ("缺材料", "请补齐材料。", 2));
        assert!(is_forbidden(&reason_templates::templates_of(backend, &intake, office).await));
        for _ in 1..reason_templates::MOST {
            reason_templates::keep(backend, &chief, office, new("又一条")).await.unwrap();
        }
        assert!(matches!(reason_templates::keep(backend, &chief, office, new("太多")).await, Err(CaseError::TooMany)));
        // What asks for more is shorter than a reason: filled in, it has to fit.
        let mut long = new(&format!("{}{{service}}{{due}}", "补".repeat(260)));
        long.kind = ReasonKind::Refuse;
        reason_templates::keep(backend, &chief, office, long.clone()).await.unwrap();
        long.kind = ReasonKind::Supplement;
        let refused = reason_templates::keep(backend, &chief, office, long.clone()).await;
        assert!(matches!(refused, Err(CaseError::Template(TemplateError::TooLong(300)))), "{refused:?}");
        let short = NewTemplate { words: "请补{service}".into(), ..long.clone() };
        let short = reason_templates::keep(backend, &chief, office, short).await.unwrap();
        let refused = reason_templates::change(backend, &chief, short, 1, "补", &long.words).await;
        assert!(matches!(refused, Err(CaseError::Template(TemplateError::TooLong(300)))), "{refused:?}");
        reason_templates::remove(backend, &chief, kept).await.unwrap();
        assert!(matches!(reason_templates::remove(backend, &chief, kept).await, Err(CaseError::NotFound)));
        trail_is_sound(backend).await;
    }

    async fn who_listens_hears_of_new_cases_from_any_process(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = lively(&portal, Duration::from_secs(600));
        let other = Backend { live: Arc::default(), ..portal.second(t.second().await).await };
        let zhou = portal.citizen(ZHOU).await;
        let old = filed_case(&portal, &zhou).await;
        look(&backend).await;
        portal.clock.advance(1);
        let token = portal.staff_token(POLICE, CLERK).await;
        let police = authenticate(&backend, &token).await.unwrap().unwrap().actor();
        let health = portal.staff_token("health", CLERK).await;
        let mut listener = at_queue(&backend, &token).await;
        let mut case = {
            let subject = Subject::Case { id: old, version: version(&backend, &zhou, old).await };
            listen(&backend, &token, subject).await.unwrap().unwrap()
        };
        let refused = listen(&backend, &health, Subject::Desk { desk: desk_of(&backend, POLICE), since: backend.now() }).await;
        assert!(is_forbidden(&refused.map(drop)));

        // Filed through another process.
        let draft = clerk_draft(&other, &zhou).await;
        let new = filed(&other, &zhou, draft).await.0;
        look(&backend).await;
        assert_eq!(listener.next().await, Some(News::Queue { new: 1 }));
        // Accepted by a colleague: it waits for the decision now, and is still one case.
        let colleague = portal.staff(POLICE, CLERK).await;
        accept(&other, &colleague, new, version(&other, &zhou, new).await).await.unwrap();
        look(&backend).await;
        assert_eq!(listener.next().await, Some(News::Queue { new: 1 }));
        // One's own step is a change and nothing new.
        accept(&other, &police, old, version(&other, &zhou, old).await).await.unwrap();
        look(&backend).await;
        assert_eq!(listener.next().await, Some(News::Queue { new: 1 }));
        assert_eq!(case.next().await, Some(News::Case));

        // Who comes late, or again, is told the same of the same page.
        let again = Subject::Case { id: old, version: 1 };
        assert_eq!(listen(&backend, &token, again).await.unwrap().unwrap().next().await, Some(News::Case));
        let since = backend.now().plus_seconds(-1);
        let mut late = listen(&backend, &token, Subject::Desk { desk: desk_of(&backend, POLICE), since }).await.unwrap().unwrap();
        assert_eq!(late.next().await, Some(News::Queue { new: 1 }));

        // The end of the process is the end of all.
        backend.live.close();
        assert_eq!(listener.next().await, None);
        assert_eq!(late.next().await, None);
    }

    async fn who_listens_hears_of_an_opinion(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = lively(&portal, Duration::from_secs(600));
        let mut definition = backend.catalog.services().get(BY_CLERK).unwrap().definition.clone();
        let seats = vec![Seat { department: None, level: None }];
        let title = Text::new("审核", "Examination");
        definition.decision.stages = vec![Stage { id: "check".into(), title, need: Need::All, seats }];
        publish(&backend, vec![definition]).await.unwrap();
        let zhou = portal.citizen(ZHOU).await;
        let id = filed_case(&portal, &zhou).await;
        let clerk = portal.staff(POLICE, CLERK).await;
        accept(&backend, &clerk, id, version(&backend, &zhou, id).await).await.unwrap();
        look(&backend).await;
        portal.clock.advance(60);
        let token = portal.staff_token(POLICE, CLERK).await;
        let mut queue = at_queue(&backend, &token).await;
        let seen = version(&backend, &zhou, id).await;
        let mut case = listen(&backend, &token, Subject::Case { id, version: seen }).await.unwrap().unwrap();
        let reviewer = portal.staff(POLICE, &[Role::Review]).await;
        opine(&backend, &reviewer, id, seen, SeatAt { stage: 0, seat: 0 }, true, "").await.unwrap();
        assert_eq!(opened(&backend, &zhou, id).await.row.changed_at, backend.now());
        portal.clock.advance(1);
        look(&backend).await;
        assert_eq!(case.next().await, Some(News::Case));
        assert_eq!(queue.next().await, Some(News::Queue { new: 0 }));
        let stale = approve(&backend, &clerk, id, seen, None).await;
        assert!(matches!(stale, Err(CaseError::Changed)), "{stale:?}");
    }

    /// One read for everybody at a desk, until something else changes.
    async fn what_waits_is_counted_once_for_all_who_listen(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = lively(&portal, Duration::from_secs(20));
        let zhou = portal.citizen(ZHOU).await;
        let (first, second) = (portal.staff_token(POLICE, CLERK).await, portal.staff_token(POLICE, CLERK).await);
        look(&backend).await;
        let (mut first, mut second) = (at_queue(&backend, &first).await, at_queue(&backend, &second).await);
        filed_case(&portal, &zhou).await;
        look(&backend).await;
        assert!(matches!(first.next().await, Some(News::Queue { .. })));
        assert!(matches!(second.next().await, Some(News::Queue { .. })));
        assert_eq!(first.counts().await.unwrap().unwrap().submitted, 1);
        // Behind the back of everybody: whoever reads again would see it.
        storage::testing::as_owner(&backend.db, "UPDATE cases SET state = 'accepted' WHERE state = 'submitted'").await;
        assert_eq!(second.counts().await.unwrap(), first.counts().await.unwrap());
        filed_case(&portal, &zhou).await;
        look(&backend).await;
        assert!(matches!(second.next().await, Some(News::Queue { .. })));
        let counts = second.counts().await.unwrap().unwrap();
        assert_eq!((counts.submitted, counts.accepted), (1, 1));
        assert_eq!(first.counts().await.unwrap(), Some(counts), "who is slower gets the newest");
    }

    async fn nobody_hears_of_other_places(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = lively(&portal, Duration::from_millis(20));
        portal.office(POLICE, YUHANG).await;
        let elsewhere = portal.office(POLICE, SHANGCHENG).await;
        look(&backend).await;
        let zhou = portal.citizen(ZHOU).await;
        let clerk = portal.staff_at(POLICE, YUHANG, CLERK).await;
        let token = portal.staff_token(POLICE, CLERK).await;
        let desk = |place: &str| backend::cases::queue::Desk { department: POLICE.into(), place: place.parse().unwrap(), office_only: false };
        let subject = |place| Subject::Desk { desk: desk(place), since: backend.now() };
        let mut there = listen(&backend, &token, subject(SHANGCHENG)).await.unwrap().unwrap();
        let mut here = listen(&backend, &token, subject(YUHANG)).await.unwrap().unwrap();
        let id = filed_case(&portal, &zhou).await;
        look(&backend).await;
        assert_eq!(here.next().await, Some(News::Queue { new: 1 }));
        assert_eq!(there.next().await, Some(News::Nothing), "a sign of life and nothing else");
        // Handed over, it is new there.
        transfer(&backend, &clerk, id, version(&backend, &zhou, id).await, elsewhere, "居住地已变更").await.unwrap();
        look(&backend).await;
        let mut heard = there.next().await;
        while heard == Some(News::Nothing) {
            heard = there.next().await;
        }
        assert_eq!(heard, Some(News::Queue { new: 1 }));
    }

    async fn listening_ends_with_the_session_and_does_not_prolong_it(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = lively(&portal, Duration::from_millis(20));
        look(&backend).await;
        let token = portal.staff_token(POLICE, CLERK).await;
        let mut listener = at_queue(&backend, &token).await;
        assert_eq!(listener.next().await, Some(News::Nothing));
        // An hour without a visit ends a clerk's session, however often somebody listens.
        for _ in 0..5 {
            portal.clock.advance(600);
            assert_eq!(listener.next().await, Some(News::Nothing));
            drop(at_queue(&backend, &token).await);
        }
        portal.clock.advance(601);
        assert_eq!(listener.next().await, None);
        let subject = Subject::Desk { desk: desk_of(&backend, POLICE), since: backend.now() };
        let refused = listen(&backend, &token, subject).await;
        assert!(matches!(refused, Err(CaseError::Denied(Denied::SignInNeeded))));

        let token = portal.staff_token(POLICE, CLERK).await;
        let mut listener = at_queue(&backend, &token).await;
        let viewer = authenticate(&backend, &token).await.unwrap().unwrap();
        sign_out(&backend, &viewer).await.unwrap();
        let mut last = listener.next().await;
        while last.is_some() {
            last = listener.next().await;
        }
    }

    async fn a_person_has_so_many_windows(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = lively(&portal, Duration::from_secs(600));
        let token = portal.staff_token(POLICE, CLERK).await;
        let mut open = Vec::new();
        for _ in 0..MOST_OF_ONE {
            open.push(at_queue(&backend, &token).await);
        }
        let subject = || Subject::Desk { desk: desk_of(&backend, POLICE), since: backend.now() };
        assert!(listen(&backend, &token, subject()).await.unwrap().is_err());
        let other = portal.staff_token(POLICE, CLERK).await;
        assert!(listen(&backend, &other, subject()).await.unwrap().is_ok());
        open.pop();
        assert!(listen(&backend, &token, subject()).await.unwrap().is_ok());
    }
}

#[test]
fn states_of_turns_are_open() {
    assert_eq!(Turn::Mine.states(|_| true), [CaseState::Submitted, CaseState::Accepted]);
}
