//! Looking a certificate up by the number printed on it: what anyone may know, and nothing about its holder.

use std::net::IpAddr;
use std::sync::Arc;

use domain::certificates::{CertificateNumber, CertificateStatus, NumberError, Validity};
use domain::text::Text;
use domain::time::Timestamp;
use storage::certificates::certificate;

use super::wallet::status;
use crate::Backend;
use crate::catalog::Service;
use crate::identity::limits::{self, Bucket};

/// That a certificate was issued, by whom, and whether it still holds.
#[derive(Clone, Debug)]
pub struct Registered {
    pub number: CertificateNumber,
    pub service: Arc<Service>,
    /// Id of the department that issued it.
    pub department: String,
    /// Name of the office that decided; `None` on those from before offices were named.
    pub authority: Option<Text>,
    pub issued_at: Timestamp,
    pub validity: Validity,
    pub status: CertificateStatus,
}

#[derive(Debug, thiserror::Error)]
pub enum LookupError {
    #[error(transparent)]
    Number(#[from] NumberError),
    #[error("no certificate has this number")]
    NotFound,
    #[error("too often from this address")]
    TooOften { retry_at: Timestamp },
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

/// The certificate with the number that `text` is, as people type it. Limited by `address`.
pub async fn by_number(backend: &Backend, address: IpAddr, text: &str) -> Result<Registered, LookupError> {
    let typed: String = text.chars().filter(|c| !c.is_whitespace()).take(200).collect();
    // A mistyped number is found by its check character, before anything is counted or asked.
    let number: CertificateNumber = typed.to_ascii_uppercase().parse()?;
    let bucket = Bucket::of_address(backend, limits::NUMBERS_PER_ADDRESS, address);
    if let Some(retry_at) = limits::take_now(backend, vec![bucket]).await? {
        return Err(LookupError::TooOften { retry_at });
    }
    let mut tx = backend.db.read().await?;
    let row = certificate::by_number(&mut tx, &number.to_string()).await?.ok_or(LookupError::NotFound)?;
    let service = backend.catalog.version(&mut tx, row.version_id).await?;
    Ok(Registered {
        status: status(&row, backend.now()),
        validity: Validity { from: Some(row.valid_from), until: row.valid_until },
        issued_at: row.issued_at,
        authority: row.authority(),
        department: row.department,
        number,
        service,
    })
}
