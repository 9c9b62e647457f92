//! The unified social credit code of a legal entity (统一社会信用代码, GB 32100): registering department, category, six
//! digits of region, nine characters of organisation code (GB 11714), and a check character by MOD 31.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::organisation::region::RegionCode;

/// A well-formed credit code, in upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode([u8; 18]);

/// Why a text is not a credit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditCodeError {
    #[error("not 18 characters long")]
    Length,
    #[error("has characters other than digits and capital letters without I, O, S, V, Z")]
    Characters,
    #[error("characters 3 to 8 are not the code of a region")]
    Region,
    #[error("the check character is wrong")]
    CheckCharacter,
}

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Powers of 3 modulo 31.
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

fn value(character: u8) -> Option<usize> {
    ALPHABET.iter().position(|c| *c == character)
}

/// The check character over the first 17; `None` if they are not 17 characters of the alphabet.
pub fn check_character(first_seventeen: &str) -> Option<char> {
    let bytes = first_seventeen.as_bytes();
    if bytes.len() != 17 {
        return None;
    }
    let mut sum = 0;
    for (character, weight) in bytes.iter().zip(WEIGHTS) {
        sum += value(*character)? * weight;
    }
    Some(ALPHABET[(31 - sum % 31) % 31] as char)
}

/// The check character of an organisation code over its first eight characters (GB 11714, MOD 11); `None` if they are
/// not eight digits or capital letters.
pub fn organisation_check_character(first_eight: &str) -> Option<char> {
    let bytes = first_eight.as_bytes();
    if bytes.len() != 8 {
        return None;
    }
    let mut sum = 0;
    for (character, weight) in bytes.iter().zip([3, 7, 9, 10, 5, 8, 4, 2]) {
        sum += (*character as char).to_digit(36).filter(|_| !character.is_ascii_lowercase())? * weight;
    }
    Some(match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => (b'0' + digit as u8) as char,
    })
}

impl CreditCode {
    /// Reads a code as people type it: spaces, full-width and small letters are understood.
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        let typed: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).take(19).map(half_width).collect();
        let typed: [char; 18] = typed.try_into().map_err(|_| CreditCodeError::Length)?;
        if !typed.iter().all(|c| c.is_ascii() && value(*c as u8).is_some()) {
            return Err(CreditCodeError::Characters);
        }
        // All ASCII by the test above.
        let code = CreditCode(typed.map(|c| c as u8));
        RegionCode::parse(&code.as_str()[2..8]).map_err(|_| CreditCodeError::Region)?;
        if check_character(&code.as_str()[..17]) != Some(typed[17]) {
            return Err(CreditCodeError::CheckCharacter);
        }
        Ok(code)
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        // Only ASCII gets in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Where the entity was registered first.
    pub fn region(&self) -> RegionCode {
        // Checked in `parse`.
        RegionCode::parse(&self.as_str()[2..8]).expect("six digits of a region")
    }
}

fn half_width(c: char) -> char {
    let ascii = match c {
        '！'..='～' => char::from_u32(c as u32 - '！' as u32 + '!' as u32).unwrap_or(c),
        other => other,
    };
    ascii.to_ascii_uppercase()
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreditCode({self})")
    }
}

impl FromStr for CreditCode {
    type Err = CreditCodeError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for CreditCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CreditCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The example of GB 32100 and codes that well-known companies publish.
    const PUBLIC: [&str; 5] = [
        "91350100M000100Y43",
        "91330100799655058B",
        "9144030071526726XG",
        "914403001922038216",
        "91110000802100433B",
    ];

    #[test]
    fn published_codes_are_read() {
        for code in PUBLIC {
            let read = CreditCode::parse(code).unwrap();
            assert_eq!(read.as_str(), code);
            assert_eq!(organisation_check_character(&code[8..16]), code[16..17].chars().next(), "{code}");
        }
        assert_eq!(CreditCode::parse(PUBLIC[1]).unwrap().region().to_string(), "3301");
    }

    #[test]
    fn what_people_type_is_understood() {
        assert_eq!(CreditCode::parse(" 9144 0300 7152 6726 xg "), CreditCode::parse(PUBLIC[2]));
        assert_eq!(CreditCode::parse("９１４４０３００７１５２６７２６ＸＧ"), CreditCode::parse(PUBLIC[2]));
    }

    #[test]
    fn each_mistake_has_its_own_answer() {
        use CreditCodeError::*;
        for (text, error) in [
            ("", Length),
            ("91350100M000100Y4", Length),
            ("91350100M000100Y431", Length),
            ("91350100M000100I43", Characters),
            ("91350100M000100中43", Characters),
            ("91A50100M000100Y43", Region),
            ("91350100M000100Y44", CheckCharacter),
        ] {
            assert_eq!(CreditCode::parse(text), Err(error), "{text}");
        }
    }

    fn codes() -> impl Strategy<Value = String> {
        (prop::collection::vec(0..31_usize, 9), 110_000..660_000_u32).prop_map(|(tail, region)| {
            let tail: String = tail.into_iter().map(|i| ALPHABET[i] as char).collect();
            let body = format!("91{region}{tail}");
            format!("{body}{}", check_character(&body).unwrap())
        })
    }

    proptest! {
        #[test]
        fn well_formed_codes_are_read(text in codes()) {
            let code = CreditCode::parse(&text).unwrap();
            prop_assert_eq!(code.as_str(), &text);
            let json = serde_json::to_string(&code).unwrap();
            prop_assert_eq!(serde_json::from_str::<CreditCode>(&json).unwrap(), code);
        }

        /// 31 is prime and every weight is below it: no single wrong character passes.
        #[test]
        fn one_wrong_character_is_caught(text in codes(), at in 0..18_usize, other in 0..31_usize) {
            let mut wrong = text.clone().into_bytes();
            wrong[at] = ALPHABET[other];
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert!(wrong == text || CreditCode::parse(&wrong).is_err());
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,40}") {
            let _ = CreditCode::parse(&text);
        }
    }
}
