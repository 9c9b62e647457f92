//! The wallet (卡包): a person's certificates.

use std::sync::Arc;

use domain::certificates::{CertificateStatus, Standing, Validity, sd_jwt};
use domain::ids::{CaseId, CertificateId};
use domain::time::Timestamp;
use storage::certificates::certificate::{self, Certificate};

use crate::Backend;
use crate::cases::CaseError;
use crate::catalog::Service;
use crate::identity::Actor;
use crate::sealing::Place;

/// A certificate, opened for its holder.
#[derive(Clone, Debug)]
pub struct Card {
    pub row: Certificate,
    pub service: Arc<Service>,
    pub status: CertificateStatus,
    /// Why it was revoked or suspended.
    pub reason: Option<String>,
    /// The SD-JWT VC with all disclosures.
    pub credential: String,
    /// Claims in the order of the template: id and text.
    pub claims: Vec<(String, String)>,
}

/// Certificates of the person, newest first, after the page that ended with `before`.
pub async fn wallet(
    backend: &Backend,
    actor: &Actor,
    before: Option<(Timestamp, CertificateId)>,
    limit: i64,
) -> Result<Vec<Card>, CaseError> {
    let person = actor.person()?;
    let before = before.unwrap_or((Timestamp::MAX, CertificateId(uuid::Uuid::max())));
    let mut tx = backend.db.read().await?;
    let rows = certificate::of_person(&mut tx, person.id, before, limit).await?;
    let mut cards = Vec::with_capacity(rows.len());
    for row in rows {
        cards.push(open(backend, &mut tx, row).await?);
    }
    Ok(cards)
}

/// One certificate of the person; another's does not exist.
pub async fn card(backend: &Backend, actor: &Actor, id: CertificateId) -> Result<Card, CaseError> {
    let person = actor.person()?;
    let mut tx = backend.db.read().await?;
    let row = certificate::by_id(&mut tx, id).await?.ok_or(CaseError::NotFound)?;
    if row.person_id != person.id {
        tracing::warn!(actor_id = %person.id, certificate = %id, "access to a foreign certificate refused");
        return Err(CaseError::NotFound);
    }
    open(backend, &mut tx, row).await
}

/// Id of the certificate that a case of the person brought, if any.
pub async fn of_case(
    backend: &Backend,
    actor: &Actor,
    case: CaseId,
) -> Result<Option<CertificateId>, CaseError> {
    let person = actor.person()?;
    let mut tx = backend.db.read().await?;
    let row = certificate::by_case(&mut tx, case).await?;
    Ok(row.filter(|r| r.person_id == person.id).map(|r| r.id))
}

pub(crate) async fn open(
    backend: &Backend,
    tx: &mut storage::Tx,
    row: Certificate,
) -> Result<Card, CaseError> {
    let service = backend.catalog.version(tx, row.version_id).await?;
    let sealed = backend.open(Place::new("certificates", "credential", &row.id.0), &row.credential)?;
    let credential = String::from_utf8(sealed).map_err(|_| CaseError::Certificate)?;
    let place = Place::new("certificates", "standing_reason", &row.id.0);
    let reason = row.standing_reason.as_ref().map(|r| backend.open_json(place, r)).transpose()?;
    let claims = claims(&service, &credential);
    Ok(Card { status: status(&row, backend.now()), service, reason, credential, claims, row })
}

/// The state of a certificate at `now`.
pub(crate) fn status(row: &Certificate, now: Timestamp) -> CertificateStatus {
    let standing = match row.standing.as_str() {
        "good" => Standing::Good,
        "suspended" => Standing::Suspended,
        _ => Standing::Revoked,
    };
    CertificateStatus::of(Validity { from: Some(row.valid_from), until: row.valid_until }, standing, now)
}

fn claims(service: &Service, credential: &str) -> Vec<(String, String)> {
    let Some(parts) = sd_jwt::SdJwt::split(credential) else { return Vec::new() };
    let open = domain::certificates::jwt::Jwt::read(parts.issuer_jwt, sd_jwt::TYPE).map(|j| j.payload);
    let disclosed: Vec<_> = parts.disclosures.iter().filter_map(|d| sd_jwt::Disclosure::read(d)).collect();
    let template = service.definition.certificate.iter().flat_map(|t| &t.claims);
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    template
        .filter_map(|claim| {
            let shown = disclosed.iter().find(|d| d.name == claim.id).and_then(|d| text(&d.value));
            let found = shown.or_else(|| open.as_ref().and_then(|o| o.get(&claim.id)).and_then(text));
            Some((claim.id.clone(), found?))
        })
        .collect()
}
