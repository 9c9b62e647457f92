//! Time-based one-time passwords: RFC 6238 with HMAC-SHA-1, six digits and steps of thirty seconds, which is what every
//! authenticator app understands.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::time::Timestamp;

/// Seconds for which a code is shown.
pub const STEP_SECONDS: i64 = 30;
/// Digits of a code.
pub const DIGITS: usize = 6;
/// Steps by which the clocks of phone and portal may differ, either way.
const DRIFT: i64 = 1;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The secret that a phone and the portal share: 160 bits, as long as the hash (RFC 4226 §4).
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; 20]);

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret")
    }
}

impl TotpSecret {
    pub fn new(bytes: [u8; 20]) -> Self {
        TotpSecret(bytes)
    }

    /// `None` when it is not 20 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(TotpSecret)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As one types it into an authenticator: 32 characters of base32 (RFC 4648).
    pub fn to_base32(&self) -> String {
        // Five bytes are eight characters; twenty leave no rest.
        let quintets =
            self.0.chunks_exact(5).map(|five| five.iter().fold(0u64, |all, b| all << 8 | u64::from(*b)));
        quintets
            .flat_map(|five| (0..8).rev().map(move |place| (five >> (5 * place)) as usize & 31))
            .map(|value| char::from(BASE32[value]))
            .collect()
    }

    /// The address in the QR code that an authenticator reads: which account it is, and at whom.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (percent(issuer), percent(account));
        format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", self.to_base32())
    }

    /// The code of a step (RFC 4226 §5.3).
    fn code(&self, step: i64) -> u32 {
        // HMAC takes keys of any length.
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).unwrap_or_else(|_| unreachable!());
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let at = usize::from(hash[19] & 15);
        let word = u32::from_be_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]]);
        (word & 0x7fff_ffff) % 10u32.pow(DIGITS as u32)
    }

    /// The code that an authenticator shows at `now`.
    pub fn code_at(&self, now: Timestamp) -> String {
        format!("{:06}", self.code(step_at(now)))
    }

    /// The step of which `typed` is the code, among those around `now` that come after `last`; `None` when it is none.
    /// The caller keeps the step, so that the code is good once.
    pub fn step_of(&self, typed: &str, now: Timestamp, last: Option<i64>) -> Option<i64> {
        if typed.len() != DIGITS || !typed.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let typed: u32 = typed.parse().ok()?;
        let now = step_at(now);
        // All are computed, so that the time tells nothing of which one it was.
        let fits = (now - DRIFT..=now + DRIFT).map(|step| (step, self.code(step) == typed));
        fits.filter(|(step, fits)| *fits && last.is_none_or(|last| *step > last)).map(|(step, _)| step).next()
    }
}

fn step_at(now: Timestamp) -> i64 {
    now.as_seconds().div_euclid(STEP_SECONDS)
}

fn percent(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            // Writing to a String cannot fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The secret of RFC 4226 appendix D and RFC 6238 appendix B.
    fn rfc() -> TotpSecret {
        TotpSecret::new(*b"12345678901234567890")
    }

    #[test]
    fn counts_as_rfc_4226_does() {
        let codes = [755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489];
        for (step, code) in codes.into_iter().enumerate() {
            assert_eq!(rfc().code(step as i64), code, "{step}");
        }
    }

    #[test]
    fn tells_the_time_as_rfc_6238_does() {
        // Its eight digits, without the first two.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(rfc().code_at(Timestamp::from_seconds(seconds)), code, "{seconds}");
        }
    }

    #[test]
    fn an_authenticator_is_told_in_base32() {
        assert_eq!(rfc().to_base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            rfc().uri("掌办", "wang.gong"),
            "otpauth://totp/%E6%8E%8C%E5%8A%9E:wang.gong?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E6%8E%8C%E5%8A%9E"
        );
    }

    #[test]
    fn a_code_is_good_one_step_early_or_late_and_once() {
        let now = Timestamp::from_seconds(59);
        let shown = rfc().code_at(now);
        // The code is of step 1, the seconds are of steps 0, 0, 1, 2, 2, 3.
        for (seconds, good) in [(0, true), (29, true), (30, true), (60, true), (89, true), (90, false)] {
            let found = rfc().step_of(&shown, Timestamp::from_seconds(seconds), None);
            assert_eq!(found, good.then_some(1), "{seconds}");
        }
        assert_eq!(rfc().step_of(&shown, now, Some(0)), Some(1));
        assert_eq!(rfc().step_of(&shown, now, Some(1)), None, "it was used");
        assert_eq!(rfc().step_of(&shown, now, Some(2)), None, "a later one was used");
        for wrong in ["", "28708", "2870820", "28708a", "+87082", "２８７０８２", "287083"] {
            assert_eq!(rfc().step_of(wrong, now, None), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_accepted_within_the_drift(bytes: [u8; 20], seconds in 0i64..10_000_000_000, late in -30i64..=30) {
            let secret = TotpSecret::new(bytes);
            let shown = Timestamp::from_seconds(seconds + 30);
            let read = Timestamp::from_seconds(seconds + 30 + late);
            prop_assert!(secret.step_of(&secret.code_at(shown), read, None).is_some());
        }
    }
}
