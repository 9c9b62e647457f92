//! Answers as they could have been typed: what somebody filed once fills the form of the next time.

use std::collections::BTreeMap;

use super::form::described_control;
use super::{Answer, Raw};
use crate::rules::{Number, Value};

/// What one would type to give these answers. Reading it again gives the same answers, but for the record that a clerk
/// found to be meant: that is found again.
pub fn typed(answers: &BTreeMap<String, Answer>) -> Raw {
    let mut raw = Raw::new();
    for (id, answer) in answers {
        type_in(&mut raw, id, answer);
    }
    raw
}

fn type_in(raw: &mut Raw, control: &str, answer: &Answer) {
    let mut put = |control: String, values: Vec<String>| {
        raw.insert(control, values);
    };
    match answer {
        Answer::Value(value) => put(control.to_owned(), values(value)),
        Answer::Address { region, detail } => {
            put(format!("{control}.region"), vec![region.clone()]);
            put(format!("{control}.detail"), vec![detail.clone()]);
        }
        Answer::Person { name, id_number } => {
            put(format!("{control}.name"), vec![name.clone()]);
            put(format!("{control}.id_number"), vec![id_number.clone()]);
        }
        Answer::Files(files) => put(control.to_owned(), files.clone()),
        Answer::Described(words) | Answer::Identified { described: words, .. } => {
            put(described_control(control), vec![words.clone()]);
        }
        Answer::Rows(rows) => {
            put(control.to_owned(), vec![rows.len().to_string()]);
            for (number, row) in rows.iter().enumerate() {
                for (id, answer) in row {
                    type_in(raw, &format!("{control}.{number}.{id}"), answer);
                }
            }
        }
    }
}

fn values(value: &Value) -> Vec<String> {
    let one = |text: String| vec![text];
    match value {
        Value::Text(text) => one(text.clone()),
        Value::Bool(yes) => one(if *yes { "yes" } else { "no" }.to_owned()),
        Value::Number(number) => one(number.to_string()),
        Value::Money(fen) => one(Number::from_ten_thousandths(fen.saturating_mul(100)).to_string()),
        Value::Date(date) => one(date.to_string()),
        Value::Set(chosen) => chosen.clone(),
        // No question is answered with records of a register.
        Value::Records(_) => Vec::new(),
    }
}
