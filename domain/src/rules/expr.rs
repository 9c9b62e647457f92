//! The syntax tree of rules, and how it is written.
//!
//! In definitions an expression is a literal (`true`, `12`, `"text"`) or a table with exactly one key, the
//! operation: `{ ge = [{ age = { fact = "person.birth_date" } }, 16] }`. Literals of other types are `{ date = "2026-01-31" }`,
//! `{ money = 4000 }` in fen, and `{ number = "123456789012345.6789" }` where a float is not exact.

use std::fmt;
use std::marker::PhantomData;

use jiff::civil::Date;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::value::{Number, Value};

/// A rule or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    Literal(Value),
    /// The answer to a question, by field id.
    Field(String),
    /// What a register said, by fact id.
    Fact(String),
    /// A computed value of the same definition.
    Computed(String),
    /// A column of the row at hand, inside `count`, `sum`.
    Column(String),
    /// The calendar day in China on which the rule is evaluated.
    Today,
    All(Vec<Expr>),
    Any(Vec<Expr>),
    Not(Box<Expr>),
    Eq(Box<[Expr; 2]>),
    Ne(Box<[Expr; 2]>),
    Lt(Box<[Expr; 2]>),
    Le(Box<[Expr; 2]>),
    Gt(Box<[Expr; 2]>),
    Ge(Box<[Expr; 2]>),
    /// The text is one of the listed.
    In(Box<Expr>, Vec<String>),
    /// The set of chosen options holds the option.
    Has(Box<Expr>, String),
    /// There is a value: answered, or known to the register.
    Known(Box<Expr>),
    Add(Box<[Expr; 2]>),
    Sub(Box<[Expr; 2]>),
    /// Number × number, or number × money.
    Mul(Box<[Expr; 2]>),
    Div(Box<[Expr; 2]>),
    Min(Box<[Expr; 2]>),
    Max(Box<[Expr; 2]>),
    /// Full years from the date to today.
    Age(Box<Expr>),
    /// Days from the first date to the second, negative when the second is earlier.
    Days(Box<[Expr; 2]>),
    /// Full months from the first date to the second, negative when the second is earlier.
    Months(Box<[Expr; 2]>),
    PlusDays(Box<[Expr; 2]>),
    PlusMonths(Box<[Expr; 2]>),
    /// The region lies within the named one (or is it), by GB/T 2260 code.
    Under(Box<Expr>, String),
    If(Box<[Expr; 3]>),
    /// How many rows there are, or how many satisfy a condition on their columns.
    Count {
        rows: Box<Expr>,
        when: Option<Box<Expr>>,
    },
    /// The sum of a number or money column.
    Sum {
        rows: Box<Expr>,
        column: String,
    },
    /// A column of the row whose key column equals the given text (the vehicle that was chosen).
    Pick {
        rows: Box<Expr>,
        key: String,
        is: Box<Expr>,
        column: String,
    },
}

