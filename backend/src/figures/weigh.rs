//! What one event adds to the figures.

use std::collections::BTreeSet;

use domain::cases::EventKind;
use domain::catalog::Definition;
use domain::figures::{Closing, Counts, Ending};
use domain::organisation::region::RegionCode;
use jiff::civil::Date;
use serde_json::Value;
use storage::cases::case::{self, Case};
use storage::cases::counter_payments;
use storage::figures::events::Uncounted;
use storage::{Error, Tx};

use super::told::{Answered, Filed, answered};
use super::{BY_RULES, OWN_WORDS};
use crate::Backend;
use crate::cases::{CaseError, Reason, open_row};
use crate::sealing::Place;

/// What is added, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Weighed {
    pub day: Date,
    pub department: String,
    pub place: RegionCode,
    pub service: String,
    pub counts: Counts,
    /// Why it was refused or not accepted.
    pub reason: Option<String>,
}

/// `None` for what is not counted. The event and what is looked at of its case never change any more.
pub(super) async fn weigh(
    backend: &Backend,
    tx: &mut Tx,
    event: &Uncounted,
) -> Result<Option<Weighed>, Error> {
    let ending = Ending::of(event.kind);
    if ending.is_none() && event.kind != EventKind::Submitted {
        return Ok(None);
    }
    let Some(case) = case::by_id(tx, event.case_id).await? else { return Ok(None) };
    // What was never filed with anybody was not received, and is not closed.
    if case.submitted_at.is_none() {
        return Ok(None);
    }
    let detail = detail(backend, event);
    let Some(ending) = ending else { return Ok(Some(filed(event, &case, &detail))) };
    let closed = closing(backend, tx, event, &case, ending, &detail).await?;
    Ok(Some(Weighed {
        day: event.at.date_in_china(),
        department: case.line.department,
        place: case.line.place,
        service: case.line.service_code,
        counts: Counts::closed_case(&closed),
        reason: ending.is_refusal().then(|| reason(&detail)),
    }))
}

fn detail(backend: &Backend, event: &Uncounted) -> Value {
    let place = Place::new("case_events", "detail", &event.id);
    let opened = event.detail.as_ref().map(|detail| backend.open_json(place, detail)).transpose();
    opened.ok().flatten().unwrap_or_else(|| {
        // Counted all the same, from what the case says: one that nobody can open must not hold up the others.
        tracing::error!(event = %event.id, "the detail of an event cannot be opened");
        Value::Null
    })
}

/// An event of before this was told knows only where the case is now.
fn filed(event: &Uncounted, case: &Case, detail: &Value) -> Weighed {
    let told: Option<Filed> = serde_json::from_value(detail["filed"].clone()).ok();
    let at = told.unwrap_or_else(|| Filed { department: case.department.clone(), place: case.place });
    Weighed {
        day: event.at.date_in_china(),
        department: at.department,
        place: at.place,
        service: case.service_code.clone(),
        counts: Counts::received(),
        reason: None,
    }
}

fn reason(detail: &Value) -> String {
    match serde_json::from_value(detail["reason"].clone()) {
        Ok(Some(Reason::Listed(id))) => id,
        Ok(Some(Reason::Words(_))) => OWN_WORDS.to_owned(),
        _ => BY_RULES.to_owned(),
    }
}

async fn closing(
    backend: &Backend,
    tx: &mut Tx,
    event: &Uncounted,
    case: &Case,
    ending: Ending,
    detail: &Value,
) -> Result<Closing, Error> {
    let service = backend.catalog.version(tx, case.version_id).await?;
    let definition = &service.definition;
    let told: Option<Answered> = serde_json::from_value(detail["answered"].clone()).ok();
    let told = match told {
        Some(told) => told,
        None => from_case(backend, tx, case, definition).await?,
    };
    let calendar = &backend.organisation.current().calendar;
    let day = event.at.date_in_china();
    let filed = case.submitted_at.map_or(day, |at| at.date_in_china());
    let days = calendar.working_days(filed, day);
    let on_time = match &case.clock {
        Some(clock) => clock.used(calendar, day) <= clock.promised,
        // Decided by rules at once, or before clocks were kept.
        None => days <= definition.time_limit.promised.max(definition.time_limit.by_person()),
    };
    let no_visit = definition.visits == 0 && counter_payments::of_case(tx, case.id).await?.is_none();
    Ok(Closing {
        ending,
        days,
        on_time,
        filled: told.filled,
        typed: told.typed,
        documents: told.documents,
        document_minutes: definition.document_minutes,
        no_visit,
    })
}

/// For cases that were closed before events told it. Where evidence is erased, registers answered all that the service asks.
async fn from_case(
    backend: &Backend,
    tx: &mut Tx,
    case: &Case,
    definition: &Definition,
) -> Result<Answered, Error> {
    let opened = match open_row(backend, tx, case.clone()).await {
        Ok(opened) => opened,
        Err(CaseError::Storage(error)) => return Err(error),
        Err(error) => {
            tracing::error!(case = %case.id, %error, "a case cannot be opened, and counts without its answers");
            return Ok(Answered::default());
        }
    };
    let known = answered(&opened);
    if case.evidence_erased_at.is_none() {
        return Ok(known);
    }
    let registers = &backend.catalog.reference.registers;
    let of = |fact: &str| registers.fact(fact).map(|(register, _)| register.id.clone());
    let documents: BTreeSet<String> = definition.facts.iter().filter_map(|fact| of(&fact.id)).collect();
    Ok(Answered { filled: definition.facts.len() as i64, documents: documents.len() as i64, ..known })
}
