//! Managing the catalogue: four eyes, races, versions from a day on, the end of services, who may do what, and trying out.

mod common;

use std::collections::BTreeSet;

use backend::cases::CaseError;
use backend::cases::begin::begin;
use backend::cases::discard::discard;
use backend::cases::submit::submit;
use backend::catalog::Services;
use backend::catalog::dry_run::{dry_run, examples};
use backend::catalog::files;
use backend::catalog::manage::{self, CatalogueError, Proposal, Standing, Subject, Typed};
use backend::catalog::publish::{self, publish, unpublished};
use backend::catalog::samples::samples;
use backend::identity::{Actor, Denied, StaffActor};
use backend::organisation::{Appointing, appoint, end_appointment};
use backend::testing::Portal;
use common::*;
use domain::cases::{CaseState, Outcome, Raw};
use domain::catalog::{Audience, ProposalState, Retirement};
use domain::identity::Role;
use domain::ids::ProposalId;
use domain::organisation::Grant;
use domain::registers::Facts;
use jiff::civil::Date;
use storage::audit;

const DEPARTMENT: &str = "human-resources";
const CATALOGUE: &[Role] = &[Role::Catalogue];
/// Seconds of a day.
const DAY: i64 = 86_400;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// The actions in the audit trail about a service, in no order.
async fn audited(portal: &Portal, action: &str) -> usize {
    let mut tx = portal.backend.db.read().await.unwrap();
    let mut found = 0;
    for lane in 0..16 {
        let mut seq = 0;
        loop {
            let page = audit::page(&mut tx, lane, seq, 500).await.unwrap();
            let Some(last) = page.last() else { break };
            seq = last.seq;
            found += page.iter().filter(|record| record.action == action).count();
        }
    }
    found
}

fn services(portal: &Portal) -> std::sync::Arc<Services> {
    portal.backend.catalog.services()
}

fn name_of(portal: &Portal, code: &str) -> String {
    services(portal).get(code).unwrap().definition.name.zh.clone()
}

async fn seen(portal: &Portal, actor: &Actor, id: ProposalId) -> Proposal {
    manage::proposal(&portal.backend, actor, id).await.unwrap().proposal
}

/// Types a new name into a draft, and why.
async fn rename(portal: &Portal, author: &Actor, id: ProposalId, name: &str, from: &str) {
    let draft = seen(portal, author, id).await;
    let mut definition = manage::read(&portal.backend, &draft, Default::default()).unwrap();
    definition.name.zh = name.into();
    let typed = Typed {
        content: files::write(&definition).unwrap(),
        effective_from: from.into(),
        note: "名称更清楚".into(),
    };
    manage::save(&portal.backend, author, id, draft.version, typed).await.unwrap();
}

async fn propose(portal: &Portal, author: &Actor, id: ProposalId) -> Result<(), CatalogueError> {
    let version = seen(portal, author, id).await.version;
    manage::propose(&portal.backend, author, id, version).await
}

/// A new name for a service, proposed.
async fn proposed(portal: &Portal, author: &Actor, name: &str, from: &str) -> ProposalId {
    let id = manage::begin_version(&portal.backend, author, INSTANT).await.unwrap();
    rename(portal, author, id, name, from).await;
    propose(portal, author, id).await.unwrap();
    id
}

async fn approve(portal: &Portal, actor: &Actor, id: ProposalId) -> Result<(), CatalogueError> {
    // Who may not look learns no version.
    let version = manage::proposal(&portal.backend, actor, id).await.map_or(2, |seen| seen.proposal.version);
    manage::approve(&portal.backend, actor, id, version).await
}

fn is_forbidden<T: std::fmt::Debug>(outcome: &Result<T, CatalogueError>) -> bool {
    matches!(outcome, Err(CatalogueError::Denied(Denied::Forbidden)))
}

fn staff(actor: &Actor) -> &StaffActor {
    actor.staff().unwrap()
}

