//! A clerk asks the applicant for more.

use std::collections::BTreeMap;

use domain::cases::form::plain_text;
use domain::cases::supplement::{MAX_ASK, check_asks, open_questions};
use domain::cases::{Action, Answer, Ask, typed};
use domain::identity::Role;
use domain::ids::CaseId;
use serde_json::json;
use storage::cases::case;
use storage::cases::supplements::{self, Supplement};

use crate::Backend;
use crate::cases::decide::{Step, apply};
use crate::cases::load::{Opened, at_desk_to_work, seal_raw};
use crate::cases::track::tell_supplement;
use crate::cases::{CaseError, audited, note};
use crate::identity::Actor;
use crate::sealing::Place;

/// Whether the applicant has been asked as often as the definition allows.
pub async fn asked_so_often(backend: &Backend, opened: &Opened) -> Result<bool, CaseError> {
    let rows = supplements::of_case(&mut backend.db.read().await?, opened.row.id).await?;
    Ok(rows.len() >= usize::from(opened.service.definition.supplement.most))
}

/// Asks for more, as often as the definition allows. The clock stands from then on, and nobody holds the case. `version` is
/// what the clerk was looking at.
pub async fn ask_supplement(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    version: i64,
    asks: Vec<Ask>,
) -> Result<(), CaseError> {
    actor.staff()?;
    let asks = asks.into_iter().map(in_own_words).collect::<Result<Vec<Ask>, CaseError>>()?;
    let (job, who) = (backend.clone(), actor.clone());
    let done = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &job;
                let roles = [Role::Intake, Role::Decide];
                let opened = at_desk_to_work(backend, tx, &who, &roles, id, version).await?;
                let definition = &opened.service.definition;
                let before = supplements::of_case(tx, id).await?.len();
                if before >= usize::from(definition.supplement.most) {
                    return Err(CaseError::AskedEnough);
                }
                check_asks(definition, &opened.form(), &asks)?;
                let from_state = opened.row.state;
                let step = Step { action: Action::AskSupplement, findings: None, reason: None };
                apply(backend, tx, &who, &opened, step).await?;

                let (staff, now) = (who.staff()?.id, backend.now());
                let days = definition.supplement.days;
                let calendar = &backend.organisation.current().calendar;
                let due_on = calendar.deadline(now.date_in_china(), days).to_string();
                let supplement = backend.id();
                let row = Supplement {
                    id: supplement,
                    case_id: id,
                    person_id: opened.row.person_id,
                    number: before as i64 + 1,
                    asked_at: now,
                    asked_by: staff,
                    from_state,
                    asks: backend.seal_json(Place::new("supplements", "asks", &supplement), &asks),
                    days: i64::from(days),
                    due_on: due_on.clone(),
                    ended_at: None,
                    ended_by: None,
                    changes: None,
                };
                supplements::insert(tx, &row).await?;
                // What was filed stands there to be mended.
                let raw = seal_raw(backend, id, &typed(&to_mend(&opened, &asks)));
                if !case::save_typed(tx, id, version + 1, &raw, now).await? {
                    return Err(CaseError::Changed);
                }
                case::release(tx, id, staff).await?;
                let detail = json!({ "number": row.number, "asks": asks.len() });
                note(tx, &who, "cases.ask_supplement", &opened.row, None, detail, now)?;
                tell_supplement(backend, tx, &opened, &due_on).await
            })
        })
        .await;
    audited(backend, actor, done).await
}

fn in_own_words(ask: Ask) -> Result<Ask, CaseError> {
    let words = |text: &str| plain_text(text.trim(), 2, MAX_ASK, true).map_err(CaseError::Text);
    Ok(Ask { wrong: words(&ask.wrong)?, right: words(&ask.right)?, about: ask.about })
}

fn to_mend(opened: &Opened, asks: &[Ask]) -> BTreeMap<String, Answer> {
    let (open, answers) = (open_questions(asks), opened.answers.clone().unwrap_or_default());
    answers.into_iter().filter(|(id, _)| open.contains(id)).collect()
}
