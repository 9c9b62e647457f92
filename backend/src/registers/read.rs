//! Reading a register's answer: every fact by its pointer and type, or nothing at all.

use std::collections::BTreeMap;

use domain::cases::form::plain_text;
use domain::organisation::region::RegionCode;
use domain::registers::{FactSpec, FactType, Register};
use domain::rules::{Number, Record, Value};
use domain::time::Timestamp;
use serde_json::Value as Json;

use super::Question;

/// Longest text of a fact, in characters.
const MAX_TEXT: u32 = 2_000;
/// Most records of a fact.
const MAX_RECORDS: usize = 200;

/// What a register said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Every fact asked for; `None` where the register knows of none.
    pub facts: BTreeMap<String, Option<Value>>,
    /// The register's own time.
    pub observed_at: Timestamp,
    /// SHA-256 of the answer.
    pub digest: Vec<u8>,
}

/// The answer says nothing that can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    Malformed,
    WrongSubject,
}

/// Reads all facts of `question` from `bytes`. One malformed value makes the whole answer unreadable: a register that
/// errs in one is not believed in the others.
pub fn read(register: &Register, question: &Question<'_>, bytes: &[u8]) -> Result<Said, Unreadable> {
    let answer: Json = serde_json::from_slice(bytes).map_err(|_| Unreadable::Malformed)?;
    let subject = answer.pointer(&register.subject_at).and_then(Json::as_str).ok_or(Unreadable::Malformed)?;
    if subject != question.number {
        return Err(Unreadable::WrongSubject);
    }
    let observed_at = answer
        .pointer(&register.observed_at)
        .and_then(Json::as_str)
        .and_then(Timestamp::parse_rfc3339)
        .ok_or(Unreadable::Malformed)?;
    let mut facts = BTreeMap::new();
    for id in &question.facts {
        let spec = register.facts.iter().find(|f| f.id == *id).ok_or(Unreadable::Malformed)?;
        let value = match answer.pointer(&spec.at) {
            None | Some(Json::Null) => None,
            Some(json) => Some(fact(spec, json).ok_or(Unreadable::Malformed)?),
        };
        facts.insert((*id).to_owned(), value);
    }
    Ok(Said { facts, observed_at, digest: crate::sealing::digest(bytes) })
}

/// Whether the body of a 404 is the register's word that nobody has the number: a problem document (RFC 9457) whose type
/// ends in `unknown-subject`.
pub(super) fn says_unknown_subject(bytes: &[u8]) -> bool {
    let problem: Option<Json> = serde_json::from_slice(bytes).ok();
    let kind = problem.as_ref().and_then(|p| p.get("type")).and_then(Json::as_str);
    kind.is_some_and(|kind| kind.rsplit(['/', ':', '#']).next() == Some("unknown-subject"))
}

fn fact(spec: &FactSpec, json: &Json) -> Option<Value> {
    if spec.kind != FactType::Records {
        let allowed = |code: &str| spec.values.is_empty() || spec.values.iter().any(|v| v.code == code);
        return scalar(spec.kind, json, allowed);
    }
    let rows = json.as_array().filter(|rows| rows.len() <= MAX_RECORDS)?;
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let mut record = Record::new();
        for column in &spec.columns {
            match row.pointer(&column.at) {
                None | Some(Json::Null) => {}
                Some(json) => {
                    let allowed =
                        |code: &str| column.values.is_empty() || column.values.iter().any(|v| v.code == code);
                    record.insert(column.id.clone(), scalar(column.kind, json, allowed)?);
                }
            }
        }
        records.push(record);
    }
    Some(Value::Records(records))
}

fn scalar(kind: FactType, json: &Json, allowed: impl Fn(&str) -> bool) -> Option<Value> {
    match kind {
        FactType::Text => {
            let text = plain_text(json.as_str()?, 0, MAX_TEXT, false).ok()?;
            allowed(&text).then_some(Value::Text(text))
        }
        FactType::Bool => json.as_bool().map(Value::Bool),
        FactType::Number => match json {
            Json::String(text) => text.parse::<Number>().ok(),
            // The shortest decimal text of the number is what the register wrote.
            Json::Number(n) => n.to_string().parse::<Number>().ok(),
            _ => None,
        }
        .map(Value::Number),
        FactType::Money => json.as_i64().map(Value::Money),
        FactType::Date => json.as_str()?.parse().ok().map(Value::Date),
        FactType::Region => {
            let code = json.as_str()?;
            RegionCode::parse(code).ok()?;
            Some(Value::Text(code.to_owned()))
        }
        FactType::Records => None,
    }
}
