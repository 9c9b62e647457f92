//! Beginning a proposal: on the newest version of a service, with a copy for a new one, or with what was rejected.

use domain::catalog::{Definition, ProposalKind, ProposalState};
use domain::ids::{ProposalId, VersionId};
use storage::Tx;
use storage::catalog::proposals::{self, Proposal};
use storage::catalog::versions;

use super::{CatalogueError, audited, load, manager, newest};
use crate::Backend;
use crate::catalog::files;
use crate::identity::Actor;

/// Most open proposals of one author.
const MOST: i64 = 50;

/// A draft of a new version, with the newest one to begin with.
pub async fn begin_version(
    backend: &Backend,
    actor: &Actor,
    code: &str,
) -> Result<ProposalId, CatalogueError> {
    let begun = async {
        actor.staff()?;
        let mut tx = backend.db.read().await?;
        let newest = versions::newest(&mut tx, code).await?.ok_or(CatalogueError::NotFound)?;
        let service = backend.catalog.version(&mut tx, newest.version_id).await?;
        drop(tx);
        let definition = &service.definition;
        manager(backend, actor, &[definition.department.as_str()], code)?;
        draft(backend, actor, definition, Some(newest.version_id)).await
    };
    audited(backend, actor, begun.await).await
}

/// A draft of a service that there was not, for `department`, with a copy of another to begin with.
pub async fn begin_service(
    backend: &Backend,
    actor: &Actor,
    code: &str,
    copy_of: &str,
    department: &str,
) -> Result<ProposalId, CatalogueError> {
    let begun = async {
        manager(backend, actor, &[department], code)?;
        if !is_code(code) {
            return Err(CatalogueError::Code);
        }
        let mut tx = backend.db.read().await?;
        if newest(&mut tx, code).await?.is_some() {
            return Err(CatalogueError::Taken);
        }
        // Definitions are public: one may begin with that of any department.
        let copied = versions::newest(&mut tx, copy_of).await?.ok_or(CatalogueError::NotFound)?;
        let service = backend.catalog.version(&mut tx, copied.version_id).await?;
        drop(tx);
        let mut definition = service.definition.clone();
        definition.code = code.to_owned();
        definition.department = department.to_owned();
        draft(backend, actor, &definition, None).await
    };
    audited(backend, actor, begun.await).await
}

/// A draft with the content of a proposal that was rejected or withdrawn, on the newest version.
pub async fn begin_again(
    backend: &Backend,
    actor: &Actor,
    id: ProposalId,
) -> Result<ProposalId, CatalogueError> {
    let begun = async {
        let mut tx = backend.db.read().await?;
        let before = load(backend, &mut tx, actor, id).await?;
        let open_or_done = !before.state.is_closed() || before.state == ProposalState::Approved;
        if open_or_done || before.kind != ProposalKind::Version {
            return Err(CatalogueError::Changed);
        }
        let base = newest(&mut tx, &before.code).await?;
        drop(tx);
        insert(backend, actor, Proposal { base, ..before }).await
    };
    audited(backend, actor, begun.await).await
}

async fn draft(
    backend: &Backend,
    actor: &Actor,
    definition: &Definition,
    base: Option<VersionId>,
) -> Result<ProposalId, CatalogueError> {
    let now = backend.now();
    let proposal = Proposal {
        id: ProposalId(backend.id()),
        code: definition.code.clone(),
        kind: ProposalKind::Version,
        department: definition.department.clone(),
        base,
        // What was published can be written.
        content: files::write(definition).unwrap_or_default(),
        effective_from: None,
        ends: None,
        note: String::new(),
        state: ProposalState::Draft,
        proposed_by: actor.staff()?.id,
        created_at: now,
        changed_at: now,
        proposed_at: None,
        decided_by: None,
        decided_at: None,
        reason: None,
        version: 1,
    };
    insert(backend, actor, proposal).await
}

/// Keeps a draft of the actor's own.
async fn insert(backend: &Backend, actor: &Actor, proposal: Proposal) -> Result<ProposalId, CatalogueError> {
    let now = backend.now();
    let id = ProposalId(backend.id());
    let proposal = Proposal {
        id,
        state: ProposalState::Draft,
        proposed_by: actor.staff()?.id,
        created_at: now,
        changed_at: now,
        proposed_at: None,
        decided_by: None,
        decided_at: None,
        reason: None,
        ..proposal
    };
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                not_too_many(tx, proposal.proposed_by).await?;
                Ok::<_, CatalogueError>(proposals::insert(tx, &proposal).await?)
            })
        })
        .await?;
    Ok(id)
}

/// Refuses who has begun more than anybody finishes.
pub(super) async fn not_too_many(tx: &mut Tx, staff: domain::ids::StaffId) -> Result<(), CatalogueError> {
    if proposals::open_of(tx, staff).await? >= MOST { Err(CatalogueError::TooMany) } else { Ok(()) }
}

/// As the check of definitions has it.
fn is_code(code: &str) -> bool {
    !code.is_empty()
        && code.len() <= 64
        && code.starts_with(|c: char| c.is_ascii_lowercase())
        && code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
