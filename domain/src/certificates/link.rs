//! A presentation inside a link, so that a QR code carries all of it: `…/verify#` and digits.
//!
//! QR codes store digits at 3.3 bits each, so a compressed presentation written as digits takes half the modules of its
//! base64url text, and nothing in a link has to be escaped. Behind `#`, it never reaches a server.

use super::jwt::{decode, encode};
use super::sd_jwt::{MAX_DISCLOSURES, MAX_PRESENTATION, SdJwt};

/// Bytes written together, and how many digits that takes: 2⁵⁶ < 10¹⁷.
const CHUNK: usize = 7;
/// Digits that hold so many bytes.
const DIGITS: [usize; CHUNK + 1] = [0, 3, 5, 8, 10, 13, 15, 17];
/// The longest text that is read: twice the longest presentation, for spaces and escapes.
const MAX_TEXT: usize = 2 * MAX_PRESENTATION;

/// The presentation as digits; `None` when it is none, or is bound to an occasion, for which a link is the wrong carrier.
pub fn to_digits(presentation: &str) -> Option<String> {
    let parts = SdJwt::split(presentation).filter(|parts| parts.key_binding.is_none())?;
    let jwt: Vec<&str> = parts.issuer_jwt.split('.').collect();
    if jwt.len() != 3 {
        return None;
    }
    let mut pieces = Vec::new();
    for text in jwt.into_iter().chain(parts.disclosures.iter().copied()) {
        let bytes = decode(text)?;
        pieces.extend_from_slice(&u16::try_from(bytes.len()).ok()?.to_be_bytes());
        pieces.extend_from_slice(&bytes);
    }
    let packed = miniz_oxide::deflate::compress_to_vec(&pieces, 10);
    Some(packed.chunks(CHUNK).map(digits).collect())
}

/// The presentation that `digits` carry.
pub fn from_digits(digits: &str) -> Option<String> {
    if digits.is_empty() || digits.len() > MAX_TEXT || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut packed = Vec::with_capacity(digits.len() * CHUNK / DIGITS[CHUNK]);
    for chunk in digits.as_bytes().chunks(DIGITS[CHUNK]) {
        let length = DIGITS.iter().position(|digits| *digits == chunk.len())?;
        let value = chunk.iter().fold(0, |value: u64, digit| value * 10 + u64::from(digit - b'0'));
        let bytes = value.to_be_bytes();
        if bytes[..8 - length].iter().any(|byte| *byte != 0) {
            return None;
        }
        packed.extend_from_slice(&bytes[8 - length..]);
    }
    let pieces = miniz_oxide::inflate::decompress_to_vec_with_limit(&packed, MAX_PRESENTATION).ok()?;
    let mut texts = Vec::new();
    let mut rest = pieces.as_slice();
    while let Some((length, after)) = rest.split_first_chunk() {
        let (piece, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        texts.push(encode(piece));
        rest = after;
    }
    let whole = rest.is_empty() && (3..=MAX_DISCLOSURES + 3).contains(&texts.len());
    whole.then(|| {
        let (jwt, disclosures) = texts.split_at(3);
        let mut presentation = jwt.join(".");
        presentation.push('~');
        for disclosure in disclosures {
            presentation.push_str(disclosure);
            presentation.push('~');
        }
        presentation
    })
}

/// The presentation in what people paste: itself, its digits, or a link that carries either, with stray spaces and
/// line breaks. What is none of these comes back as it is, and is then no certificate.
pub fn read(text: &str) -> String {
    if text.len() > MAX_TEXT {
        return String::new();
    }
    let text = unbroken(text);
    let carried = text.rsplit_once('#').map_or(text.as_str(), |(_, carried)| carried);
    from_digits(carried).unwrap_or_else(|| carried.to_owned())
}

/// The page of the portal at `origin` that a pasted link or number leads to, where the link carries no presentation: what
/// a holder shows under a token, or what is known of a number. Only the portal can look these up.
pub fn page(origin: &str, text: &str) -> Option<String> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let text = unbroken(text);
    let number_page = |number: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '.';
        (!number.is_empty() && number.chars().all(plain)).then(|| format!("/verify?number={number}"))
    };
    if text.starts_with(NUMBER_ROOT) && !text.contains('~') {
        return number_page(&text);
    }
    let place = without_scheme(&text).strip_prefix(without_scheme(origin))?;
    if let Some(number) = place.strip_prefix("/verify?number=") {
        return number_page(number);
    }
    let token = place.strip_prefix("/verify/")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (!token.is_empty() && token.chars().all(plain)).then(|| format!("/verify/{token}"))
}

