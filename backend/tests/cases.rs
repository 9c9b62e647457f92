//! A case from its first draft to its decision, on both engines, with registers over HTTP.

use std::collections::BTreeSet;
use std::io::Cursor;

use backend::cases::begin::begin;
use backend::cases::consent::{BACKFILL, consents_of, give_consent, renew_facts, revoke_consent};
use backend::cases::contest::contest;
use backend::cases::decide::{accept, approve, decline, refuse};
use backend::cases::discard::discard;
use backend::cases::files::{self, FileError, MAX_BYTES, UploadError, upload};
use backend::cases::list::cases_of;
use backend::cases::open::{draft, open_at_desk, open_own};
use backend::cases::pay_at_counter::pay_at_counter;
use backend::cases::queue::{Narrow, queue};
use backend::cases::save::save_step;
use backend::cases::submit::submit;
use backend::cases::track::track;
use backend::cases::unmask::unmask;
use backend::cases::withdraw::withdraw;
use backend::cases::{CaseError, Opened, Reason};
use backend::catalog::publish::{Published, publish};
use backend::certificates::{revoke, share, wallet};
use backend::identity::{
    AccessCursor, Actor, Denied, Purpose, Reader, StaffActor, UnmaskReason, who_read_my_data,
};
use backend::messages::messages;
use backend::testing::Portal;
use domain::cases::{Answer, CaseState, EventKind, PaymentError, Wrong};
use domain::catalog::fee::{Due, Fee};
use domain::catalog::field::FieldType;
use domain::catalog::{Once, Validity};
use domain::certificates::Verification;
use domain::identity::Role;
use domain::registers::FactState;
use domain::rules::Value;
use domain::text::Text;
use image::{ImageFormat, RgbImage};
use standins::switches::Mode;
use storage::cases::{case, events};
use storage::registers::{consents, evidence};

mod common;
use common::*;

fn is_not_found<T: std::fmt::Debug>(outcome: Result<T, CaseError>) -> bool {
    matches!(outcome, Err(CaseError::NotFound))
}

fn is_forbidden<T: std::fmt::Debug>(outcome: Result<T, CaseError>) -> bool {
    matches!(outcome, Err(CaseError::Denied(Denied::Forbidden)))
}

