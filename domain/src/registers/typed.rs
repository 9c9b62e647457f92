//! Facts typed by hand, to try out a definition: every value has one way to be written, and examples.

use jiff::civil::Date;

use super::descriptor::{Column, FactSpec, FactType, NamedCode};
use crate::organisation::region::RegionCode;
use crate::rules::{Number, Record, Value};
use crate::time::plus_months;

/// Between the columns of a record; records stand on lines of their own.
pub const BETWEEN: char = '|';
/// Most records of one fact.
const MAX_RECORDS: usize = 200;

/// What was typed is no such value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTyped {
    YesNo,
    Number,
    /// Yuan with at most two decimals.
    Money,
    /// `2026-11-23`.
    Date,
    Region,
    /// None of the codes that the register writes.
    Code,
    /// So many columns, in this line (from 1).
    Columns {
        line: usize,
        wanted: usize,
    },
    TooMany,
}

impl FactSpec {
    /// The value that `text` stands for; empty text is no value.
    pub fn typed(&self, text: &str) -> Result<Option<Value>, NotTyped> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if self.kind != FactType::Records {
            return scalar(self.kind, &self.values, text).map(Some);
        }
        let mut rows = Vec::new();
        for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            rows.push(self.record(place + 1, line)?);
            if rows.len() > MAX_RECORDS {
                return Err(NotTyped::TooMany);
            }
        }
        Ok(Some(Value::Records(rows)))
    }

    fn record(&self, line: usize, text: &str) -> Result<Record, NotTyped> {
        let cells: Vec<&str> = text.split(BETWEEN).map(str::trim).collect();
        if cells.len() != self.columns.len() {
            return Err(NotTyped::Columns { line, wanted: self.columns.len() });
        }
        let mut record = Record::new();
        for (column, cell) in self.columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            record.insert(column.id.clone(), scalar(column.kind, &column.values, cell)?);
        }
        Ok(record)
    }

    /// `value` as it is typed.
    pub fn to_typed(&self, value: &Value) -> String {
        let Value::Records(rows) = value else { return written(value) };
        let line = |row: &Record| {
            let cell = |column: &Column| {
                let text = row.get(&column.id).map(written).unwrap_or_default();
                text.replace([BETWEEN, '\n', '\r'], " ")
            };
            let cells: Vec<String> = self.columns.iter().map(cell).collect();
            cells.join(" | ")
        };
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// A value that the register could give on `today`, to begin with.
    pub fn example(&self, today: Date) -> Value {
        if self.kind != FactType::Records {
            return example(self.kind, &self.values, self.name.zh.as_str(), today);
        }
        let value = |c: &Column| (c.id.clone(), example(c.kind, &c.values, c.name.zh.as_str(), today));
        Value::Records(vec![self.columns.iter().map(value).collect()])
    }
}

fn scalar(kind: FactType, values: &[NamedCode], text: &str) -> Result<Value, NotTyped> {
    match kind {
        FactType::Bool => match text {
            "yes" => Ok(Value::Bool(true)),
            "no" => Ok(Value::Bool(false)),
            _ => Err(NotTyped::YesNo),
        },
        FactType::Number => text.parse().map(Value::Number).map_err(|_| NotTyped::Number),
        FactType::Money => {
            let yuan: Number = text.parse().map_err(|_| NotTyped::Money)?;
            match yuan.decimals() {
                0..=2 => Ok(Value::Money(yuan.ten_thousandths() / 100)),
                _ => Err(NotTyped::Money),
            }
        }
        FactType::Date => text.parse().map(Value::Date).map_err(|_| NotTyped::Date),
        FactType::Region => {
            RegionCode::parse(text).map(|code| Value::Text(code.to_string())).map_err(|_| NotTyped::Region)
        }
        FactType::Text if values.is_empty() || values.iter().any(|v| v.code == text) => Ok(Value::text(text)),
        FactType::Text => Err(NotTyped::Code),
        // Records within records are refused when the file is read.
        FactType::Records => Err(NotTyped::TooMany),
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Money(fen) => {
            let sign = if *fen < 0 { "-" } else { "" };
            format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
        }
        Value::Date(date) => date.to_string(),
        Value::Set(items) => items.join(","),
        Value::Records(_) => String::new(),
    }
}

fn example(kind: FactType, values: &[NamedCode], name: &str, today: Date) -> Value {
    match kind {
        FactType::Bool => Value::Bool(true),
        FactType::Number => Value::Number(Number::whole(1)),
        FactType::Money => Value::Money(100_000),
        FactType::Date => Value::Date(plus_months(today, -12).unwrap_or(today)),
        FactType::Region => Value::text("330106"),
        FactType::Text => {
            Value::text(values.first().map_or_else(|| format!("示例{name}"), |v| v.code.clone()))
        }
        FactType::Records => Value::Records(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registers::Registers;

    fn registers() -> Registers {
        toml::from_str(include_str!("../../../catalog/registers.toml")).unwrap()
    }

    #[test]
    fn an_example_of_every_fact_reads_back_as_it_was_written() {
        let registers = registers();
        let today = Date::constant(2026, 11, 23);
        let mut records = 0;
        for spec in registers.all.iter().flat_map(|register| &register.facts) {
            let value = spec.example(today);
            assert_eq!(spec.typed(&spec.to_typed(&value)), Ok(Some(value.clone())), "{}", spec.id);
            records += usize::from(matches!(value, Value::Records(_)));
        }
        assert!(records > 0);
    }

    #[test]
    fn what_is_no_value_is_refused() {
        let registers = registers();
        let of = |kind: FactType| {
            let mut specs = registers.all.iter().flat_map(|r| &r.facts);
            specs.find(|spec| spec.kind == kind).unwrap().clone()
        };
        assert_eq!(of(FactType::Bool).typed("perhaps"), Err(NotTyped::YesNo));
        assert_eq!(of(FactType::Date).typed("2026-02-30"), Err(NotTyped::Date));
        assert_eq!(of(FactType::Date).typed("  "), Ok(None));
        let money = FactSpec { kind: FactType::Money, ..of(FactType::Number) };
        assert_eq!(money.typed("12.345"), Err(NotTyped::Money));
        assert_eq!(money.typed("-12.34"), Ok(Some(Value::Money(-1234))));
        assert_eq!(money.to_typed(&Value::Money(-1234)), "-12.34");
        let records = of(FactType::Records);
        let wanted = records.columns.len();
        assert_eq!(records.typed("\n|||||||||||||||||||||||"), Err(NotTyped::Columns { line: 1, wanted }));
        let coded = FactSpec {
            kind: FactType::Text,
            values: vec![NamedCode { code: "a".into(), name: Default::default() }],
            ..of(FactType::Number)
        };
        assert_eq!(coded.typed("b"), Err(NotTyped::Code));
    }
}
