//! The services of somebody's departments, and how each of them stands.

use std::collections::BTreeMap;

use domain::catalog::{ProposalState, Retirement};
use domain::ids::ProposalId;
use domain::text::Text;
use jiff::civil::Date;
use storage::catalog::proposals::{self, Proposal};
use storage::catalog::versions;

use super::{CatalogueError, audited};
use crate::Backend;
use crate::catalog::Department;
use crate::identity::{Actor, StaffActor};
use domain::identity::Role;

/// Services and open proposals read at once, and most of them at all.
const PAGE: i64 = 500;
const MOST: usize = 20_000;

/// How a service stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Published,
    /// Its first version is not in effect yet, or nobody has approved one.
    Coming,
    /// Its last day is announced.
    Retiring,
    Retired,
}

/// One service of the list.
#[derive(Clone, Debug)]
pub struct Line {
    pub code: String,
    /// None for a service of which only a proposal is there.
    pub name: Option<Text>,
    pub department: String,
    pub standing: Standing,
    pub retirement: Option<Retirement>,
    /// Proposals that wait for a decision.
    pub proposed: usize,
    /// Proposals that somebody writes.
    pub drafts: usize,
    /// The newest open proposal, where there is no version.
    pub proposal: Option<ProposalId>,
}

/// What one looks after.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// By code.
    pub lines: Vec<Line>,
    /// Proposals that wait for a decision, oldest first.
    pub proposals: Vec<Proposal>,
}

/// Ids of the departments whose definitions the actor looks after.
pub fn own_departments(backend: &Backend, actor: &Actor) -> Vec<String> {
    let reference = &backend.catalog.reference;
    let (Ok(staff), Some(place)) = (actor.staff(), reference.place()) else { return Vec::new() };
    let own = |d: &&Department| staff.may(Role::Catalogue, &d.id, place);
    reference.departments.iter().filter(own).map(|d| d.id.clone()).collect()
}

/// Every service of the departments that the actor looks after.
pub async fn list(backend: &Backend, actor: &Actor) -> Result<Listing, CatalogueError> {
    let StaffActor { .. } = actor.staff()?;
    let own = own_departments(backend, actor);
    if own.is_empty() {
        return audited(backend, actor, Err(CatalogueError::Outside("*".into()))).await;
    }
    let open = open(backend, &own).await?;
    let today = backend.now().date_in_china();
    let mut lines: BTreeMap<String, Line> = BTreeMap::new();
    let current = backend.catalog.services();
    let mut tx = backend.db.read().await?;
    let mut after = String::new();
    loop {
        let page = versions::all(&mut tx, &after, PAGE).await?;
        let last = page.len() < PAGE as usize;
        for newest in page {
            after.clone_from(&newest.code);
            let service = backend.catalog.version(&mut tx, newest.version_id).await?;
            let department = &service.definition.department;
            if !own.contains(department) {
                continue;
            }
            let retirement = newest.retirement();
            let in_effect = current.known(&newest.code).is_some();
            let line = Line {
                name: Some(service.definition.name.clone()),
                department: department.clone(),
                standing: standing(in_effect, retirement.as_ref(), today),
                retirement,
                proposed: 0,
                drafts: 0,
                proposal: None,
                code: newest.code,
            };
            lines.insert(line.code.clone(), line);
        }
        if last || lines.len() >= MOST {
            break;
        }
    }
    drop(tx);
    for proposal in &open {
        let line = lines.entry(proposal.code.clone()).or_insert_with(|| Line {
            code: proposal.code.clone(),
            name: None,
            department: proposal.department.clone(),
            standing: Standing::Coming,
            retirement: None,
            proposed: 0,
            drafts: 0,
            proposal: None,
        });
        match proposal.state {
            ProposalState::Proposed => line.proposed += 1,
            _ => line.drafts += 1,
        }
        line.proposal = Some(proposal.id);
    }
    let proposals = open.into_iter().filter(|p| p.state == ProposalState::Proposed).collect();
    Ok(Listing { lines: lines.into_values().collect(), proposals })
}

/// How many proposals wait for the actor: proposed by others, for departments that the actor looks after.
pub async fn waiting(backend: &Backend, actor: &Actor) -> Result<usize, CatalogueError> {
    let staff = actor.staff()?.id;
    let own = own_departments(backend, actor);
    if own.is_empty() {
        return Ok(0);
    }
    let counted = proposals::proposed(&mut backend.db.read().await?, staff).await?;
    let others =
        counted.iter().filter(|(department, ..)| own.contains(department)).map(|(_, all, mine)| all - mine);
    Ok(usize::try_from(others.sum::<i64>()).unwrap_or_default())
}

async fn open(backend: &Backend, own: &[String]) -> Result<Vec<Proposal>, CatalogueError> {
    let mut tx = backend.db.read().await?;
    let mut open: Vec<Proposal> = Vec::new();
    let mut after = ProposalId(uuid::Uuid::nil());
    loop {
        let page = proposals::open(&mut tx, after, PAGE).await?;
        let last = page.len() < PAGE as usize;
        after = page.last().map_or(after, |p| p.id);
        open.extend(page.into_iter().filter(|p| own.contains(&p.department)));
        if last || open.len() >= MOST {
            return Ok(open);
        }
    }
}

fn standing(in_effect: bool, retirement: Option<&Retirement>, today: Date) -> Standing {
    match retirement {
        Some(ends) if !ends.may_begin(today) => Standing::Retired,
        Some(_) => Standing::Retiring,
        None if in_effect => Standing::Published,
        None => Standing::Coming,
    }
}
