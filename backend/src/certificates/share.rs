//! Showing a certificate (亮证): the holder chooses the claims, a QR code leads to a page that anyone can open.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::certificates::{Trust, Verification, status_reference, verify};
use domain::ids::CertificateId;
use domain::time::Timestamp;
use serde_json::json;
use storage::audit::{self, Entry};
use storage::certificates::shares::{self, Share};

use super::issuers::{status_list, status_list_url, trusted};
use super::present;
use super::wallet::card;
use crate::Backend;
use crate::cases::CaseError;
use crate::identity::Actor;
use crate::sealing::{Place, digest};

/// How long a shown certificate can be looked at, in seconds.
pub const SHARED_SECONDS: i64 = 30 * 60;
/// Claims people show at most.
const MAX_CLAIMS: usize = 64;

/// What a verifier needs: the presentation and everything to check it with, also without network.
#[derive(Clone, Debug)]
pub struct Shown {
    pub presentation: String,
    pub trust: Trust,
    pub status_list: Option<String>,
    pub verification: Verification,
    pub expires_at: Option<Timestamp>,
}

/// Makes a token for the public page `/verify/{token}` that shows the claims in `keep` and no others.
pub async fn share(
    backend: &Backend,
    actor: &Actor,
    id: CertificateId,
    keep: &[String],
) -> Result<String, CaseError> {
    let card = card(backend, actor, id).await?;
    let personal: Vec<&str> = card
        .service
        .definition
        .certificate
        .iter()
        .flat_map(|t| &t.claims)
        .filter(|c| c.personal && keep.iter().take(MAX_CLAIMS).any(|k| *k == c.id))
        .map(|c| c.id.as_str())
        .filter(|id| card.claims.iter().any(|(claim, _)| claim == id))
        .collect();
    let presentation = present(&card.credential, &personal).map_err(|_| CaseError::Certificate)?;
    let mut random = [0; 20];
    backend.chance.fill(&mut random);
    let token = URL_SAFE_NO_PAD.encode(random);
    let now = backend.now();
    let share = Share {
        certificate_id: id,
        person_id: card.row.person_id,
        presentation: backend
            .seal(Place::new("certificate_shares", "presentation", &id.0), presentation.as_bytes()),
        created_at: now,
        expires_at: now.plus_seconds(SHARED_SECONDS),
    };
    let entry = Entry {
        at: now,
        actor: actor.for_audit(),
        action: "certificates.share",
        subject_kind: "certificate",
        subject_id: id.to_string(),
        person: Some(card.row.person_id),
        purpose: None,
        detail: json!({ "claims": personal }),
    };
    let token_digest = digest(token.as_bytes());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                shares::insert(tx, &token_digest, &share).await?;
                audit::append(tx, entry)?;
                Ok::<_, CaseError>(())
            })
        })
        .await?;
    Ok(token)
}

/// What the holder shows under a token; `None` when there is no such token or its time is over.
pub async fn shown(backend: &Backend, token: &str) -> Result<Option<Shown>, CaseError> {
    let mut tx = backend.db.read().await?;
    let now = backend.now();
    let Some(share) = shares::by_token(&mut tx, &digest(token.as_bytes()), now).await? else {
        return Ok(None);
    };
    drop(tx);
    let place = Place::new("certificate_shares", "presentation", &share.certificate_id.0);
    let presentation = backend.open(place, &share.presentation)?;
    let presentation = String::from_utf8(presentation).map_err(|_| CaseError::Certificate)?;
    let mut shown = check(backend, presentation).await?;
    shown.expires_at = Some(share.expires_at);
    Ok(Some(shown))
}

/// Checks any presentation against this portal's issuers.
pub async fn check(backend: &Backend, presentation: String) -> Result<Shown, CaseError> {
    let trust = trusted(backend).await?;
    let uri = status_reference(&presentation).map(|reference| reference.uri);
    let department = backend
        .catalog
        .reference
        .departments
        .iter()
        .find(|d| uri.as_deref() == Some(&status_list_url(&backend.public_url, &d.id)));
    let status_list = match department {
        Some(department) => status_list(backend, &department.id).await?,
        None => None,
    };
    let verification = verify(&presentation, &trust, status_list.as_deref(), backend.now(), None);
    Ok(Shown { presentation, trust, status_list, verification, expires_at: None })
}