impl Expr {
    /// The operation's name as written; `None` for a literal.
    pub fn operation(&self) -> Option<&'static str> {
        Some(match self {
            Expr::Literal(Value::Date(_)) => "date",
            Expr::Literal(Value::Money(_)) => "money",
            Expr::Literal(Value::Number(n)) if n.decimals() > 0 && as_float(*n).is_none() => "number",
            Expr::Literal(_) => return None,
            Expr::Field(_) => "field",
            Expr::Fact(_) => "fact",
            Expr::Computed(_) => "computed",
            Expr::Column(_) => "column",
            Expr::Today => "today",
            Expr::All(_) => "all",
            Expr::Any(_) => "any",
            Expr::Not(_) => "not",
            Expr::Eq(_) => "eq",
            Expr::Ne(_) => "ne",
            Expr::Lt(_) => "lt",
            Expr::Le(_) => "le",
            Expr::Gt(_) => "gt",
            Expr::Ge(_) => "ge",
            Expr::In(..) => "in",
            Expr::Has(..) => "has",
            Expr::Known(_) => "known",
            Expr::Add(_) => "add",
            Expr::Sub(_) => "sub",
            Expr::Mul(_) => "mul",
            Expr::Div(_) => "div",
            Expr::Min(_) => "min",
            Expr::Max(_) => "max",
            Expr::Age(_) => "age",
            Expr::Days(_) => "days",
            Expr::Months(_) => "months",
            Expr::PlusDays(_) => "plus_days",
            Expr::PlusMonths(_) => "plus_months",
            Expr::Under(..) => "under",
            Expr::If(_) => "if",
            Expr::Count { .. } => "count",
            Expr::Sum { .. } => "sum",
            Expr::Pick { .. } => "pick",
        })
    }

    /// The direct parts of the expression.
    pub fn children(&self) -> Vec<&Expr> {
        match self {
            Expr::Literal(_)
            | Expr::Field(_)
            | Expr::Fact(_)
            | Expr::Computed(_)
            | Expr::Column(_)
            | Expr::Today => {
                vec![]
            }
            Expr::All(parts) | Expr::Any(parts) => parts.iter().collect(),
            Expr::Not(a)
            | Expr::Known(a)
            | Expr::Age(a)
            | Expr::In(a, _)
            | Expr::Has(a, _)
            | Expr::Under(a, _) => {
                vec![&**a]
            }
            Expr::Eq(p)
            | Expr::Ne(p)
            | Expr::Lt(p)
            | Expr::Le(p)
            | Expr::Gt(p)
            | Expr::Ge(p)
            | Expr::Add(p)
            | Expr::Sub(p)
            | Expr::Mul(p)
            | Expr::Div(p)
            | Expr::Min(p)
            | Expr::Max(p)
            | Expr::Days(p)
            | Expr::Months(p)
            | Expr::PlusDays(p)
            | Expr::PlusMonths(p) => p.iter().collect(),
            Expr::If(p) => p.iter().collect(),
            Expr::Count { rows, when } => std::iter::once(&**rows).chain(when.as_deref()).collect(),
            Expr::Sum { rows, .. } => vec![&**rows],
            Expr::Pick { rows, is, .. } => vec![&**rows, &**is],
        }
    }

    /// The same expression with `change` applied to its direct parts, from the first to the last.
    pub fn map(&self, change: &mut impl FnMut(&Expr) -> Expr) -> Expr {
        let mut one = |e: &Expr| Box::new(change(e));
        match self {
            Expr::Literal(_)
            | Expr::Field(_)
            | Expr::Fact(_)
            | Expr::Computed(_)
            | Expr::Column(_)
            | Expr::Today => self.clone(),
            Expr::Not(a) => Expr::Not(one(a)),
            Expr::Known(a) => Expr::Known(one(a)),
            Expr::Age(a) => Expr::Age(one(a)),
            Expr::In(a, list) => Expr::In(one(a), list.clone()),
            Expr::Has(a, option) => Expr::Has(one(a), option.clone()),
            Expr::Under(a, region) => Expr::Under(one(a), region.clone()),
            Expr::Count { rows, when } => {
                let rows = one(rows);
                Expr::Count { rows, when: when.as_deref().map(one) }
            }
            Expr::Sum { rows, column } => Expr::Sum { rows: one(rows), column: column.clone() },
            Expr::Pick { rows, key, is, column } => {
                let (rows, is) = (one(rows), one(is));
                Expr::Pick { rows, key: key.clone(), is, column: column.clone() }
            }
            Expr::All(parts) => Expr::All(parts.iter().map(change).collect()),
            Expr::Any(parts) => Expr::Any(parts.iter().map(change).collect()),
            Expr::If(p) => Expr::If(Box::new([change(&p[0]), change(&p[1]), change(&p[2])])),
            Expr::Eq(p)
            | Expr::Ne(p)
            | Expr::Lt(p)
            | Expr::Le(p)
            | Expr::Gt(p)
            | Expr::Ge(p)
            | Expr::Add(p)
            | Expr::Sub(p)
            | Expr::Mul(p)
            | Expr::Div(p)
            | Expr::Min(p)
            | Expr::Max(p)
            | Expr::Days(p)
            | Expr::Months(p)
            | Expr::PlusDays(p)
            | Expr::PlusMonths(p) => {
                let changed = Box::new([change(&p[0]), change(&p[1])]);
                match self {
                    Expr::Eq(_) => Expr::Eq(changed),
                    Expr::Ne(_) => Expr::Ne(changed),
                    Expr::Lt(_) => Expr::Lt(changed),
                    Expr::Le(_) => Expr::Le(changed),
                    Expr::Gt(_) => Expr::Gt(changed),
                    Expr::Ge(_) => Expr::Ge(changed),
                    Expr::Add(_) => Expr::Add(changed),
                    Expr::Sub(_) => Expr::Sub(changed),
                    Expr::Mul(_) => Expr::Mul(changed),
                    Expr::Div(_) => Expr::Div(changed),
                    Expr::Min(_) => Expr::Min(changed),
                    Expr::Max(_) => Expr::Max(changed),
                    Expr::Days(_) => Expr::Days(changed),
                    Expr::Months(_) => Expr::Months(changed),
                    Expr::PlusDays(_) => Expr::PlusDays(changed),
                    // The last of the kinds above.
                    _ => Expr::PlusMonths(changed),
                }
            }
        }
    }

    /// Calls `visit` on this expression and every part of it.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// Ids of all facts the expression speaks about.
    pub fn facts(&self) -> Vec<&str> {
        self.names(|e| if let Expr::Fact(id) = e { Some(id) } else { None })
    }

    /// Ids of all fields the expression speaks about.
    pub fn fields(&self) -> Vec<&str> {
        self.names(|e| if let Expr::Field(id) = e { Some(id) } else { None })
    }

    /// Ids of all computed values the expression speaks about.
    pub fn computed(&self) -> Vec<&str> {
        self.names(|e| if let Expr::Computed(id) = e { Some(id) } else { None })
    }

    fn names<'a>(&'a self, pick: impl Fn(&'a Expr) -> Option<&'a String>) -> Vec<&'a str> {
        let mut found = Vec::new();
        self.walk(&mut |e| found.extend(pick(e).map(String::as_str)));
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl From<bool> for Expr {
    fn from(b: bool) -> Self {
        Expr::Literal(Value::Bool(b))
    }
}

