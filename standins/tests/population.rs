//! What the registers say about one person fits together.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, LazyLock};

use domain::identity::credit_code::CreditCode;
use domain::identity::resident_id::{ResidentId, Sex};
use domain::organisation::region::{Level, RegionCode};
use domain::registers::{FactType, NamedCode, Subject};
use domain::time::age_on;
use jiff::civil::Date;
use serde_json::Value;
use standins::population::*;
use standins::registers::{catalogue, document_on};
use standins::{Population, demo_entities, demo_people};

static POPULATION: LazyLock<Arc<Population>> = LazyLock::new(|| Arc::new(Population::generate(7)));

const TODAY: Date = Date::constant(2026, 11, 23);
/// Someone starts the demo two years later.
const LATER: Date = Date::constant(2028, 12, 5);

/// Everything every register says about a person.
fn about(person: &Person, today: Date) -> BTreeMap<String, Value> {
    let mut facts = BTreeMap::new();
    for register in catalogue().all.iter().filter(|r| r.subject == Subject::Person) {
        let document = document_on(&POPULATION, &register.id, person.id.as_str(), today).unwrap();
        for fact in &register.facts {
            facts.insert(fact.id.clone(), document.pointer(&fact.at).cloned().unwrap_or(Value::Null));
        }
    }
    facts
}

fn text<'a>(facts: &'a BTreeMap<String, Value>, id: &str) -> Option<&'a str> {
    facts[id].as_str()
}

fn number(facts: &BTreeMap<String, Value>, id: &str) -> i64 {
    facts[id].as_i64().unwrap_or_else(|| panic!("{id} is {}", facts[id]))
}

fn date(facts: &BTreeMap<String, Value>, id: &str) -> Option<Date> {
    facts[id].as_str().map(|text| text.parse().unwrap())
}

#[test]
fn there_are_enough_people_and_firms_and_every_number_is_valid_and_marked() {
    let population = &*POPULATION;
    assert!(population.persons.len() >= 20_000);
    assert!(population.entities.len() >= 1_500);
    let mut seen = HashSet::new();
    for person in &population.persons {
        assert_eq!(ResidentId::parse_on(person.id.as_str(), FROZEN_ON), Ok(person.id));
        assert!(person.id.as_str()[14..17] >= *"901", "the sequence tells that it is synthetic");
        assert!(seen.insert(person.id), "twice the same number");
        assert!((0..=110).contains(&person.id.age_on(FROZEN_ON)));
    }
    let mut names = HashSet::new();
    for entity in &population.entities {
        assert_eq!(CreditCode::parse(entity.code.as_str()), Ok(entity.code));
        assert!(entity.code.as_str()[8..].starts_with("MY"));
        assert!(names.insert(&entity.name), "twice the same name: {}", entity.name);
    }
    let phones: HashSet<_> = population.persons.iter().filter_map(|p| p.phone.as_ref()).collect();
    assert_eq!(phones.len(), population.persons.iter().filter(|p| p.phone.is_some()).count());
    assert!(phones.iter().all(|p| p.len() == 11 && p.starts_with("154")));
    for address in population.households.iter().map(|h| &h.address) {
        assert!(["示例", "样本", "演示"].iter().any(|mark| address.contains(mark)), "{address}");
    }
}

#[test]
fn a_seed_gives_the_same_people_and_another_seed_others() {
    let (same, other) = (Population::generate(7), Population::generate(8));
    let ids = |p: &Population| p.persons.iter().map(|p| (p.id, p.name.clone())).collect::<Vec<_>>();
    assert_eq!(ids(&POPULATION), ids(&same));
    assert_ne!(ids(&POPULATION), ids(&other));
    for demo in demo_people() {
        assert!(other.person(&ResidentId::parse(demo.id).unwrap()).is_some(), "{}", demo.name);
    }
}

#[test]
fn most_households_are_in_hangzhou_and_some_people_come_from_elsewhere() {
    let code = |text| RegionCode::parse(text).unwrap();
    let (mut hangzhou, mut away) = (0, 0);
    for household in &POPULATION.households {
        let known = POPULATION.regions.get(household.region).expect("a place of the catalogue");
        assert!(household.address.contains(&known.name.zh));
        hangzhou += usize::from(household.region.is_under(code("3301")));
        away += usize::from(!household.region.is_under(code("33")));
    }
    assert!(hangzhou * 2 > POPULATION.households.len());
    assert!(away * 20 > POPULATION.households.len());
    for person in POPULATION.persons.iter().filter(|p| p.residence.is_some()) {
        assert!(!POPULATION.household(person).region.is_under(code("33")));
    }
}

