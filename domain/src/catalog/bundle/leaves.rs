//! What an answer comes to: its cases, and in each a shared question's answer as it stands, or a value.

use super::certificate_line;
use crate::catalog::field::{Bound, Field, FieldType};
use crate::rules::Expr;

/// What a case of an answer gives.
pub(super) enum Gives<'a> {
    /// The shared question's answer as it was typed.
    Copy(&'a Field),
    Value(&'a Expr),
}

/// The cases of an answer to `target`: every `if` at its top is taken apart.
pub(super) fn leaves<'a>(
    answer: &'a Expr,
    target: &Field,
    shared: &dyn Fn(&str) -> Option<&'a Field>,
) -> Vec<Gives<'a>> {
    match answer {
        Expr::If(p) => {
            let branches = [&p[1], &p[2]];
            branches.into_iter().flat_map(|branch| leaves(branch, target, shared)).collect()
        }
        leaf => vec![gives(leaf, target, shared)],
    }
}

/// What an answer without cases gives.
pub(super) fn gives<'a>(
    leaf: &'a Expr,
    target: &Field,
    shared: &dyn Fn(&str) -> Option<&'a Field>,
) -> Gives<'a> {
    match leaf {
        Expr::Field(id) => match shared(id) {
            Some(field) if field.kind == target.kind => Gives::Copy(field),
            _ => Gives::Value(leaf),
        },
        other => Gives::Value(other),
    }
}

/// Codes of the members whose certificates an expression reads.
pub(super) fn certificates(expr: &Expr) -> Vec<&str> {
    let mut services: Vec<&str> =
        expr.facts().into_iter().filter_map(certificate_line).map(|(s, _)| s).collect();
    services.dedup();
    services
}

/// Members of `target` that answers to the shared question may break. Both are of one kind.
pub(super) fn wider(shared: &Field, target: &Field) -> Vec<&'static str> {
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
pub(super) fn takes_values(kind: FieldType) -> bool {
    use FieldType as T;
    matches!(kind, T::Text | T::LongText | T::YesNo | T::Choice | T::Date | T::Number | T::Money)
}
