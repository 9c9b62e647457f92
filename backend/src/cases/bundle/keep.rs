//! Keeping a form that was split: a case for each member that can be filed, in one transaction.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::cases::{CaseState, EventKind};
use domain::ids::CaseId;
use serde_json::json;
use storage::Tx;
use storage::cases::bundles::{self, BundleMember};
use storage::cases::{case, files};
use storage::messages::outbox;
use storage::registers::{consents, evidence};

use super::Unfiled;
use super::moved::settle;
use super::split::{Made, Split, Taken, What};
use crate::Backend;
use crate::cases::load::Opened;
use crate::cases::once::only_once;
use crate::cases::submit::file;
use crate::cases::track::{record, tell};
use crate::cases::{CaseError, note};
use crate::identity::{Actor, Purpose};

/// Makes the cases. A member that cannot be filed does not keep the others from it; where none can, nothing is.
pub(in crate::cases) async fn keep(
    backend: &Backend,
    actor: &Actor,
    split: Arc<Split>,
) -> Result<(), CaseError> {
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let row = &split.bundle.row;
                let now = backend.now();
                // From here on nobody else changes the form.
                if !bundles::split(tx, row.id, row.version, &split.reference, now).await? {
                    return Err(CaseError::Changed);
                }
                let mut keeping = Keeping { backend, actor: &actor, split: &split, done: BTreeMap::new() };
                for part in &split.parts {
                    let member = keeping.member(tx, part).await?;
                    keeping.done.insert(&part.service, member);
                }
                keeping.refuse_nothing()?;
                for member in keeping.done.values() {
                    bundles::insert(tx, member).await?;
                }
                let filed = keeping.done.values().filter(|m| m.case_id.is_some()).count();
                let codes: Vec<&str> = keeping.done.keys().copied().collect();
                let detail = json!({ "state": CaseState::Bundled.code(), "members": codes });
                note(tx, &actor, "cases.submit", row, None, detail, now)?;
                record(backend, tx, row, EventKind::Bundled, &actor, json!({ "members": filed })).await?;
                let mut told = split.bundle.clone();
                told.row.line.reference = Some(split.reference.clone());
                tell(backend, tx, &told, CaseState::Bundled).await?;
                settle(backend, tx, row.id).await
            })
        })
        .await
}

struct Keeping<'a> {
    backend: &'a Backend,
    actor: &'a Actor,
    split: &'a Split,
    done: BTreeMap<&'a str, BundleMember>,
}

impl Keeping<'_> {
    async fn member(&self, tx: &mut Tx, part: &Made) -> Result<BundleMember, CaseError> {
        let row = &self.split.bundle.row;
        let mut member = BundleMember {
            bundle_id: row.id,
            service_code: part.service.clone(),
            person_id: row.person_id,
            position: part.position,
            case_id: None,
            unfiled: None,
            other_case_id: None,
        };
        let unfiled_before =
            part.after.iter().any(|code| self.done.get(code.as_str()).is_none_or(|m| m.case_id.is_none()));
        let (opened, taken) = match &part.what {
            What::Unfiled(why) => {
                member.unfiled = Some(why.code().to_owned());
                return Ok(member);
            }
            _ if unfiled_before => {
                member.unfiled = Some(Unfiled::Before.code().to_owned());
                return Ok(member);
            }
            What::File(filing, taken) => (&filing.filed, taken),
            What::Wait(opened, taken) => (&**opened, taken),
        };
        match self.free(tx, opened).await? {
            Some(other) => {
                member.unfiled = Some(Unfiled::Already.code().to_owned());
                member.other_case_id = Some(other);
            }
            None => {
                self.make(tx, taken).await?;
                self.begin(tx, part, opened).await?;
                member.case_id = Some(taken.new.id);
            }
        }
        Ok(member)
    }

    /// The case that stands in the way, if one does.
    async fn free(&self, tx: &mut Tx, opened: &Opened) -> Result<Option<CaseId>, CaseError> {
        let row = &opened.row;
        let definition = &opened.service.definition;
        match only_once(tx, definition, row.person_id, row.entity_id, self.backend.now()).await {
            Ok(()) => Ok(None),
            Err(CaseError::Already(other)) => Ok(Some(other)),
            Err(error) => Err(error),
        }
    }

    /// The member's draft, with its own consent and only what belongs to it.
    async fn make(&self, tx: &mut Tx, taken: &Taken) -> Result<(), CaseError> {
        case::insert(tx, &taken.new).await?;
        consents::insert(tx, &taken.consent).await?;
        for row in &taken.evidence {
            evidence::insert(tx, row).await?;
        }
        for message in &taken.owed {
            outbox::enqueue(tx, message).await?;
        }
        let from = self.split.bundle.row.id;
        for (id, field) in &taken.moved {
            if !files::hand_on(tx, *id, from, taken.new.id, field).await? {
                return Err(CaseError::Changed);
            }
        }
        for (copy, pieces) in &taken.copied {
            files::insert(tx, copy, pieces).await?;
        }
        let purpose = Some(Purpose::Consent(taken.consent.service_code.clone()));
        let detail = json!({ "facts": taken.consent.facts });
        let row = taken.new.inserted();
        note(tx, self.actor, "consents.give", &row, purpose, detail, self.backend.now())?;
        Ok(())
    }

    async fn begin(&self, tx: &mut Tx, part: &Made, opened: &Opened) -> Result<(), CaseError> {
        let backend = self.backend;
        match &part.what {
            What::File(filing, _) => {
                file(backend, tx, self.actor, filing).await?;
                // That it was filed is said once for all of them.
                if opened.row.state != CaseState::Submitted {
                    tell(backend, tx, opened, opened.row.state).await?;
                }
            }
            _ => {
                if !bundles::wait(tx, opened.row.id).await? {
                    return Err(CaseError::Changed);
                }
                let detail = json!({ "after": part.after });
                record(backend, tx, &opened.row, EventKind::Waits, self.actor, detail).await?;
            }
        }
        Ok(())
    }

    fn refuse_nothing(&self) -> Result<(), CaseError> {
        if self.done.values().any(|m| m.case_id.is_some()) {
            return Ok(());
        }
        let other = self.done.values().find_map(|m| m.other_case_id);
        Err(other.map_or(CaseError::Incomplete, CaseError::Already))
    }
}
