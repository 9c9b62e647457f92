//! What an answer comes to: its cases, and in each a shared question's answer as it stands, or a value.

use super::certificate_line;
use crate::catalog::field::{Bound, Field, FieldType};
use crate::rules::{Expr, Value};

/// One case of an answer.
pub(crate) struct Leaf<'a> {
    /// Conditions that lead here; each holds or, with `false`, does not.
    pub guards: Vec<(&'a Expr, bool)>,
    pub gives: Gives<'a>,
}

/// What a case of an answer gives.
pub(crate) enum Gives<'a> {
    /// The shared question's answer as it was typed.
    Copy(&'a Field),
    Value(&'a Expr),
}

/// The cases of an answer to `target`: every `if` at its top is taken apart.
pub(crate) fn leaves<'a>(
    answer: &'a Expr,
    target: &Field,
    shared: &dyn Fn(&str) -> Option<&'a Field>,
) -> Vec<Leaf<'a>> {
    let mut found = Vec::new();
    collect(answer, target, shared, &mut Vec::new(), &mut found);
    found
}

fn collect<'a>(
    answer: &'a Expr,
    target: &Field,
    shared: &dyn Fn(&str) -> Option<&'a Field>,
    guards: &mut Vec<(&'a Expr, bool)>,
    found: &mut Vec<Leaf<'a>>,
) {
    let gives = match answer {
        Expr::If(p) => {
            for (branch, holds) in [(&p[1], true), (&p[2], false)] {
                guards.push((&p[0], holds));
                collect(branch, target, shared, guards, found);
                guards.pop();
            }
            return;
        }
        Expr::Field(id) => match shared(id) {
            Some(field) if field.kind == target.kind => Gives::Copy(field),
            _ => Gives::Value(answer),
        },
        other => Gives::Value(other),
    };
    found.push(Leaf { guards: guards.clone(), gives });
}

/// Codes of the members whose certificates an expression reads.
pub(crate) fn certificates(expr: &Expr) -> Vec<&str> {
    let mut services: Vec<&str> =
        expr.facts().into_iter().filter_map(certificate_line).map(|(s, _)| s).collect();
    services.dedup();
    services
}

/// Members of `target` that answers to the shared question may break. Both are of one kind.
pub(crate) fn wider(shared: &Field, target: &Field) -> Vec<&'static str> {
    use FieldType as T;
    let mut found = Vec::new();
    let mut unless = |narrow: bool, member: &'static str| {
        if !narrow {
            found.push(member);
        }
    };
    let default = if target.kind == T::LongText { 2_000 } else { 200 };
    match target.kind {
        T::Text | T::LongText => {
            let most = |f: &Field| f.max_length.unwrap_or(default);
            let least = |f: &Field| f.min_length.unwrap_or(1);
            unless(most(shared) <= most(target), "max_length");
            unless(least(shared) >= least(target), "min_length");
        }
        T::Number | T::Money => {
            unless(target.min.is_none_or(|min| shared.min.is_some_and(|m| m >= min)), "min");
            unless(target.max.is_none_or(|max| shared.max.is_some_and(|m| m <= max)), "max");
            unless(shared.decimals.unwrap_or(0) <= target.decimals.unwrap_or(0), "decimals");
        }
        T::Date => {
            unless(not_before(shared.earliest.as_ref(), target.earliest.as_ref()), "earliest");
            unless(not_after(shared.latest.as_ref(), target.latest.as_ref()), "latest");
        }
        T::Choice | T::MultiChoice => {
            let offered = |id: &str| target.options.iter().any(|o| o.id == id);
            unless(shared.options.iter().all(|o| offered(&o.id)), "options");
            let same_source = shared.options_from.is_none() || shared.options_from == target.options_from;
            unless(same_source, "options_from");
            unless(items(shared, target), "max_items");
        }
        T::File => unless(items(shared, target), "max_items"),
        T::Address => {
            let within = |outer: &str| shared.within.as_deref().is_some_and(|w| lies_within(w, outer));
            unless(target.within.as_deref().is_none_or(within), "within");
        }
        T::Group => {
            let same = shared.fields.len() == target.fields.len()
                && shared.fields.iter().zip(&target.fields).all(|(s, t)| {
                    s.id == t.id && s.kind == t.kind && (t.optional || !s.optional) && wider(s, t).is_empty()
                });
            unless(same, "field");
            unless(items(shared, target), "max_items");
        }
        T::YesNo | T::Phone | T::Person => {}
    }
    found
}

fn items(shared: &Field, target: &Field) -> bool {
    let default = if target.kind == FieldType::File { 1 } else { crate::cases::form::MAX_ITEMS };
    shared.min_items.unwrap_or(1) >= target.min_items.unwrap_or(1)
        && shared.max_items.unwrap_or(default) <= target.max_items.unwrap_or(default)
}

fn lies_within(inner: &str, outer: &str) -> bool {
    crate::rules::eval::is_under(inner, outer)
}

fn not_before(shared: Option<&Bound>, target: Option<&Bound>) -> bool {
    match (shared, target) {
        (_, None) => true,
        (Some(Bound::Day(a)), Some(Bound::Day(b))) => a >= b,
        (Some(Bound::FromToday(a)), Some(Bound::FromToday(b))) => a >= b,
        _ => false,
    }
}

fn not_after(shared: Option<&Bound>, target: Option<&Bound>) -> bool {
    match (shared, target) {
        (_, None) => true,
        (Some(Bound::Day(a)), Some(Bound::Day(b))) => a <= b,
        (Some(Bound::FromToday(a)), Some(Bound::FromToday(b))) => a <= b,
        _ => false,
    }
}

/// Whether a value, and not only another question's answer as it stands, can answer this kind of question.
pub(crate) fn takes_values(kind: FieldType) -> bool {
    use FieldType as T;
    matches!(kind, T::Text | T::LongText | T::YesNo | T::Choice | T::Date | T::Number | T::Money)
}

/// A literal option of the target: valid whatever else is answered.
pub(crate) fn is_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(Value::Text(_) | Value::Bool(_)))
}
