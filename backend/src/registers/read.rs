//! Reading a register's answer: every fact by its pointer and type, or nothing at all.

use std::collections::BTreeMap;

use domain::cases::form::{parse_date, plain_text};
use domain::organisation::region::RegionCode;
use domain::registers::{Column, FactSpec, FactType, MoneyUnit, NamedCode, Register};
use domain::rules::{Number, Record, Value};
use domain::time::Timestamp;
use jiff::civil::DateTime;
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
        .and_then(moment)
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
    let FactSpec { kind, values, codes, money_in, .. } = spec;
    if *kind != FactType::Records {
        return Spelling { kind: *kind, values, codes, money_in: *money_in }.value(json);
    }
    let rows = json.as_array().filter(|rows| rows.len() <= MAX_RECORDS)?;
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let mut record = Record::new();
        for column in &spec.columns {
            match row.pointer(&column.at) {
                None | Some(Json::Null) => {}
                Some(json) => {
                    let Column { kind, values, codes, money_in, .. } = column;
                    let spelling = Spelling { kind: *kind, values, codes, money_in: *money_in };
                    record.insert(column.id.clone(), spelling.value(json)?);
                }
            }
        }
        records.push(record);
    }
    Some(Value::Records(records))
}

/// How one value is written.
pub(super) struct Spelling<'a> {
    pub kind: FactType,
    pub values: &'a [NamedCode],
    /// What is written, and what is meant.
    pub codes: &'a BTreeMap<String, String>,
    pub money_in: MoneyUnit,
}

impl Spelling<'_> {
    /// `None` when it cannot be read as what it should be.
    pub fn value(&self, json: &Json) -> Option<Value> {
        match json {
            Json::String(text) => self.meant(text),
            // The shortest decimal text of the number is what the register wrote.
            Json::Number(number) => self.meant(&number.to_string()),
            Json::Bool(yes) => self.meant(if *yes { "true" } else { "false" }),
            _ => None,
        }
    }

    fn meant(&self, written: &str) -> Option<Value> {
        let text = self.codes.get(written).map_or(written, String::as_str);
        match self.kind {
            FactType::Text => {
                let text = plain_text(text, 0, MAX_TEXT, false).ok()?;
                let allowed = self.values.is_empty() || self.values.iter().any(|v| v.code == text);
                allowed.then_some(Value::Text(text))
            }
            FactType::Bool => match text {
                "true" | "1" | "Y" | "是" => Some(Value::Bool(true)),
                "false" | "0" | "N" | "否" => Some(Value::Bool(false)),
                _ => None,
            },
            FactType::Number => text.parse().ok().map(Value::Number),
            FactType::Money => match self.money_in {
                MoneyUnit::Fen => text.parse().ok(),
                MoneyUnit::Yuan => {
                    let yuan = text.parse::<Number>().ok()?.ten_thousandths();
                    (yuan % 100 == 0).then_some(yuan / 100)
                }
            }
            .map(Value::Money),
            FactType::Date => text.parse().ok().or_else(|| parse_date(text)).map(Value::Date),
            FactType::Region => {
                RegionCode::parse(text).ok()?;
                Some(Value::text(text))
            }
            FactType::Records => None,
        }
    }
}

/// A register's own time: RFC 3339, or without a zone `2026-11-23 09:41:00` and `20261123094100`, which is Chinese
/// standard time.
fn moment(text: &str) -> Option<Timestamp> {
    let civil = || {
        let digits = text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit());
        let text = if digits { format!("{}T{}", &text[..8], &text[8..]) } else { text.to_owned() };
        let time: DateTime = text.parse().ok()?;
        let seconds =
            i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second());
        Some(Timestamp::start_of_day_in_china(time.date()).plus_seconds(seconds))
    };
    Timestamp::parse_rfc3339(text).or_else(civil)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(kind: FactType, json: Json) -> Option<Value> {
        Spelling { kind, values: &[], codes: &BTreeMap::new(), money_in: MoneyUnit::Fen }.value(&json)
    }

    #[test]
    fn a_value_is_read_by_its_type() {
        let day = Some(Value::Date(jiff::civil::date(1990, 1, 1)));
        for written in [
            json!("1990-01-01"),
            json!("19900101"),
            json!(19900101),
            json!("1990/1/1"),
            json!("1990年1月1日"),
        ] {
            assert_eq!(value(FactType::Date, written.clone()), day, "{written}");
        }
        assert_eq!(value(FactType::Date, json!("1990-01-01 00:00:00")), day);
        for wrong in
            [json!("19901301"), json!("1990"), json!(1990), json!(""), json!(true), json!(["19900101"])]
        {
            assert_eq!(value(FactType::Date, wrong.clone()), None, "{wrong}");
        }
        for (written, means) in
            [(json!("是"), true), (json!(0), false), (json!("1"), true), (json!(false), false)]
        {
            assert_eq!(value(FactType::Bool, written), Some(Value::Bool(means)));
        }
        assert_eq!(value(FactType::Bool, json!("yes?")), None);
        assert_eq!(value(FactType::Money, json!(12345)), Some(Value::Money(12345)));
        assert_eq!(value(FactType::Money, json!("123.45")), None, "fen have no places");
        assert_eq!(value(FactType::Region, json!(330106)), Some(Value::text("330106")));
    }

    #[test]
    fn codes_and_yuan_are_read_as_what_they_mean() {
        let named = |code: &str| NamedCode { code: code.into(), name: domain::text::Text::new(code, code) };
        let (values, codes) = ([named("male")], BTreeMap::from([("1".to_owned(), "male".to_owned())]));
        let sex = Spelling { kind: FactType::Text, values: &values, codes: &codes, money_in: MoneyUnit::Fen };
        assert_eq!(sex.value(&json!("1")), Some(Value::text("male")));
        assert_eq!(sex.value(&json!(1)), Some(Value::text("male")));
        assert_eq!(sex.value(&json!("9")), None);
        let none = BTreeMap::new();
        let yuan = Spelling { kind: FactType::Money, values: &[], codes: &none, money_in: MoneyUnit::Yuan };
        assert_eq!(yuan.value(&json!("123.45")), Some(Value::Money(12_345)));
        assert_eq!(yuan.value(&json!(100)), Some(Value::Money(10_000)));
        assert_eq!(yuan.value(&json!("1.005")), None);
    }

    #[test]
    fn a_time_without_a_zone_is_chinese() {
        let means = Timestamp::parse_rfc3339("2026-11-23T01:41:00Z");
        for written in
            ["2026-11-23T01:41:00Z", "2026-11-23T09:41:00+08:00", "2026-11-23 09:41:00", "20261123094100"]
        {
            assert_eq!(moment(written), means, "{written}");
        }
        assert_eq!(moment("yesterday"), None);
    }
}
