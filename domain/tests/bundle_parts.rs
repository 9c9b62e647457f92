//! A bundle's form and its parts, for every bundle the portal ships, filled in at random.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use domain::cases::form::Questions;
use domain::cases::{Form, Raw, examine};
use domain::catalog::bundle::{Published, Share, Whole, share, step_owner};
use domain::catalog::field::{Bound, FieldType};
use domain::catalog::{Bundle, Definition, Field};
use domain::registers::{FactState, Facts, Registers};
use domain::rules::{Number, Type, Value};
use jiff::civil::Date;
use proptest::prelude::*;

mod generate;
use generate::Gen;

const TODAY: Date = Date::constant(2026, 11, 28);

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    files.sort();
    files
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    toml::from_str(&fs::read_to_string(path).unwrap()).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

struct Shipped {
    bundle: Bundle,
    members: Vec<Definition>,
    composed: Definition,
}

static BUNDLES: LazyLock<Vec<Shipped>> = LazyLock::new(|| {
    let services: Vec<Definition> = files("services").iter().map(|p| read(p)).collect();
    let one = |path: &PathBuf| {
        let bundle: Bundle = read(path);
        let published = Published::of(&bundle, |code| services.iter().find(|d| d.code == code)).unwrap();
        let composed = published.composed();
        Shipped { bundle, members: published.members, composed }
    };
    files("bundles").iter().map(one).collect()
});

