//! The resident ID number (公民身份号码, GB 11643): six digits of region, eight of birth date, three of sequence, and a
//! check character by ISO 7064 MOD 11-2.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::organisation::region::RegionCode;
use crate::time::age_on;

/// Sex as recorded in the number: odd sequence numbers are male.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
}

/// A well-formed resident ID number, with `X` in upper case. That it is well formed does not mean that somebody has it.
///
/// `Debug` shows it masked, so that it cannot slip into a log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResidentId([u8; 18]);

/// Why a text is not a resident ID number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResidentIdError {
    #[error("not 18 characters long")]
    Length,
    #[error("a number of the first generation, 15 digits, no longer valid")]
    FifteenDigits,
    #[error("has characters other than 17 digits and a digit or X at the end")]
    Characters,
    #[error("does not begin with the code of a province")]
    Region,
    #[error("holds a birth date that does not exist or lies in the future")]
    BirthDate,
    #[error("the check character is wrong")]
    CheckCharacter,
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS: &[u8; 11] = b"10X98765432";

/// First two digits of numbers in use; 81, 82 and 83 are residence permits for people of Hong Kong, Macao and Taiwan.
const PROVINCES: [u8; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54,
    61, 62, 63, 64, 65, 71, 81, 82, 83,
];

/// The check character over the first 17 digits; `None` if they are not 17 ASCII digits.
pub fn check_character(first_seventeen: &str) -> Option<char> {
    let bytes = first_seventeen.as_bytes();
    if bytes.len() != 17 || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let sum: u32 = bytes.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    Some(CHECK_CHARACTERS[(sum % 11) as usize] as char)
}

impl ResidentId {
    /// Reads a number as people type it: spaces, full-width digits and a small `x` are understood. The birth date must
    /// exist and not be before 1800; `parse_on` refuses one in the future, too.
    pub fn parse(text: &str) -> Result<Self, ResidentIdError> {
        let typed: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).take(19).map(half_width).collect();
        if typed.len() == 15 && typed.iter().all(char::is_ascii_digit) {
            return Err(ResidentIdError::FifteenDigits);
        }
        let typed: [char; 18] = typed.try_into().map_err(|_| ResidentIdError::Length)?;
        let (body, last) = (&typed[..17], typed[17]);
        if !body.iter().all(char::is_ascii_digit) || !(last.is_ascii_digit() || last == 'X') {
            return Err(ResidentIdError::Characters);
        }
        // All ASCII by the test above.
        let id = ResidentId(typed.map(|c| c as u8));
        if !PROVINCES.contains(&(id.number(0..2) as u8)) {
            return Err(ResidentIdError::Region);
        }
        if id.number(6..10) < 1800 || id.date().is_none() {
            return Err(ResidentIdError::BirthDate);
        }
        if check_character(&id.as_str()[..17]) != Some(last) {
            return Err(ResidentIdError::CheckCharacter);
        }
        Ok(id)
    }

    /// As `parse`, and the birth date must not be after `today`.
    pub fn parse_on(text: &str, today: Date) -> Result<Self, ResidentIdError> {
        let id = Self::parse(text)?;
        if id.birth_date() > today { Err(ResidentIdError::BirthDate) } else { Ok(id) }
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        // Only ASCII gets in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The six digits of the place where the number was first given; often not where the person lives now, and the
    /// place may no longer exist under this code.
    pub fn region(&self) -> RegionCode {
        // Six digits that begin with a province were checked in `parse`.
        RegionCode::parse(&self.as_str()[..6]).expect("six digits of a region")
    }

    pub fn birth_date(&self) -> Date {
        self.date().unwrap_or_default()
    }

    /// Full years on `day`.
    pub fn age_on(&self, day: Date) -> i32 {
        age_on(self.birth_date(), day)
    }

    pub fn sex(&self) -> Sex {
        if self.number(14..17) % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// First four and last four characters: `3301**********002X` with the rest as stars.
    pub fn masked(&self) -> String {
        format!("{}**********{}", &self.as_str()[..4], &self.as_str()[14..])
    }

    fn number(&self, range: std::ops::Range<usize>) -> u32 {
        self.0[range].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
    }

    fn date(&self) -> Option<Date> {
        Date::new(self.number(6..10) as i16, self.number(10..12) as i8, self.number(12..14) as i8).ok()
    }
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
        'x' | 'ｘ' | 'Ｘ' => 'X',
        other => other,
    }
}

