//! Signing in at an identity service, against the stand-in, on both engines.

use std::sync::Arc;

use backend::Backend;
use backend::identity::{
    Denied, NewStaff, OidcAnswer, OidcError, Proof, SecondFactorPolicy, StaffAccountError, StaffEntry,
    StaffSignIn, Token, Viewer, authenticate, begin_second_factor, close_staff, confirm_second_factor,
    create_staff, finish_oidc, give_second_factor, link_staff, open_session, second_factor, start_oidc,
    unlink_staff,
};
use backend::testing::{ADDRESS, Portal, identity_service, let_in, new_staff};
use domain::identity::Role;
use standins::oidc::{Spoil, TWO_FACTORS};
use standins::switches::Mode;

const LOGIN: &str = "zhao.min";
const SUBJECT: &str = "demo-staff-01";
const NOBODYS: &str = "demo-staff-99";

async fn seen(backend: &Backend, token: &Token) -> Option<Viewer> {
    authenticate(backend, token.as_str()).await.unwrap()
}

async fn browser(backend: &Backend) -> Viewer {
    open_session(backend, "test").await.unwrap().1
}

/// A portal with a clerk who is linked.
async fn linked(db: storage::Db) -> Portal {
    let portal = Portal::start(db).await;
    let new = NewStaff {
        display_name: "赵敏".into(),
        ..new_staff(&portal.backend, LOGIN, "public-security", &[Role::Decide])
    };
    create_staff(&portal.backend, &new).await.unwrap();
    link_staff(&portal.backend, LOGIN, SUBJECT).await.unwrap();
    portal
}

/// What is in the address that leads back.
fn answer(path: &str) -> OidcAnswer {
    let query = path.strip_prefix("/staff/oidc/callback?").unwrap();
    let url = reqwest::Url::parse(&format!("http://x/?{query}")).unwrap();
    let pairs: serde_json::Map<_, _> =
        url.query_pairs().map(|(k, v)| (k.into_owned(), v.into_owned().into())).collect();
    serde_json::from_value(pairs.into()).unwrap()
}

/// Goes to the service and comes back.
async fn back(portal: &Portal, viewer: &Viewer, subject: &str) -> OidcAnswer {
    let url = start_oidc(&portal.backend, &viewer.session, ADDRESS).await.unwrap();
    answer(&portal.choose_identity(&url, subject, false).await)
}

/// All of it.
async fn enter(portal: &Portal, viewer: &Viewer, subject: &str) -> Result<StaffEntry, OidcError> {
    let answer = back(portal, viewer, subject).await;
    finish_oidc(&portal.backend, &viewer.session, &answer).await
}

