//! Showing a certificate: only the chosen claims.

use domain::certificates::{Disclosure, SdJwt};

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

fn read(certificate: &str) -> Result<Vec<Disclosure>, PresentError> {
    let parts = SdJwt::split(certificate).ok_or(PresentError::Malformed)?;
    parts.disclosures.iter().map(|d| Disclosure::read(d).ok_or(PresentError::Malformed)).collect()
}
