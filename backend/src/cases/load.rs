//! A case with everything that belongs to it, opened.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::cases::form::{FormScope, Questions, check_places, source};
use domain::cases::stages::is_contested;
use domain::cases::{
    Answer, CaseState, FieldState, Form, Raw, certificate_ends, decide, examine, is_certified,
};
use domain::catalog::{Definition, Field};
use domain::identity::Role;
use domain::ids::{CaseId, PersonId};
use domain::organisation::region::RegionCode;
use domain::registers::{FactState, Facts};
use domain::rules::{Cause, Record, Value, evaluate};
use domain::time::Timestamp;
use jiff::civil::Date;
use storage::Tx;
use storage::cases::case::{self, Case, CaseLine, Submission};
use storage::cases::seats::{self, Seat};
use storage::registers::{consents, evidence};

use super::covered::seen;
use super::supplement::{Asked, open_one};
use super::view::Evidence;
use super::{CaseError, Decision, Reached, claim, report_foreign};
use crate::Backend;
use crate::catalog::Service;
use crate::catalog::dry_run::noon;
use crate::identity::{Actor, may_act_for};
use crate::sealing::Place;

/// A case, opened.
#[derive(Clone, Debug)]
pub struct Opened {
    pub row: Case,
    pub service: Arc<Service>,
    /// What was typed so far; empty once filed.
    pub raw: Raw,
    /// The answers as filed.
    pub answers: Option<BTreeMap<String, Answer>>,
    pub decision: Option<Decision>,
    pub evidence: Vec<Evidence>,
    pub facts: Facts,
    pub consent: Option<consents::Consent>,
    /// What the applicant is asked for now.
    pub asked: Option<Asked>,
    /// The seats of its examination, where its definition has stages.
    pub seats: Vec<Seat>,
    /// The day in China on which the rules see the case: of filing, or today for a draft.
    pub day: Date,
    form: Form,
}

impl Opened {
    /// A case that nobody filed and nobody keeps, to see what a definition makes of it on `day`.
    pub(crate) fn imagined(
        backend: &Backend,
        service: Arc<Service>,
        facts: Facts,
        raw: Raw,
        (day, place): (Date, RegionCode),
    ) -> Opened {
        let (definition, noon) = (&service.definition, noon(day));
        let nobody = uuid::Uuid::nil();
        let line = CaseLine {
            id: CaseId(nobody),
            person_id: PersonId(nobody),
            entity_id: None,
            service_code: definition.code.clone(),
            version_id: service.version,
            department: definition.department.clone(),
            place,
            reference: None,
            state: CaseState::Draft,
            pending_facts: 0,
            created_at: noon,
            changed_at: noon,
            submitted_at: None,
            due_on: None,
            yellow_on: None,
            red_on: None,
            statutory_on: None,
            closed_at: None,
            held_by: None,
            held_until: None,
            tacit_on: None,
            previous_id: None,
            version: 1,
            bundle_id: None,
        };
        let row = Case {
            line,
            raw_answers: Vec::new(),
            answers: None,
            decision: None,
            clock: None,
            evidence_until: None,
            evidence_erased_at: None,
        };
        let registers = &backend.catalog.reference.registers;
        let said = |id: &str| Evidence {
            fact: id.to_owned(),
            register: registers.fact(id).map_or_else(String::new, |(register, _)| register.id.clone()),
            state: facts.0.get(id).cloned().unwrap_or(FactState::Pending),
            observed_at: Some(noon),
            fetched_at: Some(noon),
            digest: None,
            contest: None,
        };
        let evidence = definition.facts.iter().map(|fact| said(&fact.id)).collect();
        let mut form = examine(&Questions::from(definition), &facts, &raw, day);
        check_places(&mut form, &backend.catalog.reference.regions);
        Opened {
            row,
            service,
            raw,
            answers: None,
            decision: None,
            evidence,
            facts,
            consent: None,
            asked: None,
            seats: Vec::new(),
            day,
            form,
        }
    }

