//! The rule engine on generated definitions: it always answers, says the same after every journey, and what is folded for
//! a browser says what the server says.

use domain::cases::form::{FormScope, Questions, examine, fold_computed, fold_fields};
use domain::cases::{Form, Raw};
use domain::catalog::{Computed, Definition, Field};
use domain::registers::Facts;
use domain::rules::fold::fold;
use domain::rules::{Cause, Eval, Expr, Scope, Type, Value, evaluate};
use jiff::civil::Date;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

mod generate;
use generate::{Gen, Names};

fn base() -> Definition {
    toml::from_str(include_str!("../../catalog/services/residence-permit-endorsement.toml")).unwrap()
}

/// TOML has no bare value at its root.
#[derive(Serialize, Deserialize)]
struct Holder {
    e: Expr,
}

const TYPES: [Type; 5] = [Type::Bool, Type::Number, Type::Money, Type::Date, Type::Text];

struct Filled {
    definition: Definition,
    facts: Facts,
    raw: Raw,
    today: Date,
}

fn filled(seed: u64) -> Filled {
    let mut g = Gen::new(seed);
    let definition = g.definition(&base());
    Filled { facts: g.facts(), raw: g.raw(&definition), today: g.today(), definition }
}

impl Filled {
    fn form(&self) -> Form {
        examine(&Questions::from(&self.definition), &self.facts, &self.raw, self.today)
    }

    fn scope<'a>(&'a self, form: &'a Form) -> FormScope<'a> {
        let computed = &self.definition.computed;
        FormScope { computed, form, facts: &self.facts, today: self.today, decision: false }
    }
}

