//! Showing a certificate: only the chosen claims, and the links that lead a verifier to them.

use domain::certificates::link::to_digits;
use domain::certificates::{Disclosure, SdJwt};

/// The most digits that a QR code holds in modules that a phone still reads from paper (version 30, level L).
const MAX_DIGITS: usize = 4000;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PresentError {
    #[error("not a certificate as issued")]
    Malformed,
    #[error("the certificate has no claim {0}")]
    NoSuchClaim(String),
}

/// The names of the claims that the holder can show or keep back.
pub fn claims(certificate: &str) -> Result<Vec<String>, PresentError> {
    Ok(read(certificate)?.into_iter().map(|d| d.name).collect())
}

/// The certificate with only the claims in `keep`, ready to be shown; a key binding is dropped.
pub fn present(certificate: &str, keep: &[&str]) -> Result<String, PresentError> {
    let disclosures = read(certificate)?;
    if let Some(name) = keep.iter().find(|name| disclosures.iter().all(|d| d.name != **name)) {
        return Err(PresentError::NoSuchClaim((*name).into()));
    }
    let parts = SdJwt::split(certificate).ok_or(PresentError::Malformed)?;
    let kept =
        disclosures.iter().filter(|d| keep.contains(&d.name.as_str())).map(Disclosure::encoded).collect();
    Ok(SdJwt { disclosures: kept, key_binding: None, ..parts }.to_string())
}

/// A link that carries the whole presentation behind its `#`, where no server sees it; `None` when a QR code of it
/// would be too fine to be read.
pub fn link(origin: &str, presentation: &str) -> Option<String> {
    let digits = to_digits(presentation).filter(|digits| digits.len() <= MAX_DIGITS)?;
    Some(format!("{origin}/verify#{digits}"))
}

/// A link to what anyone may know about the certificate with this number.
pub fn number_link(origin: &str, number: &str) -> String {
    format!("{origin}/verify?number={number}")
}

fn read(certificate: &str) -> Result<Vec<Disclosure>, PresentError> {
    let parts = SdJwt::split(certificate).ok_or(PresentError::Malformed)?;
    parts.disclosures.iter().map(|d| Disclosure::read(d).ok_or(PresentError::Malformed)).collect()
}