/// The number as a float that every reader takes for the same number again; beyond 500 billion there may be none.
fn as_float(n: Number) -> Option<f64> {
    let n = n.ten_thousandths();
    (n.unsigned_abs() < 5_000_000_000_000_000).then_some(n as f64 / 10_000.0)
}

const OPERATIONS: &[&str] = &[
    "field",
    "fact",
    "computed",
    "column",
    "today",
    "date",
    "money",
    "number",
    "all",
    "any",
    "not",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "in",
    "has",
    "known",
    "add",
    "sub",
    "mul",
    "div",
    "min",
    "max",
    "age",
    "days",
    "months",
    "plus_days",
    "plus_months",
    "under",
    "if",
    "count",
    "sum",
    "pick",
];

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CountArgs {
    of: Expr,
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    when: Option<Expr>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SumArgs {
    of: Expr,
    column: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PickArgs {
    of: Expr,
    key: String,
    is: Expr,
    column: String,
}

impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExprVisitor)
    }
}

type Operations<Parts> = [(&'static str, fn(Parts) -> Expr)];

const UNARY: &Operations<Box<Expr>> = &[("not", Expr::Not), ("known", Expr::Known), ("age", Expr::Age)];

const BINARY: &Operations<Box<[Expr; 2]>> = &[
    ("eq", Expr::Eq),
    ("ne", Expr::Ne),
    ("lt", Expr::Lt),
    ("le", Expr::Le),
    ("gt", Expr::Gt),
    ("ge", Expr::Ge),
    ("add", Expr::Add),
    ("sub", Expr::Sub),
    ("mul", Expr::Mul),
    ("div", Expr::Div),
    ("min", Expr::Min),
    ("max", Expr::Max),
    ("days", Expr::Days),
    ("months", Expr::Months),
    ("plus_days", Expr::PlusDays),
    ("plus_months", Expr::PlusMonths),
];

fn find<Parts>(operations: &Operations<Parts>, name: &str) -> Option<fn(Parts) -> Expr> {
    operations.iter().find(|(known, _)| *known == name).map(|(_, make)| *make)
}

/// Operations whose parts are not just one or two expressions.
#[inline(never)]
fn other_operation<'de, A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Expr, A::Error> {
    let boxed = |e: Expr| Box::new(e);
    Ok(match name {
        "all" | "any" => list(name, map)?,
        "if" => Expr::If(exactly(name, map)?),
        "in" => {
            let Two(what, list): Two<Vec<String>> = map.next_value()?;
            Expr::In(what, list)
        }
        "has" | "under" => {
            let Two(what, which): Two<String> = map.next_value()?;
            if name == "has" { Expr::Has(what, which) } else { Expr::Under(what, which) }
        }
        "count" => {
            let CountArgs { of, when } = map.next_value()?;
            Expr::Count { rows: boxed(of), when: when.map(boxed) }
        }
        "sum" => {
            let SumArgs { of, column } = map.next_value()?;
            Expr::Sum { rows: boxed(of), column }
        }
        "pick" => {
            let PickArgs { of, key, is, column } = map.next_value()?;
            Expr::Pick { rows: boxed(of), key, is: boxed(is), column }
        }
        _ => leaf(name, map)?,
    })
}

/// So many expressions, no fewer and no more.
#[inline(never)]
fn exactly<'de, A: MapAccess<'de>, const N: usize>(
    name: &str,
    map: &mut A,
) -> Result<Box<[Expr; N]>, A::Error> {
    let parts: Vec<Expr> = map.next_value()?;
    let found = parts.len();
    parts
        .into_boxed_slice()
        .try_into()
        .map_err(|_| de::Error::custom(format!("`{name}` takes {N} expressions, here are {found}")))
}

/// An expression and something else, and nothing after them.
struct Two<B>(Box<Expr>, B);

impl<'de, B: Deserialize<'de>> Deserialize<'de> for Two<B> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(TwoVisitor(PhantomData))
    }
}

