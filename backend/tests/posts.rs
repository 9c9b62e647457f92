//! Who may keep the organisation, and what they may give: posts, appointments, accounts and deputies, on both engines.

mod common;

use backend::Backend;
use backend::cases::DEPUTY_FOR;
use backend::cases::decide::accept;
use backend::cases::open::open_at_desk;
use backend::cases::rehome::REHOME;
use backend::identity::{
    self, Actor, Denied, StaffAccountError, close_account, create_account, give_password,
    reset_second_factor, take_second_factor,
};
use backend::organisation::look::{self, kept_by};
use backend::organisation::{
    Appointing, NewPost, OfficeImportError, OfficeRow, OrganisationError, abolish_office, abolition, appoint,
    close_post, colleagues, deputies, describe_office, end_appointment, hand_over, import_offices,
    import_regions, open_office, open_post,
};
use backend::testing::{ADDRESS, Portal, let_in, new_staff};
use common::*;
use domain::cases::EventKind;
use domain::identity::Role;
use domain::ids::{OfficeId, PostId, StaffId};
use domain::organisation::Scope;
use domain::organisation::office_file::{Contact, OfficeFile, Wrong};
use domain::organisation::region::RegionCode;
use domain::organisation::region_file::RegionFile;
use domain::text::Text;
use storage::audit::{self, Cursor};

const CLERK: &[Role] = &[Role::Intake, Role::Decide];
const SYSTEM: &[Role] = &[Role::System];
const XIHU: &str = "330106";
const YUHANG: &str = "330110";
const OWN: &str = "a password of one's own 47";

fn id(actor: &Actor) -> StaffId {
    actor.staff().unwrap().id
}

fn region(code: &str) -> RegionCode {
    code.parse().unwrap()
}

fn is_forbidden<T: std::fmt::Debug>(outcome: &Result<T, OrganisationError>) -> bool {
    matches!(outcome, Err(OrganisationError::Denied(Denied::Forbidden)))
}

/// How often an action stands in the audit trail.
async fn noted(backend: &Backend, action: &str) -> usize {
    let mut tx = backend.db.read().await.unwrap();
    let mut count = 0;
    for lane in audit::heads(&mut tx).await.unwrap() {
        let all = audit::page(&mut tx, lane.lane, 0, 1_000).await.unwrap();
        count += all.iter().filter(|record| record.action == action).count();
    }
    count
}

fn post_of(office: OfficeId, roles: &[Role], department: Option<&str>, place: &str) -> NewPost {
    NewPost {
        office,
        title: Text::new("综合岗", "Officer"),
        roles: roles.to_vec(),
        scope: Scope { department: department.map(str::to_owned), region: region(place) },
    }
}

fn for_good(backend: &Backend, post: PostId, staff: StaffId) -> Appointing {
    Appointing { post, staff, deputy_for: None, reason: None, starts_at: backend.now(), ends_at: None }
}

/// Signs a member in with a one-time password and has them choose their own.
async fn first_sign_in(backend: &Backend, login: &str, password: &str) -> Actor {
    let (_, viewer) = identity::open_session(backend, "test").await.unwrap();
    let entry = identity::sign_in_as_staff(backend, &viewer.session, login, password, ADDRESS).await;
    let token = let_in(entry.unwrap()).token;
    let viewer = identity::authenticate(backend, token.as_str()).await.unwrap().unwrap();
    let token = identity::change_staff_password(backend, &viewer, password, OWN).await.unwrap();
    identity::authenticate(backend, token.as_str()).await.unwrap().unwrap().actor()
}

