//! Trying out a definition: what would become of an application, told without one.
//!
//! The facts are those of a sample person or typed by hand, the answers are typed; the form, rules, fee, routing, clock and
//! certificate are those of real cases, on a case that is never kept. No register is asked and nothing is written.

use std::sync::Arc;

use domain::cases::{Action, CaseState, Form, Outcome, Raw, decide};
use domain::registers::{FactState, Facts};
use domain::rules::{Finding, Value};
use domain::text::{Locale, Text};
use domain::time::Timestamp;
use jiff::civil::Date;

use super::Service;
use super::manage::CatalogueError;
use crate::Backend;
use crate::cases::Opened;
use crate::certificates::grant::promised;
use domain::organisation::region::RegionCode;

/// What would become of an application.
#[derive(Clone, Debug)]
pub struct DryRun {
    /// The case that it would be, before it is filed.
    pub opened: Opened,
    pub form: Form,
    /// What the rules decide, and what each of them says: conditions first.
    pub outcome: Outcome,
    pub findings: Vec<Finding>,
    /// The state after filing; none while answers are missing or wrong.
    pub state: Option<CaseState>,
    /// Fen, where it can be told.
    pub fee: Option<i64>,
    /// The office that handles it.
    pub office: Option<Text>,
    pub place: RegionCode,
    /// The promised day, the first yellow and red ones, the last that the law allows, and the one from which it counts as
    /// approved; none when nobody works on it.
    pub clock: Option<[Option<Date>; 5]>,
    /// Labels and values of the certificate in Chinese, as it is issued.
    pub certificate: Vec<(Text, String)>,
    /// The last day on which the certificate holds; none without end.
    pub holds_until: Option<Date>,
}

/// Tries out `service` on `day`. Callers authorise: they got it from [`subject`](super::manage::subject).
pub fn dry_run(
    backend: &Backend,
    service: Arc<Service>,
    facts: Facts,
    raw: Raw,
    day: Date,
) -> Result<DryRun, CatalogueError> {
    let whole = backend.catalog.reference.place().ok_or(CatalogueError::NotFound)?;
    let opened = Opened::imagined(backend, service, facts, raw, (day, whole));
    let form = opened.form();
    let definition = &opened.service.definition;
    let scope = opened.scope(&form, true);
    let (outcome, findings) = decide(definition, &scope);
    let plain = opened.scope(&form, false);
    let pays_first = definition.fee.as_ref().is_some_and(|fee| fee.comes_first(&plain));
    let nothing_owed = opened.pending().is_empty();
    let action = match outcome {
        _ if pays_first => Action::SubmitForPayment,
        Outcome::Approve if nothing_owed => Action::SubmitAndApprove,
        Outcome::Refuse if nothing_owed => Action::SubmitAndRefuse,
        _ => Action::Submit,
    };
    let state = form.is_complete().then(|| CaseState::Draft.after(action).ok()).flatten();
    let place = opened.routed(backend);
    let current = backend.organisation.current();
    let office = current.offices.get(&definition.department, place).map(|office| office.name.clone());
    let clock = (state == Some(CaseState::Submitted)).then(|| {
        let clock = domain::cases::Clock::start(&definition.time_limit, day);
        let read = clock.read(&current.calendar, day);
        [read.due_on, read.yellow_on, read.red_on, read.statutory_on, read.tacit_on]
    });
    let holds_until = opened.certificate_ends(day).ok().flatten().and_then(|end| end.yesterday().ok());
    Ok(DryRun {
        fee: opened.fee_fen(),
        certificate: promised(backend, &opened),
        outcome,
        findings,
        state,
        office,
        place,
        clock,
        holds_until,
        form,
        opened,
    })
}

/// A value for every fact of a definition, to begin with.
pub fn examples(backend: &Backend, service: &Service, day: Date) -> Facts {
    let registers = &backend.catalog.reference.registers;
    let example = |id: &String| {
        let (_, spec) = registers.fact(id)?;
        Some((id.clone(), FactState::Known(spec.example(day))))
    };
    Facts(service.definition.facts.iter().filter_map(|fact| example(&fact.id)).collect())
}

/// A fact in words.
pub fn fact_words(backend: &Backend, id: &str, value: &Value, locale: Locale) -> Option<String> {
    let reference = &backend.catalog.reference;
    let (_, spec) = reference.registers.fact(id)?;
    Some(reference.fact_text(spec, value, locale))
}

/// Noon of a day in China.
pub(crate) fn noon(day: Date) -> Timestamp {
    Timestamp::start_of_day_in_china(day).plus_seconds(12 * 3600)
}
