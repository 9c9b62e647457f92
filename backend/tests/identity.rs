//! Signing in, proving identity, acting for legal entities, sessions: on both engines, with registers and gateways over
//! HTTP.

use backend::Backend;
use backend::identity::{
    AccessCursor, ActForError, Actor, CodeRefused, Denied, FieldError, FormDraft, Purpose, Reader,
    SetPasswordError, SignInError, SignedIn, Token, VerifyIdentityError, Viewer, Who, WrongCode, add_entity,
    authenticate, change_staff_password, create_staff, end_other_sessions, end_session, entities, form_draft,
    keep_draft, leave_entity, my_sessions, open_session, profile, remove_entity, request_code, set_password,
    sign_in_as_staff, sign_in_with_code, sign_in_with_password, sign_out, switch_entity, verify_identity,
    who_read_my_data,
};
use backend::testing::{ADDRESS, Portal, let_in, new_staff};
use domain::identity::credit_code::CreditCode;
use domain::identity::password::PasswordError;
use domain::identity::resident_id::ResidentId;
use domain::identity::{PersonName, Phone, Role};
use domain::text::Locale;
use serde_json::{Value, json};
use standins::switches::Mode;
use storage::audit::{self, Entry};

const PHONE: &str = "13800000001";
const OTHER_PHONE: &str = "13800000002";
const PASSWORD: &str = "the tea by the lake is cold";
const WRONG: &str = "the tea by the lake is warm";
/// In one hour.
const WRONG_PASSWORDS_OF_AN_ADDRESS: i64 = 60;

fn phone(number: &str) -> Phone {
    Phone::parse(number).unwrap()
}

async fn anonymous(backend: &Backend) -> (Token, Viewer) {
    open_session(backend, "Chrome · Android").await.unwrap()
}

async fn ask(portal: &Portal, viewer: &Viewer, number: &str) -> Result<String, CodeRefused> {
    request_code(&portal.backend, viewer.session.id, &phone(number), ADDRESS, Locale::Zh).await?;
    Ok(portal.code_sent_to(number).await.expect("the code was sent"))
}

async fn enter(portal: &Portal, viewer: &Viewer, number: &str, code: &str) -> Result<SignedIn, SignInError> {
    sign_in_with_code(&portal.backend, &viewer.session, &phone(number), code, ADDRESS, Value::Null).await
}

async fn seen(backend: &Backend, token: &Token) -> Option<Viewer> {
    authenticate(backend, token.as_str()).await.unwrap()
}

/// Signs in with a new browser. A phone gets one code a minute, so the clock moves on.
async fn signed_in(portal: &Portal, number: &str) -> Viewer {
    portal.clock.advance(3600);
    let (_, viewer) = anonymous(&portal.backend).await;
    let code = ask(portal, &viewer, number).await.unwrap();
    let done = enter(portal, &viewer, number, &code).await.unwrap();
    seen(&portal.backend, &done.token).await.unwrap()
}

