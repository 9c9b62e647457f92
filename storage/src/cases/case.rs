//! Cases from their first draft on.

use domain::cases::{CaseState, Clock, Light};
use domain::ids::{CaseId, EntityId, PersonId, StaffId, VersionId};
use domain::organisation::region::{Level, RegionCode};
use domain::time::Timestamp;
use jiff::civil::Date;
use sqlx::types::Json;

use super::escalations;
use crate::engine::many::{fetch_by_keys, keys};
use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

/// Filed cases that are not closed, as the indexes of places have them. Not as a list of states: SQLite would look each of
/// them up, and sort.
macro_rules! open {
    () => {
        "submitted_at IS NOT NULL AND closed_at IS NULL"
    };
}

/// What an office has to work on or to wait for: filed cases that are not closed, without the forms of bundles.
/// `CaseState::is_open` says the same of a state.
macro_rules! at_work {
    () => {
        "submitted_at IS NOT NULL AND closed_at IS NULL AND state <> 'bundled'"
    };
}
pub(crate) use at_work;

/// Conditions of [`Narrow`]: light $7 on the day $8, hands $9 of $10 at $11, service $12; empty for any.
macro_rules! narrowed {
    () => {
        " AND ($7 = '' OR $7 = CASE WHEN red_on <= $8 THEN 'red' WHEN yellow_on <= $8 THEN 'yellow' ELSE 'green' END)
        AND ($9 = '' OR ($9 = 'mine' AND held_by = $10 AND held_until > $11)
        OR ($9 = 'free' AND (held_by IS NULL OR held_until <= $11))) AND ($12 = '' OR service_code = $12)"
    };
}

/// The queue of a place above single offices; `$unit` cuts a place to the digits that the index of its level has. `+place` is
/// for SQLite, which without statistics would rather read a range of offices and sort.
macro_rules! queue_within {
    ($unit:literal) => {
        concat!(
            "SELECT ",
            case_line!(),
            " FROM cases WHERE department = $1 AND place / ",
            $unit,
            " = $2 / ",
            $unit,
            " AND +place BETWEEN $2 AND $3 AND ",
            open!(),
            " AND state = $4 AND (submitted_at, id) > ($5, $6)",
            narrowed!(),
            " ORDER BY submitted_at, id LIMIT $13"
        )
    };
}

/// What waits there, as figures need it.
macro_rules! waiting_within {
    ($unit:literal) => {
        concat!(
            "SELECT due_on, yellow_on, red_on, pending_facts, held_by, held_until FROM cases WHERE department = $1
            AND place / ",
            $unit,
            " = $2 / ",
            $unit,
            " AND +place BETWEEN $2 AND $3 AND ",
            open!(),
            " AND state = $4 ORDER BY submitted_at, id LIMIT $5"
        )
    };
}

/// Columns of [`CaseLine`].
macro_rules! case_line {
    () => {
        "id, person_id, entity_id, service_code, version_id, department, place, reference, state, pending_facts,
        created_at, changed_at, submitted_at, due_on, yellow_on, red_on, statutory_on, closed_at, held_by, held_until,
        tacit_on, previous_id, version, bundle_id"
    };
}

pub(crate) use case_line;

/// Columns of [`Case`].
macro_rules! whole {
    () => {
        concat!(case_line!(), ", raw_answers, answers, decision, clock, evidence_until, evidence_erased_at")
    };
}

