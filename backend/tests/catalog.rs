//! Every service that ships is carried through: answered, filed, decided, certified. And every mistake in a definition is
//! named with its line.

use std::collections::BTreeMap;

use backend::Backend;
use backend::cases::begin::begin;
use backend::cases::consent::give_consent;
use backend::cases::decide::{accept, approve};
use backend::cases::submit::submit;
use backend::catalog::files::{Mistake, read};
use backend::catalog::{Reference, Service};
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
        let consent = ConsentId(portal.backend.id());
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
    assert_eq!(filed.state, state);
    if pays_first {
        return Ok(());
    }
    if state == CaseState::Submitted {
        let officer = clerk(backend, &definition.department);
        accept(backend, &officer, id, filed.row.version).await.unwrap();
        approve(backend, &officer, id, filed.row.version + 1).await.unwrap();
    }
    let doubts: Vec<_> = expected.1.into_iter().filter(|f| f.holds != Ok(true)).map(|f| f.rule).collect();
    if !doubts.is_empty() {
        return Err(format!("{:?} in spite of {doubts:?}", opened(backend, actor, id).await.state));
    }
    let done = opened(backend, actor, id).await;
    assert_eq!(done.state, CaseState::Approved);
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

storage::contract! {
    async fn every_service_can_be_carried_through(t: &TestDb) {
        // A walk through the catalogue, not through the engine.
        if t.is_postgres() {
            return;
        }
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

#[test]
fn what_cannot_be_read_is_named_with_its_line() {
    let reference = Reference::embedded().unwrap();
    for (right, wrong, says, line) in [
        ("level = \"county\"", "level = \"galaxy\"", "galaxy", "level"),
        ("keep_days = 30", "keep_days = 30\nkept_where = \"here\"", "kept_where", "kept_where"),
        ("type = \"yes_no\"", "type = \"maybe\"", "maybe", "maybe"),
        (
            "{ eq = [{ field = \"wants\" }, true] }",
            "{ eq = [{ field = \"wants\" }, true, false] }",
            "takes 2",
            "when",
        ),
        ("audience = [\"person\"]", "audience = [\"person\"", "", "audience"),
    ] {
        let text = SOUND.replacen(right, wrong, 1);
        let found = mistakes(&reference, &text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].says.contains(says), "{}", found[0]);
        let expected = text.lines().position(|l| l.contains(line)).unwrap() + 1;
        assert!((expected..=expected + 1).contains(&found[0].line), "{} is not line {expected}", found[0]);
    }
    let missing = SOUND.replacen("code = \"sound\"\n", "", 1);
    assert!(mistakes(&reference, &missing)[0].says.contains("code"));
    let elsewhere = read("services/other.toml", SOUND, &reference, Locale::Zh).unwrap_err();
    assert_eq!((elsewhere.len(), elsewhere[0].line), (1, 1));
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
