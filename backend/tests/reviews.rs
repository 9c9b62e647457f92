//! Reviews: one for each right, counted, looked into when bad, and handed to the upper platform in order.

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use backend::Backend;
use backend::cases::decide::{accept, approve, decline};
use backend::cases::withdraw::withdraw;
use backend::identity::{Actor, Denied};
use backend::messages::{Cursor, Jobs, messages, sweep};
use backend::reviews::{
    By, Figures, Invitation, Invited, Reviews, ReviewsError, UPLOAD, Upload, Upper, answer, figures, file,
    follow_up, invitation, invite, my_review, open_task, opine, reviews_of_department, tasks, verify,
};
use backend::testing::Portal;
use common::{BY_CLERK, INSTANT, LIN, POLICE, ZHOU, clerk, clerk_draft, filed, instant_draft, version};
use domain::cases::CaseState;
use domain::identity::Role;
use domain::ids::{CaseId, PersonId, ReviewId};
use domain::organisation::region::RegionCode;
use domain::reviews::{Event, Finding, Grade, Handler, Light, Mark, NotTheirs, Said, SubjectKind, TaskState};
use domain::time::Timestamp;
use standins::switches::Mode;
use storage::Error;
use storage::reviews::{counts, feed};
use uuid::Uuid;

const DAY: i64 = 86_400;

fn said(grade: Grade, tags: &[&str], words: &str) -> Said {
    let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
    Said::read(&grade.number().to_string(), &tags, words).unwrap()
}

fn bad(words: &str) -> Said {
    said(Grade::Dissatisfied, &["late"], words)
}

/// Something of `person` was closed: gives what.
async fn closed(backend: &Backend, person: PersonId, kind: SubjectKind) -> Uuid {
    closed_at(backend, person, kind, backend.catalog.reference.place().unwrap()).await
}

async fn closed_at(backend: &Backend, person: PersonId, kind: SubjectKind, place: RegionCode) -> Uuid {
    let (job, subject, place) = (backend.clone(), backend.id(), place.as_i64());
    let done: Result<(), Error> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let invitation = Invitation {
                    person,
                    kind,
                    subject,
                    service: BY_CLERK,
                    department: POLICE,
                    place,
                    handler: Handler::Person,
                };
                invite(&job, tx, &invitation).await
            })
        })
        .await;
    done.unwrap();
    subject
}

async fn reviewed(backend: &Backend, actor: &Actor, said: Said) -> ReviewId {
    let subject = closed(backend, actor.person().unwrap().id, SubjectKind::Consultation).await;
    file(backend, actor, SubjectKind::Consultation, subject, said).await.unwrap()
}

async fn closed_case(backend: &Backend, citizen: &Actor) -> CaseId {
    let (id, _) = filed(backend, citizen, clerk_draft(backend, citizen).await).await;
    let officer = clerk(backend, POLICE);
    accept(backend, &officer, id, version(backend, citizen, id).await).await.unwrap();
    approve(backend, &officer, id, version(backend, citizen, id).await, Some("材料齐全")).await.unwrap();
    id
}

fn at(day: &str) -> Timestamp {
    Timestamp::parse_rfc3339(&format!("{day}T02:00:00Z")).unwrap()
}

/// Given and answered, by month and grade, of all places together.
async fn counted(backend: &Backend) -> BTreeMap<(String, i64), (i64, i64, i64)> {
    let mut tx = backend.db.read().await.unwrap();
    let page = counts::page(&mut tx, None, 1000).await.unwrap();
    page.into_iter().map(|c| ((c.month, c.grade), (c.given, c.answered, c.in_time))).collect()
}

/// The same portal with an upper platform: the stand-in.
fn feeding(portal: &Portal, backend: &Backend) -> Backend {
    let url = format!("{}{}", portal.standins.base_url(), standins::reviews::PATH);
    let upper = Upper::new(&url, &standins::reviews::secret(portal.token())).unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    Backend { reviews: Arc::new(Reviews::new(http, Some(upper))), ..backend.clone() }
}

