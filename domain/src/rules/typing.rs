//! Types of expressions, checked when a definition is published.

use serde::Serialize;

use super::expr::Expr;
use super::value::{Type, Value};

/// What names mean in a definition.
pub trait Names {
    fn field(&self, id: &str) -> Option<Type>;
    fn fact(&self, id: &str) -> Option<Type>;
    fn computed(&self, id: &str) -> Option<Type>;
    fn region_exists(&self, code: &str) -> bool;
    /// Options of a choice or set field; `None` where any text may stand.
    fn options(&self, field: &str) -> Option<Vec<String>>;
}

/// Why an expression has no type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeError {
    UnknownField(String),
    UnknownFact(String),
    UnknownComputed(String),
    UnknownColumn(String),
    UnknownRegion(String),
    /// The field offers no such option.
    UnknownOption {
        field: String,
        option: String,
        options: Vec<String>,
    },
    /// An operation got something it cannot work with.
    Mismatch {
        operation: &'static str,
        expected: String,
        found: String,
    },
    /// Two things are compared that never are equal.
    Incomparable {
        operation: &'static str,
        left: String,
        right: String,
    },
}

type Inferred = Result<Type, TypeError>;

/// The type of `expr`, or the first thing wrong with it.
pub fn infer(expr: &Expr, names: &impl Names) -> Inferred {
    infer_in(expr, names, None)
}

