//! A certificate as the department that issued it sees it.

use std::sync::Arc;

use domain::certificates::CertificateStatus;
use domain::identity::Role;
use domain::ids::CaseId;
use storage::Tx;
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
    let row = certificate::by_number(&mut tx, number).await?;
    let row = row.filter(|r| r.department == staff.department).ok_or(CaseError::NotFound)?;
    issued(backend, &mut tx, row).await
}

/// The certificate that a case of the clerk's department brought, if any.
pub async fn of_case(backend: &Backend, actor: &Actor, case: CaseId) -> Result<Option<Issued>, CaseError> {
    let staff = handler(actor)?;
    let mut tx = backend.db.read().await?;
    match certificate::by_case(&mut tx, case).await?.filter(|r| r.department == staff.department) {
        Some(row) => issued(backend, &mut tx, row).await.map(Some),
        None => Ok(None),
    }
}

async fn issued(backend: &Backend, tx: &mut Tx, row: Certificate) -> Result<Issued, CaseError> {
    let service = backend.catalog.version(tx, row.version_id).await?;
    let holder = masked_name(backend, tx, row.person_id, row.entity_id).await?;
    let reason = reason(backend, tx, &row).await?;
    Ok(Issued { status: status(&row, backend.now()), service, holder, reason, row })
}
