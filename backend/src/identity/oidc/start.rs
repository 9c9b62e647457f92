//! Sending a member of staff to the identity service.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use storage::identity::oidc_requests::{self, OidcRequest};
use storage::identity::sessions::Session;

use super::{LIFETIME, MAX_AGE, OidcError, Secrets, place};
use crate::Backend;
use crate::identity::limits::{self, Bucket};
use crate::sealing::digest;

/// Gives the address at the service to which the browser of `session` goes, and notes what is to come back. Who is signed
/// in already is to prove themself anew there.
pub async fn start_oidc(backend: &Backend, session: &Session, address: IpAddr) -> Result<String, OidcError> {
    let client = backend.staff.oidc.as_ref().ok_or(OidcError::NotConfigured)?;
    let bucket = Bucket::of_address(backend, limits::OIDC_STARTS_PER_ADDRESS, address);
    if let Some(retry_at) = limits::take_now(backend, vec![bucket]).await? {
        return Err(OidcError::TooOften { retry_at });
    }
    let now = backend.now();
    let mut url = client.authorization_url(&*client.provider(now).await?)?;
    let random = || {
        let mut bytes = [0; 32];
        backend.chance.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    };
    let max_age = session.staff_id.map(|_| MAX_AGE);
    let (state, secrets) = (random(), Secrets { nonce: random(), verifier: random(), max_age });
    url.query_pairs_mut()
        .append_pair("state", &state)
        .append_pair("nonce", &secrets.nonce)
        .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(digest(secrets.verifier.as_bytes())))
        .append_pair("code_challenge_method", "S256");
    if let Some(seconds) = max_age {
        url.query_pairs_mut().append_pair("max_age", &seconds.to_string());
    }
    let request = OidcRequest {
        session_id: session.id,
        state_hash: digest(state.as_bytes()),
        secrets: backend.seal_json(place(&session.id), &secrets),
        expires_at: now.plus_seconds(LIFETIME),
    };
    let kept: Result<(), storage::Error> =
        backend.db.write(move |tx| Box::pin(async move { oidc_requests::put(tx, &request).await })).await;
    kept?;
    Ok(url.into())
}