fn infer_in(expr: &Expr, names: &impl Names, row: Option<&Type>) -> Inferred {
    let ty = |e: &Expr| infer_in(e, names, row);
    let operation = expr.operation().unwrap_or("literal");
    let mismatch = |expected: &str, found: &Type| TypeError::Mismatch {
        operation,
        expected: expected.to_owned(),
        found: found.to_string(),
    };
    let expect = |e: &Expr, wanted: Type| {
        let found = ty(e)?;
        if found == wanted { Ok(()) } else { Err(mismatch(&wanted.to_string(), &found)) }
    };
    let columns = |rows: &Expr| match ty(rows)? {
        Type::Records(columns) => Ok(columns),
        other => Err(mismatch("records", &other)),
    };
    let column_of = |rows: &Expr, column: &str| {
        columns(rows)?.get(column).cloned().ok_or_else(|| TypeError::UnknownColumn(column.to_owned()))
    };
    let same_numeric = |p: &[Expr; 2]| {
        let (a, b) = (ty(&p[0])?, ty(&p[1])?);
        match a {
            Type::Number | Type::Money if a == b => Ok(a),
            Type::Number | Type::Money => Err(mismatch(&a.to_string(), &b)),
            _ => Err(mismatch("number or money", &a)),
        }
    };
    match expr {
        Expr::Literal(v) => Ok(match v {
            Value::Text(_) => Type::Text,
            Value::Bool(_) => Type::Bool,
            Value::Number(_) => Type::Number,
            Value::Money(_) => Type::Money,
            Value::Date(_) => Type::Date,
            Value::Set(_) => Type::Set,
            Value::Records(_) => Type::Records(Default::default()),
        }),
        Expr::Field(id) => names.field(id).ok_or_else(|| TypeError::UnknownField(id.clone())),
        Expr::Fact(id) => names.fact(id).ok_or_else(|| TypeError::UnknownFact(id.clone())),
        Expr::Computed(id) => names.computed(id).ok_or_else(|| TypeError::UnknownComputed(id.clone())),
        Expr::Column(id) => match row {
            Some(Type::Records(columns)) => {
                columns.get(id).cloned().ok_or_else(|| TypeError::UnknownColumn(id.clone()))
            }
            _ => Err(TypeError::UnknownColumn(id.clone())),
        },
        Expr::Today => Ok(Type::Date),
        Expr::All(parts) | Expr::Any(parts) => {
            parts.iter().try_for_each(|p| expect(p, Type::Bool))?;
            Ok(Type::Bool)
        }
        Expr::Not(a) => expect(a, Type::Bool).map(|()| Type::Bool),
        Expr::Eq(p) | Expr::Ne(p) => {
            let (a, b) = (ty(&p[0])?, ty(&p[1])?);
            if !a.comparable(&b) || matches!(a, Type::Records(_)) {
                return Err(TypeError::Incomparable { operation, left: a.to_string(), right: b.to_string() });
            }
            check_option(&p[0], &p[1], names)?;
            check_option(&p[1], &p[0], names)?;
            Ok(Type::Bool)
        }
        Expr::Lt(p) | Expr::Le(p) | Expr::Gt(p) | Expr::Ge(p) => {
            ordered_pair(p, operation, ty)?;
            Ok(Type::Bool)
        }
        Expr::Min(p) | Expr::Max(p) => ordered_pair(p, operation, ty),
        Expr::In(a, list) => {
            let found = ty(a)?;
            if !found.is_text() {
                return Err(mismatch("text", &found));
            }
            list.iter().try_for_each(|option| check_option_text(a, option, names))?;
            Ok(Type::Bool)
        }
        Expr::Has(a, option) => {
            expect(a, Type::Set)?;
            check_option_text(a, option, names)?;
            Ok(Type::Bool)
        }
        Expr::Known(a) => ty(a).map(|_| Type::Bool),
        Expr::Add(p) | Expr::Sub(p) => same_numeric(p),
        Expr::Mul(p) => match (ty(&p[0])?, ty(&p[1])?) {
            (Type::Number, Type::Number) => Ok(Type::Number),
            (Type::Number, Type::Money) | (Type::Money, Type::Number) => Ok(Type::Money),
            (Type::Number | Type::Money, other) | (other, _) => Err(mismatch("number", &other)),
        },
        Expr::Div(p) => {
            expect(&p[0], Type::Number)?;
            expect(&p[1], Type::Number)?;
            Ok(Type::Number)
        }
        Expr::Age(a) => expect(a, Type::Date).map(|()| Type::Number),
        Expr::Days(p) | Expr::Months(p) => {
            expect(&p[0], Type::Date)?;
            expect(&p[1], Type::Date)?;
            Ok(Type::Number)
        }
        Expr::PlusDays(p) | Expr::PlusMonths(p) => {
            expect(&p[0], Type::Date)?;
            expect(&p[1], Type::Number)?;
            Ok(Type::Date)
        }
        Expr::Under(a, region) => {
            let found = ty(a)?;
            if found != Type::Region {
                return Err(mismatch("region", &found));
            }
            if names.region_exists(region) {
                Ok(Type::Bool)
            } else {
                Err(TypeError::UnknownRegion(region.clone()))
            }
        }
        Expr::If(p) => {
            expect(&p[0], Type::Bool)?;
            let (a, b) = (ty(&p[1])?, ty(&p[2])?);
            if a == b {
                Ok(a)
            } else if a.comparable(&b) {
                Ok(Type::Text)
            } else {
                Err(TypeError::Incomparable { operation, left: a.to_string(), right: b.to_string() })
            }
        }
        Expr::Count { rows, when } => {
            let row_type = Type::Records(columns(rows)?);
            if let Some(condition) = when {
                let found = infer_in(condition, names, Some(&row_type))?;
                if found != Type::Bool {
                    return Err(mismatch("bool", &found));
                }
            }
            Ok(Type::Number)
        }
        Expr::Sum { rows, column } => match column_of(rows, column)? {
            numeric @ (Type::Number | Type::Money) => Ok(numeric),
            other => Err(mismatch("number or money", &other)),
        },
        Expr::Pick { rows, key, is, column } => {
            let (key_type, wanted) = (column_of(rows, key)?, ty(is)?);
            if !key_type.comparable(&wanted) {
                return Err(TypeError::Incomparable {
                    operation,
                    left: key_type.to_string(),
                    right: wanted.to_string(),
                });
            }
            column_of(rows, column)
        }
    }
}

fn ordered_pair(p: &[Expr; 2], operation: &'static str, ty: impl Fn(&Expr) -> Inferred) -> Inferred {
    let (a, b) = (ty(&p[0])?, ty(&p[1])?);
    if !a.is_ordered() {
        return Err(TypeError::Mismatch {
            operation,
            expected: "number, money or date".into(),
            found: a.to_string(),
        });
    }
    if a != b {
        return Err(TypeError::Incomparable { operation, left: a.to_string(), right: b.to_string() });
    }
    Ok(a)
}

/// A choice compared with a literal that it does not offer can never be equal: a slip of the author.
fn check_option(field: &Expr, literal: &Expr, names: &impl Names) -> Result<(), TypeError> {
    match literal {
        Expr::Literal(Value::Text(option)) => check_option_text(field, option, names),
        _ => Ok(()),
    }
}

fn check_option_text(field: &Expr, option: &str, names: &impl Names) -> Result<(), TypeError> {
    let Expr::Field(id) = field else { return Ok(()) };
    match names.options(id) {
        Some(options) if !options.iter().any(|o| o == option) => {
            Err(TypeError::UnknownOption { field: id.clone(), option: option.to_owned(), options })
        }
        _ => Ok(()),
    }
}