#[test]
fn families_are_possible() {
    let population = &*POPULATION;
    for (at, person) in population.persons.iter().enumerate() {
        if let Marriage::Married { spouse, on } = person.marriage {
            let other = &population.persons[spouse as usize];
            assert_eq!(other.marriage, Marriage::Married { spouse: at as u32, on });
            assert_ne!(person.sex(), other.sex());
            let least = if person.sex() == Sex::Male { 22 } else { 20 };
            assert!(person.id.age_on(on) >= least, "{} married at {}", person.name, person.id.age_on(on));
            assert!(on <= FROZEN_ON);
        }
        if let Marriage::Divorced { married_on, on } = person.marriage {
            assert!(married_on < on && on <= FROZEN_ON);
        }
        let household = population.household(person);
        assert!(household.members.contains(&(at as u32)));
        assert!(
            household.collective
                || household
                    .members
                    .iter()
                    .any(|m| population.persons[*m as usize].relation == Relation::Head)
        );
        assert!(person.registered_on >= person.birth() && person.registered_on <= FROZEN_ON);
    }
    for birth in &population.births {
        let mother = &population.persons[birth.mother as usize];
        assert!((16..=46).contains(&mother.id.age_on(birth.on)), "{}", mother.id.age_on(birth.on));
        assert_eq!(mother.sex(), Sex::Female);
        if let Some(father) = birth.father {
            assert!(population.persons[father as usize].id.age_on(birth.on) >= 18);
        }
        if let Some(child) = birth.child {
            let child = &population.persons[child as usize];
            assert_eq!((child.birth(), child.sex(), &child.name), (birth.on, birth.sex, &birth.name));
        }
        assert_eq!(birth.certificate.is_some(), birth.on.year() >= 1996);
    }
    assert!(
        population.births.iter().filter(|b| b.child.is_none()).count() > 5,
        "newborns without a household"
    );
}