storage::contract! {
    async fn what_one_proposes_another_publishes(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (author, other) = (portal.staff(DEPARTMENT, CATALOGUE).await, portal.staff(DEPARTMENT, CATALOGUE).await);
        let second = portal.second(t.second().await).await;
        let lin = portal.citizen(LIN).await;
        let draft = instant_draft(backend, &lin).await;
        let before = services(&portal).get(INSTANT).unwrap().clone();

        let id = proposed(&portal, &author, "参保证明（新）", "").await;
        assert_eq!(name_of(&portal, INSTANT), before.definition.name.zh, "nothing is published yet");
        assert!(matches!(approve(&portal, &author, id).await, Err(CatalogueError::Own)));
        assert_eq!(manage::waiting(backend, &author).await.unwrap(), 0);
        assert_eq!(manage::waiting(backend, &other).await.unwrap(), 1);
        approve(&portal, &other, id).await.unwrap();

        assert_eq!(name_of(&portal, INSTANT), "参保证明（新）");
        assert_eq!(seen(&portal, &author, id).await.state, ProposalState::Approved);
        let about = manage::look(backend, &author, INSTANT).await.unwrap();
        let newest = &about.history[0];
        assert_eq!(about.history.len(), 2);
        assert_eq!((newest.proposal_id, newest.note.as_deref()), (Some(id), Some("名称更清楚")));
        assert_eq!((newest.proposed_by, newest.decided_by), (Some(staff(&author).id), Some(staff(&other).id)));
        assert_eq!((about.history[1].proposal_id, about.history[1].decided_by), (None, None), "an operator's");
        assert_eq!(about.in_effect, Some(newest.version_id));
        // What was published stays as it was.
        let old = manage::subject(backend, &other, Subject::Version(before.version)).await.unwrap();
        assert_eq!((&old.definition, &old.digest), (&before.definition, &before.digest));

        // Every process notices; who had begun goes on with the version of the beginning.
        assert_eq!(second.catalog.services().get(INSTANT).unwrap().version, before.version);
        publish::refresh(&second).await.unwrap();
        assert_eq!(second.catalog.services().get(INSTANT).unwrap().definition.name.zh, "参保证明（新）");
        assert_eq!(begin(backend, &lin, INSTANT).await.unwrap(), draft);
        assert_eq!(opened(backend, &lin, draft).await.row.version_id, before.version);
        submit(backend, &lin, draft).await.unwrap();
        assert_eq!(opened(backend, &lin, draft).await.service.digest, before.digest);

        assert_eq!(audited(&portal, "catalogue.propose").await, 1);
        assert_eq!(audited(&portal, "catalogue.publish").await, 1);
        assert!(matches!(approve(&portal, &other, id).await, Err(CatalogueError::NotPossible(_))), "once");
        trail_is_sound(backend).await;
    }

    async fn who_stands_in_for_the_author_is_no_second_person(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let author = portal.staff(DEPARTMENT, CATALOGUE).await;
        let colleague = portal.staff(DEPARTMENT, CATALOGUE).await;
        let deputy = portal.staff(DEPARTMENT, &[Role::Intake]).await;
        let id = proposed(&portal, &author, "甲", "").await;
        // As a session has it while somebody stands in.
        let stand_in = |whose: &Actor, who: &Actor| {
            let Actor::Staff(before) = who.clone() else { unreachable!() };
            let own = &staff(whose).grants[0];
            let mut grants = before.grants.clone();
            grants.push(Grant { deputy_for: Some(staff(whose).id), ..own.clone() });
            Actor::Staff(StaffActor { grants, ..before })
        };
        // The author chose the deputy: the posts of one person are no four eyes.
        let for_author = stand_in(&author, &deputy);
        assert!(matches!(approve(&portal, &for_author, id).await, Err(CatalogueError::Own)));
        // Nor does the author become another person on the colleague's post.
        let author_for_colleague = stand_in(&colleague, &author);
        assert!(matches!(approve(&portal, &author_for_colleague, id).await, Err(CatalogueError::Own)));
        let rejecting = manage::reject(backend, &author_for_colleague, id, seen(&portal, &author, id).await.version, "不行").await;
        assert!(matches!(rejecting, Err(CatalogueError::Own)), "{rejecting:?}");
        // Who stands in for the colleague is one.
        let for_colleague = stand_in(&colleague, &deputy);
        approve(&portal, &for_colleague, id).await.unwrap();
        assert_eq!(name_of(&portal, INSTANT), "甲");
    }

    /// One post in two hands is one pair of eyes.
    async fn who_lends_their_post_does_not_publish_what_is_proposed_on_it(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (manager, other) = (portal.staff(DEPARTMENT, CATALOGUE).await, portal.staff(DEPARTMENT, CATALOGUE).await);
        let token = portal.staff_token(DEPARTMENT, &[Role::Intake]).await;
        let deputy = portal.viewer(&token).await.actor();
        let lent = Appointing {
            post: staff(&manager).grants[0].post,
            staff: staff(&deputy).id,
            deputy_for: Some(staff(&manager).id),
            reason: Some("休年假".into()),
            starts_at: backend.now(),
            ends_at: Some(backend.now().plus_seconds(3 * DAY)),
        };
        let lent = appoint(backend, &manager, lent).await.unwrap();
        let deputy = portal.viewer(&token).await.actor();
        let id = proposed(&portal, &deputy, "乙", "").await;
        assert!(matches!(approve(&portal, &manager, id).await, Err(CatalogueError::Own)));
        // Nor once it is given back.
        portal.clock.advance(60);
        end_appointment(backend, &manager, lent).await.unwrap();
        assert!(matches!(approve(&portal, &manager, id).await, Err(CatalogueError::Own)));
        approve(&portal, &other, id).await.unwrap();
        assert_eq!(name_of(&portal, INSTANT), "乙");
    }

    async fn of_two_who_decide_at_once_one_does(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let author = portal.staff(DEPARTMENT, CATALOGUE).await;
        let (b, c) = (portal.staff(DEPARTMENT, CATALOGUE).await, portal.staff(DEPARTMENT, CATALOGUE).await);
        let second = portal.second(t.second().await).await;
        for round in 0..4 {
            let id = proposed(&portal, &author, &format!("两人同时{round}"), "").await;
            let version = seen(&portal, &author, id).await.version;
            let (one, two) = tokio::join!(
                manage::approve(backend, &b, id, version),
                manage::approve(&second, &c, id, version),
            );
            let outcomes = [&one, &two];
            assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 1, "{outcomes:?}");
            assert!(outcomes.iter().any(|o| matches!(o, Err(CatalogueError::Changed | CatalogueError::NotPossible(_)))), "{outcomes:?}");
            let about = manage::look(backend, &b, INSTANT).await.unwrap();
            assert_eq!(about.history.len(), 2 + round, "published once");
        }
        for round in 0..4 {
            let id = proposed(&portal, &author, &format!("撤回与发布{round}"), "").await;
            let version = seen(&portal, &author, id).await.version;
            let before = manage::look(backend, &b, INSTANT).await.unwrap().history.len();
            let (published, withdrawn) = tokio::join!(
                manage::approve(backend, &b, id, version),
                manage::withdraw(&second, &author, id, version),
            );
            assert_ne!(published.is_ok(), withdrawn.is_ok(), "{published:?} {withdrawn:?}");
            publish::refresh(backend).await.unwrap();
            let after = manage::look(backend, &b, INSTANT).await.unwrap().history.len();
            assert_eq!(after - before, usize::from(published.is_ok()));
            let state = seen(&portal, &author, id).await.state;
            assert_eq!(state == ProposalState::Approved, published.is_ok());
            assert_eq!(state == ProposalState::Withdrawn, withdrawn.is_ok());
        }
        trail_is_sound(backend).await;
    }

    async fn nothing_is_published_over_a_newer_version(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (a, b) = (portal.staff(DEPARTMENT, CATALOGUE).await, portal.staff(DEPARTMENT, CATALOGUE).await);
        let (first, late) = (proposed(&portal, &a, "先来", "").await, proposed(&portal, &b, "后到", "").await);
        let unfinished = manage::begin_version(backend, &b, INSTANT).await.unwrap();
        rename(&portal, &b, unfinished, "还在写", "").await;
        approve(&portal, &b, first).await.unwrap();
        assert!(matches!(approve(&portal, &a, late).await, Err(CatalogueError::Stale)));
        assert_eq!(seen(&portal, &b, late).await.state, ProposalState::Proposed, "nothing of it is kept");
        assert_eq!(name_of(&portal, INSTANT), "先来");
        assert!(matches!(propose(&portal, &b, unfinished).await, Err(CatalogueError::Stale)));

        // Its author moves it to the newest version; what was typed stays.
        let version = seen(&portal, &b, late).await.version;
        assert!(matches!(manage::revise(backend, &a, late, version).await, Err(CatalogueError::Others)));
        manage::revise(backend, &b, late, version).await.unwrap();
        let draft = seen(&portal, &b, late).await;
        assert_eq!(draft.state, ProposalState::Draft);
        assert_eq!(draft.base, services(&portal).get(INSTANT).map(|s| s.version));
        assert!(draft.content.contains("后到"));
        propose(&portal, &b, late).await.unwrap();
        approve(&portal, &a, late).await.unwrap();
        assert_eq!(name_of(&portal, INSTANT), "后到");

        // What an operator publishes with a command is newer as well.
        let by_command = proposed(&portal, &a, "又一个", "").await;
        let mut definition = services(&portal).get(INSTANT).unwrap().definition.clone();
        definition.name.zh = "命令行".into();
        publish(backend, vec![definition]).await.unwrap();
        assert!(matches!(approve(&portal, &b, by_command).await, Err(CatalogueError::Stale)));
        assert_eq!(name_of(&portal, INSTANT), "命令行");
        let newest = &manage::look(backend, &a, INSTANT).await.unwrap().history[0];
        assert_eq!((newest.proposal_id, newest.decided_by), (None, None));
    }

    async fn what_is_typed_is_kept_and_only_what_is_sound_is_proposed(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (author, other) = (portal.staff(DEPARTMENT, CATALOGUE).await, portal.staff(DEPARTMENT, CATALOGUE).await);
        let id = manage::begin_version(backend, &author, INSTANT).await.unwrap();
        let sound = seen(&portal, &author, id).await.content;
        let save = async |actor: &Actor, content: &str, from: &str, note: &str| {
            let version = seen(&portal, actor, id).await.version;
            let typed = Typed { content: content.into(), effective_from: from.into(), note: note.into() };
            manage::save(backend, actor, id, version, typed).await
        };
        // As it was: nothing to publish.
        save(&author, &sound, "", "说明").await.unwrap();
        assert!(matches!(propose(&portal, &author, id).await, Err(CatalogueError::Same)));
        // Wrong, and kept so, with the lines of the mistakes.
        let wrong = sound.replacen("level = ", "levle = ", 1);
        assert_ne!(wrong, sound);
        save(&author, &wrong.replace('\n', "\r\n"), "明天", "说明").await.unwrap();
        let draft = seen(&portal, &author, id).await;
        assert_eq!((draft.content.as_str(), draft.effective_from.as_deref()), (wrong.as_str(), Some("明天")));
        let mistakes = manage::read(backend, &draft, Default::default()).unwrap_err();
        let line = wrong.lines().position(|line| line.starts_with("levle")).unwrap() + 1;
        assert!(mistakes.iter().any(|m| m.line == line && m.says.contains("level")), "{mistakes:?}");
        assert!(matches!(propose(&portal, &author, id).await, Err(CatalogueError::Unsound(n)) if n == mistakes.len()));
        let tried = manage::subject(backend, &author, Subject::Proposal(id)).await;
        assert!(matches!(tried, Err(CatalogueError::Unsound(_))));

        let other_name = sound.replacen("zh = \"", "zh = \"新", 1);
        for (from, note, wanted) in [("2026-11-22", "说明", "day"), ("明天", "说明", "day"), ("", " ", "note")] {
            save(&author, &other_name, from, note).await.unwrap();
            let outcome = propose(&portal, &author, id).await;
            match wanted {
                "day" => assert!(matches!(outcome, Err(CatalogueError::Day)), "{from}: {outcome:?}"),
                _ => assert!(matches!(outcome, Err(CatalogueError::Note)), "{outcome:?}"),
            }
        }
        // The draft is its author's, an old window saves nothing, and a book is no definition.
        assert!(matches!(save(&other, "x", "", "").await, Err(CatalogueError::Others)));
        let old = manage::save(backend, &author, id, 1, Typed::default()).await;
        assert!(matches!(old, Err(CatalogueError::Changed)));
        let large = "#".repeat(manage::LONGEST + 1);
        assert!(matches!(save(&author, &large, "", "").await, Err(CatalogueError::TooLarge)));
        // The code is the address: it does not change.
        save(&author, &sound.replace(INSTANT, "another-code"), "", "说明").await.unwrap();
        assert!(matches!(propose(&portal, &author, id).await, Err(CatalogueError::Unsound(_))));
        save(&author, &other_name, "", "说明").await.unwrap();
        propose(&portal, &author, id).await.unwrap();
        let late = save(&author, &sound, "", "").await;
        assert!(matches!(late, Err(CatalogueError::Changed)), "what waits for a decision is not written on: {late:?}");

        // Rejected with a reason; what was written can be taken up again.
        let version = seen(&portal, &other, id).await.version;
        let mute = manage::reject(backend, &other, id, version, " ").await;
        assert!(matches!(mute, Err(CatalogueError::Note)), "{mute:?}");
        manage::reject(backend, &other, id, version, "名称不规范").await.unwrap();
        let rejected = seen(&portal, &author, id).await;
        assert_eq!((rejected.state, rejected.reason.as_deref()), (ProposalState::Rejected, Some("名称不规范")));
        let again = manage::begin_again(backend, &author, id).await.unwrap();
        let draft = seen(&portal, &author, again).await;
        assert_eq!((draft.content, draft.state), (rejected.content, ProposalState::Draft));
    }

    async fn a_version_waits_for_its_day(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (a, b) = (portal.staff(DEPARTMENT, CATALOGUE).await, portal.staff(DEPARTMENT, CATALOGUE).await);
        let before = name_of(&portal, INSTANT);
        // 2026-11-23 09:00 in China.
        let id = proposed(&portal, &a, "从后天起", "2026-11-25").await;
        approve(&portal, &b, id).await.unwrap();
        assert_eq!(name_of(&portal, INSTANT), before);
        let about = manage::look(backend, &a, INSTANT).await.unwrap();
        assert_eq!(about.newest.definition.name.zh, "从后天起");
        assert_ne!(about.in_effect, Some(about.newest.version));
        let generation = services(&portal).generation();
        portal.clock.advance(2 * DAY - 9 * 3600 - 1);
        publish::refresh(backend).await.unwrap();
        assert_eq!(name_of(&portal, INSTANT), before, "one second before midnight in China");
        portal.clock.advance(1);
        publish::refresh(backend).await.unwrap();
        assert_eq!(name_of(&portal, INSTANT), "从后天起");
        assert_ne!(services(&portal).generation(), generation, "pages that are kept are rendered anew");

        // A day that passed while a proposal waited is the day of its approval.
        let (a, b) = (portal.staff(DEPARTMENT, CATALOGUE).await, portal.staff(DEPARTMENT, CATALOGUE).await);
        let late = proposed(&portal, &a, "迟到", "2026-11-25").await;
        portal.clock.advance(3 * DAY);
        let b = recent(&b);
        approve(&portal, &b, late).await.unwrap();
        assert_eq!(name_of(&portal, INSTANT), "迟到");
        // What is published at once goes before what waits, and what waits does not come back.
        let waits = proposed(&portal, &a, "下周", "2026-12-05").await;
        approve(&portal, &b, waits).await.unwrap();
        let now = proposed(&portal, &a, "现在", "").await;
        approve(&portal, &b, now).await.unwrap();
        assert_eq!(name_of(&portal, INSTANT), "现在");
        portal.clock.advance(30 * DAY);
        publish::refresh(backend).await.unwrap();
        assert_eq!(name_of(&portal, INSTANT), "现在");
    }

    async fn a_service_ends_after_its_last_day(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (a, b) = (portal.staff(DEPARTMENT, CATALOGUE).await, portal.staff(DEPARTMENT, CATALOGUE).await);
        let (lin, zhou) = (portal.citizen(LIN).await, portal.citizen(ZHOU).await);
        let successor = "flexible-employment-registration";
        let successor = services(&portal).get(successor).map_or(BY_CLERK, |_| successor);
        let ends = Retirement { last_day: day("2026-11-24"), grace_days: 2, successor: Some(successor.into()) };
        let end = async |ends: Option<Retirement>| manage::propose_end(backend, &a, INSTANT, ends, "并入新事项").await;
        for wrong in [
            Retirement { last_day: day("2026-11-22"), ..ends.clone() },
            Retirement { last_day: day("2126-11-22"), ..ends.clone() },
        ] {
            assert!(matches!(end(Some(wrong)).await, Err(CatalogueError::Day)));
        }
        assert!(matches!(end(Some(Retirement { grace_days: 91, ..ends.clone() })).await, Err(CatalogueError::Grace)));
        for wrong in [INSTANT, "no-such-service"] {
            let ends = Retirement { successor: Some(wrong.into()), ..ends.clone() };
            assert!(matches!(end(Some(ends)).await, Err(CatalogueError::Successor)));
        }
        assert!(matches!(end(None).await, Err(CatalogueError::Same)), "it has no end to take back");
        let id = end(Some(ends.clone())).await.unwrap();
        assert!(matches!(approve(&portal, &a, id).await, Err(CatalogueError::Own)));
        assert_eq!(services(&portal).retirement(INSTANT), None);
        approve(&portal, &b, id).await.unwrap();
        assert_eq!(services(&portal).retirement(INSTANT), Some(&ends));
        assert_eq!(audited(&portal, "catalogue.retire").await, 1);
        let line = |listing: &manage::Listing| listing.lines.iter().find(|l| l.code == INSTANT).unwrap().standing;
        assert_eq!(line(&manage::list(backend, &a).await.unwrap()), Standing::Retiring);

        // The last second of the last day in China: 2026-11-24 23:59:59.
        portal.clock.advance(DAY + 15 * 3600 - 1 - backend.now().seconds_since(storage::testing::at(0)));
        publish::refresh(backend).await.unwrap();
        assert!(services(&portal).get(INSTANT).is_some());
        let draft = instant_draft(backend, &lin).await;
        let kept = instant_draft(backend, &zhou).await;
        portal.clock.advance(1);
        // Begun is nothing more, even where the process has not looked again.
        assert_eq!(begin(backend, &lin, INSTANT).await.unwrap(), draft, "the draft there is");
        discard(backend, &zhou, kept).await.unwrap();
        assert!(matches!(begin(backend, &zhou, INSTANT).await, Err(CaseError::Ended(code)) if code == INSTANT));
        publish::refresh(backend).await.unwrap();
        let now = services(&portal);
        assert!(now.get(INSTANT).is_none() && now.ended(INSTANT).is_some());
        assert!(now.known(INSTANT).is_some() && now.every().any(|s| s.code() == INSTANT), "certificates of it hold");
        assert!(now.find("参保证明", &Default::default()).iter().all(|s| s.code() != INSTANT), "search hides it");
        assert!(matches!(begin(backend, &zhou, INSTANT).await, Err(CaseError::Ended(_))));
        assert_eq!(line(&manage::list(backend, &a).await.unwrap()), Standing::Retired);
        let second = portal.second(t.second().await).await;
        assert!(second.catalog.services().get(INSTANT).is_none());

        // Two more days for drafts that were begun in time: filed in the last second of 2026-11-26.
        portal.clock.advance(2 * DAY - 1);
        backend::cases::consent::renew_facts(backend, &lin, draft).await.unwrap();
        submit(backend, &lin, draft).await.unwrap();
        assert_eq!(state(backend, &lin, draft).await, CaseState::Approved);

        // It goes on after all: proposed by one, approved by another.
        let back = end(None).await.unwrap();
        approve(&portal, &recent(&b), back).await.unwrap();
        assert!(services(&portal).get(INSTANT).is_some());
        begin(backend, &zhou, INSTANT).await.unwrap();
    }

    async fn a_draft_cannot_be_filed_when_its_time_is_over(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (a, b) = (portal.staff(DEPARTMENT, CATALOGUE).await, portal.staff(DEPARTMENT, CATALOGUE).await);
        let lin = portal.citizen(LIN).await;
        let draft = instant_draft(backend, &lin).await;
        let ends = Retirement { last_day: day("2026-11-23"), grace_days: 0, successor: None };
        let id = manage::propose_end(backend, &a, INSTANT, Some(ends), "停办").await.unwrap();
        approve(&portal, &b, id).await.unwrap();
        portal.clock.advance(15 * 3600 - 1 - backend.now().seconds_since(storage::testing::at(0)));
        assert!(begin(backend, &lin, INSTANT).await.is_ok());
        portal.clock.advance(1);
        assert!(matches!(submit(backend, &lin, draft).await, Err(CaseError::Ended(code)) if code == INSTANT));
        assert_eq!(state(backend, &lin, draft).await, CaseState::Draft);
        discard(backend, &lin, draft).await.unwrap();
        // An end that a later day has overtaken is not approved.
        let code = BY_CLERK;
        let (c, d) = (portal.staff(POLICE, CATALOGUE).await, portal.staff(POLICE, CATALOGUE).await);
        let ends = Retirement { last_day: day("2026-11-24"), grace_days: 0, successor: None };
        let id = manage::propose_end(backend, &c, code, Some(ends), "停办").await.unwrap();
        portal.clock.advance(DAY);
        assert!(matches!(approve(&portal, &recent(&d), id).await, Err(CatalogueError::Day)));
        assert_eq!(services(&portal).retirement(code), None);
    }

    async fn everybody_manages_the_definitions_of_their_departments_only(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (author, own) = (portal.staff(DEPARTMENT, CATALOGUE).await, portal.staff(DEPARTMENT, CATALOGUE).await);
        let id = proposed(&portal, &author, "谁能看", "").await;
        let version = services(&portal).get(INSTANT).unwrap().version;
        let ends = Retirement { last_day: day("2027-03-31"), grace_days: 0, successor: None };
        let strangers = [
            portal.staff("health", CATALOGUE).await,
            portal.staff(DEPARTMENT, &[Role::Intake, Role::Review, Role::Decide, Role::Supervise]).await,
            portal.staff(DEPARTMENT, &[Role::System]).await,
            // Definitions hold for all that the portal serves, not for a district of it.
            portal.staff_at(DEPARTMENT, "330106", CATALOGUE).await,
        ];
        let mut refused = audited(&portal, "catalogue.refused").await;
        for (n, who) in strangers.iter().enumerate() {
            let outcomes = [
                is_forbidden(&manage::look(backend, who, INSTANT).await),
                is_forbidden(&manage::proposal(backend, who, id).await),
                is_forbidden(&manage::subject(backend, who, Subject::Version(version)).await),
                is_forbidden(&manage::subject(backend, who, Subject::Proposal(id)).await),
                is_forbidden(&manage::pair(backend, who, INSTANT, (version, version)).await),
                is_forbidden(&manage::begin_version(backend, who, INSTANT).await),
                is_forbidden(&manage::begin_service(backend, who, "a-new-one", INSTANT, DEPARTMENT).await),
                is_forbidden(&manage::begin_again(backend, who, id).await),
                is_forbidden(&manage::save(backend, who, id, 3, Typed::default()).await),
                is_forbidden(&manage::propose(backend, who, id, 3).await),
                is_forbidden(&manage::revise(backend, who, id, 3).await),
                is_forbidden(&manage::withdraw(backend, who, id, 3).await),
                is_forbidden(&manage::approve(backend, who, id, 3).await),
                is_forbidden(&manage::reject(backend, who, id, 3, "不行").await),
                is_forbidden(&manage::propose_end(backend, who, INSTANT, Some(ends.clone()), "停办").await),
            ];
            assert!(outcomes.iter().all(|forbidden| *forbidden), "{n}: {outcomes:?}");
            let noted = audited(&portal, "catalogue.refused").await;
            assert_eq!(noted - refused, outcomes.len(), "{n}: every attempt is noted");
            refused = noted;
        }
        let health = manage::list(backend, &strangers[0]).await.unwrap();
        assert!(!health.lines.is_empty() && health.lines.iter().all(|line| line.department == "health"));
        assert!(health.proposals.is_empty());
        assert!(is_forbidden(&manage::list(backend, &strangers[1]).await));
        let lin = portal.citizen(LIN).await;
        assert!(is_forbidden(&manage::look(backend, &lin, INSTANT).await));
        let nobody = manage::list(backend, &Actor::Anonymous).await;
        assert!(matches!(nobody, Err(CatalogueError::Denied(Denied::SignInNeeded))));

        // Giving a service to another department takes those of both.
        let moved = manage::begin_version(backend, &author, INSTANT).await.unwrap();
        let draft = seen(&portal, &author, moved).await;
        let content = draft.content.replace(&format!("department = \"{DEPARTMENT}\""), "department = \"health\"");
        assert_ne!(content, draft.content);
        let typed = Typed { content, effective_from: String::new(), note: "职责调整".into() };
        manage::save(backend, &author, moved, draft.version, typed).await.unwrap();
        assert!(is_forbidden(&propose(&portal, &author, moved).await));
        let both = |actor: &Actor| {
            let Actor::Staff(staff) = actor.clone() else { unreachable!() };
            let mut grants = staff.grants.clone();
            grants.extend(common::grants(backend, "health", CATALOGUE));
            Actor::Staff(StaffActor { grants, ..staff })
        };
        propose(&portal, &both(&author), moved).await.unwrap();
        assert!(is_forbidden(&approve(&portal, &own, moved).await));
        approve(&portal, &both(&own), moved).await.unwrap();
        assert_eq!(services(&portal).get(INSTANT).unwrap().definition.department, "health");
        assert!(manage::look(backend, &strangers[0], INSTANT).await.is_ok());
        // A decision wants somebody who was there a moment ago.
        let old = proposed(&portal, &portal.staff("health", CATALOGUE).await, "密码", "").await;
        portal.clock.advance(601);
        let Actor::Staff(idle) = strangers[0].clone() else { unreachable!() };
        let idle = Actor::Staff(StaffActor { recent: false, ..idle });
        let outcome = approve(&portal, &idle, old).await;
        assert!(matches!(outcome, Err(CatalogueError::Denied(Denied::ReauthenticationNeeded))), "{outcome:?}");
    }

    async fn a_new_service_begins_with_a_copy_and_its_code_is_given_once(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (a, b) = (portal.staff(DEPARTMENT, CATALOGUE).await, portal.staff(DEPARTMENT, CATALOGUE).await);
        for (code, wanted) in [("Not a code", "code"), (INSTANT, "taken")] {
            let outcome = manage::begin_service(backend, &a, code, INSTANT, DEPARTMENT).await;
            match wanted {
                "code" => assert!(matches!(outcome, Err(CatalogueError::Code)), "{outcome:?}"),
                _ => assert!(matches!(outcome, Err(CatalogueError::Taken)), "{outcome:?}"),
            }
        }
        // Of any department: definitions are public.
        let mut ids = Vec::new();
        for author in [&a, &b] {
            let id = manage::begin_service(backend, author, "brand-new", BY_CLERK, DEPARTMENT).await.unwrap();
            rename(&portal, author, id, "全新事项", "").await;
            ids.push(id);
        }
        let coming = manage::list(backend, &a).await.unwrap();
        let line = coming.lines.iter().find(|line| line.code == "brand-new").unwrap();
        assert_eq!((line.standing, line.drafts, line.name.is_none()), (Standing::Coming, 2, true));
        propose(&portal, &a, ids[0]).await.unwrap();
        propose(&portal, &b, ids[1]).await.unwrap();
        approve(&portal, &b, ids[0]).await.unwrap();
        assert_eq!(name_of(&portal, "brand-new"), "全新事项");
        assert_eq!(services(&portal).get("brand-new").unwrap().definition.department, DEPARTMENT);
        assert!(matches!(approve(&portal, &a, ids[1]).await, Err(CatalogueError::Stale)));
        let lin = portal.citizen(LIN).await;
        begin(backend, &lin, "brand-new").await.unwrap();
    }

    async fn what_ships_does_not_undo_what_was_published(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let (a, b) = (portal.staff(DEPARTMENT, CATALOGUE).await, portal.staff(DEPARTMENT, CATALOGUE).await);
        let shipped = services(&portal).get(INSTANT).unwrap().definition.clone();
        let id = proposed(&portal, &a, "浏览器里改的", "").await;
        approve(&portal, &b, id).await.unwrap();
        let mut newer = shipped.clone();
        newer.name.zh = "随程序升级".into();
        let new = unpublished(backend, vec![shipped.clone(), newer.clone()]).await.unwrap();
        assert_eq!(new, [newer]);
        // A command does as it is told.
        publish(backend, vec![shipped.clone()]).await.unwrap();
        assert_eq!(name_of(&portal, INSTANT), shipped.name.zh);
        assert_eq!(manage::look(backend, &a, INSTANT).await.unwrap().history.len(), 3);
    }

    /// A dry run says what really happens: the same people, the same answers, the same day.
    async fn a_dry_run_tells_what_becomes_of_a_real_case(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let mut compared = 0;
        for (code, name) in [(INSTANT, LIN), (INSTANT, ZHOU), (BY_CLERK, ZHOU)] {
            portal.clock.advance(120);
            let person = portal.citizen(name).await;
            let id = begin(backend, &person, code).await.unwrap();
            backend::cases::consent::give_consent(backend, &person, id).await.unwrap();
            let draft = opened(backend, &person, id).await;
            let Some(typed) = fill::answers(&draft, |_| true) else { continue };
            let service = draft.service.clone();
            let sample = samples().iter().find(|sample| sample.name == name).unwrap();
            let facts = sample.facts_of(service.definition.facts.iter().map(|f| f.id.clone()));
            assert_eq!(facts, draft.facts, "{name}: the sample is the person");
            let actions = audited(&portal, "cases.begin").await;
            let today = backend.now().date_in_china();
            let run = dry_run(backend, service, facts, typed.clone(), today).unwrap();
            assert_eq!(audited(&portal, "cases.begin").await, actions, "nothing is written");
            fill::type_in(backend, &person, id, typed).await;
            submit(backend, &person, id).await.unwrap();
            let case = opened(backend, &person, id).await;
            assert_eq!(Some(case.row.state), run.state, "{code} {name}");
            assert_eq!(case.fee_fen(), run.fee);
            assert_eq!(case.row.place, run.place);
            assert_eq!(case.decision.as_ref().unwrap().findings, run.findings);
            if let Some([due, yellow, red, statutory, _]) = run.clock {
                let days = [&case.row.due_on, &case.row.yellow_on, &case.row.red_on, &case.row.statutory_on];
                let told = [due, yellow, red, statutory].map(|day| day.map(|day| day.to_string()));
                assert_eq!(days, [&told[0], &told[1], &told[2], &told[3]]);
            }
            compared += 1;
        }
        assert!(compared >= 2, "{compared}");
    }
}

