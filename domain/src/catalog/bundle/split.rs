//! What of a bundle's form belongs to which member: its own answers, as if they had been typed in its own form.

use jiff::civil::Date;

use super::compose::applies;
use super::leaves::{Gives, gives};
use super::{Bundle, Member, member_id};
use crate::cases::answer::Raw;
use crate::cases::form::{Form, FormScope, Questions, examine};
use crate::catalog::definition::Definition;
use crate::catalog::field::{Field, FieldType};
use crate::registers::Facts;
use crate::rules::{Cause, Expr, Value, evaluate, holds};

/// A bundle's form as it was filled in.
pub struct Whole<'a> {
    pub bundle: &'a Bundle,
    /// What [`super::compose`] made of it.
    pub composed: &'a Definition,
    pub raw: &'a Raw,
    /// The composed form, examined.
    pub form: &'a Form,
    /// With the certificates of members as facts, where there are any yet.
    pub facts: &'a Facts,
    /// The calendar day in China.
    pub today: Date,
}

/// What one member gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Answers to questions that the member asks in this case, and nothing else.
    pub raw: Raw,
    /// The facts that the member names.
    pub facts: Facts,
    /// The member's own form, examined.
    pub form: Form,
}

impl Whole<'_> {
    fn scope(&self) -> FormScope<'_> {
        FormScope {
            computed: &self.composed.computed,
            form: self.form,
            facts: self.facts,
            today: self.today,
            decision: false,
        }
    }

    /// Whether a member is filed; `Err` says why nobody can tell.
    pub fn applies(&self, member: &Member) -> Result<bool, Cause> {
        applies(member).map_or(Ok(true), |condition| match holds(&condition, &self.scope()) {
            // Whoever was not asked whether they want it did not want it.
            Err(Cause::Unanswered(_)) => Ok(false),
            other => other,
        })
    }
}

/// What a member gets of the whole.
pub fn share(whole: &Whole<'_>, member: &Member, definition: &Definition) -> Share {
    let mut raw = Raw::new();
    for field in definition.fields() {
        give(whole, member, field, &mut raw);
    }
    let named = |id: &String| definition.facts.iter().any(|f| f.id == *id);
    let facts = whole.facts.0.iter().filter(|(id, _)| named(id));
    let facts = Facts(facts.map(|(id, state)| (id.clone(), state.clone())).collect());
    let form = examine(&Questions::from(definition), &facts, &raw, whole.today);
    raw.retain(|control, _| form.fields.iter().any(|f| f.asked && belongs(control, &f.id)));
    Share { raw, facts, form }
}

/// Writes the answer to one question of the member, if there is one.
fn give(whole: &Whole<'_>, member: &Member, field: &Field, raw: &mut Raw) {
    let own = member_id(&member.service, &field.id);
    let is_asked = whole.form.field(&own).is_some_and(|f| f.asked);
    match member.answers.get(&field.id) {
        Some(answer) if !is_asked => derive(whole, field, answer, raw),
        _ => copy(whole.raw, &own, &field.id, raw),
    }
}

fn derive(whole: &Whole<'_>, field: &Field, answer: &Expr, raw: &mut Raw) {
    let scope = whole.scope();
    if let Expr::If(p) = answer {
        return match holds(&p[0], &scope) {
            Ok(true) => derive(whole, field, &p[1], raw),
            Ok(false) => derive(whole, field, &p[2], raw),
            Err(_) => {}
        };
    }
    let shared = |id: &str| whole.bundle.steps.iter().flat_map(|s| &s.fields).find(|f| f.id == id);
    match gives(answer, field, &shared) {
        Gives::Copy(shared) => {
            // What was typed before a question was hidden is no answer.
            if whole.form.field(&shared.id).is_some_and(|f| f.asked) {
                copy(whole.raw, &shared.id, &field.id, raw);
            }
        }
        Gives::Value(value) => {
            if let Ok(value) = evaluate(value, &scope) {
                write(field, &value, raw);
            }
        }
    }
}

/// Whether a control is one of a question; ids have neither points nor hyphens.
fn belongs(control: &str, field: &str) -> bool {
    control.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
}

fn copy(from: &Raw, field: &str, to: &str, raw: &mut Raw) {
    for (control, values) in from.iter().filter(|(control, _)| belongs(control, field)) {
        raw.insert(format!("{to}{}", &control[field.len()..]), values.clone());
    }
}

/// A value as somebody would have typed it.
fn write(field: &Field, value: &Value, raw: &mut Raw) {
    let id = &field.id;
    let one = |text: String| vec![text];
    match value {
        Value::Date(day) if field.kind == FieldType::Date => {
            let parts =
                [("year", i32::from(day.year())), ("month", day.month().into()), ("day", day.day().into())];
            raw.extend(parts.map(|(part, number)| (format!("{id}-{part}"), one(number.to_string()))));
        }
        Value::Date(day) => drop(raw.insert(id.clone(), one(day.to_string()))),
        Value::Text(text) => drop(raw.insert(id.clone(), one(text.clone()))),
        Value::Bool(yes) => drop(raw.insert(id.clone(), one(if *yes { "yes" } else { "no" }.to_owned()))),
        Value::Number(number) => drop(raw.insert(id.clone(), one(number.to_string()))),
        Value::Money(fen) => drop(raw.insert(id.clone(), one(yuan(*fen)))),
        Value::Set(options) => drop(raw.insert(id.clone(), options.clone())),
        Value::Records(_) => {}
    }
}

fn yuan(fen: i64) -> String {
    crate::rules::Number::from_ten_thousandths(fen.saturating_mul(100)).to_string()
}