fn registers_agree(today: Date, every: usize) {
    for person in POPULATION.persons.iter().step_by(every).filter(|p| p.disagreement.is_none()) {
        let facts = about(person, today);
        let who = format!("{} {:?}", person.name, person.occupation);
        let age = age_on(person.birth(), today);
        assert_eq!(text(&facts, "person.name"), Some(person.name.as_str()));

        // Work, contributions and pension.
        let employed = text(&facts, "social.employment_status") == Some("employed");
        assert_eq!(facts["social.employer_name"].is_string(), employed, "{who}");
        assert_eq!(facts["social.employer_name"], facts["medical.employer_name"], "{who}");
        if employed {
            assert!(age >= 16, "{who}");
            let code = CreditCode::parse(text(&facts, "social.employer_code").unwrap()).unwrap();
            let employer = POPULATION.entity(&code).unwrap();
            assert_eq!(text(&facts, "social.employer_name"), Some(employer.name.as_str()));
            assert_eq!(employer.status, "active");
            assert!(date(&facts, "social.employed_since").unwrap() >= employer.established_on, "{who}");
            assert_eq!(text(&facts, "social.status"), Some("active"), "{who}");
            assert_eq!(text(&facts, "medical.scheme"), Some("employee"), "{who}");
        }
        if age < 16 {
            assert!(matches!(text(&facts, "social.employment_status"), Some("student" | "none")), "{who}");
            assert_eq!(number(&facts, "social.months_paid"), 0, "{who}");
            assert_eq!(text(&facts, "marriage.status"), Some("single"), "{who}");
            assert_eq!(text(&facts, "licence.status"), Some("none"), "{who}");
            assert_eq!(text(&facts, "fund.status"), Some("none"), "{who}");
        }
        let drawing = text(&facts, "social.pension_status") == Some("drawing");
        assert_eq!(text(&facts, "social.employment_status") == Some("retired"), drawing, "{who}");
        assert_eq!(text(&facts, "social.status") == Some("drawing"), drawing, "{who}");
        assert_eq!(facts["social.pension_monthly"].is_i64(), drawing, "{who}");
        if drawing {
            assert!(age >= 55, "{who}");
            assert!(number(&facts, "social.months_paid") >= 180, "{who} {}", facts["social.months_paid"]);
            assert!(
                date(&facts, "social.pension_verified_on") >= date(&facts, "social.pension_since"),
                "{who}"
            );
        }
        assert!(number(&facts, "social.consecutive_months") <= number(&facts, "social.months_paid"), "{who}");
        assert!(number(&facts, "social.months_paid") <= i64::from(age - 15) * 12 + 1 || age < 16, "{who}");
        assert!(
            number(&facts, "medical.consecutive_months") <= number(&facts, "medical.months_paid"),
            "{who}"
        );
        assert!(number(&facts, "fund.months") <= number(&facts, "social.months_paid"), "{who}");
        if number(&facts, "social.unemployment_benefit_left") > 0 {
            assert_eq!(text(&facts, "social.employment_status"), Some("unemployed"), "{who}");
        }

        // Family.
        let members = facts["household.members"].as_array().unwrap();
        assert_eq!(number(&facts, "household.size"), members.len() as i64);
        let spouse = text(&facts, "marriage.spouse_id");
        assert_eq!(spouse.is_some(), text(&facts, "marriage.status") == Some("married"), "{who}");
        if let Some(spouse) = spouse {
            let spouse = POPULATION.person(&ResidentId::parse(spouse).unwrap()).unwrap();
            if spouse.disagreement.is_none() {
                let back = document_on(&POPULATION, "marriage", spouse.id.as_str(), today).unwrap();
                assert_eq!(back.pointer("/marriage/spouse_id"), Some(&serde_json::json!(person.id)), "{who}");
                assert_eq!(
                    back.pointer("/marriage/certificate_number"),
                    Some(&facts["marriage.certificate_number"]),
                    "{who}"
                );
            }
        }
        for child in facts["family.children"].as_array().unwrap() {
            assert_eq!(child["hukou_registered"].as_bool().unwrap(), child["id_number"].is_string());
        }

        // School.
        let stage = text(&facts, "enrolment.stage");
        if let Some(stage) = stage {
            let range = match stage {
                "kindergarten" => 3..=7,
                "primary" => 6..=13,
                "junior" => 12..=16,
                "senior" | "vocational" => 15..=19,
                _ => 18..=27,
            };
            assert!(range.contains(&age), "{who} is {age} in {stage}");
            assert!(!employed, "{who} works and is in {stage}");
        }
        if (7..=14).contains(&age) {
            assert!(stage.is_some(), "{who}: a child of {age} is at school");
        }

        // Things owned.
        assert_eq!(
            number(&facts, "property.count"),
            facts["property.properties"].as_array().unwrap().len() as i64
        );
        assert!(number(&facts, "property.housing_count") <= number(&facts, "property.count"));
        assert!(number(&facts, "property.local_housing_count") <= number(&facts, "property.housing_count"));
        assert_eq!(
            number(&facts, "vehicle.count"),
            facts["vehicle.vehicles"].as_array().unwrap().len() as i64
        );
        if number(&facts, "vehicle.count") > 0 {
            assert_ne!(text(&facts, "licence.status"), Some("none"), "{who}");
        }
        if facts["fund.loan_balance"].is_i64() {
            let mortgaged = |p: &Value| p["mortgaged"] == true;
            assert!(facts["property.properties"].as_array().unwrap().iter().any(mortgaged), "{who}");
        }

        // Those who get support.
        if facts["disability.living_subsidy"] == true {
            assert_eq!(facts["low_income.registered"], true, "{who}");
        }
        if facts["disability.care_subsidy"] == true {
            assert!(number(&facts, "disability.level") <= 2, "{who}");
        }
        if facts["low_income.elderly_allowance"] == true {
            assert!(age >= 80, "{who}");
        }
        if facts["veteran.registered"] == true {
            let enlisted = date(&facts, "veteran.enlisted_on").unwrap();
            assert!((17..=24).contains(&person.id.age_on(enlisted)), "{who}");
            assert!(enlisted < date(&facts, "veteran.discharged_on").unwrap());
        }
        let family = |id: &str| {
            let member = POPULATION.person(&ResidentId::parse(id).unwrap()).unwrap();
            POPULATION.household(member).assistance.is_some()
        };
        if facts["low_income.registered"] == true {
            assert!(members.iter().all(|m| family(m["id_number"].as_str().unwrap())));
            assert_eq!(number(&facts, "low_income.persons"), members.len() as i64);
        }
        let card = text(&facts, "id_card.status").unwrap();
        let expired = date(&facts, "id_card.valid_until").is_some_and(|until| until < today);
        assert!(card == "lost" || (card == "expired") == expired, "{who}");
    }
}

