//! What a password must be (NIST SP 800-63B-4 §3.1.1): long, not guessable, and nothing else. No rules about kinds of
//! characters, no expiry.
//!
//! Here a password signs in alone; the other way in is a code on the phone, not a second step. So it takes 15
//! characters, and people who do not want to keep such a thing in mind use the code.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Characters at least.
pub const SHORTEST: usize = 15;
/// Characters at most: a bound on work, far beyond what people type.
pub const LONGEST: usize = 128;
/// What is left of a password, when everything predictable counts as one, at least.
const UNPREDICTABLE: usize = 7;

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordError {
    #[error("shorter than 15 characters")]
    TooShort,
    #[error("longer than 128 characters")]
    TooLong,
    /// Among the first that are tried: well-known words, keyboard rows, repetitions.
    #[error("easy to guess")]
    Guessable,
    /// Contains the phone number, the resident ID number, the name or the login of its owner.
    #[error("contains what others know about its owner")]
    Personal,
}

/// Pieces of the passwords that lists of leaked ones are full of.
const KNOWN: &[&str] = &[
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwerty",
    "asdfgh",
    "zxcvbn",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "1q2w3e4r",
    "1q2w3e",
    "password",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "iloveyou",
    "woaini",
    "5201314",
    "1314520",
    "admin",
    "administrator",
    "welcome",
    "letmein",
    "zhangban",
    "government",
    "zhengwu",
    "hangzhou",
    "mima",
    "dragon",
    "monkey",
    "football",
    "baseball",
    "superman",
    "princess",
    "sunshine",
    "a1b2c3",
    "abc123",
    "aa123456",
    "xiaoming",
    "zhongguo",
    "beijing",
    "shanghai",
    "wang",
    "zhang",
    "test",
    "user",
    "login",
    "root",
    "hello",
    "pass",
    "密码",
    "我爱你",
    "中国",
];

/// Checks a new password. `personal` are texts that others know about its owner.
pub fn check(password: &str, personal: &[&str]) -> Result<(), PasswordError> {
    let length = password.chars().take(LONGEST + 1).count();
    if length < SHORTEST {
        return Err(PasswordError::TooShort);
    }
    if length > LONGEST {
        return Err(PasswordError::TooLong);
    }
    let lower = password.to_lowercase();
    let known = |text: &&&str| text.chars().count() >= 2 && lower.contains(&text.to_lowercase());
    if personal.iter().any(|text| known(&text)) {
        return Err(PasswordError::Personal);
    }
    if unpredictable(&lower) < UNPREDICTABLE { Err(PasswordError::Guessable) } else { Ok(()) }
}

/// How many characters are left when known pieces, repetitions and runs like `4567` count as one each.
fn unpredictable(lower: &str) -> usize {
    let mut text = lower.to_owned();
    for piece in KNOWN {
        // A character that no keyboard makes stands for the piece.
        text = text.replace(piece, "\u{1}");
    }
    let chars: Vec<char> = text.chars().collect();
    let period = (1..=chars.len() / 2).find(|p| (*p..chars.len()).all(|i| chars[i] == chars[i - p]));
    let chars = &chars[..period.unwrap_or(chars.len())];
    let mut count = 0;
    let mut place = 0;
    while place < chars.len() {
        count += 1;
        place += run(&chars[place..]);
    }
    count
}

/// Length of the run of equal steps (same, up or down by one) at the start; at least 1.
fn run(chars: &[char]) -> usize {
    let step = |i: usize| i64::from(chars[i] as u32) - i64::from(chars[i - 1] as u32);
    if chars.len() < 3 || step(1).abs() > 1 {
        return 1;
    }
    let same = (1..chars.len()).take_while(|i| step(*i) == step(1)).count();
    if same >= 2 { same + 1 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_of_fifteen_characters_is_enough() {
        for good in [
            "西湖边有一棵老樟树下着大雨今晚",
            "correct horse battery",
            "vQ8#kLp2zTf9$mX",
            "the tea is cold again",
        ] {
            assert_eq!(check(good, &["13800000001"]), Ok(()), "{good}");
        }
    }

    #[test]
    fn the_usual_ones_are_refused() {
        for bad in [
            "123456789012345",
            "aaaaaaaaaaaaaaaaa",
            "passwordpassword",
            "Password1234567890",
            "qwertyuiopasdfghjkl",
            "1qaz2wsx3edc4rfv5tgb",
            "abcdefghijklmnopqrst",
            "woaini5201314520",
            "abcabcabcabcabc",
            "zhangban-zhangban-1",
        ] {
            assert_eq!(check(bad, &[]), Err(PasswordError::Guessable), "{bad}");
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(check("短", &[]), Err(PasswordError::TooShort));
        assert_eq!(check("vQ8#kLp2zTf9$m", &[]), Err(PasswordError::TooShort));
        assert_eq!(check(&"长安月".repeat(100_000), &[]), Err(PasswordError::TooLong));
    }

    #[test]
    fn what_others_know_is_refused() {
        let personal = ["13800000001", "11010519491231002X", "林晓雨"];
        for bad in ["me 13800000001 you", "x11010519491231002xyz", "我叫林晓雨今天想去西湖边上看荷花"]
        {
            assert_eq!(check(bad, &personal), Err(PasswordError::Personal), "{bad}");
        }
    }
}
