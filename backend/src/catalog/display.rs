//! Values in words: what pages, papers and certificates say.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use domain::cases::Answer;
use domain::catalog::Field;
use domain::registers::{FactSpec, FactType, Mask, NamedCode};
use domain::rules::{Record, Value};
use domain::text::{Locale, Text};

use super::Reference;
use domain::organisation::region::RegionCode;

/// Words one after the other.
pub fn listed<S: Borrow<str>>(words: &[S], locale: Locale) -> String {
    words.join(match locale {
        Locale::Zh => "、",
        Locale::En => ", ",
    })
}

impl Reference {
    /// The value of a fact in words. Records are summed up by their labels.
    pub fn fact_text(&self, spec: &FactSpec, value: &Value, locale: Locale) -> String {
        match value {
            Value::Records(rows) => {
                let label = spec.label.as_deref().unwrap_or_default();
                let names: Vec<String> =
                    rows.iter().filter_map(|row| self.label_of(row, label, locale)).collect();
                listed(&names, locale)
            }
            Value::Text(code) if spec.kind == FactType::Region => self.region_text(code, locale),
            other => self.scalar_text(other, &spec.values, spec.unit.as_ref(), locale),
        }
    }

    /// A column of a record in words.
    pub fn column_text(&self, spec: &FactSpec, column: &str, value: &Value, locale: Locale) -> String {
        match (spec.columns.iter().find(|c| c.id == column), value) {
            (Some(column), Value::Text(code)) if column.kind == FactType::Region => {
                self.region_text(code, locale)
            }
            (Some(column), value) => self.scalar_text(value, &column.values, column.unit.as_ref(), locale),
            (None, value) => self.scalar_text(value, &[], None, locale),
        }
    }

    /// What people know a record by.
    pub fn label_of(&self, row: &Record, label: &str, locale: Locale) -> Option<String> {
        row.get(label).map(|v| self.scalar_text(v, &[], None, locale))
    }

    /// A single value in words: codes by name, dates, yes and no, money in yuan.
    pub fn scalar_text(
        &self,
        value: &Value,
        values: &[NamedCode],
        unit: Option<&Text>,
        locale: Locale,
    ) -> String {
        match value {
            Value::Text(text) => {
                if let Some(named) = values.iter().find(|v| &v.code == text) {
                    return named.name.get(locale).to_owned();
                }
                text.clone()
            }
            Value::Bool(yes) => match (locale, yes) {
                (Locale::Zh, true) => "是".into(),
                (Locale::Zh, false) => "否".into(),
                (Locale::En, true) => "Yes".into(),
                (Locale::En, false) => "No".into(),
            },
            Value::Number(n) => match (unit, locale) {
                (Some(unit), _) => format!("{n} {}", unit.get(locale)),
                (None, _) => n.to_string(),
            },
            Value::Money(fen) => yuan(*fen, locale),
            Value::Date(date) => date.to_string(),
            Value::Set(items) => items.join(", "),
            Value::Records(rows) => rows.len().to_string(),
        }
    }

    /// The full name of a region, or its code when the table does not have it.
    pub fn region_text(&self, code: &str, locale: Locale) -> String {
        RegionCode::parse(code)
            .ok()
            .and_then(|c| self.regions.full_name(c, locale))
            .unwrap_or_else(|| code.to_owned())
    }
}

/// Fen as yuan with two decimals.
pub fn yuan(fen: i64, locale: Locale) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let (whole, rest) = (fen.unsigned_abs() / 100, fen.unsigned_abs() % 100);
    match locale {
        Locale::Zh => format!("{sign}{whole}.{rest:02} 元"),
        Locale::En => format!("{sign}CNY {whole}.{rest:02}"),
    }
}

impl Reference {
    /// An answer in words; files by their number.
    pub fn answer_text(&self, field: &Field, answer: &Answer, locale: Locale) -> String {
        let option = |id: &str| {
            let named = field.options.iter().find(|o| o.id == id);
            named.map_or_else(|| id.to_owned(), |o| o.label.get(locale).to_owned())
        };
        match answer {
            Answer::Value(Value::Text(text)) => option(text),
            Answer::Value(Value::Set(chosen)) => {
                listed(&chosen.iter().map(|c| option(c)).collect::<Vec<_>>(), locale)
            }
            Answer::Described(words) => words.clone(),
            Answer::Identified { value, .. } => {
                self.answer_text(field, &Answer::Value(value.clone()), locale)
            }
            Answer::Value(value) => self.scalar_text(value, &[], field.unit.as_ref(), locale),
            Answer::Address { region, detail } => match locale {
                Locale::Zh => format!("{}{detail}", self.region_text(region, locale)),
                Locale::En => format!("{detail}, {}", self.region_text(region, locale)),
            },
            Answer::Person { name, id_number } => format!("{name} {}", Mask::IdNumber.apply(id_number)),
            Answer::Files(files) => match locale {
                Locale::Zh => format!("{} 个文件", files.len()),
                Locale::En => format!("{} file(s)", files.len()),
            },
            Answer::Rows(rows) => {
                let row_text = |row: &BTreeMap<String, Answer>| {
                    let parts: Vec<String> = field
                        .fields
                        .iter()
                        .filter_map(|f| row.get(&f.id).map(|a| self.answer_text(f, a, locale)))
                        .collect();
                    parts.join(" · ")
                };
                rows.iter().map(row_text).collect::<Vec<_>>().join("\n")
            }
        }
    }
}
