//! Values and their types.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An exact decimal with four places, kept as ten-thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Number(i64);

impl Number {
    const SCALE: i64 = 10_000;

    /// A whole number; saturates at about ±922 trillion.
    pub fn whole(n: i64) -> Self {
        Number(n.saturating_mul(Self::SCALE))
    }

    pub fn from_ten_thousandths(n: i64) -> Self {
        Number(n)
    }

    pub fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// The whole part, cut towards zero.
    pub fn truncate(self) -> i64 {
        self.0 / Self::SCALE
    }

    /// How many decimal places are in use, 0 to 4.
    pub fn decimals(self) -> u32 {
        (0..4).find(|places| self.0 % 10_i64.pow(4 - places) == 0).unwrap_or(4)
    }

    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Number)
    }

    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Number)
    }

    /// Product, rounded half away from zero.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        round_div(i128::from(self.0) * i128::from(other.0), i128::from(Self::SCALE)).map(Number)
    }

    /// Quotient, rounded half away from zero; `None` when dividing by zero.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        round_div(i128::from(self.0) * i128::from(Self::SCALE), i128::from(other.0)).map(Number)
    }

    /// `fen` times this number, rounded half away from zero.
    pub fn of_money(self, fen: i64) -> Option<i64> {
        round_div(i128::from(self.0) * i128::from(fen), i128::from(Self::SCALE))
    }
}

fn round_div(n: i128, d: i128) -> Option<i64> {
    if d == 0 {
        return None;
    }
    let (n, d) = if d < 0 { (-n, -d) } else { (n, d) };
    let rounded = if n >= 0 { (n + d / 2) / d } else { (n - d / 2) / d };
    i64::try_from(rounded).ok()
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 10_000, self.0.unsigned_abs() % 10_000);
        if rest == 0 {
            write!(f, "{sign}{whole}")
        } else {
            let places = format!("{rest:04}");
            write!(f, "{sign}{whole}.{}", places.trim_end_matches('0'))
        }
    }
}

/// The text is not a decimal with at most four places, or is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number with at most four places")]
pub struct NotANumber;

impl FromStr for Number {
    type Err = NotANumber;

    /// ASCII digits with an optional sign and point: `-12.5`. At most four places.
    fn from_str(s: &str) -> Result<Self, NotANumber> {
        let (negative, digits) = match s.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, s),
        };
        let split = digits.split_once('.');
        let (whole, places) = split.unwrap_or((digits, ""));
        let is_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty()
            || (split.is_some() && places.is_empty())
            || !is_digits(whole)
            || !is_digits(places)
            || places.len() > 4
        {
            return Err(NotANumber);
        }
        let whole: i64 = whole.parse().map_err(|_| NotANumber)?;
        let rest =
            places.bytes().chain([b'0'; 4]).take(4).fold(0, |n, digit| n * 10 + i64::from(digit - b'0'));
        let magnitude = i128::from(whole) * i128::from(Self::SCALE) + i128::from(rest);
        i64::try_from(if negative { -magnitude } else { magnitude }).map(Number).map_err(|_| NotANumber)
    }
}

/// One line of a list of records (a vehicle, a property, a row of a repeated group): its columns by id.
pub type Record = BTreeMap<String, Value>;

/// What a rule can speak about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Text, a choice, or a region code.
    Text(String),
    Bool(bool),
    Number(Number),
    /// Fen (0.01 CNY).
    Money(i64),
    Date(Date),
    /// Chosen options, sorted, each once.
    Set(Vec<String>),
    Records(Vec<Record>),
}

impl Value {
    pub fn text(s: impl Into<String>) -> Self {
        Value::Text(s.into())
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(s) => Some(s),
            _ => None,
        }
    }

    pub fn as_records(&self) -> Option<&[Record]> {
        match self {
            Value::Records(rows) => Some(rows),
            _ => None,
        }
    }
}

/// The type of a value. Choices and regions are text with a known set of values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    Text,
    Choice,
    Region,
    Bool,
    Number,
    Money,
    Date,
    Set,
    /// Columns by id.
    Records(BTreeMap<String, Type>),
}

impl Type {
    /// Whether values of both types can be compared for equality.
    pub fn comparable(&self, other: &Type) -> bool {
        self == other || (self.is_text() && other.is_text())
    }

    pub fn is_text(&self) -> bool {
        matches!(self, Type::Text | Type::Choice | Type::Region)
    }

    /// Whether `<` means something.
    pub fn is_ordered(&self) -> bool {
        matches!(self, Type::Number | Type::Money | Type::Date)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Text => "text",
            Type::Choice => "choice",
            Type::Region => "region",
            Type::Bool => "bool",
            Type::Number => "number",
            Type::Money => "money",
            Type::Date => "date",
            Type::Set => "set",
            Type::Records(_) => "records",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn number_round_trips_through_text(n in prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX)]) {
            let number = Number::from_ten_thousandths(n);
            prop_assert_eq!(number.to_string().parse::<Number>(), Ok(number));
        }

        #[test]
        fn parsing_never_panics(s in ".{0,40}") {
            let _ = s.parse::<Number>();
        }
    }

    #[test]
    fn decimals_and_refusals() {
        assert_eq!("89.50".parse::<Number>().unwrap().to_string(), "89.5");
        assert_eq!("89.50".parse::<Number>().unwrap().decimals(), 1);
        assert_eq!("7".parse::<Number>().unwrap().decimals(), 0);
        for bad in ["", "-", ".5", "5.", "1e3", "１２", "1.23456", "9223372036854775807", "+1", " 1"] {
            assert!(bad.parse::<Number>().is_err(), "{bad}");
        }
    }

    #[test]
    fn money_rounds_half_away_from_zero() {
        let half: Number = "0.5".parse().unwrap();
        assert_eq!(half.of_money(101), Some(51));
        assert_eq!(half.of_money(-101), Some(-51));
        assert_eq!(Number::whole(1).checked_div(Number::whole(0)), None);
    }
}
