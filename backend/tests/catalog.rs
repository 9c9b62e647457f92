//! Every service that ships is carried through: answered, filed, decided, certified. Every mistake in a definition is
//! named with its line. What is exported and imported again stays what it was.

use std::collections::BTreeMap;

use backend::Backend;
use backend::cases::begin::begin;
use backend::cases::consent::give_consent;
use backend::cases::decide::{accept, approve};
use backend::cases::submit::submit;
use backend::catalog::files::{self, Mistake, read};
use backend::catalog::publish::{Published, publish};
use backend::catalog::{Reference, Service, embedded_services};
use backend::certificates::{share, wallet};
use backend::identity::{Actor, PersonActor, add_entity};
use backend::registers::Question;
use backend::registers::read::read as read_answer;
use backend::testing::Portal;
use domain::cases::form::FormScope;
use domain::cases::{CaseState, Form, Outcome, decide};
use domain::catalog::fee::Due;
use domain::catalog::{Audience, Definition};
use domain::certificates::Verification;
use domain::identity::credit_code::CreditCode;
use domain::ids::{ConsentId, EntityId};
use domain::registers::{FactState, Facts, Subject};
use domain::rules::{Cause, evaluate};
use domain::text::Locale;
use serde_json::json;
use standins::registers::document_on;
use storage::identity::entities;

mod common;
use common::*;

/// Somebody to apply as.
struct Applicant {
    who: String,
    actor: Actor,
}

/// The people of the demonstration, for themselves and for their firms.
async fn demo_applicants(portal: &Portal) -> Vec<Applicant> {
    let mut all = Vec::new();
    for person in standins::demo_people() {
        let actor = portal.citizen(person.name).await;
        for entity in standins::demo_entities().into_iter().filter(|e| e.representative == person.name) {
            let id =
                add_entity(&portal.backend, &actor, &CreditCode::parse(entity.code).unwrap()).await.unwrap();
            let acting = PersonActor { entity: Some(id), ..*actor.person().unwrap() };
            all.push(Applicant { who: entity.name.to_owned(), actor: Actor::Person(acting) });
        }
        all.push(Applicant { who: person.name.to_owned(), actor });
    }
    all
}

/// What the registers would say, without asking them.
fn facts_of(portal: &Portal, definition: &Definition, person: &str, entity: Option<&str>) -> Option<Facts> {
    let (reference, now) = (&portal.backend.catalog.reference, portal.backend.now());
    let mut facts = BTreeMap::new();
    for register in &reference.registers.all {
        let wanted: Vec<&str> = definition
            .facts
            .iter()
            .filter(|f| register.facts.iter().any(|offered| offered.id == f.id))
            .map(|f| f.id.as_str())
            .collect();
        if wanted.is_empty() {
            continue;
        }
        let number = if register.subject == Subject::Entity { entity? } else { person };
        let population = &portal.standins.population;
        let mut document = document_on(population, &register.id, number, now.date_in_china())?;
        document["subject"] = json!({ "id": number });
        document["as_of"] = json!(now.to_rfc3339());
        let consent = Some(ConsentId(portal.backend.id()));
        let question = Question { subject: register.subject, number, purpose: "", consent, facts: wanted };
        let said =
            read_answer(register, &question, document.to_string().as_bytes()).expect("a readable document");
        for (id, value) in said.facts {
            facts.insert(id, value.map_or(FactState::NoRecord, FactState::Known));
        }
    }
    Some(Facts(facts))
}

/// Somebody of the whole population for whom every rule can hold.
async fn find_applicant(portal: &Portal, definition: &Definition) -> Option<Applicant> {
    let (population, backend) = (&portal.standins.population, &portal.backend);
    let day = backend.now().date_in_china();
    let for_entities = definition.audience.contains(&Audience::Entity);
    let candidates: Vec<(&standins::population::Person, Option<&standins::population::Entity>)> =
        if for_entities {
            let person = |e: &standins::population::Entity| &population.persons[e.representative as usize];
            population.entities.iter().map(|e| (person(e), Some(e))).collect()
        } else {
            population.persons.iter().map(|p| (p, None)).collect()
        };
    let mut tried = 0;
    for (person, entity) in candidates {
        let code = entity.map(|e| e.code.to_string());
        let Some(facts) = facts_of(portal, definition, person.id.as_str(), code.as_deref()) else { continue };
        let nothing = Form::default();
        let weigh = |form: &Form| {
            let computed = &definition.computed;
            decide(definition, &FormScope { computed, form, facts: &facts, today: day, decision: true }).1
        };
        let early = weigh(&nothing);
        if early.iter().any(|f| matches!(f.holds, Ok(false) | Err(Cause::NoRecord(_)))) {
            continue;
        }
        let fair = |form: &Form| weigh(form).iter().all(|f| f.holds == Ok(true));
        if fill::answers_on(definition, &facts, day, 1_500, fair).is_none() {
            tried += 1;
            if tried == 300 {
                return None;
            }
            continue;
        }
        let phone =
            format!("154{:08}", 50_000_000 + population.persons.iter().position(|p| p.id == person.id)?);
        let id = known_person(backend, &person.name, person.id.as_str(), &phone).await;
        let mut actor = signed_in(backend, id);
        if let (Some(entity), Some(code)) = (entity, code) {
            let (new, name, now) = (EntityId(backend.id()), entity.name.clone(), backend.now());
            let kept: Result<EntityId, storage::Error> = backend
                .db
                .write(move |tx| {
                    Box::pin(async move {
                        let entity = entities::put(tx, new, &code, &name, now).await?;
                        entities::represent(tx, id, entity.id, "legal_representative", now).await?;
                        Ok(entity.id)
                    })
                })
                .await;
            actor.entity = Some(kept.unwrap());
        }
        return Some(Applicant { who: person.name.clone(), actor: Actor::Person(actor) });
    }
    None
}