/// Whether there is none, or nobody can tell: what `known` tells apart.
fn kind(said: &Eval) -> Result<&Value, bool> {
    said.as_ref().map_err(|cause| matches!(cause, Cause::NoRecord(_) | Cause::Unanswered(_)))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn expressions_survive_toml_and_json(seed in any::<u64>()) {
        let mut g = Gen::new(seed);
        for of in &TYPES {
            let e = g.expr(of, 5, &Names::default());
            let json = serde_json::to_string(&e).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Expr>(&json).unwrap(), &e, "{}", json);
            let text = toml::to_string(&Holder { e: e.clone() }).unwrap();
            prop_assert_eq!(&toml::from_str::<Holder>(&text).unwrap().e, &e, "{}", text);
        }
    }

    #[test]
    fn definitions_survive_toml_and_json(seed in any::<u64>()) {
        let definition = filled(seed).definition;
        let json = |definition: &Definition| serde_json::to_string_pretty(definition).unwrap();
        let text = toml::to_string(&definition).unwrap();
        let again = toml::from_str::<Definition>(&text).unwrap();
        let changed = json(&definition).lines().zip(json(&again).lines()).find(|(a, b)| a != b)
            .map(|(a, b)| format!("{a} became {b}"));
        prop_assert!(again == definition, "{:?}", changed);
        prop_assert!(serde_json::from_str::<Definition>(&json(&definition)).unwrap() == definition);
    }

    /// Of any type on any facts: a value of that type, or a cause.
    #[test]
    fn evaluation_is_total_and_keeps_to_its_type(seed in any::<u64>()) {
        let case = filled(seed);
        let form = case.form();
        let mut g = Gen::new(seed);
        for of in &TYPES {
            let e = g.expr(of, 7, &Names::default());
            if let Ok(value) = evaluate(&e, &case.scope(&form)) {
                let fits = matches!(
                    (of, &value),
                    (Type::Bool, Value::Bool(_)) | (Type::Number, Value::Number(_)) | (Type::Money, Value::Money(_))
                        | (Type::Date, Value::Date(_)) | (Type::Text, Value::Text(_))
                );
                prop_assert!(fits, "{:?} gave {:?}", of, value);
            }
        }
    }

    /// What is folded mentions no fact and says the same where the facts are unknown.
    #[test]
    fn folding_keeps_the_meaning_and_no_fact(seed in any::<u64>()) {
        let case = filled(seed);
        let (form, nothing) = (case.form(), Form::default());
        // Folding happens before anybody types.
        let early = case.scope(&nothing);
        let computed = fold_computed(&case.definition.computed, &early);
        let no_facts = Facts::default();
        let browser = FormScope { computed: &computed, facts: &no_facts, ..case.scope(&form) };
        let names = Names {
            fields: case.definition.fields().map(|f| (f.id.clone(), f.kind.rule_type(&f.fields), vec!["a".into()])).collect(),
            ..Names::default()
        };
        let mut g = Gen::new(seed ^ 1);
        for of in &TYPES {
            let e = g.expr(of, 5, &names);
            let folded = fold(&e, &early);
            prop_assert!(folded.facts().is_empty(), "{:?}", folded);
            let (here, there) = (evaluate(&e, &case.scope(&form)), evaluate(&folded, &browser));
            prop_assert_eq!(kind(&here), kind(&there), "\n{:?}\n{:?}", e, folded);
            prop_assert_eq!(&fold(&folded, &early), &folded, "folding twice changes nothing");
        }
    }

    /// The contract of the island: same questions asked, same answers, same mistakes.
    #[test]
    fn a_browser_without_facts_sees_the_form_as_the_server_does(seed in any::<u64>()) {
        let case = filled(seed);
        let nothing = Form::default();
        let scope = case.scope(&nothing);
        let fields: Vec<&Field> = case.definition.fields().collect();
        // As they travel.
        let sent = serde_json::to_string(&(fold_fields(&fields, &scope), fold_computed(&case.definition.computed, &scope))).unwrap();
        let (fields, computed): (Vec<Field>, Vec<Computed>) = serde_json::from_str(&sent).unwrap();
        for e in fields.iter().flat_map(|f| f.when.iter().chain(f.checks.iter().map(|c| &c.that))) {
            prop_assert!(e.facts().is_empty());
        }
        let questions = Questions { fields: fields.iter().collect(), computed: &computed };
        let there = examine(&questions, &Facts::default(), &case.raw, case.today);
        let here = case.form();
        for (place, (a, b)) in here.fields.iter().zip(&there.fields).enumerate() {
            let sent = &fields[place];
            prop_assert_eq!(a, b, "\n{:#?}\n{:#?}\n{:?}", case.definition.field(&a.id), sent, case.facts);
        }
        prop_assert_eq!(here.fields.len(), there.fields.len());
    }

    /// Draft to submission: a valid answer to a question that is asked is kept, and what is not asked has none.
    #[test]
    fn a_form_keeps_every_valid_answer(seed in any::<u64>()) {
        let case = filled(seed);
        let form = case.form();
        let answers = form.answers();
        for state in &form.fields {
            let field = case.definition.field(&state.id).unwrap();
            if !state.asked {
                prop_assert!(state.answer.is_none() && state.errors.is_empty());
                prop_assert!(!answers.contains_key(&state.id));
                continue;
            }
            prop_assert_eq!(answers.get(&state.id), state.answer.as_ref());
            let silent = state.answer.is_none() && state.errors.is_empty();
            prop_assert!(!silent || field.optional, "{} is asked, needed, and neither answered nor wrong", state.id);
            for error in &state.errors {
                prop_assert_eq!(error.control.split(['.', '-']).next().unwrap(), &state.id);
            }
        }
        // What was typed elsewhere changes nothing, and neither does looking again.
        let mut more = case.raw.clone();
        more.insert("zzz".into(), vec!["1".into()]);
        prop_assert_eq!(examine(&Questions::from(&case.definition), &case.facts, &more, case.today), form);
    }

    #[test]
    fn any_text_in_any_control_gets_an_answer(seed in any::<u64>(), text in ".{0,200}", again in "\\PC{0,30}") {
        let mut case = filled(seed);
        for values in case.raw.values_mut() {
            *values = vec![text.clone(), again.clone()];
        }
        let _ = case.form();
    }
}