static REGISTERS: LazyLock<Registers> =
    LazyLock::new(|| read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog/registers.toml")));

/// What registers say of the facts of a bundle; some of them nothing.
fn facts(g: &mut Gen, definition: &Definition) -> Facts {
    let mut facts = Facts::default();
    for used in &definition.facts {
        let (_, spec) = REGISTERS.fact(&used.id).unwrap();
        let closed: Vec<&str> = spec.values.iter().map(|v| v.code.as_str()).collect();
        let value = match spec.rule_type() {
            Type::Text if !closed.is_empty() => Value::text(*g.pick(&closed)),
            Type::Region => Value::text("330106"),
            other => g.value(&other),
        };
        let state = match g.below(20) {
            0 => FactState::Pending,
            1 => FactState::NoRecord,
            2 => FactState::Contested(Some(value)),
            _ => FactState::Known(value),
        };
        facts.0.insert(used.id.clone(), state);
    }
    facts
}

/// Types something that is probably a good answer.
fn answer(g: &mut Gen, field: &Field, control: &str, facts: &Facts, raw: &mut Raw) {
    let mut put = |control: String, text: String| drop(raw.insert(control, vec![text]));
    let whole = |n: Number| n.truncate();
    let id = if g.chance(50) { "11010519491231002X" } else { "440524188001010014" };
    match field.kind {
        FieldType::Text | FieldType::LongText => {
            let length = field.min_length.unwrap_or(1).max(2).min(field.max_length.unwrap_or(20));
            put(control.into(), "字".repeat(length as usize));
        }
        FieldType::YesNo => put(control.into(), if g.chance(60) { "yes" } else { "no" }.into()),
        FieldType::Choice | FieldType::MultiChoice => {
            let mut options: Vec<String> = field.options.iter().map(|o| o.id.clone()).collect();
            if let Some((fact, key)) = field.options_from.as_deref().and_then(|s| s.split_once(':'))
                && let Ok(Value::Records(rows)) = facts.for_form(fact)
            {
                options.extend(rows.iter().filter_map(|r| Some(r.get(key)?.as_text()?.to_owned())));
            }
            options.retain(|o| !o.is_empty());
            match options.is_empty() {
                true => put(format!("{control}.described"), "那一个".into()),
                false if field.kind == FieldType::Choice => put(control.into(), g.pick(&options).clone()),
                false => {
                    let least = field.min_items.unwrap_or(1) as usize;
                    let chosen: Vec<String> = options
                        .iter()
                        .filter(|_| g.chance(50))
                        .take(field.max_items.unwrap_or(50) as usize)
                        .cloned()
                        .collect();
                    let chosen =
                        if chosen.len() < least { options.into_iter().take(least).collect() } else { chosen };
                    raw.insert(control.into(), chosen);
                }
            }
        }
        FieldType::Date => {
            let from = field.earliest.as_ref().map(|b| b.on(TODAY));
            let to = field.latest.as_ref().map(|b| b.on(TODAY));
            let day = match (from, to) {
                (Some(a), Some(b)) => {
                    if g.chance(50) {
                        a
                    } else {
                        b
                    }
                }
                (Some(one), None) | (None, Some(one)) => one,
                (None, None) => TODAY,
            };
            let near = Bound::FromToday(g.below(40) as i32 - 20).on(TODAY);
            let fits = from.is_none_or(|a| near >= a) && to.is_none_or(|b| near <= b);
            put(control.into(), if fits { near } else { day }.to_string());
        }
        FieldType::Number | FieldType::Money => {
            let least = field.min.map_or(0, whole);
            let most = field.max.map_or(least + 100, whole).max(least);
            let n = least + g.below((most - least + 1).min(50) as u64) as i64;
            let fits = field.min.is_none_or(|min| Number::whole(n) >= min);
            put(control.into(), if fits { n } else { n + 1 }.to_string());
        }
        FieldType::Phone => put(control.into(), "13900000000".into()),
        FieldType::Address => {
            put(format!("{control}.region"), field.within.clone().unwrap_or("330106".into()));
            put(format!("{control}.detail"), "文三路 1 号".into());
        }
        FieldType::File => put(control.into(), "01890a5d-ac96-774b-bcce-b302099a8057".into()),
        FieldType::Person => {
            put(format!("{control}.name"), "林晓".into());
            put(format!("{control}.id_number"), id.into());
        }
        FieldType::Group => {
            put(control.into(), "1".into());
            for inner in &field.fields {
                answer(g, inner, &format!("{control}.0.{}", inner.id), facts, raw);
            }
        }
    }
}

/// Fills in a form until nothing is wrong with it, or patience ends.
fn fill(g: &mut Gen, definition: &Definition, facts: &Facts) -> (Raw, Form) {
    let mut raw = Raw::new();
    // What was typed somewhere and is not asked must not go anywhere either.
    for field in definition.fields().filter(|_| g.chance(20)).cloned().collect::<Vec<_>>() {
        answer(g, &field, &field.id, facts, &mut raw);
    }
    let look = |raw: &Raw| examine(&Questions::from(definition), facts, raw, TODAY);
    let mut form = look(&raw);
    for _ in 0..60 {
        let wrong: Vec<String> =
            form.fields.iter().filter(|f| !f.errors.is_empty()).map(|f| f.id.clone()).collect();
        if wrong.is_empty() {
            break;
        }
        for id in wrong {
            answer(g, definition.field(&id).unwrap(), &id, facts, &mut raw);
        }
        form = look(&raw);
        // A mistake that rests on the answer to another question.
        if form.fields.iter().any(|f| !f.errors.is_empty()) {
            let asked: Vec<String> = form.fields.iter().filter(|f| f.asked).map(|f| f.id.clone()).collect();
            let other = g.pick(&asked).clone();
            answer(g, definition.field(&other).unwrap(), &other, facts, &mut raw);
            form = look(&raw);
        }
    }
    (raw, form)
}

fn belongs(control: &str, field: &str) -> bool {
    control.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
}

fn parts<'a>(shipped: &'a Shipped, whole: &Whole<'_>) -> Vec<(&'a str, bool, &'a Definition, Share)> {
    let members = shipped.bundle.members.iter().zip(&shipped.members);
    let applying = members.filter(|(member, _)| whole.applies(member) == Ok(true));
    applying
        .map(|(member, d)| (member.service.as_str(), member.is_later(), d, share(whole, member, d)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    /// Whatever is typed: a member gets answers to questions that it asks, and facts that it names.
    #[test]
    fn nothing_reaches_a_member_that_does_not_ask_for_it(seed in any::<u64>()) {
        let mut g = Gen::new(seed);
        let shipped = g.pick(&BUNDLES);
        let facts = facts(&mut g, &shipped.composed);
        let (raw, form) = fill(&mut g, &shipped.composed, &facts);
        let whole = Whole {
            bundle: &shipped.bundle, composed: &shipped.composed, raw: &raw, form: &form, facts: &facts, today: TODAY,
        };
        for (code, _, definition, part) in parts(shipped, &whole) {
            let asked: BTreeSet<&str> =
                part.form.fields.iter().filter(|f| f.asked).map(|f| f.id.as_str()).collect();
            for control in part.raw.keys() {
                prop_assert!(asked.iter().any(|id| belongs(control, id)), "{code}: {control}");
            }
            for fact in part.facts.0.keys() {
                prop_assert!(definition.facts.iter().any(|f| f.id == *fact), "{code}: {fact}");
            }
        }
    }

    /// A form without a mistake gives every member that is filed at once a form without a mistake.
    #[test]
    fn a_finished_form_is_finished_in_all_its_parts(seed in any::<u64>()) {
        let mut g = Gen::new(seed);
        let shipped = g.pick(&BUNDLES);
        let facts = facts(&mut g, &shipped.composed);
        let (raw, form) = fill(&mut g, &shipped.composed, &facts);
        prop_assume!(form.is_complete());
        let whole = Whole {
            bundle: &shipped.bundle, composed: &shipped.composed, raw: &raw, form: &form, facts: &facts, today: TODAY,
        };
        for (code, later, _, part) in parts(shipped, &whole) {
            let wrong: Vec<_> = part.form.fields.iter().filter(|f| !f.errors.is_empty()).collect();
            prop_assert!(later || wrong.is_empty(), "{} {code}: {wrong:?}", shipped.bundle.code);
        }
    }
}

/// Each question of the composed form comes from somewhere, once, and no page is empty.
#[test]
fn a_composed_form_is_sound_in_itself() {
    for shipped in &*BUNDLES {
        let mut ids = BTreeSet::new();
        let mut steps = BTreeSet::new();
        for step in &shipped.composed.steps {
            assert!(steps.insert(&step.id), "{}: {}", shipped.bundle.code, step.id);
            assert!(!step.fields.is_empty());
            if let Some(owner) = step_owner(&step.id) {
                assert!(shipped.bundle.member(owner).is_some(), "{owner}");
            }
            for field in &step.fields {
                assert!(ids.insert(&field.id), "{}: {}", shipped.bundle.code, field.id);
            }
        }
        let facts: BTreeSet<&str> = shipped.composed.facts.iter().map(|f| f.id.as_str()).collect();
        let own: BTreeSet<&str> = shipped
            .members
            .iter()
            .flat_map(|d| &d.facts)
            .chain(&shipped.bundle.facts)
            .map(|f| f.id.as_str())
            .collect();
        assert_eq!(facts, own);
    }
}

fn shipped(code: &str) -> &'static Shipped {
    BUNDLES.iter().find(|s| s.bundle.code == code).unwrap()
}

/// The number of a certificate reaches the member that waited for it, and is not asked.
#[test]
fn a_certificate_answers_what_it_answers() {
    let shipped = shipped("work-injury");
    let mut g = Gen::new(7);
    let mut facts = facts(&mut g, &shipped.composed);
    for (fact, value) in [("social.employment_status", "employed"), ("social.region", "330106")] {
        facts.0.insert(fact.into(), FactState::Known(Value::text(value)));
    }
    let mut raw = Raw::new();
    for (control, text) in [
        ("stable", "yes"),
        ("want__labour_ability_appraisal", "yes"),
        ("want__work_injury_benefits", "no"),
        ("injury", "右手骨折"),
        ("mobile", "13900000000"),
    ] {
        raw.insert(control.into(), vec![text.into()]);
    }
    let look = |facts: &Facts| {
        let form = examine(&Questions::from(&shipped.composed), facts, &raw, TODAY);
        assert!(form.field("labour_ability_appraisal__decision_number").is_none(), "never asked");
        let whole = Whole {
            bundle: &shipped.bundle,
            composed: &shipped.composed,
            raw: &raw,
            form: &form,
            facts,
            today: TODAY,
        };
        let all = parts(shipped, &whole);
        assert!(!all.iter().any(|(code, ..)| *code == "work-injury-benefits"), "not wanted");
        all.into_iter().find(|(code, ..)| *code == "labour-ability-appraisal").unwrap().3
    };
    let before = look(&facts);
    assert!(!before.raw.contains_key("decision_number"));
    let known = |value| FactState::Known(value);
    facts
        .0
        .insert("certificate.work-injury-recognition.number".into(), known(Value::text("1.2.156.3005.2-1")));
    facts.0.insert("certificate.work-injury-recognition.decided_on".into(), known(Value::Date(TODAY)));
    let after = look(&facts);
    assert_eq!(after.raw["decision_number"], ["1.2.156.3005.2-1"]);
    assert_eq!(after.raw["decided_on-day"], ["28"]);
    assert_eq!(after.raw["parts"], ["右手骨折"]);
    assert!(after.facts.0.keys().all(|id| !id.starts_with("certificate.")));
}
