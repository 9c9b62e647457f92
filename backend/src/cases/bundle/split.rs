//! What each member gets of a form, judged as if it had been filed by itself; nothing is kept yet.

use std::collections::BTreeMap;

use domain::cases::{CaseState, Raw, Reference};
use domain::catalog::bundle::{Whole, share};
use domain::catalog::field::FieldType;
use domain::catalog::{Definition, Member};
use domain::ids::{CaseId, ConsentId, EvidenceId, FileId, OutboxId};
use domain::registers::{FactState, Word};
use storage::cases::case::NewCase;
use storage::cases::files::{self, File};
use storage::messages::outbox::NewMessage;
use storage::registers::consents::Consent;
use storage::registers::evidence;
use storage::{Tx, catalog::bundles};

use super::Unfiled;
use crate::Backend;
use crate::cases::consent::{outdated, owed_to};
use crate::cases::load::{Opened, seal_raw};
use crate::cases::submit::{Filing, judge};
use crate::cases::{CaseError, Evidence};
use crate::catalog::publish::digest;
use crate::sealing::Place;

/// A form that was judged, and what becomes of each member that applies.
#[derive(Debug)]
pub(in crate::cases) struct Split {
    pub(super) bundle: Opened,
    pub(super) reference: String,
    /// Those before others first.
    pub(super) parts: Vec<Made>,
}

/// One member that applies.
#[derive(Debug)]
pub(super) struct Made {
    pub service: String,
    pub position: i64,
    /// Codes of members that apply and come before it.
    pub after: Vec<String>,
    pub what: What,
}

/// What becomes of a member, as far as nothing stands in its way.
#[derive(Debug)]
pub(super) enum What {
    Unfiled(Unfiled),
    File(Box<Filing>, Box<Taken>),
    Wait(Box<Opened>, Box<Taken>),
}

/// What goes into the member's case.
#[derive(Debug)]
pub(super) struct Taken {
    pub new: NewCase,
    pub consent: Consent,
    pub evidence: Vec<evidence::Evidence>,
    /// Jobs that ask registers for what they owe.
    pub owed: Vec<NewMessage>,
    /// Files that are this member's alone: which, and for which question.
    pub moved: Vec<(FileId, String)>,
    /// Copies of files that several members get.
    pub copied: Vec<(File, Vec<Vec<u8>>)>,
}

/// Judges a form: who gets what, and what would be decided at once.
pub(in crate::cases) async fn split(
    backend: &Backend,
    bundle: Opened,
    reference: &Reference,
) -> Result<Split, CaseError> {
    if !bundle.has_consent() {
        return Err(CaseError::ConsentNeeded);
    }
    let form = bundle.form();
    if !form.is_complete() {
        return Err(CaseError::Incomplete);
    }
    if outdated(&bundle, backend.now()).next().is_some() {
        return Err(CaseError::Outdated);
    }
    let service = bundle.service.clone();
    let published = service.bundle.as_ref().ok_or(CaseError::NotFound)?;
    let whole = Whole {
        bundle: &published.bundle,
        composed: &service.definition,
        raw: &bundle.raw,
        form: &form,
        facts: &bundle.facts,
        today: bundle.day,
    };
    let mut tx = backend.db.read().await?;
    let mut work = Work {
        backend,
        rows: evidence::of_case(&mut tx, bundle.row.id).await?,
        bundle: &bundle,
        used: BTreeMap::new(),
    };
    let mut parts = Vec::new();
    for (position, (member, definition)) in published.members().enumerate() {
        let what = match whole.applies(member) {
            Ok(false) => continue,
            Err(_) => What::Unfiled(Unfiled::Unknown),
            Ok(true) => work.part(&mut tx, &whole, member, definition).await?,
        };
        parts.push(Made {
            service: member.service.clone(),
            position: position as i64,
            after: before(&whole, member),
            what,
        });
    }
    drop(tx);
    let parts = ordered(parts);
    Ok(Split { reference: reference.as_str().to_owned(), parts, bundle })
}

