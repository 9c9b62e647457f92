//! Evaluation ahead of time: every part that the server can decide becomes a literal.

use super::eval::{Cause, Eval, Scope, evaluate};
use super::expr::Expr;
use super::value::{Number, Record, Value};

/// `expr` with every part that mentions no answer replaced by its value.
///
/// The result says the same as `expr` in any scope that agrees on facts and the day: the same value, or none for a
/// cause of the same kind (there is nothing, or nobody can tell). It mentions no fact, and of what is compared with
/// answers only the outcome: a browser gets `true` instead of a birth date.
pub fn fold(expr: &Expr, scope: &impl Scope) -> Expr {
    if !depends(expr, false) {
        return constant(evaluate(expr, scope));
    }
    let rebuilt = match expr {
        Expr::Count { rows, .. } | Expr::Sum { rows, .. } | Expr::Pick { rows, .. } => {
            over_rows(expr, rows, scope)
        }
        Expr::Known(asked) => Expr::Known(Box::new(presence(asked, scope))),
        _ => expr.map(&mut |part| fold(part, scope)),
    };
    let rebuilt = lift(prune(rebuilt), scope);
    if depends(&rebuilt, false) { rebuilt } else { constant(evaluate(&rebuilt, scope)) }
}

/// As [`fold`], where it only matters whether there is a value: every known value, a list as well, becomes `true`.
fn presence(expr: &Expr, scope: &impl Scope) -> Expr {
    match expr {
        Expr::If(parts) => {
            let [condition, then, otherwise] = &**parts;
            Expr::If(Box::new([fold(condition, scope), presence(then, scope), presence(otherwise, scope)]))
        }
        _ if depends(expr, false) => without_values(fold(expr, scope)),
        _ => constant(evaluate(expr, scope).map(|_| Value::Bool(true))),
    }
}

fn without_values(expr: Expr) -> Expr {
    match expr {
        Expr::Literal(_) => Expr::from(true),
        Expr::If(parts) => {
            let [condition, then, otherwise] = *parts;
            Expr::If(Box::new([condition, without_values(then), without_values(otherwise)]))
        }
        other => other,
    }
}

/// Ids that the definition syntax cannot produce. A computed value that no definition has is undefined in every scope,
/// a column that no record has is absent from every row.
const NOBODY_CAN_TELL: &str = "?";
const THERE_IS_NONE: &str = "?";

fn constant(value: Eval) -> Expr {
    match value {
        Ok(v @ (Value::Bool(_) | Value::Text(_) | Value::Number(_) | Value::Money(_) | Value::Date(_))) => {
            Expr::Literal(v)
        }
        Err(Cause::NoRecord(_) | Cause::Unanswered(_)) => Expr::Column(THERE_IS_NONE.into()),
        // A list has no literal; it stands only below count, sum and pick, which look at it themselves.
        Ok(_) | Err(_) => Expr::Computed(NOBODY_CAN_TELL.into()),
    }
}

fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(_) => true,
        Expr::Computed(id) => id == NOBODY_CAN_TELL,
        Expr::Column(id) => id == THERE_IS_NONE,
        _ => false,
    }
}

/// Whether the value may rest on answers, or on a row around the expression unless it is `bound` here.
fn depends(expr: &Expr, bound: bool) -> bool {
    match expr {
        _ if is_constant(expr) => false,
        // A computed value may rest on answers, so it stays to be evaluated where the answers are.
        Expr::Field(_) | Expr::Computed(_) => true,
        Expr::Column(_) => !bound,
        Expr::Count { rows, when } => {
            depends(rows, bound) || when.as_deref().is_some_and(|when| depends(when, true))
        }
        _ => expr.children().into_iter().any(|part| depends(part, bound)),
    }
}

/// Count, sum and pick. Rows that are known now are spelled out, so that they need not travel.
fn over_rows(expr: &Expr, rows: &Expr, scope: &impl Scope) -> Expr {
    if let Expr::If(p) = rows {
        // The condition stands before everything else in either form.
        let over = |rows: &Expr| with_rows(expr, rows.clone());
        return fold(&Expr::If(Box::new([p[0].clone(), over(&p[1]), over(&p[2])])), scope);
    }
    if depends(rows, false) {
        return match expr {
            Expr::Count { rows, when } => {
                Expr::Count { rows: rows.clone(), when: when.as_deref().map(|w| Box::new(fold(w, scope))) }
            }
            Expr::Pick { rows, key, is, column } => Expr::Pick {
                rows: rows.clone(),
                key: key.clone(),
                is: Box::new(fold(is, scope)),
                column: column.clone(),
            },
            other => other.clone(),
        };
    }
    let known = match evaluate(rows, scope) {
        Ok(Value::Records(known)) => known,
        Ok(_) => return constant(Err(Cause::Undefined)),
        Err(cause) => return constant(Err(cause)),
    };
    match expr {
        Expr::Count { when: Some(when), .. } => {
            let (one, none) = (number(1), number(0));
            let counted = |row: &Record| Expr::If(Box::new([in_row(when, row), one.clone(), none.clone()]));
            let terms: Vec<Expr> = known.iter().map(|row| fold(&counted(row), scope)).collect();
            total(&terms, scope)
        }
        Expr::Pick { key, is, column, .. } => {
            let mut choices: Vec<(Value, Expr)> = Vec::new();
            for row in known {
                let Some(at) = row.get(key).filter(|at| choices.iter().all(|(other, _)| other != *at)) else {
                    continue;
                };
                let value = row.get(column).cloned().ok_or_else(|| Cause::NoRecord(column.clone()));
                choices.push((at.clone(), constant(value)));
            }
            fold(&choose(&fold(is, scope), &choices), scope)
        }
        other => other.clone(),
    }
}

