//! What travels to a browser: the form looks the same there, and nothing that arrives can do harm.

use domain::cases::form::{FormScope, Questions, examine, fold_computed, fold_fields};
use domain::cases::wire::{Sheet, decode, encode};
use domain::cases::{Form, Raw};
use domain::catalog::{Definition, Field};
use domain::registers::Facts;
use jiff::civil::Date;
use proptest::prelude::*;

mod generate;
use generate::Gen;

fn base() -> Definition {
    toml::from_str(include_str!("../../catalog/services/residence-permit-endorsement.toml")).unwrap()
}

fn look(sheet: &Sheet, facts: &Facts, raw: &Raw) -> Form {
    let questions = Questions { fields: sheet.fields.iter().collect(), computed: &sheet.computed };
    examine(&questions, facts, raw, sheet.today)
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

proptest! {
    #![proptest_config(config(1_500))]

    #[test]
    fn a_sheet_that_travelled_examines_as_the_one_that_stayed(seed in any::<u64>()) {
        let mut g = Gen::new(seed);
        let mut definition = g.definition(&base());
        // As the form of a bundle has it.
        let conditions: Vec<_> = definition.fields().filter_map(|f| f.when.clone()).collect();
        for (field, unless) in definition.steps.iter_mut().flat_map(|s| &mut s.fields).rev().zip(conditions) {
            field.unless = g.chance(30).then_some(unless);
        }
        let (facts, raw, today) = (g.facts(), g.raw(&definition), g.today());
        let nothing = Form::default();
        let scope = FormScope { computed: &definition.computed, form: &nothing, facts: &facts, today, decision: false };
        let fields: Vec<Field> = definition.fields().cloned().collect();
        let folded = fold_fields(&definition.fields().collect::<Vec<_>>(), &scope);
        let folded_computed = fold_computed(&definition.computed, &scope);
        // Folded, as pages send it, and with every kind of expression there is.
        for (fields, computed) in [(&folded, &folded_computed), (&fields, &definition.computed)] {
            let sent = encode(fields, computed, &raw, today);
            prop_assert!(!sent.chars().any(|c| c.is_ascii_control()));
            let arrived = decode(&sent).unwrap();
            prop_assert_eq!(&arrived.elsewhere, &raw);
            prop_assert_eq!(encode(&arrived.fields, &arrived.computed, &arrived.elsewhere, arrived.today), sent);
            let stayed = Sheet { fields: fields.clone(), computed: computed.clone(), elsewhere: raw.clone(), today };
            for facts in [&facts, &Facts::default()] {
                prop_assert_eq!(look(&arrived, facts, &raw), look(&stayed, facts, &raw));
            }
        }
    }

    /// Cut short or with a character changed: another sheet or none, and never a panic.
    #[test]
    fn a_damaged_sheet_does_no_harm(seed in any::<u64>(), at in any::<prop::sample::Index>(), with in any::<char>()) {
        let mut g = Gen::new(seed);
        let definition = g.definition(&base());
        let fields: Vec<Field> = definition.fields().cloned().collect();
        let raw = g.raw(&definition);
        let mut sent: Vec<char> = encode(&fields, &definition.computed, &raw, g.today()).chars().collect();
        let at = at.index(sent.len());
        prop_assert!(decode(&sent[..at].iter().collect::<String>()).is_none());
        sent[at] = with;
        if let Some(sheet) = decode(&sent.into_iter().collect::<String>()) {
            let _ = look(&sheet, &Facts::default(), &raw);
        }
    }

    #[test]
    fn any_text_is_a_sheet_or_none(text in "([0-9a-zA-Z%&|?=;\\-]|;){0,80}", other in "\\PC{0,40}") {
        let _ = (decode(&text), decode(&other));
    }
}

#[test]
fn every_service_of_the_catalogue_travels() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../catalog/services");
    let mut travelled = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let definition: Definition =
            toml::from_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
        let fields: Vec<Field> = definition.fields().cloned().collect();
        let sent = encode(&fields, &definition.computed, &Raw::new(), Date::constant(2026, 11, 23));
        let arrived = decode(&sent).unwrap();
        let checks = |field: &Field| field.checks.iter().map(|check| check.that.clone()).collect::<Vec<_>>();
        assert_eq!(arrived.fields.len(), fields.len());
        for (there, here) in arrived.fields.iter().zip(&fields) {
            assert_eq!((&there.when, checks(there)), (&here.when, checks(here)));
        }
        travelled += 1;
    }
    assert!(travelled > 0);
}

#[test]
fn text_comes_through_an_attribute() {
    let typed = "a;b%\r\n\t\0\u{7f} <\"&' 一%3b";
    let raw = Raw::from([(typed.to_owned(), vec![typed.to_owned(), String::new()])]);
    let sent = encode(&[], &[], &raw, Date::MIN);
    let arrived = decode(&sent).unwrap();
    assert_eq!((arrived.elsewhere, arrived.today), (raw, Date::MIN));
}

#[test]
fn a_deep_expression_is_refused() {
    let nested = |depth: usize| format!("0;0;1;c;{}B1;0;", "!;".repeat(depth));
    assert!(decode(&nested(50)).is_some());
    assert!(decode(&nested(1_000_000)).is_none());
    assert!(decode("0;9223372036854775807;").is_none());
    assert!(decode("0;0;1;c;&9223372036854775807;0;").is_none());
}
