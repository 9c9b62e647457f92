//! Giving an opinion from a seat.

use domain::cases::stages::{has_sat, open_seats};
use domain::cases::{CaseState, EventKind, Opinion, SeatAt};
use domain::catalog::Need;
use domain::identity::Role;
use domain::ids::CaseId;
use serde_json::json;
use storage::cases::{case, seats};

use super::ask_opinions;
use crate::Backend;
use crate::cases::load::load_to_change;
use crate::cases::track::record;
use crate::cases::{CaseError, Reached, audited, note, own_words};
use crate::identity::Actor;
use crate::sealing::Place;

/// Gives the opinion of a seat: for approval or against it, which needs words. `version` is what was looked at. Whoever had
/// a seat in the case takes no other.
pub async fn opine(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    version: i64,
    at: SeatAt,
    favours: bool,
    words: &str,
) -> Result<(), CaseError> {
    actor.staff()?;
    actor.require_recent()?;
    let words = match words.trim() {
        "" if favours => String::new(),
        "" => return Err(CaseError::ReasonNeeded),
        said => own_words(said)?,
    };
    let (job, who) = (backend.clone(), actor.clone());
    let done = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &job;
                let opened = load_to_change(backend, tx, id).await?;
                let (row, staff) = (&opened.row, who.staff()?);
                let seat = opened.seats.iter().find(|seat| seat.at() == at);
                let may = |seat: &&seats::Seat| staff.may(Role::Review, &seat.department, seat.place);
                let Some(seat) = seat.filter(may) else {
                    return Err(CaseError::Outside(Reached { case: id, person: row.person_id }));
                };
                if has_sat(&opened.opinions(), staff.id) {
                    return Err(CaseError::Separated);
                }
                if row.version != version || row.state != CaseState::Accepted || seat.closed_at.is_some() {
                    return Err(CaseError::Changed);
                }
                let now = backend.now();
                let opinion = Opinion { at, staff: staff.id, favours };
                let sealed = backend.seal_json(Place::new("case_seats", "words", &seat.id), &words);
                if !seats::give(tx, id, at, now, &opinion, &sealed).await? {
                    return Err(CaseError::Changed);
                }
                let stages = &opened.service.definition.decision.stages;
                let stage = stages.get(usize::from(at.stage)).ok_or(CaseError::NotFound)?;
                if stage.need == Need::Any {
                    seats::close_open(tx, id, now).await?;
                }
                ask_opinions(backend, tx, &opened, &row.department, row.place).await?;
                // Who has the case on the screen has not seen it.
                case::grounds_changed(tx, id, now).await?;
                let mut given = opened.opinions();
                given.push(opinion);
                let open = open_seats(stages, &given);
                let missing = open.iter().filter(|open| open.stage == at.stage).count();
                let detail = json!({ "stage": stage.title, "favours": favours, "missing": missing });
                record(backend, tx, row, EventKind::Reviewed, &who, detail).await?;
                let detail = json!({ "stage": stage.id, "favours": favours });
                note(tx, &who, "cases.opinion", row, None, detail, now)?;
                Ok(())
            })
        })
        .await;
    audited(backend, actor, done).await
}
