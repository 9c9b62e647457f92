//! Reference numbers: what a citizen reads out on the phone.

use std::fmt;
use std::str::FromStr;

/// `ZB-7K3-9QD-2M8`: 40 random bits in Crockford's base 32 (no I, L, O, U) and a check character (MOD 31).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference(String);

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 9;

/// The text is no reference number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a reference number")]
pub struct NotAReference;

impl Reference {
    /// From at least 40 random bits; the rest is ignored.
    pub fn from_random(bits: u64) -> Self {
        let mut body = String::with_capacity(LENGTH);
        for place in 0..LENGTH - 1 {
            body.push(char::from(ALPHABET[(bits >> (5 * place)) as usize & 31]));
        }
        let check = check_character(&body);
        body.push(check);
        Reference(body)
    }

    /// The nine characters without prefix and hyphens, as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Weighted sum modulo 31: finds every wrong character (but Z for 0) and every swap of neighbours.
fn check_character(body: &str) -> char {
    let value = |c: u8| ALPHABET.iter().position(|a| *a == c).unwrap_or(0);
    let sum: usize = body.bytes().enumerate().map(|(i, c)| (i + 2) * value(c)).sum();
    char::from(ALPHABET[sum % 31])
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ZB-{}-{}-{}", &self.0[..3], &self.0[3..6], &self.0[6..])
    }
}

impl FromStr for Reference {
    type Err = NotAReference;

    /// Accepts lower case, spaces, missing hyphens, and the letters that are mistaken for digits.
    fn from_str(text: &str) -> Result<Self, NotAReference> {
        if text.len() > 40 {
            return Err(NotAReference);
        }
        let mut body: String = text
            .chars()
            .filter(|c| !matches!(c, '-' | ' '))
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        if body.len() == LENGTH + 2 && body.starts_with("ZB") {
            body.drain(..2);
        }
        if body.len() != LENGTH || !body.bytes().all(|b| ALPHABET.contains(&b)) {
            return Err(NotAReference);
        }
        if !body.ends_with(check_character(&body[..LENGTH - 1])) {
            return Err(NotAReference);
        }
        Ok(Reference(body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn round_trips_and_forgives_typing(bits in any::<u64>()) {
            let reference = Reference::from_random(bits);
            let shown = reference.to_string();
            prop_assert_eq!(shown.parse::<Reference>(), Ok(reference.clone()));
            prop_assert_eq!(shown.to_lowercase().replace('-', " ").parse::<Reference>(), Ok(reference.clone()));
            prop_assert_eq!(reference.as_str().parse::<Reference>(), Ok(reference));
        }

        #[test]
        fn one_wrong_character_is_noticed(bits in any::<u64>(), place in 0usize..8, other in 0usize..31) {
            let reference = Reference::from_random(bits);
            let mut wrong: Vec<u8> = reference.as_str().bytes().collect();
            let changed = ALPHABET[other];
            // 0 and Z (31) are alike modulo 31.
            prop_assume!(changed != wrong[place] && wrong[place] != b'Z');
            wrong[place] = changed;
            prop_assert!(String::from_utf8(wrong).unwrap().parse::<Reference>().is_err());
        }

        #[test]
        fn parsing_never_panics(text in ".{0,60}") {
            let _ = text.parse::<Reference>();
        }
    }
}
