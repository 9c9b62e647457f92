//! Descriptions of registers and of the facts they offer, as written in `catalog/registers.toml`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rules::Type;
use crate::text::Text;

/// All registers of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registers {
    #[serde(default, rename = "register")]
    pub all: Vec<Register>,
}

impl Registers {
    pub fn get(&self, id: &str) -> Option<&Register> {
        self.all.iter().find(|r| r.id == id)
    }

    /// The fact and the register that offers it.
    pub fn fact(&self, id: &str) -> Option<(&Register, &FactSpec)> {
        self.all.iter().find_map(|r| r.facts.iter().find(|f| f.id == id).map(|f| (r, f)))
    }

    /// Up to three fact ids that look like `id`: those that share its last part, then those that share its first.
    pub fn similar(&self, id: &str) -> Vec<String> {
        let (head, tail) = id.split_once('.').unwrap_or((id, id));
        let ids = || self.all.iter().flat_map(|r| &r.facts).map(|f| f.id.as_str());
        let same_tail = ids().filter(|other| other.split_once('.').is_some_and(|(_, t)| t == tail));
        let same_head = ids().filter(|other| other.split_once('.').is_some_and(|(h, _)| h == head));
        same_tail.chain(same_head).take(3).map(str::to_owned).collect()
    }
}

/// Whose number is the key of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// GB 11643 resident ID number.
    Person,
    /// GB 32100 unified social credit code.
    Entity,
}

/// How one register is asked and how its answer is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    pub id: String,
    pub name: Text,
    /// The authority that keeps the register.
    pub authority: Text,
    pub subject: Subject,
    /// Path of a query below the register's base URL.
    pub path: String,
    /// Path of the identity check below the register's base URL, where it offers one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify_path: Option<String>,
    /// How long an answer may take, all tries together, in milliseconds.
    pub timeout_ms: u32,
    /// How many more tries after the first.
    #[serde(default)]
    pub retries: u32,
    pub breaker: Breaker,
    /// JSON pointer (RFC 6901) that must echo the number asked about.
    pub subject_at: String,
    /// JSON pointer to the register's own time, RFC 3339.
    pub observed_at: String,
    #[serde(default, rename = "fact")]
    pub facts: Vec<FactSpec>,
}

/// When to stop asking a failing register for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breaker {
    /// Failures in a row that open the breaker.
    pub failures: u32,
    /// How long the register is left alone then.
    pub pause_seconds: u32,
}

/// One fact a register offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactSpec {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: FactType,
    /// JSON pointer into the answer.
    pub at: String,
    /// What the register writes, and the value that is meant, where they differ.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, String>,
    #[serde(default)]
    pub money_in: MoneyUnit,
    pub name: Text,
    #[serde(default)]
    pub personal: bool,
    #[serde(default)]
    pub mask: Mask,
    /// What is counted, for numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    /// The codes a text may be, with names for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<NamedCode>,
    /// For records: the column that tells them apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// For records: the column people know them by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
}

impl FactSpec {
    /// The type rules see.
    pub fn rule_type(&self) -> Type {
        match self.kind {
            FactType::Records => Type::Records(
                self.columns.iter().map(|c| (c.id.clone(), scalar(c.kind))).collect::<BTreeMap<_, _>>(),
            ),
            other => scalar(other),
        }
    }
}

fn scalar(kind: FactType) -> Type {
    match kind {
        FactType::Text => Type::Text,
        FactType::Bool => Type::Bool,
        FactType::Number => Type::Number,
        FactType::Money => Type::Money,
        FactType::Date => Type::Date,
        FactType::Region => Type::Region,
        // Records within records are refused when the file is read.
        FactType::Records => Type::Records(BTreeMap::new()),
    }
}

/// A column of a list of records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: FactType,
    /// JSON pointer into the record.
    pub at: String,
    /// What the register writes, and the value that is meant, where they differ.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, String>,
    #[serde(default)]
    pub money_in: MoneyUnit,
    pub name: Text,
    #[serde(default)]
    pub personal: bool,
    #[serde(default)]
    pub mask: Mask,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<NamedCode>,
}

/// A code with its name for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedCode {
    pub code: String,
    pub name: Text,
}

/// How a fact travels; see the head of `catalog/registers.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactType {
    Text,
    Bool,
    Number,
    Money,
    Date,
    Region,
    Records,
}

/// What the register counts money in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyUnit {
    #[default]
    Fen,
    Yuan,
}

/// How a personal value is shown by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mask {
    #[default]
    None,
    /// Family name, then stars: 林**.
    Name,
    /// First four and last four: 3301**********0021.
    IdNumber,
    /// First three and last four: 138****0001.
    Phone,
    /// Up to the district, then stars.
    Address,
    /// Nothing of it.
    All,
}

impl Mask {
    /// `text` as shown to someone who has not stated a purpose. Never longer than it need be, never empty.
    pub fn apply(self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let keep = |head: usize, tail: usize| {
            if chars.len() <= head + tail {
                return "*".repeat(chars.len().max(3));
            }
            let hidden = "*".repeat(chars.len() - head - tail);
            format!(
                "{}{hidden}{}",
                chars[..head].iter().collect::<String>(),
                chars[chars.len() - tail..].iter().collect::<String>()
            )
        };
        match self {
            Mask::None => text.to_owned(),
            Mask::Name => keep(1, 0),
            Mask::IdNumber => keep(4, 4),
            Mask::Phone => keep(3, 4),
            Mask::Address => {
                let shown = chars.iter().rposition(|c| "区县市".contains(*c)).map_or(3, |i| i + 1).min(12);
                format!("{}****", chars.iter().take(shown).collect::<String>())
            }
            Mask::All => "****".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_hide_what_they_should() {
        assert_eq!(Mask::Name.apply("林晓雨"), "林**");
        assert_eq!(Mask::IdNumber.apply("330106199001010021"), "3301**********0021");
        assert_eq!(Mask::IdNumber.apply("12345678"), "********");
        assert_eq!(Mask::Phone.apply("13800000001"), "138****0001");
        assert_eq!(Mask::Address.apply("浙江省杭州市西湖区北山街道1号"), "浙江省杭州市西湖区****");
        assert_eq!(Mask::All.apply("2020-01-01"), "****");
    }

    #[test]
    fn the_catalogue_of_registers_is_consistent() {
        let text = include_str!("../../../catalog/registers.toml");
        let registers: Registers = toml::from_str(text).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for register in &registers.all {
            for fact in &register.facts {
                assert!(seen.insert(&fact.id), "{} is offered twice", fact.id);
                assert!(fact.at.starts_with('/'), "{}", fact.id);
                assert_eq!(fact.kind == FactType::Records, !fact.columns.is_empty(), "{}", fact.id);
                for end in [&fact.key, &fact.label].into_iter().flatten() {
                    assert!(fact.columns.iter().any(|c| &c.id == end), "{} has no column {end}", fact.id);
                }
                assert!(fact.columns.iter().all(|c| c.kind != FactType::Records), "{}", fact.id);
                assert!(!fact.personal || fact.mask != Mask::None, "{} is personal but not masked", fact.id);
            }
        }
        assert!(registers.all.len() >= 12);
    }
}
