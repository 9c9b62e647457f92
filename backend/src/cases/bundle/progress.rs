//! How all members of a bundle stand, for their owner.

use domain::cases::CaseState;
use domain::ids::{CaseId, CertificateId};
use domain::text::Text;
use storage::Tx;
use storage::cases::case::CaseLine;
use storage::cases::{bundles, supplements};
use storage::certificates::certificate;

use super::Unfiled;
use crate::Backend;
use crate::cases::CaseError;
use crate::cases::load::{Opened, own};
use crate::identity::Actor;

/// A form that was split, with its members.
#[derive(Clone, Debug)]
pub struct Progress {
    pub opened: Opened,
    pub parts: Vec<Part>,
    /// What the applicant has to do something for, the most urgent first.
    pub awaited: Vec<Awaited>,
}

/// A member that waits for its applicant (补正).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaited {
    pub case: CaseId,
    /// The last day for the answer, `2026-12-18`.
    pub due_on: String,
}

/// Those of `cases` that wait for their applicant, the most urgent first.
pub(crate) async fn awaited(tx: &mut Tx, cases: &[CaseLine]) -> Result<Vec<Awaited>, CaseError> {
    let mut all = Vec::new();
    for case in cases.iter().filter(|case| case.state == CaseState::Supplementing) {
        let asked = supplements::of_case(tx, case.id).await?;
        let open = asked.into_iter().find(|asked| asked.ended_at.is_none());
        all.extend(open.map(|asked| Awaited { case: case.id, due_on: asked.due_on }));
    }
    all.sort_by(|a, b| a.due_on.cmp(&b.due_on));
    Ok(all)
}

/// One member.
#[derive(Clone, Debug)]
pub struct Part {
    /// Code of the service.
    pub service: String,
    pub name: Text,
    /// Id of the department that decides it.
    pub department: String,
    pub case: Option<CaseLine>,
    /// Why there is no case, and the case that stood in the way.
    pub unfiled: Option<(Unfiled, Option<CaseId>)>,
    pub certificate: Option<CertificateId>,
    /// What it waits for.
    pub after: Vec<Text>,
}

impl Part {
    pub fn state(&self) -> Option<CaseState> {
        self.case.as_ref().map(|case| case.state)
    }
}

impl Progress {
    /// How many members are approved.
    pub fn approved(&self) -> usize {
        self.parts.iter().filter(|p| p.state() == Some(CaseState::Approved)).count()
    }

    /// Members of which something may still come.
    pub fn open(&self) -> usize {
        self.parts.iter().filter(|p| p.state().is_some_and(|state| !state.is_closed())).count()
    }

    /// Members that came to nothing: refused, withdrawn, lapsed, or never filed.
    pub fn failed(&self) -> usize {
        self.parts.len() - self.approved() - self.open()
    }

    /// What the applicant is asked for in a member.
    pub fn awaited_in(&self, case: CaseId) -> Option<&Awaited> {
        self.awaited.iter().find(|awaited| awaited.case == case)
    }
}

/// The owner's view of a form that was filed. Another's does not exist.
pub async fn progress(backend: &Backend, actor: &Actor, id: CaseId) -> Result<Progress, CaseError> {
    let mut tx = backend.db.read().await?;
    let opened = own(backend, &mut tx, actor, id).await?;
    let service = opened.service.clone();
    let published = service.bundle.as_ref().ok_or(CaseError::NotFound)?;
    let cases = bundles::cases(&mut tx, id).await?;
    let members = bundles::members(&mut tx, id).await?;
    let mut parts = Vec::with_capacity(members.len());
    for row in &members {
        let Some((member, definition)) = published.member(&row.service_code) else { continue };
        let case = cases.iter().find(|c| Some(c.id) == row.case_id).cloned();
        let certificate = match &case {
            Some(case) if case.state == CaseState::Approved => {
                certificate::by_case(&mut tx, case.id).await?.map(|c| c.id)
            }
            _ => None,
        };
        let open_before = |code: &&String| {
            let before = members.iter().find(|m| m.service_code == **code).and_then(|m| m.case_id);
            cases.iter().any(|c| Some(c.id) == before && c.state != CaseState::Approved)
        };
        let after = member.after.iter().filter(open_before);
        parts.push(Part {
            service: row.service_code.clone(),
            name: definition.name.clone(),
            department: case.as_ref().map_or(&definition.department, |c| &c.department).clone(),
            unfiled: row.unfiled.as_deref().and_then(Unfiled::from_code).map(|why| (why, row.other_case_id)),
            certificate,
            after: after.filter_map(|code| published.member(code)).map(|(_, d)| d.name.clone()).collect(),
            case,
        });
    }
    let awaited = awaited(&mut tx, &cases).await?;
    Ok(Progress { opened, parts, awaited })
}
