//! What a clerk does with a filed case: accept or decline it, approve or refuse it.

use domain::cases::stages::has_sat;
use domain::cases::{Action, CaseState, EventKind, Outcome, Raw, SupplementEnd, decide as weigh};
use domain::identity::Role;
use domain::ids::CaseId;
use domain::reviews::{Handler, SubjectKind};
use domain::rules::Finding;
use serde_json::json;
use storage::Tx;
use storage::cases::case::{self, CaseLine, Move};
use storage::cases::{events, files, seats, supplements};

use super::clocks::clocked;
use super::examination::ask_opinions;
use super::load::{Opened, at_desk_to_change, load, seal_raw};
use super::outcome::{Decision, Reason};
use super::track::record;
use super::{CaseError, audited, note, own_words};
use crate::Backend;
use crate::figures::told_of_closing;
use crate::identity::Actor;
use crate::reviews::{Invitation, invite};
use crate::sealing::Place;

/// One step of a filed case.
pub(crate) struct Step {
    pub action: Action,
    /// What the rules said, when they decide.
    pub findings: Option<Vec<Finding>>,
    pub reason: Option<Reason>,
}

/// Accepts a case for examination (受理).
pub async fn accept(backend: &Backend, actor: &Actor, id: CaseId, version: i64) -> Result<(), CaseError> {
    step(backend, actor, id, version, Action::Accept, Role::Intake, None).await
}

/// Does not accept a case (不予受理), with a reason.
pub async fn decline(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    version: i64,
    reason: Reason,
) -> Result<(), CaseError> {
    actor.require_recent()?;
    step(backend, actor, id, version, Action::Decline, Role::Intake, Some(reason)).await
}

/// Decides in favour; the certificate is issued with the decision. `grounds`, in own words, are needed where something
/// speaks against it, and kept with the decision for the applicant to read.
pub async fn approve(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    version: i64,
    grounds: Option<&str>,
) -> Result<(), CaseError> {
    actor.require_recent()?;
    let grounds = grounds.map(|words| Reason::Words(words.to_owned()));
    step(backend, actor, id, version, Action::Approve, Role::Decide, grounds).await
}

/// Refuses, with a reason of the definition's list or own words.
pub async fn refuse(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    version: i64,
    reason: Reason,
) -> Result<(), CaseError> {
    actor.require_recent()?;
    step(backend, actor, id, version, Action::Refuse, Role::Decide, Some(reason)).await
}

/// `version` is what the clerk was looking at: of two decisions on the same sight only the first counts.
async fn step(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    version: i64,
    action: Action,
    role: Role,
    reason: Option<Reason>,
) -> Result<(), CaseError> {
    actor.staff_with(role)?;
    let asked_by = actor;
    let reason = match reason {
        Some(Reason::Words(words)) => Some(Reason::Words(own_words(&words)?)),
        other => other,
    };
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    let done = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let opened = at_desk_to_change(backend, tx, &actor, role, id, version).await?;
                if let Some(Reason::Listed(listed)) = &reason
                    && !opened.service.definition.refusals.iter().any(|r| &r.id == listed)
                {
                    return Err(CaseError::ReasonNeeded);
                }
                if matches!(action, Action::Approve | Action::Refuse) {
                    if !opened.is_examined() {
                        return Err(CaseError::Examining);
                    }
                    separated(tx, &actor, &opened).await?;
                }
                apply(backend, tx, &actor, &opened, Step { action, findings: None, reason }).await?;
                // Who goes on with it is somebody else: nobody waits for the one who is done.
                let (staff, row) = (actor.staff()?, &opened.row);
                let separate = opened.service.definition.decision.separate;
                if action == Action::Accept
                    && (separate || !staff.may(Role::Decide, &row.department, row.place))
                {
                    case::release(tx, id, staff.id).await?;
                }
                Ok(())
            })
        })
        .await;
    audited(backend, asked_by, done).await
}

/// Refuses who accepted the case, where the definition wants others to decide it, and who gave an opinion on it.
async fn separated(tx: &mut Tx, actor: &Actor, opened: &Opened) -> Result<(), CaseError> {
    if has_sat(&opened.opinions(), actor.staff()?.id) {
        return Err(CaseError::Separated);
    }
    if !opened.service.definition.decision.separate {
        return Ok(());
    }
    let me = actor.staff()?.id.0;
    let events = events::of_case(tx, opened.row.id).await?;
    let accepted = events.iter().any(|e| e.kind == EventKind::Accepted && e.actor_id == Some(me));
    if accepted { Err(CaseError::Separated) } else { Ok(()) }
}