struct TwoVisitor<B>(PhantomData<B>);

impl<'de, B: Deserialize<'de>> Visitor<'de> for TwoVisitor<B> {
    type Value = Two<B>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an expression and what it is compared with, such as [{ field = \"x\" }, \"yes\"]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Two<B>, A::Error> {
        let missing = |n| de::Error::invalid_length(n, &self);
        let first = seq.next_element()?.ok_or_else(|| missing(0))?;
        let second = seq.next_element()?.ok_or_else(|| missing(1))?;
        match seq.next_element::<de::IgnoredAny>()? {
            None => Ok(Two(first, second)),
            Some(_) => Err(missing(3)),
        }
    }
}

#[inline(never)]
fn list<'de, A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Expr, A::Error> {
    let parts = map.next_value()?;
    Ok(if name == "all" { Expr::All(parts) } else { Expr::Any(parts) })
}

/// Operations without expressions in them.
#[inline(never)]
fn leaf<'de, A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Expr, A::Error> {
    Ok(match name {
        "field" => Expr::Field(map.next_value()?),
        "fact" => Expr::Fact(map.next_value()?),
        "computed" => Expr::Computed(map.next_value()?),
        "column" => Expr::Column(map.next_value()?),
        "today" => match map.next_value::<bool>()? {
            true => Expr::Today,
            false => return Err(de::Error::custom("write { today = true }")),
        },
        "date" => {
            let text: String = map.next_value()?;
            let date: Date = text
                .parse()
                .map_err(|_| de::Error::custom(format!("`{text}` is no date such as 2026-01-31")))?;
            Expr::Literal(Value::Date(date))
        }
        "money" => Expr::Literal(Value::Money(map.next_value()?)),
        "number" => {
            let text: String = map.next_value()?;
            let number = text.parse().map_err(|_| de::Error::custom(format!("`{text}` is no number")))?;
            Expr::Literal(Value::Number(number))
        }
        other => return Err(de::Error::unknown_field(other, OPERATIONS)),
    })
}

struct ExprVisitor;

