//! Bundles: one form, a case for each department, and what one of them means for the others.

use backend::Backend;
use backend::cases::bundle::{Awaited, Dropped, Progress, RELEASE, Unfiled, progress};
use backend::cases::consent::{BACKFILL, consents_of, give_consent, revoke_consent};
use backend::cases::decide::{accept, approve, refuse};
use backend::cases::list::cases_of;
use backend::cases::open::open_at_desk;
use backend::cases::queue::{Narrow, queue};
use backend::cases::save::save_step;
use backend::cases::submit::submit;
use backend::cases::supplement::ask_supplement;
use backend::cases::track::track;
use backend::cases::withdraw::{Withdrawn, withdraw};
use backend::cases::{CaseError, Reason, begin::begin};
use backend::catalog::bundles::publish_bundles;
use backend::catalog::manage;
use backend::catalog::publish::publish;
use backend::identity::{AccessCursor, Actor, Denied, who_read_my_data};
use backend::messages::{Cursor, messages};
use backend::testing::Portal;
use domain::cases::{About, Ask, CaseState, EventKind, Raw};
use domain::catalog::bundle::is_given;
use domain::catalog::{Bundle, Definition, Retirement};
use domain::identity::Role;
use domain::ids::CaseId;
use standins::switches::Mode;

mod common;
use common::*;

const HEALTH: &str = "health";
const CARDS: &str = "human-resources";

