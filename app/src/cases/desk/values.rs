//! Facts, answers and findings in words; what is personal is masked until a purpose is stated.

use backend::cases::{Evidence, Opened};
use backend::catalog::Reference;
use domain::cases::Answer;
use domain::cases::form::source;
use domain::catalog::Field;
use domain::catalog::field::FieldType;
use domain::registers::{Column, FactSpec, FactState, FactType, Mask};
use domain::rules::{Cause, Finding, Record, Rule, Value};
use domain::text::Locale;
use leptos::prelude::*;

use crate::ui::{IconName, TickItem, Tone};
use crate::words::{text, with};

/// How much of a personal value is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    Masked,
    /// After a purpose was stated.
    Full,
}

/// A value as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Line(String),
    /// Records: each a list of names with values.
    Rows(Vec<Vec<(String, String)>>),
}

impl Shown {
    pub fn view(self) -> AnyView {
        match self {
            Shown::Line(line) => line.into_any(),
            Shown::Rows(rows) => {
                let row = |columns: Vec<(String, String)>| {
                    let parts = columns
                        .into_iter()
                        .map(|(name, value)| view! { <span class="record-part"><span class="faint">{name}</span>" "{value}</span> })
                        .collect_view();
                    view! { <li>{parts}</li> }
                };
                view! { <ol class="records">{rows.into_iter().map(row).collect_view()}</ol> }.into_any()
            }
        }
    }

