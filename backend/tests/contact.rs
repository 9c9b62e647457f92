//! Changing the phone one signs in by and the mail address for notices: on both engines, with gateways over HTTP and
//! SMTP.

use backend::identity::{
    ContactError, Denied, HandBackError, Token, VerifyIdentityError, Viewer, WrongCode, authenticate,
    change_phone, hand_back_account, my_sessions, open_session, profile, remove_mail, request_code,
    request_mail_code, request_phone_code, set_mail, set_password, sign_in_with_code, sign_in_with_password,
    verify_identity,
};
use backend::messages::{Cursor, MAIL, SMS, messages, notify};
use backend::testing::{ADDRESS, Portal};
use domain::identity::resident_id::ResidentId;
use domain::identity::{MailAddress, PersonName, Phone};
use domain::ids::OutboxId;
use domain::text::Locale;
use domain::time::Timestamp;
use serde_json::{Value, json};
use standins::outbox::Channel;
use standins::switches::Mode;
use storage::Error;
use storage::messages::outbox;

const OLD: &str = "13800000001";
const NEW: &str = "13800000002";
const MAIL_ADDRESS: &str = "Lin.Xiaoyu@example.cn";
const OTHER_ADDRESS: &str = "xiaoyu@example.com";
const PASSWORD: &str = "the tea by the lake is cold";

fn phone(number: &str) -> Phone {
    Phone::parse(number).unwrap()
}

fn mail(address: &str) -> MailAddress {
    MailAddress::parse(address).unwrap()
}

async fn seen(portal: &Portal, token: &Token) -> Viewer {
    authenticate(&portal.backend, token.as_str()).await.unwrap().expect("a live session")
}

/// Signs in with a new browser; an account that is new is made.
async fn signed_in(portal: &Portal, number: &str) -> (Viewer, bool) {
    portal.clock.advance(3600);
    let backend = &portal.backend;
    let (_, viewer) = open_session(backend, "").await.unwrap();
    request_code(backend, viewer.session.id, &phone(number), ADDRESS, Locale::Zh).await.unwrap();
    let code = portal.code_sent_to(number).await.unwrap();
    let done = sign_in_with_code(backend, &viewer.session, &phone(number), &code, ADDRESS, Value::Null).await;
    let done = done.unwrap();
    (seen(portal, &done.token).await, done.is_new)
}

async fn ask_phone(portal: &Portal, me: &Viewer, number: &str) -> Result<String, ContactError> {
    request_phone_code(&portal.backend, me, &phone(number), ADDRESS, Locale::Zh).await?;
    Ok(portal.code_sent_to(number).await.unwrap())
}

async fn ask_mail(portal: &Portal, me: &Viewer, address: &str) -> Result<String, ContactError> {
    request_mail_code(&portal.backend, me, &mail(address), ADDRESS, Locale::Zh).await?;
    Ok(portal.code_sent_to(mail(address).as_str()).await.unwrap())
}

async fn change(portal: &Portal, me: &Viewer, number: &str, code: &str) -> Result<Token, ContactError> {
    change_phone(&portal.backend, me, &phone(number), code, ADDRESS).await
}

async fn set(portal: &Portal, me: &Viewer, address: &str, code: &str) -> Result<(), ContactError> {
    set_mail(&portal.backend, me, &mail(address), code, ADDRESS).await
}

/// An account with a mail address.
async fn with_mail(portal: &Portal) -> Viewer {
    let (me, _) = signed_in(portal, OLD).await;
    let code = ask_mail(portal, &me, MAIL_ADDRESS).await.unwrap();
    set(portal, &me, MAIL_ADDRESS, &code).await.unwrap();
    me
}

