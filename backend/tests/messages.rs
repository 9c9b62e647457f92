//! What leaves through the outbox, and the message centre: on both engines, with gateways over HTTP and SMTP.

use backend::Backend;
use backend::identity::{PersonActor, open_session, request_code, save_preferences};
use backend::messages::{
    Cursor, Handled, Handler, Jobs, MAIL, MailServer, Parcel, Receiver, Refusal, SMS, Topic, enqueue_mail,
    messages, notify, open_message, revive, sweep, unread,
};
use backend::testing::{ADDRESS, Portal};
use domain::identity::Phone;
use domain::ids::{OutboxId, PersonId};
use domain::text::Locale;
use domain::time::Timestamp;
use serde_json::{Value, json};
use standins::outbox::Channel;
use standins::switches::Mode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use storage::messages::outbox::{self, Leased, NewMessage};
use storage::{BoxFuture, Error};
use tokio::sync::watch;

const PHONE: &str = "13800000001";
const DAY: i64 = 24 * 3600;

async fn ask_for_code(backend: &Backend, locale: Locale) {
    let (_, viewer) = open_session(backend, "").await.unwrap();
    let phone = Phone::parse(PHONE).unwrap();
    request_code(backend, viewer.session.id, &phone, ADDRESS, locale).await.unwrap();
}

async fn tell(backend: &Backend, person: PersonId, kind: &'static str, params: Value) {
    let job = backend.clone();
    let done: Result<_, Error> = backend
        .db
        .write(move |tx| Box::pin(async move { notify(&job, tx, person, kind, &params, None).await }))
        .await;
    done.unwrap();
}

const ADDRESSEE: &str = "lin@example.cn";

async fn mail(backend: &Backend) {
    let parcel = Parcel {
        to: Receiver::Mail(ADDRESSEE.into()),
        kind: "case-refused".into(),
        params: json!({ "service": "居住证", "reference": "R2" }),
        locale: Some(Locale::Zh),
        not_after: None,
    };
    let job = backend.clone();
    let done: Result<(), Error> =
        backend.db.write(move |tx| Box::pin(async move { enqueue_mail(&job, tx, &parcel).await })).await;
    done.unwrap();
}

async fn buried(backend: &Backend, topic: &str) -> Vec<(i64, String)> {
    let mut tx = backend.db.read().await.unwrap();
    let before = (Timestamp::MAX, OutboxId(uuid::Uuid::max()));
    let dead = outbox::dead(&mut tx, topic, before, 10).await.unwrap();
    dead.into_iter().map(|d| (d.attempts, d.last_error.unwrap_or_default())).collect()
}

/// The newest text message that was given up.
async fn given_up(backend: &Backend) -> OutboxId {
    let mut tx = backend.db.read().await.unwrap();
    outbox::dead(&mut tx, SMS, outbox::NEWEST, 1).await.unwrap()[0].id
}

async fn payloads(backend: &Backend) -> Vec<Vec<u8>> {
    storage::testing::raw::payloads(&backend.db).await.unwrap()
}

async fn citizen(portal: &Portal, name: &str) -> PersonActor {
    *portal.sign_in(name).await.actor().person().unwrap()
}

/// Counts what it handles.
struct Counting(Arc<AtomicUsize>);

impl Handler for Counting {
    fn handle<'a>(&'a self, _: &'a Backend, _: &'a Leased) -> BoxFuture<'a, Handled> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Handled::Done })
    }
}

async fn enqueue(backend: &Backend, topic: &'static str, count: u32) {
    for n in 0..count {
        let id = OutboxId(backend.id());
        let now = backend.now();
        let key = format!("{topic} {n}");
        let message = NewMessage { id, topic, key, payload: vec![], created_at: now, available_at: now };
        let done: Result<bool, Error> =
            backend.db.write(move |tx| Box::pin(async move { outbox::enqueue(tx, &message).await })).await;
        assert!(done.unwrap());
    }
}

