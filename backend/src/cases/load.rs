//! A case with everything that belongs to it, opened.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::cases::form::{FormScope, Questions};
use domain::cases::{Answer, CaseState, Form, Raw, examine};
use domain::ids::CaseId;
use domain::registers::{FactState, Facts};
use domain::rules::{Value, evaluate};
use domain::time::Timestamp;
use jiff::civil::Date;
use storage::Tx;
use storage::cases::case::{self, Case};
use storage::registers::{consents, evidence};

use super::view::Evidence;
use super::{CaseError, Decision, report_foreign};
use crate::Backend;
use crate::catalog::Service;
use crate::identity::Actor;
use crate::sealing::Place;

/// A case, opened.
#[derive(Clone, Debug)]
pub struct Opened {
    pub row: Case,
    pub state: CaseState,
    pub service: Arc<Service>,
    /// What was typed so far; empty once filed.
    pub raw: Raw,
    /// The answers as filed.
    pub answers: Option<BTreeMap<String, Answer>>,
    pub decision: Option<Decision>,
    pub evidence: Vec<Evidence>,
    pub facts: Facts,
    pub consent: Option<consents::Consent>,
    /// The day in China on which the rules see the case: of filing, or today for a draft.
    pub day: Date,
}

impl Opened {
    /// The form with the answers typed so far.
    pub fn form(&self) -> Form {
        match &self.answers {
            None => examine(&Questions::from(&self.service.definition), &self.facts, &self.raw, self.day),
            Some(answers) => Form {
                fields: self
                    .service
                    .definition
                    .fields()
                    .map(|field| domain::cases::FieldState {
                        id: field.id.clone(),
                        asked: answers.contains_key(&field.id),
                        answer: answers.get(&field.id).cloned(),
                        errors: Vec::new(),
                    })
                    .collect(),
            },
        }
    }

    /// What rules see of the case with this form.
    pub fn scope<'a>(&'a self, form: &'a Form, decision: bool) -> FormScope<'a> {
        FormScope {
            computed: &self.service.definition.computed,
            form,
            facts: &self.facts,
            today: self.day,
            decision,
        }
    }

    /// The computed values that can be told.
    pub fn computed(&self, form: &Form) -> Vec<(&domain::catalog::Computed, Value)> {
        let scope = self.scope(form, false);
        let all = self.service.definition.computed.iter();
        all.filter_map(|c| Some((c, evaluate(&c.value, &scope).ok()?))).collect()
    }

    /// Facts that must be known before the case can be closed, and are not.
    pub fn pending(&self) -> Vec<String> {
        let needed = self.service.definition.facts.iter().filter(|f| !f.optional);
        needed
            .filter(|f| self.facts.0.get(&f.id).is_none_or(|s| *s == FactState::Pending))
            .map(|f| f.id.clone())
            .collect()
    }

    pub fn has_consent(&self) -> bool {
        self.service.definition.facts.is_empty()
            || self.consent.as_ref().is_some_and(|c| c.revoked_at.is_none())
    }
}

/// Loads a case, whoever asks. Callers authorise.
pub(crate) async fn load(backend: &Backend, tx: &mut Tx, id: CaseId) -> Result<Opened, CaseError> {
    let row = case::by_id(tx, id).await?.ok_or(CaseError::NotFound)?;
    open_row(backend, tx, row).await
}

/// Opens a row of a case.
pub(crate) async fn open_row(backend: &Backend, tx: &mut Tx, row: Case) -> Result<Opened, CaseError> {
    let place = |column| Place::new("cases", column, &row.id.0);
    let service = backend.catalog.version(tx, row.version_id).await?;
    let raw = backend.open_json(place("raw_answers"), &row.raw_answers)?;
    let answers = row.answers.as_ref().map(|a| backend.open_json(place("answers"), a)).transpose()?;
    let decision = row.decision.as_ref().map(|d| backend.open_json(place("decision"), d)).transpose()?;
    let rows = evidence::of_case(tx, row.id).await?;
    let mut evidence: Vec<Evidence> =
        rows.into_iter().map(|r| Evidence::open(backend, r)).collect::<Result<_, _>>()?;
    // As the definition lists them: what belongs together stands together.
    evidence.sort_by_key(|e| service.definition.facts.iter().position(|f| f.id == e.fact));
    let facts = Facts(evidence.iter().map(|e| (e.fact.clone(), e.state.clone())).collect());
    let consent = consents::of_case(tx, row.id).await?;
    let state = CaseState::from_code(&row.state).ok_or(CaseError::NotFound)?;
    let day = row.submitted_at.unwrap_or_else(|| backend.now()).date_in_china();
    Ok(Opened { state, service, raw, answers, decision, evidence, facts, consent, day, row })
}

/// Loads a case to change it, whoever asks: no other change comes in between. Callers authorise.
pub(crate) async fn load_to_change(backend: &Backend, tx: &mut Tx, id: CaseId) -> Result<Opened, CaseError> {
    let row = case::lock(tx, id).await?.ok_or(CaseError::NotFound)?;
    open_row(backend, tx, row).await
}

/// Loads a case for its owner; to everybody else it does not exist.
pub(crate) async fn own(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: CaseId,
) -> Result<Opened, CaseError> {
    let row = case::by_id(tx, id).await?.ok_or(CaseError::NotFound)?;
    open_own_row(backend, tx, actor, row).await
}

/// Loads a case for its owner to change it: no other change comes in between.
pub(crate) async fn own_to_change(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: CaseId,
) -> Result<Opened, CaseError> {
    actor.person()?;
    let row = case::lock(tx, id).await?.ok_or(CaseError::NotFound)?;
    open_own_row(backend, tx, actor, row).await
}

async fn open_own_row(backend: &Backend, tx: &mut Tx, actor: &Actor, row: Case) -> Result<Opened, CaseError> {
    if row.person_id != actor.person()?.id {
        report_foreign(actor, row.id);
        return Err(CaseError::NotFound);
    }
    open_row(backend, tx, row).await
}

/// Seals what was typed for a case.
pub(crate) fn seal_raw(backend: &Backend, id: CaseId, raw: &Raw) -> Vec<u8> {
    backend.seal_json(Place::new("cases", "raw_answers", &id.0), raw)
}

/// Midnight in China after `now`: nothing in a list comes later.
pub(crate) fn start_of_list() -> (Timestamp, CaseId) {
    (Timestamp::MAX, CaseId(uuid::Uuid::max()))
}
