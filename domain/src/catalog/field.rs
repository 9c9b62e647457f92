//! Questions: what a form asks, only where no register knows.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::rules::{Expr, Number, Type};
use crate::text::Text;
use crate::time::plus_days;

/// One question of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Lower-case ASCII letters, digits and `_`; unique in the definition (in the group, for a group's fields).
    pub id: String,
    #[serde(rename = "type")]
    pub kind: FieldType,
    pub label: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Text>,
    /// Facts that the question speaks of: what the registers say stands with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<String>,
    /// What stands there before anybody types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill: Option<Prefill>,
    /// An optional question may stay without an answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Asked only while this holds; it may speak of facts and of earlier questions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expr>,
    /// Not asked while this surely holds. In no file: a bundle's form asks so for what its answers do not give.
    #[serde(skip)]
    pub unless: Option<Expr>,
    /// Conditions an answer must satisfy beyond its type.
    #[serde(default, rename = "check", skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<AnswerCheck>,
    /// Options of a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choice>,
    /// Options of a choice taken from the records of a fact (the applicant's vehicles).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options_from: Option<String>,
    /// Shortest and longest text, in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// Bounds of a number, or of money in yuan.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "bound")]
    pub min: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "bound")]
    pub max: Option<Number>,
    /// Decimal places of a number, 0 to 4; none when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u32>,
    /// What is counted, for numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    /// Bounds of a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest: Option<Bound>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<Bound>,
    /// An address must lie within this region (GB/T 2260).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Files, chosen options or rows: at least and at most so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_items: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u32>,
    /// Questions of each row of a group.
    #[serde(default, rename = "field", skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

impl Field {
    /// A required question without anything but its type.
    pub fn new(id: impl Into<String>, kind: FieldType) -> Self {
        Field {
            id: id.into(),
            kind,
            label: Text::default(),
            hint: None,
            about: Vec::new(),
            prefill: None,
            optional: false,
            when: None,
            unless: None,
            checks: Vec::new(),
            options: Vec::new(),
            options_from: None,
            min_length: None,
            max_length: None,
            min: None,
            max: None,
            decimals: None,
            unit: None,
            earliest: None,
            latest: None,
            within: None,
            min_items: None,
            max_items: None,
            fields: Vec::new(),
        }
    }
}

/// What the portal knows of the applicant's account; it can be typed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prefill {
    /// The mobile number one signs in by.
    AccountPhone,
    /// Yes. In no file: a bundle's form has it where a member is chosen unless one says no.
    #[serde(skip)]
    Yes,
}

/// The kinds of questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// One line, at most 200 characters unless said otherwise.
    Text,
    /// Several lines, at most 2,000 characters unless said otherwise.
    LongText,
    YesNo,
    /// One of the options.
    Choice,
    /// Any of the options.
    MultiChoice,
    Date,
    Number,
    /// CNY, kept in fen.
    Money,
    /// A mobile number in China, 11 digits.
    Phone,
    /// A region from the tree and the rest in words.
    Address,
    /// Images and PDF, at most 10 MB each.
    File,
    /// Name and resident ID number of someone else.
    Person,
    /// The same questions for each of several things.
    Group,
}

impl FieldType {
    /// What rules see of an answer.
    pub fn rule_type(self, fields: &[Field]) -> Type {
        match self {
            FieldType::Text | FieldType::LongText | FieldType::Phone | FieldType::Person => Type::Text,
            FieldType::YesNo => Type::Bool,
            FieldType::Choice => Type::Choice,
            FieldType::MultiChoice => Type::Set,
            FieldType::Date => Type::Date,
            FieldType::Number | FieldType::File => Type::Number,
            FieldType::Money => Type::Money,
            FieldType::Address => Type::Region,
            FieldType::Group => {
                Type::Records(fields.iter().map(|f| (f.id.clone(), f.kind.rule_type(&f.fields))).collect())
            }
        }
    }
}

/// An option of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub id: String,
    pub label: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Text>,
}

/// A condition on an answer and what to say when it does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerCheck {
    pub that: Expr,
    pub say: Text,
}

/// A bound of a date: a day, or so many days before or after today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    Day(Date),
    /// Days after today; negative is before.
    FromToday(i32),
}

impl Bound {
    pub fn on(&self, today: Date) -> Date {
        match self {
            Bound::Day(d) => *d,
            Bound::FromToday(n) => plus_days(today, i64::from(*n).clamp(-36_500, 36_500)).unwrap_or(today),
        }
    }
}

mod bound {
    //! Numbers in definitions are written as TOML numbers.
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::rules::{Expr, Number, Value};

    pub fn serialize<S: Serializer>(n: &Option<Number>, s: S) -> Result<S::Ok, S::Error> {
        n.map(|n| Expr::Literal(Value::Number(n))).serialize(s)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Number>, D::Error> {
        match Expr::deserialize(d)? {
            Expr::Literal(Value::Number(n)) => Ok(Some(n)),
            _ => Err(serde::de::Error::custom("expected a number")),
        }
    }
}