fn another(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

fn person_name(text: &str) -> PersonName {
    PersonName::parse(text).unwrap()
}

async fn verify(
    portal: &Portal,
    viewer: &Viewer,
    name: &str,
    id: &str,
) -> Result<Token, VerifyIdentityError> {
    let id = ResidentId::parse(id).unwrap();
    verify_identity(&portal.backend, viewer, &person_name(name), &id, ADDRESS).await
}

storage::contract! {
    async fn a_new_phone_number_is_registered_and_known_the_second_time(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (_, viewer) = anonymous(&portal.backend).await;
        let code = ask(&portal, &viewer, PHONE).await.unwrap();
        let first = enter(&portal, &viewer, PHONE, &code).await.unwrap();
        assert!(first.is_new);
        let me = seen(&portal.backend, &first.token).await.unwrap();
        let Who::Person(person) = &me.who else { panic!("not a person") };
        assert!(!person.verified && person.name.is_none() && me.recent);
        portal.clock.advance(60);
        let (_, viewer) = anonymous(&portal.backend).await;
        let code = ask(&portal, &viewer, PHONE).await.unwrap();
        let second = enter(&portal, &viewer, PHONE, &code).await.unwrap();
        assert!(!second.is_new);
        let again = seen(&portal.backend, &second.token).await.unwrap();
        assert_eq!(again.person().unwrap().id, person.id);
    }

    async fn a_reused_code_is_refused(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (_, viewer) = anonymous(&portal.backend).await;
        let code = ask(&portal, &viewer, PHONE).await.unwrap();
        enter(&portal, &viewer, PHONE, &code).await.unwrap();
        assert!(matches!(enter(&portal, &viewer, PHONE, &code).await, Err(SignInError::Code(WrongCode::Used))));
    }

    async fn an_expired_code_is_refused(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (_, viewer) = anonymous(&portal.backend).await;
        let code = ask(&portal, &viewer, PHONE).await.unwrap();
        portal.clock.advance(300);
        assert!(matches!(enter(&portal, &viewer, PHONE, &code).await, Err(SignInError::Code(WrongCode::Expired))));
        let fresh = ask(&portal, &viewer, PHONE).await.unwrap();
        assert!(enter(&portal, &viewer, PHONE, &fresh).await.is_ok());
    }

    async fn the_fifth_wrong_code_makes_one_wait_and_says_how_long(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (_, viewer) = anonymous(&portal.backend).await;
        let code = ask(&portal, &viewer, PHONE).await.unwrap();
        for left in [4, 3, 2, 1] {
            let said = enter(&portal, &viewer, PHONE, &another(&code)).await;
            assert!(matches!(said, Err(SignInError::Code(WrongCode::Wrong { left: n })) if n == left), "{said:?}");
        }
        let wait = portal.backend.now().plus_seconds(900);
        for code in [another(&code), code] {
            let said = enter(&portal, &viewer, PHONE, &code).await;
            assert!(matches!(said, Err(SignInError::Code(WrongCode::Locked { retry_at })) if retry_at == wait), "{said:?}");
        }
        portal.clock.advance(899);
        assert!(matches!(ask(&portal, &viewer, PHONE).await, Err(CodeRefused::CodeLocked { .. })));
        portal.clock.advance(1);
        let fresh = ask(&portal, &viewer, PHONE).await.unwrap();
        assert!(enter(&portal, &viewer, PHONE, &fresh).await.is_ok());
    }

    async fn a_stranger_can_neither_use_nor_use_up_my_code(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (_, mine) = anonymous(&portal.backend).await;
        let (_, strangers) = anonymous(&portal.backend).await;
        let code = ask(&portal, &mine, PHONE).await.unwrap();
        for _ in 0..6 {
            let said = enter(&portal, &strangers, PHONE, &another(&code)).await;
            assert!(matches!(said, Err(SignInError::Code(WrongCode::NotSent))), "{said:?}");
        }
        assert!(matches!(enter(&portal, &strangers, PHONE, &code).await, Err(SignInError::Code(WrongCode::NotSent))));
        assert!(enter(&portal, &mine, PHONE, &code).await.is_ok());
    }

    async fn codes_to_one_phone_are_limited_by_minute_hour_and_day(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (_, viewer) = anonymous(&portal.backend).await;
        ask(&portal, &viewer, PHONE).await.unwrap();
        portal.clock.advance(59);
        let early = ask(&portal, &viewer, PHONE).await;
        let in_a_second = portal.backend.now().plus_seconds(1);
        assert!(matches!(early, Err(CodeRefused::TooOften { retry_at }) if retry_at == in_a_second), "{early:?}");
        portal.clock.advance(1);
        for _ in 0..4 {
            ask(&portal, &viewer, PHONE).await.unwrap();
            portal.clock.advance(60);
        }
        assert!(matches!(ask(&portal, &viewer, PHONE).await, Err(CodeRefused::TooOften { .. })), "the sixth in an hour");
        // Another phone is not concerned.
        ask(&portal, &viewer, OTHER_PHONE).await.unwrap();
        let mut sent = 5;
        while sent < 30 {
            portal.clock.advance(720);
            match ask(&portal, &viewer, PHONE).await {
                Ok(_) => sent += 1,
                Err(CodeRefused::TooOften { retry_at }) => {
                    assert!(retry_at > portal.backend.now());
                    break;
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        assert!((10..=11).contains(&sent), "{sent} codes on one day");
    }

    async fn limits_hold_when_everybody_asks_at_once(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let second = portal.second(t.second().await).await;
        let (_, viewer) = anonymous(&portal.backend).await;
        let mut asking = tokio::task::JoinSet::new();
        for n in 0..24 {
            let backend = if n % 2 == 0 { portal.backend.clone() } else { second.clone() };
            let session = viewer.session.id;
            asking.spawn(async move { request_code(&backend, session, &phone(PHONE), ADDRESS, Locale::Zh).await });
        }
        let answers = asking.join_all().await;
        assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 1);
        portal.deliver().await;
        assert_eq!(portal.standins.outbox.list(Some(PHONE), None).len(), 1);
        second.db.close().await;
    }

    async fn one_of_two_simultaneous_sign_ins_wins(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (_, viewer) = anonymous(&portal.backend).await;
        let code = ask(&portal, &viewer, PHONE).await.unwrap();
        let (a, b) = tokio::join!(enter(&portal, &viewer, PHONE, &code), enter(&portal, &viewer, PHONE, &code));
        assert_eq!([&a, &b].into_iter().filter(|r| r.is_ok()).count(), 1, "{a:?} {b:?}");
    }

    async fn the_token_changes_with_every_change_of_privilege(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let person = Portal::demo_person("何俊");
        let (planted, viewer) = anonymous(backend).await;
        let code = ask(&portal, &viewer, PHONE).await.unwrap();
        let signed_in = enter(&portal, &viewer, PHONE, &code).await.unwrap().token;
        // Whoever planted the session before does not get in.
        assert!(seen(backend, &planted).await.is_none());
        let me = seen(backend, &signed_in).await.unwrap();
        assert_eq!(me.session.id, viewer.session.id, "the session stays, with its drafts");
        let verified = verify(&portal, &me, person.name, person.id).await.unwrap();
        assert!(seen(backend, &signed_in).await.is_none());
        let me = seen(backend, &verified).await.unwrap();
        assert_eq!(me.person().unwrap().name.as_deref(), Some("何俊"));
        let with_password = set_password(backend, &me, PASSWORD).await.unwrap();
        assert!(seen(backend, &verified).await.is_none());
        assert!(seen(backend, &with_password).await.is_some());
    }

    async fn a_session_leaves_nothing_of_the_one_who_had_it_before(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let first = signed_in(&portal, PHONE).await;
        let draft = FormDraft { answers: [("name".to_owned(), "甲".to_owned())].into(), errors: vec![] };
        keep_draft(&portal.backend, first.session.id, "form", &draft).await.unwrap();
        let code = ask(&portal, &first, OTHER_PHONE).await.unwrap();
        let second = enter(&portal, &first, OTHER_PHONE, &code).await.unwrap();
        let second = seen(&portal.backend, &second.token).await.unwrap();
        assert_ne!(second.session.id, first.session.id);
        assert_eq!(form_draft(&portal.backend, second.session.id, "form").await.unwrap(), FormDraft::default());
        let me = *first.actor().person().unwrap();
        assert!(my_sessions(&portal.backend, &me).await.unwrap().is_empty(), "the first one's session has ended");
    }

    async fn known_and_unknown_accounts_cost_the_same(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let me = signed_in(&portal, PHONE).await;
        let (_, viewer) = anonymous(backend).await;
        let try_with = async |number: &str, password: &str| {
            let before = backend.passwords.hashed();
            let said = sign_in_with_password(backend, &viewer.session, &phone(number), password, ADDRESS).await;
            (backend.passwords.hashed() - before, said)
        };
        let unknown = try_with(OTHER_PHONE, PASSWORD).await;
        let without_password = try_with(PHONE, PASSWORD).await;
        set_password(backend, &me, PASSWORD).await.unwrap();
        let wrong = try_with(PHONE, WRONG).await;
        for (hashed, said) in [unknown, without_password, wrong] {
            assert_eq!(hashed, 1);
            assert!(matches!(said, Err(SignInError::WrongPassword)), "{said:?}");
        }
        assert!(try_with(PHONE, PASSWORD).await.1.is_ok());
    }

    async fn passwords_cannot_be_tried_out(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let me = signed_in(&portal, PHONE).await;
        set_password(backend, &me, PASSWORD).await.unwrap();
        let (_, viewer) = anonymous(backend).await;
        let number = phone(PHONE);
        for _ in 0..10 {
            let said = sign_in_with_password(backend, &viewer.session, &number, WRONG, ADDRESS).await;
            assert!(matches!(said, Err(SignInError::WrongPassword)), "{said:?}");
        }
        let hashed = backend.passwords.hashed();
        let said = sign_in_with_password(backend, &viewer.session, &number, PASSWORD, ADDRESS).await;
        assert!(matches!(said, Err(SignInError::TooOften { .. })), "{said:?}");
        assert_eq!(backend.passwords.hashed(), hashed, "limited before anything is looked up");
        portal.clock.advance(360);
        assert!(sign_in_with_password(backend, &viewer.session, &number, PASSWORD, ADDRESS).await.is_ok());
    }

    async fn right_passwords_do_not_use_up_an_address(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let me = signed_in(&portal, PHONE).await;
        set_password(backend, &me, PASSWORD).await.unwrap();
        let number = phone(PHONE);
        for n in 0..=WRONG_PASSWORDS_OF_AN_ADDRESS {
            let (_, viewer) = anonymous(backend).await;
            let said = sign_in_with_password(backend, &viewer.session, &number, PASSWORD, ADDRESS).await;
            assert!(said.is_ok(), "sign-in {n}: {said:?}");
        }
        // Wrong ones do, whoever they are for.
        let (_, viewer) = anonymous(backend).await;
        for n in 0..WRONG_PASSWORDS_OF_AN_ADDRESS {
            let said =
                sign_in_with_password(backend, &viewer.session, &phone(&format!("1390000{n:04}")), WRONG, ADDRESS).await;
            assert!(matches!(said, Err(SignInError::WrongPassword)), "try {n}: {said:?}");
        }
        let said = sign_in_with_password(backend, &viewer.session, &number, PASSWORD, ADDRESS).await;
        assert!(matches!(said, Err(SignInError::TooOften { .. })), "{said:?}");
    }

    async fn a_new_password_is_long_not_personal_and_ends_other_sessions(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let elsewhere = signed_in(&portal, PHONE).await;
        let me = signed_in(&portal, PHONE).await;
        let say = async |new: &str| match set_password(backend, &me, new).await {
            Err(SetPasswordError::Unfit(unfit)) => unfit,
            other => panic!("{other:?}"),
        };
        assert_eq!(say("too short 1234").await, PasswordError::TooShort);
        assert_eq!(say("my number is 13800000001").await, PasswordError::Personal);
        assert_eq!(say("123456789012345678").await, PasswordError::Guessable);
        let token = set_password(backend, &me, PASSWORD).await.unwrap();
        let me = seen(backend, &token).await.unwrap();
        let mine = my_sessions(backend, me.actor().person().unwrap()).await.unwrap();
        assert_eq!(mine.len(), 1);
        assert_ne!(mine[0].id, elsewhere.session.id);
        portal.clock.advance(600);
        let stale = seen(backend, &token).await.unwrap();
        let said = set_password(backend, &stale, WRONG).await;
        assert!(matches!(said, Err(SetPasswordError::Denied(Denied::ReauthenticationNeeded))), "{said:?}");
    }

    async fn identity_is_proven_by_the_population_register(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let person = Portal::demo_person("林晓雨");
        let me = signed_in(&portal, person.phone).await;
        let token = verify(&portal, &me, person.name, person.id).await.unwrap();
        let me = seen(&portal.backend, &token).await.unwrap();
        let own = profile(&portal.backend, me.actor().verified_person().unwrap()).await.unwrap();
        assert_eq!(own.resident_id.unwrap().as_str(), person.id);
        assert_eq!(own.name.unwrap().as_str(), "林晓雨");
        let said = verify(&portal, &me, person.name, person.id).await;
        assert!(matches!(said, Err(VerifyIdentityError::Already)), "{said:?}");
        assert!(portal.sms_to(person.phone).await.unwrap().contains("实名认证"));
    }

    async fn someone_elses_name_is_refused_and_trying_is_limited(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (lin, zhou) = (Portal::demo_person("林晓雨"), Portal::demo_person("周明"));
        let me = signed_in(&portal, lin.phone).await;
        for _ in 0..5 {
            let said = verify(&portal, &me, zhou.name, lin.id).await;
            assert!(matches!(said, Err(VerifyIdentityError::NoMatch)), "{said:?}");
        }
        let said = verify(&portal, &me, lin.name, lin.id).await;
        assert!(matches!(said, Err(VerifyIdentityError::TooOften { .. })), "{said:?}");
        portal.clock.advance(720);
        assert!(verify(&portal, &me, lin.name, lin.id).await.is_ok());
    }

    async fn a_register_that_is_down_or_lies_refuses_nobody(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let person = Portal::demo_person("林晓雨");
        let me = signed_in(&portal, person.phone).await;
        for mode in [Mode::Down, Mode::Error, Mode::Malformed, Mode::WrongPerson, Mode::MissingFields] {
            portal.standins.switches.set("population", mode);
            let said = verify(&portal, &me, person.name, person.id).await;
            assert!(matches!(said, Err(VerifyIdentityError::Unknown)), "{mode:?}: {said:?}");
            portal.clock.advance(3600);
        }
        portal.standins.switches.set("population", Mode::Up);
        let me = signed_in(&portal, person.phone).await;
        assert!(verify(&portal, &me, person.name, person.id).await.is_ok());
    }

    async fn who_is_no_more_proves_nothing(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let person = Portal::demo_person("林晓雨");
        let me = signed_in(&portal, person.phone).await;
        portal.standins.switches.set("population", Mode::Cancelled);
        let said = verify(&portal, &me, person.name, person.id).await;
        assert!(matches!(said, Err(VerifyIdentityError::NotActive)), "{said:?}");
        let said = verify(&portal, &me, "林小雨", person.id).await;
        assert!(matches!(said, Err(VerifyIdentityError::NoMatch)), "nothing is learnt by trying: {said:?}");
    }

    async fn one_identity_proves_one_account(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let person = Portal::demo_person("林晓雨");
        let first = signed_in(&portal, PHONE).await;
        let second = signed_in(&portal, OTHER_PHONE).await;
        verify(&portal, &first, person.name, person.id).await.unwrap();
        let said = verify(&portal, &second, person.name, person.id).await;
        assert!(matches!(&said, Err(VerifyIdentityError::Taken { phone_end }) if phone_end == "01"), "{said:?}");
    }

    async fn of_two_accounts_that_prove_one_identity_at_once_one_wins(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let person = Portal::demo_person("林晓雨");
        let first = signed_in(&portal, PHONE).await;
        let second = signed_in(&portal, OTHER_PHONE).await;
        let (a, b) = tokio::join!(
            verify(&portal, &first, person.name, person.id),
            verify(&portal, &second, person.name, person.id)
        );
        let won = [&a, &b].into_iter().filter(|r| r.is_ok()).count();
        let taken = [&a, &b].into_iter().filter(|r| matches!(r, Err(VerifyIdentityError::Taken { .. }))).count();
        assert_eq!((won, taken), (1, 1), "{a:?} {b:?}");
    }

    async fn a_legal_representative_acts_for_the_entity_and_nobody_else_does(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let firm = standins::demo_entities().into_iter().find(|e| e.representative == "何俊").unwrap();
        let code = CreditCode::parse(firm.code).unwrap();
        let he = portal.citizen("何俊").await;
        let lin = portal.citizen("林晓雨").await;
        let said = add_entity(backend, &lin, &code).await;
        assert!(matches!(said, Err(ActForError::NoMatch)), "{said:?}");
        portal.standins.switches.set("market_entities", Mode::Down);
        let said = add_entity(backend, &he, &code).await;
        assert!(matches!(said, Err(ActForError::Unknown)), "{said:?}");
        portal.standins.switches.set("market_entities", Mode::Up);
        let id = add_entity(backend, &he, &code).await.unwrap();
        let mine = entities(backend, he.person().unwrap()).await.unwrap();
        assert_eq!((mine.len(), mine[0].name.as_str()), (1, firm.name));
        portal.clock.advance(60);
        let viewer = portal.sign_in("何俊").await;
        let token = switch_entity(backend, &viewer, id).await.unwrap();
        let acting = seen(backend, &token).await.unwrap();
        assert_eq!(acting.actor().person().unwrap().entity, Some(id));
        assert_eq!(acting.person().unwrap().entity.as_ref().unwrap().name, firm.name);
        portal.clock.advance(60);
        let lins = portal.sign_in("林晓雨").await;
        let said = switch_entity(backend, &lins, id).await;
        assert!(matches!(said, Err(ActForError::NotMine)), "{said:?}");
        let token = leave_entity(backend, &acting).await.unwrap();
        let viewer = seen(backend, &token).await.unwrap();
        let token = switch_entity(backend, &viewer, id).await.unwrap();
        remove_entity(backend, &he, id).await.unwrap();
        let after = seen(backend, &token).await.unwrap();
        assert_eq!(after.actor().person().unwrap().entity, None, "removing ends acting everywhere");
    }

    async fn i_see_my_sessions_and_end_them(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let phone_session = signed_in(&portal, PHONE).await;
        let tablet = signed_in(&portal, PHONE).await;
        let desk = signed_in(&portal, PHONE).await;
        let stranger = signed_in(&portal, OTHER_PHONE).await;
        let me = *desk.actor().person().unwrap();
        let mine = my_sessions(backend, &me).await.unwrap();
        assert_eq!(mine.len(), 3);
        assert_eq!(mine.iter().filter(|s| s.current).map(|s| s.id).collect::<Vec<_>>(), [desk.session.id]);
        assert!(!end_session(backend, &me, stranger.session.id).await.unwrap(), "another's session is not mine to end");
        assert!(end_session(backend, &me, phone_session.session.id).await.unwrap());
        assert_eq!(end_other_sessions(backend, &me).await.unwrap(), 1);
        let left: Vec<_> = my_sessions(backend, &me).await.unwrap().into_iter().map(|s| s.id).collect();
        assert_eq!(left, [desk.session.id]);
        sign_out(backend, &tablet).await.unwrap();
        sign_out(backend, &desk).await.unwrap();
        assert!(my_sessions(backend, &me).await.unwrap().is_empty());
    }

    async fn a_session_lives_while_it_is_used_and_is_seldom_written(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (token, first) = anonymous(backend).await;
        portal.clock.advance(299);
        let visit = seen(backend, &token).await.unwrap();
        assert_eq!(visit.session.last_seen_at, first.session.last_seen_at);
        seen(backend, &token).await.unwrap();
        portal.clock.advance(1);
        seen(backend, &token).await.unwrap();
        let touched = seen(backend, &token).await.unwrap();
        assert_eq!(touched.session.last_seen_at, backend.now());
        portal.clock.advance(24 * 3600 - 1);
        assert!(seen(backend, &token).await.is_some());
        portal.clock.advance(24 * 3600);
        assert!(seen(backend, &token).await.is_none());
        assert!(authenticate(backend, "x").await.unwrap().is_none());
        assert!(authenticate(backend, &"x".repeat(100_000)).await.unwrap().is_none());
    }

    async fn staff_choose_a_password_before_they_can_do_anything(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let new = new_staff(backend, "Wang.Gong", "civil-affairs", &[Role::Intake, Role::Decide]);
        let (_, first) = create_staff(backend, &new).await.unwrap();
        assert!(create_staff(backend, &new).await.is_err(), "the login is taken");
        let (_, viewer) = anonymous(backend).await;
        let said = sign_in_as_staff(backend, &viewer.session, "wang.gong", PASSWORD, ADDRESS).await;
        assert!(matches!(said, Err(SignInError::WrongPassword)), "{said:?}");
        let entered = sign_in_as_staff(backend, &viewer.session, " wang.gong ", first.as_str(), ADDRESS).await;
        let entered = let_in(entered.unwrap());
        assert!(entered.must_change);
        let member = seen(backend, &entered.token).await.unwrap();
        assert_eq!(member.actor().staff_with(Role::Decide), Err(Denied::Forbidden));
        let said = change_staff_password(backend, &member, WRONG, PASSWORD).await;
        assert!(matches!(said, Err(SetPasswordError::WrongPassword)), "{said:?}");
        let token = change_staff_password(backend, &member, first.as_str(), PASSWORD).await.unwrap();
        let member = seen(backend, &token).await.unwrap();
        assert!(member.actor().staff_with(Role::Decide).is_ok());
    }

    async fn a_decision_needs_a_password_given_within_ten_minutes(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let new = new_staff(backend, "decider", "civil-affairs", &[Role::Decide]);
        let (_, first) = create_staff(backend, &new).await.unwrap();
        let (_, viewer) = anonymous(backend).await;
        let entered = sign_in_as_staff(backend, &viewer.session, "decider", first.as_str(), ADDRESS).await;
        let entered = let_in(entered.unwrap());
        portal.clock.advance(599);
        let member = seen(backend, &entered.token).await.unwrap();
        assert_eq!(member.actor().require_recent(), Ok(()));
        portal.clock.advance(1);
        let member = seen(backend, &entered.token).await.unwrap();
        assert_eq!(member.actor().require_recent(), Err(Denied::ReauthenticationNeeded));
        let again = sign_in_as_staff(backend, &member.session, "decider", first.as_str(), ADDRESS).await;
        let again = let_in(again.unwrap());
        assert!(seen(backend, &entered.token).await.is_none(), "under a new token");
        let member = seen(backend, &again.token).await.unwrap();
        assert_eq!(member.actor().require_recent(), Ok(()));
        assert_eq!(member.session.id, viewer.session.id);
    }

    async fn actors_may_what_they_are(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let person = signed_in(&portal, PHONE).await.actor();
        let staff = portal.staff("civil-affairs", &[Role::Intake]).await;
        assert_eq!(Actor::Anonymous.person(), Err(Denied::SignInNeeded));
        assert_eq!(Actor::Anonymous.staff(), Err(Denied::SignInNeeded));
        assert_eq!(person.verified_person(), Err(Denied::VerificationNeeded));
        assert_eq!(person.staff(), Err(Denied::Forbidden));
        assert_eq!(staff.person(), Err(Denied::Forbidden));
        assert_eq!(staff.staff_with(Role::Decide), Err(Denied::Forbidden));
        assert!(staff.staff_with(Role::Intake).is_ok());
    }

    async fn i_see_who_read_my_data_and_for_what_purpose(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let me = *signed_in(&portal, PHONE).await.actor().person().unwrap();
        let other = *signed_in(&portal, OTHER_PHONE).await.actor().person().unwrap();
        let staff = portal.staff("civil-affairs", &[Role::Intake]).await;
        for n in 0..45 {
            portal.clock.advance(1);
            let (actor, at) = (staff.for_audit(), backend.now());
            let entry = move |person, n| Entry {
                at,
                actor,
                action: "cases.unmask",
                subject_kind: "case",
                subject_id: format!("case {n}"),
                person: Some(person),
                purpose: Some(Purpose::Service(format!("service-{n}")).to_string()),
                detail: json!({}),
            };
            let done: Result<(), storage::Error> = backend
                .db
                .write(move |tx| {
                    Box::pin(async move {
                        audit::append(tx, entry(me.id, n))?;
                        audit::append(tx, entry(other.id, n))
                    })
                })
                .await;
            done.unwrap();
        }
        let (mut found, mut cursor) = (Vec::new(), Some(AccessCursor::START));
        while let Some(from) = cursor {
            let page = who_read_my_data(backend, &me, from).await.unwrap();
            found.extend(page.entries);
            cursor = page.next;
        }
        let purposes: Vec<_> = found.iter().map(|e| e.purpose.clone()).collect();
        let expected: Vec<_> = (0..45).rev().map(|n| Some(Purpose::Service(format!("service-{n}")))).collect();
        assert_eq!(purposes, expected, "newest first, each once, nobody else's, no sign-ins");
        assert!(found.iter().all(|e| matches!(&e.reader, Reader::Staff { office: Some(name) } if name.zh == "杭州市民政局")));
    }

    async fn a_draft_keeps_what_was_typed_and_opens_as_no_other(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (_, viewer) = anonymous(backend).await;
        let (_, other) = anonymous(backend).await;
        let typed = "</textarea><script>alert('x')</script> \u{202e} ' OR 1=1 --".to_owned();
        let draft = FormDraft {
            answers: [("name".to_owned(), typed)].into(),
            errors: vec![FieldError::new("name", "name-characters")],
        };
        keep_draft(backend, viewer.session.id, "verify", &draft).await.unwrap();
        assert_eq!(form_draft(backend, viewer.session.id, "verify").await.unwrap(), draft);
        assert_eq!(form_draft(backend, viewer.session.id, "other").await.unwrap(), FormDraft::default());
        assert_eq!(form_draft(backend, other.session.id, "verify").await.unwrap(), FormDraft::default());
        portal.clock.advance(1800);
        assert_eq!(form_draft(backend, viewer.session.id, "verify").await.unwrap(), FormDraft::default());
    }
}

#[test]
fn the_database_holds_no_number_name_or_code_in_clear() {
    storage::testing::sqlite(|t| {
        Box::pin(async move {
            let portal = Portal::start(t.db()).await;
            let person = Portal::demo_person("林晓雨");
            let me = signed_in(&portal, person.phone).await;
            let draft =
                FormDraft { answers: [("name".to_owned(), person.name.to_owned())].into(), errors: vec![] };
            keep_draft(&portal.backend, me.session.id, "verify", &draft).await.unwrap();
            verify(&portal, &me, person.name, person.id).await.unwrap();
            portal.deliver().await;
            let path = t.address().strip_prefix("sqlite:").unwrap();
            for file in [path.to_owned(), format!("{path}-wal")] {
                let Ok(bytes) = std::fs::read(&file) else { continue };
                for secret in [person.phone, person.id, person.name] {
                    let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                    assert!(!found, "{secret} is in {file}");
                }
            }
        })
    });
}
