//! Facts, answers and findings in words; what is personal is masked until a purpose is stated.

use backend::cases::{Evidence, Opened};
use backend::catalog::Reference;
use domain::cases::Answer;
use domain::catalog::Field;
use domain::catalog::field::FieldType;
use domain::registers::{Column, FactSpec, FactState, FactType, Mask};
use domain::rules::{Cause, Finding, Rule, Value};
use domain::text::Locale;
use leptos::prelude::*;

use crate::ui::{IconName, TickItem, Tone};
use crate::words::{text, with};

/// How much of a personal value is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    Masked,
    /// After a purpose was stated.
    Full,
}

/// A value as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
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
pub(super) struct Teller<'a> {
    pub reference: &'a Reference,
    pub locale: Locale,
}

impl Teller<'_> {
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
        let row = |row: &domain::rules::Record| {
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
            Answer::Value(Value::Text(key)) if field.options_from.is_some() => {
                self.picked(opened, field, key, sight)
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

    /// A record chosen by its key: its name with the key.
    fn picked(self, opened: &Opened, field: &Field, key: &str, sight: Sight) -> String {
        let source = field.options_from.as_deref().and_then(|s| s.split_once(':'));
        let found = source.and_then(|(fact, key_column)| {
            let (_, spec) = self.reference.registers.fact(fact)?;
            let Ok(Value::Records(rows)) = opened.facts.for_form(fact) else { return None };
            let row =
                rows.into_iter().find(|row| row.get(key_column).and_then(Value::as_text) == Some(key))?;
            let cell = |id: &str| {
                let column = spec.columns.iter().find(|c| c.id == id)?;
                Some(self.masked(column.mask, column.personal, self.column(column, row.get(id)?), sight))
            };
            Some((spec.label.as_deref().filter(|l| *l != key_column).and_then(cell), cell(key_column)?))
        });
        match found {
            Some((Some(name), key)) => match self.locale {
                Locale::Zh => format!("{name}（{key}）"),
                Locale::En => format!("{name} ({key})"),
            },
            Some((None, key)) => key,
            None => key.to_owned(),
        }
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

    fn cause(self, opened: &Opened, cause: &Cause) -> String {
        let said = |key: &str, what: String, register: String| {
            with(self.locale, key, &[("what", what.into()), ("register", register.into())])
        };
        let fact = |key: &str, id: &str| match self.reference.registers.fact(id) {
            Some((register, spec)) => {
                said(key, spec.name.get(self.locale).to_owned(), register.name.get(self.locale).to_owned())
            }
            None => said(key, id.to_owned(), String::new()),
        };
        match cause {
            Cause::Unanswered(id) => {
                let field = opened.service.definition.field(id);
                let label = field.map_or_else(|| id.clone(), |f| f.label.get(self.locale).to_owned());
                said("desk-cause-unanswered", label, String::new())
            }
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
