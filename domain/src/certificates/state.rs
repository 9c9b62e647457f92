//! The state of a certificate at an instant.

use super::CLOCK_SKEW_SECONDS;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// When a certificate is good: from `from` up to but not including `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    pub from: Option<Timestamp>,
    /// No end when `None` (长期有效).
    pub until: Option<Timestamp>,
}

/// What the issuer says about a certificate, apart from time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Good,
    Suspended,
    Revoked,
}

impl Standing {
    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            Standing::Good => "good",
            Standing::Suspended => "suspended",
            Standing::Revoked => "revoked",
        }
    }

    pub fn from_code(code: &str) -> Option<Standing> {
        let all = [Standing::Good, Standing::Suspended, Standing::Revoked];
        all.into_iter().find(|standing| standing.code() == code)
    }
}

/// The state of a certificate at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateStatus {
    Valid,
    Expired,
    NotYetValid,
    Revoked,
    Suspended,
}

impl Validity {
    /// Whether `now` lies inside, tolerating a clock that is wrong by [`CLOCK_SKEW_SECONDS`] in either direction.
    pub fn at(self, now: Timestamp) -> CertificateStatus {
        if self.from.is_some_and(|from| now.plus_seconds(CLOCK_SKEW_SECONDS) < from) {
            CertificateStatus::NotYetValid
        } else if self.until.is_some_and(|until| now.plus_seconds(-CLOCK_SKEW_SECONDS) >= until) {
            CertificateStatus::Expired
        } else {
            CertificateStatus::Valid
        }
    }
}

impl CertificateStatus {
    /// Revocation is final and said first; time comes before a suspension, which may end.
    pub fn of(validity: Validity, standing: Standing, now: Timestamp) -> Self {
        match (standing, validity.at(now)) {
            (Standing::Revoked, _) => CertificateStatus::Revoked,
            (Standing::Suspended, CertificateStatus::Valid) => CertificateStatus::Suspended,
            (_, in_time) => in_time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_tolerate_the_skew_and_not_a_second_more() {
        let from = Timestamp::from_seconds(1_800_000_000);
        let until = from.plus_days(30);
        let validity = Validity { from: Some(from), until: Some(until) };
        let at = |t: Timestamp| validity.at(t);
        assert_eq!(at(from.plus_seconds(-CLOCK_SKEW_SECONDS - 1)), CertificateStatus::NotYetValid);
        assert_eq!(at(from.plus_seconds(-CLOCK_SKEW_SECONDS)), CertificateStatus::Valid);
        assert_eq!(at(until.plus_seconds(CLOCK_SKEW_SECONDS - 1)), CertificateStatus::Valid);
        assert_eq!(at(until.plus_seconds(CLOCK_SKEW_SECONDS)), CertificateStatus::Expired);
        assert_eq!(Validity { from: None, until: None }.at(Timestamp::MAX), CertificateStatus::Valid);
    }

    #[test]
    fn revocation_is_said_first() {
        let validity = Validity { from: None, until: Some(Timestamp::from_seconds(0)) };
        let now = Timestamp::from_seconds(1_000_000);
        assert_eq!(CertificateStatus::of(validity, Standing::Revoked, now), CertificateStatus::Revoked);
        assert_eq!(CertificateStatus::of(validity, Standing::Suspended, now), CertificateStatus::Expired);
    }
}
