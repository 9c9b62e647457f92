//! The sample people that ship with the program are those of the stand-ins, as their registers answer.

use std::collections::BTreeMap;

use backend::catalog::samples::{Sample, samples};
use backend::registers::{Answer, Question};
use backend::testing::Portal;
use domain::ids::ConsentId;
use domain::registers::{FactState, Facts, Subject};
use storage::testing::TestDb;

/// What every register of `subject` says of a number.
async fn asked(portal: &Portal, subject: Subject, number: &str) -> BTreeMap<String, FactState> {
    let backend = &portal.backend;
    let mut facts = BTreeMap::new();
    for register in backend.catalog.reference.registers.all.iter().filter(|r| r.subject == subject) {
        let ids: Vec<&str> = register.facts.iter().map(|f| f.id.as_str()).collect();
        if ids.is_empty() {
            continue;
        }
        let question = Question {
            subject,
            number,
            purpose: "样本",
            consent: Some(ConsentId(backend.id())),
            facts: ids.clone(),
        };
        match backend.registers.ask(register, &question).await {
            Answer::Said(said) => facts.extend(
                said.facts
                    .into_iter()
                    .map(|(id, value)| (id, value.map_or(FactState::NoRecord, FactState::Known))),
            ),
            Answer::NoSubject { .. } => {
                facts.extend(ids.into_iter().map(|id| (id.to_owned(), FactState::NoRecord)));
            }
            Answer::Unknown(trouble) => panic!("{}: {trouble}", register.id),
        }
    }
    facts
}

async fn expected(portal: &Portal) -> Vec<Sample> {
    let mut all = Vec::new();
    for person in standins::demo_people() {
        let facts = Facts(asked(portal, Subject::Person, person.id).await);
        let (id, name) = (format!("person-{}", all.len() + 1), person.name.to_owned());
        all.push(Sample { id, name, about: person.note, entity: false, facts });
    }
    for entity in standins::demo_entities() {
        // The representative may be one of the named people, or somebody who lives with one.
        let named = standins::demo_people().into_iter().find(|p| p.name == entity.representative);
        let mut facts = match named {
            Some(person) => asked(portal, Subject::Person, person.id).await,
            None => BTreeMap::new(),
        };
        facts.extend(asked(portal, Subject::Entity, entity.code).await);
        let about = domain::text::Text::new(
            format!("法定代表人（经营者）：{}", entity.representative),
            format!("Represented by {}", entity.representative),
        );
        let (id, name) = (format!("entity-{}", all.len() + 1), entity.name.to_owned());
        all.push(Sample { id, name, about, entity: true, facts: Facts(facts) });
    }
    all
}

/// `BLESS=1` writes the file.
#[test]
fn the_samples_are_what_the_stand_ins_say_of_the_named_people() {
    storage::testing::sqlite(|t| Box::pin(compare(t)));
}

async fn compare(t: &TestDb) {
    let portal = Portal::start(t.db()).await;
    let expected = expected(&portal).await;
    if std::env::var_os("BLESS").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../catalog/samples.json");
        let lines: Vec<String> = expected.iter().map(|s| serde_json::to_string(s).unwrap()).collect();
        std::fs::write(file, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
        return;
    }
    assert!(expected.len() >= 14);
    for (sample, expected) in samples().iter().zip(&expected) {
        assert_eq!(sample, expected, "{}: write the file anew with BLESS=1", expected.name);
    }
    assert_eq!(samples().len(), expected.len());
}