/// From the first page to the certificate. Gives why not, when it went otherwise than hoped for.
async fn carry_through(backend: &Backend, service: &Service, actor: &Actor) -> Result<(), String> {
    let definition = &service.definition;
    let id = begin(backend, actor, &definition.code).await.unwrap();
    give_consent(backend, actor, id).await.unwrap();
    let draft = opened(backend, actor, id).await;
    assert_eq!(draft.pending(), Vec::<String>::new());
    let weigh = |form: &Form| decide(definition, &draft.scope(form, true));
    let fair = |form: &Form| weigh(form).1.iter().all(|f| f.holds == Ok(true));
    let typed =
        fill::answers(&draft, fair).or_else(|| fill::answers(&draft, |_| true)).ok_or("no answers fit")?;
    fill::type_in(backend, actor, id, typed).await;
    let expected = weigh(&opened(backend, actor, id).await.form());
    submit(backend, actor, id).await.map_err(|e| format!("not filed: {e}"))?;
    let filed = opened(backend, actor, id).await;
    let pays_first = definition.fee.as_ref().is_some_and(|f| f.due == Due::First);
    let state = match expected.0 {
        _ if pays_first => CaseState::AwaitingPayment,
        Outcome::Approve => CaseState::Approved,
        Outcome::Refuse => CaseState::Refused,
        Outcome::Clerk => CaseState::Submitted,
    };
    assert_eq!(filed.row.state, state);
    if pays_first {
        return Ok(());
    }
    if state == CaseState::Submitted {
        let officer = clerk(backend, &definition.department);
        accept(backend, &officer, id, filed.row.version).await.unwrap();
        let seen = examine(backend, actor, id).await;
        approve(backend, &officer, id, seen, Some("已对照原件核实")).await.unwrap();
    }
    let doubts: Vec<_> = expected.1.into_iter().filter(|f| f.holds != Ok(true)).map(|f| f.rule).collect();
    if !doubts.is_empty() {
        return Err(format!("{:?} in spite of {doubts:?}", opened(backend, actor, id).await.row.state));
    }
    let done = opened(backend, actor, id).await;
    assert_eq!(done.row.state, CaseState::Approved);
    let card = wallet::of_case(backend, actor, id).await.unwrap();
    assert_eq!(card.is_some(), definition.certificate.is_some());
    let (Some(card), Some(template)) = (card, &definition.certificate) else { return Ok(()) };
    let card = wallet::card(backend, actor, card).await.unwrap();
    let form = done.form();
    for claim in &template.claims {
        let said = card.claims.iter().find(|(id, _)| *id == claim.id).map(|(_, text)| text.as_str());
        match (evaluate(&claim.value, &done.scope(&form, false)), said) {
            (Ok(_), Some(text)) => {
                assert!(!text.trim().is_empty(), "{} is empty", claim.id);
                let code = text.len() > 2 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
                assert!(!code, "{} says {text}", claim.id);
            }
            // There is none: no second owner, no day of divorce.
            (Err(Cause::NoRecord(_) | Cause::Unanswered(_)), None) => {}
            other => panic!("{}: {other:?}", claim.id),
        }
    }
    let shown = share::check(backend, card.credential.clone()).await.unwrap();
    assert!(matches!(shown.verification, Verification::Valid { .. }), "{:?}", shown.verification);
    Ok(())
}

/// A walk through the catalogue, not through the engine: one of them is enough.
#[test]
fn every_service_can_be_carried_through() {
    storage::testing::sqlite(|t| Box::pin(carried_through(t)));
}

