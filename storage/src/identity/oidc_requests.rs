//! Sign-ins of staff that are under way at an identity service, one for each session.

use domain::ids::SessionId;
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_optional, statements};

/// A sign-in that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcRequest {
    pub session_id: SessionId,
    /// SHA-256 of the state in the address that leads back.
    pub state_hash: Vec<u8>,
    /// Sealed.
    pub secrets: Vec<u8>,
    pub expires_at: Timestamp,
}

statements! {
    PUT = "INSERT INTO staff_oidc_requests (session_id, state_hash, secrets, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (session_id) DO UPDATE SET state_hash = excluded.state_hash, secrets = excluded.secrets,
        expires_at = excluded.expires_at";
    TAKE = "DELETE FROM staff_oidc_requests WHERE session_id = $1 AND state_hash = $2 AND expires_at > $3
        RETURNING secrets";
    SWEEP = "DELETE FROM staff_oidc_requests WHERE session_id IN
        (SELECT session_id FROM staff_oidc_requests WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
}

/// Keeps a request in place of an earlier one of the session.
pub async fn put(tx: &mut Tx, request: &OidcRequest) -> Result<(), Error> {
    let r = request;
    execute!(tx, PUT, r.session_id, &r.state_hash, &r.secrets, r.expires_at).map(drop)
}

/// The secrets of the request with this state, which is gone afterwards.
pub async fn take(
    tx: &mut Tx,
    session: SessionId,
    state_hash: &[u8],
    now: Timestamp,
) -> Result<Option<Vec<u8>>, Error> {
    Ok(fetch_optional!(tx, (Vec<u8>,), TAKE, session, state_hash, now)?.map(|(secrets,)| secrets))
}

/// Removes what has expired, `limit` at most. Gives their number.
pub async fn sweep(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64, Error> {
    execute!(tx, SWEEP, now, limit)
}