storage::contract! {
    async fn an_instant_case_is_decided_with_its_reasons_and_certified(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen(LIN).await);
        let id = begin(backend, &lin, INSTANT).await.unwrap();
        assert_eq!(begin(backend, &lin, INSTANT).await.unwrap(), id, "one draft, taken up again");
        assert!(matches!(submit(backend, &lin, id).await, Err(CaseError::ConsentNeeded)));
        give_consent(backend, &lin, id).await.unwrap();

        // Every fact with the register that said it, when, and the digest of its answer.
        let seen = opened(backend, &lin, id).await;
        assert_eq!(fact(&seen, "person.name").state, FactState::Known(Value::text(LIN)));
        assert_eq!(fact(&seen, "person.name").register, "population");
        let region = fact(&seen, "social.region");
        assert_eq!((region.register.as_str(), region.observed_at), ("social_security", Some(backend.now())));
        assert_eq!(region.digest.as_ref().map(String::len), Some(64));
        assert_eq!(seen.pending(), Vec::<String>::new());

        assert!(matches!(submit(backend, &lin, id).await, Err(CaseError::Incomplete)));
        // What is wrong is kept and shown together with why.
        save_step(backend, &lin, id, "purpose", raw(&[("purpose", "</textarea><script>"), ("recipient", "银\u{202E}行")])).await.unwrap();
        let wrong = opened(backend, &lin, id).await;
        assert_eq!(wrong.raw["purpose"], ["</textarea><script>"]);
        assert_eq!(wrong.form().field("purpose").unwrap().errors[0].wrong, Wrong::NotAnOption);
        assert_eq!(wrong.form().field("recipient").unwrap().errors[0].wrong, Wrong::ForbiddenCharacters);
        save_step(backend, &lin, id, "purpose", raw(&[("purpose", "loan"), ("recipient", "示例银行'; --"), ("stray", "x")])).await.unwrap();

        let reference = submit(backend, &lin, id).await.unwrap();
        let (done, timeline) = track(backend, &lin, id).await.unwrap();
        assert_eq!(done.row.state, CaseState::Approved);
        assert_eq!(done.row.reference.as_deref(), Some(reference.as_str()));
        assert!(done.raw.is_empty(), "what was typed is not kept twice");
        assert_eq!(done.answers.as_ref().unwrap()["recipient"], Answer::Value(Value::text("示例银行'; --")));
        let decision = done.decision.unwrap();
        assert_eq!(decision.findings.len(), 3);
        assert!(decision.findings.iter().all(|f| f.holds == Ok(true)) && decision.staff.is_none());
        let kinds: Vec<&str> = timeline.iter().map(|h| h.kind.code()).collect();
        assert_eq!(BTreeSet::from_iter(kinds), BTreeSet::from(["submitted", "approved"]));

        // The certificate stands in the wallet, and anyone can check it.
        let cards = wallet::wallet(backend, &lin, None, 10).await.unwrap();
        assert_eq!(cards.len(), 1);
        let card = wallet::card(backend, &lin, cards[0].row.id).await.unwrap();
        let number = card.claims.iter().find(|(id, _)| id == "id_number").unwrap();
        assert_eq!(number.1, Portal::demo_person(LIN).id);
        let whole = share::check(backend, card.credential.clone()).await.unwrap();
        assert!(matches!(whole.verification, Verification::Valid { .. }), "{:?}", whole.verification);
        let token = share::share(backend, &lin, cards[0].row.id, &["name".to_owned()]).await.unwrap();
        let shown = share::shown(backend, &token).await.unwrap().unwrap();
        assert!(matches!(shown.verification, Verification::Valid { .. }));
        assert!(share::shown(backend, "no such token").await.unwrap().is_none());
        let altered = shown.presentation.replacen('~', "A~", 1);
        assert!(!matches!(share::check(backend, altered).await.unwrap().verification, Verification::Valid { .. }));

        // Told once, and a second filing is the same case.
        assert_eq!(submit(backend, &lin, id).await.unwrap(), reference);
        let told = messages(backend, lin.person().unwrap(), backend::messages::Cursor::START).await.unwrap();
        assert_eq!(told.lines.iter().filter(|line| line.kind == "case-certified").count(), 1);

        // Revoked: the same page says so.
        let officer = clerk(backend, "human-resources");
        revoke::revoke(backend, &officer, &cards[0].row.number, "发现参保记录有误").await.unwrap();
        revoke::revoke(backend, &officer, &cards[0].row.number, "发现参保记录有误").await.unwrap();
        let shown = share::shown(backend, &token).await.unwrap().unwrap();
        assert!(matches!(shown.verification, Verification::Revoked { .. }), "{:?}", shown.verification);
        assert!(is_not_found(revoke::revoke(backend, &clerk(backend, POLICE), &cards[0].row.number, "不归我管").await));
        // Shown for half an hour.
        portal.clock.advance(share::SHARED_SECONDS + 1);
        assert!(share::shown(backend, &token).await.unwrap().is_none());
        trail_is_sound(backend).await;
    }

    async fn a_contested_value_is_left_to_a_clerk(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen(LIN).await);
        let id = instant_draft(backend, &lin).await;
        let wrong = contest(backend, &lin, id, "social.months_paid", Some(" ")).await;
        assert!(matches!(wrong, Err(CaseError::Text(Wrong::TooShort(_)))));
        assert!(is_not_found(contest(backend, &lin, id, "social.nothing", Some("没有这一项")).await));
        contest(backend, &lin, id, "social.months_paid", Some("少算了三个月")).await.unwrap();
        contest(backend, &lin, id, "social.employer_name", Some("单位已经改名")).await.unwrap();
        contest(backend, &lin, id, "social.employer_name", None).await.unwrap();
        let seen = opened(backend, &lin, id).await;
        assert!(matches!(fact(&seen, "social.months_paid").state, FactState::Contested(Some(_))));
        assert_eq!(fact(&seen, "social.months_paid").contest.as_ref().unwrap().1, "少算了三个月");
        assert!(matches!(fact(&seen, "social.employer_name").state, FactState::Known(_)));

        submit(backend, &lin, id).await.unwrap();
        let done = opened(backend, &lin, id).await;
        assert_eq!(done.row.state, CaseState::Submitted, "a rule decides nothing on a contested value");
        assert!(done.decision.unwrap().findings.iter().any(|f| f.holds.is_err()));
        assert!(matches!(contest(backend, &lin, id, "social.region", Some("已经递交了")).await, Err(CaseError::Changed)));
        let officer = clerk(backend, "human-resources");
        let (desk, _) = open_at_desk(backend, &officer, id).await.unwrap();
        accept(backend, &officer, id, desk.row.version).await.unwrap();
        approve(backend, &officer, id, desk.row.version + 1, Some("已对照原件核实")).await.unwrap();
        assert_eq!(state(backend, &lin, id).await, CaseState::Approved);
        trail_is_sound(backend).await;
    }

    async fn a_clerk_accepts_and_decides_once(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let (id, reference) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
        let (first, second) = (clerk(backend, POLICE), clerk(backend, POLICE));
        let waiting = queue(backend, &first, &desk_of(backend, POLICE), CaseState::Submitted, &Narrow::default(), None, 10).await.unwrap();
        assert_eq!(waiting.iter().map(|w| w.row.id).collect::<Vec<_>>(), [id]);
        assert_eq!(found(backend, &first, &reference.to_string()).await, [id]);
        let seen = version(backend, &zhou, id).await;
        assert_eq!(opened(backend, &zhou, id).await.row.due_on.as_deref(), Some("2026-11-26"), "three working days");
        assert!(matches!(approve(backend, &first, id, seen, Some("已对照原件核实")).await, Err(CaseError::NotAllowed(_))), "accept first");
        accept(backend, &first, id, seen).await.unwrap();
        assert!(matches!(accept(backend, &second, id, seen).await, Err(CaseError::Changed)), "saw an older version");

        // Two decide at the same moment on the same sight; the first still has it.
        let seen = seen + 1;
        let (yes, no) = tokio::join!(
            approve(backend, &first, id, seen, Some("已对照原件核实")),
            refuse(backend, &second, id, seen, Reason::Listed("not-living".into())),
        );
        assert!(yes.is_ok() != no.is_ok(), "{yes:?} {no:?}");
        for outcome in [&yes, &no] {
            assert!(matches!(outcome, Ok(()) | Err(CaseError::Changed | CaseError::Held(_))), "{outcome:?}");
        }
        let done = opened(backend, &zhou, id).await;
        assert_eq!(done.row.state, if yes.is_ok() { CaseState::Approved } else { CaseState::Refused });
        assert_eq!(wallet::wallet(backend, &zhou, None, 10).await.unwrap().len(), usize::from(yes.is_ok()));
        assert!(matches!(withdraw(backend, &zhou, id).await, Err(CaseError::NotAllowed(_))));
        assert!(matches!(approve(backend, &first, id, seen + 1, Some("已对照原件核实")).await, Err(CaseError::NotAllowed(_))));
        trail_is_sound(backend).await;
    }

    async fn a_refusal_says_why(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let officer = clerk(backend, POLICE);
        for (reason, error) in [
            (Reason::Listed("no-such-reason".into()), true),
            (Reason::Words("x".into()), true),
            (Reason::Words("a\u{202E}b 不行".into()), true),
            (Reason::Words("经上门核实，未在该地址居住。".into()), false),
        ] {
            let (id, _) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
            let seen = version(backend, &zhou, id).await;
            accept(backend, &officer, id, seen).await.unwrap();
            let refused = refuse(backend, &officer, id, seen + 1, reason.clone()).await;
            assert_eq!(refused.is_err(), error, "{refused:?}");
            if !error {
                let done = opened(backend, &zhou, id).await;
                assert_eq!(done.row.state, CaseState::Refused);
                let decision = done.decision.unwrap();
                assert_eq!((decision.reason, decision.staff), (Some(reason), Some(officer.staff().unwrap().id)));
            }
        }
        let (id, _) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
        let seen = version(backend, &zhou, id).await;
        decline(backend, &officer, id, seen, Reason::Listed("not-eligible".into())).await.unwrap();
        assert_eq!(state(backend, &zhou, id).await, CaseState::Declined);
        assert!(wallet::wallet(backend, &zhou, None, 10).await.unwrap().is_empty());
    }

    async fn staff_without_the_right_role_or_a_recent_sign_in_are_refused(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let (id, _) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
        let seen = version(backend, &zhou, id).await;
        let with = |roles: &[Role], recent| match clerk(backend, POLICE) {
            Actor::Staff(staff) => Actor::Staff(StaffActor { grants: grants(backend, POLICE, roles), recent, ..staff }),
            other => other,
        };
        let denied = |outcome: Result<(), CaseError>, why: Denied| matches!(outcome, Err(CaseError::Denied(d)) if d == why);
        assert!(denied(accept(backend, &with(&[Role::Decide], true), id, seen).await, Denied::Forbidden));
        accept(backend, &with(&[Role::Intake], false), id, seen).await.unwrap();
        assert!(denied(approve(backend, &with(&[Role::Intake], true), id, seen + 1, Some("已对照原件核实")).await, Denied::Forbidden));
        assert!(denied(approve(backend, &with(&[Role::Decide], false), id, seen + 1, Some("已对照原件核实")).await, Denied::ReauthenticationNeeded));
        let outsiders = [with(&[Role::System], true), with(&[Role::Audit], true), zhou.clone(), Actor::Anonymous];
        for outsider in &outsiders {
            assert!(matches!(open_at_desk(backend, outsider, id).await, Err(CaseError::Denied(_))), "{outsider:?}");
            assert!(matches!(queue(backend, outsider, &desk_of(backend, POLICE), CaseState::Submitted, &Narrow::default(), None, 5).await, Err(CaseError::Denied(_))));
            assert!(matches!(unmask(backend, outsider, id, "person.name", &why("看看")).await, Err(CaseError::Denied(_))));
        }
        assert!(matches!(begin(backend, &clerk(backend, POLICE), BY_CLERK).await, Err(CaseError::Denied(Denied::Forbidden))));
    }

    /// To other people a case does not exist, and other departments are refused; a draft exists for its owner alone.
    async fn the_cases_of_others_do_not_exist(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (zhou, lin) = (portal.citizen(ZHOU).await, portal.citizen(LIN).await);
        let id = clerk_draft(backend, &zhou).await;
        assert!(is_not_found(open_at_desk(backend, &clerk(backend, POLICE), id).await), "a draft is nobody's business");
        let consent = opened(backend, &zhou, id).await.consent.unwrap().id;
        assert!(is_not_found(open_own(backend, &lin, id).await));
        assert!(is_not_found(give_consent(backend, &lin, id).await));
        assert!(is_not_found(contest(backend, &lin, id, "person.name", Some("不是我")).await));
        assert!(is_not_found(save_step(backend, &lin, id, "living", raw(&[("basis", "study")])).await));
        assert!(matches!(upload(backend, &lin, id, "x", "a.pdf", pdf()).await, Err(UploadError::Case(CaseError::NotFound))));
        assert!(is_not_found(submit(backend, &lin, id).await));
        assert!(is_not_found(discard(backend, &lin, id).await));
        assert!(is_not_found(revoke_consent(backend, &lin, consent).await));
        assert!(draft(backend, &lin, BY_CLERK).await.unwrap().is_none());
        submit(backend, &zhou, id).await.unwrap();
        assert!(is_not_found(withdraw(backend, &lin, id).await));
        assert!(is_not_found(track(backend, &lin, id).await));
        assert!(cases_of(backend, &lin, None, 10).await.unwrap().is_empty());
        let elsewhere = clerk(backend, "health");
        let seen = version(backend, &zhou, id).await;
        assert!(is_forbidden(open_at_desk(backend, &elsewhere, id).await));
        assert!(is_forbidden(accept(backend, &elsewhere, id, seen).await));
        assert!(is_forbidden(unmask(backend, &elsewhere, id, "person.id_number", &why("核对身份")).await));
        let of_police = desk_of(backend, POLICE);
        let all = Narrow::default();
        assert!(is_forbidden(queue(backend, &elsewhere, &of_police, CaseState::Submitted, &all, None, 10).await));
        let own = desk_of(backend, "health");
        assert!(queue(backend, &elsewhere, &own, CaseState::Submitted, &all, None, 10).await.unwrap().is_empty());
        let reference = opened(backend, &zhou, id).await.row.reference.clone().unwrap();
        assert!(found(backend, &elsewhere, &reference).await.is_empty());
        assert!(is_not_found(begin(backend, &lin, "no-such-service").await));
        assert!(matches!(begin(backend, &lin, "company-address-change").await, Err(CaseError::WrongApplicant)));
        assert!(matches!(open_own(backend, &Actor::Anonymous, id).await, Err(CaseError::Denied(Denied::SignInNeeded))));
        let unproven = portal.sign_in("王芳").await.actor();
        assert!(matches!(begin(backend, &unproven, INSTANT).await, Err(CaseError::Denied(Denied::VerificationNeeded))));
    }

    async fn filing_twenty_times_at_once_makes_one_case(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen(LIN).await);
        let id = instant_draft(backend, &lin).await;
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (backend, lin) = (backend.clone(), lin.clone());
                tokio::spawn(async move { submit(&backend, &lin, id).await })
            })
            .collect();
        let mut references = BTreeSet::new();
        for task in tasks {
            references.insert(task.await.unwrap().unwrap().to_string());
        }
        assert_eq!(references.len(), 1);
        assert_eq!(wallet::wallet(backend, &lin, None, 10).await.unwrap().len(), 1);
        let (_, timeline) = track(backend, &lin, id).await.unwrap();
        assert_eq!(timeline.iter().filter(|h| h.kind == EventKind::Submitted).count(), 1);
        trail_is_sound(backend).await;
    }

    /// Two windows, two fingers: one draft, no answer lost, no consent left half asked.
    async fn a_hasty_person_makes_one_draft_and_loses_nothing(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let mut begun = BTreeSet::new();
        for id in futures_of(8, || begin(backend, &zhou, BY_CLERK)).await {
            begun.insert(id.unwrap());
        }
        assert_eq!(begun.len(), 1);
        let id = begun.into_iter().next().unwrap();
        for given in futures_of(3, || give_consent(backend, &zhou, id)).await {
            given.unwrap();
        }
        let seen = opened(backend, &zhou, id).await;
        assert!(seen.evidence.iter().all(|e| e.state != FactState::Pending), "{:?}", seen.pending());
        assert_eq!(consents_of(backend, &zhou, None, 10).await.unwrap().len(), 1, "given thrice, kept once");
        let typed = raw(&[("same_address", "yes"), ("basis", "study")]);
        for saved in futures_of(5, || save_step(backend, &zhou, id, "living", typed.clone())).await {
            saved.unwrap();
        }
        submit(backend, &zhou, id).await.unwrap();
        assert_eq!(state(backend, &zhou, id).await, CaseState::Submitted);
    }

    /// Each consent has registers asked: it cannot be given and revoked without end.
    async fn consent_is_given_once_and_not_without_end(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let id = clerk_draft(backend, &zhou).await;
        let before = opened(backend, &zhou, id).await;
        portal.clock.advance(1);
        give_consent(backend, &zhou, id).await.unwrap();
        let after = opened(backend, &zhou, id).await;
        assert_eq!(after.consent.as_ref().map(|c| c.id), before.consent.as_ref().map(|c| c.id));
        let asked = |case: &Opened| case.evidence.iter().map(|e| e.fetched_at).collect::<Vec<_>>();
        assert_eq!(asked(&after), asked(&before), "what was said is not asked for again");

        portal.standins.switches.set("population", Mode::Down);
        let mut given = 1;
        let refused = loop {
            let consent = opened(backend, &zhou, id).await.consent.unwrap().id;
            revoke_consent(backend, &zhou, consent).await.unwrap();
            match give_consent(backend, &zhou, id).await {
                Ok(()) => given += 1,
                Err(refused) => break refused,
            }
            assert!(given < 500, "without end");
        };
        let CaseError::TooOften { retry_at } = refused else { panic!("{refused:?}") };
        assert_eq!(given, 120);
        portal.clock.advance(retry_at.seconds_since(backend.now()));
        give_consent(backend, &zhou, id).await.unwrap();
    }

    async fn a_case_can_be_taken_back_until_it_is_decided(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let officer = clerk(backend, POLICE);
        let (submitted, _) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
        assert!(matches!(discard(backend, &zhou, submitted).await, Err(CaseError::Changed)), "filed is filed");
        withdraw(backend, &zhou, submitted).await.unwrap();
        withdraw(backend, &zhou, submitted).await.unwrap();
        assert_eq!(state(backend, &zhou, submitted).await, CaseState::Withdrawn);
        assert!(matches!(
            accept(backend, &officer, submitted, version(backend, &zhou, submitted).await).await,
            Err(CaseError::NotAllowed(_))
        ));
        let (accepted, _) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
        accept(backend, &officer, accepted, version(backend, &zhou, accepted).await).await.unwrap();
        let seen = version(backend, &zhou, accepted).await;
        withdraw(backend, &zhou, accepted).await.unwrap();
        assert!(matches!(approve(backend, &officer, accepted, seen, Some("已对照原件核实")).await, Err(CaseError::Changed)));
        let draft = clerk_draft(backend, &zhou).await;
        assert!(matches!(withdraw(backend, &zhou, draft).await, Err(CaseError::NotAllowed(_))));
    }

    /// A fee that comes first holds the case back, whatever the rules would say.
    async fn a_fee_first_waits_for_payment(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, sun) = (&portal.backend, portal.citizen("孙浩").await);
        let id = begin(backend, &sun, "id-card-renewal").await.unwrap();
        give_consent(backend, &sun, id).await.unwrap();
        let typed = fill::answers(&opened(backend, &sun, id).await, |_| true).expect("answers");
        fill::type_in(backend, &sun, id, typed).await;
        submit(backend, &sun, id).await.unwrap();
        let filed = opened(backend, &sun, id).await;
        assert_eq!((filed.row.state, filed.row.due_on.as_deref()), (CaseState::AwaitingPayment, None));
        let officer = clerk(backend, POLICE);
        assert!(matches!(accept(backend, &officer, id, filed.row.version).await, Err(CaseError::NotAllowed(_))));
        withdraw(backend, &sun, id).await.unwrap();
    }

    async fn a_fee_paid_at_the_counter_moves_the_case_on(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, sun) = (&portal.backend, portal.citizen("孙浩").await);
        let officer = portal.staff(POLICE, &[Role::Intake]).await;
        let pay = async |id, version, receipt: &str, yuan: &str| {
            pay_at_counter(backend, &officer, id, version, receipt, yuan).await
        };
        let mut unpaid = Vec::new();
        for code in ["id-card-renewal", "id-card-replacement"] {
            let id = begin(backend, &sun, code).await.unwrap();
            give_consent(backend, &sun, id).await.unwrap();
            let typed = fill::answers(&opened(backend, &sun, id).await, |_| true).expect("answers");
            fill::type_in(backend, &sun, id, typed).await;
            submit(backend, &sun, id).await.unwrap();
            unpaid.push((id, version(backend, &sun, id).await));
        }
        let (id, seen) = unpaid[0];
        let due = opened(backend, &sun, id).await.fee_fen().unwrap();
        assert_eq!(due, 2000);
        for (receipt, yuan, error) in
            [("", "20", PaymentError::ReceiptMissing), ("A-001", "40", PaymentError::AmountDiffers(2000))]
        {
            let wrong = pay(id, seen, receipt, yuan).await;
            assert!(matches!(&wrong, Err(CaseError::Payment(errors)) if errors == &[error]), "{wrong:?}");
        }
        // Only who takes cases in, with a fresh sign-in, in the department, on what they saw.
        let decider = portal.staff(POLICE, &[Role::Decide]).await;
        let denied = pay_at_counter(backend, &decider, id, seen, "A-001", "20").await;
        assert!(matches!(denied, Err(CaseError::Denied(_))), "{denied:?}");
        let mut stale = officer.clone();
        if let Actor::Staff(staff) = &mut stale {
            staff.recent = false;
        }
        let denied = pay_at_counter(backend, &stale, id, seen, "A-001", "20").await;
        assert!(matches!(denied, Err(CaseError::Denied(_))), "{denied:?}");
        let other = pay_at_counter(backend, &clerk(backend, "health"), id, seen, "A-001", "20").await;
        assert!(is_forbidden(other));
        assert!(matches!(pay(id, seen + 1, "A-001", "20").await, Err(CaseError::Changed)));
        assert_eq!(state(backend, &sun, id).await, CaseState::AwaitingPayment);

        portal.clock.advance(60);
        pay(id, seen, "A-001", "20").await.unwrap();
        let (paid, timeline) = track(backend, &sun, id).await.unwrap();
        assert_eq!(paid.row.state, CaseState::Submitted);
        assert!(paid.row.due_on.is_some(), "the promised time counts from the payment");
        let last = timeline.last().unwrap();
        assert_eq!((last.kind, last.actor_kind.as_str()), (EventKind::Paid, "staff"));
        assert_eq!(last.detail, serde_json::json!({ "receipt": "A001", "fen": 2000 }));
        let mut tx = backend.db.read().await.unwrap();
        let kept = storage::cases::counter_payments::of_case(&mut tx, id).await.unwrap().unwrap();
        drop(tx);
        assert_eq!((kept.receipt.as_str(), kept.amount_fen), ("A001", 2000));
        assert_eq!(kept.staff_id, officer.staff().unwrap().id);
        let told = messages(backend, sun.person().unwrap(), backend::messages::Cursor::START).await.unwrap();
        assert!(told.lines.iter().any(|line| line.kind == "case-paid"));
        assert!(matches!(pay(id, version(backend, &sun, id).await, "A-002", "20").await, Err(CaseError::NotAllowed(_))));

        let (other, seen) = unpaid[1];
        let twice = pay(other, seen, "a0-01", "40").await;
        assert!(matches!(&twice, Err(CaseError::Payment(e)) if e == &[PaymentError::ReceiptUsed]), "{twice:?}");
        assert_eq!(state(backend, &sun, other).await, CaseState::AwaitingPayment);
        trail_is_sound(backend).await;
    }

    /// What only waited for its fee is decided by its rules, like everything that is decided at once.
    async fn an_instant_service_is_decided_when_its_fee_is_paid(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen(LIN).await);
        let mut definition = backend.catalog.services().get(INSTANT).unwrap().definition.clone();
        definition.fee = Some(Fee {
            name: Text::new("工本费", "Fee"),
            amount: serde_json::from_value(serde_json::json!({ "money": 500 })).unwrap(),
            due: Due::First,
            basis: Text::new("收费标准", "A schedule of fees"),
        });
        let department = definition.department.clone();
        publish(backend, vec![definition]).await.unwrap();
        let id = instant_draft(backend, &lin).await;
        submit(backend, &lin, id).await.unwrap();
        assert_eq!(state(backend, &lin, id).await, CaseState::AwaitingPayment);
        let officer = portal.staff(&department, &[Role::Intake]).await;
        pay_at_counter(backend, &officer, id, version(backend, &lin, id).await, "A-001", "5").await.unwrap();
        assert_eq!(state(backend, &lin, id).await, CaseState::Approved);
        assert!(wallet::of_case(backend, &lin, id).await.unwrap().is_some());
        trail_is_sound(backend).await;
    }

    async fn facts_that_have_become_old_are_asked_for_again(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen(LIN).await);
        let id = instant_draft(backend, &lin).await;
        portal.clock.advance(24 * 3600);
        let still: Vec<_> = opened(backend, &lin, id).await.evidence.iter().map(|e| e.fetched_at).collect();
        portal.clock.advance(1);
        assert!(matches!(submit(backend, &lin, id).await, Err(CaseError::Outdated)));
        assert_eq!(state(backend, &lin, id).await, CaseState::Draft);
        renew_facts(backend, &lin, id).await.unwrap();
        let renewed = opened(backend, &lin, id).await;
        assert!(renewed.pending().is_empty() && renewed.form().is_complete());
        assert_eq!(renewed.evidence.len(), still.len());
        assert!(renewed.evidence.iter().all(|e| e.fetched_at == Some(backend.now())));
        submit(backend, &lin, id).await.unwrap();
        assert_eq!(state(backend, &lin, id).await, CaseState::Approved);

        // A register that is silent then owes them, as at the beginning.
        let id = instant_draft(backend, &lin).await;
        portal.clock.advance(25 * 3600);
        portal.standins.switches.set("social_security", Mode::Down);
        assert!(matches!(submit(backend, &lin, id).await, Err(CaseError::Outdated)));
        renew_facts(backend, &lin, id).await.unwrap();
        assert!(!opened(backend, &lin, id).await.pending().is_empty());
        submit(backend, &lin, id).await.unwrap();
        assert_eq!(state(backend, &lin, id).await, CaseState::Submitted);
        portal.standins.switches.set("social_security", Mode::Up);
        portal.clock.advance(3600);
        while portal.jobs().run_once(BACKFILL).await.unwrap() > 0 {}
        assert_eq!(state(backend, &lin, id).await, CaseState::Approved);
        trail_is_sound(backend).await;
    }

    async fn what_one_can_have_once_is_granted_once(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen(LIN).await);
        let mut definition = backend.catalog.services().get(INSTANT).unwrap().definition.clone();
        definition.once = Some(Once::Days(30));
        let department = definition.department.clone();
        publish(backend, vec![definition]).await.unwrap();
        let first = instant_draft(backend, &lin).await;
        submit(backend, &lin, first).await.unwrap();
        let again = begin(backend, &lin, INSTANT).await;
        assert!(matches!(again, Err(CaseError::Already(id)) if id == first), "{again:?}");

        portal.clock.advance(31 * 24 * 3600);
        let second = instant_draft(backend, &lin).await;
        submit(backend, &lin, second).await.unwrap();
        let officer = clerk(backend, &department);
        let card = wallet::of_case(backend, &lin, second).await.unwrap().expect("certified");
        let number = wallet::card(backend, &lin, card).await.unwrap().row.number;
        revoke::revoke(backend, &officer, &number, "误发").await.unwrap();

        // What was revoked stands in nobody's way; what somebody else has neither.
        let third = instant_draft(backend, &lin).await;
        submit(backend, &lin, third).await.unwrap();
        let other = portal.citizen("何俊").await;
        assert!(begin(backend, &other, INSTANT).await.is_ok());
    }

    async fn an_approval_against_which_something_speaks_needs_grounds(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let id = clerk_draft(backend, &zhou).await;
        let fact = opened(backend, &zhou, id).await.evidence[0].fact.clone();
        contest(backend, &zhou, id, &fact, Some("登记的不是我")).await.unwrap();
        submit(backend, &zhou, id).await.unwrap();
        let officer = clerk(backend, POLICE);
        accept(backend, &officer, id, version(backend, &zhou, id).await).await.unwrap();
        let seen = version(backend, &zhou, id).await;
        assert!(matches!(approve(backend, &officer, id, seen, None).await, Err(CaseError::ReasonNeeded)));
        assert!(matches!(approve(backend, &officer, id, seen, Some(" ")).await, Err(CaseError::Text(_))));
        approve(backend, &officer, id, seen, Some("已对照户口簿核实，登记有误")).await.unwrap();
        let decided = opened(backend, &zhou, id).await;
        assert_eq!(decided.row.state, CaseState::Approved);
        let words = Some(Reason::Words("已对照户口簿核实，登记有误".into()));
        assert_eq!(decided.decision.unwrap().reason, words);
    }

    async fn a_certificate_whose_end_nobody_knows_is_not_issued(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let mut definition = backend.catalog.services().get(BY_CLERK).unwrap().definition.clone();
        let beyond = serde_json::json!({ "plus_months": [{ "field": "moved_on" }, 120_000] });
        definition.certificate.as_mut().unwrap().valid =
            Some(Validity::Until(serde_json::from_value(beyond).unwrap()));
        publish(backend, vec![definition]).await.unwrap();
        let id = clerk_draft(backend, &zhou).await;
        submit(backend, &zhou, id).await.unwrap();
        let officer = clerk(backend, POLICE);
        accept(backend, &officer, id, version(backend, &zhou, id).await).await.unwrap();
        let said = approve(backend, &officer, id, version(backend, &zhou, id).await, Some("已对照原件核实")).await;
        assert!(matches!(said, Err(CaseError::EndUnknown(_))), "{said:?}");
        assert_eq!(state(backend, &zhou, id).await, CaseState::Accepted);
        assert_eq!(wallet::of_case(backend, &zhou, id).await.unwrap(), None);
    }

    async fn a_case_stays_on_the_version_it_began_with(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let id = clerk_draft(backend, &zhou).await;
        let old = opened(backend, &zhou, id).await.service;
        let mut changed = old.definition.clone();
        changed.steps[0].fields.truncate(1);
        changed.name.zh = "居住证年度签注".into();
        let outcome = publish(backend, vec![changed.clone()]).await.unwrap();
        assert_eq!(outcome, [(BY_CLERK.to_owned(), Published::Changed)]);
        assert_eq!(publish(backend, vec![changed]).await.unwrap()[0].1, Published::Unchanged);

        // A process that never saw the old version finds it, too.
        let second = portal.second(t.second().await).await;
        for backend in [backend, &second] {
            let still = opened(backend, &zhou, id).await;
            assert_eq!((&still.service.definition, still.row.version_id), (&old.definition, old.version));
            assert!(still.form().is_complete());
            assert_eq!(backend.catalog.services().get(BY_CLERK).unwrap().definition.name.zh, "居住证年度签注");
        }
        submit(&second, &zhou, id).await.unwrap();
        let next = begin(backend, &zhou, BY_CLERK).await.unwrap();
        assert_eq!(opened(backend, &zhou, next).await.service.definition.steps[0].fields.len(), 1);
        // Back to the old content: the old version again.
        publish(backend, vec![old.definition.clone()]).await.unwrap();
        assert_eq!(backend.catalog.services().get(BY_CLERK).unwrap().version, old.version);
    }

    async fn a_revoked_consent_stops_the_draft_but_not_a_filed_case(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let id = clerk_draft(backend, &zhou).await;
        let consent = opened(backend, &zhou, id).await.consent.unwrap().id;
        portal.clock.advance(1);
        revoke_consent(backend, &zhou, consent).await.unwrap();
        revoke_consent(backend, &zhou, consent).await.unwrap();
        assert!(matches!(submit(backend, &zhou, id).await, Err(CaseError::ConsentNeeded)));
        portal.clock.advance(1);
        give_consent(backend, &zhou, id).await.unwrap();
        submit(backend, &zhou, id).await.unwrap();
        let all = consents_of(backend, &zhou, None, 10).await.unwrap();
        assert_eq!(all.iter().map(|c| c.revoked_at.is_some()).collect::<Vec<_>>(), [false, true]);
        revoke_consent(backend, &zhou, all[0].id).await.unwrap();
        let officer = clerk(backend, POLICE);
        accept(backend, &officer, id, version(backend, &zhou, id).await).await.unwrap();
        assert!(matches!(give_consent(backend, &zhou, id).await, Err(CaseError::Changed)), "a filed case asks no more");
    }

    async fn a_discarded_draft_leaves_nothing_behind(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, wang) = (&portal.backend, portal.citizen("王芳").await);
        let id = begin(backend, &wang, WITH_FILES).await.unwrap();
        give_consent(backend, &wang, id).await.unwrap();
        let file = upload(backend, &wang, id, FILE_FIELD, "照片.jpg", jpeg(40, 30)).await.unwrap();
        discard(backend, &wang, id).await.unwrap();
        assert!(is_not_found(open_own(backend, &wang, id).await));
        assert!(is_not_found(files::read(backend, &wang, file).await));
        let mut tx = backend.db.read().await.unwrap();
        assert!(case::by_id(&mut tx, id).await.unwrap().is_none());
        assert!(evidence::of_case(&mut tx, id).await.unwrap().is_empty());
        assert!(consents::of_case(&mut tx, id).await.unwrap().is_none());
        assert!(events::of_case(&mut tx, id).await.unwrap().is_empty());
        assert!(storage::cases::files::pieces(&mut tx, file).await.unwrap().is_empty());
        drop(tx);
        // The jobs that would have asked registers again find nothing to do.
        portal.clock.advance(60);
        portal.jobs().run_once(BACKFILL).await.unwrap();
        assert_ne!(begin(backend, &wang, WITH_FILES).await.unwrap(), id);
        trail_is_sound(backend).await;
    }

    async fn a_file_is_what_its_content_is(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, wang) = (&portal.backend, portal.citizen("王芳").await);
        let id = begin(backend, &wang, WITH_FILES).await.unwrap();
        let put = |name: &'static str, bytes: Vec<u8>| upload(backend, &wang, id, FILE_FIELD, name, bytes);
        let refused = |outcome: Result<_, UploadError>, why: FileError| matches!(outcome, Err(UploadError::File(e)) if e == why);
        assert!(refused(put("空.jpg", Vec::new()).await, FileError::Empty));
        assert!(refused(put("照片.jpg", b"<svg onload=alert(1)>".to_vec()).await, FileError::WrongType));
        assert!(refused(put("photo.jpg", b"MZ\x90\x00 this is a program".to_vec()).await, FileError::WrongType));
        assert!(refused(put("a.gif", b"GIF89a\x01\x00\x01\x00\x80\x00\x00".to_vec()).await, FileError::WrongType));
        assert!(refused(put("half.jpg", jpeg(40, 30)[..200].to_vec()).await, FileError::Damaged));
        assert!(refused(put("half.pdf", b"%PDF-1.7 and then nothing".to_vec()).await, FileError::Damaged));
        let mut large = pdf();
        large.resize(MAX_BYTES + 1, b' ');
        assert!(refused(put("large.pdf", large).await, FileError::TooLarge));
        assert!(refused(put("bomb.png", png_header(60_000, 60_000)).await, FileError::Damaged));
        let elsewhere = upload(backend, &wang, id, "no_such_field", "a.pdf", pdf()).await;
        assert!(matches!(elsewhere, Err(UploadError::Case(CaseError::NotFound))));

        // A photograph: upright, smaller by what its camera noted.
        let with_exif = exif_jpeg(40, 30);
        assert!(with_exif.windows(12).any(|w| w == b"SECRET-PLACE"));
        let photo = put("..\\..\\C:/照\u{202E}片.jpg", with_exif).await.unwrap();
        let (listed, content) = files::read(backend, &wang, photo).await.unwrap();
        assert_eq!((listed.name.as_str(), listed.media_type.as_str(), listed.size), ("照片.jpg", "image/jpeg", content.len() as i64));
        assert!(!content.windows(4).any(|w| w == b"Exif") && !content.windows(6).any(|w| w == b"SECRET"));
        let picture = image::load_from_memory(&content).unwrap();
        assert_eq!((picture.width(), picture.height()), (30, 40), "turned as the camera was held");
        let second = put("zweite.jpg", jpeg(10, 10)).await.unwrap();
        assert_eq!(opened(backend, &wang, id).await.raw[FILE_FIELD], [second.to_string()], "it took the place of the first");
        assert!(is_not_found(files::read(backend, &wang, photo).await));
        files::remove(backend, &wang, id, second).await.unwrap();
        assert!(is_not_found(files::remove(backend, &wang, id, second).await));
        let aid = begin(backend, &wang, "legal-aid").await.unwrap();
        let fields = opened(backend, &wang, aid).await.service.definition.clone();
        let several = fields.fields().find(|f| f.max_items.is_some_and(|n| n > 1) && f.kind == FieldType::File).unwrap();
        for _ in 0..several.max_items.unwrap() {
            upload(backend, &wang, aid, &several.id, "a.pdf", pdf()).await.unwrap();
        }
        assert!(refused(upload(backend, &wang, aid, &several.id, "a.pdf", pdf()).await, FileError::TooMany));

        // Just as large as allowed, in several pieces, byte for byte.
        let mut largest = pdf();
        let end = largest.split_off(largest.len() - 6);
        largest.resize(MAX_BYTES - end.len(), b'\n');
        largest.extend(end);
        let paper = put("材料.pdf", largest.clone()).await.unwrap();
        let (listed, content) = files::read(backend, &wang, paper).await.unwrap();
        assert_eq!((listed.media_type.as_str(), content == largest), ("application/pdf", true));
        assert_eq!(files::list(backend, &opened(backend, &wang, id).await).await.unwrap().len(), 1);

        // Files cannot be claimed by posting their ids.
        let steps = &opened(backend, &wang, id).await.service.definition.steps;
        let step = steps.iter().find(|s| s.fields.iter().any(|f| f.id == FILE_FIELD)).unwrap().id.clone();
        save_step(backend, &wang, id, &step, raw(&[(FILE_FIELD, "019a0000-0000-7000-8000-000000000001")])).await.unwrap();
        assert_eq!(opened(backend, &wang, id).await.raw[FILE_FIELD], [paper.to_string()]);
        let lin = portal.citizen(LIN).await;
        assert!(is_not_found(files::read(backend, &lin, paper).await));
        assert!(is_not_found(files::read(backend, &clerk(backend, "disabled-persons"), paper).await), "not filed yet");
    }

    async fn who_looks_closer_says_why_and_is_seen(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let (id, _) = filed(backend, &zhou, clerk_draft(backend, &zhou).await).await;
        let officer = portal.staff(POLICE, &[Role::Intake]).await;
        for nothing in ["", " ", "x", "\u{0}\u{1}\u{2}", &"字".repeat(501)] {
            let refused = unmask(backend, &officer, id, "person.id_number", &why(nothing)).await;
            assert!(matches!(refused, Err(CaseError::Text(_))), "{nothing:?}");
        }
        portal.clock.advance(60);
        let number = unmask(backend, &officer, id, "person.id_number", &why("核对居住登记")).await.unwrap();
        assert_eq!(number, Some(Value::text(Portal::demo_person(ZHOU).id)));
        assert!(is_not_found(unmask(backend, &officer, id, "social.nothing", &why("核对居住登记")).await));
        portal.clock.advance(60);
        open_at_desk(backend, &officer, id).await.unwrap();
        let log = who_read_my_data(backend, zhou.person().unwrap(), AccessCursor::START).await.unwrap();
        let by_staff: Vec<_> = log
            .entries
            .iter()
            .filter(|e| matches!(e.reader, Reader::Staff { .. }))
            .map(|e| (e.action.as_str(), e.purpose.clone(), e.words.as_deref()))
            .collect();
        let opening = Some(Purpose::Service(BY_CLERK.into()));
        let looking = Some(Purpose::Unmask(UnmaskReason::Other));
        assert_eq!(by_staff, [("cases.open", opening, None), ("cases.unmask", looking, Some("核对居住登记"))]);
        trail_is_sound(backend).await;
    }

    /// Nothing of a person stands in the open in the files of the database.
    async fn the_database_file_tells_nothing_about_anybody(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, zhou) = (&portal.backend, portal.citizen(ZHOU).await);
        let lin = portal.citizen(LIN).await;
        let id = clerk_draft(backend, &zhou).await;
        contest(backend, &zhou, id, "residence.address", Some("门牌号写错了一位")).await.unwrap();
        submit(backend, &zhou, id).await.unwrap();
        let officer = clerk(backend, POLICE);
        accept(backend, &officer, id, version(backend, &zhou, id).await).await.unwrap();
        unmask(backend, &officer, id, "person.id_number", &why("想看看是不是同名的人")).await.unwrap();
        let reason = Reason::Words("上门时邻居说已经搬走".into());
        refuse(backend, &officer, id, version(backend, &zhou, id).await, reason).await.unwrap();
        let (_, _) = filed(backend, &lin, instant_draft(backend, &lin).await).await;
        let card = wallet::wallet(backend, &lin, None, 1).await.unwrap().remove(0);
        share::share(backend, &lin, card.row.id, &["name".to_owned(), "id_number".to_owned()]).await.unwrap();
        let Some(path) = t.address().strip_prefix("sqlite:") else { return };
        let mut bytes = std::fs::read(path).unwrap();
        bytes.extend(std::fs::read(format!("{path}-wal")).unwrap());
        assert!(bytes.windows(BY_CLERK.len()).any(|w| w == BY_CLERK.as_bytes()), "the right file is read");
        let mut seeded = vec!["示例路99号样本公寓3幢", "门牌号写错了一位", "上门时邻居说已经搬走", "想看看是不是同名的人", "示例银行"];
        let (zhou, lin) = (Portal::demo_person(ZHOU), Portal::demo_person(LIN));
        seeded.extend([zhou.name, zhou.id, zhou.phone, lin.name, lin.id, lin.phone, "1994-11-02", "竹影路101号"]);
        for seeded in seeded {
            assert!(!bytes.windows(seeded.len()).any(|w| w == seeded.as_bytes()), "{seeded} stands in the database");
        }
    }
}

