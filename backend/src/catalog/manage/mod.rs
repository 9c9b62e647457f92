//! Managing the catalogue in the browser: who keeps the definitions of a department proposes new versions and the end of
//! services, and somebody else publishes them (四眼原则). Whoever holds the role for a department where the portal serves
//! may look; everybody else is refused, and that is noted.

mod approve;
mod begin;
mod list;
mod look;
mod propose;
mod reject;
mod retire;
mod revise;
mod save;
mod withdraw;

pub use approve::approve;
pub use begin::{begin_again, begin_service, begin_version};
pub use list::{Line, Listing, Standing, list, own_departments, waiting};
pub use look::{About, Proposed, Subject, look, pair, proposal, subject};
pub use propose::propose;
pub use reject::reject;
pub use retire::{LONGEST_YEARS, propose_end};
pub use revise::revise;
pub use save::{LONGEST, Typed, save};
pub use storage::catalog::proposals::Proposal;
pub use storage::catalog::versions::Publication;
pub use withdraw::withdraw;

use domain::catalog::proposal::NotPossible;
use domain::catalog::{Definition, NotApprover};
use domain::identity::Role;
use domain::ids::{ProposalId, VersionId};
use domain::text::Locale;
use domain::time::Timestamp;
use jiff::civil::Date;
use serde_json::json;
use storage::Tx;
use storage::audit::{self, Entry};
use storage::catalog::proposals;
use storage::catalog::versions;

use super::files::{self, Mistake};
use super::publish::digest;
use crate::Backend;
use crate::identity::{Actor, Denied, StaffActor};

/// The longest note or reason, in characters.
pub const MAX_NOTE: u32 = 500;

/// Why something cannot be done in the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error(transparent)]
    Denied(#[from] Denied),
    /// No post of the actor covers the department of this service.
    #[error("outside of what the actor looks after: {0}")]
    Outside(String),
    /// There is no such service, version or proposal.
    #[error("not found")]
    NotFound,
    /// Somebody else, or another window, changed the proposal meanwhile.
    #[error("the proposal changed meanwhile")]
    Changed,
    #[error(transparent)]
    NotPossible(#[from] NotPossible),
    /// Four eyes: nobody decides about what they proposed, nor does who stands in for them.
    #[error("one's own proposal")]
    Own,
    /// Only its author writes a proposal, revises it, or takes it back.
    #[error("another's proposal")]
    Others,
    /// There is a newer version than the one it was written on.
    #[error("the proposal is based on a version that is not the newest")]
    Stale,
    /// The definition is not sound.
    #[error("the definition has {0} mistakes")]
    Unsound(usize),
    /// It is the content that there is.
    #[error("nothing is changed")]
    Same,
    /// A day that cannot be read, has passed, or is too far away.
    #[error("the day cannot be used")]
    Day,
    #[error("the time for drafts cannot be used")]
    Grace,
    /// A note is needed, of 2 to 500 characters.
    #[error("the note cannot be used")]
    Note,
    /// A code is lower-case words with hyphens.
    #[error("the code cannot be used")]
    Code,
    #[error("there is a service with this code")]
    Taken,
    /// The service in its place is none that one can apply for.
    #[error("the successor cannot be used")]
    Successor,
    #[error("more was typed than a definition can hold")]
    TooLarge,
    /// Too many proposals of the same author are open.
    #[error("too many open proposals")]
    TooMany,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

/// A manager for all of `departments` where the portal serves. `code` is whose service it is about.
fn manager<'a>(
    backend: &Backend,
    actor: &'a Actor,
    departments: &[&str],
    code: &str,
) -> Result<&'a StaffActor, CatalogueError> {
    let staff = actor.staff()?;
    let place = backend.catalog.reference.place().ok_or(Denied::Forbidden)?;
    match departments.iter().all(|department| staff.may(Role::Catalogue, department, place)) {
        true => Ok(staff),
        false => Err(CatalogueError::Outside(code.to_owned())),
    }
}

/// Notes the attempt that failed with [`CatalogueError::Outside`], which becomes a plain refusal. In a transaction of its
/// own: the one of the attempt is undone.
async fn audited<T>(
    backend: &Backend,
    actor: &Actor,
    result: Result<T, CatalogueError>,
) -> Result<T, CatalogueError> {
    let Err(CatalogueError::Outside(code)) = result else { return result };
    let (actor, now) = (actor.clone(), backend.now());
    let noted: Result<(), storage::Error> = backend
        .db
        .write(move |tx| {
            Box::pin(async move { note(tx, &actor, "catalogue.refused", &code, json!({}), now) })
        })
        .await;
    noted?;
    Err(Denied::Forbidden.into())
}

/// Notes in the audit trail what was done about a service.
fn note(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    code: &str,
    detail: serde_json::Value,
    at: Timestamp,
) -> Result<(), storage::Error> {
    audit::append(
        tx,
        Entry {
            at,
            actor: actor.for_audit(),
            action,
            subject_kind: "service",
            subject_id: code.to_owned(),
            person: None,
            purpose: None,
            detail,
        },
    )
}

/// A proposal for a manager of its department.
async fn load(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: ProposalId,
) -> Result<Proposal, CatalogueError> {
    actor.staff()?;
    let proposal = proposals::by_id(tx, id).await?.ok_or(CatalogueError::NotFound)?;
    manager(backend, actor, &[proposal.department.as_str()], &proposal.code)?;
    Ok(proposal)
}

/// A proposal for its author, as it was looked at in `version`.
async fn own(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (ProposalId, i64),
) -> Result<Proposal, CatalogueError> {
    let proposal = load(backend, tx, actor, id).await?;
    if actor.staff()?.id != proposal.proposed_by {
        return Err(CatalogueError::Others);
    }
    if proposal.version == version { Ok(proposal) } else { Err(CatalogueError::Changed) }
}

/// The definition of a proposal, or everything that is wrong with it.
pub fn read(backend: &Backend, proposal: &Proposal, locale: Locale) -> Result<Definition, Vec<Mistake>> {
    files::read(&format!("{}.toml", proposal.code), &proposal.content, &backend.catalog.reference, locale)
}

/// What is newest of a service; none where there is no such service.
async fn newest(tx: &mut Tx, code: &str) -> Result<Option<VersionId>, storage::Error> {
    Ok(versions::newest(tx, code).await?.map(|newest| newest.version_id))
}

/// Words of one's own: trimmed, bounded, without control characters.
fn words(text: &str) -> Result<String, CatalogueError> {
    domain::cases::form::plain_text(text.trim(), 2, MAX_NOTE, true).map_err(|_| CatalogueError::Note)
}

/// The day on which a proposed version comes into effect: none is at once.
fn day_of(proposal: &Proposal) -> Result<Option<Date>, CatalogueError> {
    let typed = proposal.effective_from.as_deref().map(str::trim).filter(|typed| !typed.is_empty());
    typed.map(|typed| typed.parse().map_err(|_| CatalogueError::Day)).transpose()
}

fn not_may_decide(refused: NotApprover, code: &str) -> CatalogueError {
    match refused {
        NotApprover::Own => CatalogueError::Own,
        NotApprover::Outside => CatalogueError::Outside(code.to_owned()),
    }
}

/// Whether a definition is the content of a version.
async fn is_same(
    tx: &mut Tx,
    definition: &Definition,
    version: Option<VersionId>,
) -> Result<bool, storage::Error> {
    let known = versions::with_digest(tx, &definition.code, &digest(definition)).await?;
    Ok(known.is_some() && known == version)
}