impl fmt::Debug for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResidentId({})", self.masked())
    }
}

impl FromStr for ResidentId {
    type Err = ResidentIdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for ResidentId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ResidentId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The two examples printed in GB 11643.
    const PUBLIC: [&str; 2] = ["11010519491231002X", "440524188001010014"];

    #[test]
    fn the_examples_of_the_standard_are_read() {
        let first = ResidentId::parse(PUBLIC[0]).unwrap();
        assert_eq!(first.region().to_string(), "110105");
        assert_eq!(first.birth_date(), Date::constant(1949, 12, 31));
        assert_eq!(first.sex(), Sex::Female);
        assert_eq!(first.age_on(Date::constant(2026, 11, 23)), 76);
        assert_eq!(ResidentId::parse(PUBLIC[1]).unwrap().sex(), Sex::Male);
    }

    #[test]
    fn what_people_type_is_understood() {
        let expected = ResidentId::parse(PUBLIC[0]);
        for typed in ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ"]
        {
            assert_eq!(ResidentId::parse(typed), expected, "{typed}");
        }
    }

    #[test]
    fn each_mistake_has_its_own_answer() {
        use ResidentIdError::*;
        for (text, error) in [
            ("", Length),
            ("1101051949123100", Length),
            ("11010519491231002X0", Length),
            ("110105491231002", FifteenDigits),
            ("1101051949123100ⅩX", Characters),
            ("11010519491231X02X", Characters),
            ("11010519491231002Y", Characters),
            ("990105194912310026", Region),
            ("11010519490229002X", BirthDate),
            ("11010519491331002X", BirthDate),
            ("11010500001231002X", BirthDate),
            ("110105194912310021", CheckCharacter),
        ] {
            assert_eq!(ResidentId::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_birth_date_in_the_future_is_refused() {
        let id = ResidentId::parse(PUBLIC[0]).unwrap();
        assert_eq!(ResidentId::parse_on(PUBLIC[0], id.birth_date()), Ok(id));
        let before = Date::constant(1949, 12, 30);
        assert_eq!(ResidentId::parse_on(PUBLIC[0], before), Err(ResidentIdError::BirthDate));
    }

    #[test]
    fn debug_never_shows_the_number() {
        let id = ResidentId::parse(PUBLIC[0]).unwrap();
        assert_eq!(format!("{id:?}"), "ResidentId(1101**********002X)");
        assert_eq!(id.masked().len(), 18);
    }

    fn numbers() -> impl Strategy<Value = String> {
        (0..PROVINCES.len(), 0..10_000_u32, 1800..2100_i16, 1..=12_i8, 1..=28_i8, 0..1000_u32).prop_map(
            |(province, rest, year, month, day, sequence)| {
                let body = format!("{}{rest:04}{year}{month:02}{day:02}{sequence:03}", PROVINCES[province]);
                format!("{body}{}", check_character(&body).unwrap())
            },
        )
    }

    proptest! {
        #[test]
        fn well_formed_numbers_are_read(text in numbers()) {
            let id = ResidentId::parse(&text).unwrap();
            prop_assert_eq!(id.as_str(), &text);
            prop_assert!(id.region().to_string().starts_with(&text[..2]));
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<ResidentId>(&json).unwrap(), id);
        }

        /// MOD 11-2 catches every single wrong character and every swap of neighbours.
        #[test]
        fn one_wrong_or_two_swapped_characters_are_caught(text in numbers(), at in 0..18_usize, digit in 0..10_u8) {
            let mut wrong = text.clone().into_bytes();
            wrong[at] = b'0' + digit;
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert!(wrong == text || ResidentId::parse(&wrong).is_err());
            let mut swapped = text.clone().into_bytes();
            swapped.swap(at, (at + 1).min(17));
            let swapped = String::from_utf8(swapped).unwrap();
            prop_assert!(swapped == text || ResidentId::parse(&swapped).is_err());
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,40}") {
            let _ = ResidentId::parse(&text);
        }
    }
}
