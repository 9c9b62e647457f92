//! The portal that other tests stand on works.

use backend::testing::Portal;
use domain::identity::Role;
use standins::switches::Mode;

storage::contract! {
    async fn people_and_staff_sign_in(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        assert!(portal.backend.catalog.services().all.len() > 35);
        assert!(portal.citizen("林晓雨").await.verified_person().is_ok());
        assert!(portal.staff("public-security", &[Role::Intake]).await.staff_with(Role::Intake).is_ok());
    }

    async fn a_gateway_that_is_down_keeps_messages_waiting(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        portal.standins.switches.set("sms", Mode::Down);
        let viewer = backend::identity::open_session(&portal.backend, "test").await.unwrap().1;
        let phone = domain::identity::Phone::parse(Portal::demo_person("王芳").phone).unwrap();
        backend::identity::request_code(
            &portal.backend, viewer.session.id, &phone, backend::testing::ADDRESS, domain::text::Locale::En,
        ).await.unwrap();
        assert_eq!(portal.code_sent_to(phone.as_str()).await, None);
        portal.standins.switches.set("sms", Mode::Up);
        portal.clock.advance(120);
        assert!(portal.code_sent_to(phone.as_str()).await.is_some());
    }
}
