//! The wallet (卡包): a person's certificates.

use std::sync::Arc;

use domain::certificates::{CertificateStatus, Standing, Validity, sd_jwt};
use domain::ids::{CaseId, CertificateId, EntityId};
use domain::time::Timestamp;
use storage::Tx;
use storage::certificates::certificate;
pub use storage::certificates::certificate::Certificate;

use crate::Backend;
use crate::cases::CaseError;
use crate::cases::applicant::name;
use crate::catalog::Service;
use crate::identity::{Actor, may_act_for};
use crate::sealing::Place;

/// A certificate as it lies in the wallet, not opened.
#[derive(Clone, Debug)]
pub struct Held {
    pub row: Certificate,
    /// `None` when the definition it was issued by cannot be read.
    pub service: Option<Arc<Service>>,
    pub status: CertificateStatus,
    /// The name of the entity or person it was issued to.
    pub holder: String,
}

/// A certificate, opened for its holder.
#[derive(Clone, Debug)]
pub struct Card {
    pub row: Certificate,
    pub service: Arc<Service>,
    pub status: CertificateStatus,
    /// The name of the entity or person it was issued to.
    pub holder: String,
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
) -> Result<Vec<Held>, CaseError> {
    let person = actor.person()?;
    let before = before.unwrap_or((Timestamp::MAX, CertificateId(uuid::Uuid::max())));
    let mut tx = backend.db.read().await?;
    let rows = certificate::of_person(&mut tx, person.id, before, limit).await?;
    let mut names: Vec<(Option<EntityId>, String)> = Vec::new();
    let mut held = Vec::with_capacity(rows.len());
    for row in rows {
        let holder = match names.iter().find(|(entity, _)| *entity == row.entity_id) {
            Some((_, name)) => name.clone(),
            None => {
                let found = name(backend, &mut tx, person.id, row.entity_id).await?;
                names.push((row.entity_id, found.clone()));
                found
            }
        };
        let service = match backend.catalog.version(&mut tx, row.version_id).await {
            Ok(service) => Some(service),
            // The others are not to suffer for it. After a failure a connection answers nothing more.
            Err(error) => {
                tracing::error!(certificate = %row.id, version = %row.version_id, %error, "a certificate cannot be read");
                tx = backend.db.read().await?;
                None
            }
        };
        held.push(Held { status: status(&row, backend.now()), service, holder, row });
    }
    Ok(held)
}

/// One certificate of the person; another's does not exist.
pub async fn card(backend: &Backend, actor: &Actor, id: CertificateId) -> Result<Card, CaseError> {
    let mut tx = backend.db.read().await?;
    let row = own(&mut tx, actor, id).await?;
    let service = backend.catalog.version(&mut tx, row.version_id).await?;
    let holder = name(backend, &mut tx, row.person_id, row.entity_id).await?;
    let reason = reason(backend, &mut tx, &row).await?;
    let credential = credential(backend, &mut tx, id).await?;
    let claims = claims(&service, &credential);
    Ok(Card { status: status(&row, backend.now()), service, holder, reason, credential, claims, row })
}

/// The row of a certificate of the person; another's does not exist.
pub(super) async fn own(tx: &mut Tx, actor: &Actor, id: CertificateId) -> Result<Certificate, CaseError> {
    let person = actor.person()?;
    let row = certificate::by_id(tx, id).await?.ok_or(CaseError::NotFound)?;
    if row.person_id != person.id || !may_act_for(tx, person.id, row.entity_id).await? {
        tracing::warn!(actor_id = %person.id, certificate = %id, "access to a foreign certificate refused");
        return Err(CaseError::NotFound);
    }
    Ok(row)
}

/// Id of the certificate that a case of the person brought, if any.
pub async fn of_case(
    backend: &Backend,
    actor: &Actor,
    case: CaseId,
) -> Result<Option<CertificateId>, CaseError> {
    let person = actor.person()?;
    let mut tx = backend.db.read().await?;
    let row = certificate::by_case(&mut tx, case).await?.filter(|r| r.person_id == person.id);
    let Some(row) = row else { return Ok(None) };
    Ok(may_act_for(&mut tx, person.id, row.entity_id).await?.then_some(row.id))
}

/// The SD-JWT VC with all disclosures. Callers authorise.
pub(super) async fn credential(
    backend: &Backend,
    tx: &mut Tx,
    id: CertificateId,
) -> Result<String, CaseError> {
    let sealed = certificate::credential(tx, id).await?.ok_or(CaseError::NotFound)?;
    let opened =
        backend.open(Place::new("certificates", "credential", &id.0), &sealed).inspect_err(|error| {
            tracing::error!(certificate = %id, %error, "a certificate cannot be read");
        })?;
    String::from_utf8(opened).map_err(|_| CaseError::Certificate)
}

/// Why a certificate was revoked or suspended; nothing is read of one in good standing. Callers authorise.
pub(super) async fn reason(
    backend: &Backend,
    tx: &mut Tx,
    row: &Certificate,
) -> Result<Option<String>, CaseError> {
    if row.standing == Standing::Good {
        return Ok(None);
    }
    let sealed = certificate::standing_reason(tx, row.id).await?;
    let place = Place::new("certificates", "standing_reason", &row.id.0);
    Ok(sealed.map(|sealed| backend.open_json(place, &sealed)).transpose()?)
}

/// The state of a certificate at `now`.
pub(crate) fn status(row: &Certificate, now: Timestamp) -> CertificateStatus {
    CertificateStatus::of(Validity { from: Some(row.valid_from), until: row.valid_until }, row.standing, now)
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