async fn upload(backend: &Backend) -> usize {
    Jobs::new(backend.clone()).lasting(UPLOAD, Upload).run_once(UPLOAD).await.unwrap()
}

storage::contract! {
    async fn closing_a_case_gives_one_right(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin, zhou) = (&portal.backend, portal.citizen(LIN).await, portal.citizen(ZHOU).await);
        let (id, _) = filed(backend, &lin, instant_draft(backend, &lin).await).await;
        let standing = invitation(backend, &lin, SubjectKind::Case, id.0).await.unwrap();
        let Invited::Open { service, department, until } = standing else { panic!("{standing:?}") };
        assert_eq!((service.as_str(), department.as_str()), (INSTANT, "human-resources"));
        assert_eq!(until, backend.now().plus_days(90));
        // To others there is nothing, and they can do nothing.
        assert_eq!(invitation(backend, &zhou, SubjectKind::Case, id.0).await.unwrap(), Invited::No);
        let forged = file(backend, &zhou, SubjectKind::Case, id.0, bad("我也要评")).await;
        assert!(matches!(forged, Err(ReviewsError::NotFound)), "{forged:?}");
        let kind = file(backend, &lin, SubjectKind::Payment, id.0, bad("换个说法")).await;
        assert!(matches!(kind, Err(ReviewsError::NotFound)), "another kind is another subject");
        let staff = file(backend, &clerk(backend, POLICE), SubjectKind::Case, id.0, bad("代评")).await;
        assert!(matches!(staff, Err(ReviewsError::Denied(Denied::Forbidden))));

        let review = file(backend, &lin, SubjectKind::Case, id.0, said(Grade::VerySatisfied, &["quick"], "")).await.unwrap();
        assert_ne!(review.0.get_version_num(), 7, "the id does not tell the time");
        let again = file(backend, &lin, SubjectKind::Case, id.0, bad("改主意了")).await;
        assert!(matches!(again, Err(ReviewsError::Already)), "{again:?}");
        assert_eq!(invitation(backend, &lin, SubjectKind::Case, id.0).await.unwrap(), Invited::Given(review));
        assert_eq!(my_review(backend, &lin, review).await.unwrap().grade, Grade::VerySatisfied);
        assert!(matches!(my_review(backend, &zhou, review).await, Err(ReviewsError::NotFound)));
        common::trail_is_sound(backend).await;
    }

    async fn what_a_person_closes_can_be_reviewed_and_what_was_taken_back_cannot(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let (id, _) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
        assert_eq!(invitation(backend, &zhou, SubjectKind::Case, id.0).await.unwrap(), Invited::No, "still open");
        let officer = clerk(backend, POLICE);
        let reason = backend::cases::Reason::Words("不属于本辖区".into());
        decline(backend, &officer, id, version(backend, &zhou, id).await, reason).await.unwrap();
        assert!(matches!(invitation(backend, &zhou, SubjectKind::Case, id.0).await.unwrap(), Invited::Open { .. }));
        let (other, _) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
        withdraw(backend, &zhou, other).await.unwrap();
        assert_eq!(common::state(backend, &zhou, other).await, CaseState::Withdrawn);
        assert_eq!(invitation(backend, &zhou, SubjectKind::Case, other.0).await.unwrap(), Invited::No);
        // Asked once: by the message about the case, and by no other.
        let told = messages(backend, zhou.person().unwrap(), Cursor::START).await.unwrap();
        assert!(told.lines.iter().all(|line| !line.kind.starts_with("review-")), "{told:?}");
    }

    async fn fifty_at_once_are_one_review(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (lin, second) = (portal.citizen(LIN).await, portal.second(t.second().await).await);
        let subject = closed(&portal.backend, lin.person().unwrap().id, SubjectKind::Complaint).await;
        let posts: Vec<_> = (0..50).map(|n| {
            let (backend, lin) = (if n % 2 == 0 { portal.backend.clone() } else { second.clone() }, lin.clone());
            tokio::spawn(async move { file(&backend, &lin, SubjectKind::Complaint, subject, bad("太慢了")).await })
        }).collect();
        let mut given = 0;
        for post in posts {
            match post.await.unwrap() {
                Ok(_) => given += 1,
                Err(ReviewsError::Already) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(given, 1);
        assert_eq!(counted(&portal.backend).await, BTreeMap::from([(("2026-11".to_owned(), 2), (1, 0, 0))]));
        let open = tasks(&portal.backend, &clerk(&portal.backend, POLICE), TaskState::Opened, None, 10).await.unwrap();
        assert_eq!(open.len(), 1, "and one rectification");
        second.db.close().await;
    }

    async fn a_right_runs_out(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen(LIN).await);
        let person = lin.person().unwrap().id;
        let (kept, late) = (closed(backend, person, SubjectKind::Payment).await, closed(backend, person, SubjectKind::Payment).await);
        let review = file(backend, &lin, SubjectKind::Payment, kept, said(Grade::Satisfied, &[], "")).await.unwrap();
        portal.clock.advance(90 * DAY);
        assert_eq!(invitation(backend, &lin, SubjectKind::Payment, late).await.unwrap(), Invited::Over);
        let refused = file(backend, &lin, SubjectKind::Payment, late, bad("晚了")).await;
        assert!(matches!(refused, Err(ReviewsError::Over)), "{refused:?}");
        sweep(backend).await.unwrap();
        assert_eq!(invitation(backend, &lin, SubjectKind::Payment, late).await.unwrap(), Invited::No);
        assert_eq!(invitation(backend, &lin, SubjectKind::Payment, kept).await.unwrap(), Invited::Given(review));
        let replayed = file(backend, &lin, SubjectKind::Payment, kept, bad("再来")).await;
        assert!(matches!(replayed, Err(ReviewsError::NotFound)), "the right is gone, the review stays: {replayed:?}");
    }

    async fn staff_read_what_was_said_and_not_by_whom(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen(LIN).await);
        let words = "窗口的傻逼让我跑了三趟，我的电话13800000001";
        let id = reviewed(backend, &lin, bad(words)).await;
        let officer = portal.staff(POLICE, &[Role::Decide]).await;
        let page = reviews_of_department(backend, &officer, None, 10).await.unwrap();
        assert_eq!(page.reviews[0].words.as_deref(), Some("窗口的傻逼让我跑了三趟，我的电话***********"));
        assert_eq!((page.reviews[0].marks.as_slice(), page.reviews[0].day.as_str()), (&[Mark::Abuse, Mark::Number][..], "2026-11-23"));
        let task = open_task(backend, &officer, id).await.unwrap();
        assert_eq!(task.words, page.reviews[0].words);
        // Nothing in what a page gets says who: neither ids nor the number.
        let seen = format!("{page:?} {task:?}");
        let person = lin.person().unwrap().id.to_string();
        assert!(!seen.contains(&person) && !seen.contains("13800000001") && !seen.contains(LIN), "{seen}");
        assert_eq!(my_review(backend, &lin, id).await.unwrap().words.as_deref(), Some(words), "never deleted");

        let other = portal.staff("education", &[Role::Decide]).await;
        assert!(matches!(open_task(backend, &other, id).await, Err(ReviewsError::NotFound)));
        assert!(reviews_of_department(backend, &other, None, 10).await.unwrap().reviews.is_empty());
        let intake = portal.staff(POLICE, &[Role::Intake]).await;
        for refused in [
            open_task(backend, &intake, id).await.err(),
            reviews_of_department(backend, &intake, None, 10).await.err(),
            tasks(backend, &lin, TaskState::Opened, None, 10).await.err(),
        ] {
            assert!(matches!(refused, Some(ReviewsError::Denied(Denied::Forbidden))), "{refused:?}");
        }
    }

    async fn a_list_goes_on_where_it_stopped(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen(LIN).await);
        for n in 0..7 {
            reviewed(backend, &lin, said(Grade::Satisfied, &[], &format!("第{n}次"))).await;
            portal.clock.advance(DAY / 2);
        }
        let officer = clerk(backend, POLICE);
        let mut words = Vec::new();
        let mut before: Option<(String, ReviewId)> = None;
        loop {
            let from = before.as_ref().map(|(day, id)| (day.as_str(), *id));
            let page = reviews_of_department(backend, &officer, from, 3).await.unwrap();
            words.extend(page.reviews.into_iter().map(|review| review.words.unwrap()));
            let Some(next) = page.next else { break };
            before = Some(next);
        }
        words.sort();
        assert_eq!(words.len(), 7);
        words.dedup();
        assert_eq!(words.len(), 7, "each once");
    }

    async fn a_bad_review_is_verified_answered_and_gets_a_second_opinion(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        // The last working day before National Day.
        portal.clock.set(at("2026-09-30"));
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let id = reviewed(backend, &zhou, bad("超过承诺时间五天")).await;
        let (officer, superior) = (portal.staff(POLICE, &[Role::Decide]).await, portal.staff(POLICE, &[Role::Decide]).await);
        let task = open_task(backend, &officer, id).await.unwrap();
        assert_eq!((task.verify_by.as_str(), task.answer_by.as_str()), ("2026-10-08", "2026-10-27"));
        assert_eq!(task.due.map(|(_, light)| light), Some(Light::Yellow), "the next working day is the last");
        let early = answer(backend, &officer, id, task.version, "先答复再说").await;
        assert!(matches!(early, Err(ReviewsError::NotAllowed(_))), "{early:?}");
        let empty = verify(backend, &officer, id, task.version, Finding::WellFounded, " ").await;
        assert!(matches!(empty, Err(ReviewsError::Words(_))));
        portal.clock.set(at("2026-10-08"));
        verify(backend, &officer, id, task.version, Finding::WellFounded, "系统延误，情况属实").await.unwrap();
        let old = answer(backend, &officer, id, task.version, "旧窗口").await;
        assert!(matches!(old, Err(ReviewsError::Changed)));
        portal.clock.set(at("2026-10-27"));
        answer(backend, &officer, id, task.version + 1, "已补办并优化流程，向您致歉").await.unwrap();
        assert_eq!(counted(backend).await[&("2026-09".to_owned(), 2)], (1, 1, 1), "on the last day, in time");

        // The citizen is told, and is not content.
        let told = messages(backend, zhou.person().unwrap(), Cursor::START).await.unwrap();
        assert_eq!(told.lines[0].kind, "review-answered");
        assert_eq!(told.lines[0].params["review"], serde_json::json!(id));
        let lin = portal.citizen(LIN).await;
        assert!(matches!(follow_up(backend, &lin, id, true, "").await, Err(ReviewsError::NotFound)));
        follow_up(backend, &zhou, id, false, "还是没办成，打13800000001").await.unwrap();
        let twice = follow_up(backend, &zhou, id, true, "").await;
        assert!(matches!(twice, Err(ReviewsError::NotAllowed(_))));

        // Not who handled it, and not on an old sign-in.
        let task = open_task(backend, &officer, id).await.unwrap();
        assert_eq!((task.state, task.not_mine), (TaskState::SecondOpinion, Some(NotTheirs::SameHand)));
        assert_eq!(task.told.last().unwrap().words.as_deref(), Some("还是没办成，打***********"));
        let same = opine(backend, &officer, id, task.version, "维持").await;
        assert!(matches!(same, Err(ReviewsError::SameHand)), "{same:?}");
        portal.clock.advance(3600);
        let Actor::Staff(mut stale) = superior.clone() else { panic!() };
        stale.recent = false;
        let stale = opine(backend, &Actor::Staff(stale), id, task.version, "复核").await;
        assert!(matches!(stale, Err(ReviewsError::Denied(Denied::ReauthenticationNeeded))));
        opine(backend, &superior, id, task.version, "责成窗口当日办结").await.unwrap();

        let mine = my_review(backend, &zhou, id).await.unwrap().rectification.unwrap();
        assert_eq!(mine.state, TaskState::Closed);
        let events: Vec<(Event, By)> = mine.told.iter().map(|told| (told.event, told.by)).collect();
        assert_eq!(events, [
            (Event::Opened, By::Citizen),
            (Event::WellFounded, By::Staff),
            (Event::Answered, By::Staff),
            (Event::NotContent, By::Citizen),
            (Event::Opined, By::Staff),
        ]);
        assert_eq!(mine.told[3].words.as_deref(), Some("还是没办成，打13800000001"), "as they wrote it");
        common::trail_is_sound(backend).await;
    }

    async fn the_second_opinion_comes_from_above(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let district: RegionCode = "330110".parse().unwrap();
        portal.office(POLICE, "330110").await;
        let subject = closed_at(backend, zhou.person().unwrap().id, SubjectKind::Consultation, district).await;
        let id = file(backend, &zhou, SubjectKind::Consultation, subject, bad("太慢")).await.unwrap();
        let officer = portal.staff_at(POLICE, "330110", &[Role::Decide]).await;
        let colleague = portal.staff_at(POLICE, "330110", &[Role::Decide, Role::Supervise]).await;
        let superior = portal.staff(POLICE, &[Role::Supervise]).await;
        verify(backend, &officer, id, 1, Finding::WellFounded, "情况属实").await.unwrap();
        answer(backend, &officer, id, 2, "已补办").await.unwrap();
        follow_up(backend, &zhou, id, false, "还是没办成").await.unwrap();
        let task = open_task(backend, &colleague, id).await.unwrap();
        assert_eq!((task.state, task.not_mine), (TaskState::SecondOpinion, Some(NotTheirs::NoSuperior)));
        let beside = opine(backend, &colleague, id, task.version, "维持").await;
        assert!(matches!(beside, Err(ReviewsError::NoSuperior)), "{beside:?}");
        let own = opine(backend, &officer, id, task.version, "维持").await;
        assert!(matches!(own, Err(ReviewsError::SameHand)), "{own:?}");
        assert_eq!(open_task(backend, &superior, id).await.unwrap().not_mine, None);
        opine(backend, &superior, id, task.version, "责成当日办结").await.unwrap();
        assert_eq!(open_task(backend, &superior, id).await.unwrap().state, TaskState::Closed);
    }

    async fn lines_that_arrived_are_let_go(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let zhou = portal.citizen(ZHOU).await;
        let backend = feeding(&portal, &portal.backend);
        let good = reviewed(&backend, &zhou, said(Grade::Satisfied, &[], "")).await;
        let open = reviewed(&backend, &zhou, bad("太慢")).await;
        assert_eq!(upload(&backend).await, 1);
        let known = async || {
            let mut tx = backend.db.read().await.unwrap();
            let good = feed::knows(&mut tx, good).await.unwrap().is_some();
            (good, feed::knows(&mut tx, open).await.unwrap().is_some())
        };
        portal.clock.advance(90 * DAY - 60);
        sweep(&backend).await.unwrap();
        assert_eq!(known().await, (true, true), "ninety days are not over");
        portal.clock.advance(120);
        sweep(&backend).await.unwrap();
        assert_eq!(known().await, (false, true), "of a bad review more will be said");
        // What is said of it afterwards still arrives, in the next batch.
        let officer = clerk(&backend, POLICE);
        let task = open_task(&backend, &officer, open).await.unwrap();
        verify(&backend, &officer, open, task.version, Finding::Unfounded, "已按时办结").await.unwrap();
        assert_eq!(upload(&backend).await, 1);
        let look = portal.standins.reviews.look();
        assert_eq!((look.batches.as_slice(), look.lines.len(), look.repeated), (&[1, 2][..], 3, 0));
    }

    async fn an_answer_that_nobody_objects_to_closes(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        portal.clock.set(at("2026-09-30"));
        let (silent, content) = (reviewed(backend, &zhou, bad("慢")).await, reviewed(backend, &zhou, bad("慢")).await);
        let officer = clerk(backend, POLICE);
        // A day too late.
        portal.clock.set(at("2026-10-28"));
        for id in [silent, content] {
            assert_eq!(open_task(backend, &officer, id).await.unwrap().due.unwrap().1, Light::Red);
            verify(backend, &officer, id, 1, Finding::Unfounded, "未发现超期").await.unwrap();
            answer(backend, &officer, id, 2, "按时办结，附办理记录").await.unwrap();
        }
        assert_eq!(counted(backend).await[&("2026-09".to_owned(), 2)], (2, 2, 0));
        follow_up(backend, &zhou, content, true, "").await.unwrap();
        let until = open_task(backend, &officer, silent).await.unwrap().follow_up_by.unwrap();
        assert_eq!(until, "2026-11-11", "ten working days");
        portal.clock.set(at(&until));
        sweep(backend).await.unwrap();
        assert_eq!(open_task(backend, &officer, silent).await.unwrap().state, TaskState::Answered, "the last day");
        portal.clock.advance(DAY);
        sweep(backend).await.unwrap();
        let ended = open_task(backend, &officer, silent).await.unwrap();
        assert_eq!((ended.state, ended.told.last().unwrap().event), (TaskState::Closed, Event::Lapsed));
        assert_eq!(ended.told.last().unwrap().by, By::Portal);
        let late = follow_up(backend, &zhou, silent, false, "").await;
        assert!(matches!(late, Err(ReviewsError::NotAllowed(_))));
    }

    async fn what_is_public_begins_with_ten(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen(LIN).await);
        let mut expected: BTreeMap<(String, i64), (i64, i64, i64)> = BTreeMap::new();
        for n in 0..9 {
            let grade = Grade::ALL[n % 5];
            reviewed(backend, &lin, said(grade, &[], "")).await;
            expected.entry(("2026-11".to_owned(), grade.number())).or_default().0 += 1;
        }
        portal.clock.set(at("2026-12-02"));
        let december = figures(backend).await.unwrap();
        assert_eq!(*december, Figures::default(), "nine are not shown");
        reviewed(backend, &lin, said(Grade::VerySatisfied, &[], "")).await;
        expected.insert(("2026-12".to_owned(), 5), (1, 0, 0));
        assert_eq!(counted(backend).await, expected, "counters are what was given");
        // The month must be over.
        portal.clock.set(at("2026-12-31"));
        assert!(figures(backend).await.unwrap().all.is_empty());
        portal.clock.set(at("2027-01-04"));
        let january = figures(backend).await.unwrap();
        assert_eq!(january.departments[POLICE].grades, [3, 2, 2, 2, 1]);
        assert_eq!(january.services[BY_CLERK], january.all);
        assert_eq!((january.all.reply_rate(), january.all.in_time_rate()), (Some(0), Some(0)));
        assert_eq!(figures(backend).await.unwrap(), january);
    }

    async fn nothing_is_fed_without_an_upper_platform(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen(LIN).await);
        reviewed(backend, &lin, bad("")).await;
        assert_eq!(upload(backend).await, 0);
        let head = feed::head(&mut backend.db.read().await.unwrap()).await.unwrap();
        assert_eq!(head.last, 0);
    }

    /// Down for a day, then broken in every way: nothing is lost, nothing comes twice, the order is kept.
    async fn the_upper_platform_gets_everything_in_order(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let lin = portal.citizen(LIN).await;
        // One that was given before there was an upper platform.
        let before = reviewed(&portal.backend, &lin, bad("从前")).await;
        let backend = &feeding(&portal, &portal.backend);
        let other = &feeding(&portal, &portal.second(t.second().await).await);
        let officer = clerk(backend, POLICE);
        let received = || portal.standins.reviews.look();

        portal.standins.switches.set("reviews", Mode::Down);
        for hour in 0..24 {
            reviewed(backend, &lin, said(Grade::VerySatisfied, &["quick"], &format!("第{hour}小时，电话13800000001"))).await;
            upload(backend).await;
            upload(other).await;
            portal.clock.advance(3600);
        }
        assert_eq!(received().lines.len(), 0);
        verify(backend, &officer, before, 1, Finding::WellFounded, "属实").await.unwrap();

        // It takes the batch, and its answer gets lost: the same batch comes again.
        portal.standins.switches.set("reviews", Mode::Malformed);
        upload(backend).await;
        let taken = received().lines.len();
        assert!(taken > 0);
        portal.standins.switches.set("reviews", Mode::Error);
        portal.clock.advance(3600);
        upload(other).await;
        portal.standins.switches.set("reviews", Mode::Up);
        for _ in 0..6 {
            portal.clock.advance(3600);
            upload(other).await;
            upload(backend).await;
        }
        let look = received();
        assert_eq!(look.refused, BTreeMap::new());
        assert!(look.repeated >= 1, "the batch came twice and counts once");
        let sequences: Vec<i64> = look.lines.iter().map(|line| line["sequence"].as_i64().unwrap()).collect();
        // 24, and the one from before with what happened to it.
        assert_eq!(sequences, (1..=26).collect::<Vec<_>>());
        assert_eq!(look.batches, [1, 2]);
        let hours: Vec<&str> = look.lines.iter().filter_map(|line| line["words"].as_str()).collect();
        assert_eq!(hours[..24], (0..24).map(|n| format!("第{n}小时，电话***********")).collect::<Vec<_>>());
        let verified = look.lines.last().unwrap();
        assert_eq!((&verified["event"], &verified["review"]), (&"well_founded".into(), &25.into()));
        let all = serde_json::to_string(&look.lines).unwrap();
        let person = lin.person().unwrap().id.to_string();
        assert!(!all.contains(&person) && !all.contains(&before.to_string()) && !all.contains("13800000001"), "{all}");
        assert_eq!(upload(backend).await, 0, "nothing is left");
        other.db.close().await;
    }

    async fn what_is_too_much_for_one_batch_goes_in_several(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let lin = portal.citizen(LIN).await;
        let backend = &feeding(&portal, &portal.backend);
        // 501 events of one review would need 501 kinds: rows as they would be.
        let id = reviewed(backend, &lin, said(Grade::Satisfied, &[], "")).await;
        let job = backend.clone();
        let done: Result<(), Error> = job.db.write(move |tx| Box::pin(async move {
            for n in 0..1100 {
                feed::append(tx, id, &format!("event-{n}"), "2026-11-23").await?;
            }
            Ok(())
        })).await;
        done.unwrap();
        for _ in 0..4 {
            upload(backend).await;
            portal.clock.advance(60);
        }
        let look = portal.standins.reviews.look();
        assert_eq!((look.batches.as_slice(), look.lines.len(), look.repeated), (&[1, 2, 3][..], 1101, 0));
    }

    async fn a_wrong_secret_is_found_out(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let lin = portal.citizen(LIN).await;
        let url = format!("{}{}", portal.standins.base_url(), standins::reviews::PATH);
        let upper = Upper::new(&url, &standins::reviews::secret("another token")).unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let backend = Backend { reviews: Arc::new(Reviews::new(http, Some(upper))), ..portal.backend.clone() };
        reviewed(&backend, &lin, bad("")).await;
        assert_eq!(upload(&backend).await, 1);
        let look = portal.standins.reviews.look();
        assert_eq!((look.lines.len(), look.refused["signature"]), (0, 1));
        // Put right: it goes out.
        let right = feeding(&portal, &portal.backend);
        portal.clock.advance(60);
        upload(&right).await;
        assert_eq!(portal.standins.reviews.look().lines.len(), 1);
    }

    async fn a_reviewed_case_is_the_one_that_was_closed(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let case = closed_case(backend, &zhou).await;
        let id = file(backend, &zhou, SubjectKind::Case, case.0, bad("慢")).await.unwrap();
        let mine = my_review(backend, &zhou, id).await.unwrap();
        assert_eq!((mine.kind, mine.subject, mine.service.as_str()), (SubjectKind::Case, case.0, BY_CLERK));
        assert_eq!(mine.department, POLICE);
    }
}