fn with_rows(expr: &Expr, new: Expr) -> Expr {
    let new = Box::new(new);
    match expr {
        Expr::Count { when, .. } => Expr::Count { rows: new, when: when.clone() },
        Expr::Sum { column, .. } => Expr::Sum { rows: new, column: column.clone() },
        Expr::Pick { key, is, column, .. } => {
            Expr::Pick { rows: new, key: key.clone(), is: is.clone(), column: column.clone() }
        }
        other => other.clone(),
    }
}

fn number(n: i64) -> Expr {
    Expr::Literal(Value::Number(Number::whole(n)))
}

/// The condition with the columns of one row in place of their names.
fn in_row(expr: &Expr, row: &Record) -> Expr {
    match expr {
        Expr::Column(id) => constant(row.get(id).cloned().ok_or_else(|| Cause::NoRecord(id.clone()))),
        // The condition of an inner count is about its own rows.
        Expr::Count { rows, when } => Expr::Count { rows: Box::new(in_row(rows, row)), when: when.clone() },
        _ => expr.map(&mut |part| in_row(part, row)),
    }
}

/// The sum of all terms, from the first to the last, in a tree of small depth.
fn total(terms: &[Expr], scope: &impl Scope) -> Expr {
    match terms {
        [] => number(0),
        [one] => one.clone(),
        _ => {
            let (left, right) = terms.split_at(terms.len() / 2);
            fold(&Expr::Add(Box::new([total(left, scope), total(right, scope)])), scope)
        }
    }
}

/// The value that belongs to `is`, in a tree of small depth.
fn choose(is: &Expr, choices: &[(Value, Expr)]) -> Expr {
    let at = |value: &Value| Expr::Eq(Box::new([is.clone(), Expr::Literal(value.clone())]));
    let none = || Expr::Column(THERE_IS_NONE.into());
    match choices {
        // Whether there is an answer to choose by still counts.
        [] => Expr::If(Box::new([Expr::Eq(Box::new([is.clone(), is.clone()])), none(), none()])),
        [(key, value)] => Expr::If(Box::new([at(key), value.clone(), none()])),
        _ => {
            let (left, right) = choices.split_at(choices.len() / 2);
            let in_left = Expr::Any(left.iter().map(|(key, _)| at(key)).collect());
            Expr::If(Box::new([in_left, choose(is, left), choose(is, right)]))
        }
    }
}

/// Parts that can no longer matter are left out.
fn prune(expr: Expr) -> Expr {
    let is = |part: &Expr, b: bool| *part == Expr::from(b);
    match expr {
        Expr::If(p) if is(&p[0], true) => p[1].clone(),
        Expr::If(p) if is(&p[0], false) => p[2].clone(),
        Expr::If(p) if is_constant(&p[0]) => p[0].clone(),
        Expr::All(parts) if parts.iter().any(|part| is(part, false)) => Expr::from(false),
        Expr::Any(parts) if parts.iter().any(|part| is(part, true)) => Expr::from(true),
        Expr::All(parts) => Expr::All(parts.into_iter().filter(|part| !is(part, true)).collect()),
        Expr::Any(parts) => Expr::Any(parts.into_iter().filter(|part| !is(part, false)).collect()),
        other => other,
    }
}

/// An operation on a chosen constant and constants becomes a choice of outcomes: which vehicle was chosen travels, and
/// whether its insurance lasts, but not until when.
fn lift(expr: Expr, scope: &impl Scope) -> Expr {
    // Known, all, any and if look at their parts one by one and mind the cause.
    let strict = !matches!(
        expr,
        Expr::Known(_)
            | Expr::All(_)
            | Expr::Any(_)
            | Expr::If(_)
            | Expr::Count { .. }
            | Expr::Sum { .. }
            | Expr::Pick { .. }
    );
    let parts = expr.children();
    let choices = parts.iter().filter(|part| is_choice(part)).count();
    let constants = parts.iter().filter(|part| is_constant(part)).count();
    if !strict || choices != 1 || choices + constants != parts.len() {
        return expr;
    }
    let Some(Expr::If(p)) = parts.into_iter().find(|part| is_choice(part)).cloned() else { return expr };
    let of = |value: &Expr| {
        let operation = expr.map(&mut |part| if is_choice(part) { value.clone() } else { part.clone() });
        fold(&operation, scope)
    };
    // A part before the choice that cannot be told is told first.
    let first_fails =
        expr.children().first().is_some_and(|part| is_constant(part) && !matches!(part, Expr::Literal(_)));
    if first_fails {
        return constant(evaluate(expr.children()[0], scope));
    }
    let (yes, no) = (of(&p[1]), of(&p[2]));
    let [condition, ..] = *p;
    Expr::If(Box::new([condition, yes, no]))
}

fn is_choice(expr: &Expr) -> bool {
    match expr {
        Expr::If(p) => p[1..].iter().all(|branch| is_constant(branch) || is_choice(branch)),
        _ => false,
    }
}
