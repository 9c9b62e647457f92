//! Evaluation ahead of time: every part that the server can decide becomes a literal.

use super::eval::{Scope, evaluate};
use super::expr::Expr;
use super::value::Value;

/// `expr` with every part that mentions no field replaced by its value, where it has one that can be written down.
///
/// The result says the same as `expr` in any scope that agrees on facts, computed values and the day, and no longer
/// mentions what was known: a browser gets `true` instead of a birth date. A part that is unknown becomes
/// [`Expr::Computed`] of an id no definition has, which is unknown in every scope.
pub fn fold(expr: &Expr, scope: &impl Scope) -> Expr {
    if depends_on_answers(expr) {
        return rebuild(expr, scope);
    }
    match evaluate(expr, scope) {
        Ok(v @ (Value::Bool(_) | Value::Text(_) | Value::Number(_) | Value::Money(_) | Value::Date(_))) => {
            Expr::Literal(v)
        }
        // A list stays as it is only inside count, sum and pick, which are folded as a whole.
        Ok(_) | Err(_) => Expr::Computed(UNKNOWN.into()),
    }
}

/// An id that the definition syntax cannot produce.
const UNKNOWN: &str = "?";

fn depends_on_answers(expr: &Expr) -> bool {
    let mut found = false;
    // A computed value may rest on answers, so it stays to be evaluated where the answers are.
    expr.walk(&mut |e| found |= matches!(e, Expr::Field(_) | Expr::Computed(_) | Expr::Column(_)));
    found
}

fn rebuild(expr: &Expr, scope: &impl Scope) -> Expr {
    let f = |e: &Expr| fold(e, scope);
    let one = |e: &Expr| Box::new(fold(e, scope));
    let two = |p: &[Expr; 2]| Box::new([fold(&p[0], scope), fold(&p[1], scope)]);
    match expr {
        Expr::Literal(_)
        | Expr::Field(_)
        | Expr::Fact(_)
        | Expr::Computed(_)
        | Expr::Column(_)
        | Expr::Today => expr.clone(),
        Expr::All(parts) => Expr::All(parts.iter().map(f).collect()),
        Expr::Any(parts) => Expr::Any(parts.iter().map(f).collect()),
        Expr::Not(a) => Expr::Not(one(a)),
        Expr::Known(a) => Expr::Known(one(a)),
        Expr::Age(a) => Expr::Age(one(a)),
        Expr::In(a, list) => Expr::In(one(a), list.clone()),
        Expr::Has(a, option) => Expr::Has(one(a), option.clone()),
        Expr::Under(a, region) => Expr::Under(one(a), region.clone()),
        Expr::Eq(p) => Expr::Eq(two(p)),
        Expr::Ne(p) => Expr::Ne(two(p)),
        Expr::Lt(p) => Expr::Lt(two(p)),
        Expr::Le(p) => Expr::Le(two(p)),
        Expr::Gt(p) => Expr::Gt(two(p)),
        Expr::Ge(p) => Expr::Ge(two(p)),
        Expr::Add(p) => Expr::Add(two(p)),
        Expr::Sub(p) => Expr::Sub(two(p)),
        Expr::Mul(p) => Expr::Mul(two(p)),
        Expr::Div(p) => Expr::Div(two(p)),
        Expr::Min(p) => Expr::Min(two(p)),
        Expr::Max(p) => Expr::Max(two(p)),
        Expr::Days(p) => Expr::Days(two(p)),
        Expr::Months(p) => Expr::Months(two(p)),
        Expr::PlusDays(p) => Expr::PlusDays(two(p)),
        Expr::PlusMonths(p) => Expr::PlusMonths(two(p)),
        Expr::If(p) => Expr::If(Box::new([f(&p[0]), f(&p[1]), f(&p[2])])),
        // Lists from registers have no literal; what counts or picks in them together with answers is left to the
        // server, which evaluates everything again on submission.
        Expr::Count { rows, .. } | Expr::Sum { rows, .. } | Expr::Pick { rows, .. } => {
            if rows.facts().is_empty() { expr.clone() } else { Expr::Computed(UNKNOWN.into()) }
        }
    }
}
