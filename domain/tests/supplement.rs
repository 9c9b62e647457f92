//! Asking for more, over any definition, facts and answers: what was not asked about stays as it was filed.

mod generate;

use std::collections::BTreeSet;

use domain::cases::form::Questions;
use domain::cases::supplement::{Change, changes, check_asks, most_files, on_the_list, open_questions};
use domain::cases::{About, Ask, Form, amend, examine, typed};
use domain::catalog::Definition;
use generate::Gen;
use proptest::prelude::*;

fn base() -> Definition {
    toml::from_str(include_str!("../../catalog/services/residence-permit-endorsement.toml")).unwrap()
}

fn ask(about: About) -> Ask {
    Ask { about, wrong: "看不清".into(), right: "请重新填写".into() }
}

/// The questions of a form that have an answer.
fn answered(form: &Form) -> Vec<String> {
    form.answers().into_keys().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_typed_again_means_the_same(seed in any::<u64>()) {
        let mut g = Gen::new(seed);
        let (definition, today) = (g.definition(&base()), g.today());
        let (facts, raw) = (g.facts(), g.raw(&definition));
        let questions = Questions::from(&definition);
        let answers = examine(&questions, &facts, &raw, today).answers();
        let again = examine(&questions, &facts, &typed(&answers), today).answers();
        prop_assert_eq!(answers, again);
    }

    #[test]
    fn only_what_is_asked_about_changes(seed in any::<u64>(), which in any::<prop::sample::Index>()) {
        let mut g = Gen::new(seed);
        let (definition, today) = (g.definition(&base()), g.today());
        let (facts, raw) = (g.facts(), g.raw(&definition));
        let questions = Questions::from(&definition);
        let filed = examine(&questions, &facts, &raw, today).answers();
        let other = g.raw(&definition);
        // Nothing is asked: nothing that is answered becomes another answer, whatever is posted.
        let untouched = amend(&questions, &facts, &filed, &BTreeSet::new(), &other, today);
        for (id, answer) in untouched.answers() {
            if let Some(before) = filed.get(&id) {
                prop_assert_eq!(before, &answer);
            }
        }
        if filed.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = filed.keys().cloned().collect();
        let asked = which.get(&ids).clone();
        let asks = [ask(About::Field(asked.clone()))];
        let amended = amend(&questions, &facts, &filed, &open_questions(&asks), &other, today);
        for Change { field, before, after } in changes(&filed, &amended.answers()) {
            let changed = before.is_some() && after.is_some();
            prop_assert!(!changed || field == asked, "{field} changed");
        }
        // Whatever stands in the way of an answer is on the list.
        let listed: Vec<&str> =
            on_the_list(&definition, &amended, &asks).into_iter().map(|f| f.id.as_str()).collect();
        for field in &amended.fields {
            prop_assert!(field.errors.is_empty() || listed.contains(&field.id.as_str()));
        }
        prop_assert!(listed.iter().all(|id| amended.field(id).is_some_and(|f| f.asked)));
    }
}

#[test]
fn an_ask_is_about_something_once() {
    let definition: Definition =
        toml::from_str(include_str!("../../catalog/services/company-deregistration.toml")).unwrap();
    let form = Form {
        fields: definition
            .fields()
            .enumerate()
            .map(|(n, f)| domain::cases::FieldState {
                id: f.id.clone(),
                asked: n == 0,
                answer: None,
                errors: Vec::new(),
            })
            .collect(),
    };
    let first = About::Field(form.fields[0].id.clone());
    let hidden = About::Field(form.fields[1].id.clone());
    assert!(check_asks(&definition, &form, &[ask(first.clone()), ask(About::Material(0))]).is_ok());
    assert!(check_asks(&definition, &form, &[]).is_err());
    assert!(check_asks(&definition, &form, &[ask(first.clone()), ask(first.clone())]).is_err());
    assert!(check_asks(&definition, &form, &[ask(hidden)]).is_err());
    assert!(check_asks(&definition, &form, &[ask(About::Material(1))]).is_err());
    for about in [first, About::Material(0)] {
        assert_eq!(About::from_control(&about.control()), about);
    }
    assert_eq!(most_files(&definition, "material-0"), Some(5));
    assert_eq!(most_files(&definition, "material-1"), None);
    assert!(answered(&form).is_empty());
}