const WITH_FILES: &str = "disability-certificate-renewal";
const FILE_FIELD: &str = "photo";

/// The same thing `n` times at once.
async fn futures_of<T, F: Future<Output = T>>(n: usize, make: impl Fn() -> F) -> Vec<T> {
    let mut pending: Vec<_> = (0..n).map(|_| (Box::pin(make()), None)).collect();
    std::future::poll_fn(|context| {
        let mut done = true;
        for (future, outcome) in &mut pending {
            if outcome.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *outcome = Some(value),
                    std::task::Poll::Pending => done = false,
                }
            }
        }
        if done { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    pending.into_iter().filter_map(|(_, outcome)| outcome).collect()
}

fn pdf() -> Vec<u8> {
    b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n".to_vec()
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8 * 5, y as u8 * 7, 90]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// A photograph as a camera writes it: held upright, with a note of where it was taken.
fn exif_jpeg(width: u32, height: u32) -> Vec<u8> {
    let note = b"SECRET-PLACE\0";
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    // ImageDescription: ASCII, its text behind the directory.
    tiff.extend([0x0E, 0x01, 0x02, 0]);
    tiff.extend((note.len() as u32).to_le_bytes());
    tiff.extend(38_u32.to_le_bytes());
    // Orientation: one SHORT, 6 = turn right.
    tiff.extend([0x12, 0x01, 0x03, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
    tiff.extend([0; 4]);
    tiff.extend(note);
    let mut segment = b"Exif\0\0".to_vec();
    segment.extend(tiff);
    let plain = jpeg(width, height);
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xFF, 0xE1]);
    bytes.extend((segment.len() as u16 + 2).to_be_bytes());
    bytes.extend(segment);
    bytes.extend(&plain[2..]);
    bytes
}

/// The beginning of a PNG that claims to be enormous.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}
