//! Looking at a service with its versions and proposals.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::catalog::{ProposalKind, Retirement};
use domain::ids::{ProposalId, StaffId, VersionId};
use domain::text::Locale;
use storage::Tx;
use storage::catalog::proposals::{self, Proposal};
use storage::catalog::versions::{self, Publication};
use storage::identity::staff;

use super::{CatalogueError, audited, load, manager, read};
use crate::Backend;
use crate::catalog::Service;
use crate::identity::Actor;

/// Most publications and proposals that are shown of a service.
const MOST: i64 = 100;

/// A service as those see it who look after it.
#[derive(Clone, Debug)]
pub struct About {
    /// The newest version, in effect or not.
    pub newest: Arc<Service>,
    /// The one that new cases begin with, if there is one.
    pub in_effect: Option<VersionId>,
    pub retirement: Option<Retirement>,
    /// Newest first.
    pub history: Vec<Publication>,
    /// Newest first.
    pub proposals: Vec<Proposal>,
    pub names: BTreeMap<StaffId, String>,
}

/// A service with everything that was published and proposed of it.
pub async fn look(backend: &Backend, actor: &Actor, code: &str) -> Result<About, CatalogueError> {
    let looked = async {
        actor.staff()?;
        let mut tx = backend.db.read().await?;
        let newest = versions::newest(&mut tx, code).await?.ok_or(CatalogueError::NotFound)?;
        let service = backend.catalog.version(&mut tx, newest.version_id).await?;
        manager(backend, actor, &[service.definition.department.as_str()], code)?;
        let history = versions::history(&mut tx, code, i64::MAX, MOST).await?;
        let proposals = proposals::of_service(&mut tx, code, MOST).await?;
        let of_history = history.iter().flat_map(|p| [p.proposed_by, p.decided_by]);
        let of_proposals = proposals.iter().flat_map(|p| [Some(p.proposed_by), p.decided_by]);
        let who: Vec<StaffId> = of_history.chain(of_proposals).flatten().collect();
        let names = names(&mut tx, &who).await?;
        let current = backend.catalog.services();
        let in_effect = current.known(code).map(|service| service.version);
        Ok(About { newest: service, in_effect, retirement: newest.retirement(), history, proposals, names })
    };
    audited(backend, actor, looked.await).await
}

/// Two versions of a service.
pub async fn pair(
    backend: &Backend,
    actor: &Actor,
    code: &str,
    versions: (VersionId, VersionId),
) -> Result<(Arc<Service>, Arc<Service>), CatalogueError> {
    let before = subject(backend, actor, Subject::Version(versions.0)).await?;
    let after = subject(backend, actor, Subject::Version(versions.1)).await?;
    let of_it = before.code() == code && after.code() == code;
    if of_it { Ok((before, after)) } else { Err(CatalogueError::NotFound) }
}

/// A proposal with what it goes back to.
#[derive(Clone, Debug)]
pub struct Proposed {
    pub proposal: Proposal,
    /// The version that it was written on.
    pub base: Option<Arc<Service>>,
    /// The one that is newest now.
    pub newest: Option<Arc<Service>>,
    /// Who had a hand in it.
    pub names: BTreeMap<StaffId, String>,
}

/// A proposal with what it goes back to.
pub async fn proposal(backend: &Backend, actor: &Actor, id: ProposalId) -> Result<Proposed, CatalogueError> {
    let looked = async {
        let mut tx = backend.db.read().await?;
        let proposal = load(backend, &mut tx, actor, id).await?;
        let base = match proposal.base {
            Some(base) => Some(backend.catalog.version(&mut tx, base).await?),
            None => None,
        };
        let newest = match versions::newest(&mut tx, &proposal.code).await? {
            Some(newest) => Some(backend.catalog.version(&mut tx, newest.version_id).await?),
            None => None,
        };
        let who: Vec<StaffId> =
            [Some(proposal.proposed_by), proposal.decided_by].into_iter().flatten().collect();
        let names = names(&mut tx, &who).await?;
        Ok(Proposed { proposal, base, newest, names })
    };
    audited(backend, actor, looked.await).await
}

/// What can be tried out: something published, or a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Version(VersionId),
    Proposal(ProposalId),
}

/// The definition of a subject, as if it were published; `Unsound` where there is no sound one.
pub async fn subject(
    backend: &Backend,
    actor: &Actor,
    subject: Subject,
) -> Result<Arc<Service>, CatalogueError> {
    let looked = async {
        actor.staff()?;
        let mut tx = backend.db.read().await?;
        match subject {
            Subject::Version(id) => {
                let service = backend.catalog.version(&mut tx, id).await.map_err(|error| match error {
                    storage::Error::NotFound => CatalogueError::NotFound,
                    error => error.into(),
                })?;
                // A service that has changed hands is with its history in those that have it now.
                let newest =
                    versions::newest(&mut tx, service.code()).await?.ok_or(CatalogueError::NotFound)?;
                let newest = backend.catalog.version(&mut tx, newest.version_id).await?;
                manager(backend, actor, &[newest.definition.department.as_str()], service.code())?;
                Ok(service)
            }
            Subject::Proposal(id) => {
                let proposal = load(backend, &mut tx, actor, id).await?;
                if proposal.kind != ProposalKind::Version {
                    return Err(CatalogueError::NotFound);
                }
                let definition = read(backend, &proposal, Locale::Zh)
                    .map_err(|mistakes| CatalogueError::Unsound(mistakes.len()))?;
                Ok(Arc::new(Service::imagined(definition, backend.now())))
            }
        }
    };
    audited(backend, actor, looked.await).await
}

async fn names(tx: &mut Tx, who: &[StaffId]) -> Result<BTreeMap<StaffId, String>, storage::Error> {
    let mut names = BTreeMap::new();
    for id in who {
        if !names.contains_key(id)
            && let Some(member) = staff::by_id(tx, *id).await?
        {
            names.insert(*id, member.display_name);
        }
    }
    Ok(names)
}