/// How every number of a certificate begins.
const NUMBER_ROOT: &str = "1.2.156.";

fn without_scheme(link: &str) -> &str {
    link.split_once("://").map_or(link, |(_, place)| place)
}

/// Without the spaces and line breaks that come with copying.
fn unbroken(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}')).collect()
}

/// Up to seven bytes as digits, of a width that tells how many they were.
fn digits(bytes: &[u8]) -> String {
    let value = bytes.iter().fold(0, |value: u64, byte| value << 8 | u64::from(*byte));
    let width = DIGITS[bytes.len()];
    format!("{value:0width$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn presentation(header: &[u8], payload: &[u8], signature: &[u8], disclosures: &[Vec<u8>]) -> String {
        let tail: String = disclosures.iter().map(|d| format!("{}~", encode(d))).collect();
        format!("{}.{}.{}~{tail}", encode(header), encode(payload), encode(signature))
    }

    #[test]
    fn what_people_paste_is_understood() {
        let shown = presentation(b"{}", b"{\"a\":1}", &[7; 64], &[b"[1,2]".to_vec()]);
        let digits = to_digits(&shown).unwrap();
        let link = format!("https://zhangban.example/verify#{digits}");
        let broken = format!(" {}\r\n{}\u{200b} ", &link[..40], &link[40..]);
        let long = format!("https://zhangban.example/verify#{shown}");
        for text in [&shown, &digits, &link, &broken, &long] {
            assert_eq!(&read(text), &shown, "{text}");
        }
        assert_eq!(read("您好"), "您好");
        assert_eq!(read(&"1".repeat(MAX_TEXT + 1)), "");
    }

    #[test]
    fn links_of_the_portal_lead_to_their_pages() {
        let page = |text: &str| page("https://zhangban.example", text);
        let token = Some("/verify/AbC-9_x".to_owned());
        assert_eq!(page("https://zhangban.example/verify/AbC-9_x"), token);
        assert_eq!(page(" zhangban.example/verify/Ab\nC-9_x\u{200b} "), token);
        let number = Some("/verify?number=1.2.156.3005.2.11A".to_owned());
        assert_eq!(page("https://zhangban.example/verify?number=1.2.156.3005.2.11A"), number);
        assert_eq!(page("1.2.156.3005.2.11A"), number);
        for other in [
            "",
            "您好",
            "https://zhangban.example/verify",
            "https://zhangban.example/verify#123",
            "https://zhangban.example/verify/a/b",
            "https://zhangban.example/verify/?x",
            "https://elsewhere.example/verify/AbC-9_x",
            "https://zhangban.example.elsewhere.example/verify/AbC-9_x",
            "https://zhangban.example/verify?number=1&x=2",
            "e30.e30.e30~",
        ] {
            assert_eq!(page(other), None, "{other}");
        }
    }

    #[test]
    fn a_bound_presentation_is_not_carried() {
        assert_eq!(to_digits("e30.e30.e30~e30~e30.e30.e30"), None);
        assert_eq!(to_digits("e30.e30~"), None);
    }

    proptest! {
        #[test]
        fn round_trips(
            header in prop::collection::vec(any::<u8>(), 1..100),
            payload in prop::collection::vec(any::<u8>(), 1..1000),
            signature in prop::collection::vec(any::<u8>(), 1..80),
            disclosures in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..100), 0..8),
        ) {
            let shown = presentation(&header, &payload, &signature, &disclosures);
            let digits = to_digits(&shown).unwrap();
            prop_assert!(digits.bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(from_digits(&digits), Some(shown));
        }

        #[test]
        fn any_digits_are_answered(digits in "[0-9]{0,400}") {
            let _ = from_digits(&digits);
        }
    }
}
