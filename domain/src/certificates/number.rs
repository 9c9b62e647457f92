//! The identifier of a certificate after GB/T 36904-2018.
//!
//! The layout is inferred from published identifiers, not read from the text of the standard: the root OID
//! `1.2.156.3005.2`, then the code of the kind of certificate, the unified social credit code of the issuing body,
//! a serial and a three-digit version, then a check character (ISO 7064 MOD 37,36) over these four fields without
//! their dots.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Root object identifier of electronic certificates.
pub const ROOT: &str = "1.2.156.3005.2";

const MAX_FIELD: usize = 32;
const ISSUER_LENGTH: usize = 18;
/// Longer than any number is.
const MAX_TEXT: usize = 128;

/// Number of a certificate, for example `1.2.156.3005.2.11990000MB0000000J001.11990100MB0000001T.2026000017.001.J`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertificateNumber {
    kind: String,
    issuer: String,
    serial: String,
    version: u16,
}

/// Why a text is not a certificate number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NumberError {
    #[error("not under the root of certificate numbers")]
    Root,
    #[error("wrong number of fields")]
    Fields,
    #[error("kind is empty, too long or has a character other than 0-9 A-Z")]
    Kind,
    #[error("issuer is not 18 characters of 0-9 A-Z")]
    Issuer,
    #[error("serial is empty, too long or has a character other than 0-9 A-Z")]
    Serial,
    #[error("version is not three digits from 001 to 999")]
    Version,
    #[error("wrong check character")]
    Check,
}

impl CertificateNumber {
    /// Characters of the longest: the fields, the check character, and a dot before each.
    pub const LONGEST: u32 = 105;

    /// Builds a number. `kind` and `serial` are 1 to 32 characters, `issuer` 18, all of `0-9 A-Z`; `version` is 1 to 999.
    pub fn new(kind: &str, issuer: &str, serial: &str, version: u16) -> Result<Self, NumberError> {
        let short = |field: &str| (1..=MAX_FIELD).contains(&field.len()) && alphanumeric(field);
        if !short(kind) {
            return Err(NumberError::Kind);
        }
        if issuer.len() != ISSUER_LENGTH || !alphanumeric(issuer) {
            return Err(NumberError::Issuer);
        }
        if !short(serial) {
            return Err(NumberError::Serial);
        }
        if !(1..=999).contains(&version) {
            return Err(NumberError::Version);
        }
        Ok(CertificateNumber { kind: kind.into(), issuer: issuer.into(), serial: serial.into(), version })
    }

    /// Code of the kind of certificate.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Unified social credit code of the issuing body.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    pub fn serial(&self) -> &str {
        &self.serial
    }

    pub fn version(&self) -> u16 {
        self.version
    }

    /// The check character, ISO 7064 MOD 37,36.
    pub fn check(&self) -> char {
        let version = format!("{:03}", self.version);
        let mut product = 36;
        for byte in [&self.kind, &self.issuer, &self.serial, &version].into_iter().flat_map(|f| f.bytes()) {
            let sum = match (product + value(byte)) % 36 {
                0 => 36,
                sum => sum,
            };
            product = sum * 2 % 37;
        }
        // `product` is 1 to 36, so the difference is 0 to 36 and one digit of base 36 after the remainder.
        char::from_digit((37 - product) % 36, 36).unwrap_or('0').to_ascii_uppercase()
    }
}

fn alphanumeric(field: &str) -> bool {
    field.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// Value of one of `0-9 A-Z`.
fn value(byte: u8) -> u32 {
    char::from(byte).to_digit(36).unwrap_or(0)
}

impl fmt::Display for CertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CertificateNumber { kind, issuer, serial, version } = self;
        write!(f, "{ROOT}.{kind}.{issuer}.{serial}.{version:03}.{}", self.check())
    }
}

