//! Mail addresses, as RFC 5321 lets them travel.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Octets of an address at most: a path of 256 (RFC 5321, 4.5.3.1.3) without its angle brackets.
pub const LONGEST: usize = 254;
/// Octets of the part before the `@` at most (4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;
/// Octets between two dots of a domain at most (RFC 1035, 2.3.4).
const LONGEST_LABEL: usize = 63;

/// A mailbox at a domain, in ASCII, without a name around it, a comment or quotes. The domain is in lower case.
///
/// `Debug` shows it masked, so that it cannot slip into a log.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MailAddress {
    address: String,
    at: usize,
}

/// Why a text is not a mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailAddressError {
    #[error("empty")]
    Empty,
    #[error("longer than mail can carry")]
    TooLong,
    #[error("has characters that no plain address has")]
    Characters,
    #[error("not a mailbox at a domain")]
    Form,
}

impl MailAddress {
    /// Reads an address as people type it: with spaces around, and with the wide `＠`, letters and dots of a Chinese
    /// keyboard.
    pub fn parse(text: &str) -> Result<Self, MailAddressError> {
        // Typed wide, a character takes three bytes.
        if text.len() > LONGEST * 4 {
            return Err(MailAddressError::TooLong);
        }
        let mut address: String = text.trim().chars().map(narrow).collect();
        match address.len() {
            0 => return Err(MailAddressError::Empty),
            n if n > LONGEST => return Err(MailAddressError::TooLong),
            _ => {}
        }
        if !address.bytes().all(|b| b == b'@' || b == b'.' || is_atom(b)) {
            return Err(MailAddressError::Characters);
        }
        let (local, domain) = address.split_once('@').ok_or(MailAddressError::Form)?;
        if local.len() > LONGEST_LOCAL {
            return Err(MailAddressError::TooLong);
        }
        if !local.split('.').all(|atom| !atom.is_empty()) || !is_domain(domain) {
            return Err(MailAddressError::Form);
        }
        let at = local.len();
        address[at..].make_ascii_lowercase();
        Ok(MailAddress { address, at })
    }

    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// `l***@example.cn`
    pub fn masked(&self) -> String {
        // Not empty, and ASCII.
        format!("{}***{}", &self.address[..1], &self.address[self.at..])
    }
}

/// Never the address itself: it must not reach a log.
impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// The ASCII character that a wide one stands for.
fn narrow(c: char) -> char {
    match c {
        '。' => '.',
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        other => other,
    }
}

/// `atext` of RFC 5322, 3.2.3.
fn is_atom(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b)
}

/// A name in the public DNS: two labels or more, the last one no number, so that it is not an IP address.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = domain.rsplit_once('.').map_or("", |(_, top)| top);
    top.starts_with(|c: char| c.is_ascii_alphabetic()) && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_type_is_understood() {
        for (typed, read) in [
            (" lin@example.cn ", "lin@example.cn"),
            ("Lin.Xiaoyu+gov@Mail.Example.CN", "Lin.Xiaoyu+gov@mail.example.cn"),
            ("lin＠example。cn", "lin@example.cn"),
            ("ｌｉｎ@example．cn", "lin@example.cn"),
            ("o'neill/x=1@xn--fiq228c.xn--55qx5d", "o'neill/x=1@xn--fiq228c.xn--55qx5d"),
        ] {
            assert_eq!(MailAddress::parse(typed).unwrap().as_str(), read);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        use MailAddressError::*;
        let (local, label) = ("l".repeat(65), "d".repeat(64));
        let long = format!("lin@{}cn", "example.".repeat(40));
        for (text, error) in [
            ("", Empty),
            (" \t", Empty),
            ("lin", Form),
            ("@example.cn", Form),
            ("lin@", Form),
            ("lin@localhost", Form),
            ("lin@127.0.0.1", Form),
            ("lin@a@example.cn", Form),
            (".lin@example.cn", Form),
            ("lin..x@example.cn", Form),
            ("lin@example..cn", Form),
            ("lin@-example.cn", Form),
            ("lin@exam_ple.cn", Form),
            ("林@example.cn", Characters),
            ("lin x@example.cn", Characters),
            ("林晓雨 <lin@example.cn>", Characters),
            ("\"lin\"@example.cn", Characters),
            ("lin@[127.0.0.1]", Characters),
            ("lin@example.cn\r\nBcc: all@example.cn", Characters),
            ("lin@example.cn,zhou@example.cn", Characters),
            ("lin\u{202e}@example.cn", Characters),
            (&format!("{local}@example.cn"), TooLong),
            (&format!("lin@{label}.cn"), Form),
            (&long, TooLong),
            (&"长".repeat(100_000), TooLong),
        ] {
            assert_eq!(MailAddress::parse(text), Err(error), "{text:.40}");
        }
    }

    #[test]
    fn the_longest_address_is_taken() {
        let domain = format!("{}.{}.{}.cn", "d".repeat(63), "d".repeat(63), "d".repeat(58));
        let longest = format!("{}@{domain}", "l".repeat(64));
        assert_eq!(longest.len(), LONGEST);
        assert!(MailAddress::parse(&longest).is_ok());
        assert_eq!(MailAddress::parse(&format!("{longest}n")), Err(MailAddressError::TooLong));
    }

    #[test]
    fn it_is_shown_by_its_first_letter() {
        let address = MailAddress::parse("lin@example.cn").unwrap();
        assert_eq!(address.masked(), "l***@example.cn");
        assert_eq!(format!("{address:?}"), "l***@example.cn");
        assert_eq!(MailAddress::parse("l@example.cn").unwrap().masked(), "l***@example.cn");
    }

    proptest! {
        /// Whatever is taken is safe on a line of SMTP and in a header, within the limits, and read again the same.
        #[test]
        fn what_is_taken_can_be_sent(text in "\\PC{0,40}|[a-zA-Z0-9.+@ <>\"\r\n\u{202e}＠。-]{0,40}|[a-z]{1,9}(\\.[a-z+]{1,9}){0,3}@([a-z0-9-]{1,9}\\.){1,4}[a-z]{2,5}") {
            if let Ok(address) = MailAddress::parse(&text) {
                let said = address.as_str();
                prop_assert!(said.len() <= LONGEST && said.bytes().all(|b| b.is_ascii_graphic()));
                prop_assert!(!said.contains(['<', '>', '"', ',', ';', ':', '(', ')', '\\']));
                prop_assert_eq!(said.matches('@').count(), 1);
                prop_assert_eq!(MailAddress::parse(said), Ok(address.clone()));
                prop_assert!(address.masked().len() <= said.len() + 3);
            }
        }

        #[test]
        fn every_plain_address_is_taken(local in "[a-z0-9_+-]{1,20}(\\.[a-z0-9_+-]{1,20}){0,2}", domain in "([a-z0-9]{1,20}\\.){1,3}[a-z]{2,10}") {
            let text = format!("{local}@{domain}");
            prop_assert_eq!(MailAddress::parse(&text).map(|a| a.as_str().to_owned()), Ok(text));
        }
    }
}