/// Members that apply, and that a member comes after.
fn before(whole: &Whole<'_>, member: &Member) -> Vec<String> {
    let applies =
        |code: &&String| whole.bundle.member(code).is_some_and(|before| whole.applies(before) != Ok(false));
    member.after.iter().filter(applies).cloned().collect()
}

/// Those before others first; otherwise in their order.
fn ordered(mut parts: Vec<Made>) -> Vec<Made> {
    let mut done: Vec<Made> = Vec::with_capacity(parts.len());
    while !parts.is_empty() {
        let is_free = |part: &Made| part.after.iter().all(|code| done.iter().any(|d| &d.service == code));
        // A published bundle has no circle; were there one, its members would come last.
        let next = parts.iter().position(is_free).unwrap_or(0);
        let next = parts.remove(next);
        done.push(next);
    }
    done
}

struct Work<'a> {
    backend: &'a Backend,
    bundle: &'a Opened,
    /// What is known of the form's facts, as stored.
    rows: Vec<evidence::Evidence>,
    /// How often each file was given to a member.
    used: BTreeMap<FileId, u32>,
}

impl Work<'_> {
    async fn part(
        &mut self,
        tx: &mut Tx,
        whole: &Whole<'_>,
        member: &Member,
        definition: &Definition,
    ) -> Result<What, CaseError> {
        let backend = self.backend;
        // The day counts when the form is filed: what waits is not asked about it again.
        let (services, today) = (backend.catalog.services(), backend.now().date_in_china());
        if services.retirement(&definition.code).is_some_and(|ends| !ends.may_file(today)) {
            return Ok(What::Unfiled(Unfiled::Ended));
        }
        let version = bundles::version_of(tx, &definition.code, &digest(definition)).await?;
        let service = backend.catalog.version(tx, version.ok_or(CaseError::NotFound)?).await?;
        let mut part = share(whole, member, definition);
        let case = CaseId(backend.id());
        let (moved, copied) = self.files(tx, case, definition, &mut part.raw).await?;
        let now = backend.now();
        let row = &self.bundle.row;
        let new = NewCase {
            id: case,
            person_id: row.person_id,
            entity_id: row.entity_id,
            service_code: definition.code.clone(),
            version_id: service.version,
            department: definition.department.clone(),
            place: row.place,
            raw_answers: seal_raw(backend, case, &part.raw),
            previous_id: None,
            created_at: now,
            bundle_id: Some(row.id),
        };
        let consent = Consent {
            id: ConsentId(backend.id()),
            person_id: row.person_id,
            case_id: case,
            service_code: definition.code.clone(),
            purpose: definition.consent.purpose.clone(),
            facts: definition.facts.iter().map(|f| f.id.clone()).collect(),
            keep_days: definition.consent.keep_days.into(),
            given_at: now,
            revoked_at: None,
        };
        let rows = self.evidence(case, consent.id, definition)?;
        let owed = self.owed(case, consent.id, &rows);
        let evidence: Vec<Evidence> =
            self.bundle.evidence.iter().filter(|e| consent.facts.contains(&e.fact)).cloned().collect();
        let opened =
            Opened::with(backend, new.inserted(), service, part.raw, evidence, Some(consent.clone()));
        let taken = Box::new(Taken { new, consent, evidence: rows, owed, moved, copied });
        if !before(whole, member).is_empty() {
            return Ok(What::Wait(Box::new(opened), taken));
        }
        if !opened.form().is_complete() {
            // What a register owes may be all that is missing.
            let speaks = member.answers.values().flat_map(|answer| answer.facts());
            let owed = speaks.into_iter().any(|f| self.bundle.facts.0.get(f) == Some(&FactState::Pending));
            return Ok(match owed {
                true => What::Wait(Box::new(opened), taken),
                false => What::Unfiled(Unfiled::Incomplete),
            });
        }
        let reference = Reference::from_random(backend.chance.number());
        let filing = judge(backend, opened, &reference)?;
        debug_assert_ne!(filing.filed.row.state, CaseState::Draft);
        Ok(What::File(Box::new(filing), taken))
    }

    /// What registers said of the facts that the member names, sealed for its own case.
    fn evidence(
        &self,
        case: CaseId,
        consent: ConsentId,
        definition: &Definition,
    ) -> Result<Vec<evidence::Evidence>, CaseError> {
        let named = self.rows.iter().filter(|row| definition.facts.iter().any(|f| f.id == row.fact));
        named.map(|row| resealed(self.backend, row, case, consent)).collect()
    }

    fn owed(&self, case: CaseId, consent: ConsentId, rows: &[evidence::Evidence]) -> Vec<NewMessage> {
        let mut registers: Vec<&str> =
            rows.iter().filter(|r| r.state == Word::Pending).map(|r| r.register.as_str()).collect();
        registers.sort_unstable();
        registers.dedup();
        let (backend, now) = (self.backend, self.backend.now());
        let message = |register: &str| {
            let key = format!("{consent}:{register}");
            owed_to(case, consent, register, key, OutboxId(backend.id()), now)
        };
        registers.into_iter().map(message).collect()
    }

    /// The files that the member gets: the first takes a file along, others get a copy.
    async fn files(
        &mut self,
        tx: &mut Tx,
        case: CaseId,
        definition: &Definition,
        raw: &mut Raw,
    ) -> Result<(Vec<(FileId, String)>, Vec<(File, Vec<Vec<u8>>)>), CaseError> {
        let (mut moved, mut copied) = (Vec::new(), Vec::new());
        for field in definition.fields().filter(|f| f.kind == FieldType::File) {
            for value in raw.get_mut(&field.id).into_iter().flatten() {
                let Ok(id) = value.parse::<FileId>() else { continue };
                let times = self.used.entry(id).or_default();
                *times += 1;
                if *times == 1 {
                    moved.push((id, field.id.clone()));
                } else if let Some((file, pieces)) = self.copy(tx, id, case, &field.id).await? {
                    *value = file.id.to_string();
                    copied.push((file, pieces));
                }
            }
        }
        Ok((moved, copied))
    }

    async fn copy(
        &self,
        tx: &mut Tx,
        id: FileId,
        case: CaseId,
        field: &str,
    ) -> Result<Option<(File, Vec<Vec<u8>>)>, CaseError> {
        let backend = self.backend;
        let Some(file) = files::by_id(tx, id).await?.filter(|f| f.case_id == self.bundle.row.id) else {
            return Ok(None);
        };
        let new = FileId(backend.id());
        let anew = |table, column, sealed: &[u8]| {
            let plain = backend.open(Place::new(table, column, &id.0), sealed)?;
            Ok::<_, CaseError>(backend.seal(Place::new(table, column, &new.0), &plain))
        };
        let name = anew("files", "name", &file.name)?;
        let pieces = files::pieces(tx, id).await?;
        let pieces = pieces.iter().map(|p| anew("file_pieces", "content", p)).collect::<Result<_, _>>()?;
        Ok(Some((File { id: new, case_id: case, field: field.to_owned(), name, ..file }, pieces)))
    }
}

/// What is known of a fact, for another case of the same person.
fn resealed(
    backend: &Backend,
    row: &evidence::Evidence,
    case: CaseId,
    consent: ConsentId,
) -> Result<evidence::Evidence, CaseError> {
    let id = EvidenceId(backend.id());
    let anew = |column, sealed: &Option<Vec<u8>>| {
        let open = |sealed: &Vec<u8>| {
            let plain = backend.open(Place::new("evidence", column, &row.id.0), sealed)?;
            Ok::<_, CaseError>(backend.seal(Place::new("evidence", column, &id.0), &plain))
        };
        sealed.as_ref().map(open).transpose()
    };
    Ok(evidence::Evidence {
        id,
        case_id: case,
        consent_id: consent,
        value: anew("value", &row.value)?,
        contest_reason: anew("contest_reason", &row.contest_reason)?,
        ..row.clone()
    })
}
