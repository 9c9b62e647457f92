//! Answers: as they were typed, and what they mean.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rules::{Number, Record, Value};

/// What was typed, control by control, as a browser posts it. Kept even when it is wrong.
///
/// Names of controls: `field`; `field-year`, `field-month`, `field-day` of a date in parts; `field.region` (once for each
/// level that was chosen) and `field.detail` of an address; `field.name` and `field.id_number` of a person;
/// `field.described` where no record can be chosen; `group.0.field` in the rows of a group, with their number under
/// `group`.
pub type Raw = BTreeMap<String, Vec<String>>;

/// A valid answer to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Value(Value),
    /// A region (GB/T 2260 with township digits) and the rest in words.
    Address {
        region: String,
        detail: String,
    },
    Person {
        name: String,
        id_number: String,
    },
    /// Ids of uploaded files.
    Files(Vec<String>),
    /// Rows of a group: answers by field id.
    Rows(Vec<BTreeMap<String, Answer>>),
    /// In the applicant's own words which record is meant, where the register offered none to choose from. Never a value
    /// of the register, however much it looks like one.
    Described(String),
    /// What was described, and the record that a clerk found to be meant: its key, or several.
    Identified {
        described: String,
        value: Value,
    },
}

/// Not collected: that would sort what is sorted already.
fn to_record(row: &BTreeMap<String, Answer>) -> Option<Record> {
    let mut record = Record::new();
    for (id, answer) in row {
        record.insert(id.clone(), answer.to_value()?);
    }
    Some(record)
}

impl Answer {
    /// What rules see of it; nothing of what is only described, or has a row in which something is.
    pub fn to_value(&self) -> Option<Value> {
        Some(match self {
            Answer::Value(v) | Answer::Identified { value: v, .. } => v.clone(),
            Answer::Address { region, .. } => Value::Text(region.clone()),
            Answer::Person { id_number, .. } => Value::Text(id_number.clone()),
            Answer::Files(files) => Value::Number(Number::whole(files.len() as i64)),
            Answer::Rows(rows) => Value::Records(rows.iter().map(to_record).collect::<Option<_>>()?),
            Answer::Described(_) => return None,
        })
    }
}
