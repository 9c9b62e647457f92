//! Names of natural persons, as identity documents print them.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest name that is taken, in characters.
pub const LONGEST: usize = 60;

/// A name, without spaces at its ends, with `·` between its parts where people type other dots.
///
/// `Debug` shows it masked, so that it cannot slip into a log.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonNameError {
    #[error("empty")]
    Empty,
    #[error("longer than any name")]
    TooLong,
    #[error("has characters that no name has")]
    Characters,
}

impl PersonName {
    /// Reads a name as people type it. Letters, `·`, spaces between words, `-`, `'` and `.` are taken.
    pub fn parse(text: &str) -> Result<Self, PersonNameError> {
        // No character takes more than four bytes.
        if text.len() > LONGEST * 8 {
            return Err(PersonNameError::TooLong);
        }
        let dots = |c| if matches!(c, '•' | '‧' | '∙' | '・' | '．' | '●') { '·' } else { c };
        let words: Vec<String> =
            text.split_whitespace().map(|word| word.chars().map(dots).collect()).collect();
        let name = words.join(" ");
        match name.chars().count() {
            0 => return Err(PersonNameError::Empty),
            n if n > LONGEST => return Err(PersonNameError::TooLong),
            _ => {}
        }
        let good = |c: char| c.is_alphabetic() || matches!(c, '·' | ' ' | '-' | '\'' | '’' | '.');
        if name.chars().all(good) && name.chars().any(char::is_alphabetic) {
            Ok(PersonName(name))
        } else {
            Err(PersonNameError::Characters)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `林**`
    pub fn masked(&self) -> String {
        crate::registers::Mask::Name.apply(&self.0)
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonName({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_understood() {
        for (typed, read) in [
            (" 林晓雨 ", "林晓雨"),
            ("阿依古丽•买买提", "阿依古丽·买买提"),
            ("Jean-Luc  O'Neill", "Jean-Luc O'Neill"),
            ("㐂田", "㐂田"),
        ] {
            assert_eq!(PersonName::parse(typed).unwrap().as_str(), read);
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        use PersonNameError::*;
        let long = "长".repeat(100_000);
        for (text, error) in [
            ("", Empty),
            ("  \t", Empty),
            ("···", Characters),
            ("张三1", Characters),
            ("张\u{202e}三", Characters),
            ("</textarea><script>", Characters),
            ("' OR 1=1 --", Characters),
            (long.as_str(), TooLong),
        ] {
            assert_eq!(PersonName::parse(text), Err(error), "{text:.20}");
        }
    }
}