/// A moment after proving oneself again.
fn recent(actor: &Actor) -> Actor {
    let Actor::Staff(staff) = actor.clone() else { panic!("no member of staff") };
    Actor::Staff(StaffActor { recent: true, ..staff })
}

/// Every service can be tried out by every sample person who could apply, with examples, and with registers that say
/// nothing; and for every outcome there is somebody.
#[test]
fn every_definition_can_be_tried_out() {
    storage::testing::sqlite(|t| {
        Box::pin(async move {
            let portal = Portal::start(t.db()).await;
            let backend = &portal.backend;
            let today = backend.now().date_in_china();
            let mut eligible = BTreeSet::new();
            for service in &services(&portal).all {
                let definition = &service.definition;
                let ids = || definition.facts.iter().map(|f| f.id.clone());
                let mut all = vec![examples(backend, service, today), Facts::default()];
                for sample in samples() {
                    let fits = definition.audience.contains(&Audience::Entity) == sample.entity;
                    all.extend(fits.then(|| sample.facts_of(ids())));
                }
                assert!(all.len() > 4, "{}: nobody to try it out with", definition.code);
                for facts in all {
                    let run = dry_run(backend, service.clone(), facts, Raw::new(), today).unwrap();
                    let rules = definition.eligibility.len() + definition.decision.rules.len();
                    assert_eq!(run.findings.len(), rules, "{}", definition.code);
                    assert!(definition.decision.instant || run.outcome == Outcome::Clerk);
                    eligible.extend(run.findings.iter().filter_map(|f| f.holds.clone().ok()));
                }
            }
            assert_eq!(eligible.into_iter().collect::<Vec<_>>(), [false, true]);
        })
    });
}