fn another(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

async fn tell(portal: &Portal, me: &Viewer) {
    let (job, id) = (portal.backend.clone(), me.person().unwrap().id);
    let params = json!({ "service": "居住证", "reference": "R1", "due_on": "2026-12-01" });
    let done: Result<_, Error> = portal
        .backend
        .db
        .write(move |tx| Box::pin(async move { notify(&job, tx, id, "case-submitted", &params, None).await }))
        .await;
    done.unwrap();
}

/// Kinds in the message centre, newest first.
async fn told(portal: &Portal, me: &Viewer) -> Vec<String> {
    let me = *me.actor().person().unwrap();
    let page = messages(&portal.backend, &me, Cursor::START).await.unwrap();
    page.lines.into_iter().map(|line| line.kind).collect()
}

fn sent(portal: &Portal, to: &str, channel: Channel) -> Vec<String> {
    portal.standins.outbox.list(Some(to), Some(channel)).into_iter().map(|kept| kept.message.text).collect()
}

async fn given_up(portal: &Portal) -> usize {
    let mut tx = portal.backend.db.read().await.unwrap();
    let mut all = 0;
    for topic in [SMS, MAIL] {
        let before = (Timestamp::MAX, OutboxId(uuid::Uuid::max()));
        all += outbox::dead(&mut tx, topic, before, 10).await.unwrap().len();
    }
    all
}

async fn actions(portal: &Portal, me: &Viewer) -> Vec<String> {
    let mut tx = portal.backend.db.read().await.unwrap();
    let start = storage::audit::Cursor::START;
    let found = storage::audit::about_person(&mut tx, me.person().unwrap().id, start, 50).await.unwrap();
    found.into_iter().map(|record| record.action).filter(|action| !action.contains("sign_in")).collect()
}

async fn is_live(portal: &Portal, viewer: &Viewer) -> bool {
    let mut tx = portal.backend.db.read().await.unwrap();
    let now = portal.backend.now();
    storage::identity::sessions::by_token(&mut tx, &viewer.session.token_hash, now).await.unwrap().is_some()
}

storage::contract! {
    async fn one_signs_in_by_the_new_number_and_the_old_phone_learns_of_it(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (elsewhere, _) = signed_in(&portal, OLD).await;
        let (me, _) = signed_in(&portal, OLD).await;
        let token = set_password(backend, &me, PASSWORD).await.unwrap();
        let me = seen(&portal, &token).await;
        let (again, _) = signed_in(&portal, OLD).await;
        assert_ne!(again.session.id, elsewhere.session.id);
        let code = ask_phone(&portal, &again, NEW).await.unwrap();
        assert!(sent(&portal, NEW, Channel::Sms)[0].contains("更换为本号码"));
        let token = change(&portal, &again, NEW, &code).await.unwrap();
        // The old token is worth nothing, nor is any other session.
        assert!(!is_live(&portal, &again).await);
        let me_now = seen(&portal, &token).await;
        assert_eq!(me_now.person().unwrap().id, me.person().unwrap().id);
        let own = *me_now.actor().person().unwrap();
        assert_eq!(my_sessions(backend, &own).await.unwrap().len(), 1);
        assert_eq!(profile(backend, &own).await.unwrap().phone, Some(phone(NEW)));
        portal.deliver().await;
        assert!(sent(&portal, OLD, Channel::Sms).iter().any(|text| text.contains("本号码不能再登录") && text.contains("12345")));
        assert_eq!(sent(&portal, NEW, Channel::Sms).len(), 1, "only the code");
        assert_eq!(told(&portal, &me_now).await[0], "phone-changed");
        assert!(actions(&portal, &me_now).await.contains(&"identity.change_phone".to_owned()));

        let (_, stranger) = open_session(backend, "").await.unwrap();
        let by = async |number: &str| sign_in_with_password(backend, &stranger.session, &phone(number), PASSWORD, ADDRESS).await;
        assert!(by(OLD).await.is_err());
        assert!(by(NEW).await.is_ok());
        // The old number belongs to nobody: who signs in with it is somebody new.
        let (other, is_new) = signed_in(&portal, OLD).await;
        assert!(is_new && other.person().unwrap().id != own.id);
        assert!(!signed_in(&portal, NEW).await.1);
    }

    async fn an_account_is_handed_back_at_a_counter(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        // Who knows a name and a number was faster than the person they are of.
        let owner = Portal::demo_person("林晓雨");
        let (name, id) = (PersonName::parse(owner.name).unwrap(), ResidentId::parse(owner.id).unwrap());
        let thief = with_mail(&portal).await;
        let token = verify_identity(backend, &thief, &name, &id, ADDRESS).await.unwrap();
        let token = set_password(backend, &seen(&portal, &token).await, PASSWORD).await.unwrap();
        let thief = seen(&portal, &token).await;
        let (mine, _) = signed_in(&portal, NEW).await;
        let said = verify_identity(backend, &mine, &name, &id, ADDRESS).await;
        assert!(matches!(said, Err(VerifyIdentityError::Taken { .. })), "{said:?}");

        hand_back_account(backend, &id, &phone(NEW)).await.unwrap();
        assert!(!is_live(&portal, &thief).await && !is_live(&portal, &mine).await);
        portal.deliver().await;
        assert!(sent(&portal, OLD, Channel::Sms).iter().any(|text| text.contains("本号码不能再登录")));
        let (me, is_new) = signed_in(&portal, NEW).await;
        assert!(!is_new && me.actor().verified_person().is_ok());
        assert_eq!(me.person().unwrap().id, thief.person().unwrap().id);
        let own = profile(backend, me.actor().person().unwrap()).await.unwrap();
        assert_eq!((own.phone, own.mail, own.has_password), (Some(phone(NEW)), None, false));
        assert!(actions(&portal, &me).await.contains(&"identity.hand_back".to_owned()));
        let (other, is_new) = signed_in(&portal, OLD).await;
        assert!(is_new && other.actor().verified_person().is_err(), "the old number finds nothing of it");

        let unknown = ResidentId::parse(Portal::demo_person("刘洋").id).unwrap();
        let said = hand_back_account(backend, &unknown, &phone(NEW)).await;
        assert!(matches!(said, Err(HandBackError::NoAccount)), "{said:?}");
        let neighbour = Portal::demo_person("刘洋");
        portal.citizen("刘洋").await;
        let said = hand_back_account(backend, &id, &phone(neighbour.phone)).await;
        assert!(matches!(said, Err(HandBackError::Taken)), "{said:?}");
        // With the number they have already it only clears the table.
        hand_back_account(backend, &id, &phone(NEW)).await.unwrap();
        assert!(!is_live(&portal, &me).await);
    }

    async fn a_number_with_an_account_is_refused_only_to_who_has_the_phone(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (theirs, _) = signed_in(&portal, NEW).await;
        let (me, _) = signed_in(&portal, OLD).await;
        let code = ask_phone(&portal, &me, NEW).await.expect("asking says nothing");
        let said = change(&portal, &me, NEW, &another(&code)).await;
        assert!(matches!(said, Err(ContactError::Code(WrongCode::Wrong { left: 4 }))), "{said:?}");
        let said = change(&portal, &me, NEW, &code).await;
        assert!(matches!(said, Err(ContactError::Taken)), "{said:?}");
        // The code is used up, and both keep what they had.
        let said = change(&portal, &me, NEW, &code).await;
        assert!(matches!(said, Err(ContactError::Code(WrongCode::Used))), "{said:?}");
        for (viewer, number) in [(&me, OLD), (&theirs, NEW)] {
            let own = profile(&portal.backend, viewer.actor().person().unwrap()).await.unwrap();
            assert_eq!(own.phone, Some(phone(number)));
        }
        assert!(sent(&portal, OLD, Channel::Sms).iter().all(|text| !text.contains("已更换")));
    }

    async fn one_of_two_who_take_a_number_at_once_gets_it(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (one, _) = signed_in(&portal, OLD).await;
        let (other, _) = signed_in(&portal, "13800000003").await;
        let first = ask_phone(&portal, &one, NEW).await.unwrap();
        portal.clock.advance(60);
        let second = ask_phone(&portal, &other, NEW).await.unwrap();
        let (a, b) = tokio::join!(change(&portal, &one, NEW, &first), change(&portal, &other, NEW, &second));
        assert_eq!([&a, &b].into_iter().filter(|said| said.is_ok()).count(), 1, "{a:?} {b:?}");
        assert_eq!([&a, &b].into_iter().filter(|said| matches!(said, Err(ContactError::Taken))).count(), 1, "{a:?} {b:?}");
    }

    async fn the_fifth_wrong_code_makes_one_wait_whatever_the_code_is_for(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (me, _) = signed_in(&portal, OLD).await;
        let by_phone = ask_phone(&portal, &me, NEW).await.unwrap();
        let by_mail = ask_mail(&portal, &me, MAIL_ADDRESS).await.unwrap();
        for left in [4, 3, 2, 1] {
            let said = change(&portal, &me, NEW, &another(&by_phone)).await;
            assert!(matches!(said, Err(ContactError::Code(WrongCode::Wrong { left: n })) if n == left), "{said:?}");
            let said = set(&portal, &me, MAIL_ADDRESS, &another(&by_mail)).await;
            assert!(matches!(said, Err(ContactError::Code(WrongCode::Wrong { left: n })) if n == left), "{said:?}");
        }
        let wait = portal.backend.now().plus_seconds(900);
        for digits in [another(&by_phone), by_phone] {
            let said = change(&portal, &me, NEW, &digits).await;
            assert!(matches!(said, Err(ContactError::Code(WrongCode::Locked { retry_at })) if retry_at == wait), "{said:?}");
        }
        for digits in [another(&by_mail), by_mail] {
            let said = set(&portal, &me, MAIL_ADDRESS, &digits).await;
            assert!(matches!(said, Err(ContactError::Code(WrongCode::Locked { retry_at })) if retry_at == wait), "{said:?}");
        }
        portal.clock.advance(60);
        assert!(matches!(ask_phone(&portal, &me, NEW).await, Err(ContactError::Refused(_))));
        // Written in another case it is the same mailbox.
        assert!(matches!(ask_mail(&portal, &me, "LIN.xiaoyu@EXAMPLE.cn").await, Err(ContactError::Refused(_))));
    }

    async fn a_code_opens_what_it_was_sent_for_and_nothing_else(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (me, _) = signed_in(&portal, OLD).await;
        let (other, _) = signed_in(&portal, "13800000003").await;
        let code = ask_phone(&portal, &me, NEW).await.unwrap();
        let said = change(&portal, &me, "13800000004", &code).await;
        assert!(matches!(said, Err(ContactError::Code(WrongCode::NotSent))), "another number: {said:?}");
        let said = change(&portal, &other, NEW, &code).await;
        assert!(matches!(said, Err(ContactError::Code(WrongCode::NotSent))), "another browser: {said:?}");
        let (_, stranger) = open_session(&portal.backend, "").await.unwrap();
        let said = sign_in_with_code(&portal.backend, &stranger.session, &phone(NEW), &code, ADDRESS, Value::Null).await;
        assert!(said.is_err(), "it does not sign in");
        let said = set(&portal, &me, MAIL_ADDRESS, &code).await;
        assert!(matches!(said, Err(ContactError::Code(WrongCode::NotSent))), "{said:?}");
        assert!(matches!(ask_phone(&portal, &me, OLD).await, Err(ContactError::Unchanged)));
        portal.clock.advance(300);
        let said = change(&portal, &me, NEW, &code).await;
        assert!(matches!(said, Err(ContactError::Code(WrongCode::Expired))), "{said:?}");
        assert_eq!(profile(&portal.backend, me.actor().person().unwrap()).await.unwrap().phone, Some(phone(OLD)));
    }

    async fn codes_to_one_address_are_limited(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (me, _) = signed_in(&portal, OLD).await;
        for _ in 0..5 {
            ask_mail(&portal, &me, MAIL_ADDRESS).await.unwrap();
            let said = ask_mail(&portal, &me, MAIL_ADDRESS).await;
            assert!(matches!(said, Err(ContactError::Refused(_))), "{said:?}");
            portal.clock.advance(60);
        }
        let said = ask_mail(&portal, &me, MAIL_ADDRESS).await;
        assert!(matches!(said, Err(ContactError::Refused(_))), "the sixth in an hour: {said:?}");
    }

    async fn who_has_not_proven_themself_lately_changes_nothing(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (me, _) = signed_in(&portal, OLD).await;
        let by_phone = ask_phone(&portal, &me, NEW).await.unwrap();
        let by_mail = ask_mail(&portal, &me, MAIL_ADDRESS).await.unwrap();
        let stale = Viewer { recent: false, ..me.clone() };
        let denied = |said: Result<(), ContactError>| {
            assert!(matches!(said, Err(ContactError::Denied(Denied::ReauthenticationNeeded))), "{said:?}");
        };
        denied(ask_phone(&portal, &stale, NEW).await.map(drop));
        denied(ask_mail(&portal, &stale, OTHER_ADDRESS).await.map(drop));
        denied(change(&portal, &stale, NEW, &by_phone).await.map(drop));
        denied(set(&portal, &stale, MAIL_ADDRESS, &by_mail).await);
        denied(remove_mail(&portal.backend, &stale).await);
        // Of two clicks with one token, the second comes too late.
        let first = change(&portal, &me, NEW, &by_phone).await;
        assert!(first.is_ok(), "{first:?}");
        portal.clock.advance(60);
        let code = ask_phone(&portal, &me, "13800000004").await.unwrap();
        let said = change(&portal, &me, "13800000004", &code).await;
        assert!(matches!(said, Err(ContactError::Stale)), "{said:?}");
        let (_, stranger) = open_session(&portal.backend, "").await.unwrap();
        let said = ask_phone(&portal, &stranger, NEW).await;
        assert!(matches!(said, Err(ContactError::Denied(Denied::SignInNeeded))), "{said:?}");
    }

    async fn notices_go_to_a_confirmed_address_too(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (me, _) = signed_in(&portal, OLD).await;
        let code = ask_mail(&portal, &me, MAIL_ADDRESS).await.unwrap();
        tell(&portal, &me).await;
        portal.deliver().await;
        assert_eq!(sent(&portal, "Lin.Xiaoyu@example.cn", Channel::Mail).len(), 1, "only the code, not yet a notice");
        portal.clock.advance(1);
        set(&portal, &me, MAIL_ADDRESS, &code).await.unwrap();
        portal.deliver().await;
        portal.clock.advance(1);
        tell(&portal, &me).await;
        portal.deliver().await;
        let mails = sent(&portal, "Lin.Xiaoyu@example.cn", Channel::Mail);
        assert_eq!(mails.len(), 3, "{mails:?}");
        assert!(mails[0].contains("您申请的“居住证”（办件编号 R1）已提交，承诺不晚于 2026-12-01 办结"), "{mails:?}");
        assert!(sent(&portal, OLD, Channel::Sms).iter().any(|text| text.contains("已提交")), "by SMS as before");
        assert!(sent(&portal, OLD, Channel::Sms).iter().any(|text| text.contains("L***@example.cn")));
        assert_eq!(told(&portal, &me).await, ["case-submitted", "mail-changed", "case-submitted"]);
        assert!(matches!(ask_mail(&portal, &me, MAIL_ADDRESS).await, Err(ContactError::Unchanged)));
    }

    async fn an_address_that_is_replaced_or_removed_is_told_and_gets_no_more(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let me = with_mail(&portal).await;
        let code = ask_mail(&portal, &me, OTHER_ADDRESS).await.unwrap();
        set(&portal, &me, OTHER_ADDRESS, &code).await.unwrap();
        portal.clock.advance(1);
        portal.deliver().await;
        assert!(sent(&portal, MAIL_ADDRESS, Channel::Mail)[0].contains("不再发到这个邮箱"));
        assert!(sent(&portal, OTHER_ADDRESS, Channel::Mail)[0].contains("会同时发到这个邮箱"));
        // What waits for the mail server when the address goes is done, and nobody's failure.
        portal.standins.switches.set("mail", Mode::Down);
        tell(&portal, &me).await;
        portal.deliver().await;
        remove_mail(&portal.backend, &me).await.unwrap();
        remove_mail(&portal.backend, &me).await.expect("twice is once");
        portal.standins.switches.set("mail", Mode::Up);
        portal.clock.advance(3600);
        portal.deliver().await;
        let mails = sent(&portal, OTHER_ADDRESS, Channel::Mail);
        assert!(mails.iter().all(|text| !text.contains("居住证")), "{mails:?}");
        assert!(mails[0].contains("不再发到这个邮箱"), "{mails:?}");
        let own = profile(&portal.backend, me.actor().person().unwrap()).await.unwrap();
        assert_eq!(own.mail, None);
        let before = sent(&portal, OTHER_ADDRESS, Channel::Mail).len();
        tell(&portal, &me).await;
        portal.deliver().await;
        assert_eq!(sent(&portal, OTHER_ADDRESS, Channel::Mail).len(), before);
        assert_eq!(given_up(&portal).await, 0);
        let mut done = actions(&portal, &me).await;
        done.sort();
        assert_eq!(done, ["identity.register", "identity.remove_mail", "identity.set_mail", "identity.set_mail"]);
    }
}
