//! Answers: as they were typed, and what they mean.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rules::{Number, Record, Value};

/// What was typed, control by control, as a browser posts it. Kept even when it is wrong.
///
/// Names of controls: `field`; `field-year`, `field-month`, `field-day` of a date in parts; `field.region` and `field.detail` of an address; `field.name` and `field.id_number` of a
/// person; `group.0.field` in the rows of a group, with their number under `group`.
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
}

/// Not collected: that would sort what is sorted already.
fn to_record(row: &BTreeMap<String, Answer>) -> Record {
    let mut record = Record::new();
    for (id, answer) in row {
        record.insert(id.clone(), answer.to_value());
    }
    record
}

impl Answer {
    /// What rules see of it.
    pub fn to_value(&self) -> Value {
        match self {
            Answer::Value(v) => v.clone(),
            Answer::Address { region, .. } => Value::Text(region.clone()),
            Answer::Person { id_number, .. } => Value::Text(id_number.clone()),
            Answer::Files(files) => Value::Number(Number::whole(files.len() as i64)),
            Answer::Rows(rows) => Value::Records(rows.iter().map(to_record).collect()),
        }
    }
}