storage::contract! {
    async fn an_administrator_keeps_their_place_and_department_only(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let places = "code,zh,en\n33,浙江省,Zhejiang\n3301,杭州市,Hangzhou\n330106,西湖区,Xihu\n330106005,翠苑街道,Cuiyuan";
        import_regions(backend, &Actor::System, RegionFile::read(places)).await.unwrap();
        let admin = portal.staff_at(POLICE, XIHU, SYSTEM).await;
        let city = backend.organisation.current().offices.get(POLICE, region("3301")).unwrap().id;
        let own = backend.organisation.current().offices.get(POLICE, region(XIHU)).unwrap().id;
        let name = || Text::new("翠苑派出所", "Cuiyuan Police Station");
        let station = open_office(backend, &admin, POLICE, region("330106005"), name()).await.unwrap();
        for (department, place) in [(POLICE, YUHANG), (POLICE, "3301"), ("health", "330106005")] {
            let outside = open_office(backend, &admin, department, region(place), name()).await;
            assert!(is_forbidden(&outside), "{department} at {place}: {outside:?}");
        }
        assert!(open_post(backend, &admin, post_of(station, CLERK, Some(POLICE), "330106005")).await.is_ok());
        for wrong in [
            post_of(own, CLERK, None, XIHU),
            post_of(own, CLERK, Some(POLICE), "3301"),
            // The office is not theirs, though the scope would be.
            post_of(city, CLERK, Some(POLICE), XIHU),
        ] {
            let outside = open_post(backend, &admin, wrong).await;
            assert!(is_forbidden(&outside), "{outside:?}");
        }
        assert!(is_forbidden(&look::office(backend, &admin, city, None, "").await.map(|_| ())));
        assert!(is_forbidden(&look::place(backend, &admin, region("3301"), "", None).await.map(|_| ())));
        assert!(is_forbidden(&look::history(backend, &admin, city, None).await.map(|_| ())));
        assert!(is_forbidden(&abolition(backend, &admin, city).await.map(|_| ())));
        assert!(is_forbidden(&abolish_office(backend, &admin, city, Some(own)).await));
        assert!(is_forbidden(&describe_office(backend, &admin, city, name(), Contact::default()).await));
        assert_eq!(noted(backend, "organisation.refused").await, 12, "every attempt is noted");

        let clerk = portal.staff_at(POLICE, XIHU, CLERK).await;
        assert!(is_forbidden(&kept_by(backend, &clerk).await));
        assert!(is_forbidden(&look::office(backend, &clerk, own, None, "").await.map(|_| ())));
        let here = look::place(backend, &admin, region(XIHU), "", None).await.unwrap();
        assert_eq!(here.offices.lines.iter().map(|o| o.id).collect::<Vec<_>>(), [own]);
        assert_eq!(here.counts.get(&region("330106005")), Some(&1));
        assert_eq!(here.missing, Vec::<String>::new(), "only their own department, which is there");
        trail_is_sound(backend).await;
    }

    /// At a place with more offices than a page has, those of others before their own.
    async fn an_administrator_of_one_department_sees_its_office_among_many(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let places = "code,zh,en\n33,浙江省,Zhejiang\n3301,杭州市,Hangzhou\n330106,西湖区,Xihu\n330106005,翠苑街道,Cuiyuan";
        import_regions(backend, &Actor::System, RegionFile::read(places)).await.unwrap();
        let admin = portal.staff_at(POLICE, XIHU, SYSTEM).await;
        portal.office(POLICE, "330106005").await;
        portal.office("health", "330106005").await;
        for n in 0..look::LISTED + 10 {
            let other = OfficeRow {
                id: OfficeId(backend.id()),
                department: format!("a-department-{n:02}"),
                region: region(XIHU),
                name_zh: "局".into(),
                name_en: "Office".into(),
                opened_at: backend.now(),
                abolished_at: None,
                successor_id: None,
                phone: None,
                address_zh: None,
                address_en: None,
            };
            let kept: Result<bool, storage::Error> = backend
                .db
                .write(move |tx| Box::pin(async move { storage::organisation::offices::insert(tx, &other).await }))
                .await;
            assert!(kept.unwrap());
        }
        backend.organisation.refresh(&backend.db).await.unwrap();
        let seen = look::place(backend, &admin, region(XIHU), "", None).await.unwrap();
        assert_eq!(seen.offices.lines.iter().map(|o| o.department.as_str()).collect::<Vec<_>>(), [POLICE]);
        assert_eq!(seen.offices.next, None);
        assert_eq!(seen.counts.get(&region("330106005")), Some(&1), "of their department");
        // Who keeps all departments goes on by pages.
        let all = Actor::Staff({
            let mut staff = admin.staff().unwrap().clone();
            staff.grants.iter_mut().for_each(|grant| grant.scope.department = None);
            staff
        });
        let first = look::place(backend, &all, region(XIHU), "", None).await.unwrap();
        let next = first.offices.next.unwrap();
        let second = look::place(backend, &all, region(XIHU), &next, None).await.unwrap();
        assert_eq!((first.offices.lines.len(), second.offices.lines.len()), (look::LISTED, 11));
        assert_eq!(first.counts.get(&region("330106005")), Some(&2));
    }

    async fn two_administrators_make_a_clerk(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (first, second) = (portal.staff(POLICE, SYSTEM).await, portal.staff(POLICE, SYSTEM).await);
        let office = backend.organisation.current().offices.get(POLICE, region("3301")).unwrap().id;
        let post = open_post(backend, &first, post_of(office, CLERK, Some(POLICE), "3301")).await.unwrap();
        let (new, password) = create_account(backend, &first, office, "Wang.Min", "王敏").await.unwrap();
        let twice = create_account(backend, &first, office, "wang.min", "王敏").await;
        assert!(matches!(twice, Err(OrganisationError::Taken)));
        let by_maker = appoint(backend, &first, for_good(backend, post, new)).await;
        assert!(matches!(by_maker, Err(OrganisationError::SecondNeeded)), "{by_maker:?}");
        // Not even once the password is another.
        let wang = first_sign_in(backend, "wang.min", password.as_str()).await;
        assert!(wang.staff().unwrap().grants.is_empty());
        let by_maker = appoint(backend, &first, for_good(backend, post, new)).await;
        assert!(matches!(by_maker, Err(OrganisationError::SecondNeeded)));
        let appointment = appoint(backend, &second, for_good(backend, post, new)).await.unwrap();
        let again = appoint(backend, &second, for_good(backend, post, new)).await;
        assert!(matches!(again, Err(OrganisationError::AlreadyOn)));

        // Nobody gives themself anything, nor comes to both by waiting.
        assert!(is_forbidden(&appoint(backend, &first, for_good(backend, post, id(&first))).await));
        let later = Appointing { starts_at: backend.now().plus_days(30), ..for_good(backend, post, id(&first)) };
        assert!(matches!(appoint(backend, &second, later).await, Err(OrganisationError::SystemAndCases)));
        let stale = Actor::Staff(identity::StaffActor { recent: false, ..second.staff().unwrap().clone() });
        let old = appoint(backend, &stale, for_good(backend, post, id(&wang))).await;
        assert!(matches!(old, Err(OrganisationError::Denied(Denied::ReauthenticationNeeded))));

        let seen = look::post(backend, &second, post, None).await.unwrap();
        let line = &seen.history.lines[0];
        assert_eq!((line.row.id, line.row.staff_id, line.row.made_by), (appointment, new, Some(id(&second))));
        end_appointment(backend, &first, appointment).await.unwrap();
        let (_, history) = look::history(backend, &second, office, None).await.unwrap();
        let line = history.lines.iter().find(|line| line.row.id == appointment).unwrap();
        assert_eq!((line.row.ended_at, line.row.ended_by), (Some(backend.now()), Some(id(&first))));
        trail_is_sound(backend).await;
    }

    async fn no_single_hand_opens_an_account_of_somebody_else(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (first, second) = (portal.staff(POLICE, SYSTEM).await, portal.staff(POLICE, SYSTEM).await);
        let clerk = portal.staff(POLICE, CLERK).await;
        let given = give_password(backend, &first, id(&clerk)).await.unwrap();
        assert_eq!(given.as_str().len(), 20);
        let both = take_second_factor(backend, &first, id(&clerk)).await;
        assert!(matches!(both, Err(OrganisationError::SecondNeeded)), "{both:?}");
        let other = take_second_factor(backend, &second, id(&clerk)).await;
        assert!(matches!(other, Err(OrganisationError::NoSecondFactor)), "{other:?}");
        // Who knows the password gives no post.
        let office = backend.organisation.current().offices.get(POLICE, region("3301")).unwrap().id;
        let post = open_post(backend, &first, post_of(office, &[Role::Supervise], Some(POLICE), "3301")).await.unwrap();
        let more = appoint(backend, &first, for_good(backend, post, id(&clerk))).await;
        assert!(matches!(more, Err(OrganisationError::SecondNeeded)));

        let district = portal.staff_at(POLICE, XIHU, SYSTEM).await;
        assert!(is_forbidden(&give_password(backend, &district, id(&clerk)).await.map(|_| ())));
        assert!(is_forbidden(&give_password(backend, &clerk, id(&district)).await.map(|_| ())));
        assert!(is_forbidden(&give_password(backend, &first, id(&first)).await.map(|_| ())));
        assert!(is_forbidden(&look::account(backend, &district, id(&clerk), None).await.map(|_| ())));
        let seen = look::account(backend, &first, id(&clerk), None).await.unwrap();
        assert_eq!((seen.may_give_password, seen.may_take_factor, seen.may_close), (true, false, true));
        close_account(backend, &first, id(&clerk)).await.unwrap();
        let closed = give_password(backend, &first, id(&clerk)).await;
        assert!(matches!(closed, Err(OrganisationError::Closed)));
        let login = seen.account.login;
        assert!(matches!(reset_second_factor(backend, &login).await, Err(StaffAccountError::Closed(_))));
    }

    /// An administrator's post that is lent would make a second administrator by one hand.
    async fn nobody_has_an_account_of_their_making_stand_in(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (first, second) = (portal.staff(POLICE, SYSTEM).await, portal.staff(POLICE, SYSTEM).await);
        let office = backend.organisation.current().offices.get(POLICE, region("3301")).unwrap().id;
        let harmless = post_of(office, &[Role::Catalogue], Some(POLICE), "3301");
        let harmless = open_post(backend, &first, harmless).await.unwrap();
        let (new, password) = create_account(backend, &first, office, "wang.min", "王敏").await.unwrap();
        appoint(backend, &second, for_good(backend, harmless, new)).await.unwrap();
        first_sign_in(backend, "wang.min", password.as_str()).await;
        let (now, later) = (backend.now(), backend.now().plus_days(3));
        let post = |who: &Actor| who.staff().unwrap().grants[0].post;
        let own = hand_over(backend, &first, post(&first), "wang.min", now, later, "休年假").await;
        assert!(matches!(own, Err(OrganisationError::SecondNeeded)), "{own:?}");
        let standing_in = |absent: &Actor, deputy| Appointing {
            deputy_for: Some(id(absent)),
            reason: Some("休年假".into()),
            ends_at: Some(later),
            ..for_good(backend, post(absent), deputy)
        };
        let theirs = appoint(backend, &first, standing_in(&second, new)).await;
        assert!(matches!(theirs, Err(OrganisationError::SecondNeeded)), "{theirs:?}");

        // Who supervises cases keeps no post of an administrator, nor one that is for more than cases.
        let chief = portal.staff(POLICE, &[Role::Supervise]).await;
        for absent in [&second, &portal.staff(POLICE, &[Role::Decide, Role::Catalogue]).await] {
            let beyond = appoint(backend, &chief, standing_in(absent, new)).await;
            assert!(is_forbidden(&beyond), "{beyond:?}");
        }
        let clerk = portal.staff(POLICE, CLERK).await;
        let given = appoint(backend, &chief, standing_in(&clerk, new)).await.unwrap();
        end_appointment(backend, &chief, given).await.unwrap();
        let lent = hand_over(backend, &second, post(&second), "wang.min", now, later, "休年假").await.unwrap();
        assert!(is_forbidden(&end_appointment(backend, &chief, lent).await));
        trail_is_sound(backend).await;
    }

    async fn a_post_that_is_handed_over_many_times_at_once_has_one_deputy(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let absent = portal.staff(POLICE, CLERK).await;
        let post = absent.staff().unwrap().grants[0].post;
        let second = portal.second(t.second().await).await;
        let mut colleagues = Vec::new();
        for _ in 0..6 {
            colleagues.push(id(&portal.staff(POLICE, &[Role::Intake]).await));
        }
        let until = portal.backend.now().plus_days(3);
        // Again and again: the first ones only open connections.
        for _ in 0..12 {
            let mut handing = tokio::task::JoinSet::new();
            for (n, colleague) in colleagues.iter().enumerate() {
                let backend = if n % 2 == 0 { portal.backend.clone() } else { second.clone() };
                let absent = absent.clone();
                let new = Appointing {
                    deputy_for: Some(id(&absent)),
                    reason: Some("休年假".into()),
                    ends_at: Some(until),
                    ..for_good(&backend, post, *colleague)
                };
                handing.spawn(async move { appoint(&backend, &absent, new).await });
            }
            let mut given = Vec::new();
            while let Some(done) = handing.join_next().await {
                match done.unwrap() {
                    Ok(appointment) => given.push(appointment),
                    Err(OrganisationError::HasDeputy) => {}
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(given.len(), 1);
            end_appointment(&portal.backend, &absent, given[0]).await.unwrap();
        }
    }

    async fn a_closed_post_is_nobodys(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let admin = portal.staff(POLICE, SYSTEM).await;
        let token = portal.staff_token(POLICE, CLERK).await;
        let clerk = async || identity::authenticate(backend, &token).await.unwrap().unwrap().actor();
        let post = clerk().await.staff().unwrap().grants[0].post;
        let by_clerk = close_post(backend, &clerk().await, post).await;
        assert!(is_forbidden(&by_clerk));
        assert_eq!(close_post(backend, &admin, post).await.unwrap(), 1);
        assert!(clerk().await.staff().unwrap().grants.is_empty());
        let again = close_post(backend, &admin, post).await;
        assert!(matches!(again, Err(OrganisationError::NotFound)));
        let seen = look::post(backend, &admin, post, None).await.unwrap();
        assert!(!seen.may_change);
        assert_eq!((seen.post.closed_by, seen.history.lines[0].row.ended_by), (Some(id(&admin)), Some(id(&admin))));
    }

    async fn a_clerk_hands_their_post_to_a_colleague(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        portal.office(POLICE, YUHANG).await;
        portal.office(POLICE, XIHU).await;
        let zhou = portal.citizen(ZHOU).await;
        let draft = clerk_draft(backend, &zhou).await;
        let (case, _) = filed(backend, &zhou, draft).await;
        let absent_token = portal.staff_token_at(POLICE, YUHANG, CLERK).await;
        let deputy_token = portal.staff_token_at(POLICE, XIHU, &[Role::Intake]).await;
        let who = async |token: &str| identity::authenticate(backend, token).await.unwrap().unwrap();
        let (absent, deputy) = (who(&absent_token).await.actor(), who(&deputy_token).await.actor());
        let login = who(&deputy_token).await.staff().unwrap().login.clone();
        let post = absent.staff().unwrap().grants[0].post;
        let members = colleagues(backend, &absent, post).await.unwrap();
        assert_eq!(members.iter().map(|m| m.id).collect::<Vec<_>>(), [id(&deputy)], "in the same city");

        let (now, later) = (backend.now(), backend.now().plus_days(3));
        let hand = async |who: &Actor, login: &str, to, reason: &str| {
            hand_over(backend, who, post, login, now, to, reason).await
        };
        assert!(matches!(hand(&absent, &login, later, " ").await, Err(OrganisationError::Reason)));
        assert!(matches!(hand(&absent, &login, now, "休年假").await, Err(OrganisationError::Time)));
        let long = hand(&absent, &login, now.plus_days(185), "休年假").await;
        assert!(matches!(long, Err(OrganisationError::TooLong)));
        let nobody = hand(&absent, "nobody", later, "休年假").await;
        assert!(matches!(nobody, Err(OrganisationError::NotEligible)));
        let health = portal.staff_token("health", &[Role::Intake]).await;
        let stranger = who(&health).await.staff().unwrap().login.clone();
        assert!(matches!(hand(&absent, &stranger, later, "休年假").await, Err(OrganisationError::NotEligible)));
        let me = who(&absent_token).await.staff().unwrap().login.clone();
        assert!(matches!(hand(&absent, &me, later, "休年假").await, Err(OrganisationError::OwnPost)));
        let admin = portal.staff_token(POLICE, SYSTEM).await;
        let admin = who(&admin).await.staff().unwrap().login.clone();
        let mixed = hand(&absent, &admin, later, "休年假").await;
        assert!(matches!(mixed, Err(OrganisationError::SystemAndCases)));

        let given = hand(&absent, &login, later, "休年假").await.unwrap();
        assert!(matches!(hand(&absent, &login, later, "再来").await, Err(OrganisationError::HasDeputy)));
        let acting = who(&deputy_token).await;
        let held = acting.staff().unwrap().working.posts.last().unwrap().clone();
        assert_eq!((held.absent.as_deref(), held.ends_at), (Some("王工"), Some(later)), "the page says until when");
        // Not handed on.
        let third = portal.staff_token_at(POLICE, XIHU, &[Role::Intake]).await;
        let third = who(&third).await.staff().unwrap().login.clone();
        let chained = hand(&acting.actor(), &third, later, "转手").await;
        assert!(matches!(chained, Err(OrganisationError::NotFound)), "{chained:?}");

        // What is done says in whose place, on the timeline and in the trail.
        let seen = version(backend, &zhou, case).await;
        accept(backend, &acting.actor(), case, seen).await.unwrap();
        let (_, timeline) = open_at_desk(backend, &absent, case).await.unwrap();
        let last = timeline.iter().find(|happened| happened.kind == EventKind::Accepted).unwrap();
        assert_eq!(last.actor_id, Some(id(&deputy).0));
        assert_eq!(last.detail[DEPUTY_FOR].as_str(), Some(id(&absent).to_string().as_str()));
        let mut tx = backend.db.read().await.unwrap();
        let person = zhou.person().unwrap().id;
        let all = audit::about_person(&mut tx, person, Cursor::START, 500).await.unwrap();
        drop(tx);
        let step = all.iter().find(|record| record.action == "cases.step").unwrap();
        let detail: serde_json::Value = serde_json::from_str(&step.detail).unwrap();
        assert_eq!(detail[DEPUTY_FOR].as_str(), Some(id(&absent).to_string().as_str()));

        let (mine, theirs) =
            (deputies(backend, &absent).await.unwrap(), deputies(backend, &deputy).await.unwrap());
        assert_eq!((mine.given.len(), mine.taken.len(), theirs.taken[0].row.id), (1, 0, given));
        assert_eq!(theirs.taken[0].absent.as_deref(), Some("王工"));
        // The deputy ends it, too.
        end_appointment(backend, &deputy, given).await.unwrap();
        assert_eq!(who(&deputy_token).await.staff().unwrap().working.posts.len(), 1);

        // With the post ends what others do on it.
        let given = hand(&absent, &login, later, "休年假").await.unwrap();
        let chief = portal.staff(POLICE, SYSTEM).await;
        let own = look::post(backend, &chief, post, None).await.unwrap().history.lines;
        let own = own.iter().find(|line| line.row.deputy_for.is_none()).unwrap().row.id;
        end_appointment(backend, &chief, own).await.unwrap();
        let taken = deputies(backend, &deputy).await.unwrap().taken;
        let ended = taken.iter().find(|line| line.row.id == given).unwrap();
        assert_eq!(ended.row.ended_at, Some(backend.now()));
        trail_is_sound(backend).await;
    }

    async fn abolishing_shows_what_it_would_do(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let office = portal.office(POLICE, YUHANG).await;
        let beside = portal.office(POLICE, XIHU).await;
        let zhou = portal.citizen(ZHOU).await;
        let draft = clerk_draft(backend, &zhou).await;
        filed(backend, &zhou, draft).await;
        let admin = portal.staff(POLICE, SYSTEM).await;
        let city = backend.organisation.current().offices.get(POLICE, region("3301")).unwrap().id;
        let seen = abolition(backend, &admin, office).await.unwrap();
        assert_eq!((seen.cases, seen.heirs.iter().map(|h| h.id).collect::<Vec<_>>()), (1, vec![city, beside]));
        // A district's administrator gives the work up, but to nobody beside.
        let district = portal.staff_at(POLICE, YUHANG, SYSTEM).await;
        assert!(is_forbidden(&abolish_office(backend, &district, office, Some(beside)).await));
        abolish_office(backend, &admin, office, Some(beside)).await.unwrap();
        while portal.jobs().run_once(REHOME).await.unwrap() > 0 {}
        assert_eq!(opened(backend, &zhou, draft).await.row.place, region(XIHU));
    }

    /// A county with 6,100 offices, on 84 places with 73 departments: as a file, not by hand.
    async fn six_thousand_offices_are_imported_once(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let reference = &backend.catalog.reference;
        let mut lines = vec!["kind,department,region,zh,en,phone,address_zh,roles".to_owned()];
        let places = reference.regions.under(region("33")).iter().filter(|p| p.code != region("3301"));
        'all: for place in places {
            for department in &reference.departments {
                let (id, code) = (&department.id, place.code);
                lines.push(format!("office,{id},{code},{}{},{} {},0571-12345,,", place.name.zh, department.name.zh, place.name.en, department.name.en));
                lines.push(format!("post,{id},{code},受理岗,Intake,,,intake"));
                if lines.len() > 6_100 {
                    break 'all;
                }
            }
        }
        assert_eq!(lines.len(), 6_101);
        let text = lines.join("\n");
        let import = async |text: &str| import_offices(backend, &Actor::System, OfficeFile::read(text)).await;
        let done = import(&text).await.unwrap();
        assert_eq!((done.offices, done.posts, done.offices_opened, done.posts_opened), (3_050, 3_050, 3_050, 3_050));
        let again = import(&text).await.unwrap();
        assert_eq!((again.offices_opened, again.posts_opened, again.offices_described), (0, 0, 0));
        let known = backend.organisation.current().offices.iter().count();
        assert_eq!(known, 3_050 + reference.departments.len());
        let described = import(&text.replacen("0571-12345", "0571-54321", 1)).await.unwrap();
        assert_eq!((described.offices_opened, described.offices_described), (0, 1));

        let wrong = "kind,department,region,zh,en,roles\noffice,navy,330106,a,A,\noffice,health,990101,a,A,\n\
                     post,health,659001,a,A,intake\noffice,health,330106,a,,";
        let Err(OfficeImportError::Mistakes(mistakes)) = import(wrong).await else { panic!("no mistakes") };
        let told: Vec<(usize, Wrong)> = mistakes.into_iter().map(|m| (m.line, m.wrong)).collect();
        assert_eq!(told, [
            (2, Wrong::Department("navy".into())),
            (3, Wrong::Region(region("990101"))),
            (4, Wrong::NoOffice),
            (5, Wrong::Name),
        ]);
        let clerk = portal.staff(POLICE, SYSTEM).await;
        let by_clerk = import_offices(backend, &clerk, OfficeFile::read(&text)).await;
        assert!(matches!(by_clerk, Err(OfficeImportError::Denied(Denied::Forbidden))));
    }

    async fn an_office_says_how_it_can_be_reached(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let admin = portal.staff(POLICE, SYSTEM).await;
        let office = portal.office(POLICE, XIHU).await;
        let contact = Contact::parse("0571-88000000", "文三路1号", "1 Wensan Road").unwrap();
        let name = Text::new("西湖区公安分局", "Xihu Police");
        describe_office(backend, &admin, office, name.clone(), contact.clone()).await.unwrap();
        let here = backend::organisation::regions::offices_at(backend, region(XIHU), "").await.unwrap();
        assert_eq!((here.offices.len(), here.next), (1, None));
        let shown = &here.offices[0];
        assert_eq!((&shown.name, &shown.phone, &shown.address), (&name, &contact.phone, &contact.address));
        assert_eq!(backend.organisation.current().offices.by_id(office).unwrap().name, name);
        let nameless = describe_office(backend, &admin, office, Text::new("", "x"), contact).await;
        assert!(matches!(nameless, Err(OrganisationError::Name)));
        let all = backend::organisation::regions::offices_at(backend, region("3301"), "").await.unwrap();
        let rest = backend::organisation::regions::offices_at(backend, region("3301"), "health").await.unwrap();
        assert!(all.offices.len() > rest.offices.len() && !rest.offices.is_empty());
        // The command line makes accounts whole, as before.
        identity::create_staff(backend, &new_staff(backend, "whole", POLICE, CLERK)).await.unwrap();
        let seen = look::office(backend, &admin, backend.organisation.current().offices.get(POLICE, region("3301")).unwrap().id, None, "").await.unwrap();
        assert!(seen.accounts.lines.iter().any(|account| account.login == "whole"));
    }
}