/// Moves a filed case on: state, decision, timeline, audit, message, certificate, all in the transaction at hand.
pub(crate) async fn apply(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    opened: &Opened,
    step: Step,
) -> Result<(), CaseError> {
    let state = opened.row.state.after(step.action)?;
    let pending = opened.pending();
    // Without consent no register will be asked again: refusing is the only way to an end.
    let waits = match state {
        CaseState::Approved => true,
        CaseState::Refused => opened.has_consent(),
        _ => false,
    };
    if waits && !pending.is_empty() {
        return Err(CaseError::Pending(pending));
    }
    let unidentified = opened.unidentified();
    if state == CaseState::Approved && !unidentified.is_empty() {
        return Err(CaseError::Unidentified(unidentified));
    }
    if state == CaseState::Approved && step.reason.is_none() && opened.needs_grounds() {
        return Err(CaseError::ReasonNeeded);
    }
    let now = backend.now();
    let mut decision = opened.decision.clone().unwrap_or_default();
    if matches!(state, CaseState::Approved | CaseState::Refused | CaseState::Declined) {
        let form = opened.form();
        decision = Decision {
            findings: match step.findings {
                Some(findings) => findings,
                None => weigh(&opened.service.definition, &opened.scope(&form, true)).1,
            },
            staff: actor.staff().ok().map(|s| s.id),
            reason: step.reason.clone(),
            at: Some(now),
        };
    }
    let mut clock = opened.clock();
    if let Some(clock) = &mut clock {
        let (calendar, today) = (&backend.organisation.current().calendar, now.date_in_china());
        clock.take(today);
        match step.action {
            Action::Accept => clock.accept(calendar, today),
            Action::AskSupplement => clock.pause(today),
            Action::Resubmit | Action::Resume => {
                clock.resume(opened.service.definition.supplement.clock, today);
            }
            _ if state.is_closed() => clock.stop(today),
            _ => {}
        }
    }
    let change = Move {
        state,
        decision: Some(backend.seal_json(Place::new("cases", "decision", &opened.row.id.0), &decision)),
        clocked: clock.map(|clock| clocked(backend, clock)).unwrap_or_default(),
        closed_at: state.is_closed().then_some(now),
        evidence_until: state.is_closed().then(|| opened.evidence_until(now)).flatten(),
        at: now,
    };
    if !case::advance(tx, opened.row.id, opened.row.version, &change).await? {
        return Err(CaseError::Changed);
    }
    // Nobody is asked about a case that waits for its applicant, or is closed; or they are asked anew.
    if !opened.seats.is_empty() {
        seats::close_open(tx, opened.row.id, now).await?;
    }
    if state == CaseState::Accepted {
        ask_opinions(backend, tx, opened, &opened.row.department, opened.row.place).await?;
    }
    let waited = opened.row.state == CaseState::Supplementing;
    match step.action {
        Action::Lapse => unanswered(backend, tx, opened, SupplementEnd::Lapsed).await?,
        Action::Withdraw if waited => unanswered(backend, tx, opened, SupplementEnd::Withdrawn).await?,
        _ => {}
    }
    let mut detail = json!({ "state": state.code(), "reason": step.reason });
    if state.is_closed() {
        detail["answered"] = told_of_closing(opened);
    }
    for event in step.action.events() {
        record(backend, tx, &opened.row, *event, actor, detail.clone()).await?;
    }
    note(tx, actor, "cases.step", &opened.row, None, json!({ "state": state.code() }), now)?;
    if state == CaseState::Approved {
        crate::certificates::grant(backend, tx, opened).await?;
    }
    ask_for_review(backend, tx, &opened.row, state, actor).await?;
    // What is told is what holds now: the promised day was none while the case stood.
    let mut now_is = opened.clone();
    now_is.row.line.due_on = change.clocked.due_on;
    match step.action {
        Action::Resubmit | Action::Resume => super::track::tell_answered(backend, tx, &now_is).await?,
        _ => super::track::tell(backend, tx, &now_is, state).await?,
    }
    super::bundle::moved(backend, tx, &opened.row, state).await
}

/// Ends a supplement that was not handed in: what was typed and sent for it was never part of the case.
async fn unanswered(
    backend: &Backend,
    tx: &mut Tx,
    opened: &Opened,
    end: SupplementEnd,
) -> Result<(), CaseError> {
    let id = opened.row.id;
    if let Some(asked) = &opened.asked {
        files::delete_since(tx, id, asked.asked_at).await?;
        case::forget_typed(tx, id, &seal_raw(backend, id, &Raw::new())).await?;
    }
    supplements::end(tx, id, backend.now(), end, None).await?;
    Ok(())
}

/// Lets the applicant review a case that somebody closed; not one that they took back.
pub(crate) async fn ask_for_review(
    backend: &Backend,
    tx: &mut Tx,
    case: &CaseLine,
    state: CaseState,
    actor: &Actor,
) -> Result<(), CaseError> {
    if !matches!(state, CaseState::Approved | CaseState::Refused | CaseState::Declined) {
        return Ok(());
    }
    let by_staff = actor.staff().is_ok();
    let invitation = Invitation {
        person: case.person_id,
        kind: SubjectKind::Case,
        subject: case.id.0,
        service: &case.service_code,
        department: &case.department,
        place: case.place.as_i64(),
        handler: if by_staff { Handler::Person } else { Handler::Rules },
    };
    Ok(invite(backend, tx, &invitation).await?)
}

/// Decides a filed instant case that could not be decided when it was filed.
pub(super) async fn decide_by_rule(backend: &Backend, tx: &mut Tx, id: CaseId) -> Result<(), CaseError> {
    let opened = load(backend, tx, id).await?;
    if opened.row.state != CaseState::Submitted || !opened.service.definition.decision.instant {
        return Ok(());
    }
    let form = opened.form();
    let (outcome, findings) = weigh(&opened.service.definition, &opened.scope(&form, true));
    let action = match outcome {
        Outcome::Approve => Action::Approve,
        Outcome::Refuse => Action::Refuse,
        Outcome::Clerk => return Ok(()),
    };
    apply(
        backend,
        tx,
        &Actor::System,
        &opened,
        Step { action: Action::Accept, findings: None, reason: None },
    )
    .await?;
    let accepted = load(backend, tx, id).await?;
    apply(backend, tx, &Actor::System, &accepted, Step { action, findings: Some(findings), reason: None })
        .await
}
