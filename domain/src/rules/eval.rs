//! Evaluation in three values (Kleene): an expression has a value, or it is unknown and says why.

use std::cmp::Ordering;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::expr::Expr;
use super::value::{Number, Record, Value};
use crate::organisation::region::RegionCode;
use crate::time::{age_on, days_between, months_between, plus_days, plus_months};

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The question has no valid answer (yet).
    Unanswered(String),
    /// The register has not answered yet.
    Pending(String),
    /// The register answered that it knows of none.
    NoRecord(String),
    /// The citizen says that the register's value is wrong.
    Contested(String),
    /// The question was answered in words; nobody has said yet which record is meant.
    Described(String),
    /// A result out of range, a division by zero, or types that publication would have refused.
    Undefined,
}

/// The result of an evaluation.
pub type Eval = Result<Value, Cause>;

/// What an expression can see. Every method answers for an id that the definition declares.
pub trait Scope {
    fn field(&self, id: &str) -> Eval;
    fn fact(&self, id: &str) -> Eval;
    fn computed(&self, id: &str) -> Eval;
    /// The calendar day in China.
    fn today(&self) -> Date;
}

/// The value of `expr`. Total: it never panics and ends after one visit of each part.
pub fn evaluate(expr: &Expr, scope: &impl Scope) -> Eval {
    eval(expr, scope, None)
}

/// Whether `expr` is true; `Err` says why nobody can tell yet.
pub fn holds(expr: &Expr, scope: &impl Scope) -> Result<bool, Cause> {
    truth(expr, scope, None)
}

fn truth(expr: &Expr, scope: &impl Scope, row: Option<&Record>) -> Result<bool, Cause> {
    match eval(expr, scope, row)? {
        Value::Bool(b) => Ok(b),
        _ => Err(Cause::Undefined),
    }
}

fn eval(expr: &Expr, scope: &impl Scope, row: Option<&Record>) -> Eval {
    let ev = |e: &Expr| eval(e, scope, row);
    match expr {
        Expr::Literal(v) => Ok(v.clone()),
        Expr::Field(id) => scope.field(id),
        Expr::Fact(id) => scope.fact(id),
        Expr::Computed(id) => scope.computed(id),
        Expr::Column(id) => row.and_then(|r| r.get(id)).cloned().ok_or_else(|| Cause::NoRecord(id.clone())),
        Expr::Today => Ok(Value::Date(scope.today())),
        Expr::All(parts) => decide(parts, false, scope, row),
        Expr::Any(parts) => decide(parts, true, scope, row),
        Expr::Not(a) => truth(a, scope, row).map(|b| Value::Bool(!b)),
        Expr::Eq(p) => equal(ev(&p[0])?, ev(&p[1])?).map(Value::Bool),
        Expr::Ne(p) => equal(ev(&p[0])?, ev(&p[1])?).map(|b| Value::Bool(!b)),
        Expr::Lt(p) => order(ev(&p[0])?, ev(&p[1])?).map(|o| Value::Bool(o.is_lt())),
        Expr::Le(p) => order(ev(&p[0])?, ev(&p[1])?).map(|o| Value::Bool(o.is_le())),
        Expr::Gt(p) => order(ev(&p[0])?, ev(&p[1])?).map(|o| Value::Bool(o.is_gt())),
        Expr::Ge(p) => order(ev(&p[0])?, ev(&p[1])?).map(|o| Value::Bool(o.is_ge())),
        Expr::In(a, list) => match ev(a)? {
            Value::Text(t) => Ok(Value::Bool(list.contains(&t))),
            _ => Err(Cause::Undefined),
        },
        Expr::Has(a, option) => match ev(a)? {
            Value::Set(chosen) => Ok(Value::Bool(chosen.contains(option))),
            _ => Err(Cause::Undefined),
        },
        Expr::Known(a) => match ev(a) {
            Ok(_) => Ok(Value::Bool(true)),
            Err(Cause::NoRecord(_) | Cause::Unanswered(_)) => Ok(Value::Bool(false)),
            Err(cause) => Err(cause),
        },
        Expr::Add(p) => arithmetic(ev(&p[0])?, ev(&p[1])?, Number::checked_add, i64::checked_add),
        Expr::Sub(p) => arithmetic(ev(&p[0])?, ev(&p[1])?, Number::checked_sub, i64::checked_sub),
        Expr::Mul(p) => match (ev(&p[0])?, ev(&p[1])?) {
            (Value::Number(a), Value::Number(b)) => a.checked_mul(b).map(Value::Number),
            (Value::Number(n), Value::Money(m)) | (Value::Money(m), Value::Number(n)) => {
                n.of_money(m).map(Value::Money)
            }
            _ => None,
        }
        .ok_or(Cause::Undefined),
        Expr::Div(p) => match (ev(&p[0])?, ev(&p[1])?) {
            (Value::Number(a), Value::Number(b)) => a.checked_div(b).map(Value::Number),
            _ => None,
        }
        .ok_or(Cause::Undefined),
        Expr::Min(p) => {
            let (a, b) = (ev(&p[0])?, ev(&p[1])?);
            Ok(if order(a.clone(), b.clone())?.is_le() { a } else { b })
        }
        Expr::Max(p) => {
            let (a, b) = (ev(&p[0])?, ev(&p[1])?);
            Ok(if order(a.clone(), b.clone())?.is_ge() { a } else { b })
        }
        Expr::Age(a) => {
            let years = age_on(date(ev(a)?)?, scope.today());
            Ok(Value::Number(Number::whole(i64::from(years))))
        }
        Expr::Days(p) => {
            let days = days_between(date(ev(&p[0])?)?, date(ev(&p[1])?)?);
            Ok(Value::Number(Number::whole(days)))
        }
        Expr::Months(p) => {
            let months = months_between(date(ev(&p[0])?)?, date(ev(&p[1])?)?);
            Ok(Value::Number(Number::whole(months)))
        }
        Expr::PlusDays(p) => {
            let (from, n) = (date(ev(&p[0])?)?, whole(ev(&p[1])?)?);
            plus_days(from, n).map(Value::Date).ok_or(Cause::Undefined)
        }
        Expr::PlusMonths(p) => {
            let (from, n) = (date(ev(&p[0])?)?, whole(ev(&p[1])?)?);
            plus_months(from, n).map(Value::Date).ok_or(Cause::Undefined)
        }
        Expr::Under(a, region) => match ev(a)? {
            Value::Text(code) => Ok(Value::Bool(is_under(&code, region))),
            _ => Err(Cause::Undefined),
        },
        Expr::If(p) => {
            if truth(&p[0], scope, row)? {
                ev(&p[1])
            } else {
                ev(&p[2])
            }
        }
        Expr::Count { rows, when } => {
            let rows = records(ev(rows)?)?;
            let mut count = 0;
            for r in &rows {
                let counted = match when {
                    Some(condition) => truth(condition, scope, Some(r))?,
                    None => true,
                };
                count += i64::from(counted);
            }
            Ok(Value::Number(Number::whole(count)))
        }
        Expr::Sum { rows, column } => sum(records(ev(rows)?)?, column),
        Expr::Pick { rows, key, is, column } => {
            let (rows, wanted) = (records(ev(rows)?)?, ev(is)?);
            rows.into_iter()
                .find(|r| r.get(key) == Some(&wanted))
                .and_then(|r| r.get(column).cloned())
                .ok_or_else(|| Cause::NoRecord(column.clone()))
        }
    }
}