impl<'de> Visitor<'de> for ExprVisitor {
    type Value = Expr;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a literal or a table with one operation, such as { eq = [{ field = \"x\" }, \"yes\"] }")
    }

    fn visit_bool<E: de::Error>(self, b: bool) -> Result<Expr, E> {
        Ok(Expr::Literal(Value::Bool(b)))
    }

    fn visit_i64<E: de::Error>(self, n: i64) -> Result<Expr, E> {
        let whole = Number::whole(n);
        if whole.truncate() == n {
            Ok(Expr::Literal(Value::Number(whole)))
        } else {
            Err(E::custom("the number is too large"))
        }
    }

    fn visit_u64<E: de::Error>(self, n: u64) -> Result<Expr, E> {
        self.visit_i64(i64::try_from(n).map_err(|_| E::custom("the number is too large"))?)
    }

    fn visit_f64<E: de::Error>(self, n: f64) -> Result<Expr, E> {
        // The shortest decimal that reads back as the same float is what the author wrote.
        let number =
            n.to_string().parse().map_err(|_| E::custom("a number has at most four decimal places"))?;
        Ok(Expr::Literal(Value::Number(number)))
    }

    fn visit_str<E: de::Error>(self, s: &str) -> Result<Expr, E> {
        Ok(Expr::Literal(Value::Text(s.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Expr, A::Error> {
        let Some(operation) = map.next_key::<String>()? else {
            return Err(de::Error::custom("an empty table is no expression"));
        };
        let name = operation.as_str();
        // Few values in this frame: it is there once for each level of a nested expression.
        let expr = if let Some(make) = find(UNARY, name) {
            make(map.next_value()?)
        } else if let Some(make) = find(BINARY, name) {
            make(exactly(name, &mut map)?)
        } else {
            other_operation(name, &mut map)?
        };
        if let Some(second) = map.next_key::<String>()? {
            return Err(de::Error::custom(format!(
                "an expression has one operation, here are `{operation}` and `{second}`"
            )));
        }
        Ok(expr)
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let Some(operation) = self.operation() else {
            return match self {
                Expr::Literal(Value::Bool(b)) => s.serialize_bool(*b),
                Expr::Literal(Value::Text(t)) => s.serialize_str(t),
                Expr::Literal(Value::Number(n)) if n.decimals() == 0 => s.serialize_i64(n.truncate()),
                Expr::Literal(Value::Number(n)) => match as_float(*n) {
                    Some(float) => s.serialize_f64(float),
                    // Then its operation is `number`.
                    None => Err(serde::ser::Error::custom("the number has no float")),
                },
                _ => Err(serde::ser::Error::custom("a set or a list of records has no literal form")),
            };
        };
        let mut map = s.serialize_map(Some(1))?;
        match self {
            Expr::Literal(Value::Date(d)) => map.serialize_entry(operation, &d.to_string())?,
            Expr::Literal(Value::Money(m)) => map.serialize_entry(operation, m)?,
            Expr::Literal(Value::Number(n)) => map.serialize_entry(operation, &n.to_string())?,
            // Already answered above: the other literals have no operation.
            Expr::Literal(_) => {}
            Expr::Field(id) | Expr::Fact(id) | Expr::Computed(id) | Expr::Column(id) => {
                map.serialize_entry(operation, id)?;
            }
            Expr::Today => map.serialize_entry(operation, &true)?,
            Expr::All(parts) | Expr::Any(parts) => map.serialize_entry(operation, parts)?,
            Expr::Not(a) | Expr::Known(a) | Expr::Age(a) => map.serialize_entry(operation, a)?,
            Expr::Eq(p)
            | Expr::Ne(p)
            | Expr::Lt(p)
            | Expr::Le(p)
            | Expr::Gt(p)
            | Expr::Ge(p)
            | Expr::Add(p)
            | Expr::Sub(p)
            | Expr::Mul(p)
            | Expr::Div(p)
            | Expr::Min(p)
            | Expr::Max(p)
            | Expr::Days(p)
            | Expr::Months(p)
            | Expr::PlusDays(p)
            | Expr::PlusMonths(p) => map.serialize_entry(operation, &**p)?,
            Expr::In(a, list) => map.serialize_entry(operation, &(a, list))?,
            Expr::Has(a, x) | Expr::Under(a, x) => map.serialize_entry(operation, &(a, x))?,
            Expr::If(p) => map.serialize_entry(operation, &**p)?,
            Expr::Count { rows, when } => {
                let args = CountArgs { of: (**rows).clone(), when: when.as_deref().cloned() };
                map.serialize_entry(operation, &args)?;
            }
            Expr::Sum { rows, column } => {
                map.serialize_entry(operation, &SumArgs { of: (**rows).clone(), column: column.clone() })?;
            }
            Expr::Pick { rows, key, is, column } => {
                let args = PickArgs {
                    of: (**rows).clone(),
                    key: key.clone(),
                    is: (**is).clone(),
                    column: column.clone(),
                };
                map.serialize_entry(operation, &args)?;
            }
        }
        map.end()
    }
}