    /// As one text, for small places.
    pub fn line(self) -> String {
        match self {
            Shown::Line(line) => line,
            Shown::Rows(rows) => {
                let row = |columns: Vec<(String, String)>| {
                    columns
                        .into_iter()
                        .map(|(name, value)| format!("{name} {value}"))
                        .collect::<Vec<_>>()
                        .join(" · ")
                };
                rows.into_iter().map(row).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

/// Words with the reader's language and reference data.
#[derive(Clone, Copy)]
pub(crate) struct Teller<'a> {
    pub reference: &'a Reference,
    pub locale: Locale,
}

impl<'a> Teller<'a> {
    fn masked(self, mask: Mask, personal: bool, words: String, sight: Sight) -> String {
        if personal && sight == Sight::Masked { mask.apply(&words) } else { words }
    }

    /// The value of a fact.
    pub fn fact(self, spec: &FactSpec, value: &Value, sight: Sight) -> Shown {
        let Value::Records(rows) = value else {
            let words = self.reference.fact_text(spec, value, self.locale);
            return Shown::Line(self.masked(spec.mask, spec.personal, words, sight));
        };
        if rows.is_empty() {
            return Shown::Line(text(self.locale, "fact-none"));
        }
        let cell = |column: &Column, value: &Value| {
            let name = column.name.get(self.locale).to_owned();
            (name, self.masked(column.mask, column.personal, self.column(column, value), sight))
        };
        let row = |row: &Record| {
            spec.columns.iter().filter_map(|c| row.get(&c.id).map(|v| cell(c, v))).collect::<Vec<_>>()
        };
        Shown::Rows(rows.iter().map(row).collect())
    }

    fn column(self, column: &Column, value: &Value) -> String {
        match value {
            Value::Text(code) if column.kind == FactType::Region => {
                self.reference.region_text(code, self.locale)
            }
            other => self.reference.scalar_text(other, &column.values, column.unit.as_ref(), self.locale),
        }
    }

    /// What stands for the value of `evidence`, and whether there is more to see of it.
    pub fn evidence(self, spec: &FactSpec, evidence: &Evidence) -> (Shown, bool) {
        match &evidence.state {
            FactState::Known(value) | FactState::Contested(Some(value)) => {
                let shown = self.fact(spec, value, Sight::Masked);
                let more = shown != self.fact(spec, value, Sight::Full);
                (shown, more)
            }
            FactState::NoRecord | FactState::Contested(None) => {
                (Shown::Line(text(self.locale, "fact-none")), false)
            }
            FactState::Pending => (Shown::Line(text(self.locale, "desk-fact-pending")), false),
        }
    }

    /// An answer. What was chosen from a register's records is masked as the register says.
    pub fn answer(self, opened: &Opened, field: &Field, answer: &Answer, sight: Sight) -> String {
        let masked = |mask, words| self.masked(mask, true, words, sight);
        match answer {
            Answer::Value(Value::Text(phone)) if field.kind == FieldType::Phone => {
                masked(Mask::Phone, phone.clone())
            }
            Answer::Value(value) if field.options_from.is_some() => self.records(opened, field, value, sight),
            Answer::Described(words) => self.said(words),
            Answer::Identified { described, value } => {
                format!("{}\n{}", self.records(opened, field, value, sight), self.said(described))
            }
            Answer::Address { region, detail } => {
                let place = self.reference.region_text(region, self.locale);
                let detail = masked(Mask::All, detail.clone());
                match self.locale {
                    Locale::Zh => format!("{place}{detail}"),
                    Locale::En => format!("{detail}, {place}"),
                }
            }
            Answer::Person { name, id_number } => {
                format!("{} {}", masked(Mask::Name, name.clone()), masked(Mask::IdNumber, id_number.clone()))
            }
            Answer::Rows(rows) => {
                let row = |row: &std::collections::BTreeMap<String, Answer>| {
                    let parts = field
                        .fields
                        .iter()
                        .filter_map(|f| row.get(&f.id).map(|a| self.answer(opened, f, a, sight)));
                    parts.collect::<Vec<_>>().join(" · ")
                };
                rows.iter().map(row).collect::<Vec<_>>().join("\n")
            }
            other => self.reference.answer_text(field, other, self.locale),
        }
    }

    /// The applicant's own words for a record.
    fn said(self, words: &str) -> String {
        with(self.locale, "desk-described", &[("words", words.into())])
    }

    /// Records chosen by their keys.
    fn records(self, opened: &Opened, field: &Field, value: &Value, sight: Sight) -> String {
        let offered = opened.offered(field);
        let one = |key: &String| match offered.iter().find(|(other, _)| other == key) {
            Some((_, row)) => self.record(field, row, sight),
            None => key.clone(),
        };
        match value {
            Value::Text(key) => one(key),
            Value::Set(keys) => {
                keys.iter().map(one).collect::<Vec<_>>().join(&text(self.locale, "list-separator"))
            }
            _ => String::new(),
        }
    }

    /// A record that a question offers: its name with the key.
    pub fn record(self, field: &Field, row: &Record, sight: Sight) -> String {
        let Some((spec, key)) = self.spec(field) else { return String::new() };
        let label = spec.label.as_deref().filter(|label| *label != key);
        let cell = |id: &str| self.cell(spec, row, id, sight).map(|(_, value)| value);
        match (label.and_then(cell), cell(key).unwrap_or_default()) {
            (Some(name), key) => match self.locale {
                Locale::Zh => format!("{name}（{key}）"),
                Locale::En => format!("{name} ({key})"),
            },
            (None, key) => key,
        }
    }

    /// What else a register says of a record, to tell it from others.
    pub fn rest_of_record(self, field: &Field, row: &Record) -> String {
        let Some((spec, key)) = self.spec(field) else { return String::new() };
        let others =
            spec.columns.iter().filter(|c| c.id != key && Some(c.id.as_str()) != spec.label.as_deref());
        let cells = others.filter_map(|c| self.cell(spec, row, &c.id, Sight::Masked));
        cells.map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(" · ")
    }

    /// The fact that a question takes its options from, and the key column.
    fn spec(self, field: &Field) -> Option<(&'a FactSpec, &str)> {
        let (fact, key) = source(field)?;
        Some((self.reference.registers.fact(fact)?.1, key))
    }

    /// The name of a column with what a record has in it.
    fn cell(self, spec: &FactSpec, row: &Record, id: &str, sight: Sight) -> Option<(String, String)> {
        let column = spec.columns.iter().find(|c| c.id == id)?;
        let value = self.column(column, row.get(id)?);
        Some((
            column.name.get(self.locale).to_owned(),
            self.masked(column.mask, column.personal, value, sight),
        ))
    }

    /// What the rules say, each with why nobody can tell where that is so.
    pub fn findings(self, opened: &Opened, findings: &[Finding]) -> Vec<TickItem> {
        let definition = &opened.service.definition;
        let rules = definition.eligibility.iter().chain(&definition.decision.rules);
        findings.iter().zip(rules).map(|(finding, rule)| self.finding(opened, finding, rule)).collect()
    }

    fn finding(self, opened: &Opened, finding: &Finding, rule: &Rule) -> TickItem {
        let (yes, no) = (rule.yes.get(self.locale).to_owned(), rule.no.get(self.locale).to_owned());
        match &finding.holds {
            Ok(true) => TickItem { text: yes, icon: Some(IconName::CircleCheck), ..TickItem::default() },
            Ok(false) => TickItem {
                text: no,
                icon: Some(IconName::CircleX),
                tone: Some(Tone::Red),
                ..TickItem::default()
            },
            Err(cause) => TickItem {
                text: with(self.locale, "desk-finding-unknown", &[("rule", yes.into())]),
                note: self.cause(opened, cause),
                icon: Some(IconName::Help),
                tone: Some(Tone::Amber),
            },
        }
    }

    /// Why nobody can tell.
    pub fn cause(self, opened: &Opened, cause: &Cause) -> String {
        let said = |key: &str, what: String, register: String| {
            with(self.locale, key, &[("what", what.into()), ("register", register.into())])
        };
        let fact = |key: &str, id: &str| match self.reference.registers.fact(id) {
            Some((register, spec)) => {
                said(key, spec.name.get(self.locale).to_owned(), register.name.get(self.locale).to_owned())
            }
            None => said(key, id.to_owned(), String::new()),
        };
        let label = |id: &str| {
            let field = opened.service.definition.field(id);
            field.map_or_else(|| id.to_owned(), |f| f.label.get(self.locale).to_owned())
        };
        match cause {
            Cause::Unanswered(id) => said("desk-cause-unanswered", label(id), String::new()),
            Cause::Described(id) => said("desk-cause-described", label(id), String::new()),
            Cause::Pending(id) => fact("desk-cause-pending", id),
            Cause::NoRecord(id) => fact("desk-cause-no-record", id),
            Cause::Contested(id) => fact("desk-cause-contested", id),
            Cause::Undefined => text(self.locale, "desk-cause-undefined"),
        }
    }
}

/// The name of a fact.
pub(super) fn fact_name(reference: &Reference, id: &str, locale: Locale) -> String {
    reference.registers.fact(id).map_or_else(|| id.to_owned(), |(_, spec)| spec.name.get(locale).to_owned())
}