#[test]
fn deep_expressions_are_refused_when_read_not_met_with_a_full_stack() {
    for depth in [1_000, 100_000] {
        let json = format!("{}true{}", "{\"not\":".repeat(depth), "}".repeat(depth));
        assert!(serde_json::from_str::<Expr>(&json).is_err());
        let text = format!("e = {}true{}", "{ not = ".repeat(depth), " }".repeat(depth));
        assert!(toml::from_str::<Holder>(&text).is_err());
        let text = format!("e = {}true{}", "{ all = [".repeat(depth), "] }".repeat(depth));
        assert!(toml::from_str::<Holder>(&text).is_err());
    }
}

#[test]
fn an_expression_has_exactly_one_known_operation() {
    let read = |text: &str| {
        toml::from_str::<Holder>(&format!("e = {text}")).map(|h| h.e).map_err(|e| e.message().to_owned())
    };
    assert!(read("{}").unwrap_err().contains("empty table"));
    assert!(read("{ field = \"a\", fact = \"b\" }").unwrap_err().contains("has one operation"));
    assert!(read("{ equals = [1, 2] }").unwrap_err().contains("unknown field `equals`"));
    assert!(read("{ eq = [1] }").is_err());
    assert!(read("{ eq = [1, 2, 3] }").unwrap_err().contains("`eq` takes 2 expressions, here are 3"));
    assert!(read("{ if = [true, 1, 2, 3] }").is_err());
    for two in ["in = [\"a\", [\"a\"], 1]", "has = [\"a\"]", "under = [\"33\", \"33\", \"33\"]"] {
        assert!(read(&format!("{{ {two} }}")).is_err(), "{two}");
    }
    assert!(read("{ date = \"2026-02-30\" }").unwrap_err().contains("2026-02-30"));
    assert!(read("1.00005").unwrap_err().contains("four decimal places"));
    assert!(read("922337203685478").unwrap_err().contains("too large"));
    assert!(read("inf").is_err());
    assert_eq!(read("-0.0").unwrap(), read("0").unwrap());
}

struct Empty;

impl Scope for Empty {
    fn field(&self, id: &str) -> Eval {
        Err(Cause::Unanswered(id.into()))
    }
    fn fact(&self, id: &str) -> Eval {
        Err(Cause::Pending(id.into()))
    }
    fn computed(&self, _: &str) -> Eval {
        Err(Cause::Undefined)
    }
    fn today(&self) -> Date {
        Date::constant(2026, 11, 23)
    }
}

/// What is false or true whatever the unknown turns out to be is known; nothing else is.
#[test]
fn the_unknown_is_neither_true_nor_false() {
    let said = |text: &str| evaluate(&toml::from_str::<Holder>(&format!("e = {text}")).unwrap().e, &Empty);
    let pending = || Err(Cause::Pending("p.x".into()));
    assert_eq!(said("{ all = [{ fact = \"p.x\" }, false] }"), Ok(Value::Bool(false)));
    assert_eq!(said("{ any = [{ fact = \"p.x\" }, true] }"), Ok(Value::Bool(true)));
    assert_eq!(said("{ all = [{ fact = \"p.x\" }, true] }"), pending());
    assert_eq!(said("{ any = [{ fact = \"p.x\" }, false] }"), pending());
    assert_eq!(said("{ not = { fact = \"p.x\" } }"), pending());
    assert_eq!(said("{ known = { fact = \"p.x\" } }"), pending());
    assert_eq!(said("{ known = { field = \"q\" } }"), Ok(Value::Bool(false)));
    assert_eq!(said("{ if = [true, 1, { fact = \"p.x\" }] }"), said("1"));
    assert_eq!(said("{ div = [1, 0] }"), Err(Cause::Undefined));
    assert_eq!(said("{ plus_months = [{ date = \"2024-01-31\" }, 1] }"), said("{ date = \"2024-02-29\" }"));
    assert_eq!(said("{ plus_days = [{ date = \"9999-12-31\" }, 1] }"), Err(Cause::Undefined));
}
