//! Mobile numbers in mainland China.

use std::fmt;

/// Eleven digits that begin with 13 to 19 (Telecommunications numbering plan 2017).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

/// The text is no mobile number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a mobile number")]
pub struct NotAPhone;

impl Phone {
    /// Accepts spaces, hyphens and a leading +86.
    pub fn parse(text: &str) -> Result<Self, NotAPhone> {
        if text.len() > 40 {
            return Err(NotAPhone);
        }
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let digits = digits.strip_prefix("+86").unwrap_or(&digits);
        let good = digits.len() == 11
            && digits.bytes().all(|b| b.is_ascii_digit())
            && digits.starts_with('1')
            && digits.as_bytes()[1] >= b'3';
        if good { Ok(Phone(digits.to_owned())) } else { Err(NotAPhone) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `138****0001`
    pub fn masked(&self) -> String {
        crate::registers::Mask::Phone.apply(&self.0)
    }
}

/// Never the number itself: it must not reach a log.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgives_typing_and_refuses_the_rest() {
        for good in ["13800000001", "138 0000 0001", "+86 138-0000-0001"] {
            assert_eq!(Phone::parse(good).unwrap().as_str(), "13800000001");
        }
        for bad in ["", "12800000001", "1380000000", "138000000011", "0571-88888888", "１３800000001"] {
            assert!(Phone::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(format!("{:?}", Phone::parse("13800000001").unwrap()), "138****0001");
    }
}
