//! The second factor of staff, on both engines.

use std::sync::Arc;

use backend::Backend;
use backend::clock::SystemChance;
use backend::identity::{
    Denied, NewStaff, Proof, SecondFactorError, SecondFactorPolicy, SignInError, StaffAccountError,
    StaffEntry, StaffSignIn, Token, Viewer, authenticate, begin_second_factor, change_staff_password,
    confirm_second_factor, create_staff, forget_recovery_codes, give_second_factor, half_signed_in,
    open_session, remove_second_factor, reset_second_factor, reset_staff_password, second_factor,
    sign_in_as_staff,
};
use backend::keys::reseal;
use backend::sealing::KeyRing;
use backend::testing::{ADDRESS, Portal, let_in, new_staff};
use domain::identity::{Role, TotpSecret};
use storage::identity::{second_factors, sessions, staff};

const LOGIN: &str = "zhao.min";
const PASSWORD: &str = "correct horse battery staple 47";

async fn strict(db: storage::Db) -> Portal {
    let mut portal = Portal::start(db).await;
    portal.backend.staff = Arc::new(StaffSignIn { second_factor: SecondFactorPolicy::Required, oidc: None });
    portal
}

async fn seen(backend: &Backend, token: &Token) -> Option<Viewer> {
    authenticate(backend, token.as_str()).await.unwrap()
}

/// A session of a browser that is not signed in.
async fn browser(backend: &Backend) -> Viewer {
    open_session(backend, "test").await.unwrap().1
}

/// A clerk with a password of their own and no second factor, signed in.
async fn clerk(backend: &Backend) -> Viewer {
    let new = NewStaff {
        display_name: "赵敏".into(),
        ..new_staff(backend, LOGIN, "public-security", &[Role::Intake, Role::Decide])
    };
    let (_, first) = create_staff(backend, &new).await.unwrap();
    let session = browser(backend).await.session;
    let entry = sign_in_as_staff(backend, &session, LOGIN, first.as_str(), ADDRESS).await.unwrap();
    let viewer = seen(backend, &let_in(entry).token).await.unwrap();
    let token = change_staff_password(backend, &viewer, first.as_str(), PASSWORD).await.unwrap();
    seen(backend, &token).await.unwrap()
}

/// Sets a second factor up; gives the session, the secret and the recovery codes.
async fn enrol(portal: &Portal, viewer: &Viewer) -> (Viewer, TotpSecret, Vec<String>) {
    let backend = &portal.backend;
    begin_second_factor(backend, viewer, None).await.unwrap();
    let secret = second_factor(backend, viewer).await.unwrap().offered.unwrap();
    let token = confirm_second_factor(backend, viewer, &secret.code_at(backend.now())).await.unwrap();
    let viewer = seen(backend, &token).await.unwrap();
    let codes = second_factor(backend, &viewer).await.unwrap().fresh_codes;
    // The next code is another one.
    portal.clock.advance(30);
    (viewer, secret, codes)
}

async fn password(backend: &Backend, viewer: &Viewer) -> Result<StaffEntry, SignInError> {
    sign_in_as_staff(backend, &viewer.session, LOGIN, PASSWORD, ADDRESS).await
}

/// A session between password and code.
async fn half(backend: &Backend) -> Viewer {
    let viewer = browser(backend).await;
    match password(backend, &viewer).await.unwrap() {
        StaffEntry::SecondFactorNeeded(token) => seen(backend, &token).await.unwrap(),
        StaffEntry::In(_) => panic!("no second factor was asked for"),
    }
}

fn code(text: &str) -> Proof {
    Proof::Code(text.to_owned())
}

