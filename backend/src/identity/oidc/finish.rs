//! Signing a member of staff in who comes back from the identity service.

use serde::Deserialize;
use storage::identity::sessions::Session;
use storage::identity::{oidc_requests, staff, staff_links};

use super::client::OidcClient;
use super::id_token::{Expected, Identity, TokenRefused, read};
use super::{OidcError, Secrets, place, subject_index};
use crate::Backend;
use crate::identity::sign_in::Token;
use crate::identity::staff_entry::{Arrival, StaffEntry, Way, admit};
use crate::sealing::digest;

/// Bytes of anything in the address at most.
const LONGEST: usize = 4096;

/// What the service sent the browser back with (RFC 6749 §4.1.2, RFC 9207).
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct OidcAnswer {
    pub state: String,
    pub code: String,
    pub iss: Option<String>,
    pub error: String,
}

/// Signs the member in to whom the person is linked, or asks for the second factor. An answer counts once, in the browser
/// that went there, within ten minutes.
pub async fn finish_oidc(
    backend: &Backend,
    session: &Session,
    answer: &OidcAnswer,
) -> Result<StaffEntry, OidcError> {
    let client = backend.staff.oidc.as_ref().ok_or(OidcError::NotConfigured)?;
    let secrets = take(backend, session, answer).await?;
    let identity = ask(backend, client, answer, &secrets).await?;
    let now = backend.now();
    let index = subject_index(backend, &client.settings.issuer, &identity.subject);
    let arrived = (identity.auth_time, factor(client, &identity));
    let token = Token::new(&*backend.chance);
    let (job, session) = (backend.clone(), session.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let id = staff_links::member(tx, &index).await?.ok_or(OidcError::Unlinked)?;
                // The account may have been closed.
                let member = staff::lock(tx, id).await?.filter(|member| member.active);
                let member = member.ok_or(OidcError::Unlinked)?;
                let (proven_at, factor) = arrived;
                let arrival = Arrival { member, way: Way::Oidc, proven_at, factor };
                Ok(admit(tx, &job, &session, arrival, token, now).await?)
            })
        })
        .await
}

/// What this portal noted when the browser went there; it is gone afterwards.
async fn take(backend: &Backend, session: &Session, answer: &OidcAnswer) -> Result<Secrets, OidcError> {
    let longest = [&answer.state, &answer.code, &answer.error].map(|text| text.len()).into_iter().max();
    if longest > Some(LONGEST) || answer.iss.as_ref().is_some_and(|iss| iss.len() > LONGEST) {
        return Err(OidcError::NotBegun);
    }
    let (id, hash, now) = (session.id, digest(answer.state.as_bytes()), backend.now());
    let taken: Result<_, storage::Error> = backend
        .db
        .write(move |tx| Box::pin(async move { oidc_requests::take(tx, id, &hash, now).await }))
        .await;
    let sealed = taken?.ok_or(OidcError::NotBegun)?;
    backend.open_json(place(&id), &sealed).map_err(|_| OidcError::NotBegun)
}

/// Who the person is, as the service says. Outside of any transaction: it takes as long as the service takes.
async fn ask(
    backend: &Backend,
    client: &OidcClient,
    answer: &OidcAnswer,
    secrets: &Secrets,
) -> Result<Identity, OidcError> {
    let provider = client.provider(backend.now()).await?;
    let named = match &answer.iss {
        Some(issuer) => *issuer == client.settings.issuer,
        None => !provider.authorization_response_iss_parameter_supported,
    };
    if !named {
        tracing::warn!("an answer came from another identity service");
        return Err(OidcError::Untrusted);
    }
    if !answer.error.is_empty() || answer.code.is_empty() {
        return Err(OidcError::Declined);
    }
    let token = client.id_token(&provider, &answer.code, &secrets.verifier).await?;
    let now = backend.now();
    let expected = Expected {
        issuer: &client.settings.issuer,
        client_id: &client.settings.client_id,
        nonce: &secrets.nonce,
        subject_claim: &client.settings.subject_claim,
        max_age: secrets.max_age,
        now,
    };
    let mut read_token = read(&token, &*client.keys(&provider, now, false).await?, &expected);
    if read_token == Err(TokenRefused::UnknownKey) {
        // The service may have changed its keys.
        read_token = read(&token, &*client.keys(&provider, now, true).await?, &expected);
    }
    read_token.map_err(|reason| {
        tracing::warn!(%reason, "a token of the identity service is refused");
        OidcError::Untrusted
    })
}

/// What counts as the second factor, where the operator lists what the service says.
fn factor(client: &OidcClient, identity: &Identity) -> Option<&'static str> {
    let settings = &client.settings;
    let by_acr = identity.acr.as_ref().is_some_and(|acr| settings.second_factor_acr.contains(acr));
    let by_amr = identity.amr.iter().any(|amr| settings.second_factor_amr.contains(amr));
    (by_acr || by_amr).then_some("oidc")
}