storage::contract! {
    async fn a_linked_member_signs_in(t: &TestDb) {
        let portal = linked(t.db()).await;
        let backend = &portal.backend;
        let before = browser(backend).await;
        let url = start_oidc(backend, &before.session, ADDRESS).await.unwrap();
        assert!(url.contains("code_challenge_method=S256") && !url.contains("max_age"), "{url}");
        let entered = let_in(enter(&portal, &before, SUBJECT).await.unwrap());
        let member = seen(backend, &entered.token).await.unwrap();
        assert_eq!(member.staff().unwrap().login, LOGIN);
        assert_eq!(member.session.id, before.session.id);
        assert!(member.recent, "the service says that it was just now");
    }

    async fn an_answer_counts_once_in_the_browser_that_went_there_for_ten_minutes(t: &TestDb) {
        let portal = linked(t.db()).await;
        let backend = &portal.backend;
        let (mine, other) = (browser(backend).await, browser(backend).await);
        let good = back(&portal, &mine, SUBJECT).await;
        let stolen = finish_oidc(backend, &other.session, &good).await;
        assert!(matches!(stolen, Err(OidcError::NotBegun)), "another browser: {stolen:?}");
        let changed = OidcAnswer { state: format!("{}x", good.state), ..good.clone() };
        let refused = finish_oidc(backend, &mine.session, &changed).await;
        assert!(matches!(refused, Err(OidcError::NotBegun)), "another state: {refused:?}");
        let entered = let_in(finish_oidc(backend, &mine.session, &good).await.unwrap());
        let member = seen(backend, &entered.token).await.unwrap();
        for session in [&mine.session, &member.session] {
            let again = finish_oidc(backend, session, &good).await;
            assert!(matches!(again, Err(OidcError::NotBegun)), "again: {again:?}");
        }
        // A code that was meant for another browser's sign-in.
        let foreign = back(&portal, &other, SUBJECT).await;
        let third = browser(backend).await;
        let own = back(&portal, &third, SUBJECT).await;
        let injected = OidcAnswer { code: foreign.code, ..own };
        let refused = finish_oidc(backend, &third.session, &injected).await;
        assert!(matches!(refused, Err(OidcError::Unavailable)), "PKCE: {refused:?}");
        let late = back(&portal, &third, SUBJECT).await;
        portal.clock.advance(600);
        let refused = finish_oidc(backend, &third.session, &late).await;
        assert!(matches!(refused, Err(OidcError::NotBegun)), "{refused:?}");
        let huge = OidcAnswer { state: "x".repeat(100_000), ..late };
        assert!(matches!(finish_oidc(backend, &third.session, &huge).await, Err(OidcError::NotBegun)));
    }

    async fn of_two_who_come_back_with_one_answer_one_gets_in(t: &TestDb) {
        let portal = linked(t.db()).await;
        let rival = portal.second(t.second().await).await;
        for _ in 0..3 {
            let viewer = browser(&portal.backend).await;
            let answer = back(&portal, &viewer, SUBJECT).await;
            let (a, b) = tokio::join!(
                finish_oidc(&portal.backend, &viewer.session, &answer),
                finish_oidc(&rival, &viewer.session, &answer)
            );
            assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
        }
    }

    async fn a_token_that_is_wrong_in_any_way_signs_nobody_in(t: &TestDb) {
        let portal = linked(t.db()).await;
        let wrong = [
            Spoil::Nonce, Spoil::NoNonce, Spoil::Audience, Spoil::AuthorisedParty, Spoil::Issuer, Spoil::Expired,
            Spoil::Old, Spoil::NoSubject, Spoil::Unsigned, Spoil::Symmetric, Spoil::Forged, Spoil::UnknownKey,
            Spoil::AnswerIssuer, Spoil::NoAnswerIssuer,
        ];
        for how in wrong {
            portal.standins.issuer.spoil(Some(how));
            let viewer = browser(&portal.backend).await;
            let refused = enter(&portal, &viewer, SUBJECT).await;
            assert!(matches!(refused, Err(OidcError::Untrusted)), "{how:?}: {refused:?}");
        }
        portal.standins.issuer.spoil(None);
        let viewer = browser(&portal.backend).await;
        let_in(enter(&portal, &viewer, SUBJECT).await.unwrap());
    }

    async fn only_who_is_linked_and_has_an_open_account_gets_in(t: &TestDb) {
        let portal = linked(t.db()).await;
        let backend = &portal.backend;
        let refused = enter(&portal, &browser(backend).await, NOBODYS).await;
        assert!(matches!(refused, Err(OidcError::Unlinked)), "{refused:?}");
        let viewer = browser(backend).await;
        let gone_back = back(&portal, &viewer, "").await;
        let refused = finish_oidc(backend, &viewer.session, &gone_back).await;
        assert!(matches!(refused, Err(OidcError::Declined)), "{refused:?}");
        let entered = let_in(enter(&portal, &browser(backend).await, SUBJECT).await.unwrap());
        unlink_staff(backend, LOGIN).await.unwrap();
        assert!(seen(backend, &entered.token).await.is_none(), "who was in is out");
        let again = unlink_staff(backend, LOGIN).await;
        assert!(matches!(again, Err(StaffAccountError::NotLinked(_))), "{again:?}");
        let refused = enter(&portal, &browser(backend).await, SUBJECT).await;
        assert!(matches!(refused, Err(OidcError::Unlinked)), "{refused:?}");
        link_staff(backend, LOGIN, SUBJECT).await.unwrap();
        close_staff(backend, LOGIN).await.unwrap();
        let refused = enter(&portal, &browser(backend).await, SUBJECT).await;
        assert!(matches!(refused, Err(OidcError::Unlinked)), "{refused:?}");
    }

    async fn one_person_is_one_member(t: &TestDb) {
        let portal = linked(t.db()).await;
        let backend = &portal.backend;
        let new = NewStaff { display_name: "钱伟".into(), ..new_staff(&portal.backend, "qian.wei", "public-security", &[Role::Intake]) };
        create_staff(backend, &new).await.unwrap();
        let taken = link_staff(backend, "qian.wei", SUBJECT).await;
        assert!(matches!(taken, Err(StaffAccountError::SubjectTaken)), "{taken:?}");
        for subject in ["", "a\nb", &"x".repeat(256)] {
            let refused = link_staff(backend, "qian.wei", subject).await;
            assert!(matches!(refused, Err(StaffAccountError::Subject)), "{refused:?}");
        }
        // The first one was somebody else all along.
        link_staff(backend, LOGIN, NOBODYS).await.unwrap();
        link_staff(backend, "qian.wei", SUBJECT).await.unwrap();
        let entered = let_in(enter(&portal, &browser(backend).await, SUBJECT).await.unwrap());
        assert_eq!(seen(backend, &entered.token).await.unwrap().staff().unwrap().login, "qian.wei");
    }

    async fn before_a_decision_the_service_is_asked_for_a_proof_of_now(t: &TestDb) {
        let portal = linked(t.db()).await;
        let backend = &portal.backend;
        portal.standins.issuer.spoil(Some(Spoil::OldProof));
        let entered = let_in(enter(&portal, &browser(backend).await, SUBJECT).await.unwrap());
        let member = seen(backend, &entered.token).await.unwrap();
        assert_eq!(member.actor().require_recent(), Err(Denied::ReauthenticationNeeded), "an hour ago");
        let url = start_oidc(backend, &member.session, ADDRESS).await.unwrap();
        assert!(url.contains("max_age=600"), "{url}");
        for how in [Spoil::OldProof, Spoil::NoProofTime] {
            portal.standins.issuer.spoil(Some(how));
            let refused = enter(&portal, &member, SUBJECT).await;
            assert!(matches!(refused, Err(OidcError::Untrusted)), "{how:?}: {refused:?}");
        }
        portal.standins.issuer.spoil(None);
        let entered = let_in(enter(&portal, &member, SUBJECT).await.unwrap());
        let again = seen(backend, &entered.token).await.unwrap();
        assert_eq!(again.actor().require_recent(), Ok(()));
        assert_eq!(again.session.id, member.session.id);
    }

    async fn a_silent_service_signs_nobody_in_and_is_asked_again(t: &TestDb) {
        let portal = linked(t.db()).await;
        let backend = &portal.backend;
        for mode in [Mode::Down, Mode::Error, Mode::Malformed, Mode::WrongPerson] {
            portal.standins.switches.set("oidc", mode);
            let refused = start_oidc(backend, &browser(backend).await.session, ADDRESS).await;
            assert!(matches!(refused, Err(OidcError::Unavailable)), "{mode:?}: {refused:?}");
        }
        portal.standins.switches.set("oidc", Mode::Up);
        let viewer = browser(backend).await;
        let answer = back(&portal, &viewer, SUBJECT).await;
        portal.standins.switches.set("oidc", Mode::Down);
        let refused = finish_oidc(backend, &viewer.session, &answer).await;
        assert!(matches!(refused, Err(OidcError::Unavailable)), "{refused:?}");
        portal.standins.switches.set("oidc", Mode::Up);
        let_in(enter(&portal, &viewer, SUBJECT).await.unwrap());
    }

    async fn its_word_is_a_second_factor_only_where_the_operator_says_so(t: &TestDb) {
        let mut portal = linked(t.db()).await;
        let base = portal.standins.base_url();
        let strict = |amr: &[&str]| {
            let oidc = Some(identity_service(&base, amr.iter().map(|a| (*a).to_owned()).collect()));
            Arc::new(StaffSignIn { second_factor: SecondFactorPolicy::Required, oidc })
        };
        let both = async |portal: &Portal, two_factors| {
            let viewer = browser(&portal.backend).await;
            let url = start_oidc(&portal.backend, &viewer.session, ADDRESS).await.unwrap();
            let answer = answer(&portal.choose_identity(&url, SUBJECT, two_factors).await);
            finish_oidc(&portal.backend, &viewer.session, &answer).await.unwrap()
        };
        for (listed, two_factors, must_enrol) in
            [(&[][..], true, true), (&[TWO_FACTORS][..], false, true), (&[TWO_FACTORS][..], true, false)]
        {
            portal.backend.staff = strict(listed);
            let entered = let_in(both(&portal, two_factors).await);
            let member = seen(&portal.backend, &entered.token).await.unwrap();
            assert_eq!(member.staff().unwrap().must_enrol, must_enrol, "{listed:?} {two_factors}");
        }
    }

    async fn who_has_a_second_factor_is_asked_for_it_here(t: &TestDb) {
        let portal = linked(t.db()).await;
        let backend = &portal.backend;
        // Chooses a password first, and sets the factor up.
        let first = backend::identity::reset_staff_password(backend, LOGIN).await.unwrap();
        let session = browser(backend).await.session;
        let entry = backend::identity::sign_in_as_staff(backend, &session, LOGIN, first.as_str(), ADDRESS).await;
        let member = seen(backend, &let_in(entry.unwrap()).token).await.unwrap();
        let chosen = "correct horse battery staple 47";
        let token = backend::identity::change_staff_password(backend, &member, first.as_str(), chosen).await.unwrap();
        let member = seen(backend, &token).await.unwrap();
        begin_second_factor(backend, &member, None).await.unwrap();
        let secret = second_factor(backend, &member).await.unwrap().offered.unwrap();
        confirm_second_factor(backend, &member, &secret.code_at(backend.now())).await.unwrap();
        portal.clock.advance(30);

        let viewer = browser(backend).await;
        let StaffEntry::SecondFactorNeeded(token) = enter(&portal, &viewer, SUBJECT).await.unwrap() else {
            panic!("no second factor was asked for")
        };
        let half = seen(backend, &token).await.unwrap();
        assert!(half.staff().is_none());
        let code = Proof::Code(secret.code_at(backend.now()));
        let entered = give_second_factor(backend, &half.session, &code, ADDRESS).await.unwrap();
        assert!(seen(backend, &entered.token).await.unwrap().recent);
    }
}