/// Kleene's conjunction (`settles` = false) and disjunction (`settles` = true): one settling part decides, whatever
/// is unknown beside it.
fn decide(parts: &[Expr], settles: bool, scope: &impl Scope, row: Option<&Record>) -> Eval {
    let mut unknown = None;
    for part in parts {
        match truth(part, scope, row) {
            Ok(b) if b == settles => return Ok(Value::Bool(settles)),
            Ok(_) => {}
            Err(cause) => unknown = unknown.or(Some(cause)),
        }
    }
    match unknown {
        Some(cause) => Err(cause),
        None => Ok(Value::Bool(!settles)),
    }
}

fn equal(a: Value, b: Value) -> Result<bool, Cause> {
    if std::mem::discriminant(&a) == std::mem::discriminant(&b) { Ok(a == b) } else { Err(Cause::Undefined) }
}

fn order(a: Value, b: Value) -> Result<Ordering, Cause> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Ok(a.cmp(&b)),
        (Value::Money(a), Value::Money(b)) => Ok(a.cmp(&b)),
        (Value::Date(a), Value::Date(b)) => Ok(a.cmp(&b)),
        _ => Err(Cause::Undefined),
    }
}

fn arithmetic(
    a: Value,
    b: Value,
    numbers: fn(Number, Number) -> Option<Number>,
    money: fn(i64, i64) -> Option<i64>,
) -> Eval {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => numbers(a, b).map(Value::Number),
        (Value::Money(a), Value::Money(b)) => money(a, b).map(Value::Money),
        _ => None,
    }
    .ok_or(Cause::Undefined)
}

fn sum(rows: Vec<Record>, column: &str) -> Eval {
    let mut total: Option<Value> = None;
    for row in rows {
        let v = row.get(column).cloned().ok_or_else(|| Cause::NoRecord(column.to_owned()))?;
        total = Some(match total {
            None => v,
            Some(t) => arithmetic(t, v, Number::checked_add, i64::checked_add)?,
        });
    }
    // The sum of nothing has no unit: a rule asks `count` first where there may be no rows.
    total.ok_or_else(|| Cause::NoRecord(column.to_owned()))
}

fn date(v: Value) -> Result<Date, Cause> {
    match v {
        Value::Date(d) => Ok(d),
        _ => Err(Cause::Undefined),
    }
}

fn whole(v: Value) -> Result<i64, Cause> {
    match v {
        Value::Number(n) => Ok(n.truncate()),
        _ => Err(Cause::Undefined),
    }
}

fn records(v: Value) -> Result<Vec<Record>, Cause> {
    match v {
        Value::Records(rows) => Ok(rows),
        _ => Err(Cause::Undefined),
    }
}

/// Whether the region `code` lies within `region` or is it; a code that is none lies nowhere.
pub fn is_under(code: &str, region: &str) -> bool {
    match (RegionCode::parse(code), RegionCode::parse(region)) {
        (Ok(code), Ok(region)) => code.is_under(region),
        _ => false,
    }
}