    /// The form with the answers typed so far, or as filed.
    pub fn form(&self) -> Form {
        self.form.clone()
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

    /// Questions that were answered in words, of which nobody has said yet which record is meant.
    pub fn described(&self) -> Vec<&Field> {
        let fields = self.service.definition.fields();
        fields
            .filter(|f| {
                let answer = self.form.field(&f.id).and_then(|state| state.answer.as_ref());
                answer.is_some_and(|answer| answer.to_value().is_none())
            })
            .collect()
    }

    /// Those of them that the certificate rests on: the case cannot be approved before they are identified.
    pub fn unidentified(&self) -> Vec<String> {
        let definition = &self.service.definition;
        let described = self.described().into_iter().map(|f| f.id.clone());
        described.filter(|id| is_certified(definition, id)).collect()
    }

    /// Whether something speaks against approval: a condition that does not hold or that nobody can tell, a value that the
    /// applicant says is wrong, or somebody who was asked for an opinion.
    pub fn needs_grounds(&self) -> bool {
        let (_, findings) = decide(&self.service.definition, &self.scope(&self.form, true));
        self.facts.contested()
            || findings.iter().any(|finding| finding.holds != Ok(true))
            || is_contested(&self.opinions())
    }

    /// The first day on which a certificate issued on `issued` holds no more; `Err` is why nobody can tell.
    pub fn certificate_ends(&self, issued: Date) -> Result<Option<Date>, Cause> {
        certificate_ends(&self.service.definition, &self.scope(&self.form, false), issued)
    }

    /// The records that a question offers, each with its key.
    pub fn offered(&self, field: &Field) -> Vec<(String, Record)> {
        let Some((fact, key)) = source(field) else { return Vec::new() };
        let Ok(Value::Records(rows)) = self.facts.for_form(fact) else { return Vec::new() };
        let keyed = |row: Record| Some((row.get(key)?.as_text()?.to_owned(), row));
        rows.into_iter().filter_map(keyed).collect()
    }

    /// The case as it is once this draft is filed as `filed` says.
    pub(crate) fn filed(self, filed: &Submission, decision: Decision) -> Opened {
        let answers = self.form.answers();
        Opened {
            row: self.row.submitted(filed),
            raw: Raw::new(),
            form: as_filed(&self.service.definition, &answers),
            answers: Some(answers),
            decision: Some(decision),
            ..self
        }
    }

    /// A case with other answers and facts than those that are kept with it yet.
    pub(crate) fn with(
        backend: &Backend,
        row: Case,
        service: Arc<Service>,
        raw: Raw,
        evidence: Vec<Evidence>,
        consent: Option<consents::Consent>,
    ) -> Opened {
        let facts = facts(&evidence);
        let day = row.submitted_at.unwrap_or_else(|| backend.now()).date_in_china();
        let form = examined(backend, &service, &facts, &raw, day);
        let (asked, seats) = (None, Vec::new());
        let (answers, decision) = (None, None);
        Opened { service, raw, answers, decision, evidence, facts, consent, asked, seats, day, form, row }
    }

    /// What is to be paid, in fen; `None` where nothing is, or nobody can tell yet.
    pub fn fee_fen(&self) -> Option<i64> {
        self.service.definition.fee.as_ref()?.fen(&self.scope(&self.form, false))
    }

    /// Until when a case that is closed at `closed_at` may keep what registers said, as its owner was told.
    pub fn evidence_until(&self, closed_at: Timestamp) -> Option<Timestamp> {
        self.consent.as_ref().map(|c| closed_at.plus_days(c.keep_days))
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
    let facts = facts(&evidence);
    let consent = consents::of_case(tx, row.id).await?;
    let day = row.submitted_at.unwrap_or_else(|| backend.now()).date_in_china();
    let form = match &answers {
        Some(answers) => as_filed(&service.definition, answers),
        None => examined(backend, &service, &facts, &raw, day),
    };
    let asked = match row.state {
        CaseState::Supplementing => open_one(backend, tx, row.id).await?,
        _ => None,
    };
    let seats = match service.definition.decision.stages.is_empty() {
        true => Vec::new(),
        false => seats::of_case(tx, row.id).await?,
    };
    Ok(Opened { service, raw, answers, decision, evidence, facts, consent, asked, seats, day, form, row })
}

fn facts(evidence: &[Evidence]) -> Facts {
    Facts(evidence.iter().map(|e| (e.fact.clone(), e.state.clone())).collect())
}

fn examined(backend: &Backend, service: &Service, facts: &Facts, raw: &Raw, day: Date) -> Form {
    let mut form = examine(&Questions::from(&service.definition), facts, raw, day);
    check_places(&mut form, &backend.catalog.reference.regions);
    form
}

fn as_filed(definition: &Definition, answers: &BTreeMap<String, Answer>) -> Form {
    let state = |field: &Field| FieldState {
        id: field.id.clone(),
        asked: answers.contains_key(&field.id),
        answer: answers.get(&field.id).cloned(),
        errors: Vec::new(),
    };
    Form { fields: definition.fields().map(state).collect() }
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
    let row = case::lock(tx, id).await?.ok_or(CaseError::NotFound)?;
    open_own_row_to_change(backend, tx, actor, row).await
}

/// As [`own_to_change`], for what only a draft allows.
pub(crate) async fn own_draft_to_change(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: CaseId,
) -> Result<Opened, CaseError> {
    let opened = own_to_change(backend, tx, actor, id).await?;
    if opened.row.state == CaseState::Draft { Ok(opened) } else { Err(CaseError::Changed) }
}

/// As [`own_to_change`], for what the applicant types: of a draft, or in answer to a clerk in time.
pub(crate) async fn own_to_type(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: CaseId,
) -> Result<Opened, CaseError> {
    let opened = own_to_change(backend, tx, actor, id).await?;
    match opened.row.state {
        CaseState::Draft | CaseState::Supplementing => Ok(opened),
        _ => Err(CaseError::Changed),
    }
}

/// As [`own_to_change`], to judge the case before it is changed: the change names the version that was judged.
pub(crate) async fn own_to_judge(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: CaseId,
) -> Result<Opened, CaseError> {
    let row = case::by_id(tx, id).await?.ok_or(CaseError::NotFound)?;
    open_own_row_to_change(backend, tx, actor, row).await
}

async fn open_own_row_to_change(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    row: Case,
) -> Result<Opened, CaseError> {
    let acts_for = actor.person()?.entity;
    let opened = open_own_row(backend, tx, actor, row).await?;
    // In the name of an entity only while acting for it.
    if opened.row.entity_id.is_some() && opened.row.entity_id != acts_for {
        return Err(CaseError::NotActingFor);
    }
    Ok(opened)
}

async fn open_own_row(backend: &Backend, tx: &mut Tx, actor: &Actor, row: Case) -> Result<Opened, CaseError> {
    let person = actor.person()?.id;
    if row.person_id != person || !may_act_for(tx, person, row.entity_id).await? {
        report_foreign(actor, row.id);
        return Err(CaseError::NotFound);
    }
    open_row(backend, tx, row).await
}

/// Loads a filed case for staff whose posts cover it. Callers look at the role, and note refusals with
/// [`super::audited`].
pub(crate) async fn at_desk(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: CaseId,
) -> Result<Opened, CaseError> {
    let row = case::by_id(tx, id).await?.ok_or(CaseError::NotFound)?;
    open_row_at_desk(backend, tx, actor, row).await
}

/// As [`at_desk`], to change the case in `role`: no other change comes in between, nor since `version`, which is what the
/// clerk was looking at. The case is the clerk's from then on; one that somebody else holds stays theirs.
pub(crate) async fn at_desk_to_change(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    role: Role,
    id: CaseId,
    version: i64,
) -> Result<Opened, CaseError> {
    at_desk_to_work(backend, tx, actor, &[role], id, version).await
}

/// As [`at_desk_to_change`], for what anybody in one of the roles does.
pub(crate) async fn at_desk_to_work(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    roles: &[Role],
    id: CaseId,
    version: i64,
) -> Result<Opened, CaseError> {
    let row = case::lock(tx, id).await?.ok_or(CaseError::NotFound)?;
    let opened = open_row_at_desk(backend, tx, actor, row).await?;
    let row = &opened.row;
    let staff = actor.staff()?;
    if !roles.iter().any(|role| staff.may(*role, &row.department, row.place)) {
        return Err(CaseError::Outside(Reached { case: id, person: row.person_id }));
    }
    if row.version != version {
        return Err(CaseError::Changed);
    }
    claim::take(backend, tx, row, staff.id).await?;
    Ok(opened)
}

async fn open_row_at_desk(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    row: Case,
) -> Result<Opened, CaseError> {
    seen(tx, actor, &row).await?;
    open_row(backend, tx, row).await
}

/// Seals what was typed for a case.
pub(crate) fn seal_raw(backend: &Backend, id: CaseId, raw: &Raw) -> Vec<u8> {
    backend.seal_json(Place::new("cases", "raw_answers", &id.0), raw)
}

/// Before the newest line of a list.
pub(crate) fn start_of_list() -> (Timestamp, CaseId) {
    (Timestamp::MAX, CaseId(uuid::Uuid::max()))
}