impl FromStr for CertificateNumber {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        if text.len() > MAX_TEXT {
            return Err(NumberError::Fields);
        }
        let rest = text.strip_prefix(ROOT).and_then(|t| t.strip_prefix('.')).ok_or(NumberError::Root)?;
        let fields: Vec<&str> = rest.split('.').collect();
        let [kind, issuer, serial, version, check] = fields[..] else {
            return Err(NumberError::Fields);
        };
        if version.len() != 3 || !version.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NumberError::Version);
        }
        let version = version.parse().map_err(|_| NumberError::Version)?;
        let number = CertificateNumber::new(kind, issuer, serial, version)?;
        if check.len() == 1 && check.starts_with(number.check()) {
            Ok(number)
        } else {
            Err(NumberError::Check)
        }
    }
}

impl TryFrom<String> for CertificateNumber {
    type Error = NumberError;
    fn try_from(text: String) -> Result<Self, NumberError> {
        text.parse()
    }
}

impl From<CertificateNumber> for String {
    fn from(number: CertificateNumber) -> String {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn example_of_iso_7064_mod_37_36() {
        // The example of the Global Release Identifier: A12425GABC1234002 has the check character M.
        let mut product = 36;
        for byte in b"A12425GABC1234002" {
            let sum = match (product + value(*byte)) % 36 {
                0 => 36,
                sum => sum,
            };
            product = sum * 2 % 37;
        }
        assert_eq!(char::from_digit((37 - product) % 36, 36).unwrap().to_ascii_uppercase(), 'M');
    }

    #[test]
    fn the_longest_is_as_long_as_said() {
        let most = "A".repeat(MAX_FIELD);
        let longest = CertificateNumber::new(&most, &"A".repeat(ISSUER_LENGTH), &most, 999).unwrap();
        assert_eq!(longest.to_string().len(), CertificateNumber::LONGEST as usize);
    }

    #[test]
    fn mistakes_are_named() {
        let good =
            CertificateNumber::new("11990000MB0000000J001", "11990100MB0000001T", "2026000017", 1).unwrap();
        let text = good.to_string();
        assert_eq!(text, "1.2.156.3005.2.11990000MB0000000J001.11990100MB0000001T.2026000017.001.J");
        assert_eq!(text.parse(), Ok(good));
        assert_eq!("1.2.3".parse::<CertificateNumber>(), Err(NumberError::Root));
        assert_eq!(format!("{text}.1").parse::<CertificateNumber>(), Err(NumberError::Fields));
        assert_eq!(
            text.replace("2026000017", "2026000018").parse::<CertificateNumber>(),
            Err(NumberError::Check)
        );
        assert_eq!(text.replace(".001.", ".01.").parse::<CertificateNumber>(), Err(NumberError::Version));
        assert_eq!(text.to_lowercase().parse::<CertificateNumber>(), Err(NumberError::Kind));
        assert_eq!("证".repeat(100_000).parse::<CertificateNumber>(), Err(NumberError::Fields));
    }

    proptest! {
        #[test]
        fn round_trips(kind in "[0-9A-Z]{1,32}", issuer in "[0-9A-Z]{18}", serial in "[0-9A-Z]{1,32}", version in 1u16..=999) {
            let number = CertificateNumber::new(&kind, &issuer, &serial, version).unwrap();
            prop_assert_eq!(number.to_string().parse(), Ok(number));
        }

        #[test]
        fn one_wrong_character_is_found(serial in "[0-9A-Z]{10}", at in 0usize..10, other in "[0-9A-Z]") {
            let number = CertificateNumber::new("11990000MB0000000J001", "11990100MB0000001T", &serial, 1).unwrap();
            let mut wrong = serial.clone();
            wrong.replace_range(at..=at, &other);
            prop_assume!(wrong != serial);
            prop_assert!(number.to_string().replace(&serial, &wrong).parse::<CertificateNumber>().is_err());
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,200}") {
            let _ = text.parse::<CertificateNumber>();
        }
    }
}
