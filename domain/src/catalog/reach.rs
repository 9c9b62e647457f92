//! Which questions can appear at all.
//!
//! A condition is tried with every combination of the closed answers (yes or no, options) and closed register values it
//! rests on; what is open (numbers, dates, texts) may be anything. What then holds in no combination holds for nobody.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::definition::{Computed, Definition};
use super::field::{Field, FieldType};
use crate::registers::{FactSpec, FactType, Registers};
use crate::rules::{Cause, Eval, Expr, Scope, Value, evaluate, holds};

/// Most combinations that are tried for one condition; beyond, the choices with the most options count as open.
const MOST_COMBINATIONS: usize = 4_096;
/// Most combinations times parts of the expressions that are looked at in each.
const MOST_WORK: usize = 400_000;
/// Most options of a multiple choice whose subsets are tried.
const MOST_IN_SET: usize = 6;

/// No answer and no register value ever makes `when` true. `hidden` are the questions known never to appear.
pub(super) fn never_shown(
    when: &Expr,
    definition: &Definition,
    registers: &Registers,
    hidden: &BTreeSet<&str>,
) -> bool {
    let mut trial = Trial { hidden, values: BTreeMap::new(), computed: &definition.computed };
    let RestsOn { fields, facts, parts } = rests_on(when, definition);
    let mut choices: Vec<(Name<'_>, Vec<Value>)> = Vec::new();
    for id in facts {
        choices.push((
            Name::Fact(id),
            registers.fact(id).map(|(_, spec)| fact_values(spec)).unwrap_or_default(),
        ));
    }
    // In the order they are asked: whether one is asked rests on those before it.
    for field in definition.fields().filter(|f| fields.contains(f.id.as_str())) {
        choices.push((Name::Field(field), field_values(field)));
    }
    let combinations = |choices: &[(Name<'_>, Vec<Value>)]| {
        choices.iter().fold(1_usize, |all, (_, values)| all.saturating_mul(values.len() + 1))
    };
    let most = (MOST_WORK / parts.max(1)).min(MOST_COMBINATIONS);
    while combinations(&choices) > most {
        let Some((_, values)) = choices.iter_mut().max_by_key(|(_, values)| values.len()) else { break };
        if values.is_empty() {
            break;
        }
        values.clear();
    }
    trial.never_in_any(when, &choices)
}

enum Name<'a> {
    Field(&'a Field),
    Fact(&'a str),
}

struct RestsOn<'a> {
    fields: BTreeSet<&'a str>,
    facts: BTreeSet<&'a str>,
    /// How many parts all these expressions have.
    parts: usize,
}

/// What the condition rests on: itself, through computed values, and through what decides whether those questions are
/// asked.
fn rests_on<'a>(when: &'a Expr, definition: &'a Definition) -> RestsOn<'a> {
    let (mut fields, mut facts, mut computed) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut parts = 0;
    let mut open = vec![when];
    while let Some(expr) = open.pop() {
        expr.walk(&mut |_| parts += 1);
        facts.extend(expr.facts());
        for id in expr.fields() {
            if fields.insert(id) {
                open.extend(definition.field(id).and_then(|f| f.when.as_ref()));
            }
        }
        for id in expr.computed() {
            if computed.insert(id) {
                open.extend(definition.computed.iter().find(|c| c.id == id).map(|c| &c.value));
            }
        }
    }
    RestsOn { fields, facts, parts }
}

fn field_values(field: &Field) -> Vec<Value> {
    let options = || field.options.iter().map(|o| o.id.clone());
    match field.kind {
        FieldType::YesNo => vec![Value::Bool(true), Value::Bool(false)],
        FieldType::Choice if field.options_from.is_none() => options().map(Value::Text).collect(),
        FieldType::MultiChoice if field.options_from.is_none() && field.options.len() <= MOST_IN_SET => {
            let all: BTreeSet<String> = options().collect();
            let chosen = |set: usize| {
                let is_in = |place: &usize| set >> place & 1 == 1;
                all.iter().enumerate().filter(|(place, _)| is_in(place)).map(|(_, o)| o.clone()).collect()
            };
            (0..1_usize << all.len()).map(|set| Value::Set(chosen(set))).collect()
        }
        _ => Vec::new(),
    }
}

fn fact_values(spec: &FactSpec) -> Vec<Value> {
    match spec.kind {
        FactType::Bool => vec![Value::Bool(true), Value::Bool(false)],
        FactType::Text => spec.values.iter().map(|v| Value::Text(v.code.clone())).collect(),
        _ => Vec::new(),
    }
}

/// One combination of answers and register values. What is not in `values` may be anything.
struct Trial<'a> {
    hidden: &'a BTreeSet<&'a str>,
    /// By id; none where there is no answer or no record.
    values: BTreeMap<&'a str, Option<Value>>,
    /// Those before the one at hand, so that evaluation ends.
    computed: &'a [Computed],
}

impl<'a> Trial<'a> {
    fn never_in_any(&mut self, when: &Expr, choices: &[(Name<'a>, Vec<Value>)]) -> bool {
        let Some(((name, values), rest)) = choices.split_first() else { return self.never(when, true) };
        let (id, is_asked) = match name {
            Name::Fact(id) => (*id, true),
            Name::Field(field) => {
                let is_hidden = self.hidden.contains(field.id.as_str())
                    || field.when.as_ref().is_some_and(|when| self.never(when, true));
                (field.id.as_str(), !is_hidden)
            }
        };
        if is_asked {
            if values.is_empty() {
                // Open: anything. This covers no answer as well.
                self.values.remove(id);
                return self.never_in_any(when, rest);
            }
            for value in values {
                self.values.insert(id, Some(value.clone()));
                if !self.never_in_any(when, rest) {
                    return false;
                }
            }
        }
        self.values.insert(id, None);
        let never = self.never_in_any(when, rest);
        self.values.remove(id);
        never
    }

    /// The expression cannot come out as `wanted`.
    fn never(&self, expr: &Expr, wanted: bool) -> bool {
        match expr {
            Expr::All(parts) if wanted => parts.iter().any(|p| self.never(p, true)),
            Expr::All(parts) => parts.iter().all(|p| self.never(p, false)),
            Expr::Any(parts) if wanted => parts.iter().all(|p| self.never(p, true)),
            Expr::Any(parts) => parts.iter().any(|p| self.never(p, false)),
            Expr::Not(a) => self.never(a, !wanted),
            Expr::If(p) => {
                (self.never(&p[0], true) || self.never(&p[1], wanted))
                    && (self.never(&p[0], false) || self.never(&p[2], wanted))
            }
            Expr::Eq(p) | Expr::Ne(p) if is_truth(&p[0]) || is_truth(&p[1]) => {
                let (literal, other) = if is_truth(&p[0]) { (&p[0], &p[1]) } else { (&p[1], &p[0]) };
                let same = wanted == matches!(expr, Expr::Eq(_));
                self.never(other, same == (*literal == Expr::from(true)))
            }
            Expr::Computed(id) => match self.before(id) {
                Some((value, earlier)) => earlier.never(value, wanted),
                None => false,
            },
            _ if self.is_anywhere(expr, &|e| matches!(e, Expr::Today | Expr::Age(_))) => false,
            _ => match holds(expr, self) {
                Ok(is) => is != wanted,
                // Nothing to compare with, whatever the rest; but a list of conditions may have other ways out.
                Err(Cause::Unanswered(_) | Cause::NoRecord(_)) => {
                    !self.is_anywhere(expr, &|e| matches!(e, Expr::All(_) | Expr::Any(_)))
                }
                Err(_) => false,
            },
        }
    }

    fn before(&self, id: &str) -> Option<(&'a Expr, Trial<'a>)> {
        let place = self.computed.iter().position(|c| c.id == id)?;
        let earlier = Trial { computed: &self.computed[..place], values: self.values.clone(), ..*self };
        Some((&self.computed[place].value, earlier))
    }

    fn is_anywhere(&self, expr: &Expr, wanted: &dyn Fn(&Expr) -> bool) -> bool {
        let within_computed = match expr {
            Expr::Computed(id) => self.before(id).is_some_and(|(value, t)| t.is_anywhere(value, wanted)),
            _ => false,
        };
        wanted(expr) || within_computed || expr.children().into_iter().any(|e| self.is_anywhere(e, wanted))
    }

    fn value(&self, id: &str, none: fn(String) -> Cause) -> Eval {
        match self.values.get(id) {
            Some(Some(value)) => Ok(value.clone()),
            Some(None) => Err(none(id.to_owned())),
            None => Err(Cause::Pending(id.to_owned())),
        }
    }
}

fn is_truth(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(Value::Bool(_)))
}

impl Scope for Trial<'_> {
    fn field(&self, id: &str) -> Eval {
        self.value(id, Cause::Unanswered)
    }

    fn fact(&self, id: &str) -> Eval {
        self.value(id, Cause::NoRecord)
    }

    fn computed(&self, id: &str) -> Eval {
        let (value, earlier) = self.before(id).ok_or(Cause::Undefined)?;
        evaluate(value, &earlier)
    }

    /// Never looked at: what speaks of the day may hold on some day.
    fn today(&self) -> Date {
        Date::MIN
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    const QUESTIONS: &str = r#"
        [[field]]
        id = "a"
        type = "yes_no"
        label = { zh = "甲", en = "A" }

        [[field]]
        id = "c"
        type = "choice"
        label = { zh = "丙", en = "C" }
        options = [
          { id = "x", label = { zh = "一", en = "X" } },
          { id = "y", label = { zh = "二", en = "Y" } },
          { id = "z", label = { zh = "三", en = "Z" } },
        ]

        [[field]]
        id = "m"
        type = "multi_choice"
        label = { zh = "多", en = "M" }
        options = [
          { id = "p", label = { zh = "一", en = "P" } },
          { id = "q", label = { zh = "二", en = "Q" } },
        ]
    "#;
    const FACT: &str = "person.criminal_record";

    static REGISTERS: LazyLock<Registers> =
        LazyLock::new(|| toml::from_str(include_str!("../../../catalog/registers.toml")).unwrap());
    static SAMPLE: LazyLock<Definition> = LazyLock::new(|| {
        let mut sample: Definition =
            toml::from_str(include_str!("../../../catalog/services/residence-permit-endorsement.toml"))
                .unwrap();
        let mut questions: BTreeMap<String, Vec<Field>> = toml::from_str(QUESTIONS).unwrap();
        sample.steps.truncate(1);
        sample.steps[0].fields = questions.remove("field").unwrap();
        sample
    });

    fn definition(c_when: Option<Expr>, computed: Expr) -> Definition {
        let mut definition = SAMPLE.clone();
        definition.steps[0].fields[1].when = c_when;
        definition.computed = vec![Computed { id: "k".into(), label: Default::default(), value: computed }];
        definition
    }

    fn answer(id: &str) -> Expr {
        Expr::Field(id.into())
    }

    fn leaf(with_c: bool) -> BoxedStrategy<Expr> {
        let truth = |e: Expr| any::<bool>().prop_map(move |b| Expr::Eq(Box::new([e.clone(), Expr::from(b)])));
        let text = |t: &str| Expr::Literal(Value::text(t));
        let has =
            prop::sample::select(vec!["p", "q"]).prop_map(|o| Expr::Has(Box::new(answer("m")), o.into()));
        let ids = if with_c { vec!["a", "c", "m"] } else { vec!["a"] };
        let known = prop::sample::select(ids).prop_map(|id| Expr::Known(Box::new(answer(id))));
        let simple =
            prop_oneof![truth(answer("a")), truth(Expr::Fact(FACT.into())), known, Just(answer("a"))];
        if !with_c {
            return simple.boxed();
        }
        let is = prop::sample::select(vec!["x", "y", "z"])
            .prop_map(move |o| Expr::Eq(Box::new([answer("c"), text(o)])));
        let among = prop::collection::vec(prop::sample::select(vec!["x", "y", "z"]), 1..3)
            .prop_map(|o| Expr::In(Box::new(answer("c")), o.into_iter().map(str::to_owned).collect()));
        prop_oneof![simple, is, among, has, Just(Expr::Computed("k".into()))].boxed()
    }

    fn condition(with_c: bool) -> BoxedStrategy<Expr> {
        leaf(with_c)
            .prop_recursive(4, 24, 3, |inner| {
                prop_oneof![
                    prop::collection::vec(inner.clone(), 1..4).prop_map(Expr::All),
                    prop::collection::vec(inner.clone(), 1..4).prop_map(Expr::Any),
                    inner.clone().prop_map(|e| Expr::Not(Box::new(e))),
                    (inner.clone(), inner.clone(), inner).prop_map(|(c, a, b)| Expr::If(Box::new([c, a, b]))),
                ]
            })
            .boxed()
    }

    /// One filled-in form, as the form engine sees it.
    struct Filled<'a> {
        definition: &'a Definition,
        answers: BTreeMap<&'a str, Option<Value>>,
        fact: Option<bool>,
    }

    impl Scope for Filled<'_> {
        fn field(&self, id: &str) -> Eval {
            self.answers.get(id).cloned().flatten().ok_or_else(|| Cause::Unanswered(id.into()))
        }
        fn fact(&self, id: &str) -> Eval {
            self.fact.map(Value::Bool).ok_or_else(|| Cause::NoRecord(id.into()))
        }
        fn computed(&self, _: &str) -> Eval {
            evaluate(&self.definition.computed[0].value, self)
        }
        fn today(&self) -> Date {
            Date::constant(2026, 1, 31)
        }
    }

    /// Whether any way of filling in the form makes the condition true.
    fn can_hold(when: &Expr, definition: &Definition) -> bool {
        let or_none = |values: Vec<Value>| values.into_iter().map(Some).chain([None]).collect::<Vec<_>>();
        let choices: Vec<Vec<Option<Value>>> =
            definition.fields().map(|f| or_none(field_values(f))).collect();
        let mut found = false;
        for a in &choices[0] {
            for c in &choices[1] {
                for m in &choices[2] {
                    for fact in [Some(true), Some(false), None] {
                        let answers = BTreeMap::from([("a", a.clone()), ("m", m.clone())]);
                        let mut filled = Filled { definition, answers, fact };
                        let c_when = definition.field("c").unwrap().when.as_ref();
                        let is_asked = c_when.is_none_or(|when| holds(when, &filled) == Ok(true));
                        filled.answers.insert("c", if is_asked { c.clone() } else { None });
                        found |= holds(when, &filled) == Ok(true);
                    }
                }
            }
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        /// Over closed questions nothing is missed, and nothing is called unreachable that is not.
        #[test]
        fn closed_conditions_are_decided_exactly(
            when in condition(true),
            c_when in prop::option::of(condition(false)),
            computed in condition(false),
        ) {
            let definition = definition(c_when, computed);
            let never = never_shown(&when, &definition, &REGISTERS, &BTreeSet::new());
            prop_assert_eq!(never, !can_hold(&when, &definition));
        }
    }

    #[test]
    fn what_is_open_may_be_anything() {
        let definition = definition(None, Expr::from(true));
        let hidden = BTreeSet::new();
        let never = |text: &str| {
            let table: BTreeMap<String, Expr> = toml::from_str(&format!("when = {text}")).unwrap();
            never_shown(&table["when"], &definition, &REGISTERS, &hidden)
        };
        // Days pass, ages grow, and whose register value it is nobody knows.
        assert!(!never(r#"{ le = [{ today = true }, { date = "1990-01-01" }] }"#));
        assert!(!never(r#"{ lt = [{ age = { fact = "person.birth_date" } }, 16] }"#));
        assert!(!never(r#"{ under = [{ fact = "household.region" }, "330100"] }"#));
        assert!(!never(r#"{ any = [{ eq = [{ field = "a" }, true] }, { eq = [{ field = "a" }, false] }] }"#));
        // Closed values of registers are tried like options.
        let both = r#"{ all = [{ eq = [{ fact = "person.sex" }, "male"] }, { eq = [{ fact = "person.sex" }, "female"] }] }"#;
        assert!(never(both));
        assert!(!never(&both.replace("all", "any")));
        assert!(!never(r#"{ not = { known = { fact = "person.sex" } } }"#));
        assert!(never(
            r#"{ all = [{ has = [{ field = "m" }, "p"] }, { not = { has = [{ field = "m" }, "p"] } }] }"#
        ));
    }
}