storage::contract! {
    async fn where_it_is_required_one_sets_it_up_and_does_nothing_else(t: &TestDb) {
        let portal = strict(t.db()).await;
        let backend = &portal.backend;
        let viewer = clerk(backend).await;
        assert!(viewer.staff().unwrap().must_enrol);
        assert_eq!(viewer.actor().staff_with(Role::Decide), Err(Denied::Forbidden));
        let elsewhere = let_in(password(backend, &browser(backend).await).await.unwrap()).token;

        let none = confirm_second_factor(backend, &viewer, "123456").await;
        assert!(matches!(none, Err(SecondFactorError::NotBegun)), "{none:?}");
        begin_second_factor(backend, &viewer, None).await.unwrap();
        let secret = second_factor(backend, &viewer).await.unwrap().offered.unwrap();
        portal.clock.advance(60);
        let late = TotpSecret::new([7; 20]).code_at(backend.now());
        let wrong = confirm_second_factor(backend, &viewer, &late).await;
        assert!(matches!(wrong, Err(SecondFactorError::Wrong)), "{wrong:?}");
        let token = confirm_second_factor(backend, &viewer, &secret.code_at(backend.now())).await.unwrap();
        assert!(seen(backend, &elsewhere).await.is_none(), "other devices are out");
        let viewer = seen(backend, &token).await.unwrap();
        assert!(!viewer.staff().unwrap().must_enrol);
        assert!(viewer.actor().staff_with(Role::Decide).is_ok());
        let shown = second_factor(backend, &viewer).await.unwrap();
        assert_eq!((shown.fresh_codes.len(), shown.recovery_left, shown.offered), (10, 10, None));
        forget_recovery_codes(backend, &viewer).await.unwrap();
        assert!(second_factor(backend, &viewer).await.unwrap().fresh_codes.is_empty(), "shown once");
        let refused = remove_second_factor(backend, &viewer, &Proof::recovery("x")).await;
        assert!(matches!(refused, Err(SecondFactorError::Denied(Denied::Forbidden))), "{refused:?}");
    }

    async fn a_proof_from_long_ago_sets_nothing_up(t: &TestDb) {
        let portal = strict(t.db()).await;
        let backend = &portal.backend;
        let viewer = clerk(backend).await;
        let token = let_in(password(backend, &viewer).await.unwrap()).token;
        portal.clock.advance(600);
        let viewer = seen(backend, &token).await.unwrap();
        let denied = begin_second_factor(backend, &viewer, None).await;
        assert!(matches!(denied, Err(SecondFactorError::Denied(Denied::ReauthenticationNeeded))), "{denied:?}");
    }

    async fn after_the_password_nobody_is_signed_in_until_the_code(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (_, secret, _) = enrol(&portal, &clerk(backend).await).await;
        let before = browser(backend).await;
        let StaffEntry::SecondFactorNeeded(token) = password(backend, &before).await.unwrap() else {
            panic!("no second factor was asked for")
        };
        let viewer = seen(backend, &token).await.unwrap();
        assert!(viewer.staff().is_none());
        assert_eq!(viewer.actor().staff(), Err(Denied::SignInNeeded));
        assert_eq!(half_signed_in(backend, viewer.session.id).await.unwrap().unwrap().login, LOGIN);

        let now = secret.code_at(backend.now());
        let other = browser(backend).await;
        let refused = give_second_factor(backend, &other.session, &code(&now), ADDRESS).await;
        assert!(matches!(refused, Err(SecondFactorError::NotAsked)), "another browser: {refused:?}");
        let stale = give_second_factor(backend, &before.session, &code(&now), ADDRESS).await;
        assert!(matches!(stale, Err(SecondFactorError::Stale)), "under the token from before: {stale:?}");
        let signed_in = give_second_factor(backend, &viewer.session, &code(&now), ADDRESS).await.unwrap();
        assert!(seen(backend, &token).await.is_none(), "under a new token");
        let member = seen(backend, &signed_in.token).await.unwrap();
        assert!(member.actor().staff_with(Role::Decide).is_ok() && member.recent);
        assert!(half_signed_in(backend, member.session.id).await.unwrap().is_none());
    }

    async fn a_code_is_good_once(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (_, secret, _) = enrol(&portal, &clerk(backend).await).await;
        let (first, second) = (half(backend).await, half(backend).await);
        let now = code(&secret.code_at(backend.now()));
        give_second_factor(backend, &first.session, &now, ADDRESS).await.unwrap();
        let again = give_second_factor(backend, &second.session, &now, ADDRESS).await;
        assert!(matches!(again, Err(SecondFactorError::WrongAtSignIn { left: 4 })), "{again:?}");
        portal.clock.advance(30);
        let next = code(&secret.code_at(backend.now()));
        give_second_factor(backend, &second.session, &next, ADDRESS).await.unwrap();
    }

    async fn of_two_who_give_one_code_at_the_same_time_one_gets_in(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (_, secret, codes) = enrol(&portal, &clerk(backend).await).await;
        let rival = portal.second(t.second().await).await;
        for round in 0..6 {
            portal.clock.advance(60);
            let (first, second) = (half(backend).await.session, half(backend).await.session);
            let proof = match codes.get(round / 2) {
                Some(recovery) if round % 2 == 1 => Proof::recovery(recovery),
                _ => code(&secret.code_at(backend.now())),
            };
            let (a, b) = tokio::join!(
                give_second_factor(backend, &first, &proof, ADDRESS),
                give_second_factor(&rival, &second, &proof, ADDRESS)
            );
            assert_eq!([a.is_ok(), b.is_ok()].into_iter().filter(|ok| *ok).count(), 1, "{a:?} {b:?}");
            let lost = a.err().or(b.err()).unwrap();
            assert!(matches!(lost, SecondFactorError::WrongAtSignIn { .. }), "{lost:?}");
        }
    }

    async fn five_wrong_codes_ask_for_the_password_again_and_ten_have_to_wait(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (_, secret, _) = enrol(&portal, &clerk(backend).await).await;
        let wrong = code(&TotpSecret::new([9; 20]).code_at(backend.now()));
        for _ in 0..2 {
            let viewer = half(backend).await;
            for left in (1..5).rev() {
                let said = give_second_factor(backend, &viewer.session, &wrong, ADDRESS).await;
                assert!(matches!(said, Err(SecondFactorError::WrongAtSignIn { left: l }) if l == left), "{said:?}");
            }
            let said = give_second_factor(backend, &viewer.session, &wrong, ADDRESS).await;
            assert!(matches!(said, Err(SecondFactorError::NotAsked)), "{said:?}");
            let right = code(&secret.code_at(backend.now()));
            let said = give_second_factor(backend, &viewer.session, &right, ADDRESS).await;
            assert!(matches!(said, Err(SecondFactorError::NotAsked)), "{said:?}");
        }
        let viewer = half(backend).await;
        let right = code(&secret.code_at(backend.now()));
        let said = give_second_factor(backend, &viewer.session, &right, ADDRESS).await;
        assert!(matches!(said, Err(SecondFactorError::TooOften { .. })), "{said:?}");
    }

    async fn a_sign_in_stops_half_way_after_five_minutes_and_when_the_password_changes(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (_, secret, _) = enrol(&portal, &clerk(backend).await).await;
        let viewer = half(backend).await;
        portal.clock.advance(300);
        let now = code(&secret.code_at(backend.now()));
        let said = give_second_factor(backend, &viewer.session, &now, ADDRESS).await;
        assert!(matches!(said, Err(SecondFactorError::NotAsked)), "{said:?}");
        let viewer = half(backend).await;
        reset_staff_password(backend, LOGIN).await.unwrap();
        let said = give_second_factor(backend, &viewer.session, &now, ADDRESS).await;
        assert!(matches!(said, Err(SecondFactorError::NotAsked)), "{said:?}");
    }

    async fn before_a_decision_password_and_code_are_asked_for_again(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (viewer, secret, _) = enrol(&portal, &clerk(backend).await).await;
        portal.clock.advance(600);
        let StaffEntry::SecondFactorNeeded(token) = password(backend, &viewer).await.unwrap() else {
            panic!("no second factor was asked for")
        };
        let member = seen(backend, &token).await.unwrap();
        assert_eq!(member.actor().require_recent(), Err(Denied::ReauthenticationNeeded), "the password is half");
        let now = code(&secret.code_at(backend.now()));
        let entered = give_second_factor(backend, &member.session, &now, ADDRESS).await.unwrap();
        let member = seen(backend, &entered.token).await.unwrap();
        assert_eq!(member.actor().require_recent(), Ok(()));
        assert_eq!(member.session.id, viewer.session.id);
    }

    async fn a_recovery_code_is_good_once_and_a_renewal_makes_new_ones(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (_, secret, codes) = enrol(&portal, &clerk(backend).await).await;
        let typed = Proof::recovery(&format!(" {} ", codes[0].to_uppercase().replace('-', " ")));
        let entered = give_second_factor(backend, &half(backend).await.session, &typed, ADDRESS).await.unwrap();
        let said = give_second_factor(backend, &half(backend).await.session, &typed, ADDRESS).await;
        assert!(matches!(said, Err(SecondFactorError::WrongAtSignIn { .. })), "{said:?}");
        let member = seen(backend, &entered.token).await.unwrap();
        assert_eq!(second_factor(backend, &member).await.unwrap().recovery_left, 9);

        let said = begin_second_factor(backend, &member, None).await;
        assert!(matches!(said, Err(SecondFactorError::Wrong)), "not without a code: {said:?}");
        let now = code(&secret.code_at(backend.now()));
        begin_second_factor(backend, &member, Some(&now)).await.unwrap();
        let said = begin_second_factor(backend, &member, Some(&now)).await;
        assert!(matches!(said, Err(SecondFactorError::Wrong)), "it was used: {said:?}");
        let new = second_factor(backend, &member).await.unwrap().offered.unwrap();
        assert_ne!(new, secret);
        let token = confirm_second_factor(backend, &member, &new.code_at(backend.now())).await.unwrap();
        let member = seen(backend, &token).await.unwrap();
        let fresh = second_factor(backend, &member).await.unwrap().fresh_codes;
        let waiting = half(backend).await;
        let said = give_second_factor(backend, &waiting.session, &Proof::recovery(&codes[1]), ADDRESS).await;
        assert!(matches!(said, Err(SecondFactorError::WrongAtSignIn { .. })), "the old ones are gone: {said:?}");
        give_second_factor(backend, &waiting.session, &Proof::recovery(&fresh[1]), ADDRESS).await.unwrap();
    }

    async fn a_secret_is_sealed_anew_and_still_the_same(t: &TestDb) {
        let mut portal = Portal::start(t.db()).await;
        let file = std::env::temp_dir().join(format!("zhangban-factor-{}.toml", portal.backend.id().simple()));
        portal.backend.keys = Arc::new(KeyRing::make(&file, &SystemChance).unwrap());
        let backend = &portal.backend;
        let (_, secret, _) = enrol(&portal, &clerk(backend).await).await;
        let waiting = half(backend).await;
        KeyRing::add(&file, &SystemChance).unwrap();
        KeyRing::take_newest(&file).unwrap();
        portal.backend.keys = Arc::new(KeyRing::open(&file).unwrap());
        std::fs::remove_file(&file).unwrap();
        let backend = &portal.backend;
        let sealed = async || {
            let mut read = backend.db.read().await.unwrap();
            let member = staff::by_login(&mut read, LOGIN).await.unwrap().unwrap();
            second_factors::find(&mut read, member.id).await.unwrap().unwrap().secret
        };
        assert_eq!(KeyRing::key_of(&sealed().await), Some(1));
        let done = reseal(backend, |_, _| {}).await.unwrap();
        assert_eq!(done.unopenable, 0);
        assert_eq!(KeyRing::key_of(&sealed().await), Some(2));
        let now = code(&secret.code_at(backend.now()));
        give_second_factor(backend, &waiting.session, &now, ADDRESS).await.unwrap();
    }

    async fn where_it_is_optional_one_can_do_without_again(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (member, _, codes) = enrol(&portal, &clerk(backend).await).await;
        let said = remove_second_factor(backend, &member, &Proof::recovery("aaaaa-aaaaa")).await;
        assert!(matches!(said, Err(SecondFactorError::Wrong)), "{said:?}");
        remove_second_factor(backend, &member, &Proof::recovery(&codes[0])).await.unwrap();
        let_in(password(backend, &browser(backend).await).await.unwrap());
    }

    async fn an_administrator_takes_a_lost_one_away(t: &TestDb) {
        let portal = strict(t.db()).await;
        let backend = &portal.backend;
        let viewer = clerk(backend).await;
        let none = reset_second_factor(backend, LOGIN).await;
        assert!(matches!(none, Err(StaffAccountError::NoSecondFactor(_))), "{none:?}");
        let (member, secret, _) = enrol(&portal, &viewer).await;
        let waiting = half(backend).await;
        reset_second_factor(backend, "Zhao.Min ").await.unwrap();
        let now = code(&secret.code_at(backend.now()));
        let said = give_second_factor(backend, &waiting.session, &now, ADDRESS).await;
        assert!(matches!(said, Err(SecondFactorError::NotAsked)), "{said:?}");
        let mut read = backend.db.read().await.unwrap();
        let kept = sessions::by_token(&mut read, &member.session.token_hash, backend.now()).await.unwrap();
        drop(read);
        assert_eq!(kept, None, "who was signed in is out");
        let entered = let_in(password(backend, &browser(backend).await).await.unwrap());
        assert!(seen(backend, &entered.token).await.unwrap().staff().unwrap().must_enrol);
    }
}