/// A small service: `more` are its questions, rules and certificate.
fn service(code: &str, department: &str, facts: &[&str], more: &str) -> Definition {
    let facts: String = facts.iter().map(|id| format!("[[fact]]\nid = \"{id}\"\n")).collect();
    let instant = more.contains("instant = true");
    let promised = if instant { 0 } else { 3 };
    let decision = if instant { "" } else { "[decision]\n" };
    let text = format!(
        r#"
code = "{code}"
name = {{ zh = "试办 {code}", en = "Trial {code}" }}
summary = {{ zh = "试", en = "Trial" }}
themes = ["birth"]
department = "{department}"
level = "county"
audience = ["person"]
who = {{ zh = "人", en = "People" }}
result = {{ zh = "结果", en = "A result" }}
then = [{{ zh = "办", en = "It is done" }}]
legal_basis = [{{ law = {{ zh = "《法》", en = "An act" }} }}]
time_limit = {{ statutory = 5, promised = {promised} }}
consent = {{ purpose = {{ zh = "办理 {code}", en = "Doing {code}" }}, keep_days = 30 }}
refusal = [{{ id = "no", text = {{ zh = "不行", en = "No" }} }}]
{more}
{decision}
{facts}
"#
    );
    toml::from_str(&text).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

const CERTIFICATE: &str = r#"
[certificate]
kind = "trial"
title = { zh = "试证", en = "Trial certificate" }
claim = [
  { id = "name", label = { zh = "姓名", en = "Name" }, value = { field = "child" }, personal = true },
  { id = "decided_on", label = { zh = "日期", en = "Day" }, value = { today = true } },
]
"#;

fn text_step(fields: &[(&str, &str)]) -> String {
    let field = |(id, more): &(&str, &str)| {
        format!(
            "[[step.field]]\nid = \"{id}\"\ntype = \"text\"\nlabel = {{ zh = \"{id}\", en = \"{id}\" }}\n{more}\n"
        )
    };
    let fields: String = fields.iter().map(field).collect();
    format!("[[step]]\nid = \"main\"\ntitle = {{ zh = \"页\", en = \"Page\" }}\n{fields}")
}

/// Decided by a clerk, with a certificate; at another department; after the first; after both; decided at once.
fn services() -> Vec<Definition> {
    let certified = format!("{}{CERTIFICATE}", text_step(&[("child", "max_length = 40")]));
    let late = text_step(&[("number", "min_length = 4"), ("child", ""), ("colour", "")]);
    let instant = r#"
once = "ever"
[decision]
instant = true
rule = [{ id = "named", that = { known = { fact = "person.name" } }, yes = { zh = "有", en = "Yes" }, no = { zh = "无", en = "No" } }]
"#;
    vec![
        service("trial-birth", HEALTH, &["person.name", "household.region"], &certified),
        service(
            "trial-household",
            POLICE,
            &["person.name", "household.address"],
            &text_step(&[("child", ""), ("origin", "optional = true")]),
        ),
        service("trial-card", CARDS, &["person.name", "social.card_status"], &late),
        service("trial-both", HEALTH, &["person.name"], &text_step(&[("child", "")])),
        service("trial-note", CARDS, &["person.name"], instant),
        service("trial-gift", POLICE, &["person.name"], &text_step(&[("wish", "")])),
    ]
}

const BUNDLE: &str = r#"
code = "trial"
name = { zh = "试办一件事", en = "A trial of one thing" }
summary = { zh = "试", en = "Trial" }
aliases = ["试试看"]
themes = ["birth"]
audience = ["person"]
who = { zh = "人", en = "People" }

[[step]]
id = "child"
title = { zh = "孩子", en = "The child" }
[[step.field]]
id = "child"
type = "text"
label = { zh = "名字", en = "Name" }
max_length = 40
[[step.field]]
id = "in_person"
type = "yes_no"
label = { zh = "要户口", en = "Household" }

[[member]]
service = "trial-birth"
answers = { child = { field = "child" } }
[[member]]
service = "trial-household"
when = { eq = [{ field = "in_person" }, true] }
answers = { child = { field = "child" } }
[[member]]
service = "trial-card"
after = ["trial-birth"]
answers = { number = { fact = "certificate.trial-birth.number" }, child = { fact = "certificate.trial-birth.name" } }
[[member]]
service = "trial-both"
after = ["trial-birth", "trial-household"]
answers = { child = { field = "child" } }
[[member]]
service = "trial-note"
[[member]]
service = "trial-gift"
optional = true
"#;

fn bundle() -> Bundle {
    toml::from_str(BUNDLE).unwrap()
}

struct Trial {
    portal: Portal,
    lin: Actor,
}

impl Trial {
    async fn start(t: &storage::testing::TestDb) -> Trial {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let mut all: Vec<Definition> =
            backend.catalog.services().all.iter().map(|s| s.definition.clone()).collect();
        all.extend(services());
        for definition in services() {
            assert_eq!(backend.catalog.reference.check(&definition), vec![], "{}", definition.code);
        }
        assert_eq!(backend.catalog.reference.check_bundle(&bundle(), &all), vec![]);
        publish(backend, services()).await.unwrap();
        publish_bundles(backend, vec![bundle()]).await.unwrap();
        let lin = portal.citizen(LIN).await;
        Trial { portal, lin }
    }

    fn backend(&self) -> &Backend {
        &self.portal.backend
    }

    /// A form with everything answered.
    async fn draft(&self, answers: &[(&str, &str, &str)]) -> CaseId {
        let (backend, lin) = (self.backend(), &self.lin);
        let id = begin(backend, lin, "trial").await.unwrap();
        give_consent(backend, lin, id).await.unwrap();
        for (step, control, value) in answers {
            save_step(backend, lin, id, step, raw(&[(control, value)])).await.unwrap();
        }
        id
    }

    async fn full(&self) -> CaseId {
        let id = begin(self.backend(), &self.lin, "trial").await.unwrap();
        give_consent(self.backend(), &self.lin, id).await.unwrap();
        for (step, typed) in form() {
            save_step(self.backend(), &self.lin, id, step, typed).await.unwrap();
        }
        id
    }

    async fn filed(&self) -> CaseId {
        let id = self.full().await;
        submit(self.backend(), &self.lin, id).await.unwrap();
        id
    }

    async fn progress(&self, id: CaseId) -> Progress {
        progress(self.backend(), &self.lin, id).await.unwrap()
    }

    async fn states(&self, id: CaseId) -> Vec<(String, Option<CaseState>)> {
        self.progress(id).await.parts.iter().map(|p| (p.service.clone(), p.state())).collect()
    }

    async fn case(&self, id: CaseId, service: &str) -> CaseId {
        let progress = self.progress(id).await;
        let part = progress.parts.iter().find(|p| p.service == service).unwrap();
        part.case.as_ref().unwrap().id
    }

    async fn state(&self, id: CaseId, service: &str) -> CaseState {
        state(self.backend(), &self.lin, self.case(id, service).await).await
    }

    async fn clerk(&self, department: &str) -> Actor {
        self.portal.staff(department, &[Role::Intake, Role::Decide]).await
    }

    async fn accepted(&self, clerk: &Actor, case: CaseId) {
        accept(self.backend(), clerk, case, version(self.backend(), &self.lin, case).await).await.unwrap();
    }

    async fn approved(&self, clerk: &Actor, case: CaseId) {
        self.accepted(clerk, case).await;
        approve(self.backend(), clerk, case, version(self.backend(), &self.lin, case).await, None)
            .await
            .unwrap();
    }

    async fn refused(&self, clerk: &Actor, case: CaseId) {
        self.accepted(clerk, case).await;
        let now = version(self.backend(), &self.lin, case).await;
        refuse(self.backend(), clerk, case, now, Reason::Listed("no".into())).await.unwrap();
    }

    async fn release(&self) {
        let jobs = self.portal.jobs();
        while jobs.run_once(RELEASE).await.unwrap() > 0 {}
    }
}

/// Everything that the form asks of somebody who wants all of it.
fn form() -> Vec<(&'static str, Raw)> {
    vec![
        ("child", raw(&[("child", "赵安宁"), ("in_person", "yes")])),
        ("choose--members", raw(&[("want__trial_gift", "no")])),
        ("trial-household--main", raw(&[("trial_household__origin", "")])),
        ("trial-card--main", raw(&[("trial_card__colour", "红")])),
    ]
}

use CaseState as S;

fn expected(states: &[(&str, CaseState)]) -> Vec<(String, Option<CaseState>)> {
    states.iter().map(|(code, state)| ((*code).to_owned(), Some(*state))).collect()
}

storage::contract! {
    /// One form, a case for each department, certificates passed on, and everything done in the end.
    async fn one_form_becomes_a_case_for_each_department(t: &TestDb) {
        let trial = Trial::start(t).await;
        let (backend, lin) = (trial.backend(), &trial.lin);
        let id = trial.filed().await;
        let form = opened(backend, lin, id).await;
        assert_eq!(form.row.state, S::Bundled);
        assert!(form.row.reference.is_some());
        assert_eq!(trial.states(id).await, expected(&[
            ("trial-birth", S::Submitted),
            ("trial-household", S::Submitted),
            ("trial-card", S::Waiting),
            ("trial-both", S::Waiting),
            ("trial-note", S::Approved),
        ]));
        let progress = trial.progress(id).await;
        assert_eq!((progress.approved(), progress.open()), (1, 4));
        let note = &progress.parts[4];
        assert_eq!((note.certificate.is_some(), note.unfiled), (false, None));
        assert_eq!(progress.parts[3].after.len(), 2, "two are waited for");

        // Each its own reference, place and clock; one line in the list.
        let birth = opened(backend, lin, trial.case(id, "trial-birth").await).await;
        let household = opened(backend, lin, trial.case(id, "trial-household").await).await;
        assert_ne!(birth.row.reference, household.row.reference);
        assert_eq!((birth.row.department.as_str(), household.row.department.as_str()), (HEALTH, POLICE));
        assert!(birth.row.due_on.is_some());
        let card = opened(backend, lin, trial.case(id, "trial-card").await).await;
        assert_eq!((card.row.reference.clone(), card.row.due_on.clone(), card.row.submitted_at), (None, None, None));
        let listed = cases_of(backend, lin, None, 20).await.unwrap();
        assert_eq!(listed.iter().map(|l| l.row.id).collect::<Vec<_>>(), [id]);

        let health = trial.clerk(HEALTH).await;
        trial.approved(&health, birth.row.id).await;
        assert_eq!(trial.state(id, "trial-card").await, S::Waiting, "until the job has run");
        trial.release().await;
        assert_eq!(trial.state(id, "trial-card").await, S::Submitted);
        assert_eq!(trial.state(id, "trial-both").await, S::Waiting, "the household is still open");
        let progress = trial.progress(id).await;
        let certificate = progress.parts[0].certificate.expect("a certificate");
        assert_eq!(progress.parts[3].after.len(), 1);

        // What the certificate says is what the next department reads.
        let card = opened(backend, lin, card.row.id).await;
        let answers = card.answers.clone().unwrap();
        let mut tx = backend.db.read().await.unwrap();
        let kept = storage::certificates::certificate::by_id(&mut tx, certificate).await.unwrap().unwrap();
        drop(tx);
        assert_eq!(answers["number"].to_value().unwrap().as_text(), Some(kept.number.as_str()));
        assert_eq!(answers["child"].to_value().unwrap().as_text(), Some("赵安宁"));
        assert_eq!(answers["colour"].to_value().unwrap().as_text(), Some("红"));
        assert!(card.row.due_on.is_some() && card.row.reference.is_some());

        let police = trial.clerk(POLICE).await;
        trial.approved(&police, household.row.id).await;
        trial.release().await;
        assert_eq!(trial.state(id, "trial-both").await, S::Submitted);
        // The form itself has nothing left to keep.
        let form = opened(backend, lin, id).await;
        assert!(form.raw.is_empty() && form.evidence.is_empty() && form.consent.is_none());

        let cards = trial.clerk(CARDS).await;
        trial.approved(&cards, card.row.id).await;
        trial.approved(&health, trial.case(id, "trial-both").await).await;
        let progress = trial.progress(id).await;
        assert_eq!((progress.approved(), progress.open(), progress.parts.len()), (5, 0, 5));
        trail_is_sound(backend).await;
    }

    async fn a_department_sees_its_own_part_and_nothing_else(t: &TestDb) {
        let trial = Trial::start(t).await;
        let (backend, lin) = (trial.backend(), &trial.lin);
        let id = trial.filed().await;
        let (health, police) = (trial.clerk(HEALTH).await, trial.clerk(POLICE).await);
        let birth = trial.case(id, "trial-birth").await;
        let (seen, _) = open_at_desk(backend, &health, birth).await.unwrap();
        let facts: Vec<&str> = seen.evidence.iter().map(|e| e.fact.as_str()).collect();
        assert_eq!(facts, ["person.name", "household.region"]);
        assert!(seen.facts.0.keys().all(|f| !f.starts_with("social.")));
        let answered: Vec<&String> = seen.answers.as_ref().unwrap().keys().collect();
        assert_eq!(answered, ["child"]);
        assert_eq!(seen.consent.as_ref().unwrap().facts, ["person.name", "household.region"]);
        assert_eq!(seen.consent.as_ref().unwrap().keep_days, 30);

        // Another department is refused, and that is noted; what nobody was asked for is nobody's.
        let outside = open_at_desk(backend, &police, birth).await;
        assert!(matches!(outside, Err(CaseError::Denied(Denied::Forbidden))), "{outside:?}");
        let seen = version(backend, lin, birth).await;
        assert!(matches!(accept(backend, &police, birth, seen).await, Err(CaseError::Denied(Denied::Forbidden))));
        for private in [id, trial.case(id, "trial-card").await] {
            for clerk in [&health, &police] {
                assert!(matches!(open_at_desk(backend, clerk, private).await, Err(CaseError::NotFound)));
            }
        }
        for (clerk, department, cases) in [(&health, HEALTH, 1), (&police, POLICE, 1)] {
            let all = queue(backend, clerk, &desk_of(backend, department), S::Submitted, &Narrow::default(), None, 20).await;
            assert_eq!(all.unwrap().len(), cases, "{department}");
        }
        // Nor is it found by the number of the form.
        let number = opened(backend, lin, id).await.row.reference.clone().unwrap();
        assert_eq!(found(backend, &health, &number).await, []);
        // Somebody else's bundle does not exist.
        let zhou = trial.portal.citizen(ZHOU).await;
        assert!(matches!(progress(backend, &zhou, id).await, Err(CaseError::NotFound)));
        assert!(matches!(withdraw(backend, &zhou, id).await, Err(CaseError::NotFound)));
        // A consent for each department, and none for all of it once nothing waits.
        let consents = consents_of(backend, lin, None, 20).await.unwrap();
        assert_eq!(consents.iter().filter(|c| c.service_code.starts_with("trial-")).count(), 5);
    }

    async fn filing_twice_files_once(t: &TestDb) {
        let trial = Trial::start(t).await;
        let (backend, lin) = (trial.backend(), &trial.lin);
        let id = trial.full().await;
        let (one, two) = tokio::join!(submit(backend, lin, id), submit(backend, lin, id));
        assert_eq!(one.unwrap(), two.unwrap());
        let again = submit(backend, lin, id).await.unwrap();
        let progress = trial.progress(id).await;
        assert_eq!(progress.opened.row.reference.as_deref(), Some(again.as_str()));
        assert_eq!(progress.parts.len(), 5);
    }

    async fn an_unfinished_form_files_nothing(t: &TestDb) {
        let trial = Trial::start(t).await;
        let (backend, lin) = (trial.backend(), &trial.lin);
        let id = begin(backend, lin, "trial").await.unwrap();
        assert!(matches!(submit(backend, lin, id).await, Err(CaseError::ConsentNeeded)));
        let again = trial.draft(&[("child", "child", "赵安宁")]).await;
        assert_eq!(again, id, "the draft there is");
        assert!(matches!(submit(backend, lin, id).await, Err(CaseError::Incomplete)));
        assert_eq!(state(backend, lin, id).await, S::Draft);
    }

    async fn a_refusal_ends_what_waits_for_it_and_nothing_else(t: &TestDb) {
        let trial = Trial::start(t).await;
        let (backend, lin) = (trial.backend(), &trial.lin);
        let id = trial.filed().await;
        let police = trial.clerk(POLICE).await;
        trial.refused(&police, trial.case(id, "trial-household").await).await;
        assert_eq!(trial.states(id).await, expected(&[
            ("trial-birth", S::Submitted),
            ("trial-household", S::Refused),
            ("trial-card", S::Waiting),
            ("trial-both", S::Dropped),
            ("trial-note", S::Approved),
        ]));
        let (dropped, timeline) = track(backend, lin, trial.case(id, "trial-both").await).await.unwrap();
        assert!(dropped.row.closed_at.is_some());
        let last = timeline.iter().find(|e| e.kind == EventKind::Dropped).unwrap();
        assert_eq!(last.detail["why"], Dropped::Before.code());
        assert_eq!(last.detail["before"]["zh"], "试办 trial-household");
        let page = messages(backend, lin.person().unwrap(), Cursor::START).await.unwrap();
        let told = page.lines.iter().find(|line| line.kind == "bundle-dropped-before").unwrap();
        assert_eq!(told.params["name"]["zh"], "试办 trial-household");
        let health = trial.clerk(HEALTH).await;
        trial.approved(&health, trial.case(id, "trial-birth").await).await;
        trial.release().await;
        assert_eq!(trial.state(id, "trial-card").await, S::Submitted);
        let progress = trial.progress(id).await;
        assert_eq!((progress.approved(), progress.open()), (2, 1));
    }

    async fn one_member_is_withdrawn_or_all_of_them(t: &TestDb) {
        let trial = Trial::start(t).await;
        let (backend, lin) = (trial.backend(), &trial.lin);
        let id = trial.filed().await;
        let birth = trial.case(id, "trial-birth").await;
        assert_eq!(withdraw(backend, lin, birth).await.unwrap(), Withdrawn::Now);
        assert_eq!(trial.states(id).await, expected(&[
            ("trial-birth", S::Withdrawn),
            ("trial-household", S::Submitted),
            ("trial-card", S::Dropped),
            ("trial-both", S::Dropped),
            ("trial-note", S::Approved),
        ]));
        assert_eq!(withdraw(backend, lin, id).await.unwrap(), Withdrawn::Now);
        assert_eq!(trial.state(id, "trial-household").await, S::Withdrawn);
        assert_eq!(trial.state(id, "trial-note").await, S::Approved, "what is decided stays");
        assert_eq!(withdraw(backend, lin, id).await.unwrap(), Withdrawn::Before);

        // All at once: what waited is withdrawn too, not dropped.
        let other = trial.full().await;
        submit(backend, lin, other).await.unwrap();
        withdraw(backend, lin, other).await.unwrap();
        let states = trial.states(other).await;
        let waiting: Vec<_> = states.iter().filter(|(code, _)| code != "trial-note").collect();
        assert!(waiting.iter().all(|(_, state)| *state == Some(S::Withdrawn)), "{states:?}");
    }

    /// The note is given only once: the second bundle goes on without it, and says so.
    async fn a_member_that_cannot_be_filed_does_not_stop_the_others(t: &TestDb) {
        let trial = Trial::start(t).await;
        let (backend, lin) = (trial.backend(), &trial.lin);
        let first = trial.filed().await;
        let second = trial.filed().await;
        let progress = trial.progress(second).await;
        let note = progress.parts.iter().find(|p| p.service == "trial-note").unwrap();
        assert_eq!(note.state(), None);
        assert_eq!(note.unfiled, Some((Unfiled::Already, Some(trial.case(first, "trial-note").await))));
        assert_eq!(progress.parts.iter().filter(|p| p.case.is_some()).count(), 4);
        assert_eq!(state(backend, lin, second).await, S::Bundled);
    }

    async fn a_member_whose_service_has_ended_is_not_filed_by_waiting(t: &TestDb) {
        let trial = Trial::start(t).await;
        let (backend, portal) = (trial.backend(), &trial.portal);
        let id = trial.full().await;
        let keeper = async || portal.staff(CARDS, &[Role::Catalogue]).await;
        let (one, other) = (keeper().await, keeper().await);
        let ends = Retirement { last_day: "2026-11-23".parse().unwrap(), grace_days: 0, successor: None };
        let proposal = manage::propose_end(backend, &one, "trial-card", Some(ends), "停办").await.unwrap();
        let seen = manage::proposal(backend, &other, proposal).await.unwrap().proposal.version;
        manage::approve(backend, &other, proposal, seen).await.unwrap();
        // The first second of the next day in China.
        portal.clock.advance(15 * 3600 - backend.now().seconds_since(storage::testing::at(0)));
        submit(backend, &trial.lin, id).await.unwrap();
        let progress = trial.progress(id).await;
        let part = |service: &str| progress.parts.iter().find(|p| p.service == service).unwrap();
        assert_eq!((part("trial-card").state(), &part("trial-card").unfiled), (None, &Some((Unfiled::Ended, None))));
        assert_eq!(part("trial-birth").state(), Some(S::Submitted));
        assert_eq!(part("trial-both").state(), Some(S::Waiting), "of another service, which goes on");
    }

    async fn only_what_applies_and_is_wanted_is_filed(t: &TestDb) {
        let trial = Trial::start(t).await;
        let (backend, lin) = (trial.backend(), &trial.lin);
        let id = begin(backend, lin, "trial").await.unwrap();
        give_consent(backend, lin, id).await.unwrap();
        let answers = [
            ("child", raw(&[("child", "赵安宁"), ("in_person", "no")])),
            ("choose--members", raw(&[("want__trial_gift", "yes")])),
            ("trial-gift--main", raw(&[("trial_gift__wish", "一本书")])),
            ("trial-card--main", raw(&[("trial_card__colour", "红")])),
        ];
        for (step, typed) in answers {
            save_step(backend, lin, id, step, typed).await.unwrap();
        }
        submit(backend, lin, id).await.unwrap();
        let codes: Vec<String> = trial.states(id).await.into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, ["trial-birth", "trial-card", "trial-both", "trial-note", "trial-gift"]);
        // Nobody waits for a member that does not apply.
        trial.approved(&trial.clerk(HEALTH).await, trial.case(id, "trial-birth").await).await;
        trial.release().await;
        assert_eq!(trial.state(id, "trial-both").await, S::Submitted);
    }

    /// Two departments approve in the same moment: whoever waited for both is filed, once.
    async fn two_approvals_at_once_release_who_waits_for_both(t: &TestDb) {
        let trial = Trial::start(t).await;
        let (backend, lin) = (trial.backend(), &trial.lin);
        let id = trial.filed().await;
        let (health, police) = (trial.clerk(HEALTH).await, trial.clerk(POLICE).await);
        let (birth, household) = (trial.case(id, "trial-birth").await, trial.case(id, "trial-household").await);
        trial.accepted(&health, birth).await;
        trial.accepted(&police, household).await;
        let (v1, v2) = (version(backend, lin, birth).await, version(backend, lin, household).await);
        let (one, two) = tokio::join!(
            approve(backend, &health, birth, v1, None),
            approve(backend, &police, household, v2, None)
        );
        one.unwrap();
        two.unwrap();
        trial.release().await;
        assert_eq!(trial.state(id, "trial-both").await, S::Submitted);
        let (_, timeline) = track(backend, lin, trial.case(id, "trial-both").await).await.unwrap();
        assert_eq!(timeline.iter().filter(|e| e.kind == EventKind::Submitted).count(), 1);
    }

    async fn a_silent_register_delays_and_a_revoked_consent_ends(t: &TestDb) {
        let trial = Trial::start(t).await;
        let (backend, lin) = (trial.backend(), &trial.lin);
        let id = trial.filed().await;
        let health = trial.clerk(HEALTH).await;
        let card = trial.case(id, "trial-card").await;
        let consent = opened(backend, lin, card).await.consent.unwrap().id;
        revoke_consent(backend, lin, consent).await.unwrap();
        trial.approved(&health, trial.case(id, "trial-birth").await).await;
        trial.release().await;
        assert_eq!(trial.state(id, "trial-card").await, S::Dropped);
        let (_, timeline) = track(backend, lin, card).await.unwrap();
        let dropped = timeline.iter().find(|e| e.kind == EventKind::Dropped).unwrap();
        assert_eq!(dropped.detail["why"], Dropped::Consent.code());
        let page = messages(backend, lin.person().unwrap(), Cursor::START).await.unwrap();
        let told: Vec<_> = page.lines.iter().filter(|line| line.case == Some(card)).collect();
        assert_eq!(told.iter().map(|line| line.kind.as_str()).collect::<Vec<_>>(), ["bundle-dropped-consent"]);

        // A register that is away stops nobody from being filed: its fact is pending there.
        let other = trial.filed().await;
        trial.approved(&health, trial.case(other, "trial-birth").await).await;
        trial.portal.standins.switches.set("social_security", Mode::Down);
        trial.portal.clock.advance(3600);
        trial.release().await;
        let card = opened(backend, lin, trial.case(other, "trial-card").await).await;
        assert_eq!((card.row.state, card.row.pending_facts), (S::Submitted, 1));

        // Once it is back, it is asked again, and the case can be decided.
        let cards = trial.clerk(CARDS).await;
        trial.accepted(&cards, card.row.id).await;
        let early = approve(backend, &cards, card.row.id, version(backend, lin, card.row.id).await, None).await;
        assert!(matches!(early, Err(CaseError::Pending(_))), "{early:?}");
        trial.portal.standins.switches.set("social_security", Mode::Up);
        trial.portal.clock.advance(900);
        let jobs = trial.portal.jobs();
        while jobs.run_once(BACKFILL).await.unwrap() > 0 {}
        let card = opened(backend, lin, card.row.id).await;
        assert_eq!(card.row.pending_facts, 0);
        let cards = trial.clerk(CARDS).await;
        backend::cases::claim::assign(backend, &cards, card.row.id, cards.staff().unwrap().id).await.unwrap();
        approve(backend, &cards, card.row.id, card.row.version, None).await.unwrap();
    }

    /// A new version of a member makes a new version of the bundle; who began with the old one goes on with it.
    async fn a_bundle_follows_its_members(t: &TestDb) {
        let trial = Trial::start(t).await;
        let (backend, lin) = (trial.backend(), &trial.lin);
        let id = trial.full().await;
        let before = backend.catalog.services().bundle("trial").unwrap().clone();
        let mut changed = services().remove(0);
        changed.summary.zh = "改过的".into();
        publish(backend, vec![changed.clone()]).await.unwrap();
        let after = backend.catalog.services().bundle("trial").unwrap().clone();
        assert_ne!(before.version, after.version);
        assert_eq!(after.bundle.as_ref().unwrap().members[0], changed);
        submit(backend, lin, id).await.unwrap();
        let birth = opened(backend, lin, trial.case(id, "trial-birth").await).await;
        assert_ne!(birth.service.definition, changed, "as it was when the form was begun");

        // A member that no longer asks what the bundle answers: taken out until somebody mends it.
        let mut broken = changed;
        broken.steps[0].fields[0].id = "other".into();
        if let Some(certificate) = &mut broken.certificate {
            certificate.claims.remove(0);
        }
        publish(backend, vec![broken]).await.unwrap();
        assert!(backend.catalog.services().bundle("trial").is_none());
        assert!(matches!(begin(backend, lin, "trial").await, Err(CaseError::NotFound)));

        // Mended, it is there again, with the member as it is now.
        let mut mended = services().remove(0);
        mended.summary.zh = "修好的".into();
        publish(backend, vec![mended.clone()]).await.unwrap();
        let back = backend.catalog.services().bundle("trial").unwrap().clone();
        assert_eq!(back.bundle.as_ref().unwrap().members[0], mended);
        assert!(begin(backend, lin, "trial").await.is_ok());
    }

    /// Its catalogue is older than a publication, so it finds the bundle not to fit.
    async fn what_a_late_process_takes_out_comes_back(t: &TestDb) {
        let trial = Trial::start(t).await;
        let backend = trial.backend();
        storage::testing::as_owner(&backend.db, "UPDATE bundles SET retired_at = '2026-11-23T01:00:00.000000Z' WHERE code = 'trial'").await;
        let late = trial.portal.second(t.second().await).await;
        assert!(late.catalog.services().bundle("trial").is_none());
        backend::catalog::bundles::follow(&late).await.unwrap();
        assert!(late.catalog.services().bundle("trial").is_some());
        backend::catalog::bundles::follow(&late).await.unwrap();
    }

    /// One publishes a service and a bundle of it, again and again; another never sees the bundle without it.
    async fn a_catalogue_is_of_one_moment(t: &TestDb) {
        let trial = Trial::start(t).await;
        let backend = trial.backend().clone();
        let late = trial.portal.second(t.second().await).await;
        let publishing = tokio::spawn(async move {
            for n in 0..8 {
                let mut member = services().remove(5);
                member.code = format!("trial-gift-{n}");
                let mut bundle = bundle();
                bundle.code = format!("trial-of-{n}");
                for own in bundle.members.iter_mut().filter(|own| own.service == "trial-gift") {
                    own.service.clone_from(&member.code);
                }
                publish(&backend, vec![member]).await.unwrap();
                publish_bundles(&backend, vec![bundle]).await.unwrap();
            }
        });
        while !publishing.is_finished() {
            late.catalog.refresh(&late.db, late.now().date_in_china()).await.unwrap();
            let services = late.catalog.services();
            for bundle in &services.bundles {
                for member in &bundle.bundle.as_ref().unwrap().members {
                    assert!(services.get(&member.code).is_some(), "{} without {}", bundle.code(), member.code);
                }
            }
        }
        publishing.await.unwrap();
    }

    /// The bundle that ships, as somebody with a newborn fills it in.
    async fn a_newborn_is_registered_everywhere(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let lin = portal.citizen(LIN).await;
        let id = begin(backend, &lin, "newborn").await.unwrap();
        give_consent(backend, &lin, id).await.unwrap();
        let draft = opened(backend, &lin, id).await;
        let typed = fill::answers(&draft, |_| true).expect("a form that can be filled in");
        fill::type_in(backend, &lin, id, typed).await;
        let form = opened(backend, &lin, id).await.form();
        let wrong: Vec<_> = form.fields.iter().flat_map(|f| &f.errors).collect();
        assert!(form.is_complete(), "{wrong:?}");
        submit(backend, &lin, id).await.unwrap();
        let progress = progress(backend, &lin, id).await.unwrap();
        assert!(progress.parts.len() >= 3, "{:?}", progress.parts);
        assert!(progress.parts.iter().all(|p| p.case.is_some()), "{:?}", progress.parts);
        let departments: std::collections::BTreeSet<&str> =
            progress.parts.iter().map(|p| p.department.as_str()).collect();
        assert!(departments.len() >= 3, "{departments:?}");

        // Whoever reads what was fetched, for the form or a part of it, reads what for.
        let log = who_read_my_data(backend, lin.person().unwrap(), AccessCursor::START).await.unwrap();
        let services = backend.catalog.services();
        let fetched: Vec<_> = log.entries.iter().filter(|entry| entry.register.is_some()).collect();
        assert!(fetched.iter().any(|entry| entry.subject_id == id.to_string()), "{fetched:?}");
        for entry in fetched {
            let stated = entry.purpose.as_ref().and_then(|purpose| purpose.stated(&services)).unwrap();
            assert!(!stated.zh.is_empty() && !stated.en.is_empty(), "{entry:?}");
        }
        // What the bundle answers for its services is told apart from what they work out, which says of whom it is.
        let (given, own): (Vec<_>, Vec<_>) =
            draft.service.definition.computed.iter().partition(|computed| is_given(&computed.id));
        let newborn = draft.service.bundle.as_ref().unwrap();
        let answers: usize = newborn.bundle.members.iter().map(|member| member.answers.len()).sum();
        let worked_out: usize = newborn.members.iter().map(|member| member.computed.len()).sum();
        assert_eq!((given.len(), own.len()), (answers, worked_out));
        for computed in own {
            let of = newborn.members.iter().any(|member| computed.label.zh.starts_with(&member.name.zh));
            assert!(of, "{computed:?}");
        }
    }

    /// Its owner sees at once that one part waits for them, and that another came to nothing.
    async fn what_waits_for_the_applicant_and_what_failed_are_told(t: &TestDb) {
        let trial = Trial::start(t).await;
        let (backend, lin) = (trial.backend(), &trial.lin);
        let id = trial.filed().await;
        let quiet = trial.progress(id).await;
        assert_eq!((quiet.awaited.len(), quiet.failed()), (0, 0), "{:?}", quiet.parts);
        let household = trial.case(id, "trial-household").await;
        let police = trial.clerk(POLICE).await;
        let seen = version(backend, lin, household).await;
        let ask = Ask { about: About::Field("child".into()), wrong: "写得不对".into(), right: "请改".into() };
        ask_supplement(backend, &police, household, seen, vec![ask]).await.unwrap();
        let asked = trial.progress(id).await;
        let due_on = opened(backend, lin, household).await.asked.unwrap().due_on;
        assert_eq!(asked.awaited, [Awaited { case: household, due_on }]);
        assert_eq!(asked.awaited_in(household), asked.awaited.first());
        let listed = cases_of(backend, lin, None, 20).await.unwrap();
        let form = listed.iter().find(|case| case.row.id == id).unwrap();
        assert_eq!(form.awaited, asked.awaited);

        // The day of a promise is not late yet; the next is; and what waits for the applicant is not.
        let birth = trial.case(id, "trial-birth").await;
        let birth = opened(backend, lin, birth).await.row.line;
        let due = birth.due_on.as_ref().unwrap().parse().unwrap();
        assert!(!birth.is_late(due) && birth.is_late(due.tomorrow().unwrap()));
        assert!(!opened(backend, lin, household).await.row.is_late(due.tomorrow().unwrap()));

        let before = trial.progress(id).await.failed();
        withdraw(backend, lin, household).await.unwrap();
        let after = trial.progress(id).await;
        assert!(after.awaited.is_empty());
        assert!(after.failed() > before);
        assert_eq!(after.approved() + after.open() + after.failed(), after.parts.len());
    }

    /// Bundles stand among the services, and only where they are meant.
    async fn what_is_looked_for_comes_first(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let services = portal.backend.catalog.services();
        let found = |words: &str| -> Vec<String> {
            let found = services.find_any(words, &Default::default());
            found.iter().map(|s| s.code().to_owned()).collect()
        };
        let lost = found("身份证丢了怎么办");
        assert_eq!(lost[0], "id-card-replacement", "{lost:?}");
        assert!(!lost.contains(&"leaving-the-army".to_owned()), "{lost:?}");
        let card = found("sfz");
        assert!(card[0].starts_with("id-card"), "{card:?}");
        let baby = found("宝宝上户口");
        assert_eq!(baby[0], "newborn-household-registration", "{baby:?}");
        assert!(!baby.contains(&"getting-married".to_owned()), "{baby:?}");
        assert_eq!(found("新生儿出生一件事")[0], "newborn");
        assert_eq!(found("").len(), services.all.len() + services.bundles.len());
    }
}
