//! A certificate as the department that issued it sees it.

use std::sync::Arc;

use domain::certificates::CertificateStatus;
use domain::identity::Role;
use domain::ids::CaseId;
use domain::organisation::region::RegionCode;
use storage::Tx;
use storage::cases::case;
use storage::certificates::certificate::{self, Certificate};

use super::wallet::{reason, status};
use crate::Backend;
use crate::cases::CaseError;
use crate::cases::applicant::masked_name;
use crate::cases::queue::handler;
use crate::catalog::Service;
use crate::identity::Actor;

/// An issued certificate without its content.
#[derive(Clone, Debug)]
pub struct Issued {
    pub row: Certificate,
    pub service: Arc<Service>,
    pub status: CertificateStatus,
    /// Masked, unless it is an entity.
    pub holder: String,
    /// Why it was revoked.
    pub reason: Option<String>,
}

/// The certificate of the clerk's department with this number.
pub async fn by_number(backend: &Backend, actor: &Actor, number: &str) -> Result<Issued, CaseError> {
    let staff = actor.staff_with(Role::Decide)?;
    let mut tx = backend.db.read().await?;
    let row = certificate::by_number(&mut tx, number).await?.ok_or(CaseError::NotFound)?;
    let place = place_of(&mut tx, &row).await?;
    if !staff.may(Role::Decide, &row.department, place) {
        return Err(CaseError::NotFound);
    }
    issued(backend, &mut tx, row).await
}

/// The certificate that a case of the clerk's department brought, if any.
pub async fn of_case(backend: &Backend, actor: &Actor, case: CaseId) -> Result<Option<Issued>, CaseError> {
    let staff = handler(actor)?;
    let mut tx = backend.db.read().await?;
    let Some(row) = certificate::by_case(&mut tx, case).await? else { return Ok(None) };
    let place = place_of(&mut tx, &row).await?;
    if !staff.handles(&row.department, place) {
        return Ok(None);
    }
    issued(backend, &mut tx, row).await.map(Some)
}

/// The place of the office that handled the case it came from.
async fn place_of(tx: &mut Tx, row: &Certificate) -> Result<RegionCode, CaseError> {
    Ok(case::by_id(tx, row.case_id).await?.ok_or(CaseError::NotFound)?.place)
}

async fn issued(backend: &Backend, tx: &mut Tx, row: Certificate) -> Result<Issued, CaseError> {
    let service = backend.catalog.version(tx, row.version_id).await?;
    let holder = masked_name(backend, tx, row.person_id, row.entity_id).await?;
    let reason = reason(backend, tx, &row).await?;
    Ok(Issued { status: status(&row, backend.now()), service, holder, reason, row })
}