#[test]
fn the_registers_agree_about_everybody() {
    registers_agree(TODAY, 3);
}

#[test]
fn the_registers_still_agree_when_time_goes_on() {
    registers_agree(LATER, 7);
}

#[test]
fn firms_and_their_people_fit_together() {
    let mut staff = 0;
    for (at, entity) in POPULATION.entities.iter().enumerate() {
        let representative = &POPULATION.persons[entity.representative as usize];
        assert!(representative.id.age_on(entity.established_on) >= 18, "{}", entity.name);
        assert!(entity.established_on <= FROZEN_ON);
        let document = document_on(&POPULATION, "market_entities", entity.code.as_str(), TODAY).unwrap();
        assert_eq!(document["entity"]["representative_name"], representative.name.as_str());
        assert_eq!(document["social"]["insured_staff"], entity.staff.len());
        for person in &entity.staff {
            let occupation = POPULATION.persons[*person as usize].occupation;
            assert!(matches!(occupation, Occupation::Employed { entity, .. } if entity as usize == at));
        }
        for licence in &entity.licences {
            assert!(licence.issued_on >= entity.established_on && licence.valid_until > licence.issued_on);
        }
        staff += entity.staff.len();
    }
    let employed =
        POPULATION.persons.iter().filter(|p| matches!(p.occupation, Occupation::Employed { .. })).count();
    assert_eq!(staff, employed);
    assert!(employed > 6_000);
}

#[test]
fn every_fact_of_the_catalogue_is_known_of_somebody_and_has_its_type() {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for register in &catalogue().all {
        let numbers: Vec<String> = match register.subject {
            Subject::Person => {
                POPULATION.persons.iter().step_by(2).map(|p| p.id.as_str().to_owned()).collect()
            }
            Subject::Entity => POPULATION.entities.iter().map(|e| e.code.to_string()).collect(),
        };
        for id in numbers {
            let document = document_on(&POPULATION, &register.id, &id, TODAY).unwrap();
            for fact in &register.facts {
                let value = document.pointer(&fact.at).unwrap_or(&Value::Null);
                if value.is_null() {
                    continue;
                }
                if fact.kind == FactType::Records {
                    let records = value.as_array().unwrap();
                    let key = fact.key.as_deref().unwrap();
                    let keys: HashSet<&str> = records.iter().map(|r| r[key].as_str().unwrap()).collect();
                    assert_eq!(keys.len(), records.len(), "{}: keys tell records apart", fact.id);
                    for record in records {
                        for column in &fact.columns {
                            let value = record.pointer(&column.at).unwrap_or(&Value::Null);
                            assert!(
                                value.is_null() || fits(column.kind, &column.values, value),
                                "{} {value}",
                                column.id
                            );
                        }
                    }
                    if records.is_empty() {
                        continue;
                    }
                } else {
                    assert!(fits(fact.kind, &fact.values, value), "{} is {value}", fact.id);
                }
                known.insert(&fact.id);
            }
        }
    }
    let all: BTreeSet<&str> = catalogue().all.iter().flat_map(|r| &r.facts).map(|f| f.id.as_str()).collect();
    let never: Vec<_> = all.difference(&known).collect();
    assert!(never.is_empty(), "known of nobody: {never:?}");
}

fn fits(kind: FactType, codes: &[NamedCode], value: &Value) -> bool {
    match kind {
        FactType::Text => {
            value.as_str().is_some_and(|v| codes.is_empty() || codes.iter().any(|c| c.code == v))
        }
        FactType::Bool => value.is_boolean(),
        FactType::Money => value.is_i64() || value.is_u64(),
        FactType::Number => {
            value.as_i64().map_or_else(|| value.as_str().is_some_and(|v| v.parse::<f64>().is_ok()), |_| true)
        }
        FactType::Date => value.as_str().is_some_and(|v| v.parse::<Date>().is_ok() && v.len() == 10),
        FactType::Region => value.as_str().is_some_and(|v| {
            RegionCode::parse(v)
                .is_ok_and(|code| code.level() > Level::Township || POPULATION.regions.get(code).is_some())
        }),
        FactType::Records => false,
    }
}