statements! {
    INSERT = "INSERT INTO cases (id, person_id, entity_id, service_code, version_id, department, place, state, raw_answers,
              pending_facts, created_at, changed_at, previous_id, version, bundle_id)
              VALUES ($1, $2, $3, $4, $5, $6, $7, 'draft', $8, 0, $9, $9, $10, 1, $11)";
    BY_ID = concat!("SELECT ", whole!(), " FROM cases WHERE id = $1");
    LINES = concat!("SELECT ", case_line!(), " FROM cases WHERE id IN (", keys!(), ")");
    LOCK for Sqlite = concat!("SELECT ", whole!(), " FROM cases WHERE id = $1");
    // The count is known before a row is looked at, so that the form is locked first.
    LOCK_POSTGRES for Postgres = concat!("WITH form AS MATERIALIZED (SELECT id FROM cases
             WHERE id = (SELECT bundle_id FROM cases WHERE id = $1) FOR UPDATE)
             SELECT ", whole!(), " FROM cases WHERE id = $1 AND (SELECT count(*) FROM form) >= 0 FOR UPDATE");
    BY_REFERENCE = concat!("SELECT ", whole!(), " FROM cases WHERE reference = $1");
    DRAFT_OF = concat!("SELECT ", whole!(), " FROM cases WHERE person_id = $1 AND service_code = $2
                AND state = 'draft' AND bundle_id IS NULL AND entity_id IS NOT DISTINCT FROM $3 ORDER BY changed_at DESC, id DESC LIMIT 1");
    IN_THE_WAY = concat!("SELECT ", case_line!(), " FROM cases WHERE person_id = $1 AND service_code = $2
                  AND entity_id IS NOT DISTINCT FROM $3 AND ((", at_work!(), ") OR (state = 'approved' AND closed_at > $4 AND NOT EXISTS (SELECT 1 FROM certificates
                  WHERE certificates.case_id = cases.id AND certificates.standing = 'revoked')))
                  ORDER BY changed_at DESC, id DESC LIMIT 1");
    OF_PERSON = concat!("SELECT ", case_line!(), " FROM cases WHERE person_id = $1 AND (changed_at, id) < ($2, $3)
                 AND bundle_id IS NULL AND (entity_id IS NULL OR entity_id IN
                 (SELECT entity_id FROM representations WHERE person_id = $1 AND revoked_at IS NULL))
                 ORDER BY changed_at DESC, id DESC LIMIT $4");
    FILED_OF_PERSON = concat!("SELECT ", case_line!(), " FROM cases WHERE person_id = $1 AND (changed_at, id) < ($2, $3)
                 AND submitted_at IS NOT NULL AND state <> 'bundled' ORDER BY changed_at DESC, id DESC LIMIT $4");
    QUEUE = concat!("SELECT ", case_line!(), " FROM cases WHERE department = $1 AND place BETWEEN $2 AND $3 AND state = $4
             AND submitted_at IS NOT NULL AND (submitted_at, id) > ($5, $6)", narrowed!(), " ORDER BY submitted_at, id
             LIMIT $13");
    QUEUE_OF_OFFICE = concat!("SELECT ", case_line!(), " FROM cases WHERE department = $1 AND place = $2 AND +place = $3
             AND ", open!(), " AND state = $4 AND (submitted_at, id) > ($5, $6)", narrowed!(), " ORDER BY submitted_at, id LIMIT $13");
    QUEUE_IN_CITY = queue_within!("100000000000");
    QUEUE_IN_COUNTY = queue_within!("1000000000");
    QUEUE_IN_TOWNSHIP = queue_within!("1000000");
    WAITING = "SELECT due_on, yellow_on, red_on, pending_facts, held_by, held_until FROM cases WHERE department = $1
             AND place BETWEEN $2 AND $3 AND state = $4 AND submitted_at IS NOT NULL ORDER BY submitted_at, id LIMIT $5";
    WAITING_AT_OFFICE = concat!("SELECT due_on, yellow_on, red_on, pending_facts, held_by, held_until FROM cases
             WHERE department = $1 AND place = $2 AND +place = $3 AND ", open!(), " AND state = $4
             ORDER BY submitted_at, id LIMIT $5");
    WAITING_IN_CITY = waiting_within!("100000000000");
    WAITING_IN_COUNTY = waiting_within!("1000000000");
    WAITING_IN_TOWNSHIP = waiting_within!("1000000");
    TURNED_YELLOW = concat!("SELECT ", case_line!(), " FROM cases WHERE yellow_on IS NOT NULL AND told = 0 AND yellow_on <= $1
                     ORDER BY yellow_on LIMIT $2");
    TURNED_RED = concat!("SELECT ", case_line!(), " FROM cases WHERE red_on IS NOT NULL AND told < 2 AND red_on <= $1
                  ORDER BY red_on LIMIT $2");
    TOLD = "UPDATE cases SET told = $3 WHERE id = $1 AND version = $2 AND told < $3";
    TACIT = concat!("SELECT ", case_line!(), " FROM cases WHERE tacit_on IS NOT NULL AND pending_facts = 0 AND tacit_on <= $1
             AND (tacit_on, id) > ($2, $3) AND (tacit_after IS NULL OR tacit_after <= $5) ORDER BY tacit_on, id LIMIT $4");
    POSTPONE_TACIT = "UPDATE cases SET tacit_after = $2 WHERE id = $1";
    FILED_BEFORE = concat!("SELECT ", case_line!(), " FROM cases WHERE department = $1 AND place BETWEEN $2 AND $3
                    AND state = $4 AND submitted_at IS NOT NULL AND (submitted_at, id) < ($5, $6)
                    ORDER BY submitted_at DESC, id DESC LIMIT $7");
    SAVE_TYPED = "UPDATE cases SET raw_answers = $3, changed_at = $4, version = version + 1
                  WHERE id = $1 AND version = $2 AND state IN ('draft', 'supplementing')";
    FORGET_TYPED = "UPDATE cases SET raw_answers = $2 WHERE id = $1";
    SUBMIT = "UPDATE cases SET state = $3, reference = $4, raw_answers = $5, answers = $6, decision = $7,
              submitted_at = $8, closed_at = $9, evidence_until = $10, pending_facts = $11, place = $12, clock = $13,
              due_on = $14, yellow_on = $15, red_on = $16, statutory_on = $17, tacit_on = $18,
              changed_at = $8, version = version + 1 WHERE id = $1 AND version = $2 AND state IN ('draft', 'waiting')";
    MOVE = "UPDATE cases SET state = $3, decision = COALESCE($4, decision), closed_at = $5, evidence_until = $6,
            changed_at = $7, clock = $8, due_on = $9, yellow_on = $10, red_on = $11, statutory_on = $12, tacit_on = $13,
            told = CASE WHEN told > $14 THEN $14 ELSE told END, version = version + 1 WHERE id = $1 AND version = $2";
    HOLD = "UPDATE cases SET held_by = $2, held_until = $3 WHERE id = $1
            AND (held_by IS NULL OR held_by = $2 OR held_until <= $4)";
    RELEASE = "UPDATE cases SET held_by = NULL, held_until = NULL WHERE id = $1 AND held_by = $2";
    HAND_OVER = "UPDATE cases SET held_by = $2, held_until = $3 WHERE id = $1";
    RELOCATE = "UPDATE cases SET department = $3, place = $4, clock = $5, due_on = $6, yellow_on = $7, red_on = $8,
                statutory_on = $9, tacit_on = $10, told = CASE WHEN told > $11 THEN $11 ELSE told END,
                held_by = NULL, held_until = NULL, changed_at = $12, version = version + 1
                WHERE id = $1 AND version = $2";
    SET_CLOCK = "UPDATE cases SET clock = $3, due_on = $4, yellow_on = $5, red_on = $6, statutory_on = $7,
                 tacit_on = $8, told = CASE WHEN told > $9 THEN $9 ELSE told END WHERE id = $1 AND version = $2";
    AT_OFFICE = concat!("SELECT ", case_line!(), " FROM cases WHERE department = $1 AND place = $2 AND ", at_work!(), "
                AND (state, submitted_at, id) > ($3, $4, $5) ORDER BY state, submitted_at, id LIMIT $6");
    RUNNING = concat!("SELECT ", whole!(), " FROM cases WHERE yellow_on IS NOT NULL AND id > $1
              ORDER BY id LIMIT $2");
    SET_ANSWERS = "UPDATE cases SET answers = $3, tacit_after = NULL, changed_at = $4, version = version + 1 WHERE id = $1 AND version = $2";
    AMEND = "UPDATE cases SET answers = $3, raw_answers = $4, changed_at = $5, version = version + 1
             WHERE id = $1 AND version = $2 AND state = 'supplementing'";
    GROUNDS_CHANGED = "UPDATE cases SET changed_at = CASE WHEN submitted_at IS NULL THEN changed_at ELSE $2 END,
                       version = version + 1 WHERE id = $1";
    SET_PENDING = "UPDATE cases SET pending_facts = $2, tacit_after = NULL, changed_at = $3, version = version + 1 WHERE id = $1";
    DELETE_DRAFT = "DELETE FROM cases WHERE id = $1 AND state = 'draft'";
    ABANDONED = concat!("SELECT ", case_line!(), " FROM cases WHERE state = 'draft' AND changed_at < $1
                ORDER BY changed_at LIMIT $2");
    EVIDENCE_DUE = concat!("SELECT ", case_line!(), " FROM cases WHERE evidence_until <= $1
                   ORDER BY evidence_until LIMIT $2");
    EVIDENCE_ERASED = "UPDATE cases SET evidence_until = NULL, evidence_erased_at = $2 WHERE id = $1
                       AND evidence_until IS NOT NULL";
}

/// A case as lists and trails show it: nothing that is sealed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CaseLine {
    pub id: CaseId,
    pub person_id: PersonId,
    pub entity_id: Option<EntityId>,
    pub service_code: String,
    pub version_id: VersionId,
    pub department: String,
    /// Of the office that handles it.
    pub place: RegionCode,
    /// Nine characters, from submission on.
    pub reference: Option<String>,
    pub state: CaseState,
    /// How many facts that matter for closing no register has answered for.
    pub pending_facts: i64,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub submitted_at: Option<Timestamp>,
    /// The promised day, `2026-11-23`; none while its clock is paused.
    pub due_on: Option<String>,
    /// The first day on which it is urgent, and late.
    pub yellow_on: Option<String>,
    pub red_on: Option<String>,
    /// The last day that the law allows.
    pub statutory_on: Option<String>,
    pub closed_at: Option<Timestamp>,
    /// Who works on it, and until when it is theirs.
    pub held_by: Option<StaffId>,
    pub held_until: Option<Timestamp>,
    /// From when on the law takes it as approved.
    pub tacit_on: Option<String>,
    /// The case with whose answers this one began.
    pub previous_id: Option<CaseId>,
    /// Counts changes; every change names the version it was decided on.
    pub version: i64,
    /// The form it was filed with, where it is a member of a bundle.
    pub bundle_id: Option<CaseId>,
}

impl CaseLine {
    /// Whether an authority was asked for something; until then, and the form of a bundle, is its applicant's alone.
    pub fn is_filed(&self) -> bool {
        self.submitted_at.is_some() && self.state != CaseState::Bundled
    }

    /// Whether the promised day is over and nothing was decided. While its clock is paused a case has none.
    pub fn is_late(&self, today: Date) -> bool {
        let due_on = self.due_on.as_deref().and_then(|day| day.parse::<Date>().ok());
        !self.state.is_closed() && due_on.is_some_and(|day| day < today)
    }
}

/// One case. `raw_answers`, `answers` and `decision` are sealed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Case {
    #[sqlx(flatten)]
    pub line: CaseLine,
    pub raw_answers: Vec<u8>,
    pub answers: Option<Vec<u8>>,
    pub decision: Option<Vec<u8>>,
    /// From the day on which a person has to decide it.
    #[sqlx(json(nullable))]
    pub clock: Option<Clock>,
    /// When what registers said is to be erased; from closing until it is.
    pub evidence_until: Option<Timestamp>,
    pub evidence_erased_at: Option<Timestamp>,
}

impl std::ops::Deref for Case {
    type Target = CaseLine;

    fn deref(&self) -> &CaseLine {
        &self.line
    }
}

/// What a new draft needs.
#[derive(Clone, Debug)]
pub struct NewCase {
    pub id: CaseId,
    pub person_id: PersonId,
    pub entity_id: Option<EntityId>,
    pub service_code: String,
    pub version_id: VersionId,
    pub department: String,
    pub place: RegionCode,
    pub raw_answers: Vec<u8>,
    pub previous_id: Option<CaseId>,
    pub created_at: Timestamp,
    /// The form it is filed with, where it is a member of a bundle.
    pub bundle_id: Option<CaseId>,
}

impl NewCase {
    /// The row as [`insert`] leaves it.
    pub fn inserted(&self) -> Case {
        Case {
            line: CaseLine {
                id: self.id,
                person_id: self.person_id,
                entity_id: self.entity_id,
                service_code: self.service_code.clone(),
                version_id: self.version_id,
                department: self.department.clone(),
                place: self.place,
                reference: None,
                state: CaseState::Draft,
                pending_facts: 0,
                created_at: self.created_at,
                changed_at: self.created_at,
                submitted_at: None,
                due_on: None,
                yellow_on: None,
                red_on: None,
                statutory_on: None,
                closed_at: None,
                held_by: None,
                held_until: None,
                tacit_on: None,
                previous_id: self.previous_id,
                version: 1,
                bundle_id: self.bundle_id,
            },
            raw_answers: self.raw_answers.clone(),
            answers: None,
            decision: None,
            clock: None,
            evidence_until: None,
            evidence_erased_at: None,
        }
    }
}

pub async fn insert(tx: &mut Tx, case: &NewCase) -> Result<(), Error> {
    execute!(
        tx,
        INSERT,
        case.id,
        case.person_id,
        case.entity_id,
        &case.service_code,
        case.version_id,
        &case.department,
        case.place,
        &case.raw_answers,
        case.created_at,
        case.previous_id,
        case.bundle_id
    )?;
    Ok(())
}

pub async fn by_id(tx: &mut Tx, id: CaseId) -> Result<Option<Case>, Error> {
    fetch_optional!(tx, Case, BY_ID, id)
}

/// Those of `ids` that are there, in no order.
pub async fn lines(tx: &mut Tx, ids: &[CaseId]) -> Result<Vec<CaseLine>, Error> {
    fetch_by_keys!(tx, CaseLine, LINES, ids)
}

/// Like [`by_id`], and whoever else wants to change the case waits until this transaction ends. A member of a bundle is locked
/// after its form: what ends one of them goes on to the form and to other members, so everybody takes them in this order.
pub async fn lock(tx: &mut Tx, id: CaseId) -> Result<Option<Case>, Error> {
    let statement = if tx.is_postgres() { LOCK_POSTGRES } else { LOCK };
    fetch_optional!(tx, Case, statement, id)
}

/// By the nine characters of a reference number.
pub async fn by_reference(tx: &mut Tx, reference: &str) -> Result<Option<Case>, Error> {
    fetch_optional!(tx, Case, BY_REFERENCE, reference)
}

/// The newest draft of a person for a service, in the same capacity.
pub async fn draft_of(
    tx: &mut Tx,
    person: PersonId,
    service: &str,
    entity: Option<EntityId>,
) -> Result<Option<Case>, Error> {
    fetch_optional!(tx, Case, DRAFT_OF, person, service, entity)
}

/// The newest case of an applicant for a service that is open, or was approved after `since` and still holds.
pub async fn in_the_way(
    tx: &mut Tx,
    person: PersonId,
    service: &str,
    entity: Option<EntityId>,
    since: Timestamp,
) -> Result<Option<CaseLine>, Error> {
    fetch_optional!(tx, CaseLine, IN_THE_WAY, person, service, entity, since)
}

/// Cases and drafts of a person, and of entities as long as the person may act for them, changed before `(before, id)`, newest first.
pub async fn of_person(
    tx: &mut Tx,
    person: PersonId,
    before: (Timestamp, CaseId),
    limit: i64,
) -> Result<Vec<CaseLine>, Error> {
    fetch_all!(tx, CaseLine, OF_PERSON, person, before.0, before.1, limit)
}

/// Filed cases of a person, also in the name of entities, changed before `(before, id)`, newest first; for clerks.
pub async fn filed_of_person(
    tx: &mut Tx,
    person: PersonId,
    before: (Timestamp, CaseId),
    limit: i64,
) -> Result<Vec<CaseLine>, Error> {
    fetch_all!(tx, CaseLine, FILED_OF_PERSON, person, before.0, before.1, limit)
}

/// Cases of a department at a place and within it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Desk {
    pub department: String,
    pub place: RegionCode,
    /// Only what the office at the place itself handles.
    pub office_only: bool,
}

impl Desk {
    /// That of one office.
    pub fn of_office(department: &str, place: RegionCode) -> Self {
        Desk { department: department.to_owned(), place, office_only: true }
    }
}

/// What narrows a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrow {
    pub light: Option<Light>,
    pub hands: Option<Hands>,
    pub service: Option<String>,
}

/// In whose hands a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hands {
    Mine,
    Free,
}

/// Who looks, and when: what `mine`, `free` and lights mean.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    pub staff: StaffId,
    pub now: Timestamp,
}

/// Cases in a state, filed after `(after, id)`, oldest first.
pub async fn queue(
    tx: &mut Tx,
    desk: &Desk,
    state: CaseState,
    narrow: &Narrow,
    sight: Sight,
    after: (Timestamp, CaseId),
    limit: i64,
) -> Result<Vec<CaseLine>, Error> {
    let statement = match desk.reach() {
        Reach::Office => QUEUE_OF_OFFICE,
        Reach::Within(Level::Province) => QUEUE,
        Reach::Within(Level::City) => QUEUE_IN_CITY,
        Reach::Within(Level::County) => QUEUE_IN_COUNTY,
        Reach::Within(Level::Township | Level::Village | Level::Grid) => QUEUE_IN_TOWNSHIP,
    };
    let (from, to) = desk.range();
    let hands = match narrow.hands {
        None => "",
        Some(Hands::Mine) => "mine",
        Some(Hands::Free) => "free",
    };
    fetch_all!(
        tx,
        CaseLine,
        statement,
        &desk.department,
        from,
        to,
        state,
        after.0,
        after.1,
        narrow.light.map_or("", Light::code),
        sight.now.date_in_china().to_string(),
        hands,
        sight.staff,
        sight.now,
        narrow.service.as_deref().unwrap_or_default(),
        limit
    )
}

/// What an index has to find: one office, or everything within a place of a level.
enum Reach {
    Office,
    Within(Level),
}

impl Desk {
    fn reach(&self) -> Reach {
        if self.office_only { Reach::Office } else { Reach::Within(self.place.level()) }
    }

    /// Whether what `department` handles at `place` lies on this desk.
    pub fn holds(&self, department: &str, place: RegionCode) -> bool {
        let (from, to) = self.range();
        self.department == department && (from..=to).contains(&place.as_i64())
    }

    /// The first and the last place.
    fn range(&self) -> (i64, i64) {
        let within = self.place.range();
        let last = if self.office_only { *within.start() } else { *within.end() };
        (*within.start(), last)
    }
}

/// What figures of a queue are made of.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WaitingLine {
    pub due_on: Option<String>,
    pub yellow_on: Option<String>,
    pub red_on: Option<String>,
    pub pending_facts: i64,
    pub held_by: Option<StaffId>,
    pub held_until: Option<Timestamp>,
}

/// The `limit` oldest cases in a state.
pub async fn waiting(
    tx: &mut Tx,
    desk: &Desk,
    state: CaseState,
    limit: i64,
) -> Result<Vec<WaitingLine>, Error> {
    let statement = match desk.reach() {
        Reach::Office => WAITING_AT_OFFICE,
        Reach::Within(Level::Province) => WAITING,
        Reach::Within(Level::City) => WAITING_IN_CITY,
        Reach::Within(Level::County) => WAITING_IN_COUNTY,
        Reach::Within(Level::Township | Level::Village | Level::Grid) => WAITING_IN_TOWNSHIP,
    };
    let (from, to) = desk.range();
    fetch_all!(tx, WaitingLine, statement, &desk.department, from, to, state, limit)
}

/// Cases in a state, filed before `(before, id)`, newest first.
pub async fn filed_before(
    tx: &mut Tx,
    desk: &Desk,
    state: CaseState,
    before: (Timestamp, CaseId),
    limit: i64,
) -> Result<Vec<CaseLine>, Error> {
    let (from, to) = desk.range();
    fetch_all!(tx, CaseLine, FILED_BEFORE, &desk.department, from, to, state, before.0, before.1, limit)
}

/// Keeps what was typed for a draft, or where the applicant was asked for more. `false` when it changed meanwhile.
pub async fn save_typed(
    tx: &mut Tx,
    id: CaseId,
    version: i64,
    raw_answers: &[u8],
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(execute!(tx, SAVE_TYPED, id, version, raw_answers, now)? == 1)
}

/// A clock as it is kept with a case, and the dates that are read from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clocked {
    pub clock: Option<Clock>,
    pub due_on: Option<String>,
    pub yellow_on: Option<String>,
    pub red_on: Option<String>,
    pub statutory_on: Option<String>,
    /// From when on the law takes the case as approved.
    pub tacit_on: Option<String>,
    /// How far the office above has been told at most: a clock that is calmer again is told of anew. 0 green, 2 red.
    pub calmed_to: i64,
}

/// What filing changes in a case.
#[derive(Clone, Debug)]
pub struct Submission {
    pub state: CaseState,
    pub reference: String,
    /// Nothing any more: what was typed is in `answers`.
    pub raw_answers: Vec<u8>,
    pub answers: Vec<u8>,
    pub decision: Vec<u8>,
    pub at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub evidence_until: Option<Timestamp>,
    pub pending_facts: i64,
    /// Of the office that handles it.
    pub place: RegionCode,
    pub clocked: Clocked,
}

/// Replaces what was typed for a case that is changed in the same transaction anyway.
pub async fn forget_typed(tx: &mut Tx, id: CaseId, nothing: &[u8]) -> Result<(), Error> {
    execute!(tx, FORGET_TYPED, id, nothing).map(drop)
}

/// Counts a change of what a case rests on, such as consent or the word of a register: what was judged on the version
/// before must be judged again. Who has a filed case on the screen hears of it; a draft was touched by nobody.
pub async fn grounds_changed(tx: &mut Tx, id: CaseId, now: Timestamp) -> Result<(), Error> {
    execute!(tx, GROUNDS_CHANGED, id, now).map(drop)
}

impl Case {
    /// The row as [`submit`] leaves it.
    pub fn submitted(mut self, filed: &Submission) -> Case {
        self.raw_answers.clone_from(&filed.raw_answers);
        self.answers = Some(filed.answers.clone());
        self.decision = Some(filed.decision.clone());
        self.clock.clone_from(&filed.clocked.clock);
        self.evidence_until = filed.evidence_until;
        let line = &mut self.line;
        line.state = filed.state;
        line.reference = Some(filed.reference.clone());
        line.submitted_at = Some(filed.at);
        line.changed_at = filed.at;
        line.place = filed.place;
        line.due_on.clone_from(&filed.clocked.due_on);
        line.yellow_on.clone_from(&filed.clocked.yellow_on);
        line.red_on.clone_from(&filed.clocked.red_on);
        line.statutory_on.clone_from(&filed.clocked.statutory_on);
        line.tacit_on.clone_from(&filed.clocked.tacit_on);
        line.closed_at = filed.closed_at;
        line.pending_facts = filed.pending_facts;
        line.version += 1;
        self
    }
}

/// Files a draft. `false` when the draft changed or was filed meanwhile.
pub async fn submit(tx: &mut Tx, id: CaseId, version: i64, filed: &Submission) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        SUBMIT,
        id,
        version,
        filed.state,
        &filed.reference,
        &filed.raw_answers,
        &filed.answers,
        &filed.decision,
        filed.at,
        filed.closed_at,
        filed.evidence_until,
        filed.pending_facts,
        filed.place,
        filed.clocked.clock.as_ref().map(Json),
        &filed.clocked.due_on,
        &filed.clocked.yellow_on,
        &filed.clocked.red_on,
        &filed.clocked.statutory_on,
        &filed.clocked.tacit_on
    )?;
    Ok(changed == 1)
}

/// What a step of a filed case changes; no decision leaves the one that is there.
#[derive(Clone, Debug)]
pub struct Move {
    pub state: CaseState,
    pub decision: Option<Vec<u8>>,
    pub clocked: Clocked,
    pub closed_at: Option<Timestamp>,
    pub evidence_until: Option<Timestamp>,
    pub at: Timestamp,
}

/// Moves a case on from `version`. `false` when someone else changed it meanwhile. When it closes, the words to offices above
/// that it runs late are over.
pub async fn advance(tx: &mut Tx, id: CaseId, version: i64, step: &Move) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        MOVE,
        id,
        version,
        step.state,
        &step.decision,
        step.closed_at,
        step.evidence_until,
        step.at,
        step.clocked.clock.as_ref().map(Json),
        &step.clocked.due_on,
        &step.clocked.yellow_on,
        &step.clocked.red_on,
        &step.clocked.statutory_on,
        &step.clocked.tacit_on,
        step.clocked.calmed_to
    )?;
    if changed == 1 && step.closed_at.is_some() {
        escalations::end(tx, id, step.at).await?;
    }
    Ok(changed == 1)
}

/// Takes a case for `staff` until then. `false` when it is somebody else's.
pub async fn hold(
    tx: &mut Tx,
    id: CaseId,
    staff: StaffId,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(execute!(tx, HOLD, id, staff, until, now)? == 1)
}

/// Gives a case back. `false` when it was not `staff`'s.
pub async fn release(tx: &mut Tx, id: CaseId, staff: StaffId) -> Result<bool, Error> {
    Ok(execute!(tx, RELEASE, id, staff)? == 1)
}

/// Gives a case to `staff`, whosever it was.
pub async fn hand_over(tx: &mut Tx, id: CaseId, staff: StaffId, until: Timestamp) -> Result<(), Error> {
    execute!(tx, HAND_OVER, id, staff, until).map(drop)
}

/// Lets another office handle the case; nobody has it at first. `false` when someone else changed it meanwhile.
pub async fn relocate(
    tx: &mut Tx,
    id: CaseId,
    version: i64,
    department: &str,
    place: RegionCode,
    clocked: &Clocked,
    now: Timestamp,
) -> Result<bool, Error> {
    let c = clocked;
    let clock = c.clock.as_ref().map(Json);
    let moved = execute!(
        tx,
        RELOCATE,
        id,
        version,
        department,
        place,
        clock,
        &c.due_on,
        &c.yellow_on,
        &c.red_on,
        &c.statutory_on,
        &c.tacit_on,
        c.calmed_to,
        now
    )?;
    Ok(moved == 1)
}

/// Keeps a clock, and the dates read from it, without counting as a change of the case. `false` when someone changed it
/// meanwhile.
pub async fn set_clock(tx: &mut Tx, id: CaseId, version: i64, clocked: &Clocked) -> Result<bool, Error> {
    let c = clocked;
    let clock = c.clock.as_ref().map(Json);
    let set = execute!(
        tx,
        SET_CLOCK,
        id,
        version,
        clock,
        &c.due_on,
        &c.yellow_on,
        &c.red_on,
        &c.statutory_on,
        &c.tacit_on,
        c.calmed_to
    )?;
    Ok(set == 1)
}

/// Open cases that an office handles, after `after`, as the index of offices has them.
pub async fn at_office(
    tx: &mut Tx,
    department: &str,
    place: RegionCode,
    after: Option<&CaseLine>,
    limit: i64,
) -> Result<Vec<CaseLine>, Error> {
    let (state, at, id) = match after {
        Some(line) => (line.state.code(), line.submitted_at.unwrap_or(Timestamp::MIN), line.id),
        None => ("", Timestamp::MIN, CaseId(uuid::Uuid::nil())),
    };
    fetch_all!(tx, CaseLine, AT_OFFICE, department, place, state, at, id, limit)
}

/// Cases whose clock runs, with ids after `after`.
pub async fn running(tx: &mut Tx, after: CaseId, limit: i64) -> Result<Vec<Case>, Error> {
    fetch_all!(tx, Case, RUNNING, after, limit)
}

/// Cases that turned yellow by `day` of which nobody above has been told, the first ones first.
pub async fn turned_yellow(tx: &mut Tx, day: &str, limit: i64) -> Result<Vec<CaseLine>, Error> {
    fetch_all!(tx, CaseLine, TURNED_YELLOW, day, limit)
}

/// Cases that turned red by `day` of which nobody above has been told so, the first ones first.
pub async fn turned_red(tx: &mut Tx, day: &str, limit: i64) -> Result<Vec<CaseLine>, Error> {
    fetch_all!(tx, CaseLine, TURNED_RED, day, limit)
}

/// Notes which light the office above is told of: 1 yellow, 2 red. `false` when it was before, or someone changed the case.
pub async fn told(tx: &mut Tx, id: CaseId, version: i64, light: i64) -> Result<bool, Error> {
    Ok(execute!(tx, TOLD, id, version, light)? == 1)
}

/// Cases that the law takes as approved at `now`, in China, after `(day, id)`: no register owes them anything, and they were
/// not postponed.
pub async fn tacit(
    tx: &mut Tx,
    now: Timestamp,
    after: (&str, CaseId),
    limit: i64,
) -> Result<Vec<CaseLine>, Error> {
    fetch_all!(tx, CaseLine, TACIT, now.date_in_china().to_string(), after.0, after.1, limit, now)
}

/// Does not give a case to [`tacit`] before `until`, or somebody changes its answers or what registers owe to it.
pub async fn postpone_tacit(tx: &mut Tx, id: CaseId, until: Timestamp) -> Result<(), Error> {
    execute!(tx, POSTPONE_TACIT, id, until).map(drop)
}

/// Replaces the answers of a filed case. `false` when someone else changed it meanwhile.
pub async fn set_answers(
    tx: &mut Tx,
    id: CaseId,
    version: i64,
    answers: &[u8],
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(execute!(tx, SET_ANSWERS, id, version, answers, now)? == 1)
}

/// Replaces the answers of a case whose applicant was asked for more, and what was typed for that. `false` when it changed
/// meanwhile.
pub async fn amend(
    tx: &mut Tx,
    id: CaseId,
    version: i64,
    answers: &[u8],
    raw_answers: &[u8],
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(execute!(tx, AMEND, id, version, answers, raw_answers, now)? == 1)
}

/// Sets how many facts are still pending.
pub async fn set_pending(tx: &mut Tx, id: CaseId, pending: i64, now: Timestamp) -> Result<(), Error> {
    execute!(tx, SET_PENDING, id, pending, now)?;
    Ok(())
}

/// Removes a draft whose rows in other tables are gone. `false` when it is no draft (any more).
pub async fn delete_draft(tx: &mut Tx, id: CaseId) -> Result<bool, Error> {
    Ok(execute!(tx, DELETE_DRAFT, id)? == 1)
}

/// Drafts that nobody has touched since `before`, oldest first.
pub async fn abandoned(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<Vec<CaseLine>, Error> {
    fetch_all!(tx, CaseLine, ABANDONED, before, limit)
}

/// Closed cases whose evidence is to be erased by `now`, longest overdue first.
pub async fn evidence_due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<CaseLine>, Error> {
    fetch_all!(tx, CaseLine, EVIDENCE_DUE, now, limit)
}

/// Notes that the evidence of a case is erased. `false` when it was before.
pub async fn evidence_erased(tx: &mut Tx, id: CaseId, now: Timestamp) -> Result<bool, Error> {
    Ok(execute!(tx, EVIDENCE_ERASED, id, now)? == 1)
}
