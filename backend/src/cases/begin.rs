//! Beginning a case, or going on with the draft there is.

use domain::cases::supplement::can_begin_again;
use domain::cases::{Answer, Raw, typed};
use domain::catalog::{Audience, Definition};
use domain::ids::CaseId;
use serde_json::json;
use storage::cases::case::{self, NewCase};

use super::load::seal_raw;
use super::once::only_once;
use super::open::open_own;
use super::{CaseError, Opened, note};
use crate::Backend;
use crate::identity::Actor;

/// The draft of a verified person for a service: the one there is, else a new one of the current version. What
/// one can have only once is not begun again, and a service whose last day is over not at all.
pub async fn begin(backend: &Backend, actor: &Actor, code: &str) -> Result<CaseId, CaseError> {
    begin_with(backend, actor, code, None).await
}

/// As [`begin`], with the answers of a case of one's own that came to nothing: refused, not accepted, lapsed or taken back.
/// Files are sent anew, and so is consent given.
pub async fn begin_again(backend: &Backend, actor: &Actor, previous: CaseId) -> Result<CaseId, CaseError> {
    let opened = open_own(backend, actor, previous).await?;
    if !can_begin_again(opened.row.state) {
        return Err(CaseError::Changed);
    }
    let code = opened.row.service_code.clone();
    begin_with(backend, actor, &code, Some(&opened)).await
}

async fn begin_with(
    backend: &Backend,
    actor: &Actor,
    code: &str,
    previous: Option<&Opened>,
) -> Result<CaseId, CaseError> {
    let person = *actor.verified_person()?;
    let services = backend.catalog.services();
    // A draft of a service that has ended is still the draft.
    let service = services.known(code).or(services.bundle(code)).cloned().ok_or(CaseError::NotFound)?;
    let today = backend.now().date_in_china();
    let ended = services.retirement(code).is_some_and(|ends| !ends.may_begin(today));
    let wanted = if person.entity.is_some() { Audience::Entity } else { Audience::Person };
    if !service.definition.audience.contains(&wanted) {
        return Err(CaseError::WrongApplicant);
    }
    let id = CaseId(backend.id());
    let raw = previous.map(|previous| answered_before(&service.definition, previous)).unwrap_or_default();
    let new = NewCase {
        id,
        person_id: person.id,
        entity_id: person.entity,
        service_code: service.code().to_owned(),
        version_id: service.version,
        department: service.definition.department.clone(),
        // Of the office of the whole place that the portal serves, until it is filed and routed.
        place: backend.catalog.reference.place().ok_or(CaseError::NotFound)?,
        raw_answers: seal_raw(backend, id, &raw),
        previous_id: previous.map(|previous| previous.row.id),
        created_at: backend.now(),
        bundle_id: None,
    };
    let actor = actor.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                // Two clicks make one draft.
                storage::identity::persons::lock(tx, new.person_id).await?;
                if let Some(draft) =
                    case::draft_of(tx, new.person_id, &new.service_code, new.entity_id).await?
                {
                    return Ok(draft.id);
                }
                if ended {
                    return Err(CaseError::Ended(new.service_code));
                }
                only_once(tx, &service.definition, new.person_id, new.entity_id, new.created_at).await?;
                case::insert(tx, &new).await?;
                let row = case::by_id(tx, id).await?.ok_or(CaseError::NotFound)?;
                note(
                    tx,
                    &actor,
                    "cases.begin",
                    &row,
                    None,
                    json!({ "service": row.service_code }),
                    new.created_at,
                )?;
                Ok(id)
            })
        })
        .await
}

/// What was answered before and is still asked in the same way. Files stay with the case they came with.
fn answered_before(now: &Definition, previous: &Opened) -> Raw {
    let before = &previous.service.definition;
    let mut answers = previous.answers.clone().unwrap_or_default();
    answers.retain(|id, answer| {
        let kind = |definition: &Definition| definition.field(id).map(|field| field.kind);
        !matches!(answer, Answer::Files(_)) && kind(now).is_some() && kind(now) == kind(before)
    });
    typed(&answers)
}