#[test]
fn the_demo_people_are_as_told() {
    for demo in demo_people() {
        let person = POPULATION.person(&ResidentId::parse(demo.id).unwrap()).expect(demo.name);
        assert_eq!((person.name.as_str(), person.phone.as_deref()), (demo.name, Some(demo.phone)));
        assert!(!demo.note.zh.is_empty() && !demo.note.en.is_empty());
    }
    for demo in demo_entities() {
        let entity = POPULATION.entity(&CreditCode::parse(demo.code).unwrap()).expect(demo.name);
        assert_eq!(entity.name, demo.name);
        assert_eq!(POPULATION.persons[entity.representative as usize].name, demo.representative);
    }
    let find = |name: &str| {
        let demo = demo_people().into_iter().find(|d| d.name == name).unwrap();
        about(POPULATION.person(&ResidentId::parse(demo.id).unwrap()).unwrap(), TODAY)
    };
    let lin = find("林晓雨");
    assert_eq!(text(&lin, "household.region"), Some("330106005"));
    assert_eq!(text(&lin, "marriage.status"), Some("married"));
    assert_eq!(lin["family.newborn_without_hukou"], true);
    assert!(number(&lin, "maternity.consecutive_months") >= 14);
    assert_eq!(lin["maternity.allowance_paid"], false);
    assert_eq!((number(&lin, "property.housing_count"), number(&lin, "vehicle.count")), (1, 1));
    let chen = find("陈建国");
    assert_eq!(text(&chen, "social.pension_status"), Some("drawing"));
    assert_eq!(chen["veteran.registered"], true);
    assert_eq!(chen["id_card.long_term"], true);
    let wang = find("王芳");
    assert_eq!(
        (number(&wang, "disability.level"), &wang["disability.living_subsidy"]),
        (2, &Value::Bool(false))
    );
    assert_eq!(text(&wang, "low_income.status"), Some("minimum_living"));
    let zhou = find("周明");
    assert_eq!(text(&zhou, "household.region"), Some("341226"));
    assert_eq!(text(&zhou, "residence.since"), Some("2025-03-10"));
    assert!(zhou["residence.permit_number"].is_null());
    let liu = find("刘洋");
    assert_eq!(text(&liu, "household.region"), Some("341226"));
    assert_eq!(text(&liu, "residence.permit_valid_until"), Some("2027-01-08"));
    let xu = find("徐子涵");
    assert_eq!((text(&xu, "enrolment.stage"), number(&xu, "enrolment.grade")), (Some("junior"), 3));
    let shen = find("沈洁");
    assert_eq!(text(&shen, "person.name"), Some("沈洁"));
    assert_eq!(shen["household.members"][0]["name"], "沈小洁");
    assert_eq!(text(&shen, "marriage.status"), Some("single"));
    assert_eq!(find("李秀兰")["low_income.elderly_allowance"], false);
    let sun = find("孙浩");
    assert_eq!(text(&sun, "social.employment_status"), Some("unemployed"));
    assert!(number(&sun, "social.unemployment_benefit_left") > 0);
    assert_eq!(text(&sun, "id_card.status"), Some("expired"));
    let yang = find("杨帆");
    assert_eq!(
        (&yang["veteran.registered"], &yang["veteran.grant_paid"]),
        (&Value::Bool(true), &Value::Bool(false))
    );
}

#[test]
fn the_residents_of_the_browser_tests_live_in_the_demo() {
    let demo = Population::generate(1);
    let living: HashSet<(&str, &str)> =
        demo.persons.iter().map(|p| (p.name.as_str(), p.id.as_str())).collect();
    let listed = include_str!("../../end2end/support/people.ts");
    let entries: Vec<Vec<&str>> = listed
        .lines()
        .filter(|line| line.starts_with("  [\""))
        .map(|line| line.split('"').collect())
        .collect();
    assert!(entries.len() > 50);
    for entry in entries {
        let (name, id) = (entry[1], entry[3]);
        assert!(living.contains(&(name, id)), "{name} moved away: cargo run -p standins --example people");
    }
}
