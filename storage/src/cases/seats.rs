//! Seats of an examination's stages: whose opinion is asked for, and what they said.

use domain::cases::{Opinion, SeatAt};
use domain::ids::{CaseId, PersonId, StaffId};
use domain::organisation::region::RegionCode;
use domain::time::Timestamp;
use uuid::Uuid;

use crate::{Error, Tx, execute, fetch_all, statements};

/// Columns of [`Seat`].
macro_rules! whole {
    () => {
        "id, case_id, person_id, stage, seat, department, place, opened_at, closed_at, staff_id, favours, words"
    };
}

statements! {
    // A seat that was closed without an opinion is opened again, where it is now.
    OPEN = "INSERT INTO case_seats (id, case_id, person_id, stage, seat, department, place, opened_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (case_id, stage, seat) DO UPDATE
            SET department = excluded.department, place = excluded.place, opened_at = excluded.opened_at, closed_at = NULL
            WHERE case_seats.staff_id IS NULL";
    OF_CASE = concat!("SELECT ", whole!(), " FROM case_seats WHERE case_id = $1 ORDER BY stage, seat LIMIT 100");
    WAITING = concat!("SELECT ", whole!(), " FROM case_seats WHERE department = $1 AND place BETWEEN $2 AND $3
               AND closed_at IS NULL ORDER BY opened_at, id LIMIT $4");
    GIVE = "UPDATE case_seats SET closed_at = $4, staff_id = $5, favours = $6, words = $7
            WHERE case_id = $1 AND stage = $2 AND seat = $3 AND closed_at IS NULL";
    REHOME = "UPDATE case_seats SET department = $3, place = $4 WHERE closed_at IS NULL AND id IN (SELECT id FROM case_seats
              WHERE department = $1 AND place = $2 AND closed_at IS NULL ORDER BY opened_at, id LIMIT $5)";
    CLOSE_OPEN = "UPDATE case_seats SET closed_at = $2 WHERE case_id = $1 AND closed_at IS NULL";
}

/// A seat. `words` are sealed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Seat {
    pub id: Uuid,
    pub case_id: CaseId,
    pub person_id: PersonId,
    pub stage: i64,
    pub seat: i64,
    /// Of the office whose opinion is asked for.
    pub department: String,
    pub place: RegionCode,
    pub opened_at: Timestamp,
    /// From when on nobody is asked any more.
    pub closed_at: Option<Timestamp>,
    pub staff_id: Option<StaffId>,
    /// In favour of approval.
    pub favours: Option<bool>,
    pub words: Option<Vec<u8>>,
}

impl Seat {
    /// Its place in the definition.
    pub fn at(&self) -> SeatAt {
        SeatAt {
            stage: u16::try_from(self.stage).unwrap_or(u16::MAX),
            seat: u16::try_from(self.seat).unwrap_or(u16::MAX),
        }
    }

    /// What was said from it.
    pub fn opinion(&self) -> Option<Opinion> {
        Some(Opinion { at: self.at(), staff: self.staff_id?, favours: self.favours? })
    }
}

/// Asks for the opinion of a seat.
pub async fn open(tx: &mut Tx, s: &Seat) -> Result<(), Error> {
    execute!(tx, OPEN, s.id, s.case_id, s.person_id, s.stage, s.seat, &s.department, s.place, s.opened_at)
        .map(drop)
}

/// Stage by stage.
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Seat>, Error> {
    fetch_all!(tx, Seat, OF_CASE, case)
}

/// Seats of a department's offices at a place and within it that wait for an opinion, longest first.
pub async fn waiting(
    tx: &mut Tx,
    department: &str,
    place: RegionCode,
    limit: i64,
) -> Result<Vec<Seat>, Error> {
    let range = place.range();
    fetch_all!(tx, Seat, WAITING, department, *range.start(), *range.end(), limit)
}

/// Keeps an opinion. `false` when the seat is not open.
pub async fn give(
    tx: &mut Tx,
    case: CaseId,
    at: SeatAt,
    now: Timestamp,
    opinion: &Opinion,
    words: &[u8],
) -> Result<bool, Error> {
    let (stage, seat) = (i64::from(at.stage), i64::from(at.seat));
    Ok(execute!(tx, GIVE, case, stage, seat, now, opinion.staff, opinion.favours, words)? == 1)
}

/// Asks another office, where one is no more: for `limit` seats at most. Gives their number.
pub async fn rehome(
    tx: &mut Tx,
    from: (&str, RegionCode),
    to: (&str, RegionCode),
    limit: i64,
) -> Result<u64, Error> {
    execute!(tx, REHOME, from.0, from.1, to.0, to.1, limit)
}

/// Nobody is asked any more, or somebody else will be.
pub async fn close_open(tx: &mut Tx, case: CaseId, now: Timestamp) -> Result<(), Error> {
    execute!(tx, CLOSE_OPEN, case, now).map(drop)
}
