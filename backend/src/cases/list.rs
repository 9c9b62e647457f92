//! A person's cases.

use std::sync::Arc;

use domain::cases::CaseState;
use domain::ids::CaseId;
use domain::time::Timestamp;
pub use storage::cases::case::CaseLine;
use storage::cases::{bundles, case};

use super::CaseError;
use super::bundle::{Awaited, awaited};
use super::load::start_of_list;
use crate::Backend;
use crate::catalog::Service;
use crate::identity::Actor;

/// A case as a line in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub row: CaseLine,
    pub service: Arc<Service>,
    /// Of the form of a bundle: how many members are approved, of how many.
    pub progress: Option<(usize, usize)>,
    /// Of the form of a bundle: members that wait for their applicant, the most urgent first.
    pub awaited: Vec<Awaited>,
}

/// Cases and drafts of the person, last changed first, after the page that ended with `before`.
pub async fn cases_of(
    backend: &Backend,
    actor: &Actor,
    before: Option<(Timestamp, CaseId)>,
    limit: i64,
) -> Result<Vec<Listed>, CaseError> {
    let person = actor.person()?;
    let mut tx = backend.db.read().await?;
    let rows = case::of_person(&mut tx, person.id, before.unwrap_or_else(start_of_list), limit).await?;
    listed(backend, &mut tx, rows).await
}

pub(crate) async fn listed(
    backend: &Backend,
    tx: &mut storage::Tx,
    rows: Vec<CaseLine>,
) -> Result<Vec<Listed>, CaseError> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let service = backend.catalog.version(tx, row.version_id).await?;
        let (progress, awaited) = match row.state {
            CaseState::Bundled => {
                let members = bundles::members(tx, row.id).await?.len();
                let cases = bundles::cases(tx, row.id).await?;
                let done = cases.iter().filter(|c| c.state == CaseState::Approved).count();
                (Some((done, members)), awaited(tx, &cases).await?)
            }
            _ => (None, Vec::new()),
        };
        all.push(Listed { row, service, progress, awaited });
    }
    Ok(all)
}
