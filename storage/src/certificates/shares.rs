//! What a holder shows with a QR code.

use domain::ids::{CertificateId, PersonId};
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_optional, statements};

statements! {
    INSERT = "INSERT INTO certificate_shares (token_digest, certificate_id, person_id, presentation, created_at,
              expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    BY_TOKEN = "SELECT certificate_id, person_id, presentation, created_at, expires_at FROM certificate_shares
                WHERE token_digest = $1 AND expires_at > $2";
    END = "DELETE FROM certificate_shares WHERE token_digest = $1 AND certificate_id = $2";
    SWEEP = "DELETE FROM certificate_shares WHERE token_digest IN
        (SELECT token_digest FROM certificate_shares WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
}

/// A presentation with the claims that the holder chose; sealed under the certificate's id.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Share {
    pub certificate_id: CertificateId,
    pub person_id: PersonId,
    pub presentation: Vec<u8>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

pub async fn insert(tx: &mut Tx, token_digest: &[u8], s: &Share) -> Result<(), Error> {
    execute!(
        tx,
        INSERT,
        token_digest,
        s.certificate_id,
        s.person_id,
        &s.presentation,
        s.created_at,
        s.expires_at
    )?;
    Ok(())
}

/// The share of a token, unless it has expired.
pub async fn by_token(tx: &mut Tx, token_digest: &[u8], now: Timestamp) -> Result<Option<Share>, Error> {
    fetch_optional!(tx, Share, BY_TOKEN, token_digest, now)
}

/// Removes the share of a token of this certificate. `false` when there is none.
pub async fn end(tx: &mut Tx, token_digest: &[u8], certificate: CertificateId) -> Result<bool, Error> {
    Ok(execute!(tx, END, token_digest, certificate)? == 1)
}

/// Removes shares that have expired, `limit` at most. Gives their number.
pub async fn sweep(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64, Error> {
    execute!(tx, SWEEP, now, limit)
}
