//! Showing a certificate (亮证): the holder chooses the claims, a QR code leads to a page that anyone can open.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::certificates::{ExpectedBinding, Verification, claimed_signer, status_reference, verify};
use domain::ids::CertificateId;
use domain::time::Timestamp;
use serde_json::json;
use storage::audit::{self, Entry};
use storage::certificates::shares::{self, Share};

use super::present;
use super::published::{named_list, status_list, trust_in};
use super::wallet::card;
use crate::Backend;
use crate::cases::CaseError;
use crate::identity::Actor;
use crate::identity::limits::{Bucket, SHARES_PER_PERSON};
use crate::sealing::{Place, digest};

/// How long a shown certificate can be looked at, in seconds.
pub const SHARED_SECONDS: i64 = 30 * 60;
/// Claims people show at most.
const MAX_CLAIMS: usize = 64;

/// A presentation, and what a check found.
#[derive(Clone, Debug)]
pub struct Shown {
    pub presentation: String,
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
    let bucket = Bucket::new(backend, SHARES_PER_PERSON, &card.row.person_id.to_string());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(retry_at) = bucket.take(tx, now).await? {
                    return Err(CaseError::TooOften { retry_at });
                }
                shares::insert(tx, &token_digest, &share).await?;
                audit::append(tx, entry)?;
                Ok::<_, CaseError>(())
            })
        })
        .await?;
    Ok(token)
}

/// Ends what [`share`] began: nobody can open it any more. Ending twice is no error.
pub async fn stop(backend: &Backend, actor: &Actor, id: CertificateId, token: &str) -> Result<(), CaseError> {
    let person = card(backend, actor, id).await?.row.person_id;
    let entry = Entry {
        at: backend.now(),
        actor: actor.for_audit(),
        action: "certificates.stop_sharing",
        subject_kind: "certificate",
        subject_id: id.to_string(),
        person: Some(person),
        purpose: None,
        detail: json!({}),
    };
    let token_digest = digest(token.as_bytes());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if shares::end(tx, &token_digest, id).await? {
                    audit::append(tx, entry)?;
                }
                Ok::<_, CaseError>(())
            })
        })
        .await
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
    judge(backend, presentation, None).await
}

/// Checks a presentation that was asked for: its holder must have signed it for this occasion.
pub async fn check_bound(
    backend: &Backend,
    presentation: String,
    occasion: ExpectedBinding,
) -> Result<Shown, CaseError> {
    judge(backend, presentation, Some(occasion)).await
}

async fn judge(
    backend: &Backend,
    presentation: String,
    occasion: Option<ExpectedBinding>,
) -> Result<Shown, CaseError> {
    let (issuer, kid) = claimed_signer(&presentation).unwrap_or_default();
    let trust = trust_in(backend, &issuer, &kid).await?;
    let named = status_reference(&presentation).and_then(|reference| named_list(backend, &reference.uri));
    let list = match named {
        Some((department, number)) => status_list(backend, &department, number).await?,
        None => None,
    };
    let now = backend.now();
    // Signatures and a list of up to a megabyte: not on the threads that answer requests.
    let judged = tokio::task::spawn_blocking(move || {
        let list = list.as_ref().map(|list| &*list.token);
        let verification = verify(&presentation, &trust, list, now, occasion.as_ref());
        Shown { presentation, verification, expires_at: None }
    });
    judged.await.map_err(|_| CaseError::Certificate)
}