async fn carried_through(t: &storage::testing::TestDb) {
    let portal = Portal::start(t.db()).await;
    let demo = demo_applicants(&portal).await;
    let mut wrong = Vec::new();
    for service in &portal.backend.catalog.services().all {
        let for_entities = service.definition.audience.contains(&Audience::Entity);
        let mut notes = Vec::new();
        for applicant in demo.iter().filter(|a| a.actor.person().unwrap().entity.is_some() == for_entities) {
            match carry_through(&portal.backend, service, &applicant.actor).await {
                Ok(()) => {
                    notes.clear();
                    break;
                }
                Err(why) => notes.push(format!("{}: {why}", applicant.who)),
            }
        }
        if !notes.is_empty() {
            match find_applicant(&portal, &service.definition).await {
                Some(applicant) => match carry_through(&portal.backend, service, &applicant.actor).await {
                    Ok(()) => notes.clear(),
                    Err(why) => notes.push(format!("{}: {why}", applicant.who)),
                },
                None => notes.push("nobody in the whole population".into()),
            }
        }
        if !notes.is_empty() {
            wrong.push(format!("{}\n    {}", service.code(), notes.join("\n    ")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    trail_is_sound(&portal.backend).await;
}

/// One definition with a bit of everything, in which mistakes are made one by one.
const SOUND: &str = include_str!("definitions/sound.toml");

fn mistakes(reference: &Reference, text: &str) -> Vec<Mistake> {
    read("services/sound.toml", text, reference, Locale::En).err().unwrap_or_default()
}

/// A mistake: what is written instead of what, the kind it must be called, and a piece of the line it must be found on.
type Slip = (&'static str, &'static str, &'static str, &'static str);

const SLIPS: &[Slip] = &[
    (r#"en = "Sample service""#, r#"en = " ""#, r#"MissingTranslation("en")"#, "name = "),
    (
        r#"label = { zh = "红", en = "Red" }"#,
        r#"label = { zh = "", en = "Red" }"#,
        r#"MissingTranslation("zh")"#,
        r#"en = "Red""#,
    ),
    (r#"id = "grown-up""#, r#"id = "Grown Up""#, r#"BadId("Grown Up")"#, "Grown Up"),
    (r#"id = "blue""#, r#"id = "Blau""#, r#"BadId("Blau")"#, "Blau"),
    (r#"id = "mail_to""#, r#"id = "wants""#, r#"Duplicate("wants")"#, "@last wants"),
    (r#"id = "blue""#, r#"id = "red""#, r#"Duplicate("red")"#, "@last \"red\""),
    (r#"themes = ["identity"]"#, r#"themes = ["identity", "magic"]"#, r#"UnknownTheme("magic")"#, "magic"),
    (r#"themes = ["identity"]"#, "themes = []", "Empty", "themes"),
    (
        r#""public-security""#,
        r#""ministry-of-tea""#,
        r#"UnknownDepartment("ministry-of-tea")"#,
        "ministry-of-tea",
    ),
    (r#"within = "330100""#, r#"within = "339900""#, r#"UnknownRegion("339900")"#, "within"),
    (
        "[[fact]]\nid = \"household",
        "[[fact]]\nid = \"houshold.region\"\n\n[[fact]]\nid = \"household",
        "FactNotOffered",
        "houshold.region",
    ),
    (
        r#"options_from = "vehicle.vehicles:plate""#,
        r#"options_from = "vehicle.cars:plate""#,
        "FactNotOffered",
        "vehicle.cars",
    ),
    (
        r#"value = { age = { fact = "person.birth_date" } }"#,
        r#"value = { age = { fact = "id_card.issued_on" } }"#,
        r#"FactNotListed("id_card.issued_on")"#,
        "id_card.issued_on",
    ),
    (
        r#"options_from = "vehicle.vehicles:plate""#,
        r#"options_from = "property.properties:certificate_number""#,
        r#"FactNotListed("property.properties")"#,
        "options_from",
    ),
    (
        "[[fact]]\nid = \"household",
        "[[fact]]\nid = \"person.birth_date\"\n\n[[fact]]\nid = \"household",
        r#"Duplicate("person.birth_date")"#,
        "@second id = \"person.birth_date\"",
    ),
    (
        "[[fact]]\nid = \"vehicle",
        "[[fact]]\nid = \"person.sex\"\n\n[[fact]]\nid = \"vehicle",
        r#"FactUnused("person.sex")"#,
        "person.sex",
    ),
    (
        "[[fact]]\nid = \"vehicle",
        "[[fact]]\nid = \"entity.name\"\n\n[[fact]]\nid = \"vehicle",
        r#"FactOfOtherSubject("entity.name")"#,
        "entity.name",
    ),
    (
        r#"{ field = "wants" }, true"#,
        r#"{ field = "wanted" }, true"#,
        r#"Type(UnknownField("wanted"))"#,
        "wanted",
    ),
    (
        r#"{ lt = [{ field = "copies" }, 5] }"#,
        r#"{ lt = [{ fact = "person.shoe_size" }, 5] }"#,
        "FactNotOffered",
        "shoe_size",
    ),
    (
        r#"value = { computed = "double" }"#,
        r#"value = { computed = "triple" }"#,
        r#"Type(UnknownComputed("triple"))"#,
        "triple",
    ),
    (
        r#"options_from = "vehicle.vehicles:plate""#,
        r#"options_from = "vehicle.vehicles:wheel""#,
        r#"Type(UnknownColumn("wheel"))"#,
        "wheel",
    ),
    (
        r#"that = { lt = [{ field = "copies" }, 5] }"#,
        r#"that = { gt = [{ count = { of = { field = "people" }, where = { eq = [{ column = "nick" }, "x"] } } }, 1] }"#,
        r#"Type(UnknownColumn("nick"))"#,
        "nick",
    ),
    (
        r#"{ fact = "household.region" }, "330100""#,
        r#"{ fact = "household.region" }, "999999""#,
        r#"Type(UnknownRegion("999999"))"#,
        "999999",
    ),
    (
        r#"that = { lt = [{ field = "copies" }, 5] }"#,
        r#"that = { eq = [{ field = "colour" }, "green"] }"#,
        "Type(UnknownOption",
        "green",
    ),
    (
        r#"that = { lt = [{ field = "copies" }, 5] }"#,
        r#"that = { in = [{ field = "colour" }, ["red", "green"]] }"#,
        "Type(UnknownOption",
        "green",
    ),
    (
        r#"that = { lt = [{ field = "copies" }, 5] }"#,
        r#"that = { not = { field = "copies" } }"#,
        "Type(Mismatch",
        "{ not = ",
    ),
    (
        r#"that = { lt = [{ field = "copies" }, 5] }"#,
        r#"that = { lt = [{ field = "copies" }, { money = 5 }] }"#,
        "Type(Incomparable",
        "{ money = 5 }",
    ),
    (
        r#"that = { lt = [{ field = "copies" }, 5] }"#,
        r#"that = { eq = [{ field = "copies" }, "5"] }"#,
        "Type(Incomparable",
        "{ eq = [{ field = \"copies\"",
    ),
    (
        r#"that = { lt = [{ field = "copies" }, 5] }"#,
        r#"that = { field = "copies" }"#,
        r#"Expected { expected: "bool""#,
        r#"that = { field = "copies" }"#,
    ),
    (
        r#"value = { age = { fact = "person.birth_date" } }"#,
        r#"value = { fact = "vehicle.vehicles" }"#,
        r#"Expected { expected: "a single value""#,
        r#"value = { fact = "vehicle.vehicles" }"#,
    ),
    (r#"{ field = "wants" }, true"#, r#"{ field = "copies" }, 2"#, r#"LaterField("copies")"#, "when"),
    (
        r#"value = { age = { fact = "person.birth_date" } }"#,
        r#"value = { add = [{ computed = "double" }, 1] }"#,
        r#"Cycle(["years", "double"])"#,
        "{ add =",
    ),
    (
        r#"value = { mul = [{ computed = "years" }, 2] }"#,
        r#"value = { mul = [{ computed = "double" }, 2] }"#,
        r#"Cycle(["double", "double"])"#,
        "{ mul =",
    ),
    (
        r#"when = { eq = [{ field = "wants" }, true] }"#,
        r#"when = { all = [{ field = "wants" }, false] }"#,
        "Unreachable",
        "when",
    ),
    (
        r#"when = { eq = [{ field = "wants" }, true] }"#,
        r#"when = { gt = [{ date = "2000-01-01" }, { date = "2000-01-02" }] }"#,
        "Unreachable",
        "when",
    ),
    (
        "  min = 1",
        "  min = 1\n  max_length = 7",
        r#"NotForType { member: "max_length", kind: "number" }"#,
        "max_length",
    ),
    (
        "    label = { zh = \"姓名\"",
        "    when = { field = \"wants\" }\n    label = { zh = \"姓名\"",
        r#"NotForType { member: "when", kind: "group" }"#,
        "    when = ",
    ),
    ("  options_from = \"vehicle.vehicles:plate\"\n", "", r#"Needs { member: "options" }"#, "@field plate"),
    ("  min = 1", "  min = 6", "EmptyRange", "@field copies"),
    ("    type = \"text\"", "    type = \"text\"\n    min_length = 201", "EmptyRange", "@inner name"),
    (r#"then = [{ zh = "立即办结", en = "Decided at once" }]"#, "then = []", "Empty", "then"),
    ("promised = 0", "promised = 6", "@two PromiseTooLong InstantDays", "promised"),
    ("promised = 0", "promised = 1", "InstantDays", "promised"),
    ("    type = \"text\"", "    type = \"file\"", "NestedGroup", "type = \"file\""),
    (r#"id = "age""#, r#"id = "exp""#, r#"Reserved("exp")"#, "\"exp\""),
    (r#"kind = "sample-proof""#, r#"kind = "sample_proof""#, r#"BadId("sample_proof")"#, "sample_proof"),
    ("  min = 1", "  min = 1\n  unit = { zh = \"份\" }", r#"MissingTranslation("en")"#, "unit"),
    ("  min = 1", "  min = 1\n  decimals = 5", "TooLarge(4)", "decimals"),
    (
        r#"themes = ["identity"]"#,
        r#"themes = ["identity", "identity"]"#,
        r#"Duplicate("identity")"#,
        "themes",
    ),
    (
        r#"that = { lt = [{ field = "copies" }, 5] }"#,
        r#"that = { all = [{ eq = [{ field = "copy" }, 1] }, { not = { eq = [{ field = "colour" }, "green"] } }] }"#,
        "@two Type(UnknownField Type(UnknownOption",
        "green",
    ),
    // Each answer alone is possible, both together are not.
    (
        r#"  within = "330100""#,
        r#"  when = { all = [{ eq = [{ field = "colour" }, "red"] }, { eq = [{ field = "colour" }, "blue"] }] }"#,
        "Unreachable",
        "when = { all",
    ),
    // There is no other colour.
    (
        r#"  within = "330100""#,
        r#"  when = { not = { in = [{ field = "colour" }, ["red", "blue"]] } }"#,
        "Unreachable",
        "when = { not",
    ),
    // The colour is asked only of those who want it.
    (
        r#"  within = "330100""#,
        r#"  when = { all = [{ eq = [{ field = "wants" }, false] }, { known = { field = "colour" } }] }"#,
        "Unreachable",
        "when = { all",
    ),
    (
        r#"  within = "330100""#,
        r#"  when = { all = [{ field = "wants" }, { lt = [{ field = "copies" }, 3] }, { ne = [{ field = "wants" }, true] }] }"#,
        "Unreachable",
        "when = { all",
    ),
];

#[test]
fn every_kind_of_mistake_is_found_alone_and_on_its_line() {
    let reference = Reference::embedded().unwrap();
    assert_eq!(mistakes(&reference, SOUND), [], "the sample is sound");
    let mut failures = Vec::new();
    for (right, wrong, kind, place) in SLIPS {
        assert_eq!(SOUND.matches(right).count().min(2), 1, "{right} stands once in the sample");
        let text = SOUND.replacen(right, wrong, 1);
        let definition = toml::from_str(&text).unwrap_or_else(|e| panic!("{wrong}: {e}"));
        let problems: Vec<String> =
            reference.check(&definition).iter().map(|p| format!("{:?}", p.wrong)).collect();
        let kinds: Vec<&str> = match kind.strip_prefix("@two ") {
            Some(two) => two.split(' ').collect(),
            None => vec![kind],
        };
        if problems.len() != kinds.len() || !problems.iter().zip(&kinds).all(|(p, k)| p.starts_with(k)) {
            failures.push(format!("{wrong}: expected {kinds:?}, found {problems:?}"));
            continue;
        }
        let line_with = |piece: &str| text.lines().position(|line| line.contains(piece)).map(|at| at + 1);
        let last_with = |piece: &str| {
            text.lines().collect::<Vec<_>>().iter().rposition(|line| line.contains(piece)).map(|at| at + 1)
        };
        let expected = if let Some(piece) = place.strip_prefix("@last ") {
            last_with(&format!(
                "id = {}",
                if piece.starts_with('"') { piece.to_owned() } else { format!("\"{piece}\"") }
            ))
        } else if let Some(piece) = place.strip_prefix("@second ") {
            last_with(piece)
        } else if let Some(id) = place.strip_prefix("@field ") {
            // The head of the table, one line above its id.
            line_with(&format!("  id = \"{id}\"")).map(|line| line - 1)
        } else if let Some(id) = place.strip_prefix("@inner ") {
            line_with(&format!("    id = \"{id}\"")).map(|line| line - 1)
        } else {
            line_with(place)
        };
        for mistake in mistakes(&reference, &text) {
            if Some(mistake.line) != expected {
                failures.push(format!("{wrong}: expected on line {expected:?}: {mistake}"));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// A rule may not rest on a question that never appears; one mistake is said once.
#[test]
fn what_rests_on_a_question_that_never_appears_is_named() {
    let reference = Reference::embedded().unwrap();
    let text = SOUND
        .replacen(r#"{ field = "wants" }, true] }"#, r#"{ field = "wants" }, true] }, { not = { field = "wants" } }] }"#, 1)
        .replacen("when = { eq", "when = { all = [{ eq", 1)
        .replacen(
            r#"that = { lt = [{ field = "copies" }, 5] }"#,
            r#"that = { any = [{ lt = [{ field = "copies" }, 5] }, { eq = [{ field = "colour" }, "red"] }] }"#,
            1,
        )
        .replacen(r#"  within = "330100""#, r#"  when = { ne = [{ field = "colour" }, "red"] }"#, 1);
    let problems: Vec<String> =
        reference.check(&toml::from_str(&text).unwrap()).iter().map(|p| format!("{:?}", p.wrong)).collect();
    assert_eq!(problems, ["Unreachable", r#"NeverAsked("colour")"#, r#"NeverAsked("colour")"#]);
}

/// A mistake in the shape of a file: what is written instead of what, a piece of the line, what is said of it.
type Misshape = (&'static str, &'static str, &'static str, &'static str);

const WHEN: &str = r#"{ eq = [{ field = "wants" }, true] }"#;
const CHECK: &str = r#"{ lt = [{ field = "copies" }, 5] }"#;

const MISSHAPES: &[Misshape] = &[
    ("keep_days = 30", "keep_dayz = 30", "keep_dayz", "did you mean \"keep_days\""),
    (
        "keep_days = 30",
        "keep_days = 30\nkept_where = \"here\"",
        "kept_where",
        "there are: keep_days, purpose",
    ),
    ("keep_days = 30", "keep_days = -1", "keep_days", "between 0 and"),
    ("keep_days = 30", "keep_days = 30.5", "keep_days", "must be a whole number, it is a number"),
    (r#"label = { zh = "红""#, r#"lable = { zh = "红""#, "lable", "did you mean \"label\""),
    ("level = \"county\"", "level = \"contry\"", "contry", "did you mean \"county\""),
    ("level = \"county\"", "level = \"galaxy\"", "galaxy", "there are: province, city"),
    ("audience = [\"person\"]", "audience = [\"people\"]", "people", "there are: person, entity"),
    ("audience = [\"person\"]", "audience = \"person\"", "audience", "must be a list"),
    ("type = \"yes_no\"", "type = \"yesno\"", "yesno", "did you mean \"yes_no\""),
    ("type = \"yes_no\"", "type = \"maybe\"", "maybe", "there are: text, long_text"),
    ("instant = true", "instant = \"yes\"", "instant", "must be true or false, it is text"),
    ("statutory = 5", "statutory = \"5\"", "statutory", "must be a whole number, it is text"),
    ("statutory = 5", "statutory = 70000", "statutory", "between 0 and 65535"),
    (WHEN, r#"{ eq = [{ field = "wants" }, true, false] }"#, "when", "takes 2 parts, here are 3"),
    (WHEN, r#"{ equals = [{ field = "wants" }, true] }"#, "when", "no key \"equals\""),
    (WHEN, r#"{ knwon = { field = "wants" } }"#, "when", "did you mean \"known\""),
    (WHEN, r#"{ eq = [{ feild = "wants" }, true] }"#, "when", "did you mean \"field\""),
    (WHEN, r#"{ not = true, known = true }"#, "when", "one key, here are 2: "),
    (WHEN, "{}", "when", "an empty table"),
    (WHEN, r#"[{ field = "wants" }]"#, "when", "it is a list"),
    (CHECK, r#"{ lt = [{ field = "copies" }, { number = "1.00001" }] }"#, "1.00001", "at most four decimals"),
    (CHECK, r#"{ lt = [{ today = true }, { date = 2026-01-31 }] }"#, "2026", "it is a date without quotes"),
    (CHECK, r#"{ lt = [{ today = true }, { date = "2026-02-30" }] }"#, "2026", "is not a day"),
    (CHECK, r#"{ lt = [{ today = false }, { today = true }] }"#, "today", "only true"),
    (CHECK, r#"{ in = [{ field = "colour" }, "red"] }"#, "{ in =", "must be a list"),
    (CHECK, r#"{ gt = [{ count = { off = { field = "people" } } }, 1] }"#, "off", "did you mean \"of\""),
    ("  min = 1", "  min = 0.00001", "0.00001", "at most four decimals"),
    ("within = \"330100\"", "within = 330100", "within", "must be text in double quotes"),
    ("valid = { months = 12 }", "valid = { years = 1 }", "{ years", "there are: days, months, until"),
    ("valid = { months = 12 }", "valid = { months = 12, days = 3 }", "valid", "here are 2"),
    (
        r#"name = { zh = "样例事项", en = "Sample service" }"#,
        "name = \"样例事项\"",
        "name = ",
        "must be a table",
    ),
    ("code = \"sound\"\n", "", "name = ", "\"code\" is missing"),
    ("  label = { zh = \"要吗\", en = \"Do you want it\" }\n", "", "@head wants", "\"label\" is missing"),
];

const SYNTAX: &[Misshape] = &[
    ("level = \"county\"", "level = county", "level", "in double quotes"),
    ("level = \"county\"", "level = \"county", "level", "double quotes do not match"),
    ("level = \"county\"", "level =", "level", "write key = value"),
    ("level = \"county\"", "level \"county\"", "level", "key"),
    ("level = \"county\"", "level = \"county\" \"city\"", "level", "follows the value"),
    ("level = \"county\"", "level = \"county\"\nlevel = \"city\"", "level = \"city\"", "twice"),
    ("en = \"Sample service\"", "en = \"Sample \"big\" service\"", "big", ""),
    (r#"zh = "样例事项", en"#, r#"zh = "样例事项" en"#, "样例事项", "comma"),
    ("[consent]", "[consent", "[consent", "]"),
    ("statutory = 5", "statutory = 5 days", "statutory", "in double quotes"),
    ("statutory = 5", "statutory = 2026-13-45", "statutory", "numbers are written"),
];

#[test]
fn what_has_another_shape_is_named_with_its_line() {
    let reference = Reference::embedded().unwrap();
    let mut failures = Vec::new();
    for (right, wrong, place, says) in MISSHAPES.iter().chain(SYNTAX) {
        assert_eq!(SOUND.matches(right).count().min(2), 1, "{right} stands once in the sample");
        let text = SOUND.replacen(right, wrong, 1);
        let found = mistakes(&reference, &text);
        let line = match place.strip_prefix("@head ") {
            Some(id) => text.lines().position(|l| l.contains(&format!("id = \"{id}\""))),
            None => text.lines().position(|l| l.contains(place)).map(|at| at + 1),
        };
        let is_named = found.iter().any(|m| Some(m.line) == line && m.says.contains(says));
        // What follows a broken line of TOML may be broken by it.
        let is_alone = found.len() == 1 || SYNTAX.iter().any(|s| s.1 == *wrong);
        if !is_named || !is_alone || found[0].file != "services/sound.toml" {
            failures.push(format!("{wrong}: expected on {line:?} {says:?}: {found:?}"));
        }
        // The same in Chinese, without the words of the parser.
        let chinese = read("services/sound.toml", &text, &reference, Locale::Zh).unwrap_err();
        let foreign = ["expected", "invalid", "unknown", "missing", "unclosed", "duplicate"];
        let is_chinese = |m: &Mistake| {
            m.says.chars().any(|c| ('一'..='龥').contains(&c)) && !foreign.iter().any(|w| m.says.contains(w))
        };
        if chinese.len() != found.len() || !chinese.iter().all(is_chinese) {
            failures.push(format!("{wrong}: {chinese:?}"));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    let elsewhere = read("services/other.toml", SOUND, &reference, Locale::Zh).unwrap_err();
    assert_eq!((elsewhere.len(), elsewhere[0].line), (1, 1));
}

/// Not only the first: all of the shape, and where only keys are unknown, all of the content as well.
#[test]
fn all_mistakes_of_a_file_are_named_at_once() {
    let reference = Reference::embedded().unwrap();
    let says = |text: &str| -> Vec<(usize, String)> {
        mistakes(&reference, text).into_iter().map(|m| (m.line, m.says)).collect()
    };
    let shape = SOUND
        .replacen("level = \"county\"", "level = \"contry\"\nlevle = 1", 1)
        .replacen("keep_days = 30", "keep_days = \"long\"", 1)
        .replacen("type = \"yes_no\"", "type = \"yesno\"\n  colour = \"red\"", 1)
        .replacen("promised = 0", "promissed = 0", 1);
    let found = says(&shape);
    assert_eq!(found.len(), 6, "{found:?}");
    assert!(found.is_sorted_by_key(|(line, _)| *line));
    let both = SOUND
        .replacen("level = \"county\"", "level = \"county\"\nprice = 1", 1)
        .replacen("themes = [\"identity\"]", "themes = [\"identety\"]", 1)
        .replacen("\"public-security\"", "\"public_security\"", 1)
        .replacen("en = \"Anybody\"", "en = \"\"", 1)
        .replacen("{ field = \"copies\" }", "{ field = \"copis\" }", 1)
        .replacen("{ computed = \"years\" }", "{ computed = \"year\" }", 1)
        .replacen("vehicle.vehicles:plate", "vehicle.vehicles:plates", 1);
    let found = says(&both);
    for meant in ["identity", "public-security", "copies", "years", "plate"] {
        assert!(
            found.iter().any(|(_, says)| says.contains(&format!("did you mean \"{meant}\""))),
            "{found:?}"
        );
    }
    assert!(found.iter().any(|(_, says)| says.contains("\"price\"")), "{found:?}");
    assert_eq!(found.len(), 7, "{found:?}");
}

storage::contract! {
    async fn exported_and_imported_again_nothing_changes(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let reference = &backend.catalog.reference;
        let parsed = |texts: &[(String, String)]| -> Vec<Definition> {
            texts.iter().map(|(file, text)| read(file, text, reference, Locale::En).unwrap()).collect()
        };
        let exported = || -> Vec<(String, String)> {
            let services = backend.catalog.services();
            let one = |s: &std::sync::Arc<Service>| {
                (format!("{}.toml", s.code()), files::write(&s.definition).unwrap())
            };
            services.all.iter().map(one).collect()
        };
        // What ships is published already.
        let shipped = embedded_services();
        let again = publish(backend, parsed(&shipped)).await.unwrap();
        assert_eq!(again.len(), shipped.len());
        assert!(again.iter().all(|(_, what)| *what == Published::Unchanged), "{again:?}");
        // Through files and back.
        let folder = std::env::temp_dir().join(format!("catalog-{}", backend.id()));
        std::fs::create_dir_all(&folder).unwrap();
        let first = exported();
        for (file, text) in &first {
            std::fs::write(folder.join(file), text).unwrap();
        }
        let texts = files::texts(std::slice::from_ref(&folder)).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let back = publish(backend, parsed(&texts)).await.unwrap();
        assert_eq!(back.len(), shipped.len());
        assert!(back.iter().all(|(_, what)| *what == Published::Unchanged), "{back:?}");
        assert_eq!(exported(), first, "byte for byte");
        // One word, one new version; and back again.
        let mut changed = parsed(&first);
        changed[3].summary.en.push_str(" Now.");
        let outcome = publish(backend, changed).await.unwrap();
        let new: Vec<&str> =
            outcome.iter().filter(|(_, w)| *w == Published::Changed).map(|(code, _)| code.as_str()).collect();
        assert_eq!(new, [first[3].0.trim_end_matches(".toml")]);
        publish(backend, parsed(&first)).await.unwrap();
        assert_eq!(exported(), first);
    }
}

/// What a certificate says about a person is the holder's to show or not (SD-JWT), on every service for persons.
#[test]
fn what_certificates_say_about_people_is_theirs_to_show() {
    let mut open = Vec::new();
    let mut themes: Vec<String> = Vec::new();
    for (file, text) in embedded_services() {
        let definition: Definition = toml::from_str(&text).unwrap();
        themes.extend(definition.themes.iter().cloned());
        if definition.audience.contains(&Audience::Entity) {
            continue;
        }
        for claim in definition.certificate.iter().flat_map(|c| &c.claims) {
            let value = &claim.value;
            let says_something =
                !(value.facts().is_empty() && value.fields().is_empty() && value.computed().is_empty());
            if says_something && !claim.personal {
                open.push(format!("{file}: {}", claim.id));
            }
        }
    }
    assert_eq!(open, Vec::<String>::new());
    for theme in Reference::embedded().unwrap().themes {
        assert!(themes.contains(&theme.id), "nothing under {}", theme.id);
    }
}

/// Forty lines that would take longer than the universe to evaluate.
#[test]
fn a_definition_that_explodes_is_refused_at_once() {
    let reference = Reference::embedded().unwrap();
    let mut doubling = String::new();
    let mut before = "double".to_owned();
    for n in 0..60 {
        let id = format!("d{n}");
        doubling.push_str(&format!(
            "[[computed]]\nid = \"{id}\"\nlabel = {{ zh = \"数\", en = \"Number\" }}\nvalue = {{ add = [{{ computed = \"{before}\" }}, {{ computed = \"{before}\" }}] }}\n\n"
        ));
        before = id;
    }
    let text = SOUND.replacen("[[step]]", &format!("{doubling}[[step]]"), 1);
    let definition = toml::from_str(&text).unwrap();
    let problems = reference.check(&definition);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].wrong, domain::catalog::Wrong::TooComplex);
}