storage::contract! {
    async fn a_code_goes_out_in_the_language_of_the_reader(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        ask_for_code(&portal.backend, Locale::Zh).await;
        assert!(portal.sms_to(PHONE).await.unwrap().starts_with("【掌办】验证码 "));
        portal.clock.advance(60);
        ask_for_code(&portal.backend, Locale::En).await;
        let english = portal.sms_to(PHONE).await.unwrap();
        assert!(english.contains("is your code to sign in, valid for 5 minutes"), "{english}");
    }

    async fn a_gateway_that_is_down_gets_the_message_later_and_once(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let jobs = portal.jobs();
        portal.standins.switches.set("sms", Mode::Down);
        ask_for_code(&portal.backend, Locale::Zh).await;
        assert_eq!(jobs.run_once(SMS).await.unwrap(), 1);
        assert_eq!(jobs.run_once(SMS).await.unwrap(), 0, "it waits before it tries again");
        portal.standins.switches.set("sms", Mode::Up);
        portal.clock.advance(5);
        assert_eq!(jobs.run_once(SMS).await.unwrap(), 1);
        assert_eq!(portal.standins.outbox.list(Some(PHONE), Some(Channel::Sms)).len(), 1);
        portal.clock.advance(3600);
        assert_eq!(jobs.run_once(SMS).await.unwrap(), 0);
    }

    async fn a_worker_that_dies_after_sending_does_not_send_twice(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        ask_for_code(&portal.backend, Locale::Zh).await;
        // It leased the message, and was never seen again.
        let now = portal.backend.now();
        let leased: Result<Vec<Leased>, Error> = portal
            .backend
            .db
            .write(move |tx| Box::pin(outbox::lease(tx, SMS, "dead", 10, now, 60)))
            .await;
        assert_eq!(leased.unwrap().len(), 1);
        assert_eq!(portal.jobs().run_once(SMS).await.unwrap(), 0, "leased");
        portal.clock.advance(60);
        portal.deliver().await;
        portal.deliver().await;
        assert_eq!(portal.standins.outbox.list(Some(PHONE), None).len(), 1);
    }

    async fn a_code_that_would_come_too_late_is_not_sent(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        ask_for_code(&portal.backend, Locale::Zh).await;
        portal.clock.advance(301);
        portal.deliver().await;
        assert!(portal.standins.outbox.list(None, None).is_empty());
        assert_eq!(buried(&portal.backend, SMS).await, [(1, "too-late".to_owned())]);
        assert!(payloads(&portal.backend).await.iter().all(Vec::is_empty), "nor kept");
        assert!(!revive(&portal.backend, given_up(&portal.backend).await).await.unwrap());
    }

    async fn what_was_given_up_keeps_its_content_for_thirty_days(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let me = citizen(&portal, "林晓雨").await;
        portal.standins.switches.set("sms", Mode::Error);
        tell(backend, me.id, "identity-verified", json!({})).await;
        let jobs = portal.jobs();
        for _ in 0..15 {
            assert_eq!(jobs.run_once(SMS).await.unwrap(), 1);
            portal.clock.advance(3600);
        }
        let id = given_up(backend).await;
        portal.clock.advance(30 * DAY - 3601);
        sweep(backend).await.unwrap();
        assert!(revive(backend, id).await.unwrap(), "a second too early");
        // One more try, in vain.
        assert_eq!(jobs.run_once(SMS).await.unwrap(), 1);
        assert!(payloads(backend).await.iter().any(|payload| !payload.is_empty()));
        portal.clock.advance(30 * DAY);
        sweep(backend).await.unwrap();
        assert!(payloads(backend).await.iter().all(Vec::is_empty));
        assert!(!revive(backend, id).await.unwrap());
        assert_eq!(buried(backend, SMS).await.len(), 1, "that it was given up is remembered");
        let mut tx = backend.db.read().await.unwrap();
        assert_eq!(outbox::backlog(&mut tx, SMS).await.unwrap().dead, 0, "and alarms nobody any more");
    }

    async fn a_message_that_never_gets_through_is_given_up_visibly(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let me = citizen(&portal, "林晓雨").await;
        portal.standins.switches.set("sms", Mode::Error);
        tell(&portal.backend, me.id, "identity-verified", json!({})).await;
        let jobs = portal.jobs();
        for _ in 0..15 {
            assert_eq!(jobs.run_once(SMS).await.unwrap(), 1);
            portal.clock.advance(3600);
        }
        assert_eq!(jobs.run_once(SMS).await.unwrap(), 0);
        assert_eq!(buried(&portal.backend, SMS).await, [(15, "failing".to_owned())]);
    }

    async fn a_handler_that_panics_fails_like_others(t: &TestDb) {
        struct Panicking;
        impl Handler for Panicking {
            fn handle<'a>(&'a self, _: &'a Backend, _: &'a Leased) -> BoxFuture<'a, Handled> {
                Box::pin(async { panic!("on purpose") })
            }
        }
        let portal = Portal::start(t.db()).await;
        let topic = |max_attempts| Topic { name: "panic", handler: Arc::new(Panicking), at_once: 1, max_attempts };
        let jobs = Jobs::new(portal.backend.clone()).with(topic(Some(2)));
        let lasting = Jobs::new(portal.backend.clone()).with(topic(None));
        enqueue(&portal.backend, "panic", 1).await;
        assert_eq!(lasting.run_once("panic").await.unwrap(), 1);
        assert_eq!(lasting.run_once("panic").await.unwrap(), 0, "after a pause");
        portal.clock.advance(3600);
        assert_eq!(lasting.run_once("panic").await.unwrap(), 1);
        assert_eq!(buried(&portal.backend, "panic").await, [], "never given up");
        portal.clock.advance(3600);
        assert_eq!(jobs.run_once("panic").await.unwrap(), 1);
        assert_eq!(buried(&portal.backend, "panic").await, [(3, "panicked".to_owned())]);
    }

    async fn each_message_is_handled_by_one_of_several_processes(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let second = portal.second(t.second().await).await;
        enqueue(&portal.backend, "count", 40).await;
        let count = Arc::new(AtomicUsize::new(0));
        let jobs = |backend: &Backend| Jobs::new(backend.clone()).topic("count", Counting(count.clone()));
        let (a, b) = (jobs(&portal.backend), jobs(&second));
        let drain = async |jobs: &Jobs| while jobs.run_once("count").await.unwrap() > 0 {};
        tokio::join!(drain(&a), drain(&b));
        assert_eq!(count.load(Ordering::SeqCst), 40);
        second.db.close().await;
    }

    async fn jobs_run_until_they_are_told_to_stop(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (done, mut handled) = watch::channel(0_usize);
        struct Telling(watch::Sender<usize>);
        impl Handler for Telling {
            fn handle<'a>(&'a self, _: &'a Backend, _: &'a Leased) -> BoxFuture<'a, Handled> {
                self.0.send_modify(|n| *n += 1);
                Box::pin(async { Handled::Done })
            }
        }
        let (stop, stopped) = watch::channel(false);
        let topic = Topic { name: "tell", handler: Arc::new(Telling(done)), at_once: 1, max_attempts: None };
        let running = tokio::spawn(Jobs::new(portal.backend.clone()).with(topic).run(stopped));
        enqueue(&portal.backend, "tell", 3).await;
        handled.wait_for(|n| *n == 3).await.unwrap();
        stop.send(true).unwrap();
        running.await.unwrap();
    }

    async fn a_message_is_unread_until_its_owner_opens_it(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (me, other) = (citizen(&portal, "林晓雨").await, citizen(&portal, "周明").await);
        for n in 0..23 {
            portal.clock.advance(1);
            tell(backend, me.id, "case-approved", json!({ "service": { "zh": "居住证", "en": "Permit" }, "n": n })).await;
        }
        assert_eq!(unread(backend, &me).await.unwrap(), 23);
        let first = messages(backend, &me, Cursor::START).await.unwrap();
        assert_eq!((first.lines.len(), first.lines[0].params["n"].clone()), (20, json!(22)));
        let rest = messages(backend, &me, first.next.unwrap()).await.unwrap();
        assert_eq!((rest.lines.len(), rest.next), (3, None));
        let id = first.lines[0].id;
        assert!(open_message(backend, &other, id).await.unwrap().is_none());
        assert_eq!(unread(backend, &me).await.unwrap(), 23);
        for _ in 0..2 {
            assert_eq!(open_message(backend, &me, id).await.unwrap().unwrap().kind, "case-approved");
            assert_eq!(unread(backend, &me).await.unwrap(), 22);
        }
    }

    async fn a_notice_goes_out_in_the_language_of_the_account(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let me = citizen(&portal, "林晓雨").await;
        let phone = Portal::demo_person("林晓雨").phone;
        let params = json!({ "service": { "zh": "居住证签注", "en": "Residence permit" }, "reference": "R1", "due_on": null });
        tell(&portal.backend, me.id, "case-approved", params.clone()).await;
        assert!(portal.sms_to(phone).await.unwrap().contains("您申请的“居住证签注”（R1）已办结：准予"));
        save_preferences(&portal.backend, &me, json!({ "mode": "standard", "theme": "auto", "locale": "en" })).await.unwrap();
        portal.clock.advance(1);
        tell(&portal.backend, me.id, "case-approved", params).await;
        assert!(portal.sms_to(phone).await.unwrap().contains("\"Residence permit\" (R1) was approved"));
    }

    async fn a_mail_has_a_subject_and_a_text(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        mail(&portal.backend).await;
        assert_eq!(portal.jobs().run_once(MAIL).await.unwrap(), 1);
        let sent = portal.standins.outbox.list(Some(ADDRESSEE), Some(Channel::Mail));
        assert_eq!(sent[0].message.subject.as_deref(), Some("“居住证”已办结"));
        assert!(sent[0].message.text.contains("（办件编号 R2）不予办理"));
        // The text as it was, line by line, whatever SMTP does to it on the way.
        assert!(sent[0].message.text.starts_with("您好：\n\n您申请的“居住证”"), "{}", sent[0].message.text);
    }

    async fn a_mail_server_that_is_down_slow_or_broken_gets_the_mail_later_and_once(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let jobs = portal.jobs();
        mail(&portal.backend).await;
        for mode in [Mode::Down, Mode::Error, Mode::Malformed, Mode::Slow { ms: 6000 }] {
            portal.standins.switches.set("mail", mode);
            assert_eq!(jobs.run_once(MAIL).await.unwrap(), 1, "{mode:?}");
            portal.clock.advance(3600);
        }
        assert!(portal.standins.outbox.list(None, None).is_empty());
        portal.standins.switches.set("mail", Mode::Up);
        assert_eq!(jobs.run_once(MAIL).await.unwrap(), 1);
        assert_eq!(portal.standins.outbox.list(Some(ADDRESSEE), Some(Channel::Mail)).len(), 1);
        portal.clock.advance(3600);
        assert_eq!(jobs.run_once(MAIL).await.unwrap(), 0);
        assert_eq!(buried(&portal.backend, MAIL).await, []);
    }

    async fn a_receiver_whom_the_mail_server_does_not_know_is_given_up_at_once(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        portal.standins.switches.set("mail", Mode::WrongPerson);
        mail(&portal.backend).await;
        assert_eq!(portal.jobs().run_once(MAIL).await.unwrap(), 1);
        assert_eq!(buried(&portal.backend, MAIL).await, [(1, "refused".to_owned())]);
    }

    async fn a_mail_server_that_does_not_let_us_in_or_is_not_there_loses_nothing(t: &TestDb) {
        let mut portal = Portal::start(t.db()).await;
        mail(&portal.backend).await;
        let stranger = format!("smtp://portal:wrong@{}", portal.standins.smtp);
        // Nobody listens on port 1, and the SMTP of a web server is none.
        let elsewhere = format!("smtp://{}", portal.standins.address);
        for url in [&*stranger, "smtp://127.0.0.1:1", &*elsewhere] {
            let server = MailServer::new(url, "noreply@zhangban.example").unwrap();
            assert!(matches!(server.check().await, Err(Refusal::Again(_))), "{url}");
            Arc::get_mut(&mut portal.gateways).unwrap().mail = Some(server);
            assert_eq!(portal.jobs().run_once(MAIL).await.unwrap(), 1, "{url}");
            portal.clock.advance(3600);
        }
        assert_eq!(buried(&portal.backend, MAIL).await, []);
        assert!(portal.standins.outbox.list(None, None).is_empty());
    }

    async fn what_has_expired_is_removed(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        ask_for_code(&portal.backend, Locale::Zh).await;
        assert_eq!(sweep(&portal.backend).await.unwrap(), 0);
        portal.clock.advance(31 * 86_400);
        portal.deliver().await;
        // The session, the code and the five limits of the request.
        assert_eq!(sweep(&portal.backend).await.unwrap(), 6);
        assert_eq!(sweep(&portal.backend).await.unwrap(), 0);
    }
}
